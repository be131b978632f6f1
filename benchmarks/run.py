"""Measure the engine against its peers: `python benchmarks/run.py [--tailles 52 5000] [--fois 5] [--json FICHIER]`.

Every measure is a whole process, start-up included, on the same data and the same template; runs are interleaved so that a busy moment
of the machine hits every peer; medians are reported as ratios to the limit (string join and deflate, with zipfile's own level of
compression; the same with the engine's level stands beside it). Beside the time that a user waits stands the processors' time (user and
system), which other work on the machine hardly touches. Node peers run when
`npm install --prefix benchmarks/peers docxtemplater pizzip easy-template-x exceljs` has been done.

This process stays small, since what a process is at its start counts in the memory that the system reports for it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
PEERS = HERE / "peers"
# Asked of another process, so that this one stays small.
LEVEL = subprocess.check_output([sys.executable, "-c", "from amem_reports.rendering.package import LEVEL; print(LEVEL)"], text=True).strip()
OURS = [str(shutil.which("amem", path=str(Path(sys.executable).parent))), "modele", "remplir"]
WORD = {
    "limite": [sys.executable, str(PEERS / "limit_word.py")],
    "limite, notre compression": [sys.executable, str(PEERS / "limit_word.py"), LEVEL],
    "amem-reports": OURS,
    "docxtpl": [sys.executable, str(PEERS / "docxtpl_word.py")],
    "docxtemplater": ["node", str(PEERS / "docxtemplater_word.mjs")],
    "easy-template-x": ["node", str(PEERS / "easytemplatex_word.mjs")],
}
EXCEL = {
    "limite": [sys.executable, str(PEERS / "limit_excel.py")],
    "limite, notre compression": [sys.executable, str(PEERS / "limit_excel.py"), LEVEL],
    "amem-reports": OURS,
    "openpyxl": [sys.executable, str(PEERS / "openpyxl_excel.py")],
    "XlsxWriter (sans modèle)": [sys.executable, str(PEERS / "xlsxwriter_excel.py")],
    "ExcelJS (sans modèle)": ["node", str(PEERS / "exceljs_excel.mjs")],
}
KINDS = {"word": (WORD, "docx"), "excel": (EXCEL, "xlsx")}
BRACES = ("docxtemplater", "easy-template-x")
NODE = {*BRACES, "ExcelJS (sans modèle)"}
DOCUMENTS, DOCUMENT_ROWS = 1000, 20
# Whoever installs a package has its bytecode.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class Cost(NamedTuple):
    """What a process took: the time that a user waits, the time of the processors, the memory at its peak."""

    seconds: float
    cpu: float
    mib: float


def measure(command: list[str]) -> Cost:
    """The cost of one process; RuntimeError with its message when it fails."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors, env=ENVIRONMENT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - start
        errors.seek(0)
        if process.returncode:
            raise RuntimeError(f"{command}: {errors.read().decode()[-2000:]}")
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def command(name: str, base: list[str], folder: Path, size: int, suffix: str) -> tuple[list[str], Path]:
    """What fills the template with so many rows, and the file that comes of it."""
    template = folder / f"modele{'-accolades' if name in BRACES else ''}.{suffix}"
    target = folder / f"resultat.{suffix}"
    ours = ["--remplacer", "--sortie"] if base is OURS else []
    return [*base, str(template), str(folder / f"donnees-{size}.json"), *ours, str(target)], target


def race(kind: str, folder: Path, size: int, times: int) -> list[dict[str, Any]]:
    """Run every peer `times` times, interleaved, after one run that is not counted."""
    peers, suffix = KINDS[kind]
    runs: dict[str, list[Cost]] = {name: [] for name in peers if name not in NODE or _node()}
    for turn in range(times + 1):
        for name, found in runs.items():
            line, target = command(name, peers[name], folder, size, suffix)
            result = measure(line)
            if turn:
                found.append(result)
            else:
                check(target, size)
    limit = _medians(runs["limite"])
    return [row(kind, size, name, _medians(found), limit) for name, found in runs.items()]


def _node() -> bool:
    return shutil.which("node") is not None and (PEERS / "node_modules").is_dir()


def _medians(found: list[Cost]) -> Cost:
    return Cost(*map(statistics.median, zip(*found, strict=True)))


