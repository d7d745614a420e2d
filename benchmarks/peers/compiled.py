"""The rates of a model compiled by Numba, for the peers that call them."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from benchmarks.cohort import Array, Cohort
from benchmarks.source import Source, made, written

# A product and a sum may become one rounding, a division a product; NaN stays NaN.
FAST = frozenset({"contract", "arcp", "nsz"})


@dataclass(frozen=True, slots=True)
class Compiled:
    """Functions of `benchmarks.source.Source` as machine code; calls release Python's lock."""

    source: Source
    prepare: Callable[..., None]
    rates: Any
    jacobian: Any


def compiled(cohort: Cohort, *, with_jacobian: bool) -> Compiled:
    """Compile the rates of a cohort's model, with states in units of its sizes."""
    numba = import_module("numba")
    source = written(cohort.model, cohort.sizes)
    line = numba.float64[::1]
    options = {"error_model": "numpy", "nogil": True, "fastmath": set(FAST)}
    prepare = numba.njit(numba.void(line, line), **options)(made(source.prepare))
    rates = numba.njit(numba.void(numba.float64, line, line, line), **options)(made(source.rates))
    jacobian = None
    if with_jacobian:
        signature = numba.void(numba.float64, line, numba.float64[:, ::1], line)
        jacobian = numba.njit(signature, **options)(made(source.jacobian))
    return Compiled(source, prepare, rates, jacobian)


def constants(code: Compiled, cohort: Cohort) -> Array:
    """What follows from parameters and inputs alone, shape (patient, kind, constant)."""
    kinds = len(cohort.known)
    found = np.empty((cohort.count, kinds, code.source.constants))
    for patient in range(cohort.count):
        for kind in range(kinds):
            known = np.ascontiguousarray(cohort.known[kind, :, patient])
            code.prepare(known, found[patient, kind])
    return found
