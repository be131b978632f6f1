"""Follow-up: take workbooks back, close a record, send one back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from amem_reports.commandes.commun import (
    complete_countries,
    merge_options,
    open_workspace,
    read_day,
    read_period,
    read_text,
    tell,
    tell_all,
    workspace_option,
)
from amem_reports.errors import AmemError, Constat

if TYPE_CHECKING:
    from datetime import date

    from amem_reports.model import Periode
    from amem_reports.suivi.fusion import Changement
    from amem_reports.suivi.importer import Resultat

_DATE = click.option("--date", "day", metavar="AAAA-MM-JJ", callback=read_day, help="Date de l’étape (par défaut : aujourd’hui).")


@click.command("importer")
@click.argument("fichiers", type=click.Path(path_type=Path), metavar="FICHIER…", nargs=-1, required=True)
@click.option("--essai", is_flag=True, help="Montre ce qui changerait, valeur par valeur, sans rien enregistrer.")
@click.option("--annoter", is_flag=True, help="Écrit une copie de chaque classeur refusé, avec ses fautes en commentaires.")
@merge_options
@click.option("--par", metavar="NOM", callback=read_text, help="Qui rouvre une fiche validée.")
@_DATE
@workspace_option
def import_workbooks(fichiers: tuple[Path, ...], annoter: bool, espace: Path | None, **options: Any) -> None:
    """Reprendre les classeurs de suivi remplis.

    Un classeur est repris en entier ou pas du tout ; toutes ses fautes sont dites d’un coup, avec feuille, cellule et remède.
    """
    from amem_reports.suivi.fusion import Conflits
    from amem_reports.suivi.importer import Demande, import_all

    found, catalogue = open_workspace(espace)
    essai = options["essai"]
    demande = Demande(options["day"], Conflits(options["conflits"]), options["rouvrir"], options["par"], essai)
    results = import_all(catalogue, found.catalogue, fichiers, demande)
    for result in results:
        _tell(result, essai)
        if annoter and result.fautes:
            _annotate(result)
    if any(result.refuse for result in results):
        raise SystemExit(1)


def _tell(result: Resultat, essai: bool) -> None:
    from amem_reports.french import compte

    name = result.fichier.name
    for warning in result.avertissements:
        tell(f"Attention : {warning.constat(name)}")
    faults = [*result.constats, *(faute.constat(name) for faute in result.fautes)]
    tell_all(faults)
    _print_changes(result.changements if essai else [change for change in result.changements if change.avant and not faults])
    if faults:
        tell(f"{name} : {compte(len(faults), 'faute')} ; rien n’en a été repris.")
    elif result.fiche:
        about = f"{result.fiche.pays} {result.fiche.periode} ({result.fiche.etat})"
        dropped = f", {compte(result.ecartees, 'valeur écartée', 'valeurs écartées')}" if result.ecartees else ""
        click.echo(f"{name} : {_outcome(result, essai)} – {about}{dropped}")


def _outcome(result: Resultat, essai: bool) -> str:
    """What became of a workbook without fault; « importé » and « déjà repris » are said of nothing else."""
    from amem_reports.french import compte

    if result.connu:
        return "déjà repris, rien ne change"
    if not result.nouvelle:
        return "rien de nouveau, la fiche reste comme elle est"
    changes = compte(len(result.changements), "valeur changée", "valeurs changées")
    return f"{'serait importé' if essai else 'importé'}, {changes}"


def _print_changes(changes: Sequence[Changement]) -> None:
    """Values before and after: all of them in a trial, else those that take the place of one that was stored."""
    from amem_reports.suivi.libelles import shown
    from amem_reports.suivi.noms import label
    from amem_reports.tables import print_table

    sides = [(change.place, change.avant, change.apres) for change in changes]
    if sides:
        print_table(("Valeur", "Avant", "Après"), [(label(one), shown(one, before), shown(one, after)) for one, before, after in sides])


def _annotate(result: Resultat) -> None:
    from amem_reports.errors import reason
    from amem_reports.suivi.annoter import annotate

    try:
        tell(f"Fautes en commentaires dans « {annotate(result.fichier, result.fautes).name} »")
    except AmemError as error:  # the other workbooks are still to be told of
        tell(str(error))
    except OSError as error:
        remede = "vérifier les droits du dossier"
        tell(str(Constat(result.fichier.name, "", f"copie annotée impossible à écrire ({reason(error)})", remede)))


def _one_quarter(periode: Periode) -> str:
    if "-T" not in periode.code:
        remede = f"écrire un trimestre, par exemple {periode.code[:4]}-T1"
        raise AmemError([Constat("ligne de commande", f"période « {periode.code} »", "le suivi se fait par trimestre", remede)])
    return periode.code


@click.command("valider")
@click.argument("periode", metavar="PERIODE", callback=read_period)
@click.argument("noms", metavar="PAYS…", nargs=-1, required=True, shell_complete=complete_countries)
@click.option("--par", metavar="NOM", callback=read_text, help="Qui valide.")
@_DATE
@workspace_option
def validate_records(periode: Periode, noms: Sequence[str], par: str | None, day: date, espace: Path | None) -> None:
    """Valider le suivi de pays, et fermer leurs fiches.

    Une fiche validée ne change plus, sauf par « amem importer --rouvrir MOTIF ». Si l’une ne peut être validée, aucune ne l’est.
    """
    from amem_reports.produce import find_countries
    from amem_reports.suivi.etapes import validate

    found, catalogue = open_workspace(espace)
    countries = find_countries(catalogue, noms)
    validate(found.catalogue, _one_quarter(periode), [pays.code for pays in countries], par, day)
    for pays in countries:
        click.echo(f"{pays.nom} : fiche {periode.code} validée")


@click.command("refuser")
@click.argument("periode", metavar="PERIODE", callback=read_period)
@click.argument("nom", metavar="PAYS", shell_complete=complete_countries)
@click.option("--motif", metavar="TEXTE", required=True, callback=read_text, help="Pourquoi la fiche est renvoyée au pays.")
@click.option("--par", metavar="NOM", callback=read_text, help="Qui refuse.")
@_DATE
@workspace_option
def refuse_record(periode: Periode, nom: str, motif: str, par: str | None, day: date, espace: Path | None) -> None:
    """Renvoyer le suivi d’un pays, avec un motif."""
    from amem_reports.produce import find_country
    from amem_reports.suivi.etapes import refuse

    found, catalogue = open_workspace(espace)
    pays = find_country(catalogue, nom)
    refuse(found.catalogue, _one_quarter(periode), pays.code, motif, day, par)
    click.echo(f"{pays.nom} : fiche {periode.code} refusée")


COMMANDES = (import_workbooks, validate_records, refuse_record)
