"""The workbooks that the last fictional records came in, made through the real form: a figure can be followed down to its cell."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from pathlib import Path

from amem_reports.demo.donnees import quarters
from amem_reports.dossier import Dossier, Suivi
from amem_reports.fiche import Action, Envoi, EtatFiche, Fiche, Passage
from amem_reports.model import Catalogue, Periode
from amem_reports.rendering import Proprietes, render
from amem_reports.reports import SAISIE

KEPT = quarters()[-4:]
"""The quarters of which workbooks are kept: enough to see how, few enough for a demonstration that is ready at once."""


def with_workbook(dossier: Dossier, fiche: Fiche, template: Path) -> tuple[Fiche, bytes]:
    """A record whose last import names the workbook it came in, and that workbook."""
    pays = next(one for one in dossier.catalogue.pays if one.code == fiche.pays)
    last = max(number for number, step in enumerate(fiche.historique) if step.action is Action.IMPORT)
    step = fiche.historique[last]
    suivi = Suivi((*(one for one in dossier.suivi.fiches if one.nom != fiche.nom), _sent(fiche, last, dossier.catalogue, "0" * 64)))
    made = SAISIE.document(replace(dossier, pays=pays, periode=Periode.parse(fiche.periode), date=step.date, suivi=suivi))
    contexte = {**made.contexte, "amem": [mark for mark in made.contexte["amem"] if "/" not in mark["cle"]]}
    etat = EtatFiche.BROUILLON if fiche.etat is EtatFiche.BROUILLON else EtatFiche.SOUMIS
    contexte["envoi"] = {**contexte["envoi"], "etat": etat.value, "etat_enregistre": None}
    out = io.BytesIO()
    render(template, contexte, out, Proprietes(titre=made.titre, sujet=made.sujet, auteur="AMEM", date=step.date, mots_cles=""))
    content = out.getvalue()
    return _sent(fiche, last, dossier.catalogue, hashlib.sha256(content).hexdigest()), content


def _sent(fiche: Fiche, last: int, catalogue: Catalogue, sha256: str) -> Fiche:
    """The record with the sending of its last import."""
    step: Passage = fiche.historique[last]
    name = f"saisie_{fiche.periode}_{fiche.pays}.xlsx"
    envoi = Envoi(par=step.par or "", date=step.date, classeur=name, sha256=sha256, catalogue=catalogue.revision)
    steps = (*fiche.historique[:last], step.model_copy(update={"envoi": envoi}), *fiche.historique[last + 1 :])
    return fiche.model_copy(update={"historique": steps})
