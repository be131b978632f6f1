"""The program under load, with figures: `load.py [--json]`.

1,000 documents and 200 workspaces in one process each, a catalogue of 50,000 activities, and a pack whose run is killed ten times.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from endurance import DAY, grown, interrupted, measured

ACTIVITIES = 50_000


def large(folder: Path) -> list[dict[str, Any]]:
    """Each command on a catalogue of many activities: seconds of the clock and of the processor, and the peak of memory."""
    espace = grown(folder, ACTIVITIES)
    found = []
    for command in (["verifier"], ["plan-de-travail", "maroc", "--format", "docx"], ["plan-de-travail", "maroc", "--format", "xlsx"]):
        line = [sys.executable, "-m", "amem_reports", *command, "--espace", str(espace), *(["--date", DAY] if len(command) > 1 else [])]
        code = (
            "import resource, subprocess, sys; code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode;"
            "used = resource.getrusage(resource.RUSAGE_CHILDREN); print(code, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)"
        )
        start = time.perf_counter()
        said = subprocess.run([sys.executable, "-c", code, *line], capture_output=True, text=True, check=True).stdout.split()
        seconds, cpu, mib = time.perf_counter() - start, float(said[1]), float(said[2])
        found.append({"commande": " ".join(command), "code": int(said[0]), "secondes": seconds, "processeur": cpu, "mio": mib})
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        found: dict[str, Any] = {
            "documents": [one._asdict() for one in measured("documents", 1000, root / "documents")],
            "espaces": [one._asdict() for one in measured("espaces", 200, root / "espaces")],
            "activites": large(root / "grand"),
            "reprise": interrupted(root / "reprise", 10)._asdict(),
        }
    if "--json" in sys.argv:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for name in ("documents", "espaces"):
        print(f"{name:>12} {'MiB':>7} {'open':>5} {'s':>7}")
        for one in found[name]:
            print(f"{one['faits']:12} {one['mio']:7.1f} {one['ouverts']:5} {one['secondes']:7.1f}")
    print(f"{ACTIVITIES} activities {'code':>24} {'s':>7} {'cpu s':>7} {'MiB':>7}")
    for one in found["activites"]:
        print(f"{one['commande']:38} {one['code']:4} {one['secondes']:7.1f} {one['processeur']:7.1f} {one['mio']:7.1f}")
    again = found["reprise"]
    print(
        f"killed {again['tuees']} times; {again['fichiers']} files, the same as undisturbed: {again['memes']}; left over: {again['restes']}"
    )


if __name__ == "__main__":
    main()
