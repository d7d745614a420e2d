"""When each number of a sentence was measured, from its words of time and the story so far."""

import datetime
import re
from dataclasses import dataclass

from brushite.intake.casereport.amounts import Amount, Name
from brushite.intake.casereport.owners import Owned, is_list
from brushite.intake.casereport.timing import When
from brushite.plan import Moment
from brushite.record import Timing
from brushite.units import Quantity

NOW = Moment(offset=Quantity(0, "h"))
FAR = 1000


@dataclass(slots=True)
class State:
    """What a story has told so far.

    `surgery` is the operation of the whole report, `operation` the one that was done so far, and
    `moment` when we are, None before the treatment. `latest` is when the value before was
    measured, `row` the analytes that were named last. `first_date` is the date of the operation, or
    of the first visit where none was done. `has_begun` says that values or treatment were told:
    before that, "six months later" belongs to how the illness began. `has_changed` says that
    treatment was changed.
    """

    surgery: str | None = None
    first_date: datetime.date | None = None
    operation: str | None = None
    moment: Moment | None = None
    latest: Moment | None = None
    row: tuple[Name, ...] = ()
    has_begun: bool = False
    has_changed: bool = False


def later(state: State) -> Moment:
    """Some time after the operation that was done so far, or after now."""
    return Moment(anchor=state.operation or "now", is_later=True)


def moment_of(when: When, state: State) -> Moment:
    """The moment that a word of time stands for at this place of the story."""
    operation = state.operation
    if when.is_surgical and operation is None:
        operation = state.surgery or "operation"
    if when.date is not None and state.first_date is not None:
        return _since(when, state.first_date, state.surgery or "now")
    if when.kind == "latest":
        known = state.moment
        if known is not None and known.offset is not None and is_onward(known):
            return later(state)
        return known or (later(state) if state.has_changed else NOW)
    if when.kind == "same":
        return state.latest or state.moment or NOW
    moment = when.moment(operation)
    known = state.latest or state.moment
    if (
        when.is_relative
        and moment.offset is not None
        and known is not None
        and known.offset is not None
        and known.anchor == moment.anchor
        and moment.offset.to("h") > 0
        and (when.is_further or moment.offset.to("h") <= known.offset.to("h"))
        and known.offset.to("day") >= 25
    ):  # "three months later", told three months after the operation
        months = known.offset.to("month") + moment.offset.to("month")
        return Moment(offset=Quantity(round(months, 1), "months"), anchor=moment.anchor)
    return moment


def _since(when: When, first: datetime.date, anchor: str) -> Moment:
    """A date as a time since the first one; in months where no day is told."""
    days = (when.date - first).days if when.date is not None else 0
    is_rough = when.precision is not None and when.precision.to("day") > 7
    if not is_rough and 0 < days < 8:
        return Moment(offset=Quantity(days, "days"), anchor=anchor)
    if not is_rough and 7 < abs(days) < 25:
        return Moment(offset=Quantity(round(days / 7), "weeks"), anchor=anchor)
    months = round(days / 30.44)
    if months == 0:
        return NOW
    unit = "month" if abs(months) == 1 else "months"
    return Moment(offset=Quantity(months, unit), anchor=anchor)


