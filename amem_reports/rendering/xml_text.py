"""Text as XML and back. The library’s `html` loads the names of two thousand characters, which no part of a document uses."""

from __future__ import annotations


def escape(text: str, quote: bool = True) -> str:
    """Text for XML; with `quote`, for an attribute too."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("'", "&#x27;") if quote else text


def unescape(text: str) -> str:
    """The text that XML stands for."""
    if "&" not in text:
        return text
    from html import unescape as unescaped

    return unescaped(text)
