"""Fill an Excel template: each sheet's XML is Jinja source, written straight into a copy of the package.

The work in order: `excel_compile` and `excel_frame` turn a sheet into source, `excel_rows` reads off where the rows went, and what
points at cells (`excel_holes`) is filled in from those maps when the parts are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from amem_reports.rendering.package import Package

from amem_reports.errors import AmemError, Constat
from amem_reports.rendering import tags
from amem_reports.rendering.excel_holes import SHEET, Book, SheetMap
from amem_reports.rendering.excel_map import Axis, AxisMap
from amem_reports.rendering.excel_rows import Sheet, column_letters, records, sheet_pieces, size_faults, split_sheets
from amem_reports.rendering.excel_workbook import (
    TemplateSheet,
    WorkbookPlan,
    compile_workbook,
    names_xml,
    rels_name,
    sheet_element,
    workbook_xml,
)

if TYPE_CHECKING:
    from amem_reports.rendering.excel_compile import Jinja, SheetPlan

Parts = dict[str, "bytes | Iterable[bytes] | None"]
_FORBIDDEN_IN_NAME = re.compile(r"[\[\]:*?/\\]")


def render(template: Path, context: Mapping[str, Any], out: BinaryIO, proprietes: Any = None) -> tuple[str, ...]:
    """Fill the workbook `template` with `context` into `out`."""
    package = Package(template)
    plan, faults = compile_workbook(package.read, package.names)
    if faults:
        raise AmemError(Constat(template.name, fault.place, fault.message, fault.remedy) for fault in faults)
    filling = _Filling(plan, tags.plain(context), template.name)
    parts = filling.parts(package)
    package.write(out, parts)
    return ()


class _Filling:
    def __init__(self, plan: WorkbookPlan, context: Mapping[str, Any], template: str) -> None:
        self.plan, self.context, self.template = plan, context, template
        self.book = Book()

    def parts(self, package: Package) -> Parts:
        """Every part that changes."""
        made = [(number, self._made(sheet)) for number, sheet in enumerate(self.plan.sheets)]
        self._check(sheet for _, sheets in made for sheet in sheets)
        parts: Parts = {}
        content: list[str] = []
        links: list[str] = []
        places: dict[int, list[tuple[int, SheetMap]]] = {}
        elements: list[str] = []
        next_id = max((sheet.sheet_id for sheet in self.plan.sheets), default=0)
        for number, sheets in made:
            entry = self.plan.sheets[number]
            for copy, sheet in enumerate(sheets):
                part, link, sheet_id = entry.part, entry.link, entry.sheet_id
                if copy:
                    next_id += 1
                    part, link, sheet_id = _copy_name(entry.part, copy), f"rIdAmem{next_id}", next_id
                    content.append(part)
                    links.append(f'<Relationship Id="{link}" Type="{_type(self.plan, entry)}" Target="/{part}"/>')
                    if rels_name(entry.part) in package.names:
                        parts[rels_name(part)] = package.read(rels_name(entry.part))
                if isinstance(sheet, Sheet):
                    parts[part] = sheet_pieces(sheet, self.template, self.plan.date1904)
                places.setdefault(number, []).append((len(elements), _map_of(sheet)))
                elements.append(sheet_element(self.plan, entry, _map_of(sheet).name, sheet_id, link))
            if not sheets:
                parts[entry.part] = None
                parts[rels_name(entry.part)] = None
        self._workbook(parts, elements, places)
        self._package_lists(package, parts, content, links)
        return parts

    def _workbook(self, parts: Parts, elements: list[str], places: dict[int, list[tuple[int, SheetMap]]]) -> None:
        plan = self.plan
        p = plan.prefix
        first = next(sheet for found in places.values() for _, sheet in found)
        sheets = f"<{p}sheets>{''.join(elements)}</{p}sheets>"
        views = [places[n][0][0] if places.get(n) else 0 for n in (plan.active, plan.first)]
        parts[plan.part] = workbook_xml(plan, sheets, names_xml(plan, places, first), *views)
        if plan.strings:
            parts[plan.strings[0]] = plan.strings[1]
        if plan.calc_chain:
            parts[plan.calc_chain] = None

    def _package_lists(self, package: Package, parts: Parts, content: list[str], links: list[str]) -> None:
        gone = [name for name, value in parts.items() if value is None]
        types = package.read("[Content_Types].xml").decode()
        for name in gone:
            types = re.sub(rf'<Override\b[^>]*PartName="/{re.escape(name)}"[^>]*/>', "", types)
        overrides = "".join(f'<Override PartName="/{part}" ContentType="{_SHEET_CONTENT}"/>' for part in content)
        parts["[Content_Types].xml"] = types.replace("</Types>", overrides + "</Types>").encode()
        rels = rels_name(self.plan.part)
        text = package.read(rels).decode()
        for link in self.plan.links:
            if link.target in gone:
                text = re.sub(rf'<Relationship\b[^>]*\bId="{re.escape(link.id)}"[^>]*/>', "", text)
        parts[rels] = text.replace("</Relationships>", "".join(links) + "</Relationships>").encode()

    def _made(self, sheet: TemplateSheet) -> list[Sheet | SheetMap]:
        """The sheets that come of one template sheet."""
        plan = sheet.plan
        if plan is None:
            untouched = AxisMap(Axis(0, {}, frozenset()), ())
            sheet_map = SheetMap(sheet.name, untouched, untouched, self.book)
            self.book.copies[sheet.name.casefold()] = [sheet_map]
            return [sheet_map]
        columns: list[AxisMap] = []
        context = dict(self.context)
        if plan.columns.markers:
            text = self._render(plan, plan.column_source, sheet.part, context)
            columns = [AxisMap(plan.columns, records(part)) for part in text.split(SHEET)[1:]]
            context["__colonnes"] = [column_letters(plan, column_map) for column_map in columns]
        self.book.copies[sheet.name.casefold()] = []
        return list(split_sheets(plan, self._render(plan, plan.source, sheet.part, context), columns, self.book))

    def _render(self, plan: SheetPlan, source: Jinja, part: str, context: Mapping[str, Any]) -> str:
        return tags.render(tags.Source(part, source.text, source.places), context, self.template)

    def _check(self, sheets: Iterator[Sheet | SheetMap]) -> None:
        faults: list[Constat] = []
        seen: set[str] = set()
        for sheet in sheets:
            name = _map_of(sheet).name
            faults += self._name_faults(name, seen)
            seen.add(name.casefold())
            if isinstance(sheet, Sheet):
                faults += size_faults(sheet, self.template)
        if not seen:
            faults.append(Constat(self.template, "", "aucune feuille ne reste dans le classeur", "garder au moins une feuille hors de « {%sheet … %} »"))
        if faults:
            raise AmemError(faults)

    def _name_faults(self, name: str, seen: set[str]) -> Iterator[Constat]:
        place = f"feuille « {name} »"
        if not name:
            yield Constat(self.template, "", "une feuille n’a pas de nom", "vérifier la balise du nom de feuille")
        if len(name.encode("utf-16-le")) // 2 > 31:
            yield Constat(self.template, place, f"ce nom compte {len(name)} caractères ; Excel en accepte 31", "écrire un nom plus court, par exemple avec un code")
        if found := _FORBIDDEN_IN_NAME.search(name):
            yield Constat(self.template, place, f"un nom de feuille ne peut pas contenir « {found[0]} »", "remplacer les caractères [ ] : * ? / \\")
        if name.startswith("'") or name.endswith("'"):
            yield Constat(self.template, place, "un nom de feuille ne peut ni commencer ni finir par une apostrophe", "ôter cette apostrophe")
        if name.casefold() in seen:
            yield Constat(self.template, place, "deux feuilles portent ce nom", "ajouter au nom ce qui distingue les feuilles, par exemple le code du pays")


_SHEET_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


def _map_of(sheet: Sheet | SheetMap) -> SheetMap:
    return sheet.map if isinstance(sheet, Sheet) else sheet


def _copy_name(part: str, copy: int) -> str:
    stem, _, suffix = part.rpartition(".")
    return f"{stem}_{copy + 1}.{suffix}"


def _type(plan: WorkbookPlan, entry: TemplateSheet) -> str:
    return next(link.type for link in plan.links if link.id == entry.link)
