"""Table grids after column loops: as many grid columns as there are cells, the looped ones sharing the width that the others leave."""

from __future__ import annotations

import re

from amem_reports.rendering.word_compile import MARK

_TABLE = re.compile(r"<w:tbl>(?:(?!<w:tbl>).)*?</w:tbl>", re.DOTALL)
_ROW = re.compile(r"<w:tr[ >].*?</w:tr>", re.DOTALL)
_CELL = re.compile(r"<w:tc[ >].*?</w:tc>", re.DOTALL)
_GRID = re.compile(r"<w:tblGrid>(.*?)</w:tblGrid>", re.DOTALL)


def fit_grids(text: str) -> str:
    """Mend the grid and the cell widths of every table in which a column loop ran; other tables stay as they are."""
    if MARK not in text:
        return text
    return _TABLE.sub(lambda match: _fit(match[0]) if MARK in match[0] else match[0], text).replace(MARK, "")


def _fit(table: str) -> str:
    grid = _GRID.search(table)
    rows = [_CELL.findall(row) for row in _ROW.findall(table)]
    reference = max((row for row in rows if row and all(_span(cell) == 1 for cell in row)), key=len, default=None)
    if grid is None or reference is None:
        return table
    total = sum(int(width) for width in re.findall(r'w:w="(\d+)"', grid[1]))
    widths = _widths(reference, total)
    if any(sum(map(_span, row)) > len(widths) for row in rows):
        return table
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    table = table.replace(grid[0], f"<w:tblGrid>{columns}</w:tblGrid>", 1)
    return _ROW.sub(lambda match: _fit_row(match[0], widths), table)


def _widths(row: list[str], total: int) -> list[int]:
    """Fixed cells keep their width; looped ones share what is left of the table's width, each at least a hair."""
    fixed = sum(_width(cell) for cell in row if MARK not in cell)
    looped = sum(MARK in cell for cell in row)
    share, rest = divmod(max(total - fixed, looped), looped) if looped else (0, 0)
    widths, seen = [], 0
    for cell in row:
        if MARK in cell:
            widths.append(share + (seen < rest))
            seen += 1
        else:
            widths.append(_width(cell))
    return widths


def _fit_row(row: str, widths: list[int]) -> str:
    position = 0

    def fit(match: re.Match[str]) -> str:
        nonlocal position
        cell = match[0]
        span = _span(cell)
        width = sum(widths[position : position + span])
        position += span
        return re.sub(r"<w:tcW[^>]*/>", f'<w:tcW w:w="{width}" w:type="dxa"/>', cell, count=1)

    return _CELL.sub(fit, row)


def _span(cell: str) -> int:
    match = re.search(r'<w:gridSpan w:val="(\d+)"', cell)
    return int(match[1]) if match else 1


def _width(cell: str) -> int:
    match = re.search(r'<w:tcW[^>]*w:w="(\d+)"', cell)
    return int(match[1]) if match else 0
