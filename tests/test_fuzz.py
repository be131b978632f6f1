"""Broken inputs in number, the same at each run: every importer ends in a sentence or takes them; `benchmarks/fuzz.py` tries millions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from importeurs import AmemError, Importeur, entree, importeurs

NAMES = {"catalogue": 300, "suivi": 300, "json": 300, "classeur": 300, "modele-word": 100, "modele-excel": 300, "balises": 300}
FOUND = {
    "balises": (
        b"{% endfor %" + b"lipsum()p>-') }}{% endfor %" * 60,  # a tag that could be read in endless many ways
        b"{{ 9" + b"9" * 400 + b" }}",
    ),
    "json": (b'{"a": NaN}', b'{"a": -Infinity}', b'{"a": 1e999999}', b'{"a": ' + b"9" * 5000 + b"}", b'{"a":' * 600 + b"1" + b"}" * 600),
}
"""What once broke an importer."""


@pytest.fixture(scope="module")
def ways_in(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Importeur]:
    return importeurs(tmp_path_factory.mktemp("importeurs"))


@pytest.mark.attaque("fuzz")
@pytest.mark.parametrize("name", NAMES)
def test_broken_inputs_end_in_a_sentence(ways_in: dict[str, Importeur], name: str, record_property: Callable[[str, object], None]) -> None:
    record_property("attaques", NAMES[name])
    refused = 0
    for number in range(NAMES[name]):
        try:
            ways_in[name].prendre(entree(ways_in[name], 1, number))
        except AmemError:
            refused += 1
    assert NAMES[name] / 10 < refused < NAMES[name]  # the changes do break inputs, and not all of them


@pytest.mark.attaque("fuzz")
@pytest.mark.parametrize(("name", "data"), [(name, data) for name, inputs in FOUND.items() for data in inputs])
def test_what_once_broke_an_importer_no_longer_does(ways_in: dict[str, Importeur], name: str, data: bytes) -> None:
    with pytest.raises(AmemError):
        ways_in[name].prendre(data)


def test_the_same_number_is_the_same_input(ways_in: dict[str, Importeur]) -> None:
    one = ways_in["suivi"]
    assert entree(one, 1, 5) == entree(one, 1, 5) != entree(one, 2, 5)
