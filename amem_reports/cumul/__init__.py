"""The follow-up added up: every figure of a period by its stable name, with its rule, what it counts and what is missing. Pure.

Names end with what they cover: `depenses`, `depenses.MA`, `depenses.axe-1`, `depenses.MA.axe-1`. Figures of the period have plain
names; those since the beginning, up to the period's end, start with `cumul.`. States, budgets, targets and rates of the whole
project exist once.
"""

from __future__ import annotations

from collections.abc import Iterator

from amem_reports.cumul import activites, depenses, indicateurs, participants, risques
from amem_reports.cumul.base import Chiffre, Donnees, Source, pays_of
from amem_reports.dossier import Dossier
from amem_reports.errors import Constat
from amem_reports.fiche import Fiche, ecarts_activite
from amem_reports.model import Periode

__all__ = ["Chiffre", "Donnees", "Source", "contradictions", "figures"]

_ROOMS = (activites, participants, depenses, indicateurs, risques)


def figures(dossier: Dossier) -> dict[str, Chiffre]:
    """Every figure of `dossier.periode`, by name; ValueError when the dossier has no period."""
    found: dict[str, Chiffre] = dossier.once("chiffres", lambda: _all(Donnees.of(dossier)))
    return found


def _all(donnees: Donnees) -> dict[str, Chiffre]:
    return {chiffre.nom: chiffre for room in _ROOMS for chiffre in room.figures(donnees)}


def contradictions(dossier: Dossier) -> tuple[Constat, ...]:
    """What the records that count say against themselves (F + H and total, states and dates…): a sign that a file was changed by hand."""
    return tuple(constat for fiche in Donnees.of(dossier).fiches for constat in _contradictions(fiche))


def _contradictions(fiche: Fiche) -> Iterator[Constat]:
    nom, periode = f"suivi/{fiche.nom}", Periode.parse(fiche.periode)
    for suivi in fiche.activites:
        for ecart in ecarts_activite(suivi, periode):
            yield Constat(nom, f"activité {suivi.identifiant}, {ecart.champ}", ecart.message, ecart.remede)
        if pays_of(suivi.identifiant) != fiche.pays:
            remede = f"la rapporter dans la fiche {pays_of(suivi.identifiant)} : ici, elle n’est pas comptée"
            yield Constat(nom, f"activité {suivi.identifiant}", "activité d’un autre pays", remede)
