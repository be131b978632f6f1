"""What a rendered sheet leaves open until all row maps are known, and how it is then filled in.

Jinja writes the sheets with control characters in them; XML forbids these, so data never contains any. `ROW` opens each row's
record, `NUMBER` stands for the row's own number, `OPEN … CLOSE` for something that a `Hole` fills, `BLOCK … BODY … END` for XML
that is repeated for each instance of the cells that it points at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any, NamedTuple, Protocol
from xml.sax.saxutils import escape

from amem_reports.rendering.excel_map import AxisMap, Path
from amem_reports.rendering.excel_refs import MAX_COLUMN, MAX_ROW, Rect, Ref, letters, quoted_sheet, rect_text

ROW, NUMBER, OPEN, CLOSE, SHEET, TAIL, DATE, SPLIT = "\x01", "\x02", "\x03", "\x04", "\x05", "\x06", "\x07", "\x0b"
BLOCK, BODY, END = "\x0e", "\x0f", "\x10"
HERE = f"{OPEN}@{CLOSE}"

# What points at cells of which none was written points there instead: cells that stay empty, inside the grid so that inserting
# rows never pushes them out. A sum gives 0, a count 0, a look-up nothing, and no formula shows #REF!.
EMPTY_ROW = 1_000_000
EMPTY_COLUMN = 16_000

_HOLE = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")
_NUMBER = re.compile(r"\d+")
_BLOCK = re.compile(f"{BLOCK}(\\d+){BODY}([^{END}]*){END}")
_EMPTY_LIST = re.compile(
    r"<((?:\w+:)?(?:dataValidations|hyperlinks|conditionalFormattings|sparklines|sparklineGroup|sparklineGroups|ext|extLst))(?:\s[^>]*)?></\1>"
)


class Here(NamedTuple):
    """The place that a reference is seen from: template row and column, and the instances of the loops around it."""

    row: int = 0
    row_path: Path = ()
    column: int = 0
    column_path: Path = ()


@dataclass
class Book:
    """All sheets written, under the (case-folded) name of their template sheet."""

    copies: dict[str, list[SheetMap]] = field(default_factory=dict)

    def targets(self, name: str | None, own: SheetMap, chosen: str) -> Sequence[SheetMap] | None:
        """The sheets that a reference means; None when the workbook has no such sheet."""
        if name is None:
            return (own,)
        found = self.copies.get(name.casefold())
        if found is None or own in found:
            return None if found is None else (own,)
        return [sheet for sheet in found if sheet.name == chosen] or found


@dataclass(eq=False)
class SheetMap:
    """One sheet as written: its name and where its template's rows and columns went."""

    name: str
    rows: AxisMap
    columns: AxisMap
    book: Book

    def moved(self, rect: Rect, here: Here = Here(), one: bool = False) -> Rect | None:  # noqa: B008 (immutable)
        """Where a block of cells went; with `one`, only its first row and column."""
        rows = self.rows.span(rect.top, rect.bottom, here.row, here.row_path) if rect.top else (0, 0)
        columns = self.columns.span(rect.left, rect.right, here.column, here.column_path) if rect.left else (0, 0)
        if rows is None or columns is None:
            return None
        if one:
            rows, columns = (rows[0], rows[0]), (columns[0], columns[0])
        bottom = MAX_ROW if rect.bottom == MAX_ROW else min(rows[1], MAX_ROW)
        right = MAX_COLUMN if rect.right == MAX_COLUMN else min(columns[1], MAX_COLUMN)
        return Rect(rows[0], columns[0], bottom, right)

    def spread(self, rect: Rect) -> Iterator[tuple[Rect, Here]]:
        """One block for each instance of the loops that hold the whole block, with a place inside that instance."""
        rows = self.rows.spread(rect.top, rect.bottom) if rect.top else [((0, 0), ())]
        columns = self.columns.spread(rect.left, rect.right) if rect.left else [((0, 0), ())]
        for (top, bottom), row_path in rows:
            for (left, right), column_path in columns:
                yield Rect(top, left, bottom, right), Here(rect.top, row_path, rect.left, column_path)


