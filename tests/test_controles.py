"""Each rule that is checked before a report goes out, on the smallest record that breaks it and nothing else."""

from __future__ import annotations

import time
from typing import Any

import pytest
from exemples import activite, catalogue
from hypothesis import given
from hypothesis import strategies as st
from suivis import a, deux_pays, dossier, fiche, i, pays

from amem_reports.controles import Gravite, controler, verdict
from amem_reports.controles.nombres import avancements, effectifs, sommes
from amem_reports.dossier import Dossier
from amem_reports.fiche import Fiche, Narratif
from amem_reports.model import Catalogue

MOTIF = "La salle n’était pas disponible."
ACHEVEE: dict[str, Any] = {
    "avancement": 100,
    "fin_reelle": "2019-06-20",
    "recit": "L’atelier a eu lieu.",
    "livrables": ["rapport"],
    "preuves": ["https://e.org/1"],
}
RUBRIQUES = tuple(Narratif.model_fields)


def narratif(trimestre: str, code: str, **more: str | None) -> dict[str, Any]:
    """A text for each section, another one for each country and quarter."""
    return {**{nom: f"Ce que l’équipe {code} tient à dire pour {trimestre} de sa rubrique {nom}." for nom in RUBRIQUES}, **more}


def sain(trimestre: str, code: str = "MA", etat: str = "validé", recit: dict[str, Any] | None = None, **more: Any) -> Fiche:
    """A record with which nothing is wrong, but for what is given."""
    numbers = ("1.1",) if code == "SR" else ("1.1", "2.1")
    parts: dict[str, Any] = {
        "activites": [a(f"{code}-{number}", "non démarrée", avancement=0) for number in numbers],
        "indicateurs": [] if code == "SR" else [i("3", source="registre")],
        "narratif": narratif(trimestre, code, **(recit or {})),
    }
    return fiche(trimestre, code, etat, **{**parts, **more})


def ensemble(*fiches: Fiche, data: Catalogue | None = None, periode: str = "2019-T2") -> Dossier:
    """The records given, and sound ones for the other countries of the second quarter."""
    given = {(one.periode, one.pays) for one in fiches}
    others = [sain("2019-T2", code) for code in ("MA", "TN", "SR") if ("2019-T2", code) not in given]
    return dossier(*fiches, *others, periode=periode, data=data)


def trouve(*fiches: Fiche, data: Catalogue | None = None) -> list[tuple[str, str, str]]:
    """What is found, as (rule, severity, place)."""
    return [(point.regle, point.gravite.value, point.constat.endroit) for point in controler(ensemble(*fiches, data=data))]


def dit(*fiches: Fiche, data: Catalogue | None = None) -> str:
    """The one thing found, in words, with plain spaces."""
    [point] = controler(ensemble(*fiches, data=data))
    return str(point.constat).replace("\u00a0", " ").replace("\u202f", " ")


def avec(statut: str | None = "en cours", identifiant: str = "MA-1.1", trimestre: str = "2019-T2", **champs: Any) -> Fiche:
    """A sound record of Morocco, but for one activity."""
    other = "MA-2.1" if identifiant == "MA-1.1" else "MA-1.1"
    return sain(trimestre, activites=[a(identifiant, statut, **champs), a(other, "non démarrée", avancement=0)])


def dated(**champs: Any) -> Catalogue:
    """Two countries whose first Moroccan activity has these fields."""
    base = deux_pays()
    return base.model_copy(
        update={
            "pays": catalogue(
                pays=[
                    pays("MA", activite("MA-1.1", 1, **champs), activite("MA-2.1", 2)),
                    pays("TN", activite("TN-1.1", 1), activite("TN-2.1", 2)),
                    pays("SR", activite("SR-1.1", 1, code=None), sous_regional=True),
                ]
            ).pays
        }
    )


def test_sound_records_are_ready_to_go() -> None:
    points = controler(ensemble())
    assert points == ()
    assert verdict(points) == "Prêt à émettre."


def test_a_period_must_be_chosen() -> None:
    with pytest.raises(ValueError, match="period"):
        controler(Dossier(catalogue=deux_pays(), date=dossier().date))


