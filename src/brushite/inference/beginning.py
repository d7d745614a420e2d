"""How the past of patients begins: settled into the care that began it, with masses that grow.

A patient first settles for a year with sessions averaged, and without growth of glands, masses and
arterial calcification. Averaging is 17 to 24 % wrong for what follows sessions, so only states that
change over months rest on it.

A mass that could not grow would not be there. So its local factor and the capacity of its cells are
drawn together from the part of their spread in which it gains, through the last of some weeks with
every session under the care that began the past; how small that part is, is its strain. It begins
so much smaller that it is about as large now as the patient's number says.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from brushite.engine.course import Setting
from brushite.engine.draw import drawn
from brushite.engine.lanes.block import LANES
from brushite.engine.lanes.courses import courses_of
from brushite.engine.lanes.engine import engine
from brushite.engine.lanes.methods import method_for
from brushite.engine.lanes.passages import passages
from brushite.engine.passage import SOLVED, Stretch
from brushite.engine.prescription import Lanes, averaged, settled
from brushite.engine.schedule import Schedule
from brushite.engine.standings import Clock, holding, next_change, opening, turned
from brushite.inference.latent import Latent, Patients
from brushite.plan import Procedure
from brushite.twin import Draws

Column = NDArray[np.float64]

YEAR = 8766.0  # h; all but bone mineral and glands settles within it
ACCURACY = 1e-3  # relative, of a step of the averaged model; at 1e-2 a step may leave all sense
STOPPED = "stopped while sessions were averaged"
# What has no steady state rests while a patient settles.
TISSUE_GROWS_BY = (
    *("gland_growth", "gland_regression", "nodular_growth", "nodular_transformation"),
    "arterial_progression",
)
MASSES_GROW_BY = ("local_factor", "cell_capacity")
GROWTH = "mass_growth_speed"
PER_CALCIUM = "hydroxyapatite_mass"
RUN_IN = 3 * 168.0  # h of sessions, after which phosphate swings as it will
# Hours of its last week, over which growth and cells are averaged.
WATCHED = tuple(np.arange(-164.0, 0.1, 4.0))
SMALLEST_START = 0.1  # of the present radius
STEPS_BACK = 100  # with which a mass is followed to the beginning of the past
BALL = 4 * np.pi / 3


def began(
    setting: Setting, who: Latent, people: Patients, *, seed: int, jobs: int
) -> tuple[Draws, Column, tuple[str, ...]]:
    """Patients when the past of `setting` begins, and the strain (patient, slot) of their masses.

    The strain says by how many spreads a mass has to be more inclined to grow than usual. With
    them come outcomes; who could not be computed has states that are not numbers.

    Raises `PlanError` where the therapy leaves open what the population does not know.
    """
    states = _at_first(setting, people)
    resting = dict.fromkeys(TISSUE_GROWS_BY, np.zeros(people.size))
    for slot in people.volumes:
        resting |= {f"lesion_{slot}_{n}": np.zeros(people.size) for n in MASSES_GROW_BY}
    draws = Draws(
        parameters={**people.parameters, **resting},
        states=states,
        unsaid=people.unsaid,
        uniform=people.uniform,
    )
    draws, outcomes = _after_a_year(setting, draws, seed=seed, jobs=jobs)
    strain = np.zeros((people.size, len(people.volumes)))
    if not people.volumes:
        return replace(draws, parameters=people.parameters), strain, outcomes
    draws, means, outcomes = _run_in(setting, draws, outcomes, seed=seed, jobs=jobs)
    own = dict(people.parameters)
    final = dict(draws.states)
    for slot, volume in people.volumes.items():
        mass = f"lesion_{slot}_"
        loss = means[f"{mass}cells"] * own["resorption_speed"]
        limit = own[f"{mass}volume_limit"]
        with np.errstate(all="ignore"):  # of a patient who failed nothing is known
            least = loss / means[GROWTH] * (1 + volume / limit)
            numbers = people.inclinations[slot]
            local, capacity, strain[:, slot - 1] = _inclined(who, numbers, slot, least)
            radius = _radius_at(
                -setting.start, volume, limit, local * means[GROWTH], capacity * loss
            )
        own |= {f"{mass}local_factor": local, f"{mass}cell_capacity": capacity}
        per_volume = own[f"{mass}density"] / own[PER_CALCIUM]
        final[f"{mass}mineral"] = per_volume * BALL * radius**3
    return replace(draws, parameters=own, states=final), strain, outcomes


def care_at(setting: Setting, hour: float) -> Lanes:
    """What holds at an hour of the past, by the clock alone."""
    clock = Clock(now=setting.now, start=setting.start)
    standings, now = turned(opening(setting.plan), {}, clock, setting.start)[0], setting.start
    while now < hour:
        now = min(hour, next_change(standings, clock, now))
        standings, _ = turned(standings, {}, clock, now)
    return holding(standings, {})


def _at_first(setting: Setting, people: Patients) -> dict[str, Column]:
    """The usual states, but for glands and masses."""
    states = {n: np.full(people.size, s.start) for n, s in setting.model.states.items()}
    nodular = people.gland_mass * people.nodular_share
    states |= {"diffuse_mass": people.gland_mass - nodular, "nodular_mass": nodular}
    given = people.parameters
    return states | {
        f"lesion_{slot}_mineral": given[f"lesion_{slot}_density"] * volume / given[PER_CALCIUM]
        for slot, volume in people.volumes.items()
    }


def _after_a_year(
    setting: Setting, draws: Draws, *, seed: int, jobs: int
) -> tuple[Draws, tuple[str, ...]]:
    """The draws a year later, sessions averaged, and how each went."""
    lanes = care_at(setting, setting.start)
    ready = engine(setting.model, method_for(ACCURACY))

    def stretch(number: int) -> Stretch:
        person = drawn(draws, number, seed)
        inputs = averaged(settled(setting.model, lanes, person))
        return Stretch(
            parameters=person.parameters,
            states=person.states,
            schedule=Schedule(edges=(0.0, YEAR), inputs=(inputs,), before=inputs),
            operations=lambda _: (),
            hours=(),
            quantities=(),
        )

    stretches = [stretch(i) for i in range(draws.size)]
    blocks = [stretches[i : i + LANES] for i in range(0, len(stretches), LANES)]
    with ThreadPoolExecutor(max_workers=jobs) as threads:
        found = list(threads.map(lambda b: passages(ready, b, accuracy=ACCURACY), blocks))
    rows = [passage for block in found for passage in block]
    states = {n: np.array([row.final[n] for row in rows]) for n in draws.states}
    outcomes = tuple(
        SOLVED if row.outcome == SOLVED else f"{STOPPED}: {row.outcome}" for row in rows
    )
    return replace(draws, states=states), outcomes


def _run_in(
    setting: Setting, draws: Draws, outcomes: Sequence[str], *, seed: int, jobs: int
) -> tuple[Draws, dict[str, Column], tuple[str, ...]]:
    """The draws after some weeks with every session, and means over the last of them.

    What was operated before the past is operated when it begins, and so not here.
    """
    well = np.flatnonzero([o == SOLVED for o in outcomes])
    steps = tuple(s for s in setting.plan.steps if not isinstance(s, Procedure))
    cells = [f"lesion_{slot.slot}_cells" for slot in setting.theatre.lesions]
    before = replace(
        setting,
        plan=replace(setting.plan, steps=steps),
        start=setting.start - RUN_IN,
        end=setting.start,
        hours=tuple(setting.start + hour for hour in WATCHED),
        quantities=(GROWTH, *cells),
    )
    courses = courses_of(before, draws.at(well), seed=seed, jobs=jobs, numbers=well.tolist())
    states = {n: np.full(draws.size, np.nan) for n in draws.states}
    means = {n: np.full(draws.size, np.nan) for n in before.quantities}
    told = list(outcomes)
    for i, course in zip(well.tolist(), courses, strict=True):
        told[i] = course.outcome
        for name, value in course.final.items():
            states[name][i] = value
        for name, column in means.items():
            column[i] = course.values[name].mean()
    return replace(draws, states=states), means, tuple(told)


def _radius_at(hours: float, volume: Column, limit: Column, growth: Column, loss: Column) -> Column:
    """The radius (cm) that masses of this `volume` (mL) had so many hours ago.

    Their surface moves outwards by `growth`, slower towards the volume `limit`, less `loss` (cm/h).
    What would have grown from next to nothing in that time began with a tenth of its radius.
    """
    now = (volume / BALL) ** (1 / 3)
    radius = now
    for _ in range(STEPS_BACK):
        speed = growth / (1 + BALL * radius**3 / limit) - loss
        radius = np.maximum(radius - speed * hours / STEPS_BACK, SMALLEST_START * now)
    return radius


def _inclined(
    of: Latent, numbers: tuple[Column, Column], slot: int, least: Column
) -> tuple[Column, Column, Column]:
    """Local factors and cell capacities of which the ratio is above `least`, and how rare that is.

    The logarithm of the ratio is normal; its part above `least` is taken as if it were the whole.
    What is independent of the ratio stays as the two normal `numbers` say, but that a local factor
    beyond its bounds stands at them, and the capacity makes the ratio. How rare: in spreads above
    the middle of the ratio.
    """
    from scipy.special import log_ndtr, ndtri_exp

    local, capacity = (of.spreads[f"lesion_{slot}_{n}"] for n in MASSES_GROW_BY)
    both = np.hypot(local.sd, capacity.sd)
    ratio = (local.sd * numbers[0] - capacity.sd * numbers[1]) / both
    other = (capacity.sd * numbers[0] + local.sd * numbers[1]) / both
    floor = (np.log(least) - np.log(local.median / capacity.median)) / both
    ratio = -ndtri_exp(log_ndtr(-ratio) + log_ndtr(-floor))
    wanted = np.exp(both * ratio) * local.median / capacity.median
    found = local.median * np.exp(local.sd * (local.sd * ratio + capacity.sd * other) / both)
    found = np.clip(found, *local.between)
    return found, found / wanted, floor
