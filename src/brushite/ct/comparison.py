"""Whether a mass changed between two scans: a number for each quantity, and an answer.

A change counts when it is beyond what two scans of an unchanged mass differ by. Where scans were
made so differently that their difference tells nothing of the mass, no change is judged.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from brushite.ct.followed import Answer, Change, Quantity, Seen
from brushite.ct.measured import Calibration, MeasuredMass
from brushite.ct.repeatability import (
    BESIDE_BONE,
    BORDER_MASS,
    RECONSTRUCTION,
    REPEATED,
    SURE,
    border_error,
    coefficient_of_mass,
    coefficient_of_volume,
    repeatability_limit,
)
from brushite.ct.volume import Acquisition, Flag

Spoiled = Literal["volume", "mineral", "comparison"]

QUANTITIES: tuple[tuple[Quantity, str, Spoiled], ...] = (
    ("mineral mass", "mg", "mineral"),
    ("mineral volume", "mL", "volume"),
    ("envelope volume", "mL", "volume"),
    ("largest diameter", "mm", "volume"),
)
ALIKE = 0.05  # mm; slices that differ by less are as thick
WHOLE = 0.98  # of a mass; the rest may be the alignment's error


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Side:
    """A mass in one scan, and what the scan is.

    `masses` are its parts, none where it is gone or was not yet there. `thickness` is of slices
    (mm), `edge` the longest of a voxel (mm), `noise` a standard deviation (HU), `in_view` the
    share of the mass, as another scan shows it, that lies in this one's field of view, `why` what
    is to be said if it was not seen.
    """

    acquisition: Acquisition
    thickness: float
    edge: float
    noise: float
    calibration: Calibration | None
    seen: Seen
    masses: tuple[MeasuredMass, ...] = ()
    flags: tuple[Flag, ...] = ()
    in_view: float = 1.0
    why: str = ""

    @property
    def name(self) -> str:
        """The scan in a sentence: its date and file."""
        source = self.acquisition.source
        return f"{source} ({self.acquisition.taken})" if self.acquisition.taken else source

    @property
    def is_told(self) -> bool:
        """Whether the scan tells how much there is, be it nothing."""
        return self.seen not in ("not in view", "not measured")


def changes_between(before: Side, after: Side) -> tuple[Change, ...]:
    """The change of each quantity of a mass between two scans, and what it means."""
    return tuple(change_of(quantity, (before, after)) for quantity, _, _ in QUANTITIES)


def change_of(quantity: Quantity, sides: tuple[Side, Side]) -> Change:
    """The change of one quantity."""
    unit, spoiled = next((unit, spoiled) for name, unit, spoiled in QUANTITIES if name == quantity)
    before, after = (value_of(quantity, side) for side in sides)
    why = next(obstacles(quantity, spoiled, sides), None)
    if before is None or after is None:
        reason = why or f"The {quantity} was not measured in both scans."
        return incomparable(quantity, unit, (before, after), reason)
    if why is not None:
        return incomparable(quantity, unit, (before, after), why)
    limit, beyond = limit_of(quantity, sides)
    change = after - before
    is_changed = abs(change) > limit
    size = f"{signed(change)} {unit}" + (f" ({signed(100 * change / before)} %)" if before else "")
    relation = "more than" if is_changed else "no more than"
    return Change(
        quantity=quantity,
        unit=unit,
        before=before,
        after=after,
        change=change,
        per_cent=100 * change / before if before else None,
        limit=limit,
        limit_per_cent=100 * limit / before if before else None,
        answer="changed" if is_changed else "not shown",
        reason=f"The change of {size} is {relation} the {plain(limit)} {unit} by which two scans "
        f"of an unchanged mass differ, {beyond}.",
    )


def incomparable(
    quantity: Quantity, unit: str, values: tuple[float | None, float | None], reason: str
) -> Change:
    """A change that nothing can be said of; its numbers are told as they are."""
    before, after = values
    change = None if before is None or after is None else after - before
    answer: Answer = "not comparable"
    return Change(
        quantity=quantity,
        unit=unit,
        before=before,
        after=after,
        change=change,
        per_cent=100 * change / before if change is not None and before else None,
        limit=None,
        limit_per_cent=None,
        answer=answer,
        reason=reason,
    )


def value_of(quantity: Quantity, side: Side) -> float | None:
    """How much of a quantity there is, all parts together; None where that cannot be told."""
    if not side.is_told:
        return None
    if quantity == "mineral mass":
        masses = [each.hydroxyapatite for each in side.masses]
        told = [each.value for each in masses if each is not None]
        return sum(told) if len(told) == len(masses) else None
    if quantity == "mineral volume":
        return sum(each.mineral_volume.value for each in side.masses)
    if quantity == "envelope volume":
        return sum(each.envelope_volume.value for each in side.masses)
    if len(side.masses) > 1:
        return None
    return sum(each.diameters.feret[0] for each in side.masses)


def error_of(quantity: Quantity, side: Side) -> float:
    """The standard deviation of a quantity between repeats, in its unit."""
    return float(np.sqrt(sum(part_error(quantity, side, each) ** 2 for each in side.masses)))


def part_error(quantity: Quantity, side: Side, mass: MeasuredMass) -> float:
    """The same of one part."""
    volume, envelope = mass.mineral_volume.value, mass.envelope_volume.value
    border = border_error(side.edge, contact_with_bone(mass, side.edge))
    if quantity == "mineral mass":
        if mass.hydroxyapatite is None or volume <= 0:
            return 0.0
        amount = mass.hydroxyapatite.value
        random = amount * coefficient_of_mass(volume, side.thickness, side.noise)
        return float(np.hypot(random, BORDER_MASS * border * amount / volume))
    if quantity == "largest diameter":
        return mass.diameters.error
    size = volume if quantity == "mineral volume" else envelope
    return float(np.hypot(size * coefficient_of_volume(size, side.noise), border))


def contact_with_bone(mass: MeasuredMass, edge: float) -> float | None:
    """The area (mm²) at bone; None if none is near, and 0 if nobody says whether it is."""
    if not mass.distances:
        return 0.0
    near = [
        each
        for each in mass.distances
        if each.kind == "bone" and each.millimetres <= BESIDE_BONE * edge
    ]
    return sum(each.contact for each in near) if near else None


def obstacles(quantity: Quantity, spoiled: Spoiled, sides: tuple[Side, Side]) -> Iterator[str]:
    """Why a quantity of two scans is not comparable, the gravest reason first."""
    for side in sides:
        if not side.is_told:
            yield side.why or f"The mass was not seen in {side.name}."
    for side in sides:
        if side.in_view < WHOLE:
            share = f"{100 * side.in_view:.0f} % of the mass"
            yield f"Only {share} are in the field of view of {side.name}."
    for side in sides:
        for flag in side.flags:
            if {"comparison", spoiled} & {*flag.spoils}:
                text = flag.text.rstrip(".")
                yield f"A doubt about {side.name} spoils it: {text}."
    contrast = {side.acquisition.has_contrast for side in sides}
    if quantity != "largest diameter" and contrast == {True, False}:
        given = next(side for side in sides if side.acquisition.has_contrast)
        yield f"Contrast medium was given for {given.name} only, which brightens tissue, too."
    if quantity == "mineral mass":
        for side in sides:
            if any(each.hydroxyapatite is None for each in side.masses):
                yield f"The mineral mass could not be told in {side.name}."
    elif quantity == "largest diameter":
        for side in sides:
            if len(side.masses) > 1:
                parts = " and ".join(each.name for each in side.masses)
                yield f"Several masses ({parts}) in {side.name} have no one diameter."
    else:
        yield from reconstructions(sides)


def reconstructions(sides: tuple[Side, Side]) -> Iterator[str]:
    """Why volumes of two scans are not comparable: thickness and kernel change them."""
    before, after = sides
    effect = f"which changes volumes by up to {100 * RECONSTRUCTION:.0f} % by itself"
    if not are_as_thick(sides):
        yield (
            f"Slices are {before.thickness:g} mm thick in {before.name} and {after.thickness:g} mm "
            f"in {after.name}, {effect}."
        )
    kernels = [side.acquisition.kernel for side in sides]
    if not are_as_sharp(sides):
        first, second = (kernel or "not told" for kernel in kernels)
        yield (
            f"The kernel of {before.name} is {first} and that of {after.name} {second}, {effect}."
        )


def are_as_thick(sides: tuple[Side, Side]) -> bool:
    """Whether the slices of two scans are as thick."""
    return abs(sides[0].thickness - sides[1].thickness) < ALIKE


def are_as_sharp(sides: tuple[Side, Side]) -> bool:
    """Whether the kernels of two scans are the same, as far as anybody says."""
    first, second = ((side.acquisition.kernel or "").strip().casefold() for side in sides)
    return first == second


def limit_of(quantity: Quantity, sides: tuple[Side, Side]) -> tuple[float, str]:
    """How far two scans of an unchanged mass differ, and what that takes into account.

    In the quantity's unit. Two scans in which a mass stays as it is are within it 19 of 20 times.
    """
    limit = repeatability_limit((error_of(quantity, sides[0]), error_of(quantity, sides[1])))
    values = [value_of(quantity, side) or 0.0 for side in sides]
    text = f"{REPEATED} times the standard deviation of repeats"
    if quantity == "mineral mass":
        calibration, why = calibration_limit((values[0], values[1]), sides)
        return float(np.hypot(limit, calibration)), f"{text} with {why}"
    doubt = reconstruction_doubt(quantity, sides)
    if doubt:
        # An error of the method is no spread: it is added as it is.
        return limit + doubt * max(values), (
            f"{text} with {100 * doubt:.0f} % for kernels or slices that differ or that nobody told"
        )
    return limit, text


def reconstruction_doubt(quantity: Quantity, sides: tuple[Side, Side]) -> float:
    """What kernel and thickness may do to volumes and diameters that are compared all the same."""
    is_known = all(side.acquisition.kernel for side in sides)
    if is_known and are_as_sharp(sides) and are_as_thick(sides):
        return 0.0
    # A length grows as the cube root of a volume.
    return (
        float((1 + RECONSTRUCTION) ** (1 / 3) - 1)
        if quantity == "largest diameter"
        else RECONSTRUCTION
    )


def calibration_limit(masses: tuple[float, float], sides: tuple[Side, Side]) -> tuple[float, str]:
    """What calibration adds to the limit (mg), and why.

    Scans of one scanner and tube voltage share most of its error; others have all of it each.
    """
    first, second = (side.calibration for side in sides)
    unlike = difference_of_scanners(sides)
    if unlike is None and first is not None and second is not None:
        repeated = max(first.repeated, second.repeated)
        return SURE * repeated * max(masses), "the calibration's error of a repeated scan"
    errors = [
        (side.calibration.absolute if side.calibration else 0.0) * mass
        for side, mass in zip(sides, masses, strict=True)
    ]
    return SURE * float(
        np.hypot(errors[0], errors[1])
    ), f"the absolute errors of calibration, as {unlike}"


def difference_of_scanners(sides: tuple[Side, Side]) -> str | None:
    """In which way two scans were not made alike; None if they were."""
    before, after = (side.acquisition for side in sides)
    if before.kilovolts is None or after.kilovolts is None:
        return "nobody says both tube voltages"
    if before.kilovolts != after.kilovolts:
        return f"the tube voltages differ ({before.kilovolts:g} and {after.kilovolts:g} kV)"
    if before.scanner is None or after.scanner is None:
        return "nobody says both scanners"
    if before.scanner != after.scanner:
        return f"the scanners differ ({before.scanner} and {after.scanner})"
    first, second = (side.calibration for side in sides)
    if first is not None and second is not None and first.absolute != second.absolute:
        return f"the calibrations differ ({first.source} and {second.source})"
    return None


def plain(value: float) -> str:
    """A number with three digits that count."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def signed(value: float) -> str:
    """The same with its sign."""
    return f"{'−' if value < 0 else '+'}{plain(abs(value))}"
