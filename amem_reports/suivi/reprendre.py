"""The way back from a report: passages edited in Word go into the records they came from, all of a document or nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from amem_reports import endroits, french
from amem_reports.dossier import Suivi
from amem_reports.endroits import Endroit
from amem_reports.errors import Constat
from amem_reports.fiche import Action, Envoi, EtatFiche, Fiche, Narratif, Passage, groupes, valeurs
from amem_reports.markdown import normal
from amem_reports.model import Catalogue, Pays
from amem_reports.suivi import rapport_lu
from amem_reports.suivi.depot import Depot, opened
from amem_reports.suivi.fusion import Changement, Conflits, Fusion, merge, ordered
from amem_reports.suivi.importer import Demande
from amem_reports.suivi.noms import label
from amem_reports.suivi.rapport_lu import PassageLu, RapportLu
from amem_reports.yaml_lines import shown

Cle = tuple[str, str]


@dataclass(frozen=True)
class Difference:
    """A passage that changes: how a person calls it, its Markdown before and after."""

    libelle: str
    avant: str
    apres: str


@dataclass
class Reprise:
    """What became of a document: the records it changed or would, each difference, what a person must know, and why it was refused."""

    fichier: Path
    passages: int = 0
    fiches: list[Fiche] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    ecartees: int = 0
    avertissements: list[Constat] = field(default_factory=list)
    fautes: list[Constat] = field(default_factory=list)

    def warn(self, endroit: str, message: str, remede: str = "") -> None:
        self.avertissements.append(Constat(self.fichier.name, endroit, message, remede))

    def refuse(self, endroit: str, message: str, remede: str) -> None:
        self.fautes.append(Constat(self.fichier.name, endroit, message, remede))


def take_back(catalogue: Catalogue, folder: Path, fichier: Path, demande: Demande) -> Reprise:
    """Take the passages of a report back; `folder` is the catalogue's. AmemError when the file is no report at all."""
    if demande.essai:
        return _Travail(catalogue, Depot(folder), fichier, demande).run()
    with opened(folder) as depot:
        return _Travail(catalogue, depot, fichier, demande).run()


def known_passages(catalogue: Catalogue, suivi: Suivi) -> dict[str, Endroit]:
    """All passages that a report on these records can have, by their key."""
    activites = {pays.code: [activite.identifiant for activite in pays.activites] for pays in catalogue.pays}
    found = []
    for fiche in suivi.fiches:
        told = [one.identifiant for one in fiche.activites]
        found += [endroits.rubrique(fiche.pays, fiche.periode, nom) for nom in Narratif.model_fields]
        for identifiant in dict.fromkeys((*activites.get(fiche.pays, ()), *told)):
            found += [endroits.activite(fiche.pays, fiche.periode, identifiant, champ) for champ in endroits.CHAMPS]
    return {endroit.cle: endroit for endroit in found}


