"""The package: what is not changed is copied byte for byte; a file that is no sound Word or Excel file is told in French."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from amem_reports.errors import AmemError
from amem_reports.rendering.package import CONTENT_TYPES, Package


def make(path: Path, parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


PARTS = {"word/document.xml": b"<a>" + b"x" * 5000 + b"</a>", CONTENT_TYPES: b"<Types/>", "word/media/image.png": bytes(range(256)) * 9}


def written(package: Package, parts: dict[str, bytes | None]) -> bytes:
    out = io.BytesIO()
    package.write(out, parts)
    return out.getvalue()


def raw(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entry = archive.getinfo(name)
    name_length, extra = struct.unpack("<HH", data[entry.header_offset + 26 : entry.header_offset + 30])
    start = entry.header_offset + 30 + name_length + extra
    return data[start : start + entry.compress_size]


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_untouched_parts_keep_their_compressed_bytes(tmp_path: Path, method: int) -> None:
    source = make(tmp_path / "a.docx", PARTS, method)
    result = written(Package(source), {"word/document.xml": b"<b/>"})
    assert raw(result, "word/media/image.png") == raw(source.read_bytes(), "word/media/image.png")
    with zipfile.ZipFile(io.BytesIO(result)) as archive:
        assert archive.testzip() is None
        assert archive.read("word/document.xml") == b"<b/>"
        assert archive.read("word/media/image.png") == PARTS["word/media/image.png"]


def test_content_types_come_first_and_nothing_depends_on_the_clock(tmp_path: Path) -> None:
    package = Package(make(tmp_path / "a.docx", PARTS))
    result = written(package, {"word/new.xml": b"<n/>", "word/media/image.png": None})
    with zipfile.ZipFile(io.BytesIO(result)) as archive:
        assert archive.namelist() == [CONTENT_TYPES, "word/document.xml", "word/new.xml"]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert written(package, {"word/new.xml": b"<n/>", "word/media/image.png": None}) == result


def test_a_part_may_come_in_pieces(tmp_path: Path) -> None:
    out = io.BytesIO()
    Package(make(tmp_path / "a.docx", PARTS)).write(out, {"word/document.xml": (piece for piece in (b"<a>", b"b", b"</a>"))})
    with zipfile.ZipFile(out) as archive:
        assert archive.read("word/document.xml") == b"<a>b</a>"


def test_an_unknown_part_is_a_key_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        Package(make(tmp_path / "a.docx", PARTS)).read("word/nothing.xml")


BROKEN = {
    "vide": (b"", "ce n’est pas un fichier Word ou Excel"),
    "texte": (b"bonjour", "ce n’est pas un fichier Word ou Excel"),
    "pdf": (b"%PDF-1.7\n%%EOF", "ce n’est pas un fichier Word ou Excel"),
    "ancien": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "protégé par un mot de passe, ou d’un ancien format"),
}


@pytest.mark.parametrize(("content", "expected"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_word_file_is_told(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "modele.docx"
    path.write_bytes(content)
    with pytest.raises(AmemError, match=expected):
        Package(path)


def test_a_zip_that_is_no_word_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(AmemError, match="ce n’est pas un fichier Word ou Excel"):
        Package(make(tmp_path / "a.docx", {"a.txt": b"a"}))


def test_macros_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AmemError, match="contient des macros"):
        Package(make(tmp_path / "a.docx", PARTS | {"word/vbaProject.bin": b"x"}))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(AmemError, match=r"absent\.docx : fichier impossible à lire"):
        Package(tmp_path / "absent.docx")


def test_a_truncated_file_is_told(tmp_path: Path) -> None:
    path = make(tmp_path / "a.docx", PARTS)
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(AmemError, match="il est abîmé"):
        Package(path)


def test_a_flipped_bit_is_told(tmp_path: Path) -> None:
    path = make(tmp_path / "a.docx", PARTS, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[data.index(b"xxxx") + 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(AmemError, match="abîmé"):
        Package(path).read("word/document.xml")


def test_a_part_that_lies_about_its_size_is_not_inflated_whole(tmp_path: Path) -> None:
    path = make(tmp_path / "a.docx", PARTS | {"word/bomb.xml": b"0" * 3_000_000})
    data = path.read_bytes()
    real, lie = struct.pack("<L", 3_000_000), struct.pack("<L", 1_000)
    assert data.count(real) >= 1
    path.write_bytes(data.replace(real, lie))
    with pytest.raises(AmemError, match="abîmé, ou d’une autre taille"):
        Package(path).read("word/bomb.xml")
