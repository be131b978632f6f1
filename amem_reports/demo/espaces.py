"""Make a workspace in a folder of its own: all of it or nothing."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from amem_reports.errors import AmemError, Constat, reason
from amem_reports.espace import CATALOGUE, OUTPUT, TEMPLATES, shipped
from amem_reports.schema import FOLDER as SCHEMAS

_SKIPPED = shutil.ignore_patterns(".*", "~$*", "suivi")


def init(folder: Path) -> None:
    """A workspace that starts from the shipped catalogue and templates."""
    _create(folder, _copy_shipped)


def init_empty(folder: Path) -> None:
    """A workspace for another project: a catalogue to be filled in, the shipped templates."""
    _create(folder, _copy_empty)


def init_demo(folder: Path) -> None:
    """A workspace with two years of fictional follow-up."""
    _create(folder, _copy_fictional)


def _create(folder: Path, fill: Callable[[Path], None]) -> None:
    """Fill a hidden folder, then move what it holds into `folder`; on a failure nothing of it stays."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _must_be_empty(folder)
        with tempfile.TemporaryDirectory(prefix=".amem-", dir=folder) as beside:
            fill(Path(beside))
            _move(Path(beside), folder)
    except OSError as error:
        message = f"dossier impossible à créer ({reason(error)})"
        raise AmemError(
            [Constat(str(folder), "", message, "vérifier le nom, les droits et la place, ou choisir un autre dossier")]
        ) from error


def _must_be_empty(folder: Path) -> None:
    if any(folder.iterdir()):
        remede = "choisir un autre dossier, ou vider celui-ci"
        raise AmemError([Constat(str(folder), "", "le dossier n’est pas vide ; rien n’y a été écrit", remede)])


def _move(beside: Path, folder: Path) -> None:
    names = (CATALOGUE, TEMPLATES, OUTPUT)
    try:
        for name in names:
            (beside / name).rename(folder / name)
    except OSError:
        for name in names:
            shutil.rmtree(folder / name, ignore_errors=True)
        raise


def _copy_shipped(target: Path) -> None:
    source = shipped(target)
    _copy(source.catalogue, target / CATALOGUE)
    _copy(source.templates, target / TEMPLATES)
    (target / OUTPUT).mkdir()


def _copy_empty(target: Path) -> None:
    source = shipped(target)
    _copy(Path(__file__).parent / "vierge", target / CATALOGUE)
    _copy(source.catalogue / SCHEMAS, target / CATALOGUE / SCHEMAS)
    _copy(source.templates, target / TEMPLATES)
    (target / OUTPUT).mkdir()


def _copy(source: Path, target: Path) -> None:
    """Copy a folder without lock files and without the rights of an installed package's files, which may be read-only."""
    shutil.copytree(source, target, ignore=_SKIPPED, copy_function=shutil.copyfile)


def _copy_fictional(target: Path) -> None:
    from amem_reports.catalogue import load
    from amem_reports.demo.catalogue import make_fictional
    from amem_reports.demo.classeurs import KEPT, with_workbook
    from amem_reports.demo.fiches import fiches
    from amem_reports.dossier import Dossier, Suivi
    from amem_reports.suivi.depot import DOSSIER, received, texte

    _copy_shipped(target)
    make_fictional(target / CATALOGUE)
    suivi = Suivi(tuple(fiches()))
    dossier = Dossier(catalogue=load(target / CATALOGUE), date=date.min, suivi=suivi)
    template = target / TEMPLATES / "saisie" / "defaut.xlsx"
    for fiche in suivi.fiches:
        made, content = with_workbook(dossier, fiche, template) if fiche.periode in KEPT else (fiche, b"")
        quarter = target / CATALOGUE / DOSSIER / fiche.periode
        quarter.mkdir(parents=True, exist_ok=True)
        (quarter / f"{fiche.pays}.yaml").write_text(texte(made), encoding="utf-8", newline="\n")
        if made.envoi:
            workbook = received(quarter, fiche.pays, made.envoi)
            workbook.parent.mkdir(exist_ok=True)
            workbook.write_bytes(content)
