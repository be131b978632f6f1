"""What the countries tell, in their own words: the period's narrative, and the follow-up of each activity."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from amem_reports import endroits, french
from amem_reports.cumul.base import Ligne, expected
from amem_reports.fiche import Fiche, Narratif, SuiviActivite
from amem_reports.model import Pays
from amem_reports.reports.rapport.lecture import Lecture

_PARLANTS = (*endroits.CHAMPS, "livrables", "participants", "depenses", "preuves")


def narratives(lecture: Lecture) -> dict[str, list[dict[str, Any]]]:
    """The passages of each section, country after country, then quarter after quarter; of what comes next, the last word only."""
    found = {rubrique: _passages(lecture, rubrique) for rubrique in Narratif.model_fields}
    last = {passage["pays"]: passage for passage in found["prochaine_periode"]}
    return {**found, "prochaine_periode": list(last.values())}


def _passages(lecture: Lecture, rubrique: str) -> list[dict[str, Any]]:
    """The texts of a section; a country that says nothing in the whole period has one without text, to be written in its last record."""
    found = []
    for pays in lecture.catalogue.pays:
        records = [fiche for fiche in lecture.fiches if fiche.pays == pays.code]
        told = [fiche for fiche in records if getattr(fiche.narratif, rubrique)]
        found += [_passage(lecture, pays, fiche, rubrique) for fiche in told or (records[-1:] if expected(pays) else ())]
    return found


def _passage(lecture: Lecture, pays: Pays, fiche: Fiche, rubrique: str) -> dict[str, Any]:
    several = len({fiche.periode for fiche in lecture.fiches}) > 1
    quarter, texte = french.periode(fiche.periode), getattr(fiche.narratif, rubrique)
    return {
        "pays": pays.code,
        "pays_nom": pays.nom,
        "trimestre": fiche.periode,
        "titre": f"{name_of(pays)} – {quarter}" if several else name_of(pays),
        "texte": texte,
        "place": endroits.rubrique(pays.code, fiche.periode, rubrique).marque(texte),
        "etiquette": endroits.etiquette(name_of(pays), quarter, str(Narratif.model_fields[rubrique].title)),
    }


def passages(lecture: Lecture, pays: Pays, identifiant: str, lignes: Iterable[Ligne]) -> list[dict[str, Any]]:
    """The texts of an activity, each quarter's apart; a text that no quarter has is one without words, in the country's last record."""
    lignes = list(lignes)
    last = next((fiche.periode for fiche in reversed(lecture.fiches) if fiche.pays == pays.code), None)
    found = []
    for champ in endroits.CHAMPS:
        told = [(ligne.trimestre, texte) for ligne in lignes if (texte := getattr(ligne.suivi, champ))]
        found += [_of_activity(pays, identifiant, champ, one, several=len(lignes) > 1) for one in told or ([(last, None)] if last else ())]
    return found


def _of_activity(pays: Pays, identifiant: str, champ: str, told: tuple[str, str | None], *, several: bool) -> dict[str, Any]:
    trimestre, texte = told
    quarter = french.periode(trimestre)
    return {
        "champ": champ,
        "trimestre": trimestre,
        "titre": quarter if several and texte else None,
        "texte": texte,
        "place": endroits.activite(pays.code, trimestre, identifiant, champ).marque(texte),
        "etiquette": endroits.etiquette(identifiant, quarter, str(SuiviActivite.model_fields[champ].title)),
    }


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
        **{champ: _joined(lignes, champ) for champ in endroits.CHAMPS},
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
