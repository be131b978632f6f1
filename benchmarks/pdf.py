"""Measure the PDFs of a whole period, in one LibreOffice process and in one process a file: `python benchmarks/pdf.py [--fois 5]`.

The peer is `soffice --convert-to pdf`, each time with a profile of its own, as it takes to run next to another; it does less (no page
numbers in contents lists, no PDF/A, no PDF/UA). Runs are interleaved, medians are told.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from amem_reports.rendering.pdf import convert

PRODUCE = [sys.executable, "-m", "amem_reports", "produire", "2019-T2", "--date", "2019-07-15"]


def together(files: Sequence[Path], folder: Path) -> None:
    convert(files, folder)


def one_by_one(files: Sequence[Path], folder: Path) -> None:
    for file in files:
        convert([file], folder)


def by_command(files: Sequence[Path], folder: Path) -> None:
    for file in files:
        with tempfile.TemporaryDirectory() as profile:
            options = [f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
            subprocess.run(["soffice", *options, str(file)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


WAYS = {"one process": together, "one process a file": one_by_one, "soffice --convert-to": by_command}


def seconds(way: Callable[[Sequence[Path], Path], None], files: Sequence[Path]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        way(files, Path(folder))
        taken = time.perf_counter() - start
        assert len(list(Path(folder).glob("*.pdf"))) == len(files)
        return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fois", type=int, default=5)
    times = parser.parse_args().fois
    with tempfile.TemporaryDirectory() as pack:
        subprocess.run([*PRODUCE, "--sortie", pack], check=True, stdout=subprocess.DEVNULL)
        for suffix in ("docx", "xlsx"):
            files = sorted(Path(pack).glob(f"*.{suffix}"))
            runs = [[seconds(way, files) for way in WAYS.values()] for _ in range(times)]
            medians = [statistics.median(taken) for taken in zip(*runs, strict=True)]
            for name, median in zip(WAYS, medians, strict=True):
                print(f"{len(files)} {suffix}, {name}: {median:.2f} s, {median / medians[0]:.1f}x")


if __name__ == "__main__":
    main()
