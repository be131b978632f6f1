"""The pack of a period: every document, the slip that lists them, and an archive of all that with its manifest."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from amem_reports import __version__, manifeste, publish
from amem_reports.document import Document
from amem_reports.dossier import Dossier, PieceJointe
from amem_reports.manifeste import Entree, Manifeste, Origine
from amem_reports.model import Pays, trimestres
from amem_reports.produce import Demande, Step, documents, make, pieces
from amem_reports.publish import MODIFIE, Atelier, Produit
from amem_reports.reports import BORDEREAU, CADRE_LOGIQUE, PLAN_TRAVAIL, RAPPORT

EPOCH = (1980, 1, 1, 0, 0, 0)
FORMATS_DU_BORDEREAU = ("docx", "pdf")


def wanted(dossier: Dossier) -> list[Document]:
    """The documents of a period: a plan a country, the logframe of the region and of each active country, the report."""
    return [
        *documents(PLAN_TRAVAIL, dossier),
        *documents(CADRE_LOGIQUE, dossier),
        *documents(CADRE_LOGIQUE, dossier, [pays for pays in dossier.catalogue.pays if _active(pays)]),
        *documents(RAPPORT, dossier),
    ]


def _active(pays: Pays) -> bool:
    return not pays.sous_regional and pays.suspension is None


def produce(wished: Sequence[Document], dossier: Dossier, demande: Demande, step: Step = lambda name: None) -> list[Produit]:
    """Make the pack of `dossier.periode`, all of it or nothing; what was made before from the very same is left as it stands."""
    demande = replace(demande, modele_ou_defaut=True)
    found = pieces(wished, demande)
    pieces([_slip(dossier, [])], _for_slip(demande))  # its template is missed before anything is made
    with publish.opened(demande.sortie, demande.kept_under) as atelier:
        made = make(atelier, found, demande, step)
        made += make(atelier, pieces([_slip(dossier, made)], _for_slip(demande)), demande, step)
        said = _said(dossier, made)
        made.append(_archive(atelier, dossier, made, said))
        return atelier.publish(made, {_code(dossier): said})


def _code(dossier: Dossier) -> str:
    if dossier.periode is None:
        raise ValueError("a pack is made for a period")
    return dossier.periode.code


def _slip(dossier: Dossier, made: Sequence[Produit]) -> Document:
    listed = tuple(
        PieceJointe(
            fichier=one.fichier.name,
            titre=one.titre,
            format=one.origine.format,
            modele=one.origine.modele.partition("/")[2],
            sha256=one.sha256,
            modifie=one.etat == MODIFIE,
        )
        for one in made
    )
    return BORDEREAU.document(replace(dossier, pieces=listed))


def _for_slip(demande: Demande) -> Demande:
    """The slip is a Word file, or a PDF where no Word file is asked for."""
    asked = [one for one in FORMATS_DU_BORDEREAU if one in demande.formats]
    return replace(demande, formats=(asked[0] if asked else FORMATS_DU_BORDEREAU[0],), modele="defaut")


def _said(dossier: Dossier, made: Sequence[Produit]) -> dict[str, Any]:
    """What the manifest says of the pack: revisions, follow-up records of the period, templates, files."""
    assert dossier.periode
    quarters = trimestres(dossier.periode.debut, dossier.periode.fin)
    records = [fiche for quarter in quarters for pays in dossier.catalogue.pays if (fiche := dossier.suivi.of(quarter.code, pays.code))]
    return {
        "amem": __version__,
        "date": dossier.date.isoformat(),
        "catalogue": dossier.catalogue.revision,
        "suivi": {
            "revision": dossier.suivi.revision,
            "fiches": {
                f"{fiche.periode}/{fiche.pays}": {
                    "etat": fiche.etat.value,
                    "revision": hashlib.sha256(fiche.model_dump_json().encode()).hexdigest()[: manifeste.COURT],
                }
                for fiche in records
            },
        },
        "modeles": {f"{one.origine.modele}.{_suffix(one)}": one.origine.modele_sha256 for one in made if one.origine.modele},
        "fichiers": [one.fichier.name for one in made],
        "modifies": [one.fichier.name for one in made if one.etat == MODIFIE],
    }


def _suffix(produit: Produit) -> str:
    return "docx" if produit.origine.format == "pdf" else produit.origine.format


def _archive(atelier: Atelier, dossier: Dossier, made: Sequence[Produit], said: dict[str, Any]) -> Produit:
    """The archive: files in the order of the slip, then the manifest, stored as they are; the same files give the same bytes."""
    code = _code(dossier)
    entries = {one.fichier.name: _entry(one) for one in made}
    text = Manifeste(entries, {code: said}).text().encode()
    origine = Origine(
        sorte="paquet",
        format="zip",
        catalogue=dossier.catalogue.revision,
        suivi=dossier.suivi.revision,
        periode=code,
        date=dossier.date.isoformat(),
        contexte=hashlib.sha256(text).hexdigest(),
        amem=__version__,
    )
    nom, titre = f"paquet_{code}.zip", "Tous les documents, leur bordereau et leur manifeste"
    if stands := atelier.standing(nom, titre, origine):
        return stands
    path = atelier.folder / nom
    with zipfile.ZipFile(path, "w") as archive:
        for one in made:
            archive.writestr(_member(one.fichier.name), one.contenu.read_bytes())
        archive.writestr(_member(manifeste.NOM), text)
    return atelier.place(path, titre, origine)


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, EPOCH)
    member.create_system = 0
    return member


def _entry(produit: Produit) -> Entree:
    return Entree(produit.titre, produit.sha256, produit.contenu.stat().st_size, produit.origine, produit.avertissements)
