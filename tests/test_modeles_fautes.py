"""What `modele verifier` finds in a template of any kind, without data: every fault of its tags, and what would be lost silently."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from test_modeles import run, said
from test_word import template

from amem_reports.rendering import check, render


def faults(path: Path) -> str:
    result = run("verifier", path)
    assert result.exit_code == 1, result.stdout
    return said(result)


def workbook(folder: Path, *cells: str) -> Path:
    book = openpyxl.Workbook()
    for text in cells:
        book.active.append([text])  # type: ignore[union-attr]
    book.save(folder / "modele.xlsx")
    return folder / "modele.xlsx"


FAULTS = [
    ("{% fro x %}", "instruction inconnue « fro »"),
    ("{% for x xs %}{% endfor %}", "balise mal écrite « {% for x xs %} »"),
    ("{% set a = %}", "balise mal écrite « {% set a = %} »"),
    ("{% include %}", "ne peut pas en inclure un autre"),
    ("{% include 'x' %}", "ne peut pas en inclure un autre"),
    ("{{ a b }}", "balise mal écrite « {{ a b }} »"),
    ("{% if x is vieux %}{% endif %}", "test inconnu « vieux »"),
    ("{{ somme(1) }}", "fonction inconnue « somme »"),
    ("{{ x|majuscules }}", "filtre inconnu « majuscules »"),
    ("{{ x", "jamais fermée dans"),
    ("x }}", "« }} » sans « {{ » avant lui"),
]


@pytest.mark.parametrize(("text", "expected"), FAULTS, ids=[text for text, _ in FAULTS])
def test_a_fault_of_a_tag_is_found_without_data(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in faults(template(tmp_path, [text]))
    assert expected in faults(workbook(tmp_path, text))


SOUND = [
    "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(1) }}{% set f = 2 %}{{ (f) }}{{ x is divisibleby(3) }}{{ x is not none and (y) }}",
    "{% for i in range(3) %}{{ loop.cycle('a', 'b') }}{% endfor %}{{ dict(a=1).a }}{{ x|default('is foo (bar)') }}{{ x.upper() }}",
    "{% set n = namespace(v=0) %}{% call m() %}{% endcall %}{% macro m() %}{{ caller() }}{% endmacro %}{{ riche('a') }}{{ {'a': 1}.a }}",
]


@pytest.mark.parametrize("text", SOUND)
def test_what_a_template_may_say_is_no_fault(tmp_path: Path, text: str) -> None:
    assert run("verifier", template(tmp_path, [text])).exit_code == 0, said(run("verifier", template(tmp_path, [text])))


def test_styles_that_the_template_does_not_have_are_told_with_their_place(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Chapitre", 1)
    paragraph = document.add_paragraph("{{ a }}")
    paragraph._p.get_or_add_pPr().append(parse_xml(f'<w:pStyle {nsdecls("w")} w:val="Absent"/>'))
    paragraph.runs[0]._r.get_or_add_rPr().append(parse_xml(f'<w:rStyle {nsdecls("w")} w:val="Aussi"/>'))
    table = document.add_table(1, 1)
    table._tbl.tblPr.append(parse_xml(f'<w:tblStyle {nsdecls("w")} w:val="Tableau"/>'))
    document.add_paragraph("{{r x|style('Rien') }}")
    for style in ("List Bullet", "Heading 2"):
        element = document.styles[style].element
        element.getparent().remove(element)
    document.add_paragraph("{{p recit|markdown(2) }}")
    document.save(str(tmp_path / "m.docx"))
    told = faults(tmp_path / "m.docx")
    assert "paragraphe 2 (« {{ a }} »), sous « Chapitre » : style de paragraphe « Absent » absent du modèle" in told
    assert "style de caractères « Aussi » absent du modèle" in told
    assert "tableau 1 : style de tableau « Tableau » absent du modèle" in told
    assert "style de caractères « Rien » absent du modèle" in told
    assert "que « markdown » emploie : « Titre 2 », « Liste à puces » →" in told


LOST = [
    ([["{%tr for x in xs %}{{ x.a }}", "{{ x.b }}{%tr endfor %}"]], "« {{ x.a }}{{ x.b }} » serait perdu"),
    ([["{%tr for x in xs %}", "reste"], ["{{ x.a }}", "b"], ["{%tr endfor %}", ""]], "« reste » serait perdu"),
    ([["{%tc for x in xs %}{{ x.a }}", "b", "{%tc endfor %}"]], "« {{ x.a }} » serait perdu"),
    ([["{%p if x %} {{ y }}", "b"], ["{%p endif %}", "c"]], "« {{ y }} » serait perdu"),
]


@pytest.mark.parametrize(("rows", "expected"), LOST, ids=range(len(LOST)))
def test_content_beside_a_tag_that_takes_its_place_is_told(tmp_path: Path, rows: list[list[str]], expected: str) -> None:
    assert expected in faults(template(tmp_path, rows=rows))


def test_plain_words_beside_such_a_tag_are_told_when_it_is_filled_too(tmp_path: Path) -> None:
    path = template(tmp_path, rows=[["{%tr for x in xs %}", "reste"], ["{{ x }}", "b"], ["{%tr endfor %}", ""]])
    (warning,) = render(path, {"xs": [1]}, io.BytesIO())
    assert "« reste » serait perdu" in warning


def test_comments_beside_such_a_tag_are_nothing_lost(tmp_path: Path) -> None:
    path = template(tmp_path, rows=[["{#tr note #}", "{{ x }}"], ["{%tr for x in xs %}", "{# note #}"], ["{{ x }}"], ["{%tr endfor %}"]])
    assert check(path, {"xs": [1]}) == []


def test_the_verifier_counts_faults_and_does_not_speak_of_writing(tmp_path: Path) -> None:
    told = faults(template(tmp_path, ["{{ a b }}", "{{ c d }}"]))
    assert told.endswith("1 modèle vérifié : 2 fautes\n")
    assert "écrit." not in told


SUGGESTED = [
    ("documment.date", "« document.date »"),
    ("document.dat", "« document.date »"),
    ("documment.dat", "« document.date »"),
    ("liste.intitul", "« document.intitule »"),
    ("intitule", "« document.intitule »"),
]


@pytest.mark.parametrize(("written", "expected"), SUGGESTED)
def test_the_nearest_name_is_looked_for_from_its_first_word_on(tmp_path: Path, written: str, expected: str) -> None:
    data = {"document": {"date": "2019-01-01", "intitule": "x"}, "pays": [{"nom": "Maroc"}]}
    (found,) = check(template(tmp_path, [f"{{{{ {written} }}}}"]), data)
    assert found.message == f"nom inconnu « {written} »"
    assert found.remede == f"vouliez-vous dire {expected} ?"
