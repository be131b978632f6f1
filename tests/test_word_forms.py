"""Everything that docxtpl's users write: the same words as docxtpl gives, in each place of a document, and the same cells."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from lxml import etree
from test_word import CONTEXT, W, by_docxtpl, filled, template, texts

from amem_reports.rendering import check, render

DATA: dict[str, Any] = {
    **CONTEXT,
    "vide": [],
    "n": 3,
    "sauts": "un\adeux\ntrois\tquatre",
    "f": 2.5,
    "d": {"k": "v", "l": [1, 2]},
    "html": "<b>&amp;</b> \"q\" 'a'",
    "gens": [{"nom": "A", "age": 3}, {"nom": "B", "age": 4}],
}
FORMS = {
    "sinon si, en paragraphes": ["{%p if n == 1 %}", "un", "{%p elif n == 3 %}", "trois", "{%p else %}", "autre", "{%p endif %}"],
    "sinon si, dans le texte": ["{% if n == 1 %}un{% elif n == 3 %}trois{% else %}x{% endif %}"],
    "boucle vide": ["{% for x in vide %}a{% else %}rien{% endfor %}", "{%p for x in vide %}", "a", "{%p else %}", "rien", "{%p endfor %}"],
    "boucles emboîtées": ["{%p for l in lignes %}", "{%p for b in l.b %}", "{{ l.a }}{{ b }}", "{%p endfor %}", "{%p endfor %}"],
    "compteurs": [
        "{% for x in liste %}{{ loop.index }}/{{ loop.length }}{{ loop.first }}{{ loop.last }}{{ loop.cycle('a', 'b') }} {% endfor %}"
    ],
    "groupe": ["{% for k, v in d.items() %}{{ k }}={{ v if v is string else v|join('-') }};{% endfor %}"],
    "filtres": [
        "{{ nom|upper }} {{ liste|join(', ') }} {{ liste|first }} {{ nom|replace('R', 'S') }} {{ 'a b'|title }} {{ '  a '|trim }}|"
    ],
    "autres filtres": ["{{ 'a b c'|wordcount }} [{{ 'ab'|center(6) }}] {{ html|forceescape }}"],
    "nombres": [
        "{{ n + 1 }} {{ n / 2 }} {{ n // 2 }} {{ n % 2 }} {{ -n }} {{ 2.567|round(2) }} {{ '%.2f'|format(f) }} {{ 1.0 }} {{ 7 / 7 }}"
    ],
    "tests": ["{{ n is odd }} {{ x is defined }} {{ 'un' in liste }} {{ not vrai }} {{ 'a' if vrai else 'b' }}"],
    "variables": [
        "{% set a = n * 2 %}{{ a }}",
        "{{ a }}",
        "{% set b %}bloc {{ n }}{% endset %}{{ b }}",
        "{% with z = 5 %}{{ z }}{% endwith %}",
    ],
    "espace de noms": ["{% set ns = namespace(s=0) %}{% for x in liste %}{% set ns.s = ns.s + 1 %}{% endfor %}{{ ns.s }}"],
    "macro": ["{% macro m(x) %}[{{ x }}]{% endmacro %}{{ m(1) }}{{ m('b') }}"],
    "tel quel": ["{% raw %}{{ brut }}{% endraw %}", "{_{ nom }_} {_% if %_}"],
    "signes de XML": ["{{ html }} {{ html|e }}"],
    "tranches": ["{{ liste[0] }} {{ liste[-1] }} {{ liste[1:]|join('') }} {{ nom[:3] }} {{ nom.upper() }} {{ nom.split(' ')|length }}"],
    "tris et choix": [
        "{{ gens|selectattr('age', 'gt', 3)|map(attribute='nom')|join(',') }}",
        "{{ gens|sort(attribute='age', reverse=true)|map(attribute='nom')|join }}",
        "{% for g, l in gens|groupby('age') %}{{ g }}{{ l|length }};{% endfor %}",
        "{% for b in liste|batch(2) %}{{ b|join('+') }};{% endfor %}",
    ],
    "défauts": ["{{ manque|default('x') }} {{ ''|default('y', true) }}"],
    "fusion dans le texte": ["a  {%- if vrai %}  b  {%- endif %}  c"],
    "fusion à la fin": ["un {% if vrai -%}", "deux", "{%- endif %} trois"],
    "fusion en boucle": ["texte {%- for x in liste %}", "{{ x }},", "{%- endfor %} fin"],
    "suite de caractères": ["avant {%r if vrai %}dedans{%r endif %} après"],
    "commentaires": ["a {# b {{ nom }} #} c", "{#p masque #}", "x"],
    "fin de paragraphe et saut": ["avant {{ sauts }} après"],
}
TABLES = {
    "fond": [["{% cellbg couleur %}{{ nom }}", "b"]],
    "fond en boucle": [["{%tc for x in liste %}", "{% cellbg couleur %}{{ x }}", "{%tc endfor %}"]],
    "colonnes réunies": [["{% colspan n %}a", "b"]],
    "fusion verticale": [["{%tr for l in lignes %}"], ["{% vm %}m", "{{ l.a }}"], ["{%tr endfor %}"]],
    "fusion verticale emboîtée": [
        ["{%tr for l in lignes %}"], ["{%tr for b in l.b %}"], ["{% vm %}{{ l.a }}", "{{ b }}"], ["{%tr endfor %}"], ["{%tr endfor %}"],
    ],
    "fusion horizontale": [
        ["{%tc for x in liste %}", "{% hm %}t", "{%tc endfor %}"],
        ["{%tc for x in liste %}", "{{ x }}", "{%tc endfor %}"],
    ],
    "lignes emboîtées": [
        ["{%tr for l in lignes %}"], ["{{ l.a }}"], ["{%tr for b in l.b %}"], ["{{ b }}"], ["{%tr endfor %}"], ["{%tr endfor %}"],
    ],
    "lignes au choix": [["{%tr if not vrai %}"], ["x"], ["{%tr else %}"], ["y"], ["{%tr endif %}"]],
    "colonne au choix": [["a", "{%tc if vrai %}", "b", "{%tc endif %}"]],
    "boucle dans une cellule": [["{% for x in liste %}{{ x }} {% endfor %}", "b"]],
}  # fmt: skip


@pytest.mark.parametrize("paragraphs", FORMS.values(), ids=FORMS)
def test_the_words_are_those_of_docxtpl(tmp_path: Path, paragraphs: list[str]) -> None:
    path = template(tmp_path, paragraphs)
    ours = texts(filled(path, **DATA))
    assert ours == texts(by_docxtpl(path, **DATA))
    assert any(ours)


@pytest.mark.parametrize("rows", TABLES.values(), ids=TABLES)
def test_the_cells_are_those_of_docxtpl(tmp_path: Path, rows: list[list[str]]) -> None:
    path = template(tmp_path, rows=rows, columns=max(map(len, rows)))
    ours = cells(filled(path, **DATA))
    assert ours == cells(by_docxtpl(path, **DATA))
    assert ours


def test_per_cent_signs_and_braces_may_stand_inside_a_tag(tmp_path: Path) -> None:
    path = template(tmp_path, ["{%p set x = n % 2 %}", "{%p set g = {'a': 1} %}", "{{ x }}{{ g.a }}{{ '%}' }}"])
    assert texts(filled(path, n=3)) == ["11%}"]


def cells(document: docx.document.Document) -> list[list[tuple[str, ...]]]:
    """Words, colour, columns and vertical merge of each cell."""

    def one(cell: Any) -> tuple[str, ...]:
        looks = [cell.find(f"{W}tcPr/{W}{name}") for name in ("shd", "gridSpan", "vMerge")]
        names = ("fill", "val", "val")
        said = ["" if look is None else look.get(f"{W}{name}", "") for look, name in zip(looks, names, strict=True)]
        said[1] = "" if said[1] == "1" else said[1]
        return ("".join(text.text or "" for text in cell.iter(f"{W}t")), *said)

    return [[one(cell) for cell in row._tr.tc_lst] for row in document.tables[0].rows]


TAGS = "{{ nom }} {% for x in liste %}{{ x }}{% endfor %}"
KINDS = {"footnotes": "footnote", "endnotes": "endnote", "comments": "comment"}
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def everywhere(folder: Path) -> Path:
    """A template with the same tags in each place where words can stand."""
    document = docx.Document()
    for kind, name in KINDS.items():
        who = ' w:author="a" w:initials="a"' if kind == "comments" else ""
        note = f'<w:{name} w:id="2"{who}><w:p><w:r><w:t>{{{{ n</w:t></w:r><w:r><w:t>om }}}}{TAGS[9:]}</w:t></w:r></w:p></w:{name}>'
        xml = f"<w:{kind} {nsdecls('w')}>{note}</w:{kind}>"
        media = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"
        part = Part(PackURI(f"/word/{kind}.xml"), media, xml.encode(), document.part.package)
        document.part.relate_to(part, f"{OFFICE}/{kind}")
    box = f"<w:txbxContent><w:p><w:r><w:t>{TAGS}</w:t></w:r></w:p></w:txbxContent>"
    shape = f'<v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>{box}</v:textbox></v:shape>'
    vml = f"<w:r {nsdecls('w')}><w:pict>{shape}</w:pict></w:r>"
    document.add_paragraph("boîte : ")._p.append(parse_xml(vml))
    section = document.sections[0]
    section.different_first_page_header_footer = True
    for place in (section.header, section.first_page_header, section.footer, section.first_page_footer):
        place.paragraphs[0].text = TAGS
    document.core_properties.subject = document.core_properties.keywords = "{{ nom }}"
    path = folder / "modele.docx"
    document.save(str(path))
    return path


def test_tags_are_filled_wherever_words_stand(tmp_path: Path) -> None:
    out = io.BytesIO()
    render(everywhere(tmp_path), DATA, out)
    with zipfile.ZipFile(out) as package:
        found = {
            name: "".join(map(str, etree.fromstring(package.read(name)).itertext())) for name in package.namelist() if name.endswith(".xml")
        }
    said = "R&D < 2 M€ undeuxtrois"
    places = [name for name in found if name.startswith(("word/header", "word/footer"))]
    assert len(places) == 4
    assert {found[name] for name in (*places, *(f"word/{kind}.xml" for kind in KINDS))} == {said}
    assert found["word/document.xml"] == f"boîte : {said}"
    assert found["docProps/core.xml"].count("R&D < 2 M€") == 2


def test_a_fault_in_a_note_or_a_comment_says_so(tmp_path: Path) -> None:
    places = {fault.endroit.partition(",")[0] for fault in check(everywhere(tmp_path), {"liste": ["a"]})}
    assert {"note de bas de page", "note de fin", "commentaire", "corps du document", "propriétés du document"} <= places
    assert {"en-tête", "pied de page"} <= {" ".join(place.split()[:-1]) if place[-1].isdigit() else place for place in places}


@pytest.mark.parametrize("vrai", [True, False])
def test_a_tall_cell_may_end_with_a_choice_of_paragraphs(tmp_path: Path, vrai: bool) -> None:
    document = docx.Document()
    table = document.add_table(3, 2)
    for row, words in enumerate(["{%tr for l in lignes %}", "{% vm %}tête", "{%tr endfor %}"]):
        table.cell(row, 0).text = words
    table.cell(1, 1).text = "{{ l.a }}"
    for words in ("{%p if vrai %}", "suite", "{%p endif %}"):
        table.cell(1, 0).add_paragraph(words)
    document.save(str(tmp_path / "modele.docx"))
    rows = filled(tmp_path / "modele.docx", **{**DATA, "lignes": [{"a": "1"}, {"a": "2"}], "vrai": vrai}).tables[0]._tbl.tr_lst
    paragraphs = [["".join(t.text or "" for t in p.iter("{*}t")) for p in row.tc_lst[0].p_lst] for row in rows]
    assert paragraphs == [["tête", "suite"] if vrai else ["tête"], [""]]


def test_the_rows_of_a_tall_cell_stay_together_and_let_go_of_what_follows(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(3, 1)
    for row, words in enumerate(["{%tr for l in lignes %}", "{% vm %}tête", "{%tr endfor %}"]):
        table.cell(row, 0).text = words
    table.cell(1, 0).paragraphs[0].paragraph_format.keep_with_next = True
    document.save(str(tmp_path / "modele.docx"))
    for count in (1, 3):
        made = filled(tmp_path / "modele.docx", **{**DATA, "lignes": [{"a": str(n)} for n in range(count)]})
        kept = [row.tc_lst[0].p_lst[0].find(".//{*}keepNext") is not None for row in made.tables[0]._tbl.tr_lst]
        assert kept == [True] * (count - 1) + [False]
