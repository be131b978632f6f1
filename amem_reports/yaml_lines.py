"""YAML with the line of every key: text in, plain data and lines out, every fault as a French Constat.

A catalogue needs little of YAML, so the rest is refused: anchors, tags, several documents, keys that are no text, keys written twice.
Scalars stay text (`1.10` is not 1.1, `no` is not false, `2019-03` is no date); the model decides what they mean. The tree is built
from libyaml's events, without recursion, so that no nesting can exhaust the stack.
"""

from __future__ import annotations

import difflib
import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from amem_reports import octets
from amem_reports.errors import Constat, reason
from amem_reports.french import slug

MAX_BYTES = 50_000_000
MAX_DEPTH = 20
MAX_VALUES = 800_000
MAX_FAULTS = 200
"""Faults told of one file: who has more mends these first."""
MAX_SHOWN = 60
NULLS = ("", "~", "null", "Null", "NULL")
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # PyYAML built without libyaml reads the same, only slower
_INVISIBLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_NO_BREAK_SPACE = re.compile("^ *[\u00a0\u202f]|^[^'\"#]*?[:-][\u00a0\u202f]")


class Lines:
    """Where things stand: the line of a value, and those of what it holds, by key or position (a bare number for a scalar)."""

    __slots__ = ("inner", "line")

    def __init__(self, line: int) -> None:
        self.line = line
        self.inner: dict[str | int, Lines | int] = {}

    def of(self, path: tuple[str | int, ...]) -> int:
        """The line of what a path leads to, or of the closest value that would hold it."""
        here: Lines | int = self
        for step in path:
            if isinstance(here, int) or step not in here.inner:
                break
            here = here.inner[step]
        return here if isinstance(here, int) else here.line


@dataclass(frozen=True)
class Parsed:
    """The data of a file and its lines."""

    data: Any
    lines: Lines


