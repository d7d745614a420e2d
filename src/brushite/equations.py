"""How a sub-model is written down, and how sub-models become one model.

A sub-model is a module. It declares its states, inputs, totals and parameters, and has one pure
function per quantity. A function asks for other quantities by the names of its arguments; that is
all the wiring there is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from hashlib import sha256
from importlib import import_module
from inspect import signature
from math import inf
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, TypeVar

from brushite.errors import ModelError, did_you_mean

Named = TypeVar("Named")


@dataclass(frozen=True, slots=True)
class Cited:
    """A number read in a publication: its key in `references.bib`, and the place in it."""

    key: str
    place: str

    def __str__(self) -> str:
        """`Leypoldt2013, abstract`."""
        return f"{self.key}, {self.place}"


@dataclass(frozen=True, slots=True)
class Assumed:
    """A number that nobody has measured, and why this one was taken."""

    reason: str

    def __str__(self) -> str:
        """`assumed: ` and the reason."""
        return f"assumed: {self.reason}"


@dataclass(frozen=True, slots=True)
class LogNormal:
    """Spread between patients of a positive parameter: the standard deviation of its logarithm."""

    sd: float


@dataclass(frozen=True, slots=True)
class LogitNormal:
    """Spread between patients of a share: the standard deviation of log(x / (1 − x))."""

    sd: float


@dataclass(frozen=True, slots=True)
class Normal:
    """Spread between patients of a number that may have either sign: its standard deviation."""

    sd: float


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same in every patient."""


Spread = LogNormal | LogitNormal | Normal | Fixed


@dataclass(frozen=True, slots=True)
class State:
    """A quantity that the model integrates over time; `start` is where a run-in may begin."""

    meaning: str
    unit: str
    start: float
    between: tuple[float, float] = (0, inf)


@dataclass(frozen=True, slots=True)
class Input:
    """A quantity that a plan sets from outside; `idle` is its value when no plan does."""

    meaning: str
    unit: str
    idle: float = 0.0
    between: tuple[float, float] = (0, inf)


