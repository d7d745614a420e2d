"""Sodium thiosulfate: gone within a day; whether it acts on calcified masses nobody has shown.

Equations; c is what is in the body by its extracellular volume
    d(thiosulfate)/dt = sodium_thiosulfate_dose − (clearance + session · dialysis_clearance) · c
    thiosulfate_on_masses = action · c, a part of deposition_block

Sources: without kidneys 2.04 ± 0.72 mL/min/kg are cleared, by dialysis 2.62 ± 1.01 (Thiosulfate).
No controlled trial shows an effect on tumoral masses, so the spread of its action includes next to
none: from 1 to 60 % less growth in the first hours after 25 g, and from 0.1 to 15 % over a week.
Departure: a half-life of 8 h, also in print, does not go with these clearances and the
extracellular volume, which give 1.2 h.
Left out: chelation of plasma calcium, and the acid that it brings.
"""

from brushite.equations import Assumed, Input, LogNormal, Parameter, State, adds_to, quantity


class States:
    thiosulfate = State("Sodium thiosulfate in the body", "g", start=0.0)


class Inputs:
    sodium_thiosulfate_dose = Input("Sodium thiosulfate infused", "g/h", between=(0, 80))


class Parameters:
    thiosulfate_clearance = Parameter(
        "Thiosulfate cleared by the body itself", 8.6, "L/h", LogNormal(0.35),
        Assumed("derived: 2.04 ± 0.72 mL/min/kg (Thiosulfate) at 70 kg"), between=(2, 30),
    )  # fmt: skip
    thiosulfate_dialysis_clearance = Parameter(
        "Thiosulfate cleared while a session runs", 11.0, "L/h", LogNormal(0.37),
        Assumed("derived: 2.62 ± 1.01 mL/min/kg (Thiosulfate) at 70 kg"), between=(3, 30),
    )  # fmt: skip
    thiosulfate_action = Parameter(
        "What thiosulfate takes from growth of masses", 0.3, "L/g", LogNormal(1.5),
        Assumed("nobody has shown any action on masses; anything from next to none is possible"),
        between=(0, 30),
    )  # fmt: skip


@quantity("g/L")
def thiosulfate_concentration(thiosulfate, extracellular_volume):
    """Sodium thiosulfate outside cells."""
    return thiosulfate / extracellular_volume


@adds_to("deposition_block")
@quantity("1")
def thiosulfate_on_masses(thiosulfate_action, thiosulfate_concentration):
    """What thiosulfate adds to the block of deposition."""
    return thiosulfate_action * thiosulfate_concentration


def ddt_thiosulfate(
    sodium_thiosulfate_dose,
    thiosulfate_clearance,
    session,
    thiosulfate_dialysis_clearance,
    thiosulfate_concentration,
):
    clearance = thiosulfate_clearance + session * thiosulfate_dialysis_clearance
    return sodium_thiosulfate_dose - clearance * thiosulfate_concentration
