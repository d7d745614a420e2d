"""The functions of a compiled model beside its own equations and beside NumPy."""

import numpy as np
import pytest

from brushite.engine.lanes.elimination import elimination
from brushite.engine.lanes.engine import engine
from brushite.engine.lanes.kernels import kernels
from brushite.engine.lanes.methods import RODAS4
from brushite.engine.lanes.trace import traced
from brushite.model import MINERAL
from brushite.model.published.peterson_riggs import BENCH_SMOOTH, PETERSON_RIGGS
from engine.lanes.programs import aligned, kernel

MODELS = {"mineral": MINERAL, "bench": BENCH_SMOOTH, "peterson_riggs": PETERSON_RIGGS}
WIDTH = 8


@pytest.fixture(scope="module", params=MODELS)
def case(request):
    return Case(MODELS[request.param])


class Case:
    """A model with eight states of body, drawn around where its states start."""

    def __init__(self, model):
        self.model = model
        self.engine = engine(model, width=WIDTH)
        self.kernels = kernels(traced(model))
        generator = np.random.default_rng(1)
        values = {n: p.value for n, p in model.parameters.items()}
        values |= {n: i.idle for n, i in model.inputs.items()}
        if "session" in model.inputs:
            values["session"] = 1.0
        self.known = aligned(len(self.engine.known), WIDTH)
        self.known[...] = np.array([values[n] for n in self.engine.known])[:, None]
        starts = np.array([model.states[n].start for n in self.engine.states])[:, None]
        self.states = aligned(len(starts), WIDTH)
        spread = np.exp(0.1 * generator.standard_normal((len(starts), WIDTH)))
        self.states[...] = (starts + 0.01) * spread
        self.constants = aligned(self.engine.constants, WIDTH)
        kernel(self.engine, "constants", self.known, self.constants)

    def equations(self, states):
        """The rates of the model itself."""
        named = dict(zip(self.engine.known, self.known, strict=True))
        named |= dict(zip(self.engine.states, states, strict=True))
        return np.array([np.broadcast_to(r, WIDTH) for r in self.model.rates(named)])

    def moved(self, column, step):
        """The states, one of them moved."""
        found = self.states + 0 * step
        found[column] += step
        return found

    def linearised(self):
        rates = aligned(len(self.states), WIDTH)
        slopes = aligned(len(self.kernels.entries), WIDTH)
        kernel(self.engine, "linearised", self.states, self.constants, rates, slopes)
        return rates, slopes

    def jacobian(self):
        n = len(self.states)
        found = np.zeros((WIDTH, n, n))
        for (row, column), slope in zip(self.kernels.entries, self.linearised()[1], strict=True):
            found[:, row, column] = slope
        return found


def test_the_rates_are_those_of_the_equations(case):
    rates = aligned(*case.states.shape)
    kernel(case.engine, "rates", case.states, case.constants, rates)

    wanted = case.equations(case.states)

    # sums that nearly cancel lose digits: an error may be a few roundings of what a state loses
    lost = np.abs(np.diagonal(case.jacobian(), axis1=1, axis2=2).T * case.states)
    allowed = 1e-12 * np.abs(wanted) + 1e-15 * lost
    for found in (rates, case.linearised()[0]):
        assert (np.abs(found - wanted) <= allowed).all()


def test_the_jacobian_is_what_differences_say(case):
    n = len(case.states)
    wanted, noise = np.zeros((2, WIDTH, n, n))
    for column in range(n):
        if case.model is PETERSON_RIGGS:  # whose kinks take no complex numbers
            step = 1e-4 * case.states[column]
            up, down = (case.equations(case.moved(column, sign * step)) for sign in (1, -1))
            wanted[:, :, column] = ((up - down) / (2 * step)).T
            noise[:, :, column] = 1e-14 * np.abs(up / step).T + 1e-6 * np.abs(wanted[:, :, column])
        else:
            step = 1e-30 * case.states[column]  # no difference is taken, so nothing is lost
            wanted[:, :, column] = (case.equations(case.moved(column, 1j * step)).imag / step).T
            noise[:, :, column] = 1e-9 * np.abs(wanted[:, :, column])

    assert (np.abs(case.jacobian() - wanted) <= noise).all()


@pytest.mark.parametrize("hours", [0.0, 1e-3, 1.0, 50.0])
def test_a_system_is_solved(case, hours):
    _, slopes = case.linearised()
    n = len(case.states)
    span, factors = aligned(1, WIDTH), aligned(len(case.kernels.elimination.places), WIDTH)
    span[...] = hours * np.linspace(0.5, 1, WIDTH)
    rates, partial, solution = aligned(n, WIDTH), aligned(n, WIDTH), aligned(n, WIDTH)
    generator = np.random.default_rng(2)
    rates[...], partial[...] = generator.standard_normal((2, n, WIDTH))

    kernel(case.engine, "factored", slopes, span, factors)
    kernel(case.engine, "solved", factors, span, rates, partial, solution)

    jacobian = case.jacobian()
    for lane, h in enumerate(span[0]):
        matrix = np.eye(n) / RODAS4.gamma - h * jacobian[lane]
        right = h * rates[:, lane] + partial[:, lane]
        size = np.abs(matrix) @ np.abs(solution[:, lane]) + np.abs(right)
        assert (np.abs(matrix @ solution[:, lane] - right) <= 1e-12 * size).all()


def test_what_is_never_read_costs_no_entries():
    plan = elimination(3, [(0, 1), (1, 0), (2, 0), (2, 1)])  # nobody reads the third

    assert plan.pivots[0] == 2
    assert set(plan.places) == {(0, 0), (1, 1), (2, 2), (0, 1), (1, 0), (2, 0), (2, 1)}


def test_pivots_that_change_one_another_are_not_taken_together():
    chain = elimination(3, [(0, 1), (1, 0), (1, 2), (2, 1)])
    apart = elimination(4, [])

    assert list(apart.independent(4)) == [(0, 1, 2, 3)]
    assert list(apart.independent(3)) == [(0, 1, 2), (3,)]
    groups = list(chain.independent(4))
    assert [p for g in groups for p in g] == list(chain.pivots)
    for group in groups:
        for i, one in enumerate(group):
            for other in group[i + 1 :]:
                assert not (other in chain.below[one] and other in chain.right[one])
    assert len(groups) > 1


def test_a_new_entry_arises_where_a_row_and_a_column_of_a_pivot_meet():
    ring = elimination(4, [(0, 1), (1, 2), (2, 3), (3, 0)])

    assert len(ring.places) == 8 + 2  # the first pivot makes one, the second another


def test_pivots_that_many_rows_need_go_last():
    arrow = elimination(5, [(0, i) for i in range(1, 5)] + [(i, 0) for i in range(1, 5)])

    assert arrow.pivots.index(0) >= 3
    assert len(arrow.places) == 5 + 8
