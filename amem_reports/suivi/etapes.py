"""From the country to the project: close records that were sent, or send one back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from amem_reports.errors import AmemError, Constat
from amem_reports.fiche import Action, EtatFiche, Fiche, Passage
from amem_reports.suivi.depot import Depot, opened


def validate(folder: Path, periode: str, pays: Sequence[str], par: str | None, day: date) -> tuple[Fiche, ...]:
    """Close the records of countries; AmemError and none is closed when one was not received, or is no longer or not yet to be closed."""
    passage = Passage(date=day, action=Action.VALIDATION, par=par)
    with opened(folder) as depot:
        return tuple(_step(depot, fiche, EtatFiche.VALIDE, passage) for fiche in _sent(depot, periode, pays))


def refuse(folder: Path, periode: str, pays: str, motif: str, day: date, par: str | None = None) -> Fiche:
    """Send a record back with a reason."""
    passage = Passage(date=day, action=Action.REFUS, par=par, motif=motif)
    with opened(folder) as depot:
        (fiche,) = _sent(depot, periode, [pays])
        return _step(depot, fiche, EtatFiche.REFUSE, passage)


def _sent(depot: Depot, periode: str, pays: Sequence[str]) -> list[Fiche]:
    """The records of countries, all of them sent and still open; AmemError with what is wrong with each."""
    found = {code: depot.suivi.of(periode, code) for code in dict.fromkeys(pays)}
    constats = [constat for code, fiche in found.items() if (constat := _not_sent(f"{periode}/{code}.yaml", fiche))]
    if constats:
        raise AmemError(constats)
    return [fiche for fiche in found.values() if fiche]


def _not_sent(nom: str, fiche: Fiche | None) -> Constat | None:
    if fiche is None:
        return Constat(nom, "", "aucune fiche reçue", "importer d’abord le classeur du pays")
    if fiche.etat is EtatFiche.SOUMIS:
        return None
    remede = "la rouvrir par un nouvel import (--rouvrir)" if fiche.etat is EtatFiche.VALIDE else "attendre un classeur « soumis »"
    return Constat(nom, "", f"la fiche est à l’état « {fiche.etat} »", remede)


def _step(depot: Depot, fiche: Fiche, etat: EtatFiche, passage: Passage) -> Fiche:
    changed = fiche.model_copy(update={"etat": etat, "historique": (*fiche.historique, passage)})
    depot.write(changed)
    return changed
