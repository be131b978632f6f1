"""Relationships: which part leads to which other, in any OOXML package."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from posixpath import dirname, join, normpath
from typing import NamedTuple

from amem_reports.rendering.package import CONTENT_TYPES

Read = Callable[[str], bytes]


class Link(NamedTuple):
    """One relationship of a part; `kind` is the last word of its type."""

    id: str
    type: str
    target: str
    external: bool

    @property
    def kind(self) -> str:
        return self.type.rpartition("/")[2]


def links_of(read: Read, names: Iterable[str], part: str) -> list[Link]:
    """The relationships of a part (of the package for an empty name), targets as part names."""
    from lxml import etree

    rels = rels_name(part)
    if rels not in names:
        return []
    result = []
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    for item in etree.fromstring(read(rels), parser).iterchildren("{*}Relationship"):
        target, external = item.get("Target") or "", item.get("TargetMode") == "External"
        if not external:
            target = target.lstrip("/") if target.startswith("/") else normpath(join(dirname(part), target))
        result.append(Link(item.get("Id") or "", item.get("Type") or "", target, external))
    return result


def reachable(read: Read, names: Iterable[str], without: Container[tuple[str, str]] = ()) -> set[str]:
    """The parts that relationships lead to, those left aside that are named by part and identifier."""
    found, waiting = set[str](), [""]
    while waiting:
        part = waiting.pop()
        for link in links_of(read, names, part):
            if not link.external and link.target not in found and (part, link.id) not in without:
                found.add(link.target)
                waiting.append(link.target)
    return found


def content_type(read: Read, part: str) -> str:
    """What kind of content a part has; empty when the package does not say."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    found = ""
    for item in etree.fromstring(read(CONTENT_TYPES), parser):
        if item.get("PartName") == f"/{part}":
            return item.get("ContentType", "")
        if item.get("Extension", "").lower() == part.rpartition(".")[2].lower() and item.get("Extension"):
            found = item.get("ContentType", "")
    return found


def rels_name(part: str) -> str:
    """The part that holds a part's relationships."""
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
