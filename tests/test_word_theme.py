"""Colours of a template's theme, by name: what they are in the file, and that they follow the theme."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from docx.oxml.xmlchemy import BaseOxmlElement
from test_word import W, filled, template

from amem_reports.errors import AmemError
from amem_reports.rendering import cache
from amem_reports.rendering.word_theme import SLOTS, Palette

THEME = "word/theme/theme1.xml"
OFFICE = {"accent1": "4F81BD", "fonce1": "000000", "clair1": "FFFFFF", "fonce2": "1F497D", "clair2": "EEECE1"}
"""Colours of the theme of the templates that the tests make; the first ones are colours of the system."""


def rewritten(path: Path, changes: dict[str, tuple[str, str]]) -> Path:
    """The same template with one text of some parts replaced."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    for name, (before, after) in changes.items():
        assert before.encode() in parts[name]
        parts[name] = parts[name].replace(before.encode(), after.encode())
    with zipfile.ZipFile(path, "w") as new:
        for name, data in parts.items():
            new.writestr(name, data)
    return path


def attributes(path: Path, element: str, **context: object) -> dict[str, str]:
    """What a filled template says in its only element of that name."""
    found: list[BaseOxmlElement] = list(filled(path, **context).element.body.iter(f"{W}{element}"))
    assert len(found) == 1
    return {str(name).removeprefix(W): str(value) for name, value in found[0].attrib.items()}


def background(folder: Path, code: str, **context: object) -> dict[str, str]:
    return attributes(template(folder, rows=[[f"{{% cellbg {code} %}}x"]], columns=1), "shd", **context)


@pytest.mark.parametrize(
    ("name", "word_name"),
    [("accent1", "accent1"), ("fonce1", "text1"), ("clair1", "background1"), ("fonce2", "text2"), ("clair2", "background2")],
)
def test_a_cell_takes_a_colour_of_the_theme_by_its_name(tmp_path: Path, name: str, word_name: str) -> None:
    expected = {"val": "clear", "color": "auto", "fill": OFFICE[name], "themeFill": word_name}
    assert background(tmp_path, f"'{name}'") == expected
    assert background(tmp_path, "noms[(numero - 1) % 1]", noms=[name], numero=3) == expected


def test_every_name_of_the_theme_is_known(tmp_path: Path) -> None:
    assert len(SLOTS) == 10
    assert all(background(tmp_path, "nom", nom=name)["themeFill"] for name in SLOTS)


LIGHTER = {
    "4F81BD": ("DBE5F1", "B8CCE4", "95B3D7"),
    "C0504D": ("F2DBDB", "E5B8B7", "D99594"),
    "9BBB59": ("EAF1DD", "D6E3BC", "C2D69B"),
    "8064A2": ("E5DFEC", "CCC0D9", "B2A1C7"),
    "F79646": ("FDE9D9", "FBD4B4", "FABF8F"),
}
"""What Word 2007 wrote for colours of its theme made lighter by 80, 60 and 40 %."""


@pytest.mark.parametrize(("digits", "said"), LIGHTER.items(), ids=LIGHTER)
def test_a_colour_made_lighter_is_the_one_that_word_writes(digits: str, said: tuple[str, ...]) -> None:
    for percent, tint, expected in zip((80, 60, 40), ("33", "66", "99"), said, strict=True):
        palette = Palette({"accent1": digits})
        fill, rest = palette.fill(f"accent1 clair {percent}").split('"', 1)
        assert rest == f' w:themeFill="accent1" w:themeFillTint="{tint}'
        assert max(abs(int(fill[at : at + 2], 16) - int(expected[at : at + 2], 16)) for at in (0, 2, 4)) <= 1


def test_a_lighter_colour_stands_in_the_cell(tmp_path: Path) -> None:
    expected = {"val": "clear", "color": "auto", "fill": "DBE5F1", "themeFill": "accent1", "themeFillTint": "33"}
    assert background(tmp_path, "'accent1 clair 80'") == expected


def test_fills_follow_a_theme_that_changes(tmp_path: Path) -> None:
    path = template(tmp_path, rows=[["{% cellbg nom %}x"]], columns=1)
    assert attributes(path, "shd", nom="accent1")["fill"] == "4F81BD"
    rewritten(path, {THEME: ("4F81BD", "123456")})
    assert attributes(path, "shd", nom="accent1")["fill"] == "123456"


def test_digits_are_written_as_they_are(tmp_path: Path) -> None:
    assert background(tmp_path, "'#c6e0b4'") == {"val": "clear", "color": "auto", "fill": "C6E0B4"}
    assert background(tmp_path, "''")["fill"] == "auto"


def test_rich_text_takes_colours_of_the_theme_too(tmp_path: Path) -> None:
    path = template(tmp_path, ["{{ mot|couleur('accent1')|fond('clair2') }}", "{{ mot|couleur('c00000') }}"])
    document = filled(path, mot="x")
    assert [dict(one.attrib) for one in document.element.body.iter(f"{W}color")] == [
        {f"{W}val": "4F81BD", f"{W}themeColor": "accent1"},
        {f"{W}val": "C00000"},
    ]
    assert [dict(one.attrib) for one in document.element.body.iter(f"{W}shd")] == [
        {f"{W}val": "clear", f"{W}color": "auto", f"{W}fill": "EEECE1", f"{W}themeFill": "background2"},
    ]


@pytest.mark.parametrize("wrong", ["accent7", "rouge", "accent1 clair 100", "accent1 clair 0", "accent1clair 20", "12345"])
def test_an_unknown_colour_is_told_with_the_names_that_exist(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(AmemError, match=rf"ligne 1, colonne 1.*couleur inconnue « {wrong} ».*ou une couleur du thème : accent1 à accent6"):
        background(tmp_path, f"'{wrong}'")
    with pytest.raises(AmemError, match=f"couleur inconnue « {wrong} »"):
        filled(template(tmp_path, [f"{{{{ 'x'|couleur('{wrong}') }}}}"]))


@pytest.mark.parametrize("tag", ["{% cellbg 'accent2' %}x", "{{ 'x'|couleur('accent2') }}"])
def test_a_template_without_a_theme_says_so(tmp_path: Path, tag: str) -> None:
    path = template(tmp_path, rows=[[tag]], columns=1)
    rewritten(path, {"word/_rels/document.xml.rels": ("relationships/theme", "relationships/autre")})
    with pytest.raises(AmemError, match="couleur « accent2 » absente, car ce modèle n’a pas de thème : écrire six chiffres"):
        filled(path)


def test_a_kept_plan_knows_the_theme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from amem_reports.rendering import word, word_plan

    monkeypatch.setattr(cache, "folder", lambda: tmp_path / "cache")
    path = template(tmp_path, rows=[["{% cellbg 'accent1' %}x"]], columns=1)  # once: its bytes hold the hour at which it was saved
    found = []
    for _ in range(2):
        monkeypatch.setattr(word, "_plans", cache.Plans("word", word_plan.to_data, word_plan.from_data))
        found.append(attributes(path, "shd"))
    (kept,) = (tmp_path / "cache").glob("word-*.json")
    assert json.loads(kept.read_bytes().partition(b"\n")[2])["theme"]["accent1"] == "4F81BD"
    assert found[0] == found[1]
