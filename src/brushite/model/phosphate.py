"""Phosphate: a small extracellular pool in front of a deep one that refills it during dialysis.

Equations
    plasma_phosphate = extracellular_phosphate/(phosphate_space · extracellular_volume)
    deep_concentration = deep_phosphate/deep_volume
    mobilisation_clearance = K · (1 + rise · positive(P_low − plasma_phosphate)/P_low)
    mobilisation = mobilisation_clearance · (deep_concentration − plasma_phosphate)
    d(extracellular_phosphate)/dt = phosphate_absorption + mobilisation + bone_phosphate_release
        + lesion_phosphate_release − phosphate_removal − urinary_phosphate_flow
    d(deep_phosphate)/dt = −mobilisation

Sources: mobilisation clearance 87 (65 to 116) mL/min in 774 patients, larger when phosphate is low
(Leypoldt2013), 99 ± 47 in 22 (Agar2011). A published model of bone has 863 mL/min here, with which
a session would hardly lower phosphate; it is not used.
Departure: Daugirdas2018 has a deep volume of three times body water, about 126 L. Here it is the
79 L, and the clearance at high phosphate the 102 mL/min, to which the prototype was fitted.
"""

from brushite.equations import Assumed, LogNormal, Parameter, State, Total, quantity
from brushite.vocabulary import positive


class States:
    extracellular_phosphate = State("Phosphate outside cells", "mmol", start=17.0)
    deep_phosphate = State("Phosphate that refills the plasma", "mmol", start=130.0)
    dialysed_phosphate = State("Phosphate removed by dialysis so far", "mmol", start=0.0)
    urinary_phosphate = State("Phosphate lost with the urine so far", "mmol", start=0.0)


class Totals:
    lesion_phosphate_release = Total("Phosphate returned by calcified masses", "mmol/h")


class Parameters:
    phosphate_space = Parameter(
        "Phosphate space relative to extracellular volume", 0.7, "1", LogNormal(0.10),
        Assumed("derived: 9.4 L (Leypoldt2013) to 12 L (Agar2011) over a volume of 14 to 16.5 L"),
        between=(0.4, 1.1),
    )  # fmt: skip
    deep_volume = Parameter(
        "Apparent volume of the deep pool", 79.0, "L", LogNormal(0.25),
        Assumed("fitted by the prototype; three times body water, or 126 L, in Daugirdas2018"),
        between=(25, 200),
    )  # fmt: skip
    mobilisation_speed = Parameter(
        "Mobilisation clearance at a high phosphate", 6.13, "L/h", LogNormal(0.40),
        Assumed("fitted by the prototype: 102 mL/min; 87 (65 to 116) in Leypoldt2013"),
        between=(1.5, 25),
    )  # fmt: skip
    mobilisation_rise = Parameter(
        "Relative rise of that clearance as phosphate goes to zero", 0.69, "1", LogNormal(0.4),
        Assumed("direction measured (Leypoldt2013); size set for the plateau in a session"),
        between=(0.05, 3),
    )  # fmt: skip
    mobilisation_threshold = Parameter(
        "Phosphate below which mobilisation speeds up", 1.6, "mmol/L", LogNormal(0.07),
        Assumed("the lower edge of usual pre-dialysis values"), between=(1, 2.5),
    )  # fmt: skip
    mobilisation_width = Parameter(
        "Width over which that begins", 0.15, "mmol/L", LogNormal(0.2),
        Assumed("a smooth beginning; the forecast does not depend on it"), between=(0.03, 0.6),
    )  # fmt: skip


@quantity("mmol/L")
def plasma_phosphate(extracellular_phosphate, phosphate_space, extracellular_volume):
    """Phosphate in plasma."""
    return extracellular_phosphate / (phosphate_space * extracellular_volume)


@quantity("mmol/L")
def deep_concentration(deep_phosphate, deep_volume):
    """A smooth mean over several days, which glands and receptors respond to."""
    return deep_phosphate / deep_volume


@quantity("L/h")
def mobilisation_clearance(
    mobilisation_speed,
    mobilisation_rise,
    mobilisation_threshold,
    plasma_phosphate,
    mobilisation_width,
):
    """Clearance between the deep pool and plasma, larger when phosphate is low."""
    lack = positive(mobilisation_threshold - plasma_phosphate, width=mobilisation_width)
    return mobilisation_speed * (1 + mobilisation_rise * lack / mobilisation_threshold)


@quantity("mmol/h")
def mobilisation(mobilisation_clearance, deep_concentration, plasma_phosphate):
    """Phosphate that the deep pool gives to plasma."""
    return mobilisation_clearance * (deep_concentration - plasma_phosphate)


def ddt_extracellular_phosphate(
    phosphate_absorption,
    mobilisation,
    bone_phosphate_release,
    lesion_phosphate_release,
    phosphate_removal,
    urinary_phosphate_flow,
):
    gained = phosphate_absorption + mobilisation + bone_phosphate_release
    return gained + lesion_phosphate_release - phosphate_removal - urinary_phosphate_flow


def ddt_deep_phosphate(mobilisation):
    return -mobilisation


def ddt_dialysed_phosphate(phosphate_removal):
    return phosphate_removal


def ddt_urinary_phosphate(urinary_phosphate_flow):
    return urinary_phosphate_flow
