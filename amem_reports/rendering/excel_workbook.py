"""The workbook around its sheets: read and compiled once, written again with the sheets that a rendering made."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from posixpath import dirname, join, normpath
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from amem_reports.rendering.excel_compile import SheetPlan, Strings, compile_sheet, runs_of
from amem_reports.rendering.excel_holes import EMPTY_COLUMN, EMPTY_ROW, Here, RefHole, SheetMap
from amem_reports.rendering.excel_refs import Formula, Ref, letters, parse_formula
from amem_reports.rendering.excel_structure import Fault
from amem_reports.rendering.excel_text import Text, has_tags, read_text
from amem_reports.rendering.excel_xml import attributes, child, children, local, parse, prefix, replace, serialised, text_of

_SHEET_TYPE = "/worksheet"
_FORMULA_OR_TAG = re.compile(rb"<(?:\w+:)?(?:f|formula\w*)[ >/]|location=|\{[{%#]")
_SHARED_CELL = re.compile(rb't="s"[^>]*>\s*<(?:\w+:)?v>(\d+)<')
_BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_NOT_A_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_TOKENS = re.compile("\x03(sheets|names|active|first)\x04")


class Link(NamedTuple):
    """One relationship of a part."""

    id: str
    type: str
    target: str
    external: bool


class TemplateSheet(NamedTuple):
    """A sheet of the template; `plan` is None when nothing in it can change."""

    name: str
    part: str
    attributes: str
    link: str
    sheet_id: int
    plan: SheetPlan | None


class Name(NamedTuple):
    """A defined name: its attributes, the template sheet that it belongs to (-1: the workbook) and what it means."""

    attributes: str
    sheet: int
    meaning: Formula
    built_in: bool


@dataclass(frozen=True)
class WorkbookPlan:
    """A compiled workbook template."""

    part: str
    text: str
    prefix: str
    id_attribute: str
    sheets: tuple[TemplateSheet, ...]
    names: tuple[Name, ...]
    active: int
    first: int
    links: tuple[Link, ...]
    strings: tuple[str, bytes] | None
    calc_chain: str | None
    date1904: bool


def compile_workbook(read: Callable[[str], bytes], names: Sequence[str]) -> tuple[WorkbookPlan, list[Fault]]:
    """The plan of a workbook, and the faults in its tags."""
    part = next((link.target for link in links_of(read, names, "") if link.type.endswith("/officeDocument")), "xl/workbook.xml")
    links = links_of(read, names, part)
    by_type = {link.type.rpartition("/")[2]: link.target for link in links}
    strings_part, styles_part = by_type.get("sharedStrings", ""), by_type.get("styles", "")
    tagged, strings = _tagged_strings(read(strings_part)) if strings_part in names else ({}, None)
    shared = Strings(tagged, _date_styles(read(styles_part)) if styles_part in names else frozenset())
    root = parse(read(part))
    faults: list[Fault] = []
    sheets = tuple(_template_sheets(root, links, read, shared, faults))
    properties = child(root, "workbookPr")
    date1904 = properties is not None and properties.get("date1904") in ("1", "true")
    id_attribute = _id_attribute(root)
    defined, active, first = _open_workbook(root)
    plan = WorkbookPlan(
        part, serialised_text(root), prefix(root), id_attribute, sheets, defined, active, first, tuple(links),
        (strings_part, strings) if strings else None, by_type.get("calcChain"), date1904,
    )  # fmt: skip
    return plan, faults


def serialised_text(root: object) -> str:
    """Serialise with the tokens of `_open_workbook` turned into holes."""
    return serialised(root).replace("\ue000", "\x03").replace("\ue001", "\x04")  # type: ignore[arg-type]


def links_of(read: Callable[[str], bytes], names: Sequence[str], part: str) -> list[Link]:
    """The relationships of a part (of the package for an empty name), targets as part names."""
    rels = rels_name(part)
    if rels not in names:
        return []
    base = dirname(part)
    result = []
    for item in parse(read(rels)):
        target, external = item.get("Target") or "", item.get("TargetMode") == "External"
        if not external:
            target = target.lstrip("/") if target.startswith("/") else normpath(join(base, target))
        result.append(Link(item.get("Id") or "", item.get("Type") or "", target, external))
    return result


def rels_name(part: str) -> str:
    """The part that holds a part's relationships."""
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"


def _template_sheets(root: object, links: list[Link], read: Callable[[str], bytes], shared: Strings, faults: list[Fault]) -> list[TemplateSheet]:
    targets = {link.id: link for link in links}
    result = []
    for item in children(child(root, "sheets"), "sheet"):  # type: ignore[arg-type]
        link_id = next((str(value) for name, value in item.attrib.items() if str(name).endswith("}id")), "")
        link, name = targets[link_id], item.get("name") or ""
        plan = None
        if link.type.endswith(_SHEET_TYPE):
            data = read(link.target)
            if has_tags(name) or _may_change(data, shared):
                plan, found = compile_sheet(data, name, shared)
                faults += found
        other = attributes(item, frozenset({"name", "sheetId", "id"}))
        result.append(TemplateSheet(name, link.target, other, link_id, int(item.get("sheetId") or 0), plan))
    return result


def _id_attribute(root: object) -> str:
    """How a sheet names its relationship: some writers declare that namespace only where they use it."""
    names = [str(name) for item in children(child(root, "sheets"), "sheet") for name in item.attrib if str(name).endswith("}id")]  # type: ignore[arg-type]
    uri = names[0][1:].partition("}")[0]
    known = next((name for name, value in root.nsmap.items() if value == uri and name), "")  # type: ignore[attr-defined]
    return f"{known}:id" if known else f'xmlns:r="{uri}" r:id'


