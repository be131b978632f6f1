"""How much a template may do: work (fuel), memory, output. A hostile or mistaken template ends in a sentence, within seconds.

The engine counts its own instructions; what an instruction may cost is bounded here. Source is bounded before it is compiled: each turn of
a loop, each call of a macro and each assignment that may grow reports to a meter, which looks at the memory of the process; expressions
are rewritten (`operands`) so that no step can multiply lists or texts without a limit.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Callable
from typing import NamedTuple

from amem_reports.rendering.lexer import JINJA
from amem_reports.rendering.operands import STRING, apart, held, safe_methods

FUEL, FUEL_PER_VALUE = 20_000_000, 400
MEMORY, MEMORY_PER_VALUE = 150_000_000, 2_000
MAX_OUTPUT = 500_000_000
MAX_TEXT = 50_000_000
"""Characters that one filter may make."""
MAX_LIST = 1_000_000
"""Elements that a list may grow to."""
MAX_NESTED = 25
"""How often a list may become an element of itself."""
MAX_OPERATORS = 2_000
"""Operators in one tag: the engine's parser goes one call deeper for each, and the process would end without a word."""
MAX_SUMS = 50
"""Sums in one tag: a sum of lists is a list as long as both, made in one step."""

_REPEATED = re.compile(r"-?\s*for\b")
_GROWING = re.compile(r"-?\s*(?:macro\b|call\b|endset\b|set\b[^=]*=.*[~+*(|\[{])", re.DOTALL)
_COUNTER = re.compile(r"-?\s*set\s+([\w.]+)\s*=\s*\1\s*\+\s*\d+\s*")
_TARGET = re.compile(r"-?\s*set\s+([\w.]+)\s*=")
_OPERATOR = re.compile(r"[-+*/%~]|\b(?:not|and|or|if|in|is)\b")
_WHOLE = r"(?!\s*(?:[.\[]|\|\s*(?:length|count|sum|first|last|min|max|join)\b))"
_EQUAL_NONE = re.compile(r"((?:\{%-?\s*(?:el)?if|\{\{|\(|\band|\bor|\bnot|\bif)\s*[\w.]+)\s*(==|!=)\s*[nN]one\b")
_NONE = re.compile(rf"{STRING.pattern}|\bis\s+(?:not\s+)?none\b|(?<![\w.])([nN]one)\b", re.DOTALL)
_RAW = re.compile(r"-?\s*(end)?raw\b")


class ExcessError(Exception):
    """A template asks for too much memory; `offset` is where in its source."""

    def __init__(self, offset: int = -1) -> None:
        super().__init__(offset)
        self.offset = offset


class LongTagError(ExcessError):
    """A tag holds more operators than the engine can read."""


class Bounded(NamedTuple):
    """Source with its reports to the meter, and for each tag where it stands here and where it stood."""

    text: str
    tags: tuple[tuple[int, int], ...]

    def offset(self, here: int) -> int:
        """The offset in the source as written, of the tag at an offset of the bounded text."""
        index = bisect_right(self.tags, here, key=lambda tag: tag[0]) - 1
        return self.tags[index][1] if index >= 0 else 0


def bounded(source: str) -> Bounded:
    """Source that reports what it does; LongTagError before the engine sees a tag that is too long for it."""
    pieces: list[str] = []
    tags: list[tuple[int, int]] = []
    last = length = 0
    raw = False
    for match in JINJA.finditer(source):
        before, tag = source[last : match.start()], match[0]
        if _too_long(tag):
            raise LongTagError(match.start())
        written, raw = (tag, raw) if raw and not _is_raw(tag, end=True) else (_reporting(tag, match.start()), _is_raw(tag, end=False))
        tags.append((length + len(before), match.start()))
        pieces += [before, written]
        length += len(before) + len(written)
        last = match.end()
    return Bounded("".join([*pieces, source[last:]]), tuple(tags))


def _too_long(tag: str) -> bool:
    if len(tag) <= MAX_OPERATORS and tag.count("+") <= MAX_SUMS:
        return False
    code = STRING.sub("", tag)
    return code.count("+") > MAX_SUMS or len(_OPERATOR.findall(code)) > MAX_OPERATORS


