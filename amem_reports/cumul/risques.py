"""Risks and problems: the last state known of each up to the period's end, by country."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from amem_reports.cumul.base import Chiffre, Donnees, Perimetre, Source
from amem_reports.fiche import EtatRisque, Risque
from amem_reports.french import slug

_REGLE = "dernier état connu de chaque risque à la fin de la période ; un risque sans état n’est pas compté"


@dataclass(frozen=True)
class RisqueConnu:
    """A risk as the last record that speaks of it describes it."""

    pays: str
    risque: Risque
    fiche: str


def known(donnees: Donnees) -> tuple[RisqueConnu, ...]:
    """Every risk, once, by country then in the order it was first told."""
    found: dict[tuple[str, str], RisqueConnu] = {}
    for fiche in donnees.fiches:
        for risque in fiche.risques:
            found[fiche.pays, risque.code] = RisqueConnu(fiche.pays, risque, fiche.nom)
    return tuple(sorted(found.values(), key=lambda one: one.pays))


def figures(donnees: Donnees) -> Iterator[Chiffre]:
    """`risques.ouvert`, `risques.ouvert.MA`, …: a count; None for a country that has sent no record."""
    risques = known(donnees)
    heard = {fiche.pays for fiche in donnees.fiches}
    for etat in EtatRisque:
        for pays in ("", *(one.code for one in donnees.catalogue.pays)):
            here = [one for one in risques if pays in ("", one.pays)]
            sources = tuple(_source(one, Decimal(1)) for one in here if one.risque.etat is etat)
            missing = tuple(_source(one, None) for one in here if one.risque.etat is None)
            libelle = donnees.libelle(f"Risques à l’état « {etat} »", Perimetre(pays), donnees.a_la_fin)
            valeur = Decimal(len(sources)) if pays in heard or (not pays and heard) else None
            yield Chiffre(f"risques.{slug(etat)}{f'.{pays}' if pays else ''}", libelle, valeur, "risques", sources, missing, _REGLE)


def _source(connu: RisqueConnu, valeur: Decimal | None) -> Source:
    return Source(connu.fiche, f"risques/{connu.risque.code}", "etat", valeur, connu.risque.libelle)
