"""Phenopackets: what the schema can hold, read back by its own library."""

import datetime
import json

import pytest
from google.protobuf.json_format import MessageToDict, ParseDict
from phenopackets import Phenopacket

from brushite.intake.phenopackets import phenopacket
from brushite.intake.records import read_record, record_in
from tests.conftest import ROOT

WHEN = datetime.datetime(2026, 3, 5, 12, tzinfo=datetime.UTC)


def example(number):
    return read_record(ROOT / "examples" / f"case-{number}.yaml")


def packet(number):
    return phenopacket(example(number), created=WHEN)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_packet_is_what_its_library_reads(number):
    written = packet(number)

    message = ParseDict(json.loads(json.dumps(written)), Phenopacket())

    assert MessageToDict(message) == written
    assert Phenopacket.FromString(message.SerializeToString()) == message


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_metadata_name_each_vocabulary_that_is_used(number):
    written = packet(number)
    codes = {
        code.partition(":")[0]
        for code in json.dumps(written).replace('"', " ").split()
        if code.partition(":")[0] in {"HP", "MONDO", "LOINC", "UCUM", "ATC", "SNOMED", "brushite"}
        and ":" in code
    }
    metadata = written["metaData"]

    assert {r["namespacePrefix"] for r in metadata["resources"]} == codes
    assert metadata["phenopacketSchemaVersion"] == "2.0"
    assert metadata["created"] == "2026-03-05T12:00:00Z"


def test_the_subject_has_an_age_and_a_sex_and_no_name():
    subject = packet(3)["subject"]

    assert subject["timeAtLastEncounter"] == {"age": {"iso8601duration": "P32Y"}}
    assert subject["sex"] == "MALE"
    assert set(subject) == {"id", "timeAtLastEncounter", "sex"}


def test_values_have_units_and_the_age_at_which_they_were_taken():
    values = [
        (m["value"]["quantity"]["value"], m["timeObserved"]["age"]["iso8601duration"])
        for m in packet(3)["measurements"]
        if m["assay"]["id"] == "LOINC:17861-6"
    ]

    assert values == [(96, "P32Y"), (101, "P32Y1M"), (92, "P32Y4M")]
    assert packet(3)["measurements"][0]["value"]["quantity"]["unit"]["id"] == "UCUM:mg/L"


def test_a_third_generation_assay_gets_no_code_of_an_intact_one():
    assays = {m["assay"]["id"] for m in packet(3)["measurements"]}

    assert "brushite:pth-1-84" in assays
    assert "LOINC:2731-8" not in assays


def test_masses_have_sides_and_what_is_called_normal_is_excluded():
    features = packet(3)["phenotypicFeatures"]
    masses = [f for f in features if f["type"]["id"] == "HP:0025477"]
    calcium = [f for f in features if f["type"]["id"] == "HP:0003072"]

    assert [m["modifiers"][0]["id"] for m in masses] == ["HP:0012834", "HP:0012834"]
    assert [f["excluded"] for f in calcium] == [True, True, True]


def test_treatments_are_drugs_and_operations():
    actions = packet(3)["medicalActions"]

    agents = [a["treatment"]["agent"]["id"] for a in actions if "treatment" in a]
    procedures = [a["procedure"]["code"]["id"] for a in actions if "procedure" in a]
    assert agents == ["ATC:A12AA04", "ATC:A11CC05"]
    assert procedures == ["SNOMED:302497006", "brushite:parathyroidectomy"]


def test_a_value_that_is_only_a_bound_is_left_out():
    record = record_in(
        """
brushite: record/1
person: {label: Bound, age: 18 months}
measurements:
  - {analyte: pth, value: "> 2500 pg/mL"}
  - {analyte: ca, value: 9.6 mg/dL, laboratory_range: {low: 2.1 mmol/L, high: 2.5 mmol/L}}
"""
    )
    written = phenopacket(record, created=WHEN)

    (calcium,) = written["measurements"]
    limits = calcium["value"]["quantity"]["referenceRange"]
    assert limits["low"] == pytest.approx(8.416, abs=0.001)
    assert written["subject"]["timeAtLastEncounter"]["age"]["iso8601duration"] == "P1Y6M"
