"""Osteoclasts: RANK–RANKL makes them, TGFβ kills them, RANKL lets them live.

Equations
    d(osteoclasts)/dt = osteoclast_death · (tgf₀ · rank_drive · osteoclasts₀
        − tgf_kill · rankl_survival · osteoclasts)
    rank_drive rises with rank_rankl, tgf_kill with TGFβ; rankl_survival falls with
    rank_rankl/rank₀; at baseline they are 1, tgf₀ and 1

Sources: OpenBoneMin, the code that carries PetersonRiggs2010 on. The half effects follow from the
baseline, as there.
"""

from brushite.equations import Cited, Fixed, Parameter, State, quantity
from brushite.model.published.anchors import half_effect
from brushite.vocabulary import hill

LISTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, parameters")
STARTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, initial states")


class States:
    osteoclasts = State("Active osteoclasts (OC)", "1", start=0.00115398)


class Parameters:
    baseline_osteoclasts = Parameter(
        "Active osteoclasts at baseline (OC0)", 0.00115398, "1", Fixed(), STARTED
    )
    osteoclast_death = Parameter("Death of osteoclasts (Da)", 0.7 / 24.0, "1/h", Fixed(), LISTED)
    drive_without_rank = Parameter(
        "Birth without RANK–RANKL, relative (E0Meff)", 0.388267, "1", Fixed(), LISTED
    )
    drive_limit = Parameter(
        "Largest effect of RANK–RANKL on birth (EmaxMeffOC)", 3.15667, "1", Fixed(), LISTED
    )
    drive_slope = Parameter("Slope of that effect (kinOCgam)", 8.53065, "1", Fixed(), LISTED)
    kill_limit = Parameter(
        "Largest effect of TGFβ on death (EmaxPicOC)", 1.9746, "1", Fixed(), LISTED
    )
    kill_slope = Parameter("Slope of that effect (PicOCgam)", 1.0168, "1", Fixed(), LISTED)
    kill_without = Parameter(
        "Death without TGFβ, relative (FracPicOC)", 0.878215, "1", Fixed(), LISTED
    )
    death_without_rankl = Parameter(
        "Death without RANKL, relative (E0RANKL)", 3.80338, "1", Fixed(), LISTED
    )
    death_with_rankl = Parameter(
        "Death with much RANKL, relative (EmaxL)", 0.469779, "1", Fixed(), LISTED
    )
    rankl_survival_slope = Parameter(
        "Slope of that effect (LsurvOCgam)", 3.09023, "1", Fixed(), LISTED
    )


@quantity("1")
def osteoclast_ratio(osteoclasts, baseline_osteoclasts):
    """Osteoclasts, relative to baseline."""
    return osteoclasts / baseline_osteoclasts


@quantity("1")
def drive_half(baseline_rank_rankl, drive_without_rank, drive_limit, drive_slope):
    """RANK–RANKL at half its effect on birth."""
    return half_effect(baseline_rank_rankl, (1 - drive_without_rank) / drive_limit, drive_slope)


@quantity("1")
def rank_drive(drive_without_rank, drive_limit, rank_rankl, drive_half, drive_slope):
    """Birth of osteoclasts, 1 at baseline (MeffOC)."""
    return drive_without_rank + drive_limit * hill(rank_rankl, half=drive_half, slope=drive_slope)


@quantity("1")
def kill_half(baseline_growth_factor, kill_without, kill_limit, kill_slope):
    """TGFβ at half its effect on death."""
    share = baseline_growth_factor * (1 - kill_without) / kill_limit
    return half_effect(baseline_growth_factor, share, kill_slope)


@quantity("1")
def growth_factor_kill(
    kill_without, baseline_growth_factor, kill_limit, growth_factor, kill_half, kill_slope
):
    """Effect of TGFβ on the death of osteoclasts (PicOC)."""
    effect = hill(growth_factor, half=kill_half, slope=kill_slope)
    return kill_without * baseline_growth_factor + kill_limit * effect


@quantity("1")
def rankl_survival_half(
    baseline_rank_rankl,
    baseline_rank,
    death_without_rankl,
    death_with_rankl,
    rankl_survival_slope,
):
    """RANK–RANKL per RANK at half its effect on death."""
    share = (death_without_rankl - 1) / (death_without_rankl - death_with_rankl)
    return half_effect(baseline_rank_rankl / baseline_rank, share, rankl_survival_slope)


@quantity("1")
def rankl_survival(
    death_without_rankl,
    death_with_rankl,
    rank_rankl,
    baseline_rank,
    rankl_survival_half,
    rankl_survival_slope,
):
    """Death of osteoclasts as RANKL leaves it, 1 at baseline (LsurvOC)."""
    effect = hill(rank_rankl / baseline_rank, half=rankl_survival_half, slope=rankl_survival_slope)
    return death_without_rankl - (death_without_rankl - death_with_rankl) * effect


def ddt_osteoclasts(
    osteoclast_death,
    baseline_growth_factor,
    rank_drive,
    baseline_osteoclasts,
    growth_factor_kill,
    rankl_survival,
    osteoclasts,
):
    born = baseline_growth_factor * rank_drive * baseline_osteoclasts
    return osteoclast_death * (born - growth_factor_kill * rankl_survival * osteoclasts)
