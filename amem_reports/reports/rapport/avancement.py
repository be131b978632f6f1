"""Progress by axe, produit and country: what was planned, what was done, deviations with their reasons, measures taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from amem_reports import figures, french
from amem_reports.cumul.activites import STATUTS
from amem_reports.cumul.base import Ligne, quotient
from amem_reports.cumul.participants import persons, unknown_sex
from amem_reports.fiche import StatutActivite
from amem_reports.french import slug
from amem_reports.model import Activite, Axe, Effet, Pays, Produit
from amem_reports.reports import parts
from amem_reports.reports.rapport import phrases, recits
from amem_reports.reports.rapport.lecture import TAUX, Lecture, Nombre, plain, share, suffix


@dataclass(frozen=True)
class Suivies:
    """Every activity as a report shows it, by identifier, and those that the period concerns."""

    par_identifiant: dict[str, dict[str, Any]]
    concernees: frozenset[str]

    @classmethod
    def of(cls, lecture: Lecture) -> Suivies:
        """The activities of the catalogue with what the period's records tell of each."""
        lignes = recits.lines_of(lecture)
        found = {
            activite.identifiant: _activity(lecture, activite, pays, lignes.get(activite.identifiant, []))
            for pays in lecture.catalogue.pays
            for activite in pays.activites
        }
        concerned = {
            name for name, one in found.items() if one["prevue"] or any(recits.speaks(ligne.suivi) for ligne in lignes.get(name, ()))
        }
        return cls(found, frozenset(concerned))

    def of_these(self, activites: Iterable[Activite]) -> list[dict[str, Any]]:
        """Some activities, in their order."""
        return [self.par_identifiant[activite.identifiant] for activite in activites]


def _activity(lecture: Lecture, activite: Activite, pays: Pays, lignes: Sequence[Ligne]) -> dict[str, Any]:
    shown = parts.activity(lecture.dossier, activite, pays)
    shown["avancement"] = plain(shown["avancement"], TAUX)
    prevue = not activite.suspendue and figures.planned_in(activite, lecture.periode.debut, lecture.periode.fin)
    stopped = {StatutActivite.SUSPENDUE.value, StatutActivite.ANNULEE.value, StatutActivite.REPORTEE.value}
    ecart = shown["statut"] if shown["statut"] in stopped else shown["retard_libelle"]
    return {
        **shown,
        **recits.told(lignes),
        "passages": recits.passages(lecture, pays, activite.identifiant, lignes),
        "prevue": prevue,
        "ecart": french.majuscule(ecart) if ecart else None,
        "participants": _participants(lignes),
        "depenses": _spent(lignes),
    }


def _participants(lignes: Sequence[Ligne]) -> dict[str, Any]:
    """Persons of the period; a number is unknown until some record gives it."""
    known = [ligne.suivi.participants for ligne in lignes if ligne.suivi.participants]
    counts = {
        "femmes": [one.femmes for one in known],
        "hommes": [one.hommes for one in known],
        "total": [persons(one) for one in known],
        "sexe_inconnu": [unknown_sex(one) for one in known],
    }
    return {champ: sum(given) if (given := [n for n in found if n is not None]) else None for champ, found in counts.items()}


def _spent(lignes: Sequence[Ligne]) -> list[dict[str, Any]]:
    return parts.amounts(figures.totals_by_currency(ligne.suivi.depenses for ligne in lignes))


# --- axes -------------------------------------------------------------------------------------------------------------------------------


def axes(lecture: Lecture, suivies: Suivies) -> list[dict[str, Any]]:
    """Every axe with its produits and countries."""
    return [_axe(lecture, suivies, axe) for axe in lecture.catalogue.axes]


def _axe(lecture: Lecture, suivies: Suivies, axe: Axe) -> dict[str, Any]:
    catalogue, end = lecture.catalogue, suffix(axe=axe.numero)
    effet = parts.effect_of(catalogue, axe.numero)
    return {
        **parts.axe(axe, effet),
        **standing(lecture, end),
        "phrases": phrases.of_axe(lecture, axe.numero),
        "produits": _outputs(lecture, suivies, axe, effet),
        "pays": [
            {
                **parts.country(pays),
                **standing(lecture, suffix(pays.code, axe.numero)),
                "activites": suivies.of_these(catalogue.of_axe(axe.numero, pays)),
            }
            for pays in catalogue.pays
            if pays.suspension or any(catalogue.of_axe(axe.numero, pays))
        ],
    }


def standing(lecture: Lecture, end: str) -> dict[str, Any]:
    """How many activities, how many in each state, how far on average, how many late."""
    total = lecture.nombre(f"activites{end}")
    counts = {statut: lecture.nombre(f"statut.{slug(statut)}{end}") for statut in STATUTS}
    return {
        "nombre": total,
        "avancement": lecture.taux(f"avancement{end}"),
        "statuts": [{"statut": statut, "nombre": number, "part": share(number, total)} for statut, number in counts.items()],
        "achevees": counts["achevée"],
        "en_cours": counts["en cours"],
        "non_demarrees": counts["non démarrée"],
        "autres_statuts": total - counts["achevée"] - counts["en cours"] - counts["non démarrée"],
        "en_retard": lecture.nombre(f"retard.fin{end}") + lecture.nombre(f"retard.debut{end}"),
    }


def _outputs(lecture: Lecture, suivies: Suivies, axe: Axe, effet: Effet | None) -> list[dict[str, Any]]:
    """The produits of an axe, those of other axes that some of its activities serve, then the activities that have none."""
    served = {activite.produit for activite in lecture.catalogue.of_axe(axe.numero)}
    produits = [produit for produit in lecture.catalogue.cadre_logique.produits if produit.code in served]
    produits.sort(key=lambda produit: effet is None or produit.effet != effet.code)
    found = [_output(lecture, suivies, axe, produit) for produit in (*produits, None)]
    return [one for one in found if one["nombre"]]


def _output(lecture: Lecture, suivies: Suivies, axe: Axe, produit: Produit | None) -> dict[str, Any]:
    codes = {one.code for one in lecture.catalogue.cadre_logique.produits}
    pays, inside = [], []
    for country in lecture.catalogue.pays:
        here = [
            activite
            for activite in lecture.catalogue.of_axe(axe.numero, country)
            if (activite.produit == produit.code if produit else activite.produit not in codes)
        ]
        inside += suivies.of_these(here)
        concerned = [one for one in suivies.of_these(here) if one["identifiant"] in suivies.concernees]
        if concerned:
            pays.append({**parts.country(country), "activites": concerned})
    avancement = _mean([one["avancement"] for one in inside if one["statut"] != StatutActivite.ANNULEE.value])
    achevees = sum(one["statut"] == StatutActivite.ACHEVEE.value for one in inside)
    return {
        "code": produit.code if produit else None,
        "libelle": produit.libelle if produit else "Activités sans produit rattaché",
        "nombre": len(inside),
        "achevees": achevees,
        "avancement": avancement,
        "concernees": sum(len(one["activites"]) for one in pays),
        "phrase": phrases.of_output(len(inside), achevees, avancement),
        "pays": pays,
    }


def _mean(values: Iterable[Nombre]) -> Nombre:
    known = [Decimal(value) for value in values if value is not None]
    return plain(quotient(sum(known, Decimal(0)), Decimal(len(known))), TAUX)
