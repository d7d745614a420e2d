"""What people do with a CT in the browser: bring it, click into a mass, measure, and forecast."""

import io
import json
import re

import httpx
import numpy as np
import pytest
import SimpleITK
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from brushite.ct.volume import Grid
from conftest import NO_FRONTEND
from ct.dicoms import write_series
from web import browser as browsers
from web.serving import ended, first
from web.test_pages import AXE

pytestmark = pytest.mark.slow
LONG = 90_000  # ms; drawing without a graphics card, beside other tests
SMALL = {"width": 640, "height": 480}
DRAWS = ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
DRAWS_NOTHING = ("--disable-3d-apis",)
SPHERES = (((0, 0, 0), 18.0), ((14, 0, 8), 13.0), ((-10, -6, -12), 12.0))  # mm
MINERAL = 500  # HU
CROSSHAIR = (89, 191, 255)  # as the page draws it


@pytest.fixture(scope="module")
def browser():
    """Chromium that draws volumes without a graphics card."""
    if browsers.WAY is None:
        pytest.skip(browsers.NO_CHROMIUM)
    with browsers.started(*DRAWS) as found:
        yield found


@pytest.fixture(scope="module")
def pelvis(shared, tmp_path_factory) -> dict:
    """A real pelvis with a lobed mass put into the right buttock: its file, place and volume."""
    folder = shared / "imaging"
    image = SimpleITK.DICOMOrient(SimpleITK.ReadImage(str(folder / "pelvis-ct.nii.gz")), "LPS")
    labels = SimpleITK.DICOMOrient(SimpleITK.ReadImage(str(folder / "pelvis-labels.nii.gz")), "LPS")
    names = json.loads((folder / "pelvis-labels.json").read_text(encoding="utf-8"))
    muscle = next(int(k) for k, name in names.items() if name == "gluteus_maximus_right")
    values = SimpleITK.GetArrayFromImage(image).astype(np.int16)
    inside = np.argwhere(SimpleITK.GetArrayFromImage(labels) == muscle)
    spacing, origin = np.array(image.GetSpacing()), np.array(image.GetOrigin())
    centre = inside.mean(axis=0)[::-1] * spacing + origin
    points = np.moveaxis(np.indices(values.shape), 0, -1)[..., ::-1] * spacing + origin
    is_mass = np.zeros(values.shape, bool)
    for shift, radius in SPHERES:
        is_mass |= np.linalg.norm(points - (centre + shift), axis=-1) < radius
    values[is_mass] = MINERAL
    made = SimpleITK.GetImageFromArray(values)
    made.CopyInformation(image)
    path = tmp_path_factory.mktemp("pelvis") / "pelvis.nii.gz"
    SimpleITK.WriteImage(made, str(path))
    volume = float(is_mass.sum() * np.prod(spacing) / 1000)
    return {"path": path, "centre": centre.round(1).tolist(), "volume": volume}


def somebody(address: str, label: str) -> None:
    """A patient without any mass."""
    record = (
        f"brushite: record/1\nperson: {{label: {label}, age: 52 years}}\nmeasurements:\n"
        "- {analyte: phosphate, value: 2.1 mmol/L}\n"
    )
    httpx.post(f"{address}/api/patients", json={"yaml": record}).raise_for_status()


def brought(page: Page, path, label: str = "Case 1") -> None:
    """Go to the page of CT and upload a scan."""
    page.get_by_role("link", name=label).first.click()
    page.get_by_role("link", name="CT", exact=True).click()
    page.set_input_files("#ct-files", str(path))
    page.get_by_text("What the files do not say").click()
    page.get_by_label("Tube voltage").fill("120")
    page.get_by_label("Slice thickness (mm)").fill("3")
    page.get_by_label("Position of the patient").select_option("HFS")
    page.get_by_role("button", name="Add", exact=True).click()


