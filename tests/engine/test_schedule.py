import itertools

import pytest

from brushite.drugs import MEDICINES
from brushite.engine.prescription import Treatment, averaged, settled
from brushite.engine.schedule import schedule, sessions
from brushite.errors import PlanError
from brushite.model import MINERAL
from brushite.plan import UNKNOWN, Dialysis, Diet, Drug, Range
from brushite.population import Population
from brushite.units import PHOSPHATE, Quantity
from engine.toy_patient import IDLE, MODEL, THRICE, draw


def regimen_of(*steps, **luck):
    lanes = {
        s.kind if not isinstance(s, Drug) else f"drug: {s.drug}": Treatment(step=s) for s in steps
    }
    return settled(MODEL, lanes, draw(**luck))


def starts(regimen, weeks=1, **luck):
    every = sessions(regimen, draw(**luck), start=0.0, end=weeks * 168.0)
    return [opened for opened, _, is_held in every if is_held]


@pytest.mark.parametrize(
    ("count", "days"),
    [
        (1, [0]),
        (2, [0, 4]),
        (3, [0, 3, 5]),
        (4, [0, 2, 4, 6]),
        (5, [0, 2, 3, 5, 6]),
        (6, [0, 2, 3, 4, 5, 6]),
        (7, [0, 1, 2, 3, 4, 5, 6]),
    ],
)
def test_sessions_stand_on_a_grid_that_begins_after_a_short_interval(count, days):
    regimen = regimen_of(Dialysis(sessions=count, hours="2 h"))

    assert starts(regimen) == [24.0 * d for d in days]


def test_the_grid_is_the_same_before_hour_0():
    regimen = regimen_of(THRICE)
    early = [a for a, _, _ in sessions(regimen, draw(), start=-336.0, end=0.0)]

    assert early == [-336.0, -264.0, -216.0, -168.0, -96.0, -48.0]


def test_inputs_run_only_while_a_session_runs_and_the_prescription_stays():
    found = schedule(regimen_of(THRICE), draw(), start=0.0, end=168.0)

    assert found.edges == (0.0, 4.0, 72.0, 76.0, 120.0, 124.0, 168.0)
    assert [i["session"] for i in found.inputs] == [1, 0, 1, 0, 1, 0]
    assert {i["session_length"] for i in found.inputs} == {4.0}
    assert {i["dialysate_calcium"] for i in found.inputs} == {1.5}
    assert found.before["session"] == 0


def test_another_change_within_a_session_lets_it_go_on():
    found = schedule(regimen_of(THRICE), draw(), start=2.0, end=3.0)

    assert found.edges == (2.0, 3.0)
    assert found.inputs[0]["session"] == 1


def test_a_regimen_does_not_run_the_tail_of_a_session_that_opened_before_it():
    found = schedule(regimen_of(THRICE), draw(), start=2.0, end=74.0, since=2.0)

    assert found.edges == (2.0, 72.0, 74.0)
    assert [i["session"] for i in found.inputs] == [0, 1]


def test_hours_per_week_take_the_sessions_of_the_population():
    regimen = regimen_of(Dialysis(hours_per_week="15 h"), unsaid={"dialysis.sessions": 5.0})

    assert (regimen.sessions, regimen.hours) == (5, 3.0)


@pytest.mark.parametrize(("weekly", "drawn", "count"), [("36 h", 3, 4), ("5 h", 5, 2)])
def test_hours_per_week_choose_sessions_of_2_to_10_h(weekly, drawn, count):
    regimen = regimen_of(Dialysis(hours_per_week=weekly), unsaid={"dialysis.sessions": drawn})

    assert regimen.sessions == count
    assert 2 <= regimen.hours <= 10


def test_hours_per_week_without_any_sessions_are_refused():
    with pytest.raises(PlanError, match="in how many sessions"):
        regimen_of(Dialysis(hours_per_week="15 h"))


