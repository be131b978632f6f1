"""The words of the project as frozen, typed values. Pure: no file, no clock.

One field is one word: the YAML key, the attribute here, the tag in a Word template and the column of a workbook. `title` is its
French label (column headings), `description` its French explanation (JSON schema, dictionary of tags); `unite`, `exemple` and
`source` stand in `json_schema_extra` through `champ`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, NoReturn, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError, core_schema


def champ(label: str, description: str, *, unite: str = "", exemple: Any = None, source: str = "", **field: Any) -> Any:
    """Describe one field in French, once: label, explanation, unit, example, where its value comes from."""
    extra: dict[str, Any] = {key: value for key, value in (("unite", unite), ("source", source)) if value}
    if exemple is not None:
        field["examples"] = [exemple]
    return Field(title=label, description=description, json_schema_extra=extra or None, **field)


class Modele(BaseModel):
    """Base of all values read from the catalogue: frozen, and no unknown key passes; a key without value says nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, regex_engine="python-re")

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, data: Any) -> Any:
        if isinstance(data, dict) and None in data.values():
            return {key: value for key, value in data.items() if value is not None or key not in cls.model_fields}
        return data


class Statut(StrEnum):
    """Whether a country takes part today."""

    ACTIF = "actif"
    SUSPENDU = "suspendu"


class Article(StrEnum):
    """The article of a country's name."""

    LE = "le"
    LA = "la"
    LES = "les"
    ELIDE = "l’"
    AUCUN = ""

    @classmethod
    def _missing_(cls, value: object) -> Article | None:
        return cls.ELIDE if value == "l'" else None


class Devise(StrEnum):
    """Currencies of the project, ISO 4217."""

    EUR = "EUR"
    USD = "USD"
    MAD = "MAD"
    MRU = "MRU"
    TND = "TND"
    LYD = "LYD"


class Niveau(StrEnum):
    """Levels of the results chain (OECD-DAC glossary, French edition)."""

    IMPACT = "impact"
    EFFET = "effet"
    PRODUIT = "produit"


class Sens(StrEnum):
    """Which way an indicator is meant to move."""

    HAUSSE = "hausse"
    BAISSE = "baisse"


class Frequence(StrEnum):
    """How often an indicator is measured."""

    TRIMESTRIELLE = "trimestrielle"
    SEMESTRIELLE = "semestrielle"
    ANNUELLE = "annuelle"
    FIN_DE_PROJET = "fin de projet"


class Desagregation(StrEnum):
    """How the value of an indicator is split: by sex in each record, by country since each country has its own."""

    SEXE = "sexe"
    PAYS = "pays"


class Agregation(StrEnum):
    """How values of an indicator add up over periods and countries."""

    SOMME = "somme"
    DERNIERE = "dernière"
    MAXIMUM = "maximum"
    MOYENNE = "moyenne"
    RATIO = "ratio"


_MOIS = re.compile(r"([0-9]{4})-([0-9]{2})")
_TRIMESTRE = re.compile(r"([0-9]{4})-T([1-4])")
_ANNEES = range(2000, 2100)


def _trimestre_of(month: int) -> int:
    return (month + 2) // 3


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


