"""A PDF speaks to screen readers and keeps for archives: what veraPDF demands for PDF/UA-1 and PDF/A-2b, asked of the files themselves."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import docx
import pikepdf
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph
from pikepdf import Array, Dictionary, Name, String

from amem_reports.rendering import pdf, pdf_finish

ROOT = Path(__file__).resolve().parent.parent
DAY = "2019-07-15"
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
    "<dc:title>Budget &lt; 2 M€</dc:title><dc:creator>AMEM</dc:creator><dc:language>ar</dc:language>"
    "<dcterms:modified>2019-07-15T00:00:00Z</dcterms:modified></cp:coreProperties>"
).encode()
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


# What is demanded


def missing_for_archives(document: pikepdf.Pdf) -> Iterator[str]:
    """What a file lacks for PDF/A-2b."""
    intents: Any = document.Root.get("/OutputIntents", [])
    if not [one for one in intents if one.S == Name.GTS_PDFA1 and "/DestOutputProfile" in one]:
        yield "a colour profile"
    with document.open_metadata() as xmp:
        if (xmp.get("pdfaid:part"), xmp.get("pdfaid:conformance")) != ("2", "B"):
            yield "the mark of PDF/A-2b"
    if "/ID" not in document.trailer:
        yield "an identifier"
    for page in document.pages:
        yield from (f"the outlines of a font: {name}" for name, font in fonts(page) if not embedded(font))
        yield from ("a link that prints" for link in page.get("/Annots", []) if int(link.get("/F", 0)) != 4)


def missing_for_readers(document: pikepdf.Pdf) -> Iterator[str]:
    """What a file lacks for PDF/UA-1."""
    root = document.Root
    if "/MarkInfo" not in root or not root.MarkInfo.Marked:
        yield "tags"
    if not str(root.get("/Lang", "")):
        yield "a language"
    with document.open_metadata() as xmp:
        if not xmp.get("dc:title") or not root.ViewerPreferences.DisplayDocTitle:
            yield "a title in the window"
        if xmp.get("pdfuaid:part") != "1" or b"<pdfaSchema:prefix>pdfuaid<" not in root.Metadata.read_bytes():
            yield "the mark of PDF/UA-1, described"
    yield from missing_tags(root.StructTreeRoot)
    for page in document.pages:
        if "/Annots" in page and page.get("/Tabs") != Name.S:
            yield "the order of tabs"
        yield from ("a link's text" for link in page.get("/Annots", []) if not str(link.get("/Contents", "")))
        yield from ("a link's tag" for link in page.get("/Annots", []) if "/StructParent" not in link)
        if unmarked(page):
            yield "a tag or the mark of decoration"


def missing_tags(root: Any) -> Iterator[str]:
    level = 0
    for element in pdf_finish._elements(root.K):
        kind = str(element.S)
        if kind not in STANDARD:
            yield f"a standard tag in the place of {kind}"
        if kind == "/Figure" and not str(element.get("/Alt", "")):
            yield "a picture's text"
        if kind == "/TH" and not any("/Scope" in one for one in as_list(element.get("/A"))):
            yield "the scope of a header cell"
        if kind == "/Note" and "/ID" not in element:
            yield "the name of a note"
        if re.fullmatch("/H[1-6]", kind):
            if int(kind[2:]) > level + 1:
                yield "a heading between two levels"
            level = int(kind[2:])


STANDARD = {
    f"/{name}"
    for name in (
        "Document Part Div Sect P H1 H2 H3 H4 H5 H6 L LI Lbl LBody Table TR TH TD THead TBody TFoot TOC TOCI Link Note Reference Span "
        "Figure Caption Formula BlockQuote Quote Code Form Index NonStruct"
    ).split()
}


def as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, Array) else [value] if value is not None else []


def fonts(page: Any) -> Iterator[tuple[str, Any]]:
    for font in dict(page.get("/Resources", {}).get("/Font", {})).values():
        yield str(font.BaseFont), font.DescendantFonts[0] if "/DescendantFonts" in font else font


def embedded(font: Any) -> bool:
    return any(key.startswith("/FontFile") for key in font.FontDescriptor)


def unmarked(page: Any) -> list[str]:
    """What is drawn on a page outside all marks."""
    depth, found = 0, []
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        depth += (operator in ("BDC", "BMC")) - (operator == "EMC")
        if not depth and operator in {*pdf_finish.PAINTS, "Tj", "TJ", "'", '"', "Do"}:
            found.append(operator)
    return found


def headings(document: pikepdf.Pdf) -> list[str]:
    kinds = [str(element.S) for element in pdf_finish._elements(document.Root.StructTreeRoot.K)]
    return [kind for kind in kinds if re.fullmatch("/H[1-6]", kind)]


# All that the project makes


@pytest.fixture(scope="module")
def two_jobs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The PDFs of a period, made by two commands that ran at the same time."""
    folders = tmp_path_factory.mktemp("un"), tmp_path_factory.mktemp("deux")
    command = [sys.executable, "-m", "amem_reports", "produire", "2019-T2", "--date", DAY, "--format", "pdf", "--espace", str(ROOT)]
    jobs = [subprocess.Popen([*command, "--sortie", str(folder)], stdout=subprocess.DEVNULL) for folder in folders]
    assert [job.wait() for job in jobs] == [0, 0]
    return folders


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.pdf")}


