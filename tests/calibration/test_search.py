"""The search for estimates, on problems whose answer is known."""

import numpy as np
import pytest

from calibration.search import Found, missed, polished, sloped, turned

SLOPES = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
AIMS = np.array([1.5, 2.0, -4.0])  # the last two contradict each other
ALL = np.ones(3)


def ask(points):
    return [SLOPES @ point - AIMS for point in points]


def told(_words):
    return None


def begun():
    return sloped(ask, np.zeros(2))


def found(asked=ask, weights=ALL, farthest=3.0):
    return polished(asked, begun(), weights, steps=6, farthest=farthest, tell=told)


def test_slopes_are_those_of_a_linear_problem():
    for at in (np.zeros(2), np.array([1.0, -1.0])):
        assert sloped(ask, at).slopes == pytest.approx(SLOPES)


def test_a_step_corrects_the_slopes_along_itself_only():
    wrong = Found(np.zeros(2), ask([np.zeros(2)])[0], np.zeros((3, 2)))
    (there,) = ask([np.array([0.0, 2.0])])

    assert turned(wrong, np.array([0.0, 2.0]), there) == pytest.approx(SLOPES * [0, 1])


def test_the_steps_bring_into_range_what_can_be():
    at, begin = found(), begun()
    (residuals,) = ask([at])

    assert (np.abs(residuals[:2]) <= 1).all()
    assert missed(at, residuals, ALL) < missed(begin.at, begin.residuals, ALL)


def test_the_prior_holds_what_no_study_speaks_of():
    silent = Found(np.array([1.5, -0.5]), np.zeros(3), np.zeros((3, 2)))
    at = polished(
        lambda points: [np.zeros(3) for _ in points], silent, ALL, steps=6, farthest=3, tell=told
    )

    assert at == pytest.approx([0, 0], abs=1e-3)


def test_nothing_moves_farther_than_allowed():
    assert np.abs(found(farthest=0.5)).max() <= 0.5 + 1e-12


def test_a_study_left_out_has_no_say():
    weights = np.array([1.0, 1.0, 0.0])

    def other(points):
        return [r + np.array([0, 0, 9.0]) for r in ask(points)]

    assert found(weights=weights) == pytest.approx(found(other, weights), abs=1e-6)


def test_what_counts_as_missed_is_smooth_and_one_half_at_the_end_of_a_range():
    nowhere = np.zeros(1)
    at_end = missed(nowhere, np.array([1.0]), np.ones(1))

    assert at_end == pytest.approx(missed(nowhere, np.array([99.0]), np.ones(1)) / 2)
    assert missed(nowhere, np.array([0.0]), np.ones(1)) == 0
