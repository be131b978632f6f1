"""A narrative passage as paragraphs and list items, read from Markdown and written as Markdown: one form for each text.

What a report prints of a passage, and what is read back from Word, compare in that form. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

ADRESSES = ("http://", "https://", "mailto:", "tel:", "ftp://", "#")
"""How the address of a link begins; any other is no link."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufdd0\ufdd1\ufffe\uffff\ud800-\udfff]")
_LOOKS = {"strong": "gras", "em": "italique", "s": "barre"}
_UNFIT = re.compile(r"[\s\"\\<>\x00-\x1f]")


@dataclass(frozen=True)
class Morceau:
    """Words that look the same: `gras`, `italique`, `barre`, and the address that they lead to."""

    texte: str
    aspect: frozenset[str] = frozenset()
    lien: str = ""


Ligne = tuple[Morceau, ...]


@dataclass(frozen=True)
class Bloc:
    """One paragraph: `paragraphe`, `titre`, `puce`, `numero`, `suite` (a further paragraph of an item), `citation`; or a `tableau`."""

    genre: str
    ligne: Ligne = ()
    profondeur: int = 0
    numero: int = 0
    rangs: tuple[tuple[Ligne, ...], ...] = ()


class IndicibleError(Exception):
    """Looks that are mixed in a way that Markdown cannot write."""


def normal(texte: str) -> str:
    """The one spelling of a Markdown text: texts that print the same have the same; the text itself when Markdown cannot spell it."""
    try:
        return ecrire(lire(texte))
    except IndicibleError:
        return texte


@cache
def parser() -> MarkdownIt:
    """CommonMark, with tables and strikethrough; raw HTML is shown as typed."""
    from markdown_it import MarkdownIt

    made = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    made.options["maxNesting"] = 20
    return made


def adresse(brute: str) -> str:
    """A link's address in its one form; empty when it is of no known kind."""
    found = parser().normalizeLink(brute.strip())
    return _UNFIT.sub(_percent, found) if found.lower().startswith(ADRESSES) else ""


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())


# --- reading ----------------------------------------------------------------------------------------------------------------------------


def lire(texte: str) -> tuple[Bloc, ...]:
    """The blocks of a Markdown text, as a report prints them."""
    return ordonner(_Lecture().read(parser().parse(texte)))


class _Lecture:
    def __init__(self) -> None:
        self.blocs: list[Bloc] = []
        self.lists: list[tuple[str, int]] = []
        self.first = self.heading = False
        self.quoted = 0
        self.rows: list[list[Ligne]] | None = None

    def read(self, tokens: Sequence[Token]) -> list[Bloc]:
        for token in tokens:
            kind = token.type
            if kind in ("bullet_list_open", "ordered_list_open"):
                self.lists.append(("puce", 0) if kind.startswith("bullet") else ("numero", int(token.attrs.get("start", 1))))
            elif kind in ("bullet_list_close", "ordered_list_close"):
                self.lists.pop()
            elif kind == "list_item_open":
                self.first = True
            elif kind in ("heading_open", "heading_close"):
                self.heading = kind == "heading_open"
            elif kind in ("blockquote_open", "blockquote_close"):
                self.quoted += token.nesting
            else:
                self._leaf(token)
        return self.blocs

    def _leaf(self, token: Token) -> None:
        if token.type == "table_open":
            self.rows = []
        elif token.type == "table_close":
            self.blocs.append(Bloc("tableau", rangs=tuple(map(tuple, self.rows or ()))))
            self.rows = None
        elif token.type == "tr_open" and self.rows is not None:
            self.rows.append([])
        elif token.type == "inline":
            line = _pieces(token.children or ())
            if self.rows is None:
                self._paragraph(line)
            else:
                self.rows[-1].append(line)
        elif token.type in ("code_block", "fence"):
            self._paragraph((Morceau(token.content.rstrip("\n")),))

    def _paragraph(self, line: Ligne) -> None:
        if self.heading:
            self.blocs.append(Bloc("titre", line))
        elif self.lists:
            kind, number = self.lists[-1]
            self.blocs.append(Bloc(kind if self.first else "suite", line, len(self.lists), number if self.first else 0))
            self.lists[-1] = kind, number + (self.first and kind == "numero")
            self.first = False
        else:
            self.blocs.append(Bloc("citation" if self.quoted else "paragraphe", line))


def _pieces(tokens: Sequence[Token]) -> Ligne:
    found: list[Morceau] = []
    look: frozenset[str] = frozenset()
    link = ""
    for token in tokens:
        name = token.type.removesuffix("_open").removesuffix("_close")
        if name in _LOOKS:
            look = look | {_LOOKS[name]} if token.nesting > 0 else look - {_LOOKS[name]}
        elif name == "link":
            link = adresse(str(token.attrs.get("href", ""))) if token.nesting > 0 else ""
        else:
            words = {"softbreak": " ", "hardbreak": "\n"}.get(token.type, token.content)
            found.append(Morceau(words, look, link))
    return tuple(found)


