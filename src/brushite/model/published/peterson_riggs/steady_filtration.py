"""Glomerular filtration that stays as it is.

Equations
    glomerular_filtration = filtration_measured/millilitres_per_minute

Sources: OpenBoneMin, the code that carries PetersonRiggs2010 on. Its 16.667 mL/min for 1 L/h is
rounded, as there.
"""

from brushite.equations import Cited, Fixed, Parameter, quantity

WRITTEN = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, equations")


class Parameters:
    filtration_measured = Parameter(
        "Glomerular filtration (GFR)", 100.0, "mL/min", Fixed(), WRITTEN
    )
    millilitres_per_minute = Parameter(
        "Rounded mL/min for each L/h (16.667)", 16.667, "mL*h/min/L", Fixed(), WRITTEN
    )


@quantity("L/h")
def glomerular_filtration(filtration_measured, millilitres_per_minute):
    """Glomerular filtration in the unit of the model."""
    return filtration_measured / millilitres_per_minute
