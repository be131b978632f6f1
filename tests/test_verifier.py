"""`amem verifier PERIODE` as a user meets it, on the demonstration workspace with its planted faults and on one's own."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from amem_reports.cli import main
from amem_reports.controles import OF_PERIOD, OF_RECORD
from amem_reports.demo.donnees import donnees, quarters

BLOCKING = {"2019-T1": 1, "2019-T2": 0, "2019-T3": 0, "2019-T4": 3, "2020-T1": 0, "2020-T2": 4, "2020-T3": 3, "2020-T4": 2}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("espaces") / "demo"
    assert run("demo", folder).exit_code == 0
    return folder


@pytest.fixture(scope="module")
def found(demo: Path) -> dict[str, dict[str, Any]]:
    """What is found in each quarter, as JSON."""
    results = {quarter: run("verifier", quarter, "--format", "json", "--espace", demo) for quarter in quarters()}
    data = {quarter: json.loads(result.stdout) for quarter, result in results.items()}
    assert {quarter: result.exit_code for quarter, result in results.items()} == {q: int(n > 0) for q, n in BLOCKING.items()}
    return data


def places(data: dict[str, Any], grave: str) -> list[str]:
    return [f"{one['fichier'].removeprefix('suivi/')} {one['regle']} {one['endroit']}" for one in data["points"] if one["gravite"] == grave]


def test_what_blocks_in_the_demonstration_is_what_is_planted_there(found: dict[str, dict[str, Any]]) -> None:
    fautes = donnees()["fautes"]
    target = fautes["cible_sans_explication"]
    assert {quarter: places(data, "bloquant") for quarter, data in found.items()} == {
        "2019-T1": ["2019-T1/SR.yaml fiche_attendue "],
        "2019-T2": [],
        "2019-T3": [],
        "2019-T4": [
            f"2019-T4 cible_manquee indicateur {target}, commentaire",
            f"{fautes['chiffre_faux']}.yaml participants_du_recit narratif, faits marquants",
            f"{fautes['rubrique_vide']}.yaml rubrique_vide narratif, visibilité",
        ],
        "2020-T1": [],
        "2020-T2": [
            "2020-T2/MA.yaml arret_sans_motif activité MA-3.9, difficultés",
            "2020-T2/MR.yaml fiche_attendue ",
            "2020-T2/TN.yaml texte_d_attente narratif, enseignements",
            f"{fautes['meme_paragraphe']}.yaml texte_repris narratif, partenariats",
        ],
        "2020-T3": [
            "2020-T3/MR.yaml fiche_attendue ",
            "2020-T3/TN.yaml avancement_du_recit activité TN-1.3, récit",
            "2020-T3/TN.yaml montants_du_recit activité TN-2.3, récit",
        ],
        "2020-T4": [f"2020-T4 cible_manquee indicateur {target}, commentaire", "2020-T4/TN.yaml fiche_attendue "],
    }


def test_every_rule_shows_in_the_demonstration_but_the_one_that_its_records_keep(found: dict[str, dict[str, Any]]) -> None:
    shown = {one["regle"] for data in found.values() for one in data["points"]}
    assert {rule.__name__ for rule in (*OF_PERIOD, *OF_RECORD)} - shown == {"contradiction"}


def test_the_rules_are_no_nuisance(found: dict[str, dict[str, Any]]) -> None:
    """About fifty activities, twenty indicators and four narratives a quarter leave a dozen lines to look at, not a hundred."""
    assert max(len(data["points"]) for data in found.values()) <= 12
    texts = Counter(one["regle"] for data in found.values() for one in data["points"] if one["regle"].endswith("_du_recit"))
    assert texts == {"participants_du_recit": 1, "avancement_du_recit": 1, "montants_du_recit": 1}


def test_every_finding_says_record_what_and_remedy(found: dict[str, dict[str, Any]]) -> None:
    for quarter, data in found.items():
        assert data["periode"] == quarter
        assert data["fautes"] == []
        assert data["bloquants"] + data["a_verifier"] == len(data["points"])
        assert all(one["fichier"].startswith("suivi/") and one["message"] and one["remede"] for one in data["points"])
        assert {one["fichier"][6:13] for one in data["points"]} == {quarter}


def test_the_list_ends_with_the_verdict(demo: Path) -> None:
    no_go, go = run("verifier", "2019-T4", "--espace", demo), run("verifier", "2019-T3", "--espace", demo)
    assert (no_go.exit_code, go.exit_code) == (1, 0)
    assert no_go.stdout.splitlines()[-1] == "À ne pas émettre : 3\u00a0points bloquants, 5\u00a0points à vérifier."
    assert go.stdout.splitlines()[-1] == "Prêt à émettre, 7\u00a0points à vérifier."
    assert "Rapport : 4e\u00a0trimestre 2019" in no_go.stdout
    assert "  suivi/2019-T4/TN.yaml\n    narratif, visibilité\u00a0: rubrique vide → " in no_go.stdout
    assert no_go.stdout.index("Bloquant\u00a0: 3") < no_go.stdout.index("À vérifier\u00a0: 5")
    assert "Catalogue sans faute" in go.stdout


def test_a_year_holds_what_its_quarters_hold(demo: Path, found: dict[str, dict[str, Any]]) -> None:
    year = json.loads(run("verifier", "2019", "--format", "json", "--espace", demo).stdout)
    apart = [one for quarter in quarters()[:4] for one in found[quarter]["points"]]
    assert sorted(places(year, "bloquant")) == sorted(places({"points": apart}, "bloquant"))
    assert sorted(places(year, "à vérifier")) == sorted(places({"points": apart}, "à vérifier"))


def test_the_whole_project_holds_what_its_quarters_hold_up_to_a_day(demo: Path, found: dict[str, dict[str, Any]]) -> None:
    whole = json.loads(run("verifier", "projet", "--date", "2021-01-15", "--format", "json", "--espace", demo).stdout)
    apart = [one for data in found.values() for one in data["points"] if one["regle"] != "cible_manquee"]
    kept = [one for one in whole["points"] if one["regle"] != "cible_manquee"]
    assert sorted(places({"points": kept}, "bloquant")) == sorted(places({"points": apart}, "bloquant"))
    assert sorted(places({"points": kept}, "à vérifier")) == sorted(places({"points": apart}, "à vérifier"))
    assert [one["endroit"] for one in whole["points"] if one["regle"] == "cible_manquee"] == ["indicateur E3.b, commentaire"]


def test_strict_lets_nothing_pass(demo: Path) -> None:
    assert run("verifier", "2019-T3", "--strict", "--espace", demo).exit_code == 1


def test_a_period_that_nobody_reported_on_is_not_ready(tmp_path: Path) -> None:
    assert run("init", tmp_path).exit_code == 0
    result = run("verifier", "2019-T2", "--espace", tmp_path)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == "À ne pas émettre : 4\u00a0points bloquants."
    assert "aucun suivi reçu du Maroc" in result.stdout
    assert "Libye" not in result.stdout.split("Rapport :")[1]


def test_a_damaged_record_is_a_fault_before_anything_else(tmp_path: Path) -> None:
    assert run("demo", tmp_path).exit_code == 0
    (tmp_path / "catalogue" / "suivi" / "2019-T3" / "MA.yaml").write_text("periode: demain\n", encoding="utf-8")
    told, data = (run("verifier", "2019-T3", "--format", form, "--espace", tmp_path) for form in ("texte", "json"))
    assert (told.exit_code, data.exit_code) == (1, 1)
    assert "2019-T3/MA.yaml" in told.stderr
    assert "2019-T3/MA.yaml" in json.loads(data.stdout)["fautes"][0]["fichier"]


def test_a_word_that_is_no_period_is_refused(demo: Path) -> None:
    result = run("verifier", "demain", "--espace", demo)
    assert result.exit_code == 2
    assert "« demain » n’est pas une période" in result.stderr.replace("\u00a0", " ")
