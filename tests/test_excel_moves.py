"""What points at cells, after rows and columns have moved: formulas, merged cells, rules, filters, names, views, breaks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from classeur import filled, part, raw, sheet, template, values
from openpyxl import load_workbook
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from amem_reports.errors import AmemError

LOOP = {"A3": "{%row for x in xs %}", "A4": "{{ x }}", "A5": "{%row endfor %}"}
RED = PatternFill("solid", bgColor="FFFF0000")


def changed(path: Path, change: Callable[[Worksheet], None]) -> Path:
    book = load_workbook(path)
    change(book.worksheets[0])
    book.save(path)
    return path


def formula(tmp_path: Path, text: str, count: int = 3, place: str = "A8") -> str:
    """What becomes of a formula outside the loop of row 4, in which column A counts."""
    path = template(tmp_path, {**LOOP, place: f"={text}", "B4": 7})
    row = int(place[1:]) + count - 3
    return str(sheet(path, xs=list(range(count)))[f"{place[0]}{row}"].value)[1:]


@pytest.mark.parametrize(
    ("text", "three", "none"),
    [
        ("SUM(A4)", "SUM(A3:A5)", "SUM(A1000000)"),
        ("SUM(A4:A4)", "SUM(A3:A5)", "SUM(A1000000:A1000000)"),
        ("SUM(A3:A5)", "SUM(A3:A5)", "SUM(A1000000:A1000000)"),
        ("SUM(A$1:A$6)", "SUM(A$1:A$6)", "SUM(A$1:A$3)"),
        ("SUM($A$4:$B$4)/A7", "SUM($A$3:$B$5)/A7", "SUM($A$1000000:$B$1000000)/A4"),
        ("A4*2", "A3*2", "A1000000*2"),
        ('IF(A4>1,SUM(A4),"A4")', 'IF(A3>1,SUM(A3:A5),"A4")', 'IF(A1000000>1,SUM(A1000000),"A4")'),
        ('COUNTIF(A4,">"&A6)', 'COUNTIF(A3:A5,">"&A6)', 'COUNTIF(A1000000,">"&A3)'),
        ("SUMIF(A4,A6,B4)", "SUMIF(A3:A5,A6,B3:B5)", "SUMIF(A1000000,A3,B1000000)"),
        ("SUMIFS(B4,A4,A4)", "SUMIFS(B3:B5,A3:A5,A3)", "SUMIFS(B1000000,A1000000,A1000000)"),
        ("VLOOKUP(A4,A4:B4,2,FALSE)", "VLOOKUP(A3,A3:B5,2,FALSE)", "VLOOKUP(A1000000,A1000000:B1000000,2,FALSE)"),
        ("SUMPRODUCT((A4>1)*B4)", "SUMPRODUCT((A3:A5>1)*B3:B5)", "SUMPRODUCT((A1000000>1)*B1000000)"),
        ("SUBTOTAL(109,A4)", "SUBTOTAL(109,A3:A5)", "SUBTOTAL(109,A1000000)"),
        ("ROUND(A4,2)", "ROUND(A3,2)", "ROUND(A1000000,2)"),
        ("SUM(A:A)+SUM(7:7)+SUM($A:$B)", "SUM(A:A)+SUM(7:7)+SUM($A:$B)", "SUM(A:A)+SUM(4:4)+SUM($A:$B)"),
        ("SUM(A1:A1048576)", "SUM(A1:A1048576)", "SUM(A1:A1048576)"),
        ("B20+'Plan'!A4+Plan!$A$7", "B20+Plan!A3+Plan!$A$7", "B17+Plan!A1000000+Plan!$A$4"),
        ("TVA+LOG10(A6)+[1]Ailleurs!A4+Absente!A4", "TVA+LOG10(A6)+[1]Ailleurs!A4+Absente!A4", "TVA+LOG10(A3)+[1]Ailleurs!A4+Absente!A4"),
        ("SUM(A7:INDEX(A4:A4,2))", "SUM(A7:INDEX(A3:A5,2))", "SUM(A4:INDEX(A1000000:A1000000,2))"),
        ("SUM(INDEX(A:A,1):A6)", "SUM(INDEX(A:A,1):A6)", "SUM(INDEX(A:A,1):A3)"),
        ("SUM( A4 , A6 )", "SUM( A3:A5 , A6 )", "SUM( A1000000 , A3 )"),
    ],
)  # fmt: skip
def test_a_formula_outside_the_loop_covers_all_that_comes_of_it(tmp_path: Path, text: str, three: str, none: str) -> None:
    assert formula(tmp_path, text) == three
    assert formula(tmp_path, text, 0) == none


def test_a_formula_in_the_loop_means_its_own_instance(tmp_path: Path) -> None:
    cells = {
        "A1": 5, "A3": "{%row for x in xs %}", "A4": "{{ x }}", "B4": "=A4*$A$1", "C4": "=$A4+A$4+B5", "D4": "=A4/SUM(A$3:A$6)",
        "A5": 1, "B5": "=SUM(A4:A5)", "A6": "{%row endfor %}",
    }  # fmt: skip
    page = sheet(template(tmp_path, cells), xs=[1, 2])
    assert values(page)[2:] == [
        [1, "=A3*$A$1", "=$A3+A$3+B4", "=A3/SUM(A$3:A$6)"], [1, "=SUM(A3:A4)"],
        [2, "=A5*$A$1", "=$A5+A$5+B6", "=A5/SUM(A$3:A$6)"], [1, "=SUM(A5:A6)"],
    ]  # fmt: skip


def test_a_range_from_before_the_loop_to_its_own_row_runs_up_to_it(tmp_path: Path) -> None:
    cells = {**LOOP, "B4": "=SUM(A$2:A4)", "C4": "=SUM(A4:A$6)"}
    assert [row[1:] for row in values(sheet(template(tmp_path, cells), xs=[1, 2]))[2:]] == [
        ["=SUM(A$2:A3)", "=SUM(A3:A$5)"],
        ["=SUM(A$2:A4)", "=SUM(A4:A$5)"],
    ]


def test_seen_from_inside_the_loops_tags_are_the_rows_before_and_after(tmp_path: Path) -> None:
    cells = {**LOOP, "A2": 100, "B4": "=A3+A4", "C4": "=A5-A4"}
    assert [row[1:] for row in values(sheet(template(tmp_path, cells), xs=[1, 2]))[2:]] == [["=A2+A3", "=A4-A3"], ["=A3+A4", "=A5-A4"]]


def test_nested_loops_give_subtotals_and_totals(tmp_path: Path) -> None:
    cells = {
        "A1": "{%row for g in groupes %}", "A2": "=SUM(B4)", "A3": "{%row for x in g %}", "B4": "{{ x }}", "C4": "=B4/A2",
        "A5": "{%row endfor %}",
        "A6": "{%row endfor %}", "A7": "=SUM(B4)", "B7": "=SUM(A2)", "C7": "=SUBTOTAL(9,B4)",
    }  # fmt: skip
    assert values(sheet(template(tmp_path, cells), groupes=[[1, 2], [], [3]])) == [
        ["=SUM(B2:B3)"], [None, 1, "=B2/A1"], [None, 2, "=B3/A1"], ["=SUM(B1000000)"], ["=SUM(B6)"], [None, 3, "=B6/A5"],
        ["=SUM(B2:B6)", "=SUM(A1:A5)", "=SUBTOTAL(9,B2:B6)"],
    ]  # fmt: skip


def test_rows_that_hold_something_between_the_instances_are_left_out_of_a_sum(tmp_path: Path) -> None:
    cells = {
        "A1": "{%row for g in groupes %}", "A2": "Groupe", "B2": "=SUM(B4)", "A3": "{%row for x in g %}", "B4": "{{ x }}",
        "A5": "{%row endfor %}", "A6": "{%row endfor %}", "A7": "=SUM(B4)", "B7": "=SUM(B2)+SUM(B4:B4)", "C7": "=SUBTOTAL(9,B4)+SUM(B2:B6)",
    }  # fmt: skip
    assert values(sheet(template(tmp_path, cells), groupes=[[1, 2], [], [3]]))[-1] == [
        "=SUM(B2:B3,B6)", "=SUM(B1,B4:B5)+SUM(B2:B3,B6:B6)", "=SUBTOTAL(9,B2:B6)+SUM(B1:B6)",
    ]  # fmt: skip


def test_a_sum_of_too_many_separate_blocks_is_refused_with_a_way_out(tmp_path: Path) -> None:
    cells = {
        "A1": "{%row for g in groupes %}", "A2": "x", "A3": "{%row for x in g %}", "B4": "{{ x }}", "A5": "{%row endfor %}",
        "A6": "{%row endfor %}", "A7": "=SUM(B4)", "B2": 1,
    }  # fmt: skip
    path = template(tmp_path, cells)
    assert str(sheet(path, groupes=[[1]] * 250)["A501"].value).count(",") == 249
    with pytest.raises(AmemError) as caught:
        raw(path, groupes=[[1]] * 251)
    (constat,) = caught.value.constats
    assert constat.endroit == "feuille Plan"
    assert "SOUS.TOTAL" in constat.remede


def test_formulas_of_other_sheets_and_names_follow(tmp_path: Path) -> None:
    path = template(
        tmp_path, {**LOOP, "A7": 1}, {"A1": "=SUM(Plan!A4)", "B1": "=Plan!$A$7", "C1": "='Plan'!A4"}, names=("Plan", "Bilan d’axe")
    )
    book = load_workbook(path)
    book.defined_names["Tous"] = DefinedName("Tous", attr_text="Plan!$A$4")
    book.defined_names["Fin"] = DefinedName("Fin", attr_text="OFFSET(Plan!$A$7,0,1)")
    book.worksheets[0]["B7"] = "='Bilan d’axe'!A1"
    book.save(path)
    found = filled(path, xs=[1, 2, 3])
    assert values(found["Bilan d’axe"]) == [["=SUM(Plan!A3:A5)", "=Plan!$A$7", "=Plan!A3"]]
    assert {name: found.defined_names[name].attr_text for name in ("Tous", "Fin")} == {
        "Tous": "Plan!$A$3:$A$5",
        "Fin": "OFFSET(Plan!$A$7,0,1)",
    }
    assert found["Plan"]["B7"].value == "='Bilan d’axe'!A1"
    assert filled(path, xs=[]).defined_names["Fin"].attr_text == "OFFSET(Plan!$A$4,0,1)"


def test_a_summary_reads_the_sheet_of_each_country_or_all_of_them(tmp_path: Path) -> None:
    plan = {"A1": "{%sheet for p in pays %}", "A2": "{%row for x in p.xs %}", "B3": "{{ x }}", "A4": "{%row endfor %}", "B5": "=SUM(B3)"}
    bilan = {
        "A1": "{%row for p in pays %}", "A2": "{{ p.nom }}", "B2": "='{{ p.nom }}'!B5", "A3": "{%row endfor %}",
        "B4": "=SUM('{{ p.nom }}'!B5)", "C4": "=SUM('{{ p.nom }}'!B3:B3)", "D4": "='{{ p.nom }}'!B5",
    }  # fmt: skip
    path = template(tmp_path, plan, bilan, names=("{{ p.nom }}", "Bilan"))
    found = values(filled(path, pays=[{"nom": "Maroc", "xs": [1, 2]}, {"nom": "Côte d'Or", "xs": [3]}])["Bilan"])
    assert found == [
        ["Maroc", "=Maroc!B3"],
        ["Côte d'Or", "='Côte d''Or'!B2"],
        [None, "=SUM(Maroc!B3,'Côte d''Or'!B2)", "=SUM(Maroc!B1:B2,'Côte d''Or'!B1:B1)", "=Maroc!B3"],
    ]
    assert values(filled(path, pays=[])["Bilan"]) == [
        [None, "=SUM(Bilan!WQJ1000000)", "=SUM(Bilan!WQJ1000000:WQJ1000000)", "=Bilan!WQJ1000000"]
    ]


def test_tags_in_the_strings_of_a_formula_are_filled_and_cannot_leave_them(tmp_path: Path) -> None:
    path = template(tmp_path, {"A1": '=HYPERLINK("https://x.org/{{ a.id }}","voir « {{ a.nom }} »")'})
    found = sheet(path, a={"id": 'x")+1&("<&', "nom": "A1"})["A1"].value
    assert found == '=HYPERLINK("https://x.org/x"")+1&(""<&","voir « A1 »")'


def test_a_tag_outside_the_strings_of_a_formula_is_a_number_or_a_text_never_a_piece_of_formula(tmp_path: Path) -> None:
    path = template(tmp_path, {"A1": "={{ a1 }}*2+B7", "A2": "=LEN({{ texte }})"})
    assert values(sheet(path, a1=12.5, texte='A1)+1&"')) == [["=12.5*2+B7"], ['=LEN("A1)+1&""")']]


