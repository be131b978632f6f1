# ruff: noqa: E501 - one attack a line
"""Every file that comes in is taken for hostile: each attack ends in a French sentence, within seconds and 500 MB, and changes nothing.

The attacks run in another process (`sous_limites.py`), whose memory and time are measured for each.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import attaques as a
import docx
import pytest
from charges import BOMBES, EVASIONS

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is measured as Linux tells it")

ROOT = Path(__file__).parent.parent
MAX_SECONDS, MAX_BYTES = 10, 500_000_000
DONNEES = '{"nom": "Zoé", "lignes": [1, 2, 3]}'


class Attaque(NamedTuple):
    """One attack: its family, what it does to a template's bytes (Word, unless it is named for Excel), what must be said of it."""

    famille: str
    fichier: Callable[[], bytes]
    dit: str


W, X = a.word(), a.excel()
DOC, SHEET = "word/document.xml", "xl/worksheets/sheet1.xml"
WORD_PARTS = (DOC, "word/styles.xml", "word/numbering.xml", "_rels/.rels", "word/_rels/document.xml.rels", "docProps/core.xml", a.TYPES)
EXCEL_PARTS = (SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels", "docProps/app.xml")
DOCTYPE = "définition de type (<!DOCTYPE)"
DAMAGED = "abîmé"

MODELES: dict[str, Attaque] = {
    "zip-vide.docx": Attaque("zip", lambda: a.packed({}), "ce n’est pas un fichier Word ou Excel"),
    "zip-imbrique.docx": Attaque("zip", lambda: a.nested(W), ""),
    "zip-chevauche.docx": Attaque("zip", lambda: a.overlapping(W), "se chevauchent"),
    "zip-taille-menteuse.docx": Attaque("zip", lambda: a.lying(W, DOC, b"<a>" + b" " * 90_000_000 + b"</a>", 1_000), "d’une autre taille"),
    "zip-taille-enorme.docx": Attaque("zip", lambda: a.huge_claim(W), "trop grand une fois décompressé"),
    "zip-foule.docx": Attaque("zip", lambda: a.crowded(W), "trop d’éléments"),
    "zip-chiffre.docx": Attaque("zip", lambda: a.encrypted(W), "chiffré"),
    "zip-methode.docx": Attaque("zip", lambda: a.method(W, 93), "chiffré ou compressé d’une façon inconnue"),
    "zip-gonfle.docx": Attaque("zip", lambda: a.flooded(W, DOC, 99), "trop grand"),
    "zip-gonfle.xlsx": Attaque("zip", lambda: a.flooded(X, SHEET, 99), "trop grand"),
    "zip-balises.docx": Attaque("zip", lambda: a.flooded(W, DOC, 19, b"<w:p/>"), "trop d’éléments"),
    "zip-balises.xlsx": Attaque("zip", lambda: a.flooded(X, SHEET, 19, b"<row/>"), "trop d’éléments"),
    "zip-presque.docx": Attaque("zip", lambda: a.flooded(W, DOC, 6, b"<w:p/>"), ""),
    "zip-attributs.docx": Attaque(
        "zip", lambda: a.flooded(W, DOC, 19, b"<w:p " + b" ".join(b"a%d=''" % n for n in range(900)) + b"/>"), ""
    ),
    "zip-texte.docx": Attaque("zip", lambda: a.flooded(W, DOC, 19, b"{ "), ""),
    "zip-accolades.docx": Attaque("zip", lambda: a.flooded(W, DOC, 2, b"<w:p><w:r><w:t>{{ '</w:t></w:r></w:p>"), "modele"),
    "zip-profond.docx": Attaque(
        "zip", lambda: a.edited(W, DOC, lambda part: part.replace(b"<w:body>", b"<w:body>" + b"<w:p>" * 50_000)), DAMAGED
    ),
    "nom-parent.docx": Attaque("noms dans le zip", lambda: a.with_part(W, "../../dehors.xml", b"x"), "nom interdit"),
    "nom-absolu.docx": Attaque("noms dans le zip", lambda: a.with_part(W, "/etc/dehors.xml", b"x"), "nom interdit"),
    "nom-windows.docx": Attaque("noms dans le zip", lambda: a.with_part(W, "..\\..\\dehors.xml", b"x"), "nom interdit"),
    "nom-lecteur.docx": Attaque("noms dans le zip", lambda: a.with_part(W, "C:dehors.xml", b"x"), "nom interdit"),
    "nom-double.docx": Attaque("noms dans le zip", lambda: a.doubled_name(W, DOC), "en double"),
    "macro.docm": Attaque("macros", lambda: W, "modèle avec macros (.docm)"),
    "macro.xlsm": Attaque("macros", lambda: X, "modèle avec macros (.xlsm)"),
    "macro-cachee.docx": Attaque("macros", lambda: a.with_part(W, "word/vbaProject.bin", b"x"), "contient des macros"),
    "macro-cachee.xlsx": Attaque("macros", lambda: a.with_part(X, "xl/vbaProject.bin", b"x"), "contient des macros"),
    "macro-xlm.xlsx": Attaque("macros", lambda: a.with_part(X, "xl/macrosheets/sheet1.xml", b"<a/>"), "contient des macros"),
    "macro-renommee.docx": Attaque(
        "macros",
        lambda: a.edited(W, a.TYPES, lambda part: part.replace(b"document.main", b"document.macroEnabled.main")),
        "contient des macros",
    ),
    "ancien.docx": Attaque("fichiers renommés", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000), "ancien format (.doc, .xls)"),
    "pdf.docx": Attaque("fichiers renommés", lambda: b"%PDF-1.7\n" + bytes(5000), "ce n’est pas un fichier Word ou Excel"),
    "image.xlsx": Attaque("fichiers renommés", lambda: b"\x89PNG\r\n\x1a\n" + bytes(5000), "ce n’est pas un fichier Word ou Excel"),
    "classeur.docx": Attaque("fichiers renommés", lambda: X, "ce n’est pas un document Word, malgré son nom"),
    "document.xlsx": Attaque("fichiers renommés", lambda: W, "modele"),
    "coupe.docx": Attaque("fichiers abîmés", lambda: W[: len(W) // 2], DAMAGED),
    "coupe.xlsx": Attaque("fichiers abîmés", lambda: X[:-30], DAMAGED),
    "bit.docx": Attaque("fichiers abîmés", lambda: a.flipped(W, DOC), DAMAGED),
    "bit.xlsx": Attaque("fichiers abîmés", lambda: a.flipped(X, "xl/workbook.xml"), DAMAGED),
    "codage.docx": Attaque("xml", lambda: a.edited(W, DOC, lambda part: part.replace(b"UTF-8", b"UTF-7", 1)), "autre codage qu’UTF-8"),
    "utf16.xlsx": Attaque("xml", lambda: a.edited(X, SHEET, lambda part: part.decode().encode("utf-16")), "autre codage qu’UTF-8"),
}
for _number, (_data, _names, _suffix) in enumerate(((W, WORD_PARTS, "docx"), (X, EXCEL_PARTS, "xlsx"))):
    for _name in _names:
        for _how, _type, _attribute in (
            ("rires", a.LAUGHS, False),
            ("rires-attribut", a.LAUGHS, True),
            ("carre", a.QUADRATIC, True),
            ("fichier", a.EXTERNAL, False),
            ("réseau", a.REMOTE, False),
        ):
            MODELES[f"xml-{_how}-{_name.replace('/', '_')}.{_suffix}"] = Attaque(
                "xml", partial(a.prefixed, _data, _name, _type, _attribute), DOCTYPE
            )


for _number, _charge in enumerate(EVASIONS):
    MODELES[f"évasion-{_number:02}.docx"] = Attaque("bac à sable", partial(a.word, _charge), "")
for _number, _charge in enumerate(BOMBES):
    MODELES[f"bombe-{_number:02}.docx"] = Attaque("bac à sable", partial(a.word, _charge), "")
    MODELES[f"bombe-{_number:02}.xlsx"] = Attaque("bac à sable", partial(a.excel, _charge), "")


class Issue(NamedTuple):
    """How an attack ended."""

    code: int
    dit: str
    trace: str
    secondes: float
    octets: int


class Terrain:
    """A folder for attacks, and how each ended."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.issues: dict[str, Issue] = {}

    def run(self, jobs: dict[str, list[str]]) -> None:
        """Run them all, shared among the processors; how each ended is in `issues`."""
        environment = {**os.environ, "XDG_CACHE_HOME": str(self.folder / "cache")}
        hands = os.cpu_count() or 1
        running = []
        for number in range(hands):
            work, results = self.folder / f"jobs{number}.json", self.folder / f"issues{number}.jsonl"
            work.write_text(json.dumps(dict(list(jobs.items())[number::hands])), encoding="utf-8")
            command = [sys.executable, str(Path(__file__).with_name("sous_limites.py")), str(work), str(results)]
            running.append((subprocess.Popen(command, env=environment, cwd=self.folder), results))
        for process, results in running:
            assert process.wait(timeout=900) == 0
            for line in results.read_text(encoding="utf-8").splitlines():
                found: dict[str, Any] = json.loads(line)
                name = found.pop("nom")
                self.issues[name] = Issue(**found)


def survived(issue: Issue) -> None:
    """No traceback, no hang, no flood."""
    assert issue.trace == ""
    assert issue.secondes < MAX_SECONDS
    assert issue.octets < MAX_BYTES


@pytest.fixture(scope="module")
def modeles(tmp_path_factory: pytest.TempPathFactory) -> Terrain:
    """All hostile templates, each filled in a folder of its own."""
    terrain = Terrain(tmp_path_factory.mktemp("modeles"))
    data = terrain.folder / "donnees.json"
    data.write_text(DONNEES, encoding="utf-8")
    jobs = {}
    for name, attack in MODELES.items():
        folder = terrain.folder / name
        folder.mkdir()
        path = folder / f"modele{Path(name).suffix}"
        path.write_bytes(attack.fichier())
        jobs[name] = ["modele", "remplir", str(path), str(data), "--sortie", str(folder / f"fait{path.suffix}")]
    terrain.run(jobs)
    return terrain


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.attaque(attack.famille)) for name, attack in MODELES.items()])
def test_a_hostile_template_ends_in_a_sentence(modeles: Terrain, name: str) -> None:
    issue, attack = modeles.issues[name], MODELES[name]
    survived(issue)
    assert attack.dit in issue.dit
    if attack.dit:
        assert issue.code == 1
        assert " → " in issue.dit
        assert sorted(path.name for path in (modeles.folder / name).iterdir()) == [f"modele{Path(name).suffix}"]


@pytest.mark.parametrize("name", [name for name in MODELES if name.startswith("évasion")])
def test_what_a_template_may_say_shows_nothing_of_the_program(modeles: Terrain, name: str) -> None:
    made = modeles.folder / name / "fait.docx"
    said = "".join(docx.Document(str(made)).paragraphs[0].text) if made.exists() else ""
    assert not re.search(r"<(?:class|function|module|built-in|bound)|0x[0-9a-f]{6}|root:|'os'|Error", said)


def test_most_evasions_are_refused_and_not_only_harmless(modeles: Terrain) -> None:
    ended = [modeles.issues[name].code for name in MODELES if name.startswith("évasion")]
    assert len(ended) >= 60
    assert ended.count(1) >= len(ended) - 8


@pytest.mark.attaque("noms dans le zip")
def test_no_attack_wrote_outside_its_folder(modeles: Terrain) -> None:
    assert not list(modeles.folder.parent.rglob("*dehors*"))


# --- what is not a template -------------------------------------------------------------------------------------------------------------

LOIN = "hors de l’espace de travail"
MA = "catalogue/pays/maroc.yaml"
SUIVI = "catalogue/suivi/2019-T2/MA.yaml"


class Entree(NamedTuple):
    """One attack on a workspace: the family, the file to write in it, its content, the command, what must be said."""

    famille: str
    fichier: str
    octets: Callable[[], bytes]
    commande: tuple[str, ...]
    dit: str


VERIFIER, ETAT, IMPORTER = ("verifier",), ("etat", "2019-T2"), ("importer", "{fichier}", "--annoter")
REMPLIR = ("modele", "remplir", "{modele}", "{fichier}", "--sortie", "{dossier}/fait.docx")


def _yaml(text: str) -> Callable[[], bytes]:
    return text.encode


ENTREES: dict[str, Entree] = {
    "yaml-python": Entree("yaml", MA, _yaml("a: !!python/object/apply:os.system [touch dehors]\n"), VERIFIER, "étiquette de type"),
    "yaml-rires": Entree("yaml", MA, _yaml("a: &a [x]\n" + "".join(f"k{n}: &k{n} [*a, *a]\n" for n in range(99))), VERIFIER, "ancre « &a »"),
    "yaml-ancres": Entree("yaml", MA, _yaml("- &a b\n" * 1_000_000), VERIFIER, "ancre « &a »"),
    "yaml-fusion": Entree("yaml", MA, _yaml("a: &a {b: c}\n<<: *a\n"), VERIFIER, "renvoi « *a »"),
    "yaml-profond": Entree("yaml", MA, _yaml("a: " + "[" * 100_000), VERIFIER, "trop de niveaux"),
    "yaml-retrait": Entree("yaml", MA, _yaml("".join(" " * n + "a:\n" for n in range(2_000))), VERIFIER, "trop de niveaux"),
    "yaml-valeurs": Entree("yaml", MA, _yaml("activites:\n" + "- a\n" * 2_000_000), VERIFIER, "plus de 800000 valeurs"),
    "yaml-fautes": Entree("yaml", MA, _yaml("activites:\n" + "- a\n" * 700_000), VERIFIER, "n’a pas la forme attendue (700"),
    "yaml-doubles": Entree("yaml", MA, _yaml("a: b\n" * 700_000), VERIFIER, "écrite deux fois"),
    "yaml-inconnus": Entree("yaml", MA, _yaml("".join(f"x{n}: 1\n" for n in range(40_000))), VERIFIER, "champ inconnu « x0 »"),
    "yaml-sigles": Entree("yaml", "catalogue/sigles.yaml", _yaml("sigles:\n" + "- {sigle: A}\n" * 200_000), VERIFIER, "sigle « A » déjà pris"),
    "yaml-énorme": Entree("yaml", MA, lambda: b"a: " + b"x" * 60_000_000, VERIFIER, "fichier trop grand (plus de 50 Mo)"),
    "yaml-long": Entree("yaml", MA, lambda: b"a: " + b"x" * 40_000_000, VERIFIER, "champ inconnu « a »"),
    "yaml-chiffres": Entree("yaml", MA, _yaml(f"activites: [{{axe: {'9' * 1_000_000}}}]"), VERIFIER, "a trop de chiffres"),
    "yaml-nul": Entree("yaml", MA, lambda: b"a: \x00", VERIFIER, "caractère invisible (U+0000)"),
    "yaml-binaire": Entree("yaml", MA, lambda: bytes(range(256)) * 50, VERIFIER, "n’est pas en UTF-8"),
    "suivi-python": Entree("yaml", SUIVI, _yaml("periode: !!python/name:os.system x\n"), ETAT, "étiquette de type"),
    "suivi-nombres": Entree("yaml", SUIVI, _yaml("periode: 2019-T2\npays: MA\netat: soumis\nactivites: [{identifiant: MA-1.1, avancement: 1e999999999}]"), ETAT, "avancement"),
    "suivi-ailleurs": Entree("yaml", SUIVI, _yaml("periode: ../../../tmp\npays: ../../x\netat: soumis\n"), ETAT, "n’a pas la forme attendue"),
    "json-profond": Entree("json", "d.json", lambda: b'{"a":' * 100_000, REMPLIR, "trop de niveaux"),
    "json-niveaux": Entree("json", "d.json", lambda: b'{"a":' * 600 + b"1" + b"}" * 600, REMPLIR, "trop de niveaux"),
    "json-valeurs": Entree("json", "d.json", lambda: b'{"a":[' + b"{}," * 4_000_000 + b"1]}", REMPLIR, "trop de valeurs"),
    "json-presque": Entree("json", "d.json", lambda: b'{"nom":"a","a":[' + b'"ab",' * 2_400_000 + b"1]}", REMPLIR, ""),
    "json-énorme": Entree("json", "d.json", lambda: b'{"a":"' + b"x" * 51_000_000 + b'"}', REMPLIR, "trop grand (plus de 50 Mo)"),
    "json-infini": Entree("json", "d.json", lambda: b'{"nom": Infinity}', REMPLIR, "n’est pas un nombre"),
    "json-exposant": Entree("json", "d.json", lambda: b'{"nom": 1e999999}', REMPLIR, "n’est pas un nombre"),
    "json-chiffres": Entree("json", "d.json", lambda: b'{"nom": ' + b"9" * 50_000 + b"}", REMPLIR, "trop de chiffres"),
    "json-doublon": Entree("json", "d.json", lambda: b'{"nom": "\\ud800"}', REMPLIR, ""),
    "classeur-macro.xlsm": Entree("macros", "c.xlsm", lambda: X, IMPORTER, "sans activer ses macros"),
    "classeur-macro.xlsx": Entree("macros", "c.xlsx", lambda: a.with_part(X, "xl/vbaProject.bin", b"x"), IMPORTER, "contient des macros"),
    "classeur-chiffré": Entree("fichiers renommés", "c.xlsx", lambda: b"\xd0\xcf\x11\xe0" + bytes(9000), IMPORTER, "mot de passe"),
    "classeur-pdf": Entree("fichiers renommés", "c.xlsx", lambda: b"%PDF-1.7" + bytes(9000), IMPORTER, "ce n’est pas un fichier Word ou Excel"),
    "classeur-gonflé": Entree("zip", "c.xlsx", lambda: a.flooded(X, SHEET, 99), IMPORTER, "abîmé"),
    "classeur-cellules": Entree("zip", "c.xlsx", lambda: a.edited(X, SHEET, lambda part: a.cells(part, 1_000_000)), IMPORTER, "trop d’éléments"),
    "classeur-presque": Entree("zip", "c.xlsx", lambda: a.edited(X, SHEET, lambda part: a.cells(part, 450_000)), IMPORTER, "feuille cachée"),
    "classeur-textes": Entree("zip", "c.xlsx", lambda: a.flooded(X, "xl/sharedStrings.xml", 80, b"<si><t>" + b"x" * 900_000 + b"</t></si>"), IMPORTER, "feuille cachée"),
    "classeur-menteur": Entree("zip", "c.xlsx", lambda: a.lying(X, "xl/sharedStrings.xml", b"<sst>" + b" " * 90_000_000 + b"</sst>", 900), IMPORTER, "d’une autre taille"),
    "classeur-chevauché": Entree("zip", "c.xlsx", lambda: a.overlapping(X), IMPORTER, "se chevauchent"),
    "classeur-foule": Entree("zip", "c.xlsx", lambda: a.crowded(X), IMPORTER, "trop d’éléments"),
    "classeur-loin": Entree("zip", "c.xlsx", lambda: a.edited(X, SHEET, lambda part: part.replace(b'"A1"', b'"XFD1048576"')), IMPORTER, "hors de toute mesure"),
    "classeur-double": Entree("zip", "c.xlsx", lambda: a.packed({a.TYPES: b"<Types/>"}) + X, IMPORTER, ""),
    "classeur-coupé": Entree("fichiers abîmés", "c.xlsx", lambda: X[: len(X) // 2], IMPORTER, "abîmé"),
    "classeur-bit": Entree("fichiers abîmés", "c.xlsx", lambda: a.flipped(X, SHEET), IMPORTER, "abîmé"),
    **{
        f"classeur-{how}-{part.replace('/', '_')}": Entree("xml", "c.xlsx", partial(a.prefixed, X, part, doctype, at), IMPORTER, DOCTYPE)
        for part in ("xl/workbook.xml", SHEET, "xl/sharedStrings.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels")
        for how, doctype, at in (("rires", a.LAUGHS, True), ("fichier", a.EXTERNAL, False), ("reseau", a.REMOTE, False))
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def espaces(tmp_path_factory: pytest.TempPathFactory) -> Terrain:
    """All other attacks, each in a workspace of its own."""
    terrain = Terrain(tmp_path_factory.mktemp("espaces"))
    jobs = {}
    for name, attack in ENTREES.items():
        folder = a.workspace(terrain.folder / name, ROOT)
        path = folder / attack.fichier
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(attack.octets())
        (folder / "modele.docx").write_bytes(W)
        known = {"fichier": str(path), "dossier": str(folder), "modele": str(folder / "modele.docx")}
        command = [word.format(**known) for word in attack.commande]
        jobs[name] = command if attack.commande is REMPLIR else [*command, "--espace", str(folder)]
    terrain.run(jobs)
    return terrain


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.attaque(attack.famille)) for name, attack in ENTREES.items()])
def test_a_hostile_file_ends_in_a_sentence(espaces: Terrain, name: str) -> None:
    issue, attack = espaces.issues[name], ENTREES[name]
    survived(issue)
    assert attack.dit in issue.dit
    if attack.dit:
        assert issue.code == 1
        assert " → " in issue.dit
        assert len(issue.dit) < 200_000
    assert not list((espaces.folder / name).rglob("*dehors*"))
    assert not (espaces.folder / name / "output").exists()
