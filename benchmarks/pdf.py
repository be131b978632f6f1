"""Measure the PDFs of a whole period, in one LibreOffice process and in one process a file: `python benchmarks/pdf.py [--fois 5]`.

The peer is `soffice --convert-to pdf`, each time with a profile of its own, as it takes to run next to another; it does less (no page
numbers in contents lists, no PDF/A, no PDF/UA). Runs are interleaved, medians are told.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Taken:
    """Seconds that a user waits, and those of the processors, LibreOffice's included: other work on the machine hardly touches these."""

    waited: float
    worked: float

    def __add__(self, other: Taken) -> Taken:
        return Taken(self.waited + other.waited, self.worked + other.worked)


def taken(way: Callable[[Sequence[Path], Path], None], files: Sequence[Path]) -> Taken:
    with tempfile.TemporaryDirectory() as folder:
        start, worked = time.perf_counter(), sum(os.times()[:4])
        way(files, Path(folder))
        found = Taken(time.perf_counter() - start, sum(os.times()[:4]) - worked)
        assert len(list(Path(folder).glob("*.pdf"))) == len(files)
        return found


def one_round(word: Sequence[Path], excel: Sequence[Path]) -> dict[tuple[str, str], Taken]:
    """Each way with the Word files, with the workbooks, and with both: one process takes the pack's files as they come."""
    found: dict[tuple[str, str], Taken] = {}
    for name, way in WAYS.items():
        found["Word", name], found["Excel", name] = taken(way, word), taken(way, excel)
        found["pack", name] = found["Word", name] + found["Excel", name]
    found["pack", "one process"] = taken(together, [*word, *excel])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fois", type=int, default=5)
    times = parser.parse_args().fois
    with tempfile.TemporaryDirectory() as pack:
        subprocess.run([*PRODUCE, "--sortie", pack], check=True, stdout=subprocess.DEVNULL)
        renamed = [path.rename(path.with_stem(f"{path.stem}-{path.suffix[1:]}")) for path in sorted(Path(pack).glob("*.*x"))]
        word, excel = ([path for path in renamed if path.suffix == suffix] for suffix in (".docx", ".xlsx"))
        rounds = [one_round(word, excel) for _ in range(times)]
        print(f"{len(word)} Word files, {len(excel)} workbooks; medians of {times}: waited, worked, ratios to one process")
        for what in ("Word", "Excel", "pack"):
            medians = [
                [statistics.median(getattr(one[what, name], key) for one in rounds) for key in ("waited", "worked")] for name in WAYS
            ]
            for name, (waited, worked) in zip(WAYS, medians, strict=True):
                print(f"{what}, {name}: {waited:.2f} s, {worked:.2f} s, {waited / medians[0][0]:.1f}x, {worked / medians[0][1]:.1f}x")


if __name__ == "__main__":
    main()
