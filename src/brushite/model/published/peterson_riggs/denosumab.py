"""Denosumab: from under the skin to plasma and tissue, the RANKL it removes, the spine under it.

Equations
    concentration = central/central_volume
    d(under_skin)/dt = −absorption · under_skin
    d(central)/dt = absorption · under_skin − exchange · (concentration − peripheral/volume)
        − (linear_clearance + saturable/(half + concentration)) · concentration
    d(peripheral)/dt = exchange · (concentration − peripheral/volume)
    RANKL is removed at removal · molar concentration
    density of the spine as in `density`, with the numbers found for this drug

Sources: OpenBoneMin, the code that carries PetersonRiggs2010 on.
"""

from brushite.equations import Cited, Fixed, Parameter, State, adds_to, quantity

LISTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, parameters")
WRITTEN = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, equations")


class States:
    denosumab_under_skin = State("Denosumab under the skin (DENSC)", "ng", start=0.0)
    denosumab_central = State("Denosumab in plasma (DENCENT)", "ng", start=0.0)
    denosumab_peripheral = State("Denosumab in tissue (DENPER)", "ng", start=0.0)
    spine_density_on_denosumab = State("Density of the spine (BMDlsDEN)", "1", start=1.0)


class Parameters:
    denosumab_absorption = Parameter("Absorption (DENKA)", 0.00592, "1/h", Fixed(), LISTED)
    denosumab_volume = Parameter("Central volume (DENVC)", 2340.0, "mL", Fixed(), LISTED)
    denosumab_tissue_volume = Parameter("Tissue volume (DENVP)", 1324.0, "mL", Fixed(), LISTED)
    denosumab_exchange = Parameter("Exchange (DENQ)", 18.67, "mL/h", Fixed(), LISTED)
    denosumab_clearance = Parameter("Linear clearance (DENCL)", 2.75, "mL/h", Fixed(), LISTED)
    denosumab_saturable = Parameter("Saturable limit (DENVMAX)", 3110.0, "ng/h", Fixed(), LISTED)
    denosumab_half = Parameter(
        "Concentration at half of it (DENKM)", 188.0, "ng/mL", Fixed(), LISTED
    )
    denosumab_molar_mass = Parameter("Molar mass (150000)", 150.0, "ng/pmol", Fixed(), WRITTEN)
    millilitres = Parameter("Millilitres in a litre", 1000.0, "mL/L", Fixed(), WRITTEN)
    denosumab_strength = Parameter(
        "Removal of RANKL per denosumab (kdenosl)", 2.0e-6, "L/pmol/h", Fixed(), LISTED
    )
    denosumab_spine_turnover = Parameter(
        "Turnover in the spine (koutBMDlsDEN)", 0.000145, "1/h", Fixed(), LISTED
    )
    denosumab_osteoclast_power = Parameter(
        "Power of osteoclasts in the spine (gamOClsDEN)", 0.0679, "1", Fixed(), LISTED
    )


@quantity("ng/mL")
def denosumab_concentration(denosumab_central, denosumab_volume):
    """Denosumab in plasma."""
    return denosumab_central / denosumab_volume


@quantity("pmol/L")
def denosumab_molar_concentration(denosumab_concentration, denosumab_molar_mass, millilitres):
    """Denosumab in plasma, in moles."""
    return denosumab_concentration / denosumab_molar_mass * millilitres


@quantity("ng/h")
def denosumab_absorbed(denosumab_absorption, denosumab_under_skin):
    """Denosumab from under the skin to plasma."""
    return denosumab_absorption * denosumab_under_skin


@quantity("ng/h")
def denosumab_to_tissue(
    denosumab_exchange, denosumab_concentration, denosumab_peripheral, denosumab_tissue_volume
):
    """Denosumab from plasma to tissue, net."""
    in_tissue = denosumab_peripheral / denosumab_tissue_volume
    return denosumab_exchange * (denosumab_concentration - in_tissue)


@quantity("ng/h")
def denosumab_eliminated(
    denosumab_clearance, denosumab_saturable, denosumab_half, denosumab_concentration
):
    """Denosumab that is broken down."""
    saturable = denosumab_saturable / (denosumab_half + denosumab_concentration)
    return (denosumab_clearance + saturable) * denosumab_concentration


@adds_to("rankl_removal")
@quantity("1/h")
def denosumab_effect(denosumab_strength, denosumab_molar_concentration):
    """Rate at which denosumab removes RANKL."""
    return denosumab_strength * denosumab_molar_concentration


def ddt_denosumab_under_skin(denosumab_absorbed):
    return -denosumab_absorbed


def ddt_denosumab_central(denosumab_absorbed, denosumab_to_tissue, denosumab_eliminated):
    return denosumab_absorbed - denosumab_to_tissue - denosumab_eliminated


def ddt_denosumab_peripheral(denosumab_to_tissue):
    return denosumab_to_tissue


def ddt_spine_density_on_denosumab(
    denosumab_spine_turnover,
    osteoblast_ratio,
    density_osteoblast_power,
    osteoclast_ratio,
    denosumab_osteoclast_power,
    spine_density_on_denosumab,
):
    gain = osteoblast_ratio**density_osteoblast_power
    loss = osteoclast_ratio**denosumab_osteoclast_power * spine_density_on_denosumab
    return denosumab_spine_turnover * (gain - loss)
