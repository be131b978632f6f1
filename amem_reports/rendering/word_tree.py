"""A Word part as a tree, while its template is compiled: names, places in it, and text put between its elements.

What the source of a template says between elements (`{% for … %}`) is text there; it is held by numbered marks, made of two characters that
no document uses, and written out when the tree becomes text.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

Element = etree._Element  # noqa: SLF001 - the name that lxml's own type stubs go by

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
MARK, END_MARK = "\ufdd0", "\ufdd1"
_OBSOLETE = ("proofErr", "lastRenderedPageBreak")
_TEXTS = frozenset(f"{{{W}}}{name}" for name in ("t", "delText", "instrText", "delInstrText")) | {f"{{{A}}}t", f"{{{M}}}t"}


def w(name: str) -> str:
    """A name in WordprocessingML."""
    return f"{{{W}}}{name}"


class NotXmlError(Exception):
    """A part is no sound XML, or brings a DTD."""


def parse(data: bytes) -> Element:
    """The tree of a part, without comments, the layout of its XML, and what the spelling checker and the last print left in it."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise NotXmlError(str(error)) from error
    if etree.ElementTree(root).docinfo.internalDTD is not None:
        raise NotXmlError("DTD")
    for element in root.iter():
        if len(element) and element.text is not None and not element.text.strip():
            element.text = None
        if element.tail is not None and not element.tail.strip():
            element.tail = None
        if element.tag in _TEXTS and element.text:
            element.text = element.text.replace("\n", " ").replace("\r", "").replace("\t", " ").translate({0xFDD0: None, 0xFDD1: None})
    for name in _OBSOLETE:
        for element in list(root.iter(w(name))):
            remove(element)
    return root


def nearest(element: Element, name: str) -> Element | None:
    """The element itself or the nearest one around it that has this name."""
    found: Element | None = element
    while found is not None and found.tag != name:
        found = found.getparent()
    return found


def remove(element: Element) -> None:
    """Take an element out; the text after it stays."""
    replace_by_text(element, "")


def replace_by_text(element: Element, text: str) -> None:
    """Put text in the place of an element."""
    parent = element.getparent()
    assert parent is not None
    add_before(element, text + (element.tail or ""))
    element.tail = None
    parent.remove(element)


def add_before(element: Element, text: str) -> None:
    """Put text right before an element."""
    previous, parent = element.getprevious(), element.getparent()
    assert parent is not None
    if previous is not None:
        previous.tail = (previous.tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def add_after(element: Element, text: str) -> None:
    """Put text right after an element."""
    element.tail = text + (element.tail or "")


def text_leaves(element: Element, paragraph: str) -> Iterator[Element]:
    """The elements that hold the words of one paragraph, in order; paragraphs inside it (of a text box) have their own."""
    for child in element:
        if child.tag in _TEXTS:
            if not str(child.tag).startswith(f"{{{W}}}del"):
                yield child
        elif child.tag != paragraph:
            yield from text_leaves(child, paragraph)


def text_of(element: Element) -> str:
    """The words of an element."""
    return "".join(leaf.text or "" for leaf in element.iter(w("t")))


def insert_in_order(parent: Element, child: Element, order: tuple[str, ...]) -> None:
    """Put a child among the others where the schema wants it, in the place of the one of its name."""
    for old in parent.findall(str(child.tag)):
        remove(old)
    rank = order.index(etree.QName(child).localname)
    for index, other in enumerate(parent):
        name = etree.QName(other).localname
        if name not in order or order.index(name) > rank:
            parent.insert(index, child)
            return
    parent.append(child)


def to_text(root: Element) -> str:
    """The part as text, its marks in it."""
    return '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' + etree.tostring(root, encoding="unicode")


def held(index: int) -> str:
    """The text that stands for a mark."""
    return f"{MARK}{index}{END_MARK}"
