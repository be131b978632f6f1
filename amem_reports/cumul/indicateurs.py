"""Values of indicators over periods, countries and sexes, each by its own rule (`Indicateur.agregation`), and targets reached.

| rule | over quarters of one country | over countries |
|---|---|---|
| somme, maximum | sum, greatest | the same |
| moyenne | mean of all values given | the same |
| dernière | the last one given | sum of each country's last; mean when the unit is a rate (« % », « points sur 100 », « cas par an ») |
| ratio | sum of numerators ÷ sum of denominators | the same |

Means and ratios are rounded half up to four decimals; a ratio whose unit is « % » is multiplied by a hundred.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from amem_reports.cumul.base import CATALOGUE, CUMUL, Chiffre, Donnees, Fenetre, Perimetre, Source, expected, quotient
from amem_reports.fiche import Fiche, SuiviIndicateur
from amem_reports.model import Agregation, Catalogue, Cible, Frequence, Indicateur, Pays, Sens, Trimestre

SEXES = ("femmes", "hommes")
_PERCENT = ("%", "pour cent", "pourcentage")
_RATE = re.compile(r"[%‰/]|\b(sur|par|pour|taux|ratio|indice|moyenne)\b")
_LAST_QUARTER = {Frequence.SEMESTRIELLE: ("T2", "T4"), Frequence.ANNUELLE: ("T4",)}


@dataclass(frozen=True, slots=True)
class Observation:
    """One value of an indicator in one record: a single source, or numerator and denominator."""

    trimestre: str
    pays: str
    sources: tuple[Source, ...]

    @property
    def valeur(self) -> Decimal:
        return cast("Decimal", self.sources[0].valeur)

    @property
    def denominateur(self) -> Decimal:
        return cast("Decimal", self.sources[1].valeur)


Resultat = tuple[Decimal | None, list[Observation]]


def figures(donnees: Donnees) -> Iterator[Chiffre]:
    """`indicateur.E1.a`, `indicateur.E1.a.MA`, `indicateur.E1.a.MA.femmes`, …, `cible.E1.a`, `atteinte.E1.a`."""
    received: dict[str, list[tuple[Fiche, SuiviIndicateur]]] = {}
    for fiche in donnees.fiches:
        for suivi in fiche.indicateurs:
            received.setdefault(suivi.code, []).append((fiche, suivi))
    for indicateur in donnees.catalogue.cadre_logique.indicateurs:
        yield from _of_one(donnees, indicateur, received.get(indicateur.code, []))


def _of_one(donnees: Donnees, indicateur: Indicateur, received: list[tuple[Fiche, SuiviIndicateur]]) -> Iterator[Chiffre]:
    found: dict[str, Chiffre] = {}
    for partie in ("valeur", *(SEXES if _is_split(indicateur, received) else ())):
        seen = [one for fiche, suivi in received if (one := _observe(indicateur, fiche, suivi, partie))]
        for fenetre in donnees.fenetres:
            for pays in ("", *(one.code for one in donnees.catalogue.pays)):
                chiffre = _figure(donnees, indicateur, seen, fenetre, (pays, partie))
                found[chiffre.nom] = chiffre
    yield from found.values()
    yield from _targets(donnees, indicateur, found[f"{CUMUL}indicateur.{indicateur.code}"])


def _is_split(indicateur: Indicateur, received: list[tuple[Fiche, SuiviIndicateur]]) -> bool:
    return "sexe" in indicateur.desagregations or any(suivi.ventilation for _, suivi in received)


def _observe(indicateur: Indicateur, fiche: Fiche, suivi: SuiviIndicateur, partie: str) -> Observation | None:
    """What a record gives for the value or for one sex; None when it gives nothing, or half a ratio."""
    if partie in SEXES:
        values = {f"ventilation.{partie}": getattr(suivi.ventilation, partie, None)}
    elif indicateur.agregation is Agregation.RATIO:
        values = {"numerateur": suivi.numerateur, "denominateur": suivi.denominateur}
    else:
        values = {"valeur": suivi.valeur}
    if None in values.values():
        return None
    sources = tuple(Source(fiche.nom, f"indicateurs/{suivi.code}", champ, valeur) for champ, valeur in values.items())
    return Observation(fiche.periode, fiche.pays, sources)


def _figure(donnees: Donnees, indicateur: Indicateur, seen: list[Observation], fenetre: Fenetre, place: tuple[str, str]) -> Chiffre:
    pays, partie = place
    here = [one for one in seen if one.trimestre in fenetre and pays in ("", one.pays)]
    rule = _rule(indicateur, partie)
    valeur, used = rule.combine(here) if here else (None, [])
    end = "" if partie == "valeur" else f".{partie}"
    quoi = indicateur.libelle if partie == "valeur" else f"{indicateur.libelle}, {partie}"
    return Chiffre(
        f"{fenetre.prefixe}indicateur.{indicateur.code}{f'.{pays}' if pays else ''}{end}",
        donnees.libelle(quoi, Perimetre(pays), fenetre.libelle),
        valeur,
        indicateur.unite,
        tuple(source for one in used for source in one.sources),
        _missing(donnees, indicateur, here, fenetre, place),
        rule.phrase,
    )


def _missing(
    donnees: Donnees, indicateur: Indicateur, here: list[Observation], fenetre: Fenetre, place: tuple[str, str]
) -> tuple[Source, ...]:
    """The values expected at the indicator's own pace of each active country, and not given."""
    pays, partie = place
    given = {(one.trimestre, one.pays) for one in here}
    champ = f"ventilation.{partie}" if partie in SEXES else "valeur"
    return tuple(
        Source(f"{quarter}/{one.code}.yaml", f"indicateurs/{indicateur.code}", champ)
        for quarter in donnees.attendus
        if quarter in fenetre
        for one in donnees.catalogue.pays
        if pays in ("", one.code) and is_asked(donnees.catalogue, indicateur, one, quarter) and (quarter, one.code) not in given
    )


