"""The work plan of one country: what is to be done, axe by axe, when, and with what money; with a period, what was done of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from amem_reports import figures
from amem_reports.dossier import Dossier
from amem_reports.french import slug
from amem_reports.model import Activite, Pays
from amem_reports.reports import parts, plan_budget, plan_calendrier


def document(dossier: Dossier) -> dict[str, Any]:
    """Name, title and context of the work plan of `dossier.pays`."""
    pays = dossier.pays
    if pays is None:
        raise ValueError("a work plan is made for one country")
    titre = "Plan de travail sous-régional" if pays.sous_regional else f"Plan de travail – {pays.nom}"
    return {
        "nom": f"plan-de-travail_{slug(pays.nom)}",
        "titre": titre,
        "sujet": f"{dossier.catalogue.projet.sigle.valeur} – plan de travail",
        "contexte": _context(dossier, pays, titre),
    }


def _context(dossier: Dossier, pays: Pays, titre: str) -> dict[str, Any]:
    catalogue = dossier.catalogue
    commun = [region for region in catalogue.pays if region.sous_regional and region.code != pays.code]
    axes = _axes(dossier, pays)
    sous_regional = [axe for region in commun for axe in _axes(dossier, region) if axe["activites"]]
    context = {
        "document": parts.document(dossier, titre, catalogue.projet.intitule.valeur),
        "projet": parts.project(dossier),
        "pays": parts.country(pays),
        "periode": parts.period(dossier.periode) if dossier.periode else None,
        "axes": axes,
        "sous_regional": sous_regional,
        "chronogramme": plan_calendrier.head(dossier, [one for axe in (*axes, *sous_regional) for one in axe["activites"]]),
        "budget": plan_budget.table(dossier, pays),
        "totaux": _totals(dossier, pays, commun),
        "lacunes": _gaps(pays.activites),
    }
    return {**context, "sigles": parts.acronyms(catalogue, context)}


def _axes(dossier: Dossier, pays: Pays) -> list[dict[str, Any]]:
    catalogue = dossier.catalogue
    return [
        {
            **parts.axe(axe, parts.effect_of(catalogue, axe.numero)),
            **_counts(dossier, activites := list(catalogue.of_axe(axe.numero, pays))),
            "activites": [{**parts.activity(dossier, one, pays), **plan_calendrier.calendars(dossier, one)} for one in activites],
        }
        for axe in catalogue.axes
    ]


def _gaps(activites: Sequence[Activite]) -> list[dict[str, Any]]:
    """What the plan's columns still miss: what, on how many activities, out of how many."""
    counts = (
        ("sans responsable", sum(not one.responsable for one in activites)),
        ("sans période prévue", sum(not (one.debut or one.fin) for one in activites)),
        ("sans budget", sum(one.budget is None for one in activites)),
    )
    return [{"libelle": label, "manquants": missing, "total": len(activites)} for label, missing in counts]


def _totals(dossier: Dossier, pays: Pays, commun: Iterable[Pays]) -> dict[str, Any]:
    return {
        "activites": len(pays.activites),
        "sous_regionales": sum(len(region.activites) for region in commun),
        **_counts(dossier, pays.activites),
    }


def _counts(dossier: Dossier, activites: Sequence[Activite]) -> dict[str, Any]:
    """How many are dated and not, how many are late (None without a period), and their budget by currency."""
    datees = sum(figures.planned_days(activite) is not None for activite in activites)
    late = parts.delays(dossier)
    return {
        "datees": datees,
        "non_datees": len(activites) - datees,
        "en_retard": sum(activite.identifiant in late for activite in activites) if dossier.periode else None,
        "budget": parts.amounts(figures.totals_by_currency(activite.budget for activite in activites)),
    }
