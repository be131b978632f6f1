"""The progress report to the donor for one period.

As long as no follow-up was received it says so, and gives what is known: the state of the catalogue, its activities by axe and
country, and what is missing.
"""

from __future__ import annotations

from typing import Any

from amem_reports import checks, figures, french
from amem_reports.dossier import Dossier
from amem_reports.model import Axe, Catalogue, Pays, Periode
from amem_reports.reports import parts


def document(dossier: Dossier) -> dict[str, Any]:
    """Name, title and context of the report on `dossier.periode`."""
    periode = dossier.periode
    if periode is None:
        raise ValueError("a report is made for a period")
    titre = f"Rapport d’avancement – {french.periode(periode.code)}"
    return {
        "nom": f"rapport_{periode.code}",
        "titre": titre,
        "sujet": f"{dossier.catalogue.projet.sigle.valeur} – rapport d’avancement au bailleur",
        "contexte": _context(dossier, periode, titre),
    }


def _context(dossier: Dossier, periode: Periode, titre: str) -> dict[str, Any]:
    catalogue = dossier.catalogue
    context = {
        "document": parts.document(dossier, titre, catalogue.projet.intitule.valeur),
        "projet": parts.project(catalogue),
        "periode": parts.period(periode),
        "suivi": None,
        "resume": _summary(catalogue, periode),
        "axes": [_axe(dossier, axe) for axe in catalogue.axes],
        "activites": [
            activite for axe in catalogue.axes for pays in catalogue.pays for activite in parts.activities(dossier, axe.numero, pays)
        ],
        "pays": [{**parts.country(pays), "nombre": len(pays.activites)} for pays in catalogue.pays],
        "repartition": _distribution(catalogue),
        "indicateurs": [],
        "lacunes": [_gap(lacune) for lacune in checks.gaps(catalogue)],
        "prochaine_periode": _next_period(dossier, periode),
    }
    return {**context, "sigles": parts.acronyms(catalogue, context)}


def _axe(dossier: Dossier, axe: Axe) -> dict[str, Any]:
    pays = [
        {**parts.country(pays), "activites": parts.activities(dossier, axe.numero, pays)}
        for pays in dossier.catalogue.pays
        if pays.suspension or any(dossier.catalogue.of_axe(axe.numero, pays))
    ]
    return {
        **parts.axe(axe, parts.effect_of(dossier.catalogue, axe.numero)),
        "pays": pays,
        "nombre": sum(len(p["activites"]) for p in pays),
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


def _summary(catalogue: Catalogue, periode: Periode) -> list[str]:
    """The generated sentences of the résumé, one fact each."""
    sentences = [
        f"Le présent rapport porte sur la période du {french.date_longue(periode.debut)} au {french.date_longue(periode.fin)}.",
        _count_sentence(catalogue),
        *(_suspension_sentence(pays) for pays in catalogue.pays if pays.suspension),
        _planned_sentence(catalogue, periode),
        "Aucune donnée de suivi n’a été reçue pour cette période : le rapport donne l’état du catalogue et ne dit rien de l’avancement.",
    ]
    return [french.typographie(sentence) for sentence in sentences]


def _count_sentence(catalogue: Catalogue) -> str:
    counts = figures.repartition(catalogue)
    items = [f"{counts.par_pays[pays.code]} {_where(pays)}" for pays in catalogue.pays if counts.par_pays[pays.code]]
    total = french.compte(counts.total, "activité")
    return (
        f"Le catalogue du projet compte {total} : {french.enumeration(items)}."
        if items
        else "Le catalogue du projet ne compte aucune activité."
    )


def _where(pays: Pays) -> str:
    return "au niveau sous-régional" if pays.sous_regional else french.lieu(pays.nom, pays.article)


def _suspension_sentence(pays: Pays) -> str:
    reason = pays.suspension.valeur if pays.suspension else ""
    where = french.lieu(pays.nom, pays.article)
    return f"{where[0].upper()}{where[1:]}, {reason[0].lower()}{reason[1:].rstrip('.')}."


def _planned_sentence(catalogue: Catalogue, periode: Periode) -> str:
    undated = sum(figures.planned_days(activite) is None for activite in catalogue.activites)
    if undated == len(catalogue.activites):
        return "Aucune activité n’est encore datée dans le catalogue."
    planned = len(figures.planned_during(catalogue.activites, periode))
    verb = french.pluriel(planned, "était prévue", "étaient prévues")
    sentence = f"{french.compte(planned, 'activité')} {verb} sur la période" if planned else "Aucune activité n’était prévue sur la période"
    if undated:
        sentence += f" ; {french.compte(undated, 'activité')} {french.pluriel(undated, 'n’est pas datée', 'ne sont pas datées')}"
    return sentence + "."


def _gap(lacune: checks.Lacune) -> dict[str, Any]:
    return {
        "document": lacune.document,
        "libelle": lacune.libelle,
        "manquants": lacune.manquants,
        "total": lacune.total,
        "message": lacune.message,
    }


def _next_period(dossier: Dossier, periode: Periode) -> dict[str, Any]:
    following = periode.next()
    catalogue = dossier.catalogue
    planned = figures.planned_during(catalogue.activites, following)
    home = {activite.identifiant: pays for pays in catalogue.pays for activite in pays.activites}
    return {**parts.period(following), "activites": [parts.activity(dossier, activite, home[activite.identifiant]) for activite in planned]}
