"""Calcium and phosphate in the gut, and the part of absorption that calcitriol drives.

Equations
    absorbable = T77 · hill(absorption), d(gut_calcium)/dt = calcium_intake · absorbable
        − calcium_uptake
    active = limit · gut_calcium/(gut_calcium + gut_half)
    calcium_uptake = active · gut_calcium/(gut_calcium + uptake_half) · absorption/absorption₀
        + passive · gut_calcium
    d(absorption)/dt = rise · (1 − absorption) − fall · absorption, both of calcitriol
    d(gut_phosphate)/dt = phosphate_intake · phosphate_availability − phosphate_uptake

Sources: OpenBoneMin, the code that carries PetersonRiggs2010 on.
Departure: T81 is there the half effect of an amount and of a share at once; here they are two.
"""

from brushite.equations import Cited, Fixed, Parameter, State, quantity
from brushite.vocabulary import hill, saturation

LISTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, parameters")
STARTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, initial states")


class States:
    gut_calcium = State("Calcium in the gut (T)", "mmol", start=1.58471)
    calcium_absorption = State("Absorption driven by calcitriol, 0 to 1 (R)", "1", start=0.5)
    gut_phosphate = State("Phosphate in the gut (PhosGut)", "mmol", start=0.839)


class Parameters:
    calcium_intake = Parameter("Calcium eaten (OralCa)", 24.055 / 24, "mmol/h", Fixed(), LISTED)
    phosphate_intake = Parameter("Phosphate eaten (OralPhos)", 10.5 / 24, "mmol/h", Fixed(), LISTED)
    phosphate_availability = Parameter(
        "Share of phosphate that can be absorbed (F12)", 0.7, "1", Fixed(), LISTED
    )
    phosphate_absorption_rate = Parameter(
        "Absorption of phosphate (T52)", 0.365, "1/h", Fixed(), LISTED
    )
    calcium_availability = Parameter(
        "Largest share of calcium that can be absorbed (T77)", 0.909359, "1", Fixed(), LISTED
    )
    availability_slope = Parameter("Slope of that share (T80)", 4.0, "1", Fixed(), LISTED)
    availability_half = Parameter("Absorption at half that share (T81)", 0.75, "1", Fixed(), LISTED)
    active_uptake_limit = Parameter(
        "Largest active uptake of calcium (T28)", 0.9, "mmol/h", Fixed(), LISTED
    )
    baseline_active_uptake = Parameter(
        "Active uptake of calcium at baseline (T310)", 0.105929, "mmol/h", Fixed(), LISTED
    )
    baseline_gut_calcium = Parameter(
        "Calcium in the gut at baseline (T0)", 1.58471, "mmol", Fixed(), STARTED
    )
    baseline_calcium_absorption = Parameter(
        "Absorption driven by calcitriol at baseline (0.5)", 0.5, "1", Fixed(), STARTED
    )
    uptake_half = Parameter(
        "Calcium in the gut at half uptake (T81)", 0.75, "mmol", Fixed(), LISTED
    )
    passive_uptake = Parameter("Passive uptake of calcium (T87)", 0.0495, "1/h", Fixed(), LISTED)
    slowest_absorption_change = Parameter(
        "Slowest change of absorption (T33)", 0.003, "1/h", Fixed(), LISTED
    )
    fastest_absorption_change = Parameter(
        "Fastest change of absorption (T34)", 0.037, "1/h", Fixed(), LISTED
    )
    absorption_half = Parameter(
        "Calcitriol at half its effect on absorption (T35)", 90.0, "pmol/L", Fixed(), LISTED
    )
    absorption_slope = Parameter(
        "Slope of its effect on absorption (CaPOgam)", 1.0, "1", Fixed(), LISTED
    )


@quantity("mmol")
def active_uptake_half(baseline_gut_calcium, active_uptake_limit, baseline_active_uptake):
    """Calcium in the gut at half of active uptake (T29)."""
    room = (active_uptake_limit - baseline_active_uptake) / baseline_active_uptake
    return baseline_gut_calcium * room


@quantity("mmol/h")
def calcium_uptake(
    active_uptake_limit,
    gut_calcium,
    active_uptake_half,
    calcium_absorption,
    baseline_calcium_absorption,
    uptake_half,
    passive_uptake,
):
    """Calcium from gut to plasma (J40)."""
    active = active_uptake_limit * saturation(gut_calcium, half=active_uptake_half)
    drive = calcium_absorption / baseline_calcium_absorption
    return active * saturation(gut_calcium, half=uptake_half) * drive + passive_uptake * gut_calcium


@quantity("1")
def calcium_available(
    calcium_availability, calcium_absorption, availability_half, availability_slope
):
    """Share of calcium eaten that enters the absorbable pool (T85)."""
    return calcium_availability * hill(
        calcium_absorption, half=availability_half, slope=availability_slope
    )


@quantity("1")
def calcitriol_in_gut(calcitriol_concentration, absorption_half, absorption_slope):
    """Effect of calcitriol on absorption, 0 to 1."""
    return hill(calcitriol_concentration, half=absorption_half, slope=absorption_slope)


@quantity("1/h")
def absorption_rise(slowest_absorption_change, fastest_absorption_change, calcitriol_in_gut):
    """Rate at which absorption goes up (T36)."""
    span = fastest_absorption_change - slowest_absorption_change
    return slowest_absorption_change + span * calcitriol_in_gut


@quantity("1/h")
def absorption_fall(slowest_absorption_change, fastest_absorption_change, calcitriol_in_gut):
    """Rate at which absorption goes down (T37)."""
    span = fastest_absorption_change - slowest_absorption_change
    return fastest_absorption_change - span * calcitriol_in_gut


@quantity("mmol/h")
def phosphate_uptake(phosphate_absorption_rate, gut_phosphate):
    """Phosphate from gut to plasma (J53)."""
    return phosphate_absorption_rate * gut_phosphate


def ddt_gut_calcium(calcium_intake, calcium_available, calcium_uptake):
    return calcium_intake * calcium_available - calcium_uptake


def ddt_calcium_absorption(absorption_rise, calcium_absorption, absorption_fall):
    return absorption_rise * (1 - calcium_absorption) - absorption_fall * calcium_absorption


def ddt_gut_phosphate(phosphate_intake, phosphate_availability, phosphate_uptake):
    return phosphate_intake * phosphate_availability - phosphate_uptake
