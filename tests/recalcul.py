"""The main figures of a period worked out a second time, from the YAML files alone: nothing of the package is used here.

Rules are those that the guide states. Numbers are read as texts, so that no float ever rounds a sum of money.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import yaml

Tree = dict[str, Any]


def read(path: Path) -> Tree:
    loaded: Tree = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - the loader that makes texts only
    return loaded


def quarters(code: str) -> list[str]:
    """« 2019-S2 » -> 2019-T3, 2019-T4."""
    year, _, part = code.partition("-")
    numbers = {"": (1, 2, 3, 4), "S1": (1, 2), "S2": (3, 4)}.get(part) or (int(part[1:]),)
    return [f"{year}-T{number}" for number in numbers]


def last_month(code: str) -> str:
    """The last month of a month or a quarter: « 2019-T2 » -> 2019-06."""
    year, _, part = code.partition("-")
    return f"{year}-{int(part[1:]) * 3:02}" if part.startswith("T") else code


def first_month(code: str) -> str:
    year, _, part = code.partition("-")
    return f"{year}-{int(part[1:]) * 3 - 2:02}" if part.startswith("T") else code


def near(value: Decimal | None, places: int) -> Decimal | None:
    return None if value is None else value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def number(tree: Any, key: str) -> Decimal | None:
    text = (tree or {}).get(key)
    return Decimal(text) if text not in (None, "") else None


def added(values: list[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


@dataclass
class Recalcul:
    """A workspace's YAML, and a period."""

    folder: Path
    code: str

    def __post_init__(self) -> None:
        catalogue = self.folder / "catalogue"
        self.pays = {tree["code"]: tree for tree in map(read, sorted((catalogue / "pays").glob("*.yaml")))}
        self.activites = {one["identifiant"]: one for tree in self.pays.values() for one in tree.get("activites") or []}
        self.cadre = read(catalogue / "cadre-logique.yaml")
        self.taux = read(catalogue / "taux.yaml")["taux"]
        self.inside = quarters(self.code)
        found = [read(path) for path in sorted((catalogue / "suivi").glob("*/*.yaml"))]
        self.fiches = [one for one in found if one["etat"] in ("soumis", "validé") and one["periode"] <= self.inside[-1]]

    def lines(self, since_the_beginning: bool = False) -> Iterator[tuple[str, Tree]]:
        """Quarter and what a record says of an activity of its own country."""
        for fiche in self.fiches:
            for suivi in fiche.get("activites") or []:
                if suivi["identifiant"][:2] == fiche["pays"] and (since_the_beginning or fiche["periode"] in self.inside):
                    yield fiche["periode"], suivi

    # --- activities -------------------------------------------------------------------------------------------------------------------

    def statuts(self) -> dict[str, str]:
        last = dict.fromkeys(self.activites, "non renseigné")
        last.update({suivi["identifiant"]: suivi["statut"] for _, suivi in self.lines(True) if suivi.get("statut")})
        return last

    def avancement(self, prefix: str = "") -> Decimal | None:
        """The mean of the last known progress, cancelled activities left out."""
        last: dict[str, Decimal] = {}
        for _, suivi in self.lines(True):
            implied = {"achevée": Decimal(100), "non démarrée": Decimal(0)}.get(suivi.get("statut", ""))
            known = number(suivi, "avancement")
            if known is not None or implied is not None:
                last[suivi["identifiant"]] = known if known is not None else implied  # type: ignore[assignment]
        statuts = self.statuts()
        kept = [value for name, value in last.items() if statuts[name] != "annulée" and name.startswith(prefix)]
        return near(sum(kept, Decimal(0)) / len(kept), 1) if kept else None

    # --- persons and money ------------------------------------------------------------------------------------------------------------

    def participants(self, sexe: str = "", prefix: str = "", axe: str = "", cumul: bool = False) -> Decimal | None:
        found = []
        for _, suivi in self.lines(cumul):
            if suivi["identifiant"].startswith(prefix) and (not axe or suivi["identifiant"][3] == axe):
                given = suivi.get("participants") or {}
                femmes, hommes, total = (number(given, key) for key in ("femmes", "hommes", "total"))
                whole = femmes + hommes if femmes is not None and hommes is not None else total
                found.append({"femmes": femmes, "hommes": hommes, "": whole}[sexe])
        return added(found)

    def euros(self, montant: Tree, month: str) -> Decimal | None:
        """An amount in euros at the rate in force in a month, to the cent."""
        if montant["devise"] == "EUR":
            return Decimal(montant["montant"])
        rates = [one for one in self.taux if one["devise"] == montant["devise"] and first_month(one["date"]) <= month]
        if not rates:
            return None
        rate = max(rates, key=lambda one: first_month(one["date"]))
        return near(Decimal(montant["montant"]) / Decimal(rate["pour_un_euro"]), 2)

    def depenses(self, prefix: str = "", axe: str = "", cumul: bool = False) -> Decimal | None:
        return added(
            [
                self.euros(suivi["depenses"], last_month(quarter))
                for quarter, suivi in self.lines(cumul)
                if suivi.get("depenses") and suivi["identifiant"].startswith(prefix) and (not axe or suivi["identifiant"][3] == axe)
            ]
        )

    def budget(self, prefix: str = "", axe: str = "") -> Decimal | None:
        month = last_month(self.inside[-1])
        kept = [one for name, one in self.activites.items() if name.startswith(prefix) and (not axe or name[3] == axe)]
        return added([self.euros(one["budget"], month) for one in kept if one.get("budget")])

    def execution(self, prefix: str = "", axe: str = "") -> Decimal | None:
        spent, planned = self.depenses(prefix, axe, cumul=True), self.budget(prefix, axe)
        return near(spent * 100 / planned, 1) if spent is not None and planned else None

    # --- indicators -------------------------------------------------------------------------------------------------------------------

    def indicateur(self, one: Tree, cumul: bool) -> Decimal | None:
        """The value of an indicator over the period, or since the beginning, by its own rule."""
        given = [
            (fiche["pays"], suivi)
            for fiche in self.fiches
            if cumul or fiche["periode"] in self.inside
            for suivi in fiche.get("indicateurs") or []
            if suivi["code"] == one["code"]
        ]
        rule = one.get("agregation", "somme")
        if rule == "ratio":
            return self._ratio(one, given)
        values = [(pays, value) for pays, suivi in given if (value := number(suivi, "valeur")) is not None]
        if not values:
            return None
        found = [value for _, value in values]
        if rule == "maximum":
            return max(found)
        if rule == "dernière":
            found = list(dict(values).values())
        rated = one["unite"] == "%" or re.search(r"[%/]|\b(sur|par)\b", one["unite"])
        return sum(found, Decimal(0)) / (len(found) if rule == "moyenne" or (rule == "dernière" and rated) else 1)

    def _ratio(self, one: Tree, given: list[tuple[str, Tree]]) -> Decimal | None:
        parts = [(number(suivi, "numerateur"), number(suivi, "denominateur")) for _, suivi in given]
        whole = [(above, below) for above, below in parts if above is not None and below is not None]
        below = sum((b for _, b in whole), Decimal(0))
        times = 100 if one["unite"] == "%" else 1
        return sum((a for a, _ in whole), Decimal(0)) * times / below if below else None

    def atteinte(self, one: Tree) -> Decimal | None:
        """How much of the way from the reference to the target in force is done, in per cent."""
        cibles = sorted(one.get("cibles") or [], key=lambda cible: last_month(cible["date"]))
        valeur = self.indicateur(one, cumul=True)
        if not cibles or valeur is None:
            return None
        month = last_month(self.inside[-1])
        cible = next((Decimal(c["valeur"]) for c in cibles if last_month(c["date"]) >= month), Decimal(cibles[-1]["valeur"]))
        start = Decimal(one["reference"]["valeur"]) if one.get("reference") else Decimal(0)
        return near((near(valeur, 4) - start) * 100 / (cible - start), 1)  # type: ignore[operator]
