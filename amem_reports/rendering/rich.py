"""Text that carries its looks: what the filters `gras`, `couleur`, `lien`, `markdown`… make of a value, whatever document it goes into."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from amem_reports.rendering.filters import Filter, UnfitError, shown

Look = tuple[tuple[str, Any], ...]
"""Properties of a run, in the order of their names."""

_COLOUR = r"#?([0-9A-Fa-f]{6})"
THEME = r"(accent[1-6]|(?:clair|fonce)[12])(?: clair ([1-9]\d?))?"
"""A colour of the template's theme, and by how many percent it is made lighter."""
MAX_NARRATIVE = 500_000  # of characters: its parser takes seconds for that many marks
_SWITCHES = ("gras", "italique", "souligne", "barre", "exposant", "indice")
_VALUES = ("couleur", "fond", "taille", "police", "lien", "style")


class Riche:
    """Pieces of text, each with its looks. Printed where looks cannot go, it is its words."""

    __slots__ = ("morceaux",)

    def __init__(self, morceaux: tuple[tuple[str, Look], ...]) -> None:
        self.morceaux = morceaux

    def __str__(self) -> str:
        return "".join(text for text, _ in self.morceaux)

    def looking(self, **look: Any) -> Riche:
        """The same with more looks; a piece that has a look of its own keeps it."""
        return Riche(tuple((text, tuple(sorted({**look, **dict(old)}.items()))) for text, old in self.morceaux))


class Recit:
    """A text in Markdown; `niveau` is the level of heading that `#` stands for. Printed where looks cannot go, it is its words."""

    __slots__ = ("niveau", "texte")

    def __init__(self, texte: str, niveau: int = 1) -> None:
        self.texte, self.niveau = texte, niveau

    def __str__(self) -> str:
        from amem_reports.rendering.markdown_text import plain

        return plain(self.texte)


def riche(*values: Any) -> Riche:
    """One rich text of several values, one after the other."""
    return Riche(tuple(piece for value in values for piece in as_rich(value).morceaux))


def as_rich(value: Any) -> Riche:
    """A value as rich text: itself, plain text, or data (`{"texte": "…", "gras": true}`, or a list of such)."""
    if isinstance(value, Riche):
        return value
    if isinstance(value, (list, tuple)):
        return riche(*value)
    if isinstance(value, Mapping):
        if "texte" not in value:
            raise UnfitError("un texte enrichi a besoin d’une clé « texte »")
        made = as_rich(value["texte"])
        for name in (*_SWITCHES, *_VALUES):
            if given := value.get(name):
                made = RICH[name](made) if name in _SWITCHES else RICH[name](made, given)
        return made
    return Riche(((str(value), ()),))


def colour(value: Any) -> str:
    """Six hexadecimal digits, whatever the case and the hash; a colour of the theme by its name; « auto » for nothing."""
    text = str(value).strip()
    if text in ("", "auto"):
        return "auto"
    if match := re.fullmatch(_COLOUR, text):
        return match[1].upper()
    if not re.fullmatch(THEME, text):
        known = "six chiffres hexadécimaux, par exemple C00000, ou une couleur du thème : accent1 à accent6, fonce1, fonce2, clair1, clair2"
        raise UnfitError(f"couleur inconnue {shown(value)} : écrire {known}")
    return text


def _size(value: Any) -> float:
    try:
        size = float(value)
    except (TypeError, ValueError):
        size = 0
    if not 1 <= size <= 400:
        raise UnfitError(f"taille inconnue {shown(value)} : écrire un nombre de points, par exemple 11")
    return size


def address(value: Any) -> str:
    """A link's address, safe inside a document: of a known kind, and without what could end it early."""
    from amem_reports.markdown import ADRESSES

    text = str(value).strip()
    if not text.lower().startswith(ADRESSES):
        raise UnfitError(f"adresse inconnue {shown(value)} : un lien commence par https://, http://, mailto:, tel:, ftp:// ou #")
    return re.sub(r"[\s\"\\<>\x00-\x1f]", lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), text)


def _switch(name: str) -> Filter:
    return lambda value: as_rich(value).looking(**{name: True})


def _chosen(name: str, read: Filter) -> Filter:
    return lambda value, wanted: as_rich(value).looking(**{name: read(wanted)}) if wanted not in ("", None) else as_rich(value)


def _narrative(value: Any, niveau: int = 1) -> Recit:
    text = str(value)
    if len(text) > MAX_NARRATIVE:
        raise UnfitError(f"texte en Markdown trop long : plus de {MAX_NARRATIVE // 1000} 000 caractères")
    return Recit(text, max(1, min(int(niveau), 9)))


RICH: dict[str, Filter] = {
    **{name: _switch(name) for name in _SWITCHES},
    "couleur": _chosen("couleur", colour),
    "fond": _chosen("fond", colour),
    "taille": _chosen("taille", _size),
    "police": _chosen("police", str),
    "style": _chosen("style", str),
    "lien": lambda value, to=None: (
        as_rich(value).looking(lien=address(value if to is None else to)) if str(value if to is None else to) else as_rich(value)
    ),
    "markdown": _narrative,
}
