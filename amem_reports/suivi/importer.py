"""The way in: workbooks filled by country teams become records, all of a workbook or nothing of it, and never over what another wrote."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from amem_reports import yaml_lines
from amem_reports.dossier import Suivi
from amem_reports.errors import AmemError, Constat
from amem_reports.fiche import Action, Envoi, EtatFiche, Fiche, Passage, canonique, empreinte, groupes, valeurs
from amem_reports.french import slug
from amem_reports.model import Catalogue
from amem_reports.suivi import classeur as classeurs
from amem_reports.suivi import lecture as lectures
from amem_reports.suivi.classeur import Classeur, Faute
from amem_reports.suivi.depot import Depot, opened, received
from amem_reports.suivi.fusion import Changement, Conflits, Fusion, merge, ordered
from amem_reports.suivi.lecture import Lecture, broken_rules


@dataclass(frozen=True)
class Demande:
    """How workbooks are to be imported."""

    date: date
    conflits: Conflits = Conflits.REFUSER
    rouvrir: str | None = None
    essai: bool = False


@dataclass(frozen=True)
class Resultat:
    """What became of one workbook: the record it made (None when refused), what changed, whether it is to be
    stored, faults and warnings.
    """

    fichier: Path
    fiche: Fiche | None = None
    changements: tuple[Changement, ...] = ()
    nouvelle: bool = False
    fautes: tuple[Faute, ...] = ()
    avertissements: tuple[Faute, ...] = ()
    constats: tuple[Constat, ...] = ()

    @property
    def refuse(self) -> bool:
        """Whether nothing of this workbook was taken."""
        return bool(self.fautes or self.constats)


def import_all(catalogue: Catalogue, folder: Path, fichiers: Sequence[Path], demande: Demande) -> list[Resultat]:
    """Import workbooks one after the other, each seeing those before it; `folder` is the catalogue's."""
    with yaml_lines.uncollected():
        return _import_all(catalogue, folder, fichiers, demande)


def _import_all(catalogue: Catalogue, folder: Path, fichiers: Sequence[Path], demande: Demande) -> list[Resultat]:
    if demande.essai:
        return _import_each(_Cadre(catalogue, Depot(folder), demande), fichiers)
    with opened(folder) as depot:
        return _import_each(_Cadre(catalogue, depot, demande), fichiers)


@dataclass(frozen=True)
class _Cadre:
    catalogue: Catalogue
    depot: Depot
    demande: Demande


def _import_each(cadre: _Cadre, fichiers: Sequence[Path]) -> list[Resultat]:
    records = {(fiche.periode, fiche.pays): fiche for fiche in cadre.depot.suivi.fiches}
    results = []
    for path in fichiers:
        result = _import(cadre, records, path)
        results.append(result)
        if result.fiche:
            records[result.fiche.periode, result.fiche.pays] = result.fiche
    return results


def _import(cadre: _Cadre, records: dict[tuple[str, str], Fiche], path: Path) -> Resultat:
    try:
        classeur = classeurs.read(path)
    except AmemError as error:
        return Resultat(path, constats=error.constats)
    lecture = lectures.read(classeur, cadre.catalogue)
    told = tuple(lecture.avertissements)
    if lecture.fautes:
        return Resultat(path, fautes=tuple(dict.fromkeys(lecture.fautes)), avertissements=told)
    stored = records.get((lecture.periode.code, lecture.pays.code))
    fusion = _merged(lecture, stored, cadre)
    if stored and stored.etat is EtatFiche.VALIDE and not cadre.demande.rouvrir and (fusion.changements or fusion.conflits):
        return Resultat(path, constats=(_locked(path, stored),), avertissements=told)
    if fusion.conflits and cadre.demande.conflits is Conflits.REFUSER:
        return Resultat(path, fautes=tuple(_conflict(change, lecture, stored) for change in fusion.conflits), avertissements=told)
    if stored and (fautes := _broken_by_merging(fusion, lecture, cadre.catalogue)):
        return Resultat(path, fautes=fautes, avertissements=told)
    fiche = _record(lecture, stored, fusion, cadre)
    if not cadre.demande.essai and fiche is not stored:
        cadre.depot.write(fiche, classeur.octets)
    return Resultat(path, fiche, tuple(fusion.changements), nouvelle=fiche is not stored, avertissements=told)


def _locked(path: Path, stored: Fiche) -> Constat:
    message = f"la fiche de {stored.pays} pour {stored.periode} est validée : elle est fermée"
    return Constat(path.name, "", message, "donner la raison de la changer avec --rouvrir « motif »")


def _merged(lecture: Lecture, stored: Fiche | None, cadre: _Cadre) -> Fusion:
    """Merge a workbook into the record; totals of women and men are worked out again, as each half may come from another workbook."""
    said = {place: value for place, value in lecture.valeurs.items() if not _is_sum(place, lecture.valeurs)}
    old = valeurs(stored) if stored else {}
    fusion = merge(old, said, _base(lecture, stored, cadre), cadre.demande.conflits)
    for place in [place for place in fusion.valeurs if place.endswith("/participants.femmes")]:
        whole, hommes = place.replace(".femmes", ".total"), fusion.valeurs.get(place.replace(".femmes", ".hommes"))
        if hommes is not None:
            fusion.valeurs[whole] = fusion.valeurs[place] + hommes
    return fusion


def _is_sum(place: str, said: dict[str, Any]) -> bool:
    start = place.removesuffix("total")
    return place.endswith("/participants.total") and said.get(start + "femmes") is not None and said.get(start + "hommes") is not None


