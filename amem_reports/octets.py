"""What comes from outside, taken with care: ordinary files of a reasonable size, zips whose every part is what its list says.

A zip is checked before anything in it is unpacked: how many parts, how large, where they stand, what they are called. A part is unpacked
no further than its list says, and an XML part may hold no document type, which Word and Excel never write and which entity bombs need.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from amem_reports.errors import reason

MAX_FILE = 100_000_000
MAX_PART = 100_000_000
MAX_PACKAGE = 300_000_000
MAX_PARTS = 10_000
MAX_MARKUP = 1_200_000
"""Tags and attributes in all XML parts together: each takes some hundred bytes of memory when its part is read as a tree."""
_OLE = b"\xd0\xcf\x11\xe0"
_ENTRY = b"PK\x01\x02"
_MACRO_TYPES = (b"macroenabled", b"vnd.ms-office.vbaproject", b"ms-excel.macrosheet", b"ms-excel.intlmacrosheet")
MAX_XML = 20_000_000
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.-]+)[\"']")
_ENCODINGS = (b"utf-8", b"utf8", b"us-ascii", b"ascii")
_MARK = b"\xef\xbb\xbf"
_RESAVE = "l’ouvrir et le réenregistrer"


class RefusError(Exception):
    """Something from outside is not taken: why, and how to mend it, in French."""

    def __init__(self, message: str, remede: str) -> None:
        super().__init__(message)
        self.message, self.remede = message, remede


def read(path: Path, limit: int = MAX_FILE) -> bytes:
    """The bytes of an ordinary file; RefusError for anything else (a pipe would never end), or when there are more than `limit`."""
    try:
        status = path.stat()
        if S_ISDIR(status.st_mode):
            raise RefusError("c’est un dossier", "donner un fichier")
        if not S_ISREG(status.st_mode):
            raise RefusError("ce n’est pas un fichier ordinaire", "donner un fichier enregistré sur le disque")
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise RefusError(f"fichier impossible à lire ({reason(error)})", "vérifier le nom et les droits") from error
    except ValueError as error:
        raise RefusError("nom de fichier refusé par le système", "donner un autre nom au fichier") from error
    if len(data) > limit:
        raise RefusError(f"fichier trop grand (plus de {limit // 1_000_000} Mo)", "en retirer ce qui est inutile")
    return data


class Archive:
    """The parts of a Word or Excel file. RefusError when it is none, or not a sound one; `xml` is how large one XML part may be."""

    def __init__(self, data: bytes, limit: int = MAX_PACKAGE, markup: int = MAX_MARKUP, xml: int = MAX_XML) -> None:
        self._data, self._limit, self._markup, self._largest_xml = data, limit, markup, xml
        self._tags: dict[str, int] = {}
        if data[:4] == _OLE:
            remedy = "l’enregistrer sans mot de passe en .docx ou .xlsx"
            raise RefusError("fichier protégé par un mot de passe, ou d’un ancien format (.doc, .xls)", remedy)
        if data.count(_ENTRY) > 2 * MAX_PARTS:
            raise RefusError("le fichier contient trop d’éléments", _RESAVE)
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                self.entries = {entry.filename: entry for entry in archive.infolist()}
                several = len(self.entries) < len(archive.infolist())
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error, IndexError) as error:
            message = "ce n’est pas un fichier Word ou Excel, ou il est abîmé"
            raise RefusError(message, "l’ouvrir et le réenregistrer en .docx ou .xlsx") from error
        if several or len(self.entries) > MAX_PARTS:
            raise RefusError("le fichier contient des éléments en double ou en trop grand nombre", _RESAVE)
        self._check()
        self._starts = self._places()

    def _check(self) -> None:
        entries = self.entries.values()
        if sum(entry.file_size for entry in entries) > self._limit:
            raise RefusError("le fichier est trop grand une fois décompressé", "retirer les images ou les données inutiles")
        if any(entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
            raise RefusError("le fichier est chiffré ou compressé d’une façon inconnue", _RESAVE)
        if wrong := next((name for name in self.entries if _leaves(name)), None):
            raise RefusError(f"le fichier contient un élément au nom interdit ({wrong[:60]})", "le refaire dans Word ou Excel")
        if any(map(_is_macro, self.entries)):
            raise RefusError("le fichier contient des macros", "l’enregistrer en .docx ou .xlsx, sans macro")

    def _places(self) -> dict[str, int]:
        """Where the bytes of each part begin; no two may share any, or a small file could hold a thousand times the same large part."""
        starts: dict[str, int] = {}
        end = 0
        for entry in sorted(self.entries.values(), key=lambda entry: entry.header_offset):
            at = entry.header_offset
            header = self._data[at : at + 30]
            if len(header) < 30 or header[:4] != b"PK\x03\x04":
                raise RefusError(f"élément {entry.filename[:60]} introuvable", _RESAVE)
            if at < end:
                raise RefusError("le fichier contient des éléments qui se chevauchent", _RESAVE)
            name, extra = struct.unpack("<HH", header[26:30])
            starts[entry.filename] = at + 30 + name + extra
            end = starts[entry.filename] + entry.compress_size
        if end > len(self._data):
            raise RefusError("le fichier est coupé", "le reprendre d’une copie entière")
        return starts

    def raw(self, name: str) -> bytes:
        """The compressed bytes of a part, as they stand in the file."""
        start = self._starts[name]
        return self._data[start : start + self.entries[name].compress_size]

    def read(self, name: str) -> bytes:
        """A part's content; KeyError when there is none of that name, RefusError when it is damaged, or not what the list says."""
        entry, data = self.entries[name], self.raw(name)
        if entry.file_size > (self._largest_xml if _is_xml(name) else MAX_PART):
            raise RefusError(f"élément {name} trop grand", "retirer les images ou les données inutiles")
        if entry.compress_type == zipfile.ZIP_DEFLATED:
            try:
                data = zlib.decompressobj(-15).decompress(data, entry.file_size + 1)
            except zlib.error as error:
                raise RefusError(f"élément {name} abîmé", _RESAVE) from error
        if len(data) != entry.file_size or zlib.crc32(data) != entry.CRC:
            raise RefusError(f"élément {name} abîmé, ou d’une autre taille qu’annoncé", _RESAVE)
        if _is_xml(name):
            self._tags[name] = _tags_of(name, data)
            if sum(self._tags.values()) > self._markup:
                raise RefusError("le fichier contient trop d’éléments", "retirer les lignes, les tableaux ou les feuilles inutiles")
        return data

    def check(self) -> None:
        """Read all XML parts: one that is never looked at would be copied as it is into every document made."""
        for name in filter(_is_xml, self.entries):
            self.read(name)

    def copy(self) -> bytes:
        """The same parts in a new zip, each unpacked and checked: what other readers get, who might read a crafted list otherwise."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name in self.entries:
                archive.writestr(zipfile.ZipInfo(name), self.read(name))
        return out.getvalue()


def _leaves(name: str) -> bool:
    """Whether a part's name would lead out of a folder that it is unpacked in, or means another file there than here."""
    return name.startswith("/") or "\\" in name or ":" in name or "\0" in name or ".." in name.split("/")


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels", ".vml"))


def _is_macro(name: str) -> bool:
    lower = name.lower()
    return (lower.rpartition("/")[2].startswith("vba") and lower.endswith(".bin")) or "/macrosheets/" in f"/{lower}" or ".xlm" in lower


def _tags_of(name: str, data: bytes) -> int:
    """How many tags and attributes an XML part holds; RefusError for what no Word or Excel writes."""
    declared = _ENCODING.match(data[:300].removeprefix(_MARK))
    if (declared and declared[1].lower() not in _ENCODINGS) or not (name.endswith(".vml") or _is_utf8(data)):
        raise RefusError(f"élément {name} abîmé, ou dans un autre codage qu’UTF-8", _RESAVE)
    if b"<!DOCTYPE" in data:
        raise RefusError(f"élément {name} avec une définition de type (<!DOCTYPE), que Word et Excel n’écrivent jamais", _RESAVE)
    if name == "[Content_Types].xml" and any(map(data.lower().__contains__, _MACRO_TYPES)):
        raise RefusError("le fichier contient des macros", "l’enregistrer en .docx ou .xlsx, sans macro")
    return data.count(b"<") + data.count(b"=")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
