"""SciPy's LSODA with compiled rates and a compiled Jacobian."""

from importlib import import_module

import numpy as np
import scipy
from scipy.integrate import odeint

from benchmarks.cohort import SMALL, Array, Cohort, Contestant, LeftOutError, Solver, problem
from benchmarks.peers.compiled import compiled, constants
from brushite.equations import Model

NAME = "SciPy LSODA"
MOST_STEPS = 1_000_000  # in one segment


def contestant() -> Contestant:
    """SciPy; raises `LeftOutError` without Numba."""
    try:
        numba = import_module("numba")
    except ImportError as missing:
        raise LeftOutError(str(missing)) from missing
    return Contestant(
        name=NAME,
        version=f"{scipy.__version__}, numba {numba.__version__}",
        licence="BSD-3-Clause; numba BSD-2-Clause",
        form="odeint, the least Python around LSODA; compiled hoisted rates and exact Jacobian; "
        "states in units of their size; restarted at each change of inputs; processes",
        workers="processes",
        prepare=prepared,
    )


def prepared(model: Model) -> Solver:
    """Compile the rates and the Jacobian of a model."""
    numba = import_module("numba")
    code = compiled(problem(model, 1), with_jacobian=True)
    size, fill, fill_matrix = len(code.source.trace.states), code.rates, code.jacobian
    line = numba.float64[::1]

    @numba.njit(numba.float64[::1](numba.float64, line, line), nogil=True)
    def rates(hours, states, given):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        found = np.empty(size)
        fill(hours, states, found, given)
        return found

    @numba.njit(numba.float64[:, ::1](numba.float64, line, line), nogil=True)
    def jacobian(hours, states, given):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        found = np.zeros((size, size))
        fill_matrix(hours, states, found, given)
        return found

    def solve(cohort: Cohort, tolerance: float) -> Array:
        found = np.full((len(cohort.kinds), size, cohort.count), np.nan)
        given = constants(code, cohort)
        for patient in range(cohort.count):
            now = cohort.states[:, patient] / cohort.sizes
            for segment, kind in enumerate(cohort.kinds):
                ends, told = odeint(
                    rates, now, (0.0, cohort.lengths[segment]), (given[patient, kind],),
                    Dfun=jacobian, tfirst=True, rtol=tolerance, atol=SMALL * tolerance,
                    mxstep=MOST_STEPS, full_output=True,
                )  # fmt: skip
                if told["message"] != "Integration successful.":
                    break
                now = ends[1]
                found[segment, :, patient] = now * cohort.sizes
        return found

    return solve
