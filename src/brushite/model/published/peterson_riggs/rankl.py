"""RANKL, its receptor RANK and its decoy osteoprotegerin, and what they form.

Equations
    d(rankl)/dt = rankl_synthesis − rankl_loss · rankl − decoy_binding − rank_binding
        − rankl_removal · rankl
    d(osteoprotegerin)/dt = osteoprotegerin_synthesis − osteoprotegerin_loss · osteoprotegerin
        − decoy_binding
    d(rank)/dt = rank_loss · rank₀ · (tgf/tgf₀)^a − rank_loss · rank − rank_binding
    d(rank_rankl)/dt = rank_binding, d(osteoprotegerin_rankl)/dt = decoy_binding, both net
    rankl_synthesis rises with PTH and osteoblasts, osteoprotegerin_synthesis with responding
    osteoblasts and falls with PTH

Sources: OpenBoneMin, the code that carries PetersonRiggs2010 on.
"""

from brushite.equations import Cited, Fixed, Parameter, State, Total, quantity

LISTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, parameters")
STARTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, initial states")


class States:
    rankl = State("RANKL (L)", "1", start=0.4)
    rank = State("RANK (RNK)", "1", start=10.0)
    osteoprotegerin = State("Osteoprotegerin (O)", "1", start=4.0)
    rank_rankl = State("RANK with RANKL (M)", "1", start=0.00000624 * 10.0 * 0.4 / 0.112013)
    osteoprotegerin_rankl = State(
        "Osteoprotegerin with RANKL (N)", "1", start=0.00000624 * 4.0 * 0.4 / 0.112013
    )


class Totals:
    rankl_removal = Total("Rate at which a drug removes RANKL", "1/h")


class Parameters:
    baseline_rankl = Parameter("RANKL at baseline (L0)", 0.4, "1", Fixed(), STARTED)
    baseline_rank = Parameter("RANK at baseline (RNK0)", 10.0, "1", Fixed(), STARTED)
    baseline_osteoprotegerin = Parameter(
        "Osteoprotegerin at baseline (O0)", 4.0, "1", Fixed(), STARTED
    )
    decoy_association = Parameter(
        "Osteoprotegerin binds RANKL (k1)", 0.00000624, "1/h", Fixed(), LISTED
    )
    decoy_dissociation = Parameter(
        "Osteoprotegerin lets go of RANKL (k2)", 0.112013, "1/h", Fixed(), LISTED
    )
    rank_association = Parameter("RANK binds RANKL (k3)", 0.00000624, "1/h", Fixed(), LISTED)
    rank_dissociation = Parameter("RANK lets go of RANKL (k4)", 0.112013, "1/h", Fixed(), LISTED)
    rankl_loss = Parameter("Loss of RANKL (koutL)", 0.00293273, "1/h", Fixed(), LISTED)
    rankl_osteoblast_power = Parameter(
        "Power of osteoblasts in RANKL (OsteoEffectGam)", 0.173833, "1", Fixed(), LISTED
    )
    rankl_pth_limit = Parameter(
        "Largest effect of PTH on RANKL (EmaxLpth)", 1.30721, "1", Fixed(), LISTED
    )
    osteoprotegerin_loss = Parameter(
        "Loss of osteoprotegerin (kO)", 15.8885, "1/h", Fixed(), LISTED
    )
    osteoprotegerin_pth = Parameter(
        "PTH of reference for osteoprotegerin (opgPTH50)", 3.85, "pmol/L", Fixed(), LISTED
    )
    rank_loss = Parameter("Loss of RANK (koutRNK)", 0.00323667, "1/h", Fixed(), LISTED)
    rank_growth_factor_power = Parameter(
        "Power of TGFβ in RANK (kinRNKgam)", 0.151825, "1", Fixed(), LISTED
    )


@quantity("1")
def baseline_rank_rankl(rank_association, baseline_rank, baseline_rankl, rank_dissociation):
    """RANK with RANKL at baseline (M0)."""
    return rank_association * baseline_rank * baseline_rankl / rank_dissociation


@quantity("1")
def rank_rankl_ratio(rank_rankl, baseline_rank_rankl):
    """RANK with RANKL, relative to baseline."""
    return rank_rankl / baseline_rank_rankl


@quantity("1/h")
def rankl_synthesis(
    rankl_loss,
    baseline_rankl,
    osteoblast_ratio,
    rankl_osteoblast_power,
    rankl_pth_limit,
    pth_concentration,
    baseline_pth_concentration,
):
    """RANKL that is made (kinL)."""
    cells = osteoblast_ratio**rankl_osteoblast_power
    half = baseline_pth_concentration * (rankl_pth_limit - 1) * cells
    effect = cells * rankl_pth_limit * pth_concentration / (half + pth_concentration)
    return rankl_loss * baseline_rankl * effect


@quantity("1/h")
def osteoprotegerin_synthesis(
    osteoprotegerin_loss,
    baseline_osteoprotegerin,
    responding_osteoblasts,
    baseline_responding_osteoblasts,
    pth_concentration,
    osteoprotegerin_pth,
):
    """Osteoprotegerin that is made."""
    cells = responding_osteoblasts / baseline_responding_osteoblasts
    effect = (pth_concentration + osteoprotegerin_pth * cells) / (2 * pth_concentration)
    return osteoprotegerin_loss * baseline_osteoprotegerin * cells * effect


@quantity("1/h")
def decoy_binding(
    decoy_association, osteoprotegerin, rankl, decoy_dissociation, osteoprotegerin_rankl
):
    """RANKL that osteoprotegerin takes up, net."""
    return decoy_association * osteoprotegerin * rankl - decoy_dissociation * osteoprotegerin_rankl


@quantity("1/h")
def rank_binding(rank_association, rank, rankl, rank_dissociation, rank_rankl):
    """RANKL that RANK takes up, net."""
    return rank_association * rank * rankl - rank_dissociation * rank_rankl


def ddt_rankl(rankl_synthesis, rankl_loss, rankl, decoy_binding, rank_binding, rankl_removal):
    return rankl_synthesis - (rankl_loss + rankl_removal) * rankl - decoy_binding - rank_binding


def ddt_rank(
    rank_loss,
    baseline_rank,
    growth_factor,
    baseline_growth_factor,
    rank_growth_factor_power,
    rank,
    rank_binding,
):
    drive = (growth_factor / baseline_growth_factor) ** rank_growth_factor_power
    return rank_loss * (baseline_rank * drive - rank) - rank_binding


def ddt_osteoprotegerin(
    osteoprotegerin_synthesis, osteoprotegerin_loss, osteoprotegerin, decoy_binding
):
    return osteoprotegerin_synthesis - osteoprotegerin_loss * osteoprotegerin - decoy_binding


def ddt_rank_rankl(rank_binding):
    return rank_binding


def ddt_osteoprotegerin_rankl(decoy_binding):
    return decoy_binding
