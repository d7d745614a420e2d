"""What a report says, on a page and on paper: result, tables, assumptions, doubts and data."""

from collections.abc import Mapping

import numpy as np

from brushite.compare import Comparison
from brushite.forecast import points
from brushite.laboratory import READINGS
from brushite.language import Language, decimal, measure, say, told, word
from brushite.record import Lesion, Measurement, Record
from brushite.report.distrust import uncertainty
from brushite.report.fitted import learnt_rows, match_rows
from brushite.report.happened import event_words, happened
from brushite.report.numbers import figure_of, plain, when
from brushite.report.sentences import (
    ARTERIES,
    BETTER,
    DISCLAIMER,
    MASSES,
    ON_THE_WAY,
    TOO_FAR,
    doubts,
    notes_of,
    plan_name,
    result,
    unsaid,
)
from brushite.report.table import attained, burden, paired, safety, wide
from brushite.report.verdicts import judged, score
from brushite.twin import Twin

Rows = tuple[tuple[str, ...], ...]
TRANSLATED = (
    "This report is in French. The words of the record, notes of a plan's author, meanings of "
    "parameters and their sources stand as they were written, mostly in English."
)


def content(
    record: Record, twin: Twin, outlook: Comparison, language: Language = "en"
) -> Mapping[str, object]:
    """All that a report prints but its chart, by the names that the templates know."""
    plans = [
        {
            "letter": o.letter,
            "name": plan_name(o.plan.name, language),
            "notes": _plan_notes(o.plan.note, o.plan.steps),
        }
        for o in outlook.outlooks
    ]
    return {
        "language": language,
        "heading": record.person.label,
        "person": _person(record, language),
        "result": result(outlook, language),
        "disclaimer": say(language, DISCLAIMER),
        "of_language": "" if language == "en" else say(language, TRANSLATED),
        "plans": plans,
        "any_notes": any(plan["notes"] for plan in plans),
        "caption": _caption(record, language),
        "at": when(outlook.weeks * 168, language),
        "outcomes": wide(outlook, language),
        "attained": attained(outlook, language),
        "on_the_way": say(language, ON_THE_WAY),
        "pairs": paired(outlook, language),
        "better": say(language, BETTER),
        "targets": _targets(outlook, language),
        "safety": safety(outlook, language),
        "too_far": say(language, TOO_FAR),
        "burden": burden(outlook, language),
        "masses": say(language, MASSES) if any(o.mass for o in outlook.outlooks) else "",
        "arteries": say(language, ARTERIES),
        "happened": [f"{e.plan} {event_words(e, language)}" for e in happened(outlook, language)],
        "verdicts": judged(record, outlook, language),
        "score": score(record, outlook, language),
        "outcomes_reported": [_outcome(record, i, language) for i in range(len(record.outcomes))],
        "unsaid": unsaid(twin, [o.plan for o in outlook.outlooks], language),
        "population": twin.population,
        "doubts": [d for d in doubts(outlook, twin, language) if d != say(language, ARTERIES)],
        "origins": uncertainty(outlook, twin, language),
        "data": _data(record, language),
        "made": _made(outlook, language),
        "learnt": learnt_rows(twin, language),
        "matches": match_rows(twin, language),
        "parameters": _parameters(twin, language),
    }


def _person(record: Record, language: Language) -> str:
    person = record.person
    said = [
        word(language, {"male": "man", "female": "woman"}.get(person.sex, "")),
        measure(language, str(person.age)) if person.age else "",
    ]
    if person.dialysis_vintage:
        since = measure(language, str(person.dialysis_vintage))
        said.append(say(language, "on dialysis for {time}", time=since))
    return ", ".join(s for s in said if s)


def _caption(record: Record, language: Language) -> str:
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
    return " ".join(say(language, sentence) for sentence in said)


def _plan_notes(note: str, steps: tuple) -> list[str]:  # type: ignore[type-arg]
    return list(dict.fromkeys([*([note] if note else []), *notes_of(steps)]))


