"""A workspace whose documents were produced, and PDFs put among them without LibreOffice, for tests of the page that shows them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pikepdf
from click.testing import CliRunner, Result

from amem_reports.cli import main
from amem_reports.ecriture import digest
from amem_reports.manifeste import NOM

PERIODE = "2019-T4"
PLAN = "plan-de-travail_maroc"


def chromium() -> str | None:
    """The browser, under one of its names."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def run(espace: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--espace", str(espace)])


def preview(espace: Path, *more: str) -> Result:
    result = run(espace, "apercu", "--sans-ouvrir", *more)
    assert result.exit_code == 0, result.output
    return result


def produced(folder: Path) -> Path:
    """The demonstration with the documents of one period, as Word and JSON."""
    espace = folder / "espace"
    assert CliRunner().invoke(main, ["demo", str(espace)]).exit_code == 0
    result = run(espace, "produire", PERIODE, "--date", "2020-01-15", "--format", "docx", "--format", "json")
    assert result.exit_code == 0, result.output
    return espace


def pdf(path: Path, pages: int) -> Path:
    """A PDF of landscape pages, each with a black bar across it."""
    document = pikepdf.new()
    for _ in range(pages):
        page = document.add_blank_page(page_size=(842, 595))
        page.Contents = document.make_stream(b"0 0 0 rg 0 200 842 200 re f")
    document.save(path, static_id=True)
    return path


def record(output: Path, nom: str, titre: str, **origine: str) -> None:
    """Put a file into the manifest as if it had just been made."""
    path = output / nom
    told = json.loads((output / NOM).read_text(encoding="utf-8"))
    entry = {"titre": titre, "sha256": digest(path) if path.is_file() else "", "taille": 1, "origine": origine}
    told["fichiers"][nom] = entry
    (output / NOM).write_text(json.dumps(told), encoding="utf-8")


def with_pages(espace: Path, pages: int = 3) -> Path:
    """The same workspace, in which the plan of Morocco has a PDF."""
    made = pdf(espace / "output" / f"{PLAN}.pdf", pages)
    record(espace / "output", made.name, "Plan de travail – Maroc", sorte="plan-de-travail", format="pdf", periode=PERIODE)
    return espace
