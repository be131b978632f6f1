"""A filled workbook, read by its identifiers: sheets, rows and columns may have moved, been sorted, or had others put among them.

A hidden row names the field of each column, a hidden column the item of each row (`amem:libelle` for a row of the form's own); where
they cross stands `amem:<section>`. A hidden sheet says for which project, country and quarter the workbook was made, and the
fingerprints of what it was handed out with.
"""

from __future__ import annotations

import hashlib
import io
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from amem_reports.errors import AmemError, Constat
from amem_reports.octets import Archive, RefusError
from amem_reports.octets import read as read_bytes
from amem_reports.suivi.valeurs import EnPourcent, lisible, vide

FORMULAIRE = "1"
FEUILLE_CACHEE = "_amem"
MARQUE = "amem:"
LIBELLE = f"{MARQUE}libelle"
"""In the key column: a row of the form's own (headings, totals, instructions), in which nobody answers."""
TOTAL = "participants.total"
"""The one field that the form itself works out."""
TEMOIN = "intitule"
"""The column that shows whose row it is."""
SECTIONS = ("activites", "indicateurs", "risques", "narratif", "envoi")
MAX_BYTES = 50_000_000
MAX_UNPACKED = 100_000_000
MAX_MARKUP = 4_000_000
MAX_ROWS, MAX_COLUMNS = 20_000, 300
_PERCENT_FORMATS = {9, 10}
_REF = re.compile("([A-Z]{1,3})([0-9]{1,7})")
_REMEDE = "repartir du classeur fait par « amem saisie »"


class NonCalcule(str):
    """What stands in a cell of the form's own formula that no program has worked out yet: not even that there is nothing."""

    __slots__ = ()


@dataclass(frozen=True)
class Cellule:
    """A cell: its sheet, its place (« C7 »), what it holds."""

    feuille: str
    ref: str
    valeur: Any


@dataclass(frozen=True)
class Faute:
    """A fault of the workbook: the cell (empty for a whole sheet), what is wrong, how to mend it."""

    feuille: str
    ref: str
    message: str
    remede: str

    def constat(self, fichier: str) -> Constat:
        """The fault as the command line tells it."""
        place = f"feuille « {self.feuille} »" + (f", cellule {self.ref}" if self.ref else "") if self.feuille else ""
        return Constat(fichier, place, self.message, self.remede)


@dataclass
class Classeur:
    """What a workbook holds: `lignes[section][item][champ]` are its cells, `marques` what the hidden sheet says.

    `temoins` are, by section and item, the cells of each sheet that show whose row it is.
    """

    nom: str
    octets: bytes
    marques: dict[str, str] = field(default_factory=dict)
    empreintes: dict[str, str] = field(default_factory=dict)
    lignes: dict[str, dict[str, dict[str, Cellule]]] = field(default_factory=dict)
    temoins: list[tuple[str, str, Cellule]] = field(default_factory=list)
    fautes: list[Faute] = field(default_factory=list)
    avertissements: list[Faute] = field(default_factory=list)

    @cached_property
    def sha256(self) -> str:
        """The fingerprint of the file."""
        return hashlib.sha256(self.octets).hexdigest()

    def cellule(self, section: str, item: str, champ: str) -> Cellule | None:
        """The cell of a field; None when the workbook has no such row or column."""
        return self.lignes.get(section, {}).get(item, {}).get(champ)


def read(path: Path) -> Classeur:
    """Read a workbook of a follow-up; AmemError when the file is not one at all, faults inside it in `fautes`."""
    try:
        if path.suffix.lower() != ".xlsx" and not path.is_dir():
            extension = f"extension « {path.suffix} »" if path.suffix else "fichier sans extension"
            raise RefusError(extension, _remedy_for(path.suffix.lower()))
        octets = read_bytes(path, MAX_BYTES)
        archive = Archive(octets, MAX_UNPACKED, MAX_MARKUP, MAX_UNPACKED)
        signs = _signs(archive)
        sheets = _sheets(archive.copy())
    except RefusError as error:
        raise AmemError([Constat(path.name, "", error.message, error.remede)]) from error
    classeur = Classeur(path.name, octets)
    if FEUILLE_CACHEE not in sheets:
        message = f"la feuille cachée « {FEUILLE_CACHEE} » manque : ce n’est pas un classeur de suivi"
        raise AmemError([Constat(path.name, "", message, _REMEDE)])
    _read_marks(classeur, sheets.pop(FEUILLE_CACHEE))
    for feuille, rows in sheets.items():
        _read_sheet(classeur, feuille, rows, signs.get(feuille, _Signes()))
    return classeur


