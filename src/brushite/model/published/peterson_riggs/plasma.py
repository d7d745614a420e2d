"""Calcium and phosphate of plasma and extracellular water, and phosphate inside cells.

Equations
    calcium_concentration = plasma_calcium/extracellular_volume; the others likewise
    d(plasma_calcium)/dt = resorption − formation − urinary_calcium + calcium_uptake
        + calcium_inflow
    d(plasma_phosphate)/dt = bone_phosphate_release − bone_phosphate_deposition
        − urinary_phosphate + phosphate_uptake − entry_into_cells + return_from_cells
        − phosphate_outflow
    d(cell_phosphate)/dt = entry_into_cells − return_from_cells

Sources: OpenBoneMin, the code that carries PetersonRiggs2010 on.
"""

from brushite.equations import Cited, Fixed, Parameter, State, Total, quantity

LISTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, parameters")
STARTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, initial states")


class States:
    plasma_calcium = State("Extracellular calcium (P)", "mmol", start=32.90)
    plasma_phosphate = State("Extracellular phosphate (ECCPhos)", "mmol", start=16.8)
    cell_phosphate = State("Phosphate inside cells (IntraPO)", "mmol", start=3226.0)


class Totals:
    calcium_inflow = Total("Calcium that a procedure brings", "mmol/h")
    phosphate_outflow = Total("Phosphate that a procedure takes", "mmol/h")


class Parameters:
    extracellular_volume = Parameter("Extracellular volume (V1)", 14.0, "L", Fixed(), LISTED)
    baseline_plasma_calcium = Parameter(
        "Extracellular calcium at baseline (P0)", 32.90, "mmol", Fixed(), STARTED
    )
    cell_entry = Parameter("Clearance of phosphate into cells (T49)", 51.8, "L/h", Fixed(), LISTED)
    cell_return = Parameter(
        "Return of phosphate from cells (T55)", 0.019268, "1/h", Fixed(), LISTED
    )


@quantity("mmol/L")
def calcium_concentration(plasma_calcium, extracellular_volume):
    """Total calcium in plasma (C8)."""
    return plasma_calcium / extracellular_volume


@quantity("mmol/L")
def baseline_calcium_concentration(baseline_plasma_calcium, extracellular_volume):
    """Total calcium in plasma at baseline."""
    return baseline_plasma_calcium / extracellular_volume


@quantity("mmol/L")
def phosphate_concentration(plasma_phosphate, extracellular_volume):
    """Phosphate in plasma (C2)."""
    return plasma_phosphate / extracellular_volume


@quantity("mmol/h")
def entry_into_cells(cell_entry, phosphate_concentration):
    """Phosphate that enters cells (J54)."""
    return cell_entry * phosphate_concentration


@quantity("mmol/h")
def return_from_cells(cell_return, cell_phosphate):
    """Phosphate that leaves cells (J56)."""
    return cell_return * cell_phosphate


def ddt_plasma_calcium(resorption, formation, urinary_calcium, calcium_uptake, calcium_inflow):
    return resorption - formation - urinary_calcium + calcium_uptake + calcium_inflow


def ddt_plasma_phosphate(
    bone_phosphate_release,
    bone_phosphate_deposition,
    urinary_phosphate,
    phosphate_uptake,
    entry_into_cells,
    return_from_cells,
    phosphate_outflow,
):
    from_bone = bone_phosphate_release - bone_phosphate_deposition
    from_cells = return_from_cells - entry_into_cells
    return from_bone - urinary_phosphate + phosphate_uptake + from_cells - phosphate_outflow


def ddt_cell_phosphate(entry_into_cells, return_from_cells):
    return entry_into_cells - return_from_cells
