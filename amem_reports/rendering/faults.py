"""Faults of templates as French sentences: what the engine found wrong, where a person sees it, and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import minijinja

from amem_reports.errors import Constat
from amem_reports.rendering import names
from amem_reports.rendering.bounding import OWN, LongTagError, bounded
from amem_reports.rendering.bounds import ExcessError
from amem_reports.rendering.filters import MissingError, UnfitError
from amem_reports.rendering.lexer import JINJA, visible

if TYPE_CHECKING:
    from amem_reports.rendering.tags import Source

Calls = Mapping[str, Callable[..., Any]]

_EXCESS = ("le document produit est trop grand, ou la balise fait trop de texte", "réduire la boucle ou le texte répété")
_LONG = ("balise trop longue", "la partager : « {% set … %} » donne un nom à un résultat")
_KINDS = {
    "UndefinedError": ("nom inconnu", "corriger le nom"),
    "UnknownFilter": ("filtre inconnu", "corriger le nom du filtre"),
    "UnknownFunction": ("fonction inconnue", "corriger le nom de la fonction"),
    "UnknownTest": ("test inconnu", "corriger le nom du test"),
    "UnknownMethod": ("méthode inconnue", "employer un filtre"),
    "SyntaxError": ("balise mal écrite", "vérifier la balise : guillemets, parenthèses, mots"),
    "TemplateNotFound": ("un modèle ne peut pas en inclure un autre", "enlever cette balise"),
    "BadInclude": ("un modèle ne peut pas en inclure un autre", "enlever cette balise"),
}
_PRINTED = {
    "groupe": ("cette balise donne un groupe de valeurs, pas un texte", "choisir une valeur du groupe : « {{ groupe.valeur }} »"),
    "liste": (
        "cette balise donne une liste, pas un texte",
        "écrire « {{ noms|liste }} » ou « {{ noms|join(', ') }} », ou en faire une boucle",
    ),
}
_NOT_A_NUMBER = ("calcul impossible : le résultat n’est pas un nombre", "vérifier les valeurs de ce calcul")
_OLD_FORMAT = re.compile(r"[\"']\s*%")
_UNCLOSED = ("condition ou boucle mal fermée", "vérifier que chaque for et chaque if a sa fin")
_DETAILS = (
    ("ran out of fuel", ("boucle trop longue", "réduire la boucle")),
    ("range has too many elements", ("boucle trop longue", "réduire la plage de range()")),
    (
        "recursion limits",
        ("trop de conditions, de boucles ou de parenthèses les unes dans les autres", "en mettre moins les unes dans les autres"),
    ),
    ("recursion limit", ("une macro s’appelle sans fin", "enlever cet appel")),
    ("is too large", _EXCESS),
    ("unexpected end of input, expected end of block", _UNCLOSED),
    ("unknown statement end", _UNCLOSED),
    ("unknown statement el", _UNCLOSED),
    ("unknown statement", ("instruction inconnue", "corriger le premier mot de la balise")),
    ("unable to calculate", ("calcul impossible", "vérifier les valeurs de ce calcul")),
    ("unsupported types", ("calcul impossible", "vérifier les valeurs de ce calcul")),
    ("not iterable", ("ce n’est pas une liste", "donner une liste à cette boucle")),
)


def of_template(error: minijinja.TemplateError, source: Source, context: Mapping[str, Any], template: str) -> list[Constat]:
    """What the engine found, after all else that can be seen wrong in the same part without filling it."""
    seen = names.check(source, context, template)
    if error.kind == "SyntaxError" and any(names.MISWRITTEN in one.message for one in seen):
        return seen
    found = _constat(error, source, context, template)
    told = {(one.endroit, one.message) for one in seen}
    return seen if (found.endroit, found.message) in told else [*seen, found]


def unknown_names(source: Source, context: Mapping[str, Any], template: str, unknown: Iterable[str]) -> list[Constat]:
    """All unknown names of a part; at least these."""
    found = names.check(source, context, template)
    told = " ".join(one.message for one in found)
    return found + [names.unknown(name, source.place(0), context, template) for name in sorted(unknown) if f"« {name} »" not in told]


def of_value(error: Exception, source: Source, context: Mapping[str, Any], template: str, calls: Calls) -> list[Constat]:
    """What a filter, a method or the meter raised, and the tag that made it do so."""
    from amem_reports.rendering import tags

    if isinstance(error, LongTagError):
        return [Constat(template, source.place(error.offset), *_LONG)]
    if isinstance(error, ExcessError):
        offset = error.offset if error.offset >= 0 else _failing_tag(source, context, calls)[0]
        return [Constat(template, source.place(offset), *_EXCESS)]
    if isinstance(error, MissingError) and (seen := names.check(source, context, template)):
        return seen
    offset, tag, again = _failing_tag(source, context, calls)
    unfit = next((one for one in (error, again) if isinstance(one, UnfitError)), None)
    if unfit is not None:
        message, remedy = str(unfit), "vérifier la valeur dans les données, ou le filtre"
    elif isinstance(error, tags.PrintedGroupError):
        message, remedy = _PRINTED["liste" if again is not None and again.args == ("liste",) else "groupe"]
    elif isinstance(error, MissingError):
        message, remedy = "cette valeur n’existe pas dans les données", "corriger le nom, ou ajouter « |default('') »"
    else:
        message, remedy = "balise impossible à évaluer", "vérifier la balise et la valeur qu’elle reçoit"
    return [Constat(template, source.place(offset), message + _inside(tag), remedy)]


def of_infinite(source: Source, context: Mapping[str, Any], template: str, calls: Calls) -> list[Constat]:
    """Where a calculation printed no number, if one did."""
    from amem_reports.rendering import tags

    offset, tag, error = _failing_tag(source, context, calls)
    if not isinstance(error, tags.InfiniteError):
        return []
    message, remedy = _NOT_A_NUMBER
    return [Constat(template, source.place(offset), message + _inside(tag), remedy)]


def _inside(tag: str) -> str:
    return f", dans « {visible(tag)} »" if tag else ""


def _failing_tag(source: Source, context: Mapping[str, Any], calls: Calls) -> tuple[int, str, Exception | None]:
    """Fill once more, noting each tag that is come to: the last one noted is at fault, for the reason that is told along."""
    from amem_reports.rendering import tags

    noted = [-1]
    engine = tags.Engine()
    engine.calls = {**calls, "flux": lambda *_: ""}
    engine.environment.add_global("__ici", noted.append)
    engine.environment.finalizer = tags.refuse_groups
    text = JINJA.sub(lambda match: f"{{% do __ici({match.start()}) %}}{match[0]}", source.text)
    try:
        engine.environment.fuel = 50_000_000
        engine.environment.render_template(engine.prepare(text).name, **context)
    except Exception as error:  # noqa: BLE001 - it is meant to fail
        return max(noted[-1], 0), _tag_at(source, noted[-1]), error
    return 0, "", None


def _tag_at(source: Source, offset: int) -> str:
    """The tag at an offset; for a name that the engine gave, the tag that it stands for."""
    match = JINJA.match(source.text, offset) if offset >= 0 else None
    if match is None:
        return ""
    named = re.fullmatch(rf"\{{\{{{OWN} (__v\d+) \}}\}}", match[0])
    start = source.text.rfind(f"{{% set {named[1]} ", 0, offset) if named else -1
    found = JINJA.match(source.text, start) if start >= 0 else None
    return found[0] if found else match[0]


def _constat(error: minijinja.TemplateError, source: Source, context: Mapping[str, Any], template: str) -> Constat:
    start, stop = error.range or (0, 0)
    ready = source.ready or bounded(source.text)
    raw = ready.text.encode()
    offset = ready.offset(len(raw[:start].decode("utf-8", "ignore")))
    place = source.place(offset)
    expression = visible(raw[start:stop].decode("utf-8", "ignore"))
    if error.kind == "UndefinedError":
        match = re.match(r"`(.+)` is undefined", error.detail or "")
        return names.unknown(match[1] if match else expression, place, context, template)
    if error.kind == "UnknownFilter":
        match = re.match(r"filter (.*) is unknown$", error.detail or "")
        return names.unknown_filter(match[1] if match else expression, place, template)
    message, remedy = _explain(error)
    if error.kind in ("UnknownFunction", "UnknownTest") and (name := re.search(r"(?:test )?(\w+) is unknown", error.detail or "")):
        expression = name[1]
    elif "__" in expression:
        expression = visible(_tag_at(source, offset))
    elif message == names.MISWRITTEN and (tag := JINJA.match(source.text, offset)):
        expression = visible(tag[0])
    if message == "calcul impossible" and _OLD_FORMAT.search(expression):
        remedy = "écrire « {{ '%s et %s'|format(a, b) }} »"
    said = expression and (message, remedy) != _UNCLOSED
    return Constat(template, place, message + (f" « {expression} »" if said else ""), remedy)


def _explain(error: minijinja.TemplateError) -> tuple[str, str]:
    text = f"{error.detail or ''} {error}"
    for words, explained in _DETAILS:
        if words in text:
            return explained
    return _KINDS.get(error.kind, ("balise impossible à évaluer", "vérifier la balise et la valeur qu’elle reçoit"))
