"""Word templates: every tag form gives what docxtpl gives; values keep every character; faults say where."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.section import Section
from docx.table import Table
from docxtpl import DocxTemplate
from hypothesis import given, settings
from hypothesis import strategies as st

from amem_reports.errors import AmemError
from amem_reports.rendering import Proprietes, render

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def template(folder: Path, paragraphs: Iterable[str] = (), rows: Iterable[Iterable[str]] = (), columns: int = 4) -> Path:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    table = None
    for row in rows:
        table = table or document.add_table(rows=0, cols=columns, style="Table Grid")
        for cell, text in zip(table.add_row().cells, row, strict=False):
            cell.text = text
    path = folder / "modele.docx"
    document.save(str(path))
    return path


def filled(path: Path, **context: Any) -> Document:
    out = io.BytesIO()
    render(path, context, out)
    return docx.Document(out)


def texts(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def cells(document: Document) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in document.tables[0].rows]


def by_docxtpl(path: Path, **context: Any) -> Document:
    oracle = DocxTemplate(str(path))
    oracle.render(context, autoescape=True)
    out = io.BytesIO()
    oracle.save(out)
    return docx.Document(out)


def grid(table: Table) -> list[int]:
    return [int(column.get(f"{W}w", "0")) for column in table._tbl.tblGrid.gridCol_lst]


CONTEXT: dict[str, Any] = {
    "nom": "R&D < 2 M€",
    "vrai": True,
    "liste": ["un", "deux", "trois"],
    "lignes": [{"a": 1, "b": ["x", "y"]}, {"a": 2, "b": ["z", "t"]}],
    "couleur": "FF0000",
    "long": "ligne 1\nligne 2\tfin",
}
PARAGRAPHS = {
    "valeur": ["Bonjour {{ nom }} !"],
    "condition": ["{% if vrai %}oui{% else %}non{% endif %}"],
    "paragraphes en boucle": ["avant", "{%p for x in liste %}", "– {{ x }}", "{%p endfor %}", "après"],
    "paragraphe sous condition": ["{%p if vrai %}", "gardé", "{%p else %}", "perdu", "{%p endif %}"],
    "commentaire de paragraphe": ["a", "{#p rien #}", "b"],
    "commentaire": ["a{# rien #}b"],
    "boucle dans le texte": ["{% for x in liste %}{{ x }}{% if not loop.last %}, {% endif %}{% endfor %}."],
    "variable": ["{% set y = liste|length %}{{ y }}"],
    "fusion des paragraphes": ["début {%- if vrai %}", "milieu {% endif -%}", "fin"],
    "accolades": ["{_{ nom }_}"],
    "guillemets courbes": ["{{ nom|default(“rien”) }}"],
    "sauts": ["{{ long }}"],
}
TABLES = {
    "lignes": [["{%tr for l in lignes %}"], ["{{ l.a }}", "{{ l.b[0] }}"], ["{%tr endfor %}"]],
    "colonnes": [["A", "{%tc for x in liste %}", "{{ x }}", "{%tc endfor %}"]],
    "lignes et colonnes": [
        ["{%tr for l in lignes %}"],
        ["{{ l.a }}", "{%tc for x in l.b %}", "{{ x }}", "{%tc endfor %}"],
        ["{%tr endfor %}"],
    ],
    "fusion verticale": [["{%tr for l in lignes %}"], ["{% vm %}même", "{{ l.a }}"], ["{%tr endfor %}"]],
    "fusion horizontale": [["{%tc for x in liste %}", "{% hm %}titre", "{%tc endfor %}"]],
    "ligne sous condition": [["{%tr if vrai %}"], ["gardée"], ["{%tr endif %}"], ["toujours"]],
    "commentaire de ligne": [["{#tr rien #}"], ["a"]],
}


@pytest.mark.parametrize("paragraphs", PARAGRAPHS.values(), ids=PARAGRAPHS)
def test_each_paragraph_form_gives_what_docxtpl_gives(tmp_path: Path, paragraphs: list[str]) -> None:
    path = template(tmp_path, paragraphs)
    ours = texts(filled(path, **CONTEXT))
    assert ours == texts(by_docxtpl(path, **CONTEXT))
    assert any(ours)


@pytest.mark.parametrize("rows", TABLES.values(), ids=TABLES)
def test_each_table_form_gives_what_docxtpl_gives(tmp_path: Path, rows: list[list[str]]) -> None:
    path = template(tmp_path, rows=rows)
    ours = cells(filled(path, **CONTEXT))
    assert ours == cells(by_docxtpl(path, **CONTEXT))
    assert ours


def test_a_cell_takes_its_colour_in_the_order_of_the_schema(tmp_path: Path) -> None:
    document = filled(template(tmp_path, rows=[["{% cellbg couleur %}x", "y"]], columns=2), **CONTEXT)
    properties = document.tables[0].cell(0, 0)._tc.get_or_add_tcPr()
    assert [child.tag.removeprefix(W) for child in properties] == ["tcW", "shd"]
    assert properties[1].get(f"{W}fill") == "FF0000"


def test_a_cell_spans_columns(tmp_path: Path) -> None:
    document = filled(template(tmp_path, rows=[["{% colspan liste|length %}x"]], columns=1), **CONTEXT)
    assert document.tables[0].rows[0]._tr.tc_lst[0].grid_span == 3


def test_the_grid_follows_a_column_loop_and_fills_the_same_width(tmp_path: Path) -> None:
    path = template(tmp_path, rows=[["A", "{%tc for x in liste %}", "{{ x }}", "{%tc endfor %}"]])
    before = docx.Document(str(path)).tables[0]
    table = filled(path, **CONTEXT).tables[0]
    widths = grid(table)
    assert len(widths) == 4
    assert abs(sum(widths) - sum(grid(before))) <= 1
    assert len(set(widths[1:])) <= 2


def test_tags_split_over_runs_and_spelling_marks_are_mended(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph()
    for piece in ("Bonjour {", "{ no", "m }", "} !"):
        paragraph.add_run(piece).bold = piece == "{ no"
    path = tmp_path / "modele.docx"
    document.save(str(path))
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"<w:r><w:t>m }", b'<w:proofErr w:type="spellStart"/><w:r><w:t>m }')
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    assert texts(filled(path, nom="Ali")) == ["Bonjour Ali !"]


def test_no_break_spaces_and_french_quotes_inside_tags_are_mended(tmp_path: Path) -> None:
    path = template(tmp_path, ["{{\u00a0nom|default(«\u00a0x\u00a0») }}", "{% if vrai\u202f%}a{% endif %}"])
    assert texts(filled(path, nom="y", vrai=True)) == ["y", "a"]


def test_headers_footers_and_properties_are_filled(tmp_path: Path) -> None:
    path = template(tmp_path, ["corps"])
    document = docx.Document(str(path))
    document.sections[0].header.paragraphs[0].text = "en-tête {{ nom }}"
    document.sections[0].footer.paragraphs[0].text = "pied {{ nom }}"
    document.core_properties.title = "titre {{ nom }}"
    document.save(str(path))
    made = filled(path, nom="A & B")
    assert made.sections[0].header.paragraphs[0].text == "en-tête A & B"
    assert made.sections[0].footer.paragraphs[0].text == "pied A & B"
    assert made.core_properties.title == "titre A & B"


def test_the_properties_of_the_template_s_author_do_not_pass_on(tmp_path: Path) -> None:
    path = template(tmp_path, ["corps"])
    document = docx.Document(str(path))
    document.core_properties.author = document.core_properties.last_modified_by = "Nom d’utilisateur"
    document.save(str(path))
    out = io.BytesIO()
    render(path, {}, out, Proprietes(titre="T & T", sujet="S", auteur="AMEM", date=date(2019, 7, 15)))
    made = docx.Document(out).core_properties
    assert (made.title, made.author, made.last_modified_by, made.language) == ("T & T", "AMEM", "AMEM", "fr-FR")
    assert made.created == made.modified
    assert "utilisateur" not in zipfile.ZipFile(out).read("docProps/core.xml").decode()


def test_breaks_in_values_are_breaks_in_word(tmp_path: Path) -> None:
    document = filled(template(tmp_path, ["{{ x }}"]), x="a\nb\tc\fd")
    run = "".join(
        child.tag.removeprefix(W)[:3] for child in document.paragraphs[0]._p.iter() if child.tag in (f"{W}br", f"{W}tab", f"{W}t")
    )
    assert run == "tbrttabtbrt"
    assert document.paragraphs[0]._p.findall(f".//{W}br")[1].get(f"{W}type") == "page"


def test_a_paragraph_end_in_a_value_starts_a_paragraph_of_the_same_style(tmp_path: Path) -> None:
    path = template(tmp_path, ["avant {{ x }} après"])
    document = docx.Document(str(path))
    document.paragraphs[0].style = document.styles["Quote"]
    document.save(str(path))
    made = filled(path, x="un\adeux")
    assert texts(made) == ["avant un", "deux après"]
    assert {paragraph.style.name for paragraph in made.paragraphs if paragraph.style} == {"Quote"}


def test_parts_without_tags_are_copied_as_they_are(tmp_path: Path) -> None:
    path = template(tmp_path, ["{{ x }}"])
    out = io.BytesIO()
    render(path, {"x": "y"}, out)
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(out) as after:
        assert set(before.namelist()) == set(after.namelist())
        changed = [name for name in before.namelist() if before.read(name) != after.read(name)]
    assert changed == ["word/document.xml"]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    path = template(tmp_path, ["{{ x }}"])
    first, second = io.BytesIO(), io.BytesIO()
    render(path, {"x": "y"}, first)
    render(path, {"x": "y"}, second)
    assert first.getvalue() == second.getvalue()


def test_characters_that_xml_forbids_are_left_out_and_told(tmp_path: Path) -> None:
    out = io.BytesIO()
    warnings = render(template(tmp_path, ["{{ x }}"]), {"x": "a\x00b\x1fc]]>d😀\u200fe"}, out)
    assert texts(docx.Document(out)) == ["abc]]>d😀\u200fe"]
    assert warnings == ("2 caractères que Word ne peut pas contenir : laissés de côté",)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=200))
def test_any_text_comes_out_as_it_went_in(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = template(tmp_path_factory.mktemp("t"), ["[{{ x }}]"])
    assert texts(filled(path, x=text)) == [f"[{text}]".replace("{_{", "{{").replace("}_}", "}}").replace("{_%", "{%").replace("%_}", "%}")]


FAULTS = [
    (["a", "b {{ manque }}"], "corps du document, paragraphe 2 (« b {{ manque }} ») : nom inconnu « manque »"),
    (["{%p for x in liste %}", "{{ x.non }}", "{%p endfor %}"], "paragraphe 2 (« {{ x.non }} »)"),
    (["un", "{%p for x in rien %}", "a", "{%p endfor %}"], "paragraphe 2 (« {%p for x in rien %} ») : nom inconnu « rien »"),
    (["{% for x in liste %}sans fin"], "« {% for x in liste %} » n’est pas fermé → ajouter « {% endfor %} »"),
    (["{{ nom|inconu }}"], "filtre inconnu « inconu »"),
]


@pytest.mark.parametrize(("paragraphs", "expected"), FAULTS, ids=range(len(FAULTS)))
def test_a_fault_says_the_template_the_place_and_the_tag(tmp_path: Path, paragraphs: list[str], expected: str) -> None:
    with pytest.raises(AmemError) as caught:
        filled(template(tmp_path, paragraphs), liste=[{"a": 1}], nom="x")
    sentence = str(caught.value)
    assert sentence.startswith("modele.docx, ")
    assert expected in sentence, sentence


def test_a_fault_names_the_heading_above_it(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Contexte", 1)
    document.add_paragraph("{{ manque }}")
    path = tmp_path / "modele.docx"
    document.save(str(path))
    with pytest.raises(AmemError, match="sous « Contexte »"):
        filled(path)


def test_faults_of_body_and_header_are_told_together(tmp_path: Path) -> None:
    path = template(tmp_path, ["{{ un }}"])
    document = docx.Document(str(path))
    document.sections[0].header.paragraphs[0].text = "{{ deux }}"
    document.save(str(path))
    with pytest.raises(AmemError) as caught:
        filled(path)
    assert re.search(r"corps du document.*« un »", str(caught.value))
    assert re.search(r"en-tête.*« deux »", str(caught.value))


def add_contents(document: Document) -> None:
    """A contents list of two levels, as Word leaves it, and its styles."""
    for name in ("toc 1", "toc 2"):
        document.styles.add_style(name, 1)
    field = document.add_paragraph(style="toc 1")
    for kind, text in (("begin", None), (None, ' TOC \\o "1-2" \\h '), ("separate", None), ("text", "à jour"), ("end", None)):
        run = field.add_run(text if kind == "text" else "")
        if kind is None:
            element = run._r.makeelement(f"{W}instrText", {})
            element.text = text
            run._r.append(element)
        elif kind != "text":
            run._r.append(run._r.makeelement(f"{W}fldChar", {f"{W}fldCharType": kind}))


def test_the_contents_list_has_an_entry_for_each_heading(tmp_path: Path) -> None:
    document = docx.Document()
    add_contents(document)
    document.add_paragraph("{%p for x in liste %}")
    document.add_heading("Titre {{ x }} & suite", 1)
    document.add_heading("Dessous", 2)
    document.add_paragraph("{%p endfor %}")
    path = tmp_path / "modele.docx"
    document.save(str(path))
    made = filled(path, liste=["un", "deux"])
    entries = [p for p in made.paragraphs if p.style and p.style.name in ("toc 1", "toc 2")]
    links = [p._p.find(f"{W}hyperlink") for p in entries]
    assert ["".join(t.text or "" for t in link.iter(f"{W}t")) for link in links if link is not None] == [
        "Titre un & suite", "Dessous", "Titre deux & suite", "Dessous",
    ]  # fmt: skip
    bookmarks = [mark.get(f"{W}name") for mark in made.element.body.iter(f"{W}bookmarkStart")]
    assert [link.get(f"{W}anchor") for link in links if link is not None] == bookmarks
    assert len(set(bookmarks)) == 4


def test_a_column_loop_without_elements_leaves_no_row_and_no_table(tmp_path: Path) -> None:
    rows = [["{%tc for x in v %}", "{{ x }}", "{%tc endfor %}"]]
    path = template(tmp_path, ["avant"], rows, columns=3)
    assert cells(filled(path, v=["a", "b"])) == [["a", "b"]]
    document = filled(path, v=[])
    assert (texts(document), document.tables) == (["avant"], [])


def test_a_row_without_columns_goes_and_the_others_stay(tmp_path: Path) -> None:
    rows = [["fixe", "reste", "a", "b"], ["{%tc for x in v %}", "{{ x }}", "{%tc endfor %}"]]
    document = docx.Document()
    for row in rows:
        table = document.tables[0] if document.tables else document.add_table(rows=0, cols=len(rows[0]))
        added = table.add_row()
        for cell, text in zip(added.cells, row, strict=False):
            cell.text = text
    last = document.tables[0].rows[1]._tr
    last.remove(last.tc_lst[3])
    document.save(str(tmp_path / "m.docx"))
    assert len(filled(tmp_path / "m.docx", v=[]).tables[0].rows) == 1


@pytest.mark.parametrize("before", [0, 70_000])
def test_a_table_whose_loop_has_no_element_goes(tmp_path: Path, before: int) -> None:
    document = docx.Document()
    document.add_paragraph("{{ avant }}")
    holder = document.add_table(1, 1)
    inner = holder.cell(0, 0).add_table(0, 1)
    for table in (document.add_table(0, 1), inner):
        for text in ("{%tr for x in v %}", "{{ x }}", "{%tr endfor %}"):
            table.add_row().cells[0].text = text
    document.save(str(tmp_path / "m.docx"))
    made = filled(tmp_path / "m.docx", v=[], avant="a" * before)
    assert len(made.element.body.findall(f".//{W}tbl")) == 1
    assert all(len(cell.paragraphs) for cell in made.tables[0].row_cells(0))
    assert len(filled(tmp_path / "m.docx", v=[1], avant="").element.body.findall(f".//{W}tbl")) == 3


def test_an_infinite_result_is_told_also_in_a_loop_that_is_written_as_it_turns(tmp_path: Path) -> None:
    rows = [["{%tr for x in v %}"], ["{{ x * x }}"], ["{%tr endfor %}"]]
    with pytest.raises(AmemError, match=r"calcul impossible : le résultat n’est pas un nombre, dans « \{\{ x \* x \}\} »"):
        filled(template(tmp_path, rows=rows), v=[1, 1e200])
    assert cells(filled(template(tmp_path, rows=rows), v=[1]))[0][0] == "1"


def test_nothing_in_the_place_of_a_paragraph_leaves_none(tmp_path: Path) -> None:
    path = template(tmp_path, ["a", "{{p x|markdown }}", "{{p x|gras }}", "{{p x }}", "b"])
    assert texts(filled(path, x=None)) == ["a", "b"] == texts(filled(path, x=""))


@pytest.mark.parametrize(("vrai", "orientations", "words"), [(True, [0, 1, 0], ["large"]), (False, [0], [])])
def test_a_section_break_in_a_tag_s_paragraph_comes_after_the_tag(
    tmp_path: Path, vrai: bool, orientations: list[int], words: list[str]
) -> None:
    """As LibreOffice writes it: the break before a landscape section stands in the paragraph of `if`, the one after it in its last."""
    path = template(tmp_path, ["avant", "{%p if vrai %}", "large", "{%p endif %}", "fin"])
    document = docx.Document(str(path))
    body = document.sections[0]._sectPr
    for index, orient in ((1, WD_ORIENT.PORTRAIT), (2, WD_ORIENT.LANDSCAPE)):
        section = deepcopy(body)
        document.paragraphs[index]._p.get_or_add_pPr().append(section)
        Section(section, document.part).orientation = orient
    document.save(str(path))
    made = filled(path, vrai=vrai)
    assert [int(section.orientation) for section in made.sections] == orientations
    assert [text for text in texts(made) if text] == ["avant", *words, "fin"]
