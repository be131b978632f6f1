"""Figures drawn from the catalogue: counts, totals and calendars. Pure functions: no clock, no file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from amem_reports.model import Activite, Catalogue, Echeance, Montant, Pays, Periode, Trimestre, trimestres


@dataclass(frozen=True)
class Repartition:
    """Numbers of activities: `cases[axe, pays]`, and totals in which each activity counts once."""

    cases: dict[tuple[int, str], int]
    par_axe: dict[int, int]
    par_pays: dict[str, int]
    total: int


def repartition(catalogue: Catalogue) -> Repartition:
    """Count the activities by axe and country; the sub-region is a column of its own, so nothing counts twice."""
    cases = {
        (axe.numero, pays.code): sum(1 for _ in catalogue.of_axe(axe.numero, pays)) for axe in catalogue.axes for pays in catalogue.pays
    }
    return Repartition(
        cases=cases,
        par_axe={axe.numero: sum(cases[axe.numero, pays.code] for pays in catalogue.pays) for axe in catalogue.axes},
        par_pays={pays.code: sum(cases[axe.numero, pays.code] for axe in catalogue.axes) for pays in catalogue.pays},
        total=sum(cases.values()),
    )


def planned_days(activite: Activite) -> tuple[date, date] | None:
    """First and last planned day; None while no date is known. A single date is a start and an end."""
    first: Echeance | None = activite.debut or activite.fin
    last: Echeance | None = activite.fin or activite.debut
    return (first.debut, last.fin) if first and last else None


def planned_in(activite: Activite, first: date, last: date) -> bool:
    """Whether any planned day of the activity falls between two days, both included."""
    days = planned_days(activite)
    return days is not None and days[0] <= last and first <= days[1]


def planned_during(activites: Iterable[Activite], periode: Periode) -> tuple[Activite, ...]:
    """The activities planned in a period, suspended ones left out."""
    return tuple(a for a in activites if not a.suspendue and planned_in(a, periode.debut, periode.fin))


def months_by_year(first: date, last: date) -> dict[int, int]:
    """How many calendar months from the first day's to the last day's fall in each year."""
    start, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    return {year: min(end, year * 12 + 11) - max(start, year * 12) + 1 for year in range(first.year, last.year + 1)}


def shares_by_year(activite: Activite) -> dict[int, Decimal]:
    """An activity's budget, pro rata of its planned months in each year, in whole units of its currency; empty without budget or dates.

    What is rounded is each year's running total, so that the shares add up to the budget to the last cent.
    """
    days = planned_days(activite)
    if days is None or activite.budget is None:
        return {}
    montant, months = activite.budget.montant, months_by_year(*days)
    shares, elapsed, given = {}, 0, Decimal(0)
    for year, count in months.items():
        elapsed += count
        running = (montant * elapsed / sum(months.values())).quantize(Decimal(1), ROUND_HALF_UP)
        running = montant if year == days[1].year else min(running, montant)
        shares[year], given = running - given, running
    return shares


def totals_by_currency(montants: Iterable[Montant | None]) -> dict[str, Decimal]:
    """Sum amounts, currency by currency (never across: that needs a dated rate); amounts not given are left out."""
    totals: dict[str, Decimal] = {}
    for montant in montants:
        if montant is not None:
            totals[montant.devise.value] = totals.get(montant.devise.value, Decimal(0)) + montant.montant
    return dict(sorted(totals.items()))


def countries_of(catalogue: Catalogue, *, sous_regional: bool = False) -> tuple[Pays, ...]:
    """The countries, with or without the sub-region, in the order of the catalogue."""
    return tuple(pays for pays in catalogue.pays if sous_regional or not pays.sous_regional)


def project_quarters(catalogue: Catalogue, jour: date) -> tuple[Trimestre, ...]:
    """The quarters of the whole project, stretched to any activity planned outside it; while no date is known, those of a day’s year."""
    return trimestres(*_span(catalogue, jour))


def project_months(catalogue: Catalogue, jour: date) -> tuple[Echeance, ...]:
    """The months of the whole project, stretched in the same way."""
    first, last = _span(catalogue, jour)
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return tuple(Echeance.parse(f"{number // 12}-{number % 12 + 1:02}") for number in numbers)


def _span(catalogue: Catalogue, jour: date) -> tuple[date, date]:
    """First and last day; where the project's own is not known, the year of the nearest day that is known is whole."""
    planned = [day for activite in catalogue.activites for day in planned_days(activite) or ()]
    first, last = catalogue.projet.premier_jour, catalogue.projet.dernier_jour
    known = [*planned, *(day for day in (first, last) if day)] or [jour]
    return min(known) if first else date(min(known).year, 1, 1), max(known) if last else date(max(known).year, 12, 31)