def _is_raw(tag: str, *, end: bool) -> bool:
    match = _RAW.match(tag, 2) if tag.startswith("{%") else None
    return match is not None and bool(match[1]) == end


def _reporting(tag: str, offset: int) -> str:
    if tag.startswith("{#"):
        return tag
    tag = f"{tag[:2]}{held(safe_methods(tag[2:-2]))}{tag[-2:]}"
    if "one" in tag:
        tag = _EQUAL_NONE.sub(lambda match: f"{match[1]} is {'not ' * (match[2] == '!=')}none", tag)
        tag = _NONE.sub(lambda match: "__rien" if match[1] else match[0], tag)
    if tag.startswith("{{"):
        return tag
    if _REPEATED.match(tag, 2):
        return f"{tag}{{{{ __tour({offset}) }}}}"
    code = tag[2:-2]
    if _COUNTER.fullmatch(code):
        return tag
    tag = f"{tag[:2]}{apart(code)}{tag[-2:]}"
    return tag + _growth(code, offset) if _GROWING.match(code) else tag


def _growth(code: str, offset: int) -> str:
    """The report of an assignment that may grow: how long its list is now, or that it holds what it was before."""
    target = _TARGET.match(code)
    if target is None:
        return f"{{{{ __pas({offset}) }}}}"
    name = target[1]
    if re.search(rf"(?<![\w\])])[\[{{][^\]}}]*\b{re.escape(name)}\b{_WHOLE}", STRING.sub("", code[target.end() :])):
        return f"{{{{ __soi({offset}) }}}}"
    return f"{{{{ __pas({offset}, {name}|length if {name} is iterable and {name} is not string else 0) }}}}"


class Meter:
    """Watches the memory of the process while a template is filled: `turn` for each turn of a loop, `step` for what may double."""

    def __init__(self, values: int) -> None:
        self._limit = _peak() + MEMORY + MEMORY_PER_VALUE * values
        self._turns = 0
        self._nested: dict[int, int] = {}

    def turn(self, offset: int) -> str:
        """One more turn of a loop; memory is looked at now and then."""
        self._turns += 1
        return "" if self._turns & 15 else self.step(offset)

    def step(self, offset: int, length: int = 0) -> str:
        """ExcessError when the process, or the list that was made, has grown too much."""
        if length > MAX_LIST or _peak() > self._limit:
            raise ExcessError(offset)
        return ""

    def nest(self, offset: int) -> str:
        """ExcessError when a list has been made an element of itself too often: it prints as twice as much each time."""
        self._nested[offset] = self._nested.get(offset, 0) + 1
        if self._nested[offset] > MAX_NESTED:
            raise ExcessError(offset)
        return self.step(offset)


def _peak_posix() -> Callable[[], int]:
    from resource import RUSAGE_SELF, getrusage

    unit = 1 if sys.platform == "darwin" else 1024
    return lambda: getrusage(RUSAGE_SELF).ru_maxrss * unit


def _peak_windows() -> Callable[[], int]:
    import ctypes
    from ctypes import wintypes

    class Counters(ctypes.Structure):
        _fields_ = (
            ("cb", wintypes.DWORD),
            ("faults", wintypes.DWORD),
            *((name, ctypes.c_size_t) for name in ("peak", "set", "pool_peak", "pool", "other_peak", "other", "pagefile", "pagefile_peak")),
        )

    counters = Counters()
    counters.cb = ctypes.sizeof(Counters)
    kernel = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined,unused-ignore]
    kernel.GetCurrentProcess.restype = wintypes.HANDLE
    kernel.K32GetProcessMemoryInfo.argtypes = (wintypes.HANDLE, ctypes.POINTER(Counters), wintypes.DWORD)
    process = kernel.GetCurrentProcess()

    def peak() -> int:
        kernel.K32GetProcessMemoryInfo(process, ctypes.byref(counters), counters.cb)
        return int(counters.peak)

    return peak


_peak = _peak_windows() if sys.platform == "win32" else _peak_posix()