def test_formulas_that_excel_shares_between_cells_are_written_out(tmp_path: Path) -> None:
    from openpyxl.worksheet.formula import ArrayFormula

    path = template(tmp_path, {**LOOP, "B7": "=A7*2", "B8": "x", "D8": "y"})
    changed(path, lambda page: page.__setitem__("D7", ArrayFormula("D7:D8", "=A7:A8*2")))
    data = dict(_parts(path))
    name = "xl/worksheets/sheet1.xml"
    data[name] = (
        data[name]
        .replace(b'<c r="B7"><f>A7*2</f>', b'<c r="B7"><f t="shared" ref="B7:B8" si="0">A7*2+A$4</f>')
        .replace(
            data[name][data[name].index(b'<c r="B8"') : data[name].index(b'<c r="D8"')], b'<c r="B8"><f t="shared" si="0"/><v>9</v></c>'
        )
    )
    _zip(path, data)
    page = sheet(path, xs=[1])
    assert (page["B5"].value, page["B6"].value) == ("=A5*2+A$3", "=A6*2+A$3")
    array = page["D5"].value
    assert (array.ref, array.text) == ("D5:D6", "=A5:A6*2")


def _parts(path: Path) -> dict[str, bytes]:
    from classeur import parts

    return parts(path.read_bytes())


