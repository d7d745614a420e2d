"""The forms of a measurement and of a calcified mass, and what they share with other facts."""

import re

from brushite.analytes import analyte
from brushite.errors import BrushiteError, RecordError, UnitError
from brushite.intake.files import Node, placed
from brushite.intake.forms import Field, Form, Mould, choice, leaf, listing, made, mapping, scalar
from brushite.intake.forms import text as plain_text
from brushite.intake.written import moment, of_dimension, quantity, quantity_text, short
from brushite.record import LaboratoryRange, Measurement, Origin, Size
from brushite.units import Quantity


def text_of(name: str) -> Form[str]:
    """The form of plain text in a record."""
    return plain_text(name, RecordError)


def word(name: str, *words: str) -> Form[str]:
    """The form of one of several words in a record."""
    return choice(name, RecordError, {word: word for word in words})


def between(name: str, kind: str, unit: str, low: float, high: float) -> Form[Quantity]:
    """The form of a quantity of one dimension, plausible from `low` to `high` in `unit`."""
    example = f"{float(f'{low + (high - low) / 4:.3g}'):.12g} {unit}"
    return of_dimension(name, kind, example, (Quantity(low, unit), Quantity(high, unit)))


def origin() -> Form[Origin]:
    """The form of a place in a document: the document, a comma, the place."""

    def parse(written: str) -> Origin:
        document, comma, place = written.partition(", ")
        if not comma or not document.strip() or not place.strip():
            raise RecordError(
                f"origin {written!r} has no place. "
                "Write the document, a comma and the place: case report, table 1, row 2."
            )
        return Origin(document=document.strip(), place=place.strip())

    schema = {"type": "string", "examples": ["case report, table 1, row 2"]}
    return leaf("origin", RecordError, parse, schema, lambda o: f"{o.document}, {o.place}")


TAKEN = Field("taken", moment("taken"), "a date, or 4 months after parathyroidectomy")
ORIGIN = Field("origin", origin(), "the document, a comma and the place in it")
NOTE = Field("note", text_of("note"), "anything to know about it")

# --- measurements -------------------------------------------------------------------------------


_MEASUREMENT = Mould(
    "a measurement",
    {
        "taken": TAKEN,
        "timing": Field(
            "timing",
            word("timing", "before dialysis", "after dialysis", "between sessions", "unknown"),
            "how it stands to dialysis",
        ),
        "assay": Field("assay", text_of("assay"), "the method: intact, 1-84"),
        "author_remark": Field(
            "author_remark", text_of("author_remark"), "what the author calls it"
        ),
        "note": NOTE,
        "origin": ORIGIN,
    },
    RecordError,
)
_OWN = ("analyte", "value", "laboratory_range")
_RANGE = Mould(
    "laboratory_range",
    {"low": Field("low", text_of("low")), "high": Field("high", text_of("high"))},
    RecordError,
)


def measurement() -> Form[Measurement]:
    """The form of one laboratory value."""
    schema = _MEASUREMENT.schema(
        {
            "analyte": {"type": "string", "examples": ["calcium", "phosphate", "pth"]},
            "value": quantity_text("101 mg/L", "> 2500 pg/mL", sign=r"([<>≤≥]=?\s*)?"),
            "laboratory_range": _RANGE.schema(),
        },
        needed=("analyte", "value"),
    )
    return Form(_read_measurement, _write_measurement, schema)


def _read_measurement(node: Node) -> Measurement:
    _MEASUREMENT.refuse_strangers(node, also=_OWN)
    values = _MEASUREMENT.values(node)
    parts = {key: node.entries.get(key) for key in _OWN}
    name, value, limits = parts["analyte"], parts["value"], parts["laboratory_range"]
    if name is None or name.content is None:
        raise placed(RecordError("A measurement has no analyte. Write analyte: calcium."), node)
    try:
        known = analyte(scalar("analyte", RecordError, name))
    except BrushiteError as error:
        raise error if node.file in str(error) else placed(error, name) from None
    if value is None or value.content is None:
        example = f"{known.measure.usual[0]:g} {known.measure.units[0]}"
        raise placed(RecordError(f'{known.name} has no value. Write value: "{example}".'), node)
    written = scalar("value", RecordError, value)
    bound = re.match(r"\s*(<=?|>=?|≤|≥)\s*", written)
    if bound is not None:
        values["limit"] = "below" if bound[1][0] in "<≤" else "above"
        written = written[bound.end() :]
    try:
        values["value"] = known.measure.read(written)
    except BrushiteError as error:
        raise placed(error, value) from None
    if limits is not None:
        values["laboratory_range"] = _laboratory_range(limits, known.name)
    return made(node, Measurement, {"analyte": known.name, **values})


