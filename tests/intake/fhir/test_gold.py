"""The annotated cases as FHIR: what their bundles hold is what the examples hold."""

import pytest

from brushite.intake.fhir import read_fhir
from brushite.intake.records import read_record, record_in, record_text
from brushite.plan import UNKNOWN, Drug, Procedure
from brushite.record import Record
from tests.conftest import ROOT

CALLED = {"hypercalcaemia": "high", "hyperphosphataemia": "high", "hyperparathyroidism": "high"}


def gold(shared, number):
    return read_fhir(shared / "cases" / "gold" / f"case-{number}.fhir.json")


def example(number) -> Record:
    return read_record(ROOT / "examples" / f"case-{number}.yaml")


def values(record: Record, skip: float | None = None):
    """What is said of each value; the words of an author as high and normal."""
    return [
        (
            m.analyte,
            m.value,
            m.taken.offset and m.taken.offset.to("month"),
            m.taken.anchor,
            m.assay,
            CALLED.get(m.author_remark, m.author_remark),
        )
        for m in record.measurements
        if m.value.value != skip
    ]


def drugs(record: Record):
    return [step.drug for step in record.therapy.steps if isinstance(step, Drug)]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_gold_bundle_has_the_values_of_the_example(shared, number):
    read = gold(shared, number).record

    assert sorted(values(read, skip=800), key=str) == sorted(values(example(number)), key=str)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_gold_bundle_has_the_sex_and_the_present_of_the_example(shared, number):
    read, known = gold(shared, number).record, example(number)

    assert read.person.sex == known.person.sex
    assert read.now == (known.now if number == 3 else Record(person=known.person).now)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_gold_bundle_gives_a_record_that_can_be_written_and_read(shared, number):
    read = gold(shared, number).record

    assert record_in(record_text(read)) == read


def test_a_calcium_of_unstated_salt_is_carbonate_of_unknown_dose_with_a_note(shared):
    steps = gold(shared, 3).record.therapy.steps

    assert drugs(gold(shared, 3).record) == drugs(example(3))
    assert [step.dose for step in steps] == [UNKNOWN, UNKNOWN]
    assert "salt not stated" in steps[0].note
    assert "active analogue cannot be excluded" in steps[1].note


def test_a_binder_with_calcium_is_carbonate_and_the_doses_are_those_written(shared):
    carbonate, sevelamer, alfacalcidol = gold(shared, 1).record.therapy.steps

    assert (carbonate.drug, carbonate.dose) == ("calcium carbonate", UNKNOWN)
    assert "calcium-based phosphate binder" in carbonate.note
    assert (sevelamer.drug, sevelamer.dose.to("g/day")) == ("sevelamer", 3.2)
    assert (alfacalcidol.drug, alfacalcidol.dose.to("ug/day")) == ("alfacalcidol", 2)


def test_the_laboratory_has_the_assay_that_all_values_name_and_none_where_none_is_named(shared):
    assert gold(shared, 3).record.laboratory.pth_assay == "1-84"
    assert gold(shared, 1).record.laboratory.pth_assay is None


def test_procedures_keep_their_status(shared):
    facts = gold(shared, 1).facts
    status = {str(getattr(f.content, "operation", f.content)): f.status for f in facts}

    assert status["parathyroidectomy"] == "not done"
    assert status["en-bloc resection."] == "not done"
    assert status["hip disarticulation with prosthetic replacement."] == "proposed"
    assert [s for s in gold(shared, 1).record.therapy.steps if isinstance(s, Procedure)] == []


def test_the_operation_that_is_the_present_is_no_step_of_the_past_and_keeps_its_extent(shared):
    read = gold(shared, 3)
    (operation,) = [f for f in read.facts if isinstance(f.content, Procedure)]

    assert (operation.status, operation.content.glands_left) == ("done", 0.125)
    assert not operation.is_recorded
    assert not any(isinstance(step, Procedure) for step in read.record.therapy.steps)


def test_what_is_proposed_or_not_done_is_not_in_the_note_of_the_record(shared):
    assert gold(shared, 1).record.note == ""
    assert gold(shared, 2).record.note == ""


def test_two_values_without_a_time_are_kept_and_asked_about(shared):
    read = gold(shared, 1)

    assert [m.value.value for m in read.record.measurements if m.analyte == "pth"] == [1433, 800]
    assert any("came first" in doubt.question and "800" in doubt.question for doubt in read.doubts)
    assert any("2 values of pth have no time" in remark for remark in read.remarks)


def test_every_value_names_its_file_and_its_entry(shared):
    for measurement in gold(shared, 3).record.measurements:
        assert measurement.origin.document == "case-3.fhir.json"
        assert measurement.origin.place.startswith("urn:uuid:")


def test_the_document_is_named_as_left_out(shared):
    remarks = gold(shared, 2).remarks

    assert any("text of DocumentReference (1) is not read here" in remark for remark in remarks)
