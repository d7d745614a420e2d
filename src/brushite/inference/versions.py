"""The draws while they are being fitted: their own data, and how far their quantities may move."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from brushite.distribution import Distribution, correlated_names, matrix, normal_at
from brushite.equations import Model
from brushite.inference.observations import Observation
from brushite.inference.prior import Column, Prior, evenly
from brushite.population import Population

GLAND = "state.gland_mass"
EDGE = 0.001  # of the way between its bounds: so near, a quantity counts as standing at one
# What moves: what laboratory values say most about. Everything else keeps its draw.
PARAMETERS = (
    "level_at_rest",
    "dialysis_affinity",
    "absorbed_phosphate_share",
    "set_point_at_rest",
    "resistance_pth",
    "bone_turnover",
    "surface_needing_pth",
    "active_calcium_share",
    "digestive_clearance",
    "surface_uptake",
)
UNSAID = ("diet.phosphorus", "diet.calcium")
FOR_ANALYTE: Mapping[str, str] = MappingProxyType(
    {
        "calcidiol": "own_calcidiol",
        "calcitriol": "extrarenal_calcitriol",
        "fgf23": "reference_fgf23",
        "alkaline phosphatase": "bone_phosphatase",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """All draws of a fit; every array has one row per draw.

    `drawn` is who they were before the data spoke. `starts` (draw, quantity) are the moving
    quantities there, on the scale on which each is normal. How far they go from there is an
    offset (draw, quantity) in spreads, at least `lowest` and at most `highest`, where their
    bounds are. `aims` (draw, observation) are logarithms of each draw's own copy of the data.
    `unmixing` (quantity, quantity) makes independent numbers of offsets that go together.
    """

    drawn: Prior
    moves: tuple[Distribution, ...]
    starts: Column
    lowest: Column
    highest: Column
    aims: Column
    unmixing: Column

    @property
    def size(self) -> int:
        """How many draws there are."""
        return len(self.starts)

    def values(self, which: NDArray[np.int64], offsets: Column) -> Column:
        """The moving quantities of some draws at `offsets`, both (draw, quantity, …)."""
        there = np.empty_like(offsets)
        for k, distribution in enumerate(self.moves):
            start = self.starts[which, k].reshape(-1, *(1,) * (offsets.ndim - 2))
            there[:, k] = distribution.straight(start + distribution.sd * offsets[:, k])
        return there

    def at_bound(self, offsets: Column) -> NDArray[np.bool_]:
        """Which of the moving quantities cannot go further, (draw, quantity)."""
        near = EDGE * (self.highest - self.lowest)
        return (offsets <= self.lowest + near) | (offsets >= self.highest - near)


def moving(
    model: Model, population: Population, wanted: Sequence[Observation]
) -> tuple[Distribution, ...]:
    """The quantities that the fit may move: those named here that differ between patients."""
    extra = [n for analyte, n in FOR_ANALYTE.items() if any(o.name == analyte for o in wanted)]
    of_parameters = [population.of_parameter(n, model.parameters[n]) for n in (*PARAMETERS, *extra)]
    named = (
        population.quantities[GLAND],
        *(replace(d, name=d.name.removeprefix("parameter.")) for d in of_parameters),
        *(population.quantities[n] for n in UNSAID),
    )
    return tuple(d for d in named if d.sd > 0)


def versions(
    drawn: Prior, wanted: Sequence[Observation], moves: Sequence[Distribution], seed: int
) -> Versions:
    """Every draw of the prior, with its own perturbed copy of the data.

    Raises `FitError` for a value that cannot be turned into what the model gives.
    """
    size = len(drawn.gland_mass)
    noise = normal_at(evenly(size, len(wanted), [seed, 2]))
    albumin = drawn.parameters["albumin"]
    aims = [o.aims(albumin, z) for o, z in zip(wanted, noise, strict=True)]
    starts = [d.bent(value_of(drawn, d.name)) for d in moves]
    lowest, highest = (
        [(d.bent(d.between[end]) - start) / d.sd for d, start in zip(moves, starts, strict=True)]
        for end in (0, 1)
    )
    return Versions(
        drawn=drawn,
        moves=tuple(moves),
        starts=np.column_stack(starts),
        lowest=np.column_stack(lowest),
        highest=np.column_stack(highest),
        aims=np.array(aims).reshape(len(wanted), size).T,
        unmixing=_unmixing([d.name for d in moves], drawn),
    )


def _unmixing(moves: Sequence[str], drawn: Prior) -> Column:
    """What makes independent numbers of offsets, while other parameters stay as they were drawn.

    What a record may say instead of the population teaches nothing here.
    """
    stays = [n for n in correlated_names(drawn.correlations) if n in drawn.parameters]
    names = list(dict.fromkeys((*moves, *stays)))
    precision = np.linalg.inv(matrix(names, drawn.correlations))[: len(moves), : len(moves)]
    return np.asarray(np.linalg.cholesky(precision).T)


def value_of(drawn: Prior, name: str) -> Column:
    """What a moving quantity is in each draw."""
    if name == GLAND:
        return drawn.gland_mass
    return drawn.unsaid[name] if name in drawn.unsaid else drawn.parameters[name]


def moved(among: Versions, offsets: Column) -> Prior:
    """The draws with their moving quantities at `offsets` (draw, quantity)."""
    values = among.values(np.arange(among.size), offsets)
    found = {d.name: values[:, k] for k, d in enumerate(among.moves)}
    drawn = among.drawn
    return replace(
        drawn,
        parameters={n: found.get(n, c) for n, c in drawn.parameters.items()},
        unsaid={n: found.get(n, c) for n, c in drawn.unsaid.items()},
        gland_mass=found.get(GLAND, drawn.gland_mass),
    )
