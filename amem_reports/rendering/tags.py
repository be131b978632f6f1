"""Tags in text: the one environment in which templates of Word and Excel are filled.

The language is Jinja's, the engine minijinja (Rust): strict undefined, XML escaping, a bound on work, no loader. Templates see plain,
read-only data: text, numbers, booleans, lists and dictionaries; nothing of Python can be reached or changed from them.
"""

from __future__ import annotations

import bisect
import difflib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, NoReturn

import minijinja

from amem_reports import french
from amem_reports.errors import AmemError, Constat

FUEL = 150_000_000
MAX_OUTPUT = 400_000_000


@dataclass(frozen=True)
class Source:
    """A part of a template as Jinja source; `places` tells, from an offset on, where in the document a person finds it."""

    part: str
    text: str
    places: tuple[tuple[int, str], ...] = ()

    def place(self, offset: int) -> str:
        """The French place of an offset; the part's name when nothing nearer is known."""
        index = bisect.bisect_right(self.places, offset, key=lambda item: item[0]) - 1
        return self.places[index][1] if index >= 0 else self.part


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise TypeError("les données d’un modèle ne se modifient pas")


class _Frozen(dict[str, Any]):
    """A dictionary that a template can read but not change."""

    __slots__ = ()
    clear = pop = popitem = update = setdefault = __setitem__ = __delitem__ = __ior__ = _refuse


def plain(value: Any) -> Any:
    """What templates may see of a value: text, numbers, booleans, read-only lists and dictionaries.

    Dates become ISO text, decimals numbers, None the empty text (an official document never prints « None »). TypeError for anything else.
    """
    kind = type(value)
    if kind is str or kind is int or kind is bool:
        return value
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return _Frozen({str(key): plain(inner) for key, inner in value.items()})
    if isinstance(value, (list, tuple)):
        return tuple([plain(inner) for inner in value])
    return _plain_scalar(value)


def _plain_scalar(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise TypeError(f"no finite number: {value}")
    if isinstance(value, (str, int, float)):
        return value
    raise TypeError(f"no plain data: {type(value).__name__}")


def _each(function: Any) -> Any:
    """A filter that leaves the empty value empty, so that « à renseigner » or a blank cell stay the template's choice."""

    def filled(value: Any, *arguments: Any, **named: Any) -> Any:
        return "" if value == "" or value is None else function(value, *arguments, **named)

    return filled


def _amount(value: Mapping[str, Any]) -> str:
    return french.montant(value["montant"], str(value["devise"]))


FILTERS: dict[str, Any] = {
    "date": _each(french.date_longue),
    "date_courte": _each(french.date_courte),
    "echeance": _each(french.echeance),
    "periode": _each(french.periode),
    "nombre": _each(french.nombre),
    "pourcent": _each(french.pourcent),
    "montant": _each(_amount),
    "compte": french.compte,
    "pluriel": french.pluriel,
    "liste": lambda items: french.enumeration(items) if items else "",
    "ordinal": _each(french.ordinal),
    "renseigner": french.renseigner,
}


@cache
def environment() -> minijinja.Environment:
    """The environment of all templates."""
    env = minijinja.Environment(
        filters=FILTERS,
        fuel=FUEL,
        undefined_behavior="strict",
        auto_escape_callback=lambda name: "html",
        keep_trailing_newline=True,
    )
    env.remove_global("debug")
    env.remove_filter("attr")
    return env


def render(source: Source, context: Mapping[str, Any], template: str) -> str:
    """Fill a source; AmemError with the template's name, the place, the tag, what is wrong and how to mend it."""
    try:
        text = environment().render_str(source.text, source.part, **context)
    except minijinja.TemplateError as error:
        found = [_constat(error, source, context, template)]
        if error.kind == "UndefinedError":
            found = [*_unknown_names(source, context, template), *found]
        raise AmemError({(one.endroit, one.message): one for one in reversed(found)}.values()) from error
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError, ArithmeticError) as error:
        raise AmemError(
            [Constat(template, source.part, f"une valeur ne convient pas à son filtre ({error})", "vérifier les filtres de cette partie")]
        ) from error
    if len(text) > MAX_OUTPUT:
        raise AmemError([Constat(template, source.part, "le document produit est trop grand", "réduire les données ou les boucles")])
    return text


# --- faults in French ------------------------------------------------------------------------------------------------------------------

