"""`amem apercu`: a page that shows what was produced, opened in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from amem_reports.commandes.commun import open_dossier, read_period, tell, workspace_option

if TYPE_CHECKING:
    from amem_reports.model import Periode


@click.command("apercu")
@click.argument("periode", metavar="[PERIODE]", required=False, callback=read_period)
@click.option(
    "--sortie", metavar="DOSSIER", type=click.Path(path_type=Path), help="Dossier des documents (par défaut : « output » de l’espace)."
)
@click.option("--sans-ouvrir", is_flag=True, help="Écrit la page sans l’ouvrir dans le navigateur.")
@click.option("--sans-vignettes", is_flag=True, help="Ne dessine pas les pages des documents.")
@click.option("--remplacer", is_flag=True, help="Remplace aussi une page modifiée à la main ; l’ancienne est gardée.")
@workspace_option
def preview(
    periode: Periode | None, sortie: Path | None, sans_ouvrir: bool, sans_vignettes: bool, remplacer: bool, espace: Path | None
) -> None:
    """Voir dans le navigateur ce qui a été produit.

    La page, « apercu.html », montre les chiffres, ce qui empêche d’émettre, les lacunes, puis les documents, leurs pages et leurs fichiers.
    Sans PERIODE, c’est la période produite en dernier.
    """
    from dataclasses import replace

    from amem_reports import apercu
    from amem_reports.espace import find

    folder = sortie or find(espace, Path.cwd()).output
    told, chosen = apercu.choose(folder, periode)
    day = apercu.day_of(told, chosen)
    found, dossier = open_dossier(espace, day)
    kept_under = day.isoformat() if remplacer else None
    made = apercu.make(found, replace(dossier, periode=chosen), folder, kept_under, vignettes=not sans_vignettes)
    for warning in made.alertes:
        tell(f"Attention : {warning}")
    click.echo(f"{made.fichier} ({made.etat})")
    if not sans_ouvrir and click.launch(str(made.fichier)):
        tell("Le navigateur ne s’ouvre pas d’ici : ouvrir ce fichier à la main.")


COMMANDES = (preview,)
