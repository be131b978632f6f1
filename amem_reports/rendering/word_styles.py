"""Styles of a template, found by the names that Word keeps for itself in every language (`heading 1`, `toc 1`, `List Bullet`)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from amem_reports.rendering.word_theme import SLOTS
from amem_reports.rendering.word_tree import A, Element, w


@dataclass
class Styles:
    """Identifiers by kind and lower-case name, and the outline level of paragraph styles (1 to 9)."""

    ids: dict[str, dict[str, str]] = field(default_factory=dict)
    levels: dict[str, int] = field(default_factory=dict)

    def find(self, kind: str, *names: str) -> str:
        """The identifier of the first of these styles that the template has; empty for none."""
        known = self.ids.get(kind, {})
        return next((known[name.lower()] for name in names if name.lower() in known), "")


def read_styles(root: Element | None) -> Styles:
    """The styles of `word/styles.xml`."""
    styles = Styles()
    parents: dict[str, str] = {}
    for style in root.iter(w("style")) if root is not None else ():
        identifier, name = style.get(w("styleId"), ""), style.find(w("name"))
        shown = name.get(w("val"), "") if name is not None else ""
        styles.ids.setdefault(style.get(w("type"), "paragraph"), {})[shown.lower()] = identifier
        level, based = style.find(f"{w('pPr')}/{w('outlineLvl')}"), style.find(w("basedOn"))
        if match := re.fullmatch(r"heading (\d)", shown.lower()):
            styles.levels[identifier] = int(match[1])
        elif level is not None and level.get(w("val"), "9") in "012345678":
            styles.levels[identifier] = int(level.get(w("val"), "0")) + 1
        elif based is not None:
            parents[identifier] = based.get(w("val"), "")
    for identifier in parents:
        ancestor, seen = identifier, set()
        while ancestor in parents and ancestor not in seen:
            seen.add(ancestor)
            ancestor = parents[ancestor]
        if ancestor in styles.levels:
            styles.levels[identifier] = styles.levels[ancestor]
    return styles


def read_numbering(styles: Element | None, numbering: Element | None) -> tuple[dict[str, str], int, int]:
    """The definition (`abstractNumId`) of each paragraph style that is numbered, and the highest numbers of lists and of definitions."""
    definitions: dict[str, str] = {}
    for number in numbering.iter(w("num")) if numbering is not None else ():
        definition = number.find(w("abstractNumId"))
        definitions[number.get(w("numId"), "")] = definition.get(w("val"), "") if definition is not None else ""
    found: dict[str, str] = {}
    for style in styles.iter(w("style")) if styles is not None else ():
        used = style.find(f"{w('pPr')}/{w('numPr')}/{w('numId')}")
        if used is not None and (definition_id := definitions.get(used.get(w("val"), ""))):
            found[style.get(w("styleId"), "")] = definition_id
    known = [one.get(w("abstractNumId"), "") for one in numbering.iter(w("abstractNum"))] if numbering is not None else []
    return found, _highest(definitions), _highest(known)


def read_theme(root: Element | None) -> dict[str, str]:
    """The colours of a theme, by the names that tags know; a colour of the system is what it was when the template was written."""
    found: dict[str, str] = {}
    if root is None:
        return found
    for name, slot in SLOTS.items():
        for colour in root.iterfind(f".//{{{A}}}clrScheme/{{{A}}}{slot}/*"):
            digits = colour.get("lastClr") or colour.get("val") or ""
            if re.fullmatch("[0-9A-Fa-f]{6}", digits):
                found[name] = digits.upper()
    return found


def _highest(numbers: Iterable[str]) -> int:
    return max((int(number) for number in numbers if number.isdigit()), default=0)
