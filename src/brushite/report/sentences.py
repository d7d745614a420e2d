"""What a comparison says, in words that a prescriber uses."""

import math
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from brushite.attainment import STAY
from brushite.compare import Comparison, Outlook, Safety
from brushite.drugs import medicine
from brushite.equations import Assumed
from brushite.forecast import SOLVED, Share
from brushite.pairs import Odds
from brushite.plan import Plan, Step, is_open, layered
from brushite.report.fitted import trust_words
from brushite.report.numbers import figure_of, plain, when
from brushite.twin import Twin
from brushite.units import CALCIUM, PHOSPHATE

FEW = 50  # below this many courses they are counted; from it on, a share is rounded to 5 %
DISCLAIMER = (
    "For research and teaching. It compares plans; it gives no orders and is no medical device."
)
SURVIVED = MappingProxyType({"calcium": (1.2, 4.5), "phosphate": (0.2, 5.0)})
MASSES = "A mass is halved where half of it or less is left at the end, grown where it is larger."
ARTERIES = (
    "Arterial calcification is that at the end over that at the start; how much a PTH that is too "
    "low or too high speeds it up is assumed."
)

ON_THE_WAY = (
    "Weeks in target are counted after today. A target is reached at the first of "
    f"{STAY} weekly readings or more in a row inside it, a definition of ours."
)
BETTER = (
    "Better is nearer to the target at the end, all values inside it being equally near, or more "
    "time in it. A mass without a target is better smaller; what else has none is lower or higher."
)
TOO_FAR = (
    "PTH at the end, under twice the laboratory's upper limit. Calcium in courses with one or more "
    "weekly readings after today beyond the limit, which is ours; an episode is a run of such "
    "readings. Episodes and weeks are means over all courses."
)


def share_in_words(share: Share | None, *, short: bool = False) -> str:
    """A share of courses: counted when few, else rounded to 5 % and never 0 or 100 %.

    >>> share_in_words(Share(7, 8)), share_in_words(Share(300, 300)), share_in_words(None)
    ('in 7 of 8 courses', 'in over 95 % of courses', 'cannot evaluate')
    >>> share_in_words(Share(7, 8), short=True), share_in_words(Share(2, 300), short=True)
    ('7 of 8', 'under 5 %')
    """
    if share is None or share.of == 0:
        return "cannot evaluate"
    if share.of < FEW:
        counted = f"{share.count} of {share.of}"
        return counted if short else f"in {counted} courses"
    percent = 5 * round(share.value * 20)
    text = f"about {percent} %"
    if share.value < 0.05 or percent == 0:
        text = "under 5 %"
    elif share.value > 0.95 or percent == 100:
        text = "over 95 %"
    return text if short else f"in {text} of courses"


def result(comparison: Comparison) -> str:
    """The result in one or two sentences per plan, the first plan being what others are held to."""
    first, *others = comparison.outlooks
    at = when(comparison.weeks * 168)
    if not others:
        return f"Under {_named(first)}, at {at}: {_ends(first)}."
    said = [_against(comparison, first, other) for other in others]
    return f"At {at}: {' '.join(said)}"


def _named(outlook: Outlook) -> str:
    return f"plan {outlook.letter} ({outlook.plan.name})"


def _ends(outlook: Outlook) -> str:
    parts = []
    for band in outlook.forecast.outputs.values():
        if band.output == "alkaline phosphatase":
            continue
        low, high = (figure_of(v, band.unit) for v in band.interval(-1))
        text = f"{_short(band.output)} {figure_of(float(band.median[-1]), band.unit)} {band.unit}"
        share = band.in_target(-1)
        inside = f", in target {share_in_words(share)}" if share is not None else ""
        parts.append(f"{text} (90 % interval {low} to {high}{inside})")
    return "; ".join(parts)


def _short(output: str) -> str:
    return "PTH" if output == "pth" else output


