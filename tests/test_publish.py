"""Files reach their place all together, and what a person edited is never lost."""

from __future__ import annotations

import errno
import os
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from amem_reports import ecriture, publish
from amem_reports.errors import AmemError
from amem_reports.manifeste import NOM, Origine
from amem_reports.publish import REPLACED, Produit


@pytest.fixture(autouse=True)
def _quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits for the disk here, but where a test looks at that."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


def origine(text: str) -> Origine:
    return Origine(sorte="plan", format="docx", contexte=text)


def put(sortie: Path, files: Mapping[str, str], kept_under: str | None = None) -> list[Produit]:
    """Make these files as a command does: what stands already from the same text is not made again."""
    with publish.opened(sortie, kept_under) as atelier:
        made = []
        for name, text in files.items():
            if stands := atelier.standing(name, "Titre", origine(text)):
                made.append(stands)
                continue
            (atelier.folder / name).write_text(text, encoding="utf-8")
            made.append(atelier.place(atelier.folder / name, "Titre", origine(text)))
        return atelier.publish(made)


def states(made: list[Produit]) -> list[tuple[str, str]]:
    return [(produit.fichier.name, produit.etat) for produit in made]


def visible(sortie: Path) -> dict[str, str]:
    return {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted(sortie.iterdir())
        if path.is_file() and not path.name.startswith(".") and path.name != NOM
    }


def everything(sortie: Path) -> dict[str, bytes]:
    """All that stands in a folder, hidden files too, but for the lock, which is no content."""
    return {
        str(path.relative_to(sortie)): path.read_bytes() for path in sortie.rglob("*") if path.is_file() and path.name != ".amem-verrou"
    }


def test_files_are_created_then_left_then_updated(tmp_path: Path) -> None:
    assert states(put(tmp_path, {"plan.docx": "un"})) == [("plan.docx", "créé")]
    assert states(put(tmp_path, {"plan.docx": "un"})) == [("plan.docx", "inchangé")]
    assert states(put(tmp_path, {"plan.docx": "deux"})) == [("plan.docx", "mis à jour")]
    assert visible(tmp_path) == {"plan.docx": "deux"}


def test_a_run_with_nothing_to_do_writes_nothing(tmp_path: Path) -> None:
    put(tmp_path, {"plan.docx": "un"})
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir() if path.is_file() and path.name != ".amem-verrou"}
    put(tmp_path, {"plan.docx": "un"})
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_file_that_was_taken_away_is_made_again_and_says_so(tmp_path: Path) -> None:
    put(tmp_path, {"plan.docx": "un"})
    (tmp_path / "plan.docx").unlink()
    (made,) = put(tmp_path, {"plan.docx": "un"})
    assert (made.etat, made.raison) == ("créé", "fichier disparu")


def test_an_edited_file_is_left_alone_and_the_new_one_stands_beside_it(tmp_path: Path) -> None:
    put(tmp_path, {"plan.docx": "un"})
    (tmp_path / "plan.docx").write_text("corrigé à la main", encoding="utf-8")
    made = put(tmp_path, {"plan.docx": "deux"})
    assert states(made) == [("plan (nouvelle version).docx", "nouvelle version")]
    assert "modifié à la main" in made[0].alertes[0]
    assert visible(tmp_path) == {"plan.docx": "corrigé à la main", "plan (nouvelle version).docx": "deux"}
    (again,) = put(tmp_path, {"plan.docx": "deux"})
    assert states([again]) == [("plan (nouvelle version).docx", "inchangé")]
    assert "modifié à la main" in again.alertes[0]


def test_an_edited_file_whose_data_did_not_change_stands_alone(tmp_path: Path) -> None:
    put(tmp_path, {"plan.docx": "un"})
    (tmp_path / "plan.docx").write_text("corrigé à la main", encoding="utf-8")
    assert states(put(tmp_path, {"plan.docx": "un"})) == [("plan.docx", "modifié à la main")]
    assert visible(tmp_path) == {"plan.docx": "corrigé à la main"}
    assert states(put(tmp_path, {"plan.docx": "deux"})) == [("plan (nouvelle version).docx", "nouvelle version")]


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


@pytest.mark.attaque("sorties")
def test_a_spoiled_manifest_makes_every_file_count_as_edited(tmp_path: Path) -> None:
    for spoiled in ("{pas du JSON", "[]", '{"forme": 1, "fichiers": {"plan.docx": 3}, "paquets": {}}', '{"forme": 99}', "[" * 100_000):
        folder = tmp_path / str(len(spoiled))
        put(folder, {"plan.docx": "un"})
        (folder / NOM).write_text(spoiled, encoding="utf-8")
        assert states(put(folder, {"plan.docx": "deux"})) == [("plan (nouvelle version).docx", "nouvelle version")]


