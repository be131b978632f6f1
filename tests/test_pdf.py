"""PDFs come out whole, French and the same each time; every failure is told, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import docx
import openpyxl
import pikepdf
import pytest
from docx.document import Document
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Border, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from amem_reports.errors import AmemError
from amem_reports.rendering import pdf

MODIFIED = datetime(2019, 7, 15, tzinfo=UTC)


def field(paragraph: Paragraph, instruction: str, shown: str) -> None:
    """A Word field with the result that it had when it was last updated."""
    for kind, text in (("begin", ""), ("", instruction), ("separate", ""), (None, shown), ("end", "")):
        run = paragraph.add_run(text if kind is None else "")
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        elif kind == "":
            code = OxmlElement("w:instrText")
            code.text = text
            run._r.append(code)


def word_file(path: Path) -> Path:
    """A French document whose contents list says page 99 for a heading that stands on page 3."""
    document: Document = docx.Document()
    language = next(document.styles.element.iter(qn("w:lang")))
    language.set(qn("w:val"), "fr-FR")
    field(document.add_paragraph(), r'TOC \o "1-1" \h', "Bilan 99")
    for _ in range(2):
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    document.add_heading("Bilan", 1)
    document.core_properties.title = "Rapport d’essai"
    document.core_properties.modified = MODIFIED
    document.save(str(path))
    return path


def workbook_file(path: Path) -> Path:
    """A sum that was worked out before its terms changed, shown with thousands and decimals."""
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.append([1000, 234.5, "=A1+B1"])
    for cell in sheet[1]:
        cell.number_format = "#,##0.00"
    sheet.column_dimensions["C"].width = 20
    stale = path.with_suffix(".stale")
    workbook.save(stale)
    copy(stale, path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<v></v>", b"<v>7</v>"))
    return path


def copy(source: Path, target: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    """The same package with one part changed."""
    with ZipFile(source) as old, ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))


def text_of(path: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True, encoding="utf-8").stdout


def info_of(path: Path) -> str:
    return subprocess.run(["pdfinfo", path], check=True, capture_output=True, text=True, encoding="utf-8").stdout


def language_of(path: Path) -> str:
    with pikepdf.open(path) as document:
        return str(document.Root.Lang)


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A document and a workbook, converted together; their names have accents and spaces."""
    folder = tmp_path_factory.mktemp("dossier d’été")
    files = [word_file(folder / "rapport n° 1 – été.docx"), workbook_file(folder / "cadre logique.xlsx")]
    document, workbook = pdf.convert(files, folder)
    assert [document.name, workbook.name] == ["rapport n° 1 – été.pdf", "cadre logique.pdf"]
    return document, workbook


@pytest.mark.libreoffice
def test_the_contents_list_shows_the_true_page(converted: tuple[Path, Path]) -> None:
    first_page = text_of(converted[0]).split("\f")[0]
    assert re.fullmatch(r"Bilan\.* *3", first_page.strip())


@pytest.mark.libreoffice
@pytest.mark.parametrize(("instruction", "shown"), [("NUMWORDS", "4"), ("NUMPAGES", "2"), ("PAGE", "1"), (r"PAGEREF cible \h", "2")])
def test_every_field_shows_what_is_true_now(tmp_path: Path, instruction: str, shown: str) -> None:
    document: Document = docx.Document()
    field(document.add_paragraph("Ici : "), instruction, "99")
    heading = document.add_heading("Bilan", 1)
    heading.paragraph_format.page_break_before = True
    for kind in ("Start", "End"):
        mark = OxmlElement(f"w:bookmark{kind}")
        mark.set(qn("w:id"), "1")
        if kind == "Start":
            mark.set(qn("w:name"), "cible")
        heading._p.append(mark)
    document.save(str(tmp_path / "champ.docx"))
    (made,) = pdf.convert([tmp_path / "champ.docx"], tmp_path)
    assert re.findall(r"Ici : (\d+)", text_of(made)) == [shown]


@pytest.mark.libreoffice
def test_a_document_keeps_its_title_language_and_structure(converted: tuple[Path, Path]) -> None:
    info = info_of(converted[0])
    assert "Rapport d’essai" in info
    assert [line.split()[1] for line in info.splitlines() if line.startswith("Tagged")] == ["yes"]
    assert language_of(converted[0]) == "fr-FR"


