"""The workbook that a chart carries: written anew with the chart's figures, so that « Modifier les données » shows what the chart shows.

A few parts as text: a library would cost more to import than they take to write, and put today's date in.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any

from amem_reports.rendering.charts import ChartData
from amem_reports.rendering.excel_refs import letters
from amem_reports.rendering.package import EPOCH
from amem_reports.rendering.xml_text import escape

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_FIRST_FORMAT = 164  # the first number that a workbook may give to a format of its own


def chart_workbook(data: ChartData, sheet: str, formats: tuple[str, ...]) -> bytes:
    """A workbook with one sheet: the categories in its first column, then a series in each."""
    main = MEDIA_TYPE + ".main+xml"
    kinds = {"/xl/workbook.xml": main, **{f"/xl/{name}.xml": main.replace("sheet.main", kind) for name, kind in _KINDS.items()}}
    overrides = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in kinds.items())
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{overrides}</Types>',
        "_rels/.rels": _relationships({"officeDocument": "xl/workbook.xml"}),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name="{escape(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relationships({"worksheet": "worksheets/sheet1.xml", "styles": "styles.xml"}),
        "xl/worksheets/sheet1.xml": _sheet(data, len(formats)),
        "xl/styles.xml": _styles(formats),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            archive.writestr(entry, _HEAD + text)
    return out.getvalue()


_KINDS = {"worksheets/sheet1": "worksheet", "styles": "styles"}


def _relationships(targets: dict[str, str]) -> str:
    items = (
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items(), 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(items)}</Relationships>'


def _styles(formats: tuple[str, ...]) -> str:
    codes = "".join(f'<numFmt numFmtId="{_FIRST_FORMAT + n}" formatCode="{escape(code)}"/>' for n, code in enumerate(formats))
    cells = "".join(
        f'<xf numFmtId="{_FIRST_FORMAT + n}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for n in range(len(formats))
    )
    return (
        f'<styleSheet xmlns="{_MAIN}"><numFmts count="{len(formats)}">{codes}</numFmts>'
        '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        f'<cellXfs count="{len(formats) + 1}"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>{cells}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def _sheet(data: ChartData, formats: int) -> str:
    rows: list[list[Any]] = [["", *(one.name for one in data.series)]]
    rows += [[category, *(one.values[index] for one in data.series)] for index, category in enumerate(data.categories)]
    lines = (f'<row r="{number}">{_cells(number, row, formats)}</row>' for number, row in enumerate(rows, 1))
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def _cells(number: int, row: list[Any], formats: int) -> str:
    return "".join(_cell(f"{letters(column)}{number}", value, column, formats) for column, value in enumerate(row, 1))


def _cell(place: str, value: Any, column: int, formats: int) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    style = (column - 2) % formats + 1 if column > 1 else 0
    return f'<c r="{place}" s="{style}"><v>{value}</v></c>'
