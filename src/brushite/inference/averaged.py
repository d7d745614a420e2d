"""What each draw comes to in the model in which sessions are averaged, and the slopes of that.

The model goes the way of the real past: a year in which a patient settles into the care that began
it, without growth of glands, masses and arterial calcification, then the past itself. Averaging is
17 to 24 % wrong, so its answers only guide the search and give starting values.

A draw and its shifted copies, one for each quantity that moves, are the lanes of one block. They
share every step, so what the steps miss is the same in all of them, and differences between lanes
are accurate even where their values are not. No lane of another draw is in the block: what a draw
comes to does not depend on the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from brushite.engine.draw import Draw
from brushite.engine.lanes.block import LANES, Block, run
from brushite.engine.lanes.engine import Engine
from brushite.engine.passage import BELOW_BOUNDS, SMALL
from brushite.engine.prescription import FOODS, Lanes, averaged, settled
from brushite.engine.standings import Clock, holding, next_change, opening, turned
from brushite.equations import Model
from brushite.inference.masses import Masses
from brushite.inference.observations import PAST_WEEKS, WEEK
from brushite.inference.prior import Column, Prior
from brushite.inference.search import Numbers
from brushite.inference.versions import GLAND, Versions
from brushite.plan import Moment, Plan

YEAR = 8766.0  # h; all but bone mineral and glands settles within it
ACCURACY = 1e-3  # relative, of a step; at 1e-2 a step may end where an equation has no value
SHIFT = 0.01  # of a quantity's spread, for the slopes
# What has no steady state rests while a patient settles.
TISSUE_GROWS_BY = (
    *("gland_growth", "gland_regression", "nodular_growth", "nodular_transformation"),
    "arterial_progression",
)
MASSES_GROW_BY = ("local_factor", "cell_capacity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Averaged:
    """The averaged model of every draw, at its prior values.

    `ends` are hours since now at which its stretches of care end, the year before the past first.
    `known` (stretch, draw, name) and `states` (draw, state) are in the order of `engine`. Where a
    moving quantity has the value v, the name at its place among `places` is `fixed` + `factor` · v,
    both (stretch, draw, quantity); the place of parathyroid tissue is None. `names` are quantities
    to be read at `hours` (rising), the last of which is now.
    """

    engine: Engine
    ends: tuple[float, ...]
    known: Column
    states: Column
    places: tuple[int | None, ...]
    fixed: Column
    factor: Column
    names: tuple[str, ...]
    hours: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """What some draws come to, one row per draw; NaN where it cannot be computed.

    `values` (draw, name, hour) are those of the quantities, `slopes` (draw, name, hour, quantity)
    those of their logarithms by spreads of what moves. `states` (draw, state) are those in which
    the past begins. `failures` says why, by row.
    """

    values: Column
    slopes: Column
    states: Column
    failures: Mapping[int, str]


def averaged_model(
    engine: Engine, among: Versions, past: tuple[Plan, Moment], seed: int
) -> Averaged:
    """The averaged model under the `past`: a therapy, and the present. Nothing is read, yet.

    Raises `PlanError` where the therapy leaves open what the population does not know.
    """
    model, drawn, size = engine.model, among.drawn, among.size
    care = _care(*past)
    inputs = [_inputs(model, drawn, lanes, seed) for _, lanes in care]
    inputs = [inputs[0], *inputs]
    known = np.empty((len(inputs), size, len(engine.known)))
    fixed = np.zeros((len(inputs), size, len(among.moves)))
    factor = np.ones_like(fixed)
    eaten = {f"diet.{food}": name for food, name in FOODS.items()}
    for stretch, (own, fasting) in enumerate(inputs):
        rows = {**drawn.parameters, **own}
        known[stretch] = np.column_stack([rows[n] for n in engine.known])
        for k, distribution in enumerate(among.moves):
            if distribution.name in eaten:  # linear in what would be eaten without a diet
                food = eaten[distribution.name]
                fixed[stretch, :, k] = fasting[food]
                factor[stretch, :, k] = own[food] - fasting[food]
                factor[stretch, :, k] /= drawn.unsaid[distribution.name]
    for name in TISSUE_GROWS_BY:
        known[0, :, engine.known.index(name)] = 0.0
    names = [eaten.get(d.name, d.name) for d in among.moves]
    return Averaged(
        engine=engine,
        ends=(-PAST_WEEKS * WEEK, *(end for end, _ in care)),
        known=known,
        states=np.tile([float(model.states[s].start) for s in engine.states], (size, 1)),
        places=tuple(None if n == GLAND else engine.known.index(n) for n in names),
        fixed=fixed,
        factor=factor,
        names=(),
        hours=(0.0,),
    )


def with_masses(model: Averaged, by_slot: Mapping[int, Masses]) -> Averaged:
    """The averaged model with these masses, as large as they were when the past began."""
    engine, known, states = model.engine, model.known.copy(), model.states.copy()
    for slot, of in by_slot.items():
        states[:, engine.states.index(f"lesion_{slot}_mineral")] = of.mineral_before
        for name in MASSES_GROW_BY:
            place = engine.known.index(f"lesion_{slot}_{name}")
            known[:, :, place] = getattr(of, name)
            known[0, :, place] = 0.0
    return replace(model, known=known, states=states)


def answers(model: Averaged, among: Versions, which: Numbers, offsets: Column) -> Answers:
    """What the draws `which` come to at `offsets` (draw, quantity)."""
    engine, count = model.engine, offsets.shape[1]
    lanes = -(-(count + 1) // LANES) * LANES
    shifts = _shifts(offsets, among.lowest[which], among.highest[which])
    at = np.repeat(offsets[:, :, None], lanes, axis=2)
    every = np.arange(count)
    at[:, every, every + 1] += shifts
    values = among.values(which, at)
    known = np.repeat(model.known[:, which, :, None], lanes, axis=3)
    tissue = np.repeat(among.drawn.gland_mass[which][:, None], lanes, axis=1)
    for k, place in enumerate(model.places):
        if place is None:
            tissue = values[:, k]
        else:
            fixed, factor = model.fixed[:, which, k, None], model.factor[:, which, k, None]
            known[:, :, place] = fixed + factor * values[:, k]
    begun = _begun(model, among, which, tissue)
    read, failures = _paths(model, known, begun)
    held = known[[_stretch(model, hour) for hour in model.hours]].swapaxes(0, 1)
    there = {n: held[:, :, k] for k, n in enumerate(engine.known)}
    there |= {n: read[:, 1:, k] for k, n in enumerate(engine.states)}
    found = _evaluated(engine.model, there, model.names)
    with np.errstate(all="ignore"):  # a lane that failed is NaN, and so is all that rests on it
        logarithms = np.log(found)
    return Answers(
        values=found[..., 0],
        slopes=(logarithms[..., 1 : count + 1] - logarithms[..., :1]) / shifts[:, None, None],
        states=read[:, 0, :, 0],
        failures=failures,
    )


def _shifts(offsets: Column, lowest: Column, highest: Column) -> Column:
    """How far each copy is shifted: towards the bound that is farther away."""
    up, down = highest - offsets, offsets - lowest
    return np.where(up >= down, np.minimum(SHIFT, up), -np.minimum(SHIFT, down))


def _begun(model: Averaged, among: Versions, which: Numbers, tissue: Column) -> Column:
    """States (draw, state, lane) before the year, with this much parathyroid tissue."""
    names = model.engine.states
    states = np.repeat(model.states[which][:, :, None], tissue.shape[1], axis=2)
    nodular = tissue * among.drawn.nodular_share[which][:, None]
    states[:, names.index("diffuse_mass")] = tissue - nodular
    states[:, names.index("nodular_mass")] = nodular
    return states


def _way(model: Averaged, lanes: int) -> Block:
    """The year and the past as a block, still without anybody in it.

    It is read when the past begins, and at each of the hours.
    """
    lengths = np.array([YEAR, *(b - a for a, b in pairwise(model.ends))])
    at = [(_stretch(model, hour), hour) for hour in (model.ends[0], *model.hours)]
    shares = np.array([1 - (model.ends[s] - hour) / lengths[s] for s, hour in at])
    nobody = np.zeros((0, lanes))
    return Block(
        known=np.zeros((len(lengths), 0, lanes)),
        kinds=np.arange(len(lengths), dtype=np.int64),
        lengths=np.repeat(lengths[:, None], lanes, axis=1),
        starts=np.searchsorted([s for s, _ in at], np.arange(len(lengths) + 1)),
        shares=np.repeat(shares[:, None], lanes, axis=1),
        states=nobody,
        absolute=nobody,
        floors=nobody,
        relative=ACCURACY,
    )


def _paths(model: Averaged, known: Column, begun: Column) -> tuple[Column, Mapping[int, str]]:
    """The states on the way of each draw, (draw, reading, state, lane), and why any failed.

    `known` is (stretch, draw, name, lane), `begun` (draw, state, lane).
    """
    declared = [model.engine.model.states[s] for s in model.engine.states]
    usual = np.array([[abs(s.start) or 1.0] for s in declared])
    lowest = np.array([[s.between[0]] for s in declared])
    typical = np.maximum(np.abs(begun), usual)
    absolute, floors = SMALL * ACCURACY * typical, lowest - BELOW_BOUNDS * typical
    way = _way(model, begun.shape[2])
    runs = [
        run(
            model.engine,
            replace(way, known=known[:, i], states=states, absolute=absolute[i], floors=floors[i]),
        )
        for i, states in enumerate(begun)
    ]
    reasons = [next(iter(r.failures.values()), (0, ""))[1] for r in runs]
    stopped = "stopped while sessions were averaged"
    failures = {i: f"{stopped}: {reason}." for i, reason in enumerate(reasons) if reason}
    return np.array([r.readings for r in runs]), failures


def _stretch(model: Averaged, hour: float) -> int:
    """The stretch that an hour of the past is in, or at the end of."""
    return int(np.searchsorted(model.ends, hour))


def _evaluated(model: Model, known: Mapping[str, Column], names: Sequence[str]) -> Column:
    """Quantities, (draw, name, …); only what they rest on is computed."""
    wanted = set(names)
    for name in reversed(tuple(model.equations)):
        wanted |= set(model.arguments[name]) if name in wanted else set()
    values = dict(known)
    with np.errstate(all="ignore"):
        for name, equation in model.equations.items():
            if name in wanted:
                values[name] = equation.function(*(values[a] for a in model.arguments[name]))
    return np.stack([values[n] for n in names], axis=1)


def _care(therapy: Plan, now: Moment) -> list[tuple[float, Lanes]]:
    """What holds from when to when in the past, by the clock alone; the hours are the ends."""
    hour = -PAST_WEEKS * WEEK
    clock = Clock(now=now, start=hour)
    standings = opening(therapy)
    found: list[tuple[float, Lanes]] = []
    while hour < 0:
        standings, _ = turned(standings, {}, clock, hour)
        hour = min(0.0, next_change(standings, clock, hour))
        found.append((hour, holding(standings, {})))
    return found


def _inputs(
    model: Model, drawn: Prior, lanes: Lanes, seed: int
) -> tuple[Mapping[str, Column], Mapping[str, Column]]:
    """Inputs under one care, sessions averaged: as every draw has them, and if it ate nothing."""
    foods = dict.fromkeys((f"diet.{food}" for food in FOODS), 0.0)

    def inputs(number: int, other: Mapping[str, float]) -> dict[str, float]:
        unsaid = {n: float(c[number]) for n, c in drawn.unsaid.items()}
        draw = Draw(
            number=number,
            seed=seed,
            parameters={},
            states={},
            unsaid=unsaid | dict(other),
            uniform={n: float(c[number]) for n, c in drawn.uniform.items()},
        )
        return averaged(settled(model, lanes, draw))

    numbers = range(len(drawn.gland_mass))
    own, fasting = ([inputs(i, other) for i in numbers] for other in ({}, foods))
    return _columns(own), _columns(fasting)


def _columns(rows: Sequence[Mapping[str, float]]) -> dict[str, Column]:
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}
