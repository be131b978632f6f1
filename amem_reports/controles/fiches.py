"""Whether the records of the period are all there, closed, and of one mind."""

from __future__ import annotations

from collections.abc import Iterator

from amem_reports.controles.base import Gravite
from amem_reports.cumul import contradictions
from amem_reports.cumul.base import Donnees, expected
from amem_reports.dossier import COUNTED, Dossier
from amem_reports.errors import Constat
from amem_reports.fiche import EtatFiche, Fiche
from amem_reports.french import de_lieu, slug
from amem_reports.model import Pays, trimestres


def _records(dossier: Dossier) -> Iterator[tuple[str, Pays, Fiche | None]]:
    """Each quarter and country of the period: from the first quarter of the follow-up on, or all when the period ends before it."""
    assert dossier.periode is not None
    quarters = [quarter.code for quarter in trimestres(dossier.periode.debut, dossier.periode.fin)]
    known = Donnees.of(dossier).attendus
    for quarter in [code for code in quarters if code in known] or quarters:
        for pays in dossier.catalogue.pays:
            yield quarter, pays, dossier.suivi.of(quarter, pays.code)


def fiche_attendue(dossier: Dossier) -> Iterator[tuple[Gravite, Constat]]:
    """A record that is expected and does not count: not received, a draft, or refused."""
    for quarter, pays, fiche in _records(dossier):
        if not expected(pays) or (fiche and fiche.etat in COUNTED):
            continue
        nom, command = f"suivi/{quarter}/{pays.code}.yaml", f"{quarter} {slug(pays.nom)}"
        where = "pour le sous-régional" if pays.sous_regional else de_lieu(pays.nom, pays.article)
        if fiche is None:
            yield Gravite.BLOQUANT, Constat(nom, "", f"aucun suivi reçu {where}", f"relancer l’équipe (« amem saisie {command} »)")
            continue
        last = fiche.historique[-1] if fiche.historique else None
        why = f" ({last.motif.rstrip('.')})" if last and last.motif else ""
        message = f"fiche à l’état « {fiche.etat} »{why} : elle ne compte dans aucun chiffre"
        yield Gravite.BLOQUANT, Constat(nom, "", message, "obtenir le classeur corrigé, puis « amem importer »")


def fiche_a_valider(dossier: Dossier) -> Iterator[tuple[Gravite, Constat]]:
    """A record that counts but that nobody has closed yet."""
    for quarter, pays, fiche in _records(dossier):
        if fiche and fiche.etat is EtatFiche.SOUMIS:
            remedy = f"la relire, puis « amem valider {quarter} {slug(pays.nom)} »"
            yield Gravite.A_VERIFIER, Constat(f"suivi/{fiche.nom}", "", "fiche reçue, pas encore validée", remedy)


def contradiction(dossier: Dossier) -> Iterator[tuple[Gravite, Constat]]:
    """A record of the period that says one thing and its contrary."""
    names = {f"suivi/{fiche.nom}" for _, _, fiche in _records(dossier) if fiche}
    return ((Gravite.BLOQUANT, constat) for constat in contradictions(dossier) if constat.fichier in names)
