"""What all figures are made of: the records that count, where a value stands, the countries and axes that it belongs to.

A figure never mixes what is missing with zero: `Chiffre.valeur` is None when no record gives any value, and `Chiffre.manquants` says
which values were expected and are not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Self

from amem_reports import french
from amem_reports.dossier import Dossier, Suivi
from amem_reports.fiche import Fiche, StatutActivite, SuiviActivite
from amem_reports.model import PROJET, Catalogue, Pays, Periode, Statut, Taux, Trimestre, trimestres

CATALOGUE = "catalogue"
DEBUT = date(2000, 1, 1)
CUMUL = "cumul."


@dataclass(frozen=True, slots=True)
class Source:
    """One value behind a figure, or one that is missing.

    `fiche` is the record's name in the store (« 2019-T2/MA.yaml ») or « catalogue »; `element` and `champ` are the place that
    `fiche.plat` gives it; `valeur` is what counts, in the figure's unit; `texte` is what is written there, when that is not the number
    itself; `taux` the exchange rate used. `cellule` (« Activités!H12 ») is filled in by whoever can open the workbook received.
    """

    fiche: str
    element: str
    champ: str
    valeur: Decimal | None = None
    texte: str = ""
    taux: Taux | None = None
    cellule: str = ""


@dataclass(frozen=True, slots=True)
class Chiffre:
    """One figure: its stable name, what it says, its value (None: not known), its unit, and all that explains it."""

    nom: str
    libelle: str
    valeur: Decimal | None
    unite: str
    sources: tuple[Source, ...]
    manquants: tuple[Source, ...]
    regle: str


@dataclass(frozen=True, slots=True)
class Perimetre:
    """What a figure covers: a country (or all), an axe (or all)."""

    pays: str = ""
    axe: int = 0

    @property
    def suffixe(self) -> str:
        """The end of the names of its figures: « .MA.axe-1 »."""
        return (f".{self.pays}" if self.pays else "") + (f".axe-{self.axe}" if self.axe else "")


@dataclass(frozen=True, slots=True)
class Fenetre:
    """A span of quarters, both ends included: a period, or from the beginning to a period's end."""

    premier: str
    dernier: str
    prefixe: str
    libelle: str

    def __contains__(self, trimestre: str) -> bool:
        return self.premier <= trimestre <= self.dernier


@dataclass(frozen=True, slots=True)
class Releve:
    """One value with where it belongs; axe 0 stands for all axes, as for a record that was not received."""

    trimestre: str
    pays: str
    axe: int
    source: Source


@dataclass(frozen=True, slots=True)
class Ligne:
    """What one record says of one activity; `attendue` when it is at work or just achieved, so that an empty field is a missing value."""

    trimestre: str
    pays: str
    axe: int
    fiche: str
    suivi: SuiviActivite
    attendue: bool

    def releve(self, champ: str, valeur: Decimal | None, texte: str = "", taux: Taux | None = None) -> Releve:
        """One of its values, or one that is missing."""
        source = Source(self.fiche, f"activites/{self.suivi.identifiant}", champ, valeur, texte, taux)
        return Releve(self.trimestre, self.pays, self.axe, source)


def axe_of(identifiant: str) -> int:
    """The axe of an activity, which leads its number; so an activity that has left the catalogue still counts in its axe."""
    return int(identifiant.partition("-")[2].partition(".")[0])


def pays_of(identifiant: str) -> str:
    """The country (or sub-region) of an activity."""
    return identifiant.partition("-")[0]


