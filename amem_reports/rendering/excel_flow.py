"""The rows of simple loops, taken as they are rendered: one text of all rows would stand in memory twice, in characters of two bytes."""

from __future__ import annotations

from amem_reports.rendering import bounds
from amem_reports.rendering.bounds import ExcessError
from amem_reports.rendering.tags import UNPRINTABLE, PrintedGroupError, may_be_infinite

_PIECE = 1 << 16


class Flow:
    """Takes the rows of each run (all instances of a loop of one row), in the order in which the runs stand in the sheet."""

    def __init__(self) -> None:
        self.runs: list[list[bytes]] = []
        self.doubtful = False
        self._pieces: list[str] = []
        self._held = self._size = 0

    def add(self, row: str, first: bool) -> str:
        """Take a row, the `first` of a run or one more; in the sheet's text nothing stands in its place."""
        if first:
            self.close()
            self.runs.append([])
        self._pieces.append(row)
        self._held += len(row)
        if self._held >= _PIECE:
            self.close()
        return ""

    def close(self) -> None:
        """Put away what was taken. PrintedGroupError when a tag printed what it may not, ExcessError when there is too much."""
        text = "".join(self._pieces)
        self._size += self._held
        self._pieces, self._held = [], 0
        if UNPRINTABLE in text:
            raise PrintedGroupError
        if self._size > bounds.MAX_OUTPUT:
            raise ExcessError(0)
        self.doubtful = self.doubtful or may_be_infinite(text)
        if text:
            self.runs[-1].append(text.encode())
