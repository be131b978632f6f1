"""French as an official report writes it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from amem_reports import french

N, F = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2019, 8, 1), f"1er{N}août 2019"), ("2019-02-02", f"2{N}février 2019"), ("2020-12-31", f"31{N}décembre 2020")],
)
def test_the_first_of_a_month_is_an_ordinal(day: date | str, expected: str) -> None:
    assert french.date_longue(day) == expected


def test_short_dates_have_two_digits() -> None:
    assert french.date_courte("2019-08-01") == "01/08/2019"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("2019-03", "mars\u00a02019"),
        ("2019-T1", f"1er{N}trimestre 2019"),
        ("2019-T3", f"3e{N}trimestre 2019"),
        ("2019-S1", f"1er{N}semestre 2019"),
        ("2019-S2", f"2d{N}semestre 2019"),
        ("2019", "année 2019"),
        ("2019-08-01", f"1er{N}août 2019"),
    ],
)
def test_periods_are_written_out(code: str, expected: str) -> None:
    assert french.echeance(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("2019-T1", f"le 1er{N}trimestre 2019"),
        ("2019-S2", f"le 2d{N}semestre 2019"),
        ("2020", "l’année 2020"),
        ("projet", "tout le projet"),
    ],
)
def test_a_period_has_its_article(code: str, expected: str) -> None:
    assert french.periode_definie(code) == expected


def test_a_capital_leaves_the_rest_as_it_is() -> None:
    assert [french.majuscule(text) for text in ("en Libye", "à l’OIT", "")] == ["En Libye", "À l’OIT", ""]


@pytest.mark.parametrize("code", ["2019-13", "T3", "", "19", "2019-T5"])
def test_what_is_no_period_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match=code or "^$"):
        french.periode(code)


@pytest.mark.parametrize(
    ("n", "decimales", "expected"),
    [
        (0, None, "0"),
        (1234567, None, f"1{F}234{F}567"),
        (1234.5, None, f"1{F}234,5"),
        (Decimal("0.125"), None, "0,125"),
        (2.5, 0, "2"),
        (7, 2, "7,00"),
        (-3, None, "−3"),
    ],
)
def test_numbers(n: Any, decimales: int | None, expected: str) -> None:
    assert french.nombre(n, decimales) == expected


@pytest.mark.parametrize(("ratio", "decimales", "expected"), [(0.45, 0, f"45{N}%"), (0.125, 1, f"12,5{N}%"), (1, 0, f"100{N}%")])
def test_percentages(ratio: float, decimales: int, expected: str) -> None:
    assert french.pourcent(ratio, decimales) == expected


@pytest.mark.parametrize(
    ("valeur", "devise", "expected"),
    [
        (2400000, "EUR", f"2{F}400{F}000{N}€"),
        (Decimal("1234.50"), "EUR", f"1{F}234,50{N}€"),
        (1234.5, "MAD", f"1{F}234,50{N}MAD"),
        (1234.5, "TND", f"1{F}234,500{N}TND"),
        (Decimal("12.00"), "USD", f"12{N}USD"),
    ],
)
def test_money_has_the_decimals_of_its_currency_or_none(valeur: Any, devise: str, expected: str) -> None:
    assert french.montant(valeur, devise) == expected


@pytest.mark.parametrize(
    ("n", "expected"), [(0, f"0{N}activité"), (1, f"1{N}activité"), (2, f"2{N}activités"), (1200, f"1{F}200{N}activités")]
)
def test_zero_and_one_are_singular(n: int, expected: str) -> None:
    assert french.compte(n, "activité") == expected


def test_an_irregular_plural_is_given_and_may_be_empty() -> None:
    assert french.pluriel(2, "journal", "journaux") == "journaux"
    assert (french.pluriel(1, "", "s"), french.pluriel(3, "s", "")) == ("", "")


@pytest.mark.parametrize(("items", "expected"), [([], ""), (["a"], "a"), (["a", "b"], "a et b"), (["a", "b", "c"], "a, b et c")])
def test_lists_end_with_et(items: list[str], expected: str) -> None:
    assert french.enumeration(items) == expected


@pytest.mark.parametrize(("n", "feminin", "expected"), [(1, False, "1er"), (1, True, "1re"), (2, False, "2e"), (21, True, "21e")])
def test_ordinals(n: int, feminin: bool, expected: str) -> None:
    assert french.ordinal(n, feminin) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("2019-T3", "du 3e trimestre 2019"),
        ("2019-S1", "du 1er semestre 2019"),
        ("2019", "de l’année 2019"),
        ("2019-03", "de mars 2019"),
        ("2019-08", "d’août 2019"),
        ("2019-10", "d’octobre 2019"),
    ],
)
def test_a_period_takes_the_article_that_suits_it(code: str, expected: str) -> None:
    assert french.de_periode(code).replace("\u00a0", " ") == expected


def test_some_units_are_the_same_in_singular_and_plural() -> None:
    assert [french.singulier(unit) for unit in ("personnes", "mois", "pays", "points sur 100")] == [
        "personne",
        "mois",
        "pays",
        "points sur 100",
    ]


@pytest.mark.parametrize(
    ("nom", "article", "en", "de"),
    [
        ("Maroc", "le", "au Maroc", "du Maroc"),
        ("Mauritanie", "la", "en Mauritanie", "de Mauritanie"),
        ("Algérie", "l’", "en Algérie", "d’Algérie"),
        ("Comores", "les", "aux Comores", "des Comores"),
        ("Malte", "", "à Malte", "de Malte"),
    ],
)
def test_prepositions_follow_the_article(nom: str, article: str, en: str, de: str) -> None:
    assert (french.lieu(nom, article), french.de_lieu(nom, article)) == (en, de)


@pytest.mark.parametrize(
    ("value", "expected"), [(None, "à renseigner"), ("", "à renseigner"), ([], "à renseigner"), (0, 0), (False, False), ("x", "x")]
)
def test_only_what_is_missing_reads_a_renseigner(value: Any, expected: Any) -> None:
    assert french.renseigner(value) == expected


def test_punctuation_keeps_its_spaces_unbroken() -> None:
    assert french.typographie("Axe : « oui » ; 45 % ! Non ?") == f"Axe{N}: «{N}oui{N}»{N}; 45{N}%{N}! Non{N}?"


@pytest.mark.parametrize(("text", "expected"), [("Sous-régional", "sous-regional"), ("Été à Nouakchott !", "ete-a-nouakchott"), ("", "")])
def test_slugs_have_no_accent(text: str, expected: str) -> None:
    assert french.slug(text) == expected


@pytest.mark.parametrize(
    ("code", "expected"), [("2018-12", "déc. 2018"), ("2019-05", "mai 2019"), ("2019-T2", "T2 2019"), ("2019", "2019")]
)
def test_a_narrow_column_takes_a_short_date_that_does_not_break(code: str, expected: str) -> None:
    assert french.echeance_courte(code) == expected.replace(" ", N)


@pytest.mark.parametrize("code", ["2019-13", "2019-T5", "mai 2019", ""])
def test_a_short_date_is_never_guessed(code: str) -> None:
    with pytest.raises(ValueError, match=f"^{code}$"):
        french.echeance_courte(code)


@pytest.mark.parametrize(
    ("valeur", "unite", "expected"),
    [
        (Decimal("31.8182"), "%", f"31,8{N}%"),
        (Decimal("12.25"), "pour cent", f"12,3{N}%"),
        (Decimal(0), "%", f"0{N}%"),
        (Decimal("-0.04"), "%", f"0{N}%"),
        (Decimal("12.5294"), "mois", "12,53"),
        (Decimal(1297), "personnes", f"1{F}297"),
        (Decimal("-21.25"), "", "−21,25"),
    ],
)
def test_a_measure_is_rounded_and_a_percentage_has_its_sign(valeur: Decimal, unite: str, expected: str) -> None:
    assert french.mesure(valeur, unite) == expected
