"""Stretches of different draws in one block, and what becomes of those that fail."""

import dataclasses

import numpy as np
import pytest

from brushite.engine.ensemble import alone
from brushite.engine.lanes.block import LANES
from brushite.engine.lanes.courses import courses_of
from brushite.engine.lanes.engine import engine
from brushite.engine.lanes.passages import arranged, passages
from brushite.engine.passage import SOLVED
from brushite.plan import Dialysis
from engine.test_agreement import treatment
from engine.toy_patient import MODEL, draw, setting
from model.test_balance import twin

ACCURACY = 1e-5
PTH = "observed_pth"


def stretch(sessions=3, hours="4 h", *, number=0, **changed):
    step = Dialysis(sessions=sessions, hours=hours)
    return next(alone(setting(step, weeks=4), draw(number, **changed)))[0]


def test_other_sessions_in_a_block_change_nothing():
    mixed = [stretch(s, h) for s, h in [(3, "4 h"), (7, "2 h"), (1, "9 h"), (5, "3.5 h")]]
    together = passages(engine(MODEL), mixed, accuracy=ACCURACY)

    for one, found in zip(mixed, together, strict=True):
        (own,) = passages(engine(MODEL), [one], accuracy=ACCURACY)
        assert found.outcome == own.outcome == SOLVED
        for name, values in own.values.items():
            assert found.values[name] == pytest.approx(values, rel=10 * ACCURACY)
        assert found.final == pytest.approx(own.final, rel=10 * ACCURACY, abs=1e-6)


def test_a_failure_beside_longer_schedules_is_told_with_its_own_hours():
    good, bad = stretch(7, "2 h"), stretch(1, "4 h", mobilisation=1e300)
    found = passages(engine(MODEL), [good, bad], accuracy=ACCURACY)

    assert found[0].outcome == SOLVED
    assert found[1].outcome.startswith("stopped between hour ")
    assert np.isnan(list(found[1].final.values())).all()


def test_a_state_that_falls_below_its_bounds_ends_the_draw():
    lowest = dataclasses.replace(MODEL.states["lesion_1_mineral"], between=(1e9, float("inf")))
    strict = dataclasses.replace(MODEL, states={**MODEL.states, "lesion_1_mineral": lowest})
    (found,) = passages(engine(strict), [stretch()], accuracy=ACCURACY)

    assert "lesion_1_mineral left its bounds" in found.outcome


def test_alike_stretches_share_blocks_and_groups_are_never_parted():
    asked = [(stretch(s),) for s in (3, 7, 3, 7, 3, 7, 3, 7)] + [(stretch(3),) * 7] * 2
    blocks = arranged(asked)

    assert sorted(place for block in blocks for place in block) == sorted(
        (g, i) for g, group in enumerate(asked) for i in range(len(group))
    )
    assert all(len(block) <= LANES for block in blocks)
    for group in (8, 9):
        assert sum(any(g == group for g, _ in block) for block in blocks) == 1
    assert blocks[0] == [(0, 0), (2, 0), (4, 0), (6, 0)]


def test_a_broken_draw_of_the_whole_model_harms_none_beside_it():
    people = twin(LANES)
    broken = {n: c.copy() for n, c in people.draws.parameters.items()}
    broken["bone_turnover"][3] = np.nan
    broken["digestive_clearance"][5] = 1e300
    draws = dataclasses.replace(people.draws, parameters=broken)
    good = courses_of(treatment(8, ACCURACY), people.draws, seed=1)
    found = courses_of(treatment(8, ACCURACY), draws, seed=1)

    assert "bone_turnover is not a number" in found[3].outcome
    assert found[5].outcome != SOLVED
    for lane in {*range(LANES)} - {3, 5}:
        assert found[lane].outcome == SOLVED
        assert found[lane].bars == good[lane].bars
        for name, values in good[lane].values.items():
            size = np.abs(values) + 1e-3 * np.abs(values).max() + 1e-9
            assert (np.abs(found[lane].values[name] - values) <= 10 * ACCURACY * size).all(), name
