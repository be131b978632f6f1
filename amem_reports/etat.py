"""Who has reported for a period and who has not, and what each record still lacks. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from amem_reports.cumul.base import Donnees, expected, pays_of
from amem_reports.cumul.indicateurs import is_asked
from amem_reports.dossier import COUNTED, Dossier
from amem_reports.fiche import Action, Fiche, Narratif, StatutActivite, SuiviIndicateur
from amem_reports.model import Agregation, Catalogue, Pays, Trimestre, trimestres

NON_RECUE = "non reçue"
NON_ATTENDUE = "non attendue"
PAS_ENCORE_DUE = "pas encore due"
SANS_FICHE = (NON_RECUE, NON_ATTENDUE, PAS_ENCORE_DUE)


@dataclass(frozen=True)
class Complet:
    """How many of what is asked are there, and the names of what is not."""

    faits: int
    total: int
    manquants: tuple[str, ...]


@dataclass(frozen=True)
class Reception:
    """One country's record for one quarter: its state, who sent it and when, how complete it is."""

    trimestre: str
    pays: str
    nom: str
    etat: str
    par: str | None
    date: date | None
    motif: str | None
    activites: Complet
    indicateurs: Complet
    risques: int
    narratif: Complet

    def as_data(self) -> dict[str, Any]:
        """Plain data, days as texts, for JSON."""
        return {**asdict(self), "date": self.date.isoformat() if self.date else None}


def receptions(dossier: Dossier) -> tuple[Reception, ...]:
    """One line a quarter of `dossier.periode` and country, in the order of the catalogue; ValueError without a period."""
    periode = dossier.periode
    if periode is None:
        raise ValueError("who has reported is asked for a period")
    return tuple(
        _reception(dossier, pays, quarter) for quarter in trimestres(periode.debut, periode.fin) for pays in dossier.catalogue.pays
    )


def _reception(dossier: Dossier, pays: Pays, quarter: Trimestre) -> Reception:
    trimestre = quarter.code
    fiche = dossier.suivi.of(trimestre, pays.code)
    last = fiche.historique[-1] if fiche and fiche.historique else None
    imports = [passage for passage in fiche.historique if passage.action is Action.IMPORT] if fiche else []
    sent = imports[-1] if imports else None
    envoi = sent.envoi if sent else None
    return Reception(
        trimestre=trimestre,
        pays=pays.code,
        nom=pays.nom,
        etat=fiche.etat.value if fiche else _absent(dossier, pays, quarter),
        par=envoi.par if envoi else (sent.par if sent else None),
        date=envoi.date if envoi else (sent.date if sent else None),
        motif=last.motif if last else None,
        activites=_activities(pays, fiche, _closed(dossier, pays, trimestre)),
        indicateurs=_indicators(dossier.catalogue, pays, trimestre, fiche),
        risques=len(fiche.risques) if fiche else 0,
        narratif=_narrative(fiche),
    )


def _absent(dossier: Dossier, pays: Pays, quarter: Trimestre) -> str:
    """Why there is no record: nobody owes the one of a quarter that has not ended, nor of one before the follow-up began."""
    if not expected(pays) or quarter.code not in Donnees.of(dossier).attendus:
        return NON_ATTENDUE
    return NON_RECUE if quarter.fin <= dossier.date else PAS_ENCORE_DUE


def _complete(wanted: list[str], given: set[str]) -> Complet:
    missing = tuple(name for name in wanted if name not in given)
    return Complet(len(wanted) - len(missing), len(wanted), missing)


def _activities(pays: Pays, fiche: Fiche | None, closed: set[str]) -> Complet:
    """Activities with a state, of those of the country; one that was closed before needs no more."""
    told = {suivi.identifiant for suivi in fiche.activites if suivi.statut} if fiche else set()
    asked = [
        a.identifiant
        for a in pays.activites
        if pays_of(a.identifiant) == pays.code and (a.identifiant in told or a.identifiant not in closed)
    ]
    return _complete(asked, told)


def _closed(dossier: Dossier, pays: Pays, trimestre: str) -> set[str]:
    """The activities that are achieved or cancelled by the last record before the quarter that says how they are."""
    before = sorted((one for one in dossier.suivi.fiches if one.pays == pays.code and one.periode < trimestre), key=lambda one: one.periode)
    last = {suivi.identifiant: suivi.statut for fiche in before if fiche.etat in COUNTED for suivi in fiche.activites if suivi.statut}
    return {identifiant for identifiant, statut in last.items() if statut in (StatutActivite.ACHEVEE, StatutActivite.ANNULEE)}


def _indicators(catalogue: Catalogue, pays: Pays, trimestre: str, fiche: Fiche | None) -> Complet:
    """Indicators with a value, of those measured in the quarter; none is asked of the sub-region, nor of a suspended country."""
    ratios = {one.code for one in catalogue.cadre_logique.indicateurs if one.agregation is Agregation.RATIO}
    due = [one.code for one in catalogue.cadre_logique.indicateurs if is_asked(catalogue, one, pays, trimestre)]
    told = {suivi.code for suivi in fiche.indicateurs if _is_valued(suivi, suivi.code in ratios)} if fiche else set()
    return _complete(due, told)


def _is_valued(suivi: SuiviIndicateur, ratio: bool) -> bool:
    return suivi.numerateur is not None and suivi.denominateur is not None if ratio else suivi.valeur is not None


def _narrative(fiche: Fiche | None) -> Complet:
    told = {name for name in Narratif.model_fields if getattr(fiche.narratif, name)} if fiche else set()
    return _complete(list(Narratif.model_fields), told)
