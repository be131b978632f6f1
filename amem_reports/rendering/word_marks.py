"""Tags of a Word part, found in its paragraphs and held as marks in its tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from amem_reports.errors import Constat
from amem_reports.rendering.inserts import INSERT, PLACES
from amem_reports.rendering.lexer import Tag, find_tags
from amem_reports.rendering.word_tree import END_MARK, MARK, SPACE, A, Element, held, nearest, remove, text_leaves, w

MARKS = re.compile(f"{MARK}(\\d+){END_MARK}")
LOOKS_LIKE_TAG = re.compile(r"\{[{%#_]|[%}]_\}")
CELL_TAG = re.compile(r"(cellbg|colspan|vm|hm)\b\s*(.*)", re.DOTALL)
_BREAKS = frozenset(map(w, ("br", "tab", "cr", "noBreakHyphen", "softHyphen")))
_PARAGRAPHS = (w("p"), f"{{{A}}}p")
_STYLE = f"{w('pPr')}/{w('pStyle')}"
_RICH = re.compile(
    r"\|\s*(gras|italique|souligne|barre|exposant|indice|couleur|fond|taille|police|style|lien|riche)\s*(\([^()]*\))?$|^riche\s*\("
)
_MARKDOWN = re.compile(r"\|\s*markdown\s*(\([^()]*\))?$")


@dataclass
class Mark:
    """Something of the source inside the tree: a tag as it was typed, or code that the compiler adds (`tag` is None)."""

    source: str
    place: str
    tag: Tag | None = None
    level: str = ""
    leaf: Element | None = None
    typed: str = ""

    @property
    def verb(self) -> str:
        """The first word of a statement: `for`, `endif`, …"""
        match = re.match(r"\{%-?\s*(\w+)", self.source)
        return match[1] if match else ""

    @property
    def code(self) -> str:
        return self.tag.code if self.tag else ""


@dataclass
class Marked:
    """A part's tree with its marks, and what was found wrong on the way."""

    root: Element
    template: str
    label: str
    headings: frozenset[str]
    marks: list[Mark] = field(default_factory=list)
    faults: list[Constat] = field(default_factory=list)
    doubts: list[Constat] = field(default_factory=list)

    def mark(self, mark: Mark) -> str:
        """The text that stands for a mark in the tree."""
        self.marks.append(mark)
        return held(len(self.marks) - 1)

    def code(self, source: str, place: str) -> str:
        """The text that stands for code of our own."""
        return self.mark(Mark(source, place))

    def fault(self, place: str, message: str, remedy: str) -> None:
        """Note a fault; the compiler goes on to find the others."""
        self.faults.append(Constat(self.template, place, message, remedy))

    def doubt(self, place: str, message: str, remedy: str) -> None:
        """Note what the author will hardly mean, though the template can be filled."""
        self.doubts.append(Constat(self.template, place, message, remedy))

    def in_tree(self) -> Iterable[Mark]:
        """Tags as typed, in order."""
        return [mark for mark in self.marks if mark.tag is not None]


def mark_tags(part: Marked) -> None:
    """Find every tag in the part's paragraphs (or, where there are none, in its elements) and in its attributes."""
    places = Places(part)
    seen_paragraph = False
    for paragraph in list(part.root.iter(*_PARAGRAPHS)):
        seen_paragraph = True
        leaves = list(text_leaves(paragraph, paragraph.tag))
        text = "".join([leaf.text or "" for leaf in leaves])
        places.enter(paragraph, text)
        if LOOKS_LIKE_TAG.search(text):
            _mark_group(part, leaves, places.place)
    if not seen_paragraph:
        for element in part.root.iter():
            if element.text and LOOKS_LIKE_TAG.search(element.text):
                _mark_group(part, [element], f"{part.label}, « {element.text.strip()} »")
    _mark_attributes(part)


class Places:
    """Where a person finds a paragraph: its number, its words, the heading above it, its table."""

    def __init__(self, part: Marked) -> None:
        self.part = part
        self.heading = ""
        self.number = 0
        self.paragraph = part.root
        self.text = ""
        self.tables = {table: number for number, table in enumerate(part.root.iter(w("tbl")), 1)}

    def enter(self, paragraph: Element, text: str) -> None:
        """Go on to the next paragraph, which has this text."""
        self.number += 1
        self.paragraph, self.text = paragraph, text
        if text and (style := paragraph.find(_STYLE)) is not None and style.get(w("val")) in self.part.headings:
            self.heading = short(text) or self.heading

    @property
    def place(self) -> str:
        """Where the paragraph is that was entered last."""
        text = short(self.text)
        under = f", sous « {self.heading} »" if self.heading and self.heading != text else ""
        return f"{self.part.label}, {self._cell()}paragraphe {self.number} (« {text} »){under}"

    def _cell(self) -> str:
        cell, row, table = (nearest(self.paragraph, w(name)) for name in ("tc", "tr", "tbl"))
        if cell is None or row is None or table is None:
            return ""
        line = len(list(row.itersiblings(w("tr"), preceding=True))) + 1
        column = len(list(cell.itersiblings(w("tc"), preceding=True))) + 1
        return f"tableau {self.tables[table]}, ligne {line}, colonne {column}, "


