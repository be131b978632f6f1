"""The shipped catalogue holds the published list, word for word; a broken one is told fault by fault, with file, line and remedy."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from amem_reports import catalogue, french, yaml_lines
from amem_reports.errors import AmemError
from amem_reports.model import Catalogue

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "catalogue"
SEED = (Path(__file__).parent / "data" / "seed.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return catalogue.load(SHIPPED)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped catalogue, to spoil."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "catalogue"))


def faults(folder: Path) -> list[str]:
    with pytest.raises(AmemError) as caught:
        catalogue.load(folder)
    return [str(constat) for constat in caught.value.constats]


def seed_bullets() -> list[str]:
    return [line[2:] for line in SEED.splitlines() if line.startswith("• ")]


def letters(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if char.isalnum())


# --- what is shipped --------------------------------------------------------------------------------------------------------------------


def test_the_52_activities_are_there_by_country_and_axe(shipped: Catalogue) -> None:
    counts = Counter((activite.identifiant[:2], activite.axe) for activite in shipped.activites)
    assert counts == {
        ("MA", 1): 5, ("MA", 2): 4, ("MA", 3): 13,
        ("MR", 1): 5, ("MR", 2): 3, ("MR", 3): 4,
        ("TN", 1): 4, ("TN", 2): 6, ("TN", 3): 5,
        ("SR", 1): 2, ("SR", 3): 1,
    }  # fmt: skip
    assert len(shipped.activites) == 52


def test_every_source_text_is_the_published_one_letter_for_letter(shipped: Catalogue) -> None:
    assert Counter(activite.texte_source for activite in shipped.activites) == Counter(seed_bullets())


def test_titles_keep_every_word_in_order(shipped: Catalogue) -> None:
    for activite in shipped.activites:
        body = re.sub(r"^Activité\s*\.?\s*\d\s*\.\s*\d+\s*\.?\s*:?", "", activite.texte_source)
        assert letters(activite.intitule) == letters(body), activite.identifiant


def test_titles_are_set_as_french_is(shipped: Catalogue) -> None:
    for activite in shipped.activites:
        title = activite.intitule
        assert not re.search(r"'|\"|  | [:;!?»]|« |\.$", title), (activite.identifiant, title)
        assert title[0].isupper()
        assert not title.startswith("E") or not re.match(r"E(laborer|ducation|tude|tat)", title)


def test_codes_are_those_published_and_absent_where_the_source_has_none(shipped: Catalogue) -> None:
    for activite in shipped.activites:
        found = re.match(r"Activité\s*\.?\s*(\d)\s*\.\s*(\d+)", activite.texte_source)
        assert activite.code == (f"{found[1]}.{found[2]}" if found else None), activite.identifiant
    assert sum(activite.code is None for activite in shipped.activites) == 3


def test_recurrent_activities_are_those_that_the_source_says_so_of(shipped: Catalogue) -> None:
    recurrent = {activite.identifiant for activite in shipped.activites if activite.recurrente}
    assert recurrent == {a.identifiant for a in shipped.activites if "destinée à devenir récurrente" in a.texte_source} != set()


def test_libya_has_its_published_reason_and_no_activity(shipped: Catalogue) -> None:
    libya = next(pays for pays in shipped.pays if pays.code == "LY")
    assert libya.activites == ()
    assert libya.suspension is not None
    assert letters(libya.suspension.valeur) in letters(SEED)


def test_axes_keep_the_words_of_their_published_titles(shipped: Catalogue) -> None:
    assert [axe.numero for axe in shipped.axes] == [1, 2, 3]
    for axe in shipped.axes:
        assert axe.texte_source in SEED
        assert letters(axe.intitule) == letters(axe.texte_source.partition(":")[2])


def test_nothing_unknown_is_filled_in(shipped: Catalogue) -> None:
    cadre = shipped.cadre_logique
    assert (cadre.produits, cadre.indicateurs) == ((), ())
    for activite in shipped.activites:
        assert (activite.debut, activite.fin, activite.budget, activite.responsable, activite.partenaires) == (None, None, None, None, ())


def test_every_fact_of_the_project_names_its_source(shipped: Catalogue) -> None:
    facts = [getattr(shipped.projet, name) for name in type(shipped.projet).model_fields if name not in ("chronologie", "demonstration")]
    known = [fact for fact in facts if fact]
    assert len(known) >= 10
    assert all(fact.source for fact in [*known, *shipped.projet.chronologie])


def test_the_first_day_of_a_step_is_the_one_that_is_published(shipped: Catalogue) -> None:
    dated = [one for one in shipped.projet.chronologie if one.jour]
    assert len(dated) > 5
    for one in dated:
        assert one.jour
        assert set(french.date_longue(one.jour).split()) <= set(one.date.split()), one.intitule


def test_countries_come_active_first_the_sub_region_last(shipped: Catalogue) -> None:
    assert [pays.code for pays in shipped.pays] == ["MA", "MR", "TN", "LY", "SR"]


def test_the_revision_changes_with_a_word_and_not_with_line_endings(folder: Path, shipped: Catalogue) -> None:
    path = folder / "axes.yaml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert catalogue.load(folder).revision == shipped.revision
    path.write_text(path.read_text(encoding="utf-8").replace("améliorés", "meilleurs"), encoding="utf-8")
    assert catalogue.load(folder).revision != shipped.revision


# --- broken inputs, one by one ----------------------------------------------------------------------------------------------------------

MAROC = """code: MA
nom: Maroc
article: le
activites:
  - identifiant: MA-1.1
    code: "1.1"
    axe: 1
    intitule: Un
    texte_source: Un
