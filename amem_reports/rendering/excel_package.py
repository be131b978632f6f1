"""The parts of the written workbook: sheets and their copies, what belongs to them, and the lists that name all parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote, unquote

from amem_reports.rendering.excel_blocks import filled_part
from amem_reports.rendering.excel_holes import EMPTY_COLUMN, EMPTY_ROW, NOWHERE, WEB, RefHole, SheetMap, copy_name
from amem_reports.rendering.excel_plan import Name, PartPlan, TemplateSheet, WorkbookPlan
from amem_reports.rendering.excel_refs import Ref, letters
from amem_reports.rendering.excel_rows import Dropped, Sheet, sheet_pieces
from amem_reports.rendering.package import Package
from amem_reports.rendering.relations import Link, rels_name
from amem_reports.rendering.xml_text import escape, unescape

Parts = dict[str, "bytes | Iterable[bytes] | None"]
_URL = "%/:=&?~#+!$,;'@()*[]"
CONTENT_TYPES = "[Content_Types].xml"
_SHARED_BY_COPIES = ("image", "hyperlink", "package", "oleObject")
_LEFT_TO_THE_FIRST = ("threadedComment", "pivotTable", "slicer", "timeline", "queryTable")
_HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_OPEN = re.compile("\x03(sheets|names|active|first)\x04")
# Not compiled before a workbook needs them.
_WEB = f"(?s){WEB}(.*?){WEB}"
_TITLES = rb"(?s)<(HeadingPairs|TitlesOfParts)>.*?</\1>"
# Numbers that have to differ within a part, where repeating made them alike.
_NUMBERED = {
    "drawing": (r'(<(?:\w+:)?cNvPr\b[^>]*?\bid=")(\d+)(")', 1),
    "vmlDrawing": (r'(<v:shape\b[^>]*?\bid="\w*?_s)(\d+)(")', 1025),
}
_ORDER = r'(<(?:\w+:)?ser><(?:\w+:)?idx val=")(\d+)("/><(?:\w+:)?order val=")\d+(")'


class Made:
    """One sheet of the written workbook: its map, its rendered rows (None: nothing in it changed), the texts of its parts."""

    def __init__(self, template: TemplateSheet, sheet_map: SheetMap, sheet: Sheet | None, texts: Sequence[tuple[PartPlan, str]]) -> None:
        self.template, self.map, self.sheet, self.texts = template, sheet_map, sheet, texts


class Assembly:
    """Collects the parts of one workbook."""

    def __init__(self, plan: WorkbookPlan, package: Package, dropped: Dropped, parts: Parts) -> None:
        self.plan, self.package, self.dropped, self.parts = plan, package, dropped, parts
        self._types: list[tuple[str, str]] = []

    def build(self, made: Sequence[Made]) -> None:
        """All parts that change."""
        elements: list[str] = []
        links: list[str] = []
        last_id = max(sheet.sheet_id for sheet in self.plan.sheets)
        for one in made:
            sheet_id, link = one.template.sheet_id, one.template.link.id
            if one.map.copy:
                last_id += 1
                sheet_id, link = last_id, f"rIdAmem{last_id}"
                target = f"/{copy_part(one.template.part, one.map.copy)}"
                links.append(f'<Relationship Id="{link}" Type="{one.template.link.type}" Target="{target}"/>')
            self._sheet(one)
            attributes = f'name="{escape(one.map.name)}" sheetId="{sheet_id}"{one.template.attributes} {self.plan.id_attribute}="{link}"'
            elements.append(f"<{self.plan.prefix}sheet {attributes}/>")
        self._left_out(made)
        self._workbook(made, elements)
        if self.plan.strings[1]:
            self.parts[self.plan.strings[0]] = self.plan.strings[1].encode()
        self._lists(links)

    def _sheet(self, made: Made) -> None:
        copy, template = made.map.copy, made.template
        web: dict[str, str] = {}
        if made.sheet:
            plan = made.sheet.plan
            head, tail = (filled_part(text, made.map, plan.holes, plan.blocks) for text in (made.sheet.head, made.sheet.tail))
            if WEB in tail:
                tail = re.sub(_WEB, lambda match: web.setdefault(unescape(match[1]), f"rIdAmem{len(web) + 1}"), tail)
            self.parts[copy_part(template.part, copy)] = sheet_pieces(made.sheet, head, tail, self.plan.date1904, self.dropped)
        for part, text in made.texts:
            xml = _numbered(part.kind, filled_part(text, made.map, part.holes, part.blocks))
            self.parts[copy_part(part.part, copy)] = self.dropped.clean(xml, cells=part.kind == "comments")
        if copy:
            self._copied_parts(template, copy)
        if web:
            self._links_of_sheet(template, copy, web)

    def _copied_parts(self, template: TemplateSheet, copy: int) -> None:
        """Parts of a copied sheet that are not compiled are copied too, relationships led to the copies."""
        self._types.append((template.part, copy_part(template.part, copy)))
        own = {link.target for link in _below(template, template.part)}
        for part in sorted(own):
            target = copy_part(part, copy)
            self.parts.setdefault(target, self.package.read(part))
            self._types.append((part, target))
        for part in (template.part, *sorted(own)):
            if part in template.links:
                self.parts[rels_name(copy_part(part, copy))] = _relationships(template.links[part], own, copy).encode()

    def _links_of_sheet(self, template: TemplateSheet, copy: int, web: Mapping[str, str]) -> None:
        rels = rels_name(copy_part(template.part, copy))
        content = self.parts.get(rels)
        text = (content if isinstance(content, bytes) else self.package.read(rels)).decode()
        fixed = f'Type="{_HYPERLINK}" TargetMode="External"'
        added = "".join(f'<Relationship Id="{name}" {fixed} Target="{escape(quote(target, _URL))}"/>' for target, name in web.items())
        for link in template.links[template.part]:
            if link.external and "{" in unquote(link.target):
                text = re.sub(rf'<Relationship\b[^>]*\bId="{re.escape(link.id)}"[^>]*?/>', "", text)
        self.parts[rels] = text.replace("</Relationships>", added + "</Relationships>").encode()

    def _left_out(self, made: Sequence[Made]) -> None:
        """Sheets that no longer are, with what belongs to them alone, and the order of calculation, which Excel finds again."""
        kept = {one.template.part for one in made}
        for template in self.plan.sheets:
            if template.part not in kept:
                for part in (template.part, *(link.target for link in _below(template, template.part))):
                    self.parts[part] = None
                    self.parts[rels_name(part)] = None
        for link in self.plan.links:
            if link.kind == "calcChain":
                self.parts[link.target] = None

    def _workbook(self, made: Sequence[Made], elements: Sequence[str]) -> None:
        plan = self.plan
        p = plan.prefix
        places = [plan.sheets.index(one.template) for one in made]
        views = [places.index(view) if view in places else 0 for view in plan.views]
        values = {
            "sheets": f"<{p}sheets>{''.join(elements)}</{p}sheets>",
            "names": self._names(made, places),
            "active": str(views[0]),
            "first": str(views[1]),
        }
        self.parts[plan.part] = self.dropped.clean(_OPEN.sub(lambda match: values[match[1]], plan.text), cells=False)
        if [one.map.name for one in made] != [sheet.name for sheet in plan.sheets] and "docProps/app.xml" in self.package.names:
            app = self.parts.get("docProps/app.xml")
            self.parts["docProps/app.xml"] = re.sub(_TITLES, b"", app if isinstance(app, bytes) else self.package.read("docProps/app.xml"))

    def _names(self, made: Sequence[Made], places: Sequence[int]) -> str:
        p, items = self.plan.prefix, []
        for name in self.plan.names:
            owners = [(index, one.map) for index, one in enumerate(made) if places[index] == name.sheet]
            for index, sheet in owners if name.sheet >= 0 else [(-1, made[0].map)]:
                text = _meaning(name, sheet)
                if text:
                    scope = f' localSheetId="{index}"' if index >= 0 else ""
                    items.append(f"<{p}definedName{name.attributes}{scope}>{text}</{p}definedName>")
        return f"<{p}definedNames>{''.join(items)}</{p}definedNames>" if items else ""

    def _lists(self, links: Sequence[str]) -> None:
        gone = {name for name, value in self.parts.items() if value is None}
        start = self.parts.get(CONTENT_TYPES)
        types = (start if isinstance(start, bytes) else self.package.read(CONTENT_TYPES)).decode()
        known = _types_of_parts(types) if self._types else {}
        for name in gone:
            types = re.sub(rf'<Override\b[^>]*PartName="/{re.escape(name)}"[^>]*/>', "", types)
        added = "".join(f'<Override PartName="/{new}" ContentType="{known[old]}"/>' for old, new in self._types if old in known)
        self.parts[CONTENT_TYPES] = types.replace("</Types>", added + "</Types>").encode()
        rels = rels_name(self.plan.part)
        text = self.package.read(rels).decode()
        for link in self.plan.links:
            if link.target in gone:
                text = re.sub(rf'<Relationship\b[^>]*\bId="{re.escape(link.id)}"[^>]*?/>', "", text)
        self.parts[rels] = text.replace("</Relationships>", "".join(links) + "</Relationships>").encode()


def _types_of_parts(types: str) -> dict[str, str]:
    known = {match[1]: match[2] for match in re.finditer(r'<Override\b[^>]*?PartName="/([^"]+)"[^>]*?ContentType="([^"]+)"', types)}
    return known | {match[2]: match[1] for match in re.finditer(r'<Override\b[^>]*?ContentType="([^"]+)"[^>]*?PartName="/([^"]+)"', types)}


def copy_part(part: str, copy: int) -> str:
    """The name of a part's copy; the first keeps its own."""
    stem, _, suffix = part.rpartition(".")
    return f"{copy_name(stem, copy)}.{suffix}"


