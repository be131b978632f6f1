"""What every test may rely on."""

from __future__ import annotations

import os
import shutil

import pytest


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs LibreOffice where it is absent, telling why; where it is promised, its absence is a failure."""
    if item.get_closest_marker("libreoffice") is None:
        return
    from amem_reports.rendering import pdf

    missing = [name for name, found in (("LibreOffice", pdf.available()), ("pdftotext (poppler)", shutil.which("pdftotext"))) if not found]
    if not missing:
        return
    reason = f"not found on this machine: {' and '.join(missing)}"
    if os.environ.get("AMEM_EXIGE_LIBREOFFICE") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
