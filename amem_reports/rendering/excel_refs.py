"""Cell references: what they are, and how they are written (`excel_formulas` reads them)."""

import re
from functools import lru_cache
from typing import NamedTuple

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384


class Rect(NamedTuple):
    """A block of cells, ends included. `top` 0 means whole columns, `left` 0 whole rows."""

    top: int
    left: int
    bottom: int
    right: int


class Ref(NamedTuple):
    """One reference inside a formula.

    `fixed` tells which of left, top, right, bottom carry a `$`. `reach`: 0 where the formula wants one value, 1 where it takes a
    range, 2 where it takes any number of ranges.
    """

    sheet: str | None
    rect: Rect
    fixed: tuple[bool, bool, bool, bool]
    single: bool
    reach: int


Formula = tuple["str | Ref", ...]

_PLAIN_SHEET = r"[^\W\d][\w.]*"
_LOOKS_LIKE_CELL = r"(?a)[A-Za-z]{1,3}\d+|[Rr]\d*[Cc]?\d*|[Cc]\d*"


@lru_cache(maxsize=MAX_COLUMN)
def letters(column: int) -> str:
    """`A` for 1, `XFD` for 16,384."""
    text = ""
    while column:
        column, digit = divmod(column - 1, 26)
        text = chr(65 + digit) + text
    return text


def rect_text(rect: Rect, fixed: tuple[bool, bool, bool, bool] = (False, False, False, False), single: bool | None = None) -> str:
    """`B7`, `$A$1:B2`, `A:B` or `1:2`."""
    left, top, right, bottom = ("$" if mark else "" for mark in fixed)
    first = (f"{left}{letters(rect.left)}" if rect.left else "") + (f"{top}{rect.top}" if rect.top else "")
    last = (f"{right}{letters(rect.right)}" if rect.left else "") + (f"{bottom}{rect.bottom}" if rect.top else "")
    one_cell = rect.top == rect.bottom and rect.left == rect.right and bool(rect.top and rect.left)
    return first if one_cell and single is not False else f"{first}:{last}"


def quoted_sheet(name: str) -> str:
    """A sheet's name as formulas write it."""
    if re.fullmatch(_PLAIN_SHEET, name) and not re.fullmatch(_LOOKS_LIKE_CELL, name):
        return name
    return "'" + name.replace("'", "''") + "'"
