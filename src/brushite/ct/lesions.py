"""Measured masses into a patient's record: the size of a lesion by date, with its errors."""

from dataclasses import replace
from datetime import datetime

from brushite.ct.measured import MeasuredMass, Measurement
from brushite.errors import ImageError
from brushite.plan import Moment
from brushite.record import Lesion, Origin, Record, Side, Size
from brushite.units import Quantity

TOUCHES = 1.0  # mm: what is nearer is touched
DIGITS = 4
LONGEST_NAME = 200


def with_mass(
    record: Record,
    mass: MeasuredMass,
    measurement: Measurement,
    *,
    lesion: str,
    site: str = "",
    taken: Moment | None = None,
) -> Record:
    """The record with a mass's size added to the lesion of that name, or to a new one at `site`.

    `taken` is when the scan was made; without it the date of the series. A size of the same moment
    and method is replaced, so that adding twice changes nothing. Raises `ImageError` where nobody
    says when the scan was made, where a new lesion has no site, and where the flags of a mass spoil
    its volume.
    """
    for what, name in (("name of a mass", lesion), ("site", site or "none")):
        if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
            raise ImageError(
                f"The {what} {name[:40]!r} cannot be kept. Write 1 to {LONGEST_NAME} letters, as "
                "'left hip'."
            )
    flags = (*measurement.flags, *mass.flags)
    spoilt = [flag for flag in flags if "volume" in flag.spoils]
    if spoilt:
        raise ImageError(f"The volume of {mass.name} cannot be used: {spoilt[0].text}")
    when = taken or _taken(measurement)
    if record.hours(when) is None:
        raise ImageError(
            f"The scan of {when} cannot be placed: the record's now is {record.now}. "
            'Say when it was made as seen from now (--taken "2 months before now", or now).'
        )
    size = size_of(mass, measurement, when)
    known = [each for each in record.lesions if each.name == lesion]
    if known:
        found = replace(known[0], sizes=_with(known[0].sizes, size))
        lesions = tuple(found if each is known[0] else each for each in record.lesions)
        return replace(record, lesions=lesions)
    if not site:
        names = ", ".join(each.name for each in record.lesions) or "none"
        raise ImageError(
            f"The record has no mass called {lesion!r}; it has {names}. "
            "Say where in the body a new one is (--site)."
        )
    new = Lesion(
        name=lesion,
        site=site,
        side=_side(mass),
        sizes=(size,),
        relations=tuple(d.to for d in mass.distances if d.millimetres < TOUCHES),
        origin=size.origin,
    )
    return replace(record, lesions=(*record.lesions, new))


def size_of(mass: MeasuredMass, measurement: Measurement, taken: Moment) -> Size:
    """What a record keeps of a measured mass.

    The volume is that of the envelope, which is what the model calls the volume of a mass; the
    mineral is its hydroxyapatite.
    """
    mineral = mass.hydroxyapatite
    scanner = measurement.acquisition.scanner
    kilovolts = measurement.acquisition.kilovolts
    named = [scanner or "", f"{kilovolts:.0f} kVp" if kilovolts else ""]
    return Size(
        axes=tuple(_quantity(length / 10, "cm") for length in _lengths(mass)),
        volume=_quantity(mass.envelope_volume.value, "mL"),
        volume_error=_quantity(mass.envelope_volume.error, "mL"),
        mineral=None if mineral is None else _quantity(mineral.value / 1000, "g"),
        mineral_error=None if mineral is None else _quantity(mineral.error / 1000, "g"),
        taken=taken,
        method="CT, envelope",
        scanner=", ".join(each for each in named if each) if scanner else None,
        note=" ".join(flag.text for flag in mass.flags),
        origin=Origin(document=measurement.acquisition.source, place=mass.name),
    )


def _lengths(mass: MeasuredMass) -> tuple[float, float, float]:
    """The diameters that a report tells (mm): in the slice, across it, and along the body."""
    each = mass.diameters
    first, second, third = sorted(
        (each.axial_long, each.axial_short, each.craniocaudal), reverse=True
    )
    return first, second, third


def _quantity(value: float, unit: str) -> Quantity:
    return Quantity(float(f"{value:.{DIGITS}g}"), unit)


def _taken(measurement: Measurement) -> Moment:
    said = measurement.acquisition.taken
    if said is None:
        raise ImageError(
            f"Nobody says when {measurement.acquisition.source} was made. Say when "
            "(--taken), or measure it again with its date."
        )
    return Moment(date=datetime.fromisoformat(said).date())


def _with(sizes: tuple[Size, ...], size: Size) -> tuple[Size, ...]:
    """The sizes with one more, in place of one of the same moment and origin."""
    kept = [s for s in sizes if (s.taken, s.origin) != (size.taken, size.origin)]
    return (*kept, size)


def _side(mass: MeasuredMass) -> Side:
    if mass.side == "left":
        return "left"
    return "right" if mass.side == "right" else "unknown"
