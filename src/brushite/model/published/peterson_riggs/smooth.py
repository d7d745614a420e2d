"""The four places with a kink or a jump, made smooth.

Equations
    positive(x, width) = (x + √(x² + width²))/2
    urinary_calcium = positive(urinary_calcium_surplus, width), urinary_phosphate likewise
    phosphate_brake = 1 − positive(1 − hydroxylase_by_phosphate, width)
    survival_signal = runx2₀ + (bcl2 − survival_offset − runx2₀)
        · logistic((bcl2 − survival_threshold)/width)

Sources: OpenBoneMin for what is made smooth; see `kinked`.
Departure: each width is at most 1 % of the baseline, in which the flow is 0.150 mmol/h of calcium,
0.306 mmol/h of phosphate, the brake 1 and Bcl-2 100. The brake has its kink at the baseline, so
there it is half a width below 1.
"""

from brushite.equations import Assumed, Cited, Fixed, Parameter, quantity
from brushite.vocabulary import logistic, positive

WRITTEN = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, equations")


class Parameters:
    survival_threshold = Parameter(
        "Bcl-2 above which it tells osteoblasts to live (105)", 105.0, "1", Fixed(), WRITTEN
    )
    survival_offset = Parameter("What is taken off it then (90)", 90.0, "1", Fixed(), WRITTEN)
    urinary_calcium_width = Parameter(
        "Width of the bend of calcium in urine", 0.0015, "mmol/h", Fixed(),
        Assumed("1 % of its baseline flow"),
    )  # fmt: skip
    urinary_phosphate_width = Parameter(
        "Width of the bend of phosphate in urine", 0.003, "mmol/h", Fixed(),
        Assumed("1 % of its baseline flow"),
    )  # fmt: skip
    phosphate_brake_width = Parameter(
        "Width of the bend of the brake", 0.01, "1", Fixed(), Assumed("1 % of its baseline value")
    )
    survival_width = Parameter(
        "Width of the switch of Bcl-2", 1.0, "1", Fixed(), Assumed("1 % of its baseline value")
    )


@quantity("mmol/h")
def urinary_calcium(urinary_calcium_surplus, urinary_calcium_width):
    """Calcium in urine (J27)."""
    return positive(urinary_calcium_surplus, urinary_calcium_width)


@quantity("mmol/h")
def urinary_phosphate(urinary_phosphate_surplus, urinary_phosphate_width):
    """Phosphate in urine (J48)."""
    return positive(urinary_phosphate_surplus, urinary_phosphate_width)


@quantity("1")
def phosphate_brake(hydroxylase_by_phosphate, phosphate_brake_width):
    """Effect of phosphate on 1α-hydroxylase, at most 1 (φ)."""
    return 1 - positive(1 - hydroxylase_by_phosphate, phosphate_brake_width)


@quantity("1")
def survival_signal(bcl2, survival_threshold, survival_offset, baseline_runx2, survival_width):
    """What Bcl-2 tells osteoblasts (x)."""
    switched = logistic((bcl2 - survival_threshold) / survival_width)
    return baseline_runx2 + (bcl2 - survival_offset - baseline_runx2) * switched
