"""The contents list while a template is compiled: its field is replaced by entries made from the headings as they come out."""

from __future__ import annotations

import re

from amem_reports.rendering.word_marks import Marked
from amem_reports.rendering.word_styles import Styles
from amem_reports.rendering.word_tree import Element, add_after, add_before, nearest, remove, replace_by_text, w

_TOC = re.compile(r"\s*TOC\b")
_RANGE = re.compile(r'\\o\s+"(\d)-(\d)"')
_STYLES = re.compile(r'\\t\s+"([^"]*)"')


def prepare_contents(part: Marked, styles: Styles) -> dict[str, int]:
    """Have the first contents list of the part written from the headings that are met; the styles of these, with their level."""
    field = next((one for one in part.root.iter(w("instrText")) if _TOC.match(one.text or "")), None)
    if field is None:
        return {}
    instruction = _instruction(field)
    extent = _extent(part, field)
    if extent is None:
        return {}
    levels = _levels(instruction, styles)
    first, last = extent
    add_before(first, part.code(f'{{{{ {_quoted(instruction)}|__appel("sommaire") }}}}', part.label))
    parent = first.getparent()
    assert parent is not None
    inside = list(parent)[parent.index(first) : parent.index(last) + 1]
    for paragraph in inside:
        replace_by_text(paragraph, "")
    for paragraph in list(part.root.iter(w("p"))):
        level = _level(paragraph, levels, instruction)
        if level:
            _drop_old_bookmarks(paragraph)
            add_before(paragraph, part.code(f'{{% filter __appel("titre", {level}) %}}', part.label))
            add_after(paragraph, part.code("{% endfilter %}", part.label))
    return levels


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _instruction(field: Element) -> str:
    """The whole instruction, which Word may split over runs."""
    paragraph = nearest(field, w("p"))
    texts = []
    for element in paragraph.iter(w("instrText"), w("fldChar")) if paragraph is not None else ():
        if element.tag == w("instrText"):
            texts.append(element.text or "")
        elif texts:
            break
    return "".join(texts)


def _extent(part: Marked, field: Element) -> tuple[Element, Element] | None:
    """The first and last paragraph of the field, side by side under one parent."""
    first = nearest(field, w("p"))
    depth, started = 0, False
    for mark in part.root.iter(w("fldChar"), w("instrText")):
        kind = mark.get(w("fldCharType"))
        if mark is field:
            started, depth = True, 1
        elif started and kind in ("begin", "end"):
            depth += 1 if kind == "begin" else -1
            last = nearest(mark, w("p"))
            if depth == 0 and first is not None and last is not None and last.getparent() is first.getparent():
                return first, last
    return None


def _levels(instruction: str, styles: Styles) -> dict[str, int]:
    """The level of each paragraph style that the list takes in."""
    levels: dict[str, int] = {}
    if match := _RANGE.search(instruction):
        wanted = range(int(match[1]), int(match[2]) + 1)
        levels = {style: level for style, level in styles.levels.items() if level in wanted}
    if match := _STYLES.search(instruction):
        names = re.split(r"[;,]", match[1])
        for name, level in zip(names[::2], names[1::2], strict=False):
            if (style := styles.find("paragraph", name.strip())) and level.strip().isdigit():
                levels[style] = int(level)
    return levels


def _level(paragraph: Element, levels: dict[str, int], instruction: str) -> int:
    style, outline = paragraph.find(f"{w('pPr')}/{w('pStyle')}"), paragraph.find(f"{w('pPr')}/{w('outlineLvl')}")
    if style is not None and (level := levels.get(style.get(w("val"), ""))):
        return level
    value = outline.get(w("val"), "9") if outline is not None and "\\u" in instruction else "9"
    return int(value) + 1 if value in "012345678" else 0


def _drop_old_bookmarks(paragraph: Element) -> None:
    """The marks of a contents list that Word made earlier."""
    old = {mark.get(w("id")) for mark in paragraph.iter(w("bookmarkStart")) if mark.get(w("name"), "").startswith("_Toc")}
    for mark in [*paragraph.iter(w("bookmarkStart"), w("bookmarkEnd"))]:
        if mark.get(w("id")) in old:
            remove(mark)
