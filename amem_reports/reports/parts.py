"""The passages of a context that several kinds of report share. Keys are the field names of the model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from amem_reports import figures, french
from amem_reports.cumul import activites
from amem_reports.cumul.activites import EtatActivite, Retard, SorteRetard
from amem_reports.cumul.base import Donnees
from amem_reports.dossier import Dossier
from amem_reports.model import Activite, Axe, Catalogue, Echeance, Effet, Evenement, Fait, Montant, Palier, Pays, Periode, Projet

_WORD = re.compile(r"\w+")
_FAITS = (
    *("sigle", "intitule", "agence", "bailleur", "duree", "gouvernance", "preambule"),
    *("contrat", "coordinateur", "contact", "groupes_cibles"),
)
MENTION = "DONNÉES FICTIVES – DÉMONSTRATION"


def project(dossier: Dossier) -> dict[str, Any]:
    """The project's published facts, and their sources apart (`projet.sources.budget`), so that a tag stays short; of its steps, those
    that had begun on the document's date.
    """
    catalogue, projet = dossier.catalogue, dossier.catalogue.projet
    begun = (evenement for evenement in projet.chronologie if evenement.jour is None or evenement.jour <= dossier.date)
    known: dict[str, Fait | None] = {name: getattr(projet, name) for name in _FAITS}
    sourced: dict[str, Fait | Any | None] = {**known, **{name: getattr(projet, name) for name in ("debut", "fin", "budget")}}
    return {
        **{name: fait.valeur if fait else french.A_RENSEIGNER for name, fait in known.items()},
        "debut": str(projet.debut.valeur) if projet.debut else french.A_RENSEIGNER,
        "fin": str(projet.fin.valeur) if projet.fin else french.A_RENSEIGNER,
        "duree_et_dates": _duration(projet),
        "budget": project_budget(catalogue),
        "objectif": catalogue.cadre_logique.impact.libelle,
        "chronologie": [_event(evenement) for evenement in begun],
        "sources": {name: fait.source if fait else french.A_RENSEIGNER for name, fait in sourced.items()},
        "notes": {name: fait.note if fait else None for name, fait in sourced.items()},
    }


def _duration(projet: Projet) -> str:
    """« 36 mois, août 2018 – juillet 2021 », without what is not known; « à renseigner » once when nothing is."""
    ends = [french.echeance(str(end.valeur)) if end else french.A_RENSEIGNER for end in (projet.debut, projet.fin)]
    known = [] if projet.duree.valeur == french.A_RENSEIGNER else [projet.duree.valeur]
    if projet.debut or projet.fin:
        known.append(" – ".join(ends))
    return ", ".join(known) or french.A_RENSEIGNER


def project_budget(catalogue: Catalogue) -> dict[str, Any]:
    """The project's budget; « à renseigner » like every other fact of the project that is not known."""
    return amount(catalogue.projet.budget) or {"montant": french.A_RENSEIGNER, "devise": french.A_RENSEIGNER}


def _event(evenement: Evenement) -> dict[str, Any]:
    return {
        "date": evenement.date,
        "jour": evenement.jour,
        "intitule": evenement.intitule,
        "lieu": evenement.lieu,
        "source": evenement.source,
    }


def amount(montant: Montant | None) -> dict[str, Any] | None:
    """An amount as plain data, or None."""
    return None if montant is None else {"montant": montant.montant, "devise": montant.devise.value}


def document(dossier: Dossier, titre: str, sous_titre: str) -> dict[str, Any]:
    """What a cover, a header and a footer say of the document itself; `mention` warns on every page that data are fictional."""
    projet = dossier.catalogue.projet
    return {
        "titre": titre,
        "sous_titre": sous_titre,
        "date": dossier.date,
        "revision": dossier.catalogue.revision,
        "revision_suivi": dossier.suivi.revision or None,
        "mention": MENTION if dossier.catalogue.projet.demonstration else None,
        "logos": {name: _logo(dossier, name, owner) for name, owner in (("agence", projet.agence), ("bailleur", projet.bailleur))},
    }


def _logo(dossier: Dossier, name: str, owner: Fait) -> dict[str, Any] | None:
    logo = dossier.logos.get(name)
    return {"fichier": logo.fichier, "description": f"Logo : {owner.valeur}", "empreinte": logo.empreinte} if logo else None


def period(periode: Periode) -> dict[str, Any]:
    """A period: its code, its name in words, without and with its article, its first and last day."""
    return {
        "code": periode.code,
        "libelle": french.periode(periode.code),
        "le": french.periode_definie(periode.code),
        "debut": periode.debut,
        "fin": periode.fin,
    }


def country(pays: Pays) -> dict[str, Any]:
    """A country, with « au Maroc » (`en`) and « du Maroc » (`de`), and why it is suspended if it is."""
    return {
        "code": pays.code,
        "nom": pays.nom,
        "en": french.lieu(pays.nom, pays.article),
        "de": french.de_lieu(pays.nom, pays.article),
        "sous_regional": pays.sous_regional,
        "suspendu": pays.suspension is not None,
        "suspension": pays.suspension.valeur if pays.suspension else None,
        "suspension_source": french.typographie(pays.suspension.source) if pays.suspension else None,
    }


