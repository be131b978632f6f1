"""From a rendered sheet to its part: the row map first, then the rows piece by piece with numbers and references filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from amem_reports.errors import Constat
from amem_reports.rendering.excel_blocks import filled
from amem_reports.rendering.excel_compile import SheetPlan
from amem_reports.rendering.excel_holes import BODY, DATE, END, HEIGHT, NUMBER, OPEN, ROW, SHEET, SIDE, SPLIT, TAIL, Book, Here, SheetMap
from amem_reports.rendering.excel_map import Axis, AxisMap
from amem_reports.rendering.excel_refs import MAX_COLUMN, MAX_ROW, letters
from amem_reports.rendering.excel_shared import serial_number

MAX_TEXT = 32_767
_RECORD = re.compile(f"{ROW}([^<]*){BODY}")
_SIDE = re.compile(f"{SIDE}([^;<]*)((?:;\\d+)*){BODY}(.*?){END}", re.DOTALL)
_DATE = re.compile(f"{DATE}(.*?){SPLIT}(.*?){DATE}", re.DOTALL)
_HEIGHT = re.compile(f"{HEIGHT}(\\d+){BODY}(?=<[^>]*[^/]>(.*?)</(?:\\w+:)?c>|)", re.DOTALL)
_CELL = re.compile(rf'<(?:\w+:)?c r="([A-Z]+){NUMBER}"[^>]*>(.*?)</(?:\w+:)?c>', re.DOTALL)
_ELEMENT = re.compile(r"<[^>]*>")
_BLANKS = ("t> ", "t>\n", "t>\t", " </", "\n</", "\t</")
_SPACED = re.compile(r"(<(?:\w+:)?t)>(?=\s|[^<]*\s</)")
_PIECE = 1 << 17
# Characters that XML forbids; what Jinja escapes leaves them as they are.
_FORBIDDEN = bytes((*range(9), 11, 12, *range(14, 32)))
_NONCHARACTER = re.compile(b"\xef\xbf[\xbe\xbf]")
# Excel reads `_x0041_` in a text as the character of that number: data that looks so is escaped in the same way.
_LOOKS_ESCAPED = re.compile(b"_x(?=[0-9A-Fa-f]{4}_)")


@dataclass
class Sheet:
    """One sheet as rendered, with its map."""

    plan: SheetPlan
    map: SheetMap
    head: str
    body: str
    tail: str
    faults: list[Constat]


@dataclass
class Dropped:
    """How many characters of the data were left out because XML forbids them."""

    count: int = 0

    def clean(self, text: str) -> bytes:
        """The text as bytes that XML allows."""
        raw = text.encode()
        clean = raw.translate(None, _FORBIDDEN)
        self.count += len(raw) - len(clean)
        if b"\xef\xbf" in clean:
            clean, count = _NONCHARACTER.subn(b"", clean)
            self.count += count
        return _LOOKS_ESCAPED.sub(b"_x005F_x", clean) if b"_x" in clean else clean


def split_sheets(plan: SheetPlan, rendered: str, columns: list[AxisMap], book: Book) -> list[Sheet]:
    """The sheets that one template sheet made, in order."""
    sheets = []
    for number, text in enumerate(rendered.split(SHEET)[1:]):
        name, head, body, tail = text.split(TAIL)
        body = _with_table_rows(body, plan)
        sheet_name = " ".join(unescape(name).split())
        records, faults = _records(body, sheet_name, book.template)
        column_map = columns[number] if columns else AxisMap(plan.columns, static_records(plan.columns))
        sheet_map = SheetMap(sheet_name, AxisMap(plan.rows, records), column_map, book, number)
        if SIDE in body:
            sheet_map.sides = _sides(body)
        book.copies[plan.name.casefold()].append(sheet_map)
        sheets.append(Sheet(plan, sheet_map, head, body, tail, faults + _grid_faults(sheet_map, book.template)))
    return sheets


def column_maps(plan: SheetPlan, rendered: str) -> list[AxisMap]:
    """The column maps of the sheets that one template sheet made."""
    return [AxisMap(plan.columns, (match[1] for match in _RECORD.finditer(part))) for part in rendered.split(SHEET)[1:]]


def static_records(axis: Axis) -> list[str]:
    """The records of an axis without blocks."""
    return [f"1*{axis.size}"] if axis.size else []


def column_letters(plan: SheetPlan, columns: AxisMap) -> list[str | list[str]]:
    """For each template column its letters, or the list of its letters by instance."""
    result: list[str | list[str]] = [""]
    for index in range(1, plan.columns.size + 1):
        spread = columns.spread(index, index)
        if plan.columns.loops.get(index):
            by_instance = {int(path[-1]): letters(place) for (place, _), path in spread}
            result.append([by_instance.get(number, "") for number in range(max(by_instance, default=-1) + 1)])
        else:
            result.append(letters(spread[0][0][0]) if spread else "")
    return result


def _with_table_rows(body: str, plan: SheetPlan) -> str:
    """Excel refuses a table without a row under its headings: an empty one is written where a loop left none."""
    for table in plan.tables:
        first, last = table.body
        records = list(_RECORD.finditer(body))
        indices = [int(re.split("[*;]", match[1])[0]) for match in records]
        if any(first <= index <= last for index in indices):
            continue
        index = next((row for row in range(first, last + 1) if row not in plan.rows.markers), None)
        if index is None:
            continue
        path = ";-1" * len(plan.rows.loops.get(index, ()))
        after = next((match.start() for match, number in zip(records, indices, strict=True) if number >= first), len(body))
        body = f'{body[:after]}{ROW}{index}{path}{BODY}<{plan.prefix}row r="{NUMBER}"></{plan.prefix}row>{body[after:]}'
    return body


def _records(body: str, sheet: str, template: str) -> tuple[list[str], list[Constat]]:
    """The records of all rows; faults where a row holds a text that is too long for Excel."""
    records: list[str] = []
    faults: list[Constat] = []
    start = row = 0
    for match in _RECORD.finditer(body):
        if match.start() - start > MAX_TEXT:
            faults += _text_faults(body[start : match.start()], row, sheet, template)
        records.append(match[1])
        start = match.end()
        row += int(match[1].partition("*")[2] or 1)
    if len(body) - start > MAX_TEXT:
        faults += _text_faults(body[start:], row, sheet, template)
    return records, faults


def _sides(body: str) -> dict[tuple[str, tuple[str, ...], tuple[str, ...]], str]:
    found = {}
    for chunk in body.split(ROW)[1:]:
        if SIDE in chunk:
            record, _, text = chunk.partition(BODY)
            rows = tuple(record.split(";")[1:])
            found.update({(match[1], rows, tuple(match[2].split(";")[1:])): match[3] for match in _SIDE.finditer(text)})
    return found


def _grid_faults(sheet: SheetMap, template: str) -> list[Constat]:
    """What Excel's grid cannot hold."""
    limits = (
        (sheet.rows.size, MAX_ROW, "lignes", "filtrer les données ou les répartir sur plusieurs feuilles"),
        (sheet.columns.size, MAX_COLUMN, "colonnes", "réduire la boucle sur les colonnes"),
    )
    return [
        Constat(template, f"feuille {sheet.name}", f"{_number(size)} {what} ; Excel en accepte {_number(limit)}", remedy)
        for size, limit, what, remedy in limits
        if size > limit
    ]


