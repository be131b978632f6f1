"""Click in French: its own sentences translated, so that help and usage errors read like the rest of the program."""

from __future__ import annotations

import re
import sys

import click

from amem_reports.french import typographie

SENTENCES = {
    "Aborted!": "Abandon.",
    "deprecated": "obsolète",
    "Missing command.": "Il manque une commande.",
    "required": "obligatoire",
    "Options": "Options\u00a0",  # a colon follows
    "Positional arguments": "Arguments\u00a0",
    "Commands": "Commandes\u00a0",
    "Got unexpected extra argument ({args})": "Argument en trop ({args})",
    "Got unexpected extra arguments ({args})": "Arguments en trop ({args})",
    "env var: {var}": "variable : {var}",
    "default: {default}": "par défaut : {default}",
    "(dynamic)": "(calculé)",
    "%(prog)s, version %(version)s": "%(prog)s, version %(version)s",
    "Show the version and exit.": "Affiche la version et s’arrête.",
    "Show this message and exit.": "Affiche cette aide et s’arrête.",
    "Did you mean {possibility}?": "Vouliez-vous dire {possibility} ?",
    "(Did you mean one of: {possibilities}?)": "(Vouliez-vous dire : {possibilities} ?)",
    "Missing argument": "Il manque l’argument",
    "Missing option": "Il manque l’option",
    "Missing parameter": "Il manque le paramètre",
    "Missing parameter: {param_name}": "Il manque le paramètre {param_name}",
    "Missing {param_type}": "Il manque {param_type}",
    "unknown error": "erreur inconnue",
    "Invalid value for {param_hint}: {message}": "Valeur refusée pour {param_hint} : {message}",
    "Invalid value: {message}": "Valeur refusée : {message}",
    "Could not open file {filename!r}: {message}": "Fichier « {filename} » impossible à ouvrir : {message}",
    "Error: {message}": "Erreur : {message}",
    "Try '{command} {option}' for help.": "Aide : {command} {option}",
    "No such option {name!r}.": "L’option {name} n’existe pas.",
    "No such command {name!r}.": "La commande « {name} » n’existe pas.",
    "Usage:": "Emploi :",
    "Invalid start character for option ({option})": "Une option commence par un tiret ({option})",
    "Option {name!r} does not take a value.": "L’option {name} ne prend pas de valeur.",
    "Option {name!r} requires an argument.": "L’option {name} demande une valeur.",
    "Option {name!r} requires {nargs} arguments.": "L’option {name} demande {nargs} valeurs.",
    "Argument {name!r} takes {nargs} values.": "L’argument {name} demande {nargs} valeurs.",
    "Takes {nargs} values but 1 was given.": "Il faut {nargs} valeurs, une seule est donnée.",
    "Takes {nargs} values but {len} were given.": "Il faut {nargs} valeurs, {len} sont données.",
    "file": "fichier",
    "directory": "dossier",
    "path": "chemin",
    "Choose from:\n\t{choices}": "Choisir parmi :\n\t{choices}",
    "Choice({choices})": "Choix ({choices})",
    "{value!r} is not {choice}.": "« {value} » n’est pas {choice}.",
    "{value!r} is not one of {choices}.": "« {value} » ne fait pas partie de : {choices}.",
    "{value!r} does not match the format {format}.": "« {value} » n’est pas de la forme {format}.",
    "{value!r} does not match the formats {formats}.": "« {value} » n’a aucune des formes {formats}.",
    "{value} is not in the range {range}.": "{value} n’est pas dans l’intervalle {range}.",
    "{value!r} is not a valid {number_type}.": "« {value} » n’est pas un nombre valable ({number_type}).",
    "{value!r} is not a valid boolean. Recognized values: {states}": "« {value} » n’est ni oui ni non. Valeurs admises : {states}",
    "{name} {filename!r} is a file.": "{name} « {filename} » : c’est un fichier.",
    "{name} {filename!r} is a directory.": "{name} « {filename} » : c’est un dossier.",
    "{name} {filename!r} is not readable.": "{name} « {filename} » : lecture impossible.",
    "{name} {filename!r} is not writable.": "{name} « {filename} » : écriture impossible.",
    "{name} {filename!r} does not exist.": "{name} « {filename} » n’existe pas.",
    "Windows error: {error}": "Erreur de Windows : {error}",
}


_QUOTED = r"(?<!\w)'([^'\n]+)'(?!\w)"
_OPTIONAL = r"^(Valeur refusée pour )« \[([A-Z]+)\](…?) »"


class _Message(str):
    """The sentence that every message goes through: what Click puts between straight quotes stands between French ones in it.

    The name of an argument that may be left out stands in brackets in the help; a message is about the argument, without them.
    """

    __slots__ = ()

    def format(self, *args: object, **parts: object) -> str:
        quoted = {name: re.sub(_OPTIONAL, r"\1« \2\3 »", re.sub(_QUOTED, r"« \1 »", str(part))) for name, part in parts.items()}
        return typographie(super().format(*args, **quoted))


def sentence(text: str) -> str:
    """The French for one of Click's sentences; sentences for programmers only stay as they are."""
    french = SENTENCES.get(text, text)
    return _Message(french) if text == "Error: {message}" else french


def plural_sentence(one: str, many: str, number: int) -> str:
    """French takes the singular for 0 and 1."""
    return sentence(one if number < 2 else many)


def install() -> None:
    """Put the French in the place of gettext in every module of Click."""
    for name, module in list(sys.modules.items()):
        if name == "click" or name.startswith("click."):
            for attribute, translation in (("_", sentence), ("ngettext", plural_sentence)):
                if hasattr(module, attribute):
                    setattr(module, attribute, translation)


def typeset(command: click.Command) -> None:
    """Give the help texts of a command, and of all below it, the spaces of French typography, so that lines break well."""
    command.help = typographie(command.help or "")
    for param in command.params:
        if isinstance(param, click.Option) and param.help:
            param.help = typographie(param.help)
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        typeset(inner)
