"""Native charts whose alternative text is a tag show the figures of the data, in the looks of the template."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from dessins import BARS, parts, raw, saved, shapes, with_chart
from lxml import etree

from amem_reports.errors import AmemError
from amem_reports.rendering import check
from amem_reports.rendering.charts import ChartData, Series, description

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
QUARTERS = ["T1", "T2", "T3", "T4"]
PIE = {
    "type": "pie",
    "series": [{"points": [{"fill": {"color": "#FF0000"}}, {"fill": {"color": "#00FF00"}}, {"fill": {"color": "#0000FF"}}]}],
}


def data(*series: tuple[str, Sequence[Any]], categories: Sequence[Any] = QUARTERS, **more: Any) -> dict[str, Any]:
    return {"categories": categories, "series": [{"nom": name, "valeurs": values} for name, values in series], **more}


TWO = data(("Prévu", [1, 2, 3, 4]), ("Réalisé", [1, 2.5, None, 0]))


def template(folder: Path, *groups: dict[str, Any], alt: str = "{{ a|graphique }}", **more: Any) -> Path:
    document = docx.Document()
    with_chart(document, alt, *groups, **more)
    return saved(document, folder)


def made(path: Path, **context: Any) -> list[dict[str, Any]]:
    """What each chart is: its words, its tree, its workbook's rows."""
    found = shapes(docx.Document(io.BytesIO(raw(path, **context))))
    for one in found:
        one["root"] = etree.fromstring(one["part"].blob)
        relation = one["root"].find(f"{C}externalData").get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id")
        one["book"] = openpyxl.load_workbook(io.BytesIO(one["part"].related_parts[relation].blob))
        one["rows"] = [list(row) for row in one["book"].worksheets[0].iter_rows(values_only=True)]
    return found


def chart(path: Path, value: Any) -> dict[str, Any]:
    (one,) = made(path, a=value)
    return one


def cached(series: Any, name: str) -> list[Any]:
    """The points of a cache, None for a gap."""
    holder = series.find(f"{C}{name}")
    points = {int(point.get("idx")): point.findtext(f"{C}v") for point in holder.iter(f"{C}pt")}
    return [points.get(index) for index in range(int(holder.find(f".//{C}ptCount").get("val")))]


def colours(root: Any) -> list[str]:
    return [fill.get("val") for fill in root.iterfind(f".//{C}ser/{C}spPr//*[@val]") if len(fill.get("val")) == 6]


def test_figures_names_and_categories_are_those_of_the_data(tmp_path: Path) -> None:
    root = chart(template(tmp_path), TWO)["root"]
    first, second = root.iter(f"{C}ser")
    assert cached(first, "tx") == ["Prévu"]
    assert cached(second, "tx") == ["Réalisé"]
    assert cached(first, "cat") == QUARTERS
    assert cached(first, "val") == ["1", "2", "3", "4"]


def test_a_missing_value_is_a_gap_and_no_zero(tmp_path: Path) -> None:
    root = chart(template(tmp_path), TWO)["root"]
    assert cached(list(root.iter(f"{C}ser"))[1], "val") == ["1", "2.5", None, "0"]
    assert root.find(f"{C}chart/{C}dispBlanksAs").get("val") == "gap"


@pytest.mark.parametrize("sheet", ["Feuil 1", "L’été", "Sheet1"])
def test_the_workbook_shows_what_the_chart_shows_where_the_chart_looks_for_it(tmp_path: Path, sheet: str) -> None:
    one = chart(template(tmp_path, sheet=sheet), TWO)
    assert one["rows"] == [[None, "Prévu", "Réalisé"], ["T1", 1, 1], ["T2", 2, 2.5], ["T3", 3, None], ["T4", 4, 0]]
    for number, series in enumerate(one["root"].iter(f"{C}ser"), 2):
        for name, rows in (("tx", [1]), ("cat", range(2, 6)), ("val", range(2, 6))):
            formula = series.find(f"{C}{name}").findtext(f".//{C}f")
            page, _, cells = formula.rpartition("!")
            block = one["book"][page.strip("'")][cells]
            found = [cell.value for row in (block if isinstance(block, tuple) else ((block,),)) for cell in row]
            column = 0 if name == "cat" else number - 1
            assert found == [one["rows"][row - 1][column] for row in rows]


def test_the_looks_of_the_template_s_series_stay_and_serve_in_turn(tmp_path: Path) -> None:
    five = data(*((f"S{number}", [number] * 4) for number in range(5)))
    root = chart(template(tmp_path), five)["root"]
    assert colours(root) == ["1F4E79", "C55A11", "1F4E79", "C55A11", "1F4E79"]
    for name in ("idx", "order"):
        numbers = [series.find(f"{C}{name}").get("val") for series in root.iter(f"{C}ser")]
        assert len(set(numbers)) == 5
    assert colours(chart(template(tmp_path), data(("seule", [1, 2, 3, 4])))["root"]) == ["1F4E79"]


