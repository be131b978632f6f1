"""What a careful reader checks before a report goes out: records, activities, indicators, risks, narrative. One function a rule. Pure.

A rule yields (gravite, constat); its name in JSON is the function's own. What is « bloquant » would make the report incomplete or
contradict itself; what is « à vérifier » may be right, and only the team can say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from amem_reports.controles import activites, chiffres, fiches, indicateurs, narratif, risques
from amem_reports.controles.base import Gravite, Lecture, Point, lectures
from amem_reports.dossier import Dossier
from amem_reports.errors import Constat
from amem_reports.french import compte
from amem_reports.model import PROJET, Periode

__all__ = ["OF_PERIOD", "OF_RECORD", "Gravite", "Point", "at_end", "bloquants", "controler", "verdict"]

Trouve = Iterator[tuple[Gravite, Constat]]

OF_PERIOD: tuple[Callable[[Dossier], Trouve], ...] = (
    fiches.fiche_attendue,
    fiches.fiche_a_valider,
    fiches.contradiction,
    indicateurs.cible_manquee,
)
OF_RECORD: tuple[Callable[[Lecture], Trouve], ...] = (
    activites.activite_non_rapportee,
    activites.arret_sans_motif,
    activites.retard_sans_explication,
    activites.travail_sans_recit,
    activites.achevee_sans_preuve,
    activites.avancement_en_recul,
    activites.budget_depasse,
    activites.participants_sans_sexe,
    indicateurs.valeur_attendue,
    indicateurs.valeur_sans_source,
    indicateurs.valeur_a_rebours,
    risques.risque_sans_mesure,
    risques.risque_disparu,
    narratif.rubrique_vide,
    narratif.texte_d_attente,
    narratif.texte_repris,
    chiffres.participants_du_recit,
    chiffres.montants_du_recit,
    chiffres.avancement_du_recit,
)


def controler(dossier: Dossier) -> tuple[Point, ...]:
    """All that is found for `dossier.periode`: what blocks first, then by record; ValueError without a period."""
    if dossier.periode is None:
        raise ValueError("a report is checked for a period")
    found = [Point(rule.__name__, *one) for rule in OF_PERIOD for one in rule(dossier)]
    found += [Point(rule.__name__, *one) for lecture in lectures(dossier) for rule in OF_RECORD for one in rule(lecture)]
    return tuple(sorted(found, key=_rank))


def at_end(dossier: Dossier, periode: Periode) -> Dossier:
    """The dossier as the checks of a period read it: at its last day, at the dossier's own for the whole project."""
    return replace(dossier, periode=periode, date=min(dossier.date, periode.fin) if periode.code == PROJET else periode.fin)


def _rank(point: Point) -> tuple[bool, str, str]:
    """What blocks first, then record by record, place by place; MA-3.10 after MA-3.9."""
    place = re.sub(r"\d+", lambda number: number[0].zfill(4), point.constat.endroit)
    return point.gravite is not Gravite.BLOQUANT, point.constat.fichier, place


def bloquants(points: Sequence[Point]) -> int:
    """How many findings keep the report from going out."""
    return sum(point.gravite is Gravite.BLOQUANT for point in points)


def verdict(points: Sequence[Point]) -> str:
    """« Prêt à émettre », or « À ne pas émettre : 2 points bloquants », and how much is left to check."""
    blocking = bloquants(points)
    rest = len(points) - blocking
    told = f"À ne pas émettre : {compte(blocking, 'point bloquant', 'points bloquants')}" if blocking else "Prêt à émettre"
    return f"{told}, {compte(rest, 'point')} à vérifier." if rest else f"{told}."
