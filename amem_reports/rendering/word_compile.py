"""From a Word part to Jinja source: docxtpl's own clean-up of tags, with what it needs before and after.

Before: formatting newlines go (a newline left after rendering can then only come from a value), spelling marks go, Word's curly and
French quotation marks and no-break spaces inside tags become plain. After: where each paragraph stands is noted for error messages.
"""

from __future__ import annotations

import re
from html import unescape

from amem_reports.rendering.tags import Source

MARK = ' amem-looped="1"'
_PARAGRAPH = re.compile(r"<w:p(?=[ >])")
_NUMBERED = re.compile(r' amem-p="(\d+)"')
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_QUOTES = str.maketrans({"\u00a0": " ", "\u202f": " ", "“": '"', "”": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "–": "-"})
_CELL_PROPERTIES = re.compile(r"(<w:tcPr>)(.*?)(</w:tcPr>)", re.DOTALL)
_ATTRIBUTES = r"(?:\{\{.*?\}\}|\{%.*?%\}|[^>{]|\{)*?"
_CHILD = re.compile(rf"<w:(\w+)(?: {_ATTRIBUTES})?(?:/>|>.*?</w:\1>)", re.DOTALL)
_CELL_ORDER = "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark".split()
_HEADING = re.compile(r'<w:pStyle w:val="(?:Heading|Titre)\d"')


def has_tags(xml: str) -> bool:
    """Whether a part holds a tag, in its text or in an attribute (alternative text of a picture)."""
    text = re.sub(r"<[^>]*>", "", xml)
    return any(mark in where for mark in ("{{", "{%", "{#", "{_{") for where in (text, xml))


def compile_part(part: str, xml: str, label: str) -> Source:
    """The Jinja source of a part; `label` is its French name."""
    from docxtpl import DocxTemplate

    tidy = re.sub(r">\s*[\r\n]\s*<", "><", xml)
    tidy = re.sub(r"[\r\n\t]+", " ", tidy)
    tidy = re.sub(r"<w:proofErr [^>]*/>|<w:noProof/>", "", tidy)
    texts = _paragraphs(tidy)
    numbered = _number(tidy)
    source = DocxTemplate.patch_xml(None, numbered)  # its self is not used
    source = _CELL_PROPERTIES.sub(_in_schema_order, _TAG.sub(_plain_tag, source))
    source = _mark_looped_cells(source)
    return _located(part, source, texts, label)


def _plain_tag(match: re.Match[str]) -> str:
    return unescape(match[0]).translate(_QUOTES)


def _paragraphs(xml: str) -> list[str]:
    """For each paragraph its place in French: number, and the words it begins with, under which heading."""
    places, heading = [], ""
    for number, chunk in enumerate(_PARAGRAPH.split(xml)[1:], 1):
        paragraph = f"<w:p{chunk.split('</w:p>')[0]}"
        text = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", "", paragraph))).strip()
        if _HEADING.search(paragraph) and text:
            heading = text
        under = f", sous « {_short(heading)} »" if heading and heading != text else ""
        places.append(f"paragraphe {number} (« {_short(text)} »){under}")
    return places


def _short(text: str) -> str:
    return text if len(text) <= 50 else text[:50] + "…"


def _number(xml: str) -> str:
    count = iter(range(1, 1_000_000))
    return _PARAGRAPH.sub(lambda match: f'<w:p amem-p="{next(count)}"', xml)


def _in_schema_order(match: re.Match[str]) -> str:
    """A cell's properties in the order of the schema: docxtpl adds colour, span and merge where they come handy."""
    children = sorted(
        _CHILD.finditer(match[2]), key=lambda child: _CELL_ORDER.index(child[1]) if child[1] in _CELL_ORDER else len(_CELL_ORDER)
    )
    return match[1] + "".join(child[0] for child in children) + match[3]


def _mark_looped_cells(source: str) -> str:
    """Mark the cells of a column loop, so that the table's grid can be made right once their number is known."""

    def mark(match: re.Match[str]) -> str:
        return match[1] + re.sub(r"<w:tcW(?=[ /])", f"<w:tcW{MARK}", match[2])

    return re.sub(r"(\{% *for [^%]*%\})((?:<w:tc[ >](?:(?!</w:tc>).)*</w:tc>|\{%(?! *for )[^%]*%\})*?\{% *endfor *%\})", mark, source)


def _located(part: str, source: str, texts: list[str], label: str) -> Source:
    """Take the paragraph numbers out again, keeping where each starts; a tag whose own paragraph went is found by its words."""
    pieces: list[str] = []
    places: list[tuple[int, str]] = []
    length = last = 0
    for match in re.finditer(rf"{_NUMBERED.pattern}|{_TAG.pattern}", source):
        if match[1] is None:
            words = re.sub(r"\s+", "", re.sub(r"^\{(?:%|\{|#)(?:p|tr|tc|r)?|[%}#]\}$", "", match[0]))
            places.append((length + match.start() - last, _near(words, texts, places, label)))
            continue
        pieces.append(source[last : match.start()])
        length += match.start() - last
        last = match.end()
        places.append((length, f"{label}, {texts[int(match[1]) - 1]}"))
    pieces.append(source[last:])
    return Source(part, "".join(pieces), tuple(places))


def _near(words: str, texts: list[str], places: list[tuple[int, str]], label: str) -> str:
    """The place of a tag: the first paragraph from the current one on that holds its words."""
    current = places[-1][1].removeprefix(f"{label}, ") if places else ""
    start = texts.index(current) if current in texts else 0
    for text in texts[start:]:
        if words and words in re.sub(r"\s+", "", text):
            return f"{label}, {text}"
    return places[-1][1] if places else label
