"""The figures of the charts, as the template's native charts take them; None where there is nothing to draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from amem_reports import french
from amem_reports.reports.rapport.lecture import Nombre

Serie = tuple[str, Sequence[Nombre]]
NOMS = ("avancement_axes", "avancement_pays", "statuts", "cibles", "depenses")


def none() -> dict[str, Any]:
    """What stands in a report without follow-up."""
    return dict.fromkeys(NOMS)


def charts(context: dict[str, Any], lecture: Any) -> dict[str, Any]:
    """The charts of a context."""
    axes, indicateurs = context["axes"], [one for one in context["indicateurs"] if one["taux"] is not None]
    pays = [(one.nom, lecture.taux(f"avancement.{one.code}")) for one in lecture.catalogue.pays if one.activites]
    statuts = [one for one in context["etat"]["statuts"] if one["nombre"]]
    quarters = context["finances"]["trimestres"]
    budget = context["finances"]["budget"]
    return {
        "avancement_axes": _chart(
            "Avancement moyen par axe, en pour cent",
            [f"Axe {axe['numero']}" for axe in axes],
            ("Avancement moyen (%)", [axe["avancement"] for axe in axes]),
        ),
        "avancement_pays": _chart(
            "Avancement moyen par pays, en pour cent", [nom for nom, _ in pays], ("Avancement moyen (%)", [taux for _, taux in pays])
        ),
        "statuts": _chart(
            "Nombre d’activités par statut", [one["statut"] for one in statuts], ("Activités", [one["nombre"] for one in statuts])
        ),
        "cibles": _chart(
            "Taux d’atteinte de chaque indicateur, en pour cent : chemin parcouru de la référence à la cible en vigueur",
            [one["code"] for one in indicateurs],
            ("Taux d’atteinte (%)", [one["taux"] for one in indicateurs]),
            ("Cible (%)", [100 for _ in indicateurs]),
        ),
        "depenses": _chart(
            "Dépenses cumulées à la fin de chaque trimestre et budget des activités, en euros",
            [_short(one["code"]) for one in quarters],
            ("Dépenses cumulées (€)", [one["cumul"] for one in quarters]),
            ("Budget des activités (€)", [budget for _ in quarters]),
        ),
    }


def _short(quarter: str) -> str:
    """« T1 2019 »."""
    year, _, number = quarter.partition("-")
    return f"{number}{french.NBSP}{year}"


def _chart(sujet: str, categories: list[str], *series: Serie) -> dict[str, Any] | None:
    """A chart, and its figures in words for who cannot see it; None when its first series has no value."""
    if all(value is None for value in series[0][1]):
        return None
    return {
        "categories": categories,
        "series": [{"nom": nom, "valeurs": list(values)} for nom, values in series],
        "description": french.typographie(f"{sujet} : {'. '.join(_words(nom, categories, values) for nom, values in series)}."),
    }


def _words(nom: str, categories: list[str], values: Sequence[Nombre]) -> str:
    if len(set(values)) == 1 and len(values) > 1:
        return f"{nom}, {_said(values[0])} partout"
    return f"{nom}, {' ; '.join(f'{name} : {_said(value)}' for name, value in zip(categories, values, strict=True))}"


def _said(value: Nombre) -> str:
    return "non connu" if value is None else french.nombre(value)
