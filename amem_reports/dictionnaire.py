"""The dictionary of tags: what a template of each kind may use, drawn from a context made of the fictional catalogue.

Labels and explanations of catalogue fields come from the model, where they are written once; only what a report adds is described here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from amem_reports import exemple, fiche, model
from amem_reports.document import Portee, ReportKind

MODELS: dict[str, type[model.Modele]] = {
    "projet": model.Projet,
    "chronologie": model.Evenement,
    "axe": model.Axe,
    "axes": model.Axe,
    "sous_regional": model.Axe,
    "activites": model.Activite,
    "pays": model.Pays,
    "effets": model.Effet,
    "impact": model.Impact,
    "produits": model.Produit,
    "budget": model.Montant,
    "cibles": model.Cible,
    "sigles": model.Sigle,
    "lignes": model.Indicateur,
    "indicateurs": model.Indicateur,
    "envoi": fiche.Envoi,
    "suivi": fiche.SuiviActivite,
    "precedent": fiche.SuiviActivite,
    "participants": fiche.Participants,
    "depenses": model.Montant,
    "releve": fiche.SuiviIndicateur,
    "ventilation": fiche.Ventilation,
    "risques": fiche.Risque,
}

ADDED = {
    "activites": "Liste des activités.",
    "axes": "Liste des axes, chacun avec ses activités.",
    "chronogramme": "En-têtes du chronogramme, trimestre par trimestre.",
    "document": "Ce que le document dit de lui-même.",
    "effets": "Effets du cadre logique, un par axe, avec leurs produits, indicateurs et activités.",
    "impact": "Objectif principal, avec ses indicateurs.",
    "amem": "Pour la feuille masquée : d’où vient le classeur, puis les empreintes des valeurs déjà enregistrées.",
    "envoi": "Qui envoie la fiche, quand, dans quel état.",
    "indicateurs": "Indicateurs suivis pendant la période.",
    "narratif": "Rubriques du récit, chacune avec sa consigne.",
    "precedent": "Dernière période déjà communiquée par le pays ; vide s’il n’y en a pas.",
    "risques": "Risques connus, puis lignes vides pour les nouveaux.",
    "lacunes": "Ce qui manque au catalogue, document par document.",
    "lignes": "Chaîne de résultats à plat : une ligne par indicateur, ou une ligne sans indicateur.",
    "pays": "Pays du document.",
    "periode": "Période du rapport.",
    "prochaine_periode": "Période suivante et activités qui y sont prévues.",
    "projet": "Faits publiés sur le projet.",
    "repartition": "Nombre d’activités par axe et par pays ; chaque activité compte une fois.",
    "resume": "Phrases du résumé.",
    "sigles": "Sigles employés dans le document.",
    "sous_regional": "Axes des activités sous-régionales, communes à plusieurs pays.",
    "suivi": "Données de suivi de la période ; vide tant qu’aucune n’est reçue.",
    "totaux": "Totaux du document.",
    "activites.numero": "Code de l’activité, ou identifiant pour une activité sous-régionale.",
    "activites.pays": "Code du pays de l’activité.",
    "activites.pays_nom": "Nom du pays de l’activité.",
    "activites.date_debut": "Premier jour prévu.",
    "activites.date_fin": "Dernier jour prévu.",
    "activites.periode": "Période prévue, en toutes lettres.",
    "activites.statut": "« suspendue », ou vide.",
    "activites.calendrier": "Un élément par trimestre du projet.",
    "activites.suivi": "Ce qui est déjà enregistré pour le trimestre.",
    "activites.precedent": "Ce qui était dit à la période précédente.",
    "activites.cumul": "Ce qui a été communiqué avant le trimestre, depuis le début du projet.",
    "amem.cle": "Nom de la donnée, ou élément suivi (activites/MA-1.1).",
    "amem.valeur": "Donnée, ou empreintes : champ=8 chiffres, séparées par des espaces.",
    "cumul.participants": "Nombre de participants.",
    "cumul.depenses": "Dépenses, une somme par devise.",
    "cumul.montant": "Somme des dépenses, si une seule devise a servi.",
    "cumul.devise": "Cette devise.",
    "envoi.etat": "brouillon ou soumis.",
    "envoi.etat_enregistre": "État de la fiche déjà enregistrée ; vide s’il n’y en a pas.",
    "indicateurs.cible": "Valeur cible de la prochaine échéance.",
    "indicateurs.cible_date": "Cette échéance.",
    "indicateurs.precedent": "Ce qui était dit à la période précédente.",
    "indicateurs.ratio": "Vrai si l’indicateur est un numérateur sur un dénominateur.",
    "indicateurs.reference": "Valeur avant le projet.",
    "indicateurs.reference_date": "Date de la valeur de référence.",
    "indicateurs.releve": "Ce qui est déjà enregistré pour le trimestre.",
    "narratif.champ": "Nom de la rubrique dans la fiche.",
    "narratif.libelle": "Titre de la rubrique.",
    "narratif.consigne": "Ce qui est demandé.",
    "narratif.texte": "Texte déjà enregistré.",
    "narratif.precedent": "Ce qui était dit à la période précédente.",
    "precedent.code": "Code de la période.",
    "precedent.libelle": "Période en toutes lettres.",
    "precedent.debut": "Premier jour.",
    "precedent.fin": "Dernier jour.",
    "precedent.etat": "État du risque.",
    "precedent.texte": "Texte de la rubrique.",
    "precedent.valeur": "Valeur de l’indicateur, calculée pour un ratio.",
    "risques.precedent": "Ce qui était dit à la période précédente.",
    "calendrier.trimestre": "Code du trimestre.",
    "calendrier.prevu": "Vrai si l’activité est prévue ce trimestre.",
    "annees.annee": "Année.",
    "annees.nombre": "Nombre de trimestres de cette année.",
    "trimestres.annee": "Année du trimestre.",
    "trimestres.code": "Code du trimestre.",
    "trimestres.libelle": "Nom court du trimestre.",
    "trimestres.numero": "Numéro du trimestre.",
    "chronogramme.annees": "Années du projet.",
    "chronogramme.trimestres": "Trimestres du projet.",
    "axe.objectif": "Objectif spécifique publié pour l’axe.",
    "axes.objectif": "Objectif spécifique publié pour l’axe.",
    "axes.activites": "Activités de l’axe.",
    "axes.budget": "Budget prévu de l’axe, une somme par devise.",
    "axes.nombre": "Nombre d’activités de l’axe.",
    "axes.pays": "Pays de l’axe, chacun avec ses activités.",
    "sous_regional.objectif": "Objectif spécifique publié pour l’axe.",
    "sous_regional.activites": "Activités sous-régionales de l’axe.",
    "sous_regional.budget": "Budget prévu, une somme par devise.",
    "document.titre": "Titre du document.",
    "document.sous_titre": "Sous-titre.",
    "document.date": "Date portée par le document.",
    "document.mention": "« DONNÉES FICTIVES – DÉMONSTRATION » quand les données sont fictives, sinon vide : à mettre dans chaque en-tête.",
    "document.revision": "Révision du catalogue : change dès que le catalogue change.",
    "effets.lignes": "Indicateurs de l’effet ; une ligne vide s’il n’y en a pas.",
    "effets.pays": "Pays, chacun avec ses activités de l’axe.",
    "effets.produits": "Produits de l’effet.",
    "impact.lignes": "Indicateurs de l’impact ; une ligne vide s’il n’y en a pas.",
    "produits.lignes": "Indicateurs du produit ; une ligne vide s’il n’y en a pas.",
    "lacunes.document": "Document concerné.",
    "lacunes.libelle": "Information qui manque.",
    "lacunes.manquants": "Combien manquent.",
    "lacunes.total": "Sur combien.",
    "lacunes.message": "Phrase toute faite.",
    "lignes.niveau": "Impact, Effet ou Produit.",
    "lignes.axe": "Numéro de l’axe.",
    "lignes.resultat": "Texte du résultat.",
    "lignes.resultat_code": "Code du résultat.",
    "lignes.indicateur": "Ce qui est mesuré.",
    "lignes.reference_date": "Date de la valeur de référence.",
    "lignes.cible": "Dernière valeur cible.",
    "lignes.cible_date": "Échéance de la dernière cible.",
    "lignes.valeur_actuelle": "Valeur à la date du rapport ; vide sans données de suivi.",
    "lignes.valeur_actuelle_date": "Date de la valeur actuelle.",
    "lignes.numero": "Numéro de l’axe.",
    "lignes.intitule": "Titre de l’axe.",
    "lignes.nombres": "Nombre d’activités, pays par pays.",
    "lignes.total": "Nombre d’activités de l’axe.",
    "pays.activites": "Activités du pays.",
    "pays.de": "Avec « de » : du Maroc, de la Tunisie.",
    "pays.en": "Avec « en » : au Maroc, en Tunisie.",
    "pays.nombre": "Nombre d’activités du pays.",
    "pays.suspendu": "Vrai si les activités du pays sont suspendues.",
    "pays.suspension_source": "Source du motif de suspension.",
    "periode.code": "Code de la période.",
    "periode.libelle": "Période en toutes lettres.",
    "periode.debut": "Premier jour.",
    "periode.fin": "Dernier jour.",
    "prochaine_periode.code": "Code de la période.",
    "prochaine_periode.libelle": "Période en toutes lettres.",
    "prochaine_periode.debut": "Premier jour.",
    "prochaine_periode.fin": "Dernier jour.",
    "prochaine_periode.activites": "Activités prévues dans cette période.",
    "projet.objectif": "Objectif principal.",
    "projet.sources": "Sources des faits : projet.sources.budget, projet.sources.duree…",
    "projet.notes": "Réserves sur les faits : projet.notes.budget, projet.notes.fin…",
    "repartition.lignes": "Une ligne par axe.",
    "repartition.nombres": "Totaux par pays.",
    "repartition.pays": "Noms des pays, dans l’ordre des colonnes.",
    "repartition.total": "Nombre total d’activités.",
    "totaux.activites": "Nombre d’activités, hors sous-région dans un plan de pays.",
    "totaux.budget": "Budget prévu, une somme par devise.",
    "totaux.datees": "Nombre d’activités datées.",
    "totaux.indicateurs": "Nombre d’indicateurs du cadre logique.",
    "totaux.produits": "Nombre de produits du cadre logique.",
    "totaux.sous_regionales": "Nombre d’activités sous-régionales, comptées à part.",
}


@dataclass(frozen=True)
class Balise:
    """One tag: its path (`axes[].activites[].intitule`), what it says, the kind of value, its unit and an example."""

    chemin: str
    libelle: str
    type: str
    unite: str
    exemple: str


def sample(kind: ReportKind) -> dict[str, Any]:
    """A context in which nothing is empty: the country's for a plan, the regional one for a logframe."""
    dossier = exemple.dossier()
    return kind.document(dossier if kind.portee is not Portee.REGION else replace(dossier, pays=None)).contexte


