"""Compiled templates kept on disk: what is read back is what was compiled, and a file that is not ours changes nothing."""

from __future__ import annotations

import hashlib
import inspect
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
import xlsxwriter
from classeur import drawn

from amem_reports.errors import AmemError
from amem_reports.rendering import (
    cache,
    excel,
    excel_holes,
    excel_places,
    excel_plan,
    excel_repeats,
    excel_values,
    excel_views,
    render,
    word,
    word_plan,
)
from amem_reports.rendering.excel_workbook import compile_workbook
from amem_reports.rendering.package import Package
from amem_reports.rendering.word_compile import compile_template

ROOT = Path(__file__).resolve().parent.parent
ROWS = [{"code": f"1.{n}", "debut": f"2019-0{n}-01", "budget": 100 * n, "trimestres": [n, n + 1]} for n in (1, 2, 3)]
CONTEXT = {"titre": "Plan & budget", "xs": ROWS, "mois": ["janvier", "février"]}


def workbook(folder: Path) -> Path:
    """A template with all that points at cells."""

    def draw(book: xlsxwriter.Workbook) -> None:
        sheet, other = book.add_worksheet("Plan"), book.add_worksheet("Synthèse")
        day = book.add_format({"num_format": "dd/mm/yyyy", "text_wrap": True})
        for column, head in enumerate(("Code", "Début", "Budget")):
            sheet.write(0, column, head)
        sheet.write("A2", "{%row for x in xs %}")
        sheet.write_row("A3", ["{{ x.code }}"])
        sheet.write("B3", "{{ x.debut }}", day)
        sheet.write("C3", "{{ x.budget }}")
        sheet.write("A4", "{%row endfor %}")
        sheet.write_formula("C6", "=SUM(C3:C3)")
        sheet.merge_range("A8:B8", "{{ titre }}")
        sheet.write_comment("A3", "{{ x.code }}")
        sheet.conditional_format("C3", {"type": "cell", "criteria": ">", "value": "$C$6"})
        sheet.data_validation("A3", {"validate": "list", "source": ["1.1", "1.2"]})
        sheet.autofilter("A1:C3")
        sheet.freeze_panes(1, 0)
        sheet.set_h_pagebreaks([6])
        chart = book.add_chart({"type": "column"})
        chart.add_series({"categories": "=Plan!$A$3:$A$3", "values": "=Plan!$C$3:$C$3"})
        sheet.insert_chart("E10", chart)
        other.write_row("A1", ["{%col for m in mois %}", "{{ m }}", "{%col endfor %}"])
        other.add_table("F1:G3", {"columns": [{"header": "Clé"}, {"header": "Valeur"}]})
        book.define_name("Budgets", "=Plan!$C$3:$C$3")

    return drawn(folder, draw)


def document(folder: Path) -> Path:
    made = docx.Document()
    made.add_heading("{{ titre }}", 1)
    table = made.add_table(rows=3, cols=2)
    for row, text in enumerate(("{%tr for x in xs %}", "{{ x.code }}", "{%tr endfor %}")):
        table.cell(row, 0).text = text
    table.cell(1, 1).text = "{{ x.budget }}"
    path = folder / "modele.docx"
    made.save(str(path))
    return path


MAKERS: dict[str, Callable[[Path], Path]] = {"word": document, "excel": workbook}


@pytest.fixture(params=MAKERS)
def kind(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each kind of template, with a cache folder of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "folder", lambda: tmp_path / "cache" / "amem-reports")
    return str(request.param)


