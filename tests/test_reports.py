"""The contexts of the three kinds, as plain data: no Word, no Excel."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from exemples import INDICATEUR, catalogue, dossier, fait
from suivis import a, fiche

from amem_reports.dossier import Suivi
from amem_reports.model import Evenement
from amem_reports.produce import as_json
from amem_reports.reports import CADRE_LOGIQUE, PLAN_TRAVAIL, RAPPORT, REPORTS


def plan(pays: str = "MA", **more: Any) -> dict[str, Any]:
    return PLAN_TRAVAIL.document(dossier(pays, **more)).contexte


def cadre(pays: str | None = None, **more: Any) -> dict[str, Any]:
    return CADRE_LOGIQUE.document(dossier(pays, **more)).contexte


def rapport(periode: str = "2019-T2", **more: Any) -> dict[str, Any]:
    return RAPPORT.document(dossier(periode=periode, **more)).contexte


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        assert all(isinstance(key, str) for key in value)
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value


@pytest.mark.parametrize("kind", REPORTS, ids=lambda kind: kind.nom)
def test_a_context_is_plain_data_and_prints_as_json(kind: Any) -> None:
    document = kind.document(dossier("MA", "2019-T2"))
    found = list(leaves(document.contexte))
    assert len(found) > 50
    assert {type(leaf) for leaf in found} <= {str, int, bool, Decimal, date, type(None)}
    assert json.loads(as_json(document))["projet"]["budget"] == {"montant": 1500.5, "devise": "EUR"}


def test_documents_are_named_after_kind_and_country() -> None:
    assert PLAN_TRAVAIL.document(dossier("SR")).nom == "plan-de-travail_sous-regional"
    assert CADRE_LOGIQUE.document(dossier("MA")).nom == "cadre-logique_maroc"
    assert CADRE_LOGIQUE.document(dossier()).nom == "cadre-logique_regional"
    assert RAPPORT.document(dossier(periode="2019-S1")).nom == "rapport_2019-S1"


def test_the_plan_gives_each_axe_its_own_activities_in_order() -> None:
    assert [[a["identifiant"] for a in axe["activites"]] for axe in plan()["axes"]] == [["MA-1.1", "MA-1.2"], ["MA-2.1"]]


def test_the_plan_ends_with_the_sub_regional_activities_counted_apart() -> None:
    context = plan()
    assert [a["identifiant"] for axe in context["sous_regional"] for a in axe["activites"]] == ["SR-1.1"]
    assert (context["totaux"]["activites"], context["totaux"]["sous_regionales"]) == (3, 1)


def test_the_sub_regional_plan_does_not_repeat_itself() -> None:
    context = plan("SR")
    assert context["sous_regional"] == []
    assert context["totaux"] == {"activites": 1, "sous_regionales": 0, "datees": 0, "non_datees": 1, "en_retard": None, "budget": []}


def test_a_suspended_country_has_its_reason_and_no_activity() -> None:
    context = plan("LY")
    assert context["pays"]["suspension"] == "en raison de la situation, tout est suspendu"
    assert [axe["activites"] for axe in context["axes"]] == [[], []]


def test_an_activity_says_its_period_in_words_and_in_days() -> None:
    first, suspended = plan()["axes"][0]["activites"]
    assert first["periode"] == "mars\u00a02019 – 2e\u00a0trimestre 2019"
    assert (first["date_debut"], first["date_fin"]) == (date(2019, 3, 1), date(2019, 6, 30))
    assert [quarter["prevu"] for quarter in first["calendrier"]] == [True, True, False, False]
    assert suspended["statut"] == "suspendue"
    assert suspended["periode"] == "mars\u00a02019"


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, "12 mois, janvier\u00a02019 – décembre\u00a02019"),
        ({"duree": fait("à renseigner")}, "janvier\u00a02019 – décembre\u00a02019"),
        ({"fin": None}, "12 mois, janvier\u00a02019 – à renseigner"),
        ({"debut": None, "fin": None}, "12 mois"),
        ({"debut": None, "fin": None, "duree": fait("à renseigner")}, "à renseigner"),
    ],
)
def test_the_projects_duration_says_what_is_known_of_it(known: dict[str, Any], expected: str) -> None:
    projet = catalogue().projet.model_dump() | known
    assert plan(projet=projet)["projet"]["duree_et_dates"] == expected


def test_what_is_unknown_stays_none_for_the_template_to_decide() -> None:
    activite = plan()["axes"][1]["activites"][0]
    assert (activite["responsable"], activite["periode"], activite["date_debut"]) == (None, None, None)


def test_budgets_add_up_by_axe_and_currency() -> None:
    context = plan()
    assert context["axes"][0]["budget"] == [{"montant": Decimal("1250.50"), "devise": "EUR"}]
    assert [total["devise"] for total in context["totaux"]["budget"]] == ["EUR", "MAD"]


def test_sigles_are_those_that_the_text_uses_known_or_not() -> None:
    assert [sigle["sigle"] for sigle in plan()["sigles"]] == ["BIT"]
    assert plan()["sigles"][0]["developpement"] == "Bureau international du Travail"


def test_the_chronogramme_groups_quarters_by_year() -> None:
    assert plan()["chronogramme"]["annees"] == [{"annee": 2019, "nombre": 4, "nombre_mois": 12}]
    assert [q["libelle"] for q in plan()["chronogramme"]["trimestres"]] == ["T1", "T2", "T3", "T4"]


def test_the_regional_logframe_holds_every_activity_once_and_the_suspension_in_each_axe() -> None:
    context = cadre()
    assert [a["identifiant"] for a in context["activites"]] == ["MA-1.1", "MA-1.2", "SR-1.1", "MA-2.1"]
    assert [[pays["nom"] for pays in effet["pays"] if pays["suspendu"]] for effet in context["effets"]] == [["Libye"], ["Libye"]]


def test_a_country_logframe_keeps_its_own_and_the_sub_regional_activities() -> None:
    context = cadre("MA")
    assert {pays["nom"] for effet in context["effets"] for pays in effet["pays"]} == {"Maroc", "Sous-régional"}


def test_a_result_without_indicator_still_has_its_line() -> None:
    lignes = cadre()["lignes"]
    assert [(ligne["niveau"], ligne["indicateur"]) for ligne in lignes] == [("Impact", None), ("Effet", None), ("Effet", None)]


def test_an_indicator_stands_beside_its_result_with_its_last_target() -> None:
    logframe = catalogue().cadre_logique.model_dump() | {"indicateurs": [INDICATEUR, INDICATEUR | {"code": "E1.b"}]}
    lignes = cadre(cadre_logique=logframe)["effets"][0]["lignes"]
    assert [ligne["code"] for ligne in lignes] == ["E1.a", "E1.b"]
    assert (lignes[0]["reference"], lignes[0]["reference_date"]) == (Decimal(2), "2018-12")
    assert (lignes[0]["cible"], lignes[0]["cible_date"]) == (Decimal("7.5"), "2019-T4")
    assert lignes[0]["valeur_actuelle"] is None


def test_the_report_counts_by_axe_and_country() -> None:
    matrix = rapport()["repartition"]
    assert matrix["pays"] == ["Maroc", "Libye", "Sous-régional"]
    assert [ligne["nombres"] for ligne in matrix["lignes"]] == [[2, 0, 1], [1, 0, 0]]
    assert (matrix["nombres"], matrix["total"]) == ([3, 0, 1], 4)


def test_the_report_says_in_plain_words_that_no_follow_up_was_received() -> None:
    context = rapport()
    assert context["suivi"] is None
    assert "Aucune donnée de suivi n’a été reçue" in context["resume"][-1]


@pytest.mark.parametrize(("day", "cited"), [(date(2019, 7, 15), ["Avant"]), (date(2019, 11, 27), ["Avant", "Atelier"])])
def test_a_report_cites_no_step_that_comes_after_its_date(day: date, cited: list[str]) -> None:
    whole = catalogue()
    steps = (
        Evenement(date="un jour", intitule="Avant", source="s"),
        Evenement(date="27", jour=date(2019, 11, 27), intitule="Atelier", source="s"),
    )
    found = replace(
        dossier(periode="2019-T2"), catalogue=whole.model_copy(update={"projet": whole.projet.model_copy(update={"chronologie": steps})})
    )
    chronologie = RAPPORT.document(replace(found, date=day)).contexte["projet"]["chronologie"]
    assert [step["intitule"] for step in chronologie] == cited


def test_the_summary_sentences_agree_with_the_figures() -> None:
    resume = rapport()["resume"]
    assert resume[0] == "Le présent rapport porte sur la période du 1er\u00a0avril 2019 au 30\u00a0juin 2019."
    assert resume[1] == "Le catalogue du projet compte 4\u00a0activités\u00a0: 3 au Maroc et 1 au niveau sous-régional."
    assert resume[2] == "En Libye, en raison de la situation, tout est suspendu."
    assert resume[3] == "1\u00a0activité était prévue sur la période\u00a0; 2\u00a0activités ne sont pas datées."


def test_the_next_period_lists_what_is_planned_then() -> None:
    assert [a["identifiant"] for a in rapport("2019-T1")["prochaine_periode"]["activites"]] == ["MA-1.1"]
    assert rapport("2019-T2")["prochaine_periode"]["activites"] == []
    assert rapport("2019-T2")["prochaine_periode"]["libelle"] == "3e\u00a0trimestre 2019"


# --- follow-up of the period ------------------------------------------------------------------------------------------------------------


def followed(periode: str | None) -> dict[str, dict[str, Any]]:
    """The activities of the work plan of Morocco as known on 15 July 2019, with two records received, by identifier."""
    sent = (
        fiche("2019-T1", activites=[a("MA-1.1", avancement="20", debut_reel="2019-03-04")]),
        fiche("2019-T2", activites=[a("MA-1.1", avancement="60"), a("MA-2.1", "suspendue")]),
    )
    chosen = replace(dossier("MA", periode), suivi=Suivi(sent))
    axes = PLAN_TRAVAIL.document(chosen).contexte["axes"]
    return {one["identifiant"]: one for axe in axes for one in axe["activites"]}


def test_an_activity_says_where_it_stood_at_the_end_of_the_period() -> None:
    now, before = followed("2019-T2")["MA-1.1"], followed("2019-T1")["MA-1.1"]
    assert (now["statut"], now["avancement"], now["debut_reel"]) == ("en cours", Decimal(60), date(2019, 3, 4))
    assert before["avancement"] == Decimal(20)
    assert (now["retard"], now["retard_libelle"]) == (15, "en retard de 15\u00a0jours")
    assert followed("2019-T2")["MA-2.1"]["statut"] == "suspendue"


def test_without_a_period_an_activity_says_nothing_of_the_follow_up() -> None:
    one = followed(None)["MA-1.1"]
    assert [one[key] for key in ("statut", "avancement", "debut_reel", "fin_reelle", "retard", "retard_libelle")] == [None] * 6
