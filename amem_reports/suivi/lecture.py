"""From the cells of a workbook to the values of a record: each field read by its own rule, every fault with its cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from amem_reports import french
from amem_reports.fiche import (
    INSTITUTIONS,
    Ecart,
    EtatFiche,
    EtatRisque,
    Gravite,
    Narratif,
    Probabilite,
    StatutActivite,
    SuiviActivite,
    SuiviIndicateur,
    ecarts_activite,
    ecarts_indicateur,
    groupes,
)
from amem_reports.french import slug
from amem_reports.model import Agregation, Catalogue, Devise, Indicateur, Pays, Periode
from amem_reports.suivi import valeurs
from amem_reports.suivi.classeur import FORMULAIRE, TOTAL, Cellule, Classeur, Faute, NonCalcule
from amem_reports.suivi.noms import title
from amem_reports.suivi.valeurs import IllisibleError, Lire, choix, quoted, vide

CHAMPS: dict[str, dict[str, Lire]] = {
    "activites": {
        "statut": choix(StatutActivite),
        "avancement": valeurs.pourcent,
        "debut_reel": valeurs.jour,
        "fin_reelle": valeurs.jour,
        "livrables": valeurs.liste,
        **{f"participants.{nom}": valeurs.effectif for nom in ("femmes", "hommes", "total", *INSTITUTIONS)},
        "depenses.montant": valeurs.montant,
        "depenses.devise": choix(Devise),
        "recit": valeurs.texte,
        "difficultes": valeurs.texte,
        "mesures": valeurs.texte,
        "prochaines_etapes": valeurs.texte,
        "preuves": valeurs.liste,
    },
    "indicateurs": {
        **dict.fromkeys(("valeur", "numerateur", "denominateur", "ventilation.femmes", "ventilation.hommes"), valeurs.nombre),
        "source": valeurs.texte,
        "commentaire": valeurs.texte,
    },
    "risques": {
        "libelle": valeurs.texte,
        "probabilite": choix(Probabilite),
        "impact": choix(Gravite),
        "mesure": valeurs.texte,
        "responsable": valeurs.texte,
        "etat": choix(EtatRisque),
    },
    "narratif": {"texte": valeurs.texte},
}
_NOMS = {"activites": "activité", "indicateurs": "indicateur", "risques": "risque", "narratif": "rubrique du récit"}
_FEUILLES = {"activites": "Activités", "indicateurs": "Indicateurs", "risques": "Risques", "narratif": "Récit"}
_SANS_MARQUES = "cette feuille manque, ou sa ligne ou sa colonne masquée a été effacée"
_REMEDE = "repartir du classeur fait par « amem saisie », et y reporter les réponses"
_ENVOI: dict[str, Lire] = {"par": valeurs.texte, "date": valeurs.jour, "etat": choix(EtatFiche)}


@dataclass
class Lecture:
    """What a workbook says: `valeurs` by place (`activites/MA-1.1/statut`; None where a cell is empty), the cell of each, the faults."""

    classeur: Classeur
    periode: Periode
    pays: Pays
    valeurs: dict[str, Any] = field(default_factory=dict)
    cellules: dict[str, Cellule] = field(default_factory=dict)
    envoi: dict[str, Any] = field(default_factory=dict)
    fautes: list[Faute] = field(default_factory=list)
    avertissements: list[Faute] = field(default_factory=list)


def read(classeur: Classeur, catalogue: Catalogue) -> Lecture:
    """The values of a workbook, checked against the catalogue and the rules of a record; nothing is raised, all is in `fautes`."""
    pays, periode, fautes = _what_for(classeur, catalogue)
    fautes = [*classeur.fautes, *fautes]
    if pays is None or periode is None:
        pays, periode = pays or catalogue.pays[0], periode or Periode.parse("2000-T1")
        return Lecture(classeur, periode, pays, fautes=fautes)
    lecture = Lecture(classeur, periode, pays, fautes=fautes, avertissements=list(classeur.avertissements))
    _read_envoi(lecture)
    known = {
        "activites": [activite.identifiant for activite in pays.activites],
        "indicateurs": [indicateur.code for indicateur in catalogue.cadre_logique.indicateurs],
        "narratif": list(Narratif.model_fields),
    }
    older = classeur.marques.get("catalogue") != catalogue.revision
    for section in CHAMPS:
        _read_section(lecture, section, known.get(section), older)
    _check_witnesses(lecture, catalogue)
    _check_rules(lecture, catalogue)
    return lecture


def _what_for(classeur: Classeur, catalogue: Catalogue) -> tuple[Pays | None, Periode | None, list[Faute]]:
    """The country and quarter that the workbook was made for."""
    marks = classeur.marques
    fautes = []
    if marks.get("projet") != catalogue.projet.sigle.valeur:
        message = f"classeur du projet « {marks.get('projet', '')} », pas de « {catalogue.projet.sigle.valeur} »"
        fautes.append(Faute("", "", message, "l’importer dans l’espace de travail de son projet"))
    if marks.get("formulaire") != FORMULAIRE:
        message = f"version {marks.get('formulaire') or 'inconnue'} du formulaire, la version {FORMULAIRE} est attendue"
        fautes.append(Faute("", "", message, _REMEDE))
    pays = next((one for one in catalogue.pays if one.code == marks.get("pays")), None)
    if pays is None:
        fautes.append(Faute("", "", f"pays « {marks.get('pays', '')} » absent du catalogue", _REMEDE))
    try:
        periode: Periode | None = Periode.parse(marks.get("periode", ""))
    except ValueError:
        periode = None
    if periode is None or "-T" not in periode.code:
        fautes.append(Faute("", "", f"trimestre « {marks.get('periode', '')} » illisible", _REMEDE))
        periode = None
    return pays, periode, fautes


def _read_envoi(lecture: Lecture) -> None:
    for nom, lire in _ENVOI.items():
        cell = lecture.classeur.cellule("envoi", nom, "valeur")
        if cell is None:
            lecture.fautes.append(Faute("", "", f"la ligne « {nom} » de la première feuille manque", _REMEDE))
        elif vide(cell.valeur):
            told = {"par": "qui a rempli le classeur", "date": "le jour de l’envoi", "etat": "brouillon ou soumis"}[nom]
            lecture.fautes.append(Faute(cell.feuille, cell.ref, "cellule vide", f"y écrire {told}"))
        else:
            _read_cell(lecture, cell, lire, lecture.envoi, nom)
    if lecture.envoi.get("etat") in (EtatFiche.VALIDE, EtatFiche.REFUSE):
        cell = lecture.classeur.cellule("envoi", "etat", "valeur")
        assert cell
        message = f"l’état « {lecture.envoi['etat']} » se donne au projet, pas dans le classeur"
        lecture.fautes.append(Faute(cell.feuille, cell.ref, message, "choisir brouillon ou soumis"))


def _read_cell(lecture: Lecture, cell: Cellule, lire: Lire, found: dict[str, Any], place: str) -> None:
    try:
        found[place] = lire(cell.valeur)
    except IllisibleError as error:
        message = f"trouvé {quoted(cell.valeur)}, attendu : {error.attendu}"
        lecture.fautes.append(Faute(cell.feuille, cell.ref, message, error.remede))


def _read_section(lecture: Lecture, section: str, known: list[str] | None, older: bool) -> None:
    lines, champs = lecture.classeur.lignes.get(section), CHAMPS[section]
    if lines is None and (older or known == []):
        lines = lecture.classeur.lignes.setdefault(section, {})  # a sheet without rows is not handed out
    if lines is None:
        lecture.fautes.append(Faute(_FEUILLES[section], "", _SANS_MARQUES, _REMEDE))
        return
    absent = [champ for champ in champs if lines and not any(champ in cells for cells in lines.values())]
    for feuille in dict.fromkeys(_sheet_of(section, champ) for champ in absent):
        here = [champ for champ in champs if _sheet_of(section, champ) == feuille]
        lost = [title(section, champ) for champ in here if champ in absent]
        message = f"{french.pluriel(len(lost), 'colonne absente', 'colonnes absentes')} : {', '.join(lost)}"
        lecture.fautes.append(Faute(feuille, "", _SANS_MARQUES if len(lost) == len(here) else message, _REMEDE))
    for item, cells in lines.items():
        if known is None or item in known:
            _read_item(lecture, f"{section}/{item}", cells, champs)
        elif filled := next((cells[champ] for champ in champs if champ in cells and not vide(cells[champ].valeur)), None):
            lecture.fautes.append(Faute(filled.feuille, filled.ref, *_unknown(section, item, older)))
    _tell_missing(lecture, section, known or [], older)


def _sheet_of(section: str, champ: str) -> str:
    """The sheet that a field stands in as the form is handed out."""
    return "Budget" if champ.startswith("depenses.") else _FEUILLES[section]


def _unknown(section: str, item: str, older: bool) -> tuple[str, str]:
    """A filled row that the catalogue does not know: why, and what to do about it."""
    feminin = "" if section == "indicateurs" else "e"
    name = f"{_NOMS[section]} « {item} »"
    if older:
        message = f"{name} retiré{feminin} du catalogue depuis la remise du classeur"
        return message, "pour n’en rien reprendre, vider les cellules de saisie de la ligne ; sinon, remettre l’élément au catalogue"
    return (
        f"{name} inconnu{feminin} du catalogue",
        "corriger l’identifiant, ou reporter ce qui est écrit dans une autre ligne et vider celle-ci",
    )


def _read_item(lecture: Lecture, place: str, cells: dict[str, Cellule], champs: dict[str, Lire]) -> None:
    for champ, lire in champs.items():
        if (cell := cells.get(champ)) is None:
            continue
        lecture.cellules[f"{place}/{champ}"] = cell
        if isinstance(cell.valeur, NonCalcule):
            continue
        if vide(cell.valeur):
            lecture.valeurs[f"{place}/{champ}"] = None
        else:
            _read_cell(lecture, cell, lire, lecture.valeurs, f"{place}/{champ}")


def _tell_missing(lecture: Lecture, section: str, known: list[str], older: bool) -> None:
    """Rows that a sheet lost; a workbook made from an older catalogue may simply never have had them."""
    lines = lecture.classeur.lignes[section]
    sheets = {champ: cell.feuille for cells in lines.values() for champ, cell in cells.items() if champ in CHAMPS[section]}
    for item in known:
        for feuille in dict.fromkeys(sheets[champ] for champ in sheets if champ not in lines.get(item, {})) if lines else ("",):
            message = f"la ligne « {item} » manque"
            if older:
                told = f"{message} : le classeur vient d’une version plus ancienne du catalogue"
                remede = "refaire le classeur avec « amem saisie » pour la renseigner"
                lecture.avertissements.append(Faute(feuille, "", told, remede))
            else:
                lecture.fautes.append(Faute(feuille, "", f"{message} : elle a été supprimée", _REMEDE))


# --- rules ------------------------------------------------------------------------------------------------------------------------------


def _check_witnesses(lecture: Lecture, catalogue: Catalogue) -> None:
    """A row sorted without its hidden identifier would give its answers to another activity: its visible title must be the identifier's."""
    titles = {activite.identifiant: activite.intitule for activite in catalogue.activites}
    labels = {indicateur.code: indicateur.libelle for indicateur in catalogue.cadre_logique.indicateurs}
    for section, known in (("activites", titles), ("indicateurs", labels)):
        for of, item, cell in lecture.classeur.temoins:
            if of == section and item in known and slug(str(cell.valeur)) not in (slug(known[item]), ""):
                message = f"cette ligne porte l’identifiant « {item} », mais un autre intitulé"
                lecture.fautes.append(
                    Faute(cell.feuille, cell.ref, message, "trier par les filtres de l’en-tête, qui emportent l’identifiant caché")
                )


