"""A copy of a faulty workbook with its faults on it: a comment on each cell, and the list of all with links."""

from __future__ import annotations

import io
from collections.abc import Iterable
from itertools import count, groupby
from pathlib import Path
from typing import Any

from amem_reports.errors import AmemError, Constat
from amem_reports.octets import Archive, RefusError, read
from amem_reports.suivi.classeur import MAX_BYTES, Faute

MAX_UNPACKED, MAX_MARKUP = 20_000_000, 600_000
"""Less than an import takes: a cell that is to be written again holds ten times as much memory as one that is only read."""

LISTE = "À corriger"
_AUTEUR = "amem"


def annotate(source: Path, fautes: Iterable[Faute]) -> Path:
    """Write « NOM (à corriger).xlsx » beside a workbook, over nothing that stands there; its path. AmemError when that cannot be done."""
    try:
        return _annotated(source, list(fautes))
    except RefusError as error:
        raise AmemError([Constat(source.name, "", f"copie annotée impossible : {error.message}", error.remede)]) from error
    except OSError:
        raise
    except Exception as error:  # openpyxl fails in its own ways on what Excel would repair
        remede = "corriger le classeur d’après les fautes dites ici, ou le réenregistrer dans Excel d’abord"
        raise AmemError([Constat(source.name, "", "copie annotée impossible : le classeur est abîmé", remede)]) from error


def _annotated(source: Path, fautes: list[Faute]) -> Path:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(Archive(read(source, MAX_BYTES), MAX_UNPACKED, MAX_MARKUP).copy()), rich_text=True)
    for sheet in book.worksheets:
        _one_line(sheet.oddHeader)
    rank = {feuille: number for number, feuille in enumerate(book.sheetnames)}
    listed = sorted(fautes, key=lambda faute: (rank.get(faute.feuille, -1), *_place(faute.ref)))
    for (feuille, ref), group in groupby(listed, key=lambda faute: (faute.feuille, faute.ref)):
        if feuille in book.sheetnames and ref:
            _comment(book[feuille], ref, [f"{faute.message} → {faute.remede}" for faute in group])
    _list(book, listed)
    target = next(path for path in _names(source) if not path.exists())
    book.save(target)
    return target


def _one_line(header: Any) -> None:
    """openpyxl writes a line break of a header as `_x000a_`, which Excel prints."""
    for part in (header.left, header.center, header.right):
        part.text = " ".join(part.text.split()) if part.text else part.text


def _names(source: Path) -> Iterable[Path]:
    yield source.with_name(f"{source.stem} (à corriger).xlsx")
    yield from (source.with_name(f"{source.stem} (à corriger {number}).xlsx") for number in count(2))


def _place(ref: str) -> tuple[int, int]:
    """Row and column, so that B2 comes before AC7 and after AA1; a whole sheet comes first."""
    from openpyxl.utils.cell import coordinate_to_tuple

    return coordinate_to_tuple(ref) if ref else (0, 0)


def _comment(sheet: Any, ref: str, sentences: list[str]) -> None:
    from openpyxl.cell.cell import MergedCell
    from openpyxl.comments import Comment

    cell = sheet[ref]
    if isinstance(cell, MergedCell):
        return
    before = [cell.comment.text] if cell.comment else []
    cell.comment = Comment("\n".join([*before, *sentences]), _AUTEUR, height=120, width=320)


def _list(book: Any, fautes: list[Faute]) -> None:
    """A last sheet with all faults, on which the copy opens; one from an earlier round is replaced."""
    from openpyxl.styles import Alignment, Font

    if LISTE in book.sheetnames:
        del book[LISTE]
    sheet = book.create_sheet(LISTE)
    sheet.append(["Feuille", "Cellule", "Faute", "Remède"])
    for faute in fautes:
        sheet.append([faute.feuille, faute.ref, faute.message, faute.remede])
        if faute.ref:
            link = sheet.cell(sheet.max_row, 2)
            link.hyperlink = f"#'{faute.feuille}'!{faute.ref}"
            link.style = "Hyperlink"
    for column, width in zip("ABCD", (18, 10, 70, 60), strict=True):
        sheet.column_dimensions[column].width = width
        sheet[f"{column}1"].font = Font(name="Calibri", bold=True)
    for row in sheet.iter_rows(min_row=2, min_col=3, max_col=4):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    book.active = sheet
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet
