"""A follow-up workbook for tests, with the identifiers of the real one and nothing of its looks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from amem_reports.fiche import Fiche, Narratif, empreinte, plat, valeurs
from amem_reports.model import Catalogue, Pays
from amem_reports.suivi.lecture import CHAMPS

ACTIVITES = [champ for champ in CHAMPS["activites"] if not champ.startswith("depenses")]
BUDGET = ["depenses.montant", "depenses.devise"]
FEUILLES = {
    "Activités": ("activites", ACTIVITES),
    "Budget": ("activites", BUDGET),
    "Indicateurs": ("indicateurs", list(CHAMPS["indicateurs"])),
    "Risques": ("risques", list(CHAMPS["risques"])),
    "Récit": ("narratif", ["texte"]),
    "Lisez-moi": ("envoi", ["valeur"]),
}
ENVOI = {"par": "Équipe d’essai", "date": "15/07/2019", "etat": "soumis"}
Remplir = Callable[[Workbook], None]


def items(catalogue: Catalogue, pays: Pays) -> dict[str, list[str]]:
    return {
        "activites": [activite.identifiant for activite in pays.activites],
        "indicateurs": [indicateur.code for indicateur in catalogue.cadre_logique.indicateurs],
        "risques": [f"R{number}" for number in range(1, 4)],
        "narratif": list(Narratif.model_fields),
        "envoi": list(ENVOI),
    }


def build(catalogue: Catalogue, code: str, periode: str = "2019-T2", fiche: Fiche | None = None) -> Workbook:
    """The workbook as handed out: mark in A2, fields in row 2, items from row 4 on; a record fills it."""
    pays = next(one for one in catalogue.pays if one.code == code)
    known = items(catalogue, pays)
    stored = plat(fiche) if fiche else {}
    typed = {key: value for key, value in (valeurs(fiche) if fiche else {}).items() if isinstance(value, (int, Decimal, date))}
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for feuille, (section, champs) in FEUILLES.items():
        sheet = book.create_sheet(feuille)
        sheet["B1"] = feuille
        for column, champ in enumerate(["", *champs], 2):
            sheet.cell(2, column, champ or None)
            sheet.cell(3, column, f"Titre {champ}")
        sheet["A2"], sheet["A3"] = f"amem:{section}", "amem:libelle"
        for row, item in enumerate(known[section], 4):
            sheet.cell(row, 1, item)
            sheet.cell(row, 2, f"Intitulé de {item}")
            for column, champ in enumerate(champs, 3):
                key = f"{section}/{item}/{champ}"
                sheet.cell(row, column, typed.get(key, stored.get(key)))
    for row, item in enumerate(ENVOI, 4):
        book["Lisez-moi"].cell(row, 3, ENVOI[item])
    _hide(book, catalogue, code, periode, stored)
    return book


def _hide(book: Workbook, catalogue: Catalogue, code: str, periode: str, stored: dict[str, str]) -> None:
    hidden = book.create_sheet("_amem")
    hidden.sheet_state = "hidden"
    for pair in (
        ("projet", catalogue.projet.sigle.valeur),
        ("periode", periode),
        ("pays", code),
        ("catalogue", catalogue.revision),
        ("formulaire", "1"),
    ):
        hidden.append(pair)
    marks: dict[str, list[str]] = {}
    for place, text in stored.items():
        item, _, champ = place.rpartition("/")
        marks.setdefault(item, []).append(f"{champ}={empreinte(text)}")
    for item, found in marks.items():
        hidden.append((item, " ".join(found)))


def place(book: Workbook, feuille: str, item: str, champ: str) -> str:
    """The reference of a field's cell."""
    sheet: Worksheet = book[feuille]
    for mark in sheet["A"]:
        if str(mark.value).startswith("amem:"):
            column = next(cell.column_letter for cell in sheet[mark.row] if cell.value == champ)
            row = next(cell.row for cell in sheet["A"] if cell.value == item)
            return f"{column}{row}"
    raise AssertionError(feuille)


def put(book: Workbook, feuille: str, item: str, champ: str, value: Any, percent: bool = False) -> str:
    """Type a value; its cell's reference."""
    ref = place(book, feuille, item, champ)
    book[feuille][ref].value = value
    if percent:
        book[feuille][ref].number_format = "0%"
    return ref


def mark(book: Workbook, key: str, value: str) -> None:
    """Change what the hidden sheet says."""
    next(row for row in book["_amem"] if row[0].value == key)[1].value = value


def drop(book: Workbook, feuille: str, item: str) -> None:
    """Delete the row of an item."""
    book[feuille].delete_rows(next(cell.row for cell in book[feuille]["A"] if cell.value == item))


def save(book: Workbook, path: Path) -> Path:
    book.save(path)
    return path
