"""Alfacalcidol: becomes calcitriol in the liver, without a kidney.

Equations
    d(alfacalcidol_depot)/dt = alfacalcidol_dose − alfacalcidol_hydroxylation · alfacalcidol_depot
    calcitriol_from_alfacalcidol = potency · alfacalcidol_hydroxylation · alfacalcidol_depot
        / calcitriol_volume, a part of calcitriol_supply

Sources: by weight 0.5 to 0.65 of calcitriol is our estimate from a switch to 1.35 times the weight,
at which PTH rose from 275 to 442 pg/mL (AlfacalcidolSwitch); 0.55 of calcitriol's own
bioavailability of 0.7 makes 0.385.
"""

from brushite.equations import (
    Assumed,
    Fixed,
    Input,
    LogNormal,
    Parameter,
    State,
    adds_to,
    quantity,
)


class States:
    alfacalcidol_depot = State("Alfacalcidol not yet hydroxylated", "ug", start=0.0)


class Inputs:
    alfacalcidol_dose = Input("Alfacalcidol taken", "ug/h", between=(0, 0.5))


class Parameters:
    alfacalcidol_hydroxylation = Parameter(
        "Rate of its hydroxylation in the liver", 0.12, "1/h", LogNormal(0.3),
        Assumed("calcitriol peaks 8 to 12 h after a dose"), between=(0.03, 0.4),
    )  # fmt: skip
    alfacalcidol_potency = Parameter(
        "Calcitriol that reaches plasma per weight of alfacalcidol", 0.385, "1", LogNormal(0.2),
        Assumed("0.55 of calcitriol's 0.7; 1.35 times its weight was too little (see above)"),
        between=(0.15, 0.8),
    )  # fmt: skip
    calcitriol_volume = Parameter(
        "Volume of distribution of calcitriol", 30.0, "L", LogNormal(0.2),
        Assumed("a clearance of about 0.9 L/h at a half-life of 23 h"), between=(12, 70),
    )  # fmt: skip
    micrograms_per_litre = Parameter(
        "pg/mL in 1 µg/L", 1000.0, "pg*L/ug/mL", Fixed(), Assumed("definition of the units")
    )


@adds_to("calcitriol_supply")
@quantity("pg/mL/h")
def calcitriol_from_alfacalcidol(
    alfacalcidol_potency,
    alfacalcidol_hydroxylation,
    alfacalcidol_depot,
    calcitriol_volume,
    micrograms_per_litre,
):
    """Calcitriol that the liver makes of alfacalcidol."""
    formed = alfacalcidol_potency * alfacalcidol_hydroxylation * alfacalcidol_depot
    return micrograms_per_litre * formed / calcitriol_volume


def ddt_alfacalcidol_depot(alfacalcidol_dose, alfacalcidol_hydroxylation, alfacalcidol_depot):
    return alfacalcidol_dose - alfacalcidol_hydroxylation * alfacalcidol_depot
