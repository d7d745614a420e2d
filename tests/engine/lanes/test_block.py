"""Eight lanes side by side: standing still, failing, in any order and at any width."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.problem import draws
from brushite.engine.lanes.block import (
    LANES,
    LEFT_BOUNDS,
    NO_NUMBER,
    NO_RATE,
    TOO_SLOW,
    TOO_STIFF,
    run,
)
from brushite.engine.lanes.engine import engine
from brushite.model.published.peterson_riggs import BENCH_SMOOTH
from brushite.vocabulary import log
from engine.lanes.programs import block_of, exact, kaps, model_of

RELATIVE = 1e-5
NAN = float("nan")


@pytest.fixture(scope="module")
def made():
    return engine(kaps())


def mostly(usual, **others):
    """One number per lane; `lane_3=…` is that of lane 3."""
    found = np.full(LANES, usual)
    for name, value in others.items():
        found[int(name.removeprefix("lane_"))] = value
    return found


def alone(found, lane):
    """What became of one lane, to be compared bit by bit."""
    return found.states[:, lane].tobytes(), found.readings[:, :, lane].tobytes()


def without(block, lane):
    """The block with a neighbour in the place of a lane."""
    lanes = [i if i != lane else (lane + 1) % LANES for i in range(LANES)]
    names = ("lengths", "shares", "states", "absolute", "floors")
    parts = {n: getattr(block, n)[:, lanes] for n in names}
    return replace(block, known=block.known[:, :, lanes], **parts)


def test_readings_are_the_solution_at_their_times(made):
    shares = (0.1, 0.5, 0.8, 1.0)
    found = run(made, block_of(made, [1.0, 3.0], relative=1e-8, shares=shares))

    times = np.concatenate([np.array(shares) * 1.0, 1.0 + np.array(shares) * 3.0])
    for row, name in enumerate(made.states):
        assert found.readings[:, row, 3] == pytest.approx(exact(name, times), rel=1e-6)
    assert (found.readings[-1] == found.states).all()
    assert found.failures == {}


def test_a_lane_without_a_segment_stands_still_and_has_no_reading_there(made):
    block = block_of(made, [1.0, 2.0], relative=1e-8, shares=[0.5])
    lengths, shares = block.lengths.copy(), block.shares.copy()
    lengths[0, 2], shares[0, 2] = 0.0, -1.0

    found = run(made, replace(block, lengths=lengths, shares=shares))

    assert np.isnan(found.readings[0, :, 2]).all()
    for row, name in enumerate(made.states):
        assert found.states[row, 2] == pytest.approx(exact(name, 2.0), rel=1e-7)
        assert found.states[row, 3] == pytest.approx(exact(name, 3.0), rel=1e-7)
        assert found.readings[1, row, 2] == pytest.approx(exact(name, 1.0), rel=1e-7)


def test_lanes_may_have_their_own_lengths(made):
    block = block_of(made, [1.0], relative=1e-8)
    lengths = np.linspace(0.5, 4, LANES)[None]

    found = run(made, replace(block, lengths=lengths))

    for row, name in enumerate(made.states):
        assert found.states[row] == pytest.approx(exact(name, lengths[0]), rel=1e-6)


def test_a_block_without_length_gives_back_its_states(made):
    found = run(made, block_of(made, [0.0, 0.0]))

    assert (found.states == 1.0).all()
    assert found.steps == (0, 0)


def test_a_parameter_that_is_no_number_is_told_before_anything_runs(made):
    block = block_of(made, [1.0, 2.0], shares=[1.0], known={"stiffness": mostly(1.0, lane_3=NAN)})

    found = run(made, block)

    assert found.failures == {3: (0, f"stiffness {NO_NUMBER}")}
    assert np.isnan(found.states[:, 3]).all()
    assert np.isnan(found.readings[:, :, 3]).all()
    assert found.steps == run(made, without(block, 3)).steps


@pytest.mark.parametrize("value", [NAN, float("inf"), -float("inf")])
def test_a_state_that_is_no_number_is_told(made, value):
    found = run(made, block_of(made, [1.0], states={"x": mostly(1.0, lane_0=value)}))

    assert found.failures == {0: (0, f"x {NO_NUMBER}")}
    assert np.isfinite(found.states[:, 1:]).all()


@pytest.fixture(scope="module")
def turning():
    """A circle, and beside it a logarithm; `speed` and `room` can make either impossible."""
    return engine(
        model_of(
            {"x": 1.0, "y": 0.0, "z": 0.0},
            {
                "x": lambda speed, y: speed * y,
                "y": lambda speed, x: -speed * x,
                "z": lambda room, x: log(room + x),
            },
            {"speed": 1.0, "room": 3.0},
        )
    )


@pytest.mark.parametrize(
    ("impossible", "reason"),
    [({"speed": 1e12}, TOO_STIFF), ({"room": -5.0}, NO_RATE), ({"speed": 1e5}, TOO_SLOW)],
)
def test_an_impossible_lane_is_told_and_changes_no_other(turning, impossible, reason):
    usual = {"speed": 1.0, "room": 3.0}
    known = {n: mostly(v, lane_5=impossible.get(n, v)) for n, v in usual.items()}
    block = block_of(turning, [10.0, 2.0], relative=RELATIVE, shares=[0.5, 1.0], known=known)

    found = run(turning, block)
    wanted = run(turning, without(block, 5))

    assert found.failures == {5: (0, reason)}
    assert np.isnan(found.states[:, 5]).all()
    assert wanted.failures == {}
    for lane in set(range(LANES)) - {5}:
        assert alone(found, lane) == alone(wanted, lane)
    assert found.states[turning.states.index("x"), 0] == pytest.approx(np.cos(12.0), abs=1e-3)


def test_every_lane_may_fail_for_its_own_reason(turning):
    known = {"speed": mostly(1e12, lane_1=NAN, lane_6=1.0), "room": mostly(3.0, lane_6=-5.0)}

    found = run(turning, block_of(turning, [1.0], known=known))

    reasons = {lane: reason for lane, (_, reason) in found.failures.items()}
    assert reasons == dict.fromkeys(range(LANES), TOO_STIFF) | {1: f"speed {NO_NUMBER}", 6: NO_RATE}
    assert np.isnan(found.states).all()


def test_what_was_read_before_a_failure_stays():
    growing = engine(model_of({"x": 1.0}, {"x": lambda rate, x: rate * x * x}, {"rate": 0.0}))
    known = {"rate": mostly(0.0, lane_4=0.4)}  # 1/(1 − 0.4·t): there is no solution beyond 2.5 h

    found = run(growing, block_of(growing, [1.0, 1.0, 1.0], shares=[0.5, 1.0], known=known))

    assert {lane: segment for lane, (segment, _) in found.failures.items()} == {4: 2}
    times = np.array([0.5, 1.0, 1.5, 2.0])
    assert found.readings[:4, 0, 4] == pytest.approx(1 / (1 - 0.4 * times), rel=1e-4)
    assert np.isnan(found.readings[4:, 0, 4]).all()
    assert (found.readings[:, 0, :4] == 1).all()


def test_a_lane_below_its_floor_fails_where_it_fell(made):
    block = block_of(made, [1.0, 1.0, 1.0], shares=[1.0])
    floors = block.floors.copy()
    floors[made.states.index("y"), 7] = 0.2  # y is 0.37, 0.14, 0.05

    found = run(made, replace(block, floors=floors))

    assert found.failures == {7: (1, f"y {LEFT_BOUNDS}")}
    assert found.readings[0, :, 7] == pytest.approx(found.readings[0, :, 6], rel=1e-5)
    assert np.isnan(found.readings[1:, :, 7]).all()


def spread(made, relative=RELATIVE):
    """Patients of the bench problem, over four sessions and what follows them."""
    return block_of(
        made, [4.0, 52.0] * 4, relative=relative, shares=[0.5, 1.0], known=draws(LANES, seed=3)
    )


def test_every_width_gives_the_same_answer():
    found = {}
    for width in (2, 4, 8):
        made = engine(BENCH_SMOOTH, width=width)
        assert made.width == width
        found[width] = run(made, spread(made))

    for width in (2, 4):
        assert found[width].steps == found[8].steps
        assert found[width].readings == pytest.approx(found[8].readings, rel=1e-11, abs=1e-300)


def test_the_same_block_gives_the_same_bits():
    made = engine(BENCH_SMOOTH)
    block = spread(made)

    first, _, again = run(made, block), run(made, spread(made, 1e-3)), run(made, block)

    assert first.states.tobytes() == again.states.tobytes()
    assert first.readings.tobytes() == again.readings.tobytes()


def test_two_threads_give_the_same_bits_as_one():
    made = engine(BENCH_SMOOTH)
    blocks = [spread(made, r) for r in (1e-3, 1e-4, 1e-5, 1e-6)]

    with ThreadPoolExecutor(2) as pool:
        beside = list(pool.map(lambda b: run(made, b), blocks))

    for block, found in zip(blocks, beside, strict=True):
        assert found.readings.tobytes() == run(made, block).readings.tobytes()


def test_another_order_of_lanes_gives_the_same_bits():
    made = engine(BENCH_SMOOTH)
    block = spread(made)
    turned = replace(
        block,
        known=block.known[:, :, ::-1],
        states=block.states[:, ::-1],
        absolute=block.absolute[:, ::-1],
    )

    assert (run(made, turned).readings[:, :, ::-1] == run(made, block).readings).all()


def test_other_neighbours_change_a_lane_by_less_than_ten_tolerances():
    made = engine(BENCH_SMOOTH)
    block = spread(made)
    lane = replace(
        block, **{n: np.repeat(getattr(block, n)[..., :1], LANES, axis=-1) for n in PARTS}
    )

    with_others, with_itself = run(made, block), run(made, lane)

    assert with_others.readings[:, :, 0] == pytest.approx(
        with_itself.readings[:, :, 0], rel=10 * RELATIVE
    )


PARTS = ("known", "lengths", "shares", "states", "absolute", "floors")


def test_a_number_of_lanes_that_does_not_fit_is_refused():
    made = engine(kaps(), width=8)

    with pytest.raises(ValueError, match="6 lanes are no multiple of 8"):
        run(made, block_of(made, [1.0], lanes=6))
