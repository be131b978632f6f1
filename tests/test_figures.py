"""Counts, calendars and totals on a small synthetic catalogue."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from exemples import activite, catalogue
from hypothesis import given
from hypothesis import strategies as st

from amem_reports import figures
from amem_reports.model import Activite, Echeance, Periode, Trimestre

DAY = date(2030, 5, 1)


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


def test_the_calendar_of_the_project_has_its_quarters_and_its_months() -> None:
    data = catalogue()
    assert [q.code for q in figures.project_quarters(data, DAY)] == ["2019-T1", "2019-T2", "2019-T3", "2019-T4"]
    assert [m.code for m in figures.project_months(data, DAY)] == [f"2019-{month:02}" for month in range(1, 13)]


def test_a_project_that_starts_in_the_middle_of_a_quarter_has_no_month_before_it() -> None:
    projet = catalogue().projet.model_dump()
    for key, code in (("debut", "2018-11"), ("fin", "2019-02")):
        projet[key] = {"valeur": code, "source": "essai"}
    months = figures.project_months(catalogue(projet=projet, pays=[{"code": "MA", "nom": "Maroc", "article": "le"}]), DAY)
    assert [m.code for m in months] == ["2018-11", "2018-12", "2019-01", "2019-02"]


@pytest.mark.parametrize(
    ("debut", "fin", "code", "first", "last"),
    [
        (None, None, None, "2030-T1", "2030-T4"),
        ("2018-11", None, None, "2018-T4", "2018-T4"),
        (None, "2019-06", None, "2019-T1", "2019-T2"),
        (None, None, "2019-T2", "2019-T1", "2019-T4"),
        ("2018-11", None, "2019-T2", "2018-T4", "2019-T4"),
    ],
)
def test_while_a_date_of_the_project_is_not_known_the_calendar_has_the_whole_year_of_what_is(
    debut: str | None, fin: str | None, code: str | None, first: str, last: str
) -> None:
    projet = catalogue().projet.model_dump()
    for key, value in (("debut", debut), ("fin", fin)):
        projet[key] = {"valeur": value, "source": "essai"} if value else None
    activites = [activite("MA-1.1", 1, debut=code)] if code else []
    quarters = figures.project_quarters(
        catalogue(projet=projet, pays=[{"code": "MA", "nom": "Maroc", "article": "le", "activites": activites}]), DAY
    )
    assert (quarters[0].code, quarters[-1].code) == (first, last)


@pytest.mark.parametrize(
    ("debut", "fin", "montant", "expected"),
    [
        ("2019-03", "2019-T2", "1000", {2019: "1000"}),
        ("2018-T4", "2020-03", "1000", {2018: "167", 2019: "666", 2020: "167"}),
        ("2018-12", "2020-01", "100.55", {2018: "7", 2019: "86", 2020: "7.55"}),
        ("2018-12", "2020-01", "0", {2018: "0", 2019: "0", 2020: "0"}),
        ("2018-12", None, "5", {2018: "5"}),
        (None, None, "5", {}),
    ],
)
def test_a_budget_is_shared_by_planned_months_and_the_shares_add_up(
    debut: str | None, fin: str | None, montant: str, expected: dict[int, str]
) -> None:
    budget = {"montant": montant, "devise": "MAD"}
    shares = figures.shares_by_year(Activite.model_validate(activite("MA-1.1", 1, debut=debut, fin=fin, budget=budget)))
    assert shares == {year: Decimal(share) for year, share in expected.items()}
    assert not shares or sum(shares.values()) == Decimal(montant)


@given(st.integers(0, 40), st.integers(0, 60), st.decimals(0, 10**9, places=3))
def test_whatever_the_months_and_the_amount_no_share_is_negative_and_nothing_is_lost(start: int, length: int, montant: Decimal) -> None:
    debut, fin = (f"{2018 + n // 12}-{n % 12 + 1:02}" for n in (start, start + length))
    budget = {"montant": montant, "devise": "EUR"}
    shares = figures.shares_by_year(Activite.model_validate(activite("MA-1.1", 1, debut=debut, fin=fin, budget=budget)))
    assert sum(shares.values()) == montant
    assert all(share >= 0 for share in shares.values())
    assert list(shares) == list(range(int(debut[:4]), int(fin[:4]) + 1))


def test_an_activity_planned_after_the_project_stretches_the_calendar() -> None:
    data = catalogue()
    pays = data.pays[0]
    late = pays.activites[0].model_copy(update={"fin": Echeance.parse("2020-02")})
    stretched = data.model_copy(update={"pays": (pays.model_copy(update={"activites": (late,)}),)})
    assert figures.project_quarters(stretched, DAY)[-1] == Trimestre(2020, 1)


def test_amounts_add_up_currency_by_currency_and_missing_is_not_zero() -> None:
    budgets = [activite.budget for activite in catalogue().activites]
    assert None in budgets
    assert figures.totals_by_currency(budgets) == {"EUR": Decimal("1250.50"), "MAD": Decimal(800)}
    assert figures.totals_by_currency([None]) == {}
