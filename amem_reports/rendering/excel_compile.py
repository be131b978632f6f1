"""A template sheet compiled: source that writes it anew, and what has to be filled in afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from amem_reports.rendering.bounding import own
from amem_reports.rendering.excel_cells import CellWriter
from amem_reports.rendering.excel_frame import compile_frame
from amem_reports.rendering.excel_holes import BODY, ROW, ROWS, SHEET, TAIL
from amem_reports.rendering.excel_plan import Jinja, SheetPlan, TableInfo
from amem_reports.rendering.excel_read import SheetReading
from amem_reports.rendering.excel_refs import letters
from amem_reports.rendering.excel_shared import Shared
from amem_reports.rendering.excel_source import PartSource, Writer
from amem_reports.rendering.excel_text import has_tags, source_of
from amem_reports.rendering.excel_xml import child, serialised


def compile_sheet(reading: SheetReading, part: str, shared: Shared, web: dict[str, str], tables: Sequence[TableInfo]) -> SheetPlan:
    """The plan of a sheet."""
    rows, columns, shape = reading.row_structure, reading.column_structure, reading.shape
    source = PartSource(part, shape)
    cells = CellWriter(reading, source, shared, tables)  # sees the merged cells, which the next line takes away
    compile_frame(reading.root, source, web)
    cells.write()
    data = child(reading.root, "sheetData")
    if data is not None:
        for row in list(data):
            data.remove(row)
        data.text = source.tokens.add(ROWS)
    head, tail = source.tokens.source(serialised(reading.root)).split(ROWS)
    place = f"feuille {reading.name}"
    writer = Writer()
    if columns.axis.markers:
        writer.own("{% set __amem.s = __amem.s + 1 %}{% set __c = __colonnes[__amem.s] %}")
    writer.own("{% set __amem.r = 0 %}" + SHEET)
    writer.add(source_of(reading.name) + TAIL + head + TAIL, place)
    writer.extend(cells.writer)
    writer.add(TAIL + tail, place)
    counters = "".join(f", {name}=-1" for name in (*rows.counters, *columns.counters, *(f"t{number}" for number in range(len(tables)))))
    jinja = writer.wrapped(shape.wrappers, place, own(f"{{% set __amem = namespace(s=-1, r=0, h=0{counters}) %}}"))
    tagged = cells.tagged or source.tagged or bool(shape.wrappers) or has_tags(reading.name)
    looped = [cell for row in reading.cells.values() for cell in row if cell.row in rows.axis.loops or cell.column in columns.axis.loops]
    contents = frozenset((cell.row, cell.column) for cell in looped if not cell.blank and not cell.markers)
    return SheetPlan(
        reading.name, cells.p, shape.wrappers, rows.axis, columns.axis, _column_source(reading), jinja,
        tuple(source.holes), tuple(source.blocks), tuple(tables), contents, tagged,
    )  # fmt: skip


def _column_source(reading: SheetReading) -> Jinja:
    """Source that tells which columns there are: the records of the column map."""
    writer = Writer()
    structure = reading.column_structure
    place = f"feuille {reading.name}"
    writer.own(SHEET + "".join(f"{{% set __amem.{name} = -1 %}}" for name in structure.counters))
    for column in range(1, structure.axis.size + 1):
        if statements := structure.statements.get(column):
            writer.add(statements, f"{place}, colonne {letters(column)}")
        elif column not in structure.axis.markers:
            writer.add(f"{ROW}{column}{structure.path(column)}{BODY}")
    counters = "".join(f", {name}=-1" for name in structure.counters)
    return writer.wrapped(reading.shape.wrappers, place, own(f"{{% set __amem = namespace(s=0{counters}) %}}"))
