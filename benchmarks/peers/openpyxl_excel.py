"""openpyxl: the template opened, its row's styles copied, cells filled one by one."""

from __future__ import annotations

from copy import copy

import openpyxl
from common import COLUMNS, arguments

template, rows, target = arguments()
book = openpyxl.load_workbook(template)
sheet = book.active
assert sheet is not None
styles = [copy(sheet.cell(3, column)._style) for column in range(1, len(COLUMNS) + 1)]
sheet.delete_rows(2, 3)
for index, row in enumerate(rows, 2):
    for column, name in enumerate(COLUMNS, 1):
        cell = sheet.cell(index, column, row[name])
        cell._style = styles[column - 1]
book.save(target)
