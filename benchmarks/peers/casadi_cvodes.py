"""CasADi with CVODES: a symbolic graph with exact derivatives, integrated in C."""

import os
import shutil
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.cohort import (
    SMALL,
    Array,
    Cohort,
    Contestant,
    LeftOutError,
    Numbers,
    Solver,
    problem,
)
from benchmarks.peers.compiled import compiled, constants
from brushite.engine.lanes.graph import reached
from brushite.engine.lanes.kernels import kernels
from brushite.engine.lanes.trace import traced
from brushite.equations import Model

NAME = "CasADi CVODES"
MOST_STEPS = 1_000_000  # in one segment
CYCLE = 2  # segments: a session, and what lies between two


def contestant() -> Contestant:
    """CasADi; raises `LeftOutError` where it or Numba is not installed."""
    try:
        casadi, _ = import_module("casadi"), import_module("numba")
    except ImportError as missing:
        raise LeftOutError(str(missing)) from missing
    compiler = next((name for name in ("gcc", "cc", "clang") if shutil.which(name)), "")
    how = f"compiled by {compiler} -O3 -march=native" if compiler else "interpreted: no C compiler"
    return Contestant(
        name=NAME,
        version=str(casadi.__version__),
        licence="LGPL-3.0",
        form=f"hoisted rates as SX, {how}; exact Jacobian; states in units of their size; "
        "integrators made once, the year is one call of mapaccum; processes",
        workers="processes",
        prepare=lambda model: _solver(model, casadi, compiler),
    )


def _solver(model: Model, casadi: Any, compiler: str) -> Solver:  # noqa: ANN401 - a module
    typical = problem(model, 1)
    code = compiled(typical, with_jacobian=False)
    equations = _equations(model, typical.sizes, casadi)
    years: dict[tuple[float, int], Any] = {}

    def solve(cohort: Cohort, tolerance: float) -> Array:
        cycles, left = divmod(len(cohort.kinds), CYCLE)
        if left or (cohort.kinds.reshape(cycles, CYCLE) != cohort.kinds[:CYCLE]).any():
            raise ValueError("The segments are not pairs of a session and a pause.")
        if (tolerance, cycles) not in years:
            years[tolerance, cycles] = _year(cohort, equations, tolerance, casadi, compiler)
        year = years[tolerance, cycles]
        given = constants(code, cohort)
        found = np.full((cycles, CYCLE, len(cohort.sizes), cohort.count), np.nan)
        for patient in range(cohort.count):
            rows = np.tile(_in_cycle(given[patient], cohort.kinds), (1, cycles))
            try:
                ends = year(cohort.states[:, patient] / cohort.sizes, rows)
            except RuntimeError:  # CVODES gave up
                continue
            for place, end in enumerate(reversed(ends)):
                found[:, place, :, patient] = end.full().T * cohort.sizes
        return found.reshape(-1, len(cohort.sizes), cohort.count)

    return solve


def _in_cycle(given: Array, kinds: Numbers) -> Array:
    """Constants (constant, segment of the cycle)."""
    return given[kinds[:CYCLE]].T


def _equations(model: Model, sizes: Array, casadi: Any) -> dict[str, Any]:  # noqa: ANN401
    """The graph of the lanes in CasADi's symbols; what is constant in a segment is given."""
    k = kernels(traced(model))
    states, given = casadi.SX.sym("states", len(sizes)), casadi.SX.sym("given", len(k.fixed))
    written = {place: given[i] for i, place in enumerate(k.fixed)}
    moving = {n: states[i] * float(sizes[i]) for i, n in enumerate(k.trace.states)}
    forms = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "reciprocal": lambda a: 1 / a,
        "exp": casadi.exp,
        "log": casadi.log,
        "sqrt": casadi.sqrt,
        "logistic": lambda a: 1 / (1 + casadi.exp(-a)),
        "maximum": casadi.fmax,
        "step": lambda a: casadi.if_else(a > 0, 1, 0),
    }
    nodes = k.trace.graph.nodes
    for place in reached(k.trace.graph, k.trace.rates):
        node = nodes[place]
        if place in written or not (node.moves or node.operation == "constant"):
            continue
        if node.operation == "constant":
            written[place] = casadi.SX(node.value)
        elif node.operation == "state":
            written[place] = moving[node.name]
        else:
            written[place] = forms[node.operation](*(written[o] for o in node.operands))
    rates = [written[place] / size for place, size in zip(k.trace.rates, sizes, strict=True)]
    return {"x": states, "p": given, "ode": casadi.vertcat(*rates)}


def _year(
    cohort: Cohort,
    equations: dict[str, Any],
    tolerance: float,
    casadi: Any,  # noqa: ANN401 - a module
    compiler: str,
) -> Any:  # noqa: ANN401 - a function of CasADi
    """Starts and constants of all segments to the states at the ends of pauses and sessions."""
    options: dict[str, Any] = {
        "reltol": tolerance,
        "abstol": SMALL * tolerance,
        "max_num_steps": MOST_STEPS,
    }
    if compiler:
        how = {"compiler": compiler, "flags": ["-O3", "-march=native"], "cleanup": False}
        options |= {"jit": True, "compiler": "shell", "jit_options": how, "jit_cleanup": False}
    states = casadi.MX.sym("states", len(cohort.sizes))
    given = casadi.MX.sym("given", equations["p"].numel(), CYCLE)
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # CasADi puts what it compiles there; once loaded, nobody needs it
        try:
            ends = [states]
            for place in range(CYCLE):
                make = casadi.integrator
                step = make(f"s{place}", "cvodes", equations, 0, cohort.lengths[place], options)
                ends.append(step(x0=ends[-1], p=given[:, place])["xf"])
        finally:
            os.chdir(here)
    cycle = casadi.Function("cycle", [states, given], ends[:0:-1])
    return cycle.mapaccum(len(cohort.kinds) // CYCLE)
