"""Quantities: how they are read, refused and converted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brushite.analytes import ANALYTES, analyte
from brushite.errors import BrushiteError, UnitError
from brushite.units import CALCIDIOL, CALCIUM, PHOSPHATE, PTH, Quantity, dimension, spelled


@pytest.mark.parametrize(
    ("written", "unit", "substance", "value"),
    [
        # factors of interop notes, checked there against two independent unit engines
        ("96 mg/L", "mmol/L", CALCIUM, 2.3953),
        ("66 mg/L", "mmol/L", PHOSPHATE, 2.1308),
        ("1433 pg/mL", "pmol/L", PTH, 152.04),
        ("34 ng/mL", "nmol/L", CALCIDIOL, 84.86),
        ("2.5 mEq/L", "mmol/L", CALCIUM, 1.25),
        ("10.1 mg/dL", "mg/L", None, 101.0),
        ("3200 mg/day", "g/day", None, 3.2),
        ("300 mL/min", "L/h", None, 18.0),
    ],
)
def test_a_quantity_changes_between_the_units_of_three_schools(written, unit, substance, value):
    changed = Quantity.parse(written).to(unit, of=substance)

    # the printed values have four to five digits
    assert changed == pytest.approx(value, rel=1e-4)


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("mg/l", "mg/L"),
        ("µg/d", "ug/day"),
        ("μg/day", "ug/day"),
        ("pg/ml", "pg/mL"),
        ("mg/j", "mg/day"),
        ("h/semaine", "h/week"),
        ("weeks", "week"),
        ("MMOL/L", "mmol/L"),
        ("hours", "h"),
    ],
)
def test_a_unit_has_one_spelling(written, known):
    assert spelled(written) == known


@pytest.mark.parametrize("written", [5.4, "5.4", "5.4 foo", "about 3 g", "", "mg/L", None, True])
def test_a_number_without_a_known_unit_is_refused(written):
    with pytest.raises(UnitError):
        Quantity.parse(written)


def test_an_amount_is_no_length():
    with pytest.raises(UnitError, match="cannot be written in cm"):
        Quantity(3, "mmol").to("cm")


def test_a_mass_becomes_an_amount_only_of_a_known_substance():
    with pytest.raises(UnitError):
        Quantity(96, "mg/L").to("mmol/L")


@given(st.floats(1e-3, 1e4), st.sampled_from(ANALYTES))
def test_a_value_survives_a_change_of_unit_and_back(value, known):
    measure = known.measure
    for unit in measure.units:
        there = measure.value(Quantity(value, unit))
        one = measure.value(Quantity(1, unit))

        # both ways are one multiplication, so only rounding is lost
        assert there / one == pytest.approx(value, rel=1e-12)


@given(st.text(max_size=30))
def test_any_text_is_a_quantity_or_a_message(text):
    try:
        quantity = Quantity.parse(text)
    except BrushiteError:
        return
    assert dimension(quantity.unit)


@pytest.mark.parametrize(
    ("name", "canonical"),
    [("P", "phosphate"), ("Ca", "calcium"), ("PTH", "pth"), ("25OHD", "calcidiol")],
)
def test_an_analyte_goes_by_its_short_name_too(name, canonical):
    assert analyte(name).name == canonical
