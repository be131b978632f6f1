"""Colours of a template's theme (in Word: Création, Couleurs), as tags name them and as its attributes say them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from amem_reports.rendering.filters import UnfitError
from amem_reports.rendering.rich import THEME, colour
from amem_reports.rendering.tags import Markup

SLOTS = {"fonce1": "dk1", "fonce2": "dk2", "clair1": "lt1", "clair2": "lt2", **{name: name for name in map("accent{}".format, range(1, 7))}}
"""What the theme's part calls each colour."""

_WORD_NAMES = {"fonce1": "text1", "fonce2": "text2", "clair1": "background1", "clair2": "background2"}


class Palette:
    """The colours of one template. One of the theme is written with its digits, for who knows no theme, and with its name, for Word."""

    def __init__(self, theme: Mapping[str, str]) -> None:
        self._theme = theme
        self._fill = lru_cache(maxsize=1000)(lambda value: Markup(self.written(colour(value), "themeFill")))

    def fill(self, value: Any) -> Markup:
        """The background that `cellbg` gives a cell."""
        return self._fill(str(value))

    def written(self, chosen: str, attribute: str) -> str:
        """What stands between the quotation marks of an attribute for a colour; one of the theme goes on with attributes of its own."""
        match = re.fullmatch(THEME, chosen)
        if match is None:
            return chosen
        name, percent = match[1], match[2]
        if name not in self._theme:
            remedy = "écrire six chiffres hexadécimaux, par exemple C00000"
            raise UnfitError(f"couleur « {name} » absente, car ce modèle n’a pas de thème : {remedy}")
        tied = f'" w:{attribute}="{_WORD_NAMES.get(name, name)}'
        if not percent:
            return self._theme[name] + tied
        tint = round((100 - int(percent)) * 2.55)
        return f'{_lighter(self._theme[name], tint / 255)}{tied}" w:{attribute}Tint="{tint:02X}'


def _lighter(digits: str, tint: float) -> str:
    """A colour whose lightness is brought nearer to white, as Word does it."""
    import colorsys

    hue, lightness, saturation = colorsys.rgb_to_hls(*(int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)))
    return "".join(f"{int(part * 255):02X}" for part in colorsys.hls_to_rgb(hue, lightness * tint + 1 - tint, saturation))
