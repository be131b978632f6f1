"""The row map against a naive model: any nest of loops and conditions, with formulas and merged cells between any two rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
from classeur import filled
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amem_reports.rendering.excel_map import Axis, AxisMap
from amem_reports.rendering.excel_refs import letters

EMPTY = (1_000_000, 1_000_000)


@dataclass
class Row:
    """A row of the template that is written."""

    index: int = 0


@dataclass
class Block:
    """A loop (`counts`: how often, each time that it is reached) or a condition (`counts` 0 or 1)."""

    kind: str
    counts: list[int]
    body: list[Row | Block]
    number: int = 0
    first: int = 0
    last: int = 0


@dataclass
class Written:
    """A row as written: its template row and the instances around it, as (loop, count) pairs."""

    index: int
    path: tuple[tuple[int, int], ...]


@dataclass
class Case:
    """A template, its data and what the naive model makes of it."""

    nodes: list[Row | Block]
    loops: dict[int, tuple[int, ...]] = field(default_factory=dict)
    markers: dict[int, str] = field(default_factory=dict)
    written: list[Written] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)
    size: int = 0


def nodes(depth: int) -> st.SearchStrategy[list[Row | Block]]:
    row: st.SearchStrategy[Row | Block] = st.builds(Row)
    if depth:
        counts = st.lists(st.integers(0, 3), min_size=1, max_size=4)
        loop = st.builds(Block, st.just("for"), counts, nodes(depth - 1))
        condition = st.builds(Block, st.just("if"), st.lists(st.integers(0, 1), min_size=1, max_size=3), nodes(depth - 1))
        row = st.one_of(row, row, loop, condition)
    return st.lists(row, min_size=1, max_size=4)


def case(tree: list[Row | Block]) -> Case:
    """Number the rows of a tree, and write it out."""
    made = Case(tree)
    _number(tree, made, ())
    _write(tree, made, (), {})
    return made


def _number(tree: list[Row | Block], made: Case, loops: tuple[int, ...]) -> None:
    for node in tree:
        made.size += 1
        if isinstance(node, Row):
            node.index = made.size
            made.loops[node.index] = loops
            continue
        node.number = node.first = made.size
        made.loops[made.size] = loops
        _number(node.body, made, (*loops, node.number) if node.kind == "for" else loops)
        made.size += 1
        node.last = made.size
        made.loops[made.size] = loops
        made.markers[made.size] = f"{{%row end{node.kind} %}}"


def _write(tree: list[Row | Block], made: Case, path: tuple[tuple[int, int], ...], visits: dict[int, int]) -> None:
    for node in tree:
        if isinstance(node, Row):
            made.written.append(Written(node.index, path))
            continue
        visit = visits.get(node.number, 0)
        visits[node.number] = visit + 1
        count = node.counts[visit % len(node.counts)]
        for turn in range(count):
            _write(node.body, made, (*path, (node.number, visit * 10 + turn)) if node.kind == "for" else path, visits)


# The naive model: look at every row written.


def common(made: Case, *rows: int) -> int:
    """How many loops hold all these rows."""
    chains = [made.loops[row] for row in rows]
    depth = 0
    while all(len(chain) > depth for chain in chains) and len({chain[depth] for chain in chains}) == 1:
        depth += 1
    return depth


def places(made: Case, first: int, last: int, path: tuple[tuple[int, int], ...]) -> list[int]:
    return [n for n, row in enumerate(made.written, 1) if first <= row.index <= last and row.path[: len(path)] == path]


def seen(made: Case, first: int, last: int, here: int, path: tuple[tuple[int, int], ...]) -> tuple[int, int]:
    """The range first..last as seen from a row: each end in the same instance as far as the row's own loops hold it."""
    found = places(made, first, last, path[: common(made, first, last, here)])
    if not found:
        return EMPTY
    low, high = min(found), max(found)
    low = min(places(made, first, last, path[: common(made, first, here)]), default=low)
    high = max(places(made, first, last, path[: common(made, last, here)]), default=high)
    return low, high


