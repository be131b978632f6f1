"""Excel templates: typed cells, loops over rows, columns and sheets, and all that points at cells staying right."""

from __future__ import annotations

import csv
import io
import subprocess
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from amem_reports.errors import AmemError
from amem_reports.rendering import render

LOOP, END = "{%row for l in lignes %}", "{%row endfor %}"


def template(folder: Path, rows: list[list[Any]], change: Callable[[Workbook, Worksheet], None] = lambda book, sheet: None) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Données"
    for row in rows:
        sheet.append(row)
    change(book, sheet)
    book.save(folder / "modele.xlsx")
    return folder / "modele.xlsx"


def rendered(path: Path, **context: Any) -> io.BytesIO:
    out = io.BytesIO()
    render(path, context, out)
    return out


def filled(path: Path, **context: Any) -> Worksheet:
    sheet = openpyxl.load_workbook(rendered(path, **context)).worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


def values(sheet: Worksheet) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


LIGNES = [{"n": 1, "t": "un"}, {"n": 2.5, "t": "deux & <trois>"}, {"n": -3, "t": "=1+1"}]


def test_rows_are_repeated_and_marker_rows_vanish(tmp_path: Path) -> None:
    sheet = filled(template(tmp_path, [["N", "Texte"], [LOOP], ["{{ l.n }}", "{{ l.t }}"], [END], ["fin"]]), lignes=LIGNES)
    assert values(sheet) == [["N", "Texte"], [1, "un"], [2.5, "deux & <trois>"], [-3, "=1+1"], ["fin", None]]


@pytest.mark.parametrize("text", ["=1+1", "+33 6", "-5 %", "@nom", "=cmd|' /C calc'!A0"])
def test_text_never_becomes_a_formula(tmp_path: Path, text: str) -> None:
    cell = filled(template(tmp_path, [["{{ x }}"]]), x=text)["A1"]
    assert (cell.value, cell.data_type) == (text, "s") or cell.data_type == "inlineStr"
    with zipfile.ZipFile(rendered(tmp_path / "modele.xlsx", x=text)) as package:
        assert "<f>" not in package.read("xl/worksheets/sheet1.xml").decode()


def test_a_cell_that_is_one_tag_keeps_the_kind_of_its_value(tmp_path: Path) -> None:
    def dates(_: Workbook, sheet: Worksheet) -> None:
        sheet["C1"].number_format = "dd/mm/yyyy"
        sheet["D1"].number_format = "0 %"

    sheet = filled(
        template(tmp_path, [["{{ n }}", "{{ b }}", "{{ d }}", "{{ p }}", "{{ v }}", "{{ d }}", "n = {{ n }}"]], dates),
        n=12,
        b=True,
        d="2019-08-01",
        p=0.45,
        v=None,
    )
    assert values(sheet) == [[12, True, datetime(2019, 8, 1), 0.45, None, "2019-08-01", "n = 12"]]
    assert sheet["D1"].number_format == "0 %"


def test_loops_nest_and_conditions_hold(tmp_path: Path) -> None:
    rows = [
        ["{%row for g in groupes %}"], ["{{ g.nom }}"],
        ["{%row for x in g.xs %}"], ["– {{ x }}"], [END],
        ["{%row if not g.xs %}"], ["rien"], ["{%row endif %}"], [END],
    ]  # fmt: skip
    sheet = filled(template(tmp_path, rows), groupes=[{"nom": "a", "xs": [1, 2]}, {"nom": "b", "xs": []}])
    assert [row[0] for row in values(sheet)] == ["a", "– 1", "– 2", "b", "rien"]


def test_columns_are_repeated_with_their_width(tmp_path: Path) -> None:
    def width(_: Workbook, sheet: Worksheet) -> None:
        sheet.column_dimensions["C"].width = 7

    rows: list[list[Any]] = [
        ["Nom", "{%col for t in ts %}", "{{ t }}", "{%col endfor %}", "Total"],
        [LOOP],
        ["{{ l.t }}", None, "{{ t }}{{ l.n }}", None, "x"],
        [END],
    ]
    sheet = filled(template(tmp_path, rows, width), ts=["T1", "T2", "T3"], lignes=LIGNES[:2])
    assert values(sheet) == [
        ["Nom", "T1", "T2", "T3", "Total"],
        ["un", "T11", "T21", "T31", "x"],
        ["deux & <trois>", "T12.5", "T22.5", "T32.5", "x"],
    ]


