"""A place of a record and its canonical value, as a person reads them. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import BaseModel

from amem_reports import french
from amem_reports.fiche import Narratif, Participants, Risque, SuiviActivite, SuiviIndicateur, Ventilation
from amem_reports.model import Montant
from amem_reports.suivi import valeurs
from amem_reports.suivi.lecture import CHAMPS

_SECTIONS: dict[str, type[BaseModel]] = {"activites": SuiviActivite, "indicateurs": SuiviIndicateur, "risques": Risque}
_GROUPES: dict[str, type[BaseModel]] = {"participants": Participants, "depenses": Montant, "ventilation": Ventilation}
_NOMBRES = (valeurs.nombre, valeurs.montant, valeurs.effectif)


def label(place: str) -> str:
    """« MA-1.1, Participants – Femmes » for `activites/MA-1.1/participants.femmes`."""
    section, item, champ = place.split("/", 2)
    if section == "narratif":
        return str(Narratif.model_fields[item].title)
    first, _, inner = champ.partition(".")
    titles = [_SECTIONS[section].model_fields[first].title, *([_GROUPES[first].model_fields[inner].title] if inner else [])]
    return f"{item}, {' – '.join(map(str, titles))}"


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
