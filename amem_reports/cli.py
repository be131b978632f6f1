"""The command line: options, progress, messages, exit codes. All other work is done elsewhere, and imported only when it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from amem_reports import __version__, cli_francais
from amem_reports.commandes import chiffres, comparer, espaces, paquet, saisie, suivi, verification
from amem_reports.commandes.commun import complete_countries, open_dossier, open_workspace, read_period, tell, workspace_option
from amem_reports.commandes.production import format_option, make, production_options
from amem_reports.document import Portee, ReportKind
from amem_reports.errors import AmemError, Constat
from amem_reports.reports import KINDS, REPORTS

if TYPE_CHECKING:
    from amem_reports.model import Periode

cli_francais.install()


class AmemGroup(click.Group):
    """The one place where faults become messages: French sentences on stderr and exit code 1, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except AmemError as error:
            for constat in error.constats:
                tell(str(constat))
            if len(error.constats) > 1:
                tell(f"{len(error.constats)} fautes ; rien n’a été écrit.")
            ctx.exit(1)


@click.group(
    "amem",
    cls=AmemGroup,
    options_metavar="[OPTIONS]",
    subcommand_metavar="COMMANDE …",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="amem")
def main() -> None:
    """Plans de travail, cadres logiques et rapports au bailleur du projet AMEM, en Word et en Excel, à partir d’un seul catalogue."""


def _command(kind: ReportKind) -> click.Command:
    """The command of a kind of report, with the argument that its scope asks for; a period is an option where it is no argument."""

    def run(espace: Path | None, periode: Periode | None, noms: tuple[str, ...] = (), **options: Any) -> None:
        from dataclasses import replace

        from amem_reports.produce import documents, find_countries

        found, dossier = open_dossier(espace, options["day"])
        make(found, documents(kind, replace(dossier, periode=periode), find_countries(dossier.catalogue, noms)), options)

    filled = format_option(production_options(run))
    if kind.portee is Portee.PERIODE:
        asked = click.argument("periode", metavar="PERIODE", callback=read_period)(filled)
    else:
        countries = click.argument("noms", metavar="[PAYS]…", nargs=-1, shell_complete=complete_countries)
        asked = countries(_PERIOD_OPTION(filled))
    return click.command(kind.nom, help=kind.aide)(asked)


_PERIOD_OPTION = click.option(
    "--periode",
    metavar="PERIODE",
    callback=read_period,
    help="Montre aussi où en est le suivi à la fin de cette période (2019-T3, 2019-S2, 2019).",
)


for _kind in REPORTS:
    main.add_command(_command(_kind))
main.add_command(saisie.command)
main.add_command(comparer.command)
main.add_command(verification.check)
main.add_command(paquet.produce_pack)
main.add_command(paquet.attest)


@main.command("lister")
@click.option("--pays", "noms", metavar="PAYS", multiple=True, shell_complete=complete_countries, help="Un pays (nom ou code) ; répétable.")
@click.option("--axe", "axes", type=int, multiple=True, help="Numéro d’axe ; répétable.")
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


@main.command("schema")
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


@main.group("modele", subcommand_metavar="COMMANDE …")
def template_group() -> None:
    """Modèles Word et Excel : vérifier, remplir, commencer."""


KIND = click.Choice([kind.nom for kind in KINDS])


@template_group.command("remplir")
@click.argument("modele", type=click.Path(path_type=Path), metavar="MODELE")
@click.argument("donnees", type=click.Path(path_type=Path), metavar="DONNEES.json")
@click.option("--sortie", metavar="FICHIER", required=True, type=click.Path(path_type=Path), help="Fichier à écrire, .docx ou .xlsx.")
@click.option("--remplacer", is_flag=True, help="Remplace le fichier s’il existe.")
def fill_template(modele: Path, donnees: Path, sortie: Path, remplacer: bool) -> None:
    """Remplir un modèle avec des données JSON.

    MODELE est un fichier .docx ou .xlsx avec ses balises, DONNEES.json les valeurs ;
    les images et documents que les données nomment sont dans le dossier de DONNEES.json.
    """
    from amem_reports.modeles import files_beside, fill, read_json

    for warning in fill(modele, read_json(donnees), sortie, remplacer, files_beside(donnees)):
        tell(f"Attention : {warning}")
    click.echo(f"{sortie} écrit")


