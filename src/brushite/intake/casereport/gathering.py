"""A whole report: its sentences and tables told in order, and what they say put together."""

import datetime
import re
from dataclasses import replace

from brushite.analytes import analyte
from brushite.errors import BrushiteError, FileError
from brushite.intake.casereport import operations
from brushite.intake.casereport.attribution import is_told
from brushite.intake.casereport.ceilings import ceilings
from brushite.intake.casereport.changes import changes, operation_facts
from brushite.intake.casereport.dialyses import PERITONEAL, dialysis_facts, is_peritoneal
from brushite.intake.casereport.examinations import examination_facts
from brushite.intake.casereport.grids import Grid, grids
from brushite.intake.casereport.laboratory import values_of
from brushite.intake.casereport.lesions import lesion_facts
from brushite.intake.casereport.letters import Letters, tidy
from brushite.intake.casereport.medicines import medicine_facts
from brushite.intake.casereport.people import people_facts
from brushite.intake.casereport.placing import State, is_onward
from brushite.intake.casereport.prescribed import captions, rows_told, sizes_told
from brushite.intake.casereport.sentences import Sentence, language_of, sentences, signs_of
from brushite.intake.casereport.stories import ANCHORS, after, during, is_onset
from brushite.intake.casereport.tabulated import Table, values_of_grid
from brushite.intake.casereport.timing import whens
from brushite.intake.casereport.values import Found, Value
from brushite.intake.reading import Doubt, Fact, Reading, Span, added, blank
from brushite.plan import Moment
from brushite.record import Measurement

MOST_VALUES = 5_000
LONGEST_TEXT = 150_000  # characters, some forty-five pages


def read_case_text(text: str, *, source: str, label: str) -> Reading:
    """What the text of a case report in English or French says.

    `source` is what its origins are called, `label` what the patient is called. Raises `FileError`
    for a text that is too long for a report, or has too many values.
    """
    text = tidy(text)
    if len(text) > LONGEST_TEXT:
        raise FileError(
            f"{source} has {len(text)} characters, and a case report has at most {LONGEST_TEXT}. "
            "Cut the case out of it and read that."
        )
    tables = grids(text)
    parts = [part for table in tables for part in table.parts]
    told = sentences(_without(text, parts))
    heads = captions(text, tables, told)
    mentions = operations.mentions(told)
    operation = _operation(mentions)
    found = Found()
    date = _first_date(told, mentions, tables, operation)
    moments = _tell(told, mentions, found, State(surgery=operation, first_date=date))
    plain = Letters.of(text).plain
    signs = signs_of(plain)
    state = State(surgery=operation, operation=operation, first_date=date)
    for number, grid in enumerate(tables, 1):
        table = Table(
            state=state,
            language=signs or language_of(plain, "en"),
            number=number,
            is_sure=signs is not None,
        )
        values_of_grid(grid, table, found)
        if len(found.values) > MOST_VALUES:
            raise FileError(
                f"{source} has more than {MOST_VALUES} values, and a case report has fewer. "
                "Put its tables into a file of their own, such as CSV, and read that."
            )
    values, doubts = _measurements(found, source)
    dialysis, odd = dialysis_facts(told, source, rows_told(text, tables))
    drugs, strange = medicine_facts([*told, *heads], source, _turns(mentions))
    surgery = operation_facts([*mentions, *operations.mentions(heads)], source)
    facts = people_facts([*told, *heads])
    if (now := _present(operation, [*dialysis, *drugs])) is not None:
        facts.append(now)
    facts += [
        *_upper_limit(values, [*found.limits, *ceilings(told, text, tables)]),
        *_assay(values),
        *values,
    ]
    facts += lesion_facts(told, source, sizes_told(text, tables))
    facts += [*examination_facts(told, moments, source), *dialysis, *drugs, *surgery]
    facts += changes(dialysis + drugs, surgery, operation, source)
    record = added(blank(label), facts)
    return Reading(
        source=source,
        record=record,
        text=text,
        facts=tuple(facts),
        doubts=(*doubts, *found.doubts, *odd, *strange),
        remarks=(*((PERITONEAL,) if is_peritoneal(told) else ()), *_of_several(told)),
    )


_NUMBERED = re.compile(
    r"^ ?(?:patient|case|cas|observation)s? ?(?:n ?[o°]? ?)?(?P<number>[1-9])\b(?! ?(?:%|sur|of))"
)


