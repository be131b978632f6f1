"""What holds of figures whatever the data: parts make the whole, by country, axe and period, and order does not matter."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from suivis import a, chiffres, deux_pays, fiche

from amem_reports.cumul import Chiffre
from amem_reports.fiche import INSTITUTIONS, Fiche

QUARTERS = ("2019-T1", "2019-T2", "2019-T3", "2019-T4")
OWN = {"MA": ("MA-1.1", "MA-2.1"), "TN": ("TN-1.1", "TN-2.1"), "SR": ("SR-1.1",)}
STATUTS = st.sampled_from([None, "non démarrée", "en cours", "achevée", "suspendue", "annulée", "reportée"])
MONEY = st.none() | st.builds("{} {}".format, st.decimals("0", "9999.99", places=2), st.sampled_from(["EUR", "MAD", "TND", "LYD"]))
VALUES = st.none() | st.decimals("-1000", "1000", places=2)


@st.composite
def participants(draw: st.DrawFn) -> dict[str, Any] | None:
    """By the rules of a record: both sexes or none, a total that agrees."""
    if draw(st.booleans()):
        return None
    femmes, hommes = draw(st.integers(0, 300)), draw(st.integers(0, 300))
    if draw(st.booleans()):
        return {"total": femmes}
    more = {"gouvernement": femmes, "autres": hommes} if draw(st.booleans()) else {}
    return {"femmes": femmes, "hommes": hommes, **more}


@st.composite
def fiches(draw: st.DrawFn) -> list[Fiche]:
    found = []
    for quarter in QUARTERS:
        for pays, own in OWN.items():
            if draw(st.integers(0, 3)):
                activites = [
                    a(name, draw(STATUTS), participants=draw(participants()), depenses=draw(MONEY)) for name in own if draw(st.booleans())
                ]
                indicateurs = [{"code": "E1.a", "valeur": draw(VALUES)}] if pays != "SR" else []
                found.append(
                    fiche(quarter, pays, draw(st.sampled_from(["soumis", "validé"])), activites=activites, indicateurs=indicateurs)
                )
    return found


SUMS = ("participants", "participants.femmes", "participants.sexe-inconnu", "participants.gouvernement", "depenses", "indicateur.E1.a")


def add(parts: list[Chiffre]) -> tuple[Decimal | None, int, int]:
    """Value, number of sources, number of missing values."""
    known = [part.valeur for part in parts if part.valeur is not None]
    return sum(known, Decimal(0)) if known else None, sum(len(p.sources) for p in parts), sum(len(p.manquants) for p in parts)


@settings(max_examples=40, deadline=None)
@given(fiches())
def test_quarters_make_half_years_make_the_year_makes_the_beginning(found: list[Fiche]) -> None:
    quarters = [chiffres(*found, periode=quarter) for quarter in QUARTERS]
    halves = [chiffres(*found, periode=half) for half in ("2019-S1", "2019-S2")]
    year = chiffres(*found, periode="2019")
    for nom in SUMS:
        for half, pair in zip(halves, (quarters[:2], quarters[2:]), strict=True):
            known = [one for one in pair if nom in one]
            assert add([half[nom]])[:2] == add([one[nom] for one in known])[:2]
        assert add([year[nom]])[:2] == add([half[nom] for half in halves])[:2]
        assert year[f"cumul.{nom}"].valeur == year[nom].valeur
        first = min((one.periode for one in found), default=QUARTERS[0])
        assert add([year[nom]])[2] == add([q[nom] for q, code in zip(quarters, QUARTERS, strict=True) if code >= first])[2]


@settings(max_examples=40, deadline=None)
@given(fiches(), st.sampled_from([*QUARTERS, "2019-S1", "2019"]))
def test_countries_and_axes_make_the_whole(found: list[Fiche], periode: str) -> None:
    got = chiffres(*found, periode=periode)
    for nom in SUMS:
        for prefix in ("", "cumul."):
            parts = [got[f"{prefix}{nom}.{pays}"] for pays in OWN]
            assert add(parts) == add([got[f"{prefix}{nom}"]]), nom
            if not nom.startswith("indicateur"):
                assert add([got[f"{prefix}{nom}.axe-{axe}"] for axe in (1, 2)])[:2] == add([got[f"{prefix}{nom}"]])[:2]
    states = sum(got[nom].valeur or 0 for nom in got if nom.startswith("statut.") and nom.count(".") == 1)
    assert states == got["activites"].valeur == 5


@settings(max_examples=40, deadline=None)
@given(fiches())
def test_women_men_and_unknown_make_the_total_and_so_do_institutions(found: list[Fiche]) -> None:
    got = chiffres(*found, periode="2019")
    for end in ("", ".MA", ".axe-1", ".TN.axe-2"):
        whole = got[f"participants{end}"].valeur or 0
        for parts in (("femmes", "hommes", "sexe-inconnu"), (*INSTITUTIONS, "institution-inconnue")):
            assert sum(got[f"participants.{part}{end}"].valeur or 0 for part in parts) == whole


@settings(max_examples=40, deadline=None)
@given(fiches(), st.randoms(use_true_random=False), st.sampled_from(["somme", "dernière", "maximum", "moyenne"]))
def test_the_order_of_records_changes_nothing(found: list[Fiche], order: random.Random, rule: str) -> None:
    shuffled = list(found)
    order.shuffle(shuffled)
    data = deux_pays(agregation=rule)
    assert chiffres(*found, periode="2019-S2", data=data) == chiffres(*shuffled, periode="2019-S2", data=data)


@settings(max_examples=40, deadline=None)
@given(fiches())
def test_every_sum_is_the_sum_of_its_sources(found: list[Fiche]) -> None:
    got = chiffres(*found, periode="2019")
    looked = 0
    for nom, chiffre in got.items():
        if nom.removeprefix("cumul.").startswith(("participants", "depenses", "budget", "statut", "activites", "risques")):
            known = [source.valeur for source in chiffre.sources if source.valeur is not None]
            assert (chiffre.valeur or 0) == sum(known), nom
            looked += 1
    assert looked > 100
