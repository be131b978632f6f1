"""The filling of whole parts: what is repeated with its cells (`excel_repeats`), and what is written once in a hole.

A block's XML stands in the rendered part between `BLOCK`, its number, `BODY` and `END`. Where it holds tags and its cells stand in a
loop, that XML is rendered inside the loop instead (`SIDE` … `END` in the row's record) and taken from there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from amem_reports.rendering.excel_holes import BLOCK, BODY, CLOSE, END, NOWHERE, OPEN, SPLIT, Here, Hole, SheetMap
from amem_reports.rendering.xml_text import unescape

HERE = f"{OPEN}@{CLOSE}"
_HOLE = re.compile(f"{OPEN}([^<]*)(?:{SPLIT}(.*?))?{CLOSE}", re.DOTALL)
# Not compiled before a part needs them.
_BLOCK = f"(?s){BLOCK}(\\d+){BODY}(.*?){END}"
_LISTS = ("dataValidations", "hyperlinks", "ext")
_EMPTY_LIST = r"<((?:\w+:)?(?:dataValidations|hyperlinks|conditionalFormattings|sparkline(?:s|Groups?)|ext(?:Lst)?))(?:\s[^>]*)?></\1>"


class Block(Protocol):
    """XML that stands once or several times, as its cells do."""

    def repeat(self, sheet: SheetMap, body: str, holes: Sequence[Hole]) -> str: ...


def filled(text: str, sheet: SheetMap, holes: Sequence[Hole], here: Here) -> str:
    """The text with its holes filled, seen from one place."""
    return _HOLE.sub(lambda match: hole_text(match[1], match[2], sheet, holes, here), text) if OPEN in text else text


def hole_text(where: str, chosen: str | None, sheet: SheetMap, holes: Sequence[Hole], here: Here) -> str:
    """What fills one hole, given by its number and the instances of the loops over columns around it."""
    number, _, path = where.partition(";")
    seen = here._replace(column_path=tuple(path.split(";"))) if path else here
    return holes[int(number)].fill(sheet, seen, unescape(chosen) if chosen else "")


def filled_part(text: str, sheet: SheetMap, holes: Sequence[Hole], blocks: Sequence[Block]) -> str:
    """A part, or what stands before or after a sheet's rows: blocks repeated, holes filled, lists left empty dropped."""
    whole = re.sub(_BLOCK, lambda match: blocks[int(match[1])].repeat(sheet, match[2], holes), text) if BLOCK in text else text
    whole = filled(whole, sheet, holes, NOWHERE)
    while any(name in whole for name in _LISTS) and (smaller := re.sub(_EMPTY_LIST, "", whole)) != whole:
        whole = smaller
    return whole
