"""Workbooks taken back: what was typed is what is stored, every fault is told at its cell, nothing is lost or overwritten in silence."""

from __future__ import annotations

import html
import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import suivis
import yaml
from classeur_suivi import build, place, put, save
from espace_suivi import CATALOGUE, Espace, Faire, faults, handed_out, large_workbook, many_activities, typed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from amem_reports.errors import AmemError
from amem_reports.fiche import (
    EtatFiche,
    EtatRisque,
    Fiche,
    Gravite,
    Narratif,
    Probabilite,
    StatutActivite,
    groupes,
    plat,
    valeurs,
)
from amem_reports.suivi import annoter, classeur, depot
from amem_reports.suivi.fusion import merge, ordered


@pytest.fixture
def espace(tmp_path: Path) -> Espace:
    return Espace(tmp_path)


def fill_some(book: Workbook) -> None:
    for champ, value in (
        ("statut", "en cours"),
        ("avancement", 0.45),
        ("debut_reel", datetime(2019, 4, 15)),
        ("livrables", "- Guide\n• Rapport « final »\n"),
        ("participants.femmes", 12),
        ("participants.hommes", "1 008"),
        ("participants.gouvernement", 1000),
        ("participants.autres", 20),
        ("recit", "Un atelier,\r\ndeux jours.\n\n**Bien**"),
        ("preuves", "https://exemple.org/a\nhttps://exemple.org/b"),
    ):
        put(book, "Activités", "MA-1.1", champ, value, percent=champ == "avancement")
    put(book, "Budget", "MA-1.1", "depenses.montant", "12 500,50")
    put(book, "Budget", "MA-1.1", "depenses.devise", "mad")
    put(book, "Indicateurs", "E1.a", "numerateur", 3)
    put(book, "Indicateurs", "E1.a", "denominateur", 4)
    put(book, "Indicateurs", "I.a", "valeur", 10.5)
    put(book, "Risques", "R1", "libelle", "Retard e\u0301ventuel")
    put(book, "Risques", "R1", "probabilite", "elevee")
    put(book, "Récit", "ecarts", "texte", "  Aucun\u00a0écart ")


def test_what_was_typed_is_what_is_stored(espace: Espace) -> None:
    (result,) = espace.take(espace.workbook(fill_some))
    assert faults(result) == []
    fiche = espace.stored()
    assert fiche is not None
    assert fiche == result.fiche
    assert plat(fiche) == {
        "activites/MA-1.1/statut": "en cours",
        "activites/MA-1.1/avancement": "45",
        "activites/MA-1.1/debut_reel": "2019-04-15",
        "activites/MA-1.1/livrables": "Guide\nRapport « final »",
        "activites/MA-1.1/participants.femmes": "12",
        "activites/MA-1.1/participants.hommes": "1008",
        "activites/MA-1.1/participants.total": "1020",
        "activites/MA-1.1/participants.gouvernement": "1000",
        "activites/MA-1.1/participants.autres": "20",
        "activites/MA-1.1/recit": "Un atelier,\ndeux jours.\n\n**Bien**",
        "activites/MA-1.1/preuves": "https://exemple.org/a\nhttps://exemple.org/b",
        "activites/MA-1.1/depenses.montant": "12500.5",
        "activites/MA-1.1/depenses.devise": "MAD",
        "indicateurs/E1.a/numerateur": "3",
        "indicateurs/E1.a/denominateur": "4",
        "indicateurs/I.a/valeur": "10.5",
        "risques/R1/libelle": "Retard éventuel",
        "risques/R1/probabilite": "élevée",
        "narratif/ecarts/texte": "Aucun\u00a0écart",
    }
    assert fiche.etat is EtatFiche.SOUMIS
    assert fiche.envoi is not None
    assert (fiche.envoi.par, fiche.envoi.date, fiche.envoi.classeur) == ("Équipe d’essai", date(2019, 7, 15), "classeur 0.xlsx")


