"""The JSON Schemas accept the YAML that people write, and refuse what the doors refuse."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from brushite.intake.plans import plan_entries, plan_schema, read_plans
from brushite.intake.records import read_record, record_entries, record_schema

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
RECORDS = sorted(p for p in EXAMPLES.glob("*.yaml") if not p.stem.endswith("-plans"))
PLANS = [*sorted(EXAMPLES.glob("*-plans.yaml")), HERE / "six_plans.yaml"]
KINDS = (
    ("string", str),
    ("number", (int, float)),
    ("integer", int),
    ("array", list),
    ("object", dict),
)


def faults(value, schema, whole, place=""):
    """The places where `value` breaks `schema`, for the words of JSON Schema that ours use."""
    if "$ref" in schema:
        return faults(value, whole["$defs"][schema["$ref"].removeprefix("#/$defs/")], whole, place)
    if "anyOf" in schema:
        tried = [faults(value, each, whole, place) for each in schema["anyOf"]]
        return [] if [] in tried else [place, *tried]
    if "const" in schema or "enum" in schema:
        return [] if value in schema.get("enum", [schema.get("const")]) else [place]
    if not is_of(value, schema.get("type", [])):
        return [place]
    found = []
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        found.append(place)
    if isinstance(value, int | float):
        low, high = schema.get("minimum", value), schema.get("maximum", value)
        found += [] if low <= value <= high else [place]
    if isinstance(value, list):
        low, high = schema.get("minItems", 0), schema.get("maxItems", len(value))
        found += [] if low <= len(value) <= high else [place]
        for index, each in enumerate(value):
            found += faults(each, schema["items"], whole, f"{place}[{index}]")
    if isinstance(value, dict):
        known = schema["properties"]
        found += [f"{place}.{key}" for key in schema.get("required", []) if key not in value]
        for key, each in value.items():
            strange = key not in known
            found += (
                [f"{place}.{key}"] if strange else faults(each, known[key], whole, f"{place}.{key}")
            )
    return found


def is_of(value, kinds):
    wanted = [kinds] if isinstance(kinds, str) else kinds
    return not wanted or any(isinstance(value, kind) for name, kind in KINDS if name in wanted)


def loaded(path):
    yaml = YAML(typ="safe", pure=True)
    return list(yaml.load_all(re.sub(r"(20\d\d-\d\d-\d\d)", r"'\1'", path.read_text("utf-8"))))


@pytest.mark.parametrize("path", PLANS, ids=lambda p: p.stem)
def test_the_schema_accepts_plans_as_written_and_as_we_write_them(path):
    schema = plan_schema()

    assert [faults(each, schema, schema) for each in loaded(path)] == [[]] * len(loaded(path))
    assert [faults(plan_entries(p), schema, schema) for p in read_plans(path)] == [[]] * len(
        read_plans(path)
    )


@pytest.mark.parametrize("path", RECORDS, ids=lambda p: p.stem)
def test_the_schema_accepts_records_as_written_and_as_we_write_them(path):
    schema = record_schema()

    assert faults(loaded(path)[0], schema, schema) == []
    assert faults(record_entries(read_record(path)), schema, schema) == []


def schemas_with_examples(schema):
    if isinstance(schema, dict):
        if "examples" in schema:
            yield schema
        for part in schema.values():
            yield from schemas_with_examples(part)
    if isinstance(schema, list):
        for part in schema:
            yield from schemas_with_examples(part)


@pytest.mark.parametrize("whole", [plan_schema(), record_schema()], ids=["plan", "record"])
def test_examples_are_written_as_in_a_clinic_and_fit_their_own_schema(whole):
    found = list(schemas_with_examples(whole))

    assert len(found) > 20
    for schema in found:
        for example in schema["examples"]:
            assert not re.search(r"\d[eE][+-]?\d", example)
            assert faults(example, schema, whole) == []


@pytest.mark.parametrize(
    "value", ["101 mg/L", "> 2500 pg/mL", "<5 pg/mL", "≤ 5 pg/mL", "1.5µg/L", "1e3 pg/mL"]
)
def test_the_schema_accepts_a_measured_value_with_its_unit(value):
    schema = record_schema()
    record = {"person": {"label": "x"}, "measurements": [{"analyte": "pth", "value": value}]}

    assert faults(record, schema, schema) == []


@pytest.mark.parametrize(
    "record",
    [
        {"person": {"label": True}},
        {"person": {"label": "x", "history": [3]}},
        {"person": {"label": "x", "age": 32}},
        {"person": {"label": "x"}, "measurements": [{"analyte": "pth", "value": "1363"}]},
    ],
)
def test_the_schema_refuses_what_is_no_record(record):
    schema = record_schema()

    assert faults(record, schema, schema) != []


@pytest.mark.parametrize(
    "plan",
    [
        {"steps": []},
        {"plan": "X", "steps": {}},
        {"plan": "X", "steps": [], "strange": 1},
        {"plan": "X", "steps": [{"give": "sevelamer 3 g/day", "strange": 1}]},
        {"plan": "X", "steps": [{"from": "week 4"}]},
        {"plan": "X", "steps": [{"dialysis": {"hours": 5}}]},
        {"plan": "X", "steps": [{"surgery": "amputation"}]},
        {"plan": "X", "steps": [{"surgery": "gland ablation", "capsule": "half"}]},
        {"plan": "X", "steps": [{"transplant": {"gfr": "45 mL/min"}}]},
        {"plan": "X", "steps": [{"diet": 800}]},
        {"plan": True, "steps": []},
        {"plan": 3, "steps": []},
        {"plan": "X", "steps": [], "horizon": "12"},
        {"plan": "X", "steps": [{"dialysis": {"hours": "5"}}]},
        {"plan": "X", "steps": [{"dialysis": {"hours": "five hours"}}]},
    ],
)
def test_the_schema_refuses_what_is_no_plan(plan):
    schema = plan_schema()

    assert faults(plan, schema, schema) != []
