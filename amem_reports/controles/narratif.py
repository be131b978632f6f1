"""The narrative: sections left empty, words that wait for others, texts taken over from the quarter before."""

from __future__ import annotations

import re
from collections.abc import Iterator

from amem_reports.controles.base import Gravite, Lecture
from amem_reports.controles.nombres import plain
from amem_reports.errors import Constat
from amem_reports.fiche import Fiche, Narratif, SuiviActivite

Trouve = Iterator[tuple[Gravite, Constat]]
COURT = 40
"""A paragraph of fewer characters (« Rien à signaler. ») may well be the same twice."""
_RECITS = {nom: SuiviActivite.model_fields[nom].title for nom in ("recit", "difficultes", "mesures", "prochaines_etapes")}
_ATTENTE = re.compile(
    r"\b(?:lorem ipsum|todo|tbd|tbc|x{3,}|texte ici)\b|\[ ?(?:\.{2,}|…)? ?\]|\?{3,}"
    r"|(?:^|[\[(])a (?:completer|renseigner|preciser|rediger|venir|confirmer|suivre)\b(?= ?(?:[\])]|\W*$))",
    re.MULTILINE,
)
_ACCENTS = str.maketrans("àâéèêëîïôöûùüç", "aaeeeeiioouuuc")


def title_of(rubrique: str) -> str:
    """A section of the narrative as the workbook names it."""
    return (Narratif.model_fields[rubrique].title or rubrique).lower()


def _texts(fiche: Fiche) -> Iterator[tuple[str, str, str]]:
    """Every text of a record: its place, the prompt it answers, the text."""
    for rubrique, field in Narratif.model_fields.items():
        if texte := getattr(fiche.narratif, rubrique):
            yield f"narratif, {title_of(rubrique)}", field.description or "", texte
    for suivi in fiche.activites:
        for nom, titre in _RECITS.items():
            if texte := getattr(suivi, nom):
                yield f"activité {suivi.identifiant}, {(titre or nom).lower()}", SuiviActivite.model_fields[nom].description or "", texte


def rubrique_vide(lecture: Lecture) -> Trouve:
    """A section of the narrative to which a country that reports has given no answer."""
    for rubrique, field in Narratif.model_fields.items():
        if lecture.attendue and not (getattr(lecture.fiche.narratif, rubrique) or "").strip():
            remedy = f"y répondre : « {(field.description or '').rstrip('.')} » ; au besoin, écrire qu’il n’y a rien à signaler"
            yield Gravite.BLOQUANT, lecture.constat(f"narratif, {title_of(rubrique)}", "rubrique vide", remedy)


def texte_d_attente(lecture: Lecture) -> Trouve:
    """Words that stand for a text still to come, or the prompt itself."""
    for endroit, prompt, texte in _texts(lecture.fiche):
        words = plain(texte)
        waiting = _ATTENTE.search(words.lower().translate(_ACCENTS))
        if waiting or _same(texte, prompt):
            what = (
                f"texte provisoire (« {words[slice(*waiting.span())]} »)"
                if waiting
                else "la consigne est recopiée à la place de la réponse"
            )
            yield Gravite.BLOQUANT, lecture.constat(endroit, what, "écrire le texte définitif")


def texte_repris(lecture: Lecture) -> Trouve:
    """A paragraph that is the same as in the record before: a whole section of the narrative, or a paragraph of any text.

    Difficulties, measures and next steps may last: only what was done, and the narrative, must be new each quarter.
    """
    if lecture.precedente is None:
        return
    before = {endroit: texte for endroit, _, texte in _texts(lecture.precedente) if _must_be_new(endroit)}
    for endroit, _, texte in _texts(lecture.fiche):
        past = before.get(endroit, "")
        known = _paragraphs(past)
        kept = [words for one, words in _paragraphs(texte).items() if one in known]
        if not kept:
            continue
        whole = _same(texte, past)
        what = "texte identique" if whole else "paragraphe identique"
        message = f"{what} à celui de {lecture.precedente.periode} : « {_start(kept[0])} »"
        grave = Gravite.BLOQUANT if whole and endroit.startswith("narratif") else Gravite.A_VERIFIER
        yield grave, lecture.constat(endroit, message, "dire ce qui s’est passé pendant cette période")


def _must_be_new(endroit: str) -> bool:
    return endroit.startswith("narratif") or endroit.endswith((_RECITS["recit"] or "").lower())


def _paragraphs(texte: str) -> dict[str, str]:
    """The paragraphs and list items that are long enough to tell and lead to no list, by what is left without marks, case and spaces."""
    return {
        normal: plain(part).strip()
        for part in texte.splitlines()
        if not part.rstrip(" *_").endswith(":") and len(normal := _normal(part)) >= COURT
    }


def _normal(texte: str) -> str:
    return re.sub(r"[\W_]+", " ", plain(texte)).strip().lower()


def _same(one: str, other: str) -> bool:
    return bool(other) and _normal(one) == _normal(other)


def _start(words: str) -> str:
    return words if len(words) <= 60 else f"{words[:60].rpartition(' ')[0]}…"
