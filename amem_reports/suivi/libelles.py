"""The canonical value of a place of a record, as a person reads it. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from amem_reports import french
from amem_reports.suivi import valeurs
from amem_reports.suivi.lecture import CHAMPS

_NOMBRES = (valeurs.nombre, valeurs.montant, valeurs.effectif)


def shown(place: str, text: str) -> str:
    """« 1 250,5 », « 45 % », « 15/04/2019 » for the canonical text of a value; « vide » for none."""
    section, _, champ = place.split("/", 2)
    lire = CHAMPS[section][champ]
    if not text:
        return "vide"
    if lire in _NOMBRES:
        return french.nombre(Decimal(text))
    if lire is valeurs.pourcent:
        return f"{french.nombre(Decimal(text))}{french.NBSP}%"
    return french.date_courte(date.fromisoformat(text)) if lire is valeurs.jour else text