def test_what_is_unknown_comes_from_the_population():
    step = Dialysis(sessions=UNKNOWN, hours="4 h", blood_flow=UNKNOWN)
    regimen = regimen_of(step, unsaid={"dialysis.sessions": 3.0, "dialysis.blood_flow": 20.0})

    assert regimen.sessions == 3
    assert regimen.inputs["blood_flow"] == 20.0


def test_what_nobody_knows_is_refused_by_name():
    with pytest.raises(PlanError, match=r"dialysis, blood flow: the plan leaves it unknown"):
        regimen_of(Dialysis(sessions=3, hours="4 h", blood_flow=UNKNOWN))


def test_a_range_is_resolved_by_the_uniform_number_of_the_draw():
    bath = Range(Quantity(1.0, "mmol/L"), Quantity(2.0, "mmol/L"))
    step = Dialysis(sessions=Range(2, 4), hours="4 h", dialysate_calcium=bath)
    luck = {"dialysis.dialysate_calcium": 0.25, "dialysis.sessions": 0.5}
    regimen = regimen_of(step, uniform=luck)

    assert regimen.inputs["dialysate_calcium"] == pytest.approx(1.25)
    assert regimen.sessions == 3


def test_a_range_without_its_own_number_is_the_same_under_every_plan():
    flow = Range(Quantity(200, "mL/min"), Quantity(400, "mL/min"))
    one = regimen_of(Dialysis(sessions=3, hours="4 h", blood_flow=flow))
    other = regimen_of(Dialysis(sessions=5, hours="2 h", blood_flow=flow))

    assert one.inputs["blood_flow"] == other.inputs["blood_flow"]
    assert 12 < one.inputs["blood_flow"] < 24


def test_prescriptions_are_converted_to_the_units_of_the_model():
    regimen = regimen_of(
        Dialysis(sessions=3, hours="240 min", dialysate_calcium="3 mEq/L", blood_flow="300 mL/min"),
        Drug(drug="sevelamer", dose="2400 mg/day", adherence=0.5),
        Drug(drug="cholecalciferol", dose="24000 IU/day"),
        Diet(phosphorus="743.376 mg/day"),
    )

    assert regimen.hours == pytest.approx(4)
    assert regimen.inputs["dialysate_calcium"] == pytest.approx(1.5)
    assert regimen.inputs["blood_flow"] == pytest.approx(18)
    assert regimen.inputs["sevelamer_dose"] == pytest.approx(0.05)
    assert regimen.inputs["cholecalciferol_dose"] == pytest.approx(1000)
    assert regimen.inputs["dietary_phosphate"] == pytest.approx(1.0)


def test_a_plan_that_says_nothing_of_adherence_is_taken_as_prescribed():
    unsaid = {"drug.sevelamer.adherence": 0.6}

    def taken(**said):
        drug = Drug(drug="sevelamer", dose="2.4 g/day", **said)
        return regimen_of(drug, unsaid=unsaid).inputs["sevelamer_dose"]

    assert taken() == pytest.approx(0.1)
    assert taken(adherence=UNKNOWN) == pytest.approx(0.06)


def test_a_diet_that_is_half_kept_lies_half_way_to_what_is_usual():
    diet = Diet(phosphorus="743.376 mg/day", adherence=0.5)
    regimen = regimen_of(diet, unsaid={"diet.phosphorus": 2.0})

    assert regimen.inputs["dietary_phosphate"] == pytest.approx(1.5)


def test_a_diet_below_what_is_usual_never_raises_intake():
    usual = Population.named("haemodialysis").quantities["diet.phosphorus"]
    diet = Diet(phosphorus="800 mg/day", adherence=Range(0.0, 1.0))
    asked = Quantity(800, "mg/day").to("mmol/h", of=PHOSPHATE)
    lower = 0
    for part in range(50):
        free = usual.at((part + 0.5) / 50)
        luck = {"unsaid": {"diet.phosphorus": free}, "uniform": {"diet.adherence": part / 50}}
        eaten = regimen_of(diet, **luck).inputs["dietary_phosphate"]
        assert min(free, asked) <= eaten <= max(free, asked)
        lower += free > asked
    assert lower >= 35  # 800 mg is less than most eat


