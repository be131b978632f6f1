"""Work plans as they print: each template on the shipped catalogue and on the demonstration, page by page and cell by cell."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from click.testing import CliRunner
from test_excel_libreoffice import recalculated

from amem_reports.catalogue import load
from amem_reports.cli import main

ROOT = Path(__file__).parent.parent
PLANS = ("maroc", "mauritanie", "tunisie", "libye", "sous-regional")
MODELES = ("defaut", "atelier", "signature", "a3")
Options = dict[str, tuple[str, ...]]


def run(*arguments: str | Path) -> None:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> Options:
    """The options that make the plans of the shipped catalogue, and those of a demonstration after its second half-year."""
    espace = tmp_path_factory.mktemp("demo") / "espace"
    run("demo", espace)
    demo = ("--espace", str(espace), "--periode", "2019-S2", "--date", "2020-01-15")
    return {"seed": ("--espace", str(ROOT), "--date", "2019-07-15"), "demo": demo}


def words(path: Path) -> str:
    return re.sub(r"\s+", " ", " ".join(node.text or "" for node in docx.Document(str(path)).element.body.iter("{*}t")))


def cells(path: Path, sheet: str) -> list[str]:
    return [str(cell.value) for row in openpyxl.load_workbook(path)[sheet].iter_rows() for cell in row if cell.value is not None]


@pytest.mark.parametrize("which", ["seed", "demo"])
@pytest.mark.parametrize("modele", MODELES)
def test_every_template_makes_every_plan_with_all_its_activities(options: Options, which: str, modele: str, tmp_path: Path) -> None:
    run("plan-de-travail", *options[which], "--modele", modele, "--sortie", tmp_path)
    assert len(list(tmp_path.glob("*.docx"))) == len(list(tmp_path.glob("*.xlsx"))) == len(PLANS)
    for pays in load(ROOT / "catalogue").pays:
        name = {"SR": "sous-regional"}.get(pays.code, pays.nom.lower())
        text, sheet = words(tmp_path / f"plan-de-travail_{name}.docx"), "Atelier" if modele == "atelier" else "Activités"
        listed = cells(tmp_path / f"plan-de-travail_{name}.xlsx", sheet)
        for activite in pays.activites:
            assert re.sub(r"\s+", " ", activite.intitule) in text, f"{name}.docx"
            assert activite.intitule in listed, f"{name}.xlsx"
        assert (which == "demo") == ("DONNÉES FICTIVES" in "".join(listed))
        missing = f"Activités sans responsable : {len(pays.activites)} sur {len(pays.activites)} ; sans période prévue"
        assert (missing in text.replace("\u00a0", " ")) == bool(which == "seed" and pays.activites), f"{name}.docx"


def test_the_workshop_template_leaves_room_to_write(options: Options, tmp_path: Path) -> None:
    run("plan-de-travail", "maroc", *options["seed"], "--modele", "atelier", "--sortie", tmp_path)
    document = docx.Document(str(tmp_path / "plan-de-travail_maroc.docx"))
    titles = {paragraph.text for paragraph in document.paragraphs if paragraph.style and paragraph.style.name.startswith("Heading")}
    assert titles >= {"Chronogramme à compléter", "Liste de présence", "Feuille de validation", "Décisions et réserves"}
    tables = [table for table in document.tables if [cell.text for cell in table.rows[0].cells][-2:] == ["Décision", "Observations"]]
    rows = [row for table in tables for row in table.rows[1:]]
    assert len(rows) == 25
    assert all(row.height is not None and row.height.mm >= 20 and row.cells[-1].text == row.cells[-2].text == "" for row in rows)
    sheet = openpyxl.load_workbook(tmp_path / "plan-de-travail_maroc.xlsx")["Atelier"]
    written = [row for row in sheet.iter_rows(min_row=5) if row[2].value]
    assert len(written) == 25
    assert all(
        (sheet.row_dimensions[int(row[0].row or 0)].height or 0) >= 60 and row[5].value is None and row[6].value is None for row in written
    )
    assert all((cell.font.sz or 0) >= 11 for row in sheet.iter_rows() for cell in row if cell.value)


def test_the_signature_template_names_who_signs_and_for_what(options: Options, tmp_path: Path) -> None:
    run("plan-de-travail", "maroc", *options["seed"], "--modele", "signature", "--sortie", tmp_path)
    table = next(one for one in docx.Document(str(tmp_path / "plan-de-travail_maroc.docx")).tables if one.rows[0].cells[0].text == "Pour")
    projet = load(ROOT / "catalogue").projet
    assert [row.cells[0].text for row in table.rows[1:]] == [projet.agence.valeur, "Autorité nationale", projet.bailleur.valeur]
    assert all(cell.text == "" for row in table.rows[1:] for cell in row.cells[1:])
    assert projet.agence.valeur in cells(tmp_path / "plan-de-travail_maroc.xlsx", "Signatures")


# --- on paper ---------------------------------------------------------------------------------------------------------------------------


def pages(pdf: Path) -> list[str]:
    """The text of each page."""
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True, encoding="utf-8").stdout
    return text.replace("\u00a0", " ").rstrip("\f").split("\f")


def smallest(pdf: Path) -> int:
    """The smallest type size of a PDF, in whole points."""
    command = ["pdftohtml", "-xml", "-zoom", "1", "-stdout", str(pdf)]
    found = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout
    return min(int(size) for size in re.findall(r'<fontspec [^>]*size="(\d+)"', found))


@pytest.mark.libreoffice
@pytest.mark.parametrize("which", ["seed", "demo"])
def test_the_default_plan_of_22_activities_prints_on_five_pages(options: Options, which: str, tmp_path: Path) -> None:
    run("plan-de-travail", *options[which], "--format", "pdf", "--sortie", tmp_path)
    found = {name: pages(tmp_path / f"plan-de-travail_{name}.pdf") for name in PLANS}
    assert {name: len(text) for name, text in found.items() if len(text) > 5} == {}
    for name, text in found.items():
        for number, page in enumerate(text, 1):
            assert len(page.split()) > 60, f"{name}, page {number} is nearly empty"
            assert ("DONNÉES FICTIVES" in page) == (which == "demo")
    assert min(smallest(path) for path in tmp_path.glob("*.pdf")) >= 9
    whole = "".join(found["maroc"])
    assert ("▲" in whole) == (which == "demo")
    assert ("22 activités sans date prévue" in whole) == (which == "seed")


@pytest.mark.libreoffice
def test_the_workshop_and_signature_prints_have_their_size(options: Options, tmp_path: Path) -> None:
    for modele, most, size in (("atelier", 11, 11), ("signature", 6, 9), ("a3", 2, 9)):
        run("plan-de-travail", "maroc", *options["demo"], "--modele", modele, "--format", "pdf", "--sortie", tmp_path / modele)
        pdf = tmp_path / modele / "plan-de-travail_maroc.pdf"
        assert len(pages(pdf)) <= most, modele
        assert smallest(pdf) >= size, modele


# --- sums of the workbook ---------------------------------------------------------------------------------------------------------------


def line(row: tuple[Any, ...]) -> list[Any]:
    """Axe or total, currency, budget, each year, what is not shared, euros."""
    return [row[0], row[1], *row[6:]]


def expected(one: dict[str, Any]) -> list[Any]:
    years = [part["montant"] for part in one["annees"]]
    return [one.get("axe", "Total"), one["devise"], one["total"], *years, one["non_reparti"], one["euros"]]


@pytest.mark.libreoffice
def test_the_sums_of_the_workbook_are_those_of_the_context(options: Options, tmp_path: Path) -> None:
    run("plan-de-travail", "maroc", *options["demo"], "--format", "xlsx", "--format", "json", "--sortie", tmp_path)
    budget = json.loads((tmp_path / "plan-de-travail_maroc.json").read_text(encoding="utf-8"))["budget"]
    sheet = recalculated(tmp_path, (tmp_path / "plan-de-travail_maroc.xlsx").read_bytes())["Budget"]
    rows = list(sheet.iter_rows(values_only=True))
    start = next(number for number, row in enumerate(rows) if row[0] == "Par axe et par devise") + 1
    wanted = [expected(one) for one in (*budget["lignes"], *budget["totaux"])]
    assert len(wanted) == 7
    found = [line(row) for row in rows[start : start + len(wanted)]]
    assert found == [[*row[:2], *(pytest.approx(value) for value in row[2:])] for row in wanted]
    assert rows[start + len(wanted)][-1] == pytest.approx(budget["euros"])
    assert rows[start + len(wanted) + 1][-1] == "juste"


@pytest.mark.libreoffice
def test_without_dates_and_budgets_no_cell_of_the_workbook_is_in_error(options: Options, tmp_path: Path) -> None:
    run("plan-de-travail", "maroc", *options["seed"], "--format", "xlsx", "--sortie", tmp_path)
    book = recalculated(tmp_path, (tmp_path / "plan-de-travail_maroc.xlsx").read_bytes())
    found = {sheet.title: [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None] for sheet in book}
    assert set(found) == {"Synthèse", "Activités", "Chronogramme", "Chronogramme mensuel", "Budget", "Sigles"}
    assert [value for values in found.values() for value in values if value.startswith("#") or "Err:" in value] == []
    assert not set("■●○▲") & {value for name in ("Chronogramme", "Chronogramme mensuel") for value in found[name]}
    assert "22\u00a0activités sans budget" in "".join(found["Budget"])
