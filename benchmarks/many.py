"""Many documents from one template in one process: `many.py TEMPLATE DATA TARGET COUNT`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from amem_reports.rendering import render

template, data, target = map(Path, sys.argv[1:4])
values = json.loads(data.read_text(encoding="utf-8"))
for number in range(int(sys.argv[4])):
    with target.open("wb") as out:
        render(template, {**values, "numero": number}, out)