def test_formulas_follow_rows_inside_and_around_a_loop(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["N", "Double"], [LOOP], ["{{ l.n }}", "=A3*2+$D$1"], [END], ["=SUM(A3:A3)", "=B3", "=A5"]]
    sheet = filled(template(tmp_path, rows), lignes=LIGNES)
    assert [row[1] for row in values(sheet)[1:4]] == ["=A2*2+$D$1", "=A3*2+$D$1", "=A4*2+$D$1"]
    assert values(sheet)[4][0] == "=SUM(A2:A4)"
    assert values(sheet)[4][2] == "=A5"


def test_formulas_of_other_sheets_and_names_follow(tmp_path: Path) -> None:
    def more(book: Workbook, sheet: Worksheet) -> None:
        other = book.create_sheet("Total")
        other["A1"] = "=SUM('Données'!A2:A2)"
        book.defined_names["valeurs"] = DefinedName("valeurs", attr_text="'Données'!$A$2:$A$2")
        sheet.print_title_rows = "5:5"
        sheet.print_area = "A1:B5"

    path = template(tmp_path, [[LOOP], ["{{ l.n }}"], [END], ["pied"], ["titre"]], more)
    book = openpyxl.load_workbook(rendered(path, lignes=LIGNES))
    assert book["Total"]["A1"].value == "=SUM(Données!A1:A3)" or book["Total"]["A1"].value == "=SUM('Données'!A1:A3)"
    assert book.defined_names["valeurs"].attr_text.endswith("$A$1:$A$3")
    assert book["Données"].print_title_rows == "$5:$5"
    assert book["Données"].print_area.endswith("$A$1:$B$5")


def test_merges_formats_validations_and_filters_follow(tmp_path: Path) -> None:
    def more(_: Workbook, sheet: Worksheet) -> None:
        rule = FormulaRule(formula=["A3>1"], fill=PatternFill("solid", bgColor="FF0000"))  # type: ignore[no-untyped-call]
        sheet.merge_cells("A5:B5")
        sheet.merge_cells("B3:C3")
        sheet.conditional_formatting.add("A3:A3", rule)
        validation = DataValidation(type="list", formula1='"a,b"')
        validation.add("C3")
        sheet.add_data_validation(validation)
        sheet.auto_filter.ref = "A1:C3"
        sheet.freeze_panes = "A2"

    sheet = filled(template(tmp_path, [["a", "b", "c"], [LOOP], ["{{ l.n }}", "{{ l.t }}"], [END], ["pied"]], more), lignes=LIGNES)
    assert {str(merged) for merged in sheet.merged_cells.ranges} == {"B2:C2", "B3:C3", "B4:C4", "A5:B5"}
    (rule,) = sheet.conditional_formatting
    assert (str(rule.sqref), rule.rules[0].formula) == ("A2:A4", ["A2>1"])
    assert str(sheet.data_validations.dataValidation[0].sqref) == "C2:C4"
    assert sheet.auto_filter.ref == "A1:C4"
    assert sheet.freeze_panes == "A2"


def test_a_table_grows_with_its_rows(tmp_path: Path) -> None:
    def more(_: Workbook, sheet: Worksheet) -> None:
        sheet.add_table(Table(displayName="Suivi", ref="A1:B4"))

    sheet = filled(template(tmp_path, [["n", "t"], [LOOP], ["{{ l.n }}", "{{ l.t }}"], [END]], more), lignes=LIGNES)
    assert sheet.tables["Suivi"].ref == "A1:B4"
    assert filled(tmp_path / "modele.xlsx", lignes=LIGNES * 5).tables["Suivi"].ref == "A1:B16"


def test_a_sheet_for_each_item(tmp_path: Path) -> None:
    def more(_: Workbook, sheet: Worksheet) -> None:
        sheet.title = "{{ p.nom }}"

    path = template(tmp_path, [["{%sheet for p in pays %}"], ["{{ p.nom }}"]], more)
    book = openpyxl.load_workbook(rendered(path, pays=[{"nom": "Maroc"}, {"nom": "Tunisie"}]))
    assert book.sheetnames == ["Maroc", "Tunisie"]
    assert "Tunisie" in [cell.value for row in book["Tunisie"].iter_rows() for cell in row]


def test_headers_and_footers_are_filled(tmp_path: Path) -> None:
    def more(_: Workbook, sheet: Worksheet) -> None:
        assert sheet.oddHeader is not None
        sheet.oddHeader.left.text = "{{ titre }}"

    header = filled(template(tmp_path, [["a"]], more), titre="Plan & suite").oddHeader
    assert header is not None
    assert str(header.left.text).replace("&&", "&") == "Plan & suite"


