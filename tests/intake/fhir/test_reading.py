"""FHIR as hospitals write it: dates, units, doses, statuses, and what is refused with a reason."""

import json
from datetime import date

import pytest

from brushite.errors import FileError
from brushite.intake.fhir import fhir_in, read_fhir
from brushite.intake.records import record_in, record_text
from brushite.plan import UNKNOWN, Dialysis, Drug, Moment, Procedure, Range, Stop
from brushite.record import PRESENT
from brushite.units import Quantity

UCUM = "http://unitsofmeasure.org"
LOINC = "http://loinc.org"
PATIENT = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1960-05-20"}


def bundle(*resources, kind="collection"):
    entries = [{"resource": resource} for resource in resources]
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


def quantity(value, code, **more):
    return {"value": value, "unit": code, "system": UCUM, "code": code, **more}


def value(number, unit, *, loinc="17861-6", **more):
    return {
        "resourceType": "Observation",
        "id": "o",
        "status": "final",
        "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": LOINC, "code": loinc}]},
        "effectiveDateTime": "2025-03-04T08:00:00+01:00",
        "valueQuantity": quantity(number, unit),
        **more,
    }


def read(*resources, **more):
    found = fhir_in(json.dumps(bundle(*resources)), name="in.json", **more)
    assert record_in(record_text(found.record)) == found.record
    return found


def measured(*resources):
    return read(PATIENT, *resources).record.measurements


def only(*resources):
    (one,) = measured(*resources)
    return one


# Values


def test_a_value_is_read_with_its_place_its_date_and_the_range_of_its_laboratory():
    one = only(
        value(
            9.5,
            "mg/dL",
            referenceRange=[{"low": quantity(8.5, "mg/dL"), "high": quantity(10.2, "mg/dL")}],
            interpretation=[{"coding": [{"system": "http://hl7.org/fhir/v2/0078", "code": "N"}]}],
        )
    )

    assert (one.analyte, one.value) == ("calcium", Quantity(9.5, "mg/dL"))
    assert one.taken == Moment(date=date(2025, 3, 4))
    assert str(one.laboratory_range.high) == "10.2 mg/dL"
    assert one.author_remark == "normal"
    assert (one.origin.document, one.origin.place) == ("in.json", "Observation/o")


@pytest.mark.parametrize(
    ("code", "number", "unit"),
    [("mmol/L", 2.4, "mmol/L"), ("mg/L", 96, "mg/L"), ("meq/L", 4.8, "mEq/L")],
)
def test_units_are_those_of_ucum(code, number, unit):
    assert only(value(number, code)).value == Quantity(number, unit)


def test_a_unit_that_is_only_written_is_read_as_it_is_written():
    one = only(value(2.4, "x", valueQuantity={"value": 2.4, "unit": "mmol/l"}))

    assert one.value == Quantity(2.4, "mmol/L")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"value": 2.4}, "no unit"),
        ({"value": 2.4, "unit": "furlongs"}, "furlongs"),
        (quantity(2.4, "[foz_us]"), "foz_us"),
        (
            {"value": 9.5, "unit": "mg/dL", "system": UCUM, "code": "mmol/L"},
            "two units that differ",
        ),
        (quantity(240, "mmol/L"), "outside"),
        (quantity("2.4", "mmol/L"), "is a text, and should be a number"),
        (quantity(2.4, "mmol/L", comparator="~"), "comparator"),
        ({"unit": "g/L"}, "without a number"),
        ([2.4], "is a list, and should be an object"),
    ],
)
def test_a_value_that_cannot_be_trusted_waits(wrong, told):
    found = read(PATIENT, value(0, "x", valueQuantity=wrong))

    assert found.record.measurements == ()
    (doubt,) = found.doubts
    assert told in doubt.question
    assert "Observation/o" in doubt.question or "calcium" in doubt.question


def test_a_value_without_unit_is_offered_in_the_units_that_make_it_plausible():
    found = read(PATIENT, value(0, "x", valueQuantity={"value": 9.5}))

    offered = {str(option.content.value) for option in found.doubts[0].options}
    assert "9.5 mg/dL" in offered
    assert "9.5 mmol/L" not in offered


