"""A command line as the program takes it apart, without running it."""

from __future__ import annotations

import shlex

import click

from amem_reports.cli import main


def resolved(line: str) -> tuple[click.Command, click.Context, list[str]]:
    """The command that a line calls, with the words that are left for it."""
    words = shlex.split(line)[1:]
    command: click.Command = main
    context = click.Context(main, info_name="amem")
    while isinstance(command, click.Group):
        name, found, words = command.resolve_command(context, words)
        assert found is not None, name
        command, context = found, click.Context(found, info_name=name, parent=context)
    return command, context, words
