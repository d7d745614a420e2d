"""Gut: calcium and phosphate are eaten, held back by binders, absorbed, or leave with the faeces.

Equations
    phosphate_bound = dietary_phosphate · (1 − e^(−binder_capacity/dietary_phosphate))
        where binders that no record names count with unreported_binder in binder_capacity
    d(gut_phosphate)/dt = dietary_phosphate − phosphate_bound − gut_passage · gut_phosphate
    passive_phosphate_transport = (1 − active_phosphate_part) / (1 + paracellular_resistance)
    active_phosphate_transport = active_phosphate_part · [calcitriol/(calcitriol + half)]
        / [reference_calcitriol/(reference_calcitriol + half)]
    phosphate_transport = passive_phosphate_transport + active_phosphate_transport
    fractional_phosphate_absorption = absorbed_phosphate_share · phosphate_transport
        / (1 − absorbed_phosphate_share + absorbed_phosphate_share · phosphate_transport)
    phosphate_absorption = fractional_phosphate_absorption · gut_passage · gut_phosphate
    calcium_absorbed_share = passive + active · D/(D + half), D being calcaemic_vitamin_d
    d(gut_calcium)/dt = calcium_intake + digestive_secretion − gut_passage · gut_calcium
    calcium_absorption = calcium_absorbed_share · gut_passage · gut_calcium

Sources: 62 % of labelled phosphate was absorbed in health and 69 % in moderate kidney disease
(Stremke2021); no number on dialysis was read. Calcium absorption was 12 % (7 to 17) on dialysis at
a calcitriol of 15 pg/mL (Armas2012), and 10 + 0.17 · pmol/L percent in a record of 1979, made to
saturate: 10 % at 15 pg/mL. A binder holds less per gram the nearer it comes to what was
eaten, and never more than that. 65 to 80 % of phosphate goes between the cells (ParacellularRoute),
with intake and without calcitriol. Absorption and passage compete for what is in the gut: so the
share absorbed stays between none and all, whatever opens or closes its routes.
Departure: neither Stremke2021 nor the record of 1979 saw phosphate absorption follow calcitriol;
without it, active vitamin D would lower phosphate. It is modest: 6 % more at twice the usual level.
Left out: meals; and less from plants and more from additives (one share for all), since a plan's
diet does not say where its phosphate comes from.
"""

from brushite.equations import (
    Assumed,
    Input,
    LogitNormal,
    LogNormal,
    Parameter,
    State,
    Total,
    adds_to,
    quantity,
)
from brushite.vocabulary import exp, saturation


class States:
    gut_calcium = State("Calcium in the gut", "mmol", start=8.0)
    gut_phosphate = State("Unbound phosphate in the gut", "mmol", start=9.0)
    eaten_calcium = State("Calcium eaten so far", "mmol", start=0.0)
    eaten_phosphate = State("Phosphate eaten so far", "mmol", start=0.0)
    faecal_calcium = State("Calcium lost with the faeces so far", "mmol", start=0.0)
    faecal_phosphate = State("Phosphate lost with the faeces so far", "mmol", start=0.0)


class Inputs:
    dietary_calcium = Input("Calcium in the diet", "mmol/h", idle=0.625, between=(0.01, 5))
    dietary_phosphate = Input("Phosphate in the diet", "mmol/h", idle=1.21, between=(0.05, 6))
    unreported_binder = Input(
        "Phosphate that binders which no record names could hold", "mmol/h", between=(0, 2)
    )


class Totals:
    binder_capacity = Total("Phosphate that all binders taken could hold", "mmol/h")
    calcium_intake = Total("Calcium eaten, with food and drugs", "mmol/h")
    paracellular_resistance = Total("Resistance between gut cells added by drugs, over usual", "1")


class Parameters:
    gut_passage = Parameter(
        "Rate at which the gut passes its content on", 0.1, "1/h", LogNormal(0.3),
        Assumed("10 h from meal to end of absorption"), between=(0.03, 0.4),
    )  # fmt: skip
    absorbed_phosphate_share = Parameter(
        "Share of unbound phosphate absorbed at usual calcitriol", 0.65, "1", LogitNormal(0.25),
        Assumed("between 0.62 in health and 0.69 in moderate kidney disease (Stremke2021)"),
        between=(0.3, 0.95),
    )  # fmt: skip
    active_phosphate_part = Parameter(
        "Part of phosphate transport through gut cells at usual calcitriol", 0.28, "1",
        LogitNormal(0.3), Assumed("what 65 to 80 % between the cells (ParacellularRoute) leave"),
        between=(0.1, 0.5),
    )  # fmt: skip
    passive_calcium_share = Parameter(
        "Share of calcium absorbed without calcitriol", 0.034, "1", LogitNormal(0.4),
        Assumed("fitted by the prototype toward 12 % at a calcitriol of 15 pg/mL (Armas2012)"),
        between=(0.005, 0.2),
    )  # fmt: skip
    active_calcium_share = Parameter(
        "Most that calcitriol adds to the share absorbed", 0.41, "1", LogitNormal(0.3),
        Assumed("fitted by the prototype; the measured line made to saturate"), between=(0.1, 0.8),
    )  # fmt: skip
    absorption_calcitriol = Parameter(
        "Calcitriol at half of all active transport in the gut", 75.0, "pg/mL", LogNormal(0.25),
        Assumed("the measured line made to saturate well above physiological values"),
        between=(20, 300),
    )  # fmt: skip
    digestive_clearance = Parameter(
        "Calcium cleared from plasma into digestive juices", 0.104, "L/h", LogNormal(0.25),
        Assumed("2.5 to 4 mmol a day, the range in healthy people"), between=(0.02, 0.4),
    )  # fmt: skip


