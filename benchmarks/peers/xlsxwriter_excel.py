"""XlsxWriter in constant memory: no template, styles set by hand."""

from __future__ import annotations

import xlsxwriter
from common import COLUMNS, arguments

_, rows, target = arguments()
book = xlsxwriter.Workbook(str(target), {"constant_memory": True})
sheet = book.add_worksheet()
cell_format = book.add_format({"text_wrap": True, "valign": "top"})
sheet.write_row(0, 0, COLUMNS)
for index, row in enumerate(rows, 1):
    for column, name in enumerate(COLUMNS):
        sheet.write(index, column, row[name], cell_format)
book.close()
