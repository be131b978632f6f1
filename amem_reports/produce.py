"""From a request to files: kinds and countries to documents, documents to files, all of them or none."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from amem_reports.document import Document, Portee, ReportKind
from amem_reports.dossier import Dossier
from amem_reports.errors import AmemError, Constat
from amem_reports.espace import Espace
from amem_reports.french import slug
from amem_reports.model import Catalogue, Pays
from amem_reports.publish import Produit, publish, staging

FORMATS = ("docx", "xlsx", "pdf", "json")


@dataclass(frozen=True)
class Demande:
    """How documents are to be made."""

    espace: Espace
    sortie: Path
    formats: tuple[str, ...]
    date: date
    modele: str = "defaut"
    remplacer: bool = False


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
    found: list[Pays] = []
    constats: list[Constat] = []
    for text in texts:
        try:
            found.append(find_country(catalogue, text))
        except AmemError as error:
            constats.extend(error.constats)
    if constats:
        raise AmemError(constats)
    return tuple(dict.fromkeys(found))


def documents(kind: ReportKind, dossier: Dossier, pays: Sequence[Pays] = ()) -> list[Document]:
    """The documents of one kind that these choices ask for."""
    if kind.portee is Portee.PAYS:
        chosen: Sequence[Pays | None] = pays or dossier.catalogue.pays
    elif kind.portee is Portee.REGION:
        chosen = pays or (None,)
    else:
        chosen = (None,)
    return [kind.document(replace(dossier, pays=one)) for one in chosen]


def produce(wanted: Sequence[Document], demande: Demande, step: Callable[[str], None] = lambda name: None) -> list[Produit]:
    """Make every file of these documents, or none: AmemError with all faults of all templates. `step` hears each file's name."""
    sources = _templates(wanted, demande)
    with staging(demande.sortie) as folder:
        made = _render_all(wanted, sources, demande, folder, step)
        return publish(made, demande.sortie, kept_under=demande.date.isoformat() if demande.remplacer else None)


def _templates(wanted: Sequence[Document], demande: Demande) -> dict[tuple[str, str], Path]:
    suffixes = [suffix for suffix in ("docx", "xlsx") if suffix in demande.formats or (suffix == "docx" and "pdf" in demande.formats)]
    found: dict[tuple[str, str], Path] = {}
    constats: list[Constat] = []
    for kind in dict.fromkeys(document.kind for document in wanted):
        for suffix in suffixes:
            try:
                found[kind, suffix] = demande.espace.template(kind, demande.modele, suffix)
            except AmemError as error:
                constats.extend(error.constats)
    if constats:
        raise AmemError(constats)
    return found


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
                constats.extend(replace(constat, fichier=f"{document.kind}/{constat.fichier}") for constat in error.constats)
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
    properties = Proprietes(
        titre=document.titre,
        sujet=document.sujet,
        auteur=projet["sigle"],
        date=day,
        mots_cles=f"révision {document.contexte['document']['revision']}",
    )
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
