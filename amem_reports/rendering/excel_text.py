"""Tags in the text of a cell: found over split runs, mended, told apart, and turned into Jinja source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from amem_reports.rendering.xml_text import escape

Run = tuple[str, str]  # properties as XML ("" for none), text

# Strings inside a tag may hold its closing marks; atomic groups keep the search linear.
_STRINGS = r"(?>\"[^\"]*\"|'[^']*'|“[^”]*”|"
TAG = re.compile(rf"\{{\{{(?:{_STRINGS}(?!\}}\}}).))*+\}}\}}|\{{%(?:{_STRINGS}(?!%\}}).))*+%\}}|\{{#(?:(?!#\}}).)*+#\}}", re.DOTALL)
_MARKER = re.compile(r"\{%-?\s*(row|col|sheet)\s+(.*?)\s*-?%\}", re.DOTALL)
_OPENING = {"“": "”", "„": "“", "«": "»", "‘": "’", "’": "’"}
_RAW = re.compile(r"\{%-?\s*raw\b")
_BLOCK = re.compile(r"\{%-?\s*(for|if|set|filter|autoescape|with|macro|call|raw|end\w+)\b([^%]*)")


class Marker(NamedTuple):
    """A tag that holds for rows, columns or sheets: `{%row for a in xs %}` is `("row", "for a in xs")`."""

    axis: str
    statement: str

    @property
    def verb(self) -> str:
        return self.statement.split(None, 1)[0] if self.statement else ""


class Text(NamedTuple):
    """What a cell's text is: `static`, one `value`, a `mixed` text, or `markers` alone."""

    kind: Literal["static", "value", "mixed", "markers"]
    runs: tuple[Run, ...]
    markers: tuple[Marker, ...] = ()

    @property
    def plain(self) -> str:
        return "".join(text for _, text in self.runs)


def has_tags(text: str) -> bool:
    """Quick test, also true for text that only looks like a tag."""
    return "{{" in text or "{%" in text or "{#" in text


def mended(tag: str) -> str:
    """A tag with the quotation marks and spaces that Jinja knows: word processors curl the ones and harden the others."""
    result: list[str] = []
    position = 0
    while position < len(tag):
        character = tag[position]
        closing = character if character in "\"'" else _OPENING.get(character, "")
        end = _closing(tag, closing, position + 1) if closing else -1
        if end >= 0:
            quote = "'" if character in "'‘’" else '"'
            result.append(quote + tag[position + 1 : end] + quote)
            position = end + 1
        else:
            result.append(" " if character in "\u00a0\u202f" else character)
            position += 1
    return "".join(result)


def _closing(tag: str, closing: str, start: int) -> int:
    return tag.find(closing, start)


def read_text(runs: tuple[Run, ...]) -> Text:
    """Tell what a text is; tags split over several runs are gathered in the run where they begin."""
    full = "".join(text for _, text in runs)
    if not has_tags(full):
        return Text("static", runs)
    moved = gathered([text for _, text in runs])
    whole = tuple((properties, text) for (properties, _), text in zip(runs, moved, strict=True) if text)
    markers = tuple(Marker(m[1], " ".join(mended(m[2]).split())) for tag in TAG.findall(full) if (m := _MARKER.fullmatch(tag)))
    rest = TAG.sub(lambda m: "" if _MARKER.fullmatch(m[0]) else m[0], full).strip()
    if markers and not rest:
        return Text("markers", (), markers)
    if markers:
        left = tuple((properties, TAG.sub(lambda m: "" if _MARKER.fullmatch(m[0]) else m[0], text)) for properties, text in whole)
        return Text("mixed", left, markers)
    tags = TAG.findall(full)
    if not tags:
        return Text("mixed" if unclosed(full) else "static", runs)
    said = [tag for tag in tags if not tag.startswith("{#")]
    shown = TAG.sub(lambda m: "" if m[0].startswith("{#") else m[0], rest).strip()
    if said == [shown] and shown.startswith("{{"):
        return Text("value", (("", mended(shown)),))
    return Text("mixed", whole)


def gathered(texts: Sequence[str]) -> list[str]:
    """The texts of runs, each tag wholly in the run where it begins."""
    full = "".join(texts)
    tags = [match.span() for match in TAG.finditer(full)]
    result: list[str] = []
    start = 0
    for text in texts:
        end = position = start
        end += len(text)
        kept = ""
        for first, last in tags:
            if position <= first < end:
                kept += full[position:last]
                position = last
            elif first < position < last:
                position = last
        result.append(kept + full[position:end])
        start = end
    return result


def unclosed(text: str) -> str:
    """The braces of the first tag that a text opens and never closes; empty when all is well."""
    if "{" not in text or _RAW.search(text):
        return ""
    found = re.search(r"\{[{%#]", TAG.sub("", text))
    return found[0] if found else ""


def source_of(text: str) -> str:
    """Jinja source of a text: what is not a tag is escaped for XML, tags are mended."""
    pieces: list[str] = []
    position = 0
    for match in TAG.finditer(text):
        pieces += [literal(escape(text[position : match.start()], quote=False)), mended(match[0])]
        position = match.end()
    return "".join(pieces) + literal(escape(text[position:], quote=False))


def literal(xml: str) -> str:
    """Text that Jinja is to leave alone."""
    return re.sub(r"\{(?=[{%#])", "{{ '{' }}", xml)


def expression(value: str) -> str:
    """The expression of `{{ expression }}`."""
    return value[2:-2].strip().removeprefix("-").removesuffix("-").strip()


def unbalanced(text: str) -> str:
    """The verb of the first block that one text opens without closing or closes without opening; empty when all is well."""
    stack: list[str] = []
    for tag in TAG.findall(text):
        match = _BLOCK.match(tag)
        if not match or (match[1] == "set" and "=" in match[2]):
            continue
        verb = match[1]
        if not verb.startswith("end"):
            stack.append(verb)
        elif not stack or stack.pop() != verb[3:]:
            return verb
    return stack[-1] if stack else ""
