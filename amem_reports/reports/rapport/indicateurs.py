"""The indicators: reference, target, what was planned and reached, how that is judged, and by sex."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from amem_reports.cumul.indicateurs import SEXES, target
from amem_reports.fiche import SuiviIndicateur
from amem_reports.model import Catalogue, Indicateur, Trimestre
from amem_reports.reports.parts import judged
from amem_reports.reports.rapport.lecture import Lecture, Nombre, plain

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
        "cumule": lecture.valeur(f"cumul.indicateur.{code}"),
        "taux": taux,
        "appreciation": palier.libelle if palier else None,
        "couleur": palier.couleur if palier else BLANC,
        **{sexe: _part(lecture, code, sexe) for sexe in SEXES},
        "pays": _by_country(lecture, code),
        "commentaires": _comments(lecture, code),
    }


def scale(catalogue: Catalogue) -> list[dict[str, Any]]:
    """The scale itself, for a legend."""
    return [
        {"libelle": one.libelle, "a_partir_de": plain(one.a_partir_de), "couleur": one.couleur} for one in catalogue.cadre_logique.echelle
    ]


def _part(lecture: Lecture, code: str, sexe: str) -> Nombre:
    """The value of one sex since the beginning; None for an indicator that is not split."""
    nom = f"cumul.indicateur.{code}.{sexe}"
    return lecture.valeur(nom) if nom in lecture.chiffres else None


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
    """What the countries say of the value, once each: the same words in several quarters are one comment."""
    names = {pays.code: pays.nom for pays in lecture.catalogue.pays}
    found = ((names[fiche.pays], suivi.commentaire) for fiche in lecture.fiches for suivi in _of(fiche.indicateurs, code))
    return [{"pays_nom": nom, "texte": texte} for nom, texte in dict.fromkeys(found) if texte]


def _of(suivis: Iterable[SuiviIndicateur], code: str) -> Iterable[SuiviIndicateur]:
    return (suivi for suivi in suivis if suivi.code == code)
