"""What a name of the model is: formula, unit, values with their sources, file and line."""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any

from brushite.engine.symbols import latex, plain
from brushite.equations import (
    Equation,
    Fixed,
    Input,
    LogitNormal,
    LogNormal,
    Model,
    Parameter,
    Spread,
    State,
    Submodel,
    Symbol,
    Total,
)
from brushite.estimates import estimates

DEPTH = 2  # from PTH secretion down to calcium, set point and steepness
ABBREVIATIONS = frozenset({"pth", "fgf23", "ct", "ph"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A name and what is declared of it.

    `value` is a parameter's typical value, a state's start or an input's idle value; None for what
    is computed. `estimate` is what published studies made of a parameter's value, from which twins
    start. `spread` and `source` are words, empty where there is nothing to say. A computed
    argument has its `formula`, and in `parts` the computed arguments of that.
    """

    name: str
    kind: str
    meaning: str
    unit: str
    value: float | None = None
    estimate: float | None = None
    spread: str = ""
    between: tuple[float, float] | None = None
    source: str = ""
    formula: str = ""
    parts: tuple["Term", ...] = ()

    def __str__(self) -> str:
        """`name = value unit (spread, bounds): meaning [source]`."""
        value = "" if self.value is None else f" = {self.value:g}"
        unit = f" {self.unit}" if self.unit != "1" else ", no unit" if self.value is None else ""
        bounds = "" if self.between is None else _bounds(self.between)
        estimate = "" if self.estimate is None else f"estimated on studies {self.estimate:.4g}"
        notes = ", ".join(n for n in (estimate, self.spread, bounds) if n)
        source = f" [{self.source}]" if self.source else ""
        return f"{self.name}{value}{unit}{f' ({notes})' if notes else ''}: {self.meaning}{source}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All that the model says of one name.

    `formula` and `latex` are empty for what is given from outside; a state has the formula of its
    rate. `file` is relative to the project, or to where the package is installed.
    """

    subject: Term
    submodel: str
    formula: str
    latex: str
    arguments: tuple[Term, ...]
    used_by: tuple[str, ...]
    file: str
    line: int

    def __str__(self) -> str:
        """The explanation as a few lines of text."""
        lines = [f"{self.subject.kind} of {self.submodel}", str(self.subject)]
        if self.formula:
            lines += ["", f"  {self.formula}"]
        if self.arguments:
            lines += ["", *_lines(self.arguments, "  ", {self.subject.name})]
        users = ", ".join(self.used_by) if self.used_by else "nothing in the model"
        return "\n".join([*lines, "", f"used by {users}", f"{self.file}:{self.line}"])


def _lines(terms: Iterable[Term], margin: str, told: set[str]) -> Iterator[str]:
    """A line per term, and beneath it its formula and those within, each told only once."""
    for term in terms:
        yield f"{margin}{term}"
        if term.formula and term.name not in told:
            told.add(term.name)
            yield f"{margin}    {term.formula}"
            yield from _lines(term.parts, f"{margin}    ", told)


def explain(model: Model, name: str) -> Explanation:
    """What `name` is in `model`.

    Raises `ModelError`, with a guess, for a name that the model does not have.
    """
    symbol = model.symbol(name)
    submodel = next(s for s in model.submodels if name in s.symbols or name in s.equations)
    equation = f"ddt_{name}" if isinstance(symbol, State) else name
    has_formula = equation in model.equations
    arguments = model.arguments[equation] if has_formula else ()
    file, line = _place(submodel, name, symbol)
    return Explanation(
        subject=_term(model, name),
        submodel=submodel.name.replace("_", " "),
        formula=plain(model, equation) if has_formula else "",
        latex=latex(model, equation) if has_formula else "",
        arguments=tuple(_term(model, a, depth=DEPTH) for a in dict.fromkeys(arguments)),
        used_by=tuple(n for n, wanted in model.arguments.items() if name in wanted),
        file=file,
        line=line,
    )


def _term(model: Model, name: str, *, depth: int = 0) -> Term:
    """What is declared of `name`; of what is computed also the formulae, `depth` levels down."""
    symbol = model.symbol(name)
    if isinstance(symbol, Parameter):
        return Term(
            name=name,
            kind="parameter",
            meaning=symbol.meaning,
            unit=symbol.unit,
            value=symbol.value,
            estimate=estimates().values.get(name),
            spread=_spread(symbol.spread),
            between=symbol.between,
            source=str(symbol.source),
        )
    if isinstance(symbol, State | Input):
        return Term(
            name=name,
            kind="state" if isinstance(symbol, State) else "input",
            meaning=symbol.meaning,
            unit=symbol.unit,
            value=symbol.start if isinstance(symbol, State) else symbol.idle,
            between=symbol.between,
        )
    if isinstance(symbol, Total):
        return Term(name=name, kind="total", meaning=symbol.meaning, unit=symbol.unit)
    kind = "rate" if name.startswith("ddt_") else "quantity"
    wanted = [a for a in model.arguments[name] if a in model.equations] if depth > 1 else []
    return Term(
        name=name,
        kind=kind,
        meaning=_meaning(name, symbol),
        unit=symbol.unit,
        formula=plain(model, name) if depth else "",
        parts=tuple(_term(model, a, depth=depth - 1) for a in dict.fromkeys(wanted)),
    )


def _meaning(name: str, equation: Equation) -> str:
    """The first line of the docstring, else the name in words."""
    text = inspect.getdoc(equation.function)
    if text:
        return text.splitlines()[0].rstrip(".")
    if name.startswith("ddt_"):
        return f"Rate of {_words(name.removeprefix('ddt_'))}"
    return _words(name)


def _words(name: str) -> str:
    words = [w.upper() if w in ABBREVIATIONS else w for w in name.split("_")]
    return " ".join(words)


def _spread(spread: Spread) -> str:
    if isinstance(spread, Fixed):
        return "the same in everyone"
    if isinstance(spread, LogNormal):
        return f"spread log-normal {spread.sd:g}"
    if isinstance(spread, LogitNormal):
        return f"spread logit-normal {spread.sd:g}"
    return f"spread normal {spread.sd:g}"


def _bounds(between: tuple[float, float]) -> str:
    low, high = between
    if (low, high) == (-inf, inf):
        return "any sign"
    if high == inf:
        return f"above {low:g}"
    return f"{low:g} to {high:g}"


def _place(submodel: Submodel, name: str, symbol: Symbol | Equation) -> tuple[str, int]:
    """File and line where a name is written; an empty file where no function tells."""
    if isinstance(symbol, Equation) and name in submodel.equations:
        return _of_function(symbol.function)
    functions = [e.function for e in submodel.equations.values()]
    if not functions:
        return "", 0
    path = Path(inspect.getfile(functions[0]))
    place = submodel.name.rpartition(" at ")[2]
    written = name.removeprefix(f"{place}_") if " at " in submodel.name else name
    declaration = re.compile(rf"\s+{written}\s*=\s*[A-Z]")
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if declaration.match(text):
            return _relative(path), number
    return _relative(path), 1


def _of_function(function: Callable[..., Any]) -> tuple[str, int]:
    lines, first = inspect.getsourcelines(function)
    defined = next((i for i, text in enumerate(lines) if text.lstrip().startswith("def ")), 0)
    return _relative(Path(inspect.getfile(function))), first + defined


def _relative(path: Path) -> str:
    """The path from the project's folder, or from the folder that the package is installed in."""
    for parent in path.parents:
        if (parent / "pyproject.toml").exists() or parent.name == "site-packages":
            return path.relative_to(parent).as_posix()
    return path.as_posix()
