"""Where each row (or column) of a template went: the map that everything pointing at cells is moved by."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

Span = tuple[int, int]
# The instance of each loop around a place, outermost first, as the rendered text counts them over the whole sheet.
Path = tuple[str, ...]


class Axis(NamedTuple):
    """The loops of one sheet along its rows or its columns.

    `size` is the last index that the template uses. `loops` gives, for every index that stands inside a block (a loop or a
    condition), the loops around it, outermost first. `markers` are the indices that hold block tags and vanish; `borders` tells of
    those that open (-1) or close (1) a loop which one.
    """

    size: int
    loops: Mapping[int, tuple[int, ...]]
    markers: frozenset[int]
    borders: Mapping[int, tuple[int, int]]

    def common(self, *indices: int) -> tuple[int, ...]:
        """The loops that hold all these indices."""
        found = [self.loops.get(index, ()) for index in indices]
        depth = 0
        while all(len(loops) > depth for loops in found) and len({loops[depth] for loops in found}) == 1:
            depth += 1
        return found[0][:depth]


class AxisMap:
    """The outcome of one rendering along one axis.

    `records` lists what was written, in order: the template's index, `*` and how many indices it stands for where that is not 1,
    and after each `;` the instance of a loop around it (`7`, `1*5`, `9;0;12`); or the one index of a loop, `+` and how many
    instances there are (`4+52`).
    """

    def __init__(self, axis: Axis, records: Iterable[str]) -> None:
        self._axis = axis
        self._inside: dict[int, tuple[Sequence[int], Sequence[object]]] = {}
        self._starts: list[int] = []
        self._shifts: list[int] = []
        self._spreads: dict[tuple[int, int], Sequence[tuple[Span, Path]]] = {}
        self._spans: dict[tuple[int, int, int], dict[str, Span]] = {}
        self._commons: dict[tuple[int, ...], tuple[int, ...]] = {}
        self._pieces: dict[tuple[int, int, int], dict[str, list[Span]]] = {}
        slots: dict[str, tuple[list[int], list[object]]] = {}
        position = 0
        for record in records:
            name, _, path = record.partition(";")
            slot = slots.get(name)
            if slot is not None:
                position += 1
                slot[0].append(position)
                slot[1].append(path)
                continue
            if "+" in name:
                position = self._run(name, position)
                continue
            index, _, count = name.partition("*")
            if int(index) in axis.loops:
                slots[name] = ([position + 1], [path])
                self._inside[int(index)] = slots[name]
            elif not self._shifts or self._shifts[-1] != position + 1 - int(index):
                self._starts.append(int(index))
                self._shifts.append(position + 1 - int(index))
            position += int(count or 1)
        self.size = position

    def _run(self, record: str, position: int) -> int:
        index, _, count = record.partition("+")
        if count != "0":
            self._inside[int(index)] = range(position + 1, position + int(count) + 1), range(int(count))
        return position + int(count)

    @property
    def template_size(self) -> int:
        """The last index that the template uses."""
        return self._axis.size

    def loops_of(self, index: int) -> tuple[int, ...]:
        """The loops around an index."""
        return self._axis.loops.get(index, ())

    def shares(self, index: int, here: int) -> bool:
        """True when all loops around `here` are around `index` too."""
        return self._common(index, here) == self.loops_of(here)

    def same_for_all(self, first: int, last: int, here: int) -> bool:
        """True when `first`..`last` is the same seen from every instance of the loops around `here`."""
        around = self.loops_of(here)
        inside = self._common(first, here) or self._common(last, here)
        return not inside and not (first == last and self._axis.borders.get(first, (0, 0))[0] in around)

    def span(self, first: int, last: int, here: int = 0, path: Path = ()) -> Span | None:
        """First and last place of what came of `first`..`last`, seen from one place of index `here`; None when nothing did.

        Seen from inside a loop, an end that stands in it is the one of the same instance; seen from outside, all instances count.
        A tag that opens or closes the loop stands, seen from inside, for the place just before or after the instance.
        """
        if not path:
            return self._all(first, last)
        if first == last and (border := self._border(first, here, path)):
            return (border, border)
        depth = len(path)
        both = self._common(first, last, here)[:depth]
        span = self._in_instance(first, last, both, path) if both else self._all(first, last)
        low_loops, high_loops = self._common(first, here)[:depth], self._common(last, here)[:depth]
        if span and len(low_loops) > len(both) and (low := self._in_instance(first, last, low_loops, path)):
            span = (low[0], span[1])
        if span and len(high_loops) > len(both) and (high := self._in_instance(first, last, high_loops, path)):
            span = (span[0], high[1])
        return span

    def pieces(self, first: int, last: int, here: int = 0, path: Path = ()) -> list[Span]:
        """What came of `first`..`last` as seen from one place, without what other rows came to stand between the instances."""
        loops = self._common(first, last)
        depth = len(self._common(first, last, here)[: len(path)])
        if len(loops) <= depth or (first == last and self._border(first, here, path)):
            span = self.span(first, last, here, path)
            return [span] if span else []
        key = (first, last, depth)
        if key not in self._pieces:
            found = self._pieces[key] = {}
            for span, instance in self.spread(first, last):
                spans = found.setdefault(instance[depth - 1] if depth else "", [])
                if spans and spans[-1][1] + 1 == span[0]:
                    spans[-1] = (spans[-1][0], span[1])
                else:
                    spans.append(span)
        return self._pieces[key].get(path[depth - 1] if depth else "", [])

    def between(self, first: int, last: int, here: int = 0, path: Path = ()) -> list[int]:
        """The other indices whose places come to stand between those of `first`..`last`, as seen from one place."""
        loops = self._common(first, last)
        depth = len(self._common(first, last, here)[: len(path)]) + 1
        if len(loops) < depth:
            return []
        return [index for index, around in self._axis.loops.items() if around[:depth] == loops[:depth] and not first <= index <= last]

    def first_path(self, index: int) -> Path:
        """The path of the first instance of an index; empty where no loop holds it, or nothing came of it."""
        found = self.spread(index, index)
        return found[0][1] if found else ()

    def spread(self, first: int, last: int) -> Sequence[tuple[Span, Path]]:
        """One span for each instance of the innermost loop that holds both ends, with the path of that instance."""
        found = self._spreads.get((first, last))
        if found is None:
            found = self._spreads[first, last] = self._spread(first, last)
        return found

    def _spread(self, first: int, last: int) -> Sequence[tuple[Span, Path]]:
        common = self._common(first, last)
        if not common:
            span = self._all(first, last)
            return [(span, ())] if span else []
        paths = self._paths(first, last, len(common))
        return sorted((span, paths[instance]) for instance, span in self._by_instance(first, last, common).items())

    def at_or_after(self, index: int) -> int:
        """The first place of this index or of the next one that was written."""
        while index <= self._axis.size:
            if span := self._all(index, index):
                return span[0]
            index += 1
        return index + self.size - self._axis.size

    def last_until(self, index: int) -> int:
        """How many places are taken by `index` and all before it."""
        span = self._all(1, index) if index else None
        return span[1] if span else 0

    def _common(self, *indices: int) -> tuple[int, ...]:
        found = self._commons.get(indices)
        if found is None:
            found = self._commons[indices] = self._axis.common(*indices)
        return found

    def _all(self, first: int, last: int) -> Span | None:
        low = self._edge(range(first, last + 1), 0)
        high = self._edge(range(last, first - 1, -1), -1)
        return (low, high) if low is not None and high is not None and low <= high else None

    def _edge(self, indices: range, which: int) -> int | None:
        """The outermost place reached by these indices, from one side; what follows the first unlooped index lies further in."""
        best: int | None = None
        for index in indices:
            if index > self._axis.size or index not in self._axis.loops:
                if index in self._axis.markers:
                    continue
                place = self._shifted(index)
                return place if best is None else (min, max)[which](best, place)
            if index in self._inside:
                place = self._inside[index][0][which]
                best = place if best is None else (min, max)[which](best, place)
        return best

    def _shifted(self, index: int) -> int:
        if index > self._axis.size:
            return index + self.size - self._axis.size
        return index + self._shifts[bisect_right(self._starts, index) - 1]

    def _in_instance(self, first: int, last: int, loops: tuple[int, ...], path: Path) -> Span | None:
        return self._by_instance(first, last, loops).get(path[len(loops) - 1])

    def _by_instance(self, first: int, last: int, loops: tuple[int, ...]) -> dict[str, Span]:
        key = (first, last, loops[-1])
        found = self._spans.get(key)
        if found is None:
            found = self._spans[key] = {}
            depth = len(loops) - 1
            for index in range(first, min(last, self._axis.size) + 1):
                if self.loops_of(index)[: depth + 1] != loops or index not in self._inside:
                    continue
                deepest = len(self.loops_of(index)) == 1
                for place, path in zip(*self._inside[index], strict=True):
                    instance = str(path) if deepest else str(path).split(";")[depth]
                    low, high = found.get(instance, (place, place))
                    found[instance] = (min(low, place), max(high, place))
        return found

    def _paths(self, first: int, last: int, depth: int) -> dict[str, Path]:
        result: dict[str, Path] = {}
        for index in range(first, last + 1):
            for path in self._inside.get(index, ((), ()))[1]:
                steps = tuple(str(path).split(";"))[:depth]
                result[steps[-1]] = steps
        return result

    def _border(self, index: int, here: int, path: Path) -> int | None:
        """The place just outside the instance that `path` names, when `index` opens or closes its loop."""
        loop, side = self._axis.borders.get(index, (0, 0))
        loops = self.loops_of(here)
        if loop not in loops[: len(path)]:
            return None
        chain = loops[: loops.index(loop) + 1]
        body = [number for number, around in self._axis.loops.items() if around[: len(chain)] == chain]
        span = self._in_instance(min(body), max(body), chain, path)
        return None if span is None else span[0] - 1 if side < 0 else span[1] + 1
