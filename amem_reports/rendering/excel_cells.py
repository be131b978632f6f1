"""The rows and cells of a template sheet as Jinja source."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from amem_reports.rendering.excel_holes import (
    BODY,
    CLOSE,
    DATE,
    END,
    OPEN,
    ROW,
    SIDE,
    SPLIT,
    RefHole,
    TableHole,
)
from amem_reports.rendering.excel_read import Cell, SheetReading, TableInfo
from amem_reports.rendering.excel_refs import Rect, Ref, letters, parse_rect, parse_ref
from amem_reports.rendering.excel_shared import Shared
from amem_reports.rendering.excel_source import PartSource, Writer, formula_text
from amem_reports.rendering.excel_text import TAG, Run, Text, expression, literal, source_of
from amem_reports.rendering.excel_xml import attributes, child, children, descendants, inline, local, prefix

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_CELL_SKIP = frozenset({"r", "t"})
_DEFAULT_WIDTH = 8.43
# The row's own number, which the rendering counts.
NUMBER = "{{ __r }}"
# Excel's highest row, in hundredths of a point.
MAX_HEIGHT = 40_900


class Wrap(NamedTuple):
    """How a cell wraps its text: characters in a line (an expression), and the height of a line in hundredths of a point."""

    characters: str
    line: int

    def source(self, height: str) -> str:
        """Source that raises `height`, what the row needs beyond one line, to what the text `__v` needs."""
        return (
            f"{{% set __n = __v|length // {self.characters} * {self.line} %}}"
            f'{{% if "\n" in __v %}}{{% set __n = __n + __v.count("\n") * {self.line} %}}{{% endif %}}'
            f"{{% if __n > {height} %}}{{% set {height} = __n %}}{{% endif %}}"
        )


class CellWriter:
    """Writes the rows of one sheet."""

    def __init__(self, reading: SheetReading, source: PartSource, shared: Shared, tables: Sequence[TableInfo]) -> None:
        self.reading, self.source, self.shared, self.tables = reading, source, shared, tables
        self.rows, self.columns = reading.row_structure, reading.column_structure
        self.p = prefix(reading.root)
        self.writer = Writer()
        self.tagged = bool(self.rows.axis.markers or self.columns.axis.markers)
        self.merged = _merged_by_corner(reading)
        self.widths = _Widths(reading)
        # Copies of a sheet have tables of their own name, which its formulas mean.
        names = "|".join(re.escape(table.name) for table in tables)
        self.own_tables = re.compile(rf"(?<![\w.'!])({names})(?![\w.(!])") if names and reading.shape.wrappers else None

    def write(self) -> None:
        """All rows, each behind its record; the template's rows without cells count too."""
        axis = self.rows.axis
        number = 1
        sides = {row for row, _ in self.source.shape.sides}
        bounds = {row for table in self.tables for row in (table.body[0], table.body[1] + 1)}
        for row in sorted(set(self.reading.rows) | set(axis.loops) | axis.markers | sides | bounds):
            if row > number:
                self._write_record(f"{number}*{row - number}", row - number)
            self._write_table_bounds(row)
            if statements := self.rows.statements.get(row):
                place = next(self.reading.place(row, cell.column) for cell in self.reading.cells[row] if cell.markers)
                self.writer.add(statements, place)
            elif row not in axis.markers and row <= axis.size:
                self._write_record(f"{row}{self.rows.path(row)}", 1)
                self._write_row(row)
            number = row + 1

    def _write_record(self, record: str, count: int) -> None:
        self.writer.add(f"{{% set __amem.r = __amem.r + {count} %}}{{% set __r = __amem.r %}}{ROW}{record}{BODY}")

    def _write_table_bounds(self, row: int) -> None:
        """Excel refuses a table without a row under its headings: an empty one is written where a loop leaves none."""
        for number, table in enumerate(self.tables):
            first, last = table.body
            if row == first:
                self.writer.add(f"{{% set __amem.t{number} = __amem.r %}}")
            elif row == last + 1:
                index = next((index for index in range(first, row) if index not in self.rows.axis.markers), first)
                self.writer.add(f"{{% if __amem.r == __amem.t{number} %}}")
                self._write_record(f"{index}{';-1' * len(self.rows.axis.loops.get(index, ()))}", 1)
                self.writer.add(f'<{self.p}row r="{NUMBER}"></{self.p}row>{{% endif %}}')

    def _write_row(self, number: int) -> None:
        row, cells = self.reading.rows.get(number), self.reading.cells.get(number, [])
        if row is None:
            self._write_cells(number, {}, {})
            return
        by_column = {cell.column: cell for cell in cells}
        wraps = self._wraps(cells)
        if not wraps:
            self.writer.add(f'<{self.p}row r="{NUMBER}"{literal(self._row_attributes(row, cells))}>')
            self._write_cells(number, by_column, {})
            self.writer.add(f"</{self.p}row>")
            return
        own = row.get("customHeight") in ("1", "true")
        line = max(wrap.line for wrap in wraps.values())
        least = round(float(row.get("ht") or 0) * 100) if own else line
        custom = ' customHeight="1"' if own or any((number, column) in self.merged for column in wraps) else ""
        kept = literal(attributes(row, frozenset({"r", "spans", "ht", "customHeight", "dyDescent"})))
        # What a loop over columns sets is forgotten after it, but for attributes of a namespace, which cost more.
        name = "__amem.h" if any(column in self.columns.axis.loops for column in by_column) else "__h"
        self.writer.add(f"{{% set {name} = 0 %}}{{% set __cells %}}")
        self._write_cells(number, by_column, {column: wrap.source(name) for column, wrap in wraps.items()})
        height = f' ht="{{{{ [[{name} + {line}, {least}]|max, {MAX_HEIGHT}]|min / 100 }}}}"{custom}'
        height = height if own else f"{{% if {name} %}}{height}{{% endif %}}"
        self.writer.add(f'{{% endset %}}<{self.p}row r="{NUMBER}"{kept}{height}>{{{{ __cells }}}}</{self.p}row>')

    def _write_cells(self, number: int, by_column: Mapping[int, Cell], wraps: Mapping[int, str]) -> None:
        columns = set(by_column) | {column for side_row, column in self.source.shape.sides if side_row == number}
        looped = any(column in self.columns.axis.loops for column in columns)
        for name in self.columns.counters if looped else ():
            self.writer.add(f"{{% set __amem.{name} = -1 %}}")
        for column in sorted(columns | set(self.columns.statements if looped else ())):
            if statements := self.columns.statements.get(column):
                self.writer.add(statements if looped else "", f"feuille {self.reading.name}, colonne {letters(column)}")
            elif column not in self.columns.axis.markers:
                if column in by_column:
                    self._write_cell(by_column[column], wraps.get(column, ""))
                for name, body in self.source.shape.sides.get((number, column), ()):
                    self.writer.add(f"{SIDE}{name}{self.columns.path(column)}{BODY}{body}{END}", self.reading.place(number, column))

    def _row_attributes(self, row: Element, cells: Sequence[Cell]) -> str:
        skip = {"r", "spans"} if self.columns.axis.markers else {"r"}
        if row.get("customHeight") not in ("1", "true") and any(cell.text or cell.formula for cell in cells):
            skip |= {"ht", "dyDescent"}
        return attributes(row, frozenset(skip))

    def _wraps(self, cells: Sequence[Cell]) -> dict[int, Wrap]:
        """The cells whose text decides on the height of their row.

        Excel fits a row to its wrapped text when it opens a file, but not to merged cells; LibreOffice to neither.
        """
        found = {}
        for cell in cells:
            size = self.shared.wraps.get(_style(cell))
            rect = self.merged.get((cell.row, cell.column), Rect(cell.row, cell.column, cell.row, cell.column))
            if cell.text and size and rect.top == rect.bottom:
                found[cell.column] = Wrap(self._characters(rect, size), round(size * 136))
        return found

    def _characters(self, rect: Rect, size: float) -> str:
        """How many characters stand in a line of these columns: a width counts digits of 11 points, letters are about as wide."""
        fixed = 0.0
        repeated = ""
        for column in range(rect.left, rect.right + 1):
            if self.columns.axis.loops.get(column):
                repeated += f" + {max(int(self.widths.of(column) * 11 / size), 1)} * (__c[{column}]|length)"
            else:
                fixed += self.widths.of(column) * 11 / size
        return f"({max(int(fixed), 1)}{repeated})" if rect.left != rect.right else f"{max(int(self.widths.of(rect.left) * 11 / size), 1)}"

    # Cells

    def _write_cell(self, cell: Cell, wrap: str) -> None:
        skip = _CELL_SKIP | {"cm", "vm"} if cell.text else _CELL_SKIP
        start = f'<{self.p}c r="{self._letters(cell.column)}{NUMBER}"{literal(attributes(cell.element, skip))}'
        place = self.reading.place(cell.row, cell.column)
        if cell.formula:
            self._write_formula(cell, start, place)
        elif cell.text is None:
            self._write_static(cell, start)
        else:
            self.tagged = True
            if cell.text.kind == "value":
                self._write_value(cell, start, place, wrap)
            else:
                self._write_mixed(cell.text, start, place, wrap)

    def _letters(self, column: int) -> str:
        if not self.columns.axis.markers:
            return letters(column)
        loops = self.columns.axis.loops.get(column, ())
        return f"{{{{ __c[{column}]{f'[__amem.k{loops[-1]}]' if loops else ''} }}}}"

    def _write_static(self, cell: Cell, start: str) -> None:
        kind = cell.element.get("t")
        inside = "".join(inline(item) for item in cell.element if local(item) not in ("", "f"))
        type_attribute = f' t="{kind}"' if kind and inside else ""
        self.writer.add(start + type_attribute + (literal(f">{inside}</{self.p}c>") if inside else "/>"))

    def _write_value(self, cell: Cell, start: str, place: str, wrap: str) -> None:
        """A cell of one value: number, boolean, text or nothing as the value is."""
        assert cell.text
        p = self.p
        close = f"</{p}c>"
        string = f'{start} t="inlineStr"><{p}is><{p}t>{{{{ __v }}}}</{p}t></{p}is>{close}'
        if _style(cell) in self.shared.dates:
            string = f"{start}{DATE}{{{{ __v }}}}{DATE}"
        self.writer.add(f"{{% set __v = {expression(cell.text.plain)} %}}", place)
        self.writer.add(
            f"{{% if __v is string %}}{{% if __v %}}{wrap}{string}{{% else %}}{start}/>{{% endif %}}"
            f'{{% elif __v is boolean %}}{start} t="b"><{p}v>{{{{ __v|int }}}}</{p}v>{close}'
            f"{{% elif __v is number %}}{start}><{p}v>{{{{ __v }}}}</{p}v>{close}"
            f"{{% elif __v is none %}}{start}/>{{% else %}}{string}{{% endif %}}",
            place,
        )

    def _write_mixed(self, text: Text, start: str, place: str, wrap: str) -> None:
        """A cell of text with tags; blocks alone may leave nothing: such a cell is to be empty, not an empty text."""
        p = self.p
        if not text.plain.strip():
            self.writer.add(start + "/>")
            return
        plain = len(text.runs) == 1 and not text.runs[0][0]
        never_empty = "{%" not in text.plain or bool(TAG.sub("", text.plain).strip())
        if never_empty and not wrap:
            self.writer.add(f'{start} t="inlineStr"><{p}is>{_rich(text.runs, p)}</{p}is></{p}c>', place)
            return
        content = "".join(source_of(run) for _, run in text.runs)
        inside = f"<{p}t>{{{{ __v }}}}</{p}t>" if plain else _rich(text.runs, p)
        self.writer.add(f"{{% set __v %}}{content}{{% endset %}}{wrap}{{% if __v %}}", place)
        self.writer.add(f'{start} t="inlineStr"><{p}is>{inside}</{p}is></{p}c>{{% else %}}{start}/>{{% endif %}}', place)

    def _write_formula(self, cell: Cell, start: str, place: str) -> None:
        element = child(cell.element, "f")
        assert element is not None
        attrs = literal(attributes(element, frozenset({"si", "ref", "t", "r1", "r2"})))
        if element.get("t") in ("array", "dataTable"):
            attrs += f' t="{element.get("t")}"'
            for name in ("ref", "r1", "r2"):
                if (value := element.get(name)) and (ref := parse_ref(value)):
                    attrs += f' {name}="{self._ref(ref, cell)}"'
        self.writer.add(f"{start}><{self.p}f{attrs}>", place)
        for piece in cell.formula:
            self.writer.add(self._ref(piece, cell) if isinstance(piece, Ref) else self._literal(piece), place)
        self.writer.add(f"</{self.p}f></{self.p}c>")

    def _literal(self, piece: str) -> str:
        if TAG.search(piece):
            self.tagged = True
        text = formula_text(piece)
        return self.own_tables.sub(lambda match: self._hole(TableHole(match[1])), text) if self.own_tables else text

    def _ref(self, ref: Ref, cell: Cell) -> str:
        """A reference to the formula's own row is written with the row's own number; any other waits for the maps."""
        rect = ref.rect
        if ref.sheet is None and rect.top == rect.bottom == cell.row and rect.left and not self.columns.axis.markers:
            left, top, right, bottom = ("$" if mark else "" for mark in ref.fixed)
            first = f"{left}{letters(rect.left)}{top}{NUMBER}"
            return first if ref.single else f"{first}:{right}{letters(rect.right)}{bottom}{NUMBER}"
        chosen = f"{SPLIT}{_chosen_sheet(ref.sheet)}" if ref.sheet is not None and TAG.search(ref.sheet) else ""
        return self._hole(RefHole(ref, cell.column), self.columns.path(cell.column) + chosen)

    def _hole(self, hole: RefHole | TableHole, details: str = "") -> str:
        self.source.holes.append(hole)
        return f"{OPEN}{len(self.source.holes) - 1}{details}{CLOSE}"


