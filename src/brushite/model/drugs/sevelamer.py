"""Sevelamer: a binder that holds phosphate in the gut and brings no calcium.

Equations
    sevelamer_capacity = sevelamer_binding · sevelamer_dose, a part of binder_capacity

Sources: 34 mg of phosphorus per gram, 0.75 times calcium carbonate (Daugirdas2011), whose 45 mg per
gram are from memory.
Left out: the fall of bicarbonate with the hydrochloride.
"""

from brushite.equations import Assumed, Input, LogNormal, Parameter, adds_to, quantity


class Inputs:
    sevelamer_dose = Input("Sevelamer taken", "g/h", between=(0, 0.7))


class Parameters:
    sevelamer_binding = Parameter(
        "Phosphate held by a gram of sevelamer", 1.1, "mmol/g", LogNormal(0.25),
        Assumed("derived: 0.75 (Daugirdas2011) of the 45 mg/g of calcium carbonate, from memory"),
        between=(0.4, 2.5),
    )  # fmt: skip


@adds_to("binder_capacity")
@quantity("mmol/h")
def sevelamer_capacity(sevelamer_binding, sevelamer_dose):
    """Phosphate that the sevelamer taken could hold."""
    return sevelamer_binding * sevelamer_dose
