"""One table says how far a report misses the model: for the fit, the bands and the rules."""

import math

import numpy as np
import pytest

from brushite.equations import Assumed, Cited
from brushite.laboratory import READINGS, reported


def test_a_report_misses_by_laboratory_error_and_day_to_day_variation_together():
    noise = np.random.default_rng(1).standard_normal(20_000)

    pth = reported(np.full(20_000, 100.0), "pth", noise)

    assert np.log(pth).std() == pytest.approx(math.hypot(0.04, 0.25), rel=0.03)


def test_a_mass_does_not_stray_from_one_day_to_the_next():
    assert READINGS["mass volume"].scatter == READINGS["mass volume"].error


@pytest.mark.parametrize("name", READINGS)
def test_what_a_reading_strays_has_a_source(name):
    assert isinstance(READINGS[name].stray_source, Assumed | Cited)
