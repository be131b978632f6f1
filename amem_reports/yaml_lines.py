"""YAML with the line of every key: text in, plain data and lines out, every fault as a French Constat.

A catalogue needs little of YAML, so the rest is refused: anchors, tags, several documents, keys that are no text, keys written twice.
Scalars stay text (`1.10` is not 1.1, `no` is not false, `2019-03` is no date); the model decides what they mean. The tree is built
from libyaml's events, without recursion, so that no nesting can exhaust the stack.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from amem_reports.errors import Constat, reason

MAX_BYTES = 50_000_000
MAX_DEPTH = 20
NULLS = ("", "~", "null", "Null", "NULL")


@dataclass
class Lines:
    """Where things stand: the line of a value, and the lines of what it holds, by key or position."""

    line: int
    inner: dict[str | int, Lines] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)

    def of(self, path: tuple[str | int, ...]) -> int:
        """The line nearest to a path: of its last key when it is there, else of the closest value that holds it."""
        here = self
        for index, step in enumerate(path):
            if isinstance(step, str) and step in here.keys and index == len(path) - 1:
                return here.keys[step]
            if step not in here.inner:
                return here.line
            here = here.inner[step]
        return here.line


@dataclass(frozen=True)
class Parsed:
    """The data of a file and its lines."""

    data: Any
    lines: Lines


def read(path: Path, name: str) -> Parsed | list[Constat]:
    """Read one YAML file; its faults when it cannot be read."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return [
                Constat(
                    name,
                    "",
                    f"fichier trop grand (plus de {MAX_BYTES // 1_000_000} Mo)",
                    "partager le fichier ou retirer ce qui n’est pas du catalogue",
                )
            ]
        raw = path.read_bytes()
    except IsADirectoryError:
        return [Constat(name, "", "un dossier porte le nom attendu pour un fichier", "renommer ou déplacer ce dossier")]
    except OSError as error:
        return [
            Constat(
                name,
                "",
                f"fichier impossible à lire ({reason(error)})",
                "vérifier que le fichier existe et que vous avez le droit de le lire",
            )
        ]
    text = _decode(raw, name)
    return [text] if isinstance(text, Constat) else parse(text, name)


def _decode(raw: bytes, name: str) -> str | Constat:
    remedy = "réenregistrer le fichier avec l’encodage UTF-8"
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Constat(name, "", "le fichier est en UTF-16", remedy)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        shown = raw[error.start : error.start + 1].decode("cp1252", "replace")
        return Constat(name, f"ligne {line}", f"caractère « {shown} » qui n’est pas en UTF-8 (sans doute un encodage Windows-1252)", remedy)


