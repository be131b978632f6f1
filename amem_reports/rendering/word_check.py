"""What a Word template can be filled in spite of: styles that it does not have, ends of tags without a beginning."""

from __future__ import annotations

import re
from collections.abc import Iterator

from amem_reports.errors import Constat
from amem_reports.rendering.lexer import find_tags
from amem_reports.rendering.package import Package
from amem_reports.rendering.word_compile import kinds_of_parts
from amem_reports.rendering.word_marks import Marked, Places
from amem_reports.rendering.word_plan import STYLES
from amem_reports.rendering.word_styles import Styles, read_styles
from amem_reports.rendering.word_tree import Element, NotXmlError, parse, text_leaves, w

_USES = {"pStyle": ("paragraph", "paragraphe"), "rStyle": ("character", "caractères"), "tblStyle": ("table", "tableau")}
_PARAGRAPH_STYLE, _RUN_STYLE = f"{w('pPr')}/{w('pStyle')}", f"{w('r')}/{w('rPr')}/{w('rStyle')}"
_CHOSEN = re.compile(r"\|\s*style\s*\(\s*(?:\"([^\"]+)\"|'([^']+)')\s*\)")
_MARKDOWN = re.compile(r"\|\s*markdown\b(?:\s*\((?:\s*niveau\s*=)?\s*(\d))?")
_LISTS = {"list bullet": "Liste à puces", "list number": "Liste à numéros"}


def doubts(package: Package) -> list[Constat]:
    """All such faults, each once for each part."""
    kinds = dict(kinds_of_parts(package))
    document = next((name for name, label in kinds.items() if label == "corps du document"), "")
    beside = f"{document.rpartition('/')[0]}/{STYLES}".lstrip("/")
    styles = read_styles(parse(package.read(beside)) if beside in package.names else None)
    found: dict[tuple[str, str], Constat] = {}
    for name, label in kinds.items():
        try:
            root = parse(package.read(name))
        except NotXmlError:
            continue
        for place, message, remedy in _Checker(root, package.name, label, styles).doubts():
            found.setdefault((label, message), Constat(package.name, place, message, remedy))
    return list(found.values())


class _Checker:
    def __init__(self, root: Element, template: str, label: str, styles: Styles) -> None:
        self.root, self.label, self.styles = root, label, styles
        self.places = Places(Marked(root, template, label, frozenset(styles.levels)))
        self.known = {kind: set(names.values()) for kind, names in styles.ids.items()}

    def doubts(self) -> Iterator[tuple[str, str, str]]:
        for number, table in enumerate(self.root.iter(w("tbl")), 1):
            for message, remedy in self._uses(table.findall(f"{w('tblPr')}/{w('tblStyle')}")):
                yield f"{self.label}, tableau {number}", message, remedy
        for paragraph in self.root.iter(w("p")):
            text = "".join(leaf.text or "" for leaf in text_leaves(paragraph, w("p")))
            self.places.enter(paragraph, text)
            named = [*paragraph.findall(_PARAGRAPH_STYLE), *paragraph.findall(_RUN_STYLE)]
            for message, remedy in (*self._uses(named), *self._tags(text)):
                yield self.places.place, message, remedy

    def _uses(self, uses: list[Element]) -> Iterator[tuple[str, str]]:
        for use in uses:
            kind, words = _USES[str(use.tag).rpartition("}")[2]]
            name = use.get(w("val"), "")
            if name not in self.known.get(kind, ()):
                yield f"style de {words} « {name} » absent du modèle", "le créer, ou en choisir un que le modèle a"

    def _tags(self, text: str) -> Iterator[tuple[str, str]]:
        if "{" not in text and "}" not in text:
            return
        last, outside = 0, []
        for tag in find_tags(text):
            outside.append(text[last : tag.start])
            last = tag.end if tag.end >= 0 else len(text)
            for chosen in _CHOSEN.finditer(tag.code):
                name = chosen[1] or chosen[2]
                if name.lower() not in self.styles.ids.get("character", {}):
                    yield f"style de caractères « {name} » absent du modèle", "le créer, ou en choisir un que le modèle a"
            if match := _MARKDOWN.search(tag.code):
                wanted = {f"heading {match[1] or 1}": f"Titre {match[1] or 1}", **_LISTS}
                lacking = [said for name, said in wanted.items() if name not in self.styles.ids.get("paragraph", {})]
                if lacking:
                    names = ", ".join(f"« {one} »" for one in lacking)
                    yield f"styles absents du modèle, que « markdown » emploie : {names}", "les créer, sous ces noms"
        yield from stray_ends([*outside, text[last:]])


def stray_ends(texts: list[str]) -> Iterator[tuple[str, str]]:
    """Ends of tags in what stands outside of tags."""
    for end, start in (("}}", "{{"), ("%}", "{%")):
        if any(end in text for text in texts):
            yield f"« {end} » sans « {start} » avant lui", "compléter la balise, ou enlever ces signes"
