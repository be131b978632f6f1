"""Risks that nobody answers, and risks that nobody speaks of any more."""

from __future__ import annotations

from collections.abc import Iterator

from amem_reports.controles.base import Gravite, Lecture
from amem_reports.errors import Constat
from amem_reports.fiche import EtatRisque, Probabilite, Risque
from amem_reports.fiche import Gravite as Impact

Trouve = Iterator[tuple[Gravite, Constat]]


def risque_sans_mesure(lecture: Lecture) -> Trouve:
    """A risk that has come true, or that is high and open, and nothing is done about it."""
    for risque in lecture.fiche.risques:
        if risque.mesure:
            continue
        if risque.etat is EtatRisque.SURVENU:
            what = "survenu"
        elif _is_high(risque):
            what = "ouvert et élevé"
        else:
            continue
        remedy = "dire ce qui est fait pour y répondre, et qui s’en charge"
        yield Gravite.A_VERIFIER, lecture.constat(f"risque {risque.code}, mesure", f"risque {what} sans mesure ({risque.libelle})", remedy)


def _is_high(risque: Risque) -> bool:
    return risque.etat is EtatRisque.OUVERT and (risque.probabilite is Probabilite.ELEVEE or risque.impact is Impact.ELEVE)


def risque_disparu(lecture: Lecture) -> Trouve:
    """A risk that was not closed in the record before and that this one does not speak of."""
    told = {risque.code for risque in lecture.fiche.risques}
    for risque in lecture.precedente.risques if lecture.precedente else ():
        if risque.code not in told and risque.etat is not EtatRisque.CLOS:
            message = f"risque « {risque.etat or 'sans état'} » au suivi précédent, absent de celui-ci ({risque.libelle})"
            yield Gravite.A_VERIFIER, lecture.constat(f"risque {risque.code}", message, "le reprendre, ou le déclarer clos")
