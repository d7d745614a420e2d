"""What was known earlier holds nothing of what came later, and what was given leads on from it."""

import dataclasses
import datetime

import numpy as np
import pytest

from brushite.errors import RecordError
from brushite.hindsight import given_after, known_at
from brushite.inference.fit import fit
from brushite.model import MINERAL
from brushite.plan import Dialysis, Diet, Drug, Moment, Plan, Procedure, Stop, When
from brushite.population import Population
from brushite.record import Finding, Lesion, Measurement, Outcome, Person, Record, Size
from brushite.simulate import simulate
from brushite.units import Quantity

THRICE = Dialysis(sessions=3, hours="4 h", dialysate_calcium="1.5 mmol/L", blood_flow="300 mL/min")


def moment(text):
    return Moment.parse(text)


def calcium(taken, value="2.4 mmol/L"):
    return Measurement(analyte="calcium", value=value, taken=moment(taken))


def size(taken):
    return Size(volume=Quantity(80, "mL"), taken=moment(taken))


def record(*steps, now="now", **changed):
    return Record(
        person=Person(label="A"),
        now=moment(now),
        therapy=Plan(name="Therapy so far", base="none", steps=(THRICE, *steps)),
        **changed,
    )


def weeks(when):
    return None if when is None else round(when.hours(moment("now")) / 168, 6)


def spans(steps):
    return [(getattr(s, "drug", s.kind), weeks(s.from_), weeks(s.until)) for s in steps]


@pytest.mark.parametrize(
    ("now", "times"),
    [
        ("now", ("20 weeks before now", "8 weeks before now", "week -2")),
        ("2025-06-30", ("2025-02-10", "2025-05-05", "2025-06-16")),
        ("2025-06-30", ("week -20", "2025-05-05", "2 weeks before now")),
        (
            "20 weeks after surgery",
            ("surgery", "12 weeks after surgery", "2 weeks before now"),
        ),
    ],
    ids=["offsets", "dates", "both", "event"],
)
def test_times_stay_what_they_were_to_each_other(now, times):
    whole = record(now=now, measurements=tuple(calcium(t) for t in times))

    then = known_at(whole, moment(times[1]))

    assert [then.hours(m.taken) / 168 for m in then.measurements] == [-12, 0]


def test_the_date_after_a_moment_within_a_day_is_the_new_now():
    whole = record(now="2025-06-30", measurements=(calcium("1 month before now"),))

    then = known_at(whole, moment("1 month before now"))

    assert then.now.date == datetime.date(2025, 5, 31)
    (taken,) = (then.hours(m.taken) for m in then.measurements)
    assert -24 < taken <= 0


def test_whatever_comes_later_changes_nothing_of_what_was_known():
    early = (calcium("week -10"), calcium("week -4"))
    plain = record(measurements=early, lesions=(Lesion(name="hip", site="hip"),))
    later = dataclasses.replace(
        record(
            Drug(drug="sevelamer", dose="2.4 g/day", from_="week -4"),
            Procedure(operation="parathyroidectomy", glands_left="1/8", from_="week -2"),
        ),
        measurements=(*early, calcium("week -3", "3.1 mmol/L"), calcium("unknown")),
        lesions=(
            Lesion(name="hip", site="hip"),
            Lesion(name="hand", site="hand", sizes=(size("week -1"),)),
            Lesion(name="knee", site="knee", first_noticed=moment("week -2")),
        ),
        findings=(Finding(kind="pain", text="hip", since=moment("week -1")),),
        outcomes=(Outcome(text="better", taken=moment("week -1")),),
        note="PTH fell afterwards",
    )

    assert known_at(later, moment("week -4")) == known_at(plain, moment("week -4"))


def test_an_end_that_came_later_was_not_known():
    whole = record(
        Drug(drug="cinacalcet", dose="30 mg/day", from_="week -20", until="week -2"),
        Drug(drug="sevelamer", dose="2.4 g/day", from_="week -20", until="week -12"),
    )

    then = known_at(whole, moment("week -8"))

    assert spans(then.therapy.steps) == [
        ("dialysis", 0, None),
        ("cinacalcet", -12, None),
        ("sevelamer", -12, -4),
    ]


