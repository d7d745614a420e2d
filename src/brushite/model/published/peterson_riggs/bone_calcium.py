"""Bone mineral: what cells lay down and resorb, and a deep pool behind the exchangeable one.

Equations
    resorption = calcium_exchange · (1 − osteoclast_share)
        + exchangeable₀ · osteoclast_share · hill(osteoclasts)
        · (rank_rankl_ratio/osteoclast_ratio)^signal_power
    formation = calcium_exchange · plasma_calcium/plasma_calcium₀
        · (1 − hydroxyapatite_share + hydroxyapatite_share · hydroxyapatite)
    d(exchangeable)/dt = formation − resorption + release_from_depth − burial
    d(deep)/dt = burial − release_from_depth
    d(hydroxyapatite)/dt = (osteoblast_ratio − hydroxyapatite)/hydroxyapatite_time
    phosphate moves with calcium, phosphate_in_bone for each

Sources: OpenBoneMin, the code that carries PetersonRiggs2010 on. The half effect of osteoclasts
follows from the baseline, as there.
"""

from brushite.equations import Cited, Fixed, Parameter, State, quantity
from brushite.model.published.anchors import half_effect
from brushite.vocabulary import hill

LISTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, parameters")
STARTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, initial states")
WRITTEN = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, equations")


class States:
    exchangeable_bone_calcium = State("Exchangeable calcium of bone (Q)", "mmol", start=100.0)
    deep_bone_calcium = State("Calcium deep in bone (Qbone)", "mmol", start=24900.0)
    hydroxyapatite = State("Hydroxyapatite, relative (HAp)", "1", start=1.0)


class Parameters:
    calcium_exchange = Parameter(
        "Calcium that bone and plasma exchange at baseline (CaDay)",
        88.0 / 24, "mmol/h", Fixed(), LISTED,
    )  # fmt: skip
    baseline_exchangeable_bone_calcium = Parameter(
        "Exchangeable calcium of bone at baseline (Q0)", 100.0, "mmol", Fixed(), STARTED
    )
    baseline_deep_bone_calcium = Parameter(
        "Calcium deep in bone at baseline (Qbone0)", 24900.0, "mmol", Fixed(), STARTED
    )
    osteoclast_share = Parameter(
        "Share of resorption that osteoclasts govern (FracJ14)", 0.107763, "1", Fixed(), LISTED
    )
    osteoclast_resorption_limit = Parameter(
        "Largest effect of osteoclasts (J14OCmax)", 0.543488, "1/h", Fixed(), LISTED
    )
    osteoclast_resorption_slope = Parameter(
        "Slope of the effect of osteoclasts (J14OCgam)", 1.6971, "1", Fixed(), LISTED
    )
    rank_signal_power = Parameter(
        "Power of RANK–RANKL per osteoclast (MOCratioGam)", 0.603754, "1", Fixed(), LISTED
    )
    hydroxyapatite_share = Parameter(
        "Share of formation with hydroxyapatite (FracJ15)", 0.114376, "1", Fixed(), LISTED
    )
    deep_release = Parameter(
        "Release from the deep pool (k14a)", 0.0000244437, "1/h", Fixed(), LISTED
    )
    hydroxyapatite_time = Parameter(
        "Time in which hydroxyapatite follows (HApMRT)", 3.60609, "h", Fixed(), LISTED
    )
    phosphate_in_bone = Parameter(
        "Phosphate that moves with calcium (0.464)", 0.464, "1", Fixed(), WRITTEN
    )


@quantity("1/h")
def baseline_exchange_rate(calcium_exchange, baseline_exchangeable_bone_calcium):
    """Share of the exchangeable pool that turns over (T13)."""
    return calcium_exchange / baseline_exchangeable_bone_calcium


@quantity("1")
def osteoclast_resorption_half(
    baseline_osteoclasts,
    baseline_exchange_rate,
    osteoclast_resorption_limit,
    osteoclast_resorption_slope,
):
    """Osteoclasts at half their effect on resorption."""
    share = baseline_exchange_rate / osteoclast_resorption_limit
    return half_effect(baseline_osteoclasts, share, osteoclast_resorption_slope)


@quantity("1/h")
def osteoclast_effect(
    osteoclast_resorption_limit,
    osteoclasts,
    osteoclast_resorption_half,
    osteoclast_resorption_slope,
):
    """What osteoclasts do to the exchangeable pool."""
    return osteoclast_resorption_limit * hill(
        osteoclasts, half=osteoclast_resorption_half, slope=osteoclast_resorption_slope
    )


@quantity("mmol/h")
def resorption(
    calcium_exchange,
    osteoclast_share,
    osteoclast_effect,
    baseline_exchangeable_bone_calcium,
    rank_rankl_ratio,
    osteoclast_ratio,
    rank_signal_power,
):
    """Calcium from bone to plasma (J14)."""
    signal = (rank_rankl_ratio / osteoclast_ratio) ** rank_signal_power
    by_osteoclasts = osteoclast_effect * baseline_exchangeable_bone_calcium * signal
    return calcium_exchange * (1 - osteoclast_share) + osteoclast_share * by_osteoclasts


@quantity("mmol/h")
def formation(
    calcium_exchange,
    plasma_calcium,
    baseline_plasma_calcium,
    hydroxyapatite_share,
    hydroxyapatite,
):
    """Calcium from plasma to bone (J15)."""
    mineral = 1 - hydroxyapatite_share + hydroxyapatite_share * hydroxyapatite
    return calcium_exchange * (plasma_calcium / baseline_plasma_calcium) * mineral


@quantity("mmol/h")
def release_from_depth(deep_release, deep_bone_calcium):
    """Calcium from the deep pool to the exchangeable one (J14a)."""
    return deep_release * deep_bone_calcium


@quantity("mmol/h")
def burial(
    deep_release,
    baseline_deep_bone_calcium,
    baseline_exchangeable_bone_calcium,
    exchangeable_bone_calcium,
):
    """Calcium from the exchangeable pool to the deep one (J15a)."""
    rate = deep_release * baseline_deep_bone_calcium / baseline_exchangeable_bone_calcium
    return rate * exchangeable_bone_calcium


@quantity("mmol/h")
def bone_phosphate_release(phosphate_in_bone, resorption):
    """Phosphate from bone to plasma (J41)."""
    return phosphate_in_bone * resorption


@quantity("mmol/h")
def bone_phosphate_deposition(phosphate_in_bone, formation):
    """Phosphate from plasma to bone (J42)."""
    return phosphate_in_bone * formation


def ddt_exchangeable_bone_calcium(formation, resorption, release_from_depth, burial):
    return formation - resorption + release_from_depth - burial


def ddt_deep_bone_calcium(burial, release_from_depth):
    return burial - release_from_depth


def ddt_hydroxyapatite(osteoblast_ratio, hydroxyapatite, hydroxyapatite_time):
    return (osteoblast_ratio - hydroxyapatite) / hydroxyapatite_time
