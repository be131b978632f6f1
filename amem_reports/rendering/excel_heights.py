"""How high rows have to be for text that wraps: estimated while they are rendered, from the lengths of their texts.

Excel fits a row to its wrapped text when it opens a file, but not to merged cells; LibreOffice to neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from amem_reports.rendering.bounding import own
from amem_reports.rendering.excel_formulas import parse_rect
from amem_reports.rendering.excel_read import Cell, SheetReading
from amem_reports.rendering.excel_refs import Rect
from amem_reports.rendering.excel_shared import Shared
from amem_reports.rendering.excel_xml import child, children, descendants

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_DEFAULT_WIDTH = 8.43
# Excel's highest row; all heights here are in hundredths of a point.
_MAX_HEIGHT = 40_900
# Of the size of the font, with a little air.
_LINE = 136


class Wrap(NamedTuple):
    """How a cell wraps its text: characters in a line (an expression), and the height of a line."""

    characters: str
    line: int


class Heights:
    """The heights of one sheet's rows."""

    def __init__(self, reading: SheetReading, shared: Shared) -> None:
        self._columns, self._sizes = reading.column_structure.axis, shared.wraps
        rects = (parse_rect(item.get("ref") or "") for item in descendants(reading.root, "mergeCell"))
        self._merged = {(rect.top, rect.left): rect for rect in rects if rect}
        formats = child(reading.root, "sheetFormatPr")
        self._default = float(formats.get("defaultColWidth") or _DEFAULT_WIDTH) if formats is not None else _DEFAULT_WIDTH
        self._widths = [
            (int(item.get("min") or 1), int(item.get("max") or 1), float(item.get("width") or self._default))
            for item in children(child(reading.root, "cols"), "col")
        ]

    def wraps(self, cells: Sequence[Cell]) -> dict[int, Wrap]:
        """The cells whose text decides on the height of their row."""
        found = {}
        for cell in cells:
            size = self._sizes.get(int(cell.element.get("s") or 0))
            rect = self._merged.get((cell.row, cell.column), Rect(cell.row, cell.column, cell.row, cell.column))
            if cell.text and size and rect.top == rect.bottom:
                found[cell.column] = Wrap(self._characters(rect, size), round(size * _LINE))
        return found

    def attribute(self, row: Element, cells: Sequence[Cell], wraps: Mapping[int, Wrap], known: str = "") -> str:
        """The row's `ht`: at least as high as its author made it, and left to Excel where one line will do.

        `known` is where the cells have left what the row needs beyond one line; else it is seen from their values, named `__v` and
        the column.
        """
        fixed = row.get("customHeight") in ("1", "true")
        line = max(wrap.line for wrap in wraps.values())
        least = round(float(row.get("ht") or 0) * 100) if fixed else 0
        needed = f"{{% set __n = {known} %}}" if known else "{% set __n = 0 %}" + "".join(_raised("__n", *one) for one in wraps.items())
        value = f"{{% if __n > {_MAX_HEIGHT - line} %}}{_MAX_HEIGHT / 100:g}{{% else %}}{{{{ (__n + {line}) / 100 }}}}{{% endif %}}"
        # Excel is not to fit the row again by its other cells alone, as soon as somebody writes in one.
        merged = any((cell.row, cell.column) in self._merged for cell in cells if cell.column in wraps)
        custom = ' customHeight="1"' if merged else ""
        height = f'{{% if __n %}} ht="{value}"{custom}{{% endif %}}'
        if fixed:
            height = f' ht="{{% if __n + {line} < {least} or not __n %}}{least / 100:g}{{% else %}}{value}{{% endif %}}" customHeight="1"'
        return own(needed + height)

    def _characters(self, rect: Rect, size: float) -> str:
        """How many characters stand in a line of these columns: a width counts digits of 11 points, letters are about as wide."""
        fixed = 0.0
        repeated = ""
        for column in range(rect.left, rect.right + 1):
            width = self._width(column) * 11 / size
            if self._columns.loops.get(column) and rect.left != rect.right:
                repeated += f" + {max(int(width), 1)} * (__c[{column}]|length)"
            elif column not in self._columns.markers:
                fixed += width
        return f"({max(int(fixed), 1)}{repeated})" if repeated else str(max(int(fixed), 1))

    def _width(self, column: int) -> float:
        return next((width for first, last, width in self._widths if first <= column <= last), self._default)


def raised(column: int, wrap: Wrap) -> str:
    """Source that raises `__amem.h` to what a cell needs, for cells that a loop over columns writes."""
    return own(_raised("__amem.h", column, wrap))


def _raised(height: str, column: int, wrap: Wrap) -> str:
    """Source that raises a height to what the text of a cell needs beyond one line.

    It is worked out for every cell of every row: what most texts do not need is not asked, and only a text of several lines is split.
    """
    value = f"__v{column}"
    return (
        f"{{% if {value} is string %}}{{% set __h = {value}|length // {wrap.characters} * {wrap.line} %}}"
        f'{{% if "\\n" in {value} %}}{{% set __lines = namespace(n=-1) %}}{{% for __line in {value}.split("\\n") %}}'
        f"{{% set __lines.n = __lines.n + 1 + __line|length // {wrap.characters} %}}{{% endfor %}}{{% set __h = __lines.n * {wrap.line} %}}"
        f"{{% endif %}}"
        f"{{% if __h > {height} %}}{{% set {height} = __h %}}{{% endif %}}{{% endif %}}"
    )
