"""Tenapanor: no binder; it tightens the junctions between gut cells, where phosphate passes.

Equations
    d(gut_tenapanor)/dt = tenapanor_dose − gut_passage · gut_tenapanor
    junction_tightening = gut_tenapanor / tenapanor_doubling, a part of paracellular_resistance

Sources: 4 weeks of 30 mg twice a day lowered phosphate by 1.98 mg/dL, 3 mg once a day by 0.47 and
placebo by 0.54 (Tenapanor2017, abstract): 1.44 of 7.6 mg/dL by the drug. In healthy people 15 to
90 mg twice a day lowered urinary phosphorus from 25.5 to between 19.4 and 15.3 mmol a day
(TenapanorVolunteers). With resistance doubled at 40 mg a day, 2 % less is absorbed at 3 mg a day,
13 % at 30, 21 % at 60 and 33 % at 180.
Departure: faeces of these healthy people gained less (0.8 to 8.0 mmol a day) than urine lost (6.1
to 10.2). Here what is not absorbed is lost with the faeces, so the balance closes.
Left out: the sodium and water that it keeps in the gut, diarrhoea, and doses given up for it.
"""

from brushite.equations import (
    Assumed,
    Input,
    LogNormal,
    Parameter,
    State,
    adds_to,
    quantity,
)


class States:
    gut_tenapanor = State("Tenapanor in the gut", "mg", start=0.0)


class Inputs:
    tenapanor_dose = Input("Tenapanor taken", "mg/h", between=(0, 8))


class Parameters:
    tenapanor_doubling = Parameter(
        "Tenapanor in the gut that doubles resistance between its cells", 16.7, "mg",
        LogNormal(0.4),
        Assumed("40 mg a day over 0.1/h, between the falls of Tenapanor2017 and of healthy urine"),
        between=(4, 70),
    )  # fmt: skip


@adds_to("paracellular_resistance")
@quantity("1")
def junction_tightening(gut_tenapanor, tenapanor_doubling):
    """Resistance between gut cells that tenapanor adds, over the usual one."""
    return gut_tenapanor / tenapanor_doubling


def ddt_gut_tenapanor(tenapanor_dose, gut_passage, gut_tenapanor):
    return tenapanor_dose - gut_passage * gut_tenapanor
