"""Narratives in Word: lists have the looks of the paragraph they replace, and what announces a list stays with it."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from test_word import filled

RECIT = "Travaux :\n\n- revue\n- atelier\n\nEnsuite :\n\n3. un\n4. deux\n\nFin."


def template(folder: Path, *styles: str) -> Path:
    """A cell and a paragraph of the style « Cellule » that take a narrative; `styles` exist besides."""
    document = docx.Document()
    for name in ("Cellule", *styles):
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    document.add_table(1, 1).cell(0, 0).paragraphs[0].style = "Cellule"
    document.tables[0].cell(0, 0).paragraphs[0].text = "{{p recit|markdown }}"
    document.add_paragraph("{{p recit|markdown }}")
    document.save(str(folder / "modele.docx"))
    return folder / "modele.docx"


def looks(document: Document) -> dict[str, str]:
    """The style of each paragraph of the cell."""
    return {paragraph.text: paragraph.style.name for paragraph in document.tables[0].cell(0, 0).paragraphs if paragraph.style}


@pytest.mark.parametrize(
    ("styles", "expected"),
    [
        ((), ("List Bullet", "List Number")),
        (("Cellule puces",), ("Cellule puces", "List Number")),
        (("Cellule puces", "Cellule numéros"), ("Cellule puces", "Cellule numéros")),
    ],
)
def test_a_list_has_the_style_that_goes_with_the_paragraph_s_own(
    tmp_path: Path, styles: tuple[str, ...], expected: tuple[str, str]
) -> None:
    document = filled(template(tmp_path, *styles), recit=RECIT)
    bullet, number = expected
    assert looks(document) == {
        "Travaux :": "Cellule", "revue": bullet, "atelier": bullet, "Ensuite :": "Cellule", "un": number, "deux": number, "Fin.": "Cellule"
    }  # fmt: skip
    assert [one.style.name for one in document.paragraphs if one.style and one.text == "revue"] == ["List Bullet"]


def test_what_announces_a_list_stays_on_its_page(tmp_path: Path) -> None:
    document = filled(template(tmp_path), recit=RECIT)
    kept = [one.text for one in document.element.body.iter(qn("w:p")) if one.find(f"{qn('w:pPr')}/{qn('w:keepNext')}") is not None]
    assert kept == ["Travaux :", "Ensuite :"] * 2
