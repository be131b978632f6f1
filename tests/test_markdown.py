"""A passage's one form: what prints the same is written the same, and reads back as it was."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from amem_reports.markdown import Bloc, Morceau, adresse, ecrire, lire, normal, ordonner

PIECES = st.builds(
    Morceau,
    st.text(st.sampled_from("aé1 .*_-#>[]()|:«»’&\\`~!+\n\t\u00a0x"), min_size=1, max_size=12),
    st.frozensets(st.sampled_from(["gras", "italique", "barre"])),
    st.sampled_from(["", "", "", adresse("https://example.org/a(b)?q=é"), "#ici"]),
)
LINES = st.lists(PIECES, min_size=1, max_size=5).map(tuple)
BLOCKS = st.one_of(
    st.builds(Bloc, st.sampled_from(["paragraphe", "titre", "citation"]), LINES),
    st.builds(Bloc, st.sampled_from(["puce", "suite"]), LINES, st.integers(1, 4)),
    st.builds(Bloc, st.just("numero"), LINES, st.integers(1, 4), st.integers(1, 12)),
    st.builds(lambda rows: Bloc("tableau", rangs=tuple(rows)), st.lists(st.tuples(LINES, LINES), min_size=1, max_size=3)),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(BLOCKS, max_size=6))
def test_any_blocks_are_written_and_read_back_the_same(blocs: list[Bloc]) -> None:
    wanted = ordonner(blocs)
    assert lire(ecrire(wanted)) == wanted


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("ab1 .*_-#>[]()|:&\\`~!+\n\t")))
def test_any_text_has_one_form_which_is_its_own(texte: str) -> None:
    assert normal(normal(texte)) == normal(texte)
    assert lire(normal(texte)) == lire(texte)
