"""The first page on paper: what a comparison says, in words that need no statistics."""

from collections.abc import Iterator, Mapping, Sequence

from brushite.compare import SEVERE_HYPERCALCAEMIA, SEVERE_HYPOCALCAEMIA, Comparison, Outlook
from brushite.forecast import Share, points
from brushite.laboratory import READINGS
from brushite.language import Language, decimal, say
from brushite.pairs import Odds
from brushite.record import Record
from brushite.report.numbers import figure_of, when
from brushite.report.sentences import (
    assumed_of,
    failures,
    few_courses,
    listed,
    plan_name,
    share_in_words,
    short,
    unsaid,
    unsurvived,
)
from brushite.report.table import judgement, outputs
from brushite.twin import Twin

BLACK_DOTS = "Black dots: values of the record."
OPEN_DOTS = "Open dots: values reported later, kept for judging and never fitted."
MOST_PLANS = 4  # more do not fit on a page; the table has all
MOST_DOUBTS = 3
OFTEN = 0.1  # share of courses, from which on a danger is named
FEWEST = 50  # courses that fit the data, below which chance has much weight
LEFT_OUT = frozenset({"alkaline phosphatase"})


def front(
    record: Record, twin: Twin, comparison: Comparison, language: Language = "en"
) -> Mapping[str, object]:
    """What the first page says, by the names that its template knows."""
    first, *others = comparison.outlooks
    shown = comparison.outlooks[:MOST_PLANS]
    return {
        "title": say(language, "Comparison of treatment plans" if others else "Forecast of a plan"),
        "data": _data(record, language),
        "lead": _lead(comparison, language) if others else "",
        "plans": [
            {
                "letter": outlook.letter,
                "name": plan_name(outlook.plan.name, language),
                "said": list(_said(comparison, first, outlook, language)),
            }
            for outlook in shown
        ],
        "caption": _caption(record, language),
        "more": len(comparison.outlooks) > len(shown),
        "outcomes": _outcomes(comparison, language),
        "doubts": list(main_doubts(record, twin, comparison, language)),
    }


def main_doubts(
    record: Record, twin: Twin, comparison: Comparison, language: Language = "en"
) -> tuple[str, ...]:
    """The few doubts that weigh most, in plain words."""
    said = [*failures(comparison, language), *unsurvived(comparison, language)][:2]
    said += few_courses(comparison, language)
    if not record.measurements:
        said.append(
            say(
                language,
                "The record has no laboratory values: all is a forecast from other patients.",
            )
        )
    if twin.trust is not None and twin.trust.effective < FEWEST:
        few = "Only about {count} simulated patients fit the data well: chance has much weight."
        said.append(say(language, few, count=f"{twin.trust.effective:.0f}"))
    judge = (
        "{output} cannot be judged: nobody reported the laboratory's limit, on which its target "
        "rests."
    )
    said += [
        say(language, judge, output=short(name, language))
        for name, band in outputs(comparison).items()
        if band.target is not None and not band.target.is_known
    ]
    assumed, of = assumed_of(twin)
    said.append(
        say(
            language,
            "Of the {of} numbers that the model rests on, {assumed} are assumed: nobody has "
            "measured them.",
            of=of,
            assumed=assumed,
        )
    )
    open_ = unsaid(twin, [o.plan for o in comparison.outlooks], language)
    if open_:
        several = (
            "The record and the plans leave {count} things open; they were filled in from other "
            "patients."
        )
        one = "The record and the plans leave one thing open; it was filled in from other patients."
        said.append(say(language, several if len(open_) > 1 else one, count=len(open_)))
    said.append(say(language, "Errors of the laboratory are assumed except for PTH."))
    return tuple(said[:MOST_DOUBTS])


def _caption(record: Record, language: Language) -> str:
    said = say(
        language,
        "Line: the middle of the simulated courses; dark band: half of them; pale band: nine of "
        "ten. Green with dashes: target.",
    )
    times = [point.at for output in READINGS for point in points(record, output)]
    if times:
        said += f" {say(language, BLACK_DOTS)}"
    if any(at > 0 for at in times):
        said += f" {say(language, OPEN_DOTS)}"
    return said


def _data(record: Record, language: Language) -> str:
    times = [record.hours(m.taken) or 0.0 for m in record.measurements]
    later = sum(at > 0 for at in times)
    said = [say(language, "Laboratory values up to today: {count}", count=len(times) - later)]
    if later:
        said.append(say(language, "reported later and not used: {count}", count=later))
    if record.lesions:
        said.append(say(language, "calcified masses: {count}", count=len(record.lesions)))
    return f"{say(language, '; ').join(said)}."


