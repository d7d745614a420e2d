"""The order of the methods and of what lies between their steps, on a problem that is solved."""

import numpy as np
import pytest

from brushite.engine.lanes.block import run
from brushite.engine.lanes.engine import engine
from brushite.engine.lanes.methods import METHODS, RODAS4, RODAS5P, method_for
from brushite.model import MINERAL
from engine.lanes.programs import block_of, exact, kaps, model_of

ANY_ERROR = 1e6  # a tolerance that accepts every step
SHARES = (0.15, 0.4, 0.65, 0.9, 1.0)


def errors(method, steps, stiffness=1.0):
    """Worst error at the end of 0.8 h in equal steps, and of readings inside the steps."""
    made = engine(kaps(stiffness), method)
    hours = 0.8 / steps  # below the first step that is tried, so that each segment is one step
    found = run(made, block_of(made, [hours] * steps, relative=ANY_ERROR, shares=SHARES))
    assert found.steps == (steps, 0)
    ends = [abs(found.states[i, 0] - exact(n, 0.8)) for i, n in enumerate(made.states)]
    times = (np.arange(steps)[:, None] + np.array(SHARES)).ravel() * hours
    inside = [abs(found.readings[:, i, 0] - exact(n, times)) for i, n in enumerate(made.states)]
    assert (found.readings[len(SHARES) - 1 :: len(SHARES), :, 0][-1] == found.states[:, 0]).all()
    return max(ends), np.max(inside)


@pytest.mark.parametrize("method", [RODAS4, RODAS5P])
def test_half_the_step_divides_the_error_by_two_to_the_order(method):
    few, many = (errors(method, steps)[0] for steps in (16, 32))

    assert np.log2(few / many) == pytest.approx(method.order, abs=0.25)


@pytest.mark.parametrize(("method", "order"), [(RODAS4, 4), (RODAS5P, 5)])
def test_between_steps_the_order_is_hardly_less(method, order):
    few, many = (errors(method, steps)[1] for steps in (16, 32))

    assert np.log2(few / many) >= order - 0.25


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_the_weights_of_a_constant_solution_say_nothing_moves(method):
    made = engine(model_of({"x": 3.0}, {"x": lambda: 0}), method)

    found = run(made, block_of(made, [1.0, 5.0], shares=[0.3, 1.0]))

    assert (found.states == 3.0).all()
    assert (found.readings == 3.0).all()


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
@pytest.mark.parametrize("relative", [1e-3, 1e-5, 1e-7, 1e-9])
def test_the_error_is_near_the_tolerance_however_stiff_the_problem(method, relative):
    for stiffness in (1.0, 1e3, 1e6):
        made = engine(kaps(stiffness), method)
        found = run(made, block_of(made, [2.0, 3.0], relative=relative))

        wanted = np.array([exact(n, 5.0) for n in made.states])
        tolerated = relative * (wanted + 0.01)  # as the block has it
        assert (np.abs(found.states[:, 0] - wanted) < 10 * tolerated).all()


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_the_steps_grow_with_the_tolerance_as_the_order_says(method):
    made = engine(kaps(), method)
    taken = [sum(run(made, block_of(made, [20.0], relative=r)).steps) for r in (1e-11, 1e-9)]

    assert taken[0] / taken[1] == pytest.approx(100 ** (1 / method.order), rel=0.2)


def test_stages_that_only_add_to_one_another_are_known():
    assert RODAS4.base == 4
    assert RODAS5P.base == 5


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_a_method_has_as_many_weights_as_stages_before(method):
    count = len(method.stages)

    assert [len(s) for s in method.stages] == list(range(count))
    assert [len(c) for c in method.couplings] == list(range(count))
    assert {len(d) for d in method.dense} == {count}


def test_tight_tolerances_have_the_method_of_higher_order():
    assert [method_for(r) for r in (1e-2, 1e-4, 1e-5, 1e-9)] == [RODAS4, RODAS4, RODAS5P, RODAS5P]


@pytest.mark.slow
def test_at_tight_tolerances_the_method_of_higher_order_needs_far_fewer_steps():
    made = {m: engine(MINERAL, m) for m in (RODAS4, RODAS5P)}
    taken = {
        m: sum(run(e, block_of(e, [4.0, 44.0] * 10, relative=1e-9)).steps) for m, e in made.items()
    }

    assert taken[RODAS5P] < 0.5 * taken[RODAS4]
