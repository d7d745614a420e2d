"""Cinacalcet: a calcimimetic by mouth that no dialyser clears.

Equations
    d(cinacalcet)/dt = cinacalcet_dose − cinacalcet_loss · cinacalcet
    cinacalcet_exposure = cinacalcet/half, a part of calcimimetic_exposure

Sources: a half-life of 30 to 40 h and no dialysis are from labels not read; the half was fitted by
the prototype to PTH −43 % with 70 mg a day in 26 weeks, which is from memory.
Left out: absorption, which takes hours, and its 25 %; both are in the half.
"""

from brushite.equations import Assumed, Input, LogNormal, Parameter, State, adds_to, quantity


class States:
    cinacalcet = State("Cinacalcet in the body, as taken", "mg", start=0.0)


class Inputs:
    cinacalcet_dose = Input("Cinacalcet taken", "mg/h", between=(0, 400))


class Parameters:
    cinacalcet_loss = Parameter(
        "Elimination of cinacalcet", 0.0198, "1/h", LogNormal(0.2),
        Assumed("a half-life of 35 h, 30 to 40 by its label"), between=(0.008, 0.05),
    )  # fmt: skip
    cinacalcet_half = Parameter(
        "Cinacalcet at half of the effect of calcimimetics", 160.0, "mg", LogNormal(0.5),
        Assumed("fitted by the prototype to PTH −43 % with 70 mg a day"), between=(30, 900),
    )  # fmt: skip


@adds_to("calcimimetic_exposure")
@quantity("1")
def cinacalcet_exposure(cinacalcet, cinacalcet_half):
    """Cinacalcet in the body by what does half."""
    return cinacalcet / cinacalcet_half


def ddt_cinacalcet(cinacalcet_dose, cinacalcet_loss, cinacalcet):
    return cinacalcet_dose - cinacalcet_loss * cinacalcet
