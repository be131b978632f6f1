"""Put produced files in their place: all of them or none, and never over what a person wrote.

Files are made in a hidden folder beside their destination, forced to the disk, then moved in one go, the manifest last. A file that
someone edited since it was produced is left alone: the new one is written beside it, unless it is to be replaced, and then the old one
is kept in a dated folder. A journal says what is about to be moved, so that the run after one that was killed knows its own files.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from amem_reports import manifeste
from amem_reports.ecriture import digest, probe, put, refused, sync_folder, unfinished_name
from amem_reports.errors import AmemError, Constat
from amem_reports.manifeste import Entree, Manifeste, Origine

REPLACED = "versions remplacées"
WAIT = 30.0
MAX_MANIFEST = 50_000_000
_JOURNAL = ".amem-journal.json"
_LOCK = ".amem-verrou"
_STAGING = ".amem-en-cours-"
_HALFWAY = "libérer le disque ou rétablir les droits, puis relancer la même commande : elle finira ce qui est commencé"

CREE, MIS_A_JOUR, REMPLACE, NOUVELLE_VERSION = "créé", "mis à jour", "remplacé", "nouvelle version"
INCHANGE, MODIFIE = "inchangé", "modifié à la main"
LAISSES = (INCHANGE, MODIFIE)
"""The states of files that a run leaves as they stand."""


@dataclass(frozen=True)
class Produit:
    """One file: where it stands or will stand, what became of it and why; `source` is where it was made, None when it stands already."""

    nom: str
    fichier: Path
    titre: str
    etat: str
    origine: Origine
    sha256: str
    raison: str = ""
    avertissements: tuple[str, ...] = ()
    source: Path | None = None

    @property
    def contenu(self) -> Path:
        """Where its content is to be read before all files are in their place."""
        return self.source or self.fichier

    @property
    def alertes(self) -> tuple[str, ...]:
        """What the user is told of this file."""
        if self.fichier.name == self.nom:
            return self.avertissements
        edited = f"{self.nom} a été modifié à la main : il est laissé tel quel, le nouveau document est dans « {self.fichier.name} »"
        return (*self.avertissements, edited)


class Atelier:
    """A destination that this process alone works in: what was recorded there, and a hidden folder to make files in."""

    def __init__(self, sortie: Path, folder: Path, kept_under: str | None) -> None:
        self.sortie, self.folder, self.kept_under = sortie, folder, kept_under
        self.manifeste = read_manifest(sortie)

    def standing(self, nom: str, titre: str, origine: Origine) -> Produit | None:
        """The file of this name, or its new version, if it was made from the very same; None when it is to be made."""
        for path in self._versions(nom):
            entry = self.manifeste.fichiers.get(path.name)
            if entry is None or entry.origine != origine or not path.is_file():
                continue
            stands = Produit(nom, path, titre, INCHANGE, origine, digest(path), avertissements=entry.avertissements)
            if stands.sha256 == entry.sha256:
                return stands
            if self.kept_under is None:
                return replace(stands, etat=MODIFIE, raison="laissé tel quel : ses données n’ont pas changé")
        return None

    def place(self, source: Path, titre: str, origine: Origine, avertissements: Sequence[str] = ()) -> Produit:
        """Where a file that was made goes: to its own name, unless a person edited the file that stands there."""
        target, fresh, entry = self.sortie / source.name, digest(source), self.manifeste.fichiers.get(source.name)
        why = entry.origine.difference(origine) if entry else ""
        new = Produit(source.name, target, titre, MIS_A_JOUR, origine, fresh, why or "refait", tuple(avertissements), source)
        if not target.exists():
            return replace(new, etat=CREE, raison="fichier disparu" if entry else "nouveau document")
        current = digest(target)
        if current == fresh:
            return replace(new, etat=INCHANGE, raison="", source=None)
        if entry is not None and entry.sha256 == current:
            return new
        edited = ", ".join(filter(None, ("modifié à la main", why)))
        if self.kept_under is not None:
            return replace(new, etat=REMPLACE, raison=edited)
        beside = self._free(source.name, fresh)
        if beside.exists() and digest(beside) == fresh:
            return replace(new, fichier=beside, etat=INCHANGE, raison="", source=None)
        return replace(new, fichier=beside, etat=NOUVELLE_VERSION, raison=edited)

    def _versions(self, nom: str) -> Iterator[Path]:
        """The file of a name, then the new versions made beside it. Only the first counts where edited files are to be replaced."""
        yield self.sortie / nom
        if self.kept_under is None:
            yield from (self.sortie / name for name in sorted(self.manifeste.fichiers) if _is_beside(name, nom))

    def _free(self, nom: str, fresh: str) -> Path:
        number = 1
        while True:
            beside = self.sortie / _beside(nom, number)
            entry = self.manifeste.fichiers.get(beside.name)
            if not beside.exists() or digest(beside) in (fresh, entry.sha256 if entry else None):
                return beside
            number += 1

    def publish(self, placed: Sequence[Produit], paquets: dict[str, dict[str, object]] | None = None) -> list[Produit]:
        """Move what was made to its place; on any failure put everything back as it was and raise an AmemError."""
        moved = [produit for produit in placed if produit.source]
        entries = {produit.fichier.name: _entry(produit) for produit in placed if produit.etat != MODIFIE}
        after = Manifeste({**self.manifeste.fichiers, **entries}, {**self.manifeste.paquets, **(paquets or {})})
        _refuse_busy(produit.fichier for produit in moved)
        undo: list[tuple[Path, Path | None]] = []
        try:
            if moved:
                self._settle(moved)
                put(self.sortie / _JOURNAL, Manifeste(entries).text().encode())
            for produit in moved:
                self._move(produit, undo)
            sync_folder(self.sortie)
            if after != self.manifeste:
                put(self.sortie / manifeste.NOM, after.text().encode())
        except OSError as error:
            if not _restore(undo):
                raise AmemError([refused(error, self.sortie)._replace(remede=_HALFWAY)]) from error
            self._forget_journal()
            raise AmemError([refused(error, self.sortie)]) from error
        self._forget_journal()
        self.manifeste = after
        return list(placed)

    def _forget_journal(self) -> None:
        with suppress(OSError):
            (self.sortie / _JOURNAL).unlink(missing_ok=True)

    def _settle(self, moved: Sequence[Produit]) -> None:
        for produit in moved:
            with produit.contenu.open("rb+") as file:
                os.fsync(file.fileno())

    def _move(self, produit: Produit, undo: list[tuple[Path, Path | None]]) -> None:
        """Put one file in its place in one rename, so that its name is never without a whole file; the old one stays at hand."""
        assert produit.source is not None
        target, kept = produit.fichier, None
        if target.exists():
            kept = produit.source.with_name(f"{produit.source.name}.avant")
            _copy(target, kept)
            if produit.etat == REMPLACE and self.kept_under is not None:
                undo.append((_keep(target, self.sortie / REPLACED / self.kept_under), None))
        undo.append((target, kept))
        produit.source.replace(target)


@contextmanager
def opened(sortie: Path, kept_under: str | None = None) -> Iterator[Atelier]:
    """A destination for one run at a time, with what a killed run left put in order; AmemError when the system refuses a file.

    `kept_under` names the folder for files that a person edited and that are to be replaced; None leaves them alone.
    """
    from filelock import FileLock, Timeout

    probe(sortie)
    try:
        with FileLock(sortie / _LOCK, timeout=WAIT):
            _recover(sortie)
            folder = Path(tempfile.mkdtemp(prefix=_STAGING, dir=sortie))
            try:
                yield Atelier(sortie, folder, kept_under)
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    except Timeout:
        remedy = "attendre qu’elle finisse, puis recommencer"
        raise AmemError([Constat(str(sortie), "", "une autre production y est en cours", remedy)]) from None
    except OSError as error:
        raise AmemError([refused(error, sortie)]) from error


def _recover(sortie: Path) -> None:
    """After a run that was killed: record those of its files that had reached their place, and sweep away the rest."""
    for left in sortie.glob(f"{_STAGING}*"):
        shutil.rmtree(left, ignore_errors=True)
    for name in (manifeste.NOM, _JOURNAL):
        for unfinished in sortie.glob(unfinished_name(name, "*")):
            unfinished.unlink()
    journal = sortie / _JOURNAL
    if not journal.exists():
        return
    planned, known = _read(journal), read_manifest(sortie)
    reached = {name: one for name, one in planned.fichiers.items() if (sortie / name).is_file() and digest(sortie / name) == one.sha256}
    put(sortie / manifeste.NOM, Manifeste({**known.fichiers, **reached}, known.paquets).text().encode())
    journal.unlink()


def interrupted(sortie: Path) -> bool:
    """Whether a run was killed while it moved its files, and none has put them in order since."""
    return (sortie / _JOURNAL).exists()


def read_manifest(folder: Path) -> Manifeste:
    """What was produced in a folder; an unreadable manifest counts as none, so that everything there is taken as edited."""
    return _read(folder / manifeste.NOM)


def _read(path: Path) -> Manifeste:
    try:
        if path.stat().st_size > MAX_MANIFEST:
            return Manifeste()
        return manifeste.parse(path.read_text(encoding="utf-8")) or Manifeste()
    except (OSError, ValueError):
        return Manifeste()


def _refuse_busy(targets: Iterable[Path]) -> None:
    """AmemError for all files that another program holds, or that are protected, before the first one is moved."""
    constats = []
    for target in targets:
        try:
            with suppress(FileNotFoundError), target.open("rb+"):
                pass
        except OSError as error:
            constats.append(refused(error, target))
    if constats:
        raise AmemError(constats)


def _beside(nom: str, number: int) -> str:
    mark = "nouvelle version" if number == 1 else f"nouvelle version {number}"
    return f"{Path(nom).stem} ({mark}){Path(nom).suffix}"


def _is_beside(name: str, nom: str) -> bool:
    return name.startswith(f"{Path(nom).stem} (nouvelle version") and Path(name).suffix == Path(nom).suffix


def _entry(produit: Produit) -> Entree:
    size = produit.contenu.stat().st_size
    return Entree(produit.titre, produit.sha256, size, produit.origine, produit.avertissements)


def _restore(undo: list[tuple[Path, Path | None]]) -> bool:
    """Put the old files back; whether that went well for all."""
    whole = True
    for target, kept in reversed(undo):
        try:
            if kept is None:
                target.unlink(missing_ok=True)
            else:
                kept.replace(target)
        except OSError:
            whole = False
    return whole


def _copy(source: Path, target: Path) -> None:
    """A second name for a file, or a copy where the disk knows no second names."""
    try:
        os.link(source, target)
    except (OSError, NotImplementedError):
        shutil.copy2(source, target)


def _keep(target: Path, folder: Path) -> Path:
    """A copy of a person's file, on the disk for good before its name goes to another."""
    folder.mkdir(parents=True, exist_ok=True)
    copy, number = folder / target.name, 2
    while copy.exists():
        copy, number = folder / f"{target.stem} ({number}){target.suffix}", number + 1
    put(copy, target.read_bytes())
    shutil.copystat(target, copy)
    return copy
