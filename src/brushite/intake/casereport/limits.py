"""Ranges: those of the laboratory behind values, and those that stand in place of a value."""

import re
from collections.abc import Sequence
from dataclasses import replace

from brushite.analytes import analyte
from brushite.intake.casereport.amounts import Amount, Name
from brushite.intake.casereport.attribution import is_general, subject_of
from brushite.intake.casereport.lexicon import unit_of
from brushite.intake.casereport.numbers import COUNT, Language, readings
from brushite.intake.casereport.owners import Owned, is_beside
from brushite.intake.casereport.sentences import Sentence
from brushite.intake.casereport.values import Found, judged
from brushite.intake.reading import Doubt, Fact
from brushite.record import LaboratoryRange
from brushite.units import Quantity


def put_limits(sentence: Sentence, mine: list[Owned], amounts: list[Amount], found: Found) -> None:
    """The ranges of the laboratory behind values, and the upper limit of PTH from a multiple."""
    for amount in amounts:
        if amount.role != "range":
            continue
        owner = next((o for o in reversed(mine) if o.amount.end <= amount.start), None)
        if owner is None or amount.start - owner.amount.end > 60:
            continue
        unit = unit_of(amount.unit, owner.analyte) if amount.unit else owner.units[0]
        if unit is None:
            continue
        limits = _range(owner.analyte, amount, unit, sentence.numbers)
        if limits is None:
            continue
        for index, value in enumerate(found.values):
            if (
                value.sentence == sentence.number
                and value.span.end <= sentence.letters.at[amount.start] + 1
                and value.analyte == owner.analyte
            ):
                found.values[index] = replace(value, range=limits)
        if (
            owner.analyte == "pth"
            and limits.high is not None
            and subject_of(sentence, amount.start) == "patient"
        ):
            span = sentence.letters.span(amount.start, amount.end)
            found.limits.append(Fact(kind="pth upper limit", content=limits.high, spans=(span,)))
    _from_multiple(sentence, mine, found)


_MULTIPLE = re.compile(
    r"(\d+(?:[.,]\d+)?)(?:[- ]?fold| ?fois| ?x| times)\b[^.;]{0,30}?"
    r"(?:normal|uln|lsn|upper|limit|superieur)"
)


def _from_multiple(sentence: Sentence, mine: list[Owned], found: Found) -> None:
    """The upper limit of PTH from a value that is called so many times the normal."""
    multiple = _MULTIPLE.search(sentence.plain)
    if multiple is None:
        return
    near = [o for o in mine if o.analyte == "pth" and 0 <= multiple.start() - o.amount.end < 40]
    if not near or len(near[-1].units) != 1 or near[-1].amount.limit is not None:
        return
    amount, times = near[-1].amount, float(multiple[1].replace(",", "."))
    value, _ = judged("pth", amount.number, near[-1].units, sentence.numbers)
    if times >= 1.5 and value:
        limit = Quantity(float(f"{value[0].value / times:.2g}"), value[0].unit)
        found.limits.append(
            Fact(
                kind="pth upper limit",
                content=limit,
                spans=(sentence.letters.span(amount.start, multiple.end()),),
                is_inferred=True,
                note=f"{value[0]} is called {times:g} times the normal",
            )
        )


def _range(name: str, amount: Amount, unit: str, language: Language) -> LaboratoryRange | None:
    """The range that an amount stands for: two ends, or one with its sign."""
    first, _ = judged(name, amount.number, (unit,), language)
    if not amount.second:
        if not first:
            return None
        is_low = amount.limit == "above"
        return LaboratoryRange(low=first[0]) if is_low else LaboratoryRange(high=first[0])
    second, _ = judged(name, amount.second, (unit,), language)
    if not second or readings(amount.number, language).first >= second[0].value:
        return None
    return LaboratoryRange(low=first[0] if first else None, high=second[0])


_TOLD_MULTIPLE = re.compile(
    rf"(?P<n>\d+(?:[.,]\d+)?|{COUNT}|\btwice|\bthrice) ?(?:-?fold|fois|times|x)?"
    r" ?(?:(?:above|over|higher than|de|of|a) )?(?:the |la |le )?(?:laboratory )?"
    r"(?:uln|lsn|normal|upper|limit|valeur|superieur)"
)


def put_multiples(
    sentence: Sentence, names: Sequence[Name], mine: list[Owned], found: Found
) -> None:
    """A value told only as so many times the normal waits, for that is no value."""
    plain = sentence.plain
    for multiple in _TOLD_MULTIPLE.finditer(plain):
        owner = next((n for n in reversed(names) if n.end <= multiple.start()), None)
        if owner is None or not owner.analyte or any(o.name is owner for o in mine):
            continue
        if not re.search(r"fold|fois|times|x|twice|thrice", multiple[0]):
            continue
        if multiple.start() - owner.end > 45 or is_general(sentence):
            continue
        if subject_of(sentence, multiple.start()) != "patient":
            continue
        found.doubts.append(
            Doubt(
                question=f"{owner.analyte} is told as {multiple[0].strip()} and without a number.",
                spans=(sentence.letters.span(owner.start, multiple.end()),),
            )
        )


def put_strange(
    sentence: Sentence, names: Sequence[Name], amounts: list[Amount], found: Found
) -> None:
    """A value in a unit that its analyte is not measured in waits: "PTH 1.8 ng/mL"."""
    plain = sentence.plain
    for amount in amounts:
        owner = next((n for n in reversed(names) if n.end <= amount.start), None)
        if amount.role != "value" or owner is None or not owner.analyte:
            continue
        if re.search(r"/ ?(?:d|m)?l\b", amount.unit) is None or unit_of(amount.unit, owner.analyte):
            continue
        if any(unit_of(amount.unit, n.analyte) for n in names if n.analyte):
            continue
        if not is_beside(plain[owner.end : amount.start]) or is_general(sentence):
            continue
        if subject_of(sentence, amount.start) != "patient":
            continue
        units = " or ".join(analyte(owner.analyte).measure.units)
        found.doubts.append(
            Doubt(
                question=f"{owner.analyte} is given in {amount.unit} ({amount.number}), "
                f"and it is measured in {units}.",
                spans=(sentence.letters.span(owner.start, amount.end),),
            )
        )


def put_ranges(
    sentence: Sentence, names: Sequence[Name], amounts: list[Amount], found: Found
) -> None:
    """A range in place of a value ("between 1.9 and 2.3 mmol/L") waits, for a record holds one."""
    plain = sentence.plain
    for amount in amounts:
        if amount.role != "range" or not amount.second or not amount.unit:
            continue
        owner = next((n for n in reversed(names) if n.end <= amount.start), None)
        if owner is None or not owner.analyte or unit_of(amount.unit, owner.analyte) is None:
            continue
        gap = plain[owner.end : amount.start]
        if len(gap) > 40 or re.search(r"\d|norm|refer|target|cible|\bn ?[:=]|range|\(", gap):
            continue
        if subject_of(sentence, amount.start) != "patient" or is_general(sentence):
            continue
        span = sentence.letters.span(owner.start, amount.end)
        found.doubts.append(
            Doubt(
                question=f"{owner.analyte} is given as a range ({plain[amount.start : amount.end]})"
                ", and a record holds single values.",
                spans=(span,),
            )
        )
