"""Tags in a text: where each begins and ends, and what a word processor did to its quotation marks and spaces, undone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_STRING = r"\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'"
JINJA = re.compile(
    rf"\{{\{{(?:(?>{_STRING}|(?!\}}\}}).)*+|(?:(?!\}}\}}).)*+)\}}\}}"
    rf"|\{{%(?:(?>{_STRING}|(?!%\}}).)*+|(?:(?!%\}}).)*+)%\}}|\{{#.*?#\}}",
    re.DOTALL,
)
"""A tag in mended source; what looks like its end inside a string is not, unless that leaves it without any. Nothing is tried twice: a tag
full of quotation marks could otherwise be read in more ways than there is time for.
"""

_OPENING = re.compile(r"\{\{|\{%|\{#|\{_\{|\{_%|\}_\}|%_\}")
_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}
_TYPED = rf"(?>{_STRING}|“[^“”]*”|«[^«»]*»|‘[^‘’]*’"  # each alternative stops at what it cannot hold: the search stays linear
_REST = {"{{": re.compile(rf"{_TYPED}|(?!\}}\}}).)*+\}}\}}", re.DOTALL), "{%": re.compile(rf"{_TYPED}|(?!%\}}).)*+%\}}", re.DOTALL)}
_LEVEL = re.compile(r"(p|tr|tc|r)\s+")
MAX_TAG = 20_000
_MAX_SHOWN = 2_000
_OWN_CALL = re.compile(r"\((.*)\)\|__appel\([^()]*\)", re.DOTALL)
_OWN_NAME = re.compile(r"\{%-?\s*set\s+__v\d+\s*=\s*(.*?)\s*-?%\}", re.DOTALL)
_SPACES = "\u00a0\u202f\u2007\u2009"
_OUTSIDE = str.maketrans({**dict.fromkeys(_SPACES, " "), "–": "-", "—": "-"})
_PAIRS = {"“": '”“"', "”": '”"', "„": '“”"', "«": "»", "‘": "’'", "’": "’'"}


class Tag(NamedTuple):
    """One tag of a text.

    `kind` is `{{`, `{%` or `{#`, or the braces themselves where they are meant (`{_{`); `end` is -1 when it never closes. `code` is what
    stands inside, mended, without the level (`p`, `tr`, `tc`, `r`) that docxtpl's dialect puts at the braces. `before` and `after` tell of
    the hyphens of `{%-` and `-%}`.
    """

    start: int
    end: int
    kind: str
    level: str = ""
    code: str = ""
    before: bool = False
    after: bool = False


def find_tags(text: str) -> Iterator[Tag]:
    """The tags of a text, in order; after one that never closes nothing more is looked for."""
    position = 0
    while match := _OPENING.search(text, position):
        kind, start = match[0], match.start()
        if "_" in kind:
            yield Tag(start, match.end(), kind.replace("_", ""))
            position = match.end()
            continue
        position = _end(text, kind, match.end())
        if position < 0:
            yield Tag(start, -1, kind)
            return
        yield _read(kind, text[match.end() : position - 2], start, position)


def _end(text: str, kind: str, inside: int) -> int:
    """Where a tag ends, ends inside its strings aside; with an odd quotation mark, the next end that there is."""
    if kind in _REST and (whole := _REST[kind].match(text, inside, inside + MAX_TAG)):
        return whole.end()
    found = text.find(_CLOSING[kind], inside, inside + MAX_TAG)
    return found + 2 if found >= 0 else -1


def _read(kind: str, inside: str, start: int, end: int) -> Tag:
    level = ""
    if match := _LEVEL.match(inside):
        level, inside = match[1], inside[match.end() :]
    before, after = kind != "{#" and inside.startswith("-"), kind != "{#" and inside.endswith("-")
    inside = inside[before : len(inside) - after]
    return Tag(start, end, kind, level, inside.strip() if kind == "{#" else mended(inside).strip(), before, after)


def mended(code: str) -> str:
    """Code with the quotation marks, spaces and hyphens that Jinja knows; what stands between quotation marks keeps its own."""
    pieces: list[str] = []
    position = 0
    while position < len(code):
        opening = code[position]
        end = _string_end(code, opening, position + 1)
        if end < 0:
            pieces.append(opening.translate(_OUTSIDE))
            position += 1
            continue
        content = code[position + 1 : end]
        if opening in "\"'" and code[end] == opening:
            pieces.append(code[position : end + 1])
        else:
            pieces.append(_quoted(content.strip(_SPACES + " ") if opening == "«" else content))
        position = end + 1
    return "".join(pieces)


def _string_end(code: str, opening: str, start: int) -> int:
    """Where the string ends that `opening` begins: at a straight mark of its kind, or at what autocorrection made of it; else -1."""
    if opening in "\"'":
        if straight := re.compile(rf"(?:[^{opening}\\]|\\.)*+{opening}", re.DOTALL).match(code, start):
            return straight.end() - 1
        closing = "”“" if opening == '"' else "’‘"
    else:
        closing = _PAIRS.get(opening, "")
    found = [place for place in (code.find(mark, start) for mark in closing) if place >= 0]
    return min(found, default=-1)


def _quoted(content: str) -> str:
    for mark in "\"'":
        if mark not in content:
            return f"{mark}{content}{mark}"
    return '"' + content.replace("\\", "\\\\").replace('"', '\\"') + '"'


def visible(text: str) -> str:
    """The words of a tag as a person typed them, without the XML around it and without the engine's own names, short enough to read."""
    text = _OWN_NAME.sub(r"{{ \1 }}", _OWN_CALL.sub(r"\1", text[:_MAX_SHOWN]))
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text)).strip()
    return words if len(words) <= 80 else words[:80] + "…"
