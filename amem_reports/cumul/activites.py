"""How far the activities are: the last state known of each up to the period's end, counted by axe and country, and lateness.

Lateness sets the planned days of the catalogue against the real ones of the records, at the report's date. A suspended or cancelled
activity is not late: that it has stopped is a state of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from amem_reports.cumul.base import CATALOGUE, Chiffre, Donnees, Ligne, Mesure, Releve, Source, axe_of, pays_of, quotient, total
from amem_reports.fiche import StatutActivite, SuiviActivite
from amem_reports.figures import planned_days
from amem_reports.french import date_longue, slug
from amem_reports.model import Activite

NON_RENSEIGNE = "non renseigné"
STATUTS = (*(statut.value for statut in StatutActivite), NON_RENSEIGNE)
_STATUT = "dernier statut connu de chaque activité à la fin de la période ; sans aucun statut reçu : « non renseigné »"
_AVANCEMENT = (
    "moyenne du dernier avancement connu de chaque activité, annulées exclues ; "
    "sans avancement écrit, « achevée » vaut 100 % et « non démarrée » 0 %"
)
_RETARD = "date prévue au catalogue, comparée à la date réelle ou, à défaut, à la date du rapport ; suspendues et annulées exclues"


@dataclass(frozen=True)
class EtatActivite:
    """What is known of an activity at the period's end: each field as last written, None when it never was."""

    activite: Activite
    statut: StatutActivite | None = None
    avancement: Decimal | None = None
    debut_reel: date | None = None
    fin_reelle: date | None = None
    source: Source | None = None
    source_avancement: Source | None = None

    @property
    def pays(self) -> str:
        return pays_of(self.activite.identifiant)

    @property
    def nom_statut(self) -> str:
        """The state in words, « non renseigné » when none was received."""
        return self.statut.value if self.statut else NON_RENSEIGNE


def states(donnees: Donnees) -> tuple[EtatActivite, ...]:
    """The state of every activity of the catalogue, in its order."""
    found = {activite.identifiant: EtatActivite(activite) for activite in donnees.catalogue.activites}
    for ligne in donnees.lignes:
        if etat := found.get(ligne.suivi.identifiant):
            found[ligne.suivi.identifiant] = _after(etat, ligne)
    return tuple(found.values())


def _after(etat: EtatActivite, ligne: Ligne) -> EtatActivite:
    """The state once one more record has been read."""
    suivi, progress = ligne.suivi, progress_of(ligne.suivi)
    if suivi.statut:
        etat = replace(etat, statut=suivi.statut, source=ligne.releve("statut", Decimal(1), suivi.statut.value).source)
    if progress is not None:
        champ = "avancement" if suivi.avancement is not None else "statut"
        etat = replace(etat, avancement=progress, source_avancement=ligne.releve(champ, progress).source)
    return replace(etat, debut_reel=suivi.debut_reel or etat.debut_reel, fin_reelle=suivi.fin_reelle or etat.fin_reelle)


def progress_of(suivi: SuiviActivite) -> Decimal | None:
    """Progress in per cent as written, else what the state implies by the rules of a record."""
    if suivi.avancement is not None:
        return suivi.avancement
    return {StatutActivite.ACHEVEE: Decimal(100), StatutActivite.NON_DEMARREE: Decimal(0)}.get(suivi.statut) if suivi.statut else None


def figures(donnees: Donnees) -> Iterator[Chiffre]:
    """`activites.MA`, `statut.achevee.MA.axe-1`, `retard.fin.MA`, …; at the period's end, lateness on the report's day."""
    known = states(donnees)
    unknown = [_releve(etat, "statut", None) for etat in known if etat.statut is None]
    mesure = Mesure("activites", "Activités", "activités", "nombre d’activités du catalogue")
    yield from _figures(donnees, mesure, [_releve(etat, "identifiant", Decimal(1)) for etat in known], [], _count)
    for statut in STATUTS:
        here = [_status(etat) for etat in known if etat.nom_statut == statut]
        mesure = Mesure(f"statut.{slug(statut)}", f"Activités au statut « {statut} »", "activités", _STATUT)
        yield from _figures(donnees, mesure, here, unknown if statut != NON_RENSEIGNE else [], _count)
    yield from _progress(donnees, known)
    yield from _lateness(donnees, known)


def _releve(etat: EtatActivite, champ: str, valeur: Decimal | None, texte: str = "") -> Releve:
    identifiant = etat.activite.identifiant
    return Releve("", etat.pays, axe_of(identifiant), Source(CATALOGUE, f"activites/{identifiant}", champ, valeur, texte))


def _status(etat: EtatActivite) -> Releve:
    found = _releve(etat, "statut", Decimal(1), NON_RENSEIGNE)
    return replace(found, source=etat.source) if etat.source else found


def _count(sources: tuple[Source, ...]) -> Decimal:
    """A count of activities is known even when it is zero."""
    return Decimal(sum(bool(source.valeur) for source in sources))


def _mean(sources: tuple[Source, ...]) -> Decimal | None:
    return quotient(total(sources), Decimal(len(sources)))


