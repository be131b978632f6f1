"""The guide for the staff holds: every command that it shows is one, and its main path runs from the first step to the last."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import openpyxl
import pytest
from classeur_suivi import put
from click.testing import CliRunner
from commandes import resolved

from amem_reports.cli import main

ROOT = Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
FENCED = [line for block in re.findall(r"^```sh\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL) for line in block.splitlines()]
INLINE = re.findall(r"`(amem [^`]+)`", re.sub(r"^```.*?^```", "", GUIDE, flags=re.MULTILINE | re.DOTALL))
LINES = list(dict.fromkeys([*FENCED, *INLINE]))


def test_the_guide_shows_commands_in_blocks_and_in_tables() -> None:
    assert len(FENCED) >= 3
    assert len(INLINE) >= 25
    assert all(line.startswith("amem ") for line in FENCED)


@pytest.mark.parametrize("line", LINES)
def test_every_command_of_the_guide_is_one_that_the_program_takes(line: str) -> None:
    """One that shows no arguments names a command; any other is parsed as it stands."""
    command, context, words = resolved(line)
    if words[:1] and not words[0].startswith("--"):
        command.make_context(context.info_name, words)
    known = {opt for param in command.params for opt in param.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_every_option_that_the_guide_names_exists() -> None:
    known = {opt for command in _leaves(main) for param in command.params if isinstance(param, click.Option) for opt in param.opts}
    named = set(re.findall(r"`(--[a-z-]+)", GUIDE))
    assert len(named) > 8
    assert named <= known


def _leaves(group: click.Group) -> list[click.Command]:
    found = [command for name in group.list_commands(click.Context(group)) if (command := group.get_command(click.Context(group), name))]
    return [leaf for command in found for leaf in (_leaves(command) if isinstance(command, click.Group) else [command])]


# --- the main path ----------------------------------------------------------------------------------------------------------------------

RECITS = {
    "faits_marquants": "Deux ateliers se sont tenus à Rabat.",
    "ecarts": "Aucun écart avec le plan de travail.",
    "partenariats": "Le ministère a nommé un point focal.",
    "visibilite": "Un communiqué a été publié.",
    "enseignements": "Prévoir les salles un mois plus tôt.",
    "prochaine_periode": "La restitution est prévue en septembre.",
}


def fill(path: Path) -> None:
    """Fill the workbook of a country as its team does: who sends it, one activity, every section of the narrative."""
    book = openpyxl.load_workbook(path)
    sheets: dict[str, list[tuple[str, str, object]]] = {
        "Lisez-moi": [("par", "valeur", "Aïcha"), ("date", "valeur", "2019-07-05"), ("etat", "valeur", "soumis")],
        "Activités": [
            ("MA-1.1", "statut", "en cours"),
            ("MA-1.1", "avancement", "40 %"),
            ("MA-1.1", "debut_reel", "15/04/2019"),
            ("MA-1.1", "participants.femmes", 12),
            ("MA-1.1", "participants.hommes", 8),
            ("MA-1.1", "recit", "Deux ateliers se sont tenus."),
        ],
        "Budget": [("MA-1.1", "depenses.montant", 12500.5), ("MA-1.1", "depenses.devise", "EUR")],
        "Récit": [(champ, "texte", texte) for champ, texte in RECITS.items()],
    }
    for title, values in sheets.items():
        for item, champ, value in values:
            put(book, title, item, champ, value)
    book.save(path)


def test_the_guide_s_path_runs_from_a_new_workspace_to_a_figure_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder with spaces and accents, each step as the guide writes it, and each run a second time."""
    folder = tmp_path / "Suivi évaluation 2019"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def amem(line: str, code: int = 0) -> str:
        result = CliRunner().invoke(main, shlex.split(line)[1:])
        assert result.exit_code == code, f"{line}\n{result.output}"
        assert result.exception is None or isinstance(result.exception, SystemExit), line
        return result.output.replace("\u00a0", " ").replace("\u202f", " ")

    amem("amem init mon-espace")
    assert "n’est pas vide" in amem("amem init mon-espace", code=1)
    monkeypatch.chdir(folder / "mon-espace")
    assert "Catalogue sans faute : 52 activités" in amem("amem verifier")

    amem("amem saisie 2019-T2 --date 2019-06-28")
    assert "Rien à refaire" in amem("amem saisie 2019-T2 --date 2019-06-28")
    fill(Path("output/saisie/saisie_2019-T2_maroc.xlsx"))
    amem("amem saisie 2019-T2 --date 2019-06-28")
    workbook = "output/saisie/saisie_2019-T2_maroc.xlsx"
    assert "serait importé" in amem(f"amem importer {workbook} --essai")
    assert "– MA 2019-T2 (soumis)" in amem(f"amem importer {workbook}")
    assert "déjà repris, rien ne change" in amem(f"amem importer {workbook}")
    assert "fiche reçue, pas encore validée" in amem("amem verifier 2019-T2", code=1)
    amem("amem valider 2019-T2 maroc")
    assert "1 fiche reçue, 3 fiches manquantes" in amem("amem etat 2019-T2")
    told = amem("amem verifier 2019-T2", code=1)
    assert told.endswith("À ne pas émettre : 3 points bloquants.\n") or "3 points bloquants, " in told
    assert "aucun suivi reçu de Tunisie" in told

    assert "paquet_2019-T2.zip" in amem("amem produire 2019-T2 --date 2019-07-15")
    assert "Rien à refaire" in amem("amem produire 2019-T2 --date 2019-07-15")
    assert "intact : tel qu’il a été produit" in amem("amem attester output/rapport_2019-T2.docx output/paquet_2019-T2.zip")
    assert "depenses.MA" in amem("amem comparer 2019-T2")
    told = amem("amem expliquer participants.MA")
    assert "participants.MA = 20 personnes" in told
    assert "2019-T2/MA.yaml" in told
    assert "Activités!" in told
