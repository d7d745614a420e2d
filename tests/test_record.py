"""Records as they are built in Python, cut at a moment, and measured."""

import pytest

from brushite.errors import RecordError, UnitError
from brushite.plan import UNKNOWN, Diet, Drug, Moment, Plan
from brushite.record import PRESENT, Lesion, Measurement, Outcome, Person, Record, Size
from brushite.units import Quantity


def value(analyte, written, taken="now"):
    return Measurement(analyte=analyte, value=written, taken=Moment.parse(taken))


def record():
    return Record(
        person=Person(label="A"),
        now=Moment.parse("parathyroidectomy"),
        measurements=(
            value("Ca", "96 mg/L"),
            value("Ca", "101 mg/L", "1 month after parathyroidectomy"),
            value("Ca", "92 mg/L", "4 months after parathyroidectomy"),
            value("P", "1.6 mmol/L", "unknown"),
        ),
        lesions=(
            Lesion(
                name="hip",
                site="hip",
                sizes=(
                    Size(axes=("10 cm",)),
                    Size(axes=("8 cm",), taken=Moment.parse("4 months after parathyroidectomy")),
                ),
            ),
        ),
        outcomes=(Outcome(text="better", taken=Moment.parse("4 months after now")),),
    )


def test_what_a_report_leaves_unsaid_about_adherence_is_unknown():
    steps = (
        Drug(drug="sevelamer", dose="2.4 g/day"),
        Drug(drug="alfacalcidol", dose="1 ug/day", adherence=1.0),
        Diet(phosphorus="900 mg/day"),
    )
    past = Plan(name="past", base="none", steps=steps)
    found = Record(person=Person(label="A"), therapy=past)

    assert [step.adherence for step in found.therapy.steps] == [UNKNOWN, 1.0, UNKNOWN]
    assert Record(person=Person(label="A"), therapy=found.therapy) == found


def test_what_came_later_is_never_seen_before():
    before = record().before(record().now)

    assert [str(m.value) for m in before.measurements] == ["96 mg/L", "1.6 mmol/L"]
    assert len(before.lesions[0].sizes) == 1
    assert before.outcomes == ()


def test_what_came_later_is_kept_for_judging():
    after = record().after(Moment.parse("1 month after parathyroidectomy"))

    assert [str(m.value) for m in after.measurements] == ["92 mg/L"]
    assert len(after.lesions[0].sizes) == 1
    assert len(after.outcomes) == 1


def test_a_moment_that_cannot_be_placed_cuts_no_record():
    with pytest.raises(RecordError, match="cannot be placed"):
        record().before(Moment.parse("2026-01-05"))


def test_hours_are_counted_from_the_present_of_the_record():
    whole = record()

    assert [whole.hours(m.taken) for m in whole.measurements] == [0, 730.5, 2922, None]


def test_three_axes_make_an_ellipsoid():
    size = Size(axes=("8.6 cm", "7.6 cm", "59 mm"))

    assert size.millilitres() == pytest.approx(201.9, abs=0.05)  # the annotation prints one digit
    assert Size(axes=("10 cm",)).millilitres() is None
    assert Size(volume=Quantity(0.2, "L")).millilitres() == 200


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: Size(axes=("8.6 mL",)), RecordError),
        (lambda: Size(axes=("1 cm",) * 4), RecordError),
        (lambda: Size(axes=("200 cm",)), RecordError),
        (lambda: Size(volume=Quantity(3, "cm")), RecordError),
        (lambda: value("Ca", "24 mmol/L"), RecordError),
        (lambda: value("Ca", 2.4), UnitError),
        (lambda: value("Ca", "2.4 pg/mL"), RecordError),
        (lambda: value("Ca", "2.4 U/L"), UnitError),
    ],
)
def test_what_cannot_be_measured_is_refused(make, error):
    with pytest.raises(error):
        make()


def test_a_value_keeps_the_unit_it_was_written_in():
    calcium = value("calcium", "101 mg/L")

    assert calcium.value == Quantity(101, "mg/L")
    assert calcium.standard_value == pytest.approx(2.52, abs=0.005)  # printed with two digits


@pytest.mark.parametrize("written", ["0 g", "-1 g", "10.1 kg"])
def test_mineral_that_no_mass_can_have_is_refused(written):
    with pytest.raises(RecordError, match=r"outside 0 to 10 kg\. Leave it out"):
        Size(mineral=Quantity.parse(written))


def test_what_is_only_said_to_be_later_is_kept_for_judging():
    later = Moment.parse("after change of treatment")
    assert str(later) == "after change of treatment"
    assert later.is_known
    record = Record(
        person=Person(label="x"),
        now=Moment.parse("change of treatment"),
        measurements=(
            Measurement(analyte="pth", value=Quantity(1433, "pg/mL")),
            Measurement(analyte="pth", value=Quantity(800, "pg/mL"), taken=later),
        ),
    )
    assert [m.value.value for m in record.before(PRESENT).measurements] == [1433]
    assert [m.value.value for m in record.after(PRESENT).measurements] == [800]
