"""Pages of a PDF as pictures: what they must never show, and how far they are from the pages that were accepted."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from PIL import Image, ImageChops, ImageFilter

DPI = 24
"""Small enough to keep, large enough to tell a column, a band, a line of text."""
FINER = 2
"""Pages are drawn so many times finer, then reduced: hairlines come out the same whichever pixel they fall on."""
BORDER = 6.0
"""Millimetres at each edge of a page in which nothing is printed."""
SHORT = 0.2
"""A last page that is filled to less than this part of its height is nearly empty: it holds a row of a table, or a few lines."""
DARK = 200
"""Grey levels under this are ink; the palest shade of a table is lighter."""
BLUR = 4
"""Pixels over which pages are blurred before they are compared: lines of text become grey, a column of them stays a column."""
DIFFERENT = 10
"""Grey levels by which a blurred pixel must differ to count; hinting and smoothing of letters stay below."""
TOLERATED = 0.01
"""Part of a page's pixels that may differ: a word more or less, not a column."""


@dataclass(frozen=True)
class Page:
    """One page: its picture in grey, and its text line by line from the top."""

    image: Image.Image
    lines: tuple[str, ...]


def pages(pdf: Path, folder: Path) -> list[Page]:
    """Every page of a PDF; pictures are made in `folder`."""
    stem = folder / pdf.stem
    subprocess.run(["pdftoppm", "-r", str(DPI * FINER), "-gray", "-png", str(pdf), str(stem)], check=True)
    raw = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True, encoding="utf-8").stdout
    texts = raw.split("\f")
    pictures = sorted(folder.glob(f"{pdf.stem}-*.png"), key=lambda path: int(path.stem.rpartition("-")[2]))
    assert pictures
    assert len(texts) >= len(pictures)
    return [
        Page(_grey(path), tuple(line.strip() for line in text.splitlines() if line.strip()))
        for path, text in zip(pictures, texts, strict=False)
    ]


def _grey(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("L").reduce(FINER)


# --- what no page may show --------------------------------------------------------------------------------------------------------------


def page_faults(pdf: Path, seen: list[Page], flows: bool = True) -> list[str]:
    """Ink at the edge of a page, a heading alone at its foot, a font that is not embedded; where text flows, a last page nearly empty."""
    return [*_overflows(seen), *lone_headings(pdf, seen), *(_short_end(seen) if flows else ()), *_missing_fonts(pdf)]


def _ink(image: Image.Image) -> Image.Image:
    return image.point(lambda level: 255 if level < DARK else 0)


def _body(page: Page) -> Image.Image:
    """The ink between the header and the footer."""
    width, height = page.image.size
    return _ink(page.image.crop((0, int(height * 0.1), width, int(height * 0.9))))


def _overflows(seen: list[Page]) -> Iterator[str]:
    for number, page in enumerate(seen, 1):
        box = _ink(page.image).getbbox()
        if box is None or _body(page).getbbox() is None:
            yield f"page {number} is empty"
            continue
        edge = BORDER / 25.4 * DPI
        width, height = page.image.size
        if box[0] < edge or box[1] < edge or box[2] > width - edge or box[3] > height - edge:
            yield f"page {number} is printed closer than {BORDER:g} mm to its edge"


def lone_headings(pdf: Path, seen: list[Page]) -> list[str]:
    """Headings that are the last line above the foot of a page."""
    with pikepdf.open(pdf) as document, document.open_outline() as outline:
        titles = {_words(str(item.title)) for item in _all(outline.root)}
    found = []
    for number, page in enumerate(seen, 1):
        above = [line for line in page.lines if not re.search(r"Page\s*\d+\s*/\s*\d+", line)]
        if above and _words(above[-1]) in titles:
            found.append(f"page {number} ends with the heading « {above[-1]} »")
    return found


def _all(items: list[pikepdf.OutlineItem]) -> Iterator[pikepdf.OutlineItem]:
    for item in items:
        yield item
        yield from _all(item.children)


def _words(text: str) -> str:
    return " ".join(text.casefold().split())


def _short_end(seen: list[Page]) -> Iterator[str]:
    if len(seen) < 2:
        return
    box = _body(seen[-1]).getbbox()
    if box is None or box[3] < seen[-1].image.height * SHORT:
        yield "the last page is nearly empty"


def _missing_fonts(pdf: Path) -> Iterator[str]:
    listed = subprocess.run(["pdffonts", str(pdf)], check=True, capture_output=True, text=True).stdout.splitlines()[2:]
    assert listed
    for line in listed:
        if not re.search(r"\byes\s+(yes|no)\s+(yes|no)\s+\d+\s+\d+\s*$", line):
            yield f"font not embedded: {line.split()[0]}"


# --- accepted pages ---------------------------------------------------------------------------------------------------------------------


def strip(seen: list[Page]) -> Image.Image:
    """All pages side by side, a white pixel apart, as they are kept."""
    width, height = sum(page.image.width + 1 for page in seen), max(page.image.height for page in seen)
    whole = Image.new("L", (width, height), 128)
    left = 0
    for page in seen:
        whole.paste(page.image, (left, 0))
        left += page.image.width + 1
    return whole


def differences(accepted: Image.Image, seen: list[Page]) -> list[str]:
    """How the pages differ from those accepted: another number or size of pages, or a page that looks different."""
    now = strip(seen)
    if accepted.size != now.size:
        return [f"{len(seen)} pages that measure {now.size[0]} × {now.size[1]} together, {accepted.size[0]} × {accepted.size[1]} accepted"]
    found, left = [], 0
    for number, page in enumerate(seen, 1):
        box = (left, 0, left + page.image.width, page.image.height)
        share = difference(accepted.crop(box), page.image)
        if share > TOLERATED:
            found.append(f"page {number} differs on {share:.1%} of its surface")
        left += page.image.width + 1
    return found


def difference(one: Image.Image, other: Image.Image) -> float:
    """Part of the pixels that differ once letters have been blurred."""
    blurred = [image.filter(ImageFilter.GaussianBlur(BLUR)) for image in (one, other)]
    histogram = ImageChops.difference(*blurred).histogram()
    return sum(histogram[DIFFERENT:]) / sum(histogram)
