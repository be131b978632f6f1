"""What the record of a quarter says of each activity, and what it leaves unsaid."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from amem_reports.controles.base import Gravite, Lecture
from amem_reports.cumul import change
from amem_reports.cumul.activites import SorteRetard, late
from amem_reports.cumul.base import Ligne
from amem_reports.cumul.participants import persons
from amem_reports.errors import Constat
from amem_reports.fiche import StatutActivite, SuiviActivite
from amem_reports.french import compte, date_courte, montant, pourcent
from amem_reports.model import Montant

Trouve = Iterator[tuple[Gravite, Constat]]
MARGE = Decimal("0.05")
"""Spending over the budget by less than this is left to exchange rates and rounding."""
_FINS = (StatutActivite.ACHEVEE, StatutActivite.ANNULEE)
_ARRETS = {
    StatutActivite.SUSPENDUE: "la raison de la suspension",
    StatutActivite.REPORTEE: "la raison du report",
    StatutActivite.ANNULEE: "la raison de l’annulation",
}


def _at(suivi: SuiviActivite, champ: str = "") -> str:
    return f"activité {suivi.identifiant}{f', {champ}' if champ else ''}"


def activite_non_rapportee(lecture: Lecture) -> Trouve:
    """An activity of the catalogue without a state in a country that reports; one that was closed before needs no more."""
    told = {ligne.suivi.identifiant for ligne in lecture.lignes if ligne.suivi.statut}
    closed = {identifiant for identifiant, etat in lecture.etats.items() if etat.statut in _FINS}
    for identifiant in lecture.activites if lecture.attendue else ():
        if identifiant not in told | closed:
            message = "aucun statut : le rapport ne dit pas où elle en est"
            yield Gravite.A_VERIFIER, lecture.constat(f"activité {identifiant}, statut", message, "demander son statut à l’équipe")


def arret_sans_motif(lecture: Lecture) -> Trouve:
    """An activity suspended, put off or cancelled, and nothing says why."""
    for suivi in (ligne.suivi for ligne in lecture.lignes):
        if suivi.statut in _ARRETS and not (suivi.difficultes or suivi.recit):
            remedy = f"écrire dans « Difficultés » {_ARRETS[suivi.statut]}"
            yield Gravite.BLOQUANT, lecture.constat(_at(suivi, "difficultés"), f"activité « {suivi.statut} » sans motif", remedy)


def retard_sans_explication(lecture: Lecture) -> Trouve:
    """An activity that is late at the quarter's end, and nothing says why or what is done."""
    for suivi in (ligne.suivi for ligne in lecture.lignes):
        etat = lecture.etats.get(suivi.identifiant)
        if etat is None or etat.activite.suspendue or suivi.statut in _ARRETS or suivi.difficultes or suivi.mesures:
            continue
        retard = late(etat, lecture.periode.fin)
        if retard and retard.sorte is not SorteRetard.ACHEVEE:
            what = "début prévu" if retard.sorte is SorteRetard.DEBUT else "fin prévue"
            message = f"retard de {compte(retard.jours, 'jour')} ({what} le {date_courte(retard.prevue)}) sans explication"
            yield (
                Gravite.A_VERIFIER,
                lecture.constat(_at(suivi, "difficultés"), message, "dire ce qui a retardé l’activité et ce qui est fait"),
            )


def travail_sans_recit(lecture: Lecture) -> Trouve:
    """An activity at work, just achieved, or that spent money, of which nothing is told."""
    for ligne in lecture.lignes:
        suivi = ligne.suivi
        if suivi.recit:
            continue
        if suivi.depenses and suivi.depenses.montant:
            message = f"{montant(suivi.depenses.montant, suivi.depenses.devise)} dépensés, sans récit"
        elif ligne.attendue and not suivi.difficultes:
            message = f"activité « {suivi.statut} » : ni récit ni difficultés"
        else:
            continue
        yield Gravite.A_VERIFIER, lecture.constat(_at(suivi, "récit"), message, "dire en deux phrases ce qui a été fait")


