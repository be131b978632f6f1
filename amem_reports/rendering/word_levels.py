"""Tags that stand for a whole paragraph, row, cell or run (`{%p … %}`, `{%tr … %}`, `{%tc … %}`, `{{r … }}`): they take its place."""

from __future__ import annotations

import re
from copy import deepcopy

from lxml import etree

from amem_reports.rendering.inserts import INSERT
from amem_reports.rendering.word_marks import CELL_TAG, MARKS, Mark, Marked, short
from amem_reports.rendering.word_tree import Element, add_before, held, nearest, remove, replace_by_text, text_of, w

_NAMES = {"tr": "une ligne de tableau", "tc": "une cellule de tableau", "p": "un paragraphe", "r": "une suite de caractères"}
_NOT_INHERITED = ("sectPr", "rPr", "pPrChange", "rPrChange")


class Formats:
    """The properties of paragraphs and runs that values take over, each kept once; the source refers to them by number, 0 for none."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def number(self, properties: Element | None) -> int:
        if properties is None:
            return 0
        lean = deepcopy(properties)
        lean.tail = None
        for child in [child for name in _NOT_INHERITED for child in lean.findall(w(name))]:
            lean.remove(child)
        text = etree.tostring(lean, encoding="unicode").replace(f' xmlns:w="{lean.nsmap["w"]}"', "")
        if text not in self.found:
            self.found.append(text)
        return self.found.index(text) + 1


def take_places(part: Marked, formats: Formats) -> None:
    """Put every tag with a level in the place of its row, cell, paragraph or run; rows first, as docxtpl does."""
    for level in ("tr", "tc", "p"):
        groups: dict[Element, list[int]] = {}
        for index, mark in enumerate(part.marks):
            if mark.level != level or mark.leaf is None or mark.leaf.getroottree().getroot() is not part.root:
                continue
            element = nearest(mark.leaf, w(level))
            if element is None:
                part.fault(mark.place, f"« {mark.typed} » vaut pour {_NAMES[level]}, et n’est pas dans un tableau", "écrire « {%p … %} »")
            else:
                groups.setdefault(element, []).append(index)
        for element, indexes in groups.items():
            _take_place(part, formats, element, indexes)
    for run in list(part.root.iter(w("r"))):
        rest: Element | None = run
        while rest is not None:
            rest = _split_run(part, formats, rest)


def _take_place(part: Marked, formats: Formats, element: Element, indexes: list[int]) -> None:
    marks = [part.marks[index] for index in indexes]
    _leave_section_break(element)
    for mark in marks:
        if mark.typed.startswith("{{"):
            _value_in_place(part, formats, element, mark)
    _tell_lost(part, element, indexes)
    shown = [index for index in indexes if not part.marks[index].typed.startswith("{#")]
    replace_by_text(element, "".join(map(held, shown)))


def _leave_section_break(element: Element) -> None:
    """The section break that a tag's paragraph carries comes after the tag, in a paragraph of its own: LibreOffice, which knows no empty
    paragraph before a new section, moves the break into the tag's.
    """
    properties = element.find(w("pPr"))
    if properties is None or properties.find(w("sectPr")) is None:
        return
    alone = deepcopy(element)
    alone.tail = None
    for child in list(alone):
        if child.tag != w("pPr"):
            alone.remove(child)
    element.addnext(alone)


def _tell_lost(part: Marked, element: Element, indexes: list[int]) -> None:
    """What else stands in a row, a cell or a paragraph goes with it: a fault where it holds tags, else a doubt."""
    first = part.marks[indexes[0]]
    if any(part.marks[index].typed.startswith("{#") for index in indexes):
        return
    inside = text_of(element)
    others = [part.marks[int(found)] for found in MARKS.findall(inside) if int(found) not in indexes]
    tags = [mark for mark in others if not CELL_TAG.match(mark.code)]
    words = MARKS.sub(lambda found: part.marks[int(found[1])].typed if int(found[1]) not in indexes else "", inside).strip()
    if not words and element.find(f".//{w('drawing')}") is not None:
        words = "image"
    if not words:
        return
    message = f"« {first.typed} » prend la place de {_NAMES[first.level].replace('un', 'tout un', 1)} : « {short(words)} » serait perdu"
    remedy = f"mettre cette balise seule dans {_NAMES[first.level]}, et ce contenu dans {_NAMES[first.level]} à part"
    (part.fault if tags else part.doubt)(first.place, message, remedy)


def _value_in_place(part: Marked, formats: Formats, element: Element, mark: Mark) -> None:
    parent, run = element.getparent(), element.find(f".//{w('r')}")
    if mark.level != "p" or parent is None:
        part.fault(mark.place, f"« {mark.typed} » : une valeur ne remplace pas {_NAMES[mark.level]}", "écrire « {{ … }} » dans une cellule")
        return
    if re.search(INSERT, mark.code):
        mark.source = f'{{{{ ({mark.code})|__appel("document") }}}}'
        return
    paragraph = formats.number(element.find(w("pPr")))
    character = formats.number(run.find(w("rPr")) if run is not None else None)
    mark.source = f'{{{{ ({mark.code})|__appel("bloc", {paragraph}, {character}) }}}}'


def _split_run(part: Marked, formats: Formats, run: Element) -> Element | None:
    """Cut a run at its first tag with a level; what comes after it, where there is more to cut."""
    for leaf in run.findall(w("t")):
        for found in MARKS.finditer(leaf.text or ""):
            mark = part.marks[int(found[1])]
            if mark.level == "r":
                if mark.typed.startswith("{{"):
                    mark.source = f'{{{{ ({mark.code})|__appel("course", {formats.number(run.find(w("rPr")))}) }}}}'
                return _cut(run, leaf, "" if mark.typed.startswith("{#") else found[0], found.start(), found.end())
    return None


def _cut(run: Element, leaf: Element, between: str, start: int, stop: int) -> Element:
    text, position = leaf.text or "", list(run).index(leaf)
    rest = deepcopy(run)
    rest.tail, run.tail = run.tail, None
    for child in list(run)[position + 1 :]:
        run.remove(child)
    for child in list(rest)[:position]:
        if child.tag != w("rPr"):
            rest.remove(child)
    leaf.text = text[:start]
    copied = next(child for child in rest if child.tag == leaf.tag)
    copied.text = text[stop:]
    tail, rest.tail = rest.tail, None
    run.addnext(rest)
    rest.tail = tail
    add_before(rest, between)
    drop_empty_text(leaf)
    drop_empty_text(copied)
    return rest


def drop_empty_text(leaf: Element) -> None:
    """A text element without text goes, and its run when nothing is left in it; what stands around them stays."""
    run = leaf.getparent()
    if leaf.text or run is None or run.tag != w("r"):
        return
    remove(leaf)
    if all(child.tag == w("rPr") for child in run) and not any(child.tail for child in run) and run.getparent() is not None:
        remove(run)
