"""LibreOffice Calc driven by a Basic macro, for tests: what a person types, moves, sorts and saves there."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from xml.sax.saxutils import escape

_OOO = "http://openoffice.org/2000"
_PROFILE = {
    "registrymodifications.xcu": """<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/Office"><prop oor:name="ooSetupInstCompleted" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>fr-FR</value></prop></item>
</oor:items>""",
    "basic/script.xlc": f'<l:libraries xmlns:l="{_OOO}/library"><l:library l:name="Standard" l:link="false"/></l:libraries>',
    "basic/Standard/script.xlb": f'<l:library xmlns:l="{_OOO}/library" l:name="Standard"><l:element l:name="Essai"/></l:library>',
}
_MACRO = """
Function Value(name, content)
    Dim made As New com.sun.star.beans.PropertyValue
    made.Name = name
    made.Value = content
    Value = made
End Function

Function Opened(path)
    Opened = StarDesktop.loadComponentFromURL(ConvertToURL(path), "_blank", 0, Array(Value("Hidden", True)))
End Function

Sub Saved(book, path, filter)
    book.calculateAll()
    book.storeToURL(ConvertToURL(path), Array(Value("FilterName", filter)))
End Sub

Sub Main
    Work
    StarDesktop.terminate()
End Sub
"""
XLSX, ODS = "Calc MS Excel 2007 XML", "calc8"


def quoted(text: str) -> str:
    """A text as Basic writes it."""
    return " & Chr(10) & ".join('"' + line.replace('"', '""') + '"' for line in text.split("\n"))


def typed(sheet: str, ref: str, text: str) -> str:
    """A cell typed as in a French LibreOffice: « 45% », « 12500,5 » and « 15/04/2019 » become a share, a number and a day; after an
    apostrophe, and where there are several lines, all is text.
    """
    how = "String" if text.startswith("'") or "\n" in text else "FormulaLocal"
    text = text.removeprefix("'")
    return f"book.Sheets.getByName({quoted(sheet)}).getCellRangeByName({quoted(ref)}).{how} = {quoted(text)}"


def run(folder: Path, lines: list[str]) -> None:
    """Run these lines of Basic in a LibreOffice of its own; what they save is the caller's to look at."""
    profile = folder / "profil"
    macro = _MACRO + "\nSub Work\n" + "\n".join(lines) + "\nEnd Sub\n"
    module = f'<s:module xmlns:s="{_OOO}/script" s:name="Essai" s:language="StarBasic">{escape(macro)}</s:module>'
    for name, text in {**_PROFILE, "basic/Standard/Essai.xba": module}.items():
        path = profile / "user" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('<?xml version="1.0" encoding="UTF-8"?>\n' + text, encoding="utf-8")
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    assert soffice
    options = [f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nologo", "--nolockcheck"]
    subprocess.run([soffice, *options, "macro:///Standard.Essai.Main"], check=True, timeout=180, stdin=subprocess.DEVNULL)
