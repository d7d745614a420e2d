"""The four places with a kink or a jump, as printed.

Equations
    urinary_calcium = max(0, urinary_calcium_surplus), urinary_phosphate likewise
    phosphate_brake = 1 − max(0, 1 − hydroxylase_by_phosphate)
    survival_signal = bcl2 − survival_offset if bcl2 > survival_threshold, else runx2₀

Sources: OpenBoneMin, the code that carries PetersonRiggs2010 on. It prints the brake as 1 below the
onset and the falling effect above; since that is 1 at the onset, the two are the same.
"""

from brushite.equations import Cited, Fixed, Parameter, quantity
from brushite.model.published.kinks import above_zero, either

WRITTEN = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, equations")


class Parameters:
    survival_threshold = Parameter(
        "Bcl-2 above which it tells osteoblasts to live (105)", 105.0, "1", Fixed(), WRITTEN
    )
    survival_offset = Parameter("What is taken off it then (90)", 90.0, "1", Fixed(), WRITTEN)


@quantity("mmol/h")
def urinary_calcium(urinary_calcium_surplus):
    """Calcium in urine (J27)."""
    return above_zero(urinary_calcium_surplus)


@quantity("mmol/h")
def urinary_phosphate(urinary_phosphate_surplus):
    """Phosphate in urine (J48)."""
    return above_zero(urinary_phosphate_surplus)


@quantity("1")
def phosphate_brake(hydroxylase_by_phosphate):
    """Effect of phosphate on 1α-hydroxylase, at most 1 (φ)."""
    return 1 - above_zero(1 - hydroxylase_by_phosphate)


@quantity("1")
def survival_signal(bcl2, survival_threshold, survival_offset, baseline_runx2):
    """What Bcl-2 tells osteoblasts (x)."""
    return either(bcl2, survival_threshold, above=bcl2 - survival_offset, below=baseline_runx2)
