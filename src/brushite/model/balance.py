"""Which states hold calcium and phosphate, and which count what came in and went out.

The weighted sums below stay constant under every equation, session, drug and procedure.
"""

from collections.abc import Mapping
from types import MappingProxyType

SLOTS = (1, 2, 3, 4)
PHOSPHATE_PER_CALCIUM = 0.6  # in mineral, as bone's parameter has it

CALCIUM: Mapping[str, float] = MappingProxyType(
    {
        "extracellular_calcium": 1.0,
        "rapid_calcium": 1.0,
        "gut_calcium": 1.0,
        "bone_mineral": 1.0,
        **{f"lesion_{slot}_mineral": 1.0 for slot in SLOTS},
        **{f"lesion_{slot}_excised_calcium": 1.0 for slot in SLOTS},
        "dialysed_calcium": 1.0,
        "urinary_calcium": 1.0,
        "skin_calcium": 1.0,
        "faecal_calcium": 1.0,
        "eaten_calcium": -1.0,
    }
)

PHOSPHATE: Mapping[str, float] = MappingProxyType(
    {
        "extracellular_phosphate": 1.0,
        "deep_phosphate": 1.0,
        "gut_phosphate": 1.0,
        "bone_mineral": PHOSPHATE_PER_CALCIUM,
        **{f"lesion_{slot}_mineral": PHOSPHATE_PER_CALCIUM for slot in SLOTS},
        **{f"lesion_{slot}_excised_calcium": PHOSPHATE_PER_CALCIUM for slot in SLOTS},
        "dialysed_phosphate": 1.0,
        "urinary_phosphate": 1.0,
        "faecal_phosphate": 1.0,
        "eaten_phosphate": -1.0,
    }
)
