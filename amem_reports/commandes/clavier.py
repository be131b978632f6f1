"""`amem completion`: commands completed by the shell."""

from __future__ import annotations

import click


@click.command("completion")
@click.argument("shell", metavar="SHELL", type=click.Choice(("bash", "zsh", "fish", "powershell")))
def print_completion(shell: str) -> None:
    """Script qui complète les commandes au clavier.

    SHELL est bash, zsh, fish ou powershell ; la dernière ligne du script dit comment l’installer.
    """
    from amem_reports.completion import script

    click.echo(script(click.get_current_context().find_root().command, shell))


COMMANDES = (print_completion,)
