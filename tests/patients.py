"""Typical patients, settled under their care, from whom the clinical cases start."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from brushite.engine.draw import drawn
from brushite.engine.lanes.engine import engine
from brushite.engine.lanes.passages import passages
from brushite.engine.passage import Stretch
from brushite.engine.prescription import averaged, settled
from brushite.engine.schedule import Schedule
from brushite.engine.standings import base_lanes
from brushite.model import MINERAL
from brushite.plan import Dialysis, Moment, Plan, Step
from brushite.population import Population
from brushite.simulate import advance
from brushite.twin import Draws, LesionSlot, Twin

YEAR = 8766.0  # h
ACCURACY = 1e-6  # relative
WEEKS = 10.0  # session by session, after each year in which they were spread out
ROUNDS = 3  # of putting PTH right
GROWTH = (
    *("gland_growth", "gland_regression", "nodular_growth", "nodular_transformation"),
    "arterial_progression",
)
UNCHANGED = Plan(name="unchanged")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """Who a case is about; all that is not said is the median of the population.

    `pth` (pg/mL) is reached by scaling the glands. `parameters` and `states` go by the model's
    names, one value per draw or one for all; `masses` are volumes (mL) by name. It can be hashed,
    so that cases about the same patient settle it once.
    """

    population: str
    care: tuple[Step, ...]
    pth: float | None = None
    parameters: tuple[tuple[str, tuple[float, ...]], ...] = ()
    states: tuple[tuple[str, float], ...] = ()
    masses: tuple[tuple[str, float], ...] = ()

    @property
    def size(self) -> int:
        """How many draws stand for the patient."""
        return max((len(values) for _, values in self.parameters), default=1)


def at_rest(patient: Patient) -> Twin:
    """The patient after years of unchanged care, at a pre-dialysis hour.

    Glands, masses and arterial calcification stay meanwhile: they have no steady state.
    """
    twin = _begun(patient)
    resting = replace(
        twin,
        draws=replace(
            twin.draws,
            parameters={**twin.draws.parameters, **dict.fromkeys(GROWTH, np.zeros(patient.size))},
        ),
    )
    short = np.ones(patient.size)  # what spreading out the sessions takes from PTH
    for _ in range(1 if patient.pth is None else ROUNDS):
        spread = _spun(_scaled(resting, 1 / short))
        resting = _later(_scaled(spread, short), patient)
        short = short * _pth(spread) / _pth(resting)
        if patient.pth is not None:
            resting = _scaled(resting, patient.pth / _pth(resting))
    resting = _later(resting, patient)
    states = {**resting.draws.states, **_columns(dict(patient.states), patient.size)}
    return replace(twin, draws=replace(twin.draws, states=states))


def _begun(patient: Patient) -> Twin:
    population, size = Population.named(patient.population), patient.size
    known = {n: np.full(size, d.at(0.5)) for n, d in population.quantities.items()}
    parameters = {
        n: np.full(size, population.of_parameter(n, p).median)
        for n, p in MINERAL.parameters.items()
    }
    parameters |= {n: np.broadcast_to(np.array(v), size) for n, v in patient.parameters}
    states = {n: np.full(size, s.start) for n, s in MINERAL.states.items()}
    tissue, nodular = known["state.gland_mass"], known["state.nodular_share"]
    states |= {"diffuse_mass": tissue * (1 - nodular), "nodular_mass": tissue * nodular}
    unsaid = {n: v for n, v in known.items() if n.startswith(("dialysis.", "diet.", "procedure."))}
    unsaid["residual_filtration"] = np.zeros(size)
    is_spelled_out = any(not isinstance(step, Dialysis) for step in patient.care)
    unsaid["unreported_binder"] = (0 if is_spelled_out else 1) * known["binder.unreported"]
    return Twin(
        model=MINERAL,
        at=Moment.parse("now"),
        draws=Draws(parameters=parameters, states=states, unsaid=unsaid, uniform={}),
        therapy=Plan(name="care so far", base="none", steps=patient.care),
        lesions=tuple(
            LesionSlot(slot=i, name=n) for i, (n, _) in enumerate(patient.masses, start=1)
        ),
        seed=1,
        population=patient.population,
    )


def _with_states(twin: Twin, states: Mapping[str, object]) -> Twin:
    return replace(twin, draws=replace(twin.draws, states={**twin.draws.states, **states}))


def _columns(values: Mapping[str, float], size: int) -> dict[str, object]:
    return {n: np.full(size, v) for n, v in values.items()}


def _spun(twin: Twin) -> Twin:
    """A year later, with sessions spread over the week."""
    lanes, rows = base_lanes(twin.therapy, twin.at), []
    for number in range(twin.draws.size):
        draw = drawn(twin.draws, number, twin.seed)
        inputs = averaged(settled(MINERAL, lanes, draw))
        year = Stretch(
            parameters=draw.parameters,
            states=draw.states,
            schedule=Schedule(edges=(0.0, YEAR), inputs=(inputs,), before=inputs),
            operations=lambda _: (),
            hours=(),
            quantities=(),
        )
        rows += passages(engine(MINERAL), [year], accuracy=ACCURACY)
    return _with_states(twin, {n: np.array([r.final[n] for r in rows]) for n in MINERAL.states})


def _later(twin: Twin, patient: Patient) -> Twin:
    """Weeks later, session by session, with the masses of the beginning."""
    found = advance(_with_masses(twin, patient), UNCHANGED, weeks=WEEKS)
    moved = replace(twin, draws=replace(twin.draws, states=found.draws.states))
    return _with_masses(moved, patient)


def _with_masses(twin: Twin, patient: Patient) -> Twin:
    of = twin.draws.parameters
    mineral = {
        f"lesion_{i}_mineral": v * of[f"lesion_{i}_density"] / of["hydroxyapatite_mass"]
        for i, (_, v) in enumerate(patient.masses, start=1)
    }
    return _with_states(twin, mineral)


def _pth(twin: Twin) -> object:
    return twin.draws.states["pth"] * twin.draws.parameters["assay_share"]


def _scaled(twin: Twin, ratio: object) -> Twin:
    names = ("diffuse_mass", "nodular_mass", "stored_pth", "pth")
    return _with_states(twin, {n: twin.draws.states[n] * ratio for n in names})