def _check_rules(lecture: Lecture, catalogue: Catalogue) -> None:
    _complete_totals(lecture)
    broken = {(faute.feuille, faute.ref) for faute in lecture.fautes}
    sound = {
        place: value
        for place, value in lecture.valeurs.items()
        if value is not None and (lecture.cellules[place].feuille, lecture.cellules[place].ref) not in broken
    }
    for place, ecart in broken_rules(sound, catalogue, lecture.periode):
        cell = lecture.cellules.get(place)
        if cell and (cell.feuille, cell.ref) not in broken:
            shown = "" if vide(cell.valeur) else f"trouvé {quoted(cell.valeur)} : "
            lecture.fautes.append(Faute(cell.feuille, cell.ref, shown + ecart.message, ecart.remede))
    _check_days(lecture)


def broken_rules(values: dict[str, Any], catalogue: Catalogue, periode: Periode) -> Iterator[tuple[str, Ecart]]:
    """The rules between fields that values do not keep, each with the place of the field at fault."""
    groups = groupes(values)
    known = {indicateur.code: indicateur for indicateur in catalogue.cadre_logique.indicateurs}
    found: list[tuple[str, Iterable[Ecart]]] = []
    for item, group in groups["activites"].items():
        found.append((f"activites/{item}", _money(group.get("depenses", {}))))
        rest = {champ: value for champ, value in group.items() if champ != "depenses"}
        found.append((f"activites/{item}", ecarts_activite(SuiviActivite(identifiant=item, **rest), periode)))
    for code, group in groups["indicateurs"].items():
        if code in known:
            found.append((f"indicateurs/{code}", _indicator_rules(SuiviIndicateur(code=code, **group), known[code])))
    for code, group in groups["risques"].items():
        if "libelle" not in group:
            found.append((f"risques/{code}", [Ecart("libelle", "le risque n’est pas nommé", "le décrire en quelques mots")]))
    return ((f"{place}/{ecart.champ}", ecart) for place, ecarts in found for ecart in ecarts)


