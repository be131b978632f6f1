"""A fictional catalogue in which every field is filled: templates are tried on it, and the dictionary of tags takes its examples here.

Nothing in it is a fact of the project; its texts say « exemple ».
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from amem_reports.dossier import Dossier, PieceJointe, Suivi
from amem_reports.fiche import Fiche, Narratif
from amem_reports.model import Catalogue, Periode

SOURCE = "exemple"
DAY = date(2019, 7, 15)
PERIODE = Periode.parse("2019-T2")


def _fact(valeur: str) -> dict[str, Any]:
    return {"valeur": valeur, "source": SOURCE, "note": "exemple fictif"}


def _activity(identifiant: str, code: str | None, axe: int) -> dict[str, Any]:
    return {
        "identifiant": identifiant,
        "code": code,
        "axe": axe,
        "intitule": f"Organiser l’atelier d’exemple {identifiant}",
        "texte_source": f"Activité {identifiant}: Organiser l'atelier d'exemple",
        "produit": f"P{axe}.1",
        "debut": "2019-03",
        "fin": "2019-T3",
        "responsable": "Point focal (exemple)",
        "partenaires": ["Ministère (exemple)", "Syndicat (exemple)"],
        "public_cible": "Inspecteurs du travail (exemple)",
        "livrables": ["Rapport d’exemple", "Guide d’exemple"],
        "budget": {"montant": "12500.50", "devise": "EUR" if axe == 1 else "MAD"},
        "moyens": "Deux formateurs, une salle (exemple)",
        "hypotheses": "Hypothèse d’exemple",
        "recurrente": True,
        "suspendue": False,
        "observations": "Avec l’appui du BIT (exemple)",
    }


def _indicator(code: str, niveau: str, rattachement: str | None) -> dict[str, Any]:
    return {
        "code": code,
        "libelle": f"Nombre d’exemples ({code})",
        "niveau": niveau,
        "rattachement": rattachement,
        "unite": "personnes",
        "sens": "hausse",
        "reference": {"valeur": "10", "date": "2018-12"},
        "cibles": [{"date": "2019-T2", "valeur": "40"}, {"date": "2020-T4", "valeur": "120.5"}],
        "source_verification": "Registre d’exemple",
        "frequence": "trimestrielle",
        "responsable": "Chargé du suivi (exemple)",
        "agregation": "somme",
        "desagregations": ["sexe", "pays"],
        "hypotheses": "Hypothèse d’exemple",
    }


_FAITS = ("intitule", "agence", "bailleur", "duree", "gouvernance", "preambule", "contrat", "coordinateur", "contact", "groupes_cibles")


@cache
def catalogue() -> Catalogue:
    """One axe more than one country needs: an active country, a suspended one, the sub-region; nothing left empty."""
    axes = (1, 2)
    return Catalogue.model_validate(
        {
            "projet": {
                **{name: _fact(f"{name} d’exemple") for name in _FAITS},
                "sigle": _fact("EXEMPLE"),
                "debut": {"valeur": "2019-01", "source": SOURCE, "note": "exemple fictif"},
                "fin": {"valeur": "2020-12", "source": SOURCE, "note": "exemple fictif"},
                "budget": {"montant": "150000", "devise": "EUR", "source": SOURCE, "note": "exemple fictif"},
                "demonstration": True,
                "chronologie": [
                    {"date": "8 novembre 2018", "jour": "2018-11-08", "intitule": "Lancement d’exemple", "lieu": "Tunis", "source": SOURCE}
                ],
            },
            "axes": [{"numero": n, "intitule": f"Axe d’exemple {n}", "texte_source": f"AXE {n}: AXE D'EXEMPLE"} for n in axes],
            "pays": [
                {"code": "MA", "nom": "Maroc", "article": "le", "activites": [_activity(f"MA-{n}.1", f"{n}.1", n) for n in axes]},
                {
                    "code": "LY",
                    "nom": "Libye",
                    "article": "la",
                    "statut": "suspendu",
                    "suspension": _fact("en raison de l’exemple, suspendu"),
                },
                {"code": "SR", "nom": "Sous-régional", "article": "", "sous_regional": True, "activites": [_activity("SR-1.1", None, 1)]},
            ],
            "cadre_logique": {
                "impact": {"libelle": "Impact d’exemple", "source": SOURCE},
                "effets": [
                    {"code": f"E{n}", "axe": n, "libelle": f"Effet d’exemple {n}", "hypotheses": "Hypothèse d’exemple", "source": SOURCE}
                    for n in axes
                ],
                "produits": [
                    {"code": f"P{n}.1", "effet": f"E{n}", "libelle": f"Produit d’exemple {n}", "hypotheses": "Hypothèse d’exemple"}
                    for n in axes
                ],
                "indicateurs": [
                    _indicator("I.a", "impact", None),
                    *(_indicator(f"E{n}.a", "effet", f"E{n}") for n in axes),
                    *(_indicator(f"P{n}.1.a", "produit", f"P{n}.1") for n in axes),
                ],
            },
            "taux": [{"devise": "MAD", "date": "2019-01", "pour_un_euro": "10", "source": "taux d’exemple"}],
            "sigles": [{"sigle": "BIT", "developpement": "Bureau international du Travail", "note": "exemple"}, {"sigle": "XYZ"}],
            "revision": "exemple",
        }
    )


def _risk(code: str, etat: str) -> dict[str, Any]:
    return {
        "code": code,
        "libelle": "Risque d’exemple",
        "probabilite": "moyenne",
        "impact": "élevé",
        "mesure": "Mesure d’exemple",
        "responsable": "Point focal (exemple)",
        "etat": etat,
    }


def _record(periode: str) -> dict[str, Any]:
    """A record; in the first quarter the activity is at work, and a second risk that the next one closes."""
    first = periode == "2019-T1"
    done = {"statut": "en cours", "avancement": "40"} if first else {"statut": "achevée", "avancement": "100", "fin_reelle": "2019-06-28"}
    return {
        "periode": periode,
        "pays": "MA",
        "etat": "soumis",
        "activites": [
            {
                "identifiant": "MA-1.1",
                **done,
                "debut_reel": "2019-01-15",
                "livrables": ["Rapport d’exemple"],
                "participants": {
                    "femmes": 12,
                    "hommes": 10,
                    "total": 22,
                    "gouvernement": 10,
                    "employeurs": 4,
                    "travailleurs": 4,
                    "societe_civile": 3,
                    "autres": 1,
                },
                "depenses": {"montant": "12500.50", "devise": "MAD"},
                "recit": "Récit d’exemple.",
                "difficultes": "Difficulté d’exemple.",
                "mesures": "Mesure d’exemple.",
                "prochaines_etapes": "Étape d’exemple.",
                "preuves": ["https://exemple.org/rapport"],
            }
        ],
        "indicateurs": [
            {
                "code": "I.a",
                "valeur": "12",
                "numerateur": "12",
                "denominateur": "48",
                "ventilation": {"femmes": "7", "hommes": "5"},
                "source": "Registre d’exemple",
                "commentaire": "Commentaire d’exemple.",
            }
        ],
        "risques": [_risk("R1", "ouvert"), *([_risk("R2", "ouvert")] if first else [_risk("R2", "clos"), _risk("R3", "ouvert")])],
        "narratif": dict.fromkeys(Narratif.model_fields, "Texte d’exemple."),
        "historique": [
            {
                "date": "2019-07-02",
                "action": "importé",
                "par": "Personne d’exemple",
                "envoi": {
                    "par": "Personne d’exemple",
                    "date": "2019-07-01",
                    "classeur": "exemple.xlsx",
                    "sha256": "0" * 64,
                    "catalogue": "exemple",
                },
            }
        ],
    }


@cache
def suivi() -> Suivi:
    """The records of one country for the quarter and the one before, with nothing left empty."""
    return Suivi(tuple(Fiche.model_validate(_record(periode)) for periode in ("2019-T1", "2019-T2")), "exemple")


PIECES = tuple(
    PieceJointe(f"plan-de-travail_exemple.{form}", "Plan de travail – Exemple", form, "defaut", "0123456789abcdef" * 4, form == "docx")
    for form in ("docx", "xlsx")
)


def dossier(pays: str = "MA") -> Dossier:
    """A file on the fictional catalogue, dated 15 July 2019."""
    data = catalogue()
    chosen = next(one for one in data.pays if one.code == pays)
    return Dossier(catalogue=data, date=DAY, pays=chosen, periode=PERIODE, suivi=suivi(), pieces=PIECES)
