"""Logos of a workspace stand on its documents; without any, nothing shows that there is a place for them."""

from __future__ import annotations

import shutil
import struct
import zipfile
import zlib
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner, Result

from amem_reports.cli import main

ROOT = Path(__file__).parent.parent


def png(width: int, height: int, grey: int = 0x33) -> bytes:
    """A picture of one grey."""
    rows = b"".join(b"\x00" + bytes([grey]) * width for _ in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.fixture
def espace(tmp_path: Path) -> Path:
    folder = tmp_path / "espace"
    for name in ("catalogue", "templates"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".*", "~$*"))
    return folder


def make(espace: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--espace", str(espace), "--date", "2019-07-15", "--format", "docx"])


def pictures(path: Path) -> list[tuple[str, int, int]]:
    """The description of each picture of a document, and its size in points."""
    shapes = docx.Document(str(path)).inline_shapes
    return [(shape._inline.docPr.get("descr") or "", round(shape.width.pt), round(shape.height.pt)) for shape in shapes]


@pytest.mark.parametrize("command", [("plan-de-travail", "maroc"), ("cadre-logique",)])
def test_each_logo_stands_in_its_place_with_its_shape_and_its_owner(espace: Path, command: tuple[str, ...]) -> None:
    (espace / "templates" / "logos" / "agence.png").write_bytes(png(400, 100))
    (espace / "templates" / "logos" / "bailleur.PNG").write_bytes(png(50, 100))
    result = make(espace, *command)
    assert result.exit_code == 0, result.output
    [made] = (espace / "output").glob("*.docx")
    agence, bailleur = pictures(made)
    assert agence == ("Logo : Organisation internationale du Travail (OIT), Bureau international du Travail (BIT)", 142, 35)
    assert bailleur == ("Logo : Agence italienne pour la coopération au développement (AICS)", 23, 45)


def test_without_logos_no_place_is_taken_and_nothing_is_left_of_the_placeholders(espace: Path) -> None:
    shutil.rmtree(espace / "templates" / "logos")
    assert make(espace, "plan-de-travail", "maroc").exit_code == 0
    [made] = (espace / "output").glob("*.docx")
    assert pictures(made) == []
    assert "Logos" not in {paragraph.style.name for paragraph in docx.Document(str(made)).paragraphs if paragraph.style is not None}
    with zipfile.ZipFile(made) as package:
        assert [name for name in package.namelist() if "media" in name] == []


def test_another_logo_makes_another_document(espace: Path) -> None:
    logo = espace / "templates" / "logos" / "agence.png"
    logo.write_bytes(png(10, 10))
    assert make(espace, "cadre-logique").exit_code == 0
    first = next((espace / "output").glob("*.docx")).read_bytes()
    logo.write_bytes(png(10, 10, 0x99))
    assert make(espace, "cadre-logique").exit_code == 0
    assert next((espace / "output").glob("*.docx")).read_bytes() != first


@pytest.mark.parametrize(("content", "said"), [(b"pas une image", "ni PNG, ni JPEG, ni GIF"), (b"\x89PNG\r\n\x1a\n", "abîmée")])
def test_a_logo_that_is_no_picture_is_refused_in_a_sentence(espace: Path, content: bytes, said: str) -> None:
    (espace / "templates" / "logos" / "agence.png").write_bytes(content)
    result = make(espace, "cadre-logique")
    assert result.exit_code == 1
    assert said in result.output
    assert not list((espace / "output").glob("*.docx"))


def test_a_folder_in_the_place_of_a_logo_is_not_taken_for_one(espace: Path) -> None:
    (espace / "templates" / "logos" / "agence.png").mkdir()
    assert make(espace, "cadre-logique").exit_code == 0
