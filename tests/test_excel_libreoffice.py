"""LibreOffice opens filled workbooks and comes to the right figures."""

from __future__ import annotations

import subprocess
import warnings
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from classeur import drawn, raw
from openpyxl.workbook import Workbook

pytestmark = pytest.mark.libreoffice


def recalculated(folder: Path, data: bytes) -> Workbook:
    """The workbook as LibreOffice saves it, figures calculated."""
    source = folder / "rempli.xlsx"
    source.write_bytes(data)
    profile = f"-env:UserInstallation=file://{folder / 'profil'}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder / "lu"), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(folder / "lu" / "rempli.xlsx", data_only=True)


def budget(book: xlsxwriter.Workbook) -> None:
    bold, percent = book.add_format({"bold": True}), book.add_format({"num_format": "0 %"})
    page = book.add_worksheet("Budget")
    page.merge_range("A1:D1", "Budget {{ pays }}", bold)
    page.write_row("A2", ["Axe", "Activité", "Prévu", "Part"])
    page.write("A3", "{%row for axe in axes %}")
    page.write("A4", "{{ axe.titre }}")
    page.write_formula("C4", "=SUM(C6)", bold)
    page.write_formula("D4", "=C4/C$9", percent)
    page.write("A5", "{%row for a in axe.activites %}")
    page.write_row("B6", ["{{ a.code }}", "{{ a.prevu }}"])
    page.write_formula("D6", "=IF(C4=0,0,C6/C4)", percent)
    page.write("A7", "{%row endfor %}{%row endfor %}")
    page.write("A9", "Total")
    page.write_formula("C9", '=SUMIF(B4:B7,"*.*",C4:C7)')
    page.write_formula("D9", '=COUNTA(B4:B7)&" activités"')
    page.write_formula("C10", "=MAX(C6:C6)+Liste!B1")
    page.data_validation("B6", {"validate": "list", "source": "=Liste!$A$2"})
    page.conditional_format("C6", {"type": "cell", "criteria": ">", "value": 100, "format": bold})
    page.insert_chart("F2", _chart(book))
    table = book.add_worksheet("Tableau")
    columns = [
        {"header": "Code"},
        {"header": "Prévu", "total_function": "sum"},
        {"header": "Double", "formula": "=Tab[[#This Row],[Prévu]]*2"},
    ]
    table.add_table("A1:C5", {"name": "Tab", "total_row": True, "columns": columns})
    for place, text in {"A2": "{%row for a in tout %}", "A3": "{{ a.code }}", "B3": "{{ a.prevu }}", "A4": "{%row endfor %}"}.items():
        table.write(place, text)
    table.write_formula("B5", "=SUBTOTAL(109,Tab[Prévu])")
    table.write_formula("E1", "=SUM(Tab[Double])")
    lists = book.add_worksheet("Liste")
    lists.write_column("A1", ["{%row for s in statuts %}", "{{ s }}", "{%row endfor %}"])
    lists.write_formula("B4", "=COUNTA(Liste!A2:A2)")
    lists.write("B5", 0)


def _chart(book: xlsxwriter.Workbook) -> Any:
    found = book.add_chart({"type": "bar"})
    found.add_series({"categories": "=Tableau!$A$3:$A$3", "values": "=Tableau!$B$3:$B$3"})
    return found


def data(*sizes: int) -> dict[str, Any]:
    axes = [
        {"titre": f"Axe {n}", "activites": [{"code": f"{n}.{k}", "prevu": 10 * n + k} for k in range(1, size + 1)]}
        for n, size in enumerate(sizes, 1)
    ]
    return {"pays": "Maroc", "axes": axes, "tout": [a for axe in axes for a in axe["activites"]], "statuts": ["prévu", "=fait"]}


@pytest.mark.parametrize("sizes", [(3, 1, 2), (1,), (0, 2)])
def test_formulas_tables_and_lists_give_the_right_figures(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    context = data(*sizes)
    book = recalculated(tmp_path, raw(drawn(tmp_path, budget), **context))
    page = book["Budget"]
    rows = [[cell.value for cell in row[:4]] for row in page.iter_rows(min_row=3)]
    everything = [a["prevu"] for a in context["tout"]]
    expected = []
    for axe in context["axes"]:
        found = [a["prevu"] for a in axe["activites"]]
        expected.append([axe["titre"], None, sum(found), pytest.approx(sum(found) / sum(everything))])
        expected += [[None, a["code"], a["prevu"], pytest.approx(a["prevu"] / sum(found))] for a in axe["activites"]]
    assert rows[: len(expected)] == expected
    assert rows[len(expected) + 1] == ["Total", None, sum(everything), f"{len(everything)} activités"]
    assert rows[len(expected) + 2][2] == max(everything)
    assert {str(block) for block in page.merged_cells.ranges} == {"A1:D1"}
    table = book["Tableau"]
    assert table.cell(len(everything) + 2, 2).value == sum(everything)
    assert table["E1"].value == 2 * sum(everything)
    assert book["Liste"]["A2"].value == "=fait"
    assert book["Liste"]["B3"].value == 2


def test_with_nothing_to_list_every_formula_still_has_a_value(tmp_path: Path) -> None:
    book = recalculated(tmp_path, raw(drawn(tmp_path, budget), **data()))
    page = book["Budget"]
    assert [[cell.value for cell in row[:4]] for row in page.iter_rows(min_row=3, max_row=5)] == [
        [None] * 4, ["Total", None, 0, "0 activités"], [None, None, 0, None],
    ]  # fmt: skip
    assert [cell.value for cell in book["Tableau"]["B"]] == ["Prévu", None, 0]


def test_a_sheet_for_each_country_and_their_sum(tmp_path: Path) -> None:
    def draw(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("{{ p.nom }}")
        page.write_column("A1", ["{%sheet for p in pays %}", "{%row for n in p.nombres %}", "{{ n }}", "{%row endfor %}"])
        page.write_formula("A5", "=SUM(A3)")
        bilan = book.add_worksheet("Bilan")
        bilan.write_column("A1", ["{%row for p in pays %}", "{{ p.nom }}", "{%row endfor %}"])
        bilan.write_formula("B2", "='{{ p.nom }}'!A5")
        bilan.write_formula("B4", "=SUM(B2)")
        bilan.write_formula("C4", "=SUM('{{ p.nom }}'!A3:A3)")

    pays = [{"nom": "Maroc", "nombres": [1, 2, 3]}, {"nom": "Côte d'Or", "nombres": []}, {"nom": "Libye", "nombres": [10]}]
    book = recalculated(tmp_path, raw(drawn(tmp_path, draw), pays=pays))
    assert [[cell.value for cell in row] for row in book["Bilan"].iter_rows()] == [
        ["Maroc", 6, None], ["Côte d'Or", 0, None], ["Libye", 10, None], [None, 16, 16],
    ]  # fmt: skip
