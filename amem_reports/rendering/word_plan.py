"""What is kept of a compiled Word template: plain text and numbers, so that it can be read again without compiling."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from amem_reports.rendering.tags import Source

STYLES, NUMBERING = "styles.xml", "numbering.xml"


@dataclass(frozen=True)
class Drawing:
    """A picture or a chart that a tag replaces: its XML with holes, the size of its box, what else is said of it, the part it shows."""

    kind: str
    text: str
    width: int
    height: int
    alt: str
    name: str
    target: str


@dataclass(frozen=True)
class Plan:
    """A compiled template.

    `document` is its main part, `sources` the parts with tags, `formats` the properties that values take over, `styles` identifiers by kind
    and lower-case name, `numbering` the list definition of each style that has one; the `last` numbers are where counting goes on.
    `drawings` are pictures and charts to be replaced; the `loose` relationships of parts, and the parts `dropped`, were theirs alone.
    `headings` are the styles that the contents list takes in, with their level. `doubts` are places, messages and remedies.
    """

    document: str
    sources: tuple[Source, ...]
    formats: tuple[str, ...] = ()
    styles: dict[str, dict[str, str]] = field(default_factory=dict)
    numbering: dict[str, str] = field(default_factory=dict)
    last_id: int = 0
    last_number: int = 0
    drawings: tuple[Drawing, ...] = ()
    loose: dict[str, list[str]] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    last_definition: int = 0
    headings: dict[str, int] = field(default_factory=dict)
    doubts: tuple[tuple[str, str, str], ...] = ()

    def beside(self, name: str) -> str:
        """The full name of a part that stands beside the main one."""
        return f"{self.document.rpartition('/')[0]}/{name}".lstrip("/")


def to_data(plan: Plan) -> dict[str, Any]:
    """A plan as plain data."""
    return asdict(plan)


def from_data(data: dict[str, Any]) -> Plan:
    """A plan from what `to_data` gave."""
    data = dict(data)
    sources = tuple(
        Source(str(one["part"]), str(one["text"]), tuple((int(offset), str(place)) for offset, place in one["places"]))
        for one in data.pop("sources")
    )
    drawings = tuple(Drawing(**one) for one in data.pop("drawings"))
    doubts = tuple((str(place), str(message), str(remedy)) for place, message, remedy in data.pop("doubts"))
    formats, dropped = tuple(data.pop("formats")), tuple(data.pop("dropped"))
    return Plan(sources=sources, formats=formats, drawings=drawings, dropped=dropped, doubts=doubts, **data)
