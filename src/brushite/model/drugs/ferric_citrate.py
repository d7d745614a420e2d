"""Ferric citrate: a binder without calcium; doses are of the salt, a gram a tablet.

Equations
    ferric_citrate_capacity = ferric_citrate_binding · ferric_citrate_dose, a part of
        binder_capacity

Sources: a printed table of equivalents contradicts itself: a tablet (1 g, 210 mg of iron) is worth
2.0 g of calcium carbonate, but nine tablets are worth 6 g. The second is taken: 30 mg of phosphorus
a tablet, or one phosphate to four of iron.
Left out: iron that is absorbed and replenishes stores, and citrate.
"""

from brushite.equations import Assumed, Input, LogNormal, Parameter, adds_to, quantity


class Inputs:
    ferric_citrate_dose = Input("Ferric citrate taken, as the salt", "g/h", between=(0, 0.7))


class Parameters:
    ferric_citrate_binding = Parameter(
        "Phosphate held by a gram of ferric citrate", 1.0, "mmol/g", LogNormal(0.4),
        Assumed("30 mg a tablet of 1 g, of a printed table that contradicts itself (see above)"),
        between=(0.3, 3.3),
    )  # fmt: skip


@adds_to("binder_capacity")
@quantity("mmol/h")
def ferric_citrate_capacity(ferric_citrate_binding, ferric_citrate_dose):
    """Phosphate that the ferric citrate taken could hold."""
    return ferric_citrate_binding * ferric_citrate_dose
