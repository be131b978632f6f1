"""The commands for those who write templates: check them, look up tags, begin a new one."""

from __future__ import annotations

from pathlib import Path

import click

from amem_reports.commandes.commun import tell, tell_all, workspace_option
from amem_reports.reports import KINDS

KIND = click.Choice([kind.nom for kind in KINDS])
KIND_OR_PAGE = click.Choice([*KIND.choices, "apercu"])


@click.command("verifier")
@click.argument("fichiers", type=click.Path(path_type=Path), metavar="[FICHIER]…", nargs=-1)
@click.option("--format", "form", type=click.Choice(("texte", "json")), default="texte", show_default=True, help="Forme du résultat.")
@workspace_option
def check_templates(fichiers: tuple[Path, ...], form: str, espace: Path | None) -> None:
    """Vérifier des modèles, sans rien produire.

    Sans FICHIER, tous ceux de « templates » : balises, boucles, filtres et noms, avec l’endroit et le remède.
    Ce qui mène hors des documents (liens, champs, objets, formules) est dit « à savoir ».
    """
    from amem_reports.espace import find
    from amem_reports.french import compte
    from amem_reports.modeles import check, outside
    from amem_reports.tables import print_json

    looked, constats = check(find(espace, Path.cwd()), fichiers, KINDS)
    known = outside(looked, KINDS)
    if form == "json":
        fautes, a_savoir = [constat._asdict() for constat in constats], [constat._asdict() for constat in known]
        print_json({"modeles": [path.as_posix() for path in looked], "fautes": fautes, "a_savoir": a_savoir})
        if constats:
            raise SystemExit(1)
        return
    for one in known:
        tell(f"À savoir : {one}")
    if constats:
        tell_all(constats)
        tell(f"{len(looked)} {'modèles vérifiés' if len(looked) > 1 else 'modèle vérifié'} : {compte(len(constats), 'faute')}")
        raise SystemExit(1)
    click.echo(f"{len(looked)} {'modèles vérifiés' if len(looked) > 1 else 'modèle vérifié'} : aucune faute")


@click.command("champs")
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


@click.command("nouveau")
@click.argument("kind", type=KIND_OR_PAGE, metavar="SORTE")
@click.argument("nom", metavar="NOM")
@workspace_option
def new_template(kind: str, nom: str, espace: Path | None) -> None:
    """Commencer un modèle à partir de celui par défaut.

    SORTE est une sorte de document, ou « apercu » ; NOM est celui du nouveau modèle, à donner ensuite à --modele.
    Avec le nom « defaut », c’est le modèle d’amem qu’un espace de travail plus ancien n’a pas encore.
    """
    from amem_reports.espace import find
    from amem_reports.modeles import start

    for path in start(find(espace, Path.cwd()), kind, nom):
        click.echo(f"{path} créé")


COMMANDES = (check_templates, list_tags, new_template)
