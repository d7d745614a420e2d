"""Whatever stands in a bundle: a reading, or an error of ours, and a record that can be written."""

import copy
import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brushite.errors import BrushiteError, FileError
from brushite.intake.fhir import fhir_bundle, fhir_in, plans_of
from brushite.intake.fhir.reading import READ
from brushite.intake.plans import read_plans
from brushite.intake.reading import Reading
from brushite.intake.records import read_record, record_in, record_text
from tests.conftest import ROOT

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(
        ["", "\ud800", "\x1b[31m", "1e999", "9" * 5000, "2018-03", "unknown", "mg/dL"]
    )
    | st.sampled_from([10**400, -1, 0, 1e308, 5e-324])
)
WORDS = st.sampled_from(
    [
        *("resourceType", "extension", "url", "code", "coding", "value", "valueQuantity"),
        *("reference", "status", "subject", "text", "component", "contained", "id", "note"),
        *("effectiveDateTime", "_effectiveDateTime", "bodySite", "dosage", "category"),
    ]
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


def exported(number, *, foreign):
    """The bundle of an example; a foreign one says nothing that only brushite says."""
    record = read_record(ROOT / "examples" / f"case-{number}.yaml")
    plans = read_plans(ROOT / "examples" / f"case-{number}-plans.yaml")
    bundle = fhir_bundle(record, plans)
    if foreign:
        for entry in bundle["entry"]:
            entry["resource"].pop("extension", None)
    return bundle


BUNDLES = [exported(n, foreign=foreign) for n in (1, 2, 3) for foreign in (False, True)]


def places(tree, path=()):
    """Every place in a tree."""
    yield path
    if isinstance(tree, dict):
        for key, inner in tree.items():
            yield from places(inner, (*path, key))
    elif isinstance(tree, list):
        for index, inner in enumerate(tree):
            yield from places(inner, (*path, index))


PLACES = [[p for p in places(bundle) if p] for bundle in BUNDLES]


def put(tree, path, value):
    for step in path[:-1]:
        tree = tree[step]
    tree[path[-1]] = value


def judged(content):
    """Read, and see that what was read holds together."""
    try:
        found = fhir_in(content, name="in.json")
    except BrushiteError:
        return None
    assert isinstance(found, Reading)
    again = record_in(record_text(found.record))
    assert again == found.record
    return found


@settings(max_examples=250)
@given(data=st.data())
def test_a_bundle_with_anything_at_one_place_is_read_or_refused(data):
    which = data.draw(st.integers(0, len(BUNDLES) - 1))
    bundle = copy.deepcopy(BUNDLES[which])
    put(bundle, data.draw(st.sampled_from(PLACES[which])), data.draw(TREES))

    judged(bundle)


@settings(max_examples=60)
@given(data=st.data())
def test_a_bundle_without_some_parts_is_read_or_refused(data):
    bundle = copy.deepcopy(BUNDLES[data.draw(st.integers(0, len(BUNDLES) - 1))])
    for entry in bundle["entry"]:
        resource = entry["resource"]
        for key in data.draw(st.sets(st.sampled_from(sorted(resource)), max_size=2)):
            resource.pop(key, None)

    judged(bundle)


@settings(max_examples=150)
@given(kind=st.sampled_from(sorted(READ)), tree=st.dictionaries(WORDS, TREES, max_size=6))
def test_a_resource_of_anything_is_read_or_refused(kind, tree):
    judged(tree | {"resourceType": kind})


@settings(max_examples=60)
@given(text=st.text(max_size=40) | TREES.map(json.dumps))
def test_a_text_of_anything_is_read_or_refused(text):
    judged(text)


@settings(max_examples=80)
@given(data=st.data())
def test_plans_of_a_bundle_with_anything_in_it_are_read_or_refused(data):
    bundle = copy.deepcopy(BUNDLES[0])
    put(bundle, data.draw(st.sampled_from(PLACES[0])), data.draw(TREES))
    with suppress(BrushiteError):
        plans_of(bundle, name="in.json")


@pytest.mark.parametrize("word", ["extension", "contained", "component", "entry"])
def test_what_is_nested_deep_is_read_or_refused(word):
    text = f'{{"resourceType": "Observation", "{word}": ' * 400 + "1" + "}" * 400

    judged(text)


def test_a_bundle_within_itself_ends():
    inner = {"resourceType": "Patient", "gender": "male"}
    for _ in range(40):
        inner = {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": inner}]}

    with pytest.raises(FileError, match="no FHIR resource"):
        fhir_in(inner, name="in.json")


def test_a_number_keeps_its_digits_and_one_beyond_all_numbers_is_refused():
    text = json.dumps(BUNDLES[1]).replace('"value": 101', '"value": 1E400')

    found = judged(text)
    assert any("too large" in doubt.question for doubt in found.doubts)


def test_twenty_thousand_resources_take_a_moment():
    value = next(e["resource"] for e in BUNDLES[1]["entry"] if "valueQuantity" in e["resource"])
    entries = [{"resource": {**value, "id": f"o{i}"}} for i in range(20_000)]

    found = fhir_in({"resourceType": "Bundle", "entry": entries}, name="in.json")
    assert len(found.facts) + len(found.doubts) > 0