def test_two_values_in_one_observation_are_refused():
    found = read(PATIENT, value(2.4, "mmol/L", valueString="2.4"))

    assert found.record.measurements == ()
    assert "two values, valueQuantity and valueString" in found.doubts[0].question


@pytest.mark.parametrize(
    ("sign", "limit"), [("<", "below"), ("<=", "below"), (">", "above"), (">=", "above")]
)
def test_a_comparator_is_a_limit(sign, limit):
    one = only(
        value(0, "x", loinc="2731-8", valueQuantity=quantity(2500, "pg/mL", comparator=sign))
    )

    assert one.limit == limit


def test_what_was_entered_in_error_is_dropped_and_told():
    found = read(PATIENT, value(2.4, "mmol/L", status="entered-in-error"))

    assert found.record.measurements == ()
    assert any("Observation/o: entered-in-error" in remark for remark in found.remarks)


def test_what_is_preliminary_waits_as_one_reading():
    found = read(PATIENT, value(2.4, "mmol/L", status="preliminary"))

    assert found.record.measurements == ()
    assert "preliminary" in found.doubts[0].question
    assert found.doubts[0].options[0].content.value == Quantity(2.4, "mmol/L")


def test_a_value_that_is_absent_is_told_with_its_reason():
    absent = value(0, "x", valueQuantity=None, dataAbsentReason={"text": "haemolysed"})
    found = read(PATIENT, absent)

    assert any("haemolysed" in remark for remark in found.remarks)
    assert found.doubts == ()


def test_components_of_a_panel_are_values():
    panel = value(
        0,
        "x",
        code={"text": "bone panel"},
        valueQuantity=None,
        component=[
            {"code": {"text": "Calcium"}, "valueQuantity": quantity(2.4, "mmol/L")},
            {"code": {"text": "Phosphate"}, "valueQuantity": quantity(1.9, "mmol/L")},
            {"code": {"text": "Osteocalcin"}, "valueQuantity": quantity(12, "ng/mL")},
        ],
    )

    assert [m.analyte for m in measured(panel)] == ["calcium", "phosphate"]


def test_code_and_text_that_name_two_analytes_wait():
    found = read(
        PATIENT,
        value(
            2.4,
            "mmol/L",
            code={"coding": [{"system": LOINC, "code": "2777-1"}], "text": "calcium_total"},
        ),
    )

    assert found.record.measurements == ()
    assert "2777-1 is phosphate" in found.doubts[0].question


def test_calcium_of_urine_is_no_calcium_of_blood():
    urine = value(2.4, "mmol/L", code={"text": "Calcium"}, specimen={"display": "24 h urine"})
    contained = value(
        2.4,
        "mmol/L",
        code={"text": "Calcium"},
        contained=[{"resourceType": "Specimen", "id": "s", "type": {"text": "Dialysate"}}],
        specimen={"reference": "#s"},
    )

    assert measured(urine, contained) == ()


def test_a_text_under_a_code_that_is_not_known_is_told_and_not_read():
    code = {"coding": [{"system": LOINC, "code": "18488-7"}], "text": "Calcium"}
    found = read(PATIENT, value(2.4, "mmol/L", code=code))

    assert found.record.measurements == ()
    assert any("Calcium under the LOINC code 18488-7" in remark for remark in found.remarks)


@pytest.mark.parametrize(
    ("low", "high", "end"),
    [
        ({"value": 8.5}, {"value": 10.2}, "10.2 mg/dL"),
        (quantity(8.5, "mg/dL"), quantity(2.55, "mmol/L"), "2.55 mmol/L"),
        (quantity(8.5, "furlong"), quantity(10.2, "mg/dL"), None),
        (quantity(10.2, "mg/dL"), quantity(8.5, "mg/dL"), None),
    ],
)
def test_a_range_that_cannot_be_read_costs_no_value(low, high, end):
    found = read(PATIENT, value(9.5, "mg/dL", referenceRange=[{"low": low, "high": high}]))

    (one,) = found.record.measurements
    assert (str(one.laboratory_range.high) if one.laboratory_range else None) == end
    assert any("range of calcium is left out" in r for r in found.remarks) == (end is None)


def test_ionised_calcium_by_calculation_is_no_measurement():
    found = read(PATIENT, value(1.2, "mmol/L", loinc="13959-2"))

    assert found.record.measurements == ()


