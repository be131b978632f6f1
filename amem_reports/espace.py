"""The workspace: where the catalogue, the templates and the output stand on this computer."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from amem_reports.errors import AmemError, Constat

PACKAGE = Path(__file__).resolve().parent
CATALOGUE, TEMPLATES, OUTPUT = "catalogue", "templates", "output"
LOGOS = "logos"
"""Inside the templates: `agence.png`, `bailleur.jpg`…"""
SUFFIXES = ("docx", "html", "xlsx")
"""of templates"""
PICTURES = (".png", ".jpg", ".jpeg", ".gif")


@dataclass(frozen=True)
class Espace:
    """The three folders that the work goes between."""

    catalogue: Path
    templates: Path
    _output: Path

    @property
    def output(self) -> Path:
        """Where documents go unless another folder is named; AmemError when a link would lead them out of the workspace."""
        if _is_link(self._output) and not Path(os.path.realpath(self._output)).is_relative_to(os.path.realpath(self._output.parent)):
            remedy = "nommer le dossier voulu avec --sortie, ou remplacer ce lien par un dossier"
            raise AmemError([Constat(OUTPUT, "", "ce lien mène hors de l’espace de travail", remedy)])
        return self._output

    @classmethod
    def of(cls, folder: Path) -> Espace:
        """The workspace whose three folders stand in `folder`."""
        return cls(folder / CATALOGUE, folder / TEMPLATES, folder / OUTPUT)

    def template(self, kind: str, modele: str, suffix: str) -> Path:
        """The file `templates/<kind>/<modele>.<suffix>`; AmemError with the names that exist when there is none."""
        known = self.modeles(kind, suffix)
        if modele in known:
            return self._folder(kind) / f"{modele}.{suffix}"
        raise AmemError([Constat(f"{TEMPLATES}/{kind}", f"modèle « {modele} »", *self._why_not(modele, suffix, known))])

    def modeles(self, kind: str, suffix: str) -> tuple[str, ...]:
        """Names of the templates of one kind, without the lock files that an open Word or Excel leaves."""
        return tuple(sorted(path.stem for path in _files(self._folder(kind), suffix)))

    def fichiers(self, kind: str) -> list[Path]:
        """All templates of one kind."""
        return sorted(_files(self._folder(kind)), key=lambda path: (path.suffix, path.stem))

    def emprunt(self, kind: str) -> tuple[str, ...]:
        """That the workspace has no template of a kind, so that amem's own are taken; nothing when it has one."""
        if self._folder(kind) == self.templates / kind:
            return ()
        remede = f"pour l’avoir ici et pouvoir le changer : amem modele nouveau {kind} defaut"
        return (str(Constat(f"{TEMPLATES}/{kind}", "", "aucun modèle dans cet espace de travail ; celui d’amem est pris", remede)),)

    def _folder(self, kind: str) -> Path:
        """Where the templates of a kind are: in the package while the workspace, made before there was that kind, has none at all."""
        own = self.templates / kind
        return own if _files(own) else next((folder for place in _places() if _files(folder := place / TEMPLATES / kind)), own)

    def logos(self) -> dict[str, Path]:
        """The logos that documents carry, by name without suffix (`agence`, `bailleur`); the folder need not exist."""
        found = sorted((self.templates / LOGOS).glob("*.*"))
        return {path.stem.lower(): path for path in found if path.suffix.lower() in PICTURES and path.is_file()}

    def _why_not(self, modele: str, suffix: str, known: tuple[str, ...]) -> tuple[str, str]:
        """Message and remedy for a template that is not there."""
        if Path(modele).name != modele or "\\" in modele or modele in {"", ".", ".."}:
            return "un modèle se désigne par son nom, sans dossier", f"choisir parmi : {', '.join(known)}"
        if not known:
            return f"aucun modèle .{suffix} dans ce dossier", f"y enregistrer un modèle, par exemple « {modele}.{suffix} »"
        choices = ", ".join(known)
        near = difflib.get_close_matches(modele.casefold(), known, n=1, cutoff=0.6)
        remedy = f"vouliez-vous dire « {near[0]} » ? Modèles connus : {choices}" if near else f"choisir parmi : {choices}"
        return f"« {modele}.{suffix} » n’existe pas", remedy


def _files(folder: Path, *suffixes: str) -> list[Path]:
    """The templates in a folder."""
    found = (path for suffix in suffixes or SUFFIXES for path in folder.glob(f"*.{suffix}"))
    return [path for path in found if path.is_file() and not path.name.startswith(("~$", "."))]


def _places() -> tuple[Path, Path]:
    """Where the copies of catalogue and templates may be: an installed package carries them, an editable one stands beside them."""
    return PACKAGE / "_donnees", PACKAGE.parent


def find(option: Path | None, start: Path) -> Espace:
    """The workspace that is asked for, else the one around `start`, else the copies inside the package (output then goes to `start`)."""
    if option is not None:
        return _asked_for(option)
    for folder in (start, *start.parents):
        if _complete(folder):
            return _kept_in(folder)
    return shipped(start)


def _kept_in(folder: Path) -> Espace:
    """The workspace in a folder; AmemError when a link in it leads outside: a folder that came from elsewhere could make this program
    read, or write over, what is none of its business.
    """
    espace, root = Espace.of(folder), os.path.realpath(folder)
    constats = []
    for path in [*_links(espace.catalogue), *_links(espace.templates)]:
        if not Path(os.path.realpath(path)).is_relative_to(root):
            remedy = "mettre le fichier ou le dossier lui-même à sa place"
            constats.append(Constat(path.relative_to(folder).as_posix(), "", "ce lien mène hors de l’espace de travail", remedy))
    if constats:
        raise AmemError(constats)
    return espace


def _links(folder: Path) -> Iterator[Path]:
    """A folder and all that stands in it, as far as these are links; none is followed."""
    if _is_link(folder):
        yield folder
        return
    for parent, folders, files in os.walk(folder):
        yield from (path for name in (*folders, *files) if _is_link(path := Path(parent, name)))


def _is_link(path: Path) -> bool:
    """A symbolic link, or what Windows calls a junction."""
    return path.is_symlink() or bool(getattr(path, "is_junction", bool)())


def _complete(folder: Path) -> bool:
    return (folder / CATALOGUE).is_dir() and (folder / TEMPLATES).is_dir()


def _asked_for(folder: Path) -> Espace:
    if not folder.is_dir():
        message = "ce n’est pas un dossier" if folder.exists() else "dossier introuvable"
        raise AmemError([Constat(str(folder), "", message, "vérifier le chemin donné à --espace")])
    missing = [name for name in (CATALOGUE, TEMPLATES) if not (folder / name).is_dir()]
    if missing:
        remedy = f"donner à --espace le dossier qui contient « {CATALOGUE} » et « {TEMPLATES} »"
        raise AmemError([Constat(str(folder), f"sous-dossier « {name} »", "introuvable", remedy) for name in missing])
    return _kept_in(folder)


def shipped(start: Path) -> Espace:
    """The copies inside the package."""
    for folder in _places():
        if _complete(folder):
            return Espace(folder / CATALOGUE, folder / TEMPLATES, start / OUTPUT)
    message = f"ni « {CATALOGUE} » ni « {TEMPLATES} » : l’installation est incomplète"
    raise AmemError([Constat("amem-reports", "", message, "réinstaller amem-reports, ou désigner un espace de travail avec --espace")])
