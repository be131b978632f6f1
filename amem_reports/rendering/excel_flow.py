"""The rows of simple loops, taken as they are rendered: one text of all rows would stand in memory twice, in characters of two bytes."""

from __future__ import annotations

from amem_reports.rendering import bounds
from amem_reports.rendering.bounds import ExcessError
from amem_reports.rendering.excel_holes import NUMBER
from amem_reports.rendering.tags import UNPRINTABLE, PrintedGroupError, may_be_infinite, watch

_PIECE = 1 << 16


class Flow:
    """Takes the rows of each run (all instances of a loop of one row), in the order in which the runs stand in the sheet."""

    def __init__(self) -> None:
        self.runs: list[list[bytes]] = []
        self.doubtful = False
        self._pieces: list[str] = []
        self._held = self._size = self._rows = self._before = 0

    def run(self, before: int) -> str:
        """A run may begin, `before` being the number of rows above it."""
        self._before, self._rows = before, 0
        return ""

    def add(self, row: str) -> str:
        """Take the next row of the run; the sheet's text holds nothing of it."""
        if not self._rows:
            self.close()
            self.runs.append([])
        self._rows += 1
        row = row.replace(NUMBER, str(self._before + self._rows))
        self._pieces.append(row)
        self._held += len(row)
        if self._held >= _PIECE:
            self.close()
        return ""

    def rows(self) -> int:
        """How many rows the run held that has just ended, none when its loop did not turn."""
        return self._rows

    def close(self) -> None:
        """Put away what was taken. PrintedGroupError when a tag printed what it may not, ExcessError when there is too much."""
        text = "".join(self._pieces)
        self._size += self._held
        self._pieces, self._held = [], 0
        if UNPRINTABLE[0] in text and UNPRINTABLE in text:  # one character is found ten times as fast as many
            raise PrintedGroupError
        if self._size > bounds.MAX_OUTPUT:
            raise ExcessError(0)
        watch()
        self.doubtful = self.doubtful or may_be_infinite(text)
        if text:
            self.runs[-1].append(text.encode())
