import dataclasses
import pickle

import numpy as np
import pytest

from brushite.engine.course import MOST_READINGS
from brushite.engine.draw import drawn
from brushite.engine.lanes.courses import INTERRUPTED, TOGETHER, courses_of
from brushite.errors import EngineError, ModelError, PlanError
from brushite.model import MINERAL
from brushite.plan import Dialysis, Diet, Drug, Moment, Plan, Procedure, Range, When
from brushite.simulate import ENSEMBLE_ACCURACY, PART, advance, in_parts, simulate
from brushite.units import Quantity
from engine.toy_patient import PARAMETERS, course, once, setting, twin

CURRENT = Plan(name="Current care")
SURGERY = Plan(
    name="Surgery",
    steps=(
        Procedure(operation="mass excision", mass="right hip", removed=Range(0.5, 0.9)),
        Drug(drug="cholecalciferol", dose="1000 IU/day", until=once("PTH < 500 pg/mL")),
    ),
)


def test_it_reads_every_draw_once_a_week():
    run = simulate(twin(), CURRENT, weeks=4)

    assert run.hours.tolist() == [0, 168, 336, 504, 672]
    assert run.values["observed_pth"].shape == (3, 5)
    assert run.units["observed_pth"] == "pg/mL"
    assert run.outcome == ("solved",) * 3
    assert run.made.draws == 3
    assert "lesion_2_volume" not in run.values


def test_quantities_asked_for_are_read_between_sessions_too():
    run = simulate(twin(1), CURRENT, weeks=1, every=2.0, quantities=("plasma_phosphate", "session"))

    assert list(run.values) == ["plasma_phosphate", "session"]
    assert run.values["session"][0, :4].tolist() == [0, 1, 1, 0]
    assert run.values["plasma_phosphate"][0, 2] < run.values["plasma_phosphate"][0, 0]


def test_an_unknown_quantity_gets_a_guess():
    with pytest.raises(ModelError, match="Did you mean 'observed_pth'"):
        simulate(twin(1), CURRENT, weeks=1, quantities=("observed_pht",))


def test_the_same_seed_gives_the_same_numbers():
    one, other = (simulate(twin(), SURGERY, weeks=8) for _ in range(2))

    assert np.array_equal(one.values["observed_pth"], other.values["observed_pth"])


def test_several_threads_give_the_same_to_the_last_bit():
    one, two = (simulate(twin(20), SURGERY, weeks=8, jobs=jobs) for jobs in (1, 2))

    for name, values in one.values.items():
        assert np.array_equal(values, two.values[name])
    assert one.courses == two.courses
    assert one.outcome == two.outcome


def test_draws_in_another_order_differ_by_less_than_their_accuracy():
    draws = twin(20).draws
    backwards = dataclasses.replace(
        draws,
        parameters={n: c[::-1] for n, c in draws.parameters.items()},
        states={n: c[::-1] for n, c in draws.states.items()},
    )
    one = courses_of(setting(), draws, seed=1)
    other = courses_of(setting(), backwards, seed=1)[::-1]

    for name in setting().quantities:
        rows = [np.array([c.values[name] for c in courses]) for courses in (one, other)]
        assert rows[0] == pytest.approx(rows[1], rel=10 * setting().accuracy)


def test_a_draw_that_is_no_number_stays_and_leaves_the_others_alone():
    good = simulate(twin(), CURRENT, weeks=4)
    bad = simulate(twin(mobilisation=[6, float("nan"), 6]), CURRENT, weeks=4)

    assert "not a number" in bad.outcome[1]
    assert np.isnan(bad.values["observed_pth"][1, 1:]).all()
    for draw in (0, 2):
        assert bad.outcome[draw] == "solved"
        there = pytest.approx(good.values["observed_pth"][draw], rel=10 * ENSEMBLE_ACCURACY)
        assert bad.values["observed_pth"][draw] == there


def test_an_interrupt_keeps_the_draws_that_are_finished():
    def stop(done, of):
        assert of == 300
        if done == 2 * TOGETHER:
            raise KeyboardInterrupt

    run = simulate(twin(300), CURRENT, weeks=1, progress=stop)

    assert run.outcome[: 2 * TOGETHER] == ("solved",) * 2 * TOGETHER
    assert set(run.outcome[2 * TOGETHER :]) == {INTERRUPTED}
    assert np.isfinite(run.values["observed_pth"][: 2 * TOGETHER]).all()
    assert np.isnan(run.values["observed_pth"][2 * TOGETHER :]).all()


def test_progress_counts_draws():
    told = []
    simulate(twin(300), CURRENT, weeks=1, progress=lambda done, of: told.append((done, of)))

    assert told == [(min(n, 300), 300) for n in range(TOGETHER, 300 + TOGETHER, TOGETHER)]


