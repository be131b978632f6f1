"""The real catalogue through whole commands: what must hold of every document that the project makes."""

from __future__ import annotations

import json
import re
import subprocess
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import openpyxl
import pytest
from click.testing import CliRunner, Result

from amem_reports.catalogue import load
from amem_reports.cli import main
from amem_reports.model import Activite

ROOT = Path(__file__).parent.parent
DAY = "2019-07-15"
PLANS = {"maroc": ("MA", 22), "mauritanie": ("MR", 12), "tunisie": ("TN", 15), "libye": ("LY", 0), "sous-regional": ("SR", 3)}
LOGFRAMES = ("regional", "maroc", "mauritanie", "tunisie")
NAMES = {*(f"plan-de-travail_{name}" for name in PLANS), *(f"cadre-logique_{name}" for name in LOGFRAMES), "rapport_2019-T2"}
BESIDE = {"bordereau_2019-T2.docx", "paquet_2019-T2.zip", "manifeste.json"}
SUSPENSION = "la partie libyenne des activités est temporairement suspendue"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--espace", str(ROOT)])


@pytest.fixture(scope="module")
def produced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sortie = tmp_path_factory.mktemp("output")
    result = run("produire", "2019-T2", "--date", DAY, "--sortie", str(sortie), "--format", "docx", "--format", "xlsx", "--format", "json")
    assert result.exit_code == 0, result.output
    return sortie


def letters(text: str) -> str:
    """Letters and digits only, case and accents aside."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if char.isalnum())


def word_text(path: Path) -> str:
    return "\n".join(node.text or "" for node in docx.Document(str(path)).element.body.iter("{*}t"))


def word_paragraphs(path: Path) -> Iterator[str]:
    for paragraph in docx.Document(str(path)).element.body.iter("{*}p"):
        yield "".join(node.text or "" for node in paragraph.iter("{*}t"))


def excel_text(path: Path) -> str:
    book = openpyxl.load_workbook(path)
    return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None)


def source_words(activite: Activite) -> str:
    """The published text without its « Activité 1.1 : », which documents print as a number in a column of its own."""
    return letters(re.sub(r"^Activité\s*\.?\s*\d\s*\.\s*\d+\s*\.?\s*:?", "", activite.texte_source))


def activities_of(code: str) -> list[Activite]:
    return [activite for activite in load(ROOT / "catalogue").activites if code in ("", activite.identifiant[:2])]


def test_one_command_makes_every_document_in_word_excel_and_json(produced: Path) -> None:
    made = {path.name for path in produced.iterdir() if not path.name.startswith(".")}
    assert made == {f"{name}.{suffix}" for name in NAMES for suffix in ("docx", "xlsx", "json")} | BESIDE


@pytest.mark.parametrize(
    ("name", "code", "expected"),
    [(f"plan-de-travail_{name}", *value) for name, value in PLANS.items()]
    + [("cadre-logique_regional", "", 52), ("rapport_2019-T2", "", 52)],
)
@pytest.mark.parametrize("suffix", ["docx", "xlsx"])
def test_every_word_of_the_activities_is_there_in_order(produced: Path, name: str, code: str, expected: int, suffix: str) -> None:
    path = produced / f"{name}.{suffix}"
    text = letters(word_text(path) if suffix == "docx" else excel_text(path))
    activites = activities_of(code)
    assert len(activites) == expected
    missing = [activite.identifiant for activite in activites if source_words(activite) not in text]
    assert missing == []


@pytest.mark.parametrize("name", [*(f"plan-de-travail_{name}" for name in PLANS if name != "sous-regional")])
def test_the_sub_regional_activities_close_every_country_plan(produced: Path, name: str) -> None:
    text = letters(word_text(produced / f"{name}.docx"))
    shared = activities_of("SR")
    assert len(shared) == 3
    for activite in shared:
        assert source_words(activite) in text
    assert "sousregional" in text


@pytest.mark.parametrize("name", ["plan-de-travail_libye", "cadre-logique_regional", "rapport_2019-T2"])
def test_the_suspension_stands_under_each_axe_of_what_covers_libya(produced: Path, name: str) -> None:
    text = word_text(produced / f"{name}.docx")
    assert letters(text).count(letters(SUSPENSION)) >= 3
    assert SUSPENSION in re.sub(r"\s+", " ", excel_text(produced / f"{name}.xlsx"))


def test_a_plan_says_its_number_of_activities(produced: Path) -> None:
    text = word_text(produced / "plan-de-travail_maroc.docx").replace("\u00a0", " ").replace("\n", "")
    assert "22 activités" in text


def test_no_document_prints_an_empty_value_or_a_tag(produced: Path) -> None:
    looked = 0
    for path in [*produced.glob("*.docx"), *produced.glob("*.xlsx")]:
        text = word_text(path) if path.suffix == ".docx" else excel_text(path)
        assert not re.search(r"\bNone\b|\bundefined\b|\{\{|\{%|\bnan\b", text), path.name
        looked += 1
    assert looked == 2 * len(NAMES) + 1


def test_without_follow_up_the_report_says_so(produced: Path) -> None:
    assert any("Aucune donnée de suivi n’a été reçue" in text for text in word_paragraphs(produced / "rapport_2019-T2.docx"))


def test_documents_carry_title_language_and_date_and_no_user_name(produced: Path) -> None:
    for path in [*produced.glob("*.docx"), *produced.glob("*.xlsx")]:
        with zipfile.ZipFile(path) as package:
            core = package.read("docProps/core.xml").decode()
        assert "<dc:language>fr-FR</dc:language>" in core, path.name
        assert "2019-07-15T00:00:00Z" in core
        assert re.search(r"<dc:title>(Plan|Cadre|Rapport|Bordereau)[^<]+</dc:title>", core)
        assert set(re.findall(r"<(?:dc:creator|cp:lastModifiedBy)>([^<]*)<", core)) == {"AMEM"}


def test_the_same_input_gives_the_same_bytes(produced: Path, tmp_path: Path) -> None:
    assert run("produire", "2019-T2", "--date", DAY, "--sortie", str(tmp_path)).exit_code == 0
    again = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.suffix in (".docx", ".xlsx")}
    del again["bordereau_2019-T2.docx"]  # it lists the JSON files too
    assert len(again) == 2 * len(NAMES)
    assert again == {name: (produced / name).read_bytes() for name in again}


def test_the_json_is_the_context_of_the_document(produced: Path) -> None:
    context = json.loads((produced / "cadre-logique_regional.json").read_text(encoding="utf-8"))
    assert len(context["activites"]) == 52
    assert context["totaux"]["activites"] == 52


def test_the_excel_plan_keeps_numbers_as_numbers_and_filters(produced: Path) -> None:
    sheet = openpyxl.load_workbook(produced / "plan-de-travail_maroc.xlsx")["Activités"]
    assert sheet.auto_filter.ref or sheet.tables
    assert sheet.freeze_panes
    assert sheet.print_title_rows


@pytest.mark.libreoffice
@pytest.mark.parametrize("suffix", ["docx", "xlsx"])
def test_the_pdf_of_every_document_holds_every_word_of_its_activities(produced: Path, tmp_path: Path, suffix: str) -> None:
    """LibreOffice can lose the rows of a table that a heading follows: a template must not give it the occasion."""
    from amem_reports.rendering import pdf

    made = pdf.convert([produced / f"{name}.{suffix}" for name in sorted(NAMES)], tmp_path)
    assert len(made) == len(NAMES)
    for path in made:
        text = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, text=True, check=True, encoding="utf-8").stdout
        code = next((code for name, (code, _) in PLANS.items() if path.stem.endswith(name)), "")
        missing = [activite.identifiant for activite in activities_of(code) if not _in_order(activite, text)]
        assert missing == [], path.name


def _in_order(activite: Activite, text: str) -> bool:
    """Whether the words of an activity follow each other in a page's text, where a header may come between two of them."""
    words = [letters(word) for word in re.findall(r"\w+", activite.intitule)]
    return letters("".join(words)) in letters(text)