@contextmanager
def uncollected() -> Iterator[None]:
    """Hold the garbage collector: values read from a file form no cycles, and its passes over millions of them double the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def shown(value: object) -> str:
    """A value as a sentence quotes it: on one line, and cut when it is long."""
    text = re.sub(r"[\t\r\n]+", " ", str(value))
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "…"


@lru_cache(maxsize=1_000)
def nearest(word: str, words: tuple[str, ...]) -> str | None:
    """The known word that a typing mistake most likely meant; accents, case and spaces are forgiven."""
    plain = slug(word[:MAX_SHOWN]).replace("-", "_")
    found = difflib.get_close_matches(plain, words, n=1, cutoff=0.6)
    return found[0] if found else None


def read(path: Path, name: str) -> str | Constat:
    """The text of a YAML file, or why it cannot be read."""
    try:
        if path.is_dir():
            return Constat(name, "", "un dossier porte le nom attendu pour un fichier", "renommer ou déplacer ce dossier")
        if not path.exists():
            return Constat(name, "", "fichier introuvable", "le créer, ou le reprendre du catalogue fourni")
        raw = octets.read(path, MAX_BYTES)
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else "nom refusé"
        return Constat(name, "", f"fichier impossible à lire ({why})", "vérifier que vous avez le droit de le lire")
    except octets.RefusError as error:
        return Constat(name, "", error.message, error.remede)
    return _decode(raw, name)


def _decode(raw: bytes, name: str) -> str | Constat:
    remedy = "réenregistrer le fichier avec l’encodage UTF-8"
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Constat(name, "", "le fichier est en UTF-16", remedy)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        char = raw[error.start : error.start + 1].decode("cp1252", "replace")
        return Constat(name, f"ligne {line}", f"caractère « {char} » qui n’est pas en UTF-8 (sans doute un encodage Windows-1252)", remedy)


def parse(text: str, name: str) -> Parsed | list[Constat]:
    """Parse YAML text; its faults when it is not what a catalogue needs."""
    if invisible := _INVISIBLE.search(text):
        line = text.count("\n", 0, invisible.start()) + 1
        message = f"caractère invisible (U+{ord(invisible[0]):04X})"
        return [Constat(name, f"ligne {line}", message, "l’effacer, ou retaper la ligne")]
    builder = _Builder(name)
    try:
        for event in yaml.parse(text, Loader=LOADER):
            builder.take(event)
            if builder.stop or len(builder.constats) >= MAX_FAULTS:
                break
    except yaml.MarkedYAMLError as error:
        builder.constats.append(_syntax(error, text, name))
    if builder.constats:
        return builder.constats
    if builder.root is None or builder.root[0] is None:
        return [Constat(name, "", "le fichier est vide", "le remplir, ou le reprendre du catalogue fourni")]
    return Parsed(*builder.root)


class _Builder:
    """Builds data and lines from events, one container at a time."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.constats: list[Constat] = []
        self.root: tuple[Any, Lines] | None = None
        self.stop = False
        self._stack: list[tuple[Any, Lines]] = []
        self._keys: list[str | None] = []
        self._key_lines: list[int] = []
        self._documents = self._values = 0

    def take(self, event: Any) -> None:
        """Take one event of libyaml."""
        kind = type(event)
        if kind is yaml.ScalarEvent:
            line = event.start_mark.line + 1
            self._refuse_extras(event, line)
            self._scalar(event, line)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            line = event.start_mark.line + 1
            self._refuse_extras(event, line)
            self._open({} if kind is yaml.MappingStartEvent else [], line)
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self._stack.pop()
            self._keys.pop()
            self._key_lines.pop()
        elif kind is yaml.AliasEvent:
            self._alias(event)
        elif kind is yaml.DocumentStartEvent:
            self._document(event)

    def _alias(self, event: Any) -> None:
        line = event.start_mark.line + 1
        self._fault(line, f"renvoi « *{shown(event.anchor)} »", "écrire la valeur elle-même : les renvois ne sont pas admis")
        if self._awaits_key():
            self._keys[-1], self._key_lines[-1] = "", line
        else:
            self._put(None, line, None)

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            line = event.start_mark.line + 1
            self._fault(line, "second document dans le fichier (ligne « --- »)", "garder un seul document par fichier")
            self.stop = True

    def _refuse_extras(self, event: Any, line: int) -> None:
        if event.anchor:
            self._fault(line, f"ancre « &{shown(event.anchor)} »", "la retirer : les ancres ne sont pas admises")
        if event.tag and event.tag != "!":
            tag = shown(event.tag.replace("tag:yaml.org,2002:", "!!"))
            self._fault(line, f"étiquette de type « {tag} »", "la retirer : le modèle connaît le type de chaque champ")

    def _fault(self, line: int, message: str, remedy: str) -> None:
        self.constats.append(Constat(self.name, f"ligne {line}", message, remedy))

    def _awaits_key(self) -> bool:
        return bool(self._stack) and self._keys[-1] is None and type(self._stack[-1][0]) is dict

    def _scalar(self, event: Any, line: int) -> None:
        if not self._awaits_key():
            value = event.value
            self._put(None if value in NULLS and not event.style else value, line, None)
            return
        data, lines = self._stack[-1]
        key = event.value
        if key in data:
            self._fault(line, f"clé « {shown(key)} » écrite deux fois (déjà ligne {lines.of((key,))})", "garder une seule des deux lignes")
        self._keys[-1], self._key_lines[-1] = key, line

    def _open(self, container: Any, line: int) -> None:
        if self._awaits_key():
            self._fault(line, "une liste ou un groupe sert de clé", "écrire une clé en texte simple, suivie de « : »")
            self.stop = True
            return
        if len(self._stack) >= MAX_DEPTH:
            self._fault(line, "trop de niveaux les uns dans les autres", "vérifier les crochets et le retrait des lignes")
            self.stop = True
            return
        lines = Lines(line)
        self._put(container, line, lines)
        self._stack.append((container, lines))
        self._keys.append(None)
        self._key_lines.append(line)

    def _put(self, value: Any, line: int, lines: Lines | None) -> None:
        """Put a value in its container; in a group its line is that of its key."""
        if not self._stack:
            self.root = (value, lines or Lines(line))
            return
        self._values += 1
        if self._values > MAX_VALUES:
            self._fault(line, f"plus de {MAX_VALUES} valeurs dans un fichier", "partager le fichier, ou en retirer ce qui est de trop")
            self.stop = True
        container, where = self._stack[-1]
        step: str | int
        if type(container) is list:
            step = len(container)
            container.append(value)
        else:
            step, line = self._keys[-1] or "", self._key_lines[-1]
            container[step] = value
            self._keys[-1] = None
        if lines is not None:
            lines.line = line
        where.inner[step] = line if lines is None else lines


