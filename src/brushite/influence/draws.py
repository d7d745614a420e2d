"""What differs between the draws of a twin, and which of it the data taught something of."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from brushite.distribution import Distribution
from brushite.engine.passage import SOLVED
from brushite.errors import EngineError
from brushite.inference.latent import GLAND_MASS
from brushite.inference.past import WEEK
from brushite.influence.designs import OfDraws, of_draws
from brushite.influence.findings import Estimate
from brushite.influence.outputs import Question
from brushite.influence.people import VOLUME, Progress, Results, adherence, judged
from brushite.influence.screening import refuse_steady
from brushite.population import Population
from brushite.simulate import simulate
from brushite.twin import Learnt, Twin

Column = NDArray[np.float64]
NODULAR = "state.nodular_share"
BINDER = ("unreported_binder", "binder.unreported")  # its names in a twin and in a population


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """A quantity that differs between draws, its spread in the population, and its values."""

    distribution: Distribution
    values: Column


def results_of(twin: Twin, asked: Question, progress: Progress | None) -> tuple[Results, Column]:
    """The output of each draw under the plan, and what it is now on the same scale."""
    run = simulate(
        twin,
        asked.plan,
        weeks=asked.weeks,
        every=asked.weeks * WEEK,
        quantities=asked.output.quantities,
        jobs=asked.jobs,
        upper_limit=asked.upper_limit,
        progress=progress,
    )
    solved = np.array([o == SOLVED for o in run.outcome])
    output = asked.output
    values = np.where(solved, output.judged(output.read(run.values)), np.nan)
    outcome = tuple(map(judged, run.outcome, np.isfinite(values).tolist()))
    present = replace(output, is_change=False)
    now = present.judged(present.read({n: v[:, :1] for n, v in run.values.items()}))
    return Results(values=values, outcome=outcome), now


def differing(twin: Twin, population: Population) -> tuple[Differing, ...]:
    """All that differs between the draws, glands and masses as they are now."""
    known = population.quantities
    empty = {f"lesion_{slot}_" for slot in range(1, 10)}
    empty -= {f"lesion_{mass.slot}_" for mass in twin.lesions}
    found = {
        name: (population.of_parameter(name, twin.model.parameters[name]), column)
        for name, column in twin.draws.parameters.items()
        if not name.startswith(tuple(empty))
    }
    for name, column in twin.draws.unsaid.items():
        label = BINDER[1] if name == BINDER[0] else name
        if label in known:
            found[label] = (known[label], column)
        elif label.endswith(".adherence"):
            found[label] = (adherence(population, label.split(".")[1]), column)
    states, of = twin.draws.states, twin.draws.parameters
    if "diffuse_mass" in states:
        tissue = states["diffuse_mass"] + states["nodular_mass"]
        found[GLAND_MASS] = (known[GLAND_MASS], tissue)
        found[NODULAR] = (known[NODULAR], states["nodular_mass"] / tissue)
    for mass in twin.lesions:
        mineral, density = states[f"lesion_{mass.slot}_mineral"], of[f"lesion_{mass.slot}_density"]
        meaning = f"Volume of the mass {mass.name!r} now"
        found[f"lesion_{mass.slot}.volume"] = (
            replace(known[VOLUME], meaning=meaning),
            mineral * of["hydroxyapatite_mass"] / density,
        )
    return tuple(
        Differing(distribution=replace(distribution, name=name), values=column)
        for name, (distribution, column) in found.items()
        if np.nanmax(column) > np.nanmin(column)
    )


def shares_of(
    found: tuple[Differing, ...], now: Column, results: Results, seed: int
) -> tuple[OfDraws, Estimate | None]:
    """The share of each quantity in the variance between the draws that could be computed.

    Beside them that of the output `now`; None where it is the same in all draws.
    """
    solved = np.isfinite(results.values)
    if SOLVED not in results.outcome:
        raise EngineError(f"No draw could be computed; the first {results.outcome[0]}")
    values = results.values[solved]
    refuse_steady(values)
    columns = [d.values[solved] for d in found]
    if not np.ptp(now[solved]) > 0:
        return of_draws(np.column_stack(columns), values, seed), None
    shares = of_draws(np.column_stack([*columns, now[solved]]), values, seed)
    return replace(shares, alone=shares.alone[:-1]), shares.alone[-1]


def narrowed(learnt: tuple[Learnt, ...], found: tuple[Differing, ...]) -> Mapping[str, float]:
    """By what share the data narrowed the spread of each quantity that the fit could move.

    On the scale on which the quantity is normal, from its 5th to its 95th percentile.
    """
    spreads = {d.distribution.name: d.distribution for d in found}
    shares = {}
    for each in learnt:
        if each.name in spreads:
            before, after = (
                np.ptp(spreads[each.name].bent((ends[0], ends[-1])))
                for ends in (each.before, each.after)
            )
            shares[each.name] = float(1 - after / before)
    return shares
