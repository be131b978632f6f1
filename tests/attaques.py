"""Hostile files, made one by one."""

from __future__ import annotations

import io
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import docx
import xlsxwriter

TYPES = "[Content_Types].xml"
LAUGHS = b"<!DOCTYPE a [<!ENTITY a 'ha'>" + b"".join(b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)) + b"]>"
QUADRATIC = b"<!DOCTYPE a [<!ENTITY a '" + b"x" * 50_000 + b"'>]>"
EXTERNAL = b"<!DOCTYPE a [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
REMOTE = b"<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'>"


def word(text: str = "Bonjour {{ nom }}") -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def excel(*texts: str) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    for row, text in enumerate(texts or ("{{ nom }}",)):
        sheet.write_string(row, 0, text)
    book.close()
    return out.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(contents: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    return packed(parts(data) | {name: content})


def edited(data: bytes, name: str, edit: Callable[[bytes], bytes]) -> bytes:
    found = parts(data)
    return packed(found | {name: edit(found[name])})


def prefixed(data: bytes, name: str, doctype: bytes, attribute: bool = False) -> bytes:
    """A part with a document type before its root, and its entity in the root's attribute or text."""

    def edit(part: bytes) -> bytes:
        start = part.index(b"?>") + 2 if part.startswith(b"<?xml") else 0
        end = part.index(b">", start)
        use = b"&%c;" % doctype[doctype.rindex(b"ENTITY ") + 7] if b"ENTITY" in doctype else b""
        return part[:start] + doctype + part[start:end] + (b" x='%s'>" % use if attribute else b">" + use) + part[end + 1 :]

    return edited(data, name, edit)


# --- zips -------------------------------------------------------------------------------------------------------------------------------


def overlapping(data: bytes, times: int = 300, size: int = 90_000) -> bytes:
    """A package whose list of parts names the same compressed bytes many times: small to send, large to unpack."""
    made = with_part(data, "a.bin", b"0" * size)
    count, length, start = struct.unpack("<HLL", made[-12:-2])
    central = made[start : start + length]
    entry = central[central.rindex(b"PK\x01\x02") :]
    assert b"a.bin" in entry
    more = b"".join(entry.replace(b"a.bin", b"%05d" % number) for number in range(times))
    record = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, count + times, count + times, length + len(more), start, 0)
    return made[:start] + central + more + record


def lying(data: bytes, name: str, real: bytes, told: int) -> bytes:
    """A package in which a part is said to be smaller than it is."""
    made = with_part(data, name, real)
    sizes = struct.pack("<L", len(real))
    return made.replace(sizes, struct.pack("<L", told))


def huge_claim(data: bytes) -> bytes:
    made = with_part(data, "a.bin", b"0" * 5000)
    return made.replace(struct.pack("<L", 5000), struct.pack("<L", 4_000_000_000))


def crowded(data: bytes, count: int = 60_000) -> bytes:
    return packed(parts(data) | {f"a/{number}": b"" for number in range(count)})


def nested(data: bytes) -> bytes:
    inner = packed({"0": b"0" * 5_000_000})
    for _ in range(5):
        inner = packed({str(number): inner for number in range(10)})
    return with_part(data, "word/embeddings/a.zip", inner)


def flooded(data: bytes, name: str, megabytes: int, piece: bytes = b" ") -> bytes:
    """A part that becomes very large when it is unpacked, and is sound XML."""

    def edit(part: bytes) -> bytes:
        at = part.rindex(b"</")
        return part[:at] + piece * (megabytes * 1_000_000 // len(piece)) + part[at:]

    return edited(data, name, edit)


def encrypted(data: bytes) -> bytes:
    at = data.index(b"PK\x01\x02") + 8
    return data[:at] + b"\x01" + data[at + 1 :]


def method(data: bytes, number: int) -> bytes:
    at = data.index(b"PK\x01\x02") + 10
    return data[:at] + struct.pack("<H", number) + data[at + 2 :]


def flipped(data: bytes, name: str) -> bytes:
    """One bit of a part's compressed bytes changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entry = archive.getinfo(name)
    at = entry.header_offset + 30 + len(name) + entry.compress_size // 2
    return data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :]


def doubled(data: bytes) -> bytes:
    """Two lists of parts: a reader that takes the first sees other parts than one that takes the last."""
    return packed({TYPES: b"<Types/>", "xl/workbook.xml": b"<workbook/>"}) + data


def deflated_garbage(data: bytes) -> bytes:
    bad = zlib.compress(b"x" * 100)[2:-6] + b"\xff\xff"
    made = with_part(data, "xl/sharedStrings.xml", b"x" * 100)
    return made.replace(zlib.compress(b"x" * 100)[2:-4], bad)


def workspace(folder: Path, root: Path) -> Path:
    """A copy of the shipped workspace."""
    for name in ("catalogue", "templates"):
        shutil.copytree(root / name, folder / name)
    return folder


def doubled_name(data: bytes, name: str) -> bytes:
    """Two parts of one name: what one reader checks, another does not read."""
    out = io.BytesIO(with_part(data, "z" * len(name), b"<a/>"))
    return out.getvalue().replace(b"z" * len(name), name.encode())


def cells(part: bytes, count: int) -> bytes:
    """A sheet of that many small numbers, 250 in each row."""
    rows = []
    for row in range(1, count // 250 + 1):
        inside = b"".join(b'<c r="%s%d"><v>%d</v></c>' % (_letters(column), row, column) for column in range(1, 251))
        rows.append(b'<row r="%d">%s</row>' % (row, inside))
    start, end = part.index(b"<sheetData>") + 11, part.index(b"</sheetData>")
    return part[:start] + b"".join(rows) + part[end:]


def _letters(column: int) -> bytes:
    return (bytes([64 + (column - 1) // 26]) if column > 26 else b"") + bytes([65 + (column - 1) % 26])
