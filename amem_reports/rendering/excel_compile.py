"""A template sheet as Jinja source: its rows and cells. What stands around the rows is in `excel_frame`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from amem_reports.rendering.excel_frame import Frame, compile_frame
from amem_reports.rendering.excel_holes import BODY, CLOSE, DATE, NUMBER, OPEN, ROW, SHEET, SPLIT, TAIL, Block, Hole, RefHole
from amem_reports.rendering.excel_map import Axis
from amem_reports.rendering.excel_refs import Formula, Ref, cell_position, letters, moved, parse_formula, parse_ref
from amem_reports.rendering.excel_structure import Fault, Mark, Structure, read_structure
from amem_reports.rendering.excel_text import TAG, Run, Text, expression, has_tags, literal, mended, read_text, source_of, unbalanced
from amem_reports.rendering.excel_xml import Tokens, attributes, child, children, inline, local, parse, prefix, serialised, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_CELL_SKIP = frozenset({"r", "t"})


@dataclass(frozen=True)
class Strings:
    """What cells share: the texts with tags of the shared-string table, and the cell styles that show dates."""

    tagged: Mapping[int, Text]
    dates: frozenset[int]


@dataclass(frozen=True)
class Jinja:
    """Source with the French place of each of its tags."""

    text: str
    places: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class SheetPlan:
    """One template sheet, compiled."""

    name: str
    wrappers: tuple[str, ...]
    rows: Axis
    columns: Axis
    column_source: Jinja
    source: Jinja
    holes: tuple[Hole, ...]
    blocks: tuple[Block, ...]


class Writer:
    """Collects source and the places of tags in it."""

    def __init__(self) -> None:
        self._pieces: list[tuple[str, str]] = []

    def add(self, text: str, place: str = "") -> None:
        """Append; `place` names where the tags in this text stand."""
        self._pieces.append((text, place))

    def extend(self, other: Writer) -> None:
        """Append all that another writer collected."""
        self._pieces += other._pieces

    def jinja(self) -> Jinja:
        """The source so far."""
        places: list[tuple[int, str]] = []
        length = 0
        for text, place in self._pieces:
            if place and (not places or places[-1][1] != place):
                places.append((length, place))
            length += len(text)
        return Jinja("".join(text for text, _ in self._pieces), tuple(places))


@dataclass
class _Cell:
    row: int
    column: int
    element: Element
    text: Text | None
    formula: Formula = ()


def compile_sheet(data: bytes, name: str, strings: Strings) -> tuple[SheetPlan | None, list[Fault]]:
    """The plan of one sheet and its faults; the plan is None when there are any."""
    compiler = _SheetCompiler(parse(data), name, strings)
    faults = compiler.read()
    return (None, faults) if faults else (compiler.plan(), [])


class _SheetCompiler:
    def __init__(self, root: Element, name: str, strings: Strings) -> None:
        self.root, self.name, self.strings = root, name, strings
        self.p = prefix(root)
        self.tokens = Tokens()
        self.holes: list[Hole] = []
        self.blocks: list[Block] = []
        self.rows: dict[int, Element] = {}
        self.cells: dict[int, list[_Cell]] = {}
        self.wrappers: list[str] = []
        self.writer = Writer()

    # Reading

    def read(self) -> list[Fault]:
        """Find rows, cells, tags and the structure that they make."""
        self._read_rows()
        marks: dict[str, list[Mark]] = {"row": [], "col": []}
        faults: list[Fault] = []
        vanishing: set[int] = set()
        for cell in (cell for cells in self.cells.values() for cell in cells):
            if cell.text is None or cell.text.kind == "static":
                continue
            place = self._place(cell)
            faults += self._cell_faults(cell, place)
            for marker in cell.text.markers:
                if marker.axis == "sheet":
                    self._wrap(marker.statement, place, faults)
                    if cell.text.kind == "markers":
                        vanishing.add(cell.row)
                else:
                    marks[marker.axis].append(Mark(cell.row if marker.axis == "row" else cell.column, marker, place))
        vanishing = {row for row in vanishing if all(_is_markers(cell) for cell in self.cells[row] if not self._blank(cell))}
        last_row = max(self.rows, default=0)
        last_column = max((cell.column for cells in self.cells.values() for cell in cells), default=0)
        self.row_structure, row_faults = read_structure(marks["row"], last_row, "i", vanishing)
        self.column_structure, column_faults = read_structure(marks["col"], last_column, "k")
        return faults + self._marker_faults(marks) + row_faults + column_faults

    def _read_rows(self) -> None:
        shared: dict[str, tuple[_Cell, Formula]] = {}
        data = child(self.root, "sheetData")
        number = 0
        for row in children(data, "row") if data is not None else ():
            number = int(row.get("r") or number + 1)
            self.rows[number] = row
            cells = self.cells[number] = []
            column = 0
            for element in children(row, "c"):
                column = cell_position(element.get("r") or "")[1] if element.get("r") else column + 1
                cell = _Cell(number, column, element, self._text(element))
                cell.formula = _formula_of(cell, shared)
                cells.append(cell)

    def _text(self, element: Element) -> Text | None:
        kind = element.get("t")
        value = child(element, "v")
        if kind == "s" and value is not None and value.text:
            return self.strings.tagged.get(int(value.text))
        if kind == "inlineStr" and (inside := child(element, "is")) is not None and has_tags(text_of(inside)):
            return read_text(runs_of(inside))
        return None

    def _wrap(self, statement: str, place: str, faults: list[Fault]) -> None:
        verb = statement.split(None, 1)[0] if statement else ""
        if verb in ("for", "if"):
            self.wrappers.append(statement)
        elif verb not in ("endfor", "endif"):
            faults.append(Fault(place, f"balise « {{%sheet {statement} %}} » inconnue", "écrire « {%sheet for … %} » ou « {%sheet if … %} »"))

    def _cell_faults(self, cell: _Cell, place: str) -> list[Fault]:
        assert cell.text
        if cell.text.kind == "mixed" and any(marker.axis != "sheet" for marker in cell.text.markers):
            tag = next(marker for marker in cell.text.markers if marker.axis != "sheet")
            return [
                Fault(place, f"« {{%{tag.axis} {tag.statement} %}} » partage sa cellule avec du texte", "mettre cette balise seule dans une cellule à part")
            ]
        if verb := unbalanced(cell.text.plain):
            wanted = verb.removeprefix("end")
            remedy = f"écrire l’ouverture et « {{% end{wanted} %}} » dans la même cellule, ou répéter des lignes avec « {{%row {wanted} … %}} »"
            return [Fault(place, f"« {{% {verb} … %}} » n’est pas fermé ou pas ouvert dans sa cellule", remedy)]
        return []

    def _marker_faults(self, marks: dict[str, list[Mark]]) -> list[Fault]:
        faults = []
        rows = {mark.index for mark in marks["row"]}
        columns = {mark.index for mark in marks["col"]}
        for number, cells in self.cells.items():
            for cell in cells:
                if _is_markers(cell) or self._blank(cell):
                    continue
                if number in rows:
                    faults.append(Fault(self._place(cell), "cette ligne porte une balise « {%row … %} » et disparaît : son contenu serait perdu", "déplacer ce contenu dans une autre ligne"))
                elif cell.column in columns:
                    faults.append(Fault(self._place(cell), "cette colonne porte une balise « {%col … %} » et disparaît : son contenu serait perdu", "déplacer ce contenu dans une autre colonne"))
        return faults

    def _blank(self, cell: _Cell) -> bool:
        if cell.text is not None:
            return cell.text.kind != "markers" and not cell.text.plain.strip()
        return not cell.formula and not text_of(child(cell.element, "v")) and not text_of(child(cell.element, "is"))

    def _place(self, cell: _Cell) -> str:
        return f"feuille {self.name}, cellule {letters(cell.column)}{cell.row}"

    # Writing

    def plan(self) -> SheetPlan:
        """The sheet as source."""
        rows, columns = self.row_structure, self.column_structure
        self._write_rows()
        frame: Frame = compile_frame(self.root, self.tokens, self.holes, self.blocks, rows.axis, columns.axis)
        head, tail = self.tokens.source(serialised(self.root)).split(frame.rows_token)
        place = f"feuille {self.name}"
        writer = Writer()
        counters = ", ".join(f"{name}=-1" for name in rows.counters + columns.counters)
        writer.add(f"{{% set __amem = namespace(s=-1{', ' if counters else ''}{counters}) %}}")
        for statement in self.wrappers:
            writer.add("{% " + statement + " %}", place)
        if columns.axis.markers:
            writer.add("{% set __amem.s = __amem.s + 1 %}{% set __c = __colonnes[__amem.s] %}")
        writer.add(SHEET)
        writer.add(source_of(self.name), place)
        writer.add(TAIL + head + TAIL, place)
        writer.extend(self.writer)
        writer.add(TAIL + tail, place)
        self._close_wrappers(writer)
        return SheetPlan(
            self.name, tuple(self.wrappers), rows.axis, columns.axis, self._column_source(), writer.jinja(),
            tuple(self.holes), tuple(self.blocks),
        )  # fmt: skip

    def _close_wrappers(self, writer: Writer) -> None:
        for statement in reversed(self.wrappers):
            writer.add("{% end" + statement.split(None, 1)[0] + " %}")

    def _column_source(self) -> Jinja:
        """Source that tells which columns there are: the records of the column map."""
        writer = Writer()
        structure = self.column_structure
        counters = "".join(f", {name}=-1" for name in structure.counters)
        writer.add(f"{{% set __amem = namespace(s=0{counters}) %}}")
        place = f"feuille {self.name}"
        for statement in self.wrappers:
            writer.add("{% " + statement + " %}", place)
        writer.add(SHEET + "".join(f"{{% set __amem.{name} = -1 %}}" for name in structure.counters))
        for column in range(1, structure.axis.size + 1):
            if statements := structure.statements.get(column):
                writer.add(statements, f"{place}, colonne {letters(column)}")
            elif column not in structure.axis.markers:
                writer.add(f"{ROW}{column}*1{_path(structure, column)}{BODY}")
        self._close_wrappers(writer)
        return writer.jinja()

    def _write_rows(self) -> None:
        structure = self.row_structure
        number = 1
        present = sorted(set(self.rows) | set(structure.axis.loops) | structure.axis.markers)
        for row in present:
            if row > number:
                self.writer.add(f"{ROW}{number}*{row - number}{BODY}")
            if statements := structure.statements.get(row):
                place = next(self._place(cell) for cell in self.cells[row] if _is_markers(cell))
                self.writer.add(statements, place)
            elif row not in structure.axis.markers:
                self.writer.add(f"{ROW}{row}*1{_path(structure, row)}{BODY}")
                if row in self.rows:
                    self._write_row(row)
            number = row + 1

    def _write_row(self, number: int) -> None:
        row, cells = self.rows[number], self.cells[number]
        skip = {"r"}
        if self.column_structure.axis.markers:
            skip.add("spans")
        if row.get("customHeight") not in ("1", "true") and any(cell.text or cell.formula for cell in cells):
            skip |= {"ht", "dyDescent"}
        self.writer.add(f'<{self.p}row r="{NUMBER}"{literal(attributes(row, frozenset(skip)))}>')
        blocks = self.column_structure.axis.loops
        if any(cell.column in blocks for cell in cells):
            self._write_looped_cells(cells)
        else:
            for cell in cells:
                if cell.column not in self.column_structure.axis.markers:
                    self._write_cell(cell)
        self.writer.add(f"</{self.p}row>")

    def _write_looped_cells(self, cells: list[_Cell]) -> None:
        structure = self.column_structure
        for name in structure.counters:
            self.writer.add(f"{{% set __amem.{name} = -1 %}}")
        by_column = {cell.column: cell for cell in cells}
        for column in sorted(set(by_column) | set(structure.statements)):
            if statements := structure.statements.get(column):
                self.writer.add(statements, f"feuille {self.name}, colonne {letters(column)}")
            elif column not in structure.axis.markers:
                self._write_cell(by_column[column])

    def _write_cell(self, cell: _Cell) -> None:
        skip = _CELL_SKIP | {"cm", "vm"} if cell.text else _CELL_SKIP
        start = f'<{self.p}c r="{self._letters(cell.column)}{NUMBER}"{literal(attributes(cell.element, skip))}'
        place = self._place(cell)
        if cell.formula:
            self.writer.add(start, place)
            self._write_formula(cell)
        elif cell.text is None:
            self._write_static(cell, start)
        elif cell.text.kind == "value":
            self._write_value(cell, start, place)
        else:
            self._write_mixed(cell.text, start, place)

    def _letters(self, column: int) -> str:
        structure = self.column_structure
        if not structure.axis.markers:
            return letters(column)
        loops = structure.axis.loops.get(column, ())
        return f"{{{{ __c[{column}]{f'[__amem.k{loops[-1]}]' if loops else ''} }}}}"

    def _write_static(self, cell: _Cell, start: str) -> None:
        kind = cell.element.get("t")
        inside = "".join(inline(item) for item in cell.element if local(item))
        type_attribute = f' t="{kind}"' if kind and inside else ""
        self.writer.add(start + type_attribute + (literal(f">{inside}</{self.p}c>") if inside else "/>"))

    def _write_value(self, cell: _Cell, start: str, place: str) -> None:
        assert cell.text
        p, value = self.p, expression(cell.text.plain)
        close = f"</{p}c>"
        text = f'{start} t="inlineStr"><{p}is><{p}t>{{{{ __v }}}}</{p}t></{p}is>{close}'
        if int(cell.element.get("s") or 0) in self.strings.dates:
            text = f"{DATE}{start}{SPLIT}{{{{ __v }}}}{DATE}"
        self.writer.add(f"{{% set __v = {value} %}}", place)
        self.writer.add(
            f'{{% if __v is boolean %}}{start} t="b"><{p}v>{{{{ __v|int }}}}</{p}v>{close}'
            f"{{% elif __v is number %}}{start}><{p}v>{{{{ __v }}}}</{p}v>{close}"
            f'{{% elif __v is none or __v == "" %}}{start}/>{{% else %}}{text}{{% endif %}}',
            place,
        )

    def _write_mixed(self, text: Text, start: str, place: str) -> None:
        p = self.p
        if not text.plain.strip():
            self.writer.add(start + "/>")
            return
        body = f'{start} t="inlineStr"><{p}is>{rich_source(text.runs, p)}</{p}is></{p}c>'
        if TAG.sub("", text.plain).strip() or "{%" not in text.plain:
            self.writer.add(body, place)
            return
        # Blocks alone may leave nothing: such a cell is to be empty, not an empty text.
        content = "".join(source_of(run) for _, run in text.runs)
        self.writer.add(f"{{% set __v %}}{content}{{% endset %}}{{% if __v %}}", place)
        self.writer.add(f"{body}{{% else %}}{start}/>{{% endif %}}", place)

    # Formulas

    def _write_formula(self, cell: _Cell) -> None:
        element = child(cell.element, "f")
        assert element is not None
        skip = frozenset({"si", "ref", "t", "r1", "r2"})
        attrs = literal(attributes(element, skip))
        if element.get("t") in ("array", "dataTable"):
            attrs += f' t="{element.get("t")}"'
            for name in ("ref", "r1", "r2"):
                if (value := element.get(name)) and (ref := parse_ref(value)):
                    attrs += f' {name}="{self._ref(ref, cell)}"'
        self.writer.add(f"><{self.p}f{attrs}>")
        for piece in cell.formula:
            self.writer.add(self._ref(piece, cell) if isinstance(piece, Ref) else formula_text(piece))
        self.writer.add(f"</{self.p}f></{self.p}c>")

    def _ref(self, ref: Ref, cell: _Cell) -> str:
        """A reference to the formula's own row is written with the row's own number; any other waits for the maps."""
        rect = ref.rect
        if ref.sheet is None and rect.top == rect.bottom == cell.row and rect.left and not self.column_structure.axis.markers:
            left, top, right, bottom = ("$" if mark else "" for mark in ref.fixed)
            first = f"{left}{letters(rect.left)}{top}{NUMBER}"
            return first if ref.single else f"{first}:{right}{letters(rect.right)}{bottom}{NUMBER}"
        self.holes.append(RefHole(ref, cell.column))
        path = _path(self.column_structure, cell.column)
        chosen = f"{SPLIT}{_chosen_sheet(ref.sheet)}" if ref.sheet is not None and TAG.search(ref.sheet) else ""
        return f"{OPEN}{len(self.holes) - 1}{path}{chosen}{CLOSE}"


def _path(structure: Structure, index: int) -> str:
    counter = structure.counters[0][0] if structure.counters else ""
    return "".join(f";{{{{ __amem.{counter}{loop} }}}}" for loop in structure.axis.loops.get(index, ()))


def _chosen_sheet(name: str) -> str:
    """Which copy of a repeated sheet a formula means: the one whose name the formula's own loop gives, where it has such a loop."""
    first = re.search(r"[^\W\d]\w*", TAG.findall(name)[0])
    return f"{{% if {first[0]} is defined %}}{source_of(name)}{{% endif %}}" if first else source_of(name)


