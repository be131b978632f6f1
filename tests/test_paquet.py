"""The pack of a period: only what changed is made, the reason is told, and the archive is the same wherever it is made."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner, Result

from amem_reports import produce as module
from amem_reports.cli import main
from amem_reports.ecriture import digest

ROOT = Path(__file__).parent.parent
DAY = "2019-07-15"
ZIP = "paquet_2019-T2.zip"
PLAN = "plan-de-travail_maroc.docx"


def run(espace: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--espace", str(espace)])


def produce(espace: Path, *more: str, day: str = DAY) -> Result:
    result = run(espace, "produire", "2019-T2", "--date", day, *more)
    assert result.exit_code == 0, result.output
    return result


def told(result: Result) -> dict[str, tuple[str, str]]:
    """The table of a run: name of a file -> what became of it, and why."""
    found = {}
    for line in result.stdout.splitlines():
        cells = re.split(r"\s{2,}", line.strip())
        if len(cells) == 5 and cells[0] != "Fichier":
            found[cells[0]] = (cells[2], cells[3])
    return found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with follow-up and its pack."""
    espace = tmp_path_factory.mktemp("paquet") / "espace"
    assert CliRunner().invoke(main, ["demo", str(espace)]).exit_code == 0
    assert len(told(produce(espace))) == 22
    return espace


@pytest.fixture
def espace(made: Path, tmp_path: Path) -> Path:
    """A copy of one's own, to change at will."""
    shutil.copytree(made, tmp_path / "espace")
    return tmp_path / "espace"


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def edit(path: Path) -> None:
    document = docx.Document(str(path))
    document.add_paragraph("Ajouté à la main.")
    document.save(str(path))


def test_a_second_run_does_nothing_and_says_so(espace: Path) -> None:
    output = espace / "output"
    before = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in output.glob("[!.]*")}
    result = produce(espace)
    assert result.stdout.replace("\u00a0", " ") == f"Rien à refaire : 22 fichiers à jour dans {output}\n"
    assert {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in output.glob("[!.]*")} == before