# --- a country that is suspended in the course of the project -----------------------------------------------------------------------------

MODELES = [
    *(("plan-de-travail", modele) for modele in ("defaut", "signature", "atelier", "a3")),
    *(("cadre-logique", modele) for modele in ("defaut", "quatre-colonnes", "a3")),
    *(("rapport", modele) for modele in ("defaut", "ue", "pnud", "onu-mptf")),
]


@pytest.fixture(scope="module")
def tunisia_suspended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    espace = tmp_path_factory.mktemp("suspendu") / "espace"
    assert CliRunner().invoke(main, ["init", str(espace)]).exit_code == 0
    path = espace / "catalogue" / "pays" / "tunisie.yaml"
    text = path.read_text(encoding="utf-8")
    changed = text.replace("statut: actif\n", "statut: suspendu\nsuspension: {valeur: par décision du comité, source: Essai}\n")
    assert changed != text
    path.write_text(changed, encoding="utf-8")
    return espace


@pytest.mark.parametrize(("kind", "modele"), MODELES)
def test_a_country_suspended_with_its_activities_keeps_them_in_every_list(
    tunisia_suspended: Path, tmp_path: Path, kind: str, modele: str
) -> None:
    what = {"plan-de-travail": ["tunisie"], "rapport": ["2019-T2"]}.get(kind, [])
    options = ["--modele", modele, "--date", DAY, "--espace", str(tunisia_suspended), "--sortie", str(tmp_path)]
    result = CliRunner().invoke(main, [kind, *what, *options])
    assert result.exit_code == 0, result.output
    expected = [activite.intitule for activite in activities_of("TN")]
    assert len(expected) == 15
    made = sorted(path for path in tmp_path.iterdir() if path.suffix in {".docx", ".xlsx"})
    assert made
    for path in made:
        text = word_text(path) if path.suffix == ".docx" else excel_text(path)
        assert [intitule for intitule in expected if letters(intitule) not in letters(text)] == [], path.name
        assert "par décision du comité" in text
