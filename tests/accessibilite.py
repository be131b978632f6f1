"""What a screen reader and a reader with weak sight need of a Word or Excel file, looked for in the file itself."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import openpyxl
from lxml import etree
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles.colors import COLOR_INDEX, Color

CONTRAST = 4.5
"""WCAG 2.1, criterion 1.4.3, for text of ordinary size."""
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
WHITE, BLACK = "FFFFFF", "000000"


def contrast(front: str, back: str) -> float:
    """The contrast ratio of two colours in hexadecimal (WCAG 2.1)."""
    light, dark = sorted((_luminance(front), _luminance(back)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# --- Word -------------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WordFile:
    """A document's parts, and how its styles resolve."""

    path: Path

    def part(self, name: str) -> etree._Element:
        with zipfile.ZipFile(self.path) as package:
            return etree.fromstring(package.read(name))

    @cached_property
    def body(self) -> etree._Element:
        return self.part("word/document.xml")

    @cached_property
    def styles(self) -> dict[str, etree._Element]:
        return {str(style.get(f"{W}styleId")): style for style in self.part("word/styles.xml").iter(f"{W}style")}

    def chain(self, name: str | None) -> Iterator[etree._Element]:
        """A style, then those it is based on."""
        while name is not None and name in self.styles:
            yield self.styles[name]
            based = self.styles[name].find(f"{W}basedOn")
            name = None if based is None else based.get(f"{W}val")

    @cached_property
    def default_size(self) -> etree._Element | None:
        return self.part("word/styles.xml").find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}sz")

    @cached_property
    def default_style(self) -> str:
        found = [key for key, style in self.styles.items() if style.get(f"{W}default") == "1" and style.get(f"{W}type") == "paragraph"]
        return found[0]


def word_faults(path: Path) -> list[str]:
    """Every fault of a Word file; an empty list when a screen reader has what it needs."""
    word = WordFile(path)
    return [
        *_language(word),
        *_heading_order(word),
        *_header_rows(word),
        *_alternative_texts(word.body.iter(f"{WP}docPr")),
        *_word_contrast(word),
    ]


def _language(word: WordFile) -> Iterator[str]:
    langs = {lang.get(f"{W}val") for lang in word.part("word/styles.xml").iter(f"{W}lang")} - {None}
    if langs != {"fr-FR"}:
        yield f"language {sorted(map(str, langs))}"
    if not word.part("docProps/core.xml").findtext("{http://purl.org/dc/elements/1.1/}title"):
        yield "no title"


