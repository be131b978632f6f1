"""From a request to files: kinds and countries to documents, documents to files, all of them or none.

Files are first made in a hidden folder beside their destination, then moved in one go. A file that someone edited since it was
produced is left alone: the new one is written beside it, unless it is to be replaced, and then the old one is kept in a dated folder.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from amem_reports.document import Document, Portee, ReportKind, slug
from amem_reports.errors import AmemError, Constat
from amem_reports.espace import Espace
from amem_reports.model import Catalogue, Dossier, Pays, Periode

FORMATS = ("docx", "xlsx", "pdf", "json")
RECORD = ".amem-produits.json"
REPLACED = "versions remplacées"


@dataclass(frozen=True)
class Demande:
    """How documents are to be made."""

    espace: Espace
    sortie: Path
    formats: tuple[str, ...]
    date: date
    modele: str = "defaut"
    remplacer: bool = False


@dataclass(frozen=True)
class Produit:
    """One file made: where it is, its document's title, what became of it (`créé`, `mis à jour`, `inchangé`, `nouvelle version`)."""

    fichier: Path
    titre: str
    etat: str
    avertissements: tuple[str, ...] = ()


def find_country(catalogue: Catalogue, text: str) -> Pays:
    """The country that a person means: its name or code, accents and case forgiven; AmemError with the nearest name otherwise."""
    names = {key: pays for pays in catalogue.pays for key in (slug(pays.nom), slug(pays.code))}
    wanted = slug(text)
    if wanted in names:
        return names[wanted]
    near = difflib.get_close_matches(wanted, names, n=1, cutoff=0.6)
    known = ", ".join(slug(pays.nom) for pays in catalogue.pays)
    remedy = f"vouliez-vous dire « {slug(names[near[0]].nom)} » ? Pays connus : {known}" if near else f"choisir parmi : {known}"
    raise AmemError([Constat("ligne de commande", f"pays « {text} »", "pays inconnu", remedy)])


def find_countries(catalogue: Catalogue, texts: Iterable[str]) -> tuple[Pays, ...]:
    """The countries that a person means, each once; all unknown ones are told together."""
    found, constats = [], []
    for text in texts:
        try:
            found.append(find_country(catalogue, text))
        except AmemError as error:
            constats.extend(error.constats)
    if constats:
        raise AmemError(constats)
    return tuple(dict.fromkeys(found))


def documents(kind: ReportKind, catalogue: Catalogue, day: date, pays: Sequence[Pays] = (), periode: Periode | None = None) -> list[Document]:
    """The documents of one kind that these choices ask for."""
    dossier = Dossier(catalogue=catalogue, date=day, periode=periode)
    if kind.portee is Portee.PAYS:
        chosen: Sequence[Pays | None] = pays or catalogue.pays
    elif kind.portee is Portee.REGION:
        chosen = pays or (None,)
    else:
        chosen = (None,)
    return [kind.document(replace(dossier, pays=one)) for one in chosen]


def produce(wanted: Sequence[Document], demande: Demande, step: Callable[[str], None] = lambda name: None) -> list[Produit]:
    """Make every file of these documents, or none: AmemError with all faults of all templates. `step` hears each file's name."""
    sources = _templates(wanted, demande)
    with _staging(demande.sortie) as folder:
        made = _render_all(wanted, sources, demande, folder, step)
        return _publish(made, demande)


def _templates(wanted: Sequence[Document], demande: Demande) -> dict[tuple[str, str], Path]:
    suffixes = [suffix for suffix in ("docx", "xlsx") if suffix in demande.formats or (suffix == "docx" and "pdf" in demande.formats)]
    found, constats = {}, []
    for kind in dict.fromkeys(document.kind for document in wanted):
        for suffix in suffixes:
            try:
                found[kind, suffix] = demande.espace.template(kind, demande.modele, suffix)
            except AmemError as error:
                constats.extend(error.constats)
    if constats:
        raise AmemError(constats)
    return found


@contextmanager
def _staging(sortie: Path) -> Iterator[Path]:
    """A hidden folder on the same disk as the destination, gone at the end whatever happens."""
    try:
        sortie.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".amem-", dir=sortie))
    except OSError as error:
        raise AmemError([Constat(str(sortie), "", f"dossier de sortie impossible à écrire ({error.strerror})", "choisir un autre dossier avec --sortie")]) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _render_all(
    wanted: Sequence[Document], sources: dict[tuple[str, str], Path], demande: Demande, folder: Path, step: Callable[[str], None]
) -> list[Produit]:
    made: list[Produit] = []
    constats: list[Constat] = []
    for document in wanted:
        for suffix in demande.formats:
            if suffix == "pdf":
                continue
            path = folder / f"{document.nom}.{suffix}"
            step(path.name)
            try:
                made.append(Produit(path, document.titre, "", _render(document, sources.get((document.kind, suffix)), path, demande.date)))
            except AmemError as error:
                constats.extend(error.constats)
    if constats:
        raise AmemError(dict.fromkeys(constats))
    if "pdf" in demande.formats:
        made.extend(_render_pdf(wanted, sources, demande, folder, step))
    return made


