"""One draw while it is being fitted: how its quantities may move, and where it starts from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from types import MappingProxyType

import numpy as np
from scipy.stats.qmc import LatinHypercube

from brushite.engine.draw import Draw
from brushite.engine.lanes import base_lanes
from brushite.engine.prescription import averaged, settled
from brushite.engine.program import Program
from brushite.engine.reference import Values, evaluated, spin_up
from brushite.equations import Model
from brushite.inference.observations import Observation
from brushite.inference.prior import Column, Prior
from brushite.plan import Plan
from brushite.population import Distribution, Population

GLAND = "state.gland_mass"
YEAR = 8766.0  # h; in the averaged model all but bone mineral and glands settles within it
MOST_TISSUE = 55.0  # normal glands; the model has little room above
STEP = 0.25  # of a quantity's spread, for the sensitivities
PULLS = 3
# Slow growth has no steady state: it rests while the starting values are sought.
RESTING = ("gland_growth", "gland_regression", "nodular_growth", "nodular_transformation")
# What moves: what laboratory values say most about. Everything else keeps its draw.
PARAMETERS = (
    "level_at_rest",
    "dialysis_affinity",
    "absorbed_phosphate_share",
    "phosphate_transfer_area",
    "set_point_at_rest",
    "active_calcium_share",
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
            tissue = min(_shifted(distribution, tissue, float(offset)), MOST_TISSUE)
        else:
            place = unsaid if name in unsaid else parameters
            place[name] = _shifted(distribution, place[name], float(offset))
    return replace(
        version, parameters=parameters, unsaid=unsaid, tissue=tissue, offset=0 * version.offset
    )


def settled_states(program: Program, therapy: Plan, version: Version, seed: int) -> Values:
    """The states of a (moved) version after a year of its present care, sessions averaged.

    NaN throughout when that cannot be computed.
    """
    model = program.model
    diffuse = version.tissue * (1 - version.nodular_share)
    begun = {n: float(s.start) for n, s in model.states.items()}
    scale = version.tissue / (begun["diffuse_mass"] + begun["nodular_mass"])
    begun |= {
        "diffuse_mass": diffuse,
        "nodular_mass": version.tissue - diffuse,
        "stored_pth": begun["stored_pth"] * scale,
        "pth": begun["pth"] * scale,
    }
    path = spin_up(
        program,
        {**version.parameters, **dict.fromkeys(RESTING, 0.0)},
        begun,
        _averaged_inputs(model, therapy, version, seed),
        YEAR,
    )
    return path.final


def pulled(
    program: Program,
    therapy: Plan,
    version: Version,
    moves: Sequence[Distribution],
    wanted: Sequence[Observation],
    seed: int,
) -> Version:
    """The version with the offset at which spread and data are best served, by Gauss–Newton."""
    if not wanted:
        return version
    spread = np.diag([d.sd**2 for d in moves])
    error = np.diag([o.error**2 for o in wanted])
    aims = version.aims - version.bias
    here = _readings(program, therapy, moved(version, moves), wanted, seed)
    slopes = _slopes(program, therapy, version, moves, wanted, seed, here)
    if not np.isfinite(slopes).all():
        return version
    gain = spread @ slopes.T @ np.linalg.inv(slopes @ spread @ slopes.T + error)
    for _ in range(PULLS):
        version = replace(version, offset=gain @ (aims - here + slopes @ version.offset))
        here = _readings(program, therapy, moved(version, moves), wanted, seed)
        if not np.isfinite(here).all():
            return version
    return version


def corrected(
    program: Program,
    therapy: Plan,
    version: Version,
    moves: Sequence[Distribution],
    wanted: Sequence[Observation],
    simulated: Column,
    seed: int,
) -> Version:
    """The version with the bias that a real simulation (logarithms) shows."""
    if not wanted or not np.isfinite(simulated).all():
        return version
    quick = _readings(program, therapy, moved(version, moves), wanted, seed)
    return replace(version, bias=simulated - quick)


def _readings(
    program: Program, therapy: Plan, version: Version, wanted: Sequence[Observation], seed: int
) -> Column:
    """Logarithms of what the averaged model gives for each observation."""
    states = settled_states(program, therapy, version, seed)
    inputs = _averaged_inputs(program.model, therapy, version, seed)
    names = tuple(dict.fromkeys(o.quantity for o in wanted))
    found = evaluated(program.model, {**version.parameters, **inputs, **states}, names)
    return np.log([found[o.quantity] for o in wanted])


def _slopes(
    program: Program,
    therapy: Plan,
    version: Version,
    moves: Sequence[Distribution],
    wanted: Sequence[Observation],
    seed: int,
    here: Column,
) -> Column:
    """Change of each reading per offset of each moving quantity, shape (observation, quantity)."""
    columns = []
    for k, distribution in enumerate(moves):
        step = np.zeros(len(moves))
        step[k] = STEP * distribution.sd
        shifted = moved(replace(version, offset=version.offset + step), moves)
        there = _readings(program, therapy, shifted, wanted, seed)
        columns.append((there - here) / step[k])
    return np.column_stack(columns)


def _averaged_inputs(
    model: Model, therapy: Plan, version: Version, seed: int
) -> Mapping[str, float]:
    draw = Draw(
        number=version.number,
        seed=seed,
        parameters=version.parameters,
        states={},
        unsaid=version.unsaid,
        uniform={},
    )
    return averaged(settled(model, base_lanes(therapy), draw))


def _shifted(distribution: Distribution, value: float, offset: float) -> float:
    """`value` moved by `offset` on the normal scale, not beyond the distribution's bounds."""
    low, high = distribution.between
    return float(min(max(distribution.straight(distribution.bent(value) + offset), low), high))
