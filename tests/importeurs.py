"""Everything that takes a file from outside, each behind one door: bytes in, nothing out, AmemError for what is refused."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from unittest.mock import patch

import dessins
import docx
import openpyxl
import xlsxwriter
import yaml
from classeur_suivi import build, put
from exemples import INDICATEUR, catalogue
from mutations import mutated, package

from amem_reports import catalogue as catalogues
from amem_reports import modeles
from amem_reports.errors import AmemError
from amem_reports.fiche import Fiche
from amem_reports.model import Catalogue
from amem_reports.rendering import cache, render, tags
from amem_reports.rendering.filters import UnfitError
from amem_reports.rendering.tags import Source
from amem_reports.suivi import annoter, depot
from amem_reports.suivi import classeur as classeurs
from amem_reports.suivi import lecture as lectures

DONNEES: dict[str, Any] = {
    "nom": "Zoé & fils",
    "x": 3,
    "lignes": [{"n": 1, "t": "un"}, {"n": 2, "t": "deux"}],
    "groupe": {"a": "b", "montant": "1200", "devise": "EUR"},
    "serie": {"categories": ["A", "B"], "series": [{"nom": "S", "valeurs": [1, 2]}]},
    "photo": "photo.png",
    "annexe": "annexe.docx",
}
SOURCES = (
    "<w:p>Bonjour {{ nom|upper }}, {{ x + 1 }} {% for a in lignes %}{{ loop.index }}. {{ a.t|default('-') }}{% endfor %}</w:p>",
    "{% macro f(a) %}{{ a|replace('b', 'c') }}{% endmacro %}{{ f(groupe.a) }}{% set y = nom ~ x %}{% if y is defined %}{{ y }}{% endif %}",
    "{{ groupe|montant }} {{ '2019-03-01'|date }} {{ x|nombre }} {{ 0.5|pourcent }} {{ lignes|length|compte('ligne') }}",
    "{{ lignes|map(attribute='t')|join(', ') }} {{ 'a%sb'|format(nom) }} {% for b in lignes|batch(2) %}{{ b|length }}{% endfor %}",
)


class Importeur(NamedTuple):
    """One way in: sound inputs, a change of them, and the door."""

    nom: str
    saines: tuple[bytes, ...]
    changer: Callable[[Random, bytes], bytes]
    prendre: Callable[[bytes], None]


def entree(importeur: Importeur, seed: int, number: int) -> bytes:
    """The broken input of this number, the same each time."""
    random = Random(f"{importeur.nom} {seed} {number}")  # noqa: S311 - to be repeated, not to be secret
    return importeur.changer(random, random.choice(importeur.saines))


def importeurs(folder: Path) -> dict[str, Importeur]:
    """All importers, with a folder that they may work in."""
    fabrique = _Fabrique(folder, catalogue(cadre_logique=_cadre()))
    made = (
        fabrique.catalogue(),
        fabrique.suivi(),
        fabrique.json(),
        fabrique.classeur(),
        fabrique.modele("modele-word", ".docx", _word(folder)),
        fabrique.modele("modele-excel", ".xlsx", _excel(folder)),
        _balises(),
    )
    return {one.nom: one for one in made}


def _cadre() -> dict[str, Any]:
    effets = [{"code": "E1", "axe": 1, "libelle": "Mieux savoir"}, {"code": "E2", "axe": 2, "libelle": "Mieux dialoguer"}]
    return {"impact": {"libelle": "Protéger"}, "effets": effets, "indicateurs": [INDICATEUR]}


def _changer(words: str, saines: tuple[bytes, ...]) -> Callable[[Random, bytes], bytes]:
    return lambda random, data: mutated(random, data, words, saines)


@dataclass
class _Fabrique:
    folder: Path
    modele_catalogue: Catalogue

    def catalogue(self) -> Importeur:
        folder = self.folder / "catalogue"
        texts = _yaml(self.modele_catalogue)
        for name, text in texts.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(text)
        catalogues.load(folder)
        names = {text: name for name, text in texts.items()}
        saines = tuple(names)
        change = _changer("yaml", saines)

        def tag(random: Random, data: bytes) -> bytes:
            """The file's own name goes before its text."""
            return names[data].encode() + b"\n" + change(random, data)

        def take(data: bytes) -> None:
            name, _, text = data.partition(b"\n")
            path = folder / name.decode()
            path.write_bytes(text)
            try:
                catalogues.load(folder)
            finally:
                path.write_bytes(texts[name.decode()])

        return Importeur("catalogue", saines, tag, take)

    def suivi(self) -> Importeur:
        folder = self.folder / "reçu"
        path = folder / "suivi" / "2019-T2" / "MA.yaml"
        path.parent.mkdir(parents=True)
        saines = (depot.texte(_fiche()).encode(),)

        def take(data: bytes) -> None:
            path.write_bytes(data)
            depot.load(folder)

        take(saines[0])
        return Importeur("suivi", saines, _changer("yaml", saines), take)

    def json(self) -> Importeur:
        path = self.folder / "donnees.json"
        saines = (json.dumps(DONNEES, ensure_ascii=False, indent=1).encode(),)

        def take(data: bytes) -> None:
            path.write_bytes(data)
            tags.plain(modeles.read_json(path))

        return Importeur("json", saines, _changer("json", saines), take)

    def classeur(self) -> Importeur:
        path = self.folder / "classeur.xlsx"
        book = build(self.modele_catalogue, "MA")
        for champ, value in (
            ("statut", "en cours"),
            ("avancement", 0.45),
            ("livrables", "- Guide\n- Rapport"),
            ("participants.femmes", 12),
        ):
            put(book, "Activités", "MA-1.1", champ, value)
        put(book, "Budget", "MA-1.1", "depenses.montant", "=1000+200")
        book.save(path)
        saines = (path.read_bytes(),)

        def take(data: bytes) -> None:
            path.write_bytes(data)
            lecture = lectures.read(classeurs.read(path), self.modele_catalogue)
            if lecture.fautes and len(data) % 8 == 0:  # an eighth of them: openpyxl is slow
                with suppress(AmemError):
                    annoter.annotate(path, lecture.fautes).unlink()

        return Importeur("classeur", saines, package, take)

    def modele(self, nom: str, suffix: str, saines: tuple[bytes, ...]) -> Importeur:
        path = self.folder / f"{nom}{suffix}"
        files = {"photo.png": dessins.png(), "annexe.docx": saines[0]}

        def load(name: str) -> bytes:
            if name not in files:
                raise UnfitError("absent")
            return files[name]

        def take(data: bytes) -> None:
            path.write_bytes(data)
            with patch.object(cache.Plans, "of", lambda plans, digest, make: make()):
                render(path, DONNEES, io.BytesIO(), load=load)

        for data in saines:
            take(data)
        return Importeur(nom, saines, package, take)


