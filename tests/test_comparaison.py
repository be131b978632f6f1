"""What changed between two periods, and between two versions of the catalogue."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from docx import Document
from exemples import activite, catalogue
from suivis import a, deux_pays, dossier, fiche, i

from amem_reports.cli import main
from amem_reports.comparaison import Changement, between_catalogues, between_periods
from amem_reports.dossier import Dossier
from amem_reports.fiche import Fiche
from amem_reports.model import Catalogue, Periode
from amem_reports.reports import COMPARAISON

ROOT = Path(__file__).resolve().parent.parent


def changes(*fiches: Fiche, since: str = "2019-T1", until: str = "2019-T2", data: Catalogue | None = None) -> list[Changement]:
    apres = dossier(*fiches, periode=until, data=data)
    return list(between_periods(replace(apres, periode=Periode.parse(since)), apres))


def said(found: list[Changement], element: str) -> dict[str, tuple[str | None, str | None]]:
    return {one.champ: (one.avant, one.apres) for one in found if one.element == element}


# --- two periods ------------------------------------------------------------------------------------------------------------------------


def test_an_activity_tells_what_is_no_longer_as_it_was() -> None:
    found = changes(
        fiche("2019-T1", activites=[a("MA-1.1", avancement="20", debut_reel="2019-03-04"), a("MA-2.1", "non démarrée")]),
        fiche("2019-T2", activites=[a("MA-1.1", "achevée", fin_reelle="2019-06-28"), a("MA-2.1", "non démarrée")]),
    )
    assert said(found, "MA-1.1") == {
        "Statut": ("en cours", "achevée"),
        "Avancement": ("20\u00a0%", "100\u00a0%"),
        "Fin réelle": ("non renseigné", "28\u00a0juin 2019"),
    }
    assert said(found, "MA-2.1") == {}


def test_lateness_is_that_of_the_end_of_each_period_whatever_the_day_of_the_report() -> None:
    base = deux_pays()
    data = base.model_copy(update={"pays": catalogue(pays=[{**_morocco(), "activites": [activite("MA-1.1", 1, fin="2019-05")]}]).pays})
    found = changes(fiche("2019-T1", activites=[a("MA-1.1")]), fiche("2019-T2", activites=[a("MA-1.1")]), data=data)
    assert said(found, "MA-1.1") == {"En retard": ("non", "oui")}


def _morocco() -> dict[str, Any]:
    return {"code": "MA", "nom": "Maroc", "article": "le"}


def test_figures_tell_by_how_much_they_moved_and_percentages_move_by_points() -> None:
    found = changes(
        fiche("2019-T1", activites=[a("MA-1.1", avancement="20", depenses="100 EUR")], indicateurs=[i("2")]),
        fiche("2019-T2", activites=[a("MA-1.1", avancement="60.5", depenses="150.50 EUR")], indicateurs=[i("3")]),
    )
    gaps = {one.element: (one.avant, one.apres, one.ecart) for one in found if one.ecart}
    assert gaps["avancement"] == ("20\u00a0%", "60,5\u00a0%", "+\u00a040,5\u00a0points")
    assert gaps["cumul.depenses"] == ("100\u00a0€", "250,50\u00a0€", "+\u00a0150,50\u00a0€")
    assert gaps["E1.a"] == ("2\u00a0enquêtes", "5\u00a0enquêtes", "+\u00a03\u00a0enquêtes")


def test_what_becomes_known_moves_by_nothing_that_could_be_told() -> None:
    found = changes(fiche("2019-T2", activites=[a("MA-1.1", avancement="20")]))
    assert [(one.avant, one.apres, one.ecart) for one in found if one.element == "avancement"] == [("non connu", "20\u00a0%", None)]


def test_risks_come_and_change_state() -> None:
    first = {"code": "R1", "libelle": "Retards", "etat": "ouvert"}
    second = {"code": "R2", "libelle": "Départs", "probabilite": "faible"}
    found = changes(fiche("2019-T1", risques=[first]), fiche("2019-T2", risques=[{**first, "etat": "clos"}, second]))
    assert said(found, "MA R1") == {"État": ("ouvert", "clos")}
    [new] = [one for one in found if one.element == "MA R2"]
    assert (new.nature, new.libelle, new.apres) == ("nouveau", "Départs", "Probabilité\u00a0: faible")


def test_a_draft_changes_nothing() -> None:
    assert changes(fiche("2019-T1", activites=[a("MA-1.1")]), fiche("2019-T2", etat="brouillon", activites=[a("MA-1.1", "achevée")])) == []


def test_a_comparison_without_periods_is_refused() -> None:
    with pytest.raises(ValueError, match="two periods"):
        between_periods(replace(dossier(), periode=None), dossier())


# --- two catalogues ---------------------------------------------------------------------------------------------------------------------


def both(**more: Any) -> list[Changement]:
    return list(between_catalogues(catalogue(), catalogue(**more)))


def test_the_same_catalogue_has_not_changed() -> None:
    assert both(revision="autre") == []


def test_a_catalogue_tells_each_field_that_changed_in_words() -> None:
    new = [
        {**_morocco(), "activites": [activite("MA-1.1", 1, debut="2019-04", budget={"montant": "1200", "devise": "EUR"})]},
        *(one.model_dump() for one in catalogue().pays[1:]),
    ]
    found = both(pays=new)
    assert said(found, "MA-1.1") == {
        "Début": ("mars\u00a02019", "avril\u00a02019"),
        "Fin": ("2e\u00a0trimestre 2019", "non renseigné"),
        "Livrables": ("rapport ; guide", "non renseigné"),
        "Budget": ("1\u202f000\u00a0€", "1\u202f200\u00a0€"),
    }
    assert [(one.element, one.nature, one.apres) for one in found if one.champ == ""] == [
        ("MA-1.2", "retiré", None),
        ("MA-2.1", "retiré", None),
    ]


def test_what_is_new_in_a_catalogue_is_told_with_all_that_it_says() -> None:
    [new] = both(
        sigles=[*(one.model_dump() for one in catalogue().sigles), {"sigle": "CSI", "developpement": "Confédération", "note": "mondiale"}]
    )
    assert (new.rubrique, new.element, new.nature, new.avant, new.apres) == ("Sigles", "CSI", "nouveau", None, "Note\u00a0: mondiale")


# --- the document and the command -------------------------------------------------------------------------------------------------------


def test_a_period_alone_is_compared_with_the_one_before() -> None:
    found = COMPARAISON.document(dossier(fiche("2019-T1", activites=[a("MA-1.1")]), fiche("2019-T2", activites=[a("MA-1.1", "suspendue")])))
    assert found.nom == "comparaison_2019-T1_2019-T2"
    assert found.contexte["synthese"].startswith("De la fin du 1er\u00a0trimestre 2019 à la fin du 2e\u00a0trimestre 2019, ")
    assert found.contexte["totaux"]["changements"] == sum(one["nombre"] for one in found.contexte["rubriques"]) > 0


def test_nothing_changed_is_said() -> None:
    same = Dossier(catalogue=catalogue(), date=dossier().date)
    assert (
        COMPARAISON.document(replace(same, avant=same)).contexte["synthese"] == "Rien n’a changé de la révision essai à la révision essai."
    )


def run(*args: object) -> Result:
    return CliRunner().invoke(main, ["comparer", *map(str, args)])


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("comparer") / "demo"
    assert CliRunner().invoke(main, ["demo", str(folder)]).exit_code == 0
    return folder


def test_the_command_shows_a_table_and_json(demo: Path) -> None:
    shown = run("2019-T3", "2019-T4", "--espace", demo)
    assert shown.exit_code == 0, shown.output
    assert "MA-1.2" in shown.output
    data = json.loads(run("2019-T4", "--espace", demo, "--format", "json").output)
    assert data["avant"]["libelle"] == "3e\u00a0trimestre 2019"
    assert {rubrique["titre"] for rubrique in data["rubriques"]} == {"Chiffres", "Activités", "Indicateurs", "Risques"}


def test_the_word_page_holds_every_change_and_says_that_data_are_fictional(demo: Path, tmp_path: Path) -> None:
    options = ("--espace", demo, "--date", "2020-01-15", "--sortie", tmp_path, "--format", "docx")
    assert run("2019-T4", *options).exit_code == 0
    data = json.loads(run("2019-T4", "--espace", demo, "--format", "json", "--date", "2020-01-15").output)
    made = Document(str(tmp_path / "comparaison_2019-T3_2019-T4.docx"))
    cells = "\n".join(cell.text for table in made.tables for row in table.rows for cell in row.cells)
    wanted = [str(line["apres"]) for rubrique in data["rubriques"] for one in rubrique["elements"] for line in one["lignes"]]
    assert len(wanted) > 100
    assert [text for text in wanted if text not in cells] == []
    assert made.sections[0].header.paragraphs[0].text == "DONNÉES FICTIVES – DÉMONSTRATION"


def test_two_catalogues_are_compared_by_their_folders(demo: Path) -> None:
    shown = run(ROOT / "catalogue", demo, "--espace", demo)
    assert shown.exit_code == 0, shown.output
    assert "Budget" in shown.output
    assert run(demo, "--espace", demo).output.startswith("Rien n’a changé")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("2019-T4", "catalogue"), "une période et un dossier ne se comparent pas"),
        (("nulle-part",), "ni une période, ni un dossier"),
        (("2031-T1",), "aucune fiche soumise ou validée"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_a_sentence(demo: Path, args: tuple[str, ...], said: str) -> None:
    result = run(*args, "--espace", demo)
    assert result.exit_code == 1
    assert said in result.output
