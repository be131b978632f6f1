"""What a project that has just begun gets: its documents say what is not there yet, and show nothing that is empty."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import openpyxl
import pytest
from click.testing import CliRunner
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from amem_reports.cli import main

COMMANDS = (
    "produire 2025-T2",
    *(f"rapport 2025-T2 --modele {modele} --format docx" for modele in ("ue", "pnud", "onu-mptf")),
    *(f"cadre-logique {pays}--modele {modele} --format docx" for pays in ("", "senegal ") for modele in ("a3", "quatre-colonnes")),
    *(f"plan-de-travail senegal --modele {modele} --format docx" for modele in ("a3", "atelier", "signature")),
)
NAMED = {
    "projet.yaml": {"sigle: {valeur: PROJET": "sigle: {valeur: PISTE", "bailleur: {valeur: à renseigner": "bailleur: {valeur: Bailleur"},
    "pays/pays.yaml": {"code: XX ": "code: SN ", "nom: Pays à renseigner": "nom: Sénégal"},
}
SECOND_AXE = "  - numero: 2\n    intitule: Deuxième axe\n    texte_source: Deuxième axe\n"
ONE_ACTIVITY = '\n  - identifiant: SN-1.1\n    code: "1.1"\n    axe: 1\n    intitule: Former\n    texte_source: Former\n'


def _begin(espace: Path, activites: str) -> None:
    """A new workspace where only the names of the project and of one country are filled in, and perhaps one activity of two axes."""
    assert CliRunner().invoke(main, ["init", "--vierge", str(espace)]).exit_code == 0
    for name, changes in NAMED.items():
        path = espace / "catalogue" / name
        text = path.read_text(encoding="utf-8")
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new)
        path.write_text(text + (activites if name.startswith("pays") else ""), encoding="utf-8")
    if activites:
        with (espace / "catalogue" / "axes.yaml").open("a", encoding="utf-8") as axes:
            axes.write(SECOND_AXE)


@pytest.fixture(scope="module", params=["", ONE_ACTIVITY], ids=["no activity", "one activity of two axes"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vierge")
    _begin(folder / "espace", request.param)
    for number, line in enumerate(COMMANDS):
        sortie = folder / "documents" / str(number)
        options = ["--espace", str(folder / "espace"), "--sortie", str(sortie), "--date", "2025-07-20"]
        result = CliRunner().invoke(main, [*line.split(), *options])
        assert result.exit_code == 0, result.output
    return folder / "documents"


def _is_heading_row(row: Any) -> bool:
    return row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None


def _level(block: Any, document: Any) -> int:
    """The level of a heading; 0 for the document's end, 10 for anything else."""
    if block is None or block.tag == qn("w:sectPr"):
        return 0
    style = Paragraph(block, document).style if block.tag == qn("w:p") else None
    return int(style.name.split()[-1]) if style and style.name and style.name.startswith("Heading ") else 10


def _empty_parts(path: Path) -> list[str]:
    """Tables whose every row is a heading, and headings with nothing under them."""
    document = docx.Document(str(path))
    blocks = [*document.element.body]
    found = []
    for block, after in zip(blocks, [*blocks[1:], None], strict=True):
        if block.tag == qn("w:tbl") and all(map(_is_heading_row, block.findall(qn("w:tr")))):
            found.append(f"table « {Table(block, document).rows[0].cells[0].text} »")
        if block.tag == qn("w:p") and _level(after, document) <= _level(block, document) < 10:
            found.append(f"heading « {Paragraph(block, document).text} »")
    return found