# --- one form ---------------------------------------------------------------------------------------------------------------------------


def ordonner(blocs: Iterable[Bloc]) -> tuple[Bloc, ...]:
    """Blocks in their one form: no empty ones, no stray spaces, no depth without the one above it."""
    found: list[Bloc] = []
    depth = 0
    for bloc in (piece for one in blocs for piece in _parts(one)):
        if bloc.genre in ("puce", "numero"):
            depth = max(1, min(bloc.profondeur, depth + 1))
        else:
            depth = min(bloc.profondeur, depth) if bloc.genre == "suite" else 0
        kind = "paragraphe" if bloc.genre == "suite" and not depth else bloc.genre
        found.append(replace(bloc, genre=kind, profondeur=depth))
    return tuple(found)


def _parts(bloc: Bloc) -> Iterator[Bloc]:
    """A block as it is kept: nothing when it is empty, several when empty lines cut it."""
    if bloc.genre == "tableau":
        if rows := _rows(bloc.rangs):
            yield replace(bloc, rangs=rows)
        return
    if bloc.genre == "titre":
        bloc = replace(bloc, ligne=_on_one_line(bloc.ligne))
    kind, number = bloc.genre, bloc.numero
    for line in _lines(bloc.ligne):
        yield replace(bloc, genre=kind, ligne=line, numero=number)
        kind, number = ("suite", 0) if kind in ("puce", "numero") else (kind, number)


def _rows(rows: Sequence[Sequence[Ligne]]) -> tuple[tuple[Ligne, ...], ...]:
    width = max(map(len, rows), default=0)
    clean = [[next(_lines(_on_one_line(cell)), ()) for cell in (*row, *[()] * (width - len(row)))] for row in rows]
    return tuple(map(tuple, clean)) if any(any(row) for row in clean) else ()


def _on_one_line(line: Ligne) -> Ligne:
    return tuple(replace(piece, texte=piece.texte.replace("\n", " ")) for piece in line)


Signe = tuple[str, frozenset[str], str]


def _lines(line: Ligne) -> Iterator[Ligne]:
    """The paragraphs of a line, cut where lines are empty; each with its spaces in order and as few pieces as can be."""
    signs = [(sign, piece.aspect, piece.lien) for piece in line for sign in _clean(piece.texte)]
    lines = [_stripped(list(group)) for end, group in groupby(signs, lambda one: one[0] == "\n") if not end]
    gaps = [len(list(group)) for end, group in groupby(signs, lambda one: one[0] == "\n") if end]
    if signs and signs[0][0] == "\n":
        gaps = gaps[1:]
    waiting: list[Signe] = []
    for number, one in enumerate(lines):
        cut = not one or (number > 0 and gaps[number - 1] > 1)
        if cut and waiting:
            yield _joined(waiting)
            waiting = []
        if one:
            waiting += [*([("\n", frozenset[str](), "")] if waiting else []), *one]
    if waiting:
        yield _joined(waiting)


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")))


def _stripped(signs: list[Signe]) -> list[Signe]:
    while signs and signs[0][0].isspace():
        signs = signs[1:]
    while signs and signs[-1][0].isspace():
        signs = signs[:-1]
    return signs


def _joined(signs: list[Signe]) -> Ligne:
    """Signs as pieces; spaces look like what stands on both their sides, and like nothing where the two differ."""
    groups = [(space, list(group)) for space, group in groupby(signs, lambda one: one[0].isspace())]
    shown: list[Signe] = []
    for number, (space, group) in enumerate(groups):
        if not space:
            shown += group
            continue
        (_, look, link), (_, next_look, next_link) = groups[number - 1][1][-1], groups[number + 1][1][0]
        same = (look, link) == (next_look, next_link)
        shown += [(sign, look if same else frozenset(), link if link == next_link else "") for sign, _, _ in group]
    alike = groupby(shown, lambda one: one[1:])
    return tuple(Morceau("".join(sign for sign, _, _ in same), look, link) for (look, link), same in alike)


# --- writing ----------------------------------------------------------------------------------------------------------------------------

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_FORMS = tuple((heavy, em, coded) for heavy in (False, True) for coded in (False, True) for em in "*_")


def ecrire(blocs: Sequence[Bloc]) -> str:
    """Markdown that reads as these blocks, as plain as can be; IndicibleError when there is none."""
    found = tuple(blocs)
    for heavy in (False, True):
        text = _Ecriture(heavy).write(found)
        if lire(text) == found:
            return text
    raise IndicibleError


