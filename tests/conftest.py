"""What every test may rely on."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import apercus
import pytest

from amem_reports.errors import AmemError


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--accepter` keeps what is made now as what is expected, and removes what no test expects any more."""
    parser.addoption(
        "--accepter", action="store_true", help="accept the pages that are made now, and remove those that nothing makes any more"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each attack is one fault injected, of the family that its mark names; a test that injects many says so with `record_property`."""
    for item in items:
        if mark := item.get_closest_marker("attaque"):
            item.user_properties.append(("famille", mark.args[0]))


@pytest.fixture(autouse=True)
def _no_hidden_fault(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A fault of the program must not pass for a damaged template: what no check foresaw fails the test, but where files are damaged."""
    from amem_reports import rendering

    seen: list[Exception] = []
    told = rendering._unforeseen

    def note(template: Path, error: Exception) -> AmemError:
        seen.append(error)
        return told(template, error)

    monkeypatch.setattr(rendering, "_unforeseen", note)
    yield
    if seen and not any(request.node.get_closest_marker(name) for name in ("attaque", "abime")):
        raise seen[0]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table of faults: how many were injected, family by family, and how many the program survived."""
    injected, survived = Counter[str](), Counter[str]()
    for how in ("passed", "failed", "error"):
        for report in terminalreporter.stats.get(how, ()):
            told = dict(getattr(report, "user_properties", ()))
            if "famille" in told:
                injected[told["famille"]] += int(told.get("attaques", 1))
                survived[told["famille"]] += int(told.get("attaques", 1)) if how == "passed" else 0
    if not injected:
        return
    terminalreporter.section("faults injected and survived")
    for famille, count in sorted(injected.items()):
        terminalreporter.line(f"{famille:24} {count:7} injected {survived[famille]:7} survived")
    terminalreporter.line(f"{'all':24} {injected.total():7} injected {survived.total():7} survived")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs LibreOffice or Chromium where it is absent, telling why; where it is promised, its absence is a failure."""
    for marker, missing in (("libreoffice", _without_libreoffice), ("chromium", _without_chromium)):
        if item.get_closest_marker(marker) and (names := missing()):
            reason = f"not found on this machine: {' and '.join(names)}"
            if os.environ.get(f"AMEM_EXIGE_{marker.upper()}") == "1":
                pytest.fail(reason, pytrace=False)
            pytest.skip(reason)


def _without_libreoffice() -> list[str]:
    from amem_reports.rendering import pdf

    return [name for name, found in (("LibreOffice", pdf.available()), ("pdftotext (poppler)", shutil.which("pdftotext"))) if not found]


def _without_chromium() -> list[str]:
    return [] if apercus.chromium() else ["Chromium"]