def drawn(page: Page, stages: int = 1) -> None:
    """Wait until so many pictures stand still."""
    page.wait_for_function(
        "n => document.querySelectorAll('[data-state=ready]').length === n",
        arg=stages,
        timeout=LONG,
    )


def shown_at(page: Page, point: list[float]) -> None:
    """Move the crosshair to a point that is typed."""
    for name, value in zip(("to the left", "to the back", "to the head"), point, strict=True):
        page.get_by_label(name).fill(str(value))
    page.get_by_role("button", name="Show it").click()


def slices(page: Page) -> Locator:
    return page.get_by_label("Three slices through the scan")


def picture(canvas: Locator) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(canvas.screenshot())).convert("RGB")).astype(int)


def crossing(page: Page) -> tuple[int, int]:
    """Where on the canvas the crosshair of the first picture crosses."""
    pixels = picture(slices(page))
    is_blue = np.abs(pixels - CROSSHAIR).max(axis=-1) < 60
    third = is_blue[:, : is_blue.shape[1] // 3]  # the canvas is wide, so pictures stand in a row
    assert third.sum() > 50, "no crosshair is seen"
    return int(third.sum(axis=0).argmax()), int(third.sum(axis=1).argmax())


def orange(page: Page) -> int:
    """Pixels of the mask."""
    red, green, blue = np.moveaxis(picture(slices(page)), -1, 0)
    return int(((red > 180) & (green > 100) & (green < 215) & (blue < 150)).sum())


def test_a_click_into_a_mass_measures_it_and_the_forecast_starts_from_it(browser, address, pelvis):
    somebody(address, "Somebody")
    with browsers.opened(browser, address, viewport=SMALL) as page:
        brought(page, pelvis["path"], "Somebody")
        drawn(page)
        shown_at(page, pelvis["centre"])
        expect(page.get_by_text(re.compile(rf"Here: .* {MINERAL} HU"))).to_be_visible()
        x, y = crossing(page)
        before = orange(page)
        slices(page).click(position={"x": x, "y": y})
        seeds = page.get_by_role("button", name=re.compile("^Show it: Points in masses"))
        expect(seeds).to_have_count(1)
        seed = [float(e) for e in seeds.inner_text().split(",")]
        assert seed == pytest.approx(pelvis["centre"], abs=6)

        page.get_by_role("button", name="Measure", exact=True).click()
        page.locator("[data-scan=measured]").wait_for(timeout=LONG)
        drawn(page, 2)

        assert orange(page) > before + 100
        patient = page.url.split("/patients/")[1].split("/")[0]
        (row,) = page.request.get(f"{address}/api/patients/{patient}/scans").json()
        volume = row["masses"][0]["envelope_volume"]["value"]
        assert volume == pytest.approx(pelvis["volume"], rel=0.1)
        told = page.get_by_role("row", name="Volume with fluid and septa")
        expect(told).to_contain_text(f"{float(f'{volume:.3g}'):g} ±")

        page.get_by_label("Name of the new lesion").fill("right buttock")
        page.get_by_label("Where it is").fill("buttock")
        page.get_by_role("button", name="Add to the record").click()
        expect(page.get_by_text("The record has this size of right buttock.")).to_be_visible()
        page.get_by_role("link", name="Compare plans").click()
        page.get_by_text("300 simulated courses").wait_for(timeout=LONG)
        asked = {"plans": [], "weeks": 4}
        found = page.request.post(
            f"{address}/api/patients/{patient}/compare", data=asked, timeout=LONG
        ).json()

    (mass,) = [each for each in found["outputs"] if each["output"] == "mass volume"]
    band = mass["bands"][0]
    assert mass["points"][0]["value"] == pytest.approx(volume, rel=1e-3)
    assert band["p5"][0] <= volume <= band["p95"][0]
    assert band["p50"][0] == pytest.approx(volume, rel=0.1)


def test_without_webgl2_the_server_draws_and_a_click_still_sets_a_point(browser, address, pelvis):
    with (
        browsers.another(browser, *DRAWS_NOTHING) as blind,
        browsers.opened(blind, address) as page,
    ):
        brought(page, pelvis["path"])
        expect(page.get_by_text("it has no WebGL2")).to_be_visible(timeout=LONG)
        shown_at(page, pelvis["centre"])
        shown = page.get_by_role("img", name=re.compile("Axial slice"))
        expect(shown).to_have_js_property("complete", value=True)
        page.wait_for_function("document.querySelector('figure img').naturalWidth > 0")
        low, high = page.evaluate(
            "fetch(location.pathname + 'api/patients/' + location.hash.split('/')[2] + '/scans/' +"
            " location.hash.split('scan=')[1]).then(a => a.json()).then(s => [s.grid.low,"
            " s.grid.high])"
        )
        box = shown.bounding_box()
        across = (pelvis["centre"][0] - low[0] + 1.5) / (high[0] - low[0] + 3)
        down = (pelvis["centre"][1] - low[1] + 1.5) / (high[1] - low[1] + 3)
        shown.click(position={"x": across * box["width"], "y": down * box["height"]})

        seeds = page.get_by_role("button", name=re.compile("^Show it: Points in masses"))
        expect(seeds).to_have_count(1)
        seed = [float(e) for e in seeds.inner_text().split(",")]
        assert seed == pytest.approx(pelvis["centre"], abs=3)
        page.get_by_role("button", name="Measure", exact=True).click()
        expect(page.get_by_role("row", name="Volume with fluid and septa")).to_be_visible(
            timeout=LONG
        )
        expect(shown).to_have_attribute("src", re.compile("v=[0-9a-f]"))


def test_a_dicom_segmentation_that_was_read_back_is_drawn(browser, address, tmp_path):
    """The masks of a measurement go out as DICOM, come back as a label map, and are shown."""
    shape, spacing, origin = (24, 64, 64), (2.0, 2.0, 3.0), (-64.0, -64.0, 0.0)
    grid = Grid(shape=shape, spacing=spacing, origin=origin)
    points = np.moveaxis(np.indices(shape), 0, -1)[..., ::-1] * np.array(spacing) + origin
    values = np.full(shape, 50, np.int16)
    values[np.linalg.norm(points - [20.0, 10.0, 36.0], axis=-1) < 15] = MINERAL
    paths = write_series(tmp_path, values, grid, SliceThickness="3")
    with httpx.Client(base_url=address, timeout=60) as client:
        place = f"/api/patients/{first(client, 'Case 2')}/scans"
        files = [("files", (path.name, path.read_bytes())) for path in paths]
        scan = f"{place}/{client.post(place, files=files).json()['id']}"
        asked = {"seeds": [[20.0, 10.0, 36.0]]}
        assert ended(client, client.post(f"{scan}/measure", json=asked).json())["state"] == "done"
        segmentation = client.get(f"{scan}/segmentation.dcm").content
    (tmp_path / "segmentation.dcm").write_bytes(segmentation)

    with browsers.opened(browser, address, viewport=SMALL) as page:
        patient, number = place.split("/")[3], scan.rpartition("/")[2]
        page.goto(f"{address}/#/patients/{patient}/ct?scan={number}")
        drawn(page, 2)
        page.get_by_label("Show what was measured").uncheck()
        drawn(page, 2)
        page.set_input_files("#ct-labels", str(tmp_path / "segmentation.dcm"))
        page.get_by_role("button", name="Send the label map").click()
        expect(page.get_by_text(re.compile(r"\d structures"))).to_be_visible(timeout=LONG)
        drawn(page, 2)
        page.get_by_label("Show what was measured").uncheck()
        drawn(page, 2)
        plain = picture(slices(page))
        page.get_by_label("Show the label map").check()
        page.wait_for_timeout(300)
        drawn(page, 2)

        changed = np.abs(picture(slices(page)) - plain).max(axis=-1) > 25

    assert changed.mean() > 0.005  # the mass has a fiftieth of each slice


@pytest.fixture(scope="module")
def measured(address, pelvis) -> str:
    """Where the page of a measured scan is."""
    with httpx.Client(base_url=address, timeout=60) as client:
        patient = first(client, "Case 3")
        place = f"/api/patients/{patient}/scans"
        asked = {
            "seeds": [pelvis["centre"]],
            "lines": [
                {
                    "name": "sciatic nerve",
                    "kind": "nerve",
                    "radius": 4,
                    "points": [[-60, -60, 200], [-62, -66, 130]],
                }
            ],
        }
        for date in ("2024-03-01", "2024-09-01"):
            files = {"files": ("pelvis.nii.gz", pelvis["path"].read_bytes())}
            told = {"kilovolts": "120", "thickness": "3", "position": "HFS", "taken": date}
            scan = client.post(place, files=files, data=told).json()["id"]
            job = client.post(f"{place}/{scan}/measure", json=asked).json()
            assert ended(client, job)["state"] == "done"
    return f"{address}/#/patients/{patient}/ct?scan={scan}"


def followed(page: Page) -> Locator:
    """The table of changes, once it is there."""
    table = page.get_by_role("group", name="Change over time").get_by_role("table")
    table.wait_for(timeout=LONG)
    return table


def test_a_mass_that_stayed_as_it_was_is_not_said_to_have_changed(browser, address, measured):
    with browsers.opened(browser, address, viewport=SMALL) as page:
        page.goto(measured)

        rows = followed(page).get_by_role("row")

        expect(rows.filter(has_text="Mass of mineral")).to_contain_text("no change shown")
        expect(rows.filter(has_text="2024-03-01 – 2024-09-01")).to_have_count(4)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(browser, address, measured, scheme):
    if not AXE.is_file():
        pytest.skip(NO_FRONTEND)
    with browsers.opened(
        browser, address, viewport=SMALL, color_scheme=scheme, reduced_motion="reduce"
    ) as page:
        page.goto(measured)
        drawn(page, 2)
        followed(page)
        page.evaluate(AXE.read_text(encoding="utf-8"))

        found = page.evaluate("axe.run()")

        told = {v["id"]: [n["html"][:120] for n in v["nodes"]] for v in found["violations"]}
        assert told == {}


def test_a_phone_shows_the_page_without_scrolling_sideways(browser, address, measured):
    with browsers.opened(browser, address, viewport=browsers.PHONE) as page:
        page.goto(measured)
        drawn(page, 2)
        followed(page)

        widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")

    assert widths[0] <= widths[1]


def test_points_can_be_set_without_a_mouse(browser, address, measured, pelvis):
    with browsers.opened(browser, address, viewport=SMALL) as page:
        page.goto(measured)
        drawn(page, 2)
        page.get_by_label("to the left").focus()
        for value in pelvis["centre"]:
            page.keyboard.type(str(value))
            page.keyboard.press("Tab")
        for name in ("Show it", "Point in the mass", "Point in bone"):
            expect(page.get_by_role("button", name=name, exact=True)).to_be_enabled()
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")

        expect(page.get_by_role("heading", name="Points in bone")).to_be_visible()


def test_what_is_painted_is_sent_as_bone(browser, address, measured):
    with browsers.opened(browser, address, viewport=SMALL) as page:
        page.goto(measured)
        drawn(page, 2)
        page.get_by_label("A click").select_option("paint")
        x, y = crossing(page)
        slices(page).hover(position={"x": x - 60, "y": y})
        page.mouse.down()
        page.mouse.move(*(page.evaluate("[0, 0]")))
        box = slices(page).bounding_box()
        page.mouse.move(box["x"] + x - 45, box["y"] + y + 10, steps=4)
        page.mouse.up()
        with page.expect_request(re.compile("/bone$")) as sent:
            page.get_by_role("button", name="Measure", exact=True).click()

        answer = sent.value.response()
        assert answer is not None
        assert answer.status == 204
        expect(page.get_by_text("Bone was painted.")).to_be_visible()
