"""What filling adds to a package: parts, the relationships that lead to them, their content types; and what it takes away."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

from amem_reports.rendering.package import CONTENT_TYPES, Content, Package
from amem_reports.rendering.relations import Link, content_type, links_of, rels_name
from amem_reports.rendering.xml_text import escape

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
        self._last: dict[str, int] = {}
        self._links: dict[str, list[Link]] = {}
        self._same: dict[tuple[str, bytes], str] = {}
        self._same_link: dict[tuple[str, Link], str] = {}

    def part(self, stem: str, suffix: str, kind: str, data: bytes) -> str:
        """A new part; its name begins with `stem`."""
        number = self._last.get(stem, 0) + 1
        while (name := f"{stem}{number}.{suffix}") in self._parts or name in self._package.names:
            number += 1
        self._last[stem] = number
        self._parts[name] = data
        self.declare(name, kind)
        return name

    def declare(self, name: str, kind: str) -> None:
        """Say what kind of content a new part has."""
        self._types[name] = kind

    def shared_part(self, stem: str, suffix: str, kind: str, data: bytes) -> str:
        """A part that is stored once, however often its content comes."""
        key = (suffix, hashlib.sha256(data).digest())
        if key not in self._same:
            self._same[key] = self.part(stem, suffix, kind, data)
        return self._same[key]

    def relate(self, part: str, kind: str, target: str, external: bool = False) -> str:
        """The identifier of a relationship from a part to another, or to an address outside."""
        known = self._links.setdefault(part, [])
        wanted = Link("", kind if "/" in kind else f"{OFFICE}/{kind}", target, external)
        if (found := self._same_link.get((part, wanted))) is None:
            taken, number = self._relationships(part), len(known) + 1
            while f'"rIdAmem{number}"' in taken:
                number += 1
            found = self._same_link[part, wanted] = f"rIdAmem{number}"
            known.append(wanted._replace(id=found))
        return found

    def copy(self, source: Package, part: str, made: dict[str, str], data: bytes | None = None) -> str:
        """A copy of a part of any package, with all that it leads to; `made` tells what was copied already, and where to."""
        if part in made:
            return made[part]
        kind = content_type(source.read, part)
        data = source.read(part) if data is None else data
        stem, _, suffix = part.rpartition(".")
        put = self.shared_part if kind.startswith("image/") else self.part
        made[part] = put(stem.rstrip("0123456789"), suffix, kind, data)
        if links := links_of(source.read, source.names, part):
            self._links[made[part]] = [
                link if link.external else link._replace(target=self.copy(source, link.target, made)) for link in links
            ]
        return made[part]

    def _relationships(self, part: str) -> str:
        name = rels_name(part)
        return self._package.read(name).decode() if name in self._package.names else _EMPTY

    def applied(self, parts: Parts, loose: Mapping[str, Iterable[str]], dropped: Iterable[str]) -> Parts:
        """All parts that change: those given, those added, the lists that name them; `loose` relationships and `dropped` parts go."""
        found: Parts = {**parts, **self._parts, **{name: None for part in dropped for name in (part, rels_name(part))}}
        types = parts.get(CONTENT_TYPES)
        text = (types if isinstance(types, bytes) else self._package.read(CONTENT_TYPES)).decode()
        for name in dropped:
            text = re.sub(rf'<Override\b[^>]*PartName="/{re.escape(name)}"[^>]*/>', "", text)
        added = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in self._types.items())
        found[CONTENT_TYPES] = text.replace("</Types>", f"{added}</Types>").encode()
        for part in {*self._links, *loose} - set(dropped):
            found[rels_name(part)] = self._new_relationships(part, loose.get(part, ())).encode()
        return found

    def _new_relationships(self, part: str, loose: Iterable[str]) -> str:
        text = self._relationships(part)
        for identifier in loose:
            text = re.sub(rf'<Relationship\b[^>]*\bId="{re.escape(identifier)}"[^>]*?/>', "", text)
        added = "".join(map(_relationship, self._links.get(part, ())))
        return text.replace("</Relationships>", f"{added}</Relationships>")


def _relationship(link: Link) -> str:
    target, mode = (link.target, ' TargetMode="External"') if link.external else (f"/{link.target}", "")
    return f'<Relationship Id="{link.id}" Type="{link.type}" Target="{escape(target)}"{mode}/>'
