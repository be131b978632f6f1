"""References and formulas of a template, read once at compile time."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any

from amem_reports.rendering.excel_refs import MAX_COLUMN, MAX_ROW, Formula, Rect, Ref
from amem_reports.rendering.excel_text import TAG

_CELL = r"(\$?)([A-Za-z]{1,3})(\$?)([1-9]\d{0,6})"
_REFERENCE = re.compile(
    rf"(?:(?P<sheet>'(?:[^']|'')+'|[^'!\[\]:]+)!)?"
    rf"(?:(?P<cells>{_CELL}(?::{_CELL})?)|(?P<columns>(\$?)([A-Za-z]{{1,3}}):(\$?)([A-Za-z]{{1,3}}))|(?P<rows>(\$?)(\d{{1,7}}):(\$?)(\d{{1,7}})))"
)


def column_number(text: str) -> int:
    """1 for `A`."""
    number = 0
    for letter in text.upper():
        number = number * 26 + ord(letter) - 64
    return number


def cell_position(reference: str) -> tuple[int, int]:
    """Row and column of `B7`."""
    match = re.fullmatch(_CELL, reference)
    if not match:
        raise ValueError(reference)
    return int(match[4]), column_number(match[2])


def parse_rect(reference: str) -> Rect | None:
    """The block that `A1`, `A1:B2`, `A:B` or `1:2` names; None for anything else."""
    ref = parse_ref(reference)
    return ref.rect if ref and ref.sheet is None else None


def parse_sqref(text: str) -> tuple[Rect, ...]:
    """The blocks of a `sqref` attribute."""
    return tuple(rect for part in text.split() if (rect := parse_rect(part)))


def parse_ref(text: str, reach: int = 0) -> Ref | None:
    """A reference of a formula; None for a name, a structured reference, another workbook or several sheets at once."""
    match = _REFERENCE.fullmatch(text)
    if not match:
        return None
    sheet = match["sheet"]
    if sheet and sheet.startswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
        if "[" in sheet or ":" in sheet:
            return None
    found = _ends(match)
    if not found:
        return None
    rect, fixed = found
    return Ref(sheet, rect, fixed, bool(match["cells"]) and ":" not in match["cells"], reach)


def _ends(match: re.Match[str]) -> tuple[Rect, tuple[bool, bool, bool, bool]] | None:
    groups = match.groups()[1:]
    if match["cells"]:
        l1, c1, t1, r1, l2, c2, t2, r2 = groups[1:9]
        if c2 is None:
            l2, c2, t2, r2 = l1, c1, t1, r1
        rect = Rect(int(r1), column_number(c1), int(r2), column_number(c2))
        fixed = (bool(l1), bool(t1), bool(l2), bool(t2))
    elif match["columns"]:
        l1, c1, l2, c2 = groups[10:14]
        rect, fixed = Rect(0, column_number(c1), 0, column_number(c2)), (bool(l1), False, bool(l2), False)
    else:
        t1, r1, t2, r2 = groups[15:19]
        rect, fixed = Rect(int(r1), 0, int(r2), 0), (False, bool(t1), False, bool(t2))
    if rect.bottom > MAX_ROW or rect.right > MAX_COLUMN or (rect.left == 0 and rect.top == 0):
        return None
    return _ordered(rect), fixed


def _ordered(rect: Rect) -> Rect:
    top, bottom = sorted((rect.top, rect.bottom))
    left, right = sorted((rect.left, rect.right))
    return Rect(top, left, bottom, right)


# Where a function takes a range: a reference to one cell of a loop stands there for all the cells that the loop makes of it.
# Functions by the positions, from 0, of their arguments that are ranges; in `_ALL_RANGES` every argument may be one.
_ALL_RANGES = frozenset(
    """
    SUM AVERAGE AVERAGEA COUNT COUNTA COUNTBLANK MIN MINA MAX MAXA PRODUCT MEDIAN MODE MODE.SNGL MODE.MULT STDEV STDEV.S STDEV.P STDEVP
    STDEVA VAR VAR.S VAR.P VARP VARA SUMSQ GEOMEAN HARMEAN DEVSQ AVEDEV KURT SKEW CORREL COVAR SLOPE INTERCEPT RSQ ROWS COLUMNS CONCAT
    TRANSPOSE UNIQUE SUMX2MY2 SUMX2PY2 SUMXMY2 FREQUENCY AND OR XOR MMULT GCD LCM MULTINOMIAL
    """.split()
)
_RANGES_AT: tuple[tuple[str, Container[int]], ...] = (
    ("SUMIF AVERAGEIF", (0, 2)),
    ("SUMIFS AVERAGEIFS MAXIFS MINIFS", (0, *range(1, 255, 2))),
    ("COUNTIFS", range(0, 255, 2)),
    ("COUNTIF LARGE SMALL PERCENTILE PERCENTILE.INC PERCENTILE.EXC QUARTILE QUARTILE.INC QUARTILE.EXC", (0,)),
    ("INDEX TRIMMEAN SORT FILTER", (0,)),
    ("RANK RANK.EQ RANK.AVG MATCH XMATCH VLOOKUP HLOOKUP", (1,)),
    ("LOOKUP XLOOKUP", (1, 2)),
    ("SUBTOTAL", range(1, 255)),
    ("AGGREGATE TEXTJOIN", range(2, 255)),
)
_RANGE_ARGUMENTS = {name: positions for names, positions in _RANGES_AT for name in names.split()}
# Those that take any number of ranges, hence also one from each copy of a sheet.
_ANY_NUMBER = frozenset(
    "SUM AVERAGE AVERAGEA COUNT COUNTA MIN MINA MAX MAXA PRODUCT MEDIAN STDEV STDEV.S VAR VAR.S SUMSQ CONCAT AND OR".split()
)


def parse_formula(text: str) -> Formula:
    """A formula (without its `=`) as literal pieces and references. What the tokenizer cannot read is left as it is."""
    if not text:
        return ()
    tags = TAG.findall(text)
    masked = TAG.sub(lambda match: _mask(match[0]), text)
    tokenizer = _tokenizer()
    try:
        tokens = tokenizer.Tokenizer("=" + masked).items
    except (tokenizer.TokenizerError, IndexError):
        return (text,)
    unmasked = iter(tags)
    return _joined(_unmasked(piece, unmasked) for piece in _pieces(tokens, masked))


# What stands for a tag while a formula is read: a value is part of the word it touches (`A{{ n }}`), a statement parts words.
_VALUE, _STATEMENT, _BRANCH = "\ue100", "\ue101", "\ue102"
_MASKS = re.compile(f"[{_VALUE}{_STATEMENT}{_BRANCH}]")
_PARTS = re.compile(f"([{_STATEMENT}{_BRANCH}]+)")
_IN_QUOTES = re.compile(f"'[^']*[{_STATEMENT}{_BRANCH}][^']*'")


def _mask(tag: str) -> str:
    if tag.startswith("{{"):
        return _VALUE
    return _BRANCH if re.match(r"\{%-?\s*el", tag) else _STATEMENT


def _unmasked(piece: str | Ref, tags: Iterator[str]) -> str | Ref:
    if isinstance(piece, str):
        return _MASKS.sub(lambda _: next(tags), piece)
    return piece._replace(sheet=_MASKS.sub(lambda _: next(tags), piece.sheet)) if piece.sheet else piece


def _operand(value: str, reach: int) -> Iterator[str | Ref]:
    """A reference, or those that stand on either side of statements (`{% if x %}A2{% else %}B2{% endif %}`).

    Words that run together through a statement (`A{% if x %}1{% endif %}2`) are a reference that only the data make: it stays as it is.
    """
    if _IN_QUOTES.search(value):
        yield parse_ref(value, reach) or value
        return
    parts = _PARTS.split(value)
    words = [index for index, part in enumerate(parts) if part and index % 2 == 0]
    if any(_BRANCH not in "".join(parts[one + 1 : other : 2]) for one, other in pairwise(words)):
        yield value
        return
    for index, part in enumerate(parts):
        yield (parse_ref(part, reach) if index in words else None) or part


def _pieces(tokens: list[Any], text: str) -> Iterator[str | Ref]:
    calls: list[tuple[str, int]] = []
    offset = 0
    for number, token in enumerate(tokens):
        # The tokenizer keeps one character of a run of blanks: the text itself is taken from the formula.
        end = offset + len(token.value)
        if token.type == "WHITE-SPACE":
            while end < len(text) and text[end] in " \n":
                end += 1
        if token.type == "OPERAND" and token.subtype == "RANGE":
            # An end of a range whose other end a function gives: `A1:INDEX(…)` is one opening token, `INDEX(…):A1` leaves `:A1`.
            yield ":" if token.value.startswith(":") else ""
            value = token.value.removeprefix(":")
            yield from _operand(value, _reach(calls, tokens, number))
        elif token.subtype == "OPEN" and (ref := parse_ref(token.value.rpartition(":")[0])):
            yield ref
            yield ":" + token.value.rpartition(":")[2]
        else:
            yield text[offset:end]
        _follow_calls(calls, token)
        offset = end


def _follow_calls(calls: list[tuple[str, int]], token: Any) -> None:
    if token.subtype == "OPEN":
        name = _MASKS.sub("", token.value)[:-1].rpartition(":")[2].upper().removeprefix("_XLFN.").removeprefix("_XLWS.")
        calls.append((name, 0))
    elif token.subtype == "CLOSE" and calls:
        calls.pop()
    elif token.type == "SEP" and token.subtype == "ARG" and calls:
        name, argument = calls[-1]
        calls[-1] = (name, argument + 1)


def _reach(calls: list[tuple[str, int]], tokens: list[Any], number: int) -> int:
    """What may stand in the place of a reference: one value, a range, any number of ranges (see `Ref`)."""
    if any(name == "SUMPRODUCT" for name, _ in calls):
        return 1
    if not calls:
        return 0
    name, argument = calls[-1]
    if name not in _ALL_RANGES and argument not in _RANGE_ARGUMENTS.get(name, ()):
        return 0
    before = next((t for t in reversed(tokens[:number]) if t.type != "WHITE-SPACE"), None)
    after = next((t for t in tokens[number + 1 :] if t.type != "WHITE-SPACE"), None)
    alone = before is not None and before.subtype in ("OPEN", "ARG") and after is not None and after.subtype in ("CLOSE", "ARG")
    return 0 if not alone else 2 if name in _ANY_NUMBER else 1


def moved(formula: Formula, down: int, right: int) -> Formula:
    """The formula as Excel writes it for a cell further down and right: relative parts move along."""
    return tuple(piece if isinstance(piece, str) else piece._replace(rect=_moved(piece, down, right)) for piece in formula)


def _moved(ref: Ref, down: int, right: int) -> Rect:
    fixed_left, fixed_top, fixed_right, fixed_bottom = ref.fixed
    top, left, bottom, right_edge = ref.rect
    rows = (top + down * (not fixed_top), bottom + down * (not fixed_bottom)) if top else (0, 0)
    columns = (left + right * (not fixed_left), right_edge + right * (not fixed_right)) if left else (0, 0)
    return _ordered(Rect(rows[0], columns[0], rows[1], columns[1]))


def _joined(pieces: Iterable[str | Ref]) -> Formula:
    result: list[str | Ref] = []
    for piece in pieces:
        if piece == "":
            continue
        if isinstance(piece, str) and result and isinstance(result[-1], str):
            result[-1] += piece
        else:
            result.append(piece)
    return tuple(result)


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    """openpyxl's tokenizer module alone: importing the package around it would cost ten times what compiling a template does."""
    from importlib.util import find_spec, module_from_spec, spec_from_file_location
    from pathlib import Path

    package = find_spec("openpyxl")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("openpyxl")
    path = Path(package.submodule_search_locations[0]) / "formula" / "tokenizer.py"
    spec = spec_from_file_location("amem_reports_formula_tokenizer", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
