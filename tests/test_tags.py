"""Tags: what templates see, what they cannot reach, and how their faults are told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from amem_reports.errors import AmemError
from amem_reports.rendering import tags
from amem_reports.rendering.tags import Source

N, F = "\u00a0", "\u202f"


def fill(text: str, **context: Any) -> str:
    return tags.render(Source("essai", text), tags.plain(context), "modele.docx")


def fault(text: str, **context: Any) -> str:
    with pytest.raises(AmemError) as caught:
        fill(text, **context)
    return str(caught.value)


def test_values_are_escaped_for_xml() -> None:
    assert fill("<t>{{ x }}</t>", x='R&D < 2 "M"') == "<t>R&amp;D &lt; 2 &quot;M&quot;</t>"


def test_none_prints_as_nothing_and_numbers_as_themselves() -> None:
    assert fill("[{{ a }}|{{ b }}|{{ c }}|{{ d }}]", a=None, b=0, c=Decimal("2.50"), d=Decimal(3)) == "[|0|2.5|3]"


def test_dates_are_iso_until_a_filter_writes_them() -> None:
    assert fill("{{ d }} {{ d|date }} {{ d|date_courte }}", d=date(2019, 8, 1)) == f"2019-08-01 1er{N}août 2019 01&#x2f;08&#x2f;2019"


def test_filters_leave_what_is_unknown_empty_for_the_template_to_decide() -> None:
    assert fill("[{{ x|date }}{{ x|montant }}{{ x|nombre }}{{ x|liste }}]", x=None) == "[]"
    assert fill("{{ x|date|renseigner }}", x=None) == "à renseigner"
    assert fill("{{ x|liste|renseigner }}", x=[]) == "à renseigner"


def test_the_french_filters() -> None:
    assert fill("{{ b|montant }}", b={"montant": Decimal(12500), "devise": "EUR"}) == f"12{F}500{N}€"
    assert fill("{{ n|compte('activité') }}, {{ l|liste }}", n=22, l=["a", "b"]) == f"22{N}activités, a et b"


@pytest.mark.parametrize("value", [object(), float("nan"), float("inf"), {1, 2}, b"octets", lambda: 1])
def test_only_plain_data_reaches_a_template(value: Any) -> None:
    with pytest.raises(TypeError):
        tags.plain({"x": value})


def test_an_unknown_name_is_told_with_the_nearest_one() -> None:
    sentence = fault("{{ activite.intitul }}", activite={"intitule": "x"})
    assert "modele.docx, essai : nom inconnu « activite.intitul » → vouliez-vous dire « activite.intitule » ?" in sentence


def test_all_unknown_names_are_told_at_once_also_the_one_inside_a_loop() -> None:
    sentence = fault("{{ a.x }}{{ b }}{% for l in lignes %}{{ l.z }}{% endfor %}", a={"y": 1}, lignes=[{"zz": 1}])
    assert "« a.x »" in sentence
    assert "« b »" in sentence


def test_the_place_of_a_fault_is_the_nearest_known_before_it() -> None:
    source = Source("document.xml", "bon {{ x }} puis {{ manque }}", ((0, "paragraphe 1"), (12, "paragraphe 2")))
    with pytest.raises(AmemError, match="paragraphe 2"):
        tags.render(source, tags.plain({"x": 1}), "modele.docx")


def test_places_hold_with_accents_before_them() -> None:
    source = Source("document.xml", "éééééééééé {{ x }}|{{ manque }}", ((0, "paragraphe 1"), (19, "paragraphe 2")))
    with pytest.raises(AmemError, match="paragraphe 2"):
        tags.render(source, tags.plain({"x": 1}), "modele.docx")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ 'x'|majuscule }}", "filtre inconnu « majuscule »"),
        ("{{ 1|dat }}", "vouliez-vous dire « date » ?"),
        ("{% for a in b %}", "boucle mal fermée"),
        ("{{ a b }}", "balise mal écrite"),
        ("{{ 'hier'|date }}", "une valeur ne convient pas à son filtre"),
        ("{% include 'autre' %}", "ne peut pas en inclure un autre"),
        ("{% extends 'autre' %}", "ne peut pas en inclure un autre"),
    ],
)
def test_each_fault_of_a_template_is_told_in_french(text: str, expected: str) -> None:
    assert expected in fault(text, b=[])


@pytest.mark.parametrize("tag", ["{{ z|date }}", "{{ z|renseigner }}", "{{ z|gras }}", "{{ z|join('-') }}", "{{ a.z|nombre }}"])
def test_a_filter_does_not_hide_that_its_name_is_unknown(tag: str) -> None:
    assert "nom inconnu «" in fault(tag, a={"b": 1})


def test_a_value_that_only_some_elements_have_is_missed_in_the_others() -> None:
    sentence = fault("{% for x in liste %}{{ x.a|gras }}{% endfor %}", liste=[{"a": "un"}, {}])
    assert "cette valeur n’existe pas dans les données, dans « {{ x.a|gras }} »" in sentence
    assert fill("{% for x in liste %}{{ x.a|default('rien')|gras }} {% endfor %}", liste=[{"a": "un"}, {}]) == "un rien "


ATTACKS = [
    "{{ d.__class__.__mro__ }}",
    "{{ d.__init__.__globals__ }}",
    "{{ ''.__class__.__base__.__subclasses__() }}",
    "{{ d|attr('__class__') }}",
    "{{ d.clear() }}",
    "{{ d.pop('a') }}",
    "{{ d.update(a=2) }}",
    "{{ d.setdefault('b', 1) }}",
    "{{ l.append(3) }}",
    "{{ l.extend(l) }}",
    "{{ l.__getattribute__('append') }}",
    "{{ debug() }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ config.items() }}",
    "{{ request.application.__globals__ }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ url_for.__globals__ }}",
    "{% import 'os' as os %}{{ os.system('id') }}",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_of_python_is_reachable_and_the_data_does_not_change(attack: str) -> None:
    context = tags.plain({"d": {"a": 1}, "l": [1, 2]})
    with pytest.raises(AmemError):
        tags.render(Source("essai", attack), context, "modele.docx")
    assert context == {"d": {"a": 1}, "l": [1, 2]}


BOMBS = [
    "{% for i in range(10**9) %}x{% endfor %}",
    "{% for i in range(9999) %}{% for j in range(9999) %}{% for k in range(9999) %}x{% endfor %}{% endfor %}{% endfor %}",
    "{{ 'x' * 10**9 }}",
    "{{ [1] * 10**9 }}",
    "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
]


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_ends_in_a_sentence(bomb: str) -> None:
    told = fault(bomb)
    assert "modele.docx" in told
    assert "__" not in told


@pytest.mark.parametrize("tag", ["{{ x|image }}", "a {{ x|graphique }}", "{% set y = x|sous_document %}{{ y }}", "{{ x|image ~ 'a' }}"])
def test_what_is_no_text_is_not_printed_as_text(tag: str) -> None:
    sentence = fault(tag, x="a.png")
    assert "s’écrit seule dans" in sentence or "cette balise donne un groupe de valeurs" in sentence


NOT_NUMBERS = [
    "{{ 1e308 * 10 }}",
    "{{ x * x }}",
    "{{ (x * x) - (x * x) }}",
    "{{ (x * x)|nombre }}",
    "{{ '%.1f'|format(x * x) }}",
    "{{ 'inf'|float }}",
]


@pytest.mark.parametrize("tag", NOT_NUMBERS)
def test_a_calculation_that_gives_no_number_is_a_fault_with_its_tag(tag: str) -> None:
    told = fault(f"informations inf. {tag}", x=1e308)
    assert "calcul impossible : le résultat n’est pas un nombre" in told
    assert tag in told


def test_words_that_look_like_such_a_number_are_words() -> None:
    assert fill("{{ x }} {{ y }} inf NaN", x="inf", y="NaN") == "inf NaN inf NaN"


def test_none_is_none_and_the_empty_text_is_not() -> None:
    text = "{% if x is none %}rien{% elif x == None %}nul{% else %}{{ x }}{% endif %}"
    assert [fill(text, x=value) for value in (None, "", 0, "a")] == ["rien", "", "0", "a"]
    assert fill("{{ 'a' if d.x == none else 'b' }}{{ 'a' if d.y != None else 'b' }}", d={"x": None, "y": 1}) == "aa"
    assert (
        fill("{% set a = None %}{{ a is none }}{{ none }}{{ d.get('z') is none }}{{ d.z is none }}{{ 'none' }}", d={})
        == "TrueTrueFalsenone"
    )
    assert fill("{{ x }}|{{ x ~ 'a' }}|{{ x|default('b', true) }}|{{ x|length }}|{{ x == '' }}", x=None) == "|a|b|0|True"


def test_lists_can_be_added_and_not_printed_or_changed() -> None:
    assert (
        fill("{{ (l + ['w'])|join(',') }} {{ (['w'] + l)|join }} {{ l|length }} {{ 'u' in l }} {{ l[-1] }}", l=["u", "v"])
        == "u,v,w wuv 2 True v"
    )
    for tag in ("{{ l }}", "{{ l ~ 'a' }}", "{{ d.l }}"):
        assert f"cette balise donne une liste, pas un texte, dans « {tag} »" in fault(tag, l=[1], d={"l": [{"a": 1}]})


def test_data_cannot_pass_for_a_group() -> None:
    assert "groupe" in fill("{{ x }}", x="\x00groupe\x00")


def test_the_filters_and_methods_of_jinja_take_their_arguments_in_place() -> None:
    text = "{{ n|truncate(9) }}|{{ n|truncate(9, true) }}|{{ n|truncate(9, true, '!', 0) }}|{{ n|truncate(length=300) }}"
    assert fill(text, n="Aïcha Ben Salah") == "Aïcha...|Aïcha ...|Aïcha Be!|Aïcha Ben Salah"
    assert fill("{{ n.zfill(4) }}|{{ n.ljust(3) }}|{{ n.rjust(3, '-') }}|{{ n.center(4) }}", n="7") == "0007|7  |--7| 7  "


def test_the_old_way_to_format_is_told_with_the_new_one() -> None:
    assert "écrire « {{ '%s et %s'|format(a, b) }} »" in fault("{{ '%s' % (a, b) }}", a=1, b=2)


GROWN = [
    "{% set ns = namespace(a=[1]) %}{% for i in range(60) %}{% set ns.a = ns.a + ns.a %}{% endfor %}",
    "{% set ns = namespace(a='ab') %}{% for i in range(60) %}{% set ns.a = [ns.a, ns.a] %}{% endfor %}{{ ns.a == 3 }}",
    "{% set ns = namespace(a='ab') %}{% for i in range(60) %}{% set ns.a = {'x': ns.a, 'y': ns.a} %}{% endfor %}{{ ns.a.x == 3 }}",
]


@pytest.mark.parametrize("text", GROWN)
def test_lists_that_double_end_in_a_sentence(text: str) -> None:
    assert "le document produit est trop grand" in fault(text)


def test_lists_may_grow_element_by_element_and_hold_lists() -> None:
    grown = "{% set ns = namespace(a=[]) %}{% for i in l %}{% set ns.a = ns.a + [[i, ns.a|length]] %}{% endfor %}{{ ns.a|length }}"
    assert fill(grown, l=list(range(200))) == "200"
    assert (
        fill(
            "{% for i in l %}{% set a = [i, i] %}{% set a = a|first %}{{ a }}{% endfor %}{% set b = l[9:]|first %}{{ b is defined }}",
            l=[1, 2],
        )
        == "12False"
    )


LONG = ["{{ " + "-" * 20_000 + "1 }}", "{{ " + "not " * 5_000 + "1 }}", "{{ " + "1+" * 9_000 + "1 }}", "{{ " + "'a'~" * 5_000 + "'b' }}"]


@pytest.mark.parametrize("tag", LONG, ids=range(len(LONG)))
def test_a_tag_that_the_engine_could_not_read_is_refused(tag: str) -> None:
    assert "essai : balise trop longue → la partager" in fault(tag)
    assert "balise trop longue" in str(tags.check(Source("essai", tag), tags.plain({}), "m.docx"))


def test_a_long_text_in_a_tag_is_no_long_tag() -> None:
    assert len(fill("{{ '" + "a-" * 5_000 + "' }}")) == 10_000


PLACED = ["{{ 'x'|center(10**9) }}", "{{ 'a'|indent(10**9) }}", "{{ ['a']|batch(10**9, 'x')|list|length }}", "{{ 'x'.ljust(10**9) }}"]


@pytest.mark.parametrize("tag", PLACED)
def test_what_is_too_large_is_told_with_its_place(tag: str) -> None:
    source = Source("document.xml", "bon {{ x }} puis " + tag, ((0, "paragraphe 1"), (12, "paragraphe 2")))
    with pytest.raises(AmemError, match="paragraphe 2 : le document produit est trop grand"):
        tags.render(source, tags.plain({"x": 1}), "modele.docx")


def test_an_unknown_argument_is_no_word() -> None:
    assert "nom inconnu « zz »" in fault("{{ 'a'.replace('a', zz) }}")
    assert "nom inconnu « zz »" in fault("{{ 'a'|replace('a', zz) }}")


MESSAGES = [
    ("{% if 1 %}" * 2000 + "{% endif %}" * 2000, "trop de conditions, de boucles ou de parenthèses les unes dans les autres"),
    ("{{ " + "(" * 1500 + "1" + ")" * 1500 + " }}", "(((((…"),
    ("{{ ('a' * 3).replace('a', 'b').foo() }}", "méthode inconnue"),
    ("{{ x.replace('a', 'b') + 1 }}", "calcul impossible"),
]


@pytest.mark.parametrize(("text", "expected"), MESSAGES, ids=range(len(MESSAGES)))
def test_messages_are_short_and_use_the_author_s_own_words(text: str, expected: str) -> None:
    told = fault(text, x="a")
    assert expected in told
    assert "__" not in told
    assert len(told) < 400


def test_an_unknown_function_is_told_once() -> None:
    assert fault("{{ foo(1) }}").count("fonction inconnue « foo »") == 1 == fault("{{ foo(1) }}").count("inconnu")