def _against(comparison: Comparison, first: Outlook, other: Outlook) -> str:
    """How `other` ends beside the first plan, each output with its paired share."""
    parts = []
    for band in other.forecast.outputs.values():
        base = first.forecast.outputs.get(band.output)
        pair = comparison.pair(band.output, other.letter, first.letter)
        if base is None or pair is None or band.output.startswith("alkaline"):
            continue
        word, share = ("lower", pair.lower)
        if pair.higher.count > pair.lower.count:
            word, share = ("higher", pair.higher)
        values = (
            f"{figure_of(float(band.median[-1]), band.unit)} against "
            f"{figure_of(float(base.median[-1]), band.unit)} {band.unit}"
        )
        if pair.time is not None and pair.at_end is not None:
            values += f"; {_toward_target(pair.at_end)}"
        if pair.lower.count == pair.higher.count:
            alike = "the same" if share.count == 0 else "as often higher as lower"
            parts.append(f"{_short(band.output)} {alike} ({values})")
        else:
            parts.append(f"{_short(band.output)} {word} {share_in_words(share)} ({values})")
    return (
        f"{_named(other).capitalize()[:1]}{_named(other)[1:]} ends, beside {_named(first)}, "
        f"with {_listed(parts)}."
    )


def _toward_target(odds: Odds) -> str:
    """What happens most often to the distance from the target."""
    better, same, worse = odds.better, odds.same, odds.worse
    if better.count == worse.count > same.count:
        return "as often nearer to target as farther"
    word, share = max(
        (("as near to target", same), ("nearer to target", better), ("farther from target", worse)),
        key=lambda each: each[1].count,
    )
    return f"{word} {share_in_words(share)}"


def under_usual(safety: Safety) -> tuple[tuple[str, Share, str], ...]:
    """Over-suppression by a usual limit, where nobody reported the laboratory's."""
    usual = safety.under_usual
    if usual is None:
        return ()
    name = f"PTH under {2 * usual.limit:g} pg/mL"
    return ((name, usual.share, f"twice an assumed limit of {usual.limit:g} for intact PTH"),)


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def description(comparison: Comparison) -> str:
    """The results as one text, for those who cannot see the chart."""
    at = when(comparison.weeks * 168)
    said = [f"plan {o.letter}, {o.plan.name}: {_ends(o)}" for o in comparison.outlooks[:3]]
    return f"Forecast at {at}. {'. '.join(said)}."


def failures(comparison: Comparison) -> tuple[str, ...]:
    """One sentence for each reason why courses are missing."""
    return tuple(
        f"Plan {outlook.letter}: {count} of {len(outlook.forecast.outcome)} courses could not be "
        f"computed: {reason}."
        for outlook in comparison.outlooks
        for reason, count in outlook.forecast.failures.items()
    )


def unsurvived(comparison: Comparison) -> Iterator[str]:
    """One sentence for each median that leaves what patients survive: there is no one to forecast.

    The limits are ours, wide of what case reports tell of survivors.
    """
    for outlook in comparison.outlooks:
        for name, (low, high) in SURVIVED.items():
            band = outlook.forecast.outputs.get(name)
            if band is None:
                continue
            outside = np.flatnonzero((band.median < low) | (band.median > high))
            if len(outside):
                start = when(float(outlook.forecast.hours[outside[0]]))
                yield (
                    f"Plan {outlook.letter}: from {start} on the median of {name} lies outside "
                    f"{low} to {high} {band.unit}, where few would live: what follows is no "
                    "forecast."
                )


def doubts(comparison: Comparison, twin: Twin | None) -> tuple[str, ...]:
    """What to distrust: failures, few draws, assumed numbers, and notes of the computation."""
    said = [*failures(comparison), *unsurvived(comparison)]
    draws = len(comparison.outlooks[0].forecast.outcome)
    if draws < FEW:
        solved = comparison.outlooks[0].forecast.outcome.count(SOLVED)
        only = "Only 1 course was" if solved == 1 else f"Only {solved} courses were"
        said.append(f"{only} computed: the bands are rough, and rare events are missed.")
    if twin is not None:
        numbers = [p for n, p in twin.model.parameters.items() if not _is_repeated(n)]
        assumed = sum(isinstance(p.source, Assumed) for p in numbers)
        said.append(
            f"{assumed} of the model's {len(numbers)} parameters are assumed, for lack of a "
            "measurement; the others are cited."
        )
    if twin is not None and twin.trust is not None:
        said.append(trust_words(twin.trust))
    said.append(
        "Laboratory errors, and variation from day to day, are assumed except for PTH: neither was "
        "reported with the values."
    )
    said.append(ARTERIES)
    return tuple(dict.fromkeys((*said, *comparison.notes)))


def _is_repeated(name: str) -> bool:
    """Whether a parameter only repeats one of the first lesion for another."""
    return name.startswith("lesion_") and name[7:8].isdigit() and name[7] != "1"


