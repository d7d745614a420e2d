"""Phosphate: two pools, and the kidney that may be left."""

import pytest

from brushite.model import MINERAL
from points import point, usual

VALUE = {name: parameter.value for name, parameter in MINERAL.parameters.items()}


@pytest.mark.parametrize("seed", range(20))
def test_pools_of_equal_concentration_exchange_nothing(seed):
    known = point(MINERAL, seed)
    level = MINERAL.evaluate(known)["plasma_phosphate"]

    values = MINERAL.evaluate({**known, "deep_phosphate": level * known["deep_volume"]})

    assert values["mobilisation"] == pytest.approx(0, abs=1e-9)


def test_mobilisation_is_as_fast_as_measured_and_faster_when_phosphate_is_low():
    """Leypoldt2013, abstract: 87 (65 to 116) mL/min."""
    high, low = (usual(MINERAL, plasma_phosphate=p)["mobilisation_clearance"] for p in (2.5, 0.8))
    assert 65 < high * 1000 / 60 < 116
    assert 1.2 < low / high < 1.6


def test_phosphate_space_and_extracellular_volume_are_those_after_dialysis():
    """Leypoldt2013, abstract: 9.4 (7.2 to 12.0) L."""
    values = usual(MINERAL, excess_volume=0.0)
    assert 7.2 < values["phosphate_space"] * values["extracellular_volume"] < 12.0


@pytest.mark.parametrize("seed", range(20))
def test_no_filtration_no_urine(seed):
    values = MINERAL.evaluate({**point(MINERAL, seed), "residual_filtration": 0.0})
    for name in ("urinary_calcium_flow", "urinary_phosphate_flow"):
        assert values[name] == 0
    assert values["ddt_urinary_calcium"] == values["ddt_urinary_phosphate"] == 0


def test_urine_follows_filtration_and_never_exceeds_what_is_filtered():
    one, two = (
        usual(MINERAL, residual_filtration=f, plasma_phosphate=1.6)["urinary_phosphate_flow"]
        for f in (0.3, 0.6)
    )
    assert two == pytest.approx(2 * one)
    assert one < 0.3 * 1.6