def axe(axe: Axe, effet: Effet | None) -> dict[str, Any]:
    """An axe with the specific objective that it serves."""
    return {"numero": axe.numero, "intitule": axe.intitule, "objectif": effet.libelle if effet else None}


def effect_of(catalogue: Catalogue, numero: int) -> Effet | None:
    """The effet of an axe, None while the logframe has none."""
    return next((effet for effet in catalogue.cadre_logique.effets if effet.axe == numero), None)


def activity(dossier: Dossier, activite: Activite, pays: Pays) -> dict[str, Any]:
    """An activity: the fields of the model, its country, the planned period in words and days.

    With a period, also where it stood at the period's end: `statut`, `avancement` (per cent), `debut_reel`, `fin_reelle`, `retard`
    (whole days after the planned day, None when it is not late) and `retard_libelle`, the same in words.
    """
    days = figures.planned_days(activite)
    return {
        **_standing(dossier, activite),
        "identifiant": activite.identifiant,
        "code": activite.code,
        "numero": activite.code or activite.identifiant,
        "pays": pays.code,
        "pays_nom": pays.nom,
        "axe": activite.axe,
        "intitule": activite.intitule,
        "texte_source": activite.texte_source,
        "produit": activite.produit,
        "debut": _code(activite.debut),
        "fin": _code(activite.fin),
        "date_debut": days[0] if days else None,
        "date_fin": days[1] if days else None,
        "periode": planned_period(activite),
        "responsable": activite.responsable,
        "partenaires": list(activite.partenaires),
        "public_cible": activite.public_cible,
        "livrables": list(activite.livrables),
        "budget": amount(activite.budget),
        "moyens": activite.moyens,
        "hypotheses": activite.hypotheses,
        "recurrente": activite.recurrente,
        "suspendue": activite.suspendue,
        "observations": activite.observations,
    }


def _standing(dossier: Dossier, activite: Activite) -> dict[str, Any]:
    etat = standings(dossier).get(activite.identifiant)
    retard = delays(dossier).get(activite.identifiant)
    statut = etat.statut.value if etat and etat.statut else None
    return {
        "statut": statut or ("suspendue" if activite.suspendue else None),
        "avancement": etat.avancement if etat else None,
        "debut_reel": etat.debut_reel if etat else None,
        "fin_reelle": etat.fin_reelle if etat else None,
        "retard": retard.jours if retard else None,
        "retard_libelle": f"{_RETARDS[retard.sorte]} de {french.compte(retard.jours, 'jour')}" if retard else None,
    }


_RETARDS = {SorteRetard.FIN: "en retard", SorteRetard.DEBUT: "démarrage en retard", SorteRetard.ACHEVEE: "achevée avec un retard"}


def standings(dossier: Dossier) -> dict[str, EtatActivite]:
    """The state of every activity at the period's end, by identifier; empty without a period."""
    if dossier.periode is None:
        return {}
    found: dict[str, EtatActivite] = dossier.once(
        "etats", lambda: {etat.activite.identifiant: etat for etat in activites.states(Donnees.of(dossier))}
    )
    return found


def delays(dossier: Dossier) -> dict[str, Retard]:
    """The activities that are late at the report's date, by identifier; empty without a period."""
    if dossier.periode is None:
        return {}
    found: dict[str, Retard] = dossier.once(
        "retards", lambda: {retard.etat.activite.identifiant: retard for retard in activites.delays(Donnees.of(dossier))}
    )
    return found


def _code(echeance: Echeance | None) -> str | None:
    return str(echeance) if echeance else None


def planned_period(activite: Activite) -> str | None:
    """« mars 2019 », « mars 2019 – 2e trimestre 2019 », None while no date is known."""
    codes = list(dict.fromkeys(str(end) for end in (activite.debut, activite.fin) if end))
    return " – ".join(french.echeance(code) for code in codes) or None


def activities(dossier: Dossier, numero: int, pays: Pays) -> list[dict[str, Any]]:
    """The activities of one axe in one country."""
    return [activity(dossier, activite, pays) for activite in dossier.catalogue.of_axe(numero, pays)]


def judged(catalogue: Catalogue, taux: int | Decimal | None) -> Palier | None:
    """The step of the catalogue's scale for a rate in per cent, rounded as it is printed; None while the rate is not known."""
    if taux is None:
        return None
    return next((one for one in catalogue.cadre_logique.echelle if one.a_partir_de is None or Decimal(taux) >= one.a_partir_de), None)


def acronyms(catalogue: Catalogue, context: Any) -> list[dict[str, Any]]:
    """The known acronyms that the document's own text uses, in alphabetical order."""
    used = {word for text in _texts(context) for word in _WORD.findall(text)}
    return [
        {"sigle": sigle.sigle, "developpement": sigle.developpement, "note": sigle.note}
        for sigle in sorted(catalogue.sigles, key=lambda sigle: sigle.sigle)
        if sigle.sigle in used
    ]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in ("texte_source", "sources", "notes"):
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def amounts(totals: dict[str, Decimal]) -> list[dict[str, Any]]:
    """Totals by currency as a list of amounts."""
    return [{"montant": montant, "devise": devise} for devise, montant in totals.items()]
