"""What a forecast hangs on: rows, sentences and an object."""

import math
from types import MappingProxyType

from brushite.influence.findings import Estimate, Influence, Influential
from brushite.report.forms import Row, number
from brushite.report.numbers import plain, when
from brushite.report.paths import provenance

HEAD = MappingProxyType(
    {
        "sobol": ("Quantity", "of the variance, in all", "alone", "source"),
        "morris": ("Quantity", "moves it", "source"),
        "draws": ("Quantity", "of the variance, alone", "learnt", "source"),
    }
)


def influence_rows(found: Influence) -> tuple[Row, ...]:
    """The ranking for a program, one row per quantity; margins are half of 95 % intervals."""
    rows = []
    for rank, each in enumerate(found.ranking, start=1):
        row: dict[str, str | float | int | None] = {
            "output": found.output,
            "rank": rank,
            "name": each.name,
            "meaning": each.meaning,
            "unit": each.unit,
            "assumed": "yes" if each.is_assumed else "no",
            "source": each.source,
        }
        for key, estimate in (
            ("effect", each.effect),
            ("share_alone", each.alone),
            ("share_in_all", each.in_all),
        ):
            row[key] = None if estimate is None else number(estimate.value)
            row[f"{key}_margin"] = None if estimate is None else number(estimate.margin)
        row["learnt"] = None if each.learnt is None else number(each.learnt)
        rows.append(row)
    return tuple(rows)


def influence_object(found: Influence) -> dict[str, object]:
    """All of it for a program."""
    ends = ("5 %", "50 %", "95 %")
    spread = found.spread and dict(zip(ends, map(number, found.spread), strict=True))
    return {
        "made": provenance(found.made),
        "result": list(influence_sentences(found)),
        "output": found.output,
        "unit": found.unit,
        "change": found.is_change,
        "scale": "logarithm" if found.is_logarithmic else "as it is",
        "method": found.method,
        "plan": found.plan,
        "weeks": found.weeks,
        "population": found.population,
        "spread": spread,
        "quantities": found.quantities,
        "ranking": [dict(row) for row in influence_rows(found)],
        "rest": _estimate(found.rest),
        "assumed": _estimate(found.assumed),
        "now": _estimate(found.now),
        "explained": None if found.explained is None else number(found.explained),
        "assumed_of_explained": (
            None if found.assumed_of_explained is None else number(found.assumed_of_explained)
        ),
        "chance": None if found.chance is None else number(found.chance),
        "samples": found.samples,
        "used": found.used,
        "runs": found.runs,
        "failures": dict(found.failures),
        "interrupted": found.is_interrupted,
        "notes": list(found.notes),
    }


def influence_lines(found: Influence) -> tuple[tuple[str, ...], ...]:
    """The ranking for people: a head line, then one line per quantity."""
    return (HEAD[found.method], *(_line(each, found) for each in found.ranking))


def influence_sentences(found: Influence) -> tuple[str, ...]:
    """The result in words."""
    what = f"the change of {found.output}" if found.is_change else found.output
    said = [
        f"Under {found.plan!r}, at {when(found.weeks * 168)}: what {what} hangs on, of "
        f"{found.quantities} quantities that differ."
    ]
    if found.spread is None:
        said.append(
            "How far it moves when a quantity crosses half of the population, ± half of a 95 % "
            "interval; these are no shares of a variance."
        )
    else:
        low, middle, high = (plain(value) for value in found.spread)
        unit = "" if found.unit in {"", "1"} else f" {found.unit}"
        scale = "the variance of its logarithm" if found.is_logarithmic else "its variance"
        said.append(
            f"Its middle is {middle}{unit}, 90 % lie between {low} and {high}; shares are of "
            f"{scale}, ± half of a 95 % interval."
        )
    if found.assumed is not None:
        said.append(
            f"{_percent(found.assumed)} of the variance rests on numbers that are only assumed: so "
            "much would go if they were known."
        )
    if found.rest is not None:
        others = found.quantities - len(found.ranking)
        said.append(f"The other {others} quantities have {_percent(found.rest)} together, in all.")
    if found.explained is not None:
        said.append(_of_draws(found))
    if found.now is not None:
        said.append(f"{_percent(found.now)} goes with what it is now, whatever made it so.")
    return tuple(said)


def _of_draws(found: Influence) -> str:
    """How much single quantities explain in draws."""
    by_chance = f"what chance gives the luckiest of them, {_rounded(found.chance or 0.0)}"
    if found.assumed_of_explained is None:
        return f"No single quantity explains more of the variance than {by_chance}."
    return (
        f"Single quantities explain {_rounded(found.explained or 0.0)} of the variance, counting "
        f"those above {by_chance}; {_rounded(found.assumed_of_explained)} of that rests on numbers "
        "that are only assumed."
    )


def _line(each: Influential, found: Influence) -> tuple[str, ...]:
    quantity = f"{each.name}: {each.meaning}"
    source = "Assumed" if each.is_assumed else each.source
    if found.method == "sobol":
        return quantity, _percent(each.in_all), _percent(each.alone), source
    if found.method == "draws":
        learnt = "–" if each.learnt is None else _rounded(each.learnt)
        return quantity, _beside_chance(each.alone, found), learnt, source
    return quantity, _moved(each.effect, found), source


def _beside_chance(share: Estimate | None, found: Influence) -> str:
    """A share, and whether shuffled draws give as much."""
    is_clear = share is not None and share.value > (found.chance or 0.0)
    return _percent(share) + ("" if is_clear else " (chance)")


def _moved(effect: Estimate | None, found: Influence) -> str:
    """How far an output moves: by a factor where its logarithm is judged."""
    if effect is None:
        return "–"
    if not found.is_logarithmic:
        return f"by {plain(effect.value)} ± {plain(effect.margin)} {found.unit}"
    ends = (effect.value - effect.margin, effect.value + effect.margin)
    low, high = (f"{math.exp(end):.3g}" for end in ends)
    return f"{math.exp(effect.value):.3g}-fold ({low} to {high})"


def _percent(share: Estimate | None) -> str:
    """A share with its margin; to a tenth where it is that sure.

    >>> _percent(Estimate(0.7234, 0.08)), _percent(Estimate(0.0123, 0.002))
    ('72 ± 8 %', '1.2 ± 0.2 %')
    >>> _percent(Estimate(-0.002, 0.03))
    '0 ± 3 %'
    """
    if share is None:
        return "–"
    digits = 0 if share.margin >= 0.01 else 1
    value = round(100 * share.value, digits) or 0.0
    return f"{value:.{digits}f} ± {100 * share.margin:.{digits}f} %".replace("-", "−")


def _rounded(share: float) -> str:
    return f"{100 * share:.{0 if abs(share) >= 0.1 else 1}f} %".replace("-", "−")


def _estimate(share: Estimate | None) -> dict[str, float | None] | None:
    if share is None:
        return None
    return {"value": number(share.value), "margin": number(share.margin)}
