"""One calcified mass: mineral is laid on its surface, and cells wear the surface down.

Equations
    volume = hydroxyapatite_mass · mineral/density
    surface = sphere_factor · volume/∛(volume + speck_volume)
    onset = begun + (1 − begun)/(1 + e^−x),  x = (mass_readiness/nidus_threshold − 1)/nidus_width
    d(mineral)/dt = onset · density/hydroxyapatite_mass · surface
        · (local_factor · mass_growth_speed/(1 + volume/volume_limit) − cell_capacity · cells
        · resorption_speed)
    d(cells)/dt = (cell_activity_aim − cells)/cell_recruitment
    plasma gets −d(mineral)/dt of calcium and 0.6 times that of phosphate

Sources: the surface law follows from growth normal to a surface. That masses shrink by cells is an
inference: plasma stays supersaturated for hydroxyapatite, and histology shows osteoclast-like giant
cells. No density, growth or regression rate has been measured.
Departure: the prototype spreads volume_limit by 0.7 and finds its upper tail too heavy; 0.5 here.
Left out: an amorphous part that could dissolve fast; infection and fistula.
"""

from brushite.equations import Assumed, Fixed, LogNormal, Parameter, State, adds_to, quantity
from brushite.vocabulary import cube_root, logistic


class States:
    mineral = State("Calcium in the mass", "mmol", start=0.0)
    cells = State("Activity of resorbing cells, 0 to 1", "1", start=0.85, between=(0, 1))
    excised_calcium = State("Calcium taken out by the surgeon", "mmol", start=0.0)


class Parameters:
    density = Parameter(
        "Hydroxyapatite per volume of the mass", 0.28, "g/mL", LogNormal(0.40),
        Assumed("no measurement; 0.15 to 0.50 is quoted. Computed tomography replaces it"),
        between=(0.05, 1.5),
    )  # fmt: skip
    local_factor = Parameter(
        "Local inclination to grow: site and trauma", 1.0, "1", LogNormal(0.50),
        Assumed("spread between masses of one person"), between=(0.1, 8),
    )  # fmt: skip
    cell_capacity = Parameter(
        "Capacity of its cells to resorb; 0 if fibrosed", 1.0, "1", LogNormal(0.80),
        Assumed("half-lives of 1 to 36 months, and masses that go opposite ways in one person"),
        between=(0, 20),
    )  # fmt: skip
    volume_limit = Parameter(
        "Volume at which growth halves", 110.0, "mL", LogNormal(0.50),
        Assumed("sizes of 2 to 25 cm; without it the upper tail is litres"), between=(10, 1500),
    )  # fmt: skip
    begun = Parameter(
        "1 for a mass that exists, 0 for a speck that may become one", 1.0, "1", Fixed(),
        Assumed("definition; only in populations do masses begin"), between=(0, 1),
    )  # fmt: skip
    nidus_threshold = Parameter(
        "Readiness at which a speck becomes a mass", 1.0, "1", Fixed(),
        Assumed("mean of the first; populations draw it, and it is idle for a mass that exists"),
        between=(1e-9, 1000),
    )  # fmt: skip


@quantity("mL")
def volume(hydroxyapatite_mass, mineral, density):
    """Volume of the mass."""
    return hydroxyapatite_mass * mineral / density


@quantity("cm**2")
def surface(sphere_factor, volume, speck_volume):
    """Surface of the mass, as if it were a ball."""
    return sphere_factor * volume / cube_root(volume + speck_volume)


@quantity("1")
def onset(begun, mass_readiness, nidus_threshold, nidus_width):
    """0 before the mass begins, 1 afterwards."""
    return begun + (1 - begun) * logistic((mass_readiness / nidus_threshold - 1) / nidus_width)


@quantity("mmol/h")
def growth(
    onset,
    density,
    hydroxyapatite_mass,
    surface,
    local_factor,
    mass_growth_speed,
    volume,
    volume_limit,
):
    """Mineral laid on the mass."""
    speed = local_factor * mass_growth_speed / (1 + volume / volume_limit)
    return onset * density / hydroxyapatite_mass * surface * speed


@quantity("mmol/h")
def wear(onset, density, hydroxyapatite_mass, surface, cell_capacity, cells, resorption_speed):
    """Mineral that cells wear off the mass."""
    speed = cell_capacity * cells * resorption_speed
    return onset * density / hydroxyapatite_mass * surface * speed


@adds_to("lesion_calcium_release")
@quantity("mmol/h")
def calcium_release(wear, growth):
    """Calcium that the mass gives to plasma."""
    return wear - growth


@adds_to("lesion_phosphate_release")
@quantity("mmol/h")
def phosphate_release(phosphate_per_calcium, wear, growth):
    """Phosphate that the mass gives to plasma."""
    return phosphate_per_calcium * (wear - growth)


def ddt_mineral(growth, wear):
    return growth - wear


def ddt_cells(cell_activity_aim, cells, cell_recruitment):
    return (cell_activity_aim - cells) / cell_recruitment


def ddt_excised_calcium():
    """Only a procedure fills it."""
    return 0
