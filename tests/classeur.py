"""Workbook templates built inside tests, filled, and read back."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from amem_reports.rendering import render


def template(folder: Path, *sheets: Mapping[str, Any], names: tuple[str, ...] = ("Plan", "Synthèse", "Autre"), **styles: str) -> Path:
    """A template with these cells, sheet after sheet; `styles` gives number formats by cell of the first sheet."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, cells in zip(names, sheets, strict=False):
        sheet = book.create_sheet(name)
        for place, value in cells.items():
            sheet[place] = value
    for place, code in styles.items():
        book.worksheets[0][place].number_format = code
    path = folder / "modele.xlsx"
    book.save(path)
    return path


def drawn(folder: Path, draw: Callable[[xlsxwriter.Workbook], None]) -> Path:
    """A template written with XlsxWriter, which knows tables, charts, comments and pictures."""
    path = folder / "modele.xlsx"
    book = xlsxwriter.Workbook(str(path))
    draw(book)
    book.close()
    return path


def raw(path: Path, **context: Any) -> bytes:
    """The bytes of a filled template."""
    out = io.BytesIO()
    render(path, context, out)
    return out.getvalue()


def filled(path: Path, **context: Any) -> Workbook:
    """A filled template, read back by openpyxl, which warns of what it does not keep itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(io.BytesIO(raw(path, **context)))


def sheet(path: Path, **context: Any) -> Worksheet:
    """The first sheet of a filled template."""
    return filled(path, **context).worksheets[0]


def values(sheet: Worksheet) -> list[list[Any]]:
    """What stands in the cells, without empty ends of rows."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return [row[: max((n + 1 for n, value in enumerate(row) if value is not None), default=0)] for row in rows]


def part(data: bytes, name: str) -> str:
    """One part of a filled template as text."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name).decode()


def parts(data: bytes) -> dict[str, bytes]:
    """All parts of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}
