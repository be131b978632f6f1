"""The shipped catalogue with fictional additions. What is published is kept as it stands, letter for letter: text is only added."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from amem_reports.demo.donnees import donnees, pairs

_ACTIVITE = re.compile(r"^  - identifiant: (\S+)\n(?:    .*\n)+", re.MULTILINE)
_SOURCES = {"participants": "Listes de présence (fictif)", "achevements": "Documents remis (fictif)", "": "Registre de suivi (fictif)"}
_NIVEAUX = {"I": "impact", "E": "effet", "P": "produit"}


def make_fictional(catalogue: Path) -> None:
    """Add the fictional data to the files of a copy of the catalogue."""
    for path in sorted((catalogue / "pays").glob("*.yaml")):
        _rewrite(path, lambda text: _ACTIVITE.sub(_with_plan, text))
    cadre = _dump({"produits": list(_produits()), "indicateurs": list(_indicateurs())})
    _rewrite(catalogue / "cadre-logique.yaml", lambda text: _with_assumptions(text.replace("produits: []\nindicateurs: []\n", cadre)))
    _rewrite(catalogue / "taux.yaml", lambda text: text.replace("taux: []\n", _dump({"taux": list(_taux())})))
    _rewrite(
        catalogue / "projet.yaml", lambda text: f"{text}# Données fictives : chaque page et chaque feuille le dit.\ndemonstration: true\n"
    )


def _rewrite(path: Path, change: Any) -> None:
    before = path.read_text(encoding="utf-8")
    path.write_text(change(before), encoding="utf-8", newline="\n")


def _dump(data: dict[str, Any], indent: str = "") -> str:
    text = yaml.dump(data, Dumper=yaml.SafeDumper, allow_unicode=True, sort_keys=False, width=10_000, default_flow_style=None)
    return "".join(f"{indent}{line}\n" for line in text.splitlines())


def _with_plan(match: re.Match[str]) -> str:
    identifiant = match[1]
    return match[0] + _dump(_plan(identifiant), "    ")


def _plan(identifiant: str) -> dict[str, Any]:
    """The planned dates, people and money of one activity."""
    tables = donnees()
    activite = tables["activites"][identifiant]
    public, genre = tables["publics"][activite["public"]], tables["genres"][activite["genre"]]
    debut, fin = activite["prevu"].split()
    montant, devise = activite["budget"].split()
    responsables = tables["responsables"]
    return {
        "produit": activite["produit"],
        "debut": debut,
        "fin": fin,
        "responsable": responsables[list(tables["activites"]).index(identifiant) % len(responsables)],
        "partenaires": public["partenaires"],
        "public_cible": public["libelle"],
        "livrables": genre["livrables"],
        "budget": {"montant": int(montant), "devise": devise},
        "moyens": genre["moyens"],
        "hypotheses": genre["hypotheses"],
    }


def _with_assumptions(text: str) -> str:
    """The assumptions of each effet, after its code."""
    for code, hypothese in donnees()["hypotheses"].items():
        text = text.replace(f"  - code: {code}\n", f"  - code: {code}\n    hypotheses: {hypothese}\n")
    return text


def _produits() -> Iterator[dict[str, Any]]:
    for code, libelle in donnees()["produits"].items():
        yield {"code": code, "effet": f"E{code[1]}", "libelle": libelle}


def _indicateurs() -> Iterator[dict[str, Any]]:
    for one in donnees()["indicateurs"]:
        [(reference, jour)] = pairs(one["reference"])
        rattachement = one["code"].rpartition(".")[0]
        yield {
            **{key: one[key] for key in ("code", "libelle", "unite")},
            "niveau": _NIVEAUX[rattachement[0]],
            **({} if rattachement == "I" else {"rattachement": rattachement}),
            "sens": one.get("sens", "hausse"),
            "reference": {"valeur": _number(reference), "date": jour},
            "cibles": [{"date": date, "valeur": _number(valeur)} for valeur, date in pairs(one["cibles"])],
            "source_verification": source_of(one),
            "frequence": one["frequence"],
            "responsable": donnees()["responsables"][0],
            "agregation": one["agregation"],
            "desagregations": one.get("desagregations", ["pays"]),
        }


def source_of(indicateur: dict[str, Any]) -> str:
    """Where the values of an indicator come from."""
    return _SOURCES[indicateur.get("deduit", "")]


def _taux() -> Iterator[dict[str, Any]]:
    for devise, words in donnees()["taux"].items():
        for date, valeur in pairs(words):
            yield {"devise": devise, "date": date, "pour_un_euro": float(valeur), "source": "taux fictif"}


def _number(text: str) -> int | float:
    return float(text) if "." in text else int(text)
