"""The contents list of a filled document: an entry for each heading, a link to a bookmark around it, as Word itself writes them.

Page numbers are known only to what lays out the pages. LibreOffice fills them in the PDF, Word when the field is refreshed
(F9): nothing here makes Word ask a question on opening, and a file's bytes do not depend on whether its PDF was asked for too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from amem_reports.rendering.xml_text import escape, unescape

PLACE = "\x00sommaire\x00"
_FIRST_ID = 900_000
# Not compiled before a document needs them.
_WORDS = r"<w:t(?: [^>]*)?>([^<]*)</w:t>|<w:(tab|br|cr|noBreakHyphen)\b"
_START = r"(?s)<w:p(?: [^>]*)?>(?:<w:pPr/>|<w:pPr>.*?</w:pPr>)?"


class Contents:
    """Collects headings while a part is filled, and writes the list of them."""

    def __init__(self, styles: Mapping[str, str]) -> None:
        self._styles = styles
        self._headings: list[tuple[int, str, str]] = []
        self._instruction = ""
        self.placed = False

    def place(self, instruction: str) -> str:
        """Where the list is to stand; its field's instruction is kept."""
        self._instruction, self.placed = str(instruction), True
        return PLACE

    def heading(self, paragraph: str, level: int) -> str:
        """A heading as it comes out, with a bookmark around it; one without words is no entry."""
        words = " ".join(unescape("".join(match[1] or " " for match in re.finditer(_WORDS, paragraph))).split())
        start, end = re.match(_START, paragraph), paragraph.rfind("</w:p>")
        if not words or start is None or end < 0:
            return paragraph
        number = len(self._headings) + 1
        name = f"_Toc{number:08}"
        self._headings.append((level, words, name))
        opening = f'<w:bookmarkStart w:id="{_FIRST_ID + number}" w:name="{name}"/>'
        closing = f'<w:bookmarkEnd w:id="{_FIRST_ID + number}"/>'
        return f"{start[0]}{opening}{paragraph[start.end() : end]}{closing}{paragraph[end:]}"

    def entries(self) -> str:
        """The paragraphs of the list, its field around them."""
        begin = f"{_mark('begin')}{_instruction(self._instruction)}{_mark('separate')}"
        if not self._headings:
            return f"<w:p>{begin}{_mark('end')}</w:p>"
        lines = [self._entry(*heading) for heading in self._headings]
        lines[0] = lines[0].replace("</w:pPr>", f"</w:pPr>{begin}", 1)
        lines[-1] = f"{lines[-1].removesuffix('</w:p>')}{_mark('end')}</w:p>"
        return "".join(lines)

    def _entry(self, level: int, words: str, name: str) -> str:
        style = self._styles.get(f"toc {level}", "")
        page = f"{_mark('begin')}{_instruction(f' PAGEREF {name} {chr(92)}h ')}{_mark('separate')}{_mark('end')}"
        return (
            f"<w:p><w:pPr>{f'<w:pStyle w:val={chr(34)}{style}{chr(34)}/>' if style else ''}</w:pPr>"
            f'<w:hyperlink w:anchor="{name}" w:history="1"><w:r><w:t xml:space="preserve">{escape(words)}</w:t></w:r>'
            f"<w:r><w:tab/></w:r>{page}</w:hyperlink></w:p>"
        )


def _mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def _instruction(text: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve">{escape(text)}</w:instrText></w:r>'