def _yaml(data: Catalogue) -> dict[str, bytes]:
    def text(value: Any) -> bytes:
        return yaml.safe_dump(value, allow_unicode=True, sort_keys=False).encode()

    def plain(value: Any) -> Any:
        return value.model_dump(mode="json", exclude_none=True, exclude_defaults=True)

    files = {
        "projet.yaml": text(plain(data.projet)),
        "axes.yaml": text({"axes": [plain(axe) for axe in data.axes]}),
        "cadre-logique.yaml": text(plain(data.cadre_logique)),
        "sigles.yaml": text({"sigles": [plain(sigle) for sigle in data.sigles]}),
        "taux.yaml": text({"taux": [{"devise": "MAD", "date": "2019-03", "pour_un_euro": "10.8", "source": "BCE"}]}),
    }
    return files | {f"pays/{pays.code.lower()}.yaml": text(plain(pays)) for pays in data.pays}


def _fiche() -> Fiche:
    return Fiche.model_validate(
        {
            "periode": "2019-T2",
            "pays": "MA",
            "etat": "soumis",
            "activites": [
                {
                    "identifiant": "MA-1.1",
                    "statut": "en cours",
                    "avancement": "45",
                    "debut_reel": "2019-04-15",
                    "livrables": ["Guide", "Rapport"],
                    "participants": {"femmes": 12, "hommes": 8, "total": 20},
                    "depenses": {"montant": "1200.5", "devise": "MAD"},
                    "recit": "Un récit\nen deux lignes.",
                }
            ],
            "indicateurs": [{"code": "E1.a", "valeur": "3"}],
            "risques": [{"code": "R1", "libelle": "Retard", "probabilite": "faible", "impact": "moyen", "etat": "ouvert"}],
        }
    )


