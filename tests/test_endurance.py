"""Much work leaves nothing behind: memory and open files stay level, and what was killed ends complete. Full size: `benchmarks/load.py`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from endurance import interrupted, measured

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is measured as Linux tells it")


@pytest.mark.parametrize(("name", "count"), [("documents", 30), ("espaces", 10)])
def test_work_after_work_needs_no_more_memory_and_no_more_open_files(tmp_path: Path, name: str, count: int) -> None:
    measures = measured(name, count, tmp_path / name)
    assert [one.faits for one in measures] == [count // 10 * tenth for tenth in range(1, 11)]
    early, last = measures[3], measures[-1]
    assert last.mio - early.mio < 6
    assert last.ouverts == measures[0].ouverts


@pytest.mark.attaque("sorties")
def test_a_pack_whose_runs_were_killed_ends_complete(tmp_path: Path) -> None:
    ended = interrupted(tmp_path, 2, "--format", "docx")
    assert ended.tuees >= 1
    assert ended.restes == []
    assert ended.memes
    assert ended.fichiers > 10