def _text(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


def test_no_document_of_a_project_that_begins_has_a_table_or_a_heading_with_nothing_in_it(made: Path) -> None:
    looked = sorted(made.rglob("*.docx"))
    assert len(looked) == 15
    assert {str(path.relative_to(made)): found for path in looked if (found := _empty_parts(path))} == {}


def test_reports_and_logframes_say_that_no_activity_is_there_yet(made: Path, request: pytest.FixtureRequest) -> None:
    some = "one" in request.node.callspec.id
    where = " pour cet axe" if some else ""
    reports, logframes = sorted(made.rglob("rapport_*.docx")), sorted(made.rglob("cadre-logique_senegal.docx"))
    assert (len(reports), len(logframes)) == (4, 3)
    for path in reports:
        assert f"Aucune activité n’est encore inscrite au catalogue{where}." in _text(path)
        assert ("Les tableaux ci-dessous" in _text(path)) == some
    for path in logframes:
        assert "aucune activité du Sénégal n’est encore inscrite au catalogue." in _text(path)


@pytest.mark.parametrize("name", ["rapport_2025-T2.xlsx", "cadre-logique_senegal.xlsx"])
def test_workbooks_say_that_no_activity_is_there_yet(made: Path, request: pytest.FixtureRequest, name: str) -> None:
    sheet = openpyxl.load_workbook(made / "0" / name)["Activités"]
    told = [cell.value for row in sheet.iter_rows(min_row=5) for cell in row if cell.value]
    assert ("Aucune activité n’est encore inscrite au catalogue." in told) == ("no activity" in request.node.callspec.id)
    assert told


def _words(path: Path) -> str:
    """All words of a document or workbook, its headers too."""
    with ZipFile(path) as package:
        parts = [package.read(name).decode() for name in package.namelist() if name.startswith(("word/", "xl/")) and name.endswith(".xml")]
    return re.sub(r"<[^>]+>", " ", "\n".join(parts).replace("\u00a0", " "))


def test_dates_and_budget_that_nobody_wrote_stand_nowhere_as_if_they_were_known(made: Path) -> None:
    files = [*made.rglob("*.docx"), *made.rglob("*.xlsx")]
    unknown = [path for path in files if re.search(r"Durée(?: du projet)?(?:\s*:)?\s+à renseigner", _words(path))]
    assert len(files) == 19
    assert len(unknown) >= 8
    wrong = re.compile(r"(?<!\d)0 €|janvier 2025|décembre 2025|None|à renseigner(?:,| –) à renseigner")
    assert {path.name: found for path in files if (found := wrong.findall(_words(path)))} == {}
    report = next(path for path in files if path.name == "rapport_2025-T2.docx")
    assert "Budget total publié : à renseigner." in _text(report)


def test_verifier_counts_the_dates_and_the_budget_that_nobody_wrote(tmp_path: Path) -> None:
    _begin(tmp_path / "espace", "")
    told = CliRunner().invoke(main, ["verifier", "--espace", str(tmp_path / "espace")]).output
    for name in ("Début", "Fin", "Budget"):
        assert f"{name} : à renseigner dans projet.yaml" in told.replace("\u00a0", " ")


def test_all_of_a_project_whose_beginning_nobody_wrote_is_refused(tmp_path: Path) -> None:
    _begin(tmp_path / "espace", "")
    result = CliRunner().invoke(main, ["rapport", "projet", "--espace", str(tmp_path / "espace"), "--sortie", str(tmp_path / "documents")])
    assert result.exit_code == 1
    assert "champ « debut » : à renseigner" in result.output.replace("\u00a0", " ")
    assert not (tmp_path / "documents").exists()


def test_what_is_signed_on_the_slip_stays_on_one_page(made: Path) -> None:
    table = docx.Document(str(made / "0" / "bordereau_2025-T2.docx")).tables[-1]
    assert [row.cells[0].text for row in table.rows] == ["", "Remis par", "Reçu par"]
    kept = [all(p.style.paragraph_format.keep_with_next for cell in row.cells for p in cell.paragraphs) for row in table.rows]
    assert kept == [True, True, False]


def test_a_project_may_have_more_axes_than_the_palette_has_colours(tmp_path: Path) -> None:
    _begin(tmp_path / "espace", ONE_ACTIVITY)
    with (tmp_path / "espace" / "catalogue" / "axes.yaml").open("a", encoding="utf-8") as axes:
        axes.write("".join(f"  - numero: {n}\n    intitule: Axe numéro {n}\n    texte_source: Axe {n}\n" for n in (3, 4, 5)))
    with (tmp_path / "espace" / "catalogue" / "pays" / "pays.yaml").open("a", encoding="utf-8") as pays:
        pays.write(ONE_ACTIVITY.replace("1.1", "5.1").replace("axe: 1", "axe: 5").lstrip("\n"))
    options = ["--espace", str(tmp_path / "espace"), "--sortie", str(tmp_path / "documents"), "--date", "2025-07-20"]
    for line in COMMANDS:
        result = CliRunner().invoke(main, [*line.split(), *options, *(["--remplacer"] if "produire" not in line else [])])
        assert result.exit_code == 0, result.output
    plan = docx.Document(str(tmp_path / "documents" / "plan-de-travail_senegal.docx"))
    text = "\n".join(node.text or "" for node in plan.element.body.iter(qn("w:t")))
    assert "Axe numéro 5" in text
    assert "5.1" in text
