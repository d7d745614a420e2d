"""Clinical expectations, told in the files of `cases/`, whose README explains them."""

import functools
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from brushite.distribution import evenly
from brushite.equations import Fixed
from brushite.intake.plans import plans_in
from brushite.model import MINERAL
from brushite.plan import Plan
from brushite.population import Population
from brushite.simulate import simulate
from brushite.twin import Trajectories, Twin
from brushite.units import Quantity
from expectations import Expectation, judge, quantities
from patients import Patient, at_rest

FOLDER = Path(__file__).parent / "cases"
BIBLIOGRAPHY = Path(__file__).parents[1] / "references.bib"
ENTRIES = {"case", "source", "assumed", "twin", "plan", "compared with", "expect", "slow", "note"}
USUAL_CARE = [{"dialysis": {"sessions": 3, "hours": "4 h", "dialysate_calcium": "1.5 mmol/L"}}]


@dataclass(frozen=True, slots=True)
class Case:
    """One document of a file: a sentence, its sources, who it is about, what is done and expected.

    `sources` are keys of references.bib; none means that the case says why it is assumed.
    """

    name: str
    says: str
    sources: tuple[str, ...]
    patient: Patient
    plan: Plan
    other: Plan | None
    expect: tuple[Expectation, ...]
    is_slow: bool


def cases() -> tuple[Case, ...]:
    """The cases of all files."""
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        documents = YAML(typ="safe", pure=True).load_all(path.read_text(encoding="utf-8"))
        for number, content in enumerate(documents, start=1):
            found.append(case(f"{path.stem} {number}", content))
    return tuple(found)


def case(name: str, content: Mapping[str, Any]) -> Case:
    """The case that a document tells."""
    assert set(content) <= ENTRIES, f"{name} has {sorted(set(content) - ENTRIES)}"
    sources = content.get("source", [])
    sources = sources if isinstance(sources, list) else [sources]
    assert all(set(s) == {"key", "place"} for s in sources)
    assert bool(sources) != bool(content.get("assumed")), f"{name} is neither cited nor assumed"
    other = content.get("compared with")
    return Case(
        name=name,
        says=content["case"],
        sources=tuple(s["key"] for s in sources),
        patient=patient(content.get("twin", {})),
        plan=plan("the plan", content["plan"]["steps"]),
        other=None if other is None else plan("the other", steps_of(other)),
        expect=tuple(Expectation.of(line) for line in content["expect"]),
        is_slow=content.get("slow", False),
    )


def steps_of(other: object) -> object:
    return [] if other == "current care" else other["steps"]


def plan(name: str, steps: object, base: str = "current") -> Plan:
    """A plan in the ordinary grammar."""
    written = json.dumps({"plan": name, "base": base, "steps": steps}, ensure_ascii=False)
    return plans_in(written, name="case.json")[0]


def patient(twin: Mapping[str, Any]) -> Patient:
    """Who the case is about."""
    known = {"population", "PTH", "care", "parameters", "states", "masses", "patients", "differ in"}
    assert set(twin) <= known, f"twin has {sorted(set(twin) - known)}"
    population = twin.get("population", "haemodialysis")
    given = {n: values(n, v) for n, v in twin.get("parameters", {}).items()}
    if "patients" in twin:
        given = spread(twin["differ in"], twin["patients"], population) | given
    return Patient(
        population=population,
        care=plan("care so far", twin.get("care", USUAL_CARE), base="none").steps,
        pth=Quantity.parse(twin["PTH"]).to("pg/mL") if "PTH" in twin else None,
        parameters=tuple(given.items()),
        states=tuple((n, values(n, v)[0]) for n, v in twin.get("states", {}).items()),
        masses=tuple((n, Quantity.parse(v).to("mL")) for n, v in twin.get("masses", {}).items()),
    )


def spread(names: object, size: int, population: str) -> dict[str, tuple[float, ...]]:
    """Parameters by name (or all) as they differ between `size` people of a population."""
    known = Population.named(population)
    free = [n for n, p in MINERAL.parameters.items() if not isinstance(p.spread, Fixed)]
    chosen = free if names == "all" else [str(n).replace(" ", "_") for n in names]
    found = zip(chosen, evenly(size, len(chosen), [1]), strict=True)
    return {n: tuple(known.of_parameter(n, MINERAL.parameters[n]).at(r).tolist()) for n, r in found}


def values(name: str, written: object) -> tuple[float, ...]:
    """A value or several, in the model's unit."""
    unit = MINERAL.units[name]
    several = written if isinstance(written, list) else [written]
    return tuple(
        float(v) if isinstance(v, int | float) else Quantity.parse(v).to(unit) for v in several
    )


settled = functools.cache(at_rest)


@functools.cache
def outcome(case: Case) -> tuple[Twin, Trajectories, Trajectories | None]:
    """What the plan of a case does, and what the plan it is compared with does."""
    twin = settled(case.patient)
    every = math.gcd(*(e.step for e in case.expect))
    weeks = max(e.span[1] for e in case.expect) / 168
    names = tuple(sorted(quantities(twin, {e.name for e in case.expect})))
    run, other = (
        None if p is None else simulate(twin, p, weeks=weeks, every=every, quantities=names)
        for p in (case.plan, case.other)
    )
    outcomes = {*run.outcome, *(other.outcome if other else ())}
    if outcomes != {"solved"}:  # not an assertion, which would pass for a miss that is known
        raise ValueError(f"{case.name}: {sorted(outcomes)}")
    return twin, run, other


CASES = cases()


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
