"""The past of patients, lived through with every session: what a laboratory would have read in it.

A patient first settles for a year into the care that began the past, with sessions averaged and
without growth of glands, masses and arterial calcification. Averaging is 17 to 24 % wrong for what
follows sessions, so only states that change over months rest on it: all that is read lies behind
weeks of real sessions.

A mass that could not grow would not be there. So the odds of its growth under the care that began
the past are those of the population among masses that grow: its local factor and the capacity of
its cells are drawn together from the part of their spread where it gains. It begins so much smaller
that it is about as large now as the patient's number says.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from brushite.engine.course import Course, Setting
from brushite.engine.draw import drawn
from brushite.engine.lanes.block import LANES
from brushite.engine.lanes.courses import courses_of
from brushite.engine.lanes.engine import engine
from brushite.engine.lanes.methods import method_for
from brushite.engine.lanes.passages import passages
from brushite.engine.operations import Theatre
from brushite.engine.passage import SOLVED, Stretch
from brushite.engine.prescription import Lanes, averaged, settled
from brushite.engine.schedule import Schedule
from brushite.engine.standings import Clock, holding, next_change, opening, turned
from brushite.equations import Model
from brushite.errors import EngineError
from brushite.inference.evidence import CORRECTED_TO, CORRECTION, Evidence
from brushite.inference.latent import Latent, Patients, patients
from brushite.record import Record
from brushite.simulate import OPERATIONS
from brushite.twin import Draws, LesionSlot

Column = NDArray[np.float64]
Progress = Callable[[int, int], None]  # draws done, of how many

WEEK = 168.0
SHORTEST_PAST = 26  # weeks
LEAD = 4  # weeks of sessions before the first value is read
STOPPED = "stopped while sessions were averaged"
YEAR = 8766.0  # h; all but bone mineral and glands settles within it
ACCURACY = 1e-3  # relative, of a step of the averaged model; at 1e-2 a step may leave all sense
PAST_ACCURACY = 3e-4  # relative, of a step; laboratories miss by a hundred times as much
SLOTS = 4
# What has no steady state rests while a patient settles.
TISSUE_GROWS_BY = (
    *("gland_growth", "gland_regression", "nodular_growth", "nodular_transformation"),
    "arterial_progression",
)
GROWTH = "mass_growth_speed"
MASSES_GROW_BY = ("local_factor", "cell_capacity")
COUNTED = ("eaten_", "faecal_", "dialysed_", "urinary_", "skin_")  # what starts anew at the present
# After a session: the last of these hours since it opened at which it has not ended.
SESSION_HOURS = tuple(np.arange(2.0, 10.01, 0.25))
PER_CALCIUM = "hydroxyapatite_mass"
BALL, SPHERE = 4 * np.pi / 3, np.pi / 6
HALF_WAY = 0.5  # of the present volume, for growth on the way to it
HISTORY = 4383.0  # h; half a year
SMALLEST_START = 0.3  # of the present radius


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
    first = _care(of.setting, of.setting.start)
    states, speed, reasons = _after_a_year(of, people, first)
    minerals, strain = _masses(who, people, states, speed)
    begun = Draws(
        parameters=people.parameters,
        states={**states, **minerals},
        unsaid=people.unsaid,
        uniform=people.uniform,
    )
    lost = {i: f"{STOPPED}: {reason}" for i, reason in enumerate(reasons) if reason}
    answers, draws, outcomes = through(of, begun, lost, progress)
    for k, item in enumerate(of.items):
        if item.kind == "growth":
            known = np.isfinite(answers[:, k])
            answers[known, k] = strain[known, item.slot - 1]
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


def _care(setting: Setting, until: float) -> Lanes:
    """What holds at the hour `until`, by the clock alone."""
    clock = Clock(now=setting.now, start=setting.start)
    standings, hour = turned(opening(setting.plan), {}, clock, setting.start)[0], setting.start
    while hour < until:
        hour = min(until, next_change(standings, clock, hour))
        standings, _ = turned(standings, {}, clock, hour)
    return holding(standings, {})


def _after_a_year(
    of: Past, people: Patients, lanes: Lanes
) -> tuple[dict[str, Column], Column, Sequence[str]]:
    """States of settled patients, how fast masses would grow (cm/h), and why any has none."""
    model = of.setting.model
    states = {n: np.full(people.size, s.start) for n, s in model.states.items()}
    nodular = people.gland_mass * people.nodular_share
    states |= {"diffuse_mass": people.gland_mass - nodular, "nodular_mass": nodular}
    resting = dict.fromkeys(TISSUE_GROWS_BY, 0.0)
    resting |= {f"lesion_{slot}_{n}": 0.0 for slot in people.volumes for n in MASSES_GROW_BY}
    given = people.parameters
    states |= {
        f"lesion_{slot}_mineral": given[f"lesion_{slot}_density"] * volume / given[PER_CALCIUM]
        for slot, volume in people.volumes.items()
    }
    ready = engine(model, method_for(ACCURACY))

    begun = Draws(
        parameters=people.parameters, states=states, unsaid=people.unsaid, uniform=people.uniform
    )

    def stretch(number: int) -> Stretch:
        person = drawn(begun, number, of.seed)
        inputs = averaged(settled(model, lanes, person))
        return Stretch(
            parameters={**person.parameters, **resting},
            states=person.states,
            schedule=Schedule(edges=(0.0, YEAR), inputs=(inputs,), before=inputs),
            operations=lambda _: (),
            hours=(YEAR,),
            quantities=(GROWTH,),
        )

    stretches = [stretch(i) for i in range(people.size)]
    blocks = [stretches[i : i + LANES] for i in range(0, len(stretches), LANES)]
    with ThreadPoolExecutor(max_workers=of.jobs) as threads:
        found = list(threads.map(lambda b: passages(ready, b, accuracy=ACCURACY), blocks))
    rows = [passage for block in found for passage in block]
    settled_states = {n: np.array([row.final[n] for row in rows]) for n in states}
    speed = np.array([row.values[GROWTH][0] for row in rows])
    return settled_states, speed, ["" if row.outcome == SOLVED else row.outcome for row in rows]


def _masses(
    of: Latent, people: Patients, states: Mapping[str, Column], speed: Column
) -> tuple[dict[str, Column], Column]:
    """Mineral of each mass when the past begins, and the strain (patient, slot) of its growth.

    The parameters of the patients get its local factor and cell capacity.
    """
    minerals: dict[str, Column] = {}
    strain = np.zeros((people.size, len(people.volumes)))
    given = {**people.parameters, **states}
    for slot, volume in people.volumes.items():
        one = {
            n.removeprefix(f"lesion_{slot}_"): c
            for n, c in given.items()
            if n.startswith(f"lesion_{slot}_")
        }
        growth = speed / (1 + HALF_WAY * volume / one["volume_limit"])
        loss = one["cells"] * given["resorption_speed"]
        with np.errstate(all="ignore"):  # of a patient who failed nothing is known
            local, capacity, least = _inclined(of, people.inclinations[slot], slot, loss / growth)
            gain = (local * growth - capacity * loss) * HISTORY  # cm
        people.parameters[f"lesion_{slot}_local_factor"] = local
        people.parameters[f"lesion_{slot}_cell_capacity"] = capacity
        radius = (volume / BALL) ** (1 / 3)
        room = 1 - SMALLEST_START
        start = radius * (SMALLEST_START + room * np.exp(-gain / radius / room))
        per_volume = one["density"] / given[PER_CALCIUM]
        minerals[f"lesion_{slot}_mineral"] = per_volume * BALL * start**3
        strain[:, slot - 1] = least
    return minerals, strain


def _inclined(
    of: Latent, numbers: tuple[Column, Column], slot: int, least: Column
) -> tuple[Column, Column, Column]:
    """Local factors and cell capacities of which the ratio is above `least`, and how rare that is.

    The logarithm of the ratio is normal; its part above `least` is taken as if it were the whole.
    What is independent of the ratio stays as the two normal `numbers` say. How rare: in spreads
    above the middle of the ratio.
    """
    from scipy.special import log_ndtr, ndtri_exp

    local, capacity = (of.spreads[f"lesion_{slot}_{n}"] for n in MASSES_GROW_BY)
    both = np.hypot(local.sd, capacity.sd)
    ratio = (local.sd * numbers[0] - capacity.sd * numbers[1]) / both
    other = (capacity.sd * numbers[0] + local.sd * numbers[1]) / both
    floor = (np.log(least) - np.log(local.median / capacity.median)) / both
    ratio = -ndtri_exp(log_ndtr(-ratio) + log_ndtr(-floor))
    return (
        local.median * np.exp(local.sd * (local.sd * ratio + capacity.sd * other) / both),
        capacity.median * np.exp(capacity.sd * (local.sd * other - capacity.sd * ratio) / both),
        floor,
    )


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
    lanes = _care(of.setting, item.hour)
    numbers = range(draws.size)
    lengths = [settled(of.setting.model, lanes, drawn(draws, i, of.seed)).hours for i in numbers]
    last = np.searchsorted(SESSION_HOURS, lengths, side="right") - 1
    return np.asarray(read[numbers, np.maximum(last, 0)])
