"""One step of a Rosenbrock method for one group of lanes, and what lies between its ends."""

from collections.abc import Sequence
from dataclasses import dataclass

from brushite.engine.lanes.assembly import Assembly
from brushite.engine.lanes.kernels import Kernels
from brushite.engine.lanes.methods import Method


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where a step keeps its vectors, in places of one array of `size` vectors per group."""

    hours: int
    rates: int
    slopes: int
    factors: int
    point: int
    stages: tuple[int, ...]
    size: int


def workspace(k: Kernels, method: Method) -> Workspace:
    """Lay out the workspace of a step."""
    n = len(k.trace.states)
    lengths = [1, n, len(k.entries), len(k.elimination.places), n, *(n for _ in method.stages)]
    starts = [sum(lengths[:i]) for i in range(len(lengths) + 1)]
    return Workspace(*starts[:5], tuple(starts[5:-1]), starts[-1])


def stepped(k: Kernels, method: Method, width: int) -> str:
    """`stepped(states, constants, work, relative, absolute, is_new)` tries a step of `hours`.

    `is_new` says that the states have moved since the last call. The new states are left at
    `point`; the result is, lane by lane, the mean square of the error over what is tolerated.
    """
    a = Assembly(width)
    at = workspace(k, method)
    n = len(k.trace.states)
    work = {name: a.at("%work", getattr(at, name)) for name in ("hours", "rates", "slopes")}
    factors, point = a.at("%work", at.factors), a.at("%work", at.point)
    stages = [a.at("%work", place) for place in at.stages]
    a.do("br i1 %is_new, label %linearise, label %step")
    a.label("linearise")
    pair = f"ptr {work['rates']}, ptr {work['slopes']}"
    a.do(f"call void @linearised(ptr %states, ptr %constants, {pair})")
    a.do("br label %step")
    a.label("step")
    a.do(f"call void @factored(ptr {work['slopes']}, ptr {work['hours']}, ptr {factors})")
    hours = a.load(work["hours"], 0)
    for number, stage in enumerate(stages):
        if number == 0:
            for row in range(n):
                a.store(a.arithmetic("fmul", hours, a.load(work["rates"], row)), stage, row)
        else:
            _move(a, method, number, point, stages, n)
            a.do(f"call void @rates(ptr {point}, ptr %constants, ptr {stage})")
            weights = method.couplings[number]
            for row in range(n):
                right = a.arithmetic("fmul", hours, a.load(stage, row))
                a.store(_weighed(a, right, weights, stages, row), stage, row)
        a.do(f"call void @solved(ptr {factors}, ptr {stage})")
    _compare(a, n, point, stages[-1])
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
    v, booleans = a.vector, f"<{width} x i1>"
    point = a.at("%work", at.point)
    stages = [a.at("%work", place) for place in at.stages]
    rest = a.arithmetic("fsub", a.number(1.0), "%where")
    for row in range(len(k.trace.states)):
        bend = _weighed(a, a.number(0.0), method.dense[-1], stages, row)
        for weights in reversed(method.dense[:-1]):
            bend = a.arithmetic("fmul", bend, "%where")
            bend = _weighed(a, bend, weights, stages, row)
        end = a.fused(rest, bend, a.load(point, row))
        start = a.arithmetic("fmul", rest, a.load("%states", row))
        found = a.fused("%where", end, start)
        old = a.load("%found", row)
        a.store(a.put(f"select {booleans} %here, {v} {found}, {v} {old}"), "%found", row)
    a.do("ret void")
    return a.function(
        f"define internal void @between(ptr noalias %states, ptr noalias %work, {v} %where, "
        f"{booleans} %here, ptr noalias %found) nounwind"
    )


def _move(
    a: Assembly, method: Method, number: int, point: str, stages: Sequence[str], n: int
) -> None:
    """Put the states at which a stage takes its rates into `point`."""
    weights = method.stages[number]
    follows = weights == (*method.stages[number - 1], 1.0) and number > 1
    for row in range(n):
        if follows:  # the stage before, one stage on
            moved = a.arithmetic("fadd", a.load(point, row), a.load(stages[number - 1], row))
        else:
            moved = _weighed(a, a.load("%states", row), weights, stages, row)
        a.store(moved, point, row)


def _weighed(
    a: Assembly, start: str, weights: Sequence[float], stages: Sequence[str], row: int
) -> str:
    """`start` and the weighed sum of one row of the stages."""
    for weight, stage in zip(weights, stages, strict=False):
        start = a.fused(a.number(weight), a.load(stage, row), start)
    return start


def _compare(a: Assembly, n: int, point: str, last: str) -> None:
    """Add the last stage to the solution, and return how large it is beside the tolerance."""
    v = a.vector
    magnitude = f"@llvm.fabs.v{a.width}f64"
    relative = a.spread("%relative")
    total = a.number(0.0)
    for row in range(n):
        error = a.load(last, row)
        new = a.arithmetic("fadd", a.load(point, row), error)
        a.store(new, point, row)
        size = a.put(f"call {v} {magnitude}({v} {new})")
        before = a.put(f"call {v} {magnitude}({v} {a.load('%states', row)})")
        is_less = a.put(f"fcmp olt {v} {size}, {before}")
        size = a.put(f"select <{a.width} x i1> {is_less}, {v} {before}, {v} {size}")
        tolerated = a.fused(relative, size, a.load("%absolute", row))
        share = a.arithmetic("fdiv", error, tolerated)
        total = a.fused(share, share, total)
    a.do(f"ret {v} {a.arithmetic('fmul', total, a.number(1 / n))}")
