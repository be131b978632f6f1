"""The figures of the donor report, in JSON, Excel and Word, are those that the YAML gives when they are worked out a second time."""

from __future__ import annotations

import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from click.testing import CliRunner
from lxml import etree
from recalcul import Recalcul, near

from amem_reports.cli import main
from amem_reports.french import nombre

PERIODES = [*(f"{year}-T{number}" for year in (2019, 2020) for number in (1, 2, 3, 4)), "2019-S2", "2020"]
IN_FULL = ("2019-T4", "2020")
DAY = "2021-01-20"


def run(*arguments: str) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output


@pytest.fixture(scope="module")
def espace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "espace"
    run("demo", str(folder))
    for code in PERIODES:
        forms = ("json", "docx", "xlsx") if code in IN_FULL else ("json",)
        run("rapport", code, "--date", DAY, "--espace", str(folder), *(word for form in forms for word in ("--format", form)))
    return folder


def context(espace: Path, code: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((espace / "output" / f"rapport_{code}.json").read_text(encoding="utf-8"), parse_float=Decimal)
    return loaded


def same(printed: Any, expected: Decimal | None, places: int = 2) -> bool:
    return printed is None if expected is None else printed is not None and Decimal(printed) == near(expected, places)


@pytest.mark.parametrize("code", PERIODES)
def test_states_and_progress(espace: Path, code: str) -> None:
    found, again = context(espace, code), Recalcul(espace, code)
    statuts = again.statuts()
    assert {one["statut"]: one["nombre"] for one in found["etat"]["statuts"] if one["nombre"]} == Counter(statuts.values())
    assert {one["identifiant"]: one["statut"] or "non renseigné" for one in found["activites"]} == statuts
    assert len(statuts) == 52
    assert same(found["etat"]["avancement"], again.avancement(), 1)


@pytest.mark.parametrize("code", PERIODES)
def test_persons(espace: Path, code: str) -> None:
    found, again = context(espace, code)["participants"], Recalcul(espace, code)
    for key, sexe in (("total", ""), ("femmes", "femmes"), ("hommes", "hommes")):
        assert same(found[key], again.participants(sexe))
        assert same(found["cumul"][key], again.participants(sexe, cumul=True))
        for pays in found["pays"]:
            assert same(pays[key], again.participants(sexe, pays["code"])), pays["code"]
        for axe in found["axes"]:
            assert same(axe[key], again.participants(sexe, axe=str(axe["numero"]))), axe["numero"]
    assert found["total"] > 0


@pytest.mark.parametrize("code", PERIODES)
def test_money_in_euros_and_the_part_of_the_budget(espace: Path, code: str) -> None:
    found, again = context(espace, code)["finances"], Recalcul(espace, code)
    places = [
        ("", "", found),
        *((pays["code"], "", pays) for pays in found["pays"]),
        *(("", str(axe["numero"]), axe) for axe in found["axes"]),
        *((pays["code"], str(axe["numero"]), pays) for axe in found["axes"] for pays in axe["pays"]),
    ]
    assert len(places) == 1 + 5 + 3 + 11
    for pays, axe, line in places:
        assert same(line["budget"], again.budget(pays, axe)), (pays, axe)
        assert same(line["depenses"], again.depenses(pays, axe)), (pays, axe)
        assert same(line["cumul"], again.depenses(pays, axe, cumul=True)), (pays, axe)
        assert same(line["execution"], again.execution(pays, axe), 1), (pays, axe)


@pytest.mark.parametrize("code", PERIODES)
def test_indicators(espace: Path, code: str) -> None:
    found, again = context(espace, code)["indicateurs"], Recalcul(espace, code)
    assert len(found) == len(again.cadre["indicateurs"]) == 19
    for printed, one in zip(found, again.cadre["indicateurs"], strict=True):
        assert printed["code"] == one["code"]
        assert same(printed["realise"], again.indicateur(one, cumul=False)), one["code"]
        assert same(printed["cumule"], again.indicateur(one, cumul=True)), one["code"]
        assert same(printed["taux"], again.atteinte(one), 1), one["code"]


# --- the same in Excel ------------------------------------------------------------------------------------------------------------------


def rows(espace: Path, code: str, sheet: str) -> list[dict[str, Any]]:
    """The lines of a sheet's table, by their headings."""
    page = openpyxl.load_workbook(espace / "output" / f"rapport_{code}.xlsx")[sheet]
    (table, *_) = page.tables.values()
    head, *lines = [[cell.value for cell in row] for row in page[table.ref]]
    return [dict(zip(head, line, strict=True)) for line in lines]


def close(cell: Any, expected: Any) -> bool:
    return cell is None if expected is None else cell is not None and abs(float(cell) - float(expected)) < 1e-9


@pytest.mark.parametrize("code", IN_FULL)
def test_the_workbook_holds_the_figures_of_the_json(espace: Path, code: str) -> None:
    found = context(espace, code)
    for line, one in zip(rows(espace, code, "Suivi"), found["activites"], strict=True):
        assert (line["Identifiant"], line["Statut"]) == (one["identifiant"], one["statut"] or "à renseigner")
        assert close(line["Avancement (%)"], one["avancement"])
        assert close(line["Participants"], one["participants"]["total"])
    for line, one in zip(rows(espace, code, "Participants"), found["participants"]["pays"], strict=True):
        keys = {"Femmes": "femmes", "Hommes": "hommes", "Total": "total", "Gouvernement": "gouvernement", "Autres": "autres"}
        assert all(close(line[head], one[key]) for head, key in keys.items()), line
    money = [pays for axe in found["finances"]["axes"] for pays in axe["pays"]]
    for line, one in zip(rows(espace, code, "Dépenses"), money, strict=True):
        keys = {"Budget (€)": "budget", "Dépenses de la période (€)": "depenses", "Depuis le début (€)": "cumul"}
        assert all(close(line[head], one[key]) for head, key in keys.items()), line
    lines = [line for line in rows(espace, code, "Indicateurs") if line["Code"]]
    for line, one in zip(lines, found["indicateurs"], strict=True):
        keys = {"Cumulé": "cumule", "Prévu à la fin de la période": "prevu", "Taux d’atteinte (%)": "taux"}
        assert all(close(line[head], one[key]) for head, key in keys.items()), line
        assert line["Appréciation"] == (one["appreciation"] or "à renseigner")


# --- the same in Word -------------------------------------------------------------------------------------------------------------------


def tables(espace: Path, code: str) -> Iterator[tuple[str, list[list[str]]]]:
    """Title and rows of each table."""
    for table in docx.Document(str(espace / "output" / f"rapport_{code}.docx")).tables:
        caption = next(iter(table._tbl.tblPr.iterfind("{*}tblCaption")))
        yield str(caption.values()[0]), [[cell.text for cell in row.cells] for row in table.rows]


def said(value: Any, unit: str = "") -> str:
    """A number as the report prints it."""
    return "–" if value is None else nombre(value, 2) if unit == "€" else f"{nombre(value)}{unit}"


@pytest.mark.parametrize("code", IN_FULL)
def test_the_document_prints_the_figures_of_the_json(espace: Path, code: str) -> None:
    found, printed = context(espace, code), dict(tables(espace, code))
    persons = {row[0]: row[1:] for row in printed["Participants par pays"]}
    for label, one in (("Total de la période", found["participants"]), ("Depuis le début du projet", found["participants"]["cumul"])):
        numbers = [said(one[key]) for key in ("femmes", "hommes", "sexe_inconnu", "total")]
        assert persons[label] == [*numbers, said(one["part_femmes"], "\u00a0%")]
    money = {row[0]: row[1:] for row in printed["Budget et dépenses par axe et par pays"]}
    total = found["finances"]
    assert money["Total"] == [*(said(total[key], "€") for key in ("budget", "depenses", "cumul")), said(total["execution"], "\u00a0%")]
    lines = printed["Indicateurs"][1:]
    for cells, one in zip(lines, found["indicateurs"], strict=True):
        row = [cell.partition("\n")[0] for cell in cells]
        assert row[0] == one["code"]
        assert row[3:7] == [said(one["prevu"]), said(one["realise"]), said(one["cumule"]), said(one["taux"], "\u00a0%")]
        assert row[7] == (one["appreciation"] or "à renseigner")
    states = {row[0]: row for row in printed["Avancement par axe"]}
    assert states["Total"][1:4] == [str(found["etat"][key]) for key in ("nombre", "achevees", "en_cours")]


# --- charts -----------------------------------------------------------------------------------------------------------------------------

CHARTS = ("avancement_axes", "avancement_pays", "statuts", "cibles", "depenses")
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def charts(path: Path, folder: str) -> list[list[tuple[list[str], list[str]]]]:
    """Of each chart, the categories and the values that each of its series keeps."""
    with zipfile.ZipFile(path) as package:
        names = sorted(name for name in package.namelist() if re.fullmatch(rf"{folder}/charts/(chart|graphique)\d+\.xml", name))
        roots = [etree.fromstring(package.read(name)) for name in names]
    return [[(_points(one, "cat"), _points(one, "val")) for one in root.iter(f"{C}ser")] for root in roots]


def _points(series: Any, name: str) -> list[str]:
    holder = series.find(f"{C}{name}")
    assert holder is not None
    return [point.findtext(f"{C}v", "") for point in holder.iter(f"{C}pt")]


@pytest.mark.parametrize("code", IN_FULL)
@pytest.mark.parametrize("form", ["docx", "xlsx"])
def test_native_charts_hold_the_figures_of_the_tables_and_say_them(espace: Path, code: str, form: str) -> None:
    path = espace / "output" / f"rapport_{code}.{form}"
    drawn = context(espace, code)["graphiques"]
    wanted = {
        (tuple(name.replace("\u00a0", " ") for name in drawn[nom]["categories"]), tuple(float(value) for value in one["valeurs"]))
        for nom in CHARTS
        for one in drawn[nom]["series"]
    }
    found = charts(path, "word" if form == "docx" else "xl")
    assert {
        (tuple(name.replace("\u00a0", " ") for name in names), tuple(map(float, values))) for one in found for names, values in one
    } == wanted
    with zipfile.ZipFile(path) as package:
        parts = [package.read(name).decode() for name in package.namelist() if name == "word/document.xml" or "/drawings/drawing" in name]
    said = {unescape(text) for part in parts for text in re.findall(r'descr="([^"]+)"', part)}
    assert said == {drawn[nom]["description"] for nom in CHARTS}
    assert f"Axe 1\u00a0: {nombre(context(espace, code)['axes'][0]['avancement'])}" in drawn["avancement_axes"]["description"]


def test_without_follow_up_there_is_neither_chart_nor_empty_sheet(espace: Path, tmp_path: Path) -> None:
    run("rapport", "2021-T1", "--date", DAY, "--espace", str(espace), "--sortie", str(tmp_path))
    assert charts(tmp_path / "rapport_2021-T1.docx", "word") == []
    book = openpyxl.load_workbook(tmp_path / "rapport_2021-T1.xlsx")
    assert {"Suivi", "Participants", "Dépenses", "Risques", "Graphiques", "Données graphiques"} & set(book.sheetnames) == set()
    assert "Activités" in book.sheetnames
    titles = [paragraph.text for paragraph in docx.Document(str(tmp_path / "rapport_2021-T1.docx")).paragraphs]
    assert not any(title.endswith(("Participants", "Budget et dépenses", "Risques et problèmes")) for title in titles)
    assert any("Aucune donnée de suivi n’a été reçue pour le 1er" in title for title in titles)
