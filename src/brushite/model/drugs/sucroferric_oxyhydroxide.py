"""Sucroferric oxyhydroxide: a binder without calcium; doses are of elemental iron.

Equations
    sucroferric_oxyhydroxide_capacity = sucroferric_oxyhydroxide_binding
        · sucroferric_oxyhydroxide_dose, a part of binder_capacity

Sources: a tablet with 500 mg of iron holds 72 mg of phosphorus in a printed table of equivalents,
but the prototype needed 124 mg to meet the falls of a trial of doses (SucroferricTrial, table 2).
6.1 mmol per gram is the geometric mean of both; the spread reaches both within one deviation.
Left out: the little iron that is absorbed.
"""

from brushite.equations import Assumed, Input, LogNormal, Parameter, adds_to, quantity


class Inputs:
    sucroferric_oxyhydroxide_dose = Input(
        "Sucroferric oxyhydroxide taken, as iron", "g/h", between=(0, 0.25)
    )


class Parameters:
    sucroferric_oxyhydroxide_binding = Parameter(
        "Phosphate held by a gram of iron in it", 6.1, "mmol/g", LogNormal(0.35),
        Assumed("between the printed 72 mg a tablet and the 124 mg that its trial asked for"),
        between=(2, 14),
    )  # fmt: skip


@adds_to("binder_capacity")
@quantity("mmol/h")
def sucroferric_oxyhydroxide_capacity(
    sucroferric_oxyhydroxide_binding, sucroferric_oxyhydroxide_dose
):
    """Phosphate that the sucroferric oxyhydroxide taken could hold."""
    return sucroferric_oxyhydroxide_binding * sucroferric_oxyhydroxide_dose
