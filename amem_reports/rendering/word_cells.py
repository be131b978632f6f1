"""Cells: `{% cellbg … %}`, `{% colspan … %}`, `{% vm %}`, `{% hm %}`; and, where columns are looped, what the table's grid must follow."""

from __future__ import annotations

import re
from copy import deepcopy

from lxml import etree

from amem_reports.rendering.word_grid import NOTE
from amem_reports.rendering.word_levels import drop_empty_text
from amem_reports.rendering.word_marks import CELL_TAG, MARKS, Mark, Marked
from amem_reports.rendering.word_tree import Element, add_after, add_before, held, insert_in_order, nearest, w

_PROPERTIES = (
    *("cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "tcBorders", "shd", "noWrap", "tcMar", "textDirection", "tcFitText", "vAlign"),
    *("hideMark", "headers", "cellIns", "cellDel", "cellMerge", "tcPrChange"),
)
_SPAN_TAG = re.compile(r"(colspan|hm)\b")


def apply_cell_tags(part: Marked) -> None:
    """Turn cell tags into properties of their cell."""
    for leaf in list(part.root.iter(w("t"))):
        for found in MARKS.findall(leaf.text or ""):
            mark = part.marks[int(found)]
            match = CELL_TAG.fullmatch(mark.code) if mark.typed.startswith("{%") else None
            if match is None:
                continue
            leaf.text = (leaf.text or "").replace(held(int(found)), "")
            cell = nearest(leaf, w("tc"))
            if cell is None:
                part.fault(mark.place, f"« {mark.typed} » vaut pour une cellule de tableau", "la placer dans un tableau")
                continue
            _APPLY[match[1]](part, mark, cell, match[2].strip())
        drop_empty_text(leaf)


def _set(cell: Element, name: str, **values: str) -> None:
    properties = cell.find(w("tcPr"))
    if properties is None:
        properties = etree.Element(w("tcPr"))
        text, cell.text = cell.text, None
        cell.insert(0, properties)
        properties.tail = text
    child = etree.Element(w(name))
    for key, value in values.items():
        child.set(w(key), value)
    insert_in_order(properties, child, _PROPERTIES)


def _span_of(cell: Element) -> str:
    span = cell.find(f"{w('tcPr')}/{w('gridSpan')}")
    return "1" if span is None else span.get(w("val"), "1")


def _background(part: Marked, mark: Mark, cell: Element, code: str) -> None:
    fill = part.code(f'{{{{ ({code})|__appel("couleur") }}}}', mark.place)
    _set(cell, "shd", val="clear", color="auto", fill=fill)


def _column_span(part: Marked, mark: Mark, cell: Element, code: str) -> None:
    _set(cell, "gridSpan", val=part.code(f'{{{{ ({code})|__appel("entier") }}}}', mark.place))


def _vertical_merge(part: Marked, mark: Mark, cell: Element, _: str) -> None:
    """In a row loop: one tall cell, its content only in the first row."""
    _set(cell, "vMerge", val=part.code("{% if loop.first %}restart{% else %}continue{% endif %}", mark.place))
    properties = cell[0]
    first = cell.find(w("p"))
    add_after(properties, part.code("{% if loop.first %}", mark.place))
    empty = etree.SubElement(cell, w("p"))
    add_before(empty, part.code("{% else %}", mark.place))
    if first is not None and (kept := first.find(w("pPr"))) is not None:
        empty.append(deepcopy(kept))
        empty[0].tail = None
    empty.tail = part.code("{% endif %}", mark.place)
    _keep_on_one_page(part, mark, cell)


def _keep_on_one_page(part: Marked, mark: Mark, cell: Element) -> None:
    """« Keep with next » holds the rows of a tall cell together: the last row leaves it out, or it would hold what follows the cell too."""
    for kept in cell.iterfind(f"{w('p')}/{w('pPr')}/{w('keepNext')}"):
        add_before(kept, part.code("{% if not loop.last %}", mark.place))
        add_after(kept, part.code("{% endif %}", mark.place))


def _horizontal_merge(part: Marked, mark: Mark, cell: Element, _: str) -> None:
    """In a column loop: one wide cell in the place of all."""
    _set(cell, "gridSpan", val=part.code(f"{{{{ {_span_of(cell)} * loop.length }}}}", mark.place))
    add_before(cell, part.code("{% if loop.first %}", mark.place))
    add_after(cell, part.code("{% endif %}", mark.place))


_APPLY = {"cellbg": _background, "colspan": _column_span, "vm": _vertical_merge, "hm": _horizontal_merge}


def note_columns(part: Marked) -> None:
    """Note where each cell stands, in tables with column loops; to be done before the cells of the loops' tags vanish."""
    for table in part.root.iter(w("tbl")):
        rows = [row for row in table.iter(w("tr")) if nearest(row, w("tbl")) is table]
        if not any(_loops_columns(part, row) for row in rows):
            continue
        for row in rows:
            row.attrib.clear()
            row.set(NOTE, "")
            _note_row(part, row)


def _own_cells(row: Element) -> list[Element]:
    return [cell for cell in row.iter(w("tc")) if nearest(cell, w("tr")) is row]


def _loops_columns(part: Marked, row: Element) -> bool:
    return any(_column_tag(part, cell) for cell in _own_cells(row))


def _column_tag(part: Marked, cell: Element) -> str:
    """`for` or `endfor` when that is what a cell holds for its row's columns."""
    verbs = [
        part.marks[int(found)].verb
        for leaf in cell.iter(w("t"))
        for found in MARKS.findall(leaf.text or "")
        if part.marks[int(found)].level == "tc" and nearest(leaf, w("tc")) is cell
    ]
    return next((verb for verb in verbs if verb in ("for", "endfor")), "")


def _note_row(part: Marked, row: Element) -> None:
    before = row.find(f"{w('trPr')}/{w('gridBefore')}")
    column = int(before.get(w("val"), "0")) if before is not None else 0
    cells = _own_cells(row)
    tags = [_column_tag(part, cell) for cell in cells]
    firsts: list[int] = []
    for cell in cells:
        firsts.append(column)
        column += int(_span_of(cell)) if _span_of(cell).isdigit() else 1
    stops = [*firsts[1:], column]
    zone, depth = "", 0
    for index, cell in enumerate(cells):
        if tags[index] == "for":
            depth += 1
            if depth == 1:
                zone = f"{firsts[index]}a{_zone_end(tags, stops, index)}"
        chosen = "x" if any(_SPAN_TAG.match(part.marks[int(found)].code) for found in _marks_in(cell)) else ""
        cell.attrib.clear()
        cell.set(NOTE, f"{firsts[index]},{stops[index] - firsts[index]},{zone},{chosen}")
        if tags[index] == "endfor":
            depth -= 1
            zone = zone if depth else ""


def _marks_in(cell: Element) -> list[str]:
    return [found for leaf in cell.iter(w("t")) if nearest(leaf, w("tc")) is cell for found in MARKS.findall(leaf.text or "")]


def _zone_end(tags: list[str], stops: list[int], start: int) -> int:
    depth = 0
    for index in range(start, len(tags)):
        depth += {"for": 1, "endfor": -1}.get(tags[index], 0)
        if depth == 0:
            return stops[index] - 1
    return stops[-1] - 1


def capture_grids(part: Marked) -> None:
    """Have the text of such tables pass through `fit_grid` once they are filled."""
    for table in list(part.root.iter(w("tbl"))):
        if any(row.get(NOTE) is not None for row in table.iter(w("tr")) if nearest(row, w("tbl")) is table):
            add_before(table, part.code('{% filter __appel("grille") %}', part.label))
            add_after(table, part.code("{% endfilter %}", part.label))
