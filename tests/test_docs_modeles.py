"""The page for authors of templates: every example on it gives what it says."""

from __future__ import annotations

import io
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from dessins import png, with_chart, with_picture
from test_word import cells, filled, template, texts

from amem_reports.rendering import check, render
from amem_reports.rendering.tags import filter_names

PAGE = (Path(__file__).parent.parent / "docs" / "modeles.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```([\w-]+)(?: ([^\n]*))?\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
DATA: dict[str, Any] = json.loads(next(text for kind, _, text in BLOCKS if kind == "json"))
LINES = [(one.replace("\\|", "|"), two) for one, two in re.findall(r"^\| `(.*?[^\\])` \| `(.*)` \|$", PAGE, re.MULTILINE)]
EXAMPLES = [(*block, after[2]) for block, after in pairwise(BLOCKS) if after[0] == "donne"]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in re.split(r" \|(?= |$)", line)] for line in text.splitlines()]


@pytest.mark.parametrize(("tag", "expected"), LINES, ids=[tag for tag, _ in LINES])
def test_a_tag_gives_what_the_page_says(tmp_path: Path, tag: str, expected: str) -> None:
    path = template(tmp_path, [tag])
    assert check(path, DATA) == []
    assert plain(texts(filled(path, **DATA))[0]) == expected


@pytest.mark.parametrize(("kind", "more", "written", "expected"), EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_gives_what_stands_under_it(tmp_path: Path, kind: str, more: str, written: str, expected: str) -> None:
    if kind == "word":
        document = filled(template(tmp_path, written.splitlines()), **DATA)
        assert "\n".join(texts(document)) == expected.strip()
    elif kind == "word-tableau":
        table = rows(written)
        document = filled(template(tmp_path, rows=table, columns=max(map(len, table))), **DATA)
        assert cells(document) == rows(expected)
    else:
        assert kind.startswith("excel")
        assert sheet_texts(tmp_path, written, more) == ([[name] for name in expected.split()] if more else rows(expected))


def sheet_texts(folder: Path, written: str, name: str) -> list[list[str]]:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = name or "Plan"
    for row in rows(written):
        sheet.append([cell or None for cell in row])
    book.save(folder / "m.xlsx")
    out = io.BytesIO()
    render(folder / "m.xlsx", DATA, out)
    made = openpyxl.load_workbook(out)
    if name:
        return [[one] for one in made.sheetnames]
    return [[str("" if cell.value is None else cell.value) for cell in row] for row in made.worksheets[0].iter_rows()]


def test_pictures_charts_and_documents_are_put_in_as_the_page_says(tmp_path: Path) -> None:
    tags = [tag.replace("\\|", "|") for tag in re.findall(r"^\| `(\{\{[^`]*)` dans ", PAGE, re.MULTILINE)]
    picture, chart, joined = tags
    document = docx.Document()
    with_picture(document, picture)
    with_chart(document, chart)
    document.add_paragraph(joined)
    document.save(str(tmp_path / "m.docx"))
    guest = io.BytesIO()
    other = docx.Document()
    other.add_paragraph("Texte de l’annexe")
    other.save(guest)
    files = {"logo.png": png(), "annexe.docx": guest.getvalue()}
    out = io.BytesIO()
    render(tmp_path / "m.docx", DATA, out, load=lambda name: files[name])
    made = docx.Document(out)
    assert "Texte de l’annexe" in texts(made)
    assert len(made.inline_shapes) == 2


def test_the_page_names_every_filter() -> None:
    rare = {"__appel", "__flux"} | set(
        "chain count d e escape forceescape safe items lines list bool string pprint pluralize filesizeformat zip tojson".split()
    )
    said = set(re.findall(r"\|(\w+)", PAGE.replace("\\|", "|"))) | set(re.findall(r"`(\w+)`", PAGE))
    assert filter_names() - rare - said == set()
    assert len(LINES) > 50
    assert len(EXAMPLES) == 7
