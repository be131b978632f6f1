"""`amem saisie`: the workbooks that country teams fill for a quarter."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from amem_reports.commandes.commun import complete_countries, for_period, open_dossier, read_quarter
from amem_reports.commandes.production import make, production_options
from amem_reports.reports import SAISIE

if TYPE_CHECKING:
    from amem_reports.model import Periode


def hand_out(espace: Path | None, periode: Periode, noms: tuple[str, ...], **options: Any) -> None:
    """Make the workbooks of the countries that are named, or of all, filled with what is stored."""
    from amem_reports.produce import documents, find_countries

    found, dossier = open_dossier(espace, options["day"])
    wanted = documents(SAISIE, for_period(dossier, periode), find_countries(dossier.catalogue, noms))
    make(found, wanted, {**options, "formats": ("xlsx",), "sortie": options["sortie"] or found.output / SAISIE.nom})


_ARGUMENTS = (
    click.argument("periode", metavar="PERIODE", callback=read_quarter),
    click.argument("noms", metavar="[PAYS]…", nargs=-1, shell_complete=complete_countries),
)
_filled = production_options(hand_out, sortie=f"« output/{SAISIE.nom} » de l’espace")
for _argument in reversed(_ARGUMENTS):
    _filled = _argument(_filled)
COMMANDES = (click.command(SAISIE.nom, help=SAISIE.aide)(_filled),)