def parse(text: str, name: str) -> Parsed | list[Constat]:
    """Parse YAML text; its faults when it is not what a catalogue needs."""
    builder = _Builder(name)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
            if builder.stop:
                break
    except yaml.MarkedYAMLError as error:
        builder.constats.append(_syntax(error, text, name))
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        builder.constats.append(
            Constat(
                name,
                f"ligne {line}",
                f"caractère de commande invisible (U+{ord(text[error.position]):04X})",
                "l’effacer et retaper la ligne",
            )
        )
    if builder.constats:
        return builder.constats
    if builder.root is None or builder.root[0] is None:
        return [Constat(name, "", "le fichier est vide", "le remplir, ou le reprendre d’une copie")]
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
        self._documents = 0

    def take(self, event: Any) -> None:
        """Take one event of libyaml."""
        line = event.start_mark.line + 1
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_extras(event, line)
            self._scalar(event, line)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._refuse_extras(event, line)
            self._open({} if isinstance(event, yaml.MappingStartEvent) else [], line)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._stack.pop()
            self._keys.pop()
        elif isinstance(event, yaml.AliasEvent):
            self._fault(line, f"renvoi « *{event.anchor} »", "écrire la valeur elle-même : les renvois ne sont pas admis")
            self._put(None, Lines(line), line)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._fault(line, "second document dans le fichier (ligne « --- »)", "garder un seul document par fichier")
                self.stop = True

    def _refuse_extras(self, event: Any, line: int) -> None:
        if event.anchor:
            self._fault(line, f"ancre « &{event.anchor} »", "la retirer : les ancres ne sont pas admises")
        if event.tag and event.tag != "!":
            self._fault(
                line,
                f"étiquette de type « {event.tag.replace('tag:yaml.org,2002:', '!!')} »",
                "la retirer : le modèle connaît le type de chaque champ",
            )

    def _fault(self, line: int, message: str, remedy: str) -> None:
        self.constats.append(Constat(self.name, f"ligne {line}", message, remedy))

    def _awaits_key(self) -> bool:
        return bool(self._stack) and isinstance(self._stack[-1][0], dict) and self._keys[-1] is None

    def _scalar(self, event: Any, line: int) -> None:
        if not self._awaits_key():
            self._put(None if event.style is None and event.value in NULLS else event.value, Lines(line), line)
            return
        data, lines = self._stack[-1]
        key = event.value
        if key in data:
            self._fault(line, f"clé « {key} » écrite deux fois (déjà ligne {lines.keys[key]})", "garder une seule des deux lignes")
        lines.keys[key] = line
        self._keys[-1] = key

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
        self._put(container, lines, line)
        self._stack.append((container, lines))
        self._keys.append(None)

    def _put(self, value: Any, lines: Lines, line: int) -> None:
        if not self._stack:
            self.root = (value, lines)
            return
        container, where = self._stack[-1]
        if isinstance(container, list):
            where.inner[len(container)] = lines
            container.append(value)
        else:
            key = self._keys[-1]
            if key is None:  # an alias in the place of a key, already told
                return
            container[key] = value
            where.inner[key] = lines
            self._keys[-1] = None


_SYNTAX = (
    (
        "found character that cannot start any token",
        "caractère qui ne peut pas commencer une valeur",
        "mettre la valeur entre apostrophes : '…'",
    ),
    (
        "mapping values are not allowed",
        "deux-points au milieu d’une valeur, ou retrait incorrect",
        "mettre la valeur entre apostrophes ('…') ou aligner la ligne",
    ),
    ("could not find expected ':'", "il manque « : » après la clé", "écrire « clé: valeur »"),
    (
        "did not find expected key",
        "retrait incorrect ou guillemet mal fermé",
        "aligner la ligne sur les lignes voisines et fermer les guillemets",
    ),
    ("did not find expected '-' indicator", "retrait incorrect dans une liste", "aligner le tiret sur ceux de la liste"),
    ("block sequence entries are not allowed", "un tiret de liste n’est pas à sa place", "aller à la ligne avant le tiret"),
    (
        "found unexpected end of stream",
        "guillemet ou apostrophe jamais fermé",
        "fermer le guillemet ; doubler l’apostrophe dans un texte entre apostrophes",
    ),
    ("did not find expected ',' or", "liste ou groupe entre crochets mal fermé", "vérifier virgules, crochets et accolades"),
    ("found undefined tag handle", "« ! » au début d’une valeur", "mettre la valeur entre apostrophes : '…'"),
    (
        "found unknown escape character",
        "barre oblique inverse « \\ » dans un texte entre guillemets",
        "écrire le texte entre apostrophes : '…'",
    ),
)


def _syntax(error: yaml.MarkedYAMLError, text: str, name: str) -> Constat:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    rows = text.splitlines()
    row = rows[line - 1] if line <= len(rows) else ""
    if re.match(r"\s*\t", row) or (mark and row[mark.column : mark.column + 1] == "\t"):
        return Constat(name, f"ligne {line}", "tabulation dans le retrait", "la remplacer par des espaces")
    for start, message, remedy in _SYNTAX:
        if start in (error.problem or ""):
            return Constat(name, f"ligne {line}", f"syntaxe YAML : {message}", remedy)
    return Constat(name, f"ligne {line}", "syntaxe YAML incorrecte", "comparer avec les lignes voisines : retrait, deux-points, guillemets")


def nearest(word: str, words: list[str]) -> str | None:
    """The known word that a typing mistake most likely meant."""
    found = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    return found[0] if found else None
