"""What a produced file says of its own making: its keywords, read back."""

from __future__ import annotations

import re
from pathlib import Path

from amem_reports.errors import AmemError
from amem_reports.rendering.package import Package
from amem_reports.rendering.properties import CORE

MAX_SIZE = 200_000_000


def keywords(path: Path) -> str:
    """The keywords of a Word, Excel or PDF file; "" for any other file, and for one that is damaged."""
    suffix = path.suffix.lower()
    if suffix not in (".docx", ".xlsx", ".pdf") or path.stat().st_size > MAX_SIZE:
        return ""
    return _of_pdf(path) if suffix == ".pdf" else _of_package(path)


def day(path: Path) -> str:
    """The day on which a Word or Excel file says that it was made (AAAA-MM-JJ); "" when it says none."""
    try:
        package = Package(path)
        core = package.read(CORE).decode() if CORE in package.names else ""
    except (AmemError, UnicodeDecodeError):
        return ""
    found = re.search(r"<dcterms:created[^>]*>(\d{4}-\d{2}-\d{2})", core)
    return found[1] if found else ""


def _of_package(path: Path) -> str:
    from amem_reports.rendering.pdf_finish import facts

    try:
        package = Package(path)
        return facts(package.read(CORE), "").info.get("/Keywords", "") if CORE in package.names else ""
    except AmemError:
        return ""


def _of_pdf(path: Path) -> str:
    import pikepdf

    try:
        with pikepdf.open(path) as document:
            return str(document.docinfo.get("/Keywords", ""))
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError, RuntimeError, NotImplementedError, OSError):
        return ""  # a damaged PDF says nothing, in any of the ways in which pikepdf finds it damaged
