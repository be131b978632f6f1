"""From the catalogue's YAML files to one frozen Catalogue, or to all their faults with file and line.

Countries are the files of `pays/`, in the order: active ones by name, then suspended ones, then the sub-region.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from amem_reports import yaml_lines
from amem_reports.errors import AmemError, Constat, reason
from amem_reports.fichier import Fichier, Loc, owner_of, read_file
from amem_reports.french import slug
from amem_reports.model import CODE, CODE_PAYS, IDENTIFIANT, Axe, CadreLogique, Catalogue, Modele, Pays, Projet, Sigle, Statut, Taux, champ
from amem_reports.yaml_lines import shown


class FichierAxes(Modele):
    """The file axes.yaml."""

    axes: tuple[Axe, ...] = champ("Axes", "Les axes du projet.", min_length=1)


class FichierSigles(Modele):
    """The file sigles.yaml."""

    sigles: tuple[Sigle, ...] = champ("Sigles", "Les sigles des documents.")


class FichierTaux(Modele):
    """The file taux.yaml."""

    taux: tuple[Taux, ...] = champ("Taux", "Taux de change datés.", default=())


FILES: dict[str, type[BaseModel]] = {
    "projet.yaml": Projet,
    "axes.yaml": FichierAxes,
    "cadre-logique.yaml": CadreLogique,
    "sigles.yaml": FichierSigles,
    "taux.yaml": FichierTaux,
}
PAYS = "pays"
MAX_CHOICES = 12
NUMERO = re.compile("[0-9]{1,9}")


def load(folder: Path) -> Catalogue:
    """Read the catalogue of a folder; AmemError with every fault of every file when there is any."""
    with yaml_lines.uncollected():
        return _load(folder)


def _load(folder: Path) -> Catalogue:
    constats: list[Constat] = []
    paths = _paths(folder, constats)
    fichiers = {name: read_file(folder / name, name, model, constats) for name, model in FILES.items()}
    pays = [read_file(path, f"{PAYS}/{path.name}", Pays, constats) for path in paths]
    constats.extend(islice(_cross(fichiers, pays), yaml_lines.MAX_FAULTS))
    if constats:
        raise AmemError(sorted(dict.fromkeys(constats), key=_place))
    return Catalogue.model_construct(
        projet=fichiers["projet.yaml"].value,
        axes=tuple(sorted(fichiers["axes.yaml"].value.axes, key=lambda axe: axe.numero)),
        pays=tuple(sorted((one.value for one in pays), key=_order)),
        cadre_logique=fichiers["cadre-logique.yaml"].value,
        sigles=fichiers["sigles.yaml"].value.sigles,
        taux=fichiers["taux.yaml"].value.taux,
        revision=_revision([*fichiers.values(), *pays]),
    )


def _order(pays: Pays) -> tuple[bool, bool, str]:
    return pays.sous_regional, pays.statut is Statut.SUSPENDU, slug(pays.nom)


def _place(constat: Constat) -> tuple[str, int, str]:
    return constat.fichier, int(constat.endroit.removeprefix("ligne ") or 0), constat.message


def _revision(fichiers: list[Fichier]) -> str:
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


# --- rules that span several activities or files --------------------------------------------------------------------------------------


def _cross(fichiers: dict[str, Fichier], pays: list[Fichier]) -> Iterator[Constat]:
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


def _items(fichier: Fichier, key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    items = fichier.data.get(key) if fichier.data else None
    return ((i, item) for i, item in enumerate(items if isinstance(items, list) else []) if isinstance(item, dict))


def _duplicates(fichiers: list[Fichier], group: str, key: str, label: str, same: Callable[[str], str] = str) -> Iterator[Constat]:
    """Names taken twice, among the items of a list of these files, or (no list named) among the files themselves."""
    seen: dict[str, tuple[str, int]] = {}
    for fichier in fichiers:
        for path, name in _names(fichier, group, key):
            if first := seen.get(same(name)):
                message = f"{label} « {shown(name)} » déjà pris ({first[0]}, ligne {first[1]})"
                yield fichier.constat(path, message, "en donner un autre, ou enlever la répétition")
            else:
                seen[same(name)] = (fichier.nom, fichier.lines.of(path))


def _names(fichier: Fichier, group: str, key: str) -> Iterator[tuple[Loc, str]]:
    found: Iterator[tuple[Loc, Any]]
    if group:
        found = (((group, i, key), item.get(key)) for i, item in _items(fichier, group))
    else:
        found = iter([((key,), (fichier.data or {}).get(key))])
    return ((path, text) for path, value in found if (text := _text(value)))


def _known(fichier: Fichier, key: str, name: str) -> dict[str, None] | None:
    """The names that a file defines; None when they could not be read, so that nothing is held against the others."""
    if fichier.data is None or not isinstance(fichier.data.get(key) or [], list):
        return None
    return {text: None for _, item in _items(fichier, key) if (text := _text(item.get(name)))}


def _link(fichier: Fichier, path: Loc, value: Any, known: dict[str, None] | None, what: tuple[str, str]) -> Iterator[Constat]:
    name, (noun, where) = _text(value), what
    if not name or known is None or name in known:
        return
    choices = ", ".join(known) if len(known) <= MAX_CHOICES else f"ceux de {where}"
    remede = f"choisir parmi : {choices}" if known else f"le définir d’abord dans {where}"
    yield fichier.constat(path, f"{noun} « {shown(name)} » n’existe pas{owner_of(fichier.data, path)}", remede)


_AXE, _EFFET, _PRODUIT = ("l’axe", "axes.yaml"), ("l’effet", "cadre-logique.yaml"), ("le produit", "cadre-logique.yaml")


def _axe(fichier: Fichier, path: Loc, item: dict[str, Any], axes: Fichier) -> Iterator[Constat]:
    numero = item.get("axe")
    if isinstance(numero, str) and NUMERO.fullmatch(numero):
        yield from _link(fichier, (*path, "axe"), numero, _known(axes, "axes", "numero") or None, _AXE)


def _links_of_cadre(cadre: Fichier, axes: Fichier) -> Iterator[Constat]:
    effets, produits = _known(cadre, "effets", "code"), _known(cadre, "produits", "code")
    for i, effet in _items(cadre, "effets"):
        yield from _axe(cadre, ("effets", i), effet, axes)
    for i, produit in _items(cadre, "produits"):
        yield from _link(cadre, ("produits", i, "effet"), produit.get("effet"), effets, _EFFET)
    targets = {"effet": (effets, _EFFET), "produit": (produits, _PRODUIT)}
    for i, indicateur in _items(cadre, "indicateurs"):
        known, what = targets.get(str(indicateur.get("niveau")), (None, _EFFET))
        yield from _link(cadre, ("indicateurs", i, "rattachement"), indicateur.get("rattachement"), known, what)


def _links_of_activites(fichier: Fichier, axes: Fichier, cadre: Fichier) -> Iterator[Constat]:
    pays = _text((fichier.data or {}).get("code")) or ""
    produits = _known(cadre, "produits", "code")
    for i, activite in _items(fichier, "activites"):
        path: Loc = ("activites", i)
        yield from _axe(fichier, path, activite, axes)
        yield from _link(fichier, (*path, "produit"), activite.get("produit"), produits, _PRODUIT)
        yield from _identifier(fichier, (*path, "identifiant"), activite, pays)


def _identifier(fichier: Fichier, path: Loc, activite: dict[str, Any], pays: str) -> Iterator[Constat]:
    """Whether an identifier is made of its country's code and its activity's; badly formed ones are told elsewhere."""
    identifiant, code = (_text(activite.get(key)) or "" for key in ("identifiant", "code"))
    if not re.fullmatch(IDENTIFIANT, identifiant):
        return
    prefix, tail = identifiant.split("-")
    if re.fullmatch(CODE_PAYS, pays) and prefix != pays:
        yield fichier.constat(path, f"l’identifiant « {identifiant} » n’est pas du pays {pays}", f"écrire « {pays}-{tail} »")
    if re.fullmatch(CODE, code) and tail != code:
        yield fichier.constat(path, f"l’identifiant « {identifiant} » ne correspond pas au code {code}", f"écrire « {prefix}-{code} »")
