"""Calcium carbonate: a binder that is a load of calcium too.

Equations
    calcium_carbonate_capacity = calcium_carbonate_binding · calcium_carbonate_dose,
        a part of binder_capacity
    calcium_from_carbonate = calcium_carbonate_content · calcium_carbonate_dose,
        a part of calcium_intake

Sources: the reference of all binders (Daugirdas2011); its 45 mg of phosphorus per gram are from
memory; 40 % calcium by its formula.
"""

from brushite.equations import Assumed, Fixed, Input, LogNormal, Parameter, adds_to, quantity


class Inputs:
    calcium_carbonate_dose = Input("Calcium carbonate taken", "g/h", between=(0, 0.9))


class Parameters:
    calcium_carbonate_binding = Parameter(
        "Phosphate held by a gram of calcium carbonate", 1.45, "mmol/g", LogNormal(0.25),
        Assumed("45 mg/g, from memory of the reference that Daugirdas2011 compares with"),
        between=(0.5, 3),
    )  # fmt: skip
    calcium_carbonate_content = Parameter(
        "Calcium in a gram of calcium carbonate", 9.99, "mmol/g", Fixed(), Assumed("its formula")
    )


@adds_to("binder_capacity")
@quantity("mmol/h")
def calcium_carbonate_capacity(calcium_carbonate_binding, calcium_carbonate_dose):
    """Phosphate that the calcium carbonate taken could hold."""
    return calcium_carbonate_binding * calcium_carbonate_dose


@adds_to("calcium_intake")
@quantity("mmol/h")
def calcium_from_carbonate(calcium_carbonate_content, calcium_carbonate_dose):
    """Calcium eaten with calcium carbonate."""
    return calcium_carbonate_content * calcium_carbonate_dose
