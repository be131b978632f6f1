"""Much work in one process, and runs that are killed: what the tests try small and `benchmarks/load.py` at full size.

As a program, `endurance.py documents|espaces COUNT FOLDER` does the work and writes one line of JSON for each tenth of it.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
DAY, PERIODE = "2019-07-15", "2019-T2"


class Mesure(NamedTuple):
    """After so many pieces of work: memory held, open files, seconds since the beginning."""

    faits: int
    mio: float
    ouverts: int
    secondes: float


class Reprise(NamedTuple):
    """How a pack ended after runs that were killed: how many were, what was left of them, whether the files are those of a quiet run."""

    tuees: int
    restes: list[str]
    memes: bool
    fichiers: int


def memory() -> float:
    """MiB that this process holds now (Linux)."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def workspace(folder: Path) -> Path:
    """A copy of the shipped workspace."""
    for name in ("catalogue", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def grown(folder: Path, activities: int) -> Path:
    """A workspace with that many activities, shared among its countries, each with dates and a budget."""
    found = sorted((workspace(folder) / "catalogue" / "pays").glob("*.yaml"))
    countries = [path for path in found if "\nactivites:\n" in path.read_text(encoding="utf-8")]
    for path in countries:
        head = path.read_text(encoding="utf-8").partition("activites:\n")[0]
        code = head.split("code: ")[1].split("\n")[0].strip()
        lines = [head, "activites:\n"]
        for number in range(1, activities // len(countries) + 1):
            axe = 1 + number % 3
            lines.append(
                f'  - identifiant: {code}-{axe}.{number}\n    code: "{axe}.{number}"\n    axe: {axe}\n'
                f"    intitule: Activité fictive {number}\n    texte_source: Activité fictive {number}\n"
                f"    debut: 2019-T{1 + number % 4}\n    budget: {{montant: {number}.50, devise: EUR}}\n"
            )
        path.write_text("".join(lines), encoding="utf-8")
    return folder


def documents(count: int, folder: Path) -> Iterator[int]:
    """Plans of a country, Word and Excel by turns, each with data of its own."""
    from amem_reports.catalogue import load
    from amem_reports.dossier import Dossier
    from amem_reports.produce import documents as wanted
    from amem_reports.rendering import render
    from amem_reports.reports import PLAN_TRAVAIL

    dossier = Dossier(catalogue=load(ROOT / "catalogue"), date=date.fromisoformat(DAY))
    contexte = wanted(PLAN_TRAVAIL, dossier, dossier.catalogue.pays[:1])[0].contexte
    for number in range(count):
        suffix = ("docx", "xlsx")[number % 2]
        mine = {**contexte, "document": {**contexte["document"], "mention": f"Document {number}"}}
        with (folder / f"plan.{suffix}").open("wb") as out:
            render(ROOT / "templates" / "plan-de-travail" / f"defaut.{suffix}", mine, out)
        yield number + 1


def espaces(count: int, folder: Path) -> Iterator[int]:
    """A plan and a report in each of as many workspaces, as their own commands make them."""
    from click.testing import CliRunner

    from amem_reports.cli import main

    for number in range(count):
        espace = workspace(folder / str(number))
        project = espace / "catalogue" / "projet.yaml"
        project.write_text(f"# Espace {number}\n" + project.read_text(encoding="utf-8"), encoding="utf-8")
        for command in (["plan-de-travail", "maroc", "--format", "docx"], ["rapport", PERIODE, "--format", "xlsx"]):
            result = CliRunner().invoke(main, [*command, "--date", DAY, "--espace", str(espace)])
            assert result.exit_code == 0, result.output
        shutil.rmtree(espace)
        yield number + 1


WORK: dict[str, Callable[[int, Path], Iterator[int]]] = {"documents": documents, "espaces": espaces}


def measured(name: str, count: int, folder: Path) -> list[Mesure]:
    """The work in a process of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, __file__, name, str(count), str(folder)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return [Mesure(*json.loads(line)) for line in lines]


def interrupted(folder: Path, kills: int, *options: str) -> Reprise:
    """Kill `amem produire` again and again, each time later in its work, then let it end; beside it, a run that nobody disturbs."""
    quiet, disturbed = workspace(folder / "calme"), workspace(folder / "troublé")
    start = time.monotonic()
    assert _produce(quiet, options).wait() == 0
    whole = time.monotonic() - start
    killed = 0
    for number in range(kills):
        process = _produce(disturbed, options)
        try:
            process.wait(timeout=whole * (0.3 + 0.65 * number / max(kills - 1, 1)))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
    assert _produce(disturbed, options).wait() == 0
    made, wanted = _files(disturbed / "output"), _files(quiet / "output")
    left = sorted(name for name in made if name not in wanted)
    return Reprise(killed, left, {name: data for name, data in made.items() if name in wanted} == wanted, len(wanted))


def _produce(espace: Path, options: tuple[str, ...]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "amem_reports", "produire", PERIODE, "--date", DAY, "--espace", str(espace), *options]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


def _files(folder: Path) -> dict[str, bytes]:
    """All that stands in a folder, hidden files too; of an archive what it holds."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for name in [name for name in found if name.endswith(".zip")]:
        with zipfile.ZipFile(folder / name) as archive:
            assert archive.testzip() is None
            found |= {f"{name}/{one}": archive.read(one) for one in archive.namelist()}
    return found


if __name__ == "__main__":
    name, count, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    began = time.perf_counter()
    for done in WORK[name](count, folder):
        if done % max(count // 10, 1) == 0:
            opened = len(list(Path("/proc/self/fd").iterdir()))
            sys.stdout.write(json.dumps((done, memory(), opened, time.perf_counter() - began)) + "\n")
