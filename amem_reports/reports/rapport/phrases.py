"""The generated sentences: one fact each, drawn from the very numbers that the tables print."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from amem_reports import figures, french
from amem_reports.cumul.activites import STATUTS
from amem_reports.cumul.base import expected
from amem_reports.french import compte, enumeration, mesure, pluriel, slug
from amem_reports.model import PROJET, Catalogue, Pays, Periode
from amem_reports.reports.rapport.lecture import Lecture, Nombre, share, suffix

SANS_SUIVI = (
    "Aucune donnée de suivi n’a été reçue pour cette période : le rapport donne l’état du catalogue et ne dit rien de l’avancement."
)
VERBES = {
    "achevée": ("est achevée", "sont achevées"),
    "en cours": ("est en cours", "sont en cours"),
    "non démarrée": ("n’a pas démarré", "n’ont pas démarré"),
    "suspendue": ("est suspendue", "sont suspendues"),
    "annulée": ("est annulée", "sont annulées"),
    "reportée": ("est reportée", "sont reportées"),
    "non renseigné": ("n’a pas de statut connu", "n’ont pas de statut connu"),
}
VERBES_DE_RISQUE = {
    "ouvert": ("est ouvert", "sont ouverts"),
    "survenu": ("est survenu", "sont survenus"),
    "maîtrisé": ("est maîtrisé", "sont maîtrisés"),
    "clos": ("est clos", "sont clos"),
}


def said(sentences: Iterable[str]) -> list[str]:
    """Sentences with the spaces of French typography; the empty ones, which have no fact to tell, left out."""
    return [french.typographie(sentence) for sentence in sentences if sentence]


# --- with or without follow-up ----------------------------------------------------------------------------------------------------------


def without_follow_up(catalogue: Catalogue, periode: Periode) -> list[str]:
    """The résumé of a period for which nothing was received."""
    return said([*_frame(catalogue, periode), planned_sentence(catalogue, periode), SANS_SUIVI])


def summary(lecture: Lecture, indicateurs: list[dict[str, Any]]) -> list[str]:
    """The résumé of a period with follow-up."""
    catalogue, periode = lecture.catalogue, lecture.periode
    return said(
        [
            *_frame(catalogue, periode),
            received_sentence(lecture),
            states_sentence(lecture, when="À la fin de la période"),
            mean_sentence(lecture.taux("avancement")),
            late_sentence(lecture),
            persons_sentence(lecture),
            spent_sentence(lecture),
            judged_sentence(catalogue, indicateurs),
            risks_sentence(lecture),
        ]
    )


def _frame(catalogue: Catalogue, periode: Periode) -> list[str]:
    debut = catalogue.projet.debut_de(periode)
    return [
        f"Le présent rapport porte sur la période du {french.date_longue(debut)} au {french.date_longue(periode.fin)}.",
        count_sentence(catalogue),
        *(suspension_sentence(pays) for pays in catalogue.pays if pays.suspension),
    ]


def count_sentence(catalogue: Catalogue) -> str:
    """« Le catalogue du projet compte 52 activités : 22 au Maroc, … »."""
    counts = figures.repartition(catalogue)
    items = [f"{counts.par_pays[pays.code]} {where(pays)}" for pays in catalogue.pays if counts.par_pays[pays.code]]
    if not items:
        return "Le catalogue du projet ne compte aucune activité."
    return f"Le catalogue du projet compte {compte(counts.total, 'activité')} : {enumeration(items)}."


def where(pays: Pays) -> str:
    """« au Maroc », « au niveau sous-régional »."""
    return "au niveau sous-régional" if pays.sous_regional else french.lieu(pays.nom, pays.article)


def suspension_sentence(pays: Pays) -> str:
    """« En Libye, … »: the published reason."""
    reason = pays.suspension.valeur if pays.suspension else ""
    return f"{french.majuscule(where(pays))}, {reason[0].lower()}{reason[1:].rstrip('.')}."


def planned_sentence(catalogue: Catalogue, periode: Periode) -> str:
    """How many activities were planned in the period, and how many have no date."""
    undated = sum(figures.planned_days(activite) is None for activite in catalogue.activites)
    if undated == len(catalogue.activites):
        return "Aucune activité n’est encore datée dans le catalogue."
    planned = len(figures.planned_during(catalogue.activites, periode))
    verb = pluriel(planned, "était prévue", "étaient prévues")
    sentence = f"{compte(planned, 'activité')} {verb} sur la période" if planned else "Aucune activité n’était prévue sur la période"
    if undated:
        sentence += f" ; {compte(undated, 'activité')} {pluriel(undated, 'n’est pas datée', 'ne sont pas datées')}"
    return sentence + "."


# --- one fact each ----------------------------------------------------------------------------------------------------------------------


def received_sentence(lecture: Lecture) -> str:
    """How many of the records expected have come, and which have not; for all of the project, since which quarter they are expected."""
    wanted = lecture.attendues
    if not wanted:
        return ""
    sentence = _received(wanted, absent_records(lecture))
    if lecture.periode.code != PROJET:
        return sentence
    return f"Depuis le {french.periode(wanted[0][0])}, {sentence[0].lower()}{sentence[1:]}"


def _received(wanted: list[tuple[str, str]], absent: list[dict[str, Any]]) -> str:
    number, got = len(wanted), len(wanted) - len(absent)
    if not absent:
        return "La fiche de suivi attendue a été reçue." if number == 1 else f"Les {number} fiches de suivi attendues ont été reçues."
    lead = f"{compte(got, 'fiche de suivi', 'fiches de suivi')} sur {number} {pluriel(got, 'a été reçue', 'ont été reçues')}"
    if not got:
        lead = f"Aucune fiche de suivi n’a été reçue sur {number} {pluriel(number, 'attendue')}"
    several = len({quarter for quarter, _ in wanted}) > 1
    items = [f"{one['pays_nom']} ({one['libelle']})" if several else one["pays_nom"] for one in absent]
    return f"{lead} ; {pluriel(len(absent), 'manque', 'manquent')} : {enumeration(items)}."


def absent_records(lecture: Lecture) -> list[dict[str, Any]]:
    """The records that are expected and did not come."""
    known = {(fiche.periode, fiche.pays) for fiche in lecture.fiches}
    names = {pays.code: pays.nom for pays in lecture.catalogue.pays if expected(pays)}
    return [
        {"trimestre": quarter, "libelle": french.periode(quarter), "pays": code, "pays_nom": names[code]}
        for quarter, code in lecture.attendues
        if (quarter, code) not in known
    ]


def states_sentence(lecture: Lecture, end: str = "", when: str = "") -> str:
    """« Sur 16 activités, 4 sont achevées et 12 sont en cours. »; a state of no activity is not named."""
    total = lecture.nombre(f"activites{end}")
    counts = {statut: number for statut in STATUTS if (number := lecture.nombre(f"statut.{slug(statut)}{end}"))}
    if not counts:
        return ""
    if total == 1:
        sentence = f"l’unique activité {VERBES[next(iter(counts))][0]}"
    else:
        items = [f"{french.nombre(number)} {pluriel(number, *VERBES[statut])}" for statut, number in counts.items()]
        sentence = f"sur {compte(total, 'activité')}, {enumeration(items)}"
    return f"{french.majuscule(f'{when}, {sentence}' if when else sentence)}."


def mean_sentence(avancement: Nombre) -> str:
    """« L’avancement moyen est de 45,3 %. »."""
    return "L’avancement moyen n’est pas connu." if avancement is None else f"L’avancement moyen est de {mesure(avancement, '%')}."


def late_sentence(lecture: Lecture, end: str = "") -> str:
    """How many activities are late at the report's date."""
    over, due = lecture.nombre(f"retard.fin{end}"), lecture.nombre(f"retard.debut{end}")
    day = french.date_longue(lecture.dossier.date)
    if not over and not due:
        return f"Au {day}, aucune activité n’est en retard."
    items = [
        *([f"{compte(over, 'activité')} {pluriel(over, 'a', 'ont')} dépassé {pluriel(over, 'sa', 'leur')} fin prévue"] if over else []),
        *([f"{compte(due, 'activité')} {pluriel(due, 'aurait', 'auraient')} dû démarrer"] if due else []),
    ]
    return f"Au {day}, {enumeration(items)}."


