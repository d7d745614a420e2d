"""Etelcalcetide: a calcimimetic into a vein after dialysis, which the next session clears.

Equations; c and c_bound are amounts by volumes
    d(etelcalcetide)/dt = etelcalcetide_dose − (clearance + session · dialysis_clearance) · c
        − exchange · (c − c_bound)
    d(etelcalcetide_bound)/dt = exchange · (c − c_bound)
    etelcalcetide_exposure = c/half, a part of calcimimetic_exposure

Sources: dialysis clears 7.66 L/h and it spreads over 796 L, by a label of which a record was kept;
most of what is bound sits on albumin and is set free again between sessions. How these
796 L part, the exchange, and what the body clears by itself (7 % of a labelled dose in 175 days
went elsewhere than into the dialysate) are the prototype's, and give an accumulation of 3 to 4. The
half was fitted to PTH 849 to 384 pg/mL (Block2017).
"""

from brushite.equations import Assumed, Input, LogNormal, Parameter, State, adds_to, quantity


class States:
    etelcalcetide = State("Etelcalcetide in plasma and what is near it", "mg", start=0.0)
    etelcalcetide_bound = State("Etelcalcetide bound to albumin and in tissue", "mg", start=0.0)


class Inputs:
    etelcalcetide_dose = Input("Etelcalcetide injected", "mg/h", between=(0, 60))


class Parameters:
    etelcalcetide_volume = Parameter(
        "Volume that etelcalcetide reaches at once", 60.0, "L", LogNormal(0.2),
        Assumed("the prototype's; 40 to 100 plausible"), between=(20, 200),
    )  # fmt: skip
    etelcalcetide_bound_volume = Parameter(
        "Volume that what is bound stands for", 736.0, "L", LogNormal(0.2),
        Assumed("796 L by its label, less those reached at once"), between=(300, 1600),
    )  # fmt: skip
    etelcalcetide_clearance = Parameter(
        "Etelcalcetide cleared by the body itself", 0.5, "L/h", LogNormal(0.5),
        Assumed("7 % of a labelled dose elsewhere than in the dialysate: 0.1 to 1"),
        between=(0.05, 3),
    )  # fmt: skip
    etelcalcetide_dialysis_clearance = Parameter(
        "Etelcalcetide cleared while a session runs", 7.66, "L/h", LogNormal(0.15),
        Assumed("by its label, of which a record was kept"), between=(3, 16),
    )  # fmt: skip
    etelcalcetide_exchange = Parameter(
        "Exchange with what is bound", 3.0, "L/h", LogNormal(0.4),
        Assumed("1 to 6: an accumulation of 3 to 4 times"), between=(0.5, 15),
    )  # fmt: skip
    etelcalcetide_half = Parameter(
        "Etelcalcetide at half of the effect of calcimimetics", 0.029, "mg/L", LogNormal(0.5),
        Assumed("fitted by the prototype to PTH 849 to 384 pg/mL (Block2017)"),
        between=(0.005, 0.2),
    )  # fmt: skip


@quantity("mg/L")
def etelcalcetide_concentration(etelcalcetide, etelcalcetide_volume):
    """Etelcalcetide in plasma."""
    return etelcalcetide / etelcalcetide_volume


@quantity("mg/h")
def etelcalcetide_binding(
    etelcalcetide_exchange,
    etelcalcetide_concentration,
    etelcalcetide_bound,
    etelcalcetide_bound_volume,
):
    """Etelcalcetide that becomes bound; negative when it is set free."""
    bound = etelcalcetide_bound / etelcalcetide_bound_volume
    return etelcalcetide_exchange * (etelcalcetide_concentration - bound)


@adds_to("calcimimetic_exposure")
@quantity("1")
def etelcalcetide_exposure(etelcalcetide_concentration, etelcalcetide_half):
    """Etelcalcetide in plasma by what does half."""
    return etelcalcetide_concentration / etelcalcetide_half


def ddt_etelcalcetide(
    etelcalcetide_dose,
    etelcalcetide_clearance,
    session,
    etelcalcetide_dialysis_clearance,
    etelcalcetide_concentration,
    etelcalcetide_binding,
):
    clearance = etelcalcetide_clearance + session * etelcalcetide_dialysis_clearance
    return etelcalcetide_dose - clearance * etelcalcetide_concentration - etelcalcetide_binding


def ddt_etelcalcetide_bound(etelcalcetide_binding):
    return etelcalcetide_binding
