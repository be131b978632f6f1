"""The commands on templates: fill one with any JSON, list the tags, start a new one."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from click.testing import CliRunner, Result

from amem_reports.cli import main
from amem_reports.modeles import dictionary_markdown
from amem_reports.reports import KINDS

ROOT = Path(__file__).parent.parent


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["modele", *map(str, arguments)])


def said(result: Result) -> str:
    """What was said on stderr, its no-break spaces made plain."""
    return result.stderr.replace("\u00a0", " ")


@pytest.fixture
def word(tmp_path: Path) -> Path:
    document = docx.Document()
    document.add_paragraph("Bonjour {{ nom }}")
    document.save(str(tmp_path / "lettre.docx"))
    return tmp_path / "lettre.docx"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "donnees.json"
    path.write_text(json.dumps({"nom": "Zoé & fils", "lignes": [{"n": 1}, {"n": 2}]}), encoding="utf-8")
    return path


def test_any_word_template_is_filled_with_any_json(tmp_path: Path, word: Path, data: Path) -> None:
    result = run("remplir", word, data, "--sortie", tmp_path / "fait.docx")
    assert result.exit_code == 0, result.output
    assert docx.Document(str(tmp_path / "fait.docx")).paragraphs[0].text == "Bonjour Zoé & fils"


def test_any_excel_template_is_filled_with_any_json(tmp_path: Path, data: Path) -> None:
    book = openpyxl.Workbook()
    for text in ("{%row for l in lignes %}", "{{ l.n }}", "{%row endfor %}", "{{ nom }}"):
        book.active.append([text])  # type: ignore[union-attr]
    book.save(tmp_path / "table.xlsx")
    assert run("remplir", tmp_path / "table.xlsx", data, "--sortie", tmp_path / "fait.xlsx").exit_code == 0
    sheet = openpyxl.load_workbook(tmp_path / "fait.xlsx").active
    assert [cell.value for (cell,) in sheet.iter_rows()] == [1, 2, "Zoé & fils"]  # type: ignore[union-attr]


def test_an_existing_file_is_left_unless_it_is_to_be_replaced(tmp_path: Path, word: Path, data: Path) -> None:
    target = tmp_path / "fait.docx"
    target.write_bytes(b"mon travail")
    result = run("remplir", word, data, "--sortie", target)
    assert (result.exit_code, target.read_bytes()) == (1, b"mon travail")
    assert "fait.docx : le fichier existe déjà → choisir un autre nom, ou ajouter --remplacer" in said(result)
    assert run("remplir", word, data, "--sortie", target, "--remplacer").exit_code == 0
    assert target.read_bytes() != b"mon travail"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'{"nom": 1,}', "donnees.json, ligne 1, colonne 1"),
        (b"[1, 2]", "le JSON n’est pas un objet"),
        (b"[" * 200_000, "donnees.json"),
        ('{"nom": "é"}'.encode("cp1252"), "n’est pas en UTF-8"),
    ],
)
def test_broken_json_is_told(tmp_path: Path, word: Path, content: bytes, expected: str) -> None:
    (tmp_path / "donnees.json").write_bytes(content)
    result = run("remplir", word, tmp_path / "donnees.json", "--sortie", tmp_path / "fait.docx")
    assert result.exit_code == 1
    assert expected in said(result)
    assert not (tmp_path / "fait.docx").exists()


def test_missing_files_and_wrong_suffixes_are_told(tmp_path: Path, word: Path, data: Path) -> None:
    assert "absent.json : fichier impossible à lire" in said(run("remplir", word, "absent.json", "--sortie", tmp_path / "a.docx"))
    assert "absent.docx : fichier impossible à lire" in said(run("remplir", "absent.docx", data, "--sortie", tmp_path / "a.docx"))
    assert "le modèle est en .docx" in said(run("remplir", word, data, "--sortie", tmp_path / "a.xlsx"))


def test_tags_are_listed_as_table_and_as_json() -> None:
    assert "activites[].intitule" in run("champs", "cadre-logique").stdout
    found = json.loads(run("champs", "--format", "json").stdout)
    assert set(found) == {kind.nom for kind in KINDS}


def test_the_lists_of_tags_in_the_documentation_are_up_to_date() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("balises-*.md")}
    assert committed == dictionary_markdown(KINDS), "run « amem modele champs --sortie docs » and commit"


def test_a_new_template_starts_from_the_default_and_is_used(tmp_path: Path) -> None:
    for folder in ("catalogue", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    assert run("nouveau", "rapport", "bailleur", "--espace", tmp_path).exit_code == 0
    for suffix in ("docx", "xlsx"):
        copy, default = (tmp_path / "templates" / "rapport" / f"{name}.{suffix}" for name in ("bailleur", "defaut"))
        assert copy.read_bytes() == default.read_bytes()
    again = run("nouveau", "rapport", "bailleur", "--espace", tmp_path)
    assert again.exit_code == 1
    assert "bailleur.docx : ce modèle existe déjà" in said(again)
    arguments = ["rapport", "2019", "--modele", "bailleur", "--espace", str(tmp_path), "--sortie", str(tmp_path / "o")]
    assert CliRunner().invoke(main, arguments).exit_code == 0


@pytest.mark.parametrize("name", ["../x", "a/b", ".cache", "", "a\\b"])
def test_a_name_that_is_no_name_is_refused(name: str) -> None:
    result = run("nouveau", "rapport", name, "--espace", ROOT)
    assert result.exit_code == 1
    assert "nom refusé" in said(result)


@pytest.fixture
def espace(tmp_path: Path) -> Path:
    """A workspace of one's own, whose templates may be spoiled."""
    for folder in ("catalogue", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def spoil_word(path: Path, old: str, new: str) -> None:
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    assert old.encode() in parts["word/document.xml"]
    parts["word/document.xml"] = parts["word/document.xml"].replace(old.encode(), new.encode(), 1)
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)


