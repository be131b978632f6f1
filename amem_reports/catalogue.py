"""From the catalogue's YAML files to one frozen Catalogue, or to all their faults with file and line.

Countries are the files of `pays/`, in the order: active ones by name, then suspended ones, then the sub-region.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from amem_reports import yaml_lines
from amem_reports.errors import AmemError, Constat, reason
from amem_reports.french import slug
from amem_reports.model import CODE, CODE_PAYS, IDENTIFIANT, Axe, CadreLogique, Catalogue, Modele, Pays, Projet, Sigle, Statut, champ
from amem_reports.yaml_lines import Lines, shown


class FichierAxes(Modele):
    """The file axes.yaml."""

    axes: tuple[Axe, ...] = champ("Axes", "Les axes du projet.", min_length=1)


class FichierSigles(Modele):
    """The file sigles.yaml."""

    sigles: tuple[Sigle, ...] = champ("Sigles", "Les sigles des documents.")


FILES: dict[str, type[BaseModel]] = {
    "projet.yaml": Projet,
    "axes.yaml": FichierAxes,
    "cadre-logique.yaml": CadreLogique,
    "sigles.yaml": FichierSigles,
}
PAYS = "pays"
MAX_CHOICES = 12
NUMERO = re.compile("[0-9]{1,9}")

Loc = tuple[int | str, ...]
Kind = TypeVar("Kind")


@dataclass
class _Fichier:
    """One file: its raw data and lines when it could be read, its value when it is valid."""

    nom: str
    data: dict[str, Any] | None = None
    lines: Lines = field(default_factory=lambda: Lines(1))
    value: Any = None
    empreinte: bytes = b""

    def constat(self, path: Loc, message: str, remede: str) -> Constat:
        return Constat(self.nom, f"ligne {self.lines.of(path)}", message, remede)


def load(folder: Path) -> Catalogue:
    """Read the catalogue of a folder; AmemError with every fault of every file when there is any."""
    with yaml_lines.uncollected():
        return _load(folder)


def _load(folder: Path) -> Catalogue:
    constats: list[Constat] = []
    paths = _paths(folder, constats)
    fichiers = {name: _read(folder / name, name, model, constats) for name, model in FILES.items()}
    pays = [_read(path, f"{PAYS}/{path.name}", Pays, constats) for path in paths]
    constats.extend(_cross(fichiers, pays))
    if constats:
        raise AmemError(sorted(dict.fromkeys(constats), key=_place))
    return Catalogue.model_construct(
        projet=fichiers["projet.yaml"].value,
        axes=tuple(sorted(fichiers["axes.yaml"].value.axes, key=lambda axe: axe.numero)),
        pays=tuple(sorted((one.value for one in pays), key=_order)),
        cadre_logique=fichiers["cadre-logique.yaml"].value,
        sigles=fichiers["sigles.yaml"].value.sigles,
        revision=_revision([*fichiers.values(), *pays]),
    )


def _order(pays: Pays) -> tuple[bool, bool, str]:
    return pays.sous_regional, pays.statut is Statut.SUSPENDU, slug(pays.nom)


def _place(constat: Constat) -> tuple[str, int, str]:
    return constat.fichier, int(constat.endroit.removeprefix("ligne ") or 0), constat.message


def _revision(fichiers: list[_Fichier]) -> str:
    """Eight hexadecimal digits that change when any word of the catalogue does, whatever the line endings."""
    digest = hashlib.sha256()
    for fichier in sorted(fichiers, key=lambda fichier: fichier.nom):
        digest.update(fichier.nom.encode() + b"\0" + fichier.empreinte)
    return digest.hexdigest()[:8]


# --- files ------------------------------------------------------------------------------------------------------------------------------


def _paths(folder: Path, constats: list[Constat]) -> list[Path]:
    """The files of the countries; AmemError at once when there is no catalogue at all."""
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        told = "le dossier du catalogue n’existe pas" if isinstance(error, FileNotFoundError) else f"dossier illisible ({reason(error)})"
        raise AmemError([Constat(str(folder), "", told, "le créer, ou indiquer l’espace de travail avec --espace")]) from None
    constats.extend(
        Constat(name, "", "fichier inconnu", f"un pays va dans « {PAYS} » ; fichiers connus : {', '.join(FILES)}")
        for name in names
        if _is_yaml(name) and name not in FILES
    )
    try:
        paths = sorted(path for path in (folder / PAYS).iterdir() if _is_yaml(path.name))
    except OSError as error:
        constats.append(Constat(f"{PAYS}/", "", f"dossier illisible ({reason(error)})", "le créer, avec un fichier YAML par pays"))
        return []
    if not paths:
        constats.append(Constat(f"{PAYS}/", "", "aucun pays", "mettre un fichier YAML par pays dans ce dossier"))
    constats.extend(
        Constat(f"{PAYS}/{path.name}", "", f"extension « {path.suffix} »", f"renommer le fichier en « {path.stem}.yaml »")
        for path in paths
        if path.suffix != ".yaml"
    )
    return [path for path in paths if path.suffix == ".yaml"]


def _is_yaml(name: str) -> bool:
    """Whether a file is meant for the catalogue; hidden ones are left by editors and by macOS on shared disks."""
    return not name.startswith(".") and Path(name).suffix.lower() in (".yaml", ".yml")


def _read(path: Path, name: str, model: type[BaseModel], constats: list[Constat]) -> _Fichier:
    text = yaml_lines.read(path, name)
    if isinstance(text, Constat):
        constats.append(text)
        return _Fichier(name)
    parsed = yaml_lines.parse(text, name)
    if isinstance(parsed, list):
        constats.extend(parsed)
        return _Fichier(name)
    fichier = _Fichier(name, lines=parsed.lines, empreinte=hashlib.sha256(text.replace("\r\n", "\n").encode()).digest())
    if not isinstance(parsed.data, dict):
        constats.append(fichier.constat((), "le fichier ne commence pas par une clé", "écrire « clé: valeur » sans retrait"))
        return fichier
    fichier.data = parsed.data
    try:
        fichier.value = model.model_validate(parsed.data)
    except ValidationError as error:
        constats.extend(_told(error.errors(include_url=False), fichier, model))
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


def _told(faults: list[ErrorDetails], fichier: _Fichier, model: type[BaseModel]) -> Iterator[Constat]:
    """Each fault in French; a field missed only because its key is misspelt is told once, with the right spelling."""
    meant: set[Loc] = set()
    for details in faults:
        if details["type"] == "extra_forbidden":
            *above, key = details["loc"]
            known = _absent_fields(model, tuple(above), fichier.data)
            near = yaml_lines.nearest(str(key), known)
            remede = f"écrire « {near} »" if near else "l’enlever" + (f" ; champs possibles ici : {', '.join(known)}" if known else "")
            meant.add((*above, near or ""))
            yield fichier.constat(details["loc"], f"champ inconnu « {shown(key)} »{_owner(fichier.data, details['loc'])}", remede)
    for details in faults:
        if details["type"] != "extra_forbidden" and not (details["type"] == "missing" and details["loc"] in meant):
            yield _constat(details, fichier, model)


def _constat(details: ErrorDetails, fichier: _Fichier, model: type[BaseModel]) -> Constat:
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
    return fichier.constat(where, message.format_map(facts) + _owner(fichier.data, loc), remede.format_map(facts))


def _owner(data: Any, loc: Loc) -> str:
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


# --- rules that span several activities or files --------------------------------------------------------------------------------------


def _cross(fichiers: dict[str, _Fichier], pays: list[_Fichier]) -> Iterator[Constat]:
    """Rules across files, on raw data, so that they speak even where another fault keeps a file from being valid."""
    cadre, axes = fichiers["cadre-logique.yaml"], fichiers["axes.yaml"]
    yield from _duplicates(pays, "", "code", "code de pays")
    yield from _duplicates(pays, "", "nom", "nom de pays", slug)
    yield from _duplicates(pays, "activites", "identifiant", "identifiant")
    yield from _duplicates([axes], "axes", "numero", "numéro d’axe", lambda text: text.lstrip("+0"))
    yield from _duplicates([fichiers["sigles.yaml"]], "sigles", "sigle", "sigle")
    for group in ("effets", "produits", "indicateurs"):
        yield from _duplicates([cadre], group, "code", "code")
    yield from _duplicates([cadre], "effets", "axe", "axe d’effet")
    yield from _links_of_cadre(cadre, axes)
    for one in pays:
        yield from _links_of_activites(one, axes, cadre)


def _text(value: Any) -> str | None:
    return value.strip() if isinstance(value, str) else None


def _items(fichier: _Fichier, key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    items = fichier.data.get(key) if fichier.data else None
    return ((i, item) for i, item in enumerate(items if isinstance(items, list) else []) if isinstance(item, dict))


def _duplicates(fichiers: list[_Fichier], group: str, key: str, label: str, same: Callable[[str], str] = str) -> Iterator[Constat]:
    """Names taken twice, among the items of a list of these files, or (no list named) among the files themselves."""
    seen: dict[str, tuple[str, int]] = {}
    for fichier in fichiers:
        for path, name in _names(fichier, group, key):
            if first := seen.get(same(name)):
                message = f"{label} « {shown(name)} » déjà pris ({first[0]}, ligne {first[1]})"
                yield fichier.constat(path, message, "en donner un autre, ou enlever la répétition")
            else:
                seen[same(name)] = (fichier.nom, fichier.lines.of(path))


def _names(fichier: _Fichier, group: str, key: str) -> Iterator[tuple[Loc, str]]:
    found: Iterator[tuple[Loc, Any]]
    if group:
        found = (((group, i, key), item.get(key)) for i, item in _items(fichier, group))
    else:
        found = iter([((key,), (fichier.data or {}).get(key))])
    return ((path, text) for path, value in found if (text := _text(value)))


def _known(fichier: _Fichier, key: str, name: str) -> dict[str, None] | None:
    """The names that a file defines; None when they could not be read, so that nothing is held against the others."""
    if fichier.data is None or not isinstance(fichier.data.get(key) or [], list):
        return None
    return {text: None for _, item in _items(fichier, key) if (text := _text(item.get(name)))}


def _link(fichier: _Fichier, path: Loc, value: Any, known: dict[str, None] | None, what: tuple[str, str]) -> Iterator[Constat]:
    name, (noun, where) = _text(value), what
    if not name or known is None or name in known:
        return
    choices = ", ".join(known) if len(known) <= MAX_CHOICES else f"ceux de {where}"
    remede = f"choisir parmi : {choices}" if known else f"le définir d’abord dans {where}"
    yield fichier.constat(path, f"{noun} « {shown(name)} » n’existe pas{_owner(fichier.data, path)}", remede)


_AXE, _EFFET, _PRODUIT = ("l’axe", "axes.yaml"), ("l’effet", "cadre-logique.yaml"), ("le produit", "cadre-logique.yaml")


def _axe(fichier: _Fichier, path: Loc, item: dict[str, Any], axes: _Fichier) -> Iterator[Constat]:
    numero = item.get("axe")
    if isinstance(numero, str) and NUMERO.fullmatch(numero):
        yield from _link(fichier, (*path, "axe"), numero, _known(axes, "axes", "numero") or None, _AXE)


def _links_of_cadre(cadre: _Fichier, axes: _Fichier) -> Iterator[Constat]:
    effets, produits = _known(cadre, "effets", "code"), _known(cadre, "produits", "code")
    for i, effet in _items(cadre, "effets"):
        yield from _axe(cadre, ("effets", i), effet, axes)
    for i, produit in _items(cadre, "produits"):
        yield from _link(cadre, ("produits", i, "effet"), produit.get("effet"), effets, _EFFET)
    targets = {"effet": (effets, _EFFET), "produit": (produits, _PRODUIT)}
    for i, indicateur in _items(cadre, "indicateurs"):
        known, what = targets.get(str(indicateur.get("niveau")), (None, _EFFET))
        yield from _link(cadre, ("indicateurs", i, "rattachement"), indicateur.get("rattachement"), known, what)


def _links_of_activites(fichier: _Fichier, axes: _Fichier, cadre: _Fichier) -> Iterator[Constat]:
    pays = _text((fichier.data or {}).get("code")) or ""
    produits = _known(cadre, "produits", "code")
    for i, activite in _items(fichier, "activites"):
        path: Loc = ("activites", i)
        yield from _axe(fichier, path, activite, axes)
        yield from _link(fichier, (*path, "produit"), activite.get("produit"), produits, _PRODUIT)
        yield from _identifier(fichier, (*path, "identifiant"), activite, pays)


def _identifier(fichier: _Fichier, path: Loc, activite: dict[str, Any], pays: str) -> Iterator[Constat]:
    """Whether an identifier is made of its country's code and its activity's; badly formed ones are told elsewhere."""
    identifiant, code = (_text(activite.get(key)) or "" for key in ("identifiant", "code"))
    if not re.fullmatch(IDENTIFIANT, identifiant):
        return
    prefix, tail = identifiant.split("-")
    if re.fullmatch(CODE_PAYS, pays) and prefix != pays:
        yield fichier.constat(path, f"l’identifiant « {identifiant} » n’est pas du pays {pays}", f"écrire « {pays}-{tail} »")
    if re.fullmatch(CODE, code) and tail != code:
        yield fichier.constat(path, f"l’identifiant « {identifiant} » ne correspond pas au code {code}", f"écrire « {prefix}-{code} »")
