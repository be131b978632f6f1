"""Put produced files in their place: all of them or none, and never over what a person wrote.

Files are made in a hidden folder beside their destination, then moved in one go. A file that someone edited since it was produced is
left alone: the new one is written beside it, unless it is to be replaced, and then the old one is kept in a dated folder.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from amem_reports.errors import AmemError, Constat, reason

RECORD = ".amem-produits.json"
REPLACED = "versions remplacées"


@dataclass(frozen=True)
class Produit:
    """One file made: where it is, its document's title, what became of it (`créé`, `mis à jour`, `inchangé`, `nouvelle version`)."""

    fichier: Path
    titre: str
    etat: str
    avertissements: tuple[str, ...] = ()


@contextmanager
def staging(sortie: Path) -> Iterator[Path]:
    """A hidden folder on the same disk as the destination, gone at the end whatever happens."""
    try:
        sortie.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".amem-", dir=sortie))
    except OSError as error:
        message = f"dossier de sortie impossible à écrire ({reason(error)})"
        raise AmemError([Constat(str(sortie), "", message, "choisir un autre dossier avec --sortie")]) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(made: list[Produit], sortie: Path, kept_under: str | None = None) -> list[Produit]:
    """Move what was made to its place; on any failure put everything back as it was and raise an AmemError.

    `kept_under` names the folder for files that a person edited and that are to be replaced; None leaves them alone.
    """
    record = _read_record(sortie)
    undo: list[tuple[Path, Path | None]] = []
    try:
        placed = [_place(produit, sortie, kept_under, record) for produit in made]
        for produit, target in zip(made, placed, strict=True):
            if target.etat != "inchangé":
                _move(produit.fichier, target, undo, kept_under)
            record[target.fichier.name] = _digest(target.fichier)
        _write_record(sortie, record)
    except OSError as error:
        _restore(undo)
        name = Path(error.filename or sortie).name
        remedy = "le fermer dans Word ou Excel, vérifier les droits et la place sur le disque, puis recommencer ; rien n’a été changé"
        raise AmemError([Constat(name, "", f"fichier impossible à écrire ({reason(error)})", remedy)]) from error
    return placed


def _place(produit: Produit, sortie: Path, kept_under: str | None, record: dict[str, str]) -> Produit:
    """Where a new file goes: to its own name, unless a person edited the file that stands there."""
    target, fresh = sortie / produit.fichier.name, _digest(produit.fichier)
    if not target.exists():
        return replace(produit, fichier=target, etat="créé")
    current = _digest(target)
    if current == fresh:
        return replace(produit, fichier=target, etat="inchangé")
    if kept_under is not None or record.get(target.name) == current:
        return replace(produit, fichier=target, etat="mis à jour" if record.get(target.name) == current else "remplacé")
    beside = _free_name(target, fresh, record)
    warning = f"{target.name} a été modifié à la main : il est laissé tel quel, le nouveau document est dans « {beside.name} »"
    unchanged = beside.exists() and _digest(beside) == fresh
    return replace(
        produit, fichier=beside, etat="inchangé" if unchanged else "nouvelle version", avertissements=(*produit.avertissements, warning)
    )


def _free_name(target: Path, fresh: str, record: dict[str, str]) -> Path:
    number = 1
    while True:
        mark = "nouvelle version" if number == 1 else f"nouvelle version {number}"
        beside = target.with_name(f"{target.stem} ({mark}){target.suffix}")
        if not beside.exists() or _digest(beside) in (fresh, record.get(beside.name)):
            return beside
        number += 1


def _move(source: Path, placed: Produit, undo: list[tuple[Path, Path | None]], kept_under: str | None) -> None:
    target, kept = placed.fichier, None
    if target.exists():
        kept = source.with_name(f"{source.name}.avant")
        if placed.etat == "remplacé" and kept_under is not None:
            _keep(target, target.parent / REPLACED / kept_under)
        target.replace(kept)
    undo.append((target, kept))
    source.replace(target)


def _keep(target: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    copy, number = folder / target.name, 2
    while copy.exists():
        copy, number = folder / f"{target.stem} ({number}){target.suffix}", number + 1
    shutil.copy2(target, copy)


def _restore(undo: list[tuple[Path, Path | None]]) -> None:
    for target, kept in reversed(undo):
        if kept is None:
            target.unlink(missing_ok=True)
        elif kept.exists():
            kept.replace(target)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read_record(sortie: Path) -> dict[str, str]:
    """Fingerprints of what was produced here; an unreadable record counts as none, so that everything there is taken as edited."""
    try:
        record = json.loads((sortie / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(digest) for name, digest in record.items()} if isinstance(record, dict) else {}


def _write_record(sortie: Path, record: dict[str, str]) -> None:
    beside = sortie / f"{RECORD}.nouveau"
    beside.write_text(json.dumps(record, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    beside.replace(sortie / RECORD)


def write_texts(folder: Path, texts: dict[str, str]) -> None:
    """Write generated text files (schemas, dictionaries), which nobody edits: each is replaced whole."""
    with staging(folder) as beside:
        for name, text in texts.items():
            (beside / name).write_text(text, encoding="utf-8", newline="\n")
        for name in texts:
            (beside / name).replace(folder / name)
