"""Broken inputs by the thousand, importer after importer: `python benchmarks/fuzz.py --nombre 1000000`.

Each input is made from its importer's name, a seed and a number, so that any of them can be made again. What ends in anything but a
sentence, takes more than ten seconds of the processor, or more than 500 MB, is kept in a folder and told.
"""

from __future__ import annotations

import argparse
import faulthandler
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from importeurs import AmemError, Importeur, entree, importeurs

SHARES = {"json": 40, "balises": 29, "suivi": 24, "catalogue": 4.5, "modele-excel": 1.3, "classeur": 1, "modele-word": 0.2}
"""Per cent of all inputs: as an input of one importer costs a hundred times one of another, so that each gets about the same time."""
LIMIT = 10


def run(importeur: Importeur, seed: int, first: int, count: int, kept: Path) -> Counter[str]:
    """Give an importer its inputs; how they ended."""
    tally: Counter[str] = Counter()
    for number in range(first, first + count):
        if number % 100 == 0:
            faulthandler.dump_traceback_later(LIMIT * 60, exit=True)
        data = entree(importeur, seed, number)
        signal.alarm(LIMIT * 6)
        start = time.process_time()
        try:
            importeur.prendre(data)
            tally["pris"] += 1
        except AmemError:
            tally["refusés"] += 1
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            tally["cassés"] += 1
            frame = traceback.extract_tb(error.__traceback__)[-1]
            keep(kept, importeur, number, data, f"{type(error).__name__} {Path(frame.filename).name}:{frame.lineno} {str(error)[:100]}")
        if time.process_time() - start > LIMIT:
            tally["trop longs"] += 1
            keep(kept, importeur, number, data, "plus de dix secondes")
    signal.alarm(0)
    faulthandler.cancel_dump_traceback_later()
    return tally


def keep(folder: Path, importeur: Importeur, number: int, data: bytes, why: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{importeur.nom}-{number}").write_bytes(data)
    print(f"  {importeur.nom} {number} : {why}", flush=True)


def too_long(*_: Any) -> None:
    raise TimeoutError("still at work after a minute")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nombre", type=int, default=10_000, help="inputs in all")
    parser.add_argument("--graine", type=int, default=1, help="seed")
    parser.add_argument("--depuis", type=int, default=0, help="number of the first input of each importer")
    parser.add_argument("--importeur", choices=SHARES, action="append", help="only this one; may be repeated")
    parser.add_argument("--garder", type=Path, default=Path("output/fuzz"), help="folder for inputs that broke something")
    chosen = parser.parse_args()
    names = chosen.importeur or list(SHARES)
    whole = sum(SHARES[name] for name in names)
    signal.signal(signal.SIGALRM, too_long)
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:  # noqa: S108
        made = importeurs(Path(folder))
        for name in names:
            start = time.perf_counter()
            tally = run(made[name], chosen.graine, chosen.depuis, round(chosen.nombre * SHARES[name] / whole), chosen.garder)
            total += tally
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            ended = ", ".join(f"{count} {how}" for how, count in sorted(tally.items()))
            print(f"{name:13} {tally.total():9}  {ended}  {time.perf_counter() - start:7.1f} s, peak {memory} MB", flush=True)
    print(f"{'all':13} {total.total():9}  " + ", ".join(f"{count} {how}" for how, count in sorted(total.items())))
    if total["cassés"] or total["trop longs"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
