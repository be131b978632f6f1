"""Cells of an Excel template: typed values, mixed and rich text, and what must stay text."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from classeur import drawn, filled, part, raw, sheet, template, values
from openpyxl.cell.rich_text import CellRichText
from openpyxl.workbook import Workbook

from amem_reports.errors import AmemError
from amem_reports.rendering import render


def cell(tmp_path: Path, value: Any, text: str = "{{ x }}", code: str = "General") -> Any:
    return sheet(template(tmp_path, {"A1": text}, A1=code), x=value)["A1"]


@pytest.mark.parametrize("value", [3, -7, 0.45, 1e-9, 10**15, True, False, "texte", "0123", "12,5", "VRAI"])
def test_a_cell_that_is_one_tag_keeps_the_type_of_its_value(tmp_path: Path, value: Any) -> None:
    found = cell(tmp_path, value)
    assert found.value == value
    assert type(found.value) is type(value)


def test_a_decimal_becomes_a_number_and_nothing_an_empty_cell_that_keeps_its_style(tmp_path: Path) -> None:
    assert cell(tmp_path, Decimal("12.50"), code="0.00").value == 12.5
    for nothing in (None, ""):
        found = cell(tmp_path, nothing, code="0.00")
        assert found.value is None
        assert found.number_format == "0.00"


def test_a_date_is_a_date_only_where_the_cell_shows_dates(tmp_path: Path) -> None:
    day = dt.date(2019, 7, 15)
    assert cell(tmp_path, day, code="dd/mm/yyyy").value == dt.datetime(2019, 7, 15)
    assert cell(tmp_path, "2019-07-15", code="[$-40C]d\\ mmmm\\ yyyy;@").value == dt.datetime(2019, 7, 15)
    assert cell(tmp_path, day).value == "2019-07-15"
    assert cell(tmp_path, "2019-T3", code="dd/mm/yyyy").value == "2019-T3"
    assert cell(tmp_path, "2019-99-99", code="dd/mm/yyyy").value == "2019-99-99"


def test_the_day_of_a_week_is_a_text(tmp_path: Path) -> None:
    assert cell(tmp_path, "2019-W01-1", code="dd/mm/yyyy").value == "2019-W01-1"


def test_dates_before_march_1900_count_as_excel_counts_them_and_older_ones_stay_text(tmp_path: Path) -> None:
    cells, code = {f"A{n}": f"{{{{ x[{n - 1}] }}}}" for n in (1, 2, 3, 4)}, "dd/mm/yyyy"
    path = template(tmp_path, cells, A1=code, A2=code, A3=code, A4=code)
    xml = part(raw(path, x=["1900-03-01", "1900-02-28", "1900-01-01", "1899-12-31"]), "xl/worksheets/sheet1.xml")
    assert [f"<v>{serial}</v>" in xml for serial in (61, 59, 1)] == [True, True, True]
    assert "<t>1899-12-31</t>" in xml


def test_an_hour_is_kept_with_its_date(tmp_path: Path) -> None:
    found = cell(tmp_path, "2019-07-15T18:00:00", code="dd/mm/yyyy hh:mm")
    assert found.value == dt.datetime(2019, 7, 15, 18)


@pytest.mark.parametrize(
    ("code", "dates"), [('#,##0 "jours"', False), ("[Red]0.00", False), ("0.00E+00", False), ("[h]:mm", True), ("mmm-yy", True)]
)
def test_number_formats_with_letters_are_not_taken_for_dates(tmp_path: Path, code: str, dates: bool) -> None:
    data = raw(template(tmp_path, {"A1": "{{ x }}"}, A1=code), x="2019-07-15")
    assert ("<v>43661</v>" in part(data, "xl/worksheets/sheet1.xml")) is dates


def test_dates_count_from_1904_in_a_workbook_that_does(tmp_path: Path) -> None:
    def draw(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet().write("A1", "{{ x }}", book.add_format({"num_format": "dd/mm/yyyy"}))

    path = tmp_path / "m.xlsx"
    book = xlsxwriter.Workbook(str(path), {"date_1904": True})
    draw(book)
    book.close()
    assert sheet(path, x="2019-07-15")["A1"].value == dt.datetime(2019, 7, 15)
    assert "<v>42199</v>" in part(raw(path, x="2019-07-15"), "xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("text", ["=1+1", "+33 1", "-5 %", "@nom", '=HYPERLINK("http://x")', "\t=1", "'=1"])
def test_data_that_looks_like_a_formula_stays_text(tmp_path: Path, text: str) -> None:
    found = cell(tmp_path, text)
    assert (found.value, found.data_type) == (text, "s")
    assert "<f>" not in part(raw(template(tmp_path, {"A1": "{{ x }}"}), x=text), "xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(
    "text", ["a & b <c> \"d\" 'e'", "]]>", "é😀\u200fعربي", " espaces ", "deux\nlignes", "_x0041_", "{{ y }}", "&lt;", "x" * 32_767]
)
def test_any_text_comes_through_as_it_is(tmp_path: Path, text: str) -> None:
    assert _unescaped(cell(tmp_path, text).value) == text


@pytest.mark.parametrize("text", ["a & b <c> \"d\" 'e'", "]]>", "é😀\u200fعربي", " espaces ", "deux\nlignes", "_x0041_", "{{ y }}"])
def test_any_text_comes_through_among_other_text(tmp_path: Path, text: str) -> None:
    assert _unescaped(cell(tmp_path, text, "Texte : {{ x }}").value) == f"Texte : {text}"


def _unescaped(text: str) -> str:
    """As Excel reads it; openpyxl leaves `_x005F_` alone."""
    return text.replace("_x005F_", "_")


def test_text_that_excel_would_take_for_an_escape_is_escaped_itself(tmp_path: Path) -> None:
    xml = part(
        raw(template(tmp_path, {"A1": "{{ x }}", "A2": "{{ y }}"}), x="_x0041_", y="_x41_ _xlfn _x00G1_"), "xl/worksheets/sheet1.xml"
    )
    assert "<t>_x005F_x0041_</t>" in xml
    assert "<t>_x41_ _xlfn _x00G1_</t>" in xml


def test_spaces_at_the_ends_of_a_text_are_marked_as_kept(tmp_path: Path) -> None:
    path = template(tmp_path, {"A1": "{{ x }}", "A2": "{{ y }}"})
    xml = part(raw(path, x=" un", y="deux"), "xl/worksheets/sheet1.xml")
    assert '<t xml:space="preserve"> un</t>' in xml
    assert "<t>deux</t>" in xml


def test_characters_that_xml_forbids_are_left_out_and_told(tmp_path: Path) -> None:
    path = template(tmp_path, {"A1": "{{ x }}", "A2": "b"})
    with (tmp_path / "out.xlsx").open("wb") as out:
        warnings = render(path, {"x": "a\x00\x01\x02\x03b\x1f\ufffe"}, out)
    assert warnings == ("6 caractères qu’Excel ne peut pas contenir : laissés de côté",)
    assert sheet(path, x="a\x00\x01\x02\x03b\x1f\ufffe")["A1"].value == "ab"


@pytest.mark.parametrize("mark", ["\x01", "<\x01", "<\x030<\x04", "<\x064<\x0f", "<\x05", "<\x06"])
def test_data_cannot_forge_the_marks_of_the_engine(tmp_path: Path, mark: str) -> None:
    path = template(tmp_path, {"A1": "{%row for x in xs %}", "A2": "{{ x }}", "A3": "{%row endfor %}", "A4": "=SUM(A2)", "B4": "fin"})
    found = values(sheet(path, xs=[mark, f"a{mark}b"]))
    printable = "".join(c for c in mark if c >= " ")
    assert [row[0] for row in found] == [printable, f"a{printable}b", "=SUM(A1:A2)"]
    assert found[2][1] == "fin"


def test_text_around_tags_makes_one_text(tmp_path: Path) -> None:
    assert cell(tmp_path, 3, "Total : {{ x }} activités").value == "Total : 3 activités"
    assert cell(tmp_path, 3, "{{ x }}{{ x }}").value == "33"
    assert cell(tmp_path, 3, "{% if x > 2 %}beaucoup{% else %}peu{% endif %}").value == "beaucoup"


def test_blocks_that_leave_nothing_leave_an_empty_cell(tmp_path: Path) -> None:
    xml = part(raw(template(tmp_path, {"A1": "{% if x %}{{ x }}{% endif %}"}), x=""), "xl/worksheets/sheet1.xml")
    assert '<c r="A1"/>' in xml


def test_a_text_without_tags_is_left_alone_even_with_braces(tmp_path: Path) -> None:
    path = template(tmp_path, {"A1": "{{ x }}", "A2": "un { bout", "A3": "{ % }", "A4": "fin }}", "A5": "{% raw %}{{ brut }}{% endraw %}"})
    assert values(sheet(path, x=1)) == [[1], ["un { bout"], ["{ % }"], ["fin }}"], ["{{ brut }}"]]


@pytest.mark.parametrize("text", ["{{ x", "un {{ bout", "{% if x", "{{ x }} et {{ y"])
def test_a_tag_that_never_ends_is_a_fault_of_its_cell(tmp_path: Path, text: str) -> None:
    with pytest.raises(AmemError, match=r"cellule B2 : balise ouverte par .* et jamais fermée dans cette cellule"):
        raw(template(tmp_path, {"A1": "{{ x }}", "B2": text}), x=1)


def test_runs_of_rich_text_keep_their_look_and_tags_split_over_runs_are_mended(tmp_path: Path) -> None:
    def draw(book: xlsxwriter.Workbook) -> None:
        bold, red = book.add_format({"bold": True}), book.add_format({"font_color": "red"})
        book.add_worksheet().write_rich_string(
            "A1", "Axe ", bold, "{{ ax", red, "e.num", "ero|default(“l’axe”) }} : ", bold, "{{ axe.titre }}"
        )

    path = drawn(tmp_path, draw)
    data = raw(path, axe={"numero": 2, "titre": "Données & co"})
    xml = part(data, "xl/worksheets/sheet1.xml")
    assert "".join(_runs(xml)) == "Axe 2 : Données &amp; co"
    assert xml.count("<b/>") == 2
    assert _runs(xml)[-1] == "Données &amp; co"
    assert "{{" not in part(data, "xl/sharedStrings.xml")


def _runs(xml: str) -> list[str]:
    import re

    return re.findall(r"<t[^>]*>([^<]*)</t>", xml)


def test_openpyxl_reads_the_rich_text_that_was_written(tmp_path: Path) -> None:
    import io

    import openpyxl

    def draw(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet().write_rich_string("A1", "Axe ", book.add_format({"bold": True}), "{{ x }}")

    book = openpyxl.load_workbook(io.BytesIO(raw(drawn(tmp_path, draw), x="deux")), rich_text=True)
    text = book.worksheets[0]["A1"].value
    assert isinstance(text, CellRichText)
    assert str(text) == "Axe deux"
    assert text[1].font.b  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "tag", ["{{ x|default(“vide”) }}", "{{ x|default(« vide ») }}", "{{\u00a0x|default(’vide’)\u00a0}}", "{{ x|default(‘vide’) }}"]
)
def test_quotation_marks_and_spaces_that_a_word_processor_changed_are_mended(tmp_path: Path, tag: str) -> None:
    assert cell(tmp_path, "plein", tag).value == "plein"


def test_shared_strings_without_tags_are_kept_where_they_are(tmp_path: Path) -> None:
    def draw(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet()
        page.write_column("A1", ["un", "{{ x }}", "deux", "un"])

    data = raw(drawn(tmp_path, draw), x="X")
    xml = part(data, "xl/worksheets/sheet1.xml")
    assert '<c r="A1" t="s"><v>0</v></c>' in xml
    assert '<c r="A3" t="s"><v>2</v></c>' in xml
    assert "<t>X</t>" in xml
    assert "un</t>" in part(data, "xl/sharedStrings.xml")


def test_too_long_a_text_is_refused_with_sheet_and_cell_all_at_once(tmp_path: Path) -> None:
    path = template(tmp_path, {"B2": "{{ x }}", "C3": "Avant {{ x }}", "D4": "{{ y }}"})
    with pytest.raises(AmemError) as caught:
        raw(path, x="x" * 32_768, y="y" * 32_767)
    assert [(c.endroit, c.message) for c in caught.value.constats] == [
        ("feuille Plan, cellule B2", "le texte compte 32\u202f768 caractères ; Excel en accepte 32\u202f767 par cellule"),
        ("feuille Plan, cellule C3", "le texte compte 32\u202f774 caractères ; Excel en accepte 32\u202f767 par cellule"),
    ]


def test_many_small_cells_in_a_long_row_are_no_long_text(tmp_path: Path) -> None:
    path = template(tmp_path, {f"{letter}1": "{{ x }}" for letter in "ABCDEFGH"})
    assert len(values(sheet(path, x="é&" * 8_000))[0]) == 8


def test_an_unknown_name_tells_sheet_cell_and_a_near_name(tmp_path: Path) -> None:
    path = template(tmp_path, {"A1": "{%row for a in activites %}", "B2": "{{ a.intitul }}", "A3": "{%row endfor %}"})
    with pytest.raises(AmemError) as caught:
        raw(path, activites=[{"intitule": "x"}])
    (constat,) = caught.value.constats
    assert (constat.fichier, constat.endroit) == ("modele.xlsx", "feuille Plan, cellule B2")
    assert "a.intitul" in constat.message
    assert "intitule" in constat.remede


def test_faults_of_several_sheets_are_told_together(tmp_path: Path) -> None:
    path = template(tmp_path, {"A1": "{{ inconnu }}"}, {"C5": "Texte {{ autre }}"})
    with pytest.raises(AmemError) as caught:
        raw(path, connu=1)
    assert [c.endroit for c in caught.value.constats] == ["feuille Plan, cellule A1", "feuille Synthèse, cellule C5"]


def test_a_percentage_keeps_number_and_style(tmp_path: Path) -> None:
    found = cell(tmp_path, 0.45, code="0%")
    assert (found.value, found.number_format) == (0.45, "0%")


def test_a_workbook_without_a_tag_is_copied(tmp_path: Path) -> None:
    from classeur import parts

    book = Workbook()
    book.worksheets[0]["A1"] = "=SUM(B1:B9)"
    path = tmp_path / "m.xlsx"
    book.save(path)
    assert parts(raw(path, x=1)) == parts(path.read_bytes())
    assert filled(path).worksheets[0]["A1"].value == "=SUM(B1:B9)"


def test_a_picture_in_a_cell_is_a_fault(tmp_path: Path) -> None:
    for text in ("{{ logo|image }}", "x {{ logo|image }}"):
        with pytest.raises(AmemError, match="« image » s’écrit seule dans le texte de remplacement d’une image du modèle Word"):
            raw(template(tmp_path, {"A1": text}), logo="a.png")


def test_a_calculation_that_gives_no_number_is_a_fault_of_its_cell(tmp_path: Path) -> None:
    for text in ("{{ x * 10 }}", "Total {{ x * 10 }}"):
        with pytest.raises(
            AmemError, match=r"cellule B1 : calcul impossible : le résultat n’est pas un nombre, dans « \{\{ x \* 10 \}\} »"
        ):
            raw(template(tmp_path, {"A1": "{{ x }}", "B1": text}), x=1e308)


def test_emoji_count_twice_in_the_length_of_a_text(tmp_path: Path) -> None:
    path = template(tmp_path, {"A1": "{{ x }}"})
    assert sheet(path, x="😀" * 16_383)["A1"].value == "😀" * 16_383
    with pytest.raises(AmemError, match="cellule A1 : le texte compte 32\u202f768 caractères"):
        raw(path, x="😀" * 16_384)


def test_half_of_a_surrogate_pair_is_left_out_and_told(tmp_path: Path) -> None:
    out = io.BytesIO()
    assert render(template(tmp_path, {"A1": "{{ x }}"}), {"x": "a\ud800b"}, out)[0].startswith("1 caractère ")
    assert openpyxl.load_workbook(out).active["A1"].value == "ab"  # type: ignore[index]


@pytest.mark.parametrize("value", [None, ""])
def test_nothing_leaves_a_cell_empty(tmp_path: Path, value: str | None) -> None:
    assert sheet(template(tmp_path, {"A1": "{{ x }}", "B1": "b"}), x=value)["A1"].value is None


def test_looks_leave_their_words_in_a_cell(tmp_path: Path) -> None:
    text = "# Titre\n\nun **bon** *mot* [lien](https://e.org)\n\n- a\n  - b\n\n3. c\n4. d\n\n"
    text += "| x | y |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n"
    path = template(tmp_path, {"A1": "{{ t|markdown }}", "B1": "Dit : {{ u|markdown }}", "C1": "{{ u|gras }}"})
    made = sheet(path, t=text, u="**é**")
    assert made["A1"].value == "Titre\nun bon mot lien\n• a\n  • b\n3. c\n4. d\nx | y\n1 | 2\ncode"
    assert (made["B1"].value, made["C1"].value) == ("Dit : é", "**é**")


def test_a_remark_beside_a_value_leaves_its_type(tmp_path: Path) -> None:
    made = sheet(template(tmp_path, {"A1": "{{ x }}{# en euros #}", "B1": "{# a #} {{ x }} {# b #}"}), x=2.5)
    assert [made[place].value for place in ("A1", "B1")] == [2.5, 2.5]


def test_a_text_in_markdown_that_would_take_minutes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AmemError, match="texte en Markdown trop long"):
        raw(template(tmp_path, {"A1": "{{ x|markdown }}"}), x="**" * 300_000)


@pytest.mark.parametrize("true", ["true", "TRUE"])
def test_a_truth_value_that_libreoffice_wrote_in_capitals_in_a_formula_s_tag_is_one(tmp_path: Path, true: str) -> None:
    """What stands between quotes stays as it is."""
    path = template(tmp_path, {"A1": f"=SUM({{{{ x|default(5, {true}) }}}},{{{{ 1 if nom == 'TRUE' else 2 }}}})"})
    assert sheet(path, x=None, nom="TRUE")["A1"].value == "=SUM(5,1)"
    assert sheet(path, x=7, nom="true")["A1"].value == "=SUM(7,2)"
