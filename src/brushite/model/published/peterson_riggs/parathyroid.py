"""Parathyroid gland: PTH, the pool it is secreted from, and how much the gland can make.

Equations
    secretion = (most − (most − least) · hill(calcium)) · secretory_pool/secretory_pool₀
        · gland_capacity
    d(pth)/dt = secretion − pth_elimination · pth + pth_inflow
    suppressed = ½ (1 + tanh u), u = pool_slope · (calcitriol − set_point · (calcium₀/calcium)^a)
    d(secretory_pool)/dt = (1 − secretory_pool) · rise − secretory_pool · fall,
        fall = pool_rate · (2 · swing · suppressed + rest), rise the same of 1 − suppressed
    d(gland_capacity)/dt = capacity_turnover · (capacity_aim − gland_capacity), where
        capacity_aim falls with calcitriol from the largest to the least, 1 at baseline

Sources: OpenBoneMin, the code that carries PetersonRiggs2010 on. The half effects of calcium and
calcitriol follow from the baseline, as there.
"""

from brushite.equations import Cited, Fixed, Parameter, State, Total, quantity
from brushite.model.published.anchors import half_effect
from brushite.vocabulary import hill, logistic

LISTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, parameters")
STARTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, initial states")
WRITTEN = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, equations")


class States:
    pth = State("PTH in plasma (PTH)", "pmol", start=53.90)
    secretory_pool = State("Pool that PTH is secreted from (S)", "1", start=0.5)
    gland_capacity = State("Capacity of the gland (PTmax)", "1", start=1.0)


class Totals:
    pth_inflow = Total("PTH or its like that a drug brings", "pmol/h")


class Parameters:
    baseline_pth = Parameter("PTH in plasma at baseline (PTH0)", 53.90, "pmol", Fixed(), STARTED)
    pth_elimination = Parameter("Elimination of PTH (kout)", 100 / 14, "1/h", Fixed(), LISTED)
    most_secretion = Parameter("Most secretion (T58)", 6249.09, "pmol/h", Fixed(), LISTED)
    least_secretion = Parameter("Least secretion (T61)", 96.25, "pmol/h", Fixed(), LISTED)
    baseline_secretion = Parameter("Secretion at baseline (385)", 385.0, "pmol/h", Fixed(), WRITTEN)
    secretion_slope = Parameter("Slope of secretion (T59)", 11.7387, "1", Fixed(), LISTED)
    baseline_secretory_pool = Parameter(
        "Pool that PTH is secreted from, at baseline (0.5)", 0.5, "1", Fixed(), STARTED
    )
    pool_rate = Parameter("Turnover of the pool (T70)", 0.01, "1/h", Fixed(), LISTED)
    pool_slope = Parameter("Slope with calcitriol (T71)", 0.03, "L/pmol", Fixed(), LISTED)
    pool_swing = Parameter("Part that calcitriol governs (0.85)", 0.85, "1", Fixed(), WRITTEN)
    pool_rest = Parameter("Part that it does not (0.15)", 0.15, "1", Fixed(), WRITTEN)
    pool_set_point = Parameter(
        "Calcitriol at which the pool is half (90)", 90.0, "pmol/L", Fixed(), WRITTEN
    )
    pool_calcium_power = Parameter(
        "Power of calcium in that (ScaEffGam)", 0.9, "1", Fixed(), LISTED
    )
    capacity_turnover = Parameter(
        "Turnover of the gland's capacity (PTout)", 0.0001604, "1/h", Fixed(), LISTED
    )
    largest_capacity = Parameter(
        "Capacity without calcitriol (CtriolMax)", 4.1029, "1", Fixed(), LISTED
    )
    least_capacity = Parameter(
        "Capacity with much calcitriol (CtriolMin)", 0.9, "1", Fixed(), LISTED
    )
    capacity_slope = Parameter(
        "Slope of capacity with calcitriol (CtriolPTgam)", 12.5033, "1", Fixed(), LISTED
    )


@quantity("pmol/L")
def pth_concentration(pth, extracellular_volume):
    """PTH in plasma."""
    return pth / extracellular_volume


@quantity("pmol/L")
def baseline_pth_concentration(baseline_pth, extracellular_volume):
    """PTH in plasma at baseline."""
    return baseline_pth / extracellular_volume


@quantity("mmol/L")
def secretion_half(
    baseline_calcium_concentration,
    most_secretion,
    least_secretion,
    baseline_secretion,
    secretion_slope,
):
    """Calcium at half of secretion (T60)."""
    share = (most_secretion - baseline_secretion) / (most_secretion - least_secretion)
    return half_effect(baseline_calcium_concentration, share, secretion_slope)


@quantity("pmol/h")
def secretion(
    most_secretion,
    least_secretion,
    calcium_concentration,
    secretion_half,
    secretion_slope,
    secretory_pool,
    baseline_secretory_pool,
    gland_capacity,
):
    """PTH from gland to plasma."""
    closed = hill(calcium_concentration, half=secretion_half, slope=secretion_slope)
    by_calcium = most_secretion - (most_secretion - least_secretion) * closed
    return by_calcium * (secretory_pool / baseline_secretory_pool) * gland_capacity


@quantity("1")
def pool_suppressed(
    pool_slope,
    calcitriol_concentration,
    pool_set_point,
    baseline_calcium_concentration,
    calcium_concentration,
    pool_calcium_power,
):
    """What calcitriol does to the pool, 0 to 1: half of 1 + tanh."""
    shift = (baseline_calcium_concentration / calcium_concentration) ** pool_calcium_power
    return logistic(2 * pool_slope * (calcitriol_concentration - pool_set_point * shift))


@quantity("1/h")
def pool_fall(pool_rate, pool_swing, pool_suppressed, pool_rest):
    """Rate at which the pool empties (T75)."""
    return pool_rate * (2 * pool_swing * pool_suppressed + pool_rest)


@quantity("1/h")
def pool_rise(pool_rate, pool_swing, pool_suppressed, pool_rest):
    """Rate at which the pool fills (T76)."""
    return pool_rate * (2 * pool_swing * (1 - pool_suppressed) + pool_rest)


@quantity("pmol/L")
def capacity_half(
    baseline_calcitriol_concentration, largest_capacity, least_capacity, capacity_slope
):
    """Calcitriol at half its effect on the gland's capacity."""
    share = (largest_capacity - 1) / (largest_capacity - least_capacity)
    return half_effect(baseline_calcitriol_concentration, share, capacity_slope)


@quantity("1")
def capacity_aim(
    largest_capacity, least_capacity, calcitriol_concentration, capacity_half, capacity_slope
):
    """Capacity toward which the gland grows or shrinks."""
    effect = hill(calcitriol_concentration, half=capacity_half, slope=capacity_slope)
    return largest_capacity - (largest_capacity - least_capacity) * effect


def ddt_pth(secretion, pth_elimination, pth, pth_inflow):
    return secretion - pth_elimination * pth + pth_inflow


def ddt_secretory_pool(secretory_pool, pool_rise, pool_fall):
    return (1 - secretory_pool) * pool_rise - secretory_pool * pool_fall


def ddt_gland_capacity(capacity_turnover, capacity_aim, gland_capacity):
    return capacity_turnover * (capacity_aim - gland_capacity)
