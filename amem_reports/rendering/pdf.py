"""Word and Excel files to PDF through LibreOffice: one hidden process for all of them, in a throw-away profile.

LibreOffice's exit status says nothing, so files are checked before and results after. The work inside LibreOffice is a Basic macro
(`pdf.bas`) put into that profile: it needs nothing but LibreOffice itself, on every system, and can update contents lists, which a
plain `--convert-to` cannot.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from xml.sax.saxutils import escape

from amem_reports import french
from amem_reports.errors import AmemError, Constat, reason
from amem_reports.rendering import pdf_finish
from amem_reports.rendering.package import Package
from amem_reports.rendering.pdf_finish import LANGUAGE, Facts

MAIN_PARTS = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml"}
INSTALL = {
    "linux": "sudo apt install libreoffice-writer-nogui libreoffice-calc-nogui",
    "darwin": "brew install --cask libreoffice",
    "win32": "winget install TheDocumentFoundation.LibreOffice",
}
ROOT = Path("/")
VERSIONS = ("versionrc", "version.ini", "../Resources/versionrc")
"""Where LibreOffice says which build it is, from the program’s own folder: on Linux, Windows and macOS."""
WINDOWS_PLACES = ("ProgramW6432", "ProgramFiles", "ProgramFiles(x86)")
_TURN = 0.05

_SETTINGS = (
    ("/org.openoffice.Setup/Office", "ooSetupInstCompleted", "true"),  # a profile that is not new keeps the macro that it is given
    ("/org.openoffice.Setup/Product", "ooSetupLastVersion", "99.9"),  # no tests of how it draws, as after an update: 0.7 s
    ("/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),  # a template's remote pictures stay away
    ("/org.openoffice.Setup/L10N", "ooSetupSystemLocale", LANGUAGE),  # French numbers, and the language of workbook PDFs
)
_BUILD = re.compile(r"^buildid=(.+)$", re.MULTILINE)
_OOO = "http://openoffice.org/2000"
_PROFILE = {  # the files of a profile with our settings and one macro
    "registrymodifications.xcu": '<oor:items xmlns:oor="http://openoffice.org/2001/registry">{settings}</oor:items>',
    "basic/script.xlc": f'<l:libraries xmlns:l="{_OOO}/library"><l:library l:name="Standard" l:link="false"/></l:libraries>',
    "basic/Standard/script.xlb": f'<l:library xmlns:l="{_OOO}/library" l:name="Standard"><l:element l:name="Amem"/></l:library>',
    "basic/Standard/Amem.xba": f'<s:module xmlns:s="{_OOO}/script" s:name="Amem" s:language="StarBasic">{{macro}}</s:module>',
}


def available() -> bool:
    """Whether LibreOffice is on this machine."""
    return _soffice() is not None


def convert(files: Sequence[Path], folder: Path, timeout: float | None = None) -> list[Path]:
    """Make `folder/<name>.pdf` of each .docx or .xlsx, in their order; AmemError and no PDF at all when one of them fails.

    Word files give PDF/UA-1 and PDF/A-2b, workbooks PDF/A-2b. The same files give the same bytes.
    """
    targets = [folder / f"{file.stem}.pdf" for file in files]
    if len(set(targets)) < len(targets):
        raise ValueError("two files would become one PDF")
    soffice = _soffice()
    if soffice is None:
        raise AmemError([_not_installed()])
    if not files:
        return []
    facts = _checked(files)
    with tempfile.TemporaryDirectory(prefix="amem-pdf-", ignore_cleanup_errors=True) as temporary:
        work, profile = Path(temporary, "work"), Path(temporary, "profile")
        work.mkdir()
        for number, file in enumerate(files):
            shutil.copyfile(file, work / f"{number}{file.suffix.lower()}")
        _write_profile(profile, work, len(files))
        _write_build(profile, soffice)
        making = _Making(files, facts, work)
        said = _run(soffice, profile, timeout or 60 + 10 * len(files), making.finish)
        for pdf, target in zip(making.results(said), targets, strict=True):
            shutil.move(pdf, target)
    return targets


def _soffice() -> str | None:
    """The program: on the path, or where its installers put it on macOS, Windows and Linux."""
    for name in ("soffice", "libreoffice"):
        if found := shutil.which(name):
            return found
    places = [folder / "Applications/LibreOffice.app/Contents/MacOS/soffice" for folder in (ROOT, Path.home())]
    places += [Path(os.environ[variable], "LibreOffice/program/soffice.com") for variable in WINDOWS_PLACES if variable in os.environ]
    places += sorted((ROOT / "opt").glob("libreoffice*/program/soffice"), reverse=True)
    return next((str(place) for place in places if place.is_file()), None)


def _not_installed() -> Constat:
    line = INSTALL.get(sys.platform, "voir libreoffice.org")
    return Constat(
        "LibreOffice", "", "introuvable sur cet ordinateur ; les PDF en ont besoin", f"l’installer ({line}), ou choisir d’autres formats"
    )


def _checked(files: Sequence[Path]) -> list[Facts]:
    """What each document says of itself; AmemError for all files that are not what their name says."""
    facts: list[Facts] = []
    constats: list[Constat] = []
    for file in files:
        try:
            package = Package(file)
            if MAIN_PARTS.get(file.suffix.lower()) not in package.names:
                constats.append(
                    Constat(file.name, "", "ce n’est pas un fichier Word (.docx) ou Excel (.xlsx)", "vérifier le nom du fichier")
                )
                continue
            core = package.read("docProps/core.xml") if "docProps/core.xml" in package.names else b""
        except AmemError as error:
            constats.extend(error.constats)
            continue
        facts.append(pdf_finish.facts(core, file.stem))
    if constats:
        raise AmemError(constats)
    return facts


def _write_profile(profile: Path, work: Path, count: int) -> None:
    """A LibreOffice profile with our settings and our macro, and nothing of the user's."""
    item = '<item oor:path="{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>'
    settings = "".join(item.format(*setting) for setting in _SETTINGS)
    macro = Path(__file__).with_suffix(".bas").read_text(encoding="utf-8")
    macro = macro.replace("@FOLDER@", work.as_uri()).replace("@LAST@", str(count - 1))
    for name, text in _PROFILE.items():
        path = profile / "user" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('<?xml version="1.0" encoding="UTF-8"?>\n' + text.format(settings=settings, macro=escape(macro)), encoding="utf-8")


