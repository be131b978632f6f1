"""A figure explained: found by its name, its value in words, its rates, and all of it as plain data. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from amem_reports import french
from amem_reports.cumul import Chiffre, Source
from amem_reports.cumul.base import rounded
from amem_reports.dossier import Cellule, Suivi
from amem_reports.errors import AmemError, Constat
from amem_reports.model import Devise, Periode, Taux

INCONNU = "non connu"
_CURRENCIES = frozenset(devise.value for devise in Devise)
_CLI = "ligne de commande"


def known_period(suivi: Suivi, periode: Periode | None) -> Periode:
    """The period asked for, else the last quarter with a record that counts; AmemError when no record counts for it."""
    counted = [fiche.periode for fiche in suivi.counted(Periode("", Periode.parse("2000").debut, Periode.parse("2099").fin))]
    if not counted:
        raise AmemError([Constat("suivi", "", "aucune fiche soumise ou validée", "en reprendre une avec « amem importer »")])
    if periode is None:
        return Periode.parse(max(counted))
    if not any(suivi.counted(periode)):
        known = ", ".join(sorted(set(counted)))
        raise AmemError([Constat(_CLI, f"période « {periode} »", "aucune fiche soumise ou validée", f"trimestres connus : {known}")])
    return periode


def find(chiffres: Mapping[str, Chiffre], nom: str) -> Chiffre:
    """The figure of that name, case and accents forgiven; AmemError with the nearest names otherwise."""
    wanted = _plain(nom)
    names = {_plain(known): known for known in chiffres}
    if wanted in names:
        return chiffres[names[wanted]]
    near = [names[one] for one in difflib.get_close_matches(wanted, names, n=3, cutoff=0.6)]
    remede = f"vouliez-vous dire {french.enumeration([f'« {one} »' for one in near], 'ou')} ?" if near else "voir la liste : amem expliquer"
    raise AmemError([Constat(_CLI, f"chiffre « {nom} »", "chiffre inconnu", remede)])


def _plain(nom: str) -> str:
    return ".".join(french.slug(part) for part in nom.split("."))


def in_words(valeur: Decimal | None, unite: str) -> str:
    """« 12 500 € », « 45,3 % », « 1 personne », « non connu »; two decimals at most."""
    if valeur is None:
        return INCONNU
    if unite in _CURRENCIES:
        return french.montant(valeur, unite)
    number = french.nombre(rounded(valeur, 2))
    return f"{number}{french.NBSP}{french.pluriel(valeur, french.singulier(unite), unite)}"


def counted(valeur: Decimal | None, unite: str) -> str:
    """What a source gives a figure, as a cell of a table shows it: money with its currency, other numbers bare."""
    if valeur is None:
        return ""
    return french.montant(valeur, unite) if unite in _CURRENCIES else french.nombre(valeur)


def rates(sources: Iterable[Source]) -> list[Taux]:
    """The exchange rates used, each once, by currency then month."""
    used = {(source.taux.devise, source.taux.date.debut): source.taux for source in sources if source.taux}
    return [used[key] for key in sorted(used)]


def located(chiffre: Chiffre, cell: Cellule) -> Chiffre:
    """The figure with the cell that each of its values was typed in, where it is known."""
    sources = tuple(replace(source, cellule=cell(source.fiche, source.element, source.champ)) for source in chiffre.sources)
    return replace(chiffre, sources=sources)


def as_data(chiffre: Chiffre) -> dict[str, Any]:
    """A figure and what is behind it as plain data, for JSON and for templates."""
    return {
        "nom": chiffre.nom,
        "libelle": chiffre.libelle,
        "valeur": number(chiffre.valeur),
        "unite": chiffre.unite,
        "regle": chiffre.regle,
        "taux": [_rate(taux) for taux in rates(chiffre.sources)],
        "sources": [_source(source) for source in chiffre.sources],
        "manquants": [_source(source) for source in chiffre.manquants],
    }


def _source(source: Source) -> dict[str, Any]:
    return {
        "fiche": source.fiche,
        "element": source.element,
        "champ": source.champ,
        "valeur": number(source.valeur),
        "texte": source.texte,
        "taux": _rate(source.taux) if source.taux else None,
        "cellule": source.cellule,
    }


def _rate(taux: Taux) -> dict[str, Any]:
    return {"devise": taux.devise.value, "date": str(taux.date), "pour_un_euro": number(taux.pour_un_euro), "source": taux.source}


def number(valeur: Decimal | None) -> int | float | None:
    """A number that JSON can hold."""
    if valeur is None:
        return None
    return int(valeur) if valeur == valeur.to_integral_value() else float(valeur)