def _zip(path: Path, data: dict[str, bytes]) -> None:
    import zipfile

    with zipfile.ZipFile(path, "w") as package:
        for name, content in data.items():
            package.writestr(name, content)


def test_stale_results_of_formulas_are_not_kept(tmp_path: Path) -> None:
    path = template(tmp_path, {**LOOP, "B7": "=SUM(A4)"})
    data = _parts(path)
    name = "xl/worksheets/sheet1.xml"
    data[name] = data[name].replace(b"<f>SUM(A4)</f><v></v>", b"<f>SUM(A4)</f><v>999</v>")
    assert b"999" in data[name]
    _zip(path, data)
    assert "999" not in part(raw(path, xs=[1]), name)


@pytest.mark.parametrize("calculation", [b"", b'<calcPr calcId="191029"/>', b'<calcPr fullCalcOnLoad="0" iterate="1"/>'])
def test_formulas_are_calculated_when_the_file_is_opened(tmp_path: Path, calculation: bytes) -> None:
    import re

    path = template(tmp_path, {"A1": "{{ x }}", "A2": "=A1"})
    data = _parts(path)
    data["xl/workbook.xml"] = re.sub(rb"<calcPr[^>]*/>", calculation, data["xl/workbook.xml"])
    _zip(path, data)
    made = raw(path, x=1)
    assert re.findall(r"<calcPr[^>]*/>", part(made, "xl/workbook.xml"))[0].count('fullCalcOnLoad="1"') == 1
    assert part(made, "xl/workbook.xml").index("</sheets>") < part(made, "xl/workbook.xml").index("<calcPr")


