"""Risks and problems as last told, and which of them appeared or were closed in the period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from amem_reports.cumul.risques import RisqueConnu, known
from amem_reports.fiche import EtatRisque
from amem_reports.reports.rapport.lecture import Lecture

Cle = tuple[str, str]


def risks(lecture: Lecture) -> list[dict[str, Any]]:
    """Every risk that was not closed before the period began, by country."""
    before = _before(lecture)
    return [_risk(lecture, one, before) for one in _in_order(lecture) if before.get(_key(one)) is not EtatRisque.CLOS]


def _in_order(lecture: Lecture) -> list[RisqueConnu]:
    order = [pays.code for pays in lecture.catalogue.pays]
    return sorted((one for one in known(lecture.donnees) if one.pays in order), key=lambda one: order.index(one.pays))


def _key(connu: RisqueConnu) -> Cle:
    return connu.pays, connu.risque.code


def _before(lecture: Lecture) -> dict[Cle, EtatRisque | None]:
    """The state of each risk when the period began; those that were not told of yet have none here."""
    return dict(_earlier(lecture))


def _earlier(lecture: Lecture) -> Iterator[tuple[Cle, EtatRisque | None]]:
    first = lecture.donnees.fenetres[0].premier
    for fiche in lecture.donnees.fiches:
        if fiche.periode < first:
            for risque in fiche.risques:
                yield (fiche.pays, risque.code), risque.etat


def _risk(lecture: Lecture, connu: RisqueConnu, before: Mapping[Cle, EtatRisque | None]) -> dict[str, Any]:
    risque, earlier = connu.risque, before.get(_key(connu))
    return {
        "identifiant": f"{connu.pays}-{risque.code}",
        "code": risque.code,
        "pays": connu.pays,
        "pays_nom": next(pays.nom for pays in lecture.catalogue.pays if pays.code == connu.pays),
        "libelle": risque.libelle,
        "probabilite": risque.probabilite.value if risque.probabilite else None,
        "impact": risque.impact.value if risque.impact else None,
        "mesure": risque.mesure,
        "responsable": risque.responsable,
        "etat": risque.etat.value if risque.etat else None,
        "etat_avant": earlier.value if earlier else None,
        "nouveau": _key(connu) not in before,
    }
