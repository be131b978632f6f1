"""The page that shows what was produced for a period: its figures, what keeps the report, what is missing, the files and their pages.

It is made from the manifest and the files that stand beside it: what a person changed or took away since is said, never guessed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from amem_reports import __version__, checks, controles, publish
from amem_reports.dossier import Dossier, unlocated
from amem_reports.ecriture import digest
from amem_reports.errors import AmemError, Constat
from amem_reports.espace import Espace
from amem_reports.french import compte, enumeration, majuscule, typographie
from amem_reports.manifeste import Entree, Manifeste, Origine
from amem_reports.model import Periode
from amem_reports.publish import Produit
from amem_reports.rendering import render
from amem_reports.reports import KINDS, parts
from amem_reports.reports.rapport.lecture import Lecture
from amem_reports.reports.rapport.provenance import provenance

NOM, SORTE, TITRE = "apercu.html", "apercu", "Aperçu de ce qui a été produit"
INTACT, MODIFIE, ABSENT = "tel que produit", "modifié à la main", "absent du dossier"
FORMATS = {"docx": "Word", "xlsx": "Excel", "pdf": "PDF", "json": "JSON", "zip": "Archive"}
_GROUPES = {
    "plan-de-travail": "Plans de travail",
    "cadre-logique": "Cadres logiques",
    "rapport": "Rapports d’avancement",
    "saisie": "Classeurs de saisie",
    "comparaison": "Comparaisons",
    "bordereau": "Bordereau d’envoi",
    "paquet": "Archive de tous les documents",
}
_INDICATEUR = "cumul.indicateur."


@dataclass(frozen=True)
class Fichier:
    """One file that the manifest names, as it stands now."""

    nom: str
    chemin: Path
    entree: Entree

    @property
    def etat(self) -> str:
        """Whether it is as it was made."""
        if not self.chemin.is_file():
            return ABSENT
        return INTACT if digest(self.chemin) == self.entree.sha256 else MODIFIE


def choose(sortie: Path, periode: Periode | None) -> tuple[Manifeste, Periode]:
    """The manifest of a folder, and the period asked for, else the one that was produced last; AmemError when there is none."""
    told = publish.read_manifest(sortie)
    if periode is None and told.paquets:
        periode = Periode.parse(max(told.paquets, key=lambda code: (str(told.paquets[code].get("date")), code)))
    if periode is not None and periode.code in told.paquets:
        return told, periode
    asked = f" {periode.code}" if periode else ""
    known = f" ; périodes produites ici : {enumeration(sorted(told.paquets))}" if told.paquets else ""
    message = f"aucun paquet{asked} n’y a été produit{known}"
    raise AmemError([Constat(str(sortie), "", message, f"le produire d’abord : amem produire{asked}")])


def make(espace: Espace, dossier: Dossier, sortie: Path, kept_under: str | None = None, vignettes: bool = True) -> Produit:
    """Write the page of `dossier.periode` into `sortie`, unless it would come out the same; an edited page is left alone."""
    template = espace.template(SORTE, "defaut", "html")
    with publish.opened(sortie, kept_under) as atelier:
        found = context(dossier, sortie, atelier.manifeste, vignettes)
        path = atelier.folder / NOM
        with path.open("wb") as out:
            render(template, found, out)
        return atelier.publish([atelier.place(path, TITRE, _origin(dossier, template), espace.emprunt(SORTE))])[0]


def day_of(told: Manifeste, periode: Periode) -> date:
    """The date that the documents of a period carry."""
    return date.fromisoformat(told.paquets[periode.code]["date"])


def _origin(dossier: Dossier, template: Path) -> Origine:
    assert dossier.periode
    return Origine(
        sorte=SORTE,
        format="html",
        modele=f"{SORTE}/{template.stem}",
        modele_sha256=digest(template),
        catalogue=dossier.catalogue.revision,
        suivi=dossier.suivi.revision,
        periode=dossier.periode.code,
        date=dossier.date.isoformat(),
        amem=__version__,
    )


# --- what the page says -----------------------------------------------------------------------------------------------------------------


def context(dossier: Dossier, sortie: Path, told: Manifeste, vignettes: bool = True) -> dict[str, Any]:
    """All that the page's template sees, as plain data. Figures are today's: `changement` says when documents were made from others."""
    assert dossier.periode
    pack = told.paquets[dossier.periode.code]
    fichiers = _files(sortie, told, [str(name) for name in pack["fichiers"]])
    points = controles.controler(controles.at_end(dossier, dossier.periode))
    groupes, manque = _groups(fichiers, vignettes)
    listed = [one for groupe in groupes for document in groupe["documents"] for one in document["fichiers"]]
    chiffres = provenance(Lecture.of(replace(dossier, cellule=unlocated), dossier.periode))
    titre = majuscule(f"{parts.period(dossier.periode)['libelle']} : ce qui a été produit")
    return {
        "document": {**parts.document(dossier, typographie(titre), dossier.catalogue.projet.intitule.valeur), "amem": str(pack["amem"])},
        "projet": parts.project(dossier),
        "periode": parts.period(dossier.periode),
        "changement": _change(dossier, pack),
        "verdict": controles.verdict(points),
        "pret": not controles.bloquants(points),
        "points": [_point(one) for one in points],
        "chiffres": [_figure(one) for one in chiffres if not one["nom"].startswith(_INDICATEUR)],
        "indicateurs": [_indicator(dossier, one) for one in chiffres if one["nom"].startswith(_INDICATEUR)],
        "lacunes": [
            {"document": document, "messages": [typographie(one.message) for one in of_document]}
            for document, of_document in groupby(checks.gaps(dossier.catalogue), key=lambda one: one.document)
        ],
        "groupes": groupes,
        "vignettes": manque,
        "totaux": {
            "documents": sum(len(groupe["documents"]) for groupe in groupes),
            "fichiers": len(listed),
            "modifies": sum(one["etat"] == MODIFIE for one in listed),
            "absents": sum(one["etat"] == ABSENT for one in listed),
        },
    }


def _change(dossier: Dossier, pack: Mapping[str, Any]) -> str | None:
    """A sentence when the catalogue or the follow-up is no longer what the documents were made from."""
    assert dossier.periode
    before = {"catalogue": pack["catalogue"], "suivi": pack["suivi"]["revision"]}
    now = {"catalogue": dossier.catalogue.revision, "suivi": dossier.suivi.revision}
    changed = [f"le {name}" for name in now if now[name] != before[name]]
    if not changed:
        return None
    verb = "ont changé" if len(changed) > 1 else "a changé"
    said = f"{enumeration(changed)} {verb} depuis la production des documents : les chiffres de cette page peuvent différer des leurs."
    return typographie(f"{majuscule(said)} Les refaire avec « amem produire {dossier.periode.code} », puis relancer « amem apercu ».")


def _point(point: controles.Point) -> dict[str, Any]:
    said = {name: typographie(value) for name, value in point.as_data().items()}
    return {**said, "bloquant": point.gravite is controles.Gravite.BLOQUANT}


def _figure(chiffre: Mapping[str, Any]) -> dict[str, Any]:
    return {name: chiffre[name] for name in ("nom", "libelle", "manquants")} | {"valeur": chiffre["valeur_libelle"]}


def _indicator(dossier: Dossier, chiffre: Mapping[str, Any]) -> dict[str, Any]:
    code = chiffre["nom"].removeprefix(_INDICATEUR)
    indicateur = next(one for one in dossier.catalogue.cadre_logique.indicateurs if one.code == code)
    return {**_figure(chiffre), "code": code, "libelle": indicateur.libelle}


# --- files ------------------------------------------------------------------------------------------------------------------------------


def _files(sortie: Path, told: Manifeste, of_pack: Sequence[str]) -> list[Fichier]:
    """The files of the pack in its order, the archive, then what else was produced in the folder; never this page."""
    known = {name: one for name, one in told.fichiers.items() if one.origine.sorte != SORTE}
    order = {name: number for number, name in enumerate(of_pack)}
    names = sorted(known, key=lambda name: (order.get(name, len(order)), name))
    return [Fichier(name, sortie / name, known[name]) for name in names]


def _groups(fichiers: Sequence[Fichier], vignettes: bool) -> tuple[list[dict[str, Any]], str | None]:
    """The documents by kind, each with its files and pages; and why there are no pages, where there are none."""
    by_document: dict[tuple[str, str], list[Fichier]] = {}
    for one in fichiers:
        by_document.setdefault((one.entree.origine.sorte, one.chemin.stem), []).append(one)
    with tempfile.TemporaryDirectory(prefix="amem-apercu-") as folder:
        pages, manque = _pages(list(by_document.values()), Path(folder)) if vignettes else ({}, None)
    groupes: dict[str, list[dict[str, Any]]] = {}
    for (sorte, _), of_document in by_document.items():
        groupes.setdefault(sorte, []).append(_document(of_document, pages))
    titles = {kind.nom: kind.titre for kind in KINDS} | _GROUPES
    order = list(_GROUPES)
    kinds = sorted(groupes, key=lambda sorte: order.index(sorte) if sorte in order else len(order))
    found = [{"ancre": f"sorte-{n}", "titre": titles.get(one, one), "documents": groupes[one]} for n, one in enumerate(kinds, 1)]
    return found, manque


def _document(fichiers: Sequence[Fichier], pages: Mapping[str, Any]) -> dict[str, Any]:
    source = next((one.nom for one in fichiers if one.nom in pages), None)
    drawn = pages[source] if source else None
    return {
        "titre": fichiers[0].entree.titre,
        "periode": fichiers[0].entree.origine.periode or None,
        "fichiers": [_file(one) for one in fichiers],
        "pages": [{"numero": number, "image": image} for number, image in enumerate(drawn.images, 1)] if drawn else [],
        "pages_total": drawn.total if drawn else None,
        "pages_de": source,
    }


def _file(fichier: Fichier) -> dict[str, Any]:
    etat = fichier.etat
    form = fichier.entree.origine.format
    return {
        "nom": fichier.nom,
        "lien": None if etat == ABSENT else quote(fichier.nom, safe=""),
        "format": FORMATS.get(form, form),
        "taille": None if etat == ABSENT else compte(max(1, round(fichier.chemin.stat().st_size / 1024)), "Ko", "Ko"),
        "etat": etat,
        "avertissements": [typographie(one) for one in fichier.entree.avertissements],
    }


# --- pages ------------------------------------------------------------------------------------------------------------------------------

_SANS_OUTIL = "Les pages ne sont pas montrées : pour les voir, installer ce qui les dessine ({}), puis relancer « amem apercu »."
_SANS_PDF = (
    "Des pages ne sont pas montrées : pour les voir, produire aussi les PDF (--format pdf) ou installer LibreOffice, "
    "puis relancer « amem apercu »."
)


def _pages(documents: Sequence[Sequence[Fichier]], folder: Path) -> tuple[dict[str, Any], str | None]:
    """The pages of each document by the file they come from: its PDF, else its Word or Excel file turned into one."""
    from amem_reports.rendering import pdf, vignettes

    if not vignettes.available():
        return {}, _SANS_OUTIL.format(vignettes.INSTALL)
    sources = [source for document in documents if (source := _source(document))]
    todo = [one for one in sources if one.entree.origine.format != "pdf"]
    faults: list[str] = []
    found = {one.nom: one.chemin for one in sources if one not in todo}
    if todo and pdf.available():
        try:
            made = pdf.convert([one.chemin for one in todo], folder)
            found |= {one.nom: path for one, path in zip(todo, made, strict=True)}
        except AmemError as error:
            faults += map(str, error.constats)
    elif todo:
        faults.append(_SANS_PDF)
    pages = {}
    for nom, path in found.items():
        try:
            pages[nom] = vignettes.of(path)
        except AmemError as error:
            faults += map(str, error.constats)
    return pages, typographie(" ".join(faults)) or None


def _source(fichiers: Sequence[Fichier]) -> Fichier | None:
    """The file whose pages stand for a document."""
    there = {one.entree.origine.format: one for one in reversed(fichiers) if one.chemin.is_file()}
    return next(_first(there, ("pdf", "docx", "xlsx")), None)


def _first(there: Mapping[str, Fichier], formats: Sequence[str]) -> Iterator[Fichier]:
    return (there[one] for one in formats if one in there)
