"""The same equations as algebra: formulae to read, in LaTeX or on one line."""

import math
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import sympy

from brushite.equations import Model, Parameter, State, Submodel, Symbol, Total
from brushite.errors import ModelError

_LN_10 = math.log(10.0)
_LATIN_ENDS = 0x180  # LaTeX knows the accented letters below
_IN_LATEX: Mapping[str, str] = MappingProxyType(
    {
        **{mark: rf"\{mark}" for mark in "&%$#_{}"},
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "−": r"$-$",
        "⁻": r"$^{-}$",
        "±": r"$\pm$",
        "·": r"$\cdot$",
        "×": r"$\times$",
        "≤": r"$\le$",
        "≥": r"$\ge$",
        "≈": r"$\approx$",
        "→": r"$\to$",
        "–": "--",
        "—": "---",
        "’": "'",
        "‘": "`",
        "“": "``",
        "”": "''",
        "…": r"\ldots{}",
        "°": r"$^{\circ}$",
        "µ": r"$\mu$",
        "α": r"$\alpha$",
        "β": r"$\beta$",
        "γ": r"$\gamma$",
        "κ": r"$\kappa$",
        "λ": r"$\lambda$",
        "μ": r"$\mu$",
        "π": r"$\pi$",
        "Δ": r"$\Delta$",
        **{digit: f"$^{i}$" for i, digit in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
        **{digit: f"$_{i}$" for i, digit in enumerate("₀₁₂₃₄₅₆₇₈₉")},
    }
)
_OPENING = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage[a4paper,landscape,margin=2cm]{geometry}
\usepackage{amsmath,graphicx,longtable}
% A formula wider than the page is made smaller.
\newsavebox{\formula}
\newcommand{\fitted}[1]{\sbox{\formula}{$\displaystyle #1$}%
  \ifdim\wd\formula>\linewidth\resizebox{\linewidth}{!}{\usebox{\formula}}%
  \else\usebox{\formula}\fi}
\begin{document}"""


def algebra(model: Model, name: str) -> sympy.Expr:
    """One equation as a SymPy expression of the names it asks for.

    Raises `ModelError`, with a guess, for a name that is no equation of the model.
    """
    if name not in model.equations:
        model.symbol(name)
        raise ModelError(f"{name} has no formula: it is given to the equations from outside.")
    symbols = (sympy.Symbol(a, real=True) for a in model.arguments[name])
    expression = sympy.sympify(model.equations[name](*symbols))
    if expression.is_zero:
        return sympy.Integer(0)
    return expression.replace(_is_bare, _tidied)


def latex(model: Model, name: str) -> str:
    """One equation in LaTeX, with its unit; raises `ModelError` as `algebra` does."""
    expression = algebra(model, name)
    names = {symbol: _roman(symbol.name) for symbol in expression.free_symbols}
    formula = sympy.latex(expression, symbol_names=names, mul_symbol="dot")
    return rf"{_left_side(name)} = {formula} \quad [{_unit(model.equations[name].unit)}]"


def plain(model: Model, name: str) -> str:
    """One equation on a line of text, `pth_secretion = ...`; raises as `algebra` does."""
    text = sympy.sstr(algebra(model, name)).replace("**", "^").replace("*", " · ")
    left = f"d({name.removeprefix('ddt_')})/dt" if name.startswith("ddt_") else name
    return f"{left} = {text}"


def formulae(model: Model) -> Mapping[str, str]:
    """Every equation of the model in LaTeX, in order of dependency."""
    return {name: latex(model, name) for name in model.equations}


def document(model: Model, meanings: Mapping[str, str], *, title: str) -> str:
    """A LaTeX document of the whole model, sub-model by sub-model.

    Each has its equations with what they mean, and tables of its states, inputs and parameters with
    values and sources. `meanings` are of all names but rates.
    """
    lines = [
        _OPENING,
        rf"\section*{{{escaped(title)}}}",
        f"Model {model.fingerprint}: {len(model.states)} states, {len(model.parameters)} "
        f"parameters, {len(model.equations)} equations. Time is in hours.",
    ]
    for submodel in model.submodels:
        lines += ["", rf"\section*{{{escaped(submodel.name.replace('_', ' ').capitalize())}}}"]
        for name in model.equations:
            if model.owner.get(name) != submodel.name:
                continue
            if not name.startswith("ddt_"):
                lines.append(rf"\noindent {escaped(meanings[name])}:")
            formula = latex(model, name)
            lines += [r"\begin{equation*}", rf"\fitted{{{formula}}}", r"\end{equation*}"]
        lines += _table(submodel)
    return "\n".join([*lines, r"\end{document}", ""])


def _table(submodel: Submodel) -> Iterator[str]:
    """What is declared in a sub-model, one line each; nothing when nothing is."""
    given = {n: s for n, s in submodel.symbols.items() if not isinstance(s, Total)}
    if not given:
        return
    yield r"\begin{longtable}{p{0.24\linewidth}p{0.25\linewidth}rlp{0.25\linewidth}}"
    yield r"\textbf{Name} & \textbf{Meaning} & \textbf{Value} & \textbf{Unit} & \textbf{Source}"
    yield r"\\ \hline \endhead"
    for name, symbol in given.items():
        kind, value, source = _declared(symbol)
        breakable = escaped(name).replace(r"\_", r"\_\allowbreak{}")
        cells = (
            rf"\raggedright {breakable}",
            rf"\raggedright {escaped(symbol.meaning)}",
            f"{value:g}",
            rf"${_unit(symbol.unit)}$",
            rf"\raggedright {escaped(source or kind)}\tabularnewline",
        )
        yield " & ".join(cells)
    yield r"\end{longtable}"


def _declared(symbol: Symbol) -> tuple[str, float, str]:
    """What kind of thing is declared, its value, and where that is from."""
    if isinstance(symbol, Parameter):
        return "parameter", symbol.value, str(symbol.source)
    if isinstance(symbol, State):
        return "state, at the start of a run-in", symbol.start, ""
    return "input, where no plan sets it", getattr(symbol, "idle", 0.0), ""


def escaped(text: str) -> str:
    """Text in LaTeX that prints as it is; a mark that LaTeX has no word for becomes its number."""
    return "".join(_IN_LATEX.get(letter) or _spelled(letter) for letter in text)


def _spelled(letter: str) -> str:
    is_known = letter.isascii() or (letter.isalpha() and ord(letter) < _LATIN_ENDS)
    return letter if is_known else f"[U+{ord(letter):04X}]"


def _is_bare(part: sympy.Basic) -> bool:
    """Whether a part shows how the vocabulary computes, instead of what a person would write."""
    if isinstance(part, sympy.Float):
        return bool(part == int(part))
    if isinstance(part, sympy.Pow):
        return isinstance(part.exp, sympy.Float)
    return isinstance(part, sympy.exp) and all(
        abs(abs(float(term.as_coeff_Mul()[0])) - _LN_10) < 1e-12
        for term in sympy.Add.make_args(part.args[0])
    )


def _tidied(part: sympy.Basic) -> sympy.Basic:
    if isinstance(part, sympy.Float):
        return sympy.Integer(int(part))
    if isinstance(part, sympy.Pow):
        written = sympy.Rational(float(part.exp)).limit_denominator(12)
        is_same = abs(float(written) - float(part.exp)) < 1e-12  # 1/3, but not 0.107
        return part.base**written if is_same else part
    split = (term.as_coeff_Mul() for term in sympy.Add.make_args(part.args[0]))
    return sympy.Integer(10) ** sympy.Add(*(rest if c > 0 else -rest for c, rest in split))


def _left_side(name: str) -> str:
    if name.startswith("ddt_"):
        return rf"\frac{{d}}{{dt}}\,{_roman(name.removeprefix('ddt_'))}"
    return _roman(name)


def _roman(name: str) -> str:
    return rf"\mathrm{{{name.replace('_', chr(92) + ' ')}}}"


def _unit(unit: str) -> str:
    """A unit in the mathematics of LaTeX."""
    text = re.sub(r"\*\*(-?\d+)", r"^{\1}", unit.replace("%", r"\%")).replace("*", r"\cdot ")
    text = re.sub(r"\bu(?=g|mol|L)", lambda _: r"\mu ", text)
    return rf"\mathrm{{{text}}}"