class Hole(Protocol):
    """Something that is known once all maps are."""

    def fill(self, sheet: SheetMap, here: Here, chosen: str) -> str: ...


class RefHole(NamedTuple):
    """A reference of a formula.

    `column` is the template column of the formula's cell (0 where `Here` tells it). `pinned`: seen from a loop, what stands outside
    gets a `$`, because one rule serves all instances.
    """

    ref: Ref
    column: int = 0
    pinned: bool = False

    def fill(self, sheet: SheetMap, here: Here, chosen: str = "") -> str:
        here = here._replace(column=self.column) if self.column else here
        targets = sheet.book.targets(self.ref.sheet, sheet, chosen)
        if targets is None:
            return escape(self._text(self.ref.rect, self.ref.sheet))
        if not targets:
            return self._text(_emptied(self.ref.rect, None, None), None)
        if self.ref.reach < 2 or chosen:
            targets = targets[:1]
        return escape(",".join(self._seen(target, sheet, here) for target in targets))

    def _seen(self, target: SheetMap, own: SheetMap, here: Here) -> str:
        inside = here if target is own else Here()
        return self._text(self.moved(target, inside), target.name if self.ref.sheet is not None else None, self._pins(target, inside))

    def moved(self, target: SheetMap, here: Here) -> Rect:
        """Where the reference points, as seen from `here`."""
        found = target.moved(self.ref.rect, here, one=self.ref.single and not self.ref.reach)
        return found or _emptied(self.ref.rect, target, here)

    def _pins(self, target: SheetMap, here: Here) -> tuple[bool, bool, bool, bool]:
        left, top, right, bottom = self.ref.fixed
        if self.pinned and here.row_path and not target.rows.shares(self.ref.rect.top, here.row):
            top = bottom = True
        if self.pinned and here.column_path and not target.columns.shares(self.ref.rect.left, here.column):
            left = right = True
        return left, top, right, bottom

    def _text(self, rect: Rect, sheet: str | None, fixed: tuple[bool, bool, bool, bool] | None = None) -> str:
        prefix = f"{quoted_sheet(sheet)}!" if sheet is not None else ""
        return prefix + rect_text(rect, fixed or self.ref.fixed, self.ref.single)


def _emptied(rect: Rect, target: SheetMap | None, here: Here | None) -> Rect:
    rows = target.rows.span(rect.top, rect.bottom, here.row, here.row_path) if target and here and rect.top else None
    columns = target.columns.span(rect.left, rect.right, here.column, here.column_path) if target and here and rect.left else None
    top, bottom = (rows or (EMPTY_ROW, EMPTY_ROW)) if rect.top else (0, 0)
    left, right = (columns or (EMPTY_COLUMN, EMPTY_COLUMN)) if rect.left else (0, 0)
    return Rect(top, left, bottom, right)


class AreaHole(NamedTuple):
    """A block of cells seen from the whole sheet (`ref` of a filter)."""

    rect: Rect

    def fill(self, sheet: SheetMap, here: Here, chosen: str) -> str:
        return rect_text(sheet.moved(self.rect, here) or Rect(1, 1, 1, 1))


class CellHole(NamedTuple):
    """One cell of a view (`topLeftCell`, `activeCell`): where it went, or the next one that is there."""

    row: int
    column: int

    def fill(self, sheet: SheetMap, here: Here, chosen: str) -> str:
        return letters(min(sheet.columns.at_or_after(self.column), MAX_COLUMN)) + str(min(sheet.rows.at_or_after(self.row), MAX_ROW))


class CountHole(NamedTuple):
    """How many rows or columns now stand where the template's first ones stood (`ySplit`, `xSplit`)."""

    axis: str
    first: int

    def fill(self, sheet: SheetMap, here: Here, chosen: str) -> str:
        return str((sheet.rows if self.axis == "row" else sheet.columns).last_until(self.first))


