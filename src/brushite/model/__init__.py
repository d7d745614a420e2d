"""The physiology: one file per sub-model, joined by the names they share."""

from brushite.equations import Submodel, assemble
from brushite.model import (
    bone,
    calcium,
    chemistry,
    dialysis,
    gut,
    kidney,
    lesion,
    lesion_drive,
    observation,
    parathyroid,
    parathyroid_growth,
    phosphate,
    speciation,
    vitamin_d,
    water,
)
from brushite.model.balance import SLOTS
from brushite.model.drugs import (
    alfacalcidol,
    calcium_acetate,
    calcium_carbonate,
    cholecalciferol,
    ferric_citrate,
    lanthanum_carbonate,
    sevelamer,
    sucroferric_oxyhydroxide,
    tenapanor,
)

MINERAL = assemble(
    *(water, dialysis, kidney, gut, chemistry, speciation, calcium, phosphate, vitamin_d),
    *(parathyroid, parathyroid_growth, bone, lesion_drive, observation),
    *(sevelamer, calcium_carbonate, alfacalcidol, cholecalciferol),
    *(calcium_acetate, lanthanum_carbonate, sucroferric_oxyhydroxide, ferric_citrate, tenapanor),
    *(Submodel.of(lesion).at(f"lesion_{slot}") for slot in SLOTS),
)

__all__ = ["MINERAL"]
