"""Every template of the package, saved by LibreOffice as an author does: still sound, and it fills into the same words and cells."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from click.testing import CliRunner
from docx.enum.section import WD_ORIENT, WD_SECTION
from lxml import etree

from amem_reports.cli import main
from amem_reports.demo import espaces

pytestmark = pytest.mark.libreoffice
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
COMMANDES = {
    "plan-de-travail": ["plan-de-travail", "maroc", "libye", "--periode", "2020-T2"],
    "cadre-logique": ["cadre-logique", "--periode", "2020-T2"],
    "rapport": ["rapport", "2020-T2"],
    "saisie": ["saisie", "2021-T1", "maroc", "libye"],
    "comparaison": ["comparer", "2020-T2", "--format", "docx"],
    "bordereau": ["produire", "2020-T2", "--format", "docx"],
}
"""A command that fills the templates of each kind."""
SANS_MODELE = ("comparaison", "bordereau")


def saved_by_libreoffice(templates: Path, folder: Path) -> None:
    """Save every template in its own format, all of a format in one run."""
    for suffix in ("docx", "xlsx"):
        flat = folder / suffix
        flat.mkdir()
        copies = [shutil.copy(path, flat / f"{path.parent.name}+{path.name}") for path in templates.glob(f"*/*.{suffix}")]
        if not copies:
            continue
        profile = f"-env:UserInstallation=file://{folder / 'profil'}"
        command = ["soffice", profile, "--headless", "--convert-to", suffix, "--outdir", str(folder / "lu"), *map(str, copies)]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
    for path in (folder / "lu").iterdir():
        kind, _, name = path.name.partition("+")
        shutil.copy(path, templates / kind / name)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The demonstration with the templates as they are, and as LibreOffice saves them."""
    folder = tmp_path_factory.mktemp("modeles")
    espaces.init_demo(folder / "avant")
    shutil.copytree(folder / "avant", folder / "apres")
    saved_by_libreoffice(folder / "apres" / "templates", folder)
    return folder / "avant", folder / "apres"


def names(espace: Path, kind: str) -> list[str]:
    return sorted({path.stem for path in (espace / "templates" / kind).glob("*.[dx][ol][cs]x")})


def filled(espace: Path, kind: str) -> dict[str, list[object]]:
    """What stands in each file that the templates of a kind fill: paragraphs, or cells with their places."""
    found: dict[str, list[object]] = {}
    for modele in names(espace, kind):
        folder = espace / "output" / f"{kind}-{modele}"
        chosen = [] if kind in SANS_MODELE else ["--modele", modele]
        where = ["--espace", str(espace), "--sortie", str(folder), "--date", "2020-07-15"]
        result = CliRunner().invoke(main, [*COMMANDES[kind], *chosen, *where])
        assert result.exit_code == 0, result.output
        for path in sorted(folder.glob("*.docx")):
            if kind != "bordereau" or path.name.startswith(kind):
                found[f"{modele}/{path.name}"] = paragraphs(path)
        for path in sorted(folder.glob("*.xlsx")):
            found[f"{modele}/{path.name}"] = cells(path)
    return found


def paragraphs(path: Path) -> list[object]:
    """The words of each paragraph; those of the slip's prints, which tell the files apart, are left out."""
    with zipfile.ZipFile(path) as package:
        root = etree.fromstring(package.read("word/document.xml"))
    texts = ("".join(text.text or "" for text in paragraph.iter(f"{W}t")) for paragraph in root.iter(f"{W}p"))
    return [words for text in texts if (words := " ".join(text.split())) and not re.fullmatch(r"[0-9a-f]{8,}", words)]


def cells(path: Path) -> list[object]:
    book = openpyxl.load_workbook(path)
    return [(sheet.title, cell.coordinate, cell.value) for sheet in book for row in sheet for cell in row if cell.value is not None]


def test_every_template_that_libreoffice_saved_is_sound(folders: tuple[Path, Path]) -> None:
    before, after = ({path.relative_to(espace): path.read_bytes() for path in espace.glob("templates/*/*.*x")} for espace in folders)
    assert before.keys() == after.keys()
    assert len(before) > 15
    assert not [path for path in before if before[path] == after[path]]
    result = CliRunner().invoke(main, ["modele", "verifier", "--espace", str(folders[1])])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("kind", COMMANDES)
def test_it_fills_into_the_same_words_and_cells(folders: tuple[Path, Path], kind: str) -> None:
    before, after = (filled(espace, kind) for espace in folders)
    assert before.keys() == after.keys()
    assert all(len(content) > 10 for content in before.values())
    for name, content in before.items():
        assert after[name] == content, name


def test_a_wide_section_after_a_loop_stays_one(tmp_path: Path) -> None:
    """LibreOffice moves the break before a section into the paragraph above it, which may be a tag's, and goes when it is filled."""
    template = docx.Document()
    template.add_paragraph("{%p for ligne in lignes %}")
    template.add_paragraph("{{ ligne }}")
    template.add_paragraph("{%p endfor %}")
    wide = template.add_section(WD_SECTION.NEW_PAGE)
    wide.orientation, wide.page_width, wide.page_height = WD_ORIENT.LANDSCAPE, wide.page_height, wide.page_width
    template.add_paragraph("Tableau large")
    (tmp_path / "rapport").mkdir()
    template.save(str(tmp_path / "rapport" / "large.docx"))
    (tmp_path / "donnees.json").write_text('{"lignes": ["un", "deux"]}', encoding="utf-8")
    saved_by_libreoffice(tmp_path, tmp_path)

    saved, out = tmp_path / "rapport" / "large.docx", tmp_path / "rempli.docx"
    result = CliRunner().invoke(main, ["modele", "remplir", str(saved), str(tmp_path / "donnees.json"), "--sortie", str(out)])
    assert result.exit_code == 0, result.output
    with zipfile.ZipFile(saved) as before, zipfile.ZipFile(out) as after:
        tag, *_ = [one for one in sections(before) if "endfor" in "".join(map(str, one.itertext()))]
        assert tag.find(f"{W}pPr/{W}sectPr") is not None
        shapes = [size.get(f"{W}orient", "portrait") for one in sections(after) for size in one.iter(f"{W}pgSz")]
    assert shapes == ["portrait", "landscape"]
    assert paragraphs(out) == ["un", "deux", "Tableau large"]


def sections(package: zipfile.ZipFile) -> list[etree._Element]:
    """What stands in the body of a document: paragraphs and, at its end, the last section."""
    return list(etree.fromstring(package.read("word/document.xml"))[0])
