"""The OOXML package: a zip of parts. What is not changed is copied as it is, compressed bytes included."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from amem_reports import octets
from amem_reports.errors import AmemError, Constat
from amem_reports.octets import RefusError

CONTENT_TYPES = "[Content_Types].xml"
EPOCH = (1980, 1, 1, 0, 0, 0)
FORBIDDEN = bytes([*range(9), 11, 12, *range(14, 32)])
"""Bytes that XML forbids."""
LEVEL = 3
"""Of compression: a third of the time of zlib's usual 6, for files an eighth larger (some 3 kB for a document of 52 activities)."""


def sha256(data: bytes) -> str:
    """The digest that hashlib gives, from the modules that hashlib takes it from when it has no OpenSSL: loading that takes longer than
    all else that is done with a digest here.
    """
    return str(_module_of_sha256().sha256(data).hexdigest())


@cache
def _module_of_sha256() -> Any:
    for name in ("_sha2", "_sha256"):  # since Python 3.12, and before
        with suppress(ImportError):
            return import_module(name)
    return import_module("hashlib")


class Deflated:
    """A part's content, compressed while it is written: what is held is what the file will hold."""

    def __init__(self) -> None:
        self.size = self.crc = 0
        self.pieces: list[bytes] = []
        self._deflater = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)

    def write(self, data: bytes) -> None:
        """Add to the content."""
        self.size += len(data)
        self.crc = zlib.crc32(data, self.crc)
        if piece := self._deflater.compress(data):
            self.pieces.append(piece)

    def close(self) -> None:
        """No more will come."""
        self.pieces.append(self._deflater.flush())


_sound: dict[str, None] = {}
"""Digests of files whose parts have been looked at: a template is looked at once for a thousand documents."""
Content = bytes | Iterable[bytes] | Deflated


class Package:
    """A template's parts, from its file or, when they are at hand, its bytes. AmemError when the file is no sound Word or Excel package."""

    def __init__(self, source: Path, data: bytes | None = None) -> None:
        self.name = source.name
        try:
            self._bytes = octets.read(source) if data is None else data
            self._archive = octets.Archive(self._bytes)
            if CONTENT_TYPES not in self._archive.entries:
                raise RefusError("ce n’est pas un fichier Word ou Excel", "l’enregistrer en .docx ou .xlsx")
            if self.digest not in _sound:
                self._archive.check()
                _sound[self.digest] = None
        except RefusError as error:
            raise self._refusal(error) from error

    def _refusal(self, error: RefusError) -> AmemError:
        return AmemError([Constat(self.name, "", error.message, error.remede)])

    @cached_property
    def digest(self) -> str:
        """What tells this file from every other."""
        return sha256(self._bytes)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parts, in the order of the file."""
        return tuple(self._archive.entries)

    def read(self, name: str) -> bytes:
        """A part's content; KeyError when there is none of that name, AmemError when it is damaged or lies about its size."""
        try:
            return self._archive.read(name)
        except RefusError as error:
            raise self._refusal(error) from error

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
        entry = self._archive.entries[name]
        copy = zipfile.ZipInfo(name, EPOCH)
        copy.compress_type = entry.compress_type
        copy.CRC, copy.file_size, copy.compress_size = entry.CRC, entry.file_size, entry.compress_size
        _add_compressed(archive, copy, [self._archive.raw(name)])


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
    if not isinstance(content, Deflated):
        content = _deflated([content] if isinstance(content, bytes) else content)
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.CRC, entry.file_size, entry.compress_size = content.crc, content.size, sum(map(len, content.pieces))
    _add_compressed(archive, entry, content.pieces)


def _deflated(pieces: Iterable[bytes]) -> Deflated:
    content = Deflated()
    for piece in pieces:
        content.write(piece)
    content.close()
    return content
