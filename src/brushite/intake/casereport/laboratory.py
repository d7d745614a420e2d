"""Laboratory values of sentences: the analyte, its value and unit, when, whose, what is said."""

import re
from collections.abc import Sequence
from dataclasses import replace

from brushite.intake.casereport.amounts import Amount, Name, amounts_in, names_in
from brushite.intake.casereport.attribution import is_general, subject_of
from brushite.intake.casereport.lexicon import unit_of
from brushite.intake.casereport.limits import put_limits, put_multiples, put_ranges, put_strange
from brushite.intake.casereport.owners import Owned, owned
from brushite.intake.casereport.placing import NOW, State, moment_of, placed, timings
from brushite.intake.casereport.remarks import COURSE, assay_of, remark_of
from brushite.intake.casereport.sentences import Sentence
from brushite.intake.casereport.timing import When
from brushite.intake.casereport.values import Found, Remark, Value, judged
from brushite.plan import Moment


def values_of(sentence: Sentence, times: list[When], state: State, found: Found) -> None:
    """Put into `found` what a sentence says of the laboratory."""
    plain = sentence.plain
    names = names_in(plain)
    amounts = amounts_in(plain, names)
    mine = [o for o in owned(plain, names, amounts, sentence.numbers) if not o.is_bath]
    mine += _carried(sentence, amounts, mine, state)
    moments = placed(plain, mine, times, state)
    sessions = timings(plain, mine)
    if moments:
        state.latest = moments[-1][0]
    for one, (taken, told), timing in zip(mine, moments, sessions, strict=True):
        if timing != "unknown" and not told and taken.is_later:
            taken = state.moment or NOW  # what fell during a session fell before any treatment
        value = _value(sentence, one, mine, taken, told=told)
        found.values.append(replace(value, timing=timing))
    put_limits(sentence, mine, amounts, found)
    put_ranges(sentence, names, amounts, found)
    put_strange(sentence, names, amounts, found)
    put_multiples(sentence, names, mine, found)
    _words(sentence, amounts, mine, times, state, found)
    if mine:
        state.row = tuple({o.analyte: o.name for o in mine}.values())
    elif named := [n for n in names if n.analyte]:
        state.row = tuple({n.analyte: n for n in named}.values())


_AGAIN = re.compile(
    r"^(?:(?:currently|now|today|actuellement|at present|a ce jour),? )?(?:[^,;.]{0,90}, ?"
    r"|(?:a |at |after|apres|on |lors|six|three|un|one|\w+ (?:mois"
    r"|months?|ans?|years?|"
    r"weeks?|semaines?|jours?|days?) )[^,;.]{0,45}?\b)?(?:(?:it|its|they|these|this|elles?"
    r"|ils?|celle-ci|"
    r"celles-ci)\b|(?:the|les|ces) (?:corresponding |same |memes )?(?:levels?|values?"
    r"|results?|valeurs?|"
    r"taux|chiffres?|dosages?)|le taux|un controle|the latter|ce taux)"
)


def _carried(
    sentence: Sentence, amounts: list[Amount], mine: list[Owned], state: State
) -> list[Owned]:
    """Values whose analytes the sentence before named: "It was 230 pg/mL at six months"."""
    again = _AGAIN.match(sentence.plain.strip())
    first = min((o.name.start for o in mine), default=len(sentence.plain))
    values = [a for a in amounts if a.role == "value" and a.start < first]
    if again is None or not values or not state.row:
        return []
    row = state.row
    if len(values) == len(row) > 1:
        units = [_unit_behind(values, i, n.analyte) for i, n in enumerate(row)]
        if all(units):
            return [
                Owned(name=_here(n, a), amount=a, units=(str(u),), block=1)
                for n, a, u in zip(row, values, units, strict=True)
            ]
    found = []
    for amount in values:
        fitting = [n for n in row if amount.unit and unit_of(amount.unit, n.analyte) is not None]
        if len({n.analyte for n in fitting}) == 1:
            unit = unit_of(amount.unit, fitting[-1].analyte)
            found.append(Owned(name=_here(fitting[-1], amount), amount=amount, units=(str(unit),)))
    return found


def _unit_behind(values: list[Amount], index: int, name: str) -> str | None:
    """The unit of a number, or that of the first one behind it which has one."""
    for amount in values[index:]:
        if amount.unit:
            return unit_of(amount.unit, name)
    return None


def _here(name: Name, amount: Amount) -> Name:
    return replace(name, start=amount.start, end=amount.start)


def _value(
    sentence: Sentence, one: Owned, all_: list[Owned], taken: Moment, *, told: bool
) -> Value:
    plain, amount = sentence.plain, one.amount
    start, end = min(one.name.start, amount.start), max(one.name.end, amount.end)
    between = plain[one.name.end : amount.start]
    earlier = [o for o in all_ if o.name is one.name and o.amount.start < amount.start]
    if earlier:
        start, between = amount.start, ""
    before = plain[: one.name.start]
    after = re.split(r"[,;.)]", plain[amount.end :])[0][:25]
    remark = remark_of(one.name.words, between, before if not earlier else "")
    if (
        remark is None
        and not earlier
        and re.match(r"[ ,(]*(?:normal|elev|high|bas|low)[^\d]*$", after)
    ):
        remark = remark_of("", after, "")
    if earlier and remark_of(one.name.words, "", "") is not None:
        remark = None
    if COURSE.search(between) and remark in {"high", "low"}:
        remark = None
    written = f"{amount.number} {amount.unit}".strip()
    is_said = bool(amount.unit) or len(one.units) == 1
    found, question = judged(
        one.analyte,
        written,
        one.units,
        sentence.numbers,
        is_said=is_said,
        number=amount.number,
        is_sure=sentence.is_sure,
    )
    if amount.limit == "below" and len(found) == 1 and "is far from" in question:
        question = ""  # as little as an assay can see
    return Value(
        analyte=one.analyte,
        readings=found,
        limit=amount.limit,
        taken=taken,
        told=told,
        assay=assay_of(before[-14:] + one.name.words, between) if one.analyte == "pth" else None,
        remark=remark,
        subject=subject_of(sentence, amount.start),
        span=sentence.letters.span(start, end),
        sentence=sentence.number,
        zone=sentence.zone,
        question=question,
    )


def _words(
    sentence: Sentence,
    amounts: Sequence[Amount],
    mine: list[Owned],
    times: list[When],
    state: State,
    found: Found,
) -> None:
    """Analytes that are called normal, high or low without a number."""
    names = names_in(sentence.plain)
    valued = {id(o.name) for o in mine}
    for index, name in enumerate(names):
        if not name.analyte or id(name) in valued:
            continue
        if subject_of(sentence, name.start) != "patient" or is_general(sentence):
            continue
        stop = names[index + 1].start if index + 1 < len(names) else len(sentence.plain)
        after = re.split(r"[,;.(]", sentence.plain[name.end : stop + 40])[0]
        if any(a.role == "other" and name.end <= a.start < stop for a in amounts):
            continue  # "the target was below 5.5" says nothing of a value
        remark = remark_of(name.words, after, sentence.plain[: name.start])
        if remark is None:
            continue
        moments = tuple(moment_of(w, state) for w in times) or (state.moment or NOW,)
        found.remarks.append(Remark(analyte=name.analyte, remark=remark, moments=moments))
