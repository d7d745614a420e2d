import math
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from brushite.engine.passage import SOLVED, evaluated
from brushite.engine.prescription import Treatment, averaged, settled
from brushite.engine.program import written_out
from brushite.engine.reference import solve
from brushite.engine.schedule import Schedule, schedule
from brushite.equations import Equation, State, Submodel, assemble
from engine.toy_patient import (
    IDLE,
    MODEL,
    PARAMETERS,
    PHOSPHATE,
    PROGRAM,
    SEVELAMER,
    STATES,
    THRICE,
    draw,
    excision,
    parathyroidectomy,
)


def made_of(**rates):
    """A model of bare functions: each is the rate of the state that its first letter names."""
    symbols = {n: State(n, "1", start=1.0) for n in rates}
    equations = {f"ddt_{n}": Equation(f, "1/h") for n, f in rates.items()}
    wanted = {
        f"ddt_{n}": f.__code__.co_varnames[: f.__code__.co_argcount] for n, f in rates.items()
    }
    return written_out(assemble(Submodel("bare", symbols, equations, wanted)))


def alone(hours):
    return Schedule(edges=(0.0, hours), inputs=({},), before={})


def weekly(weeks, *, start=0.0, jumps=()):
    lanes = {"dialysis": Treatment(step=THRICE), "drug: sevelamer": Treatment(step=SEVELAMER)}
    regimen = settled(MODEL, lanes, draw())
    found = schedule(regimen, draw(), start=start, end=start + 168.0 * weeks)
    return replace(found, jumps=tuple(jumps))


def test_a_decay_is_exponential_and_a_constant_rate_a_straight_line():
    program = made_of(x=lambda x: -0.3 * x, z=lambda: 2.0)
    path = solve(program, {}, {"x": 1.0, "z": 1.0}, alone(10.0), [5.0, 10.0])

    assert program.steady == ("z",)
    assert [r["x"] for r in path.readings] == pytest.approx(
        [math.exp(-1.5), math.exp(-3)], rel=1e-5
    )
    assert [r["z"] for r in path.readings] == pytest.approx([11, 21], rel=1e-14)


def test_a_state_with_constant_rate_that_others_read_moves_with_them():
    program = made_of(z=lambda: 1.0, x=lambda z: z)

    assert solve(program, {}, {"z": 0.0, "x": 0.0}, alone(2.0)).final["x"] == pytest.approx(2.0)


def test_the_jacobian_equals_finite_differences_of_the_rates():
    known = {**PARAMETERS, **IDLE, "session": 1.0, "sevelamer_dose": 0.1}
    _, rates, jacobian = PROGRAM.bind(known)
    y = np.array([STATES[s] for s in PROGRAM.moving]) + 0.1
    expected = np.empty((len(y), len(y)))
    for i in range(len(y)):
        step = 1e-5 * y[i] * np.eye(len(y))[i]
        difference = np.subtract(rates(0, y + step), rates(0, y - step))
        expected[:, i] = difference / (2e-5 * y[i])

    assert jacobian(0, y) == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_the_rates_are_those_of_the_model():
    known = {**PARAMETERS, **IDLE, "session": 1.0}
    _, rates, _ = PROGRAM.bind(known)
    of_model = dict(zip(MODEL.states, MODEL.rates({**known, **STATES}), strict=True))

    y = np.array([STATES[s] for s in PROGRAM.moving])
    assert rates(0.0, y) == [of_model[s] for s in PROGRAM.moving]


def test_it_agrees_with_an_implicit_runge_kutta_method_of_another_hand():
    plan = weekly(1, jumps=parathyroidectomy({}, 0.1, 0.05, 0.0))
    path = solve(PROGRAM, PARAMETERS, STATES, plan)
    y = np.array([STATES[s] * (0.1 if s == "gland_mass" else 1) for s in MODEL.states])
    for (left, right), inputs in zip(pairwise(plan.edges), plan.inputs, strict=True):
        known = {**PARAMETERS, **inputs}

        def rates(_, y, known=known):
            return MODEL.rates({**known, **dict(zip(MODEL.states, y.tolist(), strict=True))})

        y = solve_ivp(rates, (left, right), y, method="Radau", rtol=1e-10, atol=1e-12).y[:, -1]

    scale = [max(abs(v), abs(MODEL.states[s].start), 1e-3) for s, v in path.final.items()]
    # some hundred steps at a relative 1e-6 each
    assert np.abs(np.subtract(list(path.final.values()), y) / scale).max() < 1e-5


