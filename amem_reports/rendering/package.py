"""The OOXML package: a zip of parts. What is not changed is copied as it is, compressed bytes included."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from amem_reports.errors import AmemError, Constat, reason

CONTENT_TYPES = "[Content_Types].xml"
MAX_PART = 200_000_000
MAX_PACKAGE = 500_000_000
MAX_PARTS = 10_000
EPOCH = (1980, 1, 1, 0, 0, 0)
_OLE = b"\xd0\xcf\x11\xe0"
_MACROS = "vbaProject.bin"


class Deflated:
    """A part's content, compressed while it is written: what is held is what the file will hold."""

    def __init__(self) -> None:
        self.size = self.crc = 0
        self.pieces: list[bytes] = []
        self._deflater = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -15)

    def write(self, data: bytes) -> None:
        """Add to the content."""
        self.size += len(data)
        self.crc = zlib.crc32(data, self.crc)
        if piece := self._deflater.compress(data):
            self.pieces.append(piece)

    def close(self) -> None:
        """No more will come."""
        self.pieces.append(self._deflater.flush())


Content = bytes | Iterable[bytes] | Deflated


class Package:
    """A template's parts, from its file or, when they are at hand, its bytes. AmemError when the file is no sound Word or Excel package."""

    def __init__(self, source: Path, data: bytes | None = None) -> None:
        self.name = source.name
        try:
            self._bytes = source.read_bytes() if data is None else data
        except OSError as error:
            raise self._refusal(f"fichier impossible à lire ({reason(error)})", "vérifier le nom et les droits") from error
        if self._bytes[:4] == _OLE:
            raise self._refusal(
                "fichier protégé par un mot de passe, ou d’un ancien format (.doc, .xls)",
                "l’enregistrer sans mot de passe en .docx ou .xlsx",
            )
        try:
            with zipfile.ZipFile(io.BytesIO(self._bytes)) as archive:
                self._entries = archive.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise self._refusal(
                "ce n’est pas un fichier Word ou Excel, ou il est abîmé", "l’ouvrir et le réenregistrer en .docx ou .xlsx"
            ) from error
        self._check()
        self._by_name = {entry.filename: entry for entry in self._entries}

    def _refusal(self, message: str, remedy: str) -> AmemError:
        return AmemError([Constat(self.name, "", message, remedy)])

    def _check(self) -> None:
        names = [entry.filename for entry in self._entries]
        if CONTENT_TYPES not in names:
            raise self._refusal("ce n’est pas un fichier Word ou Excel", "l’enregistrer en .docx ou .xlsx")
        if len(names) != len(set(names)) or len(names) > MAX_PARTS:
            raise self._refusal("le fichier contient des éléments en double ou en trop grand nombre", "l’ouvrir et le réenregistrer")
        if sum(entry.file_size for entry in self._entries) > MAX_PACKAGE:
            raise self._refusal("le fichier est trop grand une fois décompressé", "retirer les images ou les données inutiles")
        if any(entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in self._entries):
            raise self._refusal("le fichier est chiffré ou compressé d’une façon inconnue", "l’ouvrir et le réenregistrer")
        if any(name.endswith(_MACROS) for name in names):
            raise self._refusal("le fichier contient des macros", "l’enregistrer en .docx ou .xlsx, sans macro")

    @cached_property
    def digest(self) -> str:
        """What tells this file from every other."""
        return hashlib.sha256(self._bytes).hexdigest()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parts, in the order of the file."""
        return tuple(self._by_name)

    def read(self, name: str) -> bytes:
        """A part's content; KeyError when there is none of that name, AmemError when it is damaged or lies about its size."""
        entry = self._by_name[name]
        raw = self._raw(entry)
        if entry.compress_type == zipfile.ZIP_STORED:
            data = raw
        else:
            inflater = zlib.decompressobj(-15)
            try:
                data = inflater.decompress(raw, MAX_PART)
            except zlib.error as error:
                raise self._refusal(f"élément {name} abîmé", "l’ouvrir et le réenregistrer") from error
        if len(data) != entry.file_size or zlib.crc32(data) != entry.CRC:
            raise self._refusal(f"élément {name} abîmé ou trop grand", "l’ouvrir et le réenregistrer")
        return data

    def _raw(self, entry: zipfile.ZipInfo) -> bytes:
        """The compressed bytes as they stand in the file."""
        start = entry.header_offset
        if self._bytes[start : start + 4] != b"PK\x03\x04":
            raise self._refusal(f"élément {entry.filename} introuvable", "l’ouvrir et le réenregistrer")
        name, extra = struct.unpack("<HH", self._bytes[start + 26 : start + 30])
        start += 30 + name + extra
        raw = self._bytes[start : start + entry.compress_size]
        if len(raw) != entry.compress_size:
            raise self._refusal("le fichier est coupé", "le reprendre d’une copie entière")
        return raw

    def write(self, out: BinaryIO, parts: Mapping[str, Content | None]) -> None:
        """Write the package with some parts new, changed or (None) left out; same input, same bytes."""
        known = self.names
        order = [CONTENT_TYPES, *(name for name in known if name != CONTENT_TYPES), *sorted(set(parts) - set(known))]
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in order:
                if name.endswith("/"):
                    continue
                if name not in parts:
                    self._copy(archive, name)
                elif (content := parts[name]) is not None:
                    _add(archive, name, content)

    def _copy(self, archive: zipfile.ZipFile, name: str) -> None:
        entry = self._by_name[name]
        copy = zipfile.ZipInfo(name, EPOCH)
        copy.compress_type = entry.compress_type
        copy.CRC, copy.file_size, copy.compress_size = entry.CRC, entry.file_size, entry.compress_size
        _add_compressed(archive, copy, [self._raw(entry)])


def _add_compressed(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, pieces: Iterable[bytes]) -> None:
    """Add bytes that are compressed already, for which zipfile has no public way."""
    assert archive.fp is not None
    entry.create_system = 0
    entry.header_offset = archive.fp.tell()
    archive.fp.write(entry.FileHeader(zip64=False))
    for piece in pieces:
        archive.fp.write(piece)
    archive.start_dir = archive.fp.tell()
    archive.filelist.append(entry)
    archive.NameToInfo[entry.filename] = entry


def _add(archive: zipfile.ZipFile, name: str, content: Content) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    if isinstance(content, Deflated):
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.CRC, entry.file_size, entry.compress_size = content.crc, content.size, sum(map(len, content.pieces))
        _add_compressed(archive, entry, content.pieces)
        return
    entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
    if isinstance(content, bytes):
        archive.writestr(entry, content)
        return
    with archive.open(entry, "w", force_zip64=False) as part:
        for piece in content:
            part.write(piece)
