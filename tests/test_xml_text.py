"""Text as XML and back, like the library's own `html`."""

from __future__ import annotations

import html

from hypothesis import given
from hypothesis import strategies as st

from amem_reports.rendering.xml_text import escape, unescape

TEXTS = st.text(st.sampled_from("&<>\"'; #x27ampltgé\n"))


@given(TEXTS, st.booleans())
def test_a_text_is_escaped_as_the_library_does(text: str, quote: bool) -> None:
    assert escape(text, quote) == html.escape(text, quote)


@given(TEXTS)
def test_a_text_is_read_back_as_the_library_does(text: str) -> None:
    assert unescape(text) == html.unescape(text)
    assert unescape(escape(text)) == text
