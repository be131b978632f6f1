"""The progress report to the donor for one period: one room a section, all drawn from the same named figures.

As long as no follow-up counts for the period it says so, and gives what is known: the state of the catalogue, its activities by axe
and country, and what is missing.
"""

from __future__ import annotations

from typing import Any

from amem_reports import french
from amem_reports.dossier import Dossier
from amem_reports.reports.rapport.contexte import context


def document(dossier: Dossier) -> dict[str, Any]:
    """Name, title and context of the report on `dossier.periode`."""
    periode = dossier.periode
    if periode is None:
        raise ValueError("a report is made for a period")
    titre = f"Rapport d’avancement – {french.periode(periode.code)}"
    return {
        "nom": f"rapport_{periode.code}",
        "titre": titre,
        "sujet": f"{dossier.catalogue.projet.sigle.valeur} – rapport d’avancement au bailleur",
        "contexte": context(dossier, periode, titre),
    }
