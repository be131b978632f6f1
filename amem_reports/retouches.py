"""What a person changed in a report outside its passages, which are all that is taken back: the next report would lose it in silence."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path

from amem_reports import __version__, manifeste
from amem_reports.attestation import INTACT, attest
from amem_reports.dossier import Dossier
from amem_reports.ecriture import digest
from amem_reports.errors import AmemError
from amem_reports.espace import LOGOS, Espace
from amem_reports.model import Periode
from amem_reports.octets import read
from amem_reports.rendering import claims, render
from amem_reports.reports import RAPPORT
from amem_reports.suivi.rapport_lu import MAX_BYTES, around
from amem_reports.suivi.reprendre import known_passages
from amem_reports.voisins import files_in


@dataclass(frozen=True)
class Retouche:
    """A paragraph that changed: its words before ("" for one that was added) and after ("" for one that was taken out)."""

    avant: str
    apres: str


def find(espace: Espace, dossier: Dossier, fichier: Path) -> tuple[Retouche, ...] | None:
    """The paragraphs that changed, none in a report that is as it was made. None where it cannot be made again to be compared with.

    `dossier` holds the records as they stand before anything of the report is taken back.
    """
    if next(attest(fichier, fichier.parent)).verdict == INTACT:
        return ()
    made = _made_again(espace, dossier, manifeste.claims(claims.keywords(fichier)), claims.day(fichier))
    if made is None:
        return None
    known = known_passages(dossier.catalogue, dossier.suivi)
    return tuple(_changes(around(made, known), around(read(fichier, MAX_BYTES), known)))


def _made_again(espace: Espace, dossier: Dossier, said: dict[str, str], day: str) -> bytes | None:
    """The report from what it says that it was made of; None when any of that has changed since."""
    revisions = {"catalogue": dossier.catalogue.revision, "suivi": dossier.suivi.revision or "", "amem": __version__}
    if any(said.get(name, "") != revision for name, revision in revisions.items()):
        return None
    place, _, mark = said.get("modèle", "").partition(" ")
    try:
        template = espace.template(RAPPORT.nom, place.rpartition("/")[2], "docx")
        chosen = replace(dossier, periode=Periode.parse(said.get("période", "")), date=date.fromisoformat(day))
    except (AmemError, ValueError):
        return None
    if not mark or not digest(template).startswith(mark):
        return None
    out = io.BytesIO()
    render(template, RAPPORT.document(chosen).contexte, out, None, files_in(template.parent.parent / LOGOS, "dossier « logos »"))
    return out.getvalue()


def _changes(before: Sequence[str], after: Sequence[str]) -> Iterator[Retouche]:
    for kind, start, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        old, new = before[start:end], after[first:last]
        if kind == "replace" and len(old) == len(new):
            yield from map(Retouche, old, new)
        elif kind != "equal":
            yield from (Retouche(words, "") for words in old)
            yield from (Retouche("", words) for words in new)
