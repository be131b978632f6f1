"""What a kind of report is, and what one document is, before any template is opened."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from amem_reports.dossier import Dossier


class Portee(StrEnum):
    """What one document of a kind covers, hence what its command asks for."""

    PAYS = "pays"
    """one document a country; all countries when none is named"""
    REGION = "région"
    """one document for the region, or one for each country that is named"""
    PERIODE = "période"
    """one document for a period"""


@dataclass(frozen=True)
class Document:
    """One document to make: `nom` is its file name without suffix, `contexte` plain data (dict, list, str, number, date, None)."""

    kind: str
    nom: str
    titre: str
    sujet: str
    contexte: dict[str, Any]
    periode: str = ""


@dataclass(frozen=True)
class ReportKind:
    """A kind of report: the name of its command and template folder, and the module that writes its context."""

    nom: str
    titre: str
    aide: str
    portee: Portee
    module: str

    def document(self, dossier: Dossier) -> Document:
        """The document for this dossier. The module is imported only now, so that the list of kinds costs nothing."""
        periode = dossier.periode.code if dossier.periode else ""
        return Document(kind=self.nom, periode=periode, **import_module(self.module).document(dossier))