def filled(path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The bytes that a new process would write: it has no plan at hand."""
    monkeypatch.setattr(word, "_plans", cache.Plans("word", word_plan.to_data, word_plan.from_data))
    monkeypatch.setattr(excel, "_plans", cache.Plans("excel", excel_plan.to_data, excel_plan.from_data))
    out = io.BytesIO()
    render(path, CONTEXT, out)
    return out.getvalue()


def kept(kind: str) -> Path:
    (path,) = cache.folder().glob(f"{kind}-*.json")
    return path


def never(*_: object) -> Any:
    pytest.fail("compiled although it is kept")


def forbid_compiling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word, "_compile", never)
    monkeypatch.setattr(excel, "_compile", never)


def signed(text: str) -> bytes:
    """A file as the cache writes it, whatever it says."""
    return f"{hashlib.sha256(text.encode()).hexdigest()}\n{text}".encode()


def test_a_template_gives_the_same_bytes_compiled_now_and_kept(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = MAKERS[kind](tmp_path)
    cold = filled(path, monkeypatch)
    assert kept(kind).stat().st_mode & 0o077 == 0 or os.name == "nt"
    forbid_compiling(monkeypatch)
    assert filled(path, monkeypatch) == cold


def test_without_a_place_to_write_all_works_as_well(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = MAKERS[kind](tmp_path)
    with_cache = filled(path, monkeypatch)
    (tmp_path / "fichier").write_text("", encoding="utf-8")
    monkeypatch.setattr(cache, "folder", lambda: tmp_path / "fichier" / "amem-reports")
    assert filled(path, monkeypatch) == with_cache


SPOILED: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "truncated": lambda good: good[:-20],
    "altered": lambda good: good.replace(b"budget", b"budgot"),
    "not text": lambda _: b"\xff\xfe\x00\n\x80",
    "nested beyond measure": lambda _: signed("[" * 100_000),
    "a list": lambda _: signed("[1, 2]"),
    "another program's": lambda _: signed('{"version": 3}'),
    "a plan without its values": lambda _: signed('{"WorkbookPlan": [1, 2], "document": "x", "sources": [{}]}'),
    "values of no kind": lambda _: signed('{"WorkbookPlan": 7, "sources": 7}'),
    "a name of the interpreter": lambda _: signed(json.dumps({"WorkbookPlan": [{"eval": ["1/0"]}] * 13, "sources": [{"eval": "1/0"}]})),
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_spoiled_or_foreign_file_is_as_good_as_none_and_is_replaced(
    how: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = MAKERS[kind](tmp_path)
    cold = filled(path, monkeypatch)
    good = kept(kind).read_bytes()
    kept(kind).write_bytes(SPOILED[how](good))
    assert kept(kind).read_bytes() != good
    assert filled(path, monkeypatch) == cold
    assert kept(kind).read_bytes() == good


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="no owners of files")
def test_a_file_of_another_user_is_not_read(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = MAKERS[kind](tmp_path)
    filled(path, monkeypatch)
    monkeypatch.setattr(os, "getuid", lambda: os.geteuid() + 1)
    forbid_compiling(monkeypatch)
    with pytest.raises(pytest.fail.Exception, match="compiled"):
        filled(path, monkeypatch)


def test_another_engine_or_another_file_does_not_meet_an_old_plan(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = MAKERS[kind](tmp_path)
    filled(path, monkeypatch)
    monkeypatch.setattr(cache, "_engine", lambda: "another")
    forbid_compiling(monkeypatch)
    with pytest.raises(pytest.fail.Exception, match="compiled"):
        filled(path, monkeypatch)


def test_a_template_with_faults_is_not_kept_and_says_them_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "folder", lambda: tmp_path / "cache")
    path = drawn(tmp_path, lambda book: book.add_worksheet("Plan").write("A1", "{%row for x in xs %}"))
    messages = []
    for _ in range(2):
        with pytest.raises(AmemError) as caught:
            filled(path, monkeypatch)
        messages.append([str(constat) for constat in caught.value.constats])
    assert messages[0] == messages[1] != []
    assert not list((tmp_path / "cache").glob("*"))


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.*x")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_plan_of_every_template_is_read_back_as_it_was(path: Path) -> None:
    package = Package(path)
    if path.suffix == ".xlsx":
        plan = compile_workbook(package)
        data = excel_plan.to_data(plan)
        back = excel_plan.from_data(json.loads(json.dumps(data)))
        assert back == plan
        assert excel_plan.to_data(back) == data  # the same records, not only tuples that are equal
    else:
        made = compile_template(package)
        assert word_plan.from_data(json.loads(json.dumps(word_plan.to_data(made)))) == made


def test_everything_that_is_filled_or_repeated_can_be_kept() -> None:
    found = [
        one
        for module in (excel_holes, excel_places, excel_repeats, excel_values, excel_views)
        for _, one in inspect.getmembers(module, inspect.isclass)
        if issubclass(one, tuple) and (hasattr(one, "fill") or hasattr(one, "repeat"))
    ]
    assert len(found) > 15
    assert found == [excel_plan.maker(one.__name__) for one in found]


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
def test_filling_a_known_template_reads_no_xml(maker: Callable[[Path], Path], tmp_path: Path) -> None:
    path = maker(tmp_path)
    code = (
        "import io, json, sys; from pathlib import Path; from amem_reports.rendering import render;"
        "render(Path(sys.argv[1]), json.loads(sys.argv[2]), io.BytesIO());"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'lxml', 'openpyxl', 'docx', 'xml'}))"
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), "LOCALAPPDATA": str(tmp_path / "cache"), "HOME": str(tmp_path)}
    context = {**CONTEXT, "mois": []}
    for expected in ("['lxml']", "[]"):
        line = [sys.executable, "-c", code, str(path), json.dumps(context)]
        done = subprocess.run(line, env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == expected
