"""The words for what a published model prints with a kink or a jump.

Our own sub-models have none. Each word works on floats, NumPy arrays and SymPy symbols, and on
whatever takes the ufuncs `maximum` and `heaviside`.
"""

import sys
from typing import Any

import numpy as np


def above_zero(x: Any) -> Any:
    """`x` where it is above zero, else zero: max(0, x)."""
    if type(x) is float:
        return x if x > 0.0 else 0.0
    sympy = _sympy_of(x)
    if sympy is not None:
        return sympy.Max(x, 0)
    return np.maximum(x, 0.0)


def either(x: Any, limit: Any, above: Any, below: Any) -> Any:
    """`above` where `x` is above `limit`, else `below`."""
    excess = x - limit
    if type(excess) is float:
        return above if excess > 0.0 else below
    sympy = _sympy_of(excess)
    if sympy is not None:
        return sympy.Piecewise((above, excess > 0), (below, True))
    return below + np.heaviside(excess, 0.0) * (above - below)


def _sympy_of(x: Any) -> Any:
    """SymPy, if `x` is one of its expressions."""
    sympy = sys.modules.get("sympy")
    return sympy if sympy is not None and isinstance(x, sympy.Basic) else None
