"""Everything that Click says to a user is French."""

from __future__ import annotations

import ast
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from amem_reports import cli_francais
from amem_reports.cli import main

UNUSED_MODULES = {"_termui_impl.py", "shell_completion.py", "termui.py", "utils.py"}


def sentences_of_click() -> dict[str, str]:
    found = {}
    for path in sorted(Path(click.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext"):
                for argument in node.args[: 1 if node.func.id == "_" else 2]:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        found[argument.value] = path.name
    return found


def test_every_sentence_that_a_user_can_meet_is_translated() -> None:
    sentences = sentences_of_click()
    assert len(sentences) > 50
    programmers = {
        "Could not determine name",
        "No options defined",
        "Arguments take exactly",
        "Name '",
        "Boolean option",
        "Value must be",
        "Deprecation",
    }
    missing = [
        text
        for text, module in sentences.items()
        if text not in cli_francais.SENTENCES
        and module not in UNUSED_MODULES
        and not any(text.startswith(start) for start in programmers)
        and not any(
            word in text
            for word in (
                "UUID",
                "executable",
                "continue?",
                "without prompting",
                "values are required",
                "values do not match",
                "value are required",
            )
        )
    ]
    assert [text for text in missing if "were given" not in text and "was given" not in text] == []


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--aide"], "L’option --aide n’existe pas."),
        (["rapport"], "Il manque l’argument « PERIODE »."),
        (["rapport", "2019", "--formt", "pdf"], "(Vouliez-vous dire : « --format », « --sortie » ?)"),
        (["rapport", "l'an 2019"], "« l'an 2019 » n’est pas une période"),
        (["raport"], "La commande « raport » n’existe pas. Vouliez-vous dire « rapport » ?"),
        (["vérifier"], "La commande « vérifier » n’existe pas. Vouliez-vous dire « verifier » ?"),
        (["modele", "verfier"], "La commande « verfier » n’existe pas. Vouliez-vous dire « verifier » ?"),
        (["rapport", "2019-T9"], "« 2019-T9 » n’est pas une période ; écrire un trimestre (2019-T3)"),
        (["rapport", "2019", "--date", "hier"], "« hier » n’est pas une date de la forme AAAA-MM-JJ"),
        (["rapport", "2019", "--date", "2019-W01-1"], "« 2019-W01-1 » n’est pas une date de la forme AAAA-MM-JJ"),
        (["rapport", "2019", "--format", "odt"], "Valeur refusée pour « --format » : « odt » ne fait pas partie de : « docx »"),
        (["modele", "champs", "x"], "Valeur refusée pour « SORTE » : « x » ne fait pas partie de :"),
        (["produire", "[X]"], "Valeur refusée pour « PERIODE » : « [X] » n’est pas une période"),
        (["rapport", "2019", "2020"], "Argument en trop (2020)"),
        (["rapport", "2019", "--sortie"], "L’option --sortie demande une valeur."),
    ],
)
def test_a_wrong_command_line_is_told_in_french(arguments: list[str], expected: str) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    told = result.stderr.replace("\u00a0", " ")
    assert expected in told
    assert told.startswith(("Emploi :", "Erreur :"))
    assert "'" not in told.replace("l'an", "")
    assert not any(word in result.stderr for word in ("Usage", "Error", "Try ", "Invalid", "Missing", "No such"))


@pytest.mark.parametrize("command", ["", *main.list_commands(click.Context(main))])
def test_help_is_french_throughout(command: str) -> None:
    result = CliRunner().invoke(main, [*command.split(), "--help"])
    assert result.exit_code == 0
    assert result.output.startswith("Emploi :")
    assert "Affiche cette aide et s’arrête." in result.output
    assert "\nOptions\u00a0:\n" in result.output
    assert "INTEGER" not in result.output
    assert not any(word in result.output for word in ("Usage", "Show this", "Commands:", "default:", "Choose", "COMMAND ", "ARGS"))
