import dataclasses
import pickle
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from brushite.errors import ModelError, PlanError
from brushite.model import MINERAL
from brushite.plan import Dialysis, Diet, Drug, Moment, Plan, Procedure, Range
from brushite.simulate import INTERRUPTED, advance, courses_of, simulate
from brushite.units import Quantity
from engine.toy_patient import once, setting, twin

CASE = Path(__file__).parents[1] / "examples" / "case-2.yaml"
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


def test_several_processes_give_the_same_to_the_last_bit():
    one, two = (simulate(twin(5), SURGERY, weeks=8, jobs=jobs) for jobs in (1, 2))

    for name, values in one.values.items():
        assert np.array_equal(values, two.values[name])
    assert one.courses == two.courses
    assert one.outcome == two.outcome


def test_a_draw_that_is_no_number_stays_and_leaves_the_others_alone():
    good = simulate(twin(), CURRENT, weeks=4)
    bad = simulate(twin(mobilisation=[6, float("nan"), 6]), CURRENT, weeks=4)

    assert "not a number" in bad.outcome[1]
    assert np.isnan(bad.values["observed_pth"][1, 1:]).all()
    for draw in (0, 2):
        assert bad.outcome[draw] == "solved"
        assert np.array_equal(bad.values["observed_pth"][draw], good.values["observed_pth"][draw])


def test_an_interrupt_keeps_the_draws_that_are_finished():
    def stop(done, of):
        assert of == 3
        if done == 2:
            raise KeyboardInterrupt

    run = simulate(twin(), CURRENT, weeks=2, progress=stop)

    assert run.outcome == ("solved", "solved", INTERRUPTED)
    assert np.isnan(run.values["observed_pth"][2]).all()


def test_progress_counts_draws():
    told = []
    simulate(twin(), CURRENT, weeks=1, progress=lambda done, of: told.append((done, of)))

    assert told == [(1, 3), (2, 3), (3, 3)]


def test_what_the_model_does_not_have_is_noted():
    plan = Plan(name="Citrate", steps=(Dialysis(dialysate_citrate="0.8 mmol/L"),))

    assert simulate(twin(1), plan, weeks=1).notes == (
        "The plan's dialysate citrate has no effect: the model does not have it.",
    )


def test_a_conditional_plan_can_ask_for_the_limit_of_the_laboratory():
    plan = Plan(name="x", steps=(Diet(phosphorus="800 mg/day", from_=once("PTH > 2 x ULN")),))
    run = simulate(twin(), plan, weeks=1, upper_limit=Quantity(65, "ng/L"))

    assert [any(b.lane == "diet" for b in bars) for bars in run.courses] == [True, True, True]


@pytest.mark.parametrize("weeks", [0, -1, float("nan"), float("inf")])
def test_time_runs_forward_and_ends(weeks):
    with pytest.raises(PlanError, match="is no time"):
        simulate(twin(1), CURRENT, weeks=weeks)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no list of child processes")
def test_processes_end_with_the_one_that_started_them():
    command = ["forecast", str(CASE), "--draws", "4", "--weeks", "400", "--jobs", "2"]
    whole = subprocess.Popen([sys.executable, "-m", "brushite", *command, "-q"])
    workers = wait_for(lambda: len(alive := children(whole.pid)) >= 3 and alive)

    whole.kill()
    whole.wait()

    assert wait_for(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers), 10)


def children(process):
    listed = Path(f"/proc/{process}/task/{process}/children")
    return listed.read_text().split() if listed.exists() else []


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < end:
        time.sleep(0.1)
    return found


def test_advancing_twice_is_advancing_once():
    change = Plan(name="x", steps=(Dialysis(dialysate_calcium="1.25 mmol/L"),))
    once_only = advance(twin(), change, weeks=4)
    twice = advance(advance(twin(), change, weeks=2), CURRENT, weeks=2)

    for name, values in once_only.draws.states.items():
        # restarts of the integrator on other days, at a relative accuracy of 1e-5
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

    assert courses_of(setting(step), last, seed=1, numbers=[2]) == everyone[2:]


def test_the_model_goes_to_another_process_and_stays_itself():
    there = pickle.loads(pickle.dumps(MINERAL))

    assert there.fingerprint == MINERAL.fingerprint
    assert list(there.equations) == list(MINERAL.equations)
