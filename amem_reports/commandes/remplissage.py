"""`amem modele remplir`: any template filled with any JSON. It imports as little as it can, being what a program calls a thousand times."""

from __future__ import annotations

from pathlib import Path

import click

from amem_reports.commandes.commun import tell


@click.command("remplir")
@click.argument("modele", type=click.Path(path_type=Path), metavar="MODELE")
@click.argument("donnees", type=click.Path(path_type=Path), metavar="DONNEES.json")
@click.option("--sortie", metavar="FICHIER", required=True, type=click.Path(path_type=Path), help="Fichier à écrire, .docx ou .xlsx.")
@click.option("--remplacer", is_flag=True, help="Remplace le fichier s’il existe.")
def fill_template(modele: Path, donnees: Path, sortie: Path, remplacer: bool) -> None:
    """Remplir un modèle avec des données JSON.

    MODELE est un fichier .docx ou .xlsx avec ses balises, DONNEES.json les valeurs ;
    les images et documents que les données nomment sont dans le dossier de DONNEES.json.
    """
    from amem_reports.modeles import fill, read_json
    from amem_reports.voisins import files_in

    for warning in fill(modele, read_json(donnees), sortie, remplacer, files_in(donnees.parent)):
        tell(f"Attention : {warning}")
    click.echo(f"{sortie} écrit")


COMMANDES = (fill_template,)
