"""One YAML file read as a model: its raw data with lines, its value, and every fault in French, with the line it stands on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from amem_reports import yaml_lines
from amem_reports.errors import Constat
from amem_reports.yaml_lines import Lines, shown

MAX_ERRORS = 50_000
"""Faults of one file that are looked at one by one."""
Loc = tuple[int | str, ...]
Kind = TypeVar("Kind")


@dataclass
class Fichier:
    """One file: its raw data and lines when it could be read, its value when it is valid."""

    nom: str
    data: dict[str, Any] | None = None
    lines: Lines = field(default_factory=lambda: Lines(1))
    value: Any = None
    empreinte: bytes = b""

    def constat(self, path: Loc, message: str, remede: str) -> Constat:
        """A fault at a path of this file."""
        return Constat(self.nom, f"ligne {self.lines.of(path)}", message, remede)


def read_file(path: Path, name: str, model: type[BaseModel], constats: list[Constat]) -> Fichier:
    """Read one file as a model; its faults are added to `constats`."""
    text = yaml_lines.read(path, name)
    if isinstance(text, Constat):
        constats.append(text)
        return Fichier(name)
    parsed = yaml_lines.parse(text, name)
    if isinstance(parsed, list):
        constats.extend(parsed)
        return Fichier(name)
    fichier = Fichier(name, lines=parsed.lines, empreinte=hashlib.sha256(text.replace("\r\n", "\n").encode()).digest())
    if not isinstance(parsed.data, dict):
        constats.append(fichier.constat((), "le fichier ne commence pas par une clé", "écrire « clé: valeur » sans retrait"))
        return fichier
    fichier.data = parsed.data
    try:
        fichier.value = model.model_validate(parsed.data)
    except ValidationError as error:
        if error.error_count() > MAX_ERRORS:
            message = f"le fichier n’a pas la forme attendue ({error.error_count()} fautes)"
            constats.append(fichier.constat((), message, "le comparer avec un fichier du catalogue fourni"))
            return fichier
        constats.extend(islice(_told(error.errors(include_url=False), fichier, model), yaml_lines.MAX_FAULTS))
    return fichier


# --- pydantic's faults in French, keyed on their type ---------------------------------------------------------------------------------

_DIGITS = "écrire les chiffres sans espace, avec un point : 12500.50"
_GROUP = ("il faut un groupe de champs{champ}", "écrire les champs en retrait, un par ligne")
_TYPES: dict[str, tuple[str, str]] = {
    "string_type": ("il faut un texte{champ}", "écrire un texte simple après « : »"),
    "string_too_short": ("texte vide{champ}", "écrire le texte{sinon}"),
    "string_pattern_mismatch": ("« {input} » n’a pas la forme attendue{champ}", "suivre le modèle des lignes voisines{exemple}"),
    "int_parsing": ("« {input} » n’est pas un nombre entier{champ}", "écrire un nombre entier"),
    "int_parsing_size": ("« {input} » a trop de chiffres{champ}", "vérifier le nombre"),
    "int_type": ("il faut un nombre entier{champ}", "écrire un nombre entier"),
    "decimal_parsing": ("« {input} » n’est pas un nombre{champ}", _DIGITS),
    "decimal_type": ("il faut un nombre{champ}", _DIGITS),
    "decimal_max_digits": ("« {input} » a trop de chiffres{champ}", "vérifier le nombre"),
    "decimal_whole_digits": ("« {input} » a trop de chiffres{champ}", "vérifier le nombre"),
    "decimal_max_places": ("« {input} » a trop de décimales{champ}", "en garder {decimal_places} au plus"),
    "finite_number": ("« {input} » n’est pas un nombre fini{champ}", "écrire un nombre"),
    "greater_than": ("« {input} » est trop petit{champ}", "écrire plus de {gt}"),
    "greater_than_equal": ("« {input} » est trop petit{champ}", "le minimum est {ge}"),
    "less_than_equal": ("« {input} » est trop grand{champ}", "le maximum est {le}"),
    "bool_parsing": ("« {input} » n’est ni vrai ni faux{champ}", "écrire true ou false"),
    "bool_type": ("il faut vrai ou faux{champ}", "écrire true ou false"),
    "enum": ("valeur inconnue « {input} »{champ}", "choisir parmi : {choix}"),
    "missing": ("il manque « {cle} »", "ajouter « {cle}: … »"),
    "tuple_type": ("il faut une liste{champ}", "écrire un tiret par élément, ou [a, b]"),
    "too_short": ("la liste est vide{champ}", "ajouter au moins un élément"),
    "model_type": _GROUP,
    "model_attributes_type": _GROUP,
    "jour": ("« {input} » n’est pas un jour{champ}", "écrire AAAA-MM-JJ : 2019-04-15"),
    "echeance": ("date illisible « {input} »{champ}", "écrire un mois (2019-03) ou un trimestre (2019-T2)"),
    "axe_du_code": (
        "l’activité {numero} est rangée sous l’axe {axe}",
        "corriger « axe », ou le numéro de l’activité : il commence par celui de l’axe",
    ),
    "fin_avant_debut": ("la fin ({fin}) est avant le début ({debut})", "corriger « debut » ou « fin »"),
    "suspension_sans_motif": ("le pays est suspendu sans motif", "ajouter « suspension: » avec « valeur: » et « source: »"),
    "motif_sans_suspension": (
        "motif de suspension pour un pays actif",
        "écrire « statut: suspendu », ou enlever « suspension »",
    ),
    "rattachement_absent": (
        "l’indicateur de niveau {niveau} n’est rattaché à rien",
        "ajouter « rattachement: » avec le code d’un {niveau}",
    ),
    "rattachement_de_trop": ("un indicateur d’impact ne se rattache à rien", "enlever « rattachement », ou corriger « niveau »"),
    "cible_double": ("deux cibles pour {date}", "n’en garder qu’une"),
    "echelle_en_desordre": (
        "échelle en désordre",
        "écrire les paliers du plus haut au plus bas, chacun avec « a_partir_de », sauf le dernier, qui n’en a pas",
    ),
}
_EMPTY = ("rien n’est écrit{champ}", "écrire la valeur{sinon}")
_UNFORESEEN = ("valeur refusée « {input} »{champ}", "comparer avec les lignes voisines")
_OWNERS = {
    "activites": ("activité", "identifiant"),
    "axes": ("axe", "numero"),
    "effets": ("effet", "code"),
    "produits": ("produit", "code"),
    "indicateurs": ("indicateur", "code"),
    "sigles": ("sigle", "sigle"),
}


def _told(faults: list[ErrorDetails], fichier: Fichier, model: type[BaseModel]) -> Iterator[Constat]:
    """Each fault in French; a field missed only because its key is misspelt is told once, with the right spelling."""
    meant: set[Loc] = set()
    for details in faults:
        if details["type"] == "extra_forbidden":
            *above, key = details["loc"]
            known = _absent_fields(model, tuple(above), fichier.data)
            near = yaml_lines.nearest(str(key), known)
            remede = f"écrire « {near} »" if near else "l’enlever" + (f" ; champs possibles ici : {', '.join(known)}" if known else "")
            meant.add((*above, near or ""))
            yield fichier.constat(details["loc"], f"champ inconnu « {shown(key)} »{owner_of(fichier.data, details['loc'])}", remede)
    for details in faults:
        if details["type"] != "extra_forbidden" and not (details["type"] == "missing" and details["loc"] in meant):
            yield _constat(details, fichier, model)


def _constat(details: ErrorDetails, fichier: Fichier, model: type[BaseModel]) -> Constat:
    loc, kind = details["loc"], details["type"]
    key = next((str(step) for step in reversed(loc) if isinstance(step, str)), "")
    if (kind == "missing" and _holds(fichier.data, loc)) or (kind.endswith("_type") and details["input"] is None):
        message, remede = _EMPTY
    else:
        message, remede = _TYPES.get(kind, _UNFORESEEN)
    info = _field(model, loc)
    facts = {
        **details.get("ctx", {}),
        "input": shown(details["input"]),
        "cle": key,
        "champ": f" ({key})" if key else "",
        "choix": ", ".join(choix or "''" for choix in (_inner(info.annotation, StrEnum) or ())) if info else "",
        "sinon": ", ou enlever la ligne si l’information n’est pas connue" if info and not info.is_required() else "",
        "exemple": f" ; exemple : {info.examples[0]}" if info and info.examples else "",
    }
    where = ("statut",) if kind == "suspension_sans_motif" else loc
    return fichier.constat(where, message.format_map(facts) + owner_of(fichier.data, loc), remede.format_map(facts))


def owner_of(data: Any, loc: Loc) -> str:
    """« , activité MA-1.4 » when the fault is inside something that has a name."""
    if len(loc) < 2 or loc[0] not in _OWNERS:
        return ""
    noun, name = _OWNERS[str(loc[0])]
    item = _at(data, loc[:2])
    named = item.get(name) if isinstance(item, dict) else None
    return f", {noun} {shown(named)}" if isinstance(named, str) else ""


def _at(data: Any, loc: Loc) -> Any:
    """What stands at a place of the raw data, None when there is nothing."""
    for step in loc:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _holds(data: Any, loc: Loc) -> bool:
    parent = _at(data, loc[:-1])
    return isinstance(parent, dict) and loc[-1] in parent


def _absent_fields(model: type[BaseModel], loc: Loc, data: Any) -> tuple[str, ...]:
    """The fields that are possible at a place and not yet there."""
    owner, there = _model_at(model, loc), _at(data, loc)
    return tuple(name for name in owner.model_fields if name not in there) if owner else ()


def _model_at(model: type[BaseModel] | None, loc: Loc) -> type[BaseModel] | None:
    for step in loc:
        if isinstance(step, str) and model is not None:
            info = model.model_fields.get(step)
            model = _inner(info.annotation, BaseModel) if info else None
    return model


def _field(model: type[BaseModel], loc: Loc) -> FieldInfo | None:
    names = tuple(step for step in loc if isinstance(step, str))
    owner = _model_at(model, names[:-1]) if names else None
    return owner.model_fields.get(names[-1]) if owner else None


def _inner(annotation: Any, kind: type[Kind]) -> type[Kind] | None:
    """The class of some kind inside an annotation such as `tuple[Activite, ...] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, kind):
        return annotation
    return next((found for inner in getattr(annotation, "__args__", ()) if (found := _inner(inner, kind))), None)
