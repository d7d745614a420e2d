"""The calcium and bone model of Peterson and Riggs in its OpenBoneMin form.

`PETERSON_RIGGS` has the drugs, the decline of filtration and all densities of OpenBoneMin, with its
kinks. `BENCH` has 30 states: no drug and nothing fitted to one, steady filtration, no count of
urine, and two inputs for a session of dialysis. `..._SMOOTH` are the same without kinks.
"""

from brushite.equations import assemble
from brushite.model.published.peterson_riggs import (
    bone_calcium,
    calcitriol,
    denosumab,
    density,
    dialysis,
    filtration,
    growth_factor,
    gut,
    kinked,
    oestrogen,
    osteoblasts,
    osteoclasts,
    parathyroid,
    plasma,
    rankl,
    renal,
    smooth,
    steady_filtration,
    teriparatide,
    transcription,
    urine,
)

_BODY = (
    *(plasma, bone_calcium, gut, renal, calcitriol, parathyroid),
    *(growth_factor, transcription, osteoblasts, osteoclasts, rankl, density, oestrogen),
)
_BESIDE = (denosumab, teriparatide, filtration, urine)

PETERSON_RIGGS = assemble(*_BODY, kinked, *_BESIDE)
PETERSON_RIGGS_SMOOTH = assemble(*_BODY, smooth, *_BESIDE)
BENCH = assemble(*_BODY, kinked, steady_filtration, dialysis)
BENCH_SMOOTH = assemble(*_BODY, smooth, steady_filtration, dialysis)

__all__ = ["BENCH", "BENCH_SMOOTH", "PETERSON_RIGGS", "PETERSON_RIGGS_SMOOTH"]
