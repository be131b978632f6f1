"""The commands on figures: who has reported, what stands behind a figure, down to the cell that it was typed in."""

from __future__ import annotations

import json
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from classeur_suivi import build, place, put, save
from click.testing import CliRunner, Result
from suivis import a, chiffres, dossier, fiche, i

from amem_reports import exemple
from amem_reports.cli import main
from amem_reports.cumul import Source
from amem_reports.cumul.base import Donnees
from amem_reports.dossier import Suivi
from amem_reports.etat import receptions
from amem_reports.explication import as_data, in_words, located
from amem_reports.fiche import Fiche
from amem_reports.model import Periode
from amem_reports.suivi import depot
from amem_reports.suivi.importer import Demande, import_all
from amem_reports.suivi.origine import Origine

ROOT = Path(__file__).parent.parent


def run(*arguments: str, espace: Path) -> Result:
    return CliRunner().invoke(main, [*arguments, "--espace", str(espace)])


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def store(espace: Path, *fiches: Fiche) -> None:
    for one in fiches:
        path = espace / "catalogue" / "suivi" / one.nom
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(depot.texte(one), encoding="utf-8")


@pytest.fixture
def espace(tmp_path: Path) -> Path:
    """The real catalogue with a rate, and two records."""
    for folder in ("catalogue", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    rates = tmp_path / "catalogue" / "taux.yaml"
    rate = "taux:\n  - {devise: MAD, date: 2019-04, pour_un_euro: 10, source: InforEuro}\n"
    rates.write_text(rates.read_text(encoding="utf-8").replace("taux: []\n", rate), encoding="utf-8")
    participants = {"femmes": 12, "hommes": 8}
    store(
        tmp_path,
        fiche("2019-T2", activites=[a("MA-1.1", participants=participants, depenses="1250 MAD"), a("MA-2.1", depenses="5 USD")]),
        fiche("2019-T2", "TN", "refusé", historique=[{"date": "2019-07-20", "action": "refusé", "par": "Siège", "motif": "Budget vide"}]),
    )
    return tmp_path


# --- etat -------------------------------------------------------------------------------------------------------------------------------


def test_each_country_has_its_line_and_its_gaps() -> None:
    envoi = {"par": "Amina", "date": "2019-07-01", "classeur": "m.xlsx", "sha256": "0" * 64, "catalogue": "x"}
    sent = fiche(
        "2019-T2",
        activites=[a("MA-1.1"), a("MA-2.1", None)],
        indicateurs=[i("3")],
        risques=[{"code": "R1", "libelle": "Retard"}],
        narratif={"ecarts": "Aucun."},
        historique=[{"date": "2019-07-02", "action": "importé", "envoi": envoi}],
    )
    maroc, tunisie, region = receptions(dossier(sent, fiche("2019-T2", "TN", "brouillon", indicateurs=[i()])))
    assert (maroc.etat, maroc.par, maroc.date, maroc.risques) == ("soumis", "Amina", date(2019, 7, 1), 1)
    assert (maroc.activites.faits, maroc.activites.total, maroc.activites.manquants) == (1, 2, ("MA-2.1",))
    assert (maroc.indicateurs.faits, maroc.indicateurs.total) == (1, 1)
    assert (maroc.narratif.faits, maroc.narratif.total) == (1, 6)
    assert (tunisie.etat, tunisie.indicateurs.manquants) == ("brouillon", ("E1.a",))
    assert (region.etat, region.activites.manquants, region.indicateurs.total) == ("non reçue", ("SR-1.1",), 0)


def test_who_sent_a_record_and_when_is_told_by_its_last_import_not_by_what_the_project_did_with_it() -> None:
    envoi = {"par": "Amina", "date": "2019-07-01", "classeur": "m.xlsx", "sha256": "0" * 64, "catalogue": "x"}
    steps = [("2019-07-02", "importé", "Amina"), ("2019-07-05", "rouvert", "Siège"), ("2019-07-08", "importé", "Brahim")]
    historique = [{"date": day, "action": action, "par": par} for day, action, par in [*steps, ("2019-07-20", "validé", "Siège")]]
    historique[0]["envoi"] = envoi  # type: ignore[assignment]
    (maroc, *_) = receptions(dossier(fiche("2019-T2", etat="validé", historique=historique)))
    assert (maroc.par, maroc.date) == ("Brahim", date(2019, 7, 8))


def test_no_state_is_asked_of_an_activity_that_was_closed_before() -> None:
    before = fiche("2019-T1", activites=[a("MA-1.1", "achevée"), a("MA-2.1", "en cours")])
    (maroc, *_) = receptions(dossier(before, fiche("2019-T2")))
    assert (maroc.activites.total, maroc.activites.manquants) == (1, ("MA-2.1",))
    (maroc, *_) = receptions(dossier(before, fiche("2019-T2", activites=[a("MA-1.1", "achevée")])))
    assert (maroc.activites.faits, maroc.activites.total) == (1, 2)
    refused = fiche("2019-T1", etat="refusé", activites=[a("MA-1.1", "achevée")])
    assert receptions(dossier(refused, fiche("2019-T2")))[0].activites.total == 2


def test_a_longer_period_has_a_line_a_quarter_and_country() -> None:
    found = receptions(dossier(fiche("2019-T1"), periode="2019-S1"))
    assert [(one.trimestre, one.pays) for one in found] == [(q, p) for q in ("2019-T1", "2019-T2") for p in ("MA", "TN", "SR")]


def test_the_record_of_a_quarter_that_has_not_ended_is_not_owed_yet_but_counts_when_it_has_come() -> None:
    found = receptions(dossier(fiche("2019-T1", "TN"), fiche("2019-T3", "TN"), periode="2019", jour=date(2019, 6, 30)))
    states = {(one.trimestre, one.pays): one.etat for one in found}
    assert states["2019-T2", "MA"] == "non reçue"
    assert states["2019-T3", "MA"] == states["2019-T4", "SR"] == "pas encore due"
    assert states["2019-T3", "TN"] == "soumis"


def test_nobody_owes_the_records_of_before_the_first_one_neither_in_the_state_nor_in_the_figures() -> None:
    found = dossier(fiche("2019-T2", "TN"), periode="projet", jour=date(2019, 7, 31))
    owed = {(one.trimestre, one.pays) for one in receptions(found) if one.etat == "non reçue"}
    absent = {(one.trimestre, one.pays) for one in Donnees.of(found).absentes}
    assert owed == absent == {("2019-T2", "MA"), ("2019-T2", "SR")}


def test_the_state_of_the_whole_project_stops_at_the_last_quarter_that_has_ended(espace: Path) -> None:
    told = run("etat", "projet", "--date", "2019-10-20", espace=espace).stdout
    assert "2019-T3" in told
    assert "2019-T4" not in told
    told = run("etat", "2019", "--date", "2019-07-15", espace=espace).stdout
    assert told.count("pas encore due") == 8
    assert "2 fiches reçues, 2 fiches manquantes" in plain(told)


def test_the_state_of_a_period_is_a_table_and_always_a_success(espace: Path) -> None:
    result = run("etat", "2019-T2", espace=espace)
    assert result.exit_code == 0, result.output
    shown = plain(result.stdout)
    for words in (
        "Maroc",
        "soumis",
        "2/22",
        "refusé : Budget vide",
        "Libye",
        "non attendue",
        "récit à renseigner : Faits marquants",
        "Prochaine période",
        "2 fiches reçues, 2 fiches manquantes",
    ):
        assert words in shown, words
    assert run("etat", "2030", espace=espace).exit_code == 0


def test_the_state_of_a_period_as_json(espace: Path) -> None:
    data = json.loads(run("etat", "2019-T2", "--format", "json", espace=espace).stdout)
    assert data["periode"] == "2019-T2"
    states = {one["pays"]: (one["etat"], one["date"], one["par"]) for one in data["fiches"]}
    assert states == {
        "MA": ("soumis", None, None),
        "MR": ("non reçue", None, None),
        "TN": ("refusé", None, None),
        "LY": ("non attendue", None, None),
        "SR": ("non reçue", None, None),
    }


# --- expliquer --------------------------------------------------------------------------------------------------------------------------


def test_a_figure_is_explained_with_rule_rates_missing_values_and_records(espace: Path) -> None:
    result = run("expliquer", "depenses.MA", "--periode", "2019-T2", espace=espace)
    assert result.exit_code == 0, result.output
    shown = plain(result.stdout)
    assert "depenses.MA = 125 €" in shown
    assert "Règle : somme des dépenses" in shown
    assert "Taux : 1 EUR = 10 MAD (depuis avril 2019, InforEuro)" in shown
    assert "2019-T2/MA.yaml   activites/MA-1.1   depenses.montant   125 €" in shown
    assert "Manque : 1 valeur" in shown
    assert "taux USD manquant : 5 USD" in shown


def test_a_figure_is_explained_as_json(espace: Path) -> None:
    data = json.loads(run("expliquer", "Participants.Femmes", "--format", "json", espace=espace).stdout)
    assert (data["periode"], data["nom"], data["valeur"], data["unite"]) == ("2019-T2", "participants.femmes", 12, "personnes")
    (source,) = data["sources"]
    assert (source["fiche"], source["element"], source["champ"]) == ("2019-T2/MA.yaml", "activites/MA-1.1", "participants.femmes")
    assert [one["texte"] for one in data["manquants"] if one["fiche"].endswith("TN.yaml")] == ["fiche à l’état « refusé »"]


def test_without_a_name_the_figures_are_listed(espace: Path) -> None:
    result = run("expliquer", espace=espace)
    assert result.exit_code == 0
    for nom in ("participants.femmes", "depenses.MA.axe-1", "statut.achevee.TN", "execution.axe-2", "cumul.depenses"):
        assert f"\n {nom} " in result.stdout, nom
    listed = json.loads(run("expliquer", "--format", "json", espace=espace).stdout)
    assert len(listed) > 300
    assert {"nom", "libelle", "unite", "valeur", "manquants"} == set(listed[0])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("participant.femme",), "chiffre « participant.femme » : chiffre inconnu → vouliez-vous dire « participants.femmes »"),
        (("zzz",), "chiffre inconnu → voir la liste : amem expliquer"),
        (("depenses", "--periode", "2024"), "période « 2024 » : aucune fiche soumise ou validée → trimestres connus : 2019-T2"),
    ],
)
def test_unknown_figures_and_periods_without_data_are_told(espace: Path, arguments: tuple[str, ...], expected: str) -> None:
    result = run("expliquer", *arguments, espace=espace)
    assert result.exit_code == 1
    assert expected in plain(result.stderr)


