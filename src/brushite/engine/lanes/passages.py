"""Stretches of courses as blocks of lanes, and what their readings say."""

from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from brushite.engine.lanes.block import LANES, Block, Run, run
from brushite.engine.lanes.engine import Engine
from brushite.engine.passage import (
    BELOW_BOUNDS,
    SMALL,
    SOLVED,
    Passage,
    Stretch,
    jumped,
    needed_for,
    stopped,
    typical_sizes,
)

Array = NDArray[np.float64]
Numbers = NDArray[np.int64]


def arranged(asked: Sequence[Sequence[Stretch]]) -> list[list[tuple[int, int]]]:
    """Which stretches share a block, as places (group, member); a group is never parted.

    Stretches of the same hours and as many intervals come together, so that sessions of one lane
    run beside sessions of the others.
    """

    def alike(number: int) -> tuple[float, float, int, float, int]:
        edges = asked[number][0].schedule.edges
        return edges[0], edges[-1], len(edges), edges[1], number

    blocks: list[list[tuple[int, int]]] = []
    for number in sorted(range(len(asked)), key=alike):
        members = [(number, i) for i in range(len(asked[number]))]
        if blocks and len(blocks[-1]) + len(members) <= LANES:
            blocks[-1] += members
        else:
            blocks.append(members)
    return blocks


def passages(engine: Engine, stretches: Sequence[Stretch], *, accuracy: float) -> list[Passage]:
    """Take up to eight stretches through one block, whose steps they share."""
    block, places = _block(engine, stretches, accuracy)
    found = run(engine, block)
    values = _read(engine, stretches, block, found, places)
    passed = []
    for lane, stretch in enumerate(stretches):
        outcome = SOLVED
        if lane in found.failures:
            segment, reason = found.failures[lane]
            last = len(stretch.schedule.inputs) - 1  # the block may go on for others
            left, right = stretch.schedule.edges[min(segment, last) :][:2]
            outcome = stopped(left, right, reason)
        passed.append(
            Passage(
                values={
                    n: values[n][lane, : len(stretch.hours)].copy() for n in stretch.quantities
                },
                final=dict(zip(engine.states, found.states[:, lane].tolist(), strict=True)),
                outcome=outcome,
            )
        )
    return passed


def _block(engine: Engine, stretches: Sequence[Stretch], accuracy: float) -> tuple[Block, Numbers]:
    """The block, and for each lane and reading its row among the readings (−1 before the start).

    Lanes that nobody asked for repeat the first one.
    """
    lanes = [*stretches, *[stretches[0]] * (LANES - len(stretches))]
    segments = max(len(s.schedule.inputs) for s in stretches)
    lengths = np.zeros((segments, LANES))
    own_kinds = np.zeros((segments, LANES), dtype=np.uint8)
    inputs: list[list[Mapping[str, float]]] = []
    for lane, stretch in enumerate(lanes):
        count = len(stretch.schedule.inputs)
        lengths[:count, lane] = np.diff(stretch.schedule.edges)
        numbers, distinct = _numbered(stretch.schedule.inputs)
        own_kinds[:count, lane] = numbers
        own_kinds[count:, lane] = numbers[-1]
        inputs.append(distinct)
    # Eight lanes of a byte each: what a segment has in all of them is one number.
    together, kinds = np.unique(own_kinds.view(np.uint64).ravel(), return_inverse=True)
    states = [jumped(s.states, s.operations(s.states)) for s in lanes]
    sizes = [typical_sizes(engine.model, s) for s in states]
    absolute = SMALL * accuracy * _columns(sizes, engine.states)
    lowest = np.array([engine.model.states[n].between[0] for n in engine.states])[:, None]
    starts, shares, places = _readings(stretches, segments)
    block = Block(
        known=_known(engine, lanes, inputs, together.view(np.uint8).reshape(-1, LANES)),
        kinds=kinds.astype(np.int64),
        lengths=lengths,
        starts=starts,
        shares=shares,
        states=_columns(states, engine.states),
        absolute=absolute,
        floors=lowest - BELOW_BOUNDS * _columns(sizes, engine.states),
        relative=accuracy,
    )
    return block, places


