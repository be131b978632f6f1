"""The logframe at a period's end: current values, targets in force, sexes, countries, what is missing; then its templates."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from click.testing import CliRunner, Result
from suivis import deux_pays, dossier, fiche, i

from amem_reports import cumul
from amem_reports.catalogue import load
from amem_reports.cli import main
from amem_reports.dossier import Dossier
from amem_reports.model import Catalogue, Periode
from amem_reports.reports import CADRE_LOGIQUE
from amem_reports.suivi import depot

ROOT = Path(__file__).parent.parent
MODELES = ("defaut", "sans-activites", "quatre-colonnes", "a3")
FICHES = (fiche("2019-T1", indicateurs=[i("3")]), fiche("2019-T2", indicateurs=[i("1")]), fiche("2019-T2", "TN", indicateurs=[i("0.5")]))


def contexte(file: Dossier, pays: str | None = None) -> dict[str, Any]:
    chosen = next((one for one in file.catalogue.pays if one.code == pays), None)
    return CADRE_LOGIQUE.document(replace(file, pays=chosen)).contexte


def ligne(file: Dossier, pays: str | None = None, code: str = "E1.a") -> dict[str, Any]:
    found: list[dict[str, Any]] = [one for one in contexte(file, pays)["lignes"] if one["code"] == code]
    assert len(found) == 1
    return found[0]


def without_period(*fiches: Any) -> Dossier:
    return replace(dossier(*fiches), periode=None)


# --- values -----------------------------------------------------------------------------------------------------------------------------


def test_the_regional_value_is_that_since_the_beginning_with_its_last_quarter() -> None:
    found = ligne(dossier(*FICHES))
    assert (found["valeur_actuelle"], found["valeur_actuelle_date"]) == (Decimal("4.5"), "2019-T2")
    assert found["valeur_regionale"] == Decimal("4.5")


def test_a_value_that_stopped_earlier_keeps_its_own_quarter() -> None:
    assert ligne(dossier(FICHES[0]))["valeur_actuelle_date"] == "2019-T1"


def test_a_country_has_its_own_value_and_the_regional_one_apart() -> None:
    found = ligne(dossier(*FICHES), "TN")
    assert (found["valeur_actuelle"], found["valeur_regionale"]) == (Decimal("0.5"), Decimal("4.5"))


def test_a_country_without_data_has_no_value_and_does_not_borrow_the_region_s() -> None:
    found = ligne(dossier(FICHES[0]), "TN")
    assert (found["valeur_actuelle"], found["valeur_actuelle_date"], found["valeur_regionale"]) == (None, None, Decimal(3))


def test_the_rate_is_the_region_s_whatever_the_country() -> None:
    file = dossier(*FICHES)
    rate = cumul.figures(file)["atteinte.E1.a"].valeur
    assert rate is not None
    assert {ligne(file, pays)["atteinte"] for pays in (None, "MA", "TN")} == {rate}


def test_the_rate_is_judged_as_it_is_printed_by_the_catalogue_s_scale() -> None:
    almost = deux_pays(reference=None, cibles=[{"date": "2019-T2", "valeur": "10000"}])
    words = [ligne(dossier(fiche("2019-T2", indicateurs=[i(value)]), data=almost))["appreciation"] for value in ("9996", "9994", "0")]
    assert words == ["Atteint", "En bonne voie", "Aucun progrès"]
    assert ligne(dossier())["appreciation"] is None


def test_zero_is_a_value_and_nothing_is_none() -> None:
    nothing, zero = ligne(dossier()), ligne(dossier(fiche("2019-T2", indicateurs=[i("0")])))
    assert (nothing["valeur_actuelle"], zero["valeur_actuelle"]) == (None, Decimal(0))


def test_values_that_were_expected_and_are_not_there_are_counted() -> None:
    file = dossier(*FICHES)
    assert ligne(file)["manquants"] == len(cumul.figures(file)["cumul.indicateur.E1.a"].manquants) > 0
    assert ligne(without_period(*FICHES))["manquants"] is None


def test_without_a_period_there_is_no_value_no_country_and_no_target_in_force() -> None:
    found = ligne(without_period(*FICHES))
    assert (found["valeur_actuelle"], found["atteinte"], found["par_pays"], found["cible_periode"]) == (None, None, [], None)
    assert [cible["en_vigueur"] for cible in found["cibles"]] == [False, False]
    assert contexte(without_period(*FICHES))["periode"] is None


# --- targets ----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("periode", "due"), [("2019-T1", [True, False]), ("2019-T2", [True, False]), ("2019-T3", [False, True])])
def test_the_target_in_force_at_the_period_s_end_is_marked(periode: str, due: list[bool]) -> None:
    found = ligne(dossier(*FICHES, periode=periode))
    assert [cible["en_vigueur"] for cible in found["cibles"]] == due
    assert found["cible_periode"] == next(cible["valeur"] for cible in found["cibles"] if cible["en_vigueur"])
    assert (found["cible"], found["cible_date"]) == (Decimal("7.5"), "2019-T4")


# --- sexes and countries ----------------------------------------------------------------------------------------------------------------


def split(femmes: str, hommes: str, valeur: str) -> dict[str, Any]:
    return i(valeur, ventilation={"femmes": femmes, "hommes": hommes})


def test_women_and_men_stand_beside_the_value_and_what_is_not_split_is_told() -> None:
    found = ligne(dossier(fiche("2019-T1", indicateurs=[split("2", "1", "3")]), fiche("2019-T2", indicateurs=[i("4")])))
    assert (found["femmes"], found["hommes"], found["non_ventile"]) == (Decimal(2), Decimal(1), Decimal(4))


def test_a_mean_has_no_rest_that_could_be_taken_for_persons() -> None:
    data = deux_pays(agregation="moyenne")
    found = ligne(dossier(fiche("2019-T1", indicateurs=[split("2", "1", "3")]), data=data))
    assert (found["femmes"], found["non_ventile"]) == (Decimal(2), None)


def test_the_region_shows_each_country_and_the_sub_region_and_a_country_does_not() -> None:
    file = dossier(*FICHES)
    assert [(one["code"], one["valeur_actuelle"]) for one in ligne(file)["par_pays"]] == [
        ("MA", Decimal(4)),
        ("TN", Decimal("0.5")),
        ("SR", None),
    ]
    assert ligne(file, "MA")["par_pays"] == []


# --- gaps -------------------------------------------------------------------------------------------------------------------------------


def gaps(context: dict[str, Any]) -> dict[str, tuple[int, int]]:
    return {lacune["libelle"]: (lacune["manquants"], lacune["total"]) for lacune in context["lacunes"]}


def test_what_is_missing_is_counted() -> None:
    found = gaps(contexte(dossier()))
    assert found["résultats sans indicateur"] == (2, 3)
    assert found["indicateurs sans valeur actuelle"] == (1, 1)
    assert found["indicateurs sans valeur de référence"] == (0, 1)
    assert found["activités sans coût"] == (3, 5)
    assert found["activités sans moyens"] == (5, 5)


def test_a_reference_of_zero_is_known_and_one_that_is_not_there_is_missing() -> None:
    zero, none = deux_pays(reference={"valeur": "0", "date": "2018-12"}), deux_pays(reference=None)
    found = [gaps(contexte(dossier(data=data)))["indicateurs sans valeur de référence"] for data in (zero, none)]
    assert found == [(0, 1), (1, 1)]


def test_without_a_period_a_current_value_is_not_missing() -> None:
    assert "indicateurs sans valeur actuelle" not in gaps(contexte(without_period()))


def test_a_suspended_country_is_not_blamed_for_the_values_that_it_does_not_report() -> None:
    data = deux_pays()
    libye = {"code": "LY", "nom": "Libye", "article": "la", "statut": "suspendu", "suspension": {"valeur": "suspendu", "source": "essai"}}
    suspended = Catalogue.model_validate({**data.model_dump(), "pays": [*data.model_dump()["pays"], libye]})
    assert "indicateurs sans valeur actuelle" not in gaps(contexte(dossier(data=suspended), "LY"))
    assert "indicateurs sans valeur actuelle" in gaps(contexte(dossier(data=suspended), "MA"))


# --- the demonstration ------------------------------------------------------------------------------------------------------------------


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)])


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cadre") / "demo"
    assert run("demo", folder).exit_code == 0
    return folder


@pytest.fixture(scope="module")
def fictif(demo: Path) -> Dossier:
    data = load(demo / "catalogue")
    return Dossier(catalogue=data, date=date(2020, 7, 15), periode=Periode.parse("2020-T2"), suivi=depot.load(demo / "catalogue"))


def test_every_value_of_the_demonstration_is_the_figure_that_amem_explains(fictif: Dossier) -> None:
    figures, looked = cumul.figures(fictif), 0
    for pays in (None, "MA", "MR", "TN"):
        end = f".{pays}" if pays else ""
        for one in contexte(fictif, pays)["lignes"]:
            name = f"cumul.indicateur.{one['code']}{end}"
            assert one["valeur_actuelle"] == figures[name].valeur
            for sexe in ("femmes", "hommes"):
                assert one[sexe] == (figures[f"{name}.{sexe}"].valeur if f"{name}.{sexe}" in figures else None)
            assert one["cible_periode"] == figures[f"cible.{one['code']}"].valeur
            assert one["atteinte"] == figures[f"atteinte.{one['code']}"].valeur
            looked += one["valeur_actuelle"] is not None
    assert looked > 60


# --- templates --------------------------------------------------------------------------------------------------------------------------


def word_text(path: Path) -> str:
    return re.sub(r"\s+", " ", " ".join(node.text or "" for node in docx.Document(str(path)).element.body.iter("{*}t")))


@pytest.fixture(scope="module")
def produced(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    def make(modele: str, *arguments: str, espace: Path = demo) -> str:
        sortie = tmp_path_factory.mktemp("sortie")
        options = ("--modele", modele, "--format", "docx", "--date", "2020-07-15", "--espace", espace, "--sortie", sortie)
        result = run("cadre-logique", *arguments, *options)
        assert result.exit_code == 0, result.output
        [path] = sortie.glob("*.docx")
        return word_text(path)

    return make


@pytest.mark.parametrize("pays", [(), ("maroc",)])
@pytest.mark.parametrize("modele", MODELES)
def test_a_logframe_lists_the_acronyms_and_the_gaps_of_what_it_prints_only(
    produced: Callable[..., str], modele: str, pays: tuple[str, ...]
) -> None:
    text = produced(modele, *pays, espace=ROOT)
    listed = re.search(r"Sigles utilisés – (.*?)\.(?= Matrice|$)", text)
    assert listed
    names = [one.partition(" : ")[0] for one in listed[1].split(" ; ")]
    rest = text.replace(listed[0], "")
    assert [name for name in names if not re.search(rf"\b{name}\b", rest)] == []
    assert names == ["AICS", "AMEM", "BIT", "OIT"] if modele == "sans-activites" else len(names) > 8
    assert ("activités sans moyens" in text) == ("Matrice des activités" in text) == (modele != "sans-activites")
    assert "résultats sans indicateur" in text
    assert "taux d’atteinte sont ceux" not in text  # no period is chosen


@pytest.mark.parametrize("modele", MODELES)
def test_every_template_shows_values_sexes_countries_targets_and_rates(produced: Callable[..., str], modele: str) -> None:
    text = produced(modele, "--periode", "2020-T2")
    assert "462" in text
    assert re.search(r"F 195 – H 267", text)
    assert re.search(r"(MA|Maroc :) 304", text)
    assert "→" in text
    assert re.search(r"84 % (– )?En bonne voie", text)
    assert "« Atteint » à partir de 100 %" in text
    assert "non ventilé 245" in text
    assert "DONNÉES FICTIVES" not in text  # the header says it, page after page
    assert ("Organiser des ateliers spécifiques de sensibilisation" in text) is (modele != "sans-activites")


@pytest.mark.parametrize("modele", MODELES)
def test_every_template_labels_what_is_not_the_country_s_own(produced: Callable[..., str], modele: str) -> None:
    text = produced(modele, "tunisie", "--periode", "2020-T2")
    assert "Valeurs de référence, cibles et taux d’atteinte sont ceux de l’ensemble du projet" in text
    assert "Les valeurs actuelles sont celles de Tunisie" in text
    assert re.search("tous pays|Tous pays", text)
    assert "MA 304" not in text


@pytest.mark.parametrize("modele", MODELES)
def test_every_template_says_that_a_suspended_country_has_no_value_to_give(produced: Callable[..., str], modele: str) -> None:
    assert produced(modele, "libye", "--periode", "2020-T2").count("sans objet") == 19


@pytest.mark.parametrize("modele", MODELES)
def test_every_template_holds_with_no_indicator_at_all(produced: Callable[..., str], modele: str) -> None:
    text = produced(modele, espace=ROOT)
    assert "0 produit, 0 indicateur et 52 activités" in text
    assert "Aucune période n’est choisie" in text
    assert "résultats sans indicateur : 4 sur 4" in text
    assert not re.search(r"\bNone\b|\{\{|\{%", text)


def test_a_result_with_several_indicators_is_one_tall_cell_that_stays_on_its_page(demo: Path, tmp_path: Path) -> None:
    options = ("--periode", "2020-T2", "--format", "docx", "--espace", demo, "--sortie", tmp_path)
    assert run("cadre-logique", *options).exit_code == 0
    cells = [
        cell
        for cell in docx.Document(str(tmp_path / "cadre-logique_regional.docx")).element.body.iter("{*}tc")
        if "Produit P3.3" in "".join(node.text or "" for node in cell.iter("{*}t"))
    ]
    assert len(cells) == 1
    table = next(cells[0].iterancestors("{*}tbl"))
    rows = list(table.iter("{*}tr"))
    start = rows.index(next(cells[0].iterancestors("{*}tr")))
    merged = [row.find(".//{*}vMerge").get(f"{{{row.nsmap['w']}}}val") for row in rows[start : start + 3]]
    kept = [row[1].find(".//{*}keepNext") is not None for row in rows[start : start + 3]]
    assert merged == ["restart", "continue", "continue"]
    assert kept == [True, True, False]


def test_the_catalogue_of_the_demonstration_has_means_and_assumptions(demo: Path) -> None:
    data: Catalogue = load(demo / "catalogue")
    assert all(activite.moyens and activite.hypotheses for activite in data.activites)


def test_a_layout_that_exists_in_word_only_makes_word_unless_excel_is_asked_for(demo: Path, tmp_path: Path) -> None:
    options = ("--modele", "quatre-colonnes", "--espace", demo, "--sortie", tmp_path)
    assert run("cadre-logique", *options).exit_code == 0
    assert sorted(path.name for path in tmp_path.glob("*.*x")) == ["cadre-logique_regional.docx"]
    refused = run("cadre-logique", *options, "--format", "xlsx")
    assert refused.exit_code == 1
    assert "« quatre-colonnes.xlsx » n’existe pas" in refused.stderr.replace("\u00a0", " ")
    assert "defaut" in refused.stderr


# --- the workbook -----------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def workbook(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    sortie = tmp_path_factory.mktemp("classeur")
    options = ("--periode", "2020-T2", "--format", "xlsx", "--date", "2020-07-15", "--espace", demo, "--sortie", sortie)
    result = run("cadre-logique", *options)
    assert result.exit_code == 0, result.output
    return sortie / "cadre-logique_regional.xlsx"


def test_the_workbook_groups_rows_by_level_filters_and_repeats_its_headings(workbook: Path) -> None:
    sheet = openpyxl.load_workbook(workbook)["Chaîne de résultats"]
    levels = {(sheet.cell(row, 1).value, sheet.row_dimensions[row].outlineLevel) for row in range(5, sheet.max_row + 1)}
    assert levels == {("Impact", 0), ("Effet", 1), ("Produit", 2), ("Indicateur", 1), ("Indicateur", 2), ("Indicateur", 3)}
    outline = sheet.sheet_properties.outlinePr
    assert outline is not None
    assert outline.summaryBelow is False
    assert sheet.tables["Chaine"].autoFilter.ref == sheet.tables["Chaine"].ref == f"A4:AA{sheet.max_row}"
    assert (sheet.print_title_rows, sheet.print_title_cols, sheet.freeze_panes) == ("$4:$4", "$A:$D", "E5")


def test_the_workbook_has_a_line_for_each_target_and_for_each_country(workbook: Path, fictif: Dossier) -> None:
    book = openpyxl.load_workbook(workbook)
    lignes = contexte(fictif)["lignes"]
    assert book["Jalons"].max_row == 4 + sum(len(one["cibles"]) for one in lignes)
    assert book["Ventilation"].max_row == 4 + sum(len(one["par_pays"]) for one in lignes)


@pytest.fixture(scope="module")
def recalculated(workbook: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The workbook, and one in which a value was changed by hand, after LibreOffice has worked out every formula."""
    folder = tmp_path_factory.mktemp("recalcul")
    changed = openpyxl.load_workbook(workbook)
    cell = next(cell for cell in changed["Chaîne de résultats"]["C"] if cell.value == "P1.2.a")
    changed["Chaîne de résultats"].cell(cell.row, 19).value = 600
    changed.save(folder / "change.xlsx")
    shutil.copy(workbook, folder / "juste.xlsx")
    profile = f"-env:UserInstallation={(folder / 'profil').as_uri()}"
    files = [str(folder / name) for name in ("juste.xlsx", "change.xlsx")]
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "lu"), *files]
    subprocess.run(command, capture_output=True, check=True, timeout=180)
    return {name: openpyxl.load_workbook(folder / "lu" / f"{name}.xlsx", data_only=True) for name in ("juste", "change")}