def _figures(
    donnees: Donnees,
    mesure: Mesure,
    releves: list[Releve],
    manquants: list[Releve],
    value: Callable[[tuple[Source, ...]], Decimal | None],
    when: str = "",
) -> Iterator[Chiffre]:
    given, missing = donnees.spread(releves), donnees.spread(manquants)
    when = when or donnees.a_la_fin
    for perimetre in donnees.perimetres:
        sources = tuple(given[perimetre])
        libelle = donnees.libelle(mesure.libelle, perimetre, when)
        nom = f"{mesure.nom}{perimetre.suffixe}"
        yield Chiffre(nom, libelle, value(sources), mesure.unite, sources, tuple(missing[perimetre]), mesure.regle)


def _progress(donnees: Donnees, known: tuple[EtatActivite, ...]) -> Iterator[Chiffre]:
    kept = [etat for etat in known if etat.statut is not StatutActivite.ANNULEE]
    given = [replace(_releve(etat, "", None), source=etat.source_avancement) for etat in kept if etat.source_avancement]
    missing = [_releve(etat, "avancement", None) for etat in kept if etat.source_avancement is None]
    yield from _figures(donnees, Mesure("avancement", "Avancement moyen", "%", _AVANCEMENT), given, missing, _mean)


# --- lateness ---------------------------------------------------------------------------------------------------------------------------


class SorteRetard(StrEnum):
    """What is late: the end of an activity at work, its start, or an end that has come but after its planned day."""

    FIN = "fin"
    DEBUT = "debut"
    ACHEVEE = "achevees"


_LIBELLES = {
    SorteRetard.FIN: "Activités dont la fin prévue est passée",
    SorteRetard.DEBUT: "Activités qui auraient dû démarrer",
    SorteRetard.ACHEVEE: "Activités achevées en retard",
}


@dataclass(frozen=True)
class Retard:
    """An activity that is late, by how many days after the planned one."""

    etat: EtatActivite
    sorte: SorteRetard
    prevue: date
    jours: int


def late(etat: EtatActivite, jour: date) -> Retard | None:
    """How late an activity is on a day; None when it is not, or when nothing tells (see `is_assessable`)."""
    days = planned_days(etat.activite)
    if days is None or not is_assessable(etat):
        return None
    if etat.statut is StatutActivite.ACHEVEE:
        return _gap(etat, SorteRetard.ACHEVEE, days[1], etat.fin_reelle)
    if jour > days[1]:
        return _gap(etat, SorteRetard.FIN, days[1], jour)
    waiting = etat.statut in (StatutActivite.NON_DEMARREE, StatutActivite.REPORTEE) and etat.debut_reel is None
    return _gap(etat, SorteRetard.DEBUT, etat.activite.debut.fin, jour) if waiting and etat.activite.debut else None


def _gap(etat: EtatActivite, sorte: SorteRetard, prevue: date, reelle: date | None) -> Retard | None:
    return Retard(etat, sorte, prevue, (reelle - prevue).days) if reelle and reelle > prevue else None


def is_assessable(etat: EtatActivite) -> bool:
    """Whether lateness can be told: a planned date, a state, and the real end of what is achieved."""
    if planned_days(etat.activite) is None or etat.statut is None:
        return False
    return etat.statut is not StatutActivite.ACHEVEE or etat.fin_reelle is not None


def _stopped(etat: EtatActivite) -> bool:
    return etat.activite.suspendue or etat.statut in (StatutActivite.SUSPENDUE, StatutActivite.ANNULEE)


def delays(donnees: Donnees) -> tuple[Retard, ...]:
    """All activities that are late at the report's date, in the order of the catalogue."""
    found = (late(etat, donnees.date) for etat in states(donnees) if not _stopped(etat))
    return tuple(retard for retard in found if retard)


def _lateness(donnees: Donnees, known: tuple[EtatActivite, ...]) -> Iterator[Chiffre]:
    kept = [etat for etat in known if not _stopped(etat)]
    missing = [_releve(etat, *_untold(etat)) for etat in kept if not is_assessable(etat)]
    found = [retard for etat in kept if (retard := late(etat, donnees.date))]
    when = f"au {date_longue(donnees.date)}"
    for sorte, libelle in _LIBELLES.items():
        here = [_late(retard, Decimal(1)) for retard in found if retard.sorte is sorte]
        yield from _figures(donnees, Mesure(f"retard.{sorte}", libelle, "activités", _RETARD), here, missing, _count, when)
    days = [_late(retard, Decimal(retard.jours)) for retard in found if retard.sorte is SorteRetard.FIN]
    mesure = Mesure("retard.jours", "Retard moyen des activités dont la fin prévue est passée", "jours", f"moyenne en jours ; {_RETARD}")
    yield from _figures(donnees, mesure, days, missing, _mean, when)


def _untold(etat: EtatActivite) -> tuple[str, None, str]:
    if planned_days(etat.activite) is None:
        return "fin", None, "aucune date prévue"
    return ("statut", None, NON_RENSEIGNE) if etat.statut is None else ("fin_reelle", None, "achevée sans fin réelle")


def _late(retard: Retard, valeur: Decimal) -> Releve:
    found = _status(retard.etat)
    texte = f"{retard.etat.nom_statut}, prévue le {retard.prevue:%d/%m/%Y} : {retard.jours} j"
    return replace(found, source=replace(found.source, valeur=valeur, texte=texte))
