"""What a produced file says of itself: docProps/core.xml written anew, so that no name or date of a template's author passes on."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from amem_reports.rendering.package import Package
from amem_reports.rendering.xml_text import escape

CORE = "docProps/core.xml"
_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
_RELATION = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"


class Proprietes(NamedTuple):
    """What a file says of itself (docProps/core.xml); dates and names of the template's author never pass into a document."""

    titre: str
    sujet: str
    auteur: str
    date: date
    mots_cles: str = ""
    langue: str = "fr-FR"


def parts(package: Package, proprietes: Proprietes) -> dict[str, bytes | None]:
    """The parts that carry the properties, and those that would tell of the template's author, cleaned.

    A template without properties gets them, listed where they have to be.
    """
    from amem_reports.rendering.traces import cleaned

    found: dict[str, bytes | None] = {CORE: _core(proprietes).encode(), **dict(cleaned(package))}
    if CORE not in package.names:
        types, rels = package.read("[Content_Types].xml").decode(), package.read("_rels/.rels").decode()
        override = f'<Override PartName="/{CORE}" ContentType="{_TYPE}"/></Types>'
        relation = f'<Relationship Id="rIdAmemCore" Type="{_RELATION}" Target="{CORE}"/></Relationships>'
        found["[Content_Types].xml"] = types.replace("</Types>", override).encode()
        found["_rels/.rels"] = rels.replace("</Relationships>", relation).encode()
    return found


def _core(proprietes: Proprietes) -> str:
    day = f"{proprietes.date.isoformat()}T00:00:00Z"
    texts = {
        "dc:title": proprietes.titre,
        "dc:subject": proprietes.sujet,
        "dc:creator": proprietes.auteur,
        "cp:keywords": proprietes.mots_cles,
        "cp:lastModifiedBy": proprietes.auteur,
        "dc:language": proprietes.langue,
    }
    lines = "".join(f"<{name}>{escape(text, quote=False)}</{name}>" for name, text in texts.items() if text)
    dates = "".join(f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{day}</dcterms:{name}>' for name in ("created", "modified"))
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{lines}{dates}</cp:coreProperties>'
    )
