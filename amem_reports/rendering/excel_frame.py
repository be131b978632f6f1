"""What stands around the rows of a template sheet (views, filters, merged cells, rules, links, breaks), made ready to follow the maps."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from amem_reports.rendering.excel_holes import (
    BLOCK,
    BODY,
    CLOSE,
    END,
    HERE,
    OPEN,
    AreaHole,
    Block,
    BreaksHole,
    CellHole,
    CountHole,
    DimensionHole,
    EachBlock,
    Hole,
    MergesHole,
    OffsetHole,
    RefHole,
    RuleBlock,
    SqrefHole,
    WidthsHole,
)
from amem_reports.rendering.excel_map import Axis
from amem_reports.rendering.excel_refs import Rect, Ref, cell_position, parse_formula, parse_rect, parse_sqref
from amem_reports.rendering.excel_text import has_tags, source_of
from amem_reports.rendering.excel_xml import Tokens, attributes, children, descendants, inline, local, prefix, replace

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_FORMULAS = ("formula", "formula1", "formula2", "f")


class Frame(NamedTuple):
    """The token that stands where the rows are to be written."""

    rows_token: str


def compile_frame(root: Element, tokens: Tokens, holes: list[Hole], blocks: list[Block], rows: Axis, columns: Axis) -> Frame:
    """Replace, in the sheet's tree, all that points at cells by tokens."""
    compiler = _FrameCompiler(tokens, holes, blocks, columns)
    for element in list(root):
        name = local(element)
        if name == "sheetData":
            for row in list(element):
                element.remove(row)
            element.text = tokens.add(_ROWS)
        else:
            compiler.compile(element, name)
    return Frame(_ROWS)


_ROWS = "\x12"


