"""The follow-up that one country sends for one quarter, as frozen, typed values; and the rules that its fields must keep together.

One field is one word: the YAML key, the attribute here, the column of the workbook, the template tag. Pure: no file, no clock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from amem_reports.model import CODE_PAYS, IDENTIFIANT, Jour, Modele, Montant, Periode, Texte, Valeur, champ

Effectif = Annotated[int, Field(ge=0, le=10_000_000)]


class StatutActivite(StrEnum):
    """How far an activity is."""

    NON_DEMARREE = "non démarrée"
    EN_COURS = "en cours"
    ACHEVEE = "achevée"
    SUSPENDUE = "suspendue"
    ANNULEE = "annulée"
    REPORTEE = "reportée"


class Probabilite(StrEnum):
    """How likely a risk is."""

    FAIBLE = "faible"
    MOYENNE = "moyenne"
    ELEVEE = "élevée"


class Gravite(StrEnum):
    """How much a risk would weigh."""

    FAIBLE = "faible"
    MOYEN = "moyen"
    ELEVE = "élevé"


class EtatRisque(StrEnum):
    """What became of a risk."""

    OUVERT = "ouvert"
    MAITRISE = "maîtrisé"
    SURVENU = "survenu"
    CLOS = "clos"


class EtatFiche(StrEnum):
    """Where a record stands between the country and the project."""

    BROUILLON = "brouillon"
    SOUMIS = "soumis"
    VALIDE = "validé"
    REFUSE = "refusé"


class Participants(Modele):
    """Persons who took part in the period, by sex and by the institution they belong to."""

    femmes: Effectif | None = champ("Femmes", "Participantes de la période.", unite="personnes", default=None)
    hommes: Effectif | None = champ("Hommes", "Participants de la période.", unite="personnes", default=None)
    total: Effectif | None = champ("Total", "Femmes et hommes ensemble.", unite="personnes", default=None)
    gouvernement: Effectif | None = champ("Gouvernement", "Participants des administrations.", unite="personnes", default=None)
    employeurs: Effectif | None = champ("Employeurs", "Participants des organisations d’employeurs.", unite="personnes", default=None)
    travailleurs: Effectif | None = champ("Travailleurs", "Participants des syndicats.", unite="personnes", default=None)
    societe_civile: Effectif | None = champ("Société civile", "Participants des associations.", unite="personnes", default=None)
    autres: Effectif | None = champ("Autres", "Participants d’autres institutions.", unite="personnes", default=None)


INSTITUTIONS = ("gouvernement", "employeurs", "travailleurs", "societe_civile", "autres")


class SuiviActivite(Modele):
    """What became of one activity during the quarter."""

    identifiant: Annotated[str, Field(pattern=f"^{IDENTIFIANT}$")] = champ("Identifiant", "Activité du catalogue.", exemple="MA-1.1")
    statut: StatutActivite | None = champ("Statut", "Où en est l’activité à la fin de la période.", default=None)
    avancement: Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)] | None = champ(
        "Avancement", "Part de l’activité réalisée depuis le début, en pour cent.", unite="%", default=None, exemple="45"
    )
    debut_reel: Jour | None = champ("Début réel", "Jour où l’activité a commencé.", default=None, exemple="2019-04-15")
    fin_reelle: Jour | None = champ("Fin réelle", "Jour où l’activité s’est achevée.", default=None, exemple="2019-06-28")
    livrables: tuple[Texte, ...] = champ("Livrables obtenus", "Ce que l’activité a livré pendant la période.", default=())
    participants: Participants | None = champ("Participants", "Participants de la période.", default=None)
    depenses: Montant | None = champ("Dépenses", "Dépenses de la période et leur devise.", default=None)
    recit: Texte | None = champ("Récit", "Ce qui a été fait pendant la période (Markdown).", default=None)
    difficultes: Texte | None = champ("Difficultés", "Ce qui a gêné l’activité.", default=None)
    mesures: Texte | None = champ("Mesures prises", "Ce qui a été décidé pour y répondre.", default=None)
    prochaines_etapes: Texte | None = champ("Prochaines étapes", "Ce qui est prévu ensuite.", default=None)
    preuves: tuple[Texte, ...] = champ("Preuves", "Liens vers les pièces justificatives.", default=())


class Ventilation(Modele):
    """The value of an indicator, split by sex."""

    femmes: Valeur | None = champ("dont femmes", "Part des femmes dans la valeur.", default=None)
    hommes: Valeur | None = champ("dont hommes", "Part des hommes dans la valeur.", default=None)


class SuiviIndicateur(Modele):
    """The value of one indicator for the quarter."""

    code: Texte = champ("Code", "Indicateur du cadre logique.", exemple="E1.a")
    valeur: Valeur | None = champ("Valeur", "Valeur de la période, dans l’unité de l’indicateur.", default=None)
    numerateur: Valeur | None = champ("Numérateur", "Pour un ratio : ce qui est compté.", default=None)
    denominateur: Valeur | None = champ("Dénominateur", "Pour un ratio : sur combien.", default=None)
    ventilation: Ventilation | None = champ("Ventilation", "La valeur selon le sexe.", default=None)
    source: Texte | None = champ("Source", "D’où vient cette valeur.", default=None)
    commentaire: Texte | None = champ("Commentaire", "Explication de la valeur, surtout quand elle s’écarte de la cible.", default=None)


class Risque(Modele):
    """A risk or a problem, and what is done about it."""

    code: Annotated[str, Field(pattern=r"^R[1-9][0-9]{0,2}$")] = champ("Code", "Numéro du risque dans le pays.", exemple="R1")
    libelle: Texte = champ("Risque", "Le risque ou le problème.")
    probabilite: Probabilite | None = champ("Probabilité", "faible, moyenne ou élevée.", default=None)
    impact: Gravite | None = champ("Impact", "faible, moyen ou élevé.", default=None)
    mesure: Texte | None = champ("Mesure", "Ce qui est fait pour l’éviter ou y répondre.", default=None)
    responsable: Texte | None = champ("Responsable", "Qui s’en charge.", default=None)
    etat: EtatRisque | None = champ("État", "ouvert, maîtrisé, survenu ou clos.", default=None)


ITEMS = {"activites": "identifiant", "indicateurs": "code", "risques": "code"}


class Narratif(Modele):
    """The period's narrative; each field's description is the prompt that the workbook shows."""

    faits_marquants: Texte | None = champ(
        "Faits marquants", "Les deux ou trois résultats de la période qu’un lecteur pressé doit retenir.", default=None
    )
    ecarts: Texte | None = champ("Écarts", "Ce qui n’a pas été fait comme prévu, et pourquoi.", default=None)
    partenariats: Texte | None = champ(
        "Partenariats", "Relations avec les institutions, les partenaires sociaux, le bailleur.", default=None
    )
    visibilite: Texte | None = champ("Visibilité", "Publications, presse, événements, matériel portant le logo du bailleur.", default=None)
    enseignements: Texte | None = champ("Enseignements", "Ce que l’équipe a appris et ferait autrement.", default=None)
    prochaine_periode: Texte | None = champ("Prochaine période", "Priorités des trois mois à venir.", default=None)


class Envoi(Modele):
    """Who sent the record last, when, and in which workbook."""

    par: Texte = champ("Envoyé par", "Nom de la personne qui a rempli le classeur.")
    date: Jour = champ("Envoyé le", "Jour de l’envoi.")
    classeur: Texte = champ("Classeur", "Nom du fichier reçu.")
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] = champ("Empreinte", "SHA-256 du fichier reçu.")
    catalogue: Texte = champ("Révision", "Révision du catalogue d’après laquelle le classeur a été fait.")
    ecartes: tuple[Texte, ...] = champ("Valeurs écartées", "Places du classeur qu’un conflit a laissées de côté.", default=())


class Action(StrEnum):
    """What can happen to a record."""

    IMPORT = "importé"
    VALIDATION = "validé"
    REFUS = "refusé"
    REOUVERTURE = "rouvert"
    REPRISE = "repris"


class Passage(Modele):
    """One step in a record's history."""

    date: Jour = champ("Date", "Jour de l’étape.")
    action: Action = champ("Étape", "importé, validé, refusé, rouvert, ou repris d’un rapport.")
    par: Texte | None = champ("Par", "Qui l’a faite.", default=None)
    motif: Texte | None = champ("Motif", "Pourquoi, pour un refus ou une réouverture.", default=None)
    envoi: Envoi | None = champ("Envoi", "Pour un import ou une reprise : le fichier reçu.", default=None)


