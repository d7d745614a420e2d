"""Which values a person can have meant: units that fit, plausible ranges, and the likely slip."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from brushite.errors import BrushiteError, PlanError, RecordError, UnitError
from brushite.units import Quantity, Substance, dimension, spelled


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Something measured or prescribed.

    `units` are those people write it in, ours first; `low`, `high` (both allowed) and `usual` are
    in the first of them. `charge` (mmol of charge per mmol) lets mEq/L stand for mmol/L where no
    substance is known.
    """

    name: str
    units: tuple[str, ...]
    low: float
    high: float
    usual: tuple[float, float]
    substance: Substance | None = None
    charge: int = 0
    of_plan: bool = False

    def value(self, quantity: Quantity) -> float:
        """`quantity` in the first of the units.

        Raises `UnitError` when its unit does not fit.
        """
        if self.charge and dimension(quantity.unit).startswith("charge"):
            neutral = Quantity(quantity.value / self.charge, quantity.unit.replace("Eq", "mol"))
            return neutral.to(self.units[0])
        try:
            return quantity.to(self.units[0], of=self.substance)
        except UnitError:
            raise UnitError(
                f"{self.name} {quantity} has a unit that does not fit. "
                f"Write it in {_either(self.units[:4])}."
            ) from None

    def checked(self, quantity: Quantity) -> Quantity:
        """`quantity`, once its unit fits and its value is plausible.

        Raises `UnitError` for the unit, `RecordError` or `PlanError` for the value.
        """
        value = self.value(quantity)
        if math.isnan(value) or math.isinf(value):
            raise self._refusal(f"{self.name} {quantity} is not a finite number.")
        if self.low <= value * (1 + 1e-9) and value <= self.high * (1 + 1e-9):
            return quantity
        if value < 0:
            raise self._refusal(f"{self.name} {quantity} is below zero.")
        limits = f"{self.low:g} to {self.high:g} {self.units[0]}"
        raise self._refusal(
            f"{self.name} {quantity} is outside {limits}.{self._guess(quantity)}",
        )

    def read(self, written: object) -> Quantity:
        """A checked quantity from `"5.4 mg/dL"`.

        Raises `UnitError` for a number without unit, and all that `checked` raises.
        """
        if isinstance(written, Quantity):
            return self.checked(written)
        text = str(written).strip()
        if isinstance(written, bool) or written is None:
            raise UnitError(f'{self.name} {text!r} is not a quantity. Write "{self._example()}".')
        self._refuse_odd_numbers(text)
        if re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", text):
            raise UnitError(
                f"{self.name} {text} has no unit. Write {self._with_unit(float(text))}."
            )
        if re.fullmatch(r"[-+]?\.?(nan|inf|infinity)(\s.*)?", text, re.IGNORECASE):
            raise self._refusal(
                f'{self.name} {text} is not a finite number. Write "{self._example()}".'
            )
        if not re.match(r"[-+]?\.?\d", text):
            raise UnitError(f'{self.name} {text!r} is not a quantity. Write "{self._example()}".')
        try:
            quantity = Quantity.parse(text)
        except UnitError as error:
            raise UnitError(
                f"{self.name} {text!r} cannot be read: {error} Units are {_either(self.units)}."
            ) from None
        return self.checked(quantity)

    def _refuse_odd_numbers(self, text: str) -> None:
        """Raise for a number that may mean two things, or is no number at all."""
        if self.name == "pth" and re.match(r"(pth\s*)?1\s*[-–]\s*84\b", text, re.IGNORECASE):
            raise UnitError(
                "pth '1-84' is the name of an assay, not a value. "
                'Write assay: "1-84", and the value with its unit.'
            )
        if found := re.match(r"[-+]?\d+(,\d+)+(\.\d+)?(?=\s|$|[^\d.,])", text):
            raise UnitError(self._comma(text, found[0]))
        if found := re.match(r"\d{1,3}(\s\d{3})+(?=\s|$)", text):
            joined = re.sub(r"\s", "", found[0]) + text[found.end() :]
            raise UnitError(
                f'{self.name} {text!r} has a space inside its number. Write "{joined}".'
            )
        if re.match(r"[\d.]+\s*([-–]|to)\s*[\d.]+", text):
            raise UnitError(f"{self.name} {text!r} is a range, not a value. Write one number.")

    def _refusal(self, message: str) -> BrushiteError:
        return PlanError(message) if self.of_plan else RecordError(message)

    def _example(self) -> str:
        low, high = self.usual
        return f"{_rounded(math.sqrt(max(low, high / 100) * high)):.12g} {self.units[0]}"

    def _distance(self, quantity: Quantity) -> float:
        """How many factors of e `quantity` lies from the usual values; infinite if implausible."""
        value = self.value(quantity)
        if not self.low <= value <= self.high or value <= 0:
            return math.inf
        return abs(
            math.log(value / math.sqrt(max(self.usual[0], self.usual[1] / 100) * self.usual[1]))
        )

    def _with_unit(self, number: float) -> str:
        best = min((Quantity(number, u) for u in self.units), key=self._distance)
        other = next((u for u in self.units if u != spelled(best.unit)), None)
        if other is None or math.isinf(self._distance(best)):
            return f'for example "{self._example()}"'
        ours = self.units[0] if best.unit != self.units[0] else other
        converted = Quantity(_rounded(self._converted(best, ours)), ours)
        return f'"{best}" or "{converted}"'

    def _converted(self, quantity: Quantity, unit: str) -> float:
        one = self.value(Quantity(1, unit))
        return self.value(quantity) / one

    def _guess(self, quantity: Quantity) -> str:
        number = quantity.value
        units = [Quantity(number, u) for u in self.units if u != spelled(quantity.unit)]
        slips = [Quantity(number * f, quantity.unit) for f in (0.1, 0.01, 10, 0.001, 100, 1000)]
        best = min(
            (*units, *slips),
            key=lambda q: round(self._distance(q) + _is_other_course(q, quantity), 2),
            default=None,
        )
        if best is None or math.isinf(self._distance(best)):
            return ""
        if best in units:
            return f" Did you mean {best.unit}?"
        return f" Was it {best.value:g}?"

    def _comma(self, text: str, number: str) -> str:
        unit = text.removeprefix(number).strip() or self.units[0]
        candidates = " or ".join(f'"{n} {unit}"' for n in _readings(number))
        if " or " not in candidates:
            return f"{self.name} {text!r} has a comma inside its number. Write {candidates}."
        return f"{self.name} {text!r} can be read in two ways. Write {candidates}."


def _readings(number: str) -> Iterator[str]:
    """What a number with commas may mean: a decimal comma first, thousands second."""
    is_decimal = number.count(",") == 1 and "." not in number
    if is_decimal:
        yield number.replace(",", ".")
    if not is_decimal or re.fullmatch(r"[-+]?\d{1,3},\d{3}", number):
        yield number.replace(",", "")


def _either(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _is_other_course(guess: Quantity, written: Quantity) -> bool:
    """Whether a guess changes the weight and the days of a dose at once, as nobody does by slip."""
    one, other = (spelled(q.unit).partition("/") for q in (guess, written))
    return {one[2], other[2]} == {"day", "week"} and one[0] != other[0]


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")
