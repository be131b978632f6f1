"""What has changed since the previous report of the same length: states of activities, risks, main figures."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import Any

from amem_reports import french
from amem_reports.cumul.activites import STATUTS
from amem_reports.french import compte, enumeration, pluriel
from amem_reports.reports import parts
from amem_reports.reports.rapport import risques
from amem_reports.reports.rapport.lecture import TAUX, VALEUR, Lecture, plain
from amem_reports.reports.rapport.phrases import VERBES, of_risks, said

_CHIFFRES = (
    ("statut.achevee", "Activités achevées", "activités", 0),
    ("statut.en-cours", "Activités en cours", "activités", 0),
    ("avancement", "Avancement moyen", "%", TAUX),
    ("participants", "Participants de la période", "personnes", 0),
    ("participants.femmes", "Participantes de la période", "personnes", 0),
    ("depenses", "Dépenses de la période", "EUR", VALEUR),
    ("cumul.depenses", "Dépenses depuis le début", "EUR", VALEUR),
    ("execution", "Taux d’exécution", "%", TAUX),
    ("risques.ouvert", "Risques ouverts", "risques", 0),
)


def changes(lecture: Lecture) -> dict[str, Any] | None:
    """The comparison; None when nothing was received for the previous period."""
    previous = lecture.periode.previous()
    avant = Lecture.of(replace(lecture.dossier, periode=previous), previous)
    if not avant.fiches:
        return None
    activites = _activities(avant, lecture)
    moved = [one for one in risques.risks(lecture) if one["nouveau"] or one["etat"] != one["etat_avant"]]
    return {
        **parts.period(previous),
        "phrases": _sentences(activites, moved),
        "chiffres": [_figure(avant, lecture, *one) for one in _CHIFFRES],
        "activites": activites,
        "risques": moved,
    }


def _figure(avant: Lecture, apres: Lecture, nom: str, libelle: str, unite: str, places: int) -> dict[str, Any]:
    before, now = avant.valeur(nom, places), apres.valeur(nom, places)
    gap = None if before is None or now is None else plain(Decimal(now) - Decimal(before), places)
    return {"nom": nom, "libelle": libelle, "unite": unite, "avant": before, "apres": now, "ecart": gap}


def _activities(avant: Lecture, apres: Lecture) -> list[dict[str, Any]]:
    """The activities whose state has changed."""
    before, now = parts.standings(avant.dossier), parts.standings(apres.dossier)
    names = {activite.identifiant: pays.nom for pays in apres.catalogue.pays for activite in pays.activites}
    return [
        {
            "identifiant": identifiant,
            "pays_nom": names[identifiant],
            "intitule": etat.activite.intitule,
            "avant": before[identifiant].nom_statut,
            "apres": etat.nom_statut,
            "avancement_avant": plain(before[identifiant].avancement, TAUX),
            "avancement": plain(etat.avancement, TAUX),
        }
        for identifiant, etat in now.items()
        if etat.nom_statut != before[identifiant].nom_statut
    ]


def _sentences(activites: list[dict[str, Any]], risques_changes: list[dict[str, Any]]) -> list[str]:
    nouveaux = sum(one["nouveau"] for one in risques_changes)
    devenus = Counter(one["etat"] for one in risques_changes if one["etat"] != one["etat_avant"])
    counts = Counter(one["apres"] for one in activites)
    detail = enumeration([f"{french.nombre(number)} {pluriel(number, *VERBES[etat])}" for etat in STATUTS if (number := counts[etat])])
    changed = len(activites)
    return said(
        [
            f"{compte(changed, 'activité')} {pluriel(changed, 'a', 'ont')} changé de statut{f' : {detail}' if detail else ''}."
            if changed
            else "Aucune activité n’a changé de statut.",
            f"{compte(nouveaux, 'risque')} {pluriel(nouveaux, 'est apparu', 'sont apparus')}." if nouveaux else "",
            *(f"{of_risks(devenus[etat], etat)}." for etat in ("survenu", "maîtrisé", "clos") if devenus[etat]),
        ]
    )