class Fiche(Modele):
    """The follow-up of one country for one quarter."""

    periode: Annotated[str, Field(pattern=r"^20[0-9]{2}-T[1-4]$")] = champ("Période", "Trimestre (AAAA-Tn).", exemple="2019-T2")
    pays: Annotated[str, Field(pattern=f"^{CODE_PAYS}$")] = champ("Pays", "Code du pays.", exemple="MA")
    etat: EtatFiche = champ("État", "brouillon, soumis, validé ou refusé.")
    activites: tuple[SuiviActivite, ...] = champ("Activités", "Suivi des activités, dans l’ordre du catalogue.", default=())
    indicateurs: tuple[SuiviIndicateur, ...] = champ("Indicateurs", "Valeurs de la période.", default=())
    risques: tuple[Risque, ...] = champ("Risques", "Risques et problèmes.", default=())
    narratif: Narratif = champ("Récit", "Récit de la période.", default=Narratif())
    historique: tuple[Passage, ...] = champ("Historique", "Étapes de la fiche, de la première à la dernière.", default=())

    @property
    def nom(self) -> str:
        """Its file inside the follow-up folder."""
        return f"{self.periode}/{self.pays}.yaml"

    @property
    def envoi(self) -> Envoi | None:
        """The last workbook that was received."""
        return next((step.envoi for step in reversed(self.historique) if step.envoi and step.action is Action.IMPORT), None)


