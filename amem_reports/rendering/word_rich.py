"""Rich text as WordprocessingML: runs with the properties of the place they go to, and those of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from amem_reports.rendering.filters import UnfitError
from amem_reports.rendering.rich import Look, Riche
from amem_reports.rendering.word_theme import Palette
from amem_reports.rendering.xml_text import escape

_ORDER = (
    "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish webHidden color "
    "spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath"
).split()
_CHILD = r"<w:(\w+)(?: [^>]*)?/>"
_ELEMENTS = {
    "gras": {"b": "", "bCs": ""},
    "italique": {"i": "", "iCs": ""},
    "barre": {"strike": ""},
    "souligne": {"u": ' w:val="single"'},
    "couleur": {"color": ' w:val="{}"'},
    "fond": {"shd": ' w:val="clear" w:color="auto" w:fill="{}"'},
    "taille": {"sz": ' w:val="{}"', "szCs": ' w:val="{}"'},
    "police": {"rFonts": ' w:ascii="{0}" w:hAnsi="{0}" w:eastAsia="{0}" w:cs="{0}"'},
    "exposant": {"vertAlign": ' w:val="superscript"'},
    "indice": {"vertAlign": ' w:val="subscript"'},
}
_TIED = {"couleur": "themeColor", "fond": "themeFill"}
_LINK_LOOK = {"color": '<w:color w:val="0563C1"/>', "u": '<w:u w:val="single"/>'}


def run(text: str, properties: str) -> str:
    """One run; `properties` is its whole `w:rPr`, or nothing."""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def field(instruction: str, inside: str) -> str:
    """A field whose result is `inside`."""
    begin, middle, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    return f'{begin}<w:r><w:instrText xml:space="preserve">{escape(instruction)}</w:instrText></w:r>{middle}{inside}{end}'


class RunWriter:
    """Writes rich text; knows the character styles and the colours of the template."""

    def __init__(self, styles: Mapping[str, Mapping[str, str]], palette: Palette) -> None:
        self._styles = styles.get("character", {})
        self._palette = palette
        self._properties = lru_cache(maxsize=1000)(self._properties_of)

    def runs(self, text: Riche, base: str) -> str:
        """The runs of a rich text; `base` are the properties of the run that it takes the place of."""
        pieces = []
        for words, look in text.morceaux:
            link = dict(look).get("lien", "")
            written = run(words, self._properties(base, look))
            pieces.append(field(_link_instruction(link), written) if link else written)
        return "".join(pieces)

    def _properties_of(self, base: str, look: Look) -> str:
        found = {match[1]: match[0] for match in re.finditer(_CHILD, base)}
        found |= self._own(dict(look))
        inside = "".join(found[name] for name in _ORDER if name in found)
        return f"<w:rPr>{inside}</w:rPr>" if inside else ""

    def _own(self, look: dict[str, Any]) -> dict[str, str]:
        own = self._link_look() if "lien" in look else {}
        if "style" in look:
            own["rStyle"] = f'<w:rStyle w:val="{escape(self._style(look["style"]))}"/>'
        for name in (name for name in _ELEMENTS if name in look):
            value = look[name]
            if name in _TIED:
                filled: Any = self._palette.written(value, _TIED[name])
            else:
                filled = round(value * 2) if name == "taille" else escape(str(value))
            own |= {element: f"<w:{element}{attributes.format(filled)}/>" for element, attributes in _ELEMENTS[name].items()}
        return own

    def _link_look(self) -> dict[str, str]:
        style = self._styles.get("hyperlink")
        return {"rStyle": f'<w:rStyle w:val="{escape(style)}"/>'} if style else dict(_LINK_LOOK)

    def _style(self, name: str) -> str:
        found = self._styles.get(name.lower())
        if found is None:
            raise UnfitError(f"style de caractères inconnu « {name} » : le créer dans le modèle, ou en choisir un qu’il a")
        return found


def _link_instruction(address: str) -> str:
    return f' HYPERLINK \\l "{address[1:]}" ' if address.startswith("#") else f' HYPERLINK "{address}" '
