"""Pictures of the main pages with a text of our own: for the guide, and to see what changed.

`make screens` makes those of the guide anew; look at them before they are kept.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from web import browser as browsers
from web.reports import SHOULDER
from web.serving import running

LONG = 60_000
LOOKS = {
    "light": {"viewport": browsers.DESK, "color_scheme": "light"},
    "dark": {"viewport": browsers.DESK, "color_scheme": "dark"},
    "phone": {"viewport": browsers.PHONE, "color_scheme": "light"},
}
PAGES = ("reading", "record", "compare")


def pictures(browser: Browser, address: str, look: str, folder: Path) -> dict[str, Path]:
    """A picture of each page in one look."""
    with browsers.opened(browser, address, **LOOKS[look], reduced_motion="reduce") as page:
        file = {"name": "shoulder.txt", "mimeType": "text/plain", "buffer": SHOULDER.encode()}
        page.set_input_files("#file", file)
        page.get_by_role("button", name="Make the patient").wait_for()
        found = {"reading": _taken(page, folder / f"reading-{look}.png")}
        page.get_by_role("button", name="Make the patient").click()
        page.get_by_role("heading", name="Timeline").wait_for()
        found["record"] = _taken(page, folder / f"record-{look}.png")
        page.get_by_role("link", name="Next: compare plans").click()
        page.get_by_text("300 simulated courses").wait_for(timeout=LONG)
        page.get_by_role("button", name="Add a plan").click()
        if look == "phone":  # where a plan is folded until it is wanted
            page.get_by_text("New plan", exact=False).first.click()
        page.get_by_role("button", name="Add parathyroidectomy").click()
        page.get_by_role("row", name="B ").first.wait_for(timeout=LONG)
        page.wait_for_timeout(700)
        page.get_by_text("300 simulated courses").wait_for(timeout=LONG)
        page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        found["compare"] = _taken(page, folder / f"compare-{look}.png")
        return found


def _taken(page: Page, path: Path) -> Path:
    page.evaluate("document.fonts.ready.then(() => true)")
    page.wait_for_timeout(300)
    page.screenshot(path=path, animations="disabled")
    return path


if __name__ == "__main__":
    wanted = Path(sys.argv[1])
    wanted.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running(f"sqlite:///{folder}/app.db") as (address, _),
        browsers.started() as browser,
    ):
        for look in LOOKS:
            pictures(browser, address, look, wanted)