def test_the_workbook_received_is_kept_beside_the_record(espace: Espace) -> None:
    path = espace.workbook(fill_some)
    espace.take(path)
    fiche = espace.stored()
    assert fiche is not None
    assert fiche.envoi is not None
    assert depot.received(espace.folder / "suivi" / "2019-T2", "MA", fiche.envoi).read_bytes() == path.read_bytes()


def test_the_record_reads_well_and_keeps_its_order(espace: Espace) -> None:
    espace.take(espace.workbook(fill_some))
    text = espace.files()["2019-T2/MA.yaml"].decode()
    assert "  avancement: 45\n  debut_reel: 2019-04-15\n" in text
    assert "  recit: |-\n    Un atelier,\n    deux jours.\n\n    **Bien**\n" in text
    assert list(yaml.safe_load(text)) == ["periode", "pays", "etat", "activites", "indicateurs", "risques", "narratif", "historique"]


def test_importing_twice_changes_nothing(espace: Espace) -> None:
    path = espace.workbook(fill_some)
    espace.take(path)
    before = espace.files()
    (again,) = espace.take(path)
    assert (again.nouvelle, again.changements, espace.files()) == (False, (), before)


def test_a_trial_writes_nothing_and_tells_before_and_after(espace: Espace) -> None:
    (result,) = espace.take(espace.workbook(fill_some), essai=True)
    assert ("activites/MA-1.1/avancement", "", "45") in [(c.place, c.avant, c.apres) for c in result.changements]
    assert not (espace.folder / "suivi").exists()


# --- moved, sorted, added ---------------------------------------------------------------------------------------------------------------


def shuffle(book: Workbook) -> None:
    """Rows sorted the other way, columns turned round, a row and a column put in, notes and a sheet added."""
    for name in ("Activités", "Indicateurs"):
        sheet = book[name]
        head = [list(row) for row in sheet.iter_rows(max_row=3, values_only=True)]
        body = [list(row) for row in sheet.iter_rows(min_row=4, values_only=True)]
        sheet.delete_rows(1, sheet.max_row)
        blank: list[Any] = [None] * len(head[0])
        for row in [*head, blank, *reversed(body)]:
            sheet.append([row[0], *reversed(row[1:])])
    book.create_sheet("Notes", 0)["A1"] = "amemo"


def test_rows_and_columns_may_move_and_sheets_be_added(espace: Espace, tmp_path: Path) -> None:
    plain = espace.take(espace.workbook(fill_some))[0].fiche
    assert plain is not None
    (tmp_path / "autre").mkdir()
    other = Espace(tmp_path / "autre")
    (result,) = other.take(other.workbook(fill_and_shuffle))
    assert faults(result) == []
    assert result.fiche is not None
    assert plat(result.fiche) == plat(plain)


def fill_and_shuffle(book: Workbook) -> None:
    """As `fill_some`, with the share as a text, since a shuffled cell loses its format."""
    fill_some(book)
    put(book, "Activités", "MA-1.1", "avancement", "45 %")
    shuffle(book)


def test_a_note_under_the_table_is_left_aside_and_told(espace: Espace) -> None:
    def note(book: Workbook) -> None:
        book["Activités"]["C30"] = "À voir avec le ministère"

    (result,) = espace.take(espace.workbook(note))
    assert [(one.feuille, one.ref, one.message) for one in result.avertissements] == [
        ("Activités", "C30", "note hors du tableau, laissée de côté")
    ]
    assert not result.refuse


# --- faults -----------------------------------------------------------------------------------------------------------------------------