# Merged cells


def merged(tmp_path: Path, *blocks: str, cells: dict[str, Any] | None = None, **context: Any) -> set[str]:
    path = template(tmp_path, cells or {**LOOP, "A8": "fin", "G9": "x"})

    def merge(page: Worksheet) -> None:
        for block in blocks:
            page.merge_cells(block)

    changed(path, merge)
    return {str(block) for block in sheet(path, **context).merged_cells.ranges}


def test_merged_cells_below_move_inside_are_repeated_and_around_are_stretched(tmp_path: Path) -> None:
    blocks = ("A1:C1", "B4:D4", "A8:C9", "F2:F7")
    assert merged(tmp_path, *blocks, xs=[1, 2, 3]) == {"A1:C1", "B3:D3", "B4:D4", "B5:D5", "A8:C9", "F2:F7"}
    assert merged(tmp_path, *blocks, xs=[]) == {"A1:C1", "A5:C6", "F2:F4"}


def test_merged_cells_over_several_rows_of_a_loop_and_around_an_inner_loop(tmp_path: Path) -> None:
    cells = {
        "A1": "{%row for g in gs %}", "A2": "{{ loop.index }}", "B3": "{%row for x in g %}", "C4": "{{ x }}", "C5": "suite",
        "B6": "{%row endfor %}", "B7": "{%row endfor %}",
    }  # fmt: skip
    found = merged(tmp_path, "A2:A6", "D4:D5", cells=cells, gs=[[1, 2], [3]])
    assert found == {"A1:A5", "D2:D3", "D4:D5", "A6:A8", "D7:D8"}