@pytest.mark.parametrize(
    ("text", "assay"),
    [
        ("PTH not stated (intact vs 1-84 unknown)", None),
        ("PTH PTH 1-84", "1-84"),
        ("PTH 1-84 (third generation)", "1-84"),
        ("iPTH", "intact"),
        ("PTH", None),
    ],
)
def test_an_assay_is_one_that_is_named(text, assay):
    code = {"coding": [{"system": LOINC, "code": "2731-8"}], "text": text}

    assert only(value(300, "pg/mL", code=code)).assay == assay


def test_the_upper_limit_of_pth_is_that_of_its_range():
    found = read(
        PATIENT,
        value(300, "pg/mL", loinc="2731-8", referenceRange=[{"high": quantity(65, "pg/mL")}]),
    )

    assert found.record.laboratory.pth_upper_limit == Quantity(65, "pg/mL")


def test_what_brushite_does_not_use_is_counted():
    found = read(
        PATIENT,
        {"resourceType": "AllergyIntolerance", "patient": {"reference": "Patient/p"}},
        {"resourceType": "AllergyIntolerance", "patient": {"reference": "Patient/p"}},
        value(90, "mg/dL", code={"text": "Glucose"}),
    )

    assert any("AllergyIntolerance (2)" in remark for remark in found.remarks)
    assert any("Glucose (1)" in remark for remark in found.remarks)


# Times and people


@pytest.mark.parametrize(
    ("said", "day", "margin"),
    [
        ({"effectiveDateTime": "2018-03"}, date(2018, 3, 16), 15),
        ({"effectiveDateTime": "2018"}, date(2018, 7, 2), 183),
        ({"effectiveInstant": "2018-03-05T10:00:00Z"}, date(2018, 3, 5), None),
        ({"effectivePeriod": {"start": "2018-03-01", "end": "2018-03-31"}}, date(2018, 3, 16), 15),
        ({"effectivePeriod": {"start": "2018-03-01"}}, date(2018, 3, 1), None),
    ],
)
def test_a_partial_date_has_a_precision(said, day, margin):
    one = only(value(2.4, "mmol/L", **({"effectiveDateTime": None} | said)))

    assert one.taken.date == day
    assert (one.taken.precision and one.taken.precision.to("day")) == margin


SPECIMEN = {
    "resourceType": "Specimen",
    "id": "s",
    "collection": {"collectedDateTime": "2025-02-01"},
}
PANEL = {
    "resourceType": "Observation",
    "id": "panel",
    "status": "final",
    "code": {"text": "chemistry"},
    "hasMember": [{"reference": "Observation/o"}],
}
REPORT = {
    "resourceType": "DiagnosticReport",
    "id": "report",
    "status": "final",
    "code": {"text": "laboratory"},
    "result": [{"reference": "Observation/panel"}],
    "effectiveDateTime": "2025-01-03",
}


@pytest.mark.parametrize(
    ("others", "day"),
    [
        ([PANEL | {"effectiveDateTime": "2025-01-02"}, REPORT], date(2025, 1, 2)),
        ([PANEL, REPORT], date(2025, 1, 3)),
        ([PANEL, REPORT, SPECIMEN], date(2025, 2, 1)),
    ],
)
def test_a_value_without_a_time_is_of_the_time_of_its_specimen_its_panel_or_its_report(others, day):
    undated = value(9.5, "mg/dL", specimen={"reference": "Specimen/s"})
    del undated["effectiveDateTime"]

    assert only(undated, *others).taken == Moment(date=day)


def test_a_panel_in_error_gives_no_time():
    undated = value(9.5, "mg/dL")
    del undated["effectiveDateTime"]
    wrong = PANEL | {"status": "entered-in-error", "effectiveDateTime": "2025-01-02"}

    assert only(undated, wrong).taken == PRESENT


def test_panels_that_are_parts_of_each_other_give_no_time():
    undated = value(9.5, "mg/dL", hasMember=[{"reference": "Observation/panel"}])
    del undated["effectiveDateTime"]

    assert only(undated, PANEL).taken == PRESENT


def test_a_date_that_is_none_waits():
    found = read(PATIENT, value(2.4, "mmol/L", effectiveDateTime="2018-02-30"))

    assert found.record.measurements == ()
    assert "'2018-02-30' is no date" in found.doubts[0].question