def _broken_by_merging(fusion: Fusion, lecture: Lecture, catalogue: Catalogue) -> tuple[Faute, ...]:
    """Two workbooks, each sound, can contradict each other."""
    fautes = []
    for place, ecart in broken_rules(fusion.valeurs, catalogue, lecture.periode):
        cell = lecture.cellules.get(place)
        message = f"avec ce qui est déjà enregistré, {ecart.message}"
        fautes.append(Faute(cell.feuille if cell else "", cell.ref if cell else "", message, ecart.remede))
    return tuple(fautes)


def _base(lecture: Lecture, stored: Fiche | None, cadre: _Cadre) -> Callable[[str], str]:
    """What the workbook started from: what its sender last sent from the same hand-out, else the hand-out itself."""
    handed_out = lecture.classeur.empreintes
    earlier = _earlier(lecture, stored, cadre) if stored else None
    if earlier is None:
        return lambda place: handed_out.get(place, "")
    sent = {place: empreinte(text) for place, text in earlier.items()}
    return lambda place: sent.get(place, "")


def _earlier(lecture: Lecture, stored: Fiche, cadre: _Cadre) -> dict[str, str] | None:
    """The values of the last workbook received from the same person and made in the same hand-out; None when there is none."""
    for passage in reversed(stored.historique):
        if passage.envoi and slug(passage.envoi.par) == slug(str(lecture.envoi["par"])):
            path = received(cadre.depot.folder / stored.periode, stored.pays, passage.envoi)
            classeur = _reread(path)
            if classeur and classeur.empreintes == lecture.classeur.empreintes:
                return _texts(classeur, cadre.catalogue)
            return None
    return None


def _reread(path: Path) -> Classeur | None:
    try:
        return classeurs.read(path)
    except AmemError:
        return None


def _texts(classeur: Classeur, catalogue: Catalogue) -> dict[str, str]:
    values = lectures.read(classeur, catalogue).valeurs
    return {place: canonique(value) for place, value in values.items() if value is not None}


def _record(lecture: Lecture, stored: Fiche | None, fusion: Fusion, cadre: _Cadre) -> Fiche:
    """The record after this workbook; the stored one itself when nothing changes."""
    etat = EtatFiche(lecture.envoi["etat"])
    if stored and not fusion.changements and (stored.etat in (etat, EtatFiche.VALIDE) or _last_sent(stored) == lecture.classeur.sha256):
        return stored
    envoi = Envoi(
        par=lecture.envoi["par"],
        date=lecture.envoi["date"],
        classeur=lecture.classeur.nom,
        sha256=lecture.classeur.sha256,
        catalogue=lecture.classeur.marques["catalogue"],
    )
    steps = list(stored.historique) if stored else []
    if stored and stored.etat is EtatFiche.VALIDE:
        steps.append(Passage(date=cadre.demande.date, action=Action.REOUVERTURE, motif=cadre.demande.rouvrir))
    steps.append(Passage(date=cadre.demande.date, action=Action.IMPORT, par=envoi.par, envoi=envoi))
    order: dict[str, list[str]] = {
        "activites": [activite.identifiant for activite in lecture.pays.activites],
        "indicateurs": [indicateur.code for indicateur in cadre.catalogue.cadre_logique.indicateurs],
    }
    content = ordered(groupes(fusion.valeurs), order)
    head = {"periode": lecture.periode.code, "pays": lecture.pays.code, "etat": etat, "historique": tuple(steps)}
    return Fiche.model_validate({**head, **content})


def _last_sent(fiche: Fiche) -> str:
    return fiche.envoi.sha256 if fiche.envoi else ""


def _conflict(change: Changement, lecture: Lecture, stored: Fiche | None) -> Faute:
    cell = lecture.cellules[change.place]
    sender = f" par {stored.envoi.par}" if stored and stored.envoi else ""
    message = f"« {change.apres or 'vide'} » ici, mais « {change.avant or 'vide'} » a été enregistré{sender} depuis la remise du classeur"
    return Faute(cell.feuille, cell.ref, message, "s’accorder, puis importer avec --conflits nouveau ou --conflits ancien")


# --- from the country to the project ----------------------------------------------------------------------------------------------------


def validate(folder: Path, periode: str, pays: str, par: str | None, day: date) -> Fiche:
    """Close a record that was sent; AmemError when there is none, or it is a draft."""
    return _step(folder, periode, pays, EtatFiche.VALIDE, Passage(date=day, action=Action.VALIDATION, par=par))


def refuse(folder: Path, periode: str, pays: str, motif: str, day: date, par: str | None = None) -> Fiche:
    """Send a record back with a reason."""
    return _step(folder, periode, pays, EtatFiche.REFUSE, Passage(date=day, action=Action.REFUS, par=par, motif=motif))


def _step(folder: Path, periode: str, pays: str, etat: EtatFiche, passage: Passage) -> Fiche:
    with opened(folder) as depot:
        fiche = _stored(depot.suivi, periode, pays)
        if fiche.etat is not EtatFiche.SOUMIS:
            message = f"la fiche est à l’état « {fiche.etat} »"
            remede = "la rouvrir par un nouvel import (--rouvrir)" if fiche.etat is EtatFiche.VALIDE else "attendre un classeur « soumis »"
            raise AmemError([Constat(fiche.nom, "", message, remede)])
        changed = fiche.model_copy(update={"etat": etat, "historique": (*fiche.historique, passage)})
        depot.write(changed)
        return changed


def _stored(suivi: Suivi, periode: str, pays: str) -> Fiche:
    fiche = suivi.of(periode, pays)
    if fiche is None:
        raise AmemError([Constat(f"{periode}/{pays}.yaml", "", "aucune fiche reçue", "importer d’abord le classeur du pays")])
    return fiche
