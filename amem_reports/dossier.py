"""What a report is made from: the catalogue, the follow-up received, and what the user chose. The one thing that travels."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from amem_reports.errors import AmemError, Constat
from amem_reports.fiche import EtatFiche, Fiche
from amem_reports.model import PROJET, Catalogue, Pays, Periode


@dataclass(frozen=True)
class Suivi:
    """All records received, by quarter then country; `revision` changes when any of them does."""

    fiches: tuple[Fiche, ...] = ()
    revision: str = ""
    _index: dict[tuple[str, str], Fiche] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", {(fiche.periode, fiche.pays): fiche for fiche in self.fiches})

    def of(self, trimestre: str, pays: str) -> Fiche | None:
        """The record of a country for a quarter, whatever its state; None when nothing was received."""
        return self._index.get((trimestre, pays))

    def counted(self, periode: Periode) -> Iterator[Fiche]:
        """The records of a period that count in figures: those sent or validated; drafts and refused ones do not."""
        for fiche in self.fiches:
            quarter = Periode.parse(fiche.periode)
            if fiche.etat in COUNTED and periode.debut <= quarter.debut and quarter.fin <= periode.fin:
                yield fiche


Cellule = Callable[[str, str, str], str]


def unlocated(*_place: str) -> str:
    """The cell of a value while nobody can open the workbooks received: none."""
    return ""


@dataclass(frozen=True)
class PieceJointe:
    """One file already made, as the slip that goes with a pack names it; `modifie` when a person edited it since."""

    fichier: str
    titre: str
    format: str
    modele: str
    sha256: str
    modifie: bool


@dataclass(frozen=True)
class Logo:
    """A logo that documents carry: the name of its file, and the beginning of its SHA-256, so that another picture is another document."""

    fichier: str
    empreinte: str


COUNTED = (EtatFiche.SOUMIS, EtatFiche.VALIDE)


@dataclass(frozen=True)
class Dossier:
    """The catalogue and the follow-up, with the date, country and period that the user chose.

    What is worked out once (`once`) is kept for every copy that `replace` makes with another country, period or date: a pack of documents
    asks for the same figures many times.
    """

    catalogue: Catalogue
    date: date
    pays: Pays | None = None
    periode: Periode | None = None
    suivi: Suivi = Suivi()
    avant: Dossier | None = None
    """what a comparison starts from: another period, or an older catalogue"""
    cellule: Cellule = field(default=unlocated, repr=False, compare=False)
    """Finds the cell that a value of a record was typed in: whoever can read the disk hands it over."""
    pieces: tuple[PieceJointe, ...] = ()
    logos: Mapping[str, Logo] = field(default_factory=dict)
    """by the name of their file without its suffix"""
    _known: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.periode is not None:
            object.__setattr__(self, "periode", self._bounded(self.periode))

    def _bounded(self, periode: Periode) -> Periode:
        """The period with its bounds; AmemError for all of a project whose beginning is not known."""
        projet = self.catalogue.projet
        if periode.code == PROJET and projet.premier_jour is None:
            remede = "l’écrire, ou demander une autre période, par exemple une année"
            raise AmemError([Constat("projet.yaml", "champ « debut »", "à renseigner ; la période « projet » part de là", remede)])
        return periode.within(projet.premier_jour or date.min, projet.dernier_jour or date.max, self.date)

    def once(self, what: str, make: Callable[[], Any]) -> Any:
        """The result of `make` for this catalogue, follow-up, period and date, made the first time it is asked for."""
        key = (what, id(self.catalogue), id(self.suivi), self.periode, self.date)
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]
