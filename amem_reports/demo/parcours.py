"""How one fictional activity went, quarter after quarter: progress, days, people, money and words, all from its line of `donnees.yaml`."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from amem_reports import french
from amem_reports.demo.donnees import donnees, periode, quarters, series
from amem_reports.fiche import Participants, StatutActivite, SuiviActivite
from amem_reports.model import Echeance, Montant, Periode

_ARRETS = {"R": StatutActivite.REPORTEE, "S": StatutActivite.SUSPENDUE, "A": StatutActivite.ANNULEE}


@dataclass(frozen=True)
class Etape:
    """One quarter of an activity: `avant` and `apres` are its progress, `tour` turns the sentences so that no two quarters read alike."""

    identifiant: str
    trimestre: str
    mot: str
    avant: int
    tour: int
    debut: date | None
    fin: date | None

    @cached_property
    def activite(self) -> dict[str, Any]:
        return dict(donnees()["activites"][self.identifiant])

    @cached_property
    def periode(self) -> Periode:
        return periode(self.trimestre)

    @property
    def apres(self) -> int:
        return self.avant if self.mot in _ARRETS else int(self.mot)

    @property
    def pas(self) -> int:
        return self.apres - self.avant

    @property
    def achevee(self) -> bool:
        """Whether it was finished in this very quarter."""
        return self.pas > 0 and self.apres == 100

    @property
    def statut(self) -> StatutActivite:
        if self.mot in _ARRETS:
            return _ARRETS[self.mot]
        return {0: StatutActivite.NON_DEMARREE, 100: StatutActivite.ACHEVEE}.get(self.apres, StatutActivite.EN_COURS)

    @property
    def en_retard(self) -> bool:
        """Late, stopped or without progress: what the record has to explain."""
        if self.mot in _ARRETS:
            return True
        debut, fin = (Echeance.parse(code) for code in self.activite["prevu"].split())
        late = fin.fin <= self.periode.fin or (self.avant > 0 and self.pas == 0) or (self.apres == 0 and debut.fin <= self.periode.fin)
        return self.apres < 100 and late

    def choice(self, texts: list[str]) -> str:
        """One of several sentences, another one than last quarter's."""
        return texts[self.tour % len(texts)]


def steps(identifiant: str, unreported: frozenset[str]) -> Iterator[tuple[Etape, SuiviActivite]]:
    """An activity through the quarters in which its country reported."""
    rng = random.Random(identifiant)  # noqa: S311 - fiction, not a secret
    rank = list(donnees()["activites"]).index(identifiant)
    avant, debut, fin = 0, None, None
    for trimestre, mot in series(donnees()["activites"][identifiant]["parcours"]).items():
        if trimestre in unreported:
            continue
        jours, quarter = (rng.randint(4, 40), rng.randint(3, 25)), periode(trimestre)
        apres = avant if mot in _ARRETS else int(mot)
        if debut is None and apres > 0:
            debut = quarter.debut + timedelta(days=jours[0])
        if fin is None and apres == 100:
            fin = quarter.fin - timedelta(days=jours[1])
        etape = Etape(identifiant, trimestre, mot, avant, rank + quarters().index(trimestre), debut, fin)
        yield etape, _suivi(etape, rng)
        avant = apres


def _suivi(etape: Etape, rng: random.Random) -> SuiviActivite:
    genre = donnees()["genres"][etape.activite["genre"]]
    participants = _participants(etape, genre, rng)
    difficultes, mesures = _reasons(etape)
    return SuiviActivite(
        identifiant=etape.identifiant,
        statut=etape.statut,
        avancement=Decimal(etape.apres),
        debut_reel=etape.debut,
        fin_reelle=etape.fin,
        livrables=tuple(genre["livrables"]) if etape.achevee else (),
        participants=participants,
        depenses=_spent(etape, rng),
        recit=_story(etape, genre["livrables"], participants),
        difficultes=difficultes,
        mesures=mesures,
        prochaines_etapes=_next_steps(etape),
        preuves=(f"https://example.org/amem-demo/{etape.identifiant}/{etape.trimestre}",) if etape.achevee else (),
    )


