"""Broken files, records and plans: one message with file, place, value and what would be right."""

import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brushite.errors import BrushiteError, FileError
from brushite.intake.plans import plans_in, read_plans
from brushite.intake.records import read_record, record_in

PERSON = "person: {label: A}\n"


def refused(text, *, name="patient.yaml"):
    """The message with which a record (or a plan, by its name) is refused."""
    read = plans_in if "plan" in name else record_in
    with pytest.raises(BrushiteError) as caught:
        read(text, name=name)
    message = str(caught.value)
    assert name in message
    assert_is_plain(message)
    return message


def assert_is_plain(message):
    sentences = re.split(r"(?<=[.?])\s+(?=[\"A-Z])", message)
    assert len(sentences) <= 3
    assert len(message) < 500
    assert not re.search(r"\b([Ii]nvalid|[Ee]rror|[Pp]lease|Traceback)\b|!(?!\))", message)


def measured(body):
    return refused(f"{PERSON}measurements:\n  - {body}")


def planned(step):
    return refused(f"plan: X\nsteps:\n  - {step}", name="plan.yaml")


# Values


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{analyte: phosphate, value: 5.4}", 'Write "5.4 mg/dL" or "1.74 mmol/L".'),
        ("{analyte: phosphate, value: 5.4 kg}", "a unit that does not fit"),
        ("{analyte: calcium, value: 101 mg/dL}", "Did you mean mg/L?"),
        ("{analyte: calcium, value: 24 mmol/L}", "Was it 2.4?"),
        ("{analyte: calcium, value: 9.6 mmol/L}", "Did you mean mg/dL?"),
        ("{analyte: calcium, value: -2.4 mmol/L}", "below zero"),
        ("{analyte: pth, value: 1-84}", "name of an assay"),
        ("{analyte: pth, value: 1-84 pg/mL}", "name of an assay"),
        ('{analyte: pth, value: "1,850 pg/mL"}', '"1.850 pg/mL" or "1850 pg/mL"'),
        ("{analyte: pth, value: 1,850 pg/mL}", "without comma"),
        ("{analyte: pth, value: 1 850 pg/mL}", '"1850 pg/mL"'),
        ('{analyte: calcium, value: "2,4 mmol/L"}', 'Write "2.4 mmol/L".'),
        ("{analyte: pth, value: 300-400 pg/mL}", "a range, not a value"),
        ("{analyte: pth, value: .nan}", "not a finite number"),
        ("{analyte: pth, value: .inf pg/mL}", "not a finite number"),
        ("{analyte: pth, value: 1e400 pg/mL}", "not a finite number"),
        ("{analyte: pth, value: PTH 1-84}", "name of an assay"),
        ('{analyte: pth, value: "1\'850 pg/mL"}', "cannot be read"),
        ("{analyte: pth, value: 1_850 pg/mL}", "cannot be read"),
        ("{analyte: pth, value: '1.850,5 pg/mL'}", "cannot be read"),
        ("{analyte: pth, value: [3, 4]}", "a single value"),
        ("{analyte: pth, value: true}", "not a quantity"),
        ("{analyte: pth}", "pth has no value"),
        ("{value: 300 pg/mL}", "no analyte"),
        ("{analyte: PTH 1-84, value: 300 pg/mL}", 'Write analyte: pth and assay: "1-84"'),
        ("{analyte: phosphat, value: 1 mmol/L}", "Did you mean 'phosphate'?"),
        ("{analyte: pth, valu: 300 pg/mL}", "Did you mean 'value'?"),
        ("{analyte: pth, value: 300 pg/mL, taken: 03-12}", "has no year"),
        ("{analyte: pth, value: 300 pg/mL, taken: 5 January}", "has no year"),
        ("{analyte: pth, value: 300 pg/mL, taken: January 5}", "has no year"),
        ("{analyte: pth, value: 300 pg/mL, taken: Jan 5th}", "has no year"),
        ("{analyte: pth, value: 300 pg/mL, taken: March}", "'March' has no year"),
        ("{analyte: pth, value: 300 pg/mL, taken: le 5 janvier}", "has no year"),
        ("{analyte: pth, value: 300 pg/mL, taken: 5. Januar}", "'5. Januar' has no year"),
        ("{analyte: pth, value: 300 pg/mL, taken: 2 weeks after 5 March}", "has no year"),
        ("{analyte: pth, value: 300 pg/mL, taken: 5 January 2026}", "year-month-day"),
        ("{analyte: pth, value: 300 pg/mL, taken: 4 weeks}", "is not a moment"),
        ("{analyte: pth, value: 300 pg/mL, taken: week -99999999}", "longer than 200 years"),
        ("{analyte: pth, value: 300 pg/mL, taken: 'now, give or take -3 weeks'}", "below zero"),
        ("{analyte: pth, value: 300 pg/mL, taken: 12/03/2026}", "year-month-day"),
        ("{analyte: pth, value: 300 pg/mL, taken: 2026-02-30}", "not in the calendar"),
        ("{analyte: pth, value: 300 pg/mL, timing: befor dialysis}", "'before dialysis'"),
        ("{analyte: pth, value: 300 pg/mL, origin: somewhere}", "has no place"),
    ],
)
def test_a_measurement_that_cannot_be_is_refused_at_its_place(body, words):
    message = measured(body)

    assert words in message
    assert "measurements[0]" in message
    assert "line 3" in message


