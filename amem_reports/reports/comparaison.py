"""What changed between two periods, or between two versions of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from amem_reports import comparaison, french
from amem_reports.comparaison import Changement
from amem_reports.dossier import Dossier
from amem_reports.model import Periode
from amem_reports.reports import parts


def document(dossier: Dossier) -> dict[str, Any]:
    """Name, title and context of what changed since `dossier.avant`: its period, or without periods its catalogue.

    A dossier with a period and nothing before is compared with the period of the same length before.
    """
    if dossier.avant is None and dossier.periode is None:
        raise ValueError("a comparison needs a period, or what it starts from")
    avant = dossier.avant or replace(dossier, periode=dossier.periode.previous() if dossier.periode else None)
    if dossier.periode and avant.periode:
        titre, nom = _of_periods(avant.periode, dossier.periode)
        changements = comparaison.between_periods(avant, dossier)
    else:
        titre, nom = "Changements du catalogue", f"comparaison_catalogue_{avant.catalogue.revision}_{dossier.catalogue.revision}"
        changements = comparaison.between_catalogues(avant.catalogue, dossier.catalogue)
    return {
        "nom": nom,
        "titre": titre,
        "sujet": f"{dossier.catalogue.projet.sigle.valeur} – ce qui a changé",
        "contexte": _context(avant, dossier, titre, changements),
    }


def _of_periods(avant: Periode, apres: Periode) -> tuple[str, str]:
    return f"Ce qui a changé – {french.periode(apres.code)}", f"comparaison_{avant.code}_{apres.code}"


def _context(avant: Dossier, apres: Dossier, titre: str, changements: tuple[Changement, ...]) -> dict[str, Any]:
    return {
        "document": parts.document(apres, titre, apres.catalogue.projet.intitule.valeur),
        "projet": parts.project(apres),
        "avant": _side(avant),
        "apres": _side(apres),
        "synthese": _sentence(avant, apres, changements),
        "rubriques": [_heading(rubrique, changements) for rubrique in _headings(changements)],
        "totaux": {"changements": len(changements)},
    }


def _side(dossier: Dossier) -> dict[str, Any]:
    """One of the two sides in words: « 2e trimestre 2019 », or « catalogue, révision 5f0c1e9a »."""
    periode = dossier.periode
    revision = dossier.catalogue.revision
    return {"libelle": french.periode(periode.code) if periode else f"catalogue, révision {revision}", "revision": revision}


def _heading(rubrique: str, changements: Iterable[Changement]) -> dict[str, Any]:
    here = [one for one in changements if one.rubrique == rubrique]
    elements = {one.element: one.libelle for one in here}
    return {
        "titre": rubrique,
        "nombre": len(here),
        "chiffree": rubrique in (comparaison.CHIFFRES, comparaison.INDICATEURS) and all(one.champ == comparaison.VALEUR for one in here),
        "elements": [
            {"element": element, "libelle": libelle or None, "lignes": [_line(one) for one in here if one.element == element]}
            for element, libelle in elements.items()
        ],
    }


def _line(changement: Changement) -> dict[str, Any]:
    return {
        "champ": changement.champ or None,
        "nature": changement.nature,
        "avant": changement.avant,
        "apres": changement.apres,
        "ecart": changement.ecart,
    }


def _sentence(avant: Dossier, apres: Dossier, changements: tuple[Changement, ...]) -> str:
    """What changed, counted in a sentence."""
    one, other = (
        f"la fin {french.de_periode(side.periode.code)}" if side.periode else f"la révision {side.catalogue.revision}"
        for side in (avant, apres)
    )
    if not changements:
        return french.typographie(f"Rien n’a changé de {one} à {other}.")
    counts = {rubrique: sum(change.rubrique == rubrique for change in changements) for rubrique in _headings(changements)}
    detail = french.enumeration(f"{number} sous « {rubrique} »" for rubrique, number in counts.items())
    return french.typographie(f"De {one} à {other}, {french.compte(len(changements), 'changement')} : {detail}.")


def _headings(changements: Iterable[Changement]) -> list[str]:
    return list(dict.fromkeys(change.rubrique for change in changements))
