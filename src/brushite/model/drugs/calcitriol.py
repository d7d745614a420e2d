"""Calcitriol as a drug, by mouth or into a vein.

Equations
    d(calcitriol_depot)/dt = calcitriol_dose − calcitriol_absorption · calcitriol_depot
    calcitriol_from_drug = bioavailability · calcitriol_absorption · calcitriol_depot
        / calcitriol_volume, a part of calcitriol_supply

Sources: pulses of 2 µg by mouth and into a vein gave equal exposure over 48 h and equal falls of
PTH (CalcitriolPulse), so both ways share one bioavailability, a class value.
Left out: the higher peak of an injection, which lasts hours (389 against 128 pmol/L in one study).
"""

from brushite.equations import (
    Assumed,
    Input,
    LogitNormal,
    LogNormal,
    Parameter,
    State,
    adds_to,
    quantity,
)


class States:
    calcitriol_depot = State("Calcitriol not yet absorbed", "ug", start=0.0)


class Inputs:
    calcitriol_dose = Input("Calcitriol taken", "ug/h", between=(0, 10))


class Parameters:
    calcitriol_absorption = Parameter(
        "Rate at which calcitriol is absorbed", 0.3, "1/h", LogNormal(0.3),
        Assumed("plasma peaks 3 to 6 h after a dose"), between=(0.08, 1.2),
    )  # fmt: skip
    calcitriol_bioavailability = Parameter(
        "Share of calcitriol taken that reaches plasma", 0.7, "1", LogitNormal(0.4),
        Assumed("a class value, 0.6 to 0.8 by mouth; equal into a vein in CalcitriolPulse"),
        between=(0.3, 0.98),
    )  # fmt: skip


@adds_to("calcitriol_supply")
@quantity("pg/mL/h")
def calcitriol_from_drug(
    calcitriol_bioavailability,
    calcitriol_absorption,
    calcitriol_depot,
    calcitriol_volume,
    micrograms_per_litre,
):
    """Calcitriol that reaches plasma from the drug."""
    absorbed = calcitriol_bioavailability * calcitriol_absorption * calcitriol_depot
    return micrograms_per_litre * absorbed / calcitriol_volume


def ddt_calcitriol_depot(calcitriol_dose, calcitriol_absorption, calcitriol_depot):
    return calcitriol_dose - calcitriol_absorption * calcitriol_depot