def test_number_formats_stay_in_chart_and_workbook(tmp_path: Path) -> None:
    document = docx.Document()
    with_chart(document, "{{ a|graphique }}")
    part = next(part for part in document.part.related_parts.values() if part.content_type.endswith("chart+xml"))
    part._blob = part._blob.replace(b"<c:formatCode>General", b"<c:formatCode>0.0%")
    one = chart(saved(document, tmp_path), data(("a", [0.5, 0.25, 0.125, 1])))
    assert one["root"].findtext(f".//{C}val//{C}formatCode") == "0.0%"
    assert one["book"].worksheets[0]["B2"].number_format == "0.0%"
    assert "T1 = 50,0\u00a0%, T2 = 25,0\u00a0%, T3 = 12,5\u00a0%" in one["descr"]


def test_slices_take_the_colours_of_the_template_s_slices_in_turn(tmp_path: Path) -> None:
    root = chart(template(tmp_path, PIE), data(("Budget", [4, 3, 2, 1])))["root"]
    points = root.findall(f".//{C}dPt")
    assert [point.find(f"{C}idx").get("val") for point in points] == ["0", "1", "2", "3"]
    assert [fill.get("val") for point in points for fill in point.iterfind(".//*[@val]") if len(fill.get("val")) == 6] == [
        "FF0000", "00FF00", "0000FF", "FF0000",
    ]  # fmt: skip
    assert len(chart(template(tmp_path, PIE), data(("Budget", [4, 3]), categories=["a", "b"]))["root"].findall(f".//{C}dPt")) == 2


def test_a_group_of_series_that_is_left_empty_goes_with_its_axes(tmp_path: Path) -> None:
    line = {"type": "line", "series": [{"y2_axis": True}]}
    both = chart(template(tmp_path, BARS, line), data(*((name, [1, 2, 3, 4]) for name in "abc")))["root"]
    assert both.find(f".//{C}lineChart") is not None
    root = chart(template(tmp_path, BARS, line), data(("a", [1, 2, 3, 4])))["root"]
    assert root.find(f".//{C}lineChart") is None
    used = {axis.get("val") for axis in root.iterfind(f".//{C}barChart/{C}axId")}
    assert {axis.find(f"{C}axId").get("val") for axis in root.find(f".//{C}plotArea") if axis.find(f"{C}axId") is not None} - used == set()


def test_numbers_as_categories_stay_numbers_and_points_of_a_cloud_have_both(tmp_path: Path) -> None:
    value = data(("a", [1, 2, 3]), categories=[2017, 2018, 2019])
    series = chart(template(tmp_path), value)["root"].find(f".//{C}ser")
    assert series.find(f"{C}cat/{C}numRef") is not None
    cloud = chart(template(tmp_path, {"type": "scatter", "series": [{}]}), value)["root"].find(f".//{C}ser")
    assert (cached(cloud, "xVal"), cached(cloud, "yVal")) == (["2017", "2018", "2019"], ["1", "2", "3"])


@pytest.mark.parametrize(
    ("old", "new", "expected"), [("Ancien", "Nouveau & beau", "Nouveau & beau"), ("", "Nouveau", "Nouveau"), ("Ancien", "", "Ancien")]
)
def test_the_title(tmp_path: Path, old: str, new: str, expected: str) -> None:
    one = chart(template(tmp_path, title=old), {**TWO, "titre": new})
    title = one["root"].find(f"{C}chart/{C}title")
    assert "".join(title.itertext()) == expected
    assert ('sz="1600"' in etree.tostring(title, encoding="unicode")) == bool(old)
    assert one["descr"].startswith(f"Graphique « {expected} ». Prévu : T1 = 1")


def test_the_description_of_the_data_goes_before_the_one_made_from_the_figures(tmp_path: Path) -> None:
    assert chart(template(tmp_path), {**TWO, "description": "Deux séries"})["descr"] == "Deux séries"
    assert chart(template(tmp_path), TWO)["descr"] == (
        "Graphique. Prévu : T1 = 1, T2 = 2, T3 = 3, T4 = 4 ; Réalisé : T1 = 1, T2 = 2,5, T3 = sans valeur, T4 = 0."
    )


def test_of_many_figures_the_description_says_the_least_and_the_most() -> None:
    months = tuple(f"M{number}" for number in range(30))
    said = description(ChartData(months, (Series("a", tuple(range(30))), Series("b", (None,) * 30))), "", ())
    assert said == "Graphique. a : 30 valeurs, de 0 (M0) à 29 (M29) ; b : ."


