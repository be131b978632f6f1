"""A program for tests: runs `amem` on a list of attacks, one after the other, each in a process of its own, and writes down how each ended.

Memory is the peak of the attack's own process, time is the processor's, so that a busy machine does not count as a hang. A hard limit on
both keeps the machine safe from what a missing guard would let through.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from click.testing import CliRunner

HARD_MEMORY, HARD_TIME = 3_000_000_000, 30


def peak() -> int:
    """The peak of resident memory of this process, in bytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def run(arguments: list[str]) -> dict[str, Any]:
    from amem_reports.cli import main

    start = time.process_time()
    result = CliRunner().invoke(main, arguments)
    error = result.exception
    clean = error is None or isinstance(error, SystemExit)
    trace = "" if clean or result.exc_info is None else "".join(traceback.format_exception(*result.exc_info)[-4:])
    return {
        "code": result.exit_code,
        "dit": result.output.replace("\u00a0", " ").replace("\u202f", " "),
        "trace": trace,
        "secondes": time.process_time() - start,
        "octets": peak(),
    }


def work(jobs: Path, results: Path) -> None:
    """Each attack in a process of its own, begun from this one, which has paid for the imports."""
    import amem_reports.modeles
    import amem_reports.rendering.excel
    import amem_reports.rendering.word
    import amem_reports.suivi.importer  # noqa: F401

    for name, arguments in json.loads(jobs.read_text(encoding="utf-8")).items():
        child = os.fork()
        if child:
            _, status = os.waitpid(child, 0)
            if status:
                note(results, {"nom": name, "code": -1, "dit": "", "trace": f"killed ({status})", "secondes": 0, "octets": 0})
            continue
        resource.setrlimit(resource.RLIMIT_AS, (HARD_MEMORY, HARD_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (HARD_TIME, HARD_TIME))
        note(results, {"nom": name, **run(arguments)})
        os._exit(0)


def note(results: Path, issue: dict[str, Any]) -> None:
    with results.open("a", encoding="utf-8") as out:
        out.write(json.dumps(issue) + "\n")


if __name__ == "__main__":
    work(Path(sys.argv[1]), Path(sys.argv[2]))
