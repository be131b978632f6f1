"""What LibreOffice leaves to be done on a PDF, so that it is PDF/A-2b and, made from Word, PDF/UA-1; what veraPDF found decided the list.

Nothing of the present or of the machine stays: dates and texts are those of the document, identifiers come from the content.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
from lxml import etree
from pikepdf import Array, ContentStreamInstruction, Dictionary, Name, Operator, String

LANGUAGE = "fr-FR"
HEADINGS = ("/H1", "/H2", "/H3", "/H4", "/H5", "/H6")
PATH_STARTS = frozenset(("m", "re"))
PAINTS = frozenset(("S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh"))
PROFILE_DATE = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
_CORE = {
    "{http://purl.org/dc/elements/1.1/}title": "/Title",
    "{http://purl.org/dc/elements/1.1/}creator": "/Author",
    "{http://purl.org/dc/elements/1.1/}subject": "/Subject",
    "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}keywords": "/Keywords",
}
_LANGUAGE = "{http://purl.org/dc/elements/1.1/}language"
_MODIFIED = "{http://purl.org/dc/terms/}modified"
_INSTANT = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)")
_ARTIFACT = ContentStreamInstruction([Name.Artifact], Operator("BMC"))
_ARTIFACT_END = ContentStreamInstruction([], Operator("EMC"))

# PDF/A wants every schema that it does not know described; that of PDF/UA is one.
_UA_SCHEMA = b"""<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of PDF/UA that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


@dataclass(frozen=True)
class Facts:
    """What a PDF says of itself: what its document says (docProps/core.xml)."""

    info: Mapping[str, str]
    language: str


def facts(core: bytes, name: str) -> Facts:
    """The facts of a document; its name is the title of one that has none, and what cannot be read is left out."""
    root = etree.fromstring(core or b"<none/>", etree.XMLParser(resolve_entities=False, no_network=True, recover=True))
    texts = {element.tag: (element.text or "").strip() for element in (() if root is None else root)}
    info = {key: texts[tag] for tag, key in _CORE.items() if texts.get(tag)}
    info.setdefault("/Title", name)
    if modified := _INSTANT.match(texts.get(_MODIFIED, "")):
        info["/CreationDate"] = info["/ModDate"] = f"D:{''.join(modified.groups())}Z"
    return Facts(info, texts.get(_LANGUAGE) or LANGUAGE)


def finish(made: Path, target: Path, said: Facts) -> None:
    """The PDF as it is given to people."""
    with pikepdf.open(made) as document:
        tagged = Name.StructTreeRoot in document.Root
        if tagged:
            _mend_tags(document)
            for page in document.pages:
                _mend_page(document, page)
        _forget_the_present(document)
        _say(document, said, tagged)
        document.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _mend_tags(document: pikepdf.Pdf) -> None:
    """Standard tags in the place of style names (some are a tag's own), headings without a gap, a text for every picture, notes by name."""
    root = document.Root.StructTreeRoot
    roles = dict(root.get("/RoleMap", {}))
    notes = pikepdf.NameTree.new(document)
    level = 0
    for number, element in enumerate(_elements(root.K)):
        element.S = roles.get(str(element.S), element.S)
        kind = str(element.S)
        if kind in HEADINGS:
            level = min(HEADINGS.index(kind), level) + 1
            element.S = Name(HEADINGS[level - 1])
        elif kind == "/Figure" and not str(element.get("/Alt", "")):
            element.Alt = String("Image sans description")
        elif kind == "/Note":
            element.ID = String(f"note {number:06}")
            notes[f"note {number:06}"] = element
    root.IDTree = notes.obj
    if roles:
        del root.RoleMap


def _elements(node: Any) -> Iterator[Any]:
    """The elements of the structure in reading order."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Array):
            waiting.extend(reversed(list(one)))
        elif isinstance(one, Dictionary) and "/S" in one:
            yield one
            waiting.append(one.get("/K"))


def _mend_page(document: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Links that speak, followed in reading order; lines and areas outside the tags (borders of paragraphs) marked as mere decoration."""
    if "/Annots" in page:
        page.Tabs = Name.S
        page.Annots = Array(link for link in page.Annots if "/StructParent" in link)  # a footnote's way back has no tag
        for link in page.Annots:
            if not str(link.get("/Contents", "")):
                link.Contents = String(str(link.get("/A", {}).get("/URI", "Aller à cet endroit du document")))
    drawn = pikepdf.parse_content_stream(page)
    marked = _with_artifacts(drawn)
    if len(marked) > len(drawn):
        page.Contents = document.make_stream(pikepdf.unparse_content_stream(marked))


def _with_artifacts(drawn: Sequence[Any]) -> list[Any]:
    marked: list[Any] = []
    depth, path = 0, None
    for instruction in drawn:
        operator = str(instruction.operator)
        depth += (operator in ("BDC", "BMC")) - (operator == "EMC")
        if operator in PATH_STARTS and path is None:
            path = len(marked)
        marked.append(instruction)
        if operator in PAINTS and not depth:
            marked.insert(len(marked) - 1 if path is None else path, _ARTIFACT)
            marked.append(_ARTIFACT_END)
        if operator in PAINTS or operator == "n":
            path = None
    return marked


def _forget_the_present(document: pikepdf.Pdf) -> None:
    """What LibreOffice makes from the time of day: identifiers, metadata, the date in the colour profile's header (ICC.1, 7.2.1)."""
    for place, key in ((document.trailer, "/ID"), (document.trailer, "/DocChecksum"), (document.Root, "/Metadata")):
        if key in place:
            del place[key]
    for intent in document.Root.get("/OutputIntents", Array()):
        profile = intent.DestOutputProfile.read_bytes()
        intent.DestOutputProfile.write(profile[:24] + PROFILE_DATE + profile[36:])


def _say(document: pikepdf.Pdf, said: Facts, tagged: bool) -> None:
    """Language, title and properties, once for programs of old and once as XMP."""
    document.Root.Lang = String(said.language)
    document.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    producer = str(document.docinfo.get("/Producer", ""))
    document.docinfo = document.make_indirect(Dictionary({key: String(text) for key, text in {**said.info, "/Producer": producer}.items()}))
    with document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        xmp.load_from_docinfo(document.docinfo)
        xmp["dc:language"] = [said.language]
        xmp["pdfaid:part"], xmp["pdfaid:conformance"] = "2", "B"
        if tagged:
            xmp["pdfuaid:part"] = "1"
    if tagged:
        packet = document.Root.Metadata
        packet.write(packet.read_bytes().replace(b"</rdf:RDF>", _UA_SCHEMA + b"</rdf:RDF>"))
