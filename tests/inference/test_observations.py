import dataclasses
import math

import numpy as np
import pytest

from brushite.analytes import ANALYTES
from brushite.inference.observations import CONSTANTS, FITTED, constants, observations
from brushite.model import MINERAL
from brushite.plan import Moment
from brushite.record import Laboratory, Measurement, Person, Record
from brushite.units import Quantity


def measured(analyte: str, value: str, **fields) -> Measurement:
    return Measurement(analyte=analyte, value=Quantity.parse(value), **fields)


def record(*measurements: Measurement) -> Record:
    return Record(person=Person(label="Someone"), measurements=measurements)


def weeks(number: float) -> Moment:
    return Moment(offset=Quantity(number, "weeks"))


def test_a_value_is_compared_in_the_unit_of_the_model():
    used, notes = observations(record(measured("calcium", "101 mg/L")))

    assert used[0].value == pytest.approx(2.52, abs=0.005)
    assert used[0].aims(np.array([38.0]), np.zeros(1))[0] == pytest.approx(math.log(used[0].value))
    assert notes == ()


def test_a_value_after_now_is_never_used():
    used, notes = observations(record(measured("pth", "41.5 pg/mL", taken=weeks(4))))

    assert used == ()
    assert notes == ()


def test_a_value_within_the_past_is_read_on_the_nearest_laboratory_day():
    used, _ = observations(record(measured("pth", "900 pg/mL", taken=weeks(-8.2))))

    assert used[0].hour == -8 * 168


def test_everything_that_a_laboratory_can_report_is_fitted_or_set():
    assert {a.name for a in ANALYTES} == FITTED | set(CONSTANTS)


@pytest.mark.parametrize("name", CONSTANTS)
def test_what_is_set_is_a_parameter_of_the_model(name):
    assert CONSTANTS[name][0] in MINERAL.parameters


@pytest.mark.parametrize(
    ("measurement", "reason"),
    [
        (measured("pth", "900 pg/mL", taken=weeks(-40)), "older than the 26 weeks"),
        (measured("pth", "2500 pg/mL", limit="above"), "bound"),
        (measured("phosphate", "0.8 mmol/L", timing="after dialysis"), "after a session"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_the_reason(measurement, reason):
    used, notes = observations(record(measurement))

    assert used == ()
    assert reason in notes[0]
    assert str(measurement.value) in notes[0]


def test_a_measured_constant_of_the_model_is_set_and_not_fitted():
    of = record(measured("albumin", "3.2 g/dL"))

    assert observations(of) == ((), ())
    assert constants(of) == {"albumin": (pytest.approx(32.0), 0.05)}


def test_corrected_calcium_is_turned_back_into_total_calcium():
    used, _ = observations(record(measured("corrected calcium", "2.50 mmol/L")))

    assert math.exp(used[0].aims(np.array([25.0]), np.zeros(1))[0]) == pytest.approx(2.20)


def test_the_newest_constant_that_can_be_used_counts():
    of = record(
        measured("albumin", "30 g/L", taken=weeks(-1)),
        measured("albumin", "44 g/L", taken=weeks(-20)),
        measured("albumin", "50 g/L", timing="after dialysis"),
    )

    assert constants(of)["albumin"][0] == pytest.approx(30)


def test_the_laboratory_may_name_the_assay_for_all_its_values():
    of = dataclasses.replace(
        record(measured("pth", "900 pg/mL"), measured("pth", "800 pg/mL", assay="intact")),
        laboratory=Laboratory(pth_assay="1-84"),
    )

    used, _ = observations(of)

    assert [o.quantity for o in used] == ["observed_pth", "pth"]


def test_a_value_without_a_time_is_named_as_taken_for_the_present():
    used, notes = observations(record(measured("pth", "900 pg/mL", taken=Moment())))

    assert used[0].hour == 0
    assert "taken for the present" in notes[0]
