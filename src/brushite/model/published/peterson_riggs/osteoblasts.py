"""Osteoblasts: cells that can respond, and their fast and slow progeny.

Equations
    birth = death₀ · osteoblasts₀/tgf₀ · recruitment · oestrogen^−a
    differentiation = death₀ · osteoblasts₀ · tgf₀/responding₀/retention · responding
    d(responding)/dt = birth − differentiation
    death = most · death₀ · (tgf_protection/tgf₀ · oestrogen^−b − limit · hill(survival_signal))
    slow_death = slow_share · death
    fast_death = (death₀ · osteoblasts₀ + slow_death · (fast₀ − osteoblasts₀))/fast₀
    d(fast)/dt = differentiation · fast_fraction · fast_death/death − fast_death · fast
    d(slow)/dt = differentiation · (1 − fast_fraction) · slow_share − slow_death · slow
    recruitment and retention rise and tgf_protection falls with active TGFβ; each is tgf₀ at
    baseline

Sources: OpenBoneMin, the code that carries PetersonRiggs2010 on. The half effects follow from the
baseline, as there.
"""

from brushite.equations import Cited, Fixed, Parameter, State, quantity
from brushite.model.published.anchors import half_effect
from brushite.vocabulary import hill

LISTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, parameters")
STARTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, initial states")


class States:
    responding_osteoblasts = State("Responding osteoblasts (ROB1)", "1", start=0.00104122)
    fast_osteoblasts = State("Fast osteoblasts (OBfast)", "1", start=0.00501324 * 0.797629)
    slow_osteoblasts = State("Slow osteoblasts (OBslow)", "1", start=0.00501324 * (1 - 0.797629))


class Parameters:
    baseline_osteoblasts = Parameter(
        "Osteoblasts at baseline (OBtot0)", 0.00501324, "1", Fixed(), LISTED
    )
    baseline_responding_osteoblasts = Parameter(
        "Responding osteoblasts at baseline (ROB10)", 0.00104122, "1", Fixed(), STARTED
    )
    fast_fraction = Parameter(
        "Share of fast osteoblasts (FracOBfast)", 0.797629, "1", Fixed(), LISTED
    )
    osteoblast_death = Parameter(
        "Death of osteoblasts at baseline (kb)", 0.000605516, "1/h", Fixed(), LISTED
    )
    slow_share = Parameter(
        "Death of slow osteoblasts, relative (Frackb)", 0.313186, "1", Fixed(), LISTED
    )
    recruitment_limit = Parameter(
        "Largest effect of TGFβ on recruitment (EmaxPicROB)", 3.9745, "1", Fixed(), LISTED
    )
    recruitment_slope = Parameter("Slope of that effect (PicROBgam)", 1.80968, "1", Fixed(), LISTED)
    recruitment_without = Parameter(
        "Recruitment without TGFβ, relative (FracPicROB)", 0.883824, "1", Fixed(), LISTED
    )
    oestrogen_recruitment_power = Parameter(
        "Power of oestrogen against recruitment (robGAM)", 0.16, "1", Fixed(), LISTED
    )
    retention_limit = Parameter(
        "Largest effect of TGFβ on retention (EmaxPicOB)", 0.251636, "1", Fixed(), LISTED
    )
    retention_slope = Parameter("Slope of that effect (PicOBgam)", 0.122313, "1", Fixed(), LISTED)
    retention_without = Parameter(
        "Retention without TGFβ, relative (FracPicOB)", 0.000244818, "1", Fixed(), LISTED
    )
    protection_without = Parameter(
        "Death without TGFβ, relative (MultPicOBkb)", 3.11842, "1", Fixed(), LISTED
    )
    protection_limit = Parameter(
        "Death with much TGFβ, relative (FracPic0kb)", 0.764028, "1", Fixed(), LISTED
    )
    protection_slope = Parameter("Slope of that effect (PicOBgamkb)", 2.92375, "1", Fixed(), LISTED)
    oestrogen_death_power = Parameter(
        "Power of oestrogen against death (E2scalePicB1)", 0.0000116832, "1", Fixed(), LISTED
    )
    death_without_survival = Parameter(
        "Death without a signal to live, relative (E0RUNX2kbEffFACT)", 1.01, "1", Fixed(), LISTED
    )
    survival_limit = Parameter(
        "Largest effect of that signal (RUNkbMaxFact)", 0.638114, "1", Fixed(), LISTED
    )
    survival_slope = Parameter("Slope of that effect (RUNkbGAM)", 3.81644, "1", Fixed(), LISTED)


@quantity("1")
def baseline_fast_osteoblasts(baseline_osteoblasts, fast_fraction):
    """Fast osteoblasts at baseline."""
    return baseline_osteoblasts * fast_fraction


@quantity("1")
def osteoblast_ratio(fast_osteoblasts, slow_osteoblasts, baseline_osteoblasts):
    """Osteoblasts, relative to baseline."""
    return (fast_osteoblasts + slow_osteoblasts) / baseline_osteoblasts