@template_group.command("verifier")
@click.argument("fichiers", type=click.Path(path_type=Path), metavar="[FICHIER]…", nargs=-1)
@click.option("--format", "form", type=click.Choice(("texte", "json")), default="texte", show_default=True, help="Forme du résultat.")
@workspace_option
def check_templates(fichiers: tuple[Path, ...], form: str, espace: Path | None) -> None:
    """Vérifier des modèles, sans rien produire.

    Sans FICHIER, tous ceux de « templates » : balises, boucles, filtres et noms, avec l’endroit et le remède.
    """
    from amem_reports.espace import find
    from amem_reports.french import compte
    from amem_reports.modeles import check
    from amem_reports.tables import print_json

    looked, constats = check(find(espace, Path.cwd()), fichiers, KINDS)
    if form == "json":
        print_json({"modeles": [path.as_posix() for path in looked], "fautes": [vars(constat) for constat in constats]})
        if constats:
            raise SystemExit(1)
    elif constats:
        for constat in constats:
            tell(str(constat))
        tell(f"{len(looked)} {'modèles vérifiés' if len(looked) > 1 else 'modèle vérifié'} : {compte(len(constats), 'faute')}")
        raise SystemExit(1)
    else:
        click.echo(f"{len(looked)} {'modèles vérifiés' if len(looked) > 1 else 'modèle vérifié'} : aucune faute")


@template_group.command("champs")
@click.argument("kind", type=KIND, metavar="[SORTE]", required=False)
@click.option("--format", "form", type=click.Choice(("tableau", "json")), default="tableau", show_default=True, help="Forme de la liste.")
@click.option("--sortie", metavar="DOSSIER", type=click.Path(path_type=Path), help="Écrit les listes en Markdown dans ce dossier.")
def list_tags(kind: str | None, form: str, sortie: Path | None) -> None:
    """Balises qu’un modèle peut employer.

    SORTE est une sorte de document (plan-de-travail, cadre-logique, rapport, saisie, bordereau) ; sans elle, toutes.
    """
    from amem_reports.dictionnaire import tags
    from amem_reports.ecriture import write_texts
    from amem_reports.modeles import dictionary_markdown
    from amem_reports.tables import print_json, print_tags

    kinds = [one for one in KINDS if kind in (None, one.nom)]
    if sortie:
        write_texts(sortie, dictionary_markdown(kinds))
        click.echo(f"{len(kinds)} {'listes' if len(kinds) > 1 else 'liste'} dans {sortie}")
    elif form == "json":
        print_json({one.nom: [vars(tag) for tag in tags(one)] for one in kinds})
    else:
        for one in kinds:
            print_tags(one.titre, tags(one))


@template_group.command("nouveau")
@click.argument("kind", type=KIND, metavar="SORTE")
@click.argument("nom", metavar="NOM")
@workspace_option
def new_template(kind: str, nom: str, espace: Path | None) -> None:
    """Commencer un modèle à partir de celui par défaut.

    SORTE est une sorte de document, NOM celui du nouveau modèle, à donner ensuite à --modele.
    """
    from amem_reports.espace import find
    from amem_reports.modeles import start

    for path in start(find(espace, Path.cwd()), kind, nom):
        click.echo(f"{path} créé")


@main.command("completion")
@click.argument("shell", metavar="SHELL", type=click.Choice(("bash", "zsh", "fish", "powershell")))
def print_completion(shell: str) -> None:
    """Script qui complète les commandes au clavier.

    SHELL est bash, zsh, fish ou powershell ; la dernière ligne du script dit comment l’installer.
    """
    from amem_reports.completion import script

    click.echo(script(main, shell))


for _espaces in espaces.COMMANDES:
    main.add_command(_espaces)

for _command_of in (suivi.import_workbooks, suivi.validate_records, suivi.refuse_record, chiffres.print_state, chiffres.explain):
    main.add_command(_command_of)

cli_francais.typeset(main)
