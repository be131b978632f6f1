"""The commands that make a workspace."""

from __future__ import annotations

from pathlib import Path

import click

FOLDER = click.Path(path_type=Path)
_SUITE = """Ensuite, dans ce dossier : « amem verifier » dit ce qui manque encore au catalogue,
« amem produire » fait tous les documents d’une période."""
_SUITE_VIERGE = """Ensuite, dans ce dossier : remplacer chaque « à renseigner » de « catalogue » (d’abord projet.yaml, puis pays/pays.yaml),
en s’aidant d’« amem verifier », qui dit ce qui manque encore."""


@click.command("init")
@click.argument("dossier", type=FOLDER, metavar="DOSSIER")
@click.option("--vierge", is_flag=True, help="Pour un autre projet : un catalogue à renseigner, avec les mêmes modèles.")
def init(dossier: Path, vierge: bool) -> None:
    """Un nouvel espace de travail : catalogue et modèles.

    DOSSIER est un dossier vide, ou à créer.
    """
    from amem_reports.demo import espaces
    from amem_reports.french import typographie

    (espaces.init_empty if vierge else espaces.init)(dossier)
    click.echo(f"Espace de travail créé dans {dossier}")
    click.echo(typographie(_SUITE_VIERGE if vierge else _SUITE))


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
