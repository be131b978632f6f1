"""Tags in text: the one environment in which templates of Word and Excel are filled.

The language is Jinja's, the engine minijinja (Rust): strict undefined, XML escaping, bounded work, no loader. Templates see plain,
read-only data: text, numbers, booleans, lists and dictionaries; nothing of Python can be reached or changed from them.
"""

from __future__ import annotations

import math
import os
import re
import threading
from bisect import bisect_right
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple, NoReturn

import minijinja

from amem_reports.errors import AmemError, Constat
from amem_reports.rendering import bounds, filters, rich
from amem_reports.rendering.bounds import Bounded, ExcessError, Meter
from amem_reports.rendering.inserts import INSERTS, PLACES, Insert

UNPRINTABLE = f"\x00{os.urandom(8).hex()}"
_PRINTED_LIST = f"{UNPRINTABLE}liste"
"""What a group of values prints as, to be found and refused; no data can hold it."""
# Each begins with one letter: twice as fast as beginning with its word, and far faster than both at once.
_INFINITE = tuple(re.compile(rf"{word[-1]}(?<={word})(?!\w)(?<!\w{word})") for word in ("inf", "NaN"))
_MAX_PREPARED = 64
_FIRST_INT, _LAST_INT = -(2**63), 2**63 - 1  # what the engine counts with; a larger number is shown, digit for digit
_METHODS_OF_DICT = frozenset(dir(dict))


class Source(NamedTuple):
    """A part of a template as Jinja source.

    `places` tells, from an offset on, where in the document a person finds it; `ready` is the source as the engine takes it, where it has
    been bounded already.
    """

    part: str
    text: str
    places: tuple[tuple[int, str], ...] = ()
    ready: Bounded | None = None

    def place(self, offset: int) -> str:
        """The French place of an offset; the part's name when nothing nearer is known."""
        index = bisect_right(self.places, offset, key=lambda item: item[0]) - 1
        return self.places[index][1] if index >= 0 else self.part


# --- what templates see ----------------------------------------------------------------------------------------------------------------


