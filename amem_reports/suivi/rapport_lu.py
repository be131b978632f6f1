"""A report that someone edited in Word or LibreOffice: its narrative passages, found by their content controls or by their bookmarks."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from amem_reports import endroits, markdown, signets
from amem_reports.endroits import Endroit
from amem_reports.errors import AmemError, Constat
from amem_reports.french import A_RENSEIGNER
from amem_reports.octets import Archive, RefusError
from amem_reports.octets import read as read_bytes
from amem_reports.suivi.mots import Feuille, Lecteur, Lu, W, local, val
from amem_reports.suivi.valeurs import MAX_TEXT

MAX_BYTES = 100_000_000
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_CONTENTS = re.compile(r"(?i)(?:toc|contents) ?\d")
_OFFICE = "/officeDocument"
_REMEDE = "donner un rapport produit par « amem rapport », enregistré en .docx"


@dataclass(frozen=True)
class PassageLu:
    """A passage as it stands in the document: the fingerprint it was printed with, its Markdown (None when empty), and its reading."""

    endroit: Endroit
    base: str
    texte: str | None
    lu: Lu


@dataclass
class RapportLu:
    """What a document holds of passages; `cles` are those it was printed with, as they are hidden in it."""

    nom: str
    octets: bytes
    passages: list[PassageLu] = field(default_factory=list)
    cles: list[str] = field(default_factory=list)
    doubles: list[Endroit] = field(default_factory=list)

    @property
    def sha256(self) -> str:
        """The fingerprint of the file."""
        return hashlib.sha256(self.octets).hexdigest()


def read(path: Path, connus: dict[str, Endroit]) -> RapportLu:
    """Read a report; `connus` are the passages that may be in it, by their key. AmemError when it is no such document at all."""
    from lxml import etree

    try:
        if path.suffix.lower() != ".docx" and not path.is_dir():
            raise RefusError(f"extension « {path.suffix} »" if path.suffix else "fichier sans extension", _remedy_for(path.suffix.lower()))
        octets = read_bytes(path, MAX_BYTES)
        archive = Archive(octets)
        archive.check()
        rapport = _read(_Parts(archive), RapportLu(path.name, octets), connus)
    except RefusError as error:
        raise AmemError([Constat(path.name, "", error.message, error.remede)]) from error
    except (etree.XMLSyntaxError, KeyError, ValueError) as error:
        remede = "l’ouvrir dans Word ou LibreOffice et l’enregistrer de nouveau"
        raise AmemError([Constat(path.name, "", "le document est abîmé", remede)]) from error
    if not rapport.passages and not rapport.cles:
        raise AmemError(
            [Constat(path.name, "", "aucun passage à reprendre : ce rapport n’en a pas encore, ou n’est pas produit par amem", _REMEDE)]
        )
    return rapport


def around(octets: bytes, connus: dict[str, Endroit]) -> list[str]:
    """The words of each paragraph outside the passages, without the contents list, whose numbers any program writes anew."""
    parts = _Parts(Archive(octets))
    root, styles = parts.tree(parts.main), parts.beside("styles")
    lists = (
        {style.get(f"{W}styleId") for style in styles.iter(f"{W}style") if _CONTENTS.match(val(style, "name"))}
        if styles is not None
        else set()
    )
    inside = {p for control in root.iter(f"{W}sdt") if endroits.lire(val(control, "sdtPr/tag")) for p in control.iter(f"{W}p")}
    inside |= {p for _, _, elements in _between_bookmarks(root, connus) for element in elements for p in element.iter(f"{W}p")}
    found = (_words(p) for p in root.iter(f"{W}p") if p not in inside and val(p, "pPr/pStyle") not in lists)
    return [words for words in found if words]


def _words(paragraph: Any) -> str:
    pieces = (piece.text or "" if local(piece) == "t" else " " for piece in paragraph.iter(f"{W}t", f"{W}tab", f"{W}br"))
    return " ".join("".join(pieces).split())


def _remedy_for(suffix: str) -> str:
    workbook = "pour un classeur de suivi, employer « amem importer » ; un rapport se reprend de son document Word"
    return workbook if suffix in (".xlsx", ".xlsm", ".xls", ".ods") else "enregistrer le document en .docx"


class _Parts:
    """The parts of a document, by the relationships that lead to them."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        main = next((target for kind, target, _ in self.links("") if kind.endswith(_OFFICE)), "")
        if main not in archive.entries:
            raise RefusError("ce n’est pas un document Word", _REMEDE)
        self.main = main

    def tree(self, name: str) -> Any:
        """The tree of a part; None when there is none of that name."""
        from lxml import etree

        if name not in self.archive.entries:
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
        return etree.fromstring(self.archive.read(name), parser)

    def links(self, part: str) -> Iterator[tuple[str, str, str]]:
        """Type, target and identifier of what a part leads to; addresses outside as they are."""
        folder, _, name = part.rpartition("/")
        root = self.tree(f"{folder}/_rels/{name}.rels".lstrip("/"))
        for link in root.iter(_RELATION) if root is not None else ():
            target = link.get("Target", "")
            if link.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            yield link.get("Type", ""), target, link.get("Id", "")

    def beside(self, kind: str) -> Any:
        """The part of a kind that the main one leads to."""
        return self.tree(next((target for found, target, _ in self.links(self.main) if found.endswith(f"/{kind}")), ""))


