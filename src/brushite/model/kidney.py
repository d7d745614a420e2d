"""Kidney: what is left of it lets calcium and phosphate go in proportion to filtration.

Equations
    urinary_calcium_flow   = excreted_calcium_share · residual_filtration · diffusible_calcium
    urinary_phosphate_flow = excreted_phosphate_share · residual_filtration · plasma_phosphate

Sources: none measured in this group; nothing leaves at a filtration of 0, the ordinary patient.
Left out: the action of PTH and FGF23 on a residual kidney.
"""

from brushite.equations import Assumed, Input, LogitNormal, Parameter, quantity


class Inputs:
    residual_filtration = Input("Residual glomerular filtration", "L/h", between=(0, 8))


class Parameters:
    excreted_calcium_share = Parameter(
        "Share of filtered calcium that reaches the urine", 0.02, "1", LogitNormal(0.4),
        Assumed("1 to 4 % of what is filtered escapes reabsorption"), between=(0, 0.2),
    )  # fmt: skip
    excreted_phosphate_share = Parameter(
        "Share of filtered phosphate that reaches the urine", 0.8, "1", LogitNormal(0.4),
        Assumed("high PTH and FGF23 leave little reabsorption: 0.6 to 0.9"), between=(0, 1),
    )  # fmt: skip


@quantity("mmol/h")
def urinary_calcium_flow(excreted_calcium_share, residual_filtration, diffusible_calcium):
    """Calcium lost with the urine."""
    return excreted_calcium_share * residual_filtration * diffusible_calcium


@quantity("mmol/h")
def urinary_phosphate_flow(excreted_phosphate_share, residual_filtration, plasma_phosphate):
    """Phosphate lost with the urine."""
    return excreted_phosphate_share * residual_filtration * plasma_phosphate
