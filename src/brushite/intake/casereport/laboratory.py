"""Laboratory values of sentences: the analyte, its value and unit, when, whose, and what is said."""

import re
from dataclasses import dataclass, field, replace

from brushite.analytes import analyte
from brushite.errors import BrushiteError
from brushite.intake.casereport.amounts import Amount, Name, amounts_in, names_in
from brushite.intake.casereport.attribution import is_general, subject_of
from brushite.intake.casereport.lexicon import SEEN, unit_of
from brushite.intake.casereport.numbers import Language, readings
from brushite.intake.casereport.owners import Owned, owned
from brushite.intake.casereport.placing import NOW, State, moment_of, placed, timings
from brushite.intake.casereport.sentences import Sentence
from brushite.intake.casereport.timing import When
from brushite.intake.reading import Doubt, Fact, Span, Subject
from brushite.plan import Moment
from brushite.record import LaboratoryRange, Measurement, Origin
from brushite.units import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value that was read, before values of one occasion are put together.

    `readings` are its plausible readings, the likeliest first; a certain one is alone. `told` says
    whether the sentence itself says when.
    """

    analyte: str
    readings: tuple[Quantity, ...]
    limit: str | None
    taken: Moment
    told: bool
    assay: str | None
    remark: str | None
    subject: Subject
    span: Span
    sentence: int
    question: str = ""
    range: LaboratoryRange | None = None
    timing: str = "unknown"

    def fact(self, quantity: Quantity, source: str, spans: tuple[Span, ...]) -> Fact:
        """The measurement with one of the readings; raises `RecordError` for what cannot be."""
        return Fact(
            kind="measurement",
            content=Measurement(
                analyte=self.analyte,
                value=quantity,
                limit=self.limit,  # type: ignore[arg-type]
                taken=self.taken,
                timing=self.timing,  # type: ignore[arg-type]
                assay=self.assay,
                laboratory_range=self.range,
                author_remark=self.remark,
                origin=Origin(document=source, place=str(spans[0])),
            ),
            subject=self.subject,
            spans=spans,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What an author calls an analyte without a number: "a normal calcium", at some moments."""

    analyte: str
    remark: str
    moments: tuple[Moment, ...]


@dataclass(slots=True)
class Found:
    """All that laboratories say in a text."""

    values: list[Value] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    limits: list[Fact] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


_HIGH = re.compile(r"\b(?:eleve\w*|elevat\w+|high(?:er|ly)?|haut\w*|raised|increas\w+|augment\w+|tres eleve\w*|markedly elevated|elevation|majore\w*|above|superieur\w*)\b")
_LOW = re.compile(r"\b(?:low(?:er)?|bas(?:se|ses)?|effondre\w*|decreas\w+|reduced|diminu\w+|insuffisant\w*|deficien\w+|carence|undetectable|indetectable|suppressed|below|inferieur\w*|faibles?)\b")
_NORMAL = re.compile(r"\b(?:normal(?:e|es|s|ised|ized|isee?s?)?|normaux|within (?:the )?(?:normal|reference)|dans les (?:normes|limites)|correcte?s?|unremarkable|satisfaisant\w*)\b")
_COURSE = re.compile(r"\b(?:decreas\w+|fell|fall|drop\w*|diminu\w+|baiss\w+|increas\w+|augment\w+|rose|rise|passe\w*|reduced|reduction|declin\w+|normali[sz]\w+|chut\w+|from|de)\b")


def remark_of(owner: str, between: str, before: str) -> str | None:
    """What the author calls a value, from its name and the words beside it."""
    for prefix, word in (("hyper", "hyper"), ("hypo", "hypo")):
        if prefix in owner and "parathyr" in owner:
            return f"{word}parathyroidism"
    base = "calcaemia" if "calc" in owner else "phosphataemia" if "phosph" in owner else ""
    if base and "hyper" in owner:
        return f"hyper{base}"
    if base and "hypo" in owner:
        return f"hypo{base}"
    if "normo" in owner:
        return "normal"
    near = re.split(r"[,;(]", before)[-1][-25:]
    for words in (between, near):
        for word, pattern in (("normal", _NORMAL), ("high", _HIGH), ("low", _LOW)):
            if pattern.search(words):
                return word
    return None


