"""What the catalogue does not say yet, document by document. One function a rule; a gap is counted, never filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from amem_reports.french import compte
from amem_reports.model import Activite, Catalogue, Indicateur


@dataclass(frozen=True)
class Lacune:
    """One kind of information that is missing: in which document, how often, of how many, and the sentence that says it."""

    document: str
    champ: str
    libelle: str
    manquants: int
    total: int
    message: str


_ACTIVITE: tuple[tuple[str, str, Callable[[Activite], object]], ...] = (
    ("debut", "Période", lambda activite: activite.debut or activite.fin),
    ("responsable", "Responsable", lambda activite: activite.responsable),
    ("partenaires", "Partenaires", lambda activite: activite.partenaires),
    ("public_cible", "Public cible", lambda activite: activite.public_cible),
    ("livrables", "Livrables", lambda activite: activite.livrables),
    ("budget", "Budget", lambda activite: activite.budget),
)
_INDICATEUR: tuple[tuple[str, str, Callable[[Indicateur], object]], ...] = (
    ("reference", "Valeur de référence", lambda indicateur: indicateur.reference),
    ("cibles", "Valeur cible", lambda indicateur: indicateur.cibles),
    ("source_verification", "Source de vérification", lambda indicateur: indicateur.source_verification),
    ("hypotheses", "Hypothèses", lambda indicateur: indicateur.hypotheses),
)


def gaps(catalogue: Catalogue) -> tuple[Lacune, ...]:
    """Every kind of information that a document wants and the catalogue lacks; kinds that are complete are left out."""
    rules = (plan_gaps, indicator_gaps, result_gaps, acronym_gaps)
    return tuple(lacune for rule in rules for lacune in rule(catalogue) if lacune.manquants)


def plan_gaps(catalogue: Catalogue) -> Iterator[Lacune]:
    """What the activities of each country lack for its work plan."""
    for pays in catalogue.pays:
        document, total = f"Plan de travail – {pays.nom}", len(pays.activites)
        for champ, libelle, value in _ACTIVITE:
            missing = sum(not value(activite) for activite in pays.activites)
            yield Lacune(
                document,
                champ,
                libelle,
                missing,
                total,
                f"{libelle} : à renseigner pour {missing} activité{'s' * (missing > 1)} sur {total}",
            )


def indicator_gaps(catalogue: Catalogue) -> Iterator[Lacune]:
    """Whether each result has an indicator, and what the indicators lack."""
    cadre = catalogue.cadre_logique
    attached = {indicateur.rattachement for indicateur in cadre.indicateurs}
    results = [None, *(effet.code for effet in cadre.effets), *(produit.code for produit in cadre.produits)]
    bare, total = sum(code not in attached for code in results), len(results)
    known = compte(len(cadre.indicateurs), "indicateur renseigné", "indicateurs renseignés")
    message = f"{known} ; {compte(bare, 'résultat')} sur {total} sans indicateur"
    yield Lacune("Cadre logique", "indicateurs", "Indicateurs", bare, total, message)
    for champ, libelle, value in _INDICATEUR:
        missing, count = sum(not value(one) for one in cadre.indicateurs), len(cadre.indicateurs)
        message = f"{libelle} : à renseigner pour {compte(missing, 'indicateur')} sur {count}"
        yield Lacune("Cadre logique", champ, libelle, missing, count, message)


def result_gaps(catalogue: Catalogue) -> Iterator[Lacune]:
    """Which effets have no produit, and which lack assumptions."""
    cadre = catalogue.cadre_logique
    served = {produit.effet for produit in cadre.produits}
    bare, total = sum(effet.code not in served for effet in cadre.effets), len(cadre.effets)
    yield Lacune("Cadre logique", "produits", "Produits", bare, total, f"Produits : aucun produit pour {compte(bare, 'effet')} sur {total}")
    missing = sum(effet.hypotheses is None for effet in cadre.effets)
    message = f"Hypothèses : à renseigner pour {compte(missing, 'effet')} sur {total}"
    yield Lacune("Cadre logique", "hypotheses", "Hypothèses des effets", missing, total, message)


def acronym_gaps(catalogue: Catalogue) -> Iterator[Lacune]:
    """Acronyms whose meaning is not known."""
    unknown = [sigle.sigle for sigle in catalogue.sigles if sigle.developpement is None]
    message = f"Sigles sans signification : {', '.join(unknown)}"
    yield Lacune("Tous les documents", "sigles", "Signification des sigles", len(unknown), len(catalogue.sigles), message)
