"""The body of another Word document, made part of the one that is written: its styles, lists, pictures and links come with it.

docxcompose, which docxtpl uses, was looked at: it works on whole documents in memory and numbers lists by chance, so that no two runs give
the same bytes. What does not come along: page layout (sections, headers), comments, and notes, which are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from amem_reports.errors import AmemError
from amem_reports.rendering.filters import UnfitError
from amem_reports.rendering.package import Package
from amem_reports.rendering.relations import Link, content_type, links_of
from amem_reports.rendering.word_structure import OF_SESSIONS
from amem_reports.rendering.word_tree import WP, Element, NotXmlError, R, parse, remove, w

if TYPE_CHECKING:
    from amem_reports.rendering.word_write import Writing

_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_DROPPED = ("sectPr", "commentRangeStart", "commentRangeEnd", "commentReference", "lvlPicBulletId", "nsid", "tmpl")
_NOTES = ("footnoteReference", "endnoteReference")
_STYLE_USES = {"pStyle": "paragraph", "rStyle": "character", "tblStyle": "table", "numStyleLink": "numbering", "styleLink": "numbering"}
_STYLE_LINKS = ("basedOn", "next", "link")
_FIRST_BOOKMARK = 1_000_000


class Guest:
    """A document to be put in, read from its bytes."""

    def __init__(self, data: bytes, name: str) -> None:
        try:
            self.package = Package(Path(name), data)
            read, names = self.package.read, self.package.names
            self.part = next((link.target for link in links_of(read, names, "") if link.kind == "officeDocument"), "")
            if "wordprocessingml" not in content_type(read, self.part):
                raise UnfitError(f"sous-document « {name} » : ce n’est pas un document Word")
            self.links = {link.id: link for link in links_of(read, names, self.part)}
            self.body = self._root(self.part)[0]
            beside = {link.kind: link.target for link in self.links.values()}
            styles, numbering = (self._root(beside[kind]) if kind in beside else etree.Element(kind) for kind in ("styles", "numbering"))
        except AmemError as error:
            raise UnfitError(f"sous-document « {name} » : {error.constats[0].message}") from error
        except (NotXmlError, etree.XMLSyntaxError, KeyError, IndexError) as error:
            raise UnfitError(f"sous-document « {name} » abîmé : l’ouvrir dans Word et le réenregistrer") from error
        if any(self.body.find(f".//{w(note)}") is not None for note in _NOTES):
            raise UnfitError(f"sous-document « {name} » : ses notes de bas de page ne peuvent pas suivre ; les écrire dans le texte")
        self.styles = {style.get(w("styleId"), ""): style for style in styles.iter(w("style"))}
        self.lists = {one.get(w("numId"), ""): one for one in numbering.iter(w("num"))}
        self.definitions = {one.get(w("abstractNumId"), ""): one for one in numbering.iter(w("abstractNum"))}

    def _root(self, part: str) -> Element:
        """A part without what belongs to its own document alone, or what readers may ignore."""
        root = parse(self.package.read(part))
        ignorable = {root.nsmap[prefix] for prefix in root.get(f"{{{_MC}}}Ignorable", "").split() if prefix in root.nsmap}
        for element in list(root.iter()):
            for name in [name for name in element.attrib if etree.QName(str(name)).namespace in ignorable or _of_sessions(str(name))]:
                del element.attrib[name]
            if element is not root and (etree.QName(element).namespace in ignorable or element.tag in map(w, _DROPPED)):
                remove(element)
        required = {prefix for choice in root.iter(f"{{{_MC}}}Choice") for prefix in choice.get("Requires", "").split()}
        etree.cleanup_namespaces(root, keep_ns_prefixes=sorted(required))
        return root


def _of_sessions(name: str) -> bool:
    return etree.QName(name).localname in OF_SESSIONS


class Joiner:
    """Puts documents into one that is written, each as often as it is asked for."""

    def __init__(self, writing: Writing) -> None:
        self._writing, self._headings = writing, writing.plan.headings
        self._known = {kind: dict(names) for kind, names in writing.plan.styles.items()}
        self._bookmarks = _FIRST_BOOKMARK
        self._lists: dict[str, str] = {}

    def join(self, part: str, guest: Guest) -> str:
        """The body of a document, as it may stand in a part."""
        copied: dict[str, str] = {}
        self._lists = {}
        self._follow(guest, guest.body)
        for element in guest.body.iter():
            for name in [name for name in element.attrib if str(name).startswith(f"{{{R}}}")]:
                link = guest.links.get(str(element.get(name)))
                if link is not None:
                    element.set(name, self._related(part, guest, link, copied))
        self._number_anew(guest.body)
        return "".join(self._blocks(guest.body))

    def _related(self, part: str, guest: Guest, link: Link, copied: dict[str, str]) -> str:
        target = link.target if link.external else self._writing.additions.copy(guest.package, link.target, copied)
        return self._writing.additions.relate(part, link.type, target, link.external)

    def _blocks(self, body: Element) -> Iterator[str]:
        for block in body:
            text = _text(block)
            style = block.find(f"{w('pPr')}/{w('pStyle')}")
            level = self._headings.get(style.get(w("val"), ""), 0) if style is not None else 0
            yield self._writing.contents.heading(text, level) if level else text

    def _number_anew(self, body: Element) -> None:
        """Identifiers that no other part of the document has."""
        for drawing in body.iter(f"{{{WP}}}docPr"):
            drawing.set("id", str(self._writing.new_id()))
        marks: dict[str, str] = {}
        for mark in body.iter(w("bookmarkStart"), w("bookmarkEnd")):
            old = mark.get(w("id"), "")
            if old not in marks:
                self._bookmarks += 1
                marks[old] = str(self._bookmarks)
            mark.set(w("id"), marks[old])
        for content in body.iter(w("sdtPr")):
            for identifier in content.findall(w("id")):
                remove(identifier)

    def _follow(self, guest: Guest, root: Element) -> None:
        """Have all styles and lists that an element names in the document that is written."""
        for use in list(root.iter(*map(w, _STYLE_USES))):
            kind = _STYLE_USES[etree.QName(use).localname]
            if found := self._style(guest, kind, use.get(w("val"), "")):
                use.set(w("val"), found)
            else:
                remove(use)
        for number in root.iter(w("numId")):
            number.set(w("val"), self._list(guest, number.get(w("val"), "0")))

    def _style(self, guest: Guest, kind: str, identifier: str) -> str:
        """The identifier here of a guest's style: of the one with the same name, or of a copy; empty for one that does not exist."""
        style = guest.styles.get(identifier)
        if style is None:
            return ""
        name = style.find(w("name"))
        words = (name.get(w("val"), "") if name is not None else identifier).lower()
        known = self._known.setdefault(kind, {})
        if words not in known:
            known[words] = self._free_name(identifier)
            self._add_style(guest, kind, deepcopy(style), known[words])
        return known[words]

    def _free_name(self, identifier: str) -> str:
        taken = {one for names in self._known.values() for one in names.values()}
        number, free = 1, identifier
        while free in taken:
            number += 1
            free = f"{identifier}{number}"
        return free

    def _add_style(self, guest: Guest, kind: str, style: Element, identifier: str) -> None:
        style.set(w("styleId"), identifier)
        if w("default") in style.attrib:
            del style.attrib[w("default")]
        for link in [found for name in _STYLE_LINKS for found in style.findall(w(name))]:
            other = "character" if kind == "paragraph" else "paragraph"
            if found := self._style(guest, other if link.tag == w("link") else kind, link.get(w("val"), "")):
                link.set(w("val"), found)
            else:
                remove(link)
        self._follow(guest, style)
        self._writing.styles.append(_text(style))

    def _list(self, guest: Guest, identifier: str) -> str:
        """The number here of a guest's list, which is copied with its definition, so that it counts from its own beginning."""
        if identifier not in self._lists and identifier in guest.lists:
            made = deepcopy(guest.lists[identifier])
            link = made.find(w("abstractNumId"))
            definition = deepcopy(guest.definitions.get(link.get(w("val"), "") if link is not None else ""))
            if link is None or definition is None:
                return "0"
            number, definition_number = self._writing.numbering.next_numbers()
            self._lists[identifier] = str(number)
            made.set(w("numId"), str(number))
            link.set(w("val"), str(definition_number))
            definition.set(w("abstractNumId"), str(definition_number))
            self._follow(guest, definition)
            self._writing.numbering.add(_text(made), _text(definition))
        return self._lists.get(identifier, "0")


def _text(element: Element) -> str:
    """An element as text; the namespace of Word is declared by whatever it is put into."""
    return etree.tostring(element, encoding="unicode", with_tail=False).replace(f' xmlns:w="{element.nsmap["w"]}"', "")