def _style(cell: Cell) -> int:
    return int(cell.element.get("s") or 0)


def _chosen_sheet(name: str) -> str:
    """Which copy of a repeated sheet a formula means: the one whose name the formula's own loop gives, where it has such a loop."""
    first = re.search(r"[^\W\d]\w*", TAG.findall(name)[0])
    return f"{{% if {first[0]} is defined %}}{source_of(name)}{{% endif %}}" if first else source_of(name)


def _rich(runs: tuple[Run, ...], p: str) -> str:
    """The inside of an inline string."""
    if len(runs) == 1 and not runs[0][0]:
        return f"<{p}t>{source_of(runs[0][1])}</{p}t>"
    return "".join(f"<{p}r>{literal(properties)}<{p}t>{source_of(text)}</{p}t></{p}r>" for properties, text in runs)


def _merged_by_corner(reading: SheetReading) -> dict[tuple[int, int], Rect]:
    rects = (parse_rect(item.get("ref") or "") for item in descendants(reading.root, "mergeCell"))
    return {(rect.top, rect.left): rect for rect in rects if rect}


class _Widths:
    """The widths of the template's columns, in characters."""

    def __init__(self, reading: SheetReading) -> None:
        formats, columns = child(reading.root, "sheetFormatPr"), child(reading.root, "cols")
        self._default = float(formats.get("defaultColWidth") or _DEFAULT_WIDTH) if formats is not None else _DEFAULT_WIDTH
        self._known = [
            (int(item.get("min") or 1), int(item.get("max") or 1), float(item.get("width") or self._default))
            for item in (children(columns, "col"))
        ]

    def of(self, column: int) -> float:
        """The width of one column."""
        return next((width for first, last, width in self._known if first <= column <= last), self._default)
