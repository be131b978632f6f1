"""Figures of the narrative set against those of the table: persons, money, progress.

A figure agrees when it is that of the period or that since the beginning. What a sentence calls the total and is not blocks; what may
be a part of the whole is only to be checked, or passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from amem_reports.controles.base import Gravite, Lecture
from amem_reports.controles.narratif import title_of
from amem_reports.controles.nombres import FEMMES, HOMMES, TOTAL, Effectif, Somme, avancements, effectifs, sommes
from amem_reports.cumul import change, figures
from amem_reports.cumul.base import Ligne
from amem_reports.cumul.participants import persons
from amem_reports.errors import Constat
from amem_reports.fiche import Participants
from amem_reports.french import compte, montant, pourcent

Trouve = Iterator[tuple[Gravite, Constat]]
_SORTES = (TOTAL, FEMMES, HOMMES)
_NOMS = {TOTAL: "personne", FEMMES: "femme", HOMMES: "homme"}
_REMEDE = "corriger le texte ou le tableau"


@dataclass(frozen=True)
class Attendu:
    """What the table says: the figure of the period (None: nothing written), and the others that a sentence may mean."""

    periode: Decimal | None
    autres: frozenset[Decimal] = frozenset()

    def has(self, value: Decimal) -> bool:
        """Whether a value is one of them."""
        return value == self.periode or value in self.autres

    @property
    def most(self) -> Decimal:
        """The greatest of them."""
        return max((self.periode or Decimal(0), *self.autres))


# --- persons ----------------------------------------------------------------------------------------------------------------------------


def participants_du_recit(lecture: Lecture) -> Trouve:
    """Persons whom the text counts and the table does not."""
    for ligne in lecture.lignes:
        identifiant = ligne.suivi.identifiant
        known = {sorte: _of_activity(ligne, lecture.depuis_le_debut(identifiant), sorte) for sorte in _SORTES}
        for grave, message in _persons(ligne.suivi.recit, known):
            yield grave, lecture.constat(f"activité {identifiant}, récit", message, _REMEDE)
    here = {sorte: _of_country(lecture, sorte) for sorte in _SORTES}
    for rubrique, texte in lecture.fiche.narratif:
        for grave, message in _persons(texte, here, several=True):
            yield grave, lecture.constat(f"narratif, {title_of(rubrique)}", message, _REMEDE)


def _count(participants: Participants | None, sorte: str) -> Decimal | None:
    value = None if participants is None else persons(participants) if sorte == TOTAL else getattr(participants, sorte)
    return None if value is None else Decimal(value)


def _of_activity(ligne: Ligne, since: list[Ligne], sorte: str) -> Attendu:
    past = [value for one in since if (value := _count(one.suivi.participants, sorte)) is not None]
    return Attendu(_count(ligne.suivi.participants, sorte), frozenset({sum(past, Decimal(0))}) if past else frozenset())


def _of_country(lecture: Lecture, sorte: str) -> Attendu:
    """The country's figure, and those that the narrative may speak of: an axe's, an activity's, since the beginning or not."""
    chiffres, pays = figures(lecture.au_trimestre), lecture.pays.code
    nom = "participants" if sorte == TOTAL else f"participants.{sorte}"
    ends = ("", *(f".axe-{axe.numero}" for axe in lecture.dossier.catalogue.axes))
    others = {chiffres[f"{since}{nom}.{pays}{end}"].valeur for since in ("", "cumul.") for end in ends}
    for ligne in lecture.lignes:
        one = _of_activity(ligne, lecture.depuis_le_debut(ligne.suivi.identifiant), sorte)
        others |= {one.periode, *one.autres}
    return Attendu(chiffres[f"{nom}.{pays}"].valeur, frozenset(value for value in others if value is not None))


def _persons(texte: str | None, known: dict[str, Attendu], *, several: bool = False) -> Iterator[tuple[Gravite, str]]:
    """What a text says otherwise than the table; `several` when the text speaks of many activities, so that parts are the rule."""
    read = list(effectifs(texte)) if texte else []
    loose: list[Effectif] = []
    for phrase in read:
        whole = any(one.sorte == TOTAL and known[TOTAL].has(Decimal(one.nombre)) for one in phrase)
        for one in phrase:
            if (one.entier and one.sorte == TOTAL) or (one.detail and whole):
                if not known[one.sorte].has(Decimal(one.nombre)):
                    yield (Gravite.BLOQUANT if known[one.sorte].periode is not None else Gravite.A_VERIFIER), _said(one, known[one.sorte])
            elif not one.detail:
                loose.append(one)
    for sorte in _SORTES:
        if wrong := _odd([one for one in loose if one.sorte == sorte], known[sorte], several=several):
            yield Gravite.A_VERIFIER, _said(wrong, known[sorte])


