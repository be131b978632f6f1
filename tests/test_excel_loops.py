"""Loops and conditions over rows, columns and sheets, and the faults in their tags."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from classeur import filled, raw, sheet, template, values

from amem_reports.errors import AmemError, Constat

AXES = [
    {"titre": "Données", "activites": [{"code": "1.1"}, {"code": "1.2"}]},
    {"titre": "Capacités", "activites": []},
    {"titre": "Gouvernance", "activites": [{"code": "3.1"}]},
]


def test_a_row_is_repeated_and_the_rows_of_tags_vanish(tmp_path: Path) -> None:
    path = template(tmp_path, {"A1": "Titre", "A2": "{%row for x in xs %}", "A3": "{{ x }}", "A4": "{%row endfor %}", "A6": "Fin"})
    assert values(sheet(path, xs=[1, 2, 3])) == [["Titre"], [1], [2], [3], [], ["Fin"]]
    assert values(sheet(path, xs=[])) == [["Titre"], [], ["Fin"]]


def test_empty_rows_of_the_template_stay_between_others_and_inside_loops(tmp_path: Path) -> None:
    path = template(tmp_path, {"A1": "{%row for x in xs %}", "A3": "{{ x }}", "A5": "{%row endfor %}", "A8": "Fin"})
    assert values(sheet(path, xs=[1, 2])) == [[], [1], [], [], [2], [], [], [], ["Fin"]]


def test_loops_stand_in_loops(tmp_path: Path) -> None:
    cells = {
        "A1": "{%row for axe in axes %}", "A2": "Axe {{ loop.index }} : {{ axe.titre }}",
        "A3": "{%row for a in axe.activites %}", "B4": "{{ a.code }}", "A5": "{%row else %}", "B6": "aucune activité",
        "A7": "{%row endfor %}", "A8": "Fin de l’axe {{ loop.index }}", "A9": "{%row endfor %}",
    }  # fmt: skip
    assert values(sheet(template(tmp_path, cells), axes=AXES)) == [
        ["Axe 1 : Données"], [None, "1.1"], [None, "1.2"], ["Fin de l’axe 1"],
        ["Axe 2 : Capacités"], [None, "aucune activité"], ["Fin de l’axe 2"],
        ["Axe 3 : Gouvernance"], [None, "3.1"], ["Fin de l’axe 3"],
    ]  # fmt: skip


def test_a_condition_keeps_or_drops_rows(tmp_path: Path) -> None:
    cells = {
        "A1": "{%row if n > 2 %}", "A2": "beaucoup", "A3": "{%row elif n %}", "A4": "peu", "A5": "{%row else %}", "A6": "rien",
        "A7": "{%row endif %}", "A8": "fin",
    }  # fmt: skip
    path = template(tmp_path, cells)
    assert [values(sheet(path, n=n))[0][0] for n in (3, 1, 0)] == ["beaucoup", "peu", "rien"]
    assert values(sheet(path, n=3)) == [["beaucoup"], ["fin"]]


def test_several_tags_may_share_one_vanishing_row(tmp_path: Path) -> None:
    cells = {
        "A1": "{%row for axe in axes %}{%row if axe.activites %}", "A2": "{{ axe.titre }}", "A3": "{%row set n = axe.activites|length %}",
        "B4": "{{ n }}", "A5": "{%row endif %}", "B5": "{%row endfor %}",
    }  # fmt: skip
    assert values(sheet(template(tmp_path, cells), axes=AXES)) == [["Données"], [None, 2], ["Gouvernance"], [None, 1]]


def test_columns_are_repeated_for_every_row(tmp_path: Path) -> None:
    cells = {
        "A1": "Activité", "B1": "{%col for t in trimestres %}", "C1": "{{ t }}", "D1": "{%col endfor %}", "E1": "Total",
        "A2": "{%row for a in activites %}", "A3": "{{ a.code }}", "C3": "{{ a.valeurs[loop.index0] }}", "E3": "=SUM(C3)",
        "A4": "{%row endfor %}", "A5": "Total", "C5": "=SUM(C3)", "E5": "=SUM(C5)",
    }  # fmt: skip
    path = template(tmp_path, cells)
    activites = [{"code": "a", "valeurs": [1, 2, 3]}, {"code": "b", "valeurs": [4, 5, 6]}]
    assert values(sheet(path, trimestres=["T1", "T2", "T3"], activites=activites)) == [
        ["Activité", "T1", "T2", "T3", "Total"],
        ["a", 1, 2, 3, "=SUM(B2:D2)"],
        ["b", 4, 5, 6, "=SUM(B3:D3)"],
        ["Total", "=SUM(B2:B3)", "=SUM(C2:C3)", "=SUM(D2:D3)", "=SUM(B4:D4)"],
    ]
    assert values(sheet(path, trimestres=[], activites=activites))[1] == ["a", "=SUM(WQJ2)"]


def test_column_loops_stand_in_column_loops_and_widths_follow(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    cells = {
        "A1": "{%col for an in ans %}", "B1": "{{ an.nom }}", "C1": "{%col for t in an.trimestres %}", "D1": "{{ t }}",
        "E1": "{%col endfor %}{%col endfor %}", "F1": "fin", "A2": "", "B2": "x", "D2": "y", "F2": "z",
    }  # fmt: skip
    path = template(tmp_path, cells)
    book = load_workbook(path)
    for letter, width in zip("ABCDEF", (1, 20, 2, 5, 3, 30), strict=True):
        book.worksheets[0].column_dimensions[letter].width = width
    book.save(path)
    page = sheet(path, ans=[{"nom": "2019", "trimestres": ["T1", "T2"]}, {"nom": "2020", "trimestres": ["T1"]}])
    assert values(page) == [["2019", "T1", "T2", "2020", "T1", "fin"], ["x", "y", "y", "x", "y", "z"]]
    spans = [(d.min, d.max, d.width) for d in page.column_dimensions.values()]
    assert spans == [(1, 1, 20), (2, 3, 5), (4, 4, 20), (5, 5, 5), (6, 6, 30)]


def test_a_condition_on_columns(tmp_path: Path) -> None:
    cells = {"A1": "a", "B1": "{%col if budget %}", "C1": "Budget", "D1": "{%col endif %}", "E1": "e", "A2": "1", "C2": "2", "E2": "=A2&C2"}
    path = template(tmp_path, cells)
    assert values(sheet(path, budget=True)) == [["a", "Budget", "e"], ["1", "2", "=A2&B2"]]
    assert values(sheet(path, budget=False)) == [["a", "e"], ["1", "=A2&WQJ2"]]


def test_a_sheet_is_repeated_for_each_country_under_its_name(tmp_path: Path) -> None:
    cells = {
        "A1": "{%sheet for p in pays %}",
        "A2": "{{ p.nom }}",
        "A3": "{%row for a in p.activites %}",
        "A4": "{{ a }}",
        "A5": "{%row endfor %}",
    }
    path = template(tmp_path, cells, {"A1": "reste"}, names=("{{ p.nom }}", "Synthèse"))
    book = filled(path, pays=[{"nom": "Maroc", "activites": [1, 2]}, {"nom": "Libye", "activites": []}])
    assert book.sheetnames == ["Maroc", "Libye", "Synthèse"]
    assert values(book["Maroc"]) == [["Maroc"], [1], [2]]
    assert values(book["Libye"]) == [["Libye"]]
    assert filled(path, pays=[]).sheetnames == ["Synthèse"]


def test_a_sheet_may_be_kept_on_a_condition(tmp_path: Path) -> None:
    path = template(tmp_path, {"A1": "reste {{ n }}"}, {"A1": "{%sheet if n %}Détail", "B1": "x"})
    assert filled(path, n=1).sheetnames == ["Plan", "Synthèse"]
    assert values(filled(path, n=1)["Synthèse"]) == [["Détail", "x"]]
    assert filled(path, n=0).sheetnames == ["Plan"]


def test_a_sheets_name_alone_may_hold_a_tag(tmp_path: Path) -> None:
    path = template(tmp_path, {"A1": "x"}, {"A1": "='Plan {{ pays }}'!A1"}, names=("Plan {{ pays }}", "Autre"))
    book = filled(path, pays="Côte d’Or")
    assert book.sheetnames == ["Plan Côte d’Or", "Autre"]
    assert book["Autre"]["A1"].value == "='Plan Côte d’Or'!A1"


def constats(path: Path, **context: Any) -> list[Constat]:
    with pytest.raises(AmemError) as caught:
        raw(path, **context)
    return list(caught.value.constats)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("x" * 32, "ce nom compte 32 caractères ; Excel en accepte 31"),
        ("a/b", "un nom de feuille ne peut pas contenir « / »"),
        ("a[b", "un nom de feuille ne peut pas contenir « [ »"),
        ("'a", "un nom de feuille ne peut ni commencer ni finir par une apostrophe"),
        ("", "une feuille n’a pas de nom"),
        ("AUTRE", "deux feuilles portent ce nom"),
    ],
)
def test_a_sheet_name_that_excel_refuses_is_told(tmp_path: Path, name: str, message: str) -> None:
    path = template(tmp_path, {"A1": "x"}, {"A1": "x"}, names=("{{ nom }}", "Autre"))
    assert message in [constat.message for constat in constats(path, nom=name)]


def test_a_workbook_keeps_at_least_one_sheet(tmp_path: Path) -> None:
    path = template(tmp_path, {"A1": "{%sheet for p in pays %}", "A2": "x"}, names=("{{ p }}",))
    assert [c.message for c in constats(path, pays=[])] == ["aucune feuille ne reste dans le classeur"]


def test_all_faults_in_loops_are_told_at_once_with_their_cells(tmp_path: Path) -> None:
    plan = {
        "A1": "{%row for a in b %}", "C1": "perdu", "A2": "{{ a }}", "A3": "{%row endif %}", "A4": "{%row endfor %}",
        "B6": "{% for x in y %}{{ x }}", "B7": "texte {%row if x %}", "A8": "{%row else %}", "A9": "{%row tant que %}",
    }  # fmt: skip
    found = constats(template(tmp_path, plan, {"D2": "{%col for q in qs %}", "D5": "là", "A7": "{%row for z in zs %}"}), b=[])
    shown = [f"{c.endroit} : {c.message}" for c in found]
    assert shown == [
        "feuille Plan, cellule B6 : « {% for … %} » n’est pas fermé ou pas ouvert dans sa cellule",
        "feuille Plan, cellule B7 : « {%row if x %} » partage sa cellule avec du texte",
        "feuille Plan, cellule C1 : cette ligne porte une balise « {%row … %} » et disparaît : son contenu serait perdu",
        "feuille Plan, cellule B7 : cette ligne porte une balise « {%row … %} » et disparaît : son contenu serait perdu",
        "feuille Plan, cellule A3 : « {%row endif %} » ferme « {%row for a in b %} » (feuille Plan, cellule A1) : les blocs se croisent",
        "feuille Plan, cellule A4 : « {%row endfor %} » sans « {%row for %} » avant lui",
        "feuille Plan, cellule A9 : balise « {%row tant que %} » inconnue",
        "feuille Plan, cellule B7 : « {%row if x %} » n’est pas fermé",
        "feuille Synthèse, cellule D5 : cette colonne porte une balise « {%col … %} » et disparaît : son contenu serait perdu",
        "feuille Synthèse, cellule A7 : « {%row for z in zs %} » n’est pas fermé",
        "feuille Synthèse, cellule D2 : « {%col for q in qs %} » n’est pas fermé",
    ]
    assert all(constat.remede for constat in found)


def test_more_rows_than_excel_holds_are_refused(tmp_path: Path) -> None:
    path = template(tmp_path, {"A1": "{%row for x in xs %}", "A2": "{{ x }}", "A3": "{%row endfor %}"})
    (constat,) = constats(path, xs=[0] * 1_048_577)
    assert constat.message == "1\u202f048\u202f577 lignes ; Excel en accepte 1\u202f048\u202f576"


def test_more_columns_than_excel_holds_are_refused(tmp_path: Path) -> None:
    path = template(tmp_path, {"A1": "{%col for x in xs %}", "B1": "{{ x }}", "C1": "{%col endfor %}"})
    (constat,) = constats(path, xs=[0] * 16_385)
    assert constat.message == "16\u202f385 colonnes ; Excel en accepte 16\u202f384"


def test_loops_with_curly_quotes_and_hard_spaces_work(tmp_path: Path) -> None:
    path = template(tmp_path, {"A1": "{%row for\u00a0x in xs|rejectattr(’vide’) %}", "A2": "{{ x.n }}", "A3": "{%row endfor %}"})
    assert values(sheet(path, xs=[{"n": 1, "vide": False}, {"n": 2, "vide": True}])) == [[1]]
