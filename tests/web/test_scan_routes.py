"""What the routes of CT scans take, refuse and give back."""

import gzip
import io
import json
import re
import socket
import struct
import threading
import time
import zipfile
from pathlib import Path

import httpx
import numpy as np
import pytest
import SimpleITK
from PIL import Image
from pydicom import dcmread

from brushite.ct.volume import Grid
from brushite.web import guard, uploads
from brushite.web import voxels as voxels_module
from brushite.web.settings import LARGEST_SCAN
from brushite.web.views import nifti as nifti_views
from ct.dicoms import write_series
from web.asking import asking
from web.serving import ended, first, running

SPACING = (2.0, 1.5, 3.0)  # mm, of x, y, z
ORIGIN = (-40.0, -30.0, -60.0)  # mm, LPS
SHAPE = (30, 40, 50)
CENTRE = np.array([28.0, 5.0, -20.0])  # mm, LPS, of the sphere
RADIUS = 12.0


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "scans"


@pytest.fixture
def client(tmp_path, folder):
    with asking(f"sqlite:///{tmp_path}/app.db", scans=folder) as client:
        yield client


@pytest.fixture
def place(client) -> str:
    return f"/api/patients/{first(client)}/scans"


def hounsfield() -> np.ndarray:
    """Muscle in air with a bright sphere on the patient's left."""
    z, y, x = np.meshgrid(*(np.arange(n) for n in SHAPE), indexing="ij")
    points = np.stack([x, y, z], -1) * np.array(SPACING) + np.array(ORIGIN)
    values = np.full(SHAPE, -1000, np.int16)
    values[2:-2, 3:-3, 3:-3] = 55
    values[np.linalg.norm(points - CENTRE, axis=-1) < RADIUS] = 600
    return values


def nifti(folder: Path, name: str = "scan.nii.gz", values: np.ndarray | None = None) -> bytes:
    """A NIfTI file as others write it."""
    image = SimpleITK.GetImageFromArray(hounsfield() if values is None else values)
    image.SetSpacing(SPACING)
    image.SetOrigin(ORIGIN)
    folder.mkdir(exist_ok=True)
    SimpleITK.WriteImage(image, str(folder / name))
    return (folder / name).read_bytes()


@pytest.fixture
def scan(client, place, tmp_path) -> str:
    return added(client, place, nifti(tmp_path / "made"))


def sent(client, place, *files: tuple[str, bytes], **told: str):
    parts = [("files", (name, content)) for name, content in files]
    return client.post(place, files=parts, data=told)


def added(client, place, content: bytes, **told: str) -> str:
    answer = sent(client, place, ("scan.nii.gz", content), **told)
    assert answer.status_code == 201, answer.text
    return f"{place}/{answer.json()['id']}"


def kept(client, scan: str):
    """A scan as the server keeps it."""
    patient, number = re.search(r"patients/(.+)/scans/(.+)", scan).groups()
    return client.app.state.parts.scans.store.scan(patient, number)


def packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def read(content: bytes, tmp_path: Path) -> SimpleITK.Image:
    path = tmp_path / "read.nii.gz"
    path.write_bytes(content)
    return SimpleITK.ReadImage(str(path))


def brightest(picture: bytes) -> tuple[float, float]:
    """The middle of what is brightest, as shares of the sides."""
    grey = np.asarray(Image.open(io.BytesIO(picture)).convert("L"))
    down, across = np.argwhere(grey > 250).mean(axis=0)
    return (across + 0.5) / grey.shape[1], (down + 0.5) / grey.shape[0]


def left_over(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.rglob("*")) if folder.exists() else []


def test_an_uploaded_scan_is_listed_with_what_was_told_of_it(client, place, tmp_path):
    content = nifti(tmp_path / "made")

    number = added(client, place, content, kilovolts="120", taken="2024-03-01", position="HFS")

    listed = client.get(place).json()
    assert [f"{place}/{row['id']}" for row in listed] == [number]
    acquisition = client.get(number).json()["acquisition"]
    told = ("source", "kilovolts", "taken", "position", "kind")
    assert [acquisition[each] for each in told] == [
        "scan.nii.gz",
        120,
        "2024-03-01",
        "HFS",
        "NIfTI",
    ]


