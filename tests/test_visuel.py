"""Every page as a reader sees it: like the one that was accepted, nothing cut, nothing alone, readable by all.

After a change that is meant, look at the pages, then: `python -m pytest tests/test_visuel.py --accepter`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import docx
import openpyxl
import pytest
from accessibilite import contrast, excel_faults, smallest_type, word_faults
from click.testing import CliRunner
from docx.enum.text import WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from openpyxl.styles import Font
from pages import Page, differences, page_faults, pages, strip
from PIL import Image

from amem_reports.cli import main

ROOT = Path(__file__).parent.parent
ACCEPTED = Path(__file__).parent / "pages"
DAYS = {"seed": "2019-07-15", "demo": "2020-01-15"}
WANTED: dict[str, tuple[str, ...]] = {
    "seed": (
        "plan-de-travail maroc libye",
        "plan-de-travail mauritanie tunisie --format docx",
        "plan-de-travail mauritanie --modele a3 --format docx",
        "cadre-logique",
        "cadre-logique maroc --format docx",
        "rapport 2019-T2",
        "rapport 2019-T2 --modele ue --format docx",
    ),
    "demo": (
        "plan-de-travail maroc --periode 2019-T4",
        "plan-de-travail mauritanie tunisie --periode 2019-T4 --format docx",
        "plan-de-travail mauritanie tunisie --periode 2019-T4 --modele atelier --format docx",
        "plan-de-travail maroc --periode 2019-T4 --modele a3 --format docx",
        "plan-de-travail mauritanie --periode 2019-T4 --modele signature --format docx",
        "cadre-logique --periode 2019-T4",
        "cadre-logique maroc --periode 2019-T4 --modele quatre-colonnes --format docx",
        "cadre-logique --periode 2019-T4 --modele a3 --format docx",
        "cadre-logique tunisie --periode 2019-T4 --modele sans-activites --format docx",
        "rapport 2019-T4",
        "rapport 2019-T4 --modele ue --format docx",
        "rapport 2019-T4 --modele pnud --format docx",
        "rapport 2019-T4 --modele onu-mptf --format docx",
        "comparer 2019-T4 --format docx",
        "saisie 2019-T4 maroc",
    ),
}
"""What is looked at: commands on the published catalogue and on the demonstration."""
SMALLEST = {"atelier": 11.0}
"""Points of the smallest type in print, by template; 9 in all others."""


@dataclass(frozen=True)
class Made:
    """Word and Excel files, their PDFs and pages, by one name: `demo-a3_cadre-logique_regional-docx`."""

    files: dict[str, Path]
    pdfs: dict[str, Path]
    seen: dict[str, list[Page]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    from amem_reports.rendering import pdf

    folder = tmp_path_factory.mktemp("visuel")
    assert CliRunner().invoke(main, ["demo", str(folder / "demo")]).exit_code == 0
    workspaces = {"seed": ROOT, "demo": folder / "demo"}
    files = {name: path for key, lines in WANTED.items() for line in lines for name, path in _make(workspaces[key], key, line, folder)}
    (folder / "pdf").mkdir()
    converted = pdf.convert(list(files.values()), folder / "pdf")
    pdfs = dict(zip(files, converted, strict=True))
    return Made(files, pdfs, {name: pages(path, folder) for name, path in pdfs.items()})


def _make(espace: Path, key: str, line: str, folder: Path) -> list[tuple[str, Path]]:
    """The files of one command, each under its name here."""
    words = line.split()
    modele = f"-{words[words.index('--modele') + 1]}" if "--modele" in words else ""
    sortie = folder / f"{key}{modele}-{words[0]}"
    result = CliRunner().invoke(main, [*words, "--espace", str(espace), "--sortie", str(sortie), "--date", DAYS[key]])
    assert result.exit_code == 0, result.output
    found = sorted(path for path in sortie.iterdir() if path.suffix in (".docx", ".xlsx"))
    assert found
    names = [f"{key}{modele}_{path.stem}-{path.suffix[1:]}" for path in found]
    return [(name, Path(shutil.copy(path, folder / f"{name}{path.suffix}"))) for name, path in zip(names, found, strict=True)]


def _all_or_none(made: Made, faults: Callable[[str], list[str]], names: list[str] | None = None) -> None:
    """No fault in any of the documents, all told together; some must have been looked at."""
    looked = list(made.files) if names is None else names
    assert looked
    assert {name: found for name in looked if (found := faults(name))} == {}


# --- pages ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.libreoffice
def test_every_page_looks_like_the_accepted_one(made: Made, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--accepter"):
        _accept(made)
    kept = {path.stem for path in ACCEPTED.glob("*.png")}
    assert kept == set(made.seen), "pages of a document come or gone: accept them"
    _all_or_none(made, lambda name: _compare(name, made.seen[name]))


def _compare(name: str, seen: list[Page]) -> list[str]:
    with Image.open(ACCEPTED / f"{name}.png") as accepted:
        return differences(accepted.convert("L"), seen)


def _accept(made: Made) -> None:
    """Keep what is made now, where it differs by more than a test forgives; drop what nothing makes."""
    ACCEPTED.mkdir(exist_ok=True)
    for path in ACCEPTED.glob("*.png"):
        if path.stem not in made.seen:
            path.unlink()
    for name, seen in made.seen.items():
        path = ACCEPTED / f"{name}.png"
        if not path.exists() or _compare(name, seen):
            strip(seen).save(path, optimize=True)


@pytest.mark.libreoffice
def test_no_page_is_cut_or_nearly_empty_and_no_heading_stands_alone(made: Made) -> None:
    _all_or_none(made, lambda name: page_faults(made.pdfs[name], made.seen[name], flows=name.endswith("-docx")))


# --- the tests themselves: each fault of a page is seen ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def spoiled(made: Made, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Page]]:
    """The logframe of the demonstration with one thing spoiled at a time."""
    from amem_reports.rendering import pdf

    folder = tmp_path_factory.mktemp("spoiled")
    source = made.files[LOGFRAME]
    changes: dict[str, Callable[[docx.document.Document], None]] = {
        "narrow": _drop_column,
        "wide": _widen,
        "longer": _add_page,
        "word": _change_a_word,
    }
    for name, change in changes.items():
        document = docx.Document(str(source))
        change(document)
        document.save(str(folder / f"{name}.docx"))
    (folder / "pdf").mkdir()
    converted = pdf.convert([folder / f"{name}.docx" for name in changes], folder / "pdf")
    return {path.stem: pages(path, folder) for path in converted}


LOGFRAME = "demo_cadre-logique_regional-docx"


def _drop_column(document: docx.document.Document) -> None:
    for row in document.tables[1].rows:
        cells = row._tr.findall(qn("w:tc"))
        if len(cells) > 3:
            row._tr.remove(cells[-2])


def _widen(document: docx.document.Document) -> None:
    properties = document.tables[1]._tbl.tblPr
    indent = properties.find(qn("w:tblInd"))
    if indent is None:
        indent = properties.makeelement(qn("w:tblInd"))
        properties.append(indent)
    indent.set(qn("w:w"), "2000")
    indent.set(qn("w:type"), "dxa")


def _add_page(document: docx.document.Document) -> None:
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    document.add_paragraph(".")


def _change_a_word(document: docx.document.Document) -> None:
    title = next(paragraph for paragraph in document.paragraphs if paragraph.style is not None and paragraph.style.name == "Title")
    title.runs[-1].text = title.runs[-1].text.replace("regional", "national")


@pytest.mark.libreoffice
def test_a_column_that_disappears_is_seen(made: Made, spoiled: dict[str, list[Page]]) -> None:
    assert differences(strip(made.seen[LOGFRAME]), spoiled["narrow"]) != []


@pytest.mark.libreoffice
def test_a_table_that_leaves_the_page_is_seen(made: Made, spoiled: dict[str, list[Page]]) -> None:
    found = page_faults(made.pdfs[LOGFRAME], spoiled["wide"])
    assert any("to its edge" in fault for fault in found)


@pytest.mark.libreoffice
def test_a_page_more_is_seen_even_when_it_is_empty(made: Made, spoiled: dict[str, list[Page]]) -> None:
    assert len(spoiled["longer"]) == len(made.seen[LOGFRAME]) + 1
    assert "accepted" in differences(strip(made.seen[LOGFRAME]), spoiled["longer"])[0]
    assert "the last page is nearly empty" in page_faults(made.pdfs[LOGFRAME], spoiled["longer"])


@pytest.mark.libreoffice
def test_a_word_or_the_smoothing_of_letters_is_forgiven(made: Made, spoiled: dict[str, list[Page]]) -> None:
    assert differences(strip(made.seen[LOGFRAME]), spoiled["word"]) == []


def test_a_heading_at_the_foot_of_a_page_is_seen(tmp_path: Path) -> None:
    import pikepdf

    path = tmp_path / "titres.pdf"
    with pikepdf.new() as document:
        document.add_blank_page()
        with document.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("2. Résumé", 0))
        document.save(path)
    from pages import lone_headings

    page = Page(Image.new("L", (100, 140), 255), ("1. Fiche", "Un texte", "2. Résumé", "Révision – Page 1 / 2"))
    assert lone_headings(path, [page]) == ["page 1 ends with the heading « 2. Résumé »"]
    assert lone_headings(path, [Page(page.image, (*page.lines[:3], "Un texte", page.lines[3]))]) == []


# --- the files themselves ---------------------------------------------------------------------------------------------------------------


def _of(made: Made, suffix: str) -> list[str]:
    return [name for name in made.files if name.endswith(f"-{suffix}")]


@pytest.mark.libreoffice
def test_word_files_are_readable_by_all(made: Made) -> None:
    _all_or_none(made, lambda name: word_faults(made.files[name]), _of(made, "docx"))


@pytest.mark.libreoffice
def test_workbooks_are_readable_by_all(made: Made) -> None:
    _all_or_none(made, lambda name: excel_faults(made.files[name]), _of(made, "xlsx"))


@pytest.mark.libreoffice
def test_no_printed_type_is_too_small(made: Made) -> None:
    def faults(name: str) -> list[str]:
        modele = name.partition("_")[0].partition("-")[2]
        size, text = smallest_type(made.files[name])
        return [f"{size:g} pt: {text}"] if size < SMALLEST.get(modele, 9.0) else []

    _all_or_none(made, faults, _of(made, "docx"))


def test_the_contrast_of_two_colours_is_that_of_the_rule() -> None:
    assert contrast("000000", "FFFFFF") == pytest.approx(21)
    assert contrast("767676", "FFFFFF") == pytest.approx(4.54, abs=0.01)


def test_each_fault_of_a_word_file_is_seen(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Sans niveau 1", 2)
    document.add_table(1, 2).cell(0, 0).text = "Sans en-tête"
    pale = document.add_paragraph().add_run("Trop pâle")
    pale.font.color.rgb, pale.font.size = RGBColor(0xC0, 0xC0, 0xC0), Pt(7)
    document.add_picture(str(next(ACCEPTED.glob("*.png"))))
    document.save(str(tmp_path / "faux.docx"))
    found = "\n".join(word_faults(tmp_path / "faux.docx"))
    for said in ("language", "no title", "level 2 after level 0", "without a header row", "may split", "alternative text", "Trop pâle"):
        assert said in found
    assert smallest_type(tmp_path / "faux.docx") == (7.0, "Trop pâle")


def test_each_fault_of_a_workbook_is_seen(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first, second = book.worksheets[0], book.create_sheet("Suivi")
    for row in range(1, 80):
        second.cell(row, 1, "ligne")
    second["A2"].font = Font(color="FFC0C0C0")
    second.sheet_view.selection[0].activeCell = "A50"
    book.active = 1
    book.save(tmp_path / "faux.xlsx")
    found = "\n".join(excel_faults(tmp_path / "faux.xlsx"))
    assert first.title == "Sheet"
    for said in ("first sheet", "sheet named Sheet", "at A50", "no title row", "C0C0C0 on FFFFFF"):
        assert said in found
