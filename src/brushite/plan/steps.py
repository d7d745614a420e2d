"""The steps of a plan: each sets one lane of treatment and holds until something changes it."""

from dataclasses import dataclass
from typing import Literal

from brushite.drugs import Medicine, medicine
from brushite.errors import PlanError
from brushite.plan.conditions import START, Rule, When
from brushite.plan.known import Known, Range, Unknown, known_count, known_quantity, known_share
from brushite.plan.procedures import Procedure, Transplant
from brushite.plan.timed import put, timing
from brushite.plausible import Measure
from brushite.units import CALCIUM, MAGNESIUM, PHOSPHATE, Quantity, dimension

Modality = Literal["HD", "HDF"]
DAYS_BETWEEN_SESSIONS = 7 / 3
LONGEST_INTERVAL = 731  # days


def _measure(
    name: str, units: tuple[str, ...], limits: tuple[float, float], usual: tuple[float, float]
) -> Measure:
    substances = {"dialysate_calcium": CALCIUM, "dialysate_magnesium": MAGNESIUM}
    substances |= {"phosphorus": PHOSPHATE, "dietary calcium": CALCIUM}
    charge = {"dialysate_bicarbonate": 1, "dialysate_citrate": 3}.get(name, 0)
    return Measure(
        name=name,
        units=units,
        low=limits[0],
        high=limits[1],
        usual=usual,
        substance=substances.get(name),
        charge=charge,
        of_plan=True,
    )


_BATH = ("mmol/L", "mEq/L", "mg/dL", "mg/L")
_FLOW = ("mL/min", "L/h", "L/min")
_FOOD = ("mg/day", "g/day", "mmol/day")

PRESCRIPTION: tuple[Measure, ...] = (
    _measure("hours", ("h", "min"), (0.5, 24), (3, 8)),
    _measure("hours_per_week", ("h", "min"), (1, 168), (9, 24)),
    _measure("dialysate_calcium", _BATH, (0.5, 2.5), (1.25, 1.75)),
    _measure("dialysate_bicarbonate", ("mmol/L", "mEq/L"), (10, 50), (28, 38)),
    _measure("dialysate_magnesium", _BATH, (0, 2), (0.25, 1)),
    _measure("dialysate_citrate", ("mmol/L", "mEq/L"), (0, 3), (0.5, 1.2)),
    _measure("blood_flow", _FLOW, (20, 700), (200, 450)),
    _measure("dialysate_flow", _FLOW, (50, 1200), (300, 800)),
    _measure("substitution_flow", _FLOW, (0, 600), (40, 200)),
)
"""The fields of a dialysis prescription that are quantities, with their plausible values."""

FOOD: tuple[Measure, ...] = (
    _measure("phosphorus", _FOOD, (100, 4000), (700, 1500)),
    _measure("dietary calcium", _FOOD, (50, 4000), (400, 1500)),
)


