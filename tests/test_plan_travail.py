"""The work plan's chronogramme and budget, as plain data: what was planned, what was done, what is late, and with what money."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from exemples import activite, catalogue
from suivis import a, fiche, pays, taux

from amem_reports.dossier import Dossier, Suivi
from amem_reports.model import Periode
from amem_reports.reports import PLAN_TRAVAIL

CODES = [f"2019-T{n}" for n in (1, 2, 3, 4)]


def plan(
    *activites: dict[str, Any], fiches: dict[str, list[dict[str, Any]]] | None = None, jour: str = "2019-07-15", **more: Any
) -> dict[str, Any]:
    """The context of the plan of one country in 2019, with the records of some quarters; the last of them is the period."""
    data = catalogue(pays=[pays("MA", *activites)], **more)
    sent = tuple(fiche(quarter, activites=list(found)) for quarter, found in (fiches or {}).items())
    periode = Periode.parse(max(fiches)) if fiches else None
    dossier = Dossier(catalogue=data, date=date.fromisoformat(jour), pays=data.pays[0], periode=periode, suivi=Suivi(sent))
    return PLAN_TRAVAIL.document(dossier).contexte


def first(context: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = context["axes"][0]["activites"][0]
    return found


def marks(context: dict[str, Any], key: str = "calendrier") -> str:
    """The calendar of the first activity as it prints, a dot for an empty cell."""
    return "".join(cell["symbole"] or "." for cell in first(context)[key])


def test_without_a_period_the_calendar_holds_the_plan_alone() -> None:
    context = plan(activite("MA-1.1", 1, debut="2019-02", fin="2019-T2"))
    assert [cell["trimestre"] for cell in first(context)["calendrier"]] == CODES
    assert marks(context) == "■■.."
    assert marks(context, "calendrier_mois") == ".■■■■■......"
    assert [sign["etat"] for sign in context["chronogramme"]["legende"]] == ["prevu"]
    assert (context["periode"], context["totaux"]["en_retard"], first(context)["reel"]) == (None, None, None)


def test_an_undated_activity_has_blank_cells_and_is_counted() -> None:
    context = plan(activite("MA-1.1", 1), activite("MA-1.2", 1, fin="2019-T3"))
    assert (marks(context), marks(context, "calendrier_mois")) == ("....", "." * 12)
    assert (context["totaux"]["datees"], context["totaux"]["non_datees"]) == (1, 1)
    assert (context["axes"][0]["datees"], context["axes"][0]["non_datees"], context["axes"][1]["non_datees"]) == (1, 1, 0)


def test_what_the_columns_miss_is_counted() -> None:
    budget = {"montant": 1000, "devise": "MAD"}
    context = plan(activite("MA-1.1", 1, fin="2019-T3", budget=budget), activite("MA-1.2", 1, responsable="Chargée"), activite("MA-2.1", 2))
    assert {gap["libelle"]: (gap["manquants"], gap["total"]) for gap in context["lacunes"]} == {
        "sans responsable": (2, 3), "sans période prévue": (2, 3), "sans budget": (2, 3),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("suivi", "jour", "quarters", "months", "reel"),
    [
        # at work as planned: done to the period's end, then planned
        (a("MA-1.1", debut_reel="2019-04-02"), "2019-07-15", ".●■.", "...●●●■■■...", "depuis le 02/04/2019"),
        # achieved in time
        (a("MA-1.1", "achevée", debut_reel="2019-04-02", fin_reelle="2019-05-10"), "2019-07-15", ".●■.", "...●●■■■■...",
         "02/04/2019 – 10/05/2019"),
        # started before the plan
        (a("MA-1.1", debut_reel="2019-02-20"), "2019-07-15", "○●■.", ".○○●●●■■■...", "depuis le 20/02/2019"),
        # the planned start has passed: late to the document's date
        (a("MA-1.1", "non démarrée"), "2019-05-20", ".▲■.", "...■▲■■■■...", None),
        # the planned end has passed, still at work: late to the document's date
        (a("MA-1.1", debut_reel="2019-04-02"), "2019-11-02", ".●■▲", "...●●●■■■▲▲.", "depuis le 02/04/2019"),
        # suspended: only its first day is known, and it is not late
        (a("MA-1.1", "suspendue", debut_reel="2019-04-02"), "2019-11-02", ".●■.", "...●■■■■■...", "à partir du 02/04/2019"),
        # achieved on an unknown day: nothing is made up
        (a("MA-1.1", "achevée"), "2019-11-02", ".■■.", "...■■■■■■...", None),
    ],
)  # fmt: skip
def test_real_days_and_lateness_stand_over_the_plan(suivi: dict[str, Any], jour: str, quarters: str, months: str, reel: str | None) -> None:
    context = plan(activite("MA-1.1", 1, debut="2019-04", fin="2019-09"), fiches={"2019-T2": [suivi]}, jour=jour)
    assert (marks(context), marks(context, "calendrier_mois"), first(context)["reel"]) == (quarters, months, reel)
    shown = {cell["etat"] for key in ("calendrier", "calendrier_mois") for cell in first(context)[key]} - {None}
    assert {sign["etat"] for sign in context["chronogramme"]["legende"]} == shown | {"prevu"}
    assert context["totaux"]["en_retard"] == ("▲" in months)


def test_an_end_after_the_planned_one_is_late_to_the_real_end() -> None:
    done = a("MA-1.1", "achevée", debut_reel="2019-02-01", fin_reelle="2019-05-10")
    context = plan(activite("MA-1.1", 1, debut="2019-01", fin="2019-03"), fiches={"2019-T2": [done]})
    assert (marks(context), marks(context, "calendrier_mois")) == ("●▲..", "■●●▲▲.......")
    assert first(context)["retard"] == 40


def test_work_that_nobody_planned_is_outside_the_plan_and_not_late() -> None:
    context = plan(activite("MA-1.1", 1), fiches={"2019-T2": [a("MA-1.1", debut_reel="2019-05-02")]})
    assert marks(context) == ".○.."
    assert context["totaux"] | {"budget": []} == {
        "activites": 1, "sous_regionales": 0, "datees": 0, "non_datees": 1, "en_retard": 0, "budget": [],
    }  # fmt: skip


def test_months_stand_under_their_years() -> None:
    projet = catalogue().projet.model_dump() | {"debut": {"valeur": "2018-08", "source": "essai"}}
    head = plan(activite("MA-1.1", 1), projet=projet)["chronogramme"]
    assert head["annees"] == [{"annee": 2018, "nombre": 2, "nombre_mois": 5}, {"annee": 2019, "nombre": 4, "nombre_mois": 12}]
    assert (head["mois"][0]["libelle"], head["mois"][0]["initiale"], len(head["mois"]), len(head["trimestres"])) == ("août", "A", 17, 6)


# --- budget -----------------------------------------------------------------------------------------------------------------------------


def money(montant: str, devise: str = "EUR") -> dict[str, str]:
    return {"montant": montant, "devise": devise}


DEUX_ANS = catalogue().projet.model_dump() | {"fin": {"valeur": "2020-06", "source": "essai"}}
CHIFFREES = (
    activite("MA-1.1", 1, debut="2019-07", fin="2020-06", budget=money("1001")),
    activite("MA-1.2", 1, budget=money("500.25")),
    activite("MA-1.3", 1, debut="2019-10", fin="2020-03", budget=money("1085", "MAD")),
    activite("MA-2.1", 2, budget=money("542.50", "MAD")),
    activite("MA-2.2", 2),
)


def line(one: dict[str, Any]) -> list[Any]:
    return [one.get("axe"), one["devise"], one["nombre"], *(share["montant"] for share in one["annees"]), one["non_reparti"], one["total"]]


def test_the_budget_is_shared_by_axe_currency_and_year_and_what_has_no_date_is_not_shared() -> None:
    budget = plan(*CHIFFREES, projet=DEUX_ANS)["budget"]
    assert budget["annees"] == [2019, 2020]
    numbers = [[1, "EUR", 2, 501, 500, "500.25", "1501.25"], [1, "MAD", 1, 543, 542, 0, 1085], [2, "MAD", 1, 0, 0, "542.50", "542.50"]]
    assert [line(one) for one in budget["lignes"]] == [row[:3] + [Decimal(str(cell)) for cell in row[3:]] for row in numbers]
    assert [line(one)[3:] for one in budget["totaux"]] == [
        [Decimal(501), Decimal(500), Decimal("500.25"), Decimal("1501.25")],
        [Decimal(543), Decimal(542), Decimal("542.50"), Decimal("1627.50")],
    ]
    assert budget["sans_budget"] == 1


@pytest.mark.parametrize("key", ["lignes", "totaux"])
def test_each_line_of_the_budget_adds_up(key: str) -> None:
    for one in plan(*CHIFFREES, projet=DEUX_ANS)["budget"][key]:
        assert sum(share["montant"] for share in one["annees"]) + one["non_reparti"] == one["total"]


def test_euros_are_those_of_the_rate_in_force_and_are_the_named_figures() -> None:
    from amem_reports.cumul import figures

    data = catalogue(
        pays=[pays("MA", *CHIFFREES)], taux=taux(("MAD", "2019-01", "10"), ("MAD", "2019-06", "10.85"), ("MAD", "2019-07", "12"))
    )
    dossier = Dossier(catalogue=data, date=date(2019, 7, 15), pays=data.pays[0], periode=Periode.parse("2019-T2"))
    budget = PLAN_TRAVAIL.document(dossier).contexte["budget"]
    assert [one["euros"] for one in budget["lignes"]] == [Decimal("1501.25"), Decimal("100.00"), Decimal("50.00")]
    known = figures(dossier)
    assert budget["euros"] == known["budget.MA"].valeur == Decimal("1651.25")
    assert budget["lignes"][2]["euros"] == known["budget.MA.axe-2"].valeur
    assert [(rate["devise"], rate["pour_un_euro"]) for rate in budget["taux"]] == [("MAD", Decimal("10.85"))]
    sooner = PLAN_TRAVAIL.document(replace(dossier, periode=None, date=date(2019, 2, 1))).contexte["budget"]
    assert [one["euros"] for one in sooner["totaux"]] == [Decimal("1501.25"), Decimal("162.75")]


def test_without_a_rate_there_is_no_sum_in_euros_but_that_of_the_euros() -> None:
    budget = plan(*CHIFFREES)["budget"]
    assert budget["euros"] is None
    assert [one["euros"] for one in budget["totaux"]] == [Decimal("1501.25"), None]


def test_the_document_says_by_which_rule_the_budget_is_shared() -> None:
    assert "au prorata de ses mois prévus" in plan(*CHIFFREES)["budget"]["regle"]
    assert plan(activite("MA-1.1", 1))["budget"] | {"regle": ""} == {
        "annees": [2019], "lignes": [], "totaux": [], "euros": None, "sans_budget": 1, "taux": [], "regle": "",
    }  # fmt: skip
