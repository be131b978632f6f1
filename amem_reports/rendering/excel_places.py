"""Places of what lies over cells: tables, filters, things drawn."""

from __future__ import annotations

from typing import NamedTuple

from amem_reports.rendering.excel_holes import Here, SheetMap, copy_name
from amem_reports.rendering.excel_refs import Rect, rect_text


class AreaHole(NamedTuple):
    """A block of cells seen from the whole sheet (`ref` of a filter)."""

    rect: Rect

    def fill(self, sheet: SheetMap, here: Here, chosen: str) -> str:
        return rect_text(sheet.moved(self.rect, here) or Rect(1, 1, 1, 1))


class OffsetHole(NamedTuple):
    """The distance of a column from the first one of a filter (`colId`)."""

    first: int
    column: int

    def fill(self, sheet: SheetMap, here: Here, chosen: str) -> str:
        return str(sheet.columns.at_or_after(self.column) - sheet.columns.at_or_after(self.first))


class TableHole(NamedTuple):
    """A table's name: copies of a sheet need names of their own."""

    name: str

    def fill(self, sheet: SheetMap, here: Here, chosen: str) -> str:
        return copy_name(self.name, sheet.copy)


class TableIdHole(NamedTuple):
    """A table's number, unique in the workbook."""

    id: int

    def fill(self, sheet: SheetMap, here: Here, chosen: str) -> str:
        return str(self.id + sheet.copy * sheet.book.tables)


class PlaceHole(NamedTuple):
    """The place of a row or column, less `less`, of something drawn over cells.

    With an `origin`, the place keeps its distance from where the origin went; with `end`, the last place counts, not the first.
    """

    axis: str
    at: int
    less: int = 0
    origin: int = 0
    end: bool = False

    def fill(self, sheet: SheetMap, here: Here, chosen: str) -> str:
        axis = sheet.axis(self.axis)
        template, path = (here.row, here.row_path) if self.axis == "row" else (here.column, here.column_path)
        index = self.origin or self.at
        found = axis.span(index, index, template, path)
        first, last = found or (axis.at_or_after(index), axis.last_until(index))
        return str(max((last if self.end else first) + (self.at - index) - self.less, 0))
