"""What a file was made from and whether it was edited since, from the manifest and from what the file says of itself."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from amem_reports import manifeste, publish
from amem_reports.ecriture import digest
from amem_reports.errors import AmemError, Constat, reason
from amem_reports.french import typographie
from amem_reports.manifeste import COURT, Entree, Manifeste, Origine

MAX_MEMBER = 200_000_000
MAX_MEMBERS = 10_000
MAX_MANIFEST = 20_000_000
INTACT, MODIFIE, INCONNU, ETRANGER = "intact", "modifié", "intégrité inconnue", "étranger"
_VERDICTS = {
    INTACT: "intact : tel qu’il a été produit",
    MODIFIE: "modifié depuis sa production",
    INCONNU: "intégrité impossible à dire : aucun manifeste ne cite ce fichier ; ce qui suit est ce qu’il dit de lui-même",
    ETRANGER: "aucun manifeste ne le cite, et rien dans ses propriétés ne dit qu’il a été produit par amem",
}


@dataclass(frozen=True)
class Attestation:
    """What is known of one file; `origine` says, by name, what it was made from."""

    fichier: str
    verdict: str
    sha256: str
    origine: dict[str, str]
    remarques: tuple[str, ...] = ()
    archive: str = ""
    """the archive that it stands in"""

    @property
    def intact(self) -> bool:
        """Whether it is proven to be as it was made."""
        return self.verdict == INTACT

    def as_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {**asdict(self), "remarques": list(self.remarques)}

    def text(self) -> str:
        """The verdict, then one line a fact; the verdict alone for a file of an archive that is as it was made."""
        if self.archive and self.intact:
            return typographie(f"  {self.fichier} : intact")
        facts = (f"  {name} : {value}" for name, value in {**self.origine, "SHA-256": self.sha256}.items())
        return typographie("\n".join((f"{self.fichier} : {_VERDICTS[self.verdict]}", *facts, *(f"  {one}" for one in self.remarques))))


def attest(fichier: Path, output: Path) -> Iterator[Attestation]:
    """The attestation of a file; of an archive also that of each file in it. AmemError when it cannot be read."""
    try:
        sha256 = digest(fichier)
    except OSError as error:
        raise AmemError(
            [Constat(str(fichier), "", f"fichier impossible à lire ({reason(error)})", "vérifier le nom et les droits")]
        ) from error
    folder = next((one for one in (fichier.parent, output) if _cites(one, fichier.name, sha256)), None)
    told = publish.read_manifest(folder) if folder else Manifeste()
    remarks = (_UNFINISHED,) if any(publish.interrupted(one) for one in {fichier.parent, output}) else ()
    yield _attestation(fichier.name, sha256, told, _claimed(fichier), remarks)
    if zipfile.is_zipfile(fichier) and fichier.suffix.lower() == ".zip":
        yield from _members(fichier)


_UNFINISHED = "Attention : une production a été interrompue dans ce dossier ; la relancer la finira."


def _cites(folder: Path, name: str, sha256: str) -> bool:
    found = publish.read_manifest(folder)
    return name in found.fichiers or any(found.of(sha256))


def _attestation(name: str, sha256: str, told: Manifeste, claimed: dict[str, str], remarks: tuple[str, ...] = ()) -> Attestation:
    same = next(told.of(sha256), None)
    if same:
        renamed = (f"produit sous le nom « {same[0]} »",) if same[0] != name else ()
        return Attestation(name, INTACT, sha256, _origin(same[1]), (*renamed, *remarks))
    if entry := told.fichiers.get(name):
        differs = () if not claimed or claimed == manifeste.claims(entry.origine.mots_cles) else (_OTHER,)
        return Attestation(name, MODIFIE, sha256, _origin(entry), (f"SHA-256 à la production : {entry.sha256}", *differs, *remarks))
    return Attestation(name, INCONNU if claimed else ETRANGER, sha256, claimed, remarks)


_OTHER = "ses propriétés disent une autre origine que le manifeste : il vient peut-être d’une autre production"


def _origin(entry: Entree) -> dict[str, str]:
    origine: Origine = entry.origine
    said = {"document": entry.titre, **manifeste.claims(origine.mots_cles), "date": origine.date}
    if origine.modele_sha256:
        said["modèle"] = f"{origine.modele} ({origine.modele_sha256[:COURT]})"
    return {name: value for name, value in said.items() if value}


def _claimed(fichier: Path) -> dict[str, str]:
    """What a Word, Excel or PDF file, or an archive's manifest, says of its making; nothing for any other, or a damaged one."""
    from amem_reports.rendering.claims import keywords

    if fichier.suffix.lower() != ".zip":
        return manifeste.claims(keywords(fichier))
    with suppress(OSError, KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError), zipfile.ZipFile(fichier) as archive:
        member = archive.getinfo(manifeste.NOM)
        packs = _carried(archive.read(member)).paquets if member.file_size <= MAX_MANIFEST else {}
        return next((_pack_origin(periode, pack) for periode, pack in packs.items()), {})
    return {}


def _carried(content: bytes) -> Manifeste:
    return manifeste.parse(content.decode("utf-8", "replace")) or Manifeste()


def _pack_origin(periode: str, pack: dict[str, Any]) -> dict[str, str]:
    suivi = pack.get("suivi")
    said = {
        "catalogue": pack.get("catalogue"),
        "suivi": suivi.get("revision") if isinstance(suivi, dict) else None,
        "période": periode,
        "amem": pack.get("amem"),
    }
    return {name: str(value) for name, value in said.items() if value}


def _members(fichier: Path) -> Iterator[Attestation]:
    """Each file of an archive against the manifest that it carries."""
    with zipfile.ZipFile(fichier) as archive:
        members = [one for one in archive.infolist() if not one.is_dir()]
        if len(members) > MAX_MEMBERS or any(one.file_size > MAX_MEMBER for one in members):
            raise AmemError([Constat(fichier.name, "", "archive trop grande", "vérifier d’où elle vient")])
        try:
            contents = {one.filename: archive.read(one) for one in members}
        except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError) as error:
            raise AmemError([Constat(fichier.name, "", "archive abîmée", "la reprendre d’une copie entière")]) from error
    told = _carried(contents.pop(manifeste.NOM, b""))
    for name, content in contents.items():
        found = _attestation(PurePosixPath(name).name, hashlib.sha256(content).hexdigest(), told, {})
        yield replace(found, archive=fichier.name)
