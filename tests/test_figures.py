"""Counts, calendars and totals on a small synthetic catalogue."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from exemples import catalogue

from amem_reports import figures
from amem_reports.model import Echeance, Periode, Trimestre


def test_each_activity_counts_once_with_the_sub_region_as_a_column() -> None:
    counts = figures.repartition(catalogue())
    assert counts.cases == {(1, "MA"): 2, (1, "LY"): 0, (1, "SR"): 1, (2, "MA"): 1, (2, "LY"): 0, (2, "SR"): 0}
    assert counts.par_axe == {1: 3, 2: 1}
    assert counts.par_pays == {"MA": 3, "LY": 0, "SR": 1}
    assert counts.total == 4


def test_a_quarter_as_end_reaches_its_last_day() -> None:
    first = catalogue().activites[0]
    assert figures.planned_days(first) == (date(2019, 3, 1), date(2019, 6, 30))


def test_a_single_date_is_start_and_end() -> None:
    assert figures.planned_days(catalogue().activites[1]) == (date(2019, 3, 1), date(2019, 3, 31))


def test_an_undated_activity_is_planned_in_no_period() -> None:
    undated = catalogue().activites[2]
    assert figures.planned_days(undated) is None
    assert not figures.planned_in(undated, date(2000, 1, 1), date(2099, 12, 31))


def test_suspended_activities_are_not_planned_for_a_period() -> None:
    planned = figures.planned_during(catalogue().activites, Periode.parse("2019-T1"))
    assert [a.identifiant for a in planned] == ["MA-1.1"]


@pytest.mark.parametrize(
    ("periode", "expected"), [("2018", 0), ("2019-T1", 1), ("2019-T2", 1), ("2019-T3", 0), ("2019-S1", 1), ("2019", 1)]
)
def test_a_period_holds_what_overlaps_it(periode: str, expected: int) -> None:
    assert len(figures.planned_during(catalogue().activites, Periode.parse(periode))) == expected


def test_the_calendar_marks_the_planned_quarters_only() -> None:
    data = catalogue()
    trimestres = figures.project_quarters(data)
    assert [q.code for q in trimestres] == ["2019-T1", "2019-T2", "2019-T3", "2019-T4"]
    assert figures.calendar(data.activites[0], trimestres) == (True, True, False, False)
    assert figures.calendar(data.activites[2], trimestres) == (False, False, False, False)


def test_an_activity_planned_after_the_project_stretches_the_calendar() -> None:
    data = catalogue()
    pays = data.pays[0]
    late = pays.activites[0].model_copy(update={"fin": Echeance.parse("2020-02")})
    stretched = data.model_copy(update={"pays": (pays.model_copy(update={"activites": (late,)}),)})
    assert figures.project_quarters(stretched)[-1] == Trimestre(2020, 1)


def test_amounts_add_up_currency_by_currency_and_missing_is_not_zero() -> None:
    budgets = [activite.budget for activite in catalogue().activites]
    assert None in budgets
    assert figures.totals_by_currency(budgets) == {"EUR": Decimal("1250.50"), "MAD": Decimal(800)}
    assert figures.totals_by_currency([None]) == {}