def _read(parts: _Parts, rapport: RapportLu, connus: dict[str, Endroit]) -> RapportLu:
    root = parts.tree(parts.main)
    links = {identifier: target for kind, target, identifier in parts.links(parts.main) if kind.endswith("/hyperlink")}
    feuille = Feuille.of(parts.beside("styles"), parts.beside("numbering"), links, parts.beside("comments"))
    rapport.cles = _printed(parts)
    found: dict[Endroit, PassageLu] = {}
    for endroit, base, elements in (*_controls(root), *_between_bookmarks(root, connus)):
        passage = _passage(endroit, base, Lecteur(feuille).read(elements))
        if endroit not in found:
            found[endroit] = passage
        elif passage.texte != found[endroit].texte and passage.texte is not None:
            rapport.doubles.append(endroit)
    rapport.passages = list(found.values())
    return rapport


def _passage(endroit: Endroit, base: str, lu: Lu) -> PassageLu:
    texte = _markdown(lu)
    if texte != A_RENSEIGNER and A_RENSEIGNER in texte.lower():
        lu.note(f"« {A_RENSEIGNER} » y reste écrit")
    return PassageLu(endroit, base, texte if texte not in ("", A_RENSEIGNER) else None, lu)


def _markdown(lu: Lu) -> str:
    long = sum(
        len(piece.texte) for bloc in lu.blocs for line in (bloc.ligne, *(cell for row in bloc.rangs for cell in row)) for piece in line
    )
    if long > MAX_TEXT:
        lu.refus.append(f"texte de {long} caractères, {MAX_TEXT} au plus")
        return ""
    try:
        return markdown.ecrire(markdown.ordonner(lu.blocs))
    except markdown.IndicibleError:
        lu.refus.append("gras, italique et barré y sont mêlés d’une façon qui ne s’écrit pas")
        return ""


def _printed(parts: _Parts) -> list[str]:
    """The keys of the passages that the document was printed with."""
    root = parts.tree(next((target for kind, target, _ in parts.links("") if kind.endswith("/custom-properties")), ""))
    lines = ["".join(one.itertext()) for one in root if str(one.get("name")).startswith("amem-passages-")] if root is not None else []
    return list(dict.fromkeys(key for line in lines for key in line.split()))


def _controls(root: Any) -> Iterator[tuple[Endroit, str, list[Any]]]:
    for control in root.iter(f"{W}sdt"):
        known = endroits.lire(val(control, "sdtPr/tag"))
        content = control.find(f"{W}sdtContent")
        if known and content is not None and not _inside(control):
            placeholder = control.find(f"{W}sdtPr/{W}showingPlcHdr") is not None
            yield *known, [] if placeholder else list(content)


def _inside(control: Any) -> bool:
    """Whether a control stands in a line, or in another passage."""
    around = control.iterancestors(f"{W}p", f"{W}sdt")
    return any(local(one) == "p" or endroits.lire(val(one, "sdtPr/tag")) for one in around)


# --- bookmarks: what LibreOffice keeps --------------------------------------------------------------------------------------------------


@dataclass
class _Signet:
    """One bookmark: the paragraphs where it begins and ends, and whether words stand before it there."""

    debut: int
    fin: int
    apres_mots: bool


def _between_bookmarks(root: Any, connus: dict[str, Endroit]) -> Iterator[tuple[Endroit, str, list[Any]]]:
    """The passages between two bookmarks. A bookmark between two paragraphs may lie at the end of one or the beginning of the other."""
    paragraphs = list(root.iter(f"{W}p"))
    signets = _signets(root, {paragraph: number for number, paragraph in enumerate(paragraphs)})
    seen = {endroit for endroit, _, _ in _controls(root)}
    taken: set[int] = set()
    for (key, base, side), start in signets.items():
        end, endroit = signets.get((key, base, "f")), connus.get(key)
        if side != "d" or end is None or endroit is None or endroit in seen:
            continue
        seen.add(endroit)
        first = start.debut + (start.debut != start.fin or start.apres_mots)
        last = end.fin - (end.debut != end.fin or not end.apres_mots)
        inside = range(max(first, 0), last + 1)
        if not taken.isdisjoint(inside):
            raise RefusError("les repères de deux passages se chevauchent", "repartir d’un rapport neuf, et y reporter les corrections")
        taken.update(inside)
        yield endroit, "" if base == endroits.VIDE else base, _blocks([paragraphs[number] for number in inside])


def _signets(root: Any, numbers: dict[Any, int]) -> dict[tuple[str, str, str], _Signet]:
    found: dict[tuple[str, str, str], _Signet] = {}
    opened: dict[str, tuple[str, str, str]] = {}
    here, words = -1, False
    for element in root.iter(f"{W}p", f"{W}t", f"{W}bookmarkStart", f"{W}bookmarkEnd"):
        name = local(element)
        if name == "p":
            here, words = numbers[element], False
        elif name == "t":
            words = words or bool((element.text or "").strip())
        elif name == "bookmarkStart" and (match := re.fullmatch(signets.SIGNET, element.get(f"{W}name", ""))):
            at = here if _in_paragraph(element) else here + 1
            key = (match[1], match[2], match[3])
            found.setdefault(key, _Signet(at, at, words and _in_paragraph(element)))
            opened[element.get(f"{W}id", "")] = key
        elif name == "bookmarkEnd" and (closed := opened.get(element.get(f"{W}id", ""))):
            found[closed].fin = here if _in_paragraph(element) else here + 1
    return found


def _in_paragraph(element: Any) -> bool:
    return any(local(around) == "p" for around in element.iterancestors())


def _blocks(inside: list[Any]) -> list[Any]:
    """Paragraphs, and in their place the tables that lie between the bookmarks as a whole."""
    known = set(inside)
    whole: dict[Any, bool] = {}
    found: list[Any] = []
    for paragraph in inside:
        tables = list(paragraph.iterancestors(f"{W}tbl"))
        for table in tables:
            if table not in whole:
                whole[table] = all(one in known for one in table.iter(f"{W}p"))
        block = next((table for table in reversed(tables) if whole[table]), paragraph)
        if not found or found[-1] is not block:
            found.append(block)
    return found