def assay_of(words: str, between: str) -> str | None:
    """The assay of PTH, where the name of the value has it."""
    near = words + " " + between[:25]
    if re.search(r"1 ?[-,]? ?84|whole|bio-?intact", near):
        return "1-84"
    return "intact" if re.search(r"\bipth\b|intact|\bpthi\b|\bi-pth\b|pth ?\(?i\)?\b(?!n)", near) else None


def values_of(
    sentence: Sentence, times: list[When], state: State, found: Found
) -> None:
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
        value = _value(sentence, one, mine, taken, told=told)
        found.values.append(replace(value, timing=timing))
    _limits(sentence, mine, amounts, found)
    _ranges(sentence, names, mine, amounts, found)
    _words(sentence, names, mine, times, state, found)
    if any(n.analyte for n in names):
        state.last = next((n for n in reversed(names) if n.analyte), None)


def _carried(
    sentence: Sentence, amounts: list[Amount], mine: list[Owned], state: State
) -> list[Owned]:
    """Values whose analyte the sentence before named: "It was 230 pg/mL at six months"."""
    if mine or state.last is None:
        return []
    start = sentence.plain.strip()[:70]
    if not re.match(
        r"(?:it|its|this|the (?:level|value|latter)|elle|il|ce(?:tte|lui-ci|lle-ci)?|le taux|les? valeurs?|un controle|a |at |after|apres|on )", start
    ):  # fmt: skip
        return []
    found = []
    for amount in amounts:
        unit = unit_of(amount.unit, state.last.analyte) if amount.unit else None
        if unit is not None and amount.role == "value":
            name = replace(state.last, start=amount.start, end=amount.start)
            found.append(Owned(name=name, amount=amount, units=(unit,)))
    return found


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
    if remark is None and not earlier and re.match(r"[ ,(]*(?:normal|elev|high|bas|low)[^\d]*$", after):
        remark = remark_of("", after, "")
    if earlier and remark_of(one.name.words, "", "") is not None:
        remark = None
    if _COURSE.search(between) and remark in {"high", "low"}:
        remark = None
    found, question = _readings(one, sentence.numbers, remark)
    return Value(
        analyte=one.analyte,
        readings=found,
        limit=amount.limit,
        taken=taken,
        told=told,
        assay=assay_of(one.name.words, between) if one.analyte == "pth" else None,
        remark=remark,
        subject=subject_of(sentence, amount.start),
        span=sentence.letters.span(start, end),
        sentence=sentence.number,
        question=question,
    )


def _readings(one: Owned, language: Language, remark: str | None) -> tuple[tuple[Quantity, ...], str]:
    """The readings of a number that are plausible, and what is asked when it is not certain."""
    written = f"{one.amount.number} {one.amount.unit}".strip()
    return judged(one.analyte, written, one.amount.number, one.units, language, remark=remark,
                  is_said=bool(one.amount.unit) or len(one.units) == 1)  # fmt: skip


def judged(
    name: str,
    written: str,
    number: str,
    units: tuple[str, ...],
    language: Language,
    *,
    remark: str | None = None,
    is_said: bool = True,
) -> tuple[tuple[Quantity, ...], str]:
    """The readings of a number that are plausible, and what is asked when it is not certain.

    One that patients on dialysis are seen with goes before one that is only possible.
    """
    measure = analyte(name).measure
    low, high = SEEN[name]
    numbers = readings(number, language).values
    seen: list[Quantity] = []
    possible: list[Quantity] = []
    for value in numbers:
        if " " in number and seen:
            break  # a space parts thousands wherever that gives a value
        for unit in units:
            quantity = Quantity(value, unit)
            try:
                measure.checked(quantity)
            except BrushiteError:
                continue
            (seen if low <= measure.value(quantity) <= high else possible).append(quantity)
    if not is_said:
        likely = seen or possible
        return tuple(likely), f"{name} {written!r} has no unit." if likely else ""
    if seen and (len(seen) == 1 or seen[0].value == numbers[0]):
        return (seen[0],), ""
    both = (*seen, *possible)
    if len(seen) > 1:
        return both, f"{name} {written!r} can be read in {len(both)} ways."
    if len(possible) == 1 and len(numbers) == 1:
        return both, "" if _is_near(measure.value(possible[0]), low, high) else f"{name} {written} is far from what is seen on dialysis ({low:g} to {high:g} {measure.units[0]})."
    if both:
        return both, f"{name} {written!r} can be read in {len(both)} ways."
    return (), f"{name} {written} is outside {measure.low:g} to {measure.high:g} {measure.units[0]}."


