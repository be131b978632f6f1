# ruff: noqa: E501 - XML as Office writes it
"""Nothing in a produced file tells who made it or its template, on which computer, in which folder, for which printer."""

from __future__ import annotations

import io
import json
import os
import re
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import attaques as a
import openpyxl
import pikepdf
import pytest

from amem_reports.rendering import traces

ROOT = Path(__file__).parent.parent
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W15 = "http://schemas.microsoft.com/office/word/2012/wordml"
CUSTOM = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" '
    'pid="2" name="MSIP_Label_Owner"><vt:lpwstr>jdupont@exemple.org</vt:lpwstr></property></Properties>'
)
CUSTOM_RELATION = f'<Relationship Id="rIdP" Type="{R}/custom-properties" Target="docProps/custom.xml"/></Relationships>'
CUSTOM_TYPE = (
    '<Override PartName="/docProps/custom.xml" ContentType="application/vnd.openxmlformats-officedocument.custom-properties+xml"/></Types>'
)
PRINTER = "Imprimante de J. Dupont".encode("utf-16-le").ljust(220, b"\0")


def spoilt(data: bytes, changes: dict[str, tuple[str, str]], added: dict[str, bytes]) -> bytes:
    """A template with what Office writes of its author: in each part one text replaced, and parts added."""
    found = a.parts(data)
    for name, (old, new) in changes.items():
        assert old.encode() in found[name], name
        found[name] = found[name].replace(old.encode(), new.encode(), 1)
    return a.packed(found | added)


def word(data: bytes) -> bytes:
    comment = (
        f'<w:comment xmlns:w="{W}" w:id="7" w:author="Jeanne Dupont" w:initials="JD"><w:p><w:r><w:t>Revoir</w:t></w:r></w:p></w:comment>'
    )
    changed = '<w:ins w:id="901" w:author="Jeanne Dupont" w:date="2019-01-01T00:00:00Z"><w:r><w:t xml:space="preserve"> </w:t></w:r></w:ins></w:p>'
    people = f'<w15:people xmlns:w15="{W15}"><w15:person w15:author="Jeanne Dupont"><w15:presenceInfo w15:providerId="AD" w15:userId="jdupont"/></w15:person></w15:people>'
    links = "</Relationships>"
    return spoilt(
        data,
        {
            "word/document.xml": ("<w:body>", f"<w:body><w:p>{changed}"),
            "word/_rels/document.xml.rels": (
                links,
                (
                    f'<Relationship Id="rIdC" Type="{R}/comments" Target="comments.xml"/>'
                    f'<Relationship Id="rIdQ" Type="http://schemas.microsoft.com/office/2011/relationships/people" Target="people.xml"/>{links}'
                ),
            ),
            "_rels/.rels": (links, CUSTOM_RELATION),
            a.TYPES: ("</Types>", CUSTOM_TYPE),
        },
        {
            "word/comments.xml": f'<w:comments xmlns:w="{W}">{comment}</w:comments>'.encode(),
            "word/people.xml": people.encode(),
            "docProps/custom.xml": CUSTOM.encode(),
        },
    )


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def excel(data: bytes) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.worksheets
    sheet, rels = "xl/worksheets/sheet1.xml", "xl/worksheets/_rels/sheet1.xml.rels"
    links = "</Relationships>"
    known = a.parts(data)
    printer = f'<Relationship Id="rIdI" Type="{R}/printerSettings" Target="../printerSettings/printerSettings1.bin"/>{links}'
    head = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}'
    setup = re.search(rb"<pageSetup\b", known[sheet])
    assert setup, "the template has a page setup"
    return spoilt(
        a.packed(known | {rels: known.get(rels, head.encode())}),
        {
            sheet: (
                "<pageSetup",
                f'<pageSetup xmlns:r="{R}" r:id="rIdI"' if b"xmlns:r=" not in known[sheet][:600] else '<pageSetup r:id="rIdI"',
            ),
            rels: (links, printer),
            "xl/workbook.xml": ("<sheets>", "<sheets>"),
            "_rels/.rels": (links, CUSTOM_RELATION),
            a.TYPES: (
                "</Types>",
                '<Default Extension="bin" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings"/>'
                + CUSTOM_TYPE,
            ),
        },
        {"xl/printerSettings/printerSettings1.bin": PRINTER, "docProps/custom.xml": CUSTOM.encode()},
    )


def opened(name: str, data: bytes) -> dict[str, bytes]:
    """All that stands in a file, archives and PDFs unpacked."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {f"{name}/{one}": inner for part in archive.namelist() for one, inner in opened(part, archive.read(part)).items()}
    if data.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(data)) as pdf:
            streams = [
                one.read_bytes()
                for one in pdf.objects
                if isinstance(one, pikepdf.Stream) and "/Subtype" in one and str(one.Subtype) == "/XML"
            ]
            return {f"{name}/info": str(dict(pdf.docinfo)).encode(), **{f"{name}/xmp{n}": one for n, one in enumerate(streams)}}
    return {name: data}


def telling(sortie: Path, words: list[str]) -> list[str]:
    """The parts of produced files that hold one of these words, in UTF-8 or as Windows writes text."""
    forms = [form for word in words for form in (word.lower().encode(), word.lower().encode("utf-16-le"))]
    found = [
        (part, data.lower())
        for path in sorted(sortie.iterdir())
        if path.is_file()
        for part, data in opened(path.name, path.read_bytes()).items()
    ]
    assert len(found) > 20
    return [part for part, data in found if any(form in data for form in forms)]


def produced(espace: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command of somebody called Dupont."""
    home = espace.parent / "jdupont"
    home.mkdir(exist_ok=True)
    somebody = dict.fromkeys(("USER", "LOGNAME", "USERNAME"), "jdupont") | {"HOME": str(home), "HOSTNAME": "poste-dupont"}
    line = [sys.executable, "-m", "amem_reports", *command, "--date", "2019-07-15", "--espace", str(espace)]
    return subprocess.run(line, env={**os.environ, **somebody}, capture_output=True, text=True, check=True)


