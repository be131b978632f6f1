"""Fill an Excel template: each sheet's XML is Jinja source, written straight into a copy of the package.

The work in order: `excel_workbook` compiles the template (its sheets with `excel_read`, `excel_cells` and `excel_frame`, what belongs
to them with `excel_parts`) into an `excel_plan`, which is kept; `tags` renders its sources; `excel_rows` reads off where the rows went
(`excel_map`); what points at cells (`excel_holes`, `excel_blocks`) is filled in from those maps; `excel_package` puts the parts together.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from amem_reports.errors import AmemError, Constat
from amem_reports.rendering import cache, properties, tags
from amem_reports.rendering.bounds import ExcessError
from amem_reports.rendering.excel_flow import Flow
from amem_reports.rendering.excel_holes import SHEET, Book, SheetMap
from amem_reports.rendering.excel_map import Axis, AxisMap
from amem_reports.rendering.excel_package import Assembly, Made, Parts
from amem_reports.rendering.excel_plan import Jinja, PartPlan, TemplateSheet, WorkbookPlan, from_data, to_data
from amem_reports.rendering.excel_rows import Dropped, Sheet, column_letters, column_maps, split_sheets
from amem_reports.rendering.package import Package
from amem_reports.rendering.properties import Proprietes

if TYPE_CHECKING:
    from amem_reports.rendering.excel_values import SheetCells

_FORBIDDEN_IN_NAME = r"[\[\]:*?/\\]"
_plans = cache.Plans("excel", to_data, from_data)
_UNMOVED = AxisMap(Axis(0, {}, frozenset(), {}), ())


def render(template: Path, context: Mapping[str, Any], out: BinaryIO, proprietes: Proprietes | None = None) -> tuple[str, ...]:
    """Fill the workbook `template` with `context` into `out`; French warnings. AmemError with every fault of every sheet."""
    package = Package(template)
    plan = _plans.of(package.digest, lambda: _compile(package))
    dropped = Dropped()
    parts: Parts = dict(properties.parts(package, proprietes)) if proprietes else {}
    if plan.tagged:
        filling = _Filling(plan, tags.plain(context), package)
        filling.loose(parts, dropped)
        Assembly(plan, package, dropped, parts).build(filling.sheets())
    package.write(out, parts)
    many = "s" * (dropped.count > 1)
    lost = (f"{dropped.count} caractère{many} qu’Excel ne peut pas contenir : laissé{many} de côté",) if dropped.count else ()
    return (*lost, *(f"{place} : {message}" for place, message, _ in plan.outside))


def outside(package: Package) -> list[Constat]:
    """What leads out of the workbooks that a template makes."""
    return [Constat(package.name, *one) for one in _plans.of(package.digest, lambda: _compile(package)).outside]


def sources(package: Package) -> tuple[tags.Source, ...]:
    """The Jinja sources of a template, for checks that do not render. AmemError with the faults of its structure."""
    plan = _plans.of(package.digest, lambda: _compile(package))
    found = [(sheet.part, sheet.plan.source) for sheet in plan.sheets if sheet.plan]
    found += [(part.part, part.source) for sheet in plan.sheets for part in sheet.parts if part.source]
    found += [(part.part, part.source) for part in plan.loose if part.source]
    return tuple(tags.Source(part, *source) for part, source in found)


def _compile(package: Package) -> WorkbookPlan:
    from amem_reports.rendering.excel_workbook import compile_workbook

    return compile_workbook(package)


class _Filling:
    """The rendering of one workbook: sheets first, then, once all maps are known, what points at their cells."""

    def __init__(self, plan: WorkbookPlan, context: Mapping[str, Any], package: Package) -> None:
        self.plan, self.context, self.package = plan, context, package
        self.template = package.name
        self.book = Book(self.template, plan.tables)
        self.faults: list[Constat] = []
        self._strings: Callable[[int], str] | None = None

    def loose(self, parts: Parts, dropped: Dropped) -> None:
        """Parts that belong to no sheet."""
        for part in self.plan.loose:
            if part.part not in parts:
                parts[part.part] = dropped.clean("".join(self._texts(part)), cells=False)

    def sheets(self) -> list[Made]:
        """All sheets that are to be written."""
        made = [one for template in self.plan.sheets for one in self._sheets(template)]
        if not made and not self.faults:
            remedy = "garder au moins une feuille hors de « {%sheet … %} »"
            self.faults.append(Constat(self.template, "", "aucune feuille ne reste dans le classeur", remedy))
        self.faults += [fault for one in made if one.sheet for fault in one.sheet.faults]
        self.faults += self._name_faults([one.map.name for one in made])
        if self.faults:
            raise AmemError(dict.fromkeys(self.faults))
        for one in made:
            if one.sheet:
                one.map.cells = functools.cache(functools.partial(self._cells, one.sheet))
        return made

    def _cells(self, sheet: Sheet) -> SheetCells:
        from amem_reports.rendering.excel_values import SheetCells

        return SheetCells(sheet, self._string, self.plan.date1904)

    def _string(self, number: int) -> str:
        """A shared string, which only charts and headings of tables ask for."""
        if self._strings is None:
            from amem_reports.rendering.excel_shared import string_at

            part, text = self.plan.strings
            self._strings = string_at(text.encode() or self.package.read(part)) if part else str
        return self._strings(number)

    def _sheets(self, template: TemplateSheet) -> list[Made]:
        """The sheets that come of one template sheet."""
        texts = [(part, self._texts(part)) for part in template.parts]
        self.book.copies[template.name.casefold()] = []
        if template.plan is None:
            sheet_map = SheetMap(template.name, _UNMOVED, _UNMOVED, self.book)
            self.book.copies[template.name.casefold()].append(sheet_map)
            return [Made(template, sheet_map, None, [(part, found[0]) for part, found in texts if found])]
        sheets = self._rendered(template)
        return [
            Made(template, sheet.map, sheet, [(part, found[number if part.source else 0]) for part, found in texts if found])
            for number, sheet in enumerate(sheets)
        ]

    def _rendered(self, template: TemplateSheet) -> list[Sheet]:
        plan, context = template.plan, self.context
        assert plan
        columns: list[AxisMap] = []
        if plan.columns.markers:
            columns = column_maps(plan, self._render(template.part, plan.column_source, context))
            context = {**context, "__colonnes": [column_letters(plan, column_map) for column_map in columns]}
        flow = Flow()
        rendered = self._render(template.part, plan.source, context, flow)
        return split_sheets(plan, rendered, flow.runs, columns, self.book)

    def _texts(self, part: PartPlan) -> list[str]:
        """The texts of a part: one for each sheet that its tags make, or the one that stands ready."""
        return self._render(part.part, part.source, self.context).split(SHEET)[1:] if part.source else [part.text]

    def _render(self, part: str, source: Jinja, context: Mapping[str, Any], flow: Flow | None = None) -> str:
        """The rendered source, rows apart in `flow`; its faults are kept so that those of all parts are told at once."""
        whole = tags.Source(part, *source)
        calls: dict[str, Callable[..., Any]] = {"flux": flow.add, "serie": flow.run, "rangs": flow.rows} if flow else {}
        try:
            text = tags.render(whole, context, self.template, calls)
            if flow:
                flow.close()
                if flow.doubtful:
                    tags.refuse_infinite(whole, context, self.template, calls)
        except AmemError as error:
            self.faults += error.constats
        except (tags.PrintedGroupError, ExcessError) as error:  # seen in the last piece, which is put away when the engine is done
            from amem_reports.rendering.faults import of_value

            self.faults += of_value(error, whole, context, self.template, calls)
        else:
            return text
        return ""

    def _name_faults(self, names: Sequence[str]) -> Iterator[Constat]:
        counts = Counter(name.casefold() for name in names)
        for name in names:
            if counts[name.casefold()] > 1:
                yield self._name_fault(name, "deux feuilles portent ce nom", "ajouter au nom ce qui distingue les feuilles")
            length = len(name.encode("utf-16-le")) // 2
            if length > 31:
                yield self._name_fault(name, f"ce nom compte {length} caractères ; Excel en accepte 31", "écrire un nom plus court")
            if found := re.search(_FORBIDDEN_IN_NAME, name):
                message = f"un nom de feuille ne peut pas contenir « {found[0]} »"
                yield self._name_fault(name, message, "remplacer ce caractère ; sont exclus [ ] : * ? / \\")
            if name.startswith("'") or name.endswith("'"):
                yield self._name_fault(name, "un nom de feuille ne peut ni commencer ni finir par une apostrophe", "ôter cette apostrophe")
            if not name:
                yield self._name_fault(name, "une feuille n’a pas de nom", "vérifier la balise du nom de la feuille")

    def _name_fault(self, name: str, message: str, remedy: str) -> Constat:
        return Constat(self.template, f"feuille « {name} »", message, remedy)