def _remedy_for(suffix: str) -> str:
    macros = "ouvrir le classeur sans activer ses macros, et l’enregistrer au format Excel .xlsx"
    return macros if suffix in (".xlsm", ".xltm", ".xlsb") else "enregistrer le classeur au format Excel .xlsx"


# --- what the values alone do not tell --------------------------------------------------------------------------------------------------


@dataclass
class _Signes:
    """Cells of a sheet that hold an error or a formula without its result, and those in per cent."""

    erreurs: dict[str, str] = field(default_factory=dict)
    sans_resultat: set[str] = field(default_factory=set)
    pourcents: set[str] = field(default_factory=set)


def _signs(archive: Archive) -> dict[str, _Signes]:
    """The signs of each sheet."""
    from lxml import etree

    try:
        percents = _percent_styles(archive)
        return {name: _signs_of(archive, part, percents) for name, part in _parts(archive)}
    except (etree.XMLSyntaxError, KeyError, ValueError) as error:
        raise _damaged() from error


def _damaged() -> RefusError:
    return RefusError("le classeur est abîmé", "l’ouvrir dans Excel ou LibreOffice et l’enregistrer de nouveau")


def _tree(archive: Archive, part: str) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(archive.read(part), parser)


def _parts(archive: Archive) -> Iterator[tuple[str, str]]:
    """Names of the sheets and the parts that hold them."""
    targets = {link.get("Id"): link.get("Target", "") for link in _tree(archive, "xl/_rels/workbook.xml.rels")}
    for sheet in _tree(archive, "xl/workbook.xml").iterfind("{*}sheets/{*}sheet"):
        link = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), None)
        yield str(sheet.get("name")), posixpath.normpath(posixpath.join("/xl", targets[link])).lstrip("/")


def _percent_styles(archive: Archive) -> set[str]:
    """Indices of the cell styles whose number format is per cent."""
    if "xl/styles.xml" not in archive.entries:
        return set()
    styles = _tree(archive, "xl/styles.xml")
    custom = {
        int(one.get("numFmtId")) for one in styles.iterfind("{*}numFmts/{*}numFmt") if "%" in re.sub('".*?"', "", one.get("formatCode"))
    }
    formats = [int(style.get("numFmtId") or 0) for style in styles.iterfind("{*}cellXfs/{*}xf")]
    return {str(index) for index, number in enumerate(formats) if number in custom | _PERCENT_FORMATS}


def _signs_of(archive: Archive, part: str, percents: set[str]) -> _Signes:
    from lxml import etree

    signs = _Signes()
    stream = io.BytesIO(archive.read(part))
    for _, cell in etree.iterparse(stream, tag="{*}c", resolve_entities=False, no_network=True, huge_tree=False):
        ref = cell.get("r") or ""
        _bound(ref)
        if cell.get("t") == "e":
            signs.erreurs[ref] = cell.findtext("{*}v") or "erreur"
        elif cell.find("{*}f") is not None and not cell.findtext("{*}v") and cell.get("t") != "str":
            signs.sans_resultat.add(ref)
        if cell.get("s") in percents:
            signs.pourcents.add(ref)
        row = cell.getparent()
        cell.clear()
        while row is not None and row.getprevious() is not None:
            del row.getparent()[0]
    return signs


