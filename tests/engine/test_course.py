import dataclasses
import math

import pytest

from brushite.engine.course import laboratory_days, refuse
from brushite.engine.draw import Draw
from brushite.engine.followed import followed
from brushite.engine.operations import Theatre
from brushite.equations import Jump
from brushite.errors import PlanError
from brushite.plan import Dialysis, Diet, Drug, Monitor, Plan, Procedure, Stop, Titration, When
from brushite.units import Quantity
from engine import toy_patient
from engine.toy_patient import OPERATIONS, THRICE, bars, draw, once, setting


@pytest.fixture(params=["course", "on_lanes"], ids=["reference", "lanes"])
def course(request):
    """The course of one draw, by either engine."""
    return getattr(toy_patient, request.param)


PIECE = {"procedure.tissue_left": 0.04, "procedure.nodular_share_left": 0.05}


def test_without_steps_the_current_care_goes_on(course):
    found = course(setting(), draw())

    assert found.outcome == "solved"
    assert bars(found, "dialysis") == [("3 × 4 h a week, calcium 1.5 mmol/L", 0, 1344)]
    assert bars(found, "drug: sevelamer") == [("2.4 g/day", 0, 1344)]


def test_base_none_takes_everything_away(course):
    found = course(setting(base="none"), draw())

    assert found.bars == ()


def test_a_dialysis_step_keeps_the_fields_it_does_not_write(course):
    found = course(setting(Dialysis(dialysate_calcium="1.25 mmol/L", from_="week 4")), draw())

    assert bars(found, "dialysis") == [
        ("3 × 4 h a week, calcium 1.5 mmol/L", 0, 672),
        ("3 × 4 h a week, calcium 1.25 mmol/L", 672, 1344),
    ]


def test_hours_per_week_replace_the_hours_and_free_the_sessions(course):
    step = Dialysis(hours_per_week="15 h")
    found = course(setting(step), draw(unsaid={"dialysis.sessions": 5.0}))

    assert bars(found, "dialysis")[0][0].startswith("5 × 3 h a week")


def test_a_lane_returns_to_current_care_when_its_step_ends(course):
    step = Drug(drug="sevelamer", dose="4.8 g/day", from_="week 2", until="week 4")
    found = course(setting(step), draw())

    assert bars(found, "drug: sevelamer") == [
        ("2.4 g/day", 0, 336),
        ("4.8 g/day", 336, 672),
        ("2.4 g/day", 672, 1344),
    ]


def test_a_later_step_follows_an_earlier_one_and_a_stop_ends_both(course):
    steps = (
        Drug(drug="sevelamer", dose="4.8 g/day", from_="week 1"),
        Drug(drug="sevelamer", dose="7.2 g/day", from_="week 2"),
        Stop(drug="sevelamer", from_="week 3"),
    )
    found = course(setting(*steps), draw())

    assert [label for label, _, _ in bars(found, "drug: sevelamer")] == [
        "2.4 g/day",
        "4.8 g/day",
        "7.2 g/day",
    ]
    assert bars(found, "drug: sevelamer")[-1][2] == 504


HOUR_2, HOUR_26 = (When(after=Quantity(h, "h")) for h in (2, 26))
DAILY = Dialysis(sessions=7, hours="8 h", from_=HOUR_2, until=HOUR_26)


@pytest.mark.parametrize(
    ("steps", "running"),
    [
        ((), [0, 4]),
        ((Drug(drug="sevelamer", dose="4.8 g/day", from_=HOUR_2),), [0, 4]),
        ((Dialysis(hours="8 h", from_=HOUR_2),), [0, 2]),
        ((DAILY,), [0, 2, 24, 26]),
    ],
    ids=["no change", "another lane", "longer sessions", "daily for a day"],
)
def test_a_session_ends_where_its_prescription_ends(course, steps, running):
    quarters = tuple(i / 4 for i in range(4 * 48))
    whole = dataclasses.replace(setting(*steps), end=48.0, hours=quarters, quantities=("session",))
    values = (0.0, *course(whole, draw()).values["session"][1:])
    edges = [
        h - 0.25
        for h, now, next_ in zip(quarters[1:], values, values[1:], strict=False)
        if now != next_
    ]

    assert edges == running


