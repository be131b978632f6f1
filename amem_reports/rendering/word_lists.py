"""Lists that are added to the numbering of a template."""

from __future__ import annotations

import re
from collections.abc import Mapping


class Numbering:
    """Lists that texts ask for, each counted from its own beginning: what is to be added to the template's numbering.

    `styles` tells the definition that a style has; `last` numbers are where counting goes on.
    """

    def __init__(self, styles: Mapping[str, str], last: int, last_definition: int = 0) -> None:
        self.styles, self.last, self.last_definition = styles, last, last_definition
        self.lists: list[str] = []
        self.definitions: list[str] = []

    def new(self, style: str, start: int) -> int:
        """The number of a new list in a style that is numbered; 0 when the style is not."""
        definition = self.styles.get(style)
        if definition is None:
            return 0
        self.last += 1
        self.add(
            f'<w:num w:numId="{self.last}"><w:abstractNumId w:val="{definition}"/><w:lvlOverride w:ilvl="0">'
            f'<w:startOverride w:val="{start}"/></w:lvlOverride></w:num>'
        )
        return self.last

    def next_numbers(self) -> tuple[int, int]:
        """Numbers for a list and its definition."""
        self.last, self.last_definition = self.last + 1, self.last_definition + 1
        return self.last, self.last_definition

    def add(self, number: str, definition: str = "") -> None:
        """Add a list, and its definition when it brings its own."""
        self.lists.append(number)
        self.definitions.append(definition)

    def added_to(self, text: str) -> str:
        """The numbering part with what was added; definitions stand before lists."""
        stop = text.find("<w:numIdMacAtCleanup")
        stop = stop if stop >= 0 else text.rindex("</w:numbering>")
        first = re.search(r"<w:num[ >]", text)
        start = first.start() if first else stop
        return "".join((text[:start], *self.definitions, text[start:stop], *self.lists, text[stop:]))
