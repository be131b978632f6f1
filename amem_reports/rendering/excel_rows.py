"""From a rendered sheet to its part: the row map first, then the rows piece by piece with references filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from amem_reports.errors import Constat
from amem_reports.rendering.excel_blocks import hole_text
from amem_reports.rendering.excel_dates import serial_number
from amem_reports.rendering.excel_holes import (
    BODY,
    CLOSE,
    DATE,
    END,
    OPEN,
    ROW,
    SHEET,
    SIDE,
    SPLIT,
    TAIL,
    Book,
    Here,
    RefHole,
    SheetMap,
)
from amem_reports.rendering.excel_map import Axis, AxisMap, Path
from amem_reports.rendering.excel_plan import SheetPlan
from amem_reports.rendering.excel_refs import MAX_COLUMN, MAX_ROW, letters
from amem_reports.rendering.package import FORBIDDEN
from amem_reports.rendering.xml_text import unescape

MAX_TEXT = 32_767
_MAX_EMOJI = MAX_TEXT // 2  # Excel counts such characters as two
_RECORD = re.compile(f"{ROW}([^<]*){BODY}")
_RUN = re.compile(f"{ROW}\\d+\\+[1-9]\\d*{BODY}")
# Not compiled before rows need them.
_MARK = f"(?s){ROW}([^<]*){BODY}|{OPEN}([^<]*)(?:{SPLIT}(.*?))?{CLOSE}"
_SIDE = f"(?s){SIDE}([^;<]*)((?:;\\d+)*){BODY}(.*?){END}"
_DATE = f"{DATE}([^<]*){DATE}"
_CELL = r'(?s)<(?:\w+:)?c r="([A-Z]+\d+)"[^>]*>(.*?)</(?:\w+:)?c>'
_ELEMENT = r"<[^>]*>"
_SPACED = rb"(<(?:\w+:)?t)>(?=\s|[^<]*\s</)"
_NONCHARACTER = b"\xef\xbf(?:[\xbe\xbf]|\xbd\xef\xbf\xbd\xef\xbf\xbd)"  # the last is half of a surrogate pair
# Excel reads `_x0041_` in a text as the character of that number: data that looks so is escaped in the same way.
_LOOKS_ESCAPED = b"_x(?=[0-9A-Fa-f]{4}_)"
_PIECE = 1 << 17
_OPEN_DATE = DATE[1].encode()
_BLANK = bytes(32 if byte in b"\t\n\r" else byte for byte in range(256))


class Sheet:
    """One sheet as rendered, with its map. Its rows stand in `text` from `start` to `end`, but for `runs`, each with its place."""

    def __init__(self, plan: SheetPlan, sheet_map: SheetMap, head: str, tail: str, text: str, rows: tuple[int, int]) -> None:
        self.plan, self.map, self.head, self.tail = plan, sheet_map, head, tail
        self.text, (self.start, self.end) = text, rows
        self.faults: list[Constat] = []
        self.runs: list[tuple[int, list[bytes]]] = []

    def pieces(self) -> Iterator[str | bytes]:
        """All rows, in pieces that hold whole rows."""
        start, close = self.start, f"</{self.plan.prefix}row>"
        for at, run in (*self.runs, (self.end, [])):
            while start < at:
                end = self.text.find(close, start + _PIECE, at)
                end = at if end < 0 else end + len(close)
                yield self.text[start:end]
                start = end
            yield from run


class Dropped:
    """How many characters of the data were left out because XML forbids them."""

    def __init__(self) -> None:
        self.count = 0

    def clean(self, text: str | bytes, cells: bool = True) -> bytes:
        """The text as bytes that XML allows and, in `cells` and comments, Excel reads as they are meant."""
        clean = text.encode() if isinstance(text, str) else text
        flat = clean.translate(_BLANK, FORBIDDEN)
        if len(flat) < len(clean):
            self.count += len(clean) - len(flat)
            clean = clean.translate(None, FORBIDDEN)
        if b"\xef" in clean:
            clean, count = re.subn(_NONCHARACTER, b"", clean)
            self.count += count
        if not cells:
            return clean
        if b"t> " in flat or b" </" in flat:
            clean = re.sub(_SPACED, rb'\1 xml:space="preserve">', clean)
        return re.sub(_LOOKS_ESCAPED, b"_x005F_x", clean) if b"_" in clean else clean


def split_sheets(plan: SheetPlan, rendered: str, runs: Iterable[list[bytes]], columns: list[AxisMap], book: Book) -> list[Sheet]:
    """The sheets that one template sheet made, in order; `runs` are the rows that were taken from their text."""
    sheets = []
    taken = iter(runs)
    start = _find(rendered, SHEET, 0, len(rendered))
    while start >= 0:
        following = _find(rendered, SHEET, start + 2, len(rendered))
        sheet = _sheet(plan, rendered, start, following if following >= 0 else len(rendered), columns, book)
        sheet.runs += [(match.start(), next(taken)) for match in _RUN.finditer(rendered, sheet.start, sheet.end)]
        sheet.faults += [*_grid_faults(sheet.map, book.template), *_long_texts(sheet, book.template)]
        sheets.append(sheet)
        start = following
    return sheets


def _sheet(plan: SheetPlan, text: str, start: int, end: int, columns: list[AxisMap], book: Book) -> Sheet:
    copies = book.copies[plan.name.casefold()]
    _, name, head, _ = text[start : text.index(TAIL, text.index(TAIL, start) + 1) + len(TAIL)].replace(SHEET, TAIL).split(TAIL)
    name = " ".join(unescape(name).split())
    first, last = text.index(TAIL, text.index(TAIL, start) + 1) + len(TAIL), text.rindex(TAIL, start, end)
    column_map = columns[len(copies)] if columns else AxisMap(plan.columns, static_records(plan.columns))
    sheet_map = SheetMap(name, AxisMap(plan.rows, _records(text, first, last)), column_map, book, len(copies), plan.contents)
    if _find(text, SIDE, first, last) >= 0:
        sheet_map.sides = _sides(text[first:last])
    copies.append(sheet_map)
    return Sheet(plan, sheet_map, head, text[last + len(TAIL) : end], text, (first, last))


def _find(text: str, mark: str, start: int, end: int) -> int:
    """Where a mark stands; its control character alone is found ten times faster than both its characters."""
    found = text.find(mark[1], start + 1, end)
    while found >= 0 and text[found - 1] != mark[0]:
        found = text.find(mark[1], found + 1, end)
    return found - 1 if found >= 0 else -1


def _records(text: str, start: int, end: int) -> Iterator[str]:
    """The records of all rows."""
    found = _find(text, ROW, start - 1, end)
    while found >= 0:
        body = text.index(BODY, found)
        yield text[found + len(ROW) : body]
        found = _find(text, ROW, body, end)


def column_maps(plan: SheetPlan, rendered: str) -> list[AxisMap]:
    """The column maps of the sheets that one template sheet made."""
    return [AxisMap(plan.columns, _RECORD.findall(part)) for part in rendered.split(SHEET)[1:]]


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


def _long_texts(sheet: Sheet, template: str) -> Iterator[Constat]:
    """Faults where a cell holds a text that is too long for Excel; only rows as long are looked at."""
    close = f"</{sheet.plan.prefix}row>".encode()
    for piece in sheet.pieces():
        text = piece.encode() if isinstance(piece, str) else piece
        position = 0
        while position < len(text):
            nearest = text.rfind(close, position, position + _MAX_EMOJI)
            if nearest < 0:
                nearest = text.find(close, position)
                nearest = len(text) if nearest < 0 else nearest
                yield from _text_faults(text[position:nearest].decode(), sheet.map.name, template)
            position = nearest + len(close)


def _sides(body: str) -> dict[tuple[str, Path, Path], str]:
    found: dict[tuple[str, Path, Path], str] = {}
    for chunk in body.split(ROW)[1:]:
        if SIDE in chunk:
            record, _, text = chunk.partition(BODY)
            rows = tuple(record.split(";")[1:])
            found.update({(match[1], rows, tuple(match[2].split(";")[1:])): match[3] for match in re.finditer(_SIDE, text)})
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


def _text_faults(row: str, sheet: str, template: str) -> list[Constat]:
    found = ((match[1], len(unescape(re.sub(_ELEMENT, "", match[2])).encode("utf-16-le")) // 2) for match in re.finditer(_CELL, row))
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


def sheet_pieces(sheet: Sheet, head: str, tail: str, date1904: bool, dropped: Dropped) -> Iterator[bytes]:
    """The sheet's XML in pieces: its head, its rows some hundred kilobytes at a time, its tail."""
    yield dropped.clean(head)
    filler = _RowFiller(sheet, date1904)
    for piece in sheet.pieces():
        if isinstance(piece, bytes):  # of a run, in which only dates are left open
            yield dropped.clean(filler.fill(piece.decode()) if _OPEN_DATE in piece else piece)
        else:
            yield dropped.clean(filler.fill(piece))
    yield dropped.clean(tail)


