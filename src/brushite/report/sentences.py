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
from brushite.language import Language, decimal, measure, say, told, word
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

ERRORS = (
    "Laboratory errors, and variation from day to day, are assumed except for PTH: neither was "
    "reported with the values."
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


def share_in_words(share: Share | None, *, short: bool = False, language: Language = "en") -> str:
    """A share of courses: counted when few, else rounded to 5 % and never 0 or 100 %.

    >>> share_in_words(Share(7, 8)), share_in_words(Share(300, 300)), share_in_words(None)
    ('in 7 of 8 courses', 'in over 95 % of courses', 'cannot evaluate')
    >>> share_in_words(Share(7, 8), short=True), share_in_words(Share(2, 300), short=True)
    ('7 of 8', 'under 5 %')
    """
    if share is None or share.of == 0:
        return say(language, "cannot evaluate")
    if share.of < FEW:
        counted = "{count} of {of}" if short else "in {count} of {of} courses"
        return say(language, counted, count=share.count, of=share.of)
    percent = 5 * round(share.value * 20)
    about = "about {percent} %"
    if share.value < 0.05 or percent == 0:
        about, percent = "under {percent} %", 5
    elif share.value > 0.95 or percent == 100:
        about, percent = "over {percent} %", 95
    return say(language, about if short else f"in {about} of courses", percent=percent)


def result(comparison: Comparison, language: Language = "en") -> str:
    """The result in one or two sentences per plan, the first plan being what others are held to."""
    first, *others = comparison.outlooks
    at = when(comparison.weeks * 168, language)
    if not others:
        ends = _ends(first, language)
        return say(
            language,
            "Under {plan}, at {at}: {ends}.",
            plan=_named(first, language),
            at=at,
            ends=ends,
        )
    said = " ".join(_against(comparison, first, other, language) for other in others)
    return say(language, "At {at}: {said}", at=at, said=said)


def _named(outlook: Outlook, language: Language) -> str:
    return say(
        language,
        "plan {letter} ({name})",
        letter=outlook.letter,
        name=plan_name(outlook.plan.name, language),
    )


def _ends(outlook: Outlook, language: Language) -> str:
    parts = []
    for band in outlook.forecast.outputs.values():
        if band.output == "alkaline phosphatase":
            continue
        low, high = (figure_of(v, band.unit, language) for v in band.interval(-1))
        share = band.in_target(-1)
        inside = (
            say(language, ", in target {share}", share=share_in_words(share, language=language))
            if share is not None
            else ""
        )
        parts.append(
            say(
                language,
                "{output} {median} {unit} (90 % interval {low} to {high}{inside})",
                output=short(band.output, language),
                median=figure_of(float(band.median[-1]), band.unit, language),
                unit=band.unit,
                low=low,
                high=high,
                inside=inside,
            )
        )
    return say(language, "; ").join(parts)


def short(output: str, language: Language = "en") -> str:
    """The name of an output inside a sentence."""
    return say(language, "PTH" if output == "pth" else output)


def plan_name(name: str, language: Language = "en") -> str:
    """The name of a plan: its author's words, and ours where nothing is changed."""
    return word(language, name) if name in {"Current care", "As now"} else name


def _against(comparison: Comparison, first: Outlook, other: Outlook, language: Language) -> str:
    """How `other` ends beside the first plan, each output with its paired share."""
    parts = []
    for band in other.forecast.outputs.values():
        base = first.forecast.outputs.get(band.output)
        pair = comparison.pair(band.output, other.letter, first.letter)
        if base is None or pair is None or band.output.startswith("alkaline"):
            continue
        sense, share = ("lower", pair.lower)
        if pair.higher.count > pair.lower.count:
            sense, share = ("higher", pair.higher)
        values = say(
            language,
            "{value} against {base} {unit}",
            value=figure_of(float(band.median[-1]), band.unit, language),
            base=figure_of(float(base.median[-1]), band.unit, language),
            unit=band.unit,
        )
        if pair.time is not None and pair.at_end is not None:
            values += say(language, "; ") + toward_target(pair.at_end, language)
        if pair.lower.count == pair.higher.count:
            sense = "the same" if share.count == 0 else "as often higher as lower"
            parts.append(f"{than(band.output, sense, language)} ({values})")
        else:
            often = share_in_words(share, language=language)
            parts.append(f"{than(band.output, sense, language)} {often} ({values})")
    said = _named(other, language)
    return say(
        language,
        "{plan} ends, beside {first}, with {parts}.",
        plan=f"{said[:1].upper()}{said[1:]}",
        first=_named(first, language),
        parts=listed(parts, language),
    )


def than(output: str, sense: str, language: Language = "en") -> str:
    """An output beside another plan's: `"PTH lower"`; French adjectives agree with the noun."""
    return say(language, f"{'PTH' if output == 'pth' else output} {sense}")


def toward_target(odds: Odds, language: Language = "en") -> str:
    """What happens most often to the distance from the target."""
    better, same, worse = odds.better, odds.same, odds.worse
    if better.count == worse.count > same.count:
        return say(language, "as often nearer to target as farther")
    sense, share = max(
        (("as near to target", same), ("nearer to target", better), ("farther from target", worse)),
        key=lambda each: each[1].count,
    )
    return f"{say(language, sense)} {share_in_words(share, language=language)}"


def under_usual(safety: Safety, language: Language = "en") -> tuple[tuple[str, Share, str], ...]:
    """Over-suppression by a usual limit, where nobody reported the laboratory's."""
    usual = safety.under_usual
    if usual is None:
        return ()
    name = say(language, "PTH under {limit} pg/mL", limit=f"{2 * usual.limit:g}")
    why = "twice an assumed limit of {limit} for intact PTH"
    return ((name, usual.share, say(language, why, limit=f"{usual.limit:g}")),)


def listed(parts: Sequence[str], language: Language = "en") -> str:
    """Parts of a sentence with commas, and the last one after "and"."""
    if len(parts) == 1:
        return parts[0]
    return say(language, "{parts} and {last}", parts=", ".join(parts[:-1]), last=parts[-1])


def description(comparison: Comparison, language: Language = "en") -> str:
    """The results as one text, for those who cannot see the chart."""
    said = [
        say(
            language,
            "plan {letter}, {name}: {ends}",
            letter=o.letter,
            name=plan_name(o.plan.name, language),
            ends=_ends(o, language),
        )
        for o in comparison.outlooks[:3]
    ]
    at = when(comparison.weeks * 168, language)
    return say(language, "Forecast at {at}. {said}.", at=at, said=". ".join(said))


def failures(comparison: Comparison, language: Language = "en") -> tuple[str, ...]:
    """One sentence for each reason why courses are missing."""
    return tuple(
        say(
            language,
            "Plan {letter}: {count} of {of} courses could not be computed: {reason}.",
            letter=outlook.letter,
            count=count,
            of=len(outlook.forecast.outcome),
            reason=told(language, reason),
        )
        for outlook in comparison.outlooks
        for reason, count in outlook.forecast.failures.items()
    )


def unsurvived(comparison: Comparison, language: Language = "en") -> Iterator[str]:
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
                yield say(
                    language,
                    "Plan {letter}: from {start} on the median of {output} lies outside {low} to "
                    "{high} {unit}, where few would live: what follows is no forecast.",
                    letter=outlook.letter,
                    start=when(float(outlook.forecast.hours[outside[0]]), language),
                    output=short(name, language),
                    low=decimal(language, str(low)),
                    high=decimal(language, str(high)),
                    unit=band.unit,
                )


def doubts(comparison: Comparison, twin: Twin | None, language: Language = "en") -> tuple[str, ...]:
    """What to distrust: failures, few draws, assumed numbers, and notes of the computation."""
    said = [*failures(comparison, language), *unsurvived(comparison, language)]
    said += few_courses(comparison, language)
    if twin is not None:
        assumed, numbers = assumed_of(twin)
        said.append(
            say(
                language,
                "{assumed} of the model's {of} parameters are assumed, for lack of a measurement; "
                "the others are cited.",
                assumed=assumed,
                of=numbers,
            )
        )
    if twin is not None and twin.trust is not None:
        said.append(trust_words(twin.trust, language))
    said.append(say(language, ERRORS))
    said.append(say(language, ARTERIES))
    notes = (told(language, note) for note in comparison.notes)
    return tuple(dict.fromkeys((*said, *notes)))


def few_courses(comparison: Comparison, language: Language = "en") -> tuple[str, ...]:
    """A sentence where so few courses were asked for that bands are rough."""
    outcome = comparison.outlooks[0].forecast.outcome
    if len(outcome) >= FEW:
        return ()
    solved = outcome.count(SOLVED)
    only = "Only 1 course was" if solved == 1 else "Only {solved} courses were"
    rough = f"{only} computed: the bands are rough, and rare events are missed."
    return (say(language, rough, solved=solved),)


def assumed_of(twin: Twin) -> tuple[int, int]:
    """How many of how many parameters are only assumed; those of further masses count once."""
    numbers = [p for n, p in twin.model.parameters.items() if not _is_repeated(n)]
    return sum(isinstance(p.source, Assumed) for p in numbers), len(numbers)


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


def unsaid(twin: Twin, plans: Sequence[Plan], language: Language = "en") -> tuple[str, ...]:
    """What therapy and plans leave open and the population filled in, as it is prescribed."""
    treatments = [layered(twin.therapy, plan).steps for plan in plans]
    return tuple(
        _filled(name, np.asarray(values, dtype=float), language)
        for name, values in sorted(twin.draws.unsaid.items())
        if any(is_open(name, steps) for steps in treatments)
    )


def _filled(
    name: str, values: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]", language: Language
) -> str:
    words, factor, unit = told(language, name.replace(".", " ").replace("_", " ")), 1.0, ""
    for start, known, times, written in _UNSAID:
        if name.startswith(start):
            words = told(language, known or name.partition(".")[2].replace("_", " "))
            factor, unit = times, written
            break
    if name.startswith("drug."):
        drug, field = name.removeprefix("drug.").rsplit(".", 1)
        words, factor, unit = f"{word(language, drug)}, {word(language, field)}", 100.0, "%"
        if field == "dose":
            factor, unit = 24.0, medicine(drug).unit
    low, middle, high = (
        plain(float(v) * factor, language)
        for v in np.nanpercentile(values, (5, 50, 95), method="nearest")
    )
    same = "the same in all courses" if low == high else "{low} to {high}"
    spread = say(language, same, low=low, high=high)
    amount = measure(language, f"{middle} {unit}".rstrip())
    return say(language, "{what}: {amount} ({spread})", what=words, amount=amount, spread=spread)


def notes_of(steps: tuple[Step, ...]) -> tuple[str, ...]:
    """What the plan's author noted on its steps, with the source if there is one."""
    return tuple(
        f"{step.note}{f' ({step.source})' if step.source else ''}" for step in steps if step.note
    )


def load_in_words(outlook: Outlook, language: Language = "en") -> Mapping[str, str]:
    """The loads of a plan, with the span over the courses if there is one."""
    burden = outlook.safety.burden
    said = {}
    loads = {
        "dialysis": burden.dialysis_hours,
        "tablets": burden.tablets,
        "arteries": burden.arteries,
    }
    for name, load in loads.items():
        ends = (plain(load.low, language), plain(load.high, language))
        if math.isnan(load.middle):
            said[name] = "–"
        elif ends[0] == ends[1]:
            said[name] = ends[0]
        else:
            middle = plain(load.middle, language)
            said[name] = say(
                language, "{middle} ({low} to {high})", middle=middle, low=ends[0], high=ends[1]
            )
    return said