def valeurs(fiche: Fiche) -> dict[str, Any]:
    """Every value that a country gave, by its place: `activites/MA-1.1/participants.femmes` -> 12; empty ones are left out."""
    found: dict[str, Any] = {}
    for section, nom in ITEMS.items():
        for item in getattr(fiche, section):
            _flatten(f"{section}/{getattr(item, nom)}/", item.model_dump(exclude={nom}), found)
    for rubrique, texte in fiche.narratif:
        _flatten(f"narratif/{rubrique}/", {"texte": texte}, found)
    return found


def _flatten(prefix: str, values: dict[str, Any], found: dict[str, Any]) -> None:
    for nom, value in values.items():
        if isinstance(value, dict):
            _flatten(f"{prefix}{nom}.", value, found)
        elif value is not None and value != ():
            found[prefix + nom] = value


def groupes(valeurs: dict[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    """The way back from `valeurs`: groups of fields by section and item, as the models take them."""
    found: dict[str, dict[str, dict[str, Any]]] = {section: {} for section in (*ITEMS, "narratif")}
    for place, value in valeurs.items():
        section, item, champ = place.split("/", 2)
        *above, last = champ.split(".")
        group = found[section].setdefault(item, {})
        for step in above:
            group = group.setdefault(step, {})
        group[last] = value
    return found


def plat(fiche: Fiche) -> dict[str, str]:
    """The values as one canonical text each, so that two records, or a record and a workbook handed out, compare field by field."""
    return {place: canonique(value) for place, value in valeurs(fiche).items()}


def canonique(value: Any) -> str:
    """The one text of a value: numbers without needless zeros, days in ISO form, items one a line."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return "\n".join(value) if isinstance(value, tuple) else str(value)


def empreinte(texte: str) -> str:
    """Eight hexadecimal digits that tell whether a value of `plat` is still the same."""
    return hashlib.sha256(texte.encode()).hexdigest()[:8]


@dataclass(frozen=True)
class Ecart:
    """A rule not kept: the field at fault, what is wrong, how to mend it, both in French."""

    champ: str
    message: str
    remede: str


def ecarts_activite(suivi: SuiviActivite, periode: Periode) -> Iterator[Ecart]:
    """Rules between the fields of an activity, for the quarter `periode`."""
    yield from _dates(suivi, periode)
    yield from _avancement(suivi)
    if suivi.participants:
        yield from _participants(suivi.participants)
    for preuve in suivi.preuves:
        if not preuve.startswith(("https://", "http://")):
            yield Ecart("preuves", f"« {preuve[:60]} » n’est pas un lien", "écrire une adresse qui commence par https://, une par ligne")


def _dates(suivi: SuiviActivite, periode: Periode) -> Iterator[Ecart]:
    debut, fin = suivi.debut_reel, suivi.fin_reelle
    if debut and fin and fin < debut:
        yield Ecart("fin_reelle", "la fin réelle est avant le début réel", "corriger l’une des deux dates")
    for nom, jour in (("debut_reel", debut), ("fin_reelle", fin)):
        if jour and jour > periode.fin:
            yield Ecart(nom, f"date après la fin de la période ({periode.fin:%d/%m/%Y})", "mettre une date passée, ou laisser vide")
        elif jour and jour.year < 2010:
            yield Ecart(nom, f"année {jour.year}", "vérifier l’année")
    if fin and suivi.statut and suivi.statut is not StatutActivite.ACHEVEE and suivi.statut is not StatutActivite.ANNULEE:
        yield Ecart("fin_reelle", f"une activité « {suivi.statut} » n’a pas de fin réelle", "l’effacer, ou corriger le statut")
    if debut and suivi.statut is StatutActivite.NON_DEMARREE:
        yield Ecart("debut_reel", "une activité « non démarrée » n’a pas de début réel", "l’effacer, ou corriger le statut")


def _avancement(suivi: SuiviActivite) -> Iterator[Ecart]:
    part, statut = suivi.avancement, suivi.statut
    if part is None or statut is None:
        return
    if statut is StatutActivite.ACHEVEE and part != 100:
        yield Ecart(
            "avancement", f"une activité « achevée » est à 100 %, pas à {part.normalize():f} %", "corriger l’avancement ou le statut"
        )
    if statut is StatutActivite.NON_DEMARREE and part != 0:
        yield Ecart("avancement", "une activité « non démarrée » est à 0 %", "corriger l’avancement ou le statut")
    if statut is StatutActivite.EN_COURS and part == 100:
        yield Ecart("avancement", "une activité à 100 % est « achevée »", "corriger l’avancement ou le statut")


def _participants(participants: Participants) -> Iterator[Ecart]:
    femmes, hommes, total = participants.femmes, participants.hommes, participants.total
    if (femmes is None) != (hommes is None):
        absent = "femmes" if femmes is None else "hommes"
        yield Ecart(
            f"participants.{absent}", f"le nombre {'de femmes' if femmes is None else 'd’hommes'} manque", "l’écrire, 0 s’il n’y en a pas"
        )
    if total is not None and femmes is not None and hommes is not None and femmes + hommes != total:
        yield Ecart(
            "participants.total", f"total de {total}, mais {femmes} + {hommes} = {femmes + hommes}", "corriger femmes, hommes ou total"
        )
    given = [value for name in INSTITUTIONS if (value := getattr(participants, name)) is not None]
    whole = total if total is not None else (femmes + hommes if femmes is not None and hommes is not None else None)
    if given and whole is not None and sum(given) != whole:
        yield Ecart(
            "participants.gouvernement",
            f"les institutions font {sum(given)} personnes, les participants {whole}",
            "corriger les institutions ou les participants",
        )


def ecarts_indicateur(suivi: SuiviIndicateur, *, ratio: bool, additif: bool) -> Iterator[Ecart]:
    """Rules between the fields of an indicator: `ratio` asks for numerator and denominator, `additif` for parts that make the whole."""
    if ratio:
        if suivi.valeur is not None:
            yield Ecart("valeur", "la valeur d’un ratio se calcule", "écrire le numérateur et le dénominateur")
        if (suivi.numerateur is None) != (suivi.denominateur is None):
            absent = "numerateur" if suivi.numerateur is None else "denominateur"
            yield Ecart(absent, "un ratio a un numérateur et un dénominateur", "écrire celui qui manque")
        if suivi.denominateur == 0:
            yield Ecart("denominateur", "le dénominateur est zéro", "l’effacer avec le numérateur s’il n’y a rien à compter")
    elif suivi.numerateur is not None or suivi.denominateur is not None:
        yield Ecart(
            "numerateur" if suivi.numerateur is not None else "denominateur", "cet indicateur n’est pas un ratio", "écrire la valeur"
        )
    parts = suivi.ventilation
    if additif and parts and parts.femmes is not None and parts.hommes is not None:
        whole = parts.femmes + parts.hommes
        if suivi.valeur is not None and whole != suivi.valeur:
            yield Ecart("ventilation.femmes", f"femmes et hommes font {whole:f}, la valeur est {suivi.valeur:f}", "corriger l’un des trois")
