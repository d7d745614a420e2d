"""Lanthanum carbonate: a binder without calcium; doses are of elemental lanthanum.

Equations
    lanthanum_carbonate_capacity = lanthanum_carbonate_binding · lanthanum_carbonate_dose,
        a part of binder_capacity

Sources: per gram of lanthanum 2.0 times calcium carbonate (Daugirdas2011), whose 45 mg per gram are
from memory. On 3 g a day urinary phosphorus fell by 78 to 156 mg per gram (LanthanumTiming); 90 mg
held would take 59 of what is absorbed, so this may be too little.
Left out: the traces of lanthanum that are absorbed.
"""

from brushite.equations import Assumed, Input, LogNormal, Parameter, adds_to, quantity


class Inputs:
    lanthanum_carbonate_dose = Input("Lanthanum taken, as the element", "g/h", between=(0, 0.25))


class Parameters:
    lanthanum_carbonate_binding = Parameter(
        "Phosphate held by a gram of lanthanum", 2.9, "mmol/g", LogNormal(0.25),
        Assumed("derived: 2.0 (Daugirdas2011) of the 45 mg/g of calcium carbonate, from memory"),
        between=(1, 6.5),
    )  # fmt: skip


@adds_to("binder_capacity")
@quantity("mmol/h")
def lanthanum_carbonate_capacity(lanthanum_carbonate_binding, lanthanum_carbonate_dose):
    """Phosphate that the lanthanum taken could hold."""
    return lanthanum_carbonate_binding * lanthanum_carbonate_dose
