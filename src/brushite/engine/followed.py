"""The treatment that one draw really had, as changes on the clock.

Steps of a plan may depend on laboratory values, so the draw is simulated, and what it was given is
written down on the way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from brushite.engine.course import Setting
from brushite.engine.doses import DAY, WEEK
from brushite.engine.draw import Draw
from brushite.engine.ensemble import Asked, alone, conducted
from brushite.engine.passage import SOLVED, Passage, Stretch
from brushite.engine.program import written_out
from brushite.engine.reference import answered
from brushite.equations import Jump, Model
from brushite.errors import EngineError

FEWEST = 3  # times that make a rhythm
DIGITS = 9  # of an hour: below a microsecond, above the rounding of a century of intervals


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
    program = written_out(setting.model)
    stretches: list[Stretch] = []

    def answer(asked: Sequence[Asked]) -> list[tuple[Passage, ...]]:
        ((stretch,),) = asked
        stretches.append(stretch)
        return [(answered(program, stretch, accuracy=setting.accuracy),)]

    (found,) = conducted([alone(setting, draw)], answer)
    if found.outcome != SOLVED:
        raise EngineError(f"Draw {draw.number + 1} {found.outcome}")
    begun = stretches[0].schedule.inputs[0]
    return Followed(
        parameters=draw.parameters,
        states=draw.states,
        inputs={n: begun[n] for n in setting.model.inputs},
        changes=tuple(_changes(stretches, tuple(setting.model.inputs))),
        end=setting.end,
    )


def _changes(stretches: Sequence[Stretch], names: Sequence[str]) -> list[Change]:
    """What each interval has that the one before it had not."""
    changes = []
    before = stretches[0].schedule.inputs[0]
    for stretch in stretches:
        jumps = stretch.operations(stretch.states)
        for edge, now in zip(stretch.schedule.edges, stretch.schedule.inputs, strict=False):
            different = {n: now[n] for n in names if now[n] != before[n]}
            if different or jumps:
                hour = round(edge, DIGITS)
                changes.append(Change(hour=hour, inputs=different, jumps=jumps))
            before, jumps = now, ()
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
