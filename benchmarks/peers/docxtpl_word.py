"""docxtpl as its documentation uses it, with autoescape, without which text is lost."""

from __future__ import annotations

from common import arguments
from docxtpl import DocxTemplate

template, rows, target = arguments()
document = DocxTemplate(str(template))
document.render({"activites": rows}, autoescape=True)
document.save(str(target))
