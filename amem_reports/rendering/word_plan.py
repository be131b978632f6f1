"""What is kept of a compiled Word template: plain text and numbers, so that it can be read again without compiling."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from amem_reports.rendering.tags import Source

STYLES, NUMBERING = "styles.xml", "numbering.xml"


@dataclass(frozen=True)
class Plan:
    """A compiled template.

    `document` is its main part, `sources` the parts with tags, `formats` the properties that values take over, `styles` identifiers by kind
    and lower-case name, `numbering` the list definition of each style that has one; `last_id` and `last_number` are where counting goes on.
    """

    document: str
    sources: tuple[Source, ...]
    formats: tuple[str, ...] = ()
    styles: dict[str, dict[str, str]] = field(default_factory=dict)
    numbering: dict[str, str] = field(default_factory=dict)
    last_id: int = 0
    last_number: int = 0

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
    return Plan(sources=sources, formats=tuple(data.pop("formats")), **data)
