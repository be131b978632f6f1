"""Fill a web page's template: one text, every value escaped as the page needs it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from amem_reports import octets
from amem_reports.errors import AmemError, Constat
from amem_reports.octets import RefusError
from amem_reports.rendering import tags
from amem_reports.rendering.bounding import OWN

MAX_TEMPLATE = 2_000_000


def sources(template: Path) -> tuple[tags.Source, ...]:
    """The template as the engine takes it, with the line of each place; AmemError when it cannot be read."""
    try:
        text = octets.read(template, MAX_TEMPLATE).decode("utf-8")
    except RefusError as error:
        raise AmemError([Constat(template.name, "", error.message, error.remede)]) from error
    except UnicodeDecodeError as error:
        remedy = "le réenregistrer avec l’encodage UTF-8"
        raise AmemError([Constat(template.name, "", "le fichier n’est pas en UTF-8", remedy)]) from error
    text = text.replace("\r\n", "\n").replace(OWN, "")
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    return (tags.Source("page", text, tuple((start, f"ligne {line}") for line, start in enumerate(starts, 1))),)


def render(template: Path, context: Mapping[str, Any], out: BinaryIO) -> tuple[str, ...]:
    """Write the filled page; AmemError with all faults of the template."""
    (source,) = sources(template)
    out.write(tags.render(source, tags.plain(context), template.name).encode())
    return ()
