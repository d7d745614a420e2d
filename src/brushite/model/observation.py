"""Observation: what a laboratory would read from the patient at this instant.

Equations
    observed_calcium = total_calcium
    observed_ionised_calcium = ionised_calcium
    observed_phosphate = plasma_phosphate
    observed_pth = assay_share · pth
    observed_alkaline_phosphatase = alkaline_phosphatase
    observed_calcidiol = calcidiol
    observed_calcitriol = calcitriol
    observed_fgf23 = fgf23

Sources: an assay of the whole molecule (1-84) reads less than an intact one, which also counts
fragments; how much less belongs to the laboratory. Laboratory errors are added outside the model.
"""

from brushite.equations import Assumed, Fixed, Parameter, quantity


class Parameters:
    assay_share = Parameter(
        "Share of intact PTH that the laboratory's assay reads", 1.0, "1", Fixed(),
        Assumed("1 for an intact assay; the fit sets it for others"), between=(0.2, 1.5),
    )  # fmt: skip


@quantity("mmol/L")
def observed_calcium(total_calcium):
    """Total calcium as a laboratory reads it."""
    return total_calcium


@quantity("mmol/L")
def observed_ionised_calcium(ionised_calcium):
    """Ionised calcium as an electrode reads it."""
    return ionised_calcium


@quantity("mmol/L")
def observed_phosphate(plasma_phosphate):
    """Phosphate as a laboratory reads it."""
    return plasma_phosphate


@quantity("pg/mL")
def observed_pth(assay_share, pth):
    """PTH as the laboratory's assay reads it."""
    return assay_share * pth


@quantity("U/L")
def observed_alkaline_phosphatase(alkaline_phosphatase):
    """Alkaline phosphatase as a laboratory reads it."""
    return alkaline_phosphatase


@quantity("ng/mL")
def observed_calcidiol(calcidiol):
    """Calcidiol as a laboratory reads it."""
    return calcidiol


@quantity("pg/mL")
def observed_calcitriol(calcitriol):
    """Calcitriol as a laboratory reads it."""
    return calcitriol


@quantity("pg/mL")
def observed_fgf23(fgf23):
    """Intact FGF23 as a laboratory reads it."""
    return fgf23
