"""What a rendered part leaves open until all maps are known: references, blocks of cells, places, and how each is then written.

Jinja writes the parts with marks in them: `<` and a control character. Data never contains a bare `<` (it is escaped), template
XML never a control character. `ROW` opens each row's record and `BODY` ends it; `OPEN … CLOSE` is something that a `Hole` fills;
`BLOCK`, `SIDE` and `END` belong to `excel_blocks`. `NUMBER` stands for the number of its row in a run until the flow takes that row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

from amem_reports.errors import AmemError, Constat
from amem_reports.rendering.excel_map import AxisMap, Path
from amem_reports.rendering.excel_refs import MAX_COLUMN, MAX_ROW, Rect, Ref, quoted_sheet, rect_text
from amem_reports.rendering.xml_text import escape

NUMBER = "<\x02"
ROW, OPEN, CLOSE, SHEET, TAIL, DATE = "<\x01", "<\x03", "<\x04", "<\x05", "<\x06", "<\x07"
SPLIT, BLOCK, BODY, END, SIDE, ROWS, WEB = "<\x0b", "<\x0e", "<\x0f", "<\x10", "<\x11", "<\x12", "<\x13"

# What points at cells of which none was written points there instead: cells that stay empty, inside the grid so that inserting
# rows never pushes them out. A sum gives 0, a count 0, a look-up nothing, and no formula shows #REF!.
EMPTY_ROW = 1_000_000
EMPTY_COLUMN = 16_000
# Arguments of one function; Excel holds 255.
MAX_PIECES = 250


class Here(NamedTuple):
    """The place that a reference is seen from: template row and column, and the instances of the loops around it."""

    row: int = 0
    row_path: Path = ()
    column: int = 0
    column_path: Path = ()


NOWHERE = Here()


class Book:
    """All sheets written, under the (case-folded) name of their template sheet."""

    def __init__(self, template: str, tables: int = 0) -> None:
        self.template, self.tables = template, tables
        self.copies: dict[str, list[SheetMap]] = {}

    def targets(self, name: str | None, own: SheetMap, chosen: str) -> Sequence[SheetMap] | None:
        """The sheets that a reference means; None when the workbook has no such sheet."""
        if name is None:
            return (own,)
        found = self.copies.get(name.casefold())
        if found is None or own in found:
            return None if found is None else (own,)
        return [sheet for sheet in found if sheet.name == chosen] or found


class SheetMap:
    """One sheet as written: its name, where its template's rows and columns went, which copy of its template sheet it is.

    `contents` are the template's cells inside blocks that hold something. `sides` holds, by block and instance, XML with tags that
    was rendered inside the loops of the rows; `cells` tells what a cell of the written sheet holds.
    """

    def __init__(
        self, name: str, rows: AxisMap, columns: AxisMap, book: Book, copy: int = 0, contents: frozenset[tuple[int, int]] = frozenset()
    ) -> None:
        self.name, self.rows, self.columns, self.book, self.copy, self.contents = name, rows, columns, book, copy, contents
        self.sides: dict[tuple[str, Path, Path], str] = {}
        self.cells: Callable[[], Cells] | None = None

    def moved(self, rect: Rect, here: Here = NOWHERE, one: bool = False) -> Rect | None:
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

    def pieces(self, rect: Rect, here: Here) -> list[Rect]:
        """Where a block of cells went, in as many blocks as others that hold something stand between its instances."""
        if not rect.top or not rect.left:
            return []
        between = self.rows.between(rect.top, rect.bottom, here.row, here.row_path)
        rows_apart = any((row, column) in self.contents for row in between for column in range(rect.left, rect.right + 1))
        between = self.columns.between(rect.left, rect.right, here.column, here.column_path)
        columns_apart = any((row, column) in self.contents for column in between for row in range(rect.top, rect.bottom + 1))
        if not rows_apart and not columns_apart:
            return []
        rows = self.rows.pieces(rect.top, rect.bottom, here.row, here.row_path)
        columns = self.columns.pieces(rect.left, rect.right, here.column, here.column_path)
        return [Rect(top, left, bottom, right) for top, bottom in rows for left, right in columns]

    def spread(self, rect: Rect) -> Iterator[tuple[Rect, Here]]:
        """One block for each instance of the loops that hold the whole block, with a place inside that instance."""
        rows = self.rows.spread(rect.top, rect.bottom) if rect.top else [((0, 0), ())]
        columns = self.columns.spread(rect.left, rect.right) if rect.left else [((0, 0), ())]
        for (top, bottom), row_path in rows:
            for (left, right), column_path in columns:
                yield Rect(top, left, bottom, right), Here(rect.top, row_path, rect.left, column_path)

    def axis(self, name: str) -> AxisMap:
        """The map of the `row`s or the `column`s."""
        return self.rows if name == "row" else self.columns


class Cells(Protocol):
    """What the cells of a written sheet hold."""

    def value(self, row: int, column: int) -> str | float | None:
        """Text, number, or None for what only Excel can tell (a formula)."""


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
            return _escaped(self._text(self.ref.rect, self.ref.sheet))
        if not targets:
            return _escaped(self._text(_emptied(self.ref.rect, None, None), sheet.name))
        if self.ref.reach < 2 or chosen:
            targets = targets[:1]
        return _escaped(",".join(self._seen(target, sheet, here) for target in targets))

    def same_for_all(self, sheet: SheetMap, here: Here) -> bool:
        """True when the reference is written alike in all instances of the loops around its formula."""
        rect = self.ref.rect
        if self.ref.sheet is not None or self.pinned or here.column_path:
            return False
        return not rect.top or sheet.rows.same_for_all(rect.top, rect.bottom, here.row)

    def _seen(self, target: SheetMap, own: SheetMap, here: Here) -> str:
        inside = here if target is own else NOWHERE
        sheet = target.name if self.ref.sheet is not None else None
        blocks = target.pieces(self.ref.rect, inside) if self.ref.reach > 1 else ()
        if len(blocks) > MAX_PIECES:
            message = f"une formule devrait citer {len(blocks)} blocs de cellules séparés ; Excel en accepte {MAX_PIECES}"
            remedy = "employer SOUS.TOTAL pour les sous-totaux et le total, sur une plage qui va d’un bout à l’autre"
            raise AmemError([Constat(target.book.template, f"feuille {own.name}", message, remedy)])
        return ",".join(
            self._text(block, sheet, self.pins(target, inside)) for block in (blocks if len(blocks) > 1 else [self.moved(target, inside)])
        )

    def moved(self, target: SheetMap, here: Here) -> Rect:
        """Where the reference points, as seen from `here`."""
        found = target.moved(self.ref.rect, here, one=self.ref.single and not self.ref.reach)
        return found or _emptied(self.ref.rect, target, here)

    def pins(self, target: SheetMap, here: Here) -> tuple[bool, bool, bool, bool]:
        """Which parts of the reference carry a `$`."""
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


def copy_name(name: str, copy: int) -> str:
    """The name of a copy's own part or table: the first keeps the template's."""
    return f"{name}_{copy + 1}" if copy else name


def _escaped(text: str) -> str:
    """For texts and attributes alike, with the apostrophes of formulas left readable."""
    return escape(text, quote=False).replace('"', "&quot;")