def test_the_file_that_a_browser_draws_is_the_scan_where_it_lies(client, scan, tmp_path):
    shown = read(client.get(f"{scan}/volume.nii.gz").content, tmp_path)

    assert np.allclose(shown.GetOrigin(), ORIGIN)
    assert np.allclose(shown.GetSpacing(), SPACING)
    assert np.array_equal(SimpleITK.GetArrayFromImage(shown), hounsfield())


def test_a_series_of_dicom_files_is_taken_loose_and_as_an_archive(client, place, shared):
    slices = sorted((shared / "imaging" / "thorax-dicom").iterdir())
    loose = [(each.name, each.read_bytes()) for each in slices]

    one_by_one = sent(client, place, *loose)
    archive = packed({f"study/series/{name}": content for name, content in loose})
    at_once = sent(client, place, ("thorax.zip", archive))

    assert [one_by_one.status_code, at_once.status_code] == [201, 201]
    views = [client.get(f"{place}/{each.json()['id']}").json() for each in (one_by_one, at_once)]
    assert [view["grid"]["shape"] for view in views] == [[20, 512, 512]] * 2
    assert [view["is_dicom"] for view in views] == [True, True]
    assert views[0]["acquisition"]["kilovolts"] == 120


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("scan.nii.gz", b"", "empty"),
        ("report.pdf", b"%PDF-1.7 and more", "neither DICOM nor NIfTI"),
        ("series.zip", packed({}), "empty"),
        ("series.zip", packed({"a.txt": b"words", "b.txt": b"words"}), "DICOM"),
        ("series.zip", b"PK\x03\x04 broken", "ZIP"),
    ],
)
def test_what_is_no_series_is_refused_and_leaves_nothing(
    client, place, folder, name, content, words
):
    answer = sent(client, place, (name, content))

    assert answer.status_code == 422
    assert words in answer.json()["error"]["text"]
    assert str(folder) not in answer.text
    assert left_over(folder) == []


@pytest.mark.parametrize(
    "name", ["../../evil.dcm", "/etc/evil.dcm", "a/../../evil.dcm", "..\\..\\evil.dcm", "C:/evil"]
)
def test_an_archive_that_leads_out_of_its_folder_is_refused(client, place, folder, name):
    answer = sent(client, place, ("series.zip", packed({"good.dcm": b"x", name: b"x"})))

    assert answer.status_code == 422
    assert "leads out" in answer.json()["error"]["text"]
    assert left_over(folder) == []
    assert not list(folder.parent.rglob("evil*"))


def test_an_archive_with_a_link_is_refused(client, place, folder):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("slice.dcm")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")

    answer = sent(client, place, ("series.zip", out.getvalue()))

    assert "is a link" in answer.json()["error"]["text"]
    assert left_over(folder) == []


def test_an_archive_that_swells_is_refused(client, place, folder, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_UNPACKED", 3_000_000)
    bomb = packed({"slice.dcm": bytes(4_000_000)})

    answer = sent(client, place, ("bomb.zip", bomb))

    assert len(bomb) < 10_000
    assert answer.status_code == 422
    assert "holds more than" in answer.json()["error"]["text"]
    assert left_over(folder) == []


def test_an_archive_that_lies_about_its_size_is_cut_off(client, place, folder, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_UNPACKED", 3_000_000)
    honest = packed({"slice.dcm": bytes(4_000_000)})
    liar = honest.replace(struct.pack("<I", 4_000_000), struct.pack("<I", 1_000))

    answer = sent(client, place, ("bomb.zip", liar))

    assert answer.status_code == 422
    assert left_over(folder) == []


def test_a_header_that_promises_more_than_memory_holds_is_refused(client, place, tmp_path, folder):
    head = bytearray(gzip.decompress(nifti(tmp_path / "made")))
    struct.pack_into("<3h", head, 42, 30_000, 30_000, 30_000)

    answer = sent(client, place, ("scan.nii.gz", gzip.compress(bytes(head))))

    assert answer.status_code == 422
    assert "holds more than" in answer.json()["error"]["text"]
    assert left_over(folder) == []


def test_too_many_files_are_refused(client, place, folder, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_FILES", 3)
    files = {f"{n}.dcm": b"x" for n in range(4)}

    loose = sent(client, place, *files.items())
    archive = sent(client, place, ("series.zip", packed(files)))

    assert [loose.status_code, archive.status_code] == [422, 422]
    assert "more than 3 files" in loose.json()["error"]["text"]
    assert left_over(folder) == []


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"kilovolts": "many"}, "no number"),
        ({"kilovolts": "5000"}, "5000"),
        ({"position": "upright"}, "upright"),
        ({"taken": "yesterday"}, "yesterday"),
        ({"kernel": "x" * 2_000}, "longer"),
    ],
)
def test_what_cannot_be_told_of_a_scan_is_refused(client, place, tmp_path, folder, told, words):
    answer = sent(client, place, ("scan.nii.gz", nifti(tmp_path / "made")), **told)

    assert answer.status_code == 422
    assert words in answer.json()["error"]["text"]
    assert left_over(folder) == []