def test_the_message_for_a_missing_unit_is_the_promised_one():
    labs = ", ".join(['{"analyte": "calcium", "value": "2.4 mmol/L"}'] * 3)
    text = (
        f'{{"person": {{"label": "A"}}, "measurements": [{labs}, '
        '{"analyte": "phosphate", "value": 5.4}]}'
    )

    message = refused(text, name="patient.json")

    assert message == (
        "phosphate 5.4 has no unit (patient.json, measurements[3].value). "
        'Write "5.4 mg/dL" or "1.74 mmol/L".'
    )


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ("8.6 x 7.6 mL", "is no length"),
        ("10 mmol/L", "mmol/L stands for amount concentration"),
        ("8.6", "has no unit"),
        ("'8,6 x 7,6 cm'", '"8.6 x 7.6 cm"'),
        ("1 x 2 x 3 x 4 cm", "at most three lengths"),
        ("big", "is no length"),
        ("86 cm", "outside 1 mm to 60 cm"),
    ],
)
def test_a_size_that_is_no_length_is_refused(size, words):
    text = f"{PERSON}lesions: [{{name: hip, site: hip, sizes: [{{size: {size}}}]}}]"

    assert words in refused(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("persn: {label: A}", "Did you mean 'person'?"),
        ("person: {age: 32 years}", "person has no label"),
        ("person: {label: ''}", "person has no label"),
        ("PERSON: {label: A}", "Did you mean 'person'?"),
        (PERSON + "lesions: [{name: '', site: hip}]", "has no name"),
        (PERSON + "now: January 5", "has no year"),
        (PERSON + "therapy: peritoneal dialysis", "Peritoneal dialysis is not modelled"),
        (PERSON + "therapy: [{dialysis: PD}]", "Peritoneal dialysis is not modelled"),
        (PERSON + "brushite: [record/1]", "a list is not a version"),
        ("person: {label: A, age: 32}", "age 32 has no unit"),
        ("person: {label: A, age: 320 years}", "outside 0 years to 120 years"),
        ("person: {label: A, weight: 70 L}", "is no mass"),
        ("person: [A]", "person is a list"),
        (PERSON + "lesions: {name: hip}", "should be a list"),
        (PERSON + "lesions: [{name: a, site: b}, {name: a, site: c}]", "Two lesions"),
        (PERSON + "laboratory: {pth_upper_limit: 73}", "has no unit"),
        (PERSON + "now: unknown", "needs a present"),
        (PERSON + "modality: CAPD", "Peritoneal dialysis is not modelled"),
        (PERSON + "therapy: [{dialysis: {modality: peritoneal}}]", "Peritoneal dialysis"),
        (PERSON + "therapy: [{dialysis: {sessions: 3}}, {dialysis: {sessions: 4}}]", "overlap"),
        (PERSON + "therapy: [{dialysis: {sessions: 3}, from: week 4}]", "after the present"),
        (PERSON + "therapy: [{stop: sevelamer, from: P > 2 mmol/L}]", "no condition"),
        (PERSON + "therapy: [{stop: sevelamer, from: 2026-01-05}]", "Write both as dates"),
        (PERSON + "now: 2026-01-01\ntherapy: [{stop: sevelamer, from: 2026-01-05}]", "into a plan"),
        (PERSON + "note: " + "it's long " * 300, "longer than 2000"),
        (PERSON + "therapy: [{stop: \"it's " + "long " * 300 + '"}]', "longer than 100"),
        ("brushite: record/9\n" + PERSON, "newer than the record/1"),
        ("brushite: plan/1\n" + PERSON, "This is a plan"),
        ("plan: X\nsteps: []", "This is a plan"),
        ("brushite: v1\n" + PERSON, "not a version"),
        (PERSON + "---\n" + PERSON, "one document"),
        ("- a\n- b", "a record is a list"),
        ("hello", "a record is 'hello'"),
        ("x" * 100_000, "a record is"),
    ],
)
def test_a_record_that_cannot_be_is_refused(text, words):
    assert words in refused(text)


