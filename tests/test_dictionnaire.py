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
    assert dictionnaire.describe("activites", "responsable") == (description, "")


def test_nothing_is_described_that_no_context_holds() -> None:
    used = {
        f"{owner}.{key}" if owner else key for kind in KINDS for _, owner, key, _ in dictionnaire._walk(dictionnaire.sample(kind), "", "")
    }
    assert set(dictionnaire.ADDED) - used == set()


def test_the_sample_leaves_nothing_of_the_catalogue_empty() -> None:
    plan = next(kind for kind in KINDS if kind.nom == "plan-de-travail")
    empty = {tag.chemin for tag in dictionnaire.tags(plan) if tag.type == "texte" and not tag.exemple}
    assert empty == {
        "pays.suspension",
        "pays.suspension_source",
        "axes[].activites[].statut",
        "sous_regional[].activites[].statut",
        "sous_regional[].activites[].code",
    }