class Markup(str):
    """Text that is markup already: the engine writes it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


EMPTY = Markup()
"""What None becomes: the empty text, and yet `is none`."""


class PrintedGroupError(Exception):
    """A tag printed a whole group of values, or a list (`args`)."""


class InfiniteError(Exception):
    """A tag printed the result of a calculation that is no number."""


class _Method:
    """A method of a group that a template may call, but not print."""

    __slots__ = ("_call",)

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call

    def __call__(self, *arguments: Any) -> Any:
        return self._call(*arguments)

    def __str__(self) -> str:
        return UNPRINTABLE


def _refuse(*_: Any) -> NoReturn:
    raise AttributeError("les données d’un modèle ne se modifient pas")


_hidden = property(_refuse)


class Groupe(dict[str, Any]):
    """A dictionary that a template can read, but neither change nor print."""

    __slots__ = ()
    clear = pop = popitem = update = setdefault = copy = fromkeys = _hidden
    __setitem__ = __delitem__ = __ior__ = _refuse
    items = property(lambda self: _Method(lambda: tuple(dict.items(self))))
    keys = property(lambda self: _Method(lambda: tuple(self)))
    values = property(lambda self: _Method(lambda: tuple(dict.values(self))))
    get = property(lambda self: _Method(lambda key, default=EMPTY: dict.get(self, key, default)))

    def __str__(self) -> str:
        return UNPRINTABLE

    __repr__ = __str__  # what the engine prints of a value inside another


class Liste(list[Any]):
    """A list that a template can read, but neither change nor print."""

    __slots__ = ()
    append = extend = insert = pop = remove = clear = sort = reverse = copy = _hidden
    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse

    def __str__(self) -> str:
        return _PRINTED_LIST

    __repr__ = __str__


class Contexte(Groupe):
    """All that one template sees; `size` is how many values it holds, the measure of how much work is reasonable."""

    __slots__ = ("size",)
    size: int


def plain(value: Mapping[str, Any]) -> Contexte:
    """What templates may see of a context: text, numbers, booleans, read-only lists and dictionaries.

    Dates become ISO text, decimals numbers, None the empty text (an official document never prints « None »). TypeError for anything else.
    """
    tally = [0]
    made = Contexte(_group(value, tally))
    made.size = tally[0]
    return made


def _group(value: Mapping[Any, Any], tally: list[int]) -> Groupe:
    tally[0] += len(value)
    made = Groupe(value)
    for key, inner in value.items():
        kind = type(inner)
        if kind is str or kind is bool or (kind is int and _FIRST_INT <= inner <= _LAST_INT):
            continue
        dict.__setitem__(made, key, _plain(inner, tally))
    return made


def _plain(value: Any, tally: list[int]) -> Any:
    if value is None:
        return EMPTY
    if type(value) is dict or isinstance(value, Mapping):  # to ask whether a thing is a mapping takes far longer
        return _group(value, tally)
    if isinstance(value, (list, tuple)):
        tally[0] += len(value)
        return Liste([_plain(inner, tally) for inner in value])
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, (str, bool)):
        return value
    if isinstance(value, int):
        return value if _FIRST_INT <= value <= _LAST_INT else str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and math.isfinite(value):
        return float(value)
    from decimal import Decimal

    if isinstance(value, Decimal) and value.is_finite():
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"no plain data: {value!r}")


# --- filling ---------------------------------------------------------------------------------------------------------------------------


class _Prepared(NamedTuple):
    """A source, compiled by the engine under a name; `unsure` are names that would be mistaken for methods of a dictionary."""

    name: str
    unsure: frozenset[str]


class _GroupeTenu(Groupe):
    """A group that a template wrote; `poids` is how many values it comes to, those inside its values too."""

    __slots__ = ("poids",)
    poids: int


class _ListeTenue(Liste):
    """A list that a template wrote."""

    __slots__ = ("poids",)
    poids: int


def _held(value: Any) -> Any:
    """A list or a group that a template wrote, like those of the data; ExcessError when it has grown beyond measure."""
    made = _GroupeTenu(value) if isinstance(value, dict) else _ListeTenue(value)
    inside = dict.values(made) if isinstance(made, dict) else made
    made.poids = sum(getattr(one, "poids", 0) or (len(one) if isinstance(one, (list, tuple, dict)) else 1) for one in inside)
    if made.poids > bounds.MAX_LIST:
        raise ExcessError
    return made


def _factor(value: Any) -> Any:
    """UnfitError for a list: repeated, and repeated again, it would grow beyond all measure in one step."""
    if isinstance(value, (list, tuple, dict)):
        raise filters.UnfitError("une liste ne se multiplie pas : l’écrire en entier, ou en faire une boucle")
    return value


_OTHERS = {**filters.LIMITED, **rich.RICH, **INSERTS}


class Engine(threading.local):
    """The environment and what it has compiled, one a thread: the engine keeps its lock while it calls back into Python."""

    def __init__(self) -> None:
        self.prepared: dict[str, _Prepared] = {}
        self.calls: Mapping[str, Callable[..., Any]] = {}
        self.meter = Meter(0)
        self.environment = minijinja.Environment(
            filters={
                **filters.FRENCH,
                **{name: filters.known(one) for name, one in _OTHERS.items()},
                "__appel": filters.known(self._call),
                "__flux": self._flow,
                "__facteur": filters.known(_factor),
            },
            globals={
                "riche": rich.riche,
                "__rien": EMPTY,
                "__tenu": filters.known(_held),
                **{f"__{name}": filters.known(method) for name, method in filters.METHODS.items()},
            },
            undefined_behavior="strict",
            tests={"none": lambda value: value == "" and hasattr(value, "__html__")},  # Python gets None for what does not exist
            auto_escape_callback=lambda name: "html",
            keep_trailing_newline=True,
        )
        self.environment.add_global("__tour", self._turn)
        self.environment.add_global("__pas", self._step)
        self.environment.add_global("__soi", self._nest)
        self.environment.add_global("__serie", self._run)
        self.environment.add_global("__rangs", self._rows)
        self.environment.remove_global("debug")
        self.environment.remove_filter("attr")

    def _turn(self, offset: int) -> str:
        return self.meter.turn(offset)

    def _step(self, offset: int, length: int = 0) -> str:
        return self.meter.step(offset, length)

    def _nest(self, offset: int) -> str:
        return self.meter.nest(offset)

    def _flow(self, text: str) -> str:
        return self.calls["flux"](text)  # type: ignore[no-any-return]

    def _run(self, before: int) -> str:
        return self.calls["serie"](before)  # type: ignore[no-any-return]

    def _rows(self) -> int:
        return self.calls["rangs"]()  # type: ignore[no-any-return]

    def _call(self, value: Any, name: str, *arguments: Any) -> Any:
        return self.calls[name](value, *arguments)

    def prepare(self, text: str, ready: Bounded | None = None) -> _Prepared:
        """TemplateError when the source has a fault of syntax."""
        if text not in self.prepared:
            while len(self.prepared) >= _MAX_PREPARED:
                self.environment.remove_template(self.prepared.pop(next(iter(self.prepared))).name)
            name = f"modele {id(text)}"
            if ready is None:
                from amem_reports.rendering.bounding import bounded

                ready = bounded(text)
            self.environment.add_template(name, ready.text)
            names = self.environment.undeclared_variables_in_template(name)
            self.prepared[text] = _Prepared(name, _METHODS_OF_DICT.intersection(names))
        return self.prepared[text]


_engine = Engine()


def refuse_groups(value: Any) -> Any:
    """The engine's last look at what is printed, when the tag is sought that prints what it may not."""
    if isinstance(value, float) and not math.isfinite(value):
        raise InfiniteError
    if isinstance(value, Liste) or (isinstance(value, str) and _PRINTED_LIST in value):
        raise PrintedGroupError("liste")
    if isinstance(value, Insert):
        raise filters.UnfitError(PLACES[value.kind])
    if isinstance(value, (Groupe, _Method)) or (isinstance(value, str) and UNPRINTABLE in value):
        raise PrintedGroupError
    return NotImplemented