def test_the_present_is_the_last_day_with_a_value_and_the_age_is_that_day_s():
    found = read(
        PATIENT, value(2.4, "mmol/L"), value(2.5, "mmol/L", id="x", effectiveDateTime="2024-01-01")
    )

    assert found.record.now == Moment(date=date(2025, 3, 4))
    assert found.record.person.age == Quantity(64, "years")
    assert found.record.person.sex == "female"


def test_an_age_without_a_present_is_not_known():
    found = read(PATIENT)

    assert found.record.person.age is None
    assert found.record.now == PRESENT


def test_the_name_of_a_person_is_never_read():
    named = PATIENT | {"name": [{"family": "Doe", "given": ["Jane"]}]}

    assert "Doe" not in repr(read(named, value(2.4, "mmol/L")))


def relative(target, amount=1):
    return {
        "effectiveDateTime": None,
        "_effectiveDateTime": {
            "extension": [
                {
                    "url": "http://hl7.org/fhir/StructureDefinition/cqf-relativeDateTime",
                    "extension": [
                        {"url": "target", "valueReference": {"reference": target}},
                        {"url": "relationship", "valueCode": "after"},
                        {"url": "offset", "valueDuration": quantity(amount, "mo")},
                    ],
                }
            ]
        },
    }


def operation(**more):
    return {
        "resourceType": "Procedure",
        "id": "x",
        "status": "completed",
        "subject": {"reference": "Patient/p"},
        "code": {"text": "Subtotal parathyroidectomy (7/8)"},
        **more,
    }


def test_a_time_after_an_operation_without_a_date_makes_it_the_present():
    found = read(PATIENT, operation(), value(2.4, "mmol/L", **relative("Procedure/x")))

    assert str(found.record.now) == "parathyroidectomy"
    assert str(found.record.measurements[0].taken) == "1 month after parathyroidectomy"
    assert found.record.therapy.steps == ()


def test_times_relative_to_two_operations_have_one_present_and_the_other_is_asked_about():
    found = read(
        PATIENT,
        operation(),
        operation(id="y", code={"text": "mass excision"}),
        value(2.4, "mmol/L", **relative("Procedure/x")),
        value(2.5, "mmol/L", id="later", **relative("Procedure/y")),
    )

    assert str(found.record.now) == "parathyroidectomy"
    assert len(found.record.measurements) == 1
    assert any("which is now?" in doubt.question for doubt in found.doubts)


def test_a_time_after_an_operation_with_a_date_is_a_date():
    found = read(
        PATIENT,
        operation(performedDateTime="2020-01-01"),
        value(2.4, "mmol/L", **relative("Procedure/x")),
    )

    assert found.record.measurements[0].taken.date == date(2020, 1, 31)
    (step,) = found.record.therapy.steps
    assert isinstance(step, Procedure)
    assert (step.glands_left, step.from_.date) == (0.125, date(2020, 1, 1))


def test_a_time_relative_to_what_is_not_there_is_asked_about():
    found = read(PATIENT, value(2.4, "mmol/L", **relative("Procedure/gone")))

    assert not found.record.measurements[0].taken.is_known
    assert "relative to something that is not here" in found.doubts[0].question


def test_a_dated_value_beside_an_undated_operation_waits():
    found = read(
        PATIENT,
        operation(),
        value(2.4, "mmol/L", **relative("Procedure/x")),
        value(2.5, "mmol/L", id="dated"),
    )

    assert len(found.record.measurements) == 1
    assert any("cannot be placed beside parathyroidectomy" in d.question for d in found.doubts)


def test_several_patients_are_refused_until_one_is_named():
    other = {"resourceType": "Patient", "id": "q", "gender": "male"}
    theirs = value(2.1, "mmol/L", id="z", subject={"reference": "Patient/q"})

    with pytest.raises(FileError, match=r"2 patients.*p, q.*--patient p "):
        read(PATIENT, other, value(2.4, "mmol/L"), theirs)
    found = read(PATIENT, other, value(2.4, "mmol/L"), theirs, patient="q")
    assert [m.value.value for m in found.record.measurements] == [2.1]
    assert found.record.person.sex == "male"
    with pytest.raises(FileError, match="no patient 'r'"):
        read(PATIENT, other, patient="r")


