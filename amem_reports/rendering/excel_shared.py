"""What all sheets of a workbook share: its strings and cell styles."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from amem_reports.rendering.excel_text import Run, Text, has_tags, read_text
from amem_reports.rendering.excel_xml import child, children, inline, local, parse, serialised, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_NOT_A_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")  # carriage returns too: a newline stands beside each
_DEFAULT_SIZE = 11.0


@dataclass(frozen=True)
class Shared:
    """Shared strings and styles.

    `tagged`: the strings with tags, which sheets write inline; `strings`: part and content of the table without them (empty when it
    need not change); `dates`: cell styles that show dates; `wraps`: those that wrap their text, with the size of their font.
    """

    tagged: Mapping[int, Text]
    strings: tuple[str, str]
    dates: frozenset[int]
    wraps: Mapping[int, float]
    date1904: bool


def read_shared(read: Callable[[str], bytes], parts: Mapping[str, str], workbook: Element) -> Shared:
    """Read the shared parts, given by the last word of their relationship's type."""
    tagged: dict[int, Text] = {}
    strings: tuple[str, str] = ("", "")
    if part := parts.get("sharedStrings"):
        tagged, data = _tagged_strings(read(part))
        strings = (part, data)
    dates, wraps = _styles(parse(read(parts["styles"]))) if "styles" in parts else (frozenset[int](), dict[int, float]())
    properties = child(workbook, "workbookPr")
    return Shared(tagged, strings, dates, wraps, properties is not None and properties.get("date1904") in ("1", "true"))


def _tagged_strings(data: bytes) -> tuple[dict[int, Text], str]:
    if b"{" not in data:
        return {}, ""
    root = parse(data)
    found: dict[int, Text] = {}
    for number, item in enumerate(children(root, "si")):
        text = read_text(runs_of(item)) if has_tags(text_of(item)) else None
        if text and text.kind != "static":
            found[number] = text
            for inner in list(item):
                item.remove(inner)
            item.append(item.makeelement(str(item.tag).removesuffix("si") + "t", {}))
    return found, serialised(root) if found else ""


def _styles(root: Element) -> tuple[frozenset[int], dict[int, float]]:
    codes = set(_BUILT_IN_DATES)
    for item in _list(root, "numFmts"):
        code = _NOT_A_CODE.sub("", item.get("formatCode") or "").lower()
        if re.search("[dmyhsja]", code) and code not in ("general", "standard"):
            codes.add(int(item.get("numFmtId") or 0))
    sizes = [_font_size(font) for font in _list(root, "fonts")]
    dates: set[int] = set()
    wraps: dict[int, float] = {}
    for number, style in enumerate(_list(root, "cellXfs")):
        if int(style.get("numFmtId") or 0) in codes:
            dates.add(number)
        alignment, font = child(style, "alignment"), int(style.get("fontId") or 0)
        if alignment is not None and alignment.get("wrapText") in ("1", "true"):
            wraps[number] = sizes[font] if font < len(sizes) else _DEFAULT_SIZE
    return frozenset(dates), wraps


def _list(root: Element, name: str) -> list[Element]:
    found = child(root, name)
    return [item for item in found if local(item)] if found is not None else []


def _font_size(font: Element) -> float:
    size = child(font, "sz")
    return float(size.get("val") or _DEFAULT_SIZE) if size is not None else _DEFAULT_SIZE


def runs_of(element: Element) -> tuple[Run, ...]:
    """The runs of a shared or inline string; phonetic hints are left out, characters written as `_x0041_` are read, if XML allows them."""
    runs = [
        (inline(properties) if (properties := child(run, "rPr")) is not None else "", _unescaped(text_of(child(run, "t"))))
        for run in children(element, "r")
    ]
    return tuple(runs) or (("", _unescaped(text_of(child(element, "t")))),)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: "" if _FORBIDDEN.match(read := chr(int(match[1], 16))) else read, text)


def string_at(data: bytes) -> Callable[[int], str]:
    """A reader of the shared strings by number."""
    items: list[str] = []

    def text(number: int) -> str:
        if not items:
            items.extend("".join(run for _, run in runs_of(item)) for item in children(parse(data), "si"))
        return items[number]

    return text
