"""The past of patients, lived through with every session: what a laboratory would have read in it.

How the past begins stands in `beginning.py`. All that is read lies behind weeks of real sessions.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from brushite.engine.course import Course, Setting
from brushite.engine.draw import drawn
from brushite.engine.lanes.courses import courses_of
from brushite.engine.operations import Theatre
from brushite.engine.passage import SOLVED
from brushite.engine.prescription import settled
from brushite.equations import Model
from brushite.errors import EngineError
from brushite.inference.beginning import PER_CALCIUM, began, care_at
from brushite.inference.evidence import CORRECTED_TO, CORRECTION, Evidence
from brushite.inference.latent import Latent, patients
from brushite.record import Record
from brushite.simulate import OPERATIONS
from brushite.twin import Draws, LesionSlot

Column = NDArray[np.float64]
Progress = Callable[[int, int], None]  # draws done, of how many

WEEK = 168.0
SHORTEST_PAST = 26  # weeks
LEAD = 4  # weeks of sessions before the first value is read
PAST_ACCURACY = 3e-4  # relative, of a step; laboratories miss by a hundred times as much
SLOTS = 4
COUNTED = ("eaten_", "faecal_", "dialysed_", "urinary_", "skin_")  # what starts anew at the present
# After a session: the last of these hours since it opened at which it has not ended.
SESSION_HOURS = tuple(np.arange(2.0, 10.01, 0.25))
SPHERE = np.pi / 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is asked of everybody: the record's past in which `items` are read."""

    items: tuple[Evidence, ...]
    setting: Setting
    seed: int
    jobs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """What patients have lived through; every array has one row per patient.

    `numbers` (patient, name) are those of `Latent`; `answers` (patient, item) logarithms of what
    each item would have been, NaN for a patient who failed. `strain` (patient, slot) says by how
    many spreads a mass has to be more inclined to grow than usual. `draws` are the patients now.
    """

    numbers: Column
    answers: Column
    strain: Column
    draws: Draws
    outcomes: tuple[str, ...]

    @property
    def solved(self) -> NDArray[np.bool_]:
        """Who could be computed."""
        return np.array([o == SOLVED for o in self.outcomes])


def past(of: Latent, items: tuple[Evidence, ...], *, seed: int, jobs: int) -> Past:
    """The past of a record, long enough for all that was measured in it."""
    first = min((item.hour for item in items), default=0.0)
    weeks = max(SHORTEST_PAST, -first / WEEK + LEAD)
    return since(-weeks * WEEK, of.record, items, of.model, seed=seed, jobs=jobs)


def since(
    start: float,
    record: Record,
    items: tuple[Evidence, ...],
    model: Model,
    *,
    seed: int,
    jobs: int,
) -> Past:
    """The past of a record from the hour `start` (below 0) to its present.

    Raises `EngineError` for fewer threads than 1.
    """
    if jobs < 1:
        raise EngineError(f"{jobs} threads can compute nothing. Give 1 or more.")
    setting = Setting(
        model=model,
        plan=record.therapy,
        base={},
        now=record.now,
        start=start,
        end=0.0,
        hours=tuple(sorted({h for item in items for h in _hours_of(item)})),
        quantities=tuple(dict.fromkeys(q for item in items for q in _read_for(item))),
        theatre=Theatre(operations=OPERATIONS, lesions=slots_of(record)),
        accuracy=PAST_ACCURACY,
    )
    return Past(items=items, setting=setting, seed=seed, jobs=jobs)


def lived(of: Past, who: Latent, numbers: Column, progress: Progress | None = None) -> Lived:
    """The past of the patients with these normal `numbers` (patient, name).

    Raises `PlanError` where the therapy leaves open what the population does not know.
    """
    people = patients(who, numbers)
    begun, strain, begins = began(of.setting, who, people, seed=of.seed, jobs=of.jobs)
    lost = {i: outcome for i, outcome in enumerate(begins) if outcome != SOLVED}
    answers, draws, outcomes = through(of, begun, lost, progress)
    for k, item in enumerate(of.items):
        if item.kind == "growth":
            known = np.isfinite(answers[:, k])
            answers[known, k] = strain[known, item.slot - 1]
    answers[~np.isfinite(answers)] = np.nan  # a mass that is gone, or that no inclination lets grow
    counted = {n: 0 * c if n.startswith(COUNTED) else c for n, c in draws.states.items()}
    return Lived(
        numbers=numbers,
        answers=answers,
        strain=strain,
        draws=replace(draws, states=counted),
        outcomes=outcomes,
    )


