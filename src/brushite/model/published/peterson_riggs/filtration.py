"""Glomerular filtration that falls over years.

Equations
    d(glomerular_filtration)/dt = −decline · glomerular_filtration
    decline = −ln((filtration₀ − filtration_lost)/filtration₀)/decline_time

Sources: OpenBoneMin, the code that carries PetersonRiggs2010 on. Its 16.667 mL/min for 1 L/h is
rounded, as there.
"""

from brushite.equations import Cited, Fixed, Parameter, State, quantity
from brushite.vocabulary import log

LISTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, parameters")
WRITTEN = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, equations")


class States:
    glomerular_filtration = State("Glomerular filtration (GFR)", "L/h", start=100 / 16.667)


class Parameters:
    baseline_filtration = Parameter(
        "Filtration at baseline (GFR0)", 100.0, "mL/min", Fixed(), WRITTEN
    )
    filtration_lost = Parameter(
        "Filtration lost in that time (GFRdelta)", 0.0, "mL/min", Fixed(), LISTED
    )
    decline_time = Parameter("Time in which it is lost (GFRtau)", 10.0 * 8766, "h", Fixed(), LISTED)


@quantity("1/h")
def filtration_decline(baseline_filtration, filtration_lost, decline_time):
    """Rate at which filtration falls."""
    return -log((baseline_filtration - filtration_lost) / baseline_filtration) / decline_time


def ddt_glomerular_filtration(filtration_decline, glomerular_filtration):
    return -filtration_decline * glomerular_filtration