def test_parts_are_the_whole_in_pieces():
    many = twin(PART + 3)
    missing = dataclasses.replace(SURGERY, steps=(*SURGERY.steps, Dialysis(missed=0.3)))
    whole = simulate(many, missing, weeks=2)
    parts = list(in_parts(many, missing, weeks=2))

    assert [len(p.outcome) for p in parts] == [PART, 3]
    pth = np.concatenate([p.values["observed_pth"] for p in parts])
    assert pth == pytest.approx(whole.values["observed_pth"], rel=10 * ENSEMBLE_ACCURACY)
    assert [b for p in parts for b in p.courses] == list(whole.courses)
    lost = np.concatenate([p.final_states["dialysed_phosphate"] for p in parts])
    assert lost == pytest.approx(whole.final_states["dialysed_phosphate"], rel=1e-3)


def test_sensitivities_are_the_slopes_of_the_reference():
    names = ("secretion", "mobilisation")
    run = simulate(twin(3), CURRENT, weeks=4, sensitivities=names)

    for draw in range(3):
        own = drawn(twin(3).draws, draw, 7)
        exact = dataclasses.replace(setting(weeks=4), accuracy=1e-10)
        for name in names:
            step = 1e-3 * own.parameters[name]
            higher, lower = (
                course(
                    exact,
                    dataclasses.replace(
                        own, parameters={**own.parameters, name: own.parameters[name] + sign * step}
                    ),
                ).values["observed_pth"]
                for sign in (1, -1)
            )
            wanted = (np.array(higher) - np.array(lower)) / (2 * step)
            found = run.slopes[name]["observed_pth"][draw]
            assert found == pytest.approx(wanted, rel=1e-3, abs=1e-3 * np.abs(wanted).max())


def test_more_sensitivities_than_a_block_holds_take_several_rounds():
    names = tuple(PARAMETERS)[:9]
    run = simulate(twin(2), CURRENT, weeks=1, sensitivities=names)
    single = simulate(twin(2), CURRENT, weeks=1, sensitivities=names[8:])

    assert tuple(run.slopes) == names
    found = run.slopes[names[8]]["observed_pth"]
    assert found == pytest.approx(single.slopes[names[8]]["observed_pth"], rel=1e-3, abs=1e-9)


def test_an_interrupt_ends_all_rounds_of_sensitivities():
    told = []

    def stop(done, of):
        told.append((done, of))
        raise KeyboardInterrupt

    names = tuple(PARAMETERS)[:9]
    run = simulate(twin(200), CURRENT, weeks=1, sensitivities=names, progress=stop)

    assert told == [(TOGETHER, 400)]
    assert run.outcome.count(INTERRUPTED) == 200 - TOGETHER
    assert np.isfinite(run.slopes[names[0]]["observed_pth"][:TOGETHER]).all()
    assert np.isnan(run.slopes[names[0]]["observed_pth"][TOGETHER:]).all()
    assert np.isnan(run.slopes[names[8]]["observed_pth"]).all()


def test_the_same_quantity_twice_is_one():
    run = simulate(twin(3), CURRENT, weeks=2, quantities=("observed_pth", "observed_pth"))

    assert run.values["observed_pth"].shape == (3, 3)


def test_many_readings_are_taken_in_several_stretches_and_change_nothing():
    often = simulate(twin(2), SURGERY, weeks=8, every=0.25, quantities=("observed_pth", "session"))
    weekly = simulate(twin(2), SURGERY, weeks=8, quantities=("observed_pth",))

    assert len(often.hours) > 2 * MOST_READINGS
    found = often.values["observed_pth"][:, ::672]
    assert found == pytest.approx(weekly.values["observed_pth"], rel=10 * ENSEMBLE_ACCURACY)
    assert often.courses == weekly.courses
    opened = np.diff(often.values["session"][0]) > 0
    assert opened.sum() == 24


@pytest.mark.parametrize("accuracy", [0, -1e-4, float("nan"), float("inf"), 0.5])
def test_an_accuracy_that_is_none_is_refused(accuracy):
    with pytest.raises(PlanError, match="cannot be kept"):
        simulate(twin(1), CURRENT, weeks=1, accuracy=accuracy)


def test_no_threads_are_refused():
    with pytest.raises(EngineError, match="0 threads"):
        simulate(twin(1), CURRENT, weeks=1, jobs=0)


def test_the_same_sensitivity_twice_is_one():
    run = simulate(twin(1), CURRENT, weeks=1, sensitivities=("secretion", "secretion"))

    assert tuple(run.slopes) == ("secretion",)


def test_a_sensitivity_that_cannot_be_computed_is_told(monkeypatch):
    # a copy so far away that it has no value, beside a draw that has
    monkeypatch.setattr("brushite.engine.ensemble.PERTURBATION", float("inf"))
    run = simulate(twin(2), CURRENT, weeks=1, sensitivities=("secretion",))

    assert run.outcome == ("solved", "solved")
    assert np.isnan(run.slopes["secretion"]["observed_pth"][:, 1:]).all()
    assert "sensitivity to secretion could not be computed in 2 draws" in run.notes[-1]


