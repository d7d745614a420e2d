"""What drives every calcified mass of a person: supersaturation, bone turnover, inhibition.

Equations
    deposition_drive = S^n/(threshold^n + S^n)
    turnover_drive = (pth/reference_pth)^power
    mass_growth_speed = speed · deposition_drive · turnover_drive
        · usual_propensity/calcification_propensity/(1 + deposition_block)

Sources: no measured growth law exists. Case reports grow at products that a bare threshold would
call safe and shrink at others above it, so the drive saturates, and is taken through the dialysis
cycle, in which S passes the threshold several times a week. That turnover counts rests on a series
of twelve (42 % had hyperparathyroidism) and one case report. PTH stands for it: in the model
osteoclasts rise with it within weeks, so nothing known could tell one from the other.
Departure: the threshold is 1.18, not 1.20, since albumin binds more firmly here. A power function
instead of the prototype's logistic with the same slope at the threshold, because it vanishes
exactly where there is no calcium or phosphate.
How a mass begins stands in nidus.
"""

from brushite.equations import Assumed, Fixed, LogitNormal, LogNormal, Parameter, Total, quantity
from brushite.vocabulary import hill


class Totals:
    deposition_block = Total("Drugs that keep mineral from being laid down, by what does half", "1")


class Parameters:
    deposition_threshold = Parameter(
        "Supersaturation at half of full deposition; 1 in healthy serum", 1.18, "1",
        LogNormal(0.10),
        Assumed("one case grew just above it and shrank below; 1.20 at weaker binding by albumin"),
        between=(0.8, 1.8),
    )  # fmt: skip
    deposition_steepness = Parameter(
        "Steepness of deposition", 10.0, "1", LogNormal(0.35),
        Assumed("a width of 0.12 around the threshold; the data cannot tell"), between=(3, 30),
    )  # fmt: skip
    deposition_speed = Parameter(
        "Speed at which a surface grows outwards at full drive", 0.45 / 730.5, "cm/h",
        LogNormal(0.34),
        Assumed("0.45 cm a month: 133 mL, a radius of 3.2 cm, in 0.5 to 3 years"),
        between=(5e-5, 5e-3),
    )  # fmt: skip
    resorption_speed = Parameter(
        "Speed at which active cells wear a surface down", 0.30 / 730.5, "cm/h", LogNormal(0.34),
        Assumed("0.30 cm a month: halves a radius of 1.2 to 3 cm in a few months"),
        between=(5e-5, 5e-3),
    )  # fmt: skip
    turnover_power = Parameter(
        "Power of PTH in growth", 0.35, "1", LogitNormal(0.5),
        Assumed("0 to 0.7; it decides between surgery and bath, and rests on very few patients"),
        between=(0, 0.9),
    )  # fmt: skip
    usual_propensity = Parameter(
        "Propensity of reference", 240.0, "min", Fixed(), Assumed("a usual patient's")
    )
    cell_suppression = Parameter(
        "Share of cell activity that full deposition suppresses", 0.3, "1", LogitNormal(0.8),
        Assumed("0 to 1; the data cannot tell"), between=(0, 1),
    )  # fmt: skip
    cell_recruitment = Parameter(
        "Time in which cells come and go", 1000.0, "h", LogNormal(0.4), Assumed("weeks to months"),
        between=(200, 5000),
    )  # fmt: skip
    hydroxyapatite_mass = Parameter(
        "Hydroxyapatite per calcium",
        0.1005,
        "g/mmol",
        Fixed(),
        Assumed("its formula: 1004.6 g per 10 mol"),
    )
    sphere_factor = Parameter(
        "Surface of a ball over the two-thirds power of its volume", 4.836, "1", Fixed(),
        Assumed("geometry: the cube root of 36π"),
    )  # fmt: skip
    speck_volume = Parameter(
        "Volume below which a mass is a speck", 0.0042, "mL", Fixed(),
        Assumed("a thousandth of a ball of 1 cm radius; keeps the mass positive"),
    )  # fmt: skip


@quantity("1")
def deposition_drive(supersaturation, deposition_threshold, deposition_steepness):
    """0 in undersaturated plasma, 1 far above the threshold."""
    return hill(supersaturation, half=deposition_threshold, slope=deposition_steepness)


@quantity("1")
def turnover_drive(pth, reference_pth, turnover_power):
    """What PTH adds to deposition, relative."""
    return (pth / reference_pth) ** turnover_power


@quantity("cm/h")
def mass_growth_speed(
    deposition_speed,
    deposition_drive,
    turnover_drive,
    usual_propensity,
    calcification_propensity,
    deposition_block,
):
    """Speed at which a surface of usual inclination would grow."""
    safety = calcification_propensity / usual_propensity
    return deposition_speed * deposition_drive * turnover_drive / safety / (1 + deposition_block)


@quantity("1")
def cell_activity_aim(cell_suppression, deposition_drive):
    """Activity that resorbing cells head for."""
    return 1 - cell_suppression * deposition_drive