def short(text: str) -> str:
    """A text on one line, short enough to read in a message."""
    text = re.sub(r"\s+", " ", text).strip()
    return text if len(text) <= 50 else text[:50] + "…"


def _mark_group(part: Marked, leaves: Sequence[Element], place: str) -> None:
    """Hold the tags of one paragraph as marks, each in the leaf where it begins, whatever runs it was split over."""
    texts = [leaf.text or "" for leaf in leaves]
    full = "".join(texts)
    starts = [sum(map(len, texts[:index])) for index in range(len(texts) + 1)]
    made: list[list[str]] = [[] for _ in leaves]

    def owner(offset: int) -> int:
        return max(
            index for index in range(len(leaves)) if starts[index] <= offset and (starts[index + 1] > offset or index == len(leaves) - 1)
        )

    def spread(start: int, stop: int) -> None:
        for index in range(len(leaves)):
            made[index].append(full[max(start, starts[index]) : min(stop, starts[index + 1])] if start < starts[index + 1] else "")

    last = 0
    for tag in find_tags(full):
        if tag.end < 0:
            part.fault(
                place,
                f"balise ouverte par « {tag.kind} » et jamais fermée dans ce paragraphe",
                f"la fermer, ou écrire « {tag.kind[0]}_{tag.kind[1]} » pour imprimer ces signes",
            )
            break
        spread(last, tag.start)
        first, final = owner(tag.start), owner(tag.end - 1)
        made[first].append(_held(part, tag, leaves[first], place, full))
        _drop_breaks(leaves[first], leaves[final])
        last = tag.end
    spread(last, len(full))
    for leaf, before, pieces in zip(leaves, texts, made, strict=True):
        _set_text(leaf, before, "".join(pieces))


def _held(part: Marked, tag: Tag, leaf: Element, place: str, full: str) -> str:
    """What stands in the text for a tag: nothing for a comment, the braces themselves for `{_{`, else a mark."""
    typed = full[tag.start : tag.end]
    if typed[1] == "_":
        return tag.kind
    if tag.kind == "{#" and not tag.level:
        return ""
    level = tag.level
    alone = full.strip() == typed
    if tag.kind == "{{" and (insert := re.search(INSERT, tag.code)):
        if insert[1] != "sous_document" or not alone or leaf.tag != w("t"):
            part.fault(place, PLACES[insert[1]], "l’y mettre, et l’enlever d’ici")
            return ""
        level = "p"
    if tag.kind == "{{" and not level and leaf.tag == w("t"):
        level = "p" if alone and _MARKDOWN.search(tag.code) else "r" if _RICH.search(tag.code) or _MARKDOWN.search(tag.code) else ""
    if tag.kind == "{{":
        source = f"{{{{{'-' * tag.before} {tag.code} {'-' * tag.after}}}}}" if leaf.tag == w("t") else one_line(tag.code)
    else:
        source = f"{{% {tag.code} %}}" if tag.kind == "{%" else ""
    return part.mark(Mark(source, place, tag, level, leaf, typed))


def one_line(code: str) -> str:
    """A value where no line can end: in an attribute, a field, a chart, a property."""
    return f'{{{{ ({code})|__appel("ligne") }}}}'


def _drop_breaks(first: Element, last: Element) -> None:
    """Line breaks and tabs inside a tag are layout of the tag."""
    if first is last:
        return
    paragraph = nearest(first, w("p"))
    inside, gone = False, []
    for element in paragraph.iter() if paragraph is not None else ():
        if element is last:
            break
        if inside and element.tag in _BREAKS:
            gone.append(element)
        inside = inside or element is first
    for element in gone:
        remove(element)


def _set_text(leaf: Element, before: str, text: str) -> None:
    """Give a leaf its text; a run that a tag emptied goes."""
    if text == before:
        return
    leaf.text = text
    if leaf.tag == w("t"):
        leaf.set(SPACE, "preserve")
    run = leaf.getparent()
    if not text and before and run is not None and run.tag == w("r"):
        remove(leaf)
        if all(child.tag == w("rPr") for child in run):
            remove(run)


def _mark_attributes(part: Marked) -> None:
    for element in part.root.iter():
        for name, value in element.attrib.items():
            text = str(value)
            if "{{" not in text and "{%" not in text:
                continue
            place = f"{part.label}, texte de remplacement ou attribut « {short(text)} »"
            pieces, last = [], 0
            for tag in find_tags(text):
                if tag.end < 0:
                    part.fault(place, f"balise ouverte par « {tag.kind} » et jamais fermée", "la fermer")
                    break
                source = one_line(tag.code) if tag.kind == "{{" else f"{{% {tag.code} %}}" if tag.kind == "{%" else ""
                pieces += [text[last : tag.start], part.mark(Mark(source, place, tag, leaf=element, typed=text[tag.start : tag.end]))]
                last = tag.end
            element.set(name, "".join([*pieces, text[last:]]))
