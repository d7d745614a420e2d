"""Courses tell in how many of them, and when, what a plan leaves open came true."""

import dataclasses

import outlooks
from brushite.compare import side_by_side
from brushite.forecast import Share
from brushite.goals import KDIGO
from brushite.plan import Condition, Dialysis, Drug, Plan, Procedure, Rule, Stop, Titration, When
from brushite.report.happened import Event, event_rows, happened
from brushite.report.objects import comparison_object
from brushite.report.terminal import page
from brushite.twin import Interval
from brushite.units import Quantity

TWELVE = Quantity(12, "week")
OPERATION = Procedure(operation="parathyroidectomy", glands_left="1/8")


def bar(lane, label, weeks):
    start, end = weeks
    return Interval(lane=lane, label=label, start=start * 168.0, end=end * 168.0)


def compared(steps, *bars, **options):
    """One plan whose draw number i had `bars[i]`."""
    run = outlooks.run(draws=len(bars), **options)
    plan = Plan(name="Open", steps=steps)
    return side_by_side([dataclasses.replace(run, plan=plan, courses=bars)], KDIGO, seed=1)


def told(steps, *bars, **options):
    return [str(event) for event in happened(compared(steps, *bars, **options))]


def test_an_operation_says_in_how_many_courses_and_when():
    done = (bar("parathyroidectomy", "parathyroidectomy", (0, 0)), bar("dialysis", "x", (0, 52)))

    assert told((OPERATION,), done, done) == [
        "parathyroidectomy, 1/8 of the glands left: in 2 of 2 courses, at the start"
    ]


def test_a_conditional_start_says_in_how_many_courses_and_when():
    step = Drug(drug="sevelamer", dose="3.2 g/day", from_="P > 1.78 mmol/L")
    rest = bar("dialysis", "x", (0, 52))
    courses = [(rest, bar("drug: sevelamer", "3.2 g/day", (w, 52))) for w in (9, 12, 17)]

    assert told((step,), *courses, (rest,)) == [
        "sevelamer 3.2 g/day starts once phosphate > 1.78 mmol/L: in 3 of 4 courses, week 9 to 17"
    ]


def test_a_conditional_start_is_not_what_the_lane_had_before():
    step = Drug(drug="sevelamer", dose="3.2 g/day", from_="P > 1.78 mmol/L")
    before = bar("drug: sevelamer", "1.6 g/day", (0, 8))
    changed = (before, bar("drug: sevelamer", "3.2 g/day", (8, 52)))
    never = (bar("drug: sevelamer", "1.6 g/day", (0, 52)),)

    (event,) = happened(compared((step,), changed, never))
    assert (event.share, event.weeks) == (Share(1, 2), (8, 8))


def test_a_conditional_end_is_seen_where_the_lane_goes_back_to_current_care():
    end = When(rule=Rule(any_of=(Condition.parse("Ca > 2.5 mmol/L"),), by=TWELVE))
    step = Drug(drug="calcium carbonate", dose="3 g/day", until=end)
    name = "drug: calcium carbonate"
    back = (bar(name, "3 g/day", (0, 4)), bar(name, "1.5 g/day", (4, 52)))
    late = (bar(name, "3 g/day", (0, 12)), bar("dialysis", "x", (0, 52)))

    assert told((step,), back, late) == [
        "calcium carbonate 3 g/day ends once calcium > 2.5 mmol/L (week 12 at the latest): "
        "in 2 of 2 courses, week 4 to 12"
    ]


def test_a_condition_that_gives_up_when_the_next_step_begins_has_ended():
    end = When(rule=Rule(any_of=(Condition.parse("Ca < 2.0 mmol/L"),), by=TWELVE))
    steps = (Dialysis(sessions=5, hours="4 h", until=end), Dialysis(sessions=3, from_="week 12"))
    course = (bar("dialysis", "5 × 4 h", (0, 12)), bar("dialysis", "3 × 4 h", (12, 52)))

    (event,) = happened(compared(steps, course))
    assert (event.share, event.weeks) == (Share(1, 1), (12, 12))


def test_a_titration_says_when_the_dose_first_changed_and_was_held():
    ladder = Titration(
        every="4 weeks",
        doses=("1.6 g", "3.2 g", "4.8 g"),
        raise_if=Rule.parse("P > 1.78 mmol/L"),
        hold_if=Rule.parse("P < 0.8 mmol/L"),
    )
    name = "drug: sevelamer"
    steps = (Drug(drug="sevelamer", dose="1.6 g/day", titrate=ladder),)
    moved = (
        bar(name, "1.6 g/day", (0, 8)),
        bar(name, "3.2 g/day", (8, 20)),
        bar(name, "held", (20, 52)),
    )

    assert told(steps, moved, (bar(name, "1.6 g/day", (0, 52)),)) == [
        "dose of sevelamer first changed: in 1 of 2 courses, week 8",
        "sevelamer first held: in 1 of 2 courses, week 20",
    ]


