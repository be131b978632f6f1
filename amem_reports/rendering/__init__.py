"""Fill Word, Excel and web page templates: `render(template, context, out)`. Nothing here knows a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from amem_reports.errors import AmemError, Constat
from amem_reports.rendering.filters import UnfitError
from amem_reports.rendering.inserts import Loader, no_files
from amem_reports.rendering.package import Package
from amem_reports.rendering.properties import Proprietes

if TYPE_CHECKING:
    from amem_reports.rendering import tags

__all__ = ["Loader", "Proprietes", "UnfitError", "check", "no_files", "outside", "render"]


def render(
    template: Path, context: Mapping[str, Any], out: BinaryIO, proprietes: Proprietes | None = None, load: Loader = no_files
) -> tuple[str, ...]:
    """Fill a template with plain data; French warnings of what could not be kept. AmemError with all faults of the template.

    `load` gives the bytes of the files that the data names (pictures, documents), or raises UnfitError.
    """
    suffix = template.suffix.lower()
    with _told(template):
        if suffix == ".docx":
            from amem_reports.rendering import word

            return word.render(template, context, out, proprietes, load)
        if suffix == ".xlsx":
            from amem_reports.rendering import excel

            return excel.render(template, context, out, proprietes)
        if suffix == ".html":
            from amem_reports.rendering import html

            return html.render(template, context, out)
    raise AmemError([_unknown_kind(template)])


@contextmanager
def _told(template: Path) -> Iterator[None]:
    """Whatever is odd in a file's inside, and seen only when it is used, ends in a sentence. What raised it stays its cause."""
    try:
        yield
    except AmemError:
        raise
    except (LookupError, ValueError, ArithmeticError, AttributeError, AssertionError, RecursionError, SyntaxError) as error:
        raise _unforeseen(template, error) from error


def _unforeseen(template: Path, error: Exception) -> AmemError:
    """The sentence for what no check foresaw: a damaged file, or a fault of this program; tests let only damaged files come here."""
    why = f"{type(error).__name__} : {error}"[:120]
    remedy = "l’ouvrir dans Word ou Excel et le réenregistrer ; si la faute reste, signaler ce message"
    return AmemError([Constat(template.name, "", f"ce modèle n’a pas pu être lu ou rempli ({why})", remedy)])


def check(template: Path, context: Mapping[str, Any]) -> list[Constat]:
    """What is wrong with a template, seen without filling it: its structure, its filters, the names that the data lacks, in loops too."""
    from amem_reports.rendering import tags

    data = tags.plain(context)
    try:
        with _told(template):
            sources = _sources(template)
            return [*_doubts(template), *(constat for source in sources for constat in tags.check(source, data, template.name))]
    except AmemError as error:
        return list(error.constats)


def outside(template: Path) -> list[Constat]:
    """What a template's author put into it that leads out of the documents made of it; nothing where the template has faults."""
    try:
        with _told(template):
            if template.suffix.lower() == ".docx":
                from amem_reports.rendering import word

                return word.outside(Package(template))
            from amem_reports.rendering import excel

            return excel.outside(Package(template))
    except AmemError:
        return []


def _doubts(template: Path) -> list[Constat]:
    """What does not keep a template from being filled, but gives another document than its author means."""
    suffix = template.suffix.lower()
    if suffix == ".docx":
        from amem_reports.rendering import word

        return word.doubts(Package(template))
    if suffix == ".html":
        return []
    from amem_reports.rendering import excel_check

    return excel_check.doubts(Package(template))


def _sources(template: Path) -> tuple[tags.Source, ...]:
    suffix = template.suffix.lower()
    if suffix == ".docx":
        from amem_reports.rendering import word

        return word.sources(Package(template))
    if suffix == ".xlsx":
        from amem_reports.rendering import excel

        return excel.sources(Package(template))
    if suffix == ".html":
        from amem_reports.rendering import html

        return html.sources(template)
    raise AmemError([_unknown_kind(template)])


def _unknown_kind(template: Path) -> Constat:
    if template.suffix.lower() in (".docm", ".dotm", ".xlsm", ".xltm"):
        remedy = "l’ouvrir sans activer ses macros, et l’enregistrer en .docx ou .xlsx"
        return Constat(template.name, "", f"modèle avec macros ({template.suffix}), ce qui n’est jamais pris", remedy)
    return Constat(template.name, "", f"type de modèle inconnu « {template.suffix} »", "donner un modèle .docx ou .xlsx")
