"""The context of the donor report: sentences that agree with the figures, sections that hold what was received. No Word, no Excel."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from exemples import INDICATEUR, activite, catalogue
from pydantic import ValidationError
from suivis import a, deux_pays, dossier, fiche, i, pays

from amem_reports.fiche import Fiche
from amem_reports.model import ECHELLE, CadreLogique, Catalogue, Projet
from amem_reports.reports import RAPPORT

N, F = "\u00a0", "\u202f"
FH = {"femmes": 3, "hommes": 7, "total": 10}


def rapport(*fiches: Fiche, **more: Any) -> dict[str, Any]:
    """The context of the second quarter of 2019, unless told otherwise."""
    return RAPPORT.document(dossier(*fiches, **more)).contexte


def resume(*fiches: Fiche, **more: Any) -> str:
    return " ".join(rapport(*fiches, **more)["resume"])


def ma(*activites: dict[str, Any], trimestre: str = "2019-T2", **more: Any) -> Fiche:
    return fiche(trimestre, "MA", activites=list(activites), **more)


def only(code: str, *activites: dict[str, Any]) -> Catalogue:
    """A catalogue of one country with these activities."""
    return catalogue(pays=[pays(code, *activites)])


def axe(context: dict[str, Any], numero: int) -> dict[str, Any]:
    return next(one for one in context["axes"] if one["numero"] == numero)


# --- sentences --------------------------------------------------------------------------------------------------------------------------


def test_without_a_record_that_counts_the_report_says_so_and_draws_nothing() -> None:
    for context in (rapport(), rapport(ma(a("MA-1.1"), etat="brouillon"))):
        assert context["resume"][-1].startswith("Aucune donnée de suivi n’a été reçue pour cette période")
        assert [context[key] for key in ("suivi", "participants", "finances", "changements")] == [None] * 4
        assert set(context["graphiques"].values()) == {None}
        assert context["provenance"] == []


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (("MA", "TN", "SR"), "Les 3 fiches de suivi attendues ont été reçues."),
        (("MA", "TN"), f"2{N}fiches de suivi sur 3 ont été reçues{N}; manque{N}: Sous-régional."),
        (("MA",), f"1{N}fiche de suivi sur 3 a été reçue{N}; manquent{N}: Pays TN et Sous-régional."),
    ],
)
def test_the_records_that_came_and_those_that_did_not(sent: tuple[str, ...], expected: str) -> None:
    data = deux_pays()
    named = replace_names(data, {"SR": "Sous-régional"})
    assert expected in resume(*(fiche("2019-T2", code) for code in sent), data=named)


def replace_names(data: Catalogue, names: dict[str, str]) -> Catalogue:
    return data.model_copy(update={"pays": tuple(one.model_copy(update={"nom": names.get(one.code, one.nom)}) for one in data.pays)})


def test_one_record_expected_and_received_is_told_in_the_singular() -> None:
    assert "La fiche de suivi attendue a été reçue." in resume(ma(a("MA-1.1")), data=only("MA", activite("MA-1.1", 1)))


def test_over_several_quarters_a_missing_record_says_its_quarter() -> None:
    text = resume(fiche("2019-T1", "MA"), ma(a("MA-1.1")), periode="2019-S1")
    assert f"2{N}fiches de suivi sur 6 ont été reçues{N}; manquent{N}: Pays TN (1er{N}trimestre 2019)" in text


@pytest.mark.parametrize(
    ("statuts", "expected"),
    [
        (("achevée",), "À la fin de la période, l’unique activité est achevée."),
        (("non démarrée",), "À la fin de la période, l’unique activité n’a pas démarré."),
        (("achevée", "en cours"), f"À la fin de la période, sur 2{N}activités, 1 est en cours et 1 est achevée."),
        (("suspendue", "suspendue", "annulée"), f"sur 3{N}activités, 2 sont suspendues et 1 est annulée."),
        (("reportée", "non démarrée", "non démarrée"), f"sur 3{N}activités, 2 n’ont pas démarré et 1 est reportée."),
        ((None, "en cours"), f"sur 2{N}activités, 1 est en cours et 1 n’a pas de statut connu."),
    ],
)
def test_states_agree_in_number_and_a_state_of_nobody_is_not_named(statuts: tuple[str | None, ...], expected: str) -> None:
    names = [f"MA-1.{number}" for number in range(1, len(statuts) + 1)]
    data = only("MA", *(activite(name, 1) for name in names))
    assert expected in resume(ma(*(a(name, statut) for name, statut in zip(names, statuts, strict=True))), data=data)


@pytest.mark.parametrize(
    ("participants", "expected"),
    [
        (None, "Le nombre de participants de la période n’est pas connu."),
        ({"femmes": 0, "hommes": 0}, "Aucune personne n’a pris part aux activités de la période."),
        ({"femmes": 1, "hommes": 0}, f"1{N}personne a pris part aux activités de la période, dont 1{N}femme (100{N}%)."),
        ({"femmes": 0, "hommes": 3}, f"3{N}personnes ont pris part aux activités de la période, dont aucune femme."),
        (FH, f"10{N}personnes ont pris part aux activités de la période, dont 3{N}femmes (30{N}%)."),
        (
            {"total": 1200},
            f"1{F}200{N}personnes ont pris part aux activités de la période{N}; le sexe de 1{F}200{N}personnes n’est pas connu.",
        ),
    ],
)
def test_persons_are_counted_with_the_share_of_women(participants: dict[str, int] | None, expected: str) -> None:
    assert expected in rapport(ma(a("MA-1.1", participants=participants)))["resume"]


@pytest.mark.parametrize(
    ("depenses", "expected"),
    [
        (None, "Les dépenses de la période ne sont pas connues."),
        (
            "0 EUR",
            f"Les dépenses de la période s’élèvent à 0{N}€, soit 0{N}% du budget",
        ),
        ("250.50 EUR", f"s’élèvent à 250,50{N}€, soit 25,1{N}% du budget"),
        ("1234 EUR", f"s’élèvent à 1{F}234{N}€, soit 123,4{N}% du budget"),
    ],
)
def test_money_has_its_spaces_and_the_part_of_the_budget(depenses: str | None, expected: str) -> None:
    data = only("MA", activite("MA-1.1", 1, budget={"montant": "1000", "devise": "EUR"}))
    assert expected in resume(ma(a("MA-1.1", depenses=depenses)), data=data)


def test_what_was_spent_before_counts_since_the_beginning_only() -> None:
    data = only("MA", activite("MA-1.1", 1, budget={"montant": "1000", "devise": "EUR"}))
    text = resume(ma(a("MA-1.1", depenses="100 EUR"), trimestre="2019-T1"), ma(a("MA-1.1", depenses="50 EUR")), data=data)
    assert f"s’élèvent à 50{N}€{N}; depuis le début du projet, elles atteignent 150{N}€, soit 15{N}% du budget des activités." in text


@pytest.mark.parametrize(
    ("fins", "expected"),
    [
        ((), f"Au 15{N}juillet 2019, aucune activité n’est en retard."),
        (("2019-05",), f"Au 15{N}juillet 2019, 1{N}activité a dépassé sa fin prévue."),
        (("2019-05", "2019-06"), f"Au 15{N}juillet 2019, 2{N}activités ont dépassé leur fin prévue."),
    ],
)
def test_late_activities_are_counted_at_the_day_of_the_report(fins: tuple[str, ...], expected: str) -> None:
    names = [f"MA-1.{number}" for number in range(1, len(fins) + 1)] or ["MA-1.1"]
    data = only("MA", *(activite(name, 1, debut="2019-03", fin=fin) for name, fin in zip(names, fins or ("2019-12",), strict=True)))
    assert expected in rapport(ma(*(a(name) for name in names)), data=data)["resume"]


def test_an_activity_that_should_have_started_is_told_beside_the_late_ones() -> None:
    data = only("MA", activite("MA-1.1", 1, debut="2019-03", fin="2019-05"), activite("MA-1.2", 1, debut="2019-06", fin="2019-12"))
    text = resume(ma(a("MA-1.1"), a("MA-1.2", "non démarrée")), data=data)
    assert f"1{N}activité a dépassé sa fin prévue et 1{N}activité aurait dû démarrer." in text


@pytest.mark.parametrize(
    ("etats", "expected"),
    [
        (("clos",), "Aucun risque n’est ouvert."),
        (("ouvert",), f"1{N}risque est ouvert."),
        (("ouvert", "ouvert", "survenu"), f"2{N}risques sont ouverts et 1{N}risque est survenu."),
    ],
)
def test_risks_are_counted_by_state(etats: tuple[str, ...], expected: str) -> None:
    risques = [{"code": f"R{n}", "libelle": "Un risque", "etat": etat} for n, etat in enumerate(etats, 1)]
    assert expected in rapport(ma(a("MA-1.1"), risques=risques))["resume"]


def test_a_country_that_says_nothing_of_risks_gives_no_sentence_on_them() -> None:
    assert "risque" not in resume(ma(a("MA-1.1"), etat="brouillon"), fiche("2019-T2", "TN")).replace("Aucun risque n’est ouvert", "")


# --- indicators -------------------------------------------------------------------------------------------------------------------------


def indicators(*valeurs: str, **indicateur: Any) -> list[dict[str, Any]]:
    """The indicators of the quarter in which these values were given, in as many codes; reference 2, target 4."""
    codes = [f"E1.{letter}" for letter, _ in zip("abcdefgh", valeurs, strict=False)]
    many = [{**INDICATEUR, "code": code, **indicateur} for code in codes]
    data = deux_pays()
    data = data.model_copy(update={"cadre_logique": CadreLogique.model_validate({**data.cadre_logique.model_dump(), "indicateurs": many})})
    given = [i(valeur, code) for valeur, code in zip(valeurs, codes, strict=True) if valeur]
    found: list[dict[str, Any]] = rapport(fiche("2019-T2", indicateurs=given), data=data)["indicateurs"]
    return found


def test_a_rate_is_a_word_and_a_colour_of_the_catalogue_s_scale() -> None:
    found = indicators("4", "3.5", "2.5", "2", "")
    assert [one["taux"] for one in found] == [100, 75, 25, 0, None]
    assert [one["appreciation"] for one in found] == ["Atteint", "En bonne voie", "Progrès limité", "Aucun progrès", None]
    assert [one["couleur"] for one in found] == [*(palier.couleur for palier in ECHELLE), "FFFFFF"]


def test_a_catalogue_may_have_a_scale_of_its_own() -> None:
    scale = [{"libelle": "Oui", "a_partir_de": "50", "couleur": "00FF00"}, {"libelle": "Non", "couleur": "FF0000"}]
    data = deux_pays()
    data = data.model_copy(update={"cadre_logique": CadreLogique.model_validate({**data.cadre_logique.model_dump(), "echelle": scale})})
    context = rapport(fiche("2019-T2", indicateurs=[i("3")]), data=data)
    assert context["indicateurs"][0]["appreciation"] == "Oui"
    assert [one["libelle"] for one in context["echelle"]] == ["Oui", "Non"]


@pytest.mark.parametrize("seuils", [("50",), (None, "50"), ("50", "75", None), ("50", "50", None), (None, None)])
def test_a_scale_goes_down_and_its_last_step_takes_the_rest(seuils: tuple[str | None, ...]) -> None:
    steps = [{"libelle": "Mot", "a_partir_de": seuil, "couleur": "00FF00"} for seuil in seuils]
    with pytest.raises(ValidationError, match="echelle_en_desordre"):
        CadreLogique.model_validate({"impact": {"libelle": "Un"}, "echelle": steps})


def test_an_indicator_has_reference_targets_and_values_of_the_period_and_since_the_beginning() -> None:
    sent = (fiche("2019-T1", indicateurs=[i("1", ventilation={"femmes": "1", "hommes": "0"})]), fiche("2019-T2", indicateurs=[i("2.555")]))
    (one,) = rapport(*sent, data=deux_pays(desagregations=["sexe"]))["indicateurs"]
    assert (one["reference"], one["cible"], one["cible_date"], one["prevu"]) == (2, Decimal("7.5"), "2019-T4", 4)
    assert (one["realise"], one["cumule"]) == (Decimal("2.56"), Decimal("3.56"))
    assert (one["femmes"], one["hommes"], one["non_ventile"]) == (1, 0, Decimal("2.56"))
    assert [(at["code"], at["realise"]) for at in one["pays"]] == [("MA", Decimal("2.56")), ("TN", None), ("SR", None)]


def test_an_indicator_that_is_not_split_by_sex_leaves_nothing_unsplit() -> None:
    assert indicators("3")[0]["non_ventile"] is None


def test_the_sentence_on_indicators_counts_what_the_table_shows() -> None:
    sent = fiche("2019-T2", indicateurs=[i("4")])
    assert f"Le seul indicateur dont le taux d’atteinte est connu est au niveau «{N}Atteint{N}»." in rapport(sent)["resume"]


def test_the_same_comment_of_several_countries_is_printed_once() -> None:
    sent = [
        fiche("2019-T2", code, indicateurs=[i("3", commentaire=text)]) for code, text in (("MA", "Lent."), ("TN", "Lent."), ("SR", "Bien."))
    ]
    (one,) = rapport(*sent)["indicateurs"]
    assert one["commentaires"] == [{"pays_nom": "Pays MA et Pays TN", "texte": "Lent."}, {"pays_nom": "Pays SR", "texte": "Bien."}]


# --- progress ---------------------------------------------------------------------------------------------------------------------------


def test_an_axe_groups_the_activities_of_the_period_by_produit_and_country() -> None:
    base = catalogue().cadre_logique.model_dump()
    data = catalogue(
        cadre_logique={**base, "produits": [{"code": "P1.1", "effet": "E1", "libelle": "Un produit"}]},
        pays=[
            pays("MA", activite("MA-1.1", 1, produit="P1.1", debut="2019-04", fin="2019-06"), activite("MA-1.2", 1, debut="2019-10")),
            pays("TN", activite("TN-1.1", 1, produit="P1.1"), activite("TN-1.2", 1)),
        ],
    )
    found = axe(rapport(ma(a("MA-1.1")), fiche("2019-T2", "TN", activites=[a("TN-1.1", recit="Fait.")]), data=data), 1)["produits"]
    assert [(one["code"], one["nombre"], one["concernees"]) for one in found] == [("P1.1", 2, 2), (None, 2, 0)]
    assert [[x["identifiant"] for x in one["activites"]] for one in found[0]["pays"]] == [["MA-1.1"], ["TN-1.1"]]
    assert found[0]["phrase"] == f"2{N}activités{N}; avancement moyen non connu."


def test_an_activity_that_serves_the_produit_of_another_axe_stands_in_its_own() -> None:
    base = catalogue().cadre_logique.model_dump()
    produits = [{"code": "P1.1", "effet": "E1", "libelle": "Un produit"}]
    data = catalogue(
        cadre_logique={**base, "produits": produits}, pays=[pays("MA", activite("MA-1.1", 1), activite("MA-2.1", 2, produit="P1.1"))]
    )
    context = rapport(ma(a("MA-1.1", recit="Fait."), a("MA-2.1", recit="Fait.")), data=data)
    inside = {
        numero: [(one["code"], [x["identifiant"] for p in one["pays"] for x in p["activites"]]) for one in axe(context, numero)["produits"]]
        for numero in (1, 2)
    }
    assert inside == {1: [(None, ["MA-1.1"])], 2: [("P1.1", ["MA-2.1"])]}


def test_the_texts_of_several_quarters_each_say_their_quarter() -> None:
    sent = (ma(a("MA-1.1", recit="Début."), trimestre="2019-T1"), ma(a("MA-1.1", recit="- une liste", difficultes="Retard.")))
    one = rapport(*sent, periode="2019-S1")["activites"][0]
    assert one["recit"] == f"**1er{N}trimestre 2019** – Début.\n\n**2e{N}trimestre 2019** – \n\n- une liste"
    assert one["difficultes"] == f"**2e{N}trimestre 2019** – Retard."
    assert rapport(*sent)["activites"][0]["recit"] == "- une liste"


def test_persons_and_money_of_an_activity_add_up_over_the_quarters() -> None:
    sent = (
        ma(a("MA-1.1", participants=FH, depenses="10 MAD"), trimestre="2019-T1"),
        ma(a("MA-1.1", participants={"total": 5}, depenses="2.5 MAD")),
    )
    one = rapport(*sent, periode="2019-S1")["activites"][0]
    assert one["participants"] == {"femmes": 3, "hommes": 7, "total": 15, "sexe_inconnu": 5}
    assert one["depenses"] == [{"montant": Decimal("12.5"), "devise": "MAD"}]


def test_a_deviation_is_a_delay_or_a_stop_with_its_reason_and_measure() -> None:
    data = only("MA", activite("MA-1.1", 1, debut="2019-03", fin="2019-05"), activite("MA-1.2", 1), activite("MA-1.3", 1))
    sent = ma(a("MA-1.1", difficultes="Une grève.", mesures="Reprise."), a("MA-1.2", "suspendue"), a("MA-1.3"))
    late, stopped, fine = rapport(sent, data=data)["activites"]
    assert (late["ecart"], late["difficultes"], late["mesures"]) == (f"En retard de 45{N}jours", "Une grève.", "Reprise.")
    assert (stopped["ecart"], fine["ecart"]) == ("Suspendue", None)


def test_the_next_period_leaves_out_what_is_already_achieved() -> None:
    data = only("MA", activite("MA-1.1", 1, debut="2019-07"), activite("MA-1.2", 1, debut="2019-07"))
    context = rapport(ma(a("MA-1.1", "achevée"), a("MA-1.2")), data=data)
    assert [one["identifiant"] for one in context["prochaine_periode"]["activites"]] == ["MA-1.2"]


def test_the_narrative_is_that_of_each_country_in_its_order() -> None:
    sent = (fiche("2019-T2", "TN", narratif={"ecarts": "De Tunis."}), fiche("2019-T2", "MA", narratif={"ecarts": "De Rabat."}))
    context = rapport(*sent)
    assert [(one["titre"], one["texte"]) for one in context["recits"]["ecarts"]] == [("Pays MA", "De Rabat."), ("Pays TN", "De Tunis.")]
    assert [(one["titre"], one["texte"]) for one in context["recits"]["visibilite"]] == [("Pays MA", None), ("Pays TN", None)]


def test_a_section_left_empty_all_period_has_one_passage_to_write_in_the_last_record_but_a_suspended_country_owes_none() -> None:
    sent = [fiche(quarter, narratif={"ecarts": "Dit."} if quarter == "2019-T1" else {}) for quarter in ("2019-T1", "2019-T2")]
    recits = rapport(*sent, periode="2019-S1")["recits"]
    assert [one["trimestre"] for one in recits["ecarts"]] == ["2019-T1"]
    (empty,) = recits["visibilite"]
    assert (empty["texte"], empty["place"]) == (None, "MA/2019-T2/narratif/visibilite/texte#vide")
    suspended = {"statut": "suspendu", "suspension": {"valeur": "Suspendu", "source": "essai"}}
    data = catalogue(pays=[pays("MA", activite("MA-1.1", 1)), pays("LY", **suspended)])
    assert rapport(fiche("2019-T2", "LY", narratif={"ecarts": "x"}), data=data)["recits"]["visibilite"] == []


def test_each_text_of_an_activity_says_which_record_it_comes_from() -> None:
    sent = (ma(a("MA-1.1", recit="Début."), trimestre="2019-T1"), ma(a("MA-1.1", recit="Suite.")))
    found = [one for one in rapport(*sent, periode="2019-S1")["activites"][0]["passages"] if one["champ"] in ("recit", "mesures")]
    assert [(one["texte"], one["titre"], one["place"].partition("#")[0]) for one in found] == [
        ("Début.", f"1er{N}trimestre 2019", "MA/2019-T1/activites/MA-1.1/recit"),
        ("Suite.", f"2e{N}trimestre 2019", "MA/2019-T2/activites/MA-1.1/recit"),
        (None, None, "MA/2019-T2/activites/MA-1.1/mesures"),
    ]
    assert found[0]["etiquette"] == f"MA-1.1, 1er{N}trimestre 2019, Récit"


def test_of_what_comes_next_a_year_keeps_each_country_s_last_word_and_all_else_whole() -> None:
    sent = [fiche(quarter, narratif={"prochaine_periode": f"Après {quarter}.", "ecarts": quarter}) for quarter in ("2019-T1", "2019-T2")]
    recits = rapport(*sent, periode="2019")["recits"]
    assert [one["texte"] for one in recits["prochaine_periode"]] == ["Après 2019-T2."]
    assert [one["titre"] for one in recits["ecarts"]] == [f"Pays MA – 1er{N}trimestre 2019", f"Pays MA – 2e{N}trimestre 2019"]


# --- money, persons, risks --------------------------------------------------------------------------------------------------------------


def test_money_adds_up_by_axe_and_country_with_the_rates_used() -> None:
    found = rapport(ma(a("MA-1.1", depenses="110 MAD")), fiche("2019-T2", "TN", activites=[a("TN-2.1", depenses="33 TND")]))["finances"]
    assert (found["depenses"], found["devise"]) == (20, "EUR")
    assert [(one["numero"], one["depenses"]) for one in found["axes"]] == [(1, 10), (2, 10)]
    assert [(one["code"], one["depenses"]) for one in found["axes"][0]["pays"]] == [("MA", 10), ("TN", None), ("SR", None)]
    assert [(one["devise"], one["pour_un_euro"]) for one in found["taux"]] == [("MAD", 11), ("TND", Decimal("3.3"))]
    assert [(one["devise"], one["depenses"]) for one in found["devises"]] == [("MAD", 110), ("TND", 33)]


def test_money_over_time_ends_at_the_sum_since_the_beginning() -> None:
    sent = (ma(a("MA-1.1", depenses="10 EUR"), trimestre="2019-T1"), ma(a("MA-1.1", depenses="5 EUR")))
    found = rapport(*sent)["finances"]
    assert [(one["code"], one["depenses"], one["cumul"]) for one in found["trimestres"]] == [("2019-T1", 10, 10), ("2019-T2", 5, 15)]
    assert found["cumul"] == 15


def test_persons_add_up_by_country_axe_and_institution() -> None:
    sent = ma(a("MA-1.1", participants={**FH, "gouvernement": 6, "autres": 4}), a("MA-2.1", participants={"femmes": 1, "hommes": 1}))
    found = rapport(sent)["participants"]
    assert (found["total"], found["femmes"], found["part_femmes"], found["gouvernement"]) == (12, 4, Decimal("33.3"), 6)
    assert found["institution_inconnue"] == 2
    assert [(one["code"], one["total"]) for one in found["pays"]] == [("MA", 12), ("TN", None), ("SR", None)]
    assert [one["total"] for one in found["axes"]] == [10, 2]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"gouvernement": 6, "autres": 4}, (6, 0, 4, 0)),  # the others make the total: nobody came from where nothing is written
        ({"gouvernement": 6}, (6, None, None, 4)),
        ({"gouvernement": 6, "employeurs": 0}, (6, 0, None, 4)),
        ({}, (None, None, None, 10)),
    ],
)
def test_an_institution_left_empty_is_zero_only_where_the_others_make_the_total(
    given: dict[str, int], expected: tuple[int | None, ...]
) -> None:
    found = rapport(ma(a("MA-1.1", participants={**FH, **given})))["participants"]
    assert tuple(found[name] for name in ("gouvernement", "employeurs", "autres", "institution_inconnue")) == expected


def test_states_of_an_axe_add_up_to_its_activities() -> None:
    statuts = ["achevée", "en cours", "non démarrée", "suspendue", "annulée", "reportée", None]
    names = [f"MA-1.{n}" for n in range(1, len(statuts) + 1)]
    sent = ma(*(a(name, statut) for name, statut in zip(names, statuts, strict=True)))
    context = rapport(sent, data=only("MA", *(activite(name, 1) for name in names)))
    for one in (context["etat"], axe(context, 1)):
        assert [one[key] for key in ("achevees", "en_cours", "non_demarrees", "autres_statuts")] == [1, 1, 1, 4]
        assert one["nombre"] == 7


def risk(etat: str | None, code: str = "R1") -> dict[str, Any]:
    return {"code": code, "libelle": "Un risque", "etat": etat}


def test_a_risk_closed_before_the_period_is_left_out_and_a_new_one_is_told() -> None:
    sent = (
        fiche("2019-T1", risques=[risk("clos"), risk("ouvert", "R2")]),
        fiche("2019-T2", risques=[risk("clos", "R2"), risk("ouvert", "R3")]),
    )
    found = rapport(*sent)["risques"]
    assert [(one["identifiant"], one["etat"], one["etat_avant"], one["nouveau"]) for one in found] == [
        ("MA-R2", "clos", "ouvert", False),
        ("MA-R3", "ouvert", None, True),
    ]


# --- changes, provenance, acronyms ------------------------------------------------------------------------------------------------------


def test_changes_since_the_previous_period_are_states_figures_and_risks() -> None:
    sent = (
        ma(a("MA-1.1", participants=FH), a("MA-2.1", "non démarrée"), trimestre="2019-T1", risques=[risk("ouvert")]),
        ma(a("MA-1.1", "achevée", participants={"femmes": 1, "hommes": 1}), a("MA-2.1", "non démarrée"), risques=[risk("clos")]),
    )
    found = rapport(*sent)["changements"]
    assert found["code"] == "2019-T1"
    assert [(one["identifiant"], one["avant"], one["apres"]) for one in found["activites"]] == [("MA-1.1", "en cours", "achevée")]
    figures = {one["nom"]: (one["avant"], one["apres"], one["ecart"]) for one in found["chiffres"]}
    assert figures["statut.achevee"] == (0, 1, 1)
    assert figures["participants"] == (10, 2, -8)
    assert figures["depenses"] == (None, None, None)
    assert found["phrases"] == [f"1{N}activité a changé de statut{N}: 1 est achevée.", f"1{N}risque est clos."]


def test_what_became_of_risks_is_told_once_each() -> None:
    before = [risk("ouvert"), risk("ouvert", "R2"), risk("survenu", "R3")]
    after = [risk("survenu"), risk("maîtrisé", "R2"), risk("survenu", "R3"), risk("ouvert", "R4")]
    found = rapport(ma(a("MA-1.1"), trimestre="2019-T1", risques=before), ma(a("MA-1.1"), risques=after))["changements"]
    assert found["phrases"][1:] == [f"1{N}risque est {etat}." for etat in ("apparu", "survenu", "maîtrisé")]


def test_what_is_missing_is_counted_for_the_period_and_since_the_beginning() -> None:
    context = rapport(ma(a("MA-1.1"), trimestre="2019-T1"), ma(a("MA-1.1", participants=FH, depenses="10 EUR")))
    for section in ("participants", "finances"):
        assert 0 <= context[section]["manquants"] < context[section]["manquants_cumul"], section


def test_nothing_is_compared_with_a_period_of_which_nothing_was_received() -> None:
    assert rapport(ma(a("MA-1.1")))["changements"] is None
    assert rapport(ma(a("MA-1.1")), periode="projet")["changements"] is None


def test_main_figures_say_the_records_and_cells_they_come_from() -> None:
    chosen = dossier(ma(a("MA-1.1", participants=FH)))
    cells = {"participants.femmes": "Activités!H12", "participants.hommes": "Activités!I12"}
    chosen = replace(chosen, cellule=lambda fiche, element, champ: cells.get(champ, ""))
    found = {one["nom"]: one for one in RAPPORT.document(chosen).contexte["provenance"]}
    assert found["participants"]["valeur"] == 10
    assert found["participants"]["fiches"] == [{"fiche": "2019-T2/MA.yaml", "nombre": 2, "cellules": "Activités!H12, I12"}]
    assert found["participants"]["origine"] == f"2019-T2{N}: MA (2, Activités!H12, I12)"
    assert found["activites"]["origine"] == f"catalogue{N}: 5{N}valeurs"
    assert found["budget"]["regle"].startswith("Somme des budgets")
    assert [nom for nom in found if nom.startswith("statut.")] == ["statut.en-cours", "statut.non-renseigne"]


def test_acronyms_are_words_in_capitals_known_or_not() -> None:
    text = "Avec le BIT, les ONGs, l’ANAPEC et la RH ; MA-1.1, T2 2019, 10 MAD, l’axe III, WCMS_710413, https://x.org/PDF, ET."
    found = {one["sigle"]: one["developpement"] for one in rapport(ma(a("MA-1.1", recit=text)))["sigles"]}
    assert found["BIT"] == "Bureau international du Travail"
    assert {"ONG", "ANAPEC", "RH"} <= set(found)
    assert found["RH"] is None
    assert {"MA", "MAD", "III", "WCMS", "PDF", "ET", "ONGs"} & set(found) == set()


# --- whole project ----------------------------------------------------------------------------------------------------------------------


def test_a_report_on_all_of_the_project_goes_up_to_the_last_quarter_that_has_ended() -> None:
    made = RAPPORT.document(
        dossier(ma(a("MA-1.1", participants=FH), trimestre="2019-T1"), ma(a("MA-1.1", participants=FH)), periode="projet")
    )
    assert (made.nom, made.titre) == ("rapport_projet", "Rapport d’avancement – tout le projet")
    assert (made.contexte["periode"]["debut"], made.contexte["periode"]["fin"]) == (date(2019, 1, 1), date(2019, 6, 30))
    assert made.contexte["participants"]["total"] == made.contexte["participants"]["cumul"]["total"] == 20


def test_all_of_a_project_begins_with_it_and_says_since_when_records_are_expected() -> None:
    facts = catalogue().projet.model_dump()
    data = deux_pays().model_copy(
        update={"projet": Projet.model_validate({**facts, "debut": {"valeur": "2018-08", "source": "x"}, "fin": None})}
    )
    sent = (ma(a("MA-1.1"), trimestre="2019-T1"), ma(a("MA-1.1")))
    made = rapport(*sent, periode="projet", data=data)
    assert made["periode"]["debut"] == date(2018, 8, 1)
    assert made["resume"][0] == f"Le présent rapport porte sur la période du 1er{N}août 2018 au 30{N}juin 2019."
    assert made["suivi"]["phrase"].startswith(f"Depuis le 1er{N}trimestre 2019, 2{N}fiches de suivi sur 6 ont été reçues")
    labels = {one["nom"]: one["libelle"] for one in made["provenance"]}
    assert labels["activites"] == f"Activités (à la fin du 2e{N}trimestre 2019)"
    assert labels["cumul.depenses"] == f"Dépenses (depuis le début, jusqu’à la fin du 2e{N}trimestre 2019)"
    assert labels["budget"] == "Budget des activités (tout le projet)"
    assert rapport(*sent, periode="2019-T2", data=data)["periode"]["debut"] == date(2019, 4, 1)


def test_what_nobody_has_said_of_the_project_is_left_to_fill_in_and_counted() -> None:
    projet = {**catalogue().projet.model_dump(), "coordinateur": {"valeur": "Une personne", "source": "Convention"}}
    context = rapport(data=deux_pays().model_copy(update={"projet": Projet.model_validate(projet)}))
    names = ("contrat", "coordinateur", "contact", "groupes_cibles")
    assert [context["projet"][name] for name in names] == ["à renseigner", "Une personne", "à renseigner", "à renseigner"]
    told = [(one["document"], one["libelle"], one["manquants"]) for one in context["lacunes"] if one["document"].startswith("Projet")]
    assert told == [("Projet, axes et pays", name, 1) for name in ("Numéro du contrat", "Personne de contact", "Groupes cibles")]


def test_charts_show_the_numbers_of_the_tables() -> None:
    context = rapport(
        ma(a("MA-1.1", avancement="40", depenses="10 EUR"), a("MA-2.1", "achevée")), fiche("2019-T2", "TN", indicateurs=[i("3")])
    )
    charts = context["graphiques"]
    assert charts["avancement_axes"]["series"][0]["valeurs"] == [one["avancement"] for one in context["axes"]] == [40, 100]
    assert charts["statuts"]["categories"] == ["en cours", "achevée", "non renseigné"]
    assert charts["statuts"]["series"][0]["valeurs"] == [1, 1, 3]
    assert [one["valeurs"] for one in charts["cibles"]["series"]] == [[50], [100]]
    assert [one["valeurs"][-1] for one in charts["depenses"]["series"]] == [context["finances"]["cumul"], context["finances"]["budget"]]