def test_every_file_is_on_the_disk_before_it_gets_its_name_and_the_folder_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, {"a.docx": "a1"})
    real = os.replace
    done: list[int | str] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: done.append(os.fstat(descriptor).st_ino))

    def rename(source: str, target: str) -> None:
        assert Path(source).stat().st_ino in done, target
        real(source, target)
        done.append(Path(target).name)

    monkeypatch.setattr(os, "replace", rename)
    put(tmp_path, {"a.docx": "a2", "b.docx": "b1"})
    folder = tmp_path.stat().st_ino
    assert [one for one in done if isinstance(one, str)] == [".amem-journal.json", "a.docx", "b.docx", NOM]
    assert folder in done[done.index("b.docx") : done.index(NOM)]
    assert folder in done[done.index(NOM) :]


def test_a_manifest_names_files_of_its_folder_only(tmp_path: Path) -> None:
    sortie = tmp_path / "sortie"
    put(sortie, {"plan.docx": "un"})
    manifest = (sortie / NOM).read_text(encoding="utf-8")
    for name in ("plan (nouvelle version)/../../secret.docx", "..\\\\secret.docx", "/secret.docx"):
        (sortie / NOM).write_text(manifest.replace("plan.docx", name), encoding="utf-8")
        assert publish.read_manifest(sortie).fichiers == {}, name


# --- what the system may refuse ---------------------------------------------------------------------------------------------------------

Fault = Callable[[pytest.MonkeyPatch], None]


def refusing(name: str, error: OSError, when: Callable[[tuple[object, ...]], bool]) -> Fault:
    """A system whose function `os.<name>` fails with this error when its arguments say so."""

    def inject(monkeypatch: pytest.MonkeyPatch) -> None:
        real = getattr(os, name)

        def refuse(*arguments: object, **more: object) -> object:
            if when(arguments):
                raise error
            return real(*arguments, **more)

        monkeypatch.setattr(os, name, refuse)

    return inject


def onto(name: str) -> Callable[[tuple[object, ...]], bool]:
    """Whether a rename gives a file this name, and is not the putting back of an old one."""
    return lambda arguments: Path(str(arguments[1])).name == name and not str(arguments[0]).endswith(".avant")


FULL = OSError(errno.ENOSPC, "No space left on device")
FAULTS: dict[str, tuple[Fault, str]] = {
    "the second rename is refused": (
        refusing("replace", PermissionError(errno.EACCES, "denied", "b.docx"), onto("b.docx")),
        "b.docx : fichier impossible à écrire (accès refusé)",
    ),
    "the disk is full when the files are forced to it": (refusing("fsync", FULL, lambda _: True), "disque plein"),
    "the disk is full when the manifest is written": (refusing("replace", FULL, onto(NOM)), "disque plein"),
    "the disk is full when the journal is written": (refusing("replace", FULL, onto(".amem-journal.json")), "disque plein"),
    "the disk has become read-only": (refusing("replace", OSError(errno.EROFS, "read-only"), lambda _: True), "disque en lecture seule"),
}


@pytest.mark.attaque("sorties")
@pytest.mark.parametrize(("fault", "sentence"), FAULTS.values(), ids=FAULTS)
def test_a_refusal_leaves_every_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Fault, sentence: str) -> None:
    put(tmp_path, {"a.docx": "a1", "b.docx": "b1"})
    (tmp_path / "d.docx").write_text("d’une personne", encoding="utf-8")
    before = everything(tmp_path)
    with monkeypatch.context() as patched:
        fault(patched)
        with pytest.raises(AmemError) as caught:
            put(tmp_path, {"c.docx": "c1", "a.docx": "a2", "b.docx": "b2", "d.docx": "d2"}, kept_under="2019-07-15")
    assert sentence in str(caught.value)
    assert "rien n’a été changé" in str(caught.value)
    assert everything(tmp_path) == before
    assert states(put(tmp_path, {"a.docx": "a2", "b.docx": "b2"})) == [("a.docx", "mis à jour"), ("b.docx", "mis à jour")]


