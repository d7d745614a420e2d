"""Numbers and units as a reader expects them."""

import re
from math import inf

from brushite.engine.explanation import Term

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def unit_words(unit: str) -> str:
    """`pg·h/mL/L` for `pg*h/mL/L`; nothing for a number without unit."""
    raised = re.sub(r"\*\*(-?\d+)", lambda m: m[1].translate(SUPERSCRIPTS), unit)
    return "" if unit == "1" else re.sub(r"\bu(?=g|mol|L)", "µ", raised.replace("*", "·"))


def value_words(value: float | None) -> str:
    """Six digits at most; nothing for what has no value."""
    return "" if value is None else f"{value:g}".replace("-", "−")


def bounds_words(between: tuple[float, float] | None) -> str:
    """`0.1 to 3`, `0 or more`, `any`; nothing for what has no bounds."""
    if between is None:
        return ""
    low, high = between
    if low == -inf:
        return "any" if high == inf else f"{value_words(high)} or less"
    return (
        f"{value_words(low)} or more"
        if high == inf
        else f"{value_words(low)} to {value_words(high)}"
    )


def spread_words(term: Term) -> str:
    """How a parameter differs between patients."""
    return term.spread.removeprefix("spread ")


def plain_markdown(text: str) -> str:
    """Text that Markdown prints as it is."""
    return re.sub(r"([\\`*_\[\]<>#{}])", r"\\\1", text)


def counted(count: int, one: str, many: str = "") -> str:
    """`1 state`, `2 states`."""
    return f"{count} {one if count == 1 else many or one + 's'}"