def test_values_of_several_people_without_patients_are_refused():
    with pytest.raises(FileError, match="has no Patient, and speaks of 2"):
        read(value(2.4, "mmol/L"), value(2.1, "mmol/L", id="z", subject={"reference": "Patient/q"}))


def test_the_newest_version_of_a_resource_counts():
    old = value(2.4, "mmol/L", meta={"lastUpdated": "2025-03-04T00:00:00Z"})
    new = value(2.6, "mmol/L", meta={"lastUpdated": "2025-03-05T00:00:00Z"})

    assert only(old, new).value.value == 2.6


def test_one_resource_and_ndjson_are_read(tmp_path):
    alone = fhir_in(json.dumps(value(2.4, "mmol/L")), name="one.json")
    file = tmp_path / "export.ndjson"
    file.write_text("\n".join(json.dumps(r) for r in (PATIENT, value(2.4, "mmol/L"))) + "\n")

    assert len(alone.record.measurements) == 1
    assert read_fhir(file).record.person.sex == "female"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("{", "is not JSON"),
        ("[]", "is no object"),
        ("{}", "no resourceType"),
        ('{"resourceType": "Bundle"}', "no FHIR resource"),
        ("<Bundle/>", "XML"),
        ('{"resourceType": "Patient", "resourceType": "Patient"}', "twice"),
        ('{"resourceType": "Patient", "x": NaN}', "NaN"),
        ('{"resourceType": "Patient", "x": 1e99999999999999999999}', "too large"),
        ("[" * 100_000, "nested too deep"),
    ],
)
def test_what_is_no_fhir_is_refused(text, told):
    with pytest.raises(FileError, match=told):
        fhir_in(text, name="in.json")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FileError, match="does not exist"):
        read_fhir(tmp_path / "none.json")
    with pytest.raises(FileError, match="is a folder"):
        read_fhir(tmp_path)


# Therapy


def statement(text, **more):
    return {
        "resourceType": "MedicationStatement",
        "id": "m",
        "status": "active",
        "subject": {"reference": "Patient/p"},
        "medicationCodeableConcept": {"text": text},
        **more,
    }


def request(text, amount=None, repeat=None, **more):
    dosage = {}
    if amount is not None:
        dosage["doseAndRate"] = [{"doseQuantity": amount}]
    if repeat is not None:
        dosage["timing"] = {"repeat": repeat}
    return statement(
        text,
        resourceType="MedicationRequest",
        intent="order",
        **({"dosageInstruction": [dosage]} | more),
    )


def given(*resources):
    (step,) = read(PATIENT, value(2.4, "mmol/L"), *resources).record.therapy.steps
    return step


@pytest.mark.parametrize(
    ("text", "drug"),
    [
        ("Cinacalcet 30 MG Oral Tablet", "cinacalcet"),
        ("sevelamer carbonate 800 mg", "sevelamer"),
        ("calcium acetate 667 MG Oral Capsule", "calcium acetate"),
        ("Carbonate de calcium", "calcium carbonate"),
        ("calcium (salt not stated)", "calcium carbonate"),
        ("Renvela", "sevelamer"),
        ("vitamine D3", "cholecalciferol"),
    ],
)
def test_a_drug_is_found_in_its_words(text, drug):
    assert given(statement(text)).drug == drug


@pytest.mark.parametrize(
    "text",
    ["warfarin", "calcium acetate and magnesium carbonate", "calcium carbonate / vitamin D3", ""],
)
def test_a_drug_that_is_not_modelled_is_none_of_ours(text):
    found = read(PATIENT, statement(text))

    assert found.record.therapy.steps == ()
    assert any("no drug that brushite models" in remark for remark in found.remarks)


def test_an_atc_code_names_a_drug_and_text_that_differs_waits():
    coded = {"coding": [{"system": "http://www.whocc.no/atc", "code": "H05BX01"}]}
    both = coded | {"text": "sevelamer"}

    assert given(statement("", medicationCodeableConcept=coded)).drug == "cinacalcet"
    found = read(PATIENT, statement("", medicationCodeableConcept=both))
    assert found.record.therapy.steps == ()
    assert "two drugs, cinacalcet and sevelamer" in found.doubts[0].question


