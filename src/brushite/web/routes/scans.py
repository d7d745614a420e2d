"""CT scans: upload, look, measure, follow, and put the masses into the record."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Query, Request, Response, UploadFile
from fastapi.concurrency import run_in_threadpool

from brushite.ct.measured import Line, Wishes
from brushite.intake.records import record_text
from brushite.plan import Moment
from brushite.report.forms import packed
from brushite.web.asks import LesionAsk, MeasureAsk
from brushite.web.cases import contents
from brushite.web.jobs import Job, Outcome
from brushite.web.parts import Parts, Server, Who
from brushite.web.routes.patients import shown as patient_shown
from brushite.web.scan_store import Scan
from brushite.web.store import Missing
from brushite.web.uploads import arrived
from brushite.web.views.meshes import line_file, mesh_file
from brushite.web.views.nifti import Shown, labels_file, masks_file, shown, volume_file
from brushite.web.views.scans import Entries, followed_view, scan_row, scan_view
from brushite.web.views.slices import Cut, point_on, slice_file
from brushite.web.workroom import Progress

router = APIRouter(prefix="/api/patients/{patient}", tags=["scans"])
ONE = "/scans/{number}"
BINARY: Mapping[str, Any] = MappingProxyType({"type": "string", "format": "binary"})
WORD: Mapping[str, Any] = MappingProxyType({"type": "string", "maxLength": 100})


def _form(**fields: Mapping[str, Any]) -> dict[str, Any]:
    """The body of an upload that is streamed to disk, for the OpenAPI document."""
    properties = {name: dict(each) for name, each in fields.items()}
    schema = {"type": "object", "properties": properties}
    content = {"multipart/form-data": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


SCAN_FORM: Mapping[str, Any] = MappingProxyType(
    _form(
        files={"type": "array", "items": dict(BINARY)},
        kilovolts=WORD,
        thickness=WORD,
        position=WORD,
        taken=WORD,
        kernel=WORD,
        series=WORD,
    )
)
LABELS_FORM: Mapping[str, Any] = MappingProxyType(_form(file=BINARY, names=BINARY))


def _scan(server: Parts, patient: str, number: str) -> Scan:
    server.store.latest(patient)  # which refuses one that is not known
    return server.scans.store.scan(patient, number)


def _part(server: Parts, scan: Scan) -> Shown:
    """What of a scan is shown now."""
    has = server.scans.about_measurement(scan) is not None
    measurement = server.scans.measurement(scan) if has else None
    return shown(server.scans.voxels.volume(scan).grid, measurement)


def _view(server: Parts, scan: Scan) -> Entries:
    about = server.scans.about_measurement(scan)
    volume, labels = server.scans.voxels.volume(scan), server.scans.voxels.labels(scan)
    found = server.scans.voxels.candidates(scan)
    return scan_view(scan, about, volume, labels, found, _part(server, scan))


@router.get("/scans")
def scans(server: Server, patient: str) -> list[Entries]:
    """The CT scans of a patient, the first taken first, with what was measured in them."""
    server.store.latest(patient)
    kept = server.scans.store.scans(patient)
    return [scan_row(scan, server.scans.about_measurement(scan)) for scan in kept]


@router.post("/scans", status_code=201, openapi_extra=dict(SCAN_FORM))
async def upload(server: Server, who: Who, request: Request, patient: str) -> Entries:
    """Take a scan: one NIfTI file, DICOM files, or a ZIP archive of DICOM files, up to 600 MB.

    What the files do not say may be told: the tube voltage (kV), the thickness of slices (mm), the
    position (`HFS`), when it was taken (ISO), the kernel, and which of several series is meant.
    """
    await run_in_threadpool(server.store.latest, patient)
    with server.scans.store.coming() as folder:
        came = await arrived(request, folder)
        scan = await run_in_threadpool(server.scans.take, patient, who, came, folder)
    await run_in_threadpool(server.store.note, who, "added a scan", patient, scan.name)
    return scan_row(scan, None)


@router.get(ONE)
def scan(server: Server, patient: str, number: str) -> Entries:
    """One scan: how it was made, what makes it doubtful, candidates and the last measurement."""
    return _view(server, _scan(server, patient, number))


@router.delete(ONE, status_code=204)
def remove(server: Server, who: Who, patient: str, number: str) -> None:
    """Delete a scan with all that was measured in it; sizes in the record stay."""
    found = _scan(server, patient, number)
    server.scans.remove(found)
    server.store.note(who, "deleted a scan", patient, found.name)


@router.put(f"{ONE}/labels", openapi_extra=dict(LABELS_FORM))
async def labels(server: Server, request: Request, patient: str, number: str) -> Entries:
    """Take a label map on the grid of a scan.

    It is NIfTI with its names as JSON, a ZIP archive of one NIfTI for each structure, or a DICOM
    segmentation.
    """
    found = await run_in_threadpool(_scan, server, patient, number)
    with server.scans.store.beside(found) as folder:
        came = await arrived(request, folder)
        kept = await run_in_threadpool(server.scans.take_labels, found, came, folder)
    return await run_in_threadpool(_view, server, kept)


@router.put(f"{ONE}/bone", status_code=204)
def paint(server: Server, patient: str, number: str, file: Annotated[UploadFile, File()]) -> None:
    """Take what was painted as bone on the page of a scan: a NIfTI mask of the shown part."""
    server.scans.take_bone(_scan(server, patient, number), file.file.read())


@router.post(f"{ONE}/measure", status_code=202)
def measure(server: Server, who: Who, patient: str, number: str, ask: MeasureAsk) -> Job:
    """Begin to measure; the answer is a job, and its result the address of the measurement."""
    found = _scan(server, patient, number)

    def work(progress: Progress) -> Outcome:
        wishes = Wishes(
            seeds=tuple(ask.seeds),
            bone_seeds=tuple(ask.bone_seeds),
            is_bone=server.scans.bone(found) if ask.painted else None,
            lines=tuple(
                Line(name=e.name, points=tuple(e.points), radius=e.radius, kind=e.kind)
                for e in ask.lines
            ),
            factor=ask.factor,
        )
        server.scans.measure(found, wishes, progress)
        server.store.note(who, "measured a scan", patient, found.name)
        return Outcome(result=f"/api/patients/{patient}/scans/{number}/measurement")

    return server.jobs.start("measure", work)


@router.get(f"{ONE}/measurement")
def measurement(server: Server, patient: str, number: str) -> Entries:
    """The last measurement, with what was wished for; masks are files of their own."""
    about = server.scans.about_measurement(_scan(server, patient, number))
    if about is None:
        raise Missing("Nothing was measured in this scan yet. Start with POST to /measure.")
    return dict(about)


@router.get(f"{ONE}/volume.nii.gz", response_class=Response)
def volume(server: Server, patient: str, number: str) -> Response:
    """What is shown: the masses with 70 mm about them once measured, else all; thinned if large."""
    found = _scan(server, patient, number)
    content = volume_file(server.scans.voxels.volume(found), _part(server, found))
    return Response(content, media_type="application/gzip")


@router.get(f"{ONE}/mask.nii.gz", response_class=Response)
def mask(server: Server, patient: str, number: str) -> Response:
    """Mineral (1), envelope (2) and fluid (3) on the grid of `volume.nii.gz`."""
    found = _scan(server, patient, number)
    measured = server.scans.measurement(found)
    content = masks_file(measured, shown(server.scans.voxels.volume(found).grid, measured))
    return Response(content, media_type="application/gzip")


@router.get(f"{ONE}/labels.nii.gz", response_class=Response)
def label_map(server: Server, patient: str, number: str) -> Response:
    """The label map on the grid of `volume.nii.gz`."""
    found = _scan(server, patient, number)
    known = server.scans.voxels.labels(found)
    if known is None:
        raise Missing("This scan has no label map. Send one with PUT to /labels.")
    return Response(labels_file(known, _part(server, found)), media_type="application/gzip")


@router.get(f"{ONE}/meshes/{{name}}.mz3", response_class=Response)
def mesh(server: Server, patient: str, number: str, name: str) -> Response:
    """A surface: of `1-envelope`, `1-mineral` and so on, of `bone`, or of a course, `line-1`."""
    found = _scan(server, patient, number)
    content = line_file(name, server.scans.lines(found)) or mesh_file(
        name,
        server.scans.voxels.volume(found),
        server.scans.measurement(found),
        server.scans.voxels.labels(found),
    )
    return Response(content, media_type="application/octet-stream")


Plane = Literal["axial", "coronal", "sagittal"]
At = Annotated[float, Query(ge=-5000, le=5000, allow_inf_nan=False)]
Share = Annotated[float, Query(ge=0, le=1, allow_inf_nan=False)]


@router.get(f"{ONE}/slice.png", response_class=Response)
def slice_picture(
    server: Server,
    patient: str,
    number: str,
    plane: Plane = "axial",
    at: At = 0.0,
    width: Annotated[float, Query(ge=1, le=8000, allow_inf_nan=False)] = 400.0,
    level: Annotated[float, Query(ge=-2000, le=4000, allow_inf_nan=False)] = 40.0,
) -> Response:
    """A slice at a coordinate (mm, LPS) with outlines of the masses, in a window (HU)."""
    found = _scan(server, patient, number)
    about = server.scans.about_measurement(found)
    measured = None if about is None else server.scans.measurement(found)
    cut = Cut(plane=plane, at=at, window=(level, width))
    return Response(
        slice_file(server.scans.voxels.volume(found), measured, cut), media_type="image/png"
    )


@router.get(f"{ONE}/point")
def point(
    server: Server,
    patient: str,
    number: str,
    across: Share,
    down: Share,
    plane: Plane = "axial",
    at: At = 0.0,
) -> Entries:
    """Where a place in `slice.png` lies (mm, LPS); `across` and `down` are shares of its sides."""
    grid = server.scans.voxels.volume(_scan(server, patient, number)).grid
    return {"point": list(point_on(grid, Cut(plane=plane, at=at), across, down))}


@router.get(f"{ONE}/segmentation.dcm", response_class=Response)
def segmentation(server: Server, who: Who, patient: str, number: str) -> Response:
    """The masks as a DICOM segmentation."""
    from brushite.ct.dicom_out import segmentation_of

    found = _scan(server, patient, number)
    content = segmentation_of(server.scans.voxels.volume(found), server.scans.measurement(found))
    server.store.note(who, "exported", patient, "segmentation")
    return _dicom(content, "segmentation")


@router.get(f"{ONE}/report.dcm", response_class=Response)
def structured_report(server: Server, who: Who, patient: str, number: str) -> Response:
    """The numbers as a DICOM structured report."""
    from brushite.ct.dicom_out import report_of

    found = _scan(server, patient, number)
    content = report_of(server.scans.voxels.volume(found), server.scans.measurement(found))
    server.store.note(who, "exported", patient, "structured report")
    return _dicom(content, "report")


def _dicom(content: bytes, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}.dcm"'}
    return Response(content, media_type="application/dicom", headers=headers)


@router.get("/follow", response_class=Response)
async def follow(server: Server, request: Request, patient: str) -> Response:
    """How the masses changed over the scans of a patient that were measured."""

    def work(progress: Progress) -> bytes:
        server.store.latest(patient)
        progress(0, 1)
        return packed(followed_view(server.scans.followed(patient)))

    content = await server.room.done("long", work, request)
    return Response(content, media_type="application/json")


@router.post(f"{ONE}/lesion")
def lesion(server: Server, who: Who, patient: str, number: str, ask: LesionAsk) -> Entries:
    """Put a measured mass into the record as a size of a lesion, as a new revision."""
    from brushite.ct.lesions import with_mass

    measured = server.scans.measurement(_scan(server, patient, number))
    mass = next((each for each in measured.masses if each.name == ask.mass), None)
    if mass is None:
        raise Missing(f"No mass of this scan is called {ask.mass!r}. Measure the scan again.")
    before = server.store.latest(patient)
    record = with_mass(
        server.desk.record(before),
        mass,
        measured,
        lesion=ask.lesion,
        site=ask.site,
        taken=Moment.parse(ask.taken) if ask.taken else None,
    )
    new = contents(record_text(record), before.plans)
    what = f"{ask.lesion} measured on CT"
    return patient_shown(server, server.store.change(patient, ask.expected, new, who, what))
