"""Participants of the period by sex and institution, by country and by axe."""

from __future__ import annotations

from typing import Any

from amem_reports.fiche import INSTITUTIONS
from amem_reports.reports.rapport.lecture import Lecture, share, suffix

_SEXES = {"femmes": "femmes", "hommes": "hommes", "sexe_inconnu": "sexe-inconnu"}
_INSTITUTIONS = {**{nom: nom for nom in INSTITUTIONS}, "institution_inconnue": "institution-inconnue"}


def participants(lecture: Lecture) -> dict[str, Any]:
    """All of them, since the beginning too, then by country and by axe."""
    catalogue = lecture.catalogue
    return {
        **_counts(lecture, ""),
        "cumul": _counts(lecture, "", "cumul."),
        "manquants": len(lecture.chiffres["participants"].manquants),
        "manquants_cumul": len(lecture.chiffres["cumul.participants"].manquants),
        "pays": [
            {"code": pays.code, "nom": pays.nom, "suspendu": pays.suspension is not None, **_counts(lecture, suffix(pays.code))}
            for pays in catalogue.pays
        ],
        "axes": [{"numero": axe.numero, "intitule": axe.intitule, **_counts(lecture, suffix(axe=axe.numero))} for axe in catalogue.axes],
    }


def _counts(lecture: Lecture, end: str, start: str = "") -> dict[str, Any]:
    total = lecture.valeur(f"{start}participants{end}")
    parts = {key: lecture.valeur(f"{start}participants.{nom}{end}") for key, nom in {**_SEXES, **_INSTITUTIONS}.items()}
    return {"total": total, **parts, "part_femmes": share(parts["femmes"], total)}
