"""What is repeated with its cells or grows with them: merged blocks, rules, links, breaks, widths, series."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from amem_reports.rendering.excel_blocks import HERE, filled
from amem_reports.rendering.excel_holes import NOWHERE, OPEN, SPLIT, Here, Hole, RefHole, SheetMap
from amem_reports.rendering.excel_map import AxisMap, Path
from amem_reports.rendering.excel_refs import MAX_COLUMN, Rect, Ref, rect_text

MAX_BREAKS = 1026
_HOLE_NUMBER = re.compile(f"{OPEN}(\\d+)")


class EachBlock(NamedTuple):
    """XML that stands once for every instance of its cells. `side` names the XML that was rendered inside the loops instead."""

    rect: Rect
    side: str = ""

    def repeat(self, sheet: SheetMap, body: str, holes: Sequence[Hole]) -> str:
        """The XML for all instances."""
        pieces = []
        for block, here in sheet.spread(self.rect):
            xml = sheet.sides.get((self.side, here.row_path, here.column_path), "") if self.side else body
            pieces.append(filled(xml.replace(HERE, rect_text(block)), sheet, holes, here))
        return "".join(pieces)


class SeriesBlock(NamedTuple):
    """A series of a chart whose values lie along one row (column) of a loop: one series for each instance.

    The body holds the series twice, the second time without the look that would paint all of them alike.
    """

    axis: str
    at: int
    sheet: str

    def repeat(self, sheet: SheetMap, body: str, holes: Sequence[Hole]) -> str:
        """The series for all instances."""
        first, _, other = body.partition(SPLIT)
        target = (sheet.book.targets(self.sheet, sheet, "") or (sheet,))[0]
        spread = target.axis(self.axis).spread(self.at, self.at)
        places = [Here(self.at, path) if self.axis == "row" else Here(column=self.at, column_path=path) for _, path in spread]
        return "".join(filled(other if number else first, target, holes, here) for number, here in enumerate(places))


class RuleBlock(NamedTuple):
    """A conditional format or a data validation: one rule for all instances, or one for each set that its formula treats alike."""

    rects: tuple[Rect, ...]

    def repeat(self, sheet: SheetMap, body: str, holes: Sequence[Hole]) -> str:
        """The rules."""
        used = [int(number) for number in _HOLE_NUMBER.findall(body)]
        groups: dict[object, tuple[Here, Sequence[Hole], list[Rect]]] = {}
        for here, blocks in self._instances(sheet):
            seen = self._seen_from_first(sheet, here, holes)
            refs = [hole.ref for number in used if isinstance(hole := seen[number], RefHole)]
            key: object = ()
            if refs:
                anchor = (min(block.top for block in blocks), min(block.left for block in blocks))
                key = tuple(_relative(ref, sheet, here, anchor) for ref in refs)
            groups.setdefault(key, (here, seen, []))[2].extend(blocks)
        return "".join(filled(body.replace(HERE, sqref_text(blocks)), sheet, seen, here) for here, seen, blocks in groups.values())

    def _seen_from_first(self, sheet: SheetMap, here: Here, holes: Sequence[Hole]) -> Sequence[Hole]:
        """The references as seen from the first row and column that were written: a formula is read from there, not from those left out."""
        down = _left_out(sheet.rows, [(rect.top, rect.bottom) for rect in self.rects], here.row, here.row_path)
        across = _left_out(sheet.columns, [(rect.left, rect.right) for rect in self.rects], here.column, here.column_path)
        if not (down or across):
            return holes
        return [hole._replace(ref=_shifted(hole.ref, down, across)) if isinstance(hole, RefHole) else hole for hole in holes]

    def _instances(self, sheet: SheetMap) -> Iterator[tuple[Here, list[Rect]]]:
        tops, lefts, bottoms, rights = zip(*self.rects, strict=True)
        hull = Rect(min(tops), min(lefts), max(bottoms), max(rights))
        for _, here in sheet.spread(hull):
            if here.row_path or here.column_path:
                blocks = [block for rect in self.rects if (block := sheet.moved(rect, here))]
            else:
                blocks = [block for rect in self.rects for block, _ in sheet.spread(rect)]
            if blocks:
                yield _anchored(sheet, here), blocks


def _left_out(axis: AxisMap, spans: Sequence[tuple[int, int]], here: int, path: Path) -> int:
    """How many template rows (columns) stand before the first of these that was written, where the very first was not."""
    first = min(start for start, _ in spans)
    inside = sorted(index for start, end in spans if start for index in range(start, min(end, axis.template_size) + 1))
    return next((index - first for index in inside if axis.span(index, index, here, path)), 0)


def _shifted(ref: Ref, down: int, across: int) -> Ref:
    """The reference as a formula so much farther down and to the right would hold it."""
    left, top, right, bottom = ref.fixed
    rect = ref.rect
    moved = Rect(
        rect.top + (down if rect.top and not top else 0),
        rect.left + (across if rect.left and not left else 0),
        rect.bottom + (down if rect.top and not bottom else 0),
        rect.right + (across if rect.left and not right else 0),
    )
    return ref._replace(rect=moved)


def _anchored(sheet: SheetMap, here: Here) -> Here:
    """Where no loop holds the whole rule, its formula is still seen from its first cell, which may stand in a loop."""
    row_path = here.row_path or sheet.rows.first_path(here.row)
    column_path = here.column_path or sheet.columns.first_path(here.column)
    return Here(here.row, row_path, here.column, column_path)


def _relative(ref: Ref, sheet: SheetMap, here: Here, anchor: tuple[int, int]) -> tuple[int, ...]:
    """What a reference comes to for Excel: where it is not fixed, its distance from the rule's first cell."""
    targets = sheet.book.targets(ref.sheet, sheet, "")
    if not targets:
        return ()
    seen = here if targets[0] is sheet else NOWHERE
    hole = RefHole(ref, pinned=True)
    rect, (left, top, right, bottom) = hole.moved(targets[0], seen), hole.pins(targets[0], seen)
    row, column = anchor
    return (
        rect.top if top else rect.top - row,
        rect.left if left else rect.left - column,
        rect.bottom if bottom else rect.bottom - row,
        rect.right if right else rect.right - column,
    )


