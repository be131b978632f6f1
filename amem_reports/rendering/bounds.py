"""How much a template may do: work (fuel), memory, output. A hostile or mistaken template ends in a sentence, within seconds.

The engine counts its own instructions; what an instruction may cost is bounded by what its source reports (`bounding`) to a meter, which
looks at the memory of the process.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Callable
from typing import NamedTuple

FUEL, FUEL_PER_VALUE = 20_000_000, 400
MEMORY, MEMORY_PER_VALUE = 150_000_000, 2_000
MAX_OUTPUT = 500_000_000
MAX_TEXT = 50_000_000
"""Characters that one filter may make."""
MAX_LIST = 1_000_000
"""Elements that a list may grow to."""
MAX_NESTED = 25
"""How often a list may become an element of itself."""


class ExcessError(Exception):
    """A template asks for too much memory; `offset` is where in its source."""

    def __init__(self, offset: int = -1) -> None:
        super().__init__(offset)
        self.offset = offset


class Bounded(NamedTuple):
    """Source with its reports to the meter, and for each tag where it stands here and where it stood."""

    text: str
    tags: tuple[tuple[int, int], ...]

    def offset(self, here: int) -> int:
        """The offset in the source as written, of the tag at an offset of the bounded text."""
        index = bisect_right(self.tags, here, key=lambda tag: tag[0]) - 1
        return self.tags[index][1] if index >= 0 else 0


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
