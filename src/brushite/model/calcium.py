"""Calcium: the extracellular pool, and the bone surfaces that answer it within the hour.

Equations
    rapid_exchange = exchange_clearance · (ionised_calcium − exchange_level)
    exchange_level = level_at_rest · surface_pth_effect · (1 − b E) · rapid_calcium/rapid_reference,
        E being the effect of calcimimetics
    d(extracellular_calcium)/dt = calcium_absorption + bone_calcium_release + lesion_calcium_release
        + calcium_from_dialysate − rapid_exchange − digestive_secretion − urine − skin
    d(rapid_calcium)/dt = rapid_exchange − secondary_uptake

Sources: Gotch2010 found a pool beyond the extracellular one that takes or gives calcium at the
rate of the dialyser, which keeps plasma calcium nearly constant; 100 mmol are exchangeable at once
in the model of PetersonRiggs2010. The level is in proportion to the pool: otherwise a bath would
have no lasting effect. Calcium bound to albumin sits in the albumin space, not in all
extracellular water (see chemistry).
Departure: the prototype has 1.10 mmol/L for the level at rest. Here it is 1.15, with which calcium
comes nearer the census.
"""

from brushite.equations import (
    Assumed,
    Cited,
    LogitNormal,
    LogNormal,
    Parameter,
    State,
    Total,
    quantity,
)


class States:
    extracellular_calcium = State("Calcium outside cells", "mmol", start=27.0)
    rapid_calcium = State("Rapidly exchangeable calcium of bone surfaces", "mmol", start=100.0)
    dialysed_calcium = State(
        "Calcium removed by dialysis so far, negative if it was given",
        "mmol",
        start=0.0,
        between=(float("-inf"), float("inf")),
    )
    urinary_calcium = State("Calcium lost with the urine so far", "mmol", start=0.0)
    skin_calcium = State("Calcium lost through the skin so far", "mmol", start=0.0)


class Totals:
    lesion_calcium_release = Total("Calcium returned by calcified masses", "mmol/h")


class Parameters:
    exchange_clearance = Parameter(
        "Exchange of ionised calcium with bone surfaces", 12.0, "L/h", LogNormal(0.35),
        Assumed("at least the dialysance of calcium: slower, and calcium would swing in a session"),
        between=(3, 40),
    )  # fmt: skip
    level_at_rest = Parameter(
        "Ionised calcium in balance with bone surfaces at a PTH of 300 pg/mL", 1.15, "mmol/L",
        LogNormal(0.04),
        Assumed("brings calcium near the census of DOPPS2005; 1.10 in the prototype"),
        between=(0.85, 1.45),
    )  # fmt: skip
    rapid_reference = Parameter(
        "Rapidly exchangeable calcium at that level", 100.0, "mmol", LogNormal(0.25),
        Cited("PetersonRiggs2010", "model code: initial Q, immediately exchangeable bone calcium"),
        between=(40, 250),
    )  # fmt: skip
    calcimimetic_on_bone = Parameter(
        "Fall of that level per effect of calcimimetics", 0.27, "1", LogitNormal(0.5),
        Assumed("fitted by the prototype: PTH alone takes calcium down by 4, not by 7 %"),
        between=(0.02, 0.8),
    )  # fmt: skip
    skin_clearance = Parameter(
        "Calcium cleared through the skin", 0.012, "L/h", LogNormal(0.4),
        Assumed("0.4 mmol a day"), between=(0.001, 0.05),
    )  # fmt: skip


@quantity("mmol/L")
def exchange_level(
    level_at_rest,
    surface_pth_effect,
    calcimimetic_on_bone,
    calcimimetic_effect,
    rapid_calcium,
    rapid_reference,
):
    """Ionised calcium in balance with bone surfaces."""
    held = surface_pth_effect * (1 - calcimimetic_on_bone * calcimimetic_effect)
    return level_at_rest * held * rapid_calcium / rapid_reference


@quantity("mmol/h")
def rapid_exchange(exchange_clearance, ionised_calcium, exchange_level):
    """Calcium that bone surfaces take from plasma."""
    return exchange_clearance * (ionised_calcium - exchange_level)


@quantity("mmol/h")
def skin_calcium_flow(skin_clearance, diffusible_calcium):
    """Calcium lost through the skin."""
    return skin_clearance * diffusible_calcium


def ddt_extracellular_calcium(
    calcium_absorption,
    bone_calcium_release,
    lesion_calcium_release,
    calcium_from_dialysate,
    rapid_exchange,
    digestive_secretion,
    urinary_calcium_flow,
    skin_calcium_flow,
):
    gained = calcium_absorption + bone_calcium_release + lesion_calcium_release
    lost = rapid_exchange + digestive_secretion + urinary_calcium_flow + skin_calcium_flow
    return gained + calcium_from_dialysate - lost


def ddt_rapid_calcium(rapid_exchange, secondary_uptake):
    return rapid_exchange - secondary_uptake


def ddt_dialysed_calcium(calcium_from_dialysate):
    return -calcium_from_dialysate


def ddt_urinary_calcium(urinary_calcium_flow):
    return urinary_calcium_flow


def ddt_skin_calcium(skin_calcium_flow):
    return skin_calcium_flow
