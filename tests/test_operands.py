"""Expressions of tags are rewritten before the engine sees them: they mean the same, and no step can make more than there is time for."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from classeur import template

from amem_reports.errors import AmemError
from amem_reports.rendering import render, tags
from amem_reports.rendering.bounding import OWN, bounded, own
from amem_reports.rendering.operands import held

DATA = {"nom": "Zoé", "lignes": [1, 2, 3], "groupe": {"a": [1, 2], "b": 2.5}}


def filled(text: str) -> str:
    return tags.render(tags.Source("texte", text), DATA, "modele")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{{ lignes|length * 2 }}", "6"),
        ("{{ 2 * lignes|length + 1 }}", "7"),
        ("{{ (lignes|length - 1) * 2.5 * lignes[0] * -lignes[1] * lignes|first|default(2) * 3 }}", "-30.0"),
        ("{{ groupe.b * groupe['a'][1] ** 2 * 10**2 }}", "1000.0"),
        ("{{ groupe.b * 2 if nom else groupe.b * 3 }}", "5.0"),
        ("{{ 'ab*c' * 2 ~ \"*[nom]\" }}", "ab*cab*c*[nom]"),
        ("{{ [lignes, 2][0][1] }}", "2"),
        ("{% for a, b in [(1, nom), (2, 'x')] %}{{ a }}{{ b }}{% endfor %}", "1Zoé2x"),
        ("{% for (a, b) in [(1, nom)] %}{{ a }}{{ b }}{% endfor %}", "1Zoé"),
        ("{% set (a, b) = (nom, 2) %}{{ a }}{{ b }}", "Zoé2"),
        ("{% macro m(a, b=[nom]) %}{{ a }}{{ b[0] }}{% endmacro %}{{ m(nom, [nom]) }}{{ m(nom) }}", "ZoéZoéZoéZoé"),
        ("{{ {'a': nom}.a }}{{ {'a': nom, 'b': [nom]}|length }}{{ dict(a=nom).a }}", "Zoé2Zoé"),
        ("{{ 'oui' if nom in (nom, 2) and nom not in [1, lignes] else 'non' }}", "oui"),
        ("{% set ns = namespace(l=[]) %}{% for x in lignes %}{% set ns.l = ns.l + [x] %}{% endfor %}{{ ns.l|join('-') }}", "1-2-3"),
        ("{% set a = (2, nom, none) %}{{ a[2] is none }}{{ a is sequence }}{{ [nom] == ['Zoé'] }}", "TrueTrueTrue"),
        ("{% set ns = namespace(n=1) %}{% set ns.n = nom if nom else 'b' -%}  {{ ns.n }}", "Zoé"),
        ("{% set ns = namespace() %}{% for i in lignes %}{% set ns.p = loop.previtem %}{{ ns.p is defined }}{% endfor %}", "FalseTrueTrue"),
        ("{% set ns = namespace(g=1) %}{% set ns.g = groupe %}{{ ns.g.b }}", "2.5"),
    ],
)
def test_a_rewritten_expression_means_the_same(text: str, wanted: str) -> None:
    assert filled(text) == wanted


@pytest.mark.parametrize(
    "text", ["{{ lignes * 2 }}", "{{ 2 * [nom] }}", "{{ [1] * 3 * 2 }}", "{% set a = (nom, 1) * 3 %}", "{{ groupe.a|list * 2 }}"]
)
def test_a_list_is_not_multiplied(text: str) -> None:
    with pytest.raises(AmemError, match="une liste ne se multiplie pas"):
        filled(text)


@pytest.mark.parametrize("text", ["{{ [lignes] }}", "{{ [lignes, nom] }}", "{{ (nom, [lignes]) }}"])
def test_a_list_inside_a_list_does_not_print_either(text: str) -> None:
    with pytest.raises(AmemError, match="cette balise donne une liste"):
        filled(text)


def test_what_holds_only_constants_is_left_to_the_engine() -> None:
    for code in ("x in ['a', 'b']", "[1, [2, 3]][0]", "a[b]", "f(a, b)", "(a + b)", "{'a': 1}", "'[a]' ~ \"(b, c)\""):
        assert held(code) == code


def test_a_tag_of_too_many_sums_is_told() -> None:
    assert filled("{{ 1" + " + 1" * 50 + " }}") == "51"
    with pytest.raises(AmemError, match="balise trop longue"):
        filled("{{ 1" + " + 1" * 51 + " }}")


def test_what_the_engine_wrote_itself_passes_as_it_is() -> None:
    written = own("{% set __h = [__a, __b] * 2 %}{{ __h }}{% for x in [__a] %}{% endfor %}")
    assert bounded(written).text == written.replace(OWN, "")
    assert bounded(written.replace(OWN, "")).text != written.replace(OWN, "")


def test_a_loop_whose_turns_all_pass_through_the_flow_reports_there_alone() -> None:
    loop = "{% for x in xs %}"
    assert "__tour" not in bounded(loop + own("{% set __r = 1 %}{% filter __flux %}") + "a{% endfilter %}{% endfor %}").text
    for between in ("{% if x %}", own("{% if x %}") + "{% if x %}", "a", own("{{ x }}")):
        assert "__tour" in bounded(loop + between + own("{% filter __flux %}")).text


@pytest.mark.parametrize("mark", [OWN, f" {OWN}", f"{OWN}{OWN}"])
def test_no_template_can_pass_its_tags_off_as_the_engines(tmp_path: Path, mark: str) -> None:
    """A workbook can name every character by its number, a page can hold it; Word and Excel's own XML cannot."""
    tag = f"{{{{{mark} lignes * 3 }}}}"
    book = template(tmp_path, {"A1": f"Voir {tag}".replace(OWN, "_x001F_")})
    page = tmp_path / "page.html"
    page.write_text(f"<p>{tag}</p>", encoding="utf-8")
    for path in (book, page):
        with pytest.raises(AmemError, match="une liste ne se multiplie pas"):
            render(path, DATA, io.BytesIO())
