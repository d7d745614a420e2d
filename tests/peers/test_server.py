"""What is exported, on a server that others wrote: it goes up, is found, and comes back."""

import json
from dataclasses import asdict

import pytest
from fhirpy.base.exceptions import OperationOutcome

from brushite.intake.fhir import fhir_bundle, fhir_in, plans_of
from brushite.intake.plans import read_plans
from brushite.intake.records import read_record, record_in
from tests.conftest import ROOT
from tests.intake.fhir.test_writing import RICH

EXAMPLES = ROOT / "examples"
LISTS = ("measurements", "lesions", "findings", "imaging", "glands", "outcomes")


def posted(client, bundle) -> str:
    """The id that the server gives to the patient of a transaction."""
    answer = client.execute("", method="post", data=bundle)
    assert {entry["response"]["status"] for entry in answer["entry"]} == {"201"}
    assert len(answer["entry"]) == len(bundle["entry"])
    (patient,) = [e["resource"] for e in answer["entry"] if "Patient/" in e["response"]["location"]]
    return patient["id"]


def everything(client, patient, kinds) -> dict:
    """All resources of some types about a patient, as one answer of the server."""
    search = client.resources("Patient").search(_id=patient)
    for kind in sorted(set(kinds) - {"Patient"}):
        search = search.revinclude(kind, "subject")
    return search.fetch_raw()


def returned(client, bundle) -> dict:
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    found = everything(client, posted(client, bundle), kinds)
    assert sorted(e["resource"]["resourceType"] for e in found["entry"]) == sorted(kinds)
    return found


def told(record, without=("origin",)) -> dict:
    """What a record says, in an order of its own: an answer has all of one type together."""
    tree = cut(asdict(record), without)
    for name in LISTS:
        tree[name] = sorted(tree[name], key=repr)
    tree["therapy"]["steps"] = sorted(tree["therapy"]["steps"], key=repr)
    return tree


def cut(tree, names):
    if isinstance(tree, dict):
        return {key: cut(inner, names) for key, inner in tree.items() if key not in names}
    if isinstance(tree, list | tuple):
        return [cut(inner, names) for inner in tree]
    return tree


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_record_and_its_plans_come_back_as_they_were(client, number):
    record = read_record(EXAMPLES / f"case-{number}.yaml")
    plans = read_plans(EXAMPLES / f"case-{number}-plans.yaml")

    found = json.dumps(returned(client, fhir_bundle(record, plans)))
    read = fhir_in(found, name="server.json")

    assert told(read.record) == told(record)
    assert plans_of(found, name="server.json") == plans
    assert read.doubts == ()


def test_a_record_with_everything_comes_back_as_it_was(client):
    record = record_in(RICH)

    read = fhir_in(json.dumps(returned(client, fhir_bundle(record))), name="server.json")

    assert told(read.record) == told(record)
    assert read.doubts == ()


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_bundle_of_others_is_read_from_a_server_as_from_its_file(client, shared, number):
    text = (shared / "cases" / "gold" / f"case-{number}.fhir.json").read_text(encoding="utf-8")
    known = fhir_in(text, name="gold.json")

    read = fhir_in(json.dumps(returned(client, json.loads(text))), name="gold.json")

    where = ("origin", "source")  # name the entry, which is another one
    assert told(read.record, where) == told(known.record, where)
    assert len(read.doubts) == len(known.doubts)


def values(bundle) -> list[float]:
    return sorted(each["valueQuantity"]["value"] for each in bundle)


def test_values_are_found_by_patient_code_and_date(client):
    record = record_in(RICH)
    patient = posted(client, fhir_bundle(record))
    posted(client, fhir_bundle(read_record(EXAMPLES / "case-3.yaml")))
    mine = client.resources("Observation").search(patient=f"Patient/{patient}")

    laboratory = mine.search(category="laboratory")

    calcium = mine.search(code="http://loinc.org|2000-8").fetch_all()
    february = laboratory.search(date__ge="2026-02-02", date__lt="2026-02-27").fetch_all()
    # To this server February has 31 days, so what was somewhen in it may be of 3 March.
    lately = laboratory.search(date__ge="2026-03-04").fetch_all()

    assert values(calcium) == [2.5]
    assert values(february) == [2.04]
    assert values(lately) == [38, 250]


def test_the_server_takes_only_what_is_valid(client):
    """So an export that it takes says something."""
    faulty = {"resourceType": "Observation", "code": {"text": "calcium"}}

    with pytest.raises(OperationOutcome, match="Missing required property"):
        client.resource(**{"resource_type": "Observation", **faulty}).save()
