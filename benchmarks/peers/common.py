"""What the Python peers share: their command line, and the rows joined as text by the fastest plain Python there is."""

from __future__ import annotations

import json
import sys
import zipfile
from html import escape
from pathlib import Path
from typing import Any

COLUMNS = ("numero", "intitule", "responsable", "debut", "budget", "statut")


def arguments() -> tuple[Path, list[dict[str, Any]], Path]:
    """Template, rows, target, as every peer takes them at the end of its command line."""
    template, data, target = map(Path, sys.argv[-3:])
    return template, json.loads(data.read_text(encoding="utf-8"))["activites"], target


def values(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple([escape(str(row[name]), quote=False) for name in COLUMNS])


def write(template: Path, target: Path, part: str, text: str) -> None:
    """Copy a package with one part replaced, deflated anew as zipfile does, or at the level that the command line gives before the rest."""
    level = int(sys.argv[1]) if len(sys.argv) > 4 else None
    with zipfile.ZipFile(template) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as package:
        for name in source.namelist():
            package.writestr(name, text.encode() if name == part else source.read(name))
