"""Follow-up: take back the passages of a report that someone edited in Word."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from amem_reports.commandes.commun import merge_options, open_dossier, read_day, read_text, tell, workspace_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from amem_reports.retouches import Retouche
    from amem_reports.suivi.reprendre import Reprise


@click.command("reprendre")
@click.argument("fichier", type=click.Path(path_type=Path), metavar="RAPPORT.docx")
@click.option("--essai", is_flag=True, help="Montre ce qui changerait, passage par passage, sans rien enregistrer.")
@merge_options
@click.option("--par", metavar="NOM", callback=read_text, help="Qui a modifié le rapport.")
@click.option("--date", "day", metavar="AAAA-MM-JJ", callback=read_day, help="Date de l’étape (par défaut : aujourd’hui).")
@workspace_option
def take_report_back(fichier: Path, espace: Path | None, **options: Any) -> None:
    """Reprendre les passages modifiés d’un rapport.

    Un document est repris en entier ou pas du tout ; chaque passage qui change est montré, et le prochain « amem rapport » le portera.
    """
    from amem_reports.retouches import find
    from amem_reports.suivi.fusion import Conflits
    from amem_reports.suivi.importer import Demande
    from amem_reports.suivi.reprendre import take_back

    found, dossier = open_dossier(espace, options["day"])
    demande = Demande(options["day"], Conflits(options["conflits"]), options["rouvrir"], options["par"], options["essai"])
    reprise = take_back(dossier.catalogue, found.catalogue, fichier, demande)
    _tell(reprise, demande.essai)
    _tell_around(find(found, dossier, fichier))
    if reprise.fautes:
        raise SystemExit(1)


def _tell(reprise: Reprise, essai: bool) -> None:
    from amem_reports.french import compte
    from amem_reports.suivi.reprendre import lines

    name = reprise.fichier.name
    for warning in reprise.avertissements:
        tell(f"Attention : {warning}")
    for difference in reprise.differences:
        click.echo(f"{difference.libelle} :")
        for line in lines(difference):
            click.echo(f"  {line}")
    for constat in reprise.fautes:
        tell(str(constat))
    read = compte(reprise.passages, "passage lu", "passages lus")
    if reprise.fautes:
        tell(f"{name} : {compte(len(reprise.fautes), 'faute')} ; rien n’en a été repris.")
        return
    dropped = f", {compte(reprise.ecartees, 'passage écarté', 'passages écartés')}" if reprise.ecartees else ""
    if not reprise.fiches:
        click.echo(f"{name} : {read}, rien de nouveau, le suivi reste comme il est{dropped}")
        return
    changed = compte(len(reprise.differences) - reprise.ecartees, "passage changé", "passages changés")
    records = ", ".join(f"{fiche.pays} {fiche.periode} ({fiche.etat})" for fiche in reprise.fiches)
    click.echo(f"{name} : {'serait repris' if essai else 'repris'}, {read}, {changed}{dropped} – {records}")


def _tell_around(changes: Sequence[Retouche] | None) -> None:
    """What was changed outside the passages, which nothing takes back."""
    from amem_reports.french import compte

    if changes is None:
        tell(f"Attention : ce qui a été changé hors des passages n’a pas pu être cherché : {_CHANGED}")
        return
    if changes:
        tell(f"Attention : hors des passages, rien n’est repris : {compte(len(changes), 'changement')} ; {_SOURCES}")
    for change in changes[:_MOST]:
        if change.avant and change.apres:
            tell(f"  « {change.avant} » → « {change.apres} »")
        else:
            tell(f"  ajouté : « {change.apres} »" if change.apres else f"  enlevé : « {change.avant} »")
    if len(changes) > _MOST:
        tell(f"  … et {compte(len(changes) - _MOST, 'autre changement', 'autres changements')}")


_MOST = 20
_CHANGED = "le catalogue, le suivi ou le modèle a changé depuis la production du rapport"
_SOURCES = "les chiffres se corrigent dans le catalogue et les fiches, les autres mots dans le modèle"

COMMANDES = (take_report_back,)
