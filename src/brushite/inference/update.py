"""New values update a twin without starting again: draws that explain them well count for more.

The draws go on from where the twin stands, under the therapy that was really given, to the new
present. Each is weighted by how well it foretold the values that have come since, and the twin is a
sample from the weighted ones. So a twin can be updated only as long as some of its draws explain
what is new: beyond that the whole record has to be fitted.
"""

from dataclasses import replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from brushite.engine.course import refuse
from brushite.engine.passage import SOLVED
from brushite.errors import FitError
from brushite.inference.evidence import CONSTANTS, LONGEST_PAST, Evidence, evidence
from brushite.inference.pareto import Weights, resampled, smoothed
from brushite.inference.past import COUNTED, WEEK, Progress, since, through
from brushite.inference.posterior import data
from brushite.inference.summary import relearnt, weighed
from brushite.plan import START, Moment, Plan, Procedure, Step
from brushite.record import Record
from brushite.twin import Draws, Match, Trust, Twin

_READ = ("laboratory", "volume", "diameter", "mineral")  # what is read at its own time
FEWEST = 20.0  # independent draws that have to be left


def update(
    twin: Twin, record: Record, *, seed: int, jobs: int = 1, progress: Progress | None = None
) -> Twin:
    """The twin at the record's now, which knows what was measured since the twin's moment.

    `record` is that of the same patient, some whole weeks later or at the same moment. Of its
    values those count that came after the twin's moment, and of that moment those that the twin
    does not have; later, what has no known time is taken for known already. The same seed gives the
    same twin.

    Raises `FitError` for a record whose now is no whole number of weeks after the twin's, for one
    of other masses, or with another therapy or other values before the twin's moment, and when too
    few draws explain the new values: fit the whole record then.
    """
    apart = record.now.hours_after(twin.at)
    if apart is None or apart < 0 or apart % WEEK:
        raise FitError(
            f"The record's now, {record.now}, is not a whole number of weeks after the twin's, "
            f"{twin.at}. Set it so, or fit the record anew."
        )
    _refuse_other_masses(twin, record)
    _refuse_other_past(twin, record, apart)
    items = _new(twin, _dated(record) if apart else record, -apart)
    if not items and not apart:
        return twin
    rest = replace(record, therapy=_still_to_come(record, -apart))
    asked = since(-apart, rest, items, twin.model, seed=seed, jobs=jobs)
    refuse(asked.setting)
    if not apart:  # one hour more, of which only the beginning is read
        asked = replace(asked, setting=replace(asked.setting, end=1.0))
    answers, draws, outcomes = through(asked, twin.draws, {}, progress)
    solved = np.array([o == SOLVED for o in outcomes])
    logarithms = np.where(solved, data(items).logarithm(answers), -np.inf)
    if not solved.any():
        raise FitError(
            f"No draw of the twin could be taken to {record.now}; the first {outcomes[0]}"
        )
    weights = smoothed(logarithms)
    effective = _effective(twin, weights)
    if effective < FEWEST:
        raise FitError(
            f"Only {effective:.0f} independent draws of the twin explain the new values. Fit the "
            "whole record anew, with more draws if that says the same."
        )
    chance = np.random.default_rng([seed, 8])
    chosen = resampled(weights.of, twin.draws.size, float(chance.uniform()))
    now = _at(draws if apart else twin.draws, chosen)
    return replace(
        twin,
        at=record.now,
        draws=now,
        therapy=record.therapy,
        notes=(*twin.notes, *(said for said in evidence(record)[1] if said not in twin.notes)),
        learnt=relearnt(twin.learnt, now),
        matches=(*_earlier(twin, apart), *weighed(items, answers, answers, weights)),
        trust=Trust(effective=effective, of=twin.draws.size, shape=weights.k),
    )


def _refuse_other_masses(twin: Twin, record: Record) -> None:
    ours, theirs = ([m.name for m in each.lesions] for each in (twin, record))
    if ours != theirs:
        raise FitError(
            f"The record has the masses {', '.join(theirs) or 'none'}, and the twin "
            f"{', '.join(ours) or 'none'}. Name and order them as before, or fit the record anew."
        )


