"""Write a file whole or not at all, on the disk for good, under a name that every system accepts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from amem_reports.errors import AmemError, Constat, reason

MAX_NAME = 120
_RESERVED = frozenset(("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))))
_FORBIDDEN = frozenset('<>:"/\\|?*')
_REMEDY = "le fermer dans Word ou Excel, vérifier les droits et la place sur le disque, puis recommencer ; rien n’a été changé"


def put(target: Path, content: bytes) -> None:
    """Write a file whole, on the disk for good, then give it its name in one move."""
    with beside(target) as out:
        out.write(content)


@contextmanager
def beside(target: Path) -> Iterator[BinaryIO]:
    """A file to write that takes the name of `target` at the end, whole or not at all."""
    unfinished = target.with_name(unfinished_name(target.name, str(os.getpid())))
    try:
        with unfinished.open("wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(target)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink()
        raise
    sync_folder(target.parent)


def unfinished_name(name: str, process: str) -> str:
    """What a file is called while a process writes it."""
    return f".{name}.{process}.amem"


def sync_folder(folder: Path) -> None:
    """Make renames last through a power cut; Windows knows no such thing for folders."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def written(target: Path) -> Iterator[BinaryIO]:
    """One file to write for a person, its folder made; AmemError when the system refuses."""
    check_names([target.name])
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with beside(target) as out:
            yield out
    except OSError as error:
        raise AmemError([refused(error, target)._replace(fichier=target.name)]) from error


def write_texts(folder: Path, texts: dict[str, str]) -> None:
    """Write generated text files (schemas, dictionaries), which nobody edits: each is replaced whole."""
    probe(folder)
    for name, text in texts.items():
        with written(folder / name) as out:
            out.write(text.encode())


def check_names(names: Iterable[str]) -> None:
    """AmemError for every name that Windows would refuse: what is made on one computer is opened on another."""
    constats = []
    for name in names:
        if len(name) > MAX_NAME:
            message = f"nom de {len(name)} caractères ; il en faut {MAX_NAME} au plus"
            constats.append(Constat(f"{name[:40]}…", "", message, "choisir un nom plus court"))
        elif (
            name.split(".")[0].rstrip().casefold() in _RESERVED
            or name.endswith((".", " "))
            or any(c in _FORBIDDEN or c < " " for c in name)
        ):
            constats.append(Constat(name, "", "nom que Windows n’accepte pas", "choisir un autre nom"))
    if constats:
        raise AmemError(constats)


def probe(sortie: Path) -> None:
    """Make the folder and try to write in it."""
    import tempfile

    check_names([] if sortie.exists() else [sortie.name])
    try:
        sortie.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=sortie):
            pass
    except OSError as error:
        message = f"dossier de sortie impossible à écrire ({reason(error)})"
        raise AmemError([Constat(str(sortie), "", message, "choisir un autre dossier avec --sortie")]) from error


def refused(error: OSError, place: Path) -> Constat:
    """The sentence for a file that the system refused; `place` where the system names none."""
    return Constat(Path(error.filename or place).name, "", f"fichier impossible à écrire ({reason(error)})", _REMEDY)


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    import hashlib

    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
