"""Targets that have come due, and the values that a record gives or owes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from amem_reports.controles.base import Gravite, Lecture
from amem_reports.cumul import figures
from amem_reports.cumul.base import Donnees, rounded
from amem_reports.cumul.indicateurs import is_due
from amem_reports.dossier import Dossier
from amem_reports.errors import Constat
from amem_reports.fiche import SuiviIndicateur
from amem_reports.french import echeance, enumeration, nombre, pluriel
from amem_reports.model import Agregation, Cible, Indicateur, Sens, Trimestre

Trouve = Iterator[tuple[Gravite, Constat]]


def cible_manquee(dossier: Dossier) -> Trouve:
    """A target that has come due in the period, is not reached or not measured, and no record says why."""
    periode = dossier.periode
    assert periode is not None
    counted = Donnees.of(dossier).fiches
    for indicateur in dossier.catalogue.cadre_logique.indicateurs:
        due = [cible for cible in indicateur.cibles if periode.debut <= cible.date.fin <= periode.fin]
        if not due:
            continue
        since = Trimestre.of(due[-1].date.fin).code
        explained = any(
            suivi.code == indicateur.code and suivi.commentaire
            for fiche in counted
            if fiche.periode >= since
            for suivi in fiche.indicateurs
        )
        message = _missed(indicateur, due[-1], dossier)
        if message and not explained:
            endroit = f"indicateur {indicateur.code}, commentaire"
            remedy = f"expliquer l’écart dans le commentaire de l’indicateur, fiche d’un pays au moins pour {since}"
            yield Gravite.BLOQUANT, Constat(f"suivi/{since}", endroit, message, remedy)


def _missed(indicateur: Indicateur, cible: Cible, dossier: Dossier) -> str | None:
    """What is wrong with the value at the period's end, set against a target; None when it is reached."""
    valeur = figures(dossier)[f"cumul.indicateur.{indicateur.code}"].valeur
    aim = f"cible de {nombre(cible.valeur)} {indicateur.unite} ({echeance(cible.date.code)})"
    if valeur is None:
        return f"{aim} : aucune valeur reçue, aucune explication"
    if valeur >= cible.valeur if indicateur.sens is Sens.HAUSSE else valeur <= cible.valeur:
        return None
    return f"{aim} manquée : {_told_apart(valeur, cible.valeur)}, sans explication"


def _told_apart(valeur: Decimal, cible: Decimal) -> str:
    """A value with as few decimals as show that it is not the target."""
    return nombre(next((short for places in (1, 2, 3) if (short := rounded(valeur, places)) != cible), valeur).normalize())


def valeur_attendue(lecture: Lecture) -> Trouve:
    """Indicators that are measured in the quarter and have no value, neither from a country that reports nor from the sub-region."""
    if not lecture.attendue or lecture.pays.sous_regional:
        return
    catalogue, quarter = lecture.dossier.catalogue, lecture.fiche.periode
    regional = (lecture.dossier.suivi.of(quarter, pays.code) for pays in catalogue.pays if pays.sous_regional)
    records = (lecture.fiche, *(fiche for fiche in regional if fiche))
    given = {suivi.code for fiche in records for suivi in fiche.indicateurs if _is_given(suivi)}
    owed = [one.code for one in catalogue.cadre_logique.indicateurs if one.code not in given and is_due(catalogue, one, quarter)]
    if owed:
        message = "aucune valeur, attendue ce trimestre"
        remedy = "demander la valeur à l’équipe, ou dire en commentaire pourquoi elle manque"
        place = f"{pluriel(len(owed), 'indicateur')} {enumeration(owed)}"
        yield Gravite.A_VERIFIER, lecture.constat(place, message, remedy)


def _is_given(suivi: SuiviIndicateur) -> bool:
    """Whether a record says something of an indicator: a value, a ratio, or why there is none."""
    return suivi.valeur is not None or None not in (suivi.numerateur, suivi.denominateur) or bool(suivi.commentaire)


def valeur_sans_source(lecture: Lecture) -> Trouve:
    """A value that cannot be traced."""
    for suivi in lecture.fiche.indicateurs:
        if (suivi.valeur is not None or suivi.numerateur is not None) and not suivi.source:
            yield (
                Gravite.A_VERIFIER,
                lecture.constat(
                    f"indicateur {suivi.code}, source", "valeur sans source", "écrire d’où elle vient (liste de présence, registre…)"
                ),
            )


def valeur_a_rebours(lecture: Lecture) -> Trouve:
    """A state of things (rule « dernière ») that has gone the wrong way since the last value, and no comment says why."""
    known = {indicateur.code: indicateur for indicateur in lecture.dossier.catalogue.cadre_logique.indicateurs}
    for suivi in lecture.fiche.indicateurs:
        indicateur = known.get(suivi.code)
        if indicateur is None or indicateur.agregation is not Agregation.DERNIERE or suivi.valeur is None or suivi.commentaire:
            continue
        before = _last_value(lecture, suivi.code)
        if before is None or before.valeur is None or suivi.valeur == before.valeur:
            continue
        if (suivi.valeur > before.valeur) is not (indicateur.sens is Sens.HAUSSE):
            message = f"{nombre(suivi.valeur)} {indicateur.unite}, contre {nombre(before.valeur)} auparavant : l’inverse du sens attendu"
            yield (
                Gravite.A_VERIFIER,
                lecture.constat(
                    f"indicateur {suivi.code}, valeur", message, "vérifier la valeur ; si elle est juste, l’expliquer en commentaire"
                ),
            )


def _last_value(lecture: Lecture, code: str) -> SuiviIndicateur | None:
    """The country's last value of an indicator before this record."""
    past = (one for one in reversed(lecture.donnees.fiches) if one.pays == lecture.pays.code and one.periode < lecture.fiche.periode)
    values = (suivi for one in past for suivi in one.indicateurs if suivi.code == code and suivi.valeur is not None)
    return next(values, None)
