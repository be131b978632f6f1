"""What a file was made from and whether it was edited since, from the manifest and from what the file says of itself."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from amem_reports import manifeste, publish
from amem_reports.ecriture import digest
from amem_reports.errors import AmemError, Constat, reason
from amem_reports.french import typographie
from amem_reports.manifeste import COURT, Entree, Manifeste, Origine

MAX_ARCHIVE = 500_000_000
MAX_MEMBERS = 10_000
MAX_SHOWN = 100
MAX_MANIFEST = 5_000_000
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
            return typographie(f"  {self.fichier} : conforme au manifeste de l’archive")
        facts = (f"  {name} : {value}" for name, value in {**self.origine, "SHA-256": self.sha256}.items())
        return typographie("\n".join((f"{self.fichier} : {_VERDICTS[self.verdict]}", *facts, *(f"  {one}" for one in self.remarques))))


def attest(fichier: Path, output: Path) -> Iterator[Attestation]:
    """The attestation of a file; of an archive also that of each file in it. AmemError when it cannot be read."""
    try:
        if not fichier.is_file() and fichier.exists():
            raise AmemError([Constat(str(fichier), "", "ce n’est pas un fichier", "donner un document ou une archive")])
        sha256 = digest(fichier)
    except OSError as error:
        message = f"fichier impossible à lire ({reason(error)})"
        raise AmemError([Constat(str(fichier), "", message, "vérifier le nom et les droits")]) from error
    folder = next((one for one in (fichier.parent, output) if _cites(one, fichier.name, sha256)), None)
    told = publish.read_manifest(folder) if folder else Manifeste()
    remarks = (_UNFINISHED,) if any(publish.interrupted(one) for one in {fichier.parent, output}) else ()
    carried, members = _archive(fichier) if fichier.suffix.lower() == ".zip" else (Manifeste(), {})
    packs = (_pack_origin(periode, pack) for periode, pack in carried.paquets.items())
    yield _attestation(fichier.name, sha256, told, next(packs, {}) or _claimed(fichier), remarks)
    for name, content in members.items():
        yield replace(_attestation(_shown(PurePosixPath(name).name), content, carried, {}), archive=fichier.name)


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
    """What a Word, Excel or PDF file says of its making; nothing for any other, or a damaged one."""
    from amem_reports.rendering.claims import keywords

    return manifeste.claims(keywords(fichier))


def _pack_origin(periode: str, pack: dict[str, Any]) -> dict[str, str]:
    suivi = pack.get("suivi")
    said = {
        "catalogue": pack.get("catalogue"),
        "suivi": suivi.get("revision") if isinstance(suivi, dict) else None,
        "période": periode,
        "amem": pack.get("amem"),
    }
    return {name: _shown(str(value))[:MAX_SHOWN] for name, value in said.items() if value}


def _shown(text: str) -> str:
    """A text of a stranger's file without what would move a terminal's cursor."""
    return "".join(character for character in text if character.isprintable())


def _archive(fichier: Path) -> tuple[Manifeste, dict[str, str]]:
    """The manifest that an archive carries, and the SHA-256 of each file in it; nothing of what is no archive."""
    if not zipfile.is_zipfile(fichier):
        return Manifeste(), {}
    try:
        with zipfile.ZipFile(fichier) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            if len(members) > MAX_MEMBERS or sum(one.file_size for one in members) > MAX_ARCHIVE:
                raise AmemError([Constat(fichier.name, "", "archive trop grande", "vérifier d’où elle vient")])
            text = b"".join(archive.read(one) for one in members if one.filename == manifeste.NOM and one.file_size <= MAX_MANIFEST)
            return manifeste.parse(text.decode("utf-8", "replace")) or Manifeste(), {
                one.filename: _digest_of(archive, one) for one in members if one.filename != manifeste.NOM
            }
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise AmemError([Constat(fichier.name, "", "archive abîmée", "la reprendre d’une copie entière")]) from error


def _digest_of(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> str:
    with archive.open(member) as content:
        return hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