def persons_sentence(lecture: Lecture, end: str = "") -> str:
    """How many persons took part, how many women, and for how many the sex is not known."""
    total, femmes = lecture.valeur(f"participants{end}"), lecture.valeur(f"participants.femmes{end}")
    if total is None:
        return "Le nombre de participants de la période n’est pas connu."
    if not total:
        return "Aucune personne n’a pris part aux activités de la période."
    sentence = f"{compte(total, 'personne')} {pluriel(total, 'a', 'ont')} pris part aux activités de la période"
    if femmes is not None:
        part = share(femmes, total)
        sentence += f", dont {compte(femmes, 'femme')} ({mesure(part, '%')})" if femmes and part is not None else ", dont aucune femme"
    unknown = lecture.valeur(f"participants.sexe-inconnu{end}")
    if unknown:
        sentence += f" ; le sexe de {compte(unknown, 'personne')} n’est pas connu"
    return sentence + "."


def spent_sentence(lecture: Lecture, end: str = "") -> str:
    """What was spent in the period and since the beginning, and what part of the budget that is."""
    spent, since = lecture.valeur(f"depenses{end}"), lecture.valeur(f"cumul.depenses{end}")
    rate = lecture.taux(f"execution{end}")
    part = f", soit {mesure(rate, '%')} du budget des activités" if rate is not None else ""
    lead = "Les dépenses de la période ne sont pas connues"
    if spent is not None:
        lead = f"Les dépenses de la période s’élèvent à {french.montant(spent, 'EUR')}"
    if since is None or since == spent:
        return f"{lead}{part}."
    return f"{lead} ; depuis le début du projet, elles atteignent {french.montant(since, 'EUR')}{part}."


