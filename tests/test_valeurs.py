"""What a person types in a cell, French or English, date or text; and what could mean two things."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amem_reports.fiche import StatutActivite
from amem_reports.suivi import valeurs
from amem_reports.suivi.valeurs import EnPourcent, IllisibleError, choix

READ: list[tuple[Callable[[Any], Any], Any, Any]] = [
    (valeurs.nombre, "1 234,5", "1234.5"),
    (valeurs.nombre, "1\u00a0234,5", "1234.5"),
    (valeurs.nombre, "1\u202f234\u202f567,25", "1234567.25"),
    (valeurs.nombre, "1,234.5", "1234.5"),
    (valeurs.nombre, "1.234,5", "1234.5"),
    (valeurs.nombre, "1,234,567", "1234567"),
    (valeurs.nombre, "1’234", "1234"),
    (valeurs.nombre, "0,125", "0.125"),
    (valeurs.nombre, "−3", "-3"),
    (valeurs.nombre, 0.1 + 0.2, "0.3"),
    (valeurs.nombre, EnPourcent(0.45), "45"),
    (valeurs.montant, "12500.5", "12500.5"),
    (valeurs.montant, 1e11, "100000000000"),
    (valeurs.pourcent, "45", "45"),
    (valeurs.pourcent, "45 %", "45"),
    (valeurs.pourcent, "45\u202f%", "45"),
    (valeurs.pourcent, "0,45", "45"),
    (valeurs.pourcent, 0.45, "45"),
    (valeurs.pourcent, 45.0, "45"),
    (valeurs.pourcent, EnPourcent(1.0), "100"),
    (valeurs.pourcent, EnPourcent(0.005), "0.5"),
    (valeurs.pourcent, EnPourcent(0.0), "0"),
    (valeurs.pourcent, "1 %", "1"),
    (valeurs.pourcent, 0, "0"),
    (valeurs.effectif, 3.0, 3),
    (valeurs.effectif, "1 200", 1200),
    (valeurs.jour, date(2019, 4, 15), date(2019, 4, 15)),
    (valeurs.jour, datetime(2019, 4, 15, 13, 5), date(2019, 4, 15)),
    (valeurs.jour, 43570.0, date(2019, 4, 15)),
    (valeurs.jour, "15/04/2019", date(2019, 4, 15)),
    (valeurs.jour, "03-04-2019", date(2019, 4, 3)),
    (valeurs.jour, "1er avril 2019", date(2019, 4, 1)),
    (valeurs.jour, "15 AVR. 2019", date(2019, 4, 15)),
    (valeurs.jour, "15 fe\u0301vrier 2019", date(2019, 2, 15)),
    (valeurs.jour, "2019-04-15", date(2019, 4, 15)),
    (choix(StatutActivite), " Non demarree ", StatutActivite.NON_DEMARREE),
    (choix(StatutActivite), "ACHEVE\u0301E", StatutActivite.ACHEVEE),
    (valeurs.liste, "- Guide\n• Rapport\n\n  Note ", ("Guide", "Rapport", "Note")),
    (valeurs.texte, 12.0, "12"),
    (valeurs.texte, date(2019, 4, 15), "15/04/2019"),
    (valeurs.texte, "a\r\nb\x07\u200b", "a\nb"),
    (valeurs.texte, "e\u0301te\u0301", "été"),
]
REFUSED: list[tuple[Callable[[Any], Any], Any, str]] = [
    (valeurs.nombre, "1,234", "1234 ou 1,234 ?"),
    (valeurs.nombre, "12.345", "12345 ou 12,345 ?"),
    (valeurs.nombre, "12,5,3", "un nombre"),
    (valeurs.nombre, "1.23.4567", "un nombre"),
    (valeurs.nombre, "12 %", "un nombre"),
    (valeurs.nombre, True, "un nombre"),
    (valeurs.nombre, datetime(2019, 4, 1), "un nombre"),
    (valeurs.nombre, "1e5", "un nombre"),
    (valeurs.nombre, float("inf"), "un nombre"),
    (valeurs.nombre, 1e30, "douze chiffres"),
    (valeurs.nombre, 1.12345678, "six décimales"),
    (valeurs.montant, -1, "0 au moins"),
    (valeurs.montant, "12,1234", "trois décimales"),
    (valeurs.pourcent, 1, "1 % ou 100 %"),
    (valeurs.pourcent, "1", "1 % ou 100 %"),
    (valeurs.pourcent, EnPourcent(1.5), "150 % ou 1,5 %"),
    (valeurs.pourcent, EnPourcent(45.0), "4500 % ou 45 %"),
    (valeurs.pourcent, EnPourcent(450.0), "de 0 à 100"),
    (valeurs.pourcent, EnPourcent(-0.1), "de 0 à 100"),
    (valeurs.pourcent, 101, "de 0 à 100"),
    (valeurs.pourcent, "-5 %", "de 0 à 100"),
    (valeurs.effectif, 1.5, "un nombre entier"),
    (valeurs.effectif, -1, "0 au moins"),
    (valeurs.jour, "04/15/2019", "le jour d’abord"),
    (valeurs.jour, "31/02/2019", "une date qui existe"),
    (valeurs.jour, "15/4/19", "quatre chiffres"),
    (valeurs.jour, "juin 2019", "une date"),
    (valeurs.jour, 12, "une date"),
    (valeurs.jour, time(12), "une date"),
    (valeurs.jour, "15 ma 2019", "une date"),
    (choix(StatutActivite), "en cour", "un mot de la liste"),
    (valeurs.texte, "x" * 20_001, "20000 caractères"),
]


@pytest.mark.parametrize(("read", "value", "expected"), READ)
def test_what_is_read(read: Callable[[Any], Any], value: Any, expected: Any) -> None:
    found = read(value)
    assert found == (Decimal(expected) if isinstance(found, Decimal) else expected)


@pytest.mark.parametrize(("read", "value", "expected"), REFUSED)
def test_what_is_refused(read: Callable[[Any], Any], value: Any, expected: str) -> None:
    with pytest.raises(IllisibleError) as caught:
        read(value)
    assert expected in caught.value.attendu
    assert caught.value.remede


def test_the_word_that_was_meant_is_told() -> None:
    with pytest.raises(IllisibleError) as caught:
        choix(StatutActivite)("achevé e")
    assert "vouliez-vous dire « achevée »" in caught.value.remede


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_a_number_written_in_french_or_english_is_that_number(number: Decimal) -> None:
    written = f"{number:,.2f}"
    french = written.replace(",", "\u202f").replace(".", ",")
    assert valeurs.nombre(written) == valeurs.nombre(french) == number


@given(st.text() | st.integers() | st.floats() | st.booleans() | st.dates() | st.datetimes() | st.times())
def test_nothing_else_than_a_refusal_comes_of_any_cell(value: Any) -> None:
    for read in (valeurs.nombre, valeurs.montant, valeurs.pourcent, valeurs.effectif, valeurs.jour, valeurs.texte, choix(StatutActivite)):
        try:
            read(value)
        except IllisibleError as error:
            told = error.attendu, error.remede
            if not all(told):
                pytest.fail(f"{read} {value!r}")
    assert valeurs.quoted(value)
