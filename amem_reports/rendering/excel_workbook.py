"""The workbook around its sheets: read and compiled once, with the sheets and the parts that belong to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import unquote

from lxml.etree import XMLSyntaxError

from amem_reports.errors import AmemError, Constat
from amem_reports.rendering import traces
from amem_reports.rendering.excel_compile import compile_sheet
from amem_reports.rendering.excel_formulas import parse_formula
from amem_reports.rendering.excel_map import Axis
from amem_reports.rendering.excel_parts import KINDS, compile_part, table_faults
from amem_reports.rendering.excel_plan import Name, PartPlan, TableInfo, TemplateSheet, WorkbookPlan
from amem_reports.rendering.excel_read import SheetReading, read_sheet, read_table
from amem_reports.rendering.excel_refs import Ref
from amem_reports.rendering.excel_shared import Shared, read_shared
from amem_reports.rendering.excel_source import PartSource, SheetShape
from amem_reports.rendering.excel_structure import Fault
from amem_reports.rendering.excel_text import has_tags
from amem_reports.rendering.excel_xml import attributes, child, children, local, parse, prefix, replace, serialised, text_of
from amem_reports.rendering.outward import outside
from amem_reports.rendering.package import Package
from amem_reports.rendering.relations import Link, Read, links_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_FORMULA_OR_TAG = re.compile(rb"<(?:\w+:)?(?:f|formula\w*)[ >/]|location=|\{[{%#]")
_SHARED_CELL = re.compile(rb't="s"[^>]*>\s*<(?:\w+:)?v>(\d+)<')
_TAG = re.compile(rb"\{[{%#]|%7[Bb]%7[Bb]")
_NO_AXIS = Axis(0, {}, frozenset(), {})
_BEFORE_CALCULATION = (
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "functionGroups", "externalReferences",
)  # fmt: skip


def compile_workbook(package: Package) -> WorkbookPlan:
    """The plan of a template. AmemError with all faults in its tags, or when its parts cannot be read."""
    try:
        plan, faults = _compiled(lambda name: traces.without(name, package.read(name)), package.names)
    except (XMLSyntaxError, KeyError, ValueError, IndexError, StopIteration, RecursionError) as error:
        what = f"le classeur est abîmé ({error})" if str(error) else "le classeur est abîmé"
        raise AmemError([Constat(package.name, "", what, "l’ouvrir dans Excel ou LibreOffice et le réenregistrer")]) from error
    if faults:
        raise AmemError(Constat(package.name, fault.place, fault.message, fault.remedy) for fault in faults)
    return plan


def _compiled(read: Read, names: Sequence[str]) -> tuple[WorkbookPlan, list[Fault]]:
    part = next((link.target for link in links_of(read, names, "") if link.kind == "officeDocument"), "xl/workbook.xml")
    links = links_of(read, names, part)
    shared = read_shared(read, {link.kind: link.target for link in links if link.target in names}, parse(read(part)))
    root = parse(read(part))
    compiler = _SheetsCompiler(read, names, shared)
    sheets = compiler.compile(root, {link.id: link for link in links})
    loose = [_loose(name, read(name)) for name in names if name.startswith("docProps/") and _TAG.search(read(name))]
    id_attribute = _id_attribute(root)
    defined, views = _open_workbook(root)
    text = serialised(root).replace("\ue000", "\x03").replace("\ue001", "\x04")
    tagged = bool(loose) or any(_is_tagged(sheet) for sheet in sheets)
    labels = {sheet.part: f"feuille {sheet.name}" for sheet in sheets}
    plan = WorkbookPlan(
        part,
        text,
        prefix(root),
        id_attribute,
        tuple(sheets),
        defined,
        views,
        tuple(loose),
        shared.strings,
        shared.date1904,
        tuple(links),
        compiler.last_table,
        tagged,
        outside(read, names, lambda name: labels.get(name) or name),
    )
    return plan, compiler.faults


def _is_tagged(sheet: TemplateSheet) -> bool:
    return bool(sheet.plan and sheet.plan.tagged) or any(part.source for part in sheet.parts)


class _SheetsCompiler:
    def __init__(self, read: Read, names: Sequence[str], shared: Shared) -> None:
        self.read, self.names, self.shared = read, frozenset(names), shared
        self.faults: list[Fault] = []
        self.last_table = 0

    def compile(self, root: Element, links: Mapping[str, Link]) -> list[TemplateSheet]:
        """All sheets, in the workbook's order."""
        return [self._sheet(item, links) for item in children(child(root, "sheets"), "sheet")]

    def _sheet(self, item: Element, links: Mapping[str, Link]) -> TemplateSheet:
        link = links[next(str(value) for name, value in item.attrib.items() if str(name).endswith("}id"))]
        name = item.get("name") or ""
        below = dict(self._links_below(link.target))
        plan, shape, reading = None, SheetShape(name, _NO_AXIS, _NO_AXIS), None
        tables = self._tables(below)
        if link.kind == "worksheet" and (has_tags(name) or self._may_change(link.target, below)):
            reading, faults = read_sheet(self.read(link.target), name, self.shared, tables)
            self.faults += faults
            shape = reading.shape
        self.last_table = max((self.last_table, *(table.number for table in tables)))
        self.faults += [fault for table in tables for fault in table_faults(table, shape)]
        parts = () if self.faults else tuple(self._parts(below, reading, shape))
        if reading and not self.faults:
            web = {one.id: unquote(one.target) for one in below.get(link.target, ()) if one.external and _TAG.search(one.target.encode())}
            plan = compile_sheet(reading, link.target, self.shared, web, tables)
        other = attributes(item, frozenset({"name", "sheetId", "id"}))
        return TemplateSheet(name, link.target, other, link, int(item.get("sheetId") or 0), plan, parts, below)

    def _links_below(self, part: str, seen: frozenset[str] = frozenset()) -> Iterator[tuple[str, tuple[Link, ...]]]:
        links = links_of(self.read, self.names, part)
        if links:
            yield part, tuple(links)
        for link in links:
            if not link.external and link.target not in seen:
                yield from self._links_below(link.target, seen | {part})

    def _may_change(self, part: str, below: Mapping[str, Sequence[Link]]) -> bool:
        data = self.read(part)
        if _FORMULA_OR_TAG.search(data) or any(_TAG.search(link.target.encode()) for link in below.get(part, ()) if link.external):
            return True
        return bool(self.shared.tagged) and any(int(number) in self.shared.tagged for number in _SHARED_CELL.findall(data))

    def _tables(self, below: Mapping[str, Sequence[Link]]) -> list[TableInfo]:
        parts = [link.target for links in below.values() for link in links if link.kind == "table" and link.target in self.names]
        return [table for part in parts if (table := read_table(self.read(part)))]

    def _parts(self, below: Mapping[str, Sequence[Link]], reading: SheetReading | None, shape: SheetShape) -> Iterator[PartPlan]:
        moves = bool(shape.rows.markers or shape.columns.markers or shape.wrappers)
        for target, kind in {link.target: link.kind for links in below.values() for link in links}.items():
            if kind in KINDS and target in self.names and (moves or kind == "chart" or _TAG.search(self.read(target))):
                plan = compile_part(kind, target, self.read(target), reading, shape)
                if plan:
                    yield plan