def test_an_empty_loop_leaves_sound_formulas(tmp_path: Path) -> None:
    sheet = filled(template(tmp_path, [["N"], [LOOP], ["{{ l.n }}"], [END], ["=SUM(A3:A3)"]]), lignes=[])
    formula = values(sheet)[1][0]
    assert formula.startswith("=SUM(")
    assert "#REF" not in formula


def test_rows_are_high_enough_for_their_text(tmp_path: Path) -> None:
    def wrap(_: Workbook, sheet: Worksheet) -> None:
        sheet.column_dimensions["A"].width = 20
        sheet["A2"].alignment = openpyxl.styles.Alignment(wrap_text=True)

    sheet = filled(
        template(tmp_path, [[LOOP], ["{{ l.t }}"], [END]], wrap), lignes=[{"t": "court"}, {"t": "assez long pour plusieurs lignes " * 5}]
    )
    low, high = (sheet.row_dimensions[row].height or 15 for row in (1, 2))
    assert high >= 5 * low


FAULTS: list[tuple[list[list[Any]], str]] = [
    ([["{{ manque }}"]], "feuille Données, cellule A1"),
    ([["a"], [None, "{{ x.y }}"]], "feuille Données, cellule B2"),
    ([[LOOP], ["{{ l.non }}"], [END]], "cellule A2"),
    ([[LOOP], ["{{ l.n }}"]], "feuille Données, cellule A1"),
    ([["{%row endfor %}"]], "feuille Données, cellule A1"),
    ([["{{ 1|inconnu }}"]], "filtre inconnu « inconnu »"),
    ([["{{ grand }}"]], "32"),
]


@pytest.mark.parametrize(("rows", "expected"), FAULTS, ids=range(len(FAULTS)))
def test_a_fault_says_sheet_and_cell(tmp_path: Path, rows: list[list[Any]], expected: str) -> None:
    with pytest.raises(AmemError) as caught:
        rendered(template(tmp_path, rows), lignes=LIGNES, x={"z": 1}, grand="x" * 40_000)
    sentence = str(caught.value)
    assert sentence.startswith("modele.xlsx, ")
    assert expected in sentence, sentence
    assert all(constat.remede for constat in caught.value.constats)


def test_the_same_input_gives_the_same_bytes_and_untouched_parts_stay(tmp_path: Path) -> None:
    path = template(tmp_path, [[LOOP], ["{{ l.n }}"], [END]])
    first = rendered(path, lignes=LIGNES)
    assert rendered(path, lignes=LIGNES).getvalue() == first.getvalue()
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(first) as after:
        for name in ("xl/styles.xml", "xl/theme/theme1.xml"):
            assert before.read(name) == after.read(name)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(-1000, 1000), max_size=4), max_size=5))
def test_a_total_covers_exactly_the_rows_that_loops_made(tmp_path: Path, groups: list[list[int]]) -> None:
    """The row map against a naive model: the total's range is that of the rows written."""
    rows = [["N"], ["{%row for g in gs %}"], ["{%row for x in g %}"], ["{{ x }}"], [END], [END], ["=SUM(A4:A4)"]]
    found = values(filled(template(tmp_path, rows), gs=groups))
    numbers = [x for group in groups for x in group]
    assert [row[0] for row in found[1:-1]] == numbers
    if numbers:
        assert found[-1][0] in (f"=SUM(A2:A{1 + len(numbers)})", "=SUM(A2)", "=SUM(A2:A2)")


@pytest.mark.libreoffice
def test_libreoffice_recalculates_to_the_right_figures(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["N", "D"],
        [LOOP],
        ["{{ l.n }}", "=A3*2"],
        [END],
        ["=SUM(A3:A3)", "=SUM(B3:B3)"],
        ['=COUNTIF(A3:A3,">0")', "=MAX(B3:B3)"],
    ]
    (tmp_path / "fait.xlsx").write_bytes(rendered(template(tmp_path, rows), lignes=LIGNES).getvalue())
    profile = f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "fait.xlsx")], check=True, capture_output=True, timeout=120)
    table = list(csv.reader((tmp_path / "fait.csv").read_text(encoding="utf-8").splitlines()))
    assert [[float(cell.replace(",", ".")) for cell in row] for row in table[4:6]] == [[0.5, 1.0], [2.0, 5.0]]
