"""The physiology: one file per sub-model, joined by the names they share."""

from brushite.equations import Submodel, assemble
from brushite.model import (
    arteries,
    bone,
    buffers,
    calcimimetic,
    calcium,
    chemistry,
    dialysis,
    fgf23,
    gut,
    kidney,
    lesion,
    lesion_drive,
    nidus,
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
    calcitriol,
    calcium_acetate,
    calcium_carbonate,
    cholecalciferol,
    cinacalcet,
    denosumab,
    doxercalciferol,
    etelcalcetide,
    ferric_citrate,
    lanthanum_carbonate,
    paricalcitol,
    sevelamer,
    sodium_thiosulfate,
    sucroferric_oxyhydroxide,
    tenapanor,
)

MINERAL = assemble(
    *(water, dialysis, kidney, gut, buffers, chemistry, speciation, calcium, phosphate),
    *(vitamin_d, fgf23, parathyroid, parathyroid_growth, calcimimetic, bone, lesion_drive, nidus),
    *(arteries, observation, sevelamer, calcium_carbonate, alfacalcidol, cholecalciferol),
    *(calcium_acetate, lanthanum_carbonate, sucroferric_oxyhydroxide, ferric_citrate, tenapanor),
    *(calcitriol, paricalcitol, doxercalciferol, cinacalcet, etelcalcetide),
    *(denosumab, sodium_thiosulfate),
    *(Submodel.of(lesion).at(f"lesion_{slot}") for slot in SLOTS),
)

__all__ = ["MINERAL"]
