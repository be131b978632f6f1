"""What an Excel template can be filled in spite of: ends of tags without a beginning."""

from __future__ import annotations

from collections.abc import Iterator

from amem_reports.errors import Constat
from amem_reports.rendering.excel_shared import string_at
from amem_reports.rendering.excel_text import TAG
from amem_reports.rendering.excel_xml import child, children, descendants, parse, text_of
from amem_reports.rendering.package import Package
from amem_reports.rendering.relations import links_of


def doubts(package: Package) -> list[Constat]:
    """All such faults, cell by cell."""
    return list(_doubts(package))


def _doubts(package: Package) -> Iterator[Constat]:
    read, names = package.read, package.names
    part = next((link.target for link in links_of(read, names, "") if link.kind == "officeDocument"), "xl/workbook.xml")
    links = {link.id: link for link in links_of(read, names, part)}
    shared = next((link.target for link in links.values() if link.kind == "sharedStrings"), "")
    strings = string_at(read(shared)) if shared in names else str
    for sheet in children(child(parse(read(part)), "sheets"), "sheet"):
        link = links[next(str(value) for name, value in sheet.attrib.items() if str(name).endswith("}id"))]
        for cell in descendants(parse(read(link.target)), "c") if link.kind == "worksheet" else ():
            value = child(cell, "v")
            text = strings(int(value.text)) if cell.get("t") == "s" and value is not None and value.text else text_of(child(cell, "is"))
            for end, start in (("}}", "{{"), ("%}", "{%")):
                if end in text and end in TAG.sub("", text):
                    place = f"feuille {sheet.get('name')}, cellule {cell.get('r')}"
                    remedy = "compléter la balise, ou enlever ces signes"
                    yield Constat(package.name, place, f"« {end} » sans « {start} » avant lui", remedy)
