"""The scripts complete commands, options and countries; PowerShell's reads French as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from amem_reports import completion
from amem_reports.cli import main

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def amem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`amem` on the path, from this checkout."""
    if sys.platform == "win32":
        pytest.skip("needs a POSIX shell")
    program = tmp_path / "bin" / "amem"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\ncd '{ROOT}' && exec '{sys.executable}' -m amem_reports \"$@\"\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return program


def completed_by_bash(typed: str) -> list[str]:
    script = completion.script(main, "bash")
    ask = f"COMP_WORDS=({typed}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _amem_completion amem; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    run = subprocess.run(["bash", "--norc", "-c", f"{script}\n{ask}"], capture_output=True, text=True, encoding="utf-8", check=True)
    return run.stdout.split()


@pytest.mark.usefixtures("amem")
@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("amem plan", ["plan-de-travail"]),
        ("amem rapport --form", ["--format"]),
        ("amem rapport --format x", ["xlsx"]),
        ("amem plan-de-travail ma", ["maroc", "mauritanie"]),
    ],
)
def test_bash_completes_commands_options_values_and_countries(typed: str, expected: list[str]) -> None:
    assert completed_by_bash(typed) == expected


@pytest.mark.usefixtures("amem")
def test_powershell_hears_value_and_french_hint_in_utf8() -> None:
    environment = {**os.environ, "_AMEM_COMPLETE": "powershell_complete", "COMP_WORDS": "amem rapp", "COMP_CWORD": "1", "LC_ALL": "C"}
    answer = subprocess.run(["amem"], capture_output=True, check=False, env=environment).stdout.decode("utf-8").split("\n")
    assert answer[:2] == ["plain", "rapport"]
    assert "d’avancement" in answer[2]


def test_powershell_reads_utf8_and_gives_the_encoding_back() -> None:
    script = completion.script(main, "powershell")
    asked, answered, restored = (
        script.index(text) for text in ("[Text.UTF8Encoding]::new()", "$response = & amem", "[Console]::OutputEncoding = $encoding")
    )
    assert asked < answered < restored
    assert script.count("{") == script.count("}")


@pytest.mark.parametrize("shell", completion.SHELLS)
def test_every_script_is_for_amem_and_tells_in_french_how_to_install_it(shell: str) -> None:
    script = completion.script(main, shell)
    assert f"_AMEM_COMPLETE={shell}_complete" in script or f"$env:_AMEM_COMPLETE = '{shell}_complete'" in script
    assert script.splitlines()[-1].startswith("# Pour installer cette complétion, ")
    assert f"amem completion {shell}" in script.splitlines()[-1]
