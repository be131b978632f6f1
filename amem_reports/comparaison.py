"""What changed between two periods of the follow-up, or between two versions of the catalogue. Pure.

A change is one value that differs, with both texts as a reader sees them; an item that came or went is one change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from amem_reports import cumul, french
from amem_reports.cumul import activites, risques
from amem_reports.cumul.activites import EtatActivite, SorteRetard, is_assessable
from amem_reports.cumul.base import Chiffre, Donnees
from amem_reports.dossier import Dossier
from amem_reports.explication import in_words
from amem_reports.fiche import StatutActivite
from amem_reports.french import slug
from amem_reports.model import Catalogue, Echeance, Modele, Montant

CHIFFRES, ACTIVITES, INDICATEURS, RISQUES = "Chiffres", "Activités", "Indicateurs", "Risques"
VALEUR = "Valeur"

_BY_COUNTRY = ("avancement", "retard.fin", "cumul.participants", "cumul.depenses", "execution")
_FIGURES = (
    "avancement",
    *(f"statut.{slug(statut)}" for statut in StatutActivite),
    "retard.fin",
    "retard.debut",
    "cumul.participants",
    "cumul.participants.femmes",
    "cumul.depenses",
    "execution",
    "risques.ouvert",
)
"""Figures at the end of each period; what flowed in a quarter would only tell that two quarters are two."""


@dataclass(frozen=True)
class Changement:
    """One change: under which heading, of what (identifier and words), which field, both values, by how much where they are numbers.

    `avant` is None for what is new, `apres` for what is gone.
    """

    rubrique: str
    element: str
    libelle: str
    champ: str
    avant: str | None
    apres: str | None
    ecart: str | None = None

    @property
    def nature(self) -> str:
        """« nouveau », « retiré » or « modifié »."""
        return "nouveau" if self.avant is None else "retiré" if self.apres is None else "modifié"


Fields = Mapping[str, str]
"""The words of a field -> its value as a reader sees it; a field without a value is left out."""


@dataclass(frozen=True)
class _Item:
    libelle: str
    champs: Fields


Items = Mapping[tuple[str, str], _Item]
"""Heading and identifier -> item."""


def _differences(avant: Items, apres: Items) -> Iterator[Changement]:
    """In the order of what stands after; what is gone comes last."""
    for (rubrique, element), item in apres.items():
        before = avant.get((rubrique, element))
        if before is None:
            yield Changement(rubrique, element, item.libelle, "", None, _all_of(item))
            continue
        for champ in dict.fromkeys((*before.champs, *item.champs)):
            old, new = before.champs.get(champ), item.champs.get(champ)
            if old != new:
                yield Changement(rubrique, element, item.libelle, champ, old or "non renseigné", new or "non renseigné")
    for (rubrique, element), item in avant.items():
        if (rubrique, element) not in apres:
            yield Changement(rubrique, element, item.libelle, "", _all_of(item), None)


def _all_of(item: _Item) -> str:
    """An item that came or went, in one text; what stands beside it as its name is not said twice."""
    kept = (f"{champ} : {text}" for champ, text in item.champs.items() if text != item.libelle and champ not in _NAMES)
    return french.typographie(" ; ".join(kept))


_NAMES = ("Identifiant", "N°", "N° d’axe", "Code", "Sigle", "Texte source")


# --- two periods ------------------------------------------------------------------------------------------------------------------------


def between_periods(avant: Dossier, apres: Dossier) -> tuple[Changement, ...]:
    """What changed from the end of one period to the end of another, lateness told as of those two days; ValueError without periods."""
    before, after = (_at_the_end(dossier) for dossier in (avant, apres))
    return (
        *_figures(before, after, {nom: nom for nom in _names_of_figures(after)}, CHIFFRES),
        *_differences(_activities(before), _activities(after)),
        *_figures(before, after, _indicators(after), INDICATEURS),
        *_differences(_risks(before), _risks(after)),
    )


def _at_the_end(dossier: Dossier) -> Dossier:
    if dossier.periode is None:
        raise ValueError("what changed is asked between two periods")
    return replace(dossier, date=dossier.periode.fin)


def _names_of_figures(dossier: Dossier) -> list[str]:
    suffixes = [f".{pays.code}" for pays in dossier.catalogue.pays]
    return [f"{nom}{suffixe}" for nom in _FIGURES for suffixe in ("", *(suffixes if nom in _BY_COUNTRY else ()))]


def _indicators(dossier: Dossier) -> dict[str, str]:
    return {f"cumul.indicateur.{indicateur.code}": indicateur.code for indicateur in dossier.catalogue.cadre_logique.indicateurs}


def _figures(avant: Dossier, apres: Dossier, elements: Mapping[str, str], rubrique: str) -> Iterator[Changement]:
    """The figures of these names that differ; each is told under the element that goes with its name."""
    earlier, later = cumul.figures(avant), cumul.figures(apres)
    for nom, element in elements.items():
        old, new = earlier.get(nom), later.get(nom)
        if old is None or new is None or old.valeur == new.valeur:
            continue
        before, after = (in_words(one.valeur, one.unite) for one in (old, new))
        yield Changement(rubrique, element, new.libelle.rpartition(" (")[0], VALEUR, before, after, _gap(old, new))


def _gap(old: Chiffre, new: Chiffre) -> str | None:
    """« + 12 500 € », « − 3 points »: a percentage moves by points."""
    if old.valeur is None or new.valeur is None:
        return None
    gap = new.valeur - old.valeur
    words = in_words(abs(gap), "points" if new.unite == "%" else new.unite)
    return f"{'+' if gap > 0 else '−'}{french.NBSP}{words}"


def _activities(dossier: Dossier) -> Items:
    donnees = Donnees.of(dossier)
    waited_for = (SorteRetard.FIN, SorteRetard.DEBUT)
    late = {retard.etat.activite.identifiant for retard in activites.delays(donnees) if retard.sorte in waited_for}
    return {
        (ACTIVITES, etat.activite.identifiant): _Item(etat.activite.intitule, _standing(etat, etat.activite.identifiant in late))
        for etat in activites.states(donnees)
    }


def _standing(etat: EtatActivite, late: bool) -> Fields:
    known = {
        "Statut": etat.statut.value if etat.statut else None,
        "Avancement": None if etat.avancement is None else in_words(etat.avancement, "%"),
        "Début réel": french.date_longue(etat.debut_reel) if etat.debut_reel else None,
        "Fin réelle": french.date_longue(etat.fin_reelle) if etat.fin_reelle else None,
        "En retard": ("oui" if late else "non") if is_assessable(etat) else None,
    }
    return {champ: text for champ, text in known.items() if text is not None}


def _risks(dossier: Dossier) -> Items:
    found: dict[tuple[str, str], _Item] = {}
    for connu in risques.known(Donnees.of(dossier)):
        values = connu.risque.model_dump(exclude={"code", "libelle"}, exclude_none=True)
        fields = type(connu.risque).model_fields
        champs = {fields[nom].title or nom: str(value) for nom, value in values.items()}
        found[RISQUES, f"{connu.pays} {connu.risque.code}"] = _Item(connu.risque.libelle, champs)
    return found


# --- two catalogues ---------------------------------------------------------------------------------------------------------------------

_IDENTIFIERS: dict[str, Callable[[Any], str]] = {
    "axes": lambda axe: f"Axe {axe.numero}",
    "pays": lambda pays: str(pays.code),
    "activites": lambda activite: str(activite.identifiant),
    "effets": lambda effet: str(effet.code),
    "produits": lambda produit: str(produit.code),
    "indicateurs": lambda indicateur: str(indicateur.code),
    "sigles": lambda sigle: str(sigle.sigle),
    "taux": lambda taux: f"{taux.devise} {taux.date}",
    "chronologie": lambda evenement: f"{evenement.date}, {evenement.intitule}",
}


def between_catalogues(avant: Catalogue, apres: Catalogue) -> tuple[Changement, ...]:
    """What changed from one version of the catalogue to another, field by field."""
    return tuple(_differences(_items(avant), _items(apres)))


def _items(catalogue: Catalogue) -> Items:
    found: dict[tuple[str, str], _Item] = {}
    for nom, field in Catalogue.model_fields.items():
        value = getattr(catalogue, nom)
        if isinstance(value, Modele):
            _gather(found, field.title or nom, nom, value)
        elif isinstance(value, tuple):
            _gather_all(found, field.title or nom, nom, value)
    return found


def _gather_all(found: dict[tuple[str, str], _Item], rubrique: str, nom: str, values: tuple[Any, ...]) -> None:
    for value in values:
        _gather(found, rubrique, _IDENTIFIERS[nom](value), value)


def _gather(found: dict[tuple[str, str], _Item], rubrique: str, element: str, value: Modele) -> None:
    """One item, then the items inside it that have an identifier of their own."""
    inner: list[tuple[str, str, tuple[Any, ...]]] = []
    champs: dict[str, str] = {}
    for nom, field in type(value).model_fields.items():
        one = getattr(value, nom)
        if nom in _IDENTIFIERS and isinstance(one, tuple):
            inner.append((field.title or nom, nom, one))
        else:
            champs.update(_texts(field.title or nom, one))
    names = (getattr(value, nom, None) for nom in ("intitule", "libelle", "nom", "developpement"))
    found[rubrique, element] = _Item(next((name for name in names if isinstance(name, str)), ""), champs)
    for title, nom, values in inner:
        _gather_all(found, title, nom, values)


def _texts(champ: str, value: Any) -> Iterator[tuple[str, str]]:
    """The texts of a field: one, or one for each field of a group; groups of a list are told one after the other."""
    if isinstance(value, Montant):
        yield champ, french.montant(value.montant, value.devise.value)
    if isinstance(value, Modele):
        inner = {nom: field.title or nom for nom, field in type(value).model_fields.items() if nom not in Montant.model_fields}
        for nom, title in inner.items():
            yield from _texts(f"{champ}, {title.lower()}", getattr(value, nom))
    elif isinstance(value, tuple):
        text = " ; ".join(_text(one) for one in value)
        if text:
            yield champ, text
    elif value is not None:
        yield champ, _text(value)


def _text(value: Any) -> str:
    if isinstance(value, Modele):
        return " – ".join(text for _, text in _texts("", value))
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, Decimal):
        return french.nombre(value)
    if isinstance(value, (Echeance, date)):
        return french.echeance(str(value))
    return str(value)