def test_a_dose_written_in_another_unit_is_found_on_its_bar():
    step = Drug(drug="cholecalciferol", dose="14000 IU/week", from_="Ca < 2.2 mmol/L")
    course = (bar("drug: cholecalciferol", "2000 IU/day", (0, 52)),)

    assert happened(compared((step,), course))[0].share == Share(1, 1)


def test_a_dose_at_sessions_or_at_intervals_is_found_on_its_bar():
    at_sessions = Drug(drug="etelcalcetide", per_session="5 mg", from_="Ca > 2.3 mmol/L")
    yearly = Drug(drug="denosumab", dose="60 mg", every="26 weeks", from_="Ca > 2.3 mmol/L")
    course = (
        bar("drug: etelcalcetide", "5 mg/session", (4, 52)),
        bar("drug: denosumab", "60 mg every 26 weeks", (8, 52)),
    )

    events = happened(compared((at_sessions, yearly), course))

    assert [event.share for event in events] == [Share(1, 1), Share(1, 1)]


def test_longer_dialysis_on_a_condition_is_told_from_the_one_before():
    step = Dialysis(sessions=3, hours="5 h", from_="P > 1.78 mmol/L")
    before = "3 × 4 h a week, calcium 1.5 mmol/L"
    late = (bar("dialysis", before, (0, 8)), bar("dialysis", before.replace("4", "5"), (8, 52)))
    early = (bar("dialysis", before.replace("4", "5"), (0, 52)),)

    (event,) = happened(compared((step,), late, early, (bar("dialysis", before, (0, 52)),)))
    assert (event.share, event.weeks) == (Share(2, 3), (0, 8))


def test_a_bath_on_a_condition_is_a_bar_that_is_new_on_its_lane():
    step = Dialysis(dialysate_calcium="1.25 mmol/L", from_="PTH < 150 pg/mL")
    label = "3 × 4 h a week, calcium {} mmol/L"
    course = (
        bar("dialysis", label.format("1.5"), (0, 8)),
        bar("dialysis", label.format("1.25"), (8, 52)),
    )

    assert happened(compared((step,), course, course[:1]))[0].weeks == (8, 8)


def test_a_conditional_stop_is_seen_where_the_drug_ends():
    step = Stop(drug="sevelamer", from_="P < 1.1 mmol/L")
    stopped = (bar("drug: sevelamer", "1.6 g/day", (0, 16)), bar("dialysis", "x", (0, 52)))

    assert told((step,), stopped) == [
        "sevelamer stops once phosphate < 1.1 mmol/L: in 1 of 1 courses, week 16"
    ]


def test_courses_that_could_not_be_computed_do_not_count():
    done = (bar("parathyroidectomy", "parathyroidectomy", (0, 0)),)

    (event,) = happened(compared((OPERATION,), done, done, (), failed=(2,)))
    assert event.share == Share(2, 2)


def test_of_many_courses_the_span_is_that_of_nine_in_ten():
    step = Drug(drug="sevelamer", dose="3.2 g/day", from_="P > 1.78 mmol/L")
    courses = [(bar("drug: sevelamer", "3.2 g/day", (w, 52)),) for w in (1, *(8, 12) * 30)]

    assert told((step,), *courses)[0].endswith(": in over 95 % of courses, week 8 to 12")


def test_what_never_happened_has_no_time():
    event = Event(plan="A", what="sevelamer first held", share=Share(0, 8), weeks=None)

    assert str(event) == "sevelamer first held: in 0 of 8 courses"


def test_a_plan_that_leaves_nothing_open_has_no_events():
    assert told((Dialysis(sessions=3),), (bar("dialysis", "3 × 4 h", (0, 52)),)) == []
    assert "What happened" not in page(outlooks.comparison(operated=()))


def test_the_terminal_and_a_program_are_told():
    comparison = outlooks.comparison()

    assert (
        "What happened in the courses\n"
        "- B parathyroidectomy, 1/8 of the glands left: in 8 of 8 courses, at the start\n"
    ) in page(comparison)
    assert comparison_object(comparison)["happened"] == list(event_rows(comparison))
    assert event_rows(comparison)[0]["courses"] == 8
