"""What tags can do to a value: French filters, and the filters of Jinja that could multiply text, with a limit."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from amem_reports import french
from amem_reports.rendering.bounds import MAX_LIST, MAX_TEXT, ExcessError

Filter = Callable[..., Any]


class UnfitError(Exception):
    """A filter got a value that is not for it; the message is French."""


class MissingError(Exception):
    """A filter got no value at all: data never holds None, the engine hands it over for a name that does not exist."""


def finite(*values: Any) -> None:
    """UnfitError for what a calculation gave that is no number: infinite, or none at all."""
    if any(type(value) is float and not math.isfinite(value) for value in values):
        raise UnfitError("calcul impossible : le résultat n’est pas un nombre")


def known(function: Filter) -> Filter:
    """The same filter, for values that exist."""

    def filled(value: Any, *arguments: Any, **named: Any) -> Any:
        if value is None or (arguments and any(one is None for one in arguments)):
            raise MissingError
        if type(value) is float:
            finite(value)
        return function(value, *arguments, **named)

    return filled


def _french(name: str, function: Filter, wanted: str) -> Filter:
    """A filter that leaves the empty value empty, so that « à renseigner » or a blank cell stay the template's choice; and what reads
    « à renseigner » as it is.
    """

    def filled(value: Any, *arguments: Any, **named: Any) -> Any:
        if value is None:
            raise MissingError
        if isinstance(value, str) and value in ("", french.A_RENSEIGNER):
            return value
        finite(value)
        try:
            return function(value, *arguments, **named)
        except (TypeError, ValueError, KeyError, IndexError, AttributeError, ArithmeticError):
            raise UnfitError(f"une valeur ne convient pas à son filtre : « {name} » attend {wanted}, et reçoit {shown(value)}") from None

    return filled


def shown(value: Any) -> str:
    """A value in a message, short."""
    if isinstance(value, Mapping):
        return "un groupe de valeurs"
    if isinstance(value, (list, tuple)):
        return "une liste"
    text = str(value)
    return f"« {text if len(text) <= 40 else text[:40] + '…'} »"


def _amount(value: Mapping[str, Any]) -> str:
    if value["montant"] == french.A_RENSEIGNER:
        return french.A_RENSEIGNER
    return french.montant(value["montant"], str(value["devise"]))


def _limited(size: int) -> None:
    if size > MAX_TEXT:
        raise ExcessError


def replace(text: Any, old: Any, new: Any = "", count: int = -1) -> str:
    """Jinja's `replace`."""
    whole, old, new = str(text), str(old), str(new)
    found = whole.count(old) if count < 0 else min(whole.count(old), count)
    _limited(len(whole) + found * max(len(new) - len(old), 0))
    return whole.replace(old, new, count)


def join(items: Iterable[Any], separator: Any = "", attribute: str | None = None) -> str:
    """Jinja's `join`."""
    between = str(separator)
    texts = [str(item if attribute is None else item[attribute]) for item in items]
    _limited(sum(map(len, texts)) + len(between) * len(texts))
    return between.join(texts)


def _number_of_places(pattern: str) -> int:
    return max((int(digits) for digits in re.findall(r"\d+", pattern)), default=0)


