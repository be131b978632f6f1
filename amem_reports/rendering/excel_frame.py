"""What stands around the rows of a template sheet (views, filters, merged cells, rules, links, breaks), made ready to follow the maps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amem_reports.rendering.excel_formulas import cell_position, parse_rect, parse_sqref
from amem_reports.rendering.excel_holes import WEB
from amem_reports.rendering.excel_places import AreaHole, OffsetHole, PlaceHole
from amem_reports.rendering.excel_refs import Rect
from amem_reports.rendering.excel_repeats import BreaksHole, MergesHole, SqrefHole, WidthsHole
from amem_reports.rendering.excel_source import PartSource
from amem_reports.rendering.excel_text import TAG, expression, has_tags, mended, source_of
from amem_reports.rendering.excel_views import BelowHole, CellHole, CountHole, DimensionHole, SelectedHole
from amem_reports.rendering.excel_xml import attributes, child, children, descendants, drop, local, prefix, replace, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


def compile_frame(root: Element, source: PartSource, web: dict[str, str]) -> None:
    """Replace, in a sheet's tree, all that points at cells by tokens.

    `web` gives the targets with tags of external links by relationship.
    """
    compiler = _FrameCompiler(source, web)
    for element in list(root):
        name = local(element)
        if name and name != "sheetData":
            compiler.compile(element, name)


def compile_filter(element: Element, source: PartSource) -> None:
    """A filter's block, the columns that it filters and the order that it sorts by."""
    rect = parse_rect(element.get("ref") or "")
    for item in descendants(element, "filterColumn"):
        if rect and (column := item.get("colId")):
            item.set("colId", source.hole(OffsetHole(rect.left, rect.left + int(column))))
    for item in descendants(element, "autoFilter", "sortState", "sortCondition"):
        if block := parse_rect(item.get("ref") or ""):
            item.set("ref", source.hole(AreaHole(block)))


def place_anchor(anchor: Element, source: PartSource) -> Rect | None:
    """Let something drawn over cells follow them; the cells that it covered, unless it stays where it is."""
    first, last = child(anchor, "from"), child(anchor, "to")
    if first is None or anchor.get("editAs") == "absolute":
        return None
    start = _corner(first)
    end = _corner(last) if last is not None else start
    _place(first, start, (0, 0), source)
    if last is not None:
        _place(last, end, start if anchor.get("editAs") == "oneCell" else (0, 0), source, end=True)
    return Rect(start[0], start[1], max(start[0], end[0]), max(start[1], end[1]))


def _corner(element: Element) -> tuple[int, int]:
    return int(text_of(child(element, "row")) or 0) + 1, int(text_of(child(element, "col")) or 0) + 1


def _place(element: Element, corner: tuple[int, int], origin: tuple[int, int], source: PartSource, *, end: bool = False) -> None:
    for name, axis, index, start in (("row", "row", corner[0], origin[0]), ("col", "column", corner[1], origin[1])):
        item = child(element, name)
        if item is not None:
            item.text = source.hole(PlaceHole(axis, index, 1, start, end and not start))