def placed(
    plain: str, values: list[Owned], times: list[When], state: State
) -> list[tuple[Moment, bool]]:
    """When each number of a sentence was measured, and whether the sentence says so."""
    spans = [w for w in times if w.kind == "span"]
    times = [w for w in times if w.kind != "span"]
    series = _series(plain, values, times)
    bound = _bound(plain, [v.amount for v in values], times)
    shared = _shared(plain, values, bound, times)
    found: list[tuple[Moment, bool]] = []
    for index, value in enumerate(values):
        amount = value.amount
        when = series.get(index) or bound.get(index)
        if when is not None and when.kind in {"after", "later"} and is_from(plain, amount):
            when = None if when.end <= amount.start else when  # a course begins before it
        if when is None and not is_from(plain, amount):
            leading = [
                w for w in times if w.end <= amount.start and (w.kind != "before" or w.start < 6)
            ]
            when = shared.get(index) or (leading[-1] if leading else None)
        earlier = bound.get(index - 1) if index else None
        if (
            when is None
            and earlier is not None
            and earlier.kind == "before"
            and _is_joined(plain, values[index - 1], value)
        ):
            when = earlier
        told = [
            i for i, v in enumerate(values) if v.name is value.name and (i in series or i in bound)
        ]
        copied = _copied(plain, index, values, found, times_of_own=bool(told))
        if copied is not None:
            found.append(copied)
        elif when is not None and when.kind == "now" and _leads_away(plain, value, when, values):
            led = [w for w in times if w.kind in {"after", "later"} and w.end <= amount.start]
            found.append((moment_of(led[-1], state), True) if led else (_onward(state), False))
        elif when is not None:
            found.append((moment_of(when, state), True))
        elif is_from(plain, amount) and spans and state.moment is None:
            found.append((moment_of(spans[-1], state), True))
        elif spans and state.moment is None:
            found.append((NOW, False))
        elif is_from(plain, amount):
            is_first = state.latest is None or not is_onward(state.latest)
            is_led = bool(times or spans) or is_first or _DURING.search(plain[: amount.start])
            start = NOW if state.moment is None or is_led else state.moment
            found.append((start, False))
        elif _HAD_BEEN.search(plain[: amount.start]):
            found.append((NOW, False))
        elif _is_reached(plain, value, values):
            rises = state.moment is None and not state.has_begun and _rises(plain, value)
            found.append((NOW if rises else _onward(state), False))
        elif index and is_onward(found[-1][0]) and _is_joined(plain, values[index - 1], value):
            found.append((found[-1][0], False))
        else:
            found.append((state.moment or NOW, False))
    return found


_SAME_TIMES = re.compile(
    r"at the same (?:\w+ )?(?:time ?points?|times|dates|visits)|dans le meme temps"
    r"|aux memes (?:dates|moments|temps|echeances)|parallel\w*|correspond\w*"
)


def _copied(
    plain: str,
    index: int,
    values: list[Owned],
    found: list[tuple[Moment, bool]],
    *,
    times_of_own: bool,
) -> tuple[Moment, bool] | None:
    """The moment of the value of another analyte: "calcium at the same four time points was".

    So it is too where as many values follow and no time is told of them.
    """
    value = values[index]
    own = [i for i, v in enumerate(values) if v.name is value.name]
    near = plain[max(0, value.name.start - 20) : values[own[0]].amount.start]
    if not (_SAME_TIMES.search(near) or (len(own) > 1 and not times_of_own)):
        return None
    others = [i for i, v in enumerate(values) if v.analyte != value.analyte and i < own[0]]
    last = values[others[-1]].analyte if others else ""
    row = [i for i in others if values[i].analyte == last]
    if len(row) != len(own) or len({str(found[i][0]) for i in row}) < len(row):
        return None
    return found[row[own.index(index)]]


def is_onward(moment: Moment) -> bool:
    """Whether a moment is after now, or after an operation."""
    return moment.is_later or (moment.offset is not None and moment.offset.value > 0)


def _onward(state: State) -> Moment:
    known = state.moment
    return known if known is not None and is_onward(known) else later(state)


def _series(plain: str, values: list[Owned], times: list[When]) -> dict[int, When]:
    """Times in a row for the values in a row of each analyte: "at 3, 6 and 12 months"."""
    found: dict[int, When] = {}
    groups: dict[int, list[When]] = {}
    for when in times:
        if when.series:
            groups.setdefault(when.series, []).append(when)
    rows = [g for g in groups.values() if len(g) > 1]
    if not rows and len(times) > 1 and re.search(r"respecti", plain):
        rows = [list(times)]
    for row in rows:
        for name in {id(v.name): v.name for v in values}.values():
            own = [i for i, v in enumerate(values) if v.name is name]
            before = [i for i in own if values[i].amount.end <= row[0].start]
            if len(own) > len(row) and len(before) > len(row):
                own = before[-len(row) :]  # "from 1,866 before to 455, 201 and 96 at 5, 10 and 20"
            if len(own) == len(row):
                found |= dict(zip(own, row, strict=True))
    return found


