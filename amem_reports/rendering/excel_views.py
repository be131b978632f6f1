"""What a sheet says of its own view: the block in use, the cells where it is frozen, opened and selected."""

from typing import NamedTuple

from amem_reports.rendering.excel_holes import Here, SheetMap
from amem_reports.rendering.excel_refs import MAX_COLUMN, MAX_ROW, Rect, letters, rect_text


class DimensionHole(NamedTuple):
    """The used block of the sheet."""

    rect: Rect

    def fill(self, sheet: SheetMap, here: Here, chosen: str) -> str:
        return rect_text(sheet.moved(self.rect) or Rect(1, 1, 1, 1))


class CellHole(NamedTuple):
    """One cell of a view (`topLeftCell`, `activeCell`): where it went, or the next one that is there."""

    row: int
    column: int

    def fill(self, sheet: SheetMap, here: Here, chosen: str) -> str:
        return letters(min(sheet.columns.at_or_after(self.column), MAX_COLUMN)) + str(min(sheet.rows.at_or_after(self.row), MAX_ROW))


class BelowHole(NamedTuple):
    """The first cell that scrolls beside frozen rows and columns: it follows these, whatever of the template's comes there first."""

    row: int
    column: int

    def fill(self, sheet: SheetMap, here: Here, chosen: str) -> str:
        row, column = sheet.rows.last_until(self.row - 1) + 1, sheet.columns.last_until(self.column - 1) + 1
        return letters(min(column, MAX_COLUMN)) + str(min(row, MAX_ROW))


class CountHole(NamedTuple):
    """How many rows or columns now stand where the template's first ones stood (`ySplit`, `xSplit`)."""

    axis: str
    first: int

    def fill(self, sheet: SheetMap, here: Here, chosen: str) -> str:
        return str(sheet.axis(self.axis).last_until(self.first))


class SelectedHole(NamedTuple):
    """Of the copies of a selected sheet only the first is selected: what is written in one of several would stand in all."""

    def fill(self, sheet: SheetMap, here: Here, chosen: str) -> str:
        return "0" if sheet.copy else "1"
