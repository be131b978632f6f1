"""Numbers as French prose writes them: how many persons, how much money, how far. Pure text: what they are set against is not known here.

Only what clearly states a fact of the period is read. Estimates, ranges, plans, rates per session and other years are passed over: a
false alarm costs more trust than a number missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from amem_reports.model import Devise

TOTAL, FEMMES, HOMMES = "total", "femmes", "hommes"

_MARKS = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()]{0,600}\)|https?://\S+|[*_`]{1,3}|^[ \t]*(?:#{1,6}|[-+>]|\d{1,2}[.)])\s+", re.MULTILINE)
_SENTENCE = re.compile(r"(?<=[.!?;…])\s+(?=\D)|\n+")
_LONGUE = 1_500
"""What is longer is no sentence: its end is not read, so that no text can make reading slow."""


def plain(texte: str) -> str:
    """A Markdown text without its marks; only the words of links stay."""
    return _MARKS.sub(lambda match: match[1] or "", texte)


def sentences(texte: str) -> list[str]:
    """The sentences and list items of a Markdown text, spaces of all kinds made plain."""
    parts = (re.sub(r"\s+", " ", part).strip()[:_LONGUE] for part in _SENTENCE.split(plain(texte)))
    return [part for part in parts if part]


def _in_letters() -> dict[str, int]:
    """« zéro » to « quatre-vingt-dix-neuf », as the spelling of 1990 writes them too."""
    low = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf".split()
    found = {word: number for number, word in enumerate(low)}
    tens = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante", 80: "quatre-vingt"}
    for base, ten in tens.items():
        for rest in range(20 if base in (60, 80) else 10):
            words = [f"{ten}-{low[rest]}"] if rest else [ten, f"{ten}s"]
            if rest in (1, 11) and base != 80:
                words = [f"{ten} et {low[rest]}", f"{ten}-et-{low[rest]}"]
            found.update(dict.fromkeys(words, base + rest))
    found |= {f"{word}e": number for word, number in found.items() if word.endswith("un")}
    return found | {"aucun": 0, "aucune": 0}


_LETTERS = _in_letters()
_WORDS = "|".join(sorted(_LETTERS, key=len, reverse=True))
_DIGITS = r"\d{1,3}(?:[ .]\d{3}){1,4}|\d{1,12}"
_NUMBER = rf"(?<![\w.,/°–-])(?<![°.] )(?P<nombre>{_DIGITS}|(?:{_WORDS})(?= ))"
_WHO = (
    r"(?P<femmes>femmes?|participantes?(?! et participants)|participants? femmes?)"
    r"|(?P<hommes>hommes?|participants? hommes?)"
    r"|(?P<total>personnes?|participant(?:e?s? et participant|[·.(-]e\)?[·.-]?)?e?s?)"
)
_PERSONS = re.compile(rf"{_NUMBER} (?:(?:jeunes|autres|nouvelles|nouveaux) )?(?:{_WHO})(?![\w])", re.IGNORECASE)

_TAKE_PART = re.compile(
    r"particip|pris(?:es)? part|prennent part|assist|réuni|rassembl|formée?s?\b|bénéfici|accueilli|présen[tc]|sensibilis", re.IGNORECASE
)
_WHOLE = re.compile(r"\b(?:au total|en tout|total)\b", re.IGNORECASE)
_SINCE = re.compile(r"depuis (?:le|son) (?:début|lancement|démarrage)|cumul", re.IGNORECASE)
_PART_OF_IT = re.compile(
    r"\b(?:première?|seconde?|deuxième|troisième|dernière?|chaque|une|un autre|l[’']une?|session|séance|journée|module|groupe|promotion)\b",
    re.IGNORECASE,
)
_ELSEWHEN = re.compile(
    r"précédent|suivant|prochain|l[’'](?:an|année) (?:dernier|dernière|passée?)|\ben (?:19|20)\d\d\b|objectif|\bcibles?\b|\bvise|prévoi"
    r"|devr(?:a|ont|ait|aient)\b|pourr(?:a|ont|ait|aient)\b|\bavai(?:t|ent)\b|\b\w+(?:era|eront)\b",
    re.IGNORECASE,
)
_ESTIMATE = re.compile(
    r"(?:environ|près de|plus de|moins de|quelques?|autour de|jusqu[’']à|de l[’']ordre de|au moins|au plus|au maximum|presque|≈|~"
    r"|moyenne(?: de)?|(?:groupe|équipe|classe|panel|échantillon|délégation|comité|réseau|liste)s? de|\b(?:sur|parmi)(?: les)?"
    r"|\b(?:axe|article|convention)|[\d%] ?(?:à|ou)|\bentre \d+ et)\s*$",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"par (?:session|séance|atelier|groupe|jour|région|pays|trimestre|mois|an|module|ville|promotion|formateur)|chacune?\b|en moyenne"
    r"|attendu|invité|prévu|inscrit|visée?s|ciblé|convoqué|sélectionn|enquêt|interrog|interview|sondé|recens|dénombr"
    r"|à former|manquai|absent|désist",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"(?:\bdont|\bsoit|\by compris|[:(])(?: les)? ?$", re.IGNORECASE)
_NEXT_PART = re.compile(r"^ ?(?:,|et|, et) ?$")


@dataclass(frozen=True)
class Effectif:
    """Persons that a sentence counts.

    `entier`: the sentence says that it is the total. `detail`: women or men of the count just before (« dont 12 femmes »). `partie`: the
    sentence speaks of one session among others. `cumul`: since the beginning.
    """

    sorte: str
    nombre: int
    phrase: str
    entier: bool = False
    detail: bool = False
    partie: bool = False
    cumul: bool = False


def effectifs(texte: str) -> Iterator[list[Effectif]]:
    """The persons that a text counts among those who took part, sentence by sentence."""
    for phrase in sentences(texte):
        usual = re.sub(r"(?:comme|ainsi que|tel que) (?:prévu|convenu)", "", phrase, flags=re.IGNORECASE)
        if _ELSEWHEN.search(usual) or not (_TAKE_PART.search(usual) or _WHOLE.search(usual)):
            continue
        if found := list(_persons(usual)):
            yield found


def _persons(phrase: str) -> Iterator[Effectif]:
    matches = list(_PERSONS.finditer(phrase))
    whole, since, part = (bool(pattern.search(phrase)) for pattern in (_WHOLE, _SINCE, _PART_OF_IT))
    end, detail = 0, False
    for match, limit in zip(matches, [*(one.start() for one in matches[1:]), len(phrase)], strict=False):
        before, after = phrase[end : match.start()], phrase[match.end() : limit]
        detail = bool(_SPLIT.search(before)) or (detail and bool(_NEXT_PART.match(before)))
        end = match.end()
        if _ESTIMATE.search(_just_before(match)) or _OTHERWISE.search(re.split(r"[,;:)]", after)[0]):
            continue
        sorte = next(name for name in (FEMMES, HOMMES, TOTAL) if match[name])
        yield Effectif(sorte, _integer(match["nombre"]), phrase, whole, detail and sorte != TOTAL, part, since)


def _just_before(match: re.Match[str]) -> str:
    """The words that lead to a number; as many as may qualify it, so that long texts are read in no time."""
    return match.string[max(0, match.start() - 80) : match.start()]


def _integer(word: str) -> int:
    return _LETTERS[word.lower()] if word.lower() in _LETTERS else int(re.sub(r"\D", "", word))


# --- money ------------------------------------------------------------------------------------------------------------------------------

_UNITS = {"mille": 1_000, "k": 1_000, "million": 1_000_000, "millions": 1_000_000, "m": 1_000_000}
_MONEY = re.compile(
    rf"(?<![\w.,/–-])(?P<nombre>(?:{_DIGITS})(?:,\d+)?)(?: (?P<unite>mille|millions?)(?: d[’']| de)?| ?(?P<lettre>[kM])(?=€| ?EUR))? ?"
    r"(?:(?P<EUR>€|euros?\b|EUR\b)|(?P<USD>\$|dollars?\b|USD\b)|(?P<MAD>dirhams?\b|MAD\b|DH\b)|(?P<MRU>ouguiyas?\b|MRU\b)"
    r"|(?P<LYD>dinars? libyens?\b|LYD\b)|(?P<TND>dinars?\b|TND\b|DT\b))",
    re.IGNORECASE,
)
_SPENT = re.compile(r"dépens|décaiss", re.IGNORECASE)
_SPENT_IN_ALL = re.compile(
    r"(?:dépenses|décaissements)(?: (?:totales|de la période|du trimestre|de l[’']activité))?"
    r" (?:s[’']élèvent|s[’']élevaient|ont atteint|atteignent|se montent|se sont élevée?s|sont de)"
    r"|(?:au total|en tout).*(?:dépens|décaiss)|(?:dépens|décaiss).*(?:au total|en tout)|total des (?:dépenses|décaissements)",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:plus de|moins de|environ|près de|quelque|autour de|de l[’']ordre de|presque|jusqu[’']à|entre|[\d€] (?:à|et))\s*$", re.IGNORECASE
)
_CHANGE = re.compile(r"baiss|hauss|diminu|augment|économi|de (?:plus|moins)\b(?! de)", re.IGNORECASE)
_PART_OF_MONEY = re.compile(r"(?:\bdont|\by compris|\bsur)(?: les)?\s*$|budget\w*[^,;]*$|prévu[^,;]*$", re.IGNORECASE)


@dataclass(frozen=True)
class Somme:
    """An amount that a sentence says was spent, as precise as it is written; `entier` when it is said to be the whole of it."""

    montant: Decimal
    devise: Devise
    precision: Decimal
    phrase: str
    entier: bool

    def agrees(self, value: Decimal) -> bool:
        """Whether a value, rounded as the amount was, is that amount."""
        return abs(value - self.montant) <= self.precision


def sommes(texte: str) -> Iterator[Somme]:
    """The amounts that a text says were spent."""
    for phrase in sentences(texte):
        if not _SPENT.search(phrase) or _ELSEWHEN.search(phrase) or _CHANGE.search(phrase):
            continue
        whole = bool(_SPENT_IN_ALL.search(phrase))
        for match in _MONEY.finditer(phrase):
            before = _just_before(match)
            if _ABOUT.search(before) or _PART_OF_MONEY.search(before):
                continue
            yield _money(match, phrase, whole)


def _money(match: re.Match[str], phrase: str, whole: bool) -> Somme:
    times = _UNITS[(match["unite"] or match["lettre"] or "").lower()] if match["unite"] or match["lettre"] else 1
    units, _, decimals = match["nombre"].partition(",")
    digits = re.sub(r"\D", "", units)
    zeros = 0 if decimals else len(digits) - len(digits.rstrip("0"))
    step = Decimal(10) ** (zeros - len(decimals)) * times
    montant = Decimal(f"{digits}.{decimals or 0}") * times
    devise = next(one for one in Devise if match.groupdict().get(one.value))
    return Somme(montant, devise, step / 2, phrase, whole)


# --- progress ---------------------------------------------------------------------------------------------------------------------------

_PERCENT = r"(\d{1,3}(?:,\d+)?) ?(?:%|pour cent)"
_PROGRESS = re.compile(
    rf"\bavancement(?: (?:de l[’']activité|des travaux|global|cumulé|physique))?"
    rf"(?: (?:est|atteint|s[’']établit|passe|a atteint|est passé|reste))?(?: (?:de|à|désormais|maintenant))* ?:? ?(?:{_PERCENT} à )?"
    rf"{_PERCENT}|\b(?:activité|travaux|étude|enquête)\b (?:est |sont )?(?:réalisée?s?|achevée?s?|avancée?s?|exécutée?s?) à {_PERCENT}",
    re.IGNORECASE,
)


def avancements(texte: str) -> Iterator[tuple[Decimal, str]]:
    """The progress that a text states in per cent, with its sentence."""
    for phrase in sentences(texte):
        if _ELSEWHEN.search(phrase):
            continue
        for match in _PROGRESS.finditer(phrase):
            yield Decimal((match[2] or match[3]).replace(",", ".")), phrase
