"""Scans of one patient in the order of their dates, each with what was measured in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from brushite.ct.matching import masked_by
from brushite.ct.measured import Measurement
from brushite.ct.volume import Acquisition, Flag, LabelMap, Mask, Volume
from brushite.errors import ImageError

ROUNDED = 0.01  # mm; grids that differ by less are the same


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scan:
    """A series, what was measured in it, its labels, and the envelopes of its masses."""

    volume: Volume
    measurement: Measurement
    labels: LabelMap | None
    masked: Mask

    @property
    def acquisition(self) -> Acquisition:
        """How the series was made."""
        return self.volume.acquisition

    @property
    def name(self) -> str:
        """The scan in a sentence."""
        return told(self.acquisition)

    @property
    def thickness(self) -> float:
        """The thickness of slices (mm); their distance where nobody says."""
        return self.acquisition.thickness or self.volume.grid.spacing[2]

    @property
    def flags(self) -> tuple[Flag, ...]:
        """Doubts about the series and about all that was measured in it, each once."""
        return tuple(dict.fromkeys((*self.volume.flags, *self.measurement.flags)))


def told(acquisition: Acquisition) -> str:
    """A scan in a sentence: its file and date."""
    source, taken = acquisition.source, acquisition.taken
    return f"{source} ({taken})" if taken else source


def in_order(
    scans: Sequence[tuple[Volume, Measurement]], labels: Sequence[LabelMap | None]
) -> tuple[Scan, ...]:
    """The scans by date. Raises `ImageError` if they are not scans of one patient with dates."""
    if len(scans) < 2:
        raise ImageError(
            f"There is {len(scans) or 'no'} scan to follow masses in. "
            "Two or more of one patient are needed; give another one."
        )
    if labels and len(labels) != len(scans):
        raise ImageError(
            f"There are {len(labels)} label maps for {len(scans)} scans. "
            "Give one for each scan in the same order, or none."
        )
    for volume, measurement in scans:
        refuse_foreign(volume, measurement)
    refuse_twins([volume.acquisition for volume, _ in scans])
    refuse_others([volume.acquisition for volume, _ in scans])
    made = [
        Scan(
            volume=volume,
            measurement=measurement,
            labels=label,
            masked=masked_by(measurement),
        )
        for (volume, measurement), label in zip(scans, labels or [None] * len(scans), strict=True)
    ]
    return tuple(sorted(made, key=lambda scan: when(scan.acquisition)))


def when(acquisition: Acquisition) -> datetime:
    """The date and time of a scan; midnight where only the date is known."""
    if acquisition.taken is None:
        raise ImageError(
            f"Nobody says when {acquisition.source} was taken. "
            "Masses are followed from the earlier scan to the later one. Tell its date by --date."
        )
    try:
        # Scans of one patient are taken in one place, so clocks are compared as they are.
        return datetime.fromisoformat(acquisition.taken).replace(tzinfo=None)
    except ValueError as problem:
        raise ImageError(
            f"The date of {acquisition.source} is {acquisition.taken!r}, which is none. "
            "Dates are as 2024-05-31. Tell it by --date."
        ) from problem


def refuse_foreign(volume: Volume, measurement: Measurement) -> None:
    """Refuse a measurement of another series."""
    one, other = volume.grid, measurement.grid
    is_same = one.shape == other.shape and all(
        np.allclose(mine, yours, atol=ROUNDED)
        for mine, yours in (
            (one.spacing, other.spacing),
            (one.origin, other.origin),
            (one.direction, other.direction),
        )
    )
    if not is_same:
        raise ImageError(
            f"The measurement of {measurement.acquisition.source} does not lie on the grid of "
            f"{volume.acquisition.source}. Each scan comes with what was measured in it. "
            "Measure this scan again."
        )


def refuse_twins(acquisitions: Sequence[Acquisition]) -> None:
    """Refuse one series given twice."""
    seen: dict[str, str] = {}
    for each in acquisitions:
        if each.series is not None and each.series in seen:
            raise ImageError(
                f"{each.source} and {seen[each.series]} are the same series. "
                "Two scans differ in their dates. Give another one."
            )
        if each.series is not None:
            seen[each.series] = each.source


def refuse_others(acquisitions: Sequence[Acquisition]) -> None:
    """Refuse scans that are known to be of different patients."""
    known = [each for each in acquisitions if each.patient is not None]
    for each in known[1:]:
        if each.patient != known[0].patient:
            raise ImageError(
                f"{known[0].source} and {each.source} are of different patients. "
                "Masses are followed in one patient. Leave one out."
            )


def unknown_patients(scans: Sequence[Scan]) -> tuple[Flag, ...]:
    """What is to be said when files do not tell whose scans they are."""
    silent = [scan.name for scan in scans if scan.acquisition.patient is None]
    if not silent:
        return ()
    which = "any scan" if len(silent) == len(scans) else " and ".join(silent)
    text = f"Nobody says whose {which} is, so that all are of one patient was not checked."
    return (Flag(name="patient not known", text=text),)