def _below(template: TemplateSheet, part: str) -> list[Link]:
    """The relationships to parts that each copy of a sheet has for its own."""
    found: dict[str, Link] = {}
    for link in template.links.get(part, ()):
        if not link.external and link.kind not in (*_SHARED_BY_COPIES, *_LEFT_TO_THE_FIRST) and link.target not in found:
            found[link.target] = link
            found.update({inner.target: inner for inner in _below(template, link.target)})
    return list(found.values())


def _relationships(links: Sequence[Link], own: set[str], copy: int) -> str:
    items = []
    for link in links:
        if link.kind in _LEFT_TO_THE_FIRST:
            continue
        target = link.target if link.external else "/" + (copy_part(link.target, copy) if link.target in own else link.target)
        mode = ' TargetMode="External"' if link.external else ""
        items.append(f'<Relationship Id="{link.id}" Type="{link.type}" Target="{escape(target)}"{mode}/>')
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{"".join(items)}</Relationships>'


def _meaning(name: Name, sheet: SheetMap) -> str:
    """What a name means now; empty when a print area or its like has lost its cells."""
    text = "".join(RefHole(piece).fill(sheet, NOWHERE) if isinstance(piece, Ref) else escape(piece, quote=False) for piece in name.meaning)
    lost = name.built_in and (f"${EMPTY_ROW}" in text or f"${letters(EMPTY_COLUMN)}" in text)
    return "" if lost else text


def _numbered(kind: str, text: str) -> str:
    """Drawing ids and the like numbered anew where repeating made them alike."""
    if kind == "chart":
        numbers = [match[2] for match in re.finditer(_ORDER, text)]
        count = iter(range(len(numbers)))
        renew = len(numbers) != len(set(numbers))
        return re.sub(_ORDER, lambda match: f"{match[1]}{(n := next(count))}{match[3]}{n}{match[4]}", text) if renew else text
    if kind not in _NUMBERED:
        return text
    pattern, first = _NUMBERED[kind]
    numbers = [match[2] for match in re.finditer(pattern, text)]
    if len(numbers) == len(set(numbers)):
        return text
    count = iter(range(first, first + len(numbers)))
    return re.sub(pattern, lambda match: f"{match[1]}{next(count)}{match[3]}", text)
