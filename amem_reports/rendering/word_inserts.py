"""Pictures and charts in the place of those of a template: what comes out of a pattern and a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from amem_reports.rendering.inserts import Insert, file_of, is_empty
from amem_reports.rendering.pictures import read_picture
from amem_reports.rendering.relations import links_of
from amem_reports.rendering.word_finish import one_line
from amem_reports.rendering.word_join import Guest, Joiner
from amem_reports.rendering.word_plan import Drawing
from amem_reports.rendering.xml_text import escape

if TYPE_CHECKING:
    from amem_reports.rendering.word_write import Writing

_HOLE = re.compile("\ue000(\\w+)\ue001")


class InsertWriter:
    """Writes what is not text; keeps what it adds to the document."""

    def __init__(self, writing: Writing) -> None:
        self._plan, self._package, self._load = writing.plan, writing.package, writing.load
        self._additions, self._new_id = writing.additions, writing.new_id
        self._joiner = Joiner(writing)

    def picture(self, part: str, insert: Insert, number: int) -> str:
        """A picture in the box of the pattern; nothing for an empty value."""
        if is_empty(insert.value):
            return ""
        pattern = self._plan.drawings[number]
        data, name = file_of(insert.value, self._load)
        picture = read_picture(data, name)
        stored = self._additions.shared_part(self._plan.beside("media/image"), picture.kind, f"image/{picture.kind}", data)
        cx, cy = picture.inside(pattern.width, pattern.height)
        words = _description(insert) or pattern.alt or _words_of(name) or pattern.name
        return self._filled(pattern, cx=cx, cy=cy, relation=self._additions.relate(part, "image", stored), descr=words)

    def chart(self, part: str, insert: Insert, number: int) -> str:
        """A copy of the pattern's chart with the figures of the data; nothing for an empty value, or one without series or categories."""
        from amem_reports.rendering.chart_workbook import MEDIA_TYPE, chart_workbook
        from amem_reports.rendering.charts import Chart, description, read_data

        if is_empty(insert.value):
            return ""
        pattern, data = self._plan.drawings[number], read_data(insert.value)
        if not (data.series and data.categories):
            return ""
        chart = Chart(self._package.read(pattern.target))
        formats, sheet = chart.formats, chart.sheet
        chart.fill(data)
        links = {link.id: link for link in links_of(self._package.read, self._package.names, pattern.target)}
        book = links[chart.workbook].target
        made = {
            book: self._additions.part(self._plan.beside("embeddings/classeur"), "xlsx", MEDIA_TYPE, chart_workbook(data, sheet, formats))
        }
        copy = self._additions.copy(self._package, pattern.target, made, chart.xml())
        words = _description(insert) or description(data, chart.title, formats)
        return self._filled(pattern, relation=self._additions.relate(part, "chart", copy), descr=words)

    def document(self, part: str, insert: Insert) -> str:
        """The body of another document; nothing for an empty value."""
        if is_empty(insert.value):
            return ""
        data, name = file_of(insert.value, self._load)
        return self._joiner.join(part, Guest(data, name or "sans nom"))

    def _filled(self, pattern: Drawing, **values: Any) -> str:
        values["id"] = self._new_id()
        return _HOLE.sub(lambda match: escape(one_line(values[match[1]])), pattern.text)


def _description(insert: Insert) -> str:
    """What the data or the tag says of an insert."""
    return str(insert.value.get("description", "") if isinstance(insert.value, Mapping) else "") or insert.description


def _words_of(name: str) -> str:
    """A file's name as words."""
    return re.sub(r"[-_.\s]+", " ", PurePosixPath(name.replace("\\", "/")).stem).strip()
