"""The search for estimates, on problems whose answer is known."""

import numpy as np
import pytest

from calibration.search import EACH, Found, least, loss, step, without

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


def test_a_fold_left_out_has_no_say():
    weights = np.array([1.0, 1.0, 0.0, 0.0])
    blind = without(ask, found(), weights, steps=6, farthest=3)

    assert blind == pytest.approx(found(weights).at, abs=0.02)


def test_a_step_serves_the_linear_problem_best():
    at = np.zeros(2)
    now = Found(at, ask([at])[0], SLOPES)
    there = step(now, ALL, 10.0)
    robust = EACH / (1 + now.residuals**2)

    gradient = SLOPES.T @ (robust * (SLOPES @ there - AIMS)) + there
    assert gradient == pytest.approx([0, 0], abs=1e-9)
