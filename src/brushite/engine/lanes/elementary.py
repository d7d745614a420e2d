"""Exponential and logarithm of whole vectors, which LLVM alone would take lane by lane.

Both are accurate to three units in the last place. The coefficients are those of the polynomials
with the least largest error (Remez' exchange with 50 digits): of (e^r − 1 − r)/r² over
|r| ≤ ln 2 / 2, weighed with r²/e^r, and of (2·artanh(s)/s − 2)/s², in s², over the s of a mantissa
between √½ and √2. Several are written side by side, step by step, so that a processor does not have
to look far ahead for something to do while it waits for a result.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from brushite.engine.lanes.assembly import Assembly

SHIFT = 6755399441055744.0  # 1.5·2⁵²: what is added to it is rounded to a whole number
PER_LN2 = 1.4426950408889634
LN2_HIGH, LN2_LOW = 0.693147180369123816490, 1.90821492927058770002e-10
LN2 = 0.693147180559945309
LIMIT = 700.0  # e^709 is the last that a double can hold
SMALLEST = 1e-300  # what a logarithm takes zero for
ROOT_HALF, ONE = 0x3FE6A09E667F3BCD, 0x3FF0000000000000  # as bits
LEADING, TWO_52 = 0x7FF0000000000000, 0x4330000000000000
EXPONENTIAL = (
    1.0,
    1.0,
    0.49999999999998324,
    0.1666666666661151,
    0.04166666666813763,
    0.0083333333708925,
    0.0013888888516013153,
    0.00019841185202531638,
    2.4801931845475093e-05,
    2.7635006253318475e-06,
    2.7476784503711416e-07,
)
LOGARITHM = (
    2.0,
    0.6666666666666734,
    0.39999999999414676,
    0.2857142874238762,
    0.22222198573184526,
    0.18183564326119675,
    0.1531405055211273,
    0.14795949700582722,
)


@dataclass(frozen=True, slots=True)
class Split:
    """`x` as 2^`exponent` · m with m around 1: `below` is m − 1, `above` m + 1."""

    x: str
    exponent: str
    below: str
    above: str


def exponentials(
    a: Assembly, xs: Sequence[str], *, limit: float = LIMIT, falling: bool = False
) -> list[str]:
    """e^x, or e^−x if `falling`, of each x, held within ± `limit`; NaN stays NaN.

    It is 2^n · e^r with |r| ≤ ln 2 / 2.
    """
    xs = [_held(a, x, "ogt", limit) for x in xs]
    xs = [_held(a, x, "olt", -limit) for x in xs]
    if falling:
        xs = [a.negative(x) for x in xs]
    shifted = [a.fused(x, a.number(PER_LN2), a.number(SHIFT)) for x in xs]
    ns = [a.exact("fsub", s, a.number(SHIFT)) for s in shifted]
    rs = [a.fused(n, a.number(-LN2_HIGH), x) for n, x in zip(ns, xs, strict=True)]
    rs = [a.fused(n, a.number(-LN2_LOW), r) for n, r in zip(ns, rs, strict=True)]
    ps = _polynomials(a, rs, EXPONENTIAL)
    powers = [a.whole_numbers("shl", a.bits(s), a.integer(52)) for s in shifted]
    scaled = [a.whole_numbers("add", a.bits(p), w) for p, w in zip(ps, powers, strict=True)]
    return [a.from_bits(s) for s in scaled]


def splits(a: Assembly, xs: Sequence[str]) -> list[Split]:
    """The parts of each x that its logarithm is made of, with √½ ≤ m < √2."""
    bits = [a.bits(_held(a, x, "olt", SMALLEST)) for x in xs]
    shifted = [a.whole_numbers("add", b, a.integer(ONE - ROOT_HALF)) for b in bits]
    exponents = [a.whole_numbers("and", s, a.integer(LEADING)) for s in shifted]  # k + 1023
    ms = [a.whole_numbers("sub", b, e) for b, e in zip(bits, exponents, strict=True)]
    ms = [a.from_bits(a.whole_numbers("add", m, a.integer(ONE))) for m in ms]
    ks = [a.whole_numbers("lshr", e, a.integer(52)) for e in exponents]  # few machines convert it
    ks = [a.from_bits(a.whole_numbers("or", k, a.integer(TWO_52))) for k in ks]
    ks = [a.exact("fsub", k, a.number(2.0**52 + 1023)) for k in ks]
    one = a.number(1.0)
    return [
        Split(x, k, a.exact("fsub", m, one), a.exact("fadd", m, one))
        for x, k, m in zip(xs, ks, ms, strict=True)
    ]


def logarithms(a: Assembly, parts: Sequence[Split], inverses: Sequence[str]) -> list[str]:
    """The natural logarithm of each x, k·ln 2 + 2·artanh(s), s = (m − 1)/(m + 1); NaN below zero.

    `inverses` are 1/(m + 1).
    """
    ss = [a.exact("fmul", p.below, i) for p, i in zip(parts, inverses, strict=True)]
    zs = [a.exact("fmul", s, s) for s in ss]
    ps = _polynomials(a, zs, LOGARITHM)
    of_m = [a.exact("fmul", s, p) for s, p in zip(ss, ps, strict=True)]
    found = [a.fused(p.exponent, a.number(LN2), m) for p, m in zip(parts, of_m, strict=True)]
    are_real = [a.put(f"fcmp oge {a.vector} {p.x}, {a.number(0.0)}") for p in parts]
    nothing = a.number(float("nan"))
    return [a.chosen(r, f, nothing) for r, f in zip(are_real, found, strict=True)]


def _held(a: Assembly, x: str, relation: str, limit: float) -> str:
    """`limit` where x is beyond it; NaN compares as false and stays."""
    is_beyond = a.put(f"fcmp {relation} {a.vector} {x}, {a.number(limit)}")
    return a.chosen(is_beyond, a.number(limit), x)


def _polynomials(a: Assembly, xs: Sequence[str], coefficients: Sequence[float]) -> list[str]:
    """Horner's scheme: the fewest instructions; those of other x fill the waits between them."""
    *rest, last = (a.number(c) for c in coefficients)
    totals = [last for _ in xs]
    for coefficient in reversed(rest):
        totals = [a.fused(t, x, coefficient) for t, x in zip(totals, xs, strict=True)]
    return totals