@pytest.mark.libreoffice
def test_a_workbook_is_recalculated_and_its_numbers_are_french(converted: tuple[Path, Path]) -> None:
    assert "1 234,50" in text_of(converted[1]).replace("\u202f", " ").replace("\u00a0", " ")
    assert language_of(converted[1]) == "fr-FR"


@pytest.mark.libreoffice
def test_the_same_files_give_the_same_bytes_dated_as_the_document(converted: tuple[Path, Path], tmp_path: Path) -> None:
    sources = [converted[0].with_suffix(".docx"), converted[1].with_suffix(".xlsx")]
    again = pdf.convert(sources, tmp_path)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in converted]
    assert "2019" in next(line for line in info_of(converted[0]).splitlines() if line.startswith("CreationDate"))


@pytest.mark.libreoffice
def test_no_row_is_lost_where_only_a_border_does_not_fit_on_the_page(tmp_path: Path) -> None:
    """The file is a page of a real plan on which LibreOffice drops eleven rows of the second table."""
    source = Path(__file__).parent / "donnees" / "tableau-au-bas-de-la-page.docx"
    expected = [row.cells[0].text for row in docx.Document(str(source)).tables[1].rows]
    shown = {line.split()[0] for line in text_of(pdf.convert([source], tmp_path)[0]).splitlines() if line.strip()}
    assert len(expected) == 13
    assert [sigle for sigle in expected if sigle not in shown] == []


@pytest.mark.libreoffice
def test_several_jobs_at_the_same_time_give_what_one_alone_gives(converted: tuple[Path, Path], tmp_path: Path) -> None:
    alone = [path.read_bytes() for path in converted]
    sources = [converted[0].with_suffix(".docx"), converted[1].with_suffix(".xlsx")]
    folders = [tmp_path / str(number) for number in range(3)]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor(len(folders)) as pool:
        results = list(pool.map(lambda folder: pdf.convert(sources, folder), folders))
    assert [[path.read_bytes() for path in made] for made in results] == [alone] * 3


@pytest.mark.libreoffice
def test_the_person_s_own_libreoffice_is_neither_asked_nor_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, out = tmp_path / "maison", tmp_path / "pdf"
    theirs = home / ".config" / "libreoffice" / "4" / "user" / "registrymodifications.xcu"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("leurs réglages", encoding="utf-8")
    (theirs.parents[1] / ".lock").write_text("ouvert", encoding="utf-8")
    out.mkdir()
    for name, value in (("HOME", home), ("XDG_CONFIG_HOME", home / ".config")):
        monkeypatch.setenv(name, str(value))
    before = {path: path.read_bytes() for path in (home / ".config").rglob("*") if path.is_file()}
    pdf.convert([word_file(tmp_path / "plan.docx")], out)
    assert {path: path.read_bytes() for path in (home / ".config").rglob("*") if path.is_file() and "libreoffice" in path.parts} == before


