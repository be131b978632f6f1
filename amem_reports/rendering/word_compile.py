"""From a Word template to its plan: the Jinja source of every part with tags, and what filling it must know of the rest.

The dialect is docxtpl's. A part is read as a tree, its tags are held as marks, moved and checked there, and only then it becomes text; so
every fault is found at once, with its place, and what comes out is well-formed whatever the data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree

from amem_reports.errors import AmemError, Constat
from amem_reports.rendering import traces
from amem_reports.rendering.outward import outside
from amem_reports.rendering.package import CONTENT_TYPES, Package
from amem_reports.rendering.relations import links_of, reachable
from amem_reports.rendering.tags import Source
from amem_reports.rendering.word_cells import apply_cell_tags, capture_grids, note_columns
from amem_reports.rendering.word_controls_read import prepare_controls
from amem_reports.rendering.word_drawings import Drawings
from amem_reports.rendering.word_headings import prepare_contents
from amem_reports.rendering.word_levels import Formats, take_places
from amem_reports.rendering.word_marks import LOOKS_LIKE_TAG, Marked, mark_tags
from amem_reports.rendering.word_plan import NUMBERING, STYLES, Plan, beside
from amem_reports.rendering.word_source import to_source
from amem_reports.rendering.word_structure import read_structure
from amem_reports.rendering.word_styles import Styles, read_numbering, read_styles, read_theme
from amem_reports.rendering.word_tree import WP, Element, NotXmlError, parse

_LABELS = {
    "wordprocessingml.document.main": "corps du document",
    "wordprocessingml.template.main": "corps du document",
    "wordprocessingml.header": "en-tête",
    "wordprocessingml.footer": "pied de page",
    "wordprocessingml.footnotes": "note de bas de page",
    "wordprocessingml.endnotes": "note de fin",
    "wordprocessingml.comments": "commentaire",
    "drawingml.chart": "graphique",
    "drawingml.diagramData": "schéma",
    "core-properties": "propriétés du document",
    "extended-properties": "propriétés du document",
    "custom-properties": "propriétés du document",
}
_DAMAGED = ("un élément du fichier est abîmé", "l’ouvrir dans Word et le réenregistrer")
_OVERRIDE = re.compile(
    r'<Override\b[^>]*?PartName="/([^"]+)"[^>]*?ContentType="[^"]*?([\w.-]+)\+xml"|<Override\b[^>]*?ContentType="[^"]*?([\w.-]+)\+xml"[^>]*?PartName="/([^"]+)"'
)


def compile_template(package: Package) -> Plan:
    """The plan of a template; AmemError with every fault of its tags."""
    try:
        return _compiled(package)
    except etree.XMLSyntaxError as error:
        raise AmemError([Constat(package.name, "", *_DAMAGED)]) from error


def _compiled(package: Package) -> Plan:
    kinds = dict(kinds_of_parts(package))
    document = next((name for name, label in kinds.items() if label == "corps du document"), "")
    if not document:
        remedy = "donner un modèle enregistré par Word au format .docx"
        raise AmemError([Constat(package.name, "", "ce n’est pas un document Word, malgré son nom", remedy)])
    styles_root = _root(package, beside(document, STYLES))
    styles = read_styles(styles_root)
    compiler = _Compiler(package, styles)
    sources = [source for name, label in kinds.items() if (source := compiler.source(name, label)) is not None]
    dropped = compiler.dropped()
    for source in sources:
        if source.part in dropped:
            remedy = "donner « titre » avec les données, et ne laisser aucune balise dans le graphique"
            compiler.faults.append(Constat(package.name, source.place(0), "ce graphique est remplacé : sa balise serait perdue", remedy))
    if compiler.faults:
        raise AmemError(dict.fromkeys(compiler.faults))
    numbering, last, last_definition = read_numbering(styles_root, _root(package, beside(document, NUMBERING)))
    return Plan(
        document,
        tuple(sources),
        tuple(compiler.formats.found),
        styles.ids,
        numbering,
        compiler.last_id,
        last,
        tuple(compiler.drawings.found),
        compiler.drawings.loose,
        dropped,
        last_definition,
        compiler.listed,
        tuple(compiler.doubts),
        outside(package.read, package.names, lambda name: kinds.get(name) or name),
        read_theme(_root(package, _theme_of(package, document))),
    )


def _theme_of(package: Package, document: str) -> str:
    links = links_of(package.read, package.names, document)
    return next((link.target for link in links if link.kind == "theme" and not link.external), "")


def kinds_of_parts(package: Package) -> Iterable[tuple[str, str]]:
    """The parts that may hold tags, and what a person calls them."""
    types = package.read(CONTENT_TYPES).decode("utf-8", "replace")
    names = set(package.names)
    found = [(match[1] or match[4], match[2] or match[3]) for match in _OVERRIDE.finditer(types)]
    for name, kind in found:
        label = next((label for ending, label in _LABELS.items() if kind.endswith(ending)), None)
        if label is not None and name in names:
            number = re.search(r"(\d+)\.xml$", name)
            several = sum(other.endswith(kind) for _, other in found) > 1
            yield name, f"{label} {number[1]}" if number and several else label


def _root(package: Package, name: str) -> Element | None:
    try:
        return parse(package.read(name)) if name in package.names else None
    except NotXmlError:
        raise AmemError([Constat(package.name, name, *_DAMAGED)]) from None


class _Compiler:
    def __init__(self, package: Package, styles: Styles) -> None:
        self.package, self.styles = package, styles
        self.formats = Formats()
        self.drawings = Drawings(package)
        self.faults: list[Constat] = []
        self.doubts: list[tuple[str, str, str]] = []
        self.last_id = 0
        self.listed: dict[str, int] = {}
        self.headings = frozenset(styles.levels)

    def source(self, name: str, label: str) -> Source | None:
        """The source of a part, or nothing when it holds no tag."""
        data = traces.without(name, self.package.read(name))
        if b"{" not in data and b"}_}" not in data:
            return None
        try:
            part = Marked(parse(data), self.package.name, label, self.headings)
        except NotXmlError:
            self.faults.append(Constat(self.package.name, label, *_DAMAGED))
            return None
        if not _has_tags(part.root):
            return None
        self._unique_ids(part.root)
        self.drawings.take(part, name)
        mark_tags(part)
        note_columns(part)
        take_places(part, self.formats)
        apply_cell_tags(part)
        capture_grids(part)
        prepare_controls(part)
        self.listed |= prepare_contents(part, self.styles)
        structure = read_structure(part)
        self.faults += part.faults
        self.doubts += [(one.endroit, one.message, one.remede) for one in part.doubts]
        return to_source(part, name, structure)

    def dropped(self) -> tuple[str, ...]:
        """The parts that only the drawings to be replaced led to."""
        if not self.drawings.loose:
            return ()
        read, names = self.package.read, self.package.names
        loose = {(part, identifier) for part, gone in self.drawings.loose.items() for identifier in gone}
        return tuple(sorted(reachable(read, names) - reachable(read, names, loose)))

    def _unique_ids(self, root: Element) -> None:
        """Drawings that share an identifier get new ones; the highest is where numbering goes on."""
        seen: set[str] = set()
        again: list[Element] = []
        for drawing in root.iter(f"{{{WP}}}docPr"):
            identifier = drawing.get("id", "0")
            self.last_id = max(self.last_id, int(identifier) if identifier.isdigit() else 0)
            if identifier in seen:
                again.append(drawing)
            seen.add(identifier)
        for drawing in again:
            self.last_id += 1
            drawing.set("id", str(self.last_id))


def _has_tags(root: Element) -> bool:
    """Whether a part holds a tag: in the words of a paragraph, over whatever runs, or in an attribute."""
    if LOOKS_LIKE_TAG.search("".join(map(str, root.itertext()))):
        return True
    return any("{{" in str(value) or "{%" in str(value) for element in root.iter() for value in element.attrib.values())
