"""Exponential and logarithm of a whole vector, which LLVM alone would take lane by lane.

Both are accurate to a few units in the last place. The coefficients are Chebyshev interpolations,
computed with 50 digits: of (e^r − 1 − r)/r² over |r| ≤ ln 2 / 2, and of 2·artanh(s)/s − 2, in s²,
over the s of a mantissa between √½ and √2.
"""

from brushite.engine.lanes.assembly import EXACT, Assembly

SHIFT = 6755399441055744.0  # 1.5·2⁵²: what is added to it is rounded to a whole number
PER_LN2 = 1.4426950408889634
LN2_HIGH, LN2_LOW = 0.693147180369123816490, 1.90821492927058770002e-10
LN2 = 0.693147180559945309
LIMIT = 700.0  # e^709 is the last that a double can hold
SMALLEST = 1e-300  # what a logarithm takes zero for
ROOT_HALF, ONE = 0x3FE6A09E667F3BCD, 0x3FF0000000000000  # as bits
LEADING, TWO_52 = 0x7FF0000000000000, 0x4330000000000000
EXPONENTIAL = (
    0.5,
    0.16666666666648303,
    0.041666666666651364,
    0.008333333353717156,
    0.0013888888905871347,
    0.0001984120875699232,
    2.4801536409064087e-05,
    2.7625102005388108e-06,
    2.761379555451986e-07,
)
LOGARITHM = (
    0.666666666666667,
    0.39999999999899505,
    0.28571428625975487,
    0.2222221113479508,
    0.18182889125261723,
    0.15331721600556042,
    0.14616449685043406,
)


def functions(width: int) -> str:
    """`lane_exp` and `lane_log` as text, to be inlined."""
    return _exponential(Assembly(width)) + _logarithm(Assembly(width))


def _exponential(a: Assembly) -> str:
    """e^x = 2^n · e^r with |r| ≤ ln 2 / 2; x beyond ±700 is held there, NaN stays NaN."""
    x = _held(a, "%x", "ogt", LIMIT)
    x = _held(a, x, "olt", -LIMIT)
    shifted = a.fused(x, a.number(PER_LN2), a.number(SHIFT))
    n = a.put(f"fsub {a.vector} {shifted}, {a.number(SHIFT)}")
    r = a.fused(n, a.number(-LN2_HIGH), x)
    r = a.fused(n, a.number(-LN2_LOW), r)
    q = _polynomial(a, r, EXPONENTIAL)
    r2 = a.put(f"fmul {a.vector} {r}, {r}")
    p = a.fused(r2, q, a.put(f"fadd {a.vector} {r}, {a.number(1.0)}"))
    bits = a.put(f"bitcast {a.vector} {p} to {a.whole}")
    power = a.put(f"bitcast {a.vector} {shifted} to {a.whole}")
    power = a.put(f"shl {a.whole} {power}, {a.integer(52)}")
    scaled = a.put(f"add {a.whole} {bits}, {power}")
    a.do(f"ret {a.vector} {a.put(f'bitcast {a.whole} {scaled} to {a.vector}')}")
    return _inlined(a, "lane_exp")


def _logarithm(a: Assembly) -> str:
    """ln x = k·ln 2 + 2·artanh(s), s = (m − 1)/(m + 1), x = 2^k·m; NaN below zero."""
    x = _held(a, "%x", "olt", SMALLEST)
    bits = a.put(f"bitcast {a.vector} {x} to {a.whole}")
    above = a.put(f"add {a.whole} {bits}, {a.integer(ONE - ROOT_HALF)}")  # k + 1023 leads
    exponent = a.put(f"and {a.whole} {above}, {a.integer(LEADING)}")
    m = a.put(f"sub {a.whole} {bits}, {exponent}")
    m = a.put(f"add {a.whole} {m}, {a.integer(ONE)}")
    m = a.put(f"bitcast {a.whole} {m} to {a.vector}")
    k = a.put(f"lshr {a.whole} {exponent}, {a.integer(52)}")  # few machines can convert it
    k = a.put(f"or {a.whole} {k}, {a.integer(TWO_52)}")
    k = a.put(f"bitcast {a.whole} {k} to {a.vector}")
    k = a.put(f"fsub {a.vector} {k}, {a.number(2.0**52 + 1023)}")
    one = a.number(1.0)
    below = a.put(f"fsub {a.vector} {m}, {one}")
    s = a.put(f"fdiv {a.vector} {below}, {a.put(f'fadd {a.vector} {m}, {one}')}")
    z = a.put(f"fmul {a.vector} {s}, {s}")
    p = _polynomial(a, z, LOGARITHM)
    cubed = a.put(f"fmul {a.vector} {s}, {z}")
    twice = a.put(f"fadd {a.vector} {s}, {s}")
    of_m = a.fused(cubed, p, twice)
    found = a.fused(k, a.number(LN2), of_m)
    is_real = a.put(f"fcmp oge {a.vector} %x, {a.number(0.0)}")
    nothing = a.number(float("nan"))
    a.do(f"ret {a.vector} {_selected(a, is_real, found, nothing)}")
    return _inlined(a, "lane_log")


def _held(a: Assembly, x: str, relation: str, limit: float) -> str:
    """`limit` where x is beyond it; NaN compares as false and stays."""
    is_beyond = a.put(f"fcmp {relation} {a.vector} {x}, {a.number(limit)}")
    return _selected(a, is_beyond, a.number(limit), x)


def _selected(a: Assembly, condition: str, yes: str, no: str) -> str:
    booleans = f"<{a.width} x i1>"
    return a.put(f"select {booleans} {condition}, {a.vector} {yes}, {a.vector} {no}")


def _polynomial(a: Assembly, x: str, coefficients: tuple[float, ...]) -> str:
    """Estrin's scheme: halves are summed side by side, since a chain of sums would wait for each."""
    terms = [a.number(c) for c in coefficients]
    while len(terms) > 1:
        pairs = [a.fused(terms[i + 1], x, terms[i]) for i in range(0, len(terms) - 1, 2)]
        terms = pairs + terms[2 * len(pairs) :]
        x = a.put(f"fmul {EXACT} {a.vector} {x}, {x}") if len(terms) > 1 else x
    return terms[0]


def _inlined(a: Assembly, name: str) -> str:
    return a.function(f"define internal {a.vector} @{name}({a.vector} %x) alwaysinline nounwind")
