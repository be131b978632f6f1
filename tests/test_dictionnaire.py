"""Every tag that a template may use is described in French, once, and nothing else is."""

from __future__ import annotations

import pytest

from amem_reports import dictionnaire
from amem_reports.document import ReportKind
from amem_reports.reports import KINDS


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.nom)
def test_every_tag_is_described(kind: ReportKind) -> None:
    tags = dictionnaire.tags(kind)
    assert len(tags) > 40
    assert [tag.chemin for tag in tags if not tag.libelle] == []
    assert len({tag.chemin for tag in tags}) == len(tags)


def test_a_catalogue_field_takes_its_words_from_the_model() -> None:
    from amem_reports.model import Activite

    description = Activite.model_fields["responsable"].description
    assert dictionnaire.describe("plan-de-travail", "activites", "responsable") == (description, "")


def used(kind: ReportKind) -> set[str]:
    return {f"{owner}.{key}" if owner else key for _, owner, key, _ in dictionnaire._walk(dictionnaire.sample(kind), "", "")}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.nom)
def test_nothing_is_described_that_no_context_holds(kind: ReportKind) -> None:
    described = set(dictionnaire.described(kind.nom))
    assert described
    assert described - used(kind) == set()


def test_what_is_described_in_common_is_used_by_several_kinds_and_described_nowhere_else() -> None:
    common = dictionnaire.described(dictionnaire.COMMUN)
    assert common
    assert [place for place in common if sum(place in used(kind) for kind in KINDS) < 2] == []
    assert [place for kind in KINDS for place in dictionnaire.described(kind.nom) if place in common] == []


def test_the_sample_leaves_nothing_of_the_catalogue_empty() -> None:
    plan = next(kind for kind in KINDS if kind.nom == "plan-de-travail")
    empty = {tag.chemin for tag in dictionnaire.tags(plan) if tag.type == "texte" and not tag.exemple}
    followed = {"statut", "avancement", "debut_reel", "fin_reelle", "reel", "retard", "retard_libelle"}
    empty = {path for path in empty if path.rpartition(".")[2] not in followed}
    assert empty == {
        "document.logos.agence",
        "document.logos.bailleur",
        "pays.suspension",
        "pays.suspension_source",
        "sous_regional[].activites[].code",
    }
