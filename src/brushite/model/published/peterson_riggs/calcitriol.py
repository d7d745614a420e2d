"""Calcitriol and the enzyme that makes it, 1α-hydroxylase.

Equations
    d(calcitriol)/dt = hydroxylase − calcitriol_elimination · calcitriol
    d(hydroxylase)/dt = synthesis · pth_drive · phosphate_brake − hydroxylase_loss · hydroxylase
    pth_drive = hill(pth)/hill(pth₀)
    hydroxylase_by_phosphate = E₀ · (1 − X · hill(phosphate)), X so that it is 1 at brake_onset

Sources: OpenBoneMin, the code that carries PetersonRiggs2010 on.
Left out: PO4inhPTHgam, an effect of phosphate on that of PTH, whose power is 0 there.
"""

from brushite.equations import Cited, Fixed, Parameter, State, quantity
from brushite.vocabulary import hill

LISTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, parameters")
STARTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, initial states")
WRITTEN = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, equations")


class States:
    calcitriol = State("Calcitriol in plasma (B)", "pmol", start=1260.0)
    hydroxylase = State("Production of calcitriol, 1α-hydroxylase (AOH)", "pmol/h", start=126.0)


class Parameters:
    baseline_calcitriol = Parameter(
        "Calcitriol in plasma at baseline (B0)", 1260.0, "pmol", Fixed(), STARTED
    )
    calcitriol_elimination = Parameter(
        "Elimination of calcitriol (T69)", 0.10, "1/h", Fixed(), LISTED
    )
    hydroxylase_synthesis = Parameter(
        "Synthesis of 1α-hydroxylase at baseline (T65)", 6.3, "pmol/h/h", Fixed(), LISTED
    )
    hydroxylase_loss = Parameter("Loss of 1α-hydroxylase (T64)", 0.05, "1/h", Fixed(), LISTED)
    hydroxylase_pth_half = Parameter(
        "PTH at half its effect on 1α-hydroxylase (T67)", 1.54865, "pmol/L", Fixed(), LISTED
    )
    hydroxylase_pth_slope = Parameter(
        "Slope of that effect (AlphOHgam)", 0.111241, "1", Fixed(), LISTED
    )
    brake_onset = Parameter(
        "Phosphate above which it brakes 1α-hydroxylase (1.2)", 1.2, "mmol/L", Fixed(), WRITTEN
    )
    hydroxylase_without_phosphate = Parameter(
        "Effect of phosphate taken to zero (PhosEff0)", 1.52493, "1", Fixed(), LISTED
    )
    hydroxylase_phosphate_half = Parameter(
        "Phosphate at half its effect (PhosEff50)", 1.3021, "mmol/L", Fixed(), LISTED
    )
    hydroxylase_phosphate_slope = Parameter(
        "Slope of that effect (PhosEffGam)", 8.25229, "1", Fixed(), LISTED
    )


@quantity("pmol/L")
def calcitriol_concentration(calcitriol, extracellular_volume):
    """Calcitriol in plasma."""
    return calcitriol / extracellular_volume


@quantity("pmol/L")
def baseline_calcitriol_concentration(baseline_calcitriol, extracellular_volume):
    """Calcitriol in plasma at baseline."""
    return baseline_calcitriol / extracellular_volume


@quantity("1")
def pth_drive_at_baseline(baseline_pth_concentration, hydroxylase_pth_half, hydroxylase_pth_slope):
    """The rise with PTH, at baseline (1/T66)."""
    return hill(baseline_pth_concentration, half=hydroxylase_pth_half, slope=hydroxylase_pth_slope)


@quantity("1")
def pth_drive(
    pth_concentration, hydroxylase_pth_half, hydroxylase_pth_slope, pth_drive_at_baseline
):
    """Effect of PTH on 1α-hydroxylase, 1 at baseline (T68)."""
    rise = hill(pth_concentration, half=hydroxylase_pth_half, slope=hydroxylase_pth_slope)
    return rise / pth_drive_at_baseline


@quantity("1")
def phosphate_effect_limit(
    hydroxylase_without_phosphate,
    brake_onset,
    hydroxylase_phosphate_half,
    hydroxylase_phosphate_slope,
):
    """Share of the enzyme that phosphate can stop; above 1 as published (X)."""
    risen = hill(brake_onset, half=hydroxylase_phosphate_half, slope=hydroxylase_phosphate_slope)
    return (hydroxylase_without_phosphate - 1) / (hydroxylase_without_phosphate * risen)


@quantity("1")
def hydroxylase_by_phosphate(
    hydroxylase_without_phosphate,
    phosphate_effect_limit,
    phosphate_concentration,
    hydroxylase_phosphate_half,
    hydroxylase_phosphate_slope,
):
    """Effect of phosphate on 1α-hydroxylase, where there is one; it falls with phosphate."""
    risen = hill(
        phosphate_concentration, half=hydroxylase_phosphate_half, slope=hydroxylase_phosphate_slope
    )
    return hydroxylase_without_phosphate * (1 - phosphate_effect_limit * risen)


def ddt_calcitriol(hydroxylase, calcitriol_elimination, calcitriol):
    return hydroxylase - calcitriol_elimination * calcitriol


def ddt_hydroxylase(
    hydroxylase_synthesis, pth_drive, phosphate_brake, hydroxylase_loss, hydroxylase
):
    return hydroxylase_synthesis * pth_drive * phosphate_brake - hydroxylase_loss * hydroxylase
