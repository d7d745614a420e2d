"""Which steps of a plan hold, as one draw goes through it: the standing of every step over time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from math import inf

from brushite.engine.prescription import Lanes, Treatment
from brushite.engine.rules import UNWATCHED, Rung, Visit, Watch, titrated, watched
from brushite.errors import PlanError
from brushite.plan import (
    START,
    Dialysis,
    Diet,
    Drug,
    Moment,
    Plan,
    Procedure,
    Step,
    Transplant,
    When,
    lane,
    overlaid,
)
from brushite.units import Quantity

DECIMALS = 5  # of an hour: 36 ms


class Phase(Enum):
    """Where a step is in its life."""

    WAITING = "waiting"
    HOLDING = "holding"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """When the times of a plan are, in hours since now.

    Times after the plan's start, and dates, count from `now`. A rule's latest moment, and the
    default start of a past, count from `start`, where the simulation begins.
    """

    now: Moment
    start: float

    def hour(self, when: When | None) -> float:
        """The hour at which `when` happens at the latest; infinite if never by itself.

        Hours that a reader would call the same are the same, however they were computed.
        """
        hour = self._exactly(when)
        return inf if hour is None else round(hour, DECIMALS)

    def _exactly(self, when: When | None) -> float | None:
        if when is None:
            return None
        if when.rule is not None:
            return None if when.rule.by is None else self.start + when.rule.by.to("h")
        if when == START:
            return self.start
        return when.hours(self.now)


@dataclass(frozen=True, slots=True)
class Standing:
    """A step, the phase it is in, since when (h), and what watches over its rules.

    The step of a lane that was begun has the fields of what held before laid under its own.
    """

    step: Step
    phase: Phase = Phase.WAITING
    since: float = inf
    starting: Watch = UNWATCHED
    ending: Watch = UNWATCHED
    rung: Rung | None = None


Standings = tuple[Standing, ...]


def opening(plan: Plan) -> Standings:
    """All steps of a plan, waiting."""
    return tuple(Standing(step) for step in plan.steps)


def base_lanes(therapy: Plan, now: Moment) -> Lanes:
    """The treatments that still hold at the end of a past, which is `now`.

    A drug at intervals goes on in the rhythm in which it was begun; if nothing is said of that, a
    dose is due now.
    """
    return {
        lane(step): Treatment(step=step, since=_begun_before(step, now))
        for step in therapy.continued().steps
        if isinstance(step, Dialysis | Drug | Diet | Transplant)
    }


def _begun_before(step: Dialysis | Drug | Diet | Transplant, now: Moment) -> float:
    hours = step.from_.hours(now)
    if hours is None:
        raise PlanError(
            f"The therapy has {step.kind} from {step.from_}, which cannot be counted from the "
            'present. Write for example from: "week -10".'
        )
    return hours


def holding(standings: Standings, base: Lanes) -> dict[str, Treatment]:
    """What holds on every lane now; a lane without a step of the plan has its base treatment."""
    lanes: dict[str, Treatment] = dict(base)
    for standing in standings:
        if standing.phase is not Phase.HOLDING:
            continue
        name = lane(standing.step)
        lanes.pop(name, None)
        if isinstance(standing.step, Dialysis | Drug | Diet | Transplant):
            lanes[name] = _treatment(standing)
    return lanes


def turned(
    standings: Standings, base: Lanes, clock: Clock, hour: float
) -> tuple[Standings, tuple[Procedure, ...]]:
    """The standings after what happens at `hour` by the clock, and the procedures done then."""
    standings = tuple(
        replace(s, phase=Phase.OVER)
        if s.phase is Phase.HOLDING and clock.hour(s.step.until) <= hour
        else s
        for s in standings
    )
    due = [
        i
        for i, s in enumerate(standings)
        if s.phase is Phase.WAITING and clock.hour(s.step.from_) <= hour
    ]
    due.sort(key=lambda i: _order(standings[i].step, clock, i))
    return _begun(standings, base, due, clock, hour)


def _order(step: Step, clock: Clock, number: int) -> tuple[bool, float, int]:
    """What held as long as is known goes first, even before what began before the simulation."""
    return step.from_ != START, clock.hour(step.from_), number


def judged(
    standings: Standings, base: Lanes, clock: Clock, visit: Visit
) -> tuple[Standings, tuple[Procedure, ...]]:
    """The standings after a laboratory day, and the procedures that its results call for.

    An end and a titration are judged from the first laboratory day after the step began.
    """
    after: list[Standing] = []
    due: list[int] = []
    for i, standing in enumerate(standings):
        step = standing.step
        changed = standing
        if standing.phase is Phase.WAITING and step.from_.rule is not None:
            starting, starts = watched(step.from_.rule, standing.starting, visit)
            changed = replace(standing, starting=starting)
            due += [i] if starts else []
        elif standing.phase is Phase.HOLDING and standing.since < visit.hour:
            changed = _watched_while_holding(standing, visit)
        after.append(changed)
    return _begun(tuple(after), base, due, clock, visit.hour)


def next_change(standings: Standings, clock: Clock, hour: float) -> float:
    """The first hour after `hour` at which the clock changes something; infinite if none."""
    return min((t for t in _changes(standings, clock) if t > hour), default=inf)


def awaits_laboratory(standings: Standings) -> bool:
    """Whether any rule can still change something."""
    return any(
        (s.phase is Phase.WAITING and s.step.from_.rule is not None)
        or (
            s.phase is not Phase.OVER
            and (
                (s.step.until is not None and s.step.until.rule is not None)
                or (isinstance(s.step, Drug) and s.step.titrate is not None)
            )
        )
        for s in standings
    )


def _changes(standings: Standings, clock: Clock) -> Iterator[float]:
    for standing in standings:
        if standing.phase is Phase.WAITING:
            yield clock.hour(standing.step.from_)
        if standing.phase is not Phase.OVER:
            yield clock.hour(standing.step.until)


def _watched_while_holding(standing: Standing, visit: Visit) -> Standing:
    step = standing.step
    rule = step.until.rule if step.until is not None else None
    ending, ends = watched(rule, standing.ending, visit)
    if ends:
        return replace(standing, phase=Phase.OVER)
    standing = replace(standing, ending=ending)
    if isinstance(step, Drug) and step.titrate is not None and standing.rung is not None:
        start = _first_rung(step)
        return replace(standing, rung=titrated(step.titrate, standing.rung, start, visit))
    return standing


def _begun(
    standings: Standings, base: Lanes, due: Sequence[int], clock: Clock, hour: float
) -> tuple[Standings, tuple[Procedure, ...]]:
    """Begin the steps numbered `due`; each ends what held on its lane."""
    after = list(standings)
    procedures: list[Procedure] = []
    for i in due:
        step = after[i].step
        if isinstance(step, Procedure):
            procedures.append(step)
            after[i] = replace(after[i], phase=Phase.OVER)
            continue
        if step.until is not None and clock.hour(step.until) <= hour:
            after[i] = replace(after[i], phase=Phase.OVER)
            continue
        name = lane(step)
        before = holding(tuple(after), base).get(name)
        after = [
            replace(s, phase=Phase.OVER) if s.phase is Phase.HOLDING and lane(s.step) == name else s
            for s in after
        ]
        is_titrated = isinstance(step, Drug) and step.titrate is not None
        after[i] = replace(
            after[i],
            step=_over(before, step),
            phase=Phase.HOLDING,
            since=hour,
            rung=Rung(hour) if is_titrated else None,
        )
    return tuple(after), tuple(procedures)


def _over(before: Treatment | None, step: Step) -> Step:
    if before is None or not isinstance(step, Dialysis | Diet):
        return step
    under = before.step
    return overlaid(under, step) if isinstance(under, Dialysis | Diet) else step


def _treatment(standing: Standing) -> Treatment:
    step, rung = standing.step, standing.rung
    if not isinstance(step, Dialysis | Drug | Diet | Transplant):
        raise TypeError(f"{step} holds on no lane.")
    if rung is None or not isinstance(step, Drug) or step.titrate is None:
        return Treatment(step=step, since=_first_dose(standing))
    dose = None if rung.rung is None else step.titrate.doses[rung.rung]
    return Treatment(step=step, dose=dose, is_held=rung.is_held, since=_first_dose(standing))


def _first_dose(standing: Standing) -> float:
    """Where a drug at intervals begins; any other treatment is the same whenever it began."""
    step = standing.step
    return standing.since if isinstance(step, Drug) and step.every is not None else 0.0


def _first_rung(step: Drug) -> int:
    """The rung of the dose that the step begins with: the highest that is not above it."""
    dose = step.dose if step.per_session is None else step.per_session
    if step.titrate is None or not isinstance(dose, Quantity):
        return 0
    doses = step.titrate.doses
    unit = doses[0].unit
    return sum(d.to(unit) <= dose.to(unit) for d in doses) - 1