def _heading_order(word: WordFile) -> Iterator[str]:
    last = 0
    for paragraph in word.body.iter(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        match = re.fullmatch(r"Heading([1-9])", style.get(f"{W}val", "") if style is not None else "")
        if not match or not _text(paragraph):
            continue
        if int(match[1]) > last + 1:
            yield f"heading of level {match[1]} after level {last}: {_text(paragraph)[:40]}"
        last = int(match[1])
    if last == 0:
        yield "no heading"


def _text(node: etree._Element) -> str:
    return "".join(text.text or "" for text in node.iter(f"{W}t"))


def _header_rows(word: WordFile) -> Iterator[str]:
    for table in word.body.iter(f"{W}tbl"):
        rows = table.findall(f"{W}tr")
        if not rows:
            yield "table without a row"
        elif rows[0].find(f"{W}trPr/{W}tblHeader") is None:
            yield f"table without a header row: {_text(rows[0])[:40]}"
        for row in rows:
            if row.find(f"{W}trPr/{W}cantSplit") is None:
                yield f"row that may split over two pages: {_text(row)[:40]}"
                break


def _alternative_texts(drawings: Iterator[etree._Element]) -> Iterator[str]:
    for drawing in drawings:
        if not (drawing.get("descr") or "").strip():
            yield f"drawing without alternative text: {drawing.get('name')}"


def _word_contrast(word: WordFile) -> Iterator[str]:
    found: dict[str, None] = {}
    for run in word.body.iter(f"{W}r"):
        if not _text(run).strip():
            continue
        front, back = _front(word, run), _back(word, run)
        if contrast(front, back) < CONTRAST:
            found[f"{front} on {back} ({contrast(front, back):.1f}): {_text(run)[:30]}"] = None
    yield from found


def _front(word: WordFile, run: etree._Element) -> str:
    own = run.find(f"{W}rPr/{W}color")
    if own is not None:
        return _plain(own.get(f"{W}val"), BLACK)
    character = run.find(f"{W}rPr/{W}rStyle")
    for style in word.chain(_value(character)):
        colour = style.find(f"{W}rPr/{W}color")
        if colour is not None:
            return _plain(colour.get(f"{W}val"), BLACK)
    paragraph = next(run.iterancestors(f"{W}p"))
    for style in word.chain(_style_of(word, paragraph)):
        colour = style.find(f"{W}rPr/{W}color")
        if colour is not None:
            return _plain(colour.get(f"{W}val"), BLACK)
    return BLACK


def _style_of(word: WordFile, paragraph: etree._Element) -> str:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    return word.default_style if style is None else str(style.get(f"{W}val"))


def _back(word: WordFile, run: etree._Element) -> str:
    """The shade behind a text: of its paragraph, its style, its cell, the first row of its table's style, else white."""
    paragraph = next(run.iterancestors(f"{W}p"))
    shades = [paragraph.find(f"{W}pPr/{W}shd"), *(style.find(f"{W}pPr/{W}shd") for style in word.chain(_style_of(word, paragraph)))]
    for cell in run.iterancestors(f"{W}tc"):
        shades.append(cell.find(f"{W}tcPr/{W}shd"))
        shades.append(_first_row_shade(word, cell))
    known = [shade.get(f"{W}fill") for shade in shades if shade is not None]
    return next((_plain(fill, WHITE) for fill in known if fill and fill != "auto"), WHITE)


def _first_row_shade(word: WordFile, cell: etree._Element) -> etree._Element | None:
    row, table = next(cell.iterancestors(f"{W}tr")), next(cell.iterancestors(f"{W}tbl"))
    name = table.find(f"{W}tblPr/{W}tblStyle")
    if name is None or table.find(f"{W}tr") is not row:
        return None
    for style in word.chain(name.get(f"{W}val")):
        for part in style.findall(f"{W}tblStylePr"):
            if part.get(f"{W}type") == "firstRow":
                return part.find(f"{W}tcPr/{W}shd")
    return None


def _plain(colour: str | None, otherwise: str) -> str:
    return colour.upper() if colour and re.fullmatch("[0-9A-Fa-f]{6}", colour) else otherwise


def smallest_type(path: Path) -> tuple[float, str]:
    """The smallest size of type in points that a Word file prints, headers and footers too, and a text that is set in it."""
    word = WordFile(path)
    with zipfile.ZipFile(path) as package:
        names = [name for name in package.namelist() if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", name)]
    runs = [run for name in names for run in word.part(name).iter(f"{W}r") if _text(run).strip()]
    return min((_size(word, run), _text(run).strip()) for run in runs)


def _size(word: WordFile, run: etree._Element) -> float:
    paragraph = next(run.iterancestors(f"{W}p"))
    character = run.find(f"{W}rPr/{W}rStyle")
    own = run.find(f"{W}rPr/{W}sz")
    inherited = [style.find(f"{W}rPr/{W}sz") for name in (_value(character), _style_of(word, paragraph)) for style in word.chain(name)]
    found = next(size for size in (own, *inherited, word.default_size) if size is not None)
    return int(str(found.get(f"{W}val"))) / 2


def _value(node: etree._Element | None) -> str | None:
    return None if node is None else node.get(f"{W}val")


# --- Excel ------------------------------------------------------------------------------------------------------------------------------


def excel_faults(path: Path) -> list[str]:
    """Every fault of a workbook: names, first sheet and cell, tables, print titles, alternative texts, contrast."""
    return [*_sheets(path), *_excel_drawings(path), *_excel_contrast(path)]


def _sheets(path: Path) -> Iterator[str]:
    book = openpyxl.load_workbook(path)
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if book.active not in visible[:1]:
        yield "the workbook does not open on its first sheet"
    for sheet in visible:
        if re.fullmatch(r"(Feuil|Sheet)\d*", sheet.title):
            yield f"sheet named {sheet.title}"
        for view in sheet.views.sheetView:
            for selection in view.selection:
                row = int(re.findall(r"\d+", selection.activeCell or "A1")[0])
                if row > 12:
                    yield f"{sheet.title} opens far from its start, at {selection.activeCell}"
        for table in sheet.tables.values():
            if table.headerRowCount == 0:
                yield f"{sheet.title}: table {table.displayName} without a header row"
        if sheet.max_row > 60 and not sheet.print_title_rows:
            yield f"{sheet.title}: {sheet.max_row} rows, and no title row repeated in print"


def _excel_drawings(path: Path) -> Iterator[str]:
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if re.fullmatch(r"xl/drawings/drawing\d+\.xml", name):
                yield from _alternative_texts(etree.fromstring(package.read(name)).iter(f"{XDR}cNvPr"))


def _excel_contrast(path: Path) -> Iterator[str]:
    book = openpyxl.load_workbook(path)
    theme = _theme(book.loaded_theme)
    found: dict[str, None] = {}
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is None or isinstance(cell, MergedCell):
                    continue
                front, back = _colours(cell, theme)
                if contrast(front, back) < CONTRAST:
                    found[f"{sheet.title}: {front} on {back} ({contrast(front, back):.1f}), first in {cell.coordinate}"] = None
    yield from {fault.partition(", first")[0]: fault for fault in reversed(found)}.values()


def _colours(cell: Cell, theme: list[str]) -> tuple[str, str]:
    back = _colour(cell.fill.fgColor, theme, WHITE) if cell.fill.fill_type == "solid" else WHITE
    return _colour(cell.font.color, theme, BLACK), back


def _colour(colour: Color | None, theme: list[str], otherwise: str) -> str:
    """A colour of the workbook as six hexadecimal digits, tints left out."""
    if colour is None:
        return otherwise
    if colour.type == "theme":
        return theme[colour.theme] if colour.theme < len(theme) else otherwise
    if colour.type == "indexed":
        return COLOR_INDEX[colour.indexed][-6:] if colour.indexed < len(COLOR_INDEX) else otherwise
    return str(colour.rgb)[-6:]


def _theme(xml: bytes | str | None) -> list[str]:
    """The theme's colours in the order in which cells number them: light 1, dark 1, light 2, dark 2, then the accents."""
    if not xml:
        return [WHITE, BLACK]
    scheme = etree.fromstring(xml if isinstance(xml, bytes) else xml.encode()).find(f".//{A}clrScheme")
    assert scheme is not None
    values = {
        etree.QName(child).localname: child[0].get("val") if child[0].get("lastClr") is None else child[0].get("lastClr")
        for child in scheme
    }
    order = ("lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hlink", "folHlink")
    return [str(values[name]) for name in order]