def test_every_reading_up_to_the_end_is_there_whatever_the_rounding():
    run = simulate(twin(1), CURRENT, weeks=1, every=2.24)

    assert len(run.hours) == 76
    assert run.hours[-1] == 168.0
    assert np.isfinite(run.values["observed_pth"]).all()


@pytest.mark.parametrize("apart", [1e-8, 2.4e-6, 1e-4])
def test_changes_that_are_almost_at_the_same_time_are_computed(apart):
    times = [When(after=Quantity(24 + i * apart, "h")) for i in range(3)]
    steps = tuple(
        Drug(drug="sevelamer", dose=Quantity(d, "g/day"), from_=t)
        for d, t in zip((2.4, 4.8, 7.2), times, strict=True)
    )
    run = simulate(twin(2), Plan(name="close", steps=steps), weeks=1)

    assert run.outcome == ("solved", "solved")
    assert run.courses[0][-1].label == "7.2 g/day"


def test_a_sensitivity_to_what_is_no_parameter_gets_a_guess():
    with pytest.raises(ModelError, match="Did you mean 'secretion'"):
        simulate(twin(1), CURRENT, weeks=1, sensitivities=("secretoin",))


def test_what_the_model_does_not_have_is_noted():
    plan = Plan(name="Citrate", steps=(Dialysis(dialysate_citrate="0.8 mmol/L"),))

    assert simulate(twin(1), plan, weeks=1).notes == (
        "The plan's dialysate citrate has no effect: the model does not have it.",
    )


def test_a_conditional_plan_can_ask_for_the_limit_of_the_laboratory():
    plan = Plan(name="x", steps=(Diet(phosphorus="800 mg/day", from_=once("PTH > 2 x ULN")),))
    run = simulate(twin(), plan, weeks=1, upper_limit=Quantity(65, "ng/L"))

    assert [any(b.lane == "diet" for b in bars) for bars in run.courses] == [True, True, True]


@pytest.mark.parametrize("weeks", [0, -1, 1e-9, float("nan"), float("inf")])
def test_time_runs_forward_and_ends(weeks):
    with pytest.raises(PlanError, match="is no time"):
        simulate(twin(1), CURRENT, weeks=weeks)


def test_advancing_twice_is_advancing_once():
    change = Plan(name="x", steps=(Dialysis(dialysate_calcium="1.25 mmol/L"),))
    once_only = advance(twin(), change, weeks=4)
    twice = advance(advance(twin(), change, weeks=2), CURRENT, weeks=2)

    for name, values in once_only.draws.states.items():
        # restarts of the integrator on other days, at a relative accuracy of 1e-4
        assert twice.draws.states[name] == pytest.approx(values, rel=1e-4, abs=1e-6)
    assert twice.at == Moment(offset=Quantity(4, "week"))


def test_an_advanced_twin_remembers_what_it_was_given():
    change = Plan(name="x", steps=(Dialysis(dialysate_calcium="1.25 mmol/L", until="week 2"),))
    during = advance(twin(1), change, weeks=1)
    after = advance(twin(1), change, weeks=3)

    assert simulate(during, CURRENT, weeks=1).courses[0][0].label.endswith("calcium 1.25 mmol/L")
    assert simulate(after, CURRENT, weeks=1).courses[0][0].label.endswith("calcium 1.5 mmol/L")


def test_a_dated_twin_moves_its_date():
    dated = dataclasses.replace(twin(1), at=Moment.parse("2026-01-05"))

    assert str(advance(dated, CURRENT, weeks=2).at) == "2026-01-19"


def test_a_twin_is_not_advanced_through_conditions():
    with pytest.raises(PlanError, match="Advance it with a plan that names times"):
        advance(twin(1), SURGERY, weeks=4)


def test_an_interrupt_goes_on_to_a_caller_who_needs_all_draws():
    def stop(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        courses_of(setting(), twin().draws, seed=1, progress=stop)


def test_draws_that_are_a_part_of_all_keep_their_luck():
    step = Dialysis(missed=0.3)
    everyone = courses_of(setting(step), twin().draws, seed=1)
    draws = twin().draws
    last = dataclasses.replace(
        draws,
        parameters={n: c[2:] for n, c in draws.parameters.items()},
        states={n: c[2:] for n, c in draws.states.items()},
        unsaid={n: c[2:] for n, c in draws.unsaid.items()},
        uniform={n: c[2:] for n, c in draws.uniform.items()},
    )

    (alone,) = courses_of(setting(step), last, seed=1, numbers=[2])
    for name, row in everyone[2].values.items():
        assert alone.values[name] == pytest.approx(row, rel=10 * setting().accuracy)
    other = courses_of(setting(step), last, seed=1)[0].values["observed_phosphate"]
    assert other != pytest.approx(alone.values["observed_phosphate"], rel=1e-2)


def test_the_model_goes_to_another_process_and_stays_itself():
    there = pickle.loads(pickle.dumps(MINERAL))

    assert there.fingerprint == MINERAL.fingerprint
    assert list(there.equations) == list(MINERAL.equations)