@quantity("1")
def recruitment_half(
    baseline_growth_factor, recruitment_without, recruitment_limit, recruitment_slope
):
    """TGFβ at half its effect on recruitment."""
    share = baseline_growth_factor * (1 - recruitment_without) / recruitment_limit
    return half_effect(baseline_growth_factor, share, recruitment_slope)


@quantity("1")
def recruitment(
    recruitment_without,
    baseline_growth_factor,
    recruitment_limit,
    growth_factor,
    recruitment_half,
    recruitment_slope,
):
    """Effect of TGFβ on the birth of responding osteoblasts (PicROB)."""
    effect = hill(growth_factor, half=recruitment_half, slope=recruitment_slope)
    return recruitment_without * baseline_growth_factor + recruitment_limit * effect


@quantity("1")
def retention_half(baseline_growth_factor, retention_without, retention_limit, retention_slope):
    """TGFβ at half its effect on retention."""
    share = baseline_growth_factor * (1 - retention_without) / retention_limit
    return half_effect(baseline_growth_factor, share, retention_slope)


@quantity("1")
def retention(
    retention_without,
    baseline_growth_factor,
    retention_limit,
    growth_factor,
    retention_half,
    retention_slope,
):
    """Effect of TGFβ against differentiation (PicOB)."""
    effect = hill(growth_factor, half=retention_half, slope=retention_slope)
    return retention_without * baseline_growth_factor + retention_limit * effect


@quantity("1")
def protection_half(baseline_growth_factor, protection_without, protection_limit, protection_slope):
    """TGFβ at half its effect on death."""
    share = (protection_without - 1) / (protection_without - protection_limit)
    return half_effect(baseline_growth_factor, share, protection_slope)


@quantity("1")
def growth_factor_protection(
    protection_without, protection_limit, growth_factor, protection_half, protection_slope
):
    """Effect of TGFβ on the death of osteoblasts, 1 at baseline (PicOBkb/Pic0)."""
    effect = hill(growth_factor, half=protection_half, slope=protection_slope)
    return protection_without - (protection_without - protection_limit) * effect


@quantity("1")
def survival_half(baseline_runx2, death_without_survival, survival_limit, survival_slope):
    """The signal at half its effect on death."""
    share = (death_without_survival - 1) / (death_without_survival * survival_limit)
    return half_effect(baseline_runx2, share, survival_slope)


@quantity("1/h")
def death(
    death_without_survival,
    osteoblast_death,
    growth_factor_protection,
    oestrogen,
    oestrogen_death_power,
    survival_limit,
    survival_signal,
    survival_half,
    survival_slope,
):
    """Rate at which osteoblasts die, before it is divided among them (kbprime)."""
    survival = survival_limit * hill(survival_signal, half=survival_half, slope=survival_slope)
    strain = growth_factor_protection * oestrogen**-oestrogen_death_power
    return death_without_survival * osteoblast_death * (strain - survival)


@quantity("1/h")
def slow_death(slow_share, death):
    """Rate at which slow osteoblasts die (kbslow)."""
    return slow_share * death


@quantity("1/h")
def fast_death(osteoblast_death, baseline_osteoblasts, slow_death, baseline_fast_osteoblasts):
    """Rate at which fast osteoblasts die, so that all die as measured (kbfast)."""
    slow = slow_death * (baseline_fast_osteoblasts - baseline_osteoblasts)
    return (osteoblast_death * baseline_osteoblasts + slow) / baseline_fast_osteoblasts


@quantity("1/h")
def birth(
    osteoblast_death,
    baseline_osteoblasts,
    baseline_growth_factor,
    recruitment,
    oestrogen,
    oestrogen_recruitment_power,
):
    """Responding osteoblasts that are born."""
    by_oestrogen = oestrogen**-oestrogen_recruitment_power
    basal = osteoblast_death * baseline_osteoblasts / baseline_growth_factor * by_oestrogen
    return basal * recruitment


@quantity("1/h")
def differentiation(
    osteoblast_death,
    baseline_osteoblasts,
    baseline_growth_factor,
    baseline_responding_osteoblasts,
    retention,
    responding_osteoblasts,
):
    """Responding osteoblasts that become osteoblasts."""
    basal = osteoblast_death * baseline_osteoblasts * baseline_growth_factor
    return basal / baseline_responding_osteoblasts * responding_osteoblasts / retention


def ddt_responding_osteoblasts(birth, differentiation):
    return birth - differentiation


def ddt_fast_osteoblasts(differentiation, fast_fraction, fast_death, death, fast_osteoblasts):
    return fast_death * (differentiation * fast_fraction / death - fast_osteoblasts)


def ddt_slow_osteoblasts(differentiation, fast_fraction, slow_share, slow_death, slow_osteoblasts):
    return differentiation * (1 - fast_fraction) * slow_share - slow_death * slow_osteoblasts