# --- records ----------------------------------------------------------------------------------------------------------------------------


def test_a_record_that_was_not_received_blocks() -> None:
    [point] = [one for one in controler(dossier(sain("2019-T2", "TN"), sain("2019-T2", "SR"))) if one.regle != "cible_manquee"]
    assert (point.regle, point.gravite, point.constat.fichier) == ("fiche_attendue", Gravite.BLOQUANT, "suivi/2019-T2/MA.yaml")
    assert "amem saisie 2019-T2 pays-ma" in point.constat.remede


def test_nothing_at_all_received_is_no_go_even_before_the_first_record() -> None:
    early = [point.constat.fichier for point in controler(dossier(sain("2019-T2"), periode="2018-T4")) if point.regle == "fiche_attendue"]
    assert early == ["suivi/2018-T4/MA.yaml", "suivi/2018-T4/SR.yaml", "suivi/2018-T4/TN.yaml"]


@pytest.mark.parametrize("etat", ["brouillon", "refusé"])
def test_a_draft_and_a_refused_record_block(etat: str) -> None:
    refused = sain("2019-T2", "SR", etat, historique=[{"date": "2019-07-10", "action": "refusé", "motif": "Total faux."}])
    assert f"état « {etat} » (Total faux) : elle ne compte dans aucun chiffre" in dit(refused)
    assert trouve(refused) == [("fiche_attendue", "bloquant", "")]


def test_a_record_that_nobody_has_validated_is_to_be_checked() -> None:
    assert trouve(sain("2019-T2", "SR", "soumis")) == [("fiche_a_valider", "à vérifier", "")]


def test_a_suspended_country_owes_nothing() -> None:
    data = deux_pays()
    libya = pays("LY", statut="suspendu", suspension={"valeur": "Sécurité.", "source": "essai"})
    data = catalogue(**{**data.model_dump(), "pays": [*(one.model_dump() for one in data.pays), libya]})
    assert trouve(data=data) == []
    assert trouve(fiche("2019-T2", "LY", "validé", narratif={"faits_marquants": "La suspension est maintenue."}), data=data) == []


def test_a_record_that_contradicts_itself_blocks() -> None:
    wrong = avec("achevée", **{**ACHEVEE, "avancement": 80})
    assert trouve(wrong) == [("contradiction", "bloquant", "activité MA-1.1, avancement")]


def test_a_contradiction_of_an_earlier_period_is_not_told_again() -> None:
    earlier = avec("achevée", trimestre="2019-T1", avancement=100, fin_reelle="2019-05-01")
    assert not [point for point in controler(ensemble(earlier)) if point.regle == "contradiction"]


# --- activities -------------------------------------------------------------------------------------------------------------------------


def test_an_activity_without_a_state_is_to_be_checked() -> None:
    assert trouve(sain("2019-T2", activites=[a("MA-1.1", "non démarrée", avancement=0)])) == [
        ("activite_non_rapportee", "à vérifier", "activité MA-2.1, statut")
    ]


@pytest.mark.parametrize(("statut", "asked"), [("achevée", False), ("annulée", False), ("en cours", True)])
def test_an_activity_that_was_closed_before_needs_no_state(statut: str, asked: bool) -> None:
    before = avec(statut, trimestre="2019-T1")
    now = sain("2019-T2", activites=[a("MA-2.1", "non démarrée", avancement=0)])
    found = [point.constat.endroit for point in controler(ensemble(before, now)) if point.regle == "activite_non_rapportee"]
    assert found == (["activité MA-1.1, statut"] if asked else [])


@pytest.mark.parametrize("statut", ["suspendue", "reportée", "annulée"])
def test_an_activity_that_stopped_without_reason_blocks(statut: str) -> None:
    assert trouve(avec(statut)) == [("arret_sans_motif", "bloquant", "activité MA-1.1, difficultés")]
    assert trouve(avec(statut, mesures="Reprise en septembre.")) == [("arret_sans_motif", "bloquant", "activité MA-1.1, difficultés")]
    assert trouve(avec(statut, difficultes=MOTIF)) == []


