"""The problem on which engines are measured, and that the reference engine can do it."""

from itertools import pairwise

import numpy as np
import pytest

from benchmarks.problem import SEGMENTS, TYPICAL, VARIED, draws
from brushite.engine.passage import SOLVED
from brushite.engine.program import written_out
from brushite.engine.reference import Path, solve
from brushite.engine.schedule import Schedule
from brushite.equations import Model
from brushite.model.published.peterson_riggs import BENCH, BENCH_SMOOTH

YEAR = Schedule(
    edges=(*(s.start for s in SEGMENTS), SEGMENTS[-1].end),
    inputs=tuple(s.inputs for s in SEGMENTS),
    before=SEGMENTS[-1].inputs,
)


def year(model: Model, changed: dict[str, float], schedule: Schedule = YEAR) -> Path:
    known = {n: p.value for n, p in model.parameters.items()} | changed
    states = {n: s.start for n, s in model.states.items()}
    return solve(written_out(model), known, states, schedule)


def test_thirty_two_rates_and_capacities_are_varied():
    assert len(set(VARIED)) == 32
    assert set(VARIED) <= set(BENCH.parameters)
    assert {BENCH.parameters[n].unit for n in VARIED} <= {"1/h", "mmol/h", "pmol/h", "pmol/h/h"}


def test_a_draw_does_not_depend_on_how_many_there_are():
    few, many = draws(3, 0), draws(50, 0)

    assert all((few[n] == many[n][:3]).all() for n in VARIED)


def test_draws_have_the_spread_that_was_fixed():
    logs = np.log([values / BENCH.parameters[n].value for n, values in draws(4000, 1).items()])

    assert abs(logs.mean(axis=1)).max() < 0.014  # four standard errors, 0.2/√4000 each
    assert logs.std(axis=1) == pytest.approx(0.2, abs=0.01)  # four and a half


def test_a_year_has_156_sessions_of_four_hours():
    inside = [s for s in SEGMENTS if s.inputs["dialyser_phosphate_clearance"]]

    assert len(inside) == 156
    assert {s.end - s.start for s in inside} == {4.0}
    assert {b.start - a.start for a, b in pairwise(inside)} == {56.0}
    assert all(a.end == b.start for a, b in pairwise(SEGMENTS))
    assert {tuple(s.inputs.values()) for s in SEGMENTS} == {(9.0, 1.0), (0.0, 0.0)}


def test_every_state_has_a_typical_size():
    assert set(TYPICAL) == set(BENCH.states)
    assert min(TYPICAL.values()) > 0


def test_smooth_and_kinked_part_little_in_a_year_without_sessions():
    quiet = Schedule(edges=(0.0, 8736.0), inputs=(SEGMENTS[-1].inputs,), before={})

    kinked, smooth = (year(model, {}, quiet).final for model in (BENCH, BENCH_SMOOTH))

    apart = {n: abs(smooth[n] / kinked[n] - 1) for n in kinked}
    assert max(apart.values()) < 0.03  # 0.019, osteoclasts: the brake has its kink at the baseline
    assert max(apart.values()) > 1e-5  # they are not the same model


@pytest.mark.slow
@pytest.mark.parametrize("model", [BENCH, BENCH_SMOOTH], ids=["kinked", "smooth"])
@pytest.mark.parametrize("draw", range(8))
def test_a_year_of_dialysis_can_be_computed(model, draw):
    changed = {name: float(values[draw]) for name, values in draws(8, 0).items()}

    path = year(model, changed)

    assert path.outcome == SOLVED
    assert min(path.final.values()) > 0
