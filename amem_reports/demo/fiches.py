"""The fictional follow-up records: every country, every quarter, the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from amem_reports.demo.catalogue import source_of
from amem_reports.demo.donnees import ABSENT, donnees, pairs, periode, quarters, series
from amem_reports.demo.narratif import story, suspended
from amem_reports.demo.parcours import Etape, steps
from amem_reports.fiche import (
    ITEMS,
    Action,
    EtatFiche,
    EtatRisque,
    Fiche,
    Gravite,
    Passage,
    Probabilite,
    Risque,
    SuiviActivite,
    SuiviIndicateur,
    Ventilation,
    groupes,
    valeurs,
)

LIBYE = "LY"
_PROBABILITES = {one[0]: one for one in ("faible", "moyenne", "elevee")}
_GRAVITES = {one[0]: one for one in ("faible", "moyen", "eleve")}
_ETATS = {one[0]: one for one in ("ouvert", "maitrise", "survenu", "clos")}
Course = dict[str, list[tuple[Etape, SuiviActivite]]]
"""The steps of a country's activities, by quarter."""


def fiches() -> Iterator[Fiche]:
    """All records, country after country, with the faults that are planted in them."""
    return map(_touched, _sound())


def _sound() -> Iterator[Fiche]:
    for pays in donnees()["villes"]:
        course = _course(pays)
        for trimestre in _reported(pays):
            yield _fiche(pays, trimestre, course[trimestre])
    for trimestre in _reported(LIBYE):
        yield Fiche(
            periode=trimestre,
            pays=LIBYE,
            etat=EtatFiche.VALIDE,
            narratif=suspended(quarters().index(trimestre)),
            historique=_history(LIBYE, trimestre, EtatFiche.VALIDE),
        )


def _touched(fiche: Fiche) -> Fiche:
    """The record with what `fautes.retouches` writes or takes away, place by place."""
    changes = donnees()["fautes"]["retouches"].get(f"{fiche.periode}/{fiche.pays}")
    if not changes:
        return fiche
    found = {place: value for place, value in valeurs(fiche).items() if not any(f"{place}/".startswith(f"{gone}/") for gone in changes)}
    found |= {place: value for place, value in changes.items() if value != ABSENT}
    groups = groupes(found)
    items = {section: [{nom: key, **group} for key, group in groups[section].items()] for section, nom in ITEMS.items()}
    narratif = {rubrique: group["texte"] for rubrique, group in groups["narratif"].items()}
    return Fiche.model_validate({**dict(fiche), **items, "narratif": narratif})


def _reported(pays: str) -> list[str]:
    return [code for code in quarters() if f"{code}/{pays}" not in donnees()["fiches"]["absentes"]]


def _course(pays: str) -> Course:
    unreported = frozenset(quarters()) - set(_reported(pays))
    course: Course = {code: [] for code in quarters()}
    for identifiant in donnees()["activites"]:
        if identifiant.startswith(pays):
            for etape, suivi in steps(identifiant, unreported):
                course[etape.trimestre].append((etape, suivi))
    return course


def _fiche(pays: str, trimestre: str, done: list[tuple[Etape, SuiviActivite]]) -> Fiche:
    etat = _state(f"{trimestre}/{pays}")
    return Fiche(
        periode=trimestre,
        pays=pays,
        etat=etat,
        activites=tuple(suivi for _, suivi in done),
        indicateurs=tuple(_indicators(pays, trimestre, done)),
        risques=tuple(_risks(pays, trimestre)),
        narratif=story(pays, trimestre, done),
        historique=_history(pays, trimestre, etat),
    )


# --- indicators -------------------------------------------------------------------------------------------------------------------------


def _indicators(pays: str, trimestre: str, done: list[tuple[Etape, SuiviActivite]]) -> Iterator[SuiviIndicateur]:
    for one in donnees()["indicateurs"]:
        values = _deduced(one, done) if "deduit" in one else _written(one, pays, trimestre)
        if values:
            due = any(trimestre == date for _, date in pairs(one["cibles"]))
            yield SuiviIndicateur(code=one["code"], **values, source=source_of(one), commentaire=one.get("explication") if due else None)