def _laboratory_range(node: Node, name: str) -> LaboratoryRange:
    _RANGE.refuse_strangers(node)
    form = quantity(analyte(name).measure, RecordError)
    values = {key: form.read(child) for key, child in node.entries.items()}
    low, high = values.get("low"), values.get("high")
    measure = analyte(name).measure
    if low is not None and high is not None and measure.value(low) >= measure.value(high):
        raise placed(RecordError(f"The range {low} to {high} of {name} is upside down."), node)
    return LaboratoryRange(low=low, high=high)


def _write_measurement(value: Measurement) -> object:
    sign = {"below": "< ", "above": "> ", None: ""}[value.limit]
    entries: dict[str, object] = {
        "analyte": value.analyte,
        "value": f"{sign}{short(value.value)}",
    }
    if value.laboratory_range is not None:
        ends = {"low": value.laboratory_range.low, "high": value.laboratory_range.high}
        entries["laboratory_range"] = {k: short(q) for k, q in ends.items() if q is not None}
    return entries | _MEASUREMENT.written(value)


# --- masses -------------------------------------------------------------------------------------

_SIZE = Mould(
    "a size",
    {
        "size": Field(
            "axes",
            Form(
                lambda node: _axes(node),
                lambda axes: _axes_written(axes),
                {"type": "string", "examples": ["8.6 x 7.6 x 5.9 cm", "10 cm", "unknown"]},
            ),
            "one to three lengths",
        ),
        "volume": Field("volume", between("volume", "volume", "mL", 0.001, 20_000)),
        "mineral": Field("mineral", between("mineral", "mass", "g", 0, 10_000)),
        "volume_error": Field(
            "volume_error",
            between("volume_error", "volume", "mL", 0, 20_000),
            "standard error of the volume",
        ),
        "mineral_error": Field(
            "mineral_error",
            between("mineral_error", "mass", "g", 0, 10_000),
            "standard error of the mineral",
        ),
        "taken": TAKEN,
        "method": Field("method", text_of("method"), "CT, ruler, ultrasound"),
        "scanner": Field("scanner", text_of("scanner"), "which one, and its tube voltage"),
        "note": NOTE,
        "origin": ORIGIN,
    },
    RecordError,
)


def _axes(node: Node) -> tuple[Quantity, ...]:
    written = scalar("size", RecordError, node).strip()
    if written == "unknown":
        return ()
    parts = re.split(r"\s*[x×*]\s*", written)
    unit = re.sub(r"^[-+\d.,\s]+", "", parts[-1])
    try:
        axes = tuple(_axis(part, unit, written) for part in parts)
        return Size(axes=axes).axes
    except UnitError as error:
        message = f"size {written!r} is no length. Write for example 8.6 x 7.6 x 5.9 cm."
        raise placed(error if "comma" in str(error) else RecordError(message), node) from None
    except BrushiteError as error:
        raise placed(error, node) from None


def _axis(part: str, unit: str, written: str) -> Quantity:
    if re.search(r"\d,\d", part):
        point = re.sub(r"(\d),(\d)", r"\1.\2", written)
        raise UnitError(f'size {written!r} has a comma inside a number. Write "{point}".')
    if not unit:
        raise RecordError(f'size {written!r} has no unit. Write for example "{written} cm".')
    return Quantity.parse(part if re.search("[a-zµ]", part) else f"{part} {unit}")


def _axes_written(axes: tuple[Quantity, ...]) -> str:
    if not axes:
        return "unknown"
    if len({a.unit for a in axes}) == 1:
        return f"{' x '.join(f'{a.value:.12g}' for a in axes)} {axes[0].unit}"
    return " x ".join(short(a) for a in axes)


LESION = Mould(
    "a lesion",
    {
        "name": Field("name", text_of("name"), "a short name, such as right hip", required=True),
        "site": Field("site", text_of("site"), "where in the body", required=True),
        "side": Field("side", word("side", "left", "right", "both", "unknown")),
        "sizes": Field("sizes", listing(mapping(Size, _SIZE), "sizes", RecordError)),
        "first_noticed": Field("first_noticed", moment("first_noticed")),
        "relations": Field(
            "relations", listing(text_of("relations"), "relations", RecordError), "what it touches"
        ),
        "note": NOTE,
        "origin": ORIGIN,
    },
    RecordError,
)
