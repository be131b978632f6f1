"""The donors' forms of the report: each holds the headings of its form, in order, and the same facts as the usual report."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from docx import Document

from amem_reports.catalogue import load
from amem_reports.cli import main
from amem_reports.endroits import CHAMPS
from amem_reports.fiche import Narratif

ROOT = Path(__file__).parent.parent
FORMES: dict[str, tuple[str, ...]] = {
    "ue": (
        "Table des matières",
        "Liste des acronymes",
        "1. Description",
        "1.1. Nom du coordinateur",
        "1.4. Intitulé de l’action",
        "1.5. Numéro du contrat",
        "1.6. Dates de début et de fin de la période de référence",
        "1.7. Pays ou régions cibles",
        "1.8. Bénéficiaires finaux et/ou groupes cibles, y compris le nombre de femmes et d’hommes",
        "1.9. Pays des activités",
        "2. Évaluation de la mise en œuvre",
        "2.1. Résumé",
        "2.2. Résultats et activités",
        "2.3. Durabilité",
        "2.4. Suivi-évaluation",
        "2.5. Enseignements",
        "2.6. Matériel produit",
        "3. Bénéficiaires et coopération",
        "4. Visibilité",
        "Signature",
        "Date d’échéance du rapport",
        "Date d’envoi du rapport",
        "Appendice 1. Cadre logique mis à jour",
    ),
    "pnud": ("3. Progrès par produit", "4. Risques et problèmes"),
    "onu-mptf": (
        "Titre et référence",
        "Pays, localités, secteurs",
        "Organisations participantes",
        "Partenaires de mise en œuvre",
        "Budget (par source, total)",
        "Durée",
        "Évaluation",
        "Soumis par",
    ),
}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


def make(espace: Path, sortie: Path, modele: str) -> Path:
    where = ("--espace", espace, "--sortie", sortie / modele)
    result = run("rapport", "2019-T4", "--modele", modele, "--format", "docx", "--date", "2020-01-15", *where)
    assert result.exit_code == 0, result.output
    [path] = (sortie / modele).glob("*.docx")
    return path


def lines(path: Path) -> list[str]:
    """Every paragraph of the body, those of tables in their place."""
    body = Document(str(path)).element.body
    texts = ("".join(text.text or "" for text in paragraph.iter("{*}t")) for paragraph in body.iter("{*}p"))
    return [text.strip() for text in texts if text.strip()]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("formes") / "demo"
    assert run("demo", folder).exit_code == 0
    return folder


@pytest.fixture(scope="module")
def written(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], list[str]]:
    """The lines of each form, and of the usual report, on the demonstration and on the published catalogue, which has no follow-up."""
    sortie = tmp_path_factory.mktemp("sorties")
    spaces = {"demo": demo, "publié": ROOT}
    return {(nom, modele): lines(make(espace, sortie / nom, modele)) for nom, espace in spaces.items() for modele in ("defaut", *FORMES)}


def test_the_forms_are_those_that_are_shipped() -> None:
    assert {path.stem for path in (ROOT / "templates" / "rapport").glob("*.docx")} == {"defaut", *FORMES}


@pytest.mark.parametrize("modele", FORMES)
@pytest.mark.parametrize("nom", ["demo", "publié"])
def test_each_form_holds_the_headings_of_the_official_one_in_their_order(
    written: dict[tuple[str, str], list[str]], nom: str, modele: str
) -> None:
    found = written[nom, modele]
    last = {line: place for place, line in enumerate(found)}  # the contents list names the headings a first time
    places = [last[heading] for heading in FORMES[modele]]
    assert places == sorted(places)


@pytest.mark.parametrize("modele", FORMES)
@pytest.mark.parametrize("nom", ["demo", "publié"])
def test_each_form_lists_the_52_activities_once_by_axe_and_country(
    written: dict[tuple[str, str], list[str]], nom: str, modele: str
) -> None:
    found = written[nom, modele]
    *_, start = [place for place, line in enumerate(found) if re.fullmatch(r"(Appendice|Annexe) [23]\. Liste des activités", line)]
    listed = found[start:]
    catalogue = load(ROOT / "catalogue")
    expected = [one for axe in catalogue.axes for pays in catalogue.pays for one in catalogue.of_axe(axe.numero, pays)]
    assert len(expected) == 52
    places = [place for place, line in enumerate(listed) if re.fullmatch(r"[A-Z]{2}-\d\.\d+", line)]
    assert [(listed[place], listed[place + 1]) for place in places] == [(one.identifiant, one.intitule) for one in expected]


@pytest.mark.parametrize("modele", FORMES)
def test_nothing_is_left_to_fill_by_the_engine_and_what_is_unknown_says_so(written: dict[tuple[str, str], list[str]], modele: str) -> None:
    for nom in ("demo", "publié"):
        text = "\n".join(written[nom, modele])
        assert "{" not in text
        assert "None" not in text
        assert "à renseigner" in text


def test_each_form_has_the_words_of_its_donor(written: dict[tuple[str, str], list[str]]) -> None:
    by_form = {modele: "\n".join(written["demo", modele]) for modele in FORMES}
    assert "Extrant P1.1 – " in by_form["ue"]
    assert not re.search(r"\bProduit P\d", by_form["ue"])
    for modele in ("pnud", "onu-mptf"):
        assert "Produit P1.1 – " in by_form[modele]
        assert "xtrant" not in by_form[modele]


@pytest.mark.parametrize("modele", ["defaut", *FORMES])
def test_a_deviation_of_which_nobody_gave_the_reason_asks_for_it(written: dict[tuple[str, str], list[str]], modele: str) -> None:
    found = written["demo", modele]
    deviation = re.compile(r"(Achevée avec un retard|En retard|Démarrage en retard) de .*\.")
    late = [place for place, line in enumerate(found) if deviation.fullmatch(line)]
    assert len(late) >= 5
    asked = [place for place in late if found[place + 1] == "Raison : à renseigner"]
    assert asked  # no record of the demonstration gives these reasons
    assert found.count("Raison : à renseigner") == len(asked)


@pytest.mark.parametrize("modele", ["defaut", *FORMES])
def test_of_how_many_the_sex_is_not_known_is_said_beside_women_and_men(written: dict[tuple[str, str], list[str]], modele: str) -> None:
    found = written["demo", modele]
    women = found.index("328\u00a0femmes")
    assert found[women - 1 : women + 3] == ["969", "328\u00a0femmes", "573\u00a0hommes", "sexe non connu : 68"]
    assert any(re.fullmatch(r"37\u00a0participants \(sexe non connu : 37\)", line) for line in found)


def test_each_form_says_the_same_figures_as_the_usual_report(written: dict[tuple[str, str], list[str]]) -> None:
    usual = written["demo", "defaut"]
    resume = usual[usual.index("Le présent rapport porte sur la période du 1er\u00a0octobre 2019 au 31\u00a0décembre 2019.") :][:9]
    assert any("personnes ont pris part" in line for line in resume)
    for modele in FORMES:
        found = written["demo", modele]
        start = found.index(resume[0])
        assert found[start : start + 9] == resume


def letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def told(demo: Path, periode: str) -> dict[str, str]:
    """All that the records of a quarter say in words, by where it stands."""
    from amem_reports.suivi import depot

    found: dict[str, str | None] = {}
    for fiche in depot.load(demo / "catalogue").fiches:
        if fiche.periode != periode:
            continue
        found |= {f"{fiche.pays} {rubrique}": texte for rubrique, texte in fiche.narratif}
        for activite in fiche.activites:
            found |= {f"{activite.identifiant} {champ}": getattr(activite, champ) for champ in CHAMPS}
            found |= {f"{activite.identifiant} {place} livrables": texte for place, texte in enumerate(activite.livrables)}
        found |= {f"{fiche.pays} {suivi.code}": suivi.commentaire for suivi in fiche.indicateurs}
        found |= {
            f"{fiche.pays} {risque.code} {champ}": getattr(risque, champ) for risque in fiche.risques for champ in ("libelle", "mesure")
        }
    return {place: text for place, text in found.items() if text}


@pytest.mark.parametrize(("periode", "also"), [("2019-T4", {"recit", "prochaines_etapes", "E2.a"}), ("2020-T2", {*CHAMPS})])
def test_every_word_of_the_records_is_in_every_form_and_in_the_workbook(demo: Path, tmp_path: Path, periode: str, also: set[str]) -> None:
    texts = told(demo, periode)
    assert {place.rpartition(" ")[2] for place in texts} >= {*Narratif.model_fields, "livrables", "libelle", "mesure", *also}
    made = {}
    for modele in ("defaut", *FORMES):
        done = run("rapport", periode, "--modele", modele, "--date", "2020-07-15", "--espace", demo, "--sortie", tmp_path / modele)
        assert done.exit_code == 0, done.output
        made[modele] = lines(next((tmp_path / modele).glob("*.docx")))
    book = openpyxl.load_workbook(next((tmp_path / "defaut").glob("*.xlsx")))
    made["classeur"] = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    for name, words in made.items():
        whole = letters("".join(words))
        parts = ((place, part) for place, text in texts.items() for part in text.split("\n"))
        assert [(name, place) for place, part in parts if letters(part) not in whole] == []