@pytest.mark.attaque("sorties")
def test_files_open_in_excel_on_windows_are_all_named_before_anything_moves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, {"a.xlsx": "a1", "b.xlsx": "b1", "c.xlsx": "c1"})
    before, real, moved = everything(tmp_path), Path.open, []

    def held(path: Path, mode: str = "r", *more: object, **named: object) -> object:
        if mode == "rb+" and path.parent == tmp_path and path.name in ("b.xlsx", "c.xlsx"):
            error = PermissionError(errno.EACCES, "sharing violation", str(path))
            error.winerror = 32  # type: ignore[attr-defined]
            raise error
        return real(path, mode, *more, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", held)
    monkeypatch.setattr(publish.Atelier, "_move", lambda *_: moved.append(1))
    with pytest.raises(AmemError) as caught:
        put(tmp_path, {"a.xlsx": "a2", "b.xlsx": "b2", "c.xlsx": "c2"})
    assert [constat.fichier for constat in caught.value.constats] == ["b.xlsx", "c.xlsx"]
    assert "fichier ouvert dans un autre programme" in str(caught.value)
    assert moved == []
    assert everything(tmp_path) == before


@pytest.mark.attaque("sorties")
def test_where_the_disk_knows_no_second_names_a_copy_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, {"a.docx": "a1", "b.docx": "b1"})
    before = everything(tmp_path)
    refusing("link", OSError(errno.EPERM, "no links here"), lambda _: True)(monkeypatch)
    FAULTS["the second rename is refused"][0](monkeypatch)
    with pytest.raises(AmemError):
        put(tmp_path, {"a.docx": "a2", "b.docx": "b2"})
    assert everything(tmp_path) == before


@pytest.mark.attaque("sorties")
def test_where_not_even_the_old_files_can_be_put_back_the_next_run_ends_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, {"a.docx": "a1", "b.docx": "b1"})
    with monkeypatch.context() as patched:
        refusing("replace", FULL, lambda arguments: "b.docx" in str(arguments[1]) or str(arguments[0]).endswith(".avant"))(patched)
        with pytest.raises(AmemError, match="relancer la même commande"):
            put(tmp_path, {"a.docx": "a2", "b.docx": "b2"})
    assert publish.interrupted(tmp_path)
    assert states(put(tmp_path, {"a.docx": "a2", "b.docx": "b2"})) == [("a.docx", "inchangé"), ("b.docx", "mis à jour")]
    assert not publish.interrupted(tmp_path)


@pytest.mark.attaque("sorties")
def test_nothing_is_left_of_a_run_that_fails_while_making(tmp_path: Path) -> None:
    def fail() -> None:
        with publish.opened(tmp_path) as atelier:
            (atelier.folder / "plan.docx").write_text("moitié", encoding="utf-8")
            raise KeyError("panne")

    with pytest.raises(KeyError):
        fail()
    assert everything(tmp_path) == {}


@pytest.mark.attaque("sorties")
def test_a_disk_that_is_full_while_a_document_is_made_is_told(tmp_path: Path) -> None:
    with pytest.raises(AmemError, match="disque plein"), publish.opened(tmp_path):
        raise FULL
    assert everything(tmp_path) == {}


@pytest.mark.attaque("sorties")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("", encoding="utf-8")
    with pytest.raises(AmemError, match="dossier de sortie impossible à écrire") as caught:
        put(tmp_path / "fichier", {"plan.docx": "un"})
    assert "un fichier porte déjà ce nom" in str(caught.value)


@pytest.mark.attaque("sorties")
def test_a_read_only_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> object:
        raise PermissionError(errno.EACCES, "denied", str(tmp_path))

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    with pytest.raises(AmemError, match=r"dossier de sortie impossible à écrire \(accès refusé\) → choisir un autre dossier"):
        put(tmp_path, {"plan.docx": "un"})


@pytest.mark.attaque("sorties")
def test_a_folder_standing_where_a_file_goes_is_told(tmp_path: Path) -> None:
    (tmp_path / "plan.docx").mkdir()
    with pytest.raises(AmemError, match="impossible à écrire"):
        put(tmp_path, {"plan.docx": "un"})


@pytest.mark.attaque("sorties")
@pytest.mark.parametrize("name", ["CON", "aux.docx", "Lpt1.xlsx", "plan .docx.", "plan?.docx", "a:b.docx", "nul .docx", "fin ", "com9"])
def test_names_that_windows_reserves_are_refused_everywhere(name: str) -> None:
    with pytest.raises(AmemError, match="nom que Windows n’accepte pas"):
        ecriture.check_names([name])


def test_names_that_are_too_long_are_refused_and_good_ones_pass() -> None:
    with pytest.raises(AmemError, match="nom de 126 caractères ; il en faut 120 au plus"):
        ecriture.check_names(["x" * 121 + ".docx"])
    ecriture.check_names(["plan-de-travail_côte-d’ivoire (nouvelle version).docx", "console.docx", "common.docx", "aux-pays.docx"])


