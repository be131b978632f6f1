"""The commands as a user meets them: choices, faults, exit codes, a second run."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from amem_reports.cli import main

ROOT = Path(__file__).parent.parent


def run(*arguments: str, espace: Path = ROOT) -> Result:
    return CliRunner().invoke(main, [*arguments, "--espace", str(espace)])


@pytest.fixture
def espace(tmp_path: Path) -> Path:
    """A workspace of one's own, to spoil at will."""
    for folder in ("catalogue", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def said(result: Result) -> str:
    """What was said on stderr, its no-break spaces made plain."""
    return result.stderr.replace("\u00a0", " ")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith(".") and path.name != "manifeste.json")


@pytest.mark.parametrize("spelling", ["maroc", "MA", "Maroc", "MAROC", "ma"])
def test_a_country_is_found_by_name_or_code_in_any_case(tmp_path: Path, spelling: str) -> None:
    result = run("plan-de-travail", spelling, "--format", "json", "--date", "2019-07-15", "--sortie", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert names(tmp_path) == ["plan-de-travail_maroc.json"]


def test_accents_are_forgiven(tmp_path: Path) -> None:
    assert run("plan-de-travail", "sous-régional", "Sous-Regional", "--format", "json", "--sortie", str(tmp_path)).exit_code == 0
    assert names(tmp_path) == ["plan-de-travail_sous-regional.json"]


def test_unknown_countries_are_told_together_with_the_nearest_name(tmp_path: Path) -> None:
    result = run("plan-de-travail", "marroc", "zzz", "--sortie", str(tmp_path / "x"))
    assert result.exit_code == 1
    assert "pays « marroc » : pays inconnu → vouliez-vous dire « maroc » ?" in said(result)
    assert "pays « zzz » : pays inconnu → choisir parmi : maroc, mauritanie, tunisie, libye, sous-regional" in said(result)
    assert not (tmp_path / "x").exists()


def test_the_logframe_is_regional_unless_a_country_is_named(tmp_path: Path) -> None:
    assert run("cadre-logique", "--format", "json", "--sortie", str(tmp_path)).exit_code == 0
    assert run("cadre-logique", "tunisie", "--format", "json", "--sortie", str(tmp_path)).exit_code == 0
    assert names(tmp_path) == ["cadre-logique_regional.json", "cadre-logique_tunisie.json"]


@pytest.mark.parametrize(("spelling", "name"), [("T3-2019", "2019-T3"), ("2019-s2", "2019-S2"), ("2019", "2019")])
def test_a_period_is_read_in_any_usual_spelling(tmp_path: Path, spelling: str, name: str) -> None:
    assert run("rapport", spelling, "--format", "json", "--sortie", str(tmp_path)).exit_code == 0
    assert names(tmp_path) == [f"rapport_{name}.json"]


def test_producing_takes_the_last_quarter_that_has_ended(tmp_path: Path) -> None:
    assert run("produire", "--date", "2020-01-10", "--format", "json", "--sortie", str(tmp_path)).exit_code == 0
    assert "rapport_2019-T4.json" in names(tmp_path)


def test_the_files_made_are_listed(tmp_path: Path) -> None:
    result = run("rapport", "2019-T3", "--format", "json", "--sortie", str(tmp_path))
    assert "rapport_2019-T3.json" in result.stdout
    assert "créé" in result.stdout
    assert "1\u00a0fichier dans" in result.stdout


def test_an_unknown_template_is_told_with_those_that_exist(tmp_path: Path) -> None:
    result = run("produire", "2019", "--modele", "defautt", "--sortie", str(tmp_path / "x"))
    assert result.exit_code == 1
    assert "defaut" in said(result)
    assert not (tmp_path / "x").exists()


def test_faults_in_three_files_give_three_sentences_and_no_file(espace: Path) -> None:
    def spoil(name: str, old: str, new: str) -> int:
        path = espace / "catalogue" / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    typo = spoil("pays/maroc.yaml", "    intitule:", "    intitulé:")
    spoil("pays/tunisie.yaml", "    intitule:", "    #intitule:")
    spoil("pays/mauritanie.yaml", "    intitule:", "    debut: 2019-13\n    intitule:")
    result = run("produire", "2019", "--sortie", str(espace / "x"), espace=espace)
    assert result.exit_code == 1
    assert f"pays/maroc.yaml, ligne {typo} : champ inconnu « intitulé », activité MA-1.1 → écrire « intitule »" in said(result)
    assert "pays/tunisie.yaml, ligne" in said(result)
    assert "pays/mauritanie.yaml, ligne" in said(result)
    assert "2019-13" in said(result)
    assert not (espace / "x").exists()


def test_checking_passes_with_gaps_and_fails_when_strict() -> None:
    assert run("verifier").exit_code == 0
    assert run("verifier", "--strict").exit_code == 1


def test_checking_says_what_is_missing_by_document() -> None:
    result = run("verifier")
    assert "52" in result.stdout
    assert "0 indicateur renseigné" in result.stdout.replace("\u00a0", " ")


def test_checking_counts_what_the_matrix_of_the_logframe_wants_of_activities(espace: Path) -> None:
    pays = espace / "catalogue" / "pays" / "maroc.yaml"
    more = "  - identifiant: MA-1.1\n    moyens: Une salle\n    hypotheses: Une loi votée\n"
    pays.write_text(pays.read_text(encoding="utf-8").replace("  - identifiant: MA-1.1\n", more, 1), encoding="utf-8")
    told = run("verifier", espace=espace).stdout.replace("\u00a0", " ")
    for name in ("Moyens", "Hypothèses"):
        assert f"{name} : à renseigner pour 51 activités sur 52" in told
    assert "Produit servi : à renseigner pour 52 activités sur 52" in told


def test_checking_as_json_holds_faults_and_gaps(espace: Path) -> None:
    assert json.loads(run("verifier", "--format", "json").stdout)["fautes"] == []
    assert len(json.loads(run("verifier", "--format", "json").stdout)["lacunes"]) > 5
    (espace / "catalogue" / "axes.yaml").write_text("", encoding="utf-8")
    result = run("verifier", "--format", "json", espace=espace)
    assert result.exit_code == 1
    assert json.loads(result.stdout)["fautes"][0]["fichier"] == "axes.yaml"


def test_listing_filters_by_country_and_axe() -> None:
    rows = json.loads(run("lister", "--pays", "maroc", "--axe", "2", "--format", "json").stdout)
    assert [row["identifiant"] for row in rows] == ["MA-2.1", "MA-2.2", "MA-2.3", "MA-2.4"]
    assert len(json.loads(run("lister", "--format", "json").stdout)) == 52


def test_listing_as_csv_opens_in_a_french_excel() -> None:
    rows = list(csv.DictReader(io.StringIO(run("lister", "--format", "csv").stdout), delimiter=";"))
    assert len(rows) == 52
    assert rows[0]["identifiant"] == "MA-1.1"


def test_listing_as_a_table_cuts_no_title() -> None:
    result = run("lister", "--pays", "tunisie")
    assert "TN-2.6" in result.stdout
    assert "15\u00a0activités" in result.stdout
    assert "…" not in result.stdout


def test_an_unknown_axe_is_told() -> None:
    result = run("lister", "--axe", "7")
    assert result.exit_code == 1
    assert "--axe 7 : axe inconnu → choisir parmi : 1, 2, 3" in said(result)


def test_an_edited_file_survives_a_second_run(tmp_path: Path) -> None:
    arguments = ("rapport", "2019-T3", "--format", "json", "--sortie", str(tmp_path))
    run(*arguments, "--date", "2019-10-15")
    (tmp_path / "rapport_2019-T3.json").write_text("corrigé", encoding="utf-8")
    result = run(*arguments, "--date", "2019-10-16")
    assert "Attention : rapport_2019-T3.json a été modifié à la main" in said(result)
    assert names(tmp_path) == ["rapport_2019-T3 (nouvelle version).json", "rapport_2019-T3.json"]
    assert (tmp_path / "rapport_2019-T3.json").read_text(encoding="utf-8") == "corrigé"


@pytest.mark.parametrize(
    "command",
    [
        ("rapport", "2015-T1"),
        ("plan-de-travail", "maroc", "--periode", "2018-S1"),
        ("cadre-logique", "--periode", "2022"),
        ("saisie", "2021-T4", "maroc"),
        ("produire", "2021-T4"),
        ("etat", "2015-T1"),
        ("verifier", "2015-T1"),
    ],
)
def test_a_period_outside_the_project_is_told_and_not_refused(espace: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    made = [] if command[0] in ("etat", "verifier") else ["--sortie", str(tmp_path / "x")]
    result = run(*command, *made, "--date", "2022-01-15", espace=espace)
    period = next(word for word in command if word.startswith("20"))
    assert f"la période {period} est en dehors du projet (août 2018 – juillet 2021)" in said(result)
    assert result.exit_code == (command[0] == "verifier"), result.output  # it blocks for want of records
    assert not made or names(tmp_path / "x")


@pytest.mark.parametrize("period", ["2018-T3", "2018", "2021-T3", "2021-S2", "2021", "projet"])
def test_a_period_that_the_project_shares_in_is_not_outside_it(espace: Path, period: str) -> None:
    assert "en dehors" not in said(run("etat", period, "--date", "2022-01-15", espace=espace))


@pytest.mark.parametrize(("day", "period"), [("2026-11-26", "2021-T3"), ("2021-10-01", "2021-T3"), ("2021-09-30", "2021-T2")])
def test_the_usual_pack_is_that_of_the_project_s_last_quarter_at_most(espace: Path, tmp_path: Path, day: str, period: str) -> None:
    result = run("produire", "--format", "json", "--date", day, "--sortie", str(tmp_path / "x"), espace=espace)
    assert result.exit_code == 0, result.output
    assert f"paquet_{period}.zip" in names(tmp_path / "x")
    assert "en dehors" not in said(result)


@pytest.mark.parametrize("group", [(), ("modele",)])
def test_the_list_of_commands_cuts_no_sentence_on_a_terminal_of_eighty_columns(group: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(main, [*group, "--help"], terminal_width=80).stdout
    commands = shown.split("Commandes")[1].splitlines()[1:]
    assert len(commands) >= 4
    assert [line for line in commands if not line.endswith(".") or line.endswith("..")] == []


def test_the_program_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "amem_reports", "--version"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()[0]) == (0, "amem,")


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from amem_reports.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'pydantic', 'yaml', 'babel', 'docx', 'docxtpl', 'openpyxl', 'lxml', 'minijinja', 'rich', 'jinja2'} & set(sys.modules)\n"
        "print('LOURD', sorted(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8")
    assert done.stdout.splitlines()[-1] == "LOURD []"


def test_a_command_imports_no_other_one() -> None:
    code = (
        "import sys; from amem_reports.cli import main\n"
        "try: main(['modele', 'remplir', '--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted(name.rpartition('.')[2] for name in sys.modules if name.startswith('amem_reports.commandes.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8")
    assert done.stdout.splitlines()[-1] == "['commun', 'remplissage']"