def _text_faults(row: str, number: int, sheet: str, template: str) -> list[Constat]:
    found = ((match[1], len(unescape(_ELEMENT.sub("", match[2])).encode("utf-16-le")) // 2) for match in _CELL.finditer(row))
    return [
        Constat(
            template,
            f"feuille {sheet}, cellule {column}{number}",
            f"le texte compte {_number(length)} caractères ; Excel en accepte {_number(MAX_TEXT)} par cellule",
            "raccourcir ce texte ou le répartir sur plusieurs cellules",
        )
        for column, length in found
        if length > MAX_TEXT
    ]


def sheet_pieces(sheet: Sheet, head: str, tail: str, date1904: bool, dropped: Dropped) -> Iterator[bytes]:
    """The sheet's XML in pieces: its head, its rows some hundred kilobytes at a time, its tail."""
    yield dropped.clean(head)
    body = sheet.body
    spaced = any(blank in body for blank in _BLANKS)
    start = 0
    row = 0
    while start < len(body):
        end = body.find(ROW, start + _PIECE)
        end = len(body) if end < 0 else end
        rows: list[str] = []
        for chunk in body[start:end].split(ROW)[1:]:
            record, _, text = chunk.partition(BODY)
            if text:
                rows.append(_row(text, row + 1, record, sheet))
            row += int(record.partition("*")[2]) if "*" in record else 1
        piece = "".join(rows)
        if DATE in piece:
            piece = _DATE.sub(lambda match: _date_cell(match[1], match[2], date1904), piece)
        yield dropped.clean(_SPACED.sub(r'\1 xml:space="preserve">', piece) if spaced else piece)
        start = end
    yield dropped.clean(tail)


def _row(text: str, number: int, record: str, sheet: Sheet) -> str:
    if SIDE in text:
        text = _SIDE.sub("", text)
    if HEIGHT in text:
        text = _with_height(text, sheet)
    text = text.replace(NUMBER, str(number))
    if OPEN in text:
        index, *path = record.split(";")
        text = filled(text, sheet.map, sheet.plan.holes, Here(int(index.partition("*")[0]), tuple(path)))
    return text


def _with_height(text: str, sheet: Sheet) -> str:
    """The row with the height that its longest text needs."""
    needed = 0.0
    for match in _HEIGHT.finditer(text):
        content = unescape(_ELEMENT.sub("", match[2] or ""))
        needed = max(needed, float(sheet.plan.holes[int(match[1])].fill(sheet.map, Here(), content)))
    return _HEIGHT.sub("", text).replace(HEIGHT, f' ht="{needed:g}" customHeight="1"', 1)


def _date_cell(start: str, value: str, date1904: bool) -> str:
    """A cell whose style shows dates: a serial number when the value is an ISO date, else text."""
    p = start[1 : start.index("c ")]
    serial = serial_number(value, date1904)
    if serial is None:
        return f'{start} t="inlineStr"><{p}is><{p}t>{value}</{p}t></{p}is></{p}c>'
    return f"{start}><{p}v>{serial}</{p}v></{p}c>"


def _number(value: int) -> str:
    return f"{value:,}".replace(",", "\u202f")