def watch() -> None:
    """ExcessError when the process has grown too much: for what takes the text of loops while they turn."""
    if _engine.calls:
        _engine.meter.step(0)


def environment() -> minijinja.Environment:
    """The environment of all templates (of this thread)."""
    return _engine.environment


def render(source: Source, context: Mapping[str, Any], template: str, calls: Mapping[str, Callable[..., Any]] | None = None) -> str:
    """Fill a source; AmemError with the template's name, the place, the tag, what is wrong and how to mend it.

    `calls` are what the source reaches as `value|__appel("name", …)`.
    """
    before = _engine.calls, _engine.meter
    size = _size(context)
    _engine.calls, _engine.meter = calls or {}, Meter(size)
    _engine.environment.fuel = bounds.FUEL + bounds.FUEL_PER_VALUE * size
    try:
        return _fill(source, context, template)
    finally:
        _engine.calls, _engine.meter = before


def _size(context: Any) -> int:
    """How many values a context holds, counted only when it has been put together anew."""
    if isinstance(context, Contexte):
        return context.size
    inner = context.values() if type(context) is dict else dict.values(context) if isinstance(context, dict) else context
    return len(context) + sum(_size(one) for one in inner if isinstance(one, (dict, tuple, list)))


def _fill(source: Source, context: Mapping[str, Any], template: str) -> str:
    try:
        ready = _engine.prepare(source.text, source.ready)
        if unknown := ready.unsure.difference(context):
            from amem_reports.rendering import faults

            raise AmemError(faults.unknown_names(source, context, template, unknown))
        text = _engine.environment.render_template(ready.name, **context)
        if UNPRINTABLE in text:
            raise PrintedGroupError
        if len(text) > bounds.MAX_OUTPUT:
            raise ExcessError(0)
        if may_be_infinite(text):
            refuse_infinite(source, context, template)
    except minijinja.TemplateError as error:
        from amem_reports.rendering import faults

        raise AmemError(faults.of_template(error, source, context, template)) from error
    except AmemError:
        raise
    except Exception as error:  # whatever a filter or a method of a value raises is a fault of the tag that called it
        from amem_reports.rendering import faults

        raise AmemError(faults.of_value(error, source, context, template, _engine.calls)) from error
    return text


def may_be_infinite(text: str) -> bool:
    """Whether something in a text looks like a number that is none."""
    return any(pattern.search(text) for pattern in _INFINITE)


def refuse_infinite(
    source: Source, context: Mapping[str, Any], template: str, calls: Mapping[str, Callable[..., Any]] | None = None
) -> None:
    """AmemError when a calculation has printed what looks like a number that is none: data may hold the same word."""
    from amem_reports.rendering import faults

    if found := faults.of_infinite(source, context, template, calls or _engine.calls):
        raise AmemError(found)


def check(source: Source, context: Mapping[str, Any], template: str) -> list[Constat]:
    """All that can be seen wrong in a source without filling it."""
    from amem_reports.rendering import faults, names

    try:
        _engine.prepare(source.text, source.ready)
    except minijinja.TemplateError as error:
        return faults.of_template(error, source, context, template)
    except ExcessError as error:
        return faults.of_value(error, source, context, template, {})
    return names.check(source, context, template)


def is_test(name: str) -> bool:
    """Whether a template may say `x is name`."""
    return bool(_engine.environment.eval_expr("name is test", name=name))


def is_function(name: str) -> bool:
    """Whether a template may call `name()` without having made it."""
    return name in _FUNCTIONS


_FUNCTIONS = frozenset("range dict namespace cycler joiner loop caller riche".split())
_NATIVE_FILTERS = (
    "abs batch bool capitalize chain count d default dictsort e escape filesizeformat first float groupby int items last length lines list "
    "lower map max min pluralize pprint reject rejectattr reverse round select selectattr sort split string striptags sum title trim "
    "truncate unique upper urlencode zip"
).split()


def filter_names() -> frozenset[str]:
    """The filters that a template may name."""
    return frozenset((*_NATIVE_FILTERS, *filters.FRENCH, *_OTHERS, "__appel", "__flux"))
