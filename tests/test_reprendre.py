"""Passages edited in Word come back into the follow-up: what was not touched changes nothing, what was edited comes back exactly."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import calc
import docx
import pytest
from click.testing import CliRunner
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st
from test_markdown import BLOCKS

from amem_reports import endroits
from amem_reports.cli import main
from amem_reports.demo import espaces
from amem_reports.endroits import Endroit
from amem_reports.errors import AmemError
from amem_reports.fiche import Action, EtatFiche, Fiche
from amem_reports.markdown import Bloc, IndicibleError, ecrire, lire, normal, ordonner
from amem_reports.rendering import render
from amem_reports.suivi import depot, rapport_lu

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DAY = date(2019, 7, 20)
RICH = """\
Un début **gras et *italique*** avec [un lien](https://example.org/page?a=1&b=2), « 3 < 4 » & R&D.\\
Après un retour.

Deuxième paragraphe, ~~barré~~.

- un
- deux
  1. premier
  2. second
     - profond
       - très profond
  - tiret

  suite de deux
- trois

7. sept
8. huit

> Une citation.

Fin."""


# --- a small template: one control per passage ------------------------------------------------------------------------------------------


def small_template(folder: Path) -> Path:
    document = docx.Document()
    for text in (
        "{%p for passage in passages %}",
        "{{ passage.titre }}",
        "{{p passage.texte|renseigner|markdown }}",
        "{%p endfor %}",
        "Fin",
    ):
        document.add_paragraph(text)
    paragraph = document.paragraphs[2]._p
    control = parse_xml(
        f"<w:sdt {nsdecls('w')}><w:sdtPr><w:alias w:val='{{{{ passage.titre }}}}'/><w:tag w:val='{{{{ passage.place }}}}'/></w:sdtPr>"
        "<w:sdtContent/></w:sdt>"
    )
    paragraph.addprevious(control)
    control[1].append(paragraph)
    document.save(str(folder / "modele.docx"))
    return folder / "modele.docx"


def printed(folder: Path, textes: Sequence[str | None]) -> Path:
    path = folder / "rapport.docx"
    places = [endroits.activite("MA", "2019-T2", f"MA-1.{number}", "recit") for number, _ in enumerate(textes, 1)]
    passages = [
        {"titre": f"Titre {number}", "place": place.marque(texte), "texte": texte}
        for number, (place, texte) in enumerate(zip(places, textes, strict=True))
    ]
    with path.open("wb") as out:
        render(small_template(folder) if not (folder / "modele.docx").exists() else folder / "modele.docx", {"passages": passages}, out)
    return path


def read_back(path: Path, many: int = 0) -> list[str | None]:
    known = [endroits.activite("MA", "2019-T2", f"MA-1.{number}", "recit") for number in range(1, many + 1)]
    passages = rapport_lu.read(path, {one.cle: one for one in known}).passages
    return [passage.texte for passage in sorted(passages, key=lambda one: int(one.endroit.place.split("/")[1][5:]))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("passages")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(BLOCKS, max_size=5), min_size=1, max_size=6))
def test_any_passage_is_read_back_from_word_as_it_was_printed(folder: Path, passages: list[list[Bloc]]) -> None:
    textes = [written or None for blocs in passages if (written := markdown_of(blocs)) is not None]
    assert read_back(printed(folder, textes)) == textes


def markdown_of(blocs: list[Bloc]) -> str | None:
    try:
        return ecrire(ordonner(blocs))
    except IndicibleError:
        return None


def test_a_rich_passage_is_read_back_whole(folder: Path) -> None:
    assert read_back(printed(folder, [RICH, None, "à renseigner"])) == [normal(RICH), None, None]
    assert lire(normal(RICH)) == lire(RICH)


@pytest.mark.libreoffice
def test_passages_survive_libreoffice_with_neither_tag_nor_control(folder: Path) -> None:
    textes = [RICH, "Un **gras** seul.", None, "- a\n- b", "1. x\n2. y", "| A | B |\n| --- | --- |\n| 1 | **2** |"]
    saved = by_libreoffice(printed(folder, textes))
    assert b"MA/2019-T2" not in zipfile.ZipFile(saved).read("word/document.xml")
    assert read_back(saved, len(textes)) == [normal(texte) if texte else None for texte in textes]


def by_libreoffice(path: Path) -> Path:
    target = path.parent / "libreoffice"
    profile = f"-env:UserInstallation={(path.parent / 'profil').as_uri()}"
    subprocess.run(["soffice", profile, "--headless", "--convert-to", "docx", "--outdir", str(target), str(path)], check=True, timeout=180)
    return target / path.name


def test_controls_are_numbered_apart_never_empty_and_listed(folder: Path) -> None:
    with zipfile.ZipFile(printed(folder, ["Un.", None, "Trois."])) as archive:
        document, custom = archive.read("word/document.xml").decode(), archive.read("docProps/custom.xml").decode()
    numbers = re.findall(r"<w:sdtPr>.*?<w:id w:val=\"(\d+)\"/>", document)
    assert len(numbers) == len(set(numbers)) == 3
    assert document.count("à renseigner") == 1
    assert len(re.findall(r"\b[0-9a-f]{8}\b", custom.split("<vt:lpwstr", 1)[1])) == 3


@pytest.mark.parametrize("looks", ["", '<w:pPr><w:pStyle w:val="Heading3"/></w:pPr>'])
def test_a_control_that_comes_out_empty_still_holds_a_paragraph_of_its_style(looks: str, tmp_path: Path) -> None:
    small_template(tmp_path)

    def change(xml: str) -> str:
        return xml.replace("|renseigner|markdown", "|markdown").replace("<w:sdtContent><w:p>", f"<w:sdtContent><w:p>{looks}")

    edit(tmp_path / "modele.docx", change)
    with zipfile.ZipFile(printed(tmp_path, [None])) as archive:
        assert f"<w:sdtContent><w:p>{looks}</w:p></w:sdtContent>" in archive.read("word/document.xml").decode()


def test_a_control_inside_a_line_cannot_hold_a_passage(tmp_path: Path) -> None:
    document = docx.Document()
    inside = "<w:sdtContent><w:r><w:t>x</w:t></w:r></w:sdtContent>"
    control = f"<w:sdt {nsdecls('w')}><w:sdtPr><w:tag w:val='{{{{ passage.place }}}}'/></w:sdtPr>{inside}</w:sdt>"
    document.add_paragraph("Avant")._p.append(parse_xml(control))
    document.save(str(tmp_path / "modele.docx"))
    with pytest.raises(AmemError, match="contrôle de contenu"):
        render(tmp_path / "modele.docx", {"passage": {"place": "x"}}, io.BytesIO())


# --- edits ------------------------------------------------------------------------------------------------------------------------------


def edit(path: Path, change: Callable[[str], str]) -> Path:
    """Change the XML of the document's body."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    before = parts["word/document.xml"].decode()
    after = change(before)
    assert after != before
    parts["word/document.xml"] = after.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def content(xml: str, place: str, inside: str) -> str:
    """The document with other paragraphs in one control."""
    tag = re.escape(place.replace("/", "&#x2f;"))
    return re.sub(
        rf'(w:val="{tag}#.*?<w:sdtContent>).*?(</w:sdtContent>)', lambda found: found[1] + inside + found[2], xml, count=1, flags=re.DOTALL
    )


P = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>".format
FIRST = "MA/2019-T2/activites/MA-1.1/recit"


def edited(folder: Path, inside: str) -> rapport_lu.PassageLu:
    path = edit(printed(folder, ["Avant."]), lambda xml: content(xml, FIRST, inside))
    return rapport_lu.read(path, {}).passages[0]


@pytest.mark.parametrize(
    ("inside", "texte"),
    [
        (P("Un.") + "<w:p/>" + P("Deux."), "Un.\n\nDeux."),
        ('<w:p><w:r><w:rPr><w:rStyle w:val="Strong"/></w:rPr><w:t>fort</w:t></w:r></w:p>', "**fort**"),
        ('<w:p><w:r><w:rPr><w:rStyle w:val="Strong"/><w:b w:val="0"/></w:rPr><w:t>fort</w:t></w:r></w:p>', "fort"),
        ('<w:p><w:pPr><w:pStyle w:val="ListBullet2"/></w:pPr><w:r><w:t>seul</w:t></w:r></w:p>', "- seul"),
        ("<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/></w:r></w:p>", "a\tb\\\nc\u2011"),
        ("<w:p><w:r><w:t>a</w:t><w:br/><w:br/><w:t>b</w:t></w:r></w:p>", "a\n\nb"),
        ("<w:p><w:r><w:t>1. pas une liste</w:t></w:r></w:p>", "1\\. pas une liste"),
        (
            "<w:p><w:fldSimple w:instr=' HYPERLINK \"https://example.org/\" '><w:r><w:t>ici</w:t></w:r></w:fldSimple></w:p>",
            "[ici](https://example.org/)",
        ),
        ("<w:sdt><w:sdtContent>" + P("dans un autre contrôle") + "</w:sdtContent></w:sdt>", "dans un autre contrôle"),
        (P("à renseigner"), None),
        ("<w:p/>", None),
    ],
)
def test_what_word_writes_is_read_as_markdown(folder: Path, inside: str, texte: str | None) -> None:
    assert edited(folder, inside).texte == texte


def test_pending_changes_are_read_as_accepted_and_told_with_their_author(folder: Path) -> None:
    inside = (
        '<w:p><w:pPr><w:rPr><w:del w:id="1" w:author="Ana"/></w:rPr></w:pPr><w:r><w:t xml:space="preserve">Il y a </w:t></w:r>'
        '<w:del w:id="2" w:author="Ana"><w:r><w:delText>dix</w:delText></w:r></w:del>'
        '<w:ins w:id="3" w:author="Ana"><w:r><w:t xml:space="preserve">douze </w:t></w:r></w:ins></w:p>' + P("personnes.")
    )
    passage = edited(folder, inside)
    assert passage.texte == "Il y a douze personnes."
    assert passage.lu.revisions == ["suppression de Ana : « dix »", "ajout de Ana : « douze »"]


def test_a_picture_is_refused_and_lost_looks_are_told(folder: Path) -> None:
    assert edited(folder, "<w:p><w:r><w:drawing/></w:r></w:p>").lu.refus == ["image, dessin ou formule dans un passage"]
    looks = (
        '<w:p><w:r><w:rPr><w:highlight w:val="yellow"/><w:u w:val="single"/></w:rPr><w:t>x</w:t><w:footnoteReference w:id="1"/></w:r></w:p>'
    )
    assert set(edited(folder, looks).lu.remarques) == {"soulignement non repris", "surlignage non repris", "appel de note non repris"}
    heading = '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Titre</w:t></w:r></w:p>'
    assert (edited(folder, heading).texte, edited(folder, heading).lu.remarques) == ("# Titre", ["titre lu sans son niveau"])


# --- into the store ---------------------------------------------------------------------------------------------------------------------

RECIT, FAITS = "MA/2019-T4/activites/MA-1.5/recit", "MA/2019-T4/narratif/faits_marquants/texte"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "espace"
    espaces.init_demo(folder)
    run(folder, "rapport", "2019-T4", "--date", "2020-01-20", "--format", "docx")
    return folder


@pytest.fixture
def espace(demo: Path, tmp_path: Path) -> Path:
    """A copy of the demonstration, with a report on a quarter."""
    return Path(shutil.copytree(demo, tmp_path / "espace"))


def run(espace: Path, *arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, [*arguments, "--espace", str(espace)])
    assert result.exit_code == code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.output.replace("\u00a0", " ").replace("\u202f", " ")


def report(espace: Path) -> Path:
    return espace / "output" / "rapport_2019-T4.docx"


def take(espace: Path, *options: str, code: int = 0) -> str:
    return run(espace, "reprendre", str(report(espace)), "--date", "2020-01-25", "--par", "Amina", *options, code=code)


def write(espace: Path, place: str, inside: str) -> None:
    edit(report(espace), lambda xml: content(xml, place, inside))


def stored(espace: Path, pays: str = "MA") -> Fiche:
    found = depot.load(espace / "catalogue").of("2019-T4", pays)
    assert found
    return found


def recit(espace: Path, identifiant: str = "MA-1.5") -> str | None:
    return next(one.recit for one in stored(espace).activites if one.identifiant == identifiant)


def files(espace: Path) -> dict[str, bytes]:
    root = espace / "catalogue" / "suivi"
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file() and path.name != ".verrou"}