def _bound(ref: str) -> None:
    match = _REF.fullmatch(ref)
    if match and int(match[2]) <= MAX_ROWS and _column(match[1]) <= MAX_COLUMNS:
        return
    raise RefusError(f"la cellule {ref or '?'} est hors de toute mesure", "supprimer les lignes et colonnes vides ajoutées au loin")


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _letters(column: int) -> str:
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _sheets(octets: bytes) -> dict[str, list[list[Any]]]:
    """The values of each sheet, from its cell A1 on."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(octets)) as book:
            names = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
            return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}
    except CalamineError:
        raise _damaged() from None


# --- identifiers ------------------------------------------------------------------------------------------------------------------------


def _read_marks(classeur: Classeur, rows: list[list[Any]]) -> None:
    """The hidden sheet: a name and a value a row; a name with a stroke is an item, its value the fingerprints of its fields."""
    for row in rows:
        name, value = (lisible(cell) for cell in [*row, "", ""][:2])
        if "/" in name:
            for mark in value.split():
                champ, _, digest = mark.partition("=")
                classeur.empreintes[f"{name}/{champ}"] = digest
        elif name:
            classeur.marques[name] = value


def _read_sheet(classeur: Classeur, feuille: str, rows: list[list[Any]], signs: _Signes) -> None:
    crossings = [
        (row, column, value[len(MARQUE) :].strip())
        for row, values in enumerate(rows)
        for column, value in enumerate(values)
        if isinstance(value, str) and value.startswith(MARQUE) and value != LIBELLE
    ]
    for index, (row, column, section) in enumerate(crossings):
        below = next((other for other, _, _ in crossings[index + 1 :] if other > row), len(rows))
        if section not in SECTIONS:
            place = f"{_letters(column + 1)}{row + 1}"
            classeur.fautes.append(Faute(feuille, place, f"marque inconnue « {section} »", _REMEDE))
            continue
        _read_table(classeur, _Table(feuille, section, row, column, rows[:below], signs))


@dataclass
class _Table:
    """One table of a sheet: the place of its mark, and the rows down to its end."""

    feuille: str
    section: str
    row: int
    column: int
    rows: list[list[Any]]
    signs: _Signes

    def cellule(self, row: int, column: int) -> Cellule:
        """A cell with its value as the importer takes it."""
        ref = f"{_letters(column + 1)}{row + 1}"
        value = self.rows[row][column] if column < len(self.rows[row]) else ""
        if ref in self.signs.pourcents and isinstance(value, float):
            value = EnPourcent(value)
        return Cellule(self.feuille, ref, value)


def _read_table(classeur: Classeur, table: _Table) -> None:
    columns = _columns(classeur, table)
    items = classeur.lignes.setdefault(table.section, {})
    seen: dict[str, str] = {}
    for row in range(table.row + 1, len(table.rows)):
        key = table.cellule(row, table.column)
        if key.valeur == LIBELLE:
            continue
        cells = {champ: table.cellule(row, column) for champ, column in columns.items()}
        if vide(key.valeur):
            _tell_loose(classeur, table, cells)
            continue
        item = lisible(key.valeur)
        if item in seen:
            message = f"deux lignes pour « {item} » (l’autre est en {seen[item]})"
            classeur.fautes.append(Faute(table.feuille, key.ref, message, "supprimer la ligne copiée, après en avoir repris ce qui compte"))
            continue
        seen[item] = key.ref
        if temoin := cells.pop(TEMOIN, None):
            classeur.temoins.append((table.section, item, temoin))
        _tell_signs(classeur, table.signs, cells)
        items.setdefault(item, {}).update(cells)


def _columns(classeur: Classeur, table: _Table) -> dict[str, int]:
    """The column of each field."""
    found: dict[str, int] = {}
    for column, value in enumerate(table.rows[table.row]):
        if column == table.column or vide(value):
            continue
        champ = lisible(value)
        if champ in found:
            ref = f"{_letters(column + 1)}{table.row + 1}"
            message = f"deux colonnes pour « {champ} » (l’autre est {_letters(found[champ] + 1)})"
            classeur.fautes.append(Faute(table.feuille, ref, message, "supprimer la colonne copiée"))
        found.setdefault(champ, column)
    return found


def _tell_loose(classeur: Classeur, table: _Table, cells: dict[str, Cellule]) -> None:
    """A row without identifier: two fields filled look like an entry, which must not be lost; less is a note, which is told."""
    filled = [cell for cell in cells.values() if not vide(cell.valeur)]
    if len(filled) > 1:
        message = "ligne remplie sans identifiant : elle ne se rattache à rien"
        remede = "reporter son contenu dans une ligne du tableau, puis l’effacer (une activité nouvelle s’ajoute d’abord au catalogue)"
        classeur.fautes.append(Faute(table.feuille, filled[0].ref, message, remede))
    elif filled:
        message = "note hors du tableau, laissée de côté"
        classeur.avertissements.append(Faute(table.feuille, filled[0].ref, message, "la mettre dans une cellule du tableau si elle compte"))


def _tell_signs(classeur: Classeur, signs: _Signes, cells: dict[str, Cellule]) -> None:
    for champ, cell in list(cells.items()):
        if cell.ref in signs.erreurs:
            message = f"la cellule montre l’erreur {signs.erreurs[cell.ref]}"
            classeur.fautes.append(Faute(cell.feuille, cell.ref, message, "corriger la formule, ou écrire la valeur"))
        elif cell.ref in signs.sans_resultat and champ == TOTAL:
            cells[champ] = replace(cell, valeur=NonCalcule())
        elif cell.ref in signs.sans_resultat:
            message = "la formule n’a pas été calculée"
            classeur.fautes.append(Faute(cell.feuille, cell.ref, message, "ouvrir le classeur, l’enregistrer, puis l’importer"))
