"""The store of the follow-up: `catalogue/suivi/<trimestre>/<PAYS>.yaml`, written by the program only.

A record's file is put in its place in one rename, so a crash leaves the old record or the new one. The workbook it came from is kept
first, under its fingerprint, in `recus/`; one that no record names is what a crash left behind, and is swept away by the next writer.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from filelock import FileLock, Timeout

from amem_reports import yaml_lines
from amem_reports.dossier import Suivi
from amem_reports.ecriture import sync_folder
from amem_reports.errors import AmemError, Constat, reason
from amem_reports.fiche import Envoi, Fiche
from amem_reports.fichier import Fichier, read_file

DOSSIER = "suivi"
RECUS = "recus"
WAIT = 30.0
_TRIMESTRE = re.compile("20[0-9]{2}-T[1-4]")
_LOCK = ".verrou"
_UNFINISHED = ".en-cours-"
_HEAD = "# Écrit par « amem importer » : le corriger dans le classeur, puis importer de nouveau.\n"


def load(catalogue: Path) -> Suivi:
    """All records kept beside a catalogue; AmemError with every fault of every file."""
    constats: list[Constat] = []
    fichiers = [_read(path, constats) for path in _paths(catalogue / DOSSIER)]
    if constats:
        raise AmemError(constats)
    digest = hashlib.sha256(b"".join(fichier.nom.encode() + fichier.empreinte for fichier in fichiers)).hexdigest()
    return Suivi(tuple(fichier.value for fichier in fichiers), digest[:8] if fichiers else "")


def _paths(folder: Path) -> list[Path]:
    try:
        quarters = sorted(path for path in folder.iterdir() if _TRIMESTRE.fullmatch(path.name) and path.is_dir())
    except FileNotFoundError:
        return []
    return [path for quarter in quarters for path in sorted(quarter.glob("[A-Z][A-Z].yaml"))]


def _read(path: Path, constats: list[Constat]) -> Fichier:
    name = f"{DOSSIER}/{path.parent.name}/{path.name}"
    with yaml_lines.uncollected():
        fichier = read_file(path, name, Fiche, constats)
    if fichier.value is not None and fichier.value.nom != f"{path.parent.name}/{path.name}":
        message = f"fiche de {fichier.value.pays} pour {fichier.value.periode}, rangée sous un autre nom"
        constats.append(fichier.constat(("periode",), message, f"la déplacer en « {DOSSIER}/{fichier.value.nom} »"))
    return fichier


# --- writing ----------------------------------------------------------------------------------------------------------------------------


class Depot:
    """The store, held by this process alone while it is open; `suivi` is what stood there when it was opened."""

    def __init__(self, catalogue: Path) -> None:
        self.folder = catalogue / DOSSIER
        self.suivi = load(catalogue)

    def write(self, fiche: Fiche, classeur: bytes | None = None) -> None:
        """Put a record in its place, after the workbook that it came from."""
        self.write_all([fiche], classeur)

    def write_all(self, fiches: Sequence[Fiche], recu: bytes | None = None) -> None:
        """Put records in their places, after the file that they all came from: none of them when one cannot be written."""
        for fiche in fiches if recu is not None else ():
            if envoi := fiche.historique[-1].envoi:
                _put(received(self.folder / fiche.periode, fiche.pays, envoi), recu or b"")
        _put_all({self.folder / fiche.periode / f"{fiche.pays}.yaml": texte(fiche).encode() for fiche in fiches})

    def sweep(self) -> None:
        """Remove what a killed import left: unfinished files, and workbooks that no record names."""
        kept = {
            received(self.folder / fiche.periode, fiche.pays, passage.envoi)
            for fiche in self.suivi.fiches
            for passage in fiche.historique
            if passage.envoi
        }
        for path in self.folder.glob("*/**/*"):
            orphan = path.parent.name == RECUS and path not in kept
            if path.is_file() and (orphan or path.name.startswith(_UNFINISHED)):
                path.unlink()


def received(quarter: Path, pays: str, envoi: Envoi) -> Path:
    """Where a received workbook, or report, is kept, in the folder of its quarter."""
    return quarter / RECUS / f"{pays}_{envoi.sha256[:16]}{'.docx' if envoi.classeur.lower().endswith('.docx') else '.xlsx'}"


@contextmanager
def opened(catalogue: Path) -> Iterator[Depot]:
    """The store for one writer at a time; AmemError when another one holds it, or the system refuses a file."""
    folder = catalogue / DOSSIER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / _LOCK, timeout=WAIT):
            depot = Depot(catalogue)
            depot.sweep()
            yield depot
    except Timeout:
        remede = "attendre qu’il finisse, puis recommencer"
        raise AmemError([Constat(DOSSIER, "", "un autre import est en cours", remede)]) from None
    except OSError as error:
        name = Path(error.filename or folder).name
        remede = "vérifier les droits et la place sur le disque, puis recommencer ; rien n’a été changé"
        raise AmemError([Constat(f"{DOSSIER}/{name}", "", f"fichier impossible à écrire ({reason(error)})", remede)]) from error


def _put(target: Path, content: bytes) -> None:
    _put_all({target: content})


def _put_all(contents: Mapping[Path, bytes]) -> None:
    """Write files whole, on the disk for good, then give each its name in one move."""
    beside: dict[Path, Path] = {}
    try:
        for target, content in contents.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=_UNFINISHED, dir=target.parent)
            beside[target] = Path(name)
            with os.fdopen(handle, "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
        for target, path in beside.items():
            path.replace(target)
    except BaseException:
        for path in beside.values():
            with suppress(OSError):
                path.unlink()
        raise
    for folder in {target.parent for target in contents}:
        sync_folder(folder)


# --- text -------------------------------------------------------------------------------------------------------------------------------


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """YAML as a person reads it: long texts as blocks, numbers as written, a value that comes twice written twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: Any, value: str) -> Any:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


def _number(dumper: Any, value: Decimal) -> Any:
    text = f"{value:f}"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(Decimal, _number)


def texte(fiche: Fiche) -> str:
    """A record as YAML: fields in the order of the model, empty ones left out, the same text for the same record."""
    data = _plain(fiche.model_dump(exclude_none=True, exclude_defaults=True))
    return _HEAD + yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120, default_flow_style=False)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: plain for key, inner in value.items() if (plain := _plain(inner)) not in ({}, [])}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return str(value) if isinstance(value, str) else value
