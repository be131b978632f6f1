"""What the countries tell, in their own words: the period's narrative, and the follow-up of each activity."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from amem_reports import french
from amem_reports.cumul.base import Ligne
from amem_reports.fiche import Narratif, SuiviActivite
from amem_reports.model import Pays
from amem_reports.reports.rapport.lecture import Lecture

_TEXTES = ("recit", "difficultes", "mesures", "prochaines_etapes")
_PARLANTS = (*_TEXTES, "livrables", "participants", "depenses", "preuves")


def narratives(lecture: Lecture) -> dict[str, list[dict[str, Any]]]:
    """The passages of each section, country after country, then quarter after quarter; of what comes next, the last word only."""
    found = {rubrique: _passages(lecture, rubrique) for rubrique in Narratif.model_fields}
    last = {passage["pays"]: passage for passage in found["prochaine_periode"]}
    return {**found, "prochaine_periode": list(last.values())}


def _passages(lecture: Lecture, rubrique: str) -> list[dict[str, Any]]:
    several = len({fiche.periode for fiche in lecture.fiches}) > 1
    return [
        {
            "pays": pays.code,
            "pays_nom": pays.nom,
            "trimestre": fiche.periode,
            "titre": f"{name_of(pays)} – {french.periode(fiche.periode)}" if several else name_of(pays),
            "texte": texte,
        }
        for pays in lecture.catalogue.pays
        for fiche in lecture.fiches
        if fiche.pays == pays.code and (texte := getattr(fiche.narratif, rubrique))
    ]


def name_of(pays: Pays) -> str:
    """« Maroc », « Activités sous-régionales »."""
    return "Activités sous-régionales" if pays.sous_regional else pays.nom


def lines_of(lecture: Lecture) -> dict[str, list[Ligne]]:
    """What the records of the period say of each activity, quarter after quarter."""
    found: dict[str, list[Ligne]] = {}
    for ligne in lecture.donnees.lignes:
        if ligne.trimestre in lecture.donnees.fenetres[0]:
            found.setdefault(ligne.suivi.identifiant, []).append(ligne)
    return found


def speaks(suivi: SuiviActivite) -> bool:
    """Whether a record says more of an activity than where it stands."""
    return any(getattr(suivi, champ) for champ in _PARLANTS)


def told(lignes: Iterable[Ligne]) -> dict[str, Any]:
    """The texts, deliverables and proofs of an activity over the period."""
    lignes = list(lignes)
    return {
        **{champ: _joined(lignes, champ) for champ in _TEXTES},
        "livrables_obtenus": list(dict.fromkeys(one for ligne in lignes for one in ligne.suivi.livrables)),
        "preuves": list(dict.fromkeys(one for ligne in lignes for one in ligne.suivi.preuves)),
    }


def _joined(lignes: list[Ligne], champ: str) -> str | None:
    """One Markdown text; each quarter's part has its quarter before it when the period has several."""
    parts = [(ligne.trimestre, texte) for ligne in lignes if (texte := getattr(ligne.suivi, champ))]
    if len(lignes) > 1:
        return "\n\n".join(f"**{french.periode(quarter)}** – {_own_lines(texte)}" for quarter, texte in parts) or None
    return parts[0][1] if parts else None


def _own_lines(texte: str) -> str:
    """A text that starts with a list or a heading needs lines of its own."""
    return f"\n\n{texte}" if texte.lstrip()[:1] in ("-", "*", "#", "+", "1", "|", ">") and not texte.lstrip().startswith("**") else texte
