"""The workspace is found where a person expects it, and a wrong name is answered with the right ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from amem_reports import espace
from amem_reports.errors import AmemError
from amem_reports.espace import Espace, find


def workspace(folder: Path) -> Path:
    for name in ("catalogue", "templates/rapport"):
        (folder / name).mkdir(parents=True)
    return folder


def with_templates(folder: Path, *names: str) -> Espace:
    workspace(folder)
    for name in names:
        (folder / "templates" / "rapport" / name).touch()
    return Espace.of(folder)


def fault(error: pytest.ExceptionInfo[AmemError]) -> str:
    assert len(error.value.constats) == 1
    return str(error.value).replace("\u00a0", " ")


def test_the_folder_asked_for_wins_over_the_current_one(tmp_path: Path) -> None:
    current, asked = workspace(tmp_path / "ici"), workspace(tmp_path / "là-bas")
    assert find(asked, current) == Espace(asked / "catalogue", asked / "templates", asked / "output")


def test_a_workspace_is_found_from_any_folder_inside_it(tmp_path: Path) -> None:
    root = workspace(tmp_path)
    assert find(None, root / "templates" / "rapport").catalogue == root / "catalogue"
    assert find(None, root).output == root / "output"


def test_the_nearest_workspace_is_taken(tmp_path: Path) -> None:
    workspace(tmp_path)
    inner = workspace(tmp_path / "essai")
    assert find(None, inner).catalogue == inner / "catalogue"


@pytest.mark.parametrize("lone", ["catalogue", "templates"])
def test_one_folder_of_the_two_does_not_make_a_workspace(tmp_path: Path, lone: str) -> None:
    root, inner = workspace(tmp_path), tmp_path / "essai"
    (inner / lone).mkdir(parents=True)
    assert find(None, inner).catalogue == root / "catalogue"


def test_elsewhere_the_package_gives_its_own_copies_and_output_stays_with_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package, user = tmp_path / "site-packages" / "amem_reports", tmp_path / "moi"
    carried = workspace(package / "_donnees")
    monkeypatch.setattr(espace, "PACKAGE", package)
    assert find(None, user) == Espace(carried / "catalogue", carried / "templates", user / "output")


def test_an_editable_package_gives_the_folders_of_its_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout, user = workspace(tmp_path / "depot"), tmp_path / "moi"
    monkeypatch.setattr(espace, "PACKAGE", checkout / "amem_reports")
    assert find(None, user) == Espace(checkout / "catalogue", checkout / "templates", user / "output")


def test_a_broken_installation_says_how_to_mend_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(espace, "PACKAGE", tmp_path / "amem_reports")
    with pytest.raises(AmemError) as error:
        find(None, tmp_path)
    assert "l’installation est incomplète → réinstaller amem-reports" in fault(error)


def test_a_folder_asked_for_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(AmemError) as error:
        find(tmp_path / "absent", tmp_path)
    assert fault(error) == f"{tmp_path / 'absent'} : dossier introuvable → vérifier le chemin donné à --espace"


def test_a_file_asked_for_as_a_workspace_is_told(tmp_path: Path) -> None:
    (tmp_path / "plan.docx").touch()
    with pytest.raises(AmemError) as error:
        find(tmp_path / "plan.docx", tmp_path)
    assert "ce n’est pas un dossier" in fault(error)


def test_both_folders_that_miss_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(AmemError) as error:
        find(tmp_path, tmp_path)
    assert [constat.endroit.replace("\u00a0", " ") for constat in error.value.constats] == [
        "sous-dossier « catalogue »",
        "sous-dossier « templates »",
    ]


def test_a_template_is_found_by_kind_name_and_suffix(tmp_path: Path) -> None:
    found = with_templates(tmp_path, "defaut.docx", "defaut.xlsx", "italien.docx").template("rapport", "italien", "docx")
    assert found == tmp_path / "templates" / "rapport" / "italien.docx"


def test_lock_files_and_folders_are_no_templates(tmp_path: Path) -> None:
    found = with_templates(tmp_path, "defaut.docx", "~$defaut.docx", ".~lock.defaut.docx", "italien.docx")
    (tmp_path / "templates" / "rapport" / "dossier.docx").mkdir()
    assert found.modeles("rapport", "docx") == ("defaut", "italien")


@pytest.mark.parametrize("typed", ["italen", "Italien", "italien.docx"])
def test_a_misspelt_template_gets_the_nearest_name_and_all_names(tmp_path: Path, typed: str) -> None:
    with pytest.raises(AmemError) as error:
        with_templates(tmp_path, "defaut.docx", "italien.docx").template("rapport", typed, "docx")
    assert fault(error) == (
        f"templates/rapport, modèle « {typed} » : « {typed}.docx » n’existe pas"
        " → vouliez-vous dire « italien » ? Modèles connus : defaut, italien"
    )


def test_a_name_like_no_other_gets_all_names(tmp_path: Path) -> None:
    with pytest.raises(AmemError) as error:
        with_templates(tmp_path, "defaut.docx", "italien.docx").template("rapport", "xyz", "docx")
    assert fault(error).endswith("→ choisir parmi : defaut, italien")


def test_a_kind_without_any_template_says_where_to_put_one(tmp_path: Path) -> None:
    with pytest.raises(AmemError) as error:
        with_templates(tmp_path, "defaut.docx").template("rapport", "defaut", "xlsx")
    assert fault(error).endswith("aucun modèle .xlsx dans ce dossier → y enregistrer un modèle, par exemple « defaut.xlsx »")


@pytest.mark.parametrize("typed", ["../secret", "sous/defaut", "sous\\defaut", "..", ".", ""])
def test_a_template_name_never_leaves_its_folder(tmp_path: Path, typed: str) -> None:
    found = with_templates(tmp_path, "defaut.docx")
    for outside in (tmp_path / "templates" / "secret.docx", tmp_path / "templates" / "rapport" / "sous" / "defaut.docx"):
        outside.parent.mkdir(exist_ok=True)
        outside.touch()
    with pytest.raises(AmemError) as error:
        found.template("rapport", typed, "docx")
    assert "un modèle se désigne par son nom, sans dossier" in fault(error)
