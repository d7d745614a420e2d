"""The bench: peers compute the problem, and a very small run leaves nothing untold."""

import json
from importlib.util import find_spec
from math import inf

import numpy as np
import pytest

from benchmarks import clock
from benchmarks.cohort import Contestant, LeftOutError, error, part, problem
from benchmarks.extent import Extent
from benchmarks.lsoda_library import LIBRARY
from benchmarks.peers import casadi_cvodes, lanes, numbalsoda, roadrunner, scipy_lsoda
from benchmarks.problem import SEGMENTS, VARIED
from benchmarks.results import Results, Row, demand
from benchmarks.run import SECTIONS, measured
from benchmarks.sections.peak import operations
from benchmarks.source import made, written
from brushite.engine.program import written_out
from brushite.engine.reference import solve
from brushite.engine.schedule import Schedule
from brushite.model.published.peterson_riggs import BENCH, BENCH_SMOOTH

PEERS = {p.NAME: p for p in (numbalsoda, scipy_lsoda, casadi_cvodes, roadrunner)}
FORMS = pytest.mark.parametrize("model", [BENCH, BENCH_SMOOTH], ids=["kinked", "smooth"])
TWO_DAYS = SEGMENTS[:4]


def reference(cohort, patient):
    """States (state, segment end) by brushite's slow engine."""
    inputs = [
        {n: cohort.known[kind, cohort.names.index(n), patient] for n in cohort.model.inputs}
        for kind in cohort.kinds
    ]
    edges = np.concatenate([[0.0], np.cumsum(cohort.lengths)])
    path = solve(
        written_out(cohort.model),
        dict(zip(cohort.names, cohort.known[0, :, patient].tolist(), strict=True)),
        dict(zip(cohort.model.states, cohort.states[:, patient].tolist(), strict=True)),
        Schedule(edges=tuple(edges.tolist()), inputs=tuple(inputs), before=inputs[0]),
        edges[1:].tolist(),
        accuracy=1e-9,
    )
    return np.array([[reading[n] for n in cohort.model.states] for reading in path.readings])


def contestants():
    yield from (pytest.param(lambda who=who: who, id=who.name) for who in lanes.contestants())
    for name, peer in PEERS.items():
        yield pytest.param(peer.contestant, id=name, marks=pytest.mark.slow)


def installed(make):
    if make is numbalsoda.contestant and not LIBRARY.exists():
        pytest.skip("numbalsoda is not built; make bench builds it")
    try:
        return make()
    except LeftOutError as missing:
        pytest.skip(f"{missing}; make bench installs it")


@FORMS
def test_what_peers_are_given_is_the_model(model):
    cohort = problem(model, 1, TWO_DAYS)
    source = written(model, cohort.sizes)
    constants, found = np.zeros(source.constants), np.zeros(len(cohort.sizes))
    known = cohort.known[0, :, 0]
    states = cohort.states[:, 0] * np.linspace(0.7, 1.4, len(cohort.sizes))

    made(source.prepare)(known, constants)
    made(source.rates)(0.0, states / cohort.sizes, found, constants)

    values = dict(zip(cohort.names, known.tolist(), strict=True))
    values |= dict(zip(model.states, states.tolist(), strict=True))
    expected = model.evaluate(values)
    wanted = [expected[f"ddt_{n}"] for n in model.states]
    assert found * cohort.sizes == pytest.approx(wanted, rel=1e-9, abs=1e-12)


@FORMS
def test_the_jacobian_that_peers_are_given_is_the_derivative_of_the_rates(model):
    cohort = problem(model, 1, TWO_DAYS)
    source = written(model, cohort.sizes)
    size = len(cohort.sizes)
    constants, matrix = np.zeros(source.constants), np.zeros((size, size))
    made(source.prepare)(cohort.known[0, :, 0], constants)
    rates = made(source.rates)
    states = np.linspace(0.7, 1.4, size)

    made(source.jacobian)(0.0, states, matrix, constants)

    for column in range(size):
        high, low, step = np.zeros(size), np.zeros(size), np.zeros(size)
        step[column] = 1e-6
        rates(0.0, states + step, high, constants)
        rates(0.0, states - step, low, constants)
        slope = (high - low) / 2e-6
        assert matrix[:, column] == pytest.approx(slope, rel=1e-5, abs=1e-7 * abs(slope).max())


@FORMS
@pytest.mark.parametrize("make", list(contestants()))
def test_every_contestant_computes_the_problem(model, make):
    cohort = problem(model, 9, TWO_DAYS)
    solver = installed(make).prepare(model)

    found = solver(cohort, 1e-6)

    assert found.shape == (4, 30, 9)
    for patient in (0, 7, 8):
        wanted = reference(cohort, patient)[:, :, None]
        assert error(found[:, :, patient, None], wanted, cohort.sizes) < 1e-4  # CVODES: 3e-5
    alone = solver(part(cohort, slice(8, 9)), 1e-6)
    assert error(alone, found[:, :, 8:], cohort.sizes) < 1e-4