def _of_several(told: list[Sentence]) -> tuple[str, ...]:
    """A remark where sentences of the case begin with the numbers of several patients."""
    begun = [m for s in told if s.zone == "case" and (m := _NUMBERED.match(s.plain)) is not None]
    if len({m["number"] for m in begun}) < 2:
        return ()
    return (
        "The report seems to tell of several patients, and one record is of one patient: cut the "
        "text so that it tells of one.",
    )


def _without(text: str, parts: list[tuple[int, int]]) -> str:
    """`text` of the same length with white space in place of some parts."""
    for start, end in parts:
        text = text[:start] + "\n" * (end - start) + text[end:]
    return text


def _operation(mentions: list[operations.Mention]) -> str | None:
    """The operation from which the report counts, if one was done that is not of the past."""
    for kind in ANCHORS:
        for one in mentions:
            if one.kind == kind and one.status == "done" and not _is_past(one):
                return kind
    return None


def _turns(mentions: list[operations.Mention]) -> list[tuple[int, int]]:
    """Where a report tells of the operation after which treatment is another: sentence, place."""
    return [
        (m.sentence, m.place)
        for m in mentions
        if m.kind == "parathyroidectomy" and m.status == "done" and not _is_past(m)
    ]


def _is_past(one: operations.Mention) -> bool:
    """Whether an operation was long ago: "eight years ago", or of a year that is only history."""
    if one.when is None:
        return one.is_listed
    return one.when.kind == "before" or (one.when.kind == "date" and one.is_history)


def _first_date(
    told: list[Sentence],
    mentions: list[operations.Mention],
    tables: list[Grid],
    operation: str | None,
) -> datetime.date | None:
    """The date from which the report counts: of the operation, else of the first visit."""
    if operation is not None:
        dates = [
            m.when.date for m in mentions if m.kind == operation and m.status == "done" and m.when
        ]
        return next((d for d in dates if d is not None), None)
    for sentence in told:
        leading = [w for w in whens(sentence.plain) if w.date is not None and w.start < 40]
        if leading and is_told(sentence) and _VISIT.search(sentence.plain):
            return leading[0].date
    heads = [c.when.date for t in tables for c in t.columns if c.when is not None and c.when.date]
    return min(heads, default=None)


_VISIT = re.compile(
    r"present\w*|admi\w+|consult\w*|complain\w*|refer\w*|adress\w*|hospitalis\w*|seen|vu\b"
    r"|vue\b|develop\w*|notic\w*|examin\w*|adresse"
)


def _tell(
    told: list[Sentence], mentions: list[operations.Mention], found: Found, report: State
) -> dict[int, Moment | None]:
    """Go through the sentences in their order, knowing what was done before each.

    Gives when each sentence is, by its number; None before the treatment.
    """
    state = replace(report)
    zone = None
    moments: dict[int, Moment | None] = {}
    for sentence in told:
        if sentence.zone == "references":
            continue
        if sentence.zone != zone:
            state, zone = replace(report), sentence.zone
            state.operation = report.surgery if zone == "legend" else None
        times = whens(sentence.plain)
        here = [m for m in mentions if m.sentence == sentence.number]
        done = [m for m in here if m.status == "done" and not _is_past(m) and m.kind in ANCHORS]
        during(sentence, done, times, state)
        count = len(found.values)
        early = is_onset(sentence, times, state)
        values_of(
            sentence, [w for w in times if w.kind != "after"] if early else times, state, found
        )
        state.has_begun = state.has_begun or len(found.values) > count or bool(done)
        moments[sentence.number] = state.moment
        after(sentence, done, times, state)
        dated = [v for v in found.values[count:] if v.told and v.subject == "patient"]
        if dated and is_onward(dated[-1].taken):
            state.moment = dated[-1].taken
        if state.moment is not None and any(w.start < 25 for w in times):
            moments[sentence.number] = state.moment
    return moments


def _present(operation: str | None, therapy: list[Fact]) -> Fact | None:
    """What the record's now is: the operation, or the change of treatment."""
    if operation is not None:
        return Fact(kind="now", content=Moment.parse(operation))
    changed = [f for f in therapy if f.status == "started" and f.subject == "patient"]
    if not changed:
        return None
    return Fact(kind="now", content=Moment.parse("change of treatment"), spans=changed[0].spans)


def _upper_limit(values: list[Fact], limits: list[Fact]) -> list[Fact]:
    """The upper limit of PTH: what is said of it, else that of the range beside a value."""
    said = [f for f in limits if not f.is_inferred]
    if said:
        return said[:1]
    for fact in values:
        content = fact.content
        if (
            isinstance(content, Measurement)
            and content.analyte == "pth"
            and fact.subject == "patient"
            and content.laboratory_range is not None
            and content.laboratory_range.high is not None
        ):
            high = content.laboratory_range.high
            return [Fact(kind="pth upper limit", content=high, spans=fact.spans[:1])]
    return limits[:1]


