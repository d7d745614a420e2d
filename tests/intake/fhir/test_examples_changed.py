"""Examples of the standard with a part gone, doubled or foreign: each is read or refused."""

import copy
import json
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brushite.errors import BrushiteError
from brushite.intake.fhir import plans_of
from brushite.intake.fhir.reading import READ
from tests.intake.fhir.test_robust import judged

KINDS = sorted({*READ, "Bundle", "Specimen", "DeviceUseStatement"})
LARGEST = 60_000  # bytes of an example; larger ones say the same more often


@pytest.fixture(scope="module")
def folder(peers) -> Path:
    return peers / "hl7.fhir.r4.examples"


@cache
def trees(folder: Path) -> tuple[dict, ...]:
    """The examples of what is read, one of a kind after the other."""
    paths = (p for kind in KINDS for p in sorted(folder.glob(f"{kind}-*.json")))
    return tuple(json.loads(p.read_bytes()) for p in paths if p.stat().st_size < LARGEST)


def places(tree, path=()):
    """Every place in a tree but its root, and what stands there."""
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in inner:
        yield (*path, key), value
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


def holder(tree, path):
    for key in path[:-1]:
        tree = tree[key]
    return tree


def changed(tree, data, others) -> None:
    """Take away, double, wrap or rename what is at one place of `tree`, or put another's there."""
    path, value = data.draw(st.sampled_from(list(places(tree))))
    there = holder(tree, path)
    how = data.draw(st.sampled_from(["gone", "doubled", "wrapped", "foreign", "renamed"]))
    if how == "gone":
        del there[path[-1]]
    elif how == "doubled":
        there[path[-1]] = [value, copy.deepcopy(value)]
    elif how == "wrapped":
        there[path[-1]] = {"value": value, "extension": [value]}
    elif how == "renamed" and isinstance(there, dict):
        name = data.draw(st.sampled_from(sorted(there)))
        there[name] = there.pop(path[-1])
    else:
        other = data.draw(st.sampled_from(others))
        there[path[-1]] = copy.deepcopy(data.draw(st.sampled_from(list(places(other))))[1])


@settings(max_examples=400)
@given(data=st.data())
def test_a_changed_example_is_read_or_refused(folder, data):
    others = trees(folder)
    tree = copy.deepcopy(data.draw(st.sampled_from(others)))
    for _ in range(data.draw(st.integers(1, 4))):
        if list(places(tree)):
            changed(tree, data, others)

    judged(tree)
    with suppress(BrushiteError):
        assert isinstance(plans_of(tree, name="changed.json"), tuple)
