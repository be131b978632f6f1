"""Block tags along rows and along columns: `{%row for … %}` to `{%row endfor %}`, checked and turned into an `Axis`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from amem_reports.rendering.bounding import own
from amem_reports.rendering.excel_map import Axis
from amem_reports.rendering.excel_text import Marker

_ENDS = {"endfor": "for", "endif": "if"}
_MIDDLES = {"else": ("for", "if"), "elif": ("if",)}


class Mark(NamedTuple):
    """A block tag at its row or column."""

    at: int
    marker: Marker
    place: str


class Fault(NamedTuple):
    """A mistake in the tags: where, what, and how to mend it."""

    place: str
    message: str
    remedy: str


class Structure(NamedTuple):
    """The blocks of one axis: its map, and the Jinja statements to write at each marker."""

    axis: Axis
    statements: dict[int, str]
    counters: tuple[str, ...]

    def path(self, index: int) -> str:
        """Source that tells the instance of each loop around an index, as a record has it."""
        letter = self.counters[0][0] if self.counters else ""
        return own("".join(f";{{{{ __amem.{letter}{loop} }}}}" for loop in self.axis.loops.get(index, ())))


class _Block(NamedTuple):
    verb: str
    mark: Mark
    loop: int
    inside: bool


def read_structure(marks: Iterable[Mark], size: int, counter: str, vanishing: Iterable[int] = ()) -> tuple[Structure, list[Fault]]:
    """The structure that these tags describe, and every fault in them. Loops are numbered from 1 and counted in `__amem.<counter><n>`."""
    reader = _Reader(counter)
    ordered = sorted(marks, key=lambda mark: mark.at)
    previous = 0
    for mark in ordered:
        reader.fill(previous + 1, mark.at - 1)
        reader.follow(mark)
        previous = mark.at
    for block in reader.stack:
        name, statement = block.mark.marker
        where = "ligne" if name == "row" else "colonne"
        remedy = f"ajouter {_shown(name, 'end' + block.verb)} plus loin, dans une {where} à part"
        reader.fault(block.mark, f"{_shown(name, statement)} n’est pas fermé", remedy)
    markers = frozenset({mark.at for mark in ordered} | set(vanishing))
    axis = Axis(size, reader.loops, markers, reader.borders)
    return Structure(axis, reader.statements, tuple(f"{counter}{n}" for n in range(1, reader.count + 1))), reader.faults


class _Reader:
    def __init__(self, counter: str) -> None:
        self.counter = counter
        self.stack: list[_Block] = []
        self.loops: dict[int, tuple[int, ...]] = {}
        self.statements: dict[int, str] = {}
        self.faults: list[Fault] = []
        self.borders: dict[int, tuple[int, int]] = {}
        self.count = 0

    def chain(self) -> tuple[int, ...]:
        return tuple(block.loop for block in self.stack if block.loop and block.inside)

    def fill(self, first: int, last: int) -> None:
        if self.stack:
            self.loops.update(dict.fromkeys(range(first, last + 1), self.chain()))

    def follow(self, mark: Mark) -> None:
        """Take one tag; the marker itself belongs to the shallowest block that it touches."""
        before = (bool(self.stack), self.chain())
        self._take(mark)
        after = (bool(self.stack), self.chain())
        inside, chain = min(before, after, key=lambda state: (state[0], len(state[1])))
        known = self.loops.get(mark.at)
        if inside and (known is None or len(chain) < len(known)):
            self.loops[mark.at] = chain
        elif not inside:
            self.loops.pop(mark.at, None)

    def _take(self, mark: Mark) -> None:
        verb, axis = mark.marker.verb, mark.marker.axis
        source = "{% " + mark.marker.statement + " %}"
        if verb in ("for", "if"):
            source += self._open(mark, verb)
        elif verb in _MIDDLES:
            if not self.stack or self.stack[-1].verb not in _MIDDLES[verb]:
                self.fault(
                    mark, f"{_shown(axis, verb)} hors d’un bloc", f"le placer entre {_shown(axis, 'if …')} et {_shown(axis, 'endif')}"
                )
            elif self.stack[-1].loop:
                self.stack[-1] = self.stack[-1]._replace(inside=False)
        elif verb in _ENDS:
            self._close(mark, verb, _ENDS[verb])
        elif verb != "set":
            known = "écrire for, endfor, if, elif, else, endif ou set"
            self.fault(mark, f"balise {_shown(axis, mark.marker.statement)} inconnue", known)
        self.statements[mark.at] = self.statements.get(mark.at, "") + source

    def _open(self, mark: Mark, verb: str) -> str:
        """Open a block; for a loop, source that counts its instances."""
        if verb == "if":
            self.stack.append(_Block(verb, mark, 0, True))
            return ""
        self.count += 1
        self.borders[mark.at] = (self.count, -1)
        self.stack.append(_Block(verb, mark, self.count, True))
        counter = f"__amem.{self.counter}{self.count}"
        return own(f"{{% set {counter} = {counter} + 1 %}}")

    def _close(self, mark: Mark, verb: str, wanted: str) -> None:
        axis = mark.marker.axis
        if not self.stack:
            remedy = f"ajouter {_shown(axis, wanted + ' …')} ou ôter cette balise"
            self.fault(mark, f"{_shown(axis, verb)} sans {_shown(axis, wanted)} avant lui", remedy)
            return
        block = self.stack.pop()
        if block.loop:
            self.borders.setdefault(mark.at, (block.loop, 1))
        if block.verb != wanted:
            crossed = f"{_shown(axis, verb)} ferme {_shown(axis, block.mark.marker.statement)} ({block.mark.place}) : les blocs se croisent"
            self.fault(mark, crossed, f"fermer d’abord le bloc intérieur par {_shown(axis, 'end' + block.verb)}")

    def fault(self, mark: Mark, message: str, remedy: str) -> None:
        """Note a mistake at a tag."""
        self.faults.append(Fault(mark.place, message, remedy))


def _shown(axis: str, statement: str) -> str:
    return f"« {{%{axis} {statement} %}} »"
