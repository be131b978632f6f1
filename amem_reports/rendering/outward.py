"""What a template's author put into it that leads out of the document made of it: links, remote pictures, fields and formulas that fetch,
objects and connections. All of it is kept, as the author meant; whoever sends the document has to know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import unquote

from amem_reports.rendering import traces
from amem_reports.rendering.relations import Link, Read, links_of
from amem_reports.rendering.xml_text import unescape

Place = tuple[str, str, str]
_KINDS = {
    "attachedTemplate": traces.ATTACHED,
    "externalLinkPath": "classeur lié",
    "externalLinkLongPath": "classeur lié",
    "image": "image prise ailleurs",
    "oleObject": "objet lié",
    "package": "objet lié",
    "frame": "cadre pris ailleurs",
    "subDocument": "document lié",
    "aFChunk": "document lié",
    "mailMergeSource": "source de publipostage",
    "mailMergeHeaderSource": "source de publipostage",
    "video": "film pris ailleurs",
    "audio": "son pris ailleurs",
    "media": "film ou son pris ailleurs",
    "hyperlink": "lien vers un fichier",
}
_INSIDE = {
    "oleObject": "objet incorporé",
    "control": "contrôle ActiveX",
    "connections": "connexion à des données",
    "queryTable": "requête de données",
    "aFChunk": "document incorporé",
}
_EMBEDDED_IN = re.compile(r"^(?:word/(?!charts/)|xl/worksheets/)")
_FILE = re.compile(r"\s*(?:file:|\\\\|//|[A-Za-z]:[\\/])", re.IGNORECASE)
_RELS = re.compile(r"(?:^|(.*)/)_rels/([^/]*)\.rels$")
_TYPED = re.compile(r"<w:instrText\b[^>]*>([^<]*)</w:instrText>|<w:fldChar\b|<w:fldSimple\b[^>]*\bw:instr=(?:\"([^\"]*)\"|'([^']*)')")
_FIELD = re.compile(
    r"\0\s*(?:(DDEAUTO|DDE|INCLUDEPICTURE|INCLUDETEXT|INCLUDE|IMPORT|LINK|DATABASE|RD|MACROBUTTON)\b|(HYPERLINK)\s+\"?(?:file:|\\\\|[a-z]:[\\/]))",
    re.IGNORECASE,
)
_FORMULA = re.compile(r"<(?:\w+:)?(f|definedName|formula1|formula2|formula)\b[^>]*>([^<]+)<")
_CELL = re.compile(r"<(?:\w+:)?c\b[^>]*?\br=\"([A-Z]+\d+)\"")
_FETCHING = re.compile(
    r"\b(WEBSERVICE|FILTERXML|IMAGE|RTD|CALL|REGISTER(?:\.ID)?|EXEC|STOCKHISTORY|SQL\.REQUEST)\s*\(|(?<![\w.\]])[\w.]+\|(?:'[^']*'|[\w.]+)!"
    r"|\bHYPERLINK\s*\(\s*\"(?:file:|\\\\|[a-z]:[\\/])",
    re.IGNORECASE,
)
_REMEDY = "vérifier que c’est voulu : les documents produits le gardent"


def outside(read: Read, names: Sequence[str], label: Callable[[str], str] = str) -> tuple[Place, ...]:
    """Places, messages and remedies, each once; `label` is what a person calls a part."""
    found = [*_links(read, names, label), *(one for name in names if name.endswith(".xml") for one in _contents(name, read(name), label))]
    return tuple(dict.fromkeys(found))


def _links(read: Read, names: Sequence[str], label: Callable[[str], str]) -> Iterator[Place]:
    for name in names:
        if match := _RELS.match(name):
            part = f"{match[1]}/{match[2]}" if match[1] else match[2]
            for link in links_of(read, names, part):
                if said := _said(part, link):
                    yield label(part), said, _REMEDY
        if name.startswith("xl/externalLinks/") and name.endswith(".xml") and b"ddeLink" in read(name):
            yield label(name), "lien DDE vers un autre programme", _REMEDY


def _said(part: str, link: Link) -> str:
    """What a relationship leads to, where that is worth telling."""
    if not link.external:
        if link.kind == "package" and _EMBEDDED_IN.match(part):
            return "objet incorporé"
        return _INSIDE.get(link.kind, "")
    target = unquote(link.target)
    if link.kind == "hyperlink" and not _FILE.match(target):
        return ""
    shown = target if len(target) <= 80 else f"{target[:80]}…"
    return f"{_KINDS.get(link.kind, 'lien vers l’extérieur')} « {shown} »"


def _contents(name: str, content: bytes, label: Callable[[str], str]) -> Iterator[Place]:
    if name.startswith("word/") and (b"instrText" in content or b"fldSimple" in content):
        typed = "".join(
            f"\0{match[2] or match[3]}" if match[2] or match[3] else (match[1] or "\0") for match in _TYPED.finditer(content.decode())
        )
        for field in dict.fromkeys((match[1] or match[2]).upper() for match in _FIELD.finditer(unescape(f"\0{typed}"))):
            yield label(name), f"champ {field}, qui prend ou lance quelque chose hors du document", _REMEDY
    elif name.startswith("xl/"):
        yield from _formulas(name, content.decode("utf-8", "replace"), label)


def _formulas(name: str, text: str, label: Callable[[str], str]) -> Iterator[Place]:
    for match in _FORMULA.finditer(text):
        formula = unescape(match[2])
        if _FETCHING.search(_outside_texts(formula)) or _FETCHING.match(formula):
            start = text.rfind("<row", 0, match.start())
            cells = _CELL.findall(text, max(start, 0), match.start()) if match[1] == "f" else []
            place = f"{label(name)}, cellule {cells[-1]}" if cells else label(name)
            shown = formula if len(formula) <= 60 else f"{formula[:60]}…"
            yield place, f"formule qui va chercher hors du classeur « {shown} »", _REMEDY


def _outside_texts(formula: str) -> str:
    """A formula without the texts in it, but for the address that HYPERLINK opens."""
    return re.sub(r"(?<!\()\"(?:[^\"]|\"\")*\"", '""', formula)
