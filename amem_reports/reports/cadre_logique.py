"""The logframe: impact, effets, produits and their indicateurs, then the activities that lead to them.

Columns after the EU form (annex E3d): chaîne de résultats, indicateur, valeur de référence, valeur cible, valeur actuelle, source et
moyen de vérification, hypothèses.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from amem_reports.cumul.base import expected
from amem_reports.dossier import Dossier
from amem_reports.french import slug
from amem_reports.model import Axe, Effet, Niveau, Pays, Produit
from amem_reports.reports import mesures, parts


def document(dossier: Dossier) -> dict[str, Any]:
    """Name, title and context of the regional logframe, or of the one of `dossier.pays`."""
    pays = dossier.pays
    titre = f"Cadre logique – {pays.nom}" if pays else "Cadre logique régional"
    return {
        "nom": f"cadre-logique_{slug(pays.nom) if pays else 'regional'}",
        "titre": titre,
        "sujet": f"{dossier.catalogue.projet.sigle.valeur} – cadre logique",
        "contexte": _context(dossier, titre),
    }


def _context(dossier: Dossier, titre: str) -> dict[str, Any]:
    catalogue = dossier.catalogue
    effets = [_effect(dossier, axe) for axe in catalogue.axes]
    impact = {"libelle": catalogue.cadre_logique.impact.libelle, "lignes": _lines(dossier, Niveau.IMPACT, None)}
    activites = [activite for effet in effets for pays in effet["pays"] for activite in pays["activites"]]
    lignes = list(_flat(impact, effets))
    context = {
        "document": parts.document(dossier, titre, catalogue.projet.intitule.valeur),
        "projet": parts.project(dossier),
        "periode": parts.period(dossier.periode) if dossier.periode else None,
        "pays": parts.country(dossier.pays) if dossier.pays else None,
        "impact": impact,
        "effets": effets,
        "lignes": lignes,
        "activites": activites,
        "totaux": {
            "activites": len(activites),
            "indicateurs": len(catalogue.cadre_logique.indicateurs),
            "produits": len(catalogue.cadre_logique.produits),
            "mesures": sum(ligne["valeur_actuelle"] is not None for ligne in lignes),
        },
        "echelle": mesures.scale(dossier),
        "lacunes": _gaps(lignes, activites, _measured(dossier)),
    }
    chain = {**context, "activites": [], "effets": [{**effet, "pays": []} for effet in effets]}
    return {**context, "sigles": parts.acronyms(catalogue, context), "sigles_chaine": parts.acronyms(catalogue, chain)}


def _effect(dossier: Dossier, axe: Axe) -> dict[str, Any]:
    effet = parts.effect_of(dossier.catalogue, axe.numero)
    produits = [p for p in dossier.catalogue.cadre_logique.produits if effet and p.effet == effet.code]
    return {
        "code": effet.code if effet else None,
        "libelle": effet.libelle if effet else None,
        "axe": parts.axe(axe, effet),
        "lignes": _lines(dossier, Niveau.EFFET, effet),
        "produits": [_output(dossier, produit) for produit in produits],
        "pays": [
            {**parts.country(pays), "activites": parts.activities(dossier, axe.numero, pays)}
            for pays in _countries(dossier)
            if pays.suspension or any(dossier.catalogue.of_axe(axe.numero, pays))
        ],
    }


def _countries(dossier: Dossier) -> tuple[Pays, ...]:
    chosen = dossier.pays
    return tuple(pays for pays in dossier.catalogue.pays if chosen is None or pays.sous_regional or pays.code == chosen.code)


def _output(dossier: Dossier, produit: Produit) -> dict[str, Any]:
    return {"code": produit.code, "libelle": produit.libelle, "lignes": _lines(dossier, Niveau.PRODUIT, produit)}


def _lines(dossier: Dossier, niveau: Niveau, result: Effet | Produit | None) -> list[dict[str, Any]]:
    """One line an indicator; one line without indicator when there is none, so that every result shows."""
    code = result.code if result else None
    found = [
        i for i in dossier.catalogue.cadre_logique.indicateurs if i.niveau is niveau and (niveau is Niveau.IMPACT or i.rattachement == code)
    ]
    hypotheses = result.hypotheses if result else None
    lines = [{**mesures.line(dossier, one), "hypotheses": one.hypotheses or hypotheses} for one in found]
    return lines or [{**mesures.empty(), "hypotheses": hypotheses}]


def _measured(dossier: Dossier) -> bool:
    """Whether current values are wanted: there is a period, and the country is one that reports."""
    return dossier.periode is not None and (dossier.pays is None or expected(dossier.pays))


def _gaps(lines: list[dict[str, Any]], activites: list[dict[str, Any]], measured: bool) -> list[dict[str, Any]]:
    """How much of the logframe is still unknown: what, on how many, out of how many; current values only when a period asks for them."""
    known = [line for line in lines if line["code"]]
    counts = [
        ("résultats", "sans indicateur", sum(not line["code"] for line in lines), len({(x["niveau"], x["resultat_code"]) for x in lines})),
        *(("indicateurs", f"sans {label}", sum(line[key] is None for line in known), len(known)) for key, label in _OF_INDICATORS),
        *(("activités", f"sans {label}", sum(one[key] is None for one in activites), len(activites)) for key, label in _OF_ACTIVITIES),
    ]
    if measured:
        without = sum(line["valeur_actuelle"] is None for line in known)
        counts.insert(1, ("indicateurs", "sans valeur actuelle", without, len(known)))
    return [
        {"objet": objet, "libelle": f"{objet} {label}", "manquants": missing, "total": total} for objet, label, missing, total in counts
    ]


_OF_INDICATORS = (
    ("reference", "valeur de référence"),
    ("cible", "cible"),
    ("source_verification", "source de vérification"),
    ("hypotheses", "hypothèses"),
)
_OF_ACTIVITIES = (("produit", "produit"), ("moyens", "moyens"), ("budget", "coût"), ("hypotheses", "hypothèses"))


def _flat(impact: dict[str, Any], effets: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """The results chain as rows of one table: level, code and text of the result, then its indicator."""
    yield from (
        {"niveau": "Impact", "axe": None, "resultat_code": None, "resultat": impact["libelle"], **line} for line in impact["lignes"]
    )
    for effet in effets:
        for niveau, results in (("Effet", [effet]), ("Produit", effet["produits"])):
            for result in results:
                head = {"niveau": niveau, "axe": effet["axe"]["numero"], "resultat_code": result["code"], "resultat": result["libelle"]}
                yield from ({**head, **line} for line in result["lignes"])
