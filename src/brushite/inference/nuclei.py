"""Masses that may begin, in a population: specks, the readiness each waits for, and its site.

The readiness of a person rises with the hazard of a mass (`model/nidus.py`), and beginnings at sums
of exponential numbers of mean 1 are a Poisson process with that hazard. Who gets one has no name:
a person's own first mass is not forecast.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from brushite.distribution import Distribution
from brushite.errors import FitError
from brushite.inference.latent import SMALL_PARTS
from brushite.inference.past import SLOTS
from brushite.population import Population
from brushite.twin import Twin

Column = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nuclei:
    """A population in which masses may begin; `sites` has for each slot the site in each draw."""

    twin: Twin
    sites: Mapping[int, tuple[str, ...]]


def with_nuclei(twin: Twin, population: Population, *, seed: int) -> Nuclei:
    """The draws of `twin` as a population in whose lesion slots masses may begin from now on.

    Raises `FitError` for a twin with masses: whoever has one is more inclined to the next than the
    population, by an amount that nobody knows.
    """
    if twin.lesions:
        names = ", ".join(lesion.name for lesion in twin.lesions)
        raise FitError(
            f"The twin has masses already ({names}). Masses begin only in a population without: "
            "fit a record that names none."
        )
    of, size, slots = twin.draws.parameters, twin.draws.size, range(1, SLOTS + 1)
    chance = np.random.default_rng([seed, 5])
    thresholds = np.cumsum(chance.exponential(size=(SLOTS, size)), axis=0)
    placed = _sites(population.quantities["lesion.site"], size, chance)
    room = population.quantities["lesion.room of hand or foot"]
    parameters, states = {}, {"mass_readiness": np.zeros(size)}
    for slot, threshold, sites in zip(slots, thresholds, placed, strict=True):
        place = f"lesion_{slot}"
        share = np.where(np.isin(sites, SMALL_PARTS), room.at(chance.uniform(size=size)), 1.0)
        parameters[f"{place}_begun"] = np.zeros(size)
        parameters[f"{place}_nidus_threshold"] = threshold
        parameters[f"{place}_volume_limit"] = share * of[f"{place}_volume_limit"]
        mass = of["speck_volume"] * of[f"{place}_density"]
        states[f"{place}_mineral"] = mass / of["hydroxyapatite_mass"]
    draws = replace(
        twin.draws,
        parameters={**of, **parameters},
        states={**twin.draws.states, **states},
    )
    sites_of = {slot: tuple(map(str, sites)) for slot, sites in zip(slots, placed, strict=True)}
    return Nuclei(twin=replace(twin, draws=draws), sites=sites_of)


def _sites(known: Distribution, size: int, chance: np.random.Generator) -> Column:
    """Sites (slot, draw) by their weights, none twice in a draw.

    Of exponential waiting times with the weights as rates, the first to end are such a choice.
    """
    waits = chance.exponential(size=(len(known.words), size)) / np.array(known.weights)[:, None]
    return np.asarray(known.words)[np.argsort(waits, axis=0)[:SLOTS]]
