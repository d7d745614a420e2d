"""Growth of the parathyroid glands: diffuse tissue over months, nodules out of it over years.

Equations
    drive = a ln(P/P_ref) + b ln(usual/vitamin D) + c ln(Ca_ref/sensed calcium)
    d(diffuse_mass)/dt = diffuse_mass · [growth · positive(drive) · (1 − gland_mass/largest)
        − regression · positive(−drive)] − transformation + graft_mass/graft_time
    d(graft_mass)/dt = −graft_mass/graft_time
    transformation = rate · diffuse_mass · q/(1 + q),  q = (diffuse_mass/nodular_threshold)²
    d(nodular_mass)/dt = transformation + nodular_growth · nodular_mass · (1 − gland_mass/largest)

Sources: glands reach 10 to 50 times normal; they shrank by 30 % in two years of calcimimetic with
active vitamin D (Yamada). The growth law is ours.
"""

from brushite.equations import Assumed, LogNormal, Parameter, State, quantity
from brushite.vocabulary import log, positive


class States:
    diffuse_mass = State("Diffuse parathyroid tissue, in normal glands", "1", start=3.8)
    nodular_mass = State("Nodular parathyroid tissue, in normal glands", "1", start=0.2)
    graft_mass = State("Tissue grafted into the arm that does not work yet", "1", start=0.0)


class Parameters:
    growth_by_phosphate = Parameter(
        "Weight of phosphate in the drive to grow", 2.0, "1", LogNormal(0.25),
        Assumed("only the direction is known; 1 to 3 plausible"),
        between=(0.5, 5),
    )  # fmt: skip
    growth_by_vitamin_d = Parameter(
        "Weight of missing vitamin D in that drive", 1.0, "1", LogNormal(0.25),
        Assumed("only the direction is known; 0.5 to 1.5 plausible"),
        between=(0.2, 3),
    )  # fmt: skip
    growth_by_calcium = Parameter(
        "Weight of missing calcium in that drive", 4.0, "1", LogNormal(0.3),
        Assumed("only the direction is known; 2 to 8 plausible"),
        between=(1, 12),
    )  # fmt: skip
    growth_width = Parameter(
        "Width over which growth gives way to regression", 0.1, "1", LogNormal(0.2),
        Assumed("a smooth change of sign"), between=(0.02, 0.4),
    )  # fmt: skip
    gland_growth = Parameter(
        "Growth per unit of drive", 0.17 / 8766, "1/h", LogNormal(0.40),
        Assumed("0.17 a year: the census then has 10 % above 1000 pg/mL after ten years"),
        between=(1e-6, 2e-4),
    )  # fmt: skip
    gland_regression = Parameter(
        "Regression per unit of drive", 0.15 / 8766, "1/h", LogNormal(0.50),
        Assumed("−30 % in two years (Yamada)"), between=(1e-6, 2e-4),
    )  # fmt: skip
    nodular_transformation = Parameter(
        "Diffuse tissue that turns nodular", 0.02 / 8766, "1/h", LogNormal(0.8),
        Assumed("nobody counted clones; 2 % a year taken"),
        between=(1e-8, 1e-4),
    )  # fmt: skip
    nodular_threshold = Parameter(
        "Diffuse mass at half of that", 10.0, "1", LogNormal(0.3),
        Assumed("nodules come with size"),
        between=(3, 40),
    )  # fmt: skip
    nodular_growth = Parameter(
        "Growth of nodules", 0.2 / 8766, "1/h", LogNormal(0.6),
        Assumed("published growth rates conflict; 20 % a year taken"),
        between=(1e-6, 2e-4),
    )  # fmt: skip
    largest_gland = Parameter(
        "Largest parathyroid mass", 60.0, "1", LogNormal(0.2),
        Assumed("10 to 50 times normal is seen"),
        between=(30, 150),
    )  # fmt: skip
    graft_time = Parameter(
        "Time in which grafted tissue grows in", 1000.0, "h", LogNormal(0.4),
        Assumed("grafts work after two weeks to three months; six weeks taken"),
        between=(200, 5000),
    )  # fmt: skip


@quantity("1")
def gland_mass(diffuse_mass, nodular_mass):
    """All parathyroid tissue."""
    return diffuse_mass + nodular_mass


@quantity("1")
def growth_drive(
    growth_by_phosphate,
    deep_concentration,
    reference_phosphate,
    growth_by_vitamin_d,
    reference_calcitriol,
    vitamin_d_offset,
    vitamin_d_receptor,
    gland_vitamin_d,
    growth_by_calcium,
    reference_ionised_calcium,
    sensed_calcium,
):
    """What phosphate and lack of vitamin D and calcium ask of glands: growth if positive."""
    usual = reference_calcitriol + vitamin_d_offset
    vitamin_d = vitamin_d_receptor * gland_vitamin_d + vitamin_d_offset
    return (
        growth_by_phosphate * log(deep_concentration / reference_phosphate)
        + growth_by_vitamin_d * log(usual / vitamin_d)
        + growth_by_calcium * log(reference_ionised_calcium / sensed_calcium)
    )


@quantity("1/h")
def nodular_formation(nodular_transformation, diffuse_mass, nodular_threshold):
    """Diffuse tissue that turns nodular, more in large glands."""
    q = (diffuse_mass / nodular_threshold) ** 2
    return nodular_transformation * diffuse_mass * q / (1 + q)


@quantity("1")
def room_to_grow(gland_mass, largest_gland):
    """1 for a small gland, 0 for the largest."""
    return 1 - gland_mass / largest_gland


@quantity("1/h")
def graft_intake(graft_mass, graft_time):
    """Grafted tissue that begins to work."""
    return graft_mass / graft_time


def ddt_diffuse_mass(
    diffuse_mass,
    gland_growth,
    growth_drive,
    growth_width,
    room_to_grow,
    gland_regression,
    nodular_formation,
    graft_intake,
):
    grown = gland_growth * positive(growth_drive, width=growth_width) * room_to_grow
    lost = gland_regression * positive(-growth_drive, width=growth_width)
    return diffuse_mass * (grown - lost) - nodular_formation + graft_intake


def ddt_graft_mass(graft_intake):
    return -graft_intake


def ddt_nodular_mass(nodular_formation, nodular_growth, nodular_mass, room_to_grow):
    return nodular_formation + nodular_growth * nodular_mass * room_to_grow
