"""What Word and Excel write into a file of the persons and the computers that it was made by: none of it passes into a document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from amem_reports.rendering.package import Package

Removal = bytes | Callable[[re.Match[bytes]], bytes]
ATTACHED = "modèle Word attaché"
_PERSONAL = re.compile(rb"<((?:\w+:)?(?:Template|Manager|Company|HyperlinkBase))(?:\s[^>]*)?(?:/>|>.*?</\1>)", re.DOTALL)
_FOLDER = re.compile(
    rb"<mc:AlternateContent\b[^>]*>\s*<mc:Choice\b[^>]*>\s*<\w+:absPath\b[^>]*?(?:/>|>\s*</\w+:absPath>)\s*</mc:Choice>\s*</mc:AlternateContent>"
)
_LINK = rb"<Relationship\b[^>]*?/%s\"[^>]*?(?:/>|>\s*</Relationship>)"
_RULES: tuple[tuple[re.Pattern[str], re.Pattern[bytes], Removal], ...] = (
    (re.compile(r"docProps/app\.xml"), _PERSONAL, b""),
    (
        re.compile(r"docProps/custom\.xml"),
        re.compile(rb"<((?:\w+:)?property)\b[^>]*>.*?</\1>", re.DOTALL),
        lambda match: match[0] if b"{{" in match[0] or b"{%" in match[0] else b"",
    ),
    (re.compile(r"xl/workbook\.xml"), _FOLDER, b""),
    (re.compile(r"xl/workbook\.xml"), re.compile(rb"(<(?:\w+:)?fileSharing\b[^>]*?)\suserName=\"[^\"]*\""), rb"\1"),
    (re.compile(r"xl/comments\d*\.xml|xl/comments/.*"), re.compile(rb"(<(?:\w+:)?author>)[^<]*"), rb"\1Auteur"),
    (re.compile(r"xl/persons/.*"), re.compile(rb"\b(displayName)=\"[^\"]*\""), rb'\1="Auteur"'),
    (re.compile(r"xl/persons/.*"), re.compile(rb"\b(userId)=\"[^\"]*\""), rb'\1=""'),
    (re.compile(r"xl/(?:work|chart)sheets/[^/]*\.xml"), re.compile(rb"(<(?:\w+:)?pageSetup\b[^>]*?)\s\w+:id=\"[^\"]*\""), rb"\1"),
    (re.compile(r"(?:xl|word)/.*_rels/[^/]*\.rels"), re.compile(_LINK % rb"printerSettings"), b""),
    (re.compile(r"word/settings\.xml"), re.compile(rb"<w:attachedTemplate\b[^>]*?(?:/>|>\s*</w:attachedTemplate>)"), b""),
    (re.compile(r"word/_rels/settings\.xml\.rels"), re.compile(_LINK % rb"attachedTemplate"), b""),
    (re.compile(r"word/[^/]*\.xml"), re.compile(rb"<w:printerSettings\b[^>]*?/>"), b""),
    (re.compile(r"word/[^/]*\.xml"), re.compile(rb"\b(w:author)=\"[^\"]*\""), rb'\1="Auteur"'),
    (re.compile(r"word/[^/]*\.xml"), re.compile(rb"\b(w:initials)=\"[^\"]*\""), rb'\1="A"'),
    (re.compile(r"word/people\.xml"), re.compile(rb"<w15:person\b.*?(?:/>|</w15:person>)", re.DOTALL), b""),
)
_PRINTER = re.compile(r"(?:xl|word)/printerSettings/")
_MAX_KNOWN = 64
_held: dict[str, tuple[str, ...]] = {}
"""The parts of a package that hold such traces, by its digest: looked for once for a thousand documents."""


def removes(message: str) -> bool:
    """Whether what is told of a template is taken out of the documents made of it."""
    return message.startswith(ATTACHED)


def without(name: str, content: bytes) -> bytes:
    """A part without the company, the persons, the printers and the folders of its author."""
    for names, traces, instead in _RULES:
        if names.fullmatch(name):
            content = traces.sub(instead, content)
    return content


def cleaned(package: Package) -> Iterator[tuple[str, bytes | None]]:
    """The parts of a package that hold such traces, as they are without them; None for those to leave out."""
    if package.digest not in _held:
        if len(_held) >= _MAX_KNOWN:
            _held.clear()
        _held[package.digest] = tuple(name for name in package.names if _PRINTER.match(name) or _changes(package, name))
    for name in _held[package.digest]:
        yield name, None if _PRINTER.match(name) else without(name, package.read(name))


def _changes(package: Package, name: str) -> bool:
    if not any(names.fullmatch(name) for names, _, _ in _RULES):
        return False
    content = package.read(name)
    return without(name, content) != content