def _assay(values: list[Fact]) -> list[Fact]:
    """The assay of PTH, where all values that name one name the same."""
    named = [
        f
        for f in values
        if isinstance(f.content, Measurement) and f.content.assay and f.is_recorded
    ]
    assays = {f.content.assay for f in named if isinstance(f.content, Measurement)}
    if len(assays) != 1:
        return []
    return [Fact(kind="pth assay", content=str(assays.pop()), spans=named[0].spans[:1])]


def _measurements(found: Found, source: str) -> tuple[list[Fact], list[Doubt]]:
    """The values as facts, those of one occasion put together, and what waits.

    Of two values at one time, the second of one part of the text waits; those of two parts, such
    as the abstract and a table, contradict each other, and both wait.
    """
    facts: list[Fact] = []
    parts: list[str] = []
    doubts: list[Doubt] = []
    for group in _grouped(_remarked(found)):
        first = group[0]
        spans = tuple(dict.fromkeys(v.span for v in group))
        options = _options(first, source, spans)
        clash = next((i for i, f in enumerate(facts) if _clashes(f, first)), None)
        if first.subject == "patient" and (first.question or not options):
            question = first.question or f"{first.analyte} cannot be what is written."
            doubts.append(Doubt(question=question, options=tuple(options), spans=spans))
        elif clash is not None and options:
            known = facts[clash]
            is_apart = parts[clash] != first.zone
            doubts.append(_contradiction(known, options[0], both=is_apart))
            if is_apart:
                del facts[clash], parts[clash]
        elif options:
            facts.append(options[0])
            parts.append(first.zone)
    return facts, doubts


def _contradiction(known: Fact, other: Fact, *, both: bool) -> Doubt:
    """What is asked of two values of one analyte at one time."""
    one, second = known.content, other.content
    assert isinstance(one, Measurement)
    assert isinstance(second, Measurement)
    question = (
        f"{one.analyte} is {one.value} and {second.value}, both {one.taken}: "
        "is one of another time, or a correction?"
    )
    options = (known, other) if both else (other,)
    return Doubt(question=question, options=options, spans=(*other.spans, *known.spans))


def _options(value: Value, source: str, spans: tuple[Span, ...]) -> list[Fact]:
    found = []
    for quantity in value.readings:
        try:
            found.append(value.fact(quantity, source, spans))
        except BrushiteError:
            continue
    return found


def _clashes(fact: Fact, value: Value) -> bool:
    content = fact.content
    if not isinstance(content, Measurement) or fact.subject != value.subject:
        return False
    return (
        content.analyte == value.analyte
        and content.taken == value.taken
        and content.timing == value.timing
        and (content.assay is None or value.assay is None or content.assay == value.assay)
        and not value.taken.is_later
        and value.taken.is_known
    )


def _grouped(values: list[Value]) -> list[list[Value]]:
    """Values that are one: the same analyte and number, at times that do not contradict."""
    groups: list[list[Value]] = []
    for value in sorted(values, key=lambda v: (not v.told, v.span.start)):
        home = next((g for g in groups if _is_same(g[0], value)), None)
        if home is None:
            groups.append([value])
        else:
            home.append(value)
            home[0] = replace(
                home[0],
                remark=home[0].remark or value.remark,
                assay=home[0].assay or value.assay,
                range=home[0].range or value.range,
                question=""
                if not value.question and home[0].readings == value.readings
                else home[0].question,
            )
    return sorted(groups, key=lambda g: min(v.span.start for v in g))


def _is_same(one: Value, other: Value) -> bool:
    if one.analyte != other.analyte or one.subject != other.subject or one.limit != other.limit:
        return False
    if not one.readings or not other.readings:
        return False
    measure = analyte(one.analyte).measure
    first, second = measure.value(one.readings[0]), measure.value(other.readings[0])
    if abs(first - second) > 0.004 * max(abs(first), abs(second)):
        return False
    if one.taken == other.taken:
        return True
    return not one.told or not other.told


def _remarked(found: Found) -> list[Value]:
    """The values, with what the author says of their analytes without a number."""
    values = []
    for value in found.values:
        said = next(
            (
                r.remark
                for r in found.remarks
                if r.analyte == value.analyte
                and value.taken in r.moments
                and value.subject == "patient"
            ),
            None,
        )
        values.append(replace(value, remark=value.remark or said))
    return values
