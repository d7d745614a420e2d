"""From a population or a twin to what a forecast for it hangs on."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from brushite.distribution import Distribution
from brushite.engine.lanes.courses import INTERRUPTED
from brushite.engine.passage import SOLVED
from brushite.equations import Assumed, Fixed, Model
from brushite.errors import PlanError
from brushite.influence.designs import (
    FEWEST_DRAWS,
    FEWEST_PATHS,
    FEWEST_SAMPLES,
    refuse_without_salib,
)
from brushite.influence.draws import differing, narrowed, results_of, shares_of
from brushite.influence.findings import Influence, Influential, Method
from brushite.influence.outputs import Question, output_of
from brushite.influence.people import Trial, results, varied_in
from brushite.influence.screening import Effort, ranked
from brushite.model import MINERAL
from brushite.plan import Plan
from brushite.population import Population
from brushite.twin import Provenance, Twin
from brushite.units import Quantity
from brushite.version import VERSION

Progress = Callable[[int, int], None]
USUAL = Plan(name="Current care")
MOVED = "Where nothing is said to be learnt the fit moves nothing, whatever the data could tell."
STEPPED_OVER = (
    "Paths may step over what has only a few values, such as sessions a week; shares of the "
    "variance do not."
)
OVERLAP = (
    "In a fitted twin quantities hang together, so their shares overlap and need not come to 100 %."
)


def influence(
    output: str,
    of: Population | Twin,
    plan: Plan = USUAL,
    *,
    weeks: float = 52,
    is_change: bool = False,
    method: Method = "sobol",
    effort: Effort = Effort(),  # noqa: B008 - frozen
    seed: int,
    jobs: int = 1,
    upper_limit: Quantity | None = None,
    progress: Progress | None = None,
) -> Influence:
    """Rank what differs between people, or between draws of a twin, by its share in a forecast.

    `output` is a reading ("pth", "mass volume") or a quantity of the model, at the end of `weeks`
    under `plan`, or with `is_change` the way there. In a population paths of Morris screen all
    quantities, and Sobol's samples give the first of them their shares, and all others together
    one; `method` "morris" stops before. Draws of a twin are taken as they are, whatever `method`
    and `effort` say but how many to rank. `upper_limit` is that of the laboratory for PTH.
    `progress` is told how many of how many runs are done. An interrupt (Ctrl-C) keeps what is
    finished, if it says anything.

    Raises `ModelError` for an output that is unknown or the same in everybody, `PlanError` for what
    the plan cannot do, `FileError` without SALib, `EngineError` when too few runs are computed.
    """
    refuse_without_salib()
    if not 0 < weeks < float("inf") or effort.top < 1:
        raise PlanError(
            f"{effort.top} quantities at week {weeks:g} cannot be ranked. Give at least one of "
            "them, and weeks more than zero."
        )
    model = of.model if isinstance(of, Twin) else MINERAL
    masses = len(of.lesions) if isinstance(of, Twin) else 1
    asked = Question(
        output=output_of(model, output, is_change=is_change, masses=masses),
        plan=plan,
        weeks=weeks,
        seed=seed,
        jobs=jobs,
        upper_limit=upper_limit,
    )
    refuse_few(of.draws.size if isinstance(of, Twin) else None, effort, method)
    if isinstance(of, Twin):
        found = _in_twin(of, asked, effort.top, progress)
    else:
        found = _in_population(of, asked, (method, effort), progress)
    return replace(found, notes=(*found.notes, *_cut_short(found)))


def refuse_few(draws: int | None, effort: Effort, method: Method) -> None:
    """Raise `PlanError` for too few draws of a twin, or without them too few samples or paths."""
    wanted = [(draws, FEWEST_DRAWS, "draws")]
    if draws is None:
        wanted = [(effort.paths, FEWEST_PATHS, "paths")]
        wanted += [(effort.samples, FEWEST_SAMPLES, "samples")] if method == "sobol" else []
    for count, fewest, what in wanted:
        if count is not None and count < fewest:
            raise PlanError(f"{count} {what} can rank nothing. Take {fewest} at the very least.")


def _in_population(
    population: Population,
    asked: Question,
    way: tuple[Method, Effort],
    progress: Progress | None,
) -> Influence:
    method, effort = way
    trial = Trial(
        model=MINERAL,
        population=population,
        varied=varied_in(MINERAL, population, has_mass=asked.output.of_mass),
        asked=asked,
    )
    found = ranked(
        lambda ranks, part: results(trial, ranks, part),
        [isinstance(d.source, Assumed) for d in trial.varied],
        effort,
        choices=[k for k, d in enumerate(trial.varied) if d.kind == "choice"],
        method=method,
        seed=asked.seed,
        progress=progress,
    )
    notes = _about(trial)
    if found.method != method:
        notes += ("There was no time for shares of the variance: this is the screening alone.",)
    if found.method == "morris":
        notes += (STEPPED_OVER,)
    return replace(
        _said(asked, MINERAL, population, found.outcome),
        method=found.method,
        spread=asked.output.percentiles(found.values) if found.method == "sobol" else None,
        quantities=len(trial.varied),
        ranking=tuple(
            replace(
                _entry(trial.varied[k]),
                effect=found.effects[k],
                alone=found.alone.get(k),
                in_all=found.in_all.get(k),
            )
            for k in found.order[: len(found.in_all) or effort.top]
        ),
        samples=found.samples,
        used=found.used,
        rest=found.rest,
        assumed=found.assumed,
        notes=notes,
    )


def _in_twin(twin: Twin, asked: Question, top: int, progress: Progress | None) -> Influence:
    population = Population.named(twin.population)
    among = differing(twin, population)
    run, present = results_of(twin, asked, progress)
    solved = int(np.isfinite(run.values).sum())
    if INTERRUPTED in run.outcome and solved < FEWEST_DRAWS:
        raise KeyboardInterrupt
    shares, now = shares_of(among, present, run, asked.seed)
    taught = narrowed(twin.learnt, among)
    entries = [
        replace(_entry(each.distribution), alone=share, learnt=taught.get(each.distribution.name))
        for each, share in zip(among, shares.alone, strict=True)
    ]
    order = sorted(zip(shares.alone, entries, strict=True), key=lambda pair: -pair[0].value)
    clear = [(share.value, entry) for share, entry in order if share.value > shares.chance]
    explained = sum(value for value, _ in clear)
    guessed = sum(value for value, entry in clear if entry.is_assumed)
    return replace(
        _said(asked, twin.model, population, run.outcome),
        method="draws",
        spread=asked.output.percentiles(run.values),
        quantities=len(among),
        ranking=tuple(entry for _, entry in order[:top]),
        samples=len(run.outcome),
        used=solved,
        explained=explained,
        assumed_of_explained=guessed / explained if clear else None,
        chance=shares.chance,
        now=now,
        notes=(OVERLAP, MOVED, *twin.notes),
    )


def _said(
    asked: Question, model: Model, population: Population, outcome: Sequence[str]
) -> Influence:
    """What can be said before anything is ranked."""
    output, reasons = asked.output, [o for o in outcome if o not in {SOLVED, INTERRUPTED}]
    return Influence(
        output=output.name,
        title=output.title,
        unit=output.unit,
        is_change=output.is_change,
        is_logarithmic=output.is_logarithmic,
        method="morris",
        plan=asked.plan.name,
        weeks=asked.weeks,
        population=population.name,
        quantities=0,
        ranking=(),
        spread=None,
        samples=0,
        used=0,
        runs=len(outcome),
        failures={reason: reasons.count(reason) for reason in dict.fromkeys(reasons)},
        is_interrupted=INTERRUPTED in outcome,
        made=Provenance(
            version=VERSION, model=model.fingerprint, seed=asked.seed, draws=len(outcome)
        ),
    )


def _entry(distribution: Distribution) -> Influential:
    return Influential(
        name=distribution.name,
        meaning=distribution.meaning,
        unit=distribution.unit,
        source=str(distribution.source),
        is_assumed=isinstance(distribution.source, Assumed),
    )


def _about(trial: Trial) -> tuple[str, ...]:
    """Who the people are."""
    same = sum(isinstance(p.spread, Fixed) for p in trial.model.parameters.values())
    said = (
        f"{same} parameters of the model are the same in everybody and cannot be ranked.",
        "The people have no urine and settled for a year and a half under usual care; ranges in "
        "the plan are at their middle.",
    )
    mass = "Everybody has one mass, whether or not it could have grown so far."
    return (*said, mass) if trial.lesions else said


def _cut_short(found: Influence) -> tuple[str, ...]:
    """Sentences about runs that are missing."""
    said = []
    if found.failures:
        reason, many = next(iter(found.failures)), sum(found.failures.values())
        said.append(
            f"{many} of {found.runs} runs could not be computed and are left out with those they "
            f"would be compared with, so people like them are missing; the first {reason}"
        )
    if found.is_interrupted:
        said.append(f"Interrupted: it rests on {found.used} of {found.samples} samples.")
    return tuple(said)
