"""The report: one HTML file that needs nothing from anywhere else."""

from collections.abc import Mapping

import numpy as np
from markupsafe import Markup

from brushite.compare import Comparison
from brushite.forecast import points
from brushite.laboratory import READINGS
from brushite.record import Measurement, Record
from brushite.report.distrust import uncertainty
from brushite.report.figure import NARROW, STYLE, WIDE, figure
from brushite.report.fitted import learnt_rows, match_rows
from brushite.report.happened import happened
from brushite.report.numbers import figure_of, plain, when
from brushite.report.page import Report, filled
from brushite.report.sentences import (
    ARTERIES,
    BETTER,
    DISCLAIMER,
    MASSES,
    ON_THE_WAY,
    TOO_FAR,
    doubts,
    notes_of,
    result,
    unsaid,
)
from brushite.report.table import attained, burden, paired, safety, wide
from brushite.report.verdicts import judged, score
from brushite.twin import Twin

Rows = tuple[tuple[str, ...], ...]


def report(record: Record, twin: Twin, outlook: Comparison) -> Report:
    """The report of a comparison: result, chart, tables, assumptions, doubts and data."""
    return Report(filled("page.html.j2", _content(record, twin, outlook)))


def _content(record: Record, twin: Twin, outlook: Comparison) -> Mapping[str, object]:
    plans = [
        {"letter": o.letter, "name": o.plan.name, "notes": _plan_notes(o.plan.note, o.plan.steps)}
        for o in outlook.outlooks
    ]
    return {
        "heading": record.person.label,
        "person": _person(record),
        "style": Markup(STYLE),
        "result": result(outlook),
        "disclaimer": DISCLAIMER,
        "plans": plans,
        "any_notes": any(plan["notes"] for plan in plans),
        "chart": Markup(figure(outlook, record=record, twin=twin, shape=WIDE)),
        "small_chart": Markup(figure(outlook, record=record, twin=twin, shape=NARROW)),
        "caption": _caption(record),
        "at": when(outlook.weeks * 168),
        "outcomes": wide(outlook),
        "attained": attained(outlook),
        "on_the_way": ON_THE_WAY,
        "pairs": paired(outlook),
        "better": BETTER,
        "targets": _targets(outlook),
        "safety": safety(outlook),
        "too_far": TOO_FAR,
        "burden": burden(outlook),
        "masses": MASSES if any(o.mass is not None for o in outlook.outlooks) else "",
        "arteries": ARTERIES,
        "happened": [f"{event.plan} {event}" for event in happened(outlook)],
        "verdicts": judged(record, outlook),
        "score": score(record, outlook),
        "outcomes_reported": [_outcome(record, i) for i in range(len(record.outcomes))],
        "unsaid": unsaid(twin, [o.plan for o in outlook.outlooks]),
        "population": twin.population,
        "doubts": [d for d in doubts(outlook, twin) if d != ARTERIES],
        "origins": uncertainty(outlook, twin),
        "data": _data(record),
        "made": _made(outlook),
        "learnt": learnt_rows(twin),
        "matches": match_rows(twin),
        "parameters": _parameters(twin),
    }


def _person(record: Record) -> str:
    person = record.person
    said = [
        {"male": "man", "female": "woman"}.get(person.sex, ""),
        f"{person.age}" if person.age else "",
        f"on dialysis for {person.dialysis_vintage}" if person.dialysis_vintage else "",
    ]
    return ", ".join(s for s in said if s)


def _caption(record: Record) -> str:
    values = [p for output in READINGS for p in points(record, output)]
    said = ["Black dots: values of the record."] if values else []
    if any(p.at > 0 for p in values):
        said.append("Open dots: values reported later, kept for judging and never fitted.")
    if any(s.volume is None and len(s.axes) == 3 for m in record.lesions for s in m.sizes):
        said.append(
            "The dot of a mass is the ellipsoid of its three diameters; a lobed mass holds less."
        )
    if not record.measurements:
        said.append(
            "The record has no laboratory values: this is a forecast from the population's spread."
        )
    return " ".join(said)


def _plan_notes(note: str, steps: tuple) -> list[str]:  # type: ignore[type-arg]
    return list(dict.fromkeys([*([note] if note else []), *notes_of(steps)]))


def _targets(outlook: Comparison) -> list[str]:
    bands = {n: b for o in outlook.outlooks for n, b in o.forecast.outputs.items()}
    said = []
    for band in bands.values():
        aim = band.target
        if aim is None:
            continue
        numbers = "no numbers"
        if aim.low is not None and aim.high is not None:
            ends = (figure_of(aim.low, band.unit), figure_of(aim.high, band.unit))
            numbers = f"{ends[0]} to {ends[1]} {band.unit}"
        said.append(f"{band.title}: {numbers} ({aim.source})")
    if "mass volume" in bands and bands["mass volume"].target is None:
        said.append("Mass volume: no target; the chart shows the start and zero")
    return said


def _outcome(record: Record, number: int) -> str:
    outcome = record.outcomes[number]
    return f"{outcome.text} ({outcome.taken})" if outcome.taken.is_known else outcome.text


def _data(record: Record) -> Rows:
    rows = [
        (
            m.analyte if m.analyte != "pth" else "PTH",
            f"{ {'below': '< ', 'above': '> '}.get(m.limit or '', '') }{m.value}",
            str(m.taken),
            _remarks(m, record),
        )
        for m in record.measurements
    ]
    for lesion in record.lesions:
        for size in lesion.sizes:
            axes = " × ".join(str(axis) for axis in size.axes)
            value = str(size.volume) if size.volume else axes or "not reported"
            rows.append((f"mass: {lesion.name}", value, str(size.taken), size.note))
        if not lesion.sizes:
            rows.append((f"mass: {lesion.name}", "size not reported", "", lesion.note))
    return (("Value", "As written", "When", "Remarks"), *rows) if rows else ()


def _remarks(measurement: Measurement, record: Record) -> str:
    own = measurement.laboratory_range
    ends = (own.low, own.high) if own is not None else (None, None)
    at = record.hours(measurement.taken)
    said = [
        "" if at is None or at <= 0 else "kept for judging, not fitted",
        measurement.assay or "",
        f"laboratory: {ends[0] or '…'} to {ends[1] or '…'}" if any(ends) else "",
        f"author: “{measurement.author_remark}”" if measurement.author_remark else "",
        f"{measurement.origin.document}, {measurement.origin.place}" if measurement.origin else "",
    ]
    return "; ".join(s for s in said if s)


def _made(outlook: Comparison) -> str:
    made = outlook.made
    return (
        f"brushite {made.version}, model {made.model}, seed {made.seed}, {made.draws} draws; "
        f"horizon {outlook.weeks:.4g} weeks."
    )


def _parameters(twin: Twin) -> Rows:
    used = {f"lesion_{lesion.slot}_" for lesion in twin.lesions}
    rows = []
    for name, parameter in twin.model.parameters.items():
        slot = name[:9]
        if name.startswith("lesion_") and name[7:8].isdigit() and slot not in used:
            continue
        drawn = twin.draws.parameters.get(name)
        median = "" if drawn is None else plain(float(np.nanmedian(drawn)))
        rows.append(
            (
                name,
                parameter.meaning,
                f"{plain(parameter.value)} {parameter.unit}",
                median,
                str(parameter.source),
            )
        )
    return (("Parameter", "Meaning", "Typical", "This patient", "Source"), *rows)