def _refuse_other_past(twin: Twin, record: Record, apart: float) -> None:
    """Raise `FitError` where the past of the twin has been changed, or was another one."""
    if _begun(twin.therapy, twin.at, 0.0) != _begun(record.therapy, record.now, apart):
        raise FitError(
            f"The record's therapy before {twin.at} is not the one that the twin was fitted with. "
            "Fit the record anew."
        )
    ours = {(m.name, m.measured): m.hour for m in twin.matches}
    theirs = {(i.name, i.value) for i in evidence(record)[0]}
    oldest = apart - LONGEST_PAST * WEEK
    gone = [key for key, hour in ours.items() if hour > oldest and key not in theirs]
    late = [
        (i.name, i.value)
        for i in evidence(_dated(record))[0]
        if i.kind in _READ and i.hour < -apart and (i.name, i.value) not in ours
    ]
    for said, found in (("has lost", gone), ("now has", late)):
        for name, value in found:
            if name not in CONSTANTS:
                raise FitError(
                    f"The record {said} {name} {value:.4g} from before {twin.at}, which the twin "
                    "cannot take back or make up for. Fit the record anew."
                )


def _begun(therapy: Plan, now: Moment, apart: float) -> list[str]:
    """What had begun before the moment `apart` hours before `now`, and when, in comparable form."""
    found = []
    for step in therapy.steps:
        begins = -inf if step.from_ == START else (step.from_.hours(now) or 0.0) + apart
        ends = None if step.until is None else step.until.hours(now)
        if begins < 0:
            ended = inf if ends is None or ends + apart >= 0 else ends + apart
            bare = replace(step, from_=START, until=None, note="", source="")
            found.append(f"{bare!r} {begins:.0f} {ended:.0f}")
    return sorted(found)


def _dated(record: Record) -> Record:
    """The record without what has no known time: that was taken for the moment of the twin."""
    return replace(
        record,
        measurements=tuple(m for m in record.measurements if m.taken.is_known),
        lesions=tuple(
            replace(m, sizes=tuple(s for s in m.sizes if s.taken.is_known)) for m in record.lesions
        ),
        glands=tuple(g for g in record.glands if g.taken.is_known),
    )


def _still_to_come(record: Record, moment: float) -> Plan:
    """The therapy without operations before `moment` (hours), which the twin has been through."""

    def is_done(step: Step) -> bool:
        if not isinstance(step, Procedure):
            return False
        hour = step.from_.hours(record.now)
        return step.from_ == START or (hour is not None and hour < moment)

    steps = tuple(step for step in record.therapy.steps if not is_done(step))
    return replace(record.therapy, steps=steps)


def _new(twin: Twin, record: Record, moment: float) -> tuple[Evidence, ...]:
    """What the record says since `moment` (hours), and of that moment what the twin lacks."""
    had = {(m.name, m.measured, m.hour) for m in twin.matches}
    ever = {(m.name, m.measured) for m in twin.matches}

    def is_new(item: Evidence) -> bool:
        if item.kind == "growth":
            return False
        if item.kind == "parameter":  # it holds at any time
            return (item.name, item.value) not in ever
        read = -WEEK if item.kind == "after dialysis" else 0.0  # then, of that moment
        is_had = (item.name, item.value, read) in had
        return item.hour > moment or (item.hour == moment and not is_had)

    return tuple(item for item in evidence(record)[0] if is_new(item))


def _effective(twin: Twin, weights: Weights) -> float:
    """How many independent draws are left of those of the twin."""
    before = twin.draws.size if twin.trust is None else twin.trust.effective
    return min(before, twin.draws.size) * weights.effective / twin.draws.size


def _at(draws: Draws, chosen: NDArray[np.int64]) -> Draws:
    """Some draws, with nothing counted yet."""
    some = draws.at(chosen)
    counted = {n: 0 * c if n.startswith(COUNTED) else c for n, c in some.states.items()}
    return replace(some, states=counted)


def _earlier(twin: Twin, apart: float) -> tuple[Match, ...]:
    """What the twin was held against before, in hours since the new present."""
    return tuple(replace(m, hour=m.hour - apart) for m in twin.matches)
