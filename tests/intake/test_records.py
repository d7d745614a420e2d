"""Records: read from YAML, written to JSON and back, described by a schema."""

import pytest

from brushite.intake.records import read_record, record_in, record_schema, record_text
from brushite.plan import UNKNOWN, Dialysis, Moment
from brushite.record import LaboratoryRange, Origin, Size
from brushite.units import Quantity

FULL = """
brushite: record/1
person:
  label: A
  age: 60 years
  sex: female
  dialysis_vintage: 30 months
  weight: 62.5 kg
  residual_urine: 300 mL/day
  residual_gfr: 1.5 mL/min
  kidney_disease: diabetes
  history: [one, two]
now: 2026-02-01
laboratory: {name: L, pth_assay: intact, pth_upper_limit: 65 pg/mL, note: n}
measurements:
  - analyte: Ca
    value: 9.6 mg/dL
    taken: 2026-01-05
    timing: before dialysis
    laboratory_range: {low: 8.6 mg/dL, high: 10.2 mg/dL}
    author_remark: normal
    note: n
    origin: letter, page 2
  - {analyte: PTH, value: "> 2500 pg/mL", taken: 2 weeks before now, assay: intact}
  - {analyte: 25OHD, value: "< 5 ng/mL", taken: unknown}
  - {analyte: bicarbonate, value: 22 mEq/L, taken: "2026-01-05, give or take 2 weeks"}
lesions:
  - name: hip
    site: hip
    side: right
    sizes:
      - {size: 86 x 76 x 59 mm, taken: 2026-01-10, method: CT, mineral: 40 g}
      - {volume: 202 mL}
      - {size: unknown}
    first_noticed: 6 months before now
    relations: [sciatic nerve]
findings:
  - {kind: fistula, text: t, since: 2 months before now, resolved: now}
imaging:
  - {modality: CT, region: hip, findings: f, taken: 2026-01-10, origin: "letter, page 1"}
glands:
  - {gland: left, method: ultrasound, result: nodule, size: 6 mm}
therapy:
  note: as told by the patient
  steps:
    - dialysis: {sessions: 3, hours: 4 h, dialysate_calcium: unknown}
      until: week -10
    - dialysis: {sessions: 4}
      from: week -10
outcomes:
  - {text: t, taken: 3 months after now}
note: n
"""


def there_and_back(record):
    from_json = record_in(record_text(record, form="json"), name="a.json")
    return record_in(record_text(from_json))


def test_a_full_record_survives_yaml_to_json_to_yaml():
    record = record_in(FULL)

    assert there_and_back(record) == record


def test_what_is_written_is_what_is_meant():
    record = record_in(FULL)

    calcium, pth, calcidiol, bicarbonate = record.measurements
    assert calcium.analyte == "calcium"
    assert calcium.origin == Origin(document="letter", place="page 2")
    assert calcium.laboratory_range == LaboratoryRange(
        low=Quantity(8.6, "mg/dL"), high=Quantity(10.2, "mg/dL")
    )
    assert (pth.limit, pth.value) == ("above", Quantity(2500, "pg/mL"))
    assert (calcidiol.limit, calcidiol.taken) == ("below", Moment())
    assert bicarbonate.taken.precision == Quantity(2, "weeks")
    assert record.hours(calcium.taken) == -27 * 24
    assert record.lesions[0].sizes[2] == Size()
    assert record.therapy.steps[0] == Dialysis(
        sessions=3, hours="4 h", dialysate_calcium=UNKNOWN, until="week -10"
    )
    assert record.therapy.base == "none"


@pytest.mark.parametrize(
    ("written", "axes"),
    [
        ("8.6 x 7.6 x 5.9 cm", ("8.6 cm", "7.6 cm", "5.9 cm")),
        ("8.6x7.6cm", ("8.6 cm", "7.6 cm")),
        ("86 mm × 7.6 cm", ("86 mm", "7.6 cm")),
        ("10 cm", ("10 cm",)),
        ("unknown", ()),
    ],
)
def test_a_size_is_one_to_three_lengths_or_unknown(written, axes):
    text = f"person: {{label: A}}\nlesions: [{{name: a, site: b, sizes: [{{size: {written}}}]}}]"

    record = record_in(text)

    assert record.lesions[0].sizes[0].axes == Size(axes=axes).axes
    assert there_and_back(record) == record


def test_a_short_record_is_enough():
    record = record_in("person: {label: A}")

    assert str(record.now) == "now"
    assert record.therapy.steps == ()
    assert record_text(record) == "brushite: record/1\nperson:\n  label: A\n"


def test_an_older_record_is_carried_over():
    old = """
brushite: record/0
person: {label: A}
labs: [{analyte: phosphorus, value: 5.4 mg/dL, remark: high}]
masses: [{name: hip, site: hip}]
prescription: [{dialysis: {sessions: 3, dialysate_ca: 1.25 mmol/L}}]
"""
    record = record_in(old)

    assert record.measurements[0].analyte == "phosphate"
    assert record.measurements[0].author_remark == "high"
    assert record.lesions[0].name == "hip"
    assert record.therapy.steps[0].dialysate_calcium == Quantity(1.25, "mmol/L")


def test_a_file_keeps_its_name_in_messages(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(record_text(record_in(FULL), form="json"), encoding="utf-8")

    assert read_record(path) == record_in(FULL)


def test_the_schema_asks_for_a_person_only():
    schema = record_schema()

    assert schema["required"] == ["person"]
    assert schema["properties"]["person"]["required"] == ["label"]
    assert set(schema["$defs"]) == {"rule", "when", "steps"}
