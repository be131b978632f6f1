# ruff: noqa: ARG001, E501 - changes of one interface take the same arguments
"""Broken inputs in any number, each made again from its importer's name, a seed and a number: sound files, changed as an enemy or a bad
disk would change them.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Sequence
from random import Random

WORDS: dict[str, tuple[str, ...]] = {
    "yaml": (
        "&a", "*a", "<<: *a", "!!python/object/apply:os.system [id]", "!!binary |", "!x ", "- ", "-", ": ", ":", "? ", "|", "> ", "{", "}",
        "[", "]", ",", "#", "'", '"', "\\", "\t", "\r", "\n", "---\n", "...\n", "%YAML 1.1\n", "~", "null", "yes", "0x1F", "1e999999",
        "-0", ".nan", ".inf", "1_000", "9" * 400, "0.0000000000000000001", "2019-02-30", "2019-T9", "0000-01-01", "é" * 300, "\u202e", "\ufeff",
        "\u0000", "\u2028", "[" * 60, "{a: " * 30, "- " * 60, "valeur: ", "source: ", "identifiant: MA-1.1\n", "code: E1.a\n", "axe: 1\n",
    ),
    "json": (
        "{", "}", "[", "]", ",", ":", '"', "\\", "\\u0000", "\\ud800", "null", "true", "NaN", "Infinity", "-Infinity", "1e999999", "9" * 400,
        "-", "0.1", '{"a":', "[" * 2000, '{"a":' * 2000, '""', '"__class__"', '"nom": ', "\ufeff", "é" * 300, "/*", "\n", "'",
    ),
    "xml": (
        "<", ">", "/>", "</", "&", "&amp;", "&#0;", "&#xFFFF;", "&x;", '"', "'", "]]>", "<!--", "-->", "<?x ?>", "<![CDATA[", "{{ x }}", "{%",
        "%}", "{{", "}}", "{%tr for a in lignes %}", "{%tr endfor %}", "{%row for a in lignes %}", "{%row endfor %}", "{%sheet for a in lignes %}",
        "{%col for a in lignes %}", "{% if x %}", "{% endif %}", "{{ nom|image }}", "{%p if x %}", "{%colspan 3 %}", "{%vm %}", "{{r nom }}",
        ' r:id="rId99"', ' r="A1048577"', ' r="A0"', ' r="ZZZZ1"', ' t="s"', ' t="e"', ' t="b"', ' s="99999"', ' ref="A1:XFD1048576"',
        ' count="-1"', ' w:val="-1"', "<w:p/>", "<w:tbl>", "</w:tbl>", "<w:tr/>", "<w:tc/>", "<c/>", "<row/>", "<f>", "</f>", "<v>99999999</v>",
        '<mergeCell ref="A1"/>', "\x00", "\ufffe", "\ue000", "\ue0001\ue001", "\x03", "\x04", "9" * 30, "-1", "1e400", "NaN", " ",
        '<!DOCTYPE a [<!ENTITY x "y">]>', '<!DOCTYPE a SYSTEM "file:///etc/passwd">', "amem:activites", "amem:", "#REF!", "A1:", "$", "!",
    ),
    "jinja": (
        "{{", "}}", "{%", "%}", "{#", "#}", " for a in lignes ", " endfor ", " if nom ", " endif ", " else ", " set x = ", " macro f() ",
        " endmacro ", " raw ", " endraw ", "nom", "lignes", "groupe.a", "|upper", "|replace('a','aaaa')", "|join(nom)", "|batch(3)", "|slice(2)",
        "|montant", "|date", "|nombre", "|compte('x')", "|tojson", "|format(9)", "|default('')", "|image", "|markdown", "|indent(9)", "range(9)",
        "~", "+", "*", "//", "%", "**", "-", "(", ")", "[", "]", "[0]", "[-1:]", ".a", "''", '"', "1e9", "9" * 30, "loop.index", "loop(x)",
        "namespace(a=1)", "dict(a=1)", "lipsum()", "none", "true", ", ", "=", "==", " in ", " not ", " is defined", " is divisibleby(0)", "\\",
        "{% for a in lignes recursive %}", "{% block x %}", "{% include 'a' %}", "{% filter upper %}", "{% autoescape false %}", "é", "\x00",
    ),
}  # fmt: skip
_ATTRIBUTE = re.compile(rb'(\s[\w:]+)="([^"]*)"')
_ELEMENT = re.compile(rb"<[\w:]+[^<>]*/>|<([\w:]+)[^<>]*>[^<>]*</\1>")
_VALUES = (
    b"",
    b"-1",
    b"0",
    b"99999999999999999999",
    b"x",
    b"1.5",
    b"NaN",
    b"{{ nom }}",
    b"A1",
    b"A0:B0",
    b"XFD1048576",
    b"../../x",
    b"rId1",
    b"\xc3\xa9",
)
_ODD = (b"\x00", b"\xff", b"\xfe\xff", b"\xc3\x28", b"\xed\xa0\x80", b"PK\x05\x06", b"\xef\xbb\xbf")

Change = Callable[[Random, bytes, str, Sequence[bytes]], bytes]


def mutated(random: Random, data: bytes, words: str, others: Sequence[bytes] = ()) -> bytes:
    """The data after one to six changes, mostly few."""
    for _ in range(min(1 + int(random.expovariate(1)), 6)):
        data = random.choice(_CHANGES)(random, data, words, others)
    return data[:300_000]


def _place(random: Random, data: bytes) -> int:
    return random.randrange(len(data) + 1)


def _flip(random: Random, data: bytes, words: str, others: Sequence[bytes]) -> bytes:
    if not data:
        return data
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << random.randrange(8))]) + data[at + 1 :]


def _odd(random: Random, data: bytes, words: str, others: Sequence[bytes]) -> bytes:
    at = _place(random, data)
    return data[:at] + random.choice(_ODD) + data[at:]


def _cut(random: Random, data: bytes, words: str, others: Sequence[bytes]) -> bytes:
    at = _place(random, data)
    return data[:at] + data[at + random.choice((1, 2, 8, 40, 400)) :]


def _truncate(random: Random, data: bytes, words: str, others: Sequence[bytes]) -> bytes:
    return data[: _place(random, data)] if random.random() < 0.3 else data


def _repeat(random: Random, data: bytes, words: str, others: Sequence[bytes]) -> bytes:
    at = _place(random, data)
    piece = data[at : at + random.choice((1, 8, 60, 300))]
    return data[:at] + piece * random.choice((2, 2, 3, 50)) + data[at + len(piece) :]


def _word(random: Random, data: bytes, words: str, others: Sequence[bytes]) -> bytes:
    at = _place(random, data)
    return data[:at] + random.choice(WORDS[words]).encode("utf-8", "replace") + data[at + random.choice((0, 0, 1, 5)) :]


def _lines(random: Random, data: bytes, words: str, others: Sequence[bytes]) -> bytes:
    lines = data.split(b"\n")
    one, two = random.randrange(len(lines)), random.randrange(len(lines))
    lines[one], lines[two] = random.choice(((lines[two], lines[one]), (lines[one], lines[one]), (b" " + lines[one].lstrip(), lines[two])))
    return b"\n".join(lines)


def _value(random: Random, data: bytes, words: str, others: Sequence[bytes]) -> bytes:
    """Another value for one key, attribute or quoted text."""
    pattern = _ATTRIBUTE if words == "xml" else re.compile(rb"((?:^|\n)[^\n:]*:) ([^\n]*)")
    found = list(pattern.finditer(data))
    if not found:
        return data
    match = random.choice(found)
    new = random.choice(_VALUES) if words == "xml" else random.choice(WORDS[words]).encode("utf-8", "replace")
    return data[: match.start(2)] + new + data[match.end(2) :]


def _element(random: Random, data: bytes, words: str, others: Sequence[bytes]) -> bytes:
    """An element left out, doubled, or moved elsewhere."""
    found = list(_ELEMENT.finditer(data))
    if not found:
        return data
    match, other = random.choice(found), random.choice(found)
    left = data[: match.start()] + data[match.end() :]
    at = min(other.start(), len(left))
    return random.choice((left, left[:at] + match[0] + left[at:], data[: match.end()] + match[0] + data[match.end() :]))


def _splice(random: Random, data: bytes, words: str, others: Sequence[bytes]) -> bytes:
    if not others:
        return data
    other = random.choice(others)
    start = _place(random, other)
    at = _place(random, data)
    return data[:at] + other[start : start + random.choice((10, 80, 500))] + data[at:]


_CHANGES: tuple[Change, ...] = (
    _flip,
    _odd,
    _cut,
    _truncate,
    _repeat,
    _word,
    _word,
    _word,
    _lines,
    _value,
    _value,
    _value,
    _element,
    _splice,
)


# --- packages ---------------------------------------------------------------------------------------------------------------------------


def package(random: Random, data: bytes) -> bytes:
    """An OOXML package with its bytes, its list of parts, or the content of some parts changed."""
    kind = random.random()
    if kind < 0.15:
        return mutated(random, data, "xml")
    parts = _parts(data)
    if kind < 0.3:
        _rearrange(random, parts)
    else:
        for name in random.sample(sorted(parts), k=min(random.choice((1, 1, 2)), len(parts))):
            parts[name] = mutated(random, parts[name], "xml", list(parts.values()))
    made = _packed(parts, random)
    return _lied(random, made) if kind > 0.9 else made


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _rearrange(random: Random, parts: dict[str, bytes]) -> None:
    one, two = random.choice(sorted(parts)), random.choice(sorted(parts))
    what = random.randrange(4)
    if what == 0:
        del parts[one]
    elif what == 1:
        parts[one] = parts[two]
    elif what == 2:
        parts[random.choice(("../../x.xml", "/x.xml", "C:\\x.xml", "word\\x.xml", "x/", "é.xml", "vbaProject.bin"))] = parts[one]
    else:
        parts[two + "x"] = parts.pop(two)


def _packed(parts: dict[str, bytes], random: Random) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", random.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as archive:
        warnings.simplefilter("ignore", UserWarning)
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
            if random.random() < 0.002:
                archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return out.getvalue()


def _lied(random: Random, data: bytes) -> bytes:
    """One field of the list of parts changed: flags, method, CRC, sizes, lengths, offset."""
    entries = [match.start() for match in re.finditer(b"PK\x01\x02", data)]
    if not entries:
        return data
    at = random.choice(entries) + random.choice((6, 8, 10, 16, 20, 24, 28, 30, 32, 42))
    return data[:at] + random.choice((b"\xff\xff", b"\x00\x00", b"\x01\x00", b"\xff\x7f")) + data[at + 2 :]
