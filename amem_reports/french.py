"""French as an official report writes it: dates, periods, numbers, money, counts, prepositions, spaces. Pure text functions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from decimal import Decimal

    Number = int | float | Decimal

NBSP = "\u00a0"
NARROW = "\u202f"
MINUS = "−"
A_RENSEIGNER = "à renseigner"

_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
_PERIOD = r"(\d{4})(?:-(?:([TS])([1-4])|(\d{2})))?"


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def date_longue(value: date | str) -> str:
    """« 1er août 2019 »; ValueError when the text is no ISO date."""
    day = _day(value)
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{NBSP}{_MONTHS[day.month - 1]} {day.year}"


def date_courte(value: date | str) -> str:
    """« 01/08/2019 »."""
    return f"{_day(value):%d/%m/%Y}"


def echeance(code: str) -> str:
    """A planned date: « mars 2019 » for `2019-03`, « 2e trimestre 2019 » for `2019-T2`, « 1er août 2019 » for a day."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", code):
        return date_longue(code)
    return periode(code)


def periode(code: str) -> str:
    """« 3e trimestre 2019 », « 2d semestre 2019 », « année 2019 », « mars 2019 », « tout le projet »; ValueError for another code."""
    if code == "projet":
        return "tout le projet"
    match = re.fullmatch(_PERIOD, code)
    if not match or (match[4] and not 1 <= int(match[4]) <= 12):
        raise ValueError(code)
    year, sort, number, month = match.groups()
    if month:
        return f"{_MONTHS[int(month) - 1]}{NBSP}{year}"
    if sort == "T":
        return f"{ordinal(int(number))}{NBSP}trimestre {year}"
    if sort == "S":
        return f"{'1er' if number == '1' else '2d'}{NBSP}semestre {year}"
    return f"année {year}"


def de_periode(code: str) -> str:
    """« du 3e trimestre 2019 », « du 2d semestre 2019 », « de l’année 2019 », « de mars 2019 »."""
    words = periode(code)
    if words.startswith("année"):
        return f"de l’{words}"
    return f"du {words}" if words[0].isdigit() else f"{'d’' if words[0] in 'ao' else 'de '}{words}"


_MOIS_COURTS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")


def echeance_courte(code: str) -> str:
    """A planned date for a narrow column: « déc. 2018 » for `2018-12`, « T2 2019 » for `2019-T2`; ValueError for another code."""
    match = re.fullmatch(_PERIOD, code)
    if not match or (match[4] and not 1 <= int(match[4]) <= 12):
        raise ValueError(code)
    year, sort, number, month = match.groups()
    if month:
        return f"{_MOIS_COURTS[int(month) - 1]}{NBSP}{year}"
    return f"{sort}{number}{NBSP}{year}" if sort else year


def periode_definie(code: str) -> str:
    """The period with its article: « le 3e trimestre 2019 », « l’année 2019 », « tout le projet »."""
    words = periode(code)
    if words.startswith("année"):
        return f"l’{words}"
    return words if code == "projet" else f"le {words}"


def ordinal(n: int, feminin: bool = False) -> str:
    """« 1er », « 1re », « 2e »."""
    return f"{n}{'re' if feminin else 'er'}" if n == 1 else f"{n}e"


def nombre(n: Number, decimales: int | None = None) -> str:
    """« 1 234,5 », « −3 » with narrow no-break spaces and a true minus; as many decimals as given, or as the number has."""
    from babel.numbers import format_decimal

    pattern = "#,##0.############" if decimales is None else "#,##0" + ("." + "0" * decimales if decimales else "")
    return format_decimal(n, format=pattern, locale="fr").replace("-", MINUS)


def pourcent(ratio: Number, decimales: int = 0) -> str:
    """« 45 % » for 0.45."""
    from decimal import Decimal

    return f"{nombre(Decimal(str(ratio)) * 100, decimales)}{NBSP}%"


