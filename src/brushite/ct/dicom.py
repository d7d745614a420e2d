"""A CT series from files of DICOM."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from brushite.ct.headers import Header, files_in, headers_of
from brushite.ct.orientation import upright
from brushite.ct.stack import stack_of
from brushite.ct.volume import Acquisition, Flag, Grid, HounsfieldUnits, Source, Volume
from brushite.errors import FileError, ImageError

AIR = -1024  # HU, the lowest that a CT stores, and what is outside the field of view
LOWEST, HIGHEST = -(2**15), 2**15 - 1


def read_dicom(path: Path, *, series: str | None = None) -> Volume:
    """The CT series in a folder and its folders, in HU; `series` is its UID where there are more.

    Pixels outside the field of view are -1024. Raises `FileError` for files that cannot be read,
    and `ImageError` where there is not exactly one CT series, or where its slices do not make an
    even grid.
    """
    headers, others = headers_of(files_in(path))
    if not headers:
        raise ImageError(_no_dicom(path, others))
    chosen, aside = _chosen(path.name, headers, series)
    slices, own = stack_of(path.name, chosen)
    _refuse_other_units(path.name, slices)
    values = _pixels(slices, own)
    turned, grid, code = upright(values, own)
    return Volume(
        hounsfield=turned,
        grid=grid,
        acquisition=_acquisition(path.name, slices),
        flags=(*_left_out(others, aside), *_doubts(slices, turned)),
        source=Source(files=tuple(each.path for each in slices), code=code),
    )


def _no_dicom(path: Path, others: Sequence[Path]) -> str:
    images = [each.name for each in others if each.name.endswith((".nii", ".nii.gz"))]
    if path.is_dir() and images:
        return (
            f"{path.name} holds no DICOM, but NIfTI, of which {images[0]} is one. "
            "Name that file instead of the folder."
        )
    held = f"of its {len(others)} files none is DICOM" if path.is_dir() else "it is no DICOM"
    return (
        f"{path.name} holds no CT series: {held}. "
        "Name the folder with the files of one series, or a NIfTI file."
    )


def _chosen(
    name: str, headers: Sequence[Header], series: str | None
) -> tuple[tuple[Header, ...], tuple[Header, ...]]:
    """The slices of one series, and the files that are none of it.

    Raises `ImageError` when there is none, or more than one to choose from.
    """
    if series is not None and not any(each.series == series for each in headers):
        there = "; ".join(_listed([each for each in headers if not each.unfit]))
        raise ImageError(
            f"{name} holds no series {series}. It holds: {there or 'no CT at all'}. "
            "Name one of these with --series."
        )
    asked = [each for each in headers if series is None or each.series == series]
    slices = [each for each in asked if not each.unfit]
    if not slices:
        reasons = Counter(each.unfit for each in asked)
        found = "; ".join(f"{count} × {reason}" for reason, count in reasons.most_common(4))
        raise ImageError(
            f"{name} holds no CT that can be measured, but: {found}. "
            "Name the folder of the slices of one CT series, one file for each slice."
        )
    if series is None and len({each.patient for each in slices}) > 1:
        raise ImageError(
            f"{name} holds slices of more than one patient. Put those of each into a folder."
        )
    if len({each.series for each in slices}) > 1:
        raise ImageError(
            f"{name} holds {len({each.series for each in slices})} series: "
            f"{'; '.join(_listed(slices))}. Choose one with --series UID."
        )
    kept = {each.path for each in slices}
    return tuple(slices), tuple(each for each in headers if each.path not in kept)


def _listed(slices: Sequence[Header]) -> list[str]:
    """For each series its description, number of slices and UID."""
    counts = Counter(each.series for each in slices)
    described = {each.series: each.description or "without description" for each in slices}
    listed = [
        f"{described[uid]!r} ({count} slice{'s' if count > 1 else ''}), {uid or 'without UID'}"
        for uid, count in sorted(counts.items())
    ]
    return listed if len(listed) <= 8 else [*listed[:8], f"and {len(listed) - 8} more"]


def _refuse_other_units(name: str, slices: Sequence[Header]) -> None:
    for each in slices:
        if each.rescale_type not in {"", "HU"}:
            raise ImageError(
                f"{name} is not in Hounsfield units but in {each.rescale_type!r} (RescaleType). "
                "Export the CT images themselves, no map made of them."
            )
        slope, intercept = each.rescale or (0.0, 0.0)
        if slope == 0 or not np.isfinite([slope, intercept]).all():
            raise ImageError(
                f"{each.path.name} does not tell how its numbers become Hounsfield units "
                f"(RescaleSlope {slope:g}, RescaleIntercept {intercept:g}). "
                "Export the series again from the scanner."
            )


def _pixels(slices: Sequence[Header], own: Grid) -> HounsfieldUnits:
    """The values of all slices in HU, shape `[slice, row, column]`."""
    from SimpleITK import GetArrayViewFromImage, ReadImage

    values = np.empty(own.shape, np.int16)
    for number, each in enumerate(slices):
        try:
            image = ReadImage(str(each.path), imageIO="GDCMImageIO")
        except RuntimeError:
            raise FileError(
                f"{each.path} has pixels that cannot be unpacked: the file is cut off or damaged. "
                "Fetch it again."
            ) from None
        found = GetArrayViewFromImage(image)
        if found.shape[-2:] != own.shape[1:] or found.size != values[number].size:
            raise FileError(
                f"{each.path} says it has {each.matrix[0]} × {each.matrix[1]} pixels but has "
                f"{' × '.join(map(str, found.shape[-2:]))}. Fetch it again."
            )
        plane = found.reshape(own.shape[1:])
        if plane.dtype != np.int16:
            plane = np.rint(plane)
            lowest, highest = float(plane.min()), float(plane.max())
            if not (lowest >= LOWEST and highest <= HIGHEST):
                raise ImageError(
                    f"{each.path.name} has values from {lowest:g} to {highest:g}, which are no "
                    f"Hounsfield units. They must lie between {LOWEST:,} and {HIGHEST:,}; export "
                    "the series again from the scanner."
                )
        values[number] = plane
        if each.padding is not None and each.padding < AIR:
            values[number][values[number] == round(each.padding)] = AIR
    return values


def _acquisition(name: str, slices: Sequence[Header]) -> Acquisition:
    first = slices[0]
    return Acquisition(
        source=name,
        kind="DICOM",
        taken=min((each.taken for each in slices if each.taken), default=None),
        kilovolts=first.kilovolts,
        kernel=first.kernel,
        thickness=first.thickness,
        position=first.patient_position,
        has_contrast=first.has_contrast,
        scanner=first.scanner,
        patient=first.patient,
        study=first.study or None,
        series=first.series or None,
    )


def _left_out(others: Sequence[Path], aside: Sequence[Header]) -> tuple[Flag, ...]:
    """What in the folder is no part of the series."""
    flags = []
    if others:
        flags.append(
            Flag(
                name="other files",
                text=f"Files that are no DICOM images were left out: {len(others)}, "
                f"as {others[0].name}.",
            )
        )
    if aside:
        kinds = Counter(each.unfit or "a slice of another series" for each in aside)
        found = "; ".join(f"{count} × {kind}" for kind, count in kinds.most_common(4))
        flags.append(
            Flag(name="other images", text=f"Images beside the series were left out: {found}.")
        )
    return tuple(flags)


def _doubts(slices: Sequence[Header], values: HounsfieldUnits) -> tuple[Flag, ...]:
    """What in the headers of a series makes its numbers doubtful."""
    flags = []
    tops = {each.top for each in slices}
    top = next(iter(tops)) if len(tops) == 1 else None
    if top is not None and top < HIGHEST and top != 3071:
        count = int(np.count_nonzero(values >= int(top)))
        if count:
            flags.append(
                Flag(
                    name="clipped",
                    text=f"{count:,} voxels have {int(top):,} HU, the most that the files can "
                    "store: what is denser cannot be told.",
                )
            )
    if any(each.is_lossy for each in slices):
        flags.append(
            Flag(
                name="lossy",
                text="The images were compressed with a loss before they came here.",
                spoils=("comparison",),
            )
        )
    if any(each.is_monoenergetic for each in slices):
        flags.append(
            Flag(
                name="monoenergetic",
                text="The images were computed for one photon energy, so the tube voltage does "
                "not tell how many Hounsfield units a milligram of mineral gives.",
                spoils=("mineral", "comparison"),
            )
        )
    return tuple(flags)
