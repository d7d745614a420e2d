"""Masses alone, under a drive that never changes: what the beginning of masses is tried on."""

from brushite.equations import Assumed, Fixed, Parameter, Submodel, Total, assemble
from brushite.model import lesion, nidus
from brushite.model.balance import SLOTS

TOY = Assumed("a toy")


class Totals:
    lesion_calcium_release = Total("Calcium that masses give to plasma", "mmol/h")
    lesion_phosphate_release = Total("Phosphate that masses give to plasma", "mmol/h")


class Parameters:
    mass_growth_speed = Parameter("Speed of growth", 3e-4, "cm/h", Fixed(), TOY)
    deposition_speed = Parameter("Speed at full drive", 6e-4, "cm/h", Fixed(), TOY)
    resorption_speed = Parameter("Speed of resorption", 1e-4, "cm/h", Fixed(), TOY)
    cell_activity_aim = Parameter("Cells at rest", 0.8, "1", Fixed(), TOY)
    cell_recruitment = Parameter("Time of cells", 1000.0, "h", Fixed(), TOY)
    hydroxyapatite_mass = Parameter("Weight of mineral", 0.1005, "g/mmol", Fixed(), TOY)
    phosphate_per_calcium = Parameter("Phosphate in mineral", 0.6, "1", Fixed(), TOY)
    sphere_factor = Parameter("Surface of a ball", 4.836, "1", Fixed(), TOY)
    speck_volume = Parameter("Volume of a speck", 0.0042, "mL", Fixed(), TOY)


def model():
    """The model of these parameters, with a mass in each slot."""
    here = Submodel(
        name="constant_drive",
        symbols={
            n: s
            for of in (Totals, Parameters)
            for n, s in vars(of).items()
            if not n.startswith("_")
        },
        equations={},
        arguments={},
    )
    return assemble(here, nidus, *(Submodel.of(lesion).at(f"lesion_{slot}") for slot in SLOTS))
