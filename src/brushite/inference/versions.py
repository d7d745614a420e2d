"""One draw while it is being fitted: its own data, and how far its quantities have moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from types import MappingProxyType

import numpy as np
from scipy.stats.qmc import LatinHypercube

from brushite.equations import Model
from brushite.inference.observations import Observation
from brushite.inference.prior import Column, Prior
from brushite.population import Distribution, Population

GLAND = "state.gland_mass"
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
    {"calcidiol": "own_calcidiol", "alkaline phosphatase": "bone_phosphatase"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One draw, with its own perturbed data.

    `aims` are logarithms of those data, `offset` how far the moving quantities have gone from the
    prior draw, on the scale on which each is normal, and `bias` the logarithm of what sessions
    change in the answers of the averaged model.
    """

    number: int
    parameters: Mapping[str, float]
    unsaid: Mapping[str, float]
    tissue: float
    nodular_share: float
    aims: Column
    offset: Column
    bias: Column


def moving(
    model: Model, population: Population, wanted: Sequence[Observation]
) -> tuple[Distribution, ...]:
    """The quantities that the fit may move, with their spreads."""
    extra = [n for analyte, n in FOR_ANALYTE.items() if any(o.name == analyte for o in wanted)]
    of_parameters = [population.of_parameter(n, model.parameters[n]) for n in (*PARAMETERS, *extra)]
    return (
        population.quantities[GLAND],
        *of_parameters,
        *(population.quantities[n] for n in UNSAID),
    )


def versions(
    before: Prior, wanted: Sequence[Observation], moves: int, seed: int
) -> tuple[Version, ...]:
    """Every draw of the prior, with its own perturbed copy of the data."""
    size = len(before.gland_mass)
    noise = _balanced_noise(size, len(wanted), seed)
    values = np.array([o.logarithm for o in wanted])
    errors = np.array([o.error for o in wanted])
    return tuple(
        Version(
            number=i,
            parameters={n: float(c[i]) for n, c in before.parameters.items()},
            unsaid={n: float(c[i]) for n, c in before.unsaid.items()},
            tissue=float(before.gland_mass[i]),
            nodular_share=float(before.nodular_share[i]),
            aims=values + errors * noise[i],
            offset=np.zeros(moves),
            bias=np.zeros(len(wanted)),
        )
        for i in range(size)
    )


def _balanced_noise(size: int, columns: int, seed: int) -> Column:
    """Standard normal numbers, shape (draw, column), spread evenly over the draws."""
    if not columns:
        return np.zeros((size, 0))
    ranks = LatinHypercube(d=columns, rng=np.random.default_rng([seed, 2])).random(size)
    return np.asarray(np.vectorize(NormalDist().inv_cdf, otypes=[float])(ranks))


def moved(version: Version, moves: Sequence[Distribution]) -> Version:
    """The version with its offset put into its quantities, and no offset left."""
    parameters, unsaid, tissue = dict(version.parameters), dict(version.unsaid), version.tissue
    for distribution, offset in zip(moves, version.offset, strict=True):
        name = distribution.name
        if name == GLAND:
            tissue = _shifted(distribution, tissue, float(offset))
        else:
            place = unsaid if name in unsaid else parameters
            place[name] = _shifted(distribution, place[name], float(offset))
    return replace(
        version, parameters=parameters, unsaid=unsaid, tissue=tissue, offset=0 * version.offset
    )


def _shifted(distribution: Distribution, value: float, offset: float) -> float:
    """`value` moved by `offset` on the normal scale, not beyond the distribution's bounds."""
    low, high = distribution.between
    return float(min(max(distribution.straight(distribution.bent(value) + offset), low), high))
