import numpy as np
import pytest
from scipy.stats import chi2

from brushite.inference.summary import beyond, uncomputed, unsettled


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 20])
def test_the_tail_of_chi_squared_is_that_of_scipy(count):
    for squares in (0.0, 0.3, 2.0, 11.0, 60.0, 5000.0):
        assert beyond(squares, count) == pytest.approx(chi2.sf(squares, count), rel=1e-9)


def test_a_past_that_could_not_be_computed_is_told_with_the_first_reason():
    assert uncomputed(["solved", "solved"]) == ()

    (said,) = uncomputed(["solved", "stopped here: too stiff.", "stopped there: other."])

    assert "2 of 3 draws" in said
    assert "stopped here: too stiff." in said


def test_who_is_not_settled_is_counted():
    assert unsettled(np.array([True, True])) == ()
    assert "1 of 2 draws" in unsettled(np.array([True, False]))[0]
