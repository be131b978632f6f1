"""The work plan of one country: what is to be done, axe by axe, and when."""

from __future__ import annotations

from typing import Any

from amem_reports import figures
from amem_reports.dossier import Dossier
from amem_reports.french import slug
from amem_reports.model import Pays, Trimestre
from amem_reports.reports import parts


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
    trimestres = figures.project_quarters(catalogue)
    commun = [region for region in catalogue.pays if region.sous_regional and region.code != pays.code]
    axes = _axes(dossier, pays, trimestres)
    sous_regional = [axe for region in commun for axe in _axes(dossier, region, trimestres) if axe["activites"]]
    context = {
        "document": parts.document(dossier, titre, catalogue.projet.intitule.valeur),
        "projet": parts.project(catalogue),
        "pays": parts.country(pays),
        "axes": axes,
        "sous_regional": sous_regional,
        "chronogramme": parts.calendar_head(trimestres),
        "totaux": _totals(pays, commun),
    }
    return {**context, "sigles": parts.acronyms(catalogue, context)}


def _axes(dossier: Dossier, pays: Pays, trimestres: tuple[Trimestre, ...]) -> list[dict[str, Any]]:
    return [
        {
            **parts.axe(axe, parts.effect_of(dossier.catalogue, axe.numero)),
            "activites": parts.activities(dossier, axe.numero, pays, trimestres),
            "budget": parts.amounts(figures.totals_by_currency(a.budget for a in dossier.catalogue.of_axe(axe.numero, pays))),
        }
        for axe in dossier.catalogue.axes
    ]


def _totals(pays: Pays, commun: list[Pays]) -> dict[str, Any]:
    shared = [activite for region in commun for activite in region.activites]
    return {
        "activites": len(pays.activites),
        "sous_regionales": len(shared),
        "datees": sum(figures.planned_days(activite) is not None for activite in pays.activites),
        "budget": parts.amounts(figures.totals_by_currency(activite.budget for activite in pays.activites)),
    }
