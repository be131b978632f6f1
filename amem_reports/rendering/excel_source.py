"""Parts as Jinja source: what a compiled part is, and how its tree is made ready to follow the maps of its sheet."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from amem_reports.rendering.bounding import own, ready
from amem_reports.rendering.excel_blocks import HERE, Block
from amem_reports.rendering.excel_formulas import parse_formula
from amem_reports.rendering.excel_holes import BLOCK, BODY, CLOSE, END, OPEN, SHEET, Hole, RefHole
from amem_reports.rendering.excel_map import Axis
from amem_reports.rendering.excel_plan import Jinja, PartPlan
from amem_reports.rendering.excel_refs import Rect, Ref
from amem_reports.rendering.excel_repeats import EachBlock, RuleBlock
from amem_reports.rendering.excel_text import TAG, expression, has_tags, literal, mended, source_of
from amem_reports.rendering.excel_xml import Tokens, descendants, inline, local, replace
from amem_reports.rendering.xml_text import escape

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_FORMULAS = ("formula", "formula1", "formula2", "f")


@dataclass
class SheetShape:
    """What the parts of a sheet need to know of it. `sides`: XML to be rendered with a cell, by row and column."""

    name: str
    rows: Axis
    columns: Axis
    wrappers: tuple[str, ...] = ()
    sides: dict[tuple[int, int], list[tuple[str, str]]] = field(default_factory=dict)

    def looped(self, rect: Rect) -> bool:
        """True when a block stands in a loop."""
        return bool(self.rows.loops.get(rect.top) or self.columns.loops.get(rect.left))


class Writer:
    """Collects source and the places of tags in it."""

    def __init__(self) -> None:
        self._pieces: list[tuple[str, str]] = []

    def add(self, text: str, place: str = "") -> None:
        """Append; `place` names where the tags in this text stand."""
        self._pieces.append((text, place))

    def own(self, text: str) -> None:
        """Append source that holds nothing of the template."""
        self.add(own(text))

    def extend(self, other: Writer) -> None:
        """Append all that another writer collected."""
        self._pieces += other._pieces

    def holds(self, *marks: str) -> bool:
        """True when one of these marks stands in what was collected."""
        return any(mark in text for text, _ in self._pieces for mark in marks)

    def wrapped(self, wrappers: tuple[str, ...], place: str, before: str = "") -> Jinja:
        """The source, once for each sheet that the wrapping tags make; `before` is said once for all."""
        whole = Writer()
        whole.add(before)
        for statement in wrappers:
            whole.add("{% " + statement + " %}", place)
        whole.extend(self)
        for statement in reversed(wrappers):
            whole.own("{% end" + statement.split(None, 1)[0] + " %}")
        return whole._jinja()

    def _jinja(self) -> Jinja:
        places: list[tuple[int, str]] = []
        length = 0
        for text, place in self._pieces:
            if place and (not places or places[-1][1] != place):
                places.append((length, place))
            length += len(text)
        text = "".join(text for text, _ in self._pieces)
        return Jinja(text, tuple(places), ready(text))


class PartSource:
    """One part on its way to source: the tokens, holes and blocks put into its tree."""

    def __init__(self, part: str, shape: SheetShape) -> None:
        self.part, self.shape = part, shape
        self.tokens = Tokens()
        self.holes: list[Hole] = []
        self.blocks: list[Block] = []
        self.tagged = False

    def hole(self, hole: Hole) -> str:
        """The token of something that is filled in once the maps are known."""
        self.holes.append(hole)
        return self.tokens.add(f"{OPEN}{len(self.holes) - 1}{CLOSE}")

    def tag(self, text: str, source: str = "") -> str:
        """The token of a text with tags."""
        self.tagged = True
        return self.tokens.add(source or source_of(text))

    def here(self) -> str:
        """The token of the cells that a repeated block stands for."""
        return self.tokens.add(HERE)

    def texts(self, element: Element) -> bool:
        """Put tokens for the tags in texts and attributes of an element; True when there are any."""
        found = False
        for item in element.iter():
            if local(item) and item.text and has_tags(item.text):
                item.text, found = self.tag(item.text), True
            for name, value in list(item.attrib.items()):
                if has_tags(str(value)):
                    item.set(name, self.tag(str(value)))
                    found = True
        return found

    def formulas(self, element: Element, *names: str, pinned: bool = False, ranges: bool = False) -> None:
        """Put holes for the references in the formulas of an element."""
        for formula in descendants(element, *(names or _FORMULAS)):
            if formula.text and not len(formula):
                formula.text = self.formula(formula.text, pinned=pinned, ranges=ranges)

    def formula(self, text: str, *, pinned: bool = False, ranges: bool = False) -> str:
        """A formula with tokens for its references and tags; with `ranges`, one cell of a loop stands for all that come of it."""
        pieces = []
        for piece in parse_formula(text):
            if isinstance(piece, Ref):
                pieces.append(self.hole(RefHole(piece._replace(reach=1) if ranges else piece, pinned=pinned)))
            else:
                pieces.append(self._literal(piece))
        return "".join(pieces)

    def _literal(self, text: str) -> str:
        return self.tag(text, formula_text(text)) if TAG.search(text) else text

    def each(self, element: Element, rect: Rect) -> None:
        """Repeat an element with its cells; with tags inside a loop, it is rendered in that loop."""
        tagged = self.texts(element)
        body = self.tokens.source(inline(element))
        if tagged and self.shape.looped(rect):
            name = f"{self.part}#{len(self.blocks)}"
            self.shape.sides.setdefault((rect.top, rect.left), []).append((name, body))
            self.block(EachBlock(rect, name), element, "")
        else:
            self.block(EachBlock(rect), element, body)

    def rule(self, element: Element, rects: tuple[Rect, ...], sqref: Element | None = None) -> None:
        """Let a conditional format or a data validation follow its cells."""
        one_row = min(rect.top for rect in rects) == max(rect.bottom for rect in rects)
        self.formulas(element, pinned=one_row, ranges=element.get("type") == "list")
        self.texts(element)
        if sqref is None:
            element.set("sqref", self.here())
        else:
            sqref.text = self.here()
        self.block(RuleBlock(rects), element, self.tokens.source(inline(element)))

    def block(self, block: Block, element: Element, body: str) -> None:
        """Put a repeated block in the place of an element."""
        self.blocks.append(block)
        replace(element, self.tokens.add(f"{BLOCK}{len(self.blocks) - 1}{BODY}{body}{END}"))

    def plan(self, kind: str, xml: str, place: str) -> PartPlan:
        """The compiled part."""
        text = self.tokens.source(xml)
        holes, blocks = tuple(self.holes), tuple(self.blocks)
        if not self.tagged:
            return PartPlan(self.part, kind, None, _unjinja(text), holes, blocks)
        writer = Writer()
        writer.add(SHEET + text, place)
        return PartPlan(self.part, kind, writer.wrapped(self.shape.wrappers, place), "", holes, blocks)


def _unjinja(text: str) -> str:
    """The text itself, where nothing is to be rendered."""
    return text.replace("{{ '{' }}", "{")


# LibreOffice takes the truth values of a tag in a formula for its own, and writes them in capitals.
_CAPITALS = re.compile(r"""('[^']*'|"[^"]*")|\b(TRUE|FALSE)\b""")


def formula_text(piece: str) -> str:
    """A literal piece of a formula as source, its tags filled. Data cannot become part of the formula: it stays a text or a number."""
    result = []
    position = quotes = 0
    for match in TAG.finditer(piece):
        before = piece[position : match.start()]
        quotes += before.count('"')
        tag = _CAPITALS.sub(lambda found: found[1] or found[2].lower(), mended(match[0].replace('""', '"') if quotes % 2 else match[0]))
        result += [literal(escape(before, quote=False)), tag]
        if tag.startswith("{{"):
            text = f"{{{{ ({expression(tag)})|string|replace('\"', '\"\"') }}}}"
            alone = f'{{% if ({expression(tag)}) is number %}}{tag}{{% else %}}"{text}"{{% endif %}}'
            result[-1] = text if quotes % 2 else alone
        position = match.end()
    return "".join(result) + literal(escape(piece[position:], quote=False))
