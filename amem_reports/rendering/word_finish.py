"""What a filled piece of a Word part still needs, on its text: breaks that values bring, and what only they can leave wrong.

No newline, tab, form feed or bell is left of a template's own XML: those that a piece holds come from values, and stand in a `w:t`.
"""

from __future__ import annotations

import re

from amem_reports.rendering.package import FORBIDDEN
from amem_reports.rendering.tags import UNPRINTABLE, PrintedGroupError

_BREAKS = (
    ("\n", '</w:t><w:br/><w:t xml:space="preserve">'),
    ("\t", '</w:t><w:tab/><w:t xml:space="preserve">'),
    ("\f", '</w:t><w:br w:type="page"/><w:t xml:space="preserve">'),
)
_CELL_ENDS = (
    ("</w:tcPr></w:tc>", "</w:tcPr><w:p/></w:tc>"),
    ("<w:tc></w:tc>", "<w:tc><w:p/></w:tc>"),
    ("</w:tbl></w:tc>", "</w:tbl><w:p/></w:tc>"),
)
_NOT_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf", b"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd")  # U+FFFE, U+FFFF, half of a surrogate pair
_RARE = b"\xef"  # one byte is found ten times faster than three
_TABLE_END = "</w:tblGrid></w:tbl>"
# Not compiled before a piece needs them.
_ROWLESS = r"(?s)<w:tbl>(?:(?!<w:tbl>|<w:tr[ >]).)*?</w:tblGrid></w:tbl>"
_ELEMENT = r"<(/?)([\w:]+)(?:\s[^<>]*?)?(/?)>"
_PARAGRAPH = r"<w:p(?: [^<>]*)?>"
_RUN = r"<w:r(?: [^<>]*)?>"


def ends_cells_itself(source: str) -> bool:
    """Whether each cell of a source ends with a paragraph of its own, so that no value can leave one without."""
    return source.count("</w:tc>") == source.count("</w:p></w:tc>") and '__appel("grille")' not in source


def finish(text: str, cells: bool = True) -> tuple[bytes, int]:
    """A filled piece as bytes for the file, its `cells` looked at too, and how many characters had to be left out."""
    if _TABLE_END in text:  # its loops made no row: Word refuses such a table
        text = re.sub(_ROWLESS, "", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\a" in text:
        text = new_paragraphs(text)
    for old, new in (*_BREAKS, *_CELL_ENDS) if cells else _BREAKS:
        if old in text:
            text = text.replace(old, new)
    raw = text.encode()
    clean = raw.translate(None, FORBIDDEN)
    dropped = len(raw) - len(clean)
    if dropped and UNPRINTABLE.encode() in raw:
        raise PrintedGroupError
    for sequence in _NOT_CHARACTERS if _RARE in clean else ():
        dropped += clean.count(sequence)
        clean = clean.replace(sequence, b"")
    return clean, dropped


def open_table(text: str) -> int:
    """Where the table begins at the end of a text whose first row is still to come; the text's length when there is none."""
    start = text.rfind("<w:tbl>")
    return start if start >= 0 and "<w:tr" not in text[start:] and "</w:tbl>" not in text[start:] else len(text)


def one_line(value: object) -> str:
    """A value where no line can end."""
    return re.sub(r"[\x07\t\n\f\r]+", " ", str(value))


def new_paragraphs(text: str) -> str:
    """Each bell ends its paragraph and begins another with the same properties; inside a link or a field, where it cannot, a line ends."""
    while (bell := text.find("\a")) >= 0:
        text = text[:bell] + _paragraph_end(text, bell) + text[bell + 1 :]
    return text


def _paragraph_end(text: str, bell: int) -> str:
    paragraph, run = _last_open(text, bell, _PARAGRAPH, "</w:p>"), _last_open(text, bell, _RUN, "</w:r>")
    if paragraph is None or run is None or _open_elements(text[paragraph.end() : run.start()]):
        return "\n"
    properties = _first_element(text, paragraph.end(), "w:pPr")
    look = _first_element(text, run.end(), "w:rPr")
    return f'</w:t></w:r></w:p><w:p>{properties}<w:r>{look}<w:t xml:space="preserve">'


def _last_open(text: str, before: int, opening: str, closing: str) -> re.Match[str] | None:
    """The nearest such element before a place that is still open there."""
    closed = 0
    position = before
    name = opening[: opening.index("(")]
    while position > 0:
        start = max(text.rfind(name, 0, position), text.rfind(closing, 0, position))
        if start < 0:
            return None
        if text.startswith(closing, start):
            closed += 1
        elif match := re.compile(opening).match(text, start):
            if not closed:
                return match
            closed -= 1
        position = start
    return None


def _open_elements(text: str) -> bool:
    """Whether something begins in a text and does not end in it."""
    depth = 0
    for match in re.finditer(_ELEMENT, text):
        depth += -1 if match[1] else 0 if match[3] else 1
    return depth != 0


def _first_element(text: str, start: int, name: str) -> str:
    if not text.startswith(f"<{name}>", start):
        return ""
    return text[start : text.index(f"</{name}>", start) + len(name) + 3]
