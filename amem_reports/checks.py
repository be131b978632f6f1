"""What the catalogue does not say yet, document by document. One function a rule; a gap is counted, never filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from amem_reports.french import A_RENSEIGNER, compte, enumeration
from amem_reports.model import Activite, Catalogue, Indicateur, Statut


@dataclass(frozen=True)
class Lacune:
    """One kind of information that is missing: in which document, how often, of how many, and the sentence that says it."""

    document: str
    champ: str
    libelle: str
    manquants: int
    total: int
    message: str


_CADRE = "Cadre logique"
_PROJET = "Projet, axes et pays"
_ACTIVITE: tuple[tuple[str, str, Callable[[Activite], object]], ...] = (
    ("debut", "Période", lambda activite: activite.debut or activite.fin),
    ("responsable", "Responsable", lambda activite: activite.responsable),
    ("partenaires", "Partenaires", lambda activite: activite.partenaires),
    ("public_cible", "Public cible", lambda activite: activite.public_cible),
    ("livrables", "Livrables", lambda activite: activite.livrables),
    ("budget", "Budget", lambda activite: activite.budget),
)
_MATRICE: tuple[tuple[str, str, Callable[[Activite], object]], ...] = (
    ("produit", "Produit servi", lambda activite: activite.produit),
    ("moyens", "Moyens", lambda activite: activite.moyens),
    ("hypotheses", "Hypothèses", lambda activite: activite.hypotheses),
)
_INDICATEUR: tuple[tuple[str, str, Callable[[Indicateur], object]], ...] = (
    ("reference", "Valeur de référence", lambda indicateur: indicateur.reference),
    ("cibles", "Valeur cible", lambda indicateur: indicateur.cibles),
    ("source_verification", "Source de vérification", lambda indicateur: indicateur.source_verification),
    ("hypotheses", "Hypothèses", lambda indicateur: indicateur.hypotheses),
)


def gaps(catalogue: Catalogue) -> tuple[Lacune, ...]:
    """Every kind of information that a document wants and the catalogue lacks; kinds that are complete are left out."""
    return tuple(lacune for rule in RULES for lacune in rule(catalogue) if lacune.manquants)


def _wanted(document: str, champ: str, libelle: str, manquants: int, total: int, nom: str) -> Lacune:
    message = f"{libelle} : à renseigner pour {compte(manquants, nom)} sur {total}"
    return Lacune(document, champ, libelle, manquants, total, message)


def faits_of_projet(catalogue: Catalogue) -> Iterator[Lacune]:
    """What a new catalogue still has to say of the project, its axes, results and countries: « à renseigner » stands there."""
    projet, cadre = catalogue.projet, catalogue.cadre_logique
    for champ, info in type(projet).model_fields.items():
        value = getattr(projet, champ)
        if not isinstance(value, (bool, tuple)):
            missing = value is None or A_RENSEIGNER in (getattr(value, "valeur", None), value.source)
            yield Lacune(_PROJET, champ, str(info.title), int(missing), 1, f"{info.title} : à renseigner dans projet.yaml")
    texts = {
        "axes": ("Titres d’axes", "axe", [axe.intitule for axe in catalogue.axes]),
        "resultats": (
            "Énoncés",
            "résultat",
            [cadre.impact.libelle, *(effet.libelle for effet in cadre.effets), *(one.libelle for one in cadre.produits)],
        ),
    }
    for champ, (libelle, nom, values) in texts.items():
        yield _wanted(_PROJET, champ, libelle, values.count(A_RENSEIGNER), len(values), nom)
    empty = [pays.nom for pays in catalogue.pays if pays.statut is Statut.ACTIF and not pays.sous_regional and not pays.activites]
    total = len(catalogue.pays)
    yield Lacune(_PROJET, "activites", "Activités", len(empty), total, f"Activités : aucune pour {enumeration(empty)}")


def activites_of_plans(catalogue: Catalogue) -> Iterator[Lacune]:
    """What the activities of each country lack for its work plan."""
    for pays in catalogue.pays:
        document, total = "Plan de travail sous-régional" if pays.sous_regional else f"Plan de travail – {pays.nom}", len(pays.activites)
        for champ, libelle, value in _ACTIVITE:
            yield _wanted(document, champ, libelle, sum(not value(activite) for activite in pays.activites), total, "activité")


def indicateurs_of_results(catalogue: Catalogue) -> Iterator[Lacune]:
    """Whether each result has an indicator."""
    cadre = catalogue.cadre_logique
    attached = {indicateur.rattachement for indicateur in cadre.indicateurs}
    results = [None, *(effet.code for effet in cadre.effets), *(produit.code for produit in cadre.produits)]
    bare, total = sum(code not in attached for code in results), len(results)
    known = compte(len(cadre.indicateurs), "indicateur renseigné", "indicateurs renseignés")
    message = f"{known} ; {compte(bare, 'résultat')} sur {total} sans indicateur"
    yield Lacune(_CADRE, "indicateurs", "Indicateurs", bare, total, message)


def fields_of_indicateurs(catalogue: Catalogue) -> Iterator[Lacune]:
    """What the indicators lack."""
    indicateurs = catalogue.cadre_logique.indicateurs
    for champ, libelle, value in _INDICATEUR:
        missing = sum(not value(indicateur) for indicateur in indicateurs)
        yield _wanted(_CADRE, champ, libelle, missing, len(indicateurs), "indicateur")


def effets_of_axes(catalogue: Catalogue) -> Iterator[Lacune]:
    """Which axes have no effet, and which effets lack a produit or their assumptions."""
    cadre = catalogue.cadre_logique
    served = {effet.axe for effet in cadre.effets}
    bare, total = sum(axe.numero not in served for axe in catalogue.axes), len(catalogue.axes)
    yield Lacune(_CADRE, "effets", "Effets", bare, total, f"Effets : aucun effet pour {compte(bare, 'axe')} sur {total}")
    served_by_produits = {produit.effet for produit in cadre.produits}
    bare, total = sum(effet.code not in served_by_produits for effet in cadre.effets), len(cadre.effets)
    yield Lacune(_CADRE, "produits", "Produits", bare, total, f"Produits : aucun produit pour {compte(bare, 'effet')} sur {total}")
    missing = sum(effet.hypotheses is None for effet in cadre.effets)
    message = f"Hypothèses : à renseigner pour {compte(missing, 'effet')} sur {total}"
    yield Lacune(_CADRE, "hypotheses", "Hypothèses des effets", missing, total, message)


def activites_of_matrix(catalogue: Catalogue) -> Iterator[Lacune]:
    """What the activities lack for the logframe's matrix: the produit that they lead to, means, assumptions."""
    activites = catalogue.activites
    for champ, libelle, value in _MATRICE:
        yield _wanted(_CADRE, champ, libelle, sum(not value(activite) for activite in activites), len(activites), "activité")


def meanings_of_sigles(catalogue: Catalogue) -> Iterator[Lacune]:
    """Acronyms whose meaning is not known."""
    unknown = [sigle.sigle for sigle in catalogue.sigles if sigle.developpement is None]
    message = f"Sigles sans signification : {', '.join(unknown)}"
    yield Lacune("Tous les documents", "sigles", "Signification des sigles", len(unknown), len(catalogue.sigles), message)


RULES: tuple[Callable[[Catalogue], Iterator[Lacune]], ...] = (
    faits_of_projet,
    activites_of_plans,
    indicateurs_of_results,
    fields_of_indicateurs,
    effets_of_axes,
    activites_of_matrix,
    meanings_of_sigles,
)