"""
PLACE = "pays/maroc.yaml, ligne "


def line_of(text: str) -> Callable[[str], str]:
    return lambda wanted: str(text.splitlines().index(next(row for row in text.splitlines() if wanted in row)) + 1)


BROKEN: list[tuple[str, str, str]] = [
    ("    intitule: Un", "    intitulé: Un", PLACE + "8 : champ inconnu « intitulé », activité MA-1.1 → écrire « intitule »"),
    ("    intitule: Un\n", "", PLACE + "5 : il manque « intitule », activité MA-1.1 → ajouter « intitule: … »"),
    ("    intitule: Un", "    intitule: ''", PLACE + "8 : texte vide (intitule), activité MA-1.1"),
    (
        "    intitule: Un",
        "    intitule: Un\n    debut: 2019-13",
        PLACE + "9 : date illisible « 2019-13 » (debut), activité MA-1.1 → écrire un mois",
    ),
    (
        "    intitule: Un",
        "    intitule: Un\n    debut: 2019-T2\n    fin: 2019-03",
        PLACE + "10 : la fin (2019-03) est avant le début (2019-T2), activité MA-1.1",
    ),
    (
        "    intitule: Un",
        "    intitule: Un\n    budget: {montant: 1, devise: XOF}",
        "valeur inconnue « XOF » (devise), activité MA-1.1 → choisir parmi : EUR, USD",
    ),
    (
        "    intitule: Un",
        "    intitule: Un\n    budget: {montant: -1, devise: EUR}",
        "« -1 » est trop petit (montant), activité MA-1.1 → le minimum est 0",
    ),
    ("    intitule: Un", "    intitule: Un\n    budget: {montant: 1 000, devise: EUR}", "« 1 000 » n’est pas un nombre (montant)"),
    ("    intitule: Un", "    intitule: Un\n    budget: 1000", "il faut un groupe de champs (budget)"),
    (
        "    intitule: Un",
        "    intitule: Un\n    livrables: rapport",
        "il faut une liste (livrables), activité MA-1.1 → écrire un tiret par élément",
    ),
    ("    intitule: Un", "    intitule: Un\n    suspendue: peut-être", "« peut-être » n’est ni vrai ni faux (suspendue)"),
    (
        "    intitule: Un",
        "    intitule: Un\n    produit: P9",
        PLACE + "9 : le produit « P9 » n’existe pas, activité MA-1.1 → le définir d’abord dans cadre-logique.yaml",
    ),
    ("    axe: 1", "    axe: 2", PLACE + "7 : l’activité 1.1 est rangée sous l’axe 2, activité MA-1.1 → corriger « axe », ou le numéro"),
    ("    axe: 1", "    axe: 7", PLACE + "7 : l’axe « 7 » n’existe pas, activité MA-1.1 → choisir parmi : 1, 2, 3"),
    ("    axe: 1", "    axe: un", "« un » n’est pas un nombre entier (axe)"),
    (
        "MA-1.1",
        "MA1.1",
        "« MA1.1 » n’a pas la forme attendue (identifiant), activité MA1.1 → suivre le modèle des lignes voisines ; exemple : MA-1.1",
    ),
    ("MA-1.1", "TN-9.9", "l’identifiant « TN-9.9 » n’est pas du pays MA → écrire « MA-9.9 »"),
    ("MA-1.1", "MA-1.2", "l’identifiant « MA-1.2 » ne correspond pas au code 1.1 → écrire « MA-1.1 »"),
    ("article: le", "article: le\nstatut: suspendu", PLACE + "4 : le pays est suspendu sans motif → ajouter « suspension: »"),
    ("article: le", "article: le\nstatut: fermé", "valeur inconnue « fermé » (statut) → choisir parmi : actif, suspendu"),
    (
        "article: le",
        "article: le\narticle: la",
        PLACE + "4 : clé « article » écrite deux fois (déjà ligne 3) → garder une seule des deux lignes",
    ),
    ("    axe: 1", "\taxe: 1", PLACE + "7 : tabulation dans le retrait → la remplacer par des espaces"),
    ("    axe: 1", "   axe: 1", PLACE + "7 : syntaxe YAML"),
    ("nom: Maroc", "nom: Maroc: royaume", PLACE + "2 : syntaxe YAML : deux-points au milieu d’une valeur"),
    ("nom: Maroc", 'nom: "Maroc', "syntaxe YAML"),
    ("nom: Maroc", "nom: [Maroc", "syntaxe YAML"),
    ("nom: Maroc", "nom: @Maroc", PLACE + "2 : syntaxe YAML : caractère qui ne peut pas commencer une valeur"),
    ("nom: Maroc", "nom: &a Maroc", PLACE + "2 : ancre « &a » → la retirer"),
    ("nom: Maroc", "nom: *a", PLACE + "2 : renvoi « *a »"),
    ("nom: Maroc", "nom: !!python/object:os.system Maroc", PLACE + "2 : étiquette de type"),
    ("nom: Maroc", "? [a]\n: b\nnom: Maroc", "une liste ou un groupe sert de clé"),
    ("article: le", "article: le\n---\ncode: MA", PLACE + "4 : second document dans le fichier"),
    ("article: le", "article: [" + "[" * 100_000, "trop de niveaux les uns dans les autres"),
    ("nom: Maroc", "nom: Ma\x07roc", PLACE + "2 : caractère invisible (U+0007)"),
    (MAROC, "- un\n- deux\n", PLACE + "1 : le fichier ne commence pas par une clé"),
    (MAROC, "", "pays/maroc.yaml : le fichier est vide"),
    (MAROC, "# rien\n", "pays/maroc.yaml : le fichier est vide"),
]


@pytest.mark.parametrize(("old", "new", "expected"), BROKEN, ids=range(len(BROKEN)))
def test_each_fault_has_its_own_sentence(folder: Path, old: str, new: str, expected: str) -> None:
    assert old in MAROC
    (folder / "pays" / "maroc.yaml").write_text(MAROC.replace(old, new, 1), encoding="utf-8")
    found = faults(folder)
    assert any(expected in sentence for sentence in found), found


@pytest.mark.parametrize("written", ["23/03/2018", "2018-3-23", "2018-02-30", "20180323", "2018-W12-5", "1521763200"])
def test_a_first_day_that_is_no_day_is_told(folder: Path, written: str) -> None:
    path = folder / "projet.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("jour: 2018-03-23", f"jour: {written}", 1), encoding="utf-8")
    line = line_of(text)("jour: 2018-03-23")
    assert faults(folder) == [f"projet.yaml, ligne {line} : « {written} » n’est pas un jour (jour) → écrire AAAA-MM-JJ : 2019-04-15"]


def test_the_sound_file_behind_the_broken_ones_is_sound(folder: Path) -> None:
    (folder / "pays" / "maroc.yaml").write_text(MAROC, encoding="utf-8")
    assert len(catalogue.load(folder).activites) == 52 - 22 + 1


def test_faults_of_several_files_are_told_together(folder: Path) -> None:
    (folder / "axes.yaml").write_text("axes: []\nautre: 1\n", encoding="utf-8")
    (folder / "pays" / "maroc.yaml").write_text(MAROC.replace("    intitule: Un\n", ""), encoding="utf-8")
    (folder / "sigles.yaml").write_text("sigles:\n  - sigle: OIT\n  - sigle: OIT\n", encoding="utf-8")
    found = "\n".join(faults(folder))
    assert "axes.yaml, ligne 2 : champ inconnu « autre »" in found
    assert "pays/maroc.yaml, ligne 5 : il manque « intitule »" in found
    assert "sigles.yaml, ligne 3 : sigle « OIT » déjà pris (sigles.yaml, ligne 2)" in found


def test_a_duplicate_identifier_names_both_places(folder: Path) -> None:
    (folder / "pays" / "maroc.yaml").write_text(MAROC + MAROC.partition("activites:\n")[2], encoding="utf-8")
    found = PLACE + "10 : identifiant « MA-1.1 » déjà pris (pays/maroc.yaml, ligne 5) → en donner un autre, ou enlever la répétition"
    assert faults(folder) == [found]


def test_two_files_of_one_country_are_told(folder: Path) -> None:
    shutil.copy(folder / "pays" / "libye.yaml", folder / "pays" / "libye-bis.yaml")
    assert any("code de pays « LY » déjà pris" in sentence for sentence in faults(folder))


LOGFRAME = [
    ("produits:\n  - {code: P1, effet: E9, libelle: x}\n", "l’effet « E9 » n’existe pas, produit P1 → choisir parmi : E1, E2, E3"),
    ("indicateurs:\n  - {code: I1, libelle: x, niveau: effet, unite: y}\n", "l’indicateur de niveau effet n’est rattaché à rien"),
    ("indicateurs:\n  - {code: I1, libelle: x, niveau: effet, unite: y, rattachement: E7}\n", "l’effet « E7 » n’existe pas"),
    ("indicateurs:\n  - {code: I1, libelle: x, niveau: impact, unite: y, cibles: [{date: hier, valeur: 1}]}\n", "date illisible « hier »"),
    (
        "indicateurs:\n  - {code: I1, libelle: x, niveau: impact, unite: y, desagregations: [sexe, âge]}\n",
        "valeur inconnue « âge » (desagregations), indicateur I1 → choisir parmi : sexe, pays",
    ),
]


@pytest.mark.parametrize(("text", "expected"), LOGFRAME, ids=range(len(LOGFRAME)))
def test_links_of_the_logframe_are_checked(folder: Path, text: str, expected: str) -> None:
    path = folder / "cadre-logique.yaml"
    key = text.partition(":")[0]
    path.write_text(path.read_text(encoding="utf-8").replace(f"{key}: []\n", text), encoding="utf-8")
    assert any(expected in sentence for sentence in faults(folder))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (
            MAROC.replace("Un", "Été").encode("cp1252"),
            "ligne 8 : caractère « É » qui n’est pas en UTF-8 (sans doute un encodage Windows-1252)",
        ),
        (MAROC.encode("utf-16"), "le fichier est en UTF-16 → réenregistrer le fichier avec l’encodage UTF-8"),
    ],
)
def test_other_encodings_are_told(folder: Path, raw: bytes, expected: str) -> None:
    (folder / "pays" / "maroc.yaml").write_bytes(raw)
    assert any(expected in sentence for sentence in faults(folder))


def test_a_byte_order_mark_is_welcome(folder: Path) -> None:
    (folder / "pays" / "maroc.yaml").write_bytes(MAROC.encode("utf-8-sig"))
    assert catalogue.load(folder).activites[0].intitule == "Un"


def test_what_is_missing_is_told(tmp_path: Path, folder: Path) -> None:
    assert "le dossier du catalogue n’existe pas" in faults(tmp_path / "absent")[0]
    (folder / "projet.yaml").unlink()
    assert any("projet.yaml : fichier introuvable" in sentence for sentence in faults(folder))
    shutil.rmtree(folder / "pays")
    assert any("pays/ : dossier illisible (" in sentence for sentence in faults(folder))


def test_a_folder_in_the_place_of_a_file_is_told(folder: Path) -> None:
    (folder / "axes.yaml").unlink()
    (folder / "axes.yaml").mkdir()
    assert any("axes.yaml : un dossier porte le nom attendu" in sentence for sentence in faults(folder))


def test_a_file_too_large_is_told_without_being_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_lines, "MAX_BYTES", 1_000)
    assert any("fichier trop grand" in sentence for sentence in faults(folder))


@pytest.mark.parametrize("scalar", ["no", "1.10", "012", "1:30", "2019-03-01", "0x1F", ".inf", "yes"])
def test_scalars_stay_the_text_that_was_written(scalar: str) -> None:
    parsed = yaml_lines.parse(f"cle: {scalar}\n", "essai.yaml")
    assert isinstance(parsed, yaml_lines.Parsed)
    assert parsed.data == {"cle": scalar}


def test_a_large_catalogue_loads_whole(folder: Path) -> None:
    head, _, one = MAROC.partition("  - identifiant")
    many = "".join(f"  - identifiant{one}".replace("1.1", f"1.{n}") for n in range(1, 5001))
    (folder / "pays" / "maroc.yaml").write_text(head + many, encoding="utf-8")
    loaded = catalogue.load(folder)
    assert len(loaded.activites) == 5000 + 30
    assert loaded.activites[4999].identifiant == "MA-1.5000"
