"""numbalsoda: LSODA in C++, called from compiled code that also calls compiled rates."""

import ctypes
from importlib import import_module
from typing import Any

import numpy as np

from benchmarks.cohort import SMALL, Array, Cohort, Contestant, LeftOutError, Solver, problem
from benchmarks.lsoda_library import VERSION, CannotBuildError, library
from benchmarks.peers.compiled import Compiled, compiled, constants
from brushite.equations import Model

NAME = "numbalsoda"
MOST_STEPS = 1_000_000  # in one segment


def contestant() -> Contestant:
    """numbalsoda; raises `LeftOutError` where it cannot be built."""
    try:
        numba = import_module("numba")
        found = library()
    except (ImportError, CannotBuildError) as missing:
        raise LeftOutError(str(missing)) from missing
    return Contestant(
        name=NAME,
        version=f"{VERSION}, numba {numba.__version__}",
        licence="MIT; numba BSD-2-Clause",
        form="all loops compiled; its own C++ built with -O3 -march=native; hoisted rates; "
        "states in units of their size; restarted at each change of inputs; threads",
        workers="threads",
        prepare=lambda model: _solver(model, ctypes.CDLL(str(found))),
    )


def _solver(model: Model, library: ctypes.CDLL) -> Solver:
    code = compiled(problem(model, 1), with_jacobian=False)
    year, _kept_alive = _year(code, library)

    def solve(cohort: Cohort, tolerance: float) -> Array:
        found = np.empty((cohort.count, len(cohort.kinds), len(cohort.sizes)))
        starts = np.ascontiguousarray((cohort.states / cohort.sizes[:, None]).T)
        given = constants(code, cohort)
        year(given, starts, cohort.kinds, cohort.lengths, found, tolerance)
        return np.moveaxis(found, 0, 2) * cohort.sizes[:, None]

    return solve


def _year(code: Compiled, library: ctypes.CDLL) -> Any:  # noqa: ANN401 - compiled
    """All patients through all segments, as one compiled function."""
    numba = import_module("numba")
    lsoda = library.lsoda_wrapper
    whole, real, address = ctypes.c_int, ctypes.c_double, ctypes.c_void_p
    lsoda.argtypes = [address, whole, address, address, whole, address, address, real, real]
    lsoda.argtypes += [whole, address]
    lsoda.restype = None
    size, count, inner = len(code.source.trace.states), code.source.constants, code.rates
    pointer = numba.types.CPointer(numba.float64)

    @numba.cfunc(numba.void(numba.float64, pointer, pointer, pointer))
    def rates(hours, states, found, given):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        inner(
            hours,
            numba.carray(states, (size,)),
            numba.carray(found, (size,)),
            numba.carray(given, (count,)),
        )

    where = rates.address

    @numba.njit(nogil=True)
    def year(given, starts, kinds, lengths, found, tolerance):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        times = np.zeros(2)
        ends = np.empty((2, size))
        success = np.zeros(1, np.int32)
        for patient in range(len(starts)):
            now = starts[patient].copy()
            for segment in range(len(kinds)):
                times[1] = lengths[segment]
                lsoda(
                    where, size, now.ctypes.data, given[patient, kinds[segment]].ctypes.data,
                    2, times.ctypes.data, ends.ctypes.data, tolerance, SMALL * tolerance,
                    MOST_STEPS, success.ctypes.data,
                )  # fmt: skip
                if success[0] != 1:
                    ends[1] = np.nan
                now[:] = ends[1]
                found[patient, segment] = now

    return year, rates