@dataclass(frozen=True)
class Trimestre:
    """A quarter of the calendar, the column of a chronogramme."""

    annee: int
    numero: int

    @property
    def debut(self) -> date:
        return date(self.annee, 3 * self.numero - 2, 1)

    @property
    def fin(self) -> date:
        return _month_end(self.annee, 3 * self.numero)

    @property
    def code(self) -> str:
        return f"{self.annee}-T{self.numero}"

    @classmethod
    def of(cls, day: date) -> Self:
        """The quarter in which a day falls."""
        return cls(day.year, _trimestre_of(day.month))

    def next(self) -> Trimestre:
        """The quarter after this one."""
        return Trimestre(self.annee + self.numero // 4, self.numero % 4 + 1)


def trimestres(first: date, last: date) -> tuple[Trimestre, ...]:
    """All quarters from the one that holds `first` to the one that holds `last`; empty when last < first."""
    found, current = [], Trimestre.of(first)
    while current.debut <= last:
        found.append(current)
        current = current.next()
    return tuple(found)


@dataclass(frozen=True)
class Echeance:
    """A planned date, as precise as a plan is: a month (`2019-03`) or a quarter (`2019-T2`)."""

    code: str
    debut: date
    fin: date

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `AAAA-MM` or `AAAA-Tn`; ValueError for anything else."""
        if match := _MOIS.fullmatch(text):
            year, month = int(match[1]), int(match[2])
            if year in _ANNEES and 1 <= month <= 12:
                return cls(text, date(year, month, 1), _month_end(year, month))
        if (match := _TRIMESTRE.fullmatch(text)) and int(match[1]) in _ANNEES:
            trimestre = Trimestre(int(match[1]), int(match[2]))
            return cls(text, trimestre.debut, trimestre.fin)
        raise ValueError(text)

    def __str__(self) -> str:
        return self.code

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(cls._validate, serialization=core_schema.to_string_ser_schema())

    @classmethod
    def _validate(cls, value: Any) -> Echeance:
        if isinstance(value, Echeance):
            return value
        try:
            return cls.parse(str(value))
        except ValueError:
            raise PydanticCustomError("echeance", "date illisible « {valeur} »", {"valeur": str(value)}) from None

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^20[0-9]{2}-(0[1-9]|1[0-2]|T[1-4])$"}


_PERIODE = re.compile(r"(?P<annee>20[0-9]{2})(?:-(?P<sorte>[TS])(?P<numero>[1-4]))?")
PROJET = "projet"


@dataclass(frozen=True)
class Periode:
    """A reporting period: a quarter (`2019-T3`), a half-year (`2019-S2`), a year (`2019`) or all of the project (`projet`).

    The last has no bounds of its own until it is put beside a project (`within`).
    """

    code: str
    debut: date
    fin: date

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a period, forgiving case, order and separators (`T3-2019`, `s2 2019`); ValueError for anything else."""
        compact = re.sub(r"[\s_/.\-]+", "-", text.strip().upper())
        if compact == PROJET.upper():
            return cls(PROJET, date(_ANNEES[0], 1, 1), date(_ANNEES[-1], 12, 31))
        compact = re.sub(r"^([TS][1-4])-?(20[0-9]{2})$", r"\2-\1", compact)
        compact = re.sub(r"^(20[0-9]{2})([TS][1-4])$", r"\1-\2", compact)
        match = _PERIODE.fullmatch(compact)
        if not match or (match["sorte"] == "S" and int(match["numero"]) > 2):
            raise ValueError(text)
        year = int(match["annee"])
        months = {"T": 3, "S": 6, None: 12}[match["sorte"]]
        last = months * int(match["numero"] or 1)
        return cls(compact, date(year, last - months + 1, 1), _month_end(year, last))

    @classmethod
    def last_ended(cls, day: date, fin: date = date.max) -> Self:
        """The last quarter that has ended at `day`; no later than the one in which the project ends, at `fin`."""
        previous = Trimestre.of(day).debut - timedelta(days=1)
        return cls.parse(Trimestre.of(min(previous, fin)).code)

    def within(self, debut: date, fin: date, jour: date) -> Periode:
        """All of a project, up to the last quarter that has ended at `jour`, and at least its first; any other period as it is."""
        if self.code != PROJET:
            return self
        first = Trimestre.of(debut)
        return Periode(PROJET, first.debut, max(Periode.last_ended(jour, fin).fin, first.fin))

    @property
    def mois(self) -> int:
        """How many months it lasts."""
        return 12 * (self.fin.year - self.debut.year) + self.fin.month - self.debut.month + 1

    def next(self) -> Periode:
        """The period of the same length that follows; after all of the project, a quarter."""
        start = self.fin + timedelta(days=1)
        quarter = f"{start.year}-T{_trimestre_of(start.month)}"
        code = {6: f"{start.year}-S{1 if start.month == 1 else 2}", 12: str(start.year)}
        return Periode.parse(quarter if self.code == PROJET else code.get(self.mois, quarter))

    def previous(self) -> Periode:
        """The period of the same length that comes before; before all of the project, a quarter."""
        end = self.debut - timedelta(days=1)
        code = {6: f"{end.year}-S{1 if end.month == 6 else 2}", 12: str(end.year)}
        return Periode.parse(Trimestre.of(end).code if self.code == PROJET else code.get(self.mois, Trimestre.of(end).code))

    def __str__(self) -> str:
        return self.code


CODE_PAYS = "[A-Z]{2}"
CODE = r"[1-9]\.[1-9][0-9]*"
IDENTIFIANT = f"{CODE_PAYS}-{CODE}"

Texte = Annotated[str, Field(min_length=1)]
TexteExact = Annotated[str, StringConstraints(min_length=1, strip_whitespace=False)]
Valeur = Annotated[Decimal, Field(max_digits=18, decimal_places=6)]


def _day(value: Any) -> Any:
    """A day written AAAA-MM-JJ: pydantic alone would also take numbers of seconds, and Python the day of a week (2019-W01-1)."""
    if isinstance(value, str):
        try:
            return date.fromisoformat(value) if len(value) == 10 and value[7] == "-" else _refuse_day()
        except ValueError:
            _refuse_day()
    return value


def _refuse_day() -> NoReturn:
    raise PydanticCustomError("jour", "")


Jour = Annotated[date, BeforeValidator(_day)]


def _in_order(debut: Echeance | None, fin: Echeance | None) -> None:
    if debut and fin and fin.fin < debut.debut:
        raise PydanticCustomError("fin_avant_debut", "", {"debut": str(debut), "fin": str(fin)})


class Fait(Modele):
    """A published fact with its source."""

    valeur: Texte = champ("Valeur", "Le fait, tel que publié.")
    source: Texte = champ("Source", "Où ce fait est publié.", exemple="Page WCMS_710413 du BIT")
    note: Texte | None = champ("Note", "Réserve ou précision à garder à l’esprit.", default=None)


class Montant(Modele):
    """An amount of money."""

    montant: Annotated[Decimal, Field(ge=0, max_digits=15, decimal_places=3)] = champ(
        "Montant", "Somme, en chiffres, sans séparateur de milliers.", exemple="12500.00"
    )
    devise: Devise = champ("Devise", "Code ISO 4217 de la devise.", exemple="EUR")


class Budget(Montant):
    """The project's budget with its source."""

    source: Texte = champ("Source", "Où ce montant est publié.")
    note: Texte | None = champ("Note", "Réserve ou précision.", default=None)


class DateSourcee(Modele):
    """A month or quarter of the project's life with its source."""

    valeur: Echeance = champ("Date", "Mois (AAAA-MM) ou trimestre (AAAA-Tn).", exemple="2018-08")
    source: Texte = champ("Source", "Où cette date est publiée.")
    note: Texte | None = champ("Note", "Réserve ou précision.", default=None)


class Evenement(Modele):
    """One step in the project's public history."""

    date: Texte = champ("Date", "Date telle que publiée, en toutes lettres.", exemple="8 novembre 2018")
    jour: Jour | None = champ(
        "Premier jour",
        "Jour où il a commencé (AAAA-MM-JJ) : un document daté d’avant ne le cite pas.",
        default=None,
        exemple="2018-11-08",
    )
    intitule: Texte = champ("Événement", "Ce qui a eu lieu.")
    lieu: Texte | None = champ("Lieu", "Ville.", default=None)
    source: Texte = champ("Source", "Où cet événement est publié.")


class Projet(Modele):
    """The project itself."""

    sigle: Fait = champ("Sigle", "Nom court du projet.")
    intitule: Fait = champ("Intitulé", "Nom complet du projet.")
    agence: Fait = champ("Agence d’exécution", "Organisation qui met le projet en œuvre.")
    bailleur: Fait = champ("Bailleur", "Qui finance le projet.")
    debut: DateSourcee | None = champ("Début", "Premier mois du projet.", default=None)
    fin: DateSourcee | None = champ("Fin", "Dernier mois du projet, tel qu’annoncé.", default=None)
    duree: Fait = champ("Durée", "Durée telle qu’annoncée.")
    budget: Budget | None = champ("Budget", "Budget total, tel qu’annoncé.", default=None)
    gouvernance: Fait = champ("Gouvernance", "Structures de pilotage du projet.")
    contrat: Fait | None = champ("Numéro du contrat", "Numéro de la convention passée avec le bailleur.", default=None)
    coordinateur: Fait | None = champ("Coordinateur", "Nom et fonction de qui coordonne le projet.", default=None)
    contact: Fait | None = champ("Personne de contact", "Nom et fonction de qui répond du rapport auprès du bailleur.", default=None)
    groupes_cibles: Fait | None = champ(
        "Groupes cibles", "À qui le projet s’adresse, et qui en bénéficie : femmes et hommes, effectifs si connus.", default=None
    )
    preambule: Fait = champ("Préambule", "Phrase de présentation des activités publiées.")
    chronologie: tuple[Evenement, ...] = champ("Chronologie", "Étapes publiques du projet, dans l’ordre.", default=())
    demonstration: bool = champ(
        "Démonstration", "Vrai quand les données sont fictives : chaque page et chaque feuille le dit alors.", default=False
    )

    @field_validator("fin")
    @classmethod
    def _ends_after_start(cls, fin: DateSourcee | None, info: ValidationInfo) -> DateSourcee | None:
        debut = info.data.get("debut")
        _in_order(debut.valeur if debut else None, fin.valeur if fin else None)
        return fin

    @property
    def premier_jour(self) -> date | None:
        """The first day; None while it is not known."""
        return self.debut.valeur.debut if self.debut else None

    @property
    def dernier_jour(self) -> date | None:
        """The last day; None while it is not known."""
        return self.fin.valeur.fin if self.fin else None

    def debut_de(self, periode: Periode) -> date:
        """The first day of a period; of all of the project its own, which need not begin a quarter."""
        return self.premier_jour if periode.code == PROJET and self.premier_jour else periode.debut


class Axe(Modele):
    """One of the project's components, with the result it is meant to bring."""

    numero: Annotated[int, Field(ge=1, le=9)] = champ("N° d’axe", "Numéro de l’axe, tel que publié.", exemple=1)
    intitule: Texte = champ("Axe", "Titre de l’axe en casse ordinaire, accents compris ; les mots ne changent pas.")
    texte_source: TexteExact = champ("Texte source", "Titre de l’axe, lettre pour lettre comme publié.")


class Activite(Modele):
    """One activity of the published list."""

    identifiant: Annotated[str, Field(pattern=f"^{IDENTIFIANT}$")] = champ(
        "Identifiant", "Code du pays, tiret, code de l’activité ; unique dans tout le catalogue.", exemple="MA-1.1"
    )
    code: Annotated[str, Field(pattern=f"^{CODE}$")] | None = champ(
        "N°", "Code de l’activité tel que publié ; absent pour les activités sous-régionales.", exemple="1.1", default=None
    )
    axe: int = champ("Axe", "Numéro de l’axe auquel l’activité appartient.", exemple=1)
    intitule: Texte = champ("Activité", "Intitulé : la typographie est corrigée, les mots sont ceux de la source.")
    texte_source: TexteExact = champ("Texte source", "Texte publié, lettre pour lettre, préfixe compris.")
    produit: Texte | None = champ("Produit", "Code du produit du cadre logique auquel l’activité contribue.", default=None, exemple="P1.1")
    debut: Echeance | None = champ("Début", "Début prévu : mois (AAAA-MM) ou trimestre (AAAA-Tn).", default=None, exemple="2019-03")
    fin: Echeance | None = champ("Fin", "Fin prévue : mois (AAAA-MM) ou trimestre (AAAA-Tn).", default=None, exemple="2019-T2")
    responsable: Texte | None = champ("Responsable", "Personne ou service qui répond de l’activité.", default=None)
    partenaires: tuple[Texte, ...] = champ("Partenaires", "Institutions associées.", default=())
    public_cible: Texte | None = champ("Public cible", "À qui l’activité s’adresse.", default=None)
    livrables: tuple[Texte, ...] = champ("Livrables", "Ce que l’activité laisse : rapport, atelier, guide…", default=())
    budget: Montant | None = champ("Budget", "Montant prévu et sa devise.", default=None)
    moyens: Texte | None = champ("Moyens", "Ressources nécessaires : personnes, expertise, matériel, lieux.", default=None)
    hypotheses: Texte | None = champ("Hypothèses", "Conditions extérieures nécessaires à l’activité.", default=None)
    recurrente: bool = champ("Récurrente", "L’activité est destinée à devenir récurrente, d’après la source.", default=False)
    suspendue: bool = champ("Suspendue", "L’activité est suspendue.", default=False)
    observations: Texte | None = champ("Observations", "Remarques.", default=None)

    @field_validator("axe")
    @classmethod
    def _leads_the_number(cls, axe: int, info: ValidationInfo) -> int:
        numero = info.data.get("code") or info.data.get("identifiant", "").rpartition("-")[2]
        if numero and numero.partition(".")[0] != str(axe):
            raise PydanticCustomError("axe_du_code", "", {"numero": numero, "axe": axe})
        return axe

    @field_validator("fin")
    @classmethod
    def _ends_after_start(cls, fin: Echeance | None, info: ValidationInfo) -> Echeance | None:
        _in_order(info.data.get("debut"), fin)
        return fin


class Pays(Modele):
    """One country of the project, or the sub-region: its activities, or why there are none."""

    code: Annotated[str, Field(pattern=f"^{CODE_PAYS}$")] = champ("Code", "Deux lettres ; préfixe des identifiants.", exemple="MA")
    nom: Texte = champ("Pays", "Nom du pays en français, sans article.", exemple="Maroc")
    article: Article = champ("Article", "le, la, les, l’ ou vide : d’où « au Maroc », « en Tunisie ».", exemple="le")
    sous_regional: bool = champ("Sous-régional", "Vrai pour les activités communes à plusieurs pays.", default=False)
    statut: Statut = champ("Statut", "actif ou suspendu.", default=Statut.ACTIF)
    suspension: Fait | None = champ("Suspension", "Motif de la suspension, tel que publié.", default=None, validate_default=True)
    activites: tuple[Activite, ...] = champ("Activités", "Activités du pays, dans l’ordre publié.", default=())

    @field_validator("suspension")
    @classmethod
    def _goes_with_status(cls, suspension: Fait | None, info: ValidationInfo) -> Fait | None:
        statut = info.data.get("statut")
        if statut is Statut.SUSPENDU and suspension is None:
            raise PydanticCustomError("suspension_sans_motif", "")
        if statut is Statut.ACTIF and suspension is not None:
            raise PydanticCustomError("motif_sans_suspension", "")
        return suspension


class Impact(Modele):
    """Top of the results chain: the overall objective."""

    libelle: Texte = champ("Impact", "Objectif principal du projet, tel que publié.")
    source: Texte | None = champ("Source", "Où ce texte est publié.", default=None)


class Effet(Modele):
    """An outcome: the specific objective that an axe serves."""

    code: Texte = champ("Code", "Code de l’effet.", exemple="E1")
    axe: int = champ("Axe", "Numéro de l’axe correspondant.", exemple=1)
    libelle: Texte = champ("Effet", "Objectif spécifique, tel que publié.")
    hypotheses: Texte | None = champ("Hypothèses", "Conditions extérieures nécessaires à la réussite.", default=None)
    source: Texte | None = champ("Source", "Où ce texte est publié.", default=None)


class Produit(Modele):
    """An output of the project."""

    code: Texte = champ("Code", "Code du produit.", exemple="P1.1")
    effet: Texte = champ("Effet", "Code de l’effet que le produit sert.", exemple="E1")
    libelle: Texte = champ("Produit", "Ce que le projet livre.")
    hypotheses: Texte | None = champ("Hypothèses", "Conditions extérieures nécessaires à la réussite.", default=None)


class Reference(Modele):
    """The value of an indicator before the project."""

    valeur: Valeur = champ("Valeur de référence", "Valeur mesurée avant le projet.")
    date: Echeance = champ("Date de référence", "Quand cette valeur a été mesurée.")


class Cible(Modele):
    """The value an indicator is to reach at a date."""

    date: Echeance = champ("Échéance", "Mois ou trimestre visé.", exemple="2020-T4")
    valeur: Valeur = champ("Valeur cible", "Valeur à atteindre à cette échéance.")


class Indicateur(Modele):
    """An indicator of the logframe."""

    code: Texte = champ("Code", "Code de l’indicateur ; unique.", exemple="E1.a")
    libelle: Texte = champ("Indicateur", "Ce qui est mesuré.")
    niveau: Niveau = champ("Niveau", "impact, effet ou produit.", exemple="effet")
    rattachement: Texte | None = champ(
        "Rattaché à", "Code de l’effet ou du produit mesuré ; vide pour l’impact.", default=None, validate_default=True, exemple="E1"
    )
    unite: Texte = champ("Unité", "Unité de mesure.", exemple="personnes")
    sens: Sens = champ("Sens", "hausse ou baisse attendue.", default=Sens.HAUSSE)
    reference: Reference | None = champ("Valeur de référence", "Valeur et date avant le projet.", default=None)
    cibles: tuple[Cible, ...] = champ("Cibles", "Valeurs visées, par échéance.", default=())
    source_verification: Texte | None = champ("Source de vérification", "Où la valeur se vérifie.", default=None)
    frequence: Frequence | None = champ("Fréquence", "Rythme de la mesure.", default=None)
    responsable: Texte | None = champ("Responsable", "Qui mesure.", default=None)
    agregation: Agregation = champ("Règle d’agrégation", "somme, dernière, maximum, moyenne ou ratio.", default=Agregation.SOMME)
    desagregations: tuple[Desagregation, ...] = champ("Désagrégations", "Ventilations attendues.", default=(), exemple=["sexe"])
    hypotheses: Texte | None = champ("Hypothèses", "Conditions extérieures nécessaires.", default=None)

    @field_validator("rattachement")
    @classmethod
    def _fits_the_level(cls, rattachement: str | None, info: ValidationInfo) -> str | None:
        niveau = info.data.get("niveau")
        if niveau is Niveau.IMPACT and rattachement is not None:
            raise PydanticCustomError("rattachement_de_trop", "")
        if niveau in (Niveau.EFFET, Niveau.PRODUIT) and rattachement is None:
            raise PydanticCustomError("rattachement_absent", "", {"niveau": niveau.value})
        return rattachement

    @field_validator("cibles")
    @classmethod
    def _by_date(cls, cibles: tuple[Cible, ...]) -> tuple[Cible, ...]:
        codes = [cible.date.code for cible in cibles]
        if double := next((code for code in codes if codes.count(code) > 1), None):
            raise PydanticCustomError("cible_double", "", {"date": double})
        return tuple(sorted(cibles, key=lambda cible: (cible.date.fin, cible.date.debut)))


class Palier(Modele):
    """One step of the scale that puts a word and a colour on how much of a target is reached."""

    libelle: Texte = champ("Appréciation", "Mot imprimé.", exemple="En bonne voie")
    a_partir_de: Valeur | None = champ(
        "À partir de", "Taux d’atteinte à partir duquel ce mot vaut ; vide pour le dernier, qui prend le reste.", unite="%", default=None
    )
    couleur: Annotated[str, Field(pattern=r"^[0-9A-F]{6}$")] = champ("Couleur", "Fond de la case, six chiffres hexadécimaux.")


ECHELLE = tuple(
    Palier(libelle=libelle, a_partir_de=Decimal(seuil) if seuil else None, couleur=couleur)
    for libelle, seuil, couleur in (
        ("Atteint", "100", "B7DDC3"),
        ("En bonne voie", "75", "DCEBB5"),
        ("Progrès limité", "1", "FBE3A9"),
        ("Aucun progrès", "", "F3C1B8"),
    )
)
"""The scale of a catalogue that has none: the project's own choice, no donor's and no agency's."""


class CadreLogique(Modele):
    """The results chain and its indicators."""

    impact: Impact = champ("Impact", "Objectif principal.")
    effets: tuple[Effet, ...] = champ("Effets", "Un effet par axe.", default=())
    produits: tuple[Produit, ...] = champ("Produits", "Produits attendus.", default=())
    indicateurs: tuple[Indicateur, ...] = champ("Indicateurs", "Indicateurs du cadre logique.", default=())
    echelle: tuple[Palier, ...] = champ(
        "Échelle",
        "Mots et couleurs du taux d’atteinte, du plus haut au plus bas ; une échelle simple quand rien n’est écrit.",
        default=ECHELLE,
    )

    @field_validator("echelle")
    @classmethod
    def _goes_down(cls, echelle: tuple[Palier, ...]) -> tuple[Palier, ...]:
        seuils = [palier.a_partir_de for palier in echelle]
        known = [seuil for seuil in seuils if seuil is not None]
        if seuils[-1:] != [None] or len(known) != len(seuils) - 1 or known != sorted(set(known), reverse=True):
            raise PydanticCustomError("echelle_en_desordre", "")
        return echelle


class Sigle(Modele):
    """An acronym and what it stands for."""

    sigle: Texte = champ("Sigle", "Le sigle.", exemple="OIT")
    developpement: Texte | None = champ("Signification", "Forme développée ; vide si elle n’est pas connue.", default=None)
    note: Texte | None = champ("Note", "Pays ou précision.", default=None)
    source: Texte | None = champ("Source", "D’où vient la forme développée.", default=None)


class Taux(Modele):
    """An exchange rate: how much of a currency one euro buys from a month on."""

    devise: Devise = champ("Devise", "Code ISO 4217 de la devise.", exemple="MAD")
    date: Echeance = champ("Mois", "Premier mois où ce taux s’applique.", exemple="2019-04")
    pour_un_euro: Annotated[Decimal, Field(gt=0, max_digits=15, decimal_places=6)] = champ(
        "Pour un euro", "Montant de la devise qui vaut un euro.", exemple="10.85"
    )
    source: Texte = champ("Source", "D’où vient ce taux.", exemple="InforEuro, avril 2019")


class Catalogue(Modele):
    """All that is known of the project: the single source of every document."""

    projet: Projet = champ("Projet", "Ce qui est publié du projet.")
    axes: tuple[Axe, ...] = champ("Axes", "Les axes, par numéro.")
    pays: tuple[Pays, ...] = champ("Pays", "Les pays actifs, puis suspendus, puis la sous-région.")
    cadre_logique: CadreLogique = champ("Cadre logique", "La chaîne de résultats et ses indicateurs.")
    sigles: tuple[Sigle, ...] = champ("Sigles", "Les sigles et leur signification.")
    taux: tuple[Taux, ...] = champ("Taux", "Les taux de change datés.", default=())
    revision: str = champ("Révision", "Empreinte du catalogue : change dès qu’un mot change.", exemple="5f0c1e9a")

    @cached_property
    def activites(self) -> tuple[Activite, ...]:
        """All activities, each once, country after country."""
        return tuple(activite for pays in self.pays for activite in pays.activites)

    def of_axe(self, numero: int, pays: Pays | None = None) -> Iterator[Activite]:
        """Activities of one axe, of one country or of all."""
        return (activite for activite in (pays.activites if pays else self.activites) if activite.axe == numero)
