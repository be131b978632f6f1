"""What a tag puts into a document besides text: `image`, `graphique` and `sous_document` mark a value for it; the place decides the rest.

The engine opens no file: whoever calls it gives a loader, which knows where files may be taken from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from amem_reports.rendering.filters import Filter, UnfitError, shown

Loader = Callable[[str], bytes]
"""From a name in the data to the bytes of that file; UnfitError when it may not be read."""

PLACES = {
    "image": "« image » s’écrit seule dans le texte de remplacement d’une image du modèle Word",
    "graphique": "« graphique » s’écrit seule dans le texte de remplacement d’un graphique du modèle Word",
    "sous_document": "« sous_document » s’écrit seule dans un paragraphe du corps d’un modèle Word",
}
INSERT = r"\|\s*(image|graphique|sous_document)\b"
_BASE64_STARTS = ("iVBORw0KGgo", "/9j/", "R0lGOD", "UEsDB")  # PNG, JPEG, GIF, Word


class Insert:
    """A value that is to be a picture, a chart or a document, and cannot be printed."""

    __slots__ = ("description", "kind", "value")

    def __init__(self, kind: str, value: Any, description: str = "") -> None:
        self.kind, self.value, self.description = kind, value, description

    def __str__(self) -> str:
        from amem_reports.rendering.tags import UNPRINTABLE

        return UNPRINTABLE


def _marking(kind: str) -> Filter:
    return lambda value, description="": Insert(kind, value, str(description))


INSERTS: dict[str, Filter] = {kind: _marking(kind) for kind in PLACES}


def no_files(name: str) -> bytes:
    """The loader of a caller that has no files to give."""
    raise UnfitError(f"fichier {shown(name)} : aucun fichier n’est lu ici")


def file_of(value: Any, load: Loader) -> tuple[bytes, str]:
    """The bytes of a file given in the data by its name or in base 64, and its name."""
    if isinstance(value, Mapping):
        if encoded := value.get("base64"):
            return _decoded(str(encoded)), str(value.get("fichier") or "")
        value = value.get("fichier")
    if not isinstance(value, str) or not value:
        raise UnfitError("un fichier se donne par son nom, ou par un groupe avec « fichier » (ou « base64 ») et « description »")
    if value.startswith(("data:", *_BASE64_STARTS)):
        return _decoded(value), ""
    return load(value), value


def is_empty(value: Any) -> bool:
    """Whether the data gives nothing to put in."""
    if isinstance(value, Mapping) and ("fichier" in value or "base64" in value):
        return not (value.get("fichier") or value.get("base64"))
    return value is None or (isinstance(value, (str, tuple, list, Mapping)) and not value)


def _decoded(text: str) -> bytes:
    import base64
    import binascii

    try:
        return base64.b64decode(text.rpartition(",")[2] if text.startswith("data:") else text, validate=True)
    except (binascii.Error, ValueError):
        raise UnfitError(f"base 64 mal écrit : {shown(text)}") from None