class _Travail:
    def __init__(self, catalogue: Catalogue, depot: Depot, fichier: Path, demande: Demande) -> None:
        self.catalogue, self.depot, self.demande = catalogue, depot, demande
        self.reprise = Reprise(fichier)
        self.pays = {pays.code: pays for pays in catalogue.pays}

    def run(self) -> Reprise:
        connus = known_passages(self.catalogue, self.depot.suivi)
        rapport = rapport_lu.read(self.reprise.fichier, connus)
        self.reprise.passages = len(rapport.passages)
        self._tell_document(rapport, connus)
        merged = {cle: self._merge(fiche, passages) for cle, (fiche, passages) in self._by_record(rapport).items()}
        if self.reprise.fautes:
            return self.reprise
        for fiche, fusion in merged.values():
            if fusion.changements:
                self.reprise.fiches.append(self._record(fiche, fusion, rapport))
        if self.reprise.fiches and not self.demande.essai:
            self.depot.write_all(self.reprise.fiches, rapport.octets)
        return self.reprise

    # --- what the document says of itself -----------------------------------------------------------------------------------------------

    def _tell_document(self, rapport: RapportLu, connus: dict[str, Endroit]) -> None:
        there = {passage.endroit.cle for passage in rapport.passages}
        for key in (key for key in rapport.cles if key not in there):
            name = self._name(connus[key]) if key in connus else "un passage"
            self.reprise.warn(name, "passage supprimé du document : le suivi le garde", _ERASE)
        for endroit in rapport.doubles:
            message = "ce passage est deux fois dans le document, avec deux textes"
            self.reprise.refuse(self._name(endroit), message, "n’en garder qu’un")
        for passage in rapport.passages:
            name = self._name(passage.endroit)
            for message in passage.lu.refus:
                self.reprise.refuse(name, message, "l’enlever de ce passage")
            for said in passage.lu.revisions:
                self.reprise.warn(name, f"révision en attente, lue comme acceptée : {_printable(said)}")
            for said in passage.lu.commentaires:
                self.reprise.warn(name, f"commentaire non repris : {_printable(said)}")

    def _by_record(self, rapport: RapportLu) -> dict[Cle, tuple[Fiche, list[PassageLu]]]:
        found: dict[Cle, tuple[Fiche, list[PassageLu]]] = {}
        for passage in rapport.passages:
            endroit = passage.endroit
            fiche = self.depot.suivi.of(endroit.trimestre, endroit.pays)
            if fiche is None:
                message = "le suivi n’a pas de fiche pour ce pays et ce trimestre"
                self.reprise.refuse(self._name(endroit), message, "reprendre le rapport dans l’espace de travail où il a été produit")
            elif self._unknown(endroit, fiche):
                message = "cette activité n’est plus au catalogue"
                self.reprise.refuse(self._name(endroit), message, "la remettre au catalogue, ou enlever le passage du document")
            else:
                found.setdefault((endroit.trimestre, endroit.pays), (fiche, []))[1].append(passage)
        return found

    def _unknown(self, endroit: Endroit, fiche: Fiche) -> bool:
        section, item, _ = endroit.place.split("/")
        pays = self.pays.get(endroit.pays)
        known = {*(one.identifiant for one in (pays.activites if pays else ())), *(one.identifiant for one in fiche.activites)}
        return section == "activites" and item not in known

    # --- one record ---------------------------------------------------------------------------------------------------------------------

    def _merge(self, fiche: Fiche, passages: list[PassageLu]) -> tuple[Fiche, Fusion]:
        written = valeurs(fiche)
        stored = {one.endroit.place: normal(written[one.endroit.place]) for one in passages if one.endroit.place in written}
        said = {one.endroit.place: one.texte for one in passages if one.texte is not None}
        base = {one.endroit.place: one.base for one in passages}
        fusion = merge(stored, said, lambda place: base[place], self.demande.conflits)
        for passage in passages:
            if passage.texte is None and passage.base and passage.endroit.place in stored:
                self.reprise.warn(self._name(passage.endroit), "passage vidé dans le document : le suivi le garde", _ERASE)
        self._tell(fiche, fusion, {one.endroit.place: one for one in passages})
        return fiche, fusion

    def _tell(self, fiche: Fiche, fusion: Fusion, passages: dict[str, PassageLu]) -> None:
        for change in (*fusion.changements, *fusion.refusees):
            passage = passages[change.place]
            name = self._name(passage.endroit)
            self.reprise.differences.append(Difference(name, change.avant, change.apres))
            for message in passage.lu.remarques:
                self.reprise.warn(name, message, "relire ce passage dans le prochain rapport")
        for change in fusion.conflits:
            self._tell_conflict(self._name(passages[change.place].endroit), change)
        for change in fusion.effaces:
            message = "passage effacé du suivi depuis que le rapport a été produit, et le reste"
            self.reprise.warn(self._name(passages[change.place].endroit), message, "l’écrire dans le classeur de suivi, s’il compte")
        changed = fusion.changements or fusion.refusees
        if changed and fiche.etat is EtatFiche.VALIDE and not self.demande.rouvrir:
            message = f"la fiche de {fiche.pays} pour {fiche.periode} est validée : elle est fermée"
            self.reprise.refuse("", message, "donner la raison de la changer avec --rouvrir « motif »")
        self.reprise.ecartees += len(fusion.refusees)

    def _tell_conflict(self, name: str, change: Changement) -> None:
        here, there = f"« {shown(change.apres)} »", f"« {shown(change.avant)} »" if change.avant else "rien"
        if self.demande.conflits is Conflits.REFUSER:
            message = f"{here} dans le document, mais {there} dans le suivi, changé depuis que le rapport a été produit"
            self.reprise.refuse(name, message, "s’accorder, puis reprendre avec --conflits nouveau ou --conflits ancien")
        elif self.demande.conflits is Conflits.NOUVEAU:
            message = f"conflit : {here}, du document, est gardé, {there}, du suivi, est écarté"
            self.reprise.warn(name, message, "sinon, corriger le document et le reprendre de nouveau")
        else:
            message = f"conflit : {there}, du suivi, est gardé, {here}, du document, est écarté"
            self.reprise.warn(name, message, "sinon, reprendre de nouveau avec --conflits nouveau")

    def _record(self, fiche: Fiche, fusion: Fusion, rapport: RapportLu) -> Fiche:
        """The record with its new passages; a validated one is reopened for that, and is to be validated again."""
        reopened = fiche.etat is EtatFiche.VALIDE
        par = self.demande.par or french.A_RENSEIGNER
        envoi = Envoi(
            par=par,
            date=self.demande.date,
            classeur=rapport.nom,
            sha256=rapport.sha256,
            catalogue=self.catalogue.revision,
            ecartes=tuple(change.place for change in fusion.refusees),
        )
        steps = [*fiche.historique]
        if reopened:
            steps.append(Passage(date=self.demande.date, action=Action.REOUVERTURE, par=self.demande.par, motif=self.demande.rouvrir))
        steps.append(Passage(date=self.demande.date, action=Action.REPRISE, par=par, envoi=envoi))
        changed = {change.place: fusion.valeurs[change.place] for change in fusion.changements}
        content = ordered(groupes({**valeurs(fiche), **changed}), self._order(self.pays[fiche.pays]))
        etat = EtatFiche.SOUMIS if reopened else fiche.etat
        return Fiche.model_validate({"periode": fiche.periode, "pays": fiche.pays, "etat": etat, "historique": tuple(steps), **content})

    def _order(self, pays: Pays) -> dict[str, Any]:
        indicateurs = self.catalogue.cadre_logique.indicateurs
        return {"activites": [one.identifiant for one in pays.activites], "indicateurs": [one.code for one in indicateurs]}

    def _name(self, endroit: Endroit) -> str:
        pays = self.pays.get(endroit.pays)
        return f"{pays.nom if pays else endroit.pays}, {french.periode(endroit.trimestre)}, {label(endroit.place)}"


_ERASE = "pour l’effacer, l’effacer dans le classeur de suivi et l’importer"


def _printable(text: str) -> str:
    """Words of a stranger's document on one line, cut when they are long."""
    return _shown(shown(text))


def _shown(text: str) -> str:
    """Words without what would move a terminal's cursor."""
    return "".join(sign for sign in text if sign.isprintable() or sign.isspace())


def lines(difference: Difference) -> Iterator[str]:
    """The lines of a passage that go (« - ») and that come (« + »)."""
    import difflib

    compared = list(difflib.unified_diff(difference.avant.splitlines(), difference.apres.splitlines(), n=0, lineterm=""))
    for line in compared[2:]:
        if line[0] in "-+" and line[1:].strip():
            yield f"{line[0]} {_shown(line[1:])}"
