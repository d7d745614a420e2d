"""Procedures: what a surgeon changes at once, as jumps of state."""

from collections.abc import Mapping
from types import MappingProxyType

from brushite.equations import Jump


def parathyroidectomy(
    states: Mapping[str, float], tissue_left: float, nodular_share_left: float
) -> tuple[Jump, ...]:
    """Leave the share `tissue_left` (0 to 1) of the tissue, and of the hormone stored in it.

    Of a small piece that is left, the share `nodular_share_left` is nodular; the more is left, the
    more it is like the whole. An operation never raises the nodular share, and where diffuse tissue
    does not suffice, nodular tissue makes up the piece. Plasma PTH falls by itself.
    """
    diffuse, nodular = states["diffuse_mass"], states["nodular_mass"]
    whole = diffuse + nodular
    chosen = (1 - tissue_left) * nodular_share_left * whole + tissue_left * nodular
    nodular_left = min(
        max(tissue_left * chosen, tissue_left * whole - diffuse), tissue_left * nodular
    )
    diffuse_left = tissue_left * whole - nodular_left
    return (
        Jump("diffuse_mass", diffuse_left / diffuse if diffuse else 1.0),
        Jump("nodular_mass", nodular_left / nodular if nodular else 1.0),
        Jump("stored_pth", tissue_left),
    )


def excision(slot: int, removed: float) -> tuple[Jump, ...]:
    """Take the share `removed` (0 to 1) of the mass in lesion slot `slot` out of the body."""
    taken = MappingProxyType({f"lesion_{slot}_excised_calcium": 1.0})
    return (Jump(f"lesion_{slot}_mineral", 1 - removed, taken),)
