"""Measurements of CT as text and as rows."""

from collections.abc import Iterator

from brushite.ct.followed import Change, Followed
from brushite.ct.measured import Distance, Measure, MeasuredMass, Measurement
from brushite.report.forms import Row, number

SHOWN = 15  # candidates in the text
NEAREST = 8  # distances in the text; the JSON has all


def measurement_words(measurement: Measurement) -> str:
    """What was measured, for a reader."""
    return "\n".join(_words(measurement)) + "\n"


def measurement_rows(measurement: Measurement) -> list[Row]:
    """One row for each number of each mass: its name, value, standard error and unit."""
    rows: list[Row] = []
    for mass in measurement.masses:
        for name, value, error, unit in _numbers(mass):
            told = None if value is None else number(value)
            wrong = None if error is None else number(error)
            rows.append(
                {"mass": mass.name, "what": name, "value": told, "error": wrong, "unit": unit}
            )
    return rows


def followed_words(followed: Followed) -> str:
    """What became of each mass, for a reader."""
    return "\n".join(_followed(followed)) + "\n"


def _followed(followed: Followed) -> Iterator[str]:
    for flag in followed.flags:
        yield f"! {flag.text}"
    for mass in followed.masses:
        yield f"{mass.name}, first at {_place(mass.at)} mm (LPS)"
        spans = list(mass.intervals)
        if mass.overall is not None and len(followed.scans) > 2:
            spans.append(mass.overall)
        for span in spans:
            start, end = (followed.scans[number].taken for number in (span.start, span.end))
            yield f"  {start} to {end}: {span.text}"
            for change in span.changes:
                yield f"    {change.quantity:18} {_change(change)}"
                yield f"      {change.answer}: {change.reason}"
    if not followed.masses:
        yield "No mass was found in any of the scans."


def _change(change: Change) -> str:
    if change.before is None or change.after is None:
        return "cannot be told"
    told = f"{change.before:,.4g} to {change.after:,.4g} {change.unit}"
    if change.per_cent is None:
        return told
    limit = "" if change.limit_per_cent is None else f"; limit {change.limit_per_cent:.1f} %"
    return f"{told} ({change.per_cent:+.1f} %{limit})"


def _words(measurement: Measurement) -> Iterator[str]:
    made = measurement.acquisition
    parts = [
        made.taken,
        None if made.kilovolts is None else f"{made.kilovolts:g} kVp",
        made.kernel,
        None if made.thickness is None else f"slices of {made.thickness:g} mm",
        made.position,
    ]
    said = ", ".join(part for part in parts if part)
    yield f"{made.source}: {said or 'nothing is said of how it was made'}"
    for flag in measurement.flags:
        yield f"  ! {flag.text}"
    if measurement.calibration is not None:
        scale = measurement.calibration
        yield (
            f"  1 HU is {scale.factor:.3f} mg/mL of hydroxyapatite, ± {100 * scale.absolute:.0f} % "
            f"({scale.source})"
        )
    for mass in measurement.masses:
        yield ""
        yield from _mass_words(mass)
    if not measurement.masses:
        yield "No mass was found."
    others = [c for c in measurement.candidates if c.taken_for != "mass"]
    if others:
        yield ""
        yield "As bright as mineral, and taken for something else (a seed measures it even so):"
        for each in others[:SHOWN]:
            beside = f", beside {each.beside}" if each.beside else ""
            yield (
                f"  {each.taken_for:18} {each.volume:7.2f} mL, up to {each.brightest} HU at "
                f"{_place(each.at)}{beside}: {each.why}"
            )
        if len(others) > SHOWN:
            yield f"  and {len(others) - SHOWN} smaller ones: --format json has them all"