def test_merged_cells_across_a_column_loop(tmp_path: Path) -> None:
    cells = {"A1": "a", "B1": "{%col for q in qs %}", "C2": "{{ q }}", "C3": "x", "D3": "y", "E1": "{%col endfor %}", "F1": "f", "F3": "z"}
    found = merged(tmp_path, "C2:D2", "A3:F3", cells=cells, qs=[1, 2])
    assert found == {"B2:C2", "D2:E2", "A3:F3"}


def test_merged_cells_that_shrink_to_one_cell_are_merged_no_more(tmp_path: Path) -> None:
    assert merged(tmp_path, "C3:C5", xs=[1]) == set()
    assert merged(tmp_path, "C3:C5", xs=[1, 2]) == {"C3:C4"}


def test_no_merged_cells_are_left_no_element(tmp_path: Path) -> None:
    path = changed(template(tmp_path, LOOP), lambda page: page.merge_cells("A4:B4"))
    assert "mergeCell" not in part(raw(path, xs=[]), "xl/worksheets/sheet1.xml")


# Conditional formats and data validations


def rules(tmp_path: Path, *found: tuple[str, str], cells: dict[str, Any] | None = None, **context: Any) -> list[tuple[str, str]]:
    path = template(tmp_path, cells or LOOP)

    def add(page: Worksheet) -> None:
        for block, text in found:
            page.conditional_formatting.add(block, FormulaRule([text], fill=RED))  # type: ignore[no-untyped-call]

    changed(path, add)
    page = sheet(path, **context)
    return [(str(one.sqref), rule.formula[0]) for one in page.conditional_formatting for rule in one.rules]


def test_one_conditional_format_serves_all_instances(tmp_path: Path) -> None:
    found = rules(tmp_path, ("A4:C4", "$A4>$A$8"), ("A4", "A4=A$1"), ("A4:A4", "A4>H1"), xs=[1, 2, 3])
    assert found == [("A3:C5", "$A3>$A$8"), ("A3:A5", "A3=A$1"), ("A3:A5", "A3>H$1")]
    assert rules(tmp_path, ("A4:C4", "$A4>2"), ("A8:A9", "A8>1"), xs=[]) == [("A5:A6", "A5>1")]


def test_a_conditional_format_on_every_second_row_lists_them(tmp_path: Path) -> None:
    cells = {"A3": "{%row for x in xs %}", "A4": "{{ x }}", "A5": "suite", "A6": "{%row endfor %}"}
    assert rules(tmp_path, ("A4:B4", "$A5>1"), cells=cells, xs=[1, 2]) == [("A3:B3 A5:B5", "$A4>1")]
    assert rules(tmp_path, ("A4:B5", "A$4>1"), cells=cells, xs=[1, 2]) == [("A3:B4", "A$3>1"), ("A5:B6", "A$5>1")]


