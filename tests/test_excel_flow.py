"""Long sheets, whose rows are taken in pieces as they are rendered: nothing is lost, doubled or out of order where pieces meet."""

from __future__ import annotations

import io
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from classeur import drawn, filled, part, raw, sheet, template, values

from amem_reports.errors import AmemError
from amem_reports.rendering import render

LONG = "Organiser l’atelier « Données » & suivre " * 8  # 300 rows are more than one piece
COUNT = 900


def rows(count: int, start: int = 0) -> list[dict[str, Any]]:
    return [{"nom": f"{n} {LONG}", "budget": n, "debut": f"2019-{n % 12 + 1:02}-05"} for n in range(start, start + count)]


def test_long_runs_stand_in_their_order_on_every_copy_of_a_sheet(tmp_path: Path) -> None:
    cells = {
        "A1": "{%sheet for p in pays %}", "A2": "{{ p.nom }}",
        "A3": "{%row for a in p.premiers %}", "A4": "{{ a.nom }}", "B4": "{{ a.budget }}", "A5": "{%row endfor %}", "A6": "Milieu",
        "A7": "{%row for a in p.seconds %}", "A8": "{{ a.nom }}", "B8": "{{ a.budget }}", "A9": "{%row endfor %}",
        "A10": "Fin", "B10": "=SUM(B4:B4)", "A11": "{%sheet endfor %}",
    }  # fmt: skip
    path = template(tmp_path, cells, names=("{{ p.nom }}",))
    pays: list[dict[str, Any]] = [
        {"nom": "Maroc", "premiers": rows(COUNT), "seconds": rows(3, 7000)},
        {"nom": "Tunisie", "premiers": [], "seconds": rows(COUNT, 2000)},
        {"nom": "Algérie", "premiers": rows(1, 9000), "seconds": []},
    ]
    book = filled(path, pays=pays)
    assert book.sheetnames == ["Maroc", "Tunisie", "Algérie"]
    for one in pays:
        found = values(book[str(one["nom"])])
        lists = [[[a["nom"], a["budget"]] for a in one[name]] for name in ("premiers", "seconds")]
        first = len(lists[0])
        total = f"=SUM(B2:B{first + 1})" if first > 1 else None
        assert found[:-1] == [[one["nom"]], *lists[0], ["Milieu"], *lists[1]]
        assert found[-1][0] == "Fin"
        assert total is None or found[-1][1] == total


def test_long_runs_in_a_loop_around_them_stay_with_their_turn(tmp_path: Path) -> None:
    cells = {
        "A1": "{%row for axe in axes %}", "A2": "{{ axe.titre }}", "A3": "{%row for a in axe.liste %}", "A4": "{{ a.nom }}",
        "A5": "{%row endfor %}", "A6": "{%row endfor %}",
    }  # fmt: skip
    axes: list[dict[str, Any]] = [{"titre": f"Axe {n}", "liste": rows(400, 1000 * n)} for n in range(4)]
    assert values(sheet(template(tmp_path, cells), axes=axes)) == [
        line for axe in axes for line in ([axe["titre"]], *([a["nom"]] for a in axe["liste"]))
    ]


def test_dates_of_long_runs_are_dates(tmp_path: Path) -> None:
    cells = {"A1": "{%row for a in xs %}", "A2": "{{ a.nom }}", "B2": "{{ a.debut }}", "A3": "{%row endfor %}"}
    found = values(sheet(template(tmp_path, cells, B2="dd/mm/yyyy"), xs=rows(COUNT)))
    assert [line[1] for line in found] == [datetime.fromisoformat(a["debut"]) for a in rows(COUNT)]


def test_a_chart_shows_the_values_of_a_long_run(tmp_path: Path) -> None:
    def draw(book: xlsxwriter.Workbook) -> None:
        plan = book.add_worksheet("Plan")
        for row, line in enumerate((["{%row for a in xs %}"], ["{{ a.nom }}", "{{ a.budget }}"], ["{%row endfor %}"])):
            plan.write_row(row, 0, line)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Plan!$B$2:$B$2"})
        plan.insert_chart("D1", chart)

    chart = part(raw(drawn(tmp_path, draw), xs=rows(COUNT)), "xl/charts/chart1.xml")
    assert f"Plan!$B$1:$B${COUNT}" in chart
    assert re.findall(r"<c:pt idx=\"\d+\"><c:v>(\d+)</c:v>", chart) == [str(n) for n in range(COUNT)]


@pytest.mark.parametrize("at", [0, COUNT - 1])
@pytest.mark.parametrize(
    ("value", "told"),
    [({"a": 1}, "groupe de valeurs"), ([1, 2], "liste"), ("x" * 32_768, "Excel en accepte 32\u202f767")],
    ids=["a group", "a list", "a text too long"],
)
def test_what_a_cell_cannot_hold_is_found_in_any_piece(value: Any, told: str, at: int, tmp_path: Path) -> None:
    cells = {"A1": "{%row for a in xs %}", "A2": "{{ a.budget }} ou {{ a.nom }}", "A3": "{%row endfor %}"}
    xs = rows(COUNT)
    xs[at]["nom"] = value
    with pytest.raises(AmemError) as caught:
        raw(template(tmp_path, cells), xs=xs)
    (constat,) = caught.value.constats
    assert told in constat.message
    assert "feuille Plan, cellule A" in constat.endroit


def test_characters_that_xml_forbids_are_counted_in_every_piece(tmp_path: Path) -> None:
    cells = {"A1": "{%row for a in xs %}", "A2": "{{ a.nom }}", "A3": "{%row endfor %}"}
    xs = rows(COUNT)
    for one in xs:
        one["nom"] = f"\x0b _x0041_ {one['nom']}"
    path = template(tmp_path, cells)
    assert [line[0] for line in values(sheet(path, xs=xs))] == [
        one["nom"].replace("\x0b", "").replace("_x0041_", "_x005F_x0041_") for one in xs
    ]
    assert render(path, {"xs": xs}, io.BytesIO())[0].startswith(f"{COUNT} caractères")