_POUR_CENT = ("%", "pour cent", "pourcentage")


def mesure(valeur: Number, unite: str = "") -> str:
    """A measured value: « 33,3 % » when the unit is a percentage, else the number with two decimals at most."""
    from decimal import ROUND_HALF_UP, Decimal

    percent = unite.strip().lower() in _POUR_CENT
    rounded = Decimal(str(valeur)).quantize(Decimal("0.1" if percent else "0.01"), rounding=ROUND_HALF_UP)
    return f"{nombre(rounded + 0)}{NBSP}%" if percent else nombre(rounded + 0)  # + 0: no « -0 »


def montant(valeur: Number, devise: str) -> str:
    """« 12 500 € », « 1 234,50 MAD »: no decimals when the sum is whole, else as many as the currency has."""
    from decimal import Decimal

    from babel.numbers import get_currency_precision, get_currency_symbol

    whole = Decimal(str(valeur)) == Decimal(str(valeur)).to_integral_value()
    text = nombre(valeur, 0 if whole else get_currency_precision(devise))
    return f"{text}{NBSP}{get_currency_symbol(devise, locale='fr') if devise == 'EUR' else devise}"


def pluriel(n: Number, singulier: str, autre: str | None = None) -> str:
    """The word that goes with a number: singular below 2, in French; the plural takes an « s » unless it is given."""
    return singulier if -2 < n < 2 else (f"{singulier}s" if autre is None else autre)


_SAME_IN_PLURAL = ("cas", "fois", "mois", "pays", "temps")


def singulier(pluriel: str) -> str:
    """The singular of a unit written in the plural: « personnes » -> « personne », « mois » -> « mois »; several words stay as they are."""
    return pluriel[:-1] if pluriel.endswith("s") and " " not in pluriel and pluriel not in _SAME_IN_PLURAL else pluriel


def compte(n: Number, singulier: str, autre: str | None = None) -> str:
    """« 0 activité », « 1 activité », « 22 activités »."""
    return f"{nombre(n)}{NBSP}{pluriel(n, singulier, autre)}"


def enumeration(items: Iterable[Any], mot: str = "et") -> str:
    """« a, b et c »."""
    texts = [str(item) for item in items]
    return ", ".join(texts) if len(texts) < 2 else f"{', '.join(texts[:-1])} {mot} {texts[-1]}"


def majuscule(text: str) -> str:
    """The text with a capital, the rest as it is: « en Libye » -> « En Libye »."""
    return text[:1].upper() + text[1:]


def lieu(nom: str, article: str) -> str:
    """« au Maroc », « en Tunisie », « en Algérie », « aux Comores », « à Malte »."""
    feminine = article in ("la", "l’")
    return f"en {nom}" if feminine else f"{ {'le': 'au', 'les': 'aux'}.get(article, 'à') } {nom}"


def de_lieu(nom: str, article: str) -> str:
    """« du Maroc », « de Tunisie », « d’Algérie », « des Comores », « de Malte »."""
    if article in ("le", "les"):
        return f"{ {'le': 'du', 'les': 'des'}[article] } {nom}"
    return f"d’{nom}" if article == "l’" or nom[:1].lower() in "aeiouyéèêâîôû" else f"de {nom}"


def renseigner(value: Any) -> Any:
    """The value, or « à renseigner » when there is none."""
    return A_RENSEIGNER if value is None or (isinstance(value, (str, Sequence)) and len(value) == 0) else value


def typographie(text: str) -> str:
    """Set the no-break spaces of French punctuation in a text written with plain ones."""
    for mark in ":;!?»%€":
        text = text.replace(f" {mark}", f"{NBSP}{mark}")
    return text.replace("« ", f"«{NBSP}")


def slug(text: str) -> str:
    """A name for files and for forgiving look-ups: no accent, lower case, hyphens (« Sous-régional » -> `sous-regional`)."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