# Plans


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("{give: sevelamr 3 g/day}", "Did you mean 'sevelamer'?"),
        ("{give: sevelamer 3}", "has no unit"),
        ("{give: sevelamer}", "a dose per day or a dose per session"),
        ("{give: sevelamer 3 mmol/L}", "does not fit"),
        ("{give: sevelamer 3200 g/day}", "Did you mean mg/day?"),
        ("{give: 'sevelamer 1,600 mg/day'}", "two ways"),
        ("{give: sevelamer 3 g/day, dose: 4 g/day}", "two doses"),
        ("{give: denosumab 60 mg, every: 26}", "has no unit"),
        ("{give: denosumab 60 mg, every: often}", "is not a length of time"),
        ("{give: denosumab 60 mg, every: 3 h}", "one day to two years"),
        ("{give: denosumab 60 mg}", "does not fit"),
        ("{give: etelcalcetide 5 mg/session, every: 1 week}", "not both"),
        ("{give: alfacalcidol 2 mg/day}", "Did you mean ug/day?"),
        (
            "{give: sevelamer 3 g/day, titrate: {every: 4 weeks, doses: [1, 2], raise_if: P > 2}}",
            'Write for example "30 mg"',
        ),
        ("{give: sevelamer 3 g/day, adherence: 80}", "Did you mean 80 %?"),
        ("{give: sevelamer 3 g/day, from: wk 4}", "is not a time"),
        ("{give: sevelamer 3 g/day, from: 4 weeks}", "'4 weeks' is not a time"),
        ("{give: sevelamer 3 g/day, from: 5 January}", "has no year"),
        ("{give: sevelamer 3 g/day, from: {if: P < 1.78}}", "has no unit"),
        ("{give: sevelamer 3 g/day, from: {if: P < 178 mmol/L}}", "Was it 1.78?"),
        ("{give: sevelamer 3 g/day, from: {if: P < 2 mmol/L, by: 2 weeks}}", "week 26"),
        ("{give: sevelamer 3 g/day, from: {held: 2 weeks}}", "no condition"),
        ("{giv: sevelamer 3 g/day}", "Did you mean 'give'?"),
        ("{give: sevelamer 3 g/day, stop: sevelamer}", "more than one head"),
        ("sevelamer", "no head"),
        ("{stop: all binders}", "not a drug"),
        ("{dialysis: {sessions: 3}, from: week -4}", "starts in the past"),
        ("{dialysis: {sessions: 12}}", "1 to 7"),
        ("{dialysis: {sessions: 2, hours_per_week: 50 h}}", "do not fit into 2 sessions"),
        ("{dialysis: {hours: 5}}", 'Write "5 h"'),
        ("{dialysis: {dialysate_calcium: 12.5 mmol/L}}", "Was it 1.25?"),
        ("{dialysis: {dialysate_calcum: 1.25 mmol/L}}", "Did you mean 'dialysate_calcium'?"),
        ("{dialysis: {modality: PD}}", "Peritoneal dialysis is not modelled"),
        ("{dialysis: 3 x 5 h}", "dialysis is '3 x 5 h'"),
        ("{dialysis: {sessions: 3}}\n  - {dialysis: {sessions: 4}}", "overlap"),
        ("{surgery: parathyroidectomi, glands_left: 1/8}", "'parathyroidectomy'"),
        ("{surgery: parathyroidectomy, glands_left: 8/1}", "not a share"),
        ("{surgery: mass excision}", "which mass"),
        ("{surgery: gland ablatoin, glands_treated: 1}", "Did you mean 'gland ablation'?"),
        ("{surgery: gland ablation}", "glands_treated: 1/2"),
        ("{surgery: disarticulation}", "at which mass"),
        ("{surgery: mass excision, mass: hip, capsule: gone}", "It can be removed, left"),
        ("{surgery: gland ablation, glands_treated: 1, mass: hip}", "belongs to a corticosteroid"),
        ("{surgery: parathyroidectomy, glands_left: 0, autograft: 3}", "not a share"),
        ("{transplant: 45}", "has no unit"),
        ("{transplant: {}}", "no filtration"),
        ("{transplant: {gfr: 45 mL/min}}", "not an entry of transplant"),
        ("{transplant: 450 mL/min}", "outside 1 to 130 mL/min"),
        ("{transplant: 45 mL/min}\n  - {transplant: 50 mL/min}", "overlap"),
        ("{diet: 800}", "has no unit"),
        ("{diet: low}", 'Write "1020 mg/day"'),
        ("{diet: {}}", "phosphorus or calcium"),
    ],
)
def test_a_step_that_cannot_be_is_refused_at_its_place(step, words):
    message = planned(step)

    assert words in message
    assert "steps" in message
    assert "line 3" in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("plan: X", "has no steps"),
        ("steps: []", "has no plan"),
        ("plan: X\nsteps: {a: b}", "should be a list"),
        ("plan: X\nsteps: []\nhorizon: 12", "has no unit"),
        ("plan: X\nsteps: []\nmonitor: {lab: month 1}", "Did you mean 'labs'?"),
        ("plan: X\nsteps: []\nmonitor: {labs: month 99999}", "outside 0 to 2610 weeks"),
        ("plan: X\nsteps: []\n---\nplan: X\nsteps: []", "Two plans"),
        ("brushite: plan/2\nplan: X\nsteps: []", "newer than the plan/1"),
        (PERSON, "This is a record"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(text, words):
    assert words in refused(text, name="plan.yaml")


# Files


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("---\n---\n", "is empty"),
        ("a: [b", "is not YAML"),
        ("a: b: c", "is not YAML"),
        ("\ta: 1", "is not YAML"),
        ("a: \x00", "is not YAML"),
        ('a: "\\Uffffffff"', "is not YAML"),
        ("a: 1\na: 2", "says 'a' twice"),
        ("a: &x [1]\nb: *x", "anchor or alias"),
        ("a: *x", "anchor or alias"),
        ("a: !!python/object/apply:os.system [ls]", "has a tag"),
        ("? [a]\n: b", "as a key"),
        ('a: "\\e[31mred"', "cannot be shown"),
        ('a: "\\ud800"', "cannot be shown"),
        ('a: "\\u202e"', "cannot be shown"),
        ('"\\e[31m": a', "cannot be shown"),
        ("[" * 5000, "nested more than"),
        ("{a: " * 5000, "nested more than"),
        ("- " * 5000 + "a", "nested more than"),
        ("a:\n" + "  - 1\n" * 120_000, "more than 100000 entries"),
    ],
)
def test_a_file_that_is_no_plain_yaml_is_refused(text, words):
    assert words in refused(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": }', "is not JSON"),
        ('{"a": 1, "a": 2}', "says 'a' twice"),
        ('{"person": {"label": "\\ud800"}}', "cannot be shown"),
        ('{"person": {"\\u001b[31m": "A"}}', "cannot be shown"),
        ("[" * 100_000, "nested more than"),
        ('{"person": {"label": "A", "age": NaN}}', "not a quantity"),
        ("[]", "a record is a list"),
        ("null", "a record is nothing"),
    ],
)
def test_a_file_that_is_no_plain_json_is_refused(text, words):
    assert words in refused(text, name="patient.json")


