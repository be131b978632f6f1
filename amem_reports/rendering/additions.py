"""What filling adds to a package: parts, the relationships that lead to them, their content types; and what it takes away."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from html import escape

from amem_reports.rendering.package import CONTENT_TYPES, Content, Package
from amem_reports.rendering.relations import rels_name

_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_EMPTY = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="{_RELATIONSHIPS}"></Relationships>'

Parts = dict[str, "Content | None"]


class Additions:
    """Collects what is added to one package."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._parts: dict[str, bytes] = {}
        self._types: dict[str, str] = {}
        self._relations: dict[str, dict[tuple[str, str, bool], str]] = {}
        self._same: dict[tuple[str, bytes], str] = {}

    def part(self, stem: str, suffix: str, content_type: str, data: bytes) -> str:
        """A new part; its name begins with `stem`."""
        number = 1
        while (name := f"{stem}{number}.{suffix}") in self._parts or name in self._package.names:
            number += 1
        self._parts[name], self._types[name] = data, content_type
        return name

    def shared_part(self, stem: str, suffix: str, content_type: str, data: bytes) -> str:
        """A part that is stored once, however often its content comes."""
        key = (suffix, hashlib.sha256(data).digest())
        if key not in self._same:
            self._same[key] = self.part(stem, suffix, content_type, data)
        return self._same[key]

    def relate(self, part: str, kind: str, target: str, external: bool = False) -> str:
        """The identifier of a relationship from a part to another, or to an address outside."""
        known = self._relations.setdefault(part, {})
        key = (kind if "/" in kind else f"{OFFICE}/{kind}", target, external)
        if key not in known:
            taken = self._relationships(part)
            number = len(known) + 1
            while f'"rIdAmem{number}"' in taken or f"rIdAmem{number}" in known.values():
                number += 1
            known[key] = f"rIdAmem{number}"
        return known[key]

    def _relationships(self, part: str) -> str:
        name = rels_name(part)
        return self._package.read(name).decode() if name in self._package.names else _EMPTY

    def applied(self, parts: Parts, loose: Mapping[str, Iterable[str]], dropped: Iterable[str]) -> Parts:
        """All parts that change: those given, those added, the lists that name them; `loose` relationships and `dropped` parts go."""
        if not (self._parts or self._relations or loose):
            return parts
        found: Parts = {**parts, **self._parts, **{name: None for part in dropped for name in (part, rels_name(part))}}
        types = parts.get(CONTENT_TYPES)
        text = (types if isinstance(types, bytes) else self._package.read(CONTENT_TYPES)).decode()
        for name in dropped:
            text = re.sub(rf'<Override\b[^>]*PartName="/{re.escape(name)}"[^>]*/>', "", text)
        added = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in self._types.items())
        found[CONTENT_TYPES] = text.replace("</Types>", f"{added}</Types>").encode()
        for part in {*self._relations, *loose} - set(dropped):
            found[rels_name(part)] = self._new_relationships(part, loose.get(part, ())).encode()
        return found

    def _new_relationships(self, part: str, loose: Iterable[str]) -> str:
        text = self._relationships(part)
        for identifier in loose:
            text = re.sub(rf'<Relationship\b[^>]*\bId="{re.escape(identifier)}"[^>]*?/>', "", text)
        added = "".join(
            f'<Relationship Id="{identifier}" Type="{kind}" Target="{escape(target) if external else "/" + target}"'
            f"{' TargetMode=' + chr(34) + 'External' + chr(34) if external else ''}/>"
            for (kind, target, external), identifier in self._relations.get(part, {}).items()
        )
        return text.replace("</Relationships>", f"{added}</Relationships>")