def _odd(claims: list[Effectif], known: Attendu, *, several: bool) -> Effectif | None:
    """The count that cannot be a part of the table's, or that stands alone and is not the table's; None when all may be right."""
    if not claims or any(known.has(Decimal(one.nombre)) for one in claims):
        return None
    highest = max(claims, key=lambda one: one.nombre)
    if highest.nombre > known.most:
        return highest
    alone = len(claims) == 1 and claims[0].sorte == TOTAL and not claims[0].partie and not several
    return claims[0] if alone else None


def _said(one: Effectif, known: Attendu) -> str:
    table = "n’en compte aucune" if known.periode is None else f"dit {compte(int(known.periode), _NOMS[one.sorte])}"
    return f"le texte dit {compte(one.nombre, _NOMS[one.sorte])}, le tableau {table} (« {_short(one.phrase)} »)"


def _short(phrase: str) -> str:
    return phrase if len(phrase) <= 90 else f"{phrase[:90].rpartition(' ')[0]}…"


# --- money ------------------------------------------------------------------------------------------------------------------------------


def montants_du_recit(lecture: Lecture) -> Trouve:
    """Money that the text says was spent and that the table does not show."""
    for ligne in lecture.lignes:
        identifiant = ligne.suivi.identifiant
        for somme in sommes(ligne.suivi.recit or ""):
            known = _amounts(lecture, ligne, somme)
            if found := _disagreement(somme, known):
                yield found[0], lecture.constat(f"activité {identifiant}, récit", found[1], _REMEDE)
    for rubrique, texte in lecture.fiche.narratif:
        for somme in sommes(texte or ""):
            if found := _disagreement(somme, _amounts_of_country(lecture, somme)):
                yield found[0], lecture.constat(f"narratif, {title_of(rubrique)}", found[1], _REMEDE)


def _amounts(lecture: Lecture, ligne: Ligne, somme: Somme) -> list[Decimal]:
    """What was spent on an activity in the period and since the beginning, in the currency of the sentence."""
    since = [_in(lecture, one, somme) for one in lecture.depuis_le_debut(ligne.suivi.identifiant)]
    return [
        value for value in (_in(lecture, ligne, somme), sum((one for one in since if one is not None), Decimal(0))) if value is not None
    ]


def _in(lecture: Lecture, ligne: Ligne, somme: Somme) -> Decimal | None:
    depenses = ligne.suivi.depenses
    if depenses is None or depenses.devise is somme.devise:
        return depenses.montant if depenses else None
    return change.convert(depenses, lecture.dossier.catalogue.taux, lecture.periode.fin)[0] if somme.devise == "EUR" else None


def _amounts_of_country(lecture: Lecture, somme: Somme) -> list[Decimal]:
    chiffres, end = figures(lecture.au_trimestre), "" if somme.devise == "EUR" else f".{somme.devise}"
    axes = ("", *(f".axe-{axe.numero}" for axe in lecture.dossier.catalogue.axes))
    names = [f"{since}depenses.{lecture.pays.code}{axe}{end}" for since in ("", "cumul.") for axe in axes]
    found = [chiffres[name].valeur for name in names if name in chiffres]
    of_activities = [value for ligne in lecture.lignes for value in _amounts(lecture, ligne, somme)]
    return [value for value in (*found, *of_activities) if value is not None]


def _disagreement(somme: Somme, known: Iterable[Decimal]) -> tuple[Gravite, str] | None:
    values = [value for value in known if value]
    if any(map(somme.agrees, values)) or not (somme.entier or somme.montant > max(values, default=Decimal(0))):
        return None
    table = f"{montant(values[0], somme.devise)} pour la période" if values else "aucune dépense"
    message = f"le texte dit {montant(somme.montant, somme.devise)} dépensés, le tableau {table} (« {_short(somme.phrase)} »)"
    return (Gravite.BLOQUANT if somme.entier and values else Gravite.A_VERIFIER), message


# --- progress ---------------------------------------------------------------------------------------------------------------------------


def avancement_du_recit(lecture: Lecture) -> Trouve:
    """Progress that the text states and the table does not."""
    for suivi in (ligne.suivi for ligne in lecture.lignes):
        for said, phrase in avancements(suivi.recit or ""):
            if suivi.avancement is not None and said != suivi.avancement:
                table = pourcent(suivi.avancement / 100)
                message = f"le texte dit {pourcent(said / 100)} d’avancement, le tableau {table} (« {_short(phrase)} »)"
                yield Gravite.BLOQUANT, lecture.constat(f"activité {suivi.identifiant}, récit", message, _REMEDE)
