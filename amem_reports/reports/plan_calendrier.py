"""The chronogramme of a work plan: quarters, months, and what each activity's cells say of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from amem_reports import figures, french
from amem_reports.cumul.activites import EtatActivite
from amem_reports.dossier import Dossier
from amem_reports.fiche import StatutActivite
from amem_reports.model import Activite, Echeance, Trimestre
from amem_reports.reports import parts

Colonne = Trimestre | Echeance
Jours = tuple[date, date]

SYMBOLES = {"prevu": "■", "realise": "●", "hors_periode": "○", "retard": "▲"}
_LEGENDE = {
    "prevu": "prévu",
    "realise": "réalisé dans la période prévue",
    "hors_periode": "réalisé hors de la période prévue",
    "retard": "en retard sur la date prévue",
}


@dataclass(frozen=True)
class Etendues:
    """First and last day of what was planned, of the work known to be real, and of lateness; None where there is none."""

    prevue: Jours | None
    reelle: Jours | None = None
    retard: Jours | None = None


def spans(dossier: Dossier, activite: Activite) -> Etendues:
    """The three spans of an activity; without a period, only the planned one."""
    etat = parts.standings(dossier).get(activite.identifiant)
    retard = parts.delays(dossier).get(activite.identifiant)
    late = (retard.prevue + timedelta(1), retard.prevue + timedelta(retard.jours)) if retard else None
    return Etendues(figures.planned_days(activite), _real(dossier, etat) if etat else None, late)


def _real(dossier: Dossier, etat: EtatActivite) -> Jours | None:
    """The days of work that are known: to the real end, or to the period's end while at work, or else the first day alone."""
    first, last = etat.debut_reel or etat.fin_reelle, etat.fin_reelle
    if last is None and etat.statut is StatutActivite.EN_COURS and dossier.periode:
        last = dossier.periode.fin
    return (first, last or first) if first else None


def state(etendues: Etendues, colonne: Colonne) -> str | None:
    """What a cell says; lateness comes first, then what was done, then what is planned."""
    planned, real, late = (_meets(span, colonne) for span in (etendues.prevue, etendues.reelle, etendues.retard))
    if late:
        return "retard"
    if real:
        return "realise" if planned else "hors_periode"
    return "prevu" if planned else None


def _meets(span: Jours | None, colonne: Colonne) -> bool:
    return span is not None and span[0] <= colonne.fin and colonne.debut <= span[1]


def calendars(dossier: Dossier, activite: Activite) -> dict[str, Any]:
    """The cells of an activity, quarter by quarter and month by month, and its real dates in words."""
    etendues = spans(dossier, activite)
    quarters, months = columns(dossier)
    return {
        "calendrier": [{"trimestre": quarter.code, **_cell(etendues, quarter)} for quarter in quarters],
        "calendrier_mois": [{"mois": month.code, **_cell(etendues, month)} for month in months],
        "reel": _real_words(parts.standings(dossier).get(activite.identifiant)),
    }


def columns(dossier: Dossier) -> tuple[tuple[Trimestre, ...], tuple[Echeance, ...]]:
    """The quarters and the months of the project."""
    catalogue, day = dossier.catalogue, dossier.date
    found: tuple[tuple[Trimestre, ...], tuple[Echeance, ...]] = dossier.once(
        "colonnes", lambda: (figures.project_quarters(catalogue, day), figures.project_months(catalogue, day))
    )
    return found


def _cell(etendues: Etendues, colonne: Colonne) -> dict[str, Any]:
    etat = state(etendues, colonne)
    return {"prevu": _meets(etendues.prevue, colonne), "etat": etat, "symbole": SYMBOLES[etat] if etat else ""}


def _real_words(etat: EtatActivite | None) -> str | None:
    """« 04/03/2019 – 28/06/2019 », « depuis le 04/03/2019 », None while nothing real is known."""
    if etat is None or not (etat.debut_reel or etat.fin_reelle):
        return None
    first, last = (french.date_courte(day) if day else "" for day in (etat.debut_reel, etat.fin_reelle))
    if first and last:
        return f"{first} – {last}"
    if last:
        return f"jusqu’au {last}"
    return f"depuis le {first}" if etat.statut is StatutActivite.EN_COURS else f"à partir du {first}"


def head(dossier: Dossier, activites: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The header rows of a chronogramme, by quarter and by month, and the meaning of the marks that it uses."""
    quarters, months = columns(dossier)
    used = {"prevu", *(cell["etat"] for activite in activites for cell in (*activite["calendrier"], *activite["calendrier_mois"]))}
    return {
        "trimestres": [{"code": q.code, "annee": q.annee, "numero": q.numero, "libelle": f"T{q.numero}"} for q in quarters],
        "mois": [_month(month) for month in months],
        "annees": _years(quarters, months),
        "legende": [{"etat": etat, "symbole": SYMBOLES[etat], "libelle": libelle} for etat, libelle in _LEGENDE.items() if etat in used],
    }


def _month(month: Echeance) -> dict[str, Any]:
    name = french.periode(month.code).partition(french.NBSP)[0]
    return {"code": month.code, "annee": month.debut.year, "numero": month.debut.month, "libelle": name, "initiale": name[0].upper()}


def _years(quarters: Sequence[Trimestre], months: Sequence[Echeance]) -> list[dict[str, Any]]:
    return [
        {
            "annee": year,
            "nombre": sum(quarter.annee == year for quarter in quarters),
            "nombre_mois": sum(month.debut.year == year for month in months),
        }
        for year in sorted({quarter.annee for quarter in quarters})
    ]