def change(espace: Path, pays: str = "MA", texte: str = "Entre-temps.", etat: EtatFiche | None = None) -> None:
    """Another hand changes the store."""
    fiche = stored(espace, pays)
    narratif = fiche.narratif.model_copy(update={"faits_marquants": texte or None})
    depot.Depot(espace / "catalogue").write(fiche.model_copy(update={"narratif": narratif, "etat": etat or fiche.etat}))


@pytest.mark.parametrize("periode", ["2019-T1", "2020-T4", "2020"])
def test_a_report_that_nobody_edited_changes_nothing(espace: Path, periode: str) -> None:
    run(espace, "rapport", periode, "--date", "2021-01-20", "--format", "docx")
    before = files(espace)
    told = run(espace, "reprendre", str(espace / "output" / f"rapport_{periode}.docx"))
    assert "rien de nouveau, le suivi reste comme il est" in told
    assert "Attention" not in told
    assert files(espace) == before


def test_an_edit_goes_into_the_record_and_the_next_report_carries_it(espace: Path) -> None:
    inside = P("Deux points :") + "".join(
        f'<w:p><w:pPr><w:pStyle w:val="ListBullet"/></w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t>{word}</w:t></w:r></w:p>'
        for word in ("un", "deux")
    )
    write(espace, RECIT, inside)
    write(espace, FAITS, P("Nouveau fait."))
    before = files(espace)
    seen = take(espace, "--essai", "--rouvrir", "correction")
    assert "serait repris" in seen
    assert files(espace) == before
    told = take(espace, "--rouvrir", "correction")
    assert "Maroc, 4e trimestre 2019, MA-1.5, Récit :" in told
    assert "  + - **deux**" in told
    assert "repris, 103 passages lus, 2 passages changés – MA 2019-T4" in told
    assert recit(espace) == "Deux points :\n\n- **un**\n- **deux**"
    assert stored(espace).narratif.faits_marquants == "Nouveau fait."
    run(espace, "rapport", "2019-T4", "--date", "2020-01-26", "--format", "docx", "--remplacer")
    printed = {one.endroit: one.texte for one in rapport_lu.read(report(espace), {}).passages}
    assert printed[Endroit("MA", "2019-T4", "activites/MA-1.5/recit")] == recit(espace)
    assert "rien de nouveau" in take(espace)


