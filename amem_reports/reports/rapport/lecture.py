"""The named figures as a report prints them: rounded once, here, so that text, tables, charts and JSON hold the same number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from amem_reports.cumul import Chiffre, Donnees, figures
from amem_reports.cumul.base import Perimetre, expected, quotient, rounded
from amem_reports.dossier import Dossier
from amem_reports.fiche import Fiche
from amem_reports.model import Catalogue, Periode

Nombre = int | Decimal | None
TAUX = 1
"""Decimals of a rate in per cent."""
VALEUR = 2
"""Decimals of an amount, or of the value of an indicator."""


def plain(valeur: Decimal | None, places: int = VALEUR) -> Nombre:
    """A value rounded half up, whole when it is whole."""
    if valeur is None:
        return None
    kept = rounded(valeur, places)
    return int(kept) if kept == kept.to_integral_value() else kept.normalize()


def share(part: Nombre, whole: Nombre) -> Nombre:
    """A part in per cent; None when either is unknown or there is no whole."""
    if part is None or whole is None:
        return None
    return plain(quotient(Decimal(part), Decimal(whole), 100), TAUX)


def suffix(pays: str = "", axe: int = 0) -> str:
    """The end of the names of figures: « .MA.axe-1 »."""
    return Perimetre(pays, axe).suffixe


@dataclass(frozen=True)
class Lecture:
    """The figures of a dossier's period, and the records behind them."""

    dossier: Dossier
    periode: Periode
    donnees: Donnees
    chiffres: Mapping[str, Chiffre]

    @classmethod
    def of(cls, dossier: Dossier, periode: Periode) -> Lecture:
        """The figures of a period, which may be another than the dossier's own."""
        return cls(dossier, periode, Donnees.of(dossier), figures(dossier))

    @property
    def catalogue(self) -> Catalogue:
        return self.dossier.catalogue

    def valeur(self, nom: str, places: int = VALEUR) -> Nombre:
        """A figure, rounded; None when it is not known."""
        return plain(self.chiffres[nom].valeur, places)

    def taux(self, nom: str) -> Nombre:
        """A rate in per cent."""
        return self.valeur(nom, TAUX)

    def nombre(self, nom: str) -> int:
        """A count of activities or risks; zero when nothing was told of any."""
        return int(self.chiffres[nom].valeur or 0)

    @property
    def fiches(self) -> list[Fiche]:
        """The records of the period that count, quarter after quarter, in the order of the catalogue's countries."""
        order = [pays.code for pays in self.catalogue.pays]
        found = [fiche for fiche in self.donnees.fiches if fiche.periode in self.donnees.fenetres[0] and fiche.pays in order]
        return sorted(found, key=lambda fiche: (fiche.periode, order.index(fiche.pays)))

    @property
    def attendues(self) -> list[tuple[str, str]]:
        """Quarter and country of each record expected in the period."""
        quarters = [quarter for quarter in self.donnees.attendus if quarter in self.donnees.fenetres[0]]
        return [(quarter, pays.code) for quarter in quarters for pays in self.catalogue.pays if expected(pays)]
