"""What a person typed in a cell, as a value: French and English numbers, dates, percentages, words of a list.

A cell gives a text, a number, a boolean, a day or an instant. What cannot be read, or could mean two things, raises `IllisibleError`.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from amem_reports.french import slug
from amem_reports.yaml_lines import nearest, shown

MAX_TEXT = 20_000
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009’']+")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
_BULLET = re.compile(r"^\s*(?:[-–•*‣◦]\s+)?")
# Digits, or digits by threes with one separator; then decimals after the other one. 1,234,567 has separators of thousands only.
_WRITTEN = re.compile(
    r"(?P<entier>[+-]?(?:[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?=,|$)|[1-9][0-9]{0,2}(?:,[0-9]{3})+(?=\.|$)|[0-9]+))(?:[.,](?P<decimales>[0-9]+))?"
)
_DOUBTFUL = re.compile(r"([+-]?[1-9][0-9]{0,2})[.,]([0-9]{3})")
_MONTHS = ("janv", "fevr", "mars", "avr", "mai", "juin", "juil", "aout", "sept", "oct", "nov", "dec")
_DAY = re.compile(r"([0-9]{1,2})(?:er)?[ /.-]+([0-9]{1,2})[ /.-]+([0-9]{2,4})")
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ]00:00(?::00)?)?")
_WORDS = re.compile(r"([0-9]{1,2})(?:er)? +([a-z]+)\.? +([0-9]{4})")
_EPOCH = date(1899, 12, 30)
_SERIAL = range(36_526, 73_051)  # the days of 2000 to 2099, as a workbook counts them

Lire = Callable[[Any], Any]


class EnPourcent(float):
    """A number that stands in a cell whose format is per cent: 0.45 there means 45 %."""


class IllisibleError(Exception):
    """A cell holds what its column cannot take: what is expected, and how to mend it."""

    def __init__(self, attendu: str, remede: str) -> None:
        super().__init__(attendu)
        self.attendu = attendu
        self.remede = remede


def clean(value: str) -> str:
    """A text with one form for each accent and each line end, without stray spaces around it or what no file can hold."""
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return _FORBIDDEN.sub("", text).strip().strip("\u200b\u2060").strip()


def vide(value: Any) -> bool:
    """Whether a cell says nothing."""
    return value is None or (isinstance(value, str) and not clean(value))


def texte(value: Any) -> str:
    """A text; a number or a day in a column of texts is written as a person reads it."""
    text = lisible(value)
    if len(text) > MAX_TEXT:
        raise IllisibleError(f"un texte de {MAX_TEXT} caractères au plus", f"le raccourcir : il en a {len(text)}")
    return text


def lisible(value: Any) -> str:
    """What a cell shows, more or less."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return "vrai" if value else "faux"
    if isinstance(value, EnPourcent):
        return f"{_shortest(_decimal(value) * 100):f} %".replace(".", ",")
    if isinstance(value, (int, float)) and math.isfinite(value):
        return f"{_decimal(value):f}".replace(".", ",")
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y}" if value.time() == time() else f"{value:%d/%m/%Y %H:%M}"
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def liste(value: Any) -> tuple[str, ...]:
    """One item a line, with or without a bullet before it."""
    return tuple(item for line in texte(value).split("\n") if (item := _BULLET.sub("", line).strip()))


def choix(words: type[StrEnum]) -> Lire:
    """A reader of one word of a list; case and accents are forgiven."""
    known = {slug(word): word for word in words}

    def read(value: Any) -> StrEnum:
        text = texte(value)
        if slug(text) in known:
            return known[slug(text)]
        near = nearest(text, tuple(key.replace("-", "_") for key in known))
        meant = f"vouliez-vous dire « {known[near.replace('_', '-')]} » ? " if near else ""
        raise IllisibleError(f"un mot de la liste ({', '.join(words)})", f"{meant}choisir dans la liste de la cellule")

    return read


# --- numbers ----------------------------------------------------------------------------------------------------------------------------


def _decimal(value: float) -> Decimal:
    """A number as typed: a workbook keeps 15 digits, so the sixteenth and seventeenth are noise of the machine."""
    return Decimal(f"{value:.15g}")


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)) or (isinstance(value, float) and not math.isfinite(value)):
        raise IllisibleError("un nombre", "effacer la cellule et écrire le nombre")
    if not isinstance(value, str):
        return _decimal(value)
    text = _SPACES.sub("", clean(value)).replace("−", "-")
    try:
        return Decimal(_point(text))
    except InvalidOperation:
        raise IllisibleError("un nombre", "écrire les chiffres seuls, par exemple 1234,5") from None


def _point(text: str) -> str:
    """The text with a decimal point and no separator of thousands; IllisibleError when a separator could be either."""
    if match := _DOUBTFUL.fullmatch(text):
        whole, part = match.groups()
        either = f"{whole}{part} ou {whole},{part} ?"
        raise IllisibleError(f"un nombre sans ambiguïté : {either}", f"écrire « {whole}{part} » ou « {whole},{part}0 »")
    match = _WRITTEN.fullmatch(text)
    if not match:
        raise IllisibleError("un nombre", "écrire les chiffres seuls, sans unité, par exemple 1234,5")
    return re.sub("[.,]", "", match["entier"]) + (f".{match['decimales']}" if match["decimales"] else "")