@dataclass(frozen=True, slots=True)
class Total:
    """A sum to which any sub-model may contribute with `adds_to`; zero when none does."""

    meaning: str
    unit: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A constant of one patient: its typical value, spread between patients, and evidence."""

    meaning: str
    value: float
    unit: str
    spread: Spread
    source: Cited | Assumed
    between: tuple[float, float] = (0, inf)


Symbol = State | Input | Parameter | Total


@dataclass(frozen=True)
class Equation:
    """A pure function of named quantities, the unit of its result, the total it is a part of."""

    function: Callable[..., Any]
    unit: str
    total: str | None = None

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Evaluate the equation."""
        return self.function(*args, **named)

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process finds the function by its module and name."""
        function = self.function
        return _found, (function.__module__, function.__qualname__, self.unit, self.total)


def _found(module: str, name: str, unit: str, total: str | None) -> Equation:
    """The equation that stands in `module` under `name`."""
    found = getattr(import_module(module), name)
    return Equation(found.function if isinstance(found, Equation) else found, unit, total)


def quantity(unit: str) -> Callable[[Callable[..., Any]], Equation]:
    """Mark a function as an equation whose result is in `unit`."""
    return lambda function: Equation(function, unit)


def adds_to(total: str) -> Callable[[Equation], Equation]:
    """Mark an equation as one of the contributions to a `Total`."""
    return lambda equation: replace(equation, total=total)


@dataclass(frozen=True, slots=True)
class Jump:
    """What a procedure does to a state at once: it becomes `factor` times itself.

    What is lost goes, times `ratio`, to each state named in `to`, so that no matter disappears.
    """

    state: str
    factor: float
    to: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Submodel:
    """The names that one module defines, and what each stands for."""

    name: str
    symbols: Mapping[str, Symbol]
    equations: Mapping[str, Equation]
    arguments: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, module: ModuleType) -> "Submodel":
        """Read a sub-model from its module.

        Raises `ModelError` for a rate that belongs to no state of the module.
        """
        symbols = {
            name: symbol
            for block in ("States", "Inputs", "Totals", "Parameters")
            for name, symbol in vars(getattr(module, block, object)).items()
            if isinstance(symbol, Symbol)
        }
        equations = {n: e for n, e in vars(module).items() if isinstance(e, Equation)}
        for name, function in vars(module).items():
            if name.startswith("ddt_"):
                state = symbols.get(name.removeprefix("ddt_"))
                if not isinstance(state, State):
                    raise ModelError(f"{name} is the rate of no state of {module.__name__}.")
                equations[name] = Equation(function, f"{state.unit}/h")
        arguments = {n: tuple(signature(e.function).parameters) for n, e in equations.items()}
        return cls(module.__name__.rpartition(".")[2], symbols, equations, arguments)

    def at(self, place: str) -> "Submodel":
        """The same sub-model once more, its own names starting with `place`."""
        own = {*self.symbols, *self.equations}

        def placed(name: str) -> str:
            if name.startswith("ddt_"):
                return "ddt_" + placed(name.removeprefix("ddt_"))
            return f"{place}_{name}" if name in own else name

        return Submodel(
            name=f"{self.name} at {place}",
            symbols={placed(n): s for n, s in self.symbols.items()},
            equations={
                placed(n): e if e.total is None else replace(e, total=placed(e.total))
                for n, e in self.equations.items()
            },
            arguments={
                placed(n): tuple(placed(a) for a in wanted) for n, wanted in self.arguments.items()
            },
        )


@dataclass(frozen=True, eq=False)
class Model:
    """Sub-models joined by the names they share; equations stand in order of dependency."""

    submodels: tuple[Submodel, ...]
    states: Mapping[str, State]
    inputs: Mapping[str, Input]
    parameters: Mapping[str, Parameter]
    totals: Mapping[str, Total]
    equations: Mapping[str, Equation]
    arguments: Mapping[str, tuple[str, ...]]
    owner: Mapping[str, str]

    @property
    def units(self) -> dict[str, str]:
        """The unit of every name in the model."""
        named: dict[str, Symbol | Equation] = {
            **self.states,
            **self.inputs,
            **self.parameters,
            **self.equations,
        }
        return {name: thing.unit for name, thing in named.items()}

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that change with any name, value or source file of it."""
        digest = sha256()
        for name, equation in self.equations.items():
            digest.update(repr((name, self.arguments[name], equation.unit)).encode())
        for file in sorted({e.function.__code__.co_filename for e in self.equations.values()}):
            digest.update(Path(file).read_bytes() if Path(file).is_file() else file.encode())
        for group in (self.states, self.inputs, self.parameters):
            digest.update(repr(sorted(group.items())).encode())
        return digest.hexdigest()[:12]

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process assembles the model again, from the same sub-models."""
        return assemble, self.submodels

    def symbol(self, name: str) -> Symbol | Equation:
        """What `name` stands for.

        Raises `ModelError`, with a guess, for a name that the model does not have.
        """
        for group in (self.states, self.inputs, self.parameters, self.totals, self.equations):
            if name in group:
                return group[name]
        raise ModelError(f"The model has no {name!r}.{did_you_mean(name, self.owner)}")

    def evaluate(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """Every quantity and rate of the model, from its states, inputs and parameters."""
        values = dict(known)
        for name, equation in self.equations.items():
            values[name] = equation.function(*(values[a] for a in self.arguments[name]))
        return values

    def rates(self, known: Mapping[str, Any]) -> tuple[Any, ...]:
        """The time derivative of each state, in the order of `states`."""
        values = self.evaluate(known)
        return tuple(values["ddt_" + state] for state in self.states)


def assemble(*parts: ModuleType | Submodel) -> Model:
    """Join sub-models, or say which names do not fit.

    Raises `ModelError` for a name that is missing, defined twice, unused or circular.
    """
    submodels = tuple(p if isinstance(p, Submodel) else Submodel.of(p) for p in parts)
    owner = _owners(submodels)
    symbols = {n: s for part in submodels for n, s in part.symbols.items()}
    equations = {n: e for part in submodels for n, e in part.equations.items()}
    arguments = {n: a for part in submodels for n, a in part.arguments.items()}
    totals = _of_kind(symbols, Total)
    for name, total in totals.items():
        parts_of_it = tuple(n for n, e in equations.items() if e.total == name)
        equations[name] = Equation(_sum, total.unit)
        arguments[name] = parts_of_it
    _check_names(submodels, owner)
    _check_totals(equations, totals, owner)
    _check_rates(symbols, equations)
    _check_use(symbols, arguments, owner)
    ordered = {n: equations[n] for n in _in_order(arguments) if n in equations}
    return Model(
        submodels,
        _of_kind(symbols, State),
        _of_kind(symbols, Input),
        _of_kind(symbols, Parameter),
        totals,
        MappingProxyType(ordered),
        MappingProxyType(arguments),
        MappingProxyType(owner),
    )


def _of_kind(symbols: Mapping[str, Symbol], kind: type[Named]) -> Mapping[str, Named]:
    return MappingProxyType({n: s for n, s in symbols.items() if isinstance(s, kind)})


def _sum(*terms: Any) -> Any:
    """The sum of all contributions to a total."""
    if not terms:
        return 0.0
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def _owners(submodels: Iterable[Submodel]) -> dict[str, str]:
    owner: dict[str, str] = {}
    for submodel in submodels:
        for name in (*submodel.symbols, *submodel.equations):
            if name in owner:
                raise ModelError(f"{name!r} is defined by both {owner[name]} and {submodel.name}.")
            owner[name] = submodel.name
    return owner


def _check_names(submodels: Iterable[Submodel], owner: Mapping[str, str]) -> None:
    for submodel in submodels:
        for equation, wanted in submodel.arguments.items():
            for name in wanted:
                if name not in owner:
                    raise ModelError(
                        f"{submodel.name}.{equation} asks for {name!r}, which no sub-model "
                        f"defines.{did_you_mean(name, owner)}"
                    )


def _check_totals(
    equations: Mapping[str, Equation], totals: Mapping[str, Total], owner: Mapping[str, str]
) -> None:
    for name, equation in equations.items():
        if equation.total is None:
            continue
        total = totals.get(equation.total)
        if total is None:
            raise ModelError(
                f"{owner[name]}.{name} adds to {equation.total!r}, which no sub-model "
                f"declares.{did_you_mean(equation.total, totals)}"
            )
        if equation.unit != total.unit:
            raise ModelError(
                f"{owner[name]}.{name} is in {equation.unit}, "
                f"but {equation.total!r} in {total.unit}."
            )


def _check_rates(symbols: Mapping[str, Symbol], equations: Mapping[str, Equation]) -> None:
    for name, symbol in symbols.items():
        if isinstance(symbol, State) and f"ddt_{name}" not in equations:
            raise ModelError(f"State {name!r} has no rate: write a function ddt_{name}.")


def _check_use(
    symbols: Mapping[str, Symbol],
    arguments: Mapping[str, tuple[str, ...]],
    owner: Mapping[str, str],
) -> None:
    used = {name for wanted in arguments.values() for name in wanted}
    for name, symbol in symbols.items():
        if isinstance(symbol, Parameter) and name not in used:
            raise ModelError(f"Parameter {name!r} of {owner[name]} is used by no equation.")


def _in_order(arguments: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    try:
        yield from TopologicalSorter(arguments).static_order()
    except CycleError as error:
        loop = " -> ".join(reversed(error.args[1]))
        raise ModelError(
            f"These quantities depend on each other in a circle: {loop}. Make one of them a state."
        ) from None
