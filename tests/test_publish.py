"""Files reach their place all together, and what a person edited is never lost."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from amem_reports import publish
from amem_reports.errors import AmemError
from amem_reports.publish import REPLACED, Produit


def put(sortie: Path, files: Mapping[str, str], kept_under: str | None = None) -> list[Produit]:
    with publish.staging(sortie) as folder:
        made = []
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
            made.append(Produit(folder / name, "Titre", ""))
        return publish.publish(made, sortie, kept_under)


def states(made: list[Produit]) -> list[tuple[str, str]]:
    return [(produit.fichier.name, produit.etat) for produit in made]


def visible(sortie: Path) -> dict[str, str]:
    return {
        path.name: path.read_text(encoding="utf-8") for path in sorted(sortie.iterdir()) if path.is_file() and not path.name.startswith(".")
    }


def test_files_are_created_then_left_then_updated(tmp_path: Path) -> None:
    assert states(put(tmp_path, {"plan.docx": "un"})) == [("plan.docx", "créé")]
    assert states(put(tmp_path, {"plan.docx": "un"})) == [("plan.docx", "inchangé")]
    assert states(put(tmp_path, {"plan.docx": "deux"})) == [("plan.docx", "mis à jour")]
    assert visible(tmp_path) == {"plan.docx": "deux"}


def test_an_edited_file_is_left_alone_and_the_new_one_stands_beside_it(tmp_path: Path) -> None:
    put(tmp_path, {"plan.docx": "un"})
    (tmp_path / "plan.docx").write_text("corrigé à la main", encoding="utf-8")
    made = put(tmp_path, {"plan.docx": "deux"})
    assert states(made) == [("plan (nouvelle version).docx", "nouvelle version")]
    assert "modifié à la main" in made[0].avertissements[0]
    assert visible(tmp_path) == {"plan.docx": "corrigé à la main", "plan (nouvelle version).docx": "deux"}


def test_an_edited_new_version_is_left_alone_too(tmp_path: Path) -> None:
    put(tmp_path, {"plan.docx": "un"})
    (tmp_path / "plan.docx").write_text("à la main", encoding="utf-8")
    put(tmp_path, {"plan.docx": "deux"})
    (tmp_path / "plan (nouvelle version).docx").write_text("à la main aussi", encoding="utf-8")
    assert states(put(tmp_path, {"plan.docx": "trois"})) == [("plan (nouvelle version 2).docx", "nouvelle version")]
    assert states(put(tmp_path, {"plan.docx": "quatre"})) == [("plan (nouvelle version 2).docx", "nouvelle version")]
    assert sorted(visible(tmp_path).values()) == ["quatre", "à la main", "à la main aussi"]


def test_a_file_that_the_program_never_made_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "plan.docx").write_text("venu d’ailleurs", encoding="utf-8")
    put(tmp_path, {"plan.docx": "un"})
    assert visible(tmp_path)["plan.docx"] == "venu d’ailleurs"


def test_replacing_keeps_every_edited_file_in_a_dated_folder(tmp_path: Path) -> None:
    put(tmp_path, {"plan.docx": "un"})
    for text in ("première main", "seconde main"):
        (tmp_path / "plan.docx").write_text(text, encoding="utf-8")
        assert states(put(tmp_path, {"plan.docx": "deux"}, kept_under="2019-07-15")) == [("plan.docx", "remplacé")]
    assert visible(tmp_path) == {"plan.docx": "deux"}
    assert visible(tmp_path / REPLACED / "2019-07-15") == {"plan (2).docx": "seconde main", "plan.docx": "première main"}


def test_a_failure_in_the_middle_puts_everything_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, {"a.docx": "a1", "b.docx": "b1"})
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    real = Path.replace

    def refuse(source: Path, target: Path) -> Path:
        if target == tmp_path / "b.docx" and source.suffix != ".avant":
            raise PermissionError(13, "Permission denied", str(target))
        return real(source, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(AmemError) as caught:
        put(tmp_path, {"c.docx": "c1", "a.docx": "a2", "b.docx": "b2"})
    assert "b.docx" in str(caught.value)
    assert "le fermer dans Word ou Excel" in str(caught.value)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_nothing_is_left_of_a_run_that_fails_while_making(tmp_path: Path) -> None:
    def fail() -> None:
        with publish.staging(tmp_path) as folder:
            (folder / "plan.docx").write_text("moitié", encoding="utf-8")
            raise KeyError("panne")

    with pytest.raises(KeyError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("", encoding="utf-8")
    with pytest.raises(AmemError, match="dossier de sortie impossible à écrire") as caught, publish.staging(tmp_path / "fichier"):
        pass
    assert "un fichier porte déjà ce nom" in str(caught.value)


def test_a_folder_standing_where_a_file_goes_is_told(tmp_path: Path) -> None:
    (tmp_path / "plan.docx").mkdir()
    with pytest.raises(AmemError, match="impossible à écrire"):
        put(tmp_path, {"plan.docx": "un"})


def test_a_spoiled_record_makes_every_file_count_as_edited(tmp_path: Path) -> None:
    put(tmp_path, {"plan.docx": "un"})
    (tmp_path / publish.RECORD).write_text("{pas du JSON", encoding="utf-8")
    assert states(put(tmp_path, {"plan.docx": "deux"})) == [("plan (nouvelle version).docx", "nouvelle version")]
