"""`amem verifier`: faults and gaps of the catalogue; with a period, whether its report may go out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from amem_reports.commandes.commun import for_period, open_dossier, open_workspace, read_day, read_period, workspace_option
from amem_reports.errors import AmemError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from amem_reports.controles import Point
    from amem_reports.model import Catalogue, Periode


@click.command("verifier")
@click.argument("periode", metavar="[PERIODE]", required=False, callback=read_period)
@click.option("--strict", is_flag=True, help="Les lacunes et les points à vérifier comptent comme des fautes.")
@click.option("--format", "form", type=click.Choice(("texte", "json")), default="texte", show_default=True, help="Forme du résultat.")
@click.option("--date", "day", metavar="AAAA-MM-JJ", callback=read_day, help="Jusqu’où lire, pour « projet » (par défaut : aujourd’hui).")
@workspace_option
def check(periode: Periode | None, espace: Path | None, strict: bool, form: str, day: date) -> None:
    """Fautes, lacunes, et ce qui empêche d’émettre un rapport.

    Toutes les fautes du catalogue sont dites d’un coup, avec fichier, ligne et remède ; puis les lacunes, document par document. Avec
    PERIODE (2019-T3, 2019-S2, 2019, projet), viennent ensuite les points bloquants et à vérifier du suivi et du récit, puis le verdict.
    """
    from amem_reports.checks import gaps
    from amem_reports.controles import bloquants
    from amem_reports.tables import print_gaps, print_json

    try:
        catalogue, points = _look(espace, periode, day)
    except AmemError as error:
        if form == "json":
            print_json({"fautes": [constat._asdict() for constat in error.constats], "lacunes": []})
            raise SystemExit(1) from None
        raise
    lacunes = gaps(catalogue)
    if form == "json":
        found: dict[str, Any] = {"fautes": [], "lacunes": [vars(lacune) for lacune in lacunes]}
        print_json(found | _as_data(periode, points) if periode else found)
    else:
        print_gaps(catalogue, lacunes)
        if periode:
            _print_points(periode, points)
    if bloquants(points) or (strict and (lacunes or points)):
        raise SystemExit(1)


def _look(espace: Path | None, periode: Periode | None, day: date) -> tuple[Catalogue, Sequence[Point]]:
    """The catalogue, and what is found for the period."""
    if periode is None:
        return open_workspace(espace)[1], ()
    from amem_reports.controles import at_end, controler

    _, dossier = open_dossier(espace, day)
    return dossier.catalogue, controler(at_end(for_period(dossier, periode), periode))


def _as_data(periode: Periode, points: Sequence[Point]) -> dict[str, Any]:
    from amem_reports.controles import bloquants, verdict

    blocking = bloquants(points)
    return {
        "periode": periode.code,
        "points": [point.as_data() for point in points],
        "bloquants": blocking,
        "a_verifier": len(points) - blocking,
        "pret": not blocking,
        "verdict": verdict(points),
    }


def _print_points(periode: Periode, points: Sequence[Point]) -> None:
    """What blocks, then what is to be checked, record by record; the verdict last."""
    from itertools import groupby

    from amem_reports.controles import verdict
    from amem_reports.french import periode as name
    from amem_reports.french import typographie

    click.echo(f"\nRapport : {name(periode.code)}")
    for grave, of_gravity in groupby(points, key=lambda point: point.gravite):
        group = list(of_gravity)
        click.echo(typographie(f"\n{str(grave).capitalize()} : {len(group)}"))
        for fichier, of_record in groupby(group, key=lambda point: point.constat.fichier):
            click.echo(f"  {fichier}")
            for point in of_record:
                constat = point.constat
                place = f"{constat.endroit} : " if constat.endroit else ""
                click.echo(typographie(f"    {place}{constat.message} → {constat.remede}"))
    click.echo(f"\n{verdict(points)}")


COMMANDES = (check,)
