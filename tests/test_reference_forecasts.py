"""Small twins and plans with stored forecasts: a number that moved is a change of behaviour."""

import json

import pytest

from reference_forecasts import CASES, STORE, WEEKS, computed

TOLERANCE = 0.01  # machines differ in the last digits, and steps of a solver spread them


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_a_reference_forecast_has_not_moved(case):
    stored = json.loads(STORE.read_text(encoding="utf-8"))[case]

    now = computed(case)

    assert now.keys() == stored.keys()
    rows = [
        f"{name}, week {week}: stored {old:g}, now {new:g}"
        for name in stored
        for week, old, new in zip(WEEKS, stored[name], now[name], strict=True)
        if abs(new - old) > TOLERANCE * abs(old)
    ]
    assert not rows, "\n".join(["moved by more than 1 %:", *rows])
