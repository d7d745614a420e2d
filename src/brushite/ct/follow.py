"""Calcified masses of one patient followed through scans of several dates.

Each date is measured on its own grid. Scans are laid on each other by the bone next to a mass only
to tell which mass is which, and whether one that is missing was in view at all.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from brushite.ct.comparison import Side, changes_between
from brushite.ct.dated import Scan, in_order, unknown_patients
from brushite.ct.followed import Event, Followed, FollowedMass, Interval, Laid, Seen, Sighting
from brushite.ct.measured import MeasuredMass, Measurement
from brushite.ct.pieces import box_around
from brushite.ct.repeatability import AROUND, noise_of
from brushite.ct.series import TWELVE_BITS
from brushite.ct.tracing import Found, Node, Search, Traces, traced
from brushite.ct.volume import Flag, LabelMap, Volume

# What says least comes first: a mass that is partly out of view is not called gone.
MISSING: tuple[Seen, ...] = ("not measured", "not in view", "gone", "not yet there")


def follow(
    scans: Sequence[tuple[Volume, Measurement]],
    *,
    labels: Sequence[LabelMap | None] = (),
    progress: Callable[[str], None] | None = None,
) -> Followed:
    """What became of each mass between scans of one patient, and what may be said of it.

    `scans` are in any order, with a label map for each in `labels` or none; `progress` is called
    with what is looked for. Raises `ImageError` for fewer than two scans, for scans without a date
    or of different patients, and where bone does not lie on bone.
    """
    dated = in_order(scans, labels)
    traces = traced(dated, progress or silent)
    names = unique_names(dated, traces)
    return Followed(
        scans=tuple(scan.acquisition for scan in dated),
        masses=tuple(
            followed_mass(dated, traces, lesion, name)
            for lesion, name in zip(traces.lesions, names, strict=True)
        ),
        laid=tuple(
            Laid(
                fixed=scan,
                moving=goal,
                mass=dated[scan].measurement.masses[number].name,
                alignment=found.alignment,
            )
            for (scan, number, goal), found in traces.found.items()
        ),
        flags=unknown_patients(dated),
    )


def silent(_: str) -> None:
    """Tell nobody."""


def unique_names(scans: Sequence[Scan], traces: Traces) -> list[str]:
    """Masses by the names of their first parts, with the scan where two have the same name."""
    names = []
    for lesion in traces.lesions:
        first = lesion[0][0]
        parts = [scans[scan].measurement.masses[number] for scan, number in lesion if scan == first]
        names.append(" and ".join(each.name for each in parts))
    return [
        f"{name}, first in {scans[lesion[0][0]].name}" if names.count(name) > 1 else name
        for name, lesion in zip(names, traces.lesions, strict=True)
    ]


def followed_mass(
    scans: Sequence[Scan], traces: Traces, lesion: tuple[Node, ...], name: str
) -> FollowedMass:
    """One mass through all scans."""
    sightings = tuple(sighting_of(scans, traces, lesion, number) for number in range(len(scans)))
    intervals = tuple(
        interval_of(scans, traces, lesion, (sightings[number], sightings[number + 1]))
        for number in range(len(scans) - 1)
    )
    telling = [each for each in sightings if each.seen not in ("not in view", "not measured")]
    overall = None
    if len(telling) > 1:
        overall = interval_of(scans, traces, lesion, (telling[0], telling[-1]))
    scan, number = lesion[0]
    return FollowedMass(
        name=name,
        at=scans[scan].measurement.masses[number].at,
        sightings=sightings,
        intervals=intervals,
        overall=overall,
    )


def masses_in(scans: Sequence[Scan], lesion: tuple[Node, ...], scan: int) -> list[MeasuredMass]:
    """The parts of a mass in one scan."""
    return [scans[scan].measurement.masses[number] for each, number in lesion if each == scan]


def sighting_of(
    scans: Sequence[Scan], traces: Traces, lesion: tuple[Node, ...], scan: int
) -> Sighting:
    """A mass in one scan, or why it is not there."""
    masses = masses_in(scans, lesion, scan)
    if masses:
        return Sighting(scan=scan, seen="measured", masses=tuple(each.name for each in masses))
    looks = [traces.found[(*node, scan)] for node in lesion if (*node, scan) in traces.found]
    look = min(looks, key=lambda each: MISSING.index(each.seen))
    return Sighting(scan=scan, seen=look.seen, text=look.text)


def interval_of(
    scans: Sequence[Scan],
    traces: Traces,
    lesion: tuple[Node, ...],
    sightings: tuple[Sighting, Sighting],
) -> Interval:
    """What happened to a mass between two scans."""
    start, end = sightings
    event, text = event_of(sightings, (scans[start.scan].name, scans[end.scan].name))
    looks = looks_between(traces, lesion, start.scan, end.scan)
    doubts = tuple(flag for look in looks.values() for flag in look.alignment.flags)
    sides = (
        side_of(scans, lesion, start, (), in_view_of(looks, start.scan)),
        side_of(scans, lesion, end, doubts, in_view_of(looks, end.scan)),
    )
    return Interval(
        start=start.scan,
        end=end.scan,
        event=event,
        text=text,
        changes=() if event == "absent" else changes_between(*sides),
    )


def looks_between(
    traces: Traces, lesion: tuple[Node, ...], start: int, end: int
) -> dict[Search, Found]:
    """What was found of a mass between two scans; through others where they were not compared."""
    mine = {search: look for search, look in traces.found.items() if search[:2] in lesion}
    direct = {key: look for key, look in mine.items() if {key[0], key[2]} == {start, end}}
    return direct or {key: look for key, look in mine.items() if start <= key[0] <= end}


def in_view_of(looks: Mapping[Search, Found], scan: int) -> float:
    """The least share of a mass that a scan shows, as far as others tell."""
    forth = [look.in_view for (_, _, goal), look in looks.items() if goal == scan]
    back = [look.in_view_back for (own, _, _), look in looks.items() if own == scan]
    return min((*forth, *back), default=1.0)


def side_of(
    scans: Sequence[Scan],
    lesion: tuple[Node, ...],
    sighting: Sighting,
    doubts: tuple[Flag, ...],
    in_view: float,
) -> Side:
    """A mass in one scan as it is compared."""
    scan = scans[sighting.scan]
    masses = masses_in(scans, lesion, sighting.scan)
    is_clipped = any(mass.brightest >= TWELVE_BITS for mass in masses)
    flags = (
        # Metal anywhere clips the scale: it concerns a mass that is as bright, which says so.
        *(flag for flag in scan.flags if flag.name != "clipped" or is_clipped),
        *(flag for mass in masses for flag in mass.flags),
        *doubts,
    )
    return Side(
        acquisition=scan.acquisition,
        thickness=scan.thickness,
        edge=max(scan.thickness, *scan.volume.grid.spacing),
        noise=max((noise_near(scan, mass) for mass in masses), default=0.0),
        calibration=scan.measurement.calibration,
        seen=sighting.seen,
        masses=tuple(masses),
        flags=tuple(dict.fromkeys(flags)),
        in_view=in_view,
        why=sighting.text,
    )


def noise_near(scan: Scan, mass: MeasuredMass) -> float:
    """The noise (HU) of the tissue around a mass."""
    if mass.masks is not None:
        return noise_of(scan.volume, mass.masks.box)
    return noise_of(scan.volume, box_around(scan.volume.grid, np.asarray([mass.at]), AROUND))


def event_of(sightings: tuple[Sighting, Sighting], names: tuple[str, str]) -> tuple[Event, str]:
    """What happened between two scans, in a word and in a sentence."""
    start, end = sightings
    before, after = (" and ".join(each.masses) for each in sightings)
    for each in sightings:
        if each.seen in ("not in view", "not measured"):
            return "not told", each.text
    if not start.masses and not end.masses:
        return "absent", f"Neither {names[0]} nor {names[1]} shows it."
    if not start.masses:
        return "new", f"{after} in {names[1]} is new. {start.text}"
    if not end.masses:
        return "gone", f"{before} in {names[0]} is gone. {end.text}"
    if len(start.masses) < len(end.masses):
        return "split", f"{before} in {names[0]} has split into {after} in {names[1]}."
    if len(start.masses) > len(end.masses):
        return "merged", f"{before} in {names[0]} have merged into {after} in {names[1]}."
    verb = "is" if len(start.masses) == 1 else "are"
    return "same", f"{before} in {names[0]} {verb} {after} in {names[1]}."
