"""Clinical expectations, told in the files of `cases/`, whose README explains them."""

import re
from pathlib import Path
from typing import Any

import pytest

from clinical import CASES, outcome
from expectations import judge

BIBLIOGRAPHY = Path(__file__).parents[1] / "references.bib"


def expectations() -> list[Any]:
    """Every expectation; what is known to be missed must fail."""
    found = []
    for case in CASES:
        for expected in case.expect:
            marks = [pytest.mark.slow] if case.is_slow else []
            if expected.missed:
                marks.append(pytest.mark.xfail(reason=expected.missed, raises=AssertionError))
            name = f"{case.name}: {expected}"
            found.append(pytest.param(case, expected, id=name, marks=marks))
    return found


@pytest.mark.parametrize(("case", "expected"), expectations())
def test_the_model_does_what_patients_do(case, expected):
    twin, run, other = outcome(case)

    holds, found = judge(expected, twin, run, other)

    assert holds, f"{case.says}. {expected}: the model gives {found}"


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_the_sources_of_a_case_stand_in_the_bibliography(case):
    text = BIBLIOGRAPHY.read_text(encoding="utf-8")
    listed = set(re.findall(r"^@\w+\{(\w+),", text, flags=re.MULTILINE))
    assert set(case.sources) <= listed
