"""The manifest of a folder of documents: what each file was made from, and its fingerprint.

Its text depends on nothing but what was made: no clock, no path, no name of a person or a machine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

NOM = "manifeste.json"
FORME = 1
COURT = 12
"""Digits of a fingerprint that are enough to be told and compared by eye."""


@dataclass(frozen=True)
class Origine:
    """All that a file was made from: files of the same origin are the same file. Revisions and SHA-256; "" for what plays no part."""

    sorte: str
    format: str
    modele: str = ""
    modele_sha256: str = ""
    catalogue: str = ""
    suivi: str = ""
    periode: str = ""
    date: str = ""
    donnees: str = ""
    contexte: str = ""
    amem: str = ""
    moteur: str = ""

    def difference(self, other: Origine) -> str:
        """In French, why a file of `other` is not the one of this origin; "" for the same origin."""
        reasons = [sentence for differs, sentence in _REASONS if differs(self, other)]
        return ", ".join(reasons) or ("contenu modifié" if self != other else "")

    @property
    def mots_cles(self) -> str:
        """The keywords that a document carries, read by people in its properties and by `claims`."""
        said = {
            "catalogue": self.catalogue,
            "suivi": self.suivi,
            "période": self.periode,
            "modèle": f"{self.modele} {self.modele_sha256[:COURT]}".strip(),
            "amem": self.amem,
        }
        return " ; ".join(f"{name} {value}" for name, value in said.items() if value)


_REASONS: tuple[tuple[Callable[[Origine, Origine], bool], str], ...] = (
    (lambda old, new: old.periode != new.periode, "autre période"),
    (lambda old, new: old.catalogue != new.catalogue and old.donnees != new.donnees, "catalogue modifié"),
    (lambda old, new: old.catalogue != new.catalogue and old.donnees == new.donnees, "révision du catalogue"),
    (lambda old, new: old.suivi != new.suivi and old.donnees != new.donnees, "suivi modifié"),
    (lambda old, new: old.suivi != new.suivi and old.donnees == new.donnees, "révision du suivi"),
    (lambda old, new: old.modele != new.modele, "autre modèle"),
    (lambda old, new: old.modele == new.modele and old.modele_sha256 != new.modele_sha256, "modèle modifié"),
    (lambda old, new: old.date != new.date, "date différente"),
    (lambda old, new: (old.amem, old.moteur) != (new.amem, new.moteur), "autre version d’amem"),
)

MAX_CLAIMS = 1_000
# LibreOffice keeps keywords with spaces between them, where they stood with semicolons.
_CLAIMS = re.compile(r"(?:^|;? )(catalogue|suivi|période|modèle|amem) ([^;]+?)(?= ;|$| (?:suivi|période|modèle|amem) )")


def claims(mots_cles: str) -> dict[str, str]:
    """What the keywords of a document say of its making, by name; empty for a document of another program."""
    found = dict(_CLAIMS.findall("".join(character for character in mots_cles[:MAX_CLAIMS] if character.isprintable())))
    return found if {"catalogue", "amem"} <= set(found) else {}


@dataclass(frozen=True)
class Entree:
    """One file as it was made."""

    titre: str
    sha256: str
    taille: int
    origine: Origine
    avertissements: tuple[str, ...] = ()


@dataclass
class Manifeste:
    """The files made in a folder, by name, and the packs made of them, by period."""

    fichiers: dict[str, Entree] = field(default_factory=dict)
    paquets: dict[str, dict[str, Any]] = field(default_factory=dict)

    def text(self) -> str:
        """As JSON, in an order of its own."""
        data = {"forme": FORME, "fichiers": {name: _plain(entry) for name, entry in self.fichiers.items()}, "paquets": self.paquets}
        return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    def of(self, sha256: str) -> Iterator[tuple[str, Entree]]:
        """The entries of a content, whatever its file is called now."""
        return ((name, entry) for name, entry in self.fichiers.items() if entry.sha256 == sha256)


def _plain(entry: Entree) -> dict[str, Any]:
    origine = {key: value for key, value in asdict(entry.origine).items() if value}
    more = {"avertissements": list(entry.avertissements)} if entry.avertissements else {}
    return {"titre": entry.titre, "sha256": entry.sha256, "taille": entry.taille, "origine": origine, **more}


def parse(text: str) -> Manifeste | None:
    """The manifest that a text holds; None when it holds none that this version can read."""
    try:
        data = json.loads(text)
        if data["forme"] != FORME:
            return None
        files = {name: _entry(value) for name, value in data["fichiers"].items() if not _SEPARATORS & set(name)}
        return Manifeste(files, {str(code): dict(pack) for code, pack in data["paquets"].items()})
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


_SEPARATORS = frozenset("/\\")
_FIELDS = frozenset(one.name for one in fields(Origine))


def _entry(data: Mapping[str, Any]) -> Entree:
    origine = Origine(**{key: str(value) for key, value in data["origine"].items() if key in _FIELDS})
    return Entree(str(data["titre"]), str(data["sha256"]), int(data["taille"]), origine, tuple(map(str, data.get("avertissements", ()))))