@pytest.mark.libreoffice
def test_one_broken_document_is_named_and_no_pdf_is_left(tmp_path: Path) -> None:
    good, bad, out = word_file(tmp_path / "bon.docx"), tmp_path / "abîmé.docx", tmp_path / "pdf"
    out.mkdir()
    copy(good, bad, "word/document.xml", lambda xml: xml[: len(xml) // 2])
    with pytest.raises(AmemError) as error:
        pdf.convert([bad, good], out)
    assert [constat.fichier for constat in error.value.constats] == ["abîmé.docx"]
    assert "LibreOffice n’en a pas fait de PDF" in str(error.value)
    assert list(out.iterdir()) == []


@pytest.mark.libreoffice
def test_any_temporary_folder_will_do_and_nothing_is_left_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary, out = tmp_path / "temporaire, d’été", tmp_path / "pdf"
    for folder in (temporary, out):
        folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    pdf.convert([word_file(tmp_path / "plan.docx")], out)
    assert [path.name for path in out.iterdir()] == ["plan.pdf"]
    assert list(temporary.iterdir()) == []


def test_all_unusable_files_are_told_at_once_before_anything_starts(tmp_path: Path, fake_soffice: Path) -> None:
    fake_soffice.write_text(f"#!/bin/sh\ntouch '{tmp_path}/started'\n")
    (tmp_path / "faux.docx").write_text("ceci n’est pas un document")
    (tmp_path / "note.txt").write_text("du texte")
    workbook_file(tmp_path / "tableau.xlsx").rename(tmp_path / "tableau.docx")
    names = ("absent.docx", "faux.docx", "note.txt", "tableau.docx")
    with pytest.raises(AmemError) as error:
        pdf.convert([*(tmp_path / name for name in names), word_file(tmp_path / "bon.docx")], tmp_path)
    assert [constat.fichier for constat in error.value.constats] == list(names)
    assert not (tmp_path / "started").exists()


@pytest.fixture
def fake_soffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shell script in the place of LibreOffice."""
    if sys.platform == "win32":
        pytest.skip("needs a POSIX shell")
    program = tmp_path / "bin" / "soffice"
    program.parent.mkdir()
    program.touch(mode=0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return program


@pytest.mark.parametrize("place", ["versionrc", "version.ini", "../Resources/versionrc"])
def test_a_profile_says_the_build_it_is_of_so_that_libreoffice_does_not_start_twice(tmp_path: Path, fake_soffice: Path, place: str) -> None:
    program = tmp_path / "LibreOffice" / "program" / "soffice"
    program.parent.mkdir(parents=True)
    told = program.parent / place
    told.parent.mkdir(exist_ok=True)
    told.write_text("[Version]\nAllLanguages=fr\nbuildid=40(Build:2)\nVendor=x\n")
    program.write_text('#!/bin/sh\ncat "${1#*file://}/user/extensions/buildid" >&2\n')
    program.chmod(0o755)
    fake_soffice.unlink()
    fake_soffice.symlink_to(program)
    with pytest.raises(AmemError, match=r"\(40\(Build:2\)\)"):
        pdf.convert([word_file(tmp_path / "plan.docx")], tmp_path)


@pytest.mark.libreoffice
def test_this_libreoffice_says_its_build_where_it_is_looked_for(tmp_path: Path) -> None:
    program = shutil.which("soffice")
    if program is None or sys.platform != "linux" or "libreoffice" not in str(Path(program).resolve()):
        pytest.skip("needs LibreOffice as Linux installs it")
    pdf._write_build(tmp_path, program)
    assert (tmp_path / "user" / "extensions" / "buildid").read_text().strip()


def empty_line_far_below(sheet: Worksheet) -> None:
    sheet["B700"].border = Border(bottom=Side("thick"))


def text_out_of_its_cell(sheet: Worksheet) -> None:
    sheet["P2"] = "Un texte bien plus long que sa colonne, " * 5


def chart_far_below(sheet: Worksheet) -> None:
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=1, min_row=2, max_row=3))
    sheet.add_chart(chart, "C900")


def print_area(sheet: Worksheet) -> None:
    sheet.print_area = "A1:D900"
    sheet.page_setup.fitToHeight = 1


def repeated_rows(sheet: Worksheet) -> None:
    sheet["D1500"] = "Fin"
    sheet.print_title_rows = "1:2"


def protection(sheet: Worksheet) -> None:
    sheet.protection.enable()


def sheet_with(path: Path, what: Callable[[Worksheet], None]) -> Path:
    """A sheet scaled to the width of a page, with some figures and something else."""
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    for number in range(1, 120):
        sheet.append([number] * 15)
    sheet.page_setup.fitToHeight = False
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    what(sheet)
    workbook.save(path)
    return path


@pytest.mark.libreoffice
def test_what_is_hidden_of_a_sheet_to_be_quick_shows_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    things = (empty_line_far_below, text_out_of_its_cell, chart_far_below, print_area, repeated_rows, protection)
    files = [sheet_with(tmp_path / f"{thing.__name__}.xlsx", thing) for thing in things]
    made = [path.read_bytes() for path in pdf.convert(files, tmp_path)]
    write = pdf._write_profile

    def write_without(profile: Path, work: Path, count: int) -> None:
        write(profile, work, count)
        macro = profile / "user" / "basic" / "Standard" / "Amem.xba"
        text = macro.read_text(encoding="utf-8")
        assert text.count("        HideTheRest(document)\n") == 1
        macro.write_text(text.replace("        HideTheRest(document)\n", ""), encoding="utf-8")

    monkeypatch.setattr(pdf, "_write_profile", write_without)
    assert [path.read_bytes() for path in pdf.convert(files, tmp_path)] == made


def test_success_without_a_pdf_is_a_failure_that_quotes_the_program(tmp_path: Path, fake_soffice: Path) -> None:
    fake_soffice.write_text("#!/bin/sh\necho 'no space left' >&2\nexit 0\n")
    with pytest.raises(AmemError, match=r"plan\.docx .* n’en a pas fait de PDF \(no space left\)"):
        pdf.convert([word_file(tmp_path / "plan.docx")], tmp_path)


def test_half_a_pdf_is_a_failure(tmp_path: Path, fake_soffice: Path) -> None:
    fake_soffice.write_text('#!/bin/sh\nprofile=${1#*file://}\nprintf "%%PDF-1.6 half" > "$profile/../work/0.pdf"\n')
    with pytest.raises(AmemError, match="n’en a pas fait de PDF"):
        pdf.convert([word_file(tmp_path / "plan.docx")], tmp_path)
    whole = pikepdf.new()
    whole.save(tmp_path / "whole.pdf")
    fake_soffice.write_text(f'#!/bin/sh\nprofile=${{1#*file://}}\ncp "{tmp_path}/whole.pdf" "$profile/../work/0.pdf"\n')
    assert pdf.convert([tmp_path / "plan.docx"], tmp_path)[0].read_bytes().startswith(b"%PDF-")


def test_a_pdf_is_finished_while_the_next_one_is_made(tmp_path: Path, fake_soffice: Path) -> None:
    whole = pikepdf.new()
    whole.save(tmp_path / "whole.pdf")
    fake_soffice.write_text(
        f'#!/bin/sh\nwork="${{1#*file://}}/../work"\ncp "{tmp_path}/whole.pdf" "$work/0.pdf"\n'
        'for turn in $(seq 100); do [ -f "$work/0.fini" ] && break; sleep 0.05; done\n'
        f'[ -f "$work/0.fini" ] && cp "{tmp_path}/whole.pdf" "$work/1.pdf"\n'
    )
    made = pdf.convert([word_file(tmp_path / f"{name}.docx") for name in "ab"], tmp_path)
    assert [path.name for path in made] == ["a.pdf", "b.pdf"]


def test_a_program_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path, fake_soffice: Path) -> None:
    fake_soffice.write_text(f"#!/bin/sh\n(sleep 2; touch '{tmp_path}/survivor') &\nsleep 60\n")
    started = time.monotonic()
    with pytest.raises(AmemError, match=r"pas de réponse après 1\sseconde "):
        pdf.convert([word_file(tmp_path / "plan.docx")], tmp_path, timeout=1)
    assert time.monotonic() - started < 5
    time.sleep(1.5)
    assert not (tmp_path / "survivor").exists()


def test_a_program_that_cannot_start_is_told(tmp_path: Path, fake_soffice: Path) -> None:
    fake_soffice.write_text("#!/does/not/exist\n")
    with pytest.raises(AmemError, match=f"{fake_soffice} ne démarre pas"):
        pdf.convert([word_file(tmp_path / "plan.docx")], tmp_path)


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without LibreOffice, whose usual places are below the folder returned."""
    monkeypatch.setattr(pdf, "ROOT", tmp_path)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    for variable in pdf.WINDOWS_PLACES:
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


@pytest.mark.parametrize(
    ("platform", "line"),
    [
        ("linux", "sudo apt install libreoffice-writer-nogui libreoffice-calc-nogui"),
        ("darwin", "brew install --cask libreoffice"),
        ("win32", "winget install TheDocumentFoundation.LibreOffice"),
        ("freebsd14", "voir libreoffice.org"),
    ],
)
def test_without_libreoffice_the_line_that_installs_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, line: str
) -> None:
    document = word_file(tmp_path / "plan.docx")
    monkeypatch.setattr(pdf, "_soffice", lambda: None)
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(AmemError) as error:
        pdf.convert([document], tmp_path)
    assert f"l’installer ({line})" in str(error.value)


@pytest.mark.parametrize(
    "place",
    [
        "Applications/LibreOffice.app/Contents/MacOS/soffice",
        "home/Applications/LibreOffice.app/Contents/MacOS/soffice",
        "Program Files/LibreOffice/program/soffice.com",
        "opt/libreoffice25.2/program/soffice",
    ],
)
def test_libreoffice_is_found_where_its_installers_put_it(bare_machine: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setenv("ProgramFiles", str(bare_machine / "Program Files"))
    program = bare_machine / place
    program.parent.mkdir(parents=True)
    assert not pdf.available()
    program.touch()
    assert pdf.available()


def test_two_files_never_become_one_pdf(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="one PDF"):
        pdf.convert([tmp_path / "plan.docx", tmp_path / "plan.xlsx"], tmp_path)
