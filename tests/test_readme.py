"""What README.md promises is what the program does."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import click
import pytest
from commandes import resolved

from amem_reports.cli import COMMANDES, COMMANDES_DE_MODELE, main

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(?:sh|powershell)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
SETUP, TESTS = BLOCKS[0].strip(), BLOCKS[1].strip()
EXAMPLES = [line[line.index("amem ") :] for block in BLOCKS for line in block.splitlines() if re.search(r"(^|[/\\])amem ", line)]


def section(title: str) -> str:
    return re.split(r"^## ", README.split(f"## {title}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]


def all_commands(group: click.Group) -> dict[str, click.Command]:
    """Every command by the words that call it."""
    found: dict[str, click.Command] = {}
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        inner = all_commands(command) if isinstance(command, click.Group) else {"": command}
        found.update({f"{name} {rest}".strip(): leaf for rest, leaf in inner.items()})
    return found


def listed_commands() -> dict[str, list[str]]:
    """The command table: the words that call a command -> the arguments shown after them."""
    synopses = re.findall(r"^\| `amem ([^`]+)`", section("Commands"), re.MULTILINE)
    known = sorted(all_commands(main), key=len, reverse=True)
    names = {synopsis: next((name for name in known if f"{synopsis} ".startswith(f"{name} ")), synopsis) for synopsis in synopses}
    return {name: synopsis.removeprefix(name).split() for synopsis, name in names.items()}


def test_the_examples_are_many_enough_to_mean_something() -> None:
    assert len(EXAMPLES) >= 6


@pytest.mark.parametrize("line", EXAMPLES)
def test_every_command_line_is_one_that_the_program_takes(line: str) -> None:
    command, context, words = resolved(line)
    command.make_context(context.info_name, words)  # UsageError for an unknown option, a wrong value, an argument too many


def test_the_table_has_every_command_and_no_other() -> None:
    assert set(listed_commands()) == set(all_commands(main))


def test_the_table_shows_each_command_s_arguments_as_its_help_does() -> None:
    for name, command in all_commands(main).items():
        shown = [argument.make_metavar(click.Context(command)) for argument in command.params if isinstance(argument, click.Argument)]
        assert listed_commands()[name] == shown, name


def test_every_command_and_option_has_a_french_help_text() -> None:
    for name, command in all_commands(main).items():
        assert command.help, name
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, f"{name} {option.opts[0]}"


def test_what_goes_into_records_is_taken_with_the_same_options_in_the_same_words() -> None:
    commands = all_commands(main)
    texts = [
        {option.opts[0]: option.help for option in commands[name].params if isinstance(option, click.Option)}
        for name in ("importer", "reprendre")
    ]
    assert {name: text for name, text in texts[0].items() if name in ("--conflits", "--rouvrir")} == {
        name: text for name, text in texts[1].items() if name in ("--conflits", "--rouvrir")
    }
    assert "--conflits" in texts[0]


def test_continuous_integration_runs_the_two_commands_as_they_stand() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert SETUP.splitlines() == [SETUP]
    assert SETUP in lines
    assert lines[-1] == TESTS


def test_windows_gets_the_same_two_commands() -> None:
    def in_powershell(line: str) -> str:
        return line.replace("python3 -m", "py -m").replace(" &&", ";").replace(".venv/bin/", ".venv\\Scripts\\")

    assert BLOCKS[2].splitlines() == [in_powershell(SETUP), in_powershell(TESTS)]


def test_every_file_that_is_linked_exists() -> None:
    links = [target for target in re.findall(r"\]\(([^)]+)\)", README) if "://" not in target]
    assert links
    assert [target for target in links if not (ROOT / target).exists()] == []


def test_the_python_versions_are_those_of_the_package() -> None:
    package = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    low, high = re.findall(r"3\.(\d+)", re.findall(r'requires-python = "(.+)"', package)[0])
    assert [int(minor) for minor in re.findall(r"3\.(\d\d)", README)] == list(range(int(low), int(high)))


def test_every_command_of_the_package_stands_in_the_group_that_imports_it() -> None:
    folder = ROOT / "amem_reports" / "commandes"
    modules = {path.stem: import_module(f"amem_reports.commandes.{path.stem}") for path in folder.glob("*.py")}
    held = sorted((command.name, name) for name, module in modules.items() for command in getattr(module, "COMMANDES", ()))
    assert held == sorted((*COMMANDES.items(), *COMMANDES_DE_MODELE.items()))
