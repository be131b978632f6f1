"""Figures on the command line: who has reported, what a figure is made of, what changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from amem_reports.commandes.commun import for_period, open_dossier, read_day, read_period, tell, workspace_option

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from amem_reports.cumul import Chiffre, Source
    from amem_reports.etat import Complet, Reception
    from amem_reports.model import Periode

FORM = click.option(
    "--format", "form", type=click.Choice(("tableau", "json")), default="tableau", show_default=True, help="Forme du résultat."
)
_DAY = click.option(
    "--date", "day", metavar="AAAA-MM-JJ", callback=read_day, help="Date à laquelle les retards se mesurent (par défaut : aujourd’hui)."
)


# --- etat -------------------------------------------------------------------------------------------------------------------------------


@click.command("etat")
@click.argument("periode", metavar="PERIODE", callback=read_period)
@FORM
@click.option("--date", "day", metavar="AAAA-MM-JJ", callback=read_day, help="Jour où l’état est dressé (par défaut : aujourd’hui).")
@workspace_option
def print_state(periode: Periode, form: str, day: date, espace: Path | None) -> None:
    """Qui a rendu son suivi, et ce qui y manque.

    PERIODE est un trimestre (2019-T3), un semestre (2019-S2), une année (2019) ou « projet ».
    La fiche d’un trimestre qui n’est pas achevé n’est pas encore due : elle ne compte pas parmi les manquantes. Aucune n’est attendue
    pour un trimestre d’avant la première fiche du suivi.
    """
    from amem_reports.etat import receptions
    from amem_reports.tables import print_json

    _, dossier = open_dossier(espace, day)
    found = receptions(for_period(dossier, periode))
    if form == "json":
        print_json({"periode": periode.code, "fiches": [one.as_data() for one in found]})
    else:
        _print_receptions(found)


def _print_receptions(found: Sequence[Reception]) -> None:
    from amem_reports.etat import NON_RECUE
    from amem_reports.french import compte, date_courte, typographie
    from amem_reports.tables import print_table

    head = ("Période", "Pays", "État", "Envoyé le", "Par", "Activités", "Indicateurs", "Risques", "Récit")
    print_table(
        head,
        [
            (
                one.trimestre,
                one.nom,
                one.etat,
                date_courte(one.date) if one.date else "",
                one.par or "",
                *((_share(one.activites), _share(one.indicateurs), str(one.risques), _share(one.narratif)) if _is_there(one) else [""] * 4),
            )
            for one in found
        ],
    )
    for one in filter(_is_there, found):
        for name, complet in (("statuts", one.activites), ("indicateurs", one.indicateurs), ("récit", one.narratif)):
            if complet.manquants:
                click.echo(typographie(f"{one.trimestre} {one.nom}, {name} à renseigner : {', '.join(map(_title, complet.manquants))}"))
        if one.motif:
            click.echo(f"{one.trimestre} {one.nom}, {one.etat} : {one.motif}")
    received, absent = sum(map(_is_there, found)), sum(one.etat == NON_RECUE for one in found)
    click.echo(f"{compte(received, 'fiche reçue', 'fiches reçues')}, {compte(absent, 'fiche manquante', 'fiches manquantes')}")


def _is_there(one: Reception) -> bool:
    from amem_reports.etat import SANS_FICHE

    return one.etat not in SANS_FICHE


def _title(nom: str) -> str:
    """The title of a part of the narrative; an activity and an indicator go by their code."""
    from amem_reports.fiche import Narratif

    field = Narratif.model_fields.get(nom)
    return str(field.title) if field else nom


def _share(complet: Complet) -> str:
    return f"{complet.faits}/{complet.total}"


# --- expliquer --------------------------------------------------------------------------------------------------------------------------


@click.command("expliquer")
@click.argument("figure", metavar="[CHIFFRE]", required=False)
@click.option("--periode", metavar="PERIODE", callback=read_period, help="Période du chiffre (par défaut : le dernier trimestre reçu).")
@FORM
@_DAY
@workspace_option
def explain(figure: str | None, periode: Periode | None, form: str, day: date, espace: Path | None) -> None:
    """D’où vient un chiffre : règle, taux, fiches et cellules.

    CHIFFRE est un nom comme participants.femmes, depenses.MA.axe-1, indicateur.E1.a.MA, statut.achevee.TN, execution.axe-2 ;
    cumul.depenses.MA va du début du projet à la fin de la période. Sans CHIFFRE, la liste de tous.
    """
    from dataclasses import replace

    from amem_reports import explication
    from amem_reports.cumul import contradictions, figures
    from amem_reports.tables import print_json

    _, dossier = open_dossier(espace, day)
    dossier = replace(dossier, periode=explication.known_period(dossier.suivi, periode))
    chiffres = figures(dossier)
    for constat in contradictions(dossier):
        tell(f"Attention : {constat}")
    if figure is None:
        _print_list(chiffres, form)
        return
    chiffre = explication.located(explication.find(chiffres, figure), dossier.cellule)
    if form == "json":
        print_json({"periode": str(dossier.periode), **explication.as_data(chiffre)})
    else:
        _print_figure(chiffre)


def _print_list(chiffres: Mapping[str, Chiffre], form: str) -> None:
    from amem_reports.explication import in_words, number
    from amem_reports.french import compte
    from amem_reports.tables import print_json, print_table

    if form == "json":
        keep = ("nom", "libelle", "unite")
        rows = [{**{key: getattr(one, key) for key in keep}, "valeur": number(one.valeur)} for one in chiffres.values()]
        print_json([{**row, "manquants": len(one.manquants)} for row, one in zip(rows, chiffres.values(), strict=True)])
        return
    head = ("Chiffre", "Valeur", "Manquants", "Libellé")
    print_table(head, [(one.nom, in_words(one.valeur, one.unite), str(len(one.manquants) or ""), one.libelle) for one in chiffres.values()])
    click.echo(compte(len(chiffres), "chiffre"))


def _print_figure(chiffre: Chiffre) -> None:
    from amem_reports.explication import in_words, rates
    from amem_reports.french import compte, echeance, nombre, typographie
    from amem_reports.tables import print_table

    click.echo(chiffre.libelle)
    click.echo(f"{chiffre.nom} = {in_words(chiffre.valeur, chiffre.unite)}")
    click.echo(typographie(f"Règle : {chiffre.regle}."))
    for taux in rates(chiffre.sources):
        since = f"depuis {echeance(str(taux.date))}, {taux.source}"
        click.echo(typographie(f"Taux : 1 EUR = {nombre(taux.pour_un_euro)} {taux.devise} ({since})"))
    if chiffre.sources:
        click.echo(typographie(f"\nVient de {compte(len(chiffre.sources), 'valeur')} :"))
        head = ("Fiche", "Élément", "Champ", "Retenu", "Écrit", "Cellule")
        print_table(head, [_row(source, chiffre.unite) for source in chiffre.sources])
    if chiffre.manquants:
        click.echo(typographie(f"\nManque : {compte(len(chiffre.manquants), 'valeur')}"))
        rows = [(source.fiche, source.element, source.champ, source.texte) for source in chiffre.manquants]
        print_table(("Fiche", "Élément", "Champ", "Remarque"), rows)


def _row(source: Source, unite: str) -> tuple[str, ...]:
    from amem_reports.explication import counted

    return (source.fiche, source.element, source.champ, counted(source.valeur, unite), source.texte, source.cellule)


COMMANDES = (print_state, explain)
