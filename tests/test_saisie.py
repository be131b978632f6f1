"""The workbooks that countries fill: what they ask, what they forbid, and that all that is typed in LibreOffice comes back."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import calc
import openpyxl
import pytest
from calc import ODS, XLSX
from classeur_suivi import place
from click.testing import CliRunner
from openpyxl import Workbook
from python_calamine import CalamineWorkbook

from amem_reports import catalogue
from amem_reports.cli import main
from amem_reports.cumul import figures
from amem_reports.demo import espaces
from amem_reports.dossier import Dossier, Suivi
from amem_reports.explication import located
from amem_reports.fiche import EtatRisque, Gravite, Probabilite, StatutActivite, canonique, empreinte, plat
from amem_reports.model import Devise, Periode
from amem_reports.reports.parts import MENTION
from amem_reports.suivi import classeur, depot, lecture
from amem_reports.suivi.importer import Demande, Resultat, import_all
from amem_reports.suivi.lecture import CHAMPS
from amem_reports.suivi.origine import Origine

DAY = date(2021, 4, 10)
FEUILLES = {"activites": "Activités", "indicateurs": "Indicateurs", "risques": "Risques", "narratif": "Récit"}


def hand_out(espace: Path, periode: str, sortie: Path, *pays: str) -> dict[str, Path]:
    arguments = ["saisie", periode, *pays, "--espace", str(espace), "--sortie", str(sortie), "--date", "2021-04-01"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return {path.stem.rpartition("_")[2]: path for path in sorted(sortie.glob("*.xlsx"))}


@pytest.fixture(scope="module")
def espace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "espace"
    espaces.init_demo(folder)
    return folder


@pytest.fixture(scope="module")
def stored(espace: Path) -> Suivi:
    return depot.load(espace / "catalogue")


@pytest.fixture(scope="module")
def filled(espace: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Of a quarter that is stored."""
    return hand_out(espace, "2020-T4", tmp_path_factory.mktemp("rempli"))


