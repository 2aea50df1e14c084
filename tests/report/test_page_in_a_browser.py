"""The page in a real Chromium: nothing leaves it, nothing runs on it, and it fits its window."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.report.html import render_html

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]
QUIET = [
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WIDER_THAN_THE_WINDOW = """
() => [...document.querySelectorAll('body *')]
  .filter(e => e.getBoundingClientRect().right > innerWidth + 0.5)
  .filter(e => getComputedStyle(e).position !== 'absolute')
  .map(e => e.tagName + '.' + e.className)
"""
SCROLL_WIDTH = "() => document.documentElement.scrollWidth - innerWidth"
OPEN_ALL = "() => document.querySelectorAll('details').forEach(each => each.open = true)"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield launched
        launched.close()


class Visit:
    """One page, opened, with all that it did beside being shown."""

    def __init__(self, context: Any, address: str) -> None:
        self.requests: list[str] = []
        self.noise: list[str] = []
        context.route("**/*", self._route)
        self.page = context.new_page()
        self.page.on("console", lambda message: self.noise.append(message.text))
        self.page.on("pageerror", lambda error: self.noise.append(str(error)))
        self.page.on("dialog", self._dialog)
        context.on("page", lambda page: self.noise.append(f"opened {page.url}"))
        self.page.goto(address)

    def _route(self, route: Any) -> None:
        self.requests.append(route.request.url)
        if route.request.url.startswith("file://"):
            route.continue_()
        else:
            route.abort()

    def _dialog(self, dialog: Any) -> None:
        self.noise.append(f"dialog {dialog.message}")
        dialog.dismiss()


@pytest.fixture(params=[1280, 390])
def width(request: pytest.FixtureRequest) -> int:
    chosen: int = request.param
    return chosen


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_stays_silent_and_fits(
    browser: Any, document: dict[str, Any], tmp_path: Path, width: int, scheme: str
) -> None:
    file = tmp_path / "report.html"
    file.write_text(render_html(document), encoding="utf-8")
    viewport = {"width": width, "height": 900}
    context = browser.new_context(viewport=viewport, color_scheme=scheme)
    try:
        visit = Visit(context, file.as_uri())
        title = visit.page.title()
        for script in ("() => 0", OPEN_ALL):
            visit.page.evaluate(script)
            assert visit.page.evaluate(SCROLL_WIDTH) <= 0
            assert visit.page.evaluate(WIDER_THAN_THE_WINDOW) == []
        visit.page.wait_for_timeout(100)
        assert visit.requests == [file.as_uri()]
        assert visit.noise == []
        assert visit.page.title() == title
        assert title.startswith(document["verdict"]["class"] + ": conformance report for https://")
    finally:
        context.close()


def test_a_hostile_server_puts_no_element_on_the_page(
    browser: Any, hostile: dict[str, Any], emr: dict[str, Any], tmp_path: Path
) -> None:
    kinds = []
    for name, document in (("hostile", hostile), ("sound", emr)):
        file = tmp_path / f"{name}.html"
        file.write_text(render_html(document), encoding="utf-8")
        context = browser.new_context()
        try:
            page = Visit(context, file.as_uri()).page
            kinds.append(
                page.evaluate("() => [...new Set([...document.all].map(e => e.tagName))].sort()")
            )
            assert page.locator("script, img, iframe, [onload], [onerror]").count() == 0
            assert page.locator("a:not([href^='#'])").count() == 0
        finally:
            context.close()
    assert kinds[0] == kinds[1]


def test_every_part_is_printed_though_it_was_closed(
    browser: Any, emr: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "report.html"
    file.write_text(render_html(emr), encoding="utf-8")
    context = browser.new_context(viewport={"width": 794, "height": 1123})
    try:
        page = Visit(context, file.as_uri()).page
        evidence = page.locator(".cause .curl").first
        assert not evidence.is_visible()
        page.emulate_media(media="print")
        assert evidence.is_visible()
        assert page.evaluate(SCROLL_WIDTH) <= 0
    finally:
        context.close()
