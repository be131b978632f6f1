"""What is kept of a compiled Excel template: plain values, so that it can be read again without compiling."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from amem_reports.rendering.bounds import Bounded
from amem_reports.rendering.excel_blocks import Block
from amem_reports.rendering.excel_holes import Hole
from amem_reports.rendering.excel_map import Axis
from amem_reports.rendering.excel_refs import Formula, Rect, Ref
from amem_reports.rendering.relations import Link


class Jinja(NamedTuple):
    """Source with the French place of each of its tags, and as the engine takes it."""

    text: str
    places: tuple[tuple[int, str], ...]
    ready: Bounded | None


class PartPlan(NamedTuple):
    """A compiled part of a sheet: `source` is to be rendered, or `text` is ready where no tag stands in it."""

    part: str
    kind: str
    source: Jinja | None
    text: str
    holes: tuple[Hole, ...]
    blocks: tuple[Block, ...]


class TableInfo(NamedTuple):
    """A table of a sheet: its name, its block, and how many heading and totals rows are in it."""

    name: str
    number: int
    rect: Rect
    headings: int
    totals: int

    @property
    def body(self) -> tuple[int, int]:
        """First and last row between headings and totals."""
        return self.rect.top + self.headings, self.rect.bottom - self.totals


class SheetPlan(NamedTuple):
    """One template sheet, compiled."""

    name: str
    prefix: str
    wrappers: tuple[str, ...]
    rows: Axis
    columns: Axis
    column_source: Jinja
    source: Jinja
    holes: tuple[Hole, ...]
    blocks: tuple[Block, ...]
    tables: tuple[TableInfo, ...]
    contents: frozenset[tuple[int, int]]
    tagged: bool


class TemplateSheet(NamedTuple):
    """A sheet of the template. `plan` is None when nothing in it can change; `links` holds the relationships of all parts below it."""

    name: str
    part: str
    attributes: str
    link: Link
    sheet_id: int
    plan: SheetPlan | None
    parts: tuple[PartPlan, ...]
    links: Mapping[str, tuple[Link, ...]]


class Name(NamedTuple):
    """A defined name: its attributes, the template sheet that it belongs to (-1: the workbook) and what it means."""

    attributes: str
    sheet: int
    meaning: Formula
    built_in: bool


class WorkbookPlan(NamedTuple):
    """A compiled workbook template. `text` has its sheets, names and active sheet left open.

    `strings` are the part of the shared strings and its content without those that hold tags (empty where it need not change).
    """

    part: str
    text: str
    prefix: str
    id_attribute: str
    sheets: tuple[TemplateSheet, ...]
    names: tuple[Name, ...]
    views: tuple[int, int]
    loose: tuple[PartPlan, ...]
    strings: tuple[str, str]
    date1904: bool
    links: tuple[Link, ...]
    tables: int
    tagged: bool
    outside: tuple[tuple[str, str, str], ...]


_RECORDS = (WorkbookPlan, TemplateSheet, SheetPlan, PartPlan, Jinja, Bounded, TableInfo, Name, Axis, Rect, Ref, Link)
_MAKERS: dict[str, Callable[..., Any]] = {record.__name__: record for record in _RECORDS}
_MAKERS |= {"frozenset": lambda *items: frozenset(items), "dict": lambda *pairs: dict(pairs)}
# Holes and blocks, by the module that is imported when a plan has one of them.
_FILLED = {
    "excel_holes": ("RefHole",),
    "excel_views": ("DimensionHole", "CellHole", "BelowHole", "CountHole", "SelectedHole"),
    "excel_places": ("AreaHole", "OffsetHole", "TableHole", "TableIdHole", "PlaceHole"),
    "excel_repeats": ("EachBlock", "SeriesBlock", "RuleBlock", "SqrefHole", "MergesHole", "BreaksHole", "WidthsHole"),
    "excel_values": ("CacheHole", "TableColumnsBlock"),
}
_MODULES = {name: module for module, names in _FILLED.items() for name in names}


@cache
def maker(name: str) -> Callable[..., Any]:
    """What makes a record; KeyError for what stands in neither list above: a file can name nothing else."""
    return _MAKERS.get(name) or getattr(import_module(f"amem_reports.rendering.{_MODULES[name]}"), name)


def to_data(plan: WorkbookPlan) -> dict[str, Any]:
    """A plan as plain data: a record is `{its name: its values}`."""
    return {"WorkbookPlan": [_plain(value) for value in plan]}


def _plain(value: object) -> Any:
    if isinstance(value, frozenset):
        return {"frozenset": [_plain(one) for one in sorted(value)]}
    if isinstance(value, tuple):
        values = [_plain(one) for one in value]
        return values if type(value) is tuple else {type(value).__name__: values}
    if isinstance(value, Mapping):
        return {"dict": [[_plain(key), _plain(one)] for key, one in value.items()]}
    return value


def from_data(data: dict[str, Any]) -> WorkbookPlan:
    """A plan from what `to_data` gave; KeyError, TypeError or ValueError for anything else."""
    return WorkbookPlan(*map(_made, data["WorkbookPlan"]))


def _made(data: Any) -> Any:
    if isinstance(data, list):
        return tuple(map(_made, data))
    if isinstance(data, dict):
        ((name, values),) = data.items()
        return maker(name)(*map(_made, values))
    return data