BOOLEANS = ("customHeight", "customWidth", "hidden", "collapsed", "bestFit", "showGridLines", "tabSelected", "locked", "applyProtection")


def test_the_shipped_workbooks_hold_booleans_where_excel_wants_them() -> None:
    """Excel takes a workbook with any other value for damaged; LibreOffice and openpyxl do not mind."""
    looked, wrong = 0, []
    for path in sorted((ROOT / "templates").rglob("*.xlsx")):
        with zipfile.ZipFile(path) as package:
            text = "".join(package.read(name).decode() for name in package.namelist() if name.startswith("xl/") and name.endswith(".xml"))
        found = re.findall(rf' ({"|".join(BOOLEANS)})="([^"]*)"', text)
        looked += len(found)
        wrong += [(path.name, name, value) for name, value in found if value not in ("0", "1", "true", "false")]
    assert looked > 500
    assert wrong == []


def test_the_shipped_templates_have_no_fault() -> None:
    result = run("verifier", "--espace", ROOT)
    shipped = [path for suffix in ("docx", "xlsx", "html") for path in (ROOT / "templates").glob(f"*/*.{suffix}")]
    assert len(shipped) > 6
    assert (result.exit_code, result.stdout.replace("\u00a0", " ")) == (0, f"{len(shipped)} modèles vérifiés : aucune faute\n")


WORD_FAULTS = [
    ("activite.responsable", "activite.responsabl", "« activite.responsabl » → vouliez-vous dire « activite.responsable » ?"),
    ("projet.gouvernance", "projet.gouvernence", "vouliez-vous dire « projet.gouvernance » ?"),
    ("document.date|date", "document.date|dat", "filtre inconnu « dat »"),
    ("{%p endfor %}", "", "n’est pas fermé → ajouter « {%p endfor %} » plus loin"),
]


@pytest.mark.parametrize(("old", "new", "expected"), WORD_FAULTS, ids=range(len(WORD_FAULTS)))
def test_a_fault_of_a_word_template_is_found_without_producing(espace: Path, old: str, new: str, expected: str) -> None:
    spoil_word(espace / "templates" / "plan-de-travail" / "defaut.docx", old, new)
    result = run("verifier", "--espace", espace)
    assert result.exit_code == 1
    assert said(result).startswith("plan-de-travail/defaut.docx, ")
    assert expected in said(result)


def test_faults_of_several_templates_are_told_together_with_sheet_and_cell(espace: Path) -> None:
    spoil_word(espace / "templates" / "rapport" / "defaut.docx", "periode.libelle", "periode.libele")
    path = espace / "templates" / "cadre-logique" / "defaut.xlsx"
    book = openpyxl.load_workbook(path)
    cell = next(cell for row in book["Activités"].iter_rows() for cell in row if cell.value == "{{ activite.intitule }}")
    cell.value = "{{ activite.intitul }}"
    book.save(path)
    result = run("verifier", "--espace", espace)
    assert "rapport/defaut.docx, " in said(result)
    assert f"cadre-logique/defaut.xlsx, feuille Activités, cellule {cell.coordinate} : nom inconnu « activite.intitul »" in said(result)


def test_a_fault_in_a_branch_that_the_data_does_not_take_is_found_too(espace: Path) -> None:
    spoil_word(espace / "templates" / "plan-de-travail" / "defaut.docx", "pays.suspension_source", "pays.suspension_sourse")
    assert "pays.suspension_source" in said(run("verifier", "--espace", espace))


def test_any_other_template_is_checked_for_its_structure(word: Path) -> None:
    assert run("verifier", word).exit_code == 0
    document = docx.Document()
    document.add_paragraph("{% for x in liste %}{{ x|inconnu }}")
    document.save(str(word))
    found = json.loads(run("verifier", word, "--format", "json").stdout)["fautes"]
    assert found
    assert {fault["fichier"] for fault in found} == {"lettre.docx"}


def test_production_names_the_template_at_fault_by_its_kind(espace: Path) -> None:
    spoil_word(espace / "templates" / "rapport" / "defaut.docx", "periode.libelle", "periode.libele")
    result = CliRunner().invoke(main, ["produire", "2019", "--espace", str(espace), "--sortie", str(espace / "o")])
    assert result.exit_code == 1
    assert said(result).startswith("rapport/defaut.docx, ")
    assert not any(path.suffix == ".docx" for path in (espace / "o").glob("*"))