def test_a_drug_that_is_referred_to_is_read_where_it_stands():
    inside = statement(
        "",
        medicationCodeableConcept=None,
        medicationReference={"reference": "#d"},
        contained=[{"resourceType": "Medication", "id": "d", "code": {"text": "cinacalcet"}}],
    )
    gone = statement(
        "", medicationCodeableConcept=None, medicationReference={"reference": "Medication/none"}
    )

    assert given(inside).drug == "cinacalcet"
    assert read(PATIENT, gone).record.therapy.steps == ()


@pytest.mark.parametrize(
    ("amount", "repeat", "dose"),
    [
        (quantity(800, "mg"), {"frequency": 3, "period": 1, "periodUnit": "d"}, "2400 mg/day"),
        (quantity(1, "g"), {"period": 8, "periodUnit": "h"}, "3 g/day"),
        (quantity(5, "g"), {"frequency": 2, "period": 1, "periodUnit": "wk"}, "10 g/week"),
    ],
)
def test_a_dose_and_its_timing_are_a_dose_per_time(amount, repeat, dose):
    step = given(request("sevelamer", amount, repeat))

    assert step.dose.to("mg/day") == pytest.approx(Quantity.parse(dose).to("mg/day"))


def test_a_dose_that_comes_rarely_or_at_sessions_is_one_of_its_own():
    rare = given(
        request("denosumab", quantity(60, "mg"), {"frequency": 1, "period": 6, "periodUnit": "mo"})
    )
    session = given(request("etelcalcetide", quantity(5, "mg")))

    assert (rare.dose, rare.every) == (Quantity(60, "mg"), Quantity(6, "month"))
    assert session.per_session == Quantity(5, "mg")


def test_a_range_of_doses_is_a_range():
    dosage = {
        "doseAndRate": [{"doseRange": {"low": quantity(800, "mg"), "high": quantity(1600, "mg")}}],
        "timing": {"repeat": {"frequency": 3, "period": 1, "periodUnit": "d"}},
    }
    step = given(request("sevelamer", dosageInstruction=[dosage]))

    assert isinstance(step.dose, Range)
    assert step.dose.high.to("g/day") == pytest.approx(4.8)


@pytest.mark.parametrize(
    ("amount", "repeat", "told"),
    [
        (quantity(800, "mg"), None, "no timing"),
        (quantity(800, "g"), {"frequency": 3, "period": 1, "periodUnit": "d"}, "outside"),
        (quantity(2, "TAB"), {"frequency": 3, "period": 1, "periodUnit": "d"}, "TAB"),
    ],
)
def test_a_dose_that_cannot_be_trusted_is_unknown_and_asked_about(amount, repeat, told):
    found = read(PATIENT, value(2.4, "mmol/L"), request("sevelamer", amount, repeat))

    assert found.record.therapy.steps[0].dose == UNKNOWN
    assert any(told in doubt.question for doubt in found.doubts)


@pytest.mark.parametrize(
    ("status", "fact", "recorded"),
    [
        ("active", "present", True),
        ("unknown", "present", True),
        ("intended", "proposed", False),
        ("not-taken", "not done", False),
        ("on-hold", "uncertain", False),
    ],
)
def test_the_status_of_a_drug_says_whether_it_is_taken(status, fact, recorded):
    found = read(PATIENT, statement("cinacalcet", status=status))

    assert [f.status for f in found.facts if f.kind == "therapy"] == [fact]
    assert bool(found.record.therapy.steps) == recorded


def test_a_drug_that_is_to_end_some_day_has_not_ended():
    period = {"effectivePeriod": {"start": "2024-01-01", "end": "2030-01-01"}}
    found = read(PATIENT, value(2.4, "mmol/L"), statement("cinacalcet", **period))

    assert found.record.therapy.steps[0].until is None
    assert any("ends 2030-01-01, after the present" in remark for remark in found.remarks)


def test_a_drug_that_began_after_the_last_value_sets_the_present():
    period = {"effectivePeriod": {"start": "2025-06-01"}}
    found = read(PATIENT, value(2.4, "mmol/L"), statement("cinacalcet", **period))

    assert found.record.now.date == date(2025, 6, 1)