def _is_near(value: float, low: float, high: float) -> bool:
    return low / 2 <= value <= high * 1.5


def _limits(
    sentence: Sentence, mine: list[Owned], amounts: list[Amount], found: Found
) -> None:
    """The ranges of the laboratory behind values, and the upper limit of PTH from a multiple."""
    plain = sentence.plain
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
            if value.sentence == sentence.number and value.span.end <= sentence.letters.at[amount.start] + 1 and value.analyte == owner.analyte:
                found.values[index] = replace(value, range=limits)
        if owner.analyte == "pth" and limits.high is not None and subject_of(sentence, amount.start) == "patient":
            span = sentence.letters.span(amount.start, amount.end)
            found.limits.append(Fact(kind="pth upper limit", content=limits.high, spans=(span,)))
    multiple = re.search(r"(\d+(?:[.,]\d+)?)(?:[- ]?fold| ?fois| ?x| times)\b[^.;]{0,30}?(?:normal|uln|lsn|upper|limit|superieur)", plain)
    if multiple is None:
        return
    owner = next((o for o in reversed(mine) if o.analyte == "pth" and 0 <= multiple.start() - o.amount.end < 40), None)
    if owner is None or len(owner.units) != 1 or owner.amount.limit is not None:
        return
    times = float(multiple[1].replace(",", "."))
    value, _ = _readings(owner, sentence.numbers, None)
    if times >= 1.5 and value:
        limit = Quantity(float(f"{value[0].value / times:.2g}"), value[0].unit)
        span = sentence.letters.span(owner.amount.start, multiple.end())
        found.limits.append(
            Fact(kind="pth upper limit", content=limit, spans=(span,), is_inferred=True,
                 note=f"{value[0]} is called {times:g} times the normal")
        )  # fmt: skip


def _range(name: str, amount: Amount, unit: str, language: Language) -> LaboratoryRange | None:
    first, _ = judged(name, amount.number, amount.number, (unit,), language)
    second, _ = judged(name, amount.second, amount.second, (unit,), language) if amount.second else ((), "")
    if amount.second:
        if not first or not second or first[0].value >= second[0].value:
            low = _plain_number(amount.number)
            if second and low is not None and low < second[0].value:
                return LaboratoryRange(low=None, high=second[0])
            return None
        return LaboratoryRange(low=first[0], high=second[0])
    if not first:
        return None
    return LaboratoryRange(low=first[0]) if amount.limit == "above" else LaboratoryRange(high=first[0])


def _plain_number(written: str) -> float | None:
    return readings(written, "fr").first


def _ranges(
    sentence: Sentence, names: list, mine: list[Owned], amounts: list[Amount], found: Found
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
                question=f"{owner.analyte} is given as a range, {plain[amount.start : amount.end]}, "
                "and a record holds single values.",
                spans=(span,),
            )
        )


def _words(
    sentence: Sentence, names: list, mine: list[Owned], times: list[When], state: State, found: Found
) -> None:
    """Analytes that are called normal, high or low without a number."""
    valued = {id(o.name) for o in mine}
    for index, name in enumerate(names):
        if not name.analyte or id(name) in valued:
            continue
        if subject_of(sentence, name.start) != "patient" or is_general(sentence):
            continue
        stop = names[index + 1].start if index + 1 < len(names) else len(sentence.plain)
        after = re.split(r"[,;.(]", sentence.plain[name.end : stop + 40])[0]
        remark = remark_of(name.words, after, sentence.plain[: name.start])
        if remark is None:
            continue
        moments = tuple(moment_of(w, state) for w in times) or (state.moment or NOW,)
        found.remarks.append(Remark(analyte=name.analyte, remark=remark, moments=moments))