def achevee_sans_preuve(lecture: Lecture) -> Trouve:
    """An activity that has just been achieved and leaves nothing to show."""
    for ligne in lecture.lignes:
        suivi = ligne.suivi
        if suivi.statut is not StatutActivite.ACHEVEE or not ligne.attendue:
            continue
        before = [past.suivi for past in lecture.depuis_le_debut(suivi.identifiant)]
        lacking = [
            nom for nom, champ in (("livrable", "livrables"), ("preuve", "preuves")) if not any(getattr(one, champ) for one in before)
        ]
        if lacking:
            message = f"activité achevée, sans {' ni '.join(lacking)}"
            remedy = "nommer le document remis et joindre le lien vers une pièce justificative"
            yield Gravite.A_VERIFIER, lecture.constat(_at(suivi), message, remedy)


def avancement_en_recul(lecture: Lecture) -> Trouve:
    """Progress that is less than a quarter ago."""
    for suivi in (ligne.suivi for ligne in lecture.lignes):
        before = lecture.avant(suivi.identifiant)
        if before and before.avancement is not None and suivi.avancement is not None and suivi.avancement < before.avancement:
            message = f"avancement de {pourcent(suivi.avancement / 100)}, contre {pourcent(before.avancement / 100)} au suivi précédent"
            yield Gravite.A_VERIFIER, lecture.constat(_at(suivi, "avancement"), message, "corriger l’avancement, ou expliquer le recul")


def budget_depasse(lecture: Lecture) -> Trouve:
    """An activity that has spent, since the beginning, more than its budget: told in each quarter in which it spends."""
    for ligne in lecture.lignes:
        activite = lecture.activites.get(ligne.suivi.identifiant)
        if not ligne.suivi.depenses or activite is None or activite.budget is None or not activite.budget.montant:
            continue
        budget = activite.budget
        spent = _spent(lecture, lecture.depuis_le_debut(ligne.suivi.identifiant), budget)
        if spent is not None and spent > budget.montant * (1 + MARGE):
            over = pourcent(spent / budget.montant - 1)
            message = (
                f"{montant(spent, budget.devise)} dépensés depuis le début, pour un budget de {montant(budget.montant, budget.devise)}"
            )
            remedy = "vérifier les dépenses ; si elles sont justes, expliquer l’écart et l’accord donné"
            yield Gravite.A_VERIFIER, lecture.constat(_at(ligne.suivi, "dépenses"), f"{message} : dépassement de {over}", remedy)


def _spent(lecture: Lecture, lignes: list[Ligne], budget: Montant) -> Decimal | None:
    """What an activity has spent in the currency of its budget; None when a rate is missing."""
    total = Decimal(0)
    for ligne in lignes:
        depenses = ligne.suivi.depenses
        if depenses is None:
            continue
        if depenses.devise is budget.devise:
            total += depenses.montant
            continue
        taux = lecture.dossier.catalogue.taux
        euros, _ = change.convert(depenses, taux, lecture.periode.fin)
        unit, _ = change.convert(Montant(montant=Decimal(1), devise=budget.devise), taux, lecture.periode.fin)
        if euros is None or not unit:
            return None
        total += euros / unit
    return total


def participants_sans_sexe(lecture: Lecture) -> Trouve:
    """Participants of whom it is not known how many are women, or among whom there is none."""
    for suivi in (ligne.suivi for ligne in lecture.lignes):
        group = suivi.participants
        whole = persons(group) if group else None
        if not group or not whole:
            continue
        if group.femmes is None or group.hommes is None:
            message, remedy = f"{compte(whole, 'participant')} sans répartition entre femmes et hommes", "demander la liste de présence"
        elif whole >= 10 and 0 in (group.femmes, group.hommes):
            absent = "aucune femme" if group.femmes == 0 else "aucun homme"
            message, remedy = f"{absent} sur {compte(whole, 'participant')}", "vérifier la liste de présence"
        else:
            continue
        yield Gravite.A_VERIFIER, lecture.constat(_at(suivi, "participants"), message, remedy)
