"""Teriparatide: from under the skin into plasma, where it counts as PTH.

Equations
    d(under_skin)/dt = −clearance/volume · under_skin, which is what plasma PTH gains
    d(central)/dt = clearance/volume · under_skin − central_elimination · central

Sources: OpenBoneMin, the code that carries PetersonRiggs2010 on. `central` follows the drug on its
own and acts on nothing.
"""

from brushite.equations import Cited, Fixed, Parameter, State, adds_to, quantity

LISTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, parameters")


class States:
    teriparatide_under_skin = State("Teriparatide under the skin (TERISC)", "pmol", start=0.0)
    teriparatide_central = State("Teriparatide in plasma (TERICENT)", "pmol", start=0.0)


class Parameters:
    teriparatide_clearance = Parameter("Clearance (TERICL)", 62.2, "L/h", Fixed(), LISTED)
    teriparatide_volume = Parameter("Volume (TERIVC)", 94.4, "L", Fixed(), LISTED)
    teriparatide_elimination = Parameter("Elimination (TERIKA)", 10.4, "1/h", Fixed(), LISTED)


@adds_to("pth_inflow")
@quantity("pmol/h")
def teriparatide_absorbed(teriparatide_clearance, teriparatide_volume, teriparatide_under_skin):
    """Teriparatide from under the skin to plasma."""
    return teriparatide_clearance / teriparatide_volume * teriparatide_under_skin


def ddt_teriparatide_under_skin(teriparatide_absorbed):
    return -teriparatide_absorbed


def ddt_teriparatide_central(teriparatide_absorbed, teriparatide_elimination, teriparatide_central):
    return teriparatide_absorbed - teriparatide_elimination * teriparatide_central