def row(kind: str, size: int, name: str, found: Cost, limit: Cost) -> dict[str, Any]:
    return {
        "sorte": kind,
        "lignes": size,
        "outil": name,
        "secondes": round(found.seconds, 3),
        "processeur": round(found.cpu, 3),
        "memoire_mio": round(found.mib),
        "rapport_limite": round(found.seconds / limit.seconds, 2),
        "rapport_processeur": round(found.cpu / limit.cpu, 2),
        "rapport_memoire": round(found.mib / limit.mib, 2),
    }


def check(target: Path, size: int) -> None:
    """A peer that loses rows is not fast, it is wrong."""
    wanted, found = f"{(size - 1) % 3 + 1}.{size - 1}<".encode(), False
    with zipfile.ZipFile(target) as package:
        for name in package.namelist():
            if name.endswith(("document.xml", "sheet1.xml", "sharedStrings.xml")):
                with package.open(name) as part:
                    before = b""
                    while piece := part.read(1 << 20):
                        found = found or wanted in before + piece
                        before = piece[-100:]
    if not found:
        raise RuntimeError(f"{target.name}: the last row is missing")


def many(kind: str, folder: Path, times: int) -> dict[str, Any]:
    """Many small documents in one process, then as many in each of two processes at once; two that share nothing scale by two."""
    suffix = KINDS[kind][1]
    names = [str(folder / name) for name in (f"modele.{suffix}", f"donnees-{DOCUMENT_ROWS}.json")]
    lines = [
        [sys.executable, str(HERE / "many.py"), *names, str(folder / f"resultat-{number}.{suffix}"), str(DOCUMENTS)] for number in range(2)
    ]
    alone, together, cpu = [], [], []
    for _ in range(times):
        cost = measure(lines[0])
        alone.append(cost.seconds)
        cpu.append(cost.cpu)
        start = time.perf_counter()
        for process in [subprocess.Popen(line, env=ENVIRONMENT) for line in lines]:
            process.wait()
        together.append(time.perf_counter() - start)
    one, two = statistics.median(alone), statistics.median(together)
    return {
        "sorte": kind,
        "ms_par_document": round(one / DOCUMENTS * 1000, 2),
        "processeur_ms": round(statistics.median(cpu) / DOCUMENTS * 1000, 2),
        "deux_processus": round(2 * one / two, 2),
    }


def growth(rows: list[dict[str, Any]], kind: str) -> list[float]:
    """Microseconds of processor for each row more, from each size to the next: the same figure where the cost is linear."""
    found = [(one["lignes"], one["processeur"]) for one in rows if (one["sorte"], one["outil"]) == (kind, "amem-reports")]
    return [round((after[1] - before[1]) / (after[0] - before[0]) * 1e6, 1) for before, after in pairwise(found)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tailles", type=int, nargs="+", default=[52, 500, 5000, 50000])
    parser.add_argument("--fois", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    if not _node():
        print(f"absents : {', '.join(sorted(NODE))}", file=sys.stderr)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([sys.executable, str(HERE / "make.py"), name, *map(str, {*options.tailles, DOCUMENT_ROWS})], check=True)
        print(f"{'':6} {'lignes':>6}  {'outil':26} {'secondes':>8} {'× limite':>9} {'processeur':>10} {'× limite':>9} {'Mio':>6}")
        for size in options.tailles:
            for kind in KINDS:
                for found in race(kind, folder, size, options.fois):
                    rows.append(found)
                    waited = f"{found['secondes']:8.3f} {found['rapport_limite']:8.2f}×"
                    worked = f"{found['processeur']:10.3f} {found['rapport_processeur']:8.2f}×"
                    print(f"{kind:6} {size:6}  {found['outil']:26} {waited} {worked} {found['memoire_mio']:6}", flush=True)
        series = [many(kind, folder, options.fois) for kind in KINDS]
    for one in series:
        one["µs_par_ligne"] = growth(rows, one["sorte"])
        print(
            f"{one['sorte']:6} {DOCUMENTS} documents de {DOCUMENT_ROWS} lignes : {one['ms_par_document']} ms chacun "
            f"({one['processeur_ms']} de processeur) ; deux processus : "
            f"× {one['deux_processus']} ; µs par ligne de plus, de taille en taille : {one['µs_par_ligne']}"
        )
    if options.json:
        machine = {"python": platform.python_version(), "coeurs": os.cpu_count(), "fois": options.fois}
        result = {"machine": machine, "mesures": rows, "series": series}
        options.json.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