def test_binders_that_nobody_reports_stay_under_every_plan():
    unsaid = {"unreported_binder": 0.3}
    for lanes in ({}, {"drug: sevelamer": Treatment(step=Drug(drug="sevelamer", dose="3 g/day"))}):
        assert settled(MINERAL, lanes, draw(unsaid=unsaid)).inputs["unreported_binder"] == 0.3
    assert settled(MINERAL, {}, draw()).inputs["unreported_binder"] == 0


def test_without_any_prescription_the_inputs_are_idle_and_nobody_is_dialysed():
    regimen = regimen_of()

    assert regimen.sessions == 0
    assert regimen.inputs == IDLE


def test_tablets_are_swallowed_within_an_hour_and_come_to_the_same_dose():
    drug = Drug(drug="sevelamer", dose="2.4 g/day", as_="tablets")
    found = schedule(regimen_of(drug), draw(), start=0.0, end=48.0)
    taken = [
        (b - a) * i["sevelamer_dose"]
        for a, b, i in zip(found.edges, found.edges[1:], found.inputs, strict=False)
    ]

    assert found.edges == (0.0, 1.0, 24.0, 25.0, 48.0)
    assert taken == pytest.approx([2.4, 0, 2.4, 0])


def test_the_same_sessions_are_missed_under_every_plan():
    often = regimen_of(Dialysis(sessions=3, hours="4 h", missed=0.3))
    longer = regimen_of(Dialysis(sessions=3, hours="6 h", missed=0.3, blood_flow="200 mL/min"))
    rarely = regimen_of(Dialysis(sessions=3, hours="4 h", missed=0.1))

    assert starts(often, 52) == starts(longer, 52)
    assert set(starts(often, 52)) < set(starts(rarely, 52))
    assert len(starts(often, 52)) == pytest.approx(0.7 * 156, abs=20)
    assert starts(often, 52) != starts(often, 52, number=1)


@pytest.mark.parametrize("drug", MEDICINES, ids=lambda m: m.name)
def test_a_drug_has_an_input_that_holds_its_doses_and_one_in_the_population(drug):
    given = MINERAL.inputs[f"{drug.name.replace(' ', '_')}_dose"]
    usual = Population.named("haemodialysis").quantities[f"drug.{drug.name}.dose"]

    low, high = (on_average(edge, drug.unit).to(given.unit) for edge in (drug.low, drug.high))

    assert usual.unit == given.unit
    assert given.between[0] <= low < high <= given.between[1]
    assert low <= usual.between[0] < usual.between[1] <= high


def on_average(dose, unit):
    """A dose over time; one of a session over three a week, as most people have."""
    weight, _, per = unit.partition("/")
    return Quantity(dose * 3 / 7 if per == "session" else dose, f"{weight}/day")


AT_SESSIONS = Drug(drug="sevelamer", per_session="2.4 g")
HALF_YEARLY = Drug(drug="sevelamer", dose="100 g", every="26 weeks")


def doses(found):
    """Hour and size of each dose of sevelamer on a schedule."""
    spans = zip(found.edges, found.edges[1:], found.inputs, strict=False)
    return [(a, (b - a) * i["sevelamer_dose"]) for a, b, i in spans if i["sevelamer_dose"]]


def test_unmodelled_drugs_are_refused_by_name():
    with pytest.raises(PlanError, match="cinacalcet is not modelled yet"):
        regimen_of(Drug(drug="cinacalcet", dose="30 mg/day"))


def test_a_dose_at_sessions_goes_in_within_the_hour_that_follows_each():
    found = schedule(regimen_of(THRICE, AT_SESSIONS), draw(), start=0.0, end=168.0)

    assert found.edges == (0.0, 4.0, 5.0, 72.0, 76.0, 77.0, 120.0, 124.0, 125.0, 168.0)
    assert doses(found) == [(a, pytest.approx(2.4)) for a in (4, 76, 124)]
    assert [i["session"] for i in found.inputs] == [1, 0, 0, 1, 0, 0, 1, 0, 0]
    assert found.before["sevelamer_dose"] == 0


