"""Paragraphs of a Word document as blocks of a passage: list items by their numbering, looks by their runs, changes as if accepted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from amem_reports.markdown import Bloc, Ligne, Morceau, adresse

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_LIST_STYLE = re.compile(r"list (?:bullet|number)(?: ([2-9]))?")
_MARKED = re.compile(r"(?:([•–▪])|(\d{1,9})\.)\t")
_INDENT = 360
_LINK = re.compile(r'^\s*HYPERLINK\s+(\\l\s+)?"([^"]*)"(?:.*?\\l\s+"([^"]*)")?')
_OBJECTS = frozenset(("drawing", "pict", "object", "AlternateContent", "oMath", "oMathPara", "altChunk", "subDoc"))
_GONE = frozenset(("del", "moveFrom"))
_SIGNS = {"tab": "\t", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
_TOGGLES = {"b": "gras", "i": "italique", "strike": "barre"}


def local(element: Any) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def val(element: Any, path: str, default: str = "") -> str:
    """The value of an element below."""
    found = element.find("/".join(W + step for step in path.split("/"))) if element is not None else None
    return default if found is None else str(found.get(f"{W}val", ""))


def _on(properties: Any, name: str) -> bool | None:
    found = properties.find(W + name) if properties is not None else None
    return None if found is None else found.get(f"{W}val", "1") not in ("0", "false", "off", "none")


@dataclass(frozen=True)
class Niveau:
    """One level of a list: how it numbers, from what number, for all lists of the same definition; `repart` when it starts again."""

    forme: str
    debut: int
    definition: str = ""
    repart: bool = False


@dataclass
class Feuille:
    """What the rest of a document says of its paragraphs: styles, lists, addresses of links, comments."""

    styles: dict[str, Any] = field(default_factory=dict)
    listes: dict[str, dict[str, Niveau]] = field(default_factory=dict)
    liens: dict[str, str] = field(default_factory=dict)
    commentaires: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, styles: Any, numbering: Any, liens: dict[str, str], comments: Any) -> Feuille:
        """From the parts of a document; None for one that it has not."""
        found = cls(liens=liens)
        for style in styles.iter(f"{W}style") if styles is not None else ():
            found.styles[style.get(f"{W}styleId", "")] = style
        if numbering is not None:
            found.listes = _lists(numbering)
        for comment in comments.iter(f"{W}comment") if comments is not None else ():
            words = " ".join("".join(leaf.text or "" for leaf in par.iter(f"{W}t")) for par in comment.iter(f"{W}p"))
            found.commentaires[comment.get(f"{W}id", "")] = f"{comment.get(f'{W}author') or 'sans nom'} : {words.strip()}"
        return found

    def chain(self, identifier: str) -> Iterator[Any]:
        """A style and those it is based on."""
        seen = set[str]()
        while identifier in self.styles and identifier not in seen:
            seen.add(identifier)
            yield self.styles[identifier]
            identifier = val(self.styles[identifier], "basedOn")

    def names(self, identifier: str) -> list[str]:
        return [val(style, "name").lower() for style in self.chain(identifier)]


def _lists(numbering: Any) -> dict[str, dict[str, Niveau]]:
    """The levels of each list."""
    definitions = {
        one.get(f"{W}abstractNumId"): {lvl.get(f"{W}ilvl"): _level(lvl, one.get(f"{W}abstractNumId", "")) for lvl in one.iter(f"{W}lvl")}
        for one in numbering.iter(f"{W}abstractNum")
    }
    found = {}
    for num in numbering.iter(f"{W}num"):
        definition = val(num, "abstractNumId")
        made = dict(definitions.get(definition, {}))
        for change in num.iter(f"{W}lvlOverride"):
            level, own, start = change.get(f"{W}ilvl"), change.find(f"{W}lvl"), val(change, "startOverride")
            kept = _level(own, definition) if own is not None else made.get(level, Niveau("bullet", 1, definition))
            made[level] = replace(kept, debut=_whole(start, kept.debut), repart=bool(start))
        found[num.get(f"{W}numId", "")] = made
    return found


def _level(lvl: Any, definition: str) -> Niveau:
    return Niveau(val(lvl, "numFmt", "decimal"), _whole(val(lvl, "start"), 1), definition)


def _whole(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else default


@dataclass
class Lu:
    """What was read of a passage: its blocks, what a person must know, and why it cannot be taken at all."""

    blocs: list[Bloc] = field(default_factory=list)
    revisions: list[str] = field(default_factory=list)
    commentaires: list[str] = field(default_factory=list)
    remarques: list[str] = field(default_factory=list)
    refus: list[str] = field(default_factory=list)

    def note(self, message: str) -> None:
        if message not in self.remarques:
            self.remarques.append(message)


class Lecteur:
    """Reads the paragraphs and tables of one passage, in order."""

    def __init__(self, feuille: Feuille) -> None:
        self.feuille, self.lu = feuille, Lu()
        self._counts: dict[tuple[str, str], int] = {}
        self._begun: set[tuple[str, str]] = set()
        self._field: list[str] = []
        self._in_instruction: list[bool] = []
        self._waiting: Ligne = ()

    def read(self, elements: Iterable[Any]) -> Lu:
        """All that the elements hold."""
        for element in elements:
            name = local(element)
            if name == "p":
                self._paragraph(element)
            elif name == "tbl":
                self._table(element)
            elif name in _OBJECTS:
                self._object()
            elif name not in _GONE:
                self.read(element.find(f"{W}sdtContent") if name == "sdt" and element.find(f"{W}sdtContent") is not None else element)
        return self.lu

    def _table(self, table: Any) -> None:
        """A table, its own rows and cells only: the words of one inside a cell are words of that cell."""
        rows = [row for row in table.iter(f"{W}tr") if next(row.iterancestors(f"{W}tbl")) is table]
        own = [[cell for cell in row.iter(f"{W}tc") if next(cell.iterancestors(f"{W}tr")) is row] for row in rows]
        self.lu.blocs.append(Bloc("tableau", rangs=tuple(tuple(map(self._cell, cells)) for cells in own)))
        self.lu.note("tableau lu sans sa mise en forme")

    def _cell(self, cell: Any) -> Ligne:
        lines = [self._line(paragraph) for paragraph in cell.iter(f"{W}p")]
        return tuple(piece for line in lines if line for piece in (*line, Morceau(" ")))

    def _paragraph(self, paragraph: Any) -> None:
        line = (*self._waiting, *self._line(paragraph))
        properties = paragraph.find(f"{W}pPr")
        mark = properties.find(f"{W}rPr") if properties is not None else None
        if mark is not None and mark.find(f"{W}del") is not None:
            self._waiting = line
            return
        self._waiting = ()
        if any(piece.texte.strip() for piece in line):
            self.lu.blocs.append(self._block(properties, line))

    # --- what kind of paragraph ---------------------------------------------------------------------------------------------------------

    def _block(self, properties: Any, line: Ligne) -> Bloc:
        style = val(properties, "pStyle")
        names = self.feuille.names(style)
        if any(re.fullmatch(r"heading [1-9]", name) for name in names):
            self.lu.note("titre lu sans son niveau")
            return Bloc("titre", line)
        listed = next((match for name in names if (match := _LIST_STYLE.fullmatch(name))), None)
        usual = int(listed[1] or 1) if listed else 1
        number, level = self._numbering(properties, style)
        if number and (kinds := self.feuille.listes.get(number)) is not None:
            return self._item(line, kinds.get(level, Niveau("bullet", 1)), (number, level), max(usual, int(level) + 1))
        if listed:
            return Bloc("suite", line, usual)
        if any(name in ("quote", "intense quote") for name in names):
            return Bloc("citation", line)
        return self._unlisted(properties, line)

    def _unlisted(self, properties: Any, line: Ligne) -> Bloc:
        """A paragraph that no style makes an item: an item by the mark typed before it, a further paragraph of one by its indent."""
        indent = properties.find(f"{W}ind") if properties is not None else None
        depth = _whole(indent.get(f"{W}left", "") if indent is not None else "", 0) / _INDENT
        if marked := _MARKED.match("".join(piece.texte for piece in line)):
            return self._typed_item(line, marked, max(1, int(depth)))
        if depth >= 1 and depth.is_integer() and self.lu.blocs and self.lu.blocs[-1].profondeur >= depth:
            return Bloc("suite", line, int(depth))
        return Bloc("paragraphe", line)

    def _numbering(self, properties: Any, style: str) -> tuple[str, str]:
        """The list of a paragraph and its level there: its own, or its style's; no list for the number 0."""
        holders = [properties, *(one.find(f"{W}pPr") for one in self.feuille.chain(style))]
        number = next((found for one in holders if (found := val(one, "numPr/numId"))), "")
        level = next((found for one in holders if (found := val(one, "numPr/ilvl"))), "0")
        return ("" if number == "0" else number), level if level.isdecimal() and len(level) == 1 else "0"

    def _item(self, line: Ligne, kind: Niveau, place: tuple[str, str], depth: int) -> Bloc:
        """An item; lists of one definition count on, each from its own first number when it has one."""
        if kind.forme in ("bullet", "none"):
            return Bloc("puce", line, depth)
        counted = kind.definition, place[1]
        for other in [one for one in self._counts if one[0] == counted[0] and one[1] > counted[1]]:
            del self._counts[other]
        if kind.repart and place not in self._begun:
            self._counts.pop(counted, None)
        self._begun.add(place)
        self._counts[counted] = self._counts.get(counted, kind.debut - 1) + 1
        return Bloc("numero", line, depth, self._counts[counted])

    def _typed_item(self, line: Ligne, mark: re.Match[str], depth: int) -> Bloc:
        rest, gone = [], mark.end()
        for piece in line:
            rest.append(replace(piece, texte=piece.texte[gone:]))
            gone = max(0, gone - len(piece.texte))
        return Bloc("numero", tuple(rest), depth, int(mark[2])) if mark[2] else Bloc("puce", tuple(rest), depth)

    # --- words --------------------------------------------------------------------------------------------------------------------------

    def _line(self, paragraph: Any) -> Ligne:
        return tuple(self._pieces(paragraph, ""))

    def _pieces(self, parent: Any, link: str) -> Iterator[Morceau]:
        for child in parent:
            name = local(child)
            if name == "r":
                yield from self._run(child, link)
            elif name in _GONE:
                self._revision("suppression", child)
            elif name in ("ins", "moveTo"):
                self._revision("ajout", child)
                yield from self._pieces(child, link)
            elif name == "hyperlink":
                yield from self._pieces(child, self._target(child))
            elif name == "fldSimple":
                yield from self._pieces(child, _instruction_target(child.get(f"{W}instr", "")))
            elif name == "commentRangeStart":
                self._comment(child)
            elif name in _OBJECTS:
                self._object()
            elif name in ("smartTag", "sdt", "sdtContent", "customXml", "dir", "bdo"):
                yield from self._pieces(child, link)

    def _run(self, run: Any, link: str) -> Iterator[Morceau]:
        look = self._look(run.find(f"{W}rPr"), bool(link or self._field))
        for child in run:
            name = local(child)
            if name == "fldChar":
                self._turn(child.get(f"{W}fldCharType", ""))
            elif name == "instrText" and self._field:
                self._field[-1] += child.text or ""
            elif name in _OBJECTS:
                self._object()
            elif name in ("footnoteReference", "endnoteReference"):
                self.lu.note("appel de note non repris")
            elif name == "sym":
                self.lu.note("symbole non repris")
            elif name == "commentReference":
                self._comment(child)
            elif any(self._in_instruction):
                continue
            elif name in ("t", "br", *_SIGNS):
                words = (child.text or "") if name == "t" else "\n" if name == "br" else _SIGNS[name]
                yield Morceau(words, look, link or next((one for f in self._field if (one := _instruction_target(f))), ""))

    def _look(self, properties: Any, linked: bool) -> frozenset[str]:
        found = set()
        for name, look in _TOGGLES.items():
            on = _on(properties, name)
            if on is None and (style := val(properties, "rStyle")):
                on = next((known for one in self.feuille.chain(style) if (known := _on(one.find(f"{W}rPr"), name)) is not None), None)
            if on:
                found.add(look)
        if not linked and _on(properties, "u"):
            self.lu.note("soulignement non repris")
        if _on(properties, "highlight"):
            self.lu.note("surlignage non repris")
        return frozenset(found)

    def _turn(self, kind: str) -> None:
        """A field begins, shows its result, or ends."""
        if kind == "begin":
            self._field.append("")
            self._in_instruction.append(True)
        elif kind == "separate" and self._in_instruction:
            self._in_instruction[-1] = False
        elif kind == "end" and self._field:
            self._field.pop()
            self._in_instruction.pop()

    def _target(self, link: Any) -> str:
        anchor = link.get(f"{W}anchor", "")
        target = self.feuille.liens.get(link.get(f"{_R}id", ""), "")
        return adresse(f"{target}#{anchor}" if anchor else target)

    def _revision(self, kind: str, element: Any) -> None:
        words = "".join(leaf.text or "" for leaf in element.iter(f"{W}t", f"{W}delText"))
        if words := words.strip():
            self.lu.revisions.append(f"{kind} de {element.get(f'{W}author') or 'sans nom'} : « {words} »")

    def _comment(self, element: Any) -> None:
        said = self.feuille.commentaires.get(element.get(f"{W}id", ""))
        if said and said not in self.lu.commentaires:
            self.lu.commentaires.append(said)

    def _object(self) -> None:
        if _OBJECT not in self.lu.refus:
            self.lu.refus.append(_OBJECT)


_OBJECT = "image, dessin ou formule dans un passage"


def _instruction_target(instruction: str) -> str:
    match = _LINK.match(instruction)
    if match is None:
        return ""
    if match[1]:
        return adresse(f"#{match[2]}")
    return adresse(f"{match[2]}#{match[3]}" if match[3] else match[2])
