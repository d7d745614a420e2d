"""One step of a Rosenbrock method for one group of lanes, and what lies between its ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from brushite.engine.lanes.assembly import Assembly
from brushite.engine.lanes.division import TOGETHER, reciprocals
from brushite.engine.lanes.graph import reached
from brushite.engine.lanes.kernels import Kernels
from brushite.engine.lanes.methods import Method

# The error that is estimated is that of a solution of lower order, and steps stay well below the
# largest that would be accepted. With this many tolerances allowed for it, what is kept ends within
# about one, on both models and for both methods.
ALLOWED = 2.0


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where a step keeps its vectors, in places of one array of `size` vectors per group.

    `rates` are those at the start of the step, `fresh` those of a stage; `partial` is what earlier
    stages add to a right side, and `nothing` stays zero in its place for the first. `point` is
    where a stage takes its rates, and in the end the new states. There are `rows` states.
    """

    rows: int
    hours: int
    rates: int
    slopes: int
    factors: int
    point: int
    fresh: int
    partial: int
    nothing: int
    stages: tuple[int, ...]
    size: int


def workspace(k: Kernels, method: Method) -> Workspace:
    """Lay out the workspace of a step."""
    n = len(k.trace.states)
    named = {
        "hours": 1,
        "rates": n,
        "slopes": len(k.entries),
        "factors": len(k.elimination.places),
        **dict.fromkeys(("point", "fresh", "partial", "nothing"), n),
    }
    starts = dict(zip(named, accumulate(named.values(), initial=0), strict=False))
    end = sum(named.values())
    size = end + n * len(method.stages)
    return Workspace(rows=n, **starts, stages=tuple(range(end, size, n)), size=size)


def stepped(k: Kernels, method: Method, width: int) -> str:
    """`stepped(states, constants, work, relative, absolute, is_new)` tries a step of `hours`.

    `is_new` says that the states have moved since the last call. The new states are left at
    `point`; the result is, lane by lane, the mean square of the error over what is allowed.
    """
    a = Assembly(width)
    at = workspace(k, method)
    hours, rates, slopes, factors, point, fresh, partial, nothing = (
        f"ptr {a.at('%work', place)}"
        for place in (
            *(at.hours, at.rates, at.slopes, at.factors),
            *(at.point, at.fresh, at.partial, at.nothing),
        )
    )
    stages = [f"ptr {a.at('%work', place)}" for place in at.stages]
    a.branch("%is_new", "linearise", "step")
    a.label("linearise")
    a.do(f"call void @linearised(ptr %states, ptr %constants, {rates}, {slopes})")
    a.go("step")
    a.label("step")
    a.do(f"call void @factored({slopes}, {hours}, {factors})")
    a.do(f"call void @solved({factors}, {hours}, {rates}, {nothing}, {stages[0]})")
    for number in range(1, len(stages)):
        _prepare(a, k, method, number)
        a.do(f"call void @rates({point}, ptr %constants, {fresh})")
        a.do(f"call void @solved({factors}, {hours}, {fresh}, {partial}, {stages[number]})")
    a.do(f"ret {a.vector} {_compared(a, at)}")
    return a.function(
        f"define internal {a.vector} @stepped(ptr noalias %states, ptr noalias %constants, "
        "ptr noalias %work, double %relative, ptr noalias %absolute, i1 %is_new) nounwind"
    )


def between(k: Kernels, method: Method, width: int) -> str:
    """`between(states, work, where, here, found)`: the solution inside the step just made.

    `where` is 0 at its start and 1 at its end; only the lanes that are `here` are written.
    """
    a = Assembly(width)
    at = workspace(k, method)
    rest = a.arithmetic("fsub", a.number(1.0), "%where")
    for row in range(at.rows):
        stages = [a.load("%work", place + row) for place in at.stages]
        bend = _weighed(a, a.number(0.0), method.dense[-1], stages)
        for weights in reversed(method.dense[:-1]):
            bend = a.arithmetic("fmul", bend, "%where")
            bend = _weighed(a, bend, weights, stages)
        end = a.fused(rest, bend, a.load("%work", at.point + row))
        start = a.arithmetic("fmul", rest, a.load("%states", row))
        found = a.fused("%where", end, start)
        a.store(a.chosen("%here", found, a.load("%found", row)), "%found", row)
    a.do("ret void")
    return a.function(
        f"define internal void @between(ptr noalias %states, ptr noalias %work, "
        f"{a.vector} %where, {a.booleans} %here, ptr noalias %found) nounwind"
    )


def _prepare(a: Assembly, k: Kernels, method: Method, number: int) -> None:
    """Put the states at which a stage takes its rates into `point`, its couplings into `partial`.

    A state that no rate reads is left out until the stages that only add to one another.
    """
    at = workspace(k, method)
    graph = k.trace.graph
    read = set(reached(graph, k.trace.rates))
    weights, couplings = method.stages[number], method.couplings[number]
    for row, name in enumerate(k.trace.states):
        stages = [a.load("%work", place + row) for place in at.stages[:number]]
        if number > method.base:
            moved = a.arithmetic("fadd", a.load("%work", at.point + row), stages[-1])
            a.store(moved, "%work", at.point + row)
        elif number == method.base or graph.state(name) in read:
            moved = _weighed(a, a.load("%states", row), weights, stages)
            a.store(moved, "%work", at.point + row)
        a.store(_weighed(a, a.number(0.0), couplings, stages), "%work", at.partial + row)


def _weighed(a: Assembly, start: str, weights: Sequence[float], stages: Sequence[str]) -> str:
    """`start` and the weighed sum of the stages."""
    for weight, stage in zip(weights, stages, strict=True):
        if weight:
            start = a.fused(a.number(weight), stage, start)
    return start


def _compared(a: Assembly, at: Workspace) -> str:
    """Add the last stage, which is the error, to the solution; its mean square share."""
    last = at.stages[-1]
    relative = a.spread("%relative")
    total = a.number(0.0)
    for start in range(0, at.rows, TOGETHER):
        rows = range(start, min(start + TOGETHER, at.rows))
        tolerated = []
        for row in rows:
            new = a.arithmetic("fadd", a.load("%work", at.point + row), a.load("%work", last + row))
            a.store(new, "%work", at.point + row)
            size, before = (a.magnitude(x) for x in (new, a.load("%states", row)))
            is_less = a.put(f"fcmp olt {a.vector} {size}, {before}")
            size = a.chosen(is_less, before, size)
            tolerated.append(a.fused(relative, size, a.load("%absolute", row)))
        for row, inverse in zip(rows, reciprocals(a, tolerated), strict=True):
            share = a.arithmetic("fmul", a.load("%work", last + row), inverse)
            total = a.fused(share, share, total)
    return a.arithmetic("fmul", total, a.number(1 / (at.rows * ALLOWED**2)))
