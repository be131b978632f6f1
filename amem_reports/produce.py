"""From a request to files: kinds and countries to documents, documents to files, all of them or none."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from amem_reports import __version__, publish
from amem_reports.document import Document, Portee, ReportKind
from amem_reports.dossier import Dossier
from amem_reports.ecriture import check_names, digest
from amem_reports.errors import AmemError, Constat
from amem_reports.espace import LOGOS, PACKAGE, Espace
from amem_reports.french import slug
from amem_reports.manifeste import Origine
from amem_reports.model import Catalogue, Pays
from amem_reports.publish import Atelier, Produit

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
    tout: bool = False
    """make every file, even one that would come out the same"""
    modele_ou_defaut: bool = False
    """where a kind has no template of the name asked for, take the usual one"""

    @property
    def kept_under(self) -> str | None:
        """The folder for edited files that are replaced; None when they are left alone."""
        return self.date.isoformat() if self.remplacer else None


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


Step = Callable[[str], None]


@dataclass(frozen=True)
class Piece:
    """One file to make: its document, the template that it is filled into (None for JSON), and all that it comes from."""

    document: Document
    format: str
    modele: Path | None
    origine: Origine

    @property
    def nom(self) -> str:
        """The name of the file."""
        return f"{self.document.nom}.{self.format}"


def produce(wanted: Sequence[Document], demande: Demande, step: Step = lambda name: None) -> list[Produit]:
    """Make what these documents need, all of it or nothing: AmemError with all faults of all templates. `step` hears each file's name."""
    wished = pieces(wanted, demande)
    with publish.opened(demande.sortie, demande.kept_under) as atelier:
        return atelier.publish(make(atelier, wished, demande, step))


def pieces(wanted: Sequence[Document], demande: Demande) -> list[Piece]:
    """The files of these documents; AmemError with every template that there is not, and every name that a system would refuse."""
    sources = _templates(wanted, demande)
    engine = moteur()
    digests = {path: digest(path) for path in set(sources.values())}
    found: list[Piece] = []
    for document in wanted:
        made_of = _made_of(document, engine)
        for form in demande.formats:
            path = sources.get((document.kind, "docx" if form == "pdf" else form))
            named = {"modele": f"{document.kind}/{path.stem}", "modele_sha256": digests[path]} if path else {}
            found.append(Piece(document, form, path, replace(made_of, format=form, **named)))
    check_names(piece.nom for piece in found)
    return found


def make(atelier: Atelier, wished: Sequence[Piece], demande: Demande, step: Step = lambda name: None) -> list[Produit]:
    """Each file as it stands, or made anew in the hidden folder; AmemError with all faults of all templates."""
    found: dict[str, Produit | None] = {}
    for piece in wished:
        found[piece.nom] = None if demande.tout else atelier.standing(piece.nom, piece.document.titre, piece.origine)
    todo = [piece for piece in wished if found[piece.nom] is None]
    for piece, (path, warnings) in zip(todo, _render_all(todo, atelier.folder, demande.date, step), strict=True):
        borrowed = demande.espace.emprunt(piece.document.kind) if piece.modele else ()
        found[piece.nom] = atelier.place(path, piece.document.titre, piece.origine, (*borrowed, *warnings))
    return [produit for produit in found.values() if produit]


@cache
def moteur() -> str:
    """What fills the templates, with what it calls for French, Markdown and bookmarks, as the fingerprint of its files."""
    found = hashlib.sha256()
    beside = [PACKAGE / f"{name}.py" for name in ("french", "markdown", "signets")]
    for path in [*beside, *sorted((PACKAGE / "rendering").glob("*.*"))]:
        found.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n"))
    return found.hexdigest()


def _made_of(document: Document, engine: str) -> Origine:
    said = document.contexte["document"]
    data = _compact({key: value for key, value in document.contexte.items() if key != "document"})
    return Origine(
        sorte=document.kind,
        format="",
        catalogue=said["revision"],
        suivi=said["revision_suivi"] or "",
        periode=document.periode,
        date=said["date"].isoformat(),
        donnees=hashlib.sha256(data).hexdigest(),
        contexte=hashlib.sha256(data + _compact([document.titre, document.sujet, said])).hexdigest(),
        amem=__version__,
        moteur=engine,
    )


def _compact(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_json_value).encode()


def _templates(wanted: Sequence[Document], demande: Demande) -> dict[tuple[str, str], Path]:
    """The template of each kind and format. In a pack, kinds that have none of the name asked for take the usual one, if any has it."""
    suffixes = [suffix for suffix in ("docx", "xlsx") if suffix in demande.formats or (suffix == "docx" and "pdf" in demande.formats)]
    found: dict[tuple[str, str], Path] = {}
    constats: list[Constat] = []
    wished = [(kind, suffix) for kind in dict.fromkeys(document.kind for document in wanted) for suffix in suffixes]
    having = [one for one in wished if demande.modele in demande.espace.modeles(*one)]
    for kind, suffix in wished:
        usual = demande.modele_ou_defaut and having and (kind, suffix) not in having
        try:
            found[kind, suffix] = demande.espace.template(kind, "defaut" if usual else demande.modele, suffix)
        except AmemError as error:
            constats.extend(error.constats)
    if constats:
        raise AmemError(constats)
    return found


def _render_all(todo: Sequence[Piece], folder: Path, day: date, step: Step) -> list[tuple[Path, tuple[str, ...]]]:
    made: dict[str, tuple[Path, tuple[str, ...]]] = {}
    constats: list[Constat] = []
    for piece in todo:
        path = folder / piece.nom
        step(path.name)
        if piece.format == "pdf":
            path = folder / "word" / f"{piece.document.nom}.docx"
            path.parent.mkdir(exist_ok=True)
        try:
            made[piece.nom] = path, _render(piece, path, day)
        except AmemError as error:
            constats.extend(constat._replace(fichier=f"{piece.document.kind}/{constat.fichier}") for constat in error.constats)
    if constats:
        raise AmemError(dict.fromkeys(constats))
    words = [made[piece.nom][0] for piece in todo if piece.format == "pdf"]
    if words:
        from amem_reports.rendering import pdf

        for path in pdf.convert(words, folder):
            made[path.name] = path, made[path.name][1]
    return [made[piece.nom] for piece in todo]


def _render(piece: Piece, path: Path, day: date) -> tuple[str, ...]:
    document = piece.document
    if piece.modele is None:
        path.write_bytes(as_json(document).encode())
        return ()
    from amem_reports.rendering import Proprietes, render
    from amem_reports.voisins import files_in

    properties = Proprietes(
        titre=document.titre,
        sujet=document.sujet,
        auteur=document.contexte["projet"]["sigle"],
        date=day,
        mots_cles=piece.origine.mots_cles,
    )
    with path.open("wb") as out:
        return render(piece.modele, document.contexte, out, properties, files_in(piece.modele.parent.parent / LOGOS, "dossier « logos »"))


def as_json(document: Document) -> str:
    """The context as JSON: the very data that a template sees."""
    return json.dumps(document.contexte, ensure_ascii=False, indent=2, default=_json_value) + "\n"


def _json_value(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"not plain data: {value!r}")