class _Ecriture:
    def __init__(self, heavy: bool) -> None:
        self.heavy = heavy
        self.lines: list[str] = []
        self.lists: list[list[Any]] = []

    def write(self, blocs: Sequence[Bloc]) -> str:
        before = ""
        for bloc in blocs:
            if bloc.genre in ("puce", "numero"):
                self._item(bloc, before)
            elif bloc.genre == "suite":
                del self.lists[bloc.profondeur :]
                self._put(indent := " " * self.lists[-1][2], indent, bloc.ligne, apart=True)
            else:
                self.lists.clear()
                self._plain(bloc)
            before = bloc.genre
        return "\n".join(self.lines)

    def _plain(self, bloc: Bloc) -> None:
        if bloc.genre == "tableau":
            self._space()
            self.lines += _table(bloc.rangs, self.heavy)
        else:
            mark = {"titre": "# ", "citation": "> "}.get(bloc.genre, "")
            self._put(mark, mark if bloc.genre == "citation" else "", bloc.ligne, apart=True)

    def _item(self, bloc: Bloc, before: str) -> None:
        depth, numbered = bloc.profondeur, bloc.genre == "numero"
        del self.lists[depth:]
        known = self.lists[depth - 1] if len(self.lists) == depth else None
        sign = ")" if known and known[0] == ")" else "."
        fresh = known is None or (known[0] == "-") == numbered or (numbered and known[1] != bloc.numero)
        if fresh:
            sign = "." if known is None or known[0] != "." else ")"
            self.lists[depth - 1 :] = [[sign if numbered else "-", bloc.numero, 0]]
        indent = self.lists[depth - 2][2] if depth > 1 else 0
        mark = f"{bloc.numero}{sign} " if numbered else "- "
        self.lists[-1][1:] = [bloc.numero + 1, indent + len(mark)]
        apart = before not in ("puce", "numero") or (fresh and numbered)
        self._put(" " * indent + mark, " " * (indent + len(mark)), bloc.ligne, apart=apart)

    def _put(self, first: str, rest: str, line: Ligne, *, apart: bool) -> None:
        if apart:
            self._space()
        first_line, *others = _inline(line, self.heavy).split("\n")
        self.lines += [first + first_line, *(rest + other for other in others)]

    def _space(self) -> None:
        if self.lines:
            self.lines.append("")


def _table(rows: Sequence[Sequence[Ligne]], heavy: bool) -> list[str]:
    made = [f"| {' | '.join(_in_cell(cell, heavy) for cell in row)} |" for row in rows]
    return [made[0], f"|{' --- |' * len(rows[0])}", *made[1:]]


def _in_cell(cell: Ligne, heavy: bool) -> str:
    text = _inline(cell, heavy)
    return text if heavy else text.replace("|", "\\|")


def _inline(line: Ligne, heavy: bool) -> str:
    """The Markdown of one paragraph: the plainest form that reads as it should."""
    if not line:
        return ""
    wanted = (Bloc("paragraphe", line),)
    for escaped, em, coded in _FORMS:
        if escaped or not heavy:
            text = _marked(line, escaped, em, coded)
            if lire(text) == wanted:
                return text
    raise IndicibleError


def _marked(line: Ligne, heavy: bool, em: str, coded: bool) -> str:
    written = []
    for link, group in groupby(line, lambda piece: piece.lien):
        inside = _looked(list(group), heavy, em, coded)
        written.append(f"[{inside}]({_target(link)})" if link else inside)
    return "".join(written)


def _target(link: str) -> str:
    return f"<{link}>" if re.search(r"[()\s]", link) else link


def _looked(pieces: Sequence[Morceau], heavy: bool, em: str, coded: bool) -> str:
    """Pieces with marks around them; a letter that would keep a mark from opening or closing is written by its number."""
    signs = {"gras": "**", "italique": em, "barre": "~~"}
    written, open_looks = [], list[str]()
    for number, piece in enumerate(pieces):
        kept = next((place for place, look in enumerate(open_looks) if look not in piece.aspect), len(open_looks))
        written += [signs[look] for look in reversed(open_looks[kept:])]
        fresh = sorted(piece.aspect - set(open_looks[:kept]), key=lambda look: (-_reach(pieces, number, look), look))
        open_looks[kept:] = fresh
        written += [*(signs[look] for look in fresh), _words(pieces, number, heavy, coded)]
    return "".join((*written, *(signs[look] for look in reversed(open_looks))))


def _reach(pieces: Sequence[Morceau], start: int, look: str) -> int:
    """How many pieces from there on have a look without a break."""
    return next((number for number, piece in enumerate(pieces[start:]) if look not in piece.aspect), len(pieces))


def _words(pieces: Sequence[Morceau], number: int, heavy: bool, coded: bool) -> str:
    text = pieces[number].texte
    text = (_PUNCTUATION.sub(r"\\\1", text) if heavy else text).replace("\n", "\\\n")
    first, last = number == 0, number + 1 == len(pieces)
    if coded and not last and text[-1].isalnum() and pieces[number].aspect < pieces[number + 1].aspect:
        text = f"{text[:-1]}&#{ord(text[-1])};"
    if coded and not first and text[0].isalnum() and pieces[number].aspect < pieces[number - 1].aspect:
        text = f"&#{ord(text[0])};{text[1:]}"
    return text
