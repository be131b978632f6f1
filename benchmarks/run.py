"""Measure the engine against its peers: `python benchmarks/run.py [--tailles 52 5000] [--fois 5] [--json FICHIER]`.

Every measure is a whole process, start-up included, on the same data and the same template; runs are interleaved so that a busy moment
of the machine hits every peer; medians are reported as ratios to the limit (string join and deflate). Node peers run when
`npm install --prefix benchmarks/peers docxtemplater pizzip easy-template-x exceljs` has been done.
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
from pathlib import Path
from typing import Any

import make

PEERS = Path(__file__).parent / "peers"
OURS = [sys.executable, "-m", "amem_reports", "modele", "remplir"]
WORD = {
    "limite": [sys.executable, str(PEERS / "limit_word.py")],
    "amem-reports": OURS,
    "docxtpl": [sys.executable, str(PEERS / "docxtpl_word.py")],
    "docxtemplater": ["node", str(PEERS / "docxtemplater_word.mjs")],
    "easy-template-x": ["node", str(PEERS / "easytemplatex_word.mjs")],
}
EXCEL = {
    "limite": [sys.executable, str(PEERS / "limit_excel.py")],
    "amem-reports": OURS,
    "openpyxl": [sys.executable, str(PEERS / "openpyxl_excel.py")],
    "XlsxWriter (sans modèle)": [sys.executable, str(PEERS / "xlsxwriter_excel.py")],
    "ExcelJS (sans modèle)": ["node", str(PEERS / "exceljs_excel.mjs")],
}
NODE = {"docxtemplater", "easy-template-x", "ExcelJS (sans modèle)"}


def measure(command: list[str]) -> tuple[float, float]:
    """Seconds and peak MiB of one process; RuntimeError with its message when it fails."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - start
        errors.seek(0)
        if process.returncode:
            raise RuntimeError(f"{command}: {errors.read().decode()[-2000:]}")
    return seconds, usage.ru_maxrss / 1024


def command(name: str, base: list[str], template: Path, data: Path, target: Path) -> list[str]:
    if name == "amem-reports":
        return [*base, str(template), str(data), "--sortie", str(target), "--remplacer"]
    return [*base, str(template), str(data), str(target)]


def race(kind: str, peers: dict[str, list[str]], templates: dict[str, Path], folder: Path, size: int, times: int) -> list[dict[str, Any]]:
    """Run every peer `times` times, interleaved, after one run that is not counted."""
    data, suffix = make.data(folder, size), "docx" if kind == "word" else "xlsx"
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in peers}
    for turn in range(times + 1):
        for name, base in peers.items():
            target = folder / f"{kind}-{len(name)}-{size}.{suffix}"
            result = measure(command(name, base, templates.get(name, templates[""]), data, target))
            if turn:
                runs[name].append(result)
            else:
                check(target, size)
    limit = statistics.median(seconds for seconds, _ in runs["limite"])
    memory = statistics.median(mib for _, mib in runs["limite"])
    return [row(kind, size, name, found, limit, memory) for name, found in runs.items()]


def row(kind: str, size: int, name: str, found: list[tuple[float, float]], limit: float, memory: float) -> dict[str, Any]:
    seconds, mib = statistics.median(s for s, _ in found), statistics.median(m for _, m in found)
    return {
        "sorte": kind,
        "lignes": size,
        "outil": name,
        "secondes": round(seconds, 3),
        "memoire_mio": round(mib),
        "rapport_limite": round(seconds / limit, 2),
        "rapport_memoire": round(mib / memory, 2),
    }


def check(target: Path, size: int) -> None:
    """A peer that loses rows is not fast, it is wrong."""
    with zipfile.ZipFile(target) as package:
        text = "".join(
            package.read(name).decode() for name in package.namelist() if name.endswith(("document.xml", "sheet1.xml", "sharedStrings.xml"))
        )
    if f"{(size - 1) % 3 + 1}.{size - 1}<" not in text:
        raise RuntimeError(f"{target.name}: the last row is missing")


def available(peers: dict[str, list[str]]) -> dict[str, list[str]]:
    node = shutil.which("node") and (PEERS / "node_modules").is_dir()
    missing = [name for name in peers if name in NODE and not node]
    for name in missing:
        print(f"absent : {name}", file=sys.stderr)
    return {name: base for name, base in peers.items() if name not in missing}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tailles", type=int, nargs="+", default=[52, 500, 5000, 50000])
    parser.add_argument("--fois", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        word = {"": make.word(folder), "docxtemplater": make.word_braces(folder), "easy-template-x": folder / "modele-accolades.docx"}
        excel = {"": make.excel(folder)}
        print(f"{'':6} {'lignes':>6}  {'outil':26} {'secondes':>8} {'Mio':>6} {'× limite':>9}")
        for size in options.tailles:
            for kind, peers, templates in (("word", available(WORD), word), ("excel", available(EXCEL), excel)):
                for found in race(kind, peers, templates, folder, size, options.fois):
                    rows.append(found)
                    seconds, mib, ratio = found["secondes"], found["memoire_mio"], found["rapport_limite"]
                    print(f"{kind:6} {size:6}  {found['outil']:26} {seconds:8.3f} {mib:6} {ratio:8.2f}×")
    if options.json:
        machine = {"python": platform.python_version(), "coeurs": os.cpu_count(), "fois": options.fois}
        options.json.write_text(json.dumps({"machine": machine, "mesures": rows}, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
