"""The workbook that one country fills for one quarter: what is asked, what is stored already, what was said before.

Its template holds cells of input; `amem` holds the fingerprints of what is stored, by which an import tells what the country changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from amem_reports import figures, french
from amem_reports.cumul.base import quotient
from amem_reports.cumul.indicateurs import is_asked, is_percentage
from amem_reports.dossier import Dossier, Suivi
from amem_reports.fiche import (
    INSTITUTIONS,
    EtatFiche,
    Fiche,
    Narratif,
    Participants,
    Risque,
    SuiviActivite,
    SuiviIndicateur,
    Ventilation,
    empreinte,
    plat,
)
from amem_reports.model import Agregation, Catalogue, Indicateur, Pays, Periode
from amem_reports.reports import parts

FORMULAIRE = "1"
EMPTY_RISKS = 10


@dataclass(frozen=True)
class Passe:
    """What a country has said: the record of the quarter if there is one, and those of the quarters before."""

    fiche: Fiche | None
    avant: tuple[Fiche, ...]

    @property
    def derniere(self) -> Fiche | None:
        """The last record before the quarter."""
        return self.avant[-1] if self.avant else None


def document(dossier: Dossier) -> dict[str, Any]:
    """Name, title and context of the workbook of `dossier.pays` for the quarter `dossier.periode`."""
    pays, periode = dossier.pays, dossier.periode
    if pays is None or periode is None:
        raise ValueError("a workbook is handed out for one country and one quarter")
    titre = f"Suivi – {pays.nom}, {french.periode(periode.code)}"
    return {
        "nom": f"saisie_{periode.code}_{french.slug(pays.nom)}",
        "titre": titre,
        "sujet": f"{dossier.catalogue.projet.sigle.valeur} – classeur de saisie du suivi",
        "contexte": _context(dossier, pays, periode, titre),
    }


def _context(dossier: Dossier, pays: Pays, periode: Periode, titre: str) -> dict[str, Any]:
    catalogue = dossier.catalogue
    passe = _past(dossier.suivi, pays, periode)
    last = passe.derniere
    return {
        "document": parts.document(dossier, titre, catalogue.projet.intitule.valeur),
        "projet": parts.project(dossier),
        "pays": parts.country(pays),
        "periode": parts.period(periode),
        "precedent": parts.period(Periode.parse(last.periode)) if last else None,
        "envoi": _sending(passe.fiche),
        "activites": _activities(dossier, pays, passe),
        "indicateurs": _indicators(catalogue, pays, periode, passe),
        "risques": _risks(passe),
        "narratif": _narrative(passe),
        "amem": _marks(dossier, pays, periode, passe.fiche),
    }


def _past(suivi: Suivi, pays: Pays, periode: Periode) -> Passe:
    """Refused records do not count as said before."""
    own = (fiche for fiche in suivi.fiches if fiche.pays == pays.code and fiche.etat is not EtatFiche.REFUSE)
    avant = sorted((fiche for fiche in own if fiche.periode < periode.code), key=lambda fiche: fiche.periode)
    return Passe(suivi.of(periode.code, pays.code), tuple(avant))


def _sending(fiche: Fiche | None) -> dict[str, Any]:
    envoi = fiche.envoi if fiche else None
    sent = fiche is not None and fiche.etat in (EtatFiche.SOUMIS, EtatFiche.VALIDE)
    return {
        "par": envoi.par if envoi else None,
        "date": envoi.date if envoi else None,
        "etat": EtatFiche.SOUMIS.value if sent else EtatFiche.BROUILLON.value,
        "etat_enregistre": fiche.etat.value if fiche else None,
    }


# --- activities -------------------------------------------------------------------------------------------------------------------------


def _activities(dossier: Dossier, pays: Pays, passe: Passe) -> list[dict[str, Any]]:
    now = _by_activity(passe.fiche)
    earlier: dict[str, list[SuiviActivite]] = defaultdict(list)
    for fiche in passe.avant:
        for suivi in fiche.activites:
            earlier[suivi.identifiant].append(suivi)
    return [
        {
            **parts.activity(replace(dossier, periode=None), activite, pays),
            "suivi": _follow_up(now.get(activite.identifiant)),
            "precedent": _before(earlier[activite.identifiant], _by_activity(passe.derniere).get(activite.identifiant)),
            "cumul": _so_far(earlier[activite.identifiant]),
        }
        for activite in pays.activites
    ]


def _by_activity(fiche: Fiche | None) -> dict[str, SuiviActivite]:
    return {suivi.identifiant: suivi for suivi in fiche.activites} if fiche else {}


def _follow_up(suivi: SuiviActivite | None) -> dict[str, Any]:
    """All that can be filled for an activity."""
    participants = suivi.participants if suivi else None
    return {
        "statut": suivi.statut.value if suivi and suivi.statut else None,
        "avancement": suivi.avancement if suivi else None,
        "debut_reel": suivi.debut_reel if suivi else None,
        "fin_reelle": suivi.fin_reelle if suivi else None,
        "livrables": list(suivi.livrables) if suivi else [],
        "participants": {name: getattr(participants, name, None) for name in Participants.model_fields},
        "total_seul": participants.total if participants and participants.femmes is None and participants.hommes is None else None,
        "depenses": {"montant": suivi.depenses.montant, "devise": suivi.depenses.devise.value}
        if suivi and suivi.depenses
        else {"montant": None, "devise": None},
        **{name: getattr(suivi, name, None) for name in ("recit", "difficultes", "mesures", "prochaines_etapes")},
        "preuves": list(suivi.preuves) if suivi else [],
    }


def _before(earlier: Sequence[SuiviActivite], last: SuiviActivite | None) -> dict[str, Any]:
    """Where the activity stood, by the last record that says so; what was announced for this quarter, by the record just before."""
    told = {name: _last_told(earlier, name) for name in ("statut", "avancement", "debut_reel")}
    return {**told, "statut": told["statut"] and told["statut"].value, "prochaines_etapes": last.prochaines_etapes if last else None}


def _last_told(earlier: Sequence[SuiviActivite], name: str) -> Any:
    return next((value for suivi in reversed(earlier) if (value := getattr(suivi, name)) is not None), None)


def _so_far(earlier: Sequence[SuiviActivite]) -> dict[str, Any]:
    """Participants and expenses before the quarter; one sum alone where one currency was used, so that a cell can add to it."""
    people = [one.participants for one in earlier if one.participants]
    counted = [total for one in people if (total := _persons(one)) is not None]
    sums = parts.amounts(figures.totals_by_currency(one.depenses for one in earlier))
    alone = sums[0] if len(sums) == 1 else {"montant": None, "devise": None}
    return {"participants": sum(counted) if counted else None, "depenses": sums, **alone}


def _persons(participants: Participants) -> int | None:
    if participants.total is not None:
        return participants.total
    given = [number for number in (participants.femmes, participants.hommes) if number is not None]
    institutions = [number for name in INSTITUTIONS if (number := getattr(participants, name)) is not None]
    return sum(given or institutions) if given or institutions else None


# --- indicators -------------------------------------------------------------------------------------------------------------------------


def _indicators(catalogue: Catalogue, pays: Pays, periode: Periode, passe: Passe) -> list[dict[str, Any]]:
    now, last = _by_indicator(passe.fiche), _by_indicator(passe.derniere)
    return [
        {
            **_description(indicateur, periode),
            "attendu": is_asked(catalogue, indicateur, pays, periode.code),
            "releve": _reading(now.get(indicateur.code)),
            "precedent": _value(last.get(indicateur.code), 100 if is_percentage(indicateur) else 1),
        }
        for indicateur in catalogue.cadre_logique.indicateurs
    ]


def _by_indicator(fiche: Fiche | None) -> dict[str, SuiviIndicateur]:
    return {suivi.code: suivi for suivi in fiche.indicateurs} if fiche else {}


def _description(indicateur: Indicateur, periode: Periode) -> dict[str, Any]:
    """What is measured, from where and to where: the target is the next one that is due."""
    due = [cible for cible in indicateur.cibles if cible.date.fin >= periode.fin] or list(indicateur.cibles[-1:])
    cible, reference = (due[0] if due else None), indicateur.reference
    return {
        "code": indicateur.code,
        "libelle": indicateur.libelle,
        "niveau": indicateur.niveau.value,
        "unite": indicateur.unite,
        "frequence": indicateur.frequence.value if indicateur.frequence else None,
        "agregation": indicateur.agregation.value,
        "ratio": indicateur.agregation is Agregation.RATIO,
        "pourcent": is_percentage(indicateur),
        "desagregations": [one.value for one in indicateur.desagregations],
        "source_verification": indicateur.source_verification,
        "reference": reference.valeur if reference else None,
        "reference_date": str(reference.date) if reference else None,
        "cible": cible.valeur if cible else None,
        "cible_date": str(cible.date) if cible else None,
    }


def _reading(suivi: SuiviIndicateur | None) -> dict[str, Any]:
    """All that can be filled for an indicator."""
    parts_of = suivi.ventilation if suivi else None
    return {
        **{name: getattr(suivi, name, None) for name in ("valeur", "numerateur", "denominateur", "source", "commentaire")},
        "ventilation": {name: getattr(parts_of, name, None) for name in Ventilation.model_fields},
    }


def _value(suivi: SuiviIndicateur | None, times: int) -> dict[str, Any]:
    """The value of an indicator, worked out for a ratio (times 100 for a percentage), as figures work it out."""
    if suivi is not None and suivi.numerateur is not None and suivi.denominateur:
        return {"valeur": quotient(suivi.numerateur, suivi.denominateur, times)}
    return {"valeur": suivi.valeur if suivi else None}


# --- risks, narrative, marks ------------------------------------------------------------------------------------------------------------


def _risks(passe: Passe) -> list[dict[str, Any]]:
    """The risks of the quarter, else those of the quarter before, then empty rows with codes that no record has used."""
    last = {risque.code: risque for risque in passe.derniere.risques} if passe.derniere else {}
    known = passe.fiche.risques if passe.fiche else tuple(last.values())
    fiches = (*passe.avant, *([passe.fiche] if passe.fiche else []))
    highest = max((int(risque.code[1:]) for fiche in fiches for risque in fiche.risques), default=0)
    free = [f"R{number}" for number in range(highest + 1, min(highest + EMPTY_RISKS, 999) + 1)]
    return [_risk(risque.code, risque, last.get(risque.code)) for risque in known] + [_risk(code, None, None) for code in free]


def _risk(code: str, risque: Risque | None, before: Risque | None) -> dict[str, Any]:
    values = risque.model_dump(mode="json") if risque else dict.fromkeys(Risque.model_fields)
    return {**values, "code": code, "precedent": {"etat": before.etat.value if before and before.etat else None}}


def _narrative(passe: Passe) -> list[dict[str, Any]]:
    now = passe.fiche.narratif if passe.fiche else Narratif()
    last = passe.derniere.narratif if passe.derniere else Narratif()
    return [
        {
            "champ": name,
            "libelle": field.title,
            "consigne": field.description,
            "texte": getattr(now, name),
            "precedent": {"texte": getattr(last, name)},
        }
        for name, field in Narratif.model_fields.items()
    ]


def _marks(dossier: Dossier, pays: Pays, periode: Periode, fiche: Fiche | None) -> list[dict[str, str]]:
    """What the hidden sheet says: of what the workbook was made, and for each item the fingerprints of its stored values."""
    made_of = {
        "projet": dossier.catalogue.projet.sigle.valeur,
        "periode": periode.code,
        "pays": pays.code,
        "catalogue": dossier.catalogue.revision,
        "formulaire": FORMULAIRE,
    }
    items: dict[str, list[str]] = defaultdict(list)
    for place, text in plat(fiche).items() if fiche else ():
        item, _, name = place.rpartition("/")
        items[item].append(f"{name}={empreinte(text)}")
    return [{"cle": key, "valeur": value} for key, value in (*made_of.items(), *((key, " ".join(one)) for key, one in items.items()))]