def test_a_folder_to_make_has_a_name_that_windows_takes(tmp_path: Path) -> None:
    with pytest.raises(AmemError, match="Windows"):
        put(tmp_path / "nul", {"plan.docx": "un"})
    assert not (tmp_path / "nul").exists()


# --- two runs, and runs that are killed -------------------------------------------------------------------------------------------------


def test_a_second_run_waits_for_the_first_and_then_says_that_it_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "WAIT", 0.05)
    with publish.opened(tmp_path), pytest.raises(AmemError, match="une autre production y est en cours"):
        put(tmp_path, {"plan.docx": "un"})
    assert states(put(tmp_path, {"plan.docx": "un"})) == [("plan.docx", "créé")]


def test_two_runs_at_once_end_with_the_files_of_one_of_them(tmp_path: Path) -> None:
    names = [f"{n}.docx" for n in range(8)]
    runs = [threading.Thread(target=put, args=(tmp_path, dict.fromkeys(names, text))) for text in ("un", "deux")]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    assert set(visible(tmp_path)) == set(names)
    assert len(set(visible(tmp_path).values())) == 1


STEPS = ("replace", "link", "unlink", "fsync")
"""The calls by which a run changes what stands under a name, or makes it last."""
BEFORE = {"a.docx": "a1", "b.docx": "b1", "main.docx": "m1"}
AFTER = {"a.docx": "a2", "b.docx": "b2", "c.docx": "c2", "main.docx": "m2"}


def killed_at(step: int, sortie: Path) -> bool:
    """Let a child process make the files and die, as by a power cut, at its n-th change of the disk; whether it lived."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    left = step

    def dying(real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **more: object) -> object:
            nonlocal left
            left -= 1
            if left < 0:
                os._exit(9)
            return real(*arguments, **more)

        return call

    for name in STEPS:
        setattr(os, name, dying(getattr(os, name)))
    try:
        put(sortie, AFTER, kept_under="2019-07-15")
    finally:
        os._exit(0)


@pytest.mark.skipif(sys.platform == "win32", reason="a process is copied to be killed, which Windows does not know")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_wherever_a_run_is_killed_every_file_is_whole_and_the_next_run_ends_complete(tmp_path: Path) -> None:
    step, lived = 0, False
    while not lived:
        sortie = tmp_path / str(step)
        put(sortie, BEFORE)
        (sortie / "main.docx").write_text("d’une personne", encoding="utf-8")
        lived = killed_at(step, sortie)
        stands = visible(sortie)
        for name, old in BEFORE.items():
            assert stands[name] in (old, AFTER[name], "d’une personne"), (step, name)
        kept = visible(sortie / REPLACED / "2019-07-15") if (sortie / REPLACED / "2019-07-15").exists() else {}
        assert "d’une personne" in {*stands.values(), *kept.values()}, step
        told = publish.read_manifest(sortie)
        whole = all(ecriture.digest(sortie / name) == entry.sha256 for name, entry in told.fichiers.items() if name != "main.docx")
        assert whole or publish.interrupted(sortie), step

        put(sortie, AFTER, kept_under="2019-07-15")
        assert visible(sortie) == AFTER, step
        assert {one.name for one in sortie.iterdir()} == {*AFTER, NOM, REPLACED, ".amem-verrou"}, step
        assert "d’une personne" in visible(sortie / REPLACED / "2019-07-15").values(), step
        assert states(put(sortie, AFTER)) == [(name, "inchangé") for name in AFTER], step
        step += 1
    assert step > 20


# --- one file, as for « amem modele remplir » ---------------------------------------------------------------------------------------------


def test_one_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "lettre.docx"
    target.write_bytes(b"ancien")
    with monkeypatch.context() as patched:
        refusing("fsync", FULL, lambda _: True)(patched)
        with (
            pytest.raises(AmemError, match=r"lettre\.docx : fichier impossible à écrire \(disque plein\)"),
            ecriture.written(target) as out,
        ):
            out.write(b"nouveau")
    assert everything(tmp_path) == {"lettre.docx": b"ancien"}
    with pytest.raises(TypeError), ecriture.written(target) as out:
        out.write(b"moiti" + None)  # type: ignore[operator]
    assert everything(tmp_path) == {"lettre.docx": b"ancien"}
    with ecriture.written(target) as out:
        out.write(b"nouveau")
    assert everything(tmp_path) == {"lettre.docx": b"nouveau"}


def test_one_file_with_a_name_that_windows_reserves_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AmemError, match="Windows"), ecriture.written(tmp_path / "con.docx"):
        pytest.fail("the file was opened")