@dataclass(frozen=True)
class Donnees:
    """The catalogue and the records that count up to a period's end, in one order whatever the order they came in."""

    catalogue: Catalogue
    suivi: Suivi
    periode: Periode
    date: date
    fiches: tuple[Fiche, ...] = field(init=False)

    def __post_init__(self) -> None:
        since = self.suivi.counted(Periode("", DEBUT, self.periode.fin))
        object.__setattr__(self, "fiches", tuple(sorted(since, key=lambda fiche: (fiche.periode, fiche.pays))))

    @classmethod
    def of(cls, dossier: Dossier) -> Self:
        """The data for a dossier's period; ValueError when it has none."""
        periode = dossier.periode
        if periode is None:
            raise ValueError("figures are those of a period")
        found: Self = dossier.once("donnees", lambda: cls(dossier.catalogue, dossier.suivi, periode, dossier.date))
        return found

    @cached_property
    def fenetres(self) -> tuple[Fenetre, Fenetre]:
        """The period, and from the beginning to its end."""
        dernier = Trimestre.of(self.periode.fin).code
        return (
            Fenetre(Trimestre.of(self.periode.debut).code, dernier, "", french.periode(self.periode.code)),
            Fenetre(Trimestre.of(DEBUT).code, dernier, CUMUL, f"depuis le début, jusqu’{self.a_la_fin}"),
        )

    @property
    def a_la_fin(self) -> str:
        """« à la fin du 2e trimestre 2019 »; of all of the project, the quarter that it is told up to."""
        code = Trimestre.of(self.periode.fin).code if self.periode.code == PROJET else self.periode.code
        return f"à la fin {french.de_periode(code)}"

    @cached_property
    def perimetres(self) -> tuple[Perimetre, ...]:
        """All, each country, each axe, each axe of each country; the sub-region stands beside the countries, so nothing counts twice."""
        pays, axes = [one.code for one in self.catalogue.pays], [axe.numero for axe in self.catalogue.axes]
        return tuple(Perimetre(code, axe) for code in ("", *pays) for axe in (0, *axes))

    @cached_property
    def lignes(self) -> tuple[Ligne, ...]:
        """What the records say of the activities of their own country: another country's would count twice."""
        return tuple(self._lignes())

    def _lignes(self) -> Iterator[Ligne]:
        achieved: set[str] = set()
        for fiche in self.fiches:
            for suivi in fiche.activites:
                if pays_of(suivi.identifiant) != fiche.pays:
                    continue
                done = suivi.statut is StatutActivite.ACHEVEE
                attendue = suivi.statut is StatutActivite.EN_COURS or (done and suivi.identifiant not in achieved)
                if done:
                    achieved.add(suivi.identifiant)
                yield Ligne(fiche.periode, fiche.pays, axe_of(suivi.identifiant), fiche.nom, suivi, attendue)

    @cached_property
    def absentes(self) -> tuple[Releve, ...]:
        """The records that are expected and do not count: since the first quarter that any record is about, of each active country."""
        received = {(fiche.periode, fiche.pays) for fiche in self.fiches}
        return tuple(
            Releve(quarter, pays.code, 0, Source(f"{quarter}/{pays.code}.yaml", "", "", texte=self._why(quarter, pays.code)))
            for quarter in self.attendus
            for pays in self.catalogue.pays
            if expected(pays) and (quarter, pays.code) not in received
        )

    def _why(self, trimestre: str, pays: str) -> str:
        fiche = self.suivi.of(trimestre, pays)
        return f"fiche à l’état « {fiche.etat} »" if fiche else "fiche non reçue"

    @cached_property
    def attendus(self) -> tuple[str, ...]:
        """The quarters for which records are expected, up to the period's end."""
        first = min((fiche.periode for fiche in self.suivi.fiches), default=None)
        debut = Periode.parse(first).debut if first else self.periode.debut
        return tuple(quarter.code for quarter in trimestres(debut, self.periode.fin))

    def spread(self, releves: Iterable[Releve]) -> dict[Perimetre, list[Source]]:
        """The values of each perimeter; each value stands in four of them: all, its country, its axe, its country's axe."""
        axes = [axe.numero for axe in self.catalogue.axes]
        found: dict[Perimetre, list[Source]] = {perimetre: [] for perimetre in self.perimetres}
        for releve in releves:
            for axe in (0, *([releve.axe] if releve.axe else axes)):
                for pays in ("", releve.pays):
                    found.setdefault(Perimetre(pays, axe), []).append(releve.source)
        return found

    def libelle(self, quoi: str, perimetre: Perimetre, fenetre: str) -> str:
        """« Dépenses – Maroc, axe 1 (2e trimestre 2019) »."""
        name = next((pays.nom for pays in self.catalogue.pays if pays.code == perimetre.pays), perimetre.pays)
        where = ", ".join(part for part in (name, f"axe {perimetre.axe}" if perimetre.axe else "") if part)
        return french.typographie(f"{quoi}{f' – {where}' if where else ''} ({fenetre})")


def expected(pays: Pays) -> bool:
    """Whether a country is to report each quarter: it is active; the sub-region also has activities of its own."""
    return pays.statut is Statut.ACTIF and (not pays.sous_regional or bool(pays.activites))


@dataclass(frozen=True, slots=True)
class Mesure:
    """What is added up: the beginning of the names, the French label, the unit, the rule in a sentence; `fin` ends the names."""

    nom: str
    libelle: str
    unite: str
    regle: str
    fin: str = ""


def sums(donnees: Donnees, mesure: Mesure, releves: Iterable[Releve]) -> Iterator[Chiffre]:
    """The sums of a measure over the period and since the beginning, for every perimeter; values without a number are missing ones."""
    releves = tuple(releves)
    known = [releve for releve in releves if releve.source.valeur is not None]
    absent = [*donnees.absentes, *(releve for releve in releves if releve.source.valeur is None)]
    for fenetre in donnees.fenetres:
        given = donnees.spread(releve for releve in known if releve.trimestre in fenetre)
        missing = donnees.spread(releve for releve in absent if releve.trimestre in fenetre)
        for perimetre in donnees.perimetres:
            sources = tuple(given[perimetre])
            yield Chiffre(
                f"{fenetre.prefixe}{mesure.nom}{perimetre.suffixe}{mesure.fin}",
                donnees.libelle(mesure.libelle, perimetre, fenetre.libelle),
                total(sources),
                mesure.unite,
                sources,
                tuple(missing[perimetre]),
                mesure.regle,
            )


def total(sources: Iterable[Source]) -> Decimal | None:
    """The sum of the values that are known; None when none is."""
    values = [source.valeur for source in sources if source.valeur is not None]
    return sum(values, Decimal(0)) if values else None


def rounded(value: Decimal, places: int) -> Decimal:
    """Rounded half up, as accountants do."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def quotient(numerateur: Decimal | None, denominateur: Decimal | None, times: int = 1) -> Decimal | None:
    """A quotient (times 100 for a percentage) rounded half up to four decimals; None when a part is unknown or the divisor is zero."""
    if numerateur is None or not denominateur:
        return None
    return rounded(numerateur * times / denominateur, 4)
