"""A pack made many times over in one process: seconds, memory and file descriptors a pack.

`pack.py [PACKS]`, by default 50 packs of 22 files: each is made anew in the same folder, then once more with nothing to do. What grows
with the number of packs is a leak.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

from amem_reports import paquet
from amem_reports.catalogue import load
from amem_reports.dossier import Dossier
from amem_reports.espace import Espace
from amem_reports.model import Periode
from amem_reports.produce import Demande

ROOT = Path(__file__).parent.parent


def memory() -> float:
    """MiB that this process holds now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def main(packs: int) -> None:
    espace = Espace.of(ROOT)
    dossier = Dossier(catalogue=load(espace.catalogue), date=date(2019, 7, 15), periode=Periode.parse("2019-T2"))
    print(f"{'packs':>6} {'files':>6} {'s made':>8} {'s same':>8} {'MiB':>7} {'open':>5}")
    with tempfile.TemporaryDirectory() as folder:
        demande = Demande(espace=espace, sortie=Path(folder), formats=("docx", "xlsx"), date=dossier.date, tout=True)
        for number in range(1, packs + 1):
            start = time.perf_counter()
            made = paquet.produce(paquet.wanted(dossier), dossier, demande)
            middle = time.perf_counter()
            paquet.produce(paquet.wanted(dossier), dossier, replace(demande, tout=False))
            if number in (1, 2, 5) or number % 10 == 0:
                same = time.perf_counter() - middle
                print(f"{number:6} {number * len(made):6} {middle - start:8.2f} {same:8.2f} {memory():7.1f} {descriptors():5}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
