"""What a session does: a clearance of phosphate, and a flow of calcium from the bath.

Equations
    phosphate_dialysed = dialyser_phosphate_clearance · phosphate
    calcium_dialysed = dialysate_calcium_flow

Sources: none; the published model has no dialysis. Both are inputs, and idle at zero.
"""

from brushite.equations import Input, adds_to, quantity


class Inputs:
    dialyser_phosphate_clearance = Input("Clearance of phosphate by the dialyser", "L/h")
    dialysate_calcium_flow = Input("Calcium that flows in from the bath", "mmol/h")


@adds_to("phosphate_outflow")
@quantity("mmol/h")
def phosphate_dialysed(dialyser_phosphate_clearance, phosphate_concentration):
    """Phosphate that the dialyser takes."""
    return dialyser_phosphate_clearance * phosphate_concentration


@adds_to("calcium_inflow")
@quantity("mmol/h")
def calcium_dialysed(dialysate_calcium_flow):
    """Calcium from the bath."""
    return dialysate_calcium_flow
