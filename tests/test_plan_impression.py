"""Work plans as they print: how many pages, and what stands on them, on the shipped catalogue and on the demonstration."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from amem_reports.cli import main

ROOT = Path(__file__).parent.parent
PLANS = ("maroc", "mauritanie", "tunisie", "libye", "sous-regional")
SEED = ("--espace", str(ROOT), "--date", "2019-07-15")


def run(*arguments: str | Path) -> None:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The options that make the plans of a demonstration, late in its second half-year."""
    espace = tmp_path_factory.mktemp("demo") / "espace"
    run("demo", espace)
    return ("--espace", str(espace), "--periode", "2019-S2", "--date", "2020-01-15")


def pages(pdf: Path) -> list[str]:
    """The text of each page."""
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True, encoding="utf-8").stdout
    return text.rstrip("\f").split("\f")


def printed(sortie: Path, options: tuple[str, ...], modele: str) -> dict[str, list[str]]:
    run("plan-de-travail", *options, "--modele", modele, "--format", "pdf", "--sortie", sortie)
    return {name: pages(sortie / f"plan-de-travail_{name}.pdf") for name in PLANS}


@pytest.mark.libreoffice
@pytest.mark.parametrize("which", ["seed", "demo"])
def test_the_default_plan_of_22_activities_prints_on_five_pages(which: str, demo: tuple[str, ...], tmp_path: Path) -> None:
    found = printed(tmp_path, SEED if which == "seed" else demo, "defaut")
    assert len(found["maroc"]) <= 5
    assert all(len(text) <= 5 for text in found.values())
    for name, text in found.items():
        for number, page in enumerate(text, 1):
            assert len(page.split()) > 60, f"{name}, page {number} is nearly empty"
            assert ("DONNÉES FICTIVES" in page) == (which == "demo")
    legend = "Légende" in "".join(found["maroc"])
    assert legend
    assert ("▲" in "".join(found["maroc"])) == (which == "demo")
    assert ("22 activités sans date prévue" in "".join(found["maroc"]).replace("\u00a0", " ")) == (which == "seed")