_UNSAID = (
    ("dialysis.sessions", "dialysis sessions a week", 1.0, ""),
    ("dialysis.hours_per_week", "hours of dialysis a week", 1.0, "h"),
    ("dialysis.hours", "length of a session", 1.0, "h"),
    ("dialysis.missed", "sessions missed", 100.0, "%"),
    ("dialysis.blood_flow", "blood flow", 1000 / 60, "mL/min"),
    ("dialysis.dialysate_flow", "dialysate flow", 1000 / 60, "mL/min"),
    ("dialysis.substitution_flow", "substitution flow", 1000 / 60, "mL/min"),
    ("dialysis.dialysate", "", 1.0, "mmol/L"),
    ("diet.phosphorus", "phosphorus eaten", 24 * PHOSPHATE.molar_mass, "mg/day"),
    ("diet.calcium", "calcium eaten", 24 * CALCIUM.molar_mass, "mg/day"),
    ("diet.adherence", "share of the diet that is kept", 100.0, "%"),
    ("residual_filtration", "filtration left in the kidneys", 1000 / 60, "mL/min"),
    ("procedure.tissue_left", "parathyroid tissue left by the surgeon", 100.0, "%"),
    ("procedure.nodular_share_left", "nodular share of the piece left by the surgeon", 100.0, "%"),
    ("procedure.removed", "share of the mass removed by the surgeon", 100.0, "%"),
    ("procedure.autograft", "autograft, of a normal gland", 100.0, "%"),
    ("procedure.glands_treated", "share of the glands treated", 100.0, "%"),
    ("procedure.destroyed_by_heat", "share of treated glands destroyed by heat", 100.0, "%"),
    ("procedure.destroyed_by_ethanol", "share of treated glands destroyed by ethanol", 100.0, "%"),
    ("procedure.quietened", "share of resorbing cells quieted by corticosteroid", 100.0, "%"),
    ("procedure.seed_left", "share of the mass left in its capsule", 100.0, "%"),
    ("transplant.filtration", "filtration of the transplant", 1000 / 60, "mL/min"),
)


def unsaid(twin: Twin, plans: Sequence[Plan]) -> tuple[str, ...]:
    """What therapy and plans leave open and the population filled in, as it is prescribed."""
    treatments = [layered(twin.therapy, plan).steps for plan in plans]
    return tuple(
        _filled(name, np.asarray(values, dtype=float))
        for name, values in sorted(twin.draws.unsaid.items())
        if any(is_open(name, steps) for steps in treatments)
    )


def _filled(name: str, values: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> str:
    words, factor, unit = name.replace(".", " ").replace("_", " "), 1.0, ""
    for start, known, times, written in _UNSAID:
        if name.startswith(start):
            words, factor, unit = known or name.partition(".")[2].replace("_", " "), times, written
            break
    if name.startswith("drug."):
        drug, field = name.removeprefix("drug.").rsplit(".", 1)
        words, factor, unit = f"{drug}, {field}", 100.0, "%"
        if field == "dose":
            factor, unit = 24.0, medicine(drug).unit
    low, middle, high = (
        plain(float(v) * factor) for v in np.nanpercentile(values, (5, 50, 95), method="nearest")
    )
    spread = "the same in all courses" if low == high else f"{low} to {high}"
    return f"{words}: {middle} {unit}".rstrip() + f" ({spread})"


def notes_of(steps: tuple[Step, ...]) -> tuple[str, ...]:
    """What the plan's author noted on its steps, with the source if there is one."""
    return tuple(
        f"{step.note}{f' ({step.source})' if step.source else ''}" for step in steps if step.note
    )


def load_in_words(outlook: Outlook) -> Mapping[str, str]:
    """The loads of a plan, with the span over the courses if there is one."""
    burden = outlook.safety.burden
    said = {}
    loads = {
        "dialysis": burden.dialysis_hours,
        "tablets": burden.tablets,
        "arteries": burden.arteries,
    }
    for name, load in loads.items():
        ends = (plain(load.low), plain(load.high))
        if math.isnan(load.middle):
            said[name] = "–"
        elif ends[0] == ends[1]:
            said[name] = ends[0]
        else:
            said[name] = f"{plain(load.middle)} ({ends[0]} to {ends[1]})"
    return said