@pytest.mark.libreoffice
def test_two_commands_at_the_same_time_give_the_same_bytes(two_jobs: tuple[Path, Path]) -> None:
    one, two = map(contents, two_jobs)
    assert len(one) == 11
    assert {name for name in one if one[name] != two.get(name)} == set()


@pytest.mark.libreoffice
def test_every_document_is_fit_for_screen_readers_and_archives(two_jobs: tuple[Path, Path]) -> None:
    for path in two_jobs[0].glob("*.pdf"):
        with pikepdf.open(path) as document:
            lacks = {*missing_for_readers(document), *missing_for_archives(document)}
            assert lacks == set(), path.name
            assert str(document.Root.Lang) == "fr-FR"


@pytest.mark.libreoffice
def test_every_table_of_every_document_has_header_cells(two_jobs: tuple[Path, Path]) -> None:
    for path in two_jobs[0].glob("*.pdf"):
        with pikepdf.open(path) as document:
            tables = [one for one in pdf_finish._elements(document.Root.StructTreeRoot.K) if Name.Table == one.S]
            assert tables, path.name
            for table in tables:
                first = next(one for one in pdf_finish._elements(table.K) if one.S == Name.TR)
                assert {str(cell.S) for cell in first.K} == {"/TH"}, path.name


@pytest.mark.libreoffice
def test_every_heading_of_a_report_is_a_bookmark_to_its_page(two_jobs: tuple[Path, Path]) -> None:
    with pikepdf.open(two_jobs[0] / "rapport_2019-T2.pdf") as document, document.open_outline() as outline:
        titles = [item.title for item in outline.root]
        assert "2. Résumé" in titles
        annex = next(item for item in outline.root if item.title.startswith("Annexe 1"))
        assert [item.title[:5] for item in annex.children] == ["Axe 1", "Axe 2", "Axe 3"]
        assert len(headings(document)) == sum(1 for _ in items(outline.root))


@pytest.mark.libreoffice
def test_every_line_of_a_contents_list_names_the_page_that_it_leads_to(two_jobs: tuple[Path, Path]) -> None:
    with pikepdf.open(two_jobs[0] / "rapport_2019-T2.pdf") as document:
        links = [link for page in document.pages for link in page.get("/Annots", []) if "/Dest" in link]
        numbers: dict[Any, int] = {page.objgen: number for number, page in enumerate(document.pages, start=1)}
        assert len(links) >= 17
        assert {str(link.Contents) for link in links if not str(link.Contents).endswith(f"\t{numbers[link.Dest[0].objgen]}")} == set()


def items(entries: Any) -> Iterator[Any]:
    for entry in entries:
        yield entry
        yield from items(entry.children)


@pytest.mark.libreoffice
def test_no_present_day_no_machine_and_no_person_is_in_a_pdf(two_jobs: tuple[Path, Path]) -> None:
    for path in two_jobs[0].glob("*.pdf"):
        with pikepdf.open(path) as document:
            packet = document.Root.Metadata.read_bytes().decode()
            said = {str(key): str(value) for key, value in document.docinfo.items()}
        assert set(said) == {"/Title", "/Author", "/Subject", "/Keywords", "/Producer", "/CreationDate", "/ModDate"}
        assert said["/Author"] == "AMEM"
        assert said["/CreationDate"] == said["/ModDate"] == "D:20190715000000Z"
        assert {date[:10] for date in re.findall(r"\d{4}-\d\d-\d\dT[\d:]+", packet)} == {DAY}
        assert not [word for word in (str(Path.home()), str(ROOT), str(path.parent), "file:") if word in packet + str(said)]


