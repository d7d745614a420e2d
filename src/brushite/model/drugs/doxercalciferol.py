"""Doxercalciferol: becomes an analogue of calcitriol in the liver, without a kidney.

Equations
    d(doxercalciferol_depot)/dt = doxercalciferol_dose − hydroxylation · doxercalciferol_depot
    d(dihydroxyvitamin_d2)/dt = doxercalciferol_yield · hydroxylation · doxercalciferol_depot
        / calcitriol_volume − loss · dihydroxyvitamin_d2
    doxercalciferol_in_gland = dihydroxyvitamin_d2, a part of gland_analogues
    doxercalciferol_in_gut = calcaemic_share · dihydroxyvitamin_d2, a part of calcaemic_analogues

Sources: no trial of it was read; 0.4 to 0.5 of calcitriol by weight is a rule of thumb.
Left out: what a laboratory reads of vitamin D2 as calcitriol.
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
    doxercalciferol_depot = State("Doxercalciferol not yet hydroxylated", "ug", start=0.0)
    dihydroxyvitamin_d2 = State("1,25-dihydroxyvitamin D2 in plasma", "pg/mL", start=0.0)


class Inputs:
    doxercalciferol_dose = Input("Doxercalciferol taken", "ug/h", between=(0, 80))


class Parameters:
    doxercalciferol_hydroxylation = Parameter(
        "Rate of its hydroxylation in the liver", 0.12, "1/h", LogNormal(0.3),
        Assumed("that of alfacalcidol: a peak 8 to 12 h after a dose"), between=(0.03, 0.4),
    )  # fmt: skip
    doxercalciferol_yield = Parameter(
        "Active vitamin D2 that reaches plasma per weight", 0.21, "1", LogNormal(0.3),
        Assumed("derived: 0.45 of calcitriol by weight, of which 0.7 reach plasma and less stays"),
        between=(0.07, 0.6),
    )  # fmt: skip
    doxercalciferol_loss = Parameter(
        "Elimination of active vitamin D2", 0.02, "1/h", LogNormal(0.25),
        Assumed("a half-life of 35 h; 32 to 37, and up to 96"), between=(0.006, 0.05),
    )  # fmt: skip
    doxercalciferol_calcaemic_share = Parameter(
        "Share of its effect on the gland in gut and bone", 0.8, "1", LogitNormal(0.6),
        Assumed("analogues raise calcium less; for this one nobody compared"), between=(0.1, 0.99),
    )  # fmt: skip


@adds_to("gland_analogues")
@quantity("pg/mL")
def doxercalciferol_in_gland(dihydroxyvitamin_d2):
    """Calcitriol that active vitamin D2 stands for in the gland."""
    return dihydroxyvitamin_d2


@adds_to("calcaemic_analogues")
@quantity("pg/mL")
def doxercalciferol_in_gut(doxercalciferol_calcaemic_share, dihydroxyvitamin_d2):
    """Calcitriol that active vitamin D2 stands for in gut and bone."""
    return doxercalciferol_calcaemic_share * dihydroxyvitamin_d2


def ddt_doxercalciferol_depot(
    doxercalciferol_dose, doxercalciferol_hydroxylation, doxercalciferol_depot
):
    return doxercalciferol_dose - doxercalciferol_hydroxylation * doxercalciferol_depot


def ddt_dihydroxyvitamin_d2(
    doxercalciferol_yield,
    doxercalciferol_hydroxylation,
    doxercalciferol_depot,
    micrograms_per_litre,
    calcitriol_volume,
    doxercalciferol_loss,
    dihydroxyvitamin_d2,
):
    formed = doxercalciferol_yield * doxercalciferol_hydroxylation * doxercalciferol_depot
    gained = micrograms_per_litre * formed / calcitriol_volume
    return gained - doxercalciferol_loss * dihydroxyvitamin_d2