def test_a_conditional_format_whose_first_rows_are_left_out_is_read_from_its_first_row(tmp_path: Path) -> None:
    cells = {"A3": "{%row if ici %}", "A4": "1", "A5": "{%row endif %}", "A6": "2", "A7": "3"}
    found = ("A4:A7", "$A4>B4"), ("A4:A7", "A4>$A$7")
    assert rules(tmp_path, *found, cells=cells, ici=True) == [("A3:A5", "$A3>B3"), ("A3:A5", "A3>$A$5")]
    assert rules(tmp_path, *found, cells=cells, ici=False) == [("A3:A4", "$A3>B3"), ("A3:A4", "A3>$A$4")]


def test_a_conditional_format_around_a_loop_is_stretched(tmp_path: Path) -> None:
    assert rules(tmp_path, ("A1:B9", "A1>$B$7"), xs=[1, 2, 3, 4]) == [("A1:B10", "A1>$B$8")]


def test_data_validations_follow_with_their_lists(tmp_path: Path) -> None:
    path = template(tmp_path, {**LOOP, "B4": "", "B7": ""}, {"A1": "{%row for s in statuts %}", "A2": "{{ s }}", "A3": "{%row endfor %}"})

    def add(page: Worksheet) -> None:
        for place, formula in (("B4", "Synthèse!$A$2"), ("B7", "Synthèse!$A$1:$A$3"), ("C7", '"oui,{{ troisième }}"'.replace("è", "e"))):
            rule = DataValidation(type="list", formula1=formula)
            rule.add(place)
            page.add_data_validation(rule)

    page = sheet(changed(path, add), xs=[1, 2], statuts=["a", "b", "c"], troisieme="non & rien")
    assert [(str(one.sqref), one.formula1) for one in page.data_validations.dataValidation] == [
        ("B3:B4", "Synthèse!$A$1:$A$3"), ("B6", "Synthèse!$A$1:$A$3"), ("C6", '"oui,non & rien"'),
    ]  # fmt: skip
    assert "dataValidations" in part(raw(path, xs=[], statuts=[], troisieme=""), "xl/worksheets/sheet1.xml")


def test_validations_that_lost_their_cells_leave_nothing(tmp_path: Path) -> None:
    def add(page: Worksheet) -> None:
        rule = DataValidation(type="decimal", formula1="0")
        rule.add("A4")
        page.add_data_validation(rule)
        page.conditional_formatting.add("A4", CellIsRule("equal", ["1"], fill=RED))  # type: ignore[no-untyped-call]

    xml = part(raw(changed(template(tmp_path, LOOP), add), xs=[]), "xl/worksheets/sheet1.xml")
    assert "dataValidation" not in xml
    assert "conditionalFormatting" not in xml


# Views, filters, printing


def test_filters_print_areas_titles_and_frozen_rows_follow(tmp_path: Path) -> None:
    path = template(tmp_path, {"A1": "{%row if titre %}", "A2": "{{ titre }}", "A3": "{%row endif %}", "A4": "N°", "B4": "x",
                               "A5": "{%row for x in xs %}", "A6": "{{ x }}", "A7": "{%row endfor %}", "A8": "Total"})  # fmt: skip

    def set_up(page: Worksheet) -> None:
        page.auto_filter.ref = "A4:B7"
        page.auto_filter.add_filter_column(1, ["x"])
        page.freeze_panes = "B5"
        page.print_title_rows, page.print_area = "2:4", "A2:B8"
        page.sheet_view.selection[0].activeCell = "A6"

    changed(path, set_up)
    page = sheet(path, titre="T", xs=[1, 2, 3])
    assert (page.auto_filter.ref, page.freeze_panes, page.print_title_rows, page.print_area) == ("A2:B5", "B3", "$1:$2", "'Plan'!$A$1:$B$6")
    assert page.auto_filter.filterColumn[0].colId == 1
    page = sheet(path, titre="", xs=[])
    assert (page.auto_filter.ref, page.freeze_panes, page.print_title_rows, page.print_area) == ("A1:B1", "B2", "$1:$1", "'Plan'!$A$1:$B$2")


