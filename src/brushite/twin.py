"""What is believed of one patient at one moment: draws of parameters, states and prescription."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import nan
from typing import TYPE_CHECKING

from brushite.equations import Model
from brushite.plan import Moment, Plan
from brushite.record import Limit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Column = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """Equally likely versions of the patient; every array has one value per draw.

    `parameters` and `states` go by the model's names and are in its units. `unsaid` holds what the
    record leaves open and the population filled in, by lane and field, in the model's units:
    `"dialysis.sessions"` (per week), `"dialysis.hours"` (h), `"dialysis.dialysate_calcium"`
    (mmol/L), `"dialysis.blood_flow"` (L/h), `"diet.phosphorus"` (mmol/h), `"diet.calcium"`
    (mmol/h), `"drug.<name>.dose"` (the drug's unit per h), `"drug.<name>.adherence"` (1),
    `"procedure.tissue_left"` (1), `"transplant.filtration"` (L/h). `uniform` holds numbers between
    0 and 1 by the same kind of names, from which a range in a plan is resolved, the same for a draw
    under every plan.
    """

    parameters: "Mapping[str, Column]"
    states: "Mapping[str, Column]"
    unsaid: "Mapping[str, Column]"
    uniform: "Mapping[str, Column]"

    @property
    def size(self) -> int:
        """How many draws there are."""
        return len(next(iter(self.states.values())))

    def at(self, which: "NDArray[np.int64] | slice") -> "Draws":
        """The draws of these numbers, counted from 0, in that order."""
        parts = (self.parameters, self.states, self.unsaid, self.uniform)
        cut = ({name: column[which] for name, column in each.items()} for each in parts)
        return Draws(**dict(zip(("parameters", "states", "unsaid", "uniform"), cut, strict=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionSlot:
    """Which mass of the record a lesion slot of the model stands for; slots count from 1."""

    slot: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What the data taught of one quantity: its 5th, 50th and 95th percentile before and after."""

    name: str
    meaning: str
    unit: str
    before: tuple[float, float, float]
    after: tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A measured value beside what the draws give for it; both in `unit`, hours since now.

    `computed` has the 5th, 50th and 95th percentile over the draws, without laboratory error;
    `before` the same of the draws before the data spoke. `chance` is that of a value at least as
    far from the middle, on either side, were it reported again: small where data and model
    disagree. `limit` is set where the value is only a bound; there is no chance then.
    """

    name: str
    hour: float
    unit: str
    measured: float
    computed: tuple[float, float, float]
    before: tuple[float, float, float] = (nan, nan, nan)
    chance: float = nan
    limit: Limit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """How much the draws of a twin can carry.

    They are a sample from `of` weighted ones, which tell as much as `effective` independent draws.
    `shape` is that of the tail of their weights (Pareto's k): above 0.7 few draws rule.
    """

    effective: float
    of: int
    shape: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """One patient at one moment, for which the states hold.

    `therapy` is the past, whose prescription is the current care. `notes` says what was assumed
    or went wrong while fitting, in sentences for the report.
    """

    model: Model
    at: Moment
    draws: Draws
    therapy: Plan
    lesions: tuple[LesionSlot, ...]
    seed: int
    population: str
    notes: tuple[str, ...] = ()
    learnt: tuple[Learnt, ...] = ()
    matches: tuple[Match, ...] = ()
    trust: Trust | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A bar of a treatment lane: what one draw really had, in hours since now.

    `weekly` is what is prescribed per week: hours of dialysis, or the weight of a drug in the unit
    its doses are written in (g, mg, ug, IU); 0 for anything else.
    """

    lane: str
    label: str
    start: float
    end: float
    weekly: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """How a result was made, so that it can be made again."""

    version: str
    model: str
    seed: int
    draws: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectories:
    """What a plan does to every draw.

    `hours` has shape (time,), hours since now. `values` go by the model's names, shape
    (draw, time), in `units`; a draw that failed is NaN from where it failed, and its `outcome`
    says why ("solved" otherwise). `courses` has, for each draw, the bars of its treatment. `slopes`
    has, for each parameter whose sensitivity was asked for, the derivatives of `values` with
    respect to it, per unit of the parameter.
    """

    plan: Plan
    hours: "Column"
    values: "Mapping[str, Column]"
    units: Mapping[str, str]
    outcome: tuple[str, ...]
    courses: tuple[tuple[Interval, ...], ...]
    final_states: "Mapping[str, Column]"
    made: Provenance
    notes: tuple[str, ...] = ()
    slopes: "Mapping[str, Mapping[str, Column]]" = field(default_factory=dict)