@pytest.mark.parametrize(
    ("statut", "champs", "what"), [("en cours", {"recit": "Deux séances."}, "fin prévue"), ("non démarrée", {}, "début prévu")]
)
def test_an_activity_that_is_late_without_explanation_is_to_be_checked(statut: str, champs: dict[str, Any], what: str) -> None:
    data = dated(debut="2019-04", fin="2019-05" if what == "fin prévue" else "2019-12")
    assert trouve(avec(statut, **champs), data=data) == [("retard_sans_explication", "à vérifier", "activité MA-1.1, difficultés")]
    assert what in dit(avec(statut, **champs), data=data)
    assert trouve(avec(statut, difficultes=MOTIF, **champs), data=data) == []
    assert trouve(avec(statut, mesures="Nouvelle date.", **champs), data=data) == []


def test_lateness_is_measured_at_the_quarter_s_end() -> None:
    assert trouve(avec("en cours", recit="Deux séances."), data=dated(debut="2019-04", fin="2019-06")) == []


def test_work_of_which_nothing_is_told_is_to_be_checked() -> None:
    assert trouve(avec("en cours")) == [("travail_sans_recit", "à vérifier", "activité MA-1.1, récit")]
    assert trouve(avec("non démarrée", depenses="50 EUR")) == [("travail_sans_recit", "à vérifier", "activité MA-1.1, récit")]
    assert trouve(avec("en cours", difficultes=MOTIF)) == []
    assert trouve(avec("en cours", difficultes=MOTIF, depenses="50 EUR")) == [
        ("travail_sans_recit", "à vérifier", "activité MA-1.1, récit")
    ]


@pytest.mark.parametrize(
    ("lacking", "words"),
    [(["livrables"], "sans livrable →"), (["preuves"], "sans preuve →"), (["livrables", "preuves"], "sans livrable ni preuve")],
)
def test_an_achieved_activity_with_nothing_to_show_is_to_be_checked(lacking: list[str], words: str) -> None:
    done = avec("achevée", **{key: value for key, value in ACHEVEE.items() if key not in lacking})
    assert trouve(done) == [("achevee_sans_preuve", "à vérifier", "activité MA-1.1")]
    assert words in dit(done)


def test_what_was_delivered_in_an_earlier_quarter_counts() -> None:
    before = avec("en cours", trimestre="2019-T1", recit="Premier atelier.", livrables=["rapport"], preuves=["https://e.org/1"])
    done = avec("achevée", avancement=100, fin_reelle="2019-06-20", recit="L’atelier a eu lieu.")
    assert trouve(before, done) == []


def test_an_activity_achieved_before_is_not_asked_again() -> None:
    before = avec("achevée", trimestre="2019-T1", **{**ACHEVEE, "fin_reelle": "2019-03-20", "preuves": []})
    assert trouve(before, avec("achevée", avancement=100, fin_reelle="2019-03-20")) == []


def test_progress_that_goes_back_is_to_be_checked() -> None:
    before = avec("en cours", trimestre="2019-T1", recit="Premier atelier.", avancement=40)
    assert "30 %, contre 40 %" in dit(before, avec("en cours", recit="Second atelier.", avancement=30))
    assert trouve(before, avec("en cours", recit="Second atelier.", avancement=40)) == []


def test_spending_over_the_budget_is_to_be_checked_since_the_beginning_and_in_its_currency() -> None:
    before = avec("en cours", trimestre="2019-T1", recit="Premier atelier.", depenses="900 EUR")
    assert "1 200 € dépensés depuis le début, pour un budget de 1 000 € : dépassement de 20 %" in dit(
        before, avec("en cours", recit="Second atelier.", depenses="3300 MAD")
    )
    assert trouve(before, avec("en cours", recit="Second atelier.", depenses="140 EUR")) == []
    assert trouve(before, avec("en cours", recit="Second atelier.")) == []


def test_an_amount_without_an_exchange_rate_is_not_guessed() -> None:
    assert trouve(avec("en cours", recit="Atelier.", depenses="900000 LYD")) == []


