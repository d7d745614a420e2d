"""libRoadRunner (LLVM and CVODE) on the SBML that brushite exports."""

from importlib import import_module
from typing import Any

import numpy as np

from benchmarks.cohort import SMALL, Array, Cohort, Contestant, LeftOutError, Solver
from brushite.engine.sbml import sbml
from brushite.equations import Model

NAME = "libRoadRunner"
MOST_STEPS = 1_000_000  # in one segment


def contestant() -> Contestant:
    """libRoadRunner; raises `LeftOutError` where it or libSBML is not installed."""
    try:
        roadrunner = import_module("roadrunner")
        import_module("libsbml")
    except ImportError as missing:
        raise LeftOutError(str(missing)) from missing
    return Contestant(
        name=NAME,
        version=str(roadrunner.__version__),
        licence="Apache-2.0; python-libsbml LGPL-2.1",
        form="loaded once, all its LLVM passes on, no tables of starting values; tolerances by "
        "state; inputs set between segments, which was as fast as events; processes",
        workers="processes",
        prepare=lambda model: _solver(model, roadrunner),
    )


def _solver(model: Model, roadrunner: Any) -> Solver:  # noqa: ANN401 - a module
    runner = _loaded(sbml(model), roadrunner)
    numbers = {name: i for i, name in enumerate(runner.model.getGlobalParameterIds())}
    states = [numbers[n] for n in model.states]

    def solve(cohort: Cohort, tolerance: float) -> Array:
        executable, integrator = runner.model, runner.integrator  # they do not keep it alive
        known = [numbers[n] for n in cohort.names]
        inputs = known[len(model.parameters) :]
        integrator.relative_tolerance = tolerance
        integrator.absolute_tolerance = [SMALL * tolerance * size for size in cohort.sizes]
        integrator.maximum_num_steps = MOST_STEPS
        found = np.full((len(cohort.kinds), len(states), cohort.count), np.nan)
        for patient in range(cohort.count):
            given = np.ascontiguousarray(cohort.known[:, :, patient])  # it heeds no strides
            executable.setGlobalParameterValues(known, given[0])
            executable.setGlobalParameterValues(states, cohort.states[:, patient].copy())
            changed = given[:, len(model.parameters) :].copy()
            now = 0.0
            for segment, kind in enumerate(cohort.kinds):
                executable.setGlobalParameterValues(inputs, changed[kind])
                integrator.restart(now)
                try:
                    now = integrator.integrate(now, cohort.lengths[segment])
                except RuntimeError:
                    break
                found[segment, :, patient] = executable.getGlobalParameterValues(states)
        return found

    return solve


def _loaded(text: str, roadrunner: Any) -> Any:  # noqa: ANN401 - a module
    """A simulator of a document, with every pass of its compiler; settings are put back."""
    config = roadrunner.Config
    passes = [n for n in dir(config) if n.startswith("LOADSBMLOPTIONS_OPTIMIZE_")]
    wanted = {getattr(config, n): True for n in passes}
    wanted[config.LOADSBMLOPTIONS_MUTABLE_INITIAL_CONDITIONS] = False
    before = {key: config.getValue(key) for key in wanted}
    try:
        for key, value in wanted.items():
            config.setValue(key, value)
        return roadrunner.RoadRunner(text)
    finally:
        for key, value in before.items():
            config.setValue(key, value)
