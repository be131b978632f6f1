"""What can be seen wrong in a source without filling it: tags that do not parse, filters that do not exist, names that the data lacks.

Names are followed through loops: in `{% for a in axes %}`, `a.intitul` is looked for in the elements of `axes`. Where the data does not
tell (an empty list, a value made by a filter or a macro), nothing is claimed.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import minijinja

from amem_reports.errors import Constat
from amem_reports.rendering.lexer import JINJA, visible

if TYPE_CHECKING:
    from amem_reports.rendering.tags import Source

Samples = list[Any] | None
"""Values that a name may stand for; None when nothing is known of them."""

MISWRITTEN = "balise mal écrite"
UNKNOWN_FUNCTION = "fonction inconnue"
_MAX_SAMPLES = 200
_BUILTINS = frozenset("loop caller range dict namespace cycler joiner varargs kwargs self true false none".split())
_FOR = re.compile(r"for\s+(.+?)\s+in\s+(.+?)(?:\s+if\s+(.+?))?(?:\s+recursive)?$", re.DOTALL)
_SET = re.compile(r"set\s+([\w.,\s]+?)\s*=(?!=)\s*(.+)$", re.DOTALL)
_PATH = re.compile(r"([A-Za-z_]\w*(?:\.\w+)*)((?:\s*\|\s*\w+(?:\([^()]*\))?)*)$")
_KEEPING = frozenset("list sort reverse selectattr rejectattr select reject unique".split())
_TESTED = re.compile(r"([A-Za-z_][\w.]*)\s*(?:is\s+(?:not\s+)?(?:un)?defined\b|\|\s*d(?:efault)?\b)")
_FILTER = re.compile(r"(?<!\|)\|\s*([A-Za-z_]\w*)")
_TEST = re.compile(r"\bis\s+(?:not\s+)?([A-Za-z_]\w*)")
_CALL = re.compile(r"(?<![\w.|])([A-Za-z_]\w*)\s*\(")
_BEFORE_BRACKET = re.compile(r"(?:\||\bis(?:\s+not)?)\s*$")
_MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)")
_WORDS = frozenset("and or not in is if else elif for set do call macro with filter".split())
_REFUSED = frozenset("include import from extends block".split())
_STRINGS = re.compile(r"\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'", re.DOTALL)
_OPENS = {"for", "macro", "call", "with"}


def check(source: Source, context: Mapping[str, Any], template: str) -> list[Constat]:
    """All such faults of a source, in order, each once."""
    return list(dict.fromkeys(_Checker(source, context, template).faults()))


class _Checker:
    def __init__(self, source: Source, context: Mapping[str, Any], template: str) -> None:
        from amem_reports.rendering import tags

        self.source, self.context, self.template = source, context, template
        self.environment = tags.environment()
        self.filters = tags.filter_names()
        self.scopes: list[dict[str, Samples]] = [{name: [value] for name, value in context.items()}]
        self.macros = set(_MACRO.findall(source.text))
        self.tested = {name for tag in JINJA.findall(source.text) for name in _TESTED.findall(tag)}

    def faults(self) -> Iterator[Constat]:
        for match in JINJA.finditer(self.source.text):
            tag = match[0]
            if tag.startswith("{#"):
                continue
            place = self.source.place(match.start())
            code = tag[2:-2].strip().strip("-").strip()
            yield from self._words(_STRINGS.sub("''", code), place)
            yield from self._expression(code, tag, place) if tag.startswith("{{") else self._statement(code, tag, place)

    def _words(self, code: str, place: str) -> Iterator[Constat]:
        """Filters, tests and functions that do not exist."""
        from amem_reports.rendering import tags

        for name in _FILTER.findall(code):
            if name not in self.filters:
                yield unknown_filter(name, place, self.template)
        for name in _TEST.findall(code):
            if not tags.is_test(name):
                yield Constat(self.template, place, f"test inconnu « {name} »", "corriger le mot après « is »")
        for match in _CALL.finditer(code):
            name = match[1]
            if name in _WORDS or _BEFORE_BRACKET.search(code, 0, match.start()):
                continue
            if not (name.startswith("__") or name in self.macros or name in self._visible() or tags.is_function(name)):
                yield Constat(self.template, place, f"{UNKNOWN_FUNCTION} « {name} »", "corriger le nom de la fonction")

    def _statement(self, code: str, tag: str, place: str) -> Iterator[Constat]:
        verb = re.match(r"\w*", code)[0]  # type: ignore[index]
        if verb in _REFUSED:
            yield Constat(
                self.template, place, f"un modèle ne peut pas en inclure un autre, dans « {visible(tag)} »", "enlever cette balise"
            )
        if verb == "for" and (match := _FOR.match(code)):
            yield from self._expression(match[2], tag, place)
            self.scopes.append(_targets(match[1], self._elements(match[2])))
            if match[3]:
                yield from self._expression(match[3], tag, place)
        elif verb in ("if", "elif"):
            yield from self._expression(code[len(verb) :], tag, place)
        elif verb == "set" and (match := _SET.match(code)):
            yield from self._expression(match[2], tag, place)
            if "." not in match[1]:
                self.scopes[-1].update(_targets(match[1], self._samples(match[2])))
        elif verb == "set":
            self.scopes[-1][code[3:].partition("|")[0].strip()] = None
        elif verb in _OPENS:
            names = re.findall(r"[A-Za-z_]\w*", _STRINGS.sub("", code))
            self.scopes[-1].update(dict.fromkeys(names[1:2]) if verb == "macro" else {})
            self.scopes.append(dict.fromkeys(names))
        elif verb.startswith("end") and verb[3:] in _OPENS and len(self.scopes) > 1:
            self.scopes.pop()

    def _expression(self, code: str, tag: str, place: str) -> Iterator[Constat]:
        try:
            found = self.environment.undeclared_variables_in_str("{{ " + code + " }}", nested=True)
        except minijinja.TemplateError:
            yield Constat(self.template, place, f"{MISWRITTEN} « {visible(tag)} »", "vérifier la balise : guillemets, parenthèses, mots")
            return
        called = {match[1] for match in _CALL.finditer(_STRINGS.sub("''", code))}
        for name in sorted(found):
            root = name.split(".")[0]
            if (
                name in called
                or root in _BUILTINS
                or root.startswith("__")
                or any(one == name or one.startswith(f"{name}.") for one in self.tested)
            ):
                continue
            if self._missing(name):
                yield unknown(name, place, self.context, self.template, self._visible())

    def _visible(self) -> dict[str, Samples]:
        return {name: samples for scope in self.scopes for name, samples in scope.items()}

    def _missing(self, path: str) -> bool:
        return self._look(path)[1]

    def _samples(self, code: str) -> Samples:
        match = _PATH.fullmatch(code.strip())
        if not match or any(name not in _KEEPING for name in re.findall(r"\|\s*(\w+)", match[2])):
            return None
        return self._look(match[1])[0]

    def _elements(self, code: str) -> Samples:
        lists = self._samples(code)
        found = [item for one in lists or () if isinstance(one, (list, tuple)) for item in one[:_MAX_SAMPLES]]
        return found[:_MAX_SAMPLES] or None

    def _look(self, path: str) -> tuple[Samples, bool]:
        """What a dotted name may stand for, and whether it surely stands for nothing."""
        root, *steps = path.split(".")
        for scope in reversed(self.scopes):
            if root in scope:
                samples = scope[root]
                break
        else:
            return None, True
        for step in steps:
            groups = [one for one in samples or () if isinstance(one, Mapping)]
            if not groups:
                return None, False
            samples = [one[step] for one in groups if step in one][:_MAX_SAMPLES]
            if not samples and not hasattr(dict, step):
                return None, True
        return samples, False


def _targets(names: str, samples: Samples) -> dict[str, Samples]:
    found = re.findall(r"\w+", names)
    return {found[0]: samples} if len(found) == 1 else dict.fromkeys(found)


def unknown(name: str, place: str, context: Mapping[str, Any], template: str, visible: Mapping[str, Samples] | None = None) -> Constat:
    """The sentence for a name that the data does not hold, with the nearest one that it does hold."""
    near = _nearest(name, context, visible or {key: [value] for key, value in context.items()})
    return Constat(template, place, f"nom inconnu « {name} »", f"vouliez-vous dire « {near} » ?" if near else "corriger le nom")


def unknown_filter(name: str, place: str, template: str) -> Constat:
    """The sentence for a filter that does not exist."""
    from amem_reports.rendering import tags

    near = difflib.get_close_matches(name, sorted(tags.filter_names()), n=1)
    remedy = f"vouliez-vous dire « {near[0]} » ?" if near else "corriger le nom du filtre"
    return Constat(template, place, f"filtre inconnu « {name} »", remedy)


def _nearest(name: str, context: Mapping[str, Any], visible: Mapping[str, Samples]) -> str:
    """The known name nearest to an unknown one, never itself: step by step from its root, else by its last word alone."""
    root, *steps = name.split(".")
    for one in [root] if root in visible else difflib.get_close_matches(root, sorted(visible), n=3):
        found = _nearest_path(one, steps, visible[one])
        if found not in ("", name):
            return found
    head, _, last = name.rpartition(".")
    if root not in visible:
        owners = {str(key): owner for owner, samples in visible.items() for one in samples or () if isinstance(one, Mapping) for key in one}
        owned = difflib.get_close_matches(last, sorted(owners), n=1)
        return f"{owners[owned[0]]}.{owned[0]}" if owned else ""
    near = difflib.get_close_matches(last, sorted({*_all_keys(context)} - {last}), n=1) if head else []
    return f"{head}.{near[0]}" if near else ""


def _nearest_path(root: str, steps: Iterable[str], samples: Samples) -> str:
    """A path from a known root, each step that does not exist replaced by the nearest that does; empty where there is none."""
    path = [root]
    for step in steps:
        groups = [one for one in samples or () if isinstance(one, Mapping)]
        keys = {str(key) for one in groups for key in one}
        near = [step] if step in keys else difflib.get_close_matches(step, sorted(keys), n=1)
        if not near:
            return ""
        path += near
        samples = [one[near[0]] for one in groups if near[0] in one][:_MAX_SAMPLES]
    return ".".join(path)


def _all_keys(value: Any, depth: int = 8) -> Iterable[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from _all_keys(inner, depth - 1) if depth else ()
    elif isinstance(value, (list, tuple)):
        for inner in value[:20]:
            yield from _all_keys(inner, depth - 1) if depth else ()