def test_participants_whose_sex_is_not_known_are_to_be_checked() -> None:
    assert trouve(avec(recit="Atelier.", participants={"total": 8})) == [
        ("participants_sans_sexe", "à vérifier", "activité MA-1.1, participants")
    ]
    assert "aucune femme sur 12 participants" in dit(avec(recit="Atelier.", participants={"femmes": 0, "hommes": 12}))
    assert trouve(avec(recit="Réunion.", participants={"femmes": 0, "hommes": 4})) == []
    assert trouve(avec(recit="Réunion.", participants={"femmes": 0, "hommes": 0})) == []


# --- indicators -------------------------------------------------------------------------------------------------------------------------


def manque(valeur: str, **more: Any) -> list[Fiche]:
    return [
        sain("2019-T2", indicateurs=[i(valeur, source="registre", **more)]),
        sain("2019-T2", "TN", indicateurs=[i("1", source="registre")]),
    ]


def test_a_target_missed_without_explanation_blocks() -> None:
    assert trouve(*manque("2")) == [("cible_manquee", "bloquant", "indicateur E1.a, commentaire")]
    assert "cible de 4 enquêtes (2e trimestre 2019) manquée : 3, sans explication" in dit(*manque("2"))
    assert trouve(*manque("2", commentaire="Une enquête attend son visa.")) == []
    assert trouve(*manque("3")) == []


def test_a_comment_of_an_earlier_quarter_does_not_explain_the_target() -> None:
    before = sain("2019-T1", indicateurs=[i("0", source="registre", commentaire="Tout commence.")])
    assert trouve(before, *manque("2")) == [("cible_manquee", "bloquant", "indicateur E1.a, commentaire")]


def test_a_target_missed_by_little_is_not_shown_as_reached() -> None:
    assert "manquée : 3,96, sans" in dit(*manque("2.96"))


def test_an_indicator_that_must_fall_is_missed_when_it_is_above_its_target() -> None:
    data = deux_pays(sens="baisse", reference={"valeur": "20", "date": "2018-12"})
    assert trouve(*manque("2"), data=data) == []
    assert trouve(*manque("4"), data=data) == [("cible_manquee", "bloquant", "indicateur E1.a, commentaire")]


def test_a_target_due_without_any_value_blocks() -> None:
    empty = [sain("2019-T2", code, indicateurs=[]) for code in ("MA", "TN")]
    assert ("cible_manquee", "bloquant", "indicateur E1.a, commentaire") in trouve(*empty)


def test_a_target_that_is_not_due_in_the_period_is_left_alone() -> None:
    data = deux_pays(cibles=[{"date": "2019-T3", "valeur": "400"}, {"date": "2019-T1", "valeur": "400"}])
    assert trouve(data=data) == []


def test_a_value_that_is_owed_is_to_be_checked_until_it_is_given_or_explained() -> None:
    assert trouve(sain("2019-T2", indicateurs=[]), sain("2019-T2", "TN", indicateurs=[i("9", source="registre")])) == [
        ("valeur_attendue", "à vérifier", "indicateur E1.a")
    ]
    assert trouve(sain("2019-T2", indicateurs=[i(commentaire="Mesure en septembre.")])) == []
    assert trouve(sain("2019-T2", indicateurs=[]), data=deux_pays(frequence="annuelle", cibles=[])) == []


def test_a_value_given_by_the_sub_region_is_owed_by_nobody() -> None:
    regional = sain("2019-T2", "SR", indicateurs=[i("5", source="registre")])
    assert trouve(regional, sain("2019-T2", indicateurs=[]), sain("2019-T2", "TN", indicateurs=[])) == []


def test_a_value_without_a_source_is_to_be_checked() -> None:
    assert trouve(sain("2019-T2", indicateurs=[i("3")])) == [("valeur_sans_source", "à vérifier", "indicateur E1.a, source")]