def test_a_condition_starts_a_step_on_the_first_laboratory_day_on_which_it_is_true(course):
    step = Drug(drug="sevelamer", dose="7.2 g/day", from_=once("P < 4.9 mmol/L"))
    found = course(setting(step), draw())

    assert bars(found, "drug: sevelamer") == [("7.2 g/day", 0, 1344)]


def test_a_condition_that_has_to_hold_waits_for_its_second_laboratory_day(course):
    step = Drug(drug="sevelamer", dose="7.2 g/day", from_=once("P < 4.9 mmol/L", held="2 weeks"))
    found = course(setting(step), draw())

    assert [b[1] for b in bars(found, "drug: sevelamer")] == [0, 672]


def test_a_condition_that_never_comes_true_happens_at_the_latest_by_its_end(course):
    step = Drug(drug="sevelamer", dose="7.2 g/day", from_=once("P < 0.11 mmol/L", by="3 weeks"))
    found = course(setting(step), draw())

    assert [b[1] for b in bars(found, "drug: sevelamer")] == [0, 504]


def test_an_end_is_judged_from_the_first_laboratory_day_after_the_start(course):
    step = Drug(drug="sevelamer", dose="7.2 g/day", until=once("P < 4.9 mmol/L"))
    found = course(setting(step), draw())

    assert bars(found, "drug: sevelamer") == [("7.2 g/day", 0, 672), ("2.4 g/day", 672, 1344)]


def test_a_multiple_of_the_baseline_is_that_of_the_draw(course):
    steps = (
        Procedure(operation="parathyroidectomy", glands_left="1/8"),
        Drug(drug="sevelamer", dose="7.2 g/day", from_=once("PTH < 0.3 x baseline")),
    )
    found = course(setting(*steps), draw(unsaid=PIECE))

    assert [b[1] for b in bars(found, "drug: sevelamer")] == [0, 672]


def test_conditions_are_judged_separately_in_each_draw(course):
    step = Diet(phosphorus="800 mg/day", from_=once("PTH > 500 pg/mL"))
    few = course(setting(step), draw(secretion=300.0, pth=40.0))
    many = course(setting(step), draw(secretion=3000.0, pth=1000.0))

    assert bars(few, "diet") == []
    assert bars(many, "diet") == [("800 mg/day phosphorus", 0, 1344)]


def test_a_multiple_of_the_upper_limit_needs_one():
    with pytest.raises(PlanError, match="no upper limit of the laboratory for PTH"):
        refuse(setting(Diet(phosphorus="800 mg/day", from_=once("PTH > 9 x ULN"))))


def test_what_the_model_cannot_measure_is_refused():
    with pytest.raises(PlanError, match="the model has no 'observed_alkaline_phosphatase'"):
        refuse(setting(Diet(phosphorus="800 mg/day", from_=once("ALP > 100 U/L"))))


def test_a_date_needs_a_patient_with_a_date():
    with pytest.raises(PlanError, match="the patient's present has no date"):
        refuse(setting(Diet(phosphorus="800 mg/day", from_="2026-01-05")))


def test_an_unmodelled_drug_is_refused_before_anything_runs():
    with pytest.raises(PlanError, match="cinacalcet is not modelled yet"):
        refuse(setting(Drug(drug="cinacalcet", dose="30 mg/day")))


def ladder(*, given=(("dose", "1.6 g/day"),), **rules):
    rungs = tuple(Quantity(d, "g") for d in (1.6, 3.2, 4.8))
    return Drug(
        drug="sevelamer",
        **dict(given),
        titrate=Titration(every=Quantity(4, "weeks"), doses=rungs, **rules),
    )


def test_a_titration_climbs_its_ladder_while_its_rule_is_true(course):
    found = course(setting(ladder(raise_if="P > 0.11 mmol/L"), weeks=16), draw())

    assert bars(found, "drug: sevelamer") == [
        ("1.6 g/day", 0, 672),
        ("3.2 g/day", 672, 1344),
        ("4.8 g/day", 1344, 2688),
    ]


