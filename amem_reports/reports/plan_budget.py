"""The budget of a work plan by axe, currency and year: a calculation whose rule the document prints beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from amem_reports import figures, french
from amem_reports.cumul import change
from amem_reports.dossier import Dossier
from amem_reports.model import Activite, Devise, Pays, Taux

REGLE = french.typographie(
    "Le budget de chaque activité est réparti entre les années au prorata de ses mois prévus (mois entiers, du début à la fin prévus), "
    "à l’unité près ; les parts s’additionnent exactement. Sans dates prévues, il reste « non réparti ». "
    "C’est un calcul, non un engagement de dépense."
)


def table(dossier: Dossier, pays: Pays) -> dict[str, Any]:
    """A line an axe and currency, a total a currency, the years; euros where every amount has a rate in force."""
    catalogue = dossier.catalogue
    jour = dossier.periode.fin if dossier.periode else dossier.date
    years = sorted({quarter.annee for quarter in figures.project_quarters(catalogue, dossier.date)})
    devises = list(change.currencies(activite.budget for activite in pays.activites))
    by_axe = [(axe, list(catalogue.of_axe(axe.numero, pays))) for axe in catalogue.axes]
    rates = [rate for devise in devises if (rate := change.rate(catalogue.taux, devise, jour))]
    return {
        "annees": years,
        "lignes": [
            {"axe": axe.numero, "intitule": axe.intitule, **line}
            for axe, activites in by_axe
            for devise in devises
            if (line := _line(activites, devise, years, catalogue.taux, jour))["nombre"]
        ],
        "totaux": [_line(pays.activites, devise, years, catalogue.taux, jour) for devise in devises],
        "euros": _euros(pays.activites, catalogue.taux, jour),
        "sans_budget": sum(activite.budget is None for activite in pays.activites),
        "taux": [_rate(rate) for rate in rates],
        "regle": REGLE,
    }


def _rate(taux: Taux) -> dict[str, Any]:
    return {"devise": taux.devise.value, "pour_un_euro": taux.pour_un_euro, "date": taux.date.code, "source": taux.source}


def _line(activites: Iterable[Activite], devise: Devise, years: Sequence[int], taux: Iterable[Taux], jour: date) -> dict[str, Any]:
    chosen = [activite for activite in activites if activite.budget and activite.budget.devise is devise]
    shares = [figures.shares_by_year(activite) for activite in chosen]
    total = sum((activite.budget.montant for activite in chosen if activite.budget), Decimal(0))
    by_year = [sum((share.get(year, Decimal(0)) for share in shares), Decimal(0)) for year in years]
    return {
        "devise": devise.value,
        "nombre": len(chosen),
        "annees": [{"annee": year, "montant": montant} for year, montant in zip(years, by_year, strict=True)],
        "non_reparti": total - sum(by_year, Decimal(0)),
        "total": total,
        "euros": _euros(chosen, taux, jour),
    }


def _euros(activites: Iterable[Activite], taux: Iterable[Taux], jour: date) -> Decimal | None:
    """The sum in euros, None when there is no budget or one of them has no rate: a part would pass for the whole."""
    converted = [change.convert(activite.budget, taux, jour)[0] for activite in activites if activite.budget]
    known = [euros for euros in converted if euros is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(converted) else None
