"""A workspace that came from elsewhere: no link in it leads the program to read or write what stands outside."""

from __future__ import annotations

import os
from pathlib import Path

import attaques
import pytest
from click.testing import CliRunner

from amem_reports.cli import main

pytestmark = [pytest.mark.attaque("liens et chemins"), pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")]
ROOT = Path(__file__).parent.parent


@pytest.fixture
def espace(tmp_path: Path) -> Path:
    (tmp_path / "dehors").mkdir()
    (tmp_path / "dehors" / "secret.yaml").write_text("mot: de passe", encoding="utf-8")
    (tmp_path / "dehors" / "recus").mkdir()
    (tmp_path / "dehors" / "recus" / "lettre.txt").write_text("à garder", encoding="utf-8")
    return attaques.workspace(tmp_path / "espace", ROOT)


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("catalogue/pays/secret.yaml", "secret.yaml"),
        ("catalogue/suivi", ""),
        ("catalogue/suivi/2019-T2", ""),
        ("templates/rapport/autre.docx", "secret.yaml"),
        ("templates/plan-de-travail/sous", ""),
    ],
)
def test_a_link_that_leads_outside_is_refused(espace: Path, link: str, target: str) -> None:
    (espace / link).parent.mkdir(parents=True, exist_ok=True)
    (espace / link).symlink_to(espace.parent / "dehors" / target)
    for command in (["verifier"], ["plan-de-travail", "maroc", "--date", "2019-07-15", "--format", "json"], ["importer", "rien.xlsx"]):
        result = CliRunner().invoke(main, [*command, "--espace", str(espace)])
        assert result.exit_code == 1
        assert f"{link} : ce lien mène hors de l’espace de travail" in result.stderr.replace("\u00a0", " ")
        assert "de passe" not in result.output + result.stderr
    assert sorted(path.name for path in (espace.parent / "dehors").rglob("*")) == ["lettre.txt", "recus", "secret.yaml"]


def test_an_output_that_leads_outside_is_refused_only_when_it_is_used(espace: Path, tmp_path: Path) -> None:
    (espace / "output").symlink_to(espace.parent / "dehors")
    make = ["plan-de-travail", "maroc", "--date", "2019-07-15", "--format", "json", "--espace", str(espace)]
    for command in (make, ["produire", "2019-T2", "--format", "json", "--espace", str(espace)]):
        result = CliRunner().invoke(main, command)
        assert result.exit_code == 1
        said = result.stderr.replace("\u00a0", " ")
        assert "output : ce lien mène hors de l’espace de travail → nommer le dossier voulu avec --sortie" in said
    assert sorted(path.name for path in (espace.parent / "dehors").rglob("*")) == ["lettre.txt", "recus", "secret.yaml"]
    assert CliRunner().invoke(main, ["verifier", "--espace", str(espace)]).exit_code == 0
    assert CliRunner().invoke(main, [*make, "--sortie", str(tmp_path / "ailleurs")]).exit_code == 0
    assert list((tmp_path / "ailleurs").glob("*.json"))


def test_a_link_inside_the_workspace_is_welcome(espace: Path) -> None:
    (espace / "templates" / "rapport" / "autre.docx").symlink_to(espace / "templates" / "rapport" / "defaut.docx")
    assert CliRunner().invoke(main, ["verifier", "--espace", str(espace)]).exit_code == 0


@pytest.mark.parametrize("name", ["../../dehors/x", "/etc/passwd", "..\\x", "sous/x", "..", "nul\0"])
def test_no_template_name_leaves_its_folder(espace: Path, name: str) -> None:
    made = CliRunner().invoke(main, ["rapport", "2019-T2", "--espace", str(espace), "--modele", name])
    new = CliRunner().invoke(main, ["modele", "nouveau", "rapport", name, "--espace", str(espace)])
    assert made.exit_code == 1
    assert new.exit_code in (1, 2)
    assert made.exception is None or isinstance(made.exception, SystemExit)
    assert new.exception is None or isinstance(new.exception, SystemExit)
    assert not list((espace.parent / "dehors").glob("x*"))


@pytest.mark.parametrize("name", ["../../x", "/etc/passwd", "..", "", "a\0b", "é" * 5000])
def test_no_country_name_leads_anywhere(espace: Path, name: str) -> None:
    result = CliRunner().invoke(main, ["plan-de-travail", name, "--espace", str(espace)])
    assert result.exit_code == 1
    assert "pays inconnu" in result.stderr


def test_a_pipe_is_not_waited_for(espace: Path) -> None:
    os.mkfifo(espace / "tuyau.xlsx")
    (espace / "catalogue" / "taux.yaml").unlink()
    os.mkfifo(espace / "catalogue" / "taux.yaml")
    for command in (["verifier"], ["modele", "verifier", str(espace / "tuyau.xlsx")]):
        result = CliRunner().invoke(main, [*command, "--espace", str(espace)])
        assert result.exit_code == 1
        assert "ce n’est pas un fichier ordinaire" in result.stderr.replace("\u00a0", " ")


def test_a_list_for_excel_holds_no_formula(espace: Path) -> None:
    path = espace / "catalogue" / "pays" / "maroc.yaml"
    text = path.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.strip().startswith("intitule:"))
    path.write_text(text.replace(line, line.partition(":")[0] + ": '=HYPERLINK(\"http://x\")'", 1), encoding="utf-8")
    listed = CliRunner().invoke(main, ["lister", "--format", "csv", "--espace", str(espace)]).stdout
    assert "'=HYPERLINK" in listed
    assert ";=" not in listed
    assert ';"=' not in listed
