"""What several command modules share: the workspace, days and periods, names of countries, sentences on stderr."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from amem_reports.errors import AmemError, Constat

if TYPE_CHECKING:
    from datetime import date

    from amem_reports.dossier import Cellule, Dossier, Logo, Suivi
    from amem_reports.espace import Espace
    from amem_reports.model import Catalogue, Periode
    from amem_reports.suivi.origine import Origine

Command = Callable[..., Any]
MAX_LOGO = 10_000_000
LUS = 200
"""How many findings are told one by one."""


def tell(sentence: str) -> None:
    """Say something on stderr, with the spaces of French typography."""
    from amem_reports.french import typographie

    click.echo(typographie(sentence), err=True)


def tell_all(constats: Sequence[Constat], nom: str = "faute") -> None:
    """Say every finding on stderr, as far as a person reads; then how many more there are. JSON holds them all."""
    for constat in constats[:LUS]:
        tell(str(constat))
    if len(constats) > LUS:
        from amem_reports.french import compte

        tell(f"… et {compte(len(constats) - LUS, f'autre {nom}', f'autres {nom}s')}")


def read_day(ctx: click.Context, param: click.Parameter, value: str | None) -> date:
    """A day given as AAAA-MM-JJ; today when none is given."""
    from datetime import date

    if value is None:
        return date.today()
    try:
        return date.fromisoformat(value if value[7:8] == "-" else "")
    except ValueError:
        raise click.BadParameter(f"« {value} » n’est pas une date de la forme AAAA-MM-JJ (exemple : 2019-10-15)") from None


def read_period(ctx: click.Context, param: click.Parameter, value: str | None) -> Periode | None:
    """A period given in any of its usual forms."""
    from amem_reports.model import Periode

    try:
        return None if value is None else Periode.parse(value)
    except ValueError:
        raise click.BadParameter(
            f"« {value} » n’est pas une période ; écrire un trimestre (2019-T3), un semestre (2019-S2), une année (2019) ou « projet »"
        ) from None


def read_text(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """A name or a reason, without the spaces around it; an option that is given says something."""
    from amem_reports.suivi.valeurs import clean

    if value is not None and not (value := clean(value)):
        raise click.BadParameter("il est vide ; y écrire un texte, entre guillemets s’il a des espaces")
    return value


def read_quarter(ctx: click.Context, param: click.Parameter, value: str) -> Periode:
    """A quarter, the period that follow-up is filled for."""
    periode = read_period(ctx, param, value)
    if periode is None or "T" not in periode.code:
        raise click.BadParameter(f"« {value} » n’est pas un trimestre ; le suivi se saisit par trimestre (exemple : 2019-T2)")
    return periode


def workspace_option(command: Command) -> Command:
    """Add --espace."""
    return click.option(
        "--espace",
        metavar="DOSSIER",
        type=click.Path(path_type=Path),
        help="Espace de travail : le dossier qui contient « catalogue » et « templates » (par défaut : le dossier courant ou un parent).",
    )(command)


def merge_options(command: Command) -> Command:
    """Add --conflits and --rouvrir, for what comes back from outside into records."""
    command = click.option(
        "--rouvrir", metavar="MOTIF", callback=read_text, help="Raison de changer une fiche validée ; elle reste dans l’historique."
    )(command)
    return click.option(
        "--conflits",
        type=click.Choice(("refuser", "nouveau", "ancien")),
        default="refuser",
        show_default=True,
        help="Que faire de ce qui a changé des deux côtés : garder le fichier reçu (nouveau) ou le suivi (ancien).",
    )(command)


def open_workspace(espace: Path | None) -> tuple[Espace, Catalogue]:
    """The workspace and its catalogue; AmemError with every fault."""
    from amem_reports.catalogue import load
    from amem_reports.espace import find

    found = find(espace, Path.cwd())
    return found, load(found.catalogue)


def open_dossier(espace: Path | None, day: date) -> tuple[Espace, Dossier]:
    """The workspace, its catalogue and its follow-up; AmemError with every fault."""
    from amem_reports.dossier import Dossier
    from amem_reports.suivi import depot

    found, catalogue = open_workspace(espace)
    suivi = depot.load(found.catalogue)
    return found, Dossier(catalogue=catalogue, date=day, suivi=suivi, cellule=_cells(found.catalogue, suivi), logos=_logos(found))


def for_period(dossier: Dossier, periode: Periode | None) -> Dossier:
    """The dossier for that period; what lies wholly outside the project is said, for it is most often a slip of the keyboard."""
    from dataclasses import replace
    from datetime import date

    from amem_reports.french import A_RENSEIGNER, echeance

    found = replace(dossier, periode=periode)
    projet = dossier.catalogue.projet
    first, last = projet.premier_jour or date.min, projet.dernier_jour or date.max
    if found.periode and (found.periode.fin < first or last < found.periode.debut):
        project = " – ".join(echeance(one.valeur.code) if one else A_RENSEIGNER for one in (projet.debut, projet.fin))
        tell(f"Attention : la période {found.periode} est en dehors du projet ({project})")
    return found


def _logos(espace: Espace) -> dict[str, Logo]:
    """The logos of a workspace; AmemError for a file that is no picture to be read."""
    from hashlib import sha256

    from amem_reports import octets
    from amem_reports.dossier import Logo
    from amem_reports.espace import LOGOS, TEMPLATES

    found: dict[str, Logo] = {}
    constats: list[Constat] = []
    for name, path in espace.logos().items():
        try:
            found[name] = Logo(path.name, sha256(octets.read(path, MAX_LOGO)).hexdigest()[:8])
        except octets.RefusError as error:
            constats.append(Constat(f"{TEMPLATES}/{LOGOS}/{path.name}", "", error.message, error.remede))
    if constats:
        raise AmemError(constats)
    return found


def _cells(catalogue: Path, suivi: Suivi) -> Cellule:
    """Finds cells of the workbooks received; what reads workbooks is imported only when a cell is asked for."""

    @cache
    def origin() -> Origine:
        from amem_reports.suivi.origine import Origine

        return Origine(catalogue, suivi)

    return lambda fiche, element, champ: origin().cell(fiche, element, champ)


def complete_countries(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The countries whose names begin so, for the shell."""
    from amem_reports.french import slug

    try:
        _, catalogue = open_workspace(ctx.params.get("espace"))
    except AmemError:
        return []
    return [name for pays in catalogue.pays if (name := slug(pays.nom)).startswith(slug(incomplete))]
