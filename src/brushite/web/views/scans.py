"""CT scans for their page: in the list, one with all that is told of it, and how masses changed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from brushite.ct.measured import Candidate
from brushite.ct.volume import Grid, LabelMap, Point, Volume
from brushite.web.scan_store import Scan
from brushite.web.views.nifti import Shown

if TYPE_CHECKING:
    from brushite.ct.followed import Followed

Entries = dict[str, object]
About = Mapping[str, Any] | None


def scan_row(scan: Scan, about: About) -> Entries:
    """A scan in the list of a patient's, with what was measured in it."""
    masses = () if about is None else about["measurement"]["masses"]
    names = ("name", "side", "envelope_volume", "hydroxyapatite")
    return {
        "id": scan.id,
        "name": scan.name,
        "added": scan.added,
        "who": scan.who,
        "acquisition": scan.about,
        "has_labels": scan.labels is not None,
        "masses": [{name: mass[name] for name in names} for mass in masses],
        "measured": None if about is None else about["at"],
    }


def scan_view(
    scan: Scan,
    about: About,
    volume: Volume,
    labels: LabelMap | None,
    candidates: Sequence[Candidate],
    part: Shown,
) -> Entries:
    """One scan: how it was made, what makes it doubtful, what was found and measured in it."""
    low, high = extent(volume.grid)
    return {
        **scan_row(scan, about),
        "version": "" if about is None else about["id"],
        "acquisition": asdict(volume.acquisition),
        "flags": [asdict(flag) for flag in volume.flags],
        "grid": {
            "shape": list(volume.grid.shape),
            "spacing": list(volume.grid.spacing),
            "low": list(low),
            "high": list(high),
        },
        "shown": {"shape": list(part.grid.shape), "spacing": list(part.grid.spacing)},
        "labels": None if labels is None else {"source": labels.source, "count": len(labels.names)},
        "candidates": [asdict(each) for each in candidates],
        "wishes": None if about is None else about["wishes"],
        "measurement": None if about is None else about["measurement"],
        "is_dicom": volume.acquisition.kind == "DICOM",
    }


def extent(grid: Grid) -> tuple[Point, Point]:
    """The least and the largest coordinates (mm, LPS) of the voxels of a grid."""
    last = np.array(grid.shape) - 1.0
    corners = np.array(np.meshgrid(*((0.0, each) for each in last))).reshape(3, -1).T
    points = grid.points(corners)
    low, high = points.min(axis=0), points.max(axis=0)
    return (
        (float(low[0]), float(low[1]), float(low[2])),
        (float(high[0]), float(high[1]), float(high[2])),
    )


def followed_view(followed: "Followed | None") -> Entries:
    """How masses changed over scans: a row for each mass, pair of dates and quantity."""
    if followed is None:
        return {"scans": [], "rows": [], "masses": [], "flags": []}
    from brushite.ct.followed import followed_rows

    return {
        "scans": [{"source": s.source, "taken": s.taken} for s in followed.scans],
        "rows": [dict(row) for row in followed_rows(followed)],
        "masses": [
            {
                "name": mass.name,
                "at": list(mass.at),
                "sightings": [asdict(each) for each in mass.sightings],
                "events": [each.text for each in mass.intervals],
            }
            for mass in followed.masses
        ],
        "flags": [asdict(flag) for flag in followed.flags],
    }
