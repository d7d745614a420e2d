"""Values of somebody else, of before birth or of the future, and two of one day."""

import datetime

import pytest

from brushite.intake.fhir import fhir_in

LOINC = "http://loinc.org"
PATIENT = {"resourceType": "Patient", "id": "p", "birthDate": "1960-05-20"}
MOTHER = {"resourceType": "RelatedPerson", "id": "m", "patient": {"reference": "Patient/p"}}


def value(number, *, name="o", day="2025-03-04", **more):
    return {
        "resourceType": "Observation",
        "id": name,
        "status": "final",
        "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": LOINC, "code": "17861-6"}]},
        "effectiveDateTime": day,
        "valueQuantity": {"value": number, "unit": "mg/dL"},
        **more,
    }


def read(*resources):
    entries = [{"resource": resource} for resource in (PATIENT, MOTHER, *resources)]
    tree = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return fhir_in(tree, name="in.json")


def numbers(reading):
    return [m.value.value for m in reading.record.measurements]


@pytest.mark.parametrize(
    "more",
    [
        {"subject": {"reference": "Patient/zzz"}},
        {"subject": {"reference": "https://hospital.example/fhir/Patient/zzz"}},
        {"subject": {"reference": "RelatedPerson/m"}},
        {"focus": [{"reference": "RelatedPerson/m"}]},
        {"focus": [{"reference": "RelatedPerson/nobody"}]},
        {"focus": [{"reference": "Patient/zzz"}]},
    ],
)
def test_a_value_of_somebody_else_is_left_out_and_told(more):
    reading = read(value(9.5), value(13.5, name="other", **more))

    assert numbers(reading) == [9.5]
    assert any("eft out" in remark for remark in reading.remarks)


@pytest.mark.parametrize(
    "more",
    [
        {"subject": {"reference": "https://hospital.example/fhir/Patient/p"}},
        {"subject": {"reference": "Patient/p/_history/2"}},
        {"focus": [{"reference": "Patient/p"}]},
        {"focus": [{"reference": "Device/machine"}]},
    ],
)
def test_a_value_of_the_patient_is_read_however_that_is_written(more):
    assert numbers(read(value(9.5, **more))) == [9.5]


def test_a_value_of_before_birth_or_of_the_future_waits():
    future = (datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=400)).isoformat()
    reading = read(value(9.5), value(9, name="b", day="1950-01-01"), value(8, name="f", day=future))

    assert numbers(reading) == [9.5]
    assert str(reading.record.now) == "2025-03-04"
    before, after = reading.doubts
    assert "before the birth (1960-05-20)" in before.question
    assert "after today" in after.question
    assert [len(doubt.options) for doubt in reading.doubts] == [1, 1]


def test_two_values_of_one_day_wait_where_no_time_of_day_tells_them_apart():
    reading = read(value(9.5, name="a"), value(10.9, name="b"))

    assert numbers(reading) == []
    (doubt,) = reading.doubts
    assert "calcium 9.5 mg/dL (Observation/a) and calcium 10.9 mg/dL" in doubt.question
    assert [f.content.value.value for f in doubt.options] == [9.5, 10.9]


def test_two_values_of_one_day_are_read_where_each_has_its_time():
    days = ["2025-03-04T08:00:00Z", "2025-03-04T13:00:00Z"]
    reading = read(value(9.5, name="a", day=days[0]), value(10.9, name="b", day=days[1]))

    assert numbers(reading) == [9.5, 10.9]
    assert reading.doubts == ()