def test_without_follow_up_there_is_nothing_to_explain() -> None:
    result = run("expliquer", "depenses", espace=ROOT)
    assert result.exit_code == 1
    assert "suivi : aucune fiche soumise ou validée → en reprendre une avec « amem importer »" in plain(result.stderr)


def test_contradictions_of_the_store_are_told_beside_the_figure(espace: Path) -> None:
    store(espace, fiche("2019-T2", activites=[a("MA-1.1", participants={"femmes": 1, "hommes": 1, "total": 5})]))
    result = run("expliquer", "participants", espace=espace)
    assert result.exit_code == 0
    assert "Attention : suivi/2019-T2/MA.yaml, activité MA-1.1, participants.total : total de 5, mais 1 + 1 = 2" in plain(result.stderr)


@pytest.mark.parametrize(
    ("valeur", "unite", "expected"),
    [
        (None, "EUR", "non connu"),
        ("12500", "EUR", "12 500 €"),
        ("0.5", "MAD", "0,50 MAD"),
        ("45.2857", "%", "45,29 %"),
        ("1", "personnes", "1 personne"),
        ("0", "activités", "0 activité"),
        ("2", "personnes", "2 personnes"),
        ("1.5", "points sur 100", "1,5 points sur 100"),
    ],
)
def test_a_value_reads_as_french(valeur: str | None, unite: str, expected: str) -> None:
    assert plain(in_words(Decimal(valeur) if valeur else None, unite)) == expected