# What libyaml (or PyYAML's own reader) says begins so; its place is where the trouble shows ("problem") or where it began ("context").
_SYNTAX = (
    ("found character", "problem", "caractère qui ne peut pas commencer une valeur", "mettre la valeur entre apostrophes : '…'"),
    (
        "mapping values are not allowed",
        "problem",
        "deux-points au milieu d’une valeur, ou retrait incorrect",
        "mettre la valeur entre apostrophes ('…') ou aligner la ligne",
    ),
    ("could not find expected ':'", "context", "il manque « : » suivi d’un espace après la clé", "écrire « clé: valeur »"),
    (
        "(block )?sequence entries are not allowed",
        "problem",
        "un tiret de liste n’est pas à sa place",
        "aller à la ligne avant le tiret",
    ),
    (
        "found unexpected end of stream",
        "context",
        "guillemet ou apostrophe jamais fermé",
        "le fermer ; doubler l’apostrophe dans un texte entre apostrophes : 'l''emploi'",
    ),
    ("(did not find )?expected ',' or", "context", "crochet ou accolade mal fermé", "vérifier virgules, crochets et accolades"),
    ("(did not find )?expected (the )?node content", "problem", "il manque une valeur", "vérifier virgules, crochets et accolades"),
    ("exceeded maximum nesting depth", "problem", "trop de niveaux les uns dans les autres", "écrire plus à plat"),
    ("found undefined tag handle", "problem", "« ! » au début d’une valeur", "mettre la valeur entre apostrophes : '…'"),
    (
        "found (unknown|invalid Unicode) (escape )?character",
        "problem",
        "barre oblique inverse « \\ » dans un texte entre guillemets",
        "écrire le texte entre apostrophes : '…'",
    ),
    (
        "(did not find expected comment|expected chomping)",
        "problem",
        "texte sur la ligne de « | » ou « > »",
        "le mettre en retrait à la ligne suivante",
    ),
)
_AFTER_QUOTE = (
    "texte après la fermeture d’un guillemet ou d’une apostrophe",
    "doubler l’apostrophe dans un texte entre apostrophes ('l''emploi'), ou fermer celle d’une ligne au-dessus",
)
_INDENT = ("retrait incorrect", "aligner la ligne sur ses voisines")


def _syntax(error: yaml.MarkedYAMLError, text: str, name: str) -> Constat:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column) if mark else (1, 0)
    rows = text.split("\n", line)[:line]
    row = rows[-1] if len(rows) == line else ""
    if re.match(r"\s*\t", row) or row[column : column + 1] == "\t":
        return Constat(name, f"ligne {line}", "tabulation dans le retrait", "la remplacer par des espaces")
    for at in (line, line - 1):
        if 0 < at <= len(rows) and _NO_BREAK_SPACE.search(rows[at - 1]):
            message = "syntaxe YAML : espace insécable dans le retrait ou après « : »"
            return Constat(name, f"ligne {at}", message, "le remplacer par un espace ordinaire")
    for start, place, message, remedy in _SYNTAX:
        if re.match(start, error.problem or ""):
            at = error.context_mark.line + 1 if place == "context" and error.context_mark else line
            return Constat(name, f"ligne {at}", f"syntaxe YAML : {message}", remedy)
    message, remedy = _AFTER_QUOTE if row[:column].strip() and re.search("['\"]", row[:column]) else _INDENT
    return Constat(name, f"ligne {line}", f"syntaxe YAML : {message}", remedy)
