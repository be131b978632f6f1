"""A small catalogue that is not the real one: two countries, one suspended, one sub-region, some dates and budgets."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from amem_reports.dossier import Dossier
from amem_reports.model import Catalogue, Periode

SOURCE = "source d’essai"


def fait(valeur: str, note: str | None = None) -> dict[str, Any]:
    return {"valeur": valeur, "source": SOURCE, "note": note}


def activite(identifiant: str, axe: int, **more: Any) -> dict[str, Any]:
    code = identifiant.split("-")[1]
    intitule = f"Organiser l’atelier {identifiant}"
    return {
        "identifiant": identifiant,
        "code": code,
        "axe": axe,
        "intitule": intitule,
        "texte_source": f"Activité {code}: {intitule}",
        **more,
    }


def catalogue(**more: Any) -> Catalogue:
    """The synthetic catalogue; keywords replace whole parts of it."""
    parts: dict[str, Any] = {
        "projet": {
            "sigle": fait("ESSAI"),
            "intitule": fait("Projet d’essai pour les tests"),
            "agence": fait("Agence d’essai (BIT)"),
            "bailleur": fait("Bailleur d’essai"),
            "debut": {"valeur": "2019-01", "source": SOURCE},
            "fin": {"valeur": "2019-12", "source": SOURCE},
            "duree": fait("12 mois", "annoncée"),
            "budget": {"montant": "1500.50", "devise": "EUR", "source": SOURCE},
            "gouvernance": fait("Un comité."),
            "preambule": fait("Des activités."),
            "chronologie": [{"date": "8 novembre 2018", "intitule": "Lancement", "lieu": "Tunis", "source": SOURCE}],
        },
        "axes": [
            {"numero": 1, "intitule": "Les données sont meilleures", "texte_source": "AXE 1: LES DONNEES SONT MEILLEURES"},
            {"numero": 2, "intitule": "Le dialogue est consolidé", "texte_source": "AXE 2: LE DIALOGUE EST CONSOLIDE"},
        ],
        "pays": [
            {
                "code": "MA",
                "nom": "Maroc",
                "article": "le",
                "activites": [
                    activite(
                        "MA-1.1",
                        1,
                        debut="2019-03",
                        fin="2019-T2",
                        budget={"montant": "1000", "devise": "EUR"},
                        livrables=["rapport", "guide"],
                    ),
                    activite("MA-1.2", 1, suspendue=True, debut="2019-03", budget={"montant": "250.50", "devise": "EUR"}),
                    activite("MA-2.1", 2, budget={"montant": "800", "devise": "MAD"}, observations="Avec le BIT"),
                ],
            },
            {
                "code": "LY",
                "nom": "Libye",
                "article": "la",
                "statut": "suspendu",
                "suspension": fait("en raison de la situation, tout est suspendu"),
            },
            {"code": "SR", "nom": "Sous-régional", "article": "", "sous_regional": True, "activites": [activite("SR-1.1", 1, code=None)]},
        ],
        "cadre_logique": {
            "impact": {"libelle": "Protéger les travailleurs"},
            "effets": [{"code": "E1", "axe": 1, "libelle": "Mieux savoir"}, {"code": "E2", "axe": 2, "libelle": "Mieux dialoguer"}],
        },
        "sigles": [{"sigle": "OIT"}, {"sigle": "BIT", "developpement": "Bureau international du Travail"}, {"sigle": "ODSI"}],
        "revision": "essai",
    }
    return Catalogue.model_validate({**parts, **more})


def dossier(pays: str | None = None, periode: str | None = None, **more: Any) -> Dossier:
    """A file on the synthetic catalogue, dated 15 July 2019."""
    data = catalogue(**more)
    chosen = next((one for one in data.pays if one.code == pays), None)
    return Dossier(catalogue=data, date=date(2019, 7, 15), pays=chosen, periode=Periode.parse(periode) if periode else None)


INDICATEUR: dict[str, Any] = {
    "code": "E1.a",
    "libelle": "Enquêtes publiées",
    "niveau": "effet",
    "rattachement": "E1",
    "unite": "enquêtes",
    "reference": {"valeur": Decimal(2), "date": "2018-12"},
    "cibles": [{"date": "2019-T2", "valeur": "4"}, {"date": "2019-T4", "valeur": "7.5"}],
}
