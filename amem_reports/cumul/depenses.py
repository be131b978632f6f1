"""Dépenses and budgets by axe and country, in each currency and in euros, and what part of the budget is spent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from amem_reports.cumul import change
from amem_reports.cumul.base import CATALOGUE, CUMUL, Chiffre, Donnees, Mesure, Releve, Source, axe_of, pays_of, quotient, sums, total
from amem_reports.model import Activite, Devise, Montant, Periode

EURO = Devise.EUR.value
_DANS_LA_DEVISE = "somme des montants écrits dans cette devise"
_BUDGET = "somme des budgets des activités du catalogue, au taux en vigueur à la fin de la période, arrondis au centime"
_EXECUTION = (
    "dépenses depuis le début ÷ budget, en euros ; inconnu tant qu’une dépense ou un budget n’est pas converti, "
    "ou qu’une activité qui a dépensé n’a pas de budget"
)


def figures(donnees: Donnees) -> Iterator[Chiffre]:
    """`depenses.MA.axe-1` and `budget.MA.axe-1` in euros, `depenses.MA.axe-1.MAD` in a currency, `execution.MA.axe-1` in per cent."""
    spent = {chiffre.nom: chiffre for chiffre in _spent(donnees)}
    planned = {chiffre.nom: chiffre for chiffre in _planned(donnees)}
    yield from spent.values()
    yield from planned.values()
    yield from _executions(donnees, spent, planned)


# --- dépenses ---------------------------------------------------------------------------------------------------------------------------


def _spent(donnees: Donnees) -> Iterator[Chiffre]:
    mesure = Mesure("depenses", "Dépenses", EURO, f"somme des dépenses ; {change.REGLE}")
    yield from sums(donnees, mesure, _in_euros(donnees))
    for devise in change.currencies(ligne.suivi.depenses for ligne in donnees.lignes):
        mesure = Mesure("depenses", "Dépenses", devise.value, _DANS_LA_DEVISE, fin=f".{devise}")
        yield from sums(donnees, mesure, _in_currency(donnees, devise))


def _in_euros(donnees: Donnees) -> Iterator[Releve]:
    ends = {quarter: Periode.parse(quarter).fin for quarter in {ligne.trimestre for ligne in donnees.lignes}}
    for ligne in donnees.lignes:
        depenses = ligne.suivi.depenses
        if depenses:
            valeur, taux = change.convert(depenses, donnees.catalogue.taux, ends[ligne.trimestre])
            yield ligne.releve("depenses.montant", valeur, change.written(depenses, valeur), taux)
        elif ligne.attendue:
            yield ligne.releve("depenses.montant", None)


def _in_currency(donnees: Donnees, devise: Devise) -> Iterator[Releve]:
    for ligne in donnees.lignes:
        depenses = ligne.suivi.depenses
        if depenses and depenses.devise is devise:
            yield ligne.releve("depenses.montant", depenses.montant)
        elif depenses is None and ligne.attendue:
            yield ligne.releve("depenses.montant", None)


# --- budgets ----------------------------------------------------------------------------------------------------------------------------


def _planned(donnees: Donnees) -> Iterator[Chiffre]:
    activites = donnees.catalogue.activites
    mesure = Mesure("budget", "Budget des activités", EURO, _BUDGET)
    yield from _budgets(donnees, mesure, [_euros(donnees, activite) for activite in activites])
    for devise in change.currencies(activite.budget for activite in activites):
        mesure = Mesure("budget", "Budget des activités", devise.value, _DANS_LA_DEVISE, fin=f".{devise}")
        found = [
            _releve(activite, activite.budget.montant if activite.budget else None) for activite in activites if _is_in(activite, devise)
        ]
        yield from _budgets(donnees, mesure, found)


def _is_in(activite: Activite, devise: Devise) -> bool:
    """Whether a budget is in a currency, or may be: one that is not known is missing in each."""
    return activite.budget is None or activite.budget.devise is devise


def _euros(donnees: Donnees, activite: Activite) -> Releve:
    found = _releve(activite, None)
    return replace(found, source=_converted(donnees, found.source, activite.budget))


def _converted(donnees: Donnees, source: Source, montant: Montant | None) -> Source:
    """The place of an amount with what it is in euros; without a value when the amount or its rate is not known."""
    if montant is None:
        return source
    valeur, taux = change.convert(montant, donnees.catalogue.taux, donnees.periode.fin)
    return replace(source, valeur=valeur, texte=change.written(montant, valeur), taux=taux)


def _releve(activite: Activite, valeur: Decimal | None) -> Releve:
    source = Source(CATALOGUE, f"activites/{activite.identifiant}", "budget.montant", valeur)
    return Releve("", pays_of(activite.identifiant), axe_of(activite.identifiant), source)


def _budgets(donnees: Donnees, mesure: Mesure, releves: list[Releve]) -> Iterator[Chiffre]:
    given = donnees.spread(releve for releve in releves if releve.source.valeur is not None)
    missing = donnees.spread(releve for releve in releves if releve.source.valeur is None)
    for perimetre in donnees.perimetres:
        sources = tuple(given[perimetre])
        nom = f"{mesure.nom}{perimetre.suffixe}{mesure.fin}"
        libelle = donnees.libelle(mesure.libelle, perimetre, "tout le projet")
        yield Chiffre(nom, libelle, total(sources), mesure.unite, sources, tuple(missing[perimetre]), mesure.regle)


# --- taux d’exécution -------------------------------------------------------------------------------------------------------------------


def _executions(donnees: Donnees, spent: Mapping[str, Chiffre], planned: Mapping[str, Chiffre]) -> Iterator[Chiffre]:
    since = donnees.fenetres[1].libelle
    for perimetre in donnees.perimetres:
        depenses, budget = spent[f"{CUMUL}depenses{perimetre.suffixe}"], planned[f"budget{perimetre.suffixe}"]
        libelle = donnees.libelle("Taux d’exécution", perimetre, since)
        yield _execution(f"execution{perimetre.suffixe}", libelle, depenses, budget)
    whole = _project_budget(donnees, donnees.catalogue.projet.budget)
    yield _execution(
        "execution.projet",
        donnees.libelle("Taux d’exécution du budget du projet", donnees.perimetres[0], since),
        spent[f"{CUMUL}depenses"],
        whole,
    )


def _project_budget(donnees: Donnees, montant: Montant | None) -> Chiffre:
    source = _converted(donnees, Source(CATALOGUE, "projet", "budget.montant"), montant)
    known = source.valeur is not None
    return Chiffre("", "", source.valeur, EURO, (source,) if known else (), () if known else (source,), "")


def _execution(nom: str, libelle: str, depenses: Chiffre, budget: Chiffre) -> Chiffre:
    unbudgeted = {source.element for source in budget.manquants}
    misleading = any(source.element in unbudgeted for source in depenses.sources) or any(
        source.texte for source in (*budget.manquants, *(one for one in depenses.manquants if one.element))
    )
    valeur = None if misleading else quotient(depenses.valeur, budget.valeur, 100)
    return Chiffre(nom, libelle, valeur, "%", (*depenses.sources, *budget.sources), (*depenses.manquants, *budget.manquants), _EXECUTION)
