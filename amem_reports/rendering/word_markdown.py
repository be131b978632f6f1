"""Markdown as WordprocessingML: paragraphs, headings, lists, quotations, tables, in the template's own styles.

The parser is markdown-it-py: CommonMark to the letter, well kept, and installed already for coloured terminals. Raw HTML is shown as typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from amem_reports.rendering.filters import UnfitError
from amem_reports.rendering.markdown_text import tokens
from amem_reports.rendering.rich import Recit, Riche, address
from amem_reports.rendering.word_lists import Numbering
from amem_reports.rendering.word_rich import RunWriter
from amem_reports.rendering.xml_text import escape

if TYPE_CHECKING:
    from markdown_it.token import Token

_INDENT = 360
_BULLETS = ("•", "–", "▪")
_TABLE_WIDTH = 9000


@dataclass
class _List:
    ordered: bool
    next: int
    number: int = 0


class MarkdownWriter:
    """Writes Markdown; knows the template's styles and counts its lists."""

    def __init__(self, styles: Mapping[str, Mapping[str, str]], runs: RunWriter, numbering: Numbering) -> None:
        self.paragraphs, self.tables = styles.get("paragraph", {}), styles.get("table", {})
        self.runs, self.numbering = runs, numbering

    def blocks(self, text: Recit, properties: str, base: str) -> str:
        """Paragraphs and tables; those of plain text keep `properties`, all text has the looks `base`."""
        return _Blocks(self, text.niveau, properties, base).write(tokens(text.texte))

    def inline(self, text: Recit, base: str) -> str:
        """The text's words in one line, with their looks."""
        pieces = [rich_text(token.children or ()) for token in tokens(text.texte) if token.type == "inline"]
        return " ".join(self.runs.runs(piece, base) for piece in pieces)


_LOOKS = {"strong": "gras", "em": "italique", "s": "barre"}


def rich_text(tokens: Sequence[Token]) -> Riche:
    """What stands in one paragraph, as rich text."""
    pieces: list[tuple[str, tuple[tuple[str, Any], ...]]] = []
    look: dict[str, Any] = {}
    for token in tokens:
        name = token.type.removesuffix("_open").removesuffix("_close")
        if name in _LOOKS:
            look = {**look, _LOOKS[name]: True} if token.nesting > 0 else {key: on for key, on in look.items() if key != _LOOKS[name]}
        elif name == "link":
            look = {**look, **_link(token)} if token.nesting > 0 else {key: on for key, on in look.items() if key != "lien"}
        else:
            own = {**look, "police": "Courier New"} if token.type == "code_inline" else look
            words = {"softbreak": " ", "hardbreak": "\n"}.get(token.type, token.content)
            pieces.append((words, tuple(sorted(own.items()))))
    return Riche(tuple(pieces))


def _link(token: Token) -> dict[str, str]:
    try:
        return {"lien": address(token.attrs.get("href", ""))}
    except UnfitError:
        return {}