def test_a_sheet_with_frozen_rows_opens_at_the_first_row_below_them(tmp_path: Path) -> None:
    """A row under a condition is the template's first one; what comes first of it may stand far below."""
    path = template(tmp_path, {"A1": "N°", "A2": "{%row for x in xs %}", "A3": "{%row if x == 3 %}", "A4": "trois", "A5": "{%row endif %}",
                               "A6": "{{ x }}", "A7": "{%row endfor %}"})  # fmt: skip

    def freeze(page: Worksheet) -> None:
        page.freeze_panes = "A2"

    page = sheet(changed(path, freeze), xs=[1, 2, 3])
    assert [row[0].value for row in page.iter_rows()] == ["N°", 1, 2, "trois", 3]
    assert page.freeze_panes == "A2"


def test_a_filtered_column_after_a_column_loop_is_still_the_same_one(tmp_path: Path) -> None:
    cells = {"A1": "a", "B1": "{%col for q in qs %}", "C1": "{{ q }}", "D1": "{%col endfor %}", "E1": "e"}

    def set_up(page: Worksheet) -> None:
        page.auto_filter.ref = "A1:E9"
        page.auto_filter.add_filter_column(4, ["x"])
        page.print_title_cols = "A:C"

    page = sheet(changed(template(tmp_path, cells), set_up), qs=["T1", "T2", "T3"])
    assert page.auto_filter.ref == "A1:E9"
    assert page.auto_filter.filterColumn[0].colId == 4
    assert page.print_title_cols == "$A:$D"


def test_a_print_area_that_lost_all_its_cells_is_dropped(tmp_path: Path) -> None:
    path = changed(template(tmp_path, LOOP), lambda page: setattr(page, "print_area", "A4:B4"))
    assert sheet(path, xs=[1]).print_area == "'Plan'!$A$3:$B$3"
    assert "Print_Area" not in part(raw(path, xs=[]), "xl/workbook.xml")


def test_page_breaks_follow_their_rows(tmp_path: Path) -> None:
    cells = {"A1": "{%row for g in gs %}", "A2": "{{ g }}", "A3": "b", "A4": "{%row endfor %}", "A5": "x", "A6": "y"}

    def set_up(page: Worksheet) -> None:
        page.row_breaks.append(Break(3))
        page.row_breaks.append(Break(5))

    path = changed(template(tmp_path, cells), set_up)
    assert [one.id for one in sheet(path, gs=[1, 2]).row_breaks.brk] == [2, 4, 5]
    assert [one.id for one in sheet(path, gs=[]).row_breaks.brk] == [1]


def test_groups_and_hidden_rows_are_repeated_with_their_rows(tmp_path: Path) -> None:
    def set_up(page: Worksheet) -> None:
        page.row_dimensions[4].outlineLevel = 2
        page.row_dimensions[7].hidden = True
        page["A7"] = "caché"

    page = sheet(changed(template(tmp_path, LOOP), set_up), xs=[1, 2])
    assert [(page.row_dimensions[row].outlineLevel, page.row_dimensions[row].hidden) for row in (3, 4, 6)] == [
        (2, False),
        (2, False),
        (0, True),
    ]


# Heights


def heights(tmp_path: Path, text: str, change: Callable[[Worksheet], None], value: object = "x" * 100) -> list[float | None]:
    from openpyxl.styles import Alignment

    def set_up(page: Worksheet) -> None:
        page.column_dimensions["A"].width = 20
        page["A4"].alignment = Alignment(wrap_text=True)
        page.row_dimensions[4].height = 15
        change(page)

    path = changed(template(tmp_path, {**LOOP, "A4": text}), set_up)
    page = sheet(path, xs=["court", value])
    return [page.row_dimensions[row].height for row in (3, 4)]