@pytest.mark.parametrize(
    ("sens", "now", "odd"), [("hausse", "2", True), ("hausse", "5", False), ("baisse", "5", True), ("baisse", "2", False)]
)
def test_a_last_value_that_goes_the_wrong_way_is_to_be_checked(sens: str, now: str, odd: bool) -> None:
    data = deux_pays(sens=sens, agregation="dernière", cibles=[])
    before = sain("2019-T1", indicateurs=[i("3", source="registre")])
    wrong = [("valeur_a_rebours", "à vérifier", "indicateur E1.a, valeur")]
    assert trouve(before, sain("2019-T2", indicateurs=[i(now, source="registre")]), data=data) == (wrong if odd else [])
    assert trouve(before, sain("2019-T2", indicateurs=[i(now, source="registre", commentaire="Deux retraits.")]), data=data) == []


def test_values_of_a_sum_may_fall() -> None:
    assert trouve(sain("2019-T1", indicateurs=[i("30", source="registre")]), sain("2019-T2")) == []


# --- risks ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("risque", "odd"),
    [
        ({"etat": "survenu"}, True),
        ({"etat": "survenu", "mesure": "Séances en ligne"}, False),
        ({"etat": "ouvert", "probabilite": "élevée"}, True),
        ({"etat": "ouvert", "impact": "élevé"}, True),
        ({"etat": "ouvert", "probabilite": "moyenne", "impact": "moyen"}, False),
        ({"etat": "clos", "impact": "élevé"}, False),
    ],
)
def test_a_risk_come_true_or_high_without_a_measure_is_to_be_checked(risque: dict[str, Any], odd: bool) -> None:
    found = trouve(sain("2019-T2", risques=[{"code": "R1", "libelle": "Retard", **risque}]))
    assert found == ([("risque_sans_mesure", "à vérifier", "risque R1, mesure")] if odd else [])


def test_a_risk_that_vanishes_without_being_closed_is_to_be_checked() -> None:
    risks = [{"code": "R1", "libelle": "Retard", "etat": "ouvert"}, {"code": "R2", "libelle": "Grève", "etat": "clos"}]
    assert trouve(sain("2019-T1", risques=risks), sain("2019-T2")) == [("risque_disparu", "à vérifier", "risque R1")]


# --- narrative --------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rubrique", RUBRIQUES)
def test_an_empty_section_blocks_and_its_prompt_is_the_remedy(rubrique: str) -> None:
    empty = sain("2019-T2", recit={rubrique: None})
    assert [(regle, grave) for regle, grave, _ in trouve(empty)] == [("rubrique_vide", "bloquant")]
    assert (Narratif.model_fields[rubrique].description or "?").rstrip(".") in dit(empty)


@pytest.mark.parametrize(
    "texte",
    [
        "À compléter",
        "**À compléter.**",
        "Trois ateliers. [à préciser]",
        "Lorem ipsum dolor",
        "XXX personnes",
        "Le total est de ???",
        "Voir […]",
        "Publications, presse, événements, matériel portant le logo du bailleur.",
        "TODO",
    ],
)
def test_words_that_wait_for_others_block(texte: str) -> None:
    assert trouve(sain("2019-T2", recit={"visibilite": texte})) == [("texte_d_attente", "bloquant", "narratif, visibilité")]


@pytest.mark.parametrize(
    "texte",
    [
        "Dans les mois à venir, deux bulletins paraîtront.",
        "La base de données est à compléter par le ministère.",
        "La date reste à confirmer avec l’OIT.",
        "L’article [dossier de presse](https://e.org/xxx) a paru.",
        "Le XXe anniversaire du ministère a été fêté.",
        "Qui l’a vu ? Tous.",
    ],
)
def test_words_that_only_look_provisional_pass(texte: str) -> None:
    assert trouve(sain("2019-T2", recit={"visibilite": texte})) == []


LONG = "Le comité national tripartite de suivi s’est réuni et a approuvé le rapport."


def test_a_section_taken_over_from_the_last_quarter_blocks_whatever_its_marks_case_and_spaces() -> None:
    found = trouve(
        sain("2019-T1", recit={"ecarts": LONG}), sain("2019-T2", recit={"ecarts": f"**{LONG.upper()}**".replace(" ", "\u00a0 ")})
    )
    assert found == [("texte_repris", "bloquant", "narratif, écarts")]


def test_a_record_that_was_refused_is_no_record_to_compare_with() -> None:
    refused = sain("2019-T1", etat="refusé", recit={"ecarts": LONG})
    assert trouve(refused, sain("2019-T2", recit={"ecarts": LONG})) == []