def _deduced(indicateur: dict[str, Any], done: list[tuple[Etape, SuiviActivite]]) -> dict[str, Any]:
    """What the activities of the indicator's produit add up to."""
    produit = indicateur["code"].rpartition(".")[0]
    serving = [(etape, suivi) for etape, suivi in done if etape.activite["produit"] == produit]
    if indicateur["deduit"] == "achevements":
        return {"valeur": Decimal(sum(etape.achevee for etape, _ in serving))} if serving else {}
    groups = [suivi.participants for _, suivi in serving if suivi.participants]
    value = {"valeur": Decimal(sum(group.total or 0 for group in groups))} if serving else {}
    if not groups or any(group.femmes is None for group in groups):
        return value
    femmes = sum(group.femmes or 0 for group in groups)
    return {**value, "ventilation": Ventilation(femmes=Decimal(femmes), hommes=value["valeur"] - femmes)}


def _written(indicateur: dict[str, Any], pays: str, trimestre: str) -> dict[str, Any]:
    """What is written in the table: a value, a ratio « 12/30 », or women and men « 8+4 »."""
    word = series(indicateur["valeurs"].get(pays, " ".join("." for _ in quarters()))).get(trimestre)
    if word is None:
        return {}
    if "/" in word:
        return dict(zip(("numerateur", "denominateur"), map(Decimal, word.split("/")), strict=True))
    if "+" in word:
        femmes, hommes = map(Decimal, word.split("+"))
        return {"valeur": femmes + hommes, "ventilation": Ventilation(femmes=femmes, hommes=hommes)}
    return {"valeur": Decimal(word)}


# --- risks and history ------------------------------------------------------------------------------------------------------------------


def _risks(pays: str, trimestre: str) -> Iterator[Risque]:
    for number, risque in enumerate(donnees()["risques"][pays], 1):
        if word := series(risque["parcours"]).get(trimestre):
            yield Risque(
                code=f"R{number}",
                libelle=risque["libelle"],
                probabilite=Probabilite[_PROBABILITES[word[0]].upper()],
                impact=Gravite[_GRAVITES[word[1]].upper()],
                mesure=risque["mesure"],
                responsable=donnees()["responsables"][number % 4],
                etat=EtatRisque[_ETATS[word[2]].upper()],
            )


def _state(name: str) -> EtatFiche:
    states = donnees()["fiches"]
    if name in states["brouillons"]:
        return EtatFiche.BROUILLON
    if name in states["soumises"]:
        return EtatFiche.SOUMIS
    return EtatFiche.REFUSE if name in states["refusees"] else EtatFiche.VALIDE


def _history(pays: str, trimestre: str, etat: EtatFiche) -> tuple[Passage, ...]:
    """Sent some days after the quarter's end, then validated or refused; one record was opened again and sent a second time."""
    states, name = donnees()["fiches"], f"{trimestre}/{pays}"
    steps_of: list[tuple[Action, str | None]] = [(Action.IMPORT, None)]
    if motif := states["rouvertes"].get(name):
        steps_of += [(Action.VALIDATION, None), (Action.REOUVERTURE, motif), (Action.IMPORT, None)]
    if etat is EtatFiche.VALIDE:
        steps_of.append((Action.VALIDATION, None))
    elif etat is EtatFiche.REFUSE:
        steps_of.append((Action.REFUS, states["refusees"][name]))
    first = periode(trimestre).fin + timedelta(days=7 + sum(map(ord, name)) % 9)
    return tuple(
        Passage(
            date=first + timedelta(days=5 * rank),
            action=action,
            par="Chargé de suivi (fictif)" if action is Action.IMPORT else "Coordination régionale (fictif)",
            motif=motif,
        )
        for rank, (action, motif) in enumerate(steps_of)
    )