def _word(folder: Path) -> tuple[bytes, ...]:
    document = docx.Document()
    document.add_heading("Titre de {{ nom }}", 1)
    document.add_paragraph("{% for a in lignes %}{{ a.t }}, {% endfor %}{{ groupe|montant }}")
    document.add_paragraph("{%p if x > 2 %}")
    document.add_paragraph("{{ nom|markdown }}")
    document.add_paragraph("{%p endif %}")
    table = document.add_table(rows=3, cols=2)
    for row, texts in zip(table.rows, (("{%tr for a in lignes %}", ""), ("{{ a.n }}", "{{ a.t }}"), ("{%tr endfor %}", "")), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.sections[0].header.paragraphs[0].text = "{{ nom }}"
    plain = dessins.saved(document, folder).read_bytes()
    dessins.with_picture(document, "{{ photo|image }}")
    dessins.with_chart(document, "{{ serie|graphique }}")
    document.add_paragraph("{{ annexe|sous_document }}")
    return plain, dessins.saved(document, folder).read_bytes()


def _excel(folder: Path) -> tuple[bytes, ...]:
    book = openpyxl.Workbook()
    assert book.active is not None
    for text in ("{{ nom }}", "{%row for a in lignes %}", "{{ a.n }}", "{%row endfor %}", "=SUM(A3:A3)"):
        book.active.append([text, "{{ x }}"] if not text.startswith("{%") else [text])
    book.active.merge_cells("D1:E2")
    path = folder / "modele.xlsx"
    book.save(path)
    first = path.read_bytes()
    other = xlsxwriter.Workbook(str(path))
    sheet = other.add_worksheet("Données")
    for row, values in enumerate((("N", "T"), ("{%row for a in lignes %}",), ("{{ a.n }}", "{{ a.t }}"), ("{%row endfor %}",))):
        sheet.write_row(row, 0, values)
    sheet.add_table(5, 0, 7, 1, {"columns": [{"header": "C1"}, {"header": "C2"}]})
    chart = other.add_chart({"type": "column"})
    chart.add_series({"values": "='Données'!$A$3:$A$3", "name": "{{ nom }}"})
    sheet.insert_chart("D2", chart)
    sheet.write_comment("A1", "Voir {{ nom }}")
    sheet.conditional_format("A3:A3", {"type": "cell", "criteria": ">", "value": 1})
    sheet.data_validation("B3:B3", {"validate": "list", "source": ["un", "deux"]})
    sheet.write_url("C1", "https://example.org/{{ x }}")
    other.define_name("Zone", "='Données'!$A$3:$B$3")
    other.add_worksheet("{{ nom }}")
    other.close()
    return first, path.read_bytes()


def _balises() -> Importeur:
    saines = tuple(source.encode() for source in SOURCES)
    context = tags.plain(DONNEES)

    def take(data: bytes) -> None:
        tags.render(Source("essai", data.decode("utf-8", "replace")), context, "modele.docx")

    for data in saines:
        take(data)
    return Importeur("balises", saines, _changer("jinja", saines), take)


__all__ = ["AmemError", "Importeur", "entree", "importeurs"]
