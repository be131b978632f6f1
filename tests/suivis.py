"""Small follow-ups for tests of figures: a catalogue with indicators and rates, records in a line each."""

from __future__ import annotations

from datetime import date
from typing import Any

from exemples import INDICATEUR, SOURCE, activite, catalogue

from amem_reports.cumul import Chiffre, figures
from amem_reports.dossier import Dossier, Suivi
from amem_reports.fiche import Fiche
from amem_reports.model import Catalogue, Periode

JOUR = date(2019, 7, 15)


def fiche(trimestre: str, pays: str = "MA", etat: str = "soumis", **parts: Any) -> Fiche:
    return Fiche.model_validate({"periode": trimestre, "pays": pays, "etat": etat, **parts})


def a(identifiant: str, statut: str | None = "en cours", **more: Any) -> dict[str, Any]:
    """What a record says of an activity; `depenses` as « 800 MAD »."""
    if isinstance(money := more.get("depenses"), str):
        montant, devise = money.split()
        more["depenses"] = {"montant": montant, "devise": devise}
    return {"identifiant": identifiant, "statut": statut, **more}


def i(valeur: str | None = None, code: str = "E1.a", **more: Any) -> dict[str, Any]:
    return {"code": code, "valeur": valeur, **more}


def taux(*rates: tuple[str, str, str]) -> list[dict[str, Any]]:
    return [{"devise": devise, "date": month, "pour_un_euro": rate, "source": SOURCE} for devise, month, rate in rates]


def pays(code: str, *activites: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"code": code, "nom": f"Pays {code}", "article": "", "activites": list(activites), **more}


def deux_pays(**indicateur: Any) -> Catalogue:
    """Morocco and Tunisia with an activity in each axe, the sub-region with one; one indicator; rates of the dirham and the dinar."""
    base = catalogue()
    return catalogue(
        pays=[
            pays("MA", activite("MA-1.1", 1, budget={"montant": "1000", "devise": "EUR"}), activite("MA-2.1", 2)),
            pays("TN", activite("TN-1.1", 1, budget={"montant": "3300", "devise": "TND"}), activite("TN-2.1", 2)),
            pays("SR", activite("SR-1.1", 1, code=None), sous_regional=True),
        ],
        cadre_logique={**base.cadre_logique.model_dump(), "indicateurs": [{**INDICATEUR, **indicateur}]},
        taux=taux(("MAD", "2019-01", "10"), ("MAD", "2019-05", "11"), ("TND", "2019-04", "3.3")),
    )


def dossier(*fiches: Fiche, periode: str = "2019-T2", data: Catalogue | None = None, jour: date = JOUR) -> Dossier:
    return Dossier(catalogue=data or deux_pays(), date=jour, periode=Periode.parse(periode), suivi=Suivi(fiches))


def chiffres(*fiches: Fiche, periode: str = "2019-T2", data: Catalogue | None = None, jour: date = JOUR) -> dict[str, Chiffre]:
    return figures(dossier(*fiches, periode=periode, data=data, jour=jour))
