"""Eight lanes through a row of segments, and what becomes of those that fail."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from brushite.engine.lanes.engine import Engine
from brushite.engine.lanes.march import BELOW

Array = NDArray[np.float64]
Numbers = NDArray[np.int64]

LANES = 8
FIRST_STEP = 0.05  # h; what is tried where no earlier segment of the kind tells better
ALIGNED = 64  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Lanes side by side; the last axis of every array but `kinds` and `starts` is the lane.

    `known` (kind, name, lane) has parameters and inputs, `kinds` (segment) which of them hold.
    `lengths` (segment, lane) are hours, 0 where a lane has no such segment. Reading r belongs to
    the segment s with `starts[s] <= r < starts[s + 1]`, and happens in a lane at its `shares`
    (reading, lane) of the segment, above 0 and up to 1; below 0 where the lane has none.
    `states`, `absolute` (tolerance) and `floors` (below which a lane fails) are (state, lane).
    """

    known: Array
    kinds: Numbers
    lengths: Array
    starts: Numbers
    shares: Array
    states: Array
    absolute: Array
    floors: Array
    relative: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What became of a block: `states` (state, lane) at the end, `readings` (reading, state, lane).

    `failures` has, for each lane that failed, the segment and a reason; its values are NaN from
    that segment on. `steps` counts those taken and those refused.
    """

    states: Array
    readings: Array
    failures: Mapping[int, tuple[int, str]]
    steps: tuple[int, int]


def run(engine: Engine, block: Block) -> Run:
    """Take a block to its end; a lane that fails is put aside and does not change the others.

    The block is run again with a neighbour in the place of the lane that failed.
    """
    lanes = block.states.shape[1]
    failures: dict[int, tuple[int, str]] = {}
    lost: dict[int, Array] = {}
    standing_in = np.arange(lanes)
    taken, refused = 0, 0
    while True:
        states, readings, failed, steps = _marched(engine, _with(block, standing_in))
        taken, refused = taken + steps[0], refused + steps[1]
        if failed is None:
            break
        segment, errors = failed
        bad = [i for i in range(lanes) if errors[standing_in[i]] > 1 and i not in failures]
        for lane in bad:
            reason = LEFT_BOUNDS if errors[lane] >= BELOW else TOO_STIFF
            failures[lane] = (segment, reason)
            lost[lane] = readings[:, :, lane].copy()
        good = [i for i in range(lanes) if i not in failures]
        if not good:
            states = np.full_like(states, np.nan)
            readings = np.full_like(readings, np.nan)
            break
        standing_in = np.array([i if i in good else good[0] for i in range(lanes)])
    for lane, (segment, _) in failures.items():
        states[:, lane] = np.nan
        readings[:, :, lane] = lost[lane]
        readings[block.starts[segment] :, :, lane] = np.nan
    return Run(states=states, readings=readings, failures=failures, steps=(taken, refused))


TOO_STIFF = "the integrator gave up: its steps became shorter than a millionth of a second"
LEFT_BOUNDS = "a state left its bounds"


def _with(block: Block, lanes: Numbers) -> Block:
    """The block with these lanes in the place of its own."""
    if (lanes == np.arange(len(lanes))).all():
        return block
    return replace(
        block,
        known=block.known[:, :, lanes],
        lengths=block.lengths[:, lanes],
        shares=block.shares[:, lanes],
        states=block.states[:, lanes],
        absolute=block.absolute[:, lanes],
        floors=block.floors[:, lanes],
    )


def _marched(
    engine: Engine, block: Block
) -> tuple[Array, Array, tuple[int, Array] | None, tuple[int, int]]:
    """States and readings, the segment and errors of a failure, steps taken and refused."""
    width, sizes = engine.width, engine
    lanes = block.states.shape[1]
    groups = lanes // width
    segments, readings = len(block.kinds), len(block.shares)
    known = _grouped(block.known, width)
    constants = _aligned(len(block.known), groups, sizes.constants, width)
    engine.code.prepare(len(block.known) * groups, _at(known), _at(constants))
    states = _grouped(block.states, width)
    found = _aligned(readings, groups, len(engine.states), width)
    found[...] = np.nan
    lengths = _aligned(segments, lanes)
    lengths[...] = block.lengths
    shares = _aligned(readings, lanes)
    shares[...] = block.shares
    spans = block.lengths.max(axis=1, initial=0.0)
    absolute, floors = _grouped(block.absolute, width), _grouped(block.floors, width)
    errors = _aligned(lanes)
    counts = np.zeros(2, dtype=np.int64)
    first_steps = np.full(len(block.known), FIRST_STEP)
    work = _aligned(groups, sizes.work, width)
    failed = engine.code.march(
        groups,
        segments,
        *map(_at, (states, constants, block.kinds, lengths, spans, first_steps)),
        block.relative,
        *map(_at, (absolute, floors, block.starts, shares, found, work, errors, counts)),
    )
    return (
        _ungrouped(states),
        _ungrouped(found),
        (failed - 1, errors) if failed else None,
        (int(counts[0]), int(counts[1])),
    )


def _aligned(*shape: int) -> Array:
    """Zeros that begin at a multiple of 64 bytes, as vectors have to."""
    size = int(np.prod(shape))
    room = np.zeros(size + ALIGNED // 8)
    start = (-room.ctypes.data // 8) % (ALIGNED // 8)
    return room[start : start + size].reshape(shape)


def _grouped(array: Array, width: int) -> Array:
    """(…, name, lane) as (…, group, name, lane of group)."""
    *outer, names, lanes = array.shape
    groups = lanes // width
    found = _aligned(*outer, groups, names, width)
    found[...] = np.moveaxis(array.reshape(*outer, names, groups, width), -2, -3)
    return found


def _ungrouped(array: Array) -> Array:
    """The inverse of `_grouped`."""
    *outer, groups, names, width = array.shape
    return np.moveaxis(array, -3, -2).reshape(*outer, names, groups * width)


def _at(array: Array | Numbers) -> int:
    """The address of an array."""
    return int(array.ctypes.data)
