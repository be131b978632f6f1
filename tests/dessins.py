"""Pictures and the Word templates that hold them, built inside tests; what a filled document holds."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.shared import Mm

from amem_reports.rendering import UnfitError, render

WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


def png(width: int = 40, height: int = 20, colour: tuple[int, int, int] = (31, 78, 121)) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes(colour) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def jpeg(width: int, height: int) -> bytes:
    """The beginning of a JPEG, which is all that tells its size."""
    comment = b"\xff\xfe" + struct.pack(">H", 6) + b"abcd"
    return b"\xff\xd8" + comment + b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00\xff\xd9"


def with_picture(document: Document, alt: str, title: str = "", width: int = 40, height: int = 20, where: Any = None) -> None:
    """Add a placeholder picture, its size in millimetres, whose alternative text is `alt`."""
    run = (where or document.add_paragraph()).add_run()
    shape = run.add_picture(io.BytesIO(png(4, 4, (200, 200, 200))), width=Mm(width), height=Mm(height))
    shape._inline.docPr.set("descr", alt)
    if title:
        shape._inline.docPr.set("title", title)


def saved(document: Document, folder: Path) -> Path:
    path = folder / "modele.docx"
    document.save(str(path))
    return path


def raw(path: Path, files: dict[str, bytes] | None = None, **context: Any) -> bytes:
    """The bytes of a filled template; `files` are those that its data may name."""

    def load(name: str) -> bytes:
        if name not in (files or {}):
            raise UnfitError(f"fichier « {name} » absent")
        return (files or {})[name]

    out = io.BytesIO()
    render(path, context, out, load=load)
    return out.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def shapes(document: Document) -> list[dict[str, Any]]:
    """What is said of each drawing of the body: its words, its identifier, its size in millimetres, the part it shows."""
    found = []
    for properties in document.element.body.iter(f"{WP}docPr"):
        frame = properties.getparent()
        extent = frame.find(f"{WP}extent")
        relation = re.search(r'r:(?:embed|id)="(\w+)"', docx.oxml.xmlchemy.serialize_for_reading(frame))  # type: ignore[attr-defined]
        assert relation is not None
        found.append(
            {
                "descr": properties.get("descr"),
                "id": properties.get("id"),
                "size": (round(int(extent.get("cx")) / 36000, 1), round(int(extent.get("cy")) / 36000, 1)),
                "part": document.part.related_parts[relation[1]],
            }
        )
    return found
