"""How long the next step of a Rosenbrock method is.

A proportional-integral controller (Hairer and Wanner 1996, section IV.2): where errors fall from
step to step, as they do after each change of input, steps grow more slowly than the last error
alone would allow. At the same error it needs a fifth fewer steps on the bench problem.
"""

from brushite.engine.lanes.assembly import Assembly, scalar
from brushite.engine.lanes.division import reciprocals
from brushite.engine.lanes.elementary import exponentials, logarithms, splits

SAFETY, SMALLEST_CHANGE, LARGEST_CHANGE = 0.9, 0.2, 8.0
LAST, BEFORE = 0.7, 0.4  # how much an error, and the one before it, count
NEARLY_ALL = 0.9999  # of what is left is taken for all of it


def changed(order: int, width: int) -> str:
    """`changed(worst, before, was_refused)`: by how much the next step is longer than the last.

    `worst` is the mean square of an error over what is tolerated, and the error goes with the
    power `order` of the length; `before` is that of the step before. After a refusal a step does
    not grow.
    """
    a = Assembly(width)
    parts = splits(a, [a.spread("%worst"), a.spread("%before")])
    last, before = logarithms(a, parts, reciprocals(a, [p.above for p in parts]))
    power = a.arithmetic("fmul", last, a.number(-0.5 * LAST / order))
    power = a.fused(before, a.number(0.5 * BEFORE / order), power)
    change = a.put(f"extractelement {a.vector} {exponentials(a, [power])[0]}, i64 0")
    change = a.put(f"fmul double {change}, {scalar(SAFETY)}")
    ceiling = a.put(
        f"select i1 %was_refused, double {scalar(1.0)}, double {scalar(LARGEST_CHANGE)}"
    )
    for relation, limit in (("ogt", ceiling), ("olt", scalar(SMALLEST_CHANGE))):
        is_beyond = a.put(f"fcmp {relation} double {change}, {limit}")
        change = a.put(f"select i1 {is_beyond}, double {limit}, double {change}")
    a.do(f"ret double {change}")
    return a.function(
        "define internal double @changed(double %worst, double %before, i1 %was_refused) nounwind"
    )


def fitted(width: int) -> str:
    """`fitted(asked, rest)`: what is asked for, but all or half of the rest if that is shorter."""
    a = Assembly(width)
    half = a.put(f"fmul double %rest, {scalar(0.5)}")
    is_far = a.put(f"fcmp olt double %asked, {half}")
    share = a.put(f"select i1 {is_far}, double %asked, double {half}")
    nearly = a.put(f"fmul double %rest, {scalar(NEARLY_ALL)}")
    reaches = a.put(f"fcmp oge double %asked, {nearly}")
    a.do(f"ret double {a.put(f'select i1 {reaches}, double %rest, double {share}')}")
    return a.function("define internal double @fitted(double %asked, double %rest) nounwind")
