"""Source bounded before the engine compiles it: each turn of a loop, each call of a macro and each assignment that may grow reports to a
meter (`bounds`); expressions are rewritten (`operands`) so that no step can multiply lists or texts without a limit.

It is done once, when a template is compiled, and kept with what is compiled.
"""

from __future__ import annotations

import re

from amem_reports.rendering.bounds import Bounded, ExcessError
from amem_reports.rendering.lexer import JINJA
from amem_reports.rendering.operands import STRING, apart, held, safe_methods

MAX_OPERATORS = 2_000
"""Operators in one tag: the engine's parser goes one call deeper for each, and the process would end without a word."""
MAX_SUMS = 50
"""Sums in one tag: a sum of lists is a list as long as both, made in one step."""

OWN = "\x1f"
"""Behind the braces of a tag that the engine itself wrote, so that there is nothing in it to bound; no template can hold this character."""

_REPEATED = re.compile(r"-?\s*for\b")
_GROWING = re.compile(r"-?\s*(?:macro\b|call\b|endset\b|set\b[^=]*=.*[~+*(|\[{])", re.DOTALL)
_COUNTER = re.compile(r"-?\s*set\s+([\w.]+)\s*=\s*\1\s*\+\s*\d+\s*")
_TARGET = re.compile(r"-?\s*set\s+([\w.]+)\s*=")
_OPERATOR = re.compile(r"[-+*/%~]|\b(?:not|and|or|if|in|is)\b")
_WHOLE = r"(?!\s*(?:[.\[]|\|\s*(?:length|count|sum|first|last|min|max|join)\b))"
_EQUAL_NONE = re.compile(r"((?:\{%-?\s*(?:el)?if|\{\{|\(|\band|\bor|\bnot|\bif)\s*[\w.]+)\s*(==|!=)\s*[nN]one\b")
_NONE = re.compile(rf"{STRING.pattern}|\bis\s+(?:not\s+)?none\b|(?<![\w.])([nN]one)\b", re.DOTALL)
_IN_FLOW = re.compile(rf"(?:\{{%{OWN}(?! filter)[^%]*%\}})*+\{{%{OWN} filter __flux\b")  # the flow looks at the memory itself
_RAW = re.compile(r"-?\s*(end)?raw\b")
_OPENED = re.compile(rf"\{{[{{%](?!{OWN})")


def own(source: str) -> str:
    """Source that the engine wrote, without a word of a template in its tags: it passes as it is."""
    return _OPENED.sub(lambda match: match[0] + OWN, source)


# What passes through the flow is escaped, and then handed over as a plain text.
INTO_FLOW = own("{% autoescape false %}{% filter __flux %}{% autoescape true %}")
OUT_OF_FLOW = own("{% endautoescape %}{% endfilter %}{% endautoescape %}")


class LongTagError(ExcessError):
    """A tag holds more operators than the engine can read."""


def bounded(source: str) -> Bounded:
    """Source that reports what it does; LongTagError before the engine sees a tag that is too long for it."""
    pieces: list[str] = []
    tags: list[tuple[int, int]] = []
    last = length = 0
    raw = False
    for match in JINJA.finditer(source):
        before, tag = source[last : match.start()], match[0]
        if tag[2] == OWN:
            written = tag[:2] + tag[3:]
        elif _too_long(tag):
            raise LongTagError(match.start())
        elif raw and not _is_raw(tag, end=True):
            written = tag
        else:
            written, raw = _reporting(match), _is_raw(tag, end=False)
        tags.append((length + len(before), match.start()))
        pieces += [before, written]
        length += len(before) + len(written)
        last = match.end()
    return Bounded("".join([*pieces, source[last:]]), tuple(tags))


def ready(source: str) -> Bounded | None:
    """The bounded source; None where a tag is too long, of which whoever fills it is told."""
    try:
        return bounded(source)
    except LongTagError:
        return None


def _too_long(tag: str) -> bool:
    if len(tag) <= MAX_OPERATORS and tag.count("+") <= MAX_SUMS:
        return False
    code = STRING.sub("", tag)
    return code.count("+") > MAX_SUMS or len(_OPERATOR.findall(code)) > MAX_OPERATORS


def _is_raw(tag: str, *, end: bool) -> bool:
    match = _RAW.match(tag, 2) if tag.startswith("{%") else None
    return match is not None and bool(match[1]) == end


def _reporting(match: re.Match[str]) -> str:
    tag, offset = match[0], match.start()
    if tag.startswith("{#"):
        return tag
    tag = f"{tag[:2]}{held(safe_methods(tag[2:-2]))}{tag[-2:]}"
    if "one" in tag:
        tag = _EQUAL_NONE.sub(lambda match: f"{match[1]} is {'not ' * (match[2] == '!=')}none", tag)
        tag = _NONE.sub(lambda match: "__rien" if match[1] else match[0], tag)
    if tag.startswith("{{"):
        return tag
    if _REPEATED.match(tag, 2):
        if _IN_FLOW.match(match.string, match.end()):
            return tag
        return f"{tag}{{{{ __tour({offset}) }}}}"
    code = tag[2:-2]
    if _COUNTER.fullmatch(code):
        return tag
    tag = f"{tag[:2]}{apart(code)}{tag[-2:]}"
    return tag + _growth(code, offset) if _GROWING.match(code) else tag


def _growth(code: str, offset: int) -> str:
    """The report of an assignment that may grow: how long its list is now, or that it holds what it was before."""
    target = _TARGET.match(code)
    if target is None:
        return f"{{{{ __pas({offset}) }}}}"
    name = target[1]
    if re.search(rf"(?<![\w\])])[\[{{][^\]}}]*\b{re.escape(name)}\b{_WHOLE}", STRING.sub("", code[target.end() :])):
        return f"{{{{ __soi({offset}) }}}}"
    return f"{{{{ __pas({offset}, {name}|length if {name} is iterable and {name} is not string else 0) }}}}"
