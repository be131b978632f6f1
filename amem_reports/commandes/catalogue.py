"""What the catalogue holds, and the schemas of its files."""

from __future__ import annotations

from pathlib import Path

import click

from amem_reports.commandes.commun import complete_countries, open_workspace, workspace_option
from amem_reports.errors import AmemError, Constat


@click.command("lister")
@click.option("--pays", "noms", metavar="PAYS", multiple=True, shell_complete=complete_countries, help="Un pays (nom ou code) ; répétable.")
@click.option("--axe", "axes", metavar="NUMERO", type=int, multiple=True, help="Numéro d’axe ; répétable.")
@click.option("--statut", type=click.Choice(("suspendue", "datee", "non-datee")), help="Activités suspendues, datées ou non datées.")
@click.option(
    "--format", "form", type=click.Choice(("tableau", "csv", "json")), default="tableau", show_default=True, help="Forme de la liste."
)
@workspace_option
def list_activities(espace: Path | None, noms: tuple[str, ...], axes: tuple[int, ...], statut: str | None, form: str) -> None:
    """La liste des activités du catalogue."""
    from amem_reports import tables
    from amem_reports.produce import find_countries

    _, catalogue = open_workspace(espace)
    known = [axe.numero for axe in catalogue.axes]
    if unknown := [numero for numero in axes if numero not in known]:
        raise AmemError(
            [Constat("ligne de commande", f"--axe {n}", "axe inconnu", f"choisir parmi : {', '.join(map(str, known))}") for n in unknown]
        )
    rows = tables.activity_rows(catalogue, find_countries(catalogue, noms), axes, statut)
    {"tableau": tables.print_activities, "csv": tables.print_csv, "json": tables.print_json}[form](rows)


@click.command("schema")
@click.option(
    "--sortie", metavar="DOSSIER", type=click.Path(path_type=Path), help="Dossier où écrire (par défaut : « catalogue/schemas »)."
)
@workspace_option
def write_schemas(espace: Path | None, sortie: Path | None) -> None:
    """Schémas JSON des fichiers du catalogue.

    Un éditeur de texte qui connaît YAML s’en sert pour compléter et vérifier les fichiers.
    """
    from amem_reports.ecriture import write_texts
    from amem_reports.espace import find
    from amem_reports.schema import FOLDER, schemas

    folder = sortie or find(espace, Path.cwd()).catalogue / FOLDER
    texts = schemas()
    write_texts(folder, texts)
    click.echo(f"{len(texts)} schémas dans {folder}")


COMMANDES = (list_activities, write_schemas)
