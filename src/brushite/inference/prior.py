"""Draws before the data have spoken: every parameter, and all that the record leaves unsaid.

Each quantity's values fall into equally likely parts of its spread, one into each (a Latin
hypercube). Where quantities go together, only the order of these values changes: normal numbers
with the correlations that are asked for say who has the lowest, the second lowest, and so on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from brushite.distribution import Correlation, Distribution, correlated_names, matrix, normal_at
from brushite.drugs import MEDICINES
from brushite.equations import Fixed, Model
from brushite.errors import ModelError, did_you_mean
from brushite.population import Population
from brushite.record import Lesion, Record, Size

Column = NDArray[np.float64]
Columns = dict[str, Column]

CANDIDATES = 64  # pairs of local factor and cell capacity from which a mass that grew is taken
SPHERE = np.pi / 6
EDGE = 1e-9  # of a part of a hypercube: what keeps its numbers off 0 and 1
# What of a population a twin carries along by name.
UNSAID = ("dialysis.", "diet.", "procedure.", "transplant.")
# What is in proportion to body weight.
SIZED = ("dry_volume", "deep_volume", "albumin_space", "bicarbonate_space")
USUAL_WEIGHT = 70.0  # kg, of which the parameters speak
SMALL_PARTS = ("hand", "finger", "palm", "wrist", "foot", "toe")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """Equally likely patients; every array has one value per draw.

    `parameters`, `unsaid` and `uniform` go by the names of `twin.Draws`; `gland_mass` is in normal
    glands and `nodular_share` a share of it. `volumes` (mL) has one array per lesion slot in use,
    counted from 1, and `local_factors` and `cell_capacities` shape (draw, candidate) for each.
    `correlations` are those of the population, with which all was drawn.
    """

    parameters: Mapping[str, Column]
    unsaid: Mapping[str, Column]
    uniform: Mapping[str, Column]
    gland_mass: Column
    nodular_share: Column
    volumes: Mapping[int, Column]
    local_factors: Mapping[int, Column]
    cell_capacities: Mapping[int, Column]
    correlations: tuple[Correlation, ...] = ()


def prior(model: Model, population: Population, record: Record, *, size: int, seed: int) -> Prior:
    """Draw `size` patients; each quantity's values fall into equally likely parts of its spread.

    Raises `ModelError` where the population says something of what the model does not have.
    """
    population.refuse_strangers(model)
    parameters = {n: population.of_parameter(n, p) for n, p in model.parameters.items()}
    spread = [n for n, p in model.parameters.items() if not isinstance(p.spread, Fixed)]
    known = population.quantities
    correlations = tuple(map(_as_in_the_model, population.correlations))
    ranks = _ranks([*spread, *_names(known, record)], size, [seed, 0])
    ranks = _together(ranks, correlations)
    columns = {n: np.full(size, parameters[n].median) for n in model.parameters}
    columns |= {n: parameters[n].at(ranks[n]) for n in spread}
    columns |= {n: columns[n] * _build(record) for n in SIZED}
    volumes = {}
    for slot, lesion in enumerate(record.lesions, start=1):
        newest = last_size(lesion, record)
        place = f"lesion_{slot}"
        volumes[slot] = _volumes(newest, _slenderness(lesion, known), place, known, ranks)
        if is_in_hand_or_foot(lesion):
            room = known["lesion.room of hand or foot"].at(ranks[f"{place}.room"])
            columns[f"{place}_volume_limit"] = room * columns[f"{place}_volume_limit"]
        if newest is not None and newest.mineral is not None:
            columns[f"{place}_density"] = newest.mineral.to("g") / volumes[slot]
    chance = np.random.default_rng([seed, 1])
    shape = (size, CANDIDATES)
    local, capacity = (
        {
            slot: parameters[f"lesion_{slot}_{name}"].at(chance.uniform(size=shape))
            for slot in volumes
        }
        for name in ("local_factor", "cell_capacity")
    )
    unsaid = _unsaid(known, ranks, record, size)
    return Prior(
        parameters=columns,
        unsaid=unsaid,
        uniform=_ranks(list(unsaid), size, [seed, 4]),
        gland_mass=known["state.gland_mass"].at(ranks["state.gland_mass"]),
        nodular_share=known["state.nodular_share"].at(ranks["state.nodular_share"]),
        volumes=volumes,
        local_factors=local,
        cell_capacities=capacity,
        correlations=correlations,
    )


def last_size(lesion: Lesion, record: Record) -> Size | None:
    """The newest size of a mass that is not after the record's present; None if none is known."""
    placed = [(record.hours(s.taken) or 0.0, s) for s in lesion.sizes if s.axes or s.volume]
    past = [(hour, s) for hour, s in placed if hour <= 0]
    return max(past, key=lambda pair: pair[0])[1] if past else None


