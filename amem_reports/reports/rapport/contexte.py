"""The context of the report: every section's data under one stable key."""

from __future__ import annotations

from typing import Any

from amem_reports import checks, figures
from amem_reports.dossier import Dossier
from amem_reports.model import Catalogue, Periode
from amem_reports.reports import parts
from amem_reports.reports.rapport import avancement, graphiques, phrases, recits
from amem_reports.reports.rapport.avancement import Suivies, standing
from amem_reports.reports.rapport.changements import changes
from amem_reports.reports.rapport.finances import finances
from amem_reports.reports.rapport.indicateurs import chain, indicators, scale
from amem_reports.reports.rapport.lecture import Lecture
from amem_reports.reports.rapport.participants import participants
from amem_reports.reports.rapport.provenance import provenance
from amem_reports.reports.rapport.risques import risks
from amem_reports.reports.rapport.sigles import acronyms


def context(dossier: Dossier, periode: Periode, titre: str) -> dict[str, Any]:
    """All that a template of the report may use."""
    catalogue, lecture = dossier.catalogue, Lecture.of(dossier, periode)
    suivies = Suivies.of(lecture)
    axes, indicateurs = avancement.axes(lecture, suivies), indicators(lecture)
    made = {
        "document": parts.document(dossier, titre, catalogue.projet.intitule.valeur),
        "projet": parts.project(dossier),
        "periode": {**parts.period(periode), "debut": catalogue.projet.debut_de(periode)},
        "axes": axes,
        "activites": [activite for axe in axes for pays in axe["pays"] for activite in pays["activites"]],
        "pays": [{**parts.country(pays), "nombre": len(pays.activites)} for pays in catalogue.pays],
        "repartition": _distribution(catalogue),
        "etat": standing(lecture, ""),
        "indicateurs": indicateurs,
        "chaine": chain(catalogue, indicateurs),
        "echelle": scale(catalogue),
        "recits": recits.narratives(lecture),
        "risques": risks(lecture),
        "materiel": _material(suivies),
        "prochaine_periode": _next_period(catalogue, suivies, periode.next()),
        "lacunes": [_gap(lacune) for lacune in checks.gaps(catalogue)],
    }
    made |= _followed(lecture, made) if lecture.fiches else _unfollowed(catalogue, periode)
    return {**made, "sigles": acronyms(catalogue, {key: value for key, value in made.items() if key != "provenance"})}


def _followed(lecture: Lecture, made: dict[str, Any]) -> dict[str, Any]:
    """What only the records of the period can tell."""
    found = {
        "suivi": _received(lecture),
        "resume": phrases.summary(lecture, made["indicateurs"]),
        "participants": participants(lecture),
        "finances": finances(lecture),
        "changements": changes(lecture),
        "provenance": provenance(lecture),
    }
    return {**found, "graphiques": graphiques.charts({**made, **found}, lecture)}


def _unfollowed(catalogue: Catalogue, periode: Periode) -> dict[str, Any]:
    return {
        "suivi": None,
        "resume": phrases.without_follow_up(catalogue, periode),
        "participants": None,
        "finances": None,
        "changements": None,
        "provenance": [],
        "graphiques": graphiques.none(),
    }


def _received(lecture: Lecture) -> dict[str, Any]:
    names = {pays.code: pays.nom for pays in lecture.catalogue.pays}
    return {
        "attendues": len(lecture.attendues),
        "manquantes": phrases.absent_records(lecture),
        "phrase": phrases.said([phrases.received_sentence(lecture)])[0],
        "fiches": [
            {
                "trimestre": fiche.periode,
                "pays": fiche.pays,
                "pays_nom": names[fiche.pays],
                "etat": fiche.etat.value,
                "par": fiche.envoi.par if fiche.envoi else None,
                "date": fiche.envoi.date if fiche.envoi else None,
            }
            for fiche in lecture.fiches
        ],
    }


def _distribution(catalogue: Catalogue) -> dict[str, Any]:
    """Activities by axe (rows) and country (columns); the sub-region is a column, so each activity counts once."""
    counts = figures.repartition(catalogue)
    return {
        "pays": [pays.nom for pays in catalogue.pays],
        "lignes": [
            {
                "numero": axe.numero,
                "intitule": axe.intitule,
                "nombres": [counts.cases[axe.numero, pays.code] for pays in catalogue.pays],
                "total": counts.par_axe[axe.numero],
            }
            for axe in catalogue.axes
        ],
        "nombres": [counts.par_pays[pays.code] for pays in catalogue.pays],
        "total": counts.total,
    }


def _material(suivies: Suivies) -> list[dict[str, Any]]:
    """What the activities delivered in the period, with its proofs."""
    keys = ("identifiant", "pays_nom", "intitule", "livrables_obtenus", "preuves")
    return [{key: one[key] for key in keys} for one in suivies.par_identifiant.values() if one["livrables_obtenus"] or one["preuves"]]


def _next_period(catalogue: Catalogue, suivies: Suivies, following: Periode) -> dict[str, Any]:
    """The activities planned then that are not achieved yet, and those that are late."""
    planned = figures.planned_during(catalogue.activites, following)
    over = ("achevée", "annulée")
    shown = [one for one in suivies.of_these(planned) if one["statut"] not in over]
    return {**parts.period(following), "activites": shown}


def _gap(lacune: checks.Lacune) -> dict[str, Any]:
    return {
        "document": lacune.document,
        "libelle": lacune.libelle,
        "manquants": lacune.manquants,
        "total": lacune.total,
        "message": lacune.message,
    }
