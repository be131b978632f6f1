"""From the catalogue's YAML files to one frozen Catalogue, or to all their faults with file and line.

Countries are the files of `pays/`, in the order: active ones by name, then suspended ones, then the sub-region.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from amem_reports import yaml_lines
from amem_reports.errors import AmemError, Constat
from amem_reports.french import slug
from amem_reports.model import Axe, CadreLogique, Catalogue, Modele, Pays, Projet, Sigle, Statut
from amem_reports.yaml_lines import Lines, Parsed


class FichierAxes(Modele):
    """Le fichier axes.yaml."""

    axes: tuple[Axe, ...]


class FichierSigles(Modele):
    """Le fichier sigles.yaml."""

    sigles: tuple[Sigle, ...]


FILES: dict[str, type[BaseModel]] = {
    "projet.yaml": Projet,
    "axes.yaml": FichierAxes,
    "cadre-logique.yaml": CadreLogique,
    "sigles.yaml": FichierSigles,
}


@dataclass
class _Fichier:
    """One file: its raw data and lines when it could be read, its value when it is valid."""

    nom: str
    data: Any = None
    lines: Lines = field(default_factory=lambda: Lines(1))
    value: Any = None


def load(folder: Path) -> Catalogue:
    """Read the catalogue of a folder; AmemError with every fault of every file when there is any."""
    if not folder.is_dir():
        raise AmemError(
            [Constat(str(folder), "", "le dossier du catalogue n’existe pas", "le créer, ou indiquer l’espace de travail avec --espace")]
        )
    constats: list[Constat] = []
    fichiers = {name: _read(folder / name, name, model, constats) for name, model in FILES.items()}
    pays = [_read(path, f"pays/{path.name}", Pays, constats) for path in sorted((folder / "pays").glob("*.yaml"))]
    if not pays:
        constats.append(Constat("pays/", "", "aucun pays", "mettre un fichier YAML par pays dans ce dossier"))
    constats.extend(_cross(fichiers, pays))
    if constats:
        raise AmemError(sorted(dict.fromkeys(constats), key=_place))
    return Catalogue.model_construct(
        projet=fichiers["projet.yaml"].value,
        axes=tuple(sorted(fichiers["axes.yaml"].value.axes, key=lambda axe: axe.numero)),
        pays=tuple(sorted((one.value for one in pays), key=_order)),
        cadre_logique=fichiers["cadre-logique.yaml"].value,
        sigles=fichiers["sigles.yaml"].value.sigles,
        revision=_revision(folder, [*FILES, *(one.nom for one in pays)]),
    )


def _order(pays: Pays) -> tuple[bool, bool, str]:
    return pays.sous_regional, pays.statut is Statut.SUSPENDU, slug(pays.nom)


def _place(constat: Constat) -> tuple[str, int, str]:
    digits = "".join(char for char in constat.endroit if char.isdigit())
    return constat.fichier, int(digits or 0), constat.message


def _revision(folder: Path, names: list[str]) -> str:
    """Eight hexadecimal digits that change when any word of the catalogue does, whatever the line endings."""
    digest = hashlib.sha256()
    for name in sorted(names):
        digest.update(name.encode() + b"\0" + (folder / name).read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()[:8]


def _read(path: Path, name: str, model: type[BaseModel], constats: list[Constat]) -> _Fichier:
    parsed = yaml_lines.read(path, name)
    if not isinstance(parsed, Parsed):
        constats.extend(parsed)
        return _Fichier(name)
    fichier = _Fichier(name, parsed.data, parsed.lines)
    if not isinstance(parsed.data, dict):
        constats.append(
            Constat(name, f"ligne {parsed.lines.line}", "le fichier ne commence pas par une clé", "écrire « clé: valeur » sans retrait")
        )
        return _Fichier(name)
    try:
        fichier.value = model.model_validate(parsed.data)
    except ValidationError as error:
        constats.extend(_constat(details, fichier, model) for details in error.errors(include_url=False))
    return fichier


# --- pydantic's faults in French, keyed on their type ---------------------------------------------------------------------------------

_TYPES: dict[str, tuple[str, str]] = {
    "string_type": ("il faut un texte", "écrire un texte simple après « : »"),
    "string_too_short": ("texte vide", "écrire le texte, ou enlever la ligne si l’information n’est pas connue"),
    "int_parsing": ("« {input} » n’est pas un nombre entier", "écrire un nombre entier"),
    "int_type": ("il faut un nombre entier", "écrire un nombre entier"),
    "decimal_parsing": ("« {input} » n’est pas un nombre", "écrire les chiffres sans espace, avec un point : 12500.50"),
    "decimal_type": ("il faut un nombre", "écrire les chiffres sans espace, avec un point : 12500.50"),
    "decimal_max_digits": ("« {input} » a trop de chiffres", "vérifier le nombre"),
    "decimal_max_places": ("« {input} » a trop de décimales", "garder trois décimales au plus"),
    "decimal_whole_digits": ("« {input} » a trop de chiffres", "vérifier le nombre"),
    "finite_number": ("« {input} » n’est pas un nombre fini", "écrire un nombre"),
    "greater_than_equal": ("« {input} » est trop petit", "le minimum est {ge}"),
    "less_than_equal": ("« {input} » est trop grand", "le maximum est {le}"),
    "bool_parsing": ("« {input} » n’est ni vrai ni faux", "écrire true ou false"),
    "bool_type": ("il faut vrai ou faux", "écrire true ou false"),
    "enum": ("valeur inconnue « {input} »", "choisir parmi : {expected}"),
    "missing": ("il manque « {key} »", "ajouter la ligne « {key}: … »"),
    "tuple_type": ("il faut une liste", "écrire un tiret par élément, ou [a, b]"),
    "model_type": ("il faut un groupe de champs", "écrire les champs en retrait, un par ligne"),
    "model_attributes_type": ("il faut un groupe de champs", "écrire les champs en retrait, un par ligne"),
    "string_pattern_mismatch": ("« {input} » n’a pas la forme attendue", "suivre le modèle des lignes voisines{example}"),
    "echeance": ("date illisible « {input} »", "écrire un mois (2019-03) ou un trimestre (2019-T2)"),
    "axe_du_code": (
        "l’activité {code} est rangée sous l’axe {axe}",
        "corriger « axe » ou « code » : le premier chiffre du code est celui de l’axe",
    ),
    "fin_avant_debut": ("la fin ({fin}) est avant le début ({debut})", "corriger « debut » ou « fin »"),
    "suspension_sans_motif": ("{nom} est suspendu sans motif", "ajouter « suspension: » avec « valeur: » et « source: »"),
}
_KEY_OF_TYPE = {"axe_du_code": "axe", "fin_avant_debut": "fin", "suspension_sans_motif": "statut"}


def _constat(details: ErrorDetails, fichier: _Fichier, model: type[BaseModel]) -> Constat:
    loc, kind = details["loc"], details["type"]
    key = str(loc[-1]) if loc else ""
    line = fichier.lines.of((*loc, _KEY_OF_TYPE[kind]) if kind in _KEY_OF_TYPE else loc)
    if kind == "extra_forbidden":
        near = yaml_lines.nearest(key, _fields(model, loc[:-1]))
        remedy = f"écrire « {near} »" if near else f"enlever la ligne ; champs connus : {', '.join(_fields(model, loc[:-1]))}"
        return Constat(fichier.nom, f"ligne {line}", f"champ inconnu « {key} »", remedy)
    message, remedy = _TYPES.get(kind, ("valeur refusée « {input} »", "comparer avec les lignes voisines"))
    facts = {
        **details.get("ctx", {}),
        "input": _shown(details["input"]),
        "key": key,
        "expected": _choices(details),
        "example": _example(model, loc),
    }
    where = f" ({key})" if kind not in _KEY_OF_TYPE and kind != "missing" and isinstance(loc[-1] if loc else 0, str) else ""
    return Constat(fichier.nom, f"ligne {line}", message.format_map(facts) + where + _owner(fichier.data, loc), remedy.format_map(facts))


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:60] + "…"


def _choices(details: ErrorDetails) -> str:
    return str(details.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ")


def _owner(data: Any, loc: tuple[int | str, ...]) -> str:
    """« , activité MA-1.4 » when the fault is inside an activity or an indicator that has a name."""
    for step in loc:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(data, dict) and isinstance(data.get("identifiant"), str):
            return f", activité {data['identifiant']}"
    return ""


def _fields(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The field names that are known at a place."""
    found = _model_at(model, loc)
    return list(found.model_fields) if found else []


