"""What a fit found, as a page, as an object and draw by draw."""

import json
from dataclasses import replace

import numpy as np
import pytest

import outlooks
from brushite.report.fitted import draw_rows, trust_words, twin_object, twin_page
from brushite.report.forms import WIDTH, as_json
from brushite.twin import Draws, Learnt, Match, Trust

CALCIUM = Match(
    name="calcium",
    hour=0.0,
    unit="mmol/L",
    measured=2.4,
    computed=(2.2512, 2.3876, 2.5201),
    before=(1.8, 2.1, 2.5),
    chance=0.8987,
)
BOUND = Match(
    name="pth",
    hour=-20 * 168.0,
    unit="pg/mL",
    measured=2500.0,
    computed=(2600.0, 3012.0, 4000.0),
    before=(30.0, 200.0, 1200.0),
    limit="above",
)
GLAND = Learnt(
    name="state.gland_mass",
    meaning="Parathyroid tissue, in normal glands",
    unit="1",
    before=(0.37, 2.15, 15.1),
    after=(4.5, 8.1, 14.3),
)
TRUST = Trust(effective=111.6, of=600, shape=0.4197)


def twin(**changed):
    given = {"matches": (CALCIUM, BOUND), "learnt": (GLAND,), "trust": TRUST}
    return replace(outlooks.twin(), **(given | changed))


def lines_of(**changed):
    return [" ".join(line.split()) for line in twin_page(twin(**changed)).splitlines()]


def test_each_value_stands_beside_the_draws_before_and_after():
    (line,) = (each for each in lines_of() if each.startswith("calcium"))

    assert line == "calcium today 2.4 mmol/L 2.39 (2.25 to 2.52) 2.1 (1.8 to 2.5) 0.90"
    assert lines_of()[0] == "Value When Measured Twin Before the data Chance"


def test_a_bound_is_written_as_one_with_its_time_and_has_no_chance():
    line = next(each for each in lines_of() if each.startswith("pth"))

    assert line == "pth 20 weeks before > 2500 pg/mL 3010 (2600 to 4000) 200 (30 to 1200)"
    assert "nan" not in twin_page(twin()).lower()


def test_what_was_learnt_is_told_in_words_with_its_unit():
    said = "\n".join(lines_of())

    assert "Parathyroid tissue, in normal 1 2.15 (0.37 to 15.1) 8.1 (4.5 to 14.3)" in said


def test_of_many_quantities_the_first_twelve_are_told_and_the_rest_counted():
    many = tuple(replace(GLAND, meaning=f"Number {i:02}") for i in range(15))

    said = "\n".join(lines_of(learnt=many))

    assert "Number 11" in said
    assert "Number 12" not in said
    assert "and less of 3 more, in --format json" in said
    assert "more, in" not in "\n".join(lines_of(learnt=many[:12]))


def test_how_far_the_draws_can_be_trusted_is_told():
    assert trust_words(TRUST) == (
        "The draws tell as much as 112 independent ones of 600 (Pareto k 0.42)."
    )
    assert trust_words(replace(TRUST, shape=float("nan"))) == (
        "The draws tell as much as 112 independent ones of 600."
    )
    assert trust_words(TRUST) in lines_of()


def test_notes_come_last_and_no_line_is_too_wide():
    long = "The record does not say how much " + "of this and that " * 20

    page = twin_page(twin(notes=("Fitted to 3 values.", long)))

    assert "Fitted to 3 values." in page.splitlines()
    assert " ".join(page.split()).endswith(" ".join(long.split()))
    assert max(len(line) for line in page.splitlines()) <= WIDTH
    assert page.endswith("\n")


def test_a_twin_of_which_nothing_is_known_has_a_page_of_its_notes():
    page = twin_page(twin(matches=(), learnt=(), trust=None))

    assert page == "Fitted to 3 values.\n"


def test_an_object_has_all_of_it_and_becomes_json():
    found = json.loads(as_json(twin_object(twin())))

    assert set(found) == {
        *("at", "population", "model", "seed", "draws", "trust", "matches", "learnt"),
        *("notes", "values"),
    }
    assert found["trust"] == {"effective": 111.6, "of": 600, "pareto_k": 0.4197}
    calcium, pth = found["matches"]
    assert calcium == {
        "name": "calcium",
        "week": 0,
        "unit": "mmol/L",
        "measured": 2.4,
        "limit": None,
        "low": 2.2512,
        "median": 2.3876,
        "high": 2.5201,
        "before": [1.8, 2.1, 2.5],
        "chance": 0.8987,
    }
    assert (pth["week"], pth["limit"], pth["chance"]) == (-20, "above", None)
    assert found["learnt"][0]["after"] == [4.5, 8.1, 14.3]
    assert found["draws"] == len(found["values"]) == 8
    assert found["notes"] == ["Fitted to 3 values."]
    assert found["model"] == twin().model.fingerprint


def test_without_a_diagnostic_there_is_none_in_the_object():
    assert twin_object(twin(trust=None))["trust"] is None


def test_every_draw_has_its_parameters_states_and_what_was_unsaid():
    draws = Draws(
        parameters={"bone_turnover": np.array([0.25, 1 / 3])},
        states={"pth": np.array([700.0, np.nan])},
        unsaid={"dialysis.hours": np.array([4.0, 4.5])},
        uniform={"dialysis.hours": np.array([0.1, 0.2])},
    )

    rows = draw_rows(twin(draws=draws))

    assert rows == (
        {"draw": 1, "bone_turnover": 0.25, "pth": 700.0, "dialysis.hours": 4.0},
        {"draw": 2, "bone_turnover": 0.333333, "pth": None, "dialysis.hours": 4.5},
    )


@pytest.mark.parametrize("hour", [0.0, -168.0])
def test_a_value_of_today_is_called_so(hour):
    said = "\n".join(lines_of(matches=(replace(CALCIUM, hour=hour),)))

    assert ("today" in said) == (hour == 0)
