"""Work on templates themselves: check them, fill one with any JSON, start a new one from the default, write down what it may use."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from itertools import chain
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from amem_reports import octets
from amem_reports.errors import AmemError, Constat
from amem_reports.octets import RefusError

if TYPE_CHECKING:
    from amem_reports.dictionnaire import Balise
    from amem_reports.document import ReportKind
    from amem_reports.espace import Espace
    from amem_reports.rendering import Loader

MAX_JSON = 50_000_000
MAX_VALUES = 2_500_000
MAX_DEPTH = 50
PAGE = "apercu"
"""The page that shows what was produced: it has a template, checked for its structure only, and is no kind of document."""


def read_json(path: Path) -> dict[str, Any]:
    """The data of a JSON file, an object at its top; AmemError with the line of what is wrong."""
    try:
        raw = octets.read(path, MAX_JSON)
        if len(raw) > MAX_VALUES and sum(map(raw.count, (b"[", b"{", b","))) > MAX_VALUES:
            raise RefusError("trop de valeurs dans le fichier", "réduire les données")
        data = json.loads(raw, parse_constant=_refuse_number, parse_float=_finite)
    except RefusError as error:
        raise AmemError([Constat(path.name, "", error.message, error.remede)]) from error
    except UnicodeDecodeError as error:
        raise AmemError([Constat(path.name, "", "le fichier n’est pas en UTF-8", "le réenregistrer avec l’encodage UTF-8")]) from error
    except json.JSONDecodeError as error:
        remedy = "vérifier virgules, guillemets et accolades à cet endroit"
        raise AmemError([Constat(path.name, f"ligne {error.lineno}, colonne {error.colno}", "JSON mal écrit", remedy)]) from error
    except ValueError as error:  # of thousands of digits
        raise AmemError([Constat(path.name, "", "un nombre a trop de chiffres", "vérifier les nombres")]) from error
    except RecursionError as error:
        raise AmemError([Constat(path.name, "", "trop de niveaux les uns dans les autres", "simplifier les données")]) from error
    if _too_deep(data):
        raise AmemError([Constat(path.name, "", "trop de niveaux les uns dans les autres", "simplifier les données")])
    if not isinstance(data, dict):
        raise AmemError(
            [Constat(path.name, "ligne 1", "le JSON n’est pas un objet", "entourer les données de { et }, avec un nom par valeur")]
        )
    return data


def _too_deep(data: Any) -> bool:
    """Whether data goes deeper than any document needs; without recursion, which is what depth would exhaust."""
    level = [data] if isinstance(data, (dict, list)) else []
    for _ in range(MAX_DEPTH):
        inside = [*chain.from_iterable([one.values() if type(one) is dict else one for one in level])]
        if {dict, list}.isdisjoint(map(type, inside)):  # JSON makes no others; the lowest level is the largest, and soon seen so
            return False
        level = [inner for inner in inside if type(inner) in (dict, list)]
    return True


def _finite(text: str) -> float:
    return number if isfinite(number := float(text)) else _refuse_number(text)


def _refuse_number(text: str) -> NoReturn:
    raise RefusError(f"« {text[:30]} » n’est pas un nombre que l’on puisse écrire", "écrire un nombre, ou null s’il n’est pas connu")


def fill(template: Path, data: dict[str, Any], target: Path, overwrite: bool = False, load: Loader | None = None) -> tuple[str, ...]:
    """Fill any template with any data into `target`, whole or not at all; French warnings."""
    from amem_reports.ecriture import written
    from amem_reports.rendering import no_files, render

    if template.suffix.lower() != target.suffix.lower():
        remedy = f"donner au fichier de sortie le suffixe {template.suffix.lower()}"
        raise AmemError([Constat(target.name, "", f"le modèle est en {template.suffix.lower()}", remedy)])
    if target.exists() and not overwrite:
        raise AmemError([Constat(target.name, "", "le fichier existe déjà", "choisir un autre nom, ou ajouter --remplacer")])
    with written(target) as out:
        return render(template, data, out, load=load or no_files)


def check(espace: Espace, files: Iterable[Path], kinds: Iterable[ReportKind]) -> tuple[list[Path], list[Constat]]:
    """Look at templates (all of the workspace when none is named): the files looked at, and every fault of each.

    A template in the folder of a kind is checked against the fictional data, in which nothing is empty, and filled with it and with the
    workspace's own; any other is checked for its structure only.
    """
    by_name = {kind.nom: kind for kind in kinds}
    looked = list(files) or [path for name in (*by_name, PAGE) for path in espace.fichiers(name)]
    return looked, [constat for path in looked for constat in _faults(espace, path, by_name.get(path.resolve().parent.name))]


def outside(files: Iterable[Path], kinds: Iterable[ReportKind]) -> list[Constat]:
    """What templates hold that leads out of the documents made of them: no fault, and yet to be known."""
    from amem_reports.rendering import outside as leads_out

    known = {kind.nom for kind in kinds}
    found = []
    for path in files:
        folder = path.resolve().parent.name
        found += [one._replace(fichier=f"{folder}/{one.fichier}") if folder in known else one for one in leads_out(path)]
    return found


def _faults(espace: Espace, path: Path, kind: ReportKind | None) -> list[Constat]:
    from amem_reports.dictionnaire import sample
    from amem_reports.rendering import check as check_template

    if kind is None:
        return [constat for constat in check_template(path, {}) if not constat.message.startswith("nom inconnu")]
    found = check_template(path, sample(kind)) or [
        constat for context in (sample(kind), *_contexts(espace, kind)) for constat in _fill_faults(path, context)
    ]
    return [constat._replace(fichier=f"{kind.nom}/{constat.fichier}") for constat in dict.fromkeys(found)]


def _contexts(espace: Espace, kind: ReportKind) -> list[dict[str, Any]]:
    """The workspace's own data for a kind, at a fixed date; none while its catalogue has faults, which « amem verifier » tells."""
    from amem_reports.catalogue import load
    from amem_reports.dossier import Dossier
    from amem_reports.exemple import DAY, PERIODE
    from amem_reports.produce import documents

    try:
        catalogue = load(espace.catalogue)
    except AmemError:
        return []
    return [document.contexte for document in documents(kind, Dossier(catalogue=catalogue, date=DAY, periode=PERIODE))]


def _fill_faults(path: Path, context: dict[str, Any]) -> tuple[Constat, ...]:
    from amem_reports.rendering import render

    try:
        render(path, context, io.BytesIO())
    except AmemError as error:
        return error.constats
    return ()


def start(espace: Espace, kind: str, name: str) -> list[Path]:
    """Copy the default templates of a kind under a new name; AmemError when one of that name exists."""
    if Path(name).name != name or "\\" in name or name.startswith((".", "~")) or not name.strip() or not name.isprintable():
        raise AmemError([Constat(f"templates/{kind}", f"modèle « {name} »", "nom refusé", "donner un nom simple, sans dossier")])
    suffixes = [path.suffix[1:] for path in espace.fichiers(kind) if path.stem == "defaut"] or ["docx"]
    sources = {suffix: espace.template(kind, "defaut", suffix) for suffix in suffixes}
    targets = {suffix: espace.templates / kind / f"{name}.{suffix}" for suffix in suffixes}
    existing = [target.name for target in targets.values() if target.exists()]
    if existing:
        raise AmemError([Constat(f"templates/{kind}", one, "ce modèle existe déjà", "choisir un autre nom") for one in existing])
    (espace.templates / kind).mkdir(exist_ok=True)
    for suffix in suffixes:
        targets[suffix].write_bytes(sources[suffix].read_bytes())
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
