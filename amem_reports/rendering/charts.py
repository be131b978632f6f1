"""Native charts: the figures of a chart part are replaced, its looks stay. Nothing here knows what document the chart stands in.

Series take the formats of the template's series in turn. What the new figures make false is taken out: labels typed by hand, formats of
points that no longer are, caches of filters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from lxml import etree

from amem_reports.rendering.excel_refs import letters
from amem_reports.rendering.filters import UnfitError, shown

Element = etree._Element  # noqa: SLF001 - the name that lxml's own type stubs go by
Number = int | float | None

C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_DECIMALS = re.compile(r"^[^.]*\.?(0*).*$", re.DOTALL)
_STALE = ("datalabelsRange", "filteredSeriesTitle", "filteredCategoryTitle")
_AFTER_BLANKS = ("showDLblsOverMax", "extLst")
_MAX_SERIES, _MAX_POINTS, _MAX_NAME = 255, 32_000, 1_000
_MAX_SAID = 24


@dataclass(frozen=True)
class Series:
    """One series; None is a value that is missing."""

    name: str
    values: tuple[Number, ...]


@dataclass(frozen=True)
class ChartData:
    """What a chart is to show."""

    categories: tuple[str | int | float, ...]
    series: tuple[Series, ...]
    title: str = ""

    @property
    def numbered(self) -> bool:
        """Whether the categories are numbers, years for one."""
        return not any(isinstance(one, str) for one in self.categories)


# --- what the data says ----------------------------------------------------------------------------------------------------------------


def read_data(value: Any) -> ChartData:
    """The data of a chart; UnfitError when it is not `{"categories": […], "series": [{"nom": …, "valeurs": […]}]}`."""
    if not isinstance(value, Mapping) or not all(isinstance(value.get(key), (list, tuple)) for key in ("categories", "series")):
        raise UnfitError("un graphique attend un groupe avec deux listes, « categories » et « series »")
    categories = tuple(one if _is_number(one) else _text(one) for one in value["categories"])
    series = tuple(_read_series(one, len(categories)) for one in value["series"])
    if len(series) > _MAX_SERIES or len(categories) > _MAX_POINTS:
        raise UnfitError(f"un graphique a au plus {_MAX_SERIES} séries et {_MAX_POINTS} catégories")
    return ChartData(categories, series, _text(value.get("titre") or ""))


def _read_series(value: Any, count: int) -> Series:
    if not isinstance(value, Mapping) or not isinstance(value.get("valeurs"), (list, tuple)):
        raise UnfitError("une série de graphique attend un groupe avec « nom » et une liste « valeurs »")
    name, values = _text(value.get("nom") or ""), value["valeurs"]
    if len(values) != count:
        raise UnfitError(f"la série « {name} » a {len(values)} valeurs pour {count} catégories")
    for one in values:
        if not _is_number(one) and one not in ("", None):
            raise UnfitError(f"la série « {name} » a une valeur qui n’est pas un nombre : {shown(one)}")
    return Series(name, tuple(one if _is_number(one) else None for one in values))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _text(value: Any) -> str:
    text = " ".join(_FORBIDDEN.sub("", str(value)).split())
    if len(text) > _MAX_NAME:
        raise UnfitError(f"nom trop long pour un graphique : {shown(text)}")
    return text


def description(data: ChartData, title: str, formats: tuple[str, ...]) -> str:
    """The figures in words, for who cannot see the chart: all of them, or of each series the least and the most."""
    from amem_reports import french

    def said(number: Number, code: str) -> str:
        if number is None:
            return "sans valeur"
        return french.pourcent(number, len(_DECIMALS.sub(r"\1", code))) if "%" in code else french.nombre(number)

    def summed(one: Series, code: str) -> str:
        points = list(zip(data.categories, one.values, strict=True))
        if len(data.series) * len(points) > _MAX_SAID:
            known = sorted(((value, category) for category, value in points if value is not None), key=lambda point: point[0])
            points = [(category, value) for value, category in dict.fromkeys((*known[:1], *known[-1:]))]
            count = f"{len(one.values)} valeurs, de " if len(points) > 1 else ""
            return count + " à ".join(f"{said(value, code)} ({category})" for category, value in points)
        return ", ".join(f"{category} = {said(value, code)}" for category, value in points)

    head = f"Graphique « {title} »" if title else "Graphique"
    codes = formats or ("",)
    series = (f"{one.name or 'série'} : {summed(one, codes[index % len(codes)])}" for index, one in enumerate(data.series))
    return f"{head}. {' ; '.join(series)}."


# --- the chart part --------------------------------------------------------------------------------------------------------------------


def _c(name: str) -> str:
    return f"{{{C}}}{name}"


def _value(element: Element | None, default: str = "") -> str:
    return default if element is None else element.get("val", default)


class Chart:
    """A chart part, read to be filled."""

    def __init__(self, xml: bytes) -> None:
        self.root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True))
        self.series = sorted(self.root.iter(_c("ser")), key=lambda one: int(_value(one.find(_c("order")), "0")))

    @property
    def workbook(self) -> str:
        """The relationship to the workbook that holds the figures; empty when there is none."""
        data = self.root.find(_c("externalData"))
        return "" if data is None else data.get(_ID, "")

    @property
    def sheet(self) -> str:
        """The sheet of the figures."""
        formula = next((one.text or "" for one in self.root.iter(_c("f")) if "!" in (one.text or "")), "")
        return formula.rpartition("!")[0].strip("'").replace("''", "'") or "Feuil1"

    @property
    def formats(self) -> tuple[str, ...]:
        """The number format of each series."""
        return tuple((one.findtext(f"{_values(one)}//{_c('formatCode')}") or "General") for one in self.series)

    @property
    def title(self) -> str:
        """The words of its title."""
        return " ".join("".join(one.text or "" for one in self.root.iterfind(f"{_c('chart')}/{_c('title')}//{{{_A}}}t")).split())

    @property
    def problem(self) -> str:
        """Why this chart cannot be filled; empty when it can."""
        if self.root.find(f".//{_c('bubbleChart')}") is not None:
            return "un graphique à bulles ne se remplit pas"
        if not self.series or any(one.find(_values(one)) is None for one in self.series):
            return "ce graphique n’a pas de série dont reprendre la forme"
        return ""

    def fill(self, data: ChartData) -> None:
        """Put new figures in."""
        models, sheet = len(self.series), _quoted(self.sheet)
        last = len(data.categories) + 1
        categories = f"{sheet}!$A$2:$A${last}"
        for index, one in enumerate(data.series):
            element = self.series[index] if index < models else self._one_more(self.series[index % models])
            column = letters(index + 2)
            _fill_name(element, f"{sheet}!${column}$1", one.name)
            _fill_points(element, one.values)
            _fill_categories(element, categories, data)
            _fill_values(element, f"{sheet}!${column}$2:${column}${last}", one.values)
        for element in self.series[len(data.series) : models]:
            _drop_series(element)
        for stale in [*self.root.iterfind(f".//{_c('plotArea')}/*/{_c('extLst')}"), *self.root.iter(_c("legendEntry"))]:
            if stale.tag == _c("extLst") or int(_value(stale.find(_c("idx")), "0")) >= max(len(data.series), len(data.categories)):
                _remove(stale)
        if any(None in one.values for one in data.series):
            self._leave_gaps()
        if data.title:
            self._entitle(data.title)

    def xml(self) -> bytes:
        """The part."""
        return etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", standalone=True)

    def _one_more(self, model: Element) -> Element:
        """A series like another, the last of its group."""
        made = deepcopy(model)
        for name in ("idx", "order"):
            highest = max(int(_value(one.find(_c(name)), "0")) for one in self.series)
            _child(made, name).set("val", str(highest + 1))
        for unique in list(made.iter("{*}uniqueId")):
            _remove(unique.getparent())
        group = model.getparent()
        assert group is not None
        group.findall(_c("ser"))[-1].addnext(made)
        self.series.append(made)
        return made

    def _leave_gaps(self) -> None:
        chart = _child(self.root, "chart")
        blanks = chart.find(_c("dispBlanksAs"))
        if blanks is None:
            blanks = etree.Element(_c("dispBlanksAs"), val="zero")
            following = next((one for one in chart if etree.QName(one).localname in _AFTER_BLANKS), None)
            chart.insert(len(chart) if following is None else chart.index(following), blanks)
        if blanks.get("val", "zero") == "zero":
            blanks.set("val", "gap")

    def _entitle(self, words: str) -> None:
        """Put a title in, in the looks of the old one where there was one."""
        chart = _child(self.root, "chart")
        title = chart.find(_c("title"))
        if title is None:
            title = etree.Element(_c("title"))
            chart.insert(0, title)
            etree.SubElement(title, _c("overlay"), val="0")
            deleted = chart.find(_c("autoTitleDeleted"))
            if deleted is not None:
                deleted.set("val", "0")
        old, looks = title.find(f"{_c('tx')}/{_c('rich')}"), title.find(_c("txPr"))
        rich = etree.Element(_c("rich"))
        rich.extend(deepcopy(old if old is not None else looks if looks is not None else rich))
        _one_run(rich, words)
        for part in (title.find(_c("tx")), looks):
            _remove(part)
        holder = etree.Element(_c("tx"))
        holder.append(rich)
        title.insert(0, holder)


def _quoted(sheet: str) -> str:
    return sheet if re.fullmatch(r"[A-Za-z_]\w*", sheet) else "'" + sheet.replace("'", "''") + "'"


def _child(parent: Element, name: str) -> Element:
    found = parent.find(_c(name))
    return found if found is not None else etree.SubElement(parent, _c(name))


def _remove(element: Element | None) -> None:
    parent = element.getparent() if element is not None else None
    if element is not None and parent is not None:
        parent.remove(element)


def _values(series: Element) -> str:
    """The name of the element that holds the values: a cloud of points has its own."""
    return _c("yVal") if series.find(_c("yVal")) is not None else _c("val")


def _one_run(rich: Element, words: str) -> None:
    """Leave one paragraph with one run, in the looks of the first."""
    paragraphs = rich.findall(f"{{{_A}}}p")
    for other in paragraphs[1:]:
        rich.remove(other)
    if rich.find(f"{{{_A}}}bodyPr") is None:
        rich.insert(0, etree.Element(f"{{{_A}}}bodyPr"))
    paragraph = paragraphs[0] if paragraphs else etree.SubElement(rich, f"{{{_A}}}p")
    runs = [child for child in paragraph if etree.QName(child).localname != "pPr"]
    properties = next((found for run in runs if (found := run.find(f"{{{_A}}}rPr")) is not None), None)
    for run in runs:
        paragraph.remove(run)
    run = etree.SubElement(paragraph, f"{{{_A}}}r")
    if properties is not None:
        run.append(properties)
    etree.SubElement(run, f"{{{_A}}}t").text = words


def _reference(kind: str, formula: str, points: tuple[Any, ...], code: str = "") -> Element:
    """`strRef` or `numRef` with its cache; a missing value has no point in it."""
    reference = etree.Element(_c(f"{kind}Ref"))
    etree.SubElement(reference, _c("f")).text = formula
    cache = etree.SubElement(reference, _c(f"{kind}Cache"))
    if code:
        etree.SubElement(cache, _c("formatCode")).text = code
    etree.SubElement(cache, _c("ptCount"), val=str(len(points)))
    for index, point in enumerate(points):
        if point is not None:
            etree.SubElement(etree.SubElement(cache, _c("pt"), idx=str(index)), _c("v")).text = str(point)
    return reference


def _put(series: Element, name: str, reference: Element, place: Callable[[], int]) -> None:
    """Give an element of a series its one child; a new one goes to its place."""
    holder = series.find(name)
    if holder is None:
        holder = etree.Element(name)
        series.insert(place(), holder)
    for child in list(holder):
        holder.remove(child)
    holder.append(reference)


def _fill_name(series: Element, formula: str, name: str) -> None:
    _put(series, _c("tx"), _reference("str", formula, (name,)), lambda: series.index(_child(series, "order")) + 1)


def _fill_categories(series: Element, formula: str, data: ChartData) -> None:
    values = series.find(_values(series))
    assert values is not None
    name = _c("xVal") if _values(series) == _c("yVal") else _c("cat")
    code = series.findtext(f"{name}//{_c('formatCode')}") or "General"
    reference = _reference("num", formula, data.categories, code) if data.numbered else _reference("str", formula, data.categories)
    _put(series, name, reference, lambda: series.index(values))


def _fill_values(series: Element, formula: str, values: tuple[Number, ...]) -> None:
    name = _values(series)
    code = series.findtext(f"{name}//{_c('formatCode')}") or "General"
    _put(series, name, _reference("num", formula, values, code), lambda: len(series))


def _fill_points(series: Element, values: tuple[Number, ...]) -> None:
    """Formats of single points: where every point had its own they are taken in turn, else they stay where they were."""
    count = int(_value(series.find(f"{_values(series)}//{_c('ptCount')}"), "0"))
    points = series.findall(_c("dPt"))
    if points and len(points) >= count:
        for index in range(len(points), len(values)):
            more = deepcopy(points[index % len(points)])
            _child(more, "idx").set("val", str(index))
            for unique in more.iterfind(f"{_c('extLst')}"):
                _remove(unique)
            series.findall(_c("dPt"))[-1].addnext(more)
    for one in [*series.findall(_c("dPt")), *series.iterfind(f"{_c('dLbls')}/{_c('dLbl')}")]:
        if int(_value(one.find(_c("idx")), "0")) >= len(values) or one.find(_c("tx")) is not None:
            _remove(one)
    for stale in [inner.getparent() for name in _STALE for inner in series.iterfind(f"{_c('extLst')}/*/{{*}}{name}")]:
        _remove(stale)


def _drop_series(series: Element) -> None:
    """Take a series out; a group that it leaves empty goes too, with the axes that only it used, unless it is the last."""
    group = series.getparent()
    area = group.getparent() if group is not None else None
    assert group is not None
    assert area is not None
    group.remove(series)
    others = [one for one in area if one is not group and one.find(_c("ser")) is not None]
    if group.find(_c("ser")) is not None or not others:
        return
    area.remove(group)
    used = {_value(axis) for one in others for axis in one.findall(_c("axId"))}
    for axis in [one for one in area if etree.QName(one).localname.endswith("Ax")]:
        if _value(axis.find(_c("axId"))) not in used:
            area.remove(axis)