A, B = "MA-1.1", "MA-2.1"
MISTAKES: list[tuple[str, str, str, Any, str]] = [
    ("Activités", A, "statut", "en cour de route", "un mot de la liste"),
    ("Activités", A, "avancement", "beaucoup", "un nombre"),
    ("Activités", A, "debut_reel", "31/02/2019", "une date qui existe"),
    ("Activités", A, "fin_reelle", "04/15/2019", "le jour d’abord"),
    ("Activités", A, "livrables", "x" * 20_001, "20000 caractères au plus"),
    ("Activités", A, "participants.femmes", -3, "0 au moins"),
    ("Activités", A, "participants.hommes", 2.5, "un nombre entier"),
    ("Activités", A, "participants.total", "douze", "un nombre"),
    ("Activités", A, "participants.gouvernement", "1.200", "1200 ou 1,200 ?"),
    ("Activités", A, "participants.employeurs", 99_000_000, "moins de dix millions"),
    ("Activités", A, "participants.travailleurs", True, "un nombre"),
    ("Activités", A, "participants.societe_civile", datetime(2019, 5, 1), "un nombre"),
    ("Activités", A, "preuves", "voir le dossier", "n’est pas un lien"),
    ("Activités", B, "statut", "achevée", ""),
    ("Activités", B, "avancement", 0.8, "« achevée » est à 100"),
    ("Activités", B, "debut_reel", "15/05/2019", ""),
    ("Activités", B, "fin_reelle", "15/04/2019", "avant le début réel"),
    ("Activités", B, "participants.femmes", 4, ""),
    ("Activités", B, "participants.hommes", 5, ""),
    ("Activités", B, "participants.total", 12, "4 + 5 = 9"),
    ("Activités", B, "participants.gouvernement", 3, "les institutions font 3 personnes"),
    ("Activités", B, "preuves", "ftp://x", "n’est pas un lien"),
    ("Budget", A, "depenses.montant", "12,5,3", "un nombre"),
    ("Budget", A, "depenses.devise", "dirham", "un mot de la liste"),
    ("Budget", B, "depenses.montant", 1200.12345, "trois décimales"),
    ("Budget", B, "depenses.devise", "euros", "un mot de la liste"),
    ("Indicateurs", "I.a", "valeur", "n.d.", "un nombre"),
    ("Indicateurs", "I.a", "numerateur", 3, "n’est pas un ratio"),
    ("Indicateurs", "E1.a", "valeur", 0.75, "se calcule"),
    ("Indicateurs", "E1.a", "numerateur", 3, ""),
    ("Indicateurs", "E1.a", "denominateur", 0, "zéro"),
    ("Indicateurs", "E2.a", "valeur", 10, ""),
    ("Indicateurs", "E2.a", "ventilation.femmes", 4, "font 9, la valeur est 10"),
    ("Indicateurs", "E2.a", "ventilation.hommes", 5, ""),
    ("Indicateurs", "P1.1.a", "valeur", "1,234", "sans ambiguïté"),
    ("Indicateurs", "P1.1.a", "ventilation.femmes", 1.12345678, "six décimales"),
    ("Indicateurs", "P2.1.a", "valeur", 10**13, "douze chiffres"),
    ("Risques", "R1", "probabilite", "énorme", "un mot de la liste"),
    ("Risques", "R1", "impact", "élevee e", "un mot de la liste"),
    ("Risques", "R1", "etat", 3, "un mot de la liste"),
    ("Risques", "R2", "mesure", "Réunion", ""),
    ("Risques", "R3", "libelle", "Grève", ""),
    ("Risques", "R3", "etat", "ouverte", "un mot de la liste"),
    ("Récit", "ecarts", "texte", "y" * 30_000, "20000 caractères"),
    ("Récit", "visibilite", "texte", "z" * 20_002, "20000 caractères"),
    ("Lisez-moi", "par", "valeur", None, "cellule vide"),
    ("Lisez-moi", "date", "valeur", "le 15", "une date"),
    ("Lisez-moi", "etat", "valeur", "validé", "se donne au projet"),
]
MORE = {("Risques", "R2", "libelle"): "le risque n’est pas nommé"}


