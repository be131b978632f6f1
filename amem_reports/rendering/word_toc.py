"""The contents list: its field keeps entries made from the headings as rendered, each a link to a bookmark, as Word itself writes them.

Page numbers are known only to what lays out the pages: LibreOffice fills them in the PDF, Word when the field is refreshed (F9).
"""

from __future__ import annotations

import re
from html import unescape
from xml.sax.saxutils import escape

_INSTRUCTION = re.compile(r'<w:instrText[^>]*>\s*TOC\b(?:(?!</w:instrText>).)*?\\o\s+(?:"|&quot;)(\d)-(\d)(?:"|&quot;)[^<]*</w:instrText>')
_PARAGRAPH = re.compile(r"<w:p(?: [^>]*)?>(?:(?!</w:p>).)*</w:p>", re.DOTALL)
_FIELD = re.compile(r'<w:fldChar [^>]*w:fldCharType="(begin|end)"')
_STYLE = re.compile(r'<w:style [^>]*w:styleId="([^"]+)"[^>]*>\s*<w:name w:val="(heading|toc) (\d)"', re.IGNORECASE)


def fill_contents(text: str, styles: str) -> str:
    """Write the entries of the first contents list of a document; a document without one stays as it is."""
    found = _INSTRUCTION.search(text)
    if not found:
        return text
    first, last = int(found[1]), int(found[2])
    names = {(kind.lower(), int(level)): style for style, kind, level in _STYLE.findall(styles)}
    levels = {names["heading", level]: level for level in range(first, last + 1) if ("heading", level) in names}
    start, stop = _extent(text, found.start())
    before, headings = _bookmark(text[:start], levels, 1)
    after, more = _bookmark(text[stop:], levels, len(headings) + 1)
    entries = _entries([*headings, *more], unescape(re.sub(r"<[^>]*>", "", found[0])), names)
    return before + (entries or text[start:stop]) + after


def _extent(text: str, at: int) -> tuple[int, int]:
    """From the paragraph in which the field begins to the end of the one in which it ends."""
    start = max(text.rfind("<w:p>", 0, at), text.rfind("<w:p ", 0, at))
    depth = 0
    for match in _FIELD.finditer(text, start):
        depth += 1 if match[1] == "begin" else -1
        if depth == 0:
            return start, text.index("</w:p>", match.end()) + len("</w:p>")
    return start, text.index("</w:p>", at) + len("</w:p>")


def _bookmark(text: str, levels: dict[str, int], number: int) -> tuple[str, list[tuple[int, str, str]]]:
    """Put a bookmark around each heading; its level, words and bookmark."""
    headings: list[tuple[int, str, str]] = []

    def mark(match: re.Match[str]) -> str:
        paragraph = match[0]
        style = re.search(r'<w:pStyle w:val="([^"]+)"', paragraph)
        words = unescape(re.sub(r"<[^>]*>", "", "".join(re.findall(r"<w:t(?: [^>]*)?>[^<]*</w:t>", paragraph)))).strip()
        if style is None or style[1] not in levels or not words:
            return paragraph
        identifier = number + len(headings)
        name = f"_Toc{identifier:08}"
        headings.append((levels[style[1]], words, name))
        opening = f'<w:bookmarkStart w:id="{900000 + identifier}" w:name="{name}"/>'
        inside = re.sub(r"(<w:p(?: [^>]*)?>(?:<w:pPr>.*?</w:pPr>)?)", lambda head: head[1] + opening, paragraph, count=1, flags=re.DOTALL)
        return inside[: -len("</w:p>")] + f'<w:bookmarkEnd w:id="{900000 + identifier}"/></w:p>'

    return _PARAGRAPH.sub(mark, text), headings


def _entries(headings: list[tuple[int, str, str]], instruction: str, names: dict[tuple[str, int], str]) -> str:
    lines = []
    for index, (level, words, name) in enumerate(headings):
        style = names.get(("toc", level), "Normal")
        opening = _run_field("begin") + _instruction(instruction) + _run_field("separate") if index == 0 else ""
        closing = _run_field("end") if index == len(headings) - 1 else ""
        page = _run_field("begin") + _instruction(f" PAGEREF {name} \\h ") + _run_field("separate") + _run_field("end")
        lines.append(
            f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{opening}<w:hyperlink w:anchor="{name}" w:history="1">'
            f'<w:r><w:t xml:space="preserve">{escape(words)}</w:t></w:r><w:r><w:tab/></w:r>{page}</w:hyperlink>{closing}</w:p>'
        )
    return "".join(lines)


def _run_field(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def _instruction(text: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve">{escape(text)}</w:instrText></w:r>'
