"""What a check finds, and what it is given to look at: one record at a time, with the one before it and all that is known by then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from amem_reports.cumul.activites import EtatActivite, states
from amem_reports.cumul.base import Donnees, Ligne, expected
from amem_reports.dossier import COUNTED, Dossier
from amem_reports.errors import Constat
from amem_reports.fiche import Fiche, SuiviActivite
from amem_reports.french import typographie
from amem_reports.model import Activite, Pays, Periode, trimestres


class Gravite(StrEnum):
    """Whether a report may go out with what was found."""

    BLOQUANT = "bloquant"
    A_VERIFIER = "à vérifier"


@dataclass(frozen=True)
class Point:
    """One finding: the rule that made it, how grave it is, and the record, the place, what is wrong and the remedy."""

    regle: str
    gravite: Gravite
    constat: Constat

    def as_data(self) -> dict[str, str]:
        """Plain data, for JSON."""
        return {"regle": self.regle, "gravite": self.gravite.value, **self.constat._asdict()}


@dataclass(frozen=True)
class Lecture:
    """One record that counts, as the checks read it."""

    dossier: Dossier
    fiche: Fiche
    pays: Pays

    @property
    def nom(self) -> str:
        """The record as messages name it."""
        return f"suivi/{self.fiche.nom}"

    @property
    def attendue(self) -> bool:
        """Whether the country is to report, so that an empty field is a missing one."""
        return expected(self.pays)

    @cached_property
    def periode(self) -> Periode:
        """The record's own quarter."""
        return Periode.parse(self.fiche.periode)

    @cached_property
    def donnees(self) -> Donnees:
        """All that is known at the end of the record's quarter."""
        return Donnees.of(self.au_trimestre)

    @cached_property
    def au_trimestre(self) -> Dossier:
        """The dossier as it stands at the end of the record's quarter."""
        return replace(self.dossier, periode=self.periode)

    @cached_property
    def precedente(self) -> Fiche | None:
        """The country's last record before this one that counts."""
        before = (one for one in self.dossier.suivi.fiches if one.pays == self.pays.code and one.periode < self.fiche.periode)
        return max((one for one in before if one.etat in COUNTED), key=lambda one: one.periode, default=None)

    @cached_property
    def lignes(self) -> tuple[Ligne, ...]:
        """What the record says of its own country's activities."""
        return tuple(ligne for ligne in self.donnees.lignes if ligne.fiche == self.fiche.nom)

    @cached_property
    def etats(self) -> dict[str, EtatActivite]:
        """Where the country's activities stand at the end of the quarter."""
        known: tuple[EtatActivite, ...] = self.au_trimestre.once("etats", lambda: states(self.donnees))
        return {etat.activite.identifiant: etat for etat in known if etat.pays == self.pays.code}

    @cached_property
    def activites(self) -> dict[str, Activite]:
        """The country's activities in the catalogue."""
        return {activite.identifiant: activite for activite in self.pays.activites}

    def avant(self, identifiant: str) -> SuiviActivite | None:
        """What the record before said of an activity."""
        return next((one for one in self.precedente.activites if one.identifiant == identifiant), None) if self.precedente else None

    def depuis_le_debut(self, identifiant: str) -> list[Ligne]:
        """All that was ever said of an activity, up to this record."""
        return [ligne for ligne in self.donnees.lignes if ligne.suivi.identifiant == identifiant]

    def constat(self, endroit: str, message: str, remede: str) -> Constat:
        """A finding in this record."""
        return Constat(self.nom, endroit, typographie(message), typographie(remede))


def lectures(dossier: Dossier) -> Iterator[Lecture]:
    """Every record of the dossier's period that counts, quarter after quarter, in the order of the catalogue."""
    assert dossier.periode is not None
    for quarter in trimestres(dossier.periode.debut, dossier.periode.fin):
        for pays in dossier.catalogue.pays:
            fiche = dossier.suivi.of(quarter.code, pays.code)
            if fiche and fiche.etat in COUNTED:
                yield Lecture(dossier, fiche, pays)
