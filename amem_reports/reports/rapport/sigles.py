"""The acronyms that a report uses: words in capitals, with what the catalogue knows of them, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from amem_reports.model import Catalogue, Devise

_SIGLE = re.compile(r"(?<![\w./-])[A-ZÉÈÀÇ]{2,}s?(?![\w/]|-\w*\d|\.\d)")
_LIEN = re.compile(r"https?://\S+")
_ROMAIN = re.compile(r"[IVXLC]+")
_MOTS = frozenset("AU AUX CE DE DES DU EN ET LA LE LES NE NI ON OU PAR POUR SUR UN UNE".split())
"""Words of titles in capitals."""
_SANS_PROSE = frozenset(
    {
        "texte_source",
        "sources",
        "notes",
        "code",
        "identifiant",
        "mention",
        "couleur",
        "devise",
        "nom",
        "preuves",
        "unite",
        "place",
        "etiquette",
        "champ",
    }
)


def acronyms(catalogue: Catalogue, context: Any) -> list[dict[str, Any]]:
    """In alphabetical order; what is not known of one is None, for the template to say « à renseigner »."""
    known = {sigle.sigle: sigle for sigle in catalogue.sigles}
    passed = {*(devise.value for devise in Devise), *(pays.code for pays in catalogue.pays)}
    found = {word for text in _prose(context) for word in _words(text, known)} - passed
    used = {word for text in _prose(context) for word in re.findall(r"\w+", text) if word in known}
    return [
        {
            "sigle": word,
            "developpement": known[word].developpement if word in known else None,
            "note": known[word].note if word in known else None,
        }
        for word in sorted(found | used)
    ]


def _words(text: str, known: Any) -> Iterator[str]:
    for word in _SIGLE.findall(_LIEN.sub(" ", text)):
        singular = word.removesuffix("s")
        if singular in known or (singular not in _MOTS and not _ROMAIN.fullmatch(singular)):
            yield singular


def _prose(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in _SANS_PROSE:
                yield from _prose(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _prose(inner)