@pytest.mark.parametrize("form", ["docx", "xlsx", pytest.param("pdf", marks=pytest.mark.libreoffice)])
def test_no_file_of_a_pack_tells_who_made_it_or_its_templates(tmp_path: Path, form: str) -> None:
    espace = a.workspace(tmp_path / "espace", ROOT)
    for suffix, spoil in (("docx", word), ("xlsx", excel)):
        path = espace / "templates" / "plan-de-travail" / f"defaut.{suffix}"
        path.write_bytes(spoil(path.read_bytes()))
    if form == "pdf":
        produced(espace, "plan-de-travail", "maroc", "--format", "pdf", "--format", "docx", "--format", "json")
    else:
        produced(espace, "produire", "2019-T2", "--format", form, "--format", "json")
    assert telling(espace / "output", ["dupont", str(tmp_path), *([host] if len(host := socket.gethostname()) > 5 else [])]) == []


def test_what_is_left_of_a_cleaned_template_is_whole(tmp_path: Path) -> None:
    espace = a.workspace(tmp_path / "espace", ROOT)
    for suffix, spoil in (("docx", word), ("xlsx", excel)):
        path = espace / "templates" / "plan-de-travail" / f"defaut.{suffix}"
        path.write_bytes(spoil(path.read_bytes()))
    produced(espace, "plan-de-travail", "maroc")
    made = {path.suffix: a.parts(path.read_bytes()) for path in (espace / "output").glob("plan-de-travail_maroc.*")}
    assert b'w:author="Auteur"' in made[".docx"]["word/document.xml"]
    assert b"Revoir" in made[".docx"]["word/comments.xml"]
    assert not [name for name in made[".xlsx"] if "printerSettings" in name]
    assert not re.search(rb"<pageSetup\b[^>]*r:id", made[".xlsx"]["xl/worksheets/sheet1.xml"])
    for parts in made.values():
        for name, content in parts.items():
            if name.endswith(".rels"):
                folder = name.replace("_rels/", "").rpartition("/")[0]
                for target in re.findall(rb'<Relationship\b(?![^>]*External)[^>]*Target="([^"]+)"', content):
                    whole = (
                        target.decode().lstrip("/")
                        if target.startswith(b"/")
                        else os.path.normpath(f"{folder}/{target.decode()}").lstrip("/")
                    )
                    assert whole in parts, (name, whole)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("xl/workbook.xml", b'<fileSharing readOnlyRecommended="1" userName="Dupont"/>', b'<fileSharing readOnlyRecommended="1"/>'),
        ("xl/comments1.xml", b"<authors><author>Dupont</author></authors>", b"<authors><author>Auteur</author></authors>"),
        (
            "xl/persons/person.xml",
            b'<person displayName="Dupont" id="{1}" userId="d@x"/>',
            b'<person displayName="Auteur" id="{1}" userId=""/>',
        ),
        ("docProps/custom.xml", b"<property pid='2'><v>{{ nom }}</v></property>", b"<property pid='2'><v>{{ nom }}</v></property>"),
        ("word/document.xml", b'<w:printerSettings r:id="rId3"/>', b""),
        ("word/media/image1.png", b'w:author="Dupont"', b'w:author="Dupont"'),
    ],
)
def test_each_trace_has_its_own_rule(name: str, before: bytes, after: bytes) -> None:
    assert traces.without(name, before) == after


def test_messages_name_files_and_not_the_folders_above_them(tmp_path: Path) -> None:
    espace = a.workspace(tmp_path / "jdupont" / "espace", ROOT)
    (espace / "templates" / "rapport" / "defaut.docx").write_bytes(b"abc")
    (espace / "classeur.xlsx").write_bytes(b"abc")
    (espace / "donnees.json").write_text("{", encoding="utf-8")
    said = ""
    for command in (
        ["importer", str(espace / "classeur.xlsx"), "--espace", str(espace)],
        ["verifier", "--espace", str(espace)],
        ["modele", "verifier", "--espace", str(espace)],
        [
            "modele",
            "remplir",
            str(espace / "templates" / "rapport" / "defaut.docx"),
            str(espace / "donnees.json"),
            "--sortie",
            str(espace / "f.docx"),
        ],
    ):
        done = subprocess.run([sys.executable, "-m", "amem_reports", *command], capture_output=True, text=True, check=False)
        assert done.returncode == 1
        said += done.stderr
        (espace / "catalogue" / "pays" / "maroc.yaml").write_text("nom: [", encoding="utf-8")
    assert "maroc.yaml" in said
    assert "defaut.docx" in said
    assert "classeur.xlsx" in said
    assert "donnees.json" in said
    assert "dupont" not in said


def test_the_manifest_names_files_only(tmp_path: Path) -> None:
    espace = a.workspace(tmp_path / "espace", ROOT)
    produced(espace, "plan-de-travail", "maroc", "--format", "json")
    manifest = next(path for path in (espace / "output").iterdir() if "manifeste" in path.name)
    said = json.loads(manifest.read_text(encoding="utf-8"))
    assert list(said["fichiers"]) == ["plan-de-travail_maroc.json"]
    assert not re.search(r'"(?:/|[A-Za-z]:)', manifest.read_text(encoding="utf-8"))
