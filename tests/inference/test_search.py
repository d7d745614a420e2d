"""The search for many draws at once, against SciPy's on the same problems one by one."""

import numpy as np
import pytest
from scipy.optimize import least_squares, lsq_linear

from brushite.inference.search import Points, least, least_within

DRAWS, DATA, QUANTITIES = 12, 3, 5
chance = np.random.default_rng(8)
MIXED = chance.normal(size=(DRAWS, DATA, QUANTITIES))
AIMS = 3 * chance.normal(size=(DRAWS, DATA))
LOW = -chance.uniform(0.1, 2.0, size=(DRAWS, QUANTITIES))
HIGH = chance.uniform(0.1, 2.0, size=(DRAWS, QUANTITIES))


def given(which, at):
    """Curved answers, and their slopes."""
    inner = np.einsum("noq,nq->no", MIXED[which], at)
    answers = inner + 0.3 * inner**2 + np.sin(2 * inner)
    slopes = (1 + 0.6 * inner + 2 * np.cos(2 * inner))[:, :, None] * MIXED[which]
    return answers, slopes


def points(which, at):
    """Residuals from aims, and from zero."""
    answers, slopes = given(which, at)
    own = np.tile(np.eye(QUANTITIES), (len(which), 1, 1))
    return Points(
        at=at,
        residuals=np.concatenate([2 * (answers - AIMS[which]), at], axis=1),
        slopes=np.concatenate([2 * slopes, own], axis=1),
        beside=at.sum(axis=1, keepdims=True),
    )


def begin():
    return points(np.arange(DRAWS), np.zeros((DRAWS, QUANTITIES)))


def found(ask=points, **options):
    settings = {"enough": 1e-9, "most": 200, **options}
    return least(ask, begin(), (LOW, HIGH), **settings)


def test_every_draw_ends_where_scipy_finds_its_least_squares():
    best, rests = found()

    assert rests.all()
    for i in range(DRAWS):
        one = np.array([i])
        other = least_squares(
            lambda x, one=one: points(one, x[None]).residuals[0],
            best.at[i].clip(LOW[i] + 1e-9, HIGH[i] - 1e-9),
            jac=lambda x, one=one: points(one, x[None]).slopes[0],
            bounds=(LOW[i], HIGH[i]),
            xtol=1e-12,
            ftol=1e-12,
            gtol=1e-10,
        )
        assert best.squares[i] == pytest.approx(2 * other.cost, rel=1e-6)
        assert best.at[i] == pytest.approx(other.x, abs=1e-4)


def test_from_the_same_start_it_does_not_end_higher_than_scipy_on_the_whole():
    best, _ = found()

    others = [
        2
        * least_squares(
            lambda x, i=i: points(np.array([i]), x[None]).residuals[0],
            np.zeros(QUANTITIES),
            bounds=(LOW[i], HIGH[i]),
        ).cost
        for i in range(DRAWS)
    ]

    assert np.median(best.squares / others) < 1.001


def test_bounds_are_kept_and_some_are_reached():
    best, _ = found()

    assert ((best.at >= LOW) & (best.at <= HIGH)).all()
    assert ((best.at == LOW) | (best.at == HIGH)).any()


def test_what_goes_along_belongs_to_the_point_found():
    best, _ = found()

    assert best.beside[:, 0] == pytest.approx(best.at.sum(axis=1))


def test_a_draw_finds_the_same_in_any_company():
    best, _ = found()
    order = np.array([7, 2, 11])

    def ask(which, at):
        return points(order[which], at)

    alone, _ = least(ask, begin().of(order), (LOW[order], HIGH[order]), enough=1e-9, most=200)

    assert alone.at == pytest.approx(best.at[order], rel=1e-9, abs=1e-12)


def test_a_draw_that_cannot_begin_stays_and_harms_no_other():
    best, _ = found()
    start = begin()
    start.residuals[4] = np.nan

    other, rests = least(points, start, (LOW, HIGH), enough=1e-9, most=200)

    sound = np.arange(DRAWS) != 4
    assert not rests[4]
    assert not other.at[4].any()
    assert np.array_equal(other.at[sound], best.at[sound])
    assert rests[sound].all()


def test_a_step_that_cannot_be_computed_is_shortened():
    best, _ = found()
    far = np.abs(best.at).max() * 1.05

    def ask(which, at):
        there = points(which, at)
        there.residuals[np.abs(at).max(axis=1) > far] = np.nan
        return there

    careful, rests = found(ask)

    assert rests.all()
    assert np.median(careful.squares / best.squares) == pytest.approx(1, rel=1e-6)


def test_who_is_stopped_early_is_not_at_rest():
    best, rests = found(most=1)

    assert not rests.all()
    assert (best.squares <= begin().squares).all()


@pytest.mark.parametrize("count", [1, 6, 14])
def test_the_least_of_a_quadratic_form_within_bounds_is_that_of_scipy(count):
    chance = np.random.default_rng(count)
    slopes = 3 * chance.normal(size=(30, count + 3, count))
    slopes[:, :count] += np.eye(count)
    residuals = 3 * chance.normal(size=(30, count + 3))
    low, high = -chance.uniform(size=(30, count)), chance.uniform(size=(30, count))
    normal = np.einsum("nri,nrj->nij", slopes, slopes)
    gradient = np.einsum("nri,nr->ni", slopes, residuals)

    steps, is_best = least_within(normal, gradient, (low, high))

    assert is_best.all()
    for i in range(30):
        other = lsq_linear(slopes[i], -residuals[i], bounds=(low[i], high[i]), tol=1e-13)
        assert steps[i] == pytest.approx(other.x, abs=1e-6)