class OffsetHole(NamedTuple):
    """The distance of a column from the first one of a filter (`colId`)."""

    first: int
    column: int

    def fill(self, sheet: SheetMap, here: Here, chosen: str) -> str:
        return str(sheet.columns.at_or_after(self.column) - sheet.columns.at_or_after(self.first))


class DimensionHole(NamedTuple):
    """The used block of the sheet."""

    rect: Rect

    def fill(self, sheet: SheetMap, here: Here, chosen: str) -> str:
        return rect_text(sheet.moved(self.rect) or Rect(1, 1, 1, 1))


class SqrefHole(NamedTuple):
    """A list of blocks, each repeated with its loop."""

    rects: tuple[Rect, ...]

    def fill(self, sheet: SheetMap, here: Here, chosen: str) -> str:
        found = [block for rect in self.rects for block, _ in sheet.spread(rect)]
        return sqref_text(found) or "A1"


class MergesHole(NamedTuple):
    """All merged blocks: inside a loop repeated, around a loop stretched."""

    prefix: str
    rects: tuple[Rect, ...]

    def fill(self, sheet: SheetMap, here: Here, chosen: str) -> str:
        found = [block for rect in self.rects for block, _ in sheet.spread(rect) if block.top != block.bottom or block.left != block.right]
        if not found:
            return ""
        p = self.prefix
        cells = "".join(f'<{p}mergeCell ref="{rect_text(block)}"/>' for block in found)
        return f'<{p}mergeCells count="{len(found)}">{cells}</{p}mergeCells>'


class BreaksHole(NamedTuple):
    """Page breaks after rows or columns: one for each instance. Excel holds 1,026 of them a sheet."""

    axis: str
    tag: str
    breaks: tuple[tuple[int, str], ...]

    def fill(self, sheet: SheetMap, here: Here, chosen: str) -> str:
        axis = sheet.rows if self.axis == "row" else sheet.columns
        found: dict[int, str] = {}
        for index, attributes in self.breaks:
            for (_, last), _ in axis.spread(index, index) or [((0, axis.last_until(index)), ())]:
                if last:
                    found[last] = attributes
        kept = sorted(found.items())[:1026]
        manual = sum('man="1"' in attributes for _, attributes in kept)
        prefix = self.tag.rpartition(":")[0]
        brk = f"{prefix}:brk" if prefix else "brk"
        items = "".join(f'<{brk} id="{last}"{attributes}/>' for last, attributes in kept)
        return f'<{self.tag} count="{len(kept)}" manualBreakCount="{manual}">{items}</{self.tag}>' if kept else ""


class WidthsHole(NamedTuple):
    """The `<cols>` element of a sheet with column loops."""

    prefix: str
    columns: tuple[tuple[int, int, str], ...]

    def fill(self, sheet: SheetMap, here: Here, chosen: str) -> str:
        found: list[tuple[int, int, str]] = []
        for first, last, attributes in self.columns:
            for index in range(first, min(last, sheet.columns.template_size) + 1):
                found += [(start, end, attributes) for (start, end), _ in sheet.columns.spread(index, index)]
            if last > sheet.columns.template_size:
                start = sheet.columns.at_or_after(max(first, sheet.columns.template_size + 1))
                found.append((start, MAX_COLUMN if last == MAX_COLUMN else last - sheet.columns.template_size + sheet.columns.size, attributes))
        runs: list[tuple[int, int, str]] = []
        for start, end, attributes in sorted(found):
            if runs and runs[-1][1] + 1 == start and runs[-1][2] == attributes:
                runs[-1] = (runs[-1][0], end, attributes)
            else:
                runs.append((start, end, attributes))
        items = "".join(f'<{self.prefix}col min="{start}" max="{end}"{attributes}/>' for start, end, attributes in runs)
        return f"<{self.prefix}cols>{items}</{self.prefix}cols>" if items else ""


class EachBlock(NamedTuple):
    """XML that stands once for every instance of its cells (a hyperlink, a sparkline)."""

    rect: Rect

    def repeat(self, sheet: SheetMap, body: str, holes: Sequence[Hole]) -> str:
        return "".join(filled(body.replace(HERE, rect_text(block)), sheet, holes, here) for block, here in sheet.spread(self.rect))


