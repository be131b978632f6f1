"""What the cells of a written sheet hold, for those parts that repeat it: caches of charts, headings of tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from amem_reports.errors import AmemError, Constat
from amem_reports.rendering.excel_blocks import HERE, filled
from amem_reports.rendering.excel_dates import serial_number
from amem_reports.rendering.excel_holes import DATE, NOWHERE, SPLIT, Here, Hole, SheetMap, copy_name
from amem_reports.rendering.excel_refs import Rect, Ref, letters
from amem_reports.rendering.xml_text import escape, unescape

if TYPE_CHECKING:
    from amem_reports.rendering.excel_rows import Sheet

_TYPE = re.compile(r'\st="(\w+)"')
_VALUE = re.compile(r"<(?:\w+:)?v>(.*?)</(?:\w+:)?v>")
_TEXT = re.compile(r"<(?:\w+:)?t(?: [^>]*)?>(.*?)</(?:\w+:)?t>", re.DOTALL)
_FORMULA = re.compile(r"<(?:\w+:)?f[ >/]")
MAX_CACHE = 10_000


class SheetCells:
    """The cells of one rendered sheet, read from the text of its rows."""

    def __init__(self, sheet: Sheet, strings: Callable[[int], str], date1904: bool) -> None:
        self._sheet, self._strings, self._date1904 = sheet, strings, date1904

    @cached_property
    def _text(self) -> str:
        return "".join(piece if isinstance(piece, str) else piece.decode() for piece in self._sheet.pieces())

    @cached_property
    def _rows(self) -> dict[int, tuple[int, int]]:
        """Where the text of each written row begins and ends."""
        p = self._sheet.plan.prefix
        starts = re.compile(f'<{p}row r="(\\d+)"')
        found = [(int(match[1]), match.end()) for match in starts.finditer(self._text)]
        ends = [start for _, start in found[1:]] + [len(self._text)]
        return {row: (start, end) for (row, start), end in zip(found, ends, strict=True)}

    def value(self, row: int, column: int) -> str | float | None:
        """Text, number, or None for what only Excel can tell (a formula). An empty cell is the empty text."""
        text, p = self._text, self._sheet.plan.prefix
        first, last = self._rows.get(row, (0, 0))
        start = text.find(f'{p}c r="{letters(column)}{row}"', first, last)
        if start < 0:
            return ""
        closing = text.index(">", start)
        attributes = text[start:closing]
        if attributes.endswith("/"):
            return ""
        if DATE in attributes:
            return self._date(text[start : text.index(DATE, text.index(DATE, start) + 1)])
        return self._content(attributes, text[closing + 1 : text.index(f"</{p}c>", closing)])

    def _date(self, cell: str) -> str | float:
        text = unescape(cell.partition(DATE)[2])
        serial = serial_number(text, self._date1904)
        return float(serial) if serial else text

    def _content(self, attributes: str, inside: str) -> str | float | None:
        kind = _TYPE.search(attributes)
        value = _VALUE.search(inside)
        if _FORMULA.match(inside):
            return None
        if kind and kind[1] == "s" and value:
            return self._strings(int(value[1]))
        if kind and kind[1] == "inlineStr":
            return unescape("".join(_TEXT.findall(inside)))
        if kind and kind[1] not in ("n", "b"):
            return unescape(value[1]) if value else ""
        return float(value[1]) if value else ""


class CacheHole(NamedTuple):
    """The values that a chart keeps of its cells: read from the written cells, left out where only Excel can tell them.

    `kept` is the template's own cache, for sheets in which nothing changed.
    """

    ref: Ref
    prefix: str
    kind: str
    format: str
    kept: str

    def fill(self, sheet: SheetMap, here: Here, chosen: str) -> str:
        targets = sheet.book.targets(self.ref.sheet, sheet, chosen)
        if not targets or targets[0].cells is None:
            return self.kept if targets else ""
        block = targets[0].moved(self.ref.rect, here if targets[0] is sheet else NOWHERE)
        if block is None or not block.top or not block.left or (block.bottom - block.top + 1) * (block.right - block.left + 1) > MAX_CACHE:
            return ""
        return self._cache(targets[0], block)

    def _cache(self, sheet: SheetMap, block: Rect) -> str:
        assert sheet.cells
        p, points, written = self.prefix, [], sheet.cells()
        cells = [(row, column) for row in range(block.top, block.bottom + 1) for column in range(block.left, block.right + 1)]
        for number, (row, column) in enumerate(cells):
            value = written.value(row, column)
            if value is None or (self.kind == "numCache" and isinstance(value, str) and value):
                return ""
            if value != "":
                text = escape(f"{value:.15g}" if isinstance(value, float) else value)
                points.append(f'<{p}pt idx="{number}"><{p}v>{text}</{p}v></{p}pt>')
        code = self.format if self.kind == "numCache" else ""
        return f'<{p}{self.kind}>{code}<{p}ptCount val="{len(cells)}"/>{"".join(points)}</{p}{self.kind}>'


class TableColumnsBlock(NamedTuple):
    """The columns of a table, whose names are to be those of the headings: `read` are those that tags or column loops made.

    The body holds each column's XML, apart by `SPLIT`, with `HERE` for its number and name.
    """

    prefix: str
    table: str
    rect: Rect
    names: tuple[str, ...]
    read: frozenset[int]

    def repeat(self, sheet: SheetMap, body: str, holes: Sequence[Hole]) -> str:
        """The `tableColumns` element."""
        bodies = body.split(SPLIT)
        found: list[tuple[int, int]] = []
        for offset in range(len(bodies)):
            spread = sheet.columns.spread(self.rect.left + offset, self.rect.left + offset)
            found += [(place, offset) for (place, _), _ in spread]
        names = [self._name(sheet, place, offset) for place, offset in sorted(found)]
        self._check(names, sheet)
        items = []
        for number, (name, (_, offset)) in enumerate(zip(names, sorted(found), strict=True), 1):
            head = f' id="{number}" name="{escape(name).replace(chr(10), "_x000a_")}"'
            items.append(filled(bodies[offset].replace(HERE, head), sheet, holes, NOWHERE))
        return f'<{self.prefix}tableColumns count="{len(items)}">{"".join(items)}</{self.prefix}tableColumns>'

    def _name(self, sheet: SheetMap, place: int, offset: int) -> str:
        heads = sheet.rows.span(self.rect.top, self.rect.top)
        if offset not in self.read or heads is None or sheet.cells is None:
            return self.names[offset]
        value = sheet.cells().value(heads[0], place)
        return f"{value:g}" if isinstance(value, float) else value or ""

    def _check(self, names: list[str], sheet: SheetMap) -> None:
        place = f"feuille {sheet.name}, tableau {copy_name(self.table, sheet.copy)}"
        seen: set[str] = set()
        for name in names:
            if not name:
                raise AmemError(
                    [Constat(sheet.book.template, place, "un titre de colonne est vide", "donner un titre à chaque colonne du tableau")]
                )
            if name.casefold() in seen:
                message = f"deux colonnes du tableau portent le titre « {name} »"
                raise AmemError([Constat(sheet.book.template, place, message, "donner à chaque colonne un titre différent")])
            seen.add(name.casefold())
