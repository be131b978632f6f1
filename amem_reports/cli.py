"""The command line: which command stands where, messages, exit codes. Each is imported when it is asked for, its work after that."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from amem_reports import __version__, cli_francais
from amem_reports.commandes.commun import tell, tell_all
from amem_reports.errors import AmemError

COMMANDES = {
    "apercu": "apercu",
    "attester": "paquet",
    "cadre-logique": "rapports",
    "comparer": "comparer",
    "completion": "clavier",
    "demo": "espaces",
    "etat": "chiffres",
    "expliquer": "chiffres",
    "importer": "suivi",
    "init": "espaces",
    "lister": "catalogue",
    "plan-de-travail": "rapports",
    "produire": "paquet",
    "rapport": "rapports",
    "refuser": "suivi",
    "reprendre": "reprendre",
    "saisie": "saisie",
    "schema": "catalogue",
    "valider": "suivi",
    "verifier": "verification",
}
"""The module of `commandes` that holds each command."""
COMMANDES_DE_MODELE = {"champs": "modeles", "nouveau": "modeles", "remplir": "remplissage", "verifier": "modeles"}

cli_francais.install()


class LazyGroup(click.Group):
    """A group that imports the module of a command when this command, or the list of all, is asked for."""

    def __init__(self, *arguments: Any, modules: Mapping[str, str], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*self.commands, *self.modules})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.commands and cmd_name in self.modules:
            for command in import_module(f"amem_reports.commandes.{self.modules[cmd_name]}").COMMANDES:
                cli_francais.typeset(command)
                self.add_command(command)
        return super().get_command(ctx, cmd_name)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:  # Click looks for near names only among the commands that are imported
            raise click.NoSuchCommand(error.command_name, possibilities=self.list_commands(ctx), ctx=ctx) from None


class AmemGroup(LazyGroup):
    """The one place where faults become messages: French sentences on stderr and exit code 1, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except AmemError as error:
            from amem_reports.french import nombre

            tell_all(error.constats)
            if len(error.constats) > 1:
                tell(f"{nombre(len(error.constats))} fautes ; rien n’a été écrit.")
            ctx.exit(1)


@click.group(
    "amem",
    cls=AmemGroup,
    modules=COMMANDES,
    options_metavar="[OPTIONS]",
    subcommand_metavar="COMMANDE …",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="amem")
def main() -> None:
    """Plans de travail, cadres logiques et rapports au bailleur du projet AMEM, en Word et en Excel, à partir d’un seul catalogue."""


@main.group("modele", cls=LazyGroup, modules=COMMANDES_DE_MODELE, subcommand_metavar="COMMANDE …")
def template_group() -> None:
    """Modèles Word et Excel : vérifier, remplir, commencer."""


cli_francais.typeset(main)