class SqrefHole(NamedTuple):
    """A list of blocks, each repeated with its loop."""

    rects: tuple[Rect, ...]

    def fill(self, sheet: SheetMap, here: Here, chosen: str) -> str:
        return sqref_text(block for rect in self.rects for block, _ in sheet.spread(rect)) or "A1"


class MergesHole(NamedTuple):
    """All merged blocks: inside a loop repeated, around a loop stretched."""

    prefix: str
    rects: tuple[Rect, ...]

    def fill(self, sheet: SheetMap, here: Here, chosen: str) -> str:
        found = [block for rect in self.rects for block, _ in sheet.spread(rect) if block.top != block.bottom or block.left != block.right]
        p = self.prefix
        cells = "".join(f'<{p}mergeCell ref="{rect_text(block)}"/>' for block in found)
        return f'<{p}mergeCells count="{len(found)}">{cells}</{p}mergeCells>' if found else ""


class BreaksHole(NamedTuple):
    """Page breaks after rows or columns: one for each instance, as many as Excel holds."""

    axis: str
    prefix: str
    tag: str
    breaks: tuple[tuple[int, str], ...]

    def fill(self, sheet: SheetMap, here: Here, chosen: str) -> str:
        axis = sheet.axis(self.axis)
        found: dict[int, str] = {}
        for index, attributes in self.breaks:
            spans = [span for span, _ in axis.spread(index, index)] or [(0, axis.last_until(index))]
            found.update((last, attributes) for _, last in spans if last)
        kept = sorted(found.items())[:MAX_BREAKS]
        items = "".join(f'<{self.prefix}brk id="{last}"{attributes}/>' for last, attributes in kept)
        manual = sum('man="1"' in attributes for _, attributes in kept)
        tag = self.prefix + self.tag
        return f'<{tag} count="{len(kept)}" manualBreakCount="{manual}">{items}</{tag}>' if kept else ""


class WidthsHole(NamedTuple):
    """The `<cols>` element of a sheet with column loops."""

    prefix: str
    columns: tuple[tuple[int, int, str], ...]

    def fill(self, sheet: SheetMap, here: Here, chosen: str) -> str:
        runs: list[tuple[int, int, str]] = []
        for start, end, attributes in sorted(self._widths(sheet)):
            if runs and runs[-1][1] + 1 == start and runs[-1][2] == attributes:
                runs[-1] = (runs[-1][0], end, attributes)
            else:
                runs.append((start, end, attributes))
        p = self.prefix
        items = "".join(f'<{p}col min="{start}" max="{end}"{attributes}/>' for start, end, attributes in runs)
        return f"<{p}cols>{items}</{p}cols>" if items else ""

    def _widths(self, sheet: SheetMap) -> Iterator[tuple[int, int, str]]:
        axis = sheet.columns
        growth = axis.size - axis.template_size
        for first, last, attributes in self.columns:
            for index in range(first, min(last, axis.template_size) + 1):
                yield from ((start, end, attributes) for (start, end), _ in axis.spread(index, index))
            start = max(first, axis.template_size + 1) + growth
            if last > axis.template_size and start <= MAX_COLUMN:
                yield start, MAX_COLUMN if last == MAX_COLUMN else min(last + growth, MAX_COLUMN), attributes


def sqref_text(blocks: Iterable[Rect]) -> str:
    """Blocks as a `sqref` attribute, neighbours joined."""
    columns = _joined(blocks, lambda b: (b.left, b.right, b.top), lambda a, b: (a.left, a.right, a.bottom + 1) == (b.left, b.right, b.top))
    both = _joined(columns, lambda b: (b.top, b.bottom, b.left), lambda a, b: (a.top, a.bottom, a.right + 1) == (b.top, b.bottom, b.left))
    return " ".join(rect_text(block) for block in sorted(both))


def _joined(blocks: Iterable[Rect], order: Callable[[Rect], Any], follows: Callable[[Rect, Rect], bool]) -> list[Rect]:
    result: list[Rect] = []
    for block in sorted(blocks, key=order):
        if result and follows(result[-1], block):
            result[-1] = Rect(result[-1].top, result[-1].left, block.bottom, block.right)
        else:
            result.append(block)
    return result