def _numbered(
    inputs: Sequence[Mapping[str, float]],
) -> tuple[list[int], list[Mapping[str, float]]]:
    """The distinct mappings of a schedule, which intervals of one kind share, and who has which."""
    distinct: dict[int, int] = {}
    numbers = [distinct.setdefault(id(i), len(distinct)) for i in inputs]
    first = dict(zip(reversed(numbers), reversed(inputs), strict=True))
    return numbers, [first[n] for n in range(len(distinct))]


def _known(
    engine: Engine,
    lanes: Sequence[Stretch],
    inputs: Sequence[Sequence[Mapping[str, float]]],
    together: NDArray[np.uint8],
) -> Array:
    """Parameters and inputs, shape (kind, name, lane)."""
    known = np.empty((len(together), len(engine.known), LANES))
    split = len(engine.model.parameters)
    names = engine.known[split:]
    known[:, :split] = _columns([s.parameters for s in lanes], engine.known[:split])
    for lane in range(LANES):
        rows = np.array([[each[n] for n in names] for each in inputs[lane]])
        known[:, split:, lane] = rows[together[:, lane]]
    return known


def _columns(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> Array:
    """Values by name, shape (name, row)."""
    flat = np.fromiter(chain.from_iterable([row[n] for n in names] for row in rows), dtype=float)
    return flat.reshape(len(rows), len(names)).T


def _readings(stretches: Sequence[Stretch], segments: int) -> tuple[Numbers, Array, Numbers]:
    """`starts` and `shares` of a block, and the row of each lane's readings."""
    most = max(len(s.hours) for s in stretches)
    places = np.full((LANES, most), -1)
    shares = np.zeros((LANES, most))
    for lane, stretch in enumerate(stretches):
        edges, hours = np.array(stretch.schedule.edges), np.array(stretch.hours)
        at = np.searchsorted(edges, hours, side="left") - 1
        later = at >= 0
        left = edges[at[later]]
        shares[lane, : len(hours)][later] = (hours[later] - left) / (edges[at[later] + 1] - left)
        places[lane, : len(hours)][later] = at[later] * most + np.flatnonzero(later)
    is_read = np.zeros(segments * most, dtype=bool)
    lanes = np.nonzero(places >= 0)
    is_read[places[lanes]] = True
    rows = np.flatnonzero(is_read)
    starts = np.searchsorted(rows, np.arange(segments + 1) * most).astype(np.int64)
    found = np.full((len(rows), LANES), -1.0)
    row = np.searchsorted(rows, places[lanes])
    found[row, lanes[0]] = shares[lanes]
    places[lanes] = row
    return starts, found, places


def _read(
    engine: Engine, stretches: Sequence[Stretch], block: Block, found: Run, places: Numbers
) -> dict[str, Array]:
    """Quantities, shape (lane, reading)."""
    names = tuple(dict.fromkeys(n for s in stretches for n in s.quantities))
    equations = needed_for(engine.model, names)
    read = {*names, *(a for n in equations for a in engine.model.arguments[n])}
    places = places[: len(stretches)]
    lane = np.arange(len(stretches))[:, None]
    is_early = places < 0  # at the very start, before anything has changed
    rows = np.where(is_early, 0, places)
    kinds = block.kinds[np.searchsorted(block.starts, rows, side="right") - 1]
    values: dict[str, Array] = {}
    for number, name in enumerate(engine.known):
        if name in engine.model.parameters and name in read:
            values[name] = block.known[0, number, : len(stretches), None]
        elif name in read:
            before = np.array([s.schedule.before[name] for s in stretches])[:, None]
            values[name] = np.where(is_early, before, block.known[kinds, number, lane])
    for number, name in enumerate(engine.states):
        if name in read:
            start = np.array([s.states[name] for s in stretches])[:, None]
            values[name] = np.where(is_early, start, found.readings[rows, number, lane])
    with np.errstate(all="ignore"):  # a state that has left its range gives NaN
        for name in equations:
            arguments = (values[a] for a in engine.model.arguments[name])
            values[name] = np.asarray(engine.model.equations[name](*arguments))
    return {n: np.broadcast_to(values[n], places.shape) for n in names}