def is_due(catalogue: Catalogue, indicateur: Indicateur, trimestre: str) -> bool:
    """Whether an indicator is measured in a quarter, by its own pace; each quarter when none is told."""
    if indicateur.frequence is Frequence.FIN_DE_PROJET:
        last = catalogue.projet.dernier_jour
        return last is not None and trimestre == Trimestre.of(last).code
    wanted = _LAST_QUARTER.get(indicateur.frequence) if indicateur.frequence else None
    return wanted is None or trimestre.endswith(wanted)


def is_asked(catalogue: Catalogue, indicateur: Indicateur, pays: Pays, trimestre: str) -> bool:
    """Whether a country owes the value of an indicator for a quarter; the sub-region and a suspended country may give it, and owe none."""
    return expected(pays) and not pays.sous_regional and is_due(catalogue, indicateur, trimestre)


# --- rules ------------------------------------------------------------------------------------------------------------------------------


def is_percentage(indicateur: Indicateur) -> bool:
    """Whether the unit is a percentage, so that a quotient is multiplied by a hundred."""
    return indicateur.unite.strip().lower() in _PERCENT


def is_rate(indicateur: Indicateur) -> bool:
    """Whether the unit is so much out of so much, which nobody adds up over countries."""
    return is_percentage(indicateur) or bool(_RATE.search(indicateur.unite.lower()))


def _sum(seen: list[Observation]) -> Resultat:
    return sum((one.valeur for one in seen), Decimal(0)), seen


def _greatest(seen: list[Observation]) -> Resultat:
    best = max(one.valeur for one in seen)
    return best, [one for one in seen if one.valeur == best]


def _mean(seen: list[Observation]) -> Resultat:
    return quotient(_sum(seen)[0], Decimal(len(seen))), seen


def _last(seen: list[Observation]) -> list[Observation]:
    """Records come by quarter, so a country's later value takes the place of the earlier one."""
    return list({one.pays: one for one in seen}.values())


def _ratio(seen: list[Observation], times: int = 1) -> Resultat:
    below = sum((one.denominateur for one in seen), Decimal(0))
    return quotient(_sum(seen)[0], below, times), seen


def _single(seen: list[Observation]) -> Resultat:
    return (seen[0].valeur if len(seen) == 1 else None), seen


@dataclass(frozen=True)
class Regle:
    """How values become one, and the sentence that says so."""

    combine: Callable[[list[Observation]], Resultat]
    phrase: str


