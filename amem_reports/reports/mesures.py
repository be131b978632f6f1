"""An indicator of the logframe as plain data: reference, targets, and what the follow-up says at a period's end.

Values since the beginning come from `cumul`; what it does not know stays None. Reference, targets and the rate of achievement are those of
the whole project: the catalogue has no others, so they are never given as a country's own.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from amem_reports import cumul
from amem_reports.cumul import Chiffre
from amem_reports.cumul.base import expected, rounded
from amem_reports.cumul.indicateurs import SEXES, target
from amem_reports.dossier import Dossier
from amem_reports.model import Agregation, Cible, Indicateur, Pays, Trimestre
from amem_reports.reports import parts

BLANC = "FFFFFF"


def empty() -> dict[str, Any]:
    """The line of a result that has no indicator: every key, no value."""
    none = ("code", "indicateur", "unite", "sens", "agregation", "reference", "reference_date", "cible", "cible_date")
    also = ("source_verification", "frequence", "responsable", "cible_periode", "cible_periode_date")
    return {**dict.fromkeys((*none, *also)), "cibles": [], "desagregations": [], **_unmeasured(), "par_pays": []}


def line(dossier: Dossier, indicateur: Indicateur) -> dict[str, Any]:
    """An indicator with its targets and, when the dossier has a period, its values at the period's end."""
    reference = indicateur.reference
    last = indicateur.cibles[-1] if indicateur.cibles else None
    due = target(indicateur, Trimestre.of(dossier.periode.fin)) if dossier.periode else None
    return {
        "code": indicateur.code,
        "indicateur": indicateur.libelle,
        "unite": indicateur.unite,
        "sens": indicateur.sens.value,
        "agregation": indicateur.agregation.value,
        "reference": reference.valeur if reference else None,
        "reference_date": str(reference.date) if reference else None,
        **_aim("cible", last),
        **_aim("cible_periode", due),
        "cibles": [{"date": str(one.date), "valeur": one.valeur, "en_vigueur": one is due} for one in indicateur.cibles],
        **_measured(dossier, indicateur),
        "par_pays": _by_country(dossier, indicateur),
        "source_verification": indicateur.source_verification,
        "frequence": indicateur.frequence.value if indicateur.frequence else None,
        "responsable": indicateur.responsable,
        "desagregations": [one.value for one in indicateur.desagregations],
    }


def scale(dossier: Dossier) -> list[dict[str, Any]]:
    """The words that rates are judged by, from the highest down."""
    return [
        {"libelle": one.libelle, "a_partir_de": one.a_partir_de, "couleur": one.couleur} for one in dossier.catalogue.cadre_logique.echelle
    ]


def _aim(name: str, cible: Cible | None) -> dict[str, Any]:
    return {name: cible.valeur if cible else None, f"{name}_date": str(cible.date) if cible else None}


def _unmeasured() -> dict[str, Any]:
    names = ("valeur_actuelle", "valeur_actuelle_date", *SEXES, "non_ventile", "manquants", "valeur_regionale", "atteinte", "appreciation")
    return {**dict.fromkeys(names), "couleur": BLANC}


def _measured(dossier: Dossier, indicateur: Indicateur) -> dict[str, Any]:
    if dossier.periode is None:
        return _unmeasured()
    figures = cumul.figures(dossier)
    return {
        **_values(figures, indicateur, dossier.pays),
        "valeur_regionale": figures[f"cumul.indicateur.{indicateur.code}"].valeur,
        **_judged(dossier, figures[f"atteinte.{indicateur.code}"].valeur),
    }


def _judged(dossier: Dossier, taux: Decimal | None) -> dict[str, Any]:
    palier = parts.judged(dossier.catalogue, None if taux is None else rounded(taux, 1))
    return {"atteinte": taux, "appreciation": palier.libelle if palier else None, "couleur": palier.couleur if palier else BLANC}


def _values(figures: dict[str, Chiffre], indicateur: Indicateur, pays: Pays | None) -> dict[str, Any]:
    name = f"cumul.indicateur.{indicateur.code}{f'.{pays.code}' if pays else ''}"
    chiffre = figures[name]
    return {
        "valeur_actuelle": chiffre.valeur,
        "valeur_actuelle_date": max((source.fiche.partition("/")[0] for source in chiffre.sources), default=None),
        **{sexe: _value(figures, f"{name}.{sexe}") for sexe in SEXES},
        "non_ventile": unsplit(indicateur, chiffre.valeur, [_value(figures, f"{name}.{sexe}") for sexe in SEXES]),
        "manquants": len(chiffre.manquants),
    }


def _value(figures: dict[str, Chiffre], name: str) -> Decimal | None:
    return figures[name].valeur if name in figures else None


def unsplit(indicateur: Indicateur, valeur: Decimal | None, parts: list[Decimal | None]) -> Decimal | None:
    """What a sum counts beyond women and men; None when nothing is split, or when the parts of a value do not add up to it."""
    known = [part for part in parts if part is not None]
    return valeur - sum(known) if valeur is not None and known and indicateur.agregation is Agregation.SOMME else None


def _by_country(dossier: Dossier, indicateur: Indicateur) -> list[dict[str, Any]]:
    """The regional value's parts, sub-region included; a suspended country has one only if it gave a value."""
    if dossier.periode is None or dossier.pays is not None:
        return []
    figures = cumul.figures(dossier)
    found = [(pays, _values(figures, indicateur, pays)) for pays in dossier.catalogue.pays]
    return [
        {"code": pays.code, "nom": pays.nom, **values} for pays, values in found if expected(pays) or values["valeur_actuelle"] is not None
    ]