def _numbers(known: Known[Quantity] | None) -> tuple[Quantity, ...]:
    if isinstance(known, Range):
        return (known.low, known.high)
    return () if known is None or isinstance(known, Unknown) else (known,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialysis:
    """A dialysis prescription; a field that is None keeps what held before.

    `sessions` are per week, `hours` per session. `hours_per_week` stands for both where a report
    says no more. `missed` is the share of sessions missed.
    """

    kind: Literal["dialysis"] = "dialysis"
    modality: Modality | None = None
    sessions: Known[int] | None = None
    hours: Known[Quantity] | None = None
    hours_per_week: Known[Quantity] | None = None
    dialysate_calcium: Known[Quantity] | None = None
    dialysate_bicarbonate: Known[Quantity] | None = None
    dialysate_magnesium: Known[Quantity] | None = None
    dialysate_citrate: Known[Quantity] | None = None
    blood_flow: Known[Quantity] | None = None
    dialysate_flow: Known[Quantity] | None = None
    substitution_flow: Known[Quantity] | None = None
    missed: float | Range[float] = 0.0
    from_: When = START
    until: When | None = None
    note: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        timing(self)
        if self.modality not in {None, "HD", "HDF"}:
            raise PlanError(
                f"{self.modality!r} dialysis is not modelled. Those that are: HD and HDF."
            )
        put(self, "sessions", known_count(self.sessions))
        for measure in PRESCRIPTION:
            put(self, measure.name, known_quantity(measure, getattr(self, measure.name)))
        missed = known_share(self.missed)
        if missed is None or isinstance(missed, Unknown):
            raise PlanError("missed is a share of the sessions or a range. Write 0.1 or [0, 0.2].")
        put(self, "missed", missed)
        low, high = _ends(self.sessions)
        if low < 1 or high > 7:
            raise PlanError(f"sessions {high if high > 7 else low} is outside 1 to 7 a week.")
        if self.hours_per_week is not None and self.sessions is not None and self.hours is not None:
            raise PlanError("A step gives sessions and hours, or hours_per_week, not all three.")
        for hours in _numbers(self.hours):
            if low * hours.to("h") > 168:
                raise PlanError(f"{low} sessions of {hours} are more than a week has hours.")
        for hours in _numbers(self.hours_per_week):
            if hours.to("h") > high * 24:
                raise PlanError(f"{hours} a week do not fit into {high} sessions of a day or less.")


def _ends(sessions: Known[int] | None) -> tuple[int, int]:
    if isinstance(sessions, Range):
        return sessions.low, sessions.high
    return (sessions, sessions) if isinstance(sessions, int) else (1, 7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Titration:
    """A dose that follows the laboratory: judged every so often, moved along a ladder of doses."""

    every: Quantity
    doses: tuple[Quantity, ...]
    raise_if: Rule
    lower_if: Rule | None = None
    hold_if: Rule | None = None
    resume_if: Rule | None = None

    def __post_init__(self) -> None:
        every = Quantity.parse(self.every)
        if dimension(every.unit) != "time" or every.value <= 0:
            raise PlanError(
                f"A titration every {every} is not possible. Write for example 4 weeks."
            )
        put(self, "every", every)
        put(self, "doses", tuple(Quantity.parse(d) for d in self.doses))
        if len(self.doses) < 2:
            raise PlanError(
                "A titration needs at least two doses. Write for example [30 mg, 60 mg]."
            )
        sizes = [d.to(self.doses[0].unit) for d in self.doses]
        if sizes != sorted(set(sizes)):
            raise PlanError("The doses of a titration rise from one to the next.")
        put(self, "raise_if", Rule.parse(self.raise_if))
        for name in ("lower_if", "hold_if", "resume_if"):
            rule = getattr(self, name)
            put(self, name, None if rule is None else Rule.parse(rule))
        if self.resume_if is not None and self.hold_if is None:
            raise PlanError("A titration with resume_if needs hold_if too.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drug:
    """A drug: a `dose` per day, a dose `per_session`, or a `dose` `every` so many weeks.

    Doses are of active compound. `adherence` is the share that is really taken: all of it where a
    plan says nothing, unknown where the past of a record says nothing. `as_` says whether the daily
    dose is spread over the day (a rate) or swallowed at once. The doses of a titration are per day,
    or each of them where the drug is given at sessions or at intervals.
    """

    kind: Literal["drug"] = "drug"
    drug: str
    dose: Known[Quantity] | None = None
    per_session: Known[Quantity] | None = None
    every: Quantity | None = None
    as_: Literal["rate", "tablets"] = "rate"
    adherence: Known[float] | None = None
    titrate: Titration | None = None
    from_: When = START
    until: When | None = None
    note: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        timing(self)
        known = medicine(self.drug)
        put(self, "drug", known.name)
        if (self.dose is None) == (self.per_session is None):
            raise PlanError(
                f"{known.name} needs either a dose per day or a dose per session. "
                f'Write "{known.name} {known.low:g} {known.unit}", or unknown as the dose.'
            )
        if self.every is not None:
            put(self, "every", interval(self.every))
            if self.per_session is not None:
                raise PlanError(
                    f"{known.name} is given at each session or every {self.every}, not both."
                )
        measure = dose_measure(known, per=self.per)
        put(self, "dose", known_quantity(measure, self.dose))
        put(self, "per_session", known_quantity(measure, self.per_session))
        put(self, "adherence", known_share(self.adherence))
        if self.as_ not in {"rate", "tablets"}:
            raise PlanError(
                f'as {self.as_!r} is not a way to take a drug. Write "rate" or "tablets".'
            )
        if self.as_ == "tablets" and self.per != "day":
            raise PlanError(f"{known.name} is not given daily: take as: tablets away.")
        if self.titrate is not None:
            put(self, "titrate", _titrated(self.titrate, measure, per=self.per))

    @property
    def per(self) -> "Per":
        """What one dose is for: a day, a session, or the time until the next one."""
        if self.every is not None:
            return self.every
        return "day" if self.per_session is None else "session"


Per = Literal["day", "session"] | Quantity


def interval(written: Quantity | str) -> Quantity:
    """The time from one dose to the next; raises `PlanError` for what is none."""
    every = Quantity.parse(written)
    if dimension(every.unit) != "time" or not 1 <= every.to("day") <= LONGEST_INTERVAL:
        raise PlanError(
            f"A dose every {every} is not possible: one day to two years are. "
            "Write for example every: 26 weeks."
        )
    return every


def dose_measure(drug: Medicine, *, per: Per) -> Measure:
    """The plausible doses of `drug`: per day, per session, or one for a length of time."""
    own = drug.unit.partition("/")[0]
    weights = (
        ("IU", "ug", "mg") if own == "IU" else (own, *(w for w in ("g", "mg", "ug") if w != own))
    )
    units = tuple(f"{w}/{p}" for p in ("day", "week") for w in weights) if per == "day" else weights
    if own == "IU":
        units = tuple(u for u in units if u.startswith("IU"))
    usual: Per = "session" if drug.unit.endswith("session") else "day"
    factor = _days(per) / _days(usual)
    return Measure(
        name=drug.name,
        units=units,
        low=drug.low * factor * 0.5 if per != usual else drug.low,
        high=drug.high * factor * 2 if per != usual else drug.high,
        usual=(drug.low * factor * 5, drug.high * factor / 2),
        of_plan=True,
    )


def _days(per: Per) -> float:
    if isinstance(per, Quantity):
        return per.to("day")
    return DAYS_BETWEEN_SESSIONS if per == "session" else 1.0


def _titrated(titration: Titration, measure: Measure, *, per: Per) -> Titration:
    """The titration with doses in the form of the drug's: 30 mg is 30 mg/day for a daily drug."""
    doses = tuple(
        measure.checked(
            Quantity(d.value, f"{d.unit}/day")
            if per == "day" and dimension(d.unit) == "mass"
            else d
        )
        for d in titration.doses
    )
    return Titration(
        every=titration.every,
        doses=doses,
        raise_if=titration.raise_if,
        lower_if=titration.lower_if,
        hold_if=titration.hold_if,
        resume_if=titration.resume_if,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Diet:
    """What is eaten in a day; a food that is None keeps what held before.

    `adherence` is the share of the change from what is usual that is really made, unsaid as that of
    a drug.
    """

    kind: Literal["diet"] = "diet"
    phosphorus: Known[Quantity] | None = None
    calcium: Known[Quantity] | None = None
    adherence: Known[float] | None = None
    from_: When = START
    until: When | None = None
    note: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        timing(self)
        if self.phosphorus is None and self.calcium is None:
            raise PlanError(
                "A diet gives phosphorus or calcium. Write for example diet: 800 mg/day."
            )
        put(self, "phosphorus", known_quantity(FOOD[0], self.phosphorus))
        put(self, "calcium", known_quantity(FOOD[1], self.calcium))
        put(self, "adherence", known_share(self.adherence))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """The end of a drug."""

    kind: Literal["stop"] = "stop"
    drug: str
    from_: When = START
    until: When | None = None
    note: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        timing(self)
        put(self, "drug", medicine(self.drug).name)


Step = Dialysis | Drug | Diet | Stop | Procedure | Transplant