# What others put into their templates


def rich_document(path: Path) -> Path:
    """All that made veraPDF find a fault: pictures, borders, links, notes, gaps between headings, styles named as tags."""
    document = docx.Document()
    document.add_heading("Bilan", 1)
    document.add_heading("Détail", 3)
    bordered = document.add_paragraph("Avis")
    bordered._p.get_or_add_pPr().append(parse_xml(f'<w:pBdr {nsdecls("w")}><w:left w:val="single" w:sz="24" w:color="A8651E"/></w:pBdr>'))
    document.styles.add_style("Note", WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("Source", style="Note")
    document.add_picture(BytesIO(PIXEL))
    described = document.add_picture(BytesIO(PIXEL))
    described._inline.docPr.set("descr", "Carte des pays")
    link(document.add_paragraph("Voir "), "https://example.org/a")
    header = OxmlElement("w:tblHeader")
    table = document.add_table(2, 2)
    for cell in table.rows[0].cells:
        cell.text = "Pays"
    table.rows[0]._tr.get_or_add_trPr().append(header)
    document.save(str(path))
    return path


def link(paragraph: Paragraph, address: str) -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    element = parse_xml(f"<w:hyperlink {nsdecls('w', 'r')}><w:r><w:t>ici</w:t></w:r></w:hyperlink>")
    element.set(qn("r:id"), paragraph.part.relate_to(address, kind, is_external=True))
    paragraph._p.append(element)


@pytest.mark.libreoffice
def test_a_template_with_everything_gives_a_pdf_that_lacks_nothing(tmp_path: Path) -> None:
    [made] = pdf.convert([rich_document(tmp_path / "riche.docx")], tmp_path)
    with pikepdf.open(made) as document:
        assert {*missing_for_readers(document), *missing_for_archives(document)} == set()
        assert headings(document) == ["/H1", "/H2"]
        texts = [str(one.Alt) for one in pdf_finish._elements(document.Root.StructTreeRoot.K) if Name.Figure == one.S]
        assert texts == ["Image sans description", "Carte des pays"]


@pytest.mark.libreoffice
def test_a_workbook_is_fit_for_archives(tmp_path: Path) -> None:
    import openpyxl

    workbook = openpyxl.Workbook()
    workbook.worksheets[0].append(["Pays", "Activités"])
    workbook.save(tmp_path / "cadre.xlsx")
    [made] = pdf.convert([tmp_path / "cadre.xlsx"], tmp_path)
    with pikepdf.open(made) as document:
        assert list(missing_for_archives(document)) == []
        assert str(document.docinfo.Title) == "cadre"
        assert "/StructTreeRoot" not in document.Root  # LibreOffice's tags leave the cells out


# The finishing itself, on PDFs made here


def drawn(content: bytes, *kinds: str) -> pikepdf.Pdf:
    """A tagged PDF of one page, with one element of each kind."""
    document = pikepdf.new()
    page = document.add_blank_page()
    page.Contents = document.make_stream(content)
    elements = Array(document.make_indirect(Dictionary(S=Name(f"/{kind}"))) for kind in kinds)
    document.Root.StructTreeRoot = Dictionary(K=Dictionary(S=Name.Document, K=elements))
    return document


def finished(document: pikepdf.Pdf, core: bytes = b"") -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(finished_bytes(document, core)))


def finished_bytes(document: pikepdf.Pdf, core: bytes) -> bytes:
    with TemporaryDirectory() as folder:
        made, target = Path(folder, "made.pdf"), Path(folder, "target.pdf")
        document.save(made)
        pdf_finish.finish(made, target, pdf_finish.facts(core, "plan"))
        return target.read_bytes()


