"""The treatment that one draw really had, as changes on the clock.

Steps of a plan may depend on laboratory values, so the draw is simulated, and what it was given is
written down on the way: a clock among its states tells when each interval began.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from brushite.engine.course import Operations, Setting, course
from brushite.engine.draw import Draw
from brushite.engine.prescription import DAY, WEEK
from brushite.engine.program import written_out
from brushite.engine.reference import SOLVED
from brushite.equations import Equation, Jump, Model, State, Submodel, assemble
from brushite.errors import EngineError

FEWEST = 3  # times that make a rhythm
DIGITS = 9  # of an hour: below a microsecond, above the rounding of a century of intervals
CLOCK = "hours_of_the_course"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is different from `hour` on: new values of inputs, and jumps of states."""

    hour: float
    inputs: Mapping[str, float]
    jumps: tuple[Jump, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """One draw from hour 0 to hour `end`: where it began, and what changed on the way.

    `states` and `inputs` hold at hour 0, before the first jump.
    """

    parameters: Mapping[str, float]
    states: Mapping[str, float]
    inputs: Mapping[str, float]
    changes: tuple[Change, ...] = ()
    end: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """The hours `first`, `first + period`, ... of which there are `count`."""

    first: float
    period: float = 0.0
    count: int = 1


def typical(model: Model) -> Followed:
    """Nobody in particular: parameters at their typical values, states at their start, no plan."""
    return Followed(
        parameters={n: p.value for n, p in model.parameters.items()},
        states={n: s.start for n, s in model.states.items()},
        inputs={n: i.idle for n, i in model.inputs.items()},
    )


def followed(setting: Setting, draw: Draw) -> Followed:
    """Simulate a draw under a plan from hour 0, and tell what it was given.

    Raises `EngineError` for a draw that cannot be computed, `PlanError` as `course` does.
    """
    begun: list[dict[str, float]] = []
    performed: dict[int, list[Jump]] = {}

    def noted(operation: Callable[..., tuple[Jump, ...]]) -> Callable[..., tuple[Jump, ...]]:
        def perform(*wanted: Any) -> tuple[Jump, ...]:  # noqa: ANN401 - of either operation
            jumps = operation(*wanted)
            performed.setdefault(len(begun), []).extend(jumps)
            return jumps

        return perform

    program = written_out(assemble(*setting.program.model.submodels, _clock()))

    def bind(known: Mapping[str, float]) -> Any:  # noqa: ANN401 - as `Program.bind`
        begun.append(dict(known))
        return program.bind(known)

    watched = replace(
        setting,
        program=replace(program, bind=bind),
        operations=Operations(
            parathyroidectomy=noted(setting.operations.parathyroidectomy),
            excision=noted(setting.operations.excision),
        ),
    )
    found = course(watched, replace(draw, states={**draw.states, CLOCK: setting.start}))
    if found.outcome != SOLVED:
        raise EngineError(f"Draw {draw.number + 1} {found.outcome}")
    names = tuple(setting.program.model.inputs)
    return Followed(
        parameters=draw.parameters,
        states=draw.states,
        inputs={n: begun[0][n] for n in names},
        changes=tuple(_changes(begun, performed, names)),
        end=setting.end,
    )


def _clock() -> Submodel:
    """A state that counts the hours."""
    rate = f"ddt_{CLOCK}"
    return Submodel(
        name="clock",
        symbols={CLOCK: State("Hours of the course", "h", start=0.0)},
        equations={rate: Equation(lambda: 1, "h/h")},
        arguments={rate: ()},
    )


def _changes(
    begun: Sequence[Mapping[str, float]],
    performed: Mapping[int, Sequence[Jump]],
    names: Sequence[str],
) -> list[Change]:
    """What each interval has that the one before it had not."""
    changes = []
    for i, now in enumerate(begun):
        before = begun[i - 1] if i else now
        different = {n: now[n] for n in names if now[n] != before[n]}
        jumps = tuple(performed.get(i, ()))
        if different or jumps:
            hour = round(now[CLOCK], DIGITS)
            changes.append(Change(hour=hour, inputs=different, jumps=jumps))
    return changes


def rhythms(hours: Sequence[float]) -> tuple[Rhythm, ...]:
    """Hours (rising) as few rhythms of days and weeks, and the ones that are left over.

    >>> [(r.first, r.period, r.count) for r in rhythms([0, 72, 100, 168, 240, 336, 408])]
    [(0, 168.0, 3), (72, 168.0, 3), (100, 0.0, 1)]
    """
    left = dict.fromkeys(round(h, DIGITS - 1) for h in hours)
    found = []
    while left:
        first = next(iter(left))
        count, period = max((_length(left, first, period), period) for period in (DAY, WEEK))
        if count < FEWEST:
            count, period = 1, 0.0
        for i in range(count):
            del left[round(first + i * period, DIGITS - 1)]
        found.append(Rhythm(first=first, period=period, count=count))
    return tuple(found)


def _length(hours: Mapping[float, None], first: float, period: float) -> int:
    """How many of `hours` follow each other from `first` on."""
    count = 1
    while round(first + count * period, DIGITS - 1) in hours:
        count += 1
    return count


def after_jumps(jumps: Sequence[Jump]) -> dict[str, dict[str, float]]:
    """Each state that `jumps` change, as a weighted sum of the states before them all."""
    sums: dict[str, dict[str, float]] = {}

    def of(state: str) -> dict[str, float]:
        return sums.get(state, {state: 1.0})

    for jump in jumps:
        was = of(jump.state)
        sums[jump.state] = {n: jump.factor * w for n, w in was.items()}
        for name, ratio in jump.to.items():
            taken = {n: ratio * (1 - jump.factor) * w for n, w in was.items()}
            known = of(name)
            sums[name] = {n: known.get(n, 0.0) + taken.get(n, 0.0) for n in {**known, **taken}}
    return sums