def _targets(outlook: Comparison, language: Language) -> list[str]:
    bands = {n: b for o in outlook.outlooks for n, b in o.forecast.outputs.items()}
    said = []
    for band in bands.values():
        aim = band.target
        if aim is None:
            continue
        numbers = say(language, "no numbers")
        if aim.low is not None and aim.high is not None:
            low, high = (figure_of(end, band.unit, language) for end in (aim.low, aim.high))
            numbers = f"{say(language, '{low} to {high}', low=low, high=high)} {band.unit}"
        said.append(
            say(
                language,
                "{output}: {numbers} ({source})",
                output=word(language, band.title),
                numbers=numbers,
                source=told(language, aim.source),
            )
        )
    if "mass volume" in bands and bands["mass volume"].target is None:
        said.append(say(language, "Mass volume: no target; the chart shows the start and zero"))
    return said


def _outcome(record: Record, number: int, language: Language) -> str:
    outcome = record.outcomes[number]
    taken = told(language, str(outcome.taken))
    return f"{outcome.text} ({taken})" if outcome.taken.is_known else outcome.text


def _data(record: Record, language: Language) -> Rows:
    rows = [
        (
            word(language, m.analyte if m.analyte != "pth" else "PTH"),
            {"below": "< ", "above": "> "}.get(m.limit or "", "") + measure(language, str(m.value)),
            told(language, str(m.taken)),
            _remarks(m, record, language),
        )
        for m in record.measurements
    ]
    for lesion in record.lesions:
        for size in lesion.sizes:
            axes = " × ".join(measure(language, str(axis)) for axis in size.axes)
            volume = measure(language, str(size.volume)) if size.volume else axes
            value = volume or say(language, "not reported")
            rows.append(
                (_mass(lesion, language), value, told(language, str(size.taken)), size.note)
            )
        if not lesion.sizes:
            missing = say(language, "size not reported")
            rows.append((_mass(lesion, language), missing, "", lesion.note))
    head = tuple(say(language, name) for name in ("Value", "As written", "When", "Remarks"))
    return (head, *rows) if rows else ()


def _mass(lesion: Lesion, language: Language) -> str:
    return say(language, "mass: {name}", name=lesion.name)


def _remarks(measurement: Measurement, record: Record, language: Language) -> str:
    own = measurement.laboratory_range
    ends = (own.low, own.high) if own is not None else (None, None)
    at = record.hours(measurement.taken)
    remark = measurement.author_remark
    low, high = (measure(language, str(end)) if end else "…" for end in ends)
    said = [
        "" if at is None or at <= 0 else say(language, "kept for judging, not fitted"),
        measurement.assay or "",
        say(language, "laboratory: {low} to {high}", low=low, high=high) if any(ends) else "",
        say(language, "author: “{remark}”", remark=remark) if remark else "",
        f"{measurement.origin.document}, {measurement.origin.place}" if measurement.origin else "",
    ]
    return say(language, "; ").join(s for s in said if s)


def _made(outlook: Comparison, language: Language) -> str:
    made = outlook.made
    return say(
        language,
        "brushite {version}, model {model}, seed {seed}, {draws} draws; horizon {weeks} weeks.",
        version=made.version,
        model=made.model,
        seed=made.seed,
        draws=made.draws,
        weeks=decimal(language, f"{outlook.weeks:.4g}"),
    )


def _amount(value: float, unit: str, language: Language) -> str:
    number = plain(value, language)
    return number if unit == "1" else f"{number} {measure(language, unit)}"


def _parameters(twin: Twin, language: Language) -> Rows:
    used = {f"lesion_{lesion.slot}_" for lesion in twin.lesions}
    rows = []
    for name, parameter in twin.model.parameters.items():
        slot = name[:9]
        if name.startswith("lesion_") and name[7:8].isdigit() and slot not in used:
            continue
        drawn = twin.draws.parameters.get(name)
        median = "" if drawn is None else plain(float(np.nanmedian(drawn)), language)
        rows.append(
            (
                name,
                parameter.meaning,
                _amount(parameter.value, parameter.unit, language),
                median,
                str(parameter.source),
            )
        )
    head = ("Parameter", "Meaning", "Typical", "This patient", "Source")
    return (tuple(say(language, name) for name in head), *rows)
