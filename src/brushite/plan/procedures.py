"""What is done once, by a surgeon or through a needle, and a kidney that is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from brushite.errors import PlanError
from brushite.plan.conditions import START, When
from brushite.plan.known import UNKNOWN, Known, known_quantity, known_share
from brushite.plan.timed import put, timing
from brushite.plausible import Measure
from brushite.units import Quantity

Operation = Literal[
    "parathyroidectomy",
    "ethanol injection",
    "gland ablation",
    "corticosteroid injection",
    "mass excision",
    "disarticulation",
]
Capsule = Literal["removed", "left"]

FIELDS: Mapping[Operation, tuple[str, ...]] = MappingProxyType(
    {
        "parathyroidectomy": ("glands_left", "tissue_left", "autograft"),
        "ethanol injection": ("glands_treated", "destroyed"),
        "gland ablation": ("glands_treated", "destroyed"),
        "corticosteroid injection": ("mass", "quietened"),
        "mass excision": ("mass", "removed", "capsule"),
        "disarticulation": ("mass",),
    }
)
"""Which fields each operation has."""

OPERATIONS: tuple[Operation, ...] = tuple(FIELDS)
CAPSULES: tuple[Capsule, ...] = ("removed", "left")
FILTRATION = Measure(
    name="filtration",
    units=("mL/min", "L/h"),
    low=1,
    high=130,
    usual=(20, 90),
    of_plan=True,
)
"""Plausible filtration of a transplanted kidney."""

_SHARES = (
    *("glands_left", "tissue_left", "autograft", "glands_treated"),
    *("destroyed", "removed", "quietened"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """An operation, at one point in time.

    `glands_left` is a share of the glands; the surgeon leaves the healthiest piece, so the share of
    the tissue is smaller. `tissue_left` is that share, if someone knows it. `autograft` is the
    tissue put into the arm that takes, in normal glands (1 is as much as a healthy person has).
    `glands_treated` is the share of the glands that ethanol or heat is brought to, `destroyed` the
    share of their tissue that dies. `removed` is the share of the mass named `mass` that is taken
    out; with its capsule it goes whole, and without, a seed stays. `quietened` is the share of the
    activity of its resorbing cells that a corticosteroid takes.
    """

    kind: Literal["procedure"] = "procedure"
    operation: Operation
    glands_left: Known[float] | None = None
    tissue_left: Known[float] | None = None
    autograft: Known[float] | None = None
    glands_treated: Known[float] | None = None
    destroyed: Known[float] | None = None
    mass: str | None = None
    removed: Known[float] | None = None
    capsule: Capsule | None = None
    quietened: Known[float] | None = None
    from_: When = START
    until: When | None = None
    note: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        timing(self)
        if self.operation not in OPERATIONS:
            raise PlanError(f"{self.operation!r} is not an operation. Those are {_all()}.")
        for name in _SHARES:
            put(self, name, known_share(getattr(self, name)))
        if self.capsule not in {None, *CAPSULES}:
            raise PlanError(f"capsule is {self.capsule!r}. Write removed or left.")
        if self.until is not None:
            raise PlanError(
                f"A {self.operation} is done once and has no until. Take the until away."
            )
        self._refuse_strangers()
        self._refuse_gaps()

    def _refuse_strangers(self) -> None:
        """Raise `PlanError` for fields of another operation."""
        own = FIELDS[self.operation]
        every = dict.fromkeys(name for names in FIELDS.values() for name in names)
        strange = [n for n in every if n not in own and getattr(self, n) is not None]
        if strange:
            whose = next(o for o, names in FIELDS.items() if strange[0] in names)
            belong = "belongs" if len(strange) == 1 else "belong"
            raise PlanError(
                f"{' and '.join(strange)} {belong} to {_a(whose)}, not to {_a(self.operation)}. "
                f"Its entries are {', '.join(own)}."
            )

    def _refuse_gaps(self) -> None:
        """Raise `PlanError` for what an operation has to say, and does not."""
        if self.operation == "parathyroidectomy":
            if self.glands_left is None and self.tissue_left is None:
                raise PlanError(
                    "A parathyroidectomy says how much it leaves. Write glands_left: 1/8, or 0 "
                    "for a total one."
                )
        elif "glands_treated" in FIELDS[self.operation]:
            if self.glands_treated is None:
                raise PlanError(
                    f"{_a(self.operation).capitalize()} says which share of the glands it treats. "
                    "Write glands_treated: 1/2, or 1 for all."
                )
        elif self.operation == "mass excision":
            if not self.mass or (self.removed is None and self.capsule != "removed"):
                raise PlanError(
                    "A mass excision says which mass and which share is removed. "
                    "Write mass: right hip and removed: [0.7, 0.95], or capsule: removed."
                )
            if self.capsule == "removed" and self.removed is not None:
                raise PlanError(
                    "A mass that goes with its capsule goes whole. Take removed away, or write "
                    "capsule: left."
                )
        elif not self.mass:
            raise PlanError(
                f"{_a(self.operation).capitalize()} says at which mass. Write mass: right hand."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Transplant:
    """A kidney that filters: while it does, there is no dialysis.

    `filtration` is that of the graft and the own kidneys together. Calcitriol, the excretion of
    calcium, phosphate and water follow from it in the model. Left out: that phosphate is wasted by
    FGF23 left over from dialysis and held back later (the share excreted stays that of a residual
    kidney), that PTH holds calcium back, and that acidosis goes. With an `until` the graft fails
    then, and dialysis goes on as before.
    """

    kind: Literal["transplant"] = "transplant"
    filtration: Known[Quantity] = UNKNOWN
    from_: When = START
    until: When | None = None
    note: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        timing(self)
        filtration = known_quantity(FILTRATION, self.filtration)
        put(self, "filtration", UNKNOWN if filtration is None else filtration)


def _all() -> str:
    return f"{', '.join(OPERATIONS[:-1])} and {OPERATIONS[-1]}"


def _a(operation: Operation) -> str:
    return f"{'an' if operation[0] == 'e' else 'a'} {operation}"
