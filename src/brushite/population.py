"""A group of patients: from what the unsaid is drawn."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from statistics import NormalDist
from types import MappingProxyType
from typing import Any, Literal

from brushite.equations import (
    Assumed,
    Cited,
    Fixed,
    LogitNormal,
    LogNormal,
    Parameter,
)
from brushite.errors import ModelError, did_you_mean

_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """The spread of one quantity over a group of patients; `unit` is the model's."""

    name: str
    meaning: str
    unit: str
    kind: Literal["log-normal", "logit-normal", "normal", "choice"]
    source: Cited | Assumed
    median: float = math.nan
    sd: float = 0.0
    between: tuple[float, float] = (-math.inf, math.inf)
    values: tuple[float, ...] = ()
    weights: tuple[float, ...] = ()

    def at(self, rank: float) -> float:
        """The value below which the share `rank` (0 to 1) of the group lies, within `between`."""
        if self.kind == "choice":
            return self._chosen(rank)
        if self.sd == 0:
            return self.median
        centre = self._bent(self.median)
        low, high = (self._rank(bound, centre) for bound in self.between)
        inside = min(max(low + rank * (high - low), 1e-12), 1 - 1e-12)
        return self._straight(centre + self.sd * _NORMAL.inv_cdf(inside))

    def bent(self, value: float) -> float:
        """`value` on the scale on which the distribution is normal."""
        return self._bent(value)

    def straight(self, value: float) -> float:
        """The inverse of `bent`."""
        return self._straight(value)

    def _chosen(self, rank: float) -> float:
        reached = 0.0
        for value, weight in zip(self.values, self.weights, strict=True):
            reached += weight / sum(self.weights)
            if rank < reached:
                return value
        return self.values[-1]

    def _rank(self, bound: float, centre: float) -> float:
        try:
            bent = self._bent(bound)
        except (ValueError, ZeroDivisionError):  # a bound at the edge of the scale: 0, or 1
            return 0.0 if bound < self.median else 1.0
        return _NORMAL.cdf((bent - centre) / self.sd) if math.isfinite(bent) else float(bent > 0)

    def _bent(self, value: float) -> float:
        if self.kind == "log-normal":
            return math.log(value)
        if self.kind == "logit-normal":
            return math.log(value / (1 - value))
        return value

    def _straight(self, value: float) -> float:
        if self.kind == "log-normal":
            return math.exp(value)
        if self.kind == "logit-normal":
            return 1 / (1 + math.exp(-value))
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """A named group of patients and the distributions that make it."""

    name: str
    meaning: str
    quantities: Mapping[str, Distribution]

    @classmethod
    def named(cls, name: str) -> "Population":
        """The population that brushite ships under `name`.

        Raises `ModelError`, with a guess, when there is none.
        """
        folder = files("brushite") / "populations"
        known = [f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")]
        if name not in known:
            raise ModelError(f"There is no population {name!r}.{did_you_mean(name, known)}")
        return cls.read((folder / f"{name}.toml").read_text(encoding="utf-8"))

    @classmethod
    def read(cls, text: str) -> "Population":
        """A population from the TOML text that describes it."""
        table = tomllib.loads(text)
        quantities = {q["name"]: _distribution(q) for q in table["quantity"]}
        return cls(
            name=table["name"], meaning=table["meaning"], quantities=MappingProxyType(quantities)
        )

    def of_parameter(self, name: str, parameter: Parameter) -> Distribution:
        """The spread of a parameter: this population's own, else that beside the equation."""
        return self.quantities.get(f"parameter.{name}", _of_parameter(name, parameter))


def _of_parameter(name: str, parameter: Parameter) -> Distribution:
    spread = parameter.spread
    kind: Literal["log-normal", "logit-normal", "normal"] = "normal"
    if isinstance(spread, LogNormal):
        kind = "log-normal"
    elif isinstance(spread, LogitNormal):
        kind = "logit-normal"
    return Distribution(
        name=name,
        meaning=parameter.meaning,
        unit=parameter.unit,
        kind=kind,
        median=parameter.value,
        sd=0.0 if isinstance(spread, Fixed) else spread.sd,
        between=parameter.between,
        source=parameter.source,
    )


def _distribution(table: Mapping[str, Any]) -> Distribution:
    low, high = table.get("between", (-math.inf, math.inf))
    return Distribution(
        name=table["name"],
        meaning=table["meaning"],
        unit=table["unit"],
        kind=table["kind"],
        source=_source(table["source"]),
        median=float(table.get("median", math.nan)),
        sd=float(table.get("sd", 0.0)),
        between=(float(low), float(high)),
        values=tuple(float(v) for v in table.get("values", ())),
        weights=tuple(float(w) for w in table.get("weights", ())),
    )


def _source(text: str) -> Cited | Assumed:
    if text.startswith("assumed: "):
        return Assumed(text.removeprefix("assumed: "))
    key, _, place = text.partition(", ")
    return Cited(key, place)
