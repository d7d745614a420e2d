"""One division for several reciprocals, since a division costs as much as ten products.

1/a and 1/b are b and a times 1/(a·b). The product of what shares a division must neither overflow
nor vanish: with four of them, each has to lie between 1e-75 and 1e75. Where it does, all of them
are NaN, so that the step is refused and the lane reported.
"""

from collections.abc import Sequence

from brushite.engine.lanes.assembly import Assembly

TOGETHER = 4


def reciprocals(a: Assembly, values: Sequence[str]) -> list[str]:
    """1/value of each value, at the price of one division."""
    if len(values) == 1:
        return [a.arithmetic("fdiv", a.number(1.0), values[0])]
    middle = (len(values) + 1) // 2
    halves = values[:middle], values[middle:]
    left, right = (_product(a, half) for half in halves)
    product = a.arithmetic("fmul", left, right)
    (whole,) = reciprocals(a, [product])
    one = a.arithmetic("fmul", product, whole)  # ∞ · 0, which is NaN, if the product is no number
    whole = a.arithmetic("fmul", whole, one)
    return [
        *_spread(a, halves[0], a.arithmetic("fmul", whole, right)),
        *_spread(a, halves[1], a.arithmetic("fmul", whole, left)),
    ]


def _product(a: Assembly, values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else a.arithmetic("fmul", *values)


def _spread(a: Assembly, values: Sequence[str], inverse: str) -> list[str]:
    """The reciprocals of one or two values from that of their product."""
    if len(values) == 1:
        return [inverse]
    return [a.arithmetic("fmul", inverse, other) for other in reversed(values)]