class _Blocks:
    def __init__(self, writer: MarkdownWriter, level: int, properties: str, base: str) -> None:
        self.writer, self.level, self.base = writer, level, base
        self.properties, self.around = properties, self._name_of_style(properties)
        self.lists: list[_List] = []
        self.pieces: list[str] = []
        self.heading = 0
        self.quoted = 0
        self.item_text = False
        self.table: list[list[tuple[str, str]]] = []
        self.in_cell: str | None = None

    def write(self, tokens: Sequence[Token]) -> str:
        for token in tokens:
            action = getattr(self, f"_{token.type}", None)
            if action is not None:
                action(token)
        return "".join(self.pieces)

    def _heading_open(self, token: Token) -> None:
        self.heading = min(int(token.tag[1]) + self.level - 1, 9)

    def _heading_close(self, _: Token) -> None:
        self.heading = 0

    def _blockquote_open(self, _: Token) -> None:
        self.quoted += 1

    def _blockquote_close(self, _: Token) -> None:
        self.quoted -= 1

    def _bullet_list_open(self, _: Token) -> None:
        self._announced()
        self.lists.append(_List(ordered=False, next=1))

    def _ordered_list_open(self, token: Token) -> None:
        self._announced()
        start = int(token.attrs.get("start", 1))
        style = self._style(*self._list_styles(ordered=True, depth=len(self.lists) + 1))
        self.lists.append(_List(ordered=True, next=start, number=self.writer.numbering.new(style, start) if style else 0))

    def _bullet_list_close(self, _: Token) -> None:
        self.lists.pop()

    _ordered_list_close = _bullet_list_close

    def _announced(self) -> None:
        """Keep the paragraph before a list on the page where the list begins."""
        if not self.lists and self.pieces and self.pieces[-1].startswith("<w:p>"):
            self.pieces[-1] = _kept_with_next(self.pieces[-1])

    def _list_item_open(self, _: Token) -> None:
        self.item_text = True

    def _inline(self, token: Token) -> None:
        text = rich_text(token.children or ())
        if self.in_cell is not None:
            self.table[-1].append((self.in_cell, self.writer.runs.runs(text, self.base)))
        else:
            self._paragraph(text)

    def _code_block(self, token: Token) -> None:
        self._paragraph(Riche(((token.content.rstrip("\n"), (("police", "Courier New"),)),)))

    _fence = _code_block

    def _hr(self, _: Token) -> None:
        self.pieces.append('<w:p><w:pPr><w:pBdr><w:bottom w:val="single" w:sz="6" w:space="1" w:color="auto"/></w:pBdr></w:pPr></w:p>')

    def _table_open(self, _: Token) -> None:
        self.table = []

    def _tr_open(self, _: Token) -> None:
        self.table.append([])

    def _th_open(self, token: Token) -> None:
        self.in_cell = str(token.attrs.get("style", "")).removeprefix("text-align:")

    _td_open = _th_open

    def _th_close(self, _: Token) -> None:
        self.in_cell = None

    _td_close = _th_close

    def _table_close(self, _: Token) -> None:
        self.pieces.append(f"{self._table_xml()}<w:p/>")

    def _paragraph(self, text: Riche) -> None:
        properties, prefix = self._paragraph_properties()
        words = riche_with(prefix, text) if prefix else text
        self.pieces.append(f"<w:p>{properties}{self.writer.runs.runs(words, '' if self.heading else self.base)}</w:p>")

    def _paragraph_properties(self) -> tuple[str, str]:
        """The properties of the paragraph to come, and what is to stand before its words where no style does it."""
        if self.heading:
            style = self._style(f"heading {self.heading}")
            return (f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else self.properties), ""
        if self.lists:
            return self._item_properties()
        if self.quoted:
            style = self._style("quote", "intense quote")
            indent = f'<w:ind w:left="{_INDENT * 2 * self.quoted}"/>'
            return (f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else f"<w:pPr>{indent}</w:pPr>"), ""
        return self.properties, ""

    def _item_properties(self) -> tuple[str, str]:
        current, depth, first = self.lists[-1], len(self.lists), self.item_text
        self.item_text = False
        style = self._style(*self._list_styles(ordered=current.ordered, depth=depth))
        number = current.next
        current.next += first
        left = _INDENT * depth
        if style and first:
            listed = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{current.number}"/></w:numPr>' if current.number else ""
            return f'<w:pPr><w:pStyle w:val="{style}"/>{listed}</w:pPr>', ""
        if style:
            none = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>'
            return f'<w:pPr><w:pStyle w:val="{style}"/>{none}<w:ind w:left="{left}" w:firstLine="0"/></w:pPr>', ""
        mark = f"{number}." if current.ordered else _BULLETS[(depth - 1) % len(_BULLETS)]
        tab = f'<w:tabs><w:tab w:val="left" w:pos="{left}"/></w:tabs>'
        return f'<w:pPr>{tab}<w:ind w:left="{left}" w:hanging="{_INDENT if first else 0}"/></w:pPr>', f"{mark}\t" if first else ""

    def _list_styles(self, *, ordered: bool, depth: int) -> tuple[str, ...]:
        name = "list number" if ordered else "list bullet"
        if depth > 1:
            return (f"{name} {min(depth, 5)}",)
        return (f"{self.around} {'numéros' if ordered else 'puces'}", name) if self.around else (name,)

    def _name_of_style(self, properties: str) -> str:
        """The name of the style around, which may have lists of its own: « Cellule » has « Cellule puces », « Cellule numéros »."""
        match = re.search(r'<w:pStyle w:val="([^"]*)"', properties)
        return next((name for name, known in self.writer.paragraphs.items() if match and escape(known) == match[1]), "")

    def _style(self, *names: str) -> str:
        return next((escape(self.writer.paragraphs[name]) for name in names if name in self.writer.paragraphs), "")

    def _table_xml(self) -> str:
        count = max(map(len, self.table))
        width = _TABLE_WIDTH // count
        own = [name for name in self.writer.tables if name not in ("normal table", "table normal")]
        style = next((self.writer.tables[name] for name in ("table grid", *own) if name in self.writer.tables), "")
        borders = "" if style else _BORDERS
        named = f'<w:tblStyle w:val="{escape(style)}"/>' if style else ""
        properties = f'<w:tblPr>{named}<w:tblW w:w="5000" w:type="pct"/>{borders}{_LOOK}</w:tblPr>'
        grid = f'<w:gridCol w:w="{width}"/>' * count
        rows = []
        for number, row in enumerate(self.table):
            cells = [*row, *[("", "")] * (count - len(row))]
            row_properties = "<w:trPr><w:cantSplit/>" + ("" if number else "<w:tblHeader/>") + "</w:trPr>"
            rows.append(f"<w:tr>{row_properties}{''.join(_cell(align, runs, width) for align, runs in cells)}</w:tr>")
        return f"<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


_LOOK = '<w:tblLook w:val="0420" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>'
_BORDERS = (
    "<w:tblBorders>"
    + "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + "</w:tblBorders>"
)


def _kept_with_next(paragraph: str) -> str:
    if "<w:keepNext" in paragraph:
        return paragraph
    if not paragraph.startswith("<w:p><w:pPr"):
        return paragraph.replace("<w:p>", "<w:p><w:pPr><w:keepNext/></w:pPr>", 1)
    return re.sub(r"<w:pPr>(<w:pStyle [^>]*/>)?", r"<w:pPr>\1<w:keepNext/>", paragraph, count=1)


def _cell(align: str, runs: str, width: int) -> str:
    properties = f'<w:pPr><w:jc w:val="{align}"/></w:pPr>' if align in ("center", "right") else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p>{properties}{runs}</w:p></w:tc>'


def riche_with(prefix: str, text: Riche) -> Riche:
    """Rich text after some plain words."""
    return Riche(((prefix, ()), *text.morceaux))
