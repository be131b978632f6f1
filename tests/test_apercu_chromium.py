"""The page of `amem apercu` in a browser: seen wide and narrow, gone through by keyboard, printed."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pypdfium2
import pytest
from apercus import chromium, preview, produced, with_pages
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page, sync_playwright

from amem_reports.rendering import pdf

pytestmark = pytest.mark.chromium
WIDE, NARROW = 1280, 400
Printed = tuple[list[str], list[str], list[tuple[float, float]]]

CONTRASTS = """() => {
  const channels = color => color.match(/[\\d.]+/g).map(Number);
  const light = color => channels(color).slice(0, 3).map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = element => {
    for (let one = element; one; one = one.parentElement) {
      const color = getComputedStyle(one).backgroundColor;
      if (channels(color)[3] !== 0) return color;
    }
    return "rgb(255, 255, 255)";
  };
  return [...document.querySelectorAll("body *")]
    .filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
    .map(one => {
      const [a, b] = [light(getComputedStyle(one).color), light(behind(one))];
      return [one.tagName + " " + one.className, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
    });
}"""
FOCUS = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const seen = box.width > 0 && box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight;
  return {href: one.getAttribute("href"), id: one.id, seen, outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2};
}"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the demonstration; one of its documents has pages."""
    espace = with_pages(produced(tmp_path_factory.mktemp("chromium")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "available", lambda: False)
        preview(espace)
    return espace / "output" / "apercu.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium())
        yield opened
        opened.close()


def opened(browser: Browser, file: Path, width: int = WIDE) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(file.as_uri())
    return page


def test_nothing_is_fetched_and_nothing_is_wrong(browser: Browser, file: Path) -> None:
    page = browser.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(file.as_uri())
    assert [one for one in asked if not one.startswith("data:")] == [file.as_uri()]
    assert said == []
    assert page.evaluate("[...document.images].map(one => one.complete && one.naturalWidth)") == [360, 360, 360]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_page_fits_its_window_and_shows_its_pages(browser: Browser, file: Path, width: int) -> None:
    page = opened(browser, file, width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    wider = "[...document.querySelectorAll('main *')].filter(one => one.getBoundingClientRect().right > innerWidth + 1).length"
    assert page.evaluate(wider) == 0
    shot = Image.open(io.BytesIO(page.screenshot())).convert("L")
    ink = ImageChops.invert(shot).point(lambda value: 255 if value > 100 else 0)
    assert 0.01 < ink.histogram()[255] / (shot.width * shot.height) < 0.5
    picture = Image.open(io.BytesIO(page.locator("img").first.screenshot())).convert("L")
    assert (picture.getpixel((picture.width // 2, picture.height // 2)), picture.getpixel((picture.width // 2, 8))) == (0, 255)


def test_text_stands_out_from_what_is_behind_it(browser: Browser, file: Path) -> None:
    found = opened(browser, file).evaluate(CONTRASTS)
    assert len(found) > 300
    assert [one for one in found if one[1] < 4.5] == []


def test_the_keyboard_reaches_every_link_in_order_and_shows_where_it_is(browser: Browser, file: Path) -> None:
    page = opened(browser, file)
    links = page.evaluate("[...document.links].map(one => one.getAttribute('href'))")
    reached: list[dict[str, Any]] = []
    for _ in links:
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUS))
    assert [one["href"] for one in reached] == links
    assert len(links) > 25
    assert [one for one in reached if not (one["seen"] and one["outline"])] == []


def test_the_first_link_leads_past_the_navigation(browser: Browser, file: Path) -> None:
    page = opened(browser, file)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUS)["id"] == "contenu"
    page.keyboard.press("Tab")
    first_file = page.evaluate("document.querySelector('main a').getAttribute('href')")
    assert page.evaluate(FOCUS)["href"] == first_file


def test_a_link_leads_to_the_file_itself(browser: Browser, file: Path) -> None:
    page = opened(browser, file)
    found = page.evaluate("[...document.querySelectorAll('main a')].map(one => one.href)")
    assert f"{file.parent.as_uri()}/{quote('plan-de-travail_maroc.pdf')}" in found


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u00ad\ufffe-]+", "", text)


@pytest.fixture(scope="module")
def printed(browser: Browser, file: Path) -> Printed:
    """The text of each printed page, what the screen shows block by block, and the left and right ends of each printed page's text."""
    page = opened(browser, file)
    blocks = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,main p,main th,main td,caption,dt,dd')].map(one => one.innerText)")
    document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    texts, ends = [], []
    for sheet in document:
        text = sheet.get_textpage()
        texts.append(text.get_text_bounded())
        boxes = [text.get_charbox(number) for number in range(text.count_chars())]
        ends.append((min(box[0] for box in boxes), max(box[2] for box in boxes)))
        assert [round(one) for one in sheet.get_size()] == [595, 842]
    document.close()
    return texts, blocks, ends


def test_all_that_the_screen_shows_is_printed_and_nothing_is_cut(printed: Printed) -> None:
    texts, blocks, ends = printed
    whole = squeezed("".join(texts))
    lost = [one for one in blocks if one.strip() and squeezed(one) not in whole]
    assert len(blocks) > 300
    assert lost == []
    assert all(left >= 30 and right <= 565 for left, right in ends), ends


def test_every_printed_page_is_numbered_and_says_that_the_data_are_fictional(
    printed: Printed,
) -> None:
    texts, _, _ = printed
    assert 5 <= len(texts) <= 12
    for number, text in enumerate(texts, 1):
        assert f"Page {number} / {len(texts)}" in text
        assert "DONNÉES FICTIVES" in text
    assert not any("Aller au contenu" in text for text in texts)


def test_a_document_is_printed_with_its_files_and_pages_on_one_sheet(browser: Browser, file: Path, printed: Printed) -> None:
    page = opened(browser, file)
    lines = "[...document.querySelectorAll('article')].map(one => [...one.querySelectorAll('h4, a, .note')].map(line => line.innerText))"
    documents = page.evaluate(lines)
    assert len(documents) == 12
    for wanted in documents:
        assert any(all(squeezed(line) in squeezed(text) for line in wanted) for text in printed[0]), wanted


def test_wide_and_narrow_show_the_same_words(browser: Browser, file: Path) -> None:
    words = [squeezed(opened(browser, file, width).evaluate("document.querySelector('main').textContent")) for width in (WIDE, NARROW)]
    assert all(before == after for before, after in pairwise(words))
