"""Fill Word and Excel templates: `render(template, context, out)`. Nothing here knows a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from amem_reports.errors import AmemError, Constat


@dataclass(frozen=True)
class Proprietes:
    """What a file says of itself (docProps/core.xml); dates and names of the template's author never pass into a document."""

    titre: str
    sujet: str
    auteur: str
    date: date
    mots_cles: str = ""
    langue: str = "fr-FR"


def render(template: Path, context: Mapping[str, Any], out: BinaryIO, proprietes: Proprietes | None = None) -> tuple[str, ...]:
    """Fill a template with plain data; French warnings of what could not be kept. AmemError with all faults of the template."""
    suffix = template.suffix.lower()
    if suffix == ".docx":
        from amem_reports.rendering import word

        return word.render(template, context, out, proprietes)
    if suffix == ".xlsx":
        from amem_reports.rendering import excel

        return excel.render(template, context, out, proprietes)
    raise AmemError([Constat(template.name, "", f"type de modèle inconnu « {suffix} »", "donner un modèle .docx ou .xlsx")])