def test_the_history_says_who_and_the_document_is_kept_and_the_same_again_changes_nothing(espace: Path) -> None:
    write(espace, RECIT, P("Autre."))
    take(espace, "--rouvrir", "correction")
    last = stored(espace).historique[-1]
    assert (last.action, last.par, last.date) == (Action.REPRISE, "Amina", date(2020, 1, 25))
    assert last.envoi
    kept = depot.received(espace / "catalogue" / "suivi" / "2019-T4", "MA", last.envoi)
    assert kept.suffix == ".docx"
    assert kept.read_bytes() == report(espace).read_bytes()
    before = files(espace)
    assert "rien de nouveau" in take(espace)
    assert files(espace) == before


def test_a_validated_record_asks_for_a_reason_and_is_to_be_validated_again(espace: Path) -> None:
    change(espace, texte=stored(espace).narratif.faits_marquants or "", etat=EtatFiche.VALIDE)
    write(espace, RECIT, P("Autre."))
    before = files(espace)
    assert "la fiche de MA pour 2019-T4 est validée" in take(espace, code=1)
    assert files(espace) == before
    take(espace, "--rouvrir", "correction")
    assert stored(espace).etat is EtatFiche.SOUMIS
    assert [step.action for step in stored(espace).historique[-2:]] == [Action.REOUVERTURE, Action.REPRISE]


