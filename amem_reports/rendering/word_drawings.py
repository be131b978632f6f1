"""Pictures and charts of a template whose alternative text is a tag: each is kept as a pattern, and its tag takes its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from amem_reports.rendering.inserts import PLACES
from amem_reports.rendering.lexer import Tag, find_tags
from amem_reports.rendering.package import Package
from amem_reports.rendering.relations import links_of
from amem_reports.rendering.word_marks import LOOKS_LIKE_TAG, Mark, Marked, short
from amem_reports.rendering.word_plan import Drawing
from amem_reports.rendering.word_tree import WP, A, Element, R, nearest, remove, replace_by_text, w

_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_INSERT = re.compile(r"\|\s*(image|graphique)\s*(?:\(.*\))?$", re.DOTALL)
_RELATIVE_SIZES = ("sizeRelH", "sizeRelV")
_TEXTS = ("descr", "title")


def hole(name: str) -> str:
    """What stands in a pattern for a value."""
    return f"\ue000{name}\ue001"


@dataclass
class Drawings:
    """The patterns of a template, and the relationships that only they had: to be taken out, by part."""

    package: Package
    found: list[Drawing] = field(default_factory=list)
    loose: dict[str, list[str]] = field(default_factory=dict)

    def take(self, part: Marked, name: str) -> None:
        """Put the tag of each such picture or chart of a part in its place."""
        used: list[str] = []
        for properties in list(part.root.iter(f"{{{WP}}}docPr")):
            for attribute in _TEXTS:
                text = properties.get(attribute, "")
                tag = next((tag for tag in find_tags(text) if tag.kind == "{{" and tag.end > 0 and _INSERT.search(tag.code)), None)
                if tag is not None and properties.getroottree().getroot() is part.root:
                    used += self._take(part, name, properties, attribute, tag)
        kept = {str(value) for element in part.root.iter() for key, value in element.attrib.items() if str(key).startswith(f"{{{R}}}")}
        if gone := [identifier for identifier in dict.fromkeys(used) if identifier not in kept]:
            self.loose[name] = gone

    def _take(self, part: Marked, name: str, properties: Element, attribute: str, tag: Tag) -> list[str]:
        """The relationships that the pattern had."""
        text = properties.get(attribute, "")
        place = f"{part.label}, texte de remplacement « {short(text)} »"
        match, drawing, frame = _INSERT.search(tag.code), nearest(properties, w("drawing")), properties.getparent()
        assert match is not None
        kind = match[1]
        if drawing is None or frame is None or text.strip() != text[tag.start : tag.end]:
            part.fault(place, PLACES[kind], "laisser la balise seule dans le texte de remplacement")
            return []
        names = (f"{{{A}}}blip",) if kind == "image" else (f"{{{_CHART}}}chart",)
        inside = list(drawing.iter(*names))
        if len(inside) != 1:
            wanted = "une image" if kind == "image" else "un graphique"
            part.fault(place, f"« {tag.code} » : ce dessin n’est pas {wanted}", f"donner ce texte de remplacement à {wanted}")
            return []
        used = [str(value) for key, value in inside[0].attrib.items() if str(key).startswith(f"{{{R}}}")]
        target = next((link.target for link in links_of(self.package.read, self.package.names, name) if link.id in used), "")
        if kind == "graphique" and (problem := self._chart_problem(target)):
            part.fault(place, problem, "le recréer dans Word par Insertion > Graphique : colonnes, barres, courbes, aires ou secteurs")
            return []
        other = "" if LOOKS_LIKE_TAG.search(words := properties.get("title" if attribute == "descr" else "descr", "")) else words
        extent = frame.find(f"{{{WP}}}extent")
        width, height = (int(extent.get(name, "0")) if extent is not None else 0 for name in ("cx", "cy"))
        _open(frame, drawing, inside[0], properties, resized=kind == "image")
        pattern = _pattern(part, drawing, place)
        self.found.append(Drawing(kind, pattern, width, height, other, properties.get("name", ""), target))
        source = f'{{{{ ({tag.code})|__appel("{kind}", {len(self.found) - 1}) }}}}'
        replace_by_text(drawing, part.mark(Mark(source, place, tag, typed=text[tag.start : tag.end])))
        return used

    def _chart_problem(self, target: str) -> str:
        """Why a chart cannot be filled; empty when it can."""
        from amem_reports.rendering.charts import Chart

        if target not in self.package.names:
            return "ce graphique est abîmé"
        chart = Chart(self.package.read(target))
        links = {link.id: link for link in links_of(self.package.read, self.package.names, target)}
        link = links.get(chart.workbook)
        if link is None or link.external or link.target not in self.package.names:
            return "ce graphique n’a pas son classeur de données dans le modèle"
        return chart.problem


def _open(frame: Element, drawing: Element, shown: Element, properties: Element, *, resized: bool) -> None:
    """Leave holes where the value says what is to stand; what belongs to the old picture alone goes."""
    for own in (properties, *drawing.iter("{*}cNvPr")):
        _forget(own, *_TEXTS)
        own.set("descr", hole("descr"))
    properties.set("id", hole("id"))
    if not resized:
        shown.set(f"{{{R}}}id", hole("relation"))
        return
    _forget(shown, f"{{{R}}}link")
    shown.set(f"{{{R}}}embed", hole("relation"))
    for old in [*shown.iterfind(f"{{{A}}}extLst"), *drawing.iter(f"{{{A}}}srcRect")]:
        remove(old)
    for old in [child for name in _RELATIVE_SIZES for child in frame.iterfind(f"{{*}}{name}")]:
        remove(old)
    for size in [*frame.iterfind(f"{{{WP}}}extent"), *drawing.iterfind(f".//{{{A}}}xfrm/{{{A}}}ext")]:
        size.set("cx", hole("cx"))
        size.set("cy", hole("cy"))


def _forget(element: Element, *names: str) -> None:
    for name in names:
        if name in element.attrib:
            del element.attrib[name]


def _pattern(part: Marked, drawing: Element, place: str) -> str:
    """The drawing as text, without the namespaces that its part declares already."""
    text = etree.tostring(drawing, encoding="unicode", with_tail=False)
    if LOOKS_LIKE_TAG.search(text):
        part.fault(place, "ce dessin porte encore une autre balise", "n’en laisser qu’une")
    for prefix, uri in part.root.nsmap.items():
        text = text.replace(f' xmlns:{prefix}="{uri}"', "")
    return text
