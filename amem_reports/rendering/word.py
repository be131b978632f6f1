"""Fill a Word template: each part with tags is rendered as text and written straight into a new package; the rest is copied."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from amem_reports.errors import AmemError, Constat
from amem_reports.rendering import properties, tags, word_tables, word_toc
from amem_reports.rendering.package import Package
from amem_reports.rendering.properties import Proprietes
from amem_reports.rendering.tags import Source
from amem_reports.rendering.word_compile import compile_part, has_tags

DOCUMENT, STYLES = "word/document.xml", "word/styles.xml"
_TEXT_PARTS = re.compile(
    r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments|charts/chart\d*)\.xml|docProps/(core|app|custom)\.xml"
)
_LABELS = {"document": "corps du document", "header": "en-tête", "footer": "pied de page", "footnotes": "note de bas de page"}
_LABELS |= {"endnotes": "note de fin", "comments": "commentaire", "chart": "graphique"}
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff]")
_SPLIT = '</w:t>{}<w:t xml:space="preserve">'


def render(template: Path, context: Mapping[str, Any], out: BinaryIO, proprietes: Proprietes | None = None) -> tuple[str, ...]:
    """Fill `template` with `context` into `out`; French warnings. AmemError with every fault of every part."""
    package = Package(template)
    data = tags.plain(context)
    parts: dict[str, bytes] = {}
    faults: list[Constat] = []
    warnings: list[str] = []
    for source in sources(package):
        try:
            text, dropped = finish(tags.render(source, data, template.name))
        except AmemError as error:
            faults.extend(error.constats)
            continue
        if dropped:
            warnings.append(f"{dropped} caractère{'s' * (dropped > 1)} que Word ne peut pas contenir : laissé{'s' * (dropped > 1)} de côté")
        if source.part == DOCUMENT and STYLES in package.names:
            text = word_toc.fill_contents(text, package.read(STYLES).decode())
        parts[source.part] = text.encode()
    if faults:
        raise AmemError(dict.fromkeys(faults))
    package.write(out, parts | (properties.parts(package, proprietes) if proprietes else {}))
    return tuple(warnings)


def sources(package: Package) -> tuple[Source, ...]:
    """The Jinja sources of the parts that hold tags."""
    return tuple(
        _compiled(name, package.read(name)) for name in package.names if _TEXT_PARTS.fullmatch(name) and _may_have_tags(package.read(name))
    )


def _may_have_tags(raw: bytes) -> bool:
    return b"{" in raw and has_tags(raw.decode())


@lru_cache(maxsize=64)
def _compiled(name: str, raw: bytes) -> Source:
    return compile_part(name, raw.decode(), _label(name))


def _label(name: str) -> str:
    stem = re.sub(r"\d*\.xml$", "", name.rpartition("/")[2])
    return _LABELS.get(stem, f"propriétés ({stem})")


def finish(text: str) -> tuple[str, int]:
    """What remains after rendering, on the text: breaks in values, table grids, drawing ids, characters that XML forbids (how many)."""
    text = _breaks(text)
    text, dropped = _FORBIDDEN.subn("", text) if _FORBIDDEN.search(text) else (text, 0)
    text = word_tables.fit_grids(text)
    text = text.replace("{_{", "{{").replace("}_}", "}}").replace("{_%", "{%").replace("%_}", "%}")
    return _unique_ids(text), dropped


def _breaks(text: str) -> str:
    r"""Newlines, tabs, page breaks (\f) and paragraph ends (\a) of values as Word has them; in attributes they become spaces."""
    if not re.search("[\n\t\f\a]", text):
        return text
    text = re.sub(r'="[^"<>]*[\n\t\f\a][^"<>]*"', lambda match: re.sub("[\n\t\f\a]", " ", match[0]), text)
    if "\a" in text:
        text = re.sub(r"<w:p[ >](?:(?!</w:p>).)*\a.*?</w:p>", _new_paragraphs, text, flags=re.DOTALL)
    for mark, element in (("\n", "<w:br/>"), ("\t", "<w:tab/>"), ("\f", '<w:br w:type="page"/>')):
        text = text.replace(mark, _SPLIT.format(element))
    return text


def _new_paragraphs(match: re.Match[str]) -> str:
    paragraph = match[0]
    head = re.match(r"<w:p(?: [^>]*)?>(<w:pPr>.*?</w:pPr>)?", paragraph, re.DOTALL)
    ppr = head[1] or "" if head else ""

    def split(text: re.Match[str]) -> str:
        run = re.findall(r"<w:r(?: [^>]*)?>(<w:rPr>.*?</w:rPr>)?", paragraph[: text.start()], re.DOTALL)
        rpr = run[-1] if run else ""
        return f'</w:t></w:r></w:p><w:p>{ppr}<w:r>{rpr}<w:t xml:space="preserve">'

    return re.sub("\a", split, paragraph)


def _unique_ids(text: str) -> str:
    """Drawing ids numbered anew when a loop repeated one."""
    ids = re.findall(r'<wp:docPr [^>]*?\bid="(\d+)"', text)
    if len(ids) == len(set(ids)):
        return text
    numbers = iter(range(1, len(ids) + 1))
    return re.sub(r'(<wp:docPr [^>]*?\bid=")\d+(")', lambda match: f"{match[1]}{next(numbers)}{match[2]}", text)
