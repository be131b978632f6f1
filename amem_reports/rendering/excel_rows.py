"""From a rendered sheet to its part: the row map first, then the rows piece by piece with numbers and references filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from html import unescape

from amem_reports.errors import AmemError, Constat
from amem_reports.rendering.excel_compile import SheetPlan
from amem_reports.rendering.excel_holes import BODY, DATE, NUMBER, OPEN, ROW, SHEET, SPLIT, TAIL, Book, Here, SheetMap, filled, filled_frame
from amem_reports.rendering.excel_map import Axis, AxisMap, Path
from amem_reports.rendering.excel_refs import MAX_COLUMN, MAX_ROW, letters

MAX_TEXT = 32_767
_RECORD = re.compile(f"{ROW}(\\d+)\\*(\\d+)([\\d;]*){BODY}")
_DATE = re.compile(f"{DATE}([^{SPLIT}]*){SPLIT}([^{DATE}]*){DATE}")
_TEXT_CELL = re.compile(r'<(?:\w+:)?c r="([A-Z]+\d+)"[^>]*>(.*?)</(?:\w+:)?c>', re.DOTALL)
_ELEMENT = re.compile(r"<[^>]*>")
_PIECE = 1 << 16
_BLANKS = ("t> ", "t>\n", "t>\t", " </", "\n</", "\t</")
_SPACED = re.compile(r"(<(?:\w+:)?t)>(?=\s|[^<]*\s</)")


@dataclass
class Sheet:
    """One sheet as rendered, with its map."""

    plan: SheetPlan
    map: SheetMap
    head: str
    body: str
    tail: str


def split_sheets(plan: SheetPlan, rendered: str, columns: list[AxisMap], book: Book) -> list[Sheet]:
    """The sheets that one template sheet made, in order."""
    sheets = []
    for number, text in enumerate(rendered.split(SHEET)[1:]):
        name, head, body, tail = text.split(TAIL)
        rows = AxisMap(plan.rows, records(body))
        column_map = columns[number] if columns else AxisMap(plan.columns, static_records(plan.columns))
        sheet_map = SheetMap(unescape(name).strip(), rows, column_map, book)
        book.copies.setdefault(plan.name.casefold(), []).append(sheet_map)
        sheets.append(Sheet(plan, sheet_map, head, body, tail))
    return sheets


def records(text: str) -> Iterator[tuple[int, int, Path]]:
    """The records of rows or columns: template index, how many it stands for, instances of its loops."""
    for match in _RECORD.finditer(text):
        path = match[3]
        yield int(match[1]), int(match[2]), tuple(map(int, path[1:].split(";"))) if path else ()


def static_records(axis: Axis) -> list[tuple[int, int, Path]]:
    """The records of an axis without loops."""
    return [(1, axis.size, ())] if axis.size else []


def column_letters(plan: SheetPlan, columns: AxisMap) -> list[object]:
    """For each template column its letters, or the list of its letters by instance."""
    result: list[object] = [""]
    for index in range(1, plan.columns.size + 1):
        if plan.columns.loops.get(index):
            by_instance = {path[-1]: letters(place) for (place, _), path in columns.spread(index, index)}
            result.append([by_instance.get(number, "") for number in range(max(by_instance, default=-1) + 1)])
        else:
            place = columns.place(index)
            result.append(letters(place) if place else "")
    return result


def size_faults(sheet: Sheet, template: str) -> list[Constat]:
    """What Excel's grid cannot hold."""
    place = f"feuille {sheet.map.name}"
    faults = []
    if sheet.map.rows.size > MAX_ROW:
        message = f"{_number(sheet.map.rows.size)} lignes ; Excel en accepte {_number(MAX_ROW)}"
        faults.append(Constat(template, place, message, "filtrer les données ou les répartir sur plusieurs feuilles"))
    if sheet.map.columns.size > MAX_COLUMN:
        message = f"{_number(sheet.map.columns.size)} colonnes ; Excel en accepte {_number(MAX_COLUMN)}"
        faults.append(Constat(template, place, message, "réduire le nombre de colonnes de la boucle"))
    return faults


