"""What Word and Excel write into a file of the person and the computer that it was made by: none of it passes into a document."""

from __future__ import annotations

import re
from collections.abc import Iterator

from amem_reports.rendering.package import Package

_PERSONAL = re.compile(rb"<((?:\w+:)?(?:Template|Manager|Company|HyperlinkBase))(?:\s[^>]*)?(?:/>|>.*?</\1>)", re.DOTALL)
_FOLDER = re.compile(
    rb"<mc:AlternateContent\b[^>]*>\s*<mc:Choice\b[^>]*>\s*<\w+:absPath\b[^>]*?(?:/>|>\s*</\w+:absPath>)\s*</mc:Choice>\s*</mc:AlternateContent>"
)
_ATTACHED = re.compile(rb"<w:attachedTemplate\b[^>]*?(?:/>|>\s*</w:attachedTemplate>)")
_ATTACHED_LINK = re.compile(rb"<Relationship\b[^>]*?/attachedTemplate\"[^>]*?(?:/>|>\s*</Relationship>)")
ATTACHED = "modèle Word attaché"
_PLACES = {
    "docProps/app.xml": _PERSONAL,
    "xl/workbook.xml": _FOLDER,
    "word/settings.xml": _ATTACHED,
    "word/_rels/settings.xml.rels": _ATTACHED_LINK,
}


def removes(message: str) -> bool:
    """Whether what is told of a template is taken out of the documents made of it."""
    return message.startswith(ATTACHED)


def without(name: str, content: bytes) -> bytes:
    """A part without the company, the folder of the workbook and the attached template of its author."""
    return _PLACES[name].sub(b"", content) if name in _PLACES else content


def cleaned(package: Package) -> Iterator[tuple[str, bytes]]:
    """The parts of a package that held such traces, as they are without them."""
    for name in _PLACES:
        if name in package.names:
            content = package.read(name)
            if (clean := without(name, content)) != content:
                yield name, clean