def through(
    of: Past, begun: Draws, lost: Mapping[int, str], progress: Progress | None = None
) -> tuple[Column, Draws, tuple[str, ...]]:
    """What items would have been (draw, item) in draws that begin the past so, and the draws now.

    The answers are logarithms. With them come outcomes; those `lost` before have theirs already.
    """
    well = np.array([i for i in range(begun.size) if i not in lost], dtype=np.int64)
    courses = courses_of(
        of.setting,
        begun.at(well),
        seed=of.seed,
        jobs=of.jobs,
        progress=progress,
        numbers=well.tolist(),
    )
    final = {n: np.full(begun.size, np.nan) for n in begun.states}
    answers = np.full((begun.size, len(of.items)), np.nan)
    outcomes = [lost.get(i, SOLVED) for i in range(begun.size)]
    for i, course in zip(well.tolist(), courses, strict=True):
        outcomes[i] = course.outcome
        for name, value in course.final.items():
            final[name][i] = value
    solved = [c.outcome == SOLVED for c in courses]
    if of.items and any(solved):
        which = well[solved]
        some = [c for c in courses if c.outcome == SOLVED]
        answers[which] = _answers(of, begun.at(which), some)
    return answers, replace(begun, states=final), tuple(outcomes)


def together(parts: Sequence[Lived]) -> Lived:
    """The patients of all parts, one after the other."""

    def joined(columns: Sequence[Mapping[str, Column]]) -> dict[str, Column]:
        return {n: np.concatenate([c[n] for c in columns]) for n in columns[0]}

    draws = [part.draws for part in parts]
    return Lived(
        numbers=np.concatenate([part.numbers for part in parts]),
        answers=np.concatenate([part.answers for part in parts]),
        strain=np.concatenate([part.strain for part in parts]),
        draws=Draws(
            parameters=joined([d.parameters for d in draws]),
            states=joined([d.states for d in draws]),
            unsaid=joined([d.unsaid for d in draws]),
            uniform=joined([d.uniform for d in draws]),
        ),
        outcomes=tuple(o for part in parts for o in part.outcomes),
    )


def slots_of(record: Record) -> tuple[LesionSlot, ...]:
    """The slots that the masses of a record have, in their order."""
    return tuple(LesionSlot(slot=i, name=m.name) for i, m in enumerate(record.lesions, 1))


def _read_for(item: Evidence) -> tuple[str, ...]:
    """The model's quantities that answer an item."""
    if item.kind in ("parameter", "growth"):
        return ()
    return ("diffuse_mass", "nodular_mass") if item.kind == "glands" else (item.quantity,)


def _hours_of(item: Evidence) -> tuple[float, ...]:
    """When an item is read; after a session at many hours, since sessions differ in length."""
    if item.kind == "after dialysis":
        return tuple(item.hour + h for h in SESSION_HOURS)
    return () if item.kind in ("parameter", "growth") else (item.hour,)


def _answers(of: Past, draws: Draws, courses: Sequence[Course]) -> Column:
    """Logarithms (draw, item) of what each item would have been in draws with these courses."""
    values = {n: np.array([c.values[n] for c in courses]) for n in of.setting.quantities}
    places = {hour: k for k, hour in enumerate(of.setting.hours)}
    found = []
    for item in of.items:
        if item.kind == "parameter":
            answer = draws.parameters[item.quantity]
        elif item.kind == "growth":
            answer = np.ones(draws.size)  # known before the past: `lived` puts it here
        elif item.kind == "after dialysis":
            at = [places[hour] for hour in _hours_of(item)]
            answer = _at_the_end(of, item, draws, values[item.quantity][:, at])
        else:
            at_hour = {n: values[n][:, places[item.hour]] for n in _read_for(item)}
            answer = np.sum(list(at_hour.values()), axis=0)
        if item.kind == "diameter":
            answer = np.cbrt(answer / _filled(item, draws) / SPHERE)
        elif item.kind == "mineral":
            answer = answer * draws.parameters[PER_CALCIUM]
        elif item.name == "corrected calcium":
            answer = answer + CORRECTION * (CORRECTED_TO - draws.parameters["albumin"])
        found.append(answer)
    stacked = np.column_stack(found)
    return np.log(np.where(stacked > 0, stacked, np.nan))  # what is not there has no logarithm


def _filled(item: Evidence, draws: Draws) -> Column:
    """Volume of a mass over the cuboid of its diameters, the longest in place of those missing."""
    parts = ("fullness", "slenderness", "flatness")[: 1 + item.unreported]
    columns = [draws.unsaid[f"lesion_{item.slot}.{part}"] for part in parts]
    return np.asarray(np.prod(columns, axis=0))


def _at_the_end(of: Past, item: Evidence, draws: Draws, read: Column) -> Column:
    """What is read at the end of each draw's session; `read` (draw, hour) in its course."""
    lanes = care_at(of.setting, item.hour)
    numbers = range(draws.size)
    lengths = [settled(of.setting.model, lanes, drawn(draws, i, of.seed)).hours for i in numbers]
    last = np.searchsorted(SESSION_HOURS, lengths, side="right") - 1
    return np.asarray(read[numbers, np.maximum(last, 0)])
