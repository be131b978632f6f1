"""Compiled templates kept in the user's cache folder, so that a template is compiled once and then only filled.

What is kept is plain text (JSON): read back, it can say what to write, never what to run. A file that is not whole, not ours, or made by
another version of the engine is as good as none; and where nothing can be written, everything works as well, only slower.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from amem_reports import __version__
from amem_reports.rendering.package import sha256

MAX_FILES = 100
MAX_AT_HAND = 64
MAX_SIZE = 50_000_000

Plan = TypeVar("Plan")


class Plans(Generic[Plan]):
    """The plans of one kind of template: at hand, as they were kept, or made now (and kept from then on)."""

    def __init__(self, kind: str, to_data: Callable[[Plan], dict[str, Any]], from_data: Callable[[dict[str, Any]], Plan]) -> None:
        self._kind, self._to_data, self._from_data = kind, to_data, from_data
        self._at_hand: dict[str, Plan] = {}

    def of(self, digest: str, make: Callable[[], Plan]) -> Plan:
        """The plan of the template with this digest; what `make` raises is not kept."""
        if digest not in self._at_hand:
            while len(self._at_hand) >= MAX_AT_HAND:
                del self._at_hand[next(iter(self._at_hand))]
            self._at_hand[digest] = self._kept(digest, make)
        return self._at_hand[digest]

    def _kept(self, digest: str, make: Callable[[], Plan]) -> Plan:
        path = folder() / f"{self._kind}-{_key(self._kind, digest)}.json"
        if found := _read(path):
            with suppress(AttributeError, IndexError, KeyError, TypeError, ValueError):
                return self._from_data(found)
        made = make()
        with suppress(OSError):
            _write(path, json.dumps(self._to_data(made), ensure_ascii=False, separators=(",", ":")))
        return made


def folder() -> Path:
    """Where this platform keeps what can be made again."""
    home = Path("~").expanduser()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return base / "amem-reports"


def _key(kind: str, digest: str) -> str:
    return sha256(f"{kind} {digest} {_engine()}".encode())[:32]


@cache
def _engine() -> str:
    """What the engine is made of: its version, and its files as they stand, so that no change of it meets an old plan."""
    with os.scandir(Path(__file__).parent) as files:
        stands = sorted(f"{file.name} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files if file.name.endswith(".py"))
    return "\n".join([__version__, *stands])


def _read(path: Path) -> dict[str, Any] | None:
    with suppress(OSError, RecursionError, ValueError):
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if status.st_size > MAX_SIZE or (hasattr(os, "getuid") and status.st_uid != os.getuid()):
                return None
            digest, _, text = file.read().partition(b"\n")
        if digest.decode("ascii", "replace") == sha256(text):
            found = json.loads(text)
            return found if isinstance(found, dict) else None
    return None


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all, for this user alone; the oldest ones make room."""
    content = text.encode()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(f"{sha256(content)}\n".encode() + content)
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    others = sorted(path.parent.glob("*.json"), key=lambda file: file.stat().st_mtime)
    for old in others[:-MAX_FILES]:
        old.unlink(missing_ok=True)
