"""Fill a Word template: each part with tags is filled as text and compressed as it comes; all other parts are copied as they are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from amem_reports.errors import AmemError, Constat
from amem_reports.rendering import cache, properties, tags
from amem_reports.rendering.bounds import ExcessError
from amem_reports.rendering.inserts import Loader
from amem_reports.rendering.package import Package
from amem_reports.rendering.properties import Proprietes
from amem_reports.rendering.tags import Source
from amem_reports.rendering.word_plan import NUMBERING, STYLES, Plan, from_data, to_data
from amem_reports.rendering.word_write import PartWriter, Writing

if TYPE_CHECKING:
    from amem_reports.rendering.additions import Parts

_NUMBERING_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"
_NO_NUMBERING = '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"></w:numbering>'
_plans = cache.Plans("word", to_data, from_data)


def render(template: Path, context: Mapping[str, Any], out: BinaryIO, proprietes: Proprietes | None, load: Loader) -> tuple[str, ...]:
    """Fill `template` with `context` into `out`; French warnings. AmemError with every fault of every part, and nothing written."""
    package = Package(template)
    plan = compiled(package)
    writing = Writing(plan, package, load)
    data = tags.plain(context)
    parts: Parts = dict(properties.parts(package, proprietes)) if proprietes else {}
    faults: list[Constat] = []
    dropped = 0
    for source in plan.sources:
        if source.part in parts and source.part.startswith("docProps/"):
            continue
        part = PartWriter(source, writing.contents)
        try:
            part.add(tags.render(source, data, template.name, writing.calls(part)))
            parts[source.part] = part.close()
            if part.doubtful:
                tags.refuse_infinite(source, data, template.name, writing.calls(part))
        except AmemError as error:
            faults.extend(error.constats)
        except (tags.PrintedGroupError, ExcessError) as error:  # seen in the last piece, which is finished when the engine is done
            from amem_reports.rendering.faults import of_value

            faults.extend(of_value(error, source, data, template.name, writing.calls(part)))
        dropped += part.dropped
    if faults:
        raise AmemError(dict.fromkeys(faults))
    package.write(out, writing.added(parts | _styles_and_lists(package, plan, writing)))
    kept = _outside(plan, proprietes) if plan.outside else []
    return (*_warnings(dropped), *(f"{place} : {message}" for place, message, _ in (*plan.doubts, *kept)))


def _outside(plan: Plan, proprietes: Proprietes | None) -> list[tuple[str, str, str]]:
    """What leads out of the document that is made; with properties of its own, a document has no traces of its template."""
    from amem_reports.rendering import traces

    return [one for one in plan.outside if proprietes is None or not traces.removes(one[1])]


def compiled(package: Package) -> Plan:
    """The plan of a template: at hand, kept from an earlier run, or made now."""
    return _plans.of(package.digest, lambda: _compile(package))


def _compile(package: Package) -> Plan:
    from amem_reports.rendering.word_compile import compile_template

    return compile_template(package)


def sources(package: Package) -> tuple[Source, ...]:
    """The Jinja sources of the parts that hold tags."""
    return compiled(package).sources


def outside(package: Package) -> list[Constat]:
    """What leads out of the documents that a template makes."""
    return [Constat(package.name, *one) for one in compiled(package).outside]


def doubts(package: Package) -> list[Constat]:
    """What a template can be filled with, but gives another document than its author means."""
    from amem_reports.rendering import word_check

    kept = [Constat(package.name, *doubt) for doubt in compiled(package).doubts]
    return [*kept, *word_check.doubts(package)]


def _styles_and_lists(package: Package, plan: Plan, writing: Writing) -> Parts:
    """The template's styles and numbering, with what Markdown texts and other documents brought."""
    found: Parts = {}
    if writing.styles and (name := plan.beside(STYLES)) in package.names:
        found[name] = package.read(name).decode().replace("</w:styles>", "".join(writing.styles) + "</w:styles>").encode()
    if writing.numbering.lists:
        name = plan.beside(NUMBERING)
        if name not in package.names:
            writing.additions.declare(name, _NUMBERING_TYPE)
            writing.additions.relate(plan.document, "numbering", name)
        text = package.read(name).decode() if name in package.names else _NO_NUMBERING
        found[name] = writing.numbering.added_to(text).encode()
    return found


def _warnings(dropped: int) -> tuple[str, ...]:
    if not dropped:
        return ()
    plural = "s" * (dropped > 1)
    return (f"{dropped} caractère{plural} que Word ne peut pas contenir : laissé{plural} de côté",)
