"""Parathyroid: PTH is released within minutes, its receptors adapt over weeks.

Equations; a bar over an opening is the mean over diffuse and nodular tissue
    set_point = set_point_at_rest · (chronic_calcium/reference)^tracking
    d(chronic_calcium)/dt = (ionised_calcium − chronic_calcium)/tracking_time
    opening = floor + (1 − floor)/(1 + (sensed/set_point)^steepness)
        sensed = ionised · receptor · (1 + E), E the effect of calcimimetics; nodular tissue feels a
        share of it
    d(stored_pth)/dt = synthesis · (P/P_ref)^a · Σ mass · brake − (release · opening
        + degradation) · stored_pth
    diffuse mass counts with gland_speck, tissue too small to show, so that there is always a mean
    brake = (1 + s κ)/(1 + s κ · vitamin_d_action), s = 1 diffuse, less nodular
    d(vitamin_d_action)/dt = (VDR · D/calcitriol_reference − vitamin_d_action)/vitamin_d_action_time
        D being calcitriol with its analogues, gland_vitamin_d
    d(pth)/dt = release · opening · stored_pth − pth_clearance · pth
    calcium and vitamin D receptors relax to powers of phosphate and D over weeks

Sources: the shape is that of acute curves (JCEM1998); the set point follows chronic calcium
(Pahl1996); PTH falls by half in 3.4 min and then more slowly (Maier1998), which one rate of 8/h, a
half-life of 5.2 min, stands for. Vitamin D works slowly: 4 µg of alfacalcidol three times in a week
changed nothing in that week (AlfacalcidolWeek1998), and PTH fell by 30 % after a median of six
weeks of titrated calcitriol (Ong2013). The equations are ours and their numbers fitted or assumed;
the growth of the gland is in parathyroid_growth.
"""

from brushite.equations import (
    Assumed,
    Fixed,
    LogitNormal,
    LogNormal,
    Parameter,
    State,
    quantity,
)
from brushite.vocabulary import hill


class States:
    stored_pth = State("PTH stored in the gland, per volume of plasma", "pg/mL", start=8000.0)
    pth = State("Intact PTH in plasma", "pg/mL", start=300.0)
    chronic_calcium = State("Ionised calcium that the gland is used to", "mmol/L", start=1.10)
    calcium_receptor = State("Calcium-sensing receptor, relative", "1", start=1.0)
    vitamin_d_receptor = State("Vitamin D receptor, relative", "1", start=1.0)
    vitamin_d_action = State("Vitamin D as synthesis of PTH follows it, relative", "1", start=1.0)


