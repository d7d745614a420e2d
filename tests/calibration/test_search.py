"""The search for estimates, on problems whose answer is known."""

import numpy as np
import pytest

from calibration.search import EACH, Found, least, loss, missed, polished, step

SLOPES = np.array([[2.0, 0.5], [0.0, 1.5], [1.0, -1.0], [0.3, 0.2]])
AIMS = np.array([0.4, -0.2, 0.3, 0.1])
ALL = np.ones(4)


def ask(points):
    return [SLOPES @ point - AIMS for point in points]


def told(_words):
    return None


def found(weights=ALL):
    return least(ask, np.zeros(2), weights, farthest=3, tell=told)


def numeric_gradient(at, weights):
    def here(point):
        return loss(point, ask([point])[0], weights)

    return [(here(at + 1e-6 * e) - here(at - 1e-6 * e)) / 2e-6 for e in np.eye(2)]


def test_the_loss_has_no_slope_where_the_search_ends():
    assert numeric_gradient(found().at, ALL) == pytest.approx([0, 0], abs=0.02)


def test_the_prior_holds_what_no_study_speaks_of():
    flat = least(
        lambda points: [np.zeros(4) for _ in points],
        np.array([1.5, -0.5]),
        ALL,
        farthest=3,
        tell=told,
    )

    assert flat.at == pytest.approx([0, 0], abs=1e-9)


def test_nothing_moves_farther_than_allowed():
    far = least(
        lambda points: [SLOPES @ p - 100 * AIMS for p in points],
        np.zeros(2),
        ALL,
        farthest=0.5,
        tell=told,
    )

    assert np.abs(far.at).max() <= 0.5


def test_a_contradiction_counts_less_than_its_distance():
    near, far = (np.array([r, 0.0, 0.0, 0.0]) for r in (1.0, 10.0))
    one, ten = (loss(np.zeros(2), r, ALL) for r in (near, far))

    assert one == pytest.approx(0.5 * EACH * np.log(2))
    assert ten < 10 * one


def test_a_study_left_out_has_no_say():
    weights = np.array([1.0, 1.0, 0.0, 0.0])
    one = polished(ask, found(), weights, steps=6, farthest=3, tell=told)
    other = polished(
        lambda points: [r + np.array([0, 0, 9.0, -9.0]) for r in ask(points)],
        found(),
        weights,
        steps=6,
        farthest=3,
        tell=told,
    )

    assert one == pytest.approx(other, abs=1e-6)


def test_a_step_serves_the_linear_problem_best():
    at = np.zeros(2)
    now = Found(at, ask([at])[0], SLOPES)
    there = step(now, ALL, 10.0)
    robust = EACH / (1 + now.residuals**2)

    gradient = SLOPES.T @ (robust * (SLOPES @ there - AIMS)) + there
    assert gradient == pytest.approx([0, 0], abs=1e-9)


def test_the_last_steps_bring_into_range_what_can_be():
    slopes = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    aims = np.array([1.5, 2.0, -4.0])  # the last two contradict each other

    def far(points):
        return [slopes @ point - aims for point in points]

    begin = Found(np.zeros(2), far([np.zeros(2)])[0], slopes)
    at = polished(far, begin, np.ones(3), steps=4, farthest=3, tell=told)
    (residuals,) = far([at])

    assert (np.abs(residuals[:2]) <= 1).all()
    assert missed(at, residuals, np.ones(3)) < missed(begin.at, begin.residuals, np.ones(3))


def test_what_counts_as_missed_is_smooth_and_one_half_at_the_end_of_a_range():
    nowhere = np.zeros(1)
    at_end = missed(nowhere, np.array([1.0]), np.ones(1))

    assert at_end == pytest.approx(missed(nowhere, np.array([99.0]), np.ones(1)) / 2)
    assert missed(nowhere, np.array([0.0]), np.ones(1)) == 0