class _FrameCompiler:
    def __init__(self, source: PartSource, web: dict[str, str]) -> None:
        self.source, self.web = source, web

    def compile(self, element: Element, name: str) -> None:
        """One child of the sheet."""
        method = getattr(self, f"_{name}", None)
        if method:
            method(element)
        else:
            self._anything(element)

    def _dimension(self, element: Element) -> None:
        if rect := parse_rect(element.get("ref") or ""):
            element.set("ref", self.source.hole(DimensionHole(rect)))

    def _sheetPr(self, element: Element) -> None:  # noqa: N802
        if self.source.shape.wrappers:
            drop(element, "codeName")  # two sheets of one code name would not do
        self._anything(element)

    def _sheetViews(self, element: Element) -> None:  # noqa: N802 (named after the element)
        for view in descendants(element, "sheetView", "pane", "selection"):
            if view.get("tabSelected") and self.source.shape.wrappers:
                view.set("tabSelected", self.source.hole(SelectedHole()))
            frozen = local(view) == "pane" and (view.get("state") or "").startswith("frozen")
            for name in ("topLeftCell", "activeCell"):
                if value := view.get(name):
                    view.set(name, self.source.hole((BelowHole if frozen else CellHole)(*cell_position(value))))
            if local(view) == "selection" and view.get("sqref"):
                view.set("sqref", view.get("activeCell") or "A1")
                drop(view, "activeCellId")
            if frozen:
                for name, axis in (("ySplit", "row"), ("xSplit", "column")):
                    if value := view.get(name):
                        view.set(name, self.source.hole(CountHole(axis, int(float(value)))))

    def _cols(self, element: Element) -> None:
        if not self.source.shape.columns.markers:
            return
        skip = frozenset({"min", "max"})
        columns = tuple((int(col.get("min") or 1), int(col.get("max") or 1), attributes(col, skip)) for col in children(element, "col"))
        replace(element, self.source.hole(WidthsHole(prefix(element), columns)))

    def _autoFilter(self, element: Element) -> None:  # noqa: N802
        compile_filter(element, self.source)

    def _mergeCells(self, element: Element) -> None:  # noqa: N802
        rects = tuple(rect for cell in children(element, "mergeCell") if (rect := parse_rect(cell.get("ref") or "")))
        replace(element, self.source.hole(MergesHole(prefix(element), rects)))

    def _conditionalFormatting(self, element: Element) -> None:  # noqa: N802
        if rects := parse_sqref(element.get("sqref") or ""):
            self.source.rule(element, rects)

    def _dataValidations(self, element: Element) -> None:  # noqa: N802
        drop(element, "count")
        for item in list(children(element, "dataValidation")):
            if rects := parse_sqref(item.get("sqref") or ""):
                self.source.rule(item, rects)

    def _hyperlinks(self, element: Element) -> None:
        for item in list(children(element, "hyperlink")):
            rect = parse_rect(item.get("ref") or "")
            if rect is None:
                continue
            if location := item.get("location"):
                item.set("location", self.source.formula(location))
            for name, value in item.attrib.items():
                if str(name).endswith("}id") and (target := self.web.get(str(value))):
                    # The written target gets a relationship of its own afterwards; tags in `texts` are found by their braces.
                    item.set(name, self.source.tokens.add(WEB) + target + self.source.tokens.add(WEB))
            item.set("ref", self.source.here())
            self.source.each(item, rect)

    def _rowBreaks(self, element: Element) -> None:  # noqa: N802
        self._breaks(element, "row")

    def _colBreaks(self, element: Element) -> None:  # noqa: N802
        self._breaks(element, "column")

    def _breaks(self, element: Element, axis: str) -> None:
        skip = frozenset({"id"})
        found = tuple((int(item.get("id") or 0), attributes(item, skip)) for item in children(element, "brk"))
        replace(element, self.source.hole(BreaksHole(axis, prefix(element), local(element), found)))

    def _extLst(self, element: Element) -> None:  # noqa: N802
        """Rules, validations and sparklines of Excel 2010 and later."""
        for item in list(descendants(element, "conditionalFormatting", "dataValidation", "sparkline")):
            sqref = next(descendants(item, "sqref"), None)
            rects = parse_sqref(sqref.text or "") if sqref is not None else ()
            if sqref is None or not rects:
                continue
            if local(item) == "sparkline":
                self.source.formulas(item, ranges=True)
                sqref.text = self.source.here()
                self.source.each(item, rects[0])
            else:
                self.source.rule(item, rects, sqref)
        for item in descendants(element, "dataValidations"):
            drop(item, "count")

    def _headerFooter(self, element: Element) -> None:  # noqa: N802
        """An ampersand begins a code in headers and footers: one in a value is doubled."""
        for item in element:
            if item.text and has_tags(item.text):
                text = TAG.sub(lambda match: self.source.tag(match[0], _doubled(match[0])), item.text)
                item.text = text

    def _anything(self, element: Element) -> None:
        for item in element.iter():
            if not local(item):
                continue
            for name in ("sqref", "ref"):
                if rects := parse_sqref(item.get(name) or ""):
                    item.set(name, self.source.hole(SqrefHole(rects)))
            if local(item) == "anchor":
                place_anchor(item, self.source)
        self.source.texts(element)


def _doubled(tag: str) -> str:
    return f"{{{{ ({expression(mended(tag))})|string|replace('&', '&&') }}}}" if tag.startswith("{{") else source_of(tag)