class _RowFiller:
    """Turns rendered rows into XML: records out, references and dates in."""

    def __init__(self, sheet: Sheet, date1904: bool) -> None:
        self._sheet, self._date1904 = sheet, date1904
        self._record = ""
        self._here: Here | None = None
        self._known: dict[tuple[str, str], str] = {}
        p = sheet.plan.prefix
        self._close = f"</{p}c>"
        self._number = lru_cache(4096)(self._date_cell)
        self._text = (f' t="inlineStr"><{p}is><{p}t>', f"</{p}t></{p}is>{self._close}")

    def fill(self, rows: str) -> str:
        """Whole rows, as rendered."""
        # One character is found ten times faster than two.
        if SIDE[1] in rows:
            rows = re.sub(_SIDE, "", rows)
        if OPEN[1] in rows:
            rows = re.sub(_MARK, self._mark, rows)
        elif ROW[1] in rows:
            rows = _RECORD.sub("", rows)
        return re.sub(_DATE, lambda match: self._number(match[1]), rows) if DATE[1] in rows else rows

    def _mark(self, match: re.Match[str]) -> str:
        if match[1] is not None:
            self._record, self._here = match[1], None
            return ""
        hole, chosen = match[2], match[3]
        index, _, path = self._record.partition(";")
        # Most of what stands outside a loop is the same for all its rows: it is looked up once.
        known = self._known.get((hole, index)) if chosen is None else None
        if known is not None:
            return known
        if self._here is None:
            self._here = Here(int(index.partition("*")[0]), tuple(path.split(";")) if path else ())
        text = hole_text(hole, chosen, self._sheet.map, self._sheet.plan.holes, self._here)
        if chosen is None and hole.isdigit():
            kind = self._sheet.plan.holes[int(hole)]
            if isinstance(kind, RefHole) and kind.same_for_all(self._sheet.map, self._here):
                self._known[hole, index] = text
        return text

    def _date_cell(self, value: str) -> str:
        """The rest of a cell whose style shows dates: a serial number when the value is an ISO date, else text."""
        serial = serial_number(value, self._date1904)
        if serial is None:
            return value.join(self._text)
        p = self._sheet.plan.prefix
        return f"><{p}v>{serial}</{p}v>{self._close}"


def _number(value: int) -> str:
    return f"{value:,}".replace(",", "\u202f")