def test_a_drug_that_was_stopped_ends_where_that_is_known():
    period = {"effectivePeriod": {"start": "2024-01-01", "end": "2024-06-01"}}
    dated = given(statement("cinacalcet", status="completed", **period))
    undated = read(PATIENT, statement("cinacalcet", status="stopped"))

    assert isinstance(dated, Drug)
    assert (dated.from_.date, dated.until.date) == (date(2024, 1, 1), date(2024, 6, 1))
    assert [type(f.content) for f in undated.facts if f.kind == "therapy"] == [Stop]
    assert undated.record.therapy.steps == ()


def test_two_entries_that_contradict_each_other_wait_and_those_that_agree_count_once():
    one = statement("cinacalcet")
    found = read(PATIENT, one, statement("cinacalcet", id="n"))
    torn = read(PATIENT, one, statement("cinacalcet", id="n", status="stopped"))

    assert len(found.record.therapy.steps) == 1
    assert found.doubts == ()
    assert len(torn.record.therapy.steps) == 1
    assert any("taken or stopped" in doubt.question for doubt in torn.doubts)


def test_a_dialysis_prescription_is_read_from_its_request():
    prescription = {
        "resourceType": "ServiceRequest",
        "id": "s",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "302497006"}]},
        "orderDetail": [
            {"text": "dialysate calcium 1.5 mmol/L"},
            {"text": "Blood flow: 300 mL/min"},
        ],
        "occurrenceTiming": {
            "repeat": {"frequency": 3, "period": 1, "periodUnit": "wk"}
            | {"duration": 4, "durationUnit": "h"}
        },
    }
    step = given(prescription)

    assert isinstance(step, Dialysis)
    assert (step.sessions, step.hours) == (3, Quantity(4, "h"))
    assert (step.dialysate_calcium, step.blood_flow.value) == (Quantity(1.5, "mmol/L"), 300)


def test_what_several_resources_say_of_dialysis_is_one_prescription():
    session = operation(id="s", code={"text": "Hemodialysis"}, performedDateTime="2020-01-01")
    bath = value(1.5, "mmol/L", id="b", code={"text": "dialysate_calcium"})
    softer = value(1.25, "mmol/L", id="c", code={"text": "dialysate_calcium"})
    found = read(PATIENT, session, bath)
    torn = read(PATIENT, session, bath, softer)

    (step,) = found.record.therapy.steps
    assert (step.modality, step.dialysate_calcium) == ("HD", Quantity(1.5, "mmol/L"))
    assert found.record.measurements == ()
    assert [d.dialysate_calcium.value for d in torn.record.therapy.steps] == [1.5]
    assert any("overlap" in doubt.question for doubt in torn.doubts)


def test_sessions_of_dialysis_are_one_step_and_the_first_gives_the_years():
    sessions = [
        operation(
            id=f"s{year}",
            code={"text": "Hemodialysis (procedure)"},
            performedPeriod={"start": f"{year}-03-04T08:00:00Z", "end": f"{year}-03-04T12:00:00Z"},
        )
        for year in (2020, 2021, 2022)
    ]
    found = read(PATIENT, value(2.4, "mmol/L"), *sessions)

    assert len(found.record.therapy.steps) == 1
    assert found.record.person.dialysis_vintage == Quantity(5, "years")


def test_doses_at_the_machine_are_one_step_until_the_dose_changes():
    def dose(day, amount):
        return statement(
            "paricalcitol",
            id=f"d{day}",
            resourceType="MedicationAdministration",
            status="completed",
            effectiveDateTime=f"2025-01-{day:02}",
            dosage={"text": "each dialysis session", "dose": quantity(amount, "ug")},
        )

    found = read(
        PATIENT, value(2.4, "mmol/L"), *(dose(d, 2 if d < 15 else 4) for d in range(1, 29))
    )

    doses = [(s.from_.date.day, s.per_session.value) for s in found.record.therapy.steps]
    assert doses == [(1, 2), (15, 4)]
    assert found.doubts == ()
    assert any("26 entries" in remark for remark in found.remarks)


def test_peritoneal_dialysis_is_no_haemodialysis():
    found = read(
        PATIENT,
        operation(
            code={
                "coding": [{"system": "http://snomed.info/sct", "code": "265764009"}],
                "text": "Peritoneal dialysis",
            }
        ),
    )

    assert found.record.therapy.steps == ()


