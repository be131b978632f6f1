"""The body of another document comes in whole: its words, styles, lists, pictures, charts and links."""

from __future__ import annotations

import base64
import io
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from dessins import png, raw, saved, shapes, with_chart, with_picture
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from test_word import add_contents

from amem_reports.errors import AmemError
from amem_reports.rendering import check, render

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def saved_bytes(document: Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def numbered(document: Document, *items: str) -> None:
    """A list of its own, not that of a style."""
    numbering = document.part.numbering_part.element
    numbering.insert(
        0,
        parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77"><w:nsid w:val="12345678"/><w:lvl w:ilvl="0"><w:start w:val="1"/>'
            '<w:numFmt w:val="upperRoman"/><w:lvlText w:val="Article %1"/></w:lvl></w:abstractNum>'
        ),
    )
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="88"><w:abstractNumId w:val="77"/></w:num>'))
    for item in items:
        properties = document.add_paragraph(item)._p.get_or_add_pPr()
        properties.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="88"/></w:numPr>'))


def guest() -> Document:
    document = docx.Document()
    document.add_heading("Annexe", 1)
    base = document.styles.add_style("Base de l’annexe", WD_STYLE_TYPE.PARAGRAPH)
    style = document.styles.add_style("Encadré", WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = base
    words = document.add_paragraph("Un encadré & {{ sans balise }}", style=style)
    link = document.part.relate_to("https://exemple.org/?a=1&b=2", RT.HYPERLINK, is_external=True)
    words._p.append(parse_xml(f'<w:hyperlink {nsdecls("w", "r")} r:id="{link}"><w:r><w:t>lien</w:t></w:r></w:hyperlink>'))
    words._p.insert(1, parse_xml(f'<w:bookmarkStart {nsdecls("w")} w:id="0" w:name="repere"/>'))
    words._p.append(parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="0"/>'))
    numbered(document, "premier", "second")
    with_picture(document, "Une photo")
    with_chart(document, "Un graphique")
    document.add_table(rows=1, cols=2, style="Table Grid").cell(0, 1).text = "case"
    return document


def host(folder: Path, *paragraphs: str) -> Path:
    document = docx.Document()
    for text in paragraphs or ("avant", "{{p annexe|sous_document }}", "après"):
        document.add_paragraph(text)
    return saved(document, folder)


def filled(path: Path, files: dict[str, bytes] | None = None, **context: Any) -> Document:
    return docx.Document(io.BytesIO(raw(path, files or {"annexe.docx": saved_bytes(guest())}, **({"annexe": "annexe.docx"} | context))))


def test_the_body_stands_where_the_tag_stood(tmp_path: Path) -> None:
    made = filled(host(tmp_path))
    assert [paragraph.text for paragraph in made.paragraphs] == [
        "avant", "Annexe", "Un encadré & {{ sans balise }}lien", "premier", "second", "", "", "après",
    ]  # fmt: skip
    assert made.tables[0].cell(0, 1).text == "case"
    assert len(made.element.body.findall(f"{W}sectPr")) == 1


def test_styles_that_the_template_lacks_come_along_with_their_bases(tmp_path: Path) -> None:
    made = filled(host(tmp_path))
    style = made.paragraphs[2].style
    assert style is not None
    assert style.name == "Encadré"
    assert style.base_style is not None
    assert style.base_style.name == "Base de l’annexe"
    identifiers = [one.style_id for one in made.styles]
    assert len(identifiers) == len(set(identifiers))


def test_a_style_of_the_same_name_is_the_template_s_even_under_another_identifier(tmp_path: Path) -> None:
    document = docx.Document()
    document.styles.add_style("Encadré", WD_STYLE_TYPE.PARAGRAPH).element.set(qn("w:styleId"), "MonEncadre")
    document.add_paragraph("{{ annexe|sous_document }}")
    made = filled(saved(document, tmp_path))
    assert made.paragraphs[1].style is not None
    assert made.paragraphs[1].style.style_id == "MonEncadre"


def test_lists_keep_their_definition_and_count_anew_each_time(tmp_path: Path) -> None:
    made = filled(host(tmp_path, "{%p for x in [1, 2] %}", "{{p annexe|sous_document }}", "{%p endfor %}"))
    numbers = [one.val for one in made.element.body.iter(f"{W}numId")]
    assert len(numbers) == 4
    assert (numbers[0], numbers[2]) == (numbers[1], numbers[3])
    assert numbers[0] != numbers[2]
    numbering = made.part.numbering_part.element
    lists = {one.get(f"{W}numId"): one.find(f"{W}abstractNumId").get(f"{W}val") for one in numbering.iter(f"{W}num")}
    definitions = {one.get(f"{W}abstractNumId"): one for one in numbering.iter(f"{W}abstractNum")}
    for number in numbers:
        assert definitions[lists[str(number)]].find(f".//{W}lvlText").get(f"{W}val") == "Article %1"
    tags = [child.tag.removeprefix(W) for child in numbering if child.tag != f"{W}numIdMacAtCleanup"]
    assert tags == sorted(tags)


def test_a_template_without_numbering_gets_one(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("{{ annexe|sous_document }}")
    document.part.drop_rel(next(key for key, one in document.part.rels.items() if one.reltype == RT.NUMBERING))
    made = filled(saved(document, tmp_path))
    assert len(made.part.numbering_part.element.findall(f"{W}num")) == 1


def test_pictures_charts_and_links_come_along_under_identifiers_of_their_own(tmp_path: Path) -> None:
    path = host(tmp_path, "{%p for x in [1, 2] %}", "{{p annexe|sous_document }}", "{%p endfor %}")
    made = filled(path)
    found = shapes(made)
    assert [one["descr"] for one in found] == ["Une photo", "Un graphique"] * 2
    assert len({one["id"] for one in found}) == 4
    assert found[0]["part"] is found[2]["part"]
    assert found[0]["part"].blob == png(4, 4, (200, 200, 200))
    assert found[1]["part"] is not found[3]["part"]
    assert any(part.partname.endswith(".xlsx") for part in found[3]["part"].related_parts.values())
    links = [made.part.rels[one.get(qn("r:id"))].target_ref for one in made.element.body.iter(f"{W}hyperlink")]
    assert links == ["https://exemple.org/?a=1&b=2"] * 2
    marks = [one.get(f"{W}id") for one in made.element.body.iter(f"{W}bookmarkStart")]
    assert len(set(marks)) == 2
    assert marks == [one.get(f"{W}id") for one in made.element.body.iter(f"{W}bookmarkEnd")]


def test_its_headings_stand_in_the_contents_list(tmp_path: Path) -> None:
    document = docx.Document()
    add_contents(document)
    document.add_heading("Corps", 1)
    document.add_paragraph("{{ annexe|sous_document }}")
    made = filled(saved(document, tmp_path))
    entries = ["".join(text.text or "" for text in link.iter(f"{W}t")) for link in made.element.body.iter(f"{W}hyperlink")]
    assert entries[:2] == ["Corps", "Annexe"]


def test_in_a_cell_and_in_a_header(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_table(rows=1, cols=1).cell(0, 0).text = "{{ annexe|sous_document }}"
    document.sections[0].header.paragraphs[0].text = "{{ annexe|sous_document }}"
    made = filled(saved(document, tmp_path))
    cell = made.tables[0].cell(0, 0)
    assert cell.paragraphs[0].text == "Annexe"
    assert cell._tc[-1].tag == f"{W}p"
    header = made.sections[0].header
    assert header.paragraphs[0].text == "Annexe"
    assert [part for part in header.part.related_parts.values() if part.content_type == "image/png"]


def test_two_runs_give_the_same_bytes_and_an_empty_value_nothing(tmp_path: Path) -> None:
    path, data = host(tmp_path), saved_bytes(guest())
    files = {"annexe.docx": data}
    assert raw(path, files, annexe="annexe.docx") == raw(path, files, annexe="annexe.docx")
    assert raw(path, annexe=base64.b64encode(data).decode()) == raw(path, files, annexe={"fichier": "annexe.docx"})
    assert [paragraph.text for paragraph in filled(path, annexe="").paragraphs] == ["avant", "après"]


def with_note() -> bytes:
    document = docx.Document()
    document.add_paragraph("a")._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference w:id="2"/></w:r>'))
    return saved_bytes(document)


FAULTS = [
    ("absent.docx", "fichier « absent.docx » absent"),
    ("texte.docx", "sous-document « texte.docx » : ce n’est pas un fichier Word ou Excel"),
    ("classeur.xlsx", "sous-document « classeur.xlsx » : ce n’est pas un document Word"),
    ("note.docx", "sous-document « note.docx » : ses notes de bas de page ne peuvent pas suivre"),
    (3, "un fichier se donne par son nom"),
]


@pytest.mark.parametrize(("value", "expected"), FAULTS, ids=range(len(FAULTS)))
def test_each_fault_says_where(tmp_path: Path, value: Any, expected: str) -> None:
    from dessins import BARS, chart_book

    files = {"texte.docx": b"bonjour", "note.docx": with_note(), "classeur.xlsx": chart_book(BARS)}
    with pytest.raises(AmemError) as caught:
        raw(host(tmp_path), files, annexe=value)
    assert str(caught.value).startswith("modele.docx, corps du document, paragraphe 2")
    assert expected in str(caught.value), str(caught.value)


def test_inside_other_words_the_tag_is_a_fault_that_is_seen_without_filling(tmp_path: Path) -> None:
    (fault,) = check(host(tmp_path, "Voir {{ annexe|sous_document }}."), {"annexe": ""})
    assert "« sous_document » s’écrit seule dans un paragraphe" in fault.message
    assert check(host(tmp_path), {"annexe": ""}) == []


def test_where_no_file_may_be_read_it_is_told(tmp_path: Path) -> None:
    with pytest.raises(AmemError, match="aucun fichier n’est lu ici"):
        render(host(tmp_path), {"annexe": "a.docx"}, io.BytesIO())


def test_damaged_insides_are_told_and_no_traceback_seen(tmp_path: Path) -> None:
    def damaged(data: bytes, part: str) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
            for name in old.namelist():
                new.writestr(name, b"<a" if name == part else old.read(name))
        return out.getvalue()

    data = saved_bytes(guest())
    for part in ("word/document.xml", "word/_rels/document.xml.rels", "word/styles.xml", "[Content_Types].xml"):
        with pytest.raises(AmemError, match=r"sous-document « a\.docx » abîmé"):
            raw(host(tmp_path), {"a.docx": damaged(data, part)}, annexe="a.docx")
    document = docx.Document()
    with_picture(document, "{{ a|image }}")
    path = saved(document, tmp_path)
    path.write_bytes(damaged(path.read_bytes(), "word/_rels/document.xml.rels"))
    with pytest.raises(AmemError, match=r"modele\.docx : un élément du fichier est abîmé"):
        raw(path, a="")
