"""The commands of the follow-up as a person types them: French sentences for what is wrong, French values in what they show."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from classeur_suivi import build, put, save
from click.testing import CliRunner

from amem_reports import catalogue
from amem_reports.cli import main
from amem_reports.demo import espaces
from amem_reports.suivi.lecture import CHAMPS
from amem_reports.suivi.libelles import shown
from amem_reports.suivi.noms import label


@pytest.fixture
def espace(tmp_path: Path) -> Path:
    folder = tmp_path / "espace"
    espaces.init(folder)
    return folder


def run(espace: Path, *arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, [*arguments, "--espace", str(espace)])
    assert result.exit_code == code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.output.replace("\u00a0", " ").replace("\u202f", " ")


def filled(espace: Path, recit: str = "Fait.", par: str = "Amina") -> Path:
    book = build(catalogue.load(espace / "catalogue"), "MA")
    for champ, value in (("avancement", "45,5 %"), ("statut", "en cours"), ("debut_reel", "15/04/2019"), ("recit", recit)):
        put(book, "Activités", "MA-1.1", champ, value)
    put(book, "Budget", "MA-1.1", "depenses.montant", 12500.5)
    put(book, "Budget", "MA-1.1", "depenses.devise", "MAD")
    put(book, "Lisez-moi", "par", "valeur", par)
    return save(book, espace.parent / f"{par}.xlsx")


@pytest.mark.parametrize("blank", ["", "  ", "\u200b"])
def test_an_option_that_says_nothing_is_refused(espace: Path, blank: str) -> None:
    path = str(filled(espace))
    for arguments in (
        ("refuser", "2019-T2", "maroc", "--motif", blank),
        ("refuser", "2019-T2", "maroc", "--motif", "x", "--par", blank),
        ("valider", "2019-T2", "maroc", "--par", blank),
        ("importer", path, "--rouvrir", blank),
        ("importer", path, "--par", blank),
    ):
        assert "il est vide" in run(espace, *arguments, code=2)


def test_a_trial_shows_values_in_french_even_of_what_would_be_refused(espace: Path) -> None:
    path = filled(espace)
    told = run(espace, "importer", str(path), "--essai")
    for expected in ("45,5 %", "15/04/2019", "12 500,5", "MA-1.1, Dépenses – Montant", "vide"):
        assert expected in told
    assert "serait importé, 6 valeurs changées" in told
    run(espace, "importer", str(path))
    run(espace, "valider", "2019-T2", "maroc", "--par", "Chef")
    told = run(espace, "importer", str(filled(espace, "Autre.", "Brahim")), "--essai", code=1)
    assert "MA-1.1, Récit" in told
    assert "Fait." in told
    assert "Autre." in told


def test_an_import_shows_the_values_that_it_replaces_and_counts_the_new_ones(espace: Path) -> None:
    first = run(espace, "importer", str(filled(espace)))
    assert "importé, 6 valeurs changées" in first
    assert "Avant" not in first
    book = filled(espace, "Fait, puis contrôlé.")
    told = run(espace, "importer", str(book))
    assert "importé, 1 valeur changée" in told
    assert re.search(r"MA-1\.1, Récit +Fait\. +Fait, puis contrôlé\.", told)
    assert "Avancement" not in told


def test_more_faults_than_a_person_reads_are_counted_and_all_of_them_stand_in_json(espace: Path) -> None:
    for code, nom in (("MA", "maroc"), ("TN", "tunisie")):
        pays = espace / "catalogue" / "pays" / f"{nom}.yaml"
        first = f"  - identifiant: {code}-1.1\n"
        wrong = "".join(f"    faux{number}: x\n" for number in range(150))
        pays.write_text(pays.read_text(encoding="utf-8").replace(first, first + wrong, 1), encoding="utf-8")
    told = run(espace, "rapport", "2019-T2", code=1)
    assert told.count("champ inconnu") == 200
    assert told.endswith("… et 100 autres fautes\n300 fautes ; rien n’a été écrit.\n")
    assert len(json.loads(run(espace, "verifier", "--format", "json", code=1))["fautes"]) == 300


def test_a_settled_conflict_and_what_was_left_aside_are_told(espace: Path) -> None:
    run(espace, "importer", str(filled(espace)))
    other = str(filled(espace, "Autre.", "Brahim"))
    told = run(espace, "importer", other, "--conflits", "ancien")
    assert "« Fait. », déjà enregistré (dernier envoi : Amina), est gardé, « Autre. » est écarté" in told
    assert "rien de nouveau, la fiche reste comme elle est – MA 2019-T2 (soumis), 1 valeur écartée" in told
    assert "déjà repris" not in told
    assert "« Autre. » est gardé" in run(espace, "importer", other, "--conflits", "nouveau")
    assert "déjà repris, rien ne change" in run(espace, "importer", other)


def test_every_value_has_a_french_name_and_a_french_form() -> None:
    places = [f"{section}/R1/{champ}" for section, champs in CHAMPS.items() if section != "narratif" for champ in champs]
    names = [label(place) for place in [*places, "narratif/ecarts/texte"]]
    assert len(set(names)) == len(names) > 30
    assert not [name for name in names if "_" in name or "." in name]
    assert shown("activites/MA-1.1/participants.femmes", "1250") == "1\u202f250"
    assert shown("activites/MA-1.1/recit", "1250") == "1250"
