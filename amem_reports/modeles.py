"""Work on templates themselves: fill one with any JSON, start a new one from the default, write down what it may use."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amem_reports.document import ReportKind
from amem_reports.errors import AmemError, Constat, reason
from amem_reports.espace import Espace

if TYPE_CHECKING:
    from amem_reports.dictionnaire import Balise

MAX_JSON = 500_000_000
SUFFIXES = ("docx", "xlsx")


def read_json(path: Path) -> dict[str, Any]:
    """The data of a JSON file, an object at its top; AmemError with the line of what is wrong."""
    try:
        if path.stat().st_size > MAX_JSON:
            raise AmemError([Constat(path.name, "", f"fichier trop grand (plus de {MAX_JSON // 1_000_000} Mo)", "réduire les données")])
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise AmemError(
            [Constat(path.name, "", f"fichier impossible à lire ({reason(error)})", "vérifier le nom et les droits")]
        ) from error
    except UnicodeDecodeError as error:
        raise AmemError([Constat(path.name, "", "le fichier n’est pas en UTF-8", "le réenregistrer avec l’encodage UTF-8")]) from error
    except json.JSONDecodeError as error:
        remedy = "vérifier virgules, guillemets et accolades à cet endroit"
        raise AmemError([Constat(path.name, f"ligne {error.lineno}, colonne {error.colno}", "JSON mal écrit", remedy)]) from error
    except RecursionError as error:
        raise AmemError([Constat(path.name, "", "trop de niveaux les uns dans les autres", "simplifier les données")]) from error
    if not isinstance(data, dict):
        raise AmemError(
            [Constat(path.name, "ligne 1", "le JSON n’est pas un objet", "entourer les données de { et }, avec un nom par valeur")]
        )
    return data


def fill(template: Path, data: dict[str, Any], target: Path, replace: bool = False) -> tuple[str, ...]:
    """Fill any template with any data into `target`, whole or not at all; French warnings."""
    from amem_reports.publish import staging
    from amem_reports.rendering import render

    if template.suffix.lower() != target.suffix.lower():
        remedy = f"donner au fichier de sortie le suffixe {template.suffix.lower()}"
        raise AmemError([Constat(target.name, "", f"le modèle est en {template.suffix.lower()}", remedy)])
    if target.exists() and not replace:
        raise AmemError([Constat(target.name, "", "le fichier existe déjà", "choisir un autre nom, ou ajouter --remplacer")])
    with staging(target.parent) as folder:
        made = folder / target.name
        with made.open("wb") as out:
            warnings = render(template, data, out)
        try:
            made.replace(target)
        except OSError as error:
            remedy = "le fermer dans Word ou Excel, vérifier les droits, puis recommencer"
            raise AmemError([Constat(target.name, "", f"fichier impossible à écrire ({reason(error)})", remedy)]) from error
    return warnings


def start(espace: Espace, kind: str, name: str) -> list[Path]:
    """Copy the default templates of a kind under a new name; AmemError when one of that name exists."""
    if Path(name).name != name or "\\" in name or name.startswith((".", "~")) or not name.strip():
        raise AmemError([Constat(f"templates/{kind}", f"modèle « {name} »", "nom refusé", "donner un nom simple, sans dossier")])
    sources = {suffix: espace.template(kind, "defaut", suffix) for suffix in SUFFIXES}
    targets = {suffix: espace.templates / kind / f"{name}.{suffix}" for suffix in SUFFIXES}
    existing = [target.name for target in targets.values() if target.exists()]
    if existing:
        raise AmemError([Constat(f"templates/{kind}", one, "ce modèle existe déjà", "choisir un autre nom") for one in existing])
    for suffix in SUFFIXES:
        shutil.copyfile(sources[suffix], targets[suffix])
    return list(targets.values())


def dictionary_markdown(kinds: Iterable[ReportKind]) -> dict[str, str]:
    """The dictionary of tags as Markdown, one file a kind."""
    from amem_reports.dictionnaire import tags

    return {f"balises-{kind.nom}.md": _markdown(kind, tags(kind)) for kind in kinds}


def _markdown(kind: ReportKind, found: list[Balise]) -> str:
    head = (
        f"# Balises du modèle « {kind.titre} »\n\n"
        "Une liste se parcourt par une boucle : pour `axes[].activites[].intitule`, une boucle sur `axes`, "
        "une boucle sur les `activites` de chaque axe, puis la balise `{{ activite.intitule }}`.\n\n"
        "| Balise | Contenu | Type | Unité | Exemple |\n|---|---|---|---|---|\n"
    )
    rows = (f"| `{one.chemin}` | {one.libelle} | {one.type} | {one.unite} | {one.exemple.replace('|', '¦')} |\n" for one in found)
    return head + "".join(rows)
