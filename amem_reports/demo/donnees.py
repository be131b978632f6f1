"""The fictional data of `donnees.yaml`, and how its words are read."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from amem_reports.model import Periode
from amem_reports.yaml_lines import LOADER

ABSENT = "."
"""The word that stands for « nothing reported » in a series."""


@cache
def donnees() -> dict[str, Any]:
    """All that is written in the file."""
    text = Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.load(text, Loader=LOADER)  # noqa: S506 - it is a safe loader
    return data


def series(words: str) -> dict[str, str]:
    """A series of words, one a quarter, by quarter; those absent left out."""
    return {code: word for code, word in zip(quarters(), words.split(), strict=True) if word != ABSENT}


def quarters() -> list[str]:
    """The codes of the quarters that have follow-up, in order."""
    return str(donnees()["trimestres"]).split()


@cache
def periode(code: str) -> Periode:
    """A quarter by its code."""
    return Periode.parse(code)


def pairs(words: str) -> list[tuple[str, str]]:
    """Words two by two: « 30 2019-T4 45 2020-T4 »."""
    items = words.split()
    return list(zip(items[::2], items[1::2], strict=True))