def percent_format(pattern: str, *values: Any, **named: Any) -> str:
    """Jinja's `format`: the old way, with per cent signs."""
    _limited(_number_of_places(pattern) * MAX_TEXT // 1000)
    finite(*values, *named.values())
    return pattern % (named or tuple(values))


def brace_format(pattern: str, *values: Any, **named: Any) -> str:
    """`str.format` for plain fields only: no attribute and no index can be followed."""
    _limited(_number_of_places(pattern) * MAX_TEXT // 1000)
    if re.search(r"\{[^{}:]*[.\[!]|\{[^{}]*\{", pattern.replace("{{", "")):
        raise ValueError(pattern)
    finite(*values, *named.values())
    return pattern.format(*values, **named)


def indent(text: Any, width: int = 4, first: bool = False) -> str:
    """Jinja's `indent`."""
    lines = str(text).split("\n")
    _limited(len(str(text)) + width * len(lines))
    margin = " " * width
    return (margin if first else "") + f"\n{margin}".join(lines)


def wordwrap(text: Any, width: int = 79) -> str:
    """Jinja's `wordwrap`, at spaces only."""
    import textwrap

    return "\n".join(textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False) for line in str(text).split("\n"))


def batch(items: Iterable[Any], size: int, filler: Any = None) -> list[list[Any]]:
    """Jinja's `batch`: rows of `size` items, the last filled up when there is something to fill with."""
    _limited(size * 100)
    items = list(items)
    rows = [items[start : start + size] for start in range(0, len(items), size)]
    if rows and filler is not None:
        rows[-1] += [filler] * (size - len(rows[-1]))
    return rows


def columns(items: Iterable[Any], count: int, filler: Any = None) -> list[list[Any]]:
    """Jinja's `slice`: `count` columns as equal as can be, the longer ones first."""
    _limited(count * 100)
    items = list(items)
    length, longer = divmod(len(items), count)
    made, start = [], 0
    for number in range(count):
        stop = start + length + (number < longer)
        made.append([*items[start:stop], *([filler] if filler is not None and longer and number >= longer else [])])
        start = stop
    return made


def center(text: Any, width: int = 80) -> str:
    """Jinja's `center`."""
    _limited(width)
    return str(text).center(width)


def truncate(text: Any, length: int = 255, killwords: bool = False, end: str = "...", leeway: int = 5) -> str:
    """Jinja's `truncate`."""
    whole = str(text)
    if len(whole) <= length + leeway:
        return whole
    kept = whole[: max(length - len(end), 0)]
    return (kept if killwords else kept.rsplit(" ", 1)[0]) + end


def tojson(value: Any, indent: int | None = None) -> str:
    """Jinja's `tojson`."""
    inside = [value]
    for count, one in enumerate(inside):
        if count > MAX_LIST:
            raise ExcessError
        inside += dict.values(one) if isinstance(one, dict) else one if isinstance(one, (list, tuple)) else ()
    return json.dumps(value, ensure_ascii=False, indent=None if indent is None else min(int(indent), 8))


def _filled_up(method: Callable[..., str]) -> Filter:
    """A method that makes a text as long as is asked for."""

    def filled(text: Any, width: int, *filler: str) -> str:
        _limited(width)
        return method(str(text), width, *filler)

    return filled


FRENCH: dict[str, Filter] = {
    "date": _french("date", french.date_longue, "une date (AAAA-MM-JJ)"),
    "date_courte": _french("date_courte", french.date_courte, "une date (AAAA-MM-JJ)"),
    "echeance": _french("echeance", french.echeance, "un mois (AAAA-MM), un trimestre (AAAA-Tn) ou une date"),
    "echeance_courte": _french("echeance_courte", french.echeance_courte, "un mois (AAAA-MM), un trimestre (AAAA-Tn) ou une année"),
    "periode": _french("periode", french.periode, "une période (AAAA-Tn, AAAA-Sn, AAAA)"),
    "nombre": _french("nombre", french.nombre, "un nombre"),
    "mesure": _french("mesure", french.mesure, "un nombre et son unité"),
    "pourcent": _french("pourcent", french.pourcent, "un rapport (0,45 pour 45 %)"),
    "montant": _french("montant", _amount, "un montant et sa devise"),
    "compte": _french("compte", french.compte, "un nombre et un mot"),
    "pluriel": _french("pluriel", french.pluriel, "un nombre et un mot"),
    "liste": _french("liste", lambda items, mot="et": french.enumeration(_items(items), mot), "une liste"),
    "ordinal": _french("ordinal", french.ordinal, "un nombre"),
    "renseigner": known(french.renseigner),
}

LIMITED: dict[str, Filter] = {
    "replace": replace,
    "join": join,
    "format": percent_format,
    "indent": indent,
    "wordwrap": wordwrap,
    "batch": batch,
    "slice": columns,
    "tojson": tojson,
    "wordcount": lambda text: len(re.findall(r"\w+", str(text))),
    "center": center,
    "truncate": truncate,
    "forceescape": lambda value: value,  # text is always escaped, once
    "safe": lambda value: value,  # text stays text: nothing but the engine writes markup
}

METHODS: dict[str, Filter] = {
    "replace": replace,
    "join": lambda separator, items: join(items, separator),
    "format": brace_format,
    **{name: _filled_up(getattr(str, name)) for name in ("zfill", "ljust", "rjust", "center")},
}


def _items(value: Any) -> Iterable[Any]:
    if isinstance(value, str):
        raise TypeError(value)
    return value  # type: ignore[no-any-return]
