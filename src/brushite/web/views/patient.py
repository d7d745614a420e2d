"""A patient for the page of the record: the record in three forms, its timeline, its plans."""

from collections.abc import Iterator, Sequence

from brushite.forecast import points
from brushite.intake.checks import check_plan, check_record
from brushite.intake.descriptions import describe
from brushite.intake.plans import plan_entries, plans_text
from brushite.intake.records import record_entries
from brushite.laboratory import READINGS
from brushite.plan import Moment, Plan
from brushite.plan.words import plan_words
from brushite.record import Record
from brushite.report.lanes import held_until_now
from brushite.web.store import Revision

WEEK = 168.0
Entries = dict[str, object]


def patient_view(
    revision: Revision, record: Record, plans: Sequence[Plan], *, is_fitted: bool
) -> Entries:
    """A patient at one revision."""
    return {
        "id": revision.patient,
        "label": revision.label,
        "revision": revision.number,
        "changed": revision.at,
        "who": revision.who,
        "yaml": revision.record,
        **record_view(record),
        "timeline": timeline(record),
        "plans": [plan_view(plan, record) for plan in plans],
        "plans_yaml": revision.plans,
        "is_fitted": is_fitted,
    }


def record_view(record: Record) -> Entries:
    """A record as mappings and in words, and what is odd or missing."""
    return {
        "record": record_entries(record),
        "described": describe(record),
        "findings": [{"place": r.place, "finding": r.text} for r in check_record(record)],
    }


def plan_view(plan: Plan, record: Record | None) -> Entries:
    """A plan as mappings, as YAML and in words, and what is odd about it."""
    return {
        "name": plan.name,
        "words": plan_words(plan),
        "weeks": max(1, round(plan.horizon.to("week"))),
        "entries": plan_entries(plan),
        "yaml": plans_text((plan,)),
        "findings": [str(remark) for remark in check_plan(plan, record)],
    }


def timeline(record: Record) -> Entries:
    """Values by time, the care that holds, and what happened, for a chart of the past."""
    return {
        "points": list(_points(record)),
        "therapy": [
            {"lane": lane, "label": label} for lane, label in held_until_now(record.therapy).items()
        ],
        "events": list(_events(record)),
    }


def _points(record: Record) -> Iterator[Entries]:
    named = {m.analyte for m in record.measurements}
    wanted = [n for n in READINGS if n in named or n in {"calcium", "mass volume"}]
    if "calcium" not in named and "corrected calcium" in named:
        wanted.remove("corrected calcium")  # which stands in for total calcium
    for output in wanted:
        reading = READINGS[output]
        for point in points(record, output):
            yield {
                "output": output,
                "title": reading.title,
                "unit": reading.unit,
                "week": point.at / WEEK,
                "value": point.value,
                "limit": point.limit,
                "later": point.at > 0,
            }


def _events(record: Record) -> Iterator[Entries]:
    def event(moment: Moment | None, text: str) -> Entries:
        hours = None if moment is None else record.hours(moment)
        when = "" if moment is None or not moment.is_known else str(moment)
        return {"week": None if hours is None else hours / WEEK, "when": when, "text": text}

    for finding in record.findings:
        yield event(finding.since, f"{finding.kind}: {finding.text}")
    for image in record.imaging:
        yield event(image.taken, f"{image.modality}, {image.region}: {image.findings}")
    for gland in record.glands:
        yield event(gland.taken, f"{gland.gland}: {gland.result} ({gland.method})")
    for outcome in record.outcomes:
        yield event(outcome.taken, outcome.text)
