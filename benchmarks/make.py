"""Templates and data for the benchmark: one table of N rows by 6 columns, the same for every peer: `make.py FOLDER SIZE…`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import docx
import openpyxl
from docx.document import Document
from openpyxl.styles import Alignment

COLUMNS = ("numero", "intitule", "responsable", "debut", "budget", "statut")


def data(folder: Path, count: int) -> Path:
    """N activities as JSON: short and long texts, characters to escape, one number."""
    rows = [
        {
            "numero": f"{index % 3 + 1}.{index}",
            "intitule": f"Organiser l’atelier n° {index} sur la protection & l’accueil des travailleurs migrants <secteur informel>",
            "responsable": "Ministère du Travail et de l’Insertion professionnelle",
            "debut": f"2019-{index % 12 + 1:02}",
            "budget": 1000 + index * 7,
            "statut": "en cours",
        }
        for index in range(count)
    ]
    path = folder / f"donnees-{count}.json"
    path.write_text(json.dumps({"activites": rows}, ensure_ascii=False), encoding="utf-8")
    return path


def _word(rows: list[tuple[str, ...]]) -> Document:
    document = docx.Document()
    document.add_heading("Activités", 1)
    table = document.add_table(rows=0, cols=len(COLUMNS), style="Table Grid")
    for row in (COLUMNS, *rows):
        for cell, text in zip(table.add_row().cells, row, strict=False):
            cell.text = text
    return document


def word(folder: Path) -> Path:
    """The template in docxtpl's dialect, ours too."""
    path = folder / "modele.docx"
    tags = tuple(f"{{{{ a.{name} }}}}" for name in COLUMNS)
    _word([("{%tr for a in activites %}",), tags, ("{%tr endfor %}",)]).save(str(path))
    return path


def word_braces(folder: Path) -> Path:
    """The same template in the dialect of docxtemplater and easy-template-x."""
    path = folder / "modele-accolades.docx"
    tags = [f"{{{name}}}" for name in COLUMNS]
    _word([(f"{{#activites}}{tags[0]}", *tags[1:-1], f"{tags[-1]}{{/activites}}")]).save(str(path))
    return path


def excel(folder: Path) -> Path:
    """The workbook template: a header, the loop's marker rows around one row of typed cells."""
    path = folder / "modele.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(COLUMNS)
    sheet.append(["{%row for a in activites %}"])
    sheet.append([f"{{{{ a.{name} }}}}" for name in COLUMNS])
    sheet.append(["{%row endfor %}"])
    for cell in sheet[3]:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    book.save(path)
    return path


if __name__ == "__main__":
    target = Path(sys.argv[1])
    word(target)
    word_braces(target)
    excel(target)
    for size in sys.argv[2:]:
        data(target, int(size))
