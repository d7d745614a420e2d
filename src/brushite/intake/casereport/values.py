"""Values as they were read, and whether their numbers are certain."""

from dataclasses import dataclass, field

from brushite.analytes import analyte
from brushite.errors import BrushiteError
from brushite.intake.casereport.lexicon import SEEN
from brushite.intake.casereport.numbers import Language, readings
from brushite.intake.reading import Doubt, Fact, Span, Subject
from brushite.plan import Moment
from brushite.record import LaboratoryRange, Limit, Measurement, Origin, Timing
from brushite.units import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value that was read, before values of one occasion are put together.

    `readings` are its plausible readings, the likeliest first; a certain one is alone. `told` says
    whether the sentence itself says when.
    """

    analyte: str
    readings: tuple[Quantity, ...]
    limit: Limit | None
    taken: Moment
    told: bool
    assay: str | None
    remark: str | None
    subject: Subject
    span: Span
    sentence: int
    zone: str
    question: str = ""
    range: LaboratoryRange | None = None
    timing: Timing = "unknown"

    def fact(self, quantity: Quantity, source: str, spans: tuple[Span, ...]) -> Fact:
        """The measurement with one of the readings; raises `RecordError` for what cannot be."""
        return Fact(
            kind="measurement",
            content=Measurement(
                analyte=self.analyte,
                value=quantity,
                limit=self.limit,
                taken=self.taken,
                timing=self.timing,
                assay=self.assay,
                laboratory_range=self.range,
                author_remark=self.remark,
                origin=Origin(document=source, place=str(spans[0])),
            ),
            subject=self.subject,
            spans=spans,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What an author calls an analyte without a number: "a normal calcium", at some moments."""

    analyte: str
    remark: str
    moments: tuple[Moment, ...]


@dataclass(slots=True)
class Found:
    """All that laboratories say in a text."""

    values: list[Value] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    limits: list[Fact] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def judged(
    name: str,
    written: str,
    units: tuple[str, ...],
    language: Language,
    *,
    number: str = "",
    is_said: bool = True,
    is_sure: bool = False,
) -> tuple[tuple[Quantity, ...], str]:
    """The plausible readings of a number, and what is asked when it is not certain.

    `written` is the whole as a person would show it, `number` its number where that is not all.
    Without `is_said` the `units` are guesses. With `is_sure` other numbers of the text show what
    its signs mean, so that a reading against them waits. A reading that patients on dialysis are
    seen with goes before one that is only possible.
    """
    number = number or written
    measure = analyte(name).measure
    low, high = SEEN[name]
    numbers = readings(number, language).values
    seen: list[Quantity] = []
    possible: list[Quantity] = []
    for value in numbers:
        if " " in number and seen:
            break  # a space parts thousands wherever that gives a value
        for unit in units:
            quantity = Quantity(value, unit)
            try:
                measure.checked(quantity)
            except BrushiteError:
                continue
            (seen if low <= measure.value(quantity) <= high else possible).append(quantity)
    both = (*seen, *possible)
    if not is_said:
        return tuple(seen) or both, f"{name} {written!r} has no unit." if both else ""
    is_theirs = bool(seen) and seen[0].value == numbers[0]
    if is_theirs or (len(seen) == 1 and not is_sure):
        return (seen[0],), ""
    unit = measure.units[0]
    if not both:
        others = [Quantity(v, u) for v in numbers for u in measure.units if u not in units]
        likely = tuple(q for q in others if low <= measure.value(q) <= high)
        return likely, f"{name} {written} is outside {measure.low:g} to {measure.high:g} {unit}."
    if len(both) > 1 or len(numbers) > 1:
        return both, f"{name} {written!r} can be read in {max(len(both), len(numbers))} ways."
    if _is_near(measure.value(both[0]), low, high):
        return both, ""
    return both, f"{name} {written} is far from what dialysis shows ({low:g} to {high:g} {unit})."


def _is_near(value: float, low: float, high: float) -> bool:
    return low / 2 <= value <= high * 1.5
