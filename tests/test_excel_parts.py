"""Tables, comments, links, pictures, shapes and charts of an Excel template; copies of whole sheets; the package."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from classeur import drawn, filled, part, parts, raw, sheet, template, values

from amem_reports.errors import AmemError
from amem_reports.rendering import Proprietes, render

SHEET = "xl/worksheets/sheet1.xml"
XS = [{"code": f"A{n}", "budget": n * 10, "note": f"n{n} & co"} for n in range(1, 4)]


def picture(folder: Path) -> str:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header, pixels = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0), zlib.compress(b"\0\xff\0\0\0\xff\0" * 2)
    path = folder / "image.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))
    return str(path)


def looped(book: xlsxwriter.Workbook, name: str = "Plan") -> Any:
    page = book.add_worksheet(name)
    page.write_row("A1", ["Code", "Budget"])
    page.write("A2", "{%row for x in xs %}")
    page.write_row("A3", ["{{ x.code }}", "{{ x.budget }}"])
    page.write("A4", "{%row endfor %}")
    return page


# Tables


def table(book: xlsxwriter.Workbook, **options: Any) -> Any:
    page = looped(book)
    columns = [
        {"header": "Code", "total_string": "Total"},
        {"header": "Budget", "total_function": "sum"},
        {"header": "Double", "formula": "=Tableau[[#This Row],[Budget]]*2"},
    ]
    page.add_table("A1:C5", {"name": "Tableau", "columns": columns, "total_row": True, **options})
    looped_cells = {"A2": "{%row for x in xs %}", "A3": "{{ x.code }}", "B3": "{{ x.budget }}", "A4": "{%row endfor %}"}
    for place, text in looped_cells.items():
        page.write(place, text)
    page.write_formula("C2", "=Tableau[[#This Row],[Budget]]*2")
    return page


def test_a_table_grows_with_its_loop_and_keeps_totals_and_formulas(tmp_path: Path) -> None:
    path = drawn(tmp_path, lambda book: table(book).write_formula("E9", "=SUM(Tableau[Budget])+B5"))
    page = sheet(path, xs=XS)
    found = page.tables["Tableau"]
    assert (found.ref, found.totalsRowCount, found.autoFilter.ref) == ("A1:C5", 1, "A1:C4")
    assert [column.name for column in found.tableColumns] == ["Code", "Budget", "Double"]
    assert [row[:3] for row in values(page)[1:4]] == [[f"A{n}", n * 10, "=Tableau[[#This Row],[Budget]]*2"] for n in (1, 2, 3)]
    assert page["E9"].value == "=SUM(Tableau[Budget])+B5"
    assert sheet(path, xs=XS * 2).tables["Tableau"].ref == "A1:C8"


def test_a_table_that_gets_no_row_keeps_an_empty_one(tmp_path: Path) -> None:
    path = drawn(tmp_path, lambda book: table(book).write_formula("E9", "=SUM(B3)"))
    page = sheet(path, xs=[])
    assert page.tables["Tableau"].ref == "A1:C3"
    assert values(page)[:3] == [["Code", "Budget", "Double"], [], ["Total", "=SUBTOTAL(109,[Budget])"]]
    assert page["E7"].value == "=SUM(B2)"


def test_headings_with_tags_and_column_loops_give_the_table_its_columns(tmp_path: Path) -> None:
    def draw(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet()
        page.add_table("A2:D5", {"name": "T", "columns": [{"header": h} for h in ("Code", "c", "Q", "d")], "autofilter": False})
        rows = [
            ["", "{%col for q in qs %}", "", "{%col endfor %}"],
            ["Code {{ an }}", "", "{{ q }}", ""],
            ["{%row for x in xs %}"], ["{{ x.code }}", "", "{{ x.budget }}", ""], ["{%row endfor %}"],
        ]  # fmt: skip
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)

    path = drawn(tmp_path, draw)
    page = sheet(path, qs=["T1", "T2 & <T3>"], an=2019, xs=XS)
    assert [(c.id, c.name) for c in page.tables["T"].tableColumns] == [(1, "Code 2019"), (2, "T1"), (3, "T2 & <T3>")]
    assert page.tables["T"].ref == "A2:C5"
    with pytest.raises(AmemError) as caught:
        raw(path, qs=["T1", "t1"], an=2019, xs=XS)
    assert [c.message for c in caught.value.constats] == ["deux colonnes du tableau portent le titre « t1 »"]


def test_a_table_inside_a_loop_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    def draw(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("Plan")
        page.add_table("A2:B3", {"name": "T", "columns": [{"header": "a"}, {"header": "b"}]})
        page.write("A1", "{%row for x in xs %}")
        page.write("A4", "{%row endfor %}")

    with pytest.raises(AmemError) as caught:
        raw(drawn(tmp_path, draw), xs=[1])
    assert [(c.endroit, c.message) for c in caught.value.constats] == [
        ("feuille Plan, tableau T", "un tableau Excel ne peut pas être répété par une boucle")
    ]


# Comments and links


def test_comments_follow_their_cells_with_their_boxes_and_know_the_loop(tmp_path: Path) -> None:
    def draw(book: xlsxwriter.Workbook) -> None:
        page = looped(book)
        page.write_comment("A3", "Note : {{ x.note }}")
        page.write_comment("B6", "Dessous")
        page.write_comment("B1", "Titre {{ titre }}")

    made = raw(drawn(tmp_path, draw), xs=XS, titre="<T>")
    assert re.findall(r'<comment ref="(\w+)".*?<t>(.*?)</t>', part(made, "xl/comments1.xml")) == [
        ("B1", "Titre &lt;T&gt;"), ("A2", "Note : n1 &amp; co"), ("A3", "Note : n2 &amp; co"), ("A4", "Note : n3 &amp; co"),
        ("B6", "Dessous"),
    ]  # fmt: skip
    boxes = part(made, "xl/drawings/vmlDrawing1.vml")
    assert re.findall(r"<x:Row>(\d+)</x:Row><x:Column>(\d+)<", boxes) == [("0", "1"), ("1", "0"), ("2", "0"), ("3", "0"), ("5", "1")]
    ids = re.findall(r'<v:shape id="(\w+)"', boxes)
    assert len(ids) == len(set(ids)) == 5
    anchors = [list(map(int, one.split(", "))) for one in re.findall(r"<x:Anchor>(.*?)</x:Anchor>", boxes)]
    assert [(anchor[2], anchor[6]) for anchor in anchors[1:4]] == [(0, 4), (1, 5), (2, 6)]


def test_comments_of_an_empty_loop_vanish(tmp_path: Path) -> None:
    made = raw(drawn(tmp_path, lambda book: looped(book).write_comment("A3", "x")), xs=[])
    assert "<comment " not in part(made, "xl/comments1.xml")
    assert "<v:shape " not in part(made, "xl/drawings/vmlDrawing1.vml")


def test_links_follow_and_tags_in_their_targets_are_filled(tmp_path: Path) -> None:
    def draw(book: xlsxwriter.Workbook) -> None:
        page = looped(book)
        page.write_url("C3", "https://x.org/{{ x.code }}?a=1&b={{ x.note }}", string="voir")
        page.write_url("A6", "https://ilo.org/", string="OIT")
        page.write_url("A7", "internal:'Plan'!B6", string="bas")

    page = sheet(drawn(tmp_path, draw), xs=XS)
    targets = {link.ref: link.target for row in page.iter_rows() for cell in row if (link := cell.hyperlink) and link.target}
    assert targets == {f"C{n + 1}": f"https://x.org/A{n}?a=1&b=n{n}%20&%20co" for n in (1, 2, 3)} | {"A6": "https://ilo.org/"}
    assert page["A7"].hyperlink.location == "Plan!B6"


# Drawings


def test_pictures_and_shapes_below_move_and_those_of_a_loop_are_repeated(tmp_path: Path) -> None:
    def draw(book: xlsxwriter.Workbook) -> None:
        page = looped(book)
        page.insert_image("D3", picture(tmp_path), {"object_position": 1, "description": "logo {{ x.code }}"})
        page.insert_image("D6", picture(tmp_path))
        page.insert_textbox("F6", "Texte : {{ titre }}")

    made = raw(drawn(tmp_path, draw), xs=XS, titre="a & b")
    xml = part(made, "xl/drawings/drawing1.xml")
    rows = re.findall(r"<xdr:from>.*?<xdr:row>(\d+)</xdr:row>.*?<xdr:to>.*?<xdr:row>(\d+)</xdr:row>", xml)
    assert rows == [("1", "1"), ("2", "2"), ("3", "3"), ("5", "5"), ("5", "11")]
    assert re.findall(r'descr="(logo[^"]*)"', xml) == ["logo A1", "logo A2", "logo A3"]
    ids = re.findall(r'cNvPr id="(\d+)"', xml)
    assert len(ids) == len(set(ids))
    assert "Texte : a &amp; b" in xml
    assert "preserve" not in xml


def test_a_picture_beside_the_loop_keeps_or_changes_its_size_as_its_author_chose(tmp_path: Path) -> None:
    def draw(book: xlsxwriter.Workbook) -> None:
        page = looped(book)
        for column, position in (("D", 1), ("F", 2), ("H", 3)):
            page.insert_image(f"{column}2", picture(tmp_path), {"object_position": position, "y_scale": 50})

    xml = part(raw(drawn(tmp_path, draw), xs=XS * 4), "xl/drawings/drawing1.xml")
    rows = re.findall(r"<xdr:from>.*?<xdr:row>(\d+)</xdr:row>.*?<xdr:to>.*?<xdr:row>(\d+)</xdr:row>", xml)
    assert rows == [("1", "15"), ("1", "6"), ("1", "6")]


def chart(book: xlsxwriter.Workbook, *series: dict[str, Any], kind: str = "column") -> Any:
    found = book.add_chart({"type": kind})
    for one in series:
        found.add_series(one)
    return found


def test_charts_cover_the_loop_and_show_its_values(tmp_path: Path) -> None:
    def draw(book: xlsxwriter.Workbook) -> None:
        page = looped(book)
        page.write_formula("C3", "=B3*2")
        one = chart(book, {"name": "=Plan!$B$1", "categories": "=Plan!$A$3:$A$3", "values": "=Plan!$B$3:$B$3"}, {"values": "=Plan!$C$3"})
        one.set_title({"name": "Budget – {{ titre }}"})
        page.insert_chart("E8", one)

    xml = part(raw(drawn(tmp_path, draw), xs=XS, titre="Maroc & co"), "xl/charts/chart1.xml")
    assert re.findall(r"<c:f>(.*?)</c:f>", xml) == ["Plan!$B$1", "Plan!$A$2:$A$4", "Plan!$B$2:$B$4", "Plan!$C$2:$C$4"]
    assert re.findall(r"<c:v>(.*?)</c:v>", xml) == ["Budget", "A1", "A2", "A3", "10", "20", "30"]
    assert xml.count("Cache>") == 2 * 3  # what only Excel can tell is left out
    assert "Budget – Maroc &amp; co" in xml


def test_a_chart_on_another_sheet_follows_too_and_one_on_an_empty_loop_stays(tmp_path: Path) -> None:
    def draw(book: xlsxwriter.Workbook) -> None:
        looped(book)
        other = book.add_worksheet("Graphique")
        other.insert_chart("B2", chart(book, {"values": "=Plan!$B$3:$B$3"}))

    path = drawn(tmp_path, draw)
    assert "<c:f>Plan!$B$2:$B$4</c:f>" in part(raw(path, xs=XS), "xl/charts/chart1.xml")
    assert "<c:f>Plan!$B$1000000:$B$1000000</c:f>" in part(raw(path, xs=[]), "xl/charts/chart1.xml")
    assert parts(raw(path, xs=XS))["xl/worksheets/sheet2.xml"] == parts(path.read_bytes())["xl/worksheets/sheet2.xml"]


def test_a_series_along_a_row_of_a_loop_is_repeated_with_numbers_of_its_own(tmp_path: Path) -> None:
    def draw(book: xlsxwriter.Workbook) -> None:
        page = looped(book)
        page.write_row("B3", ["{{ x.budget }}", 1, 2])
        series = {"name": "=Plan!$A$3", "values": "=Plan!$B$3:$D$3", "fill": {"color": "#FF0000"}}
        page.insert_chart("F8", chart(book, series, {"values": "=Plan!$B$6:$D$6"}))

    xml = part(raw(drawn(tmp_path, draw), xs=XS), "xl/charts/chart1.xml")
    assert re.findall(r"<c:f>(.*?)</c:f>", xml)[:6] == [f"Plan!${c}${n}" + f":$D${n}" * (c == "B") for n in (2, 3, 4) for c in "AB"]
    assert re.findall(r'<c:idx val="(\d+)"/><c:order val="(\d+)"/>', xml) == [(str(n), str(n)) for n in range(4)]
    assert xml.count("FF0000") == 1


# Copies of sheets


def countries(book: xlsxwriter.Workbook) -> None:
    page = book.add_worksheet("{{ p.nom }}")
    page.write("A1", "{%sheet for p in pays %}")
    page.add_table("A2:B5", {"name": "Tab", "columns": [{"header": "Code"}, {"header": "Budget"}]})
    for place, text in {"A3": "{%row for x in p.xs %}", "A4": "{{ x.code }}", "B4": "{{ x.budget }}", "A5": "{%row endfor %}"}.items():
        page.write(place, text)
    page.write_formula("B7", "=SUM(Tab[Budget])")
    page.write_comment("B4", "{{ p.nom }} {{ x.code }}")
    page.insert_chart("D2", chart(book, {"values": ["{{ p.nom }}", 3, 1, 3, 1]}))
    page.write_url("A9", "https://x.org/{{ p.nom }}", string="lien")
    page.print_area("A2:B7")
    page.set_header("&L{{ p.nom }}")
    book.add_worksheet("Reste").write("A1", "reste")


def test_a_copied_sheet_has_its_own_table_chart_comments_and_names(tmp_path: Path) -> None:
    path = drawn(tmp_path, countries)
    pays = [{"nom": "Maroc", "xs": XS[:2]}, {"nom": "Côte d’Or", "xs": XS}]
    book = filled(path, pays=pays)
    assert [list(page.tables) for page in book.worksheets] == [["Tab"], ["Tab_2"], []]
    assert [page.tables[f"Tab{suffix}"].ref for page, suffix in zip(book.worksheets, ("", "_2"), strict=False)] == ["A1:B3", "A1:B4"]
    assert [page["B5" if page.title == "Maroc" else "B6"].value for page in book.worksheets[:2]] == [
        "=SUM(Tab[Budget])",
        "=SUM(Tab_2[Budget])",
    ]
    assert [page.print_area for page in book.worksheets[:2]] == ["'Maroc'!$A$1:$B$5", "'Côte d’Or'!$A$1:$B$6"]
    assert [page.oddHeader.left.text for page in book.worksheets[:2] if page.oddHeader] == ["Maroc", "Côte d’Or"]
    made = parts(raw(path, pays=pays))
    assert b"<oddHeader>&amp;LMaroc</oddHeader>" in made["xl/worksheets/sheet1.xml"]
    assert "<oddHeader>&amp;LCôte d’Or</oddHeader>".encode() in made["xl/worksheets/sheet1_2.xml"]
    assert b"<c:f>Maroc!$B$2:$B$3</c:f>" in made["xl/charts/chart1.xml"]
    assert "<c:f>'Côte d’Or'!$B$2:$B$4</c:f>".encode() in made["xl/charts/chart1_2.xml"]
    assert re.findall(r"<t>(.*?)</t>", made["xl/comments1_2.xml"].decode()) == ["Côte d’Or A1", "Côte d’Or A2", "Côte d’Or A3"]
    ids = [re.findall(r'<table\b[^>]*? id="(\d+)"', made[name].decode())[0] for name in ("xl/tables/table1.xml", "xl/tables/table1_2.xml")]
    assert len(set(ids)) == 2


def test_every_part_of_a_package_with_copies_is_declared_and_linked(tmp_path: Path) -> None:
    made = parts(raw(drawn(tmp_path, countries), pays=[{"nom": f"P{n}", "xs": XS} for n in range(3)]))
    types = made["[Content_Types].xml"].decode()
    defaults = set(re.findall(r'Extension="(\w+)"', types))
    declared = set(re.findall(r'PartName="/([^"]+)"', types))
    assert all(name in declared or name.rpartition(".")[2] in defaults for name in made if name != "[Content_Types].xml")
    assert declared <= set(made)
    for name in [name for name in made if name.endswith(".rels")]:
        folder = name.rpartition("_rels/")[0]
        for target in re.findall(r'<Relationship\b(?![^>]*TargetMode)[^>]*Target="([^"]+)"', made[name].decode()):
            import posixpath

            assert (target[1:] if target.startswith("/") else posixpath.normpath(folder + target)) in made, (name, target)


def test_only_one_copy_of_a_selected_sheet_is_selected(tmp_path: Path) -> None:
    made = parts(raw(drawn(tmp_path, countries), pays=[{"nom": f"P{n}", "xs": []} for n in range(3)]))
    sheets = [made[f"xl/worksheets/sheet1{suffix}.xml"].decode() for suffix in ("", "_2", "_3")]
    assert [re.findall(r'tabSelected="(\d)"', xml) for xml in sheets] == [["1"], ["0"], ["0"]]


def test_a_sheet_that_is_not_kept_leaves_nothing_behind(tmp_path: Path) -> None:
    made = parts(raw(drawn(tmp_path, countries), pays=[]))
    assert not [name for name in made if "chart" in name or "table" in name or "comment" in name or name.endswith("sheet1.xml")]
    assert b"sheet1.xml" not in made["[Content_Types].xml"] + made["xl/_rels/workbook.xml.rels"]
    assert b"Print_Area" not in made["xl/workbook.xml"]


# The package


def test_same_data_same_bytes(tmp_path: Path) -> None:
    path = drawn(tmp_path, countries)
    pays = [{"nom": "Maroc", "xs": XS}]
    assert raw(path, pays=pays) == raw(path, pays=pays)


def test_parts_that_nothing_changes_are_copied_byte_for_byte(tmp_path: Path) -> None:
    def draw(book: xlsxwriter.Workbook) -> None:
        looped(book).insert_image("H9", picture(tmp_path))
        book.add_worksheet("Fixe").write("A1", "rien")

    path = drawn(tmp_path, draw)
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("customXml/item1.xml", "<?xml version='1.0'?><!-- à moi --><a  b='c'/>")
        package.writestr("xl/printerSettings/printerSettings1.bin", bytes(range(256)))
    before, after = parts(path.read_bytes()), parts(raw(path, xs=XS * 2))
    changed = {name for name in before if before[name] != after.get(name)}
    assert changed == {SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/drawings/drawing1.xml"}
    assert set(after) == set(before)


def test_the_order_of_calculation_is_dropped_with_its_links(tmp_path: Path) -> None:
    path = template(tmp_path, {"A1": "{{ x }}", "A2": "=A1"})
    data = parts(path.read_bytes())
    data["xl/calcChain.xml"] = b'<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="A2" i="1"/></calcChain>'
    override = (
        b'<Override PartName="/xl/calcChain.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"/>'
    )
    data["[Content_Types].xml"] = data["[Content_Types].xml"].replace(b"</Types>", override + b"</Types>")
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
    relation = b'<Relationship Id="rId99" Type="%s" Target="calcChain.xml"/>' % kind
    data["xl/_rels/workbook.xml.rels"] = data["xl/_rels/workbook.xml.rels"].replace(b"</Relationships>", relation + b"</Relationships>")
    with zipfile.ZipFile(path, "w") as package:
        for name, content in data.items():
            package.writestr(name, content)
    made = parts(raw(path, x=1))
    assert not [name for name, content in made.items() if b"calcChain" in content or "calcChain" in name]


def test_the_file_says_what_it_is_and_not_who_made_the_template(tmp_path: Path) -> None:
    def draw(book: xlsxwriter.Workbook) -> None:
        looped(book)
        book.set_properties({"author": "Jean Modèle", "title": "Modèle {{ titre }}"})

    path = drawn(tmp_path, draw)
    with (tmp_path / "out.xlsx").open("wb") as out:
        render(path, {"xs": XS, "titre": "T"}, out, Proprietes("Plan", "AMEM", "OIT", date(2019, 7, 15)))
    core = part((tmp_path / "out.xlsx").read_bytes(), "docProps/core.xml")
    assert "<dc:title>Plan</dc:title>" in core
    assert "Jean" not in core


@pytest.mark.parametrize(
    "name", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"]
)
def test_a_damaged_workbook_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    path = drawn(tmp_path, looped)
    data = parts(path.read_bytes())
    data[name] = data[name][:-12]
    with zipfile.ZipFile(path, "w") as package:
        for part_name, content in data.items():
            package.writestr(part_name, content)
    with pytest.raises(AmemError) as caught:
        raw(path, xs=[])
    assert caught.value.constats[0].message.startswith("le classeur est abîmé")


def test_a_sheet_that_the_workbook_names_but_does_not_hold_is_told(tmp_path: Path) -> None:
    path = drawn(tmp_path, looped)
    data = parts(path.read_bytes())
    del data[SHEET]
    with zipfile.ZipFile(path, "w") as package:
        for part_name, content in data.items():
            package.writestr(part_name, content)
    with pytest.raises(AmemError) as caught:
        raw(path, xs=[])
    assert SHEET in caught.value.constats[0].message


def test_what_stands_in_an_alternative_for_older_programs_moves_too(tmp_path: Path) -> None:
    path = drawn(tmp_path, lambda book: looped(book).insert_image("D6", picture(tmp_path)))
    data = parts(path.read_bytes())
    xml = data["xl/drawings/drawing1.xml"].decode()
    inside = re.search(r"<xdr:twoCellAnchor.*</xdr:twoCellAnchor>", xml)
    assert inside
    wrapped = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f'<mc:Choice xmlns:a14="x" Requires="a14">{inside[0]}</mc:Choice></mc:AlternateContent>'
    )
    data["xl/drawings/drawing1.xml"] = xml.replace(inside[0], wrapped).encode()
    with zipfile.ZipFile(path, "w") as package:
        for part_name, content in data.items():
            package.writestr(part_name, content)
    assert "<xdr:row>8</xdr:row>" in part(raw(path, xs=XS * 2), "xl/drawings/drawing1.xml")


def test_headers_and_footers_double_the_ampersands_of_values(tmp_path: Path) -> None:
    path = drawn(tmp_path, lambda book: looped(book).set_footer("&L{{ titre }}&RPage &P"))
    assert "&amp;LR&amp;&amp;D &lt;x&gt;&amp;RPage &amp;P" in part(raw(path, xs=[], titre="R&D <x>"), SHEET)


def test_a_template_is_compiled_anew_when_its_file_changes(tmp_path: Path) -> None:
    path = template(tmp_path, {"A1": "{{ x }}"})
    assert values(sheet(path, x=1)) == [[1]]
    template(tmp_path, {"A1": "nouveau {{ x }}", "A2": "plus long"})
    assert values(sheet(path, x=1)) == [["nouveau 1"], ["plus long"]]


def test_the_sources_of_a_template_can_be_had_without_filling_it(tmp_path: Path) -> None:
    from amem_reports.rendering import excel
    from amem_reports.rendering.package import Package

    def draw(book: xlsxwriter.Workbook) -> None:
        looped(book).write_comment("A1", "{{ titre }}")

    found = {source.part: source for source in excel.sources(Package(drawn(tmp_path, draw)))}
    assert set(found) == {SHEET, "xl/comments1.xml"}
    assert "{{ titre }}" in found["xl/comments1.xml"].text
    offset = found[SHEET].text.index("x.budget")
    assert found[SHEET].place(offset) == "feuille Plan, cellule B3"