def test_a_titration_at_sessions_climbs_by_the_doses_of_one_session(course):
    step = ladder(given=[("per_session", "1.6 g")], raise_if="P > 0.11 mmol/L")
    found = course(setting(step, weeks=16), draw())

    assert bars(found, "drug: sevelamer") == [
        ("1.6 g/session", 0, 672),
        ("3.2 g/session", 672, 1344),
        ("4.8 g/session", 1344, 2688),
    ]
    weekly = [bar.weekly for bar in found.bars if bar.lane == "drug: sevelamer"]
    assert weekly == pytest.approx([4.8, 9.6, 14.4])


def given_at(*steps, weeks=12, past=None):
    """The hour at which each dose of cholecalciferol begins, and its size, in one draw."""
    asked = setting(*steps, weeks=weeks, **({} if past is None else {"past": past}))
    found = followed(asked, draw())
    changes = [c for c in found.changes if "cholecalciferol_dose" in c.inputs]
    begun = [found.inputs["cholecalciferol_dose"]] if found.inputs["cholecalciferol_dose"] else []
    doses = [c.inputs["cholecalciferol_dose"] for c in changes if c.inputs["cholecalciferol_dose"]]
    hours = [c.hour for c in changes if c.inputs["cholecalciferol_dose"]]
    return [*([0.0] if begun else []), *hours], [*begun, *doses]


def test_a_drug_at_intervals_is_given_from_the_start_of_its_step_until_its_end():
    drug = Drug(
        drug="cholecalciferol", dose="50000 IU", every="4 weeks", from_="week 1", until="week 9"
    )

    hours, doses = given_at(drug)

    assert hours == [168.0, 840.0]
    assert doses == pytest.approx([50_000, 50_000])


def test_a_drug_at_intervals_keeps_the_rhythm_of_the_past():
    drug = Drug(drug="cholecalciferol", dose="50000 IU", every="4 weeks", from_="week -6")
    past = Plan(name="past", base="none", steps=(THRICE, drug))

    assert given_at(past=past)[0] == [336.0, 1008.0, 1680.0]


def test_a_drug_at_intervals_whose_past_is_not_told_is_due_now():
    drug = Drug(drug="cholecalciferol", dose="50000 IU", every="4 weeks")
    past = Plan(name="past", base="none", steps=(THRICE, drug))

    assert given_at(past=past, weeks=5)[0] == [0.0, 672.0]


def test_a_rhythm_that_cannot_be_counted_from_the_present_is_refused():
    drug = Drug(drug="cholecalciferol", dose="50000 IU", every="4 weeks", from_="2026-01-05")

    with pytest.raises(PlanError, match="cannot be counted from the present"):
        setting(past=Plan(name="past", base="none", steps=(THRICE, drug)))


def test_a_dose_is_held_and_given_again_one_rung_lower(course):
    rules = {"raise_if": "P > 0.11 mmol/L", "hold_if": "mass volume < 137 mL"}
    held = course(setting(ladder(**rules), weeks=16), draw())
    resumed = course(
        setting(ladder(**rules | {"hold_if": "mass volume > 100 mL"}, resume_if="PTH < 1 pg/mL")),
        draw(),
    )

    assert [b[0] for b in bars(held, "drug: sevelamer")][-1] == "held"
    assert [b[0] for b in bars(resumed, "drug: sevelamer")] == ["1.6 g/day", "held"]


def test_surgery_takes_the_tissue_that_the_population_says(course):
    step = Procedure(operation="parathyroidectomy", glands_left="1/8", from_="week 2")
    found = course(setting(step), draw(unsaid=PIECE))
    pth = found.values["observed_pth"]

    assert pth[3] / pth[2] == pytest.approx(0.04, rel=0.2)
    assert bars(found, "parathyroidectomy") == [("parathyroidectomy", 336, 336)]


def test_tissue_left_that_someone_knows_goes_first(course):
    step = Procedure(operation="parathyroidectomy", tissue_left=0.5)
    found = course(setting(step, weeks=1), draw(unsaid=PIECE))
    other = course(setting(weeks=1), draw())

    ratio = found.values["observed_pth"][1] / other.values["observed_pth"][1]
    assert ratio == pytest.approx(0.5, rel=0.01)