def test_procedures_that_do_not_matter_are_counted_and_many_that_do_fill_no_note():
    checks = [operation(id=f"c{i}", code={"text": "Blood draw"}) for i in range(5)]
    removals = [
        operation(id=f"r{i}", code={"text": f"Excision number {i} of a mass somewhere " * 3})
        for i in range(40)
    ]
    found = read(PATIENT, *checks, *removals)

    assert len(found.record.note) <= 2000
    assert any("a procedure: Blood draw (5)" in remark for remark in found.remarks)
    assert any("more procedures" in remark for remark in found.remarks)


# Conditions, masses and images


def condition(text, **more):
    return {
        "resourceType": "Condition",
        "id": "c",
        "subject": {"reference": "Patient/p"},
        "code": {"text": text},
        **more,
    }


def test_a_disease_of_the_kidneys_is_named_and_others_are_not_used():
    found = read(PATIENT, condition("IgA nephropathy"), condition("Kidney stone", id="k"))

    assert found.record.person.kidney_disease == "IgA nephropathy"
    assert any("Kidney stone" in remark for remark in found.remarks)


def test_a_refuted_condition_is_left_out():
    system = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
    refuted = {"coding": [{"system": system, "code": "refuted"}]}
    found = read(PATIENT, condition("IgA nephropathy", verificationStatus=refuted))

    assert found.record.person.kidney_disease is None


@pytest.mark.parametrize(
    ("system", "code", "element"),
    [
        ("condition-ver-status", "provisional", "verificationStatus"),
        ("condition-clinical", "resolved", "clinicalStatus"),
    ],
)
def test_a_mass_that_may_not_be_there_is_asked_about(system, code, element):
    url = f"http://terminology.hl7.org/CodeSystem/{system}"
    state = {element: {"coding": [{"system": url, "code": code}]}}
    found = read(PATIENT, condition("calcinosis", bodySite=[{"text": "hip"}], **state))

    assert found.record.lesions == ()
    assert "there today" in found.doubts[0].question


def test_a_mass_has_the_sizes_that_are_about_it():
    mass = condition("tumoral calcinosis", bodySite=[{"text": "right hip"}])
    size = value(
        0,
        "x",
        code={"text": "size of lesion"},
        valueQuantity=None,
        focus=[{"reference": "Condition/c"}],
        component=[
            {"code": {"text": name}, "valueQuantity": quantity(number, "cm")}
            for name, number in (("length", 8.6), ("width", 7.6), ("height", 5.9))
        ],
    )
    (lesion,) = read(PATIENT, mass, size).record.lesions

    assert (lesion.name, lesion.side) == ("right hip", "right")
    assert lesion.sizes[0].millilitres() == pytest.approx(201.9, abs=0.1)


def test_a_report_of_a_laboratory_is_no_image():
    report = {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "category": [{"coding": [{"code": "HM", "display": "Hematology"}]}],
        "code": {"text": "Blood count"},
        "conclusion": "anaemia",
    }
    found = read(PATIENT, report)

    assert found.record.imaging == ()
    assert any("Blood count" in remark for remark in found.remarks)


def test_the_last_weight_counts_also_in_pounds():
    def weight(number, unit, day):
        return value(number, unit, loinc="29463-7", id=day, effectiveDateTime=day)

    found = read(
        PATIENT,
        weight(70, "kg", "2025-02-01"),
        weight(150, "[lb_av]", "2025-03-01"),
        weight(80, "kg", "2025-01-01"),
    )

    assert found.record.person.weight.to("kg") == pytest.approx(68.04, abs=0.01)
    assert any("2 earlier weights" in remark for remark in found.remarks)


def test_a_report_of_imaging_is_kept_in_its_words():
    report = {
        "resourceType": "DiagnosticReport",
        "id": "r",
        "status": "final",
        "subject": {"reference": "Patient/p"},
        "category": [{"text": "CT"}],
        "code": {"text": "CT of the pelvis"},
        "effectiveDateTime": "2025-01-02",
        "conclusion": "calcified masses of both buttocks",
    }
    (image,) = read(PATIENT, report).record.imaging

    assert (image.modality, image.region) == ("CT", "CT of the pelvis")
    assert image.findings == "calcified masses of both buttocks"