class _FrameCompiler:
    def __init__(self, tokens: Tokens, holes: list[Hole], blocks: list[Block], columns: Axis) -> None:
        self.tokens, self.holes, self.blocks, self.columns = tokens, holes, blocks, columns

    def compile(self, element: Element, name: str) -> None:
        """One child of the sheet."""
        method = getattr(self, f"_{name}", None)
        if method:
            method(element)
        else:
            self._anything(element)

    def _hole(self, hole: Hole) -> str:
        self.holes.append(hole)
        return self.tokens.add(f"{OPEN}{len(self.holes) - 1}{CLOSE}")

    def _block(self, block: Block, element: Element) -> None:
        """Put the element, with its tokens, between the marks of a repeated block."""
        self.blocks.append(block)
        text = f"{BLOCK}{len(self.blocks) - 1}{BODY}" + self.tokens.source(inline(element)) + END
        replace(element, self.tokens.add(text))

    def _formulas(self, element: Element, pinned: bool) -> None:
        for formula in descendants(element, *_FORMULAS):
            if formula.text and not len(formula):
                pieces = parse_formula(formula.text)
                formula.text = "".join(
                    self._hole(RefHole(piece, pinned=pinned)) if isinstance(piece, Ref) else self._tagged(piece) for piece in pieces
                )

    def _tagged(self, text: str) -> str:
        from amem_reports.rendering.excel_compile import formula_text

        return self.tokens.add(formula_text(text)) if has_tags(text) else text

    def _dimension(self, element: Element) -> None:
        rect = parse_rect(element.get("ref") or "")
        if rect:
            element.set("ref", self._hole(DimensionHole(rect)))

    def _sheetViews(self, element: Element) -> None:  # noqa: N802 (named after the element)
        for view in descendants(element, "sheetView", "pane", "selection"):
            for name in ("topLeftCell", "activeCell"):
                if value := view.get(name):
                    row, column = cell_position(value)
                    view.set(name, self._hole(CellHole(row, column)))
            if local(view) == "selection" and view.get("sqref"):
                view.set("sqref", view.get("activeCell") or "A1")
                _drop(view, "activeCellId")
            if local(view) == "pane" and (view.get("state") or "").startswith("frozen"):
                for name, axis in (("ySplit", "row"), ("xSplit", "column")):
                    if value := view.get(name):
                        view.set(name, self._hole(CountHole(axis, int(float(value)))))

    def _cols(self, element: Element) -> None:
        if not self.columns.markers:
            return
        skip = frozenset({"min", "max"})
        columns = tuple((int(col.get("min") or 1), int(col.get("max") or 1), attributes(col, skip)) for col in children(element, "col"))
        replace(element, self._hole(WidthsHole(prefix(element), columns)))

    def _autoFilter(self, element: Element) -> None:  # noqa: N802
        self.filter(element)

    def filter(self, element: Element) -> None:
        """A filter's block, the columns that it filters and the order that it sorts by."""
        rect = parse_rect(element.get("ref") or "")
        for item in descendants(element, "filterColumn"):
            if rect and (column := item.get("colId")):
                item.set("colId", self._hole(OffsetHole(rect.left, rect.left + int(column))))
        for item in descendants(element, "autoFilter", "sortState", "sortCondition"):
            if block := parse_rect(item.get("ref") or ""):
                item.set("ref", self._hole(AreaHole(block)))

    def _mergeCells(self, element: Element) -> None:  # noqa: N802
        rects = tuple(rect for cell in children(element, "mergeCell") if (rect := parse_rect(cell.get("ref") or "")))
        replace(element, self._hole(MergesHole(prefix(element), rects)))

    def _conditionalFormatting(self, element: Element) -> None:  # noqa: N802
        self._rule(element, parse_sqref(element.get("sqref") or ""), None)

    def _dataValidations(self, element: Element) -> None:  # noqa: N802
        _drop(element, "count")
        for item in list(children(element, "dataValidation")):
            self._rule(item, parse_sqref(item.get("sqref") or ""), None)

    def _rule(self, element: Element, rects: tuple[Rect, ...], sqref: Element | None) -> None:
        if not rects:
            return
        one_row = min(rect.top for rect in rects) == max(rect.bottom for rect in rects)
        self._formulas(element, pinned=one_row)
        self._texts(element)
        if sqref is not None:
            sqref.text = self.tokens.add(HERE)
        else:
            element.set("sqref", self.tokens.add(HERE))
        self._block(RuleBlock(rects), element)

    def _texts(self, element: Element) -> None:
        """Tags in attributes (the messages of a validation)."""
        for item in element.iter():
            for name, value in list(item.attrib.items()):
                if has_tags(str(value)):
                    item.set(name, self.tokens.add(source_of(str(value))))

    def _hyperlinks(self, element: Element) -> None:
        for item in list(children(element, "hyperlink")):
            rect = parse_rect(item.get("ref") or "")
            if rect is None:
                continue
            if location := item.get("location"):
                item.set("location", "".join(self._hole(RefHole(p)) if isinstance(p, Ref) else p for p in parse_formula(location)))
            item.set("ref", self.tokens.add(HERE))
            self._block(EachBlock(rect), item)

    def _rowBreaks(self, element: Element) -> None:  # noqa: N802
        self._breaks(element, "row")

    def _colBreaks(self, element: Element) -> None:  # noqa: N802
        self._breaks(element, "column")

    def _breaks(self, element: Element, axis: str) -> None:
        skip = frozenset({"id"})
        found = tuple((int(item.get("id") or 0), attributes(item, skip)) for item in children(element, "brk"))
        replace(element, self._hole(BreaksHole(axis, prefix(element) + local(element), found)))

    def _extLst(self, element: Element) -> None:  # noqa: N802
        """Rules, validations and sparklines of Excel 2010 and later."""
        for item in list(descendants(element, "conditionalFormatting", "dataValidation", "sparkline")):
            sqref = next(descendants(item, "sqref"), None)
            rects = parse_sqref(sqref.text or "") if sqref is not None else ()
            if sqref is None or not rects:
                continue
            if local(item) == "sparkline":
                self._formulas(item, pinned=False)
                sqref.text = self.tokens.add(HERE)
                self._block(EachBlock(rects[0]), item)
            else:
                self._rule(item, rects, sqref)
        for item in descendants(element, "dataValidations"):
            _drop(item, "count")

    def _anything(self, element: Element) -> None:
        """Other parts: blocks named by `ref` or `sqref`, tags in texts (headers and footers)."""
        for item in element.iter():
            if not local(item):
                continue
            for name in ("sqref", "ref"):
                if rects := parse_sqref(item.get(name) or ""):
                    item.set(name, self._hole(SqrefHole(rects)))
            if item.text and has_tags(item.text):
                item.text = self.tokens.add(source_of(item.text))


def _drop(element: Element, name: str) -> None:
    if name in element.attrib:
        del element.attrib[name]
