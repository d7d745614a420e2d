"""The 5,306 examples that come with the standard: each is read, or refused for a named reason."""

import json
import re
import time
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from brushite.errors import FileError
from brushite.intake.fhir import fhir_in, read_fhir
from brushite.intake.fhir.reading import READ
from brushite.intake.reading import Reading

REASONS = r"has \d+ patients|has no Patient, and speaks of \d+|has no FHIR resource"


class Outcome(NamedTuple):
    """What became of one example, and how long that took (s)."""

    name: str
    kind: str
    seconds: float
    reading: Reading | None
    refusal: str


@pytest.fixture(scope="module")
def outcomes(peers) -> list[Outcome]:
    return read_all(peers / "hl7.fhir.r4.examples")


@cache
def read_all(folder: Path) -> list[Outcome]:
    return [outcome(path) for path in sorted(folder.glob("[A-Z]*.json"))]


def outcome(path: Path) -> Outcome:
    content = path.read_bytes()
    start = time.perf_counter()
    reading, refusal = None, ""
    try:
        reading = fhir_in(content, name=path.name)
    except FileError as error:
        refusal = str(error)
    seconds = time.perf_counter() - start
    return Outcome(path.name, path.name.partition("-")[0], seconds, reading, refusal)


def test_every_example_is_read_or_refused_for_a_reason(outcomes):
    refused = {o.name: o.refusal for o in outcomes if o.reading is None}
    told = Counter(re.sub(r"\S+\.json|\d+", "..", text)[:60] for text in refused.values())
    table = f"{len(outcomes) - len(refused)} are read, {len(refused)} refused: {told.most_common()}"

    assert len(outcomes) > 5000
    assert len(refused) < 20, table
    assert {o.kind for o in outcomes if o.reading is None} <= {"Bundle"}
    assert [text for text in refused.values() if not re.search(REASONS, text)] == [], table


def test_no_example_takes_over_five_seconds(outcomes):
    slowest = max(outcomes, key=lambda o: o.seconds)
    assert slowest.seconds < 5, slowest.name


def test_nothing_is_left_out_of_an_example_without_a_word(outcomes):
    """Patients and drugs without more are read, and say nothing of themselves."""
    silent = [
        o.name
        for o in outcomes
        if o.reading is not None
        and o.kind not in {"Patient", "Medication"}
        and not (o.reading.facts or o.reading.doubts or o.reading.remarks)
    ]
    assert silent == []


def test_what_brushite_does_not_use_is_named_as_that(outcomes):
    unused = [o for o in outcomes if o.kind not in {*READ, "Bundle"} and o.reading is not None]

    assert len({o.kind for o in unused}) > 120
    assert [o.name for o in unused if o.reading.facts or o.reading.doubts] == []


def test_a_panel_of_the_laboratory_gives_the_values_that_the_model_knows(peers):
    """None of urine, and no calculated ionised calcium. Only the panel has the time."""
    read = read_fhir(peers / "hl7.fhir.r4.examples" / "Bundle-ghp.json").record

    assert {m.analyte: str(m.value) for m in read.measurements} == {
        "calcium": "2.38 mmol/L",
        "phosphate": "1.5 mmol/L",
        "albumin": "42 g/L",
        "alkaline phosphatase": "108 U/L",
        "bicarbonate": "26 mmol/L",
    }
    assert {str(m.taken) for m in read.measurements} == {"2015-08-16"}


def test_one_of_several_patients_is_read_when_named(peers):
    path = peers / "hl7.fhir.r4.examples" / "Bundle-b248b1b2-1686-4b94-9936-37d7a5f94b51.json"
    people = [entry["resource"] for entry in json.loads(path.read_bytes())["entry"]]
    sexes = {"female": "female", "male": "male"}  # a record has no others
    known = {each["id"]: sexes.get(each["gender"], "unknown") for each in people}

    read = {each: fhir_in(path.read_bytes(), name=path.name, patient=each) for each in known}

    assert len(known) == 12
    assert {each: reading.record.person.sex for each, reading in read.items()} == known
