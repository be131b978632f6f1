"""Workbooks of one record that meet: what each changed is kept, what both changed is told, and nothing comes or goes in silence."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest
from classeur_suivi import build, drop, mark, place, put
from espace_suivi import DAY, Espace, faults, handed_out, typed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from amem_reports.errors import AmemError
from amem_reports.fiche import Action, EtatFiche, plat
from amem_reports.suivi import etapes
from amem_reports.suivi.fusion import Conflits
from amem_reports.suivi.importer import Resultat

A = "MA-1.1"


@pytest.fixture(params=[build, handed_out], ids=["bare", "real"])
def espace(tmp_path: Path, request: pytest.FixtureRequest) -> Espace:
    """With workbooks that are bare of looks, and with those that `amem saisie` makes."""
    return Espace(tmp_path, request.param)


def test_two_persons_fill_copies_of_one_workbook(espace: Espace) -> None:
    espace.take(espace.workbook(typed("statut", "en cours", "Amina")), espace.workbook(typed("recit", "Fait.", "Brahim")))
    fiche = espace.stored()
    assert fiche is not None
    assert (fiche.activites[0].statut, fiche.activites[0].recit) == ("en cours", "Fait.")
    assert [step.par for step in fiche.historique] == ["Amina", "Brahim"]


def test_a_value_changed_on_both_sides_is_a_conflict(espace: Espace) -> None:
    first, second = espace.workbook(typed("recit", "Un.", "Amina")), espace.workbook(typed("recit", "Deux.", "Brahim"))
    _, refused = espace.take(first, second)
    told = "« Deux. » ici, mais « Un. » a été enregistré depuis la remise du classeur (dernier envoi : Amina)"
    assert [told in sentence for sentence in faults(refused)] == [True]
    (kept,) = espace.take(second, conflits=Conflits.ANCIEN)
    assert (kept.refuse, espace.stored().activites[0].recit) == (False, "Un.")  # type: ignore[union-attr]
    (taken,) = espace.take(second, conflits=Conflits.NOUVEAU)
    assert [(change.avant, change.apres) for change in taken.changements] == [("Un.", "Deux.")]


def test_a_person_corrects_what_they_sent(espace: Espace) -> None:
    espace.take(espace.workbook(typed("recit", "Un.")))
    (result,) = espace.take(espace.workbook(typed("recit", "Deux.")))
    assert [(change.avant, change.apres) for change in result.changements] == [("Un.", "Deux.")]
    (cleared,) = espace.take(espace.workbook(typed("recit", None)))
    assert [(change.avant, change.apres) for change in cleared.changements] == [("Deux.", "")]


def test_a_workbook_handed_out_again_carries_what_is_stored(espace: Espace) -> None:
    espace.take(espace.workbook(typed("recit", "Un.")))
    stored = espace.stored()
    assert stored is not None
    later = espace.workbook(lambda book: put(book, "Activités", A, "recit", None), fiche=stored)
    (result,) = espace.take(later)
    assert [(change.place, change.apres) for change in result.changements] == [("activites/MA-1.1/recit", "")]


def test_halves_from_two_workbooks_add_up_or_are_refused(espace: Espace) -> None:
    base = espace.workbook(lambda book: [put(book, "Activités", A, f"participants.{sexe}", 5) for sexe in ("femmes", "hommes")])
    espace.take(base)
    stored = espace.stored()
    more_women = espace.workbook(typed("participants.femmes", 7, "Amina"), fiche=stored)
    more_men = espace.workbook(typed("participants.hommes", 9, "Brahim"), fiche=stored)
    for path in (more_women, more_men):
        book = openpyxl.load_workbook(path)
        put(book, "Activités", A, "participants.total", None)
        book.save(path)
    assert [faults(result) for result in espace.take(more_women, more_men)] == [[], []]
    fiche = espace.stored()
    assert fiche is not None
    assert fiche.activites[0].participants is not None
    assert fiche.activites[0].participants.total == 16


def test_a_total_that_no_program_has_worked_out_stays_as_it_is_stored(tmp_path: Path) -> None:
    bare, real = Espace(tmp_path), Espace(tmp_path, handed_out, exist_ok=True)
    bare.take(bare.workbook(typed("participants.total", 44)))
    stored = bare.stored()
    real.take(real.workbook(typed("recit", "Fait.", "Brahim"), fiche=stored))
    fiche = real.stored()
    assert fiche is not None
    assert fiche.activites[0].recit == "Fait."
    assert fiche.activites[0].participants is not None
    assert fiche.activites[0].participants.total == 44


def test_two_sound_workbooks_that_contradict_each_other_are_told(espace: Espace) -> None:
    espace.take(espace.workbook(typed("statut", "achevée", "Amina")))
    (result,) = espace.take(espace.workbook(typed("avancement", 0.4, "Brahim")))
    assert ["avec ce qui est déjà enregistré, une activité « achevée » est à 100 %, pas à 40 %" in one for one in faults(result)] == [True]
    assert result.fautes[0].ref


def test_an_older_catalogue_lacks_rows_without_being_at_fault(espace: Espace) -> None:
    def older(book: Workbook) -> None:
        drop(book, "Activités", "MA-2.1")
        drop(book, "Budget", "MA-2.1")
        mark(book, "catalogue", "ancienne")

    (result,) = espace.take(espace.workbook(older))
    assert not result.refuse
    assert any("version plus ancienne du catalogue" in one.message for one in result.avertissements)


def test_a_validated_record_opens_only_with_a_reason(espace: Espace) -> None:
    espace.take(espace.workbook(typed("recit", "Un.")))
    etapes.validate(espace.folder, "2019-T2", ["MA"], "Chef de projet", DAY)
    later = espace.workbook(typed("recit", "Deux."))
    (closed,) = espace.take(later)
    assert "est validée : elle est fermée" in faults(closed)[0]
    (faulty,) = espace.take(espace.workbook(typed("statut", "?")))
    assert [any(words in one for one in faults(faulty)) for words in ("elle est fermée", "un mot de la liste")] == [True, True]
    (opened,) = espace.take(later, rouvrir="Erreur de saisie")
    fiche = opened.fiche
    assert fiche is not None
    assert [(step.action, step.motif) for step in fiche.historique][1:] == [
        ("validé", None),
        ("rouvert", "Erreur de saisie"),
        ("importé", None),
    ]
    assert espace.stored() == fiche
    assert fiche.etat is EtatFiche.SOUMIS


def test_a_refused_record_comes_back_with_a_new_workbook(espace: Espace) -> None:
    path = espace.workbook(typed("recit", "Un."))
    espace.take(path)
    etapes.refuse(espace.folder, "2019-T2", "MA", "Récit trop court", DAY)
    assert espace.take(path)[0].nouvelle is False
    (result,) = espace.take(espace.workbook(typed("recit", "Un, en plus long.")))
    assert result.fiche is not None
    assert result.fiche.etat is EtatFiche.SOUMIS


def test_a_draft_is_not_validated(espace: Espace) -> None:
    espace.take(espace.workbook(lambda book: put(book, "Lisez-moi", "etat", "valeur", "brouillon")))
    with pytest.raises(AmemError, match="« brouillon »"):
        etapes.validate(espace.folder, "2019-T2", ["MA"], None, DAY)
    with pytest.raises(AmemError, match="aucune fiche reçue"):
        etapes.validate(espace.folder, "2019-T1", ["MA"], None, DAY)


# --- nothing in silence -----------------------------------------------------------------------------------------------------------------


def warned(result: Resultat) -> list[str]:
    return [str(one.constat("f")) for one in result.avertissements]


def recit(espace: Espace) -> str | None:
    fiche = espace.stored()
    assert fiche is not None
    return fiche.activites[0].recit


@pytest.mark.parametrize(("choice", "kept", "dropped"), [(Conflits.NOUVEAU, "Deux.", "Un."), (Conflits.ANCIEN, "Un.", "Deux.")])
def test_a_conflict_that_is_settled_tells_the_cell_what_is_kept_and_what_is_dropped(
    espace: Espace, choice: Conflits, kept: str, dropped: str
) -> None:
    espace.take(espace.workbook(typed("recit", "Un.", "Amina")))
    second = espace.workbook(typed("recit", "Deux.", "Brahim"))
    (result,) = espace.take(second, conflits=choice)
    (told,) = warned(result)
    ref = place(openpyxl.load_workbook(second), "Activités", A, "recit")
    assert f"cellule {ref} : conflit" in told
    assert told.index(f"« {kept} »") < told.index("est gardé")
    assert told.index(f"« {dropped} »") < told.index("est écarté")
    assert recit(espace) == kept


def test_a_file_of_which_nothing_was_kept_was_never_taken(espace: Espace) -> None:
    espace.take(espace.workbook(typed("recit", "Un.", "Amina")))
    second = espace.workbook(typed("recit", "Deux.", "Brahim"))
    for _ in range(2):
        (result,) = espace.take(second, conflits=Conflits.ANCIEN)
        assert (result.connu, result.nouvelle, result.ecartees) == (False, False, 1)
    assert faults(espace.take(second)[0])


def test_a_value_that_was_dropped_does_not_count_as_sent(espace: Espace) -> None:
    def both(book: Workbook) -> None:
        typed("recit", "Deux.", "Brahim")(book)
        typed("difficultes", "Pluie", "Brahim")(book)

    espace.take(espace.workbook(typed("recit", "Un.", "Amina")))
    (partly,) = espace.take(path := espace.workbook(both), conflits=Conflits.ANCIEN)
    assert (partly.nouvelle, partly.ecartees) == (True, 1)
    (again,) = espace.take(path)
    assert (again.connu, again.ecartees) == (True, 1)

    def more(book: Workbook) -> None:
        both(book)
        put(book, "Récit", "ecarts", "texte", "Aucun")

    (insisted,) = espace.take(espace.workbook(more))
    assert ["« Deux. » ici, mais « Un. »" in one for one in faults(insisted)] == [True]
    (other_choice,) = espace.take(path, conflits=Conflits.NOUVEAU)
    assert (other_choice.nouvelle, recit(espace)) == (True, "Deux.")


def test_importing_all_files_again_changes_nothing(espace: Espace) -> None:
    draft = espace.workbook(typed("recit", "Un.", etat="brouillon"))
    sent = espace.workbook(typed("recit", "Deux.", etat="soumis"))
    espace.take(draft, sent)
    before = espace.files()
    results = espace.take(draft, sent, draft)
    assert [(one.connu, one.nouvelle) for one in results] == [(True, False)] * 3
    assert espace.files() == before


def test_an_old_file_does_not_send_again_what_was_refused(espace: Espace) -> None:
    first, second = espace.workbook(typed("recit", "Un.")), espace.workbook(typed("recit", "Deux."))
    espace.take(first, second)
    etapes.refuse(espace.folder, "2019-T2", "MA", "Trop court", DAY)
    before = espace.files()
    espace.take(first, second)
    assert espace.files() == before


def test_an_old_draft_that_was_never_sent_takes_nothing_back(espace: Espace) -> None:
    espace.take(espace.workbook(typed("recit", "Deux.", date="15/07/2019")))
    same = espace.workbook(typed("recit", "Deux.", date="10/07/2019", etat="brouillon"))
    (result,) = espace.take(same)
    assert (result.nouvelle, result.connu) == (False, False)
    (older,) = espace.take(espace.workbook(typed("recit", "Un.", date="10/07/2019", etat="brouillon")))
    assert ["« Un. » ici, mais « Deux. »" in one for one in faults(older)] == [True]
    fiche = espace.stored()
    assert fiche is not None
    assert fiche.etat is EtatFiche.SOUMIS


def test_a_draft_that_takes_a_sending_back_is_told(espace: Espace) -> None:
    espace.take(espace.workbook(typed("recit", "Un.")))
    (result,) = espace.take(espace.workbook(typed("recit", "Deux.", etat="brouillon")))
    assert ["la fiche était soumise" in one for one in warned(result)] == [True]


def test_a_record_lost_since_the_hand_out_comes_back_whole(espace: Espace) -> None:
    espace.take(espace.workbook(typed("recit", "Un.")))
    later = espace.workbook(typed("difficultes", "Pluie"), fiche=espace.stored())
    for name in espace.files():
        (espace.folder / "suivi" / name).unlink()
    espace.take(later)
    fiche = espace.stored()
    assert fiche is not None
    assert (fiche.activites[0].recit, fiche.activites[0].difficultes) == ("Un.", "Pluie")


def test_a_value_erased_since_the_hand_out_is_told(espace: Espace) -> None:
    espace.take(espace.workbook(typed("recit", "Un.", "Amina")))
    handed_out = espace.stored()
    espace.take(espace.workbook(typed("recit", None, "Brahim"), fiche=handed_out))
    (result,) = espace.take(espace.workbook(typed("difficultes", "Pluie", "Chadia"), fiche=handed_out))
    assert ["« Un. » a été effacé de la fiche depuis la remise" in one for one in warned(result)] == [True]


def test_an_activity_that_has_left_the_catalogue_is_told_as_such(espace: Espace) -> None:
    def older(book: Workbook) -> None:
        book["Activités"].append(["MA-9.9"])
        put(book, "Activités", "MA-9.9", "statut", "en cours")
        mark(book, "catalogue", "ancienne")

    (result,) = espace.take(path := espace.workbook(older))
    (told,) = faults(result)
    assert "activité « MA-9.9 » retirée du catalogue depuis la remise du classeur" in told
    assert "vider les cellules de saisie de la ligne" in told
    book = openpyxl.load_workbook(path)
    put(book, "Activités", "MA-9.9", "statut", None)
    book.save(path)
    assert faults(espace.take(path)[0]) == []


def test_a_reopening_tells_who_did_it(espace: Espace) -> None:
    espace.take(espace.workbook(typed("recit", "Un.")))
    etapes.validate(espace.folder, "2019-T2", ["MA"], "Chef de projet", DAY)
    (result,) = espace.take(espace.workbook(typed("recit", "Deux.")), rouvrir="Erreur", par="Coordination")
    assert result.fiche is not None
    assert [step.par for step in result.fiche.historique if step.action is Action.REOUVERTURE] == ["Coordination"]


def test_records_are_validated_all_or_none(espace: Espace) -> None:
    espace.take(espace.workbook(typed("recit", "Un.")))
    before = espace.files()
    with pytest.raises(AmemError) as caught:
        etapes.validate(espace.folder, "2019-T2", ["MA", "TN", "LY"], None, DAY)
    assert len(caught.value.constats) == 2
    assert espace.files() == before


def test_a_refused_workbook_still_shows_what_it_would_change(espace: Espace) -> None:
    espace.take(espace.workbook(typed("recit", "Un.", "Amina")))
    second = espace.workbook(typed("recit", "Deux.", "Brahim"))
    (conflict,) = espace.take(second, essai=True)
    etapes.validate(espace.folder, "2019-T2", ["MA"], None, DAY)
    (closed,) = espace.take(second, essai=True)
    for result in (conflict, closed):
        assert result.refuse
        assert [(one.avant, one.apres) for one in result.changements] == [("Un.", "Deux.")]


# --- a record in several workbooks ------------------------------------------------------------------------------------------------------

COUNTS = st.fixed_dictionaries({champ: st.integers(1, 500) for champ in ("femmes", "hommes", "montant")})


@given(st.lists(COUNTS, min_size=2, max_size=2), st.randoms(use_true_random=False))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_values_split_over_workbooks_add_up_to_the_same_totals(
    tmp_path_factory: pytest.TempPathFactory, given_counts: list[dict[str, int]], draw: Random
) -> None:
    cells: list[list[tuple[str, str, Any]]] = []
    for item, counts in zip((A, "MA-2.1"), given_counts, strict=True):
        people = {"femmes": counts["femmes"], "hommes": counts["hommes"], "gouvernement": counts["femmes"] + counts["hommes"]}
        cells += [[(item, f"participants.{champ}", value) for champ, value in people.items()]]
        cells += [[(item, "depenses.montant", counts["montant"]), (item, "depenses.devise", "MAD")]]
    draw.shuffle(cells)
    cut = draw.randint(1, len(cells) - 1)
    totals = []
    for parts in ([cells], [cells[:cut], cells[cut:]], [[group] for group in cells]):
        espace = Espace(tmp_path_factory.mktemp("e"))
        for number, groups in enumerate(parts):
            (result,) = espace.take(espace.workbook(fill_cells(f"Personne {number}", groups)))
            assert faults(result) == []
        fiche = espace.stored()
        assert fiche is not None
        totals.append({place: text for place, text in plat(fiche).items() if text.isdigit()})
    assert totals[0] == totals[1] == totals[2]
    assert len(totals[0]) == 10


def fill_cells(par: str, groups: list[list[tuple[str, str, Any]]]) -> Callable[[Workbook], None]:
    def fill(book: Workbook) -> None:
        put(book, "Lisez-moi", "par", "valeur", par)
        for item, champ, value in itertools.chain.from_iterable(groups):
            put(book, "Budget" if champ.startswith("depenses") else "Activités", item, champ, value)

    return fill