def _lead(comparison: Comparison, language: Language) -> str:
    """Under which plan each output is most often in target."""
    parts = []
    for name in outputs(comparison):
        shares = [(o.letter, _share(o, name)) for o in comparison.outlooks]
        known = [(letter, share) for letter, share in shares if share is not None and share.of]
        if not known:
            continue
        best = max(share.value for _, share in known)
        output = short(name, language)
        if best < 0.05:
            parts.append(say(language, "{output} hardly under any plan", output=output))
            continue
        words = {letter: _words(share, language) for letter, share in known}
        most = next(words[letter] for letter, share in known if share.value == best)
        letters = [letter for letter, said in words.items() if said == most]
        if len(letters) == len(known):
            alike = "{output} under all plans alike ({share})"
            parts.append(say(language, alike, output=output, share=most))
            continue
        under = "{output} under plan {letters} ({share})"
        if len(letters) > MOST_PLANS:
            under = "{output} under {count} of {of} plans ({share})"
        elif len(letters) > 1:
            under = "{output} under plans {letters} ({share})"
        counts = {"letters": listed(letters, language), "count": len(letters), "of": len(known)}
        parts.append(say(language, under, output=output, share=most, **counts))
    if not parts:
        return ""
    at = when(comparison.weeks * 168, language)
    most_often = "Most often in target at {at}: {parts}."
    return say(language, most_often, at=at, parts=", ".join(parts))


def _share(outlook: Outlook, output: str) -> Share | None:
    band = outlook.forecast.outputs.get(output)
    return None if band is None else band.in_target(-1)


def _words(share: Share, language: Language) -> str:
    return share_in_words(share, short=True, language=language)


def _said(
    comparison: Comparison, first: Outlook, outlook: Outlook, language: Language
) -> Iterator[str]:
    """In target, better than the first plan, the mass, and what goes too far."""
    inside = [
        f"{short(name, language)} {_words(share, language)}"
        for name in outlook.forecast.outputs
        if (share := _share(outlook, name)) is not None
    ]
    if inside:
        said = "Simulated courses that end in target: {parts}."
        yield say(language, said, parts=", ".join(inside))
    if outlook is not first:
        beside = [
            f"{short(name, language)} {_better(pair.at_end, language)}"
            for name in outlook.forecast.outputs
            if name not in LEFT_OUT
            and (pair := comparison.pair(name, outlook.letter, first.letter)) is not None
            and pair.at_end is not None
        ]
        if beside:
            said = "Simulated courses that end better than under plan {first}: {parts}."
            yield say(language, said, first=first.letter, parts=", ".join(beside))
    rest = []
    mass = outlook.forecast.outputs.get("mass volume")
    if mass is not None:
        rest.append(
            say(
                language,
                "Mass volume: {end} {unit}, from {start} {unit} today.",
                end=figure_of(float(mass.median[-1]), mass.unit, language),
                start=figure_of(float(mass.median[0]), mass.unit, language),
                unit=mass.unit,
            )
        )
    dangers = list(_dangers(outlook, language))
    if dangers:
        rest.append(say(language, "Goes too far: {parts}.", parts=", ".join(dangers)))
    if rest:
        yield " ".join(rest)


def _better(odds: Odds, language: Language) -> str:
    """How often better; where that is not most often, also what is."""
    better = _words(odds.better, language)
    sense, share = max(
        (("{better} (worse {other})", odds.worse), ("{better} (alike {other})", odds.same)),
        key=lambda each: each[1].count,
    )
    if share.count <= odds.better.count:
        return better
    return say(language, sense, better=better, other=_words(share, language))


def _dangers(outlook: Outlook, language: Language) -> Iterator[str]:
    own = outlook.safety
    usual = own.under_usual
    suppressed = own.over_suppressed if usual is None else usual.share
    low, high = (
        decimal(language, f"{limit:g}") for limit in (SEVERE_HYPOCALCAEMIA, SEVERE_HYPERCALCAEMIA)
    )
    too_low = "PTH under twice the upper limit in {share}"
    if usual is not None:
        too_low = "PTH under twice a usual upper limit in {share}"
    for sentence, share, limit in (
        (too_low, suppressed, ""),
        ("calcium at some time under {limit} mmol/L in {share}", own.hypocalcaemia.courses, low),
        ("calcium at some time over {limit} mmol/L in {share}", own.hypercalcaemia.courses, high),
    ):
        if share is not None and share.of and share.value >= OFTEN:
            yield say(language, sentence, share=_words(share, language), limit=limit)


def _outcomes(comparison: Comparison, language: Language) -> Sequence[Sequence[str]]:
    """How each plan ends: a head line, then a line per plan of cells with two lines."""
    columns = {n: b for n, b in outputs(comparison).items() if n not in LEFT_OUT}
    titles = {name: short(name, language) for name in columns}
    head = (f"{t[:1].upper()}{t[1:]}\n{columns[n].unit}" for n, t in titles.items())
    rows = [[say(language, "Plan"), *head]]
    for outlook in comparison.outlooks:
        row = [f"{outlook.letter}\n{plan_name(outlook.plan.name, language)}"]
        for name in columns:
            band = outlook.forecast.outputs.get(name)
            if band is None:
                row.append("–")
                continue
            low, middle, high = (
                figure_of(float(v), band.unit, language) for v in band.quantiles[[0, 2, 4], -1]
            )
            span = say(language, "({low} to {high})", low=low, high=high)
            row.append(f"{middle} {span}\n{judgement(band, language)}")
        rows.append(row)
    return rows