@pytest.mark.libreoffice
def test_the_rates_that_the_workbook_works_out_are_those_of_the_tool(recalculated: Any, fictif: Dossier) -> None:
    figures, looked = cumul.figures(fictif), 0
    rows = recalculated["juste"]["Chaîne de résultats"].iter_rows(min_row=4, values_only=True)
    head = next(rows)
    for row in rows:
        one = dict(zip(head, row, strict=True))
        if one["Niveau"] == "Indicateur":
            wanted = figures[f"atteinte.{one['Code']}"].valeur
            assert wanted is not None
            assert one["Taux d’atteinte"] == pytest.approx(float(wanted) / 100, abs=1e-6)
            looked += 1
    assert looked == 19


def results(book: Any) -> dict[str, str]:
    return {str(row[0]): str(row[3]) for row in book["Contrôles"].iter_rows(min_row=5, values_only=True) if row[3] is not None}


@pytest.mark.libreoffice
def test_the_checks_of_the_workbook_agree_and_see_a_value_changed_by_hand(recalculated: Any) -> None:
    right, changed = results(recalculated["juste"]), results(recalculated["change"])
    assert set(right.values()) == {"concordant", "Résultat"}
    assert len(right) == 7 + 1 + 19
    assert {label for label, result in changed.items() if result == "ÉCART"} == {
        "Indicateurs dont la ligne n’est pas concordante",
        "Taux d’atteinte : classeur et outil, lignes en écart (ci-dessous)",
        "Personnes formées aux statistiques de la migration",
    }


@pytest.mark.libreoffice
def test_no_formula_of_the_workbook_fails(recalculated: Any) -> None:
    cells = [cell for sheet in recalculated["juste"] for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) > 2000
    assert [f"{cell.parent.title}!{cell.coordinate}" for cell in cells if cell.data_type == "e"] == []
