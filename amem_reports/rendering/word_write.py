"""A Word part while it is filled: what its source calls (`__appel`), and the bytes that come of it, compressed as they come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from amem_reports.rendering import bounds
from amem_reports.rendering.bounds import ExcessError
from amem_reports.rendering.filters import UnfitError, shown
from amem_reports.rendering.inserts import Loader
from amem_reports.rendering.package import Deflated, Package
from amem_reports.rendering.rich import Recit, Riche, as_rich
from amem_reports.rendering.tags import Markup, Source, may_be_infinite, watch
from amem_reports.rendering.word_controls import CUSTOM, CUSTOM_TYPE, Controls, filled
from amem_reports.rendering.word_finish import ends_cells_itself, finish, one_line, open_table
from amem_reports.rendering.word_lists import Numbering
from amem_reports.rendering.word_rich import RunWriter
from amem_reports.rendering.word_theme import Palette
from amem_reports.rendering.word_toc import PLACE, Contents

if TYPE_CHECKING:
    from amem_reports.rendering.additions import Additions, Parts
    from amem_reports.rendering.word_inserts import InsertWriter
    from amem_reports.rendering.word_markdown import MarkdownWriter
    from amem_reports.rendering.word_plan import Plan

_BLOCK_STARTS = ("<w:p>", "<w:p ", "<w:p/>", "<w:tbl>", "<w:sdt>")
_PIECE = 1 << 16


class PartWriter:
    """One part: takes text as it is filled, finishes it piece by piece; what follows the contents list waits for the headings."""

    def __init__(self, source: Source, contents: Contents) -> None:
        self.name = source.part
        self.deflated = Deflated()
        self.dropped = 0
        self.doubtful = False
        self._contents = contents
        self._looks_at_cells = not ends_cells_itself(source.text)
        self._size = self._held = 0
        self._pieces: list[str] = []
        self._waiting: list[bytes] | None = None

    def add(self, text: str) -> str:
        """Take the next text of the part."""
        self._pieces.append(text)
        self._held += len(text)
        if self._held >= _PIECE:
            self._flush()
        return ""

    def close(self) -> Deflated:
        """The whole part."""
        self._flush(last=True)
        if self._waiting is not None:
            for piece in (finish(self._contents.entries())[0], *self._waiting):
                self.deflated.write(piece)
        self.deflated.close()
        return self.deflated

    def _flush(self, last: bool = False) -> None:
        text = "".join(self._pieces)
        stop = len(text) if last else open_table(text)
        self._size += stop
        self._pieces, self._held, text = [text[stop:]], len(text) - stop, text[:stop]
        if self._size > bounds.MAX_OUTPUT:
            raise ExcessError(0)
        if self._contents.placed and PLACE in text:
            before, _, text = text.partition(PLACE)
            self._put(before)
            self._waiting = []
        self._put(text)

    def _put(self, text: str) -> None:
        watch()
        self.doubtful = self.doubtful or may_be_infinite(text)
        data, dropped = finish(text, self._looks_at_cells)
        self.dropped += dropped
        if self._waiting is None:
            self.deflated.write(data)
        else:
            self._waiting.append(data)


class Writing:
    """One document while it is filled: what its parts share; `styles` are those that other documents bring."""

    def __init__(self, plan: Plan, package: Package, load: Loader) -> None:
        self.plan, self.package, self.load = plan, package, load
        self._formats = ("", *plan.formats)
        self._last_id = plan.last_id
        self._palette = Palette(plan.theme)
        self._runs = RunWriter(plan.styles, self._palette)
        self.numbering = Numbering(plan.numbering, plan.last_number, plan.last_definition)
        self.styles: list[str] = []
        self.contents = Contents(plan.styles.get("paragraph", {}))
        self.controls = Controls()

    def calls(self, part: PartWriter) -> Mapping[str, Callable[..., Any]]:
        """What the source of a part may call."""
        return {
            "flux": part.add,
            "ligne": one_line,
            "couleur": self._palette.fill,
            "entier": _count,
            "course": self._inline,
            "bloc": self._block,
            "numero": lambda _: self.new_id(),
            "image": lambda value, number: Markup(self._inserts.picture(part.name, value, number)),
            "graphique": lambda value, number: Markup(self._inserts.chart(part.name, value, number)),
            "document": lambda value: Markup(self._inserts.document(part.name, value)),
            "grille": _grid,
            "controle": lambda _: self.controls.number(),
            "debut": lambda tag: Markup(self.controls.start(tag)),
            "fin": lambda tag: Markup(self.controls.end(tag)),
            "plein": lambda content, *looks: Markup(filled(content, *(self._formats[number] for number in looks))),
            "titre": lambda paragraph, level: Markup(self.contents.heading(paragraph, level)),
            "sommaire": lambda instruction: Markup(self.contents.place(instruction)),
        }

    @cached_property
    def markdown(self) -> MarkdownWriter:
        """What writes Markdown, made for the first text that is."""
        from amem_reports.rendering.word_markdown import MarkdownWriter

        return MarkdownWriter(self.plan.styles, self._runs, self.numbering)

    @cached_property
    def additions(self) -> Additions:
        """What is added to the package, once something is."""
        from amem_reports.rendering.additions import Additions

        return Additions(self.package)

    def added(self, parts: Parts) -> Parts:
        """All parts that change, with those that are added and the lists that name them."""
        if self.controls.tags:
            parts = self._listing_controls(parts)
        if not (self.plan.loose or "additions" in vars(self)):
            return parts
        return self.additions.applied(parts, self.plan.loose, self.plan.dropped)

    def _listing_controls(self, parts: Parts) -> Parts:
        """The parts with the list of the document's controls, unless its properties are being written from tags or made anew."""
        if "_rels/.rels" in parts or any(source.part == CUSTOM for source in self.plan.sources):
            return parts
        cleaned = parts.get(CUSTOM)
        kept = cleaned if isinstance(cleaned, bytes) else self.package.read(CUSTOM) if CUSTOM in self.package.names else None
        old = kept.decode() if kept is not None else None
        if old is None:
            self.additions.declare(CUSTOM, CUSTOM_TYPE)
            self.additions.relate("", "custom-properties", CUSTOM)
        return {**parts, CUSTOM: self.controls.properties(old).encode()}

    @cached_property
    def _inserts(self) -> InsertWriter:
        from amem_reports.rendering.word_inserts import InsertWriter

        return InsertWriter(self)

    def new_id(self) -> int:
        """The identifier of one more drawing."""
        self._last_id += 1
        return self._last_id

    def _inline(self, value: Any, look: int) -> Markup:
        """A value in the place of a run."""
        base = self._formats[look]
        if isinstance(value, Markup) and value.startswith("<w:r"):
            return value
        if isinstance(value, Recit):
            return Markup(self.markdown.inline(value, base))
        return Markup(self._runs.runs(as_rich(value), base))

    def _block(self, value: Any, properties: int, look: int) -> Markup:
        """A value in the place of a paragraph; an empty one leaves none."""
        paragraph, base = self._formats[properties], self._formats[look]
        if value == "" or (isinstance(value, Riche) and not str(value)):
            return Markup("")
        if hasattr(value, "__html__"):
            return Markup(value if value.startswith(_BLOCK_STARTS) else f"<w:p>{paragraph}{_captured(value, base)}</w:p>")
        if isinstance(value, Recit):
            return Markup(self.markdown.blocks(value, paragraph, base))
        if isinstance(value, (list, tuple)) and not any(isinstance(item, Riche) for item in value):
            return Markup("".join(self._block(item, properties, look) for item in value))
        return Markup(f"<w:p>{paragraph}{self._runs.runs(as_rich(value), base)}</w:p>")


def _grid(table: str) -> Markup:
    from amem_reports.rendering.word_grid import fit_grid

    return Markup(fit_grid(table))


def _captured(text: str, base: str) -> str:
    """Words that a template captured in a variable: escaped already."""
    return f'<w:r>{base}<w:t xml:space="preserve">{text}</w:t></w:r>' if text else ""


def _count(value: Any) -> int:
    try:
        count = int(value)
    except (TypeError, ValueError):
        count = 0
    if not 1 <= count <= 1000:
        raise UnfitError(f"nombre de colonnes impossible {shown(value)} : écrire un entier à partir de 1")
    return count