class Parameters:
    set_point_at_rest = Parameter(
        "Sensed calcium at half release", 1.04, "mmol/L", LogNormal(0.03),
        Assumed("fitted to basal over maximal PTH; 1.09 ± 0.04 on dialysis in JCEM1998"),
        between=(0.85, 1.3),
    )  # fmt: skip
    reference_ionised_calcium = Parameter(
        "Ionised calcium at which the set point is that", 1.10, "mmol/L", Fixed(),
        Assumed("definition; usual before dialysis"),
    )  # fmt: skip
    set_point_tracking = Parameter(
        "Power with which the set point follows chronic calcium", 0.37, "1", LogitNormal(0.4),
        Assumed("fitted; 4.8 % for 9.8 % of calcium, so 0.49, in Pahl1996"), between=(0.1, 0.9),
    )  # fmt: skip
    tracking_time = Parameter(
        "Time that it takes", 336.0, "h", LogNormal(0.3),
        Assumed("the set point followed a bath within weeks; 14 days taken, 7 to 30 plausible"),
        between=(100, 1500),
    )  # fmt: skip
    release_floor = Parameter(
        "Opening that calcium cannot suppress", 0.047, "1", LogitNormal(0.3),
        Assumed("fitted; minimal over maximal PTH, another quantity, is 0.106 in JCEM1998"),
        between=(0.01, 0.2),
    )  # fmt: skip
    release_steepness = Parameter(
        "Steepness of release", 18.8, "1", LogNormal(0.15),
        Assumed("fitted to −75 % in a session at 1.75 mmol/L; 12 to 25 in acute curves"),
        between=(8, 40),
    )  # fmt: skip
    nodular_floor = Parameter(
        "Opening of nodular tissue that calcium cannot suppress", 0.15, "1", LogitNormal(0.3),
        Assumed("0.1 to 0.3: it answers little"), between=(0.05, 0.5),
    )  # fmt: skip
    nodular_steepness = Parameter(
        "Steepness of release of nodular tissue", 10.1, "1", LogNormal(0.15),
        Assumed("6 to 14: it answers little"), between=(4, 20),
    )  # fmt: skip
    nodular_sensing = Parameter(
        "Calcium that nodular tissue senses, relative", 0.95, "1", LogNormal(0.03),
        Assumed("fewer receptors"), between=(0.8, 1.05),
    )  # fmt: skip
    nodular_calcimimetic = Parameter(
        "Share of the effect of calcimimetics that nodular tissue feels", 0.5, "1",
        LogitNormal(0.5), Assumed("fewer receptors: 0.3 to 0.8"), between=(0.05, 0.95),
    )  # fmt: skip
    gland_speck = Parameter(
        "Scattered tissue outside the glands", 1e-3, "1", Fixed(),
        Assumed("0.1 pg/mL of PTH, below any assay; gives a mean over tissue without glands"),
    )  # fmt: skip
    pth_synthesis = Parameter(
        "Synthesis of PTH per normal gland", 1640.0, "pg/mL/h", Fixed(),
        Assumed("only its product with gland mass shows; a normal gland gives 128 pg/mL at most"),
    )  # fmt: skip
    synthesis_phosphate_power = Parameter(
        "Power of phosphate in synthesis", 0.27, "1", LogNormal(0.35),
        Assumed("PTH −13, −16 and −34 % at phosphate −24, −35 and −51 % in one trial"),
        between=(0.05, 1),
    )  # fmt: skip
    vitamin_d_brake = Parameter(
        "Strength of the brake of calcitriol on synthesis", 0.325, "1", LogNormal(0.4),
        Assumed("fitted toward maximal PTH −41 % in 6 weeks (Pahl1996); the prototype got −27 %"),
        between=(0.05, 1.5),
    )  # fmt: skip
    vitamin_d_action_time = Parameter(
        "Time in which synthesis of PTH follows vitamin D", 504.0, "h", LogNormal(0.4),
        Assumed("21 days: nothing within a week, a median of 6 weeks to −30 % in trials"),
        between=(100, 2500),
    )  # fmt: skip
    nodular_brake = Parameter(
        "The same in nodular tissue, relative", 0.3, "1", LogitNormal(0.5),
        Assumed("few vitamin D receptors"), between=(0.05, 0.9),
    )  # fmt: skip
    reference_calcitriol = Parameter(
        "Calcitriol of reference",
        15.0,
        "pg/mL",
        Fixed(),
        Assumed("usual on dialysis without drugs"),
    )
    reference_phosphate = Parameter(
        "Phosphate of reference", 1.6, "mmol/L", Fixed(), Assumed("usual on dialysis")
    )
    pth_release = Parameter(
        "Release of stored PTH when fully open", 0.5, "1/h", LogNormal(0.2),
        Assumed("the store lasts hours"), between=(0.2, 1.5),
    )  # fmt: skip
    pth_degradation = Parameter(
        "Degradation of stored PTH", 0.285, "1/h", LogNormal(0.2),
        Assumed("fitted to maximal over minimal PTH and to hysteresis"), between=(0.1, 0.9),
    )  # fmt: skip
    pth_clearance = Parameter(
        "Clearance of PTH from plasma", 8.0, "1/h", LogNormal(0.15),
        Assumed("a half-life of 5.2 min for the quick and the slow fall; 3.4 and 82 in Maier1998"),
        between=(4, 15),
    )  # fmt: skip
    receptor_time = Parameter(
        "Turnover time of receptors", 504.0, "h", LogNormal(0.3),
        Assumed("no half-life of receptors was found; 21 days taken, 10 to 40 plausible"),
        between=(150, 1500),
    )  # fmt: skip
    sensing_phosphate_power = Parameter(
        "Power of phosphate in calcium receptors", 0.036, "1", LogNormal(0.5),
        Assumed("sign from gland studies; small, since set points hardly move"), between=(0, 0.3),
    )  # fmt: skip
    sensing_vitamin_d_power = Parameter(
        "Power of vitamin D in calcium receptors", 0.017, "1", LogNormal(0.5),
        Assumed("4 weeks of calcitriol left the set point unchanged"), between=(0, 0.2),
    )  # fmt: skip
    vitamin_d_offset = Parameter(
        "Calcitriol added before that power", 10.0, "pg/mL", Fixed(),
        Assumed("keeps the power finite without calcitriol"),
    )  # fmt: skip
    receptor_vitamin_d_power = Parameter(
        "Power of calcitriol in its receptors", 0.15, "1", LogNormal(0.5),
        Assumed("it raises its own receptor a little: 0 to 0.3"), between=(0, 0.6),
    )  # fmt: skip
    receptor_phosphate_power = Parameter(
        "Power of phosphate in vitamin D receptors", 0.1, "1", LogNormal(0.5),
        Assumed("it lowers them a little: 0 to 0.2"), between=(0, 0.5),
    )  # fmt: skip


@quantity("mmol/L")
def set_point(set_point_at_rest, chronic_calcium, reference_ionised_calcium, set_point_tracking):
    """Sensed calcium at half release, which follows chronic calcium."""
    return set_point_at_rest * (chronic_calcium / reference_ionised_calcium) ** set_point_tracking


@quantity("mmol/L")
def sensed_calcium(ionised_calcium, calcium_receptor, calcimimetic_effect):
    """Ionised calcium as diffuse tissue senses it; a calcimimetic makes it seem more."""
    return ionised_calcium * calcium_receptor * (1 + calcimimetic_effect)