@pytest.mark.parametrize("faire", [build, handed_out], ids=["bare", "real"])
def test_forty_mistakes_in_one_workbook_give_forty_faults_at_their_cells(tmp_path: Path, faire: Faire) -> None:
    espace = Espace(tmp_path, faire)
    expected: dict[tuple[str, str], str] = {}

    def spoil(book: Workbook) -> None:
        for feuille, item, champ, value, told in MISTAKES:
            ref = put(book, feuille, item, champ, value)
            if told:
                expected[feuille, ref] = told
        expected.update({(feuille, place(book, feuille, item, champ)): told for (feuille, item, champ), told in MORE.items()})

    (result,) = espace.take(espace.workbook(spoil))
    found = {(faute.feuille, faute.ref): f"{faute.message} → {faute.remede}" for faute in result.fautes}
    assert len(expected) >= 40
    assert found.keys() == expected.keys()
    assert [(key, found[key]) for key in expected if expected[key] not in found[key]] == []
    assert len(result.fautes) == len(expected)
    assert all(faute.remede for faute in result.fautes)
    assert espace.stored() is None


def test_one_is_refused_as_a_share_unless_its_cell_is_in_per_cent(espace: Espace) -> None:
    def one(percent: bool) -> Callable[[Workbook], Any]:
        return lambda book: [put(book, "Activités", A, "statut", "achevée"), put(book, "Activités", A, "avancement", 1, percent)]

    (doubtful,) = espace.take(espace.workbook(one(False)))
    assert ["1 % ou 100 %" in sentence for sentence in faults(doubtful)] == [True]
    (sure,) = espace.take(espace.workbook(one(True)))
    assert sure.fiche is not None
    assert sure.fiche.activites[0].avancement == 100


def _error(book: Workbook) -> None:
    ref = put(book, "Activités", A, "participants.femmes", "#DIV/0!")
    book["Activités"][ref].data_type = "e"


def _witness(book: Workbook) -> None:
    sheet = book["Activités"]
    sheet["B2"] = "intitule"
    sheet["B4"], sheet["B5"] = "Organiser l’atelier d’exemple MA-2.1", "Organiser l’atelier d’exemple MA-1.1"


STRUCTURE: list[tuple[str, Callable[[Workbook], Any], str]] = [
    ("row deleted", lambda book: book["Activités"].delete_rows(4), "la ligne « MA-1.1 » manque : elle a été supprimée"),
    ("row copied", lambda book: book["Activités"].append(["MA-1.1", "copie", "en cours"]), "deux lignes pour « MA-1.1 »"),
    ("unknown", lambda book: book["Activités"].append(["MA-9.9", "autre", "en cours"]), "activité « MA-9.9 » inconnue du catalogue"),
    ("row added", lambda book: book["Activités"].append([None, "autre", "en cours", 0.5]), "ligne remplie sans identifiant"),
    ("column deleted", lambda book: book["Activités"].delete_cols(3), "feuille « Activités » : colonne absente : Statut"),
    ("column copied", lambda book: book["Activités"].__setitem__("Z2", "statut"), "deux colonnes pour « statut »"),
    ("marks erased", lambda book: book["Récit"].__setitem__("A2", None), "feuille « Récit » : cette feuille manque, ou sa ligne"),
    ("sheet deleted", lambda book: book.remove(book["Risques"]), "feuille « Risques » : cette feuille manque"),
    ("second sheet of the activities deleted", lambda book: book.remove(book["Budget"]), "feuille « Budget » : cette feuille manque"),
    (
        "marks of the activities erased",
        lambda book: book["Activités"].__setitem__("A2", None),
        "feuille « Activités » : cette feuille manque",
    ),
    ("field erased", lambda book: book["Budget"].__setitem__("C2", None), "feuille « Budget » : colonne absente : Dépenses – Montant"),
    ("other project", lambda book: book["_amem"].__setitem__("B1", "AUTRE"), "classeur du projet « AUTRE »"),
    ("other country", lambda book: book["_amem"].__setitem__("B3", "XX"), "pays « XX » absent du catalogue"),
    ("bad quarter", lambda book: book["_amem"].__setitem__("B2", "2019"), "trimestre « 2019 » illisible"),
    ("other form", lambda book: book["_amem"].__setitem__("B5", "9"), "version 9 du formulaire"),
    ("formula error", _error, "la cellule montre l’erreur #DIV/0!"),
    ("formula alone", lambda book: put(book, "Activités", A, "participants.femmes", "=1+2"), "la formule n’a pas été calculée"),
    ("sorted alone", _witness, "cette ligne porte l’identifiant « MA-1.1 », mais un autre intitulé"),
    ("sent too early", lambda book: put(book, "Lisez-moi", "date", "valeur", "01/01/2019"), "avant le début de la période"),
]