def test_an_alias_bomb_is_not_expanded():
    rungs = [f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]" for i in range(20)]

    assert "anchor or alias" in refused("\n".join(["a: &a [lol, lol]", *rungs]))


def test_a_file_of_200_megabytes_is_refused_unread(tmp_path):
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    start = time.perf_counter()

    with pytest.raises(FileError, match="200 MB"):
        read_record(path)

    assert time.perf_counter() - start < 0.5  # reading it would take many times as long


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileError, match="does not exist"):
        read_plans(tmp_path / "missing.yaml")


def test_a_file_of_nearly_the_same_name_is_asked_for(tmp_path):
    (tmp_path / "case.yaml").write_text(PERSON)

    with pytest.raises(FileError, match=r"Did you mean .*case.yaml"):
        read_record(tmp_path / "case.yml")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(FileError, match="is a folder"):
        read_record(tmp_path)


def test_a_file_that_is_not_text_is_refused(tmp_path):
    path = tmp_path / "patient.yaml"
    path.write_bytes(bytes(range(256)))

    with pytest.raises(FileError, match="not text in UTF-8"):
        read_record(path)


# Any input


TOKENS = """person label measurements analyte value pth P calcium steps plan dialysis sessions hours
give from until if any [ ] { } : - & *a &a !x ' " , | > % 1,850 nan 2026-01-05 unknown 1/8"""
SPACED = ("sevelamer 3 g/day", "P < 1 mmol/L", "week 4", "3 g", "5 h", "\n", "\n  ", ", ", " ")
WORDS = st.sampled_from((*TOKENS.split(), *SPACED))


