"""Every page: for everybody who reads it, on a desk and on a phone, by day and by night."""

import pytest
from playwright.sync_api import Page

from conftest import NO_FRONTEND, ROOT
from web import browser as browsers

pytestmark = pytest.mark.slow
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
PAGES = ("patients", "cases", "about", "record", "edit", "fit", "plans", "compare", "reading")
LONG = 60_000
TEXT = (
    "A 52-year-old woman on haemodialysis had calcium 2.4 mmol/L, phosphate 6.6 and PTH 800 pg/mL."
)


def shown(page: Page, name: str) -> None:
    """Bring a page up and wait until it stands still."""
    if name in {"patients", "cases", "about"}:
        page.goto(f"{page.url.split('#')[0]}#/{name}")
        page.locator("main h1").wait_for()
        page.wait_for_load_state("networkidle")
        return
    if name == "reading":
        page.get_by_label("Text or cells").fill(TEXT)
        page.get_by_role("button", name="Read it").click()
        page.get_by_role("button", name="Make the patient").wait_for()
        return
    page.get_by_role("link", name="Case 1").first.click()
    page.get_by_role("heading", name="Timeline").wait_for()
    if name == "edit":
        page.get_by_role("button", name="Edit").click()
        page.get_by_label("Age", exact=True).wait_for()
    elif name == "fit":
        page.get_by_role("link", name="Fit", exact=True).click()
        page.get_by_role("heading", name="What was learnt").wait_for(timeout=LONG)
    elif name == "plans":
        page.get_by_role("link", name="Plans", exact=True).click()
        page.get_by_label("Name").first.wait_for()
    elif name == "compare":
        page.get_by_role("link", name="Next: compare plans").click()
        page.get_by_text("300 simulated courses").wait_for(timeout=LONG)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_violation(browser, address, name, scheme):
    if not AXE.is_file():
        pytest.skip(NO_FRONTEND)
    with browsers.opened(browser, address, color_scheme=scheme, bypass_csp=True) as page:
        shown(page, name)
        page.add_script_tag(path=str(AXE))

        found = page.evaluate(
            "axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa']})"
        )

        told = [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in found["violations"]]
        assert told == []


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_has_no_sideways_scroll(browser, address, name):
    with browsers.opened(browser, address, viewport=browsers.PHONE) as page:
        shown(page, name)

        width = page.evaluate("document.documentElement.scrollWidth")

        assert width <= browsers.PHONE["width"]
