"""A real browser, Debian's Chromium, that Playwright drives."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

NO_CHROMIUM = "Chromium is not installed: apt-get install -y chromium"
WAY = shutil.which("chromium") or shutil.which("chromium-browser")
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
DESK, PHONE = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}


@contextmanager
def started(*flags: str) -> Iterator[Browser]:
    """A browser without a window, with more flags if there are any."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=WAY, args=[*OPTIONS, *flags])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def another(browser: Browser, *flags: str) -> Iterator[Browser]:
    """One more browser beside one that is open, with more flags."""
    found = browser.browser_type.launch(executable_path=WAY, args=[*OPTIONS, *flags])
    try:
        yield found
    finally:
        found.close()


def _is_ours(message: ConsoleMessage) -> bool:
    """An error of the page; that the server refused something is told to whoever reads the page."""
    return message.type == "error" and not message.text.startswith("Failed to load resource")


@contextmanager
def opened(browser: Browser, address: str, **wishes) -> Iterator[Page]:
    """A page of a new person; it fails when the browser complains or another host is asked."""
    context = browser.new_context(**{"viewport": DESK, "locale": "en-GB", **wishes})
    page = context.new_page()
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if _is_ours(message) else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((address, "blob:", "data:"))
            else complaints.append(f"asked {request.url}")
        ),
    )
    page.goto(address)
    yield page
    context.close()
    assert complaints == []