def _indicator_rules(suivi: SuiviIndicateur, indicateur: Indicateur) -> Iterator[Ecart]:
    ratio = indicateur.agregation is Agregation.RATIO
    additif = not ratio and indicateur.agregation is not Agregation.MOYENNE and "%" not in indicateur.unite
    return ecarts_indicateur(suivi, ratio=ratio, additif=additif)


def _money(depenses: dict[str, Any]) -> Iterator[Ecart]:
    if "montant" in depenses and "devise" not in depenses:
        yield Ecart("depenses.devise", "la devise du montant manque", "la choisir dans la liste")
    if "devise" in depenses and "montant" not in depenses:
        yield Ecart("depenses.montant", "une devise sans montant", "écrire le montant, ou effacer la devise")


def _complete_totals(lecture: Lecture) -> None:
    """A total that is empty, or whose formula was not worked out, is the sum of women and men; else it stays as it is stored."""
    values = lecture.valeurs
    for place in [place for place in lecture.cellules if place.endswith(f"/{TOTAL}") and values.get(place) is None]:
        start = place.removesuffix("total")
        femmes, hommes = values.get(start + "femmes"), values.get(start + "hommes")
        if femmes is not None and hommes is not None:
            values[place] = femmes + hommes


def _check_days(lecture: Lecture) -> None:
    sent = lecture.envoi.get("date")
    cell = lecture.classeur.cellule("envoi", "date", "valeur")
    if isinstance(sent, date) and cell and sent < lecture.periode.debut:
        message = f"envoyé le {sent:%d/%m/%Y}, avant le début de la période ({lecture.periode.debut:%d/%m/%Y})"
        lecture.fautes.append(Faute(cell.feuille, cell.ref, message, "corriger la date d’envoi"))
