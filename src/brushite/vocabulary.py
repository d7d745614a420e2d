"""The functions that an equation may use besides + - * / **.

Each works on floats, NumPy arrays, pint quantities and SymPy symbols, so that one equation can be
run, checked for units, printed and compiled. None has a kink, and none can overflow on floats.
"""

import math
import sys
from typing import Any

_LN_10 = math.log(10.0)
_LARGEST = 700.0  # exp(709) is the last that a double can hold


def exp(x: Any) -> Any:
    """Exponential of a dimensionless quantity; floats beyond ±700 are held there."""
    if type(x) is float:
        return math.exp(_LARGEST if x > _LARGEST else -_LARGEST if x < -_LARGEST else x)
    return _library(x).exp(x)


def log(x: Any) -> Any:
    """Natural logarithm of a dimensionless quantity."""
    if type(x) is float:
        return math.log(x)
    return _library(x).log(x)


def power_of_ten(x: Any) -> Any:
    """10 to the power of a dimensionless quantity."""
    return exp(_LN_10 * x)


def common_log(x: Any) -> Any:
    """Logarithm to the base of ten of a dimensionless quantity."""
    return log(x) / _LN_10


def root(x: Any) -> Any:
    """Square root; the unit is halved with it."""
    if type(x) is float:
        return math.sqrt(x)
    return x**0.5


def cube_root(x: Any) -> Any:
    """Cube root; of a volume it is a length."""
    if type(x) is float:
        return math.cbrt(x)
    return x ** (1 / 3)


def hill(x: Any, half: Any, slope: Any) -> Any:
    """Rise from 0 to 1 as `x` grows, one half at `half`: x^slope / (half^slope + x^slope)."""
    ratio = x / half
    if type(ratio) is float and ratio == 0.0:
        return 0.0  # where the logarithm below has no value
    return logistic(slope * log(ratio))


def logistic(x: Any) -> Any:
    """Rise from 0 to 1 as `x` goes from far below zero to far above: 1 / (1 + e^−x)."""
    if type(x) is float:
        return 0.5 + 0.5 * math.tanh(0.5 * x)
    library = _library(x)
    if library.__name__ == "sympy":
        return 1 / (1 + library.exp(-x))  # as a person would write it
    return (1 + library.tanh(x / 2)) / 2  # the same, but it cannot overflow


def saturation(x: Any, half: Any) -> Any:
    """Rise from 0 to 1 as `x` grows, one half at `half`: x / (half + x)."""
    return x / (half + x)


def positive(x: Any, width: Any) -> Any:
    """About `x` where it is above zero, about zero below; `width`/2 at zero itself.

    It makes something out of nothing near zero: only for factors, never for a flow of matter.
    """
    return (x + root(x * x + width * width)) / 2


def quadratic_root(a: Any, b: Any, c: Any) -> Any:
    """The positive root of a·x² + b·x − c = 0 for positive `a` and `c`, without cancellation."""
    return 2 * c / (b + root(b * b + 4 * a * c))


def _library(x: Any) -> Any:
    """The library whose functions understand `x`."""
    sympy = sys.modules.get("sympy")
    if sympy is not None and isinstance(x, sympy.Basic):
        return sympy
    import numpy as np

    return np