def _bound(plain: str, amounts: list[Amount], times: list[When]) -> dict[int, When]:
    """The nearest number of each word of time, by number."""
    found: dict[int, tuple[int, When]] = {}
    for when in times:
        costs = [(_distance(plain, a, when, amounts, times), i) for i, a in enumerate(amounts)]
        cost, nearest = min(costs, default=(FAR, -1))
        if cost < FAR and (nearest not in found or cost < found[nearest][0]):
            found[nearest] = (cost, when)
    return {index: when for index, (_, when) in found.items()}


def _distance(
    plain: str, amount: Amount, when: When, amounts: list[Amount], times: list[When]
) -> int:
    """How far a word of time is from a number; `FAR` where another one stands between."""
    follows = when.start >= amount.end
    low, high = (amount.end, when.start) if follows else (when.end, amount.start)
    if low > high or any(low <= a.start < high for a in amounts if a is not amount):
        return FAR
    if any(low <= w.start < high for w in times if w is not when):
        return FAR
    gap = plain[low:high]
    is_inserted = plain[when.start - 2 : when.start].strip() == ","
    is_apart = (
        "," in gap
        and not is_inserted
        and not re.search(r", (?:when|quand|lorsque|alors que)\b", gap)
    )
    if when.kind == "before" and not follows and is_apart and when.start >= 6:
        return FAR  # "operated four years before, her PTH was": it tells of the operation
    cost = len(gap) + 10 * len(re.findall(r":", gap))
    if re.search(r";|\.(?!\d)", gap):
        cost += 120
    if follows:
        turns = re.search(r"\b(?:and|et|puis|then|with|avec|mais|but|while|alors)\b", gap)
        cost += 18 * gap.count(",") + (60 if turns else 0)
    return cost


def _shared(
    plain: str, values: list[Owned], bound: dict[int, When], times: list[When]
) -> dict[int, When]:
    """Words of time that hold for a whole list: those behind "calcium and PTH were 2.4 and 900"."""
    found: dict[int, When] = {}
    for index, when in bound.items():
        last = values[index]
        if when.start < last.amount.end or _PEAK.search(plain[last.name.start : when.start]):
            continue
        for i, value in enumerate(values[:index]):
            between = plain[value.amount.end : last.amount.start]
            if (
                i in bound
                or value.analyte == last.analyte
                or re.search(r";|\bpuis\b|\bthen\b", between)
            ):
                continue
            is_alone = len(times) == 1
            is_joined = is_list(between) and len(between) < 60
            if value.block == last.block if value.block else is_alone or is_joined:
                found[i] = when
    return found


_PEAK = re.compile(r"peak\w*|nadir|maxim\w+|\bpic\b|culmin\w+|minim\w+|lowest|highest")


def is_from(plain: str, amount: Amount) -> bool:
    """Whether a number is where a course begins: "from 1433 to 800"."""
    before = plain[max(0, amount.start - 16) : amount.start]
    after = plain[amount.end : amount.end + 80]
    starts = re.search(r"\b(?:from|de|d')(?: \(?| an? \w+ of | about | environ )?$", before)
    goes = re.match(r"[^;.]{0,70}?(?:\b(?:to|a|vers|puis|jusqu'a)\b|->|→)[^;.]{0,25}?\d", after)
    return starts is not None and goes is not None


_FALL = (
    r"(?:decreas\w+|fell|fall\w*|drop\w*|diminu\w+|baiss\w+|rose|rising|chut\w+|declin\w+"
    r"|normali[sz]\w+"
    r"|passe\w*|passant|reduc\w+|reduite?s?|improv\w+|amelior\w+|remain\w+|stabil\w+"
    r"|return\w+|settl\w+|came down|ascension|went|ramen\w+|brought)"
)
_REACHED = re.compile(
    rf"\b{_FALL}\b(?:[^.;0-9]|\d+ (?=to|a)){{0,50}}\b(?:to|at|a|by)? ?(?:about "
    rf"|environ )?(?:[<>] ?)?$"
)


_DURING = re.compile(r"(?:durant|pendant|during|over) (?:ces|cette|the same|this|these)\b")
_HAD_BEEN = re.compile(r"\b(?:had been|avait ete|etait jusque-la)(?: at| of| a| de)? ?$")


