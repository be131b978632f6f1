"""What is built carries the catalogue and the templates, and works where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ASK = """
import amem_reports
from amem_reports.espace import find
from pathlib import Path
print(amem_reports.__file__, *vars(find(None, Path.cwd())).values(), sep="\\n")
"""


def build(target: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [made] = folder.iterdir()
    return made


def files_below(folder: Path) -> set[str]:
    """Files of the checkout, without what an open Word or Excel leaves."""
    return {path.relative_to(ROOT).as_posix() for path in folder.rglob("*") if path.is_file() and not path.name.startswith((".~", "~$"))}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel's content: what an installer does with a pure wheel."""
    folder = tmp_path_factory.mktemp("site-packages")
    shutil.unpack_archive(build("wheel", tmp_path_factory.mktemp("wheel")), folder, "zip")
    return folder


def test_the_wheel_carries_every_catalogue_and_template_file_as_it_is(installed: Path) -> None:
    expected = files_below(ROOT / "catalogue") | files_below(ROOT / "templates")
    assert {name.split("/")[0] for name in expected} == {"catalogue", "templates"}
    for name in expected:
        assert (installed / "amem_reports" / "_donnees" / name).read_bytes() == (ROOT / name).read_bytes(), name


def test_the_wheel_holds_the_package_and_nothing_else(installed: Path) -> None:
    assert {path.name for path in installed.iterdir() if path.suffix != ".dist-info"} == {"amem_reports"}
    assert (installed / "amem_reports" / "rendering" / "pdf.bas").is_file()
    assert (installed / "amem_reports" / "demo" / "donnees.yaml").is_file()
    assert (installed / "amem_reports" / "demo" / "vierge" / "pays" / "pays.yaml").is_file()


def test_what_is_installed_finds_its_workspace_and_a_sound_catalogue(installed: Path, tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONUTF8": "1"}
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, check=False, capture_output=True, text=True, encoding="utf-8")

    package, catalogue, templates, output = map(Path, run("-c", ASK).stdout.splitlines())
    assert package.is_relative_to(installed)
    assert [catalogue, templates] == [installed / "amem_reports" / "_donnees" / name for name in ("catalogue", "templates")]
    assert output == tmp_path / "output"
    checked = run("-m", "amem_reports", "verifier")
    assert checked.returncode == 0, checked.stderr
    assert "52 activités" in checked.stdout.replace("\u00a0", " ")


def test_the_source_archive_can_build_the_wheel(tmp_path: Path) -> None:
    with tarfile.open(build("sdist", tmp_path)) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert files_below(ROOT / "catalogue") | files_below(ROOT / "templates") <= names
    assert {"pyproject.toml", "LICENSE", "README.md", "CHANGELOG.md", "amem_reports/rendering/pdf.bas"} <= names
