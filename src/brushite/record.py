"""What is known of one patient: measurements, masses, findings, and the therapy so far."""

import dataclasses
from dataclasses import dataclass
from math import pi
from typing import Literal

from brushite.analytes import analyte
from brushite.errors import RecordError
from brushite.plan import UNKNOWN, Diet, Drug, Moment, Plan
from brushite.units import Quantity, dimension

Timing = Literal["before dialysis", "after dialysis", "between sessions", "unknown"]
Side = Literal["left", "right", "both", "unknown"]
Sex = Literal["male", "female", "unknown"]
Limit = Literal["below", "above"]
PRESENT = Moment(offset=Quantity(0, "h"))
UNSAID = Moment()
NOTHING_KNOWN = Plan(name="Therapy so far", base="none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a fact comes from, to the paragraph or the table cell."""

    document: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LaboratoryRange:
    """The range that the laboratory itself calls normal."""

    low: Quantity | None = None
    high: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One value from a laboratory, in the unit it was written in.

    `limit` is set where the value is only a bound: "below" for `< 5`, "above" for `> 2500`.
    `author_remark` is what the author of a report calls the value; it is kept apart from our view.
    """

    analyte: str
    value: Quantity
    limit: Limit | None = None
    taken: Moment = PRESENT
    timing: Timing = "unknown"
    assay: str | None = None
    laboratory_range: LaboratoryRange | None = None
    author_remark: str | None = None
    note: str = ""
    origin: Origin | None = None

    def __post_init__(self) -> None:
        known = analyte(self.analyte)
        object.__setattr__(self, "analyte", known.name)
        object.__setattr__(self, "value", known.measure.read(self.value))

    @property
    def standard_value(self) -> float:
        """The value in the unit brushite counts this analyte in."""
        return analyte(self.analyte).measure.value(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a mass was at one moment.

    `axes` are 1 to 3 lengths, none when no size is reported. `volume` (of all that the outline
    holds) and `mineral` (mass of hydroxyapatite) are kept where a scan gives them, with their
    standard errors. Masses of mineral by one `scanner` at one tube voltage share most of theirs.
    """

    axes: tuple[Quantity, ...] = ()
    volume: Quantity | None = None
    mineral: Quantity | None = None
    volume_error: Quantity | None = None
    mineral_error: Quantity | None = None
    taken: Moment = PRESENT
    method: str | None = None
    scanner: str | None = None
    note: str = ""
    origin: Origin | None = None

    def __post_init__(self) -> None:
        axes = tuple(Quantity.parse(a) for a in self.axes)
        object.__setattr__(self, "axes", axes)
        if len(axes) > 3:
            raise RecordError(f"A size has at most three lengths, not {len(axes)}.")
        for axis in axes:
            if dimension(axis.unit) != "length":
                raise RecordError(
                    f"size {axis} is no length: {axis.unit} stands for {dimension(axis.unit)}. "
                    "Write for example 8.6 x 7.6 x 5.9 cm, or volume: 202 mL."
                )
            if not 0.1 <= axis.to("cm") <= 60:
                raise RecordError(f"size {axis} is outside 1 mm to 60 cm.")
        if self.volume is not None and dimension(self.volume.unit) != "volume":
            raise RecordError(f"volume {self.volume} is no volume. Write for example 202 mL.")
        if self.volume is not None and not 0 < self.volume.to("mL") <= 20_000:
            raise RecordError(f"volume {self.volume} is outside 0 to 20 L.")
        if self.mineral is not None and dimension(self.mineral.unit) != "mass":
            raise RecordError(f"mineral {self.mineral} is no mass. Write for example 30 g.")
        if self.mineral is not None and not 0 < self.mineral.to("g") <= 10_000:
            raise RecordError(
                f"mineral {self.mineral} is outside 0 to 10 kg. Leave it out where none was seen."
            )
        self._refuse_errors()

    def _refuse_errors(self) -> None:
        pairs = (("volume", self.volume, self.volume_error),)
        for name, value, error in (*pairs, ("mineral", self.mineral, self.mineral_error)):
            if error is None:
                continue
            if value is None:
                raise RecordError(f"{name}_error {error} stands without a {name}. Give both.")
            if dimension(error.unit) != dimension(value.unit):
                raise RecordError(f"{name}_error {error} is no {name}. Write it in {value.unit}.")
            if not 0 < error.to(value.unit) < value.value:
                raise RecordError(
                    f"{name}_error {error} is not between 0 and the {name} itself, {value}."
                )

    def millilitres(self) -> float | None:
        """The volume (mL): as measured, or that of the ellipsoid when three axes are known."""
        if self.volume is not None:
            return self.volume.to("mL")
        if len(self.axes) != 3:
            return None
        first, second, third = (a.to("cm") for a in self.axes)
        return pi / 6 * first * second * third


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesion:
    """One calcified mass; `relations` are what it touches."""

    name: str
    site: str
    side: Side = "unknown"
    sizes: tuple[Size, ...] = ()
    first_noticed: Moment | None = None
    relations: tuple[str, ...] = ()
    note: str = ""
    origin: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A symptom, a loss of function or a complication, in our own words."""

    kind: str
    text: str
    since: Moment | None = None
    resolved: Moment | None = None
    origin: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imaging:
    """What an examination showed that is not a size."""

    modality: str
    region: str
    findings: str
    taken: Moment = PRESENT
    origin: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GlandFinding:
    """What an examination or the surgeon said about one parathyroid gland."""

    gland: str
    method: str
    result: str
    size: Quantity | None = None
    taken: Moment = PRESENT
    origin: Origin | None = None

    def __post_init__(self) -> None:
        if self.size is not None and dimension(self.size.unit) != "length":
            raise RecordError(f"size {self.size} is no length. Write for example 6 mm.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is reported to have happened later, in our own words; never used for fitting."""

    text: str
    taken: Moment = UNSAID
    origin: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who the patient is; no name, no date of birth.

    `residual_urine` is a volume per time, `residual_gfr` a clearance.
    """

    label: str
    age: Quantity | None = None
    sex: Sex = "unknown"
    dialysis_vintage: Quantity | None = None
    weight: Quantity | None = None
    residual_urine: Quantity | None = None
    residual_gfr: Quantity | None = None
    kidney_disease: str | None = None
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Laboratory:
    """What the laboratory says of itself; `pth_upper_limit` is the upper limit of its PTH assay."""

    name: str | None = None
    pth_assay: str | None = None
    pth_upper_limit: Quantity | None = None
    note: str = ""


def _reported(therapy: Plan) -> Plan:
    """The past with every unsaid adherence unknown: silence of a report is no perfect adherence."""
    steps = tuple(
        dataclasses.replace(step, adherence=UNKNOWN)
        if isinstance(step, Drug | Diet) and step.adherence is None
        else step
        for step in therapy.steps
    )
    return dataclasses.replace(therapy, steps=steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is known of one patient.

    `now` is the present of the record, where decisions are made. What was measured after it is
    kept for judging forecasts and never fitted. `therapy` is the past, as a plan that happened; an
    adherence that it leaves unsaid is unknown.
    """

    person: Person
    measurements: tuple[Measurement, ...] = ()
    lesions: tuple[Lesion, ...] = ()
    findings: tuple[Finding, ...] = ()
    imaging: tuple[Imaging, ...] = ()
    glands: tuple[GlandFinding, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    therapy: Plan = NOTHING_KNOWN
    now: Moment = PRESENT
    laboratory: Laboratory = Laboratory()
    note: str = ""
    version: Literal["record/1"] = "record/1"

    def __post_init__(self) -> None:
        object.__setattr__(self, "therapy", _reported(self.therapy))

    def hours(self, moment: Moment) -> float | None:
        """Hours from `now` to `moment`, or None when it cannot be said."""
        return moment.hours_after(self.now)

    def is_later(self, moment: Moment) -> bool:
        """Whether `moment` is said to be after now; what cannot be said counts as earlier."""
        hours = self.hours(moment)
        return moment.is_later if hours is None else hours > 0

    def before(self, moment: Moment) -> "Record":
        """The record without what was measured, seen or reported after `moment`.

        What has no known time stays, since reports give the undated first, unless it is said to be
        after an event.
        """
        return self._keeping(moment, later=False)

    def after(self, moment: Moment) -> "Record":
        """The record with only the measurements, sizes and outcomes known to be after `moment`."""
        return self._keeping(moment, later=True)

    def _keeping(self, moment: Moment, *, later: bool) -> "Record":
        limit = self.hours(moment)
        if limit is None:
            raise RecordError(f"{moment} cannot be placed: the record's now is {self.now}.")

        def stays(taken: Moment) -> bool:
            hours = self.hours(taken)
            return later == (taken.is_later if hours is None else hours > limit)

        return dataclasses.replace(
            self,
            measurements=tuple(m for m in self.measurements if stays(m.taken)),
            lesions=tuple(
                dataclasses.replace(x, sizes=tuple(s for s in x.sizes if stays(s.taken)))
                for x in self.lesions
            ),
            imaging=tuple(i for i in self.imaging if stays(i.taken)),
            glands=tuple(g for g in self.glands if stays(g.taken)),
            outcomes=tuple(o for o in self.outcomes if later and stays(o.taken)),
        )