def _names(known: Mapping[str, Distribution], record: Record) -> list[str]:
    """What needs a rank of its own besides the parameters."""
    drugs = [f"drug.{m.name}.{part}" for m in MEDICINES for part in ("dose", "adherence")]
    masses = [
        f"lesion_{slot}.{part}"
        for slot in range(1, len(record.lesions) + 1)
        for part in ("volume", "fullness", "slenderness", "flatness", "room")
    ]
    of_patient = [n for n in known if n.startswith((*UNSAID, "state.", "binder."))]
    return [*of_patient, *drugs, *masses]


def _build(record: Record) -> float:
    """The size of the patient relative to the person of 70 kg that the spreads are about."""
    return 1.0 if record.person.weight is None else record.person.weight.to("kg") / USUAL_WEIGHT


def is_in_hand_or_foot(lesion: Lesion) -> bool:
    """Whether the words for its name or site say that a mass lies in a hand or a foot."""
    words = f"{lesion.name} {lesion.site}".lower()
    return any(part in words for part in SMALL_PARTS)


def _slenderness(lesion: Lesion, known: Mapping[str, Distribution]) -> Distribution:
    """How long a mass is for its other diameters; in a hand or foot there is little room."""
    small = " of hand or foot" if is_in_hand_or_foot(lesion) else ""
    return known[f"lesion.slenderness{small}"]


def evenly(size: int, columns: int, seed: Sequence[int]) -> Column:
    """Numbers between 0 and 1 (neither included), shape (column, draw): a Latin hypercube.

    In each column one lies in each of `size` equal parts, in an order of its own.
    """
    chance = np.random.default_rng(seed)
    parts = chance.permuted(np.tile(np.arange(size), (columns, 1)), axis=1)
    within = chance.uniform(EDGE, 1 - EDGE, size=parts.shape)
    return np.asarray((parts + within) / size)


def _ranks(names: list[str], size: int, seed: Sequence[int]) -> Columns:
    """Numbers between 0 and 1 by name, each spread evenly over the draws."""
    return dict(zip(names, evenly(size, len(names), seed), strict=True))


def _as_in_the_model(correlation: Correlation) -> Correlation:
    first, second = (name.removeprefix("parameter.") for name in correlation.between)
    return replace(correlation, between=(first, second))


def _together(ranks: Columns, correlations: Sequence[Correlation]) -> Columns:
    """The ranks in an order in which the quantities go together as the correlations say.

    Raises `ModelError` for a quantity that is the same in all, or drawn otherwise.
    """
    names = correlated_names(correlations)
    for name in names:
        if name not in ranks:
            raise ModelError(
                f"{name!r} is not drawn once for each patient, so nothing can be correlated with "
                f"it.{did_you_mean(name, ranks)}"
            )
    if not names:
        return ranks
    own = np.array([ranks[n] for n in names])
    wanted = np.linalg.cholesky(matrix(names, correlations)) @ normal_at(own)
    order = np.argsort(np.argsort(wanted, axis=1), axis=1)
    placed = np.take_along_axis(np.sort(own, axis=1), order, axis=1)
    return {**ranks, **dict(zip(names, placed, strict=True))}


def _unsaid(
    known: Mapping[str, Distribution], ranks: Columns, record: Record, size: int
) -> Columns:
    columns = {n: known[n].at(ranks[n]) for n in known if n.startswith(UNSAID)}
    for drug in MEDICINES:
        dose, adherence = (f"drug.{drug.name}.{part}" for part in ("dose", "adherence"))
        columns[dose] = known[dose].at(ranks[dose])
        columns[adherence] = known["drug.adherence"].at(ranks[adherence])
    filtration = record.person.residual_gfr
    litres = 0.0 if filtration is None else filtration.to("L/h")
    columns["residual_filtration"] = np.full(size, litres)
    if "binder.unreported" in known:
        binder = known["binder.unreported"].at(ranks["binder.unreported"])
        columns["unreported_binder"] = 0 * binder if record.therapy.names_a_binder else binder
    return columns


def _volumes(
    size: Size | None,
    slenderness: Distribution,
    place: str,
    known: Mapping[str, Distribution],
    ranks: Columns,
) -> Column:
    """Volumes (mL) that fit what is known of the size of a mass."""
    unreported = known["lesion.volume"].at(ranks[f"{place}.volume"])
    if size is None:
        return unreported
    if size.volume is not None:
        return np.full_like(unreported, size.volume.to("mL"))
    lengths = sorted((a.to("cm") for a in size.axes), reverse=True)
    product = np.full_like(unreported, np.prod(lengths))
    for part in ("slenderness", "flatness")[: 3 - len(lengths)]:
        product *= lengths[0] * slenderness.at(ranks[f"{place}.{part}"])
    fullness = known["lesion.fullness"].at(ranks[f"{place}.fullness"])
    return np.asarray(SPHERE * product * fullness)