def test_a_row_is_as_high_as_its_wrapped_text_needs(tmp_path: Path) -> None:
    first, second = heights(tmp_path, "{{ x }}", lambda page: page.row_dimensions[4].__setattr__("height", None))
    assert first is None  # one line: left to Excel
    assert second == pytest.approx(6 * 14.96)
    assert heights(tmp_path, "Texte : {{ x }}", lambda page: page.row_dimensions[4].__setattr__("height", None))[1] == pytest.approx(
        6 * 14.96
    )
    assert heights(tmp_path, "{{ x }}", lambda page: page.row_dimensions[4].__setattr__("height", None), "a\nb\nc")[1] == pytest.approx(
        3 * 14.96
    )


@pytest.mark.parametrize(
    ("text", "lines"), [("a" * 15 + "\nb\nc", 3), ("a\n" * 9 + "b", 10), ("a" * 25 + "\n" + "b" * 25, 4), ("a\n\nb", 3), ("a" * 45, 3)]
)
def test_each_line_of_a_text_wraps_for_itself(tmp_path: Path, text: str, lines: int) -> None:
    """Lines of a list do not fill the width: their characters together say nothing of how many lines they take."""
    found = heights(tmp_path, "{{ x }}", lambda page: page.row_dimensions[4].__setattr__("height", None), text)
    assert found[1] == pytest.approx(lines * 14.96)


def test_a_height_set_by_the_author_is_the_least(tmp_path: Path) -> None:
    assert heights(tmp_path, "{{ x }}", lambda page: None) == [15, pytest.approx(6 * 14.96)]


def test_merged_cells_are_as_wide_as_all_their_columns(tmp_path: Path) -> None:
    def merge(page: Worksheet) -> None:
        page.row_dimensions[4].height = None
        page.column_dimensions["B"].width = 60
        page.merge_cells("A4:B4")

    assert heights(tmp_path, "{{ x }}", merge)[1] == pytest.approx(2 * 14.96)


def test_no_row_is_higher_than_excel_allows_and_numbers_need_one_line(tmp_path: Path) -> None:
    def free(page: Worksheet) -> None:
        page.row_dimensions[4].height = None

    assert heights(tmp_path, "{{ x }}", free, "x" * 5000)[1] == 409
    assert heights(tmp_path, "{{ x }}", free, 123456789012)[1] is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("B2/A2{% if x > 1 %}*100{% endif %}", ["B1/A1", "B2/A2*100"]),
        ("A2{% if x > 1 %}+B2{% endif %}+A2", ["A1+A1", "A2+B2+A2"]),
        ("{% if x > 1 %}A2{% else %}B2{% endif %}*2", ["B1*2", "A2*2"]),
        ("{% if x > 1 %}B2{% else %}0{% endif %}+1", ["0+1", "B2+1"]),
        ("{# la somme #}SUM(A2:B2){# fin #}", ["SUM(A1:B1)", "SUM(A2:B2)"]),
        ("{% if x > 1 %}SUM(A2,1){% else %}0{% endif %}", ["0", "SUM(A2,1)"]),
        ("SUM(A{{ x }}:A{{ x + 1 }})", ["SUM(A1:A2)", "SUM(A2:A3)"]),
        ("A{% if x > 1 %}1{% else %}7{% endif %}", ["A7", "A1"]),
    ],
)
def test_a_reference_that_touches_a_tag_follows_its_cell(tmp_path: Path, text: str, expected: list[str]) -> None:
    """A statement beside a reference does not hide it; what a tag is part of is written by the data."""
    path = template(tmp_path, {"A1": "{%row for x in xs %}", "A2": "{{ x }}", "B2": "{{ x }}", "C2": f"={text}", "A3": "{%row endfor %}"})
    made = sheet(path, xs=[1, 2])
    assert [str(made[f"C{row}"].value)[1:] for row in (1, 2)] == expected


def test_a_function_inside_a_condition_still_takes_the_whole_loop(tmp_path: Path) -> None:
    assert formula(tmp_path, "{% if xs %}SUM(A4){% else %}0{% endif %}") == "SUM(A3:A5)"