@pytest.mark.parametrize("workers", ["threads", "processes"])
def test_two_cores_give_the_patients_in_their_order(workers):
    cohort = problem(BENCH_SMOOTH, 5, TWO_DAYS)
    changed = cohort.names.index(VARIED[0])

    def solver(some, tolerance):
        return some.known[:, changed][:, None] * tolerance

    who = Contestant(
        name="", version="", licence="", form="", workers=workers, prepare=lambda _: solver
    )
    found = clock.solved(who, solver, cohort, 0.5, 2)

    assert (found.found == solver(cohort, 0.5)).all()
    assert found.cpu > 0


def test_the_work_of_children_is_counted():
    cohort = problem(BENCH_SMOOTH, 2, TWO_DAYS)

    def solver(some, _tolerance):
        sum(range(3_000_000))
        return some.states[None]

    who = Contestant(
        name="", version="", licence="", form="", workers="processes", prepare=lambda _: solver
    )
    alone = clock.solved(who, solver, cohort, 1.0, 1).cpu

    assert 1.5 * alone < clock.solved(who, solver, cohort, 1.0, 2).cpu


def test_an_error_is_the_largest_and_a_failure_is_infinite():
    sizes = np.array([1.0, 100.0])
    wanted = np.array([[[10.0], [0.0]]])

    assert error(wanted + np.array([[[0.1], [0.0]]]), wanted, sizes) == pytest.approx(0.1 / 10.001)
    assert error(wanted + np.array([[[0.0], [0.1]]]), wanted, sizes) == pytest.approx(1.0)
    assert error(wanted + np.array([[[np.nan], [0.0]]]), wanted, sizes) == inf


def test_operations_are_counted_through_calls():
    text = (
        "define <8 x double> @inner(<8 x double> %x) nounwind {\n"
        "  %a = fmul contract <8 x double> %x, %x\n"
        "  %b = call <8 x double> @llvm.fma.v8f64(<8 x double> %a, <8 x double> %x)\n"
        "  %c = fneg <8 x double> %b\n"
        "  %d = fcmp olt <8 x double> %b, %c\n"
        "}\n"
        "define void @outer(ptr %x) {\n"
        "  %a = call <8 x double> @inner(<8 x double> %y)\n"
        "  %b = call <8 x double> @inner(<8 x double> %a)\n"
        "  %c = fdiv <8 x double> %a, %b\n"
        "}\n"
    )
    assert operations(text) == {"inner": 3, "outer": 7}


@pytest.mark.parametrize(
    ("measured_value", "limits", "is_met"),
    [
        (20.0, {"at_least": 20.0}, True),
        (19.9, {"at_least": 20.0}, False),
        (0.7, {"at_most": 0.6}, False),
        (None, {"at_least": 20.0}, False),
    ],
)
def test_a_demand_is_met_only_by_a_number_within_it(measured_value, limits, is_met):
    assert demand("x", measured_value, **limits).values["met"] is is_met


def test_what_was_measured_before_an_interrupt_is_kept(tmp_path, monkeypatch):
    def interrupted(_extent, _say):
        yield Row("speed", ("a",), {"engine": "a", "rate": np.float64(2.0), "error": inf})
        yield Row("speed", ("a",), {"engine": "a", "rate": 3.0})
        raise KeyboardInterrupt

    monkeypatch.setattr("benchmarks.run.SECTIONS", {"one": interrupted})
    results = Results(tmp_path / "out" / "bench.json", "bench", is_quick=True)

    assert not measured(results, ["one"], Extent(), lambda _: None)

    kept = json.loads(results.path.read_text("utf-8"))
    assert kept["state"] == "interrupted"
    assert kept["tables"] == {"speed": [{"engine": "a", "rate": 3.0}]}


@pytest.mark.slow
def test_a_very_small_run_measures_everything_that_is_installed(tmp_path, monkeypatch):
    if not LIBRARY.exists():
        monkeypatch.setattr("benchmarks.lsoda_library._compiler", missing_compiler)
    results = Results(tmp_path / "bench.json", "bench", is_quick=True)
    extent = Extent(sessions=3, tolerances=(1e-4, 1e-6), sweeps=1, rounds=1, largest=10)

    sections = [name for name in SECTIONS if name != "kinked"]  # the same on another model
    assert measured(results, sections, extent, lambda _: None)

    tables = json.loads(results.path.read_text("utf-8"))["tables"]
    demands = {row["what"]: row["measured"] for row in tables["demands"]}
    assert demands["own model, py/CPU s"] > 0
    missing = {row["what"] for row in tables.get("left out", [])}
    if find_spec("numba") is None:
        assert "smooth" in missing
        assert demands["times the fastest peer"] is None
        return
    entered = {row["engine"] for row in tables["engines"]}
    assert set(PEERS) <= entered | missing
    assert demands["times the fastest peer"] > 0
    assert all(row["error"] < 0.01 for row in tables["smooth, every tolerance"])


def missing_compiler():
    from benchmarks.lsoda_library import CannotBuildError

    raise CannotBuildError("Tests do not build it.")