@given(st.lists(WORDS, max_size=40).map("".join) | st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_short_message(text):
    refusals = []
    for read, name in (
        (record_in, "a.yaml"),
        (plans_in, "a.yaml"),
        (record_in, "a.json"),
        (plans_in, "a.json"),
    ):
        try:
            read(text, name=name)
        except BrushiteError as error:
            refusals.append(str(error))

    assert all(len(message) < 700 for message in refusals)


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | WORDS
BUSHES = LEAVES | st.lists(LEAVES, max_size=3) | st.dictionaries(WORDS, LEAVES, max_size=3)
TREES = BUSHES | st.lists(BUSHES, max_size=3) | st.dictionaries(WORDS, BUSHES, max_size=3)
ENTRIES = """dialysis give stop diet surgery from until adherence titrate mass dose per_session as
every note glands_left removed autograft glands_treated destroyed capsule quietened transplant"""
STEP_KEYS = st.sampled_from(ENTRIES.split())


@given(st.lists(st.dictionaries(STEP_KEYS, TREES, max_size=4), max_size=3))
def test_any_steps_are_read_or_refused_with_a_message(steps):
    text = json.dumps({"plan": "X", "steps": steps})
    message = "plan.json"
    try:
        plans_in(text, name="plan.json")
    except BrushiteError as error:
        message = str(error)

    assert "plan.json" in message