def _mass_words(mass: MeasuredMass) -> Iterator[str]:
    yield f"{mass.name}, {mass.side}, at {_place(mass.at)} mm (LPS)"
    yield f"  hydroxyapatite        {_told(mass.hydroxyapatite)}"
    yield f"  envelope              {_told(mass.envelope_volume)}"
    yield f"  mineral               {_told(mass.mineral_volume)}"
    yield f"  at least 130 HU       {mass.threshold_volume.value:.4g} mL, for comparison only"
    each = mass.diameters
    yield (
        f"  in a slice            {each.axial_long:.1f} x {each.axial_short:.1f} mm, "
        f"{each.craniocaudal:.1f} mm along the body"
    )
    yield f"  in space              {_lengths(each.feret)} mm (Feret); box {_lengths(each.box)} mm"
    form = mass.shape
    yield (
        f"  shape                 {form.lobules} lobules, {100 * form.solidity:.0f} % of its hull; "
        f"{100 * form.mineral_share:.0f} % mineral, {100 * form.septa_share:.0f} % septa, "
        f"{100 * form.fluid_share:.0f} % fluid"
    )
    if mass.levels is None:
        yield "  fluid levels          cannot be told: see ! (--position says how the patient lay)"
    elif not mass.levels:
        yield "  fluid levels          none"
    else:
        areas = ", ".join(f"{level.area:.0f}" for level in mass.levels)
        yield f"  fluid levels          {len(mass.levels)}, of {areas} mm²"
    for way in mass.distances[:NEAREST]:
        yield f"  to {way.to:18} {_way(way)}"
    for flag in mass.flags:
        yield f"  ! {flag.text}"


def _way(way: Distance) -> str:
    if way.millimetres > 0:
        return f"{way.millimetres:.1f} ± {way.error:.1f} mm"
    contact = f", {way.contact:.0f} mm² of contact" if way.contact else ""
    return f"touches{contact}"


def _numbers(mass: MeasuredMass) -> Iterator[tuple[str, float | None, float | None, str]]:
    volumes = {
        "hydroxyapatite": mass.hydroxyapatite,
        "envelope volume": mass.envelope_volume,
        "mineral volume": mass.mineral_volume,
        "volume of at least 130 HU": mass.threshold_volume,
    }
    for name, each in volumes.items():
        if each is None:
            yield name, None, None, "mg"
        else:
            yield name, each.value, each.error, each.unit
    lengths = mass.diameters
    yield "longest diameter in a slice", lengths.axial_long, lengths.error, "mm"
    yield "diameter across it", lengths.axial_short, lengths.error, "mm"
    yield "craniocaudal extent", lengths.craniocaudal, lengths.error, "mm"
    for name, length in zip(("first", "second", "third"), lengths.feret, strict=True):
        yield f"{name} Feret diameter", length, lengths.error, "mm"
    for name, length in zip(("first", "second", "third"), lengths.box, strict=True):
        yield f"{name} edge of the box", length, lengths.error, "mm"
    form = mass.shape
    yield "solidity", form.solidity, None, "1"
    yield "sphericity", form.sphericity, None, "1"
    yield "lobules", float(form.lobules), None, "1"
    yield "share of septa", form.septa_share, None, "1"
    yield "share of fluid", form.fluid_share, None, "1"
    if mass.levels is not None:
        yield "fluid levels", float(len(mass.levels)), None, "1"
    for way in mass.distances:
        yield f"distance to {way.to}", way.millimetres, way.error, "mm"
        if way.contact:
            yield f"contact with {way.to}", way.contact, None, "mm²"


def _told(measure: Measure | None) -> str:
    if measure is None:
        return "cannot be told"
    return (
        f"{measure.value:,.4g} ± {measure.error:,.2g} {measure.unit}"
        if (measure.value < 1e4)
        else f"{measure.value:,.0f} ± {measure.error:,.0f} {measure.unit}"
    )


def _lengths(lengths: tuple[float, float, float]) -> str:
    return " x ".join(f"{length:.1f}" for length in lengths)


def _place(at: tuple[float, float, float]) -> str:
    return ", ".join(f"{value:.0f}" for value in at)
