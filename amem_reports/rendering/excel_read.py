"""A template sheet, read and checked: its rows, cells, tags, and the loops that these make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from amem_reports.rendering.excel_formulas import cell_position, moved, parse_formula, parse_rect
from amem_reports.rendering.excel_plan import TableInfo
from amem_reports.rendering.excel_refs import Formula, letters
from amem_reports.rendering.excel_shared import Shared, runs_of
from amem_reports.rendering.excel_source import SheetShape
from amem_reports.rendering.excel_structure import Fault, Mark, Structure, read_structure
from amem_reports.rendering.excel_text import Text, has_tags, read_text, unbalanced, unclosed
from amem_reports.rendering.excel_xml import child, children, parse, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


@dataclass
class Cell:
    """One cell of the template."""

    row: int
    column: int
    element: Element
    text: Text | None
    formula: Formula = ()

    @property
    def markers(self) -> bool:
        """True when it holds nothing but block tags."""
        return self.text is not None and self.text.kind == "markers"

    @property
    def blank(self) -> bool:
        """True when nothing shows in it."""
        if self.text is not None:
            return not self.markers and not self.text.plain.strip()
        return not self.formula and not text_of(child(self.element, "v")) and not text_of(child(self.element, "is"))


@dataclass
class SheetReading:
    """A template sheet as read: rows and cells in their order, and the loops along both axes."""

    root: Element
    name: str
    shape: SheetShape
    row_structure: Structure
    column_structure: Structure
    rows: dict[int, Element] = field(default_factory=dict)
    cells: dict[int, list[Cell]] = field(default_factory=dict)

    def place(self, row: int, column: int) -> str:
        """A cell's name in French."""
        return f"feuille {self.name}, cellule {letters(column)}{row}"


def read_table(data: bytes) -> TableInfo | None:
    """What a table part says of itself."""
    root = parse(data)
    rect = parse_rect(root.get("ref") or "")
    headings, totals = int(root.get("headerRowCount") or 1), int(root.get("totalsRowCount") or 0)
    return TableInfo(root.get("displayName") or root.get("name") or "", int(root.get("id") or 0), rect, headings, totals) if rect else None


def read_sheet(data: bytes, name: str, shared: Shared, tables: Sequence[TableInfo]) -> tuple[SheetReading, list[Fault]]:
    """Read a sheet; with every fault in its tags."""
    reader = _Reader(parse(data), name, shared, tables)
    return reader.read(), reader.faults