def test_a_second_run_fills_no_template(espace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amem_reports.produce._render", lambda *_: pytest.fail("a template was filled"))
    produce(espace)


def test_every_document_is_made_anew_when_asked(espace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled: list[str] = []
    real = module._render

    def count(piece: module.Piece, path: Path, day: date) -> tuple[str, ...]:
        filled.append(piece.nom)
        return real(piece, path, day)

    monkeypatch.setattr(module, "_render", count)
    assert "Rien à refaire" in produce(espace, "--tout").stdout  # all came out the same
    assert len(filled) == 21


def test_a_word_of_the_catalogue_remakes_what_prints_its_revision_and_tells_content_from_revision(espace: Path) -> None:
    spoil(espace / "catalogue" / "pays" / "tunisie.yaml", "    responsable: ", "    responsable: Autre ")
    found = told(produce(espace))
    assert found["plan-de-travail_tunisie.docx"] == ("mis à jour", "catalogue modifié")
    assert found["cadre-logique_regional.xlsx"] == ("mis à jour", "catalogue modifié")
    assert found[PLAN] == ("mis à jour", "révision du catalogue")
    assert len(found) == 22


def test_a_record_of_the_follow_up_is_the_reason(espace: Path) -> None:
    record = espace / "catalogue" / "suivi" / "2019-T2" / "TN.yaml"
    text = record.read_text(encoding="utf-8")
    record.write_text(re.sub(r"avancement: \d+", "avancement: 7", text, count=1), encoding="utf-8")
    found = told(produce(espace))
    assert found["plan-de-travail_tunisie.docx"][1] == "suivi modifié"
    assert found[PLAN][1] == "révision du suivi"


def test_a_template_remakes_its_kind_only(espace: Path) -> None:
    template = espace / "templates" / "plan-de-travail" / "defaut.docx"
    document = docx.Document(str(template))
    document.add_paragraph("Une phrase de plus.")
    document.save(str(template))
    found = told(produce(espace))
    plans = {name for name in found if name.startswith("plan-de-travail")}
    assert {found[name] for name in plans} == {("mis à jour", "modèle modifié")}
    assert len(plans) == 5
    assert set(found) - plans == {"bordereau_2019-T2.docx", ZIP}


def test_a_date_a_period_and_a_missing_file_are_reasons(espace: Path) -> None:
    (espace / "output" / PLAN).unlink()
    assert told(produce(espace)) == {PLAN: ("créé", "fichier disparu")}
    assert told(produce(espace, day="2019-07-16"))[PLAN] == ("mis à jour", "date différente")
    result = run(espace, "produire", "2019-T1", "--date", "2019-07-16")
    assert told(result)[PLAN][1].startswith("autre période")


def test_one_kind_s_command_records_in_the_same_manifest(espace: Path) -> None:
    result = run(espace, "plan-de-travail", "maroc", "--periode", "2019-T2", "--date", DAY)
    assert "Rien à refaire" in result.stdout
    (espace / "output" / PLAN).unlink()
    result = run(espace, "plan-de-travail", "maroc", "--periode", "2019-T2", "--date", DAY, "--format", "docx")
    assert told(result) == {PLAN: ("créé", "fichier disparu")}
    assert "Rien à refaire" in produce(espace).stdout


def test_an_edited_document_goes_into_the_archive_as_long_as_its_data_stay(espace: Path) -> None:
    output = espace / "output"
    edit(output / PLAN)
    found = told(produce(espace))
    assert found[PLAN][0] == "modifié à la main"
    assert set(found) == {PLAN, "bordereau_2019-T2.docx", ZIP}
    with zipfile.ZipFile(output / ZIP) as archive:
        assert archive.read(PLAN) == (output / PLAN).read_bytes()
        assert json.loads(archive.read("manifeste.json"))["paquets"]["2019-T2"]["modifies"] == [PLAN]
    slip = "\n".join(cell.text for table in docx.Document(str(output / "bordereau_2019-T2.docx")).tables for cell in table._cells)
    assert "Plan de travail – Maroc (modifié à la main)" in slip
    assert digest(output / PLAN)[:12] in slip

    spoil(espace / "catalogue" / "pays" / "maroc.yaml", "    responsable: ", "    responsable: Autre ")
    result = produce(espace)
    assert told(result)["plan-de-travail_maroc (nouvelle version).docx"] == ("nouvelle version", "modifié à la main, catalogue modifié")
    with zipfile.ZipFile(output / ZIP) as archive:
        assert PLAN not in archive.namelist()
        assert "plan-de-travail_maroc (nouvelle version).docx" in archive.namelist()


def test_the_slip_lists_every_file_with_its_fingerprint_and_who_has_reported(made: Path) -> None:
    tables = docx.Document(str(made / "output" / "bordereau_2019-T2.docx")).tables
    rows = [[cell.text for cell in row.cells] for row in tables[1].rows][1:]
    assert len(rows) == 20
    for _, _, name, short in rows:
        assert digest(made / "output" / name).startswith(short)
        assert len(short) == 12
    assert [row.cells[1].text for row in tables[2].rows][1:] == ["Maroc", "Mauritanie", "Tunisie", "Libye", "Sous-régional"]


def test_the_manifest_tells_revisions_records_and_templates(made: Path) -> None:
    data = json.loads((made / "output" / "manifeste.json").read_text(encoding="utf-8"))
    pack = data["paquets"]["2019-T2"]
    assert set(pack["suivi"]["fiches"]) == {f"2019-T2/{code}" for code in ("MA", "MR", "TN", "LY", "SR")}
    assert pack["modeles"]["rapport/defaut.docx"] == digest(made / "templates" / "rapport" / "defaut.docx")
    assert len(pack["fichiers"]) == 21
    for name in pack["fichiers"]:
        entry = data["fichiers"][name]
        assert entry["sha256"] == digest(made / "output" / name)
        assert (entry["origine"]["catalogue"], entry["origine"]["suivi"]) == (pack["catalogue"], pack["suivi"]["revision"])


def test_the_archive_holds_the_files_the_slip_and_their_manifest(made: Path) -> None:
    output = made / "output"
    with zipfile.ZipFile(output / ZIP) as archive:
        names = archive.namelist()
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert names[-2:] == ["bordereau_2019-T2.docx", "manifeste.json"]
        assert all(archive.read(name) == (output / name).read_bytes() for name in names[:-1])
        assert set(json.loads(archive.read("manifeste.json"))["fichiers"]) == set(names[:-1])


def test_another_template_is_taken_where_it_exists_and_the_usual_one_elsewhere(espace: Path) -> None:
    shutil.copyfile(espace / "templates" / "rapport" / "defaut.docx", espace / "templates" / "rapport" / "bailleur.docx")
    found = told(produce(espace, "--modele", "bailleur"))
    assert found["rapport_2019-T2.docx"] == ("mis à jour", "autre modèle")
    assert set(found) == {"rapport_2019-T2.docx", "bordereau_2019-T2.docx", ZIP}


def test_two_runs_killed_while_documents_are_made_leave_the_old_pack_and_the_next_run_ends_it(espace: Path) -> None:
    output = espace / "output"
    before = {path.name: path.read_bytes() for path in output.glob("[!.]*")}
    code = (
        "import os, sys; from amem_reports import produce; from amem_reports.cli import main\n"
        "real, left = produce._render, [7]\n"
        "def dying(*a):\n"
        "    left[0] -= 1\n"
        "    if not left[0]: os._exit(9)\n"
        "    return real(*a)\n"
        "produce._render = dying\n"
        f"main(['produire', '2019-T2', '--date', '2019-08-01', '--espace', {str(espace)!r}])"
    )
    for _ in range(2):
        assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 9
        assert {path.name: path.read_bytes() for path in output.glob("[!.]*")} == before
    produce(espace, day="2019-08-01")
    assert sorted(path.name for path in output.glob(".*")) == [".amem-verrou"]
    assert "Rien à refaire" in produce(espace, day="2019-08-01").stdout


ENVIRONMENTS = (
    {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1", "LC_ALL": "C", "LANG": "C"},
    {"TZ": "America/Los_Angeles", "PYTHONHASHSEED": "4242", "LC_ALL": "C.UTF-8", "USER": "quelqu-un", "HOSTNAME": "machine"},
)


def test_the_same_input_gives_the_same_bytes_in_every_time_zone_locale_and_hash_order(tmp_path: Path) -> None:
    packs = []
    for number, environment in enumerate(ENVIRONMENTS):
        sortie = tmp_path / f"sortie-{number}"
        line = [sys.executable, "-m", "amem_reports", "produire", "2019-T2", "--date", DAY, "--espace", str(ROOT), "--sortie", str(sortie)]
        cache = {"XDG_CACHE_HOME": str(tmp_path / f"cache-{number}")}
        subprocess.run(line, env={**os.environ, **cache, **environment}, capture_output=True, check=True)
        packs.append({path.name: path.read_bytes() for path in sortie.glob("[!.]*")})
    assert len(packs[0]) == 23
    assert packs[0] == packs[1]


def test_nothing_produced_names_a_user_a_folder_or_a_machine(made: Path) -> None:
    import getpass
    import socket

    names = [str(made), str(made.parent), str(ROOT), str(Path.home()), f"/{getpass.getuser()}/", socket.gethostname()]
    secrets = [name.encode() for name in names if len(name) > 5]
    looked = 0
    for path in (made / "output").glob("[!.]*"):
        contents = [path.read_bytes()]
        if path.suffix != ".json":
            with zipfile.ZipFile(path) as package:
                contents += [package.read(name) for name in package.namelist()]
        for content in contents:
            looked += 1
            assert [secret for secret in secrets if secret in content] == [], path.name
    assert looked > 300


def add_part(path: Path, parts: dict[str, tuple[str, str]]) -> None:
    """Write into a template what Word and Excel write: in each part, one text replaced by another."""
    with zipfile.ZipFile(path) as package:
        contents = {name: package.read(name) for name in package.namelist()}
    for name, (old, new) in parts.items():
        assert old.encode() in contents[name], name
        contents[name] = contents[name].replace(old.encode(), new.encode(), 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in contents.items():
            package.writestr(name, content)


def test_what_word_and_excel_tell_of_the_template_s_author_does_not_pass_into_documents(espace: Path) -> None:
    folder = "C:\\Users\\jdupont\\Modeles"
    company = f"<Company>Dupont et fils</Company><Manager>J. Dupont</Manager><Template>{folder}\\amem.dotx</Template></Properties>"
    attached = (
        f"""<Relationship Id="rIdX" Type="http://x/relationships/attachedTemplate" Target="file:///{folder}" TargetMode="External"/>"""
    )
    place = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="x15">'
        f'<x15ac:absPath url="{folder}\\" xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac"/>'
        "</mc:Choice></mc:AlternateContent><sheets>"
    )
    word, excel = (espace / "templates" / "rapport" / f"defaut.{suffix}" for suffix in ("docx", "xlsx"))
    settings = "word/_rels/settings.xml.rels"
    with zipfile.ZipFile(word, "a") as package:
        assert settings not in package.namelist()
        package.writestr(
            settings, f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{attached}</Relationships>'
        )
    add_part(
        word,
        {
            "docProps/app.xml": ("</Properties>", company),
            "word/settings.xml": ("</w:settings>", '<w:attachedTemplate r:id="rIdX"/></w:settings>'),
        },
    )
    add_part(excel, {"docProps/app.xml": ("</Properties>", company), "xl/workbook.xml": ("<sheets>", place)})
    assert run(espace, "rapport", "2019-T2", "--date", DAY).exit_code == 0
    for suffix in ("docx", "xlsx"):
        with zipfile.ZipFile(espace / "output" / f"rapport_2019-T2.{suffix}") as package:
            contents = {name: package.read(name) for name in package.namelist()}
        assert [name for name, content in contents.items() if b"upont" in content or b"attachedTemplate" in content] == []
        assert b"<Application>" in contents["docProps/app.xml"]


def test_a_workspace_older_than_a_kind_gets_that_kind_from_amem_s_own_template_and_says_so(espace: Path) -> None:
    shutil.rmtree(espace / "templates" / "bordereau")
    result = run(espace, "produire", "2019-T3", "--date", DAY)
    assert result.exit_code == 0
    told = result.stderr.replace("\u00a0", " ")
    assert "templates/bordereau : aucun modèle dans cet espace de travail ; celui d’amem est pris" in told
    assert (espace / "output" / "bordereau_2019-T3.docx").is_file()
    copied = run(espace, *told.split("le changer : amem ")[1].split("\n")[0].split())
    assert copied.exit_code == 0
    assert (espace / "templates" / "bordereau" / "defaut.docx").is_file()
    again = run(espace, "produire", "2019-T3", "--date", DAY, "--tout")
    assert (again.exit_code, "aucun modèle" in again.stderr) == (0, False)


def test_a_template_that_misses_beside_others_is_told_before_anything_is_made(espace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (espace / "templates" / "bordereau" / "defaut.docx").rename(espace / "templates" / "bordereau" / "autre.docx")
    monkeypatch.setattr(module, "_render", lambda *_: pytest.fail("a template was filled"))
    result = run(espace, "produire", "2019-T3", "--date", DAY)
    assert result.exit_code == 1
    assert "templates/bordereau, modèle « defaut » : « defaut.docx » n’existe pas" in result.stderr.replace("\u00a0", " ")


def test_a_country_with_a_name_too_long_for_a_file_is_told(espace: Path) -> None:
    country = espace / "catalogue" / "pays" / "maroc.yaml"
    spoil(country, "nom: Maroc", f"nom: {'Maroc ' * 30}")
    result = run(espace, "produire", "2019-T2", "--date", DAY)
    assert result.exit_code == 1
    assert "il en faut 120 au plus" in result.stderr.replace("\u00a0", " ")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory and open files are read from /proc")
def test_two_hundred_documents_leave_neither_open_files_nor_memory_behind(made: Path, tmp_path: Path) -> None:
    code = (
        "import json, os, sys; from datetime import date; from pathlib import Path\n"
        "sys.path.insert(0, 'benchmarks'); import pack\n"
        "from amem_reports import paquet; from amem_reports.catalogue import load; from amem_reports.dossier import Dossier\n"
        "from amem_reports.espace import Espace; from amem_reports.model import Periode; from amem_reports.produce import Demande\n"
        f"espace = Espace.of(Path({str(made)!r}))\n"
        "dossier = Dossier(catalogue=load(espace.catalogue), date=date(2019, 7, 15), periode=Periode.parse('2019-T2'))\n"
        f"demande = Demande(espace=espace, sortie=Path({str(tmp_path)!r}), formats=('docx', 'xlsx'), date=dossier.date, tout=True)\n"
        "def packs(count):\n"
        "    made = [len(paquet.produce(paquet.wanted(dossier), dossier, demande)) for _ in range(count)]\n"
        "    return sum(made), pack.memory(), pack.descriptors()\n"
        "print(json.dumps([packs(2), packs(8)]))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    (_, before, opened), (count, after, still_open) = json.loads(done.stdout)
    assert count == 8 * 22
    assert still_open == opened
    assert after - before < 8, (before, after)
