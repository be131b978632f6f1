"""Loops and conditions of a Word part, checked: each has its end, where the XML between can be repeated or left out as a whole.

`{% for %}` in one paragraph and `{% endfor %}` in the next is well (each turn repeats the end of a paragraph and the beginning of one); a
row loop that ends in another table is not. A walk in the order of the document also tells what stands inside loops.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from amem_reports.rendering.word_marks import MARKS, Mark, Marked
from amem_reports.rendering.word_tree import WP, Element, w

_OPENING = frozenset("for if macro call filter with block raw autoescape set".split())
_MIDDLE = {"else": ("for", "if"), "elif": ("if",)}
_CAPTURING = frozenset("macro call filter set".split())
_REFUSED = {
    "autoescape": ("cette instruction ferait un document illisible", "l’enlever : les valeurs sont toujours écrites telles quelles"),
    "block": ("un modèle ne peut pas en étendre un autre", "enlever cette balise"),
}
_LEVEL_NAMES = {"tr": "ligne de tableau", "tc": "cellule", "p": "paragraphe", "r": "texte", "": "texte"}


@dataclass
class Block:
    """An open loop, condition or capture: its first tag, and the elements around the last tag of it that was met."""

    verb: str
    index: int
    mark: Mark
    around: tuple[Element, ...]
    inner: list[int] = field(default_factory=list)


@dataclass
class Structure:
    """What the walk found: which loops may be written as they turn (mark of `for` -> mark of `endfor`), and the conditions around them."""

    streams: dict[int, int] = field(default_factory=dict)
    seams: set[int] = field(default_factory=set)


def read_structure(part: Marked) -> Structure:
    """Check the blocks of a part; put what may not be repeated (identifiers, revision marks) in order inside loops."""
    reader = _Reader(part)
    for event, element, around in _walk(part.root, ()):
        if event == "element":
            if reader.stack and reader.loops:
                _make_repeatable(part, element)
        else:
            text = element.text if event == "text" else element.tail
            for found in MARKS.findall(text or ""):
                reader.follow(int(found), around)
    for block in reader.stack:
        part.fault(
            block.mark.place,
            f"« {block.mark.typed or block.mark.source} » n’est pas fermé",
            f"ajouter « {_braces(block.mark.level, f'end{block.verb}')} » plus loin",
        )
    return reader.structure


def _walk(element: Element, around: tuple[Element, ...]) -> Iterator[tuple[str, Element, tuple[Element, ...]]]:
    """Elements and the texts in and after them, in the order of the document, with what stands around each."""
    inside = (*around, element)
    yield "element", element, around
    if element.text:
        yield "text", element, inside
    for child in element:
        yield from _walk(child, inside)
        if child.tail:
            yield "tail", child, inside


def _braces(level: str, verb: str) -> str:
    return f"{{%{level} {verb} %}}"


class _Reader:
    def __init__(self, part: Marked) -> None:
        self.part = part
        self.stack: list[Block] = []
        self.structure = Structure()

    @property
    def loops(self) -> int:
        return sum(block.verb in ("for", "macro", "call") for block in self.stack)

    def follow(self, index: int, around: tuple[Element, ...]) -> None:
        """Take one mark."""
        mark = self.part.marks[index]
        verb = mark.verb
        raw = bool(self.stack) and self.stack[-1].verb == "raw"
        if raw and verb != "endraw":
            mark.source = as_text(mark.typed)
        elif verb in _REFUSED:
            self.part.fault(mark.place, f"« {mark.typed} » : {_REFUSED[verb][0]}", _REFUSED[verb][1])
        elif verb == "set" and re.match(r"set\b[^=]*=", mark.source[2:].lstrip("- ")):
            return
        elif verb in _OPENING:
            self.stack.append(Block(verb, index, mark, around))
        elif verb in ("break", "continue"):
            for block in self.stack:
                block.inner.append(-1)
        elif verb in _MIDDLE or (verb.startswith("end") and verb[3:] in _OPENING):
            self._go_on(index, mark, verb, around)

    def _go_on(self, index: int, mark: Mark, verb: str, around: tuple[Element, ...]) -> None:
        expected = _MIDDLE.get(verb, (verb[3:],))
        if not self.stack or self.stack[-1].verb not in expected:
            self._misplaced(mark, verb)
            return
        block = self.stack[-1]
        self._check_shape(block, mark, around)
        block.around = around
        block.inner.append(index)
        if verb in _MIDDLE:
            return
        self.stack.pop()
        if block.verb == "raw":
            block.mark.source = mark.source = ""
        if block.verb == "for" and block.mark.level in ("tr", "p") and -1 not in block.inner and len(block.inner) == 1:
            if all(outer.verb == "if" for outer in self.stack):
                self.structure.streams[block.index] = index
                for outer in self.stack:
                    outer.inner.append(-2)
        elif block.verb == "if" and -2 in block.inner:
            self.structure.seams.update((block.index, *(inner for inner in block.inner if inner >= 0)))

    def _misplaced(self, mark: Mark, verb: str) -> None:
        if self.stack and verb.startswith("end") and any(block.verb == verb[3:] for block in self.stack):
            block = self.stack[-1]
            message = f"« {mark.typed} » vient avant la fin de « {block.mark.typed or block.mark.source} » ({block.mark.place})"
            remedy = f"fermer d’abord par « {_braces(block.mark.level, f'end{block.verb}')} »"
            while self.stack.pop().verb != verb[3:]:
                pass
        else:
            wanted = verb[3:] if verb.startswith("end") else " ou ".join(_MIDDLE[verb])
            message, remedy = f"« {mark.typed} » sans « {wanted} » avant lui", "l’enlever, ou ajouter ce début"
        self.part.fault(mark.place, message, remedy)

    def _check_shape(self, block: Block, mark: Mark, around: tuple[Element, ...]) -> None:
        """Between two tags of a block, as many elements of the same names must open as close."""
        levels = {block.mark.level, mark.level}
        before, after = _unshared(block.around, around)
        if levels & {"tr", "tc"} and (before or after):
            parent = "la même table" if "tr" in levels else "la même ligne"
            remedy = f"mettre les deux dans {parent}, chacune dans une {_LEVEL_NAMES[next(iter(levels & {'tr', 'tc'}))]} à part"
        elif [one.tag for one in before] != [one.tag for one in after]:
            remedy = (
                "mettre les deux au même niveau : dans le même texte, la même cellule, ou chacune dans un paragraphe à part avec {%p … %}"
            )
        elif block.verb in _CAPTURING and block.mark.level == "" and block.around[-1] is not around[-1] and block.mark.tag is not None:
            remedy = "mettre les deux dans le même texte, ou écrire {%p … %}"
        else:
            return
        message = f"« {mark.typed} » ne ferme pas là où « {block.mark.typed} » ouvre ({block.mark.place})"
        self.part.fault(mark.place, message, remedy)


def _unshared(one: tuple[Element, ...], other: tuple[Element, ...]) -> tuple[tuple[Element, ...], tuple[Element, ...]]:
    """What stands around one place and not around the other."""
    common = 0
    while common < min(len(one), len(other)) and one[common] is other[common]:
        common += 1
    return one[common:], other[common:]


def as_text(typed: str) -> str:
    """A tag to be printed as it was typed."""
    from amem_reports.rendering.xml_text import escape

    return re.sub(r"\{(?=[{%#])", "{{ '{' }}", escape(typed))


def _make_repeatable(part: Marked, element: Element) -> None:
    """Inside a loop: identifiers that must be unique are numbered when they are written, marks of revision sessions go."""
    if element.tag == f"{{{WP}}}docPr":
        element.set("id", part.code('{{ 0|__appel("numero") }}', part.label))
    elif element.tag == w("id") and (parent := element.getparent()) is not None and parent.tag == w("sdtPr"):
        element.set(w("val"), part.code('{{ 0|__appel("controle") }}', part.label))
    for name in [name for name in element.attrib if etree.QName(str(name)).localname in OF_SESSIONS]:
        del element.attrib[name]


OF_SESSIONS = frozenset("rsidR rsidRPr rsidRDefault rsidP rsidTr rsidDel paraId textId".split())
