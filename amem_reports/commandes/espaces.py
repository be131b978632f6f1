"""The commands that make a workspace."""

from __future__ import annotations

from pathlib import Path

import click

FOLDER = click.Path(path_type=Path)


@click.command("init")
@click.argument("dossier", type=FOLDER, metavar="DOSSIER")
@click.option("--vierge", is_flag=True, help="Pour un autre projet : un catalogue à renseigner, avec les mêmes modèles.")
def init(dossier: Path, vierge: bool) -> None:
    """Un nouvel espace de travail, avec son catalogue et ses modèles.

    DOSSIER est un dossier vide, ou à créer.
    """
    from amem_reports.demo import espaces

    (espaces.init_empty if vierge else espaces.init)(dossier)
    click.echo(f"Espace de travail créé dans {dossier}")


@click.command("demo")
@click.argument("dossier", type=FOLDER, metavar="DOSSIER")
def demo(dossier: Path) -> None:
    """Un espace de démonstration : deux ans de suivi fictif.

    DOSSIER est un dossier vide, ou à créer. Chaque page et chaque feuille des documents dit que les données sont fictives.
    """
    from amem_reports.demo import espaces

    espaces.init_demo(dossier)
    click.echo(f"Espace de démonstration créé dans {dossier} (données fictives, de 2019-T1 à 2020-T4)")


COMMANDES = (init, demo)