def _model_at(model: type[BaseModel] | None, loc: tuple[int | str, ...]) -> type[BaseModel] | None:
    for step in loc:
        if isinstance(step, str) and model is not None:
            info = model.model_fields.get(step)
            model = _inner_model(info.annotation) if info else None
    return model


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in getattr(annotation, "__args__", ()) if (found := _inner_model(inner))), None)


def _example(model: type[BaseModel], loc: tuple[int | str, ...]) -> str:
    owner = _model_at(model, loc[:-1])
    info = owner.model_fields.get(str(loc[-1])) if owner and loc else None
    return f" ; exemple : {info.examples[0]}" if info and info.examples else ""


# --- rules that span several activities or files --------------------------------------------------------------------------------------


def _cross(fichiers: dict[str, _Fichier], pays: list[_Fichier]) -> Iterator[Constat]:
    """Rules across files, on raw data, so that they speak even where another fault keeps a file from being valid."""
    cadre = fichiers["cadre-logique.yaml"]
    yield from _duplicates(pays, "", "code", "code de pays")
    yield from _duplicates(pays, "activites", "identifiant", "identifiant")
    yield from _duplicates([fichiers["axes.yaml"]], "axes", "numero", "numéro d’axe")
    yield from _duplicates([fichiers["sigles.yaml"]], "sigles", "sigle", "sigle")
    for group in ("effets", "produits", "indicateurs"):
        yield from _duplicates([cadre], group, "code", "code")
    yield from _logframe_links(cadre, fichiers["axes.yaml"])
    for one in pays:
        yield from _activity_links(one, fichiers["axes.yaml"], cadre)