def test_a_conflict_is_refused_with_both_texts_unless_told_which_to_keep(espace: Path) -> None:
    write(espace, FAITS, P("Du document."))
    write(espace, RECIT, P("Autre."))
    change(espace)
    before = files(espace)
    told = take(espace, "--rouvrir", "x", code=1)
    assert "« Du document. » dans le document, mais « Entre-temps. » dans le suivi" in told
    assert files(espace) == before
    assert "« Entre-temps. », du suivi, est gardé" in take(espace, "--rouvrir", "x", "--conflits", "ancien")
    assert (stored(espace).narratif.faits_marquants, recit(espace)) == ("Entre-temps.", "Autre.")
    assert "« Du document. », du document, est gardé" in take(espace, "--rouvrir", "x", "--conflits", "nouveau")
    assert stored(espace).narratif.faits_marquants == "Du document."


def test_newer_data_that_the_document_did_not_touch_stay(espace: Path) -> None:
    change(espace)
    write(espace, RECIT, P("Autre."))
    take(espace, "--rouvrir", "x")
    assert (stored(espace).narratif.faits_marquants, recit(espace)) == ("Entre-temps.", "Autre.")


def test_both_sides_that_made_the_same_change_agree(espace: Path) -> None:
    change(espace, texte="La *même* chose.")
    write(
        espace,
        FAITS,
        '<w:p><w:r><w:t xml:space="preserve">La </w:t></w:r><w:r><w:rPr><w:i/></w:rPr><w:t>même</w:t></w:r>'
        "<w:r><w:t> chose.</w:t></w:r></w:p>",
    )
    assert "rien de nouveau" in take(espace)