def test_a_body_that_is_no_upload_is_refused(client, place, folder):
    form = {"content-type": "multipart/form-data; boundary=b"}
    broken = b"--b\r\nthis is no heading\r\n\r\nnor an end"

    answers = [
        client.post(place, json={}),
        client.post(place, content=broken, headers=form),
        client.post(place, content=b"", headers=form),
    ]

    assert [each.status_code // 100 for each in answers] == [4, 4, 4]
    assert left_over(folder) == []


def test_more_than_a_scan_can_have_is_refused_before_it_is_read(client, place, folder):
    length = {"content-length": str(LARGEST_SCAN + 1), "content-type": "multipart/form-data"}

    scan = client.post(place, content=b"", headers=length)
    document = client.post("/api/readings", content=b"", headers={"content-length": "20000001"})

    assert [scan.status_code, document.status_code] == [413, 413]
    assert "600 MB" in scan.json()["error"]["text"]
    assert "20 MB" in document.json()["error"]["text"]
    assert left_over(folder) == []


def test_an_upload_without_a_length_is_cut_off_once_it_is_too_large(
    client, place, folder, monkeypatch
):
    monkeypatch.setattr(guard, "LARGEST_SCAN", 3_000_000)
    head = b'--b\r\ncontent-disposition: form-data; name="files"; filename="a.nii"\r\n\r\n'
    body = (head if number == 0 else bytes(1_000_000) for number in range(6))

    answer = client.post(
        place, content=body, headers={"content-type": "multipart/form-data; boundary=b"}
    )

    assert answer.status_code == 413
    assert "3 MB" in answer.json()["error"]["text"]
    assert left_over(folder) == []


def test_a_browser_that_goes_away_while_it_sends_leaves_nothing(tmp_path):
    folder = tmp_path / "scans"
    with running(f"sqlite:///{tmp_path}/app.db", "--scans", str(folder)) as (address, said):
        host, port = address.removeprefix("http://").split(":")
        with httpx.Client(base_url=address) as client:
            patient = first(client)
        head = (
            f"POST /api/patients/{patient}/scans HTTP/1.1\r\nHost: {host}:{port}\r\n"
            "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 9000000\r\n\r\n"
            '--b\r\ncontent-disposition: form-data; name="files"; filename="a.nii"\r\n\r\n'
        )
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(head.encode() + bytes(3_000_000))
            wait_until(lambda: left_over(folder) != [])
        wait_until(lambda: left_over(folder) == [])

    assert not any("Traceback" in line for line in said)


def wait_until(happened, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_only_scans_and_label_maps_may_be_larger_than_documents(client, place):
    length = {"content-length": "20000001", "content-type": "multipart/form-data; boundary=b"}

    statuses = {
        way: client.request(method, way, content=b"", headers=length).status_code
        for method, way in (
            ("POST", place),
            ("PUT", f"{place}/0123456789abcdef/labels"),
            ("PUT", f"{place}/0123456789abcdef/bone"),
            ("POST", f"{place}/0123456789abcdef/measure"),
            ("PUT", place.removesuffix("/scans")),
            ("POST", "/api/patients"),
        )
    }

    assert [status == 413 for status in statuses.values()] == [False, False, True, True, True, True]


def test_a_deleted_scan_is_gone_with_its_files(client, place, scan, folder):
    removed = client.delete(scan).status_code

    assert removed == 204
    assert client.get(place).json() == []
    assert client.get(scan).status_code == client.get(f"{scan}/volume.nii.gz").status_code == 404
    assert left_over(folder) == []


def test_a_scan_is_not_shown_under_another_patient(client, scan):
    other = first(client, "Case 2")
    number = scan.rpartition("/")[2]

    statuses = {
        client.get(f"/api/patients/{other}/scans/{number}{way}").status_code
        for way in ("", "/volume.nii.gz", "/slice.png", "/measurement")
    }

    assert statuses == {404}


@pytest.mark.parametrize("number", ["..", "%2e%2e", "..%2f..%2fapp.db", "0123", "scan.json"])
@pytest.mark.usefixtures("scan")
def test_no_number_of_a_scan_leads_to_another_place(client, place, number):
    assert client.get(f"{place}/{number}/volume.nii.gz").status_code == 404


def test_two_uploads_at_once_are_both_kept(client, place, tmp_path):
    content = nifti(tmp_path / "made")
    answers = []

    def send() -> None:
        answers.append(sent(client, place, ("scan.nii.gz", content)).status_code)

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [201, 201]
    assert len({row["id"] for row in client.get(place).json()}) == 2


def test_scans_are_there_after_a_restart(tmp_path, folder):
    url = f"sqlite:///{tmp_path}/app.db"
    with asking(url, scans=folder) as client:
        place = f"/api/patients/{first(client)}/scans"
        scan = added(client, place, nifti(tmp_path / "made"), kilovolts="100")

    with asking(url, scans=folder) as client:
        view = client.get(scan).json()

    assert view["acquisition"]["kilovolts"] == 100


def test_scans_lie_beside_the_database_unless_told_otherwise(tmp_path):
    with asking(f"sqlite:///{tmp_path}/ward.db") as client:
        added(client, f"/api/patients/{first(client)}/scans", nifti(tmp_path / "made"))

    assert [each.name for each in (tmp_path / "ward-scans").iterdir() if each.is_dir()]


def test_the_command_line_says_where_scans_are_kept(tmp_path):
    url = f"sqlite:///{tmp_path}/app.db"
    with (
        running(url, "--scans", str(tmp_path / "elsewhere")) as (address, _),
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        added(client, f"/api/patients/{first(client)}/scans", nifti(tmp_path / "made"))

    assert len(list((tmp_path / "elsewhere").iterdir())) == 1
    assert not (tmp_path / "app-scans").exists()


def test_a_picture_of_a_slice_has_the_patients_left_on_its_right(client, scan):
    answer = client.get(f"{scan}/slice.png", params={"plane": "axial", "at": CENTRE[2]})

    across, down = brightest(answer.content)
    expected = (CENTRE[:2] - ORIGIN[:2]) / (np.array(SHAPE)[[2, 1]] * SPACING[:2])
    assert across == pytest.approx(expected[0], abs=0.02)
    assert down == pytest.approx(expected[1], abs=0.02)


@pytest.mark.parametrize("plane", ["axial", "coronal", "sagittal"])
def test_a_place_in_a_picture_is_the_point_that_it_shows(client, scan, plane):
    axis = {"axial": 2, "coronal": 1, "sagittal": 0}[plane]
    cut = {"plane": plane, "at": CENTRE[axis]}
    across, down = brightest(client.get(f"{scan}/slice.png", params=cut).content)

    share = {"across": across, "down": down}
    point = client.get(f"{scan}/point", params={**cut, **share}).json()["point"]

    assert point == pytest.approx(CENTRE, abs=max(SPACING) / 2)


def test_a_label_map_is_taken_with_its_names_and_shown_on_the_same_grid(client, scan, tmp_path):
    labels = (hounsfield() == 55).astype(np.uint8) * 7
    files = {
        "file": ("map.nii.gz", nifti(tmp_path / "made", "map.nii.gz", labels)),
        "names": ("names.json", json.dumps({"7": "gluteus_maximus_left"}).encode()),
    }

    answer = client.put(f"{scan}/labels", files=files)

    assert answer.status_code == 200, answer.text
    assert answer.json()["labels"]["count"] == 1
    shown = read(client.get(f"{scan}/labels.nii.gz").content, tmp_path)
    assert np.array_equal(SimpleITK.GetArrayFromImage(shown), labels)


def test_a_folder_of_one_file_for_each_structure_is_taken_as_an_archive(client, scan, tmp_path):
    names = ("femur_left", "gluteus_maximus_left")
    masks = [(hounsfield() == 600), (hounsfield() == 55)]
    files = {
        f"structures/{name}.nii.gz": nifti(tmp_path / "made", f"{name}.nii.gz", mask.astype("u1"))
        for name, mask in zip(names, masks, strict=True)
    }

    answer = client.put(f"{scan}/labels", files={"file": ("structures.zip", packed(files))})

    assert answer.status_code == 200, answer.text
    assert answer.json()["labels"]["count"] == 2


def test_a_label_map_on_another_grid_is_refused_and_the_old_one_stays(client, scan, tmp_path):
    names = ("names.json", b'{"1": "femur_left"}')
    whole = nifti(tmp_path / "made", "map.nii.gz", np.ones(SHAPE, np.uint8))
    part = nifti(tmp_path / "made", "part.nii.gz", np.ones((30, 40, 49), np.uint8))
    client.put(f"{scan}/labels", files={"file": ("map.nii.gz", whole), "names": names})

    answer = client.put(f"{scan}/labels", files={"file": ("part.nii.gz", part), "names": names})

    assert answer.status_code == 422
    assert "grid" in answer.json()["error"]["text"]
    assert client.get(scan).json()["labels"]["count"] == 1


def test_what_is_painted_on_the_shown_part_covers_the_same_places_of_the_series(
    client, scan, tmp_path
):
    painted = np.zeros((10, 10, 10), np.uint8)
    painted[4, 5, 6] = 1
    image = SimpleITK.GetImageFromArray(painted)
    image.SetSpacing([2 * each for each in SPACING])
    image.SetOrigin(ORIGIN)
    SimpleITK.WriteImage(image, str(tmp_path / "bone.nii"))
    content = (tmp_path / "bone.nii").read_bytes()

    answer = client.put(f"{scan}/bone", files={"file": ("bone.nii", content)})

    is_bone = client.app.state.parts.scans.bone(kept(client, scan))
    assert answer.status_code == 204
    assert is_bone.shape == SHAPE
    assert np.argwhere(is_bone).mean(axis=0) == pytest.approx([8, 10, 12], abs=0.51)


def test_a_drawing_that_lies_elsewhere_is_refused(client, scan, tmp_path):
    image = SimpleITK.GetImageFromArray(np.ones((5, 5, 5), np.uint8))
    image.SetOrigin((5000.0, 0.0, 0.0))
    SimpleITK.WriteImage(image, str(tmp_path / "bone.nii"))
    contents = [(tmp_path / "bone.nii").read_bytes(), b"no image"]

    answers = [client.put(f"{scan}/bone", files={"file": ("b.nii", each)}) for each in contents]

    assert [each.status_code for each in answers] == [422, 422]
    assert "another grid" in answers[0].json()["error"]["text"]
    assert "no NIfTI" in answers[1].json()["error"]["text"]


def test_a_measurement_has_to_be_made_before_it_is_asked_for(client, scan):
    ways = ("measurement", "mask.nii.gz", "meshes/bone.mz3")
    assert {client.get(f"{scan}/{way}").status_code for way in ways} == {404}


def measured(client, scan: str, **wishes) -> dict:
    """The view of a scan once its job has ended."""
    asked = {"seeds": [CENTRE.tolist()], **wishes}
    job = ended(client, client.post(f"{scan}/measure", json=asked).json())
    assert job["state"] == "done", job
    return client.get(scan).json()


def test_a_measured_mass_is_told_in_numbers_and_shown_where_it_lies(client, scan, tmp_path):
    truth = int((hounsfield() == 600).sum()) * float(np.prod(SPACING)) / 1000

    view = measured(client, scan)

    (mass,) = view["measurement"]["masses"]
    assert mass["side"] == "left"
    assert mass["envelope_volume"]["value"] == pytest.approx(truth, rel=0.1)
    mask = read(client.get(f"{scan}/mask.nii.gz").content, tmp_path)
    inside = SimpleITK.GetArrayFromImage(mask) > 0
    middle = mask.TransformContinuousIndexToPhysicalPoint(
        np.argwhere(inside).mean(axis=0)[::-1].tolist()
    )
    assert middle == pytest.approx(CENTRE, abs=max(SPACING) / 2)


def test_mask_and_volume_of_a_measured_scan_have_one_grid(client, scan, tmp_path):
    measured(client, scan)

    both = [
        read(client.get(f"{scan}/{name}.nii.gz").content, tmp_path) for name in ("volume", "mask")
    ]

    grids = [(e.GetSize(), e.GetSpacing(), e.GetOrigin(), e.GetDirection()) for e in both]
    assert grids[0] == grids[1]


def test_a_large_scan_is_thinned_until_a_browser_can_draw_it(client, scan, tmp_path, monkeypatch):
    monkeypatch.setattr(nifti_views, "MOST_VOXELS", 10_000)
    measured(client, scan)

    volume = read(client.get(f"{scan}/volume.nii.gz").content, tmp_path)
    mask = read(client.get(f"{scan}/mask.nii.gz").content, tmp_path)

    assert int(np.prod(volume.GetSize())) <= 10_000
    assert volume.GetSize() == mask.GetSize()
    brightest_at = np.argwhere(SimpleITK.GetArrayFromImage(volume) == 600).mean(axis=0)[::-1]
    middle = volume.TransformContinuousIndexToPhysicalPoint(brightest_at.tolist())
    assert middle == pytest.approx(CENTRE, abs=max(volume.GetSpacing()) / 2)


def test_what_was_wished_for_and_measured_is_there_after_a_restart(tmp_path, folder):
    url = f"sqlite:///{tmp_path}/app.db"
    line = {"name": "sciatic nerve", "kind": "nerve", "radius": 3, "points": [[0, 0, 0], [0, 0, 9]]}
    with asking(url, scans=folder) as client:
        place = f"/api/patients/{first(client)}/scans"
        scan = added(client, place, nifti(tmp_path / "made"))
        view = measured(client, scan, lines=[line])
        mask = client.get(f"{scan}/mask.nii.gz").content

    with asking(url, scans=folder) as client:
        later = client.get(scan).json()
        assert client.get(f"{scan}/mask.nii.gz").content == mask
        assert client.get(f"{scan}/meshes/line-1.mz3").status_code == 200

    assert later == view
    assert later["wishes"]["lines"] == [line]
    assert {each["to"] for each in later["measurement"]["masses"][0]["distances"]} == {line["name"]}


@pytest.mark.parametrize("name", ["1-envelope", "1-mineral", "bone"])
def test_surfaces_are_those_of_the_masses_and_of_the_bone_about_them(client, scan, name):
    measured(client, scan)

    content = client.get(f"{scan}/meshes/{name}.mz3")

    if name == "bone":
        assert content.status_code == 404  # there is none in muscle
    else:
        assert gzip.decompress(content.content)[:2] == b"MZ"


@pytest.mark.parametrize("name", ["2-envelope", "0-envelope", "x", "1-lung", "line-1"])
def test_a_surface_that_there_is_not_is_missed(client, scan, name):
    measured(client, scan)

    assert client.get(f"{scan}/meshes/{name}.mz3").status_code == 404


def test_a_seed_beside_any_mass_is_told_as_the_reason_why_the_job_failed(client, scan):
    asked = {"seeds": [[-30.0, -20.0, -50.0]]}

    job = ended(client, client.post(f"{scan}/measure", json=asked).json())

    assert job["state"] == "failed"
    assert "fault" not in job["message"]
    assert client.get(scan).json()["measurement"] is None


@pytest.mark.parametrize(
    "asked",
    [
        {"seeds": [[1, 2]]},
        {"seeds": [[1, 2, 1e9]]},
        {"seeds": [["a", 2, 3]]},
        {"lines": [{"name": "", "points": [[0, 0, 0]]}]},
        {"factor": -1},
        {"sedes": []},
    ],
)
def test_wishes_that_cannot_be_are_refused(client, scan, asked):
    assert client.post(f"{scan}/measure", json=asked).status_code == 422


def test_a_measured_mass_becomes_a_size_of_a_lesion(client, scan):
    patient = scan.rpartition("/scans/")[0]
    mass = measured(client, scan)["measurement"]["masses"][0]
    asked = {"expected": 1, "mass": "mass 1", "lesion": "thigh", "site": "thigh", "taken": "now"}

    answer = client.post(f"{scan}/lesion", json=asked)

    assert answer.status_code == 200, answer.text
    assert answer.json()["revision"] == client.get(patient).json()["revision"] == 2
    (lesion,) = [e for e in answer.json()["record"]["lesions"] if e["name"] == "thigh"]
    volume = lesion["sizes"][0]["volume"]
    assert float(volume.split()[0]) == pytest.approx(mass["envelope_volume"]["value"], rel=1e-3)
    assert client.post(f"{scan}/lesion", json=asked).status_code == 409


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({"mass": "mass 7"}, 404, "mass 7"),
        ({"taken": ""}, 422, "date"),
        ({"taken": "some day"}, 422, "some day"),
        ({"site": ""}, 422, "where"),
    ],
)
def test_a_mass_that_cannot_be_placed_in_the_record_is_refused(
    client, scan, changed, status, words
):
    patient = scan.rpartition("/scans/")[0]
    measured(client, scan)
    asked = {"expected": 1, "mass": "mass 1", "lesion": "thigh", "site": "thigh", "taken": "now"}

    answer = client.post(f"{scan}/lesion", json={**asked, **changed})

    assert answer.status_code == status
    assert words in answer.json()["error"]["text"]
    assert client.get(patient).json()["revision"] == 1


def test_masks_and_numbers_of_dicom_are_given_as_dicom(client, place, tmp_path):
    grid = Grid(shape=SHAPE, spacing=SPACING, origin=ORIGIN)
    slices = write_series(tmp_path / "series", hounsfield(), grid, SliceThickness="3")
    scan = (
        f"{place}/{sent(client, place, *((e.name, e.read_bytes()) for e in slices)).json()['id']}"
    )
    measured(client, scan)

    answers = [client.get(f"{scan}/{name}.dcm") for name in ("segmentation", "report")]

    kinds = [dcmread(io.BytesIO(answer.content)).Modality for answer in answers]
    assert kinds == ["SEG", "SR"]


def test_a_segmentation_refers_to_dicom_images_only(client, scan):
    measured(client, scan)

    answer = client.get(f"{scan}/segmentation.dcm")

    assert answer.status_code == 422
    assert "DICOM" in answer.json()["error"]["text"]


def test_no_more_than_two_volumes_are_at_hand(client, place, tmp_path):
    content = nifti(tmp_path / "made")
    for scan in [added(client, place, content) for _ in range(3)]:
        client.get(f"{scan}/volume.nii.gz")

    assert len(client.app.state.parts.scans.voxels.at_hand) == 2


def test_a_volume_that_two_ask_for_at_once_is_read_once(client, scan, monkeypatch):
    voxels = client.app.state.parts.scans.voxels
    voxels.forget(kept(client, scan))
    calls = []
    once = voxels_module._volume
    monkeypatch.setattr(voxels_module, "_volume", lambda scan: (calls.append(scan), once(scan))[1])

    threads = [
        threading.Thread(target=client.get, args=(f"{scan}/volume.nii.gz",)) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(calls) == 1
    assert len(voxels.at_hand) == 1


def test_change_over_time_needs_two_measured_scans(client, place, scan):
    measured(client, scan)

    followed = client.get(f"{place.removesuffix('/scans')}/follow")

    assert followed.json() == {"scans": [], "rows": [], "masses": [], "flags": []}


def test_scans_that_cannot_be_put_in_order_are_not_followed(client, place, scan, tmp_path):
    measured(client, scan)
    measured(client, added(client, place, nifti(tmp_path / "made"), taken="2024-03-01"))

    answer = client.get(f"{place.removesuffix('/scans')}/follow")

    assert answer.status_code == 422
    assert "date" in answer.json()["error"]["text"]


@pytest.mark.parametrize("field", ["scan.json", "measurement.json", "..", ""])
def test_files_in_a_field_of_another_name_are_refused_and_break_nothing(
    client, place, tmp_path, field
):
    content = nifti(tmp_path / "made")
    answer = client.post(place, files=[(field, ("scan.nii.gz", content))])
    assert answer.status_code == 422
    assert client.get(place).status_code == 200
    assert client.get(place).json() == []


def test_a_painted_mask_that_is_refused_leaves_the_one_before(client, scan, tmp_path):
    image = SimpleITK.GetImageFromArray(np.ones((10, 10, 10), np.uint8))
    image.SetSpacing([2 * each for each in SPACING])
    image.SetOrigin(ORIGIN)
    SimpleITK.WriteImage(image, str(tmp_path / "bone.nii"))
    good = (tmp_path / "bone.nii").read_bytes()
    first = client.put(f"{scan}/bone", files={"file": ("b.nii", good)})
    folder = kept(client, scan).folder
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}

    refused = client.put(f"{scan}/bone", files={"file": ("b.nii", b"no image")})

    after = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert refused.status_code == 422
    assert after == before
    assert first.status_code == 204