def judged_sentence(catalogue: Catalogue, indicateurs: list[dict[str, Any]]) -> str:
    """How many indicators stand at each step of the scale, and how many cannot be judged."""
    if not indicateurs:
        return ""
    words = [palier.libelle for palier in catalogue.cadre_logique.echelle]
    counts = [(word, sum(one["appreciation"] == word for one in indicateurs)) for word in words]
    known = sum(number for _, number in counts)
    if not known:
        return "Aucun indicateur n’a encore de taux d’atteinte connu."
    items = [f"{number} {pluriel(number, 'est', 'sont')} au niveau « {word} »" for word, number in counts if number]
    sentence = f"Sur {known} indicateurs dont le taux d’atteinte est connu, {enumeration(items)}"
    if known == 1:
        word = next(word for word, number in counts if number)
        sentence = f"Le seul indicateur dont le taux d’atteinte est connu est au niveau « {word} »"
    rest = len(indicateurs) - known
    if rest:
        sentence += f" ; {rest} ne {pluriel(rest, 'peut pas encore être apprécié', 'peuvent pas encore être appréciés')}"
    return f"{sentence}."


def of_risks(number: int, etat: str) -> str:
    """« 2 risques sont survenus »."""
    return f"{compte(number, 'risque')} {pluriel(number, *VERBES_DE_RISQUE[etat])}"


def risks_sentence(lecture: Lecture) -> str:
    """How many risks are open and how many have come true; nothing when no record speaks of any."""
    if lecture.valeur("risques.ouvert") is None:
        return ""
    items = [of_risks(number, etat) for etat in ("ouvert", "survenu") if (number := lecture.nombre(f"risques.{etat}"))]
    return f"{french.majuscule(enumeration(items))}." if items else "Aucun risque n’est ouvert."


# --- parts of the report ----------------------------------------------------------------------------------------------------------------


def of_axe(lecture: Lecture, numero: int) -> list[str]:
    """The facts of one axe."""
    end = suffix(axe=numero)
    if not lecture.nombre(f"activites{end}"):
        return said(["L’axe ne compte aucune activité."])
    return said(
        [
            states_sentence(lecture, end),
            mean_sentence(lecture.taux(f"avancement{end}")),
            persons_sentence(lecture, end),
            spent_sentence(lecture, end),
        ]
    )


def of_output(nombre: int, achevees: int, avancement: Nombre) -> str:
    """« 5 activités, dont 2 achevées ; avancement moyen de 60 %. »."""
    sentence = compte(nombre, "activité")
    if achevees:
        sentence += f", dont {french.nombre(achevees)} {pluriel(achevees, 'achevée')}" if nombre > 1 else " achevée"
    mean = "non connu" if avancement is None else f"de {mesure(avancement, '%')}"
    return french.typographie(f"{sentence} ; avancement moyen {mean}.")
