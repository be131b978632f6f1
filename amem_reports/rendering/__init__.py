"""Fill Word and Excel templates: `render(template, context, out)`. Nothing here knows a report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from amem_reports.errors import AmemError, Constat
from amem_reports.rendering.properties import Proprietes

__all__ = ["Proprietes", "render"]


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
