"""XML of template parts at compile time: read as a tree, written as Jinja source.

Whatever is to become source (tags, holes) stands in the tree as a token of two private characters and a number, so that lxml may
escape the rest; `Source.text` puts the real text back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from amem_reports.rendering.excel_text import literal
from amem_reports.rendering.xml_text import escape

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_TOKEN = re.compile("\ue000(\\d+)\ue001")
_NAMESPACES = re.compile(r"\sxmlns(?::\w+)?=\"[^\"]*\"")


class Tokens:
    """Texts that a tree cannot hold, each under the number of its token."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def add(self, text: str) -> str:
        """The token that stands for this text."""
        self._texts.append(text)
        return f"\ue000{len(self._texts) - 1}\ue001"

    def source(self, xml: str) -> str:
        """XML as Jinja source: tokens replaced, everything else safe from Jinja."""
        pieces = _TOKEN.split(xml)
        return "".join(self._expanded(self._texts[int(piece)]) if number % 2 else literal(piece) for number, piece in enumerate(pieces))

    def _expanded(self, text: str) -> str:
        return _TOKEN.sub(lambda match: self._expanded(self._texts[int(match[1])]), text)


def parse(data: bytes, forgiving: bool = False) -> Element:
    """The root of a part, without ever reaching for anything outside it; `forgiving` for VML, which is not always XML."""
    from lxml import etree

    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=forgiving))


def local(element: Element) -> str:
    """The name without its namespace; empty for comments and processing instructions."""
    tag: object = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: Element, name: str) -> Element | None:
    """The first child of that local name."""
    return next(element.iterchildren(f"{{*}}{name}"), None)


def children(element: Element | None, name: str) -> Iterator[Element]:
    """The children of that local name; none where there is no element."""
    return element.iterchildren(f"{{*}}{name}") if element is not None else iter(())


def descendants(element: Element, *names: str) -> Iterator[Element]:
    """The element and all below it, if of these local names, in document order."""
    return element.iter(*(f"{{*}}{name}" for name in names))


def prefix(element: Element) -> str:
    """`x:` when the element's namespace is written with that prefix."""
    return f"{element.prefix}:" if element.prefix else ""


def text_of(element: Element | None) -> str:
    """All text inside an element."""
    return "".join(element.itertext()) if element is not None else ""  # type: ignore[arg-type]


def inline(element: Element) -> str:
    """An element as XML, without the namespace declarations that hold around it already."""
    from lxml import etree

    parent = element.getparent()
    known = {f' xmlns{":" + name if name else ""}="{uri}"' for name, uri in (parent.nsmap if parent is not None else {}).items()}
    xml = etree.tostring(element, encoding="unicode", with_tail=False)
    end = xml.index(">")
    return _NAMESPACES.sub(lambda match: "" if match[0] in known else match[0], xml[:end]) + xml[end:]


def attributes(element: Element, skip: frozenset[str] = frozenset()) -> str:
    """The attributes as XML text, but those named in `skip` (local names)."""
    names = {uri: name for name, uri in element.nsmap.items() if name}
    result = []
    for name, value in element.attrib.items():
        uri, _, bare = str(name).rpartition("}")
        if bare not in skip:
            qualified = f"{names[uri[1:]]}:{bare}" if uri else bare
            result.append(f' {qualified}="{escape(str(value))}"')
    return "".join(result)


def replace(element: Element, text: str) -> None:
    """Put text in the place of an element."""
    parent, previous = element.getparent(), element.getprevious()
    assert parent is not None
    text += element.tail or ""
    if previous is not None:
        previous.tail = (previous.tail or "") + text
    else:
        parent.text = (parent.text or "") + text
    element.tail = None
    parent.remove(element)


def drop(element: Element, name: str) -> None:
    """Remove an attribute that may be there."""
    if name in element.attrib:
        del element.attrib[name]


def serialised(root: Element) -> str:
    """The whole part as text, with its declaration."""
    from lxml import etree

    return '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + etree.tostring(root, encoding="unicode")
