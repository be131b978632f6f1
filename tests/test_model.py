"""Dates, quarters and periods."""

from __future__ import annotations

from datetime import date

import pytest

from amem_reports.model import Echeance, Periode, Trimestre, trimestres


@pytest.mark.parametrize(
    ("text", "code", "debut", "fin"),
    [
        ("2019-T3", "2019-T3", date(2019, 7, 1), date(2019, 9, 30)),
        ("T3-2019", "2019-T3", date(2019, 7, 1), date(2019, 9, 30)),
        ("t3 2019", "2019-T3", date(2019, 7, 1), date(2019, 9, 30)),
        ("2019t3", "2019-T3", date(2019, 7, 1), date(2019, 9, 30)),
        ("2019/S2", "2019-S2", date(2019, 7, 1), date(2019, 12, 31)),
        ("S1-2020", "2020-S1", date(2020, 1, 1), date(2020, 6, 30)),
        (" 2020 ", "2020", date(2020, 1, 1), date(2020, 12, 31)),
        ("Projet", "projet", date(2000, 1, 1), date(2099, 12, 31)),
    ],
)
def test_a_period_is_read_in_any_usual_spelling(text: str, code: str, debut: date, fin: date) -> None:
    periode = Periode.parse(text)
    assert (periode.code, periode.debut, periode.fin) == (code, debut, fin)


@pytest.mark.parametrize("text", ["2019-T5", "2019-S3", "2019-T0", "1919-T1", "19-T3", "T3", "2019-3", "", "2019-T3-T4"])
def test_anything_else_is_no_period(text: str) -> None:
    with pytest.raises(ValueError, match=text or "^$"):
        Periode.parse(text)


@pytest.mark.parametrize(
    ("code", "following"),
    [("2019-T3", "2019-T4"), ("2019-T4", "2020-T1"), ("2019-S1", "2019-S2"), ("2019-S2", "2020-S1"), ("2019", "2020")],
)
def test_the_next_period_has_the_same_length(code: str, following: str) -> None:
    assert Periode.parse(code).next().code == following
    assert Periode.parse(following).previous().code == code


@pytest.mark.parametrize(
    ("day", "fin"),
    [
        (date(2019, 5, 20), date(2019, 3, 31)),  # up to the last quarter that has ended
        (date(2018, 9, 1), date(2018, 9, 30)),  # at least the first
        (date(2025, 1, 1), date(2021, 9, 30)),  # never after the project
    ],
)
def test_all_of_the_project_goes_from_its_first_quarter_to_the_last_that_has_ended(day: date, fin: date) -> None:
    whole = Periode.parse("projet").within(date(2018, 8, 1), date(2021, 7, 31), day)
    assert (whole.code, whole.debut, whole.fin) == ("projet", date(2018, 7, 1), fin)
    assert whole.previous().code == "2018-T2"
    assert whole.next().debut > fin
    quarter = Periode.parse("2019-T3")
    assert quarter.within(date(2018, 8, 1), date(2021, 7, 31), day) == quarter


@pytest.mark.parametrize(
    ("day", "code"),
    [(date(2019, 7, 1), "2019-T2"), (date(2019, 9, 30), "2019-T2"), (date(2020, 1, 1), "2019-T4"), (date(2020, 3, 31), "2019-T4")],
)
def test_the_last_ended_quarter_is_the_one_before_the_day(day: date, code: str) -> None:
    assert Periode.last_ended(day).code == code


@pytest.mark.parametrize(
    ("code", "debut", "fin"),
    [
        ("2019-03", date(2019, 3, 1), date(2019, 3, 31)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2019-12", date(2019, 12, 1), date(2019, 12, 31)),
        ("2019-T4", date(2019, 10, 1), date(2019, 12, 31)),
    ],
)
def test_a_planned_date_is_a_month_or_a_quarter(code: str, debut: date, fin: date) -> None:
    echeance = Echeance.parse(code)
    assert (echeance.debut, echeance.fin, str(echeance)) == (debut, fin, code)


@pytest.mark.parametrize("text", ["2019", "2019-13", "2019-00", "2019-T5", "mars 2019", "2019-3", "2019-03-01"])
def test_other_dates_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Echeance.parse(text)


def test_quarters_run_across_years() -> None:
    assert [q.code for q in trimestres(date(2018, 8, 1), date(2019, 4, 1))] == ["2018-T3", "2018-T4", "2019-T1", "2019-T2"]
    assert trimestres(date(2019, 4, 1), date(2019, 1, 1)) == ()
    assert Trimestre(2019, 4).fin == date(2019, 12, 31)
