"""Each rule of adding up, on cases small enough to be worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from exemples import activite, catalogue
from suivis import JOUR, a, chiffres, deux_pays, dossier, fiche, i, pays, taux

from amem_reports.cumul import Chiffre, contradictions
from amem_reports.cumul.activites import SorteRetard, delays
from amem_reports.cumul.base import Donnees
from amem_reports.cumul.change import convert, rate
from amem_reports.fiche import Fiche
from amem_reports.french import date_longue
from amem_reports.model import Devise, Echeance, Montant, Taux


def values(found: dict[str, Chiffre], *noms: str) -> list[Decimal | None]:
    return [found[nom].valeur for nom in noms]


def places(chiffre: Chiffre) -> list[str]:
    return [f"{source.fiche} {source.element}/{source.champ}" for source in chiffre.sources]


def absents(chiffre: Chiffre) -> list[tuple[str, str, str]]:
    return [(source.fiche, source.element, source.texte) for source in chiffre.manquants]


# --- missing and zero -------------------------------------------------------------------------------------------------------------------


def test_nobody_said_anything_is_not_zero() -> None:
    found = chiffres(fiche("2019-T2", activites=[a("MA-1.1")]), fiche("2019-T2", "TN"), fiche("2019-T2", "SR"))
    assert found["participants"].valeur is None
    assert [source.element for source in found["participants"].manquants] == ["activites/MA-1.1"]


def test_zero_that_was_written_is_zero() -> None:
    found = chiffres(fiche("2019-T2", activites=[a("MA-1.1", participants={"femmes": 0, "hommes": 0})]))
    assert values(found, "participants.femmes.MA", "participants.MA") == [0, 0]
    assert found["participants.MA"].manquants == ()


def test_a_record_that_was_not_received_is_missing_wherever_it_would_count() -> None:
    found = chiffres(fiche("2019-T2", activites=[a("MA-1.1", depenses="5 EUR")]), fiche("2019-T2", "TN", "refusé"))
    expected = [("2019-T2/SR.yaml", "", "fiche non reçue"), ("2019-T2/TN.yaml", "", "fiche à l’état « refusé »")]
    for nom in ("depenses", "depenses.axe-1", "depenses.axe-2", "participants"):
        assert sorted(one for one in absents(found[nom]) if not one[1]) == expected, nom
    assert absents(found["depenses.MA"]) == []
    assert found["depenses"].valeur == 5


def test_records_are_expected_from_the_first_quarter_of_the_follow_up() -> None:
    found = chiffres(fiche("2019-T1", activites=[a("MA-1.1", depenses="5 EUR")]), periode="2019-T2")
    assert [source.fiche for source in found["cumul.depenses.TN"].manquants] == ["2019-T1/TN.yaml", "2019-T2/TN.yaml"]
    assert [source.fiche for source in found["depenses.TN"].manquants] == ["2019-T2/TN.yaml"]


def test_a_suspended_country_is_not_expected_to_report() -> None:
    found = chiffres(fiche("2019-T2", activites=[a("MA-1.1", depenses="5 EUR")]), data=catalogue())
    assert found["depenses.LY"].manquants == ()


@pytest.mark.parametrize("etat", ["brouillon", "refusé"])
def test_drafts_and_refused_records_do_not_count(etat: str) -> None:
    assert chiffres(fiche("2019-T2", etat=etat, activites=[a("MA-1.1", depenses="5 EUR")]))["depenses"].valeur is None


def test_an_activity_that_was_achieved_before_is_not_asked_again() -> None:
    done = [fiche(q, activites=[a("MA-1.1", "achevée")]) for q in ("2019-T1", "2019-T2")]
    assert absents(chiffres(*done)["depenses.MA"]) == []
    assert absents(chiffres(*done)["cumul.depenses.MA"]) == [("2019-T1/MA.yaml", "activites/MA-1.1", "")]


# --- participants -----------------------------------------------------------------------------------------------------------------------


def test_women_and_men_make_the_total_by_axe_and_country_and_since_the_beginning() -> None:
    found = chiffres(
        fiche("2019-T1", activites=[a("MA-1.1", participants={"femmes": 3, "hommes": 4})]),
        fiche(
            "2019-T2",
            activites=[a("MA-1.1", participants={"femmes": 5, "hommes": 6}), a("MA-2.1", participants={"femmes": 1, "hommes": 0})],
        ),
        fiche("2019-T2", "TN", activites=[a("TN-1.1", participants={"femmes": 10, "hommes": 20, "total": 30})]),
    )
    assert values(found, "participants.femmes", "participants.hommes", "participants") == [16, 26, 42]
    assert values(found, "participants.MA", "participants.axe-1", "participants.MA.axe-2") == [12, 41, 1]
    assert values(found, "cumul.participants", "cumul.participants.femmes.MA.axe-1") == [49, 8]
    assert found["participants"].unite == "personnes"


def test_a_total_without_sexes_counts_and_says_that_the_sex_is_not_known() -> None:
    found = chiffres(
        fiche("2019-T2", activites=[a("MA-1.1", participants={"total": 12}), a("MA-2.1", participants={"femmes": 1, "hommes": 2})])
    )
    names = ("participants.MA", "participants.femmes.MA", "participants.hommes.MA", "participants.sexe-inconnu.MA")
    assert values(found, *names) == [15, 1, 2, 12]
    assert places(found["participants.sexe-inconnu.MA"])[0] == "2019-T2/MA.yaml activites/MA-1.1/participants.total"
    assert [source.element for source in found["participants.femmes.MA"].manquants] == ["activites/MA-1.1"]


def test_institutions_left_empty_are_missing_only_while_the_others_do_not_make_the_total() -> None:
    full = a("MA-1.1", participants={"total": 10, "gouvernement": 6, "autres": 4})
    part = a("MA-2.1", participants={"total": 10, "gouvernement": 6})
    found = chiffres(fiche("2019-T2", activites=[full, part]))
    assert values(found, "participants.gouvernement.MA", "participants.autres.MA", "participants.institution-inconnue.MA") == [12, 4, 4]
    assert [source.element for source in found["participants.employeurs.MA"].manquants] == ["activites/MA-2.1"]


def test_the_sub_region_counts_once() -> None:
    shared = a("SR-1.1", participants={"femmes": 2, "hommes": 3}, depenses="10 EUR")
    data = dossier(
        fiche("2019-T2", activites=[shared]),
        fiche("2019-T2", "SR", activites=[shared]),
        fiche("2019-T2", "TN", activites=[a("TN-1.1", participants={"femmes": 1, "hommes": 1})]),
    )
    found = chiffres(*data.suivi.fiches)
    assert values(found, "participants", "participants.SR", "participants.MA", "depenses") == [7, 5, None, 10]
    assert values(found, "statut.en-cours", "statut.en-cours.SR") == [2, 1]
    assert "suivi/2019-T2/MA.yaml, activité SR-1.1 : activité d’un autre pays" in str(contradictions(data)[0])


def test_contradictions_of_a_file_changed_by_hand_are_told() -> None:
    wrong = fiche("2019-T2", activites=[a("MA-1.1", participants={"femmes": 1, "hommes": 2, "total": 5})])
    (constat,) = contradictions(dossier(wrong))
    assert (constat.fichier, constat.endroit) == ("suivi/2019-T2/MA.yaml", "activité MA-1.1, participants.total")
    assert chiffres(wrong)["participants"].valeur == 3


# --- money ------------------------------------------------------------------------------------------------------------------------------

RATES = [
    Taux(devise=Devise.MAD, date=Echeance.parse(month), pour_un_euro=Decimal(rate), source="essai")
    for month, rate in (("2019-04", "10"), ("2019-07", "12.5"), ("2019-T1", "8"))
]


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2018-12-31", None), ("2019-01-01", "8"), ("2019-03-31", "8"), ("2019-04-01", "10"), ("2019-06-30", "10"), ("2019-07-01", "12.5")],
)
def test_a_rate_holds_from_its_month_until_the_next(day: str, expected: str | None) -> None:
    found = rate(RATES, Devise.MAD, date.fromisoformat(day))
    assert (str(found.pour_un_euro) if found else None) == expected


def test_amounts_convert_to_the_cent_and_euros_need_no_rate() -> None:
    jour = date(2019, 8, 1)
    assert convert(Montant(montant=Decimal(100), devise=Devise.EUR), [], jour) == (Decimal(100), None)
    assert convert(Montant(montant=Decimal("0.062"), devise=Devise.MAD), RATES, jour)[0] == Decimal("0.00")
    assert convert(Montant(montant=Decimal(1), devise=Devise.MAD), RATES, jour) == (Decimal("0.08"), RATES[1])
    assert convert(Montant(montant=Decimal(1), devise=Devise.USD), RATES, jour) == (None, None)


def test_spending_uses_the_rate_in_force_at_the_end_of_its_own_quarter() -> None:
    found = chiffres(
        fiche("2019-T1", activites=[a("MA-1.1", depenses="100 MAD")]),
        fiche("2019-T2", activites=[a("MA-1.1", depenses="110 MAD"), a("MA-2.1", depenses="5 EUR")]),
    )
    assert values(found, "depenses.MA", "cumul.depenses.MA", "cumul.depenses.MA.axe-1") == [15, 25, 20]
    assert values(found, "cumul.depenses.MA.MAD", "depenses.MA.EUR", "depenses.axe-1.MAD") == [210, 5, 110]
    (source,) = found["depenses.MA.axe-1"].sources
    assert (source.texte, source.valeur) == ("110\u00a0MAD", Decimal(10))
    assert source.taux
    assert source.taux.pour_un_euro == 11


def test_an_amount_without_a_rate_is_left_out_counted_and_shown() -> None:
    found = chiffres(
        fiche("2019-T1", "TN", activites=[a("TN-1.1", depenses="33 TND")]),
        fiche("2019-T2", "TN", activites=[a("TN-1.1", depenses="33 TND")]),
    )
    assert values(found, "cumul.depenses.TN", "cumul.depenses.TN.TND") == [10, 66]
    assert absents(found["cumul.depenses.TN"]) == [("2019-T1/TN.yaml", "activites/TN-1.1", "taux TND manquant : 33\u00a0TND")]


def test_the_rate_of_execution_is_what_was_spent_since_the_beginning_over_the_budget() -> None:
    found = chiffres(
        fiche("2019-T1", activites=[a("MA-1.1", depenses="100 EUR")]),
        fiche("2019-T2", activites=[a("MA-1.1", depenses="150 EUR")]),
        fiche("2019-T2", "TN", activites=[a("TN-1.1", depenses="330 TND")]),
    )
    assert values(found, "budget.MA", "budget.TN", "budget.TN.TND", "budget") == [1000, 1000, 3300, 2000]
    assert values(found, "execution.MA", "execution.TN", "execution.axe-1", "execution") == [25, 10, Decimal("17.5"), Decimal("17.5")]
    assert found["execution.axe-2"].valeur is None
    assert found["execution.projet"].valeur == Decimal("23.3256")


def test_no_rate_of_execution_where_a_part_is_unknown() -> None:
    unbudgeted = fiche("2019-T2", activites=[a("MA-1.1", depenses="10 EUR"), a("MA-2.1", depenses="1 EUR")])
    unconverted = fiche("2019-T2", "TN", activites=[a("TN-1.1", depenses="5 LYD")])
    found = chiffres(unbudgeted, unconverted)
    assert values(found, "execution.MA.axe-1", "execution.MA", "execution", "execution.TN") == [1, None, None, None]


def test_no_rate_of_execution_while_the_budget_has_no_rate() -> None:
    data = deux_pays().model_copy(update={"taux": ()})
    found = chiffres(fiche("2019-T2", "TN", activites=[a("TN-1.1", depenses="5 EUR")]), data=data)
    assert values(found, "budget.TN", "execution.TN", "depenses.TN") == [None, None, 5]


# --- states, progress, lateness ---------------------------------------------------------------------------------------------------------


def test_the_last_state_known_counts_and_what_was_never_reported_is_told_apart() -> None:
    found = chiffres(
        fiche("2019-T1", activites=[a("MA-1.1", "en cours"), a("MA-2.1", "suspendue")]),
        fiche("2019-T2", activites=[a("MA-1.1", "achevée"), a("MA-2.1", None)]),
        fiche("2019-T3", activites=[a("MA-2.1", "en cours")]),
    )
    names = (
        "statut.achevee.MA",
        "statut.suspendue.axe-2",
        "statut.en-cours",
        "statut.non-renseigne",
        "statut.non-renseigne.TN",
        "activites",
    )
    assert values(found, *names) == [1, 1, 0, 3, 2, 5]
    assert places(found["statut.suspendue.MA"]) == ["2019-T1/MA.yaml activites/MA-2.1/statut"]
    assert len(found["statut.achevee"].manquants) == 3


def test_mean_progress_takes_the_last_known_value_and_what_the_state_implies() -> None:
    found = chiffres(
        fiche("2019-T1", activites=[a("MA-1.1", avancement="40"), a("MA-2.1", "annulée", avancement="10")]),
        fiche("2019-T2", activites=[a("MA-1.1", "achevée")]),
        fiche("2019-T2", "TN", activites=[a("TN-1.1", avancement="35"), a("TN-2.1", "non démarrée")]),
    )
    assert values(found, "avancement.MA", "avancement.TN", "avancement", "avancement.MA.axe-2") == [100, Decimal("17.5"), 45, None]
    assert [source.element for source in found["avancement"].manquants] == ["activites/SR-1.1"]


DATED = [
    activite("MA-1.1", 1, debut="2019-01", fin="2019-06"),
    activite("MA-1.2", 1, debut="2019-05", fin="2019-T3"),
    activite("MA-1.3", 1, fin="2019-04"),
    activite("MA-1.4", 1),
]


def test_lateness_sets_planned_days_against_real_ones_and_the_report_s_date() -> None:
    data = dossier(
        fiche(
            "2019-T2",
            activites=[a("MA-1.1"), a("MA-1.2", "non démarrée"), a("MA-1.3", "achevée", fin_reelle="2019-05-10"), a("MA-1.4")],
        ),
        data=catalogue(pays=[pays("MA", *DATED)]),
    )
    assert [(one.etat.activite.identifiant, one.sorte, one.jours) for one in delays(Donnees.of(data))] == [
        ("MA-1.1", SorteRetard.FIN, 15),
        ("MA-1.2", SorteRetard.DEBUT, 45),
        ("MA-1.3", SorteRetard.ACHEVEE, 10),
    ]
    found = chiffres(*data.suivi.fiches, data=data.catalogue)
    assert values(found, "retard.fin.MA", "retard.debut", "retard.achevees", "retard.jours") == [1, 1, 1, 15]
    assert [source.texte for source in found["retard.fin"].manquants] == ["aucune date prévue"]
    day = date_longue(JOUR)
    assert all(one.libelle.endswith(f"(au {day})") for nom, one in found.items() if nom.startswith("retard."))
    assert not found["activites"].libelle.endswith(f"(au {day})")


@pytest.mark.parametrize(
    ("statut", "more", "known"),
    [
        ("suspendue", {}, True),
        ("annulée", {}, True),
        ("achevée", {"fin_reelle": "2019-06-30"}, True),
        ("achevée", {}, False),
        (None, {}, False),
    ],
)
def test_what_stopped_or_ended_in_time_is_not_late_and_what_is_not_known_is_missing(statut: str, more: dict[str, str], known: bool) -> None:
    data = catalogue(pays=[pays("MA", DATED[0])])
    found = chiffres(fiche("2019-T2", activites=[a("MA-1.1", statut, **more)]), data=data)
    assert values(found, "retard.fin", "retard.debut", "retard.achevees", "retard.jours") == [0, 0, 0, None]
    assert bool(found["retard.fin"].manquants) is not known


def test_a_postponed_activity_is_late_against_the_catalogue() -> None:
    data = catalogue(pays=[pays("MA", DATED[0])])
    assert chiffres(fiche("2019-T2", activites=[a("MA-1.1", "reportée")]), data=data)["retard.fin"].valeur == 1


# --- indicators -------------------------------------------------------------------------------------------------------------------------

VALUES = (
    fiche("2019-T1", indicateurs=[i("10")]),
    fiche("2019-T1", "TN", indicateurs=[i("1")]),
    fiche("2019-T2", indicateurs=[i("4")]),
    fiche("2019-T2", "TN", indicateurs=[i()]),
)


@pytest.mark.parametrize(
    ("rule", "unite", "expected"),
    [
        ("somme", "enquêtes", [4, 14, 1, 15]),
        ("maximum", "enquêtes", [4, 10, 1, 10]),
        ("moyenne", "enquêtes", [4, 7, 1, 5]),
        ("dernière", "enquêtes", [4, 4, 1, 5]),
        ("dernière", "%", [4, 4, 1, Decimal("2.5")]),
        ("dernière", "points sur 100", [4, 4, 1, Decimal("2.5")]),
    ],
)
def test_an_indicator_adds_up_by_its_own_rule(rule: str, unite: str, expected: list[Decimal]) -> None:
    found = chiffres(*VALUES, data=deux_pays(agregation=rule, unite=unite))
    names = ("indicateur.E1.a", "cumul.indicateur.E1.a.MA", "cumul.indicateur.E1.a.TN", "cumul.indicateur.E1.a")
    assert values(found, *names) == expected
    assert found["indicateur.E1.a.TN"].valeur is None
    assert [source.fiche for source in found["indicateur.E1.a"].manquants] == ["2019-T2/TN.yaml"]


def test_only_the_values_that_were_used_are_named() -> None:
    last = chiffres(*VALUES, data=deux_pays(agregation="dernière"))["cumul.indicateur.E1.a"]
    assert sorted(source.fiche for source in last.sources) == ["2019-T1/TN.yaml", "2019-T2/MA.yaml"]
    assert "somme des pays" in last.regle
    best = chiffres(*VALUES, data=deux_pays(agregation="maximum"))["cumul.indicateur.E1.a"]
    assert [source.fiche for source in best.sources] == ["2019-T1/MA.yaml"]


def ratio(above: str | None, below: str | None) -> list[dict[str, object]]:
    return [i(numerateur=above, denominateur=below)]


@pytest.mark.parametrize(("unite", "expected"), [("%", ["25", "33.3333"]), ("rapport", ["0.25", "0.3333"])])
def test_a_ratio_is_the_sum_of_numerators_over_the_sum_of_denominators(unite: str, expected: list[str]) -> None:
    fiches = (
        fiche("2019-T1", indicateurs=ratio("3", "4")),
        fiche("2019-T2", indicateurs=ratio("1", "4")),
        fiche("2019-T2", "TN", indicateurs=ratio("0", "4")),
        fiche("2019-T3", "TN", indicateurs=ratio("9", "9")),
    )
    found = chiffres(*fiches, data=deux_pays(agregation="ratio", unite=unite))
    assert values(found, "indicateur.E1.a.MA", "cumul.indicateur.E1.a") == list(map(Decimal, expected))
    assert len(found["cumul.indicateur.E1.a"].sources) == 6


def test_half_a_ratio_is_missing_and_a_zero_divisor_gives_nothing() -> None:
    half, zero = fiche("2019-T2", indicateurs=ratio("3", None)), fiche("2019-T2", "TN", indicateurs=ratio("0", "0"))
    found = chiffres(half, zero, data=deux_pays(agregation="ratio"))
    assert values(found, "indicateur.E1.a", "indicateur.E1.a.TN") == [None, None]
    assert [source.fiche for source in found["indicateur.E1.a"].manquants] == ["2019-T2/MA.yaml"]


def test_sexes_add_up_by_the_same_rule() -> None:
    parts = [i("10", ventilation={"femmes": "6", "hommes": "4"})]
    found = chiffres(fiche("2019-T1", indicateurs=parts), fiche("2019-T2", indicateurs=parts), fiche("2019-T2", "TN", indicateurs=[i("1")]))
    names = ("indicateur.E1.a.femmes", "cumul.indicateur.E1.a.MA.femmes", "cumul.indicateur.E1.a.hommes", "indicateur.E1.a.TN.femmes")
    assert values(found, *names) == [6, 12, 8, None]
    assert [source.champ for source in found["indicateur.E1.a.TN.femmes"].manquants] == ["ventilation.femmes"]


def test_a_ratio_by_sex_is_not_cumulated() -> None:
    parts = [{**ratio("1", "4")[0], "ventilation": {"femmes": "30"}}]
    found = chiffres(
        fiche("2019-T1", indicateurs=parts), fiche("2019-T2", indicateurs=parts), data=deux_pays(agregation="ratio", unite="%")
    )
    assert values(found, "indicateur.E1.a.femmes", "cumul.indicateur.E1.a.femmes") == [30, None]


@pytest.mark.parametrize(
    ("frequence", "missing"),
    [("trimestrielle", 8), ("semestrielle", 4), ("annuelle", 2), ("fin de projet", 2), (None, 8)],
)
def test_an_indicator_is_expected_at_its_own_pace(frequence: str | None, missing: int) -> None:
    found = chiffres(fiche("2019-T1"), periode="2019", data=deux_pays(frequence=frequence))
    assert len(found["indicateur.E1.a"].manquants) == missing


# --- targets ----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("periode", "expected"), [("2019-T1", 4), ("2019-T2", 4), ("2019-T3", Decimal("7.5")), ("2020", Decimal("7.5"))])
def test_the_target_in_force_is_the_first_not_yet_past(periode: str, expected: Decimal) -> None:
    assert chiffres(periode=periode)["cible.E1.a"].valeur == expected


RISE, FALL = {"sens": "hausse"}, {"sens": "baisse"}


@pytest.mark.parametrize(
    ("indicateur", "reference", "target", "value", "expected"),
    [
        (RISE, "2", "4", "3", "50"),
        (RISE, "2", "4", "5", "150"),
        (RISE, "2", "4", "1", "-50"),
        (RISE, None, "4", "3", "75"),
        (RISE, None, "0", "3", "100"),
        (RISE, "4", "2", "3", None),
        (FALL, "40", "10", "25", "50"),
        (FALL, "40", "10", "5", "116.6667"),
        (FALL, "40", "10", "55", "-50"),
        (FALL, None, "10", "8", "100"),
        (FALL, None, "10", "12", None),
        (FALL, "10", "10", "10", "100"),
        (FALL, "10", "10", "11", None),
        (FALL, "10", "40", "20", None),
    ],
)
def test_how_much_of_the_way_to_a_target_is_done(
    indicateur: dict[str, str], reference: str | None, target: str, value: str, expected: str | None
) -> None:
    data = deux_pays(
        **indicateur,
        agregation="dernière",
        reference={"valeur": reference, "date": "2018-12"} if reference else None,
        cibles=[{"date": "2019-T4", "valeur": target}],
    )
    found = chiffres(fiche("2019-T2", indicateurs=[i(value)]), data=data)["atteinte.E1.a"]
    assert found.valeur == (Decimal(expected) if expected else None)


def test_without_target_or_value_nothing_is_reached_and_that_is_missing() -> None:
    found = chiffres(fiche("2019-T2", indicateurs=[i("3")]), data=deux_pays(cibles=[]))
    assert values(found, "cible.E1.a", "atteinte.E1.a") == [None, None]
    assert found["cible.E1.a"].manquants[0].texte == "aucune cible"
    assert chiffres(fiche("2019-T2"))["atteinte.E1.a"].valeur is None


# --- risks ------------------------------------------------------------------------------------------------------------------------------


def test_a_risk_counts_once_in_its_last_state() -> None:
    def risque(etat: str | None, code: str = "R1") -> dict[str, object]:
        return {"code": code, "libelle": "Retard", "etat": etat}

    found = chiffres(
        fiche("2019-T1", risques=[risque("ouvert"), risque("ouvert", "R2"), risque(None, "R3")]),
        fiche("2019-T2", risques=[risque("clos")]),
        fiche("2019-T3", risques=[risque("survenu", "R2")]),
    )
    assert values(found, "risques.ouvert", "risques.clos.MA", "risques.survenu", "risques.ouvert.TN") == [1, 1, 0, None]
    assert len(found["risques.ouvert"].manquants) == 1


# --- all of them ------------------------------------------------------------------------------------------------------------------------


def test_every_figure_says_its_label_unit_and_rule() -> None:
    found = chiffres(*VALUES)
    assert len(found) > 300
    assert [nom for nom, chiffre in found.items() if not (chiffre.libelle and chiffre.unite and chiffre.regle and chiffre.nom == nom)] == []
    assert found["depenses.MA.axe-1"].libelle.replace("\u00a0", " ") == "Dépenses – Pays MA, axe 1 (2e trimestre 2019)"


def test_without_any_record_nothing_is_made_up() -> None:
    found = chiffres()
    counts = {nom for nom, chiffre in found.items() if chiffre.valeur is not None}
    assert {nom.partition(".")[0] for nom in counts} == {"activites", "statut", "retard", "budget", "cible"}
    assert found["statut.non-renseigne"].valeur == 5


def test_an_activity_that_left_the_catalogue_still_counts_in_its_axe() -> None:
    gone: Fiche = fiche("2019-T2", activites=[a("MA-2.9", depenses="7 EUR")])
    assert values(chiffres(gone), "depenses.MA.axe-2", "depenses") == [7, 7]


def test_rates_of_other_currencies_do_not_count() -> None:
    data = deux_pays().model_copy(update={"taux": tuple(Taux.model_validate(one) for one in taux(("MRU", "2019-01", "40")))})
    assert chiffres(fiche("2019-T2", activites=[a("MA-1.1", depenses="80 MAD")]), data=data)["depenses"].valeur is None
