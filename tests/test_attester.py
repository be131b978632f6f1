"""What a file was made from, and whether it was edited since, from the manifest and from what the file says of itself."""

from __future__ import annotations

import json
import random
import shutil
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from click.testing import CliRunner, Result

from amem_reports import manifeste
from amem_reports.catalogue import load
from amem_reports.cli import main
from amem_reports.ecriture import digest

ROOT = Path(__file__).parent.parent
NAME = "rapport_2019-T2.docx"


@pytest.fixture(scope="module", autouse=True)
def espace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of its own: the checkout's output may hold, and its manifest name, the very files that these tests make."""
    folder = tmp_path_factory.mktemp("espace")
    for name in ("catalogue", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    ESPACES[:] = [folder]
    return folder


ESPACES: list[Path] = []


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments), "--espace", str(ESPACES[0])])


def attest(*files: Path) -> tuple[int, list[dict[str, object]]]:
    result = run("attester", *files, "--format", "json")
    return result.exit_code, json.loads(result.stdout)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sortie = tmp_path_factory.mktemp("attester")
    result = run("produire", "2019-T2", "--date", "2019-07-15", "--sortie", sortie)
    assert result.exit_code == 0, result.output
    return sortie


@pytest.fixture
def sortie(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "sortie")
    return tmp_path / "sortie"


def edit(path: Path) -> None:
    document = docx.Document(str(path))
    document.add_paragraph("Ajouté à la main.")
    document.save(str(path))


def test_a_file_as_it_was_made_is_told_with_its_catalogue_template_and_date(sortie: Path) -> None:
    template = digest(ROOT / "templates" / "rapport" / "defaut.docx")
    status, [one] = attest(sortie / NAME)
    assert (status, one["verdict"], one["sha256"]) == (0, "intact", digest(sortie / NAME))
    assert one["origine"] == {
        "document": "Rapport d’avancement – 2e\u00a0trimestre 2019",
        "catalogue": load(ROOT / "catalogue").revision,
        "période": "2019-T2",
        "modèle": f"rapport/defaut ({template[:12]})",
        "amem": "0.1.0",
        "date": "2019-07-15",
    }


def test_an_edited_file_is_told_with_the_fingerprint_that_it_had(sortie: Path) -> None:
    before = digest(sortie / NAME)
    edit(sortie / NAME)
    status, [one] = attest(sortie / NAME)
    assert (status, one["verdict"]) == (1, "modifié")
    assert one["remarques"] == [f"SHA-256 à la production : {before}"]
    assert "modifié depuis sa production" in run("attester", sortie / NAME).stdout


def test_a_renamed_file_is_known_by_its_content(sortie: Path) -> None:
    (sortie / NAME).rename(sortie / "pour le bailleur.docx")
    status, [one] = attest(sortie / "pour le bailleur.docx")
    assert (status, one["verdict"], one["remarques"]) == (0, "intact", [f"produit sous le nom « {NAME} »"])


@pytest.mark.parametrize("name", [NAME, "rapport_2019-T2.xlsx", "bordereau_2019-T2.docx"])
def test_a_file_alone_tells_what_it_claims_and_that_it_cannot_be_proven(sortie: Path, tmp_path: Path, name: str) -> None:
    alone = tmp_path / "seul" / name
    alone.parent.mkdir()
    shutil.copyfile(sortie / name, alone)
    status, [one] = attest(alone)
    assert (status, one["verdict"]) == (1, "intégrité inconnue")
    origine = one["origine"]
    assert isinstance(origine, dict)
    assert (origine["catalogue"], origine["période"]) == (load(ROOT / "catalogue").revision, "2019-T2")
    assert "ce qui suit est ce qu’il dit de lui-même" in run("attester", alone).stdout


def test_what_a_file_claims_outlives_word_and_excel(sortie: Path, tmp_path: Path) -> None:
    edit(sortie / NAME)
    book = openpyxl.load_workbook(sortie / "rapport_2019-T2.xlsx")
    book.save(sortie / "rapport_2019-T2.xlsx")
    for name in (NAME, "rapport_2019-T2.xlsx"):
        shutil.copyfile(sortie / name, tmp_path / name)
        _, [one] = attest(tmp_path / name)
        assert one["verdict"] == "intégrité inconnue"
        assert isinstance(one["origine"], dict)
        assert one["origine"]["catalogue"] == load(ROOT / "catalogue").revision