def test_a_step_that_began_on_the_date_came_after_its_values():
    whole = record(Drug(drug="sevelamer", dose="2.4 g/day", from_="week -8"))

    assert spans(known_at(whole, moment("week -8")).therapy.steps) == [("dialysis", 0, None)]
    assert spans(given_after(whole, moment("week -8")).plan.steps) == [("sevelamer", 0, None)]


def test_a_finding_that_had_not_yet_gone_was_there():
    pain = Finding(kind="pain", text="hip", since=moment("week -9"), resolved=moment("week -1"))
    (then,) = known_at(record(findings=(pain,)), moment("week -8")).findings

    assert then.resolved is None
    assert then.since.offset.to("week") == pytest.approx(-1)


def test_a_drug_that_ended_is_stopped_and_one_that_was_changed_is_not():
    whole = record(
        Drug(drug="sevelamer", dose="2.4 g/day", from_="week -20", until="week -6"),
        Drug(drug="sevelamer", dose="4.8 g/day", from_="week -6", until="week -2"),
    )

    found = given_after(whole, moment("week -8"))

    assert spans(found.standing.steps) == [("dialysis", 0, None), ("sevelamer", -12, None)]
    assert spans(found.plan.steps) == [("sevelamer", 2, None), ("sevelamer", 6, None)]
    assert isinstance(found.plan.steps[1], Stop)


def test_a_diet_that_ended_stands_for_nothing_afterwards():
    whole = record(Diet(phosphorus="800 mg/day", from_="week -20", until="week -6"))

    found = given_after(whole, moment("week -8"))

    assert spans(found.standing.steps) == [("dialysis", 0, None)]
    assert spans(found.plan.steps) == [("diet", 0, 2)]


def test_what_cannot_be_placed_is_refused():
    rule = When.parse("P < 1.78 mmol/L")
    step = Drug(drug="cinacalcet", dose="30 mg/day", from_=rule)

    with pytest.raises(RecordError, match="cannot be counted from"):
        known_at(record(step), moment("week -8"))
    with pytest.raises(RecordError, match="cannot be placed"):
        known_at(record(), moment("2025-01-06"))


def test_going_on_from_the_middle_ends_where_the_whole_therapy_does():
    """The same draw, once in one go and once over a stop of which nobody should notice anything."""
    whole = record(
        Drug(drug="sevelamer", dose="2.4 g/day", adherence=1.0, from_="week -30", until="week -14"),
        Drug(drug="cinacalcet", dose="30 mg/day", adherence=1.0, until="week -16"),
        Drug(drug="denosumab", dose="60 mg", every="7 weeks", adherence=1.0, from_="week -38"),
        Diet(phosphorus="800 mg/day", adherence=1.0, from_="week -30", until="week -12"),
        Dialysis(dialysate_calcium="1.25 mmol/L", from_="week -10"),
    )
    first, middle = (moment(f"week {week}") for week in (-40, -20))
    start, half = given_after(whole, first), given_after(whole, middle)
    twin = fit(
        known_at(whole, first),
        model=MINERAL,
        population=Population.named("haemodialysis"),
        draws=2,
        seed=1,
    )
    begun = dataclasses.replace(twin, therapy=start.standing)
    there = simulate(begun, start.plan, weeks=20, quantities=())
    resumed = dataclasses.replace(
        twin,
        therapy=half.standing,
        draws=dataclasses.replace(twin.draws, states=there.final_states),
    )

    in_one = simulate(begun, start.plan, weeks=40)
    in_two = simulate(resumed, half.plan, weeks=20)

    for name in ("observed_calcium", "observed_phosphate", "observed_pth"):
        once = in_one.values[name][:, 21:]
        assert np.ptp(once, axis=1).min() > 0.02 * once.min(), "the therapy makes a difference"
        # ten times the accuracy of a step, since steps lie elsewhere
        np.testing.assert_allclose(in_two.values[name][:, 1:], once, rtol=1e-3)
