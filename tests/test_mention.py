"""What is made from fictional data says so on every page and every sheet; what is made from the project's own data never does."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from click.testing import CliRunner

from amem_reports.cli import main
from amem_reports.demo import espaces
from amem_reports.reports.parts import MENTION

ROOT = Path(__file__).parent.parent
MADE = 7
"""At least so many documents in each format: a guard against looking at nothing."""


def produce(espace: Path, sortie: Path) -> Path:
    formats = [word for suffix in ("docx", "xlsx", "json") for word in ("--format", suffix)]
    arguments = ["produire", "2019-T4", "--date", "2020-01-20", "--espace", str(espace), "--sortie", str(sortie), *formats]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return sortie


@pytest.fixture(scope="module")
def fictional(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "espace"
    espaces.init_demo(folder)
    return produce(folder, tmp_path_factory.mktemp("fictif"))


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return produce(ROOT, tmp_path_factory.mktemp("publie"))


def test_every_header_of_every_word_document_carries_the_mention(fictional: Path) -> None:
    looked = sorted(fictional.glob("*.docx"))
    assert len(looked) >= MADE
    for path in looked:
        for section in docx.Document(str(path)).sections:
            headers = [section.header, section.first_page_header] if section.different_first_page_header_footer else [section.header]
            for header in headers:
                [mention] = [one for one in header.paragraphs if one.text == MENTION]
                assert mention.style
                assert mention.style.name == "Mention fictive"


def test_every_sheet_carries_it_on_the_screen_and_on_paper(fictional: Path) -> None:
    looked = 0
    for path in fictional.glob("*.xlsx"):
        for sheet in openpyxl.load_workbook(path):
            assert any(str(row[0].value or "").startswith(MENTION) for row in sheet.iter_rows(max_row=2)), (path.name, sheet.title)
            assert MENTION in str(sheet.oddHeader and sheet.oddHeader.center.text), (path.name, sheet.title)
            looked += 1
    assert looked > 25


def test_the_json_carries_it(fictional: Path, published: Path) -> None:
    for folder, expected in ((fictional, MENTION), (published, None)):
        looked = [
            json.loads(path.read_text(encoding="utf-8"))["document"]["mention"]
            for path in {*folder.glob("[!.]*.json")} - {folder / "manifeste.json"}
        ]
        assert len(looked) >= MADE
        assert set(looked) == {expected}


def test_no_part_of_a_document_of_the_project_carries_it(published: Path) -> None:
    looked = 0
    for path in [*published.glob("*.docx"), *published.glob("*.xlsx")]:
        with zipfile.ZipFile(path) as package:
            texts = [package.read(name).decode() for name in package.namelist() if name.endswith(".xml") and "styles" not in name]
        assert not re.search("fictive", "".join(texts), re.IGNORECASE), path.name
        looked += 1
    assert looked >= 2 * MADE


def test_without_it_a_header_keeps_its_one_paragraph(published: Path) -> None:
    for path in published.glob("*.docx"):
        for section in docx.Document(str(path)).sections:
            assert len(section.header.paragraphs) == 1
            assert len(section.first_page_header.paragraphs) <= 1


@pytest.mark.libreoffice
@pytest.mark.parametrize("suffix", ["docx", "xlsx"])
def test_every_page_of_every_pdf_carries_it(fictional: Path, tmp_path: Path, suffix: str) -> None:
    from amem_reports.rendering import pdf

    made = pdf.convert(sorted(fictional.glob(f"*.{suffix}")), tmp_path)
    assert len(made) >= MADE
    for path in made:
        text = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True, encoding="utf-8").stdout
        pages = text.split("\f")[:-1]
        assert pages
        assert [number for number, page in enumerate(pages, 1) if MENTION not in page] == [], path.name
