"""Budget and dépenses by axe and country, how much of the budget is spent, the exchange rates used."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from amem_reports import explication, french
from amem_reports.cumul.base import total
from amem_reports.cumul.depenses import EURO
from amem_reports.model import Devise
from amem_reports.reports import parts
from amem_reports.reports.rapport.lecture import Lecture, plain, suffix


def finances(lecture: Lecture) -> dict[str, Any]:
    """Amounts in euros of the period and since the beginning, in all, by country, by axe and country."""
    catalogue = lecture.catalogue
    return {
        **_amounts(lecture, ""),
        "devise": EURO,
        "budget_projet": parts.project_budget(catalogue),
        "execution_projet": lecture.taux("execution.projet"),
        "manquants": len(lecture.chiffres["depenses"].manquants),
        "manquants_cumul": len(lecture.chiffres["cumul.depenses"].manquants),
        "pays": [
            {"code": pays.code, "nom": pays.nom, "suspendu": pays.suspension is not None, **_amounts(lecture, suffix(pays.code))}
            for pays in catalogue.pays
        ],
        "axes": [
            {
                "numero": axe.numero,
                "intitule": axe.intitule,
                **_amounts(lecture, suffix(axe=axe.numero)),
                "pays": [
                    {"code": pays.code, "nom": pays.nom, **_amounts(lecture, suffix(pays.code, axe.numero))}
                    for pays in catalogue.pays
                    if any(catalogue.of_axe(axe.numero, pays))
                ],
            }
            for axe in catalogue.axes
        ],
        "devises": _currencies(lecture),
        "taux": _rates(lecture),
        "trimestres": by_quarter(lecture),
    }


def _amounts(lecture: Lecture, end: str) -> dict[str, Any]:
    return {
        "budget": lecture.valeur(f"budget{end}"),
        "depenses": lecture.valeur(f"depenses{end}"),
        "cumul": lecture.valeur(f"cumul.depenses{end}"),
        "execution": lecture.taux(f"execution{end}"),
    }


def _currencies(lecture: Lecture) -> list[dict[str, Any]]:
    """What was spent in each currency, as it was written."""
    return [
        {
            "devise": devise.value,
            "depenses": lecture.valeur(f"depenses.{devise}", 3),
            "cumul": lecture.valeur(f"cumul.depenses.{devise}", 3),
        }
        for devise in Devise
        if f"cumul.depenses.{devise}" in lecture.chiffres
    ]


def _rates(lecture: Lecture) -> list[dict[str, Any]]:
    """The rates that brought dépenses and budgets to euros."""
    sources = (*lecture.chiffres["cumul.depenses"].sources, *lecture.chiffres["budget"].sources)
    return [
        {"devise": one.devise.value, "mois": french.echeance(str(one.date)), "pour_un_euro": one.pour_un_euro, "source": one.source}
        for one in explication.rates(sources)
    ]


def by_quarter(lecture: Lecture) -> list[dict[str, Any]]:
    """Dépenses quarter after quarter since the first record, and their running total; None where nothing is known."""
    spent = lecture.chiffres["cumul.depenses"].sources
    found, running = [], Decimal(0)
    for quarter in lecture.donnees.attendus:
        here = total(source for source in spent if source.fiche.startswith(f"{quarter}/"))
        running += here or 0
        found.append({"code": quarter, "libelle": french.periode(quarter), "depenses": plain(here), "cumul": plain(running)})
    return found
