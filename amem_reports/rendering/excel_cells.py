"""The rows and cells of a template sheet as Jinja source."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from amem_reports.rendering.bounding import INTO_FLOW, OUT_OF_FLOW, own
from amem_reports.rendering.excel_formulas import parse_ref
from amem_reports.rendering.excel_heights import Heights, Wrap, raised
from amem_reports.rendering.excel_holes import (
    BODY,
    CLOSE,
    DATE,
    END,
    NUMBER,
    OPEN,
    ROW,
    SIDE,
    SPLIT,
    RefHole,
)
from amem_reports.rendering.excel_places import TableHole
from amem_reports.rendering.excel_plan import TableInfo
from amem_reports.rendering.excel_read import Cell, SheetReading
from amem_reports.rendering.excel_refs import Ref, letters
from amem_reports.rendering.excel_shared import Shared
from amem_reports.rendering.excel_source import PartSource, Writer, formula_text
from amem_reports.rendering.excel_text import TAG, Run, Text, expression, literal, source_of
from amem_reports.rendering.excel_xml import attributes, child, inline, local, prefix

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_CELL_SKIP = frozenset({"r", "t"})
# The row's own number, where the rendering counts it.
_COUNTED = own("{{ __r }}")


class CellWriter:
    """Writes the rows of one sheet."""

    def __init__(self, reading: SheetReading, source: PartSource, shared: Shared, tables: Sequence[TableInfo]) -> None:
        self.reading, self.source, self.shared, self.tables = reading, source, shared, tables
        self.rows, self.columns = reading.row_structure, reading.column_structure
        self.p = prefix(reading.root)
        self.writer = Writer()
        self.tagged = bool(self.rows.axis.markers or self.columns.axis.markers)
        self.heights = Heights(reading, shared)
        self.runs: dict[int, Writer] = {}
        # Of the row that is being written: the columns whose values have a name already, and what measures the others.
        self.number = _COUNTED
        self.ready: set[int] = set()
        self.measures: dict[int, str] = {}
        # Copies of a sheet have tables of their own name, which its formulas mean.
        names = "|".join(re.escape(table.name) for table in tables)
        self.own_tables = re.compile(rf"(?<![\w.'!])({names})(?![\w.(!])") if names and reading.shape.wrappers else None

    def write(self) -> None:
        """All rows, each behind its record; the template's rows without cells count too.

        Rows before the first tag of a block keep their numbers: one record tells of all of them.
        """
        axis = self.rows.axis
        first = min(axis.markers, default=axis.size + 1)
        self.runs = self._runs()
        rows = set(self.reading.rows) | set(axis.loops) | axis.markers | {row for row, _ in self.source.shape.sides}
        self.writer.add(f"{ROW}1*{first - 1}{BODY}" if first > 1 else "")
        for row in sorted(row for row in rows if row < first):
            self.number = str(row)
            self._write_row(row)
        self.number = _COUNTED
        self.writer.own(f"{{% set __amem.r = {first - 1} %}}" if axis.markers else "")
        self._write_counted({row for row in rows if row >= first}, first)

    def _write_counted(self, rows: set[int], number: int) -> None:
        axis = self.rows.axis
        bounds = {row for table in self.tables for row in (table.body[0], table.body[1] + 1) if row >= number}
        for row in sorted(rows | bounds) if axis.markers else ():
            if row > number:
                self._write_record(f"{number}*{row - number}", row - number)
            self._write_table_bounds(row)
            if row in axis.markers:
                self._write_marker(row)
            elif row in self.runs:
                self.writer.add(INTO_FLOW)
                self.writer.extend(self.runs[row])
                self.writer.add(OUT_OF_FLOW)
            elif row <= axis.size:
                self._write_record(f"{row}{self.rows.path(row)}", 1)
                self._write_row(row)
            number = row + 1

    def _write_marker(self, row: int) -> None:
        statements = self.rows.statements.get(row)
        if not statements:
            return
        place = next(self.reading.place(row, cell.column) for cell in self.reading.cells[row] if cell.markers)
        if row + 1 in self.runs:
            self.writer.own("{{ __serie(__amem.r) }}")
        # In a run nothing asks which instance of its loop a row is.
        self.writer.add(statements[: statements.rindex("{%")] if row + 1 in self.runs else statements, place)
        if row - 1 in self.runs:
            self.writer.own(f"{{% set __n = __rangs() %}}{{% set __amem.r = __amem.r + __n %}}{ROW}{row - 1}+{{{{ __n }}}}{BODY}")

    def _runs(self) -> dict[int, Writer]:
        """The rows that are all of a loop and point at nothing: one record then tells of all their instances at once."""
        found = {}
        axis, statements = self.rows.axis, self.rows.statements
        for opening, (loop, side) in axis.borders.items():
            body = [row for row, loops in axis.loops.items() if loop in loops]
            single = body == [opening + 1] and axis.loops[body[0]] == (loop,) and statements.get(opening + 2) == "{% endfor %}"
            if side < 0 and single and statements[opening].count("{%") == 2:
                outer, self.writer = self.writer, Writer()
                holes, self.number = len(self.source.holes), NUMBER
                self._write_row(body[0])
                found[body[0]], self.writer = self.writer, outer
                if found[body[0]].holds(OPEN, SIDE):
                    del found[body[0]]
                    del self.source.holes[holes:]
        self.number = _COUNTED
        return found

    def _write_record(self, record: str, count: int) -> None:
        self.writer.own(f"{{% set __amem.r = __amem.r + {count} %}}{{% set __r = __amem.r %}}{ROW}{record}{BODY}")

    def _write_table_bounds(self, row: int) -> None:
        """Excel refuses a table without a row under its headings: an empty one is written where loops leave none."""
        axis = self.rows.axis
        for number, table in enumerate(self.tables):
            first, last = table.body
            body = [index for index in range(first, last + 1) if index not in axis.markers]
            if len(body) == last + 1 - first:
                continue
            if row == first:
                self.writer.own(f"{{% set __amem.t{number} = __amem.r %}}")
            elif row == last + 1:
                index = body[0] if body else first
                self.writer.own(f"{{% if __amem.r == __amem.t{number} %}}")
                self._write_record(f"{index}{';-1' * len(axis.loops.get(index, ()))}", 1)
                self.writer.own(f'<{self.p}row r="{self.number}"></{self.p}row>{{% endif %}}')

    def _write_row(self, number: int) -> None:
        row, cells = self.reading.rows.get(number), self.reading.cells.get(number, [])
        self.ready, self.measures = set(), {}
        if row is None:
            self._write_cells(number, {})
            return
        by_column = {cell.column: cell for cell in cells}
        wraps = self.heights.wraps(cells)
        looped = any(column in self.columns.axis.loops for column in by_column)
        if wraps and looped:
            self._write_looped_row(row, cells, wraps)
            return
        for column in wraps:
            self._set_value(by_column[column])
            self.ready.add(column)
        height = self.heights.attribute(row, cells, wraps) if wraps else ""
        self.writer.add(f'<{self.p}row r="{self.number}"{literal(self._row_attributes(row, cells, bool(wraps)))}{height}>')
        self._write_cells(number, by_column)
        self.writer.add(f"</{self.p}row>")

    def _write_looped_row(self, row: Element, cells: Sequence[Cell], wraps: Mapping[int, Wrap]) -> None:
        """A row with cells in a loop over columns: they are written first, since only then its height is known."""
        self.measures = {column: raised(column, wrap) for column, wrap in wraps.items()}
        self.writer.own("{% set __amem.h = 0 %}{% set __cells %}")
        self._write_cells(cells[0].row, {cell.column: cell for cell in cells})
        height = self.heights.attribute(row, cells, wraps, "__amem.h")
        self.writer.add(own("{% endset %}") + f'<{self.p}row r="{self.number}"{literal(self._row_attributes(row, cells, True))}{height}>')
        self.writer.own(f"{{{{ __cells }}}}</{self.p}row>")

    def _write_cells(self, number: int, by_column: Mapping[int, Cell]) -> None:
        columns = set(by_column) | {column for side_row, column in self.source.shape.sides if side_row == number}
        looped = any(column in self.columns.axis.loops for column in columns)
        for name in self.columns.counters if looped else ():
            self.writer.own(f"{{% set __amem.{name} = -1 %}}")
        for column in sorted(columns | set(self.columns.statements if looped else ())):
            if statements := self.columns.statements.get(column):
                self.writer.add(statements if looped else "", f"feuille {self.reading.name}, colonne {letters(column)}")
            elif column not in self.columns.axis.markers:
                if column in by_column:
                    self._write_cell(by_column[column])
                for name, body in self.source.shape.sides.get((number, column), ()):
                    self.writer.add(f"{SIDE}{name}{self.columns.path(column)}{BODY}{body}{END}", self.reading.place(number, column))

    def _row_attributes(self, row: Element, cells: Sequence[Cell], fitted: bool) -> str:
        skip = {"r", "spans"} if self.columns.axis.markers else {"r"}
        if fitted:
            skip |= {"ht", "customHeight", "dyDescent"}
        elif row.get("customHeight") not in ("1", "true") and any(cell.text or cell.formula for cell in cells):
            skip |= {"ht", "dyDescent"}
        return attributes(row, frozenset(skip))

    # Cells

    def _write_cell(self, cell: Cell) -> None:
        style = cell.element.get("s")
        if len(cell.element.attrib) == (1 if cell.element.get("r") else 0) + (1 if style else 0) + (1 if cell.element.get("t") else 0):
            attrs = f' s="{style}"' if style else ""
        else:
            attrs = literal(attributes(cell.element, _CELL_SKIP | {"cm", "vm"} if cell.text else _CELL_SKIP))
        start = f'<{self.p}c r="{self._letters(cell.column)}{self.number}"{attrs}'
        if cell.formula:
            self._write_formula(cell, start)
        elif cell.text is None:
            self._write_static(cell, start)
        else:
            self.tagged = True
            self._write_text(cell, cell.text, start)

    def _letters(self, column: int) -> str:
        if not self.columns.axis.markers:
            return letters(column)
        loops = self.columns.axis.loops.get(column, ())
        return own(f"{{{{ __c[{column}]{f'[__amem.k{loops[-1]}]' if loops else ''} }}}}")

    def _write_static(self, cell: Cell, start: str) -> None:
        kind = cell.element.get("t")
        value = child(cell.element, "v")
        if value is not None and len(cell.element) == 1 and kind in (None, "s", "n", "b"):
            inside = f"<{self.p}v>{value.text or ''}</{self.p}v>"
        else:
            inside = literal("".join(inline(item) for item in cell.element if local(item) not in ("", "f")))
        type_attribute = f' t="{kind}"' if kind and inside else ""
        self.writer.add(f"{start}{type_attribute}>{inside}</{self.p}c>" if inside else start + "/>")

    def _set_value(self, cell: Cell) -> None:
        """Name the value of a cell: the value of its one tag, or the text that all its tags make."""
        assert cell.text
        place = self.reading.place(cell.row, cell.column)
        if cell.text.kind == "value":
            self.writer.add(f"{{% set __v{cell.column} = {expression(cell.text.plain)} %}}", place)
        else:
            content = "".join(source_of(text) for _, text in cell.text.runs)
            self.writer.add(own(f"{{% set __v{cell.column} %}}") + content + own("{% endset %}"), place)

    def _write_text(self, cell: Cell, text: Text, start: str) -> None:
        """A cell with tags. One value alone: number, boolean, text or nothing as the value is."""
        p, v, place = self.p, f"__v{cell.column}", self.reading.place(cell.row, cell.column)
        measure = self.measures.get(cell.column, "")
        # A text with words of its own is never empty; blocks alone may leave nothing: such a cell is to be empty, not an empty text.
        certain = text.kind == "mixed" and ("{%" not in text.plain or bool(TAG.sub("", text.plain).strip()))
        if not text.plain.strip():
            self.writer.add(start + "/>")
            return
        if cell.column not in self.ready and (measure or not certain):
            self._set_value(cell)
        named = cell.column in self.ready or bool(measure) or not certain
        inside = own(f"<{p}t>{{{{ {v} }}}}</{p}t>") if named and len(text.runs) == 1 and not text.runs[0][0] else _rich(text.runs, p)
        string = f'{measure}{start} t="inlineStr"><{p}is>{inside}</{p}is></{p}c>'
        if text.kind == "value":
            string = self._typed(cell, v, start, string)
        elif not certain:
            string = own(f"{{% if {v} %}}") + string + own(f"{{% else %}}{start}/>{{% endif %}}")
        self.writer.add(string, place)

    def _typed(self, cell: Cell, v: str, start: str, string: str) -> str:
        p = self.p
        close = f"</{p}c>"
        if _style(cell) in self.shared.dates:
            string = f"{start}{DATE}{{{{ {v} }}}}{DATE}"
        return own(
            f"{{% if {v} is string %}}{{% if {v} %}}{string}{{% else %}}{start}/>{{% endif %}}"
            f'{{% elif {v} is boolean %}}{start} t="b"><{p}v>{{{{ {v}|int }}}}</{p}v>{close}'
            f"{{% elif {v} is number %}}{start}><{p}v>{{{{ {v} }}}}</{p}v>{close}"
            f"{{% elif {v} is none %}}{start}/>{{% else %}}{string}{{% endif %}}"
        )

    def _write_formula(self, cell: Cell, start: str) -> None:
        place = self.reading.place(cell.row, cell.column)
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
            first = f"{left}{letters(rect.left)}{top}{self.number}"
            return first if ref.single else f"{first}:{right}{letters(rect.right)}{bottom}{self.number}"
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