def operators(document: pikepdf.Pdf) -> str:
    return " ".join(str(one.operator) for one in pikepdf.parse_content_stream(document.pages[0]))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"0 0 m 9 9 l S", "BMC m l S EMC"),
        (b"1 w 0 0 9 9 re 2 2 3 3 re f", "w BMC re re f EMC"),
        (b"0 0 9 9 re W n 0 0 m 9 9 l S", "re W n BMC m l S EMC"),
        (b"/Artifact BMC 0 0 m 9 9 l S EMC", "BMC m l S EMC"),
        (b"/P <</MCID 0>> BDC 0 0 m 9 9 l S EMC 0 0 m 1 1 l S", "BDC m l S EMC BMC m l S EMC"),
        (b"/Sh sh", "BMC sh EMC"),
        (b"BT (reste) Tj ET", "BT Tj ET"),
    ],
)
def test_lines_outside_the_tags_are_decoration_and_text_never_is(content: bytes, expected: str) -> None:
    assert operators(finished(drawn(content))) == expected


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ("H1 H2 H3", "H1 H2 H3"),
        ("H2 H4", "H1 H2"),
        ("H1 H3 H3 H2", "H1 H2 H3 H2"),
        ("H1 H6 H1 H2", "H1 H2 H1 H2"),
    ],
)
def test_headings_go_down_one_level_at_a_time(levels: str, expected: str) -> None:
    assert headings(finished(drawn(b"", *levels.split()))) == [f"/{level}" for level in expected.split()]


def test_a_style_named_as_a_tag_becomes_what_it_stands_for() -> None:
    document = drawn(b"", "Note", "Avis", "P")
    document.Root.StructTreeRoot.RoleMap = Dictionary({"/Note": Name.P, "/Avis": Name.P})
    mended = finished(document)
    assert [str(one.S) for one in mended.Root.StructTreeRoot.K.K] == ["/P", "/P", "/P"]
    assert "/RoleMap" not in mended.Root.StructTreeRoot


def test_notes_have_names_that_lead_to_them() -> None:
    document = finished(drawn(b"", "Note", "Note"))
    names = pikepdf.NameTree(document.Root.StructTreeRoot.IDTree)
    notes = list(document.Root.StructTreeRoot.K.K)
    assert [names[str(note.ID)].objgen for note in notes] == [note.objgen for note in notes]
    assert len(names) == 2


def test_a_link_says_where_it_leads_and_one_without_a_tag_goes() -> None:
    document = drawn(b"")
    links = [
        Dictionary(Subtype=Name.Link, StructParent=1, A=Dictionary(URI=String("https://example.org"))),
        Dictionary(Subtype=Name.Link, StructParent=2),
        Dictionary(Subtype=Name.Link, StructParent=3, Contents=String("Résumé")),
        Dictionary(Subtype=Name.Link, Contents=String("1")),
    ]
    document.pages[0].Annots = Array(links)
    mended = finished(document)
    texts = [str(one.Contents) for one in mended.pages[0].Annots]
    assert texts == ["https://example.org", "Aller à cet endroit du document", "Résumé"]
    assert str(mended.pages[0].Tabs) == "/S"


def test_a_pdf_says_what_its_document_says() -> None:
    document = finished(drawn(b""), CORE)
    assert str(document.docinfo.Title) == "Budget < 2 M€"
    assert str(document.docinfo.CreationDate) == "D:20190715000000Z"
    assert str(document.Root.Lang) == "ar"
    with document.open_metadata() as xmp:
        assert xmp["dc:title"] == "Budget < 2 M€"
        assert xmp["dc:creator"] == ["AMEM"]
        assert xmp["xmp:CreateDate"].startswith("2019-07-15T00:00:00")


@pytest.mark.parametrize(
    "core", [b"", b"garbage", b"<broken><modified>", CORE.replace(b"2019-07-15T00:00:00Z", b"hier").replace(b"title", b"autre")]
)
def test_a_document_without_properties_has_its_name_as_a_title_and_no_date(core: bytes) -> None:
    document = finished(drawn(b""), core.replace(b"<dc:language>ar</dc:language>", b""))
    assert str(document.docinfo.Title) == "plan"
    assert "/CreationDate" not in document.docinfo
    assert str(document.Root.Lang) == "fr-FR"


def test_what_comes_from_the_time_of_day_goes() -> None:
    def made(time: bytes) -> bytes:
        document = drawn(b"0 0 m 9 9 l S", "H1")
        document.docinfo["/CreationDate"] = String(f"D:{time.hex()}")
        document.trailer.ID = Array([String(time), String(time)])
        document.trailer.DocChecksum = Name(f"/{time.hex()}")
        document.Root.Metadata = document.make_stream(b"<x>" + time.hex().encode() + b"</x>")
        profile = document.make_stream(b"head of an ICC profile  " + time + b"and its rest")
        document.Root.OutputIntents = Array([Dictionary(S=Name.GTS_PDFA1, DestOutputProfile=profile)])
        return finished_bytes(document, CORE)

    assert made(b"2026/11/24 1") == made(b"2027/12/25 2")
