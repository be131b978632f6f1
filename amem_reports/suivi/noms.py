"""The fields of a record by the names that a person reads. Pure."""

from __future__ import annotations

from pydantic import BaseModel

from amem_reports.fiche import Narratif, Participants, Risque, SuiviActivite, SuiviIndicateur, Ventilation
from amem_reports.model import Montant

_SECTIONS: dict[str, type[BaseModel]] = {"activites": SuiviActivite, "indicateurs": SuiviIndicateur, "risques": Risque}
_GROUPES: dict[str, type[BaseModel]] = {"participants": Participants, "depenses": Montant, "ventilation": Ventilation}


def title(section: str, champ: str) -> str:
    """« Participants – Femmes » for `participants.femmes`."""
    if section == "narratif":
        return "Texte"
    first, _, inner = champ.partition(".")
    titles = [_SECTIONS[section].model_fields[first].title, *([_GROUPES[first].model_fields[inner].title] if inner else [])]
    return " – ".join(map(str, titles))


def label(place: str) -> str:
    """« MA-1.1, Participants – Femmes » for `activites/MA-1.1/participants.femmes`."""
    section, item, champ = place.split("/", 2)
    return str(Narratif.model_fields[item].title) if section == "narratif" else f"{item}, {title(section, champ)}"
