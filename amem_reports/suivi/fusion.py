"""Three-way merge of what is stored, what a workbook says, and what that workbook was handed out with. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from amem_reports.fiche import ITEMS, canonique, empreinte


class Conflits(StrEnum):
    """What to do where the store and the workbook both changed a value."""

    REFUSER = "refuser"
    NOUVEAU = "nouveau"
    ANCIEN = "ancien"


@dataclass(frozen=True)
class Changement:
    """One value that changes: its place, and its canonical texts before and after (empty for nothing)."""

    place: str
    avant: str
    apres: str


@dataclass
class Fusion:
    """The merged values, what changes in the store, where both sides changed the same value differently, and what the workbook still
    says although it was erased from the store since.
    """

    valeurs: dict[str, Any] = field(default_factory=dict)
    changements: list[Changement] = field(default_factory=list)
    conflits: list[Changement] = field(default_factory=list)
    effaces: list[Changement] = field(default_factory=list)

    @property
    def refusees(self) -> list[Changement]:
        """The conflicts that do not change the store."""
        return [change for change in self.conflits if change not in self.changements]


def merge(stored: dict[str, Any], said: dict[str, Any], base: Callable[[str], str], conflits: Conflits = Conflits.REFUSER) -> Fusion:
    """Merge by place; `said` holds None for an empty cell, and what it does not cover stays as stored.

    `base` gives the fingerprint of a value when the workbook was handed out, an empty text for none.
    """
    fusion = Fusion(dict(stored))
    for place, value in said.items():
        before, after = _text(stored.get(place)), _text(value)
        if before == after:
            continue
        change = Changement(place, before, after)
        if base(place) == _mark(after):
            if not before:
                fusion.effaces.append(change)
            continue
        if base(place) != _mark(before):
            fusion.conflits.append(change)
            if conflits is not Conflits.NOUVEAU:
                continue
        fusion.changements.append(change)
        if value is None or value == ():
            fusion.valeurs.pop(place, None)
        else:
            fusion.valeurs[place] = value
    return fusion


def _text(value: Any) -> str:
    return "" if value is None else canonique(value)


def _mark(text: str) -> str:
    return empreinte(text) if text else ""


def ordered(groups: dict[str, dict[str, dict[str, Any]]], order: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """Groups of fields as a record takes them: items in the order of the catalogue, others after, by code."""
    found: dict[str, Any] = {}
    for section, nom in ITEMS.items():
        rank = {item: number for number, item in enumerate(order.get(section, ()))}
        items = sorted(groups[section], key=lambda item: (rank.get(item, len(rank)), len(item), item))
        found[section] = [{nom: item, **groups[section][item]} for item in items]
    found["narratif"] = {rubrique: group["texte"] for rubrique, group in groups["narratif"].items()}
    return found
