"""Eight lanes through a row of segments, and what becomes of those that fail."""

from collections.abc import Mapping, Sequence
from ctypes import Structure, addressof, c_double, c_int64, c_void_p
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from brushite.engine.lanes.accord import BELOW, CROSSED, FIELDS, HOPELESS, TOO_MANY
from brushite.engine.lanes.engine import Engine

Array = NDArray[np.float64]
Numbers = NDArray[np.int64]

LANES = 8
FIRST_STEP = 0.05  # h; what is tried where no earlier segment of the kind tells better
ALIGNED = 64  # bytes

NO_NUMBER = "is not a number"  # after the name of a parameter, input or state
NO_RATE = "the integrator gave up: a rate of change was not a number, however short the step"
TOO_STIFF = "the integrator gave up: its steps became shorter than four millionths of a second"
TOO_SLOW = "the integrator gave up: it took more than twenty thousand steps between two changes"
LEFT_BOUNDS = "left its bounds"  # after the name of a state


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _March:
    """Once through all segments; `failed` has the segment where it ended, why, and all errors."""

    states: Array
    readings: Array
    failed: tuple[int, int, Array] | None
    steps: tuple[int, int]


def run(engine: Engine, block: Block) -> Run:
    """Take a block to its end; a lane that fails is put aside and does not change the others.

    The block is run again with a neighbour in the place of the lane that failed. The number of
    lanes has to be a multiple of the engine's width.
    """
    lanes = block.states.shape[1]
    failures = {lane: (0, reason) for lane, reason in _without_numbers(engine, block).items()}
    states = np.full_like(block.states, np.nan)
    readings = np.full((len(block.shares), *block.states.shape), np.nan)
    taken, refused = 0, 0
    while len(failures) < lanes:
        good = [i for i in range(lanes) if i not in failures]
        march = _marched(engine, _with(block, [i if i in good else good[0] for i in range(lanes)]))
        taken, refused = taken + march.steps[0], refused + march.steps[1]
        if march.failed is None:
            states[:, good] = march.states[:, good]
            readings[:, :, good] = march.readings[:, :, good]
            break
        for lane, reason in _blamed(march.failed, good).items():
            segment = march.failed[0]
            is_low = march.states[:, lane] < block.floors[:, lane]
            whose = f"{_named(engine.states, is_low)} " if reason == LEFT_BOUNDS else ""
            failures[lane] = segment, whose + reason
            before = block.starts[segment]
            readings[:before, :, lane] = march.readings[:before, :, lane]
    return Run(
        states=states,
        readings=readings,
        failures=MappingProxyType(dict(sorted(failures.items()))),
        steps=(taken, refused),
    )


def _without_numbers(engine: Engine, block: Block) -> dict[int, str]:
    """The lanes in which something is NaN or infinite, and what."""
    found: dict[int, str] = {}
    for names, arrays in (
        (engine.known, block.known),
        (engine.states, np.stack([block.states, block.absolute])),
        (("a length of time",), block.lengths[:, None]),
    ):
        is_bad = np.asarray(~np.isfinite(arrays).all(axis=0))
        for lane in np.flatnonzero(is_bad.any(axis=0)).tolist():
            found.setdefault(lane, f"{_named(names, is_bad[:, lane])} {NO_NUMBER}")
    return found


def _named(names: Sequence[str], are_meant: NDArray[np.bool_]) -> str:
    """The first of the names that are meant, and whether there are others."""
    meant = np.flatnonzero(are_meant)
    if not len(meant):
        return "a state"
    return names[int(meant[0])] + (f", with {len(meant) - 1} others," if len(meant) > 1 else "")


def _blamed(failed: tuple[int, int, Array], good: list[int]) -> dict[int, str]:
    """The lanes among the `good` ones that kept the block from going on, and why; at least one."""
    _, status, errors = failed
    if status == TOO_MANY:  # then the lanes whose errors made the steps short
        worst = max(errors[lane] for lane in good)
        return {lane: TOO_SLOW for lane in good if errors[lane] == worst}
    return {
        lane: LEFT_BOUNDS if error >= BELOW else NO_RATE if error >= HOPELESS else TOO_STIFF
        for lane, error in ((i, errors[i]) for i in good)
        if error > 1
    }


def _with(block: Block, lanes: list[int]) -> Block:
    """The block with these lanes in the place of its own."""
    if lanes == list(range(len(lanes))):
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


_KINDS: Mapping[str, type[c_int64 | c_double | c_void_p]] = MappingProxyType(
    {"i64": c_int64, "double": c_double, "ptr": c_void_p}
)


class _Given(Structure):
    """What the code of a march reads and writes."""

    _fields_ = [(name, _KINDS[kind]) for name, kind in FIELDS.items()]


def _marched(engine: Engine, block: Block) -> _March:
    """Run the code of the engine once, with arrays as it wants them."""
    width = engine.width
    lanes = block.states.shape[1]
    groups = lanes // width
    if groups * width != lanes:
        raise ValueError(f"{lanes} lanes are no multiple of {width}, the width of the engine.")
    kinds, readings = len(block.known), len(block.shares)
    known = _grouped(block.known, width)
    constants = _aligned(kinds, groups, engine.constants, width)
    engine.code.prepare(kinds * groups, known.ctypes.data, constants.ctypes.data)
    found = _aligned(readings, groups, len(engine.states), width)
    found[...] = np.nan
    arrays = {
        "states": _grouped(block.states, width),
        "constants": constants,
        "kinds": np.ascontiguousarray(block.kinds, dtype=np.int64),
        "lengths": _copied(block.lengths),
        "spans": block.lengths.max(axis=1, initial=0.0).astype(np.float64),
        "first_steps": np.full(kinds, FIRST_STEP),
        "absolute": _grouped(block.absolute, width),
        "floors": _grouped(block.floors, width),
        "starts": np.ascontiguousarray(block.starts, dtype=np.int64),
        "shares": _copied(block.shares),
        "readings": found,
        "work": _aligned(groups, engine.work, width),
        "errors": _aligned(lanes),
    }
    given = _Given(
        groups=groups,
        segments=len(block.kinds),
        relative=block.relative,
        **{name: array.ctypes.data for name, array in arrays.items()},
    )
    status = engine.code.march(addressof(given))
    return _March(
        states=_ungrouped(arrays["states"]),
        readings=_ungrouped(found),
        failed=None if status == CROSSED else (given.segment, status, arrays["errors"]),
        steps=(given.taken, given.refused),
    )


def _aligned(*shape: int) -> Array:
    """Zeros that begin at a multiple of 64 bytes, as vectors have to."""
    size = int(np.prod(shape))
    room = np.zeros(size + ALIGNED // 8)
    start = (-room.ctypes.data // 8) % (ALIGNED // 8)
    return room[start : start + size].reshape(shape)


def _copied(array: Array) -> Array:
    """A copy that is aligned."""
    found = _aligned(*array.shape)
    found[...] = array
    return found


def _grouped(array: Array, width: int) -> Array:
    """(…, name, lane) as (…, group, name, lane of group)."""
    *outer, names, lanes = array.shape
    split = array.reshape(*outer, names, lanes // width, width)
    return _copied(np.moveaxis(split, -2, -3))


def _ungrouped(array: Array) -> Array:
    """The inverse of `_grouped`."""
    *outer, groups, names, width = array.shape
    return np.moveaxis(array, -3, -2).reshape(*outer, names, groups * width)
