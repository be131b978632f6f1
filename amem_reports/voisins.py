"""The files that data names for a document: pictures and documents, taken from one folder only, never from elsewhere."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

from amem_reports import octets
from amem_reports.errors import reason
from amem_reports.octets import RefusError
from amem_reports.rendering.filters import UnfitError
from amem_reports.rendering.inserts import Loader

MAX_FILE = 50_000_000


def files_in(folder: Path, nom: str = "dossier des données") -> Loader:
    """The loader of the files that stand in a folder, or below it; `nom` is what a message calls the folder."""
    folder = folder.resolve()

    def load(name: str) -> bytes:
        if "://" in name:
            raise UnfitError(f"adresse « {name} » : rien n’est pris sur le réseau, mettre le fichier dans le {nom}")
        try:
            wanted = (folder / name.replace("\\", "/")).resolve()
            if PureWindowsPath(name).anchor or not wanted.is_relative_to(folder):
                raise UnfitError(f"fichier « {name} » hors du {nom} : l’y mettre, et donner son nom sans dossier parent")
            return octets.read(wanted, MAX_FILE)
        except RefusError as error:
            said = error.message.removeprefix("fichier ")
            raise UnfitError(f"fichier « {name} » {said if said != error.message else f'impossible à lire ({said})'}") from error
        except (OSError, ValueError) as error:
            why = reason(error) if isinstance(error, OSError) else "nom refusé"
            raise UnfitError(f"fichier « {name} » impossible à lire ({why})") from error

    return load
