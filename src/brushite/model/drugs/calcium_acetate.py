"""Calcium acetate: a binder that is a load of calcium too; doses are of the salt.

Equations
    calcium_acetate_capacity = calcium_acetate_binding · calcium_acetate_dose,
        a part of binder_capacity
    calcium_from_acetate = calcium_acetate_content · calcium_acetate_dose,
        a part of calcium_intake

Sources: a gram holds as much as a gram of calcium carbonate (Daugirdas2011), whose 45 mg per gram
are from memory; 25 % calcium by its formula, where carbonate has 40.
"""

from brushite.equations import Assumed, Fixed, Input, LogNormal, Parameter, adds_to, quantity


class Inputs:
    calcium_acetate_dose = Input("Calcium acetate taken", "g/h", between=(0, 0.7))


class Parameters:
    calcium_acetate_binding = Parameter(
        "Phosphate held by a gram of calcium acetate", 1.45, "mmol/g", LogNormal(0.25),
        Assumed("derived: 1.0 (Daugirdas2011) of the 45 mg/g of calcium carbonate, from memory"),
        between=(0.5, 3),
    )  # fmt: skip
    calcium_acetate_content = Parameter(
        "Calcium in a gram of calcium acetate", 6.32, "mmol/g", Fixed(), Assumed("its formula")
    )


@adds_to("binder_capacity")
@quantity("mmol/h")
def calcium_acetate_capacity(calcium_acetate_binding, calcium_acetate_dose):
    """Phosphate that the calcium acetate taken could hold."""
    return calcium_acetate_binding * calcium_acetate_dose


@adds_to("calcium_intake")
@quantity("mmol/h")
def calcium_from_acetate(calcium_acetate_content, calcium_acetate_dose):
    """Calcium eaten with calcium acetate."""
    return calcium_acetate_content * calcium_acetate_dose