@quantity("mmol/h")
def phosphate_bound(dietary_phosphate, binder_capacity):
    """What binders hold back: little more than their capacity, never more than was eaten."""
    return dietary_phosphate * (1 - exp(-binder_capacity / dietary_phosphate))


@adds_to("binder_capacity")
@quantity("mmol/h")
def unreported_capacity(unreported_binder):
    """Phosphate that binders which no record names could hold."""
    return unreported_binder


@quantity("1")
def passive_phosphate_transport(active_phosphate_part, paracellular_resistance):
    """Transport of phosphate between gut cells, over all that is usual."""
    return (1 - active_phosphate_part) / (1 + paracellular_resistance)


@quantity("1")
def active_phosphate_transport(
    active_phosphate_part, calcitriol, reference_calcitriol, absorption_calcitriol
):
    """Transport of phosphate through gut cells, over all that is usual."""
    usual = saturation(reference_calcitriol, half=absorption_calcitriol)
    return active_phosphate_part * saturation(calcitriol, half=absorption_calcitriol) / usual


@quantity("1")
def phosphate_transport(passive_phosphate_transport, active_phosphate_transport):
    """Speed at which phosphate crosses the gut wall, over the usual one."""
    return passive_phosphate_transport + active_phosphate_transport


@quantity("1")
def fractional_phosphate_absorption(absorbed_phosphate_share, phosphate_transport):
    """Share of unbound phosphate absorbed, where absorption and passage compete for it."""
    absorbed = absorbed_phosphate_share * phosphate_transport
    return absorbed / (1 - absorbed_phosphate_share + absorbed)


@quantity("mmol/h")
def phosphate_absorption(fractional_phosphate_absorption, gut_passage, gut_phosphate):
    """Phosphate that reaches plasma from the gut."""
    return fractional_phosphate_absorption * gut_passage * gut_phosphate


@adds_to("calcium_intake")
@quantity("mmol/h")
def calcium_from_food(dietary_calcium):
    """Calcium eaten with food."""
    return dietary_calcium


@quantity("1")
def calcium_absorbed_share(
    passive_calcium_share, active_calcium_share, calcaemic_vitamin_d, absorption_calcitriol
):
    """Share of gut calcium absorbed, without and with calcitriol."""
    active = active_calcium_share * saturation(calcaemic_vitamin_d, half=absorption_calcitriol)
    return passive_calcium_share + active


@quantity("mmol/h")
def calcium_absorption(calcium_absorbed_share, gut_passage, gut_calcium):
    """Calcium that reaches plasma from the gut."""
    return calcium_absorbed_share * gut_passage * gut_calcium


@quantity("mmol/h")
def digestive_secretion(digestive_clearance, diffusible_calcium):
    """Calcium that goes into digestive juices."""
    return digestive_clearance * diffusible_calcium


def ddt_gut_calcium(calcium_intake, digestive_secretion, gut_passage, gut_calcium):
    return calcium_intake + digestive_secretion - gut_passage * gut_calcium


def ddt_gut_phosphate(dietary_phosphate, phosphate_bound, gut_passage, gut_phosphate):
    return dietary_phosphate - phosphate_bound - gut_passage * gut_phosphate


def ddt_eaten_calcium(calcium_intake):
    return calcium_intake


def ddt_eaten_phosphate(dietary_phosphate):
    return dietary_phosphate


def ddt_faecal_calcium(calcium_absorbed_share, gut_passage, gut_calcium):
    return (1 - calcium_absorbed_share) * gut_passage * gut_calcium


def ddt_faecal_phosphate(
    phosphate_bound, fractional_phosphate_absorption, gut_passage, gut_phosphate
):
    return phosphate_bound + (1 - fractional_phosphate_absorption) * gut_passage * gut_phosphate
