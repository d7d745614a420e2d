"""Procedures: what a surgeon or a needle changes at once, as jumps of state.

Left out: hormone that leaves tissue as it dies, the bone and muscle that go with a limb, infection,
and that a needle reaches nodules better than the rest.
"""

from collections.abc import Mapping
from types import MappingProxyType

from brushite.equations import Jump


def parathyroidectomy(
    states: Mapping[str, float], tissue_left: float, nodular_share_left: float, autograft: float
) -> tuple[Jump, ...]:
    """Leave the share `tissue_left` (0 to 1) of the tissue, and of the hormone stored in it.

    Of a small piece that is left, the share `nodular_share_left` is nodular; the more is left, the
    more it is like the whole. An operation never raises the nodular share, and where diffuse tissue
    does not suffice, nodular tissue makes up the piece. Plasma PTH falls by itself.

    Of what is taken out, as much as `autograft` (in normal glands) takes in the arm, diffuse tissue
    first; it works as diffuse tissue once it has grown in (`graft_mass`).
    """
    diffuse, nodular = states["diffuse_mass"], states["nodular_mass"]
    whole = diffuse + nodular
    chosen = (1 - tissue_left) * nodular_share_left * whole + tissue_left * nodular
    nodular_left = min(
        max(tissue_left * chosen, tissue_left * whole - diffuse), tissue_left * nodular
    )
    diffuse_left = tissue_left * whole - nodular_left
    of_diffuse = min(autograft, max(diffuse - diffuse_left, 0.0))
    of_nodular = min(autograft - of_diffuse, max(nodular - nodular_left, 0.0))
    return (
        _taken_out("diffuse_mass", diffuse, diffuse_left, of_diffuse),
        _taken_out("nodular_mass", nodular, nodular_left, of_nodular),
        Jump("stored_pth", tissue_left),
    )


def _taken_out(state: str, before: float, after: float, grafted: float) -> Jump:
    """Tissue that goes from `before` to `after`, of which `grafted` is put into the arm."""
    if not before:
        return Jump(state, 1.0)
    to = {"graft_mass": grafted / (before - after)} if grafted > 0 else {}
    return Jump(state, after / before, MappingProxyType(to))


def destruction(destroyed: float) -> tuple[Jump, ...]:
    """Kill the share `destroyed` (0 to 1) of parathyroid tissue of both kinds, with its hormone.

    Ethanol and heat differ in the share only.
    """
    return tuple(Jump(n, 1 - destroyed) for n in ("diffuse_mass", "nodular_mass", "stored_pth"))


def excision(slot: int, removed: float) -> tuple[Jump, ...]:
    """Take the share `removed` (0 to 1) of the mass in lesion slot `slot` out of the body.

    A mass that goes whole does not come back; of any other the rest goes on as it was. So a seed
    that stays in the capsule is a share that is not removed, and a mass goes whole with its limb.
    """
    taken = MappingProxyType({f"lesion_{slot}_excised_calcium": 1.0})
    return (Jump(f"lesion_{slot}_mineral", 1 - removed, taken),)


def corticosteroid(slot: int, quietened: float) -> tuple[Jump, ...]:
    """Quieten the share `quietened` (0 to 1) of the resorbing cells of a mass; they come back.

    That it slows resorption, if at all, is an inference: corticosteroids quiet macrophages and
    giant cells, and pain says nothing of size. That inflammation makes masses grow is not modelled.
    """
    return (Jump(f"lesion_{slot}_cells", 1 - quietened),)