def test_what_was_deleted_or_emptied_is_told_and_never_erased(espace: Path) -> None:
    write(espace, RECIT, "<w:p/>")
    tag = re.escape(FAITS.replace("/", "&#x2f;"))
    signets = "_amem_" + Endroit("MA", "2019-T4", "narratif/faits_marquants/texte").cle
    edit(report(espace), lambda xml: re.sub(rf'<w:sdt><w:sdtPr><w:alias [^>]*/><w:tag w:val="{tag}#.*?</w:sdt>', "", xml, flags=re.DOTALL))
    before = files(espace)
    assert "Maroc, 4e trimestre 2019, Faits marquants : passage vidé" in take(espace)
    edit(report(espace), lambda xml: re.sub(rf'<w:bookmarkStart w:id="\d+" w:name="{signets}[^>]*/><w:bookmarkEnd[^>]*/>', "", xml))
    told = take(espace)
    assert "Maroc, 4e trimestre 2019, Faits marquants : passage supprimé du document : le suivi le garde" in told
    assert "Maroc, 4e trimestre 2019, MA-1.5, Récit : passage vidé dans le document : le suivi le garde" in told
    assert files(espace) == before


def test_one_fault_anywhere_and_nothing_is_taken_from_any_country(espace: Path) -> None:
    write(espace, RECIT, P("Autre."))
    write(espace, "TN/2019-T4/narratif/ecarts/texte", "<w:p><w:r><w:pict/></w:r></w:p>")
    before = files(espace)
    told = take(espace, "--rouvrir", "x", code=1)
    assert "Tunisie, 4e trimestre 2019, Écarts : image, dessin ou formule dans un passage" in told
    assert "rien n’en a été repris" in told
    assert files(espace) == before