def test_matter_is_conserved_through_sessions_doses_and_surgery():
    states = STATES
    for week, jumps in enumerate((parathyroidectomy({}, 0.05, 0.05, 0.0), excision(1, 0.6), ())):
        states = solve(
            PROGRAM, PARAMETERS, states, weekly(1, start=168.0 * week, jumps=jumps)
        ).final
    before = sum(w * STATES[n] for n, w in PHOSPHATE.items())
    after = sum(w * states[n] for n, w in PHOSPHATE.items())

    assert states["dialysed_phosphate"] > 30
    assert after == pytest.approx(before, rel=1e-12)
    assert states["lesion_1_excised_calcium"] == pytest.approx(
        0.6 * 500 * math.exp(-2e-4 * 168), rel=1e-5
    )


def test_a_reading_is_taken_before_what_happens_then():
    path = solve(PROGRAM, PARAMETERS, STATES, weekly(1, jumps=excision(1, 0.5)), [0.0, 168.0])

    assert path.readings[0]["lesion_1_mineral"] == 500
    assert path.readings[0]["session"] == 0
    assert path.readings[1]["session"] == 0
    assert path.readings[1]["lesion_1_mineral"] < 250


def test_a_parameter_that_is_no_number_ends_the_path_with_a_status():
    path = solve(PROGRAM, {**PARAMETERS, "binding": math.nan}, STATES, weekly(1), [0.0, 168.0])

    assert path.outcome != SOLVED
    assert "not a number" in path.outcome
    assert path.readings[1] is None
    assert all(math.isnan(v) for v in path.final.values())
    assert math.isnan(evaluated(MODEL, path.readings[1], ["observed_pth"])["observed_pth"])


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (lambda x: math.log(x - 2.0), "left the range in which it has a value"),
        (lambda x: -5.0 + 0 * x, "x left its bounds"),
        (lambda x: x * x, "gave up|left"),
    ],
)
def test_a_computation_that_cannot_go_on_says_where_and_what_to_do(rate, words):
    path = solve(made_of(x=rate), {}, {"x": 1.0}, alone(10.0))

    assert re.search(words, path.outcome)
    assert path.outcome.startswith("stopped between hour 0 and hour 10")


def test_a_failure_asks_for_nothing_that_a_user_cannot_do():
    program = made_of(x=lambda x: x * x)
    lost = solve(program, {}, {"x": 1.0}, alone(10.0)).outcome
    no_number = solve(program, {}, {"x": math.nan}, alone(10.0)).outcome

    for outcome in (lost, no_number):
        assert outcome.endswith("should many fail, try another seed and report it.")


def test_sessions_spread_over_the_week_come_to_rest():
    regimen = settled(MODEL, {"dialysis": Treatment(step=THRICE)}, draw())

    def spread(states, hours):
        inputs = averaged(regimen)
        constant = Schedule(edges=(0.0, hours), inputs=(inputs,), before=inputs)
        return solve(PROGRAM, PARAMETERS, states, constant).final

    steady = spread(STATES, 26 * 168.0)
    later = spread(steady, 168.0)

    assert later["deep_phosphate"] == pytest.approx(steady["deep_phosphate"], rel=1e-3)


def test_what_has_all_but_vanished_stays_computable():
    program = made_of(x=lambda x: -4.0 * x * x / (x + 1e-3))
    path = solve(program, {}, {"x": 1e-310}, alone(100.0), [100.0])

    assert path.outcome == SOLVED
    assert path.readings[0]["x"] == pytest.approx(0.0, abs=1e-12)