def apart(made: Case, first: int, last: int, here: int, path: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    """The ranges that the instances of first..last make, as seen from a row; neighbours joined."""
    depth = common(made, first, last, here)
    if common(made, first, last) == depth:
        return [seen(made, first, last, here, path)]
    spans: list[tuple[int, int]] = []
    for instance in dict.fromkeys(row.path[: common(made, first, last)] for row in made.written):
        if instance[:depth] == path[:depth] and tuple(loop for loop, _ in instance) == made.loops[first][: len(instance)]:
            found = places(made, first, last, instance)
            if found and len(instance) == common(made, first, last):
                joined = spans and spans[-1][1] + 1 == min(found)
                spans[-1:] = [(spans[-1][0], max(found))] if joined else [*spans[-1:], (min(found), max(found))]
    return spans or [EMPTY]


def instances(made: Case, first: int, last: int) -> Iterator[tuple[int, int]]:
    depth = common(made, first, last)
    for path in dict.fromkeys(row.path[:depth] for row in made.written if len(row.path) >= depth):
        if tuple(loop for loop, _ in path) == made.loops[first][:depth] and (found := places(made, first, last, path)):
            yield min(found), max(found)


def filled_case(made: Case, formulas: dict[int, tuple[int, int]], merges: list[tuple[int, int]]) -> Any:
    """The case through the whole engine: one sheet, one formula in each written row, data that makes the model's choices."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row in range(1, made.size + 1):
        if row in made.markers:
            page.cell(row, 1, made.markers[row])
        else:
            page.cell(row, 1, f"{{{{ '{row}' }}}}")
            first, last = formulas[row]
            page.cell(row, 2, f"=SUBTOTAL(9,A{first}:A{last})")
            page.cell(row, 3, f"=SUM(A{first}:A{last})")
    for number, (first, last) in enumerate(merges):
        column = letters(4 + 2 * number)
        page.merge_cells(f"{column}{first}:{letters(5 + 2 * number)}{last}")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "m.xlsx"
        book.save(path)
        return filled(path, **made.data).worksheets[0]


def nest(tree: list[Row | Block], scope: dict[str, Any], visits: dict[int, int]) -> None:
    """Data nested as the blocks are: each visit of a block has its own list."""
    for node in tree:
        if isinstance(node, Row):
            continue
        visit = visits.get(node.number, 0)
        visits[node.number] = visit + 1
        count = node.counts[visit % len(node.counts)]
        turns: list[dict[str, Any]] = [{} for _ in range(count)]
        scope[f"n{node.number}"] = turns if node.kind == "for" else (turns[0] if turns else {})
        for turn in turns:
            turn["plein"] = True
            nest(node.body, turn, visits)


def tags(tree: list[Row | Block], made: Case, scope: str) -> None:
    """The tags that read that data."""
    for node in tree:
        if isinstance(node, Row):
            continue
        name = f"{scope}n{node.number}"
        if node.kind == "for":
            made.markers[node.first] = f"{{%row for i{node.number} in {name} %}}"
            tags(node.body, made, f"i{node.number}.")
        else:
            made.markers[node.first] = f"{{%row if {name} %}}"
            tags(node.body, made, f"{name}.")


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tree=nodes(3), draw=st.data())
def test_every_formula_and_merged_block_goes_where_the_naive_model_says(tree: list[Row | Block], draw: st.DataObject) -> None:
    made = case(tree)
    nest(tree, made.data, {})
    tags(tree, made, "")
    rows = [row for row in range(1, made.size + 1) if row not in made.markers]
    ends = st.tuples(st.integers(1, made.size), st.integers(1, made.size)).map(lambda pair: (min(pair), max(pair)))
    formulas = {row: draw.draw(ends, label=f"formula of {row}") for row in rows}
    merges = draw.draw(st.lists(ends, max_size=3), label="merged")
    page = filled_case(made, formulas, merges)
    expected, found = [], []
    for place, row in enumerate(made.written, 1):
        first, last = formulas[row.index]
        if not (first == last and _is_border(made, first, row)):
            low, high = seen(made, first, last, row.index, row.path)
            blocks = ",".join(f"A{a}:A{b}" for a, b in apart(made, first, last, row.index, row.path))
            expected.append((f"=SUBTOTAL(9,A{low}:A{high})", f"=SUM({blocks})"))
            found.append((page.cell(place, 2).value, page.cell(place, 3).value))
    assert [page.cell(n, 1).value for n in range(1, len(made.written) + 1)] == [str(row.index) for row in made.written]
    assert found == expected
    assert {str(block) for block in page.merged_cells.ranges} == {
        f"{letters(4 + 2 * n)}{low}:{letters(5 + 2 * n)}{high}"
        for n, (first, last) in enumerate(merges)
        for low, high in instances(made, first, last)
    }


def _is_border(made: Case, marker: int, row: Written) -> bool:
    """A loop's own tag, seen from inside that loop, is the row before or after (see the test of its own)."""
    return any(
        marker in (node.first, node.last) and node.number in made.loops[row.index] for node in _blocks(made.nodes) if node.kind == "for"
    )


def _blocks(tree: list[Row | Block]) -> Iterator[Block]:
    for node in tree:
        if isinstance(node, Block):
            yield node
            yield from _blocks(node.body)


# The map alone


def axis_map(*records: str, size: int = 6, loops: dict[int, tuple[int, ...]] | None = None, markers: tuple[int, ...] = ()) -> AxisMap:
    return AxisMap(Axis(size, loops or {}, frozenset(markers), {}), records)


def test_a_map_without_loops_moves_nothing() -> None:
    found = axis_map("1*6")
    assert [found.span(n, n + 1) for n in (1, 6, 100)] == [(1, 2), (6, 7), (100, 101)]
    assert found.size == 6


def test_what_follows_the_template_moves_with_its_growth() -> None:
    found = axis_map("1", "3+10", "5*2", loops={3: (1,)}, markers=(2, 4))
    assert (found.size, found.span(3, 3), found.span(5, 5), found.span(9, 9)) == (13, (2, 11), (12, 12), (16, 16))
    assert found.last_until(2) == 1
    assert [found.at_or_after(n) for n in (2, 3, 4, 7)] == [2, 2, 12, 14]


def test_one_record_for_a_whole_loop_says_the_same_as_one_for_each_row() -> None:
    shape: dict[str, Any] = {"loops": {3: (1,)}, "markers": (2, 4)}
    short = axis_map("1", "3+4", "5*2", **shape)
    long = axis_map("1", *(f"3;{n}" for n in range(4)), "5*2", **shape)
    assert short.spread(3, 3) == long.spread(3, 3)
    assert [short.span(a, b) for a in range(1, 7) for b in range(a, 7)] == [long.span(a, b) for a in range(1, 7) for b in range(a, 7)]


@pytest.mark.parametrize("count", [500, 50_000])
def test_a_map_of_many_rows_answers_each_question_at_once(count: int) -> None:
    import time

    found = axis_map(
        *(record for n in range(count) for record in (f"3;{n}", f"4;{n}")), "6", loops={3: (1,), 4: (1,)}, markers=(1, 2, 5), size=6
    )
    start = time.perf_counter()
    for n in range(0, count, 5):
        assert found.span(3, 4, 4, (str(n),)) == (2 * n + 1, 2 * n + 2)
        assert found.span(1, 6, 3, (str(n),)) == (1, 2 * count + 1)
    assert time.perf_counter() - start < 2 + count / 2_000


def test_the_cost_of_a_filled_sheet_grows_with_its_rows_only(tmp_path: Path) -> None:
    import time

    from classeur import raw, template

    cells = {
        "A1": "{%row for x in xs %}",
        "A2": "{{ x }}",
        "B2": "=A2+A3",
        "A3": "{{ x }}",
        "A4": "{%row endfor %}",
        "A5": "=SUM(B2)+SUBTOTAL(9,A2)",
    }
    path = template(tmp_path, cells)
    raw(path, xs=[1])

    def seconds(count: int) -> float:
        times = []
        for _ in range(3):
            start = time.process_time()
            raw(path, xs=[1] * count)
            times.append(time.process_time() - start)
        return min(times)

    assert seconds(8_000) < 16 * seconds(1_000) + 0.2


def test_where_a_row_went_is_worked_out_once_however_often_it_is_asked() -> None:
    """A rule over 5,000 rows asks 5,000 times; working it out each time took minutes."""
    axis = axis_map("1+3", "2", size=2, loops={1: (0,)})
    assert axis.spread(1, 1) == [((1, 1), ("0",)), ((2, 2), ("1",)), ((3, 3), ("2",))]
    assert axis.spread(1, 1) is axis.spread(1, 1)
    assert axis.first_path(1) == ("0",)
    assert axis.first_path(2) == ()