def test_one_paragraph_taken_over_among_others_is_to_be_checked() -> None:
    now = f"Une mission a eu lieu à Tanger.\n\n- {LONG}"
    assert trouve(sain("2019-T1", recit={"ecarts": LONG}), sain("2019-T2", recit={"ecarts": now})) == [
        ("texte_repris", "à vérifier", "narratif, écarts")
    ]


def test_short_words_and_lines_that_lead_to_a_list_may_be_the_same() -> None:
    for same in ("Rien à signaler.", "Pendant le trimestre, les travaux principaux ont été les suivants :"):
        assert trouve(sain("2019-T1", recit={"ecarts": same}), sain("2019-T2", recit={"ecarts": same})) == []


def test_the_story_of_an_activity_must_be_new_but_its_difficulties_may_last() -> None:
    told = {"recit": LONG, "difficultes": MOTIF * 3}
    assert trouve(avec(trimestre="2019-T1", **told), avec(**told)) == [("texte_repris", "à vérifier", "activité MA-1.1, récit")]


# --- figures of the narrative -----------------------------------------------------------------------------------------------------------

GROUPE = {"femmes": 12, "hommes": 22, "total": 34}


@pytest.mark.parametrize(
    "recit",
    [
        "**34 personnes** y ont pris part, dont 12 femmes.",
        "Au total, 34\u202fpersonnes ont participé, dont douze femmes et 22 hommes.",
        "L’atelier a réuni 34 participants (12 femmes, 22 hommes).",
        "12 femmes et 22 hommes ont participé à l’atelier.",
        "Le 12 mars 2019, 34 personnes ont participé à Rabat.",
        "20 participants à Rabat et 14 participants à Tanger ont suivi la formation.",
        "34 personnes ont participé sur les 40 prévues.",
        "Sur 40 personnes invitées, 34 ont participé.",
        "La première session a réuni 18 personnes.",
        "Deux femmes ont présenté leur association aux participants.",
        "Une trentaine de personnes et près de 40 personnes le second jour ont assisté aux débats.",
        "Des groupes de 25 personnes ont été formés.",
        "25 à 40 personnes ont assisté à chaque séance.",
        "Entre 30 et 45 personnes ont participé.",
        "En 2018, 120 personnes avaient participé.",
        "L’objectif est de former 200 personnes.",
        "La prochaine session réunira 60 personnes.",
        "L’enquête auprès de 1 200 personnes a été présentée aux participants.",
        "La convention n° 143 et les conventions 189 et 181 ont été présentées.",
        "Depuis le début du projet, 54 personnes ont participé.",
        "54 personnes ont participé depuis le lancement.",
        "Comme prévu, 34 personnes ont participé.",
        "1. 34 personnes ont participé\n2. 12 femmes ont pris la parole",
        "Voir [les 50 personnes formées l’an dernier](https://e.org/50-personnes).",
        "75 personnes inscrites, 34 personnes présentes.",
    ],
)
def test_what_a_story_may_well_say_of_thirty_four_participants_passes(recit: str) -> None:
    before = avec(trimestre="2019-T1", recit="Premier atelier.", participants={"femmes": 8, "hommes": 12})
    assert trouve(before, avec(recit=recit, participants=GROUPE)) == []


