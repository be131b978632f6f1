"""From the marked tree of a Word part to its Jinja source, with the place of every tag in it."""

from __future__ import annotations

import re

from amem_reports.rendering.bounding import INTO_FLOW, OUT_OF_FLOW, ready
from amem_reports.rendering.tags import Source
from amem_reports.rendering.word_marks import MARKS, Mark, Marked
from amem_reports.rendering.word_structure import Structure
from amem_reports.rendering.word_tree import to_text

Piece = str | int
"""Text of the part, or the number of a mark."""

_LITERAL = re.compile(r"\{(?=[{%#]|$)")
_LINE_BEGINS = re.compile(r"<w:t(?: [^>/]*)?> *$")
_NEXT_LINE = re.compile(r" *</w:t>.*?<w:t(?: [^>/]*)?>", re.DOTALL)


def to_source(part: Marked, name: str, structure: Structure) -> Source:
    """The source of a part; `structure` tells which loops are written as they turn."""
    pieces = _joined(part, _pieces(part))
    text: list[str] = []
    places: list[tuple[int, str]] = []
    length = 0
    for piece in _in_flow(pieces, structure):
        if isinstance(piece, int):
            mark = part.marks[piece]
            if not places or places[-1][1] != mark.place:
                places.append((length, mark.place))
            written = mark.source
        else:
            written = piece
        text.append(written)
        length += len(written)
    whole = "".join(text)
    return Source(name, whole, tuple(places), ready(whole))


def _pieces(part: Marked) -> list[Piece]:
    found: list[Piece] = []
    for index, piece in enumerate(MARKS.split(to_text(part.root))):
        if index % 2:
            found.append(int(piece))
        elif piece:
            found.append(_LITERAL.sub("{{ '{' }}", piece))
    return found


def _joined(part: Marked, pieces: list[Piece]) -> list[Piece]:
    """`{%- … %}` joins a tag to the text before it, `{% … -%}` to the text after it.

    Where the tag begins (ends) its line, all goes that lies between it and the words of the line before (after); else, spaces do.
    """
    result: list[Piece] = []
    joining = False
    for piece in pieces:
        if isinstance(piece, int):
            if _joins(part.marks[piece], before=True) and result and isinstance(result[-1], str):
                result[-1] = _joined_before(result[-1])
            joining = _joins(part.marks[piece], before=False)
            result.append(piece)
        else:
            result.append(_joined_after(piece) if joining else piece)
            joining = False
    return result


def _joined_before(text: str) -> str:
    if _LINE_BEGINS.search(text) and "</w:t>" in text:
        return text[: text.rindex("</w:t>")]
    return text.rstrip(" ")


def _joined_after(text: str) -> str:
    start = _NEXT_LINE.match(text)
    return text[start.end() :] if start else text.lstrip(" ")


def _joins(mark: Mark, *, before: bool) -> bool:
    tag = mark.tag
    return tag is not None and tag.kind == "{%" and not mark.level and (tag.before if before else tag.after)


def _in_flow(pieces: list[Piece], structure: Structure) -> list[Piece]:
    """Between the seams of the loops that are written as they turn, everything passes through the flow, piece after piece."""
    seams = {*structure.streams, *structure.streams.values(), *structure.seams}
    if not structure.streams:
        return pieces
    result: list[Piece] = []
    run: list[Piece] = []
    for piece in [*pieces, -1]:
        if piece != -1 and piece not in seams:
            run.append(piece)
            continue
        if run:
            result += [INTO_FLOW, *run, OUT_OF_FLOW]
            run = []
        if piece != -1:
            result.append(piece)
    return result
