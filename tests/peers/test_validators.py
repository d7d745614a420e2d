"""What is exported, before three validators that others wrote."""

import copy
import json
from collections.abc import Iterator

import fhirkit
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brushite.intake.fhir import fhir_bundle
from brushite.intake.plans import read_plans
from brushite.intake.records import read_record, record_in
from tests.conftest import ROOT
from tests.intake.fhir.test_robust import BUNDLES, PLACES, TREES, judged, put
from tests.intake.fhir.test_writing import RICH

EXAMPLES = ROOT / "examples"


def exported(number) -> dict:
    record = read_record(EXAMPLES / f"case-{number}.yaml")
    return fhir_bundle(record, read_plans(EXAMPLES / f"case-{number}-plans.yaml"))


def kept(bundle) -> dict:
    """The bundle as a server keeps it: with an address of the type and the id for each entry."""
    text = json.dumps(bundle)
    for entry in bundle["entry"]:
        name = entry["fullUrl"].removeprefix("urn:uuid:")
        text = text.replace(entry["fullUrl"], f"{entry['resource']['resourceType']}/{name}")
    return json.loads(text)


def parts(bundle) -> Iterator[tuple[str, dict]]:
    """The bundle, and each of its resources by itself."""
    yield "Bundle", bundle
    for index, entry in enumerate(bundle["entry"]):
        resource = entry["resource"]
        yield f"{resource['resourceType']} {index}", resource


def said_by_fhirkit(resource) -> list[str]:
    return [str(issue) for issue in fhirkit.validate(resource)]


def objections(bundle, validated) -> list:
    """What three validators say; fhir only warns of value sets that it does not have."""
    several = list(parts(kept(bundle)))
    others = [i for i in validated(several) if i.validator == "medplum" or i.severity == "error"]
    return others + [said for _, each in parts(bundle) for said in said_by_fhirkit(each)]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_no_validator_objects_to_an_export(validated, number):
    assert objections(exported(number), validated) == []


def test_no_validator_objects_to_a_record_with_everything(validated):
    assert objections(fhir_bundle(record_in(RICH)), validated) == []


@settings(max_examples=80)
@given(data=st.data())
def test_what_was_read_in_a_bundle_with_anything_in_it_is_exported_without_fault(data):
    which = data.draw(st.integers(0, len(BUNDLES) - 1))
    bundle = copy.deepcopy(BUNDLES[which])
    put(bundle, data.draw(st.sampled_from(PLACES[which])), data.draw(TREES))

    found = judged(bundle)
    exports = parts(fhir_bundle(found.record)) if found is not None else ()
    assert [said for _, each in exports for said in said_by_fhirkit(each)] == []


@pytest.mark.parametrize("number", [1, 2, 3])
def test_fhirkit_writes_an_export_back_as_it_was(number):
    bundle = exported(number)

    assert json.loads(fhirkit.parse(bundle).to_json()) == bundle


FAULTS = {
    "no status": ({"status": None}, {"fhirkit", "medplum", "fhir"}),
    "a status that is none": ({"status": "banana"}, {"fhir"}),
    "no code": ({"code": None}, {"fhirkit", "medplum", "fhir"}),
    "two values": ({"valueString": "high"}, {"fhirkit", "medplum"}),
    "a value and why there is none": ({"dataAbsentReason": {"text": "lost"}}, {"medplum"}),
    "a date that is none": ({"effectiveDateTime": "2026-13-45"}, {"fhirkit", "medplum"}),
    "a subject that is no patient": (
        {"subject": {"reference": "Practitioner/1"}},
        {"medplum", "fhir"},
    ),
    "an element of no resource": ({"colour": "red"}, {"fhirkit", "medplum", "fhir"}),
    "one where several may stand": ({"category": {"text": "lab"}}, {"fhirkit", "medplum", "fhir"}),
}


def test_the_validators_find_planted_faults(validated):
    """So an export without an issue says something."""
    bundle = kept(exported(3))
    sound = next(e["resource"] for e in bundle["entry"] if "valueQuantity" in e["resource"])
    faulty = {name: changed(sound, change) for name, (change, _) in FAULTS.items()}

    found = {name: set() for name in FAULTS}
    for issue in validated(faulty.items()):
        if issue.validator == "medplum" or issue.severity == "error":
            found[issue.name].add(issue.validator)
    for name, resource in faulty.items():
        if said_by_fhirkit(resource):
            found[name].add("fhirkit")

    assert found == {name: validators for name, (_, validators) in FAULTS.items()}


def changed(resource, change) -> dict:
    """A copy with some elements of other content; None takes one away."""
    other = copy.deepcopy(resource) | change
    return {key: value for key, value in other.items() if value is not None}
