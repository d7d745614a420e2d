"""The masks of measured masses as a binary DICOM segmentation on the images they come from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from brushite.ct.images import MAKER, date, images_of, uid_of
from brushite.ct.measured import MassMasks, Measurement
from brushite.ct.orientation import turned_back
from brushite.ct.volume import Grid, Mask, Volume
from brushite.errors import ImageError
from brushite.version import VERSION

if TYPE_CHECKING:
    from highdicom.seg import Segmentation, SegmentDescription
    from pydicom import Dataset

SERIES_NUMBER = 9001  # after those of scanners
EXPLICIT = "1.2.840.10008.1.2.1"
PARTS: tuple[Literal["mineral", "envelope", "fluid"], ...] = ("mineral", "envelope", "fluid")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Segment:
    """One mask of one mass; `number` is that of its segment, counted from 1."""

    number: int
    mass: str
    part: Literal["mineral", "envelope", "fluid"]
    masks: MassMasks

    @property
    def mask(self) -> Mask:
        """The mask on the part of the grid that `masks` names."""
        chosen: Mask = getattr(self.masks, self.part)
        return chosen

    @property
    def label(self) -> str:
        """Its name among the segments."""
        return f"{self.mass[:50]}: {self.part}"


def segments_in(measurement: Measurement) -> tuple[Segment, ...]:
    """The masks that are not empty: for each mass its mineral, its envelope, and fluid if any.

    Raises `ImageError` when there is no mass, or when the masks were not kept.
    """
    if not measurement.masses:
        raise ImageError(
            f"No mass was measured in {measurement.acquisition.source}, so there is nothing to "
            "write. Point at a mass by a seed."
        )
    found: list[tuple[str, Literal["mineral", "envelope", "fluid"], MassMasks]] = []
    for mass in measurement.masses:
        if mass.masks is None:
            raise ImageError(
                f"The masks of {mass.name} were not kept with its numbers. "
                "Measure the series again to write its segmentation."
            )
        found += [(mass.name, part, mass.masks) for part in PARTS if _has(mass.masks, part)]
    return tuple(
        Segment(number=number, mass=mass, part=part, masks=masks)
        for number, (mass, part, masks) in enumerate(found, start=1)
    )


def _has(masks: MassMasks, part: str) -> bool:
    return bool(getattr(masks, part).any())


def segmentation_dataset(volume: Volume, measurement: Measurement) -> "Segmentation":
    """The segmentation of all masses, with the images it refers to.

    Raises `ImageError` when the series is no DICOM, when there is nothing to write, or when the
    measurement is of another series.
    """
    from highdicom.seg import Segmentation

    images_of(volume, slice(0, 1))
    segments = segments_in(measurement)
    _refuse_other_series(volume, segments)
    planes = [_on_own_slices(volume, each) for each in segments]
    first = min(each.start for each, _ in planes)
    last = max(each.stop for each, _ in planes)
    images = images_of(volume, slice(first, last))
    rows, columns = planes[0][1].shape[1:]
    masks = np.zeros((last - first, rows, columns, len(segments)), bool)
    for number, (box, mask) in enumerate(planes):
        masks[box.start - first : box.stop - first, :, :, number] = mask
    content = sha256(np.packbits(masks).tobytes()).hexdigest()
    series = images[0].SeriesInstanceUID
    labels = tuple(each.label for each in segments)
    file = Segmentation(
        source_images=images,
        pixel_array=masks,
        segmentation_type="BINARY",
        segment_descriptions=list(_descriptions(segments, series)),
        series_instance_uid=uid_of("segmentations", series),
        series_number=SERIES_NUMBER,
        sop_instance_uid=uid_of("segmentation", series, first, labels, content),
        instance_number=1,
        manufacturer=MAKER,
        manufacturer_model_name=MAKER,
        software_versions=VERSION,
        device_serial_number=VERSION,
        content_label="CALCIFIED_MASSES",
        content_description="Calcified masses",
        series_description="Calcified masses",
        transfer_syntax_uid=EXPLICIT,
    )
    date(file, volume)
    _name_dimensions(file, uid_of("dimensions", series))
    return file


def _refuse_other_series(volume: Volume, segments: Sequence[Segment]) -> None:
    for each in segments:
        box = each.masks.box
        fits = all(
            0 <= side.start < side.stop <= size and side.stop - side.start == length
            for side, size, length in zip(box, volume.grid.shape, each.mask.shape, strict=True)
        )
        if not fits or not _is_same(each.masks.grid, volume.grid.cut(box)):
            raise ImageError(
                f"{each.mass} was measured on another grid than that of "
                f"{volume.acquisition.source}. Give the series that was measured."
            )


def _is_same(one: Grid, other: Grid) -> bool:
    return bool(
        np.allclose(one.origin, other.origin, atol=0.01)
        and np.allclose(one.spacing, other.spacing, rtol=1e-4)
        and np.allclose(one.direction, other.direction, atol=1e-4)
    )


def _on_own_slices(volume: Volume, segment: Segment) -> tuple[slice, NDArray[np.bool_]]:
    """The slices of the files that a mask reaches, and the mask on the whole of these."""
    whole = np.zeros(volume.grid.shape, bool)
    whole[segment.masks.box] = segment.mask
    own = turned_back(whole, volume.source.code if volume.source else "LPS")
    reached = np.flatnonzero(own.any(axis=(1, 2)))
    box = slice(int(reached[0]), int(reached[-1]) + 1)
    return box, own[box].copy()


def _descriptions(segments: Sequence[Segment], series: str) -> Iterator["SegmentDescription"]:
    from highdicom import AlgorithmIdentificationSequence
    from highdicom.seg import SegmentDescription
    from pydicom.sr.codedict import codes

    algorithm = AlgorithmIdentificationSequence(
        name=MAKER, version=VERSION, family=codes.cid7162.MorphologicalOperations
    )
    kinds = {
        "mineral": (codes.SCT.MorphologicallyAbnormalStructure, codes.SCT.PathologicCalcification),
        "envelope": (codes.SCT.MorphologicallyAbnormalStructure, codes.SCT.Mass),
        "fluid": (codes.SCT.BodySubstance, codes.SCT.BodyFluid),
    }
    for each in segments:
        category, kind = kinds[each.part]
        yield SegmentDescription(
            segment_number=each.number,
            segment_label=each.label,
            segmented_property_category=category,
            segmented_property_type=kind,
            algorithm_type="SEMIAUTOMATIC",
            algorithm_identification=algorithm,
            tracking_uid=tracking_uid(series, each.mass, each.part),
            tracking_id=each.label,
        )


def tracking_uid(series: str, mass: str, part: str) -> str:
    """What names a part of a mass in this series' segmentation and report alike."""
    return uid_of("tracked", str(series), mass, part)


def _name_dimensions(file: "Dataset", uid: str) -> None:
    """Give the index of frames a UID that is the same for the same series."""
    for item in (*file.DimensionOrganizationSequence, *file.DimensionIndexSequence):
        item.DimensionOrganizationUID = uid
