"""The commands that make one kind of report: work plans, logframes, progress reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from amem_reports.commandes.commun import complete_countries, for_period, open_dossier, read_period
from amem_reports.commandes.production import format_option, make, production_options
from amem_reports.document import Portee, ReportKind
from amem_reports.reports import REPORTS

if TYPE_CHECKING:
    from amem_reports.model import Periode


def _command(kind: ReportKind) -> click.Command:
    """The command of a kind of report, with the argument that its scope asks for; a period is an option where it is no argument."""

    def run(espace: Path | None, periode: Periode | None, noms: tuple[str, ...] = (), **options: Any) -> None:
        from amem_reports.produce import documents, find_countries

        found, dossier = open_dossier(espace, options["day"])
        make(found, documents(kind, for_period(dossier, periode), find_countries(dossier.catalogue, noms)), options)

    filled = format_option(production_options(run))
    if kind.portee is Portee.PERIODE:
        asked = click.argument("periode", metavar="PERIODE", callback=read_period)(filled)
    else:
        countries = click.argument("noms", metavar="[PAYS]…", nargs=-1, shell_complete=complete_countries)
        asked = countries(_PERIOD_OPTION(filled))
    return click.command(kind.nom, help=kind.aide)(asked)


_PERIOD_OPTION = click.option(
    "--periode",
    metavar="PERIODE",
    callback=read_period,
    help="Montre aussi où en est le suivi à la fin de cette période (2019-T3, 2019-S2, 2019).",
)

COMMANDES = tuple(map(_command, REPORTS))
