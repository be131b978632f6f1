"""The logframe: impact, effets, produits and their indicateurs, then the activities that lead to them.

Columns after the EU form (annex E3d): chaîne de résultats, indicateur, valeur de référence, valeur cible, valeur actuelle, source et
moyen de vérification, hypothèses.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from amem_reports.dossier import Dossier
from amem_reports.french import slug
from amem_reports.model import Axe, Effet, Indicateur, Niveau, Pays, Produit
from amem_reports.reports import parts


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
    context = {
        "document": parts.document(dossier, titre, catalogue.projet.intitule.valeur),
        "projet": parts.project(catalogue),
        "pays": parts.country(dossier.pays) if dossier.pays else None,
        "impact": impact,
        "effets": effets,
        "lignes": list(_flat(impact, effets)),
        "activites": activites,
        "totaux": {
            "activites": len(activites),
            "indicateurs": len(catalogue.cadre_logique.indicateurs),
            "produits": len(catalogue.cadre_logique.produits),
        },
    }
    return {**context, "sigles": parts.acronyms(catalogue, context)}


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
    return [_indicator(indicateur, hypotheses) for indicateur in found] or [_indicator(None, hypotheses)]


def _indicator(indicateur: Indicateur | None, hypotheses: str | None) -> dict[str, Any]:
    reference = indicateur.reference if indicateur else None
    last = indicateur.cibles[-1] if indicateur and indicateur.cibles else None
    return {
        "code": indicateur.code if indicateur else None,
        "indicateur": indicateur.libelle if indicateur else None,
        "unite": indicateur.unite if indicateur else None,
        "reference": reference.valeur if reference else None,
        "reference_date": str(reference.date) if reference else None,
        "cible": last.valeur if last else None,
        "cible_date": str(last.date) if last else None,
        "cibles": [{"date": str(cible.date), "valeur": cible.valeur} for cible in (indicateur.cibles if indicateur else ())],
        "valeur_actuelle": None,
        "valeur_actuelle_date": None,
        "source_verification": indicateur.source_verification if indicateur else None,
        "frequence": indicateur.frequence.value if indicateur and indicateur.frequence else None,
        "responsable": indicateur.responsable if indicateur else None,
        "desagregations": list(indicateur.desagregations) if indicateur else [],
        "hypotheses": indicateur.hypotheses if indicateur and indicateur.hypotheses else hypotheses,
    }


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