_RATIO = "somme des numérateurs ÷ somme des dénominateurs"
_LAST = "dernière valeur connue de chaque pays, puis"
_REGLES = {
    Agregation.SOMME: Regle(_sum, "somme des valeurs des trimestres et des pays"),
    Agregation.DERNIERE: Regle(lambda seen: _sum(_last(seen)), f"{_LAST} somme des pays"),
    Agregation.MAXIMUM: Regle(_greatest, "plus grande des valeurs des trimestres et des pays"),
    Agregation.MOYENNE: Regle(_mean, "moyenne des valeurs connues des trimestres et des pays"),
    Agregation.RATIO: Regle(_ratio, _RATIO),
}
_DERNIERE_MOYENNE = Regle(lambda seen: _mean(_last(seen)), f"{_LAST} moyenne des pays, car l’unité est un taux")
_RATIO_POURCENT = Regle(lambda seen: _ratio(seen, 100), f"{_RATIO}, en pour cent")
_RATIO_VENTILE = Regle(_single, "valeur d’une seule fiche : sans numérateur ni dénominateur par sexe, plusieurs ne se cumulent pas")


def _rule(indicateur: Indicateur, partie: str) -> Regle:
    if partie in SEXES and indicateur.agregation is Agregation.RATIO:
        return _RATIO_VENTILE
    if indicateur.agregation is Agregation.DERNIERE and is_rate(indicateur):
        return _DERNIERE_MOYENNE
    if indicateur.agregation is Agregation.RATIO and is_percentage(indicateur):
        return _RATIO_POURCENT
    return _REGLES[indicateur.agregation]


# --- targets ----------------------------------------------------------------------------------------------------------------------------

_CIBLE = "cible en vigueur à la fin de la période : la première dont l’échéance n’est pas passée, ou la dernière"
_ATTEINTE = "(valeur depuis le début − référence) ÷ (cible − référence)"


def target(indicateur: Indicateur, trimestre_fin: Trimestre) -> Cible | None:
    """The target in force at the end of a quarter: the first not yet past its date, else the last one; None without any."""
    ahead = (cible for cible in indicateur.cibles if cible.date.fin >= trimestre_fin.fin)
    return next(ahead, indicateur.cibles[-1] if indicateur.cibles else None)


def achievement(indicateur: Indicateur, cible: Decimal, valeur: Decimal) -> tuple[Decimal | None, str]:
    """How much of the way to a target is done, in per cent, and the rule in a sentence; None when it cannot be told.

    The way starts at the reference; without one, at zero for a rise, and nowhere for a fall.
    """
    rise = indicateur.sens is Sens.HAUSSE
    reached = valeur >= cible if rise else valeur <= cible
    start = indicateur.reference.valeur if indicateur.reference else (Decimal(0) if rise else None)
    if start is None:
        return (Decimal(100) if reached else None), "baisse sans valeur de référence : 100 % une fois la cible atteinte, inconnu avant"
    if start == cible:
        return (Decimal(100) if reached else None), "cible égale à la référence : 100 % tant que la cible est tenue, inconnu sinon"
    if (cible > start) is not rise:
        return None, f"la cible et la référence contredisent le sens « {indicateur.sens} »"
    rule = _ATTEINTE if indicateur.reference else "valeur depuis le début ÷ cible (sans référence)"
    return quotient(valeur - start, cible - start, 100), rule


def _targets(donnees: Donnees, indicateur: Indicateur, reached: Chiffre) -> Iterator[Chiffre]:
    element = f"cadre-logique/{indicateur.code}"
    cible = target(indicateur, Trimestre.of(donnees.periode.fin))
    aim = Source(CATALOGUE, element, "cibles", cible.valeur if cible else None, f"pour {cible.date}" if cible else "aucune cible")
    known, unknown = ((aim,), ()) if cible else ((), (aim,))
    when = donnees.fenetres[1].libelle
    libelle = donnees.libelle(f"Cible : {indicateur.libelle}", Perimetre(), when)
    yield Chiffre(f"cible.{indicateur.code}", libelle, aim.valeur, indicateur.unite, known, unknown, _CIBLE)
    valeur, regle = None, _ATTEINTE
    if cible and reached.valeur is not None:
        valeur, regle = achievement(indicateur, cible.valeur, reached.valeur)
    reference = indicateur.reference
    base = (Source(CATALOGUE, element, "reference", reference.valeur, f"en {reference.date}"),) if reference else ()
    libelle = donnees.libelle(f"Taux d’atteinte : {indicateur.libelle}", Perimetre(), when)
    sources = (*reached.sources, *base, *known)
    yield Chiffre(f"atteinte.{indicateur.code}", libelle, valeur, "%", sources, (*reached.manquants, *unknown), regle)
