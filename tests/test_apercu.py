"""The page of `amem apercu`: complete without anything from outside, true to the files as they stand, and safe whatever they are called."""

from __future__ import annotations

import base64
import io
import json
import re
import shutil
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import click
import lxml.html
import pytest
from apercus import PERIODE, PLAN, pdf, preview, produced, record, run, with_pages
from PIL import Image

from amem_reports import apercu
from amem_reports.commandes.commun import open_dossier
from amem_reports.french import NBSP
from amem_reports.manifeste import NOM
from amem_reports.rendering import pdf as converter
from amem_reports.rendering import vignettes

PAGE = "apercu.html"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return produced(tmp_path_factory.mktemp("apercu"))


@pytest.fixture
def espace(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of one's own, on a machine without LibreOffice."""
    monkeypatch.setattr(converter, "available", lambda: False)
    return Path(shutil.copytree(made, tmp_path / "espace"))


def page(espace: Path) -> Any:
    return lxml.html.fromstring((espace / "output" / PAGE).read_bytes())


def text(element: Any) -> str:
    return " ".join(element.text_content().replace("\u202f", " ").split())


def rows(page: Any, ident: str) -> list[list[str]]:
    """The cells of all tables of a section."""
    (section,) = page.xpath(f'//section[@aria-labelledby="{ident}"]')
    return [[text(cell) for cell in row] for row in section.xpath(".//tbody/tr")]


def file_rows(page: Any) -> dict[str, list[str]]:
    return {cells[0]: cells[1:] for cells in ([text(cell) for cell in row] for row in page.xpath('//table[@class="fichiers"]/tbody/tr'))}


def test_the_page_is_one_file_that_asks_for_nothing_else(espace: Path) -> None:
    preview(with_pages(espace))
    found = page(espace)
    assert found.xpath("//script|//link|//iframe|//object|//form") == []
    resources = found.xpath("//@src|//@srcset|//@poster|//@background")
    assert len(resources) == 3
    assert all(one.startswith("data:image/webp;base64,") for one in resources)
    assert not re.search(r"url\(|@import|https?:", (espace / "output" / PAGE).read_text(encoding="utf-8"))


def test_the_page_says_what_it_is_about(espace: Path) -> None:
    preview(espace)
    found = page(espace)
    assert found.get("lang") == "fr"
    assert text(found.xpath("//h1")[0]) == "4e trimestre 2019 : ce qui a été produit"
    facts = dict(zip(map(text, found.xpath("//dt")), map(text, found.xpath("//dd")), strict=True))
    told = json.loads((espace / "output" / NOM).read_text(encoding="utf-8"))["paquets"][PERIODE]
    assert facts["Date des documents"] == "15 janvier 2020"
    assert (facts["Révision du catalogue"], facts["Révision du suivi"]) == (told["catalogue"], told["suivi"]["revision"])
    assert "DONNÉES FICTIVES" in text(found.xpath('//p[@class="mention"]')[0])


def test_headings_go_down_one_level_at_a_time_and_the_links_of_the_page_arrive(espace: Path) -> None:
    preview(espace)
    found = page(espace)
    levels = [int(one.tag[1]) for one in found.xpath("//h1|//h2|//h3|//h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    inside = [one[1:] for one in found.xpath("//a/@href") if one.startswith("#")]
    assert len(inside) >= 8
    assert all(len(found.xpath(f'//*[@id="{one}"]')) == 1 for one in inside)
    assert all(one.get("scope") for one in found.xpath("//th"))


def test_every_file_produced_is_linked_with_its_size_and_state(espace: Path) -> None:
    preview(espace)
    found, output = page(espace), espace / "output"
    links = [unquote(one) for one in found.xpath("//a/@href") if not one.startswith("#")]
    told = json.loads((output / NOM).read_text(encoding="utf-8"))["fichiers"]
    assert sorted(links) == sorted(name for name in told if name != PAGE)
    assert all((output / one).is_file() for one in links)
    listed = file_rows(found)
    size = round((output / f"{PLAN}.docx").stat().st_size / 1024)
    assert listed[f"{PLAN}.docx"] == ["Word", f"{size} Ko", "tel que produit"]
    assert [text(one) for one in found.xpath("//h3")][:3] == ["Plans de travail", "Cadres logiques", "Rapports d’avancement"]


def test_an_edited_file_and_one_taken_away_are_told_in_words(espace: Path) -> None:
    output = espace / "output"
    with (output / f"{PLAN}.docx").open("ab") as file:
        file.write(b"\0")
    (output / f"rapport_{PERIODE}.docx").unlink()
    preview(espace)
    listed = file_rows(page(espace))
    assert listed[f"{PLAN}.docx"][2] == "modifié à la main"
    assert listed[f"rapport_{PERIODE}.docx"] == ["Word", "–", "absent du dossier"]
    assert f"rapport_{PERIODE}.docx" not in page(espace).xpath("//a/@href")
    assert "dont 1 modifié à la main, dont 1 absent" in text(page(espace).xpath("//header")[0])


def test_figures_verdict_points_and_gaps_are_those_of_the_commands(espace: Path) -> None:
    preview(espace)
    found = page(espace)
    figures = {cells[-3]: cells[-2:] for cells in rows(found, "chiffres")}
    for nom in ("participants.femmes", "depenses", "execution"):
        told = json.loads(run(espace, "expliquer", nom, "--periode", PERIODE, "--date", "2020-01-15", "--format", "json").stdout)
        value, missing = figures[" ".join(told["libelle"].replace("\u202f", " ").split())]
        assert missing == (str(len(told["manquants"])) if told["manquants"] else "–")
        assert float(re.sub(r"[^\d,]", "", value).replace(",", ".")) == pytest.approx(round(told["valeur"], 2))
    checked = json.loads(run(espace, "verifier", PERIODE, "--format", "json").stdout)
    assert " ".join(checked["verdict"].split()) in text(found.xpath('//section[@aria-labelledby="points"]')[0])
    assert [cells[0] for cells in rows(found, "points")] == [one["gravite"] for one in checked["points"]]
    shown = text(found.xpath('//section[@aria-labelledby="lacunes"]')[0])
    assert checked["lacunes"]
    assert all(" ".join(one["message"].split()) in shown for one in checked["lacunes"])


def test_what_nobody_reported_is_not_known(espace: Path) -> None:
    shutil.rmtree(espace / "catalogue" / "suivi")
    assert run(espace, "produire", "2019-T3", "--date", "2019-10-15", "--format", "json").exit_code == 0
    preview(espace, "2019-T3")
    figures = {cells[-3]: cells[-2] for cells in rows(page(espace), "chiffres")}
    assert figures["Dépenses (3e trimestre 2019)"] == "non connu"
    assert figures["Participants (3e trimestre 2019)"] == "non connu"


def test_figures_that_may_differ_from_those_of_the_documents_are_announced(espace: Path) -> None:
    preview(espace)
    assert "depuis la production" not in text(page(espace))
    record_of_mauritania = espace / "catalogue" / "suivi" / PERIODE / "MR.yaml"
    record_of_mauritania.unlink()
    preview(espace)
    assert "Le suivi a changé depuis la production des documents" in text(page(espace))
    assert f"amem produire {PERIODE}" in text(page(espace))


def test_pages_are_pictures_with_words_for_who_cannot_see_them(espace: Path) -> None:
    preview(with_pages(espace))
    pictures = page(espace).xpath("//img")
    assert [one.get("alt") for one in pictures] == [f"Plan de travail – Maroc, page {n}" for n in (1, 2, 3)]
    drawn = Image.open(io.BytesIO(base64.b64decode(pictures[0].get("src").partition(",")[2]))).convert("L")
    assert drawn.width == vignettes.LARGEUR
    assert (drawn.getpixel((180, 20)), drawn.getpixel((180, 127))) == (255, 0)
    assert "3 pages de « plan-de-travail_maroc.pdf »" in text(page(espace))
    assert "produire aussi les PDF" in text(page(espace))


def test_a_long_document_shows_its_first_pages_and_says_how_many_it_has(espace: Path) -> None:
    preview(with_pages(espace, vignettes.MAX_PAGES + 5))
    assert len(page(espace).xpath("//img")) == vignettes.MAX_PAGES
    assert f"35 pages de « {PLAN}.pdf », dont les 30 premières" in text(page(espace))


def test_a_pdf_that_is_none_is_told_and_the_rest_of_the_page_stands(espace: Path) -> None:
    with_pages(espace)
    (espace / "output" / f"{PLAN}.pdf").write_bytes(b"%PDF-1.7 half")
    preview(espace)
    assert f"{PLAN}.pdf : ses pages ne se lisent pas" in text(page(espace))
    assert page(espace).xpath("//img") == []
    assert file_rows(page(espace))[f"{PLAN}.pdf"][2] == "modifié à la main"


@pytest.mark.parametrize("absent", ["pypdfium2", "PIL"])
def test_without_what_draws_pages_the_page_is_whole_and_says_how_to_get_them(
    espace: Path, monkeypatch: pytest.MonkeyPatch, absent: str
) -> None:
    monkeypatch.setattr(vignettes, "find_spec", lambda name: None if name == absent else sys)
    preview(with_pages(espace))
    assert page(espace).xpath("//img") == []
    assert vignettes.INSTALL in text(page(espace))
    assert len(file_rows(page(espace))) > 20


def test_no_pages_are_drawn_when_they_are_not_wanted(espace: Path) -> None:
    preview(with_pages(espace), "--sans-vignettes")
    assert page(espace).xpath("//img") == []
    assert "ne sont pas montrées" not in text(page(espace))


@pytest.mark.libreoffice
def test_a_word_file_without_a_pdf_shows_its_pages_all_the_same(made: Path, tmp_path: Path) -> None:
    espace = Path(shutil.copytree(made, tmp_path / "espace"))
    told = json.loads((espace / "output" / NOM).read_text(encoding="utf-8"))
    slip = f"bordereau_{PERIODE}.docx"
    told["fichiers"] = {slip: told["fichiers"][slip]}
    (espace / "output" / NOM).write_text(json.dumps(told), encoding="utf-8")
    before = {path.name for path in (espace / "output").iterdir()}
    preview(espace)
    assert page(espace).xpath("//img/@alt")[0] == f"Bordereau d’envoi – 4e{NBSP}trimestre 2019, page 1"
    assert f"de « {slip} »" in text(page(espace))
    assert {path.name for path in (espace / "output").iterdir()} == before | {PAGE}


HOSTILE = "javascript:alert(1)&x='#é%20\".docx"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows takes no such name")
def test_hostile_names_and_titles_are_text_and_stay_in_the_folder(espace: Path) -> None:
    output = espace / "output"
    (output / HOSTILE).write_bytes(b"x")
    (espace / "secret.docx").write_bytes(b"x")
    title = "</h4><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}"
    record(output, HOSTILE, title, sorte="<b>", format="<i>")
    record(output, "../secret.docx", "Secret", sorte="rapport", format="docx")
    pdf(output / "autre.pdf", 1)
    record(output, "autre.pdf", '" onload="alert(1)', sorte="rapport", format="pdf")
    preview(espace)
    found = page(espace)
    assert found.xpath("//script|//b|//i|//*[@onerror or @onload]") == []
    assert title in [text(one) for one in found.xpath("//h4")]
    assert found.xpath("//img/@alt") == ['" onload="alert(1), page 1']
    (link,) = [one for one in found.xpath("//a/@href") if "alert" in one]
    assert ":" not in link
    assert (output / unquote(link)).is_file()
    assert "secret" not in (output / PAGE).read_text(encoding="utf-8")


def test_the_same_files_give_the_same_bytes_and_nothing_is_written_twice(espace: Path) -> None:
    first = preview(with_pages(espace))
    before = ((espace / "output" / PAGE).read_bytes(), (espace / "output" / NOM).read_bytes())
    again = preview(espace)
    assert "(créé)" in first.stdout
    assert "(inchangé)" in again.stdout
    assert ((espace / "output" / PAGE).read_bytes(), (espace / "output" / NOM).read_bytes()) == before


def test_an_edited_page_is_left_alone_unless_it_is_to_be_replaced(espace: Path) -> None:
    preview(espace)
    target = espace / "output" / PAGE
    target.write_text("notes de la réunion", encoding="utf-8")
    result = preview(espace)
    assert target.read_text(encoding="utf-8") == "notes de la réunion"
    assert "apercu (nouvelle version).html" in result.stdout
    assert "a été modifié à la main" in result.stderr
    assert "apercu (nouvelle version)" not in (espace / "output" / "apercu (nouvelle version).html").read_text(encoding="utf-8")
    preview(espace, "--remplacer")
    assert target.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert [path.read_text(encoding="utf-8") for path in (espace / "output" / "versions remplacées").rglob(PAGE)] == ["notes de la réunion"]


def test_the_page_goes_into_no_pack_and_a_pack_is_not_made_anew_for_it(espace: Path) -> None:
    preview(espace)
    result = run(espace, "produire", PERIODE, "--date", "2020-01-15", "--format", "docx", "--format", "json")
    assert result.stdout.startswith("Rien à refaire")
    assert PAGE not in json.loads((espace / "output" / NOM).read_text(encoding="utf-8"))["paquets"][PERIODE]["fichiers"]


def test_the_last_pack_is_shown_unless_a_period_is_named(espace: Path) -> None:
    assert run(espace, "produire", "2019-T2", "--date", "2020-03-01", "--format", "json").exit_code == 0
    preview(espace)
    assert text(page(espace).xpath("//h1")[0]).startswith("2e trimestre 2019")
    assert f"{PLAN}.docx" in file_rows(page(espace))
    preview(espace, PERIODE)
    assert text(page(espace).xpath("//h1")[0]).startswith("4e trimestre 2019")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["2019-T1"], "aucun paquet 2019-T1 n’y a été produit ; périodes produites ici : 2019-T4"), ([], "aucun paquet n’y a été produit →")],
)
def test_what_was_never_produced_is_told_with_the_command_to_give(espace: Path, arguments: list[str], said: str) -> None:
    if not arguments:
        (espace / "output" / NOM).unlink()
    result = run(espace, "apercu", "--sans-ouvrir", *arguments)
    assert result.exit_code == 1
    assert said in " ".join(result.stderr.split())
    assert "amem produire" in result.stderr
    assert not (espace / "output" / PAGE).exists()


