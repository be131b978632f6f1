"""Expressions of tags, rewritten so that no single step of the engine can make more than there is time and memory for.

Methods that multiply text become functions that know a limit. No list is multiplied. A list or group that is written around other values
is held by Python: however often it is put into others, the engine comes to it as one value.
"""

from __future__ import annotations

import re

STRING = re.compile(r"\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'", re.DOTALL)
_METHOD = re.compile(r"\.\s*(replace|join|format|zfill|ljust|rjust|center)\s*\(")
_PRODUCT = re.compile(r"(?<!\*)\*(?!\*)")
_NUMBER = re.compile(r"(?<![\w.)\]}'])[\d_]+(?:\.\d+)?\s*\Z")
_NEXT = re.compile(r"[\s+-]*(?:[\w.]+|'+)?")
_MORE = re.compile(r"\s*(?:\.\s*\w+|\|\s*\w+)|(?=[\[(])")
_WORDS = frozenset("in and or not if elif else is true false none True False None".split())
_NAME = re.compile(r"(?<![\w.'])[^\W\d]\w*")
_LITERAL = re.compile(r"[\[{]|(?:^|[^\w\s)\]}']|\b(?:in|and|or|not|if|else))\s*\(")
_ATTRIBUTE = re.compile(r"(-?\s*set\s+\w+\.[\w.]+\s*=(?!=))(.*?)(-?\s*)\Z", re.DOTALL)
_NAMED = re.compile(r"[^\W\d][\w.]*")
_CLOSING = {"[": "]", "{": "}", "(": ")"}
_LAST_WORD = re.compile(r"[^\W\d]\w*\Z")


def safe_methods(code: str) -> str:
    """`x.replace(a, b)` as `__replace(x, a, b)`: the same, with a limit. Strings are left alone."""
    while _METHOD.search(code):
        masked = STRING.sub(lambda match: "_" * len(match[0]), code)
        match = _METHOD.search(masked)
        if match is None:
            return code
        start = _operand(masked, match.start())
        comma = "" if masked[match.end() :].lstrip().startswith(")") else ", "
        code = f"{code[:start]}__{match[1]}({code[start : match.start()].strip()}{comma}{code[match.end() :]}"
    return code


def _operand(masked: str, end: int) -> int:
    """Where the expression begins that a method at `end` is called on: names, dots, and whole brackets before it."""
    position, depth = end, 0
    while position > 0:
        char = masked[position - 1]
        if char in ")]}":
            depth += 1
        elif char in "([{":
            if depth == 0:
                break
            depth -= 1
        elif depth == 0 and not (char.isalnum() or char in "_."):
            break
        position -= 1
    return position


def held(code: str) -> str:
    """No product of a list, and lists and groups around other values held by Python. Strings are left alone."""
    product = "*" in code
    if not product and not _LITERAL.search(code):
        return code
    masked = STRING.sub(lambda match: "'" * len(match[0]), code)
    inserted = [*(_products(masked) if product else ()), *_literals(masked)]
    for place, text in sorted(inserted, reverse=True):
        code = code[:place] + text + code[place:]
    return code


def apart(code: str) -> str:
    """`set a.b = c` so that no namespace becomes a part of itself: printing it would never end. A group is put there as a copy."""
    match = _ATTRIBUTE.match(code)
    if match is None or not _NAMED.search(match[2]):
        return code
    value = match[2].strip()
    return f"{match[1]} ({value}) if ({value}) is not mapping else __tenu({value}){match[3]}"


def _products(masked: str) -> list[tuple[int, str]]:
    """A filter behind each factor that could be a list."""
    found = []
    for match in _PRODUCT.finditer(masked):
        before = masked[: match.start()].rstrip()
        if not before or before[-1] in "(,[{:=|":  # the star of a call
            continue
        places = [] if _NUMBER.search(before) else [len(before)]
        end = _end_of_factor(masked, match.end())
        if not _NUMBER.search(masked[match.end() : end]):
            places.append(end)
        found += [(place, "|__facteur") for place in places]
    return found


def _end_of_factor(masked: str, start: int) -> int:
    """Where the factor ends that begins at `start`: a value, then its attributes, calls and filters."""
    first = _NEXT.match(masked, start)
    position = first.end() if first else start
    while position < len(masked):
        if masked[position] in "[({":
            position = _closed(masked, position)
        elif (more := _MORE.match(masked, position)) and more.end() > position:
            position = more.end()
        else:
            break
    return position


def _closed(masked: str, start: int) -> int:
    """Behind the bracket that closes the one at `start`."""
    depth = 0
    for position in range(start, len(masked)):
        depth += (masked[position] in "[({") - (masked[position] in "])}")
        if depth == 0:
            return position + 1
    return len(masked)


def _literals(masked: str) -> list[tuple[int, str]]:
    """A call around each list or group that holds more than constants."""
    found: list[tuple[int, str]] = []
    open_: list[tuple[int, bool]] = []
    commas: list[bool] = []
    for position, char in enumerate(masked):
        if char in _CLOSING:
            open_.append((position, char == "{" or not _follows_value(masked, position)))
            commas.append(char != "(")
        elif char == "," and commas:
            commas[-1] = True
        elif char in ")]}" and open_:
            (start, literal), several = open_.pop(), commas.pop()
            if char != _CLOSING[masked[start]]:
                return []  # the engine will say what is wrong
            if literal and several and any(name not in _WORDS for name in _NAME.findall(masked, start, position)):
                found += [(start, "__tenu("), (position + 1, ")")]
    return found


def _follows_value(masked: str, position: int) -> bool:
    """Whether a bracket belongs to the value before it: an index or a call. Targets of for, set and call count as such."""
    before = masked[:position].rstrip()
    word = _LAST_WORD.search(before)
    return word[0] not in _WORDS if word else before.endswith((")", "]", "}", "'")) or before[-1:].isdigit()
