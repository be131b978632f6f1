"""The rows and cells of a template sheet as Jinja source."""

from __future__ import annotations

import re
from typing import NamedTuple

from amem_reports.rendering.excel_holes import (
    BODY,
    CLOSE,
    DATE,
    END,
    HEIGHT,
    NUMBER,
    OPEN,
    ROW,
    SIDE,
    SPLIT,
    Here,
    RefHole,
    SheetMap,
    TableHole,
)
from amem_reports.rendering.excel_read import Cell, SheetReading
from amem_reports.rendering.excel_refs import Rect, Ref, letters, parse_rect, parse_ref
from amem_reports.rendering.excel_shared import Shared
from amem_reports.rendering.excel_source import PartSource, Writer, formula_text
from amem_reports.rendering.excel_text import TAG, Run, Text, expression, literal, source_of
from amem_reports.rendering.excel_xml import attributes, child, children, descendants, inline, local, prefix

_CELL_SKIP = frozenset({"r", "t"})
_DEFAULT_WIDTH = 8.43


class HeightHole(NamedTuple):
    """How high a text needs its row to be, which Excel does not find out for merged cells: the width of its cells in characters."""

    rect: Rect
    widths: tuple[float, ...]
    size: float
    least: float

    def fill(self, sheet: SheetMap, here: Here, chosen: str) -> str:
        """The height in points for the text `chosen`."""
        columns = range(self.rect.left, self.rect.right + 1)
        width = sum(w * len(sheet.columns.spread(index, index)) for index, w in zip(columns, self.widths, strict=True))
        # A column's width counts digits of 11 points; letters are a little narrower, but lines break between words.
        per_line = max(width * 11 / self.size, 1)
        lines = sum(max(-(-len(line) // int(per_line)), 1) for line in chosen.split("\n"))
        return f"{max(lines * self.size * 1.36, self.least):.2f}"


class CellWriter:
    """Writes the rows of one sheet."""

    def __init__(self, reading: SheetReading, source: PartSource, shared: Shared, own_tables: list[str]) -> None:
        self.reading, self.source, self.shared = reading, source, shared
        self.rows, self.columns = reading.row_structure, reading.column_structure
        self.p = prefix(reading.root)
        self.writer = Writer()
        self.tagged = bool(self.rows.axis.markers or self.columns.axis.markers)
        self.merged = _merged_by_corner(reading)
        self.widths = _Widths(reading)
        # Copies of a sheet have tables of their own name, which its formulas mean.
        self.own_tables = re.compile(r"(?<![\w.'!])(" + "|".join(map(re.escape, own_tables)) + r")(?![\w.(!])") if own_tables else None

    def write(self) -> None:
        """All rows, each behind its record; the template's rows without cells count too."""
        axis = self.rows.axis
        number = 1
        sides = {row for row, _ in self.source.shape.sides}
        for row in sorted(set(self.reading.rows) | set(axis.loops) | axis.markers | sides):
            if row > number:
                self.writer.add(f"{ROW}{number}*{row - number}{BODY}")
            if statements := self.rows.statements.get(row):
                place = next(self.reading.place(row, cell.column) for cell in self.reading.cells[row] if cell.markers)
                self.writer.add(statements, place)
            elif row not in axis.markers:
                self.writer.add(f"{ROW}{row}{self.rows.path(row)}{BODY}")
                self._write_row(row)
            number = row + 1

    def _write_row(self, number: int) -> None:
        row, cells = self.reading.rows.get(number), self.reading.cells.get(number, [])
        measured = self._measured(cells) if row is not None else {}
        if row is not None:
            self.writer.add(f'<{self.p}row r="{NUMBER}"{literal(self._row_attributes(number, bool(measured)))}{HEIGHT * bool(measured)}>')
        by_column = {cell.column: cell for cell in cells}
        columns = set(by_column) | {column for side_row, column in self.source.shape.sides if side_row == number}
        looped = any(column in self.columns.axis.loops for column in columns)
        for name in self.columns.counters if looped else ():
            self.writer.add(f"{{% set __amem.{name} = -1 %}}")
        for column in sorted(columns | set(self.columns.statements if looped else ())):
            statements = self.columns.statements.get(column)
            if statements:
                self.writer.add(statements if looped else "", f"feuille {self.reading.name}, colonne {letters(column)}")
            elif column not in self.columns.axis.markers:
                self._write_at(number, column, by_column.get(column), measured.get(column, ""))
        if row is not None:
            self.writer.add(f"</{self.p}row>")

    def _write_at(self, row: int, column: int, cell: Cell | None, measure: str) -> None:
        if cell:
            self.writer.add(measure)
            self._write_cell(cell)
        for name, body in self.source.shape.sides.get((row, column), ()):
            self.writer.add(f"{SIDE}{name}{self.columns.path(column)}{BODY}{body}{END}", self.reading.place(row, column))

    def _row_attributes(self, number: int, measured: bool) -> str:
        row = self.reading.rows[number]
        skip = {"r", "spans"} if self.columns.axis.markers else {"r"}
        if measured:
            skip |= {"ht", "customHeight", "dyDescent"}
        elif row.get("customHeight") not in ("1", "true") and any(cell.text or cell.formula for cell in self.reading.cells[number]):
            skip |= {"ht", "dyDescent"}
        return attributes(row, frozenset(skip))

    def _measured(self, cells: list[Cell]) -> dict[int, str]:
        """Marks for the cells whose text decides on the height of their row.

        Excel fits a row to wrapped text when it opens a file, unless cells are merged; LibreOffice does so for neither.
        """
        wrapping = [cell for cell in cells if cell.text and (size := self.shared.wraps.get(_style(cell))) and size]
        if not wrapping:
            return {}
        row = self.reading.rows[cells[0].row]
        least = float(row.get("ht") or 0) if row.get("customHeight") in ("1", "true") else 0.0
        marks = {}
        for cell in wrapping:
            rect = self.merged.get((cell.row, cell.column), Rect(cell.row, cell.column, cell.row, cell.column))
            if rect.top == rect.bottom:
                widths = tuple(self.widths.of(column) for column in range(rect.left, rect.right + 1))
                self.source.holes.append(HeightHole(rect, widths, self.shared.wraps[_style(cell)], least))
                marks[cell.column] = f"{HEIGHT}{len(self.source.holes) - 1}{BODY}"
        return marks

    # Cells

    def _write_cell(self, cell: Cell) -> None:
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
                self._write_value(cell, cell.text, start, place)
            else:
                self._write_mixed(cell.text, start, place)

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

    def _write_value(self, cell: Cell, text: Text, start: str, place: str) -> None:
        """A cell of one value: number, boolean, text or nothing as the value is."""
        p = self.p
        close = f"</{p}c>"
        string = f'{start} t="inlineStr"><{p}is><{p}t>{{{{ __v }}}}</{p}t></{p}is>{close}'
        if _style(cell) in self.shared.dates:
            string = f"{DATE}{start}{SPLIT}{{{{ __v }}}}{DATE}"
        self.writer.add(f"{{% set __v = {expression(text.plain)} %}}", place)
        self.writer.add(
            f"{{% if __v is string %}}{{% if __v %}}{string}{{% else %}}{start}/>{{% endif %}}"
            f'{{% elif __v is boolean %}}{start} t="b"><{p}v>{{{{ __v|int }}}}</{p}v>{close}'
            f"{{% elif __v is number %}}{start}><{p}v>{{{{ __v }}}}</{p}v>{close}"
            f"{{% elif __v is none %}}{start}/>{{% else %}}{string}{{% endif %}}",
            place,
        )

    def _write_mixed(self, text: Text, start: str, place: str) -> None:
        p = self.p
        if not text.plain.strip():
            self.writer.add(start + "/>")
            return
        body = f'{start} t="inlineStr"><{p}is>{_rich(text.runs, p)}</{p}is></{p}c>'
        if TAG.sub("", text.plain).strip() or "{%" not in text.plain:
            self.writer.add(body, place)
            return
        # Blocks alone may leave nothing: such a cell is to be empty, not an empty text.
        content = "".join(source_of(run) for _, run in text.runs)
        self.writer.add(f"{{% set __v %}}{content}{{% endset %}}{{% if __v %}}", place)
        self.writer.add(f"{body}{{% else %}}{start}/>{{% endif %}}", place)

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