def test_a_stranger_is_told_as_such(tmp_path: Path) -> None:
    document = docx.Document()
    document.core_properties.keywords = "catalogue ; amem"
    document.save(str(tmp_path / "autre.docx"))
    (tmp_path / "notes.txt").write_text("catalogue abc ; amem 1", encoding="utf-8")
    (tmp_path / "faux.docx").write_bytes(b"PK\x03\x04 rien")
    (tmp_path / "faux.pdf").write_bytes(b"%PDF-1.7 rien")
    (tmp_path / "faux.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    status, found = attest(*sorted(tmp_path.iterdir()))
    assert status == 1
    assert [one["verdict"] for one in found] == ["étranger"] * 5


def test_a_file_of_another_run_under_a_known_name_is_told_so(sortie: Path, tmp_path: Path) -> None:
    other = tmp_path / "autre"
    assert run("rapport", "2019-T2", "--date", "2019-07-15", "--sortie", other, "--format", "docx").exit_code == 0
    path = other / NAME
    document = docx.Document(str(path))
    document.core_properties.keywords = document.core_properties.keywords.replace("catalogue ", "catalogue 0")
    document.save(str(path))
    shutil.copyfile(path, sortie / NAME)
    _, [one] = attest(sortie / NAME)
    assert "ses propriétés disent une autre origine que le manifeste" in str(one["remarques"])


def test_an_archive_is_told_file_by_file_even_alone(sortie: Path, tmp_path: Path) -> None:
    status, found = attest(sortie / "paquet_2019-T2.zip")
    assert (status, {one["verdict"] for one in found}, len(found)) == (0, {"intact"}, 22)
    assert run("attester", sortie / "paquet_2019-T2.zip").stdout.replace("\u00a0", " ").endswith("22 fichiers, dont 22 intacts\n")
    alone = tmp_path / "paquet_2019-T2.zip"
    with zipfile.ZipFile(sortie / alone.name) as source, zipfile.ZipFile(alone, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name) + (b"!" if name == NAME else b""))
    status, found = attest(alone)
    assert status == 1
    assert found[0]["verdict"] == "intégrité inconnue"
    assert [one["fichier"] for one in found if one["verdict"] == "modifié"] == [NAME]


def test_a_run_that_was_interrupted_is_told(sortie: Path) -> None:
    (sortie / ".amem-journal.json").write_text('{"forme": 1, "fichiers": {}, "paquets": {}}', encoding="utf-8")
    _, [one] = attest(sortie / NAME)
    assert "une production a été interrompue" in str(one["remarques"])


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    result = run("attester", tmp_path / "rien.docx")
    assert result.exit_code == 1
    assert "rien.docx : fichier impossible à lire (introuvable)" in result.stderr.replace("\u00a0", " ")


def test_damaged_files_are_told_in_a_sentence_never_a_traceback(sortie: Path, tmp_path: Path) -> None:
    chance = random.Random(5)  # noqa: S311 - faults, the same at each run
    told = 0
    for name in (NAME, "rapport_2019-T2.xlsx", "paquet_2019-T2.zip"):
        whole = (sortie / name).read_bytes()
        for number in range(40):
            content = bytearray(whole)
            for _ in range(chance.choice((1, 20, 2000))):
                content[chance.randrange(len(content))] = chance.randrange(256)
            path = tmp_path / f"abime-{number}-{name}"
            path.write_bytes(bytes(content[: chance.choice((None, len(content) // 2))]))
            result = run("attester", path)
            assert result.exit_code == 1
            assert isinstance(result.exception, SystemExit), result.exception
            assert result.output
            told += 1
            path.unlink()
    assert told == 120


def test_an_archive_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "bombe.zip"
    with zipfile.ZipFile(bomb, "w") as archive:
        archive.writestr("rapport.docx", b"rien")
        archive.infolist()[0].file_size = 600_000_000
    result = run("attester", bomb)
    assert result.exit_code == 1
    assert "bombe.zip : archive trop grande" in result.stderr.replace("\u00a0", " ")


def test_what_a_stranger_wrote_cannot_move_the_cursor(sortie: Path, tmp_path: Path) -> None:
    path = tmp_path / "paquet.zip"
    with zipfile.ZipFile(sortie / "paquet_2019-T2.zip") as source, zipfile.ZipFile(path, "w") as target:
        told = json.loads(source.read("manifeste.json"))
        told["paquets"] = {"\x1b[2J": {"catalogue": "\x1b[31mrouge", "amem": "1"}}
        target.writestr("manifeste.json", json.dumps(told))
        target.writestr("\x1b[2Jrapport.docx", b"rien")
    result = run("attester", path)
    assert "rouge" in result.stdout
    assert "\x1b" not in result.stdout


@pytest.mark.libreoffice
def test_a_pdf_says_the_same_of_itself(tmp_path: Path) -> None:
    sortie = tmp_path / "sortie"
    assert run("rapport", "2019-T2", "--date", "2019-07-15", "--sortie", sortie, "--format", "pdf").exit_code == 0
    (pdf,) = sortie.glob("*.pdf")
    assert attest(pdf)[1][0]["verdict"] == "intact"
    alone = tmp_path / pdf.name
    shutil.copyfile(pdf, alone)
    _, [one] = attest(alone)
    assert one["verdict"] == "intégrité inconnue"
    assert isinstance(one["origine"], dict)
    assert one["origine"]["catalogue"] == load(ROOT / "catalogue").revision


@pytest.mark.parametrize("between", [" ; ", " "], ids=["as written", "as LibreOffice keeps them"])
def test_what_a_document_says_of_its_making_is_read_with_or_without_semicolons(between: str) -> None:
    said = {"catalogue": "08407a07", "suivi": "2d5dd9a2", "période": "2019-T4", "modèle": "rapport/defaut 16feb43ac4e6", "amem": "0.1.0"}
    assert manifeste.claims(between.join(f"{name} {value}" for name, value in said.items())) == said