@pytest.fixture(scope="module")
def blank(espace: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Of a quarter of which nothing is stored."""
    return hand_out(espace, "2021-T1", tmp_path_factory.mktemp("vide"))


def take(espace: Path, folder: Path, *paths: Path) -> list[Resultat]:
    """Import into an empty store."""
    folder.mkdir(parents=True, exist_ok=True)
    return import_all(catalogue.load(espace / "catalogue"), folder, paths, Demande(date=DAY))


def sheet_of(section: str, champ: str) -> str:
    return "Budget" if champ.startswith("depenses") else FEUILLES[section]


# --- the form ---------------------------------------------------------------------------------------------------------------------------


def test_every_sheet_of_the_demonstration_says_so_on_the_screen_and_on_paper(filled: dict[str, Path], blank: dict[str, Path]) -> None:
    looked = 0
    for path in [*filled.values(), *blank.values()]:
        for sheet in openpyxl.load_workbook(path):
            if sheet.sheet_state == "visible":
                assert str(sheet["B2"].value).startswith(MENTION), (path.name, sheet.title)
                assert MENTION in str(sheet.oddHeader and sheet.oddHeader.center.text), (path.name, sheet.title)
                looked += 1
    assert looked >= 50


def test_what_is_to_be_filled_is_open_and_all_else_is_protected_without_a_password(blank: dict[str, Path]) -> None:
    book = openpyxl.load_workbook(blank["maroc"])
    for sheet in book:
        if sheet.sheet_state == "visible":
            assert (sheet.protection.sheet, sheet.protection.password) == (True, None), sheet.title
    wanted = set()
    for section, champs in CHAMPS.items():
        item = {"activites": "MA-1.1", "indicateurs": "P1.2.a", "risques": "R9", "narratif": "ecarts"}[section]
        wanted |= {(sheet_of(section, champ), place(book, sheet_of(section, champ), item, champ)) for champ in champs}
    rows = {(feuille, int("".join(filter(str.isdigit, ref)))) for feuille, ref in wanted}
    opened = {(name, cell.coordinate) for name, row in rows for cell in book[name][row] if not cell.protection.locked}
    computed = {("Activités", place(book, "Activités", "MA-1.1", "participants.total"))}
    not_a_ratio = {("Indicateurs", place(book, "Indicateurs", "P1.2.a", champ)) for champ in ("numerateur", "denominateur")}
    assert opened == wanted - computed - not_a_ratio
    assert len(opened) > 30


def test_drop_downs_hold_the_words_that_are_read_and_every_check_speaks_french(blank: dict[str, Path]) -> None:
    book = openpyxl.load_workbook(blank["maroc"])
    lists: set[str] = set()
    for sheet in book:
        for check in sheet.data_validations.dataValidation:
            if check.type is None:
                assert check.prompt
                continue
            assert check.showErrorMessage
            assert check.errorTitle
            assert str(check.error).startswith(("Écrire ", "Choisir "))
            if check.type == "list":
                lists.add(str(check.formula1).strip('"'))
    words = [StatutActivite, Probabilite, Gravite, EtatRisque, Devise]
    assert lists == {",".join(one) for one in words} | {"brouillon,soumis"}


def test_the_hidden_sheet_tells_what_the_workbook_was_made_of(filled: dict[str, Path], stored: Suivi, espace: Path) -> None:
    read = classeur.read(filled["mauritanie"])
    revision = catalogue.load(espace / "catalogue").revision
    assert read.marques == {"projet": "AMEM", "periode": "2020-T4", "pays": "MR", "catalogue": revision, "formulaire": "1", "cle": "valeur"}
    fiche = stored.of("2020-T4", "MR")
    assert fiche is not None
    assert read.empreintes == {key: empreinte(text) for key, text in plat(fiche).items()}
    assert len(read.empreintes) > 100


def test_a_country_without_activities_has_no_sheet_for_them(blank: dict[str, Path], espace: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(blank["libye"])
    assert book.sheetnames == ["Lisez-moi", "Indicateurs", "Risques", "Récit", "_amem"]
    send(book)
    book.save(tmp_path / "libye.xlsx")
    (result,) = take(espace, tmp_path / "c", tmp_path / "libye.xlsx")
    assert not result.refuse, result.fautes


def test_nothing_is_asked_of_an_activity_that_was_achieved_long_ago(blank: dict[str, Path]) -> None:
    sheet = openpyxl.load_workbook(blank["mauritanie"])["Activités"]
    before = {sheet.cell(row, 1).value: sheet.cell(row, 7).value for row in range(6, 18)}
    assert before["MR-1.1"] == "achevée"
    rules = [rule.formula[0] for ranges in sheet.conditional_formatting if "L6" in str(ranges.sqref) for rule in ranges.rules]
    assert rules == ['AND(LEN($L6)=0,$G6<>"achevée",$G6<>"annulée")']


def send(book: Workbook) -> None:
    for nom, value in {"par": "Amina", "date": DAY, "etat": "soumis"}.items():
        book["Lisez-moi"][place(book, "Lisez-moi", nom, "valeur")].value = value


def test_a_workbook_that_comes_back_as_it_was_handed_out_gives_the_record_it_was_made_from(
    filled: dict[str, Path], stored: Suivi, espace: Path, tmp_path: Path
) -> None:
    paths = []
    for name, path in filled.items():
        book = openpyxl.load_workbook(path)
        send(book)
        book.save(tmp_path / f"{name}.xlsx")
        paths.append(tmp_path / f"{name}.xlsx")
    results = take(espace, tmp_path / "c", *paths)
    assert [result.fautes for result in results] == [()] * len(paths)
    made = [result.fiche for result in results if result.fiche]
    assert len(made) == 5
    for fiche in made:
        original = stored.of("2020-T4", fiche.pays)
        expected = plat(original) if original else {}
        assert {key: text for key, text in expected.items() if plat(fiche).get(key) != text} == alone(expected), fiche.pays
        assert plat(fiche).keys() <= expected.keys()


def alone(texts: dict[str, str]) -> dict[str, str]:
    """Totals without women and men: they stand inside a formula, which openpyxl does not work out."""
    total = "/participants.total"
    return {key: text for key, text in texts.items() if key.endswith(total) and key.replace(".total", ".femmes") not in texts}


def test_the_demonstration_keeps_the_workbooks_of_its_last_records(espace: Path, stored: Suivi) -> None:
    data = catalogue.load(espace / "catalogue")
    sent = [fiche for fiche in stored.fiches if fiche.envoi]
    assert {fiche.periode for fiche in sent} == {"2020-T1", "2020-T2", "2020-T3", "2020-T4"}
    assert all(fiche.envoi for fiche in stored.fiches if fiche.periode >= "2020-T1")
    for fiche in sent:
        assert fiche.envoi
        path = depot.received(espace / "catalogue" / "suivi" / fiche.periode, fiche.pays, fiche.envoi)
        read = lecture.read(classeur.read(path), data)
        assert (read.classeur.sha256, read.fautes) == (fiche.envoi.sha256, [])
        said = {place: canonique(value) for place, value in read.valeurs.items() if value is not None}
        assert {**said, **alone(plat(fiche))} == plat(fiche), fiche.nom
        assert (read.envoi["par"], read.envoi["date"]) == (fiche.envoi.par, fiche.envoi.date)
    assert len(sent) >= 15


def test_the_figures_of_the_demonstration_lead_down_to_the_cells(espace: Path, stored: Suivi) -> None:
    dossier = Dossier(catalogue=catalogue.load(espace / "catalogue"), date=DAY, periode=Periode.parse("2020-T4"), suivi=stored)
    cell = Origine(espace / "catalogue", stored).cell
    looked = 0
    for nom in ("participants.MA", "depenses.MR", "participants", "indicateur.P1.2.a.MA"):
        for source in located(figures(dossier)[nom], cell).sources:
            assert source.cellule, (nom, source)
            looked += 1
    assert looked > 40


# --- typed in LibreOffice ---------------------------------------------------------------------------------------------------------------

A, B, INDICATEUR, RATIO = "MA-1.1", "MA-3.2", "P1.2.a", "I.a"
LONG = "Un atelier, deux jours.\n\n**Bien** : « œuvre », 3 < 4 & 5\n- un point"
TYPED: list[tuple[str, str, str, str]] = [
    ("activites", A, "statut", "en cours"),
    ("activites", A, "avancement", "45,5%"),
    ("activites", A, "debut_reel", "15/04/2019"),
    ("activites", A, "livrables", "Guide\nRapport « final »"),
    ("activites", A, "participants.femmes", "12"),
    ("activites", A, "participants.hommes", "1008"),
    ("activites", A, "participants.gouvernement", "1000"),
    ("activites", A, "participants.employeurs", "5"),
    ("activites", A, "participants.travailleurs", "6"),
    ("activites", A, "participants.societe_civile", "7"),
    ("activites", A, "participants.autres", "2"),
    ("activites", A, "depenses.montant", "12500,505"),
    ("activites", A, "depenses.devise", "MAD"),
    ("activites", A, "recit", LONG),
    ("activites", A, "difficultes", "'=pas une formule"),
    ("activites", A, "mesures", "'007"),
    ("activites", A, "prochaines_etapes", "À suivre…"),
    ("activites", A, "preuves", "https://exemple.org/a?b=1&c=2\nhttps://exemple.org/d"),
    ("activites", B, "statut", "achevée"),
    ("activites", B, "avancement", "100%"),
    ("activites", B, "debut_reel", "'1er avril 2019"),
    ("activites", B, "fin_reelle", "28/06/2019"),
    ("activites", B, "depenses.montant", "0"),
    ("activites", B, "depenses.devise", "EUR"),
    ("indicateurs", INDICATEUR, "valeur", "0,1"),
    ("indicateurs", INDICATEUR, "ventilation.femmes", "0,1"),
    ("indicateurs", INDICATEUR, "ventilation.hommes", "0"),
    ("indicateurs", INDICATEUR, "source", "Registre"),
    ("indicateurs", INDICATEUR, "commentaire", "Rien à dire"),
    ("indicateurs", RATIO, "numerateur", "1234567,25"),
    ("indicateurs", RATIO, "denominateur", "2000000"),
    ("risques", "R9", "libelle", "Grève"),
    ("risques", "R9", "probabilite", "élevée"),
    ("risques", "R9", "impact", "moyen"),
    ("risques", "R9", "mesure", "Réunion"),
    ("risques", "R9", "responsable", "Amina B."),
    ("risques", "R9", "etat", "ouvert"),
    *(("narratif", rubrique, "texte", f"Texte de {rubrique}.") for rubrique in ("faits_marquants", "ecarts", "partenariats", "visibilite")),
    ("narratif", "enseignements", "texte", LONG),
]
STORED = {
    "45,5%": "45.5",
    "100%": "100",
    "15/04/2019": "2019-04-15",
    "'1er avril 2019": "2019-04-01",
    "28/06/2019": "2019-06-28",
    "12500,505": "12500.505",
    "0,1": "0.1",
    "1234567,25": "1234567.25",
    "'=pas une formule": "=pas une formule",
    "'007": "007",
}


def moved(columns: int, first: int, last: int) -> list[str]:
    """Unprotect, put in a row and a column, move a column behind the others, sort the rows by title, filter, add a sheet."""
    return [
        'sheet = book.Sheets.getByName("Activités")',
        'sheet.unprotect("")',
        "sheet.Columns.insertByIndex(2, 1)",
        "sheet.Rows.insertByIndex(0, 1)",
        f'sheet.getCellRangeByName("C{first + 1}").String = "note à moi"',
        "Dim source As New com.sun.star.table.CellRangeAddress",
        "Dim target As New com.sun.star.table.CellAddress",
        "source.Sheet = sheet.RangeAddress.Sheet : target.Sheet = source.Sheet",
        f"source.StartColumn = 25 : source.EndColumn = 25 : source.StartRow = 0 : source.EndRow = {last + 1}",
        f"target.Column = {columns + 2} : target.Row = 0",
        "sheet.moveRange(target, source)",
        "Dim field(0) As New com.sun.star.table.TableSortField",
        "field(0).Field = 4 : field(0).IsAscending = False",
        f"body = sheet.getCellRangeByPosition(0, {first}, {columns + 3}, {last})",
        'body.sort(Array(Value("SortFields", field()), Value("ContainsHeader", False)))',
        'book.Sheets.insertNewByName("Mes notes", 0)',
        'book.Sheets.getByIndex(0).getCellRangeByName("A1").String = "à voir"',
    ]


@pytest.fixture(scope="module")
def sent_back(blank: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The workbook of Morocco typed in LibreOffice, saved as xlsx, as ods and xlsx again, and turned about."""
    folder = tmp_path_factory.mktemp("calc")
    book = openpyxl.load_workbook(blank["maroc"])
    typing = [
        calc.typed("Lisez-moi", place(book, "Lisez-moi", nom, "valeur"), text)
        for nom, text in (("par", "Amina Bén"), ("date", "10/04/2021"), ("etat", "soumis"))
    ]
    for section, item, champ, text in TYPED:
        feuille = sheet_of(section, champ)
        typing.append(calc.typed(feuille, place(book, feuille, item, champ), text))
    rows = [cell.row for cell in book["Activités"]["A"] if str(cell.value).startswith("MA-")]
    wrong = [
        calc.typed("Activités", place(book, "Activités", A, "avancement"), "80%"),
        calc.typed("Activités", place(book, "Activités", A, "statut"), "achevée"),
        calc.typed("Budget", place(book, "Budget", A, "depenses.devise"), ""),
    ]
    paths = {name: folder / name for name in ("tel.xlsx", "retour.ods", "retour.xlsx", "bouge.xlsx", "faux.xlsx")}
    save = {
        name: f"Saved(book, {calc.quoted(str(path))}, {calc.quoted(ODS if path.suffix == '.ods' else XLSX)})"
        for name, path in paths.items()
    }
    opened = f"book = Opened({calc.quoted(str(blank['maroc']))})"
    again = [f"book = Opened({calc.quoted(str(paths['retour.ods']))})", save["retour.xlsx"]]
    turned = [*moved(book["Activités"].max_column, rows[0], rows[-1]), save["bouge.xlsx"]]
    calc.run(folder, [opened, *typing, save["tel.xlsx"], save["retour.ods"], *turned, *again, opened, *typing, *wrong, save["faux.xlsx"]])
    assert all(path.is_file() for path in paths.values()), [path.name for path in paths.values() if not path.is_file()]
    return paths


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", ["tel.xlsx", "retour.xlsx", "bouge.xlsx"])
def test_all_that_was_typed_in_libreoffice_is_what_is_stored(
    sent_back: dict[str, Path], name: str, espace: Path, stored: Suivi, tmp_path: Path
) -> None:
    (result,) = take(espace, tmp_path / "c", sent_back[name])
    assert result.fautes == ()
    assert result.fiche is not None
    expected = {f"{section}/{item}/{champ}": STORED.get(text, text) for section, item, champ, text in TYPED}
    expected[f"activites/{A}/participants.total"] = "1020"
    last = stored.of("2020-T4", "MA")
    assert last is not None
    repeated = {key: text for key, text in plat(last).items() if key.startswith("risques/")}
    assert plat(result.fiche) == {**repeated, **expected}
    assert len(expected) == len(TYPED) + 1
    assert {champ for _, _, champ, _ in TYPED} >= {champ for champs in CHAMPS.values() for champ in champs} - {"participants.total"}
    assert (result.fiche.envoi and result.fiche.envoi.par) == "Amina Bén"


@pytest.mark.libreoffice
def test_the_form_was_really_turned_about(sent_back: dict[str, Path]) -> None:
    plain, turned = (openpyxl.load_workbook(sent_back[name]) for name in ("tel.xlsx", "bouge.xlsx"))
    assert turned.sheetnames == ["Mes notes", *plain.sheetnames]
    assert place(turned, "Activités", A, "recit") > place(turned, "Activités", A, "preuves")
    order = [[cell.value for cell in book["Activités"]["A"] if str(cell.value).startswith("MA-")] for book in (plain, turned)]
    assert sorted(order[0]) == sorted(order[1])
    assert order[0] != order[1]


@pytest.mark.libreoffice
def test_the_form_itself_tells_what_contradicts_itself(sent_back: dict[str, Path]) -> None:
    right, wrong = (CalamineWorkbook.from_path(sent_back[name]) for name in ("tel.xlsx", "faux.xlsx"))

    def told(book: CalamineWorkbook, feuille: str) -> list[str]:
        rows = book.get_sheet_by_name(feuille).to_python(skip_empty_area=False)
        column = next(row for row in rows if "À vérifier" in row).index("À vérifier")
        return [str(row[column]) for row in rows if row[0] == A]

    back = "À noter. Elle était achevée. L’avancement recule. Le début réel n’est pas celui déclaré. "
    assert told(right, "Activités") == [back]
    assert told(right, "Budget") == ["À noter\u00a0: devise autre que celle du budget. cumul en plusieurs devises, non calculé. "]
    wrongly = "Une activité achevée est à 100\u00a0%. À noter. L’avancement recule. Le début réel n’est pas celui déclaré. "
    assert told(wrong, "Activités") == [wrongly]
    assert told(wrong, "Budget") == ["Choisir la devise. "]
    counts = [{row[1]: row[2] for row in book.get_sheet_by_name("Lisez-moi").to_python(skip_empty_area=False)} for book in (right, wrong)]
    assert [count["Points à vérifier, activités et budget"] for count in counts] == [0, 2]
    assert counts[0]["Nom, jour et état de l’envoi"] == 0
    assert counts[0]["Rubriques du récit vides"] == 1


def test_no_indicator_is_marked_as_due_where_the_state_of_the_period_expects_none(espace: Path, filled: dict[str, Path]) -> None:
    result = CliRunner().invoke(main, ["etat", "2020-T4", "--format", "json", "--espace", str(espace)])
    expected = {one["nom"]: one["indicateurs"]["total"] for one in json.loads(result.stdout)["fiches"]}
    noms = {"Maroc": "maroc", "Tunisie": "tunisie", "Libye": "libye", "Sous-régional": "sous-regional"}
    for nom, fichier in noms.items():
        sheet = openpyxl.load_workbook(filled[fichier])["Indicateurs"]
        marked = [sheet.cell(row, 7).value for row in range(6, sheet.max_row + 1)]
        assert marked.count("oui") == expected[nom], nom
        assert marked.count("oui") + marked.count("non") == 19, nom
    assert expected["Sous-régional"] == expected["Libye"] == 0 < expected["Maroc"]