@pytest.mark.parametrize(("spoil", "told"), [(spoil, told) for _, spoil, told in STRUCTURE], ids=[name for name, _, _ in STRUCTURE])
def test_a_form_that_was_broken_is_refused_with_the_reason(espace: Espace, spoil: Callable[[Workbook], Any], told: str) -> None:
    (result,) = espace.take(espace.workbook(spoil))
    assert any(told in sentence for sentence in faults(result)), faults(result)
    assert espace.stored() is None


@pytest.mark.parametrize("feuille", ["Activités", "Budget"])
def test_rows_sorted_without_their_hidden_identifiers_are_refused_on_either_sheet(tmp_path: Path, feuille: str) -> None:
    espace = Espace(tmp_path, handed_out)

    def sort(book: Workbook) -> None:
        first, second = (place(book, feuille, item, "intitule") for item in ("MA-1.1", "MA-2.1"))
        sheet = book[feuille]
        sheet[first].value, sheet[second].value = sheet[second].value, sheet[first].value

    (result,) = espace.take(espace.workbook(sort))
    told = [sentence for sentence in faults(result) if "mais un autre intitulé" in sentence]
    assert len(told) == 2
    assert all(f"feuille « {feuille} »" in sentence.replace("\u00a0", " ") for sentence in told)
    assert espace.stored() is None


@pytest.mark.parametrize(("participants", "kept"), [({"femmes": 5, "hommes": 6, "total": 11}, ""), ({"total": 37}, "37")])
def test_the_form_keeps_a_total_only_where_neither_women_nor_men_are_known(participants: dict[str, int], kept: str) -> None:
    """Else the total of women and men that were erased would stay, in a cell that nobody can empty."""
    stored = suivis.fiche("2019-T2", activites=[suivis.a("MA-1.1", participants=participants)])
    book = handed_out(CATALOGUE, "MA", fiche=stored)
    formula = str(book["Activités"][place(book, "Activités", "MA-1.1", "participants.total")].value)
    assert re.findall(r"=0,(.*?),SUM", formula) == [kept or '""']


