"""What is kept of a compiled Word template: plain text and numbers, so that it can be read again without compiling."""

from typing import Any, NamedTuple

from amem_reports.rendering.bounds import Bounded
from amem_reports.rendering.tags import Source

STYLES, NUMBERING = "styles.xml", "numbering.xml"


class Drawing(NamedTuple):
    """A picture or a chart that a tag replaces: its XML with holes, the size of its box, what else is said of it, the part it shows."""

    kind: str
    text: str
    width: int
    height: int
    alt: str
    name: str
    target: str


class Plan(NamedTuple):
    """A compiled template.

    `document` is its main part, `sources` the parts with tags, `formats` the properties that values take over, `styles` identifiers by kind
    and lower-case name, `numbering` the list definition of each style that has one; the `last` numbers are where counting goes on.
    `drawings` are pictures and charts to be replaced; the `loose` relationships of parts, and the parts `dropped`, were theirs alone.
    `headings` are the styles that the contents list takes in, with their level. `doubts` are places, messages and remedies,
    and so is what leads `outside` of the document. `theme` gives the digits of its colours by the names that tags know.
    """

    document: str
    sources: tuple[Source, ...]
    formats: tuple[str, ...]
    styles: dict[str, dict[str, str]]
    numbering: dict[str, str]
    last_id: int
    last_number: int
    drawings: tuple[Drawing, ...]
    loose: dict[str, list[str]]
    dropped: tuple[str, ...]
    last_definition: int
    headings: dict[str, int]
    doubts: tuple[tuple[str, str, str], ...]
    outside: tuple[tuple[str, str, str], ...]
    theme: dict[str, str]

    def beside(self, name: str) -> str:
        """The full name of a part that stands beside the main one."""
        return beside(self.document, name)


def beside(part: str, name: str) -> str:
    """The full name of a part that stands beside another."""
    return f"{part.rpartition('/')[0]}/{name}".lstrip("/")


def to_data(plan: Plan) -> dict[str, Any]:
    """A plan as plain data."""
    return plan._asdict()


def _ready(data: Any) -> Bounded | None:
    return data and Bounded(str(data[0]), tuple((int(here), int(there)) for here, there in data[1]))


def from_data(data: dict[str, Any]) -> Plan:
    """A plan from what `to_data` gave."""
    data = dict(data)
    sources = tuple(
        Source(str(part), str(text), tuple((int(offset), str(place)) for offset, place in places), _ready(ready))
        for part, text, places, ready in data.pop("sources")
    )
    drawings = tuple(Drawing(*one) for one in data.pop("drawings"))
    doubts, outside = (
        tuple((str(place), str(message), str(remedy)) for place, message, remedy in data.pop(name)) for name in ("doubts", "outside")
    )
    formats, dropped = tuple(data.pop("formats")), tuple(data.pop("dropped"))
    return Plan(sources=sources, formats=formats, drawings=drawings, dropped=dropped, doubts=doubts, outside=outside, **data)