def nombre(value: Any) -> Decimal:
    """Any number of up to 18 digits, six of them decimals."""
    number = _number(value)
    if isinstance(value, EnPourcent):
        number *= 100
    if abs(number) >= 10**12:
        raise IllisibleError("un nombre de douze chiffres au plus", "vérifier le nombre")
    rounded = round(number, 6)
    if rounded != number:
        raise IllisibleError("six décimales au plus", "arrondir le nombre")
    return _shortest(rounded)


def _shortest(number: Decimal) -> Decimal:
    return Decimal(f"{number.normalize():f}")


def effectif(value: Any) -> int:
    """A number of persons."""
    number = _number(value)
    if number != number.to_integral_value():
        raise IllisibleError("un nombre entier de personnes", "écrire un nombre sans décimales")
    if number < 0:
        raise IllisibleError("un nombre de personnes, 0 au moins", "enlever le signe moins")
    if number > 10_000_000:
        raise IllisibleError("moins de dix millions de personnes", "vérifier le nombre")
    return int(number)


def montant(value: Any) -> Decimal:
    """A sum of money, zero at least, with three decimals at most (as the dinar has)."""
    number = _number(value)
    if number < 0:
        raise IllisibleError("un montant de 0 au moins", "enlever le signe moins")
    if number >= 10**12:
        raise IllisibleError("un montant de douze chiffres au plus", "vérifier le nombre")
    if round(number, 3) != number:
        raise IllisibleError("trois décimales au plus", "arrondir le montant")
    return _shortest(number)


def pourcent(value: Any) -> Decimal:
    """A share from 0 to 100: 45, « 45 % », 0,45 and a cell that shows 45 % all mean 45; what could be two shares is refused."""
    sign = isinstance(value, str) and clean(value).endswith(("%", "％"))
    number = _number(clean(value).rstrip("%％") if sign else value)
    if isinstance(value, EnPourcent):
        return _shown_share(number)
    if not sign and number == 1:
        raise IllisibleError("un pourcentage sans ambiguïté : 1 % ou 100 % ?", "écrire « 1 % » ou « 100 % »")
    if not sign and 0 < number <= 1:
        number *= 100
    return _share(number)


def _shown_share(number: Decimal) -> Decimal:
    """A share as its cell shows it; above 100 % the person may have meant the bare number."""
    if 1 < number <= 100:
        bare = f"{_shortest(number):f}".replace(".", ",")
        shown = f"{_shortest(number * 100):f}".replace(".", ",")
        raise IllisibleError(f"un pourcentage sans ambiguïté : {shown} % ou {bare} % ?", f"s’il s’agit de {bare} %, écrire « {bare} % »")
    return _share(number * 100)


def _share(number: Decimal) -> Decimal:
    if not 0 <= number <= 100:
        raise IllisibleError("un pourcentage de 0 à 100", "corriger le nombre")
    return _shortest(round(number, 2))


# --- days -------------------------------------------------------------------------------------------------------------------------------


def jour(value: Any) -> date:
    """A day: a date cell, its serial number, « 15/04/2019 », « 15 avril 2019 », « 2019-04-15 »; the day comes first."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, (bool, time, timedelta)):
        raise _no_day()
    if isinstance(value, (int, float)):
        if value not in _SERIAL:
            raise _no_day()
        return _EPOCH + timedelta(days=int(value))
    return _day_of(slug_spaces(str(value)))


def _no_day() -> IllisibleError:
    return IllisibleError("une date", "écrire jour/mois/année : 15/04/2019")


def slug_spaces(text: str) -> str:
    """A text without accents or case, its spaces plain ones."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", clean(text)) if not unicodedata.combining(char))
    return re.sub(r"\s+", " ", plain.lower())


def _day_of(text: str) -> date:
    if match := _ISO.fullmatch(text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := _WORDS.fullmatch(text):
        return _date(int(match[3]), _month(match[2]), int(match[1]))
    if match := _DAY.fullmatch(text):
        if len(match[3]) != 4:
            raise IllisibleError("une date avec l’année en quatre chiffres", "écrire jour/mois/année : 15/04/2019")
        if int(match[2]) > 12 >= int(match[1]):
            raise IllisibleError("une date avec le jour d’abord", f"écrire {match[2]}/{match[1]}/{match[3]} ?")
        return _date(int(match[3]), int(match[2]), int(match[1]))
    raise _no_day()


def _month(word: str) -> int:
    found = [number for number, start in enumerate(_MONTHS, 1) if word.startswith(start) or (len(word) >= 3 and start.startswith(word))]
    return found[0] if len(found) == 1 else 0


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise IllisibleError("une date qui existe", "vérifier le jour et le mois") from None


def quoted(value: Any) -> str:
    """What a cell holds, as a message quotes it."""
    return f"« {shown(lisible(value))} »"