def test_files_that_are_no_workbooks_are_told(espace: Espace) -> None:
    folder = espace.folder.parent
    sound = espace.workbook()
    (folder / "a.xlsx").write_text("bonjour")
    (folder / "b.xls").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1"))
    (folder / "c.xlsx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
    (folder / "d.xlsx").write_bytes(sound.read_bytes()[:2000])
    save(Workbook(), folder / "e.xlsx")
    (folder / "g.xlsx").mkdir()
    results = espace.take(*(folder / name for name in ("a.xlsx", "b.xls", "c.xlsx", "d.xlsx", "e.xlsx", "absent.xlsx", "g.xlsx")))
    told = [
        "ce n’est pas un fichier Word ou Excel",
        "extension « .xls »",
        "protégé par un mot de passe",
        "abîmé",
        "n’est pas un classeur de suivi",
        "introuvable",
        "un dossier",
    ]
    assert [expected for expected, result in zip(told, results, strict=True) if expected not in faults(result)[0]] == []


def test_a_cell_far_away_does_not_fill_the_memory(espace: Espace) -> None:
    (result,) = espace.take(espace.workbook(lambda book: book["Récit"].__setitem__("XFD1048576", "loin")))
    assert "la cellule XFD1048576 est hors de toute mesure" in faults(result)[0]


def test_a_mark_copied_into_the_same_row_is_told_and_breaks_nothing(espace: Espace) -> None:
    (result,) = espace.take(espace.workbook(lambda book: book["Risques"].__setitem__("Z2", "amem:risques")))
    assert all(faute.message for faute in result.fautes)
    (other,) = espace.take(espace.workbook(lambda book: book["Risques"].__setitem__("Z2", "amem:rien")))
    assert any("marque inconnue « rien »" in told for told in faults(other))


def test_a_sound_workbook_is_taken_beside_a_faulty_one(espace: Espace) -> None:
    bad = espace.workbook(lambda book: put(book, "Activités", A, "statut", "?"))
    sound = espace.workbook(lambda book: put(book, "Récit", "ecarts", "texte", "Aucun"), pays="LY")
    results = espace.take(bad, sound)
    assert [result.refuse for result in results] == [True, False]
    assert {"2019-T2/LY.yaml"} == {name for name in espace.files() if name.endswith(".yaml")}


def test_the_annotated_copy_keeps_the_looks_of_the_form(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        header = book["Récit"].oddHeader
        assert header
        header.center.text = "PREMIÈRE@SECONDE"
        book["Récit"]["B1"] = CellRichText("Récit ", TextBlock(InlineFont(b=True), "de mai"))

    made, source = Espace(tmp_path, handed_out).workbook(fill), tmp_path / "rempli.xlsx"
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(source, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"@SECONDE", b"&#10;SECONDE"))
    copy = annoter.annotate(source, [classeur.Faute("Lisez-moi", "C5", "cellule vide", "y écrire un nom")])
    with zipfile.ZipFile(copy) as package:
        text = html.unescape("".join(package.read(name).decode() for name in package.namelist() if name.endswith(".xml")))
    assert "PREMIÈRE SECONDE" in text
    assert "_x000a_" not in text.lower()
    assert re.search(r"<rPr><b[^>]*/></rPr><t[^>]*>de mai", text)


def test_the_annotated_copy_shows_the_faults_and_can_be_corrected_and_taken(espace: Espace) -> None:
    path = espace.workbook(lambda book: put(book, "Activités", A, "statut", "?"))
    (result,) = espace.take(path)
    copy = annoter.annotate(path, result.fautes)
    assert copy.name == "classeur 0 (à corriger).xlsx"
    book = openpyxl.load_workbook(copy)
    ref = place(book, "Activités", A, "statut")
    comment = book["Activités"][ref].comment
    assert comment is not None
    assert "un mot de la liste" in comment.text
    assert [cell.value for cell in book["À corriger"][2]][:2] == ["Activités", ref]
    assert book.active is book["À corriger"]
    assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] == ["À corriger"]
    put(book, "Activités", A, "statut", "suspendue")
    (taken,) = espace.take(save(book, espace.folder.parent / "corrigé.xlsx"))
    assert not taken.refuse
    assert annoter.annotate(path, result.fautes).name == "classeur 0 (à corriger 2).xlsx"


def test_the_list_of_faults_follows_the_sheets_then_the_rows(espace: Espace) -> None:
    cells = [("Récit", "B2"), ("Activités", "AC7"), ("Activités", "B12"), ("Activités", "B7"), ("Activités", ""), ("", "")]
    fautes = [classeur.Faute(feuille, ref, "faux", "corriger") for feuille, ref in cells]
    sheet = openpyxl.load_workbook(annoter.annotate(espace.workbook(), fautes))["À corriger"]
    found = [(row[0] or "", row[1] or "") for row in sheet.iter_rows(min_row=2, max_col=2, values_only=True)]
    assert found == [("", ""), ("Activités", ""), ("Activités", "B7"), ("Activités", "AC7"), ("Activités", "B12"), ("Récit", "B2")]


# --- crashes and company ----------------------------------------------------------------------------------------------------------------

CRASH = """
import os, sys
from pathlib import Path
from datetime import date
sys.path.insert(0, {tests!r})
from espace_suivi import CATALOGUE
from amem_reports.suivi.importer import Demande, import_all
left = int(sys.argv[3])
def audit(event, arguments):
    global left
    touches = event in ("os.rename", "os.mkdir", "os.remove") or (event == "open" and isinstance(arguments[2], int) and arguments[2] & 3)
    if touches and "suivi" in str(arguments[0]):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), 9)
sys.addaudithook(audit)
import_all(CATALOGUE, Path(sys.argv[1]), [Path(sys.argv[2])], Demande(date=date(2019, 7, 20)))
"""


