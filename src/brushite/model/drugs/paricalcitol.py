"""Paricalcitol: an analogue of calcitriol that acts on the gland more than on gut and bone.

Equations
    d(paricalcitol_depot)/dt = paricalcitol_dose − paricalcitol_absorption · paricalcitol_depot
    d(paricalcitol)/dt = bioavailability · paricalcitol_absorption · paricalcitol_depot
        / paricalcitol_volume − paricalcitol_loss · paricalcitol
    paricalcitol_in_gland = potency · paricalcitol, a part of gland_analogues
    paricalcitol_in_gut = calcaemic_share · paricalcitol_in_gland, a part of calcaemic_analogues

Sources: 3 µg stood for 1 of calcitriol, with hypercalcaemia as often (Ong2013); at 4 to 1 PTH fell
only with paricalcitol and calcium rose only with calcitriol, in 25 people of whom only a record was
kept. 72 to 86 % of a dose by mouth is absorbed by its label, also of record.
Departure: one bioavailability for tablets and injections.
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
    paricalcitol_depot = State("Paricalcitol not yet absorbed", "ug", start=0.0)
    paricalcitol = State("Paricalcitol in plasma", "pg/mL", start=0.0)


class Inputs:
    paricalcitol_dose = Input("Paricalcitol taken", "ug/h", between=(0, 100))


class Parameters:
    paricalcitol_absorption = Parameter(
        "Rate at which paricalcitol is absorbed", 0.6, "1/h", LogNormal(0.3),
        Assumed("plasma peaks 3 h after a dose"), between=(0.15, 2.5),
    )  # fmt: skip
    paricalcitol_bioavailability = Parameter(
        "Share of paricalcitol taken that reaches plasma", 0.82, "1", LogitNormal(0.4),
        Assumed("79 to 86 % on dialysis by its label, of which a record was kept"),
        between=(0.4, 0.99),
    )  # fmt: skip
    paricalcitol_volume = Parameter(
        "Volume of distribution of paricalcitol", 30.0, "L", LogNormal(0.2),
        Assumed("that of calcitriol, since only its product with potency shows"), between=(12, 70),
    )  # fmt: skip
    paricalcitol_loss = Parameter(
        "Elimination of paricalcitol", 0.041, "1/h", LogNormal(0.2),
        Assumed("a half-life of 17 h, 14 to 20 on dialysis"), between=(0.015, 0.1),
    )  # fmt: skip
    paricalcitol_potency = Parameter(
        "Effect on the gland per concentration, that of calcitriol being 1", 0.38, "1",
        LogNormal(0.3),
        Assumed("derived: a third of calcitriol by weight (Ong2013), a quarter in older trials"),
        between=(0.08, 0.9),
    )  # fmt: skip
    paricalcitol_calcaemic_share = Parameter(
        "Share of that effect in gut and bone", 0.6, "1", LogitNormal(0.6),
        Assumed("calcium rose only with calcitriol at 4 to 1, as often at 3 to 1: 0.3 to 0.9"),
        between=(0.05, 0.98),
    )  # fmt: skip


@adds_to("gland_analogues")
@quantity("pg/mL")
def paricalcitol_in_gland(paricalcitol_potency, paricalcitol):
    """Calcitriol that paricalcitol stands for in the gland."""
    return paricalcitol_potency * paricalcitol


@adds_to("calcaemic_analogues")
@quantity("pg/mL")
def paricalcitol_in_gut(paricalcitol_calcaemic_share, paricalcitol_in_gland):
    """Calcitriol that paricalcitol stands for in gut and bone."""
    return paricalcitol_calcaemic_share * paricalcitol_in_gland


def ddt_paricalcitol_depot(paricalcitol_dose, paricalcitol_absorption, paricalcitol_depot):
    return paricalcitol_dose - paricalcitol_absorption * paricalcitol_depot


def ddt_paricalcitol(
    paricalcitol_bioavailability,
    paricalcitol_absorption,
    paricalcitol_depot,
    micrograms_per_litre,
    paricalcitol_volume,
    paricalcitol_loss,
    paricalcitol,
):
    absorbed = paricalcitol_bioavailability * paricalcitol_absorption * paricalcitol_depot
    gained = micrograms_per_litre * absorbed / paricalcitol_volume
    return gained - paricalcitol_loss * paricalcitol