def _is_markers(cell: _Cell) -> bool:
    return cell.text is not None and cell.text.kind == "markers"


def _formula_of(cell: _Cell, shared: dict[str, tuple[_Cell, Formula]]) -> Formula:
    element = child(cell.element, "f")
    if element is None:
        return ()
    text = element.text or ""
    if element.get("t") != "shared":
        return parse_formula(text) or (("",) if element.get("t") == "dataTable" else ())
    group = element.get("si") or ""
    if text:
        formula = parse_formula(text)
        shared[group] = (cell, formula)
        return formula
    first, formula = shared[group]
    return moved(formula, cell.row - first.row, cell.column - first.column)


def formula_text(piece: str) -> str:
    """A literal piece of a formula as source; tags inside its strings are filled, their quotation marks doubled."""
    result = []
    position = 0
    for match in TAG.finditer(piece):
        result.append(literal(escape(piece[position : match.start()])))
        tag = mended(match[0].replace('""', '"'))
        result.append(f"{{{{ ({expression(tag)})|string|replace('\"', '\"\"') }}}}" if tag.startswith("{{") else tag)
        position = match.end()
    return "".join(result) + literal(escape(piece[position:]))


def runs_of(element: Element) -> tuple[Run, ...]:
    """The runs of a shared or inline string; phonetic hints are left out."""
    runs = [
        (inline(properties) if (properties := child(run, "rPr")) is not None else "", text_of(child(run, "t")))
        for run in children(element, "r")
    ]
    return tuple(runs) or (("", text_of(child(element, "t"))),)


def rich_source(runs: tuple[Run, ...], p: str) -> str:
    """The inside of an inline string as source."""
    if len(runs) == 1 and not runs[0][0]:
        return f"<{p}t>{source_of(runs[0][1])}</{p}t>"
    return "".join(
        f"<{p}r>{literal(properties)}<{p}t>{source_of(text)}</{p}t></{p}r>" for properties, text in runs
    )