def test_killed_between_any_two_writes_the_store_is_the_old_or_the_new(espace: Espace) -> None:
    espace.take(espace.workbook(typed("recit", "Avant.")))
    old = espace.files()
    later = espace.workbook(typed("recit", "Après."))
    script = textwrap.dedent(CRASH.format(tests=str(Path(__file__).parent)))
    outcomes = []
    for step in range(20):
        code = subprocess.run([sys.executable, "-c", script, str(espace.folder), str(later), str(step)], check=False).returncode
        fiche = espace.stored()
        assert fiche is not None
        outcomes.append(fiche.activites[0].recit)
        if code == 0:
            break
        assert code == -signal.SIGKILL
        assert espace.files()["2019-T2/MA.yaml"] == old["2019-T2/MA.yaml"] or fiche.activites[0].recit == "Après."
    assert len(outcomes) > 3, "the writes were not seen"
    assert (outcomes[0], outcomes[-1]) == ("Avant.", "Après.")
    espace.take(later)
    left = {name for name in espace.files() if "en-cours" in name}
    assert left == set()
    assert len([name for name in espace.files() if "/recus/" in name]) == 2


def test_two_imports_at_once_lose_neither(espace: Espace) -> None:
    paths = [espace.workbook(typed("recit", "Un.", "Amina")), espace.workbook(typed("difficultes", "Deux.", "Brahim"))]
    script = textwrap.dedent(CRASH.format(tests=str(Path(__file__).parent)))
    runs = [subprocess.Popen([sys.executable, "-c", script, str(espace.folder), str(path), "1000"]) for path in paths]
    assert [one.wait(60) for one in runs] == [0, 0]
    fiche = espace.stored()
    assert fiche is not None
    assert (fiche.activites[0].recit, fiche.activites[0].difficultes) == ("Un.", "Deux.")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="a folder without rights stops nobody here")
def test_a_folder_without_rights_is_told(espace: Espace) -> None:
    espace.folder.chmod(0o500)
    with pytest.raises(AmemError, match="accès refusé"):
        espace.take(espace.workbook())


