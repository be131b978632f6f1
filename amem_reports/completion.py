"""Shell completion: Click's own scripts, each with a French line that tells how to install it."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

INSTALL = {
    "bash": 'ajouter à ~/.bashrc : eval "$(amem completion bash)"',
    "zsh": 'ajouter à ~/.zshrc, après compinit : eval "$(amem completion zsh)"',
    "fish": "enregistrer : amem completion fish > ~/.config/fish/completions/amem.fish",
    "powershell": "ajouter au fichier $PROFILE : amem completion powershell | Out-String | Invoke-Expression",
}
SHELLS = tuple(INSTALL)

# Windows decodes what a program prints as its old code page, unless told: without this « période » is garbled in the hints.
_READ_UTF8 = (
    ("    try {\n", "    $encoding = [Console]::OutputEncoding\n    [Console]::OutputEncoding = [Text.UTF8Encoding]::new()\n    try {\n"),
    ("    } finally {\n", "    } finally {\n        [Console]::OutputEncoding = $encoding\n"),
)


def script(command: click.Command, shell: str) -> str:
    """The completion script of `amem` for one of SHELLS."""
    complete = get_completion_class(shell)
    if complete is None:
        raise ValueError(shell)
    text = complete(command, {}, "amem", "_AMEM_COMPLETE").source()
    if shell == "powershell":
        for old, new in _READ_UTF8:
            text = text.replace(old, new, 1)
    return f"{text.rstrip()}\n\n# Pour installer cette complétion, {INSTALL[shell]}\n"