# --- people and money -------------------------------------------------------------------------------------------------------------------


def _participants(etape: Etape, genre: dict[str, Any], rng: random.Random) -> Participants | None:
    low, high = map(int, genre["fin" if etape.achevee else "seance"].split())
    if etape.pas == 0 or high == 0:
        return None
    public = donnees()["publics"][etape.activite["public"]]
    total = rng.randint(low, high)
    femmes = round(total * public["femmes"] / 100 * rng.uniform(0.8, 1.2))
    by_sex = {} if rng.random() < 0.05 else {"femmes": femmes, "hommes": total - femmes}
    return Participants(**by_sex, total=total, **shares(total, public["institutions"]))


def shares(total: int, weights: dict[str, int]) -> dict[str, int]:
    """Split a whole number by weights of one hundred in all; the first part takes what rounding leaves."""
    parts = {name: total * weight // 100 for name, weight in weights.items()}
    first = next(iter(parts))
    return {**parts, first: parts[first] + total - sum(parts.values())}


def _spent(etape: Etape, rng: random.Random) -> Montant | None:
    montant, devise = etape.activite["budget"].split()
    cost = int(montant) * etape.pas / 100 * etape.activite.get("cout", 1) * rng.uniform(0.93, 1.07)
    if etape.pas == 0 or rng.random() < 0.04:
        return None
    return Montant.model_validate({"montant": Decimal(round(cost * 100)) / 100, "devise": devise})


# --- words ------------------------------------------------------------------------------------------------------------------------------


def _story(etape: Etape, livrables: list[str], participants: Participants | None) -> str | None:
    if etape.pas == 0:
        return None
    sentences, objet = donnees()["recits"], etape.activite["objet"]
    villes = donnees()["villes"][etape.identifiant[:2]]
    story = etape.choice(sentences[_phase(etape)]).format(
        objet=objet,
        Objet=objet[0].upper() + objet[1:],
        avec=donnees()["publics"][etape.activite["public"]]["avec"],
        ville=etape.choice(villes),
        livrable=french.enumeration(livrables),
    )
    if participants and participants.femmes is not None:
        people = french.compte(participants.total or 0, "personne")
        story += " " + etape.choice(sentences["personnes"]).format(personnes=people, femmes=french.compte(participants.femmes, "femme"))
    if etape.tour % 3 == 0:
        points = "\n".join(f"- {point}" for point in sentences["points"][etape.activite["genre"]])
        story += f"\n\nPrincipaux travaux :\n\n{points}"
    return story


def _phase(etape: Etape) -> str:
    if etape.avant == 0:
        return "unique" if etape.achevee else "debut"
    return "fin" if etape.achevee else "suite"


def _reasons(etape: Etape) -> tuple[str | None, str | None]:
    """What went wrong and what is done about it, for an activity that is late."""
    if not etape.en_retard or f"{etape.trimestre}/{etape.identifiant}" == donnees()["fautes"]["suspendue_sans_motif"]:
        return None, None
    cause = etape.activite.get("cause", "calendrier")
    if cause == "sanitaire" and etape.trimestre < "2020":
        cause = "calendrier"
    texts = donnees()["causes"][cause]
    return etape.choice(texts["difficultes"]), donnees()["annulation"] if etape.mot == "A" else etape.choice(texts["mesures"])


def _next_steps(etape: Etape) -> str | None:
    steps_of = donnees()["etapes"]
    if etape.mot in ("R", "S"):
        return etape.choice(steps_of["arret"])
    if etape.achevee:
        return etape.choice(steps_of["fin"])
    return etape.choice(steps_of["suite"]) if etape.statut is StatutActivite.EN_COURS else None
