"""Where the main figures come from: value, rule, records, and the cells they were typed in where the workbooks are kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from amem_reports import explication, french
from amem_reports.cumul import Chiffre, Source
from amem_reports.cumul.activites import STATUTS
from amem_reports.french import compte, slug
from amem_reports.reports.rapport.lecture import Lecture, plain

_PRINCIPAUX = (
    "activites",
    *(f"statut.{slug(statut)}" for statut in STATUTS),
    "avancement",
    "retard.fin",
    "retard.debut",
    "participants",
    "participants.femmes",
    "participants.hommes",
    "cumul.participants",
    "depenses",
    "cumul.depenses",
    "budget",
    "execution",
    "risques.ouvert",
)


def provenance(lecture: Lecture) -> list[dict[str, Any]]:
    """The figures of the résumé, which names no state of no activity either, then the value of each indicator since the beginning."""
    codes = [indicateur.code for indicateur in lecture.catalogue.cadre_logique.indicateurs]
    told = (nom for nom in _PRINCIPAUX if not nom.startswith("statut.") or lecture.nombre(nom))
    names = (*told, *(f"cumul.indicateur.{code}" for code in codes))
    return [_origin(lecture, lecture.chiffres[nom]) for nom in names]


def _origin(lecture: Lecture, chiffre: Chiffre) -> dict[str, Any]:
    fiches = list(_records(explication.located(chiffre, lecture.dossier.cellule)))
    return {
        "nom": chiffre.nom,
        "libelle": chiffre.libelle,
        "valeur": plain(chiffre.valeur),
        "unite": chiffre.unite,
        "valeur_libelle": explication.in_words(chiffre.valeur, chiffre.unite),
        "regle": french.typographie(french.majuscule(chiffre.regle)),
        "manquants": len(chiffre.manquants),
        "fiches": fiches,
        "origine": _words(fiches) or None,
    }


def _records(chiffre: Chiffre) -> Iterator[dict[str, Any]]:
    """The values of each record, with their cells."""
    found: dict[str, list[Source]] = {}
    for source in chiffre.sources:
        found.setdefault(source.fiche, []).append(source)
    for fiche, sources in found.items():
        cells = list(dict.fromkeys(source.cellule for source in sources if source.cellule))
        yield {"fiche": fiche, "nombre": len(sources), "cellules": _short(cells)}


def _short(cells: list[str]) -> str | None:
    """« Activités!H12, H14 »: each sheet once."""
    found: dict[str, list[str]] = {}
    for cell in cells:
        sheet, _, ref = cell.rpartition("!")
        found.setdefault(sheet, []).append(ref)
    return " ; ".join(f"{sheet}!{', '.join(refs)}" for sheet, refs in found.items()) or None


def _words(fiches: list[dict[str, Any]]) -> str:
    """« 2019-T1 : MA (2), TN (1) ; 2019-T2 : MA (2, Activités!H12, I12) »: each quarter once."""
    found: dict[str, list[str]] = {}
    for fiche in fiches:
        quarter, _, pays = fiche["fiche"].removesuffix(".yaml").partition("/")
        cells = f", {fiche['cellules']}" if fiche["cellules"] else ""
        found.setdefault(quarter, []).append(f"{pays} ({fiche['nombre']}{cells})" if pays else compte(fiche["nombre"], "valeur"))
    return french.typographie(" ; ".join(f"{quarter} : {', '.join(parts)}" for quarter, parts in found.items()))