def sheet_pieces(sheet: Sheet, template: str, date1904: bool) -> Iterator[bytes]:
    """The sheet's XML, in pieces of some tens of kilobytes."""
    plan, sheet_map = sheet.plan, sheet.map
    yield filled_frame(sheet.head, sheet_map, plan.holes, plan.blocks).encode()
    pieces: list[str] = []
    size = 0
    for piece in _rows(sheet, template, date1904):
        pieces.append(piece)
        size += len(piece)
        if size > _PIECE:
            yield "".join(pieces).encode()
            pieces, size = [], 0
    yield "".join(pieces).encode()
    yield filled_frame(sheet.tail, sheet_map, plan.holes, plan.blocks).encode()


def _rows(sheet: Sheet, template: str, date1904: bool) -> Iterator[str]:
    body = sheet.body
    spaced = any(blank in body for blank in _BLANKS)
    faults: list[Constat] = []
    position = 0
    previous: re.Match[str] | None = None
    for match in _followed_by_none(_RECORD.finditer(body)):
        if previous is not None:
            text = body[previous.end() : match.start() if match else len(body)]
            number = position + 1
            position += int(previous[2])
            if text:
                yield _row(_SPACED.sub(r'\1 xml:space="preserve">', text) if spaced else text, number, previous, sheet, date1904)
                if len(text) > MAX_TEXT:
                    faults += text_faults(text.replace(NUMBER, str(number)), sheet.map.name, template)
        previous = match
    if faults:
        raise AmemError(faults)


def _followed_by_none(matches: Iterable[re.Match[str]]) -> Iterator[re.Match[str] | None]:
    yield from matches
    yield None


def _row(text: str, number: int, record: re.Match[str], sheet: Sheet, date1904: bool) -> str:
    text = text.replace(NUMBER, str(number))
    if OPEN in text:
        path = tuple(map(int, record[3][1:].split(";"))) if record[3] else ()
        text = filled(text, sheet.map, sheet.plan.holes, Here(int(record[1]), path))
    if DATE in text:
        text = _DATE.sub(lambda match: _date_cell(match[1], match[2], date1904), text)
    return text


def text_faults(row: str, sheet: str, template: str) -> list[Constat]:
    """Cells whose text is too long for Excel."""
    found = ((match[1], len(unescape(_ELEMENT.sub("", match[2])))) for match in _TEXT_CELL.finditer(row))
    return [
        Constat(
            template,
            f"feuille {sheet}, cellule {cell}",
            f"le texte compte {_number(length)} caractères ; Excel en accepte {_number(MAX_TEXT)} par cellule",
            "raccourcir ce texte ou le répartir sur plusieurs cellules",
        )
        for cell, length in found
        if length > MAX_TEXT
    ]


def _date_cell(start: str, value: str, date1904: bool) -> str:
    """A cell whose style shows dates: a serial number when the value is an ISO date, else text."""
    p = start[1 : start.index("c ")]
    serial = serial_number(value, date1904)
    if serial is None:
        return f'{start} t="inlineStr"><{p}is><{p}t>{value}</{p}t></{p}is></{p}c>'
    return f"{start}><{p}v>{serial}</{p}v></{p}c>"


def serial_number(value: str, date1904: bool = False) -> str | None:
    """The serial number of an ISO date or date and time, in the 1900 or 1904 system; None for other texts and earlier dates."""
    if len(value) < 10 or value[4] != "-":
        return None
    try:
        moment = datetime.fromisoformat(value).replace(tzinfo=None)
    except ValueError:
        return None
    # In the 1900 system, 29 February 1900 is counted although it never was.
    epoch = datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 30) if moment >= datetime(1900, 3, 1) else datetime(1899, 12, 31)
    difference = moment - epoch
    if difference.days < (0 if date1904 else 1):
        return None
    days = difference.days + difference.seconds / 86_400
    return str(int(days)) if days == int(days) else repr(round(days, 10))


def _number(value: int) -> str:
    return f"{value:,}".replace(",", "\u202f")