def _render(document: Document, template: Path | None, path: Path, day: date) -> tuple[str, ...]:
    if template is None:
        path.write_text(as_json(document), encoding="utf-8")
        return ()
    from amem_reports.rendering import Proprietes, render

    projet = document.contexte["projet"]
    properties = Proprietes(titre=document.titre, sujet=document.sujet, auteur=projet["sigle"], date=day, mots_cles=f"révision {document.contexte['document']['revision']}")
    with path.open("wb") as out:
        return render(template, document.contexte, out, properties)


def _render_pdf(
    wanted: Sequence[Document], sources: dict[tuple[str, str], Path], demande: Demande, folder: Path, step: Callable[[str], None]
) -> list[Produit]:
    from amem_reports.rendering import pdf

    words = folder / "word"
    words.mkdir()
    for document in wanted:
        _render(document, sources[document.kind, "docx"], words / f"{document.nom}.docx", demande.date)
    step("PDF")
    converted = pdf.convert([words / f"{document.nom}.docx" for document in wanted], folder)
    return [Produit(path, document.titre, "") for document, path in zip(wanted, converted, strict=True)]


def as_json(document: Document) -> str:
    """The context as JSON: the very data that a template sees."""
    return json.dumps(document.contexte, ensure_ascii=False, indent=2, default=_json_value) + "\n"


def _json_value(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"not plain data: {value!r}")


def _publish(made: list[Produit], demande: Demande) -> list[Produit]:
    """Move what was made to its place; on any failure put everything back as it was."""
    record = _read_record(demande.sortie)
    placed = [_place(produit, demande, record) for produit in made]
    undo: list[tuple[Path, Path | None]] = []
    try:
        for produit, target in zip(made, placed, strict=True):
            if target.etat != "inchangé":
                _move(produit.fichier, target.fichier, demande, undo)
            record[target.fichier.name] = _digest(target.fichier)
        _write_record(demande.sortie, record)
    except OSError as error:
        _restore(undo)
        name = Path(error.filename or demande.sortie).name
        raise AmemError(
            [Constat(name, "", f"fichier impossible à écrire ({error.strerror})", "le fermer dans Word ou Excel, vérifier les droits et la place sur le disque, puis recommencer ; rien n’a été changé")]
        ) from error
    return placed


def _place(produit: Produit, demande: Demande, record: dict[str, str]) -> Produit:
    """Where a new file goes: to its own name, unless a person edited the file that stands there."""
    target, fresh = demande.sortie / produit.fichier.name, _digest(produit.fichier)
    if not target.exists():
        return replace(produit, fichier=target, etat="créé")
    current = _digest(target)
    if current == fresh:
        return replace(produit, fichier=target, etat="inchangé")
    if demande.remplacer or record.get(target.name) == current:
        return replace(produit, fichier=target, etat="mis à jour" if record.get(target.name) == current else "remplacé")
    beside = _free_name(target, fresh, record)
    warning = f"{target.name} a été modifié à la main : il est laissé tel quel, le nouveau document est dans « {beside.name} »"
    unchanged = beside.exists() and _digest(beside) == fresh
    return replace(produit, fichier=beside, etat="inchangé" if unchanged else "nouvelle version", avertissements=(*produit.avertissements, warning))


def _free_name(target: Path, fresh: str, record: dict[str, str]) -> Path:
    number = 1
    while True:
        mark = "nouvelle version" if number == 1 else f"nouvelle version {number}"
        beside = target.with_name(f"{target.stem} ({mark}){target.suffix}")
        if not beside.exists() or _digest(beside) in (fresh, record.get(beside.name)):
            return beside
        number += 1


def _move(source: Path, target: Path, demande: Demande, undo: list[tuple[Path, Path | None]]) -> None:
    kept: Path | None = None
    if target.exists():
        kept = source.with_name(f"{source.name}.avant")
        if demande.remplacer:
            _keep_replaced(target, demande)
        os.replace(target, kept)
    undo.append((target, kept))
    os.replace(source, target)


def _keep_replaced(target: Path, demande: Demande) -> None:
    folder = demande.sortie / REPLACED / demande.date.isoformat()
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
            os.replace(kept, target)


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
    os.replace(beside, sortie / RECORD)
