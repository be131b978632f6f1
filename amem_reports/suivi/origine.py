"""Where a stored value was typed: sheet and cell of the workbook received, which is kept beside the record."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from amem_reports.dossier import Suivi
from amem_reports.errors import AmemError
from amem_reports.suivi.classeur import Classeur, NonCalcule, read
from amem_reports.suivi.depot import DOSSIER, received
from amem_reports.suivi.valeurs import vide


class Origine:
    """The workbooks kept in a store; each is read once, when a cell of it is first asked for."""

    def __init__(self, catalogue: Path, suivi: Suivi) -> None:
        self._store = catalogue / DOSSIER
        self._fiches = {fiche.nom: fiche for fiche in suivi.fiches}
        self._read = cache(_workbook)

    def cell(self, fiche: str, element: str, champ: str) -> str:
        """« Activités!H12 » for a value of a record (`2019-T2/MA.yaml`, `activites/MA-1.1`, `participants.femmes`).

        The last workbook received that fills the field is the one; empty when none that is kept does.
        """
        record = self._fiches.get(fiche)
        section, _, item = element.partition("/")
        if record is None or not champ:
            return ""
        for passage in reversed(record.historique):
            if passage.envoi and (classeur := self._read(received(self._store / record.periode, record.pays, passage.envoi))):
                cellule = classeur.cellule(section, item, champ)
                if cellule and (isinstance(cellule.valeur, NonCalcule) or not vide(cellule.valeur)):
                    return f"{cellule.feuille}!{cellule.ref}"
        return ""


def _workbook(path: Path) -> Classeur | None:
    """A workbook kept; None when it is not there any more, or spoiled: the figure stands on the record, not on it."""
    try:
        return read(path)
    except AmemError:
        return None
