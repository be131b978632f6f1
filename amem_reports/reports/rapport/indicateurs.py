"""The indicators: reference, target, what was planned and reached, how that is judged, and by sex."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from amem_reports import french
from amem_reports.cumul.indicateurs import SEXES, target
from amem_reports.fiche import SuiviIndicateur
from amem_reports.model import Catalogue, Indicateur, Trimestre
from amem_reports.reports.mesures import unsplit
from amem_reports.reports.parts import judged
from amem_reports.reports.rapport.lecture import Lecture, plain

BLANC = "FFFFFF"


def indicators(lecture: Lecture) -> list[dict[str, Any]]:
    """Every indicator of the logframe, in its order."""
    return [_indicator(lecture, indicateur) for indicateur in lecture.catalogue.cadre_logique.indicateurs]


def _indicator(lecture: Lecture, indicateur: Indicateur) -> dict[str, Any]:
    code, reference = indicateur.code, indicateur.reference
    last = indicateur.cibles[-1] if indicateur.cibles else None
    due = target(indicateur, Trimestre.of(lecture.periode.fin))
    taux = lecture.taux(f"atteinte.{code}")
    palier = judged(lecture.catalogue, taux)
    cumule, sexes = lecture.chiffres[f"cumul.indicateur.{code}"].valeur, {sexe: _part(lecture, code, sexe) for sexe in SEXES}
    return {
        "code": code,
        "libelle": indicateur.libelle,
        "niveau": indicateur.niveau.value,
        "rattachement": indicateur.rattachement,
        "unite": indicateur.unite,
        "sens": indicateur.sens.value,
        "source_verification": indicateur.source_verification,
        "reference": plain(reference.valeur) if reference else None,
        "reference_date": str(reference.date) if reference else None,
        "cible": plain(last.valeur) if last else None,
        "cible_date": str(last.date) if last else None,
        "prevu": lecture.valeur(f"cible.{code}"),
        "prevu_date": str(due.date) if due else None,
        "realise": lecture.valeur(f"indicateur.{code}"),
        "cumule": plain(cumule),
        "taux": taux,
        "appreciation": palier.libelle if palier else None,
        "couleur": palier.couleur if palier else BLANC,
        **{sexe: plain(valeur) for sexe, valeur in sexes.items()},
        "non_ventile": plain(unsplit(indicateur, cumule, list(sexes.values()))),
        "pays": _by_country(lecture, code),
        "commentaires": _comments(lecture, code),
    }


def scale(catalogue: Catalogue) -> list[dict[str, Any]]:
    """The scale itself, for a legend."""
    return [
        {"libelle": one.libelle, "a_partir_de": plain(one.a_partir_de), "couleur": one.couleur} for one in catalogue.cadre_logique.echelle
    ]


def chain(catalogue: Catalogue, indicateurs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The results chain from the top, each result with its indicators: the logframe brought up to date."""
    cadre = catalogue.cadre_logique
    results: list[tuple[str, str | None, str]] = [("Impact", None, cadre.impact.libelle)]
    for effet in cadre.effets:
        results.append(("Effet", effet.code, effet.libelle))
        results += [("Produit", produit.code, produit.libelle) for produit in cadre.produits if produit.effet == effet.code]
    return [
        {
            "niveau": niveau,
            "code": code,
            "libelle": libelle,
            "indicateurs": [one for one in indicateurs if one["rattachement"] == code and one["niveau"] == niveau.lower()],
        }
        for niveau, code, libelle in results
    ]


def _part(lecture: Lecture, code: str, sexe: str) -> Decimal | None:
    """The value of one sex since the beginning; None for an indicator that is not split."""
    nom = f"cumul.indicateur.{code}.{sexe}"
    return lecture.chiffres[nom].valeur if nom in lecture.chiffres else None


def _by_country(lecture: Lecture, code: str) -> list[dict[str, Any]]:
    return [
        {
            "code": pays.code,
            "nom": pays.nom,
            "realise": lecture.valeur(f"indicateur.{code}.{pays.code}"),
            "cumule": lecture.valeur(f"cumul.indicateur.{code}.{pays.code}"),
        }
        for pays in lecture.catalogue.pays
    ]


def _comments(lecture: Lecture, code: str) -> list[dict[str, Any]]:
    """What the countries say of the value; the same words of several countries, or quarters, are one comment."""
    names = {pays.code: pays.nom for pays in lecture.catalogue.pays}
    said: dict[str, list[str]] = {}
    for fiche in lecture.fiches:
        for suivi in _of(fiche.indicateurs, code):
            if suivi.commentaire:
                said.setdefault(suivi.commentaire, []).append(names[fiche.pays])
    return [{"pays_nom": french.enumeration(dict.fromkeys(pays)), "texte": texte} for texte, pays in said.items()]


def _of(suivis: Iterable[SuiviIndicateur], code: str) -> Iterable[SuiviIndicateur]:
    return (suivi for suivi in suivis if suivi.code == code)
