"""Content controls whose tag (« balise » in their properties) is a tag of the template: what a person writes in them can be read back.

LibreOffice makes one run of the first paragraph of a control of rich text, its bold lost; of a building block it keeps all but the tag. So
each is written as a building block, which Word edits as freely, between two bookmarks whose hidden names say what the tag says.
"""

from __future__ import annotations

import re

from amem_reports.rendering.word_finish import one_line
from amem_reports.rendering.xml_text import escape
from amem_reports.signets import SIGNET, cle

PROPRIETE = "amem-passages-"
"""The properties of a document that list its controls, so that one that was deleted is missed."""
_PER_PROPERTY = 25
_FIRST_ID, _FIRST_CONTROL = 500_000, 700_000_000
CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_FMTID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_VT = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_EMPTY = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt="{_VT}"></Properties>'
)
CUSTOM = "docProps/custom.xml"


# --- while a document is written --------------------------------------------------------------------------------------------------------


class Controls:
    """The controls of one document, numbered and listed."""

    def __init__(self) -> None:
        self.tags: list[str] = []
        self._last = 0

    def number(self) -> int:
        """The identifier of the next control."""
        self._last += 1
        return _FIRST_CONTROL + self._last

    def start(self, tag: object) -> str:
        """The bookmark before a control."""
        self.tags.append(one_line(tag))
        return _bookmark(self.tags[-1], 2 * len(self.tags), "d")

    def end(self, tag: object) -> str:
        """The bookmark after it."""
        return _bookmark(one_line(tag), 2 * len(self.tags) + 1, "f")

    def properties(self, old: str | None) -> str:
        """The document's own properties, with the list of its controls."""
        text = old or _EMPTY
        last = max([1, *(int(pid) for pid in re.findall(r'\bpid="(\d+)"', text))])
        keys = [cle(tag.partition("#")[0]) for tag in self.tags]
        lines = [" ".join(keys[at : at + _PER_PROPERTY]) for at in range(0, len(keys), _PER_PROPERTY)]
        added = "".join(
            f'<property fmtid="{_FMTID}" pid="{last + number}" name="{PROPRIETE}{number}">'
            f'<vt:lpwstr xmlns:vt="{_VT}">{escape(line)}</vt:lpwstr></property>'
            for number, line in enumerate(lines, 1)
        )
        return text.replace("</Properties>", f"{added}</Properties>")


def _bookmark(tag: str, number: int, side: str) -> str:
    place, _, mark = tag.partition("#")
    name = f"_amem_{cle(place)}_{mark}_{side}"
    if not re.fullmatch(SIGNET, name):
        return ""
    identifier = _FIRST_ID + number
    return f'<w:bookmarkStart w:id="{identifier}" w:name="{name}"/><w:bookmarkEnd w:id="{identifier}"/>'


def filled(content: str, properties: str = "") -> str:
    """The inside of a control, which Word wants to hold a paragraph: an empty one with the looks of those that would stand there."""
    return content if "<w:p>" in content or "<w:p " in content or "<w:p/>" in content else f"{content}<w:p>{properties}</w:p>"