MANY = """
import json, sys, time
from pathlib import Path
sys.path.insert(0, {tests!r})
from espace_suivi import DAY, many_activities
from amem_reports.suivi.importer import Demande, import_all
catalogue = many_activities({many})
before = time.process_time()
(result,) = import_all(catalogue, Path(sys.argv[1]), [Path(sys.argv[2])], Demande(date=DAY))
spent = time.process_time() - before
status = Path("/proc/self/status").read_text()
peak = int(status.partition("VmHWM:")[2].split()[0]) / 1_024
print(json.dumps([len(result.fautes) + len(result.constats), len(result.fiche.activites), len(result.changements), spent, peak]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a process counts what the one that started it held")
def test_five_thousand_activities_are_taken_within_five_seconds_and_three_hundred_megabytes(tmp_path: Path) -> None:
    many = 5_000
    path = large_workbook(many_activities(many), tmp_path / "grand.xlsx")
    (tmp_path / "catalogue").mkdir()
    script = textwrap.dedent(MANY.format(tests=str(Path(__file__).parent), many=many))
    command = [sys.executable, "-c", script, str(tmp_path / "catalogue"), str(path)]
    told = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stdout
    faulty, activites, values, spent, peak = json.loads(told)
    assert (faulty, activites, values) == (0, many, 7 * many)
    assert spent < 5, "seconds of the processor, so that a busy machine does not count"
    assert peak < 300, "megabytes"


# --- properties -------------------------------------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn")), min_size=1, max_size=60).map(lambda text: text.strip())
TEXTS = TEXT.filter(lambda text: bool(text) and not text.startswith(("=", "amem:")) and "_x" not in text)
COUNT = st.integers(0, 5_000)


def activity_values(draw: st.DrawFn, start: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    women, men = draw(COUNT), draw(COUNT)
    if draw(st.booleans()):
        values |= {f"{start}participants.{key}": value for key, value in (("femmes", women), ("hommes", men), ("total", women + men))}
    if draw(st.booleans()):
        values[start + "statut"] = draw(st.sampled_from([StatutActivite.EN_COURS, StatutActivite.SUSPENDUE]))
        values[start + "avancement"] = Decimal(draw(st.integers(2, 99)))
        values[start + "debut_reel"] = draw(st.dates(date(2018, 8, 1), date(2019, 6, 30)))
    values |= {start + champ: draw(TEXTS) for champ in ("recit", "difficultes") if draw(st.booleans())}
    if draw(st.booleans()):
        values[start + "depenses.montant"] = Decimal(draw(st.integers(0, 10**9))) / 1000
        values[start + "depenses.devise"] = draw(st.sampled_from(["EUR", "MAD", "TND"]))
    return values


@st.composite
def fiches(draw: st.DrawFn) -> Fiche:
    """Any record that keeps the rules."""
    values = activity_values(draw, "activites/MA-1.1/") | activity_values(draw, "activites/MA-2.1/")
    if draw(st.booleans()):
        values["indicateurs/I.a/valeur"] = Decimal(draw(st.integers(-(10**9), 10**9))) / 1000
    if draw(st.booleans()):
        values["risques/R2/libelle"] = draw(TEXTS)
        for champ, words in (("etat", EtatRisque), ("probabilite", Probabilite), ("impact", Gravite)):
            values[f"risques/R2/{champ}"] = draw(st.sampled_from(list(words)))
    values |= {f"narratif/{rubrique}/texte": draw(TEXTS) for rubrique in Narratif.model_fields if draw(st.booleans())}
    return Fiche.model_validate({"periode": "2019-T2", "pays": "MA", "etat": "soumis", **ordered(groupes(values), {})})


@given(fiches())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_record_written_is_the_record_read(fiche: Fiche) -> None:
    from amem_reports import yaml_lines

    parsed = yaml_lines.parse(depot.texte(fiche), "f")
    assert isinstance(parsed, yaml_lines.Parsed), parsed
    assert Fiche.model_validate(parsed.data) == fiche


@pytest.mark.parametrize(("faire", "examples"), [(build, 25), (handed_out, 12)], ids=["bare", "real"])
def test_importing_what_was_exported_is_the_identity(tmp_path_factory: pytest.TempPathFactory, faire: Faire, examples: int) -> None:
    @given(fiches())
    @settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def check(fiche: Fiche) -> None:
        identity(Espace(tmp_path_factory.mktemp("e"), faire), fiche)

    check()


def identity(espace: Espace, fiche: Fiche) -> None:
    (result,) = espace.take(espace.workbook(fiche=fiche))
    assert faults(result) == []
    assert result.fiche is not None
    assert plat(result.fiche) == {key: classeur_text(text) for key, text in plat(fiche).items()}


def classeur_text(text: str) -> str:
    from amem_reports.suivi.valeurs import clean

    return clean(text)


@given(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 3)), st.dictionaries(st.sampled_from("abcd"), st.none() | st.integers(0, 3)))
def test_a_merge_without_conflict_says_what_the_workbook_says_where_it_was_touched(
    stored: dict[str, int], said: dict[str, int | None]
) -> None:
    from amem_reports.fiche import empreinte

    base = {key: empreinte(str(value)) for key, value in stored.items()}
    fusion = merge(stored, said, lambda key: base.get(key, ""))
    assert fusion.conflits == []
    expected = {**stored, **said}
    assert fusion.valeurs == {key: value for key, value in expected.items() if value is not None}


def test_values_and_groups_are_each_other_s_way_back() -> None:
    fiche = Fiche.model_validate(
        {"periode": "2019-T2", "pays": "MA", "etat": "soumis", "activites": [{"identifiant": "MA-1.1", "participants": {"femmes": 2}}]}
    )
    assert Fiche.model_validate({**fiche.model_dump(), **ordered(groupes(valeurs(fiche)), {})}) == fiche
    assert classeur.FORMULAIRE == "1"
