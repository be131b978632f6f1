"""What the command line shows as tables, CSV or JSON. Rows first, as plain data; printing last."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from amem_reports import french
from amem_reports.checks import Lacune
from amem_reports.dictionnaire import Balise
from amem_reports.figures import planned_days
from amem_reports.model import Activite, Catalogue, Pays

WIDE = 160


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table as wide as the terminal, or 160 columns into a file; text wraps, nothing is cut."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else WIDE, highlight=False)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for title in head:
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def activity_rows(catalogue: Catalogue, pays: Sequence[Pays], axes: Sequence[int], statut: str | None) -> list[dict[str, Any]]:
    """The activities that the filters keep (none given: all), in the order of the catalogue."""
    return [
        _row(activite, country)
        for country in catalogue.pays
        if not pays or country in pays
        for activite in country.activites
        if (not axes or activite.axe in axes) and (statut is None or _status(activite) == statut)
    ]


def _status(activite: Activite) -> str:
    if activite.suspendue:
        return "suspendue"
    return "datee" if planned_days(activite) else "non-datee"


def _row(activite: Activite, pays: Pays) -> dict[str, Any]:
    return {
        "identifiant": activite.identifiant,
        "pays": pays.nom,
        "axe": activite.axe,
        "intitule": activite.intitule,
        "debut": str(activite.debut) if activite.debut else None,
        "fin": str(activite.fin) if activite.fin else None,
        "responsable": activite.responsable,
        "statut": _status(activite),
    }


def print_activities(rows: list[dict[str, Any]]) -> None:
    """Identifier, country, title and dates, then how many there are."""
    shown = {"datee": "datée", "non-datee": "non datée", "suspendue": "suspendue"}
    print_table(
        ("Identifiant", "Pays", "Axe", "Activité", "Début", "Fin", "Statut"),
        [
            (row["identifiant"], row["pays"], str(row["axe"]), row["intitule"], row["debut"] or "", row["fin"] or "", shown[row["statut"]])
            for row in rows
        ],
    )
    print(french.compte(len(rows), "activité"))


def print_csv(rows: list[dict[str, Any]]) -> None:
    """Semicolons, as a French Excel expects them."""
    writer = csv.writer(sys.stdout, delimiter=";", lineterminator="\n")
    writer.writerow(("identifiant", "pays", "axe", "intitule", "debut", "fin", "responsable", "statut"))
    writer.writerows([_inert(value) for value in row.values()] for row in rows)


def _inert(value: Any) -> Any:
    """A text that Excel will not take for a formula when it opens the file."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def print_json(value: Any) -> None:
    """Readable JSON, accents as they are."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def print_gaps(catalogue: Catalogue, lacunes: Sequence[Lacune]) -> None:
    """That the catalogue is sound, then what is missing, document by document."""
    print(f"Catalogue sans faute : {french.compte(len(catalogue.activites), 'activité')}, révision {catalogue.revision}.")
    document = None
    for lacune in lacunes:
        if not lacune.manquants:
            continue
        if lacune.document != document:
            document = lacune.document
            print(f"\n{document}")
        print(f"  {lacune.message}")


def print_tags(title: str, tags: Sequence[Balise]) -> None:
    """The tags of one kind of document."""
    print(f"\n{title}")
    print_table(("Balise", "Contenu", "Type", "Exemple"), [(tag.chemin, tag.libelle, tag.type, tag.exemple) for tag in tags])