def _is_reached(plain: str, value: Owned, values: list[Owned]) -> bool:
    """Whether a number is what a course led to, or the next one of the same analyte."""
    before = plain[max(value.name.end - 1, 0) : value.amount.start]
    start = max(0, value.name.start - 45)
    if _REACHED.search(plain[start : value.amount.start]):
        return True
    earlier = [v for v in values if v.name is value.name and v.amount.start < value.amount.start]
    return bool(earlier and re.search(rf"\b(?:puis|then|to|{_FALL})\b", before[-60:]))


def _rises(plain: str, value: Owned) -> bool:
    """Whether a value rose to what it is, as it does before a treatment."""
    start = max(0, value.name.start - 45)
    words = plain[start : value.amount.start]
    return (
        re.search(
            r"\b(?:rose|risen|rising|increas\w+|augment\w+|mont\w+|climb\w+|eleve|elevation)\b",
            words,
        )
        is not None
    )


def _leads_away(plain: str, value: Owned, when: When, values: list[Owned]) -> bool:
    """Whether a course leads from the beginning to the number: "initially 900, falling to 200"."""
    amount = value.amount
    between = plain[when.end : amount.start]
    passed = any(
        when.end <= v.amount.start < amount.start
        or (v.name is value.name and v.amount.start < amount.start)
        for v in values
    )
    words = rf"\b(?:{_FALL}|then|puis)\b|, ?(?:was|were|is|etait|est|atteign\w+|had|ont|avait)\b"
    return passed and re.search(words, between) is not None


def _is_joined(plain: str, before: Owned, value: Owned) -> bool:
    """Whether numbers of two analytes are told together: "calcium to 2.2 and PTH to 48"."""
    between = plain[before.amount.end : value.amount.start]
    words = r"\b(?:et|and|with|avec)\b|,"
    is_short = len(between) < 45 and re.search(words, between) is not None
    return before.analyte != value.analyte and is_short and is_list(between)


_TIMINGS: tuple[tuple[Timing, re.Pattern[str]], ...] = (
    (
        "before dialysis",
        re.compile(
            r"pre-?(?:dialy\w+|hd\b|h(?:a?)emodial\w*)|before (?:the )?(?:dialysis|session"
            r"|hemodialysis)|avant (?:la |une |l')?(?:dialyse|seance|hemodialyse)"
        ),
    ),
    (
        "after dialysis",
        re.compile(
            r"post-?(?:dialy\w+|hd\b|h(?:a?)emodial\w*)|after (?:it\b|(?:the )?(?:dialysis|session"
            r"|hemodialysis))|apres (?:la |une |l')?(?:dialyse|seance|hemodialyse)"
            r"|en fin de (?:dialyse|seance)|at the end of (?:the )?(?:dialysis|session)"
        ),
    ),
)


def timing_in(label: str) -> Timing:
    """How the values of a table's row stand to a session of dialysis, by its label."""
    return next((t for t, p in _TIMINGS if p.search(label)), "unknown")


def timings(plain: str, values: list[Owned]) -> list[Timing]:
    """How each number stands to a session of dialysis, where the sentence says it."""
    words = sorted((m.start(), m.end(), t) for t, p in _TIMINGS for m in p.finditer(plain))
    both = re.search(r"(?:avant et apres|before and after|pre-? and post)", plain)
    if both:
        words = [(both.start(), both.start(), "before dialysis"), *words]
    kinds = list(dict.fromkeys(t for _, _, t in words))
    found: list[Timing] = []
    for index, value in enumerate(values):
        amount = value.amount
        own = [v for v in values if v.name is value.name]
        stop = values[index + 1].amount.start if index + 1 < len(values) else len(plain)
        near = re.split(r"[;:,]|\.(?!\d)", plain[amount.end : min(stop, amount.end + 25)])[0]
        close = [t for a, _, t in words if amount.end <= a < amount.end + len(near)]
        clause = plain.rfind(";", 0, amount.start)
        inside = [t for a, _, t in words if max(clause, 0) <= a < amount.start]
        if close:
            found.append(close[0])
        elif len(own) == 2 and len(kinds) == 2:
            found.append(kinds[own.index(value)])
        elif inside and (len(kinds) == 1 or clause >= 0 or len(own) == 1):
            found.append(inside[-1])
        else:
            found.append("unknown")
    return found
