"""People of a population, settled under usual care, and what a plan does to each.

A person settles for a year in which sessions are spread over the week and glands and masses rest,
then lives through half a year of sessions with glands that grow: the run-in of the fit, without
data to be pulled to. What the population does not know of has the typical value of the model, and
everybody has the same luck, since luck is no quantity that could be ranked.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from brushite.distribution import Distribution
from brushite.drugs import MEDICINES
from brushite.engine.course import Setting, refuse
from brushite.engine.draw import drawn
from brushite.engine.lanes.block import LANES
from brushite.engine.lanes.courses import INTERRUPTED, courses_of
from brushite.engine.lanes.engine import engine
from brushite.engine.lanes.methods import method_for
from brushite.engine.lanes.passages import passages
from brushite.engine.operations import Theatre
from brushite.engine.passage import SOLVED, Stretch
from brushite.engine.prescription import averaged, settled
from brushite.engine.schedule import Schedule
from brushite.engine.standings import base_lanes
from brushite.equations import Model
from brushite.inference.beginning import ACCURACY, MASSES_GROW_BY, TISSUE_GROWS_BY, YEAR
from brushite.inference.latent import UNSAID
from brushite.inference.past import COUNTED, PAST_ACCURACY, SHORTEST_PAST, WEEK
from brushite.influence.outputs import Question
from brushite.plan import Dialysis, Plan
from brushite.population import Population
from brushite.record import PRESENT
from brushite.simulate import ENSEMBLE_ACCURACY, OPERATIONS
from brushite.twin import Draws, LesionSlot

Column = NDArray[np.float64]
Progress = Callable[[int, int], None]

TOGETHER = 256  # people between two looks at what an interrupt would keep
USUAL_CARE = Plan(name="Usual care so far", base="none", steps=(Dialysis(),))
MASS = LesionSlot(slot=1, name="a mass")
VOLUME = "lesion.volume"
NO_NUMBER = "the run was solved, but its output is no number or has no logarithm."
RANGE = 0.5  # of a range in the plan: its middle


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """People of `population`, in whom `varied` differ, and what is asked of them.

    They have one mass if the output belongs to one, else none.
    """

    model: Model
    population: Population
    varied: tuple[Distribution, ...]
    asked: Question

    @property
    def lesions(self) -> tuple[LesionSlot, ...]:
        """The masses that everybody has."""
        return (MASS,) if self.asked.output.of_mass else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """The output of each run on the scale it is judged on, NaN without one, and how each went."""

    values: Column
    outcome: tuple[str, ...]


def varied_in(model: Model, population: Population, *, has_mass: bool) -> tuple[Distribution, ...]:
    """All that differs between people: parameters, what they eat and are given, and glands.

    Of the slots for masses only the first counts, and only with a mass in it.
    """
    empty = tuple(f"lesion_{slot}_" for slot in range(1 + has_mass, 10))
    parameters = (
        replace(population.of_parameter(name, parameter), name=name)
        for name, parameter in model.parameters.items()
        if not name.startswith(empty)
    )
    known = population.quantities
    wanted = (*UNSAID, "state.", "binder.", *((VOLUME,) if has_mass else ()))
    quantities = (d for name, d in known.items() if name.startswith(wanted))
    takers = (adherence(population, drug.name) for drug in MEDICINES)
    doses = (d for n, d in known.items() if n.startswith("drug.") and n.endswith(".dose"))
    return tuple(d for d in (*parameters, *quantities, *doses, *takers) if _differs(d))


def adherence(population: Population, drug: str) -> Distribution:
    """The spread of how much of one drug is taken."""
    return replace(
        population.quantities["drug.adherence"],
        name=f"drug.{drug}.adherence",
        meaning=f"Share of the prescribed {drug} that is taken",
    )


def _differs(distribution: Distribution) -> bool:
    if distribution.kind == "choice":
        return sum(weight > 0 for weight in distribution.weights) > 1
    return distribution.sd > 0


def results(trial: Trial, ranks: Column, progress: Progress | None = None) -> Results:
    """What becomes of people with these `ranks` (person, varied quantity) in their population.

    An interrupt keeps those that are finished. Raises `PlanError` for what the plan cannot do.
    """
    values, outcome = np.full(len(ranks), np.nan), [INTERRUPTED] * len(ranks)
    refuse(_setting(trial, trial.asked.plan, 0.0, trial.asked.weeks * WEEK))
    try:
        for first in range(0, len(ranks), TOGETHER):
            some = slice(first, first + TOGETHER)
            found = _lives(trial, _born(trial, ranks[some]))
            values[some], outcome[some] = found.values, found.outcome
            if INTERRUPTED in found.outcome:
                break
            if progress is not None:
                progress(min(first + TOGETHER, len(ranks)), len(ranks))
    except KeyboardInterrupt:
        pass  # what is finished stands
    return Results(values=values, outcome=tuple(outcome))


def _born(trial: Trial, ranks: Column) -> Draws:
    """People before their run-in."""
    model, population, size = trial.model, trial.population, len(ranks)
    own = {d.name: d.at(ranks[:, k]) for k, d in enumerate(trial.varied)}
    known = {n: np.full(size, d.at(0.5)) for n, d in population.quantities.items()} | own
    parameters = {
        n: own.get(n, np.full(size, population.of_parameter(n, p).median))
        for n, p in model.parameters.items()
    }
    states = {n: np.full(size, s.start) for n, s in model.states.items()}
    tissue, nodular = known["state.gland_mass"], known["state.nodular_share"]
    states |= {"diffuse_mass": tissue * (1 - nodular), "nodular_mass": tissue * nodular}
    unsaid = {n: c for n, c in known.items() if n.startswith((*UNSAID, "drug."))}
    unsaid["residual_filtration"] = np.zeros(size)
    unsaid["unreported_binder"] = known["binder.unreported"]
    if trial.lesions:
        states["lesion_1_mineral"] = _mineral(known[VOLUME], parameters)
    uniform = {name: np.full(size, RANGE) for name in unsaid}
    return Draws(parameters=parameters, states=states, unsaid=unsaid, uniform=uniform)


def _mineral(volume: Column, parameters: Mapping[str, Column]) -> Column:
    return volume * parameters["lesion_1_density"] / parameters["hydroxyapatite_mass"]


def _lives(trial: Trial, people: Draws) -> Results:
    """The run-in of some people, and what the plan does to them after it."""
    mass = people.states.get("lesion_1_mineral")
    states, outcome = _after_a_year(trial, people)
    past = _setting(trial, USUAL_CARE, -SHORTEST_PAST * WEEK, 0.0)
    found, states, outcome = _followed(trial, past, replace(people, states=states), outcome)
    states |= {n: 0 * c for n, c in states.items() if n.startswith(COUNTED)}
    if trial.lesions and mass is not None:
        states["lesion_1_mineral"] = mass  # as large now as was drawn
    ahead = _setting(trial, trial.asked.plan, 0.0, trial.asked.weeks * WEEK)
    found, _, outcome = _followed(trial, ahead, replace(people, states=states), outcome)
    values = trial.asked.output.judged(trial.asked.output.read(found))
    return Results(values=values, outcome=tuple(map(judged, outcome, np.isfinite(values).tolist())))


def judged(outcome: str, is_number: bool) -> str:  # noqa: FBT001 - mapped over both
    """How a run went; one that was solved may still have no output, or no logarithm of it."""
    return NO_NUMBER if outcome == SOLVED and not is_number else outcome


def _setting(trial: Trial, plan: Plan, start: float, end: float) -> Setting:
    return Setting(
        model=trial.model,
        plan=plan,
        base=base_lanes(USUAL_CARE, PRESENT) if plan.base == "current" else {},
        now=PRESENT,
        start=start,
        end=end,
        hours=(start, end),
        quantities=trial.asked.output.quantities,
        theatre=Theatre(operations=OPERATIONS, lesions=trial.lesions),
        upper_limit=trial.asked.upper_limit,
        accuracy=ENSEMBLE_ACCURACY if end > 0 else PAST_ACCURACY,
    )


def _followed(
    trial: Trial, setting: Setting, people: Draws, before: Sequence[str]
) -> tuple[dict[str, Column], dict[str, Column], list[str]]:
    """Quantities (person, time), states at the end, and outcomes; who failed before stays so."""
    solved = np.flatnonzero([o == SOLVED for o in before])
    outcome = list(before)
    values = {n: np.full((people.size, 2), np.nan) for n in setting.quantities}
    final = {n: np.full(people.size, np.nan) for n in trial.model.states}
    courses = courses_of(
        setting,
        people.at(solved),
        seed=trial.asked.seed,
        jobs=trial.asked.jobs,
        numbers=[0] * len(solved),  # the same luck
        may_stop=True,
    )
    for person, course in zip(solved.tolist(), courses, strict=True):
        outcome[person] = course.outcome
        if course.outcome == SOLVED:
            for name, column in values.items():
                column[person] = course.values[name]
            for name, state in final.items():
                state[person] = course.final[name]
    return values, final, outcome


def _after_a_year(trial: Trial, people: Draws) -> tuple[dict[str, Column], list[str]]:
    """States a year later, in which sessions are spread out and glands and masses rest."""
    resting = [*TISSUE_GROWS_BY]
    resting += [f"lesion_{m.slot}_{name}" for m in trial.lesions for name in MASSES_GROW_BY]
    lanes = base_lanes(USUAL_CARE, PRESENT)
    ready = engine(trial.model, method_for(ACCURACY))

    def stretch(number: int) -> Stretch:
        person = drawn(people, number, trial.asked.seed)
        inputs = averaged(settled(trial.model, lanes, replace(person, number=0)))
        return Stretch(
            parameters={**person.parameters, **dict.fromkeys(resting, 0.0)},
            states=person.states,
            schedule=Schedule(edges=(0.0, YEAR), inputs=(inputs,), before=inputs),
            operations=lambda _: (),
            hours=(),
            quantities=(),
        )

    stretches = [stretch(i) for i in range(people.size)]
    blocks = [stretches[i : i + LANES] for i in range(0, len(stretches), LANES)]
    with ThreadPoolExecutor(max_workers=trial.asked.jobs) as threads:
        found = list(threads.map(lambda b: passages(ready, b, accuracy=ACCURACY), blocks))
    rows = [passage for block in found for passage in block]
    states = {n: np.array([row.final[n] for row in rows]) for n in trial.model.states}
    return states, [row.outcome for row in rows]
