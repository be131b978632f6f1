"""One value has one text: what workbooks and merges compare."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from amem_reports.fiche import Fiche, empreinte, plat


def fiche(**parts: Any) -> Fiche:
    return Fiche.model_validate({"periode": "2019-T2", "pays": "MA", "etat": "brouillon", **parts})


def test_every_value_has_its_place_and_empty_fields_have_none() -> None:
    activite = {
        "identifiant": "MA-1.1",
        "statut": "en cours",
        "avancement": "45.50",
        "debut_reel": "2019-04-15",
        "livrables": ["Rapport", "Guide"],
        "participants": {"femmes": 0, "hommes": 12},
        "depenses": {"montant": "12500.00", "devise": "MAD"},
    }
    indicateur = {"code": "E1.a", "valeur": "3", "ventilation": {"femmes": "1"}}
    found = plat(
        fiche(
            activites=[activite],
            indicateurs=[indicateur],
            risques=[{"code": "R1", "libelle": "Retard", "probabilite": "élevée"}],
            narratif={"ecarts": "Un seul.\n\nOu deux."},
        )
    )
    assert found == {
        "activites/MA-1.1/statut": "en cours",
        "activites/MA-1.1/avancement": "45.5",
        "activites/MA-1.1/debut_reel": "2019-04-15",
        "activites/MA-1.1/livrables": "Rapport\nGuide",
        "activites/MA-1.1/participants.femmes": "0",
        "activites/MA-1.1/participants.hommes": "12",
        "activites/MA-1.1/depenses.montant": "12500",
        "activites/MA-1.1/depenses.devise": "MAD",
        "indicateurs/E1.a/valeur": "3",
        "indicateurs/E1.a/ventilation.femmes": "1",
        "risques/R1/libelle": "Retard",
        "risques/R1/probabilite": "élevée",
        "narratif/ecarts/texte": "Un seul.\n\nOu deux.",
    }


@pytest.mark.parametrize(
    ("written", "text"), [("100", "100"), ("1E+2", "100"), ("0.00", "0"), ("-0", "0"), ("12.340", "12.34"), ("1E-6", "0.000001")]
)
def test_a_number_has_one_text_however_it_was_written(written: str, text: str) -> None:
    found = plat(fiche(indicateurs=[{"code": "E1.a", "valeur": written}]))
    assert found == {"indicateurs/E1.a/valeur": text}


def test_a_fingerprint_is_the_start_of_the_text_s_sha256() -> None:
    assert empreinte("élevée") == hashlib.sha256("élevée".encode()).hexdigest()[:8]