class RuleBlock(NamedTuple):
    """A conditional format or a data validation: one rule for all instances, or one for each set that its formula treats alike."""

    rects: tuple[Rect, ...]

    def repeat(self, sheet: SheetMap, body: str, holes: Sequence[Hole]) -> str:
        numbers = [int(number[0]) for match in _HOLE.finditer(body) if (number := _NUMBER.match(match[1]))]
        refs = [hole.ref for hole in (holes[number] for number in numbers) if isinstance(hole, RefHole)]
        groups: dict[object, tuple[Here, list[Rect]]] = {}
        for here, blocks in self._instances(sheet):
            anchor = (min(block.top for block in blocks), min(block.left for block in blocks))
            key = tuple(_relative(ref, sheet, here, anchor) for ref in refs)
            groups.setdefault(key, (here, []))[1].extend(blocks)
        return "".join(filled(body.replace(HERE, sqref_text(blocks)), sheet, holes, here) for here, blocks in groups.values())

    def _instances(self, sheet: SheetMap) -> Iterator[tuple[Here, list[Rect]]]:
        hull = Rect(
            min(rect.top for rect in self.rects),
            min(rect.left for rect in self.rects),
            max(rect.bottom for rect in self.rects),
            max(rect.right for rect in self.rects),
        )
        for _, here in sheet.spread(hull):
            inside = here._replace(row=hull.top, column=hull.left)
            if here.row_path or here.column_path:
                blocks = [block for rect in self.rects if (block := sheet.moved(rect, inside))]
            else:
                blocks = [block for rect in self.rects for block, _ in sheet.spread(rect)]
            if blocks:
                yield self._anchored(sheet, inside), blocks

    def _anchored(self, sheet: SheetMap, here: Here) -> Here:
        """Where no loop holds the whole rule, its formula is still seen from its first cell, which may stand in a loop."""
        rows, columns = sheet.rows.spread(here.row, here.row), sheet.columns.spread(here.column, here.column)
        row_path = here.row_path or (rows[0][1] if rows else ())
        column_path = here.column_path or (columns[0][1] if columns else ())
        return Here(here.row, row_path, here.column, column_path)


def _relative(ref: Ref, sheet: SheetMap, here: Here, anchor: tuple[int, int]) -> tuple[object, ...]:
    targets = sheet.book.targets(ref.sheet, sheet, "")
    if not targets:
        return ()
    own = targets[0] is sheet
    hole = RefHole(ref, pinned=True)
    rect = hole.moved(targets[0], here if own else Here())
    left, top, right, bottom = hole._pins(targets[0], here if own else Here())
    row, column = anchor
    return (
        rect.top if top else rect.top - row,
        rect.left if left else rect.left - column,
        rect.bottom if bottom else rect.bottom - row,
        rect.right if right else rect.right - column,
    )


Block = EachBlock | RuleBlock


def filled(text: str, sheet: SheetMap, holes: Sequence[Hole], here: Here) -> str:
    """The text with its holes filled, seen from one place."""

    def fill(match: re.Match[str]) -> str:
        where, _, chosen = match[1].partition(SPLIT)
        number, _, path = where.partition(";")
        seen = here._replace(column_path=tuple(map(int, path.split(";")))) if path else here
        return holes[int(number)].fill(sheet, seen, unescape(chosen))

    return _HOLE.sub(fill, text)


def filled_frame(text: str, sheet: SheetMap, holes: Sequence[Hole], blocks: Sequence[Block]) -> str:
    """What stands before and after the rows, with its blocks repeated and its holes filled; lists left empty are dropped."""
    repeated = _BLOCK.sub(lambda match: blocks[int(match[1])].repeat(sheet, match[2], holes), text)
    whole = filled(repeated, sheet, holes, Here())
    while True:
        smaller = _EMPTY_LIST.sub("", whole)
        if smaller == whole:
            return whole
        whole = smaller


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
