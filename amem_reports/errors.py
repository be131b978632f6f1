"""Faults as values: what is wrong, where, and how to mend it. Only the command line prints them."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from typing import NamedTuple


class Constat(NamedTuple):
    """One fault found in a file that a person wrote.

    `fichier` is the name that the person knows, `endroit` the place inside it (« ligne 14 », « feuille Activités, cellule C7 »,
    « paragraphe 12 »; empty when the whole file is meant), `message` what is wrong and `remede` what to do, both in French.
    """

    fichier: str
    endroit: str
    message: str
    remede: str = ""

    def __str__(self) -> str:
        place = f"{self.fichier}, {self.endroit}" if self.endroit else self.fichier
        return f"{place} : {self.message}" + (f" → {self.remede}" if self.remede else "")


class AmemError(Exception):
    """Work stops because of faults that a user can mend; holds all of them."""

    def __init__(self, constats: Iterable[Constat]) -> None:
        self.constats = tuple(constats)
        if not self.constats:
            raise ValueError("an AmemError without a Constat explains nothing")
        super().__init__("\n".join(map(str, self.constats)))


_REASONS = {
    errno.ENOENT: "introuvable",
    errno.EACCES: "accès refusé",
    errno.EPERM: "accès refusé",
    errno.EEXIST: "un fichier porte déjà ce nom",
    errno.EISDIR: "c’est un dossier",
    errno.ENOTDIR: "un fichier est à la place d’un dossier",
    errno.ENOSPC: "disque plein",
    errno.EROFS: "disque en lecture seule",
    errno.ENAMETOOLONG: "nom trop long",
    errno.EINVAL: "nom refusé par le système",
    errno.ETXTBSY: "fichier ouvert dans un autre programme",
}


_SHARING = (32, 33)
"""Windows' own numbers for a file that another program holds; the general one says only that access is denied."""


def reason(error: OSError) -> str:
    """Why the system refused a file, in French; its own words for what is too rare to be listed."""
    if getattr(error, "winerror", None) in _SHARING:
        return _REASONS[errno.ETXTBSY]
    return _REASONS.get(error.errno or 0, error.strerror or "erreur du système")
