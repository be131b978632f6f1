"""What every command that makes files shares: its options, progress, and the table of what was made."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from amem_reports.commandes.commun import Command, read_day, tell, workspace_option

if TYPE_CHECKING:
    from amem_reports.document import Document
    from amem_reports.espace import Espace
    from amem_reports.produce import Demande, Step
    from amem_reports.publish import Produit

FORMATS = ("docx", "xlsx", "pdf", "json")
FORMATS_PAR_DEFAUT = ("docx", "xlsx")


def format_option(command: Command) -> Command:
    """Add --format."""
    return click.option(
        "--format", "formats", type=click.Choice(FORMATS), multiple=True, help="Format voulu ; répétable (par défaut : docx et xlsx)."
    )(command)


def production_options(command: Command, sortie: str = "« output » de l’espace") -> Command:
    """Add the options that every command which makes files has; `sortie` says where it writes when it is not told."""
    options = (
        click.option("--modele", metavar="NOM", default="defaut", show_default=True, help="Modèle à remplir, dans « templates »."),
        click.option("--sortie", metavar="DOSSIER", type=click.Path(path_type=Path), help=f"Dossier où écrire (par défaut : {sortie})."),
        workspace_option,
        click.option(
            "--date", "day", metavar="AAAA-MM-JJ", callback=read_day, help="Date portée par les documents (par défaut : aujourd’hui)."
        ),
        click.option(
            "--remplacer",
            is_flag=True,
            help="Remplace aussi les fichiers modifiés à la main ; l’ancien est gardé dans « versions remplacées ».",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def make(espace: Espace, wanted: Sequence[Document], options: dict[str, Any]) -> None:
    """Make the files of these documents, then print what was made."""
    from amem_reports.produce import produce

    usual = {**options, "formats": options["formats"] or _usual_formats(espace, wanted, options["modele"])}
    run(espace, usual, len(wanted), lambda demande, step: produce(wanted, demande, step))


def run(espace: Espace, options: dict[str, Any], count: int, work: Callable[[Demande, Step], list[Produit]]) -> None:
    """Let `work` make the files of `count` documents, with a progress bar on a terminal, then print what became of each and why."""
    from amem_reports.produce import Demande

    formats = tuple(dict.fromkeys(options["formats"])) or FORMATS_PAR_DEFAUT
    demande = Demande(
        espace=espace,
        sortie=options["sortie"] or espace.output,
        formats=formats,
        date=options["day"],
        modele=options["modele"],
        remplacer=options["remplacer"],
        tout=options.get("tout", False),
    )
    if not sys.stderr.isatty():
        made = work(demande, lambda name: None)
    else:
        with click.progressbar(length=count * len(formats), label="Production", file=sys.stderr) as bar:
            made = work(demande, lambda name: bar.update(1))
            bar.update(count * len(formats) - bar.pos)  # what was up to date already
    _report(made)


def _usual_formats(espace: Espace, wanted: Sequence[Document], modele: str) -> tuple[str, ...]:
    """Word and Excel, or the only one of them that the template exists in."""
    kinds = {document.kind for document in wanted}
    having = tuple(suffix for suffix in FORMATS_PAR_DEFAUT if all(modele in espace.modeles(kind, suffix) for kind in kinds))
    return having or FORMATS_PAR_DEFAUT


def _report(made: Sequence[Produit]) -> None:
    from amem_reports.french import compte
    from amem_reports.publish import INCHANGE
    from amem_reports.tables import print_table

    for warning in dict.fromkeys(warning for produit in made for warning in produit.alertes):
        tell(f"Attention : {warning}")
    shown = [produit for produit in made if produit.etat != INCHANGE]
    folder = made[0].fichier.parent
    if not shown:
        click.echo(f"Rien à refaire : {compte(len(made), 'fichier')} à jour dans {folder}")
        return
    rows = [(one.fichier.name, one.titre, one.etat, one.raison, _size(one.fichier)) for one in shown]
    print_table(("Fichier", "Document", "État", "Pourquoi", "Taille"), rows)
    same = len(made) - len(shown)
    rest = f", dont {compte(same, 'inchangé')}" if same else ""
    click.echo(f"{compte(len(made), 'fichier')} dans {folder}{rest}")


def _size(path: Path) -> str:
    return f"{max(1, round(path.stat().st_size / 1024))}\u202fKo"