@quantity("mmol/L")
def nodular_sensed_calcium(
    nodular_sensing, sensed_calcium, nodular_calcimimetic, calcimimetic_effect
):
    """Ionised calcium as nodular tissue senses it, which feels less of a calcimimetic."""
    felt = (1 + nodular_calcimimetic * calcimimetic_effect) / (1 + calcimimetic_effect)
    return nodular_sensing * sensed_calcium * felt


@quantity("1")
def diffuse_opening(release_floor, sensed_calcium, set_point, release_steepness):
    """Share of release that is open in diffuse tissue."""
    closed = hill(sensed_calcium, half=set_point, slope=release_steepness)
    return release_floor + (1 - release_floor) * (1 - closed)


@quantity("1")
def nodular_opening(nodular_floor, nodular_sensed_calcium, set_point, nodular_steepness):
    """Share of release that is open in nodular tissue."""
    closed = hill(nodular_sensed_calcium, half=set_point, slope=nodular_steepness)
    return nodular_floor + (1 - nodular_floor) * (1 - closed)


@quantity("1")
def gland_opening(
    diffuse_opening, diffuse_mass, gland_speck, nodular_opening, nodular_mass, gland_mass
):
    """Share of release that is open, over all tissue; that of diffuse tissue where none is left."""
    diffuse = diffuse_opening * (diffuse_mass + gland_speck)
    return (diffuse + nodular_opening * nodular_mass) / (gland_mass + gland_speck)


@quantity("1")
def vitamin_d_signal(vitamin_d_receptor, gland_vitamin_d, reference_calcitriol):
    """What vitamin D tells the gland, relative."""
    return vitamin_d_receptor * gland_vitamin_d / reference_calcitriol


@quantity("1")
def diffuse_brake(vitamin_d_brake, vitamin_d_action):
    """What vitamin D leaves of synthesis in diffuse tissue, relative."""
    return (1 + vitamin_d_brake) / (1 + vitamin_d_brake * vitamin_d_action)


@quantity("1")
def nodular_brake_effect(vitamin_d_brake, nodular_brake, vitamin_d_action):
    """What vitamin D leaves of synthesis in nodular tissue, relative."""
    strength = vitamin_d_brake * nodular_brake
    return (1 + strength) / (1 + strength * vitamin_d_action)


@quantity("pg/mL/h")
def pth_production(
    pth_synthesis,
    deep_concentration,
    reference_phosphate,
    synthesis_phosphate_power,
    diffuse_mass,
    gland_speck,
    diffuse_brake,
    nodular_mass,
    nodular_brake_effect,
):
    """PTH made by all tissue."""
    drive = (deep_concentration / reference_phosphate) ** synthesis_phosphate_power
    tissue = (diffuse_mass + gland_speck) * diffuse_brake + nodular_mass * nodular_brake_effect
    return pth_synthesis * drive * tissue


@quantity("pg/mL/h")
def pth_secretion(pth_release, gland_opening, stored_pth):
    """What the glands let go, an inverse sigmoid of the calcium they sense."""
    return pth_release * gland_opening * stored_pth


def ddt_stored_pth(pth_production, pth_secretion, pth_degradation, stored_pth):
    return pth_production - pth_secretion - pth_degradation * stored_pth


def ddt_pth(pth_secretion, pth_clearance, pth):
    return pth_secretion - pth_clearance * pth


def ddt_chronic_calcium(ionised_calcium, chronic_calcium, tracking_time):
    return (ionised_calcium - chronic_calcium) / tracking_time


def ddt_vitamin_d_action(vitamin_d_signal, vitamin_d_action, vitamin_d_action_time):
    return (vitamin_d_signal - vitamin_d_action) / vitamin_d_action_time


def ddt_calcium_receptor(
    reference_phosphate,
    deep_concentration,
    sensing_phosphate_power,
    vitamin_d_receptor,
    gland_vitamin_d,
    vitamin_d_offset,
    reference_calcitriol,
    sensing_vitamin_d_power,
    calcium_receptor,
    receptor_time,
):
    phosphate = (reference_phosphate / deep_concentration) ** sensing_phosphate_power
    vitamin_d = vitamin_d_receptor * gland_vitamin_d + vitamin_d_offset
    usual = reference_calcitriol + vitamin_d_offset
    aim = phosphate * (vitamin_d / usual) ** sensing_vitamin_d_power
    return (aim - calcium_receptor) / receptor_time


def ddt_vitamin_d_receptor(
    gland_vitamin_d,
    reference_calcitriol,
    receptor_vitamin_d_power,
    reference_phosphate,
    deep_concentration,
    receptor_phosphate_power,
    vitamin_d_receptor,
    receptor_time,
):
    vitamin_d = (gland_vitamin_d / reference_calcitriol) ** receptor_vitamin_d_power
    phosphate = (reference_phosphate / deep_concentration) ** receptor_phosphate_power
    return (vitamin_d * phosphate - vitamin_d_receptor) / receptor_time