def test_a_failure_while_the_records_are_written_leaves_all_of_them_as_they_were(espace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(espace, RECIT, P("Autre."))
    write(espace, "TN/2019-T4/narratif/ecarts/texte", P("Autre."))
    before = {name: data for name, data in files(espace).items() if name.endswith(".yaml")}
    synced: list[int] = []

    def full(descriptor: int) -> None:
        synced.append(descriptor)
        if len(synced) == 6:  # two documents with their folders, a first record, the second
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert "disque plein" in take(espace, "--rouvrir", "x", code=1)
    assert {name: data for name, data in files(espace).items() if name.endswith(".yaml")} == before


def test_comments_and_pending_changes_are_listed(espace: Path) -> None:
    write(espace, RECIT, '<w:p><w:ins w:id="9" w:author="Ana"><w:r><w:t>Ajouté.</w:t></w:r></w:ins></w:p>')
    told = take(espace, "--essai", "--rouvrir", "x")
    assert "Maroc, 4e trimestre 2019, MA-1.5, Récit : révision en attente, lue comme acceptée : ajout de Ana : « Ajouté. »" in told
    assert "  + Ajouté." in told


def test_two_copies_of_a_passage_that_differ_are_refused(espace: Path) -> None:
    tag = re.escape(RECIT.replace("/", "&#x2f;"))

    def twice(xml: str) -> str:
        control = re.search(rf'<w:sdt><w:sdtPr><w:alias [^>]*/><w:tag w:val="{tag}#.*?</w:sdt>', xml, re.DOTALL)
        assert control
        return xml.replace(control[0], control[0] + content(control[0], RECIT, P("Copie.")), 1)

    edit(report(espace), twice)
    assert "ce passage est deux fois dans le document, avec deux textes" in take(espace, code=1)


@pytest.mark.parametrize("name", ["rapport.doc", "rapport.docm", "rapport.docx"])
def test_what_is_no_report_is_refused_in_a_sentence(espace: Path, name: str) -> None:
    path = espace / name
    document = docx.Document()
    document.add_paragraph("Autre chose.")
    document.save(str(path))
    told = run(espace, "reprendre", str(path), code=1)
    assert "aucun passage à reprendre" in told or f"extension « {path.suffix} »" in told


def test_a_workbook_is_sent_to_the_command_that_takes_it(espace: Path) -> None:
    (espace / "suivi.xlsx").write_bytes(b"PK")
    assert "« amem importer »" in run(espace, "reprendre", str(espace / "suivi.xlsx"), code=1).replace("\u00a0", " ")


def test_a_report_of_another_workspace_is_refused(espace: Path) -> None:
    (espace / "catalogue" / "suivi" / "2019-T4" / "TN.yaml").unlink()
    assert "le suivi n’a pas de fiche pour ce pays et ce trimestre" in take(espace, code=1)


AROUND = r"L’avancement moyen est de [\d,]+"


def around(told: str) -> list[str]:
    """What is told of changes outside the passages, line by line, without the count."""
    lines = told.splitlines()
    starts = [number for number, line in enumerate(lines) if "hors des passages" in line]
    return [line.strip() for line in lines[starts[0] + 1 :]] if starts else []


def test_what_was_changed_outside_the_passages_is_told_for_nothing_takes_it_back(espace: Path) -> None:
    assert "hors des passages" not in take(espace)
    edit(report(espace), lambda xml: re.sub(AROUND, "L’avancement moyen est de 99", xml, count=1))
    (told,) = around(take(espace))
    assert re.fullmatch(r"« L’avancement moyen est de [\d,]+ %. » → « L’avancement moyen est de 99 %. »", told)
    added = "<w:p><w:r><w:t>Une phrase de plus.</w:t></w:r></w:p><w:sectPr"
    edit(report(espace), lambda xml: added.join(xml.rsplit("<w:sectPr", 1)))
    assert around(take(espace))[1:] == ["ajouté : « Une phrase de plus. »"]
    edit(report(espace), lambda xml: content(xml, RECIT, P("Un autre récit.")))
    assert len(around(take(espace, "--rouvrir", "x"))) == 2
    assert "n’a pas pu être cherché : le catalogue, le suivi" in take(espace)


@pytest.mark.libreoffice
def test_a_report_saved_by_libreoffice_shows_what_was_changed_around_its_passages_and_nothing_else(espace: Path) -> None:
    report(espace).write_bytes(by_libreoffice(report(espace)).read_bytes())
    assert "hors des passages" not in take(espace)
    edit(report(espace), lambda xml: re.sub(AROUND, "L’avancement moyen est de 99", xml, count=1))
    (told,) = around(take(espace))
    assert told.endswith("→ « L’avancement moyen est de 99 %. »")


@pytest.mark.libreoffice
def test_a_report_saved_by_libreoffice_gives_its_edits_and_nothing_else(espace: Path) -> None:
    saved = by_libreoffice(report(espace))
    report(espace).write_bytes(saved.read_bytes())
    assert "103 passages lus, rien de nouveau" in take(espace)
    words = recit(espace)
    assert words
    edit(report(espace), lambda xml: re.sub(r"(<w:t>L’étude sur l’accès au marché du travail) ", r"\1, enfin, ", xml, count=1))
    take(espace, "--rouvrir", "x")
    assert recit(espace) == words.replace("marché du travail ", "marché du travail, enfin, ", 1) != words


@pytest.mark.libreoffice
def test_what_is_typed_in_libreoffice_at_the_edges_of_a_passage_belongs_to_it(folder: Path, tmp_path: Path) -> None:
    path = printed(folder, ["Premier.", "Second.", "Troisième.", "- puce"])
    saved = tmp_path / "saisi.docx"
    calc.run(
        tmp_path,
        [
            f"doc = Opened({calc.quoted(str(path))})",
            *typed("Premier.", "found.getEnd()", "PARAGRAPH_BREAK|Après."),
            *typed("Second.", "found.getStart()", "Avant.|PARAGRAPH_BREAK"),
            *typed("Troisième.", "found", "Tout autre."),
            *typed("puce", "found.getEnd()", "PARAGRAPH_BREAK|autre"),
            f'doc.storeToURL(ConvertToURL({calc.quoted(str(saved))}), Array(Value("FilterName", "MS Word 2007 XML")))',
        ],
    )
    assert read_back(saved, 4) == ["Premier.\n\nAprès.", "Avant.\n\nSecond.", "Tout autre.", "- puce\n- autre"]


def typed(where: str, place: str, what: str) -> list[str]:
    """Lines of Basic that look for words and type there."""
    lines = [f"search = doc.createSearchDescriptor() : search.SearchString = {calc.quoted(where)}", "found = doc.findFirst(search)"]
    lines += [f"text = found.getText() : cursor = text.createTextCursorByRange({place})"]
    for one in what.split("|"):
        if one == "PARAGRAPH_BREAK":
            lines.append("text.insertControlCharacter(cursor, com.sun.star.text.ControlCharacter.PARAGRAPH_BREAK, False)")
        else:
            lines.append(f"text.insertString(cursor, {calc.quoted(one)}, {'True' if place == 'found' else 'False'})")
        lines.append("cursor.collapseToEnd()")
    return lines