_KINDS = {
    "UndefinedError": ("nom inconnu", "corriger le nom"),
    "UnknownFilter": ("filtre inconnu", "corriger le nom du filtre"),
    "UnknownFunction": ("fonction inconnue", "corriger le nom de la fonction"),
    "UnknownTest": ("test inconnu", "corriger le nom du test"),
    "UnknownMethod": ("méthode inconnue", "employer un filtre"),
    "SyntaxError": (
        "balise mal écrite ou boucle mal fermée",
        "vérifier que chaque for et chaque if a sa fin, dans la même table ou le même texte",
    ),
    "TemplateNotFound": ("un modèle ne peut pas en inclure un autre", "enlever cette balise"),
    "OutOfFuel": ("boucle trop longue", "réduire la boucle"),
}


def _constat(error: minijinja.TemplateError, source: Source, context: Mapping[str, Any], template: str) -> Constat:
    start, stop = error.range or (0, 0)
    raw = source.text.encode()
    offset = len(raw[:start].decode("utf-8", "ignore"))
    expression = raw[start:stop].decode("utf-8", "ignore")
    message, remedy = _explain(error)
    if error.kind == "UndefinedError":
        expression = _undefined_name(error) or expression
        near = suggestion(expression, context, source.text)
        remedy = f"vouliez-vous dire « {near} » ?" if near else remedy
    elif error.kind == "UnknownFilter":
        expression = re.sub(r"^filter (.*) is unknown$", r"\1", error.detail or expression)
        near_filters = difflib.get_close_matches(expression, _filter_names(), n=1)
        remedy = f"vouliez-vous dire « {near_filters[0]} » ?" if near_filters else remedy
    shown = f" « {_visible(expression)} »" if expression.strip() else ""
    return Constat(template, source.place(offset), message + shown, remedy)


def _unknown_names(source: Source, context: Mapping[str, Any], template: str) -> Iterable[Constat]:
    """Every name that the data does not hold, not only the first that rendering met; names inside loops are known only to rendering."""
    for name in sorted(environment().undeclared_variables_in_str(source.text, nested=True)):
        if name.split(".")[0] not in ("range", "dict", "namespace", "loop") and not _known(name, context):
            match = re.search(rf"(?<![\w.]){re.escape(name)}(?![\w])", source.text)
            near = suggestion(name, context, source.text)
            remedy = f"vouliez-vous dire « {near} » ?" if near else _KINDS["UndefinedError"][1]
            yield Constat(template, source.place(match.start() if match else 0), f"nom inconnu « {name} »", remedy)


def _known(name: str, context: Mapping[str, Any]) -> bool:
    value: Any = context
    for step in name.split("."):
        if not isinstance(value, Mapping):
            return True
        if step not in value:
            return False
        value = value[step]
    return True


def _explain(error: minijinja.TemplateError) -> tuple[str, str]:
    detail = error.detail or ""
    if "ran out of fuel" in str(error):
        return _KINDS["OutOfFuel"]
    if "range has too many elements" in detail:
        return "boucle trop longue", "réduire la plage de range()"
    if "recursion limit" in detail:
        return "une macro s’appelle sans fin", "enlever cet appel"
    return _KINDS.get(error.kind, ("balise impossible à évaluer", "vérifier la balise et la valeur qu’elle reçoit"))


def _undefined_name(error: minijinja.TemplateError) -> str:
    match = re.match(r"`(.+)` is undefined", error.detail or "")
    return match[1] if match else ""


def _visible(text: str) -> str:
    """The words of a tag without the XML around it, short enough to read."""
    words = re.sub(r"<[^>]*>", " ", text)
    words = re.sub(r"\s+", " ", words).strip()
    return words if len(words) <= 80 else words[:80] + "…"


def _filter_names() -> list[str]:
    return [*FILTERS, "default", "join", "length", "upper", "lower", "title", "first", "last", "sort", "replace", "trim", "round", "safe"]


def suggestion(name: str, context: Mapping[str, Any], text: str = "") -> str | None:
    """The known name nearest to an unknown one: its last word among the keys of the data, with the words before it kept."""
    head, _, last = name.rpartition(".")
    keys = set(re.findall(r"\bfor\s+(\w+)\s+in\b|\bset\s+(\w+)", text)) if not head else set()
    known = {word for pair in keys for word in pair if word} | (set(context) if not head else set(_all_keys(context)))
    near = difflib.get_close_matches(last, sorted(known), n=1, cutoff=0.6)
    return (f"{head}.{near[0]}" if head else near[0]) if near else None


def _all_keys(value: Any, depth: int = 8) -> Iterable[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from _all_keys(inner, depth - 1) if depth else ()
    elif isinstance(value, (list, tuple)):
        for inner in value[:20]:
            yield from _all_keys(inner, depth - 1) if depth else ()
