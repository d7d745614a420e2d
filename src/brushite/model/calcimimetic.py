"""Calcimimetics: they make the calcium-sensing receptor feel more calcium than there is.

Equations
    calcimimetic_effect = most · x/(1 + x),  x = calcimimetic_exposure, the sum over all of them of
        what is in the body by what does half

Sources: no number for the rise of sensed calcium was read; an allosteric cooperativity of 4.9 was
found for etelcalcetide. The most was taken by the prototype, and the half of each drug fitted to
its trials. The effect vanishes exactly without a drug.
Left out: fewer tablets taken because of nausea.
"""

from brushite.equations import Assumed, LogNormal, Parameter, Total, quantity
from brushite.vocabulary import saturation


class Totals:
    calcimimetic_exposure = Total("Calcimimetics, each by what does half", "1")


class Parameters:
    most_calcimimetic = Parameter(
        "Most that calcimimetics add to the calcium sensed", 0.35, "1", LogNormal(0.2),
        Assumed("0.2 to 0.5; the cooperativity of etelcalcetide would give more"),
        between=(0.1, 0.8),
    )  # fmt: skip


@quantity("1")
def calcimimetic_effect(most_calcimimetic, calcimimetic_exposure):
    """Calcium that the receptor feels beyond what there is, relative."""
    return most_calcimimetic * saturation(calcimimetic_exposure, half=1)