class _Reader:
    def __init__(self, root: Element, name: str, shared: Shared, tables: Sequence[TableInfo]) -> None:
        self.root, self.name, self.shared, self.tables = root, name, shared, tables
        self.rows: dict[int, Element] = {}
        self.cells: dict[int, list[Cell]] = {}
        self.wrappers: list[str] = []
        self.marks: dict[str, list[Mark]] = {"row": [], "col": []}
        self.vanishing: set[int] = set()
        self.faults: list[Fault] = []

    def read(self) -> SheetReading:
        """Find rows, cells, tags and the structure that they make."""
        self._read_rows()
        for cell in self._all_cells():
            if cell.text is not None:
                self._read_tags(cell, cell.text)
        vanishing = {row for row in self.vanishing if all(cell.markers or cell.blank for cell in self.cells[row])}
        last_column = max((cell.column for cell in self._all_cells()), default=0)
        rows, row_faults = read_structure(self.marks["row"], max(self.rows, default=0), "i", vanishing)
        columns, column_faults = read_structure(self.marks["col"], last_column, "k")
        self._check_markers()
        self.faults += row_faults + column_faults
        shape = SheetShape(self.name, rows.axis, columns.axis, tuple(self.wrappers))
        return SheetReading(self.root, self.name, shape, rows, columns, self.rows, self.cells)

    def _all_cells(self) -> list[Cell]:
        return [cell for cells in self.cells.values() for cell in cells]

    def _read_rows(self) -> None:
        formulas: dict[str, tuple[Cell, Formula]] = {}
        data = child(self.root, "sheetData")
        number = 0
        for row in children(data, "row"):
            number = int(row.get("r") or number + 1)
            self.rows[number] = row
            cells = self.cells[number] = []
            column = 0
            for element in children(row, "c"):
                column = cell_position(element.get("r") or "")[1] if element.get("r") else column + 1
                cell = Cell(number, column, element, self._text(element))
                cell.formula = _formula_of(cell, formulas)
                cells.append(cell)

    def _text(self, element: Element) -> Text | None:
        kind = element.get("t")
        value = child(element, "v")
        if kind == "s" and value is not None and value.text:
            return self.shared.tagged.get(int(value.text))
        if kind == "inlineStr" and (inside := child(element, "is")) is not None and has_tags(text_of(inside)):
            text = read_text(runs_of(inside))
            return text if text.kind != "static" else None
        return None

    def _read_tags(self, cell: Cell, text: Text) -> None:
        place = f"feuille {self.name}, cellule {letters(cell.column)}{cell.row}"
        for marker in text.markers:
            tag = f"{{%{marker.axis} {marker.statement} %}}"
            if marker.axis != "sheet":
                self.marks[marker.axis].append(Mark(cell.row if marker.axis == "row" else cell.column, marker, place))
                if not cell.markers:
                    self._fault(place, f"« {tag} » partage sa cellule avec du texte", "mettre cette balise seule dans une cellule à part")
            elif marker.verb in ("for", "if"):
                self.wrappers.append(marker.statement)
            elif marker.verb not in ("endfor", "endif"):
                self._fault(place, f"balise « {tag} » inconnue", "écrire « {%sheet for … %} » ou « {%sheet if … %} »")
        if braces := unclosed(text.plain):
            remedy = f"la fermer, ou écrire « {{{{ '{braces}' }}}} » pour imprimer ces signes"
            self._fault(place, f"balise ouverte par « {braces} » et jamais fermée dans cette cellule", remedy)
        if cell.markers and all(marker.axis == "sheet" for marker in text.markers):
            self.vanishing.add(cell.row)
        if verb := unbalanced(text.plain):
            wanted = verb.removeprefix("end")
            remedy = (
                f"écrire l’ouverture et « {{% end{wanted} %}} » dans la même cellule, ou répéter des lignes avec « {{%row {wanted} … %}} »"
            )
            self._fault(place, f"« {{% {verb} … %}} » n’est pas fermé ou pas ouvert dans sa cellule", remedy)

    def _check_markers(self) -> None:
        rows, columns = ({mark.at for mark in self.marks[axis]} for axis in ("row", "col"))
        if not rows and not columns:
            return
        for cell in self._all_cells():
            place = f"feuille {self.name}, cellule {letters(cell.column)}{cell.row}"
            if cell.markers or cell.blank or self._is_filled_by_excel(cell):
                continue
            if cell.row in rows:
                lost = "cette ligne porte une balise « {%row … %} » et disparaît : son contenu serait perdu"
                self._fault(place, lost, "déplacer ce contenu dans une autre ligne")
            elif cell.column in columns:
                lost = "cette colonne porte une balise « {%col … %} » et disparaît : son contenu serait perdu"
                self._fault(place, lost, "déplacer ce contenu dans une autre colonne")

    def _is_filled_by_excel(self, cell: Cell) -> bool:
        """A table's own formula, which Excel repeats in all its rows, or a heading, which it asks for in every column."""
        for table in self.tables:
            rect = table.rect
            if rect.left <= cell.column <= rect.right and rect.top <= cell.row <= rect.bottom:
                return bool(cell.formula) or cell.row < table.body[0]
        return False

    def _fault(self, place: str, message: str, remedy: str) -> None:
        self.faults.append(Fault(place, message, remedy))


def _formula_of(cell: Cell, shared: dict[str, tuple[Cell, Formula]]) -> Formula:
    """A cell's formula; one that it shares with others is written out."""
    element = child(cell.element, "f")
    if element is None:
        return ()
    text = element.text or ""
    if element.get("t") != "shared":
        return parse_formula(text) or (("",) if element.get("t") == "dataTable" else ())
    group = element.get("si") or ""
    if text:
        shared[group] = (cell, parse_formula(text))
    if group not in shared:
        return ()
    first, formula = shared[group]
    return moved(formula, cell.row - first.row, cell.column - first.column)
