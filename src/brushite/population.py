"""A group of patients: from what the unsaid is drawn."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import NormalDist
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brushite.equations import (
    Assumed,
    Cited,
    Fixed,
    LogitNormal,
    LogNormal,
    Parameter,
)
from brushite.errors import ModelError, did_you_mean
from brushite.estimates import NOTHING, estimates

_NORMAL = NormalDist()
ESTIMATED = Assumed("estimated on published studies, see estimates.toml")

Column = NDArray[np.float64]


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

    def at(self, ranks: ArrayLike) -> Column:
        """The values below which the shares `ranks` (0 to 1) of the group lie, within `between`."""
        ranks = np.asarray(ranks, dtype=float)
        if self.kind == "choice":
            reached = np.cumsum(self.weights) / sum(self.weights)
            places = np.searchsorted(reached, ranks, side="right")
            return np.array(self.values)[np.minimum(places, len(self.values) - 1)]
        if self.sd == 0:
            return np.full_like(ranks, self.median)
        centre, *bounds = self.bent((self.median, *self.between))
        low, high = (_NORMAL.cdf((bound - centre) / self.sd) for bound in bounds)
        inside = np.clip(low + ranks * (high - low), 1e-12, 1 - 1e-12)
        return self.straight(centre + self.sd * normal_at(inside))

    def bent(self, values: ArrayLike) -> Column:
        """`values` on the scale on which the distribution is normal; the scale's ends are ±inf."""
        values = np.asarray(values, dtype=float)
        with np.errstate(divide="ignore"):
            if self.kind == "log-normal":
                return np.asarray(np.log(values))
            if self.kind == "logit-normal":
                share = np.clip(values, 0, 1)
                return np.asarray(np.log(share) - np.log1p(-share))
        return values

    def straight(self, values: Column) -> Column:
        """The inverse of `bent`."""
        if self.kind == "log-normal":
            return np.asarray(np.exp(values))
        if self.kind == "logit-normal":
            return np.asarray(1 / (1 + np.exp(-values)))
        return values


def normal_at(ranks: Column) -> Column:
    """The standard normal numbers below which the shares `ranks` (0 to 1, neither included) lie."""
    return np.array([_NORMAL.inv_cdf(r) for r in ranks.flat]).reshape(ranks.shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """A named group of patients and the distributions that make it."""

    name: str
    meaning: str
    quantities: Mapping[str, Distribution]
    estimates: Mapping[str, float] = field(default_factory=lambda: NOTHING)

    @classmethod
    def named(cls, name: str) -> "Population":
        """The population that brushite ships under `name`, with parameters as estimated.

        Raises `ModelError`, with a guess, when there is none.
        """
        folder = Path(__file__).parent / "populations"
        known = [f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")]
        if name not in known:
            raise ModelError(f"There is no population {name!r}.{did_you_mean(name, known)}")
        found = cls.read((folder / f"{name}.toml").read_text(encoding="utf-8"))
        return replace(found, estimates=estimates().values)

    @classmethod
    def read(cls, text: str) -> "Population":
        """A population from the TOML text that describes it."""
        table = tomllib.loads(text)
        quantities = {q["name"]: _distribution(q) for q in table["quantity"]}
        return cls(
            name=table["name"], meaning=table["meaning"], quantities=MappingProxyType(quantities)
        )

    def of_parameter(self, name: str, parameter: Parameter) -> Distribution:
        """The spread of a parameter: this population's own, else that beside the equation.

        Of the latter, the typical value is the one estimated on studies, where there is one.
        """
        own = self.quantities.get(f"parameter.{name}")
        if own is not None:
            return own
        usual = _of_parameter(name, parameter)
        if name not in self.estimates:
            return usual
        return replace(usual, median=self.estimates[name], source=ESTIMATED)


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
        source=source_of(table["source"]),
        median=float(table.get("median", math.nan)),
        sd=float(table.get("sd", 0.0)),
        between=(float(low), float(high)),
        values=tuple(float(v) for v in table.get("values", ())),
        weights=tuple(float(w) for w in table.get("weights", ())),
    )


def source_of(text: str) -> Cited | Assumed:
    """The source that a table gives as `Key, place` or `assumed: reason`."""
    if text.startswith("assumed: "):
        return Assumed(text.removeprefix("assumed: "))
    key, _, place = text.partition(", ")
    return Cited(key, place)
