"""Markdown read, and written as plain text for the places that hold nothing else: cells, attributes, properties."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token


def tokens(text: str) -> Sequence[Token]:
    """What a Markdown text is made of."""
    from amem_reports.markdown import parser

    return parser().parse(text)


def plain(text: str) -> str:
    """The words of a Markdown text, a line a paragraph, items with their bullet or number, cells apart by a bar."""
    return "\n".join(_lines(tokens(text)))


def _lines(found: Sequence[Token]) -> Iterator[str]:
    numbers: list[int] = []
    mark = ""
    cells: list[str] | None = None
    for token in found:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            numbers.append(int(token.attrs.get("start", 1)) if token.type.startswith("ordered") else 0)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            numbers.pop()
        elif token.type == "list_item_open":
            mark = "  " * (len(numbers) - 1) + (f"{numbers[-1]}. " if numbers[-1] else "• ")
            numbers[-1] += bool(numbers[-1])
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            yield " | ".join(cells or ())
            cells = None
        elif token.type == "inline" and cells is not None:
            cells.append(_words(token))
        elif token.type in ("inline", "fence", "code_block"):
            yield mark + (_words(token) if token.type == "inline" else token.content.rstrip("\n"))
            mark = ""


def _words(token: Token) -> str:
    return "".join({"softbreak": " ", "hardbreak": "\n"}.get(one.type, one.content) for one in token.children or ())