def _loose(part: str, data: bytes) -> PartPlan:
    """A part outside the sheets that holds tags (document properties)."""
    source = PartSource(part, SheetShape("", _NO_AXIS, _NO_AXIS))
    root = parse(data)
    for titles in [item for item in root if local(item) in ("HeadingPairs", "TitlesOfParts")]:
        root.remove(titles)  # names of sheets, which may be others in the end
    source.texts(root)
    return source.plan("properties", serialised(root), f"propriétés du document ({part})")


def _id_attribute(root: Element) -> str:
    """How a sheet names its relationship: some writers declare that namespace only where they use it."""
    names = [str(name) for item in children(child(root, "sheets"), "sheet") for name in item.attrib if str(name).endswith("}id")]
    uri = names[0][1:].partition("}")[0]
    known = next((name for name, value in root.nsmap.items() if value == uri and name), "")
    return f"{known}:id" if known else f'xmlns:r="{uri}" r:id'


def _open_workbook(root: Element) -> tuple[tuple[Name, ...], tuple[int, int]]:
    """Put tokens where sheets, names and the active sheet are to be written; formulas are to be calculated on opening."""
    names: list[Name] = []
    views = (0, 0)
    for element in list(root):
        kind = local(element)
        if kind == "sheets":
            replace(element, "\ue000sheets\ue001")
        elif kind == "definedNames":
            names = [_defined_name(item) for item in children(element, "definedName")]
            replace(element, "\ue000names\ue001")
        elif kind == "bookViews":
            for view in children(element, "workbookView"):
                views = int(view.get("activeTab") or 0), int(view.get("firstSheet") or 0)
                view.set("activeTab", "\ue000active\ue001")
                view.set("firstSheet", "\ue000first\ue001")
        elif kind == "calcPr":
            element.set("fullCalcOnLoad", "1")
    if child(root, "calcPr") is None:
        _add_calculation(root)
    return tuple(names), views


def _add_calculation(root: Element) -> None:
    """`calcPr` stands right after sheets, links to other workbooks and names; the tokens of these are text behind an element."""
    element = root.makeelement(str(root.tag).replace("}workbook", "}calcPr"), {"fullCalcOnLoad": "1"})
    position = max((n + 1 for n, item in enumerate(root) if local(item) in _BEFORE_CALCULATION), default=0)
    root.insert(position, element)


def _defined_name(item: Element) -> Name:
    sheet, name = item.get("localSheetId"), item.get("name") or ""
    kept = attributes(item, frozenset({"localSheetId"}))
    meaning = tuple(piece._replace(reach=1) if isinstance(piece, Ref) else piece for piece in parse_formula(text_of(item)))
    return Name(kept, int(sheet) if sheet else -1, meaning, name.startswith("_xlnm."))