def tags(kind: ReportKind) -> list[Balise]:
    """All tags of a kind, in the order of the context, each path once."""
    found: dict[str, Balise] = {}
    for path, owner, key, value in _walk(sample(kind), "", ""):
        if path not in found or (value is not None and not found[path].exemple):
            found[path] = _tag(path, owner, key, value)
    return list(found.values())


def _walk(value: dict[str, Any], owner: str, prefix: str) -> Iterator[tuple[str, str, str, Any]]:
    for key, inner in value.items():
        path = f"{prefix}{key}"
        yield path, owner, key, inner
        if isinstance(inner, dict) and owner != "projet":
            yield from _walk(inner, key, f"{path}.")
        elif isinstance(inner, list):
            for item in inner:
                if isinstance(item, dict):
                    yield from _walk(item, key, f"{path}[].")


def _tag(path: str, owner: str, key: str, value: Any) -> Balise:
    label, unit = describe(owner, key)
    return Balise(path, label, _kind_of(value), unit, _example(value))


def describe(owner: str, key: str) -> tuple[str, str]:
    """French explanation and unit of a key; KeyError when nobody has described it."""
    added = ADDED.get(f"{owner}.{key}" if owner else key)
    if added is not None:
        return added, ""
    field = MODELS[owner].model_fields[key]
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    return field.description or "", str(extra.get("unite", ""))


def _kind_of(value: Any) -> str:
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "vrai ou faux"),
        ((int, float, Decimal), "nombre"),
        (date, "date"),
        (str, "texte"),
        (list, "liste"),
        (dict, "groupe"),
    )
    return next((name for types, name in kinds if isinstance(value, types)), "texte")


def _example(value: Any) -> str:
    if value is None or isinstance(value, (list, dict)):
        return ""
    return {True: "vrai", False: "faux"}[value] if isinstance(value, bool) else str(value)
