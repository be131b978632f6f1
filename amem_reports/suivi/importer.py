"""The way in: workbooks filled by country teams become records, all of a workbook or nothing of it, and never over what another wrote."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from amem_reports import yaml_lines
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
from amem_reports.suivi.libelles import shown


@dataclass(frozen=True)
class Demande:
    """How workbooks are to be imported."""

    date: date
    conflits: Conflits = Conflits.REFUSER
    rouvrir: str | None = None
    par: str | None = None
    essai: bool = False


@dataclass(frozen=True)
class Resultat:
    """What became of one workbook: the record it made (None when refused), what changed or would, whether it is to be stored or had been
    taken before, how many of its values a conflict left aside, faults and warnings.
    """

    fichier: Path
    fiche: Fiche | None = None
    changements: tuple[Changement, ...] = ()
    nouvelle: bool = False
    connu: bool = False
    ecartees: int = 0
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
    stored = records.get((lecture.periode.code, lecture.pays.code))
    if stored and (envoi := _taken(stored, classeur.sha256)) and not (envoi.ecartes and cadre.demande.conflits is Conflits.NOUVEAU):
        return Resultat(path, stored, connu=True, ecartees=len(envoi.ecartes))
    told = tuple(lecture.avertissements)
    if lecture.fautes:
        closed = (_locked(path, stored),) if stored and _is_closed(stored, cadre) else ()
        return Resultat(path, constats=closed, fautes=tuple(dict.fromkeys(lecture.fautes)), avertissements=told)
    return _import_sound(cadre, path, lecture, stored)


def _import_sound(cadre: _Cadre, path: Path, lecture: Lecture, stored: Fiche | None) -> Resultat:
    """Merge a workbook without fault into the record, and store it unless it is refused there."""
    fusion = _merged(lecture, stored, cadre)
    result = Resultat(path, changements=(*fusion.changements, *fusion.refusees), avertissements=_warnings(fusion, lecture, stored, cadre))
    if stored and _is_closed(stored, cadre) and result.changements:
        return replace(result, constats=(_locked(path, stored),))
    if fusion.conflits and cadre.demande.conflits is Conflits.REFUSER:
        return replace(result, fautes=tuple(_conflict(change, lecture, stored) for change in fusion.conflits))
    if stored and (fautes := _broken_by_merging(fusion, lecture, cadre.catalogue)):
        return replace(result, fautes=fautes)
    fiche = _record(lecture, stored, fusion, cadre)
    if not cadre.demande.essai and fiche is not stored:
        cadre.depot.write(fiche, lecture.classeur.octets)
    changes = tuple(fusion.changements)
    return replace(result, fiche=fiche, changements=changes, nouvelle=fiche is not stored, ecartees=len(fusion.refusees))


def _taken(fiche: Fiche, sha256: str) -> Envoi | None:
    """The sending by which this very file came in."""
    sendings = (passage.envoi for passage in fiche.historique if passage.envoi)
    return next((envoi for envoi in sendings if envoi.sha256 == sha256), None)


def _is_closed(stored: Fiche, cadre: _Cadre) -> bool:
    return stored.etat is EtatFiche.VALIDE and not cadre.demande.rouvrir


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
    """What the workbook started from: the hand-out, then what its sender has sent from the same hand-out and was taken.

    Without a record all that the workbook says is new: what it was handed out with has been lost since.
    """
    if stored is None:
        return lambda place: ""
    base = dict(lecture.classeur.empreintes)
    for envoi in _earlier(lecture, stored):
        classeur = _reread(received(cadre.depot.folder / stored.periode, stored.pays, envoi))
        if classeur and classeur.empreintes == lecture.classeur.empreintes:
            sent = lectures.read(classeur, cadre.catalogue).valeurs
            base.update({place: _mark(value) for place, value in sent.items() if place not in envoi.ecartes})
    return lambda place: base.get(place, "")


def _earlier(lecture: Lecture, stored: Fiche) -> list[Envoi]:
    """What the same person has sent, up to the day of this workbook: an old copy must not pass for a correction."""
    sendings = [passage.envoi for passage in stored.historique if passage.envoi]
    who, day = slug(str(lecture.envoi["par"])), lecture.envoi["date"]
    return [envoi for envoi in sendings if slug(envoi.par) == who and envoi.date <= day]


def _mark(value: Any) -> str:
    return "" if value is None or value == () else empreinte(canonique(value))


def _reread(path: Path) -> Classeur | None:
    try:
        return classeurs.read(path)
    except AmemError:
        return None


def _record(lecture: Lecture, stored: Fiche | None, fusion: Fusion, cadre: _Cadre) -> Fiche:
    """The record after this workbook; the stored one itself when nothing changes.

    A workbook that brings no value can still send a draft, or send again what was refused; it opens nothing and takes nothing back.
    """
    etat = EtatFiche(lecture.envoi["etat"])
    if stored and not fusion.changements and not (etat is EtatFiche.SOUMIS and stored.etat in (EtatFiche.BROUILLON, EtatFiche.REFUSE)):
        return stored
    envoi = Envoi(
        par=lecture.envoi["par"],
        date=lecture.envoi["date"],
        classeur=lecture.classeur.nom,
        sha256=lecture.classeur.sha256,
        catalogue=lecture.classeur.marques["catalogue"],
        ecartes=tuple(change.place for change in fusion.refusees),
    )
    steps = list(stored.historique) if stored else []
    if stored and stored.etat is EtatFiche.VALIDE:
        steps.append(Passage(date=cadre.demande.date, action=Action.REOUVERTURE, par=cadre.demande.par, motif=cadre.demande.rouvrir))
    steps.append(Passage(date=cadre.demande.date, action=Action.IMPORT, par=envoi.par, envoi=envoi))
    order: dict[str, list[str]] = {
        "activites": [activite.identifiant for activite in lecture.pays.activites],
        "indicateurs": [indicateur.code for indicateur in cadre.catalogue.cadre_logique.indicateurs],
    }
    content = ordered(groupes(fusion.valeurs), order)
    head = {"periode": lecture.periode.code, "pays": lecture.pays.code, "etat": etat, "historique": tuple(steps)}
    return Fiche.model_validate({**head, **content})


def _conflict(change: Changement, lecture: Lecture, stored: Fiche | None) -> Faute:
    here, there = _sides(change)
    message = f"{here} ici, mais {there} a été enregistré depuis la remise du classeur{_last(stored)}"
    return _at(lecture, change.place, message, "s’accorder, puis importer avec --conflits nouveau ou --conflits ancien")


def _warnings(fusion: Fusion, lecture: Lecture, stored: Fiche | None, cadre: _Cadre) -> tuple[Faute, ...]:
    """What a person must know of a workbook that is taken: values kept or dropped in a conflict, erased since, a sending taken back."""
    told = list(lecture.avertissements)
    if cadre.demande.conflits is not Conflits.REFUSER:
        told += [_settled(change, lecture, stored, cadre.demande.conflits) for change in fusion.conflits]
    for change in fusion.effaces:
        message = f"{_sides(change)[0]} a été effacé de la fiche depuis la remise du classeur, et le reste"
        told.append(_at(lecture, change.place, message, "refaire le classeur avec « amem saisie » et l’y écrire, si la valeur compte"))
    if stored and stored.etat is EtatFiche.SOUMIS and fusion.changements and lecture.envoi["etat"] is EtatFiche.BROUILLON:
        told.append(
            Faute("", "", "la fiche était soumise : ce classeur en refait un brouillon", "renvoyer le classeur à l’état « soumis »")
        )
    return tuple(told)


def _settled(change: Changement, lecture: Lecture, stored: Fiche | None, conflits: Conflits) -> Faute:
    """Which of the two values a conflict keeps, and which it drops."""
    here, there = _sides(change)
    if conflits is Conflits.NOUVEAU:
        message = f"conflit : {here} est gardé, {there}, déjà enregistré{_last(stored)}, est écarté"
        return _at(lecture, change.place, message, "sinon, corriger le classeur et l’importer de nouveau")
    message = f"conflit : {there}, déjà enregistré{_last(stored)}, est gardé, {here} est écarté"
    return _at(lecture, change.place, message, "sinon, importer de nouveau avec --conflits nouveau")


def _sides(change: Changement) -> tuple[str, str]:
    """What the workbook says and what the store says, quoted and cut short."""
    return f"« {yaml_lines.shown(shown(change.place, change.apres))} »", f"« {yaml_lines.shown(shown(change.place, change.avant))} »"


def _last(stored: Fiche | None) -> str:
    return f" (dernier envoi : {stored.envoi.par})" if stored and stored.envoi else ""


def _at(lecture: Lecture, place: str, message: str, remede: str) -> Faute:
    cell = lecture.cellules[place]
    return Faute(cell.feuille, cell.ref, message, remede)
