"""Where each narrative passage of a report comes from, as the tag of its content control: `MA/2019-T4/activites/MA-1.2/recit#1a2b3c4d`.

The end is the fingerprint of the passage as it was printed, so that whoever reads the document back can tell who changed what. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from amem_reports.fiche import Narratif, empreinte
from amem_reports.markdown import normal
from amem_reports.signets import cle

MAX_MARQUE = 64
"""Signs that Word takes in the tag or the title of a content control."""
VIDE = "vide"
CHAMPS = ("recit", "difficultes", "mesures", "prochaines_etapes")
"""The texts of an activity."""
_MARQUE = re.compile(r"([A-Z]{2})/(20[0-9]{2}-T[1-4])/([^#\s]{1,60})#([0-9a-f]{8}|vide)")
_PLACE = re.compile(rf"narratif/({'|'.join(Narratif.model_fields)})/texte|activites/[^/#]+/({'|'.join(CHAMPS)})")


@dataclass(frozen=True)
class Endroit:
    """A passage: the record's country and quarter, and its place in the record."""

    pays: str
    trimestre: str
    place: str

    @property
    def cle(self) -> str:
        """Eight digits that stand for the passage where its tag would be too long."""
        return cle(f"{self.pays}/{self.trimestre}/{self.place}")

    def marque(self, texte: str | None) -> str:
        """The tag of a passage that is printed with this text."""
        return f"{self.pays}/{self.trimestre}/{self.place}#{empreinte(normal(texte)) if texte else VIDE}"


def rubrique(pays: str, trimestre: str, nom: str) -> Endroit:
    """A section of a record's narrative."""
    return Endroit(pays, trimestre, f"narratif/{nom}/texte")


def activite(pays: str, trimestre: str, identifiant: str, champ: str) -> Endroit:
    """A text of a record on an activity."""
    return Endroit(pays, trimestre, f"activites/{identifiant}/{champ}")


def lire(marque: str) -> tuple[Endroit, str] | None:
    """The passage that a tag names, and the fingerprint it was printed with, empty for none; None for any other tag."""
    match = _MARQUE.fullmatch(marque)
    if match is None or not _PLACE.fullmatch(match[3]):
        return None
    return Endroit(match[1], match[2], match[3]), "" if match[4] == VIDE else match[4]


def etiquette(*mots: str) -> str:
    """The title that a person sees in Word, no longer than Word allows."""
    title = ", ".join(mots)
    return title if len(title) <= MAX_MARQUE else f"{title[: MAX_MARQUE - 1]}…"
