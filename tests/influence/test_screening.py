"""Inputs whose share of the variance is known get that share."""

import numpy as np
import pytest

from brushite.engine.lanes.courses import INTERRUPTED
from brushite.engine.passage import SOLVED
from brushite.errors import EngineError, ModelError
from brushite.influence.people import Results
from brushite.influence.screening import Effort, ranked

STOPPED = "stopped between hour 1 and hour 2: a test."
GUESSED = (True, True, False, True, True)


def results(values, outcome=None):
    return Results(values=values, outcome=outcome or (SOLVED,) * len(values))


def ishigami(ranks, _=None):
    """Ishigami and Homma's function of the first three ranks; the other two do nothing."""
    x, y, z = np.pi * (2 * ranks[:, :3].T - 1)
    return results(np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x))


def linear(ranks, _=None):
    return results(ranks @ np.array([4.0, 2.0, 1.0, 0.5, 0.0]))


def test_the_shares_of_ishigamis_function_are_those_known_in_closed_form():
    found = ranked(ishigami, GUESSED, Effort(samples=4096, paths=20, top=3), seed=1)

    # a = 7, b = 0.1: V1 = (1 + b π⁴/5)²/2, V2 = a²/8, V13 = 8 b² π⁸/225
    alone = [found.alone[k].value for k in range(3)]
    in_all = [found.in_all[k].value for k in range(3)]
    assert alone == pytest.approx([0.3139, 0.4424, 0.0], abs=0.03)  # of 4096 samples
    assert in_all == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.03)
    assert found.order[:3] == (0, 1, 2)


def test_what_is_assumed_has_one_less_the_share_of_what_is_cited():
    found = ranked(ishigami, GUESSED, Effort(samples=4096, paths=20, top=3), seed=1)

    assert found.assumed.value == pytest.approx(1 - 0.2437, abs=0.03)  # the third is cited


def test_everything_rests_on_assumptions_where_nothing_is_cited():
    found = ranked(linear, [True] * 5, Effort(samples=64, top=3), seed=1)

    assert (found.assumed.value, found.assumed.margin) == (1, 0)


def test_a_linear_model_has_shares_in_proportion_to_squares():
    found = ranked(linear, GUESSED, Effort(samples=1024, top=3), seed=1)

    known = np.array([16, 4, 1]) / 21.25
    for order in (found.alone, found.in_all):
        assert [order[k].value for k in range(3)] == pytest.approx(known, abs=0.03)
    assert found.rest.value == pytest.approx(0.25 / 21.25, abs=0.005)


def test_the_interval_holds_the_share_that_is_known():
    found = ranked(linear, GUESSED, Effort(samples=512, top=5), seed=3)

    for share in (found.in_all[0], found.in_all[1]):
        assert share.margin < 0.15
    assert abs(found.in_all[0].value - 16 / 21.25) < 2 * found.in_all[0].margin


def test_the_effect_is_how_far_half_of_the_levels_move_the_result():
    found = ranked(linear, GUESSED, Effort(paths=4), method="morris", seed=1)

    # The middles of quarters are 1/8 and 7/8, and half of the way is two of three steps.
    assert [e.value for e in found.effects] == pytest.approx([2, 1, 0.5, 0.25, 0])
    assert found.order == (0, 1, 2, 3, 4)
    assert found.alone == {}
    assert found.rest is None


def test_the_same_seed_gives_the_same_ranking():
    one, other = (ranked(ishigami, GUESSED, Effort(samples=64, top=3), seed=0) for _ in range(2))

    assert one.in_all == other.in_all
    assert one.effects == other.effects


def test_no_more_is_ranked_than_there_is():
    found = ranked(linear, GUESSED, Effort(samples=64, top=40), seed=1)

    assert len(found.in_all) == 5
    assert found.rest is None


def rare(ranks, _=None):
    """Of the last input only the lowest tenth does anything, and much."""
    return results(linear(ranks).values + 10 * (ranks[:, 4] < 0.1))


def test_a_choice_that_paths_step_over_gets_its_share_all_the_same():
    effort = Effort(samples=512, top=2)
    missed, found = (ranked(rare, GUESSED, effort, choices=c, seed=1) for c in ((), (4,)))

    known = 9 / (21.25 / 12 + 9)  # 10²·0.1·0.9 beside the variances of uniform numbers
    assert found.effects[4].value == 0
    assert 4 not in missed.in_all
    assert missed.rest.value == pytest.approx(known, abs=0.1)
    assert found.in_all[4].value == pytest.approx(known, abs=0.1)
    assert found.order[0] == 4


# What goes wrong


def sometimes(every):
    """The linear model, of which each run with that number fails."""

    def compute(ranks, _):
        values = linear(ranks).values
        values[::every] = np.nan
        outcome = tuple(STOPPED if np.isnan(v) else SOLVED for v in values)
        return results(values, outcome)

    return compute


def test_a_run_that_failed_takes_those_with_it_that_it_is_compared_with():
    found = ranked(sometimes(61), GUESSED, Effort(samples=512, top=3), seed=1)

    assert 512 * 0.85 < found.used < 512
    assert found.outcome.count(STOPPED) == -(-48 // 61) + -(-512 * 7 // 61)
    assert found.in_all[0].value == pytest.approx(16 / 21.25, abs=0.05)


def test_a_rank_that_rests_on_next_to_nothing_is_refused():
    with pytest.raises(EngineError, match="too few to rank"):
        ranked(sometimes(2), GUESSED, Effort(), seed=1)


def test_without_any_result_the_first_reason_is_told():
    with pytest.raises(EngineError, match="a test"):
        ranked(sometimes(1), GUESSED, Effort(), seed=1)


def test_a_result_that_is_the_same_everywhere_is_refused():
    with pytest.raises(ModelError, match="same in everybody"):
        ranked(lambda ranks, _: results(np.full(len(ranks), 3.0)), GUESSED, Effort(), seed=1)


def interrupted_after(runs):
    """The linear model, in which an interrupt comes after so many runs."""
    left = [runs]

    def compute(ranks, _):
        values = linear(ranks).values
        values[left[0] :] = np.nan
        left[0] = max(0, left[0] - len(ranks))
        return results(values, tuple(INTERRUPTED if np.isnan(v) else SOLVED for v in values))

    return compute


def test_an_interrupt_leaves_the_shares_of_whole_samples():
    found = ranked(interrupted_after(48 + 7 * 100 + 3), GUESSED, Effort(top=3), seed=1)

    assert found.method == "sobol"
    assert found.used == 100
    assert INTERRUPTED in found.outcome


def test_an_interrupt_before_enough_samples_leaves_the_screening():
    for runs in (48 + 7 * 3, 48, 30):
        found = ranked(interrupted_after(runs), GUESSED, Effort(top=3), seed=1)

        assert found.method == "morris"
        assert found.order[0] == 0


def test_an_interrupt_before_anything_goes_on_to_the_caller():
    with pytest.raises(KeyboardInterrupt):
        ranked(interrupted_after(8), GUESSED, Effort(), seed=1)


def test_progress_counts_the_runs_of_both_designs():
    seen = []

    def compute(ranks, progress):
        progress(len(ranks), len(ranks))
        return linear(ranks)

    ranked(
        compute,
        GUESSED,
        Effort(samples=64, top=3),
        seed=1,
        progress=lambda done, of: seen.append((done, of)),
    )

    assert seen == [(48, 48 + 64 * 7), (48 + 64 * 7, 48 + 64 * 7)]
