"""Pictures whose alternative text is a tag are replaced by those of the data."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from click.testing import CliRunner
from dessins import jpeg, parts, png, raw, saved, shapes, with_picture

from amem_reports.cli import main
from amem_reports.errors import AmemError
from amem_reports.rendering import check

WIDE, TALL = png(80, 20), png(20, 80)


def template(folder: Path, alt: str = "{{ logo|image }}", **more: Any) -> Path:
    document = docx.Document()
    with_picture(document, alt, **more)
    return saved(document, folder)


def made(path: Path, files: dict[str, bytes] | None = None, **context: Any) -> list[dict[str, Any]]:
    return shapes(docx.Document(io.BytesIO(raw(path, files, **context))))


@pytest.mark.parametrize(
    ("data", "size", "kind"),
    [
        (WIDE, (40.0, 10.0), "png"),
        (TALL, (5.0, 20.0), "png"),
        (jpeg(100, 100), (20.0, 20.0), "jpeg"),
        (b"GIF89a" + (30).to_bytes(2, "little") + (10).to_bytes(2, "little"), (40.0, 13.3), "gif"),
    ],
)
def test_a_picture_takes_the_place_of_another_in_its_box(tmp_path: Path, data: bytes, size: tuple[float, float], kind: str) -> None:
    (shape,) = made(template(tmp_path), {"sceaux/logo-amem.bmp": data}, logo="sceaux/logo-amem.bmp")
    assert shape["size"] == size
    assert shape["part"].blob == data
    assert shape["part"].content_type == f"image/{kind}"
    assert str(shape["part"].partname).endswith(f".{kind}")
    assert shape["descr"] == "logo amem"


def test_the_placeholder_does_not_stay_in_the_file(tmp_path: Path) -> None:
    path = template(tmp_path)
    with zipfile.ZipFile(path) as before:
        (old,) = [before.read(name) for name in before.namelist() if name.startswith("word/media/")]
    found = parts(raw(path, {"a.png": WIDE}, logo="a.png"))
    assert [content for name, content in found.items() if name.startswith("word/media/")] == [WIDE]
    assert old not in found.values()
    assert [name for name, content in found.items() if name.endswith(".rels") and b"media/image1.png" in content] == []


def test_a_placeholder_that_another_picture_shares_stays(tmp_path: Path) -> None:
    document = docx.Document()
    with_picture(document, "{{ logo|image }}")
    with_picture(document, "Une carte")
    found = made(saved(document, tmp_path), {"a.png": WIDE}, logo="a.png")
    assert [shape["descr"] for shape in found] == ["a", "Une carte"]
    assert found[0]["part"].blob == WIDE != found[1]["part"].blob


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,"])
def test_a_picture_may_stand_in_the_data_itself(tmp_path: Path, prefix: str) -> None:
    (shape,) = made(template(tmp_path), logo=prefix + base64.b64encode(WIDE).decode())
    assert shape["part"].blob == WIDE
    assert shape["descr"]


@pytest.mark.parametrize("empty", ["", None, {}, {"fichier": ""}, {"fichier": None, "description": "rien"}])
def test_no_value_leaves_no_picture(tmp_path: Path, empty: Any) -> None:
    data = raw(template(tmp_path), logo=empty)
    assert made(template(tmp_path), logo=empty) == []
    assert not [name for name in parts(data) if name.startswith("word/media/")]


@pytest.mark.parametrize(
    ("alt", "title", "value", "expected"),
    [
        ("{{ logo|image }}", "", {"fichier": "a.png", "description": "Sceau de l’État\n& « devise »"}, "Sceau de l’État & « devise »"),
        ("{{ logo|image('Logo de ' ~ nom) }}", "", "a.png", "Logo de AMEM"),
        ("{{ logo|image }}", "Logo du ministère", "a.png", "Logo du ministère"),
        ("Logo du ministère", "{{ logo|image }}", "a.png", "Logo du ministère"),
    ],
)
def test_what_a_picture_says_to_who_cannot_see_it(tmp_path: Path, alt: str, title: str, value: Any, expected: str) -> None:
    (shape,) = made(template(tmp_path, alt, title=title), {"a.png": WIDE}, logo=value, nom="AMEM")
    assert shape["descr"] == expected


def test_in_a_loop_each_picture_has_its_identifier_and_the_same_one_is_stored_once(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("{%p for x in photos %}")
    with_picture(document, "{{ x|image }}")
    document.add_paragraph("{%p endfor %}")
    path = saved(document, tmp_path)
    files = {"a.png": WIDE, "b.png": TALL, "c.png": WIDE}
    found = made(path, files, photos=["a.png", "b.png", "c.png"] * 50)
    assert len(found) == 150
    assert len({shape["id"] for shape in found}) == 150
    data = raw(path, files, photos=["a.png", "b.png", "c.png"] * 50)
    assert len([name for name in parts(data) if name.startswith("word/media/")]) == 2
    assert data == raw(path, files, photos=["a.png", "b.png", "c.png"] * 50)


def test_pictures_in_table_rows_and_headers(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=3, cols=1)
    table.cell(0, 0).text = "{%tr for x in photos %}"
    with_picture(document, "{{ x|image }}", where=table.cell(1, 0).paragraphs[0])
    table.cell(2, 0).text = "{%tr endfor %}"
    header = document.sections[0].header
    with_picture(document, "{{ logo|image }}", where=header.paragraphs[0])
    out = docx.Document(io.BytesIO(raw(saved(document, tmp_path), {"a.png": WIDE, "b.png": TALL}, photos=["a.png", "b.png"], logo="b.png")))
    assert [shape["part"].blob for shape in shapes(out)] == [WIDE, TALL]
    images = [part for part in out.sections[0].header.part.related_parts.values() if part.content_type == "image/png"]
    assert [image.blob for image in images] == [TALL]


FAULTS: list[tuple[str, Any, str]] = [
    (
        "{{ logo|image }}",
        "absent.png",
        "texte de remplacement « {{ logo|image }} » : fichier « absent.png » absent, dans « {{ logo|image }} »",
    ),
    ("{{ logo|image }}", "texte.png", "image « texte.png » : ni PNG, ni JPEG, ni GIF"),
    ("{{ logo|image }}", "coupe.png", "image « coupe.png » abîmée"),
    ("{{ logo|image }}", 12, "un fichier se donne par son nom"),
    ("{{ logo|image }}", {"base64": "%%%"}, "base 64 mal écrit"),
    ("{{ loga|image }}", "", "nom inconnu « loga » → vouliez-vous dire « logo » ?"),
    ("Voici {{ logo|image }}", "a.png", "« image » s’écrit seule"),
    ("{{ logo|graphique }}", "a.png", "ce dessin n’est pas un graphique → donner ce texte de remplacement à un graphique"),
]


@pytest.mark.parametrize(("alt", "value", "expected"), FAULTS, ids=range(len(FAULTS)))
def test_each_fault_says_which_picture(tmp_path: Path, alt: str, value: Any, expected: str) -> None:
    files = {"a.png": WIDE, "texte.png": b"bonjour", "coupe.png": WIDE[:14]}
    with pytest.raises(AmemError) as caught:
        raw(template(tmp_path, alt), files, logo=value)
    assert str(caught.value).startswith("modele.docx, corps du document, texte de remplacement")
    assert expected in str(caught.value), str(caught.value)


@pytest.mark.parametrize("tag", ["{{ logo|image }}", "voir {{ logo|graphique }}"])
def test_in_the_text_such_a_tag_is_a_fault_that_is_seen_without_filling(tmp_path: Path, tag: str) -> None:
    document = docx.Document()
    document.add_paragraph(tag)
    (fault,) = check(saved(document, tmp_path), {"logo": "a.png"})
    assert "s’écrit seule dans le texte de remplacement" in fault.message
    assert fault.endroit.startswith("corps du document, paragraphe 1")


def test_checks_know_the_filter_and_follow_names_into_alternative_texts(tmp_path: Path) -> None:
    assert check(template(tmp_path), {"logo": ""}) == []
    (fault,) = check(template(tmp_path), {"lego": ""})
    assert fault.message == "nom inconnu « logo »"


def run(folder: Path, value: Any) -> tuple[int, str]:
    (folder / "donnees" / "images").mkdir(parents=True, exist_ok=True)
    (folder / "donnees" / "images" / "logo.png").write_bytes(WIDE)
    (folder / "secret.png").write_bytes(TALL)
    (folder / "donnees" / "lien.png").unlink(missing_ok=True)
    (folder / "donnees" / "lien.png").symlink_to(folder / "secret.png")
    data = folder / "donnees" / "donnees.json"
    data.write_text(json.dumps({"logo": value}), encoding="utf-8")
    arguments = ["modele", "remplir", template(folder), data, "--sortie", folder / "fait.docx", "--remplacer"]
    result = CliRunner().invoke(main, list(map(str, arguments)))
    return result.exit_code, result.stderr.replace("\u00a0", " ")


@pytest.mark.parametrize("name", ["images/logo.png", "images\\logo.png", "./images/../images/logo.png"])
def test_from_the_command_line_names_are_relative_to_the_data(tmp_path: Path, name: str) -> None:
    assert run(tmp_path, name)[0] == 0
    assert shapes(docx.Document(str(tmp_path / "fait.docx")))[0]["part"].blob == WIDE


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../secret.png", "hors du dossier des données"),
        ("images/../../secret.png", "hors du dossier des données"),
        ("lien.png", "hors du dossier des données"),
        ("/etc/passwd", "hors du dossier des données"),
        ("C:\\Windows\\logo.png", "hors du dossier des données"),
        ("\\\\serveur\\partage\\logo.png", "hors du dossier des données"),
        ("https://exemple.org/logo.png", "rien n’est pris sur le réseau"),
        ("file:///etc/passwd", "rien n’est pris sur le réseau"),
        ("images/absent.png", "impossible à lire (introuvable)"),
        ("images", "impossible à lire (c’est un dossier)"),
        ("a\0b.png", "impossible à lire (nom refusé)"),
        ("x" * 300, "impossible à lire (nom trop long)"),
    ],
)
def test_no_file_is_read_outside_the_data_s_folder(tmp_path: Path, name: str, expected: str) -> None:
    code, said = run(tmp_path, name)
    assert code == 1
    assert expected in said
    assert not (tmp_path / "fait.docx").exists()