def test_in_a_loop_each_turn_has_its_own_chart_and_workbook(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("{%p for p in pays %}")
    with_chart(document, "{{ p|graphique }}")
    document.add_paragraph("{%p endfor %}")
    path = saved(document, tmp_path)
    countries = [data((name, [number] * 4), titre=name) for number, name in enumerate(("Maroc", "Tunisie", "Libye"))]
    found = made(path, pays=countries)
    assert [one["rows"][0] for one in found] == [[None, "Maroc"], [None, "Tunisie"], [None, "Libye"]]
    assert len({one["part"].partname for one in found}) == len({one["id"] for one in found}) == 3
    assert raw(path, pays=countries) == raw(path, pays=countries)


def test_nothing_of_the_template_s_chart_stays_in_the_file(tmp_path: Path) -> None:
    path = template(tmp_path)
    names = parts(raw(path, a=TWO))
    assert len([name for name in names if name.startswith("word/charts/") and name.endswith(".xml")]) == 2
    assert len([name for name in names if name.startswith("word/embeddings/")]) == 1
    empty: list[Any] = ["", None, {}, {"categories": [], "series": []}, {"categories": ["a"], "series": []}]
    for nothing in empty:
        left = parts(raw(path, a=nothing))
        assert not [name for name in left if "chart" in name or "embeddings" in name]
        assert b"chart" not in left["[Content_Types].xml"] + left["word/_rels/document.xml.rels"]
        assert b"<w:drawing" not in left["word/document.xml"]


FAULTS: list[tuple[Any, str]] = [
    ("texte", "un graphique attend un groupe avec deux listes"),
    ({"categories": ["a"]}, "un graphique attend un groupe avec deux listes"),
    ({"categories": ["a"], "series": [[1]]}, "une série de graphique attend un groupe avec « nom » et une liste « valeurs »"),
    (data(("Prévu", [1, 2, 3])), "la série « Prévu » a 3 valeurs pour 4 catégories"),
    (data(("Prévu", [1, 2, "trois", 4])), "la série « Prévu » a une valeur qui n’est pas un nombre : « trois »"),
    (data(("Prévu", [1, 2, True, 4])), "la série « Prévu » a une valeur qui n’est pas un nombre"),
    (data(("x" * 2000, [1, 2, 3, 4])), "nom trop long pour un graphique"),
    (data(*(("s", [1, 1, 1, 1]) for _ in range(256))), "au plus 255 séries"),
]


@pytest.mark.parametrize(("value", "expected"), FAULTS, ids=range(len(FAULTS)))
def test_wrong_data_is_told_with_the_chart(tmp_path: Path, value: Any, expected: str) -> None:
    with pytest.raises(AmemError) as caught:
        raw(template(tmp_path), a=value)
    assert "corps du document, texte de remplacement « {{ a|graphique }} » : " in str(caught.value)
    assert expected in str(caught.value)


def test_what_cannot_be_filled_is_told_without_filling(tmp_path: Path) -> None:
    assert check(template(tmp_path), {"a": ""}) == []
    (fault,) = check(template(tmp_path, workbook=False), {"a": ""})
    assert fault.message == "ce graphique n’a pas son classeur de données dans le modèle"
    (fault,) = check(template(tmp_path, title="Avancement de {{ pays }}"), {"a": "", "pays": ""})
    assert fault.message == "ce graphique est remplacé : sa balise serait perdue"
    (fault,) = check(template(tmp_path, alt="{{ a|image }}"), {"a": ""})
    assert fault.message == "« a|image » : ce dessin n’est pas une image"


def test_a_chart_without_a_tag_in_its_alternative_text_keeps_the_tags_of_its_title(tmp_path: Path) -> None:
    path = template(tmp_path, alt="Graphique de {{ pays }}", title="Avancement de {{ pays }}")
    one = chart_of(path, pays="Libye")
    assert "".join(one["root"].find(f"{C}chart/{C}title").itertext()) == "Avancement de Libye"
    assert one["descr"] == "Graphique de Libye"


def chart_of(path: Path, **context: Any) -> dict[str, Any]:
    (one,) = made(path, **context)
    return one


def test_characters_that_xml_forbids_and_markup_do_no_harm(tmp_path: Path) -> None:
    one = chart(template(tmp_path), data(("a\x01<b>&\n", [1]), categories=["=1+1]]>"], titre="\ue000id\ue001{{ x }}"))
    assert one["rows"] == [[None, "a<b>&"], ["=1+1]]>", 1]]
    assert one["root"].find(f".//{C}ser").findtext(f"{C}tx//{C}v") == "a<b>&"
