"""What a case expects, in words, judged by what the model gives (see cases/README.md)."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from brushite.model import MINERAL
from brushite.model.balance import CALCIUM, PHOSPHATE
from brushite.twin import Trajectories, Twin
from brushite.units import Quantity

HOURS = {"hour": 1, "day": 24, "week": 168}
READ = {
    "calcium": "observed_calcium",
    "ionised calcium": "observed_ionised_calcium",
    "phosphate": "observed_phosphate",
    "pth": "observed_pth",
    "alkaline phosphatase": "observed_alkaline_phosphatase",
    "calcidiol": "observed_calcidiol",
    "calcitriol": "observed_calcitriol",
    "fgf23": "observed_fgf23",
}
BALANCES = {"calcium balance": CALCIUM, "phosphate balance": PHOSPHATE}
SINCE_START = {  # what the model counts, and the sign of how a case says it
    "phosphate removed": ("dialysed_phosphate", 1),
    "calcium gained from the bath": ("dialysed_calcium", -1),
}
BESIDE = {"by", "at", "in", "missed"}
NUMBER = r"(-?\d+(?:\.\d+)?(?:e-\d+)?)"
ANY = "in any unit"  # of a fall or rise by whatever it may be
AMOUNT = rf"(?:at least {NUMBER}|at most {NUMBER}|{NUMBER}(?:-| to | and ){NUMBER}) (.+)"


@dataclass(frozen=True, slots=True)
class Expectation:
    """One line of a case: `verb` says of `name` what shall hold `at` a time or throughout a span.

    `by` is how much, `share` the share of draws in which it shall hold (the mean of the draws
    when empty), `missed` what the model is known to give instead.
    """

    name: str
    verb: str
    by: str
    at: str
    share: str
    missed: str

    @classmethod
    def of(cls, line: Mapping[str, object]) -> "Expectation":
        """Read a line; what is left beside `by`, `at`, `in` and `missed` is its subject."""
        ((name, verb),) = ((n, v) for n, v in line.items() if n not in BESIDE)
        by, share, missed = (str(line.get(n, "")) for n in ("by", "in", "missed"))
        return cls(name, str(verb), by, str(line["at"]), share, missed)

    def __str__(self) -> str:
        words = [self.name, self.verb, self.by and f"by {self.by}"]
        words += [f"at {self.at}", self.share and f"in {self.share}"]
        return " ".join(w for w in words if w)

    @property
    def span(self) -> tuple[int, int]:
        """First and last hour at which to look."""
        ends = [int(n) * HOURS[w] for w, n in re.findall(r"(hour|day|week) (\d+)", self.at)]
        return ends[0], ends[-1]

    @property
    def step(self) -> int:
        """The greatest distance (h) of readings that meets all that are to be looked at."""
        first, last = self.span
        word = re.match(r"hour|day|week", self.at)
        inside = HOURS[word[0]] if word and first < last else last
        return math.gcd(first, last, inside)


def quantities(twin: Twin, names: set[str]) -> set[str]:
    """The model's names of what has to be computed for these subjects."""
    wanted = set()
    for name in names:
        wanted |= set(BALANCES[name]) if name in BALANCES else {_model_name(twin, name)}
    return wanted


def judge(
    expected: Expectation, twin: Twin, run: Trajectories, other: Trajectories | None
) -> tuple[bool, str]:
    """Whether it holds, and in words what the model gives."""
    low, high, unit = _asked(expected)
    numbers = _numbers(expected, unit, twin, run, other)
    if expected.share:
        inside = ((numbers >= low) & (numbers <= high)).all(axis=1)
        low, high, unit = _range(expected.share.removesuffix(" of patients"))
        found = np.array([100 * inside.mean()])
    else:
        found = numbers.mean(axis=0)
    distance = np.maximum(low - found, found - high)
    worst = found[np.argmax(distance)]
    return bool(distance.max() <= 0), f"{worst:.4g} {unit}, not {low:g} to {high:g}"


def _asked(expected: Expectation) -> tuple[float, float, str]:
    """Lowest and highest number that is right, and its unit."""
    if expected.verb in {"is lowest", "is highest"}:
        return *expected.span, "h"
    if expected.verb in {"falls", "rises", "is lower", "is higher"}:
        return _range(expected.by) if expected.by else (math.ulp(0.0), math.inf, ANY)
    if found := re.fullmatch(rf"within {NUMBER} % of start", expected.verb):
        return 0.0, float(found[1]), "% away"
    return _range(expected.verb.removeprefix("between "))


def _range(text: str) -> tuple[float, float, str]:
    found = re.fullmatch(AMOUNT, text)
    if found is None:  # not an assertion, which would pass for a miss that is known
        raise ValueError(f"{text!r}: write for example 35-50 %, or at least 3 mmol/L")
    least, most, low, high, unit = found.groups()
    bounds = (float(least or low or "-inf"), float(most or high or "inf"))
    return *bounds, unit


def _numbers(
    expected: Expectation, unit: str, twin: Twin, run: Trajectories, other: Trajectories | None
) -> np.ndarray:
    """The number that an expectation is about, shape (draw, time)."""
    hours, series = run.hours, _series(expected.name, twin, run)
    first, last = expected.span
    if unit == "h":
        found = np.argmin(series, axis=1) if "lowest" in expected.verb else series.argmax(axis=1)
        return hours[found][:, None]
    looked = (hours >= first) & (hours <= last)
    if not looked.any():
        raise ValueError(f"{expected}: nothing was read then")
    there, start = series[:, looked], series[:, :1]
    if expected.verb in {"is lower", "is higher"}:
        if other is None:
            raise ValueError(f"{expected}: the case is not compared with anything")
        start = _series(expected.name, twin, other)[:, looked]
    sign = -1 if expected.verb in {"falls", "is lower"} else 1
    if unit == "% away":
        return 100 * np.abs(there / start - 1)
    if unit == "% of start":
        return 100 * there / start
    if expected.verb not in {"falls", "rises", "is lower", "is higher"}:
        return there * _unit_factor(expected.name, unit, twin)
    if unit == "%":
        return sign * 100 * (there / start - 1)
    if unit == ANY:
        return sign * (there - start)
    return sign * (there - start) * _unit_factor(expected.name, unit, twin)


def _series(name: str, twin: Twin, run: Trajectories) -> np.ndarray:
    if name in BALANCES:
        return sum(weight * run.values[n] for n, weight in BALANCES[name].items())
    values = run.values[_model_name(twin, name)]
    if name in SINCE_START:
        return SINCE_START[name][1] * (values - values[:, :1])
    return values


def _unit_factor(name: str, unit: str, twin: Twin) -> float:
    own = MINERAL.units[_model_name(twin, name)]
    return 1.0 if unit == own else Quantity(1.0, own).to(unit)


def _model_name(twin: Twin, name: str) -> str:
    if name in READ:
        return READ[name]
    if name in SINCE_START:
        return SINCE_START[name][0]
    for lesion in twin.lesions:
        if name == f"volume of the {lesion.name} mass":
            return f"lesion_{lesion.slot}_volume"
    MINERAL.symbol(name.replace(" ", "_"))  # refuses, with a guess, what the model does not have
    return name.replace(" ", "_")
