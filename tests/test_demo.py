"""Workspaces made by `amem init` and `amem demo`: whole or not at all, fictional data that keep every rule."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from amem_reports.catalogue import load
from amem_reports.cli import main
from amem_reports.demo import espaces
from amem_reports.demo.donnees import donnees
from amem_reports.demo.fiches import fiches
from amem_reports.demo.parcours import shares
from amem_reports.dossier import Suivi
from amem_reports.fiche import Ecart, EtatFiche, Fiche, Narratif, StatutActivite, SuiviActivite, ecarts_activite, ecarts_indicateur
from amem_reports.model import Agregation, Catalogue, Periode, Sens, Statut
from amem_reports.suivi import depot

ROOT = Path(__file__).parent.parent
TEXTES = ("recit", "difficultes", "mesures", "prochaines_etapes")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)])


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def espace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("espaces") / "demo"
    result = run("demo", folder)
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="module")
def catalogue(espace: Path) -> Catalogue:
    return load(espace / "catalogue")


@pytest.fixture(scope="module")
def suivi(espace: Path) -> Suivi:
    return depot.load(espace / "catalogue")


def activities(suivi: Suivi) -> Iterator[tuple[str, SuiviActivite]]:
    return ((fiche.periode, activite) for fiche in suivi.fiches for activite in fiche.activites)


# --- init -------------------------------------------------------------------------------------------------------------------------------


def test_a_new_workspace_has_the_shipped_catalogue_and_templates(tmp_path: Path) -> None:
    result = run("init", tmp_path / "neuf")
    assert result.exit_code == 0
    assert "amem verifier" in result.output
    shipped = {f"{name}/{path}": data for name in ("catalogue", "templates") for path, data in files(ROOT / name).items()}
    assert files(tmp_path / "neuf") == {path: data for path, data in shipped.items() if not Path(path).name.startswith((".", "~$"))}
    assert (tmp_path / "neuf" / "output").is_dir()


def test_an_empty_folder_that_exists_is_filled(tmp_path: Path) -> None:
    assert run("init", tmp_path).exit_code == 0
    assert run("verifier", "--espace", tmp_path).exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["catalogue", "output", "templates"]


@pytest.mark.parametrize("command", [("init",), ("init", "--vierge"), ("demo",)])
def test_a_folder_that_is_not_empty_is_refused_and_left_alone(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "lettre.txt").write_text("à moi", encoding="utf-8")
    result = run(*command, tmp_path)
    assert result.exit_code == 1
    assert "le dossier n’est pas vide ; rien n’y a été écrit → choisir un autre dossier" in result.stderr.replace("\u00a0", " ")
    assert files(tmp_path) == {"lettre.txt": "à moi".encode()}


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "pris").touch()
    result = run("init", tmp_path / "pris")
    assert result.exit_code == 1
    assert "un fichier porte déjà ce nom" in result.stderr


@pytest.mark.parametrize("stuck", ["catalogue", "templates", "output"])
def test_a_failure_on_the_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stuck: str) -> None:
    move = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if target == tmp_path / stuck:
            raise PermissionError(13, "refusé", str(target))
        return move(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    result = run("demo", tmp_path)
    assert result.exit_code == 1
    assert "accès refusé" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_empty_workspace_serves_another_project(tmp_path: Path) -> None:
    folder = tmp_path / "autre"
    result = run("init", "--vierge", folder)
    assert result.exit_code == 0
    assert "projet.yaml, puis pays/pays.yaml" in result.output
    assert load(folder / "catalogue").activites == ()
    made = run("produire", "2025-T2", "--date", "2025-07-01", "--espace", folder)
    assert made.exit_code == 0, made.output
    assert "AMEM" not in "".join(path.read_text(encoding="utf-8") for path in (folder / "catalogue").glob("*.yaml"))
    checked = run("verifier", "--espace", folder)
    assert checked.exit_code == 0
    for words in ("Sigle : à renseigner dans projet.yaml", "Fin : à renseigner dans projet.yaml", "aucune pour Pays à renseigner"):
        assert words in checked.stdout.replace("\u00a0", " ")


def test_a_catalogue_that_is_filled_by_hand_is_asked_for_less_and_less(tmp_path: Path) -> None:
    espaces.init_empty(tmp_path)
    projet, pays = tmp_path / "catalogue" / "projet.yaml", tmp_path / "catalogue" / "pays" / "pays.yaml"
    known = "sigle: {valeur: SOLEIL, source: convention}\n"
    projet.write_text(re.sub("^sigle:.*\n", known, projet.read_text(encoding="utf-8"), flags=re.MULTILINE), encoding="utf-8")
    first = "activites:\n  - {identifiant: XX-1.1, code: '1.1', axe: 1, intitule: Former, texte_source: Former}\n"
    pays.write_text(pays.read_text(encoding="utf-8").replace("activites:\n", first), encoding="utf-8")
    told = run("verifier", "--espace", tmp_path).stdout.replace("\u00a0", " ")
    assert "Sigle" not in told
    assert "aucune pour" not in told
    assert "Bailleur : à renseigner dans projet.yaml" in told
    assert "Responsable : à renseigner pour 1 activité sur 1" in told


def test_the_files_of_an_empty_workspace_name_schemas_that_are_there(tmp_path: Path) -> None:
    espaces.init_empty(tmp_path)
    looked = 0
    for path in (tmp_path / "catalogue").rglob("*.yaml"):
        schema = path.read_text(encoding="utf-8").splitlines()[0].partition("$schema=")[2]
        assert (path.parent / schema).is_file(), path.name
        looked += 1
    assert looked == 6


# --- demo -------------------------------------------------------------------------------------------------------------------------------


def test_the_demonstration_is_the_same_each_time(espace: Path, tmp_path: Path) -> None:
    assert run("demo", tmp_path / "encore").exit_code == 0
    assert files(tmp_path / "encore") == files(espace)


def test_its_catalogue_says_that_it_is_fictional_and_the_shipped_one_does_not(catalogue: Catalogue) -> None:
    assert catalogue.projet.demonstration
    assert not load(ROOT / "catalogue").projet.demonstration
    assert {taux.source for taux in catalogue.taux} == {"taux fictif"}


def test_the_published_words_are_unchanged(catalogue: Catalogue) -> None:
    shipped = load(ROOT / "catalogue").activites
    assert len(shipped) == 52
    kept = ("identifiant", "code", "axe", "intitule", "texte_source", "recurrente")
    assert [a.model_dump(include=set(kept)) for a in catalogue.activites] == [a.model_dump(include=set(kept)) for a in shipped]


def test_every_activity_is_planned_with_people_money_and_a_produit(catalogue: Catalogue) -> None:
    for activite in catalogue.activites:
        assert all((activite.debut, activite.fin, activite.responsable, activite.partenaires, activite.budget, activite.produit))
    assert {a.budget.devise.value for a in catalogue.activites if a.budget} == {"EUR", "MAD", "MRU", "TND"}


def test_the_indicators_show_every_rule_and_both_directions(catalogue: Catalogue) -> None:
    indicateurs = catalogue.cadre_logique.indicateurs
    assert {one.agregation for one in indicateurs} == set(Agregation)
    assert {one.sens for one in indicateurs} == set(Sens)
    assert all(one.reference and len(one.cibles) >= 2 for one in indicateurs)
    assert any("sexe" in one.desagregations for one in indicateurs)
    results = {produit.code for produit in catalogue.cadre_logique.produits} | {effet.code for effet in catalogue.cadre_logique.effets}
    assert results == {one.rattachement for one in indicateurs} - {None}


def test_what_is_stored_is_read_back(suivi: Suivi) -> None:
    def bare(fiche: Fiche) -> Fiche:
        """Without the workbooks that are kept beside the last ones."""
        return fiche.model_copy(update={"historique": tuple(step.model_copy(update={"envoi": None}) for step in fiche.historique)})

    assert sorted(map(bare, suivi.fiches), key=lambda fiche: fiche.nom) == sorted(fiches(), key=lambda fiche: fiche.nom)


def test_every_record_keeps_the_rules(catalogue: Catalogue, suivi: Suivi) -> None:
    indicateurs = {one.code: one for one in catalogue.cadre_logique.indicateurs}
    found: list[tuple[str, str, Ecart]] = []
    for fiche in suivi.fiches:
        for activite in fiche.activites:
            found += [(fiche.nom, activite.identifiant, ecart) for ecart in ecarts_activite(activite, Periode.parse(fiche.periode))]
        for value in fiche.indicateurs:
            rule = indicateurs[value.code].agregation
            broken = ecarts_indicateur(value, ratio=rule is Agregation.RATIO, additif=rule is Agregation.SOMME)
            found += [(fiche.nom, value.code, ecart) for ecart in broken]
    assert len(suivi.fiches) > 30
    assert found == []


def test_records_name_only_activities_of_their_country(catalogue: Catalogue, suivi: Suivi) -> None:
    known = {pays.code: [activite.identifiant for activite in pays.activites] for pays in catalogue.pays}
    for fiche in suivi.fiches:
        named = [activite.identifiant for activite in fiche.activites]
        assert named == [identifiant for identifiant in known[fiche.pays] if identifiant in named], fiche.nom


def test_all_states_and_statuses_occur(suivi: Suivi) -> None:
    assert {fiche.etat for fiche in suivi.fiches} == set(EtatFiche)
    assert {activite.statut for _, activite in activities(suivi)} == set(StatutActivite)
    assert Counter(fiche.etat for fiche in suivi.fiches).most_common(1)[0][0] is EtatFiche.VALIDE
    assert any(fiche.etat is EtatFiche.REFUSE and fiche.historique[-1].motif for fiche in suivi.fiches)


def test_progress_goes_back_only_where_that_is_meant_and_days_stay(suivi: Suivi) -> None:
    last: dict[str, SuiviActivite] = {}
    for quarter, activite in activities(suivi):
        before = last.get(activite.identifiant, activite)
        planted = f"activites/{activite.identifiant}/avancement" in donnees()["fautes"]["retouches"].get(
            f"{quarter}/{activite.identifiant[:2]}", {}
        )
        assert planted is ((activite.avancement or 0) < (before.avancement or 0)), activite.identifiant
        assert before.debut_reel in (None, activite.debut_reel)
        assert before.fin_reelle in (None, activite.fin_reelle)
        last[activite.identifiant] = activite
    assert len(last) == 52


def test_some_activities_and_quarters_are_not_reported(catalogue: Catalogue, suivi: Suivi) -> None:
    assert suivi.of("2020-T2", "MR") is None
    partial = suivi.of("2020-T4", "TN")
    tunisie = next(pays for pays in catalogue.pays if pays.code == "TN")
    assert partial
    assert len(partial.activites) < len(tunisie.activites)


def test_money_spent_stays_near_the_budget_above_it_and_below(catalogue: Catalogue, suivi: Suivi) -> None:
    ratios = []
    finished = {activite.identifiant for _, activite in activities(suivi) if activite.statut is StatutActivite.ACHEVEE}
    for activite in catalogue.activites:
        spent = [one.depenses for _, one in activities(suivi) if one.identifiant == activite.identifiant and one.depenses]
        assert activite.budget
        assert {one.devise for one in spent} <= {activite.budget.devise}
        if activite.identifiant in finished:
            ratios.append(sum(one.montant for one in spent) / activite.budget.montant)
    assert min(ratios) < 0.9
    assert max(ratios) > 1.2
    assert 0.9 < sum(ratios) / len(ratios) < 1.1


def test_the_suspended_country_has_a_narrative_only(catalogue: Catalogue, suivi: Suivi) -> None:
    [suspended] = [pays.code for pays in catalogue.pays if pays.statut is Statut.SUSPENDU]
    found = [fiche for fiche in suivi.fiches if fiche.pays == suspended]
    assert found
    assert all(fiche.narratif.faits_marquants and not fiche.activites and not fiche.indicateurs for fiche in found)


def test_risks_open_move_and_close(suivi: Suivi) -> None:
    states: dict[tuple[str, str], list[str]] = {}
    for fiche in suivi.fiches:
        for risque in fiche.risques:
            assert risque.etat
            states.setdefault((fiche.pays, risque.code), []).append(risque.etat.value)
    assert {state for series in states.values() for state in series} == {"ouvert", "maîtrisé", "survenu", "clos"}
    assert any(series[0] == "ouvert" and series[-1] == "clos" for series in states.values())


def test_no_paragraph_repeats_the_last_quarter_s_but_the_one_that_is_meant(suivi: Suivi) -> None:
    last: dict[tuple[str, str], str | None] = {}
    repeated = []
    for fiche in suivi.fiches:
        texts = {(fiche.pays, name): getattr(fiche.narratif, name) for name in Narratif.model_fields}
        texts |= {(activite.identifiant, name): getattr(activite, name) for activite in fiche.activites for name in TEXTES}
        repeated += [(fiche.nom, *key) for key, text in texts.items() if text and last.get(key) == text]
        last |= texts
    assert repeated == [("2020-T2/TN.yaml", "TN", "partenariats")]


def test_the_planted_faults_are_there(suivi: Suivi) -> None:
    fautes = donnees()["fautes"]
    bare = [value for fiche in suivi.fiches for value in fiche.indicateurs if value.code == fautes["cible_sans_explication"]]
    assert bare
    assert all(value.commentaire is None for value in bare)
    quarter, _, identifiant = fautes["suspendue_sans_motif"].partition("/")
    [silent] = [activite for periode, activite in activities(suivi) if (periode, activite.identifiant) == (quarter, identifiant)]
    assert (silent.statut, silent.difficultes, silent.mesures) == (StatutActivite.SUSPENDUE, None, None)
    mute = suivi.of(*fautes["rubrique_vide"].split("/"))
    assert mute
    assert mute.narratif.visibilite is None
    wrong = suivi.of(*fautes["chiffre_faux"].split("/"))
    assert wrong
    people = sum(activite.participants.total or 0 for activite in wrong.activites if activite.participants)
    assert f"Au total, {people + 25}\u00a0personnes" in (wrong.narratif.faits_marquants or "")


def test_no_sentence_of_the_data_is_cut_at_a_comma() -> None:
    """In YAML's flow form a comma ends a text, and what follows becomes a key without value."""

    def holes(value: object) -> Iterator[str]:
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else []):
            if inner is None:
                yield str(key)
            yield from holes(inner)

    assert list(holes(donnees())) == []


@pytest.mark.parametrize(("total", "weights"), [(0, {"a": 50, "b": 50}), (1, {"a": 34, "b": 66}), (97, {"a": 84, "b": 6, "c": 10})])
def test_shares_add_up(total: int, weights: dict[str, int]) -> None:
    assert sum(shares(total, weights).values()) == total


def test_commands_work_on_the_demonstration(espace: Path, tmp_path: Path) -> None:
    checked = run("verifier", "--format", "json", "--espace", espace)
    assert checked.exit_code == 0
    assert json.loads(checked.stdout)["fautes"] == []
    made = run("produire", "2019-T4", "--date", "2020-01-20", "--espace", espace, "--sortie", tmp_path)
    assert made.exit_code == 0, made.output
    assert len([path for path in tmp_path.iterdir() if path.suffix in (".docx", ".xlsx")]) >= 14