def test_a_missed_session_gives_no_dose_and_keeps_its_edges():
    often = Dialysis(sessions=3, hours="4 h", missed=0.4)
    regimen = regimen_of(often, AT_SESSIONS)
    found = schedule(regimen, draw(), start=0.0, end=26 * 168.0)

    held = [c for _, c, is_held in sessions(regimen, draw(), start=0.0, end=26 * 168.0) if is_held]
    assert 30 < len(held) < 65
    assert [hour for hour, _ in doses(found)] == held
    assert len(found.edges) == len(
        schedule(regimen_of(THRICE, AT_SESSIONS), draw(), start=0.0, end=26 * 168.0).edges
    )


def test_a_dose_goes_on_in_the_next_stretch_and_is_not_given_after_a_session_of_others():
    regimen = regimen_of(THRICE, AT_SESSIONS)

    assert doses(schedule(regimen, draw(), start=4.5, end=8.0)) == [(4.5, pytest.approx(1.2))]
    assert doses(schedule(regimen, draw(), start=2.0, end=8.0, since=2.0)) == []


def test_doses_at_sessions_without_sessions_are_refused():
    with pytest.raises(PlanError, match="given at sessions, but the plan has no dialysis"):
        regimen_of(AT_SESSIONS)


def test_a_dose_at_sessions_is_counted_and_named_as_it_is_given():
    drug = Drug(drug="sevelamer", per_session="2.4 g", adherence=0.5)
    regimen = regimen_of(THRICE, drug)

    assert regimen.labels["drug: sevelamer"] == "2.4 g/session"
    assert regimen.weekly["drug: sevelamer"] == pytest.approx(7.2)
    assert averaged(regimen)["sevelamer_dose"] == pytest.approx(0.5 * 7.2 / 168)
    assert doses(schedule(regimen, draw(), start=0.0, end=24.0)) == [(4.0, pytest.approx(1.2))]


def test_averages_leave_out_the_doses_of_missed_sessions():
    often = Dialysis(sessions=3, hours="4 h", missed=0.25)
    assert averaged(regimen_of(often, AT_SESSIONS))["sevelamer_dose"] == pytest.approx(5.4 / 168)


def test_an_unknown_dose_at_sessions_comes_to_what_the_population_takes_in_a_week():
    drug = Drug(drug="sevelamer", per_session=UNKNOWN)
    regimen = regimen_of(THRICE, drug, unsaid={"drug.sevelamer.dose": 0.1})

    assert averaged(regimen)["sevelamer_dose"] == pytest.approx(0.1)
    assert regimen.labels["drug: sevelamer"] == "5.6 g/session"


def test_a_dose_at_intervals_is_given_at_once_and_again_after_each():
    lanes = {"drug: sevelamer": Treatment(step=HALF_YEARLY, since=168.0)}
    regimen = settled(MODEL, lanes, draw())
    found = schedule(regimen, draw(), start=0.0, end=60 * 168.0)

    assert doses(found) == [(w * 168.0, pytest.approx(100)) for w in (1, 27, 53)]
    assert regimen.labels["drug: sevelamer"] == "100 g every 26 weeks"
    assert averaged(regimen)["sevelamer_dose"] == pytest.approx(100 / (26 * 168))


def test_a_dose_at_intervals_is_neither_lost_nor_doubled_where_a_stretch_ends_within_it():
    lanes = {"drug: sevelamer": Treatment(step=HALF_YEARLY, since=0.0)}
    regimen = settled(MODEL, lanes, draw())
    cuts = (0.0, 0.25, 10.0, 26 * 168.0 + 0.5, 30 * 168.0)

    parts = [doses(schedule(regimen, draw(), start=a, end=b)) for a, b in itertools.pairwise(cuts)]

    assert sum(dose for part in parts for _, dose in part) == pytest.approx(200)


def test_averages_keep_the_hours_of_dialysis():
    assert averaged(regimen_of(THRICE))["session"] == pytest.approx(12 / 168)