@pytest.mark.parametrize(
    ("recit", "grave", "words"),
    [
        ("Au total, **43 personnes** ont participé.", "bloquant", "dit 43 personnes, le tableau dit 34 personnes"),
        ("En tout, 1\u202f034 participants ont été formés.", "bloquant", "dit 1 034 personnes, le tableau dit 34 personnes"),
        ("34 personnes ont participé, dont 21 femmes.", "bloquant", "dit 21 femmes, le tableau dit 12 femmes"),
        ("34 personnes ont participé, dont quinze femmes.", "bloquant", "dit 15 femmes, le tableau dit 12 femmes"),
        ("L’atelier a réuni 34 participants (12 femmes, 20 hommes).", "bloquant", "dit 20 hommes, le tableau dit 22 hommes"),
        ("43 personnes ont participé.", "à vérifier", "dit 43 personnes, le tableau dit 34 personnes"),
        ("30 personnes ont participé.", "à vérifier", "dit 30 personnes, le tableau dit 34 personnes"),
        ("La première session a réuni 50 personnes.", "à vérifier", "dit 50 personnes, le tableau dit 34 personnes"),
        ("Quatre-vingt-dix-sept femmes ont participé.", "à vérifier", "dit 97 femmes, le tableau dit 12 femmes"),
    ],
)
def test_what_a_story_says_otherwise_than_the_table_is_found(recit: str, grave: str, words: str) -> None:
    wrong = avec(recit=recit, participants=GROUPE)
    assert trouve(wrong) == [("participants_du_recit", grave, "activité MA-1.1, récit")]
    assert words in dit(wrong)


def test_persons_told_and_not_written_in_the_table_are_to_be_checked() -> None:
    assert trouve(avec(recit="34 personnes ont participé.")) == [("participants_du_recit", "à vérifier", "activité MA-1.1, récit")]
    assert "le tableau n’en compte aucune" in dit(avec(recit="Au total, 34 personnes ont participé."))


def deux(texte: str) -> list[Fiche]:
    """Two activities of 34 and 10 persons, and a narrative."""
    done = [a("MA-1.1", recit="Atelier.", participants=GROUPE), a("MA-2.1", recit="Cours.", participants={"femmes": 4, "hommes": 6})]
    return [sain("2019-T2", activites=done, recit={"faits_marquants": texte})]


@pytest.mark.parametrize(
    "texte",
    [
        "Au total, 44 personnes ont pris part aux activités, dont 16 femmes.",
        "L’atelier sur les données a réuni au total 34 personnes.",
        "20 personnes ont participé au débat public.",
        "Les 22 personnes formées ont reçu une attestation.",
    ],
)
def test_the_narrative_may_speak_of_all_of_one_activity_or_of_a_part(texte: str) -> None:
    assert trouve(*deux(texte)) == []


@pytest.mark.parametrize(
    ("texte", "grave"),
    [("Au total, 54 personnes ont pris part aux activités.", "bloquant"), ("54 personnes ont été formées.", "à vérifier")],
)
def test_a_narrative_that_counts_more_than_the_table_is_found(texte: str, grave: str) -> None:
    assert trouve(*deux(texte)) == [("participants_du_recit", grave, "narratif, faits marquants")]


@pytest.mark.parametrize(
    "recit",
    [
        "Les dépenses s’élèvent à 412,50 euros.",
        "Les dépenses de la période ont atteint 410 €.",
        "Les dépenses ont baissé de 0,4 million d’euros.",
        "Une bourse de 5 000 euros a été annoncée.",
        "Les dépenses s’élèvent à 412,50 €, dont 100 € de transport.",
        "Près de 900 euros ont été dépensés.",
        "Il est prévu de dépenser 2 000 euros au trimestre prochain.",
        "Au total, 4 537,50 MAD ont été dépensés.",
    ],
)
def test_amounts_that_are_not_what_was_spent_or_agree_with_it_pass(recit: str) -> None:
    depenses = "4537.50 MAD" if "MAD" in recit else "412.50 EUR"
    found = trouve(avec(recit=recit, depenses=depenses), data=dated())
    assert found == []


@pytest.mark.parametrize(
    ("recit", "grave"),
    [
        ("Les dépenses s’élèvent à 512,50 euros.", "bloquant"),
        ("Les dépenses de la période ont atteint 1\u202f000\u00a0€.", "bloquant"),
        ("Au total, 300 euros ont été dépensés.", "bloquant"),
        ("Les dépenses de transport : 4 000 euros.", "à vérifier"),
        ("L’équipe a dépensé 3 k€.", "à vérifier"),
    ],
)
def test_money_told_otherwise_than_the_table_is_found(recit: str, grave: str) -> None:
    assert trouve(avec(recit=recit, depenses="412.50 EUR")) == [("montants_du_recit", grave, "activité MA-1.1, récit")]


