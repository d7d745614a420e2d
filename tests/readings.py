"""A short case report of nobody, with what a reader might make of it: facts, and what waits."""

from brushite.intake.reading import Doubt, Fact, Reading, Span, added, blank
from brushite.plan import Drug, Moment
from brushite.record import Lesion, Measurement, Origin, Size
from brushite.units import Quantity

TEXT = (
    "A 54-year-old man was seen for a mass of the right hip, 4 x 3 x 2 cm. "
    "His PTH was 1,850 pg/ml; calcium 101 mg/L.\n\n"
    "His brother takes cinacalcet. Phosphate 660 mg/L was found at admission. "
    "Sevelamer 3.2 g/day was given <before> & after.\n"
)
AMBIGUOUS = 'Is "1,850" of PTH one thousand or nearly two?'
IMPLAUSIBLE = "Phosphate 660 mg/L is not plausible. What was it?"


def span(words, text=TEXT):
    start = text.index(words)
    return Span.of(text, start, start + len(words))


def measured(analyte, value, words, **more):
    place = span(words)
    origin = Origin(document="case.txt", place=str(place))
    content = Measurement(analyte=analyte, value=Quantity.parse(value), origin=origin, **more)
    return Fact(kind="measurement", content=content, spans=(place,))


def facts():
    mass = Lesion(name="right hip", site="hip", side="right", sizes=(Size(axes=axes()),))
    return (
        Fact(kind="age", content=Quantity(54, "year"), spans=(span("54-year-old"),)),
        Fact(kind="sex", content="male", spans=(span("man"),), is_inferred=True),
        Fact(
            kind="lesion",
            content=mass,
            spans=(span("mass of the right hip, 4 x 3 x 2 cm"), span("right hip")),
        ),
        measured("calcium", "101 mg/L", "calcium 101 mg/L", author_remark="normal"),
        Fact(
            kind="therapy",
            content=Drug(drug="cinacalcet", dose="unknown"),
            subject="family",
            spans=(span("brother takes cinacalcet"),),
        ),
        Fact(
            kind="therapy",
            content=Drug(drug="sevelamer", dose="3.2 g/day"),
            status="done",
            spans=(span("Sevelamer 3.2 g/day"),),
        ),
    )


def axes():
    return tuple(Quantity(length, "cm") for length in (4, 3, 2))


def doubts():
    at = span("1,850 pg/ml")
    options = tuple(
        measured("pth", f"{value} pg/mL", "1,850 pg/ml", taken=Moment.parse("now"))
        for value in (1850, 1.85)
    )
    return (
        Doubt(question=AMBIGUOUS, options=options, spans=(at,)),
        Doubt(question=IMPLAUSIBLE, spans=(span("Phosphate 660 mg/L"),)),
    )


def reading(label="case"):
    """The reading of `TEXT`: six facts, one of them of the family, and two doubts."""
    return Reading(
        source="case.txt",
        record=added(blank(label), facts()),
        text=TEXT,
        facts=facts(),
        doubts=doubts(),
        remarks=("The references were not read.",),
    )


def read_case_text(text, *, source, label):
    """In place of the reader of case reports."""
    assert text == TEXT
    assert source == "case.txt"
    return reading(label)
