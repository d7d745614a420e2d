"""One draw while it is being fitted: its own data, and how far its quantities have moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.stats.qmc import LatinHypercube

from brushite.equations import Model
from brushite.inference.observations import Observation
from brushite.inference.prior import Column, Prior
from brushite.population import Distribution, Population

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
    {"calcidiol": "own_calcidiol", "alkaline phosphatase": "bone_phosphatase"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One draw, with its own perturbed data.

    `aims` are logarithms of those data. `offset` is how far the moving quantities have gone from
    the prior draw, on the scale on which each is normal, and stays between `lowest` and `highest`,
    where their bounds are. `bias` is the logarithm of what sessions change in the answers of the
    averaged model.
    """

    number: int
    parameters: Mapping[str, float]
    unsaid: Mapping[str, float]
    uniform: Mapping[str, float]
    tissue: float
    nodular_share: float
    aims: Column
    offset: Column
    lowest: Column
    highest: Column
    bias: Column

    @property
    def at_bound(self) -> NDArray[np.bool_]:
        """Which of the moving quantities cannot go further."""
        near = EDGE * (self.highest - self.lowest)
        return (self.offset <= self.lowest + near) | (self.offset >= self.highest - near)


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
    before: Prior, wanted: Sequence[Observation], moves: Sequence[Distribution], seed: int
) -> tuple[Version, ...]:
    """Every draw of the prior, with its own perturbed copy of the data."""
    size = len(before.gland_mass)
    noise = _balanced_noise(size, len(wanted), seed)
    found = []
    for i in range(size):
        parameters = {n: float(c[i]) for n, c in before.parameters.items()}
        version = Version(
            number=i,
            parameters=parameters,
            unsaid={n: float(c[i]) for n, c in before.unsaid.items()},
            uniform={n: float(c[i]) for n, c in before.uniform.items()},
            tissue=float(before.gland_mass[i]),
            nodular_share=float(before.nodular_share[i]),
            aims=np.array(
                [
                    o.aim(parameters["albumin"], float(z))
                    for o, z in zip(wanted, noise[i], strict=True)
                ]
            ),
            offset=np.zeros(len(moves)),
            lowest=np.full(len(moves), -np.inf),
            highest=np.full(len(moves), np.inf),
            bias=np.zeros(len(wanted)),
        )
        found.append(_bounded(version, moves))
    return tuple(found)


def _bounded(version: Version, moves: Sequence[Distribution]) -> Version:
    """The version with the offsets at which its quantities reach their bounds."""
    here = [(d, d.bent(value_of(version, d.name))) for d in moves]
    return replace(
        version,
        lowest=np.array([d.bent(d.between[0]) - at for d, at in here]),
        highest=np.array([d.bent(d.between[1]) - at for d, at in here]),
    )


def value_of(version: Version, name: str) -> float:
    """What a moving quantity is in this version."""
    if name == GLAND:
        return version.tissue
    return version.unsaid[name] if name in version.unsaid else version.parameters[name]


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
        value = distribution.straight(distribution.bent(value_of(version, name)) + float(offset))
        if name == GLAND:
            tissue = value
        else:
            (unsaid if name in unsaid else parameters)[name] = value
    return replace(
        version, parameters=parameters, unsaid=unsaid, tissue=tissue, offset=0 * version.offset
    )
