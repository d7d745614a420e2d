"""Procedures: what a surgeon changes at once, as jumps of state."""

from types import MappingProxyType

from brushite.equations import Assumed, Jump, LogitNormal, Parameter

TISSUE_LEFT = Parameter(
    "Share of parathyroid tissue left after 7/8 of the glands are removed",
    0.046,
    "1",
    LogitNormal(0.45),
    Assumed(
        "the surgeon leaves half of the healthiest gland, about a normal gland of twenty; 3 to 8 % "
        "give the published falls of PTH by 94 to 97 %"
    ),
    between=(0.002, 0.5),
)
NODULAR_SHARE_LEFT = Parameter(
    "Nodular share of the tissue left",
    0.05,
    "1",
    LogitNormal(0.8),
    Assumed("the piece that is left is chosen for looking healthy"),
    between=(0, 1),
)


def parathyroidectomy(tissue_left: float) -> tuple[Jump, ...]:
    """Leave the share `tissue_left` (0 to 1) of the tissue, and of the hormone stored in it.

    Nearly all nodular tissue goes, and what is left is diffuse; plasma PTH falls by itself.
    """
    nodular = tissue_left * NODULAR_SHARE_LEFT.value
    return (
        Jump("diffuse_mass", tissue_left),
        Jump("nodular_mass", nodular),
        Jump("stored_pth", tissue_left),
    )


def excision(slot: int, removed: float) -> tuple[Jump, ...]:
    """Take the share `removed` (0 to 1) of the mass in lesion slot `slot` out of the body."""
    taken = MappingProxyType({f"lesion_{slot}_excised_calcium": 1.0})
    return (Jump(f"lesion_{slot}_mineral", 1 - removed, taken),)