def _may_change(data: bytes, shared: Strings) -> bool:
    if _FORMULA_OR_TAG.search(data):
        return True
    return bool(shared.tagged) and any(int(number) in shared.tagged for number in _SHARED_CELL.findall(data))


def _tagged_strings(data: bytes) -> tuple[dict[int, Text], bytes | None]:
    """The shared strings that hold tags, and the table without their text: sheets write them inline."""
    if b"{" not in data:
        return {}, None
    root = parse(data)
    found: dict[int, Text] = {}
    for number, item in enumerate(children(root, "si")):
        if not has_tags(text_of(item)):
            continue
        text = read_text(runs_of(item))
        if text.kind != "static":
            found[number] = text
            for inner in list(item):
                item.remove(inner)
            empty = item.makeelement(item.tag.replace("}si", "}t") if "}" in str(item.tag) else "t", {})
            item.append(empty)
    return found, serialised(root).encode() if found else None


def _date_styles(data: bytes) -> frozenset[int]:
    root = parse(data)
    dates = set(_BUILT_IN_DATES)
    formats = child(root, "numFmts")
    for item in children(formats, "numFmt") if formats is not None else ():
        code = _NOT_A_FORMAT.sub("", item.get("formatCode") or "")
        if re.search("[dmyhs]", code, re.IGNORECASE) and "general" not in code.lower() and "standard" not in code.lower():
            dates.add(int(item.get("numFmtId") or 0))
    styles = child(root, "cellXfs")
    return frozenset(n for n, item in enumerate(children(styles, "xf") if styles is not None else ()) if int(item.get("numFmtId") or 0) in dates)


def _open_workbook(root: object) -> tuple[tuple[Name, ...], int, int]:
    """Put tokens where sheets, names and the active sheet are to be written; formulas are to be calculated on opening."""
    names: list[Name] = []
    active = first = 0
    for element in list(root):  # type: ignore[call-overload]
        kind = local(element)
        if kind == "sheets":
            replace(element, "\ue000sheets\ue001")
        elif kind == "definedNames":
            names = [_defined_name(item) for item in children(element, "definedName")]
            replace(element, "\ue000names\ue001")
        elif kind == "bookViews":
            for view in children(element, "workbookView"):
                active, first = int(view.get("activeTab") or 0), int(view.get("firstSheet") or 0)
                view.set("activeTab", "\ue000active\ue001")
                view.set("firstSheet", "\ue000first\ue001")
        elif kind == "calcPr":
            element.set("fullCalcOnLoad", "1")
    if child(root, "calcPr") is None:  # type: ignore[arg-type]
        _add_calculation(root)
    return tuple(names), active, first


def _add_calculation(root: object) -> None:
    """`calcPr` stands right after the names, which stand after sheets and links to other workbooks."""
    before = ("fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "functionGroups", "externalReferences")
    element = root.makeelement(str(root.tag).replace("}workbook", "}calcPr"), {"fullCalcOnLoad": "1"}, root.nsmap)  # type: ignore[attr-defined]
    position = max((n + 1 for n, item in enumerate(root) if local(item) in before), default=0)  # type: ignore[arg-type, var-annotated]
    root.insert(position, element)  # type: ignore[attr-defined]


def _defined_name(item: object) -> Name:
    sheet = item.get("localSheetId")  # type: ignore[attr-defined]
    name = item.get("name") or ""  # type: ignore[attr-defined]
    meaning = parse_formula(text_of(item))  # type: ignore[arg-type]
    return Name(attributes(item, frozenset({"localSheetId"})), int(sheet) if sheet else -1, meaning, name.startswith("_xlnm."))  # type: ignore[arg-type]


def names_xml(plan: WorkbookPlan, made: Mapping[int, Sequence[tuple[int, SheetMap]]], first: SheetMap) -> str:
    """The `definedNames` element; `made` gives, for each template sheet, the new index and map of its copies."""
    p, items = plan.prefix, []
    for name in plan.names:
        places = made.get(name.sheet, ()) if name.sheet >= 0 else ((-1, first),)
        for index, sheet in places:
            text = "".join(RefHole(piece).fill(sheet, Here(), "") if isinstance(piece, Ref) else escape(piece) for piece in name.meaning)
            if name.built_in and (f"{EMPTY_ROW}" in text or f"${letters(EMPTY_COLUMN)}" in text):
                continue
            scope = f' localSheetId="{index}"' if index >= 0 else ""
            items.append(f"<{p}definedName{name.attributes}{scope}>{text}</{p}definedName>")
    return f"<{p}definedNames>{''.join(items)}</{p}definedNames>" if items else ""


def workbook_xml(plan: WorkbookPlan, sheets: str, names: str, active: int, first: int) -> bytes:
    """The workbook part with its holes filled."""
    values = {"sheets": sheets, "names": names, "active": str(active), "first": str(first)}
    return _TOKENS.sub(lambda match: values[match[1]], plan.text).encode()


def sheet_element(plan: WorkbookPlan, sheet: TemplateSheet, name: str, sheet_id: int, link: str) -> str:
    """One `sheet` of the workbook."""
    return f'<{plan.prefix}sheet name={quoteattr(name)} sheetId="{sheet_id}"{sheet.attributes} {plan.id_attribute}="{link}"/>'