def test_a_second_operation_on_the_same_day_takes_its_share_of_the_rest(course):
    half = Procedure(operation="parathyroidectomy", tissue_left=0.5)
    again = dataclasses.replace(half, from_=once("PTH > 1 pg/mL"))
    found = course(setting(half, again, weeks=1), draw(unsaid=PIECE))
    other = course(setting(weeks=1), draw())

    ratio = found.values["observed_pth"][1] / other.values["observed_pth"][1]
    assert ratio == pytest.approx(0.25, rel=0.01)


@pytest.mark.parametrize(("glands", "tissue"), [(1 / 8, 0.04), (1 / 64, 0.0016), (1.0, 1.0)])
def test_fewer_glands_left_are_less_tissue_left(course, glands, tissue):
    step = Procedure(operation="parathyroidectomy", glands_left=glands)
    found = course(setting(step, weeks=1), draw(unsaid=PIECE))
    other = course(setting(weeks=1), draw())

    ratio = found.values["observed_pth"][1] / other.values["observed_pth"][1]
    assert ratio == pytest.approx(tissue, rel=0.01)  # the gland grows and calcium differs a little


def test_an_excision_waits_for_its_condition_and_finds_its_slot(course):
    step = Procedure(
        operation="mass excision",
        mass="right hip",
        removed=0.75,
        from_=once("mass volume < 1000 mL", held="4 weeks"),
    )
    volume = course(setting(step), draw()).values["lesion_1_volume"]

    assert volume[5] / volume[4] == pytest.approx(0.25 * math.exp(-2e-4 * 168), rel=1e-4)


def test_a_mass_that_the_patient_does_not_have_is_refused_with_a_guess():
    step = Procedure(operation="mass excision", mass="right hop", removed=0.5)

    with pytest.raises(PlanError, match="Did you mean 'right hip'"):
        refuse(setting(step))


def test_laboratory_days_lie_on_whole_weeks():
    plan = Plan(name="x", monitor=Monitor(labs=("1 month", "4 months")))

    assert laboratory_days(plan, 0.0, 5000.0) == {0.0, 4 * 168.0, 17 * 168.0}


def test_a_past_with_times_before_now_ends_in_the_present(course):
    then = Plan(
        name="past",
        base="none",
        steps=(
            dataclasses.replace(THRICE, from_="week -4"),
            Drug(drug="cholecalciferol", dose="1000 IU/day", from_="week -2"),
        ),
    )
    whole = setting()
    hours = (-672.0, 0.0)
    before = dataclasses.replace(whole, plan=then, base={}, start=-672.0, end=0.0, hours=hours)
    found = course(before, draw())

    assert bars(found, "drug: cholecalciferol") == [("1000 IU/day", -336, 0)]
    assert bars(found, "dialysis") == [("3 × 4 h a week, calcium 1.5 mmol/L", -672, 0)]


def test_what_held_as_long_as_is_known_was_changed_by_a_step_older_than_the_simulation(course):
    steps = (THRICE, Dialysis(sessions=4, from_="week -40"))
    then = Plan(name="past", base="none", steps=steps)
    before = dataclasses.replace(
        setting(), plan=then, base={}, start=-672.0, end=0.0, hours=(-672.0, 0.0)
    )

    found = course(before, draw())

    assert bars(found, "dialysis") == [("4 × 4 h a week, calcium 1.5 mmol/L", -672, 0)]


def test_luck_is_the_same_for_an_occasion_and_evenly_spread():
    one = Draw(number=0, seed=1, parameters={}, states={}, unsaid={}, uniform={})
    luck = [one.chance("day", i) for i in range(2000)]

    assert luck == [one.chance("day", i) for i in range(2000)]
    assert sum(luck) / 2000 == pytest.approx(0.5, abs=0.03)  # four standard errors
    assert min(luck) > 0
    assert max(luck) < 1


def test_starts_by_when_in_words_and_numbers_agree():
    assert When.parse("week 4").hours(setting().now) == 672


def test_an_operation_on_what_the_model_does_not_have_is_refused():
    step = Procedure(operation="parathyroidectomy", glands_left="1/8")
    whole = setting(step)
    operations = dataclasses.replace(
        OPERATIONS, parathyroidectomy=lambda *_: (Jump("thymus", 0.5),)
    )
    other = Theatre(operations=operations, lesions=())

    with pytest.raises(PlanError, match="is not possible here: the model has no 'thymus'"):
        refuse(dataclasses.replace(whole, theatre=other))
