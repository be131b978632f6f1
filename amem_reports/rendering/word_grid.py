"""Tables with column loops: how many columns there are is known only once the loop has run; the grid and the cells then follow.

The compiler notes on each row that it belongs to such a table, and on each cell where it stood in the template: its first column, its span,
and the zone of columns (from the cell of `{%tc for %}` to that of `{%tc endfor %}`) whose loop makes it. A zone's width is shared among the
columns that its loop made; cells of other rows span as many columns as now lie under them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

NOTE = "amem"
_ROW = f'<w:tr {NOTE}="">'
_CELL = re.compile(rf'<w:tc {NOTE}="(\d+),(\d+),(\w*),(x?)">(?:<w:tcPr/>|<w:tcPr>(.*?)</w:tcPr>)?', re.DOTALL)
_GRID = re.compile(r"<w:tblGrid>(.*?)</w:tblGrid>", re.DOTALL)
_SPAN = re.compile(r'<w:gridSpan w:val="(\d+)"/>')
_WIDTH = re.compile(r"<w:tcW [^>]*/>")
_TEXT = re.compile(r"<w:t[ >]|<w:drawing|<w:tbl>|<w:pict|<w:object|<w:sym|<w:fld")


@dataclass
class _Cell:
    """A cell of a filled row: where it stood, what makes it (`zone`, or nothing), and its text from the properties on."""

    first: int
    span: int
    zone: str
    chosen: bool
    properties: str
    rest: str

    @property
    def columns(self) -> int:
        match = _SPAN.search(self.properties)
        return int(match[1]) if match else 1

    def text(self, widths: list[int]) -> str:
        properties = _SPAN.sub("", self.properties)
        width = f'<w:tcW w:w="{sum(widths)}" w:type="dxa"/>'
        span = f'<w:gridSpan w:val="{len(widths)}"/>' if len(widths) > 1 else ""
        match = _WIDTH.search(properties)
        at = match.start() if match else 0
        return f"<w:tc><w:tcPr>{properties[:at]}{width}{span}{_WIDTH.sub('', properties[at:], count=1)}</w:tcPr>{self.rest}"


def fit_grid(table: str) -> str:
    """A filled table with the grid that its cells ask for; a row whose loops made no cell is left out."""
    head, *rows = table.split(_ROW)
    grid = _GRID.search(head)
    read = [_cells(row) for row in rows]
    cells = [cell for _, row in read for cell in row]
    if grid is None:
        return _CELL.sub(
            lambda match: match[0].replace(f' {NOTE}="{match[1]},{match[2]},{match[3]},{match[4]}"', ""), "<w:tr>".join([head, *rows])
        )
    widths = [int(width) for width in re.findall(r'w:w="(\d+)"', grid[1])]
    zones = {cell.zone: _bounds(cell.zone) for cell in cells if cell.zone}
    counts = {zone: max(sum(cell.columns for cell in row if cell.zone == zone) for _, row in read) for zone in zones}
    made = _new_columns(widths, zones, counts)
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for _, width in made)
    head = f"{head[: grid.start()]}<w:tblGrid>{columns}</w:tblGrid>{head[grid.end() :]}"
    return head + "".join(f"<w:tr>{start}{_row(row, zones, made)}" if row else start.rpartition("</w:tr>")[2] for start, row in read)


def _cells(row: str) -> tuple[str, list[_Cell]]:
    """What stands before the first cell, and the cells."""
    matches = list(_CELL.finditer(row))
    if not matches:
        return row, []
    stops = [match.start() for match in matches[1:]] + [len(row)]
    return row[: matches[0].start()], [
        _Cell(int(match[1]), int(match[2]), match[3], bool(match[4]), match[5] or "", row[match.end() : stop])
        for match, stop in zip(matches, stops, strict=True)
    ]


def _bounds(zone: str) -> tuple[int, int]:
    first, _, last = zone.partition("a")
    return int(first), int(last)


def _new_columns(widths: list[int], zones: dict[str, tuple[int, int]], counts: dict[str, int]) -> list[tuple[int, int]]:
    """Each column of the new grid: the column of the template that it comes from (a zone's first), and its width."""
    made: list[tuple[int, int]] = []
    starts = {first: (last, counts[zone]) for zone, (first, last) in zones.items()}
    column = 0
    while column < len(widths):
        if column not in starts:
            made.append((column, widths[column]))
            column += 1
            continue
        last, count = starts[column]
        width, more = divmod(sum(widths[column : last + 1]), count or 1)
        made += [(column, width + (number < more)) for number in range(count)]
        column = last + 1
    total = sum(widths)
    known = sum(width for _, width in made)
    return [(column, width * total // known) for column, width in made] if 0 < known < total else made


def _row(cells: list[_Cell], zones: dict[str, tuple[int, int]], made: list[tuple[int, int]]) -> str:
    """A row's cells, each over its columns."""
    spans = _spans(cells, zones, made)
    first = zones[cells[0].zone][0] if cells and cells[0].zone else cells[0].first if cells else 0
    position = sum(column < first for column, _ in made)
    pieces: list[str] = []
    for cell, span in zip(cells, spans, strict=True):
        if span:
            pieces.append(cell.text([width for _, width in made[position : position + span]] or [0]))
            position += span
        else:
            pieces.append(cell.rest.partition("</w:tc>")[2])
    return "".join(pieces)


def _spans(cells: list[_Cell], zones: dict[str, tuple[int, int]], made: list[tuple[int, int]]) -> list[int]:
    """How many columns each cell takes; none for an empty cell of a row without loop, where another takes the zone under it."""
    fixed = [cell for cell in cells if not cell.zone and not cell.chosen]
    spans = {id(cell): cell.columns for cell in cells}
    for cell in fixed:
        covered = range(cell.first, cell.first + cell.span)
        spans[id(cell)] = sum(not any(first <= column <= last for first, last in zones.values()) for column in covered)
    for first, last in zones.values():
        over = [cell for cell in fixed if cell.first <= last and cell.first + cell.span > first]
        takers = [cell for cell in over if _TEXT.search(cell.rest)] or over[:1]
        count = sum(column == first for column, _ in made)
        for number, cell in enumerate(takers):
            spans[id(cell)] += 1 if number else max(count - len(takers) + 1, 1 if len(takers) > 1 or not spans[id(cell)] else 0)
    return [spans[id(cell)] for cell in cells]
