"""The dictionary of tags: what a template of each kind may use, drawn from a context made of the fictional catalogue.

Labels and explanations of fields come from the model, where they are written once; what a report adds is described in `balises/`, a file
a kind and one for what several kinds share, by the key above and the key: `axes.nombre`, or `totaux` at the top. A description is a
sentence, or a sentence and a unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from amem_reports import exemple, fiche, model
from amem_reports.document import Portee, ReportKind

MODELS: dict[str, type[model.Modele]] = {
    "projet": model.Projet,
    "chronologie": model.Evenement,
    "axe": model.Axe,
    "axes": model.Axe,
    "sous_regional": model.Axe,
    "activites": model.Activite,
    "pays": model.Pays,
    "effets": model.Effet,
    "impact": model.Impact,
    "produits": model.Produit,
    "budget": model.Montant,
    "cibles": model.Cible,
    "sigles": model.Sigle,
    "sigles_chaine": model.Sigle,
    "lignes": model.Indicateur,
    "indicateurs": model.Indicateur,
    "envoi": fiche.Envoi,
    "suivi": fiche.SuiviActivite,
    "precedent": fiche.SuiviActivite,
    "participants": fiche.Participants,
    "depenses": model.Montant,
    "releve": fiche.SuiviIndicateur,
    "ventilation": fiche.Ventilation,
    "risques": fiche.Risque,
}

COMMUN = "commun"
_FOLDER = Path(__file__).parent / "balises"


@cache
def described(name: str) -> dict[str, tuple[str, str]]:
    """Explanation and unit of each tag that a kind of document adds, or that several share."""
    loaded = yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return {place: (text, "") if isinstance(text, str) else (text[0], text[1]) for place, text in loaded.items()}


@dataclass(frozen=True)
class Balise:
    """One tag: its path (`axes[].activites[].intitule`), what it says, the kind of value, its unit and an example."""

    chemin: str
    libelle: str
    type: str
    unite: str
    exemple: str


def sample(kind: ReportKind) -> dict[str, Any]:
    """A context in which nothing is empty: the country's for a plan, the regional one for a logframe."""
    dossier = exemple.dossier()
    return kind.document(dossier if kind.portee is not Portee.REGION else replace(dossier, pays=None)).contexte


def tags(kind: ReportKind) -> list[Balise]:
    """All tags of a kind, in the order of the context, each path once."""
    found: dict[str, Balise] = {}
    for path, owner, key, value in _walk(sample(kind), "", ""):
        if path not in found or (value is not None and not found[path].exemple):
            found[path] = _tag(kind, (path, owner, key), value)
    return list(found.values())


def _walk(value: dict[str, Any], owner: str, prefix: str) -> Iterator[tuple[str, str, str, Any]]:
    for key, inner in value.items():
        path = f"{prefix}{key}"
        yield path, owner, key, inner
        if isinstance(inner, dict) and owner != "projet":
            yield from _walk(inner, key, f"{path}.")
        elif isinstance(inner, list):
            for item in inner:
                if isinstance(item, dict):
                    yield from _walk(item, key, f"{path}[].")


def _tag(kind: ReportKind, place: tuple[str, str, str], value: Any) -> Balise:
    path, owner, key = place
    label, unit = describe(kind.nom, owner, key)
    return Balise(path, label, _kind_of(value), unit, _example(value))


def describe(kind: str, owner: str, key: str) -> tuple[str, str]:
    """French explanation and unit of a key; KeyError when nobody has described it."""
    place = f"{owner}.{key}" if owner else key
    for added in (described(kind), described(COMMUN)):
        if place in added:
            return added[place]
    field = MODELS[owner].model_fields[key]
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    return field.description or "", str(extra.get("unite", ""))


def _kind_of(value: Any) -> str:
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "vrai ou faux"),
        ((int, float, Decimal), "nombre"),
        (date, "date"),
        (str, "texte"),
        (list, "liste"),
        (dict, "groupe"),
    )
    return next((name for types, name in kinds if isinstance(value, types)), "texte")


def _example(value: Any) -> str:
    if value is None or isinstance(value, (list, dict)):
        return ""
    return {True: "vrai", False: "faux"}[value] if isinstance(value, bool) else str(value)
