"""The slip that goes with the documents of a period: what is sent, with fingerprints; who has reported; what is still missing."""

from __future__ import annotations

from typing import Any

from amem_reports import checks, etat
from amem_reports.dossier import Dossier, PieceJointe
from amem_reports.reports import parts

FORMATS = {"docx": "Word", "xlsx": "Excel", "pdf": "PDF", "json": "JSON"}
COURT = 12


def document(dossier: Dossier) -> dict[str, Any]:
    """Name, title and context of the slip for `dossier.pieces`."""
    periode = dossier.periode
    if periode is None:
        raise ValueError("a slip goes with the documents of a period")
    titre = f"Bordereau d’envoi – {parts.period(periode)['libelle']}"
    return {
        "nom": f"bordereau_{periode.code}",
        "titre": titre,
        "sujet": f"{dossier.catalogue.projet.sigle.valeur} – documents de la période",
        "contexte": _context(dossier, titre),
    }


def _context(dossier: Dossier, titre: str) -> dict[str, Any]:
    assert dossier.periode
    titles = list(dict.fromkeys(piece.titre for piece in dossier.pieces))
    gaps = checks.gaps(dossier.catalogue)
    return {
        "document": parts.document(dossier, titre, dossier.catalogue.projet.intitule.valeur),
        "projet": parts.project(dossier),
        "periode": parts.period(dossier.periode),
        "fichiers": [_file(piece, titles.index(piece.titre) + 1) for piece in dossier.pieces],
        "receptions": [_reception(one) for one in etat.receptions(dossier)],
        "lacunes": [{"document": one.document, "message": one.message} for one in gaps],
        "totaux": {
            "documents": len(titles),
            "fichiers": len(dossier.pieces),
            "modifies": sum(piece.modifie for piece in dossier.pieces),
            "lacunes": len(gaps),
        },
    }


def _file(piece: PieceJointe, numero: int) -> dict[str, Any]:
    return {
        "numero": numero,
        "titre": piece.titre,
        "fichier": piece.fichier,
        "format": FORMATS.get(piece.format, piece.format),
        "modele": piece.modele or None,
        "empreinte": piece.sha256[:COURT],
        "modifie": piece.modifie,
    }


def _reception(one: etat.Reception) -> dict[str, Any]:
    return {
        "trimestre": one.trimestre,
        "nom": one.nom,
        "etat": one.etat,
        "date": one.date,
        "activites_faites": one.activites.faits,
        "activites_total": one.activites.total,
        "indicateurs_faits": one.indicateurs.faits,
        "indicateurs_total": one.indicateurs.total,
    }
