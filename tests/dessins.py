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
import xlsxwriter
from docx.document import Document
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm

from amem_reports.rendering import UnfitError, render

CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
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


def chart_book(*groups: dict[str, Any], title: str = "", sheet: str = "Feuil 1") -> bytes:
    """A workbook with a chart: each group a kind (`type`, `subtype`) and its series (what XlsxWriter knows of one, without ranges)."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet(sheet)
    page.write_column(1, 0, ["A", "B", "C"])
    made, column = None, 1
    for group in groups:
        chart = book.add_chart({"type": group["type"], **({"subtype": group["subtype"]} if "subtype" in group else {})})
        for one in group["series"]:
            page.write_column(0, column, [f"Modèle {column}", 10, 20, 30])
            ranges = {"name": [sheet, 0, column], "categories": [sheet, 1, 0, 3, 0], "values": [sheet, 1, column, 3, column]}
            chart.add_series({**ranges, **one})
            column += 1
        if made is None:
            made = chart
        else:
            made.combine(chart)
    assert made is not None
    if title:
        made.set_title({"name": title, "name_font": {"color": "#1F4E79", "size": 16}})
    page.insert_chart("H1", made)
    book.close()
    return out.getvalue()


BARS = {"type": "column", "series": [{"fill": {"color": "#1F4E79"}, "data_labels": {"value": True}}, {"fill": {"color": "#C55A11"}}]}


def with_chart(
    document: Document, alt: str, *groups: dict[str, Any], title: str = "", workbook: bool = True, sheet: str = "Feuil 1"
) -> None:
    """Add a native chart, its workbook in it, whose alternative text is `alt`."""
    book = chart_book(*(groups or (BARS,)), title=title, sheet=sheet)
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        xml = archive.read("xl/charts/chart1.xml")
    package, number = document.part.package, len(list(document.element.body.iter(f"{WP}docPr"))) + 1
    part = Part(PackURI(f"/word/charts/chart{number}.xml"), CHART_TYPE, xml, package)
    style = Part(PackURI(f"/word/charts/style{number}.xml"), "application/vnd.ms-office.chartstyle+xml", b"<style/>", package)
    part.relate_to(style, "http://schemas.microsoft.com/office/2011/relationships/chartStyle")
    if workbook:
        embedded = Part(PackURI(f"/word/embeddings/classeur{number}.xlsx"), CT.SML_SHEET, book, package)
        data = f'<c:externalData r:id="{part.relate_to(embedded, RT.PACKAGE)}"><c:autoUpdate val="0"/></c:externalData>'
        part._blob = re.sub(rb"(<c:printSettings>.*)?</c:chartSpace>", data.encode() + b"</c:chartSpace>", xml, flags=re.DOTALL)
    run = document.add_paragraph().add_run()
    run._r.append(
        parse_xml(
            f'<w:drawing {nsdecls("w", "wp", "a", "r", "c")}><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="5400000" '
            f'cy="2520000"/><wp:docPr id="{number}" name="Graphique {number}" descr="{alt}"/><wp:cNvGraphicFramePr/><a:graphic>'
            '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
            f'<c:chart r:id="{document.part.relate_to(part, RT.CHART)}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'
        )
    )


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
        relation = re.search(r'r:(?:embed|id)="(\w+)"', docx.oxml.xmlchemy.serialize_for_reading(frame))
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
