"""The narrative of a fictional record: what its own activities say, and sentences that turn with the quarters."""

from __future__ import annotations

from typing import Any

from amem_reports import french
from amem_reports.demo.donnees import donnees, quarters
from amem_reports.demo.parcours import Etape
from amem_reports.fiche import Narratif, StatutActivite, SuiviActivite

_LIEUX = {"MA": "au Maroc", "MR": "en Mauritanie", "TN": "en Tunisie", "SR": "dans la sous-région"}
_LIGNES = 4
Done = list[tuple[Etape, SuiviActivite]]


def story(pays: str, trimestre: str, done: Done) -> Narratif:
    """The narrative of one country for one quarter, with the faults that are planted in it."""
    fautes, name = donnees()["fautes"], f"{trimestre}/{pays}"
    tour = quarters().index(trimestre) + list(_LIEUX).index(pays)
    fields: dict[str, Any] = {
        "faits_marquants": _highlights(done, false_figure=name == fautes["chiffre_faux"]),
        "ecarts": _gaps(done, tour),
        "partenariats": _turning("partenariats", tour - (name == fautes["meme_paragraphe"]), pays),
        "visibilite": None if name == fautes["rubrique_vide"] else _turning("visibilite", tour, pays),
        "enseignements": _turning("enseignements", tour, pays),
        "prochaine_periode": _next_period(done, tour),
    }
    return Narratif(**fields)


def suspended(tour: int) -> Narratif:
    """The narrative of the country whose activities are suspended."""
    return Narratif(faits_marquants=_turning("libye", tour, "SR"))


def _turning(section: str, tour: int, pays: str) -> str:
    texts = donnees()["narratifs"][section]
    return str(texts[tour % len(texts)]).format(en=_LIEUX[pays])


def _highlights(done: Done, *, false_figure: bool) -> str:
    moved = sorted((etape for etape, _ in done if etape.pas), key=lambda etape: (-etape.apres, -etape.pas, etape.identifiant))
    finished = sum(etape.achevee for etape in moved)
    lead = f"{french.compte(len(moved), 'activité a avancé', 'activités ont avancé')} pendant le trimestre"
    if finished:
        lead += f", dont {french.compte(finished, 'est achevée', 'sont achevées').replace(french.NBSP, ' ')}"
    lines = [f"- **{_number(etape)}** – {etape.activite['objet']} ({_progress(etape)}) ;" for etape in moved[:_LIGNES]]
    total = sum(suivi.participants.total or 0 for _, suivi in done if suivi.participants)
    shown = f"{lead}. Les principales :" if len(moved) > _LIGNES else f"{lead} :"
    paragraphs = (
        [f"{shown}\n\n" + "\n".join(lines).removesuffix(" ;") + "."]
        if moved
        else ["Le trimestre a servi à préparer la suite des activités."]
    )
    if total:
        said = french.compte(total + 25 if false_figure else total, "personne a pris part", "personnes ont pris part")
        paragraphs.append(f"Au total, {said} aux activités.")
    return "\n\n".join(paragraphs)


def _number(etape: Etape) -> str:
    return etape.identifiant if etape.identifiant.startswith("SR") else etape.identifiant.partition("-")[2]


def _progress(etape: Etape) -> str:
    return f"de {etape.avant} à {etape.apres} %"


def _gaps(done: Done, tour: int) -> str:
    lines = [
        f"- **{_number(etape)}** – {etape.activite['objet']} : {_inside(suivi.difficultes)}" for etape, suivi in done if suivi.difficultes
    ]
    return "\n".join(lines[:_LIGNES]) or _turning("sans_ecart", tour, "SR")


def _inside(sentence: str) -> str:
    """A sentence after a colon."""
    return sentence[0].lower() + sentence[1:]


def _next_period(done: Done, tour: int) -> str:
    running = [etape.activite["objet"] for etape, _ in done if etape.statut is StatutActivite.EN_COURS]
    if not running:
        return f"Préparer le lancement des activités prévues {('au trimestre suivant', 'dans les mois qui viennent')[tour % 2]}."
    start = tour % len(running)
    chosen = (running[start:] + running[:start])[:_LIGNES]
    return f"{('Priorités du trimestre suivant', 'À mener en priorité')[tour % 2]} : {' ; '.join(chosen)}."