def _write_build(profile: Path, soffice: str) -> None:
    """Which build the profile is of, where it can be read: with a profile that does not say its own, LibreOffice starts twice."""
    folder = Path(soffice).resolve().parent
    for place in VERSIONS:
        with suppress(OSError):
            if found := _BUILD.search((folder / place).read_text(encoding="utf-8", errors="replace")):
                path = profile / "user/extensions/buildid"
                path.parent.mkdir(parents=True)
                path.write_text(found[1].strip(), encoding="utf-8")
                return


def _run(soffice: str, profile: Path, timeout: float, meanwhile: Callable[[], None]) -> str:
    """Let LibreOffice run the macro; what it wrote on stderr. AmemError when it takes too long or cannot start."""
    log = profile / "stderr.txt"
    options = ("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck")
    command = [soffice, f"-env:UserInstallation={profile.as_uri()}", *options, "macro:///Standard.Amem.Main"]
    try:
        with log.open("wb") as errors, _started(command, errors.fileno()) as process:
            _wait(process, time.monotonic() + timeout, meanwhile)
    except subprocess.TimeoutExpired:
        message = f"pas de réponse après {french.compte(round(timeout), 'seconde')}"
        raise AmemError([Constat("LibreOffice", "", message, "recommencer avec moins de documents, ou sans le format pdf")]) from None
    except OSError as error:
        message = f"le programme {soffice} ne démarre pas ({reason(error)})"
        raise AmemError([Constat("LibreOffice", "", message, "le réinstaller")]) from error
    return log.read_text(encoding="utf-8", errors="replace")


def _wait(process: subprocess.Popen[bytes], end: float, meanwhile: Callable[[], None]) -> None:
    """Wait for a program, and do `meanwhile` again and again; TimeoutExpired when it is still there at the end."""
    while True:
        try:
            process.wait(min(_TURN, max(end - time.monotonic(), 0)))
        except subprocess.TimeoutExpired:
            if time.monotonic() >= end:
                raise
            meanwhile()
        else:
            return


@contextmanager
def _started(command: list[str], errors: int) -> Iterator[subprocess.Popen[bytes]]:
    """LibreOffice at work; it and all that it started are gone at the end, even after Ctrl+C. UTF-8 and UTC hold on every machine."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    process = subprocess.Popen(  # noqa: S603 - the program is LibreOffice, the arguments are ours
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            if sys.platform == "win32":
                subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], check=False, capture_output=True)  # noqa: S603, S607 - Windows' own
            else:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


class _Making:
    """The PDFs of one run; each is finished as soon as it is there, while LibreOffice makes the next."""

    def __init__(self, files: Sequence[Path], facts: Sequence[Facts], work: Path) -> None:
        self.files, self.facts, self.work = files, facts, work
        self.finished: dict[int, Path] = {}

    def finish(self) -> None:
        """Finish what has come since, one after the other."""
        for number in range(len(self.files)):
            pdf, target = self.work / f"{number}.pdf", self.work / f"{number}.fini"
            if number not in self.finished and pdf.is_file() and _is_whole(pdf):
                pdf_finish.finish(pdf, target, self.facts[number])
                self.finished[number] = target

    def results(self, said: str) -> list[Path]:
        """The finished PDFs; AmemError for every file that gave none."""
        self.finish()
        if missing := [number for number in range(len(self.files)) if number not in self.finished]:
            raise AmemError(self._failure(number, said) for number in missing)
        return [self.finished[number] for number in range(len(self.files))]

    def _failure(self, number: int, said: str) -> Constat:
        reason = self.work / f"{number}.txt"
        why = reason.read_text(encoding="utf-8", errors="replace") if reason.is_file() else said
        detail = f" ({' '.join(why.split())[-300:]})" if why.strip() else ""
        message, remedy = f"LibreOffice n’en a pas fait de PDF{detail}", "l’ouvrir dans LibreOffice pour voir ce qui ne va pas"
        return Constat(self.files[number].name, "", message, remedy)


def _is_whole(pdf: Path) -> bool:
    content = pdf.read_bytes()
    return content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")
