"""`amem comparer`: what changed between two periods, or between two versions of the catalogue."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from amem_reports.commandes.commun import open_dossier
from amem_reports.commandes.production import make, production_options
from amem_reports.errors import AmemError, Constat
from amem_reports.reports import COMPARAISON

if TYPE_CHECKING:
    from amem_reports.dossier import Dossier
    from amem_reports.model import Periode

_SCREEN = ("tableau", "json")


def compare(espace: Path | None, avant: str, apres: str | None, formats: tuple[str, ...], **options: Any) -> None:
    """Read both sides, then print what changed or make the Word page."""
    found, dossier = open_dossier(espace, options["day"])
    document = COMPARAISON.document(_sides(dossier, avant, apres))
    wanted = tuple(dict.fromkeys(formats)) or _SCREEN[:1]
    if files := tuple(one for one in wanted if one not in _SCREEN):
        make(found, [document], {**options, "formats": files})
    if "json" in wanted:
        from amem_reports.produce import as_json

        click.echo(as_json(document), nl=False)
    if "tableau" in wanted:
        _print(document.contexte)


def _sides(dossier: Dossier, avant: str, apres: str | None) -> Dossier:
    """The dossier with what it is compared with. Two periods, or one with that before it; two folders, or one with the workspace."""
    from amem_reports.explication import known_period

    old, new = _period(avant), _period(apres) if apres else None
    if old and apres is None:
        return replace(dossier, periode=known_period(dossier.suivi, old))
    if old and new:
        old, new = (known_period(dossier.suivi, one) for one in (old, new))
        return replace(dossier, periode=new, avant=replace(dossier, periode=old))
    if old or new:
        message = "une période et un dossier ne se comparent pas"
        raise AmemError([Constat("ligne de commande", f"« {avant} » et « {apres} »", message, "donner deux périodes, ou deux dossiers")])
    later = _catalogue(dossier, Path(apres)) if apres else dossier
    return replace(later, avant=_catalogue(dossier, Path(avant)))


def _period(text: str) -> Periode | None:
    from amem_reports.model import Periode

    try:
        return Periode.parse(text)
    except ValueError:
        return None


def _catalogue(dossier: Dossier, folder: Path) -> Dossier:
    """The catalogue of a workspace, or of a folder that is a catalogue itself."""
    from amem_reports.catalogue import load
    from amem_reports.espace import CATALOGUE

    if not folder.is_dir():
        remede = "écrire une période (2019-T3, 2019-S2, 2019), ou un dossier qui contient un catalogue"
        raise AmemError([Constat("ligne de commande", f"« {folder} »", "ni une période, ni un dossier", remede)])
    inner = folder / CATALOGUE
    return replace(dossier, catalogue=load(inner if inner.is_dir() else folder))


def _print(contexte: dict[str, Any]) -> None:
    from amem_reports.tables import print_table

    head = ("Élément", "Libellé", "Champ", "Avant", "Après", "Écart")
    for rubrique in contexte["rubriques"]:
        click.echo(rubrique["titre"])
        print_table(head, [_row(one, ligne) for one in rubrique["elements"] for ligne in one["lignes"]])
    click.echo(contexte["synthese"])


def _row(one: dict[str, Any], ligne: dict[str, Any]) -> tuple[str, ...]:
    """Where an item came or went, the word for it stands in place of a field."""
    cells = (one["element"], one["libelle"], ligne["champ"] or ligne["nature"], ligne["avant"], ligne["apres"], ligne["ecart"])
    return tuple(cell or "" for cell in cells)


_FORMATS = click.option(
    "--format",
    "formats",
    type=click.Choice((*_SCREEN, "docx", "pdf")),
    multiple=True,
    help="Forme du résultat ; répétable (par défaut : tableau).",
)
_HELP = """Ce qui a changé entre deux périodes ou deux catalogues.

AVANT et APRES sont deux périodes (2019-T3, 2019-S2, 2019) ou deux dossiers qui contiennent un catalogue.
Une période seule se compare avec celle d’avant, un dossier seul avec le catalogue de l’espace.
"""
_filled = _FORMATS(production_options(compare))
_filled = click.argument("apres", metavar="[APRES]", required=False)(_filled)
COMMANDES = (click.command("comparer", help=_HELP)(click.argument("avant", metavar="AVANT")(_filled)),)
