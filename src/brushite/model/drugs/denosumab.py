"""Denosumab: an antibody under the skin that stops osteoclasts for months.

Equations; c is the amount in plasma by its volume
    d(denosumab_depot)/dt = denosumab_dose − absorption · denosumab_depot
    d(denosumab)/dt = bioavailability · absorption · denosumab_depot
        − exchange · (c − tissue/volume) − (clearance + saturable/(half + c)) · c
    d(denosumab_tissue)/dt = exchange · (c − tissue/volume)
    denosumab_on_osteoclasts = c/effect_half, a part of osteoclast_block

Sources: kinetics are those of OpenBoneMin; they need no kidney. What does half was set so that
about a tenth of osteoclasts is left, as in that model, for two months.
Left out: the rebound of osteoclasts beyond what they were when the drug is stopped.
"""

from brushite.equations import (
    Assumed,
    Cited,
    Input,
    LogitNormal,
    LogNormal,
    Parameter,
    State,
    adds_to,
    quantity,
)

LISTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, parameters")


class States:
    denosumab_depot = State("Denosumab under the skin", "mg", start=0.0)
    denosumab = State("Denosumab in plasma", "mg", start=0.0)
    denosumab_tissue = State("Denosumab in tissue", "mg", start=0.0)


class Inputs:
    denosumab_dose = Input("Denosumab injected", "mg/h", between=(0, 240))


class Parameters:
    denosumab_absorption = Parameter(
        "Rate at which denosumab is absorbed", 0.00592, "1/h", LogNormal(0.3), LISTED,
        between=(0.002, 0.02),
    )  # fmt: skip
    denosumab_bioavailability = Parameter(
        "Share of denosumab injected that reaches plasma", 0.729, "1", LogitNormal(0.4), LISTED,
        between=(0.3, 0.98),
    )  # fmt: skip
    denosumab_volume = Parameter(
        "Volume of denosumab in plasma", 2.34, "L", LogNormal(0.2), LISTED, between=(1, 6)
    )
    denosumab_tissue_volume = Parameter(
        "Volume of denosumab in tissue", 1.324, "L", LogNormal(0.2), LISTED, between=(0.5, 4)
    )
    denosumab_exchange = Parameter(
        "Exchange of denosumab between them", 0.01867, "L/h", LogNormal(0.3), LISTED,
        between=(0.005, 0.07),
    )  # fmt: skip
    denosumab_clearance = Parameter(
        "Clearance of denosumab", 0.00275, "L/h", LogNormal(0.3), LISTED, between=(0.0008, 0.01)
    )
    denosumab_saturable = Parameter(
        "Most that its target clears of denosumab", 0.00311, "mg/h", LogNormal(0.3), LISTED,
        between=(0.001, 0.01),
    )  # fmt: skip
    denosumab_half = Parameter(
        "Denosumab at which its target clears half of that", 0.188, "mg/L", LogNormal(0.3), LISTED,
        between=(0.05, 0.8),
    )  # fmt: skip
    denosumab_effect_half = Parameter(
        "Denosumab that halves what is asked of osteoclasts", 0.6, "mg/L", LogNormal(0.6),
        Assumed("leaves a tenth of osteoclasts for two months after 60 mg, as OpenBoneMin has"),
        between=(0.05, 5),
    )  # fmt: skip


@quantity("mg/L")
def denosumab_concentration(denosumab, denosumab_volume):
    """Denosumab in plasma."""
    return denosumab / denosumab_volume


@quantity("mg/h")
def denosumab_to_tissue(
    denosumab_exchange, denosumab_concentration, denosumab_tissue, denosumab_tissue_volume
):
    """Denosumab that goes into tissue; negative when it comes back."""
    return denosumab_exchange * (
        denosumab_concentration - denosumab_tissue / denosumab_tissue_volume
    )


@quantity("mg/h")
def denosumab_elimination(
    denosumab_clearance, denosumab_saturable, denosumab_half, denosumab_concentration
):
    """Denosumab that is lost, with its target and otherwise."""
    clearance = denosumab_clearance + denosumab_saturable / (
        denosumab_half + denosumab_concentration
    )
    return clearance * denosumab_concentration


@adds_to("osteoclast_block")
@quantity("1")
def denosumab_on_osteoclasts(denosumab_concentration, denosumab_effect_half):
    """Denosumab in plasma by what does half."""
    return denosumab_concentration / denosumab_effect_half


def ddt_denosumab_depot(denosumab_dose, denosumab_absorption, denosumab_depot):
    return denosumab_dose - denosumab_absorption * denosumab_depot


def ddt_denosumab(
    denosumab_bioavailability,
    denosumab_absorption,
    denosumab_depot,
    denosumab_to_tissue,
    denosumab_elimination,
):
    absorbed = denosumab_bioavailability * denosumab_absorption * denosumab_depot
    return absorbed - denosumab_to_tissue - denosumab_elimination


def ddt_denosumab_tissue(denosumab_to_tissue):
    return denosumab_to_tissue
