"""Content controls of a template while it is compiled (`word_controls` writes them)."""

from __future__ import annotations

import re

from lxml import etree

from amem_reports.rendering.word_marks import MARKS, Marked
from amem_reports.rendering.word_tree import Element, add_after, add_before, nearest, remove, w

_NOT_KEPT = ("id", "placeholder", "showingPlcHdr", "temporary", "text", "richText", "lock", "docPartObj", "docPartList")


def prepare_controls(part: Marked) -> None:
    """Have each control with a tag of the template numbered when it is written, never empty, and between its bookmarks."""
    for properties in list(part.root.iter(w("sdtPr"))):
        control, tag = properties.getparent(), properties.find(w("tag"))
        found = MARKS.findall(tag.get(w("val"), "")) if tag is not None else []
        if control is None or not found:
            continue
        mark = part.marks[int(found[0])]
        if tag is None or not MARKS.fullmatch(tag.get(w("val"), "")) or not mark.code or nearest(control, w("p")) is not None:
            part.fault(mark.place, "contrôle de contenu dont la balise n’est pas une seule balise {{ … }}", _REMEDY)
            continue
        for old in [child for name in _NOT_KEPT for child in properties.findall(w(name))]:
            remove(old)
        number = part.code('{{ 0|__appel("controle") }}', mark.place)
        tag.addnext(tag.makeelement(w("id"), {w("val"): number}))
        block = etree.SubElement(properties, w("docPartObj"))
        etree.SubElement(block, w("docPartGallery")).set(w("val"), "Quick Parts")
        add_before(control, part.code(f'{{{{ ({mark.code})|__appel("debut") }}}}', mark.place))
        add_after(control, part.code(f'{{{{ ({mark.code})|__appel("fin") }}}}', mark.place))
        _never_empty(part, control, mark.place)


_REMEDY = "en faire un contrôle de texte enrichi autour de paragraphes entiers, avec par exemple {{ passage.place }} pour balise"


def _looks(part: Marked, content: Element) -> str:
    """The number of the properties that the passage's paragraphs have, for the one that stands where it is empty."""
    sources = (part.marks[int(found)].source for found in MARKS.findall(etree.tostring(content, method="text", encoding="unicode")))
    return next((f", {found[1]}" for source in sources if (found := re.search(r'__appel\("bloc", (\d+)', source or ""))), "")


def _never_empty(part: Marked, control: Element, place: str) -> None:
    content = control.find(w("sdtContent"))
    if content is None:
        return
    looks = _looks(part, content)
    content.text = part.code(f'{{% filter __appel("plein"{looks}) %}}', place) + (content.text or "")
    if len(content):
        add_after(content[-1], "")
        content[-1].tail = (content[-1].tail or "") + part.code("{% endfilter %}", place)
    else:
        content.text += part.code("{% endfilter %}", place)
