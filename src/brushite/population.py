"""A group of patients: from what the unsaid is drawn, and what goes together in it."""

import math
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

from brushite.distribution import Correlation, Distribution, Kind, correlated_names, matrix
from brushite.equations import (
    Assumed,
    Cited,
    Fixed,
    LogitNormal,
    LogNormal,
    Model,
    Parameter,
)
from brushite.errors import ModelError, did_you_mean
from brushite.estimates import NOTHING, estimates

ESTIMATED = "; its typical value was then estimated on studies"
Table = Mapping[str, Any]

FOLDER = Path(__file__).parent / "populations"
NOT_IN_BASE = ("parameter.", "care.")  # what a population may add to the one it is based on


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """A named group of patients, the distributions that make it, and what goes together in it."""

    name: str
    meaning: str
    quantities: Mapping[str, Distribution]
    correlations: tuple[Correlation, ...] = ()
    estimates: Mapping[str, float] = field(default_factory=lambda: NOTHING)

    @classmethod
    def named(cls, name: str) -> "Population":
        """The population that brushite ships under `name`, with parameters as estimated.

        Raises `ModelError`, with the known names, when there is none.
        """
        known = population_names()
        if name not in known:
            raise ModelError(
                f"There is no population {name!r}.{did_you_mean(name, known)} "
                f"The known ones are {', '.join(known)}."
            )
        found = cls.read((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
        return replace(found, estimates=estimates().values)

    @classmethod
    def read(cls, text: str) -> "Population":
        """A population from the TOML text that describes it, as in docs/populations.md.

        Raises `ModelError` for what is missing, unknown or impossible in it.
        """
        try:
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ModelError(f"The population is no TOML: {error}. Mend it there.") from None
        place = f"Population {table.get('name', 'without a name')!r}"
        _refuse_entries(table, place, {"name": str, "meaning": str}, _OF_POPULATION)
        base = _base(table, place)
        own = [_distribution(q, place) for q in table.get("quantity", ())]
        _refuse_twice([d.name for d in own], place)
        if base is not None:
            _refuse_new(own, base, place)
        quantities = {**({} if base is None else base.quantities), **{d.name: d for d in own}}
        pairs = [_correlation(c, place, quantities) for c in table.get("correlation", ())]
        _refuse_twice([" and ".join(sorted(c.between)) for c in pairs], place)
        together = () if base is None else base.correlations
        joined = {frozenset(c.between): c for c in (*together, *pairs)}
        found = tuple(c for c in joined.values() if c.value)
        matrix(correlated_names(found), found)
        return cls(
            name=table["name"],
            meaning=table["meaning"],
            quantities=MappingProxyType(quantities),
            correlations=found,
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
        before = usual.source
        source: Cited | Assumed = (
            Cited(before.key, before.place + ESTIMATED)
            if isinstance(before, Cited)
            else Assumed(before.reason + ESTIMATED)
        )
        return replace(usual, median=self.estimates[name], source=source)

    def refuse_strangers(self, model: Model) -> None:
        """Raise `ModelError` for a parameter that `model` does not have, or not so."""
        for name, of in self.quantities.items():
            if not name.startswith("parameter."):
                continue
            place = f"Population {self.name!r}, {name}"
            parameter = model.parameters.get(name.removeprefix("parameter."))
            if parameter is None:
                guess = did_you_mean(name, [f"parameter.{n}" for n in model.parameters])
                raise ModelError(f"{place}: the model has no such parameter.{guess}")
            low, high = parameter.between
            if of.unit != parameter.unit or of.between[0] < low or of.between[1] > high:
                raise ModelError(
                    f"{place} is in {of.unit} between {of.between[0]:g} and {of.between[1]:g}. "
                    f"Keep to the model's {parameter.unit}, between {low:g} and {high:g}."
                )


def population_names() -> tuple[str, ...]:
    """The populations that brushite ships; other files lie beside theirs."""
    tables = {
        file.stem: tomllib.loads(file.read_text(encoding="utf-8"))
        for file in sorted(FOLDER.glob("*.toml"))
    }
    return tuple(name for name, table in tables.items() if table.get("name") == name)


def _of_parameter(name: str, parameter: Parameter) -> Distribution:
    spread = parameter.spread
    kind: Kind = "normal"
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


_OF_POPULATION = MappingProxyType({"based_on": str, "quantity": list, "correlation": list})
_OF_QUANTITY = MappingProxyType(
    {"name": str, "meaning": str, "unit": str, "kind": str, "source": str}
)
_OF_CHOICE = MappingProxyType({"values": list, "weights": list})
_OF_SPREAD = MappingProxyType({"median": float, "sd": float})
_OF_CORRELATION = MappingProxyType({"between": list, "value": float, "source": str})
_WORDS = MappingProxyType({str: "a text", float: "a number", list: "a list"})


def _refuse_entries(
    table: Table, place: str, needed: Mapping[str, type], possible: Mapping[str, type]
) -> None:
    """Raise `ModelError` for an entry that is missing, unknown, or of another kind."""
    for entry in needed:
        if entry not in table:
            raise ModelError(f"{place} has no {entry!r}. Write it.")
    known = {**needed, **possible}
    for entry, value in table.items():
        if entry not in known:
            guess = did_you_mean(entry, known) or f" Possible are {', '.join(known)}."
            raise ModelError(f"{place}: there is no entry {entry!r}.{guess}")
        kind = known[entry]
        is_right = _is_number(value) if kind is float else isinstance(value, kind)
        if not is_right:
            raise ModelError(f"{place}: {entry} is {value!r}. Write {_WORDS[kind]}.")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _base(table: Table, place: str) -> Population | None:
    """The population that another one is based on, which stands by itself."""
    if "based_on" not in table:
        return None
    base = table["based_on"]
    if base not in population_names():
        guess = did_you_mean(base, population_names())
        raise ModelError(f"{place}: based_on names no population, but {base!r}.{guess}")
    text = (FOLDER / f"{base}.toml").read_text(encoding="utf-8")
    if "based_on" in tomllib.loads(text):
        raise ModelError(
            f"{place}: {base!r} is itself based on another one. Take that as the base."
        )
    return Population.read(text)


def _refuse_twice(names: Sequence[str], place: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ModelError(f"{place} gives {name} twice. Keep one of them.")


def _refuse_new(own: Sequence[Distribution], base: Population, place: str) -> None:
    """Raise `ModelError` for a quantity that nothing would ask for."""
    for name in (d.name for d in own):
        if name not in base.quantities and not name.startswith(NOT_IN_BASE):
            raise ModelError(
                f"{place}: {base.name!r} has no quantity {name!r}."
                f"{did_you_mean(name, base.quantities)}"
            )


def _distribution(table: Table, place: str) -> Distribution:
    place = f"{place}, quantity {table.get('name', 'without a name')!r}"
    kind = table.get("kind")
    if "kind" in table and kind not in get_args(Kind):
        raise ModelError(f"{place}: kind is {kind!r}. Write one of {', '.join(get_args(Kind))}.")
    own = _OF_CHOICE if kind == "choice" else _OF_SPREAD
    possible = {"words": list} if kind == "choice" else {"between": list}
    _refuse_entries(table, place, {**_OF_QUANTITY, **own}, possible)
    low, high = _pair_of_numbers(table, place)
    found = Distribution(
        name=table["name"],
        meaning=table["meaning"],
        unit=table["unit"],
        kind=table["kind"],
        source=source_of(table["source"], place),
        median=float(table.get("median", math.nan)),
        sd=float(table.get("sd", 0.0)),
        between=(low, high),
        values=_numbers(table, "values", place),
        weights=_numbers(table, "weights", place),
        words=tuple(table.get("words", ())),
    )
    _refuse_impossible(found, place)
    return found


def _numbers(table: Table, entry: str, place: str) -> tuple[float, ...]:
    values = table.get(entry, ())
    if not all(map(_is_number, values)):
        raise ModelError(f"{place}: {entry} is {values!r}. Write numbers.")
    return tuple(float(v) for v in values)


def _pair_of_numbers(table: Table, place: str) -> tuple[float, float]:
    bounds = _numbers(table, "between", place) or (-math.inf, math.inf)
    if len(bounds) != 2 or not bounds[0] < bounds[1]:
        raise ModelError(
            f"{place}: between is {list(bounds)}. Write the lower, then the upper end."
        )
    return bounds[0], bounds[1]


def _refuse_impossible(of: Distribution, place: str) -> None:
    """Raise `ModelError` for numbers from which nobody could be drawn."""
    if of.kind == "choice":
        if not of.values or len(of.values) != len(of.weights):
            raise ModelError(
                f"{place} has {len(of.values)} values and {len(of.weights)} weights. "
                "Write as many of the ones as of the others."
            )
        if min(of.weights) < 0 or sum(of.weights) <= 0:
            raise ModelError(f"{place}: no weight is below 0, and one is above. Mend them.")
        return
    lowest, highest = of.between
    if not (of.sd >= 0 and lowest <= of.median <= highest):
        raise ModelError(
            f"{place}: median {of.median:g}, sd {of.sd:g}, between {lowest:g} and {highest:g}. "
            "The median lies between the bounds, and sd is 0 or more."
        )
    end = {"log-normal": math.inf, "logit-normal": 1.0}.get(of.kind)
    if end is not None and not 0 < of.median < end:
        raise ModelError(
            f"{place}: a {of.kind} median lies between 0 and {end:g}, not at {of.median:g}."
        )


def _correlation(table: Table, place: str, known: Collection[str]) -> Correlation:
    between = table.get("between", ())
    place = f"{place}, correlation between {between!r}"
    _refuse_entries(table, place, _OF_CORRELATION, {})
    if len(between) != 2 or between[0] == between[1]:
        raise ModelError(f"{place}: it takes two quantities. Write their names.")
    for name in between:
        if not str(name).startswith("parameter.") and name not in known:
            guess = did_you_mean(str(name), known)
            raise ModelError(f"{place}: the population has no quantity {name!r}.{guess}")
    if not -1 < table["value"] < 1:
        raise ModelError(f"{place}: value is {table['value']:g}. Write a number between -1 and 1.")
    return Correlation(
        between=(between[0], between[1]),
        value=float(table["value"]),
        source=source_of(table["source"], place),
    )


def source_of(text: str, place: str) -> Cited | Assumed:
    """The source that a table gives as `Key, place` or `assumed: reason`.

    Raises `ModelError` that names `place` for what is neither.
    """
    if text.startswith("assumed: ") and text.removeprefix("assumed: ").strip():
        return Assumed(text.removeprefix("assumed: "))
    key, _, where = text.partition(", ")
    if not where or " " in key:
        raise ModelError(
            f"{place}: source is {text!r}. Write a key of references.bib and the place in it, or "
            "'assumed: ' and the reason."
        )
    return Cited(key, where)
