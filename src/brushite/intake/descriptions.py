"""Records and plans in plain English, as `brushite patient check` and `plan show` print them."""

import dataclasses

from brushite.analytes import analyte
from brushite.intake.reading import Content, Fact
from brushite.plan import Moment, Plan
from brushite.plan.words import plan_words, step_words, when_words
from brushite.record import (
    Finding,
    GlandFinding,
    Imaging,
    Lesion,
    Measurement,
    Origin,
    Outcome,
    Record,
    Size,
)
from brushite.units import Quantity


def describe(subject: Record | Plan) -> str:
    """What a record or a plan says, in words."""
    return plan_words(subject) if isinstance(subject, Plan) else _record(subject)


def _record(record: Record) -> str:
    later = [m for m in record.measurements if record.is_later(m.taken)]
    now = [m for m in record.measurements if m not in later]
    sections = (
        ("Laboratory", [measurement_words(m) for m in now] or ["no laboratory value"]),
        ("Reported later, never used for fitting", [measurement_words(m) for m in later]),
        ("Masses", [line for lesion in record.lesions for line in _lesion(lesion)]),
        ("Symptoms, function, complications", [_finding(f) for f in record.findings]),
        ("Imaging", [_imaging(i) for i in record.imaging]),
        ("Parathyroid glands", [_gland(g) for g in record.glands]),
        ("Therapy so far", _therapy(record.therapy)),
        ("Outcome", [_outcome(o) for o in record.outcomes]),
    )
    lines = [_person(record), f"The present of this record: {_present(record)}."]
    for title, entries in sections:
        if entries:
            lines += ["", title, *(f"  - {entry}" for entry in entries)]
    if record.note:
        lines += ["", record.note]
    return "\n".join(lines)


def _present(record: Record) -> str:
    return "its own time" if str(record.now) == "now" else str(record.now)


def _person(record: Record) -> str:
    person = record.person
    parts = [{"male": "man", "female": "woman", "unknown": "sex unknown"}[person.sex]]
    if person.age is not None:
        parts.append(f"{person.age} old")
    if person.dialysis_vintage is not None:
        parts.append(f"on dialysis for {person.dialysis_vintage}")
    if person.kidney_disease:
        parts.append(person.kidney_disease)
    if person.weight is not None:
        parts.append(str(person.weight))
    if person.residual_urine is not None:
        parts.append(f"{person.residual_urine} of urine")
    history = "".join(f"\n  - {entry}" for entry in person.history)
    return f"{person.label}: {', '.join(parts)}.{history}"


def fact_words(fact: Fact) -> str:
    """What a fact says, without its place: `"PTH 1433 pg/mL (152 pmol/L), before dialysis"`."""
    said = _content(fact.content)
    if fact.kind in {"measurement", "lesion", "finding", "imaging", "therapy"}:
        return said
    return f"{fact.kind.replace('pth', 'PTH').replace('gfr', 'GFR')}: {said}"


def _content(content: Content) -> str:
    if isinstance(content, str | Quantity | Moment):
        return str(content)
    if isinstance(content, Measurement | Lesion | Finding | Imaging | GlandFinding | Outcome):
        bare = dataclasses.replace(content, origin=None)
        if isinstance(bare, Measurement):
            return measurement_words(bare)
        if isinstance(bare, Lesion):
            return "; ".join(_lesion(bare))
        if isinstance(bare, Finding):
            return _finding(bare)
        if isinstance(bare, Imaging):
            return _imaging(bare)
        return _gland(bare) if isinstance(bare, GlandFinding) else _outcome(bare)
    return f"{when_words(content, past=True)}: {step_words(content)}"


def measurement_words(one: Measurement) -> str:
    """A measurement in words, in the unit as written and in ours."""
    measure = analyte(one.analyte).measure
    sign = {"below": "below ", "above": "above ", None: ""}[one.limit]
    ours = f"{measure.value(one.value):.3g} {measure.units[0]}"
    text = f"{_name(one.analyte)} {sign}{one.value}"
    if one.value.unit != measure.units[0]:
        text += f" ({ours})"
    text += _taken(one.taken)
    if one.timing != "unknown":
        text += f", {one.timing}"
    if one.assay:
        text += f", assay {one.assay}"
    if one.author_remark:
        text += f'; the author calls it "{one.author_remark}"'
    return text + _from(one.origin)


def _name(name: str) -> str:
    return {"pth": "PTH", "fgf23": "FGF23"}.get(name, name)


def _lesion(lesion: Lesion) -> list[str]:
    side = "" if lesion.side == "unknown" else f", {lesion.side}"
    text = f"{lesion.name}: {lesion.site}{side}"
    if lesion.first_noticed is not None:
        text += f", first noticed {lesion.first_noticed}"
    if lesion.relations:
        text += f", touches {', '.join(lesion.relations)}"
    sizes = [size_words(s) for s in lesion.sizes] or ["size not reported"]
    return [f"{text}; {'; '.join(sizes)}{_from(lesion.origin)}"]


def size_words(size: Size) -> str:
    """A size in words, with the volume of the ellipsoid where three lengths are known."""
    if len({axis.unit for axis in size.axes}) == 1:
        text = f"{' x '.join(f'{a.value:g}' for a in size.axes)} {size.axes[0].unit}"
    else:
        text = " x ".join(str(axis) for axis in size.axes)
    volume = size.millilitres()
    if volume is not None:
        text = f"{text} (about {volume:.0f} mL)" if text else f"{volume:.0f} mL"
    text = text or "size not reported"
    if size.method:
        text += f", {size.method}"
    return text + _taken(size.taken)


def _finding(one: Finding) -> str:
    since = f", since {one.since}" if one.since is not None else ""
    gone = f", gone {one.resolved}" if one.resolved is not None else ""
    return f"{one.kind}: {one.text}{since}{gone}{_from(one.origin)}"


def _imaging(one: Imaging) -> str:
    return f"{one.modality} of {one.region}: {one.findings}{_taken(one.taken)}{_from(one.origin)}"


def _gland(one: GlandFinding) -> str:
    size = f", {one.size}" if one.size else ""
    return f"{one.gland}, {one.method}: {one.result}{size}{_from(one.origin)}"


def _therapy(therapy: Plan) -> list[str]:
    lines = [therapy.note] if therapy.note else []
    for step in therapy.steps:
        note = f" ({step.note})" if step.note else ""
        lines.append(f"{when_words(step, past=True)}: {step_words(step)}{note}")
    return lines or ["nothing is known of it"]


def _outcome(one: Outcome) -> str:
    when = _taken(one.taken) if one.taken.is_known else ""
    return f"{one.text}{when}{_from(one.origin)}"


def _taken(taken: Moment) -> str:
    if not taken.is_known:
        return ", time unknown"
    return "" if str(taken) == "now" else f", {taken}"


def _from(origin: Origin | None) -> str:
    return f" [{origin.document}, {origin.place}]" if origin is not None else ""