def test_money_of_the_narrative_is_set_against_the_country_s() -> None:
    right = sain("2019-T2", activites=[a("MA-1.1", recit="Atelier.", depenses="100 EUR"), a("MA-2.1", recit="Cours.", depenses="50 EUR")])
    for texte, found in (("150", []), ("100", []), ("175", [("montants_du_recit", "bloquant", "narratif, écarts")])):
        told = right.narratif.model_copy(update={"ecarts": f"Les dépenses s’élèvent à {texte} euros."})
        assert trouve(right.model_copy(update={"narratif": told})) == found, texte


@pytest.mark.parametrize(
    ("recit", "odd"),
    [
        ("L’avancement est de 45 %.", False),
        ("L’avancement est de 60\u00a0%.", True),
        ("L’avancement passe de 30 % à 45 %.", False),
        ("L’avancement passe de 45 % à 60 %.", True),
        ("Les travaux sont réalisés à 60 %.", True),
        ("Le taux de réussite est de 60 % et 80 % des femmes sont satisfaites.", False),
        ("Le budget est exécuté à 80 %.", False),
        ("Au prochain comité, l’avancement sera de 80 %.", False),
    ],
)
def test_progress_told_otherwise_than_the_table_blocks(recit: str, odd: bool) -> None:
    found = trouve(avec(recit=recit, avancement=45))
    assert found == ([("avancement_du_recit", "bloquant", "activité MA-1.1, récit")] if odd else [])


HOSTILE = [
    "dépenses 12 000 euros, " * 1500,
    "111 " * 10_000 + "personnes participants",
    "[" * 40_000,
    "![](" * 10_000,
    "\n \n" * 10_000,
    "34 participants et participant " * 2000,
    "au total " * 4000 + "dépens",
]


@pytest.mark.parametrize("texte", HOSTILE, ids=[texte[:12].strip() for texte in HOSTILE])
def test_what_is_no_prose_is_read_in_no_time(texte: str) -> None:
    start = time.process_time()
    list(effectifs(texte)), list(sommes(texte)), list(avancements(texte))
    assert time.process_time() - start < 1.5


@given(
    st.text(st.sampled_from("1234567890 .,-–’()[]*_\n€%°") | st.characters(), max_size=80),
    st.sampled_from(["personnes", "€ dépensés", "% d’avancement"]),
)
def test_any_text_can_be_read(texte: str, fin: str) -> None:
    told = f"Au total, {texte} {fin} ont participé : dépenses de {texte} {fin}, avancement {texte} %."
    assert all(one.nombre >= 0 for phrase in effectifs(told) for one in phrase)
    assert all(somme.montant >= 0 and somme.precision > 0 for somme in sommes(told))
    assert all(value >= 0 for value, _ in avancements(told))


# --- all together -----------------------------------------------------------------------------------------------------------------------


def test_a_half_year_is_read_quarter_by_quarter() -> None:
    first = [sain("2019-T1", code) for code in ("MA", "TN", "SR")]
    first[0] = sain("2019-T1", recit={"ecarts": None})
    found = controler(ensemble(*first, sain("2019-T2", recit={"visibilite": None}), periode="2019-S1"))
    assert [(point.constat.fichier, point.constat.endroit) for point in found] == [
        ("suivi/2019-T1/MA.yaml", "narratif, écarts"),
        ("suivi/2019-T2/MA.yaml", "narratif, visibilité"),
    ]


def test_what_blocks_comes_first_and_every_finding_says_record_place_and_remedy() -> None:
    points = controler(ensemble(avec("suspendue"), sain("2019-T2", "SR", "soumis"), sain("2019-T2", "TN", recit={"ecarts": None})))
    assert [point.gravite for point in points] == [Gravite.BLOQUANT, Gravite.BLOQUANT, Gravite.A_VERIFIER]
    assert all(point.constat.fichier.startswith("suivi/2019-T2/") and point.constat.remede for point in points)
    assert verdict(points) == "À ne pas émettre : 2\u00a0points bloquants, 1\u00a0point à vérifier."
    assert verdict(points[2:]) == "Prêt à émettre, 1\u00a0point à vérifier."
    assert points[0].as_data()["gravite"] == "bloquant"
