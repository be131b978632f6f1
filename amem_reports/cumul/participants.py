"""Participants, by sex and by institution. One person who came twice counts twice: records know no names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial

from amem_reports.cumul.base import Chiffre, Donnees, Ligne, Mesure, Releve, sums
from amem_reports.fiche import INSTITUTIONS, Participants

UNITE = "personnes"
_SOMME = "somme des participations ; une personne venue deux fois compte deux fois"
_TOTAL = f"{_SOMME} ; femmes + hommes, ou le total écrit quand l’un des deux n’est pas connu"
_RESTE = "total moins le détail connu"
_SEXES = {"femmes": "Participantes", "hommes": "Participants hommes"}
_INSTITUTIONS = {
    "gouvernement": "Participants des administrations",
    "employeurs": "Participants des organisations d’employeurs",
    "travailleurs": "Participants des syndicats",
    "societe_civile": "Participants des associations",
    "autres": "Participants d’autres institutions",
}

Lire = Callable[[Ligne, Participants], Iterator[Releve]]


def figures(donnees: Donnees) -> Iterator[Chiffre]:
    """`participants`, `participants.femmes`, …, `participants.sexe-inconnu`, `participants.institution-inconnue`, in persons."""
    yield from _figures(donnees, Mesure("participants", "Participants", UNITE, _TOTAL), _totals)
    for champ, libelle in _SEXES.items():
        yield from _figures(donnees, Mesure(f"participants.{champ}", libelle, UNITE, _SOMME), partial(_sex, champ=champ))
    rest = Mesure("participants.sexe-inconnu", "Participants dont le sexe n’est pas connu", UNITE, _RESTE)
    yield from _figures(donnees, rest, partial(_rest, champs=tuple(_SEXES)))
    for champ, libelle in _INSTITUTIONS.items():
        yield from _figures(donnees, Mesure(f"participants.{champ}", libelle, UNITE, _SOMME), partial(_institution, champ=champ))
    rest = Mesure("participants.institution-inconnue", "Participants dont l’institution n’est pas connue", UNITE, _RESTE)
    yield from _figures(donnees, rest, partial(_rest, champs=INSTITUTIONS))


def _figures(donnees: Donnees, mesure: Mesure, read: Lire) -> Iterator[Chiffre]:
    return sums(donnees, mesure, (found for ligne in donnees.lignes for found in read(ligne, ligne.suivi.participants or Participants())))


def persons(participants: Participants) -> int | None:
    """How many came: women and men when both are known, so that F + H is the total; else the total as written."""
    if participants.femmes is not None and participants.hommes is not None:
        return participants.femmes + participants.hommes
    return participants.total


def unknown_sex(participants: Participants) -> int | None:
    """Of how many the sex is not known; None while their number is not."""
    return _remainder(participants, tuple(_SEXES))


def _remainder(participants: Participants, champs: tuple[str, ...]) -> int | None:
    whole = persons(participants)
    return None if whole is None else whole - _sum(participants, champs)


def _given(ligne: Ligne, champ: str, valeur: int | None, wanted: bool) -> Iterator[Releve]:
    """A value, or the fact that it is missing where it was wanted."""
    if valeur is not None or wanted:
        yield ligne.releve(f"participants.{champ}", None if valeur is None else Decimal(valeur))


def _totals(ligne: Ligne, participants: Participants) -> Iterator[Releve]:
    if participants.femmes is not None and participants.hommes is not None:
        for champ in _SEXES:
            yield from _given(ligne, champ, getattr(participants, champ), False)
    else:
        yield from _given(ligne, "total", participants.total, ligne.attendue)


def _sex(ligne: Ligne, participants: Participants, champ: str) -> Iterator[Releve]:
    yield from _given(ligne, champ, getattr(participants, champ), ligne.attendue or persons(participants) is not None)


def _institution(ligne: Ligne, participants: Participants, champ: str) -> Iterator[Releve]:
    """An institution left empty brought nobody when the others already make the total."""
    whole, known, given = persons(participants), _sum(participants, INSTITUTIONS), getattr(participants, champ)
    yield from _given(ligne, champ, 0 if given is None and known == whole else given, ligne.attendue or whole is not None)


def _rest(ligne: Ligne, participants: Participants, champs: tuple[str, ...]) -> Iterator[Releve]:
    yield from _given(ligne, "total", _remainder(participants, champs), ligne.attendue)


def _sum(participants: Participants, champs: tuple[str, ...]) -> int:
    return sum(getattr(participants, champ) or 0 for champ in champs)
