"""A folder with a catalogue and workbooks taken into it, for tests of the import."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from classeur_suivi import ENVOI, build, put, save
from openpyxl import Workbook

from amem_reports import exemple
from amem_reports.dossier import Dossier, Suivi
from amem_reports.fiche import Fiche
from amem_reports.model import Agregation, Catalogue, Periode
from amem_reports.rendering import render
from amem_reports.reports import SAISIE
from amem_reports.suivi import depot
from amem_reports.suivi.importer import Demande, Resultat, import_all

TEMPLATE = Path(__file__).parent.parent / "templates" / "saisie" / "defaut.xlsx"
DAY = date(2019, 7, 20)


def with_ratio(catalogue: Catalogue) -> Catalogue:
    cadre = catalogue.cadre_logique
    changed = tuple(
        one.model_copy(update={"agregation": Agregation.RATIO, "unite": "%"}) if one.code == "E1.a" else one for one in cadre.indicateurs
    )
    return catalogue.model_copy(update={"cadre_logique": cadre.model_copy(update={"indicateurs": changed})})


CATALOGUE = with_ratio(exemple.catalogue())


Faire = Callable[..., Workbook]
"""What makes a workbook to fill: of a catalogue, a country, a quarter, the record that is stored."""


def hand_out(catalogue: Catalogue, code: str, periode: str, suivi: Suivi, path: Path) -> Path:
    """The workbook that `amem saisie` makes."""
    pays = next(one for one in catalogue.pays if one.code == code)
    made = SAISIE.document(Dossier(catalogue=catalogue, date=DAY, pays=pays, periode=Periode.parse(periode), suivi=suivi))
    with path.open("wb") as out:
        render(TEMPLATE, made.contexte, out)
    return path


def handed_out(catalogue: Catalogue, code: str, periode: str = "2019-T2", fiche: Fiche | None = None) -> Workbook:
    """As `build`, but the real form: the sending filled, the cells as `amem saisie` makes them."""
    with tempfile.TemporaryDirectory() as folder:
        path = hand_out(catalogue, code, periode, Suivi((fiche,) if fiche else ()), Path(folder, "f.xlsx"))
        book = openpyxl.load_workbook(path)
    for nom, value in ENVOI.items():
        put(book, "Lisez-moi", nom, "valeur", value)
    return book


class Espace:
    """A folder for a catalogue, and workbooks beside it."""

    def __init__(self, folder: Path, faire: Faire = build, exist_ok: bool = False) -> None:
        self.folder = folder / "catalogue"
        self.folder.mkdir(exist_ok=exist_ok)
        self.faire = faire
        self._number = itertools.count()

    def workbook(self, fill: Callable[[Workbook], Any] = lambda book: None, **more: Any) -> Path:
        book = self.faire(CATALOGUE, more.pop("pays", "MA"), **more)
        fill(book)
        return save(book, self.folder.parent / f"classeur {next(self._number)}.xlsx")

    def take(self, *paths: Path, **options: Any) -> list[Resultat]:
        return import_all(CATALOGUE, self.folder, paths, Demande(date=DAY, **options))

    def stored(self, pays: str = "MA", periode: str = "2019-T2") -> Fiche | None:
        return depot.load(self.folder).of(periode, pays)

    def files(self) -> dict[str, bytes]:
        root = self.folder / "suivi"
        return {
            path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file() and path.name != ".verrou"
        }


def faults(result: Resultat) -> list[str]:
    return [str(faute.constat("f")) for faute in result.fautes] + [str(constat) for constat in result.constats]


def typed(champ: str, value: Any, par: str = "Équipe d’essai", **more: Any) -> Callable[[Workbook], None]:
    """What fills one cell and the sending; `etat` and `date` are the sending's, `feuille` and `item` tell another row."""
    feuille, item = more.pop("feuille", "Activités"), more.pop("item", "MA-1.1")

    def fill(book: Workbook) -> None:
        put(book, feuille, item, champ, value)
        for nom, said in {"par": par, **more}.items():
            put(book, "Lisez-moi", nom, "valeur", said)

    return fill


def many_activities(many: int) -> Catalogue:
    """A catalogue whose first country has so many activities."""
    one = CATALOGUE.pays[0].activites[0]
    activites = tuple(one.model_copy(update={"identifiant": f"MA-1.{n}", "code": f"1.{n}"}) for n in range(1, many + 1))
    pays = CATALOGUE.pays[0].model_copy(update={"activites": activites})
    return CATALOGUE.model_copy(update={"pays": (pays, *CATALOGUE.pays[1:])})


def large_workbook(catalogue: Catalogue, path: Path) -> Path:
    """The form with eight values in the row of each activity (the total comes of itself), written row by row."""
    answers = {"statut": "en cours", "avancement": "40 %", "debut_reel": "15/04/2019", "livrables": "Guide"}
    people = {"participants.femmes": 3, "participants.hommes": 4, "participants.total": 7, "participants.gouvernement": 7}
    small = build(CATALOGUE, "MA")
    book = Workbook(write_only=True)
    for sheet in small:
        copy = book.create_sheet(sheet.title)
        rows = list(sheet.iter_rows(values_only=True))
        champs = rows[1]
        for row in rows[:3] if sheet.title in ("Activités", "Budget") else rows:
            copy.append([catalogue.revision if row[0] == "catalogue" and number else cell for number, cell in enumerate(row)])
        if sheet.title in ("Activités", "Budget"):
            for activite in catalogue.pays[0].activites:
                copy.append([activite.identifiant, activite.intitule, *((answers | people).get(str(champ)) for champ in champs[2:])])
    book.save(path)
    return path
