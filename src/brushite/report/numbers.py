"""Numbers as people write them."""

import math
from collections.abc import Sequence

from brushite.language import Language, decimal, say

DECIMALS_BELOW = 10.0  # a small volume, PTH or number of weeks keeps one decimal


def figure_of(value: float, unit: str, language: Language = "en") -> str:
    """A value in the precision that its unit is reported in; a dash for one that is not known.

    >>> figure_of(2.5161, "mmol/L"), figure_of(1512.3, "pg/mL"), figure_of(4.26, "mL")
    ('2.52', '1512', '4.3')
    """
    if not math.isfinite(value):
        return "–"
    if unit == "mmol/L":
        return decimal(language, f"{value:.2f}")
    return decimal(language, f"{value:.{1 if abs(value) < DECIMALS_BELOW else 0}f}")


def plain(value: float, language: Language = "en") -> str:
    """Three significant digits without an exponent.

    >>> plain(1512.3), plain(0.04567), plain(3.0)
    ('1510', '0.0457', '3')
    """
    if not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{round(value, 2 - math.floor(math.log10(abs(value)))):.{min(digits, 12)}f}"
    return decimal(language, text.rstrip("0").rstrip(".") if "." in text else text)


def ticks(low: float, high: float, count: int) -> tuple[float, ...]:
    """About `count` round numbers from `low` to `high`.

    >>> ticks(1.93, 2.61, 3)
    (2.0, 2.25, 2.5)
    """
    if not high > low:
        return (low,)
    rough = (high - low) / max(count, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((power * m for m in (1, 2, 2.5, 5) if power * m >= rough * 0.999), power * 10)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return tuple(round(i * step, 10) for i in range(first, last + 1))


def tick_labels(values: Sequence[float], language: Language = "en") -> tuple[str, ...]:
    """All ticks of an axis with the same number of decimals, as few as tell them apart."""
    if len(values) < 2:
        return tuple(plain(v, language) for v in values)
    step = abs(values[1] - values[0])
    decimals = next((d for d in range(6) if abs(step * 10**d - round(step * 10**d)) < 1e-6), 6)
    return tuple(decimal(language, f"{v:.{decimals}f}") for v in values)


WEEK = 168.0
MONTH = 730.5
LONG = 104 * WEEK  # from here on an axis counts in months


def when(hours: float, language: Language = "en") -> str:
    """A time after now in words.

    >>> when(52 * 168), when(730.5), when(-4 * 730.5)
    ('week 52', 'week 4.3', '17 weeks before')
    """
    weeks = abs(hours) / WEEK
    is_early = weeks < DECIMALS_BELOW and abs(weeks - round(weeks)) > 0.05
    number = decimal(language, f"{weeks:.{1 if is_early else 0}f}")
    return say(language, "{n} weeks before" if hours < 0 else "week {n}", n=number)


def time_ticks(
    start: float, end: float, count: int, language: Language = "en"
) -> tuple[tuple[float, str], ...]:
    """Places (hours) and words for a time axis: weeks, or months where it is long."""
    unit, sign = (MONTH, "{n} mo") if end > LONG else (WEEK, "{n} wk")
    steps = (1, 2, 4, 8, 12, 24, 26, 52) if unit == WEEK else (1, 2, 3, 6, 12, 24, 48, 60, 120)
    span = (end - start) / unit
    step = next((s for s in steps if span / s <= count), steps[-1])
    first, last = math.ceil(start / unit / step - 1e-9), math.floor(end / unit / step + 1e-9)
    return tuple(
        (
            i * step * unit,
            say(language, sign, n=f"{i * step:+d}".replace("-", "−"))
            if i
            else say(language, "today"),
        )
        for i in range(first, last + 1)
    )
