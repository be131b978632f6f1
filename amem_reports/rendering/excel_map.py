"""Where each row (or column) of a template went: the map that everything pointing at cells is moved by."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import NamedTuple

Span = tuple[int, int]
Path = tuple[int, ...]


class Axis(NamedTuple):
    """The loops of one sheet along its rows or its columns.

    `size` is the last index that the template uses. `loops` gives, for every index that stands inside a block (a loop or a
    condition), the loops around it, outermost first. `markers` are the indices that hold block tags and vanish.
    """

    size: int
    loops: Mapping[int, tuple[int, ...]]
    markers: frozenset[int]

    def common(self, *indices: int) -> tuple[int, ...]:
        """The loops that hold all these indices."""
        found = [self.loops.get(index, ()) for index in indices]
        depth = 0
        while all(len(loops) > depth for loops in found) and len({loops[depth] for loops in found}) == 1:
            depth += 1
        return found[0][:depth]


class AxisMap:
    """The outcome of one rendering along one axis.

    `records` lists what was written, in order: template index, how many indices it stands for (1 inside blocks), and the number
    of the instance of each loop around it. Instances are numbered over the whole sheet, so the last one names all outer ones.
    """

    def __init__(self, axis: Axis, records: Iterable[tuple[int, int, Path]]) -> None:
        self._axis = axis
        self._inside: dict[int, list[tuple[int, Path]]] = {}
        self._starts: list[int] = []
        self._shifts: list[int] = []
        self._by_loop: dict[tuple[int, int, int], dict[int, Span]] = {}
        position = 0
        for index, count, path in records:
            if index in axis.loops:
                self._inside.setdefault(index, []).append((position + 1, path))
            elif not self._shifts or self._shifts[-1] != position + 1 - index:
                self._starts.append(index)
                self._shifts.append(position + 1 - index)
            position += count
        self.size = position
        self._growth = position - axis.size

    @property
    def moved(self) -> bool:
        """False when every index stayed in its place."""
        return bool(self._inside) or self._growth != 0 or any(self._shifts)

    def loops_of(self, index: int) -> tuple[int, ...]:
        """The loops around an index."""
        return self._axis.loops.get(index, ())

    @property
    def template_size(self) -> int:
        """The last index that the template uses."""
        return self._axis.size

    def shares(self, index: int, here: int) -> bool:
        """True when all loops around `here` are around `index` too."""
        return self._axis.common(index, here) == self.loops_of(here)

    def span(self, first: int, last: int, here: int = 0, path: Path = ()) -> Span | None:
        """First and last place of what came of `first`..`last`, seen from one place of index `here`; None when nothing did.

        Seen from inside a loop, its own rows are those of the same instance; seen from outside, those of all instances.
        """
        common = self._axis.common(first, last, here) if path else ()
        if common:
            return self._spans_in(first, last, common).get(path[len(common) - 1])
        low = self._edge(range(first, last + 1), 0)
        high = self._edge(range(last, first - 1, -1), -1)
        return (low, high) if low is not None and high is not None and low <= high else None

    def spread(self, first: int, last: int) -> list[tuple[Span, Path]]:
        """One span for each instance of the innermost loop that holds both ends, with the path of its first place."""
        common = self._axis.common(first, last)
        if not common:
            span = self.span(first, last)
            return [(span, ())] if span else []
        spans = self._spans_in(first, last, common)
        paths = self._paths(common)
        return sorted((span, paths[instance]) for instance, span in spans.items())

    def place(self, index: int) -> int | None:
        """The first place of one index."""
        span = self.span(index, index)
        return span[0] if span else None

    def at_or_after(self, index: int) -> int:
        """The first place of this index or of the next one that was written."""
        while index <= self._axis.size:
            place = self.place(index)
            if place:
                return place
            index += 1
        return index + self._growth

    def last_until(self, index: int) -> int:
        """How many places are taken by `index` and all before it."""
        span = self.span(1, index) if index else None
        return span[1] if span else 0

    def _edge(self, indices: range, which: int) -> int | None:
        """The outermost place reached by these indices, from one side; what follows the first unlooped index lies further in."""
        best: int | None = None
        for index in indices:
            if index > self._axis.size or index not in self._axis.loops:
                if index in self._axis.markers:
                    continue
                place = self._shifted(index)
                return place if best is None else (min, max)[which](best, place)
            for place, _ in self._inside.get(index, ())[which:][:1]:
                best = place if best is None else (min, max)[which](best, place)
        return best

    def _shifted(self, index: int) -> int:
        if index > self._axis.size:
            return index + self._growth
        return index + self._shifts[bisect_right(self._starts, index) - 1]

    def _spans_in(self, first: int, last: int, common: tuple[int, ...]) -> dict[int, Span]:
        key = (first, last, common[-1])
        found = self._by_loop.get(key)
        if found is None:
            found = self._by_loop[key] = {}
            depth = len(common) - 1
            for index in range(first, last + 1):
                for place, path in self._inside.get(index, ()):
                    low, high = found.get(path[depth], (place, place))
                    found[path[depth]] = (min(low, place), max(high, place))
        return found

    def _paths(self, common: tuple[int, ...]) -> dict[int, Path]:
        depth = len(common)
        return {
            path[depth - 1]: path[:depth]
            for index, loops in self._axis.loops.items()
            if loops[:depth] == common
            for _, path in self._inside.get(index, ())
        }
