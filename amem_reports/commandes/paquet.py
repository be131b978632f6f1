"""`amem produire` makes the pack of a period; `amem attester` says what a file was made from and whether it was edited since."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from amem_reports.commandes.commun import for_period, open_dossier, read_period, workspace_option
from amem_reports.commandes.production import format_option, production_options, run

if TYPE_CHECKING:
    from amem_reports.model import Periode


@click.command("produire")
@click.argument("periode", metavar="[PERIODE]", required=False, callback=read_period)
@click.option("--tout", is_flag=True, help="Refait aussi les fichiers qui sont à jour.")
@format_option
@production_options
def produce_pack(espace: Path | None, periode: Periode | None, **options: Any) -> None:
    """Tous les documents d’une période, bordereau et archive.

    Seuls sont refaits les fichiers dont le catalogue, le suivi, le modèle ou la date a changé ; le tableau dit pourquoi.
    Sans PERIODE, c’est le dernier trimestre du projet achevé à la date donnée.
    """
    from datetime import date

    from amem_reports import paquet
    from amem_reports.model import Periode

    found, dossier = open_dossier(espace, options["day"])
    dossier = for_period(dossier, periode or Periode.last_ended(options["day"], dossier.catalogue.projet.dernier_jour or date.max))
    wanted = paquet.wanted(dossier)
    run(found, options, len(wanted), lambda demande, step: paquet.produce(wanted, dossier, demande, step))


@click.command("attester")
@click.argument("fichiers", type=click.Path(path_type=Path), metavar="FICHIER…", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(("texte", "json")), default="texte", show_default=True, help="Forme du résultat.")
@workspace_option
def attest(fichiers: tuple[Path, ...], form: str, espace: Path | None) -> None:
    """Dire de quoi un fichier est fait, et s’il a été modifié.

    FICHIER est un document produit, ou l’archive d’une période ; le manifeste est cherché à côté de lui, puis dans « output » de l’espace.
    Le code de sortie est 0 si chaque fichier est intact, 1 sinon.
    """
    from amem_reports.attestation import attest as attest_file
    from amem_reports.espace import find
    from amem_reports.french import compte
    from amem_reports.tables import print_json

    output = find(espace, Path.cwd()).output
    found = [one for fichier in fichiers for one in attest_file(fichier, output)]
    if form == "json":
        print_json([one.as_data() for one in found])
    else:
        for one in found:
            click.echo(one.text())
        if len(found) > 1:
            click.echo(f"{compte(len(found), 'fichier')}, dont {compte(sum(one.intact for one in found), 'intact')}")
    if not all(one.intact for one in found):
        raise SystemExit(1)


COMMANDES = (produce_pack, attest)