def _items(fichier: _Fichier, key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    items = fichier.data.get(key) if isinstance(fichier.data, dict) else None
    return ((i, item) for i, item in enumerate(items if isinstance(items, list) else []) if isinstance(item, dict))


def _duplicates(fichiers: list[_Fichier], group: str, key: str, label: str) -> Iterator[Constat]:
    """Names taken twice, among the items of a list of these files, or (no list named) among the files themselves."""
    seen: dict[str, tuple[str, int]] = {}
    for fichier in fichiers:
        for path, name in _names(fichier, group, key):
            line = fichier.lines.of(path)
            if name in seen:
                first, at = seen[name]
                yield Constat(fichier.nom, f"ligne {line}", f"{label} « {name} » déjà pris ({first}, ligne {at})", "en donner un autre")
            seen.setdefault(name, (fichier.nom, line))


def _names(fichier: _Fichier, group: str, key: str) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if not group:
        value = fichier.data.get(key) if isinstance(fichier.data, dict) else None
        found: list[tuple[tuple[str | int, ...], Any]] = [((key,), value)]
    else:
        found = [((group, i), item.get(key)) for i, item in _items(fichier, group)]
    return ((path, name) for path, name in found if isinstance(name, str))


def _known(fichier: _Fichier, key: str, name: str) -> list[str] | None:
    """The names that a file defines; None when the file could not be read, so that nothing is held against the others."""
    return [str(item.get(name)) for _, item in _items(fichier, key)] if isinstance(fichier.data, dict) else None


def _link(fichier: _Fichier, path: tuple[str | int, ...], value: Any, known: list[str] | None, what: str, where: str) -> Iterator[Constat]:
    if isinstance(value, str) and known is not None and value not in known:
        remedy = f"choisir parmi : {', '.join(known)}" if known else f"le définir d’abord dans {where}"
        yield Constat(fichier.nom, f"ligne {fichier.lines.of(path)}", f"{what} « {value} » n’existe pas", remedy)


def _logframe_links(cadre: _Fichier, axes: _Fichier) -> Iterator[Constat]:
    effets, produits = _known(cadre, "effets", "code"), _known(cadre, "produits", "code")
    for i, effet in _items(cadre, "effets"):
        yield from _link(cadre, ("effets", i, "axe"), effet.get("axe"), _known(axes, "axes", "numero"), "l’axe", "axes.yaml")
    for i, produit in _items(cadre, "produits"):
        yield from _link(cadre, ("produits", i, "effet"), produit.get("effet"), effets, "l’effet", "cadre-logique.yaml")
    targets = {"effet": effets, "produit": produits}
    for i, indicateur in _items(cadre, "indicateurs"):
        niveau, path = indicateur.get("niveau"), ("indicateurs", i, "rattachement")
        if niveau in targets and indicateur.get("rattachement") is None:
            message = f"l’indicateur de niveau {niveau} n’est rattaché à rien"
            yield Constat(cadre.nom, f"ligne {cadre.lines.of(path)}", message, f"ajouter « rattachement: » avec le code d’un {niveau}")
        yield from _link(
            cadre,
            path,
            indicateur.get("rattachement"),
            targets.get(str(niveau)),
            {"effet": "l’effet"}.get(str(niveau), "le produit"),
            "cadre-logique.yaml",
        )


def _activity_links(fichier: _Fichier, axes: _Fichier, cadre: _Fichier) -> Iterator[Constat]:
    country = fichier.data.get("code") if isinstance(fichier.data, dict) else None
    known, produits = _known(axes, "axes", "numero"), _known(cadre, "produits", "code")
    for i, activite in _items(fichier, "activites"):
        path: tuple[str | int, ...] = ("activites", i)
        yield from _link(fichier, (*path, "axe"), activite.get("axe"), known, "l’axe", "axes.yaml")
        yield from _link(fichier, (*path, "produit"), activite.get("produit"), produits, "le produit", "cadre-logique.yaml")
        yield from _identifier(fichier, path, activite, country)


def _identifier(fichier: _Fichier, path: tuple[str | int, ...], activite: dict[str, Any], country: Any) -> Iterator[Constat]:
    identifiant, code = activite.get("identifiant"), activite.get("code")
    if not isinstance(identifiant, str) or identifiant.count("-") != 1:
        return
    prefix, tail = identifiant.split("-")
    place = f"ligne {fichier.lines.of((*path, 'identifiant'))}"
    if isinstance(country, str) and prefix != country:
        yield Constat(fichier.nom, place, f"l’identifiant « {identifiant} » n’est pas du pays {country}", f"écrire « {country}-{tail} »")
    if isinstance(code, str) and tail != code:
        yield Constat(
            fichier.nom, place, f"l’identifiant « {identifiant} » ne correspond pas au code {code}", f"écrire « {prefix}-{code} »"
        )