def test_plain_data_holds_no_decimal() -> None:
    found = chiffres(fiche("2019-T2", activites=[a("MA-1.1", depenses="110 MAD")]))
    assert [json.loads(json.dumps(as_data(one)))["nom"] for one in found.values()] == list(found)


# --- the cell behind a value ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def received(tmp_path: Path) -> Path:
    """A catalogue's folder into which two workbooks of one country were imported."""
    catalogue, folder = exemple.catalogue(), tmp_path / "catalogue"
    folder.mkdir()
    typed: tuple[dict[str, Any], ...] = ({"participants.femmes": 3, "participants.hommes": 4}, {"recit": "Un atelier."})
    for number, values in enumerate(typed):
        book = build(catalogue, "MA")
        for champ, value in values.items():
            put(book, "Activités", "MA-1.1", champ, value)
        path = save(book, tmp_path / f"{number}.xlsx")
        (result,) = import_all(catalogue, folder, [path], Demande(date=date(2019, 7, 20 + number)))
        assert not result.refuse, [*result.constats, *result.fautes]
    return folder


def test_a_value_leads_to_the_cell_of_the_last_workbook_that_filled_it(received: Path) -> None:
    suivi = depot.load(received)
    cell = Origine(received, suivi).cell
    book = build(exemple.catalogue(), "MA")
    femmes, hommes = (place(book, "Activités", "MA-1.1", f"participants.{sexe}") for sexe in ("femmes", "hommes"))
    assert cell("2019-T2/MA.yaml", "activites/MA-1.1", "participants.femmes") == f"Activités!{femmes}"
    assert cell("2019-T2/MA.yaml", "activites/MA-1.1", "participants.hommes") == f"Activités!{hommes}"
    assert cell("2019-T2/MA.yaml", "activites/MA-1.1", "participants.autres") == ""
    assert cell("catalogue", "activites/MA-1.1", "budget.montant") == ""


def test_a_workbook_that_is_gone_or_spoiled_gives_no_cell(received: Path) -> None:
    suivi = depot.load(received)
    for path in (received / "suivi" / "2019-T2" / "recus").iterdir():
        path.write_bytes(b"abime")
    assert Origine(received, suivi).cell("2019-T2/MA.yaml", "activites/MA-1.1", "participants.femmes") == ""


def test_a_figure_is_located_source_by_source() -> None:
    found = chiffres(fiche("2019-T2", activites=[a("MA-1.1", participants={"femmes": 1, "hommes": 2})]))["participants"]

    def cell(*place: str) -> str:
        return "/".join(place)

    place = ("2019-T2/MA.yaml", "activites/MA-1.1", "participants.femmes")
    assert located(found, cell).sources[0] == Source(*place, Decimal(1), cellule="/".join(place))


def test_the_last_quarter_that_counts_is_the_one_explained() -> None:
    from amem_reports.explication import known_period

    suivi = Suivi((fiche("2019-T2"), fiche("2019-T1"), fiche("2019-T3", etat="brouillon")))
    assert known_period(suivi, None) == Periode.parse("2019-T2")
    assert known_period(suivi, Periode.parse("2019")) == Periode.parse("2019")