def test_the_page_is_opened_and_told_where_no_browser_opens(espace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    codes = iter((0, 1))

    def launch(url: str) -> int:
        opened.append(url)
        return next(codes)

    monkeypatch.setattr(click, "launch", launch)
    assert run(espace, "apercu", "--sans-vignettes").stderr == ""
    assert "ouvrir ce fichier à la main" in run(espace, "apercu", "--sans-vignettes").stderr
    assert opened == [str(espace / "output" / PAGE)] * 2


def test_a_fault_in_the_template_is_told_with_its_line_and_nothing_is_written(espace: Path) -> None:
    template = espace / "templates" / "apercu" / "defaut.html"
    lines = template.read_text(encoding="utf-8").splitlines()
    lines.insert(100, "{{ verdit }}")
    template.write_text("\n".join(lines), encoding="utf-8")
    result = run(espace, "apercu", "--sans-ouvrir")
    assert result.exit_code == 1
    assert "defaut.html, ligne 101" in result.stderr
    assert "verdict" in result.stderr
    assert not (espace / "output" / PAGE).exists()


def test_the_template_s_own_comment_names_all_that_it_may_show(espace: Path) -> None:
    told, periode = apercu.choose(espace / "output", None)
    _, dossier = open_dossier(espace, apercu.day_of(told, periode))
    found = apercu.context(replace(dossier, periode=periode), espace / "output", told, vignettes=False)
    comment = re.search(r"\{#.*?#\}", (espace / "templates" / "apercu" / "defaut.html").read_text(encoding="utf-8"), re.DOTALL)
    assert comment
    words = set(re.findall(r"\w+", comment[0]))
    document = found["groupes"][0]["documents"][0]
    parts = (found, found["document"], found["totaux"], found["points"][0], found["chiffres"][0], found["indicateurs"][0])
    names = {name for part in (*parts, found["lacunes"][0], found["groupes"][0], document, document["fichiers"][0]) for name in part}
    assert names - words == set()
