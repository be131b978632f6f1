"""Pages of a PDF as small pictures that stand in a web page themselves. Needs pypdfium2 and Pillow, the extra « apercu »."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from amem_reports.errors import AmemError, Constat
from amem_reports.rendering.tags import Markup

INSTALL = 'pip install "amem-reports[apercu]"'
LARGEUR, HAUTEUR = 360, 480
"""Pixels at most: twice what a page shows, for fine screens and for print."""
MAX_PAGES = 30


@dataclass(frozen=True)
class Vignettes:
    """How many pages a PDF has, and the pictures of the first ones, as data: addresses."""

    total: int
    images: tuple[str, ...]


def available() -> bool:
    """Whether what draws pages is installed."""
    return all(find_spec(name) for name in ("pypdfium2", "PIL"))


def of(pdf: Path) -> Vignettes:
    """The pages of a PDF; AmemError when it is none."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(pdf) as document:
            shown = range(min(len(document), MAX_PAGES))
            return Vignettes(len(document), tuple(_picture(document[number]) for number in shown))
    except (pypdfium2.PdfiumError, OSError) as error:
        remedy = "le refaire, ou l’ouvrir pour voir ce qui ne va pas"
        raise AmemError([Constat(pdf.name, "", "ses pages ne se lisent pas", remedy)]) from error


def _picture(page: Any) -> str:
    """One page on white; markup, since what it holds needs no escaping and would grow by it."""
    width, height = page.get_size()
    bitmap = page.render(scale=min(LARGEUR / width, HAUTEUR / height))
    out = io.BytesIO()
    bitmap.to_pil().convert("RGB").save(out, "WEBP", quality=70, method=4)
    bitmap.close()
    page.close()
    return Markup(f"data:image/webp;base64,{base64.b64encode(out.getvalue()).decode()}")
