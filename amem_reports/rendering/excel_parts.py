"""What belongs to a sheet in parts of its own: tables, comments and their boxes, drawings, charts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from amem_reports.rendering.excel_blocks import HERE
from amem_reports.rendering.excel_formulas import cell_position, parse_rect, parse_ref
from amem_reports.rendering.excel_frame import compile_filter, place_anchor
from amem_reports.rendering.excel_holes import SPLIT
from amem_reports.rendering.excel_places import AreaHole, PlaceHole, TableHole, TableIdHole
from amem_reports.rendering.excel_plan import PartPlan, TableInfo
from amem_reports.rendering.excel_read import SheetReading
from amem_reports.rendering.excel_refs import Rect, Ref
from amem_reports.rendering.excel_repeats import SeriesBlock
from amem_reports.rendering.excel_source import PartSource, SheetShape
from amem_reports.rendering.excel_structure import Fault
from amem_reports.rendering.excel_text import gathered, has_tags
from amem_reports.rendering.excel_values import CacheHole, TableColumnsBlock
from amem_reports.rendering.excel_views import CellHole
from amem_reports.rendering.excel_xml import child, children, descendants, drop, inline, local, parse, prefix, replace, serialised, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# The relationships whose parts follow the sheet: the last word of their type.
KINDS = ("table", "comments", "vmlDrawing", "drawing", "chart", "threadedComment")


def compile_part(kind: str, part: str, data: bytes, reading: SheetReading | None, shape: SheetShape) -> PartPlan | None:
    """A part of a sheet as source; None when it need not change."""
    root = parse(data, forgiving=kind == "vmlDrawing")
    if root is None:
        return None
    source = PartSource(part, shape)
    if kind == "table":
        _table(root, source, reading)
    else:
        compilers = {"comments": _comments, "vmlDrawing": _vml, "drawing": _drawing, "chart": _chart, "threadedComment": _threaded}
        compilers[kind](root, source)
    return source.plan(kind, serialised(root), f"feuille {shape.name}")


def table_faults(table: TableInfo, shape: SheetShape) -> Iterable[Fault]:
    """A loop may fill a table, not repeat it."""
    if shape.rows.loops.get(table.rect.top):
        place = f"feuille {shape.name}, tableau {table.name}"
        yield Fault(place, "un tableau Excel ne peut pas être répété par une boucle", "convertir ce tableau en plage")


def _table(root: Element, source: PartSource, reading: SheetReading | None) -> None:
    rect = parse_rect(root.get("ref") or "")
    if rect is None:
        return
    compile_filter(root, source)
    for item in children(root, "autoFilter"):
        compile_filter(item, source)
    root.set("ref", source.hole(AreaHole(rect)))
    root.set("id", source.hole(TableIdHole(int(root.get("id") or 1))))
    name = root.get("displayName") or root.get("name") or ""
    for attribute in ("name", "displayName"):
        if root.get(attribute):
            root.set(attribute, source.hole(TableHole(root.get(attribute) or "")))
    columns = child(root, "tableColumns")
    if columns is None:
        return
    source.formulas(columns, "calculatedColumnFormula", "totalsRowFormula")
    items = list(children(columns, "tableColumn"))
    names = tuple(item.get("name") or "" for item in items)
    bodies = []
    for item in items:
        drop(item, "id")
        drop(item, "name")
        drop(item, "uid")
        p = prefix(item)
        text = source.tokens.source(inline(item))
        bodies.append(text.replace(f"<{p}tableColumn", f"<{p}tableColumn{HERE}", 1))
    headings = int(root.get("headerRowCount") or 1)
    read = frozenset(n for n in range(len(items)) if headings and _is_made(reading, rect, n))
    source.block(TableColumnsBlock(prefix(columns), name, rect, names, read), columns, SPLIT.join(bodies))


def _is_made(reading: SheetReading | None, rect: Rect, offset: int) -> bool:
    column = rect.left + offset
    return reading is not None and any(cell.column == column and cell.text is not None for cell in reading.cells.get(rect.top, ()))


def _comments(root: Element, source: PartSource) -> None:
    for item in list(descendants(root, "comment")):
        rect = parse_rect(item.get("ref") or "")
        if rect:
            for paragraph in descendants(item, "text"):
                _gather(paragraph)
            drop(item, "uid")
            item.set("ref", source.here())
            source.each(item, rect)


def _threaded(root: Element, source: PartSource) -> None:
    for item in children(root, "threadedComment"):
        if item.get("ref"):
            item.set("ref", source.hole(CellHole(*cell_position(item.get("ref") or ""))))


def _vml(root: Element, source: PartSource) -> None:
    """The boxes of comments and form controls: rows and columns count from 0 here."""
    for shape in list(descendants(root, "shape")):
        data = next(descendants(shape, "ClientData"), None)
        if data is None:
            continue
        row, column = child(data, "Row"), child(data, "Column")
        cell = None
        if row is not None and column is not None and (row.text or "").strip().isdigit() and (column.text or "").strip().isdigit():
            cell = (int(row.text or 0) + 1, int(column.text or 0) + 1)
            row.text = source.hole(PlaceHole("row", cell[0], less=1))
            column.text = source.hole(PlaceHole("column", cell[1], less=1))
        anchor = child(data, "Anchor")
        numbers = re.findall(r"-?\d+", text_of(anchor))
        if anchor is not None and len(numbers) == 8:
            origin = cell or (int(numbers[2]) + 1, int(numbers[0]) + 1)
            for place in (0, 2, 4, 6):
                axis = "row" if place in (2, 6) else "column"
                start = origin[0] if axis == "row" else origin[1]
                numbers[place] = source.hole(PlaceHole(axis, int(numbers[place]) + 1, 1, start))
            anchor.text = ", ".join(numbers)
        if cell:
            source.each(shape, Rect(cell[0], cell[1], cell[0], cell[1]))


def _drawing(root: Element, source: PartSource) -> None:
    """Pictures, shapes and charts, by the cells that they are anchored to. Those in a loop are repeated with it, but for charts."""
    for anchor in list(descendants(root, "twoCellAnchor", "oneCellAnchor", "absoluteAnchor")):
        for paragraph in descendants(anchor, "p"):
            _gather(paragraph)
        rect = place_anchor(anchor, source)
        single = any(local(item) in ("graphicFrame", "control", "oleObject") for item in anchor.iter())
        if rect and not single and source.shape.looped(rect) and anchor.getparent() is root:
            source.each(anchor, rect)
        else:
            source.texts(anchor)


def _gather(paragraph: Element) -> None:
    """Gather the tags of a paragraph that word processors split over several runs."""
    texts = [item for item in descendants(paragraph, "t") if not len(item)]
    whole = "".join(item.text or "" for item in texts)
    if len(texts) > 1 and has_tags(whole):
        for item, text in zip(texts, gathered([item.text or "" for item in texts]), strict=True):
            item.text = text


def _chart(root: Element, source: PartSource) -> None:
    for series in list(descendants(root, "ser")):
        _series(series, source)
    for holder in list(descendants(root, "numRef", "strRef", "multiLvlStrRef")):
        _reference(holder, source)
    for paragraph in descendants(root, "p"):
        _gather(paragraph)
    source.texts(root)


def _series(series: Element, source: PartSource) -> None:
    """Repeat a series whose values lie along one row or column of a loop."""
    values = next((item for name in ("val", "yVal") for item in children(series, name)), None)
    formula = next(descendants(values, "f"), None) if values is not None else None
    ref = parse_ref(formula.text or "") if formula is not None else None
    axis = _repeating_axis(ref, source.shape) if ref else ""
    if not ref or not axis:
        return
    for holder in list(descendants(series, "numRef", "strRef", "multiLvlStrRef")):
        _reference(holder, source)
    source.texts(series)
    first = source.tokens.source(inline(series))
    for look in [item for item in series if local(item) in ("spPr", "marker", "dPt")]:
        series.remove(look)
    index = ref.rect.top if axis == "row" else ref.rect.left
    source.block(SeriesBlock(axis, index, ref.sheet or ""), series, first + SPLIT + source.tokens.source(inline(series)))


def _repeating_axis(ref: Ref, shape: SheetShape) -> str:
    """The loops known here are those of the chart's own sheet."""
    rect = ref.rect
    if (ref.sheet or "").casefold() != shape.name.casefold() or not rect.top or not rect.left:
        return ""
    if rect.top == rect.bottom and rect.left < rect.right and shape.rows.loops.get(rect.top):
        return "row"
    rows_grow = rect.top < rect.bottom or bool(shape.rows.loops.get(rect.top))
    return "column" if rect.left == rect.right and rows_grow and shape.columns.loops.get(rect.left) else ""


def _reference(holder: Element, source: PartSource) -> None:
    """A reference of a chart with the values that it keeps."""
    formula = child(holder, "f")
    if formula is None or not formula.text:
        return
    ref = parse_ref(formula.text, 1)
    cache = next((item for item in holder if local(item).endswith("Cache")), None)
    if cache is not None:
        kind, p = local(cache), prefix(cache)
        code = child(cache, "formatCode")
        if ref is None or kind == "multiLvlStrCache":
            if ref is None:
                return
            holder.remove(cache)
        else:
            hole = CacheHole(ref, p, kind, inline(code) if code is not None else "", inline(cache))
            replace(cache, source.hole(hole))
    formula.text = source.formula(formula.text, ranges=True)
